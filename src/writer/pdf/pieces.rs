//! Text cut into what is set differently: words, emoji, places where a long
//! word may break, and characters that no font can draw.

use unicode_segmentation::UnicodeSegmentation;

use super::cutter::{Cutter, alphabetic};
use super::fonts::{FONTS, Face, Fonts, is_ignorable};
use crate::tally::exchanged;
use crate::typeface::{has_emoji_presentation, is_skin_tone};

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Set as it is.
    Text(String),
    /// Set in another family than the text around it.
    Other {
        /// The family.
        family: String,
        /// The text.
        text: String,
        /// In code: characters that take two columns each.
        wide: bool,
    },
    /// Emoji, whole sequences, set in the emoji font.
    Emoji(String),
    /// The end of a line, where the text itself says so (U+2028, U+2029).
    Line,
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

/// The longest grapheme cluster that is shaped as a whole, in characters.
const LONGEST_CLUSTER: usize = 64;

/// The longest string literal, in bytes: Typst knows a glyph's place in its
/// literal up to 65,535.
const LONGEST_LITERAL: usize = 60_000;

/// The characters of a text that [`pieces`] leaves out, and those that it puts
/// in.
pub fn invisible(fonts: &Fonts, text: &str, face: Face) -> (String, String) {
    if !text.contains(is_ignorable) {
        return (String::new(), String::new());
    }
    let set: String = pieces(fonts, text, face)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) | Piece::Emoji(text) | Piece::Other { text, .. } => text,
            Piece::Missing(c) => c.to_string(),
            Piece::Break | Piece::Line => String::new(),
        })
        .collect();
    exchanged(text.chars(), set.chars())
}

/// Cuts text into pieces.
pub fn pieces(fonts: &Fonts, text: &str, face: Face) -> Vec<Piece> {
    let mut cutter = Cutter::new(fonts, face);
    for word in text.split_inclusive(char::is_whitespace) {
        let longest = match face {
            Face::Text => LONG_WORD,
            Face::Mono => LONG_NAME,
        };
        if word.len() <= longest && cutter.plain(word) {
            continue;
        }
        let long = word.chars().count() > longest;
        // Characters since a line could last end: letters, and all.
        let (mut run, mut since) = (0, 0);
        let mut graphemes = word.graphemes(true).peekable();
        while let Some(grapheme) = graphemes.next() {
            push(&mut cutter, grapheme);
            since += 1;
            if grapheme.is_ascii() && since >= LONG_RUN && graphemes.peek().is_some() {
                cutter.put(Piece::Break);
                (run, since) = (0, 0);
                continue;
            }
            // Scripts without spaces know themselves where a line may end.
            run = if alphabetic(grapheme) { run + 1 } else { 0 };
            let next = graphemes.peek().and_then(|g| g.chars().next());
            if long && next.is_some_and(char::is_alphanumeric) {
                let here = grapheme.chars().next_back().unwrap_or(' ');
                if (is_separator(here) && run > 1) || run >= LONG_RUN {
                    cutter.put(Piece::Break);
                    (run, since) = (0, 0);
                }
            }
        }
    }
    cutter.finish()
}

/// Gives a cluster to the cutter; one that nobody can read in parts, since
/// shaping takes memory with the square of its length.
fn push<'t>(cutter: &mut Cutter<'_, 't>, grapheme: &'t str) {
    let mut rest = grapheme;
    while let Some((end, _)) = rest.char_indices().nth(LONGEST_CLUSTER) {
        let (part, after) = rest.split_at(end);
        cutter.push(part);
        cutter.put(Piece::Break);
        rest = after;
    }
    cutter.push(rest);
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

/// Whether a grapheme cluster is shown as an emoji: by its presentation
/// (Unicode Technical Standard 51), or because nothing else can draw it.
pub(super) fn is_emoji(grapheme: &str, face: Face) -> bool {
    let mut chars = grapheme.chars();
    let Some(first) = chars.next() else { return false };
    // Joiners, tags and the keycap alone are no emoji.
    if first.is_whitespace()
        || is_ignorable(first)
        || matches!(first, '\u{20E3}' | '\u{E0000}'..='\u{E007F}')
        || !grapheme.chars().all(|c| c == '\u{FE0E}' || FONTS.has_emoji(c) || c == '\u{FE0F}')
    {
        return false;
    }
    if grapheme.contains('\u{FE0E}') {
        return !FONTS.covers(face, first);
    }
    if grapheme.contains(['\u{FE0F}', '\u{200D}', '\u{20E3}']) || grapheme.chars().any(is_skin_tone) {
        return true;
    }
    if first.is_ascii() || first < '\u{A9}' {
        return false;
    }
    u32::from(first) >= 0x1F000 || has_emoji_presentation(first) || !FONTS.covers(face, first)
}

/// What can't be drawn as the author means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// No font has the character.
    Glyph(char),
    /// The emoji font has no picture for this sequence, and draws its parts.
    Sequence(String),
}

