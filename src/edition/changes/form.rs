//! What readers meet in a chapter beside its words: markup, links, images.
//!
//! Two chapters of the same words and the same form are the same, however
//! their Markdown is wrapped and whichever marks its author prefers. Left out
//! is what differs from revision to revision of itself: the keys of chapters
//! that links lead to (a chapter that moved would change all that name it),
//! commits in addresses, the paths of images.

use super::digest::hash;
use crate::document::text::chapter_text;
use crate::document::walk::{Visit, walk_block, walk_blocks, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Chapter, Image, ImageSource, Inline, InlineKind, LinkTarget, List};
use crate::media::MediaBag;

/// The form of a chapter as a hash.
pub(super) fn form(chapter: &Chapter, media: &MediaBag) -> u64 {
    let mut form = Form { marks: Vec::new(), media };
    walk_chapter(&mut form, chapter);
    // The text as a whole, for what is no word; code counts each space, below.
    let text = chapter_text(chapter);
    hash((form.marks, text.split_whitespace().collect::<Vec<_>>()))
}

struct Form<'m> {
    /// What there is, in its order.
    marks: Vec<u64>,
    media: &'m MediaBag,
}

impl Form<'_> {
    fn mark(&mut self, value: impl std::hash::Hash) {
        self.marks.push(hash(value));
    }

    fn image(&mut self, image: &Image) {
        match &image.source {
            ImageSource::Media(path) => match self.media.get(path) {
                Some(media) => self.mark(("image", &media.bytes[..])),
                None => self.mark("image"),
            },
            ImageSource::Remote(url) => self.mark(("remote", url)),
            ImageSource::Unresolved(_) | ImageSource::Missing(_) => self.mark("no image"),
        }
    }

    fn list(&mut self, list: &List) {
        self.mark(("list", list.start));
        for item in &list.items {
            self.mark(("item", item.task));
            walk_blocks(self, &item.blocks);
        }
    }
}

impl Visit for Form<'_> {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            // A loose list is no other list than a tight one.
            BlockKind::Paragraph(_) | BlockKind::Plain(_) => self.mark("paragraph"),
            BlockKind::Heading(heading) => self.mark(("heading", heading.level)),
            // Spaces at the ends of lines are not seen.
            BlockKind::Code(code) => {
                let lines: Vec<&str> = code.text.lines().map(str::trim_end).collect();
                self.mark(("code", &code.language, lines));
            }
            BlockKind::Quote(_) => self.mark("quote"),
            BlockKind::Alert { kind, id: _, title: _, blocks: _ } => self.mark(("alert", kind)),
            BlockKind::List(list) => {
                self.list(list);
                return self.mark("end");
            }
            BlockKind::DefinitionList(entries) => self.mark(("definitions", entries.len())),
            BlockKind::Table(table) => {
                let rows = |rows: &[Vec<_>]| rows.iter().map(Vec::len).collect::<Vec<_>>();
                self.mark(("table", rows(&table.head), rows(&table.body)));
            }
            BlockKind::Rule => self.mark("rule"),
            BlockKind::Math(_) => self.mark("equation"),
            BlockKind::Figure { image, caption: _ } => self.image(image),
            BlockKind::Details { .. } => self.mark("details"),
            BlockKind::Container { .. } => return walk_block(self, block),
        }
        walk_block(self, block);
        self.mark("end");
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(_) | InlineKind::SoftBreak | InlineKind::Anchor(_) => return,
            InlineKind::Code(text) => self.mark(("code span", text.split_whitespace().collect::<Vec<_>>())),
            InlineKind::HardBreak => self.mark("break"),
            InlineKind::Styled { style, content: _ } => self.mark(style),
            InlineKind::Link(link) => match &link.target {
                LinkTarget::External(url) => self.mark(("link", without_commit(url))),
                LinkTarget::Internal { .. } | LinkTarget::Unresolved(_) => self.mark("link"),
            },
            InlineKind::Image(image) => self.image(image),
            InlineKind::FootnoteReference { footnote, occurrence: _ } => self.mark(("note", footnote)),
            InlineKind::Math(_) => self.mark("equation"),
        }
        walk_inline(self, inline);
        self.mark("end");
    }
}

/// An address without the commit in it: links to the repository's files lead
/// to the revision of the edition.
fn without_commit(url: &str) -> String {
    let is_hash = |part: &str| part.len() == 40 && part.bytes().all(|b| b.is_ascii_hexdigit());
    url.split('/').map(|part| if is_hash(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
}
