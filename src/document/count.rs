//! What a tree holds, in the ledger's measure.

use super::walk::{Visit, walk_block, walk_blocks, walk_chapter, walk_inline, walk_inlines};
use super::{Block, BlockKind, Chapter, Inline, InlineKind, Math};
use crate::tally::Tally;

/// Counts a chapter: its blocks and its footnotes.
pub fn chapter(chapter: &Chapter) -> Tally {
    let mut count = Count::default();
    walk_chapter(&mut count, chapter);
    count.0
}

/// Counts blocks, then inlines.
pub fn parts(blocks: &[Block], inlines: &[Inline]) -> Tally {
    let mut count = Count::default();
    walk_blocks(&mut count, blocks);
    walk_inlines(&mut count, inlines);
    count.0
}

#[derive(Default)]
struct Count(Tally);

impl Count {
    /// An equation is text as long as it is shown as it is written.
    fn math(&mut self, math: &Math) {
        if math.tree.is_none() {
            self.0.text(&math.source);
        }
    }
}

impl Visit for Count {
    fn block(&mut self, block: &Block) {
        self.0.block();
        match &block.kind {
            BlockKind::Code(code) => self.0.text(&code.text),
            BlockKind::Math(math) => self.math(math),
            BlockKind::Figure { image, caption: _ } => {
                self.0.inline();
                self.0.alternative(&image.alt);
                self.0.gap();
            }
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Heading(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => {}
        }
        walk_block(self, block);
        self.0.gap();
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.0.text(text),
            InlineKind::Code(text) => {
                self.0.inline();
                self.0.text(text);
            }
            InlineKind::Math(math) => {
                self.0.inline();
                self.math(math);
            }
            InlineKind::SoftBreak => self.0.gap(),
            InlineKind::HardBreak => {
                self.0.inline();
                self.0.gap();
            }
            InlineKind::Image(image) => {
                self.0.inline();
                self.0.alternative(&image.alt);
                self.0.alternative(" ");
            }
            InlineKind::Styled { .. } | InlineKind::Link(_) => {
                self.0.inline();
                walk_inline(self, inline);
            }
            InlineKind::FootnoteReference { .. } => self.0.inline(),
            InlineKind::Anchor(_) => {}
        }
    }
}
