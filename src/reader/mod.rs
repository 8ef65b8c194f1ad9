//! Readers: the files of a revision → a [`Book`].

use crate::diag::{Result, Warned};
use crate::document::Book;
use crate::source::FileTree;

/// What a reader is told besides the files.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The book's folder or file inside the tree; found by itself when none.
    pub path: Option<String>,
    /// The title when the book itself has none.
    pub fallback_title: String,
}

/// Reads the book of a revision. Diagnostics are in the order of the book.
///
/// # Errors
/// When there is no book at all.
pub fn read(_tree: &dyn FileTree, _options: &ReadOptions) -> Result<Warned<Book>> {
    Ok(Warned::default())
}

/// A hash of everything that the book of a revision is made from, so that two
/// revisions with the same book are known without reading either; none if
/// the revision holds no book.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint(_tree: &dyn FileTree, _options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    Ok(None)
}
