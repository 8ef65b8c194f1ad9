//! Walking the tree: one place that knows what contains what.
//!
//! Override [`Visit::block`] or [`Visit::inline`] for what is of interest and
//! call [`walk_block`] or [`walk_inline`] to go on inside. [`VisitMut`] hands
//! out the lists too, so that nodes can be put in or taken away.

use super::{Block, BlockKind, Chapter, Footnote, Inline, InlineKind};

/// Reads a tree.
pub trait Visit {
    /// Called for each block, outer ones first.
    fn block(&mut self, block: &Block) {
        walk_block(self, block);
    }

    /// Called for each inline, outer ones first.
    fn inline(&mut self, inline: &Inline) {
        walk_inline(self, inline);
    }
}

/// Visits a chapter: its blocks, then its footnotes.
pub fn walk_chapter<V: Visit + ?Sized>(v: &mut V, chapter: &Chapter) {
    walk_blocks(v, &chapter.blocks);
    for Footnote { blocks, label: _, references: _, span: _ } in &chapter.footnotes {
        walk_blocks(v, blocks);
    }
}

/// Visits each block of a list.
pub fn walk_blocks<V: Visit + ?Sized>(v: &mut V, blocks: &[Block]) {
    for block in blocks {
        v.block(block);
    }
}

/// Visits each inline of a list.
pub fn walk_inlines<V: Visit + ?Sized>(v: &mut V, inlines: &[Inline]) {
    for inline in inlines {
        v.inline(inline);
    }
}

/// Visits what a block contains.
pub fn walk_block<V: Visit + ?Sized>(v: &mut V, block: &Block) {
    match &block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines) => walk_inlines(v, inlines),
        BlockKind::Heading(heading) => walk_inlines(v, &heading.content),
        BlockKind::Code(_) | BlockKind::Rule | BlockKind::Math(_) => {}
        BlockKind::Quote(blocks) | BlockKind::Container { blocks, id: _, align: _, language: _ } => {
            walk_blocks(v, blocks)
        }
        BlockKind::Alert { title, blocks, kind: _, id: _ } => {
            walk_inlines(v, title.as_deref().unwrap_or_default());
            walk_blocks(v, blocks);
        }
        BlockKind::List(list) => {
            for item in &list.items {
                walk_blocks(v, &item.blocks);
            }
        }
        BlockKind::DefinitionList(definitions) => {
            for definition in definitions {
                walk_inlines(v, &definition.term);
                for blocks in &definition.definitions {
                    walk_blocks(v, blocks);
                }
            }
        }
        BlockKind::Table(table) => {
            walk_inlines(v, &table.caption);
            for cell in table.head.iter().chain(&table.body).flatten() {
                walk_blocks(v, &cell.blocks);
            }
        }
        BlockKind::Figure { image: _, caption } => walk_inlines(v, caption),
        BlockKind::Details { summary, blocks } => {
            walk_inlines(v, summary);
            walk_blocks(v, blocks);
        }
    }
}

/// Visits what an inline contains.
pub fn walk_inline<V: Visit + ?Sized>(v: &mut V, inline: &Inline) {
    match &inline.kind {
        InlineKind::Styled { content, style: _ } => walk_inlines(v, content),
        InlineKind::Link(link) => walk_inlines(v, &link.content),
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::Image(_)
        | InlineKind::Math(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Anchor(_) => {}
    }
}

/// Changes a tree.
pub trait VisitMut {
    /// Called for each list of blocks.
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        for block in blocks {
            self.block(block);
        }
    }

    /// Called for each block, outer ones first.
    fn block(&mut self, block: &mut Block) {
        walk_block_mut(self, block);
    }

    /// Called for each list of inlines.
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    /// Called for each inline, outer ones first.
    fn inline(&mut self, inline: &mut Inline) {
        walk_inline_mut(self, inline);
    }
}

/// Visits a chapter to change it: its blocks, then its footnotes.
pub fn walk_chapter_mut<V: VisitMut + ?Sized>(v: &mut V, chapter: &mut Chapter) {
    v.blocks(&mut chapter.blocks);
    for Footnote { blocks, label: _, references: _, span: _ } in &mut chapter.footnotes {
        v.blocks(blocks);
    }
}

/// Visits what a block contains, to change it.
pub fn walk_block_mut<V: VisitMut + ?Sized>(v: &mut V, block: &mut Block) {
    match &mut block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines) => v.inlines(inlines),
        BlockKind::Heading(heading) => v.inlines(&mut heading.content),
        BlockKind::Code(_) | BlockKind::Rule | BlockKind::Math(_) => {}
        BlockKind::Quote(blocks) | BlockKind::Container { blocks, id: _, align: _, language: _ } => {
            v.blocks(blocks)
        }
        BlockKind::Alert { title, blocks, kind: _, id: _ } => {
            if let Some(title) = title {
                v.inlines(title);
            }
            v.blocks(blocks);
        }
        BlockKind::List(list) => {
            for item in &mut list.items {
                v.blocks(&mut item.blocks);
            }
        }
        BlockKind::DefinitionList(definitions) => {
            for definition in definitions {
                v.inlines(&mut definition.term);
                for blocks in &mut definition.definitions {
                    v.blocks(blocks);
                }
            }
        }
        BlockKind::Table(table) => {
            v.inlines(&mut table.caption);
            for cell in table.head.iter_mut().chain(&mut table.body).flatten() {
                v.blocks(&mut cell.blocks);
            }
        }
        BlockKind::Figure { image: _, caption } => v.inlines(caption),
        BlockKind::Details { summary, blocks } => {
            v.inlines(summary);
            v.blocks(blocks);
        }
    }
}

/// Visits what an inline contains, to change it.
pub fn walk_inline_mut<V: VisitMut + ?Sized>(v: &mut V, inline: &mut Inline) {
    match &mut inline.kind {
        InlineKind::Styled { content, style: _ } => v.inlines(content),
        InlineKind::Link(link) => v.inlines(&mut link.content),
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::Image(_)
        | InlineKind::Math(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Anchor(_) => {}
    }
}
