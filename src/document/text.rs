//! The words of a tree, without its structure.

use super::walk::{Visit, walk_block, walk_chapter, walk_inline, walk_inlines};
use super::{Block, BlockKind, Chapter, Inline, InlineKind, Math};

/// The text of inlines as it serves titles and bookmarks: breaks become
/// spaces, images their alternative text.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut text = PlainText::default();
    walk_inlines(&mut text, inlines);
    text.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts the words of a chapter's text, as [`words`] gives them: those of
/// headings, tables, footnotes and captions, code, the source of equations and
/// the alternative texts of images.
pub fn count_words(chapter: &Chapter) -> usize {
    words(&chapter_text(chapter)).count()
}

/// The words of a text: runs of characters other than white space that hold at
/// least one letter or digit, with the punctuation that touches them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric))
}

/// The text of a chapter and its footnotes, a line for each block.
pub fn chapter_text(chapter: &Chapter) -> String {
    let mut text = PlainText { sources: true, ..PlainText::default() };
    walk_chapter(&mut text, chapter);
    text.text
}

/// Whether a character can hide in code what the code does: it orders others
/// (UAX #9's explicit formatting), ends a line for some readers, or stands
/// unseen between others. Both writers show its code point there.
pub fn is_trap(c: char) -> bool {
    matches!(c,
        '\u{200B}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The text of a block.
pub fn block_text(block: &Block) -> String {
    let mut text = PlainText::default();
    text.block(block);
    text.text
}

#[derive(Default)]
struct PlainText {
    text: String,
    /// All there is: equations as they are written rather than as they are
    /// read, and the alternative texts of images that stand alone.
    sources: bool,
}

impl PlainText {
    fn math(&mut self, math: &Math) {
        if self.sources {
            self.text.push_str(&math.source);
        } else {
            self.text.push_str(&math.text());
        }
    }
}

impl Visit for PlainText {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Code(code) => self.text.push_str(&code.text),
            BlockKind::Math(math) => self.math(math),
            BlockKind::Figure { image, caption: _ } => {
                if self.sources {
                    self.text.push_str(&image.alt);
                    self.text.push('\n');
                }
                walk_block(self, block);
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
            | BlockKind::Container { .. } => walk_block(self, block),
        }
        self.text.push('\n');
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => self.text.push_str(text),
            InlineKind::SoftBreak | InlineKind::HardBreak => self.text.push(' '),
            InlineKind::Image(image) => self.text.push_str(&image.alt),
            InlineKind::Math(math) => self.math(math),
            InlineKind::Styled { .. } | InlineKind::Link(_) => walk_inline(self, inline),
            InlineKind::FootnoteReference { .. } | InlineKind::Anchor(_) => {}
        }
    }
}
