//! Drawings made plain.
//!
//! What draws diagrams relies on style sheets, markers and relative shifts of
//! text, which e-readers and page makers understand in part only. Here a
//! drawing is resolved by usvg and written again: shapes with their own
//! colours, text as text at its own place, nothing else. It is cut to what it
//! shows and gets a white ground, so that it can be read in dark mode too.

use std::sync::{Arc, LazyLock};

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use resvg::usvg::{self, fontdb};
use unicode_segmentation::UnicodeSegmentation;

use crate::transform::svg;
use crate::typeface;

/// The families of text. A reading system without the first has one of the
/// others, which are about as wide.
pub const FAMILIES: &str = "Libertinus Serif, Times New Roman, Times, serif";
/// The families of emoji: the embedded one, and those of the usual systems.
const EMOJI: &str = "Twemoji Mozilla, Apple Color Emoji, Segoe UI Emoji, Noto Color Emoji, sans-serif";
/// The space around a drawing, in CSS pixels.
const MARGIN: f32 = 4.0;

/// A drawing as it is shown.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The SVG.
    pub bytes: Vec<u8>,
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// The texts in it, in the order of the file.
    pub labels: Vec<String>,
    /// The size of its smallest text, in CSS pixels.
    pub smallest: f64,
}

/// The fonts that drawings are measured with.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for bytes in [typeface::TEXT, typeface::BOLD, typeface::SYMBOLS, typeface::EMOJI] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    fonts.set_serif_family(typeface::FAMILY);
    fonts.set_sans_serif_family(typeface::FAMILY);
    fonts.set_monospace_family(typeface::FAMILY);
    Arc::new(fonts)
});

/// Makes a drawing plain.
///
/// # Errors
/// Why it can't be shown, in a few words.
pub fn finish(drawing: &str) -> Result<Finished, String> {
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: typeface::FAMILY.to_owned(),
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(drawing, &options).map_err(|error| error.to_string())?;
    let mut facts = Facts { labels: Vec::new(), smallest: f64::INFINITY };
    facts.group(tree.root());
    if let Some(c) = facts.labels.iter().flat_map(|label| label.chars()).find(|c| !typeface::covers(*c)) {
        return Err(format!("no font has the character U+{:04X}", u32::from(c)));
    }
    let frame = frame(&tree);
    let written = tree.to_string(&usvg::WriteOptions {
        preserve_text: true,
        coordinates_precision: 3,
        transforms_precision: 6,
        indent: usvg::Indent::None,
        ..usvg::WriteOptions::default()
    });
    let plain = rewrite(&written, &frame).ok_or("the drawing is not well-formed")?;
    let cleaned = svg::clean(&plain, &|_| Err("a diagram holds no pictures".to_owned()))?;
    Ok(Finished {
        bytes: cleaned.bytes,
        width: cleaned.width,
        height: cleaned.height,
        labels: facts.labels,
        smallest: if facts.smallest.is_finite() { facts.smallest } else { 16.0 },
    })
}

/// What the texts of a drawing are.
struct Facts {
    labels: Vec<String>,
    smallest: f64,
}

impl Facts {
    fn group(&mut self, group: &usvg::Group) {
        for node in group.children() {
            match node {
                usvg::Node::Group(group) => self.group(group),
                usvg::Node::Text(text) => self.text(text),
                usvg::Node::Path(_) | usvg::Node::Image(_) => {}
            }
        }
    }

    fn text(&mut self, text: &usvg::Text) {
        let lines: Vec<&str> = text.chunks().iter().map(usvg::TextChunk::text).collect();
        let label = lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        if label.is_empty() {
            return;
        }
        let (_, scale) = text.abs_transform().get_scale();
        for span in text.chunks().iter().flat_map(usvg::TextChunk::spans) {
            self.smallest = self.smallest.min(f64::from(span.font_size().get() * scale));
        }
        self.labels.push(label);
    }
}

