//! Images of pixels: checked as a whole, and stored as they are where both
//! formats show them alike, else converted.

use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::reduce::{Raster, encode, fit, shrink};
use super::{Checked, Kind, LARGE, Outcome, avif, bmp, check_size, profile};
use crate::diag::Code;
use crate::media::{Media, MediaKind};

/// The most memory that decoding may take, in bytes; Typst allows as much.
const MAX_MEMORY: u64 = 512 << 20;

/// Held while a large image is decoded: on many cores they would take all
/// memory together. Nothing that is done meanwhile waits for another thread.
static ALONE: Mutex<()> = Mutex::new(());

/// A decoded image, and why it can't be stored as it came.
struct Decoded {
    raster: Raster,
    notes: Vec<(Code, String)>,
    /// The file, if both formats show it alike.
    keep: Option<(MediaKind, Arc<[u8]>)>,
    moves: bool,
}

/// Decodes an image and makes of it what is stored.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn prepare(bytes: &Arc<[u8]>, kind: Kind, max_pixels: u32) -> Outcome {
    let (width, height) = size(bytes, kind)?;
    let large = u64::from(width) * u64::from(height) > LARGE;
    let _alone = large.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
    let Decoded { raster, mut notes, keep, moves } = decode(bytes, kind)?;
    let (width, height) = (raster.image.width(), raster.image.height());
    let small = fit(width, height, max_pixels);
    let media = |bytes: Arc<[u8]>, kind| Media { bytes, kind, width, height };
    if let (Some((kept, file)), true) = (&keep, small == (width, height)) {
        if moves {
            notes.push((Code::ImageAnimated, "moves; the PDF shows its first picture".to_owned()));
        }
        return Ok(Checked { media: media(Arc::clone(file), *kept), notes, extension: kind.extension() });
    }
    if moves {
        notes.push((Code::ImageAnimated, "moves; its first picture is shown".to_owned()));
    }
    let image = shrink(raster.image, max_pixels);
    let (stored, out) = encode(Raster { image, ..raster })?;
    // Line art can take more bytes with fewer pixels, and looks worse: what
    // is not too large to decode stays as it came.
    if let Some((kept, file)) = keep
        && small != (width, height)
        && !moves
        && out.len() > file.len()
        && fit(width, height, max_pixels.saturating_mul(4)) == (width, height)
    {
        return Ok(Checked { media: media(file, kept), notes, extension: kind.extension() });
    }
    if small != (width, height) {
        let words = format!(
            "has {width} by {height} pixels, more than a page shows; {} by {} are stored",
            small.0, small.1
        );
        notes.push((Code::ImageReduced, words));
    } else if notes.iter().all(|(code, _)| *code == Code::ImageProfile)
        && !matches!(kind, Kind::Png | Kind::Jpeg)
    {
        let into = if stored == MediaKind::Png { "PNG" } else { "JPEG" };
        notes.push((Code::ImageConverted, format!("is {} and stored as {into}", kind.name())));
    }
    Ok(Checked { media: media(out.into(), stored), notes, extension: kind.extension() })
}

/// The size that the head of a file claims, refused if it is absurd.
fn size(bytes: &[u8], kind: Kind) -> Result<(u32, u32), String> {
    let size = match format(kind) {
        Some(format) => {
            ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(failed)?
        }
        // Their decoders look before they decode.
        None => return Ok((1, 1)),
    };
    check_size(size.0, size.1)?;
    Ok(size)
}

fn format(kind: Kind) -> Option<ImageFormat> {
    match kind {
        Kind::Png => Some(ImageFormat::Png),
        Kind::Jpeg => Some(ImageFormat::Jpeg),
        Kind::Gif => Some(ImageFormat::Gif),
        Kind::WebP => Some(ImageFormat::WebP),
        Kind::Avif | Kind::Bmp | Kind::Ico | Kind::Svg | Kind::Svgz => None,
    }
}

fn decode(bytes: &Arc<[u8]>, kind: Kind) -> Result<Decoded, String> {
    let plain = |image, lossy| Decoded {
        raster: Raster { image, profile: None, lossy },
        notes: Vec::new(),
        keep: None,
        moves: false,
    };
    match kind {
        Kind::Avif => {
            let avif::Decoded { raster, hdr } = avif::decode(bytes)?;
            let mut decoded = plain(DynamicImage::default(), true);
            decoded.raster = raster;
            decoded.moves = bytes.get(8..12) == Some(b"avis");
            if hdr {
                let words = "is made for brighter displays than paper is, and looks pale".to_owned();
                decoded.notes.push((Code::ImageConverted, words));
            }
            Ok(decoded)
        }
        Kind::Bmp => Ok(plain(bmp::decode(bytes)?, false)),
        Kind::Ico => match bmp::icon(bytes)? {
            bmp::Icon::Bitmap(image) => Ok(plain(image, false)),
            bmp::Icon::Png(inner) => {
                size(inner, Kind::Png)?;
                Ok(Decoded { keep: None, ..with_image(&inner.into(), Kind::Png, ImageFormat::Png)? })
            }
        },
        Kind::Png | Kind::Jpeg | Kind::Gif | Kind::WebP => {
            let format = format(kind).ok_or("its format is not known")?;
            with_image(bytes, kind, format)
        }
        Kind::Svg | Kind::Svgz => Err("it holds no pixels".to_owned()),
    }
}

