//! Colour profiles (ICC.1) that images bring along: which of them a page may
//! hold, and files without the others.
//!
//! PDF/A-2 takes profiles of input, display, output and colour space devices
//! up to version 4 (ISO 19005-2, 6.2.4.2). Browsers pass over others too, so
//! that an image looks the same without them.

use super::Kind;
use crate::media::{gif_blocks, gif_head};

/// The length of a profile's head and of the count of its tags, in bytes.
const HEAD: usize = 132;

/// Why a profile can't go with pixels that are in colour or grey, in words
/// that follow "its colour profile"; none if it can.
pub(super) fn refusal(profile: &[u8], colour: bool) -> Option<String> {
    let field = |at: usize| profile.get(at..at + 4).unwrap_or_default();
    let shown = |name: &[u8]| name.escape_ascii().to_string().trim().to_owned();
    let length = <[u8; 4]>::try_from(field(0)).map_or(0, u32::from_be_bytes) as usize;
    if field(36) != b"acsp" || length < HEAD || profile.len() < length {
        return Some("is damaged".to_owned());
    }
    let version = profile.get(8).copied().unwrap_or_default();
    if !(2..=4).contains(&version) {
        return Some(format!("has version {version} of ICC's format"));
    }
    let class = field(12);
    if ![b"scnr", b"mntr", b"prtr", b"spac"].iter().any(|known| class == *known) {
        return Some(format!("is for no device: it is of the class `{}`", shown(class)));
    }
    let space = field(16);
    if space != if colour { b"RGB " } else { b"GRAY" } {
        let pixels = if colour { "RGB" } else { "grey" };
        return Some(format!("is for the colour space `{}`, and its pixels are {pixels}", shown(space)));
    }
    let between = field(20);
    if between != b"XYZ " && between != b"Lab " {
        return Some(format!("leads to the colour space `{}`", shown(between)));
    }
    None
}

/// The same file without colour profiles, its pixels untouched; none if its
/// parts don't fit together or its format is one that is never stored as it is.
pub(super) fn without(bytes: &[u8], kind: Kind) -> Option<Vec<u8>> {
    match kind {
        Kind::Png => png(bytes),
        Kind::Jpeg => jpeg(bytes),
        Kind::Gif => gif(bytes),
        Kind::WebP | Kind::Avif | Kind::Bmp | Kind::Ico | Kind::Svg | Kind::Svgz => None,
    }
}

/// PNG without its chunks `iCCP` (PNG, 11.3.2.3).
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let (length, name) = head.split_at(4);
        let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
        let end = at.checked_add(length)?.checked_add(12)?;
        let chunk = bytes.get(at..end)?;
        if name != b"iCCP" {
            out.extend_from_slice(chunk);
        }
        at = end;
    }
    // What is behind the last chunk stays there.
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

/// JPEG without its segments of a profile (ICC.1, B.4).
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2)?.to_vec();
    let mut at = 2;
    loop {
        let [0xFF, marker] = *bytes.get(at..at + 2)? else { return None };
        // Behind the start of a scan there are pixels.
        if marker == 0xDA {
            break;
        }
        let end = match marker {
            0xFF => at + 1,
            0x01 | 0xD0..=0xD9 => at + 2,
            _ => {
                let length = u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?);
                at + 2 + usize::from(length)
            }
        };
        let segment = bytes.get(at..end)?;
        if !(marker == 0xE2 && segment.get(4..).is_some_and(|data| data.starts_with(b"ICC_PROFILE\0"))) {
            out.extend_from_slice(segment);
        }
        at = end;
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

/// GIF without its application extensions of a profile.
fn gif(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut at = gif_head(bytes)?;
    let mut out = bytes.get(..at)?.to_vec();
    for block in gif_blocks(bytes, at) {
        let range = block?;
        at = range.end;
        let block = bytes.get(range)?;
        if !(block.starts_with(&[0x21, 0xFF, 11]) && block.get(3..14) == Some(b"ICCRGBG1012")) {
            out.extend_from_slice(block);
        }
    }
    out.extend_from_slice(bytes.get(at..)?);
    Some(out)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The head of a profile, and a count of no tags.
    pub fn profile(version: u8, class: &[u8; 4], space: &[u8; 4]) -> Vec<u8> {
        let mut out = vec![0; HEAD];
        out[3] = 132;
        out[8] = version;
        out[12..16].copy_from_slice(class);
        out[16..20].copy_from_slice(space);
        out[20..24].copy_from_slice(b"XYZ ");
        out[36..40].copy_from_slice(b"acsp");
        out
    }

    #[test]
    fn profiles_are_for_devices_and_for_the_pixels_that_they_come_with() {
        let said = |profile: &[u8], colour| refusal(profile, colour).unwrap_or_default();
        for class in [b"scnr", b"mntr", b"prtr", b"spac"] {
            assert_eq!(said(&profile(2, class, b"RGB "), true), "");
            assert_eq!(said(&profile(4, class, b"GRAY"), false), "");
        }
        let of_class = |class| said(&profile(4, class, b"RGB "), true);
        assert_eq!(of_class(b"abst"), "is for no device: it is of the class `abst`");
        assert!([b"link", b"nmcl", b"\0\0\0\0", b"a\n\x1bb"].into_iter().all(|class| {
            let said = of_class(class);
            said.starts_with("is for no device") && said.is_ascii() && !said.contains('\n')
        }));
        for space in [b"Lab ", b"CMYK", b"GRAY"] {
            assert!(said(&profile(4, b"mntr", space), true).contains("its pixels are RGB"));
        }
        assert!(said(&profile(4, b"mntr", b"RGB "), false).contains("its pixels are grey"));
        assert_eq!(said(&profile(5, b"mntr", b"RGB "), true), "has version 5 of ICC's format");
        assert_eq!(said(&profile(0, b"mntr", b"RGB "), true), "has version 0 of ICC's format");
        let whole = profile(4, b"mntr", b"RGB ");
        assert_eq!(said(&whole[..131], true), "is damaged");
        assert_eq!(said(b"", true), "is damaged");
    }

    #[test]
    fn damaged_files_are_given_up() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n\xFF\xFF\xFF\xFFiCCP"[..], Kind::Png),
            (b"\xFF\xD8\xFF\xE2\xFF\xFF", Kind::Jpeg),
            (b"\xFF\xD8\0", Kind::Jpeg),
            (b"GIF89a\x01\0\x01\0\0\0\0\x21\xFF\x0bICC", Kind::Gif),
        ] {
            assert_eq!(without(bytes, kind), None, "{kind:?}");
        }
    }
}
