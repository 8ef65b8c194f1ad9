//! How an edition is cited, from its record.

use serde::Serialize;

use super::address::public;
use crate::edition::citation::{Citation, bibtex, contributors_of};
use crate::edition::identifiers::doi_address;
use crate::edition::swhid::Swhids;
use crate::output::manifest::Manifest;
use crate::output::settings::Setting;
use crate::source::EditionDate;

/// How an edition is cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The authors, with commas between them and without a full stop at the end.
    pub authors: String,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The date in words.
    pub date: String,
    /// An ISBN.
    pub isbn: Option<String>,
    /// The address of a DOI.
    pub doi: Option<String>,
    /// Where the edition, or its document, is found.
    pub url: Option<String>,
    /// The revision's first digits.
    pub revision: Option<String>,
    /// The edition's URN.
    pub urn: String,
    /// The entry for BibTeX and biblatex.
    pub bibtex: String,
}

/// The citation of an edition; none where its record has no date.
pub(super) fn cited(manifest: &Manifest) -> Option<Cited> {
    let citation = citation(manifest)?;
    let authors = citation.authors.join(", ");
    Some(Cited {
        authors: authors.strip_suffix('.').unwrap_or(&authors).to_owned(),
        title: citation.title.clone(),
        subtitle: citation.subtitle.clone(),
        date: citation.date.in_words(),
        isbn: citation.isbn.clone(),
        doi: citation.doi.as_deref().map(doi_address),
        url: citation.url().map(str::to_owned),
        revision: citation.commit.as_deref().map(short),
        urn: citation.urn.clone(),
        bibtex: bibtex(&citation),
    })
}

/// A hash as people write it.
pub(super) fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

fn citation(manifest: &Manifest) -> Option<Citation> {
    let authors = match manifest.authors.as_slice() {
        [] => vec![contributors_of(&manifest.title)],
        authors => authors.to_vec(),
    };
    let publish = match manifest.settings.get("publish") {
        Some(Setting::Text(address)) => public(address),
        Some(Setting::Truth(_) | Setting::Number(_) | Setting::List(_) | Setting::Tables(_)) | None => None,
    };
    let folder = format!("{}/{}/", manifest.slug, manifest.name);
    let swhids = manifest.swhid.as_ref();
    Some(Citation {
        key: format!("{}-{}", manifest.slug, manifest.name),
        title: manifest.title.clone(),
        subtitle: manifest.subtitle.clone(),
        authors,
        date: EditionDate::parse(&manifest.date)?,
        version: manifest.name.clone(),
        language: manifest.language.clone(),
        urn: manifest.identifiers.urn.clone().unwrap_or_else(|| manifest.identifier.clone()),
        doi: manifest.identifiers.doi.clone(),
        isbn: manifest.identifiers.isbn.clone(),
        address: publish.map(|base| format!("{}/{folder}", base.trim_end_matches('/'))),
        repository: manifest.source.as_deref().and_then(public),
        commit: manifest.revision.commit.clone().filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit())),
        swhids: swhids.map(|s| Swhids { revision: s.revision.clone(), directory: s.directory.clone() }),
        licences: Vec::new(),
    })
}
