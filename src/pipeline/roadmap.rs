//! A chapter of a filed edition, bound by itself: from the revision and with
//! the settings that the edition's record names.

use std::path::Path;

use super::plan::{Failure, Plan, Request};
use super::rebuild::{Means, excess, layer};
use super::{EditionReport, Silent, build, slug};
use crate::config::{Exact, Layer};
use crate::diag::{Code, Diagnostic};
use crate::edition::revision_at;
use crate::output::listed::record_of;
use crate::output::verify::Record;

/// Binds a chapter of an edition by itself, in all formats, into a document of
/// its own in the output folder. It follows the extract of the edition before,
/// if that edition had the chapter. Call it where [`build`] may be called.
///
/// # Errors
/// When the source is not the one that the edition was made from, has no such
/// chapter, or nothing could be written.
pub fn roadmap(
    record: &Record,
    chapter: &str,
    means: &Means,
    output: &Path,
    bagit: bool,
) -> Result<EditionReport, Failure> {
    if let Some(excess) = excess(record) {
        let hint = "no edition needs that; take the file from another copy of the edition";
        return Err(Box::new(Diagnostic::new(Code::ConfigInvalid, excess).hint(hint)).into());
    }
    let flags = layer(record, means, output, bagit)?;
    let previous = flags.exact.previous.clone();
    let names = (flags.exact.previous_name.clone(), flags.exact.edition_name.clone());
    let exact = Exact { previous: None, previous_name: None, previous_sha256: None, ..flags.exact };
    let flags = Layer { only: Some(vec![chapter.to_owned()]), formats: None, exact, ..flags };
    let request = Request {
        source: means.source.clone(),
        bare: true,
        flags,
        open: means.open.clone(),
        ..Request::default()
    };
    let alone = Plan::new(&request).map_err(|failure| elsewhere(failure, &means.source))?;
    let mut plan = match previous.filter(|wanted| has_chapter(&alone, wanted)) {
        Some(wanted) => {
            let mut request = request;
            let (previous_name, edition_name) = names;
            request.flags.exact =
                Exact { previous: Some(wanted), previous_name, edition_name, ..request.flags.exact };
            Plan::new(&request)?
        }
        None => alone,
    };
    // The record's book, and not the folder that the source may name.
    plan.book.clone_from(&plan.config.book);
    plan.fetch = means.fetch.clone();
    let slug = slug(&plan);
    let link = plan.before.as_ref().and_then(|before| {
        let uuid = plan.uuid_of(plan.whole_slug(&slug), &plan.config.only, before);
        record_of(&output.join(&slug), &before.name, &uuid.urn().to_string())
    });
    plan.config.exact.previous_sha256 = link;
    let mut report = build(&plan, &Silent);
    match report.editions.pop() {
        Some(edition) if edition.manifest.is_some() && !edition.failed() => Ok(edition),
        Some(edition) => Err(Failure(edition.diagnostics)),
        None => Err(Failure(report.diagnostics)),
    }
}

/// Whether a revision before the edition has the chapters.
fn has_chapter(plan: &Plan, wanted: &str) -> bool {
    let revision = revision_at(plan.document.as_ref(), wanted);
    revision.is_ok_and(|revision| {
        plan.contents(&revision).is_ok_and(|contents| contents.is_some()) && plan.lacks(&revision).is_none()
    })
}

/// A source that lacks the revision is another one, or a part of it.
fn elsewhere(failure: Failure, source: &str) -> Failure {
    let unknown = [Code::RevisionUnknown, Code::GitShallow].map(Code::as_str);
    if !failure.0.iter().any(|said| unknown.contains(&said.code.as_str())) {
        return failure;
    }
    let message = format!("`{source}` does not have the revision that the edition was made from");
    let hint = "name the edition's own living document with `--source`: a clone with its whole history";
    Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)).into()
}
