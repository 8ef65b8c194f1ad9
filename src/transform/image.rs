//! Looks at an image's bytes: what they are, how large, and whether they can
//! be decoded. Each distinct content is looked at once in a process.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use image::{ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use super::svg;
use crate::media::{Media, MediaKind};

/// The longest side of an image, in pixels.
const MAX_SIDE: u32 = 20_000;
/// The most pixels of an image.
const MAX_PIXELS: u64 = 100_000_000;
/// The most memory that decoding may take, in bytes.
const MAX_MEMORY: u64 = 600 << 20;
/// How many contents are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// What was found out about some bytes.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// The image; for SVG without what could run or reach out.
    pub media: Media,
    /// What was taken out of it.
    pub removed: Vec<String>,
}

type Outcome = Result<Checked, String>;
/// Only looked up by key, never iterated, so its order shows nowhere.
static SEEN: LazyLock<Mutex<HashMap<[u8; 32], Outcome>>> = LazyLock::new(Mutex::default);

/// Checks an image.
///
/// # Errors
/// Why it can't be shown, in a few words.
pub(super) fn check(bytes: &Arc<[u8]>) -> Outcome {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    if let Some(outcome) = SEEN.lock().unwrap_or_else(PoisonError::into_inner).get(&hash) {
        return outcome.clone();
    }
    // Not under the lock: two threads may do the same work, none waits.
    let outcome = look_at(bytes);
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.len() < MAX_REMEMBERED {
        seen.insert(hash, outcome.clone());
    }
    outcome
}

fn look_at(bytes: &Arc<[u8]>) -> Outcome {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    if svg::is_svg(bytes) {
        let cleaned = svg::clean(bytes)?;
        check_size(cleaned.width, cleaned.height)?;
        let bytes: Arc<[u8]> = cleaned.bytes.into();
        let media = Media { bytes, kind: MediaKind::Svg, width: cleaned.width, height: cleaned.height };
        return Ok(Checked { media, removed: cleaned.removed });
    }
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return Err("the file is a pointer to Git LFS, not the image itself".to_owned());
    }
    let (kind, format) = sniff(bytes).ok_or("the file is neither PNG, JPEG, GIF, WebP nor SVG")?;
    let reader = || ImageReader::with_format(Cursor::new(&bytes[..]), format);
    let failed = |error: image::ImageError| {
        let text = error.to_string();
        text.lines().next().unwrap_or("it can't be decoded").to_owned()
    };
    let (width, height) = reader().into_dimensions().map_err(failed)?;
    check_size(width, height)?;
    let mut whole = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    whole.limits(limits);
    whole.decode().map_err(failed)?;
    if kind == MediaKind::Jpeg && !ends(bytes) {
        return Err("the file is cut off".to_owned());
    }
    Ok(Checked { media: Media { bytes: Arc::clone(bytes), kind, width, height }, removed: Vec::new() })
}

fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err("it has no width or height".to_owned());
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("{width} by {height} pixels are too many"));
    }
    Ok(())
}

fn sniff(bytes: &[u8]) -> Option<(MediaKind, ImageFormat)> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => (MediaKind::Png, ImageFormat::Png),
        [0xFF, 0xD8, 0xFF, ..] => (MediaKind::Jpeg, ImageFormat::Jpeg),
        [b'G', b'I', b'F', b'8', ..] => (MediaKind::Gif, ImageFormat::Gif),
        _ if webp => (MediaKind::WebP, ImageFormat::WebP),
        _ => return None,
    })
}

/// Whether a JPEG has its end behind its last scan. Decoders fill up what is
/// missing with grey and say nothing.
fn ends(bytes: &[u8]) -> bool {
    let last = |marker: [u8; 2]| bytes.windows(2).rposition(|pair| pair == marker);
    match (last([0xFF, 0xDA]), last([0xFF, 0xD9])) {
        (Some(scan), Some(end)) => end > scan,
        (_, end) => end.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        let pixels = image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30]));
        pixels.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).expect("encodes");
        out
    }

    fn run(bytes: &[u8]) -> Result<(MediaKind, u32, u32), String> {
        check(&Arc::from(bytes)).map(|c| (c.media.kind, c.media.width, c.media.height))
    }

    #[test]
    fn images_are_told_by_their_content() {
        assert_eq!(run(&png(3, 2)), Ok((MediaKind::Png, 3, 2)));
        let mut jpeg = Vec::new();
        let pixels = image::RgbImage::from_pixel(8, 8, image::Rgb([1, 2, 3]));
        pixels.write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).expect("encodes");
        assert_eq!(run(&jpeg), Ok((MediaKind::Jpeg, 8, 8)));
        assert!(run(&jpeg[..jpeg.len() - 2]).is_err(), "cut off");
    }

    #[test]
    fn what_cannot_be_shown_says_why() {
        let whole = png(30, 30);
        assert!(run(&whole[..whole.len() / 2]).is_err(), "cut off");
        assert_eq!(run(b"").unwrap_err(), "the file is empty");
        assert_eq!(run(b"hello").unwrap_err(), "the file is neither PNG, JPEG, GIF, WebP nor SVG");
        // A header that claims 60,000 by 60,000 pixels.
        let mut bomb = png(1, 1);
        bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        assert!(run(&bomb).is_err());
    }
}
