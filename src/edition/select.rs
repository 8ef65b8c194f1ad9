//! Which revisions become editions.
//!
//! The rules, for every kind of source:
//!
//! - Dates are committer dates in UTC. The edition of a period (a year, a
//!   quarter, a month) is the last revision in it by date. Where two have the
//!   same second, the one nearer to the head counts as later.
//! - The latest revision is the head, whatever its date: clocks go wrong, and
//!   what the author sees as the newest state must not be passed over. The
//!   running period is that of the newest date; if the head lies in it, the
//!   head is its edition, even if another commit claims to be younger.
//! - With `until`, everything is as if the document ended there: a period cut
//!   by it has its last revision up to that date as its edition, and the
//!   latest revision is the last one by date up to then.
//! - Bounds include their ends and hold for everything but `at`. A snapshot
//!   that is only known to its month or year is within bounds if some day of
//!   that is.
//! - `at` takes a date (the last revision at or before its end) or a name. What
//!   can be read as a date is one; a tag called `2021-06` is reached as
//!   `refs/tags/2021-06`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::{Edition, name_editions};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};
use crate::source::git::UNSHALLOW;
use crate::source::{EditionDate, LivingDocument, Revision, RevisionId, Tagged, nearest};

/// A span of time that has one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A calendar year.
    Year,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar month.
    Month,
}

impl Period {
    /// The period that a date lies in, as people write it: `2021`, `2021-Q2`,
    /// `2021-04`. These sort by time. A date without a month counts as the
    /// year's first.
    pub fn of(self, date: EditionDate) -> String {
        let (year, month) = (date.year, date.month.unwrap_or(1));
        match self {
            Self::Year => format!("{year:04}"),
            Self::Quarter => format!("{year:04}-Q{}", (month - 1) / 3 + 1),
            Self::Month => format!("{year:04}-{month:02}"),
        }
    }
}

/// Which editions are asked for. All that is asked for is put together.
///
/// The default asks for nothing; that means every year and the latest
/// revision, and for dated snapshots all of them. `since` and `until` alone
/// keep that and bound it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// One edition of each period.
    pub every: Option<Period>,
    /// One edition of each tag whose name matches this glob.
    pub tags: Option<String>,
    /// Dates and names of revisions.
    pub at: Vec<String>,
    /// Nothing before this date.
    pub since: Option<EditionDate>,
    /// Nothing after this date.
    pub until: Option<EditionDate>,
    /// The latest revision.
    pub latest: bool,
}

impl Selection {
    fn asks_nothing(&self) -> bool {
        self.every.is_none() && self.tags.is_none() && self.at.is_empty() && !self.latest
    }

    fn allows(&self, revision: &Revision) -> bool {
        let (first, last) = match revision.id {
            RevisionId::Snapshot { .. } => (revision.date.first_second(), revision.date.last_second()),
            RevisionId::Commit { .. } | RevisionId::Draft => (revision.timestamp, revision.timestamp),
        };
        self.since.is_none_or(|since| last >= since.first_second())
            && self.until.is_none_or(|until| first <= until.last_second())
    }
}

/// Chooses the revisions that editions are made from, oldest first. Each has
/// its reasons in [`Edition::why`]. A working tree has one, the draft.
///
/// # Errors
/// When nothing is chosen, a revision of `at` is unknown, the glob is
/// malformed, or a shallow clone lacks what is asked for.
pub fn select(document: &dyn LivingDocument, selection: &Selection) -> Result<Warned<Vec<Edition>>> {
    let line = document.revisions()?;
    let mut choice = Choice::new(&line);
    let mut diagnostics = document.diagnostics().to_vec();
    let drafts = line.iter().any(Revision::is_draft);
    let snapshots = line.iter().any(|r| matches!(r.id, RevisionId::Snapshot { .. }));
    if drafts {
        line.iter().for_each(|revision| choice.add(revision, "the files as they are".to_owned()));
    } else if selection.asks_nothing() && snapshots {
        for revision in line.iter().filter(|r| selection.allows(r)) {
            choice.add(revision, format!("snapshot of {}", revision.date));
        }
    } else {
        check_depth(document, &line, selection)?;
        periods(&line, selection, &mut choice);
        if let Some(glob) = &selection.tags {
            tags(document, glob, selection, &mut choice, &mut diagnostics)?;
        }
    }
    for wanted in &selection.at {
        let revision = at(document, &line, wanted)?;
        choice.add(&revision, format!("asked for as {wanted}"));
    }
    let mut editions = choice.editions();
    if editions.is_empty() {
        return Err(Box::new(nothing(document, &line, selection)));
    }
    name_editions(&mut editions);
    Ok(Warned { value: editions, diagnostics })
}

