//! A document's own image as its cover: as it is for the EPUB and the PDF,
//! smaller for thumbnails, at a side of cards.

use std::sync::{Arc, LazyLock, OnceLock};

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};

use super::canvas::Colour;
use super::png;
use crate::media::{Media, MediaKind};
use crate::recent::{Recent, hash};
use crate::typeface;

/// The width at which a drawing becomes pixels.
const DRAWN: f64 = 1600.0;
/// The longest side of what becomes pixels.
const LONGEST: f64 = 4000.0;
/// The least and the most height of a thumbnail, in widths.
const HEIGHTS: (f64, f64) = (0.5, 2.0);
/// How much of a card's width an image may take.
const SHARE: f64 = 0.45;

/// The fonts of drawings: those of the binary.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for bytes in [typeface::TEXT, typeface::BOLD, typeface::ITALIC, typeface::SYMBOLS, typeface::EMOJI] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    for set in [fontdb::Database::set_serif_family, fontdb::Database::set_sans_serif_family] {
        set(&mut fonts, typeface::FAMILY);
    }
    Arc::new(fonts)
});

/// An image that can be shown as a cover.
#[derive(Debug)]
pub struct Picture {
    media: Media,
    /// A drawing's text as paths.
    drawing: Option<Arc<[u8]>>,
    /// Without transparency.
    pixels: RgbImage,
    edges: Edges,
    thumbnails: OnceLock<Option<(Vec<u8>, Vec<u8>)>>,
    epub: OnceLock<Option<Media>>,
}

/// The images that were made into covers, so that editions with the same one
/// share the work.
#[derive(Debug, Default)]
pub struct Memory(Recent<Picture>);

impl Memory {
    /// The picture of an image that was looked at; none if it can't be decoded.
    pub fn picture(&self, media: &Media) -> Option<Arc<Picture>> {
        let key = hash([&*media.bytes]);
        self.0.begin(2);
        if let Some(known) = self.0.get(&key) {
            return Some(known);
        }
        let picture = Arc::new(Picture::new(media)?);
        self.0.put(key, Arc::clone(&picture));
        Some(picture)
    }
}

impl Picture {
    /// A picture of an image's bytes; none if they can't be decoded.
    pub fn new(media: &Media) -> Option<Self> {
        let (pixels, drawing) = match media.kind {
            MediaKind::Svg => {
                let (pixels, drawing) = drawn(&media.bytes)?;
                (pixels, Some(drawing))
            }
            MediaKind::Png | MediaKind::Jpeg | MediaKind::Gif | MediaKind::WebP => {
                let format = match media.kind {
                    MediaKind::Png => ImageFormat::Png,
                    MediaKind::Jpeg => ImageFormat::Jpeg,
                    MediaKind::Gif => ImageFormat::Gif,
                    MediaKind::WebP | MediaKind::Svg => ImageFormat::WebP,
                };
                let image = image::load_from_memory_with_format(&media.bytes, format).ok()?;
                (on_white(image), None)
            }
        };
        if pixels.width() == 0 || pixels.height() == 0 {
            return None;
        }
        let edges = Edges::of(&pixels);
        let media = media.clone();
        Some(Self { media, drawing, pixels, edges, thumbnails: OnceLock::new(), epub: OnceLock::new() })
    }

    /// The colours of a page that the image doesn't fill: those of its upper and
    /// its lower edge on a page that is higher, of width by height `ratio`, else
    /// of its left and its right one, which is said.
    pub(super) fn grounds(&self, ratio: f64) -> ([Colour; 2], bool) {
        let own = f64::from(self.pixels.width()) / f64::from(self.pixels.height());
        let Edges { top, bottom, left, right } = self.edges;
        if own >= ratio { ([top, bottom], false) } else { ([left, right], true) }
    }

    /// As a PDF shows it.
    pub(super) fn page(&self) -> (Arc<[u8]>, MediaKind) {
        let bytes = self.drawing.as_ref().unwrap_or(&self.media.bytes);
        (Arc::clone(bytes), self.media.kind)
    }

    /// As an EPUB shows it: PNG or JPEG.
    pub(super) fn epub(&self) -> Option<Media> {
        match self.media.kind {
            MediaKind::Png | MediaKind::Jpeg => Some(self.media.clone()),
            MediaKind::Gif | MediaKind::WebP | MediaKind::Svg => {
                let made = || {
                    let bytes = png::of_picture(&self.pixels)?.into();
                    let (width, height) = self.pixels.dimensions();
                    Some(Media { bytes, kind: MediaKind::Png, width, height })
                };
                self.epub.get_or_init(made).clone()
            }
        }
    }

    /// PNGs of two widths.
    pub(super) fn thumbnails(&self, large: u32, small: u32) -> Option<(Vec<u8>, Vec<u8>)> {
        let made = || Some((self.thumbnail(large)?, self.thumbnail(small)?));
        self.thumbnails.get_or_init(made).clone()
    }

