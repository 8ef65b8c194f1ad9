//! A placed graph → SVG.

use std::fmt::Write;
use std::str::FromStr;

use super::layout::{Placed, SMALL, edge_label};
use super::parse::{Attributes, Edge, Graph, Node};
use super::shape::{self, LEADING, Line, Outline, Point, SIZE, Shape, Side, styles};

const INK: &str = "#1d1d1f";
const LINE: &str = "#4a5560";
const BORDER: &str = "#5b7083";
const FILL: &str = "#eef2f6";
/// How long an arrow's head is.
const HEAD: f64 = 9.0;

/// Writes a graph.
pub fn svg(graph: &Graph, placed: &Placed) -> String {
    let (width, height) = (placed.size.0.max(1.0) + 80.0, placed.size.1.max(1.0) + 80.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.2}\" height=\"{height:.2}\" viewBox=\"-40 -40 {width:.2} {height:.2}\" font-size=\"{SIZE}\">"
    );
    for (cluster, place) in graph.clusters.iter().zip(&placed.clusters) {
        if let Some((centre, size)) = place {
            self::cluster(&mut out, &cluster.attributes, *centre, *size);
        }
    }
    for (edge, (way, _)) in graph.edges.iter().zip(&placed.edges) {
        self::edge(&mut out, edge, way, graph.directed);
    }
    for (node, (shape, centre)) in graph.nodes.iter().zip(&placed.nodes) {
        self::node(&mut out, node, shape, *centre);
    }
    for (edge, (way, label)) in graph.edges.iter().zip(&placed.edges) {
        edge_labels(&mut out, edge, way, *label);
    }
    if let Some(label) = graph.attributes.get("label").filter(|label| !label.trim().is_empty()) {
        let lines = shape::lines(label, "");
        let (_, tall) = shape::extent(&lines, SIZE);
        let top = graph.attributes.get("labelloc").is_some_and(|at| at == "t");
        let y = if top { -tall / 2.0 - 8.0 } else { placed.size.1 + tall / 2.0 + 8.0 };
        text(&mut out, &lines, (placed.size.0 / 2.0, y), SIZE, INK, 0.0);
    }
    out.push_str("</svg>");
    out
}

