//! The catalogue as it is served: made in memory of the folder's present
//! state, with relative links, whatever address the files in the folder name.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::body::Bytes;

use super::file::tag;
use crate::catalogue::{self, Shelf};
use crate::output::MANIFEST;
use crate::output::verify::listed_editions;

/// For how long the folder is not looked at again: many may ask at once.
const FRESH: Duration = Duration::from_secs(1);

/// What tells one state of the folder from another: its records.
type State = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// The shelf of a folder, and when it was looked at.
#[derive(Default)]
pub(super) struct Feeds(Mutex<Option<Seen>>);

struct Seen {
    at: Instant,
    state: State,
    shelf: Shelf,
    made: Vec<(String, Bytes, String)>,
}

impl Feeds {
    /// A file of the catalogue with its tag; none where it can't be made.
    pub fn get(&self, root: &Path, name: &str) -> Option<(Bytes, String)> {
        // One looks, and the others wait for what it sees.
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match seen.as_mut() {
            Some(seen) if now.duration_since(seen.at) < FRESH => {}
            before => {
                let state = state(root);
                match before {
                    Some(before) if before.state == state => before.at = now,
                    _ => {
                        // What can't be read is said by `bindery catalogue`.
                        let shelf = catalogue::read(root).ok()?.value;
                        *seen = Some(Seen { at: now, state, shelf, made: Vec::new() });
                    }
                }
            }
        }
        let seen = seen.as_mut()?;
        if let Some((_, bytes, tag)) = seen.made.iter().find(|(made, _, _)| made == name) {
            return Some((bytes.clone(), tag.clone()));
        }
        let bytes = Bytes::from(catalogue::file(&seen.shelf, name).ok()??);
        let tag = tag(&bytes);
        seen.made.push((name.to_owned(), bytes.clone(), tag.clone()));
        Some((bytes, tag))
    }
}

fn state(root: &Path) -> State {
    let (places, _) = listed_editions(root).unwrap_or_default();
    let about = |place: &crate::output::verify::Place| {
        let path = place.payload().join(MANIFEST);
        let about = std::fs::symlink_metadata(&path).ok();
        let time = about.as_ref().and_then(|about| about.modified().ok());
        (path, time, about.map_or(0, |about| about.len()))
    };
    places.iter().map(about).collect()
}
