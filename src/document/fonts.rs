//! Fonts that a book needs beside those that every PDF is set in.

use std::sync::Arc;

/// A face of a font file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FontFile {
    /// The name of the file, without its folder.
    pub file: String,
    /// Which face of the file: from 0, more than 0 in collections only.
    pub index: u32,
    /// The file's bytes (OpenType).
    pub bytes: Arc<[u8]>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a font came from. Fonts are taken in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The configuration names it.
    Given,
    /// It is part of Bindery.
    Bundled,
    /// It is installed on the machine.
    Installed,
}
