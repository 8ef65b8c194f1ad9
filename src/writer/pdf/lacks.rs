//! What to say of characters that can't be drawn.

use unicode_script::{Script, UnicodeScript};

use super::cutter::is_bidi_control;
use super::pieces::Lack;
use crate::diag::Code;

/// The code, the message and what to do.
pub(super) fn say(lack: &Lack) -> (Code, String, String) {
    match lack {
        Lack::Glyph(c) if is_bidi_control(*c) => (
            Code::BidiControl,
            format!("the character {} changes the order in which code is shown", name(*c)),
            "remove it, unless the code is about it; the PDF and the EPUB show its code point".to_owned(),
        ),
        Lack::Glyph(c) => {
            let (what, hint) = about(*c);
            (Code::GlyphMissing, format!("no font has the character {}{what}", name(*c)), hint)
        }
        Lack::Sequence(emoji) => {
            let points: Vec<String> = emoji.chars().map(name).collect();
            (
                Code::GlyphMissing,
                format!("no font has {emoji} ({}) as one picture", points.join(" ")),
                "the PDF shows the pictures that it is made of; the EPUB holds the emoji itself".to_owned(),
            )
        }
    }
}

fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// What kind of character it is, and what to do.
fn about(c: char) -> (String, String) {
    let shown = "the PDF shows its code point; the EPUB holds the character itself";
    let (what, hint) = match c {
        '\u{FFFD}' => ("the replacement character, for what could not be read", "write what was meant"),
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}' => {
            ("which can't be seen in code", "remove it; the PDF shows its code point")
        }
        c if c.is_control() => ("a control character", "remove it; the PDF shows its code point"),
        '\u{E0000}'..='\u{E007F}' => {
            ("a tag, which can't be seen", "remove it; the PDF shows its code point")
        }
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => (
            "of the private use area, which means something in one font only",
            "use a character of Unicode, or an image",
        ),
        c if u32::from(c) & 0xFFFE == 0xFFFE || ('\u{FDD0}'..='\u{FDEF}').contains(&c) => {
            ("which is no character in Unicode", "remove it; the PDF shows its code point")
        }
        c => return of_script(c, shown),
    };
    (format!(", {what}"), hint.to_owned())
}

#[allow(clippy::wildcard_enum_match_arm, reason = "Unicode has some 170 scripts")]
fn of_script(c: char, shown: &str) -> (String, String) {
    let emoji = matches!(c, '\u{1F300}'..='\u{1FAFF}');
    let (what, package) = match c.script() {
        _ if emoji => ("an emoji newer than the emoji font".to_owned(), "fonts-noto-color-emoji"),
        Script::Unknown => {
            return (", which Unicode has not assigned".to_owned(), format!("check what was meant; {shown}"));
        }
        Script::Han | Script::Hangul | Script::Hiragana | Script::Katakana | Script::Bopomofo => {
            // Beyond the first plane few fonts have them.
            let package = if c > '\u{FFFF}' { "fonts-hanazono" } else { "fonts-noto-cjk" };
            (format!("of the script {}", c.script().full_name()), package)
        }
        Script::Common | Script::Inherited => ("a sign".to_owned(), "fonts-noto-core"),
        script => (format!("of the script {}", script.full_name().replace('_', " ")), "fonts-noto-core"),
    };
    let hint = format!(
        "install a font that has it (Debian: {package}), or name one with `--fonts` or in `fonts` below `[pdf]`; {shown}"
    );
    (format!(", {what}"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_character_is_named_with_what_to_do() {
        let line = |c| {
            let (code, message, hint) = say(&Lack::Glyph(c));
            format!("{} {message} ({})", code.as_str(), hint.split(';').next().unwrap_or_default())
        };
        assert_eq!(
            line('\u{13000}'),
            "glyph-missing no font has the character U+13000, of the script Egyptian Hieroglyphs (install a font \
             that has it (Debian: fonts-noto-core), or name one with `--fonts` or in `fonts` below `[pdf]`)"
        );
        assert!(
            line('\u{20000}').contains("of the script Han") && line('\u{20000}').contains("fonts-hanazono")
        );
        assert!(
            line('\u{1FAE9}').contains("an emoji newer")
                && line('\u{1FAE9}').contains("fonts-noto-color-emoji")
        );
        assert!(line('\u{378}').contains("which Unicode has not assigned"));
        assert!(line('\u{E000}').contains("private use"));
        assert!(line('\u{FFFE}').contains("no character in Unicode"));
        assert!(line('\u{7}').contains("a control character"));
        assert!(line('\u{E0041}').contains("a tag"));
        assert!(line('\u{202E}').starts_with("bidi-control the character U+202E"));
    }
}
