//! The fonts inside the binary, and which characters they can draw.
//!
//! Every page is set in these. Further fonts come with the book, for what
//! these lack ([`crate::fonts`]).

use std::sync::{Arc, LazyLock, Mutex};

use typst::foundations::Bytes;
use typst::layout::{Abs, Em};
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::world::SharedBytes;
use crate::document::fonts::FontFile;
use crate::fonts::Drawn;
use crate::theme::Look;

/// The family of emoji; its glyphs are drawn in colour.
pub const EMOJI: &str = "Twemoji Mozilla";

/// The fonts, with what Typst wants to know of them.
pub struct Fonts {
    /// Metadata of all fonts, in their order.
    pub book: LazyHash<FontBook>,
    /// The fonts.
    pub list: Vec<Font>,
    /// The fonts as they measure upright text of regular weight.
    upright: Vec<FontInstance>,
    text: Vec<Family>,
    mono: Vec<Family>,
    math: Vec<Family>,
    emoji: Coverage,
    /// The families for what the others lack, in their order.
    more: Vec<Family>,
    /// The families that a theme has in front of the others: of text, and of code.
    lead: [Vec<String>; 2],
}

/// A family and the characters that it has.
struct Family {
    name: String,
    covers: Coverage,
}

/// Code points as ranges, for quick search.
struct Coverage(Vec<(u32, u32)>);

impl Coverage {
    fn of<'a>(fonts: impl Iterator<Item = &'a Font>) -> Self {
        let mut code_points: Vec<u32> = fonts.flat_map(|font| font.info().coverage.iter()).collect();
        code_points.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for c in code_points {
            match ranges.last_mut() {
                Some((_, last)) if c <= *last + 1 => *last = c,
                Some(_) | None => ranges.push((c, c)),
            }
        }
        Self(ranges)
    }

    fn has(&self, c: char) -> bool {
        let c = u32::from(c);
        let at = self.0.partition_point(|(_, last)| *last < c);
        self.0.get(at).is_some_and(|(first, _)| *first <= c)
    }

    /// Whether it has a grapheme cluster, composed or not.
    fn draws(&self, cluster: &str) -> bool {
        let has = |c| self.has(c) || is_ignorable(c);
        cluster.chars().all(has) || cluster.nfc().all(has)
    }
}

impl Family {
    /// The families of some fonts, each once, in their order.
    fn all(fonts: &[Font], names: &[&str]) -> Vec<Self> {
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if !seen.contains(name) {
                seen.push(name);
            }
        }
        seen.into_iter()
            .map(|name| Self {
                name: name.to_owned(),
                covers: Coverage::of(fonts.iter().filter(|font| font.info().family == name)),
            })
            .collect()
    }
}

/// Characters that shape or order others and are never drawn themselves
/// (Unicode's `Default_Ignorable_Code_Point`, as far as Typst takes them out).
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

macro_rules! font {
    ($name:literal) => {
        include_bytes!(concat!("../../../fonts/", $name)).as_slice()
    };
}

static FILES: [&[u8]; 11] = [
    crate::typeface::TEXT,
    crate::typeface::ITALIC,
    crate::typeface::BOLD,
    font!("LibertinusSerif-SemiboldItalic.otf"),
    crate::typeface::SYMBOLS,
    font!("JetBrainsMonoNL-Regular.ttf"),
    font!("JetBrainsMonoNL-Italic.ttf"),
    font!("JetBrainsMonoNL-Bold.ttf"),
    font!("DejaVuSansMono.ttf"),
    crate::typeface::EMOJI,
    font!("LibertinusMath-Regular.otf"),
];

/// The fonts inside the binary, read once.
pub static FONTS: LazyLock<Arc<Fonts>> = LazyLock::new(|| {
    let list: Vec<Font> = FILES.iter().filter_map(|bytes| Font::new(Bytes::new(*bytes), 0)).collect();
    Arc::new(Fonts::new(list, Vec::new()))
});

/// Fonts of books that were read already: parsing a large one takes
/// milliseconds, and the next edition has most likely the same.
static READ: Mutex<Vec<(FontFile, Option<Font>)>> = Mutex::new(Vec::new());
/// So many are kept.
const KEPT: usize = 64;

/// A font of a book; none if Typst can't read it.
fn read(file: &FontFile) -> Option<Font> {
    let mut known = READ.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let same = |it: &FontFile| it.index == file.index && (Arc::ptr_eq(&it.bytes, &file.bytes) || it == file);
    if let Some((_, font)) = known.iter().find(|(it, _)| same(it)) {
        return font.clone();
    }
    let font = Font::new(Bytes::new(SharedBytes(Arc::clone(&file.bytes))), file.index);
    if known.len() >= KEPT {
        known.clear();
    }
    known.push((file.clone(), font.clone()));
    font
}

