//! SVG: well-formed, of a known size, and without what could run or reach
//! out of the file. Animations go too: a page stands still.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, BytesText, Event};
use resvg::usvg;

/// The largest file, in bytes.
const MAX_BYTES: usize = 16 << 20;
/// How deep elements may nest.
const MAX_DEPTH: usize = 200;

/// Elements that are taken out with all they hold.
const REMOVED: [&str; 14] = [
    "script",
    "foreignObject",
    "iframe",
    "audio",
    "video",
    "handler",
    "listener",
    "animate",
    "animateTransform",
    "animateMotion",
    "animateColor",
    "set",
    "discard",
    "embed",
];

/// A drawing that can be shown.
#[derive(Debug)]
pub(super) struct Cleaned {
    pub bytes: Vec<u8>,
    /// CSS pixels, rounded up.
    pub width: u32,
    /// CSS pixels, rounded up.
    pub height: u32,
    /// What was taken out, each kind once.
    pub removed: Vec<String>,
}

/// Whether bytes look like SVG: text whose first element is `svg`.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    text.starts_with('<') && (text.starts_with("<svg") || text.contains("<svg") || text.contains(":svg"))
}

/// Cleans a drawing.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn clean(bytes: &[u8]) -> Result<Cleaned, String> {
    if bytes.len() > MAX_BYTES {
        return Err("the drawing is too large".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the drawing is not UTF-8".to_owned())?;
    let text = text.trim_start_matches('\u{FEFF}');
    let mut cleaner = Cleaner {
        out: Writer::new(Vec::new()),
        open: Vec::new(),
        skip: 0,
        size: None,
        ids: BTreeSet::new(),
        removed: Vec::new(),
    };
    let mut reader = Reader::from_str(text);
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| format!("not well-formed at byte {at}: {error}"))?;
        if matches!(event, Event::Eof) {
            break;
        }
        cleaner.event(event)?;
    }
    if !cleaner.open.is_empty() {
        return Err("not well-formed: an element is not closed".to_owned());
    }
    let (width, height) = cleaner.size.ok_or("there is no `svg` element")?;
    let bytes = cleaner.out.into_inner();
    draw(&bytes)?;
    Ok(Cleaned { bytes, width, height, removed: cleaner.removed })
}

/// Whether it can be drawn: references may run in a circle or multiply
/// beyond all bounds. The PDF would be refused as a whole.
fn draw(bytes: &[u8]) -> Result<(), String> {
    let image_href_resolver = usvg::ImageHrefResolver {
        resolve_data: usvg::ImageHrefResolver::default_data_resolver(),
        resolve_string: Box::new(|_, _| None),
    };
    let options = usvg::Options { image_href_resolver, ..usvg::Options::default() };
    usvg::Tree::from_data(bytes, &options).map(|_| ()).map_err(|error| format!("it can't be drawn: {error}"))
}

/// An element that is open: its name, and the prefixes that it declares.
struct Open {
    name: String,
    prefixes: Vec<String>,
}

struct Cleaner {
    out: Writer<Vec<u8>>,
    open: Vec<Open>,
    /// How many open elements are inside a removed one, itself counted.
    skip: usize,
    size: Option<(u32, u32)>,
    /// The identifiers so far.
    ids: BTreeSet<String>,
    removed: Vec<String>,
}

