//! What a run says: while it goes on, and when it is over.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::diag::{Located, Severity};
use crate::edition::Edition;
use crate::output::ledger::LedgerRecord;
use crate::output::manifest::{Counts, Manifest};

/// Hears what happens, from whichever thread it happens on.
pub trait Progress: Sync {
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _: Event<'_>) {}
}

/// What happens.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// So many editions will be built.
    Planned {
        /// How many.
        editions: usize,
    },
    /// An edition is begun.
    Started {
        /// Which one.
        edition: &'a Edition,
    },
    /// A stage of an edition is begun.
    Stage {
        /// Which edition.
        edition: &'a Edition,
        /// Which stage.
        stage: Stage,
        /// How many chapters it has; 0 while that is not known.
        chapters: usize,
    },
    /// An edition is done, well or badly.
    Finished {
        /// How it went.
        report: &'a EditionReport,
    },
}

/// The stages of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Files → tree.
    Read,
    /// Tree → tree.
    Transform,
    /// Code → coloured runs.
    Highlight,
    /// Tree → pages.
    LayOut,
    /// Pages → bytes, all formats at once.
    Write,
    /// Bytes → files.
    Place,
}

impl Stage {
    /// What is going on, for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "reading",
            Self::Transform => "resolving links and images",
            Self::Highlight => "highlighting code",
            Self::LayOut => "setting pages",
            Self::Write => "writing the PDF and the EPUB",
            Self::Place => "writing files",
        }
    }
}

/// How long the stages of an edition took. The two writers work at the same
/// time, so the parts can be more than the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Timings {
    /// Files → tree.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub read: Duration,
    /// Tree → tree.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub transform: Duration,
    /// Code → coloured runs.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub highlight: Duration,
    /// Tree → pages.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub lay_out: Duration,
    /// Pages → PDF.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub export: Duration,
    /// Tree → EPUB.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub epub: Duration,
    /// The pictures of the cover; its page and the EPUB's image belong to
    /// those.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub cover: Duration,
    /// Bytes → files.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub place: Duration,
    /// All of it, by the clock on the wall.
    #[serde(serialize_with = "seconds")]
    #[schemars(with = "f64")]
    pub total: Duration,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1e6).round() / 1e6)
}

/// How much of an edition was made anew. What is not counted here was taken
/// over: each distinct thing is made once in a run, whatever it is called and
/// in however many editions it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Anew {
    /// Chapters read from Markdown.
    pub parsed: usize,
    /// Chapters transformed.
    pub transformed: usize,
    /// Blocks of code highlighted.
    pub highlighted: usize,
    /// Images decoded.
    pub decoded: usize,
    /// Chapters laid out as pages.
    pub laid_out: usize,
    /// Chapters written as content documents.
    pub rendered: usize,
}

/// How an edition went.
#[derive(Debug, Clone)]
pub struct EditionReport {
    /// Which one.
    pub edition: Edition,
    /// The folder its files are in.
    pub folder: PathBuf,
    /// What was written; none if nothing was.
    pub manifest: Option<Manifest>,
    /// How much of what its book holds; none if it could not be read.
    pub counts: Option<Counts>,
    /// What was read against what is written; none if there is no book.
    pub ledger: Option<LedgerRecord>,
    /// What there is to say, in the order of the book.
    pub diagnostics: Vec<Located>,
    /// How long it took.
    pub timings: Timings,
    /// How much of it was made anew.
    pub anew: Anew,
    /// Whether it was found in the cache, and nothing of it made.
    pub found: bool,
}

impl EditionReport {
    /// Whether anything of it failed.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many pages its PDF has, if there is one.
    pub fn pages(&self) -> Option<usize> {
        self.manifest.as_ref()?.formats.iter().find_map(|f| f.pages)
    }
}

/// How a run went.
#[derive(Debug, Clone)]
pub struct Report {
    /// The document's name in folder and file names; empty if no edition
    /// got as far as having one.
    pub slug: String,
    /// The editions, oldest first.
    pub editions: Vec<EditionReport>,
    /// What there is to say about the run as a whole, such as revisions that
    /// make no edition.
    pub diagnostics: Vec<Located>,
}

impl Report {
    /// Everything there is to say, about the run and then each edition.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Located> {
        self.diagnostics.iter().chain(self.editions.iter().flat_map(|e| &e.diagnostics))
    }

    /// Whether anything is at least this bad.
    pub fn has(&self, severity: Severity) -> bool {
        self.all_diagnostics().any(|d| d.severity >= severity)
    }
}