/// A colour as CSS has it; Graphviz's lists, transparency and numbered shades
/// (`red3`) are brought near to it.
fn colour(attributes: &Attributes, key: &str) -> Option<String> {
    let value = attributes.get(key)?.split([':', ';']).next()?.trim().to_ascii_lowercase();
    if value == "transparent" || value == "none" {
        return Some("none".to_owned());
    }
    let name = value.trim_end_matches(|c: char| c.is_ascii_digit());
    if matches!(name, "gray" | "grey") && name.len() < value.len() {
        let share = value.get(name.len()..)?.parse::<f64>().ok()?.clamp(0.0, 100.0);
        let level = share * 2.55;
        return Some(format!("#{0:02x}{0:02x}{0:02x}", level.round() as u8));
    }
    let candidates =
        if value.starts_with('#') { [value.as_str(), value.as_str()] } else { [value.as_str(), name] };
    candidates
        .iter()
        .find_map(|text| svgtypes::Color::from_str(text).ok())
        .map(|c| format!("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue))
}

/// Ink, or white where the ground is too dark for it.
fn ink_on(ground: &str) -> &'static str {
    let Ok(c) = svgtypes::Color::from_str(ground) else { return INK };
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    let light = 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
    if light < 0.19 { "#ffffff" } else { INK }
}

/// `stroke-width` and `stroke-dasharray` of the styles.
fn strokes(attributes: &Attributes) -> String {
    let width = attributes.get("penwidth").and_then(|w| w.parse::<f64>().ok()).map(|w| w.clamp(0.3, 6.0));
    let mut bold = width;
    let mut dashes = "";
    for style in styles(attributes) {
        match style {
            "dashed" => dashes = " stroke-dasharray=\"5 4\"",
            "dotted" => dashes = " stroke-dasharray=\"1.5 3\"",
            "bold" => bold = bold.or(Some(2.2)),
            _ => {}
        }
    }
    format!("stroke-width=\"{}\"{dashes}", bold.unwrap_or(1.0))
}

fn invisible(attributes: &Attributes) -> bool {
    styles(attributes).any(|style| style == "invis")
}

fn cluster(out: &mut String, attributes: &Attributes, centre: Point, size: Point) {
    if invisible(attributes) {
        return;
    }
    let lines = attributes.get("label").map(|label| shape::lines(label, "")).unwrap_or_default();
    let lines: Vec<Line> = lines.into_iter().filter(|(line, _)| !line.trim().is_empty()).collect();
    let (wide, tall) = shape::extent(&lines, SMALL);
    let room = if lines.is_empty() { 0.0 } else { tall + 2.0 };
    let width = size.0.max(wide + 16.0);
    let (left, top) = (centre.0 - width / 2.0, centre.1 - size.1 / 2.0 - room);
    let filled = styles(attributes).any(|style| style == "filled" || style == "rounded,filled");
    let ground = colour(attributes, "bgcolor")
        .or_else(|| colour(attributes, "fillcolor"))
        .or_else(|| filled.then(|| colour(attributes, "color")).flatten())
        .unwrap_or_else(|| "#f7f8f9".to_owned());
    let border = colour(attributes, "pencolor").or_else(|| colour(attributes, "color"));
    let round = if styles(attributes).any(|style| style == "rounded") { 8 } else { 2 };
    let _ = write!(
        out,
        "<rect x=\"{left:.2}\" y=\"{top:.2}\" width=\"{width:.2}\" height=\"{:.2}\" rx=\"{round}\" fill=\"{ground}\" stroke=\"{}\" {}/>",
        size.1 + room,
        border.as_deref().unwrap_or("#aab4be"),
        strokes(attributes),
    );
    let ink = colour(attributes, "fontcolor").unwrap_or_else(|| ink_on(&ground).to_owned());
    text(out, &lines, (centre.0, top + tall / 2.0 + 4.0), SMALL, &ink, width / 2.0 - 8.0);
}

fn node(out: &mut String, node: &Node, shape: &Shape, centre: Point) {
    let attributes = &node.attributes;
    if invisible(attributes) {
        return;
    }
    let filled = styles(attributes).any(|style| style == "filled");
    let bare = shape.outline == Outline::None;
    let ground = if filled || attributes.contains_key("fillcolor") {
        colour(attributes, "fillcolor").or_else(|| colour(attributes, "color"))
    } else {
        None
    };
    let ground = ground.unwrap_or_else(|| if bare { "none" } else { FILL }.to_owned());
    let border = colour(attributes, "color").unwrap_or_else(|| BORDER.to_owned());
    let _ = write!(out, "<g transform=\"translate({:.2} {:.2})\">", centre.0, centre.1);
    if !bare || ground != "none" {
        let paint = format!("fill=\"{ground}\" stroke=\"{border}\" {}", strokes(attributes));
        outline(out, shape, &paint, &border);
    }
    if shape.record {
        separators(out, shape, &border);
    }
    let ink = colour(attributes, "fontcolor").filter(|c| c != "none");
    let ink = ink.unwrap_or_else(|| ink_on(&ground).to_owned());
    for field in &shape.fields {
        text(
            out,
            &field.lines,
            field.centre,
            SIZE,
            &ink,
            field.size.0 / 2.0 - if shape.record { 6.0 } else { 0.0 },
        );
    }
    out.push_str("</g>");
}

fn outline(out: &mut String, shape: &Shape, paint: &str, border: &str) {
    let (rx, ry) = (shape.size.0 / 2.0, shape.size.1 / 2.0);
    let polygon = |out: &mut String, points: &[Point]| {
        let list: Vec<String> = points.iter().map(|(x, y)| format!("{:.2},{:.2}", x * rx, y * ry)).collect();
        let _ = write!(out, "<polygon points=\"{}\" {paint}/>", list.join(" "));
    };
    let rect = |out: &mut String, round: f64| {
        let (w, h) = shape.size;
        let _ = write!(
            out,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{w:.2}\" height=\"{h:.2}\" rx=\"{round}\" {paint}/>",
            -rx, -ry
        );
    };
    let ellipse = |out: &mut String, rx: f64, ry: f64| {
        let _ = write!(out, "<ellipse rx=\"{rx:.2}\" ry=\"{ry:.2}\" {paint}/>");
    };
    // How far slanted sides lean, as a share of half the width.
    let lean = (14.0 / rx).min(0.6);
    match shape.outline {
        Outline::None => rect(out, 0.0),
        Outline::Box => rect(out, 0.0),
        Outline::Rounded => rect(out, 7.0),
        Outline::Ellipse => ellipse(out, rx, ry),
        Outline::DoubleCircle => {
            ellipse(out, rx, ry);
            ellipse(out, rx - 3.5, ry - 3.5);
        }
        Outline::Point => {
            let _ = write!(out, "<ellipse rx=\"{rx:.2}\" ry=\"{ry:.2}\" fill=\"{border}\"/>");
        }
        Outline::Diamond => polygon(out, &[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]),
        Outline::Hexagon => {
            let x = 1.0 - lean;
            polygon(out, &[(-x, -1.0), (x, -1.0), (1.0, 0.0), (x, 1.0), (-x, 1.0), (-1.0, 0.0)]);
        }
        Outline::Parallelogram => {
            polygon(out, &[(lean - 1.0, -1.0), (1.0, -1.0), (1.0 - lean, 1.0), (-1.0, 1.0)]);
        }
        Outline::Trapezium => {
            polygon(out, &[(lean - 1.0, -1.0), (1.0 - lean, -1.0), (1.0, 1.0), (-1.0, 1.0)])
        }
        Outline::Triangle => polygon(out, &[(0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
        Outline::Note => {
            let (x, y) = (rx - 10.0, ry - 10.0);
            let _ = write!(
                out,
                "<path d=\"M{l:.2} {t:.2}H{x:.2}L{rx:.2} {f:.2}V{ry:.2}H{l:.2}Z\" {paint}/><path d=\"M{x:.2} {t:.2}V{f:.2}H{rx:.2}\" fill=\"none\" stroke=\"{border}\"/>",
                l = -rx,
                t = -ry,
                f = -y
            );
        }
        Outline::Cylinder => {
            let (b, e) = (ry - 5.0, 5.0);
            let _ = write!(
                out,
                "<path d=\"M{l:.2} {t:.2}V{b:.2}A{rx:.2} {e} 0 0 0 {rx:.2} {b:.2}V{t:.2}A{rx:.2} {e} 0 0 0 {l:.2} {t:.2}Z\" {paint}/><path d=\"M{l:.2} {t:.2}A{rx:.2} {e} 0 0 0 {rx:.2} {t:.2}\" fill=\"none\" stroke=\"{border}\"/>",
                l = -rx,
                t = -b
            );
        }
    }
}

/// The lines between the fields of a record: the left and upper edges of all
/// that don't lie on the outline.
fn separators(out: &mut String, shape: &Shape, border: &str) {
    let (rx, ry) = (shape.size.0 / 2.0, shape.size.1 / 2.0);
    for field in &shape.fields {
        let (left, top) = (field.centre.0 - field.size.0 / 2.0, field.centre.1 - field.size.1 / 2.0);
        if left > 1.0 - rx {
            let _ = write!(out, "<path d=\"M{left:.2} {top:.2}v{:.2}\" stroke=\"{border}\"/>", field.size.1);
        }
        if top > 1.0 - ry {
            let _ = write!(out, "<path d=\"M{left:.2} {top:.2}h{:.2}\" stroke=\"{border}\"/>", field.size.0);
        }
    }
}

fn edge(out: &mut String, edge: &Edge, way: &[Point], directed: bool) {
    let attributes = &edge.attributes;
    if invisible(attributes) || way.len() < 2 {
        return;
    }
    let get = |key: &str| attributes.get(key).map(String::as_str);
    let direction = get("dir").unwrap_or(if directed { "forward" } else { "none" });
    let stroke = colour(attributes, "color").filter(|c| c != "none").unwrap_or_else(|| LINE.to_owned());
    let mut way = way.to_vec();
    let mut heads = String::new();
    if matches!(direction, "forward" | "both") {
        head(&mut heads, &mut way, get("arrowhead").unwrap_or("normal"), &stroke);
    }
    if matches!(direction, "back" | "both") {
        way.reverse();
        head(&mut heads, &mut way, get("arrowtail").unwrap_or("normal"), &stroke);
        way.reverse();
    }
    let _ = write!(
        out,
        "<path d=\"{}\" fill=\"none\" stroke=\"{stroke}\" {}/>{heads}",
        curve(&way),
        strokes(attributes)
    );
}

/// Draws what is at the end of a way, and shortens it so far.
fn head(out: &mut String, way: &mut [Point], kind: &str, stroke: &str) {
    let [.., before, end] = way else { return };
    let (dx, dy) = (end.0 - before.0, end.1 - before.1);
    let length = dx.hypot(dy);
    if length < 1e-6 || kind == "none" {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let at = |along: f64, aside: f64| (end.0 - ux * along - uy * aside, end.1 - uy * along + ux * aside);
    let hollow = kind.starts_with('o') && kind != "open" || kind == "empty";
    let fill = if hollow { "#ffffff" } else { stroke };
    let points =
        |list: &[Point]| list.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect::<Vec<_>>().join(" ");
    let (shape, taken) = match kind.trim_start_matches('o') {
        "dot" => {
            let (x, y) = at(4.0, 0.0);
            (
                format!("<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"4\" fill=\"{fill}\" stroke=\"{stroke}\"/>"),
                8.0,
            )
        }
        "diamond" => (
            format!(
                "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\"/>",
                points(&[at(0.0, 0.0), at(6.5, 4.0), at(13.0, 0.0), at(6.5, -4.0)])
            ),
            13.0,
        ),
        "box" => (
            format!(
                "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\"/>",
                points(&[at(0.0, 4.0), at(8.0, 4.0), at(8.0, -4.0), at(0.0, -4.0)])
            ),
            8.0,
        ),
        "tee" => (
            format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"2\"/>",
                points(&[at(1.0, 5.0), at(1.0, -5.0)])
            ),
            1.0,
        ),
        "pen" | "vee" => (
            format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{stroke}\"/>",
                points(&[at(HEAD, 4.5), at(0.0, 0.0), at(HEAD, -4.5)])
            ),
            0.0,
        ),
        _ => (
            format!(
                "<polygon points=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"0.8\"/>",
                points(&[at(0.0, 0.0), at(HEAD, 3.8), at(HEAD, -3.8)])
            ),
            HEAD - 1.0,
        ),
    };
    out.push_str(&shape);
    *end = at(taken.min(length * 0.9), 0.0);
}

/// A smooth way: a cubic B-spline that begins and ends at its ends.
fn curve(way: &[Point]) -> String {
    let [first, second, ..] = way else { return String::new() };
    let mut out = format!("M{:.2} {:.2}", first.0, first.1);
    let Some(last) = way.last().filter(|_| way.len() > 2) else {
        let _ = write!(out, "L{:.2} {:.2}", second.0, second.1);
        return out;
    };
    let mix = |a: Point, b: Point, t: f64| (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t);
    let start = mix(*first, *second, 1.0 / 6.0);
    let _ = write!(out, "L{:.2} {:.2}", start.0, start.1);
    for triple in way.windows(3) {
        let [a, b, c] = triple else { continue };
        let (one, two) = (mix(*a, *b, 1.0 / 3.0), mix(*a, *b, 2.0 / 3.0));
        let next = mix(*b, *c, 1.0 / 3.0);
        let end = mix(two, next, 0.5);
        let _ = write!(out, "C{:.2} {:.2} {:.2} {:.2} {:.2} {:.2}", one.0, one.1, two.0, two.1, end.0, end.1);
    }
    let _ = write!(out, "L{:.2} {:.2}", last.0, last.1);
    out
}

fn edge_labels(out: &mut String, edge: &Edge, way: &[Point], place: Option<Point>) {
    if invisible(&edge.attributes) {
        return;
    }
    let ink = colour(&edge.attributes, "fontcolor").unwrap_or_else(|| INK.to_owned());
    let lines = edge_label(edge);
    if let Some(place) = place.filter(|_| !lines.is_empty()) {
        on_ground(out, &lines, place, &ink);
    }
    // Labels at the ends stand beside them.
    let count = way.len();
    let ends =
        [("taillabel", way.first(), way.get(1)), ("headlabel", way.last(), way.get(count.wrapping_sub(2)))];
    for (key, end, next) in ends {
        let (Some(label), Some(end), Some(next)) = (edge.attributes.get(key), end, next) else { continue };
        let lines = shape::lines(label, "");
        let (wide, _) = shape::extent(&lines, SMALL);
        let (dx, dy) = (next.0 - end.0, next.1 - end.1);
        let length = dx.hypot(dy).max(1e-6);
        let place = (end.0 + dx / length * 15.0 + wide / 2.0 + 6.0, end.1 + dy / length * 15.0);
        text(out, &lines, place, SMALL, &ink, 0.0);
    }
}

/// A label over a line: on a white ground, so that it can be read.
fn on_ground(out: &mut String, lines: &[Line], centre: Point, ink: &str) {
    let (wide, tall) = shape::extent(lines, SMALL);
    let _ = write!(
        out,
        "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{tall:.2}\" fill=\"#ffffff\"/>",
        centre.0 - wide / 2.0 - 2.0,
        centre.1 - tall / 2.0,
        wide + 4.0
    );
    text(out, lines, centre, SMALL, ink, wide / 2.0);
}

/// Lines of text around a centre; `half` is how far off its sides are.
fn text(out: &mut String, lines: &[Line], centre: Point, size: f64, ink: &str, half: f64) {
    let leading = LEADING * size / SIZE;
    let first = centre.1 - (lines.len() as f64 - 1.0) * leading / 2.0 + size * 0.33;
    let mut written = String::new();
    for (i, (line, side)) in lines.iter().enumerate().filter(|(_, (line, _))| !line.trim().is_empty()) {
        let (x, anchor) = match side {
            Side::Middle => (centre.0, "middle"),
            Side::Left => (centre.0 - half, "start"),
            Side::Right => (centre.0 + half, "end"),
        };
        let y = first + i as f64 * leading;
        let _ = write!(
            written,
            "<tspan x=\"{x:.2}\" y=\"{y:.2}\" text-anchor=\"{anchor}\">{}</tspan>",
            quick_xml::escape::escape(line.trim())
        );
    }
    if !written.is_empty() {
        let _ = write!(out, "<text font-size=\"{size}\" fill=\"{ink}\">{written}</text>");
    }
}
