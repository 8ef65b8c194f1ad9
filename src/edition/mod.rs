//! Editions: the dated publications made from revisions.

pub mod changes;
pub mod citation;
pub mod conformance;
pub mod identifiers;
pub mod identity;
pub mod licence;
pub mod matter;
mod names;
pub mod select;
pub mod swhid;
mod unchanged;

use self::identifiers::Identifiers;
pub use self::names::name_editions;
pub use self::select::{Period, Selection, revision_at, select};
use self::swhid::Swhids;
pub use self::unchanged::drop_unchanged;
use crate::source::Revision;

/// An edition to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// What it is made from.
    pub revision: Revision,
    /// Why it is made, for people: `last revision of 2021`, `tag v1.0`.
    pub why: Vec<String>,
    /// Its name in folder and file names: the date, followed by the short
    /// revision where two editions share a date; `draft` for a draft.
    pub name: String,
}

/// What writers print about an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// The document's name in folder and file names (`[a-z0-9-]`).
    pub slug: String,
    /// The edition.
    pub edition: Edition,
    /// A UUID that is the same for the same document and revision.
    pub uuid: uuid::Uuid,
    /// Identifiers that somebody has given it.
    pub identifiers: Identifiers,
    /// Where the living document is, if it is known: an `https` address.
    pub repository: Option<String>,
    /// The edition before this one, if there is one.
    pub previous: Option<Previous>,
    /// Whether it is known to be the document's first: no choice of revisions
    /// has left an earlier one out.
    pub is_first: bool,
    /// What the source tells beside the book.
    pub about: About,
}

/// What an edition's source tells of it, beside the book itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Who contributed since the edition before, by the number of commits.
    pub contributors: Vec<String>,
    /// How many more there are.
    pub more_contributors: usize,
    /// The files that say what one may do with the document.
    pub licences: Vec<Licence>,
    /// The licence that the configuration says, an SPDX expression.
    pub licence: Option<String>,
    /// Where editions are published: an address with `/` at its end.
    pub publish: Option<String>,
    /// What it is an extract of; none for an edition of the whole document.
    pub extract: Option<Extract>,
}

/// What an extract is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The title of the whole.
    pub title: String,
    /// The UUID of the edition of the whole.
    pub uuid: uuid::Uuid,
    /// The titles of the chapters that are bound, without those below them.
    pub chapters: Vec<String>,
    /// Their keys.
    pub keys: Vec<String>,
}

impl Imprint {
    /// Where the edition is published, if that is known: an address with `/`
    /// at its end. A draft is not published.
    pub fn address(&self) -> Option<String> {
        if self.edition.revision.is_draft() { None } else { self.address_of(&self.edition) }
    }

    /// Where another edition of the document is published.
    pub fn address_of(&self, edition: &Edition) -> Option<String> {
        Some(format!("{}{}/", self.latest()?, edition.name))
    }

    /// Where all editions of the document are published.
    pub fn latest(&self) -> Option<String> {
        Some(format!("{}{}/", self.about.publish.as_deref()?, self.slug))
    }

    /// The identifiers of Software Heritage, for a commit.
    pub fn swhids(&self) -> Option<Swhids> {
        Swhids::of(&self.edition.revision, self.repository.as_deref())
    }
}

/// A licence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// Its path in the revision.
    pub path: String,
    /// The SPDX identifier of the licence in it, where its text is one that is known.
    pub spdx: Option<String>,
}

/// The edition before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// The edition.
    pub edition: Edition,
    /// Its UUID.
    pub uuid: uuid::Uuid,
}
