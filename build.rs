//! Gives the crate `BINDERY_BUILD`: a hash of all that its editions depend on
//! and that is built into it, for the cache of finished editions.

use std::path::{Path, PathBuf};

/// Files and folders whose content changes what is built.
const PARTS: [&str; 6] = ["Cargo.lock", "Cargo.toml", "src", "templates", "fonts", "demo"];

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hash = Hash::default();
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
        hash.path(&root, part);
    }
    // Layout calculates with fractions, which not all processors round alike.
    hash.bytes(std::env::var("TARGET").unwrap_or_default().as_bytes());
    println!("cargo::rustc-env=BINDERY_BUILD={:032x}", hash.0);
}

/// FNV-1a of 128 bits: nobody makes collisions on purpose here, and it needs
/// no crate.
struct Hash(u128);

impl Default for Hash {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Hash {
    /// Bytes behind their length, so that no two lists give one stream.
    fn bytes(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_be_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// A file, or all files below a folder by name; what can't be read counts
    /// as nothing.
    fn path(&mut self, root: &Path, path: &str) {
        let place = root.join(path);
        if place.is_file() {
            self.bytes(path.as_bytes());
            self.bytes(&std::fs::read(&place).unwrap_or_default());
            return;
        }
        let entries = std::fs::read_dir(&place).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        for name in names {
            self.path(root, &format!("{path}/{name}"));
        }
    }
}
