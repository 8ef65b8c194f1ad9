//! `opds.json`: OPDS Catalog 2.0, of Readium's publication manifests. Several
//! documents are groups of publications.

use serde_json::{Map, Value, json};

use super::links::Links;
use super::shelf::{Document, Edition, Shelf};
use super::words::{label, media_type};
use super::{ATOM, INDEX, OPDS_1, OPDS_2, unwritable};
use crate::diag::Result;
use crate::output::form::to_json;
use crate::output::{COVER, COVER_SMALL};

/// The media type of the feed (OPDS 2.0, 1.1).
pub(super) const TYPE: &str = "application/opds+json";

/// The bytes of the feed.
///
/// # Errors
/// When serde refuses it, which it has no reason to.
pub(super) fn write(shelf: &Shelf, links: &Links) -> Result<Vec<u8>> {
    let mut feed = Map::new();
    let editions = shelf.editions();
    feed.insert(
        "metadata".to_owned(),
        json!({
            "title": shelf.title(),
            "identifier": shelf.urn("opds2"),
            "description": format!("{}; bound by Bindery", super::opds1::about(shelf)),
            "modified": shelf.updated(),
            "numberOfItems": editions.len(),
        }),
    );
    feed.insert(
        "links".to_owned(),
        json!([
            {"rel": ["self", "start"], "href": links.to(OPDS_2), "type": TYPE},
            {"rel": "alternate", "href": links.to(INDEX), "type": "text/html"},
            {"rel": "alternate", "href": links.to(OPDS_1), "type": super::opds1::TYPE},
            {"rel": "related", "href": links.to(ATOM), "type": super::atom::TYPE},
        ]),
    );
    let publications = |editions: &[Edition], document: &Document| -> Value {
        editions.iter().map(|edition| publication(document, edition, links)).collect()
    };
    match shelf.documents.as_slice() {
        // A feed without publications has something to go on to.
        [] => {
            let page = json!([{"title": "Editions", "href": links.to(INDEX), "type": "text/html"}]);
            feed.insert("navigation".to_owned(), page);
        }
        [one] => _ = feed.insert("publications".to_owned(), publications(&one.editions, one)),
        several => {
            let group = |document: &Document| {
                let anchor = document.latest().map_or("", |latest| &latest.anchor);
                json!({
                    "metadata": {"title": document.title(), "numberOfItems": document.editions.len()},
                    "links": [{"rel": "alternate", "href": links.to_anchor(anchor), "type": "text/html"}],
                    "publications": publications(&document.editions, document),
                })
            };
            feed.insert("groups".to_owned(), several.iter().map(group).collect());
        }
    }
    to_json(&Value::Object(feed)).map_err(|error| unwritable(&error))
}

fn publication(document: &Document, edition: &Edition, links: &Links) -> Value {
    let record = &edition.record;
    let mut metadata = json!({
        "@type": "http://schema.org/Book",
        "title": edition.full_title(),
        "identifier": edition.id,
        "modified": record.timestamp,
        "published": edition.exact_date().unwrap_or(&record.timestamp),
        "description": super::opds1::summary(edition),
        "belongsTo": {"series": {"name": document.title(), "identifier": document.series()}},
    });
    if let Value::Object(members) = &mut metadata {
        let mut add = |key: &str, value: Value| members.insert(key.to_owned(), value);
        if let Some(subtitle) = &record.subtitle {
            add("subtitle", json!(subtitle));
        }
        if !record.authors.is_empty() {
            let authors: Vec<Value> = record.authors.iter().map(|name| json!({"name": name})).collect();
            add("author", json!(authors));
        }
        if let Some(language) = record.language() {
            add("language", json!(language));
        }
        if let Some(pages) = edition.pages().filter(|pages| *pages > 0) {
            add("numberOfPages", json!(pages));
        }
    }
    let page = json!({"rel": "alternate", "href": links.to_anchor(&edition.anchor), "type": "text/html"});
    let downloads = edition.downloads().map(|file| {
        json!({
            "rel": "http://opds-spec.org/acquisition/open-access",
            "href": links.to(&edition.path(&file.file)),
            "type": media_type(file.format),
            "title": label(file.format),
            // It counts from 1.
            "size": file.size.max(1),
        })
    });
    let all: Vec<Value> = downloads.chain([page]).collect();
    let mut publication = json!({"metadata": metadata, "links": all});
    let images: Vec<Value> = [(COVER, 600), (COVER_SMALL, 200)]
        .into_iter()
        .filter(|(name, _)| record.has(name))
        .map(|(name, width)| json!({"href": links.to(&edition.path(name)), "type": "image/png", "width": width}))
        .collect();
    if let (Value::Object(members), false) = (&mut publication, images.is_empty()) {
        members.insert("images".to_owned(), json!(images));
    }
    publication
}
