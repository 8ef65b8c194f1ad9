//! Equations drawn one by one, for EPUBs whose readers don't set any: each is
//! laid out as in the PDF, and its glyphs and lines are filled as a picture.

use std::collections::BTreeMap;

use resvg::tiny_skia::{
    Color, FillRule, IntRect, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Stroke,
    StrokeDash, Transform,
};
use ttf_parser::GlyphId;
use typst::layout::{Frame, FrameItem, Point};
use typst::text::TextItem;
use typst::visualize::{CurveItem, FixedStroke, Geometry as Form, Paint as Ink, Shape};

use super::data::{self, Places};
use super::fonts::Fonts;
use super::geometry::Geometry;
use super::sheet::{self, Sheet};
use super::world::BookWorld;
use super::{PdfOptions, context, markup};
use crate::device::equations::{Equation, Equations};
use crate::device::picture::{self, Outline};
use crate::diag::Result;
use crate::document::{Book, Chapter, Math, Role};
use crate::highlight::Highlights;
use crate::span::{FileId, Span};

/// The room of an equation on lines of its own, in em: what is wider is set
/// smaller or broken.
const WIDTH: f64 = 26.0;
/// How many pixels stand for one em: about as many as a letter has on a screen
/// of 300 dpi.
const DENSITY: f64 = 48.0;
/// The length of the line that marks where the line of writing is, in points.
const MARK: f64 = 0.777;
/// Room around a page, for what reaches out of it, in points.
const AROUND: f32 = 24.0;
/// No picture has more pixels on a side.
const LARGEST: f32 = 4000.0;

/// Draws equations, by their keys; what can't be drawn is not in the result.
///
/// # Errors
/// When Typst refuses a path of our own.
pub fn draw(book: &Book, equations: &BTreeMap<String, Math>) -> Result<Equations> {
    if equations.is_empty() {
        return Ok(Equations::new());
    }
    let (options, labels) = (PdfOptions::default(), Default::default());
    let fonts = Fonts::with_look(&book.fonts, &options.theme.look);
    let geometry = Geometry::new(&options);
    let highlights = Highlights::default();
    let cx = context(book, &highlights, &options, &geometry, &labels, &fonts);
    let mut world = BookWorld::new(std::sync::Arc::clone(&fonts))?;
    world.add_file(
        "/style.json",
        data::style(&geometry, &book.metadata, false).to_string().as_bytes().into(),
    )?;
    let (chapter, places) = (nowhere(), Places::default());
    let calls: Vec<(&String, &Math, String)> = equations
        .iter()
        .map(|(key, math)| (key, math, page(math, &markup::equation(&cx, &chapter, &places, math))))
        .collect();
    let mut drawn = Equations::new();
    let all: String = calls.iter().map(|(_, _, call)| call.as_str()).collect();
    let frames = frames(&world, &all)?;
    if frames.len() == calls.len() {
        for ((key, _, _), frame) in calls.iter().zip(&frames) {
            drawn.extend(picture_of(frame, geometry.text_size).map(|picture| ((*key).clone(), picture)));
        }
        return Ok(drawn);
    }
    // One of them is refused, and with it all.
    for (key, _, call) in &calls {
        let frames = self::frames(&world, call)?;
        let picture = frames.first().and_then(|frame| picture_of(frame, geometry.text_size));
        drawn.extend(picture.map(|picture| ((*key).clone(), picture)));
    }
    Ok(drawn)
}

/// An equation on a page of its own.
fn page(math: &Math, call: &str) -> String {
    let width = if math.display { format!("{WIDTH}em") } else { "auto".to_owned() };
    let mark =
        if math.display { String::new() } else { format!("#box(line(length: {MARK}pt, stroke: 0.1pt))") };
    format!("#page(width: {width}, height: auto, margin: 0pt, footer: none, numbering: none)[{mark}{call}]\n")
}

