//! Which living document is meant, and which of its revisions.

use std::path::PathBuf;

use clap::Args;

use super::said;
use crate::config::{Editions, Exact, Layer, check_date, period_of};
use crate::edition::Period;

/// Which living document, and which of its revisions.
#[derive(Debug, Args)]
pub struct Selection {
    /// A Git repository (folder or address), a folder of dated snapshots, a book's folder, or a Markdown file
    #[arg(value_name = "SOURCE", default_value = ".")]
    pub sources: Vec<String>,
    /// Read this configuration instead of the document's own bindery.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration at all; names that remotes and tags give don't count either
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
    /// Set a key of bindery.toml, such as slug=guide or 'authors=["A", "B"]'; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// An edition for the last revision of each period [default: year, and the latest]
    #[arg(long, value_name = "year|quarter|month", value_parser = period, help_heading = "Editions")]
    pub every: Option<Period>,
    /// An edition for each tag of this pattern, such as 'v*'
    #[arg(long, value_name = "GLOB", help_heading = "Editions")]
    pub tags: Option<String>,
    /// An edition of this date (the last revision up to it), tag, branch or commit; may be repeated
    #[arg(long, value_name = "DATE|REV", help_heading = "Editions")]
    pub at: Vec<String>,
    /// No edition before this date
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Editions")]
    pub since: Option<String>,
    /// No edition after this date
    #[arg(long, value_name = "DATE", value_parser = date, help_heading = "Editions")]
    pub until: Option<String>,
    /// An edition of the latest revision
    #[arg(long, help_heading = "Editions")]
    pub latest: bool,
    /// The revision of the edition before the first one, which it is compared with
    #[arg(long, value_name = "DATE|REV|none", help_heading = "Editions")]
    pub previous: Option<String>,
    /// One edition of the working tree as it is, marked as a draft
    #[arg(long, help_heading = "Editions",
          conflicts_with_all = ["every", "tags", "at", "since", "until", "latest"])]
    pub draft: bool,
}

fn date(text: &str) -> Result<String, String> {
    said(check_date(text)).map(|()| text.to_owned())
}

fn period(text: &str) -> Result<Period, String> {
    period_of(text).ok_or_else(|| "use `year`, `quarter` or `month`".to_owned())
}

impl Selection {
    /// Whether nothing says which editions are meant.
    pub fn is_open(&self) -> bool {
        let layer = self.layer().editions;
        !self.draft && layer == Editions::default()
    }

    /// What the flags set.
    pub fn layer(&self) -> Layer {
        Layer {
            editions: Editions {
                every: self.every,
                tags: self.tags.clone(),
                at: (!self.at.is_empty()).then(|| self.at.clone()),
                since: self.since.clone(),
                until: self.until.clone(),
                latest: self.latest.then_some(true),
            },
            exact: Exact { previous: self.previous.clone(), ..Exact::default() },
            ..Layer::default()
        }
    }
}
