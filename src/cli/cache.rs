//! `bindery cache`: what is kept of earlier runs, and how it goes.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, Subcommand};
use schemars::JsonSchema;
use serde::Serialize;

use super::table::{Align, Table, count, size};
use super::terminal::{Terminal, err, out};
use super::{FAILED, open_options, refused};
use crate::cache::{Amount, Cache, DEFAULT_LIMIT, Used};
use crate::diag::{Code, Diagnostic};
use crate::paths::shown;
use crate::pipeline::{Failure, Request};

/// Where finished editions are kept.
#[derive(Debug, Clone, Default, Args)]
pub struct Caching {
    /// The folder of the cache: finished editions, clones, fetched images [default: ~/.cache/bindery]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// Build every edition, and keep none
    #[arg(long)]
    pub no_cache: bool,
    /// How much the finished editions in the cache may take up, such as 500MB [default: 1GB]
    #[arg(long, value_name = "SIZE", value_parser = bytes, conflicts_with = "no_cache")]
    pub cache_size: Option<u64>,
}

/// What `cache` takes.
#[derive(Debug, Args)]
pub struct Caches {
    /// What to do; without it, what is in the cache is shown
    #[command(subcommand)]
    pub action: Option<Action>,
    /// The folder of the cache [default: ~/.cache/bindery]
    #[arg(long, value_name = "DIR", global = true)]
    pub cache: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long, global = true)]
    pub json: bool,
}

/// What can be done with the cache.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Remove finished editions
    Clear {
        /// Those of one document, by its name in folder and file names
        document: Option<String>,
        /// Remove clones and fetched images too
        #[arg(long, conflicts_with = "document")]
        all: bool,
    },
}

/// A number of bytes: `1GiB`, `500MB`, `4096`.
fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("b", 1),
        ("", 1),
    ];
    let text = text.trim().to_ascii_lowercase();
    let read = |(unit, factor): &(&str, u64)| {
        let number = text.strip_suffix(unit)?.trim_end();
        number.parse::<u64>().ok()?.checked_mul(*factor)
    };
    UNITS.iter().find_map(read).ok_or_else(|| "use a number of bytes, such as `500MB` or `1GiB`".to_owned())
}

/// The folder that holds everything, if there is one.
fn root(given: Option<&Path>) -> Option<PathBuf> {
    // Clones are kept in a folder inside it.
    given.map(Path::to_owned).or_else(|| Some(open_options().cache?.parent()?.to_owned()))
}

impl Caching {
    /// The cache of finished editions, where there is one.
    pub fn open(&self) -> Option<Cache> {
        let root = root(self.cache.as_deref()).filter(|_| !self.no_cache)?;
        Some(Cache::new(root, self.cache_size.unwrap_or(DEFAULT_LIMIT)))
    }

    /// A request with the cache, and with the clones in it.
    pub fn over(&self, mut request: Request) -> Request {
        if let Some(root) = &self.cache {
            request.open.cache = Some(root.join("git"));
        }
        Request { cache: self.open(), ..request }
    }
}

/// What is in the cache, as one JSON document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Contents {
    schema: u32,
    /// The folder.
    folder: String,
    /// Finished editions.
    editions: Vec<Kept>,
    /// What they take up, in bytes.
    size: u64,
    /// What they may take up at most, if nothing else is said.
    limit: u64,
    /// Clones of addresses.
    clones: Sum,
    /// Fetched images.
    images: Sum,
}

/// A finished edition in the cache.
#[derive(Serialize, JsonSchema)]
struct Kept {
    /// The hash that it is found by.
    key: String,
    /// The document's name in folder and file names; none if the entry is damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    /// The edition's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<String>,
    /// How many files it has.
    files: usize,
    /// What it takes up, in bytes.
    size: u64,
    /// When it was of use for the last time, ISO 8601 in UTC.
    used: String,
}

/// How much of something there is.
#[derive(Serialize, JsonSchema)]
struct Sum {
    /// How many things.
    number: usize,
    /// What they take up, in bytes.
    size: u64,
}

/// What was removed, as one JSON document.
#[derive(Serialize, JsonSchema)]
pub struct Cleared {
    schema: u32,
    /// The folder.
    folder: String,
    /// How many editions, clones and images.
    removed: usize,
    /// What they took up, in bytes.
    freed: u64,
}

impl From<Amount> for Sum {
    fn from(amount: Amount) -> Self {
        Self { number: amount.number, size: amount.size }
    }
}

