//! What is in the cache, and how it stays within its limit.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::de::IgnoredAny;

use super::entry::{RECORD, read_record};
use super::{Cache, Key, Labels, PART, is_key};

/// So many small things are kept, and then the newer half of them.
const MOST_KNOWN: usize = 8192;
/// What a run that was killed has left is taken away after so long.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);
/// How deep folders are looked into.
const DEPTH: usize = 32;

/// An entry, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Its key.
    pub key: String,
    /// What it is; none if its record is damaged.
    pub labels: Option<Labels>,
    /// How many files the edition has.
    pub files: usize,
    /// The bytes on disk.
    pub size: u64,
    /// When it was of use for the last time.
    pub used: SystemTime,
}

/// How much of something there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// How many things.
    pub number: usize,
    /// How many bytes.
    pub size: u64,
}

impl Cache {
    /// All entries by document and edition, those without a name last.
    pub fn list(&self) -> Vec<Used> {
        let mut found: Vec<Used> = self.entries().into_iter().map(|(path, key)| used(&path, key)).collect();
        found.sort_by(|a, b| {
            let name = |used: &Used| {
                let labels = used.labels.clone().unwrap_or_default();
                (used.labels.is_none(), labels.document, labels.edition)
            };
            name(a).cmp(&name(b)).then_with(|| a.key.cmp(&b.key))
        });
        found
    }

    /// The clones that lie beside the editions.
    pub fn clones(&self) -> Amount {
        amount(&self.clone_folders())
    }

    /// The fetched images that lie beside them.
    pub fn images(&self) -> Amount {
        let contents = self.image_files().into_iter().filter(|path| path.extension().is_none());
        Amount { number: contents.count(), size: amount(&self.image_files()).size }
    }

    /// Removes the editions of a document, or all of them and what is known,
    /// and says how much that was.
    ///
    /// # Errors
    /// When one of them can't be removed.
    pub fn clear(&self, document: Option<&str>) -> io::Result<Amount> {
        let mut gone = Amount::default();
        for (path, key) in self.entries() {
            let entry = used(&path, key);
            let of = entry.labels.as_ref().map(|labels| labels.document.as_str());
            if document.is_none_or(|document| of == Some(document)) {
                remove(&path)?;
                gone = Amount { number: gone.number + 1, size: gone.size + entry.size };
            }
        }
        if document.is_none() {
            let known = named(&self.known());
            gone.size += amount(&known.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>()).size;
            known.iter().try_for_each(|(path, _)| remove(path))?;
            parts(&self.editions()).iter().try_for_each(|path| remove(path))?;
        }
        Ok(gone)
    }

    /// Removes clones and fetched images too, and nothing that only happens to
    /// lie in their folders.
    ///
    /// # Errors
    /// When one of them can't be removed.
    pub fn clear_beside(&self) -> io::Result<Amount> {
        let (clones, images) = (self.clones(), self.images());
        for path in self.clone_folders().iter().chain(&self.image_files()) {
            remove(path)?;
        }
        Ok(Amount { number: clones.number + images.number, size: clones.size + images.size })
    }

    /// Takes the editions that were of no use for the longest time away until
    /// the rest is within the limit; never the one that was just kept.
    pub(super) fn make_room(&self, keep: Option<&Key>) {
        let mut entries: Vec<(SystemTime, u64, PathBuf, String)> = self
            .entries()
            .into_iter()
            .map(|(path, key)| (last_use(&path), size(&path, DEPTH), path, key))
            .collect();
        entries.sort();
        let mut total: u64 = entries.iter().map(|(_, size, ..)| size).sum();
        for (_, size, path, key) in entries {
            if total <= self.limit {
                break;
            }
            if keep.is_some_and(|keep| keep.as_str() == key) {
                continue;
            }
            match remove(&path) {
                Ok(()) => total = total.saturating_sub(size),
                Err(error) => self.note(format!("the entry {key} can't be removed: {error}")),
            }
        }
        let stale = |path: &PathBuf| modified(path).elapsed().is_ok_and(|age| age > STALE);
        for path in parts(&self.editions()).into_iter().filter(stale) {
            // The next run tries again.
            let _ = remove(&path);
        }
        let mut known: Vec<(SystemTime, PathBuf)> =
            named(&self.known()).into_iter().map(|(path, _)| (modified(&path), path)).collect();
        if known.len() > MOST_KNOWN {
            known.sort();
            known.iter().take(known.len() - MOST_KNOWN / 2).for_each(|(_, path)| drop(remove(path)));
        }
    }

    fn entries(&self) -> Vec<(PathBuf, String)> {
        named(&self.editions())
    }

    /// The clones that [`source::clone`](crate::source::clone) has made: bare
    /// repositories with a hash at the end of their name.
    fn clone_folders(&self) -> Vec<PathBuf> {
        let ours = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let hash = name.rsplit_once('-').map(|(_, hash)| hash);
            hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
                && path.join("HEAD").is_file()
        };
        children(&self.root.join("git")).into_iter().filter(ours).collect()
    }

    /// The files that [`fetch`](crate::fetch) has written.
    fn image_files(&self) -> Vec<PathBuf> {
        let images = self.root.join("images");
        let ours = |path: &PathBuf| {
            path.file_stem().is_some_and(|stem| is_key(&stem.to_string_lossy())) && path.is_file()
        };
        let folders = [images.join("contents"), images.join("addresses")];
        folders.iter().flat_map(|folder| children(folder)).filter(ours).collect()
    }
}

fn used(path: &Path, key: String) -> Used {
    let record = read_record::<IgnoredAny>(path, &key).ok();
    let files = record.as_ref().map_or(0, |record| record.files.len());
    Used { labels: record.map(|r| r.labels), files, size: size(path, DEPTH), used: last_use(path), key }
}

/// When an entry was of use for the last time.
fn last_use(path: &Path) -> SystemTime {
    modified(&path.join(RECORD)).max(SystemTime::UNIX_EPOCH)
}

fn modified(path: &Path) -> SystemTime {
    let found = fs::symlink_metadata(path).and_then(|found| found.modified());
    found.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// What is in a folder, sorted; nothing where there is none.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// What is in a folder and called like a key; anything else is not ours.
fn named(folder: &Path) -> Vec<(PathBuf, String)> {
    let key = |path: PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        is_key(&name).then_some((path, name))
    };
    children(folder).into_iter().filter_map(key).collect()
}

/// What runs have begun in a folder and not finished.
fn parts(folder: &Path) -> Vec<PathBuf> {
    let begun = |path: &PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(PART));
    children(folder).into_iter().filter(begun).collect()
}

/// The bytes of a file, or of all files below a folder.
fn size(path: &Path, depth: usize) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() && depth > 0 => {
            children(path).iter().map(|path| size(path, depth - 1)).sum()
        }
        Ok(found) if found.is_file() => found.len(),
        Ok(_) | Err(_) => 0,
    }
}

fn amount(paths: &[PathBuf]) -> Amount {
    Amount { number: paths.len(), size: paths.iter().map(|path| size(path, DEPTH)).sum() }
}

/// Removes a folder with all that is in it, a file, or a link and not what it
/// leads to. What is gone already need not be removed.
fn remove(path: &Path) -> io::Result<()> {
    let result = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
