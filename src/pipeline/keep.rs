//! What Typst was given, kept for whoever wants to look at it or to set the
//! pages by Typst's own program.

use super::make::Bound;
use super::{Made, guarded};
use crate::diag::Result;
use crate::output::Format;
use crate::output::project::place_project;
use crate::writer::pdf::{self, PdfOptions};

impl Bound<'_> {
    /// Writes the edition's Typst project where one is asked for: the chapters
    /// as they were written for Typst, also those that it has refused.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn keep_typst(&self, made: &[Made]) -> Result<()> {
        let plan = self.work.plan;
        let Some(folder) = &plan.keep_typst else { return Ok(()) };
        if !plan.config.formats.contains(&Format::Pdf) {
            return Ok(());
        }
        let reached = made.iter().find_map(|made| made.conformance.clone()).unwrap_or_default();
        guarded("keeping the Typst project", || {
            let options = PdfOptions { standards: reached, ..plan.config.pdf.clone() };
            let files =
                pdf::project(&self.book, &self.imprint, &self.highlights, self.first_page(), &options)?;
            place_project(&folder.join(self.work.slug).join(&self.work.edition.name), &files)
        })
    }
}
