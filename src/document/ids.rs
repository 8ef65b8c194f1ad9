//! What links inside a chapter can lead to.

use std::collections::BTreeSet;

use super::walk::{Visit, walk_block, walk_blocks, walk_chapter, walk_inline};
use super::{Block, BlockKind, Chapter, Inline, InlineKind};

/// The identifiers of a chapter: of headings, containers and anchors, in the
/// text and in footnotes.
pub fn identifiers(chapter: &Chapter) -> BTreeSet<String> {
    let mut all = Identifiers(BTreeSet::new());
    walk_chapter(&mut all, chapter);
    all.0.remove("");
    all.0
}

/// Whether blocks hold anything that links can lead to.
pub fn has_identifiers(blocks: &[Block]) -> bool {
    let mut all = Identifiers(BTreeSet::new());
    walk_blocks(&mut all, blocks);
    !all.0.is_empty()
}

struct Identifiers(BTreeSet<String>);

impl Visit for Identifiers {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading(heading) => {
                self.0.insert(heading.id.clone());
            }
            BlockKind::Container { id, .. } | BlockKind::Alert { id, .. } => self.0.extend(id.clone()),
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Figure { .. }
            | BlockKind::Details { .. } => {}
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Anchor(id) = &inline.kind {
            self.0.insert(id.clone());
        }
        walk_inline(self, inline);
    }
}
