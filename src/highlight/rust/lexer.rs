//! Rust's tokens, as far as colours need them (the Rust Reference, "Lexical
//! structure", editions up to 2024).
//!
//! It never fails: what is unfinished or no Rust at all becomes punctuation,
//! and an unfinished string ends with its line. Every byte belongs to one
//! token, and the time is linear in the text. Not `ra-ap-rustc_lexer`, for it
//! knows emoji by a crate whose every feature Typst would then be built with.

use std::ops::Range;

use super::super::cursor::{Cursor, begins, goes_on};

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
    let mut lexer = Lexer { cursor: Cursor::new(text), unfinished: false };
    let mut out = Vec::new();
    while let Some(first) = lexer.cursor.peek() {
        let start = lexer.cursor.at();
        let kind = lexer.next(first);
        out.push(Lexeme { kind, range: start..lexer.cursor.at() });
    }
    out
}

struct Lexer<'a> {
    cursor: Cursor<'a>,
    /// Whether a string was found that never ends: further ones are sought on
    /// their own line only, so that each byte is looked at but a few times.
    unfinished: bool,
}

impl Lexer<'_> {
    fn next(&mut self, first: char) -> Kind {
        if first.is_whitespace() {
            self.cursor.skip_while(char::is_whitespace);
            return Kind::Space;
        }
        if self.cursor.rest().starts_with("//") || (self.cursor.at() == 0 && self.is_script()) {
            self.cursor.line();
            return Kind::Comment;
        }
        if self.cursor.rest().starts_with("/*") {
            self.cursor.block_comment(true);
            return Kind::Comment;
        }
        if let Some(kind) = self.prefixed() {
            return kind;
        }
        match first {
            '"' => self.string(),
            '\'' => self.quote(),
            '0'..='9' => {
                self.cursor.number(None);
                Kind::Number
            }
            c if begins(c) => {
                self.cursor.skip_while(goes_on);
                Kind::Word
            }
            c => {
                self.cursor.skip(c.len_utf8());
                Kind::Sign
            }
        }
    }

    /// Whether the text begins with `#!` and no attribute.
    fn is_script(&self) -> bool {
        self.cursor.rest().strip_prefix("#!").is_some_and(|rest| !rest.trim_start().starts_with('['))
    }

    /// What begins with a letter and is no identifier: strings with a prefix,
    /// raw strings and raw identifiers.
    fn prefixed(&mut self) -> Option<Kind> {
        let rest = self.cursor.rest();
        if let Some(behind) = rest.strip_prefix("b'") {
            let length = character(behind)?;
            self.cursor.skip(2 + length);
            return Some(Kind::Text);
        }
        if rest.starts_with("b\"") || rest.starts_with("c\"") {
            self.cursor.skip(1);
            return Some(self.string());
        }
        let prefix = ["br", "cr", "r"].into_iter().find(|prefix| rest.starts_with(prefix))?;
        let behind = rest.get(prefix.len()..)?;
        let hashes = behind.bytes().take_while(|b| *b == b'#').count();
        let inside = behind.get(hashes..)?;
        if let Some(inside) = inside.strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes.min(255)));
            let length = inside.find(&end).map_or(inside.len(), |length| length + end.len());
            self.cursor.skip(prefix.len() + hashes + 1 + length);
            return Some(Kind::RawText);
        }
        if prefix == "r" && hashes == 1 && inside.starts_with(begins) {
            self.cursor.skip(2);
            self.cursor.skip_while(goes_on);
            return Some(Kind::RawWord);
        }
        None
    }

    /// A string, which may go on over lines.
    fn string(&mut self) -> Kind {
        let rest = self.cursor.rest();
        let within = if self.unfinished { rest.find('\n').unwrap_or(rest.len()) } else { rest.len() };
        let mut escaped = false;
        let end = rest.bytes().enumerate().take(within).skip(1).find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        match end {
            Some((at, _)) => self.cursor.skip(at + 1),
            None => {
                self.unfinished = true;
                self.cursor.line();
            }
        }
        Kind::Text
    }

    /// A character, a lifetime, or a lone quotation mark.
    fn quote(&mut self) -> Kind {
        if let Some(length) = character(self.cursor.rest().get(1..).unwrap_or_default()) {
            self.cursor.skip(1 + length);
            return Kind::Text;
        }
        let lifetime = self.cursor.second().is_some_and(begins);
        self.cursor.skip(1);
        if !lifetime {
            return Kind::Sign;
        }
        if self.cursor.rest().strip_prefix("r#").is_some_and(|name| name.starts_with(begins)) {
            self.cursor.skip(2);
        }
        self.cursor.skip_while(goes_on);
        Kind::Lifetime
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
