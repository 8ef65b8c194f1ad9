//! Shells: sh, bash and zsh (POSIX.1-2024, "Shell Command Language").
//!
//! Where a command may begin is what matters: its first word is a command or
//! a keyword. What a string or a substitution holds is read with a stack of
//! what is open, so that the time is linear.

mod quoted;

use super::super::cursor::{Cursor, begins, goes_on};
use super::super::lines::Lines;
use super::super::{Line, Token};
use super::table::Words;

/// The name of their grammar.
pub(super) const NAME: &str = "Bourne Again Shell (bash)";

/// Words behind which another command may begin.
const KEYWORDS: Words = Words("if then elif else while until do time coproc !");
/// Words behind which none begins.
const CLOSING: Words = Words("fi done for case select");
/// Commands that declare something.
const DECLARE: Words = Words("declare export local readonly typeset alias unset");

/// What is open around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `"`.
    String,
    /// `$(` or `(`.
    Command,
    /// `${`.
    Parameter,
    /// `$((`.
    Arithmetic,
}

/// Colours a shell's script.
pub(super) fn highlight(text: &str) -> Vec<Line> {
    let mut shell = Shell {
        cursor: Cursor::new(text),
        lines: Lines::new(text),
        open: Vec::new(),
        command: true,
        heading: false,
        cases: false,
        pattern: false,
        value: false,
        documents: Vec::new(),
        unfinished: [false; 3],
    };
    while let Some(first) = shell.cursor.peek() {
        shell.next(first);
    }
    shell.lines.finish()
}

struct Shell<'a> {
    cursor: Cursor<'a>,
    lines: Lines<'a>,
    open: Vec<Open>,
    /// Whether a command may begin.
    command: bool,
    /// Whether this is the head of a `for`, `case` or `select`, in which `in`
    /// is a keyword.
    heading: bool,
    /// Whether such a head is that of a `case`.
    cases: bool,
    /// Whether patterns of a `case` may stand here.
    pattern: bool,
    /// Whether this is the value of an assignment, behind which a command may
    /// begin.
    value: bool,
    /// The words that end the documents which begin on the next line.
    documents: Vec<&'a str>,
    /// Whether a `'`, a `"` or a document was found that never ends: others
    /// end with their line.
    unfinished: [bool; 3],
}

impl<'a> Shell<'a> {
    /// Passes over so many bytes.
    fn add(&mut self, token: Token, length: usize) {
        let start = self.cursor.at();
        self.cursor.skip(length);
        self.lines.add(token, start..self.cursor.at());
    }

    fn next(&mut self, first: char) {
        match self.open.last() {
            Some(Open::String) => return self.string(first),
            Some(Open::Parameter) => return self.parameter(first),
            Some(Open::Arithmetic | Open::Command) | None => {}
        }
        if first == '\n' {
            self.add(Token::Plain, 1);
            self.command = true;
            (self.heading, self.value) = (false, false);
            return self.documents();
        }
        if first.is_whitespace() {
            let rest = self.cursor.rest();
            let length = rest.find(|c: char| !c.is_whitespace() || c == '\n').unwrap_or(rest.len());
            self.command |= std::mem::take(&mut self.value);
            return self.add(Token::Plain, length);
        }
        let begins_word = self.cursor.passed().ends_with(|c: char| c.is_whitespace() || ";|&(".contains(c));
        if first == '#' && (begins_word || self.cursor.at() == 0) {
            let length = self.cursor.rest().find('\n').unwrap_or(self.cursor.rest().len());
            return self.add(Token::Comment, length);
        }
        match first {
            '$' => self.substitution(Token::Plain),
            '\'' => self.single(1),
            '"' => self.double(),
            '\\' => {
                let length = self.cursor.second().map_or(1, |c| 1 + c.len_utf8());
                let token = if self.cursor.second() == Some('\n') { Token::Plain } else { Token::Constant };
                self.add(token, length);
            }
            '<' if self.cursor.rest().starts_with("<<") => self.document(),
            c if is_word(c) => self.word(),
            c => self.operator(c),
        }
    }

