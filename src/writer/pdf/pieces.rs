//! Text cut into what is set differently: words, emoji, places where a long
//! word may break, and characters that no font can draw.

use unicode_segmentation::UnicodeSegmentation;

use super::fonts::{FONTS, Face};

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Set as it is.
    Text(String),
    /// Emoji, whole sequences, set in the emoji font.
    Emoji(String),
    /// A place where a line may break without a hyphen.
    Break,
    /// A character that no font can draw; its code point is shown.
    Missing(char),
}

/// Words longer than this, in characters, may break at their separators.
const LONG_WORD: usize = 18;
/// The same in code, where lines without such breaks are pulled wide.
const LONG_NAME: usize = 12;
/// Runs without a separator longer than this may break anywhere.
const LONG_RUN: usize = 30;

/// The longest string literal, in bytes: Typst knows a glyph's place in its
/// literal up to 65,535.
const LONGEST_LITERAL: usize = 60_000;

/// Characters that are not set where they have no effect: variation
/// selectors, and soft hyphens, which spoil the extracted text.
const INVISIBLE: [char; 3] = ['\u{FE0E}', '\u{FE0F}', '\u{AD}'];

/// The characters of a text that [`pieces`] leaves out.
pub fn invisible(text: &str, face: Face) -> String {
    if !text.contains(INVISIBLE) {
        return String::new();
    }
    let mut kept = [0_usize; 3];
    let mut all = [0_usize; 3];
    let count = |text: &str, into: &mut [usize; 3]| {
        for (n, c) in into.iter_mut().zip(INVISIBLE) {
            *n += text.matches(c).count();
        }
    };
    count(text, &mut all);
    for piece in pieces(text, face) {
        if let Piece::Text(text) | Piece::Emoji(text) = &piece {
            count(text, &mut kept);
        }
    }
    let left = all.into_iter().zip(kept).zip(INVISIBLE);
    left.map(|((all, kept), c)| c.to_string().repeat(all.saturating_sub(kept))).collect()
}

/// Cuts text into pieces.
pub fn pieces(text: &str, face: Face) -> Vec<Piece> {
    let mut out = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let longest = match face {
            Face::Text => LONG_WORD,
            Face::Mono => LONG_NAME,
        };
        let long = word.chars().count() > longest;
        let mut run = 0;
        let mut graphemes = word.graphemes(true).peekable();
        while let Some(grapheme) = graphemes.next() {
            push(&mut out, grapheme, face);
            run += 1;
            let next = graphemes.peek().and_then(|g| g.chars().next());
            if long && next.is_some_and(char::is_alphanumeric) {
                let here = grapheme.chars().next_back().unwrap_or(' ');
                if (is_separator(here) && run > 1) || run >= LONG_RUN {
                    out.push(Piece::Break);
                    run = 0;
                }
            }
        }
    }
    out
}

/// Whether paths, addresses and names of code may break behind a character.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        '/' | ':'
            | '.'
            | '_'
            | '-'
            | '?'
            | '&'
            | '='
            | '#'
            | ','
            | ';'
            | '@'
            | '%'
            | '+'
            | '~'
            | '|'
            | '\\'
            | ')'
            | '('
            | '<'
            | '>'
            | '['
            | ']'
            | '{'
            | '}'
            | '!'
            | '*'
    )
}

fn push(out: &mut Vec<Piece>, grapheme: &str, face: Face) {
    if is_emoji(grapheme, face) {
        match out.last_mut() {
            Some(Piece::Emoji(run)) => run.push_str(grapheme),
            Some(Piece::Text(_) | Piece::Break | Piece::Missing(_)) | None => {
                out.push(Piece::Emoji(grapheme.to_owned()));
            }
        }
        return;
    }
    for c in grapheme.chars() {
        if INVISIBLE.contains(&c) {
            continue;
        }
        if !drawable(c, face) {
            out.push(Piece::Missing(c));
            continue;
        }
        let c = if c.is_whitespace() && c != '\u{A0}' { ' ' } else { c };
        match out.last_mut() {
            Some(Piece::Text(run)) => run.push(c),
            Some(Piece::Emoji(_) | Piece::Break | Piece::Missing(_)) | None => {
                out.push(Piece::Text(c.to_string()))
            }
        }
    }
}

