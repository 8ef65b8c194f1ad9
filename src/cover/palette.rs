//! Colours of covers: one set for a document, so that its editions look like a
//! series.

use super::canvas::Colour;

/// The colours of a document's covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Palette {
    /// What everything stands on.
    pub(super) ground: Colour,
    /// Title and subtitle.
    pub(super) ink: Colour,
    /// The tones of patterns, from dark to light.
    pub(super) tones: [Colour; 3],
    /// Colours against these, of which each edition has one.
    pub(super) accents: [Colour; 4],
}

const fn rgb(hex: u32) -> Colour {
    Colour((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn palette(ground: u32, tones: [u32; 3], accents: [u32; 4]) -> Palette {
    let [dark, middle, light] = tones;
    let [a, b, c, d] = accents;
    Palette {
        ground: rgb(ground),
        ink: rgb(0xFBF7EE),
        tones: [rgb(dark), rgb(middle), rgb(light)],
        accents: [rgb(a), rgb(b), rgb(c), rgb(d)],
    }
}

/// Of black ink alone, for print shops.
pub(super) const PLAIN: Palette = Palette {
    ground: rgb(0xFFFFFF),
    ink: rgb(0x000000),
    tones: [rgb(0xE6E6E6), rgb(0x9E9E9E), rgb(0x1C1C1C)],
    accents: [rgb(0x5C5C5C); 4],
};

pub(super) const PALETTES: [Palette; 11] = [
    palette(0x12304F, [0x1F4E79, 0x5A8DB5, 0xE2EAED], [0xE8A33D, 0xD9583B, 0x7FB7A6, 0xC9B6DD]),
    palette(0x143A30, [0x20594A, 0x5D9479, 0xE7EBDB], [0xE2B04A, 0xD8694A, 0xA9C8E0, 0xD7CC7A]),
    palette(0x4F1620, [0x78232F, 0xB55F53, 0xF4E5D6], [0xE5A94B, 0x8FB0B5, 0xE88F6C, 0xD9C7A0]),
    palette(0x34193F, [0x512B60, 0x8D699E, 0xEDE4ED], [0xE7A13F, 0x6FB3A8, 0xE0707A, 0xB9C7E6]),
    palette(0x40291A, [0x64422A, 0xA5805B, 0xF2E8D9], [0xD9A13B, 0x7BA39B, 0xCF6A45, 0xB7C59A]),
    palette(0x24265C, [0x383C86, 0x777DBB, 0xE5E5F3], [0xF0A860, 0xE2607A, 0x74C0B2, 0xE6D27C]),
    palette(0x0E3B43, [0x185C66, 0x539AA3, 0xE1EDEB], [0xF0B24A, 0xE27152, 0xC9D36B, 0xE7C4B0]),
    palette(0x26323C, [0x3D4F5D, 0x7F93A1, 0xE7EBED], [0xF0B03F, 0xE0654A, 0x7FB8C9, 0xC8C48A]),
    palette(0x33371A, [0x515729, 0x91985C, 0xEEEDDA], [0xE5AD3E, 0xCF6841, 0x9DBFC4, 0xD9B7A5]),
    palette(0x4A1638, [0x6E2655, 0xAB698F, 0xF3E4EB], [0xEFA94A, 0x70B0A6, 0xEA7F6A, 0xB7BBE3]),
    palette(0x1B1F2A, [0x303849, 0x707C94, 0xE6E8EB], [0xF1B340, 0xE4593F, 0x6FB7B0, 0xC3A7D8]),
];

impl Palette {
    /// The colours of the authors, the date and the revision.
    pub(super) fn quiet(&self) -> Colour {
        self.ink.mixed(self.ground, 40)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: Colour) -> f64 {
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour.0) + 0.7152 * part(colour.1) + 0.0722 * part(colour.2)
    }

    fn contrast(a: Colour, b: Colour) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn all_text_has_the_contrast_of_wcag_aaa() {
        for palette in PALETTES.into_iter().chain([PLAIN]) {
            let (ground, ink) = (palette.ground, palette.ink);
            assert!(contrast(ink, ground) > 9.0, "{}: {}", ground.hex(), contrast(ink, ground));
            let quiet = contrast(palette.quiet(), ground);
            assert!(quiet > 7.0, "{}: {quiet}", ground.hex());
        }
    }

    #[test]
    fn patterns_stand_out_from_their_ground() {
        for palette in PALETTES.into_iter().chain([PLAIN]) {
            let Palette { ground, tones: [dark, middle, light], accents, .. } = palette;
            assert!(contrast(middle, dark) > 1.8, "{}: {}", ground.hex(), contrast(middle, dark));
            assert!(contrast(light, middle) > 1.8, "{}", ground.hex());
            for accent in accents {
                assert!(contrast(accent, dark) > 1.8, "{} {}", ground.hex(), accent.hex());
            }
        }
    }
}
