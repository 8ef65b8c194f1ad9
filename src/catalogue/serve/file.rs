//! Files of the folder: which may be had, their tags, and their bytes piece by
//! piece.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::SystemTime;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use sha2::{Digest, Sha256};

use crate::paths::hex;

/// How many bytes are read at once.
const PIECE: usize = 64 << 10;

/// How many tags are remembered.
const MOST: usize = 10_000;

/// A file that may be had.
pub(super) struct Open {
    file: File,
    pub size: u64,
    /// Its tag, in quotation marks.
    pub tag: String,
}

/// The tags of files by their paths, with the time and the size that they were
/// made at.
#[derive(Default)]
pub(super) struct Tags(Mutex<HashMap<PathBuf, (SystemTime, u64, String)>>);

impl Tags {
    /// Opens a file below a root, which has no links in its own path. What a
    /// link leads to is a file of the root only if it lies in it, unhidden.
    pub fn open(&self, root: &Path, path: &str) -> io::Result<Open> {
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        let place = root.join(path).canonicalize()?;
        let inner = place.strip_prefix(root).map_err(|_| gone())?;
        let hidden = |part: std::path::Component| part.as_os_str().to_string_lossy().starts_with('.');
        if inner.components().any(hidden) || !std::fs::metadata(&place)?.is_file() {
            return Err(gone());
        }
        let mut file = File::open(&place)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(gone());
        }
        let (size, time) = (about.len(), about.modified().unwrap_or(SystemTime::UNIX_EPOCH));
        let known =
            self.lock().get(&place).filter(|(t, s, _)| (*t, *s) == (time, size)).map(|known| known.2.clone());
        let tag = match known {
            Some(tag) => tag,
            None => {
                let tag = tag_of(&mut file)?;
                let mut tags = self.lock();
                if tags.len() >= MOST {
                    tags.clear();
                }
                tags.insert(place, (time, size, tag.clone()));
                tag
            }
        };
        Ok(Open { file, size, tag })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, (SystemTime, u64, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tag of a file's bytes: their SHA-256.
fn tag_of(file: &mut File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(tagged(&digest.finalize())),
            read => digest.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

/// The tag of bytes.
pub(super) fn tag(bytes: &[u8]) -> String {
    tagged(&Sha256::digest(bytes))
}

fn tagged(sum: &[u8]) -> String {
    format!("\"{}\"", hex(sum))
}

/// What an answer holds: nothing, bytes, or a part of a file.
pub(super) enum Content {
    /// Bytes, once.
    Bytes(Option<Bytes>),
    /// A file from where it stands, so many bytes of it.
    File {
        file: File,
        left: u64,
        /// Counts pieces, so that a connection is seen to move.
        moved: Arc<AtomicU64>,
    },
}

impl Content {
    /// A part of a file.
    pub fn part(mut open: Open, from: u64, length: u64, moved: Arc<AtomicU64>) -> io::Result<Self> {
        open.file.seek(SeekFrom::Start(from))?;
        Ok(Self::File { file: open.file, left: length, moved })
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(match &mut *self {
            Self::Bytes(bytes) => {
                bytes.take().filter(|bytes| !bytes.is_empty()).map(|bytes| Ok(Frame::data(bytes)))
            }
            Self::File { left: 0, .. } => None,
            Self::File { file, left, moved } => {
                let mut piece = vec![0; usize::try_from(*left).unwrap_or(PIECE).min(PIECE)];
                Some(match file.read(&mut piece) {
                    // The file has become shorter: the connection ends here.
                    Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(read) => {
                        piece.truncate(read);
                        *left = left.saturating_sub(read as u64);
                        moved.fetch_add(1, Ordering::Relaxed);
                        Ok(Frame::data(piece.into()))
                    }
                    Err(error) => Err(error),
                })
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::File { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Bytes(bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::File { left, .. } => *left,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_those_of_the_folder_and_their_tags_follow_them() {
        let outer = tempfile::tempdir().expect("a folder");
        let root = outer.path().canonicalize().expect("there").join("root");
        std::fs::create_dir_all(root.join(".cache")).expect("made");
        std::fs::write(outer.path().join("secret"), "s").expect("written");
        std::fs::write(root.join(".cache/a"), "a").expect("written");
        std::fs::write(root.join("a"), "abc").expect("written");
        let tags = Tags::default();
        let open = |path: &str| tags.open(&root, path).map(|open| (open.size, open.tag));
        let (size, tag) = open("a").expect("opens");
        assert_eq!((size, &tag), (3, &super::tag(b"abc")));
        std::fs::write(root.join("a"), "abcd").expect("written");
        assert_ne!(open("a").expect("opens").1, tag);
        for gone in ["b", "", ".cache", ".cache/a", "../secret"] {
            assert!(open(gone).is_err(), "{gone}");
        }
        #[cfg(unix)]
        {
            let link =
                |to: &str, name: &str| std::os::unix::fs::symlink(to, root.join(name)).expect("linked");
            link("../secret", "out");
            link(".cache/a", "hidden");
            link("a", "in");
            assert!(open("out").is_err() && open("hidden").is_err() && open("in").is_ok());
        }
    }
}
