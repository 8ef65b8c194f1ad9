//! Puts the equations back into the finished tree.

use super::{CLOSE, DIGIT, Equations, OPEN, push_placeholder};
use crate::document::walk::{VisitMut, walk_block_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Footnote, Inline, InlineKind, Math};
use crate::span::Span;
use crate::tally::Tally;

impl Equations {
    /// Puts the sources of the equations that are in the tree in place of what
    /// was counted for them.
    pub(in crate::reader) fn recount(&self, tally: &mut Tally) {
        let restored = self.restored.borrow();
        for text in [&mut tally.text, &mut tally.alternative].into_iter().filter(|t| t.contains(OPEN)) {
            let parts = self.cut(text).into_iter().map(|part| match part {
                Part::Text(text) => text.to_owned(),
                Part::Math(index, math, _) if restored.contains(&index) => math.source.clone(),
                Part::Math(index, ..) => {
                    let mut placeholder = String::new();
                    push_placeholder(&mut placeholder, index);
                    placeholder
                }
            });
            *text = parts.collect();
        }
    }

    /// Replaces the placeholders in a chapter by their equations. A display
    /// equation becomes a block of its own, and so does a code block whose
    /// language is `math`.
    pub(in crate::reader) fn restore(&self, blocks: &mut Vec<Block>, footnotes: &mut [Footnote]) {
        if self.list.is_empty() && !self.fences {
            return;
        }
        let mut restore = Restore { equations: self, cells: 0 };
        restore.blocks(blocks);
        for footnote in footnotes {
            restore.blocks(&mut footnote.blocks);
        }
    }

    /// Text with placeholders, cut at them.
    fn cut<'a>(&self, text: &'a str) -> Vec<Part<'_, 'a>> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once(&['$', OPEN].iter().collect::<String>()) {
            let (digits, after) =
                from.split_once(&[CLOSE, '$'].iter().collect::<String>()).unwrap_or((from, ""));
            parts.push(Part::Text(before));
            let index = digits.chars().fold(0_usize, |n, c| {
                n.saturating_mul(16).saturating_add(u32::from(c).saturating_sub(DIGIT) as usize)
            });
            if let Some((math, span)) = self.list.get(index) {
                parts.push(Part::Math(index, math, *span));
            }
            rest = after;
        }
        parts.push(Part::Text(rest));
        parts
    }

    /// Text with the sources of its equations, where there is no room for
    /// others: alternative texts, titles.
    fn plain(&self, text: &mut String) {
        if text.contains(OPEN) {
            *text = self
                .cut(text)
                .iter()
                .map(|part| match part {
                    Part::Text(text) => *text,
                    Part::Math(index, math, _) => {
                        self.restored.borrow_mut().insert(*index);
                        math.source.as_str()
                    }
                })
                .collect();
        }
    }
}

enum Part<'e, 't> {
    Text(&'t str),
    Math(usize, &'e Math, Span),
}

struct Restore<'a> {
    equations: &'a Equations,
    /// How many tables are open: their cells keep display equations in line.
    cells: usize,
}

impl VisitMut for Restore<'_> {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        for block in blocks.iter_mut() {
            self.block(block);
        }
        let splits = |block: &Block| {
            matches!(&block.kind, BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines)
                if inlines.iter().any(is_display))
        };
        if self.cells == 0 && blocks.iter().any(splits) {
            let all = std::mem::take(blocks);
            for block in all {
                if splits(&block) { split(block, blocks) } else { blocks.push(block) }
            }
        }
    }

    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Code(code) = &block.kind
            && self.equations.fences
            && code.language.as_deref() == Some("math")
            && !code.text.trim().is_empty()
        {
            block.kind = BlockKind::Math(Math::new(code.text.trim(), true));
        }
        if let BlockKind::Figure { image, .. } = &mut block.kind {
            self.equations.plain(&mut image.alt);
            self.equations.plain(&mut image.title);
        }
        let table = usize::from(matches!(block.kind, BlockKind::Table(_)));
        self.cells += table;
        walk_block_mut(self, block);
        self.cells -= table;
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        for inline in inlines.iter_mut() {
            self.inline(inline);
        }
        let holds = |i: &Inline| matches!(&i.kind, InlineKind::Text(text) if text.contains(OPEN));
        if !inlines.iter().any(holds) {
            return;
        }
        for inline in std::mem::take(inlines) {
            let InlineKind::Text(text) = &inline.kind else {
                inlines.push(inline);
                continue;
            };
            for part in self.equations.cut(text) {
                match part {
                    Part::Text("") => {}
                    Part::Text(text) => {
                        inlines.push(Inline { kind: InlineKind::Text(text.to_owned()), span: inline.span });
                    }
                    Part::Math(index, math, span) => {
                        self.equations.restored.borrow_mut().insert(index);
                        inlines.push(Inline { kind: InlineKind::Math(math.clone()), span });
                    }
                }
            }
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        match &mut inline.kind {
            InlineKind::Image(image) => {
                self.equations.plain(&mut image.alt);
                self.equations.plain(&mut image.title);
            }
            InlineKind::Link(link) => self.equations.plain(&mut link.title),
            InlineKind::Code(code) => self.equations.plain(code),
            InlineKind::Text(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Styled { .. }
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Math(_)
            | InlineKind::Anchor(_) => {}
        }
        walk_inline_mut(self, inline);
    }
}

fn is_display(inline: &Inline) -> bool {
    matches!(&inline.kind, InlineKind::Math(math) if math.display)
}

/// A paragraph's text and display equations, each as a block.
fn split(block: Block, out: &mut Vec<Block>) {
    let span = block.span;
    let plain = matches!(block.kind, BlockKind::Plain(_));
    let (BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines)) = block.kind else {
        out.push(block);
        return;
    };
    let mut line = Vec::new();
    let flush = |line: &mut Vec<Inline>, out: &mut Vec<Block>| {
        crate::reader::frame::trim(line);
        if !line.is_empty() {
            let line = std::mem::take(line);
            let kind = if plain { BlockKind::Plain(line) } else { BlockKind::Paragraph(line) };
            out.push(Block { kind, span });
        }
    };
    for inline in inlines {
        if !is_display(&inline) {
            line.push(inline);
        } else if let InlineKind::Math(math) = inline.kind {
            flush(&mut line, out);
            out.push(Block { kind: BlockKind::Math(math), span: inline.span });
        }
    }
    flush(&mut line, out);
}