/// The family that something is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice<'a> {
    /// What the theme sets it in by itself.
    Usual,
    /// This one.
    Family(&'a str),
    /// No family has all of it.
    None,
}

/// What a character is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Running text.
    Text,
    /// Code.
    Mono,
}

impl Fonts {
    fn new(list: Vec<Font>, more: Vec<Family>) -> Self {
        Self {
            book: LazyHash::new(FontBook::from_fonts(&list)),
            text: Family::all(&list, &["Libertinus Serif", "DejaVu Sans"]),
            mono: Family::all(&list, &["JetBrains Mono NL", "DejaVu Sans Mono", "DejaVu Sans"]),
            math: Family::all(&list, &["Libertinus Math", "Libertinus Serif", "DejaVu Sans"]),
            emoji: Coverage::of(list.iter().filter(|font| font.info().family == EMOJI)),
            more,
            lead: [Vec::new(), Vec::new()],
            upright: list
                .iter()
                .map(|font| {
                    font.clone().instantiate(
                        FontVariant::default(),
                        Abs::pt(10.0),
                        &FontVariations::default(),
                    )
                })
                .collect(),
            list,
        }
    }

    /// The same without a theme of its own, for tests.
    #[cfg(test)]
    pub fn of(files: &[FontFile]) -> Arc<Self> {
        Self::with_look(files, &Look::default())
    }

    /// The fonts inside the binary, and those of a book behind them. A font of
    /// a family that is in the binary is left out: it would change what
    /// everything else is set in. What the theme sets text in says how wide
    /// that is.
    pub fn with_look(files: &[FontFile], look: &Look) -> Arc<Self> {
        let own: Vec<&str> = FONTS.list.iter().map(|font| font.info().family.as_str()).collect();
        let fonts: Vec<Font> = files
            .iter()
            .filter_map(read)
            .filter(|font| !own.contains(&font.info().family.as_str()))
            .collect();
        let lead = [look.text_fonts.clone(), look.code_fonts.clone()];
        if fonts.is_empty() && lead.iter().all(Vec::is_empty) {
            return Arc::clone(&FONTS);
        }
        let names: Vec<&str> = fonts.iter().map(|font| font.info().family.as_str()).collect();
        let more = Family::all(&fonts, &names);
        let all = FONTS.list.iter().cloned().chain(fonts).collect();
        Arc::new(Self { lead, ..Self::new(all, more) })
    }

    /// The families that a face is set in without saying so.
    fn stack(&self, face: Face) -> &[Family] {
        match face {
            Face::Text => &self.text,
            Face::Mono => &self.mono,
        }
    }

    /// Whether the fonts of a face can draw a character.
    pub fn covers(&self, face: Face, c: char) -> bool {
        self.stack(face).iter().chain(&self.more).any(|family| family.covers.has(c))
    }

    /// How well the fonts that every book has draw a character.
    pub fn drawn(&self, c: char) -> Drawn {
        if is_ignorable(c) || self.text.first().is_some_and(|family| family.covers.has(c)) {
            return Drawn::Well;
        }
        if self.covers(Face::Text, c) || self.has_emoji(c) {
            return Drawn::Somehow;
        }
        Drawn::Not
    }

    /// Those of the book, which are not in the binary.
    pub fn own(&self) -> impl Iterator<Item = &Font> {
        self.list.iter().skip(FONTS.list.len())
    }

