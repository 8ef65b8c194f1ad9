//! Amounts of text, and what is left out of it or put into it on purpose:
//! what the ledger is kept in.
//!
//! The unit is the character: a Unicode scalar value that is no white space.
//! Characters add up however text is cut and whatever order its parts come
//! in, which words do not. Besides their number their values are summed, so
//! that one character in the place of another is no balance either.

use std::collections::BTreeMap;

/// How much text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    /// Runs of characters between white space.
    pub words: usize,
    /// Characters, without white space.
    pub characters: usize,
    /// Their values, each scrambled, added up modulo 2^64.
    sum: u64,
}

impl Amount {
    /// The amount of a text.
    pub fn of(text: &str) -> Self {
        let mut amount = Self { words: text.split_whitespace().count(), ..Self::default() };
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            amount.characters += 1;
            amount.sum = amount.sum.wrapping_add(scramble(u64::from(u32::from(c))));
        }
        amount
    }

    /// Whether there is none.
    pub fn is_zero(&self) -> bool {
        self.characters == 0
    }
}

impl std::ops::AddAssign for Amount {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.characters += other.characters;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// SplitMix64's last steps: sums of such values don't agree by chance.
fn scramble(c: u64) -> u64 {
    let mut z = c.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What an account has left open: zero when it balances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    /// Characters: more than zero are missing, fewer are too many.
    pub characters: i64,
    sum: u64,
}

impl Balance {
    /// Takes an amount in.
    pub fn credit(&mut self, amount: Amount) {
        self.characters += i64::try_from(amount.characters).unwrap_or(i64::MAX);
        self.sum = self.sum.wrapping_add(amount.sum);
    }

    /// Gives an amount out.
    pub fn debit(&mut self, amount: Amount) {
        self.characters -= i64::try_from(amount.characters).unwrap_or(i64::MAX);
        self.sum = self.sum.wrapping_sub(amount.sum);
    }

    /// Whether nothing is open: the same characters in as out.
    pub fn is_zero(&self) -> bool {
        self.characters == 0 && self.sum == 0
    }
}

/// Text being counted: what a reader's events carry, what a tree holds, what a
/// writer wrote. The text itself is kept, so that a difference can be named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events of the parser; 0 where there is none.
    pub events: usize,
    /// Blocks begun: paragraphs, headings, code, quotes, lists, tables, rules,
    /// figures and other containers; not the items of lists or cells.
    pub blocks: usize,
    /// Inlines begun: styles, code spans, links, images, references to
    /// footnotes, hard breaks; not text.
    pub inlines: usize,
    /// The text, with white space between what doesn't belong together.
    pub text: String,
    /// The alternative texts of images, likewise.
    pub alternative: String,
}

impl Tally {
    /// Takes text in; words may go on from one piece to the next.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Takes an alternative text in.
    pub fn alternative(&mut self, text: &str) {
        self.alternative.push_str(text);
    }

    /// What comes next is another word.
    pub fn gap(&mut self) {
        for text in [&mut self.text, &mut self.alternative] {
            if text.ends_with(|c: char| !c.is_whitespace()) {
                text.push(' ');
            }
        }
    }

    /// A block begins.
    pub fn block(&mut self) {
        self.blocks += 1;
        self.gap();
    }

    /// An inline begins.
    pub fn inline(&mut self) {
        self.inlines += 1;
    }

    /// The numbers alone.
    pub fn count(&self) -> Count {
        Count {
            events: self.events,
            blocks: self.blocks,
            inlines: self.inlines,
            text: Amount::of(&self.text),
            alternative: Amount::of(&self.alternative),
        }
    }
}

/// The numbers of a [`Tally`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Events of the parser.
    pub events: usize,
    /// Blocks begun.
    pub blocks: usize,
    /// Inlines begun.
    pub inlines: usize,
    /// Text.
    pub text: Amount,
    /// Alternative texts.
    pub alternative: Amount,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.blocks += other.blocks;
        self.inlines += other.inlines;
        self.text += other.text;
        self.alternative += other.alternative;
    }
}

/// Which way text went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// It was read and is not written.
    LeftOut,
    /// It is written and was not read.
    PutIn,
}

