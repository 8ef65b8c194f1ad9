//! A tree that remembers which of its files were read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::FileTree;
use crate::diag::{Diagnostic, Result};

/// A tree in front of another one.
pub struct Recorded<'a> {
    tree: &'a dyn FileTree,
    read: Mutex<BTreeMap<String, Arc<[u8]>>>,
}

impl<'a> Recorded<'a> {
    /// Remembers what is read of a tree from now on.
    pub fn new(tree: &'a dyn FileTree) -> Self {
        Self { tree, read: Mutex::default() }
    }

    /// The files that were read, by path, and their bytes.
    pub fn files(&self) -> BTreeMap<String, Arc<[u8]>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
            read.insert(path.to_owned(), Arc::clone(bytes));
        }
        Ok(bytes)
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
        let tree = MemoryTree::new([("a.md", "A"), ("b.md", "B")]);
        let recorded = Recorded::new(&tree);
        assert!(recorded.contains("b.md"));
        recorded.read("a.md").expect("reads");
        recorded.read("c.md").expect("is not there");
        let files = recorded.files();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.md"]);
        assert_eq!(files["a.md"].as_ref(), b"A");
    }
}
