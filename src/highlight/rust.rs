//! Rust, which is most of what documents show, without a grammar of regular
//! expressions: its tokens and a look at their neighbours.
//!
//! Attributes are one thing whole. Names say what they are by their case, as
//! Rust's own lints have it: types begin with a capital, constants have
//! nothing else. Unfinished code has colours as far as it can be told.

mod lexer;
mod words;

use std::ops::Range;

use self::lexer::{Kind, Lexeme, lexemes};
use super::case::{Case, case};
use super::lines::Lines;
use super::{Line, Token};

/// Colours Rust.
pub(super) fn highlight(text: &str) -> Vec<Line> {
    let lexemes = lexemes(text);
    let code = Code::new(text, &lexemes);
    let mut lines = Lines::new(text);
    let mut formats = Formats::default();
    let mut next = 0;
    let mut attribute = 0;
    for (i, lexeme) in lexemes.iter().enumerate() {
        let meaning = code.meaning.get(next).is_some_and(|meaning| *meaning == i).then_some(next);
        next += usize::from(meaning.is_some());
        if let Some(end) = meaning.and_then(|at| code.attribute(at)) {
            attribute = attribute.max(end);
        }
        let inside = lexeme.range.start < attribute;
        let token = match lexeme.kind {
            Kind::Space => Token::Plain,
            Kind::Comment => Token::Comment,
            _ if inside => Token::Meta,
            Kind::Lifetime => Token::Keyword,
            Kind::Number => Token::Constant,
            Kind::RawText | Kind::Text => Token::String,
            Kind::Word | Kind::RawWord | Kind::Sign => {
                meaning.map_or(Token::Plain, |at| code.token(at, lexeme.kind))
            }
        };
        if inside {
            lines.add(token, lexeme.range.clone());
            continue;
        }
        if let Some(at) = meaning.filter(|_| lexeme.kind == Kind::Sign) {
            formats.sign(code.word(at), || code.opens_format(at));
        }
        if matches!(lexeme.kind, Kind::Text | Kind::RawText) {
            let format = formats.is_first();
            literal(&mut lines, text, lexeme, format);
        } else {
            lines.add(token, lexeme.range.clone());
        }
    }
    lines.finish()
}

/// The tokens that mean something, which are all but white space and comments.
struct Code<'a> {
    text: &'a str,
    lexemes: &'a [Lexeme],
    /// Their indices.
    meaning: Vec<usize>,
    /// For each the bracket `]` that closes it, if it is `[`.
    closing: Vec<Option<usize>>,
}

impl<'a> Code<'a> {
    fn new(text: &'a str, lexemes: &'a [Lexeme]) -> Self {
        let meant = |(i, lexeme): (usize, &Lexeme)| {
            (!matches!(lexeme.kind, Kind::Space | Kind::Comment)).then_some(i)
        };
        let meaning: Vec<_> = lexemes.iter().enumerate().filter_map(meant).collect();
        let mut code = Self { text, lexemes, closing: vec![None; meaning.len()], meaning };
        let mut open = Vec::new();
        for at in 0..code.meaning.len() {
            match code.sign(at) {
                "[" => open.push(at),
                "]" => {
                    if let Some(slot) = open.pop().and_then(|from| code.closing.get_mut(from)) {
                        *slot = Some(at);
                    }
                }
                _ => {}
            }
        }
        code
    }

