//! The working tree as it is: one revision, marked as a draft.

use std::path::{Path, PathBuf};

use super::address::name_of;
use super::date::clamp_timestamp;
use super::files::{DiskTree, unreadable};
use super::{EditionDate, FileTree, LivingDocument, Revision, RevisionId};
use crate::diag::{Code, Diagnostic, Result};

/// A folder or a single file on disk.
///
/// A draft has no date of its own, and no clock is asked for one: two runs
/// over the same files give the same bytes. Its moment is the one given by the
/// caller (from `SOURCE_DATE_EPOCH`), else the head's committer date where the
/// folder is a Git work tree, else 1970-01-01.
pub struct WorkingDocument {
    path: PathBuf,
    name: String,
    address: Option<String>,
    timestamp: i64,
}

impl WorkingDocument {
    /// The files below a folder, or a single file. `timestamp` is in seconds
    /// since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// When there is no such path.
    pub fn open(path: &Path, timestamp: i64) -> Result<Self> {
        let path = std::fs::canonicalize(path).map_err(|e| unreadable(path, e))?;
        let whole = path.to_string_lossy().into_owned();
        let stem =
            path.file_stem().filter(|_| path.is_file()).map(|stem| stem.to_string_lossy().into_owned());
        let name = stem.unwrap_or_else(|| name_of(&whole));
        Ok(Self { path, name, address: None, timestamp: clamp_timestamp(timestamp) })
    }

    /// The same, with the web address of its repository.
    #[must_use]
    pub fn at_address(mut self, address: Option<&str>) -> Self {
        self.address = address.map(str::to_owned);
        self
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    fn draft(&self) -> Revision {
        Revision {
            id: RevisionId::Draft,
            date: EditionDate::from_timestamp(self.timestamp),
            timestamp: self.timestamp,
        }
    }
}

impl LivingDocument for WorkingDocument {
    fn name(&self) -> &str {
        &self.name
    }

    fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    fn revisions(&self) -> Result<Vec<Revision>> {
        Ok(vec![self.draft()])
    }

    fn resolve(&self, name: &str) -> Result<Revision> {
        if name == "draft" {
            return Ok(self.draft());
        }
        let message =
            format!("there is no revision `{name}`: the source is read as it is on disk, as a draft");
        let hint = "leave `--draft` out, and give a Git repository or a folder of dated snapshots";
        Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)))
    }

    fn tree(&self, _revision: &Revision) -> Result<Box<dyn FileTree>> {
        let tree =
            if self.path.is_file() { DiskTree::file(&self.path)? } else { DiskTree::open(&self.path)? };
        Ok(Box::new(tree))
    }
}
