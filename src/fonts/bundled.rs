//! Fonts inside the binary that few books need. They are packed, and
//! unpacked when a book has a character that they are for.

use std::io::Read;
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use crate::document::fonts::{FontFile, Origin};

/// A packed font.
pub(super) struct Bundled {
    file: &'static str,
    packed: &'static [u8],
    unpacked: OnceLock<Arc<[u8]>>,
    /// What it is for: not all that it has.
    ranges: &'static [RangeInclusive<u32>],
    /// For letters, which are set in it where the text font lacks one of a
    /// word; the others are for signs that no unpacked font has.
    pub(super) letters: bool,
}

/// No font in `more/` is larger than this when unpacked.
const LARGEST: u64 = 16 << 20;

impl Bundled {
    /// Whether it is meant for a character, which it may still not have.
    pub(super) fn is_for(&self, c: char) -> bool {
        self.ranges.iter().any(|range| range.contains(&u32::from(c)))
    }

    /// The font, unpacked once.
    pub(super) fn font(&self) -> FontFile {
        let bytes = self.unpacked.get_or_init(|| {
            let mut bytes = Vec::new();
            // A damaged binary would give an empty font, which draws nothing.
            let _ = flate2::read::ZlibDecoder::new(self.packed).take(LARGEST).read_to_end(&mut bytes);
            bytes.into()
        });
        FontFile { file: self.file.to_owned(), index: 0, bytes: Arc::clone(bytes), origin: Origin::Bundled }
    }
}

macro_rules! bundled {
    ($($kind:ident $file:literal $($range:expr),+;)+) => {
        /// In the order in which they are tried.
        pub(super) static BUNDLED: [Bundled; [$($file),+].len()] = [$(Bundled {
            file: concat!($file, ".ttf"),
            packed: include_bytes!(concat!("../../fonts/more/", $file, ".ttf.zlib")),
            unpacked: OnceLock::new(),
            ranges: &[$($range),+],
            letters: matches!(Kind::$kind, Kind::Letters),
        }),+];
    };
}

enum Kind {
    Letters,
    Signs,
}

bundled! {
    Letters "NotoSerif-Regular" 0x0180..=0x02FF, 0x0370..=0x052F, 0x1C80..=0x1C8F, 0x1D00..=0x1FFF,
        0x2C60..=0x2C7F, 0x2DE0..=0x2DFF, 0xA640..=0xA69F, 0xA700..=0xA7FF, 0xAB30..=0xAB6F;
    Letters "NotoSerifArmenian-Regular" 0x0530..=0x058F, 0xFB13..=0xFB17;
    Letters "NotoSerifGeorgian-Regular" 0x10A0..=0x10FF, 0x1C90..=0x1CBF, 0x2D00..=0x2D2F;
    Letters "NotoSerifHebrew-Regular" 0x0590..=0x05FF, 0xFB1D..=0xFB4F;
    Letters "NotoSerifHebrew-Bold" 0x0590..=0x05FF, 0xFB1D..=0xFB4F;
    Letters "NotoNaskhArabic-Regular" 0x0600..=0x06FF, 0x0750..=0x077F, 0x08A0..=0x08FF, 0xFB50..=0xFDFF, 0xFE70..=0xFEFC;
    Letters "NotoNaskhArabic-Bold" 0x0600..=0x06FF, 0x0750..=0x077F, 0x08A0..=0x08FF, 0xFB50..=0xFDFF, 0xFE70..=0xFEFC;
    Letters "NotoSerifDevanagari-Regular" 0x0900..=0x097F, 0xA8E0..=0xA8FF;
    Letters "NotoSerifBengali-Regular" 0x0980..=0x09FF;
    Letters "NotoSerifGurmukhi-Regular" 0x0A00..=0x0A7F;
    Letters "NotoSerifGujarati-Regular" 0x0A80..=0x0AFF;
    Letters "NotoSansOriya-Regular" 0x0B00..=0x0B7F;
    Letters "NotoSerifTamil-Regular" 0x0B80..=0x0BFF;
    Letters "NotoSerifTelugu-Regular" 0x0C00..=0x0C7F;
    Letters "NotoSerifKannada-Regular" 0x0C80..=0x0CFF;
    Letters "NotoSerifMalayalam-Regular" 0x0D00..=0x0D7F;
    Letters "NotoSerifSinhala-Regular" 0x0D80..=0x0DFF;
    Letters "NotoSerifThai-Regular" 0x0E00..=0x0E7F;
    Letters "NotoSerifLao-Regular" 0x0E80..=0x0EFF;
    Letters "NotoSerifMyanmar-Regular" 0x1000..=0x109F;
    Letters "NotoSerifKhmer-Regular" 0x1780..=0x17FF, 0x19E0..=0x19FF;
    Letters "NotoSerifEthiopic-Regular" 0x1200..=0x139F, 0x2D80..=0x2DDF, 0xAB00..=0xAB2F;
    Letters "NotoSansCherokee-Regular" 0x13A0..=0x13FF, 0xAB70..=0xABBF;
    Letters "NotoSansCanadianAboriginal-Regular" 0x1400..=0x167F, 0x18B0..=0x18FF;
    Letters "DroidSansFallback" 0x1100..=0x11FF, 0x2E80..=0xA4CF, 0xA960..=0xA97F, 0xAC00..=0xD7FF, 0xF900..=0xFAFF,
        0xFE30..=0xFE4F, 0xFF00..=0xFFEF;
    Signs "NotoSansMath-Regular" 0x2190..=0x23FF, 0x25A0..=0x25FF, 0x27C0..=0x27FF, 0x2900..=0x2BFF,
        0x1D400..=0x1D7FF, 0x1EE00..=0x1EEFF;
    Signs "NotoMusic-Regular" 0x1D100..=0x1D1FF;
    Signs "NotoSansSymbols-Regular" 0x20D0..=0x214F, 0x2300..=0x23FF, 0x2460..=0x24FF, 0x2600..=0x27BF,
        0x1D360..=0x1D37F, 0x1F100..=0x1F1E5, 0x1F700..=0x1F77F, 0x1F800..=0x1F8FF;
    Signs "NotoSansSymbols2-Regular" 0x2300..=0x245F, 0x2580..=0x27BF, 0x2800..=0x28FF, 0x2B00..=0x2BFF,
        0x1D2E0..=0x1D2FF, 0x1F000..=0x1F0FF, 0x1F300..=0x1F6FF, 0x1F780..=0x1FBFF;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_unpacks_and_has_something_that_it_is_for() {
        for bundled in &BUNDLED {
            let font = bundled.font();
            let face = ttf_parser::Face::parse(&font.bytes, 0).expect("a font");
            let mut mine = (0..=0x1FFFF).filter_map(char::from_u32).filter(|&c| bundled.is_for(c));
            assert!(mine.any(|c| face.glyph_index(c).is_some()), "{}", font.file);
        }
    }
}
