//! `--json`: one document on standard output for programs to read.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diag::Located;
use crate::edition::Edition;
use crate::output::Format;
use crate::output::ledger::LedgerRecord;
use crate::output::manifest::Counts;
use crate::pipeline::{Anew, EditionReport, Failure, Goal, Plan, Report, Timings};

/// The version of the form of these documents.
pub(super) const SCHEMA: u32 = 1;

/// What `build` and `check` print: of one source its run, of several a list.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Printed<'a> {
    /// One source was given.
    One(Run<'a>),
    /// Several were.
    Several(Runs<'a>),
}

/// The runs of several documents, in the order of their sources.
#[derive(Serialize, JsonSchema)]
pub struct Runs<'a> {
    schema: u32,
    ok: bool,
    documents: Vec<Run<'a>>,
}

/// A run.
#[derive(Serialize, JsonSchema)]
pub struct Run<'a> {
    schema: u32,
    ok: bool,
    /// Which source it is of, where several were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    slug: &'a str,
    editions: Vec<Built<'a>>,
    diagnostics: &'a [Located],
}

#[derive(Serialize, JsonSchema)]
struct Named<'a> {
    name: &'a str,
    date: String,
    draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    why: &'a [String],
}

#[derive(Serialize, JsonSchema)]
struct Built<'a> {
    #[serde(flatten)]
    edition: Named<'a>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    formats: Vec<File<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'a LedgerRecord>,
    timings: Timings,
    anew: Anew,
    diagnostics: &'a [Located],
}

#[derive(Serialize, JsonSchema)]
struct File<'a> {
    format: Format,
    path: String,
    size: u64,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<usize>,
}

/// What a run would do.
#[derive(Serialize, JsonSchema)]
pub struct Planned<'a> {
    schema: u32,
    editions: Vec<Named<'a>>,
    diagnostics: &'a [Located],
}

impl<'a> From<&'a Edition> for Named<'a> {
    fn from(edition: &'a Edition) -> Self {
        Self {
            name: &edition.name,
            date: edition.revision.date.to_string(),
            draft: edition.revision.is_draft(),
            commit: edition.revision.commit(),
            why: &edition.why,
        }
    }
}

impl<'a> From<&'a EditionReport> for Built<'a> {
    fn from(report: &'a EditionReport) -> Self {
        let records = report.manifest.as_ref().map_or(&[][..], |m| &m.formats);
        let formats = records.iter().map(|f| File {
            format: f.format,
            path: report.folder.join(&f.file).display().to_string(),
            size: f.size,
            sha256: &f.sha256,
            pages: f.pages,
        });
        Self {
            edition: Named::from(&report.edition),
            ok: !report.failed(),
            folder: Some(report.folder.display().to_string()),
            formats: formats.collect(),
            counts: report.counts,
            ledger: report.ledger.as_ref(),
            timings: report.timings,
            anew: report.anew,
            diagnostics: &report.diagnostics,
        }
    }
}

/// A run; only one that writes files has folders.
pub fn report(report: &Report, goal: Goal, ok: bool) -> Run<'_> {
    let built = report.editions.iter().map(Built::from);
    let editions = built.map(|b| Built { folder: b.folder.filter(|_| goal == Goal::Files), ..b }).collect();
    let (slug, diagnostics) = (&report.slug, &report.diagnostics);
    Run { schema: SCHEMA, ok, source: None, slug, editions, diagnostics }
}

/// A run that could not begin.
pub fn failure(failure: &Failure) -> Run<'_> {
    let (slug, editions) = ("", Vec::new());
    Run { schema: SCHEMA, ok: false, source: None, slug, editions, diagnostics: &failure.0 }
}

/// The runs of several sources.
pub fn runs<'a>(ok: bool, runs: impl IntoIterator<Item = (&'a str, Run<'a>)>) -> Runs<'a> {
    let named = |(source, run)| Run { source: Some(source), ..run };
    Runs { schema: SCHEMA, ok, documents: runs.into_iter().map(named).collect() }
}

/// What a run would do.
pub fn plan(plan: &Plan) -> String {
    let editions = plan.editions.iter().map(Named::from).collect();
    text(&Planned { schema: SCHEMA, editions, diagnostics: &plan.diagnostics })
}

/// A value as an indented document.
pub fn text(value: &impl Serialize) -> String {
    // Nothing in here can fail to serialise: no maps with other keys than
    // strings, and no serialiser of ours that refuses.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
