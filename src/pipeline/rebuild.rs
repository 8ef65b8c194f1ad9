//! Filed editions, built again from what they record of themselves, and held
//! against what is filed.
//!
//! The record comes from outside: it says which revision and which settings,
//! but what it allows itself (programs, the network, paths of this machine)
//! counts only where the user allows it too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use super::before::NONE;
use super::plan::{Failure, Plan, Request};
use super::provenance::FETCH_IMAGES;
use super::{Silent, build};
use crate::config::{Editions, Exact, Layer, line};
use crate::diag::{Code, Diagnostic, Located, Severity};
use crate::fetch::FetchOptions;
use crate::fonts::FontSource;
use crate::output::compare::difference;
use crate::output::place::scratch;
use crate::output::settings::Setting;
use crate::output::verify::{EditionCheck, Fault, Problem, Record};
use crate::source::{EditionDate, OpenOptions};
use crate::theme::{Theme, ThemeName};

/// What the user gives and allows.
#[derive(Debug, Clone, Default)]
pub struct Means {
    /// The living document: a path or an address.
    pub source: String,
    /// How it is opened.
    pub open: OpenOptions,
    /// Font files and folders of the disk.
    pub fonts: Vec<PathBuf>,
    /// A theme's folder on the disk.
    pub theme: Option<PathBuf>,
    /// How remote images are fetched, where that is allowed.
    pub fetch: Option<FetchOptions>,
    /// Whether Graphviz's `dot` may draw.
    pub allow_programs: bool,
    /// Whether preprocessors may run as programs.
    pub allow_preprocessors: bool,
}

/// How an edition compares with what is built from its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rebuilt {
    /// The outcome.
    pub outcome: Outcome,
    /// How many files were compared.
    pub files: usize,
    /// What differs.
    pub problems: Vec<Problem>,
    /// Why it may differ through nobody's fault.
    pub notes: Vec<String>,
}

/// The outcome of building again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All files have the same bytes.
    Same,
    /// Something differs, or could not be built.
    Differs,
    /// It was not built: a draft, or an edition without a record.
    Skipped,
}

impl Outcome {
    /// The word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same bytes",
            Self::Differs => "differs",
            Self::Skipped => "skipped",
        }
    }
}

/// Builds an edition again in a temporary folder and compares every file. Call
/// it where [`build`] may be called.
pub fn rebuild(edition: &EditionCheck, means: &Means) -> Rebuilt {
    let skipped = |note: &str| Rebuilt {
        outcome: Outcome::Skipped,
        files: 0,
        problems: Vec::new(),
        notes: vec![note.to_owned()],
    };
    let Some(record) = &edition.record else {
        return skipped("without its edition.json it can't be built again");
    };
    if record.draft {
        return skipped("a draft was made from files as they were then, and can't be built again");
    }
    if record.mdbook.is_some() {
        return skipped("its text came from mdBook; `mdbook build` at the same revision makes it again");
    }
    let notes = notes(record, means);
    let (files, problems) = match again(edition, record, means) {
        Ok(compared) => compared,
        Err(Failure(said)) => (0, vec![unbuilt(&said)]),
    };
    let outcome = if problems.is_empty() { Outcome::Same } else { Outcome::Differs };
    Rebuilt { outcome, files, problems, notes }
}

/// The problem that an edition could not be built.
fn unbuilt(said: &[Located]) -> Problem {
    let worst = said.iter().max_by_key(|d| d.severity);
    let message = worst.map_or("", |d| d.message.as_str());
    Problem {
        kind: Fault::Rebuilt,
        file: None,
        message: format!("can't be built again: {message}"),
        hint: worst.and_then(|d| d.hints.first().cloned()),
    }
}

fn again(edition: &EditionCheck, record: &Record, means: &Means) -> Result<(usize, Vec<Problem>), Failure> {
    if let Some(excess) = excess(record) {
        let hint = "no edition needs that; take the file from another copy of the edition";
        let diagnostic = Diagnostic::new(Code::ConfigInvalid, excess).hint(hint);
        return Err(Box::new(diagnostic).into());
    }
    let place = scratch()?;
    let flags = layer(record, means, place.path(), edition.bag)?;
    let request = Request {
        source: means.source.clone(),
        bare: true,
        flags,
        open: means.open.clone(),
        ..Request::default()
    };
    let mut plan = Plan::new(&request)?;
    // The record's book, and not the folder that the source may name.
    plan.book.clone_from(&plan.config.book);
    plan.fetch = means.fetch.clone().filter(|_| record.settings.get(FETCH_IMAGES).is_some());
    let report = build(&plan, &Silent);
    let Some(built) = report.editions.first().filter(|built| built.manifest.is_some()) else {
        return Err(Failure(report.all_diagnostics().cloned().collect()));
    };
    let mut problems = compare(Path::new(&edition.folder), &built.folder);
    if let Some(error) = report.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        problems.push(unbuilt(std::slice::from_ref(error)));
    }
    Ok((files(&built.folder).len(), problems))
}

