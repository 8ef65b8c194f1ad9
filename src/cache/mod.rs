//! The cache on disk: finished editions, found again by the hash of everything
//! they depend on, and a few small things that planning would have to read
//! whole books for.
//!
//! ```text
//! CACHE/editions/<key>/record        what it is, its list of files, its report
//! CACHE/editions/<key>/<sha-256>     a file of the edition, by its content
//! CACHE/known/<key>                  a small thing
//! CACHE/git, CACHE/images            clones and fetched images, kept by others
//! ```
//!
//! Whatever is wrong with the cache (damaged, foreign or unreadable entries,
//! a full disk, another run at the same time) makes Bindery build what it
//! would have found, and nothing worse: no error leaves this module but as a
//! note. Every byte that is taken out is checked against a hash first.

mod entry;
mod key;
mod known;
mod room;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use self::entry::{Entry, Labels, Listed};
pub use self::key::{BUILD, Key, Parts};
pub use self::room::{Amount, Used};

/// How many bytes of editions are kept, if nothing else is said.
pub const DEFAULT_LIMIT: u64 = 1_000_000_000;

/// The folder of finished editions.
const EDITIONS: &str = "editions";
/// The folder of small things.
const KNOWN: &str = "known";
/// What begins the names of folders and files that are not finished.
const PART: &str = ".part-";

/// A cache.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
    limit: u64,
    notes: Arc<Mutex<Vec<String>>>,
}

impl Cache {
    /// A cache in a folder, which need not be there yet, with a limit to the
    /// bytes of its editions.
    pub fn new(root: PathBuf, limit: u64) -> Self {
        Self { root, limit, notes: Arc::default() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// How many bytes of editions are kept at most.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// What went wrong with the cache so far, in a line each.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, what: impl Into<String>) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
    }

    fn editions(&self) -> PathBuf {
        self.root.join(EDITIONS)
    }

    fn known(&self) -> PathBuf {
        self.root.join(KNOWN)
    }
}

/// Whether a name is that of an entry.
fn is_key(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests;
