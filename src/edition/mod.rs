//! Editions: the dated publications made from revisions.

pub mod identity;
mod names;
pub mod select;
mod unchanged;

pub use self::names::name_editions;
pub use self::select::{Period, Selection, select};
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
    /// Where the living document is, if it is known: an `https` address.
    pub repository: Option<String>,
}
