//! Mojibake: UTF-8 that was once decoded as Windows-1252 or Latin-1 and saved
//! again, so that `é` became `Ã©`.
//!
//! It is found run by run: characters that one byte of Windows-1252 can hold
//! are turned back into their bytes (the five bytes that have no character
//! are the C1 controls of the same number, as in the WHATWG's encoding), and
//! where these are multi-byte UTF-8 of a plausible character, that was meant.
//! What real text may hold too (`„Spaß“`, `“café”…`) is left alone.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::diag::{Code, Diagnostic, Severity};

/// How often a text may have been garbled.
const TIMES: usize = 3;
/// How many lines of a file are named one by one.
const LINES: usize = 20;
/// How much of a garbled text a message shows, in characters.
const SHOWN: usize = 24;

/// A garbled piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Garbled {
    /// Where it stands.
    pub range: Range<usize>,
    /// What was meant.
    pub meant: String,
    /// In code, in a file that is not garbled otherwise: it may be meant.
    pub doubtful: bool,
}

/// All garbled pieces of a text, in order. In Markdown, code counts only
/// together with the text around it: by itself it may be about mojibake.
pub(super) fn find(text: &str, markdown: bool) -> Vec<Garbled> {
    let mut found = scan(text);
    if found.is_empty() || !markdown {
        return found;
    }
    let code = code_ranges(text);
    let inside = |range: &Range<usize>| {
        let at = code.partition_point(|c| c.end <= range.start);
        code.get(at).is_some_and(|c| c.start <= range.start)
    };
    if found.iter().all(|garbled| inside(&garbled.range)) {
        for garbled in &mut found {
            garbled.doubtful = true;
        }
    }
    found
}

/// What there is to say, one diagnostic a line; `at` gives the place of a
/// range of the text.
pub(super) fn diagnostics(
    text: &str,
    found: &[Garbled],
    repair: bool,
    at: impl Fn(Range<usize>) -> crate::span::Span,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut rest = found;
    while let Some((first, more)) = rest.split_first() {
        let line_end = text[first.range.end..].find('\n').map_or(text.len(), |i| first.range.end + i);
        let others = more.iter().take_while(|garbled| garbled.range.start < line_end).count();
        if out.len() == LINES {
            let message = format!("{} more garbled places, from this one on", rest.len());
            out.push(say(first, repair, message).at(at(first.range.clone())));
            break;
        }
        let also = if others == 0 { String::new() } else { format!(", and {others} more on this line") };
        let garbled = shown(text.get(first.range.clone()).unwrap_or(""));
        let verb = if repair && !first.doubtful { "was repaired to" } else { "was once" };
        let message = format!("`{garbled}` {verb} `{}`{also}", shown(&first.meant));
        out.push(say(first, repair, message).at(at(first.range.clone())));
        rest = more.get(others..).unwrap_or_default();
    }
    out
}

fn say(garbled: &Garbled, repair: bool, message: String) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(Code::Mojibake, message);
    let hint = if garbled.doubtful {
        diagnostic.severity = Severity::Note;
        "only code of this file is like that, so it is left as it is"
    } else if repair {
        diagnostic.severity = Severity::Note;
        "save the file once more as UTF-8, with the characters that are meant"
    } else {
        "UTF-8 was read as Windows-1252; `--repair-encoding` puts it right, and better so the file itself"
    };
    diagnostic.hint(hint)
}

fn shown(text: &str) -> String {
    let mut out: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out
}

/// The ranges of code spans and blocks, ascending.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))) {
            ranges.push(range);
        }
    }
    ranges
}

/// A character and the byte that Windows-1252 has for it.
type Unit = (usize, char, u8);