impl Cleaner {
    fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                if self.skip > 0 || self.is_removed(&start)? {
                    self.skip += 1;
                    return Ok(());
                }
                let (start, open) = self.start(&start)?;
                self.open.push(open);
                if self.open.len() > MAX_DEPTH {
                    return Err("its elements nest too deeply".to_owned());
                }
                self.write(Event::Start(start))
            }
            Event::Empty(start) => {
                if self.skip > 0 || self.is_removed(&start)? {
                    return Ok(());
                }
                let (start, _) = self.start(&start)?;
                self.write(Event::Empty(start))
            }
            Event::End(end) => {
                if self.skip > 0 {
                    self.skip -= 1;
                    return Ok(());
                }
                self.open.pop();
                self.write(Event::End(end))
            }
            Event::Text(text) => {
                let content = text.decode().map_err(|e| e.to_string())?.into_owned();
                self.text(&content, Event::Text(text))
            }
            Event::CData(data) => {
                let content = data.decode().map_err(|e| e.to_string())?.into_owned();
                self.text(&content, Event::Text(BytesText::new(&content)))
            }
            Event::GeneralRef(name) => {
                let text = name.decode().map_err(|e| e.to_string())?.into_owned();
                if !text.starts_with('#') && !["lt", "gt", "amp", "quot", "apos"].contains(&text.as_str()) {
                    return Err(format!("it uses the entity `&{text};`"));
                }
                if self.skip > 0 || self.open.is_empty() {
                    Ok(())
                } else {
                    self.write(Event::GeneralRef(name))
                }
            }
            // None of them is part of the drawing.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => Ok(()),
        }
    }

    fn write(&mut self, event: Event) -> Result<(), String> {
        self.out.write_event(event).map_err(|error| error.to_string())
    }

    fn text(&mut self, content: &str, event: Event) -> Result<(), String> {
        if self.skip > 0 || self.open.is_empty() {
            return Ok(());
        }
        let style = self.open.last().is_some_and(|open| local(&open.name) == "style");
        if style && (reaches_out(content) || content.to_lowercase().contains("@import")) {
            self.remove("a style sheet with addresses");
            return Ok(());
        }
        self.write(event)
    }

    fn remove(&mut self, what: &str) {
        if !self.removed.iter().any(|r| r == what) {
            self.removed.push(what.to_owned());
        }
    }

    fn is_removed(&mut self, start: &BytesStart) -> Result<bool, String> {
        let name = utf8(start.name().as_ref())?;
        let gone = REMOVED.iter().any(|r| r.eq_ignore_ascii_case(local(&name)));
        if gone {
            self.remove(&format!("`{}`", local(&name)));
        }
        Ok(gone)
    }

    /// The start tag with the attributes that may stay.
    fn start(&mut self, start: &BytesStart) -> Result<(BytesStart<'static>, Open), String> {
        let name = utf8(start.name().as_ref())?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let Attribute { key, value } = attribute.map_err(|e| format!("not well-formed: {e}"))?;
            let key = utf8(key.as_ref())?;
            let value = utf8(&value)?;
            let value = quick_xml::escape::unescape(&value).map_err(|e| format!("not well-formed: {e}"))?;
            attributes.push((key, value.into_owned()));
        }
        let root = self.size.is_none();
        if root {
            self.root(&name, &mut attributes)?;
        }
        let prefixes =
            attributes.iter().filter_map(|(key, _)| key.strip_prefix("xmlns:")).map(str::to_owned).collect();
        let open = Open { name: name.clone(), prefixes };
        self.check_prefix(&name, &open)?;
        let mut out = BytesStart::new(name.clone());
        for (key, value) in &mut attributes {
            if matches!(key.as_str(), "id" | "xml:id") {
                // Only the first of a name is ever found.
                *value = name_of(value.trim());
                if key != "id" || !self.ids.insert(value.clone()) {
                    continue;
                }
            } else {
                rename_references(key, value);
            }
            if let Some(what) = unwanted(&name, key, value) {
                self.remove(what);
                continue;
            }
            self.check_prefix(key, &open)?;
            out.push_attribute((key.as_str(), value.as_str()));
        }
        Ok((out, open))
    }

    fn root(&mut self, name: &str, attributes: &mut Vec<(String, String)>) -> Result<(), String> {
        if local(name) != "svg" {
            return Err(format!("its first element is `{name}`, not `svg`"));
        }
        self.size = Some(size(attributes)?);
        let mut declare = |key: &str, value: &str| {
            if !attributes.iter().any(|(k, _)| k == key) {
                attributes.push((key.to_owned(), value.to_owned()));
            }
        };
        if !name.contains(':') {
            declare("xmlns", "http://www.w3.org/2000/svg");
        }
        // Often used without being declared, which web pages allow.
        declare("xmlns:xlink", "http://www.w3.org/1999/xlink");
        Ok(())
    }

    fn check_prefix(&self, name: &str, here: &Open) -> Result<(), String> {
        let Some((prefix, _)) = name.split_once(':') else { return Ok(()) };
        let declared = self.open.iter().chain([here]).any(|open| open.prefixes.iter().any(|p| p == prefix));
        if declared || ["xml", "xmlns"].contains(&prefix) {
            Ok(())
        } else {
            Err(format!("not well-formed: the prefix `{prefix}:` is not declared"))
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "the drawing is not UTF-8".to_owned())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// An identifier as XML allows it, without colons (Namespaces in XML, NCName).
fn name_of(id: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name: String = id.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') { name } else { format!("_{name}") }
}

/// Makes references to identifiers follow their new names.
fn rename_references(key: &str, value: &mut String) {
    if local(key) == "href" {
        if let Some(id) = value.trim().strip_prefix('#') {
            *value = format!("#{}", name_of(id));
        }
        return;
    }
    let mut out = String::new();
    let mut rest = value.as_str();
    while let Some((before, id, after)) = rest.split_once("url(#").and_then(|(before, tail)| {
        let (id, after) = tail.split_once(')')?;
        Some((before, id, after))
    }) {
        out.push_str(&format!("{before}url(#{})", name_of(id.trim())));
        rest = after;
    }
    if !out.is_empty() {
        out.push_str(rest);
        *value = out;
    }
}

/// Whether a style or attribute names something outside of the file.
fn reaches_out(value: &str) -> bool {
    let lower: String = value.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    lower.contains("javascript:")
        || lower.contains("expression(")
        || lower.split("url(").skip(1).any(|rest| {
            let rest = rest.trim_start_matches(['"', '\'']);
            !(rest.starts_with('#') || rest.starts_with("data:"))
        })
}

/// Why an attribute is taken out.
fn unwanted(element: &str, key: &str, value: &str) -> Option<&'static str> {
    let name = local(key).to_lowercase();
    if key.starts_with("xmlns") {
        return None;
    }
    if name.starts_with("on") {
        return Some("event handlers");
    }
    if matches!(name.as_str(), "href" | "src" | "base") && !(key == "xml:base" && value.is_empty()) {
        let lower = value.trim().to_lowercase();
        let picture = ["png", "jpeg", "jpg", "gif", "webp"]
            .iter()
            .any(|t| lower.starts_with(&format!("data:image/{t}")));
        let inside = lower.starts_with('#') || (picture && local(element) == "image");
        return (!inside).then_some("addresses outside of the file");
    }
    reaches_out(value).then_some("addresses outside of the file")
}

