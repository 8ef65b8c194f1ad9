//! The fonts inside the binary, and which characters they can draw.
//!
//! Only these are used, so that a page looks the same on every machine.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::{Abs, Em};
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;

/// The family of emoji; its glyphs are drawn in colour.
pub const EMOJI: &str = "Twemoji Mozilla";

/// The fonts, with what Typst wants to know of them.
pub struct Fonts {
    /// Metadata of all fonts, in their order.
    pub book: LazyHash<FontBook>,
    /// The fonts.
    pub list: Vec<Font>,
    /// The fonts as they measure upright text of regular weight.
    upright: Vec<FontInstance>,
    text: Vec<u32>,
    mono: Vec<u32>,
    math: Vec<u32>,
    emoji: Vec<u32>,
}

macro_rules! font {
    ($name:literal) => {
        include_bytes!(concat!("../../../fonts/", $name)).as_slice()
    };
}

static FILES: [&[u8]; 11] = [
    crate::typeface::TEXT,
    font!("LibertinusSerif-Italic.otf"),
    crate::typeface::BOLD,
    font!("LibertinusSerif-SemiboldItalic.otf"),
    crate::typeface::SYMBOLS,
    font!("JetBrainsMonoNL-Regular.ttf"),
    font!("JetBrainsMonoNL-Italic.ttf"),
    font!("JetBrainsMonoNL-Bold.ttf"),
    font!("DejaVuSansMono.ttf"),
    crate::typeface::EMOJI,
    font!("LibertinusMath-Regular.otf"),
];

/// The fonts inside the binary, read once.
pub static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let list: Vec<Font> = FILES.iter().filter_map(|bytes| Font::new(Bytes::new(*bytes), 0)).collect();
    let covered = |families: &[&str]| {
        let mut code_points: Vec<u32> = list
            .iter()
            .filter(|font| families.contains(&font.info().family.as_str()))
            .flat_map(|font| font.info().coverage.iter())
            .collect();
        code_points.sort_unstable();
        code_points.dedup();
        code_points
    };
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&list)),
        text: covered(&["Libertinus Serif", "DejaVu Sans"]),
        mono: covered(&["JetBrains Mono NL", "DejaVu Sans Mono", "DejaVu Sans"]),
        math: covered(&["Libertinus Math", "Libertinus Serif", "DejaVu Sans"]),
        emoji: covered(&[EMOJI]),
        upright: list
            .iter()
            .map(|font| {
                font.clone().instantiate(FontVariant::default(), Abs::pt(10.0), &FontVariations::default())
            })
            .collect(),
        list,
    }
});

/// What a character is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Running text.
    Text,
    /// Code.
    Mono,
}

impl Fonts {
    /// Whether the fonts of a face can draw a character.
    pub fn covers(&self, face: Face, c: char) -> bool {
        let list = match face {
            Face::Text => &self.text,
            Face::Mono => &self.mono,
        };
        list.binary_search(&u32::from(c)).is_ok()
    }

    /// Whether the fonts of equations can draw a character.
    pub fn covers_math(&self, c: char) -> bool {
        c == ' ' || c == '\u{A0}' || self.math.binary_search(&u32::from(c)).is_ok()
    }

    /// How wide a character is in a face, in em of the font's own size.
    pub fn advance(&self, face: Face, c: char) -> f64 {
        let families: &[&str] = match face {
            Face::Text => &["Libertinus Serif", "DejaVu Sans", EMOJI],
            Face::Mono => &["JetBrains Mono NL", "DejaVu Sans Mono", EMOJI],
        };
        families
            .iter()
            .filter_map(|family| self.upright.iter().find(|font| font.font().info().family == *family))
            .find_map(|font| font.x_advance(font.ttf().glyph_index(c)?.0))
            .map(Em::get)
            .unwrap_or(1.0)
    }

    /// Whether the emoji font can draw a character.
    pub fn has_emoji(&self, c: char) -> bool {
        self.emoji.binary_search(&u32::from(c)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_read_and_keeps_its_family() {
        assert_eq!(FONTS.list.len(), FILES.len());
        assert!(
            FONTS.covers(Face::Text, 'ß') && FONTS.covers(Face::Text, 'Ω') && FONTS.covers(Face::Text, 'Ж')
        );
        assert!(FONTS.covers(Face::Mono, '│') && FONTS.covers(Face::Mono, '→'));
        assert!(!FONTS.covers(Face::Text, '中'));
        assert!((FONTS.advance(Face::Mono, 'x') - 0.6).abs() < 0.01);
        assert!(FONTS.advance(Face::Text, 'W') > 2.0 * FONTS.advance(Face::Text, 'i'));
        assert!(FONTS.has_emoji('🙋') && FONTS.has_emoji('\u{200D}'));
    }
}
