//! The tokens of the family's languages, as far as colours need them.
//!
//! It never fails, it takes time linear in the text, and it keeps no more than
//! the strings that are open around a place. A string that should end on its
//! line ends there; one that is nowhere closed does so as well.

mod quoted;

use std::ops::Range;

use super::super::cursor::{Cursor, begins, goes_on};
use super::body;
use super::table::{Hole, Language, Note, Quote};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space.
    Space,
    /// A comment.
    Comment,
    /// An identifier or a keyword.
    Word,
    /// A number.
    Number,
    /// A part of a string or character, or a regular expression.
    Text,
    /// An escape or a placeholder in a string.
    Escape,
    /// An annotation, or the word of a directive.
    Note,
    /// A bracket between a string and the code in it, or one character of
    /// anything else.
    Sign,
}

/// A token.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// Whether it stands in a directive.
    pub(super) directive: bool,
}

/// A string that holds the code that is being read.
struct Open {
    quote: &'static Quote,
    /// Whether it may go on over lines.
    lines: bool,
    /// How many brackets are open in the code.
    depth: usize,
}

/// Cuts a text into tokens.
pub(super) fn lexemes(language: &'static Language, text: &str) -> Vec<Lexeme> {
    let last = |quote: &Quote| if quote.lines { text.rfind(quote.close).unwrap_or(0) } else { 0 };
    let mut lexer = Lexer {
        language,
        cursor: Cursor::new(text),
        last: language.quotes.iter().map(last).collect(),
        open: Vec::new(),
        unfinished: false,
        fresh: true,
        directive: false,
        before: None,
        out: Vec::new(),
    };
    while let Some(first) = lexer.cursor.peek() {
        lexer.next(first);
    }
    lexer.out
}

struct Lexer<'a> {
    language: &'static Language,
    cursor: Cursor<'a>,
    /// Where the closing mark of each kind of string is found last.
    last: Vec<usize>,
    open: Vec<Open>,
    /// Whether a string with an end of its own was found that never ends.
    unfinished: bool,
    /// Whether nothing but white space stands before on the line.
    fresh: bool,
    /// Whether this is a directive.
    directive: bool,
    /// What was read before, but for white space and comments.
    before: Option<usize>,
    out: Vec<Lexeme>,
}

impl Lexer<'_> {
    /// Writes down what was passed over since `start`.
    fn add(&mut self, kind: Kind, start: usize) {
        let range = start..self.cursor.at();
        if range.is_empty() {
            return;
        }
        match kind {
            Kind::Space => {}
            Kind::Comment => self.fresh = false,
            Kind::Word | Kind::Number | Kind::Text | Kind::Escape | Kind::Note | Kind::Sign => {
                self.fresh = false;
                self.before = Some(self.out.len());
            }
        }
        self.out.push(Lexeme { kind, range, directive: self.directive });
    }

    fn next(&mut self, first: char) {
        let start = self.cursor.at();
        if first.is_whitespace() {
            return self.space();
        }
        if let Some(kind) = self.comment().or_else(|| self.note()) {
            return self.add(kind, start);
        }
        if self.quoted() {
            return;
        }
        let rest = self.cursor.rest();
        if first == '/'
            && self.language.script
            && self.expects_value()
            && let Some(length) = body::expression(rest)
        {
            self.cursor.skip(length);
            return self.add(Kind::Text, start);
        }
        let fraction = first == '.'
            && !self.cursor.passed().ends_with('.')
            && self.cursor.second().is_some_and(|c| c.is_ascii_digit());
        if first.is_ascii_digit() || fraction && self.before_is(Kind::Sign) {
            self.cursor.skip(usize::from(fraction));
            self.cursor.number(self.language.digits);
            return self.add(Kind::Number, start);
        }
        let letters = self.language.letters;
        if begins(first) || letters.contains(first) {
            self.cursor.skip_while(|c| goes_on(c) || letters.contains(c));
            return self.add(Kind::Word, start);
        }
        self.sign(first);
    }

    /// White space; the end of a line ends what goes on no further.
    fn space(&mut self) {
        let start = self.cursor.at();
        self.cursor.skip_while(char::is_whitespace);
        let rest = self.cursor.passed().get(start..).unwrap_or_default();
        if rest.contains('\n') {
            let goes_on = self
                .out
                .last()
                .is_some_and(|last| self.cursor.passed().get(last.range.clone()) == Some("\\"));
            self.directive &= goes_on;
            self.fresh = true;
            while self.open.last().is_some_and(|open| !open.lines) {
                self.open.pop();
            }
        }
        self.add(Kind::Space, start);
    }

    fn comment(&mut self) -> Option<Kind> {
        let rest = self.cursor.rest();
        let script = self.cursor.at() == 0 && rest.starts_with("#!");
        // What looks like one in the code in a string is an option of it.
        if script || self.open.is_empty() && rest.starts_with(self.language.comment) {
            self.cursor.line();
        } else {
            let nests = self.language.block_comments.filter(|_| rest.starts_with("/*"))?;
            self.cursor.block_comment(nests);
        }
        Some(Kind::Comment)
    }

    /// `@name.name` or `#word`.
    fn note(&mut self) -> Option<Kind> {
        let has = |note| self.language.notes.contains(&note);
        let rest = self.cursor.rest();
        if let Some(behind) = rest.strip_prefix('#').filter(|_| self.fresh && has(Note::Directive)) {
            let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            self.cursor.skip(1 + blank);
            self.cursor.skip_while(goes_on);
            self.directive = true;
            return Some(Kind::Note);
        }
        let behind = rest.strip_prefix('@').filter(|_| has(Note::At))?;
        // Python multiplies matrices with it.
        if !behind.starts_with(begins)
            || behind.starts_with("interface ")
            || !self.fresh && !self.expects_value()
        {
            return None;
        }
        self.cursor.skip(1);
        self.cursor.skip_while(goes_on);
        while matches!(self.cursor.peek(), Some('.' | ':')) && self.cursor.second().is_some_and(begins) {
            self.cursor.skip(1);
            self.cursor.skip_while(goes_on);
        }
        Some(Kind::Note)
    }

    /// Whether this was read before.
    fn before_is(&self, kind: Kind) -> bool {
        self.before.and_then(|at| self.out.get(at)).is_some_and(|before| before.kind == kind)
    }

    /// Whether what was read last can't be the end of a value.
    fn expects_value(&self) -> bool {
        let Some(before) = self.before.and_then(|at| self.out.get(at)) else { return true };
        let word = self.cursor.passed().get(before.range.clone()).unwrap_or_default();
        match before.kind {
            Kind::Sign => !matches!(word, ")" | "]" | "}" | "<"),
            Kind::Word => self.language.keywords.contains(word) && !matches!(word, "this" | "super"),
            Kind::Note => true,
            Kind::Space | Kind::Comment | Kind::Number | Kind::Text | Kind::Escape => false,
        }
    }

    /// Any other character, which may end the code in a string.
    fn sign(&mut self, first: char) {
        let start = self.cursor.at();
        self.cursor.skip(first.len_utf8());
        self.add(Kind::Sign, start);
        let Some(open) = self.open.last_mut() else { return };
        let mut text = [0; 4];
        let sign: &str = first.encode_utf8(&mut text);
        let (opening, closing) = open.quote.hole.brackets();
        if sign == opening {
            open.depth += 1;
        } else if sign == closing && open.depth > 0 {
            open.depth -= 1;
        } else if sign == closing
            && let Some(Open { quote, lines, .. }) = self.open.pop()
        {
            debug_assert!(quote.hole != Hole::None);
            self.body(quote, lines, self.cursor.at());
        }
    }
}
