//! The characters of a book that a font may lack.

use std::collections::BTreeSet;

use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Image, ImageSource, Inline, InlineKind, Item};
use crate::media::MediaKind;

/// Every character below this is in every font of Bindery's.
const FIRST: char = '\u{180}';

/// All characters of a book from U+0180 on, wherever a page may show them:
/// text, code, titles, alternative texts, and what SVG images hold.
pub(super) fn of(book: &Book) -> BTreeSet<char> {
    let mut all = Characters(BTreeSet::new());
    let m = &book.metadata;
    for text in [&m.title].into_iter().chain(&m.subtitle).chain(&m.authors).chain(&m.repository) {
        all.text(text);
    }
    for item in &book.items {
        match item {
            Item::Part(title) => all.text(title),
            Item::Separator => {}
            Item::Unlinked(entry) => all.text(&entry.title),
            Item::Chapter(chapter) => {
                all.text(&chapter.title);
                walk_chapter(&mut all, chapter);
                chapter.footnotes.iter().for_each(|note| all.text(&note.label));
            }
        }
    }
    for (_, media) in book.media.iter().filter(|(_, media)| media.kind == MediaKind::Svg) {
        all.svg(&String::from_utf8_lossy(&media.bytes));
    }
    all.0
}

struct Characters(BTreeSet<char>);

impl Characters {
    fn text(&mut self, text: &str) {
        if !text.is_ascii() {
            self.0.extend(text.chars().filter(|c| *c >= FIRST));
        }
    }

    fn svg(&mut self, text: &str) {
        self.text(text);
        // Character references, in decimal and hexadecimal.
        for part in text.split("&#").skip(1) {
            let Some((number, _)) = part.split_once(';') else { continue };
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            self.0.extend(code.ok().and_then(char::from_u32).filter(|c| *c >= FIRST));
        }
    }

    fn image(&mut self, image: &Image) {
        self.text(&image.alt);
        match &image.source {
            ImageSource::Remote(url) | ImageSource::Missing(url) | ImageSource::Unresolved(url) => {
                self.text(url)
            }
            ImageSource::Media(_) => {}
        }
    }
}

impl Visit for Characters {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Code(code) = &block.kind {
            self.text(&code.text);
        }
        if let BlockKind::Math(math) = &block.kind {
            self.text(&math.source);
        }
        if let BlockKind::Figure { image, caption: _ } = &block.kind {
            self.image(image);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => self.text(text),
            InlineKind::Math(math) => self.text(&math.source),
            InlineKind::Image(image) => self.image(image),
            InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => {}
        }
        walk_inline(self, inline);
    }
}
