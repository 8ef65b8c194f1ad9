//! Pages and bytes. Where Typst refuses something, its message is brought
//! back to the author's file, and the chapter is set again as plain text.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use rayon::prelude::*;
use typst::diag::{SourceDiagnostic, Warned as TypstWarned};
use typst::ecow::EcoVec;
use typst::syntax::Source;
use typst_layout::PagedDocument;

use super::conform::{self, Conforming};
use super::data::{Places, bookmark, chapter_path, runs_literal};
use super::fonts::{Face, Fonts};
use super::markup::{Typeset, label};
use super::pieces::{invisible, push_string, set};
use super::world::BookWorld;
use super::{Pdf, recount};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};
use crate::document::ids::identifiers;
use crate::document::ledger::{self, Written};
use crate::document::outline::chapter_title;
use crate::document::text::chapter_text;
use crate::document::{Chapter, count};
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::span::Span;
use crate::tally::{Entry, Rule, Tally};
use crate::trace;

/// Lays out and exports the world.
///
/// # Errors
/// When Typst refuses the book even with its faulty chapters as plain text.
pub fn export(
    mut world: BookWorld,
    chapters: &[&Chapter],
    places: &[Places],
    typeset: &[Typeset],
    imprint: &Imprint,
    standards: &[Standard],
) -> Result<Warned<Pdf>> {
    let started = Instant::now();
    let fonts = world.shared_fonts();
    let mut diagnostics = Vec::new();
    let laying_out = trace::scope("lay out", &imprint.edition.name);
    let mut compiled = compile(&world);
    let mut faulty = BTreeSet::new();
    if let Err(errors) = &compiled.output {
        for error in errors {
            let found = report(error, chapters, typeset, &world);
            faulty.extend(found.0);
            diagnostics.push(found.1);
        }
        if faulty.is_empty() {
            // Typst doesn't always say where: an image, or deep nesting.
            let messages = std::mem::take(&mut diagnostics);
            let refused = |world: &BookWorld| compile(world).output.is_err();
            faulty = culprits(&mut world, chapters, places, typeset, &refused)?;
            for chapter in faulty.iter().filter_map(|&i| chapters.get(i)) {
                diagnostics.extend(messages.iter().take(1).cloned().map(|message| {
                    message.at(chapter.span).hint("the chapter is set as plain text in this PDF")
                }));
            }
            if faulty.is_empty() {
                return Err(failure(messages));
            }
        }
        for &index in &faulty {
            if let (Some(chapter), Some(places)) = (chapters.get(index), places.get(index)) {
                world.add_source(&chapter_path(&chapter.key), plain(&fonts, chapter, places.chapter))?;
            }
        }
        compiled = compile(&world);
    }
    let document = match compiled.output {
        Ok(document) => document,
        Err(errors) => {
            diagnostics.extend(errors.iter().map(|e| report(e, chapters, typeset, &world).1));
            return Err(failure(diagnostics));
        }
    };
    diagnostics.extend(compiled.warnings.iter().map(|w| report(w, chapters, typeset, &world).1));
    drop(laying_out);
    let laid_out = Instant::now();
    let exporting = trace::scope("export", &imprint.edition.name);
    let explain = |error: &SourceDiagnostic| report(error, chapters, typeset, &world).1;
    let (exported, written) = rayon::join(
        || conform::export(&document, imprint, standards, &explain),
        || written(&world, &document, chapters, typeset, &faulty),
    );
    let mut unmet = Vec::new();
    let Conforming { bytes, standards: conformance } = exported?.take(&mut unmet);
    let export = laid_out.elapsed();
    drop(exporting);
    if unmet.iter().any(|said| said.span.is_none()) {
        // Typst doesn't say where; that no chapter can do without it is rare.
        let refused = |world: &BookWorld| {
            compile(world).output.is_ok_and(|document| !conform::holds(&document, imprint, standards))
        };
        let found = culprits(&mut world, chapters, places, typeset, &refused)?;
        let files: Vec<Span> = found.iter().filter_map(|&i| Some(chapters.get(i)?.span)).collect();
        unmet = conform::placed(unmet, &files);
    }
    diagnostics.extend(unmet);
    let pages = document.pages().len();
    let pdf = Pdf { bytes, pages, layout: laid_out - started, export, written, conformance };
    Ok(Warned { value: pdf, diagnostics })
}

/// What the pages hold of each chapter.
fn written(
    world: &BookWorld,
    document: &PagedDocument,
    chapters: &[&Chapter],
    typeset: &[Typeset],
    faulty: &BTreeSet<usize>,
) -> Vec<Written> {
    let sources: Vec<Source> =
        chapters.iter().map(|chapter| world.chapter(&chapter_path(&chapter.key))).collect();
    let mut tallies: Vec<Tally> = sources.par_iter().map(recount::of_markup).collect();
    let mut pages: BTreeMap<usize, Tally> = recount::of_pages(document, &sources).into_iter().collect();
    let fonts = world.shared_fonts();
    let all = chapters.iter().zip(typeset).enumerate();
    all.map(|(index, (chapter, typeset))| Written {
        chapter: chapter.key.clone(),
        tally: tallies.get_mut(index).map(std::mem::take).unwrap_or_default(),
        pages: pages.remove(&index),
        entries: if faulty.contains(&index) {
            plain_entries(chapter, &fonts)
        } else {
            typeset.entries.clone()
        },
    })
    .collect()
}

