//! Trees made by hand, whose places mean nothing.

use bindery::document::{Block, BlockKind, Inline, InlineKind};
use bindery::span::{FileId, Span};

pub fn span() -> Span {
    Span::new(FileId(0), 0..0)
}

pub fn b(kind: BlockKind) -> Block {
    Block { kind, span: span() }
}

pub fn i(kind: InlineKind) -> Inline {
    Inline { kind, span: span() }
}

pub fn t(text: &str) -> Vec<Inline> {
    vec![i(InlineKind::Text(text.to_owned()))]
}
