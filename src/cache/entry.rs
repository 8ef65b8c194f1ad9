//! Entries: the files of a finished edition, and a record of them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Cache, Key, PART, is_key};
use crate::output::manifest::sha256;
use crate::paths;

/// The name of the record in the folder of an entry.
pub(super) const RECORD: &str = "record";
/// The largest record that is read.
const LARGEST: u64 = 64 << 20;
/// The version of the form of an entry.
const SCHEMA: u32 = 1;

/// What people call an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The document's name in folder and file names.
    pub document: String,
    /// The edition's name.
    pub edition: String,
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its path in the edition's folder, with `/`.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// The record of an entry. On disk it stands behind a line with its SHA-256.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record<T> {
    schema: u32,
    key: String,
    pub(super) labels: Labels,
    pub(super) files: Vec<Listed>,
    report: T,
}

/// An entry that was found, and whose record is as it was written.
#[derive(Debug)]
pub struct Entry<T> {
    folder: PathBuf,
    /// The files, in the order in which they are placed.
    pub files: Vec<Listed>,
    /// What was kept with them.
    pub report: T,
}

impl Cache {
    /// The entry of a key, if there is one that can be trusted. Its files are
    /// checked when they are read.
    pub fn find<T: DeserializeOwned>(&self, key: &Key) -> Option<Entry<T>> {
        let folder = self.editions().join(key.as_str());
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Ok(found) if found.is_dir() => {}
            Ok(_) | Err(_) => {
                self.note(format!("the entry {key} is no folder that can be read"));
                return None;
            }
        }
        match read_record(&folder, key.as_str()) {
            Ok(Record { files, report, .. }) => Some(Entry { folder, files, report }),
            Err(error) => {
                self.note(format!("the entry {key} is not used: {error}"));
                None
            }
        }
    }

    /// The bytes of all files of an entry; none if any is not as it was kept.
    pub fn read<T>(&self, entry: &Entry<T>) -> Option<Vec<(String, Vec<u8>)>> {
        let one = |file: &Listed| match read_file(&entry.folder.join(&file.sha256), file) {
            Ok(bytes) => Some((file.path.clone(), bytes)),
            Err(error) => {
                self.note(format!("{} of {} is not used: {error}", file.path, entry.folder.display()));
                None
            }
        };
        entry.files.iter().map(one).collect()
    }

    /// Writes down that an entry was of use just now: what was not goes first.
    pub fn touch<T>(&self, entry: &Entry<T>) {
        let record = fs::OpenOptions::new().append(true).open(entry.folder.join(RECORD));
        // An entry that can't be touched is only forgotten sooner.
        let _ = record.and_then(|record| record.set_modified(SystemTime::now()));
    }

    /// Keeps the files of an edition under a key, in place of what is there,
    /// and makes room for them.
    pub fn keep<T: Serialize>(&self, key: &Key, labels: Labels, files: &[(String, Vec<u8>)], report: &T) {
        let size: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if size > self.limit {
            return self.note(format!("the edition {} has more bytes than the cache may", labels.edition));
        }
        match self.write(key, labels, files, report) {
            Ok(()) => self.make_room(Some(key)),
            Err(error) => self.note(format!("`{}` can't be written: {error}", self.root.display())),
        }
    }

    /// Writes an entry beside its place and renames it.
    fn write<T: Serialize>(
        &self,
        key: &Key,
        labels: Labels,
        files: &[(String, Vec<u8>)],
        report: &T,
    ) -> io::Result<()> {
        let editions = self.editions();
        fs::create_dir_all(&editions)?;
        self.tag(&editions);
        let beside = tempfile::Builder::new().prefix(PART).tempdir_in(&editions)?;
        let fresh = beside.path().join("new");
        fs::create_dir(&fresh)?;
        let mut listed = Vec::new();
        for (path, bytes) in files {
            let sha256 = sha256(bytes);
            fs::write(fresh.join(&sha256), bytes)?;
            listed.push(Listed { path: path.clone(), size: bytes.len() as u64, sha256 });
        }
        let record = Record { schema: SCHEMA, key: key.to_string(), labels, files: listed, report };
        let json = serde_json::to_vec(&record).map_err(io::Error::other)?;
        let mut bytes = format!("{}\n", sha256(&json)).into_bytes();
        bytes.extend(json);
        fs::write(fresh.join(RECORD), bytes)?;
        let place = editions.join(key.as_str());
        if fs::symlink_metadata(&place).is_ok() {
            // Damaged, or another run was faster. It goes with the temporary
            // folder; a link goes, and not what it leads to.
            fs::rename(&place, beside.path().join("old"))?;
        }
        match fs::rename(&fresh, &place) {
            // Another run was faster; its entry is as good.
            Err(_) if place.is_dir() => Ok(()),
            result => result,
        }
    }

    /// Says to programs that copy folders that everything in here can be made
    /// again (Cache Directory Tagging Specification).
    fn tag(&self, folder: &Path) {
        let tag = folder.join("CACHEDIR.TAG");
        if !tag.exists() {
            // Nothing depends on it.
            let _ = fs::write(
                tag,
                "Signature: 8a477f597d28d172789f06886806bc55\n# Editions that Bindery has built.\n",
            );
        }
    }
}

/// Reads and checks the record in an entry's folder.
///
/// # Errors
/// When it is not there, can't be read, or is not what was written.
pub(super) fn read_record<T: DeserializeOwned>(folder: &Path, key: &str) -> io::Result<Record<T>> {
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why);
    let bytes = read_plain(&folder.join(RECORD), LARGEST)?;
    let (sum, json) = bytes.split_at_checked(65).ok_or_else(|| wrong("its record is cut"))?;
    if sum != format!("{}\n", sha256(json)).as_bytes() {
        return Err(wrong("its record is damaged"));
    }
    let record: Record<T> = serde_json::from_slice(json).map_err(|_| wrong("its record has another form"))?;
    let mut seen = BTreeSet::new();
    let fits = |file: &Listed| paths::is_inside(&file.path) && is_key(&file.sha256);
    if record.schema != SCHEMA || record.key != key {
        return Err(wrong("its record is of something else"));
    }
    if !record.files.iter().all(|file| fits(file) && seen.insert(file.path.clone())) {
        return Err(wrong("its record names files that no edition has"));
    }
    Ok(record)
}

/// The bytes of a file, which have to be the ones that were kept.
fn read_file(path: &Path, file: &Listed) -> io::Result<Vec<u8>> {
    let bytes = read_plain(path, file.size)?;
    if bytes.len() as u64 != file.size || sha256(&bytes) != file.sha256 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is damaged"));
    }
    Ok(bytes)
}

/// The bytes of a plain file that is not larger than it may be. Links are not
/// followed, and pipes not waited for.
fn read_plain(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() || found.len() > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no file of this size"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0));
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Listed {
    /// Whether a file on disk is a plain one with these bytes.
    pub fn is_at(&self, path: &Path) -> bool {
        read_file(path, self).is_ok()
    }
}
