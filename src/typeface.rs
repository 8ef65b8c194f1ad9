//! The fonts that text in drawings is set in: whether they have a character,
//! and how wide it is. They are part of the binary, so that a drawing is the
//! same on every machine.

use std::sync::LazyLock;

use ttf_parser::Face;

/// The text font, upright.
pub static TEXT: &[u8] = include_bytes!("../fonts/LibertinusSerif-Regular.otf");
/// The text font, upright and bold.
pub static BOLD: &[u8] = include_bytes!("../fonts/LibertinusSerif-Semibold.otf");
/// The text font, italic.
pub static ITALIC: &[u8] = include_bytes!("../fonts/LibertinusSerif-Italic.otf");
/// Symbols and letters that the text font lacks.
pub static SYMBOLS: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");
/// Emoji.
pub static EMOJI: &[u8] = include_bytes!("../fonts/TwemojiCOLR.ttf");

/// The text font of large type, regular and bold: the names of the files, and
/// what they hold.
pub static LARGE: [(&str, &[u8]); 2] = [
    ("AtkinsonHyperlegibleNext-Regular.ttf", include_bytes!("../fonts/AtkinsonHyperlegibleNext-Regular.ttf")),
    ("AtkinsonHyperlegibleNext-Bold.ttf", include_bytes!("../fonts/AtkinsonHyperlegibleNext-Bold.ttf")),
];
/// The name of that font's family.
pub const LARGE_FAMILY: &str = "Atkinson Hyperlegible Next";

/// The name of the text font's family.
pub const FAMILY: &str = "Libertinus Serif";

/// In the order in which they are asked.
static FACES: LazyLock<Vec<Face<'static>>> = LazyLock::new(|| faces(&[TEXT, SYMBOLS, EMOJI]));
static BOLD_FACES: LazyLock<Vec<Face<'static>>> = LazyLock::new(|| faces(&[BOLD, SYMBOLS, EMOJI]));

fn faces(fonts: &[&'static [u8]]) -> Vec<Face<'static>> {
    fonts.iter().filter_map(|bytes| Face::parse(bytes, 0).ok()).collect()
}

/// How wide a line of text is, in em. Kerning is left out: it makes lines a
/// little narrower, never wider.
pub fn width(text: &str, bold: bool) -> f64 {
    let faces = if bold { &BOLD_FACES } else { &FACES };
    text.chars().map(|c| advance(faces, c).unwrap_or(1.0)).sum()
}

/// Whether some font can draw a character. What shows nothing needs none.
pub fn covers(c: char) -> bool {
    let unseen = c.is_whitespace() || c.is_control() || matches!(c, '\u{AD}' | '\u{200B}' | '\u{FE0E}');
    unseen || advance(&FACES, c).is_some()
}

/// Whether a grapheme cluster is drawn by the emoji font: it asks for that, or
/// no other font has it.
pub fn is_emoji(grapheme: &str) -> bool {
    let has = |face: &Face, c| face.glyph_index(c).is_some();
    let Some(emoji) = FACES.last() else { return false };
    let Some(first) = grapheme.chars().next().filter(|c| !c.is_whitespace()) else { return false };
    let asked = grapheme.contains(['\u{FE0F}', '\u{200D}', '\u{20E3}']);
    let drawable = grapheme.chars().all(|c| c == '\u{FE0F}' || has(emoji, c));
    let others = FACES.iter().take(FACES.len().saturating_sub(1)).any(|face| has(face, first));
    drawable && (asked || !others)
}

/// Whether a character gives the emoji before it a skin tone.
pub fn is_skin_tone(c: char) -> bool {
    ('\u{1F3FB}'..='\u{1F3FF}').contains(&c)
}

/// The characters below U+1F000 whose `Emoji_Presentation` property is set
/// (Unicode 16, `emoji-data.txt`).
pub fn has_emoji_presentation(c: char) -> bool {
    const RANGES: [(u32, u32); 43] = [
        (0x231A, 0x231B),
        (0x23E9, 0x23EC),
        (0x23F0, 0x23F0),
        (0x23F3, 0x23F3),
        (0x25FD, 0x25FE),
        (0x2614, 0x2615),
        (0x2648, 0x2653),
        (0x267F, 0x267F),
        (0x2693, 0x2693),
        (0x26A1, 0x26A1),
        (0x26AA, 0x26AB),
        (0x26BD, 0x26BE),
        (0x26C4, 0x26C5),
        (0x26CE, 0x26CE),
        (0x26D4, 0x26D4),
        (0x26EA, 0x26EA),
        (0x26F2, 0x26F3),
        (0x26F5, 0x26F5),
        (0x26FA, 0x26FA),
        (0x26FD, 0x26FD),
        (0x2705, 0x2705),
        (0x270A, 0x270B),
        (0x2728, 0x2728),
        (0x274C, 0x274C),
        (0x274E, 0x274E),
        (0x2753, 0x2755),
        (0x2757, 0x2757),
        (0x2795, 0x2797),
        (0x27B0, 0x27B0),
        (0x27BF, 0x27BF),
        (0x2B1B, 0x2B1C),
        (0x2B50, 0x2B50),
        (0x2B55, 0x2B55),
        (0x1F004, 0x1F004),
        (0x1F0CF, 0x1F0CF),
        (0x1F18E, 0x1F18E),
        (0x1F191, 0x1F19A),
        (0x1F1E6, 0x1F1FF),
        (0x1F201, 0x1F201),
        (0x1F21A, 0x1F21A),
        (0x1F22F, 0x1F22F),
        (0x1F232, 0x1F236),
        (0x1F300, 0x1FAFF),
    ];
    let c = u32::from(c);
    RANGES.iter().any(|&(first, last)| (first..=last).contains(&c))
}

fn advance(faces: &[Face], c: char) -> Option<f64> {
    if c.is_control() || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{FE0E}' | '\u{FE0F}') {
        return Some(0.0);
    }
    faces.iter().find_map(|face| {
        let glyph = face.glyph_index(c)?;
        Some(f64::from(face.glyph_hor_advance(glyph)?) / f64::from(face.units_per_em()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_embedded_fonts() {
        assert!(width("W", false) > 2.0 * width("i", false));
        assert!(width("name", true) > width("name", false));
        assert!((width("two words", false) - width("two", false) - width(" words", false)).abs() < 1e-9);
        assert!(width("→", false) > 0.5);
    }

    #[test]
    fn what_no_font_has_is_known() {
        assert!(covers('ß') && covers('Ж') && covers('→') && covers('🙋') && covers('\u{200D}'));
        assert!(!covers('中'));
        assert!(is_emoji("🙋‍♀️") && is_emoji("🚀") && is_emoji("1️⃣"));
        assert!(!is_emoji("1") && !is_emoji("→") && !is_emoji("中") && !is_emoji(" "));
    }
}
