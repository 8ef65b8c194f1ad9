//! Tree → bytes, in all formats at once: first the pages, then, beside the
//! pages of the edition that follows, the files.

use std::sync::Arc;
use std::time::Instant;

use super::matter::Past;
use super::{Goal, Link, Made, Stage, Work, devices, guarded, timed};
use crate::cover::{Jacket, Pictures};
use crate::device::{self, Device};
use crate::diag::{Diagnostic, Result, Warned};
use crate::document::Book;
use crate::document::ledger::Ledger;
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::highlight::Highlights;
use crate::output::Format;
use crate::output::settings::Settings;
use crate::pipeline::EditionReport;
use crate::trace;
use crate::writer::epub::{self, Epub, Form};
use crate::writer::pdf::{self, Pages, Pdf, PdfOptions};

/// An edition whose pages are set, and of which nothing is written yet.
pub(super) struct Bound<'a> {
    pub(super) work: Work<'a>,
    pub(super) book: Book,
    pub(super) imprint: Imprint,
    pub(super) ledger: Ledger,
    pub(super) said: Vec<Diagnostic>,
    pub(super) settings: Settings,
    pub(super) highlights: Arc<Highlights>,
    pub(super) cover: Jacket,
    /// The pictures of the cover, once they are drawn.
    pub(super) pictures: Option<Pictures>,
    /// The pages of the PDF, if it is wanted.
    pages: Option<Result<Warned<Pages>>>,
    /// The EPUB, if it is wanted.
    epub: MadeEpub,
}

impl<'a> Work<'a> {
    /// Tree → pages.
    pub(super) fn bind(
        mut self,
        mut book: Book,
        imprint: Imprint,
        cover: Jacket,
        said: Vec<Diagnostic>,
        before: &Highlights,
    ) -> Bound<'a> {
        let settings = self.settings(book.metadata.repository.as_deref());
        self.command = self.rebuild_command(&settings, &imprint);
        let config = &self.plan.config;
        let standards = config.formats.contains(&Format::Pdf).then(|| config.pdf.standards.clone());
        self.colophon(&mut book, &imprint, standards.clone());
        let ledger = std::mem::take(&mut book.ledger);
        let mut bound = Bound {
            work: self,
            book,
            imprint,
            ledger,
            said,
            settings,
            highlights: Arc::default(),
            cover,
            pictures: None,
            pages: None,
            epub: None,
        };
        if bound.work.goal != Goal::Markup {
            bound.highlight(before);
            bound.set(standards.is_some());
            bound.work.anew.laid_out = bound.work.memory.pdf.next();
            let _scope = trace::scope("forget", &bound.work.edition.name);
            // Chapters are remembered whole, so that Typst need not. It forgets
            // for the whole process, other documents that are under way
            // included: a call of theirs that has begun keeps what it has been
            // given, and what it asks for again is computed again, to the same.
            pdf::forget(0);
        }
        bound
    }
}

