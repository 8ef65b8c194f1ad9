//! Looks at an image's bytes: what they are, how large, and whether they can
//! be decoded; and makes of them what both formats can show: PNG, JPEG, GIF
//! or SVG of no more pixels than a page has use for.
//!
//! Each distinct content is looked at once in a run, and the same content
//! always gives the same bytes.

mod avif;
mod bmp;
mod heif;
mod profile;
mod raster;
mod reduce;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::svg;
use crate::diag::Code;
use crate::media::{Media, MediaKind};

/// The most pixels that an image keeps unless something else is set: about
/// what a printer of 300 dpi puts on the measure of an A4 page, and more than
/// a reader's screen has.
pub const DEFAULT_MAX_PIXELS: u32 = 4_000_000;
/// The longest side of an image, in pixels.
const MAX_SIDE: u32 = 30_000;
/// The most pixels of an image that is decoded at all.
const MAX_PIXELS: u64 = 100_000_000;
/// From so many pixels on images are decoded one after the other.
const LARGE: u64 = 25_000_000;
/// How many contents are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// What was found out about some bytes.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// The image as it is stored; for SVG without what could run or reach out.
    pub media: Media,
    /// What was done to it, in words that follow "the image `x`".
    pub notes: Vec<(Code, String)>,
    /// The usual extension of what the author's bytes are.
    pub extension: &'static str,
}

type Outcome = Result<Checked, String>;

/// The images of a run, each content looked at once. Passed from edition to
/// edition: most pictures stay as they are.
#[derive(Debug)]
pub struct Images {
    max_pixels: u32,
    /// Only looked up by key, never iterated, so its order shows nowhere.
    seen: Mutex<HashMap<[u8; 32], Outcome>>,
}

impl Default for Images {
    fn default() -> Self {
        Self::new(DEFAULT_MAX_PIXELS)
    }
}

impl Images {
    /// Images of no more than so many pixels each; more are reduced.
    pub fn new(max_pixels: u32) -> Self {
        Self { max_pixels: max_pixels.max(1), seen: Mutex::default() }
    }

    /// What is known of an image, by the SHA-256 of its bytes.
    pub(super) fn known(&self, hash: &[u8; 32]) -> Option<Outcome> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Checks and prepares an image, and counts it if it was not known.
    ///
    /// # Errors
    /// Why it can't be shown, in a few words.
    pub(super) fn check(&self, bytes: &Arc<[u8]>, made: &mut usize) -> Outcome {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        if let Some(outcome) = self.known(&hash) {
            return outcome;
        }
        *made += 1;
        // Not under the lock: two threads may do the same work, none waits.
        let outcome = catch_unwind(AssertUnwindSafe(|| look_at(bytes, self.max_pixels)))
            .unwrap_or_else(|_| Err("its decoder gave up".to_owned()));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < MAX_REMEMBERED {
            seen.insert(hash, outcome.clone());
        }
        outcome
    }
}

/// What bytes are, by their first few (the order matters to none of them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    Gif,
    WebP,
    Avif,
    Bmp,
    Ico,
    Svg,
    /// SVG in a gzip stream.
    Svgz,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Avif => "AVIF",
            Self::Bmp => "BMP",
            Self::Ico => "ICO",
            Self::Svg | Self::Svgz => "SVG",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Avif => "avif",
            Self::Bmp => "bmp",
            Self::Ico => "ico",
            Self::Svg => "svg",
            Self::Svgz => "svgz",
        }
    }
}

fn look_at(bytes: &Arc<[u8]>, max_pixels: u32) -> Outcome {
    let kind = sniff(bytes)?;
    match kind {
        Kind::Svg => drawing(bytes, kind, max_pixels),
        Kind::Svgz => drawing(&svg::unzip(bytes)?, kind, max_pixels),
        Kind::Png | Kind::Jpeg | Kind::Gif | Kind::WebP | Kind::Avif | Kind::Bmp | Kind::Ico => {
            raster::prepare(bytes, kind, max_pixels)
        }
    }
}

