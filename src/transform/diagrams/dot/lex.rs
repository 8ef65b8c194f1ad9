//! DOT's tokens.

use super::super::Refusal;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier, a number or a quoted string. Quoted ones are never
    /// keywords.
    Id {
        /// Its text, without quotes; escapes are kept.
        text: String,
        /// Whether it stood in quotes.
        quoted: bool,
    },
    /// An HTML-like string, without its outer angle brackets.
    Html(String),
    /// `->` or `--`
    Arrow,
    /// One of `{}[]=;,:`
    Sign(char),
}

/// Cuts a source into tokens, each with its line from 0.
///
/// # Errors
/// At the line where a string or comment does not end, or a sign is unknown.
pub fn tokens(source: &str) -> Result<Vec<(Token, usize)>, Refusal> {
    let mut lexer = Lexer { rest: source, line: 0, out: Vec::new() };
    while lexer.step()? {}
    Ok(lexer.out)
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    out: Vec<(Token, usize)>,
}

impl Lexer<'_> {
    fn skip(&mut self, bytes: usize) {
        let (before, after) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += before.matches('\n').count();
        self.rest = after;
    }

    fn error(&self, message: impl Into<String>) -> Refusal {
        let mut refusal = Refusal::new(message);
        refusal.line = self.line;
        refusal
    }

    fn step(&mut self) -> Result<bool, Refusal> {
        let Some(first) = self.rest.chars().next() else { return Ok(false) };
        let line_end = self.rest.find('\n').unwrap_or(self.rest.len());
        let number =
            |rest: &str| rest.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit() || c == '.');
        match first {
            c if c.is_whitespace() => self.skip(c.len_utf8()),
            '#' => self.skip(line_end),
            '/' if self.rest.starts_with("//") => self.skip(line_end),
            '/' if self.rest.starts_with("/*") => match self.rest.find("*/") {
                Some(end) => self.skip(end + 2),
                None => return Err(self.error("a comment does not end")),
            },
            '-' if self.rest.starts_with("->") || self.rest.starts_with("--") => {
                self.out.push((Token::Arrow, self.line));
                self.skip(2);
            }
            '{' | '}' | '[' | ']' | '=' | ';' | ',' | ':' => {
                self.out.push((Token::Sign(first), self.line));
                self.skip(1);
            }
            '"' => self.quoted()?,
            '<' => self.html()?,
            c if is_name(c) || number(self.rest) => {
                let end = self
                    .rest
                    .char_indices()
                    .find(|(i, c)| !(is_name(*c) || *c == '.' || (*i == 0 && *c == '-')))
                    .map_or(self.rest.len(), |(i, _)| i);
                let text = self.rest.get(..end).unwrap_or("").to_owned();
                self.out.push((Token::Id { text, quoted: false }, self.line));
                self.skip(end);
            }
            '+' => self.joined()?,
            c => return Err(self.error(format!("`{c}` is not part of the DOT language"))),
        }
        Ok(true)
    }

    fn quoted(&mut self) -> Result<(), Refusal> {
        let start = self.line;
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.skip(at + 1);
                    self.out.push((Token::Id { text, quoted: true }, start));
                    return Ok(());
                }
                '\\' => match chars.next() {
                    Some((_, '"')) => text.push('"'),
                    Some((_, '\n')) => {}
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(self.error("a string does not end"))
    }

    /// `"a" + "b"` is one string.
    fn joined(&mut self) -> Result<(), Refusal> {
        self.skip(1);
        let white = self.rest.len() - self.rest.trim_start().len();
        self.skip(white);
        let before = self.out.pop();
        match before {
            Some((Token::Id { text, quoted: true }, line)) if self.rest.starts_with('"') => {
                self.quoted()?;
                if let Some((Token::Id { text: more, .. }, _)) = self.out.pop() {
                    self.out.push((Token::Id { text: text + &more, quoted: true }, line));
                }
                Ok(())
            }
            Some(_) | None => Err(self.error("`+` stands between quoted strings only")),
        }
    }

    fn html(&mut self) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        for (at, c) in self.rest.char_indices() {
            match c {
                '<' => depth += 1,
                '>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let text = self.rest.get(1..at).unwrap_or("").to_owned();
                self.out.push((Token::Html(text), self.line));
                self.skip(at + 1);
                return Ok(());
            }
        }
        Err(self.error("an HTML-like label does not end"))
    }
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}
