//! Bytes → files, and the record of them.

use std::path::Path;
use std::time::Instant;

use super::make::Bound;
use super::matter::citations;
use super::{Goal, Made, Stage, Work, located};
use crate::diag::{Code, Diagnostic, Result};
use crate::output::bag::bag;
use crate::output::ledger::LedgerRecord;
use crate::output::manifest::{Counts, FileRecord, FormatRecord, Manifest, sha256};
use crate::output::place::place_edition;
use crate::output::sums::{self, SUMS};
use crate::output::{MANIFEST, file_name};
use crate::pipeline::EditionReport;
use crate::trace;

impl Bound<'_> {
    /// Bytes → files, and the record of them. `before` is the SHA-256 of the
    /// record of the edition before; gives that of this one, if there is one.
    pub(super) fn put(
        &mut self,
        made: Vec<Made>,
        before: Option<String>,
        report: &mut EditionReport,
    ) -> Option<String> {
        let pictures = self.cover_files();
        let (book, work) = (&self.book, &mut self.work);
        let mut said = std::mem::take(&mut self.said);
        said.extend(self.ledger.diagnostics());
        let ledger = LedgerRecord::of(&self.ledger);
        (report.counts, report.ledger) = (Some(Counts::of(book)), Some(ledger.clone()));
        if work.goal != Goal::Files {
            report.diagnostics = located(said, &book.files);
            return None;
        }
        work.stage(Stage::Place, book.chapters().count());
        let _scope = trace::scope("place", &work.edition.name);
        let started = Instant::now();
        let (mut records, mut files) = (Vec::new(), Vec::new());
        for Made { format, bytes, pages, conformance } in made {
            let name = file_name(work.slug, &work.edition.name, format);
            let record = FormatRecord::new(format, name.clone(), &bytes, pages);
            records.push(FormatRecord { conformance, ..record });
            files.push((name, bytes));
        }
        if !records.is_empty() {
            match citations(book, &self.imprint) {
                Ok(citations) => {
                    files.extend(citations.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)));
                }
                Err(error) => said.push(*error),
            }
            files.extend(pictures);
        }
        report.diagnostics = located(said, &book.files);
        let mut record = None;
        if !records.is_empty() {
            let command = work.command.take();
            let manifest = Manifest {
                settings: self.settings.clone(),
                rebuild: command.map(|command| Work::with_chain(command, before.as_deref())),
                previous: work.previous_record(before.clone()),
                changes: work.changes.take(),
                ..Manifest::new(book, &self.imprint, records, ledger, report.diagnostics.clone())
            };
            match work.place(manifest, files, &report.folder, before.as_deref()) {
                Ok((manifest, sum)) => (report.manifest, record) = (Some(manifest), Some(sum)),
                Err(error) => report.diagnostics.push(error.locate(&book.files)),
            }
        }
        work.timings.place = started.elapsed();
        record
    }
}

impl Work<'_> {
    /// The files of an edition in its folder, with the record and the list of
    /// them: `edition.json` names all files beside it, and `SHA256SUMS` that
    /// one too. Gives the record and its SHA-256.
    fn place(
        &self,
        mut manifest: Manifest,
        mut files: Vec<(String, Vec<u8>)>,
        folder: &Path,
        before: Option<&str>,
    ) -> Result<(Manifest, String)> {
        let formats = manifest.formats.len();
        let further = files.iter().skip(formats);
        manifest.files = further.map(|(name, bytes)| FileRecord::new(name.clone(), bytes)).collect();
        let json = manifest.to_json().map_err(|error| {
            Box::new(Diagnostic::new(Code::Internal, format!("{MANIFEST} can't be serialised: {error}")))
        })?;
        let sum = sha256(&json);
        files.push((MANIFEST.to_owned(), json));
        let formats = manifest.formats.iter().map(|file| (file.file.clone(), file.sha256.clone()));
        let further = manifest.files.iter().map(|file| (file.file.clone(), file.sha256.clone()));
        let list = formats.chain(further).chain([(MANIFEST.to_owned(), sum.clone())]).collect();
        files.push((SUMS.to_owned(), sums::format(&list).into_bytes()));
        if self.plan.config.bagit {
            files = bag(&manifest, files);
        }
        place_edition(folder, &files)?;
        self.keep(&manifest, &files, before);
        Ok((manifest, sum))
    }
}
