//! AVIF → pixels: the container with `avif-parse`, AV1 with `re_rav1d`, and
//! the colours here (ITU-T H.273).

use avif_parse::AV1Metadata;
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use re_rav1d::dav1d::pixel::YUVRange;
use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent as Part, Settings};

use super::heif::{self, Nclx};
use super::reduce::{Raster, unpremultiply};
use super::{MAX_PIXELS, check_size};

/// Transfer functions for brighter displays (ITU-T H.273): perceptual
/// quantisation, and hybrid log-gamma.
const PQ: u32 = 16;
const HLG: u32 = 18;

/// Decoded pixels, and whether they are meant for a brighter display.
pub(super) struct Decoded {
    pub raster: Raster,
    pub hdr: bool,
}

/// Decodes an AVIF image.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let mut reader = bytes;
    let data = avif_parse::read_avif(&mut reader).map_err(|error| error.to_string())?;
    let picture = frame(&data.primary_item)?;
    check_size(picture.width(), picture.height())?;
    let nclx = heif::colours(bytes).unwrap_or_else(|| Nclx {
        transfer: picture.transfer_characteristic() as u32,
        matrix: picture.matrix_coefficients() as u32,
        full: picture.color_range() == YUVRange::Full,
    });
    let colours = Colours::of(&picture, nclx)?;
    let mut image = match picture.pixel_layout() {
        PixelLayout::I400 => grey(&picture, &colours)?.into(),
        PixelLayout::I420 | PixelLayout::I422 | PixelLayout::I444 => colour(&picture, &colours)?.into(),
    };
    if let Some(alpha) = &data.alpha_item {
        image = with_alpha(&image, &frame(alpha)?, data.premultiplied_alpha)?;
    }
    for change in heif::changes(bytes) {
        image = change.apply(image);
    }
    let raster = Raster { image, profile: heif::profile(bytes), lossy: true };
    Ok(Decoded { raster, hdr: matches!(nclx.transfer, PQ | HLG) })
}

/// The first picture of an AV1 bitstream; its size is looked at before it is
/// decoded.
fn frame(bitstream: &[u8]) -> Result<Picture, String> {
    let header = AV1Metadata::parse_av1_bitstream(bitstream).map_err(|error| error.to_string())?;
    check_size(header.max_frame_width.get(), header.max_frame_height.get())?;
    let mut settings = Settings::new();
    // One thread, so that decoding several images in parallel stays fair.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(MAX_PIXELS).unwrap_or(u32::MAX));
    let failed = |error: Error| format!("its AV1 data can't be decoded: {error}");
    let mut decoder = Decoder::with_settings(&settings).map_err(failed)?;
    let mut sent = decoder.send_data(bitstream.to_vec(), None, None, None);
    // Each round takes in more of the data; a still picture needs a few.
    for _ in 0..1000 {
        match sent {
            Ok(()) | Err(Error::Again) => {}
            Err(error) => return Err(failed(error)),
        }
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Error::Again) if sent.is_err() => sent = decoder.send_pending_data(),
            Err(Error::Again) => return Err("the file is cut off".to_owned()),
            Err(error) => return Err(failed(error)),
        }
    }
    Err("its AV1 data never ends".to_owned())
}

/// How samples become colours.
struct Colours {
    conversion: Conversion,
    /// Sample of black, and of no colour.
    zero: (f32, f32),
    /// Samples between black and white, and between both ends of a chroma.
    span: (f32, f32),
}

enum Conversion {
    /// By the luma coefficients of red and blue.
    Luma { red: f32, blue: f32 },
    /// The planes are green, blue and red.
    Identity,
    /// Green and orange.
    YCgCo,
}

impl Colours {
    fn of(picture: &Picture, said: Nclx) -> Result<Self, String> {
        let luma = |red, blue| Conversion::Luma { red, blue };
        let conversion = match said.matrix {
            0 => Conversion::Identity,
            1 => luma(0.2126, 0.0722),
            // MIAF takes BT.601 where nothing is said.
            2 | 3 | 5 | 6 => luma(0.299, 0.114),
            4 => luma(0.30, 0.11),
            7 => luma(0.212, 0.087),
            8 => Conversion::YCgCo,
            9 => luma(0.2627, 0.0593),
            rare => return Err(format!("its colours are coded in a rare way (matrix {rare} of H.273)")),
        };
        let bits = bits(picture)?;
        let step = f32::from(1_u16 << (bits - 8));
        let full = f32::from((1_u16 << bits) - 1);
        let middle = 128.0 * step;
        let (zero, span) = if said.full {
            ((0.0, middle), (full, full))
        } else {
            ((16.0 * step, middle), (219.0 * step, 224.0 * step))
        };
        Ok(Self { conversion, zero, span })
    }

    fn luma(&self, sample: f32) -> f32 {
        (sample - self.zero.0) / self.span.0
    }

