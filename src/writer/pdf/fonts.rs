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

use super::world::SharedBytes;
use crate::document::fonts::FontFile;
use crate::fonts::Drawn;

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
    emoji: Coverage,
    /// The families for what the others lack, in their order.
    more: Vec<Family>,
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

static FILES: [&[u8]; 10] = [
    font!("LibertinusSerif-Regular.otf"),
    font!("LibertinusSerif-Italic.otf"),
    font!("LibertinusSerif-Semibold.otf"),
    font!("LibertinusSerif-SemiboldItalic.otf"),
    font!("DejaVuSans.ttf"),
    font!("JetBrainsMonoNL-Regular.ttf"),
    font!("JetBrainsMonoNL-Italic.ttf"),
    font!("JetBrainsMonoNL-Bold.ttf"),
    font!("DejaVuSansMono.ttf"),
    font!("TwemojiCOLR.ttf"),
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
            emoji: Coverage::of(list.iter().filter(|font| font.info().family == EMOJI)),
            more,
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

    /// The fonts inside the binary, and those of a book behind them. A font of
    /// a family that is in the binary is left out: it would change what
    /// everything else is set in.
    pub fn of(files: &[FontFile]) -> Arc<Self> {
        let own: Vec<&str> = FONTS.list.iter().map(|font| font.info().family.as_str()).collect();
        let fonts: Vec<Font> = files
            .iter()
            .filter_map(read)
            .filter(|font| !own.contains(&font.info().family.as_str()))
            .collect();
        if fonts.is_empty() {
            return Arc::clone(&FONTS);
        }
        let names: Vec<&str> = fonts.iter().map(|font| font.info().family.as_str()).collect();
        let more = Family::all(&fonts, &names);
        Arc::new(Self::new(FONTS.list.iter().cloned().chain(fonts).collect(), more))
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
        let families = self.more.iter().chain(&self.text).chain(&self.mono);
        families.filter(|family| family.name == name).any(|family| family.covers.draws(cluster))
    }

    /// How wide a character is in a face, in em of the font's own size.
    pub fn advance(&self, face: Face, c: char) -> f64 {
        let families: &[&str] = match face {
            Face::Text => &["Libertinus Serif", "DejaVu Sans", EMOJI],
            Face::Mono => &["JetBrains Mono NL", "DejaVu Sans Mono", EMOJI],
        };
        let more = self.more.iter().map(|family| family.name.as_str());
        families
            .iter()
            .copied()
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
}
