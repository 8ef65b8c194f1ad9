//! Typst's messages, brought back to the authors' files.

use std::ops::Range;

use typst::diag::SourceDiagnostic;
use typst::syntax::{DiagSpan, DiagSpanKind, Source};

use crate::diag::{Code, Diagnostic, Severity};
use crate::span::Span;
use crate::theme::settings::place as line_and_column;

/// What becomes of a chapter that is refused.
pub const PLAIN: &str = "the chapter is set as plain text in this PDF";

/// Where messages lead: the chapters of a book.
#[derive(Default)]
pub struct Messages {
    /// In their order.
    pub chapters: Vec<Origin>,
    /// The theme's code, where it is the user's.
    pub theme: Option<Source>,
}

/// Where a chapter's virtual file comes from.
pub struct Origin {
    /// The file as Typst read it.
    pub source: Source,
    /// The chapter's place.
    pub span: Span,
    /// The places of its blocks (see `Typeset::marks`).
    pub marks: Vec<(usize, Span)>,
}

impl Messages {
    /// A message at its place in the author's file, if it has one, and the
    /// chapter that it is about.
    pub fn report(&self, message: &SourceDiagnostic) -> (Option<usize>, Diagnostic) {
        let spans = std::iter::once(message.span).chain(message.trace.iter().map(|t| t.span.into()));
        let place = spans.into_iter().find_map(|span| {
            let id = span.id()?;
            let (index, origin) = self.chapters.iter().enumerate().find(|(_, it)| it.source.id() == id)?;
            let offset = range(&origin.source, span).map_or(0, |range| range.start);
            let at = origin.marks.partition_point(|(start, _)| *start <= offset).checked_sub(1);
            let span = at.and_then(|at| origin.marks.get(at)).map_or(origin.span, |(_, span)| *span);
            Some((index, span))
        });
        let mut diagnostic = said(self.theme.as_ref(), message);
        let Some((index, span)) = place else { return (None, diagnostic) };
        diagnostic.span = Some(span);
        if diagnostic.severity == Severity::Error {
            diagnostic.hints.push(PLAIN.to_owned());
        }
        (Some(index), diagnostic)
    }
}

pub fn range(source: &Source, span: DiagSpan) -> Option<Range<usize>> {
    match span.get() {
        DiagSpanKind::Detached => None,
        DiagSpanKind::Number { id: _, num, sub_range } => source.range(num, sub_range),
        DiagSpanKind::Range { id: _, range } => Some(range),
    }
}

/// Where in a file a message is, or what led to it: line and column, from 1.
pub fn place(source: &Source, message: &SourceDiagnostic) -> Option<(usize, usize)> {
    let spans = std::iter::once(message.span).chain(message.trace.iter().map(|t| t.span.into()));
    let mut here = spans.filter(|span: &DiagSpan| span.id() == Some(source.id()));
    Some(line_and_column(source.text(), range(source, here.next()?)?.start))
}

/// A message without a place in an author's file; where the user's theme has
/// one, that is in a hint.
pub fn said(theme: Option<&Source>, message: &SourceDiagnostic) -> Diagnostic {
    let (code, severity) = match message.severity {
        typst::diag::Severity::Error => (Code::TypesetFailed, Severity::Error),
        typst::diag::Severity::Warning => (Code::TypesetWarning, Severity::Warning),
    };
    let mut diagnostic = Diagnostic::new(code, format!("Typst: {}", message.message));
    diagnostic.severity = severity;
    diagnostic.hints.extend(message.hints.iter().map(|hint| hint.v.to_string()));
    if message.message.starts_with("unknown font family") {
        diagnostic.hints.push("give its font with `--fonts`, or take it out of the theme".to_owned());
    }
    let place = theme.and_then(|theme| place(theme, message));
    diagnostic
        .hints
        .extend(place.map(|(line, column)| format!("the theme does this at theme.typ:{line}:{column}")));
    diagnostic
}

/// One diagnostic for a book that could not be set at all.
pub fn failure(mut all: Vec<Diagnostic>) -> Box<Diagnostic> {
    let rest = all.split_off(all.len().min(1));
    let mut first =
        all.pop().unwrap_or_else(|| Diagnostic::new(Code::TypesetFailed, "Typst refused the book"));
    first.hints.extend(rest.iter().take(5).map(ToString::to_string));
    Box::new(first)
}
