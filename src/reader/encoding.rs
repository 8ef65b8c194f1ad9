//! Bytes → text: byte-order marks, UTF-16, line ends, and what is no text.

use super::mojibake;
use super::source_map::Expanded;
use crate::diag::{Code, Diagnostic};
use crate::span::{FileId, Files, Span};

/// How many lines of a file are named one by one.
const LINES: usize = 20;

/// A file's text, and what of it was unreadable.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text: line ends are `\n`, no byte-order mark, no NUL.
    pub text: String,
    /// For each line on which characters had to be replaced by U+FFFD: the
    /// byte offset in `text` of the first, and how many.
    pub replaced: Vec<(usize, usize)>,
}

/// Reads a file of the book: decodes it, adds it to the book's files as the
/// author sees it, and says what was wrong with it. With `repair`, mojibake is
/// put right in the text that is parsed.
pub(super) fn open(
    bytes: &[u8],
    path: &str,
    repair: bool,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> (FileId, Expanded) {
    let decoded = decode(bytes);
    let file = files.add(path, decoded.text.clone());
    let first = diagnostics.len();
    diagnostics.extend(decoded.diagnostics().into_iter().map(|(at, d)| {
        let end = at + '\u{FFFD}'.len_utf8();
        d.at(Span::new(file, at..end))
    }));
    let garbled = mojibake::find(&decoded.text, !path.ends_with(".toml"));
    let said = mojibake::diagnostics(&decoded.text, &garbled, repair, |range| Span::new(file, range));
    diagnostics.extend(said);
    if let Some(new) = diagnostics.get_mut(first..) {
        new.sort_by_key(|d| d.span.map(|span| span.start));
    }
    let pieces = if repair { garbled.as_slice() } else { &[] };
    (file, Expanded::repaired(&decoded.text, file, pieces))
}

impl Decoded {
    /// What there is to say about the file, with the offsets of its places.
    pub(crate) fn diagnostics(&self) -> Vec<(usize, Diagnostic)> {
        let mut out = Vec::new();
        for (i, (at, count)) in self.replaced.iter().enumerate() {
            let last = i == LINES;
            let more = self.replaced.get(i + 1..).unwrap_or_default();
            let count = if last { count + more.iter().map(|(_, n)| n).sum::<usize>() } else { *count };
            let what = if count == 1 { "place is" } else { "places are" };
            let on = match (last, count) {
                (true, _) => "; this is the first of them on the remaining lines",
                (false, 1) => "",
                (false, _) => "; this is the first on this line",
            };
            let message = format!("{count} {what} not valid text and shown as \u{FFFD}{on}");
            out.push((*at, Diagnostic::new(Code::EncodingInvalid, message).hint("save the file as UTF-8")));
            if last {
                break;
            }
        }
        out
    }
}

/// Decodes a file: UTF-8, or UTF-16 if it begins with its byte-order mark.
pub(crate) fn decode(bytes: &[u8]) -> Decoded {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        all => utf8(all),
    }
}

fn utf8(bytes: &[u8]) -> Decoded {
    let mut lines = Lines::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            lines.push(c);
        }
        if !chunk.invalid().is_empty() {
            lines.replace();
        }
    }
    lines.out
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let mut lines = Lines::with_capacity(bytes.len());
    let (pairs, rest) = bytes.as_chunks::<2>();
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => lines.push(c),
            Err(_) => lines.replace(),
        }
    }
    if !rest.is_empty() {
        lines.replace();
    }
    lines.out
}

/// Turns `\r\n` and `\r` into `\n`, so that spans count the same everywhere.
struct Lines {
    out: Decoded,
    after_return: bool,
    /// Whether this line has a replacement already.
    named: bool,
}

impl Lines {
    fn with_capacity(length: usize) -> Self {
        let out = Decoded { text: String::with_capacity(length), replaced: Vec::new() };
        Self { out, after_return: false, named: false }
    }

    fn push(&mut self, c: char) {
        match c {
            '\n' if self.after_return => {}
            '\r' | '\n' => {
                self.out.text.push('\n');
                self.named = false;
            }
            '\0' => self.replace(),
            c => self.out.text.push(c),
        }
        self.after_return = c == '\r';
    }

    fn replace(&mut self) {
        self.after_return = false;
        match self.out.replaced.last_mut() {
            Some((_, count)) if self.named => *count += 1,
            Some(_) | None => self.out.replaced.push((self.out.text.len(), 1)),
        }
        self.named = true;
        self.out.text.push('\u{FFFD}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_marks_are_normalised() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb\rc\n").text, "a\nb\nc\n");
        assert_eq!(decode(b"\xFF\xFEa\0\xFC\0\r\0\n\0").text, "aü\n");
        assert_eq!(decode(b"\xFE\xFF\0a\0b").text, "ab");
    }

    #[test]
    fn what_is_no_text_is_counted_and_placed() {
        let decoded = decode(b"ok \xFF x \xC3( \0\nfine\n\xFE\n");
        assert_eq!(decoded.text, "ok \u{FFFD} x \u{FFFD}( \u{FFFD}\nfine\n\u{FFFD}\n");
        assert_eq!(decoded.replaced, [(3, 3), (23, 1)]);
        let said: Vec<String> = decoded.diagnostics().into_iter().map(|(_, d)| d.message).collect();
        assert_eq!(
            said,
            [
                "3 places are not valid text and shown as \u{FFFD}; this is the first on this line",
                "1 place is not valid text and shown as \u{FFFD}"
            ]
        );
        assert_eq!(decode(b"fine").diagnostics(), []);
        let utf16 = decode(b"\xFF\xFE\x00\xD8a\0\n\0a");
        assert_eq!(utf16.replaced, [(0, 1), (5, 1)], "a lone surrogate and a lone byte");
    }

    #[test]
    fn many_bad_lines_are_summed_up() {
        let said = decode(&b"\xFF\n".repeat(100)).diagnostics();
        assert_eq!(said.len(), LINES + 1);
        assert!(said.last().is_some_and(|(_, d)| d.message.starts_with("80 places")), "{said:?}");
    }
}
