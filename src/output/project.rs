//! Folders that are ours as a whole, such as the Typst project of an edition:
//! they appear with all their files at once, and a folder of that name is
//! replaced only if every file in it is one that an earlier run has put there.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path};

use super::manifest::sha256;
use super::place::{beside, failure, place, split, sync};
use super::sums::{self, SUMS};
use crate::diag::{Code, Diagnostic, Result};

/// Puts files, by their paths with `/`, into a folder of their own, together
/// with the list of their checksums, by which the next run knows them.
///
/// # Errors
/// When a path leads out of the folder, when the folder holds anything else,
/// or when it can't be written; whatever was there before then still is.
pub fn place_project(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    for (path, _) in files {
        let plain = |part| matches!(part, Component::Normal(_));
        if path.contains('\0') || !Path::new(path).components().all(plain) {
            return Err(refusal(folder, &format!("`{path}` is no path for a file")));
        }
    }
    if let Some(foreign) = foreign(folder).map_err(|e| failure("read", folder, &e))? {
        return Err(refusal(folder, &format!("`{foreign}` in it is not what Bindery has put there")));
    }
    let Some(parent) = folder.parent() else { return Err(refusal(folder, "it is no folder for a project")) };
    std::fs::create_dir_all(parent).map_err(|e| failure("make the folder", parent, &e))?;
    let new = beside(parent).map_err(|e| failure("make a folder in", parent, &e))?;
    for (path, bytes) in files {
        let (inner, name) = split(new.path(), path);
        place(&inner, name, bytes)?;
    }
    let list = files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect();
    place(new.path(), SUMS, sums::format(&list).as_bytes())?;
    // The old one goes beside before the new one takes its place, and is removed last.
    let old = beside(parent).map_err(|e| failure("make a folder in", parent, &e))?;
    if folder.exists() {
        std::fs::rename(folder, old.path().join("old")).map_err(|e| failure("replace", folder, &e))?;
    }
    std::fs::rename(new.path(), folder).map_err(|e| failure("make the folder", folder, &e))?;
    let _ = new.keep();
    sync(parent);
    Ok(())
}

fn refusal(folder: &Path, why: &str) -> Box<Diagnostic> {
    let message = format!("can't write {}: {why}", folder.display());
    Box::new(
        Diagnostic::new(Code::OutputWrite, message)
            .hint("choose another folder for it, or move what is there"),
    )
}

/// The first file of a folder that is not as its list of checksums says.
fn foreign(folder: &Path) -> io::Result<Option<String>> {
    if std::fs::symlink_metadata(folder).is_err() {
        return Ok(None);
    }
    let list = std::fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let list = sums::parse(&list).unwrap_or_default();
    of_folder(folder, "", &list)
}

fn of_folder(folder: &Path, prefix: &str, list: &BTreeMap<String, String>) -> io::Result<Option<String>> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if let Some(found) = of_folder(&entry.path(), &format!("{name}/"), list)? {
                return Ok(Some(found));
            }
            continue;
        }
        let ours = match list.get(&name) {
            Some(sum) => kind.is_file() && sha256(&std::fs::read(entry.path())?) == *sum,
            None => name == SUMS && kind.is_file() && !list.is_empty(),
        };
        if !ours {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_project_replaces_its_former_self() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("a/b");
        place_project(&folder, &files(&[("main.typ", "1"), ("chapters/x.typ", "1")])).expect("new");
        place_project(&folder, &files(&[("main.typ", "2")])).expect("replaced");
        assert_eq!(std::fs::read_to_string(folder.join("main.typ")).expect("there"), "2");
        assert!(!folder.join("chapters").exists());
        let left: Vec<_> = std::fs::read_dir(root.path().join("a")).expect("reads").collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn what_is_not_ours_stays() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("p");
        let ours = files(&[("main.typ", "1"), ("chapters/x.typ", "1")]);
        // Another file, a changed one, a list without a file of ours, a link.
        for (path, text) in [("notes.txt", "mine"), ("main.typ", "changed")] {
            place_project(&folder, &ours).expect("placed");
            std::fs::write(folder.join(path), text).expect("written");
            let error = place_project(&folder, &files(&[("main.typ", "2")])).expect_err("refused");
            assert!(error.message.contains(path), "{error}");
            assert_eq!(std::fs::read_to_string(folder.join(path)).expect("there"), text);
            std::fs::remove_dir_all(&folder).expect("removed");
        }
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::write(folder.join(SUMS), "").expect("written");
        assert!(place_project(&folder, &ours).is_err());
        std::fs::remove_dir_all(&folder).expect("removed");
        std::fs::write(&folder, "a file").expect("written");
        assert!(place_project(&folder, &ours).is_err());
    }

    #[test]
    fn no_path_leads_out() {
        let root = tempfile::tempdir().expect("a folder");
        for path in ["../x", "/x", "a/../../x", "a\0b", "."] {
            let error = place_project(&root.path().join("p"), &files(&[(path, "")])).expect_err(path);
            assert_eq!(error.code, Code::OutputWrite);
        }
        assert!(std::fs::read_dir(root.path()).expect("reads").next().is_none());
    }
}