/// How long a text of a record may be that is built from, in characters.
const LONGEST_TEXT: usize = 2000;
/// How many entries a list of its settings may have.
const LONGEST_LIST: usize = 1000;
/// How many characters its settings may have, all together.
const LONGEST_SETTINGS: usize = 30_000;
/// How many characters of a setting's name are told.
const SHOWN_KEY: usize = 60;

/// What a record has too much of: what is typeset from it has no other bound.
pub(super) fn excess(record: &Record) -> Option<String> {
    let mut all = 0;
    for (key, value) in record.settings.iter() {
        let (entries, texts): (usize, Vec<&str>) = match value {
            Setting::Truth(_) | Setting::Number(_) => continue,
            Setting::Text(text) => (1, vec![text]),
            Setting::List(list) => (list.len(), list.iter().map(String::as_str).collect()),
            Setting::Tables(tables) => {
                let pairs = tables.iter().flatten();
                (tables.len(), pairs.flat_map(|(key, text)| [key.as_str(), text]).collect())
            }
        };
        let mut told = "edition.json sets ".to_owned();
        told.extend(key.chars().take(SHOWN_KEY));
        if entries > LONGEST_LIST {
            return Some(format!("{told} to a list of {entries} entries, which is more than {LONGEST_LIST}"));
        }
        if let Some(long) = texts.iter().map(|text| text.chars().count()).find(|n| *n > LONGEST_TEXT) {
            return Some(format!("{told} to a text of {long} characters, which is more than {LONGEST_TEXT}"));
        }
        all += key.chars().count() + texts.iter().map(|text| text.chars().count()).sum::<usize>();
    }
    if all > LONGEST_SETTINGS {
        return Some(format!(
            "edition.json has settings of {all} characters, which is more than {LONGEST_SETTINGS}"
        ));
    }
    let previous = record.previous.as_ref();
    let others = [
        record.revision.snapshot.as_ref(),
        Some(&record.date),
        previous.and_then(|p| p.snapshot.as_ref()),
        previous.map(|p| &p.date),
        previous.and_then(|p| p.sha256.as_ref()),
    ];
    let long = others.into_iter().flatten().map(|text| text.chars().count()).find(|n| *n > LONGEST_TEXT)?;
    Some(format!("edition.json names a revision with {long} characters, which is more than {LONGEST_TEXT}"))
}

/// The record as flags: its settings, and what it was made from.
pub(super) fn layer(record: &Record, means: &Means, output: &Path, bagit: bool) -> Result<Layer, Failure> {
    let own = |key: &str| key != FETCH_IMAGES;
    let lines: Vec<String> = record
        .settings
        .iter()
        .filter(|(key, _)| own(key))
        .map(|(key, value)| format!("{key}={}", value.to_argument()))
        .collect();
    let set = line::layer(&lines).map_err(Failure)?;
    let at = argument(record.revision.commit.as_deref(), record.revision.snapshot.as_deref(), &record.date);
    let previous = match &record.previous {
        Some(p) => Some(argument(p.commit.as_deref(), p.snapshot.as_deref(), &p.date)?),
        None => record.first.then(|| NONE.to_owned()),
    };
    let allowed = |wanted: Option<bool>, given: bool| wanted.map(|wanted| wanted && given);
    Ok(Layer {
        output: Some(output.to_owned()),
        editions: Editions { at: Some(vec![at?]), ..Editions::default() },
        allow_programs: allowed(set.allow_programs, means.allow_programs),
        allow_preprocessors: allowed(set.allow_preprocessors, means.allow_preprocessors),
        bagit: Some(bagit),
        exact: Exact {
            previous,
            previous_sha256: record.previous.as_ref().and_then(|p| p.sha256.clone()),
            ..set.exact
        },
        fonts: means.fonts.iter().cloned().map(FontSource::Disk).chain(set.fonts).collect(),
        theme: set.theme.map(|theme| own_theme(theme, means)).transpose()?,
        ..set
    })
}

