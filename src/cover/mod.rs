//! Covers: what an edition shows before its first page, and catalogues show of
//! it. One drawing serves all sizes: the PDF's first page, the EPUB's cover, the
//! pictures of catalogues and of announcements.
//!
//! A drawn cover has a ground and a family of shapes that derive from the
//! document's slug, and a pattern that derives from the edition's UUID, and so
//! from its revision: editions of a document look like a series, and no two of
//! them the same. Its text is drawn as paths ([`letters`]), so that it needs no
//! font where it is shown.

mod canvas;
mod design;
mod letters;
mod palette;
mod pattern;
mod picture;
mod png;
mod words;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use self::canvas::{Canvas, Colour};
use self::design::{Design, Words};
use self::letters::Letters;
use self::palette::{PALETTES, PLAIN, Palette};
use self::pattern::Pattern;
pub use self::picture::{Memory, Picture};
use crate::document::Book;
use crate::document::direction::{Direction, of_book};
use crate::document::fonts::FontFile;
use crate::document::text::shortened;
use crate::edition::Imprint;
use crate::media::{Media, MediaKind};
use crate::paths;

/// Where a cover comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cover {
    /// It is drawn: title, date, and a pattern that derives from the revision.
    #[default]
    Drawn,
    /// There is none: an EPUB and a catalogue still show a drawn one.
    None,
    /// An image of the document: its path in the source, with `/`.
    Image(String),
}

impl Cover {
    /// The cover of a name (`drawn`, `none`) or path.
    ///
    /// # Errors
    /// When the path leads out of the source: what is wrong, and a hint.
    pub fn from_name(name: &str) -> Result<Self, (String, String)> {
        match name {
            "drawn" => Ok(Self::Drawn),
            "none" => Ok(Self::None),
            path if paths::is_inside(path.trim_start_matches("./")) => {
                Ok(Self::Image(path.trim_start_matches("./").to_owned()))
            }
            path => Err((
                format!("`{path}` is no cover"),
                "use `drawn`, `none`, or the path of an image from the root of the source".to_owned(),
            )),
        }
    }

    /// Its name or path.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Drawn => "drawn",
            Self::None => "none",
            Self::Image(path) => path,
        }
    }
}

/// The EPUB's cover in pixels: what shops and e-readers ask for.
const EPUB: (f64, f64) = (1600.0, 2560.0);
/// The picture for catalogues, in pixels.
const COVER: (f64, f64) = (600.0, 960.0);
/// The thumbnail, in pixels.
const SMALL: (f64, f64) = (200.0, 320.0);
/// The card, in pixels: what social networks show of a link (Open Graph).
const CARD: (f64, f64) = (1200.0, 630.0);

/// The longest list of authors, in characters: the title page has all of them.
const MOST_AUTHORS: usize = 300;

/// The cover of an edition, to be drawn at any size.
#[derive(Debug, Clone)]
pub struct Jacket {
    words: Words,
    palette: Palette,
    pattern: Pattern,
    rtl: bool,
    fonts: Vec<FontFile>,
    /// The document's own image.
    picture: Option<Arc<Picture>>,
    /// What stands for the cover where it can't be seen.
    alternative: String,
}

/// A page as large as the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The image, without text that would need a font.
    pub image: Arc<[u8]>,
    /// What it is.
    pub kind: MediaKind,
    /// The colours of the page where the image leaves some of it free, above
    /// and below it or at its left and its right, as `#rrggbb`.
    pub grounds: [String; 2],
    /// Whether these are at its left and its right.
    pub sides: bool,
    /// What it shows.
    pub alternative: String,
}

/// The pictures of an edition, each a PNG.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// 600 pixels wide.
    pub cover: Vec<u8>,
    /// 200 pixels wide.
    pub small: Vec<u8>,
    /// 1200 × 630 pixels, with the title beside the pattern.
    pub card: Vec<u8>,
}

/// "Edition of 8 February 2025", "Draft after 8 February 2025".
pub fn edition_line(imprint: &Imprint) -> String {
    let revision = &imprint.edition.revision;
    match (revision.is_draft(), revision.timestamp) {
        // Files in no repository have no date that could be trusted.
        (true, 0) => "Draft".to_owned(),
        (true, _) => format!("Draft after {}", revision.date.in_words()),
        (false, _) => format!("Edition of {}", revision.date.in_words()),
    }
}

/// What a cover prints of a book: the characters that it needs fonts for.
pub fn text(book: &Book) -> String {
    let metadata = &book.metadata;
    let texts = std::iter::once(&metadata.title).chain(&metadata.subtitle).chain(&metadata.authors);
    texts.map(String::as_str).collect::<Vec<_>>().join(" ")
}

