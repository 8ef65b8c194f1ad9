//! How large nodes are, what outline they have, and where edges meet it.
//! Lengths are CSS pixels; places are relative to the node's centre.

use super::parse::{Attributes, Node};
use crate::typeface;

/// The size of text.
pub const SIZE: f64 = 13.0;
/// From one line to the next.
pub const LEADING: f64 = 16.0;
/// Labels get so much more room than they need, for reading systems that set
/// them in another font.
const ROOM: f64 = 1.05;

/// A place.
pub type Point = (f64, f64);

/// The outlines that are known; others are drawn as the nearest of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outline {
    /// An ellipse; circles too.
    Ellipse,
    /// Two circles, one in the other.
    DoubleCircle,
    /// A rectangle; squares too.
    Box,
    /// A rectangle with round corners.
    Rounded,
    /// A rhombus.
    Diamond,
    /// A hexagon.
    Hexagon,
    /// A slanted rectangle.
    Parallelogram,
    /// A rectangle with a wider foot.
    Trapezium,
    /// A triangle standing on a side.
    Triangle,
    /// A drum.
    Cylinder,
    /// A sheet with a folded corner.
    Note,
    /// A dot without a label.
    Point,
    /// No outline at all.
    None,
}

/// How the lines of a label are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Centred.
    Middle,
    /// On the left.
    Left,
    /// On the right.
    Right,
}

/// A line of a label.
pub type Line = (String, Side);

/// A text in a node: a label, or a field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name that edges lead to.
    pub port: Option<String>,
    /// What it says.
    pub lines: Vec<Line>,
    /// Its middle.
    pub centre: Point,
    /// Its width and height.
    pub size: Point,
}

/// A node with its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its outline.
    pub outline: Outline,
    /// One label, or the fields of a record.
    pub fields: Vec<Field>,
    /// Whether there are lines between the fields.
    pub record: bool,
    /// Width and height.
    pub size: Point,
}

/// The lines of a label: `\n` centres the one before it, `\l` and `\r` set it
/// left and right; `\N` is the node's name.
pub fn lines(label: &str, name: &str) -> Vec<Line> {
    let mut out = Vec::new();
    let mut line = String::new();
    let mut chars = label.chars();
    while let Some(c) = chars.next() {
        let side = match c {
            '\n' => Side::Middle,
            '\\' => match chars.next() {
                Some('n') => Side::Middle,
                Some('l') => Side::Left,
                Some('r') => Side::Right,
                Some('N') => {
                    line.push_str(name);
                    continue;
                }
                Some(other) => {
                    line.push(other);
                    continue;
                }
                None => continue,
            },
            c => {
                line.push(if c.is_whitespace() { ' ' } else { c });
                continue;
            }
        };
        out.push((std::mem::take(&mut line), side));
    }
    if !line.is_empty() || out.is_empty() {
        out.push((line, Side::Middle));
    }
    out
}

/// The width and height of some lines.
pub fn extent(lines: &[Line], size: f64) -> Point {
    let width = lines.iter().map(|(line, _)| typeface::width(line, false)).fold(0.0, f64::max);
    (width * size * ROOM, lines.len() as f64 * LEADING * size / SIZE)
}

/// The shape of a node. `vertical`: the fields of a record stand beside each
/// other, as in graphs that run down the page.
pub fn shape(node: &Node, vertical: bool) -> Shape {
    let get = |key: &str| node.attributes.get(key).map(String::as_str);
    let kind = get("shape").unwrap_or("ellipse").to_ascii_lowercase();
    let label = get("label").unwrap_or("\\N");
    let rounded = styles(&node.attributes).any(|style| style == "rounded");
    if kind == "record" || kind == "mrecord" {
        let (mut fields, size) = record(label, &node.name, vertical);
        let (width, height) = (size.0.max(30.0), size.1.max(24.0));
        for field in &mut fields {
            field.centre = (field.centre.0 - size.0 / 2.0, field.centre.1 - size.1 / 2.0);
        }
        let outline = if rounded || kind == "mrecord" { Outline::Rounded } else { Outline::Box };
        return Shape { outline, fields, record: true, size: (width, height) };
    }
    let mut lines = lines(label, &node.name);
    if let Some(more) = get("xlabel") {
        lines.extend(self::lines(more, &node.name));
    }
    let (width, height) = extent(&lines, SIZE);
    let (outline, size) = fitted(&kind, rounded, width, height);
    let asked = |key: &str, least: f64| match get(key).and_then(|v| v.parse::<f64>().ok()) {
        Some(inches) if outline != Outline::Point && inches.is_finite() => {
            least.max((inches * 72.0).min(600.0))
        }
        Some(_) | None => least,
    };
    let size = (asked("width", size.0), asked("height", size.1));
    let centre = if outline == Outline::Cylinder {
        (0.0, 4.0)
    } else if outline == Outline::Triangle {
        (0.0, size.1 * 0.18)
    } else {
        (0.0, 0.0)
    };
    let lines = if outline == Outline::Point { Vec::new() } else { lines };
    let field = Field { port: None, lines, centre, size: (width, height) };
    Shape { outline, fields: vec![field], record: false, size }
}

