//! The PDF, typeset by Typst.
//!
//! [`markup`] turns each chapter into a virtual Typst file, [`sheet`] lays out
//! each by itself and remembers it for the editions that follow, [`bind`] makes
//! a book of them, and [`export`] the file.

mod addresses;
mod bind;
mod blocks;
mod code;
mod compact;
mod conform;
mod cutter;
mod data;
mod drawing;
pub mod equations;
mod export;
mod fonts;
mod geometry;
mod image;
mod inline;
mod lacks;
mod links;
mod markup;
mod math;
mod messages;
mod notes;
mod pieces;
mod plain;
mod project;
mod recount;
mod sheet;
mod strips;
mod svg_text;
mod table;
mod theme;
mod tracking;
mod world;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use rayon::prelude::*;

pub use self::addresses::LinkUrls;
use self::bind::Binder;
use self::data::Places;
pub use self::export::Pages;
use self::fonts::{FONTS, Fonts};
use self::geometry::Geometry;
use self::markup::{Context, Typeset, label};
use self::sheet::Sheets;
use self::strips::Strips;
pub use self::theme::check as check_theme;
use self::world::BookWorld;
pub use self::world::file_of;
use crate::cover::Jacket;
use crate::diag::{Diagnostic, Result, Warned};
use crate::document::direction::of_book;
use crate::document::ids::identifiers;
use crate::document::ledger::{self, Written};
use crate::document::{Book, Chapter};
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::fonts::Drawn;
use crate::highlight::Highlights;
use crate::theme::Theme;
use crate::trace;

/// What the user may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfOptions {
    /// The paper, by Typst's name for it (`a4`, `a5`, `us-letter`), or `6-inch`.
    pub paper: String,
    /// Mirror the margins of left and right pages.
    pub two_sided: bool,
    /// Where addresses of links are printed.
    pub link_urls: LinkUrls,
    /// What the file is to conform to.
    pub standards: Vec<Standard>,
    /// Whether it holds the sources of the book (see `Book::sources`).
    pub attach_sources: bool,
    /// How its pages look.
    pub theme: Theme,
}

impl Default for PdfOptions {
    fn default() -> Self {
        Self {
            paper: "a4".to_owned(),
            two_sided: false,
            link_urls: LinkUrls::None,
            standards: Standard::DEFAULT.to_vec(),
            attach_sources: false,
            theme: Theme::default(),
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
    /// How long the file took.
    pub export: Duration,
    /// What is on its pages, chapter by chapter.
    pub written: Vec<Written>,
    /// What it conforms to.
    pub conformance: Vec<Standard>,
}

/// Whether Typst knows a paper of this name, or it is the screen of a reader.
pub fn is_paper(name: &str) -> bool {
    name == geometry::SIX_INCH || typst::layout::Paper::from_str(name).is_ok()
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

/// What the editions of a run share: chapters that were laid out, heads and
/// feet. What two editions in a row don't use is forgotten.
#[derive(Default)]
pub struct Memory {
    sheets: Sheets,
    strips: Strips,
    /// How many pages the contents of the last book took up.
    contents_pages: AtomicUsize,
}

impl Memory {
    /// Begins the next edition; gives how many chapters were laid out for this
    /// one.
    pub fn next(&self) -> usize {
        self.strips.next();
        self.sheets.next()
    }
}

/// Typesets a book, without a cover.
///
/// # Errors
/// When Typst refuses the book; the diagnostic names the chapter.
pub fn write(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    options: &PdfOptions,
) -> Result<Warned<Pdf>> {
    let (memory, mut diagnostics) = (Memory::default(), Vec::new());
    let pages = lay_out(book, imprint, highlights, None, options, &memory)?.take(&mut diagnostics);
    let pdf = export(book, imprint, options, pages, &memory)?.take(&mut diagnostics);
    Ok(Warned { value: pdf, diagnostics })
}

/// A book as the files of a project that `typst compile` sets by itself: paths
/// with `/`, and bytes. One of them says how.
///
/// # Errors
/// When Typst refuses a path.
pub fn project(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    cover: Option<&Jacket>,
    options: &PdfOptions,
) -> Result<Vec<(String, Vec<u8>)>> {
    let memory = Memory::default();
    let mut binder = Binder::new(book, imprint, options, &memory)?;
    binder.cover = cover;
    let labels = labels(book);
    let cx = context(book, highlights, options, &binder.geometry, &labels, &binder.fonts);
    let (typeset, _) = markup_of(&binder.chapters, &binder.places, &cx);
    project::files(binder, typeset, &options.standards)
}

/// Sets the pages of a book, behind its cover if it is to have one.
///
/// # Errors
/// When Typst refuses the book; the diagnostic names the chapter.
pub fn lay_out(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    cover: Option<&Jacket>,
    options: &PdfOptions,
    memory: &Memory,
) -> Result<Warned<Pages>> {
    let writing = trace::scope("write Typst", &imprint.edition.name);
    let mut binder = Binder::new(book, imprint, options, memory)?;
    binder.cover = cover;
    let labels = labels(book);
    let cx = context(book, highlights, options, &binder.geometry, &labels, &binder.fonts);
    let (typeset, mut diagnostics) = markup_of(&binder.chapters, &binder.places, &cx);
    drop(writing);
    let pages = export::lay_out(&binder, typeset)?.take(&mut diagnostics);
    Ok(Warned { value: pages, diagnostics })
}

/// Makes a file of the pages of a book.
///
/// # Errors
/// When Typst refuses them even if they are to conform to nothing.
pub fn export(
    book: &Book,
    imprint: &Imprint,
    options: &PdfOptions,
    pages: Pages,
    memory: &Memory,
) -> Result<Warned<Pdf>> {
    let binder = || Binder::new(book, imprint, options, memory);
    export::export(pages, imprint, &options.standards, binder)
}

/// Writes a book's Typst markup and sets no pages of it: what there is to say,
/// and what the PDF would hold.
///
/// # Errors
/// When Typst refuses a chapter's path.
pub fn check(book: &Book, highlights: &Highlights, options: &PdfOptions) -> Result<Warned<Vec<Written>>> {
    let (geometry, labels, fonts) =
        (Geometry::new(options), labels(book), Fonts::with_look(&book.fonts, &options.theme.look));
    let cx = context(book, highlights, options, &geometry, &labels, &fonts);
    let places = data::places(book);
    let chapters: Vec<&Chapter> = book.chapters().collect();
    let (typeset, diagnostics) = markup_of(&chapters, &places, &cx);
    let written = chapters.par_iter().zip(typeset).map(|(chapter, typeset)| {
        let source = BookWorld::parse(&data::chapter_path(&chapter.key), typeset.text)?;
        let tally = recount::of_markup(&source);
        Ok(Written { chapter: chapter.key.clone(), tally, pages: None, entries: typeset.entries })
    });
    Ok(Warned { value: written.collect::<Result<_>>()?, diagnostics })
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

/// The chapters as Typst, and what there is to say.
fn markup_of(chapters: &[&Chapter], places: &[Places], cx: &Context) -> (Vec<Typeset>, Vec<Diagnostic>) {
    let typeset =
        chapters.par_iter().zip(places).map(|(chapter, places)| markup::chapter(cx, chapter, places));
    let mut typeset: Vec<Typeset> = typeset.collect();
    let mut diagnostics = Vec::new();
    for typeset in &mut typeset {
        typeset.entries = ledger::take(&mut typeset.diagnostics, 0);
        diagnostics.append(&mut typeset.diagnostics);
    }
    (typeset, diagnostics)
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
