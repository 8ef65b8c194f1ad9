//! `opds.xml`: OPDS Catalog 1.2, an Atom feed whose entries are publications.
//!
//! It is one acquisition feed of all editions, the newest first, also of
//! several documents: every reader shows that, and those that fetch what is
//! new by themselves (KOReader) look nowhere else.

use super::links::Links;
use super::shelf::{Edition, Shelf};
use super::words::{label, media_type};
use super::xml::Xml;
use super::{ATOM, INDEX, OPDS_1, OPDS_2};
use crate::output::{COVER, COVER_SMALL, size};

/// The media type of the feed (OPDS 1.2, 7.1.3).
pub(super) const TYPE: &str = "application/atom+xml;profile=opds-catalog;kind=acquisition";

/// The bytes of the feed.
pub(super) fn write(shelf: &Shelf, links: &Links) -> Vec<u8> {
    let mut xml = Xml::new();
    let spaces = [
        ("xmlns", "http://www.w3.org/2005/Atom"),
        ("xmlns:dc", "http://purl.org/dc/terms/"),
        ("xmlns:opds", "http://opds-spec.org/2010/catalog"),
    ];
    xml.start("feed", &spaces);
    xml.element("id", &[], &shelf.urn("opds"));
    head(&mut xml, shelf);
    link(&mut xml, "self", TYPE, &links.to(OPDS_1));
    link(&mut xml, "start", TYPE, &links.to(OPDS_1));
    link(&mut xml, "alternate", "text/html", &links.to(INDEX));
    link(&mut xml, "alternate", super::opds2::TYPE, &links.to(OPDS_2));
    link(&mut xml, "related", super::atom::TYPE, &links.to(ATOM));
    for edition in shelf.editions() {
        entry(&mut xml, edition, links);
    }
    xml.finish()
}

/// What the feeds of Atom begin with alike.
pub(super) fn head(xml: &mut Xml, shelf: &Shelf) {
    xml.element("title", &[], &shelf.title());
    xml.element("subtitle", &[], &about(shelf));
    xml.element("updated", &[], &shelf.updated());
    xml.start("author", &[]);
    let by = match shelf.documents.as_slice() {
        [one] => one.latest().map(Edition::by).filter(|by| !by.is_empty()),
        _ => None,
    };
    xml.element("name", &[], &by.unwrap_or_else(|| shelf.title()));
    xml.end();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    xml.element("generator", &version, "Bindery");
}

/// How much a catalogue lists: "3 editions, the newest of 8 February 2025".
pub(super) fn about(shelf: &Shelf) -> String {
    let editions = shelf.editions();
    let newest = editions.first().map(|e| format!(", the newest of {}", e.day())).unwrap_or_default();
    let of = match shelf.documents.len() {
        0 | 1 => String::new(),
        several => format!(" of {several} documents"),
    };
    format!("{}{of}{newest}", super::words::amount(editions.len(), "edition"))
}

/// A link without a title.
pub(super) fn link(xml: &mut Xml, rel: &str, media_type: &str, href: &str) {
    xml.empty("link", &[("rel", rel), ("type", media_type), ("href", href)]);
}

/// What entries of Atom begin with alike.
pub(super) fn entry_head(xml: &mut Xml, edition: &Edition) {
    let record = &edition.record;
    xml.element("title", &[], &edition.full_title());
    xml.element("id", &[], &edition.id);
    xml.element("updated", &[], &record.timestamp);
    xml.element("published", &[], &record.timestamp);
    for author in &record.authors {
        xml.start("author", &[]);
        xml.element("name", &[], author);
        xml.end();
    }
    if record.draft {
        xml.empty("category", &[("term", "draft"), ("label", "Draft")]);
    }
    if let Some(licence) = edition.licence() {
        xml.element("rights", &[], &licence);
    }
}

fn entry(xml: &mut Xml, edition: &Edition, links: &Links) {
    let record = &edition.record;
    xml.start("entry", &[]);
    entry_head(xml, edition);
    if let Some(language) = record.language() {
        xml.element("dc:language", &[], language);
    }
    xml.element("dc:issued", &[], &record.date);
    xml.element("dc:identifier", &[], &record.identifier);
    for identifier in record.identifiers.labelled() {
        xml.element("dc:identifier", &[], &identifier.uri);
    }
    if let Some(pages) = edition.pages() {
        xml.element("dc:extent", &[], &super::words::amount(pages, "page"));
    }
    xml.element("summary", &[("type", "text")], &summary(edition));
    for (rel, name) in
        [("http://opds-spec.org/image", COVER), ("http://opds-spec.org/image/thumbnail", COVER_SMALL)]
    {
        if record.has(name) {
            link(xml, rel, "image/png", &links.to(&edition.path(name)));
        }
    }
    for file in edition.downloads() {
        let (href, length) = (links.to(&edition.path(&file.file)), file.size.to_string());
        let title = format!("{}, {}", label(file.format), size(file.size));
        let attributes = [
            ("rel", "http://opds-spec.org/acquisition/open-access"),
            ("type", media_type(file.format)),
            ("href", href.as_str()),
            ("length", length.as_str()),
            ("title", title.as_str()),
        ];
        xml.empty("link", &attributes);
    }
    link(xml, "alternate", "text/html", &links.to_anchor(&edition.anchor));
    xml.end();
}

/// The subtitle and what changed, as text.
pub(super) fn summary(edition: &Edition) -> String {
    let changed = edition.changed();
    match &edition.record.subtitle {
        Some(subtitle) => format!("{}. {changed}", subtitle.trim_end_matches('.')),
        None => changed,
    }
}
