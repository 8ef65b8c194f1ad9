//! Filed editions → whether they are as they were made: every file of every
//! edition against the lists beside it, and each edition against the one
//! before.
//!
//! Nothing here trusts what it reads: a name in a list can't lead out of its
//! folder, links are not followed, and files are read piece by piece.

mod bags;
mod chain;
mod files;
mod find;
mod problems;
mod record;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

pub use self::find::{Place, is_edition, listed_editions};
pub use self::problems::{Fault, Problem};
pub use self::record::Record;
use crate::diag::{Code, Diagnostic, Result};

/// The editions below a folder, oldest first within each document.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// What was found of each.
    pub editions: Vec<EditionCheck>,
}

/// What was found of an edition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct EditionCheck {
    /// Its folder; that of the bag, where it is one.
    pub folder: String,
    /// Its name; that of the folder where `edition.json` can't be read.
    pub name: String,
    /// Its URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Whether its folder is a bag (BagIt).
    pub bag: bool,
    /// How many files it has.
    pub files: usize,
    /// Their size in bytes, all together.
    pub bytes: u64,
    /// The SHA-256 of its `edition.json`: write down that of the last edition,
    /// and the whole chain can be held against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_sha256: Option<String>,
    /// How it is linked to the edition before.
    pub link: Link,
    /// What is wrong; nothing where it is whole. Of each kind, no more than the
    /// first 50.
    pub problems: Vec<Problem>,
    /// How many more problems there are.
    pub more_problems: usize,
    /// Its `edition.json`, where that can be read.
    #[serde(skip)]
    pub record: Option<Box<Record>>,
    /// The folder that `edition.json` is in.
    #[serde(skip)]
    pub payload: PathBuf,
}

/// How an edition is linked to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// It names none before it.
    First,
    /// It holds the hash of the `edition.json` before it, and that is here.
    Holds,
    /// The `edition.json` before it is not the one whose hash it holds, or is
    /// missing between others.
    Broken,
    /// It holds a hash; the edition before it is not here.
    Away,
    /// It names an edition before it, but holds no hash.
    Open,
    /// Its `edition.json` can't be read.
    Unknown,
}

impl Link {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Away => "not here",
            Self::Open => "no hash",
            Self::Unknown => "unknown",
        }
    }
}

impl Verified {
    /// Whether nothing is wrong with any of them.
    pub fn ok(&self) -> bool {
        self.editions.iter().all(|edition| edition.problems.is_empty())
    }
}

/// Looks at all editions in a folder or below it: one edition's folder, a
/// document's, or a whole output folder.
///
/// # Errors
/// When there is no such folder, it can't be read, or no edition is in it.
pub fn verify(folder: &Path) -> Result<Verified> {
    let shown = folder.display();
    let refuse = |message: String| {
        let hint = "give the folder that `bindery build` has written to, or that of one edition";
        Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint))
    };
    if !folder.is_dir() {
        return Err(refuse(format!("`{shown}` is no folder")));
    }
    let found = find::editions(folder).map_err(|e| refuse(format!("can't read `{shown}`: {e}")))?;
    if found.is_empty() {
        return Err(refuse(format!("there is no edition in `{shown}`")));
    }
    let mut editions: Vec<EditionCheck> = found.iter().map(files::check).collect();
    editions.sort_by_cached_key(|edition| match edition.record.as_deref() {
        Some(record) => (record.slug.clone(), record.timestamp.clone(), edition.folder.clone()),
        // By its place: folders are named after documents and dates.
        None => {
            let parent = Path::new(&edition.folder).parent().and_then(Path::file_name);
            let slug = parent.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            (slug, edition.name.clone(), edition.folder.clone())
        }
    });
    chain::walk(&mut editions);
    Ok(Verified { editions })
}