    fn rgb(&self, y: f32, u: f32, v: f32) -> [u8; 3] {
        let luma = self.luma(y);
        let (cb, cr) = ((u - self.zero.1) / self.span.1, (v - self.zero.1) / self.span.1);
        let [r, g, b] = match self.conversion {
            Conversion::Luma { red, blue } => {
                let r = luma + 2.0 * (1.0 - red) * cr;
                let b = luma + 2.0 * (1.0 - blue) * cb;
                [r, (luma - red * r - blue * b) / (1.0 - red - blue), b]
            }
            Conversion::Identity => [self.luma(v), luma, self.luma(u)],
            Conversion::YCgCo => [luma - cb + cr, luma + cb, luma - cb - cr],
        };
        [byte(r), byte(g), byte(b)]
    }
}

/// From 0 to 1 → 0 to 255; `as` keeps to these ends.
fn byte(value: f32) -> u8 {
    (value * 255.0).round() as u8
}

fn bits(picture: &Picture) -> Result<u16, String> {
    match picture.bits_per_component().map(|bits| bits.0) {
        Some(8) => Ok(8),
        Some(10) => Ok(10),
        Some(12) => Ok(12),
        Some(_) | None => Err("its samples have an unknown number of bits".to_owned()),
    }
}

/// A plane's samples.
struct Samples {
    bytes: re_rav1d::dav1d::Plane,
    stride: usize,
    wide: bool,
}

impl Samples {
    fn new(picture: &Picture, part: Part) -> Self {
        let stride = picture.stride(part) as usize;
        Self { bytes: picture.plane(part), stride, wide: picture.bit_depth() > 8 }
    }

    /// The sample at a place; 0 outside, which no caller asks for.
    fn at(&self, x: usize, y: usize) -> f32 {
        let row = y * self.stride;
        if self.wide {
            let at = row + 2 * x;
            self.bytes.get(at..at + 2).map_or(0.0, |b| match b {
                [low, high] => f32::from(u16::from_ne_bytes([*low, *high])),
                _ => 0.0,
            })
        } else {
            self.bytes.get(row + x).map_or(0.0, |b| f32::from(*b))
        }
    }
}

fn grey(picture: &Picture, colours: &Colours) -> Result<GrayImage, String> {
    let (width, height) = (picture.width(), picture.height());
    let luma = Samples::new(picture, Part::Y);
    let mut out = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height as usize {
        out.extend((0..width as usize).map(|x| byte(colours.luma(luma.at(x, y)))));
    }
    GrayImage::from_raw(width, height, out).ok_or_else(|| "it can't be decoded".to_owned())
}

/// For a sample of luma the two nearest of half as many: the nearer one weighs
/// three quarters. Without subsampling it is the same one twice.
fn neighbours(at: usize, halved: bool, length: usize) -> (usize, usize) {
    if !halved {
        return (at, at);
    }
    let near = at / 2;
    let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
    let last = length.div_ceil(2).saturating_sub(1);
    (near.min(last), far.min(last))
}

fn colour(picture: &Picture, colours: &Colours) -> Result<RgbImage, String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (halved_x, halved_y) = match picture.pixel_layout() {
        PixelLayout::I420 => (true, true),
        PixelLayout::I422 => (true, false),
        PixelLayout::I400 | PixelLayout::I444 => (false, false),
    };
    let [y_plane, u_plane, v_plane] = [Part::Y, Part::U, Part::V].map(|part| Samples::new(picture, part));
    let mut out = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let (y0, y1) = neighbours(y, halved_y, height);
        for x in 0..width {
            let (x0, x1) = neighbours(x, halved_x, width);
            let chroma = |plane: &Samples| {
                let row = |y| 0.75 * plane.at(x0, y) + 0.25 * plane.at(x1, y);
                if halved_x { 0.75 * row(y0) + 0.25 * row(y1) } else { plane.at(x, y) }
            };
            out.extend(colours.rgb(y_plane.at(x, y), chroma(&u_plane), chroma(&v_plane)));
        }
    }
    RgbImage::from_raw(picture.width(), picture.height(), out).ok_or_else(|| "it can't be decoded".to_owned())
}

fn with_alpha(image: &DynamicImage, alpha: &Picture, premultiplied: bool) -> Result<DynamicImage, String> {
    if (alpha.width(), alpha.height()) != (image.width(), image.height()) {
        return Err("its transparency has another size than its colours".to_owned());
    }
    let full = alpha.color_range() == YUVRange::Full;
    // It has no colours, so their coding does not matter.
    let colours = Colours::of(alpha, Nclx { transfer: 2, matrix: 2, full })?;
    let alpha = grey(alpha, &colours)?;
    let mut out: RgbaImage = image.to_rgba8();
    for (pixel, alpha) in out.pixels_mut().zip(alpha.pixels()) {
        pixel.0[3] = alpha.0[0];
    }
    if premultiplied {
        unpremultiply(&mut out);
    }
    Ok(out.into())
}
