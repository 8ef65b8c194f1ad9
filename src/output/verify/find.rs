//! Where editions are.

use std::io;
use std::path::{Path, PathBuf};

use crate::output::sums::{self, SUMS};
use crate::output::{MANIFEST, bag, listed};

/// How many folders may lie in one another.
const DEEPEST: usize = 32;

/// Where an edition is.
#[derive(Debug)]
pub struct Place {
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

/// A folder that can't be read, and why.
pub type Unread = (PathBuf, io::Error);

/// The editions in a folder and below it. Links are not followed.
///
/// # Errors
/// When the folder itself can't be read.
pub(super) fn editions(folder: &Path) -> io::Result<Vec<Place>> {
    let mut found = Vec::new();
    if !edition(folder, &mut found) {
        below(folder, DEEPEST, None, &mut found)?;
    }
    Ok(found)
}

/// The editions that a catalogue of the folder lists: those below it, not as
/// deep as anything may lie, and not in hidden folders, which are not served.
///
/// # Errors
/// When the folder itself can't be read. What is wrong with those below it is
/// given beside the editions.
pub fn listed_editions(folder: &Path) -> io::Result<(Vec<Place>, Vec<Unread>)> {
    const DEEPEST_LISTED: usize = 6;
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    below(folder, DEEPEST_LISTED, Some(&mut unread), &mut found)?;
    Ok((found, unread))
}

/// Whether the folder itself is an edition's.
pub fn is_edition(folder: &Path) -> bool {
    edition(folder, &mut Vec::new())
}

/// Adds the editions below a folder. Where `unread` is given, folders that
/// can't be read are put there, and hidden ones are left out.
fn below(
    folder: &Path,
    depth: usize,
    mut unread: Option<&mut Vec<Unread>>,
    found: &mut Vec<Place>,
) -> io::Result<()> {
    let mut inner = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // What a run that was cut off has left behind is no edition.
        let ours = if unread.is_none() { ".bindery-" } else { "." };
        let left = entry.file_name().to_string_lossy().starts_with(ours);
        if entry.file_type()?.is_dir() && !left {
            inner.push(entry.path());
        }
    }
    inner.sort();
    for folder in inner {
        if edition(&folder, found) || depth == 0 {
            continue;
        }
        match (below(&folder, depth - 1, unread.as_deref_mut(), found), unread.as_deref_mut()) {
            (Err(error), Some(unread)) => unread.push((folder, error)),
            (done, _) => done?,
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
