//! The outline of a book: parts, chapters by SUMMARY's nesting, and the
//! headings inside each chapter. The PDF's bookmarks and the EPUB's navigation
//! are both made from it, so that they agree.
//!
//! - A part contains the chapters that follow, up to the next part. One
//!   without any chapter is not in the outline.
//! - Drafts and addresses are not in it; chapters below one move up.
//! - A chapter's title is SUMMARY's; its own first heading is not repeated.
//! - Headings in quotes, alerts, lists, tables and footnotes are no sections
//!   of the chapter, and not in it. Containers and details are transparent.

use super::text::plain_text;
use super::{Block, BlockKind, Book, Chapter, Heading, Item, Role};

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// The title as plain text; never empty.
    pub title: String,
    /// A chapter's number as it is printed (`1.2.`), if it has one.
    pub number: Option<String>,
    /// Nesting, from 0; at most one more than that of the entry before.
    pub depth: usize,
    /// Where it leads.
    pub target: OutlineTarget,
}

/// Where an entry of the outline leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutlineTarget {
    /// A part: the start of the chapter that comes next.
    Part,
    /// The start of a chapter.
    Chapter {
        /// The chapter's [`key`](Chapter::key).
        key: String,
    },
    /// A heading of a chapter.
    Heading {
        /// The chapter's [`key`](Chapter::key).
        chapter: String,
        /// The heading's identifier.
        id: String,
    },
}

impl OutlineEntry {
    /// Number and title, as contents show them.
    pub fn label(&self) -> String {
        match &self.number {
            Some(number) => format!("{number} {}", self.title),
            None => self.title.clone(),
        }
    }
}

/// The outline of a book, in reading order.
pub fn outline(book: &Book) -> Vec<OutlineEntry> {
    let mut out = Vec::new();
    let mut part = None;
    let mut base = 0;
    let mut chapters = Levels::default();
    for item in &book.items {
        match item {
            Item::Part(title) => {
                part = Some(title);
                base = 0;
                chapters = Levels::default();
            }
            Item::Separator => {}
            // Nothing can be below it, but it ends what was before it.
            Item::Unlinked(entry) => {
                chapters.close(entry.depth);
            }
            Item::Chapter(chapter) => {
                if chapter.role != Role::Text {
                    // No part of the document contains it.
                    (part, base, chapters) = (None, 0, Levels::default());
                }
                if let Some(title) = part.take().map(|t| one_line(t)).filter(|t| !t.is_empty()) {
                    let target = OutlineTarget::Part;
                    out.push(OutlineEntry { title, number: None, depth: 0, target });
                    base = 1;
                }
                add_chapter(&mut out, chapter, base + chapters.open(chapter.depth));
            }
        }
    }
    out
}

fn add_chapter(out: &mut Vec<OutlineEntry>, chapter: &Chapter, depth: usize) {
    let target = OutlineTarget::Chapter { key: chapter.key.clone() };
    out.push(OutlineEntry { title: chapter_title(chapter), number: chapter.number_text(), depth, target });
    let mut found = Vec::new();
    headings(&mut found, &chapter.blocks);
    let first = chapter.title_heading().map(std::ptr::from_ref);
    let mut levels = Levels::default();
    for heading in found {
        let title = plain_text(&heading.content);
        if title.is_empty() || first.is_some_and(|first| std::ptr::eq(first, heading)) {
            continue;
        }
        let depth = depth + 1 + levels.open(usize::from(heading.level));
        let target = OutlineTarget::Heading { chapter: chapter.key.clone(), id: heading.id.clone() };
        out.push(OutlineEntry { title, number: None, depth, target });
    }
}

/// The title under which contents list a chapter: SUMMARY's, else its first
/// heading, else its key; never empty unless all of them are.
pub fn chapter_title(chapter: &Chapter) -> String {
    let title = one_line(&chapter.title);
    if !title.is_empty() {
        return title;
    }
    let heading = chapter.title_heading().map(|h| plain_text(&h.content)).unwrap_or_default();
    if heading.is_empty() { chapter.key.clone() } else { heading }
}

