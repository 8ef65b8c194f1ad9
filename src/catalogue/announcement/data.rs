//! What a template is given.

use serde::Serialize;

use super::address::{Folder, Place, public};
use super::cite::{Cited, cited, short};
use super::find::Filed;
use crate::edition::changes::{Change, Changed, Changes, grouped};
use crate::edition::swhid::Swhids;
use crate::output::manifest::Manifest;
use crate::output::{CARD, CITATIONS, Format, sums};
use crate::paths;
use crate::source::EditionDate;

/// What an announcement is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The notes of a release: terse, without a head of its own.
    #[default]
    Release,
    /// A post of a blog: with front matter for generators of web pages.
    Post,
}

impl Kind {
    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "release" => Some(Self::Release),
            "post" => Some(Self::Post),
            _ => None,
        }
    }
}

/// What a template is given: all of it is there for each edition, and null
/// where an edition has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Data {
    /// `release` or `post`.
    pub kind: Kind,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The document's name in folder and file names.
    pub slug: String,
    /// The edition's name in folder and file names.
    pub name: String,
    /// The edition's folder below the output folder: `SLUG/NAME`.
    pub folder: String,
    /// The date, as exactly as it is known: `2025-02-08`.
    pub date: String,
    /// The date in words.
    pub date_in_words: String,
    /// The same with its preposition: "on 8 February 2025", "in 2025".
    pub as_of: String,
    /// A whole date for front matter, where that one is none.
    pub day: String,
    /// The language, a BCP 47 tag.
    pub language: String,
    /// The authors.
    pub authors: Vec<String>,
    /// The edition's URN.
    pub identifier: String,
    /// How many chapters, words and pages.
    pub extent: String,
    /// The title of the whole, for an extract.
    pub extract_of: Option<String>,
    /// Whether it is known to be the first edition.
    pub first: bool,
    /// The edition before.
    pub previous: Option<Before>,
    /// What changed since then.
    pub changes: Option<Changelog>,
    /// The formats.
    pub downloads: Vec<Download>,
    /// The list of checksums.
    pub sums: Download,
    /// The files for citing: `CITATION.cff`, `citation.bib`, `citation.json`.
    pub citations: Vec<Download>,
    /// The picture for social networks.
    pub card: Option<Download>,
    /// The lines of `sha256sum` for the formats.
    pub checksums: String,
    /// How to cite it.
    pub cite: Option<Cited>,
    /// Who contributed since the edition before: "A, B and 3 others".
    pub contributors: Option<String>,
    /// The licences.
    pub licences: Vec<String>,
    /// What it was made from.
    pub source: Source,
    /// A chapter that is bound by itself, where one is.
    pub roadmap: Option<Roadmap>,
}

/// The edition before another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Before {
    /// Its name.
    pub name: String,
    /// Its date in words.
    pub date_in_words: String,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changelog {
    /// All of it in a line.
    pub summary: String,
    /// New chapters; `note` is their number of words.
    pub added: Vec<Entry>,
    /// Those that are there no more, likewise.
    pub removed: Vec<Entry>,
    /// Those of another title or at another place; `note` says which.
    pub moved: Vec<Entry>,
    /// Those of which most is new; `note` counts words.
    pub rewritten: Vec<Entry>,
    /// Other changes, those of most words first; `note` counts them.
    pub edited: Vec<Entry>,
}

/// A chapter that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its title.
    pub title: String,
    /// Its path below the book's source folder.
    pub key: String,
    /// What became of it.
    pub note: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Download {
    /// What it is: `PDF`, `EPUB`, or its name.
    pub label: String,
    /// Its name.
    pub file: String,
    /// Its address, or the way to it.
    pub url: String,
    /// Its size for people.
    pub size: Option<String>,
    /// How many pages it has.
    pub pages: Option<String>,
}

/// What an edition was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The web address of the repository.
    pub repository: Option<String>,
    /// The commit's full hash.
    pub commit: Option<String>,
    /// Its first digits.
    pub short: Option<String>,
    /// The web address of the commit.
    pub url: Option<String>,
    /// The tags that name it.
    pub tags: Vec<String>,
    /// A dated snapshot's path.
    pub snapshot: Option<String>,
    /// The Software Heritage identifier of the revision, without qualifiers.
    pub swhid: Option<String>,
}

