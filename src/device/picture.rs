//! Images in the form that a family shows: other formats, fewer pixels or
//! bytes, no transparent parts; and drawings as pictures.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Resize;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Rgb, RgbImage};
use resvg::tiny_skia::{Color, PathBuilder, Pixmap, Transform};
use resvg::usvg;
use ttf_parser::OutlineBuilder;

use super::Profile;
use super::facts::{Drawings, Facts, Source};
use crate::media::{Media, MediaKind};
use crate::typeface;

/// JPEG's quality, where a PNG would be too large.
const QUALITY: u8 = 85;
/// How many pixels stand for one CSS pixel of a drawing: letters of ordinary
/// size are as sharp as a screen of 300 dpi shows them.
const DENSITY: f32 = 3.0;
/// The widest and the highest picture of a drawing, in pixels: what the
/// largest screens show.
const LARGEST: (f32, f32) = (1860.0, 2480.0);

/// Why an image can't stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its format is not read.
    Format(MediaKind, &'static Source),
    /// It is a drawing; whether there is text in it.
    Drawing(bool, &'static Source),
    /// It moves.
    Moves(&'static Source),
    /// It has so many bytes, and so many are read.
    Bytes(u64, u64, &'static Source),
    /// It has so many pixels, and so many are read.
    Pixels(u64, u64, &'static Source),
}

/// Why an image can't stay as it is, if it can't: the first reason.
pub fn reason(profile: Profile, media: &Media) -> Option<Reason> {
    let facts = profile.facts();
    if media.kind == MediaKind::Svg {
        return (facts.drawings.value == Drawings::Pictures)
            .then(|| Reason::Drawing(!media.text().trim().is_empty(), facts.drawings.source));
    }
    if !facts.formats.value.contains(&media.kind) {
        return Some(Reason::Format(media.kind, facts.formats.source));
    }
    if let Some(source) = facts.still.filter(|_| media.moves()) {
        return Some(Reason::Moves(source));
    }
    let pixels = || {
        let reader = ImageReader::new(Cursor::new(&media.bytes)).with_guessed_format().ok()?;
        reader.into_dimensions().ok().map(|(width, height)| u64::from(width) * u64::from(height))
    };
    if let Some(limit) = &facts.image_pixels
        && let Some(pixels) = pixels().filter(|pixels| *pixels > limit.value)
    {
        return Some(Reason::Pixels(pixels, limit.value, limit.source));
    }
    let bytes = media.bytes.len() as u64;
    let limit = facts.image_bytes.as_ref().filter(|limit| bytes > limit.value)?;
    Some(Reason::Bytes(bytes, limit.value, limit.source))
}

/// An image as the family shows it; none if it stays as it is. The size at
/// which it is shown never changes. What can't be made anew stays as it is,
/// too: it was decoded before, so that is next to impossible.
pub fn fit(profile: Profile, media: &Media) -> Option<Media> {
    let facts = profile.facts();
    let reason = reason(profile, media);
    if media.kind == MediaKind::Svg {
        reason?;
        let bytes = draw(&media.bytes, (media.width, media.height))?;
        return Some(Media { bytes: bytes.into(), kind: MediaKind::Png, ..media.clone() });
    }
    let may_be_clear = facts.opaque.is_some() && matches!(media.kind, MediaKind::Png | MediaKind::WebP);
    if reason.is_none() && !(may_be_clear && claims_alpha(&media.bytes)) {
        return None;
    }
    let image = image::load_from_memory(&media.bytes).ok()?;
    let clear = facts.opaque.is_some() && image.color().has_alpha() && has_clear_parts(&image);
    if reason.is_none() && !clear {
        return None;
    }
    let image = if clear { on_white(&image).into() } else { image };
    let (kind, bytes) = encode(image, media.kind, facts)?;
    Some(Media { bytes: bytes.into(), kind, ..media.clone() })
}

/// Whether a file's pixels have an alpha channel, whatever is in it.
fn claims_alpha(bytes: &[u8]) -> bool {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok();
    let decoder = reader.and_then(|reader| reader.into_decoder().ok());
    decoder.is_some_and(|decoder| decoder.color_type().has_alpha())
}

fn has_clear_parts(image: &DynamicImage) -> bool {
    image.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

fn on_white(image: &DynamicImage) -> RgbImage {
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, a] = image.get_pixel(x, y).0;
        Rgb([r, g, b].map(|c| over_white(c, a)))
    })
}

/// A part of a colour over white.
fn over_white(part: u8, alpha: u8) -> u8 {
    let (part, alpha) = (u32::from(part), u32::from(alpha));
    u8::try_from((part * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

/// A file within the family's limits: what was PNG stays it where it can.
fn encode(image: DynamicImage, was: MediaKind, facts: &Facts) -> Option<(MediaKind, Vec<u8>)> {
    let most = facts.image_pixels.as_ref().map_or(u64::MAX, |limit| limit.value);
    let mut image = image;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    if pixels > most {
        let scale = (most as f64 / pixels as f64).sqrt();
        image = smaller(&image, scale);
    }
    let fits =
        |bytes: &[u8]| facts.image_bytes.as_ref().is_none_or(|limit| bytes.len() as u64 <= limit.value);
    if was != MediaKind::Jpeg {
        let bytes = png(&image)?;
        if fits(&bytes) {
            return Some((MediaKind::Png, bytes));
        }
    }
    // Each round has half the pixels; a picture of one pixel fits.
    for _ in 0..40 {
        let bytes = jpeg(&image)?;
        if fits(&bytes) {
            return Some((MediaKind::Jpeg, bytes));
        }
        image = smaller(&image, 0.7);
    }
    None
}

fn smaller(image: &DynamicImage, scale: f64) -> DynamicImage {
    let side = |length: u32| ((f64::from(length) * scale) as u32).max(1);
    image.resize_exact(side(image.width()), side(image.height()), Resize::Lanczos3)
}

fn png(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::Adaptive);
    image.write_with_encoder(encoder).ok()?;
    Some(out)
}

fn jpeg(image: &DynamicImage) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let opaque = DynamicImage::from(on_white(image));
    opaque.write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).ok()?;
    Some(out)
}

/// Pixels of tiny-skia as a PNG without transparent parts, on white.
pub fn encode_opaque(pixmap: &Pixmap) -> Option<Vec<u8>> {
    encode_pixmap(pixmap, true)
}

/// Pixels of tiny-skia as a PNG, on white if `opaque`.
pub(super) fn encode_pixmap(pixmap: &Pixmap, opaque: bool) -> Option<Vec<u8>> {
    let mut pixels = Vec::with_capacity(pixmap.data().len());
    for pixel in pixmap.pixels() {
        let plain = pixel.demultiply();
        let [r, g, b, a] = [plain.red(), plain.green(), plain.blue(), plain.alpha()];
        if opaque {
            pixels.extend([r, g, b].map(|c| over_white(c, a)));
        } else {
            pixels.extend([r, g, b, a]);
        }
    }
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::Adaptive);
    let colour = if opaque { image::ExtendedColorType::Rgb8 } else { image::ExtendedColorType::Rgba8 };
    encoder.write_image(&pixels, pixmap.width(), pixmap.height(), colour).ok()?;
    Some(out)
}

/// The fonts that text in drawings is set in.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    for bytes in [typeface::TEXT, typeface::BOLD, typeface::SYMBOLS, typeface::EMOJI] {
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(bytes)));
    }
    fonts.set_serif_family(typeface::FAMILY);
    // Widths are about those of the fonts that such drawings are made for.
    fonts.set_sans_serif_family("DejaVu Sans");
    fonts.set_monospace_family("DejaVu Sans");
    Arc::new(fonts)
});

