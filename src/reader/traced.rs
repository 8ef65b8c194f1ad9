//! A tree that notes what is asked of it, so that the answers can be compared
//! with those of another tree.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use sha2::{Digest, Sha256};

use crate::diag::{Diagnostic, Result};
use crate::recent::{Hash, hash};
use crate::source::FileTree;

/// Something that was asked of a tree, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// For a file: the hash of its bytes; none if it was not there.
    File(String, Option<Hash>),
    /// Which files there are: the hash of their paths.
    Paths(Hash),
    /// For a file that could not be read.
    Failed,
}

/// A tree in front of another one.
pub(super) struct Traced<'a> {
    tree: &'a dyn FileTree,
    asked: Mutex<Vec<Asked>>,
    /// Whether the paths were asked for already.
    paths: OnceLock<()>,
}

impl<'a> Traced<'a> {
    pub(super) fn new(tree: &'a dyn FileTree) -> Self {
        Self { tree, asked: Mutex::default(), paths: OnceLock::new() }
    }

    /// What was asked, in that order.
    pub(super) fn asked(self) -> Vec<Asked> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, asked: Asked) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    }
}

impl FileTree for Traced<'_> {
    fn paths(&self) -> &[String] {
        self.paths.get_or_init(|| self.note(Asked::Paths(listed(self.tree))));
        self.tree.paths()
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        let bytes = self.tree.read(path);
        self.note(match &bytes {
            Ok(bytes) => {
                Asked::File(path.to_owned(), bytes.as_ref().map(|bytes| Sha256::digest(bytes).into()))
            }
            Err(_) => Asked::Failed,
        });
        bytes
    }

    fn diagnostics(&self) -> &[Diagnostic] {
        self.tree.diagnostics()
    }
}

fn listed(tree: &dyn FileTree) -> Hash {
    hash(tree.paths().iter().map(String::as_bytes))
}

/// The answers of a tree to what was asked of another.
pub(super) struct Answers<'a> {
    tree: &'a dyn FileTree,
    /// The hash of its paths, once it is needed.
    paths: OnceLock<Hash>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(tree: &'a dyn FileTree) -> Self {
        Self { tree, paths: OnceLock::new() }
    }

    /// Whether the answers are the same. They are compared in the order in
    /// which they were given, and only as long as they agree, so that nothing
    /// is asked that would not have been.
    pub(super) fn agree(&self, asked: &[Asked]) -> bool {
        asked.iter().all(|asked| match asked {
            Asked::File(path, digest) => self.tree.digest(path).is_ok_and(|now| now == *digest),
            Asked::Paths(paths) => self.paths.get_or_init(|| listed(self.tree)) == paths,
            Asked::Failed => false,
        })
    }
}