/// The size in CSS pixels, from `width` and `height`, else from `viewBox`.
fn size(attributes: &[(String, String)]) -> Result<(u32, u32), String> {
    let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let view: Vec<f64> = get("viewBox")
        .unwrap_or("")
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    let view = match view.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    };
    let width = get("width").and_then(pixels);
    let height = get("height").and_then(pixels);
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view)) => view,
        (_, _, None) => return Err("it has neither width and height nor a viewBox".to_owned()),
    };
    let whole = |n: f64| {
        let n = n.ceil();
        // Checked to be in range; `as` is exact for whole numbers there.
        if n.is_finite() && (1.0..=4e9).contains(&n) {
            Ok(n as u32)
        } else {
            Err("its size is absurd".to_owned())
        }
    };
    Ok((whole(width)?, whole(height)?))
}

/// A CSS length in pixels; none for one that depends on the page.
fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".+-eE".contains(c))).unwrap_or(text.len());
    // The `e` of `em` is no exponent.
    let end = if text[end..].starts_with('m') && text[..end].ends_with('e') { end - 1 } else { end };
    let value: f64 = text.get(..end)?.parse().ok()?;
    let factor = match text[end..].trim() {
        "" | "px" => 1.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "em" | "rem" => 16.0,
        "ex" => 8.0,
        _ => return None,
    };
    (value > 0.0).then_some(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Result<(String, u32, u32, Vec<String>), String> {
        let c = clean(text.as_bytes())?;
        Ok((String::from_utf8(c.bytes).expect("text"), c.width, c.height, c.removed))
    }

    #[test]
    fn what_could_run_or_reach_out_is_taken_away() {
        let (text, width, height, removed) = run(
            "<?xml version=\"1.0\"?><!DOCTYPE svg><svg width=\"1in\" viewBox=\"0 0 2 1\" onload=\"x()\">\
             <script>alert(1)</script><a xlink:href=\"https://x.org\"><rect fill=\"url(#g)\"/></a>\
             <image href=\"http://x.org/a.png\"/><style>@import 'x';</style>\
             <text style=\"fill: url( 'http://x' )\">a &amp; b</text></svg>",
        )
        .expect("well-formed");
        assert_eq!((width, height), (96, 48));
        assert_eq!(
            removed,
            ["event handlers", "`script`", "addresses outside of the file", "a style sheet with addresses"]
        );
        assert_eq!(
            text,
            "<svg width=\"1in\" viewBox=\"0 0 2 1\" xmlns=\"http://www.w3.org/2000/svg\" \
             xmlns:xlink=\"http://www.w3.org/1999/xlink\"><a><rect fill=\"url(#g)\"/></a><image/><style></style>\
             <text>a &amp; b</text></svg>"
        );
    }

    #[test]
    fn what_is_no_drawing_says_why() {
        assert!(run("<svg width=\"1\" height=\"1\"><g></svg>").is_err());
        assert!(run("<svg width=\"1\" height=\"1\"><g>").is_err());
        assert!(run("<svg/>").unwrap_err().contains("viewBox"));
        assert!(run("<svg width=\"1\" height=\"1\">&evil;</svg>").unwrap_err().contains("entity"));
        assert!(run("<svg width=\"1\" height=\"1\"><x:y/></svg>").unwrap_err().contains("prefix"));
        assert!(run(&format!("<svg width=\"1\" height=\"1\">{}", "<g>".repeat(500))).is_err());
    }

    #[test]
    fn identifiers_are_valid_and_unique_and_references_follow() {
        let (text, ..) = run("<svg width=\"9\" height=\"9\"><g id=\"1:a\"/><g id=\"b\"/><g id=\"b\"/>\
             <use href=\"#1:a\"/><path d=\"M0 0h1\" fill=\"url(#1:a) red\"/></svg>")
        .expect("well-formed");
        assert!(text.contains("<g id=\"_1_a\"/><g id=\"b\"/><g/><use href=\"#_1_a\"/>"), "{text}");
        assert!(text.contains("fill=\"url(#_1_a) red\""), "{text}");
    }

    #[test]
    fn a_drawing_that_never_ends_is_refused() {
        let inner = "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>\
                     <pattern id=\"p\" width=\"1\" height=\"1\"><rect fill=\"url(#p)\" width=\"5\" height=\"5\"/></pattern>\
                     <rect fill=\"url(#p)\" width=\"5\" height=\"5\"/>";
        let levels: String = (1..10)
            .map(|i| format!("<g id=\"l{i}\">{}</g>", format!("<use href=\"#l{}\"/>", i - 1).repeat(10)))
            .collect();
        let bomb = format!("<g id=\"l0\"><rect width=\"1\" height=\"1\"/></g>{levels}");
        assert!(run(&format!("<svg width=\"9\" height=\"9\">{bomb}</svg>")).unwrap_err().contains("drawn"));
        assert!(run(&format!("<svg width=\"9\" height=\"9\">{inner}</svg>")).unwrap_err().contains("drawn"));
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(pixels("2em"), Some(32.0));
        assert_eq!(pixels("10mm").map(f64::round), Some(38.0));
        assert_eq!(pixels("1e2"), Some(100.0));
        assert_eq!(pixels("100%").or(pixels("auto")), None);
    }
}
