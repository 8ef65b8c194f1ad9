//! SUMMARY.md, by mdBook's rules, but tolerantly: what is not as it should be
//! is a diagnostic, and the rest is read.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::tags::is_known;
use crate::diag::{Code, Diagnostic};
use crate::span::{FileId, Span};

/// How deep entries may be nested; deeper ones stay at this depth.
const MAX_DEPTH: usize = 50;

/// A line of the contents.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A part title.
    Part(String),
    /// A separator.
    Separator,
    /// An entry.
    Entry(Entry),
}

/// An entry of the contents.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The title as plain text; may be empty.
    pub title: String,
    /// What it leads to, as written; empty for a draft, none without a link.
    pub target: Option<String>,
    /// mdBook's number.
    pub number: Option<Vec<u32>>,
    /// Nesting, from 0.
    pub depth: usize,
    /// Where it stands.
    pub span: Span,
}

/// Reads the contents.
pub(super) fn parse(text: &str, file: FileId, smart: bool, diagnostics: &mut Vec<Diagnostic>) -> Vec<Line> {
    let mut options = Options::empty();
    options.set(Options::ENABLE_SMART_PUNCTUATION, smart);
    let mut reader = Reader {
        file,
        diagnostics,
        lines: Vec::new(),
        numbers: Vec::new(),
        root: 0,
        items: Vec::new(),
        heading: None,
        link: None,
        loose: None,
        titled: false,
        numbered: false,
        suffix: false,
        deep: false,
    };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, range);
    }
    reader.flush_loose();
    reader.lines
}

/// A list item whose own content is being read.
#[derive(Default)]
struct Item {
    /// Its text outside of links, with its place.
    text: String,
    place: Option<Range<usize>>,
    /// Whether an entry was made of it.
    done: bool,
}

struct Reader<'a> {
    file: FileId,
    diagnostics: &'a mut Vec<Diagnostic>,
    lines: Vec<Line>,
    /// The number in each open list.
    numbers: Vec<u32>,
    /// Where the outermost lists go on counting.
    root: u32,
    items: Vec<Item>,
    heading: Option<(HeadingLevel, Range<usize>, String)>,
    link: Option<(String, Range<usize>, String)>,
    /// Text outside of lists and links.
    loose: Option<(Range<usize>, String)>,
    titled: bool,
    numbered: bool,
    suffix: bool,
    deep: bool,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Text(text)
            | Event::Code(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text, range),
            Event::SoftBreak | Event::HardBreak => self.text(" ", range),
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html, range),
            Event::Rule => {
                self.flush_loose();
                self.lines.push(Line::Separator);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush_loose();
                self.heading = Some((level, range, String::new()));
            }
            Tag::List(_) => self.open_list(range),
            Tag::Item => {
                if let Some(last) = self.numbers.last_mut() {
                    *last = last.saturating_add(1);
                }
                self.items.push(Item::default());
            }
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.into_string(), range, String::new())),
            Tag::CodeBlock(_) | Tag::Table(_) => {
                self.invalid(
                    range,
                    "this is no entry of the contents",
                    "list the chapters as `- [Title](file.md)`",
                );
            }
            Tag::Paragraph
            | Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Image { .. }
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::List(_) => {
                if let Some(count) = self.numbers.pop()
                    && self.numbers.is_empty()
                {
                    self.root = count;
                }
            }
            TagEnd::Item => {
                self.finish_item();
                self.items.pop();
            }
            TagEnd::Link => self.close_link(),
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::CodeBlock => self.flush_loose(),
            TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some((_, _, title)) = &mut self.link {
            title.push_str(text);
        } else if let Some((_, _, title)) = &mut self.heading {
            title.push_str(text);
        } else if let Some(item) = self.items.last_mut() {
            item.text.push_str(text);
            extend(&mut item.place, range);
        } else if let Some((place, all)) = &mut self.loose {
            place.end = range.end;
            all.push_str(text);
        } else if !text.trim().is_empty() {
            self.loose = Some((range, text.to_owned()));
        }
    }

    /// Comments are silent, an element's tags too; a `<T>` in a title is text.
    fn html(&mut self, html: &CowStr, range: Range<usize>) {
        let trimmed = html.trim();
        let name: String =
            trimmed.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
        let inside = self.link.is_some() || self.heading.is_some();
        if inside && !name.is_empty() && !is_known(&name.to_lowercase()) {
            self.text(html, range);
        }
    }

    fn open_list(&mut self, range: Range<usize>) {
        self.flush_loose();
        self.finish_item();
        if self.numbers.is_empty() {
            if self.suffix {
                self.invalid(
                    range.start..range.start + 1,
                    "a numbered list after the suffix chapters",
                    "its chapters are numbered on; mdBook refuses this",
                );
                self.suffix = false;
            }
            self.numbered = true;
            self.numbers.push(self.root);
        } else {
            if self.numbers.len() >= MAX_DEPTH && !self.deep {
                self.deep = true;
                let message = format!("entries nested more than {MAX_DEPTH} deep");
                let span = Span::new(self.file, range.start..range.start + 1);
                self.diagnostics.push(Diagnostic::new(Code::NestingDepth, message).at(span));
            }
            self.numbers.push(0);
        }
    }

    fn close_heading(&mut self) {
        let Some((level, range, title)) = self.heading.take() else { return };
        let title = tidy(&title);
        if level == HeadingLevel::H1 && !self.titled && self.lines.is_empty() {
            self.titled = true;
            return;
        }
        if title.is_empty() {
            return self.invalid(range, "a part title without text", "give it a title or take it away");
        }
        if level != HeadingLevel::H1 {
            self.invalid(range, "a part title should be a heading of level 1", "write one `#`");
        }
        self.suffix = false;
        self.lines.push(Line::Part(title));
    }

    fn close_link(&mut self) {
        let Some((target, range, title)) = self.link.take() else { return };
        if let Some((_, _, heading)) = &mut self.heading {
            heading.push_str(&title);
            return;
        }
        let again = self.items.last().is_some_and(|item| item.done);
        if again {
            let hint = "it is taken as a chapter of its own; give it a line of its own";
            self.invalid(range.clone(), "a second link in one entry", hint);
            if let Some(last) = self.numbers.last_mut() {
                *last = last.saturating_add(1);
            }
        }
        if let Some(item) = self.items.last_mut() {
            item.done = true;
        } else {
            self.flush_loose();
            self.suffix = self.numbered;
        }
        self.entry(tidy(&title), Some(target), range);
    }

    fn entry(&mut self, title: String, target: Option<String>, range: Range<usize>) {
        let number =
            (!self.numbers.is_empty()).then(|| self.numbers.iter().take(MAX_DEPTH).copied().collect());
        let depth = self.numbers.len().saturating_sub(1).min(MAX_DEPTH - 1);
        let span = Span::new(self.file, range);
        self.lines.push(Line::Entry(Entry { title, target, number, depth, span }));
    }

    /// Ends an item's own content: at its nested list or at its end.
    fn finish_item(&mut self) {
        let Some(item) = self.items.last_mut() else { return };
        let text = tidy(&std::mem::take(&mut item.text));
        let place = item.place.take();
        let done = std::mem::replace(&mut item.done, true);
        let Some(place) = place.filter(|_| !text.is_empty()) else { return };
        if done {
            let message = format!("the text \u{201C}{text}\u{201D} beside an entry is left out");
            self.invalid(place, &message, "put it into the title, between the brackets");
        } else {
            let title = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(&text).to_owned();
            let hint = "link it as `[Title](file.md)`, or as `[Title]()` if it is a draft";
            self.invalid(place.clone(), "an entry without a link", hint);
            self.entry(title, None, place);
        }
    }

    fn flush_loose(&mut self) {
        if let Some((range, text)) = self.loose.take() {
            let text = tidy(&text);
            let shown: String = text.chars().take(40).collect();
            let message = format!("the text \u{201C}{shown}\u{201D} is no entry of the contents");
            self.invalid(range, &message, "it is left out; put it into a comment or a chapter");
        }
    }

    fn invalid(&mut self, range: Range<usize>, message: &str, hint: &str) {
        let span = Span::new(self.file, range);
        self.diagnostics.push(Diagnostic::new(Code::SummaryInvalid, message).at(span).hint(hint));
    }
}

