//! A tree that remembers which of its files were read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::FileTree;
use crate::diag::{Diagnostic, Result};

/// A tree in front of another one.
pub struct Recorded<'a> {
    tree: &'a dyn FileTree,
    /// None for bytes that only their hash was asked of.
    read: Mutex<BTreeMap<String, Option<Arc<[u8]>>>>,
}

impl<'a> Recorded<'a> {
    /// Remembers what is read of a tree from now on.
    pub fn new(tree: &'a dyn FileTree) -> Self {
        Self { tree, read: Mutex::default() }
    }

    /// The files whose bytes, or the hash of them, were asked for, by path.
    ///
    /// # Errors
    /// When a file can't be read any more.
    pub fn files(&self) -> Result<BTreeMap<String, Arc<[u8]>>> {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut files = BTreeMap::new();
        for (path, bytes) in known {
            let bytes = match bytes {
                Some(bytes) => Some(bytes),
                None => self.tree.read(&path)?,
            };
            files.extend(bytes.map(|bytes| (path, bytes)));
        }
        Ok(files)
    }
}

impl FileTree for Recorded<'_> {
    fn paths(&self) -> &[String] {
        self.tree.paths()
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        let bytes = self.tree.read(path)?;
        if let Some(bytes) = &bytes {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.insert(path.to_owned(), Some(Arc::clone(bytes)));
        }
        Ok(bytes)
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>> {
        let digest = self.tree.digest(path)?;
        if digest.is_some() {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.entry(path.to_owned()).or_default();
        }
        Ok(digest)
    }

    fn diagnostics(&self) -> &[Diagnostic] {
        self.tree.diagnostics()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn only_what_is_read_is_remembered() {
        let tree = MemoryTree::new([("a.md", "A"), ("b.md", "B"), ("d.md", "D")]);
        let recorded = Recorded::new(&tree);
        assert!(recorded.contains("b.md"));
        recorded.read("a.md").expect("reads");
        recorded.read("c.md").expect("is not there");
        recorded.digest("d.md").expect("reads");
        recorded.digest("e.md").expect("is not there");
        let files = recorded.files().expect("still there");
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.md", "d.md"]);
        assert_eq!((files["a.md"].as_ref(), files["d.md"].as_ref()), (&b"A"[..], &b"D"[..]));
    }
}