fn scan(text: &str) -> Vec<Garbled> {
    let mut out = Vec::new();
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let Some(byte) = byte(c) else {
            before = Some(c);
            continue;
        };
        let mut run: Vec<Unit> = vec![(start, c, byte)];
        let mut end = start + c.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            let Some(byte) = self::byte(c) else { break };
            run.push((at, c, byte));
            end = at + c.len_utf8();
            chars.next();
        }
        let after = chars.peek().map(|(_, c)| *c);
        decode_run(&run, end, before, after, &mut out);
        before = run.last().map(|(_, c, _)| *c);
    }
    out
}

/// A multi-byte sequence in a run: the units it takes, and its character.
struct Sequence {
    units: Range<usize>,
    meant: char,
}

/// Finds the garbled pieces of a run of non-ASCII characters.
fn decode_run(run: &[Unit], end: usize, before: Option<char>, after: Option<char>, out: &mut Vec<Garbled>) {
    let mut at = 0;
    while at < run.len() {
        let mut sequences = Vec::new();
        let first = at;
        while let Some(sequence) = sequence(run, at) {
            at = sequence.units.end;
            sequences.push(sequence);
        }
        if sequences.is_empty() {
            at += 1;
            continue;
        }
        let whole = first == 0 && at == run.len();
        let left = first.checked_sub(1).and_then(|i| run.get(i)).map_or(before, |u| Some(u.1));
        let right = run.get(at).map_or(after, |u| Some(u.1));
        if !accepted(run, &sequences, whole, left, right) {
            continue;
        }
        let meant = again(sequences.iter().map(|s| s.meant).collect(), 1);
        // A byte-order mark in the text is none of it.
        let meant = meant.replace('\u{FEFF}', "");
        let start = run.get(first).map_or(end, |u| u.0);
        let stop = run.get(at).map_or(end, |u| u.0);
        if !meant.contains(is_c1) {
            out.push(Garbled { range: start..stop, meant, doubtful: false });
        }
    }
}

/// Undoes what was garbled more than once.
fn again(text: String, times: usize) -> String {
    let found = if times < TIMES { scan(&text) } else { Vec::new() };
    if found.is_empty() {
        return text;
    }
    let mut out = String::new();
    let mut at = 0;
    for garbled in found {
        out.push_str(text.get(at..garbled.range.start).unwrap_or(""));
        out.push_str(&garbled.meant);
        at = garbled.range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    again(out, times + 1)
}

/// The UTF-8 sequence of two to four bytes at a place in a run.
fn sequence(run: &[Unit], at: usize) -> Option<Sequence> {
    let length = match run.get(at)?.2 {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = run.get(at..at + length)?.iter().map(|u| u.2).collect();
    let meant = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some(Sequence { units: at..at + length, meant })
}

/// Whether sequences in a row are more likely garbled than meant as they are.
fn accepted(
    run: &[Unit],
    sequences: &[Sequence],
    whole: bool,
    before: Option<char>,
    after: Option<char>,
) -> bool {
    if !sequences.iter().all(|s| is_plausible(s.meant)) {
        return false;
    }
    let [only] = sequences else {
        return whole || sequences.iter().any(|s| is_telling(s.meant));
    };
    // An accented letter that ends a word, and the marks that close it.
    let tail = run.get(only.units.start + 1..only.units.end).unwrap_or_default();
    let closing = tail.iter().all(|u| is_closing(u.1)) && !after.is_some_and(char::is_alphanumeric);
    match only.meant {
        c if u32::from(c) > 0xFFFF => true,
        c if is_telling(c) => !(closing && before.is_some_and(char::is_alphabetic)),
        '\u{80}'..='\u{FF}' | '\u{370}'..='\u{3FF}' => {
            whole && !(closing && before.is_some_and(char::is_uppercase))
        }
        '\u{100}'..='\u{17F}' | '\u{400}'..='\u{45F}' => {
            whole && (!closing || before.is_some_and(char::is_lowercase))
        }
        _ => false,
    }
}

/// Marks that follow a word.
fn is_closing(c: char) -> bool {
    matches!(c, '’' | '”' | '“' | '»' | '›' | '‘' | '…' | '–' | '—' | '™' | '®' | '°' | '\u{A0}')
}

fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
}

/// Characters whose garbled forms hold signs that no text has side by side:
/// punctuation, arrows, symbols, emoji and their selectors.
fn is_telling(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{2BFF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FF00}'..='\u{FFFD}')
        || u32::from(c) > 0xFFFF
}

/// Characters that documents hold. C1 controls are, if a text was garbled
/// twice, a step on the way.
fn is_plausible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{24F}' | '\u{2B0}'..='\u{52F}' | '\u{531}'..='\u{6FF}' | '\u{900}'..='\u{E7F}'
        | '\u{10A0}'..='\u{11FF}' | '\u{1E00}'..='\u{2BFF}' | '\u{2E00}'..='\u{2E7F}'
        | '\u{3000}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{FE00}'..='\u{FE2F}' | '\u{FEFF}'
        | '\u{FF00}'..='\u{FFFD}' | '\u{1D400}'..='\u{1D7FF}' | '\u{1F000}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{2FA1F}' | '\u{E0020}'..='\u{E007F}')
}

