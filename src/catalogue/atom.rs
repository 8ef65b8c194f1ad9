//! `atom.xml`: news of editions, in the Atom Syndication Format (RFC 4287).

use super::links::Links;
use super::opds1::{entry_head, head, link};
use super::shelf::{Edition, Shelf};
use super::words::{label, media_type};
use super::xml::Xml;
use super::{ATOM, INDEX};
use crate::output::size;

/// The media type of the feed.
pub(super) const TYPE: &str = "application/atom+xml";

/// The bytes of the feed.
pub(super) fn write(shelf: &Shelf, links: &Links) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.start("feed", &[("xmlns", "http://www.w3.org/2005/Atom")]);
    xml.element("id", &[], &shelf.urn("atom"));
    head(&mut xml, shelf);
    link(&mut xml, "self", TYPE, &links.to(ATOM));
    link(&mut xml, "alternate", "text/html", &links.to(INDEX));
    for edition in shelf.editions() {
        xml.start("entry", &[]);
        entry_head(&mut xml, edition);
        link(&mut xml, "alternate", "text/html", &links.to_anchor(&edition.anchor));
        for file in edition.downloads() {
            let (href, length) = (links.to(&edition.path(&file.file)), file.size.to_string());
            let attributes = [
                ("rel", "enclosure"),
                ("type", media_type(file.format)),
                ("href", href.as_str()),
                ("length", length.as_str()),
            ];
            xml.empty("link", &attributes);
        }
        xml.element("content", &[("type", "html")], &content(edition, links));
        xml.end();
    }
    xml.finish()
}

/// What changed, and the downloads, as HTML.
fn content(edition: &Edition, links: &Links) -> String {
    let mut html = String::new();
    if let Some(subtitle) = &edition.record.subtitle {
        html.push_str(&format!("<p><em>{}</em></p>", escaped(subtitle)));
    }
    html.push_str(&format!("<p>{}</p>", escaped(&edition.changed())));
    for kind in edition.kinds() {
        html.push_str(&format!("<p><strong>{}</strong></p><ul>", kind.title));
        for chapter in &kind.chapters {
            html.push_str(&format!("<li>{}: {}</li>", escaped(&chapter.title), escaped(&chapter.how)));
        }
        if kind.more > 0 {
            html.push_str(&format!("<li>and {} more</li>", kind.more));
        }
        html.push_str("</ul>");
    }
    let download = |file: &crate::output::manifest::FormatRecord| {
        let href = escaped(&links.to(&edition.path(&file.file)));
        format!("<a href=\"{href}\">{}, {}</a>", label(file.format), size(file.size))
    };
    let downloads: Vec<String> = edition.downloads().map(download).collect();
    if !downloads.is_empty() {
        html.push_str(&format!("<p>Download: {}</p>", downloads.join(" · ")));
    }
    html
}

/// Text in HTML.
fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}
