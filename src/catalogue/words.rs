//! What a catalogue says of an edition in words.

use std::collections::BTreeSet;

use super::shelf::Edition;
use crate::edition::changes::{Change, Changed, grouped};
use crate::edition::citation::contributors_of;
use crate::output::Format;
use crate::output::manifest::PreviousRecord;
use crate::source::EditionDate;

/// How many chapters of a kind are named.
const MOST: usize = 30;

/// Chapters that changed in one way.
pub(super) struct Kind {
    /// How: `Added`.
    pub title: &'static str,
    /// How many there are.
    pub count: usize,
    /// The first of them.
    pub chapters: Vec<Line>,
    /// How many more there are.
    pub more: usize,
}

/// A chapter that changed.
pub(super) struct Line {
    /// Its title.
    pub title: String,
    /// What changed of it.
    pub how: String,
}

/// Which changes belong to a kind, and what is said of each.
type Belongs = (&'static str, fn(&Changed) -> bool, fn(&Changed) -> String);

const KINDS: [Belongs; 5] = [
    ("Added", |c| c.change == Change::Added, |c| amount(c.words, "word")),
    ("Rewritten", |c| c.change == Change::Rewritten, |c| c.counts().replace(" %", "\u{a0}%")),
    ("Edited", |c| c.change == Change::Edited, |c| c.counts().replace(" %", "\u{a0}%")),
    ("Moved or renamed", |c| c.way().is_some(), |c| c.way().unwrap_or_default()),
    ("Removed", |c| c.change == Change::Removed, |c| amount(c.words, "word")),
];

impl Edition {
    /// What changed, in a sentence.
    pub(super) fn changed(&self) -> String {
        match (&self.record.changes, self.record.first) {
            (Some(changes), _) => {
                let since = self.record.previous.as_ref().map(since).unwrap_or_default();
                // A sign of per cent stays with its number.
                format!("{since}{}.", changes.summary().replace(" %", "\u{a0}%"))
            }
            (None, true) => "The first edition.".to_owned(),
            (None, false) => "What changed since the edition before is not recorded.".to_owned(),
        }
    }

    /// The chapters that changed.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        let list = self.record.changes.as_ref().map_or(&[][..], |changes| &changes.list);
        let kind = |(title, belongs, how): Belongs| {
            let of: Vec<&Changed> = list.iter().filter(|c| belongs(c)).collect();
            let line = |c: &&Changed| Line { title: c.title.clone(), how: how(c) };
            let chapters: Vec<Line> = of.iter().take(MOST).map(line).collect();
            Kind { title, count: of.len(), more: of.len().saturating_sub(chapters.len()), chapters }
        };
        KINDS.into_iter().map(kind).filter(|kind| kind.count > 0).collect()
    }

    /// Who wrote it, in a line: `A, B and C`.
    pub(super) fn by(&self) -> String {
        let authors = &self.record.authors;
        match authors.as_slice() {
            [] => String::new(),
            [first, middle @ .., last] if authors.len() > 1 => {
                let middle: String = middle.iter().map(|name| format!(", {name}")).collect();
                format!("{first}{middle} and {last}")
            }
            [one, ..] => one.clone(),
        }
    }

    /// How to cite it, in a line.
    pub(super) fn citation(&self) -> String {
        let record = &self.record;
        let by = if record.authors.is_empty() { contributors_of(&record.title) } else { self.by() };
        let title = match &record.subtitle {
            Some(subtitle) => format!("{}: {subtitle}", record.title),
            None => record.title.clone(),
        };
        let identifier = match &record.identifiers.doi {
            Some(doi) => crate::edition::identifiers::doi_address(doi),
            None => record.identifiers.urn.clone().unwrap_or_else(|| record.identifier.clone()),
        };
        let edition = match record.name == record.date {
            true => format!("Edition of {}", self.day()),
            false => format!("Edition {}, {}", record.name, self.day()),
        };
        format!("{by}. {title}. {edition}. {identifier}")
    }

    /// What one may do with it: the licences, each once.
    pub(super) fn licence(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        let names = self.record.licences.iter().filter_map(|licence| licence.spdx.as_deref());
        let names: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// How many pages the PDF has.
    pub(super) fn pages(&self) -> Option<usize> {
        self.record.formats.iter().find_map(|format| format.pages)
    }

    /// The downloads as e-readers want them: what they show best comes first.
    pub(super) fn downloads(&self) -> impl Iterator<Item = &crate::output::manifest::FormatRecord> {
        let of = |wanted: Format| self.record.formats.iter().filter(move |f| f.format == wanted);
        of(Format::Epub).chain(of(Format::Pdf))
    }
}

/// Which edition changes are counted from, by its date unless its name says more.
fn since(previous: &PreviousRecord) -> String {
    match EditionDate::parse(&previous.date).filter(|_| previous.name.starts_with(&previous.date)) {
        Some(date) => format!("Since {}: ", date.in_words()),
        None => format!("Since {}: ", previous.name),
    }
}

/// The media type of a format.
pub(super) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Pdf => "application/pdf",
        Format::Epub => "application/epub+zip",
    }
}

/// A format as people write it.
pub(super) fn label(format: Format) -> &'static str {
    match format {
        Format::Pdf => "PDF",
        Format::Epub => "EPUB",
    }
}

/// "1 word", "1,200 words".
pub(super) fn amount(number: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}
