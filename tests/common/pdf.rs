//! Reads back a PDF: its text as a reader would copy it, its outline, its
//! links. Knows as much of the format as Typst's files need.

use std::collections::HashMap;

use hayro_syntax::Pdf;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream, String as PdfString};

/// A font's codes and what they stand for.
type ToUnicode = HashMap<u16, String>;

/// Opens a PDF.
pub fn open(bytes: &[u8]) -> Pdf {
    Pdf::new(bytes.to_vec()).expect("is a PDF")
}

/// The document's catalogue.
pub fn catalogue(pdf: &Pdf) -> Dict<'_> {
    pdf.xref().get::<Dict>(pdf.xref().root_id()).expect("has a catalogue")
}

/// The bookmarks in order, with their depth.
pub fn outline(pdf: &Pdf) -> Vec<(usize, String)> {
    fn list(first: Option<Dict>, depth: usize, out: &mut Vec<(usize, String)>) {
        let mut next = first;
        while let Some(item) = next {
            let title = item.get::<PdfString>("Title").expect("a bookmark has a title");
            out.push((depth, decode(title.as_bytes())));
            list(item.get("First"), depth + 1, out);
            next = item.get("Next");
        }
    }
    let mut out = Vec::new();
    list(catalogue(pdf).get::<Dict>("Outlines").and_then(|o| o.get("First")), 0, &mut out);
    out
}

/// A text string: UTF-16 with a mark, else Latin.
fn decode(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xFE, 0xFF]) {
        Some(rest) => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        None => bytes.iter().map(|&b| char::from(b)).collect(),
    }
}

/// The text of all pages, a line for each run of glyphs that is placed anew.
pub fn text(pdf: &Pdf) -> String {
    let mut out = String::new();
    let mut maps: HashMap<ObjectIdentifier, ToUnicode> = HashMap::new();
    for page in pdf.pages().iter() {
        let mut font = None;
        let mut iter = page.typed_operations();
        while let Some(op) = iter.next() {
            match op {
                TypedInstruction::TextFont(f) => {
                    font = page.resources().get_font(f.0).and_then(|dict| {
                        let id = dict.obj_id()?;
                        maps.entry(id).or_insert_with(|| to_unicode(&dict));
                        Some((
                            id,
                            dict.get::<Name>("Encoding").is_some_and(|n| n.as_str().starts_with("Identity")),
                        ))
                    });
                }
                TypedInstruction::ShowText(s) => show(&mut out, s.0.as_bytes(), font, &maps),
                TypedInstruction::ShowTexts(s) => {
                    for part in s.0.iter::<Object>() {
                        if let Object::String(part) = part {
                            show(&mut out, part.as_bytes(), font, &maps);
                        }
                    }
                }
                TypedInstruction::EndText(_) => out.push('\n'),
                _ => {}
            }
        }
        out.push('\u{C}');
    }
    out
}

/// The text of each page.
pub fn pages(pdf: &Pdf) -> Vec<String> {
    text(pdf).split_terminator('\u{C}').map(str::to_owned).collect()
}

fn show(
    out: &mut String,
    bytes: &[u8],
    font: Option<(ObjectIdentifier, bool)>,
    maps: &HashMap<ObjectIdentifier, ToUnicode>,
) {
    let (id, wide) = font.expect("text has a font");
    let map = &maps[&id];
    let codes: Vec<u16> = if wide {
        bytes.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect()
    } else {
        bytes.iter().map(|&b| u16::from(b)).collect()
    };
    for code in codes {
        out.push_str(map.get(&code).map_or("\u{FFFD}", String::as_str));
    }
}

/// Reads a ToUnicode map (`bfchar` and `bfrange`).
fn to_unicode(font: &Dict) -> ToUnicode {
    let mut map = ToUnicode::new();
    let Some(stream) = font.get::<Stream>("ToUnicode") else { return map };
    let bytes = stream.decoded().expect("a ToUnicode map can be read");
    let text = std::string::String::from_utf8_lossy(&bytes).into_owned();
    let hex = |token: &str| -> Vec<u16> {
        let digits = token.trim_matches(['<', '>']);
        (0..digits.len() / 4)
            .filter_map(|i| u16::from_str_radix(&digits[i * 4..i * 4 + 4], 16).ok())
            .collect()
    };
    let code =
        |token: &str| u16::from_str_radix(token.trim_matches(['<', '>']), 16).expect("a code is hexadecimal");
    let mut section = "";
    for line in text.lines() {
        let tokens: Vec<&str> = line.split_whitespace().collect();
        match tokens.as_slice() {
            [_, "beginbfchar"] => section = "char",
            [_, "beginbfrange"] => section = "range",
            ["endbfchar" | "endbfrange"] => section = "",
            [from, to] if section == "char" => {
                map.insert(code(from), std::string::String::from_utf16_lossy(&hex(to)));
            }
            [from, last, to] if section == "range" => {
                let start = hex(to);
                for (i, c) in (code(from)..=code(last)).enumerate() {
                    let mut units = start.clone();
                    if let Some(unit) = units.last_mut() {
                        *unit += i as u16;
                    }
                    map.insert(c, std::string::String::from_utf16_lossy(&units));
                }
            }
            _ => {}
        }
    }
    map
}

/// The roles of the structure tree in document order, counted.
pub fn roles(pdf: &Pdf) -> std::collections::BTreeMap<String, usize> {
    fn walk(node: &Dict, counts: &mut std::collections::BTreeMap<String, usize>) {
        if let Some(role) = node.get::<Name>("S") {
            *counts.entry(role.as_str().to_owned()).or_default() += 1;
        }
        if let Some(kids) = node.get::<Array>("K") {
            for kid in kids.iter::<Object>() {
                if let Object::Dict(kid) = kid {
                    walk(&kid, counts);
                }
            }
        } else if let Some(kid) = node.get::<Dict>("K") {
            walk(&kid, counts);
        }
    }
    let mut counts = std::collections::BTreeMap::new();
    if let Some(root) = catalogue(pdf).get::<Dict>("StructTreeRoot") {
        walk(&root, &mut counts);
    }
    counts
}
