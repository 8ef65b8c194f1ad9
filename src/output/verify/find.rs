//! Where editions are.

use std::io;
use std::path::{Path, PathBuf};

use crate::output::sums::{self, SUMS};
use crate::output::{MANIFEST, bag, listed};

/// How many folders may lie in one another.
const DEEPEST: usize = 32;

/// Where an edition is.
#[derive(Debug)]
pub(super) struct Place {
    /// Its folder; that of the bag, where it is one.
    pub folder: PathBuf,
    /// Whether that is a bag.
    pub bag: bool,
}

impl Place {
    /// The folder of the edition's own files.
    pub fn payload(&self) -> PathBuf {
        if self.bag { self.folder.join(bag::DATA) } else { self.folder.clone() }
    }
}

/// The editions in a folder and below it. Links are not followed.
///
/// # Errors
/// When the folder itself can't be read.
pub(super) fn editions(folder: &Path) -> io::Result<Vec<Place>> {
    let mut found = Vec::new();
    if !edition(folder, &mut found) {
        below(folder, 0, &mut found)?;
    }
    Ok(found)
}

fn below(folder: &Path, depth: usize, found: &mut Vec<Place>) -> io::Result<()> {
    let mut inner = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What a run that was cut off has left behind is no edition.
        let left = entry.file_name().to_string_lossy().starts_with(".bindery-");
        if entry.file_type()?.is_dir() && !left {
            inner.push(entry.path());
        }
    }
    inner.sort();
    for folder in inner {
        if !edition(&folder, found) && depth < DEEPEST {
            below(&folder, depth + 1, found)?;
        }
    }
    Ok(())
}

/// Adds a folder if it is an edition's, even one without its record.
fn edition(folder: &Path, found: &mut Vec<Place>) -> bool {
    let data = folder.join(bag::DATA);
    let tags = [bag::DECLARATION, bag::INFO, bag::PAYLOAD, bag::TAGS];
    let is_bag = has_edition(&data) && tags.iter().any(|name| folder.join(name).is_file());
    let is_edition = is_bag || has_edition(folder);
    if is_edition {
        found.push(Place { folder: folder.to_owned(), bag: is_bag });
    }
    is_edition
}

fn has_edition(folder: &Path) -> bool {
    let lists_it = || {
        let list = listed::read(&folder.join(SUMS)).unwrap_or_default();
        let list = sums::parse(&String::from_utf8_lossy(&list)).unwrap_or_default();
        list.contains_key(MANIFEST)
    };
    std::fs::symlink_metadata(folder.join(MANIFEST)).is_ok() || lists_it()
}
