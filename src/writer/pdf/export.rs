//! Chapters → pages → bytes. Where Typst or a standard refuses something, its
//! message is brought back to the author's file, and the chapter is set again
//! as plain text.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use typst::diag::SourceDiagnostic;
use typst_layout::PagedDocument;

use super::bind::Binder;
use super::conform::{self, Conforming};
use super::markup::Typeset;
use super::messages::{Messages, Origin, PLAIN, failure, said};
use super::sheet::Laid;
use super::{Pdf, plain};
use crate::diag::{Result, Warned};
use crate::document::ledger::Written;
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::span::Span;
use crate::trace;

/// The finished pages of a book.
pub struct Pages {
    document: PagedDocument,
    /// The chapters on them, in their order.
    chapters: Vec<Arc<Laid>>,
    messages: Messages,
    /// What is on the pages, chapter by chapter.
    written: Vec<Written>,
}

/// Lays out the chapters and binds them.
///
/// # Errors
/// When Typst refuses a chapter even as plain text, or the front matter.
pub fn lay_out(binder: &Binder, typeset: Vec<Typeset>) -> Result<Warned<Pages>> {
    // The longest first, lest all others wait for it in the end.
    let mut order: Vec<(usize, &Typeset)> = typeset.iter().enumerate().collect();
    order.sort_by_key(|(index, typeset)| (std::cmp::Reverse(typeset.text.len()), *index));
    let lay_out = |(index, typeset): (usize, &Typeset)| {
        let laid = binder.chapter(index, typeset.text.clone())?;
        let plain = laid.output.is_err().then(|| binder.plain(index)).transpose()?;
        Ok((index, laid, plain))
    };
    let laid = order.into_par_iter().with_max_len(1).map(lay_out).collect::<Result<Vec<_>>>();
    let mut laid = laid?;
    laid.sort_by_key(|(index, ..)| *index);
    let mut messages = Messages { theme: binder.world.theme().cloned(), ..Messages::default() };
    for ((_, laid, _), (typeset, chapter)) in laid.iter().zip(typeset.iter().zip(&binder.chapters)) {
        let (source, marks) = (laid.source.clone(), typeset.marks.clone());
        messages.chapters.push(Origin { source, span: chapter.span, marks });
    }
    let (mut diagnostics, mut chapters, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for ((_, laid, plain), (typeset, chapter)) in
        laid.into_iter().zip(typeset.into_iter().zip(&binder.chapters))
    {
        if let Err(errors) = &laid.output {
            diagnostics.extend(errors.iter().map(|error| match messages.report(error) {
                (Some(_), diagnostic) => diagnostic,
                // Typst doesn't always say where: an image, or deep nesting.
                (None, diagnostic) => diagnostic.at(chapter.span).hint(PLAIN),
            }));
        }
        let set = plain.as_ref().unwrap_or(&laid);
        if let Err(errors) = &set.output {
            diagnostics.extend(errors.iter().map(|error| said(binder.world.theme(), error)));
            return Err(failure(diagnostics));
        }
        diagnostics.extend(set.warnings.iter().map(|warning| messages.report(warning).1));
        let entries = if plain.is_some() { plain::entries(chapter, &binder.fonts) } else { typeset.entries };
        let (tally, pages) = (set.tally.clone(), set.on_pages.clone());
        written.push(Written { chapter: chapter.key.clone(), tally, pages, entries });
        chapters.push(Arc::clone(set));
    }
    let binding = trace::scope("bind", &binder.imprint.edition.name);
    let document = binder.bind(&chapters)?;
    drop(binding);
    let pages = Pages { document, chapters, messages, written };
    Ok(Warned { value: pages, diagnostics })
}

/// Pages → bytes, at the highest of the standards asked for that holds.
///
/// # Errors
/// When Typst refuses even a PDF that conforms to nothing.
pub fn export<'a>(
    pages: Pages,
    imprint: &Imprint,
    standards: &[Standard],
    binder: impl FnOnce() -> Result<Binder<'a>>,
) -> Result<Warned<Pdf>> {
    let started = Instant::now();
    let mut diagnostics = Vec::new();
    let _scope = trace::scope("export", &imprint.edition.name);
    let explain = |error: &SourceDiagnostic| pages.messages.report(error).1;
    let exported = conform::export(&pages.document, imprint, standards, &explain)?;
    let Conforming { bytes, standards: conformance } = exported.take(&mut diagnostics);
    let export = started.elapsed();
    if diagnostics.iter().any(|said| said.span.is_none()) {
        // Typst doesn't say where; that no chapter can do without it is rare.
        let refused = |document: &PagedDocument| !conform::holds(document, imprint, standards);
        let found = culprits(&binder()?, &pages.chapters, &refused)?;
        let origins = found.iter().filter_map(|&index| pages.messages.chapters.get(index));
        let files: Vec<Span> = origins.map(|origin| origin.span).collect();
        diagnostics = conform::placed(diagnostics, &files);
    }
    let Pages { document, written, .. } = pages;
    let pages = document.pages().len();
    let pdf = Pdf { bytes, pages, export, written, conformance };
    Ok(Warned { value: pdf, diagnostics })
}

/// The chapters that a standard refuses, found by binding ever smaller parts of
/// the book in full and the others as plain text. None if it is not the
/// chapters.
fn culprits(
    binder: &Binder,
    chapters: &[Arc<Laid>],
    refused: &dyn Fn(&PagedDocument) -> bool,
) -> Result<BTreeSet<usize>> {
    let plain = (0..chapters.len()).into_par_iter().map(|index| binder.plain(index));
    let plain = plain.collect::<Result<Vec<_>>>()?;
    let mut found = BTreeSet::new();
    // First all of them plain: if even that is refused, it is not the chapters.
    let mut open = vec![0..chapters.len(), 0..0];
    while let Some(range) = open.pop() {
        let mixed = chapters.iter().zip(&plain).enumerate();
        let mixed = mixed.map(|(index, (full, plain))| if range.contains(&index) { full } else { plain });
        let refused = refused(&binder.bind(&mixed.cloned().collect::<Vec<_>>())?);
        match range.len() {
            0 if refused => return Ok(BTreeSet::new()),
            1 if refused => {
                found.insert(range.start);
            }
            _ if refused => {
                let middle = range.start + range.len() / 2;
                open.extend([middle..range.end, range.start..middle]);
            }
            _ => {}
        }
    }
    Ok(found)
}
