//! A drawing of filled paths: what covers are made of. It becomes an SVG
//! without text, for the PDF, or pixels.

use std::fmt::Write as _;

use resvg::tiny_skia;

/// A colour of sRGB, without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// This colour with so many 255ths of another one over it.
    pub(super) fn mixed(self, other: Self, share: u8) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * (255 - u32::from(share)) + u32::from(to) * u32::from(share);
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// As CSS and Typst write it.
    pub(super) fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// A step of a path. Coordinates are in the units of the canvas, downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Move(f64, f64),
    Line(f64, f64),
    Quad(f64, f64, f64, f64),
    Cubic(f64, f64, f64, f64, f64, f64),
    Close,
}

/// A path, filled where its winding number is not zero.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn move_to(&mut self, x: f64, y: f64) {
        self.0.push(Step::Move(x, y));
    }

    pub(super) fn line_to(&mut self, x: f64, y: f64) {
        self.0.push(Step::Line(x, y));
    }

    pub(super) fn quad_to(&mut self, a: f64, b: f64, x: f64, y: f64) {
        self.0.push(Step::Quad(a, b, x, y));
    }

    pub(super) fn cubic_to(&mut self, a: f64, b: f64, c: f64, d: f64, x: f64, y: f64) {
        self.0.push(Step::Cubic(a, b, c, d, x, y));
    }

    pub(super) fn close(&mut self) {
        self.0.push(Step::Close);
    }

    pub(super) fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.move_to(x, y);
        self.line_to(x + width, y);
        self.line_to(x + width, y + height);
        self.line_to(x, y + height);
        self.close();
    }

    /// The path as SVG writes it, to hundredths of a unit.
    fn data(&self, out: &mut String) {
        let mut step = |letter: char, numbers: &[f64]| {
            out.push(letter);
            for (i, number) in numbers.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                push_number(out, *number);
            }
        };
        for one in &self.0 {
            match *one {
                Step::Move(x, y) => step('M', &[x, y]),
                Step::Line(x, y) => step('L', &[x, y]),
                Step::Quad(a, b, x, y) => step('Q', &[a, b, x, y]),
                Step::Cubic(a, b, c, d, x, y) => step('C', &[a, b, c, d, x, y]),
                Step::Close => step('Z', &[]),
            }
        }
    }

    fn to_skia(&self) -> Option<tiny_skia::Path> {
        let mut path = tiny_skia::PathBuilder::new();
        for step in &self.0 {
            match *step {
                Step::Move(x, y) => path.move_to(x as f32, y as f32),
                Step::Line(x, y) => path.line_to(x as f32, y as f32),
                Step::Quad(a, b, x, y) => path.quad_to(a as f32, b as f32, x as f32, y as f32),
                Step::Cubic(a, b, c, d, x, y) => {
                    path.cubic_to(a as f32, b as f32, c as f32, d as f32, x as f32, y as f32);
                }
                Step::Close => path.close(),
            }
        }
        path.finish()
    }
}

/// A number to hundredths, without what says nothing.
fn push_number(out: &mut String, number: f64) {
    // `as` takes numbers out of range to the ends of it.
    let hundredths = (number * 100.0).round() as i64;
    if hundredths < 0 {
        out.push('-');
    }
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let _ = match rest {
        0 => write!(out, "{whole}"),
        rest if rest % 10 == 0 => write!(out, "{whole}.{}", rest / 10),
        rest => write!(out, "{whole}.{rest:02}"),
    };
}

/// A drawing.
#[derive(Debug, Clone)]
pub(super) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    ground: Colour,
    shapes: Vec<(Path, Colour)>,
}

impl Canvas {
    /// An empty one of a colour.
    pub(super) fn new(width: f64, height: f64, ground: Colour) -> Self {
        Self { width, height, ground, shapes: Vec::new() }
    }

    /// Fills a path, over what is there.
    pub(super) fn fill(&mut self, path: Path, colour: Colour) {
        if !path.is_empty() {
            self.shapes.push((path, colour));
        }
    }

    /// The drawing as SVG 1.1: paths alone.
    pub(super) fn to_svg(&self) -> String {
        let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"");
        push_number(&mut out, self.width);
        out.push_str("\" height=\"");
        push_number(&mut out, self.height);
        out.push_str("\" viewBox=\"0 0 ");
        push_number(&mut out, self.width);
        out.push(' ');
        push_number(&mut out, self.height);
        out.push_str("\">\n");
        let mut ground = Path::default();
        ground.rectangle(0.0, 0.0, self.width, self.height);
        for (path, colour) in std::iter::once(&(ground, self.ground)).chain(&self.shapes) {
            let _ = write!(out, "<path fill=\"{}\" d=\"", colour.hex());
            path.data(&mut out);
            out.push_str("\"/>\n");
        }
        out.push_str("</svg>\n");
        out
    }

    /// The drawing as pixels, one a unit. None for a canvas without any.
    pub(super) fn to_pixels(&self) -> Option<tiny_skia::Pixmap> {
        // `as` takes what is out of range to the ends of it.
        let mut pixels = tiny_skia::Pixmap::new(self.width as u32, self.height as u32)?;
        pixels.fill(colour(self.ground));
        for (path, fill) in &self.shapes {
            let Some(path) = path.to_skia() else { continue };
            let mut paint = tiny_skia::Paint { anti_alias: true, ..tiny_skia::Paint::default() };
            paint.set_color(colour(*fill));
            let all = tiny_skia::Transform::identity();
            pixels.fill_path(&path, &paint, tiny_skia::FillRule::Winding, all, None);
        }
        Some(pixels)
    }
}

fn colour(colour: Colour) -> tiny_skia::Color {
    tiny_skia::Color::from_rgba8(colour.0, colour.1, colour.2, 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let text = |number: f64| {
            let mut out = String::new();
            push_number(&mut out, number);
            out
        };
        assert_eq!(
            [0.0, -0.001, 1.5, -2.049, 1000.1, 0.05].map(text),
            ["0", "0", "1.5", "-2.05", "1000.1", "0.05"]
        );
    }

    #[test]
    fn a_drawing_is_the_same_as_svg_and_as_pixels() {
        let mut canvas = Canvas::new(20.0, 10.0, Colour(1, 2, 3));
        let mut path = Path::default();
        path.rectangle(5.0, 0.0, 5.0, 10.0);
        canvas.fill(path, Colour(250, 251, 252));
        assert_eq!(
            canvas.to_svg(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"10\" viewBox=\"0 0 20 10\">\n\
             <path fill=\"#010203\" d=\"M0 0L20 0L20 10L0 10Z\"/>\n\
             <path fill=\"#fafbfc\" d=\"M5 0L10 0L10 10L5 10Z\"/>\n</svg>\n"
        );
        let pixels = canvas.to_pixels().expect("has pixels");
        let at = |x, y| pixels.pixel(x, y).map(|p| (p.red(), p.green(), p.blue(), p.alpha()));
        assert_eq!(
            [at(4, 5), at(5, 5), at(10, 9)],
            [Some((1, 2, 3, 255)), Some((250, 251, 252, 255)), Some((1, 2, 3, 255))]
        );
    }
}
