//! Pixels → a file that a page can show: reduced where there are too many,
//! then PNG or JPEG, whichever suits the picture.

use std::collections::HashSet;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Resize};
use image::{DynamicImage, ImageEncoder, RgbaImage};

use super::profile::refusal;
use crate::media::MediaKind;

/// JPEG's quality: above this files grow and pictures hardly get better.
const QUALITY: u8 = 85;
/// A picture of no more colours is line art.
const FEW_COLOURS: usize = 256;
/// The same without colour, where there are no more than 256 at all.
const FEW_GREYS: usize = 32;
/// How much larger than JPEG a PNG may be before the picture counts as a
/// photograph.
const PHOTOGRAPH: usize = 3;
/// The longest colour profile that is kept, in bytes.
const MAX_PROFILE: usize = 1 << 20;

/// Pixels, and what is to be kept beside them.
pub(super) struct Raster {
    pub image: DynamicImage,
    /// An ICC profile for them.
    pub profile: Option<Vec<u8>>,
    /// Whether the file they come from was compressed with losses already.
    pub lossy: bool,
}

/// The size that holds no more than `most` pixels, in the same proportion.
pub(super) fn fit(width: u32, height: u32, most: u32) -> (u32, u32) {
    let pixels = f64::from(width) * f64::from(height);
    if pixels <= f64::from(most) {
        return (width, height);
    }
    let scale = (f64::from(most) / pixels).sqrt();
    // Between 1 and the old length; `as` cuts the fraction off.
    let length = |old: u32| ((f64::from(old) * scale) as u32).clamp(1, old);
    let (width, height) = (length(width), length(height));
    // A side that can't be shorter than 1 makes the other one shorter still.
    (width.min((most / height).max(1)), height.min((most / width).max(1)))
}

/// Reduces a picture to no more than `most` pixels.
pub(super) fn shrink(image: DynamicImage, most: u32) -> DynamicImage {
    let (width, height) = fit(image.width(), image.height(), most);
    if (width, height) == (image.width(), image.height()) {
        return image;
    }
    if !image.color().has_alpha() {
        return if image.color().has_color() {
            resize(&image.into_rgb8(), width, height).into()
        } else {
            resize(&image.into_luma8(), width, height).into()
        };
    }
    let mut pixels = image.into_rgba8();
    premultiply(&mut pixels);
    let mut pixels = resize(&pixels, width, height);
    unpremultiply(&mut pixels);
    pixels.into()
}

/// Lanczos, behind a coarse step where the picture is far too large: its
/// sums in floating point would take sixteen bytes for each old pixel.
fn resize<P>(
    image: &image::ImageBuffer<P, Vec<u8>>,
    width: u32,
    height: u32,
) -> image::ImageBuffer<P, Vec<u8>>
where
    P: image::Pixel<Subpixel = u8> + 'static,
{
    let twice = (width.saturating_mul(2), height.saturating_mul(2));
    if image.width() > twice.0.saturating_mul(3) / 2 && image.height() > twice.1.saturating_mul(3) / 2 {
        let coarse = imageops::thumbnail(image, twice.0, twice.1);
        return imageops::resize(&coarse, width, height, Resize::Lanczos3);
    }
    imageops::resize(image, width, height, Resize::Lanczos3)
}

/// Colours times alpha, so that what can't be seen does not tint its
/// neighbours.
fn premultiply(image: &mut RgbaImage) {
    for pixel in image.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        let part = |c: u8| u8::try_from((u16::from(c) * u16::from(a) + 127) / 255).unwrap_or(u8::MAX);
        pixel.0 = [part(r), part(g), part(b), a];
    }
}

/// The opposite; where nothing can be seen the colour is black.
pub(super) fn unpremultiply(image: &mut RgbaImage) {
    for pixel in image.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        let whole = |c: u8| match a {
            0 => 0,
            _ => u8::try_from((u16::from(c) * 255 + u16::from(a) / 2) / u16::from(a)).unwrap_or(u8::MAX),
        };
        pixel.0 = [whole(r), whole(g), whole(b), a];
    }
}

/// Encodes a picture as PNG if it has transparent parts or looks drawn, else
/// as JPEG. The same pixels give the same bytes.
///
/// # Errors
/// When the encoder refuses it.
pub(super) fn encode(raster: Raster) -> Result<(MediaKind, Vec<u8>), String> {
    let Raster { image, profile, lossy } = raster;
    let image = eight_bits(image);
    let profile = profile.filter(|p| fits(p, image.color().has_color()));
    if image.color().has_alpha() {
        return Ok((MediaKind::Png, png(&image, profile)?));
    }
    if has_few_colours(&image) {
        return Ok((MediaKind::Png, png(&image, profile)?));
    }
    let jpeg = jpeg(&image, profile.clone())?;
    if !lossy {
        let png = png(&image, profile)?;
        if png.len() <= jpeg.len().saturating_mul(PHOTOGRAPH) {
            return Ok((MediaKind::Png, png));
        }
    }
    Ok((MediaKind::Jpeg, jpeg))
}

