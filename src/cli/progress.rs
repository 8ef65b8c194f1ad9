//! What is said while editions are built: bars for a person at a terminal,
//! plain lines for a log, or nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::diagnostics::Shower;
use super::table::{count, time};
use super::terminal::{Terminal, err};
use crate::diag::Severity;
use crate::edition::Edition;
use crate::paths::shown;
use crate::pipeline::{EditionReport, Event, Progress};

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Errors.
    Quiet,
    /// Progress, errors and warnings.
    Usual,
    /// Notes too, and every diagnostic.
    Verbose,
}

/// Says what happens on standard error, of one document. Several share the
/// terminal, each with a speaker [`beside`](Self::beside) the first.
pub struct Speaker {
    terminal: Terminal,
    voice: Voice,
    /// What the document is called, where there are several.
    document: Option<String>,
    /// Nothing is built, only checked.
    checking: bool,
    bars: Option<Bars>,
    shower: Mutex<Shower>,
    /// In a log: the editions that were begun and are not finished. What is
    /// said of one stands between its two lines, though the next is begun
    /// before that. Of several documents all is said of an edition when it is
    /// finished.
    begun: Mutex<VecDeque<String>>,
}

struct Bars {
    multi: MultiProgress,
    editions: ProgressBar,
    current: ProgressBar,
}

impl Bars {
    fn new() -> Self {
        let multi = MultiProgress::new();
        let editions = multi.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{bar:30.cyan/dim} {pos}/{len} editions  {elapsed}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        editions.set_style(style.progress_chars("━━╌"));
        let current = Self::current(&multi);
        Self { multi, editions, current }
    }

    fn current(multi: &MultiProgress) -> ProgressBar {
        let current = multi.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("{spinner:.cyan} {prefix} {wide_msg:.dim}");
        current.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        current
    }

    /// The same with a line of its own for what is going on.
    fn beside(&self) -> Self {
        let (multi, editions) = (self.multi.clone(), self.editions.clone());
        Self { current: Self::current(&multi), multi, editions }
    }
}

/// An edition of a document as tables call it: `2021-12-31`, where there are
/// several documents `guide/2021-12-31`, as its folder.
pub fn row(document: Option<&str>, edition: &Edition) -> String {
    match document {
        Some(document) => format!("{document}/{}", edition.name),
        None => edition.name.clone(),
    }
}

impl Speaker {
    /// A speaker for a terminal. Bars only where a person sees them.
    pub fn new(terminal: Terminal, voice: Voice) -> Self {
        let (least, verbose) = match voice {
            Voice::Quiet => (Severity::Error, false),
            Voice::Usual => (Severity::Warning, false),
            Voice::Verbose => (Severity::Note, true),
        };
        let bars = (terminal.interactive && voice != Voice::Quiet).then(Bars::new);
        let shower = Mutex::new(Shower::new(terminal, least, verbose));
        Self { terminal, voice, document: None, checking: false, bars, shower, begun: Mutex::default() }
    }

    /// One for a document among several.
    #[must_use]
    pub fn beside(&self, document: String) -> Self {
        let bars = self.bars.as_ref().map(Bars::beside);
        let new = Self::new(Terminal { interactive: false, ..self.terminal }, self.voice);
        Self { terminal: self.terminal, document: Some(document), checking: self.checking, bars, ..new }
    }

    /// What the document is called, where there are several.
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// An edition as it is called in messages: `2021-12-31 (abc1234)`.
    fn called(&self, edition: &Edition) -> String {
        let name = row(self.document(), edition);
        match edition.revision.short() {
            Some(short) => format!("{} ({short})", shown(&name)),
            None => shown(&name).into_owned(),
        }
    }

    /// The same, for a run that builds nothing.
    #[must_use]
    pub fn checking(self, checking: bool) -> Self {
        Self { checking, ..self }
    }

    /// What was shown so far.
    pub fn shower(&self) -> MutexGuard<'_, Shower> {
        // A panic while showing leaves counts that are still good enough.
        self.shower.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything but errors is said.
    pub fn is_quiet(&self) -> bool {
        self.voice == Voice::Quiet
    }

    /// Says how many editions of all documents there will be.
    pub fn plan_for(&self, editions: usize) {
        if let Some(bars) = &self.bars {
            bars.editions.set_length(editions as u64);
        }
    }

    /// Writes text that is about the document as a whole.
    pub fn say_of_document(&self, text: &str) {
        match self.document() {
            Some(document) if !text.is_empty() => self.say(&format!("In {}:\n{text}", shown(document))),
            Some(_) | None => self.say(text),
        }
    }

    /// Writes text above the bars.
    pub fn say(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        match &self.bars {
            Some(bars) => bars.multi.suspend(|| err(text)),
            None => err(text),
        }
    }

    /// Takes the bars away.
    pub fn finish(&self) {
        if let Some(bars) = &self.bars {
            bars.current.finish_and_clear();
            bars.editions.finish_and_clear();
        }
    }

    fn finished(&self, report: &EditionReport) {
        let text = self.shower().show(&report.diagnostics);
        let name = self.called(&report.edition);
        let several = self.document.is_some();
        // It has to say which one it is about, unless it stands between the
        // lines of that one.
        let heading = match !text.is_empty() && (self.bars.is_some() || several) {
            true => format!("In {name}:\n"),
            false => String::new(),
        };
        let line = match (&self.bars, self.is_quiet()) {
            (None, false) => {
                let how = match (report.failed(), self.checking) {
                    (true, _) => "failed after",
                    (false, true) => "Checked",
                    (false, false) if report.found => "Found",
                    (false, false) => "Built",
                };
                let pages = report.pages().map(|n| format!(", {} pages", count(n))).unwrap_or_default();
                if report.failed() {
                    format!("{name} {how} {}\n", time(report.timings.total))
                } else {
                    format!("{how} {name}{pages} in {}\n", time(report.timings.total))
                }
            }
            (Some(_), _) | (None, true) => String::new(),
        };
        self.say(&format!("{heading}{text}{line}"));
        match &self.bars {
            Some(bars) => {
                bars.editions.inc(1);
                bars.current.inc(1);
                if several && bars.current.length().is_some_and(|all| bars.current.position() >= all) {
                    bars.current.finish_and_clear();
                }
            }
            None => {
                let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
                begun.pop_front();
                if let Some(next) = begun.front() {
                    self.say(next);
                }
            }
        }
    }
}

impl Progress for Speaker {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Planned { editions } => {
                if let Some(bars) = &self.bars {
                    bars.current.set_length(editions as u64);
                    bars.current.enable_steady_tick(Duration::from_millis(100));
                }
            }
            Event::Started { edition } => match &self.bars {
                Some(bars) => {
                    bars.current.set_prefix(self.called(edition));
                    bars.current.set_message("");
                }
                None if !self.is_quiet() && self.document.is_none() => {
                    let doing = if self.checking { "Checking" } else { "Building" };
                    let line = format!("{doing} {} …\n", self.called(edition));
                    let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
                    if begun.is_empty() {
                        self.say(&line);
                    }
                    begun.push_back(line);
                }
                None => {}
            },
            Event::Stage { edition, stage, chapters } => {
                if let Some(bars) = &self.bars {
                    bars.current.set_prefix(self.called(edition));
                    let chapters =
                        if chapters > 0 { format!("{} chapters, ", count(chapters)) } else { String::new() };
                    bars.current.set_message(format!("{chapters}{}", stage.as_str()));
                }
            }
            Event::Finished { report } => self.finished(report),
        }
    }
}
