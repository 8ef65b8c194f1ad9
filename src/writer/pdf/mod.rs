//! The PDF, typeset by Typst.
//!
//! [`markup`] turns each chapter into a virtual Typst file, [`world`] shows
//! these to Typst with a constant main file and theme, [`export`] makes pages
//! and bytes of them.

mod code;
mod cutter;
mod data;
mod export;
mod fonts;
mod geometry;
mod inline;
mod lacks;
mod markup;
mod pieces;
mod svg_text;
mod table;
mod world;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use self::fonts::{FONTS, Fonts};
use self::geometry::Geometry;
use self::markup::{Context, Typeset, label};
use self::world::BookWorld;
use crate::diag::{Result, Warned};
use crate::document::direction::of_book;
use crate::document::ids::identifiers;
use crate::document::{Book, Chapter};
use crate::edition::Imprint;
use crate::fonts::Drawn;
use crate::highlight::Highlights;
use crate::media::MediaKind;

/// What the user may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfOptions {
    /// The paper, by Typst's name for it (`a4`, `a5`, `us-letter`).
    pub paper: String,
    /// Mirror the margins of left and right pages.
    pub two_sided: bool,
}

impl Default for PdfOptions {
    fn default() -> Self {
        Self { paper: "a4".to_owned(), two_sided: false }
    }
}

/// A finished PDF.
#[derive(Debug, Clone, Default)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// How long the pages took.
    pub layout: Duration,
    /// How long the file took.
    pub export: Duration,
}

/// Whether Typst knows a paper of this name.
pub fn is_paper(name: &str) -> bool {
    typst::layout::Paper::from_str(name).is_ok()
}

/// How well the fonts that every PDF is set in draw a character.
pub fn drawn(c: char) -> Drawn {
    FONTS.drawn(c)
}

/// Forgets what Typst computed and did not use again in the last `age` calls.
/// Typst remembers for the whole process: between editions this holds memory
/// down, and what the next edition shares with this one stays.
pub fn forget(age: usize) {
    typst::comemo::evict(age);
}

/// Typesets a book.
///
/// # Errors
/// When Typst refuses the book; the diagnostic names the chapter.
pub fn write(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    options: &PdfOptions,
) -> Result<Warned<Pdf>> {
    let geometry = Geometry::new(options);
    let labels = labels(book);
    let fonts = Fonts::of(&book.fonts);
    let cx = Context {
        highlights,
        direction: of_book(&book.metadata),
        language: &book.metadata.language,
        fonts: &fonts,
        media: &book.media,
        geometry: &geometry,
        labels: &labels,
    };
    let places = data::places(book);
    let chapters: Vec<&Chapter> = book.chapters().collect();
    let mut typeset: Vec<Typeset> = chapters
        .par_iter()
        .zip(&places)
        .map(|(chapter, places)| markup::chapter(&cx, chapter, places))
        .collect();
    let mut world = BookWorld::new(Arc::clone(&fonts))?;
    for (path, value) in [
        ("/style.json", serde_json::to_value(&geometry).unwrap_or_default()),
        ("/book.json", data::book(book, &fonts)),
        ("/edition.json", data::edition(book, &fonts, imprint)),
    ] {
        world.add_file(path, value.to_string().into_bytes().into())?;
    }
    for (_, media) in book.media.iter() {
        let marked = (media.kind == MediaKind::Svg).then(|| svg_text::mark(&media.bytes, &fonts)).flatten();
        let bytes = marked.map_or_else(|| Arc::clone(&media.bytes), Arc::from);
        world.add_file(&data::media_path(media), bytes)?;
    }
    let mut diagnostics: Vec<_> =
        typeset.iter_mut().flat_map(|t| std::mem::take(&mut t.diagnostics)).collect();
    let sources: Vec<_> = chapters
        .par_iter()
        .zip(&typeset)
        .map(|(chapter, typeset)| BookWorld::parse(&data::chapter_path(&chapter.key), typeset.text.clone()))
        .collect::<Result<_>>()?;
    for source in sources {
        world.insert_source(source);
    }
    let pdf = export::export(world, &chapters, &places, &typeset, imprint)?.take(&mut diagnostics);
    Ok(Warned { value: pdf, diagnostics })
}

/// Every label of the book: chapters, headings, anchors.
fn labels(book: &Book) -> BTreeSet<String> {
    book.chapters()
        .flat_map(|chapter| {
            let ids = identifiers(chapter).into_iter().map(|id| label(&chapter.key, Some(&id)));
            std::iter::once(label(&chapter.key, None)).chain(ids)
        })
        .collect()
}
