//! SVG: well-formed, of a known size, and without what could run or reach
//! out of the file. Animations go too: a page stands still.

mod attributes;
mod draw;
mod encoding;
mod entities;
mod style;

use std::collections::BTreeSet;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use self::attributes::{is_data, local, name_of, rename_references, size, unwanted, without_loose_ends};
pub(super) use self::encoding::unzip;
use self::entities::Entities;
use super::data_uri;
use crate::media::Media;

/// The largest file, in bytes.
const MAX_BYTES: usize = 16 << 20;
/// How deep elements may nest.
const MAX_DEPTH: usize = 200;
/// How many elements there may be.
const MAX_ELEMENTS: usize = 200_000;
/// How much text, in bytes.
const MAX_TEXT: usize = 1 << 20;

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

/// Checks a picture inside a drawing and gives it as it is stored.
pub(super) type Embedded<'a> = dyn Fn(&[u8]) -> Result<Media, String> + 'a;

/// Whether bytes look like SVG: text whose first element is `svg`.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1 << 16)).unwrap_or_default();
    // In UTF-16 every second byte of markup is zero.
    let head: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&head);
    let mut rest = text.trim_start_matches(['\u{FEFF}', '\u{FFFD}']).trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->").map(|(_, rest)| rest)
        } else if rest.starts_with("<!") && rest.split('>').next().is_some_and(|head| head.contains('[')) {
            rest.split_once(']').and_then(|(_, rest)| rest.split_once('>')).map(|(_, rest)| rest)
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest.split_once('>').map(|(_, rest)| rest)
        } else {
            break;
        };
        let Some(after) = after else { return false };
        rest = after.trim_start();
    }
    let name = rest.strip_prefix('<').and_then(|rest| rest.split([' ', '\t', '\r', '\n', '>', '/']).next());
    name.is_some_and(|name| local(name) == "svg")
}

/// Cleans a drawing.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn clean(bytes: &[u8], embedded: &Embedded) -> Result<Cleaned, String> {
    if bytes.len() > MAX_BYTES {
        return Err("the drawing is too large".to_owned());
    }
    let text = encoding::decode(bytes)?;
    let mut cleaner = Cleaner {
        out: Writer::new(Vec::new()),
        open: Vec::new(),
        skip: 0,
        size: None,
        ids: BTreeSet::new(),
        removed: Vec::new(),
        sheet: String::new(),
        entities: Entities::default(),
        elements: 0,
        text: 0,
        embedded,
    };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| format!("not well-formed at byte {at}: {error}"))?;
        if matches!(event, Event::Eof) {
            break;
        }
        cleaner.event(event)?;
        if cleaner.elements > MAX_ELEMENTS
            || cleaner.text > MAX_TEXT
            || cleaner.out.get_ref().len() > 2 * MAX_BYTES
        {
            return Err("the drawing is too large".to_owned());
        }
    }
    if !cleaner.open.is_empty() {
        return Err("not well-formed: an element is not closed".to_owned());
    }
    let (width, height) = cleaner.size.ok_or("there is no `svg` element")?;
    let bytes = without_loose_ends(cleaner.out.into_inner(), &cleaner.ids);
    draw::check(&bytes)?;
    Ok(Cleaned { bytes, width, height, removed: cleaner.removed })
}

/// An element that is open: its name, and the prefixes that it declares.
struct Open {
    name: String,
    prefixes: Vec<String>,
}

struct Cleaner<'a> {
    out: Writer<Vec<u8>>,
    open: Vec<Open>,
    /// How many open elements are inside a removed one, itself counted.
    skip: usize,
    size: Option<(u32, u32)>,
    /// The identifiers so far.
    ids: BTreeSet<String>,
    removed: Vec<String>,
    /// The style sheet that is open.
    sheet: String,
    entities: Entities,
    /// How many elements so far.
    elements: usize,
    /// How many bytes of text so far.
    text: usize,
    embedded: &'a Embedded<'a>,
}

impl Cleaner<'_> {
    fn event(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Start(start) => {
                if self.skip > 0 || self.is_removed(&start)? {
                    self.skip += 1;
                    return Ok(());
                }
                let (start, open) = self.start(&start)?;
                if self.in_style() {
                    return Err("not well-formed: an element in a style sheet".to_owned());
                }
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
                if self.in_style() {
                    self.end_style()?;
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
                self.reference(&text, name)
            }
            Event::DocType(doctype) => {
                let text = doctype.decode().map_err(|e| e.to_string())?;
                self.entities.define(&text)
            }
            // None of them is part of the drawing.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn write(&mut self, event: Event) -> Result<(), String> {
        self.out.write_event(event).map_err(|error| error.to_string())
    }

    fn text(&mut self, content: &str, event: Event) -> Result<(), String> {
        if self.skip > 0 || self.open.is_empty() {
            return Ok(());
        }
        self.text += content.len();
        if self.in_style() {
            self.sheet.push_str(content);
            return Ok(());
        }
        self.write(event)
    }

    /// A style sheet is cleaned as a whole: comments and references could
    /// part its words.
    fn in_style(&self) -> bool {
        self.open.last().is_some_and(|open| local(&open.name) == "style")
    }

    fn end_style(&mut self) -> Result<(), String> {
        let sheet = std::mem::take(&mut self.sheet);
        let (css, changed) = style::clean(&sheet);
        if changed {
            self.remove("styles that fetch something");
        }
        self.write(Event::Text(BytesText::new(&css)))
    }

    /// A reference to a character or to an entity.
    fn reference(&mut self, name: &str, reference: BytesRef) -> Result<(), String> {
        if self.skip > 0 || self.open.is_empty() {
            return Ok(());
        }
        if let Some(c) = reference.resolve_char_ref().map_err(|e| e.to_string())? {
            // As the character itself, for whoever looks for those without a font.
            let text = c.to_string();
            return self.text(&text, Event::Text(BytesText::new(&text)));
        }
        let text =
            self.entities.get(name).ok_or_else(|| format!("it uses the entity `&{name};`"))?.to_owned();
        self.text(&text, Event::Text(BytesText::new(&text)))
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
        self.elements += 1;
        let name = utf8(start.name().as_ref())?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let Attribute { key, value } = attribute.map_err(|e| format!("not well-formed: {e}"))?;
            let key = utf8(key.as_ref())?;
            let value = utf8(&value)?;
            let value = quick_xml::escape::unescape_with(&value, |name| self.entities.get(name))
                .map_err(|e| format!("not well-formed: {e}"))?;
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
            if local(key) == "href" && local(&name) == "image" && is_data(value) {
                match self.picture(value) {
                    Ok(address) => *value = address,
                    Err(why) => {
                        self.remove(&format!("a picture that can't be shown ({why})"));
                        continue;
                    }
                }
            } else if let Some(what) = unwanted(key, value) {
                self.remove(what);
                continue;
            }
            self.check_prefix(key, &open)?;
            out.push_attribute((key.as_str(), value.as_str()));
        }
        Ok((out, open))
    }

    /// The address of a picture inside the drawing, as it is stored.
    fn picture(&self, address: &str) -> Result<String, String> {
        let media = (self.embedded)(&data_uri::decode(address.trim())?)?;
        Ok(data_uri::encode(media.kind.mime(), &media.bytes))
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

#[cfg(test)]
mod tests;
