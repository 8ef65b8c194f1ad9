//! Unicode's mathematical alphabets (chapter 22.2): `\mathbb{R}` is U+211D.

use pulldown_latex::event::Font;

/// Where an alphabet begins: capitals, small letters, digits, Greek capitals,
/// small Greek letters; 0 where it has none.
type Starts = [u32; 5];

const fn starts(font: Font) -> Starts {
    match font {
        Font::Bold => [0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2],
        Font::Italic => [0x1D434, 0x1D44E, 0, 0x1D6E2, 0x1D6FC],
        Font::BoldItalic | Font::BoldSymbol => [0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736],
        Font::Script => [0x1D49C, 0x1D4B6, 0, 0, 0],
        Font::BoldScript => [0x1D4D0, 0x1D4EA, 0, 0, 0],
        Font::Fraktur => [0x1D504, 0x1D51E, 0, 0, 0],
        Font::BoldFraktur => [0x1D56C, 0x1D586, 0, 0, 0],
        Font::DoubleStruck => [0x1D538, 0x1D552, 0x1D7D8, 0, 0],
        Font::DoubleStruckItalic | Font::UpRight => [0; 5],
        Font::SansSerif => [0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0],
        Font::BoldSansSerif => [0x1D5D4, 0x1D5EE, 0x1D7EC, 0x1D756, 0x1D770],
        Font::SansSerifItalic => [0x1D608, 0x1D622, 0, 0, 0],
        Font::SansSerifBoldItalic => [0x1D63C, 0x1D656, 0, 0x1D790, 0x1D7AA],
        Font::Monospace => [0x1D670, 0x1D68A, 0x1D7F6, 0, 0],
    }
}

/// Letters that stood in Unicode before the alphabets did.
const ELSEWHERE: [(u32, char); 24] = [
    (0x1D455, 'ℎ'),
    (0x1D49D, 'ℬ'),
    (0x1D4A0, 'ℰ'),
    (0x1D4A1, 'ℱ'),
    (0x1D4A3, 'ℋ'),
    (0x1D4A4, 'ℐ'),
    (0x1D4A7, 'ℒ'),
    (0x1D4A8, 'ℳ'),
    (0x1D4AD, 'ℛ'),
    (0x1D4BA, 'ℯ'),
    (0x1D4BC, 'ℊ'),
    (0x1D4C4, 'ℴ'),
    (0x1D506, 'ℭ'),
    (0x1D50B, 'ℌ'),
    (0x1D50C, 'ℑ'),
    (0x1D515, 'ℜ'),
    (0x1D51D, 'ℨ'),
    (0x1D53A, 'ℂ'),
    (0x1D53F, 'ℍ'),
    (0x1D545, 'ℕ'),
    (0x1D547, 'ℙ'),
    (0x1D548, 'ℚ'),
    (0x1D549, 'ℝ'),
    (0x1D551, 'ℤ'),
];

/// A character in a font; the character itself where the font has none.
pub(super) fn in_font(font: Font, c: char) -> char {
    let [capitals, smalls, digits, greek_capitals, greek_smalls] = starts(font);
    let code = u32::from(c);
    let (start, offset) = match c {
        'A'..='Z' => (capitals, code - 0x41),
        'a'..='z' => (smalls, code - 0x61),
        '0'..='9' => (digits, code - 0x30),
        'Α'..='Ω' => (greek_capitals, code - 0x391),
        '∇' => (greek_capitals, 25),
        'α'..='ω' => (greek_smalls, code - 0x3B1),
        '∂' => (greek_smalls, 25),
        'ϵ' => (greek_smalls, 26),
        'ϑ' => (greek_smalls, 27),
        'ϰ' => (greek_smalls, 28),
        'ϕ' => (greek_smalls, 29),
        'ϱ' => (greek_smalls, 30),
        'ϖ' => (greek_smalls, 31),
        _ => (0, 0),
    };
    if let (Font::DoubleStruckItalic, Some(at)) = (font, "Ddeij".find(c)) {
        return char::from_u32(0x2145 + u32::try_from(at).unwrap_or(0)).unwrap_or(c);
    }
    if start == 0 {
        return c;
    }
    let styled = start + offset;
    ELSEWHERE
        .iter()
        .find(|(hole, _)| *hole == styled)
        .map(|(_, letter)| *letter)
        .or_else(|| char::from_u32(styled))
        .unwrap_or(c)
}

/// A sign that is struck through, where Unicode has it as one character.
pub(super) fn negated(c: char) -> Option<char> {
    const PAIRS: &str = "=≠<≮>≯≤≰≥≱∈∉∋∌⊂⊄⊃⊅⊆⊈⊇⊉∣∤|∤∥∦∼≁≃≄≈≉≅≇≡≢∃∄⊢⊬⊨⊭⊩⊮→↛←↚↔↮⇒⇏⇐⇍⇔⇎≺⊀≻⊁⊴⋬⊵⋭⊲⋪⊳⋫≲≴≳≵";
    let mut chars = PAIRS.chars();
    while let (Some(plain), Some(struck)) = (chars.next(), chars.next()) {
        if plain == c {
            return Some(struck);
        }
    }
    None
}
