//! The PDF, typeset by Typst.
//!
//! [`markup`] turns each chapter into a virtual Typst file, [`world`] shows
//! these to Typst with a constant main file and theme, [`export`] makes pages
//! and bytes of them.

mod addresses;
mod blocks;
mod code;
mod conform;
mod cutter;
mod data;
mod drawing;
mod export;
mod fonts;
mod geometry;
mod image;
mod inline;
mod lacks;
mod markup;
mod math;
mod notes;
mod pieces;
mod project;
mod recount;
mod svg_text;
mod table;
mod world;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;
use typst::syntax::Source;

pub use self::addresses::LinkUrls;
use self::data::Places;
use self::fonts::{FONTS, Fonts};
use self::geometry::Geometry;
use self::markup::{Context, Typeset, label};
use self::world::BookWorld;
pub use self::world::file_of;
use crate::diag::{Diagnostic, Result, Warned};
use crate::document::direction::of_book;
use crate::document::ids::identifiers;
use crate::document::ledger::{self, Written};
use crate::document::{Book, Chapter};
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
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
    /// Where addresses of links are printed.
    pub link_urls: LinkUrls,
    /// What the file is to conform to.
    pub standards: Vec<Standard>,
    /// Whether it holds the sources of the book (see `Book::sources`).
    pub attach_sources: bool,
}

impl Default for PdfOptions {
    fn default() -> Self {
        Self {
            paper: "a4".to_owned(),
            two_sided: false,
            link_urls: LinkUrls::None,
            standards: Standard::DEFAULT.to_vec(),
            attach_sources: false,
        }
    }
}

/// The version of Typst that sets the pages.
pub fn typst_version() -> &'static str {
    typst::utils::version().raw()
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
    /// What is on its pages, chapter by chapter.
    pub written: Vec<Written>,
    /// What it conforms to.
    pub conformance: Vec<Standard>,
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
    let (geometry, labels, fonts) = (Geometry::new(options), labels(book), Fonts::of(&book.fonts));
    let cx = context(book, highlights, options, &geometry, &labels, &fonts);
    let places = data::places(book);
    let chapters: Vec<&Chapter> = book.chapters().collect();
    let (typeset, sources, mut diagnostics) = markup_of(&chapters, &places, &cx)?;
    let world = world_of(book, imprint, &geometry, &fonts, sources)?;
    let pdf = export::export(world, &chapters, &places, &typeset, imprint, &options.standards)?
        .take(&mut diagnostics);
    Ok(Warned { value: pdf, diagnostics })
}

/// What [`write()`] gives Typst, as the files of a project that `typst compile`
/// sets by itself: paths with `/`, and bytes. One of them says how.
///
/// # Errors
/// When Typst refuses a path.
pub fn project(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    options: &PdfOptions,
) -> Result<Vec<(String, Vec<u8>)>> {
    let (geometry, labels, fonts) = (Geometry::new(options), labels(book), Fonts::of(&book.fonts));
    let cx = context(book, highlights, options, &geometry, &labels, &fonts);
    let chapters: Vec<&Chapter> = book.chapters().collect();
    let (_, sources, _) = markup_of(&chapters, &data::places(book), &cx)?;
    let world = world_of(book, imprint, &geometry, &fonts, sources)?;
    Ok(project::files(&world, imprint, &options.standards))
}

/// The virtual files of a book.
fn world_of(
    book: &Book,
    imprint: &Imprint,
    geometry: &Geometry,
    fonts: &Arc<Fonts>,
    chapters: Vec<Source>,
) -> Result<BookWorld> {
    let mut world = BookWorld::new(Arc::clone(fonts))?;
    let (list, bytes) = data::sources(&book.sources);
    world.add_file("/sources.bin", bytes.into())?;
    for (path, value) in [
        ("/sources.json", list),
        ("/style.json", serde_json::to_value(geometry).unwrap_or_default()),
        ("/book.json", data::book(book, fonts)),
        ("/edition.json", data::edition(book, fonts, imprint)),
    ] {
        world.add_file(path, value.to_string().into_bytes().into())?;
    }
    for (_, media) in book.media.iter() {
        let bytes = drawing::bytes(media, fonts);
        let marked = (media.kind == MediaKind::Svg).then(|| svg_text::mark(&bytes, fonts)).flatten();
        world.add_file(&data::media_path(media), marked.map_or(bytes, Arc::from))?;
    }
    for source in chapters {
        world.insert_source(source);
    }
    Ok(world)
}

/// Writes a book's Typst markup and sets no pages of it: what there is to say,
/// and what the PDF would hold.
///
/// # Errors
/// When Typst refuses a chapter's path.
pub fn check(book: &Book, highlights: &Highlights, options: &PdfOptions) -> Result<Warned<Vec<Written>>> {
    let (geometry, labels, fonts) = (Geometry::new(options), labels(book), Fonts::of(&book.fonts));
    let cx = context(book, highlights, options, &geometry, &labels, &fonts);
    let places = data::places(book);
    let chapters: Vec<&Chapter> = book.chapters().collect();
    let (typeset, sources, diagnostics) = markup_of(&chapters, &places, &cx)?;
    let value = chapters.par_iter().zip(typeset).zip(&sources).map(|((chapter, typeset), source)| Written {
        chapter: chapter.key.clone(),
        tally: recount::of_markup(source),
        pages: None,
        entries: typeset.entries,
    });
    Ok(Warned { value: value.collect(), diagnostics })
}

/// What the chapters of a book are written with.
fn context<'a>(
    book: &'a Book,
    highlights: &'a Highlights,
    options: &PdfOptions,
    geometry: &'a Geometry,
    labels: &'a BTreeSet<String>,
    fonts: &'a Fonts,
) -> Context<'a> {
    Context {
        highlights,
        media: &book.media,
        geometry,
        labels,
        link_urls: options.link_urls,
        fonts,
        direction: of_book(&book.metadata),
        language: &book.metadata.language,
    }
}

type MarkedUp = (Vec<Typeset>, Vec<Source>, Vec<Diagnostic>);

/// The chapters as Typst, also parsed, and what there is to say.
fn markup_of(chapters: &[&Chapter], places: &[Places], cx: &Context) -> Result<MarkedUp> {
    let (mut typeset, sources): (Vec<Typeset>, Vec<Source>) = chapters
        .par_iter()
        .zip(places)
        .map(|(chapter, places)| {
            let typeset = markup::chapter(cx, chapter, places);
            let source = BookWorld::parse(&data::chapter_path(&chapter.key), typeset.text.clone())?;
            Ok((typeset, source))
        })
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .unzip();
    let mut diagnostics = Vec::new();
    for typeset in &mut typeset {
        typeset.entries = ledger::take(&mut typeset.diagnostics, 0);
        diagnostics.append(&mut typeset.diagnostics);
    }
    Ok((typeset, sources, diagnostics))
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