/// The theme of a record: a built-in one, or what the user gives, if it is the
/// same.
fn own_theme(theme: ThemeName, means: &Means) -> Result<ThemeName, Failure> {
    let Some(wanted) = Theme::recorded(&theme) else { return Ok(theme) };
    let refused = |message: String, hint: &str| {
        Err(Box::new(Diagnostic::new(Code::ConfigInvalid, message).hint(hint)).into())
    };
    let Some(folder) = &means.theme else {
        let message = "it was made with a theme of its own, and none is given".to_owned();
        return refused(message, "`--theme DIR` names the folder of the theme that it was made with");
    };
    let given = ThemeName::Folder(folder.clone());
    let found = Theme::load(&given)?.record().unwrap_or_default();
    if found == wanted {
        return Ok(given);
    }
    let shown = folder.display();
    refused(
        format!(
            "the theme in {shown} is another one: it has {found}, and the edition was made with {wanted}"
        ),
        "give the theme as it was then: of the files that a theme may have, not one may differ",
    )
}

/// A revision as `--at` takes it. What is no hash or path is refused: it comes
/// from a file.
fn argument(commit: Option<&str>, snapshot: Option<&str>, date: &str) -> Result<String, Failure> {
    let hash = |text: &str| [40, 64].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    match (commit, snapshot) {
        (Some(commit), _) if hash(commit) => Ok(commit.to_owned()),
        (None, Some(path)) if EditionDate::parse(path).is_none() => Ok(path.to_owned()),
        (None, Some(_)) => Ok(date.to_owned()),
        (Some(_) | None, _) => {
            let message = "edition.json names no revision that it was made from";
            let hint = "take the file from another copy of the edition";
            Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)).into())
        }
    }
}

/// Every file of two folders, by name.
fn compare(filed: &Path, built: &Path) -> Vec<Problem> {
    let (old, new) = (files(filed), files(built));
    let mut problems = Vec::new();
    for name in &new {
        if !old.contains(name) {
            problems.push(Problem::of(Fault::Rebuilt, name, "is built now, and is not filed"));
            continue;
        }
        match difference(&filed.join(name), &built.join(name)) {
            Ok(None) => {}
            Ok(Some(how)) => problems.push(Problem::of(Fault::Rebuilt, name, format!("built again, {how}"))),
            Err(error) => {
                problems.push(Problem::of(Fault::Rebuilt, name, format!("can't be compared: {error}")));
            }
        }
    }
    let surplus = old.difference(&new);
    problems.extend(surplus.map(|name| Problem::of(Fault::Rebuilt, name, "is filed, and is not built now")));
    problems
}

/// The plain files of an edition's folder, and of its `data` folder.
fn files(folder: &Path) -> BTreeSet<String> {
    let plain = |folder: &Path, prefix: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        files.map(|entry| format!("{prefix}{}", entry.file_name().to_string_lossy())).collect()
    };
    let mut found = plain(folder, "");
    found.extend(plain(&folder.join(crate::output::bag::DATA), &format!("{}/", crate::output::bag::DATA)));
    found.into_iter().collect()
}

/// What may make an edition differ through nobody's fault.
fn notes(record: &Record, means: &Means) -> Vec<String> {
    let mut notes = Vec::new();
    let version = env!("CARGO_PKG_VERSION");
    if record.generator.version != version {
        notes.push(format!(
            "it was made by {} {}, and this is {version}: other bytes are to be expected",
            record.generator.name, record.generator.version
        ));
    }
    let set = |key: &str| record.settings.get(key);
    if set("allow-programs") == Some(&Setting::Truth(true)) {
        notes.push(match means.allow_programs {
            true => "graphs may have been drawn by the `dot` of a machine".to_owned(),
            false => {
                "it was made with `--allow-programs`, which counts only where it is given again".to_owned()
            }
        });
    }
    if set("preprocessors.allow") == Some(&Setting::Truth(true)) || !record.preprocessed.is_empty() {
        notes.push(match means.allow_preprocessors {
            true => "preprocessors of a machine have changed its text".to_owned(),
            false => "it was made with `--allow-preprocessors`, which counts only where it is given again"
                .to_owned(),
        });
    }
    if set(FETCH_IMAGES).is_some() {
        notes.push(match means.fetch {
            Some(_) => "images were fetched, and may be others by now".to_owned(),
            None => "it was made with `--fetch-images`, which counts only where it is given again".to_owned(),
        });
    }
    let installed = record.fonts.iter().filter(|font| font.installed).map(|font| font.file.as_str());
    let installed: BTreeSet<&str> = installed.collect();
    if !installed.is_empty() {
        let names = installed.into_iter().collect::<Vec<_>>().join(", ");
        notes.push(format!("it has fonts of the machine that made it: {names}"));
    }
    notes
}
