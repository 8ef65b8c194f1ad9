//! Carrying out plans: of one document, or of several side by side.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::{Making, Selection};
use super::catalogue;
use super::diagnostics::{Shower, render};
use super::progress::{Speaker, Voice, row};
use super::terminal::{Terminal, err, out};
use super::timings::{self, Row};
use super::{FAILED, USAGE, announce, json, ledger, refused, results};
use crate::catalogue::{INDEX, Options};
use crate::config::{Layer, line};
use crate::diag::{Code, Diagnostic, Severity};
use crate::paths::shown;
use crate::pipeline::{self, Failure, Goal, Plan, Report, Task};
use crate::span::Files;
use crate::trace;

/// A document that is asked for.
pub struct Asked {
    /// Where it is, as it was given.
    source: String,
    /// What is to be done, or why that can't begin.
    plan: Result<Plan, Failure>,
    /// Its name in folder and file names; empty without a plan.
    slug: String,
}

impl Asked {
    /// A document with its plan.
    pub fn new(source: &str, plan: Result<Plan, Failure>) -> Self {
        let slug = plan.as_ref().map(pipeline::slug).unwrap_or_default();
        Self { source: source.to_owned(), plan, slug }
    }
}

/// The documents of all sources, planned side by side.
///
/// # Errors
/// When there are several, and a flag says something of a single one.
pub fn asked(
    selection: &Selection,
    plan: impl Fn(&str) -> Result<Plan, Failure> + Sync,
) -> Result<Vec<Asked>, Failure> {
    if selection.sources.len() > 1 {
        let set = line::layer(&selection.set).map_err(Failure)?;
        if let Some(flag) = of_one(selection, &set) {
            let number = selection.sources.len();
            let message = format!("`{flag}` is about one document, and {number} are asked for");
            let diagnostic = Diagnostic::new(Code::ConfigInvalid, message)
                .hint("leave it out, or build the document that it is about by itself");
            return Err(Box::new(diagnostic).into());
        }
    }
    Ok(selection.sources.par_iter().map(|source| Asked::new(source, plan(source))).collect())
}

/// A flag that says something of a single document.
fn of_one(selection: &Selection, set: &Layer) -> Option<&'static str> {
    let exact = &set.exact;
    // That there is none before may hold for all.
    let previous = |it: &Option<String>| it.as_ref().is_some_and(|it| it != "none");
    let flags = [
        ("--previous", previous(&selection.previous)),
        ("--set title", set.title.is_some()),
        ("--set subtitle", set.subtitle.is_some()),
        ("--set slug", set.slug.is_some()),
        ("--set book", set.book.is_some()),
        ("--set repository", set.repository.is_some()),
        ("--set edition", set.snapshots.is_some()),
        ("--set identifier", set.identifiers.is_some()),
        ("--set previous", previous(&exact.previous)),
        ("--set previous-name", exact.previous_name.is_some()),
        ("--set previous-sha256", exact.previous_sha256.is_some()),
        ("--set edition-name", exact.edition_name.is_some()),
        ("--set revision-tags", exact.revision_tags.is_some()),
    ];
    flags.into_iter().find_map(|(flag, given)| given.then_some(flag))
}

/// Two documents that would be written to one folder.
fn clash(asked: &[Asked]) -> Option<Failure> {
    let mut taken: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for Asked { source, plan, slug } in asked {
        let Ok(plan) = plan else { continue };
        for folder in [Some(&plan.config.output), plan.keep_typst.as_ref()].into_iter().flatten() {
            let folder = folder.join(slug);
            let Some(other) = taken.insert(std::path::absolute(&folder).unwrap_or(folder.clone()), source)
            else {
                continue;
            };
            let folder = folder.display();
            let message = format!("`{other}` and `{source}` would both be written to `{folder}`");
            let diagnostic = Diagnostic::new(Code::ConfigInvalid, message)
                .hint("set another `slug` in the bindery.toml of one of them, or build them one by one to folders of their own (`--output`)");
            return Some(Box::new(diagnostic).into());
        }
    }
    None
}

