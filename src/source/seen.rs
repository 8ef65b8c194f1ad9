//! What a working tree looks like at a moment: which files there are, and when
//! each was changed. Two looks tell what happened in between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::files::entries;
use super::git::find;
use super::listing::{MAX_DEPTH, MAX_FILES};

/// What tells two states of a file apart without reading it: the time of its
/// last change, where the file system has one, and its length in bytes.
type Stamp = (Option<SystemTime>, u64);

/// The files of a working tree at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    files: BTreeMap<PathBuf, Stamp>,
    folders: BTreeSet<PathBuf>,
}

impl Seen {
    /// Looks at folders with all that is in them, and at single files. As in a
    /// draft, what is hidden, `node_modules` and folders with a `CACHEDIR.TAG`
    /// are passed over; so are `ignored` folders, and what can't be read.
    /// Links to folders are not followed.
    pub fn look(places: &[PathBuf], ignored: &[PathBuf]) -> Self {
        let mut seen = Self::default();
        for place in places {
            match std::fs::metadata(place) {
                Ok(found) if found.is_dir() => seen.folder(place, ignored, 0),
                Ok(_) => {
                    seen.file(place.clone());
                    seen.folders.extend(place.parent().map(Path::to_owned));
                }
                Err(_) => {}
            }
        }
        seen
    }

    fn folder(&mut self, folder: &Path, ignored: &[PathBuf], depth: usize) {
        if depth > MAX_DEPTH || self.files.len() > MAX_FILES || ignored.iter().any(|other| other == folder) {
            return;
        }
        let Ok(entries) = entries(folder) else { return };
        self.folders.insert(folder.to_owned());
        for (name, path) in entries {
            match std::fs::symlink_metadata(&path).map(|found| found.file_type()) {
                Ok(kind) if kind.is_dir() => {
                    if name != "node_modules" && !path.join("CACHEDIR.TAG").is_file() {
                        self.folder(&path, ignored, depth + 1);
                    }
                }
                Ok(_) if is_passing(&name) => {}
                Ok(_) => self.file(path),
                Err(_) => {}
            }
        }
    }

    fn file(&mut self, path: PathBuf) {
        if let Ok(found) = std::fs::metadata(&path)
            && found.is_file()
        {
            self.files.insert(path, (found.modified().ok(), found.len()));
        }
    }

    /// The folders that its files are in.
    pub fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files that are new since an earlier look, gone or changed, sorted.
    pub fn since(&self, earlier: &Self) -> Vec<PathBuf> {
        let differs = |path: &&PathBuf| self.files.get(*path) != earlier.files.get(*path);
        let all: BTreeSet<&PathBuf> = self.files.keys().chain(earlier.files.keys()).collect();
        all.into_iter().filter(differs).cloned().collect()
    }
}

/// What editors write beside a file while they save it.
fn is_passing(name: &str) -> bool {
    let digits = |name: &str| name.len() >= 4 && name.bytes().all(|b| b.is_ascii_digit());
    name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || [".tmp", ".swp", ".swx", ".part", ".crdownload"].iter().any(|end| name.ends_with(end))
        || name.contains("___jb_")
        || digits(name)
}

/// The folder that the draft of a path is read from: the work tree that it lies
/// in, else itself, or for a file that file.
pub fn root_of_draft(path: &Path) -> PathBuf {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match find(&path) {
        Ok(Some(place)) if path.is_dir() && place.git != place.root => place.root,
        Ok(_) | Err(_) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_between_two_looks_is_told() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        let write = |name: &str, text: &str| {
            std::fs::create_dir_all(at(name).parent().expect("a parent")).expect("made");
            std::fs::write(at(name), text).expect("written");
        };
        for name in
            ["a.md", "b/c.md", ".git/x", "out/y.pdf", "target/CACHEDIR.TAG", "target/z", "node_modules/m.md"]
        {
            write(name, "1");
        }
        let look = || Seen::look(&[root.path().to_owned()], &[at("out")]);
        let first = look();
        assert_eq!((first.len(), first.folders().len()), (2, 2));
        write("out/y.pdf", "22");
        for name in ["a.md~", "#a.md#", "4913", ".a.md.swp", "b/c.md.tmp", "target/z"] {
            write(name, "22");
        }
        assert_eq!(look().since(&first), Vec::<PathBuf>::new(), "none of it is the document's");
        write("a.md", "22");
        write("b/d.md", "1");
        std::fs::remove_file(at("b/c.md")).expect("removed");
        assert_eq!(look().since(&first), [at("a.md"), at("b/c.md"), at("b/d.md")]);
        std::fs::remove_dir_all(at("b")).expect("removed");
        assert_eq!(look().folders().len(), 1);
    }
}
