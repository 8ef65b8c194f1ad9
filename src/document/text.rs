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

/// The beginning of a text, no longer than so many characters, with `…` behind
/// it; none if the text is no longer than that.
pub fn shortened(text: &str, most: usize) -> Option<String> {
    text.char_indices().nth(most)?;
    let room = most.saturating_sub(1);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let start = text.get(..end).unwrap_or_default();
    // Between words, unless that costs a third.
    let word = start.rfind(char::is_whitespace).filter(|at| at * 3 >= end * 2);
    let start = word.and_then(|at| start.get(..at)).unwrap_or(start);
    Some(format!("{}\u{2026}", start.trim_end()))
}

/// Whether blocks hold nothing at all: no text, nothing that is shown, and
/// neither a reference to a note nor a place that a link can lead to.
pub fn is_blank(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| match &block.kind {
        BlockKind::Plain(content) | BlockKind::Paragraph(content) => content.iter().all(is_blank_inline),
        BlockKind::Heading(_)
        | BlockKind::Code(_)
        | BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Rule
        | BlockKind::Math(_)
        | BlockKind::Figure { .. }
        | BlockKind::Details { .. }
        | BlockKind::Container { .. } => false,
    })
}

fn is_blank_inline(inline: &Inline) -> bool {
    match &inline.kind {
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::SoftBreak | InlineKind::HardBreak => true,
        InlineKind::Styled { content, style: _ } => content.iter().all(is_blank_inline),
        InlineKind::Link(link) => link.content.iter().all(is_blank_inline),
        InlineKind::Code(_)
        | InlineKind::Image(_)
        | InlineKind::Math(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Anchor(_) => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_ends_between_words_where_it_can() {
        let cut = |text: &str, most| shortened(text, most).unwrap_or_else(|| "as it is".to_owned());
        assert_eq!(cut("four words are here", 19), "as it is");
        assert_eq!(cut("four words are here", 18), "four words are…");
        assert_eq!(cut("a wordwithoutanyend", 9), "a wordwi…");
        assert_eq!(cut("ééééé", 4), "ééé…");
        assert_eq!(cut("中 文文文文文", 1), "…");
        assert_eq!((cut("", 0), cut("x", 0)), ("as it is".to_owned(), "…".to_owned()));
    }
}
