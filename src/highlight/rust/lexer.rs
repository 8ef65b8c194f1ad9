//! Rust's tokens, as far as colours need them (the Rust Reference, "Lexical
//! structure", editions up to 2024).
//!
//! It never fails: what is unfinished or no Rust at all becomes punctuation,
//! and an unfinished string ends with its line. Every byte belongs to one
//! token, and the time is linear in the text. Not `ra-ap-rustc_lexer`, for it
//! knows emoji by a crate whose every feature Typst would then be built with.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space.
    Space,
    /// A comment of any kind, or the first line of a script.
    Comment,
    /// An identifier or a keyword.
    Word,
    /// `r#name`.
    RawWord,
    /// A lifetime or a label.
    Lifetime,
    /// A number with its suffix.
    Number,
    /// A string or character in which `\` escapes.
    Text,
    /// A raw string.
    RawText,
    /// One character of anything else.
    Sign,
}

/// A token.
#[derive(Debug, Clone)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

/// Cuts a text into tokens.
pub(super) fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer { text, at: 0, unfinished: false };
    let mut out = Vec::new();
    while let Some(first) = lexer.peek() {
        let start = lexer.at;
        let kind = lexer.next(first);
        out.push(Lexeme { kind, range: start..lexer.at });
    }
    out
}

/// Whether an identifier may begin with a character.
fn begins(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether an identifier may go on with a character.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Whether a string was found that never ends: further ones are sought on
    /// their own line only, so that each byte is looked at but a few times.
    unfinished: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character behind the next one.
    fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Passes over so many bytes.
    fn skip(&mut self, bytes: usize) {
        self.at = self.text.floor_char_boundary(self.at + bytes);
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.skip(rest.find(|c| !wanted(c)).unwrap_or(rest.len()));
    }

    fn line(&mut self) {
        self.skip_while(|c| c != '\n');
    }

    fn next(&mut self, first: char) -> Kind {
        if first.is_whitespace() {
            self.skip_while(char::is_whitespace);
            return Kind::Space;
        }
        if self.rest().starts_with("//") || (self.at == 0 && self.is_script()) {
            self.line();
            return Kind::Comment;
        }
        if self.rest().starts_with("/*") {
            self.block_comment();
            return Kind::Comment;
        }
        if let Some(kind) = self.prefixed() {
            return kind;
        }
        match first {
            '"' => self.string(),
            '\'' => self.quote(),
            '0'..='9' => self.number(),
            c if begins(c) => {
                self.skip_while(goes_on);
                Kind::Word
            }
            c => {
                self.skip(c.len_utf8());
                Kind::Sign
            }
        }
    }

    /// Whether the text begins with `#!` and no attribute.
    fn is_script(&self) -> bool {
        self.rest().strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['))
    }

    /// A block comment, which may hold others; one without an end goes on to
    /// the end of the text.
    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let bytes = self.rest().as_bytes();
        let mut at = 0;
        while let Some(pair) = bytes.get(at..at + 2) {
            let step = match pair {
                b"/*" => {
                    depth += 1;
                    2
                }
                b"*/" => {
                    depth -= 1;
                    2
                }
                _ => 1,
            };
            at += step;
            if depth == 0 {
                return self.skip(at);
            }
        }
        self.at = self.text.len();
    }

    /// What begins with a letter and is no identifier: strings with a prefix,
    /// raw strings and raw identifiers.
    fn prefixed(&mut self) -> Option<Kind> {
        let rest = self.rest();
        if let Some(behind) = rest.strip_prefix("b'") {
            let length = character(behind)?;
            self.skip(2 + length);
            return Some(Kind::Text);
        }
        if rest.starts_with("b\"") || rest.starts_with("c\"") {
            self.skip(1);
            return Some(self.string());
        }
        let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
        let behind = rest.get(prefix.len()..)?;
        let hashes = behind.bytes().take_while(|b| *b == b'#').count();
        let inside = behind.get(hashes..)?;
        if let Some(inside) = inside.strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes.min(255)));
            let length = inside.find(&end).map_or(inside.len(), |length| length + end.len());
            self.skip(prefix.len() + hashes + 1 + length);
            return Some(Kind::RawText);
        }
        if prefix == "r" && hashes == 1 && inside.starts_with(begins) {
            self.skip(2);
            self.skip_while(goes_on);
            return Some(Kind::RawWord);
        }
        None
    }

    /// A string, which may go on over lines.
    fn string(&mut self) -> Kind {
        let rest = self.rest();
        let within = if self.unfinished { rest.find('\n').unwrap_or(rest.len()) } else { rest.len() };
        let mut escaped = false;
        let end = rest.bytes().enumerate().take(within).skip(1).find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        match end {
            Some((at, _)) => self.skip(at + 1),
            None => {
                self.unfinished = true;
                self.line();
            }
        }
        Kind::Text
    }

    /// A character, a lifetime, or a lone quotation mark.
    fn quote(&mut self) -> Kind {
        if let Some(length) = character(self.rest().get(1..).unwrap_or_default()) {
            self.skip(1 + length);
            return Kind::Text;
        }
        let lifetime = self.second().is_some_and(begins);
        self.skip(1);
        if !lifetime {
            return Kind::Sign;
        }
        if self.rest().strip_prefix("r#").is_some_and(|name| name.starts_with(begins)) {
            self.skip(2);
        }
        self.skip_while(goes_on);
        Kind::Lifetime
    }

    fn number(&mut self) -> Kind {
        let radix = ["0x", "0o", "0b"].iter().any(|prefix| self.rest().starts_with(prefix));
        self.skip_while(goes_on);
        if radix {
            return Kind::Number;
        }
        // `1.5` and `1.`, but neither `1..2` nor `1.max(2)`.
        if self.peek() == Some('.') && !self.second().is_some_and(|c| c == '.' || begins(c)) {
            self.skip(1);
            self.skip_while(goes_on);
        }
        let before = self.text.get(..self.at).unwrap_or_default();
        let exponent = before
            .strip_suffix(['e', 'E'])
            .is_some_and(|mantissa| mantissa.ends_with(|c: char| c.is_ascii_digit() || c == '_'));
        let sign =
            matches!(self.peek(), Some('+' | '-')) && self.second().is_some_and(|c| c.is_ascii_digit());
        if exponent && sign {
            self.skip(1);
            self.skip_while(goes_on);
        }
        Kind::Number
    }
}

/// How long a character with its closing quotation mark is, behind the
/// opening one; none if it is no character.
fn character(behind: &str) -> Option<usize> {
    let mut characters = behind.char_indices();
    let (_, first) = characters.next()?;
    if first != '\\' {
        let (at, second) = characters.next()?;
        return (second == '\'' && first != '\'' && !"\n\r\t".contains(first)).then_some(at + 1);
    }
    // `'\''` as well as `'\u{10_FFFF}'`.
    characters.next().filter(|(_, c)| *c != '\n')?;
    let (at, end) = characters.take(12).find(|(_, c)| matches!(c, '\'' | '\n'))?;
    (end == '\'').then_some(at + 1)
}