/// What becomes of a chapter's text that is set as plain text.
fn plain_entries(chapter: &Chapter, fonts: &Fonts) -> Vec<(&'static str, Entry)> {
    let whole = count::chapter(chapter);
    let text = format!("{} {}", chapter_title(chapter), chapter_text(chapter));
    let (lost, put) = invisible(fonts, &text, Face::Text);
    let mut said = vec![
        Diagnostic::new(Code::TypesetFailed, "")
            .losing(&whole.text)
            .losing_alternative(&whole.alternative)
            .adding(&text),
        Diagnostic::rule(Rule::Invisible).losing(&lost).adding(&put),
    ];
    ledger::take(&mut said, 0)
}

/// The chapters that are refused, by Typst or by a standard, found by setting ever smaller parts of the
/// book in full and the others as plain text. None if it is not the chapters.
fn culprits(
    world: &mut BookWorld,
    chapters: &[&Chapter],
    places: &[Places],
    typeset: &[Typeset],
    refused: &dyn Fn(&BookWorld) -> bool,
) -> Result<BTreeSet<usize>> {
    let fonts = world.shared_fonts();
    let mut found = BTreeSet::new();
    // First all of them plain: if even that is refused, it is not the chapters.
    let mut open = vec![0..chapters.len(), 0..0];
    while let Some(range) = open.pop() {
        for (index, ((chapter, places), typeset)) in chapters.iter().zip(places).zip(typeset).enumerate() {
            let text = if range.contains(&index) {
                typeset.text.clone()
            } else {
                plain(&fonts, chapter, places.chapter)
            };
            world.add_source(&chapter_path(&chapter.key), text)?;
        }
        let refused = refused(world);
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
    for (chapter, typeset) in chapters.iter().zip(typeset) {
        world.add_source(&chapter_path(&chapter.key), typeset.text.clone())?;
    }
    Ok(found)
}

struct Compiled {
    output: std::result::Result<PagedDocument, EcoVec<SourceDiagnostic>>,
    warnings: EcoVec<SourceDiagnostic>,
}

fn compile(world: &BookWorld) -> Compiled {
    let TypstWarned { output, warnings } = typst::compile::<PagedDocument>(world);
    Compiled { output, warnings }
}

/// The chapter that a message of Typst is about, and the message at its place
/// in the author's file.
fn report(
    error: &SourceDiagnostic,
    chapters: &[&Chapter],
    typeset: &[Typeset],
    world: &BookWorld,
) -> (Option<usize>, Diagnostic) {
    use typst::WorldExt;
    let spans = std::iter::once(error.span).chain(error.trace.iter().map(|t| t.span.into()));
    let place = spans.into_iter().find_map(|span| {
        let id = span.id()?;
        let path = id.vpath().get_with_slash();
        let index = chapters.iter().position(|c| chapter_path(&c.key) == path)?;
        let offset = world.range(span).map_or(0, |range| range.start);
        let marks = &typeset.get(index)?.marks;
        let at = marks.partition_point(|(start, _)| *start <= offset).checked_sub(1);
        Some((index, at.and_then(|at| marks.get(at)).map(|(_, span)| *span)))
    });
    let (code, severity) = match error.severity {
        typst::diag::Severity::Error => (Code::TypesetFailed, Severity::Error),
        typst::diag::Severity::Warning => (Code::TypesetWarning, Severity::Warning),
    };
    let mut diagnostic = Diagnostic::new(code, format!("Typst: {}", error.message));
    diagnostic.severity = severity;
    diagnostic.hints.extend(error.hints.iter().map(|hint| hint.v.to_string()));
    let index = place.map(|(index, _)| index);
    if let Some((index, span)) = place {
        diagnostic.span = span.or_else(|| chapters.get(index).map(|c| c.span));
        if severity == Severity::Error {
            diagnostic.hints.push("the chapter is set as plain text in this PDF".to_owned());
        }
    }
    (index, diagnostic)
}

/// One diagnostic for a book that could not be set at all.
pub(super) fn failure(mut all: Vec<Diagnostic>) -> Box<Diagnostic> {
    let rest = all.split_off(all.len().min(1));
    let mut first =
        all.pop().unwrap_or_else(|| Diagnostic::new(Code::TypesetFailed, "Typst refused the book"));
    first.hints.extend(rest.iter().take(5).map(ToString::to_string));
    Box::new(first)
}

/// A chapter without any of its form, when its form was too much for Typst.
fn plain(fonts: &Fonts, chapter: &Chapter, depth: usize) -> String {
    let mut out = format!("#import \"/theme.typ\": *\n#chapter({}, ", depth + 1);
    push_string(&mut out, &label(&chapter.key, None));
    out.push_str(", ");
    let title = chapter_title(chapter);
    push_string(&mut out, &bookmark(&title));
    out.push_str(&format!(", {}, none)[", runs_literal(fonts, &title)));
    set(&mut out, fonts, &title, Face::Text, false);
    out.push_str("][\n");
    // Other chapters may link to what is lost here: a missing label is an error.
    for id in identifiers(chapter) {
        out.push_str("#anchor(");
        push_string(&mut out, &label(&chapter.key, Some(&id)));
        out.push_str(")\n");
    }
    for line in chapter_text(chapter).lines().filter(|line| !line.trim().is_empty()) {
        out.push_str("#par[");
        set(&mut out, fonts, line, Face::Text, false);
        out.push_str("]\n");
    }
    out.push_str("]\n");
    out
}
