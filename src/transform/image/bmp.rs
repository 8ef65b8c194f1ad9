//! BMP and ICO → pixels. They are old and simple; `image` could read them,
//! but its switches are Typst's too.
//!
//! What is read: uncompressed bitmaps of 1, 4, 8, 16, 24 and 32 bits a pixel,
//! with or without masks (Microsoft, "Bitmap Storage"), and the largest
//! picture of an icon. Run-length coded ones are refused by name.

use image::{DynamicImage, Rgba, RgbaImage};

use super::check_size;

/// Reads numbers in little endian; none past the end.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn u8(&self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    fn u16(&self, at: usize) -> Option<u16> {
        self.0.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn u32(&self, at: usize) -> Option<u32> {
        self.0.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
    }
}

const CUT: &str = "the file is cut off";

/// Decodes a BMP file.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn decode(file: &[u8]) -> Result<DynamicImage, String> {
    let pixels = Bytes(file).u32(10).ok_or(CUT)? as usize;
    let bitmap = Bitmap::new(file.get(14..).ok_or(CUT)?, false)?;
    // The masks or the palette may end where the file says pixels begin, or before.
    bitmap.draw(pixels.checked_sub(14).ok_or("it begins before its own head")?)
}

/// Decodes the largest picture of an icon: its bytes if they are a PNG.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn icon(file: &[u8]) -> Result<Icon<'_>, String> {
    let bytes = Bytes(file);
    let count = bytes.u16(4).ok_or(CUT)?;
    let largest = (0..usize::from(count))
        .filter_map(|i| {
            let at = 6 + 16 * i;
            // 0 stands for 256.
            let side = |at| bytes.u8(at).map(|n| if n == 0 { 256 } else { u32::from(n) });
            let rank = (side(at)? * side(at + 1)?, bytes.u16(at + 6)?);
            Some((rank, bytes.u32(at + 8)? as usize, bytes.u32(at + 12)? as usize))
        })
        .max_by_key(|(rank, ..)| *rank);
    let (_, size, start) = largest.ok_or("the icon holds no picture")?;
    let picture = start.checked_add(size).and_then(|end| file.get(start..end)).ok_or(CUT)?;
    if picture.starts_with(b"\x89PNG") {
        return Ok(Icon::Png(picture));
    }
    let bitmap = Bitmap::new(picture, true)?;
    let start = bitmap.end_of_head()?;
    let mut image = bitmap.draw(start)?.into_rgba8();
    if bitmap.bits < 32 || image.pixels().all(|pixel| pixel.0[3] == 0) {
        bitmap.mask(&mut image, start);
    }
    Ok(Icon::Bitmap(image.into()))
}

/// The picture of an icon.
pub(super) enum Icon<'a> {
    Png(&'a [u8]),
    Bitmap(DynamicImage),
}

/// A device-independent bitmap: what follows the file header.
struct Bitmap<'a> {
    bytes: Bytes<'a>,
    width: u32,
    height: u32,
    top_down: bool,
    bits: u16,
    head: usize,
    compression: u32,
    colours: u32,
    icon: bool,
}

impl<'a> Bitmap<'a> {
    fn new(dib: &'a [u8], icon: bool) -> Result<Self, String> {
        let bytes = Bytes(dib);
        let head = bytes.u32(0).ok_or(CUT)?;
        let (width, height, bits, compression, colours) = if head == 12 {
            let [width, height] = [4, 6].map(|at| bytes.u16(at).map(u32::from));
            (width, height, bytes.u16(10), Some(0), Some(0))
        } else if (40..=124).contains(&head) {
            (bytes.u32(4), bytes.u32(8), bytes.u16(14), bytes.u32(16), bytes.u32(32))
        } else {
            return Err("its head has an unknown length".to_owned());
        };
        let (Some(width), Some(height), Some(bits), Some(compression), Some(colours)) =
            (width, height, bits, compression, colours)
        else {
            return Err(CUT.to_owned());
        };
        let signed = height.cast_signed();
        // An icon's height counts its mask, too.
        let height = signed.unsigned_abs() / if icon { 2 } else { 1 };
        check_size(width, height)?;
        match (compression, bits) {
            (0, 1 | 4 | 8 | 16 | 24 | 32) | (3 | 6, 16 | 32) => {}
            (1 | 2, _) => return Err("it is run-length coded".to_owned()),
            _ => return Err(format!("it has {bits} bits a pixel in a coding that is not known")),
        }
        let head = head as usize;
        Ok(Self { bytes, width, height, top_down: signed < 0, bits, head, compression, colours, icon })
    }

