//! Editions as a shelf: by document, the newest first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use uuid::Uuid;

use super::links::is_web;
use super::record::{Record, Wrong, is_turning};
use crate::diag::{Code, Diagnostic, Warned};
use crate::edition::identity::{NAMESPACE, series_uuid, slugify};
use crate::output::settings::Setting;
use crate::output::verify::Place;
use crate::output::{MANIFEST, bag, listed};
use crate::source::EditionDate;

/// The documents of a folder, by their titles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The documents.
    pub documents: Vec<Document>,
}

/// A living document with its editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name in folder and file names.
    pub slug: String,
    /// The editions, the newest first.
    pub editions: Vec<Edition>,
}

/// An edition of a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub(super) record: Record,
    /// The folder of its files, from that of the catalogue, with `/`.
    pub(super) folder: String,
    /// A URN that no other edition of the shelf has.
    pub(super) id: String,
    /// Where the page shows it.
    pub(super) anchor: String,
    /// Whether the same edition lies in another folder, too, and comes before
    /// it.
    pub(super) twin: bool,
}

/// Reads the editions at places below a folder. One that can't be read is
/// named, and the others stay.
pub(super) fn read(folder: &Path, places: Vec<Place>) -> Warned<Shelf> {
    let mut said = Vec::new();
    let mut editions = Vec::new();
    for place in places {
        match edition(folder, &place) {
            Ok(edition) => editions.push(edition),
            Err((wrong, hint)) => {
                let path = place.payload().join(MANIFEST);
                let message = format!("{} is not listed: {wrong}", path.display());
                said.push(Diagnostic::new(Code::CatalogueRecord, message).hint(hint));
            }
        }
    }
    Warned { value: Shelf::new(editions), diagnostics: said }
}

/// The edition at a place.
fn edition(root: &Path, place: &Place) -> Result<Edition, Wrong> {
    let inner = place.folder.strip_prefix(root).ok().and_then(Path::to_str);
    let inner =
        inner.ok_or(("the name of its folder is no text".to_owned(), "give the folder another name"))?;
    let inner = inner.replace(std::path::MAIN_SEPARATOR, "/");
    let folder = if place.bag { format!("{inner}/{}", bag::DATA) } else { inner };
    if folder.chars().any(|c| c.is_control() || is_turning(c)) {
        return Err((
            "the name of its folder holds control characters".to_owned(),
            "give the folder another name",
        ));
    }
    let restore = "build the edition again, or remove its folder";
    let bytes = listed::read(&place.payload().join(MANIFEST)).map_err(|e| (e.to_string(), restore))?;
    let record = Record::parse(&bytes)?;
    Ok(Edition { record, folder, id: String::new(), anchor: String::new(), twin: false })
}

impl Shelf {
    /// Sorts editions, and gives each what tells it apart from the others.
    fn new(mut editions: Vec<Edition>) -> Self {
        editions.sort_by(|a, b| {
            let key = |e: &Edition| (e.moment(), !e.record.draft, e.record.name.clone());
            let place = |e: &Edition| (e.folder.matches('/').count(), e.folder.clone());
            key(b).cmp(&key(a)).then_with(|| place(a).cmp(&place(b)))
        });
        let (mut ids, mut anchors) = (BTreeSet::new(), BTreeSet::new());
        let mut documents: BTreeMap<String, Vec<Edition>> = BTreeMap::new();
        for mut edition in editions {
            let record = &edition.record;
            let known =
                record.identifier.strip_prefix("urn:uuid:").is_some_and(|id| Uuid::parse_str(id).is_ok());
            let mut id = record.identifier.to_ascii_lowercase();
            // The same edition may lie here twice: made for two devices, or as a bag.
            let twin = !ids.insert(id.clone());
            if !known || twin {
                let name = format!("catalogue\0edition\0{id}\0{}", edition.folder);
                id = Uuid::new_v5(&NAMESPACE, name.as_bytes()).urn().to_string();
                ids.insert(id.clone());
            }
            let stem = format!("{}-{}", slugify(&record.slug), slugify(&record.name));
            let mut anchor = stem.clone();
            for number in 2.. {
                if anchors.insert(anchor.clone()) {
                    break;
                }
                anchor = format!("{stem}-{number}");
            }
            (edition.id, edition.anchor, edition.twin) = (id, anchor, twin);
            documents.entry(edition.record.slug.clone()).or_default().push(edition);
        }
        let mut documents: Vec<Document> =
            documents.into_iter().map(|(slug, editions)| Document { slug, editions }).collect();
        documents.sort_by_cached_key(|document| (document.title().to_lowercase(), document.slug.clone()));
        Self { documents }
    }

