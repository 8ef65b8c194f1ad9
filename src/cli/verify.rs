//! `bindery verify`: whether filed editions are as they were made.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::args::Verifying;
use super::table::{Align, Table, count, size};
use super::terminal::{Terminal, err, out};
use super::{FAILED, fetching, open_options, refused};
use crate::output::verify::{EditionCheck, Problem, verify};
use crate::paths::shown;
use crate::pipeline::Failure;
use crate::pipeline::rebuild::{Means, Rebuilt, rebuild};

/// What was found, as one JSON document.
#[derive(Serialize, JsonSchema)]
pub struct Report<'a> {
    schema: u32,
    /// Whether nothing is wrong.
    ok: bool,
    editions: Vec<One<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct One<'a> {
    #[serde(flatten)]
    check: &'a EditionCheck,
    /// What came of building it again, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rebuilt: Option<&'a Rebuilt>,
}

/// Checks what is filed, and gives the exit code.
pub fn verify_command(verifying: &Verifying) -> u8 {
    let terminal = Terminal::stderr();
    let verified = match verify(&verifying.folder) {
        Ok(verified) => verified,
        Err(error) => return refused(&Failure::from(error), verifying.json, terminal),
    };
    let means =
        verifying.source.as_ref().filter(|_| verifying.rebuild).map(|source| means(verifying, source));
    let total = verified.editions.len();
    let rebuilt = means.map(|means| {
        let one = |(at, edition): (usize, &EditionCheck)| {
            if !verifying.json {
                err(&format!("Building {} again ({} of {total}) …\n", brief(&edition.name, NAME), at + 1));
            }
            rebuild(edition, &means)
        };
        verified.editions.iter().enumerate().map(one).collect::<Vec<Rebuilt>>()
    });
    let of = |at: usize| rebuilt.as_ref().and_then(|all| all.get(at));
    let ok = verified.ok() && rebuilt.iter().flatten().all(|one| one.problems.is_empty());
    let editions = verified.editions.iter().enumerate().map(|(at, check)| One { check, rebuilt: of(at) });
    let report = Report { schema: 1, ok, editions: editions.collect() };
    let written = if verifying.json { out(&super::json::text(&report)) } else { out(&for_people(&report)) };
    if ok { written } else { FAILED }
}

fn means(verifying: &Verifying, source: &str) -> Means {
    let open = open_options();
    Means {
        source: source.to_owned(),
        fonts: verifying.fonts.clone(),
        theme: verifying.theme.clone(),
        fetch: verifying.fetch_images.map(|reach| fetching(&open, reach)),
        allow_programs: verifying.allow_programs,
        allow_preprocessors: verifying.allow_preprocessors,
        open,
    }
}

/// A table, what is wrong, and what to write down.
fn for_people(report: &Report) -> String {
    let built = report.editions.iter().any(|one| one.rebuilt.is_some());
    let mut columns = vec![
        ("Edition", Align::Left),
        ("Files", Align::Right),
        ("Size", Align::Right),
        ("Link", Align::Left),
        ("Filed", Align::Left),
    ];
    columns.extend(built.then_some(("Built again", Align::Left)));
    let mut table = Table::new(&columns);
    for one in &report.editions {
        let check = one.check;
        let problems = check.problems.len() + check.more_problems;
        let filed = match problems {
            0 => "as it was made".to_owned(),
            1 => "1 problem".to_owned(),
            n => format!("{} problems", count(n)),
        };
        let bag = if check.bag { " (bag)" } else { "" };
        let name = format!("{}{bag}", brief(&check.name, NAME));
        let link = check.link.as_str().to_owned();
        let mut cells = vec![name, count(check.files), size(check.bytes), link, filed];
        cells.extend(one.rebuilt.map(|rebuilt| rebuilt.outcome.as_str().to_owned()));
        table.row(cells);
    }
    let mut text = table.render();
    for one in &report.editions {
        let folder = &one.check.folder;
        one.check.problems.iter().for_each(|problem| text.push_str(&said(folder, problem)));
        text.push_str(&more(folder, one.check.more_problems));
        let rebuilt = one.rebuilt.map_or(&[][..], |rebuilt| &rebuilt.problems);
        rebuilt.iter().take(MOST).for_each(|problem| text.push_str(&said(folder, problem)));
        text.push_str(&more(folder, rebuilt.len().saturating_sub(MOST)));
        for note in one.rebuilt.iter().flat_map(|rebuilt| &rebuilt.notes) {
            text.push_str(&format!("\nnote: {}: {}\n", shown(folder), brief(note, MESSAGE)));
        }
    }
    text.push_str(&closing(report));
    text
}

/// How many characters of a name, and of a message, are shown: they may be as
/// long as whoever wrote the record liked.
const NAME: usize = 80;
const MESSAGE: usize = 1000;
/// How many differences are shown of an edition that was built again.
const MOST: usize = 50;

/// Text from outside on one line, cut where it is too long.
fn brief(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", shown(text.get(..end).unwrap_or_default())),
        None => shown(text).into_owned(),
    }
}

fn said(folder: &str, problem: &Problem) -> String {
    let place = problem.file.as_ref().map_or(folder.to_owned(), |file| format!("{folder}/{file}"));
    let hint = problem.hint.as_ref().map(|hint| format!("  help: {}\n", brief(hint, MESSAGE)));
    let message = brief(&problem.message, MESSAGE);
    format!("\nerror: {}: {message}\n{}", brief(&place, MESSAGE), hint.unwrap_or_default())
}

/// That there is more than is said.
fn more(folder: &str, number: usize) -> String {
    match number {
        0 => String::new(),
        n => format!("\n… and {} more of {}\n", count(n), shown(folder)),
    }
}

/// The last words: for each document the hash that its whole chain hangs on.
/// An edition that no later one follows, though there are later ones, hangs on
/// nothing but its own.
fn closing(report: &Report) -> String {
    if !report.ok {
        return String::new();
    }
    let checks = || report.editions.iter().map(|one| &one.check);
    let held: BTreeSet<String> = checks()
        .filter_map(|check| {
            Some(check.record.as_ref()?.previous.as_ref()?.sha256.as_ref()?.to_ascii_lowercase())
        })
        .collect();
    let mut ends: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for check in checks() {
        let (Some(record), Some(sum)) = (&check.record, &check.record_sha256) else { continue };
        if !record.draft && !held.contains(sum) {
            ends.entry(&record.slug).or_default().push((&check.name, sum));
        }
    }
    let mut out = String::new();
    for (slug, mut ends) in ends {
        let last = ends.pop().map(|(_, sum)| sum).unwrap_or_default();
        out.push_str(&format!("\nThe last edition.json of {} has the SHA-256 {last}\n", shown(slug)));
        for (name, sum) in ends {
            let name = shown(name);
            out.push_str(&format!("note: no later edition follows {name}, whose edition.json has {sum}\n"));
        }
    }
    out
}