/// Whether a character can be put on the page. The replacement character and
/// private-use characters are refused even where a font has them: they mean
/// nothing in extracted text.
fn drawable(c: char, face: Face) -> bool {
    if c.is_whitespace() {
        return true;
    }
    if c == '\u{FFFD}' || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}') {
        return false;
    }
    FONTS.covers(face, c)
}

/// Whether a grapheme cluster is shown as an emoji: by its presentation
/// (Unicode Technical Standard 51), or because nothing else can draw it.
fn is_emoji(grapheme: &str, face: Face) -> bool {
    let mut chars = grapheme.chars();
    let Some(first) = chars.next() else { return false };
    if first.is_whitespace()
        || !grapheme.chars().all(|c| c == '\u{FE0E}' || FONTS.has_emoji(c) || c == '\u{FE0F}')
    {
        return false;
    }
    if grapheme.contains('\u{FE0E}') {
        return !FONTS.covers(face, first);
    }
    if grapheme.contains(['\u{FE0F}', '\u{200D}', '\u{20E3}']) {
        return true;
    }
    if first.is_ascii() || first < '\u{A9}' {
        return false;
    }
    u32::from(first) >= 0x1F000 || has_emoji_presentation(first) || !FONTS.covers(face, first)
}

/// The characters below U+1F000 whose `Emoji_Presentation` property is set
/// (Unicode 16, `emoji-data.txt`).
fn has_emoji_presentation(c: char) -> bool {
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

/// Writes text as Typst markup: string literals and calls of the theme. Gives
/// the characters that no font has. Places to break are left out where lines
/// are broken already.
pub fn set(out: &mut String, text: &str, face: Face, broken: bool) -> Vec<char> {
    let mut missing = Vec::new();
    for piece in pieces(text, face) {
        match piece {
            Piece::Text(text) => {
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    let (part, after) = rest.split_at(rest.floor_char_boundary(LONGEST_LITERAL));
                    out.push('#');
                    push_string(out, part);
                    rest = after;
                }
            }
            Piece::Emoji(emoji) => {
                out.push_str("#e[#");
                push_string(out, &emoji);
                out.push(']');
            }
            Piece::Break if broken => {}
            Piece::Break => out.push_str("#z"),
            Piece::Missing(c) => {
                out.push_str(&format!("#miss(\"{:04X}\")", u32::from(c)));
                missing.push(c);
            }
        }
    }
    missing
}

/// Appends a Typst string literal. Control characters become escapes.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        pieces(text, Face::Text)
            .iter()
            .map(|piece| match piece {
                Piece::Text(t) => t.clone(),
                Piece::Emoji(t) => format!("<{t}>"),
                Piece::Break => "|".to_owned(),
                Piece::Missing(c) => format!("[{:04X}]", u32::from(*c)),
            })
            .collect()
    }

    #[test]
    fn emoji_sequences_stay_whole_and_text_stays_text() {
        assert_eq!(show("a 🙋‍♀️ b"), "a <🙋‍♀️> b");
        assert_eq!(show("🇩🇪👍🏽"), "<🇩🇪👍🏽>");
        assert_eq!(show("1️⃣ and 1"), "<1️⃣> and 1");
        assert_eq!(show("♀ ✔ → © #1"), "♀ ✔ → © #1");
        assert_eq!(show("❤️ ❤︎"), "<❤️> ❤");
    }

    #[test]
    fn long_words_may_break_behind_separators_and_short_ones_not() {
        assert_eq!(show("a/b/c"), "a/b/c");
        assert_eq!(show("https://example.org/one/two"), "https://|example.|org/|one/|two");
        assert_eq!(show(&"x".repeat(70)), format!("{0}|{0}|{1}", "x".repeat(30), "x".repeat(10)));
    }

    #[test]
    fn characters_without_a_font_are_named() {
        assert_eq!(show("a中\u{FFFD}\u{E000}"), "a[4E2D][FFFD][E000]");
    }
}
