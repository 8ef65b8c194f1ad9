//! A PDF's bytes → its objects, by the offsets of its cross-reference table
//! (ISO 32000-1, 7.5). Strict: `None` for any file that has what Typst's
//! exporter doesn't write.

use rayon::prelude::*;

use super::syntax::{Cursor, entries};

/// Headers of the versions that have object streams.
const VERSIONS: [&[u8]; 4] = [b"%PDF-1.5", b"%PDF-1.6", b"%PDF-1.7", b"%PDF-2.0"];

/// What a trailer may hold. `Encrypt`, `Prev` and `XRefStm` would need more
/// care than this module takes.
const TRAILER: [&[u8]; 4] = [b"Size", b"Root", b"Info", b"ID"];

/// The most indirect objects of a conforming file (ISO 19005-2, 6.1.13).
const MOST: usize = 8_388_607;

/// Keys and values of a dictionary.
pub(super) type Entries<'a> = Vec<(&'a [u8], &'a [u8])>;

/// A PDF in its parts.
pub(super) struct File<'a> {
    /// Where the header, with its comments, ends.
    pub(super) header: usize,
    /// The cross-reference table, by number.
    pub(super) entries: Vec<Entry>,
    /// In the order of the file.
    pub(super) objects: Vec<Object<'a>>,
    /// The trailer's entries but `Size`.
    pub(super) trailer: Entries<'a>,
}

/// An entry of the table.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    Free { next: usize, generation: u16 },
    Used { offset: usize },
}

/// An indirect object of generation 0.
pub(super) struct Object<'a> {
    pub(super) number: usize,
    /// From its number to `endobj`, with white space after.
    pub(super) whole: &'a [u8],
    pub(super) body: Body<'a>,
}

/// What an object is.
pub(super) enum Body<'a> {
    /// It stays outside of object streams.
    Stream,
    /// Any other value.
    Plain(&'a [u8]),
}

/// Takes a file apart.
pub(super) fn file(bytes: &[u8]) -> Option<File<'_>> {
    let table = table_offset(bytes)?;
    let (entries, trailer) = table_and_trailer(bytes.get(table..)?)?;
    let mut starts: Vec<(usize, usize)> = entries
        .iter()
        .enumerate()
        .filter_map(|(number, entry)| match *entry {
            Entry::Used { offset } => Some((offset, number)),
            Entry::Free { .. } => None,
        })
        .collect();
    starts.sort_unstable();
    let header = starts.first()?.0;
    is_header(bytes.get(..header)?).then_some(())?;
    let ends = starts.iter().skip(1).map(|&(offset, _)| offset).chain([table]);
    let slices: Vec<_> = starts.iter().zip(ends).collect();
    let objects = slices
        .par_iter()
        .with_min_len(256)
        .map(|&(&(start, number), end)| object(number, bytes.get(start..end)?))
        .collect::<Option<Vec<_>>>()?;
    Some(File { header, entries, objects, trailer })
}

/// Where the end of the file says that the table is.
fn table_offset(bytes: &[u8]) -> Option<usize> {
    const LAST: usize = 64;
    let last = bytes.get(bytes.len().saturating_sub(LAST)..)?.trim_ascii_end();
    let start = last.windows(9).rposition(|window| window == b"startxref")?;
    let mut cursor = Cursor::new(last.get(start..)?);
    cursor.eat(b"startxref")?;
    cursor.space();
    let offset = cursor.number()?;
    // `%%EOF` is a comment: nothing but it may follow.
    let rest = last.get(start + cursor.at..)?.trim_ascii();
    (rest == b"%%EOF").then_some(offset)
}

/// A version that allows object streams, and comments.
fn is_header(header: &[u8]) -> bool {
    let Some((version, rest)) = header.split_at_checked(8) else { return false };
    let mut cursor = Cursor::new(rest);
    cursor.space();
    VERSIONS.contains(&version)
        && matches!(rest.first(), Some(b'\n' | b'\r'))
        && matches!(rest.last(), Some(b'\n' | b'\r'))
        && cursor.at_end()
}

/// The table's entries, all of them from 0 on, and the trailer's, from bytes
/// that end with the file.
fn table_and_trailer(bytes: &[u8]) -> Option<(Vec<Entry>, Entries<'_>)> {
    let mut cursor = Cursor::new(bytes);
    cursor.word(b"xref")?;
    cursor.space();
    let mut table = Vec::new();
    while cursor.word(b"trailer").is_none() {
        let first = cursor.number()?;
        cursor.space();
        let count = cursor.number()?;
        cursor.space();
        if first != table.len() || count > MOST {
            return None;
        }
        for _ in 0..count {
            table.push(entry(cursor.take(20)?)?);
        }
        cursor.space();
    }
    cursor.space();
    let mut trailer = entries(cursor.value()?)?;
    // Nothing else follows: `%%EOF` is a comment.
    cursor.space();
    cursor.word(b"startxref")?;
    cursor.space();
    cursor.number()?;
    cursor.space();
    let known = trailer.iter().all(|(key, _)| TRAILER.contains(key));
    let size = trailer.iter().find(|(key, _)| *key == b"Size")?.1;
    let root = trailer.iter().find(|(key, _)| *key == b"Root")?.1;
    let root = std::str::from_utf8(root).ok()?.strip_suffix(" 0 R")?.parse::<usize>().ok()?;
    let complete = cursor.at_end()
        && size == table.len().to_string().as_bytes()
        && table.len() <= MOST
        && table.iter().all(|entry| !matches!(*entry, Entry::Free { next, .. } if next >= table.len()))
        && matches!(table.get(root), Some(Entry::Used { .. }));
    trailer.retain(|(key, _)| *key != b"Size");
    (known && complete).then_some((table, trailer))
}

/// The 20 bytes of a table's entry (7.5.4).
fn entry(line: &[u8]) -> Option<Entry> {
    let mut cursor = Cursor::new(line);
    let digits = cursor.take(10)?;
    let first: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    cursor.eat(b" ")?;
    let generation: u16 = std::str::from_utf8(cursor.take(5)?).ok()?.parse().ok()?;
    cursor.eat(b" ")?;
    match cursor.take(3)? {
        b"n\r\n" | b"n \n" | b"n \r" if generation == 0 => Some(Entry::Used { offset: first }),
        b"f\r\n" | b"f \n" | b"f \r" => Some(Entry::Free { next: first, generation }),
        _ => None,
    }
}

/// An object from the first digit of its number to where the next one starts.
fn object(number: usize, whole: &[u8]) -> Option<Object<'_>> {
    let mut cursor = Cursor::new(whole);
    (cursor.number()? == number && number > 0).then_some(())?;
    cursor.eat(b" 0 obj")?;
    cursor.space();
    let value = cursor.value()?;
    cursor.space();
    let body = match cursor.eat(b"stream") {
        None => Body::Plain(value),
        Some(()) => {
            cursor.eat(b"\n").or_else(|| cursor.eat(b"\r\n"))?;
            let entries = entries(value)?;
            let length = entries.iter().find(|(key, _)| *key == b"Length")?.1;
            cursor.take(Cursor::new(length).number().filter(|_| length.iter().all(u8::is_ascii_digit))?)?;
            cursor.space();
            cursor.word(b"endstream")?;
            cursor.space();
            Body::Stream
        }
    };
    cursor.word(b"endobj")?;
    whole.get(cursor.at..)?.trim_ascii().is_empty().then_some(Object { number, whole, body })
}
