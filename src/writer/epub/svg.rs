//! SVG images without anything that runs or leads out of the book.

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

/// Elements that go with all they contain: they run, embed other documents,
/// or hold what only an editor reads.
const DROPPED: &[&[u8]] = &[
    b"script",
    b"handler",
    b"foreignObject",
    b"iframe",
    b"embed",
    b"object",
    b"audio",
    b"video",
    b"canvas",
    b"metadata",
    b"listener",
];

/// An SVG document with the drawing alone; none if it is not well-formed
/// UTF-8, or uses entities of its own.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}').trim_start());
    let mut writer = Writer::new(Vec::new());
    // Inside how many dropped elements the reader is.
    let mut dropped = 0_usize;
    let mut open = 0_usize;
    let mut style = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                open += 1;
                if dropped > 0 || !kept(&tag) {
                    dropped += 1;
                    continue;
                }
                style = tag.name().as_ref() == b"style";
                writer.write_event(Event::Start(attributes(&tag)?)).ok()?;
            }
            Event::Empty(tag) if dropped == 0 && kept(&tag) => {
                writer.write_event(Event::Empty(attributes(&tag)?)).ok()?;
            }
            Event::Empty(_) => {}
            Event::End(tag) => {
                open = open.checked_sub(1)?;
                if dropped > 0 {
                    dropped -= 1;
                    continue;
                }
                style = false;
                writer.write_event(Event::End(tag)).ok()?;
            }
            // White space around the root, where a declaration went.
            Event::Text(_) if open == 0 => {}
            Event::Text(text) if dropped == 0 => {
                if !style || stays_inside(&text.decode().ok()?) {
                    writer.write_event(Event::Text(text)).ok()?;
                }
            }
            Event::CData(data) if dropped == 0 => {
                let text = data.decode().ok()?;
                if !style || stays_inside(&text) {
                    writer.write_event(Event::Text(BytesText::new(&text))).ok()?;
                }
            }
            Event::GeneralRef(reference) if dropped == 0 => {
                let predefined: &[&[u8]] = &[b"amp", b"lt", b"gt", b"quot", b"apos"];
                if !reference.is_char_ref() && !predefined.contains(&reference.as_ref()) {
                    return None;
                }
                writer.write_event(Event::GeneralRef(reference)).ok()?;
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {}
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => break,
        }
    }
    (open == 0).then(|| writer.into_inner()).filter(|svg| !svg.is_empty())
}

/// Whether an element belongs to the drawing.
fn kept(tag: &BytesStart) -> bool {
    let name = tag.name();
    let local = name.local_name();
    let prefix = name.prefix();
    prefix.is_none_or(|p| p.as_ref() == b"svg")
        && !DROPPED.iter().any(|d| d.eq_ignore_ascii_case(local.as_ref()))
}

/// The element with those of its attributes that stay inside the document.
fn attributes(tag: &BytesStart) -> Option<BytesStart<'static>> {
    let name = String::from_utf8(tag.name().as_ref().to_vec()).ok()?;
    let mut out = BytesStart::new(name);
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let key = std::str::from_utf8(attribute.key.as_ref()).ok()?;
        let value = attribute.unescape_value().ok()?;
        let (prefix, local) = key.split_once(':').unwrap_or(("", key));
        let known = match prefix {
            "" | "xml" | "xlink" => true,
            "xmlns" => ["svg", "xlink"].contains(&local),
            _ => false,
        };
        let handler = local.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"));
        let leads_out = local.eq_ignore_ascii_case("href") && !value.starts_with('#') && !is_picture(&value);
        if known && !handler && !leads_out && stays_inside(&value) && key != "xml:base" {
            out.push_attribute((key, &*value));
        }
    }
    Some(out)
}

fn is_picture(address: &str) -> bool {
    ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"]
        .iter()
        .any(|kind| address.starts_with(kind))
}

/// Whether CSS or an attribute's value names nothing outside its document.
fn stays_inside(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    !lower.contains("@import")
        && !lower.contains("javascript:")
        && lower.split("url(").skip(1).all(|rest| {
            let rest = rest.trim_start_matches([' ', '"', '\'']);
            rest.starts_with('#') || is_picture(rest)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(svg: &str) -> Option<String> {
        clean(svg.as_bytes()).map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
    }

    #[test]
    fn what_runs_or_leads_out_goes_and_the_drawing_stays() {
        let svg = r##"<?xml version="1.0"?><!DOCTYPE svg><!-- c -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="urn:x" onload="a()" x:y="z">
<script>alert(1)</script><x:view><g/></x:view><metadata>m</metadata>
<style>@import "http://a/b.css"; a{}</style><style>b{fill:url(#g)}</style>
<a xlink:href="http://a/"><text>T &amp; U</text></a>
<use href="#i"/><image href="http://a/b.png"/><image href="data:image/png;base64,AA=="/>
<rect fill="url(http://a/#x)" stroke="url(#g)"/></svg>"##;
        assert_eq!(
            cleaned(svg).expect("well-formed"),
            r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">

<style></style><style>b{fill:url(#g)}</style>
<a><text>T &amp; U</text></a>
<use href="#i"/><image/><image href="data:image/png;base64,AA=="/>
<rect stroke="url(#g)"/></svg>"##
        );
    }

    #[test]
    fn broken_documents_are_refused() {
        assert_eq!(cleaned("<svg><g></svg>"), None);
        assert_eq!(cleaned("<svg>"), None);
        assert_eq!(cleaned("<svg>&own;</svg>"), None);
        assert_eq!(cleaned(""), None);
    }
}