    /// How many colours its palette has, and how many bytes each.
    fn palette(&self) -> (usize, usize) {
        let count = match (self.bits, self.colours) {
            (1..=8, 0) => 1 << self.bits,
            (1..=8, n) => (n as usize).min(1 << self.bits),
            _ => 0,
        };
        (count, if self.head == 12 { 3 } else { 4 })
    }

    /// Where the pixels of an icon begin: behind head, masks and palette.
    fn end_of_head(&self) -> Result<usize, String> {
        let masks = if self.compression == 3 && self.head == 40 { 12 } else { 0 };
        let (count, size) = self.palette();
        Ok(self.head + masks + count * size)
    }

    /// The masks of red, green, blue and alpha.
    fn masks(&self) -> [u32; 4] {
        let at = |at| self.bytes.u32(at).unwrap_or(0);
        match (self.compression, self.bits) {
            (3 | 6, _) => {
                let alpha = if self.head >= 56 || self.compression == 6 { at(52) } else { 0 };
                [at(40), at(44), at(48), alpha]
            }
            (_, 16) => [0x7C00, 0x03E0, 0x001F, 0],
            _ => [0x00FF_0000, 0x0000_FF00, 0x0000_00FF, if self.icon { 0xFF00_0000 } else { 0 }],
        }
    }

    /// Bytes of a line of so many bits a pixel; lines end at four bytes.
    fn line(&self, bits: u16) -> usize {
        (self.width as usize * usize::from(bits)).div_ceil(32) * 4
    }

    /// The line of the file that line `y` of the picture is.
    fn stored(&self, y: u32) -> usize {
        (if self.top_down { y } else { self.height - 1 - y }) as usize
    }

    fn draw(&self, start: usize) -> Result<DynamicImage, String> {
        let line = self.line(self.bits);
        let end = line.checked_mul(self.height as usize).and_then(|n| n.checked_add(start));
        if end.is_none_or(|end| end > self.bytes.0.len()) {
            return Err(CUT.to_owned());
        }
        let (count, size) = self.palette();
        let masks = self.masks();
        let palette: Vec<Rgba<u8>> = (0..count)
            .map(|i| {
                let part = |n| self.bytes.u8(self.head + i * size + n).unwrap_or(0);
                Rgba([part(2), part(1), part(0), 255])
            })
            .collect();
        let image = RgbaImage::from_fn(self.width, self.height, |x, y| {
            let row = start + self.stored(y) * line;
            let x = x as usize;
            match self.bits {
                1..=8 => {
                    let each = 8 / usize::from(self.bits);
                    let byte = self.bytes.u8(row + x / each).unwrap_or(0);
                    let shift = 8 - self.bits as usize * (x % each + 1);
                    let index = usize::from(byte >> shift) & ((1 << self.bits) - 1);
                    palette.get(index).copied().unwrap_or(Rgba([0, 0, 0, 255]))
                }
                24 => {
                    let part = |n| self.bytes.u8(row + 3 * x + n).unwrap_or(0);
                    Rgba([part(2), part(1), part(0), 255])
                }
                16 => masked(u32::from(self.bytes.u16(row + 2 * x).unwrap_or(0)), masks),
                _ => masked(self.bytes.u32(row + 4 * x).unwrap_or(0), masks),
            }
        });
        Ok(image.into())
    }

    /// Lets an icon's mask, one bit a pixel behind the picture, say what is
    /// seen.
    fn mask(&self, image: &mut RgbaImage, start: usize) {
        let start = start + self.line(self.bits) * self.height as usize;
        let line = self.line(1);
        for (x, y, pixel) in image.enumerate_pixels_mut() {
            let x = x as usize;
            let byte = self.bytes.u8(start + self.stored(y) * line + x / 8).unwrap_or(0);
            pixel.0[3] = if (byte >> (7 - x % 8)) & 1 == 1 { 0 } else { 255 };
        }
    }
}