impl Jacket {
    /// The cover of an edition. `fonts` are for letters that those of the binary
    /// lack; `picture` stands in the place of the drawing.
    pub fn new(book: &Book, imprint: &Imprint, fonts: Vec<FontFile>, picture: Option<Arc<Picture>>) -> Self {
        let metadata = &book.metadata;
        let document = Sha256::digest(imprint.slug.as_bytes());
        let first = usize::from(document.first().copied().unwrap_or(0));
        // There are some, so that the first is one, too.
        let palette = PALETTES.get(first % PALETTES.len()).copied().unwrap_or(PALETTES[0]);
        let pattern = Pattern::new(&palette, &document, &Sha256::digest(imprint.uuid.as_bytes()));
        let rtl = of_book(metadata) == Direction::Rtl;
        // English words, whichever way the book runs.
        let english = |text: String| if rtl { format!("\u{2066}{text}\u{2069}") } else { text };
        let line = edition_line(imprint);
        let revision = &imprint.edition.revision;
        let name = if metadata.title.trim().is_empty() { &imprint.slug } else { &metadata.title };
        let authors = metadata.authors.join(", ");
        let words = {
            let letters = Letters::new(&fonts, rtl);
            Words {
                title: letters.drawable(name),
                subtitle: metadata.subtitle.as_deref().and_then(|text| letters.drawable(text)),
                authors: letters.drawable(shortened(&authors, MOST_AUTHORS).as_deref().unwrap_or(&authors)),
                date: english(if revision.is_draft() { line.clone() } else { revision.date.in_words() }),
                revision: revision.short().unwrap_or_default().to_owned(),
                edition: english(line.clone()),
            }
        };
        let alternative = format!("Cover: {name}. {line}");
        Self { words, palette, pattern, rtl, fonts, picture, alternative }
    }

    /// The same in black alone.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.palette = PLAIN;
        self.pattern.recolour(&PLAIN);
        self
    }

    fn draw(&self, draw: impl FnOnce(&Design) -> Canvas) -> Canvas {
        let letters = Letters::new(&self.fonts, self.rtl);
        let Self { words, palette, pattern, rtl, .. } = self;
        draw(&Design { words, letters: &letters, palette: *palette, pattern, rtl: *rtl })
    }

    /// The EPUB's cover, a PNG or a JPEG: many reading systems show no SVG as a
    /// cover. None if it can't be drawn, which no title should bring about.
    pub fn epub(&self) -> Option<Media> {
        match &self.picture {
            Some(picture) => picture.epub(),
            None => {
                let (width, height) = EPUB;
                let bytes = png::png(&self.draw(|design| design.page(width, height, 0.0)).to_pixels()?)?;
                let (width, height) = (width as u32, height as u32);
                Some(Media { bytes: bytes.into(), kind: MediaKind::Png, width, height })
            }
        }
    }

    /// The cover as a page of a size in points.
    pub fn page(&self, width: f64, height: f64) -> Page {
        let alternative = self.alternative.clone();
        match &self.picture {
            Some(picture) => {
                let (image, kind) = picture.page();
                let (grounds, sides) = picture.grounds(width / height);
                Page { image, kind, grounds: grounds.map(Colour::hex), sides, alternative }
            }
            None => Page {
                image: self
                    .draw(|design| design.page(width, height, width / 2000.0))
                    .to_svg()
                    .into_bytes()
                    .into(),
                kind: MediaKind::Svg,
                grounds: [self.palette.ground.hex(), self.palette.ground.hex()],
                sides: false,
                alternative,
            },
        }
    }

    /// The pictures beside the edition's files. None if they can't be drawn,
    /// which nothing should bring about.
    pub fn pictures(&self) -> Option<Pictures> {
        if let Some(picture) = &self.picture {
            let (cover, small) = picture.thumbnails(COVER.0 as u32, SMALL.0 as u32)?;
            let (width, height) = CARD;
            let mut canvas = Canvas::new(width, height, self.palette.ground);
            let shown = picture.beside(width, height)?;
            let room = width - f64::from(shown.width());
            let left = if self.rtl { f64::from(shown.width()) } else { 0.0 };
            canvas = self.draw(|design| {
                design.beside(&mut canvas, left, room);
                canvas
            });
            let card = picture::card(canvas.to_pixels()?, &shown, self.rtl)?;
            return Some(Pictures { cover, small, card });
        }
        let encoded = |canvas: Canvas| png::png(&canvas.to_pixels()?);
        Some(Pictures {
            cover: encoded(self.draw(|design| design.page(COVER.0, COVER.1, 0.0)))?,
            small: encoded(self.draw(|design| design.thumbnail(SMALL.0, SMALL.1)))?,
            card: encoded(self.draw(|design| design.card(CARD.0, CARD.1)))?,
        })
    }
}

#[cfg(test)]
mod tests;
