//! Bytes → text: byte-order marks, UTF-16, line ends, and what is no text.

use crate::diag::{Code, Diagnostic};
use crate::span::{FileId, Span};

/// A file's text, and how much of it was unreadable.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text: line ends are `\n`, no byte-order mark, no NUL.
    pub text: String,
    /// How many characters had to be replaced by U+FFFD.
    pub replaced: usize,
    /// The byte offset in `text` of the first of them.
    pub first: usize,
}

impl Decoded {
    /// What there is to say about the file.
    pub(crate) fn diagnostic(&self, file: FileId) -> Option<Diagnostic> {
        if self.replaced == 0 {
            return None;
        }
        let span = Span::new(file, self.first..self.first + '\u{FFFD}'.len_utf8());
        let what = if self.replaced == 1 { "place is" } else { "places are" };
        Some(
            Diagnostic::new(
                Code::EncodingInvalid,
                format!("{} {what} not valid text and shown as \u{FFFD}; this is the first", self.replaced),
            )
            .at(span)
            .hint("save the file as UTF-8"),
        )
    }

    fn push(&mut self, c: char) {
        self.text.push(c);
    }

    fn replace(&mut self) {
        if self.replaced == 0 {
            self.first = self.text.len();
        }
        self.replaced += 1;
        self.text.push('\u{FFFD}');
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
    let mut out = Decoded { text: String::with_capacity(bytes.len()), ..Decoded::default() };
    let mut line = Lines::default();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            line.push(c, &mut out);
        }
        if !chunk.invalid().is_empty() {
            line.push_invalid(&mut out);
        }
    }
    out
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let mut out = Decoded::default();
    let mut line = Lines::default();
    let (pairs, rest) = bytes.as_chunks::<2>();
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => line.push(c, &mut out),
            Err(_) => line.push_invalid(&mut out),
        }
    }
    if !rest.is_empty() {
        line.push_invalid(&mut out);
    }
    out
}

/// Turns `\r\n` and `\r` into `\n`, so that spans count the same everywhere.
#[derive(Default)]
struct Lines {
    after_return: bool,
}

impl Lines {
    fn push(&mut self, c: char, out: &mut Decoded) {
        match c {
            '\n' if self.after_return => {}
            '\r' => out.push('\n'),
            '\0' => out.replace(),
            c => out.push(c),
        }
        self.after_return = c == '\r';
    }

    fn push_invalid(&mut self, out: &mut Decoded) {
        self.after_return = false;
        out.replace();
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
        let decoded = decode(b"ok \xFF x \xC3( \0");
        assert_eq!(decoded.text, "ok \u{FFFD} x \u{FFFD}( \u{FFFD}");
        assert_eq!((decoded.replaced, decoded.first), (3, 3));
        assert!(decoded.diagnostic(FileId(0)).is_some_and(|d| d.message.starts_with("3 places")));
        assert_eq!(decode(b"fine").diagnostic(FileId(0)), None);
        assert_eq!(decode(b"\xFF\xFE\x00\xD8a").replaced, 2, "a lone surrogate and a lone byte");
    }
}
