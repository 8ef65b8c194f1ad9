//! Where living documents come from: revisions, and the files of each.
//!
//! What reads a book sees a [`FileTree`] and never learns whether Git, a
//! folder or a test is behind it.

mod address;
pub mod clone;
mod date;
pub mod dated;
mod files;
pub mod git;
mod listing;
pub mod open;
mod recorded;
pub mod seen;
pub mod working;

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use self::open::{OpenOptions, Opened, open};
pub use self::recorded::Recorded;
use crate::diag::{Diagnostic, Result, Warned};

/// The files of one revision. Paths are relative to its root, with `/`,
/// without `.` or `..` segments; symbolic links are already followed.
pub trait FileTree: Send + Sync {
    /// The paths of all files, sorted by their bytes.
    fn paths(&self) -> &[String];

    /// The bytes of a file; none if the tree has no such file.
    ///
    /// # Errors
    /// When the file is there but can't be read.
    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>>;

    /// The SHA-256 of a file's bytes; none if the tree has no such file. Where
    /// files are known by their content, none is read twice for it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>> {
        Ok(self.read(path)?.map(|bytes| Sha256::digest(&bytes).into()))
    }

    /// Whether there is a file of this path.
    fn contains(&self, path: &str) -> bool {
        self.paths().binary_search_by(|p| p.as_str().cmp(path)).is_ok()
    }

    /// Whether there is a folder of this path, that is, a file below it. The
    /// root is the empty path.
    fn is_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let prefix = format!("{path}/");
        let at = self.paths().partition_point(|p| p.as_str() < prefix.as_str());
        self.paths().get(at).is_some_and(|p| p.starts_with(&prefix))
    }

    /// What there is to say about the tree itself, such as skipped submodules.
    fn diagnostics(&self) -> &[Diagnostic] {
        &[]
    }
}

/// The date of a revision, as exactly as it is known. All dates are UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditionDate {
    /// Year of the Gregorian calendar.
    pub year: i16,
    /// Month, from 1; none if only the year is known.
    pub month: Option<i8>,
    /// Day, from 1; none if only the month is known.
    pub day: Option<i8>,
}

impl std::fmt::Display for EditionDate {
    /// ISO 8601, reduced to what is known: `2021-01-15`, `2021-01`, `2021`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(f, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

/// One state of a living document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What it is in its source.
    pub id: RevisionId,
    /// The date as it is shown.
    pub date: EditionDate,
    /// The moment, in seconds since 1970-01-01T00:00:00Z: the committer date;
    /// for a dated snapshot the first moment of its date.
    pub timestamp: i64,
}

/// What a revision is in its source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RevisionId {
    /// A Git commit.
    Commit {
        /// Its full hash, in lower-case hexadecimal.
        commit: String,
        /// The hash of its root tree.
        tree: String,
        /// The tags that name it, sorted.
        tags: Vec<String>,
    },
    /// A dated snapshot, by its path inside the source.
    Snapshot {
        /// The file or folder.
        path: String,
    },
    /// The working tree as it is.
    Draft,
}

impl Revision {
    /// The commit's full hash, where there is one.
    pub fn commit(&self) -> Option<&str> {
        match &self.id {
            RevisionId::Commit { commit, .. } => Some(commit),
            RevisionId::Snapshot { .. } | RevisionId::Draft => None,
        }
    }

    /// The first seven digits of the commit's hash, where there is one.
    pub fn short(&self) -> Option<&str> {
        self.commit().map(|c| c.get(..7).unwrap_or(c))
    }

    /// Whether this is the working tree as it is.
    pub fn is_draft(&self) -> bool {
        matches!(self.id, RevisionId::Draft)
    }
}

/// A tag and the revision that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The tag's name, without `refs/tags/`.
    pub tag: String,
    /// What it names. It need not be one of [`LivingDocument::revisions`].
    pub revision: Revision,
}

/// Somebody who contributed to a living document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// The name, in one line; never an e-mail address.
    pub name: String,
    /// In how many commits.
    pub commits: usize,
}

/// A living document: its revisions and their files.
pub trait LivingDocument: Send + Sync {
    /// What the user calls it: the last part of its path or address, without
    /// `.git`. Serves as a title when the book has none.
    fn name(&self) -> &str;

    /// The address of the repository that people can visit, if it is known
    /// from the source itself (a remote), without credentials.
    fn address(&self) -> Option<&str> {
        None
    }

    /// All revisions that editions can be made from, oldest first: for Git
    /// the first-parent history of the head.
    ///
    /// # Errors
    /// When the source can't be read.
    fn revisions(&self) -> Result<Vec<Revision>>;

    /// The revision of a date-independent name: a tag, a branch, a commit's
    /// hash or its beginning.
    ///
    /// # Errors
    /// When there is no such revision, or it can't be read.
    fn resolve(&self, name: &str) -> Result<Revision>;

    /// All tags, sorted by name, also those that are not on the line of
    /// [`Self::revisions`]. Tags that name no revision are diagnostics.
    ///
    /// # Errors
    /// When the source can't be read.
    fn tagged(&self) -> Result<Warned<Vec<Tagged>>> {
        Ok(Warned::default())
    }

    /// Whether there were revisions before the first of [`Self::revisions`]
    /// that this copy of the source does not have: a shallow clone.
    ///
    /// # Errors
    /// When the source can't be read.
    fn truncated(&self) -> Result<bool> {
        Ok(false)
    }

    /// The commits whose parents this copy of the source does not have,
    /// sorted: with them the history that [`Self::contributors`] reads is
    /// told by the commit that it leads to.
    ///
    /// # Errors
    /// When the source can't be read.
    fn boundary(&self) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Who made what leads to a revision and not to an earlier one, or, without
    /// an earlier one, all that leads to it: by the number of commits, then by
    /// name. With a folder, what does not touch it is not counted. Where the
    /// source knows of no persons, there are none.
    ///
    /// # Errors
    /// When the source can't be read.
    fn contributors(
        &self,
        since: Option<&Revision>,
        until: &Revision,
        folder: Option<&str>,
    ) -> Result<Warned<Vec<Contributor>>> {
        let _ = (since, until, folder);
        Ok(Warned::default())
    }

    /// What there is to say about the source itself, such as entries that are
    /// no revision.
    fn diagnostics(&self) -> &[Diagnostic] {
        &[]
    }

    /// The files of a revision, from the root of the document's tree.
    ///
    /// # Errors
    /// When they can't be read.
    fn tree(&self, revision: &Revision) -> Result<Box<dyn FileTree>>;
}

/// The name most like a misspelt one, if one is near enough to be meant.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    for name in names {
        let likeness = strsim::jaro_winkler(wanted, name);
        if likeness > 0.8 && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// A tree in memory, for tests and the built-in sample.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    paths: Vec<String>,
    files: BTreeMap<String, Arc<[u8]>>,
}

impl MemoryTree {
    /// A tree of paths and contents.
    pub fn new<P: Into<String>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files: BTreeMap<String, Arc<[u8]>> =
            files.into_iter().map(|(path, bytes)| (path.into(), Arc::from(bytes.as_ref()))).collect();
        Self { paths: files.keys().cloned().collect(), files }
    }
}

impl FileTree for MemoryTree {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        Ok(self.files.get(path).cloned())
    }
}
