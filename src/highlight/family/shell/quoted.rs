//! Strings, what is put in for `$`, and documents.

use super::super::super::Token;
use super::super::super::cursor::{begins, goes_on};
use super::{Open, Shell};

impl Shell<'_> {
    /// `$name`, `${`, `$(`, `$((`, or a lone `$`.
    pub(super) fn substitution(&mut self, lone: Token) {
        let behind = self.cursor.rest().get(1..).unwrap_or_default();
        let quoted = self.open.last() == Some(&Open::String);
        if behind.starts_with("((") {
            self.open.push(Open::Arithmetic);
            return self.add(Token::Plain, 3);
        }
        if behind.starts_with('(') {
            self.open.push(Open::Command);
            (self.command, self.value) = (true, false);
            return self.add(Token::Plain, 2);
        }
        if behind.starts_with('{') {
            self.open.push(Open::Parameter);
            return self.add(Token::Plain, 2);
        }
        if behind.starts_with('\'') && !quoted {
            return self.single(2);
        }
        // The prompt of a terminal.
        if behind.starts_with(' ') && !quoted && self.command {
            return self.add(Token::Plain, 1);
        }
        let name = behind.find(|c| !goes_on(c)).unwrap_or(behind.len());
        let length = match behind.chars().next() {
            Some(c) if begins(c) => 1 + name,
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => 2,
            _ => return self.add(lone, 1),
        };
        if !quoted {
            self.command = false;
        }
        self.add(Token::Plain, length);
    }

    /// `'…'` or `$'…'`, whose opening mark has so many bytes.
    pub(super) fn single(&mut self, opening: usize) {
        let rest = self.cursor.rest();
        let inside = rest.get(opening..).unwrap_or_default();
        let line = inside.find('\n').unwrap_or(inside.len());
        let within = if self.unfinished[0] { inside.get(..line).unwrap_or_default() } else { inside };
        let end = within.find('\'');
        self.unfinished[0] |= end.is_none() && within.len() == inside.len();
        self.add(Token::String, opening + end.map_or(line, |end| end + 1));
        self.command = false;
    }

    /// The opening mark of `"…"`.
    pub(super) fn double(&mut self) {
        self.add(Token::String, 1);
        let rest = self.cursor.rest();
        let closed = !self.unfinished[1] && rest.contains('"');
        let line = rest.lines().next().unwrap_or_default();
        if closed || line.contains('"') {
            return self.open.push(Open::String);
        }
        self.unfinished[1] = true;
        self.add(Token::String, line.len());
        self.command = false;
    }

    /// The next part of `"…"`.
    pub(super) fn string(&mut self, first: char) {
        let rest = self.cursor.rest();
        match first {
            '"' => {
                self.open.pop();
                self.command = false;
                self.add(Token::String, 1);
            }
            '\\' => {
                let length = self.cursor.second().map_or(1, |c| 1 + c.len_utf8());
                self.add(Token::Constant, length);
            }
            '$' => self.substitution(Token::String),
            _ => self.add(Token::String, rest.find(['"', '\\', '$']).unwrap_or(rest.len())),
        }
    }

    /// The next part of `${…}`.
    pub(super) fn parameter(&mut self, first: char) {
        let rest = self.cursor.rest();
        match first {
            '}' => {
                self.open.pop();
                self.add(Token::Plain, 1);
                if self.open.last() != Some(&Open::String) {
                    self.command = false;
                }
            }
            // It has no end on its line.
            '\n' => {
                self.open.pop();
            }
            '$' => self.substitution(Token::Plain),
            _ => self.add(Token::Plain, rest.find(['}', '\n', '$']).unwrap_or(rest.len())),
        }
    }

    /// `<<word`, or a string behind `<<<`.
    pub(super) fn document(&mut self) {
        let rest = self.cursor.rest();
        if rest.starts_with("<<<") || self.open.last() == Some(&Open::Arithmetic) {
            self.command = false;
            return self.add(Token::Plain, if rest.starts_with("<<<") { 3 } else { 2 });
        }
        let behind = rest.get(2..).unwrap_or_default();
        let word = behind.trim_start_matches('-').trim_start_matches([' ', '\t']);
        let quoted = word.trim_start_matches(['\'', '"', '\\']);
        let end = quoted.find(|c| !goes_on(c)).unwrap_or(quoted.len());
        let mark = quoted.get(..end).unwrap_or_default();
        if mark.is_empty() {
            return self.add(Token::Plain, 2);
        }
        self.add(Token::Plain, rest.len() - word.len());
        let closing =
            quoted.get(end..).is_some_and(|r| r.starts_with(['\'', '"']) && quoted.len() < word.len());
        self.add(Token::String, word.len() - quoted.len() + end + usize::from(closing));
        self.documents.push(mark);
        self.command = false;
    }

    /// The documents that begin on this line.
    pub(super) fn documents(&mut self) {
        for mark in std::mem::take(&mut self.documents) {
            if self.unfinished[2] {
                return;
            }
            let rest = self.cursor.rest();
            let mut length = 0;
            let end = rest.split_inclusive('\n').find_map(|line| {
                let is_end = line.trim() == mark;
                length += line.len();
                is_end.then_some(line.len() - line.trim_end_matches(['\n', '\r']).len())
            });
            match end {
                Some(newline) => self.add(Token::String, length - newline),
                None => self.unfinished[2] = true,
            }
        }
    }
}
