//! Images of a book: their bytes, types and sizes.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Where drawn diagrams are in the bag; no file of a tree is ever there.
pub const DIAGRAMS: &str = "bindery:diagrams/";

/// The images of one book by their path from the root of the file tree.
/// Bytes are shared, so that a bag of the next revision costs little.
#[derive(Debug, Clone, Default)]
pub struct MediaBag(BTreeMap<String, Media>);

/// An image that can be shown: its bytes were looked at and fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The file's bytes.
    pub bytes: Arc<[u8]>,
    /// What they are, by content, whatever the file is called.
    pub kind: MediaKind,
    /// Width in pixels (for SVG: CSS pixels, rounded up).
    pub width: u32,
    /// Height in pixels (for SVG: CSS pixels, rounded up).
    pub height: u32,
}

/// The kinds of image that both writers can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// SVG.
    Svg,
}

impl MediaKind {
    /// The media type (RFC 6838).
    pub fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    /// The usual file name extension, without the dot. Typst's image formats
    /// have the same names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Svg => "svg",
        }
    }
}

impl MediaBag {
    /// Puts an image in, or in the place of another.
    pub fn insert(&mut self, path: String, media: Media) {
        self.0.insert(path, media);
    }

    /// The image of a path.
    pub fn get(&self, path: &str) -> Option<&Media> {
        self.0.get(path)
    }

    /// All images, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Media)> {
        self.0.iter().map(|(path, media)| (path.as_str(), media))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