/// Carries out plans, or says why they can't begin; gives the exit code.
pub fn make(asked: Result<Vec<Asked>, Failure>, goal: Goal, making: &Making) -> u8 {
    let terminal = Terminal::stderr();
    let asked = match asked {
        Ok(asked) => asked,
        Err(failure) => return refused(&failure, making.json, terminal),
    };
    if let [Asked { plan: Err(failure), .. }] = asked.as_slice() {
        return refused(failure, making.json, terminal);
    }
    if let Some(failure) = (goal == Goal::Files).then(|| clash(&asked)).flatten() {
        return refused(&failure, making.json, terminal);
    }
    let voice = match (making.quiet, making.verbose) {
        (true, _) => Voice::Quiet,
        (false, true) => Voice::Verbose,
        (false, false) => Voice::Usual,
    };
    let speaker = Speaker::new(terminal, voice).checking(goal != Goal::Files);
    let speakers: Vec<Speaker> = match asked.len() {
        1 => Vec::new(),
        _ => (0..asked.len()).map(|at| speaker.beside(called(&asked, at))).collect(),
    };
    let speaker_of = |at: usize| speakers.get(at).unwrap_or(&speaker);
    let mut tasks = Vec::new();
    for (at, Asked { plan, slug, .. }) in asked.iter().enumerate() {
        let progress = speaker_of(at);
        match plan {
            Ok(plan) => {
                announce(progress, &plan.diagnostics);
                tasks.push(Task { plan, slug, progress });
            }
            Err(failure) => {
                let mut shower = Shower::new(terminal, Severity::Note, true);
                progress.say_of_document(&shower.show(&failure.0));
            }
        }
    }
    if making.trace.is_some() {
        trace::enable();
    }
    speaker.plan_for(tasks.iter().map(|task| task.plan.editions.len()).sum());
    let mut reports = pipeline::run_all(&tasks, goal).into_iter();
    speakers.iter().chain([&speaker]).for_each(Speaker::finish);
    let traced = making.trace.as_deref().map_or(Ok(()), timings::write_trace);
    let mut ended = Vec::new();
    for (at, asked) in asked.iter().enumerate() {
        let end = match &asked.plan {
            Ok(plan) => reports.next().map(|report| End::Over { plan, report }),
            Err(failure) => Some(End::Refused(failure)),
        };
        ended.extend(end.map(|end| Document { source: &asked.source, speaker: speaker_of(at), end }));
    }
    let catalogues = if goal == Goal::Files { catalogues(&ended, terminal) } else { Catalogues::default() };
    finish(&ended, traced.err().as_deref(), &catalogues, goal, making, &speaker)
}

/// What came of the catalogues of the folders that were written to.
#[derive(Default)]
struct Catalogues {
    /// What there is to say of them.
    said: String,
    /// Where they are.
    lines: String,
    failed: bool,
}

/// Makes the catalogue of each folder anew that an edition was written to. The
/// editions stay whatever comes of it.
fn catalogues(documents: &[Document], terminal: Terminal) -> Catalogues {
    let mut folders: Vec<(&Path, Options)> = Vec::new();
    for document in documents {
        let End::Over { plan, report } = &document.end else { continue };
        let config = &plan.config;
        if !config.catalogue || report.editions.iter().all(|edition| edition.manifest.is_none()) {
            continue;
        }
        let template = config.pdf.theme.file(INDEX).map(str::to_owned);
        match folders.iter_mut().find(|(folder, _)| *folder == config.output) {
            // A template of any document is the folder's.
            Some((_, options)) => options.template = options.template.take().or(template),
            None => folders.push((&config.output, Options { base: None, template })),
        }
    }
    let mut all = Catalogues::default();
    for (folder, options) in folders {
        match catalogue::make(folder, &options, terminal) {
            Ok((said, line)) => {
                all.said.push_str(&said);
                all.lines.push_str(&line);
            }
            Err(error) => {
                all.failed = true;
                all.said.push_str(&format!("{}\n\n", render(&error.locate(&Files::default()), terminal)));
            }
        }
    }
    all
}

/// What one of several documents is called: by its slug, or, where it has none
/// or shares it, by its source.
fn called(asked: &[Asked], at: usize) -> String {
    let Some(Asked { source, slug, .. }) = asked.get(at) else { return String::new() };
    let same = asked.iter().filter(|other| other.slug == *slug).count();
    if slug.is_empty() || same > 1 { source.clone() } else { slug.clone() }
}

/// A document of a run that is over.
struct Document<'a> {
    source: &'a str,
    speaker: &'a Speaker,
    end: End<'a>,
}

/// How it went.
enum End<'a> {
    Over {
        plan: &'a Plan,
        report: Report,
    },
    /// It could not begin.
    Refused(&'a Failure),
}