impl Bound<'_> {
    /// What the edition that follows needs of this one.
    pub(super) fn past(&self) -> Option<Arc<Past>> {
        self.work.past.clone()
    }

    fn highlight(&mut self, before: &Highlights) {
        self.work.stage(Stage::Highlight, self.book.chapters().count());
        let (highlights, time) = timed("highlight", self.work.edition, || {
            guarded("highlighting code", || Ok(before.next(&self.book)))
        });
        self.work.timings.highlight = time;
        // Without them code is set plain.
        self.highlights = Arc::new(highlights.unwrap_or_else(|error| {
            self.said.push(*error);
            Highlights::default()
        }));
        self.work.anew.highlighted = self.highlights.anew();
    }

    /// Sets the pages, if they are wanted, and the EPUB beside them.
    fn set(&mut self, pages: bool) {
        self.work.stage(Stage::LayOut, self.book.chapters().count());
        let work = &self.work;
        let (config, memory) = (&work.plan.config, work.memory);
        let (book, imprint, highlights) = (&self.book, &self.imprint, &*self.highlights);
        let first = self.first_page();
        let lay_out = || pdf::lay_out(book, imprint, highlights, first, &config.pdf, &memory.pdf);
        let epub = config.formats.contains(&Format::Epub);
        let device = config.profile.filter(|_| epub).map(|profile| devices::device(book, profile));
        let form = Form { theme: &config.pdf.theme, cover: &self.cover, device: device.as_ref() };
        let write = || epub::write_with(book, imprint, highlights, &form, &memory.epub);
        let ((pages, laid_out), ((epub, written), (pictures, drawn))) = rayon::join(
            || timed("lay out", work.edition, || pages.then(|| guarded("setting the pages", lay_out))),
            || {
                rayon::join(
                    || timed("EPUB", work.edition, || epub.then(|| guarded("writing the EPUB", write))),
                    || timed("cover", work.edition, || self.draw()),
                )
            },
        );
        let rendered = epub.as_ref().and_then(|result| result.as_ref().ok()).map(|it| it.value.rendered);
        (self.pages, self.epub) = (pages, epub);
        self.pictures = self.pictures.take().or(pictures);
        self.work.timings.cover += drawn;
        self.work.timings.lay_out += laid_out;
        self.work.timings.epub += written;
        self.work.anew.rendered += rendered.unwrap_or(0);
    }

    /// Puts what is made into its place; gives what the next edition needs, if
    /// this one came to something. `before` is the SHA-256 of the record of the
    /// one before.
    pub(super) fn finish(mut self, made: Vec<Made>, before: Option<String>) -> (EditionReport, Option<Link>) {
        let started = Instant::now();
        let before = before.filter(|_| self.work.previous.is_some());
        let mut report = self.work.report();
        if let Err(error) = self.keep_typst(&made) {
            self.said.push(*error);
        }
        let record = self.put(made, before, &mut report);
        self.work.timings.total += started.elapsed();
        (report.timings, report.anew) = (self.work.timings, self.work.anew);
        let made = self.work.goal != Goal::Files || report.manifest.is_some();
        (report, made.then_some(Link { past: self.work.past, record }))
    }

    /// Tree → markup of each format, for what there is to say.
    fn mark_up(&mut self) {
        let (book, imprint, config) = (&self.book, &self.imprint, &self.work.plan.config);
        self.work.stage(Stage::Write, book.chapters().count());
        // Code is set plain: colours lose no text, and take most of the time.
        let plain = Highlights::default();
        let wanted = |format| config.formats.contains(&format);
        let device = config.profile.map(Device::new);
        let (pdf, epub) = rayon::join(
            || {
                wanted(Format::Pdf)
                    .then(|| guarded("writing the PDF", || pdf::check(book, &plain, &config.pdf)))
            },
            || {
                wanted(Format::Epub).then(|| {
                    guarded("writing the EPUB", || {
                        Ok(epub::check_for(book, imprint, &plain, device.as_ref()))
                    })
                })
            },
        );
        self.said.extend(devices::preflight(self.work.plan, &self.book));
        for (format, result) in [(Format::Pdf, pdf), (Format::Epub, epub)] {
            if let Some(written) = result.and_then(|result| kept(result, &mut self.said)) {
                self.ledger.wrote(format.as_str(), written);
            }
        }
    }

    /// Pages → bytes, in each format.
    pub(super) fn make(&mut self) -> Vec<Made> {
        let started = Instant::now();
        let _scope = trace::scope("edition", &self.work.edition.name);
        let made = match self.work.goal {
            Goal::Markup => {
                self.mark_up();
                Vec::new()
            }
            Goal::Bytes | Goal::Files => self.export(),
        };
        self.work.timings.total += started.elapsed();
        made
    }

    /// The colophon says what the PDF conforms to before that is known: where
    /// it turns out to be less, the colophon is bound again and both formats
    /// are set again.
    fn export(&mut self) -> Vec<Made> {
        self.work.stage(Stage::Write, self.book.chapters().count());
        let mut told = self.pages.is_some().then(|| self.work.plan.config.pdf.standards.clone());
        let pdf = loop {
            let pages = self.pages.take();
            let pdf = pages.and_then(|pages| self.pdf(pages, told.as_deref().unwrap_or_default()));
            let reached = pdf.as_ref().map(|pdf| pdf.conformance.clone());
            if reached == told {
                break pdf;
            }
            std::mem::swap(&mut self.book.ledger, &mut self.ledger);
            self.work.colophon(&mut self.book, &self.imprint, reached.clone());
            std::mem::swap(&mut self.book.ledger, &mut self.ledger);
            self.set(reached.is_some());
            told = reached;
        };
        self.said.extend(devices::preflight(self.work.plan, &self.book));
        let mut made = Vec::new();
        if let Some(pdf) = pdf {
            self.work.timings.export += pdf.export;
            self.ledger.wrote(Format::Pdf.as_str(), pdf.written);
            let conformance = Some(pdf.conformance);
            made.push(Made { format: Format::Pdf, bytes: pdf.bytes, pages: Some(pdf.pages), conformance });
        }
        if let Some(epub) = self.epub.take().and_then(|result| kept(result, &mut self.said)) {
            self.ledger.wrote(Format::Epub.as_str(), epub.written);
            let large = self.work.plan.config.profile.and_then(|it| device::file_size(it, epub.bytes.len()));
            self.said.extend(large);
            made.push(Made { format: Format::Epub, bytes: epub.bytes, pages: None, conformance: None });
        }
        made
    }

    fn pdf(&mut self, pages: Result<Warned<Pages>>, asked: &[Standard]) -> Option<Pdf> {
        let pages = kept(pages, &mut self.said)?;
        let options = PdfOptions { standards: asked.to_vec(), ..self.work.plan.config.pdf.clone() };
        let memory = &self.work.memory.pdf;
        let export = || pdf::export(&self.book, &self.imprint, &options, pages, memory);
        kept(guarded("writing the PDF", export), &mut self.said)
    }
}

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