fn extend(place: &mut Option<Range<usize>>, range: Range<usize>) {
    match place {
        Some(place) => place.end = range.end,
        None => *place = Some(range),
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::number_text;
    use crate::span::Files;

    fn run(text: &str) -> String {
        let mut files = Files::default();
        let file = files.add("SUMMARY.md", text);
        let mut diagnostics = Vec::new();
        let lines = parse(text, file, false, &mut diagnostics);
        let mut out = String::new();
        for line in lines {
            match line {
                Line::Part(title) => out.push_str(&format!("part {title}\n")),
                Line::Separator => out.push_str("---\n"),
                Line::Entry(e) => {
                    let number = e.number.as_deref().map_or("-".to_owned(), number_text);
                    let target = e.target.as_deref().unwrap_or("none");
                    out.push_str(&format!("{}{number} {} -> {target}\n", "  ".repeat(e.depth), e.title));
                }
            }
        }
        for d in diagnostics {
            let place = d.locate(&files).place.expect("has a place");
            out.push_str(&format!("{}:{} {}\n", place.line, place.column, d.message));
        }
        out
    }

    #[test]
    fn mdbooks_form_is_read() {
        let text = "# Summary\n\n[Preface](pre.md)\n\n<!-- hidden -->\n\n- [One `x`](./one.md)\n  * [Two & *b*](<two b.md>)\n    \
                    1. [Three](three%20c.md)\n- [Draft]()\n\n---\n\n# Part\n\n- [Four](four.md)\n\n[After](after.md)\n";
        assert_eq!(
            run(text),
            "- Preface -> pre.md\n1. One x -> ./one.md\n  1.1. Two & b -> two b.md\n    1.1.1. Three -> three%20c.md\n\
             2. Draft -> \n---\npart Part\n3. Four -> four.md\n- After -> after.md\n"
        );
    }

    #[test]
    fn what_is_not_as_it_should_be_is_named_and_the_rest_read() {
        let text = "# S\n\nhello there\n\n- plain\n- [a](a.md) extra\n- [b](b.md) [c](c.md)\n- [Vec<T>](t.md)\n\n\
                    ## Lesser\n\n- [d](d.md)\n\n[e](e.md)\n\n- [f](f.md)\n";
        assert_eq!(
            run(text),
            "1. plain -> none\n2. a -> a.md\n3. b -> b.md\n4. c -> c.md\n5. Vec<T> -> t.md\npart Lesser\n\
             6. d -> d.md\n- e -> e.md\n7. f -> f.md\n\
             3:1 the text “hello there” is no entry of the contents\n\
             5:3 an entry without a link\n\
             6:12 the text “extra” beside an entry is left out\n\
             7:13 a second link in one entry\n\
             10:1 a part title should be a heading of level 1\n\
             16:1 a numbered list after the suffix chapters\n"
        );
    }
}