fn with_image(bytes: &Arc<[u8]>, kind: Kind, format: ImageFormat) -> Result<Decoded, String> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut profile = decoder.icc_profile().ok().flatten().filter(|profile| !profile.is_empty());
    let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    if kind == Kind::Jpeg && !ends(bytes) {
        return Err("the file is cut off".to_owned());
    }
    image.apply_orientation(orientation);
    let cmyk = kind == Kind::Jpeg && is_cmyk(bytes);
    let as_it_is = orientation == Orientation::NoTransforms && !cmyk;
    let moves = moves(bytes, kind);
    let mut keep = match kind {
        // An animated PNG's first picture may be another than the still one.
        Kind::Png if as_it_is && !moves => Some(MediaKind::Png),
        Kind::Jpeg if as_it_is => Some(MediaKind::Jpeg),
        Kind::Gif => Some(MediaKind::Gif),
        Kind::Png | Kind::Jpeg | Kind::WebP | Kind::Avif | Kind::Bmp | Kind::Ico | Kind::Svg | Kind::Svgz => {
            None
        }
    }
    .map(|kind| (kind, Arc::clone(bytes)));
    let mut notes = Vec::new();
    // Decoding makes other pixels of CMYK, which need no profile of theirs.
    let colour = image.color().has_color();
    let refused = profile.as_deref().filter(|_| !cmyk).and_then(|profile| profile::refusal(profile, colour));
    if let Some(why) = refused {
        notes.push((Code::ImageProfile, format!("is stored without its colour profile, which {why}")));
        profile = None;
        keep = keep.and_then(|(stored, _)| Some((stored, bare(bytes, kind, format)?)));
    }
    let lossy = kind == Kind::Jpeg || (kind == Kind::WebP && is_lossy_webp(bytes));
    Ok(Decoded { raster: Raster { image, profile, lossy }, notes, keep, moves })
}

/// A file without its colour profile, if none is found in there afterwards.
fn bare(bytes: &[u8], kind: Kind, format: ImageFormat) -> Option<Arc<[u8]>> {
    let bare: Arc<[u8]> = profile::without(bytes, kind)?.into();
    let mut decoder = ImageReader::with_format(Cursor::new(&bare), format).into_decoder().ok()?;
    let left = decoder.icc_profile().ok()?;
    left.is_none().then(|| Arc::clone(&bare))
}

fn moves(bytes: &[u8], kind: Kind) -> bool {
    match kind {
        Kind::Gif => {
            let media = Media { bytes: Arc::from(bytes), kind: MediaKind::Gif, width: 1, height: 1 };
            media.moves()
        }
        // The chunk `acTL` stands before the pixels (PNG, 11.3.6).
        Kind::Png => {
            chunks(bytes, 8).take_while(|(name, _)| name != b"IDAT").any(|(name, _)| &name == b"acTL")
        }
        // A flag of the extended head (RFC 9649, 2.7.1).
        Kind::WebP => bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0),
        Kind::Jpeg | Kind::Avif | Kind::Bmp | Kind::Ico | Kind::Svg | Kind::Svgz => false,
    }
}

/// A PNG's chunks: name and content.
fn chunks(bytes: &[u8], mut at: usize) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let name = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let content = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        at += length + 12;
        Some((name, content))
    })
}

fn is_lossy_webp(bytes: &[u8]) -> bool {
    bytes.windows(4).take(4096).any(|name| name == b"VP8 ")
}

/// Whether a JPEG's frame has four components (ITU-T T.81, B.2.2). Those of
/// print shops are inverted or not, which readers take differently.
fn is_cmyk(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some(&[0xFF, marker]) = bytes.get(at..at + 2) else { return false };
        match marker {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return bytes.get(at + 9) == Some(&4);
            }
            0x01 | 0xD0..=0xD8 => at += 2,
            _ => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        }
    }
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

fn failed(error: image::ImageError) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or("it can't be decoded").to_owned()
}
