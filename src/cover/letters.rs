//! Text as paths: which font has what, how letters join, which way they run.
//! A cover needs no font where it is shown.

use std::sync::LazyLock;

use rustybuzz::{Direction, Face, UnicodeBuffer};
use ttf_parser::{GlyphId, OutlineBuilder, RgbaColor, colr};
use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use super::canvas::{Canvas, Colour, Path};
use crate::document::fonts::FontFile;
use crate::typeface;

/// What text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Upright.
    Regular,
    /// Upright and strong.
    Bold,
    /// Italic.
    Italic,
}

/// The fonts of the binary, read once: regular, bold, italic, symbols, emoji.
static OWN: LazyLock<[Option<Face<'static>>; 5]> = LazyLock::new(|| {
    [typeface::TEXT, typeface::BOLD, typeface::ITALIC, typeface::SYMBOLS, typeface::EMOJI]
        .map(|bytes| Face::from_slice(bytes, 0))
});
const SYMBOLS: usize = 3;
const EMOJI: usize = 4;

/// The fonts of a cover.
pub(super) struct Letters<'a> {
    /// The book's own, for letters that those of the binary lack.
    more: Vec<Face<'a>>,
    rtl: bool,
}

/// A piece of a line that is set in one font and runs one way.
struct Run<'t> {
    font: Font,
    text: &'t str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Font {
    Own(usize),
    More(usize),
}

impl<'a> Letters<'a> {
    /// Letters of the fonts of the binary and of some others.
    pub(super) fn new(more: &'a [FontFile], rtl: bool) -> Self {
        let face = |font: &'a FontFile| Face::from_slice(&font.bytes, font.index);
        Self { more: more.iter().filter_map(face).collect(), rtl }
    }

    /// Text without the symbols that no font has; none if letters are among
    /// what none has, or if nothing is left: rather no text than holes in it.
    pub(super) fn drawable(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        for word in text.split_whitespace() {
            let mut kept = String::new();
            for cluster in word.graphemes(true) {
                match self.font(cluster, Style::Regular) {
                    Some(_) => kept.push_str(cluster),
                    None if cluster.chars().any(char::is_alphanumeric) => return None,
                    None => {}
                }
            }
            if !kept.is_empty() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(&kept);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    fn face(&self, font: Font) -> Option<&Face<'a>> {
        match font {
            Font::Own(index) => OWN.get(index)?.as_ref(),
            Font::More(index) => self.more.get(index),
        }
    }

    /// The font of a grapheme cluster.
    fn font(&self, cluster: &str, style: Style) -> Option<Font> {
        let has = |font: &Font| {
            self.face(*font).is_some_and(|face| {
                cluster.chars().all(|c| is_unseen(c) || face.glyph_index(c).is_some_and(|glyph| glyph.0 != 0))
            })
        };
        if typeface::is_emoji(cluster) && has(&Font::Own(EMOJI)) {
            return Some(Font::Own(EMOJI));
        }
        let usual = match style {
            Style::Regular => 0,
            Style::Bold => 1,
            Style::Italic => 2,
        };
        let more = (0..self.more.len()).map(Font::More);
        let mut order = [Font::Own(usual), Font::Own(0)].into_iter().chain(more).chain([Font::Own(SYMBOLS)]);
        order.find(has)
    }

    /// The runs of a line in the order in which they stand, from the left.
    fn runs<'t>(&self, text: &'t str, style: Style) -> Vec<(Run<'t>, bool)> {
        let base = if self.rtl { Level::rtl() } else { Level::ltr() };
        let info = BidiInfo::new(text, Some(base));
        let Some(paragraph) = info.paragraphs.first() else { return Vec::new() };
        let (levels, ranges) = info.visual_runs(paragraph, paragraph.range.clone());
        let mut out = Vec::new();
        for range in ranges {
            let rtl = levels.get(range.start).is_some_and(|level| level.is_rtl());
            let Some(part) = text.get(range) else { continue };
            let mut runs = self.split(part, style);
            if rtl {
                runs.reverse();
            }
            out.extend(runs.into_iter().map(|run| (run, rtl)));
        }
        out
    }