/// The same in eight bits a channel, without an alpha channel that says
/// nothing.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    let opaque = !image.color().has_alpha() || image.to_rgba8().pixels().all(|p| p.0[3] == u8::MAX);
    match (image.color().has_color(), opaque) {
        (true, true) => image.into_rgb8().into(),
        (true, false) => image.into_rgba8().into(),
        (false, true) => image.into_luma8().into(),
        (false, false) => image.into_luma_alpha8().into(),
    }
}

fn has_few_colours(image: &DynamicImage) -> bool {
    let few = if image.color().has_color() { FEW_COLOURS } else { FEW_GREYS };
    let size = usize::from(image.color().bytes_per_pixel()).max(1);
    let mut seen = HashSet::new();
    image.as_bytes().chunks_exact(size).all(|pixel| {
        seen.insert(pixel);
        seen.len() <= few
    })
}

/// Whether an ICC profile is one for the pixels that are left: those of CMYK
/// are none any more (ICC.1, 7.2.6).
fn fits(profile: &[u8], colour: bool) -> bool {
    profile.len() <= MAX_PROFILE && refusal(profile, colour).is_none()
}

fn png(image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, String> {
    let mut out = Cursor::new(Vec::new());
    let mut encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    with_profile(&mut encoder, profile);
    image.write_with_encoder(encoder).map_err(|error| error.to_string())?;
    Ok(out.into_inner())
}

fn jpeg(image: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Vec<u8>, String> {
    let mut out = Cursor::new(Vec::new());
    let mut encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
    with_profile(&mut encoder, profile);
    image.write_with_encoder(encoder).map_err(|error| error.to_string())?;
    Ok(out.into_inner())
}

/// Both encoders take profiles; if one did not, colours would be off a little.
fn with_profile(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    if let Some(profile) = profile {
        let _ = encoder.set_icc_profile(profile);
    }
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, Rgb, RgbImage, Rgba};

    use super::*;

    fn noise(width: u32, height: u32) -> RgbImage {
        let mut state = 1_u32;
        RgbImage::from_fn(width, height, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let n = (state >> 28) as u8;
            Rgb([(x * 3) as u8 ^ n, (y * 2) as u8 ^ n, 90 + n])
        })
    }

    fn kind(image: impl Into<DynamicImage>, lossy: bool) -> MediaKind {
        encode(Raster { image: image.into(), profile: None, lossy }).expect("encodes").0
    }

    #[test]
    fn sizes_keep_their_proportion_and_their_limit() {
        assert_eq!(fit(100, 50, 5000), (100, 50));
        assert_eq!(fit(8000, 6000, 4_000_000), (2309, 1732));
        assert_eq!(fit(20_000, 1, 100), (100, 1));
        for (w, h) in [(7, 90_000), (65_535, 1500), (3, 3)] {
            let (a, b) = fit(w, h, 9);
            assert!(a >= 1 && b >= 1 && a <= w && b <= h);
        }
    }

    #[test]
    fn photographs_become_jpeg_and_drawings_png() {
        assert_eq!(kind(noise(200, 200), true), MediaKind::Jpeg);
        assert_eq!(kind(noise(200, 200), false), MediaKind::Jpeg, "noise is no line art");
        assert_eq!(kind(RgbImage::from_pixel(50, 50, Rgb([9, 200, 9])), true), MediaKind::Png);
        assert_eq!(kind(RgbaImage::from_pixel(50, 50, Rgba([9, 200, 9, 99])), true), MediaKind::Png);
        assert_eq!(
            kind(
                RgbaImage::from_fn(200, 200, |x, y| {
                    let [r, g, b] = noise(200, 200).get_pixel(x.min(9), y.min(9)).0;
                    Rgba([r, g, b, 255])
                }),
                true
            ),
            MediaKind::Png,
            "an alpha channel that says nothing is left out"
        );
        let text = GrayImage::from_fn(90, 90, |x, y| Luma([if (x / 3 + y / 5) % 2 == 0 { 0 } else { 255 }]));
        assert_eq!(kind(text, true), MediaKind::Png);
    }

    #[test]
    fn colours_survive_and_what_is_transparent_does_not_tint() {
        let image = RgbaImage::from_fn(400, 400, |x, _| {
            if x < 200 { Rgba([200, 40, 40, 255]) } else { Rgba([0, 255, 0, 0]) }
        });
        let small = shrink(image.into(), 10_000).into_rgba8();
        assert_eq!(small.dimensions(), (100, 100));
        for pixel in small.pixels().filter(|p| p.0[3] > 60) {
            assert!(pixel.0[0] > 180 && pixel.0[1] < 60, "{pixel:?}");
        }
    }

    #[test]
    fn a_profile_stays_with_the_pixels_it_is_for() {
        use super::super::profile::tests::profile;
        assert!(!fits(&profile(4, b"mntr", b"CMYK"), true));
        let colour = profile(4, b"mntr", b"RGB ");
        assert!(fits(&colour, true) && !fits(&colour, false));
        assert!(!fits(&profile(4, b"abst", b"RGB "), true));
    }
}
