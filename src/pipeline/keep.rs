//! What Typst was given, kept for whoever wants to look at it or to set the
//! pages by Typst's own program.

use super::{Work, guarded};
use crate::diag::Result;
use crate::document::Book;
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::output::Format;
use crate::output::project::place_project;
use crate::writer::pdf::{self, PdfOptions};

impl Work<'_> {
    /// Writes the edition's Typst project where one is asked for: the chapters
    /// as they were written for Typst, also those that it has refused.
    /// `reached` is what the PDF conforms to.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn keep(&self, book: &Book, imprint: &Imprint, reached: &[Standard]) -> Result<()> {
        let Some(folder) = &self.plan.keep_typst else { return Ok(()) };
        if !self.plan.config.formats.contains(&Format::Pdf) {
            return Ok(());
        }
        guarded("keeping the Typst project", || {
            let options = PdfOptions { standards: reached.to_vec(), ..self.plan.config.pdf.clone() };
            let files = pdf::project(book, imprint, self.highlights, &options)?;
            place_project(&folder.join(self.slug).join(&self.edition.name), &files)
        })
    }
}