    /// Text by fonts, in its order.
    fn split<'t>(&self, text: &'t str, style: Style) -> Vec<Run<'t>> {
        let mut runs: Vec<(Font, std::ops::Range<usize>)> = Vec::new();
        for (at, cluster) in text.grapheme_indices(true) {
            let end = at + cluster.len();
            let blank = cluster.chars().all(char::is_whitespace);
            match (self.font(cluster, style), runs.last_mut()) {
                // A space belongs to what it stands behind, if that font has one.
                (_, Some((font, range))) if blank && *font != Font::Own(EMOJI) && self.has_space(*font) => {
                    range.end = end;
                }
                (Some(font), Some((last, range))) if font == *last => range.end = end,
                (Some(font), _) => runs.push((font, at..end)),
                (None, _) => {}
            }
        }
        runs.into_iter().filter_map(|(font, range)| Some(Run { font, text: text.get(range)? })).collect()
    }

    fn has_space(&self, font: Font) -> bool {
        self.face(font).is_some_and(|face| face.glyph_index(' ').is_some())
    }

    /// How wide a line is, in em.
    pub(super) fn width(&self, text: &str, style: Style) -> f64 {
        let mut width = 0.0;
        for (run, rtl) in self.runs(text, style) {
            let Some(face) = self.face(run.font) else { continue };
            let shaped = shape(face, run.text, rtl);
            let sum: i64 = shaped.glyph_positions().iter().map(|it| i64::from(it.x_advance)).sum();
            width += sum as f64 / f64::from(face.units_per_em());
        }
        width
    }

    /// Sets a line: `x` is its left end, `y` its baseline.
    pub(super) fn set(
        &self,
        canvas: &mut Canvas,
        text: &str,
        style: Style,
        place: (f64, f64),
        size: f64,
        colour: Colour,
    ) {
        let (mut x, y) = place;
        let mut line = Path::default();
        for (run, rtl) in self.runs(text, style) {
            let Some(face) = self.face(run.font) else { continue };
            let scale = size / f64::from(face.units_per_em());
            let shaped = shape(face, run.text, rtl);
            for (glyph, at) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
                let Ok(id) = u16::try_from(glyph.glyph_id) else { continue };
                let left = x + f64::from(at.x_offset) * scale;
                let base = y - f64::from(at.y_offset) * scale;
                let mut pen = Pen { path: &mut line, x: left, y: base, scale };
                if run.font == Font::Own(EMOJI) {
                    let mut brush = Brush { canvas, face, outline: Path::default(), x: left, y: base, scale };
                    let black = RgbaColor::new(0, 0, 0, 255);
                    let _ = face.paint_color_glyph(GlyphId(id), 0, black, &mut brush);
                } else {
                    let _ = face.outline_glyph(GlyphId(id), &mut pen);
                }
                x += f64::from(at.x_advance) * scale;
            }
        }
        canvas.fill(line, colour);
    }
}

/// What shapes or orders others and shows nothing itself.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FE0E}' | '\u{FE0F}' | '\u{FEFF}')
}

fn shape(face: &Face, text: &str, rtl: bool) -> rustybuzz::GlyphBuffer {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_flags(rustybuzz::BufferFlags::REMOVE_DEFAULT_IGNORABLES);
    buffer.guess_segment_properties();
    buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    rustybuzz::shape(face, &[], buffer)
}

/// Draws a glyph's outline at its place.
struct Pen<'p> {
    path: &'p mut Path,
    x: f64,
    y: f64,
    scale: f64,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> (f64, f64) {
        (self.x + f64::from(x) * self.scale, self.y - f64::from(y) * self.scale)
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
        let ((a, b), (x, y)) = (self.at(a, b), self.at(x, y));
        self.path.quad_to(a, b, x, y);
    }

    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        let ((a, b), (c, d), (x, y)) = (self.at(a, b), self.at(c, d), self.at(x, y));
        self.path.cubic_to(a, b, c, d, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// Draws an emoji: layers of outlines, each of one colour (OpenType, `COLR`
/// version 0).
struct Brush<'c, 'f> {
    canvas: &'c mut Canvas,
    face: &'c Face<'f>,
    outline: Path,
    x: f64,
    y: f64,
    scale: f64,
}

impl<'f> colr::Painter<'f> for Brush<'_, 'f> {
    fn outline_glyph(&mut self, glyph: GlyphId) {
        self.outline = Path::default();
        let mut pen = Pen { path: &mut self.outline, x: self.x, y: self.y, scale: self.scale };
        let _ = self.face.outline_glyph(glyph, &mut pen);
    }

    fn paint(&mut self, paint: colr::Paint<'f>) {
        let outline = std::mem::take(&mut self.outline);
        match paint {
            colr::Paint::Solid(colour) => {
                self.canvas.fill(outline, Colour(colour.red, colour.green, colour.blue));
            }
            // Version 1 alone has these.
            colr::Paint::LinearGradient(_)
            | colr::Paint::RadialGradient(_)
            | colr::Paint::SweepGradient(_) => {}
        }
    }

    fn push_clip(&mut self) {}

    fn push_clip_box(&mut self, _: colr::ClipBox) {}

    fn pop_clip(&mut self) {}

    fn push_layer(&mut self, _: colr::CompositeMode) {}

    fn pop_layer(&mut self) {}

    fn push_transform(&mut self, _: ttf_parser::Transform) {}

    fn pop_transform(&mut self) {}
}
