//! Emoji that a family's fonts lack, drawn as small pictures from the font
//! that the PDF has them from. Nothing but the emoji goes into a picture, so
//! that the same emoji always has the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;

use resvg::tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Transform};
use rustybuzz::ttf_parser::{self, GlyphId, Rect, RgbaColor, colr};
use unicode_segmentation::UnicodeSegmentation;

use super::picture::{self, Outline};
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind};
use crate::typeface::{EMOJI, has_emoji_presentation, is_skin_tone};

/// The side of a picture, in pixels: a letter of a heading has no more on a
/// screen of 300 dpi.
pub const SIDE: u32 = 96;

/// The font; none only if the binary were damaged.
static FACE: LazyLock<Option<rustybuzz::Face<'static>>> =
    LazyLock::new(|| rustybuzz::Face::from_slice(EMOJI, 0));

/// Whether a grapheme cluster is an emoji: by its presentation (Unicode
/// Technical Standard 51). Signs that are text unless something says otherwise
/// stay text.
pub fn is_emoji(cluster: &str) -> bool {
    let Some(first) = cluster.chars().next().filter(|c| *c > '\u{A8}' || cluster.contains('\u{20E3}')) else {
        return false;
    };
    if cluster.contains('\u{FE0E}') || matches!(first, '\u{20E3}' | '\u{200D}' | '\u{FE0F}') {
        return false;
    }
    cluster.contains(['\u{FE0F}', '\u{20E3}'])
        || cluster.chars().any(is_skin_tone)
        || has_emoji_presentation(first)
        // Letters of other scripts are joined, too.
        || (cluster.contains('\u{200D}') && glyph(cluster).is_some())
}

/// The emoji of a text, in their order.
pub fn of(text: &str) -> impl Iterator<Item = &str> {
    // No emoji is made of ASCII alone, and most text is ASCII.
    let text = if text.is_ascii() { "" } else { text };
    text.graphemes(true).filter(|cluster| is_emoji(cluster))
}

/// The emoji that a chapter's text and code have, each once: those of titles
/// and alternative texts that only programs read aside.
pub fn of_chapter(chapter: &Chapter) -> BTreeSet<String> {
    let mut found = Found(BTreeSet::new());
    found.text(&chapter.title);
    walk_chapter(&mut found, chapter);
    found.0
}

struct Found(BTreeSet<String>);

impl Found {
    fn text(&mut self, text: &str) {
        self.0.extend(of(text).map(str::to_owned));
    }
}

impl Visit for Found {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Code(code) = &block.kind {
            self.text(&code.text);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Text(text) | InlineKind::Code(text) = &inline.kind {
            self.text(text);
        }
        walk_inline(self, inline);
    }
}

/// The name of an emoji's file, from its code points.
pub fn file_name(emoji: &str) -> String {
    let mut name = String::from("emoji");
    for c in emoji.chars() {
        let _ = write!(name, "-{:x}", u32::from(c));
    }
    name + ".png"
}

/// The one glyph that an emoji has, however many characters it is made of.
fn glyph(emoji: &str) -> Option<GlyphId> {
    let face = FACE.as_ref()?;
    let mut buffer = rustybuzz::UnicodeBuffer::new();
    buffer.push_str(emoji);
    buffer.set_flags(rustybuzz::BufferFlags::REMOVE_DEFAULT_IGNORABLES);
    let shaped = rustybuzz::shape(face, &[], buffer);
    match shaped.glyph_infos() {
        [one] => u16::try_from(one.glyph_id).ok().filter(|id| *id != 0).map(GlyphId),
        _ => None,
    }
}

/// Whether there is a picture of an emoji.
pub fn is_drawn(emoji: &str) -> bool {
    let drawn = |id| FACE.as_ref().is_some_and(|face| face.is_color_glyph(id));
    glyph(emoji).is_some_and(drawn)
}