    /// The family for grapheme clusters of one script that stand together:
    /// the first that has all of them, else the first that has this one.
    pub fn family(&self, face: Face, clusters: &[&str], letters: bool) -> Choice<'_> {
        let stack = self.stack(face);
        let all = |family: &Family| clusters.iter().all(|cluster| family.covers.draws(cluster));
        let each = |cluster: &&str| stack.iter().any(|family| family.covers.draws(cluster));
        // Signs need not be of one font.
        if stack.first().is_some_and(all) || (!letters && clusters.iter().all(each)) {
            return Choice::Usual;
        }
        let rest = stack.get(1..).unwrap_or_default();
        let order = self.more.iter().chain(rest);
        match order.clone().find(|family| all(family)) {
            Some(family) => Choice::Family(&family.name),
            None => Choice::None,
        }
    }

    /// Whether a family has all clusters of a text.
    pub fn has_all(&self, name: &str, text: &str) -> bool {
        text.graphemes(true).all(|cluster| self.has(name, cluster))
    }

    /// The first family behind the text font that has all of a text, spaces
    /// aside.
    pub fn fallback(&self, text: &str) -> Option<&str> {
        let has = |family: &&Family| text.chars().all(|c| c.is_whitespace() || family.covers.has(c));
        self.text.iter().skip(1).find(has).map(|family| family.name.as_str())
    }

    /// The choice of a family by its name.
    pub fn family_named(&self, name: &str) -> Choice<'_> {
        let mut families = self.more.iter().chain(&self.text).chain(&self.mono);
        families
            .find(|family| family.name == name)
            .map_or(Choice::None, |family| Choice::Family(&family.name))
    }

    /// Whether the emoji font has one picture for an emoji, however many
    /// characters it is made of.
    pub fn is_whole(&self, emoji: &str) -> bool {
        if emoji.chars().filter(|c| *c != '\u{FE0F}').nth(1).is_none() {
            return true;
        }
        let Some(font) = self.upright.iter().find(|font| font.font().info().family == EMOJI) else {
            return false;
        };
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(emoji);
        buffer.set_flags(rustybuzz::BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        rustybuzz::shape(font.rusty(), &[], buffer).glyph_infos().len() == 1
    }

    /// Whether a family has a grapheme cluster.
    pub fn has(&self, name: &str, cluster: &str) -> bool {
        if name == EMOJI {
            return cluster.chars().all(|c| self.emoji.has(c));
        }
        let mut families = self.more.iter().chain(&self.text).chain(&self.mono);
        families.any(|family| family.name == name && family.covers.draws(cluster))
    }

    /// Whether the fonts of equations can draw a character.
    pub fn covers_math(&self, c: char) -> bool {
        c == ' ' || c == '\u{A0}' || self.math.iter().any(|family| family.covers.has(c))
    }

    /// How wide a character is in a face, in em of the font's own size.
    pub fn advance(&self, face: Face, c: char) -> f64 {
        let [text, code] = &self.lead;
        let (lead, families): (_, &[&str]) = match face {
            Face::Text => (text, &["Libertinus Serif", "DejaVu Sans", EMOJI]),
            Face::Mono => (code, &["JetBrains Mono NL", "DejaVu Sans Mono", EMOJI]),
        };
        let more = self.more.iter().map(|family| family.name.as_str());
        lead.iter()
            .map(String::as_str)
            .chain(families.iter().copied())
            .chain(more)
            .filter_map(|family| self.upright.iter().find(|font| font.font().info().family == family))
            .find_map(|font| font.x_advance(font.ttf().glyph_index(c)?.0))
            .map(Em::get)
            .unwrap_or(1.0)
    }

    /// Whether the emoji font can draw a character.
    pub fn has_emoji(&self, c: char) -> bool {
        self.emoji.has(c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_read_and_keeps_its_family() {
        assert_eq!(FONTS.list.len(), FILES.len());
        assert!(
            FONTS.covers(Face::Text, 'ß') && FONTS.covers(Face::Text, 'Ω') && FONTS.covers(Face::Text, 'Ж')
        );
        assert!(FONTS.covers(Face::Mono, '│') && FONTS.covers(Face::Mono, '→'));
        assert!(!FONTS.covers(Face::Text, '中'));
        assert!((FONTS.advance(Face::Mono, 'x') - 0.6).abs() < 0.01);
        assert!(FONTS.advance(Face::Text, 'W') > 2.0 * FONTS.advance(Face::Text, 'i'));
        assert!(FONTS.has_emoji('🙋') && FONTS.has_emoji('\u{200D}'));
    }
    #[test]
    fn every_emoji_up_to_unicode_15_has_one_picture() {
        let newest = emojis::UnicodeVersion::new(15, 0);
        let mut apart = Vec::new();
        let mut count = 0;
        for emoji in
            emojis::iter().flat_map(|it| std::iter::once(it).chain(it.skin_tones().into_iter().flatten()))
        {
            count += 1;
            let text = emoji.as_str();
            let drawn = text.chars().all(|c| FONTS.has_emoji(c) || c == '\u{FE0F}') && FONTS.is_whole(text);
            assert!(drawn || emoji.unicode_version() > newest, "{text} {:?}", emoji.unicode_version());
            if !drawn {
                apart.push(text);
            }
        }
        assert!(count > 3600, "{count}");
        // Those of Unicode 15.1 and later, which diagnostics name.
        assert!(apart.contains(&"🐦‍🔥") && apart.contains(&"🙂‍↔️"), "{apart:?}");
    }

    /// The share of a block's assigned characters that the binary's fonts
    /// draw, packed ones too, in per cent.
    fn share(first: u32, last: u32, packed: &Fonts) -> u32 {
        use unicode_script::{Script, UnicodeScript};
        let known = |c: &char| c.script() != Script::Unknown && !c.is_control() && !c.is_whitespace();
        let all: Vec<char> = (first..=last).filter_map(char::from_u32).filter(known).collect();
        let drawn = all
            .iter()
            .filter(|c| packed.covers(Face::Text, **c) || packed.has_emoji(**c) || is_ignorable(**c));
        drawn.count() as u32 * 100 / all.len() as u32
    }

    #[test]
    fn blocks_are_drawn_to_their_share() {
        let packed = Fonts::of(&crate::fonts::bundled(&[]));
        // Unicode's block, its ends, and the least share in per cent.
        let blocks: &[(&str, u32, u32, u32)] = &[
            ("Basic Latin", 0x20, 0x7E, 100),
            ("Latin-1 Supplement", 0xA0, 0xFF, 100),
            ("Latin Extended-A", 0x100, 0x17F, 100),
            ("Latin Extended-B", 0x180, 0x24F, 100),
            ("IPA Extensions", 0x250, 0x2AF, 100),
            ("Spacing Modifier Letters", 0x2B0, 0x2FF, 100),
            ("Combining Diacritical Marks", 0x300, 0x36F, 100),
            ("Greek and Coptic", 0x370, 0x3FF, 89),
            ("Cyrillic", 0x400, 0x4FF, 100),
            ("Cyrillic Supplement", 0x500, 0x52F, 100),
            ("Armenian", 0x530, 0x58F, 96),
            ("Hebrew", 0x590, 0x5FF, 96),
            ("Arabic", 0x600, 0x6FF, 99),
            ("Arabic Supplement", 0x750, 0x77F, 100),
            ("Devanagari", 0x900, 0x97F, 100),
            ("Bengali", 0x980, 0x9FF, 95),
            ("Tamil", 0xB80, 0xBFF, 100),
            ("Thai", 0xE00, 0xE7F, 100),
            ("Lao", 0xE80, 0xEFF, 80),
            ("Georgian", 0x10A0, 0x10FF, 100),
            ("Hangul Jamo", 0x1100, 0x11FF, 35),
            ("Ethiopic", 0x1200, 0x137F, 100),
            ("Khmer", 0x1780, 0x17FF, 100),
            ("Phonetic Extensions", 0x1D00, 0x1D7F, 100),
            ("Latin Extended Additional", 0x1E00, 0x1EFF, 100),
            ("Greek Extended", 0x1F00, 0x1FFF, 100),
            ("General Punctuation", 0x2000, 0x206F, 100),
            ("Superscripts and Subscripts", 0x2070, 0x209F, 91),
            ("Currency Symbols", 0x20A0, 0x20CF, 86),
            ("Letterlike Symbols", 0x2100, 0x214F, 100),
            ("Number Forms", 0x2150, 0x218F, 91),
            ("Arrows", 0x2190, 0x21FF, 100),
            ("Mathematical Operators", 0x2200, 0x22FF, 100),
            ("Miscellaneous Technical", 0x2300, 0x23FF, 97),
            ("Control Pictures", 0x2400, 0x243F, 92),
            ("Enclosed Alphanumerics", 0x2460, 0x24FF, 100),
            ("Box Drawing", 0x2500, 0x257F, 100),
            ("Block Elements", 0x2580, 0x259F, 100),
            ("Geometric Shapes", 0x25A0, 0x25FF, 100),
            ("Miscellaneous Symbols", 0x2600, 0x26FF, 100),
            ("Dingbats", 0x2700, 0x27BF, 100),
            ("Braille Patterns", 0x2800, 0x28FF, 100),
            ("Supplemental Mathematical Operators", 0x2A00, 0x2AFF, 100),
            ("Miscellaneous Symbols and Arrows", 0x2B00, 0x2BFF, 97),
            ("CJK Symbols and Punctuation", 0x3000, 0x303F, 58),
            ("Hiragana", 0x3040, 0x309F, 96),
            ("Katakana", 0x30A0, 0x30FF, 94),
            ("Bopomofo", 0x3100, 0x312F, 80),
            ("CJK Unified Ideographs", 0x4E00, 0x9FA5, 100),
            ("Hangul Syllables", 0xAC00, 0xD7A3, 100),
            ("Halfwidth and Fullwidth Forms", 0xFF01, 0xFFEF, 65),
            ("Musical Symbols", 0x1D100, 0x1D1FF, 90),
            ("Mathematical Alphanumeric Symbols", 0x1D400, 0x1D7FF, 99),
            ("Mahjong Tiles", 0x1F000, 0x1F02F, 100),
            ("Playing Cards", 0x1F0A0, 0x1F0FF, 100),
            ("Emoticons", 0x1F600, 0x1F64F, 100),
            ("Symbols and Pictographs Extended-A", 0x1FA70, 0x1FAFF, 60),
        ];
        let shares: Vec<_> = blocks
            .iter()
            .map(|(name, first, last, least)| (name, share(*first, *last, &packed), least))
            .collect();
        let poor: Vec<_> = shares.iter().filter(|(_, share, least)| share < least).collect();
        assert!(poor.is_empty(), "{poor:?}");
    }
}
