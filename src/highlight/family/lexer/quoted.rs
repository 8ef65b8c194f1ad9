//! Strings, and what code in them begins with.

use super::super::body;
use super::super::table::{Escape, Quote};
use super::{Kind, Lexer, Open};

impl Lexer<'_> {
    /// A string, if one begins here.
    pub(super) fn quoted(&mut self) -> bool {
        let start = self.cursor.at();
        let rest = self.cursor.rest();
        let apostrophe = rest.starts_with('\'') && self.cursor.passed().ends_with(char::is_alphanumeric);
        if self.before_is(Kind::Word) && apostrophe {
            return false;
        }
        if self.directive && rest.starts_with('<') && self.includes() {
            let line = rest.lines().next().unwrap_or_default();
            let Some(length) = line.find('>') else { return false };
            self.cursor.skip(length + 1);
            self.add(Kind::Text, start);
            return true;
        }
        for (quote, last) in self.language.quotes.iter().zip(&self.last) {
            let opening = |prefix: &&&str| {
                rest.strip_prefix(**prefix).is_some_and(|behind| behind.starts_with(quote.open))
            };
            let Some(prefix) = quote.prefixes.iter().find(opening) else { continue };
            let length = prefix.len() + quote.open.len();
            let lines = quote.lines && *last >= start + length;
            let document = quote.document && self.fresh && self.stands_alone();
            self.cursor.skip(length);
            if document && lines {
                let end = self.cursor.rest().find(quote.close).unwrap_or(0);
                self.cursor.skip(end + quote.close.len());
                self.add(Kind::Comment, start);
            } else if quote.escape == Escape::Delimiter {
                self.delimited();
                self.add(Kind::Text, start);
            } else {
                self.body(quote, lines, start);
            }
            return true;
        }
        false
    }

    /// Whether the directive includes a file.
    fn includes(&self) -> bool {
        let word = self.out.iter().rev().find(|lexeme| lexeme.kind != Kind::Space);
        let word = word.filter(|lexeme| lexeme.kind == Kind::Note);
        let word = word.and_then(|lexeme| self.cursor.passed().get(lexeme.range.clone()));
        word.is_some_and(|word| word.ends_with("include") || word.ends_with("import"))
    }

    /// Whether a string here would be a statement of its own.
    fn stands_alone(&self) -> bool {
        let before = self.before.and_then(|at| self.out.get(at));
        before.is_none_or(|before| self.cursor.passed().get(before.range.clone()) == Some(":"))
    }

    /// A raw string of C++, behind its opening mark.
    fn delimited(&mut self) {
        let rest = self.cursor.rest();
        let name = rest.bytes().take(17).position(|b| b == b'(').and_then(|end| rest.get(..end));
        let end = name.filter(|_| !self.unfinished).map(|name| format!("){name}\""));
        match end.and_then(|end| Some(rest.find(&end)? + end.len())) {
            Some(length) => self.cursor.skip(length),
            None => {
                self.unfinished = true;
                self.cursor.line();
            }
        }
    }

    /// The inside of a string, up to its end or to code in it.
    pub(super) fn body(&mut self, quote: &'static Quote, lines: bool, start: usize) {
        let mut from = start;
        while let Some(part) = body::next(quote, lines, self.cursor.rest()) {
            let at = self.cursor.at();
            match part {
                body::Part::Text(length) => self.cursor.skip(length),
                body::Part::Escape(length) => {
                    self.add(Kind::Text, from);
                    self.cursor.skip(length);
                    self.add(Kind::Escape, at);
                    from = self.cursor.at();
                }
                body::Part::Name(length) => {
                    self.add(Kind::Text, from);
                    self.cursor.skip(length);
                    self.add(Kind::Sign, at);
                    from = self.cursor.at();
                }
                body::Part::Hole(length) => {
                    self.add(Kind::Text, from);
                    self.cursor.skip(length);
                    self.add(Kind::Sign, at);
                    return self.open.push(Open { quote, lines, depth: 0 });
                }
                body::Part::End(length) => {
                    self.cursor.skip(length);
                    break;
                }
            }
        }
        self.add(Kind::Text, from);
    }
}