/// What editions are sorted by: moment, date (a year before its January),
/// place on the line to the head (others last), hash.
type Order = (i64, EditionDate, usize, String);

/// The revisions chosen so far, in their order.
struct Choice<'a> {
    places: HashMap<&'a RevisionId, usize>,
    chosen: BTreeMap<Order, (Revision, Vec<String>)>,
}

impl<'a> Choice<'a> {
    fn new(line: &'a [Revision]) -> Self {
        let places = line.iter().enumerate().map(|(place, revision)| (&revision.id, place)).collect();
        Self { places, chosen: BTreeMap::new() }
    }

    fn add(&mut self, revision: &Revision, why: String) {
        let place = self.places.get(&revision.id).copied().unwrap_or(usize::MAX);
        let name = revision.commit().unwrap_or_default().to_owned();
        let key = (revision.timestamp, revision.date, place, name);
        let (_, reasons) = self.chosen.entry(key).or_insert_with(|| (revision.clone(), Vec::new()));
        if !reasons.contains(&why) {
            reasons.push(why);
        }
    }

    fn editions(self) -> Vec<Edition> {
        let chosen = self.chosen.into_values();
        chosen.map(|(revision, why)| Edition { revision, why, name: String::new() }).collect()
    }
}

/// The editions of periods and the latest revision.
fn periods(line: &[Revision], selection: &Selection, choice: &mut Choice) {
    let default = selection.asks_nothing();
    let every = selection.every.or(default.then_some(Period::Year));
    let allowed: Vec<&Revision> = line.iter().filter(|r| selection.allows(r)).collect();
    // Of equal dates the last is the greatest, for the line runs to the head.
    let Some(newest) = allowed.iter().copied().max_by_key(|r| r.timestamp) else { return };
    let latest = match (selection.until, allowed.last()) {
        (None, Some(head)) if line.last() == Some(*head) => *head,
        (_, _) => newest,
    };
    if let Some(period) = every {
        let mut last: BTreeMap<String, &Revision> = BTreeMap::new();
        for revision in &allowed {
            let best = last.entry(period.of(revision.date)).or_insert(revision);
            if revision.timestamp >= best.timestamp {
                *best = revision;
            }
        }
        let running = period.of(newest.date);
        if period.of(latest.date) == running {
            last.insert(running, latest);
        }
        for (name, revision) in last {
            let cut = selection.until.filter(|until| period.of(*until) == name);
            choice.add(
                revision,
                match cut {
                    Some(until) if until.to_string() != name => {
                        format!("last revision of {name} up to {until}")
                    }
                    Some(_) | None => format!("last revision of {name}"),
                },
            );
        }
    }
    if selection.latest || default {
        choice.add(
            latest,
            match selection.until {
                Some(until) => format!("latest revision up to {until}"),
                None => "latest revision".to_owned(),
            },
        );
    }
}

/// The editions of tags.
fn tags(
    document: &dyn LivingDocument,
    glob: &str,
    selection: &Selection,
    choice: &mut Choice,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let matcher = globset::Glob::new(glob).map_err(|error| {
        let message = format!("`{glob}` is not a pattern for tags: {}", error.kind());
        let hint = "`*` stands for any text, `?` for one character, `{a,b}` for alternatives";
        Diagnostic::new(Code::RevisionUnknown, message).hint(hint)
    })?;
    let matcher = matcher.compile_matcher();
    let tagged = document.tagged()?.take(diagnostics);
    let mut matching = 0;
    for Tagged { tag, revision } in tagged.iter().filter(|t| matcher.is_match(&t.tag)) {
        matching += 1;
        if selection.allows(revision) {
            choice.add(revision, format!("tag {tag}"));
        }
    }
    if matching == 0 {
        let said = Diagnostic::new(Code::RevisionUnknown, format!("no tag matches `{glob}`"));
        let said = Diagnostic { severity: Severity::Warning, ..said };
        diagnostics.push(match tagged.first() {
            Some(first) => {
                let near = nearest(glob, tagged.iter().map(|t| t.tag.as_str())).unwrap_or(&first.tag);
                said.hint(format!("there are {} tags, such as `{near}`", tagged.len()))
            }
            None => said.hint("there are no tags; choose revisions by date, with `--every` or `--at`"),
        });
    }
    Ok(())
}

