//! A place in a text that is being cut into tokens, and what the tokens of
//! most languages have in common.

/// A place in a text.
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// Whether an identifier may begin with a character.
pub(super) fn begins(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether an identifier may go on with a character.
pub(super) fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl<'a> Cursor<'a> {
    /// The beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes lie behind.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The text behind, up to here.
    pub(super) fn passed(&self) -> &'a str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The text ahead.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character behind the next one.
    pub(super) fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Passes over so many bytes.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.text.floor_char_boundary(self.at + bytes);
    }

    /// Passes over all characters that are wanted.
    pub(super) fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.skip(rest.find(|c| !wanted(c)).unwrap_or(rest.len()));
    }

    /// Passes over the rest of the line.
    pub(super) fn line(&mut self) {
        self.skip_while(|c| c != '\n');
    }

    /// Passes over a comment that begins here, and over those in it if they
    /// nest; one without an end goes on to the end of the text.
    pub(super) fn block_comment(&mut self, nests: bool) {
        let mut depth = 1_usize;
        let bytes = self.rest().as_bytes();
        let mut at = 2;
        while let Some(pair) = bytes.get(at..at + 2) {
            at += match pair {
                b"/*" if nests => {
                    depth += 1;
                    2
                }
                b"*/" => {
                    depth -= 1;
                    2
                }
                _ => 1,
            };
            if depth == 0 {
                return self.skip(at);
            }
        }
        self.at = self.text.len();
    }

    /// Passes over a number with its suffix, which may be any word. Digits are
    /// letters as well, and what parts them besides `_` is given.
    pub(super) fn number(&mut self, parts: Option<char>) {
        let digit = |c| goes_on(c) || parts == Some(c);
        let radix = ["0x", "0o", "0b"].iter().any(|prefix| self.rest().starts_with(prefix));
        self.skip_while(digit);
        if radix {
            return;
        }
        // `1.5` and `1.`, but neither `1..2` nor `1.max(2)`.
        if self.peek() == Some('.') && !self.second().is_some_and(|c| c == '.' || begins(c)) {
            self.skip(1);
            self.skip_while(digit);
        }
        let exponent = self
            .passed()
            .strip_suffix(['e', 'E'])
            .is_some_and(|mantissa| mantissa.ends_with(|c: char| c.is_ascii_digit() || c == '_'));
        let sign =
            matches!(self.peek(), Some('+' | '-')) && self.second().is_some_and(|c| c.is_ascii_digit());
        if exponent && sign {
            self.skip(1);
            self.skip_while(digit);
        }
    }
}
