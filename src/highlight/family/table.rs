//! What the table of a language says.

use super::super::Token;

/// Words with spaces between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) &'static str);

impl Words {
    /// Whether a word is one of these.
    pub(super) fn contains(self, word: &str) -> bool {
        self.0.split(' ').any(|known| known == word)
    }
}

/// A language of the family.
#[derive(Debug)]
pub(super) struct Language {
    /// The name of its grammar.
    pub(super) name: &'static str,
    /// Words that are always keywords.
    pub(super) keywords: Words,
    /// Words that are keywords where a word or a bracket follows.
    pub(super) soft: Words,
    /// Words behind which a type's name stands.
    pub(super) declares: Words,
    /// Words behind which a function's name stands.
    pub(super) functions: Words,
    /// Words that mean a value.
    pub(super) constants: Words,
    /// Types without a declaration.
    pub(super) types: Words,
    /// What begins a comment to the end of the line.
    pub(super) comment: &'static str,
    /// Whether `/*` begins a comment, and whether such comments nest.
    pub(super) block_comments: Option<bool>,
    /// Strings; one that begins as another does and goes on comes first.
    pub(super) quotes: &'static [Quote],
    /// What may part digits besides `_`.
    pub(super) digits: Option<char>,
    /// What a name may have besides letters, digits and `_`.
    pub(super) letters: &'static str,
    /// What a name with a capital is.
    pub(super) capital: Token,
    /// What such a name is where it is called.
    pub(super) called: Token,
    /// What a name of capitals only is.
    pub(super) capitals: Token,
    /// The ways that it has to say something about code.
    pub(super) notes: &'static [Note],
    /// Whether a declaration is a type and a name behind it.
    pub(super) names_follow_types: bool,
    /// Whether it has regular expressions and tags.
    pub(super) script: bool,
}

/// A way to say something about code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// A line that begins with `#`.
    Directive,
    /// `@name`.
    At,
    /// `[Name]` at the beginning of a line.
    Bracket,
    /// `[[name]]`.
    Brackets,
}

/// A kind of string.
#[derive(Debug)]
pub(super) struct Quote {
    /// What stands before the opening mark.
    pub(super) prefixes: &'static [&'static str],
    /// The opening mark.
    pub(super) open: &'static str,
    /// The closing mark.
    pub(super) close: &'static str,
    /// How it escapes.
    pub(super) escape: Escape,
    /// Whether it goes on over lines.
    pub(super) lines: bool,
    /// What code in it begins with.
    pub(super) hole: Hole,
    /// Whether it may be a format of C's `printf`.
    pub(super) format: bool,
    /// Whether it is a comment where it stands for itself.
    pub(super) document: bool,
}

/// How a string holds what would end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// Not at all.
    None,
    /// Behind `\`.
    Backslash,
    /// By the closing mark twice.
    Twice,
    /// By a word of the author's that follows the opening mark (C++).
    Delimiter,
}

/// What code in a string begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hole {
    /// There is none.
    None,
    /// `${`.
    Dollar,
    /// `${`, and `$` before a name.
    DollarName,
    /// `{`, which stands for itself where it is doubled.
    Brace,
    /// `\(`.
    Backslash,
}

impl Hole {
    /// What begins it, without the name that may follow `$`.
    pub(super) fn opening(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Dollar | Self::DollarName => Some("${"),
            Self::Brace => Some("{"),
            Self::Backslash => Some("\\("),
        }
    }

    /// The brackets whose balance ends it.
    pub(super) fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Self::Backslash => ("(", ")"),
            Self::None | Self::Dollar | Self::DollarName | Self::Brace => ("{", "}"),
        }
    }
}
