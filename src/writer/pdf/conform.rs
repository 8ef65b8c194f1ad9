//! Pages → bytes of a PDF that conforms to standards, the highest that hold.

use std::collections::BTreeSet;

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions as Options, PdfStandard, PdfStandards, Timestamp};

use super::messages::failure;
use crate::diag::{Code, Diagnostic, Result, Warned};
use crate::edition::Imprint;
use crate::edition::conformance::Standard;
use crate::span::Span;
use crate::trace;

/// So many reasons are named why a standard can't be met.
const REASONS: usize = 12;

/// A PDF and what it conforms to.
pub(super) struct Conforming {
    pub(super) bytes: Vec<u8>,
    pub(super) standards: Vec<Standard>,
}

/// Exports a document at the highest step of [`Standard::ladder`] that holds.
/// The layout doesn't depend on it. `explain` brings a message of Typst back
/// to the author's file.
///
/// # Errors
/// When Typst refuses even a PDF that conforms to nothing.
pub(super) fn export(
    document: &PagedDocument,
    imprint: &Imprint,
    asked: &[Standard],
    explain: &dyn Fn(&SourceDiagnostic) -> Diagnostic,
) -> Result<Warned<Conforming>> {
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut last = Vec::new();
    for standards in Standard::ladder(asked) {
        let options = options(imprint, &standards)?;
        match typst_pdf::pdf(document, &options) {
            Ok(bytes) => {
                let _scope = trace::scope("compact", &imprint.edition.name);
                let diagnostics = unmet(refused, asked, &standards);
                let bytes = super::compact::compact(bytes);
                return Ok(Warned { value: Conforming { bytes, standards }, diagnostics });
            }
            Err(errors) => {
                last = errors.iter().map(explain).collect();
                refused.extend(last.iter().cloned());
            }
        }
    }
    Err(failure(last))
}

/// Whether a document conforms to standards.
pub(super) fn holds(document: &PagedDocument, imprint: &Imprint, standards: &[Standard]) -> bool {
    options(imprint, standards).is_ok_and(|options| typst_pdf::pdf(document, &options).is_ok())
}

/// What has no place, once for each of the files that it was found in.
pub(super) fn placed(unmet: Vec<Diagnostic>, files: &[Span]) -> Vec<Diagnostic> {
    unmet
        .into_iter()
        .flat_map(|said| match (said.span, files) {
            (Some(_), _) | (None, []) => vec![said],
            (None, files) => {
                let start = |file: &Span| Span { end: file.start, ..*file };
                files.iter().map(|file| said.clone().at(start(file))).collect()
            }
        })
        .collect()
}

/// Why what was asked for isn't met: each reason once.
fn unmet(refused: Vec<Diagnostic>, asked: &[Standard], reached: &[Standard]) -> Vec<Diagnostic> {
    let hint = match reached {
        [] => "the PDF is tagged but conforms to no standard".to_owned(),
        _ => format!(
            "the PDF conforms to {} in place of {}",
            Standard::titles(reached),
            Standard::titles(asked)
        ),
    };
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for Diagnostic { message, span, hints, .. } in refused {
        // `Typst: PDF/A-2a, PDF/UA-1 error: why`: what was tried is no reason.
        let why = message.strip_prefix("Typst: ").unwrap_or(&message);
        let why = why.split_once(" error: ").map_or(why, |(_, why)| why);
        if !seen.insert((why.to_owned(), span)) {
            continue;
        }
        let mut diagnostic = Diagnostic::new(
            Code::PdfStandardUnmet,
            format!("the PDF can't conform to {}: {why}", Standard::titles(asked)),
        );
        diagnostic.span = span;
        diagnostic.hints = hints.into_iter().filter(|h| !h.contains("plain text")).collect();
        all.push(diagnostic.hint(hint.clone()));
    }
    all.truncate(REASONS);
    all
}

fn options(imprint: &Imprint, standards: &[Standard]) -> Result<Options> {
    Ok(Options {
        ident: Smart::Custom(imprint.uuid.to_string()),
        creator: Smart::Custom(Some(format!("Bindery {}", env!("CARGO_PKG_VERSION")))),
        timestamp: timestamp(imprint.edition.revision.timestamp),
        page_ranges: None,
        standards: typst_standards(standards)?,
        tagged: true,
        pretty: false,
    })
}

/// The standards as Typst knows them.
fn typst_standards(standards: &[Standard]) -> Result<PdfStandards> {
    let list: Vec<PdfStandard> = standards
        .iter()
        .map(|standard| match standard {
            Standard::A2a => PdfStandard::A_2a,
            Standard::A2u => PdfStandard::A_2u,
            Standard::A2b => PdfStandard::A_2b,
            Standard::A3a => PdfStandard::A_3a,
            Standard::A3u => PdfStandard::A_3u,
            Standard::A3b => PdfStandard::A_3b,
            Standard::Ua1 => PdfStandard::Ua_1,
        })
        .collect();
    PdfStandards::new(&list)
        .map_err(|error| Box::new(Diagnostic::new(Code::TypesetFailed, error.message().to_string())))
}

fn timestamp(seconds: i64) -> Option<Timestamp> {
    let zoned = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).ok();
    let datetime = Datetime::from_ymd_hms(
        i32::from(zoned.year()),
        part(zoned.month())?,
        part(zoned.day())?,
        part(zoned.hour())?,
        part(zoned.minute())?,
        part(zoned.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}
