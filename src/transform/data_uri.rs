//! `data:` addresses (RFC 2397): the bytes they hold, and addresses for bytes.

use crate::paths;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes of a `data:` address. What it says of their type is left aside:
/// the bytes tell it.
///
/// # Errors
/// Why it holds none.
pub(super) fn decode(address: &str) -> Result<Vec<u8>, String> {
    let rest = address.get(..5).filter(|s| s.eq_ignore_ascii_case("data:")).and(address.get(5..));
    let (kind, data) = rest.and_then(|rest| rest.split_once(',')).ok_or("it has no comma before its data")?;
    let base64 = kind.rsplit(';').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("base64"));
    if !base64 {
        return Ok(percent_decode(data));
    }
    let data = if data.contains('%') { paths::percent_decode(data) } else { data.to_owned() };
    from_base64(&data).ok_or_else(|| "its data is not Base64".to_owned())
}

/// An address that holds bytes of a media type.
pub(super) fn encode(mime: &str, bytes: &[u8]) -> String {
    let mut out = format!("data:{mime};base64,");
    out.reserve(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - group.len()));
        for i in 0..4 {
            let index = (bits >> (18 - 6 * i)) as usize & 63;
            let digit = ALPHABET.get(index).filter(|_| i <= group.len()).copied();
            out.push(digit.map_or('=', char::from));
        }
    }
    out
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|b| char::from(*b).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are a byte.
                out.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(first);
                rest = tail;
            }
        }
    }
    out
}

/// Base64 of either alphabet, with or without padding and white space.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.bytes().filter(|c| !c.is_ascii_whitespace()) {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    (count < 6).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for length in 0..20_u8 {
            let bytes: Vec<u8> = (0..length).map(|i| i.wrapping_mul(37) ^ 0xA5).collect();
            assert_eq!(decode(&encode("image/png", &bytes)), Ok(bytes));
        }
        assert_eq!(encode("a/b", b"Man"), "data:a/b;base64,TWFu");
        assert_eq!(encode("a/b", b"Ma"), "data:a/b;base64,TWE=");
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(decode("data:image/svg+xml,%3Csvg%3E ü"), Ok("<svg> ü".as_bytes().to_vec()));
        assert_eq!(decode("DATA:;charset=utf-8;Base64,TW\n F%75"), Ok(b"Man".to_vec()));
        assert!(decode("data:image/png;base64").is_err());
        assert!(decode("data:image/png;base64,TW?u").is_err());
        assert!(decode("data:image/png;base64,TWFuT").is_err());
    }
}
