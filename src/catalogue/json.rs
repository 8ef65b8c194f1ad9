//! `editions.json`: all editions of a folder, for programs.

use schemars::JsonSchema;
use serde::Serialize;

use super::links::Links;
use super::shelf;
use super::unwritable;
use super::words::media_type;
use crate::diag::Result;
use crate::edition::changes::{Chapters, Words};
use crate::edition::identifiers::Identifiers;
use crate::output::Format;
use crate::output::MANIFEST;
use crate::output::about::LicenceRecord;
use crate::output::form::to_json;
use crate::output::manifest::{Generator, RevisionRecord};

/// The version of the form of `editions.json`; a new one where a key changes
/// its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The editions of a folder.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Catalogue<'a> {
    /// See [`SCHEMA`].
    schema: u32,
    /// The moment of the newest edition, ISO 8601 in UTC.
    updated: String,
    /// The address that the folder is published at, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<&'a str>,
    /// The documents, by their titles.
    documents: Vec<Document<'a>>,
    /// What made it.
    generator: Generator,
}

/// A living document with its editions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document<'a> {
    /// Its name in folder and file names.
    slug: &'a str,
    /// Its title, as the latest edition has it.
    title: &'a str,
    /// Its subtitle, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<&'a str>,
    /// Its authors, likewise.
    authors: &'a [String],
    /// Its language, a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    /// The URN of the series that its editions are.
    series: String,
    /// The URN of the edition that stands for it: the newest that is no draft.
    latest: &'a str,
    /// Its editions, the newest first.
    editions: Vec<Edition<'a>>,
}

/// An edition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Edition<'a> {
    /// Its name in folder and file names.
    name: &'a str,
    /// Its title, which may differ from the document's.
    title: &'a str,
    /// Its date, as exactly as it is known.
    date: &'a str,
    /// The revision's moment, ISO 8601 in UTC.
    timestamp: &'a str,
    /// Whether it is a draft.
    draft: bool,
    /// Whether it is known to be the document's first.
    first: bool,
    /// Its URN.
    identifier: &'a str,
    /// A URN that no other entry of this file has. It is `identifier` unless
    /// the same edition lies in the folder more than once.
    id: &'a str,
    /// Other identifiers.
    #[serde(skip_serializing_if = "Identifiers::is_empty")]
    identifiers: &'a Identifiers,
    /// What it was made from.
    revision: &'a RevisionRecord,
    /// The licences.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    licences: &'a [LicenceRecord],
    /// The folder of its files, from this file's.
    folder: &'a str,
    /// The address of its `edition.json`, from this file's or below `base`.
    record: String,
    /// Its words.
    words: usize,
    /// Its chapters.
    chapters: usize,
    /// What changed since the edition before.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changed<'a>>,
    /// The formats, and further files beside `edition.json`.
    files: Vec<File<'a>>,
}

/// What changed since the edition before.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed<'a> {
    /// The name of that edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    /// In words.
    summary: String,
    /// How many chapters.
    chapters: &'a Chapters,
    /// How many words.
    words: &'a Words,
}

/// A file of an edition.
#[derive(Debug, Serialize, JsonSchema)]
pub struct File<'a> {
    /// Its format, for the book itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    /// Its media type, likewise.
    #[serde(rename = "media-type", skip_serializing_if = "Option::is_none")]
    media_type: Option<&'static str>,
    /// Its name.
    file: &'a str,
    /// Its address, from this file's or below `base`.
    href: String,
    /// Its size in bytes.
    size: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    sha256: String,
    /// How many pages it has, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<usize>,
}

/// The bytes of the file.
///
/// # Errors
/// When serde refuses it, which it has no reason to.
pub(super) fn write(shelf: &shelf::Shelf, links: &Links) -> Result<Vec<u8>> {
    let catalogue = Catalogue {
        schema: SCHEMA,
        updated: shelf.updated(),
        base: links.base(),
        documents: shelf.documents.iter().filter_map(|d| document(d, links)).collect(),
        generator: Generator {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
    };
    to_json(&catalogue).map_err(|error| unwritable(&error))
}

fn document<'a>(document: &'a shelf::Document, links: &Links) -> Option<Document<'a>> {
    let latest = document.latest()?;
    Some(Document {
        slug: &document.slug,
        title: document.title(),
        subtitle: latest.record.subtitle.as_deref(),
        authors: &latest.record.authors,
        language: latest.record.language(),
        series: document.series(),
        latest: &latest.id,
        editions: document.editions.iter().map(|e| edition(e, links)).collect(),
    })
}

fn edition<'a>(edition: &'a shelf::Edition, links: &Links) -> Edition<'a> {
    let record = &edition.record;
    let formats = edition.downloads().map(|file| File {
        format: Some(file.format),
        media_type: Some(media_type(file.format)),
        file: &file.file,
        href: links.to(&edition.path(&file.file)),
        size: file.size,
        sha256: file.sha256.to_ascii_lowercase(),
        pages: file.pages,
    });
    let others = record.files.iter().map(|file| File {
        format: None,
        media_type: None,
        file: &file.file,
        href: links.to(&edition.path(&file.file)),
        size: file.size,
        sha256: file.sha256.to_ascii_lowercase(),
        pages: None,
    });
    Edition {
        name: &record.name,
        title: &record.title,
        date: &record.date,
        timestamp: &record.timestamp,
        draft: record.draft,
        first: record.first,
        identifier: &record.identifier,
        id: &edition.id,
        identifiers: &record.identifiers,
        revision: &record.revision,
        licences: &record.licences,
        folder: &edition.folder,
        record: links.to(&edition.path(MANIFEST)),
        words: record.counts.words,
        chapters: record.counts.chapters,
        changes: record.changes.as_ref().map(|changes| Changed {
            since: record.previous.as_ref().map(|previous| previous.name.as_str()),
            summary: changes.summary(),
            chapters: &changes.chapters,
            words: &changes.words,
        }),
        files: formats.chain(others).collect(),
    }
}
