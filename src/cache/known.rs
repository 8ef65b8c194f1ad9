//! Small things that are known of a revision, so that planning need not read
//! its book: each a file of its own, behind a line with its hash.

use std::fs;
use std::io::{self, Write};

use super::{Cache, Key, PART};
use crate::output::manifest::sha256;

/// The most bytes of one of them.
const LARGEST: usize = 64 << 10;

impl Cache {
    /// What is known under a key.
    pub fn recall(&self, key: &Key) -> Option<Vec<u8>> {
        let path = self.known().join(key.as_str());
        let found = fs::symlink_metadata(&path).ok()?;
        if !found.is_file() || found.len() > LARGEST as u64 {
            return None;
        }
        let bytes = fs::read(&path).ok()?;
        let (sum, value) = bytes.split_at_checked(65)?;
        (sum == line(key, value)).then(|| value.to_vec())
    }

    /// Writes something down under a key.
    pub fn remember(&self, key: &Key, value: &[u8]) {
        if value.len() + 65 > LARGEST {
            return;
        }
        let write = || -> io::Result<()> {
            let folder = self.known();
            fs::create_dir_all(&folder)?;
            let mut file = tempfile::Builder::new().prefix(PART).tempfile_in(&folder)?;
            file.write_all(&line(key, value))?;
            file.write_all(value)?;
            file.persist(folder.join(key.as_str())).map_err(|error| error.error)?;
            Ok(())
        };
        if let Err(error) = write() {
            self.note(format!("`{}` can't be written: {error}", self.known().display()));
        }
    }
}

/// The line in front of a value: it holds for this key alone.
fn line(key: &Key, value: &[u8]) -> Vec<u8> {
    let sum = sha256(&[key.as_str().as_bytes(), value].concat());
    format!("{sum}\n").into_bytes()
}
