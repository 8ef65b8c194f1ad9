//! Puts files in their places: written beside, synced, renamed. Whoever looks
//! sees the old file or the new one, never a part.

use std::collections::BTreeSet;
use std::fs::{File, create_dir_all};
use std::io::{self, Write};
use std::path::Path;

use super::listed;
use crate::diag::{Code, Diagnostic, Result};
use crate::paths;

/// A temporary folder, removed when it is dropped.
///
/// # Errors
/// When none can be made.
pub fn scratch() -> Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix("bindery-")
        .tempdir()
        .map_err(|e| failure("make a folder in", &std::env::temp_dir(), &e))
}

/// Puts the files of an edition into its folder, by their paths in it with
/// `/`. A folder that is not there yet appears with all of them at once. In
/// one that is there, each file is replaced by itself in the order that is
/// given; before the last two, what an earlier run has listed and this one
/// does not have is taken away. Files of anybody else stay.
///
/// # Errors
/// When anything can't be written. A new folder is then not there at all.
pub fn place_edition(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    let Some(parent) = folder.parent().filter(|_| !folder.exists()) else {
        return replace(folder, files);
    };
    create_dir_all(parent).map_err(|e| failure("make the folder", parent, &e))?;
    let beside = beside(parent).map_err(|e| failure("make a folder in", parent, &e))?;
    for (path, bytes) in files {
        let (inner, name) = split(beside.path(), path);
        place(&inner, name, bytes)?;
    }
    std::fs::rename(beside.path(), folder).map_err(|e| failure("make the folder", folder, &e))?;
    // What it was called is gone; nothing is left to remove.
    let _ = beside.keep();
    sync(parent);
    Ok(())
}

/// A folder that others may read as far as the umask lets them.
pub(super) fn beside(parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bindery-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder.tempdir_in(parent)
}

fn replace(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    let new: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let old = listed::files(folder);
    let (first, last) = files.split_at(files.len().saturating_sub(2));
    for (path, bytes) in first {
        let (inner, name) = split(folder, path);
        place(&inner, name, bytes)?;
    }
    for path in old.iter().filter(|path| !new.contains(path.as_str())) {
        remove(folder, path).map_err(|e| failure("remove", &folder.join(path), &e))?;
    }
    for (path, bytes) in last {
        let (inner, name) = split(folder, path);
        place(&inner, name, bytes)?;
    }
    Ok(())
}

/// Removes a file of an earlier run, and the folder that it leaves empty.
fn remove(folder: &Path, path: &str) -> io::Result<()> {
    let place = folder.join(path);
    // A folder or a link is none of ours.
    if !paths::is_inside(path) || !std::fs::symlink_metadata(&place).is_ok_and(|it| it.is_file()) {
        return Ok(());
    }
    std::fs::remove_file(&place)?;
    if let Some(inner) = place.parent().filter(|inner| *inner != folder) {
        // It fails where anything is left, and that is as it should be.
        let _ = std::fs::remove_dir(inner);
    }
    Ok(())
}

pub(super) fn split<'p>(folder: &Path, path: &'p str) -> (std::path::PathBuf, &'p str) {
    match path.rsplit_once('/') {
        Some((inner, name)) => (folder.join(inner), name),
        None => (folder.to_owned(), path),
    }
}

/// A rename lasts only once the folder is on the disk. Not every file system
/// can sync a folder; what was renamed is whole either way.
pub(super) fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Writes `bytes` to `folder/name`, making the folder where there is none and
/// replacing a file that is already there.
///
/// # Errors
/// When the folder or the file can't be written; no part of it is left behind.
pub fn place(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    create_dir_all(folder).map_err(|e| failure("make the folder", folder, &e))?;
    let path = folder.join(name);
    write_beside(folder, &path, bytes).map_err(|e| failure("write", &path, &e))
}

fn write_beside(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bindery-").suffix(".part");
    // A temporary file is the owner's alone by default; an edition is to be
    // read by others, as far as the umask lets them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    sync(folder);
    Ok(())
}

pub(super) fn failure(what: &str, path: &Path, error: &io::Error) -> Box<Diagnostic> {
    let is = |kinds: &[io::ErrorKind]| kinds.contains(&error.kind());
    let hint = if is(&[io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem]) {
        "choose a folder that you may write to with `--output DIR`"
    } else if is(&[io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded]) {
        "make room on the disk, or choose another with `--output DIR`"
    } else if is(&[io::ErrorKind::NotADirectory, io::ErrorKind::AlreadyExists, io::ErrorKind::IsADirectory]) {
        "something is in the way; move it, or choose another folder with `--output DIR`"
    } else {
        "choose another folder with `--output DIR`"
    };
    let message = format!("can't {what} {}: {error}", path.display());
    Box::new(Diagnostic::new(Code::OutputWrite, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("reads")
            .map(|e| e.expect("reads").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("a/b");
        place(&folder, "x.txt", b"one").expect("written");
        place(&folder, "x.txt", b"two").expect("replaced");
        assert_eq!(std::fs::read(folder.join("x.txt")).expect("reads"), b"two");
        assert_eq!(names(&folder), ["x.txt"]);
    }

    #[test]
    fn a_file_in_the_way_is_named_with_a_hint() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join("out"), "").expect("written");
        let error = place(&root.path().join("out/a"), "x.txt", b"one").expect_err("a file is in the way");
        assert_eq!(error.code, Code::OutputWrite);
        assert!(error.hints[0].contains("--output"), "{error:?}");
    }

    #[test]
    fn a_folder_in_the_place_of_the_file_leaves_no_part_behind() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(root.path().join("x.txt/inner")).expect("made");
        assert!(place(root.path(), "x.txt", b"one").is_err());
        assert_eq!(names(root.path()), ["x.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_an_edition_as_far_as_the_umask_lets_them() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().expect("a folder");
        place(root.path(), "x", b"").expect("written");
        std::fs::write(root.path().join("y"), "").expect("written");
        let mode = |name| std::fs::metadata(root.path().join(name)).expect("there").permissions().mode();
        assert_eq!(mode("x"), mode("y"));
    }
}