/// The parts of a pixel that masks cut out, spread to eight bits.
fn masked(value: u32, masks: [u32; 4]) -> Rgba<u8> {
    let part = |mask: u32| {
        let most = u64::from(mask >> mask.trailing_zeros().min(31));
        let found = u64::from((value & mask) >> mask.trailing_zeros().min(31));
        (found * 255).checked_div(most).map_or(0, |n| u8::try_from(n).unwrap_or(u8::MAX))
    };
    let alpha = if masks[3] == 0 { 255 } else { part(masks[3]) };
    Rgba([part(masks[0]), part(masks[1]), part(masks[2]), alpha])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bmp(bits: u16, compression: u32, height: i32, rest: &[u8]) -> Vec<u8> {
        let mut file = b"BM\0\0\0\0\0\0\0\0".to_vec();
        let palette = if bits <= 8 { 8 } else { 0 };
        let masks = if compression == 3 { 12 } else { 0 };
        file.extend((54_u32 + palette + masks).to_le_bytes());
        file.extend(dib(bits, compression, height));
        file.extend(rest);
        file
    }

    fn dib(bits: u16, compression: u32, height: i32) -> Vec<u8> {
        let mut head = 40_u32.to_le_bytes().to_vec();
        head.extend(2_i32.to_le_bytes());
        head.extend(height.to_le_bytes());
        head.extend(1_u16.to_le_bytes());
        head.extend(bits.to_le_bytes());
        head.extend(compression.to_le_bytes());
        head.extend([0; 12]);
        head.extend(if bits <= 8 { 2_u32 } else { 0 }.to_le_bytes());
        head.extend([0; 4]);
        head
    }

    fn pixels(file: &[u8]) -> Result<Vec<[u8; 4]>, String> {
        decode(file).map(|image| image.to_rgba8().pixels().map(|p| p.0).collect())
    }

    const RED: [u8; 4] = [255, 0, 0, 255];
    const BLUE: [u8; 4] = [0, 0, 255, 255];

    #[test]
    fn bitmaps_of_all_depths_have_their_colours() {
        let palette = [0, 0, 255, 0, 255, 0, 0, 0];
        assert_eq!(
            pixels(&bmp(1, 0, 1, &[&palette[..], &[0b0100_0000, 0, 0, 0]].concat())),
            Ok(vec![RED, BLUE])
        );
        assert_eq!(pixels(&bmp(4, 0, 1, &[&palette[..], &[0x01, 0, 0, 0]].concat())), Ok(vec![RED, BLUE]));
        assert_eq!(pixels(&bmp(8, 0, 1, &[&palette[..], &[0, 1, 0, 0]].concat())), Ok(vec![RED, BLUE]));
        assert_eq!(pixels(&bmp(16, 0, 1, &[0, 0x7C, 0x1F, 0])), Ok(vec![RED, BLUE]));
        assert_eq!(pixels(&bmp(24, 0, 1, &[0, 0, 255, 255, 0, 0, 0, 0])), Ok(vec![RED, BLUE]));
        assert_eq!(pixels(&bmp(32, 0, 1, &[0, 0, 255, 0, 255, 0, 0, 0])), Ok(vec![RED, BLUE]));
        let masks = [0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0];
        let swapped = bmp(32, 3, 1, &[&masks[..], &[255, 0, 0, 0, 0, 0, 255, 0]].concat());
        assert_eq!(pixels(&swapped), Ok(vec![RED, BLUE]));
    }

    #[test]
    fn lines_go_up_unless_the_height_is_negative() {
        let lines = [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0];
        assert_eq!(pixels(&bmp(24, 0, 2, &lines)).map(|p| (p[0], p[2])), Ok((BLUE, RED)));
        assert_eq!(pixels(&bmp(24, 0, -2, &lines)).map(|p| (p[0], p[2])), Ok((RED, BLUE)));
    }

    #[test]
    fn what_is_cut_off_or_absurd_says_so() {
        let whole = bmp(24, 0, 1, &[0; 8]);
        for length in 0..whole.len() {
            assert!(pixels(&whole[..length]).is_err(), "{length}");
        }
        assert!(pixels(&bmp(8, 1, 1, &[0; 8])).unwrap_err().contains("run-length"));
        assert!(pixels(&bmp(24, 0, i32::MIN, &[0; 8])).is_err());
    }

    #[test]
    fn an_icon_has_the_mask_for_its_alpha() {
        let picture = [&dib(24, 0, 2)[..], &[0, 0, 255, 255, 0, 0, 0, 0], &[0b0100_0000, 0, 0, 0]].concat();
        let mut file = vec![0, 0, 1, 0, 1, 0, 2, 1, 0, 0, 1, 0, 24, 0];
        file.extend(u32::try_from(picture.len()).expect("small").to_le_bytes());
        file.extend(22_u32.to_le_bytes());
        file.extend(&picture);
        let Ok(Icon::Bitmap(image)) = icon(&file) else { panic!("no bitmap") };
        let found: Vec<_> = image.to_rgba8().pixels().map(|p| p.0).collect();
        assert_eq!(found, [RED, [0, 0, 255, 0]]);
        assert!(icon(&file[..30]).is_err());
    }
}