    /// All editions, the newest first.
    pub(super) fn editions(&self) -> Vec<&Edition> {
        let mut all: Vec<&Edition> = self.documents.iter().flat_map(|d| &d.editions).collect();
        all.sort_by_key(|edition| std::cmp::Reverse(edition.moment()));
        all
    }

    /// What the whole is called: by its one document, else by what it is.
    pub(super) fn title(&self) -> String {
        match self.documents.as_slice() {
            [one] => one.title().to_owned(),
            _ => "Editions".to_owned(),
        }
    }

    /// The moment of the newest edition, ISO 8601 in UTC.
    pub(super) fn updated(&self) -> String {
        self.editions().first().map_or("1970-01-01T00:00:00Z", |newest| &newest.record.timestamp).to_owned()
    }

    /// The URN of a feed of this kind: the same for the same documents.
    pub(super) fn urn(&self, kind: &str) -> String {
        let slugs: Vec<&str> = self.documents.iter().map(|d| d.slug.as_str()).collect();
        let name = format!("catalogue\0{kind}\0{}", slugs.join("\0"));
        Uuid::new_v5(&NAMESPACE, name.as_bytes()).urn().to_string()
    }

    /// The address that the records say the folder is published at: what the
    /// newest of each document says, where they agree.
    pub(super) fn published(&self) -> Option<String> {
        let mut all = self.documents.iter().map(Document::published);
        let first = all.next()??;
        all.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }
}

impl Document {
    /// The edition that stands for the document: the newest that is no draft,
    /// else the newest draft.
    pub(super) fn latest(&self) -> Option<&Edition> {
        self.editions.iter().find(|edition| !edition.record.draft).or(self.editions.first())
    }

    /// Its title, as the latest edition has it.
    pub(super) fn title(&self) -> &str {
        self.latest().map_or(&self.slug, |edition| &edition.record.title)
    }

    /// The URN of the series of its editions.
    pub(super) fn series(&self) -> String {
        series_uuid(&self.slug).urn().to_string()
    }

    fn published(&self) -> Option<String> {
        match self.latest()?.record.settings.get("publish")? {
            Setting::Text(address) if is_web(address) => {
                let url = url::Url::parse(address).ok()?;
                (url.query().is_none() && url.fragment().is_none()).then(|| url.into())
            }
            Setting::Truth(_)
            | Setting::Number(_)
            | Setting::Text(_)
            | Setting::List(_)
            | Setting::Tables(_) => None,
        }
    }
}

impl Edition {
    fn moment(&self) -> Option<jiff::Timestamp> {
        self.record.timestamp.parse().ok()
    }

    /// The path of one of its files from the folder of the catalogue.
    pub(super) fn path(&self, file: &str) -> String {
        crate::paths::below(&self.folder, file)
    }

    /// Its date in words: `8 February 2025`.
    pub(super) fn day(&self) -> String {
        EditionDate::parse(&self.record.date).map_or_else(|| self.record.date.clone(), EditionDate::in_words)
    }

    /// Its date, where the whole day is known.
    pub(super) fn exact_date(&self) -> Option<&str> {
        EditionDate::parse(&self.record.date)
            .filter(|date| date.day.is_some())
            .map(|_| self.record.date.as_str())
    }

    /// Its title in feeds, which show nothing beside it.
    pub(super) fn full_title(&self) -> String {
        let draft = if self.record.draft { "draft of" } else { "edition" };
        let name = if self.record.draft { &self.record.date } else { &self.record.name };
        let folder = if self.twin { format!(" ({})", self.folder) } else { String::new() };
        format!("{}, {draft} {name}{folder}", self.record.title)
    }
}
