//! Pixels → PNG, with a palette: drawings have few colours and the mixtures at
//! their edges.

use image::RgbImage;
use resvg::tiny_skia::Pixmap;

/// The colours of five bits a channel.
const BUCKETS: usize = 1 << 15;
/// The most colours of a palette (PNG, 11.2.2).
const MOST: usize = 256;

/// A PNG of a drawing's opaque pixels. The same pixels give the same bytes. None
/// if the encoder refuses them.
pub(super) fn png(pixels: &Pixmap) -> Option<Vec<u8>> {
    let (colours, _) = pixels.data().as_chunks();
    let colours = colours.iter().map(|[r, g, b, _]| [*r, *g, *b]);
    with_palette(colours, (pixels.width(), pixels.height()), BUCKETS)
}

/// The same of a picture, with all its colours if they are many.
pub(super) fn of_picture(pixels: &RgbImage) -> Option<Vec<u8>> {
    let (colours, _) = pixels.as_raw().as_chunks();
    if let Some(small) = with_palette(colours.iter().copied(), pixels.dimensions(), MOST) {
        return Some(small);
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::Adaptive);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels.as_raw()).ok()?;
    writer.finish().ok()?;
    Some(out)
}

/// None of more different colours than `most`, roughly counted.
fn with_palette(
    pixels: impl Iterator<Item = [u8; 3]> + Clone,
    (width, height): (u32, u32),
    most: usize,
) -> Option<Vec<u8>> {
    let (colours, places) = palette(pixels.clone(), most)?;
    // Neighbours are mostly the same.
    let (mut last, mut index) = (None, 0);
    let place = |pixel: [u8; 3]| {
        if last != Some(pixel) {
            (last, index) = (Some(pixel), places.get(bucket(pixel)).copied().unwrap_or(0));
        }
        index
    };
    let indices: Vec<u8> = pixels.map(place).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(colours.concat());
    // A fifth faster than the usual 6, and hardly larger.
    encoder.set_deflate_compression(png::DeflateCompression::Level(4));
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&indices).ok()?;
    writer.finish().ok()?;
    Some(out)
}

fn bucket(pixel: [u8; 3]) -> usize {
    let [r, g, b] = pixel.map(|c| usize::from(c >> 3));
    r << 10 | g << 5 | b
}

/// The most common colours, and which of them stands for each bucket.
fn palette(pixels: impl Iterator<Item = [u8; 3]>, most: usize) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    // How many pixels are in each, and the colour of the longest row of one.
    let mut counts = vec![0_u32; BUCKETS];
    let mut colours = vec![([0_u8; 3], 0_u32); BUCKETS];
    let mut last: ([u8; 3], u32) = ([0; 3], 0);
    let mut end = |(colour, length): ([u8; 3], u32)| {
        let at = bucket(colour);
        if let Some(count) = counts.get_mut(at) {
            *count += length;
        }
        if let Some(known) = colours.get_mut(at).filter(|(_, longest)| length > *longest) {
            *known = (colour, length);
        }
    };
    for pixel in pixels {
        if last.0 == pixel {
            last.1 += 1;
        } else {
            end(last);
            last = (pixel, 1);
        }
    }
    end(last);
    let mut used: Vec<usize> =
        (0..BUCKETS).filter(|at| counts.get(*at).is_some_and(|count| *count > 0)).collect();
    if used.len() > most {
        return None;
    }
    used.sort_by_key(|at| std::cmp::Reverse(counts.get(*at).copied().unwrap_or(0)));
    let of = |at: &usize| colours.get(*at).map_or([0; 3], |(colour, _)| *colour);
    // The further apart they have to be, the fewer there are.
    let mut chosen: Vec<[u8; 3]> = Vec::new();
    for apart in [0, 200, 400, 800, 1600, 3200, 6400] {
        chosen.clear();
        for colour in used.iter().map(of) {
            if chosen.iter().all(|known| distance(*known, colour) > apart || apart == 0) {
                chosen.push(colour);
                if chosen.len() > MOST {
                    break;
                }
            }
        }
        if chosen.len() <= MOST {
            break;
        }
    }
    chosen.truncate(MOST);
    let mut places = vec![0_u8; BUCKETS];
    for at in used {
        let colour = of(&at);
        let nearest = (0..).zip(&chosen).min_by_key(|(_, known)| distance(**known, colour));
        if let (Some(place), Some((index, _))) = (places.get_mut(at), nearest) {
            *place = index;
        }
    }
    Some((chosen, places))
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}
