//! File trees on disk: the working tree and dated folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::FileTree;
use super::listing::{Listing, MAX_DEPTH, MAX_FILES, Node, printable};
use crate::diag::{Code, Diagnostic, Result, Severity};

/// A folder as it is on disk, or a single file. The paths are found when it is
/// opened, the bytes are read when they are asked for.
pub(super) struct DiskTree {
    listing: Listing<PathBuf>,
}

impl DiskTree {
    /// The files below a folder. Left out: what is hidden (`.git` too),
    /// `node_modules`, and folders that hold a `CACHEDIR.TAG`, which is how
    /// Cargo and others mark what can be made again (`target`). Symbolic links
    /// are followed only inside the folder.
    ///
    /// # Errors
    /// When a folder can't be read.
    pub fn open(root: &Path) -> Result<Self> {
        let mut walk = Walk { nodes: BTreeMap::new(), diagnostics: Vec::new() };
        walk.folder(root, "", 0)?;
        let mut listing = Listing::new(&walk.nodes)?;
        listing.diagnostics.extend(walk.diagnostics);
        Ok(Self { listing })
    }

    /// A tree of one file.
    ///
    /// # Errors
    /// When the path has no file name.
    pub fn file(path: &Path) -> Result<Self> {
        let name = path.file_name().ok_or_else(|| unreadable(path, "it has no name"))?;
        let nodes = BTreeMap::from([(name.to_string_lossy().into_owned(), Node::File(path.to_owned()))]);
        Ok(Self { listing: Listing::new(&nodes)? })
    }
}

impl FileTree for DiskTree {
    fn paths(&self) -> &[String] {
        &self.listing.paths
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        let Some(file) = self.listing.find(path)? else { return Ok(None) };
        if std::fs::metadata(file).is_ok_and(|about| about.len() > LARGEST_FILE) {
            return Err(Box::new(too_large(path)));
        }
        match std::fs::read(file) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) => Err(Box::new(unreadable(file, error))),
        }
    }

    fn contains(&self, path: &str) -> bool {
        self.listing.contains(path)
    }

    fn diagnostics(&self) -> &[Diagnostic] {
        &self.listing.diagnostics
    }
}

/// The largest file that is read, in bytes: nothing that belongs into a book is
/// larger, and what is would fill the memory.
pub(super) const LARGEST_FILE: u64 = 256 << 20;

/// The error for a file that is too large to be read.
pub(super) fn too_large(path: &str) -> Diagnostic {
    let message = format!("`{}` has more than {} MiB, and is not read", printable(path), LARGEST_FILE >> 20);
    Diagnostic::new(Code::FileRead, message).hint("leave it out of the book, or make it smaller")
}

/// The error for a file or folder that can't be read.
pub(super) fn unreadable(path: &Path, why: impl std::fmt::Display) -> Diagnostic {
    let message =
        format!("can't read `{}`: {}", printable(&path.to_string_lossy()), printable(&why.to_string()));
    Diagnostic::new(Code::FileRead, message).hint("check that it is there and that you may read it")
}

/// The entries of a folder, sorted by name, hidden ones left out.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let failed = |error| unreadable(folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            found.push((name, entry.path()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

struct Walk {
    nodes: BTreeMap<String, Node<PathBuf>>,
    diagnostics: Vec<Diagnostic>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH || self.nodes.len() > MAX_FILES {
            return Err(Box::new(unreadable(
                folder,
                "there are too many files or folders inside one another",
            )));
        }
        for (name, path) in entries(folder)? {
            let shown = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            let kind = std::fs::symlink_metadata(&path).map_err(|e| unreadable(&path, e))?.file_type();
            if kind.is_symlink() {
                let target = std::fs::read_link(&path).map_err(|e| unreadable(&path, e))?;
                let target = target.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
                let drive = Path::new(&target).is_absolute() && !target.starts_with('/');
                let target = if drive { format!("/{target}") } else { target };
                self.nodes.insert(shown, Node::Link(target));
            } else if kind.is_dir() {
                if name != "node_modules" && !path.join("CACHEDIR.TAG").is_file() {
                    self.folder(&path, &shown, depth + 1)?;
                }
            } else if kind.is_file() {
                self.nodes.insert(shown, Node::File(path));
            } else {
                let said = unreadable(Path::new(&shown), "it is neither a file nor a folder");
                self.diagnostics.push(Diagnostic { severity: Severity::Warning, ..said });
            }
        }
        Ok(())
    }
}
