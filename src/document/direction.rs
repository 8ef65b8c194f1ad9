//! Which way text runs, and in which language it probably is, by its letters.

use serde::{Deserialize, Serialize};
use unicode_bidi::{BidiClass, bidi_class};
use unicode_script::{Script, UnicodeScript};

use super::walk::{Visit, walk_block, walk_blocks, walk_inline, walk_inlines};
use super::{Block, BlockKind, Inline, InlineKind, Metadata};

/// The direction of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right.
    #[default]
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// HTML's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// Languages that are written from right to left.
const RTL: [&str; 13] = ["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "syr", "ug", "ur", "yi"];

/// The direction of a book: what it says, else that of its language.
pub fn of_book(metadata: &Metadata) -> Direction {
    let language = primary(&metadata.language);
    let own = if RTL.contains(&language.as_str()) { Direction::Rtl } else { Direction::Ltr };
    metadata.direction.unwrap_or(own)
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The direction of a paragraph. In a book from left to right that of its
/// first strong character (UAX #9, P2 and P3), isolates passed over. In one
/// from right to left a paragraph runs the other way only if it has no letter
/// of the book's direction: many begin with a foreign name. Code says nothing
/// of the words around it, and no letter is no direction.
pub fn of_inlines(inlines: &[Inline], book: Direction) -> Option<Direction> {
    let mut strong = Strong { book, ..Strong::default() };
    walk_inlines(&mut strong, inlines);
    strong.found
}

/// The direction of blocks that belong together, such as a list's: that of
/// the first paragraph that has one.
pub fn of_blocks(blocks: &[Block], book: Direction) -> Option<Direction> {
    let mut first = First { book, found: None };
    walk_blocks(&mut first, blocks);
    first.found
}

/// The direction of a line of plain text, as [`of_inlines`].
pub fn of_text(text: &str, book: Direction) -> Option<Direction> {
    let mut strong = Strong { book, ..Strong::default() };
    strong.text(text);
    strong.found
}

#[derive(Default)]
struct Strong {
    book: Direction,
    isolates: usize,
    found: Option<Direction>,
}

impl Strong {
    #[allow(clippy::wildcard_enum_match_arm, reason = "Unicode has 23 such classes")]
    fn text(&mut self, text: &str) {
        // Nothing that runs to the left has fewer than two bytes.
        let plain = text.is_ascii() && self.isolates == 0;
        if plain {
            if self.found.is_none() && text.bytes().any(|b| b.is_ascii_alphabetic()) {
                self.found = Some(Direction::Ltr);
            }
            return;
        }
        for c in text.chars() {
            if self.found == Some(Direction::Rtl) || (self.found.is_some() && self.book == Direction::Ltr) {
                return;
            }
            match bidi_class(c) {
                BidiClass::LRI | BidiClass::RLI | BidiClass::FSI => self.isolates += 1,
                BidiClass::PDI => self.isolates = self.isolates.saturating_sub(1),
                BidiClass::L if self.isolates == 0 => self.found = Some(Direction::Ltr),
                BidiClass::R | BidiClass::AL if self.isolates == 0 => self.found = Some(Direction::Rtl),
                _ => {}
            }
        }
    }
}

impl Visit for Strong {
    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Styled { .. } | InlineKind::Link(_) => walk_inline(self, inline),
            InlineKind::Code(_)
            | InlineKind::Math(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Image(_)
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => {}
        }
    }
}

struct First {
    book: Direction,
    found: Option<Direction>,
}

impl Visit for First {
    fn block(&mut self, block: &Block) {
        if self.found.is_some() {
            return;
        }
        match &block.kind {
            BlockKind::Paragraph(content) | BlockKind::Plain(content) => {
                self.found = of_inlines(content, self.book)
            }
            BlockKind::Heading(heading) => self.found = of_inlines(&heading.content, self.book),
            BlockKind::Details { summary, blocks: _ } => {
                self.found = of_inlines(summary, self.book);
                walk_block(self, block);
            }
            BlockKind::Table(table) => {
                let cells = table.head.iter().chain(&table.body).flatten();
                for cell in cells {
                    walk_blocks(self, &cell.blocks);
                }
            }
            BlockKind::DefinitionList(definitions) => {
                if let Some(definition) = definitions.first() {
                    self.found = of_inlines(&definition.term, self.book);
                }
            }
            BlockKind::Code(_)
            | BlockKind::Math(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::Rule
            | BlockKind::Figure { .. }
            | BlockKind::Container { .. } => walk_block(self, block),
        }
    }

    fn inline(&mut self, _: &Inline) {}
}

/// The language that most letters of a text point to, where that can't be
/// the book's own. A guess by script: Hebrew, Arabic (Persian and Urdu by
/// letters of their own), Chinese, Japanese (kana), Korean.
#[allow(clippy::wildcard_enum_match_arm, reason = "Unicode has some 170 scripts")]
pub fn language(text: &str, book: &str) -> Option<&'static str> {
    if text.is_ascii() {
        return None;
    }
    let (mut letters, mut hebrew, mut arabic, mut han, mut kana, mut hangul) = (0, 0, 0, 0, 0, 0);
    let (mut persian, mut urdu) = (false, false);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        match c.script() {
            Script::Hebrew => hebrew += 1,
            Script::Arabic => {
                arabic += 1;
                persian |= matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی');
                urdu |= matches!(c, 'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ہ');
            }
            Script::Han => han += 1,
            Script::Hiragana | Script::Katakana => kana += 1,
            Script::Hangul => hangul += 1,
            _ => {}
        }
    }
    let book = primary(book);
    let most = |count: i32| count * 2 > letters;
    let guess = if most(hebrew) && !matches!(book.as_str(), "he" | "yi") {
        "he"
    } else if most(arabic) && (book == "he" || !RTL.contains(&book.as_str())) {
        match (urdu, persian) {
            (true, _) => "ur",
            (false, true) => "fa",
            (false, false) => "ar",
        }
    } else if most(han + kana + hangul) {
        match (kana > 0, hangul > 0) {
            (true, _) => "ja",
            (false, true) => "ko",
            (false, false) if matches!(book.as_str(), "ja" | "ko") => return None,
            (false, false) => "zh",
        }
    } else {
        return None;
    };
    (guess != book).then_some(guess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{FileId, Span};

    #[test]
    fn the_first_strong_letter_says_the_direction_of_a_paragraph() {
        let of = |text| of_text(text, Direction::Ltr);
        assert_eq!(of("12. שלום world"), Some(Direction::Rtl));
        assert_eq!(of("Rust ושלום"), Some(Direction::Ltr));
        assert_eq!(of("مرحبا"), Some(Direction::Rtl));
        assert_eq!(of("\u{2067}שלום\u{2069} word"), Some(Direction::Ltr));
        assert_eq!(of("1, 2, 3!"), None);
        assert_eq!(of_text("Rust ושלום", Direction::Rtl), Some(Direction::Rtl));
        assert_eq!(of_text("Rust only", Direction::Rtl), Some(Direction::Ltr));
    }

    #[test]
    fn code_says_nothing_of_the_direction() {
        let inline = |kind| Inline { kind, span: Span::new(FileId(0), 0..0) };
        let inlines =
            [inline(InlineKind::Code("cargo".to_owned())), inline(InlineKind::Text(" הוא כלי".to_owned()))];
        assert_eq!(of_inlines(&inlines, Direction::Ltr), Some(Direction::Rtl));
        assert_eq!(of_inlines(&inlines[..1], Direction::Ltr), None);
    }

    #[test]
    fn a_language_is_guessed_where_the_letters_are_clear() {
        for (text, book, guess) in [
            ("שלום עולם", "en", Some("he")),
            ("مرحبا بالعالم", "en", Some("ar")),
            ("می‌خواهم کتاب", "en", Some("fa")),
            ("میں نے کہا", "en", Some("ur")),
            ("مرحبا", "fa", None),
            ("这是中文", "en", Some("zh")),
            ("これは日本語", "zh", Some("ja")),
            ("漢字", "ja", None),
            ("한국어", "en", Some("ko")),
            ("the word 中 alone", "en", None),
            ("Ελληνικά", "en", None),
        ] {
            assert_eq!(language(text, book), guess, "{text}");
        }
    }
}