/// A chapter that is bound by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Roadmap {
    /// Its title.
    pub title: String,
    /// Its formats.
    pub downloads: Vec<Download>,
    /// The lines of `sha256sum` for them.
    pub checksums: String,
}

impl Data {
    /// What there is to say of an edition whose files are at a place.
    pub fn of(filed: &Filed, kind: Kind, place: &Place, roadmap: Option<Roadmap>) -> Self {
        let manifest = &filed.manifest;
        let folder =
            Folder { slug: &manifest.slug, name: &manifest.name, path: &filed.folder, bag: filed.bag };
        let file = |name: &str| Download {
            label: name.to_owned(),
            file: name.to_owned(),
            url: place.of(folder, name),
            size: None,
            pages: None,
        };
        let beside = |name: &str| manifest.files.iter().any(|file| file.file == name);
        Self {
            kind,
            title: manifest.title.clone(),
            subtitle: manifest.subtitle.clone(),
            slug: manifest.slug.clone(),
            name: manifest.name.clone(),
            folder: format!("{}/{}", manifest.slug, manifest.name),
            date: manifest.date.clone(),
            date_in_words: in_words(&manifest.date),
            as_of: as_of(&manifest.date),
            day: day(&manifest.date),
            language: manifest.language.clone(),
            authors: manifest.authors.clone(),
            identifier: manifest.identifier.clone(),
            extent: extent(manifest),
            extract_of: manifest.extract.as_ref().map(|extract| extract.title.clone()),
            first: manifest.first,
            previous: manifest
                .previous
                .as_ref()
                .map(|p| Before { name: p.name.clone(), date_in_words: in_words(&p.date) }),
            changes: manifest.changes.as_ref().map(Changelog::of),
            downloads: downloads(filed, place),
            sums: file(sums::SUMS),
            citations: CITATIONS.iter().filter(|name| beside(name)).map(|name| file(name)).collect(),
            card: beside(CARD).then(|| file(CARD)),
            checksums: checksums(manifest),
            cite: cited(manifest),
            contributors: contributors(manifest),
            licences: licences(manifest),
            source: Source::of(manifest),
            roadmap,
        }
    }
}

fn checksums(manifest: &Manifest) -> String {
    let sums = manifest.formats.iter().map(|format| (format.file.clone(), format.sha256.clone()));
    sums::format(&sums.collect())
}

/// The formats of an edition, where they are downloaded.
pub(super) fn downloads(filed: &Filed, place: &Place) -> Vec<Download> {
    let manifest = &filed.manifest;
    let folder = Folder { slug: &manifest.slug, name: &manifest.name, path: &filed.folder, bag: filed.bag };
    let download = |format: &crate::output::manifest::FormatRecord| Download {
        label: match format.format {
            Format::Pdf => "PDF".to_owned(),
            Format::Epub => "EPUB".to_owned(),
        },
        file: format.file.clone(),
        url: place.of(folder, &format.file),
        size: Some(size(format.size)),
        pages: format.pages.map(|pages| counted(pages, "page")),
    };
    manifest.formats.iter().map(download).collect()
}

impl Roadmap {
    /// A chapter that was bound by itself.
    pub fn of(filed: &Filed, place: &Place) -> Self {
        let (title, downloads) = (filed.manifest.title.clone(), downloads(filed, place));
        Self { title, downloads, checksums: checksums(&filed.manifest) }
    }
}