/// Draws an SVG on white, as a PNG of several pixels for each CSS pixel of its
/// size; none if it can't be drawn.
pub fn draw(svg: &[u8], (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: typeface::FAMILY.to_owned(),
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: usvg::ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_data(svg, &options).ok()?;
    let (width, height) = (width.max(1) as f32, height.max(1) as f32);
    let density = DENSITY.min(LARGEST.0 / width).min(LARGEST.1 / height);
    let pixels = |length: f32| (length * density).round().max(1.0);
    let mut pixmap = Pixmap::new(pixels(width) as u32, pixels(height) as u32)?;
    pixmap.fill(Color::WHITE);
    let (across, down) =
        (pixels(width) / tree.size().width().max(0.001), pixels(height) / tree.size().height().max(0.001));
    resvg::render(&tree, Transform::from_scale(across, down), &mut pixmap.as_mut());
    encode_pixmap(&pixmap, true)
}

/// Takes a glyph's outline as a path.
pub struct Outline<'a>(pub &'a mut PathBuilder);

impl OutlineBuilder for Outline<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn media(kind: MediaKind, bytes: Vec<u8>, width: u32, height: u32) -> Media {
        Media { bytes: bytes.into(), kind, width, height }
    }

    fn noise(width: u32, height: u32) -> DynamicImage {
        let mut state = 1_u32;
        RgbImage::from_fn(width, height, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
        })
        .into()
    }

    #[test]
    fn drawings_become_sharp_pictures_on_kindles_alone() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20"/><text x="22" y="15">a</text></svg>"#;
        let drawing = media(MediaKind::Svg, svg.to_vec(), 40, 20);
        assert!(matches!(reason(Profile::Kindle, &drawing), Some(Reason::Drawing(true, _))));
        let picture = fit(Profile::Kindle, &drawing).expect("is drawn");
        assert_eq!((picture.kind, picture.width, picture.height), (MediaKind::Png, 40, 20));
        let pixels = image::load_from_memory(&picture.bytes).expect("is a PNG").into_rgb8();
        assert_eq!(pixels.dimensions(), (120, 60));
        assert_eq!((pixels.get_pixel(10, 10).0, pixels.get_pixel(119, 1).0), ([0; 3], [255; 3]));
        let ink = (66..120)
            .flat_map(|x| (0..60).map(move |y| (x, y)))
            .any(|(x, y)| pixels.get_pixel(x, y).0[0] < 99);
        assert!(ink, "the text is drawn");
        for other in [Profile::Kobo, Profile::Koreader, Profile::Apple] {
            assert_eq!(fit(other, &drawing), None);
        }
    }

    #[test]
    fn transparent_parts_are_filled_where_they_are_not_shown() {
        let clear = RgbaImage::from_fn(9, 9, |x, _| Rgba([0, 0, 0, if x < 4 { 255 } else { 0 }]));
        let clear = media(MediaKind::Png, png(&clear.into()).expect("encodes"), 9, 9);
        let filled = fit(Profile::Kindle, &clear).expect("is filled");
        let pixels = image::load_from_memory(&filled.bytes).expect("is a PNG");
        assert!(!pixels.color().has_alpha());
        assert_eq!(pixels.into_rgb8().get_pixel(8, 8).0, [255; 3]);
        assert_eq!(fit(Profile::Apple, &clear), None);
        let solid = RgbaImage::from_pixel(9, 9, Rgba([9, 9, 9, 255]));
        let solid = media(MediaKind::Png, png(&solid.into()).expect("encodes"), 9, 9);
        assert_eq!(fit(Profile::Kindle, &solid), None, "an alpha channel alone is no reason");
    }

    #[test]
    fn what_is_too_large_is_made_smaller() {
        let large = media(MediaKind::Png, png(&noise(1500, 1400)).expect("encodes"), 1500, 1400);
        assert!(matches!(reason(Profile::Kindle, &large), Some(Reason::Bytes(_, 5_000_000, _))));
        let fitted = fit(Profile::Kindle, &large).expect("is made smaller");
        assert_eq!((fitted.kind, fitted.width), (MediaKind::Jpeg, 1500));
        assert!(fitted.bytes.len() <= 5_000_000);
        let wide =
            media(MediaKind::Png, png(&RgbImage::new(2500, 2000).into()).expect("encodes"), 2500, 2000);
        assert!(matches!(reason(Profile::Apple, &wide), Some(Reason::Pixels(5_000_000, 4_000_000, _))));
        let fitted = fit(Profile::Apple, &wide).expect("is made smaller");
        let (width, height) =
            image::load_from_memory(&fitted.bytes).expect("is a PNG").into_rgb8().dimensions();
        assert!(width * height <= 4_000_000 && width > 2200, "{width} by {height}");
        assert_eq!(fit(Profile::Kobo, &wide), None);
    }
}
