//! A PDF as Typst writes it → the same objects in less than half the bytes.
//!
//! Typst's exporter writes each object by itself and uncompressed, with a
//! cross-reference table. Most of a tagged book is its structure tree: tens of
//! thousands of small, wordy dictionaries. They go into *object streams*
//! (ISO 32000-1, 7.5.7) and the table becomes a *cross-reference stream*
//! (7.5.8), as PDF 1.5 and so PDF/A-2 and later allow (ISO 19005-2, 6.1).
//! No object changes its number or its value, and all streams stay as they
//! are to the byte: contents, fonts, and XMP metadata, which readers without
//! a PDF library search for.
//!
//! [`read`] takes apart only what Typst's exporter makes: one table, no
//! encryption, direct lengths. Any other file is handed back as it came.

mod read;
mod syntax;
#[cfg(test)]
mod tests;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;

use self::read::{Body, Entry, File, Object};

/// The most objects of one object stream. A reader inflates a whole stream to
/// get at one object; more than this saves hardly a byte (Flate looks back
/// 32 KiB), fewer costs.
const OBJECTS: usize = 200;

/// An object stream is closed once its objects take so many bytes.
const BYTES: usize = 48 * 1024;

/// The bytes of an entry's last field: an index in a stream, or a generation.
const INDEX_WIDTH: usize = 2;

/// Puts the objects of a PDF into compressed object streams. Same bytes in,
/// same bytes out, whatever the number of threads.
///
/// Returns the bytes as they are when the file isn't one that Typst's exporter
/// writes, or wouldn't get smaller.
pub(super) fn compact(bytes: Vec<u8>) -> Vec<u8> {
    match read::file(&bytes).and_then(|file| rewritten(&bytes, &file)) {
        Some(smaller) if smaller.len() < bytes.len() => smaller,
        Some(_) | None => bytes,
    }
}

/// Where an object is found in the new file: a row of the cross-reference
/// stream (ISO 32000-1, table 18).
#[derive(Clone, Copy)]
enum Row {
    Free { next: usize, generation: u16 },
    At { offset: usize },
    In { stream: usize, index: u16 },
}

/// The file with object streams and a cross-reference stream.
fn rewritten(bytes: &[u8], file: &File) -> Option<Vec<u8>> {
    let mut rows: Vec<Row> = file
        .entries
        .iter()
        .map(|entry| match *entry {
            Entry::Free { next, generation } => Row::Free { next, generation },
            // Each one is set below.
            Entry::Used { offset } => Row::At { offset },
        })
        .collect();
    let mut out = Vec::with_capacity(bytes.len() / 2);
    out.extend_from_slice(bytes.get(..file.header)?);
    let mut plain = Vec::new();
    for object in &file.objects {
        match object.body {
            Body::Plain(value) => plain.push((object.number, value)),
            Body::Stream => {
                *rows.get_mut(object.number)? = Row::At { offset: out.len() };
                write_whole(&mut out, object);
            }
        }
    }
    let groups = groups(&plain);
    let packed: Vec<Option<Vec<u8>>> = groups.par_iter().map(|group| object_stream(group)).collect();
    for (group, packed) in groups.iter().zip(packed) {
        let stream = rows.len();
        for (index, &(number, _)) in group.iter().enumerate() {
            *rows.get_mut(number)? = Row::In { stream, index: u16::try_from(index).ok()? };
        }
        rows.push(Row::At { offset: out.len() });
        out.extend_from_slice(format!("{stream} 0 obj\n").as_bytes());
        out.extend_from_slice(&packed?);
    }
    write_references(&mut out, rows, file)?;
    Some(out)
}

/// A stream with its dictionary, to the byte, and then a line's end: PDF/A
/// wants one after `endobj` (ISO 19005-2, 6.1.9).
fn write_whole(out: &mut Vec<u8>, object: &Object) {
    out.extend_from_slice(object.whole.trim_ascii_end());
    out.push(b'\n');
}

