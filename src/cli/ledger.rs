//! What `--verbose` adds at the end: the ledger, and the diagnostics by code.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::table::{Align, Table, count};
use crate::diag::Severity;
use crate::output::ledger::{AccountRecord, EntryRecord};
use crate::pipeline::{EditionReport, Report};

/// The tables of a run, each with an empty line behind it.
pub fn tables(report: &Report) -> String {
    let mut out = totals(report);
    if let Some(last) = report.editions.iter().rev().find(|edition| edition.ledger.is_some()) {
        out.push_str(&reasons(last));
    }
    out.push_str(&codes(report));
    out
}

/// For each edition: characters read, left out, put in and written.
fn totals(report: &Report) -> String {
    let mut table = Table::new(&[
        ("Ledger, in characters", Align::Left),
        ("Read", Align::Right),
        ("Left out", Align::Right),
        ("Put in", Align::Right),
        ("PDF", Align::Right),
        ("EPUB", Align::Right),
        ("", Align::Left),
    ]);
    let mut any = false;
    for edition in &report.editions {
        let Some(ledger) = &edition.ledger else { continue };
        any = true;
        let AccountRecord { read, left_out, put_in, written } = &ledger.total;
        let shared = |entries: &[EntryRecord]| {
            count(entries.iter().filter(|e| e.format.is_none()).map(|e| e.characters).sum())
        };
        let format = |name| written.get(name).map_or_else(|| "–".to_owned(), |c| count(c.characters));
        let faults = ledger.chapters.iter().filter(|chapter| !chapter.balanced).count();
        let how = if ledger.balanced {
            "balanced".to_owned()
        } else {
            format!("{faults} chapter{} not balanced", if faults == 1 { "" } else { "s" })
        };
        let (left_out, put_in) = (shared(left_out), shared(put_in));
        table.row(vec![
            edition.edition.name.clone(),
            count(read.characters),
            left_out,
            put_in,
            format("pdf"),
            format("epub"),
            how,
        ]);
    }
    if any { format!("{}\n", table.render()) } else { String::new() }
}

/// Why an edition left text out or put text in.
fn reasons(report: &EditionReport) -> String {
    let Some(total) = report.ledger.as_ref().map(|ledger| &ledger.total) else { return String::new() };
    let first = format!("Reasons in {}", report.edition.name);
    let mut table = Table::new(&[
        (first.as_str(), Align::Left),
        ("", Align::Left),
        ("In", Align::Left),
        ("Words", Align::Right),
        ("Characters", Align::Right),
        ("Of alternative texts", Align::Right),
    ]);
    let rows = total.left_out.iter().map(|e| (e, "left out"));
    let rows: Vec<_> = rows.chain(total.put_in.iter().map(|e| (e, "put in"))).collect();
    if rows.is_empty() {
        return String::new();
    }
    for (entry, way) in rows {
        table.row(vec![
            entry.reason.clone(),
            way.to_owned(),
            entry.format.clone().unwrap_or_else(|| "both".to_owned()),
            count(entry.words),
            count(entry.characters),
            count(entry.alternative),
        ]);
    }
    format!("{}\n", table.render())
}

/// How often each code is said, and in which editions; the gravest come first.
type Said<'r> = BTreeMap<(Reverse<Severity>, &'r str), (usize, BTreeSet<&'r str>)>;

/// How often each code is said, in how many editions.
fn codes(report: &Report) -> String {
    let mut all = Said::new();
    for edition in &report.editions {
        for diagnostic in &edition.diagnostics {
            let key = (Reverse(diagnostic.severity), diagnostic.code.as_str());
            let (times, editions) = all.entry(key).or_default();
            *times += 1;
            editions.insert(&edition.edition.name);
        }
    }
    if all.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        ("Code", Align::Left),
        ("", Align::Left),
        ("Times", Align::Right),
        ("Editions", Align::Right),
    ]);
    for ((severity, code), (times, editions)) in all {
        table.row(vec![code.to_owned(), severity.0.as_str().to_owned(), count(times), count(editions.len())]);
    }
    format!("{}\n", table.render())
}
