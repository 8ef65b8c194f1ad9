//! Lines of runs, made from ranges of the text.

use std::ops::Range;

use super::{Line, Token, push};

/// Lines while they are made from ranges of the text, which come in order.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// Where the content of the line ends, and where the next line begins.
    content: usize,
    end: usize,
    out: Vec<Line>,
}

impl<'a> Lines<'a> {
    /// The lines of a text, of which nothing is told yet.
    pub(super) fn new(text: &'a str) -> Self {
        let mut lines = Self { text, content: 0, end: 0, out: Vec::new() };
        lines.begin();
        lines
    }

    /// Begins the next line, if there is one.
    fn begin(&mut self) {
        let Some(rest) = self.text.get(self.end..).filter(|rest| !rest.is_empty()) else { return };
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
        (self.content, self.end) = (self.end + content.len(), self.end + line.len());
        self.out.push(Line::new());
    }

    /// Gives a range its class.
    pub(super) fn add(&mut self, token: Token, range: Range<usize>) {
        let mut start = range.start;
        while start < range.end {
            let part = self.text.get(start..range.end.min(self.content)).unwrap_or_default();
            if let Some(line) = self.out.last_mut() {
                push(line, token, part);
            }
            if range.end < self.end || self.end == self.text.len() {
                break;
            }
            start = self.end;
            self.begin();
        }
    }

    /// What was made.
    pub(super) fn finish(self) -> Vec<Line> {
        self.out
    }
}