/// Writes text as Typst markup: string literals and calls of the theme. Gives
/// what no font has. Places to break are left out where lines are broken
/// already.
pub fn set(out: &mut String, fonts: &Fonts, text: &str, face: Face, broken: bool) -> Vec<Lack> {
    let mut missing = Vec::new();
    for piece in pieces(fonts, text, face) {
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
            Piece::Other { family, text, wide } => {
                out.push_str(if wide { "#w(" } else { "#u(" });
                push_string(out, &family);
                out.push_str(")[#");
                push_string(out, &text);
                out.push(']');
            }
            Piece::Line => out.push_str("#linebreak()"),
            Piece::Emoji(emoji) => {
                let sequences = emoji.graphemes(true).filter(|it| !fonts.is_whole(it));
                missing.extend(sequences.map(|it| Lack::Sequence(it.to_owned())));
                out.push_str("#e[#");
                push_string(out, &emoji);
                out.push(']');
            }
            Piece::Break if broken => {}
            Piece::Break => out.push_str("#z"),
            Piece::Missing(c) => {
                out.push_str(&format!("#miss(\"{:04X}\")", u32::from(c)));
                missing.push(Lack::Glyph(c));
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
        show_in(&FONTS, text, Face::Text)
    }

    fn show_in(fonts: &Fonts, text: &str, face: Face) -> String {
        pieces(fonts, text, face)
            .iter()
            .map(|piece| match piece {
                Piece::Text(t) => t.clone(),
                Piece::Other { family, text, wide } => {
                    let family: String = family.split(' ').map(|word| &word[..1]).collect();
                    format!("{{{family}{} {text}}}", if *wide { "+" } else { "" })
                }
                Piece::Line => "¶".to_owned(),
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
        assert_eq!(show("1️⃣ and 1 ✌🏿"), "<1️⃣> and 1 <✌🏿>");
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
    fn a_cluster_without_end_is_shaped_in_parts() {
        let marks = format!("a{}", "\u{301}".repeat(3 * LONGEST_CLUSTER));
        assert_eq!(show(&marks).matches('|').count(), 3);
        assert_eq!(show(&marks).replace('|', ""), marks);
    }

    #[test]
    fn characters_without_a_font_are_named() {
        assert_eq!(show("a中\u{FFFD}\u{E000}"), "a[4E2D][FFFD][E000]");
        assert_eq!(show("a\u{1}\u{9F}\u{FDD0}\u{10FFFF}\u{378}"), "a[0001][009F][FDD0][10FFFF][0378]");
        // A tag alone is a letter that nobody sees.
        assert_eq!(show("a\u{E0061}"), "a[E0061]");
    }

    #[test]
    fn each_space_and_each_invisible_character_has_its_treatment() {
        assert_eq!(show("a\u{A0}b\u{202F}c\u{2009}d\te"), "a\u{A0}b\u{202F}c\u{2009}d e");
        assert_eq!(show("a\u{AD}b\u{200B}c\u{FEFF}d\u{2060}e"), "ab|c\u{2060}d\u{2060}e");
        assert_eq!(show("a\u{2028}b\u{2029}c"), "a¶b¶c");
        assert_eq!(show("a\u{200E}b\u{2067}c\u{2069}"), "a\u{200E}b\u{2067}c\u{2069}");
        let code = |text| show_in(&FONTS, text, Face::Mono);
        assert_eq!(code("a\u{202E}b\u{2066}c\u{2069}\u{2028}"), "a[202E]b[2066]c[2069][2028]");
        assert_eq!(code("\u{FEFF}a\u{200B}b"), "[FEFF]a[200B]b");
    }

    fn book_fonts(files: &[&str]) -> std::sync::Arc<Fonts> {
        let all: Vec<_> = crate::fonts::bundled(files);
        assert_eq!(all.len(), files.len());
        Fonts::of(&all)
    }

    #[test]
    fn a_run_of_one_script_has_one_font() {
        let fonts = book_fonts(&[
            "NotoSerif-Regular",
            "NotoSerifHebrew-Regular",
            "NotoNaskhArabic-Regular",
            "DroidSansFallback",
        ]);
        let show = |text| show_in(&fonts, text, Face::Text);
        assert_eq!(show("the word kʷaʔɬ, said"), "the word {NS kʷaʔɬ}, said");
        assert_eq!(show("שָׁלוֹם עולם!"), "{NSH שָׁלוֹם עולם}!");
        assert_eq!(show("می\u{200C}خواهم، ۱۲۳"), "{NNA می\u{200C}خواهم، ۱۲۳}");
        assert_eq!(show("Rust 言語、カー。"), "Rust {DSF 言語、カー。}");
        assert_eq!(show("한글"), "{DSF 한글}");
        // Jamo that make a syllable are one.
        assert_eq!(show("\u{1112}\u{1161}\u{11AB}"), "{DSF \u{1112}\u{1161}\u{11AB}}");
        assert_eq!(show_in(&fonts, "x 中a", Face::Mono), "x {DSF+ 中}a");
        assert!(!show(&"中".repeat(80)).contains('|'));
    }
}