/// An amount that a diagnostic or a rule accounts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Which way it went.
    pub flow: Flow,
    /// Of the text.
    pub text: Amount,
    /// Of alternative texts.
    pub alternative: Amount,
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        /// What is left out or put in as a rule, without a word to the author.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[doc = $doc])+ $name,)+ }

        impl Rule {
            /// Every rule, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The reason that the ledger gives.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

rules! {
    /// A comment of HTML, for those who write and not for those who read.
    Comment = "comment";
    /// A line of code that the author hides, such as `# ` in Rust.
    HiddenLine = "hidden-line";
    /// A chapter without a heading takes SUMMARY's title.
    TitleFromSummary = "title-from-summary";
    /// An image's title becomes its caption.
    CaptionFromTitle = "caption-from-title";
    /// An image's alternative text stands where no image can.
    AltAsText = "alt-as-text";
    /// A link without words shows where it leads.
    LinkText = "link-text";
    /// A tag inside something that is left out, or one that closes nothing, counts as text.
    TagAsText = "tag-as-text";
    /// A reference to a footnote that isn't there is text.
    LabelAsText = "label-as-text";
    /// Quotation marks of HTML's `q`.
    QuotationMark = "quotation-mark";
    /// Words that stand for what HTML shows by other means: the mark of a box,
    /// what a film is called, parentheses around a reading.
    HtmlShown = "html-shown";
    /// Between HTML's tags for code, hyphens and quotes stay as they are typed.
    CodeAsTyped = "code-as-typed";
    /// Text of a drawing in HTML, which its image holds.
    Drawing = "drawing";
    /// Code of a diagram that is shown as its drawing.
    DiagramDrawn = "diagram-drawn";
    /// TeX of an equation that is shown as an equation.
    EquationSet = "equation-set";
    /// A preprocessor's own notation, and what stands for it.
    Preprocessor = "preprocessor";
    /// Characters without a shape of their own: soft hyphens, and selectors that no font needs.
    Invisible = "invisible";
    /// What is said about the edition: front matter, changes, colophon.
    Edition = "edition";
}

/// The characters of one text that another doesn't have, and the other way
/// round, white space aside, each as often as it is missing.
pub fn exchanged(before: impl Iterator<Item = char>, after: impl Iterator<Item = char>) -> (String, String) {
    let mut open: BTreeMap<char, i64> = BTreeMap::new();
    for c in before.filter(|c| !c.is_whitespace()) {
        *open.entry(c).or_default() += 1;
    }
    for c in after.filter(|c| !c.is_whitespace()) {
        *open.entry(c).or_default() -= 1;
    }
    let times = |c: char, n: i64| c.to_string().repeat(usize::try_from(n).unwrap_or(0));
    let lost = open.iter().map(|(c, n)| times(*c, *n)).collect();
    (lost, open.iter().map(|(c, n)| times(*c, -*n)).collect())
}

/// The words of one text that another doesn't have, counted, in their order.
pub fn missing_words<'a>(of: &'a str, from: &str) -> Vec<&'a str> {
    let mut have: BTreeMap<&str, usize> = BTreeMap::new();
    for word in from.split_whitespace() {
        *have.entry(word).or_default() += 1;
    }
    of.split_whitespace()
        .filter(|word| match have.get_mut(word) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            Some(_) | None => true,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_add_up_however_text_is_cut() {
        let mut cut = Amount::of("wo");
        cut += Amount::of("rds\u{A0}und ");
        cut += Amount::of("Ärger");
        let whole = Amount::of("Ärger und words");
        assert_eq!((cut.characters, cut.sum), (whole.characters, whole.sum));
        assert_eq!((whole.words, whole.characters), (3, 13));
    }

    #[test]
    fn one_character_in_the_place_of_another_is_no_balance() {
        let mut balance = Balance::default();
        balance.credit(Amount::of("a b c"));
        balance.debit(Amount::of("cab"));
        assert!(balance.is_zero());
        balance.credit(Amount::of("x"));
        balance.debit(Amount::of("y"));
        assert_eq!(balance.characters, 0);
        assert!(!balance.is_zero());
    }

    #[test]
    fn words_that_are_missing_are_named_in_their_order() {
        assert_eq!(missing_words("a b a c", "c a"), ["b", "a"]);
        assert_eq!(missing_words("a", "a b"), Vec::<&str>::new());
    }
}
