//! The cache of what was fetched: each content once, by its SHA-256, and for
//! each address a record that names it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::media::{Fetched, RemoteImage};
use crate::paths;

/// A cache folder.
#[derive(Debug)]
pub(super) struct Cache(PathBuf);

/// What is known of an address.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    url: String,
    #[serde(flatten)]
    fetched: Fetched,
}

impl Cache {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn record(&self, address: &str) -> PathBuf {
        self.0.join("addresses").join(format!("{}.json", sha256(address.as_bytes())))
    }

    fn content(&self, hash: &str) -> PathBuf {
        self.0.join("contents").join(hash)
    }

    /// What was fetched from an address, if it is there whole.
    pub(super) fn get(&self, address: &str) -> Option<RemoteImage> {
        let record: Record = serde_json::from_slice(&fs::read(self.record(address)).ok()?).ok()?;
        let hash = &record.fetched.sha256;
        let named = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if record.url != address || !named {
            return None;
        }
        let bytes = fs::read(self.content(hash)).ok()?;
        (sha256(&bytes) == *hash).then(|| RemoteImage { bytes: bytes.into(), record: record.fetched })
    }

    /// Keeps what came from an address today.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn put(&self, address: &str, bytes: Vec<u8>) -> Result<RemoteImage, String> {
        let image = image(bytes, today());
        let record = Record { url: address.to_owned(), fetched: image.record.clone() };
        let written = serde_json::to_vec_pretty(&record).map_err(io::Error::other).and_then(|json| {
            // The content first: a record never names what is not there.
            write(&self.content(&image.record.sha256), &image.bytes)?;
            write(&self.record(address), &json)
        });
        match written {
            Ok(()) => Ok(image),
            Err(error) => Err(format!("the cache `{}` can't be written: {error}", self.0.display())),
        }
    }
}

/// Writes a file beside its place and renames it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Bytes with the record of their fetch.
pub(super) fn image(bytes: Vec<u8>, date: String) -> RemoteImage {
    let record = Fetched { sha256: sha256(&bytes), date };
    RemoteImage { bytes: bytes.into(), record }
}

/// Today in UTC, for the record of a fetch and nothing else.
pub(super) fn today() -> String {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

fn sha256(bytes: &[u8]) -> String {
    paths::hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_unless_it_is_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::new(folder.path().join("images"));
        let address = "https://example.org/a.png";
        assert_eq!(cache.get(address), None);
        let kept = cache.put(address, b"picture".to_vec()).expect("writes");
        assert_eq!(cache.get(address).as_ref(), Some(&kept));
        assert_eq!(cache.get("https://example.org/b.png"), None);
        fs::write(cache.content(&kept.record.sha256), b"other").expect("writes");
        assert_eq!(cache.get(address), None, "the content is another");
        fs::write(cache.record(address), b"{\"url\":\"x\",\"sha256\":\"../../x\",\"date\":\"\"}")
            .expect("writes");
        assert_eq!(cache.get(address), None);
    }
}
