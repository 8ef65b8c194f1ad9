//! The bytes of a drawing → text: compressed ones, and other encodings than
//! UTF-8, where the file declares them.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::MAX_BYTES;

/// What bytes 0x80 to 0x9F are in Windows-1252; browsers take them so in
/// ISO 8859-1 too (WHATWG Encoding).
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Unpacks a compressed drawing (`.svgz`), up to the largest that is read.
///
/// # Errors
/// When it is damaged or too large.
pub(in crate::transform) fn unzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut out)
        .map_err(|error| format!("it can't be unpacked: {error}"))?;
    if out.len() > MAX_BYTES {
        return Err("the drawing is too large".to_owned());
    }
    if !super::is_svg(&out) {
        return Err("the file is compressed, and holds no drawing".to_owned());
    }
    Ok(out)
}

/// The text of a drawing.
///
/// # Errors
/// When its encoding is not known, or is another than it says.
pub(super) fn decode(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0, b'<', ..] => utf16(bytes, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        _ => match declared(bytes).as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii" | "ascii" | "utf-16") => utf8(bytes),
            Some("iso-8859-1" | "iso8859-1" | "latin1" | "latin-1" | "l1" | "windows-1252" | "cp1252") => {
                Ok(bytes.iter().map(|byte| latin(*byte)).collect())
            }
            Some("iso-8859-15" | "latin-9" | "latin9") => {
                Ok(bytes.iter().map(|byte| latin_9(*byte)).collect())
            }
            Some(other) => std::str::from_utf8(bytes)
                .map(str::to_owned)
                .map_err(|_| format!("its encoding `{other}` is not supported; save it as UTF-8")),
        },
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "the drawing is not UTF-8".to_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect();
    text.ok().filter(|_| rest.is_empty()).ok_or_else(|| "the drawing is not valid UTF-16".to_owned())
}

fn latin(byte: u8) -> char {
    let windows = byte.checked_sub(0x80).and_then(|i| WINDOWS.get(usize::from(i)));
    windows.copied().unwrap_or(char::from(byte))
}

fn latin_9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        other => latin(other),
    }
}

/// The encoding that the XML declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200))?).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn declared_encodings_are_read() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><svg>\xFC\x80</svg>";
        assert!(decode(latin).expect("known").ends_with("<svg>ü€</svg>"));
        let nine = b"<?xml version=\"1.0\" encoding = \"iso-8859-15\"?><svg>\xA4</svg>";
        assert!(decode(nine).expect("known").ends_with("<svg>€</svg>"));
        let wide: Vec<u8> = "<svg>ü中</svg>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide).as_deref(), Ok("<svg>ü中</svg>"));
        assert_eq!(decode(&[&[0xFF, 0xFE], &wide[..]].concat()).as_deref(), Ok("<svg>ü中</svg>"));
        assert!(decode(b"<svg>\xFC</svg>").is_err());
        assert!(decode(b"<?xml encoding='koi8-r'?><svg>\xFC</svg>").unwrap_err().contains("koi8-r"));
    }

    #[test]
    fn compressed_drawings_have_a_limit() {
        let zip = |text: &[u8]| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            out.write_all(text).expect("writes");
            out.finish().expect("writes")
        };
        assert_eq!(unzip(&zip(b"<svg/>")), Ok(b"<svg/>".to_vec()));
        assert!(unzip(&zip(b"words")).is_err());
        assert!(unzip(&zip(b"<svg/>")[..15]).is_err());
        assert!(unzip(&zip(&vec![b' '; MAX_BYTES + 1])).unwrap_err().contains("large"));
    }
}