/// The outline of a kind and how large it is around a label.
fn fitted(kind: &str, rounded: bool, width: f64, height: f64) -> (Outline, Point) {
    let boxed = (width + 20.0, height + 12.0);
    let square = boxed.0.max(boxed.1);
    let round = (width * width + height * height).sqrt() + 12.0;
    match kind {
        "circle" | "mcircle" => (Outline::Ellipse, (round, round)),
        "doublecircle" => (Outline::DoubleCircle, (round + 8.0, round + 8.0)),
        "point" => (Outline::Point, (7.0, 7.0)),
        "plaintext" | "plain" | "none" | "underline" => (Outline::None, (width + 8.0, height + 6.0)),
        "square" | "msquare" => (Outline::Box, (square, square)),
        "diamond" | "mdiamond" => (Outline::Diamond, (width * 1.5 + 26.0, height * 1.7 + 18.0)),
        "hexagon" | "octagon" | "doubleoctagon" | "tripleoctagon" | "septagon" | "pentagon" => {
            (Outline::Hexagon, (width + 36.0, height + 14.0))
        }
        "parallelogram" => (Outline::Parallelogram, (width + 40.0, height + 14.0)),
        "trapezium" | "invtrapezium" | "house" | "invhouse" => {
            (Outline::Trapezium, (width + 44.0, height + 14.0))
        }
        "triangle" | "invtriangle" => (Outline::Triangle, (width * 1.6 + 30.0, height * 2.2 + 14.0)),
        "cylinder" => (Outline::Cylinder, (width + 20.0, height + 22.0)),
        "note" => (Outline::Note, (width + 26.0, height + 14.0)),
        "box" | "rect" | "rectangle" | "folder" | "tab" | "component" | "box3d" => {
            (if rounded { Outline::Rounded } else { Outline::Box }, boxed)
        }
        _ => (Outline::Ellipse, (width * 1.3 + 22.0, height * 1.35 + 10.0)),
    }
}

/// The parts of a `style` attribute.
pub fn styles(attributes: &Attributes) -> impl Iterator<Item = &str> {
    attributes.get("style").map(String::as_str).unwrap_or("").split(',').map(str::trim)
}

/// The fields of a record's label, with their places from its upper left
/// corner, and its size.
fn record(label: &str, name: &str, beside: bool) -> (Vec<Field>, Point) {
    let mut chars = label.chars().peekable();
    let tree = group(&mut chars, 0);
    let size = tree.extent(name, beside);
    let mut fields = Vec::new();
    tree.place(name, beside, (0.0, 0.0), size, &mut fields);
    (fields, size)
}

/// A part of a record: text, or parts that run the other way.
enum Part {
    Text { port: Option<String>, label: String },
    Group(Vec<Part>),
}

fn group(chars: &mut std::iter::Peekable<std::str::Chars>, depth: usize) -> Part {
    let mut parts = Vec::new();
    let (mut label, mut port, mut nested) = (String::new(), None, None);
    loop {
        let next = chars.next();
        match next {
            None | Some('|' | '}') => {
                let text = label.trim().to_owned();
                label.clear();
                let text = Part::Text { port: port.take(), label: text };
                parts.push(nested.take().unwrap_or(text));
                if next != Some('|') {
                    return Part::Group(parts);
                }
            }
            Some('{') if depth < 8 => nested = Some(group(chars, depth + 1)),
            Some('<') => {
                port = Some(chars.by_ref().take_while(|c| *c != '>').collect::<String>().trim().to_owned())
            }
            Some('\\') => match chars.next() {
                Some(c @ ('{' | '}' | '|' | '<' | '>' | ' ')) => label.push(c),
                Some(c) => label.extend(['\\', c]),
                None => {}
            },
            Some(c) => label.push(c),
        }
    }
}