impl Chapter {
    /// The level 1 heading that the chapter begins with: its title.
    pub fn title_heading(&self) -> Option<&Heading> {
        match &self.blocks.first()?.kind {
            BlockKind::Heading(heading) if heading.level == 1 => Some(heading),
            BlockKind::Heading(_)
            | BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Figure { .. }
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => None,
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn headings<'a>(out: &mut Vec<&'a Heading>, blocks: &'a [Block]) {
    for block in blocks {
        match &block.kind {
            BlockKind::Heading(heading) => out.push(heading),
            BlockKind::Details { blocks, summary: _ }
            | BlockKind::Container { blocks, id: _, align: _, language: _ } => {
                headings(out, blocks);
            }
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Figure { .. } => {}
        }
    }
}

/// Levels as they are written, to nesting without gaps.
#[derive(Default)]
struct Levels(Vec<usize>);

impl Levels {
    /// Ends what is at this level or deeper; how many are still open.
    fn close(&mut self, level: usize) -> usize {
        while self.0.last().is_some_and(|&last| last >= level) {
            self.0.pop();
        }
        self.0.len()
    }

    /// Opens an entry of this level; its nesting.
    fn open(&mut self, level: usize) -> usize {
        let depth = self.close(level);
        self.0.push(level);
        depth
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Inline, InlineKind, Unlinked};
    use crate::span::{FileId, Span};

    const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

    fn heading(level: u8, text: &str) -> Block {
        let content = vec![Inline { kind: InlineKind::Text(text.to_owned()), span: SPAN }];
        Block { kind: BlockKind::Heading(Heading { level, id: text.to_lowercase(), content }), span: SPAN }
    }

    fn chapter(title: &str, number: &[u32], depth: usize, blocks: Vec<Block>) -> Item {
        Item::Chapter(Chapter {
            key: format!("{}.md", title.to_lowercase()),
            title: title.to_owned(),
            number: (!number.is_empty()).then(|| number.to_vec()),
            depth,
            role: Role::Text,
            language: None,
            blocks,
            footnotes: Vec::new(),
            span: SPAN,
        })
    }

    fn unlinked(title: &str, depth: usize) -> Item {
        Item::Unlinked(Unlinked { title: title.to_owned(), url: None, number: None, depth, span: SPAN })
    }

    fn shown(items: Vec<Item>) -> Vec<String> {
        let book = Book { items, ..Book::default() };
        outline(&book).iter().map(|e| format!("{}{}", "  ".repeat(e.depth), e.label())).collect()
    }

    #[test]
    fn parts_chapters_and_headings_nest() {
        let quote = Block { kind: BlockKind::Quote(vec![heading(2, "Quoted")]), span: SPAN };
        let details = Block {
            kind: BlockKind::Details { summary: Vec::new(), blocks: vec![heading(3, "Deep")] },
            span: SPAN,
        };
        let items = vec![
            chapter("Preface", &[], 0, vec![heading(1, "Another title")]),
            Item::Part("One".to_owned()),
            chapter("A", &[1], 0, vec![heading(1, "A"), heading(2, "S"), details, quote, heading(2, "T")]),
            chapter("B", &[1, 1], 1, vec![heading(4, "Odd"), heading(2, "Less"), heading(2, "")]),
            Item::Part("Two".to_owned()),
            chapter("C", &[2], 0, Vec::new()),
        ];
        assert_eq!(
            shown(items),
            [
                "Preface",
                "One",
                "  1. A",
                "    S",
                "      Deep",
                "    T",
                "    1.1. B",
                "      Odd",
                "      Less",
                "Two",
                "  2. C"
            ]
        );
    }

    #[test]
    fn drafts_and_empty_parts_are_left_out_and_their_children_move_up() {
        let items = vec![
            chapter("A", &[1], 0, Vec::new()),
            unlinked("Draft", 0),
            chapter("B", &[2, 1], 1, Vec::new()),
            chapter("C", &[2, 1, 1], 2, Vec::new()),
            Item::Part("Empty".to_owned()),
            Item::Part("Only drafts".to_owned()),
            unlinked("Later", 0),
        ];
        assert_eq!(shown(items), ["1. A", "2.1. B", "  2.1.1. C"]);
    }
}
