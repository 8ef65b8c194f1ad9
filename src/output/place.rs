//! Puts a file in its place: written beside, synced, renamed. Whoever looks
//! sees the old file or the new one, never a part.

use std::fs::{File, create_dir_all};
use std::io::{self, Write};
use std::path::Path;

use crate::diag::{Code, Diagnostic, Result};

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
    // The rename itself lasts only once the folder is on the disk. Not every
    // file system can sync a folder; the file is whole either way.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn failure(what: &str, path: &Path, error: &io::Error) -> Box<Diagnostic> {
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