/// Objects in the order of the file, which has like beside like, cut where a
/// stream has enough of them.
fn groups<'a, 'b>(plain: &'b [(usize, &'a [u8])]) -> Vec<&'b [(usize, &'a [u8])]> {
    let mut groups = Vec::new();
    let mut rest = plain;
    while !rest.is_empty() {
        let mut size = 0;
        let filling = |&&(_, value): &&(usize, &[u8])| {
            let open = size < BYTES;
            size += value.len() + 1;
            open
        };
        let count = rest.iter().take(OBJECTS).take_while(filling).count();
        let (group, others) = rest.split_at(count.max(1));
        groups.push(group);
        rest = others;
    }
    groups
}

/// The object stream of some objects, without `n 0 obj`.
fn object_stream(group: &[(usize, &[u8])]) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut values = Vec::new();
    for (number, value) in group {
        write!(head, "{number} {} ", values.len()).ok()?;
        values.extend_from_slice(value);
        values.push(b'\n');
    }
    let (count, first) = (group.len(), head.len());
    head.append(&mut values);
    let packed = deflated(&head)?;
    let length = packed.len();
    let mut out =
        format!("<</Type/ObjStm/N {count}/First {first}/Length {length}/Filter/FlateDecode>>\nstream\n")
            .into_bytes();
    out.extend_from_slice(&packed);
    out.extend_from_slice(b"\nendstream\nendobj\n");
    Some(out)
}

/// The cross-reference stream, which has the trailer's entries, too, and the
/// end of the file.
fn write_references(out: &mut Vec<u8>, mut rows: Vec<Row>, file: &File) -> Option<()> {
    let (number, start) = (rows.len(), out.len());
    rows.push(Row::At { offset: start });
    let size = rows.len();
    let width = bytes_of(start.max(size));
    let columns = 1 + width + INDEX_WIDTH;
    let packed = deflated(&predicted(&rows, width)?)?;
    let length = packed.len();
    write!(out, "{number} 0 obj\n<</Type/XRef/Size {size}").ok()?;
    for (key, value) in &file.trailer {
        out.push(b'/');
        out.extend_from_slice(key);
        out.push(b' ');
        out.extend_from_slice(value);
    }
    write!(
        out,
        "/W[1 {width} {INDEX_WIDTH}]/Length {length}/Filter/FlateDecode\
         /DecodeParms<</Predictor 12/Columns {columns}>>>>\nstream\n"
    )
    .ok()?;
    out.extend_from_slice(&packed);
    write!(out, "\nendstream\nendobj\nstartxref\n{start}\n%%EOF").ok()
}

/// The rows, each byte as its difference from the one above (PNG's *Up*,
/// which Flate's predictor 12 undoes): consecutive rows hardly differ.
fn predicted(rows: &[Row], width: usize) -> Option<Vec<u8>> {
    const UP: u8 = 2;
    let mut above = vec![0; 1 + width + INDEX_WIDTH];
    let mut out = Vec::with_capacity(rows.len() * (above.len() + 1));
    for row in rows {
        let (kind, middle, last) = match *row {
            Row::Free { next, generation } => (0, next, generation),
            Row::At { offset } => (1, offset, 0),
            Row::In { stream, index } => (2, stream, index),
        };
        let middle = u64::try_from(middle).ok()?.to_be_bytes();
        let fields = [kind].into_iter().chain(middle.into_iter().skip(8 - width)).chain(last.to_be_bytes());
        out.push(UP);
        for (byte, above) in fields.zip(&mut above) {
            out.push(byte.wrapping_sub(*above));
            *above = byte;
        }
    }
    Some(out)
}

/// How many bytes a number takes.
fn bytes_of(number: usize) -> usize {
    (number.max(1).ilog2() as usize / 8) + 1
}

fn deflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(LEVEL));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// How hard Flate tries: harder ones take longer for hardly less.
const LEVEL: u32 = 5;
