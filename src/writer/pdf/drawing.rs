//! Text in drawings: Typst draws it with the same fonts as the book, and says
//! nothing where they lack a character.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fonts::{Face, Fonts};
use super::markup::Markup;
use crate::diag::Code;
use crate::document::{Image, ImageSource};
use crate::media::Media;

/// What stands for a character that no font has: a white square.
const REPLACEMENT: char = '\u{25A1}';
/// How many characters of one drawing are named.
const NAMED: usize = 8;

impl Markup<'_> {
    /// Names the characters in a drawing that no font has.
    pub(super) fn check_drawing(&mut self, image: &Image) {
        let ImageSource::Media(path) = &image.source else { return };
        let Some(media) = self.cx.media.get(path) else { return };
        let missing: BTreeSet<char> = media.text().chars().filter(|c| !drawable(self.cx.fonts, *c)).collect();
        if missing.is_empty() {
            return;
        }
        let names: Vec<String> =
            missing.iter().take(NAMED).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let more = missing.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.warn(
            Code::GlyphMissing,
            format!("no font has the character {}{more} of the drawing `{path}`", names.join(", ")),
            "the PDF shows a square in its place; the EPUB holds the character itself",
        );
    }
}

/// An image's bytes for Typst: a drawing with a square in the place of each
/// character that no font has. Typst would draw the font's own sign for a
/// missing glyph, which no archive takes.
pub(super) fn bytes(media: &Media, fonts: &Fonts) -> Arc<[u8]> {
    let text = media.text();
    if text.chars().all(|c| drawable(fonts, c)) {
        return Arc::clone(&media.bytes);
    }
    // In the whole file, so that identifiers and what refers to them agree.
    let source = String::from_utf8_lossy(&media.bytes);
    let shown: String = source.chars().map(|c| if drawable(fonts, c) { c } else { REPLACEMENT }).collect();
    shown.into_bytes().into()
}

fn drawable(fonts: &Fonts, c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || fonts.covers(Face::Text, c)
        || fonts.covers(Face::Mono, c)
        || fonts.has_emoji(c)
}
