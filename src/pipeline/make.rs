//! Tree → bytes, in all formats at once.

use std::time::Duration;

use super::{Made, Stage, Work, guarded, timed};
use crate::diag::{Diagnostic, Result, Warned};
use crate::document::Book;
use crate::document::ledger::Ledger;
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::highlight::Highlights;
use crate::output::Format;
use crate::writer::epub::{self, Epub};
use crate::writer::pdf::{self, Pdf, PdfOptions};

impl Work<'_> {
    /// Tree → markup of each format, for what there is to say.
    pub(super) fn mark_up(
        &self,
        book: &Book,
        imprint: &Imprint,
        ledger: &mut Ledger,
        said: &mut Vec<Diagnostic>,
    ) {
        let config = &self.plan.config;
        self.stage(Stage::Write, book.chapters().count());
        // Code is set plain: colours lose no text, and take most of the time.
        let plain = Highlights::default();
        let wanted = |format| config.formats.contains(&format);
        let (pdf, epub) = rayon::join(
            || {
                wanted(Format::Pdf)
                    .then(|| guarded("writing the PDF", || pdf::check(book, &plain, &config.pdf)))
            },
            || {
                wanted(Format::Epub)
                    .then(|| guarded("writing the EPUB", || Ok(epub::check(book, imprint, &plain))))
            },
        );
        for (format, result) in [(Format::Pdf, pdf), (Format::Epub, epub)] {
            if let Some(written) = result.and_then(|result| kept(result, said)) {
                ledger.wrote(format.as_str(), written);
            }
        }
    }

    /// Tree → bytes, in each format, all at once. The colophon says what the
    /// PDF conforms to before that is known: where it turns out to be less,
    /// the colophon is bound again and both formats are written again.
    pub(super) fn make(
        &mut self,
        book: &mut Book,
        imprint: &Imprint,
        ledger: &mut Ledger,
        said: &mut Vec<Diagnostic>,
    ) -> Vec<Made> {
        let config = &self.plan.config;
        let chapters = book.chapters().count();
        self.stage(Stage::Highlight, chapters);
        let (highlights, time) = timed("highlight", self.edition, || {
            guarded("highlighting code", || Ok(self.highlights.next(book)))
        });
        self.timings.highlight = time;
        // Without them code is set plain.
        *self.highlights = highlights.unwrap_or_else(|error| {
            said.push(*error);
            Highlights::default()
        });
        self.stage(Stage::Write, chapters);
        let wanted = config.formats.contains(&Format::Pdf).then(|| config.pdf.standards.clone());
        let (mut told, mut asked) = (wanted.clone(), wanted);
        let mut refused = None;
        let (pdf, epub) = loop {
            let (pdf, (epub, time)) = self.both(book, imprint, asked.as_deref());
            self.timings.epub += time;
            let pdf = pdf.and_then(|result| {
                result.map_err(|error| refused = Some(error)).ok().map(|value| value.take(said))
            });
            let reached = pdf.as_ref().map(|pdf| pdf.conformance.clone());
            if reached == told {
                break (pdf, epub);
            }
            std::mem::swap(&mut book.ledger, ledger);
            self.colophon(book, imprint, reached.clone());
            std::mem::swap(&mut book.ledger, ledger);
            (told, asked) = (reached.clone(), reached);
        };
        said.extend(refused.map(|error| *error));
        // Kept for one edition more: six editions of a book of 440 pages then
        // take 0.84 GB at their peak, not 1.2 GB, for a tenth more time.
        pdf::forget(1);
        let mut made = Vec::new();
        if let Some(pdf) = pdf {
            self.timings.lay_out = pdf.layout;
            self.timings.export = pdf.export;
            ledger.wrote(Format::Pdf.as_str(), pdf.written);
            let conformance = Some(pdf.conformance);
            made.push(Made { format: Format::Pdf, bytes: pdf.bytes, pages: Some(pdf.pages), conformance });
        }
        if let Some(epub) = epub.and_then(|result| kept(result, said)) {
            ledger.wrote(Format::Epub.as_str(), epub.written);
            made.push(Made { format: Format::Epub, bytes: epub.bytes, pages: None, conformance: None });
        }
        made
    }

    /// Both formats; the PDF at the standards asked for, if it is wanted.
    fn both(
        &self,
        book: &Book,
        imprint: &Imprint,
        asked: Option<&[Standard]>,
    ) -> (MadePdf, (MadeEpub, Duration)) {
        let config = &self.plan.config;
        let highlights = &*self.highlights;
        rayon::join(
            || {
                asked.map(|standards| {
                    let options = PdfOptions { standards: standards.to_vec(), ..config.pdf.clone() };
                    guarded("writing the PDF", || pdf::write(book, imprint, highlights, &options))
                })
            },
            || {
                timed("EPUB", self.edition, || {
                    config
                        .formats
                        .contains(&Format::Epub)
                        .then(|| guarded("writing the EPUB", || epub::write(book, imprint, highlights)))
                })
            },
        )
    }
}

type MadePdf = Option<Result<Warned<Pdf>>>;
type MadeEpub = Option<Result<Warned<Epub>>>;

/// The value, and what there was to say about it.
fn kept<T>(result: Result<Warned<T>>, said: &mut Vec<Diagnostic>) -> Option<T> {
    match result {
        Ok(value) => Some(value.take(said)),
        Err(error) => {
            said.push(*error);
            None
        }
    }
}
