//! What the lists in a folder name as files of an edition.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::manifest::sha256;
use super::sums::SUMS;
use super::{MANIFEST, bag, sums};

/// The largest list that is read.
pub(crate) const LARGEST: u64 = 64 << 20;

/// The bytes of a file that is not larger than [`LARGEST`].
///
/// # Errors
/// When it is no plain file, too large, or can't be read.
pub fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other(format!("it has more than {} MiB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// Of an `edition.json` of any version, the names of the files.
#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    formats: Vec<Name>,
    #[serde(default)]
    files: Vec<Name>,
}

#[derive(Deserialize)]
struct Name {
    file: String,
}

/// The paths of the files that an earlier run has put into a folder, as its
/// lists name them. A list that can't be read names none.
pub(super) fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    of_payload(folder, "", &mut found);
    if folder.join(bag::DECLARATION).is_file() {
        of_payload(&folder.join(bag::DATA), &format!("{}/", bag::DATA), &mut found);
        found.extend([bag::DECLARATION, bag::INFO, bag::PAYLOAD, bag::TAGS].map(str::to_owned));
    }
    found
}

fn of_payload(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
    let mut add = |name: &str| found.insert(format!("{prefix}{name}"));
    if let Ok(bytes) = read(&folder.join(MANIFEST)) {
        add(MANIFEST);
        if let Ok(names) = serde_json::from_slice::<Names>(&bytes) {
            names.formats.iter().chain(&names.files).for_each(|name| {
                add(&name.file);
            });
        }
    }
    if let Ok(bytes) = read(&folder.join(SUMS)) {
        // Someone else's list may have that name, too; ours has the record.
        let list = sums::parse(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
        if list.contains_key(MANIFEST) {
            add(SUMS);
            list.keys().for_each(|name| {
                add(name);
            });
        }
    }
}

/// The SHA-256 of the `edition.json` of a document's edition, if the folder of
/// the document's editions holds one of that identifier: under the name that
/// is given, else under any.
pub fn record_of(folder: &Path, name: &str, identifier: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Identified {
        identifier: String,
    }
    let of_edition = |edition: &Path| {
        let places = [edition.join(MANIFEST), edition.join(bag::DATA).join(MANIFEST)];
        let mut found = places.iter().filter_map(|place| read(place).ok());
        found.find_map(|bytes| {
            let record: Identified = serde_json::from_slice(&bytes).ok()?;
            (record.identifier == identifier).then(|| sha256(&bytes))
        })
    };
    of_edition(&folder.join(name)).or_else(|| {
        let entries = std::fs::read_dir(folder).ok()?;
        let mut editions: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        editions.sort();
        editions.iter().find_map(|edition| of_edition(edition))
    })
}
