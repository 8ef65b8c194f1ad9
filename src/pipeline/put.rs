//! Bytes → files, and the record of them.

use std::path::Path;
use std::time::Instant;

use super::matter::citations;
use super::{Goal, Made, Stage, Work, located};
use crate::diag::{Code, Diagnostic, Result};
use crate::document::Book;
use crate::edition::Imprint;
use crate::output::bag::bag;
use crate::output::ledger::LedgerRecord;
use crate::output::manifest::{Counts, FileRecord, FormatRecord, Manifest, sha256};
use crate::output::place::place_edition;
use crate::output::sums::{self, SUMS};
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
        let settings = self.settings(book.metadata.repository.as_deref());
        self.command = self.rebuild_command(&settings, imprint);
        let wants_pdf = self.plan.config.formats.contains(&Format::Pdf);
        let standards = wants_pdf.then(|| self.plan.config.pdf.standards.clone());
        self.colophon(&mut book, imprint, standards);
        let mut ledger = std::mem::take(&mut book.ledger);
        let made = match self.goal {
            Goal::Markup => {
                self.mark_up(&book, imprint, &mut ledger, &mut said);
                Vec::new()
            }
            Goal::Bytes | Goal::Files => self.make(&mut book, imprint, &mut ledger, &mut said),
        };
        let book = &book;
        said.extend(ledger.diagnostics());
        let ledger = LedgerRecord::of(&ledger);
        (report.counts, report.ledger) = (Some(Counts::of(book)), Some(ledger.clone()));
        if self.goal != Goal::Files {
            report.diagnostics = located(said, &book.files);
            return;
        }
        self.stage(Stage::Place, book.chapters().count());
        let started = Instant::now();
        let (mut records, mut files) = (Vec::new(), Vec::new());
        for Made { format, bytes, pages, conformance } in made {
            let name = file_name(self.slug, &self.edition.name, format);
            let record = FormatRecord::new(format, name.clone(), &bytes, pages);
            records.push(FormatRecord { conformance, ..record });
            files.push((name, bytes));
        }
        if !records.is_empty() {
            match citations(book, imprint) {
                Ok(citations) => {
                    files.extend(citations.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
                }
                Err(error) => said.push(*error),
            }
        }
        report.diagnostics = located(said, &book.files);
        if !records.is_empty() {
            let command = self.command.take();
            let manifest = Manifest {
                settings,
                rebuild: command.map(|command| self.with_chain(command)),
                previous: self.previous_record(),
                changes: self.changes.take(),
                ..Manifest::new(book, imprint, records, ledger, report.diagnostics.clone())
            };
            match self.put(manifest, files, folder) {
                Ok(manifest) => report.manifest = Some(manifest),
                Err(error) => report.diagnostics.push(error.locate(&book.files)),
            }
        }
        self.timings.place = started.elapsed();
    }

    /// The files of an edition in its folder, with the record and the list of
    /// them: `edition.json` names all files beside it, and `SHA256SUMS` that
    /// one too.
    fn put(
        &mut self,
        mut manifest: Manifest,
        mut files: Vec<(String, Vec<u8>)>,
        folder: &Path,
    ) -> Result<Manifest> {
        let formats = manifest.formats.len();
        let further = files.iter().skip(formats);
        manifest.files = further.map(|(name, bytes)| FileRecord::new(name.clone(), bytes)).collect();
        let json = manifest.to_json().map_err(|error| {
            Box::new(Diagnostic::new(Code::Internal, format!("{MANIFEST} can't be serialised: {error}")))
        })?;
        let sum = sha256(&json);
        if let Some(past) = &mut self.past {
            past.record = Some(sum.clone());
        }
        files.push((MANIFEST.to_owned(), json));
        let formats = manifest.formats.iter().map(|file| (file.file.clone(), file.sha256.clone()));
        let further = manifest.files.iter().map(|file| (file.file.clone(), file.sha256.clone()));
        let list = formats.chain(further).chain([(MANIFEST.to_owned(), sum)]).collect();
        files.push((SUMS.to_owned(), sums::format(&list).into_bytes()));
        if self.plan.config.bagit {
            files = bag(&manifest, files);
        }
        place_edition(folder, &files)?;
        self.keep(&manifest, &files);
        Ok(manifest)
    }
}
