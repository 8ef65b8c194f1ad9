//! What `bindery watch` says: a line for each draft, and diagnostics when they
//! are new since the one before.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cli::args::Making;
use crate::cli::diagnostics::Shower;
use crate::cli::table::count;
use crate::cli::terminal::{Terminal, err};
use crate::diag::{Located, Severity};
use crate::paths::shown;
use crate::pipeline::{Plan, Report};

/// How many changed files are named.
const NAMED: usize = 3;

/// Says how drafts went.
pub struct Told {
    terminal: Terminal,
    least: Severity,
    verbose: bool,
    quiet: bool,
    /// What was said of the last draft.
    before: BTreeSet<Key>,
    /// Whether any was built.
    built: bool,
    /// Where the last one was written to.
    folder: String,
}

/// What tells diagnostics apart: the code, the path, the line as it is
/// written, and the message. Where the line stands does not.
type Key = (String, String, String, String);

impl Told {
    /// Nothing is said yet.
    pub fn new(terminal: Terminal, making: &Making) -> Self {
        let least = match (making.quiet, making.verbose) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Note,
            (false, false) => Severity::Warning,
        };
        Self {
            terminal,
            least,
            verbose: making.verbose,
            quiet: making.quiet,
            before: BTreeSet::new(),
            built: false,
            folder: String::new(),
        }
    }

    /// Says why nothing could be built.
    pub fn refused(&mut self, said: &[Located], changed: &[String]) {
        self.news(said);
        let what = if changed.is_empty() { String::new() } else { format!(" after {}", named(changed)) };
        err(&format!("Not built{what}; waiting for a change\n"));
    }

    /// Says how a draft went.
    pub fn built(&mut self, plan: &Plan, report: &Report, time: Duration, changed: &[String]) {
        let said: Vec<Located> = report.all_diagnostics().cloned().collect();
        self.news(&said);
        let edition = report.editions.first();
        let Some(edition) = edition.filter(|edition| edition.manifest.is_some()) else {
            let what = if changed.is_empty() { String::new() } else { format!(" after {}", named(changed)) };
            err(&format!("Failed{what}; what was written before stays\n"));
            return;
        };
        let seconds = time.as_secs_f64();
        let pages = match edition.pages() {
            Some(1) => ", 1 page".to_owned(),
            Some(pages) => format!(", {} pages", count(pages)),
            None => String::new(),
        };
        let what = if changed.is_empty() { String::new() } else { format!(": {}", named(changed)) };
        let built = if self.built { "Rebuilt" } else { "Built" };
        self.built = true;
        if !self.quiet {
            err(&format!("{built} in {seconds:.2} s{pages}{}{what}\n", counts(&said)));
        }
        let folder = plan.config.output.join(&report.slug).join(&edition.edition.name);
        let folder = shown(&folder.to_string_lossy()).into_owned();
        if folder != self.folder && !self.quiet {
            err(&format!("Written to {folder}\n"));
        }
        self.folder = folder;
    }

    /// Shows what was not said of the draft before.
    fn news(&mut self, said: &[Located]) {
        let keys: BTreeSet<Key> = said.iter().map(key).collect();
        let new: Vec<Located> =
            said.iter().filter(|said| !self.before.contains(&key(said))).cloned().collect();
        self.before = keys;
        let mut shower = Shower::new(self.terminal, self.least, self.verbose);
        err(&shower.show(&new));
        let more: Vec<String> = shower
            .summary()
            .lines()
            .filter(|line| line.starts_with('…'))
            .map(|line| format!("{line}\n"))
            .collect();
        err(&more.concat());
    }
}

fn key(said: &Located) -> Key {
    let (path, line) = said.place.as_ref().map(|p| (p.path.clone(), p.text.clone())).unwrap_or_default();
    (said.code.clone(), path, line, said.message.clone())
}

/// The files that changed, if they are few.
fn named(changed: &[String]) -> String {
    match changed.get(..NAMED).filter(|_| changed.len() > NAMED) {
        Some(first) => {
            let more = changed.len() - first.len();
            format!("{} and {more} more", shown(&first.join(", ")))
        }
        None => shown(&changed.join(", ")).into_owned(),
    }
}

/// How much of the state is bad: `, 1 error, 3 warnings`.
fn counts(said: &[Located]) -> String {
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning] {
        let keys: BTreeSet<Key> = said.iter().filter(|said| said.severity == severity).map(key).collect();
        match keys.len() {
            0 => {}
            1 => out.push_str(&format!(", 1 {}", severity.as_str())),
            many => out.push_str(&format!(", {} {}s", count(many), severity.as_str())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_named_and_many_counted() {
        let all: Vec<String> = ["a.md", "b.md", "c.md", "d.md", "e\n.md"].map(str::to_owned).to_vec();
        assert_eq!(named(&all[..1]), "a.md");
        assert_eq!(named(&all[..3]), "a.md, b.md, c.md");
        assert_eq!(named(&all), "a.md, b.md, c.md and 2 more");
        assert!(!named(&all[4..]).contains('\n'));
    }
}
