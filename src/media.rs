//! Images of a book: their bytes, types and sizes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde::{Deserialize, Serialize};
/// Where drawn diagrams are in the bag; no file of a tree is ever there.
pub const DIAGRAMS: &str = "bindery:diagrams/";

/// The images of one book by their path from the root of the file tree.
/// Bytes are shared, so that a bag of the next revision costs little.
#[derive(Debug, Clone, Default)]
pub struct MediaBag {
    images: BTreeMap<String, Media>,
    fetched: BTreeMap<String, Fetched>,
}

/// Where and when a remote image was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fetched {
    /// The SHA-256 of the bytes as they came, in lower-case hexadecimal.
    pub sha256: String,
    /// The day of the first fetch, `YYYY-MM-DD` in UTC. It comes from the
    /// cache's record, so that one cache always gives the same editions.
    pub date: String,
}

/// A remote image as it came, before anything was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteImage {
    /// The bytes.
    pub bytes: Arc<[u8]>,
    /// Where they come from.
    pub record: Fetched,
}

/// An image that can be shown: its bytes were looked at and fit its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// The file's bytes.
    pub bytes: Arc<[u8]>,
    /// What they are, by content, whatever the file is called.
    pub kind: MediaKind,
    /// Width in CSS pixels at its natural size, rounded up: that of the
    /// author's file, even where the bytes hold fewer pixels.
    pub width: u32,
    /// Height in CSS pixels at its natural size, rounded up.
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

impl Media {
    /// Whether it is an animation: a GIF of more than one picture.
    pub fn moves(&self) -> bool {
        match self.kind {
            MediaKind::Gif => gif_moves(&self.bytes).unwrap_or(false),
            // Animated ones are made into still ones before they get here.
            MediaKind::Png | MediaKind::Jpeg | MediaKind::WebP | MediaKind::Svg => false,
        }
    }

    /// The text that a drawing shows; none for other images.
    pub fn text(&self) -> String {
        let MediaKind::Svg = self.kind else { return String::new() };
        let Ok(source) = std::str::from_utf8(&self.bytes) else { return String::new() };
        let mut reader = Reader::from_str(source);
        let mut out = String::new();
        // Inside how many `text` elements the reader is.
        let mut inside = 0_usize;
        loop {
            let shown = inside > 0;
            match reader.read_event() {
                Ok(Event::Start(tag)) if shown || tag.local_name().as_ref() == b"text" => inside += 1,
                Ok(Event::End(_)) => inside = inside.saturating_sub(1),
                Ok(Event::Text(text)) if shown => out.push_str(&text.decode().unwrap_or_default()),
                Ok(Event::CData(text)) if shown => out.push_str(&text.decode().unwrap_or_default()),
                Ok(Event::GeneralRef(reference)) if shown => {
                    out.extend(reference.resolve_char_ref().unwrap_or_default());
                }
                Ok(Event::Eof) | Err(_) => return out,
                Ok(
                    Event::Start(_)
                    | Event::Empty(_)
                    | Event::Text(_)
                    | Event::CData(_)
                    | Event::GeneralRef(_)
                    | Event::Comment(_)
                    | Event::Decl(_)
                    | Event::PI(_)
                    | Event::DocType(_),
                ) => {}
            }
        }
    }
}

/// The start of a block of a GIF that is a picture.
const GIF_PICTURE: u8 = 0x2C;

/// Whether a GIF holds a second picture; none if its blocks don't fit together.
fn gif_moves(bytes: &[u8]) -> Option<bool> {
    let mut pictures = 0;
    for block in gif_blocks(bytes, gif_head(bytes)?) {
        pictures += usize::from(bytes.get(block?.start) == Some(&GIF_PICTURE));
        if pictures == 2 {
            return Some(true);
        }
    }
    Some(false)
}

/// The size of the table of colours behind a field of flags, in bytes.
fn gif_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the first block of a GIF begins (GIF89a, sections 17 to 19); none if
/// it is too short.
pub fn gif_head(bytes: &[u8]) -> Option<usize> {
    Some(13 + gif_table(*bytes.get(10)?))
}

/// The extensions and pictures of a GIF from a place on, up to what is neither
/// (GIF89a, appendix B). The last is none where the bytes end too early.
pub fn gif_blocks(bytes: &[u8], mut at: usize) -> impl Iterator<Item = Option<Range<usize>>> {
    let sub_blocks = |mut at: usize| loop {
        match *bytes.get(at)? {
            0 => break Some(at + 1),
            length => at += usize::from(length) + 1,
        }
    };
    let mut damaged = false;
    std::iter::from_fn(move || {
        let end = match bytes.get(at) {
            _ if damaged => return None,
            Some(0x21) => sub_blocks(at + 2),
            Some(&GIF_PICTURE) => bytes.get(at + 9).and_then(|flags| sub_blocks(at + 11 + gif_table(*flags))),
            Some(_) => return None,
            None => None,
        };
        damaged = end.is_none();
        Some(end.map(|end| std::mem::replace(&mut at, end)..end))
    })
}

impl MediaBag {
    /// Puts an image in, or in the place of another.
    pub fn insert(&mut self, path: String, media: Media) {
        self.images.insert(path, media);
    }

    /// The image of a path.
    pub fn get(&self, path: &str) -> Option<&Media> {
        self.images.get(path)
    }

    /// All images, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Media)> {
        self.images.iter().map(|(path, media)| (path.as_str(), media))
    }

    /// Notes where an image was fetched from.
    pub fn insert_fetched(&mut self, address: String, record: Fetched) {
        self.fetched.insert(address, record);
    }

    /// The addresses that images were fetched from, in their order.
    pub fn fetched(&self) -> impl Iterator<Item = (&str, &Fetched)> {
        self.fetched.iter().map(|(address, record)| (address.as_str(), record))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(kind: MediaKind, bytes: &[u8]) -> Media {
        Media { bytes: Arc::from(bytes), kind, width: 1, height: 1 }
    }

    #[test]
    fn the_text_of_a_drawing_is_what_it_shows() {
        let svg =
            "<svg><title>no</title><text>a<tspan>b</tspan>&amp;&#x4E2D;</text><g>no</g><text>c</text></svg>";
        assert_eq!(media(MediaKind::Svg, svg.as_bytes()).text(), "ab中c");
        assert_eq!(media(MediaKind::Png, svg.as_bytes()).text(), "");
    }

    #[test]
    fn a_gif_moves_if_it_holds_two_pictures() {
        let picture = b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF\x21\xF9\x04\0\0\0\0\0".to_vec();
        gif.extend(picture);
        assert!(!media(MediaKind::Gif, &[gif.clone(), b";".to_vec()].concat()).moves());
        gif.extend(picture);
        assert!(media(MediaKind::Gif, &gif).moves());
        assert!(!media(MediaKind::Gif, &gif[..30]).moves(), "cut off");
    }
}
