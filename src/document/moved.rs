//! A chapter whose file has another number among the files of its book.

use super::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use super::{Block, BlockKind, Chapter, Inline};
use crate::span::FileId;

/// Lets all places of a chapter be in `file`; offsets stay.
pub fn to_file(chapter: &mut Chapter, file: FileId) {
    chapter.span.file = file;
    for note in &mut chapter.footnotes {
        note.span.file = file;
    }
    walk_chapter_mut(&mut Moved(file), chapter);
}

struct Moved(FileId);

impl VisitMut for Moved {
    fn block(&mut self, block: &mut Block) {
        block.span.file = self.0;
        match &mut block.kind {
            BlockKind::List(list) => list.items.iter_mut().for_each(|item| item.span.file = self.0),
            BlockKind::DefinitionList(list) => list.iter_mut().for_each(|entry| entry.span.file = self.0),
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Heading(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Figure { .. }
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => {}
        }
        walk_block_mut(self, block);
    }

    fn inline(&mut self, inline: &mut Inline) {
        inline.span.file = self.0;
        walk_inline_mut(self, inline);
    }
}
