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

/// Says what happens on standard error.
pub struct Speaker {
    voice: Voice,
    /// Nothing is built, only checked.
    checking: bool,
    bars: Option<Bars>,
    shower: Mutex<Shower>,
    /// In a log: the editions that were begun and are not finished. What is
    /// said of one stands between its two lines, though the next is begun
    /// before that.
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
        let style = |template: &str| {
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        let editions = multi.add(ProgressBar::no_length());
        editions.set_style(style("{bar:30.cyan/dim} {pos}/{len} editions  {elapsed}").progress_chars("━━╌"));
        let current = multi.add(ProgressBar::new_spinner());
        current.set_style(style("{spinner:.cyan} {prefix} {wide_msg:.dim}"));
        Self { multi, editions, current }
    }
}

/// An edition as it is called in messages: `2021-12-31 (abc1234)`.
pub fn called(edition: &Edition) -> String {
    match edition.revision.short() {
        Some(short) => format!("{} ({short})", shown(&edition.name)),
        None => shown(&edition.name).into_owned(),
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
        Self {
            voice,
            checking: false,
            bars,
            shower: Mutex::new(Shower::new(terminal, least, verbose)),
            begun: Mutex::default(),
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
        let name = called(&report.edition);
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
            (Some(_), _) if !text.is_empty() => format!("In {name}:\n"),
            (Some(_), _) | (None, true) => String::new(),
        };
        // In a log the line closes what was said about an edition; above bars
        // it has to say which one it is about.
        match &self.bars {
            Some(bars) => {
                self.say(&format!("{line}{text}"));
                bars.editions.inc(1);
            }
            None => {
                self.say(&format!("{text}{line}"));
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
                    bars.editions.set_length(editions as u64);
                    bars.current.enable_steady_tick(Duration::from_millis(100));
                }
            }
            Event::Started { edition } => match &self.bars {
                Some(bars) => {
                    bars.current.set_prefix(called(edition));
                    bars.current.set_message("");
                }
                None if !self.is_quiet() => {
                    let doing = if self.checking { "Checking" } else { "Building" };
                    let line = format!("{doing} {} …\n", called(edition));
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
                    bars.current.set_prefix(called(edition));
                    let chapters =
                        if chapters > 0 { format!("{} chapters, ", count(chapters)) } else { String::new() };
                    bars.current.set_message(format!("{chapters}{}", stage.as_str()));
                }
            }
            Event::Finished { report } => self.finished(report),
        }
    }
}