/// The revision of a date (the last one up to it) or of a name.
///
/// # Errors
/// When there is none.
pub fn revision_at(document: &dyn LivingDocument, wanted: &str) -> Result<Revision> {
    at(document, &document.revisions()?, wanted)
}

/// The revision of a date or a name.
fn at(document: &dyn LivingDocument, line: &[Revision], wanted: &str) -> Result<Revision> {
    let Some(date) = EditionDate::parse(wanted) else { return document.resolve(wanted) };
    if line.iter().any(Revision::is_draft) {
        // Files as they are have no dates to choose by.
        return document.resolve(wanted);
    }
    let end = date.last_second();
    if let Some(found) = line.iter().filter(|r| r.timestamp <= end).max_by_key(|r| r.timestamp) {
        return Ok(found.clone());
    }
    let first = line.iter().min_by_key(|r| r.timestamp);
    let first = first.map(|r| r.date.to_string()).unwrap_or_default();
    if document.truncated()? {
        return Err(Box::new(shallow(&format!("{wanted} is before that"), &first)));
    }
    let message = format!("there is no revision at or before {wanted}: the first is of {first}");
    Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(format!("ask for {first} or later"))))
}

/// Refuses what a shallow clone can't give. Nothing is missing if `since`
/// leaves out all periods before the first that is there; for tags, if it
/// leaves out all revisions before the first.
fn check_depth(document: &dyn LivingDocument, line: &[Revision], selection: &Selection) -> Result<()> {
    let every = selection.every.or(selection.asks_nothing().then_some(Period::Year));
    let latest_cut = selection.latest && selection.until.is_some();
    let needs = every.is_some() || selection.tags.is_some() || latest_cut;
    let Some(first) = line.iter().min_by_key(|r| r.timestamp).filter(|_| needs) else { return Ok(()) };
    if !document.truncated()? {
        return Ok(());
    }
    let here = |date: EditionDate| date.first_second() >= first.timestamp;
    let reached = selection.until.is_none_or(|until| until.last_second() >= first.timestamp);
    let periods_here = every.is_none_or(|period| {
        reached && selection.since.is_some_and(|since| period.of(since) >= period.of(first.date))
    });
    let tags_here = selection.tags.is_none() || selection.since.is_some_and(here);
    if periods_here && tags_here && (!latest_cut || reached) {
        return Ok(());
    }
    Err(Box::new(shallow("editions from before that are asked for", &first.date.to_string())))
}

fn shallow(why: &str, first: &str) -> Diagnostic {
    Diagnostic::new(Code::GitShallow, format!("the history in this clone begins on {first}, and {why}"))
        .hint(UNSHALLOW)
        .hint("or ask only for what is there: `--latest`, or `--since` with a later date")
}

/// The error when nothing is chosen: which dates there are.
fn nothing(document: &dyn LivingDocument, line: &[Revision], selection: &Selection) -> Diagnostic {
    let mut bounds = Vec::new();
    bounds.extend(selection.since.map(|date| format!("since {date}")));
    bounds.extend(selection.until.map(|date| format!("until {date}")));
    let bounds = if bounds.is_empty() { String::new() } else { format!(" {}", bounds.join(" ")) };
    let mut error = match &selection.tags {
        Some(glob) => Diagnostic::new(Code::NoRevisions, format!("no tag matches `{glob}`{bounds}")),
        None => Diagnostic::new(Code::NoRevisions, format!("there is no revision{bounds}")),
    };
    let dates: BTreeSet<EditionDate> = line.iter().map(|r| r.date).collect();
    if let (Some(first), Some(last)) = (dates.first(), dates.last()) {
        error = error.hint(if first == last {
            format!("all revisions are of {first}")
        } else {
            format!("the revisions are of {first} to {last}")
        });
    }
    if selection.tags.is_some() {
        let tags = document.tagged().map(|t| t.value).unwrap_or_default();
        let some: Vec<String> = tags.iter().take(5).map(|t| format!("`{}`", t.tag)).collect();
        error = error.hint(match (some.is_empty(), tags.len() > some.len()) {
            (true, _) => "there are no tags; choose revisions by date, with `--every` or `--at`".to_owned(),
            (false, false) => format!("the tags are {}", some.join(", ")),
            (false, true) => format!("there are {} tags, such as {}", tags.len(), some.join(", ")),
        });
    }
    error
}