impl From<Used> for Kept {
    fn from(used: Used) -> Self {
        let labels = used.labels.map(|labels| (labels.document, labels.edition)).unzip();
        Self {
            key: used.key,
            document: labels.0,
            edition: labels.1,
            files: used.files,
            size: used.size,
            used: moment(used.used),
        }
    }
}

/// A moment as `2021-12-31T23:59:59Z`.
fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// Shows or clears the cache, and gives the exit code.
pub fn cache_command(caches: &Caches) -> u8 {
    let Some(root) = root(caches.cache.as_deref()) else {
        let diagnostic = Diagnostic::new(Code::ConfigInvalid, "there is no folder for the cache");
        let hint = "name one with `--cache DIR`, or set the environment variable HOME";
        let failure = Failure::from(Box::new(diagnostic.hint(hint)));
        return refused(&failure, caches.json, Terminal::stderr());
    };
    let cache = Cache::new(root, DEFAULT_LIMIT);
    match &caches.action {
        None => show(&cache, caches.json),
        Some(Action::Clear { document, all }) => clear(&cache, document.as_deref(), *all, caches.json),
    }
}

fn show(cache: &Cache, json: bool) -> u8 {
    let editions: Vec<Kept> = cache.list().into_iter().map(Kept::from).collect();
    let contents = Contents {
        schema: super::json::SCHEMA,
        folder: cache.root().display().to_string(),
        size: editions.iter().map(|kept| kept.size).sum(),
        editions,
        limit: cache.limit(),
        clones: cache.clones().into(),
        images: cache.images().into(),
    };
    if json { out(&super::json::text(&contents)) } else { out(&for_people(&contents)) }
}

fn for_people(contents: &Contents) -> String {
    let mut table = Table::new(&[
        ("Document", Align::Left),
        ("Edition", Align::Left),
        ("Files", Align::Right),
        ("Size", Align::Right),
        ("Last used", Align::Left),
    ]);
    for kept in &contents.editions {
        let named = |name: &Option<String>| name.clone().unwrap_or_else(|| "(damaged)".to_owned());
        let cells = [named(&kept.document), named(&kept.edition), count(kept.files), size(kept.size)];
        table.row(cells.into_iter().chain([kept.used.clone()]).collect());
    }
    let mut text = if contents.editions.is_empty() { String::new() } else { format!("{}\n", table.render()) };
    text.push_str(&format!(
        "{}: {} in {}, of {} at most; {} in {}; {} in {}\n",
        shown(&contents.folder),
        size(contents.size),
        many(contents.editions.len(), "edition"),
        size(contents.limit),
        size(contents.clones.size),
        many(contents.clones.number, "clone"),
        size(contents.images.size),
        many(contents.images.number, "fetched image"),
    ));
    text
}

fn many(number: usize, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

fn clear(cache: &Cache, document: Option<&str>, all: bool, json: bool) -> u8 {
    let beside = || if all { cache.clear_beside() } else { Ok(Amount::default()) };
    let gone = cache.clear(document).and_then(|gone| {
        let more = beside()?;
        Ok(Amount { number: gone.number + more.number, size: gone.size + more.size })
    });
    let folder = cache.root().display().to_string();
    match gone {
        Ok(Amount { number: removed, size: freed }) if json => {
            out(&super::json::text(&Cleared { schema: super::json::SCHEMA, folder, removed, freed }))
        }
        Ok(Amount { number, size: freed }) => {
            if let (0, Some(document)) = (number, document) {
                let mut known: Vec<String> =
                    cache.list().into_iter().filter_map(|used| used.labels).map(|it| it.document).collect();
                known.dedup();
                let known = if known.is_empty() { "none at all".to_owned() } else { known.join(", ") };
                return out(&format!(
                    "No edition of `{}` is in the cache; of these there are: {}\n",
                    shown(document),
                    shown(&known)
                ));
            }
            let what = match (number, all) {
                (0, _) => "nothing".to_owned(),
                (_, true) => many(number, "thing"),
                (_, false) => many(number, "edition"),
            };
            out(&format!("Removed from {}: {what}; {} are free again\n", shown(&folder), size(freed)))
        }
        Err(error) => {
            err(&format!("error: `{}` can't be cleared: {error}\n", shown(&folder)));
            FAILED
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, size) in
            [("0", 0), ("4096", 4096), ("10 B", 10), ("2kB", 2000), ("500MB", 500_000_000), ("1GiB", 1 << 30)]
        {
            assert_eq!(bytes(text), Ok(size), "{text}");
        }
        for text in ["", "x", "-1", "1.5GB", "MB", "99999999999GB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(moment(SystemTime::UNIX_EPOCH), "1970-01-01T00:00:00Z");
    }
}