    /// A PNG of a width, as high as the image asks for within bounds; what is
    /// beyond them is left free at its sides.
    fn thumbnail(&self, width: u32) -> Option<Vec<u8>> {
        let across = f64::from(width);
        let ratio = f64::from(self.pixels.height()) / f64::from(self.pixels.width());
        let height = (across * ratio.clamp(HEIGHTS.0, HEIGHTS.1)).round();
        let image = self.within(across, height);
        let ([Colour(r, g, b), _], _) = self.grounds(across / height);
        let mut whole = RgbImage::from_pixel(width, height as u32, Rgb([r, g, b]));
        let left = (i64::from(whole.width()) - i64::from(image.width())) / 2;
        let top = (i64::from(whole.height()) - i64::from(image.height())) / 2;
        imageops::replace(&mut whole, &image, left, top);
        png::of_picture(&whole)
    }

    /// The image as large as it may be inside a card.
    pub(super) fn beside(&self, width: f64, height: f64) -> Option<RgbImage> {
        Some(self.within(width * SHARE, height)).filter(|image| image.width() > 0)
    }

    /// The image, no larger than a box and as large as that.
    fn within(&self, width: f64, height: f64) -> RgbImage {
        let (w, h) = (f64::from(self.pixels.width()), f64::from(self.pixels.height()));
        let scale = (width / w).min(height / h);
        // Not less than one; `as` takes what is out of range to the ends of it.
        let side = |length: f64| (length * scale).round().max(1.0) as u32;
        resized(&self.pixels, side(w), side(h))
    }
}

/// Reduces in a coarse step where that saves much, then by cubic curves.
fn resized(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let coarse = (width.saturating_mul(2), height.saturating_mul(2));
    if image.width() > coarse.0 && image.height() > coarse.1 {
        return imageops::resize(
            &imageops::thumbnail(image, coarse.0, coarse.1),
            width,
            height,
            FilterType::CatmullRom,
        );
    }
    imageops::resize(image, width, height, FilterType::CatmullRom)
}

fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let mut white = RgbaImage::from_pixel(image.width(), image.height(), image::Rgba([255; 4]));
    imageops::overlay(&mut white, &image.into_rgba8(), 0, 0);
    DynamicImage::from(white).into_rgb8()
}

/// The mean colours of an image's edges.
#[derive(Debug, Clone, Copy)]
struct Edges {
    top: Colour,
    bottom: Colour,
    left: Colour,
    right: Colour,
}

impl Edges {
    fn of(image: &RgbImage) -> Self {
        let (right, bottom) = (image.width().saturating_sub(1), image.height().saturating_sub(1));
        Self {
            top: mean(image, (0..=right).map(|x| (x, 0))),
            bottom: mean(image, (0..=right).map(|x| (x, bottom))),
            left: mean(image, (0..=bottom).map(|y| (0, y))),
            right: mean(image, (0..=bottom).map(|y| (right, y))),
        }
    }
}

fn mean(image: &RgbImage, places: impl Iterator<Item = (u32, u32)>) -> Colour {
    let (mut sums, mut count) = ([0_u64; 3], 0_u64);
    for pixel in places.filter_map(|(x, y)| image.get_pixel_checked(x, y)) {
        sums.iter_mut().zip(pixel.0).for_each(|(sum, c)| *sum += u64::from(c));
        count += 1;
    }
    let [r, g, b] = sums.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
    Colour(r, g, b)
}

/// A drawing as pixels, on white, and as a drawing whose text has become paths.
fn drawn(bytes: &[u8]) -> Option<(RgbImage, Arc<[u8]>)> {
    let options = usvg::Options {
        font_family: typeface::FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_data(bytes, &options).ok()?;
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let scale = (DRAWN / width).min(LONGEST / height);
    let side = |length: f64| (length * scale).round().max(1.0) as u32;
    let mut pixels = Pixmap::new(side(width), side(height))?;
    pixels.fill(resvg::tiny_skia::Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    let colours = pixels.data().chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied());
    let image = RgbImage::from_raw(pixels.width(), pixels.height(), colours.collect())?;
    let text = tree.to_string(&usvg::WriteOptions { preserve_text: false, ..usvg::WriteOptions::default() });
    Some((image, text.into_bytes().into()))
}

/// A card with an image at its end.
pub(super) fn card(pixels: Pixmap, image: &RgbImage, left: bool) -> Option<Vec<u8>> {
    let colours = pixels.data().chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied());
    let mut card = RgbImage::from_raw(pixels.width(), pixels.height(), colours.collect())?;
    let across = i64::from(card.width()) - i64::from(image.width());
    let down = (i64::from(card.height()) - i64::from(image.height())) / 2;
    imageops::replace(&mut card, image, if left { 0 } else { across }, down);
    png::of_picture(&card)
}
