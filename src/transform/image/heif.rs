//! What a HEIF container says about its primary image besides the pixels
//! (ISO/IEC 23008-12, 6.5): how it is cropped, turned and mirrored, and its
//! colour profile. `avif-parse` does not tell.

use image::DynamicImage;

/// What is done to the decoded image, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The middle part of this size, moved from the centre (`clap`).
    Crop { width: u32, height: u32, right: i64, down: i64 },
    /// Turned anticlockwise by so many right angles (`irot`).
    Turn(u8),
    /// Top and bottom exchanged, or left and right (`imir`).
    Mirror { left_right: bool },
}

impl Change {
    /// Does it. A crop that does not fit is none.
    pub(super) fn apply(self, image: DynamicImage) -> DynamicImage {
        match self {
            Self::Turn(1) => image.rotate270(),
            Self::Turn(2) => image.rotate180(),
            Self::Turn(3) => image.rotate90(),
            Self::Turn(_) => image,
            Self::Mirror { left_right: true } => image.fliph(),
            Self::Mirror { left_right: false } => image.flipv(),
            Self::Crop { width, height, right, down } => {
                let start = |whole: u32, part: u32, off: i64| {
                    let start = (i64::from(whole) - i64::from(part)) / 2 + off;
                    u32::try_from(start).ok().filter(|s| s.checked_add(part).is_some_and(|end| end <= whole))
                };
                match (start(image.width(), width, right), start(image.height(), height, down)) {
                    (Some(x), Some(y)) if width > 0 && height > 0 => image.crop_imm(x, y, width, height),
                    _ => image,
                }
            }
        }
    }
}

/// The boxes in some bytes: type and content. Ends where they don't fit.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
        let kind: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let (start, end) = match size {
            0 => (8, bytes.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)).ok()?),
            size => (8, size as usize),
        };
        let content = bytes.get(start..end)?;
        bytes = bytes.get(end..)?;
        Some((kind, content))
    })
}

fn child<'a>(bytes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(kind, _)| kind == wanted).map(|(_, content)| content)
}

/// A number of `size` bytes at `at`, which moves on.
fn number(bytes: &[u8], at: &mut usize, size: usize) -> Option<u32> {
    let part = bytes.get(*at..*at + size)?;
    *at += size;
    Some(part.iter().fold(0, |value, byte| (value << 8) | u32::from(*byte)))
}

/// The properties of the primary item.
fn properties(file: &[u8]) -> Option<Vec<([u8; 4], &[u8])>> {
    // Behind version and flags.
    let meta = child(file, b"meta")?.get(4..)?;
    let pitm = child(meta, b"pitm")?;
    let primary = number(pitm, &mut 4, if *pitm.first()? == 0 { 2 } else { 4 })?;
    let iprp = child(meta, b"iprp")?;
    let all: Vec<_> = boxes(child(iprp, b"ipco")?).collect();
    let ipma = child(iprp, b"ipma")?;
    let version = *ipma.first()?;
    let wide = ipma.get(3)? & 1 == 1;
    let mut at = 4;
    let entries = number(ipma, &mut at, 4)?;
    for _ in 0..entries {
        let item = number(ipma, &mut at, if version < 1 { 2 } else { 4 })?;
        let count = number(ipma, &mut at, 1)?;
        let mut found = Vec::new();
        for _ in 0..count {
            let index = number(ipma, &mut at, if wide { 2 } else { 1 })?;
            // The highest bit says whether it is essential; 0 is none.
            let index = index & if wide { 0x7FFF } else { 0x7F };
            found.extend((index as usize).checked_sub(1).and_then(|i| all.get(i)).copied());
        }
        if item == primary {
            return Some(found);
        }
    }
    None
}

/// What is to be done to the decoded primary image.
pub(super) fn changes(file: &[u8]) -> Vec<Change> {
    let properties = properties(file).unwrap_or_default();
    properties
        .iter()
        .filter_map(|(kind, content)| match kind {
            b"irot" => Some(Change::Turn(content.first()? & 3)),
            b"imir" => Some(Change::Mirror { left_right: content.first()? & 1 == 1 }),
            b"clap" => crop(content),
            _ => None,
        })
        .collect()
}

/// Four fractions: width, height, and the centre's place.
fn crop(content: &[u8]) -> Option<Change> {
    let mut at = 0;
    let mut fraction = || {
        let numerator = number(content, &mut at, 4)?;
        let denominator = number(content, &mut at, 4)?;
        // Offsets are signed; their bits are the same.
        Some((i64::from(numerator.cast_signed()), i64::from(denominator.max(1))))
    };
    let [width, height, right, down] = [fraction()?, fraction()?, fraction()?, fraction()?];
    let whole = |(n, d): (i64, i64)| u32::try_from(n / d).ok();
    Some(Change::Crop {
        width: whole(width)?,
        height: whole(height)?,
        right: right.0 / right.1,
        down: down.0 / down.1,
    })
}

/// What a container says about colours, which goes before what the bitstream
/// says (`colr` of type `nclx`; the numbers are those of ITU-T H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nclx {
    pub transfer: u32,
    pub matrix: u32,
    pub full: bool,
}

/// The colours of the primary image.
pub(super) fn colours(file: &[u8]) -> Option<Nclx> {
    properties(file)?.iter().filter(|(kind, _)| kind == b"colr").find_map(|(_, content)| {
        let content = content.strip_prefix(b"nclx")?;
        let mut at = 2;
        let transfer = number(content, &mut at, 2)?;
        let matrix = number(content, &mut at, 2)?;
        Some(Nclx { transfer, matrix, full: number(content, &mut at, 1)? & 0x80 != 0 })
    })
}

/// The ICC profile of the primary image.
pub(super) fn profile(file: &[u8]) -> Option<Vec<u8>> {
    properties(file)?
        .iter()
        .filter(|(kind, _)| kind == b"colr")
        .find_map(|(_, content)| content.strip_prefix(b"prof").or(content.strip_prefix(b"rICC")))
        .map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_do_not_fit_are_none() {
        assert_eq!(boxes(b"\0\0\0\x09abcdX").collect::<Vec<_>>(), [(*b"abcd", &b"X"[..])]);
        assert_eq!(boxes(b"\0\0\0\x10abcdX").count(), 0, "longer than what is there");
        assert_eq!(boxes(b"\0\0\0\x02abcd").count(), 0, "shorter than its own head");
        assert!(changes(b"\0\0\0\x0Cmeta\0\0\0\0").is_empty());
    }

    #[test]
    fn crops_stay_inside() {
        let image = || DynamicImage::new_rgb8(10, 8);
        let crop = |width, height, right, down| {
            let image = Change::Crop { width, height, right, down }.apply(image());
            (image.width(), image.height())
        };
        assert_eq!(crop(4, 4, 1, -1), (4, 4));
        assert_eq!(crop(4, 4, 9, 0), (10, 8), "outside");
        assert_eq!(crop(0, 4, 0, 0), (10, 8));
    }
}
