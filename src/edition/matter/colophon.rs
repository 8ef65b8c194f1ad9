//! The colophon: how an edition was made, and how to make it again.

use super::build::Page;
use crate::document::{Book, Chapter, Role};
use crate::edition::conformance::Standard;

/// How an edition was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Production {
    /// Bindery's version.
    pub bindery: String,
    /// Typst's version.
    pub typst: String,
    /// What the PDF conforms to; none if there is no PDF.
    pub pdf: Option<Vec<Standard>>,
    /// Whether there is an EPUB.
    pub epub: bool,
    /// The families of the PDF's fonts, sorted.
    pub fonts: Vec<String>,
    /// The command that makes the edition again.
    pub command: String,
}

/// The colophon of an edition.
pub fn colophon(book: &mut Book, production: &Production) -> Chapter {
    let mut page = Page::new(&mut book.files, Role::Colophon, "colophon", "Colophon");
    let Production { bindery, typst, .. } = production;
    let made = format!("Made by Bindery {bindery} with Typst {typst}.");
    page.paragraph(vec![page.text(made)]);
    page.finish()
}
