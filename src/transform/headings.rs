//! Headings: each chapter begins with one of level 1, and below it no level
//! is skipped (PDF/UA refuses that).

use crate::diag::{Code, Diagnostic};
use crate::document::text::plain_text;
use crate::document::walk::{Visit, VisitMut, walk_block_mut, walk_chapter_mut, walk_inline, walk_inlines};
use crate::document::{Block, BlockKind, Chapter, Heading, Inline, InlineKind};
use crate::span::Span;
use crate::tally::Rule;

/// Sets the chapter's title and renumbers its headings.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    let mut empty = Empty { diagnostics, headings: 0 };
    walk_chapter_mut(&mut empty, chapter);
    let any = empty.headings > 0;
    let own = take_title(&mut chapter.blocks);
    let title_level = own.as_ref().map(|(_, level)| *level);
    let title = own.map(|(block, _)| block).unwrap_or_else(|| {
        let span = Span { end: chapter.span.start, ..chapter.span };
        if !any {
            diagnostics.push(
                Diagnostic::new(
                    Code::ChapterWithoutHeading,
                    format!("the chapter has no heading and is titled \u{201C}{}\u{201D}", chapter.title),
                )
                .at(span)
                .hint("begin the file with a line `# Title`"),
            );
        }
        diagnostics.push(Diagnostic::rule(Rule::TitleFromSummary).at(span).adding(&chapter.title));
        let content = vec![Inline { kind: InlineKind::Text(chapter.title.clone()), span }];
        Block { kind: BlockKind::Heading(Heading { level: 1, id: String::new(), content }), span }
    });
    let mut levels = Levels { open: Vec::new(), last: title_level, diagnostics };
    walk_chapter_mut(&mut levels, chapter);
    chapter.blocks.insert(0, title);
}

/// Leaves out headings without text; their identifiers and the references to
/// notes in them stay.
struct Empty<'a> {
    diagnostics: &'a mut Vec<Diagnostic>,
    headings: usize,
}

impl VisitMut for Empty<'_> {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        blocks.retain_mut(|block| {
            let BlockKind::Heading(heading) = &mut block.kind else {
                self.block(block);
                return true;
            };
            if has_words(&heading.content) {
                self.headings += 1;
                return true;
            }
            self.diagnostics.push(
                Diagnostic::new(Code::HeadingEmpty, "a heading without text is left out")
                    .at(block.span)
                    .hint("give it a text or take it away"),
            );
            let left = left_of(heading, block.span);
            let keep = left.is_some();
            block.kind = left.unwrap_or(BlockKind::Rule);
            keep
        });
    }
}

/// What stays of a heading without text; none if nothing does.
fn left_of(heading: &mut Heading, span: Span) -> Option<BlockKind> {
    let container = |id, blocks| BlockKind::Container { id, align: None, language: None, blocks };
    let mut id = Some(std::mem::take(&mut heading.id)).filter(|id| !id.is_empty());
    let mut left = Left::default();
    walk_inlines(&mut left, &heading.content);
    if left.notes {
        let line = Block { kind: BlockKind::Paragraph(left.inlines), span };
        return Some(container(id, vec![line]));
    }
    let mut places = Vec::new();
    for anchor in left.anchors {
        if id.is_none() {
            id = Some(anchor);
        } else {
            places.push(Block { kind: container(Some(anchor), Vec::new()), span });
        }
    }
    id.map(|id| container(Some(id), places))
}

/// Anchors and references to notes.
#[derive(Default)]
struct Left {
    inlines: Vec<Inline>,
    anchors: Vec<String>,
    notes: bool,
}

impl Visit for Left {
    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Anchor(id) => {
                self.anchors.push(id.clone());
                self.inlines.push(inline.clone());
            }
            InlineKind::FootnoteReference { .. } => {
                self.notes = true;
                self.inlines.push(inline.clone());
            }
            InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::Image(_)
            | InlineKind::Math(_) => walk_inline(self, inline),
        }
    }
}

fn has_words(inlines: &[Inline]) -> bool {
    !plain_text(inlines).is_empty() || inlines.iter().any(has_image)
}

fn has_image(inline: &Inline) -> bool {
    match &inline.kind {
        InlineKind::Image(_) => true,
        InlineKind::Styled { content, .. } => content.iter().any(has_image),
        InlineKind::Link(link) => link.content.iter().any(has_image),
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::Math(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Anchor(_) => false,
    }
}

/// Takes the heading that opens a chapter, and the level that it had; none if
/// words come first.
fn take_title(blocks: &mut Vec<Block>) -> Option<(Block, u8)> {
    let first = blocks.iter().position(|block| !is_wordless(block))?;
    let block = blocks.get_mut(first)?;
    match &mut block.kind {
        BlockKind::Heading(heading) => {
            let level = std::mem::replace(&mut heading.level, 1);
            Some((blocks.remove(first), level))
        }
        BlockKind::Container { blocks: inner, id, .. } => {
            let found = take_title(inner)?;
            if inner.is_empty() && id.is_none() {
                blocks.remove(first);
            }
            Some(found)
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
        | BlockKind::Figure { .. }
        | BlockKind::Details { .. } => None,
    }
}

/// Whether a block holds nothing that is read: anchors, images, rules.
fn is_wordless(block: &Block) -> bool {
    match &block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines) => inlines.iter().all(is_wordless_inline),
        BlockKind::Rule => true,
        BlockKind::Figure { caption, .. } => caption.is_empty(),
        BlockKind::Container { blocks, .. } => blocks.iter().all(is_wordless),
        BlockKind::Heading(_)
        | BlockKind::Code(_)
        | BlockKind::Math(_)
        | BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Details { .. } => false,
    }
}

fn is_wordless_inline(inline: &Inline) -> bool {
    match &inline.kind {
        InlineKind::SoftBreak | InlineKind::HardBreak | InlineKind::Image(_) | InlineKind::Anchor(_) => true,
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::Link(link) => link.content.iter().all(is_wordless_inline),
        InlineKind::Styled { content, .. } => content.iter().all(is_wordless_inline),
        InlineKind::Code(_) | InlineKind::Math(_) | InlineKind::FootnoteReference { .. } => false,
    }
}

/// Gives headings below the title levels from 2 without gaps.
struct Levels<'a> {
    /// The author's levels of the headings that are open.
    open: Vec<u8>,
    /// The author's level of the heading before.
    last: Option<u8>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl VisitMut for Levels<'_> {
    fn block(&mut self, block: &mut Block) {
        let span = block.span;
        let BlockKind::Heading(heading) = &mut block.kind else {
            walk_block_mut(self, block);
            return;
        };
        let level = heading.level;
        if let Some(last) = self.last
            && level > last + 1
        {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::HeadingSkipped,
                    format!("a heading of level {level} below one of level {last}"),
                )
                .at(span)
                .hint(format!("write `{}`", "#".repeat(usize::from(last) + 1))),
            );
        }
        self.last = Some(level);
        while self.open.last().is_some_and(|open| *open >= level) {
            self.open.pop();
        }
        heading.level = u8::try_from(self.open.len() + 2).unwrap_or(6).min(6);
        self.open.push(level);
    }
}