impl Part {
    fn extent(&self, name: &str, beside: bool) -> Point {
        match self {
            Self::Text { label, .. } => {
                let (width, height) = extent(&lines(label, name), SIZE);
                (width + 14.0, height + 8.0)
            }
            Self::Group(parts) => {
                parts.iter().map(|part| part.extent(name, !beside)).fold((0.0, 0.0), |sum, size| {
                    if beside {
                        (sum.0 + size.0, f64::max(sum.1, size.1))
                    } else {
                        (f64::max(sum.0, size.0), sum.1 + size.1)
                    }
                })
            }
        }
    }

    fn place(&self, name: &str, beside: bool, at: Point, size: Point, out: &mut Vec<Field>) {
        match self {
            Self::Text { port, label } => out.push(Field {
                port: port.clone(),
                lines: lines(label, name),
                centre: (at.0 + size.0 / 2.0, at.1 + size.1 / 2.0),
                size,
            }),
            Self::Group(parts) => {
                let own = self.extent(name, beside);
                let share = parts.len().max(1) as f64;
                let spare = if beside { (size.0 - own.0) / share } else { (size.1 - own.1) / share };
                let mut at = at;
                for part in parts {
                    let extent = part.extent(name, !beside);
                    let room = if beside { (extent.0 + spare, size.1) } else { (size.0, extent.1 + spare) };
                    part.place(name, !beside, at, room, out);
                    if beside { at.0 += room.0 } else { at.1 += room.1 }
                }
            }
        }
    }
}

impl Shape {
    /// Where a line from `from` to the node's centre (or to the field of a
    /// port) meets the outline.
    pub fn border(&self, from: Point, port: Option<&str>) -> Point {
        let field = port.and_then(|port| self.fields.iter().find(|f| f.port.as_deref() == Some(port)));
        let (rx, ry) = (self.size.0 / 2.0, self.size.1 / 2.0);
        if let Some(field) = field {
            return if from.1.abs() > ry {
                (field.centre.0, ry.copysign(from.1))
            } else {
                (rx.copysign(from.0), field.centre.1)
            };
        }
        let (dx, dy) = from;
        if dx.abs() < 1e-9 && dy.abs() < 1e-9 {
            return (0.0, ry);
        }
        let scale = match self.outline {
            Outline::Ellipse | Outline::DoubleCircle | Outline::Point => {
                1.0 / ((dx / rx).powi(2) + (dy / ry).powi(2)).sqrt()
            }
            Outline::Diamond => 1.0 / (dx.abs() / rx + dy.abs() / ry),
            Outline::Box
            | Outline::Rounded
            | Outline::Hexagon
            | Outline::Parallelogram
            | Outline::Trapezium
            | Outline::Triangle
            | Outline::Cylinder
            | Outline::Note
            | Outline::None => (rx / dx.abs()).min(ry / dy.abs()),
        };
        (dx * scale, dy * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cut_into_lines() {
        let show =
            |label: &str| lines(label, "n").iter().map(|(l, s)| format!("{l}:{s:?}")).collect::<Vec<_>>();
        assert_eq!(show("\\N\\nb\\lc\\r"), ["n:Middle", "b:Left", "c:Right"]);
        assert_eq!(show(""), [":Middle"]);
    }

    #[test]
    fn records_have_fields_with_ports() {
        let (fields, size) = record("<a> one|{two|<b> th\\|ree}|", "n", true);
        let texts: Vec<&str> = fields.iter().map(|f| f.lines[0].0.as_str()).collect();
        assert_eq!(texts, ["one", "two", "th|ree", ""]);
        assert_eq!(fields[2].port.as_deref(), Some("b"));
        assert!(fields[1].centre.1 < fields[2].centre.1 && fields[1].centre.0 == fields[2].centre.0);
        assert!(fields.iter().all(|f| f.centre.0 < size.0));
    }

    #[test]
    fn edges_end_at_the_outline() {
        let shape = |outline| Shape { outline, fields: Vec::new(), record: false, size: (40.0, 20.0) };
        assert_eq!(shape(Outline::Box).border((0.0, 50.0), None), (0.0, 10.0));
        assert_eq!(shape(Outline::Ellipse).border((90.0, 0.0), None), (20.0, 0.0));
        assert_eq!(shape(Outline::Diamond).border((20.0, 10.0), None), (10.0, 5.0));
    }
}
