//! Transforms: tree → tree, one pass a file.

mod characters;
mod footnotes;
mod headings;
mod ids;
mod image;
mod links;
mod media;
mod nesting;
mod site;
mod svg;

use crate::diag::Warned;
use crate::document::Book;
use crate::source::FileTree;

/// What transforms are told besides the book.
#[derive(Debug, Clone, Default)]
pub struct TransformOptions {
    /// The commit that links to files outside the book lead to.
    pub commit: Option<String>,
}

/// Runs all passes in their order: nesting, headings, ids, footnotes,
/// characters, media, links. Afterwards no link or image is unresolved, each chapter begins with
/// its level 1 heading, and identifiers are unique in their chapter.
/// Diagnostics are in the order of the book's files.
pub fn apply(mut book: Book, tree: &dyn FileTree, options: &TransformOptions) -> Warned<Book> {
    let mut diagnostics = Vec::new();
    for chapter in book.chapters_mut() {
        nesting::apply(chapter, &mut diagnostics);
        headings::apply(chapter, &mut diagnostics);
        ids::apply(chapter, &mut diagnostics);
        footnotes::apply(chapter, &mut diagnostics);
    }
    characters::apply(&mut book, &mut diagnostics);
    media::apply(&mut book, tree, &mut diagnostics);
    links::apply(&mut book, tree, options, &mut diagnostics);
    diagnostics.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
    Warned { value: book, diagnostics }
}
