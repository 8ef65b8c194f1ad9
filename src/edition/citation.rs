//! How an edition is cited: gathered once, and written as a line for people
//! and as three files for programs.
//!
//! Names of authors are never taken apart: whether the first or the last
//! word is the family's, or whether it is a person at all, a name does not
//! tell.

mod bibtex;
mod cff;
mod csl;

pub use self::bibtex::bibtex;
pub use self::cff::cff;
pub use self::csl::csl;
use super::Imprint;
use super::licence::choices;
use super::swhid::Swhids;
use crate::document::Metadata;
use crate::source::{EditionDate, RevisionId};

/// What there is to cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// A key for bibliographies: the edition's name in file names.
    pub key: String,
    /// The book's title.
    pub title: String,
    /// The book's subtitle.
    pub subtitle: Option<String>,
    /// The authors, or the contributors as one.
    pub authors: Vec<String>,
    /// The edition's date, as exactly as it is known.
    pub date: EditionDate,
    /// The edition's name, which is its version.
    pub version: String,
    /// The book's language, a BCP 47 tag.
    pub language: String,
    /// The edition's URN.
    pub urn: String,
    /// A DOI, without the resolver's address.
    pub doi: Option<String>,
    /// An ISBN.
    pub isbn: Option<String>,
    /// Where the edition is published.
    pub address: Option<String>,
    /// Where the living document is.
    pub repository: Option<String>,
    /// The commit's full hash.
    pub commit: Option<String>,
    /// The identifiers of Software Heritage.
    pub swhids: Option<Swhids>,
    /// SPDX identifiers of the licences one may choose from; empty where that
    /// is not known.
    pub licences: Vec<String>,
}

impl Citation {
    /// The citation of an edition; none for a draft, which is nothing to cite.
    pub fn of(metadata: &Metadata, imprint: &Imprint) -> Option<Self> {
        let revision = &imprint.edition.revision;
        let commit = match &revision.id {
            RevisionId::Draft => return None,
            RevisionId::Commit { commit, .. } => Some(commit.clone()),
            RevisionId::Snapshot { path: _ } => None,
        };
        let authors = match metadata.authors.as_slice() {
            [] => vec![contributors_of(&metadata.title)],
            authors => authors.to_vec(),
        };
        Some(Self {
            key: format!("{}-{}", imprint.slug, imprint.edition.name),
            title: metadata.title.clone(),
            subtitle: metadata.subtitle.clone(),
            authors,
            date: revision.date,
            version: imprint.edition.name.clone(),
            language: metadata.language.clone(),
            urn: imprint.identifiers.urn.clone().unwrap_or_else(|| imprint.uuid.urn().to_string()),
            doi: imprint.identifiers.doi.clone(),
            isbn: imprint.identifiers.isbn.clone(),
            address: imprint.address(),
            repository: imprint.repository.clone(),
            commit,
            swhids: imprint.swhids(),
            licences: licences(imprint),
        })
    }

    /// Where the edition, or at least its document, is found.
    pub fn url(&self) -> Option<&str> {
        self.address.as_deref().or(self.repository.as_deref())
    }
}

/// What stands for the authors of a book that names none.
pub fn contributors_of(title: &str) -> String {
    let title = title.trim();
    let bare = ["The ", "A ", "An "].iter().find_map(|article| title.strip_prefix(article)).unwrap_or(title);
    format!("The {bare} contributors")
}

/// The licences that one may choose from, where that is certain: an
/// expression that is a choice, or one licence in all files.
fn licences(imprint: &Imprint) -> Vec<String> {
    let about = &imprint.about;
    if let Some(expression) = &about.licence {
        return choices(expression).unwrap_or_default().into_iter().map(str::to_owned).collect();
    }
    match about.licences.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other.spdx == first.spdx) => {
            first.spdx.iter().cloned().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