    fn lexeme(&self, at: usize) -> Option<&'a Lexeme> {
        self.lexemes.get(*self.meaning.get(at)?)
    }

    /// The text of a token; none is empty.
    fn word(&self, at: usize) -> &'a str {
        self.lexeme(at).and_then(|lexeme| self.text.get(lexeme.range.clone())).unwrap_or_default()
    }

    /// The same for signs only.
    fn sign(&self, at: usize) -> &'a str {
        self.lexeme(at).filter(|lexeme| lexeme.kind == Kind::Sign).map_or("", |_| self.word(at))
    }

    /// The token before; empty at the start.
    fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// Whether a token begins where the one before ends.
    fn touches(&self, at: usize) -> bool {
        let end = at.checked_sub(1).and_then(|before| self.lexeme(before)).map(|lexeme| lexeme.range.end);
        end.is_some() && self.lexeme(at).map(|lexeme| lexeme.range.start) == end
    }

    /// Where the attribute ends that begins with this token, if one does.
    fn attribute(&self, at: usize) -> Option<usize> {
        if self.sign(at) != "#" {
            return None;
        }
        let bracket = if self.sign(at + 1) == "!" { at + 2 } else { at + 1 };
        let end = self.closing.get(bracket).copied().flatten()?;
        Some(self.lexeme(end)?.range.end)
    }

    /// Whether the `!` of a macro's call, or of `macro_rules!`, stands here.
    fn is_bang(&self, at: usize) -> bool {
        self.sign(at) == "!"
            && self.touches(at)
            && (matches!(self.sign(at + 1), "(" | "[" | "{") || self.before(at) == "macro_rules")
    }

    /// Whether a bracket opens the arguments of a macro that takes a format.
    fn opens_format(&self, at: usize) -> bool {
        at >= 2 && self.is_bang(at - 1) && words::FORMATS.contains(&self.word(at - 2))
    }

    fn token(&self, at: usize, kind: Kind) -> Token {
        if kind == Kind::Sign {
            return self.sign_token(at);
        }
        if self.is_bang(at + 1) || self.before(at) == "fn" || self.declares_macro(at) {
            return Token::Function;
        }
        if self.before(at) == "$" && self.word(at) != "crate" {
            return Token::Plain;
        }
        if kind == Kind::Word && self.is_keyword(at) {
            return Token::Keyword;
        }
        let word = self.word(at);
        match word {
            "true" | "false" => return Token::Constant,
            // A function of no name, a pattern.
            "_" => return Token::Plain,
            _ => {}
        }
        let called =
            self.sign(at + 1) == "(" && self.touches(at + 1) || self.path(at + 1) && self.sign(at + 3) == "<";
        if words::PRIMITIVE_TYPES.contains(&word) && !called && self.before(at) != "." {
            return Token::Type;
        }
        let declared = ["struct", "enum", "union", "trait", "type"].contains(&self.before(at));
        match case(word.trim_start_matches("r#").trim_start_matches('_')) {
            _ if declared => Token::Type,
            Case::Camel => Token::Type,
            Case::Capitals if self.path(at + 1) => Token::Type,
            Case::Capitals => Token::Constant,
            Case::Small if called => Token::Function,
            Case::Small => Token::Plain,
        }
    }

    /// What belongs to a neighbour's name: the sign of a macro.
    fn sign_token(&self, at: usize) -> Token {
        if self.is_bang(at) && at > 0 && self.lexeme(at - 1).is_some_and(|before| before.kind == Kind::Word) {
            Token::Function
        } else {
            Token::Plain
        }
    }

    /// Whether `::` stands here.
    fn path(&self, at: usize) -> bool {
        self.sign(at) == ":" && self.sign(at + 1) == ":"
    }

    /// Whether this is the name that `macro_rules!` or `macro` declares.
    fn declares_macro(&self, at: usize) -> bool {
        self.before(at) == "macro" || (at >= 2 && self.is_bang(at - 1) && self.word(at - 2) == "macro_rules")
    }

    fn is_keyword(&self, at: usize) -> bool {
        let (word, next) = (self.word(at), self.word(at + 1));
        let named = |at: usize| self.lexeme(at).is_some_and(|lexeme| lexeme.kind == Kind::Word);
        match word {
            // Names that are keywords in some places only.
            "union" => named(at + 1) && matches!(self.word(at + 2), "{" | "<" | "where"),
            "auto" => next == "trait",
            "default" => ["async", "const", "extern", "fn", "impl", "type", "unsafe"].contains(&next),
            "safe" => ["extern", "fn", "static"].contains(&next),
            "raw" => self.before(at) == "&" && ["const", "mut"].contains(&next),
            "gen" | "try" => ["{", "move", "fn"].contains(&next),
            // The kinds of fragments that macros take.
            _ if words::FRAGMENTS.contains(&word) && !words::KEYWORDS.contains(&word) => {
                at >= 3 && self.before(at) == ":" && self.word(at - 3) == "$"
            }
            _ => words::KEYWORDS.contains(&word),
        }
    }
}

/// The macros that take a format and whose arguments are being read.
#[derive(Default)]
struct Formats(Vec<Option<bool>>);

impl Formats {
    /// A sign was read; `opens` says whether a format may follow it.
    fn sign(&mut self, sign: &str, opens: impl FnOnce() -> bool) {
        match sign {
            "(" | "[" | "{" => self.0.push(opens().then_some(true)),
            ")" | "]" | "}" => {
                self.0.pop();
            }
            _ => {}
        }
    }

    /// Whether the string that was read is the first one of such a macro.
    fn is_first(&mut self) -> bool {
        self.0.last_mut().and_then(Option::as_mut).is_some_and(std::mem::take)
    }
}

/// A string with its escapes and, if it is a format, its placeholders.
fn literal(lines: &mut Lines, text: &str, lexeme: &Lexeme, format: bool) {
    let Range { start, end } = lexeme.range;
    let Some(inside) = text.get(start..end) else { return };
    let mut from = 0;
    let mut at = 0;
    while let Some(rest) = inside.get(at..).filter(|rest| !rest.is_empty()) {
        let escape = (lexeme.kind == Kind::Text).then(|| words::escape(rest)).flatten();
        match escape.or_else(|| format.then(|| words::placeholder(rest)).flatten()) {
            Some(length) => {
                lines.add(Token::String, start + from..start + at);
                lines.add(Token::Constant, start + at..start + at + length);
                at += length;
                from = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    lines.add(Token::String, start + from..end);
}

#[cfg(test)]
mod tests;