    fn operator(&mut self, first: char) {
        if (self.command || self.heading) && self.cursor.rest().starts_with("((") {
            self.open.push(Open::Arithmetic);
            return self.add(Token::Plain, 2);
        }
        self.add(Token::Plain, first.len_utf8());
        match first {
            '(' if self.open.last() == Some(&Open::Arithmetic) => self.open.push(Open::Arithmetic),
            '(' => {
                self.open.push(Open::Command);
                self.command = true;
            }
            ')' => {
                let open = self.open.pop();
                if open == Some(Open::Arithmetic) && self.cursor.peek() == Some(')') {
                    self.add(Token::Plain, 1);
                }
                // Without one open it ends the pattern of a `case`.
                self.command = open.is_none() || self.pattern;
                self.pattern = false;
            }
            ';' if self.cursor.peek() == Some(';') => {
                self.add(Token::Plain, 1);
                (self.command, self.pattern) = (true, true);
            }
            ';' | '|' | '&' | '`' => self.command = true,
            // What follows is a file.
            '<' | '>' => self.command = false,
            _ => {}
        }
        // `2>&1`, `&>file`
        if first == '>' && self.cursor.peek() == Some('&') || first == '&' && self.cursor.peek() == Some('>')
        {
            self.add(Token::Plain, 1);
            self.command = false;
        }
    }

    /// A word, up to a quotation mark or a substitution in it.
    fn word(&mut self) {
        let rest = self.cursor.rest();
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let behind = rest.get(length..).unwrap_or_default();
        if self.open.last() == Some(&Open::Arithmetic) {
            let number = word.starts_with(|c: char| c.is_ascii_digit());
            return self.add(if number { Token::Constant } else { Token::Plain }, length);
        }
        let name = word.find(|c| !goes_on(c)).unwrap_or(length);
        let assigned =
            ["=", "+=", "["].iter().any(|sign| word.get(name..).is_some_and(|r| r.starts_with(sign)));
        let whole =
            behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || ";|&()<>".contains(c));
        if word == "in" && self.heading {
            self.heading = false;
            self.pattern = self.cases;
            return self.add(Token::Keyword, length);
        }
        if self.pattern {
            let ends = word == "esac";
            (self.pattern, self.command) = (!ends, false);
            return self.add(if ends { Token::Keyword } else { Token::Plain }, length);
        }
        // A function's body, or commands that belong together.
        if whole && word == "{" {
            self.command = true;
            return self.add(Token::Plain, length);
        }
        if !self.command {
            let number = whole && word.bytes().all(|b| b.is_ascii_digit());
            return self.add(if number { Token::Constant } else { Token::Plain }, length);
        }
        if word.starts_with(begins) && assigned {
            let sign = word.find('=').map_or(length, |sign| sign + 1);
            self.add(Token::Plain, sign);
            (self.command, self.value) = (false, true);
            return;
        }
        self.command = false;
        if whole && (KEYWORDS.contains(word) || CLOSING.contains(word)) {
            self.command = KEYWORDS.contains(word);
            self.heading = matches!(word, "for" | "case" | "select");
            self.cases = word == "case";
            return self.add(Token::Keyword, length);
        }
        if whole && word == "function" {
            self.add(Token::Keyword, length);
            let rest = self.cursor.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            self.add(Token::Plain, blank);
            let rest = self.cursor.rest();
            return self.add(Token::Function, rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        }
        let token = match word {
            "[" | "[[" | "}" | "%" => Token::Plain,
            _ if word.starts_with('-') => Token::Plain,
            _ if DECLARE.contains(word) => Token::Keyword,
            "true" | "false" => Token::Constant,
            _ => Token::Function,
        };
        self.add(token, length);
    }
}

/// Whether a character may stand in a word.
fn is_word(c: char) -> bool {
    !c.is_whitespace() && !"$'\"\\;|&()<>`".contains(c)
}