impl Changelog {
    fn of(changes: &Changes) -> Self {
        let of = |belongs: fn(&Changed) -> bool, note: fn(&Changed) -> String| -> Vec<Entry> {
            let entry = |c: &Changed| Entry { title: c.title.clone(), key: c.key.clone(), note: note(c) };
            changes.list.iter().filter(|c| belongs(c)).map(entry).collect()
        };
        let words = |c: &Changed| counted(c.words, "word");
        let mut edited: Vec<&Changed> = changes.list.iter().filter(|c| c.change == Change::Edited).collect();
        edited.sort_by_key(|c| std::cmp::Reverse(c.added.saturating_add(c.removed)));
        let entry = |c: &Changed| Entry { title: c.title.clone(), key: c.key.clone(), note: c.counts() };
        Self {
            summary: changes.summary(),
            added: of(|c| c.change == Change::Added, words),
            removed: of(|c| c.change == Change::Removed, words),
            moved: of(
                |c| c.has_moved() || c.former_title.is_some(),
                |c| c.way().unwrap_or_else(|| "elsewhere in the contents".to_owned()),
            ),
            rewritten: of(|c| c.change == Change::Rewritten, Changed::counts),
            edited: edited.into_iter().map(entry).collect(),
        }
    }
}

impl Source {
    fn of(manifest: &Manifest) -> Self {
        let commit = manifest.revision.commit.clone().filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()));
        let repository = manifest.source.as_deref().and_then(public);
        let url = repository.as_deref().zip(commit.as_deref()).map(|(repository, commit)| {
            let between = if repository.contains("gitlab") { "/-/" } else { "/" };
            format!("{}{between}commit/{commit}", repository.trim_end_matches('/'))
        });
        Self {
            short: commit.as_deref().map(short),
            swhid: manifest.swhid.as_ref().map(|swhid| Swhids::core(&swhid.revision).to_owned()),
            tags: manifest.revision.tags.clone(),
            snapshot: manifest.revision.snapshot.clone(),
            repository,
            commit,
            url,
        }
    }
}

fn in_words(date: &str) -> String {
    EditionDate::parse(date).map_or_else(|| paths::shown(date).into_owned(), EditionDate::in_words)
}

fn as_of(date: &str) -> String {
    let is_day = EditionDate::parse(date).is_some_and(|date| date.day.is_some());
    format!("{} {}", if is_day { "on" } else { "in" }, in_words(date))
}

/// The first day of a date that may be a month or a year.
fn day(date: &str) -> String {
    let whole = |date: EditionDate| {
        let (month, day) = (date.month.unwrap_or(1), date.day.unwrap_or(1));
        format!("{:04}-{month:02}-{day:02}", date.year)
    };
    EditionDate::parse(date).map_or_else(|| "1970-01-01".to_owned(), whole)
}

fn counted(number: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

fn extent(manifest: &Manifest) -> String {
    let pages = manifest.formats.iter().find_map(|format| format.pages);
    let parts = [
        Some(counted(manifest.counts.chapters, "chapter")),
        Some(counted(manifest.counts.words, "word")),
        pages.map(|pages| counted(pages, "page")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn contributors(manifest: &Manifest) -> Option<String> {
    let record = manifest.contributors.as_ref().filter(|record| !record.names.is_empty())?;
    let names = record.names.join(", ");
    Some(match record.others {
        0 => names,
        1 => format!("{names} and one other"),
        others => format!("{names} and {others} others"),
    })
}

fn licences(manifest: &Manifest) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for licence in &manifest.licences {
        let name = licence.spdx.clone().or_else(|| Some(format!("as {} says", licence.file.as_deref()?)));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    // What is configured stands for all files.
    match manifest.licences.first() {
        Some(first) if first.file.is_none() => names.into_iter().take(1).collect(),
        Some(_) | None => names,
    }
}

/// A size in decimal units.
fn size(bytes: u64) -> String {
    let (kilobytes, tenths) = (bytes.div_ceil(1000), bytes.div_ceil(100_000));
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{kilobytes} kB"),
        1_000_000.. => format!("{}.{} MB", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_days_are_for_people() {
        for (bytes, text) in
            [(999, "999 B"), (1_000, "1 kB"), (1_001, "2 kB"), (1_000_000, "1.0 MB"), (12_340_000, "12.4 MB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(
            [day("2025-02-08"), day("2025-02"), day("2025"), day("x\ny")],
            ["2025-02-08", "2025-02-01", "2025-01-01", "1970-01-01"]
        );
    }
}
