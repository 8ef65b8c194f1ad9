//! Code blocks: coloured runs, one element a line.

use super::ChapterWriter;
use crate::document::CodeBlock;
use crate::document::text::is_trap;
use crate::highlight::{Line, Token};
use crate::span::Span;

/// Lines that begin deeper than this hang no deeper, in columns.
const DEEPEST_INDENT: usize = 12;

impl ChapterWriter<'_> {
    /// Each line is an element, so that the style sheet can let what is broken
    /// hang. The line ends stand between the elements: the text stays whole
    /// for copying and for reading systems without our style sheet.
    pub(super) fn code(&mut self, code: &CodeBlock, span: Span) {
        if code.text.is_empty() {
            return;
        }
        self.check_characters(&code.text, span);
        self.ltr_in_rtl();
        self.xml.start("pre", &[]);
        match &code.language {
            Some(language) => {
                let class = format!("language-{}", language.replace(char::is_whitespace, "-"));
                self.xml.start("code", &[("class", &class)]);
            }
            None => self.xml.start("code", &[]),
        }
        for line in self.inputs.lines(code).iter() {
            self.line(line);
            self.xml.newline();
        }
        self.xml.end();
        self.xml.end();
        self.xml.newline();
    }

    fn line(&mut self, line: &Line) {
        if line.is_empty() {
            return;
        }
        let class = match indent(line) / 2 * 2 {
            0 => "line".to_owned(),
            columns => format!("line i{}", columns.min(DEEPEST_INDENT)),
        };
        self.xml.start("span", &[("class", &class)]);
        for run in line {
            let class = class_name(run.token);
            if let Some(class) = class {
                self.xml.start("span", &[("class", class)]);
            }
            for part in run.text.split_inclusive(is_trap) {
                self.words(part.trim_end_matches(is_trap));
                self.trap(part);
            }
            if class.is_some() {
                self.xml.end();
            }
        }
        self.xml.end();
    }
}

/// The columns of white space that a line begins with.
fn indent(line: &Line) -> usize {
    let characters = line.iter().flat_map(|run| run.text.chars());
    characters.take_while(|c| *c == ' ' || *c == '\t').map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// A class of the style sheet.
fn class_name(token: Token) -> Option<&'static str> {
    match token {
        Token::Plain => None,
        Token::Comment => Some("c"),
        Token::Keyword => Some("k"),
        Token::String => Some("s"),
        Token::Constant => Some("n"),
        Token::Function => Some("f"),
        Token::Type => Some("t"),
        Token::Meta => Some("m"),
        Token::Inserted => Some("ins"),
        Token::Deleted => Some("del"),
    }
}