/// The byte from 0x80 on that decodes to a character in Windows-1252, or in
/// Latin-1 where Windows-1252 has another one.
fn byte(c: char) -> Option<u8> {
    Some(match c {
        '\u{80}'..='\u{FF}' => u8::try_from(u32::from(c)).ok()?,
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a careless program makes of a text.
    fn garble(text: &str, windows: bool) -> String {
        let all: Vec<char> = ('\u{80}'..='\u{FF}').chain("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ".chars()).collect();
        text.bytes()
            .map(|b| match b {
                0..=0x7F => char::from(b),
                b if windows => all.iter().rev().copied().find(|c| byte(*c) == Some(b)).expect("a character"),
                b => char::from(b),
            })
            .collect()
    }

    fn repaired(text: &str) -> String {
        again(text.to_owned(), 0)
    }

    #[test]
    fn what_was_garbled_comes_back() {
        for text in [
            "🔮 The vision",
            "🙋‍♀️ and 👨🏽‍💻",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "it’s “so” – and — … •",
            "café, naïve, Übung",
            "3 × 4 ± 1°",
            "œuvre",
            "λ and π",
            "Привет",
            "日本語",
            "├── src",
            "→ ✓ ❓",
            "½ © ®",
            "ﬁ",
            "Łódź",
            "są",
            "שלום",
        ] {
            for windows in [true, false] {
                let once = garble(text, windows);
                assert_ne!(once, text);
                if text != "ﬁ" {
                    assert_eq!(repaired(&once), text, "{once:?}");
                }
                if !text.contains('ﬁ') {
                    assert_eq!(repaired(&garble(&once, true)), text, "twice {text}");
                }
            }
        }
    }

    #[test]
    fn real_text_is_left_alone() {
        for text in [
            "naïve, café, Übung, Ã alone, and â€ too",
            "„Spaß“ und „MENÜ“, „Ü“",
            "«CAFÉ», «É»",
            "“café”…",
            "IRMÃ” “À…” Ä… nej",
            "«il va à»… voilà»…",
            "Ελληνικά, Кириллица, 日本語, 🔮",
            "é–è",
            "“—” … ’",
            "ÀÉÎ",
            "ESPAÑ… Ñ…",
            "50 °C, 3 µm",
            "ß“ Ö– Å”",
        ] {
            assert_eq!(scan(text), [], "{text}");
        }
    }

    #[test]
    fn code_alone_may_be_about_mojibake() {
        let only = find("An é shows as `Ã©`.\n", true);
        assert_eq!(only.iter().map(|g| g.doubtful).collect::<Vec<_>>(), [true]);
        let both = find("cafÃ©\n\n```\ncafÃ©\n```\n", true);
        assert_eq!(both.iter().map(|g| g.doubtful).collect::<Vec<_>>(), [false, false]);
    }
}