/// Draws an emoji as a PNG of [`SIDE`] by [`SIDE`] pixels, on white if
/// `opaque`; none if the font has no picture of it.
pub fn png(emoji: &str, opaque: bool) -> Option<Vec<u8>> {
    let face = FACE.as_ref()?;
    let id = glyph(emoji)?;
    let ink = RgbaColor::new(0x1D, 0x1D, 0x1F, 0xFF);
    let mut layers = Layers { face, outline: PathBuilder::new(), parts: Vec::new(), bounds: None };
    face.paint_color_glyph(id, 0, ink, &mut layers)?;
    let bounds = layers.bounds?;
    let (width, height) = (f32::from(bounds.width()), f32::from(bounds.height()));
    // A little room, lest edges be cut off.
    let side = SIDE as f32;
    let scale = (side - 4.0) / width.max(height).max(1.0);
    let left = (side - width * scale) / 2.0 - f32::from(bounds.x_min) * scale;
    let top = (side - height * scale) / 2.0 + f32::from(bounds.y_max) * scale;
    let place = Transform::from_row(scale, 0.0, 0.0, -scale, left, top);
    let mut pixmap = Pixmap::new(SIDE, SIDE)?;
    for (path, colour) in &layers.parts {
        let mut paint = Paint::default();
        paint.set_color_rgba8(colour.red, colour.green, colour.blue, colour.alpha);
        pixmap.fill_path(path, &paint, FillRule::Winding, place, None);
    }
    picture::encode_pixmap(&pixmap, opaque)
}

/// Gathers the layers of a glyph in colour (COLR, version 0): outlines and the
/// colours that fill them.
struct Layers<'a> {
    face: &'a ttf_parser::Face<'a>,
    outline: PathBuilder,
    parts: Vec<(resvg::tiny_skia::Path, RgbaColor)>,
    bounds: Option<Rect>,
}

impl<'a> colr::Painter<'a> for Layers<'a> {
    fn outline_glyph(&mut self, glyph: GlyphId) {
        self.outline = PathBuilder::new();
        let Some(own) = self.face.outline_glyph(glyph, &mut Outline(&mut self.outline)) else { return };
        self.bounds = Some(self.bounds.map_or(own, |all| Rect {
            x_min: all.x_min.min(own.x_min),
            y_min: all.y_min.min(own.y_min),
            x_max: all.x_max.max(own.x_max),
            y_max: all.y_max.max(own.y_max),
        }));
    }

    fn paint(&mut self, paint: colr::Paint<'a>) {
        let outline = std::mem::replace(&mut self.outline, PathBuilder::new());
        if let (colr::Paint::Solid(colour), Some(path)) = (paint, outline.finish()) {
            self.parts.push((path, colour));
        }
    }

    // Version 0 has none of these.
    fn push_clip(&mut self) {}
    fn push_clip_box(&mut self, _: colr::ClipBox) {}
    fn pop_clip(&mut self) {}
    fn push_layer(&mut self, _: colr::CompositeMode) {}
    fn pop_layer(&mut self) {}
    fn push_transform(&mut self, _: ttf_parser::Transform) {}
    fn pop_transform(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_told_from_text_and_stay_whole() {
        let found: Vec<&str> = of("a 🙋‍♀️ b🇩🇪c 👍🏽 1️⃣ ❤️ ✨ 👨‍👩‍👧‍👦").collect();
        assert_eq!(found, ["🙋‍♀️", "🇩🇪", "👍🏽", "1️⃣", "❤️", "✨", "👨‍👩‍👧‍👦"]);
        assert_eq!(of("1 # © ❤ → ♀ ✔ ↩\u{FE0E} 中 क्‍ष é").count(), 0);
    }

    #[test]
    fn sequences_have_one_picture_each() {
        for emoji in ["🙋‍♀️", "🇩🇪", "👍🏽", "1️⃣", "✨", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert!(is_drawn(emoji), "{emoji}");
            let png = png(emoji, false).expect("is drawn");
            let image = image::load_from_memory(&png).expect("is a PNG").into_rgba8();
            assert_eq!(image.dimensions(), (SIDE, SIDE));
            let seen = image.pixels().filter(|p| p.0[3] > 128).count();
            assert!(seen > 500, "{emoji}: {seen} pixels");
            assert!(image.pixels().any(|p| p.0[3] == 0), "{emoji} fills its square");
        }
        // Of a later Unicode than the font.
        assert!(!is_drawn("🐦‍🔥") && is_emoji("🐦‍🔥"));
        assert!(png("中", false).is_none());
    }

    #[test]
    fn an_opaque_picture_is_on_white_and_drawings_repeat() {
        let png = super::png("✨", true).expect("is drawn");
        let image = image::load_from_memory(&png).expect("is a PNG");
        assert!(!image.color().has_alpha());
        assert_eq!(image.into_rgb8().get_pixel(0, 0).0, [255, 255, 255]);
        assert_eq!(super::png("✨", true), Some(png));
    }

    #[test]
    fn names_say_the_code_points() {
        assert_eq!(file_name("🙋‍♀️"), "emoji-1f64b-200d-2640-fe0f.png");
    }
}
