//! Transforms: tree → tree, one pass a file.

mod alone;
mod characters;
mod cover;
mod data_uri;
mod diagrams;
mod footnotes;
mod headings;
mod ids;
mod image;
mod links;
mod math;
mod media;
mod nesting;
mod site;
mod svg;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::alone::Transformed;
pub use self::cover::cover;
pub(crate) use self::ids::id_from_content;
pub use self::image::{DEFAULT_MAX_PIXELS, Images};
pub use self::media::remote_images;
use crate::diag::{Diagnostic, Warned};
use crate::document::{Book, Chapter};
use crate::media::RemoteImage;
use crate::source::FileTree;

/// What transforms are told besides the book.
#[derive(Debug, Clone, Default)]
pub struct TransformOptions {
    /// The commit that links to files outside the book lead to.
    pub commit: Option<String>,
    /// The images of the run so far.
    pub images: Arc<Images>,
    /// The chapters of the run so far.
    pub chapters: Arc<Transformed>,
    /// The remote images that the user had fetched, by address, or why one
    /// was not; those of no entry were not asked for.
    pub remote: BTreeMap<String, Result<RemoteImage, String>>,
    /// Graphviz's own program (DOT → SVG), where the user allows it. It gives
    /// none where it is not installed.
    pub dot: Option<GraphProgram>,
}

/// Runs a pass, and has the ledger hold it to account.
fn audited(
    name: &'static str,
    book: &mut Book,
    diagnostics: &mut Vec<Diagnostic>,
    pass: impl FnOnce(&mut Book, &mut Vec<Diagnostic>),
) {
    let from = diagnostics.len();
    pass(book, diagnostics);
    let mut ledger = std::mem::take(&mut book.ledger);
    ledger.after(name, book, diagnostics, from);
    book.ledger = ledger;
}

/// A program that draws graphs.
pub type GraphProgram = fn(&str) -> Option<std::result::Result<String, String>>;

/// How much of a book was transformed anew; the rest was remembered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// Chapters.
    pub chapters: usize,
    /// Images decoded.
    pub images: usize,
}

/// Runs all passes in their order: those that look at a chapter alone
/// (nesting, math, headings, ids, footnotes, characters, diagrams), then media
/// and links. Afterwards no link or image is unresolved, each chapter begins with
/// its level 1 heading, and identifiers are unique in their chapter.
/// Diagnostics are in the order of the book's files.
pub fn apply(book: Book, tree: &dyn FileTree, options: &TransformOptions) -> Warned<Book> {
    apply_anew(book, tree, options).0
}

/// The same; also says how much was made and not taken from what the options
/// remember. The book is the same either way.
pub fn apply_anew(mut book: Book, tree: &dyn FileTree, options: &TransformOptions) -> (Warned<Book>, Made) {
    let mut diagnostics = Vec::new();
    let mut made = Made::default();
    characters::outside(&mut book);
    made.chapters = alone::apply(&mut book, options, &mut diagnostics);
    audited("media", &mut book, &mut diagnostics, |book, said| {
        made.images = media::apply(book, tree, options, said);
    });
    audited("links", &mut book, &mut diagnostics, |book, said| links::apply(book, tree, options, said));
    diagnostics.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
    (Warned { value: book, diagnostics }, made)
}

/// Gives the headings of one chapter the identifiers that they will have.
pub(crate) fn identify(chapter: &mut Chapter) {
    ids::apply(chapter, &mut Vec::new());
}