/// What is shown of the drawing's plane.
struct Frame {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

/// What a drawing shows, with a margin. What lies far outside of its own view
/// is not meant to be seen.
fn frame(tree: &usvg::Tree) -> Frame {
    let bounds = tree.root().abs_layer_bounding_box();
    let (width, height) = (tree.size().width(), tree.size().height());
    let (beside, above) = (width / 4.0, height / 4.0);
    let left = bounds.left().max(-beside) - MARGIN;
    let top = bounds.top().max(-above) - MARGIN;
    let right = bounds.right().min(width + beside) + MARGIN;
    let bottom = bounds.bottom().min(height + above) + MARGIN;
    Frame { x: left, y: top, width: (right - left).ceil().max(1.0), height: (bottom - top).ceil().max(1.0) }
}

/// A text being rewritten.
#[derive(Default)]
struct Shifts {
    /// How far each character is moved down, from its own line's place.
    dy: Vec<f32>,
    /// How many characters were passed.
    at: usize,
}

/// Writes the drawing with its new frame and ground; shifts of lines become
/// places, names that nothing refers to go, and text gets our families.
fn rewrite(svg: &str, frame: &Frame) -> Option<Vec<u8>> {
    let mut reader = Reader::from_str(svg);
    let mut writer = Writer::new(Vec::new());
    let mut shifts: Option<Shifts> = None;
    let mut root = true;
    // Inside a filter: shadows and the like, which not everything can draw.
    let mut filter = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) if tag.name().as_ref() == b"filter" => filter = true,
            Event::End(tag) if tag.name().as_ref() == b"filter" => filter = false,
            Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Text(_) if filter => {}
            Event::Start(tag) if root => {
                root = false;
                let mut svg = BytesStart::new(String::from_utf8(tag.name().as_ref().to_vec()).ok()?);
                let Frame { x, y, width, height } = frame;
                svg.push_attribute(("xmlns", "http://www.w3.org/2000/svg"));
                svg.push_attribute(("xmlns:xlink", "http://www.w3.org/1999/xlink"));
                svg.push_attribute(("width", width.to_string().as_str()));
                svg.push_attribute(("height", height.to_string().as_str()));
                svg.push_attribute(("viewBox", format!("{x} {y} {width} {height}").as_str()));
                writer.write_event(Event::Start(svg)).ok()?;
                let ground = format!(
                    "rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"#ffffff\""
                );
                writer.write_event(Event::Empty(BytesStart::from_content(ground, 4))).ok()?;
            }
            Event::Start(tag) => {
                let tag = attributes(&tag, &mut shifts)?;
                writer.write_event(Event::Start(tag)).ok()?;
            }
            Event::Empty(tag) => {
                let tag = attributes(&tag, &mut None)?;
                writer.write_event(Event::Empty(tag)).ok()?;
            }
            Event::End(tag) => {
                if tag.name().as_ref() == b"text" {
                    shifts = None;
                }
                writer.write_event(Event::End(tag)).ok()?;
            }
            Event::Text(text) => {
                let Some(shifts) = &mut shifts else { continue };
                let text = text.decode().ok()?;
                shifts.at += text.chars().count();
                words(&mut writer, &text)?;
            }
            Event::GeneralRef(name) => {
                if let Some(shifts) = &mut shifts {
                    shifts.at += 1;
                }
                writer.write_event(Event::GeneralRef(name)).ok()?;
            }
            Event::Eof => break,
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    Some(writer.into_inner())
}

/// Writes text, emoji in their own font: whole sequences, which other fonts
/// would take apart.
fn words(writer: &mut Writer<Vec<u8>>, text: &str) -> Option<()> {
    let mut plain = String::new();
    for grapheme in text.graphemes(true) {
        if !typeface::is_emoji(grapheme) {
            // Selectors have no glyph of their own.
            plain.extend(grapheme.chars().filter(|c| !matches!(c, '\u{FE0E}' | '\u{FE0F}')));
            continue;
        }
        writer.write_event(Event::Text(BytesText::new(&std::mem::take(&mut plain)))).ok()?;
        let mut tag = BytesStart::new("tspan");
        tag.push_attribute(("font-family", EMOJI));
        writer.write_event(Event::Start(tag.borrow())).ok()?;
        writer.write_event(Event::Text(BytesText::new(grapheme))).ok()?;
        writer.write_event(Event::End(tag.to_end())).ok()?;
    }
    writer.write_event(Event::Text(BytesText::new(&plain))).ok()
}

/// The start tag as it stays.
fn attributes(tag: &BytesStart, shifts: &mut Option<Shifts>) -> Option<BytesStart<'static>> {
    let name = String::from_utf8(tag.name().as_ref().to_vec()).ok()?;
    let shape = matches!(name.as_str(), "g" | "path" | "text" | "image");
    let list = |value: &str| value.split_whitespace().filter_map(|n| n.parse().ok()).collect::<Vec<f32>>();
    if name == "text" {
        let dy = tag.try_get_attribute("dy").ok()?;
        let dy = dy.map(|dy| dy.unescape_value().map(|v| list(&v))).transpose().ok()?;
        *shifts = Some(Shifts { dy: dy.unwrap_or_default(), at: 0 });
    }
    let mut out = BytesStart::new(name.clone());
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let key = std::str::from_utf8(attribute.key.as_ref()).ok()?;
        let value = attribute.unescape_value().ok()?;
        match key {
            "id" if shape => {}
            // Labels are cut to the width that was measured; in another font
            // they would lose letters.
            "filter" | "clip-path" => {}
            "dy" if name == "text" => {}
            "font-family" => out.push_attribute((key, FAMILIES)),
            "y" if name == "tspan" => {
                let shift = shifts.as_ref().and_then(|s| s.dy.get(s.at)).copied().unwrap_or(0.0);
                let y = value.parse::<f32>().ok()? + shift;
                out.push_attribute((key, y.to_string().as_str()));
            }
            _ => out.push_attribute((key, &*value)),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_their_places_and_nothing_needs_a_style_sheet() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><style>rect{fill:#eef}text{font-family:Comic}</style>
<rect id="box" x="100" y="100" width="80" height="40"/><text x="110" y="100"><tspan x="110" dy="1em">one &amp;</tspan><tspan x="110" dy="1em">two</tspan></text></svg>"##;
        let made = finish(svg).expect("drawn");
        let text = String::from_utf8(made.bytes).expect("UTF-8");
        assert!(!text.contains("style") && !text.contains("dy=") && !text.contains("id="), "{text}");
        assert!(!text.contains("Comic") && text.contains(FAMILIES), "{text}");
        assert!(text.contains(r#"y="112""#) || text.contains(r#"y="116""#), "{text}");
        assert_eq!(made.labels, ["one & two"]);
        assert!(made.width < 100 && made.height < 60, "cut to what it shows: {} {}", made.width, made.height);
    }

    #[test]
    fn a_character_without_a_font_is_refused() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><text x="5" y="50">中</text></svg>"#;
        assert_eq!(finish(svg).expect_err("refused"), "no font has the character U+4E2D");
    }
}