impl Document<'_> {
    fn is_refused(&self) -> bool {
        matches!(self.end, End::Refused(_))
    }

    fn has(&self, severity: Severity) -> bool {
        match &self.end {
            End::Over { report, .. } => report.has(severity),
            End::Refused(_) => true,
        }
    }

    fn failed(&self, strict: bool) -> bool {
        self.has(Severity::Error) || (strict && self.has(Severity::Warning))
    }

    fn json(&self, goal: Goal, ok: bool) -> json::Run<'_> {
        match &self.end {
            End::Over { report, .. } => json::report(report, goal, ok),
            End::Refused(failure) => json::failure(failure),
        }
    }

    /// A row an edition.
    fn rows(&self) -> Vec<Row<'_>> {
        let End::Over { report, .. } = &self.end else { return Vec::new() };
        let named = |edition| row(self.speaker.document(), edition);
        report.editions.iter().map(|edition| (named(&edition.edition), edition)).collect()
    }

    /// What is said of it below the table.
    fn last(&self, verbose: bool) -> String {
        let End::Over { plan, report } = &self.end else {
            return format!("{}: could not begin\n", shown(self.source));
        };
        let name = self.speaker.document().map(shown);
        let mut last = String::new();
        if verbose {
            let tables = ledger::tables(report);
            last.push_str(&match &name {
                Some(name) if !tables.is_empty() => format!("{name}:\n\n{tables}"),
                Some(_) | None => tables,
            });
            // Nothing is worse for it but the time.
            let notes = plan.cache.iter().flat_map(|cache| cache.notes());
            notes.for_each(|note| last.push_str(&format!("note: the cache: {}\n", shown(&note))));
        }
        for line in self.speaker.shower().summary().lines() {
            let of = name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
            last.push_str(&format!("{of}{line}\n"));
        }
        if report.editions.iter().any(|edition| edition.manifest.is_some()) {
            let folder = plan.config.output.join(&report.slug);
            last.push_str(&format!("Written to {}\n", shown(&folder.to_string_lossy())));
        }
        last
    }
}

/// The last that is said of a run, and its exit code.
fn finish(
    documents: &[Document],
    untraced: Option<&Diagnostic>,
    catalogues: &Catalogues,
    goal: Goal,
    making: &Making,
    speaker: &Speaker,
) -> u8 {
    let has_error = catalogues.failed || documents.iter().any(|document| document.has(Severity::Error));
    let failed = untraced.is_some()
        || catalogues.failed
        || (making.strict && !catalogues.said.is_empty())
        || documents.iter().any(|document| document.failed(making.strict));
    let written = if making.json { out(&json::text(&printed(documents, goal, !failed, making))) } else { 0 };
    let rows: Vec<Row> = documents.iter().flat_map(Document::rows).collect();
    let mut last = String::new();
    // Counts of what was not shown would be noise.
    if !speaker.is_quiet() {
        last.push_str(&catalogues.said);
        if documents.iter().any(|document| !document.is_refused()) {
            last.push_str(&format!("\n{}\n", results(&rows, goal)));
        }
        last.extend(documents.iter().map(|document| document.last(making.verbose)));
        last.push_str(&catalogues.lines);
    } else if catalogues.failed || making.strict {
        last.push_str(&catalogues.said);
    }
    if making.strict && failed && !has_error {
        last.push_str("failed: there are warnings, and --strict is set\n");
    }
    if making.timings {
        last.push_str(&format!("\n{}", timings::tables(&rows)));
    }
    if let Some(error) = untraced {
        last.push_str(&render(&error.locate(&Files::default()), Terminal::stderr()));
    }
    if speaker.is_quiet() {
        err(&last)
    } else {
        speaker.say(&last)
    }
    let usage = |document: &Document| matches!(&document.end, End::Refused(failure) if failure.is_usage());
    match failed {
        // Nothing was done.
        true if documents.iter().all(usage) => USAGE,
        true => FAILED,
        false => written,
    }
}

/// What is printed for programs.
fn printed<'a>(documents: &'a [Document], goal: Goal, ok: bool, making: &Making) -> json::Printed<'a> {
    match documents {
        [one] => json::Printed::One(one.json(goal, ok)),
        several => {
            let run = |one: &'a Document| (one.source, one.json(goal, !one.failed(making.strict)));
            json::Printed::Several(json::runs(ok, several.iter().map(run)))
        }
    }
}
