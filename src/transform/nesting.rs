//! Caps how deep blocks nest: beyond it a page has no room left, and Typst
//! refuses quotes 11, tables about 12 and lists about 30 deep.

use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind};

/// How deep blocks may nest, each counted by [`weight`].
const MAX_DEPTH: usize = 10;
/// How deep inlines may nest.
const MAX_INLINE_DEPTH: usize = 12;

/// Flattens what is nested too deeply: its content stays, without the quote,
/// list or table around it.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    let mut cap = Cap { depth: 0, inline_depth: 0, found: None };
    walk_chapter_mut(&mut cap, chapter);
    diagnostics.extend(cap.found);
}

/// What a block adds to the depth of its content.
fn weight(kind: &BlockKind) -> usize {
    match kind {
        BlockKind::Table(_) => 2,
        BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Details { .. }
        | BlockKind::Container { .. } => 1,
        BlockKind::Paragraph(_)
        | BlockKind::Plain(_)
        | BlockKind::Heading(_)
        | BlockKind::Code(_)
        | BlockKind::Rule
        | BlockKind::Math(_)
        | BlockKind::Figure { .. } => 0,
    }
}

struct Cap {
    depth: usize,
    inline_depth: usize,
    found: Option<Diagnostic>,
}

impl Cap {
    fn find(&mut self, span: crate::span::Span) {
        self.found.get_or_insert_with(|| {
            Diagnostic::new(Code::NestingDepth, format!("nested more than {MAX_DEPTH} deep"))
                .at(span)
                .hint("a page has no room for it: what is inside is set without further indent")
        });
    }
}

impl VisitMut for Cap {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        if blocks.iter().any(|block| self.depth + weight(&block.kind) > MAX_DEPTH) {
            let mut flat = Vec::new();
            for block in std::mem::take(blocks) {
                if self.depth + weight(&block.kind) > MAX_DEPTH {
                    self.find(block.span);
                }
                flatten(block, MAX_DEPTH - self.depth.min(MAX_DEPTH), &mut flat);
            }
            *blocks = flat;
        }
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &mut Block) {
        let weight = weight(&block.kind);
        self.depth += weight;
        walk_block_mut(self, block);
        self.depth -= weight;
    }

    fn inline(&mut self, inline: &mut Inline) {
        let nests = matches!(inline.kind, InlineKind::Styled { .. } | InlineKind::Link(_));
        self.inline_depth += usize::from(nests);
        if let InlineKind::Styled { content, .. } | InlineKind::Link(crate::document::Link { content, .. }) =
            &mut inline.kind
        {
            if self.inline_depth >= MAX_INLINE_DEPTH && content.iter().any(is_styled) {
                self.find(inline.span);
                *content = unstyled(std::mem::take(content));
            }
            self.inlines(content);
        }
        self.inline_depth -= usize::from(nests);
    }
}

fn is_styled(inline: &Inline) -> bool {
    matches!(inline.kind, InlineKind::Styled { .. })
}

fn unstyled(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::new();
    for inline in inlines {
        match inline.kind {
            InlineKind::Styled { content, style: _ } => out.extend(unstyled(content)),
            kind @ (InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Link(_)
            | InlineKind::Image(_)
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Math(_)
            | InlineKind::Anchor(_)) => out.push(Inline { kind, span: inline.span }),
        }
    }
    out
}

/// A block's content without itself, if it weighs more than is left.
fn flatten(block: Block, left: usize, out: &mut Vec<Block>) {
    if weight(&block.kind) <= left {
        out.push(block);
        return;
    }
    let span = block.span;
    let mut all = |blocks: Vec<Block>| blocks.into_iter().for_each(|block| flatten(block, left, out));
    match block.kind {
        BlockKind::Quote(blocks) => all(blocks),
        BlockKind::Alert { id, title, blocks, kind: _ } => {
            // The place stays one that links can lead to.
            let anchor = id.map(|id| Inline { kind: InlineKind::Anchor(id), span });
            let words: Vec<Inline> = anchor.into_iter().chain(title.unwrap_or_default()).collect();
            if !words.is_empty() {
                out.push(Block { kind: BlockKind::Paragraph(words), span });
            }
            blocks.into_iter().for_each(|block| flatten(block, left, out));
        }
        BlockKind::Container { id, blocks, align: _, language: _ } => {
            if let Some(id) = id {
                // The place stays one that links can lead to.
                let anchor = Inline { kind: InlineKind::Anchor(id), span };
                out.push(Block { kind: BlockKind::Plain(vec![anchor]), span });
            }
            blocks.into_iter().for_each(|block| flatten(block, left, out));
        }
        BlockKind::List(list) => {
            for item in list.items {
                item.blocks.into_iter().for_each(|block| flatten(block, left, out));
            }
        }
        BlockKind::DefinitionList(definitions) => {
            for definition in definitions {
                out.push(Block { kind: BlockKind::Paragraph(definition.term), span: definition.span });
                for block in definition.definitions.into_iter().flatten() {
                    flatten(block, left, out);
                }
            }
        }
        BlockKind::Table(table) => {
            for cell in table.head.into_iter().chain(table.body).flatten() {
                cell.blocks.into_iter().for_each(|block| flatten(block, left, out));
            }
            if !table.caption.is_empty() {
                out.push(Block { kind: BlockKind::Paragraph(table.caption), span });
            }
        }
        BlockKind::Details { summary, blocks } => {
            if !summary.is_empty() {
                out.push(Block { kind: BlockKind::Paragraph(summary), span });
            }
            blocks.into_iter().for_each(|block| flatten(block, left, out));
        }
        kind @ (BlockKind::Paragraph(_)
        | BlockKind::Plain(_)
        | BlockKind::Heading(_)
        | BlockKind::Code(_)
        | BlockKind::Rule
        | BlockKind::Math(_)
        | BlockKind::Figure { .. }) => out.push(Block { kind, span }),
    }
}
