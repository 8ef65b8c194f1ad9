//! What Typst lays out by itself: a chapter, or a page or two of the front
//! matter. Nothing in a sheet depends on where it stands in the book, so that
//! one which was laid out for an edition serves all others that hold it.
//!
//! Typst's own memory works by paragraphs and page runs, and asks anew
//! whatever depends on page numbers; here a whole chapter is one thing, found
//! by its text.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use typst::Library;
use typst::World;
use typst::diag::{FileResult, SourceDiagnostic, SourceResult, Warned};
use typst::ecow::EcoVec;
use typst::engine::Engine;
use typst::foundations::{Bytes, Content, Datetime, Duration, Output, StyleChain, Target};
use typst::introspection::{Introspector, Locator};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, hash128};
use typst_layout::PagedDocument;

use super::links::{self, Target as LinkTarget};
use super::recount;
use super::tracking;
use super::world::{BookWorld, id};
use crate::diag::Result;
use crate::recent::Recent;
use crate::tally::Tally;

/// A Typst file that is laid out by itself.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its virtual path.
    pub path: String,
    /// What it holds.
    pub text: String,
    /// The data files that it reads beside those of the book: path and bytes.
    pub data: Vec<(&'static str, Vec<u8>)>,
}

impl Sheet {
    /// A sheet of one call of the theme.
    pub fn call(path: &str, call: &str, data: Vec<(&'static str, Vec<u8>)>) -> Self {
        let text = format!("#import \"/theme.typ\": *\n#show: sheet\n{call}\n");
        Self { path: path.to_owned(), text, data }
    }
}

/// The pages of a sheet, or why there are none.
#[derive(Debug)]
pub struct Laid {
    /// The file as Typst read it.
    pub source: Source,
    /// Its pages.
    pub output: SourceResult<PagedDocument>,
    /// What Typst has to say.
    pub warnings: EcoVec<SourceDiagnostic>,
    /// What the file holds.
    pub tally: Tally,
    /// What the pages hold of it, where they don't hold all.
    pub on_pages: Option<Tally>,
    /// Where links can lead.
    pub targets: Vec<LinkTarget>,
    /// The pages, from 0, that hold links within the book.
    pub linking: Vec<usize>,
}

impl Laid {
    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.output.as_ref().map_or(0, |document| document.pages().len())
    }
}

/// The sheets that were laid out.
#[derive(Default)]
pub struct Sheets {
    /// By what they were made from.
    laid: Recent<Laid, u128>,
    anew: AtomicUsize,
}

impl Sheets {
    /// The sheet in a book's world, laid out if it was not yet. `context` is
    /// what it depends on beside itself, `chapter` whether it is one, which is
    /// what counts.
    ///
    /// # Errors
    /// When Typst refuses the sheet's path.
    pub fn lay_out(
        &self,
        world: &BookWorld,
        context: u128,
        sheet: &Sheet,
        chapter: bool,
    ) -> Result<Arc<Laid>> {
        let key = hash128(&(context, &sheet.path, &sheet.text, &sheet.data));
        if let Some(laid) = self.laid.get(&key) {
            return Ok(laid);
        }
        // Not under the lock: Typst works in parallel.
        let laid = Arc::new(lay_out(world, sheet, chapter)?);
        self.anew.fetch_add(usize::from(chapter), Ordering::Relaxed);
        self.laid.put(key, Arc::clone(&laid));
        Ok(laid)
    }

    /// Begins the next edition; gives how many chapters were laid out for this
    /// one.
    pub fn next(&self) -> usize {
        // Pages take far more memory than what they are made from.
        self.laid.begin(1);
        self.anew.swap(0, Ordering::Relaxed)
    }
}

/// Lays out a sheet that nothing remembers.
///
/// # Errors
/// When Typst refuses the sheet's path.
pub fn lay_out(world: &BookWorld, sheet: &Sheet, chapter: bool) -> Result<Laid> {
    let main = id(&sheet.path)?;
    let source = Source::new(main, sheet.text.clone());
    let data = sheet.data.iter().map(|(path, bytes)| Ok((id(path)?, Bytes::new(bytes.clone()))));
    let world = SheetWorld { book: world, main: &source, data: data.collect::<Result<_>>()? };
    let Warned { output, warnings } = typst::compile::<Pages>(&world);
    let output = output.map(|pages| tracking::settle(&pages.0));
    let (mut tally, mut on_pages) = (Tally::default(), None);
    if let (true, Ok(document)) = (chapter, &output) {
        tally = recount::of_markup(&source);
        on_pages = recount::of_pages(document, &source);
    }
    let (targets, linking) = match &output {
        Ok(document) => (links::targets(document), links::pages(document)),
        Err(_) => Default::default(),
    };
    Ok(Laid { source, output, warnings, tally, on_pages, targets, linking })
}

/// The world of a book with one sheet as its main file.
struct SheetWorld<'a> {
    book: &'a BookWorld,
    main: &'a Source,
    data: Vec<(FileId, Bytes)>,
}

impl World for SheetWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.book.library()
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.book.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { self.book.source(id) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match self.data.iter().find(|(own, _)| *own == id) {
            Some((_, bytes)) => Ok(bytes.clone()),
            None => self.book.file(id),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.book.font(index)
    }

    fn today(&self, offset: Option<Duration>) -> Option<Datetime> {
        self.book.today(offset)
    }
}

/// The pages of a sheet. Typst numbers the places of a document's elements
/// from its beginning; those of sheets are told apart by what they hold.
struct Pages(PagedDocument);

impl Output for Pages {
    fn target() -> Target {
        Target::Paged
    }

    fn create(engine: &mut Engine, content: &Content, styles: StyleChain) -> SourceResult<Self> {
        let locator = Locator::root().split().next(content);
        typst_layout::layout_document_for_bundle(engine, content, locator, styles).map(Self)
    }

    fn introspector(&self) -> &dyn Introspector {
        self.0.introspector().as_ref()
    }
}
