//! A revision's files, laid out in a temporary folder.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Component, Path};

use tempfile::TempDir;

use crate::source::FileTree;

/// Writes the files below `book` of a new folder, which goes away with what is
/// returned. Symbolic links have been followed by the tree, so there are none.
///
/// # Errors
/// When a file can't be read or written.
pub(super) fn lay_out(tree: &dyn FileTree) -> Result<TempDir, Error> {
    let folder = tempfile::Builder::new().prefix("bindery-").tempdir()?;
    let root = folder.path().canonicalize()?.join("book");
    fs::create_dir(&root)?;
    for path in tree.paths() {
        // A tree has no such paths; this holds even where one is faulty.
        let plain = Path::new(path).components().all(|c| matches!(c, Component::Normal(_)));
        if !plain {
            return Err(Error::new(ErrorKind::InvalidInput, format!("`{path}` leaves the folder")));
        }
        let bytes = match tree.read(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(error) => return Err(Error::other(error.message)),
        };
        let target = root.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&target, &bytes)?;
        #[cfg(unix)]
        if bytes.starts_with(b"#!") {
            use std::os::unix::fs::PermissionsExt;
            // The tree does not tell which files are programs.
            fs::set_permissions(&target, fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(folder)
}