fn frames(world: &BookWorld, calls: &str) -> Result<Vec<Frame>> {
    let laid = sheet::lay_out(world, &Sheet::call("/equations.typ", calls, Vec::new()), false)?;
    let pages = laid.output.map(|document| document.pages().iter().map(|page| page.frame.clone()).collect());
    Ok(pages.unwrap_or_default())
}

/// A chapter that an equation may be thought to be in.
fn nowhere() -> Chapter {
    Chapter {
        key: String::new(),
        title: String::new(),
        number: None,
        depth: 0,
        role: Role::Text,
        language: None,
        blocks: Vec::new(),
        footnotes: Vec::new(),
        span: Span::new(FileId(0), 0..0),
    }
}

/// The picture of an equation's page, cut to what is on it. `size` is that of
/// the text, in points.
fn picture_of(frame: &Frame, size: f64) -> Option<Equation> {
    let density = (DENSITY / size) as f32;
    let pixels = |points: f64| ((points as f32 + 2.0 * AROUND) * density).ceil();
    let (width, height) = (pixels(frame.width().to_pt()), pixels(frame.height().to_pt()));
    if width > LARGEST || height > LARGEST {
        return None;
    }
    let pixmap = Pixmap::new(width as u32, height as u32)?;
    let mut canvas = Canvas { pixmap, baseline: None };
    let origin = Transform::from_scale(density, density).pre_translate(AROUND, AROUND);
    canvas.frame(frame, origin);
    let seen = seen(&canvas.pixmap)?;
    let cut = canvas.pixmap.clone_rect(seen)?;
    let mut ground = Pixmap::new(cut.width(), cut.height())?;
    ground.fill(Color::WHITE);
    ground.draw_pixmap(0, 0, cut.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
    let em = |pixels: u32| f64::from(pixels) / DENSITY;
    Some(Equation {
        png: picture::encode_opaque(&ground)?.into(),
        width: em(seen.width()),
        height: em(seen.height()),
        depth: canvas.baseline.map_or(0.0, |y| (f64::from(seen.bottom()) - f64::from(y)) / DENSITY),
    })
}

/// The part of a canvas that anything is on, with a pixel around it.
fn seen(pixmap: &Pixmap) -> Option<IntRect> {
    let width = pixmap.width() as usize;
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (at, pixel) in pixmap.pixels().iter().enumerate() {
        if pixel.alpha() > 0 {
            let (x, y) = (at % width, at / width);
            (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
        }
    }
    if left > right {
        return None;
    }
    let (left, top) = (left.saturating_sub(1), top.saturating_sub(1));
    let side = |from: usize, to: usize, most: u32| (to + 2).min(most as usize).saturating_sub(from);
    let (across, down) = (side(left, right, pixmap.width()), side(top, bottom, pixmap.height()));
    IntRect::from_xywh(
        i32::try_from(left).ok()?,
        i32::try_from(top).ok()?,
        u32::try_from(across).ok()?,
        u32::try_from(down).ok()?,
    )
}

/// A picture under construction.
struct Canvas {
    pixmap: Pixmap,
    /// The line of writing, in pixels from the top.
    baseline: Option<f32>,
}

impl Canvas {
    fn frame(&mut self, frame: &Frame, to: Transform) {
        for (at, item) in frame.items() {
            let to = to.pre_translate(at.x.to_pt() as f32, at.y.to_pt() as f32);
            match item {
                FrameItem::Group(group) => {
                    let t = &group.transform;
                    let own = Transform::from_row(
                        t.sx.get() as f32,
                        t.ky.get() as f32,
                        t.kx.get() as f32,
                        t.sy.get() as f32,
                        t.tx.to_pt() as f32,
                        t.ty.to_pt() as f32,
                    );
                    self.frame(&group.frame, to.pre_concat(own));
                }
                FrameItem::Text(text) => self.text(text, to),
                FrameItem::Shape(shape, _) => self.shape(shape, to),
                // Equations hold neither; tags mark places.
                FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn text(&mut self, text: &TextItem, to: Transform) {
        let size = text.size.to_pt() as f32;
        let scale = size / text.font.units_per_em() as f32;
        let mut x = 0.0;
        for glyph in &text.glyphs {
            let left = x + glyph.x_offset.at(text.size).to_pt() as f32;
            let up = glyph.y_offset.at(text.size).to_pt() as f32;
            let mut outline = PathBuilder::new();
            text.font.ttf().outline_glyph(GlyphId(glyph.id), &mut Outline(&mut outline));
            if let Some(path) = outline.finish() {
                let place = to.pre_translate(left, -up).pre_scale(scale, -scale);
                self.pixmap.fill_path(&path, &ink(&text.fill), FillRule::Winding, place, None);
            }
            x += glyph.x_advance.at(text.size).to_pt() as f32;
        }
    }

    fn shape(&mut self, shape: &Shape, to: Transform) {
        if let Form::Line(end) = &shape.geometry
            && (end.x.to_pt() - MARK).abs() < 1e-6
            && end.y.to_pt() == 0.0
        {
            self.baseline.get_or_insert(to.ty);
            return;
        }
        let Some(path) = path(&shape.geometry) else { return };
        if let Some(fill) = &shape.fill {
            self.pixmap.fill_path(&path, &ink(fill), FillRule::Winding, to, None);
        }
        if let Some(stroke) = &shape.stroke {
            self.pixmap.stroke_path(&path, &ink(&stroke.paint), &pen(stroke), to, None);
        }
    }
}

fn path(form: &Form) -> Option<Path> {
    let xy = |point: &Point| (point.x.to_pt() as f32, point.y.to_pt() as f32);
    let mut path = PathBuilder::new();
    match form {
        Form::Line(end) => {
            let (x, y) = xy(end);
            path.move_to(0.0, 0.0);
            path.line_to(x, y);
        }
        Form::Rect(size) => {
            path.push_rect(Rect::from_xywh(0.0, 0.0, size.x.to_pt() as f32, size.y.to_pt() as f32)?);
        }
        Form::Curve(curve) => {
            for item in &curve.0 {
                match item {
                    CurveItem::Move(to) => {
                        let (x, y) = xy(to);
                        path.move_to(x, y);
                    }
                    CurveItem::Line(to) => {
                        let (x, y) = xy(to);
                        path.line_to(x, y);
                    }
                    CurveItem::Cubic(first, second, to) => {
                        let ((x1, y1), (x2, y2), (x, y)) = (xy(first), xy(second), xy(to));
                        path.cubic_to(x1, y1, x2, y2, x, y);
                    }
                    CurveItem::Close => path.close(),
                }
            }
        }
    }
    path.finish()
}

/// The colour of an ink; black for gradients, which equations don't have.
fn ink(ink: &Ink) -> Paint<'static> {
    let [r, g, b, a] = match ink {
        Ink::Solid(colour) => colour.to_rgb().into_format::<u8, u8>().into_components().into(),
        Ink::Gradient(_) | Ink::Tiling(_) => [0, 0, 0, u8::MAX],
    };
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, a);
    paint
}

fn pen(stroke: &FixedStroke) -> Stroke {
    use typst::visualize::{LineCap as Cap, LineJoin as Join};
    Stroke {
        width: stroke.thickness.to_pt() as f32,
        line_cap: match stroke.cap {
            Cap::Butt => LineCap::Butt,
            Cap::Round => LineCap::Round,
            Cap::Square => LineCap::Square,
        },
        line_join: match stroke.join {
            Join::Miter => LineJoin::Miter,
            Join::Round => LineJoin::Round,
            Join::Bevel => LineJoin::Bevel,
        },
        dash: stroke.dash.as_ref().and_then(|dash| {
            let lengths = dash.array.iter().map(|length| length.to_pt() as f32).collect();
            StrokeDash::new(lengths, dash.phase.to_pt() as f32)
        }),
        ..Stroke::default()
    }
}
