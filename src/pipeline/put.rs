//! Bytes → files, and the record of them.

use std::path::Path;
use std::time::Instant;

use super::matter::citations;
use super::{Goal, Made, Stage, Work, located};
use crate::diag::{Code, Diagnostic, Result};
use crate::document::Book;
use crate::edition::Imprint;
use crate::output::ledger::LedgerRecord;
use crate::output::manifest::{Counts, FormatRecord, Manifest};
use crate::output::place::place;
use crate::output::{Format, MANIFEST, file_name};
use crate::pipeline::EditionReport;

impl Work<'_> {
    /// Tree → files, and the record of them.
    pub(super) fn write(
        &mut self,
        mut book: Book,
        imprint: &Imprint,
        folder: &Path,
        mut said: Vec<Diagnostic>,
        report: &mut EditionReport,
    ) {
        let wants_pdf = self.plan.config.formats.contains(&Format::Pdf);
        self.colophon(&mut book, imprint, wants_pdf.then(|| self.plan.config.pdf.standards.clone()));
        let mut ledger = std::mem::take(&mut book.ledger);
        let book = &book;
        let made = match self.goal {
            Goal::Markup => {
                self.mark_up(book, imprint, &mut ledger, &mut said);
                Vec::new()
            }
            Goal::Bytes | Goal::Files => self.make(book, imprint, &mut ledger, &mut said),
        };
        said.extend(ledger.diagnostics());
        let ledger = LedgerRecord::of(&ledger);
        (report.counts, report.ledger) = (Some(Counts::of(book)), Some(ledger.clone()));
        if self.goal != Goal::Files {
            report.diagnostics = located(said, &book.files);
            return;
        }
        self.stage(Stage::Place, book.chapters().count());
        let started = Instant::now();
        let mut records = Vec::new();
        for Made { format, bytes, pages } in made {
            let name = file_name(self.slug, &self.edition.name, format);
            match place(folder, &name, &bytes) {
                Ok(()) => records.push(FormatRecord::new(format, name, &bytes, pages)),
                Err(error) => said.push(*error),
            }
        }
        let wrote = !records.is_empty();
        if wrote && let Err(error) = put_citations(book, imprint, folder) {
            said.push(*error);
        }
        report.diagnostics = located(said, &book.files);
        let manifest = Manifest::new(book, imprint, records, ledger, report.diagnostics.clone());
        let result = if wrote { put(&manifest, folder) } else { Ok(()) };
        self.timings.place = started.elapsed();
        match result {
            Ok(()) => report.manifest = wrote.then_some(manifest),
            Err(error) => report.diagnostics.push(error.locate(&book.files)),
        }
    }
}

fn put(manifest: &Manifest, folder: &Path) -> Result<()> {
    let json = manifest.to_json().map_err(|error| {
        Box::new(Diagnostic::new(Code::Internal, format!("{MANIFEST} can't be serialised: {error}")))
    })?;
    place(folder, MANIFEST, &json)
}

fn put_citations(book: &Book, imprint: &Imprint, folder: &Path) -> Result<()> {
    citations(book, imprint)?.into_iter().try_for_each(|(name, bytes)| place(folder, name, &bytes))
}
