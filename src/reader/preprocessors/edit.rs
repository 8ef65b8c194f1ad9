//! Changing a chapter's text before it is parsed, so that every place in it
//! still leads to the author's file.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::super::include::Expanded;
use super::super::markdown::Dialect;

/// A range of the text, and what comes in its place.
pub(super) struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

/// Makes the edits, which must be in order and apart from one another.
pub(super) fn apply(source: Expanded, edits: &[Edit]) -> Expanded {
    if edits.is_empty() {
        return source;
    }
    let mut text = String::with_capacity(source.text.len());
    let mut map = source.map.emptied();
    let mut at = 0;
    for edit in edits {
        let kept = at..edit.range.start.max(at);
        map.copy(text.len(), &source.map, kept.clone());
        text.push_str(source.text.get(kept).unwrap_or(""));
        map.make(text.len(), source.map.span(edit.range.clone()));
        text.push_str(&edit.text);
        at = edit.range.end.max(at);
    }
    let rest = at..source.text.len();
    map.copy(text.len(), &source.map, rest.clone());
    text.push_str(source.text.get(rest).unwrap_or(""));
    Expanded { text, map }
}

/// Puts texts before everything else, each made of what stands at a range.
pub(super) fn prepend(source: Expanded, pieces: &[Edit]) -> Expanded {
    let mut text = String::new();
    let mut map = source.map.emptied();
    for piece in pieces {
        map.make(text.len(), source.map.span(piece.range.clone()));
        text.push_str(&piece.text);
    }
    map.copy(text.len(), &source.map, 0..source.text.len());
    text.push_str(&source.text);
    Expanded { text, map }
}

/// A fenced code block as it stands in the text, from fence to fence.
pub(super) struct Fenced {
    pub range: Range<usize>,
    pub info: String,
}

/// What of a text is code.
#[derive(Default)]
pub(super) struct Code {
    /// Fenced blocks, in order.
    pub fenced: Vec<Fenced>,
    /// Code blocks and code spans, in order.
    ranges: Vec<Range<usize>>,
    /// HTML's tags, in order.
    tags: Vec<Range<usize>>,
}

impl Code {
    /// Finds the code of a text.
    pub(super) fn of(text: &str, dialect: Dialect) -> Self {
        let mut code = Self::default();
        for (event, range) in Parser::new_ext(text, dialect.options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    code.ranges.push(range.clone());
                    if let CodeBlockKind::Fenced(info) = kind {
                        code.fenced.push(Fenced { range, info: info.into_string() });
                    }
                }
                Event::Code(_) => code.ranges.push(range),
                Event::Html(_) | Event::InlineHtml(_) => code.tag(text, range),
                Event::Start(_)
                | Event::End(_)
                | Event::Text(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::SoftBreak
                | Event::HardBreak
                | Event::Rule
                | Event::TaskListMarker(_) => {}
            }
        }
        code
    }

    /// Whether an offset is in code.
    pub(super) fn contains(&self, offset: usize) -> bool {
        is_within(&self.ranges, offset)
    }

    /// Whether an offset is in a tag of HTML, rather than in what it holds.
    pub(super) fn is_tag(&self, offset: usize) -> bool {
        is_within(&self.tags, offset)
    }

    /// Adds the tags in a piece of HTML.
    fn tag(&mut self, text: &str, range: Range<usize>) {
        let mut at = range.start;
        while let Some(start) = text.get(at..range.end).and_then(|t| t.find('<')).map(|i| at + i) {
            let end = text.get(start..range.end).and_then(|t| t.find('>'));
            at = end.map_or(range.end, |i| start + i + 1);
            self.tags.push(start..at);
        }
    }
}

fn is_within(ranges: &[Range<usize>], offset: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= offset);
    next.checked_sub(1).and_then(|i| ranges.get(i)).is_some_and(|range| range.contains(&offset))
}

/// How far a line is looked back along, in bytes; and how long a prefix may be.
const LOOK_BACK: usize = 4096;
const MAX_PREFIX: usize = 32;

/// The line in which an offset stands, up to there; empty for a very long one.
pub(super) fn line_before(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or("");
    let near = before.get(before.floor_char_boundary(before.len().saturating_sub(LOOK_BACK))..).unwrap_or("");
    match near.rsplit_once('\n') {
        Some((_, line)) => line,
        None if near.len() == before.len() => near,
        None => "",
    }
}

/// What lines that go on in the same block begin with: the quote marks of the
/// line in which `offset` stands, and spaces in place of list markers.
pub(super) fn prefix(text: &str, offset: usize) -> String {
    let line = line_before(text, offset);
    let marks = line.chars().take_while(|c| c.is_ascii_digit() || " \t>-*+.)".contains(*c));
    marks.take(MAX_PREFIX).map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect()
}

/// Text as the value of an HTML attribute.
pub(super) fn attribute(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::super::include::SourceMap;
    use super::*;
    use crate::span::FileId;

    #[test]
    fn places_lead_back_through_several_edits() {
        let author = "one TWO three FOUR five";
        let source = Expanded { text: author.to_owned(), map: SourceMap::identity(FileId(0)) };
        let once = apply(source, &[Edit { range: 4..7, text: "(a b)".to_owned() }]);
        assert_eq!(once.text, "one (a b) three FOUR five");
        let four = once.text.find("FOUR").expect("there");
        let edits = [
            Edit { range: 4..5, text: "<".to_owned() },
            Edit { range: four..four + 4, text: "4".to_owned() },
        ];
        let twice = apply(once, &edits);
        assert_eq!(twice.text, "one <a b) three 4 five");
        let place = |needle: &str| {
            let at = twice.text.find(needle).expect("there");
            (author[twice.map.span(at..at + needle.len()).range()].to_owned(), twice.map.is_made(at))
        };
        assert_eq!(place("one"), ("one".to_owned(), false));
        assert_eq!(place("a b"), ("TWO".to_owned(), true));
        assert_eq!(place("three"), ("three".to_owned(), false));
        assert_eq!(place("4"), ("FOUR".to_owned(), true));
        assert_eq!(place("five"), ("five".to_owned(), false));
    }

    #[test]
    fn lines_that_go_on_keep_quotes_and_indents() {
        assert_eq!(prefix("x\n> - 1. `", 9), ">      ");
        assert_eq!(prefix("- words `", 8), "  ");
        assert_eq!(prefix("abc", 0), "");
    }

    #[test]
    fn code_is_found() {
        let text = "a `b` c\n\n```x y\nd\n```\n\n    e\n";
        let code = Code::of(text, Dialect::default());
        let inside: String = text
            .char_indices()
            .filter(|(i, c)| c.is_alphabetic() && code.contains(*i))
            .map(|(_, c)| c)
            .collect();
        assert_eq!(inside, "bxyde");
        assert_eq!(code.fenced.len(), 1);
        assert_eq!(code.fenced[0].info, "x y");
    }
}