fn drawing(bytes: &[u8], kind: Kind, max_pixels: u32) -> Outcome {
    let embedded = |bytes: &[u8]| picture_inside(bytes, max_pixels);
    let cleaned = svg::clean(bytes, &embedded)?;
    check_size(cleaned.width, cleaned.height)?;
    let notes = if cleaned.removed.is_empty() {
        Vec::new()
    } else {
        let words = format!("is shown without {}", cleaned.removed.join(", "));
        vec![(Code::ImageCleaned, words)]
    };
    let bytes: Arc<[u8]> = cleaned.bytes.into();
    let media = Media { bytes, kind: MediaKind::Svg, width: cleaned.width, height: cleaned.height };
    Ok(Checked { media, notes, extension: kind.extension() })
}

/// A picture inside a drawing: checked and prepared like any other, but none
/// that holds pictures itself.
fn picture_inside(bytes: &[u8], max_pixels: u32) -> Result<Media, String> {
    match sniff(bytes)? {
        Kind::Svg | Kind::Svgz => Err("a drawing inside a drawing".to_owned()),
        kind @ (Kind::Png | Kind::Jpeg | Kind::Gif | Kind::WebP | Kind::Avif | Kind::Bmp | Kind::Ico) => {
            raster::prepare(&Arc::from(bytes), kind, max_pixels).map(|checked| checked.media)
        }
    }
}

/// Refuses what no page needs and no memory holds, before it is decoded.
fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err("it has no width or height".to_owned());
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(format!("{width} by {height} pixels are too many"));
    }
    Ok(())
}

/// Tells an image by its content.
///
/// # Errors
/// What it is instead, or why it can't be told.
fn sniff(bytes: &[u8]) -> Result<Kind, String> {
    if bytes.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let riff = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let brand = (bytes.get(4..8) == Some(b"ftyp")).then(|| bytes.get(8..12)).flatten();
    let known = match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(Kind::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', ..] => Some(Kind::Gif),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Kind::Bmp),
        [0, 0, 1, 0, _, 0, ..] => Some(Kind::Ico),
        [0x1F, 0x8B, ..] => Some(Kind::Svgz),
        _ if riff => Some(Kind::WebP),
        _ if matches!(brand, Some(b"avif" | b"avis")) => Some(Kind::Avif),
        _ if svg::is_svg(bytes) => Some(Kind::Svg),
        _ => None,
    };
    known.ok_or_else(|| unknown(bytes, brand))
}

/// What bytes are that can't be shown, for those that people try.
fn unknown(bytes: &[u8], brand: Option<&[u8]>) -> String {
    let start = String::from_utf8_lossy(bytes.get(..bytes.len().min(512)).unwrap_or_default()).to_lowercase();
    let page = ["<!doctype html", "<html", "<head", "<body"];
    let what = match bytes {
        _ if start.starts_with("version https://git-lfs.github.com/spec/") => {
            return "the file is a pointer to Git LFS, not the image itself".to_owned();
        }
        _ if page.iter().any(|tag| start.trim_start().starts_with(tag)) => "a web page",
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => "TIFF",
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => "JPEG XL",
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => "JPEG 2000",
        [b'8', b'B', b'P', b'S', ..] => "a Photoshop file",
        [b'%', b'P', b'D', b'F', ..] => "PDF",
        [b'%', b'!', b'P', b'S', ..] => "PostScript",
        [0, 0, 2, 0, ..] => "a cursor",
        _ if matches!(brand, Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"heim" | b"heis")) => "HEIC",
        _ if brand.is_some() => "a film",
        _ => return "the file is neither PNG, JPEG, GIF, WebP, AVIF, BMP, ICO nor SVG".to_owned(),
    };
    format!("the file is {what}, which is not supported")
}

#[cfg(test)]
mod tests;
