//! The arguments, as clap reads them, and what they set.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use super::cache::{Caches, Caching};
use crate::config::{
    Check, Editions, Exact, Layer, check_date, check_max_pixels, check_paper, check_standards, period_of,
    standard_of,
};
use crate::edition::Period;
use crate::edition::conformance::Standard;
use crate::fetch::Reach;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::writer::pdf::LinkUrls;

const EXAMPLES: &str = "\
Examples:
  bindery demo                            write the built-in sample to output/demo
  bindery build                           the book in this folder: every year, and the latest
  bindery build ~/src/guide --every quarter --output editions
  bindery build https://example.org/guide.git --at v1.0 --at 2024-06-30
  bindery build --draft                   the working tree as it is
  bindery build guide reference tutorial  three documents, side by side
  bindery editions --every month          what would be built, and why
  bindery check                           what there is to say of the files as they are
  bindery verify                          whether filed editions are as they were made
  bindery changes 2021 2022               what changed between two revisions

Exit codes: 0 all built; 1 something failed; 2 wrong usage or configuration.";

const CHECKS: &str = "\
Without a choice of editions the files are checked as they are on disk; a source
without such files, at its latest revision.

Exit codes: 0 nothing failed; 1 something failed; 2 wrong usage or configuration.";

const VERIFYING: &str = "\
With --rebuild each edition is built again from the revision and the settings that its
edition.json records, and compared byte by byte. What that record allows itself (programs,
the network) counts only where the flag is given here too.

Exit codes: 0 all is as it was made; 1 something is not; 2 wrong usage, or no editions.";

const COMPARED: &str = "\
Examples:
  bindery changes 2021 2022               from the last revision of 2021 to that of 2022
  bindery changes v1.0                    from a tag to the latest revision
  bindery changes v1.0 draft              from a tag to the files as they are
  bindery changes                         from the last edition but one to the last
  bindery changes 2021 2022 --markdown    a section for release notes

Exit codes: 0 compared, whatever has changed; 1 something failed; 2 wrong usage or configuration.";

/// Binds a living document in Git into dated, archival editions: a typeset PDF and an EPUB 3 for each.
#[derive(Debug, Parser)]
#[command(name = "bindery", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build editions
    #[command(after_help = EXAMPLES)]
    Build(Build),
    /// Say what there is to say, and write nothing
    #[command(after_help = CHECKS)]
    Check(Checking),
    /// List the editions that would be built, and why
    Editions(List),
    /// Say what changed from one revision to another: chapters, words, and the share that is new
    #[command(after_help = COMPARED)]
    Changes(Compare),
    /// Build the editions of the built-in sample document
    Demo(Demo),
    /// Check that filed editions are as they were made, and each follows the one before
    #[command(after_help = VERIFYING)]
    Verify(Verifying),
    /// Show what is kept of earlier runs, or clear it
    Cache(Caches),
    /// Print the JSON Schema of a file or report, or list their names
    Schema {
        /// Its name, such as `edition`
        name: Option<String>,
    },
    /// Explain a diagnostic's code, or list all codes
    Explain {
        /// The code in brackets, such as `link-missing-file`
        code: Option<String>,
    },
}

/// What `build` takes.
#[derive(Debug, Args)]
pub struct Build {
    /// The living document and its editions
    #[command(flatten)]
    pub selection: Selection,
    /// How editions are made
    #[command(flatten)]
    pub making: Making,
    /// Also keep what Typst is given: for each edition DIR/SLUG/NAME, a project that `typst compile` sets
    #[arg(long, value_name = "DIR")]
    pub keep_typst: Option<PathBuf>,
    /// Where finished ones are kept
    #[command(flatten)]
    pub caching: Caching,
}

/// What `check` takes.
#[derive(Debug, Args)]
#[command(mut_arg("output", |arg| arg.hide(true)))]
pub struct Checking {
    /// The living document and its editions
    #[command(flatten)]
    pub selection: Selection,
    /// How editions are made
    #[command(flatten)]
    pub making: Making,
    /// Set the pages too, and assemble the EPUB, for what shows only then
    #[arg(long)]
    pub full: bool,
}

/// What `editions` takes.
#[derive(Debug, Args)]
#[command(mut_arg("sources", |arg| arg.num_args(1).action(ArgAction::Set)))]
pub struct List {
    /// The living document and its editions
    #[command(flatten)]
    pub selection: Selection,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// What `verify` takes.
#[derive(Debug, Args)]
pub struct Verifying {
    /// A folder of editions, or that of one
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
    /// Build each edition again, and compare the bytes of every file
    #[arg(long, requires = "source")]
    pub rebuild: bool,
    /// For --rebuild: the living document, in any clone
    #[arg(long, value_name = "SOURCE", requires = "rebuild")]
    pub source: Option<String>,
    /// For --rebuild: the font files or folders that the editions were made with; may be repeated
    #[arg(long, value_name = "PATH", requires = "rebuild")]
    pub fonts: Vec<PathBuf>,
    /// For --rebuild: fetch remote images that are not in the cache
    #[arg(long, value_name = "public|any", num_args = 0..=1, require_equals = true,
          default_missing_value = "public", value_parser = reach, requires = "rebuild")]
    pub fetch_images: Option<Reach>,
    /// For --rebuild: let Graphviz's `dot` draw where it has drawn
    #[arg(long, requires = "rebuild")]
    pub allow_programs: bool,
    /// For --rebuild: run preprocessors as programs where they have run
    #[arg(long, requires = "rebuild")]
    pub allow_preprocessors: bool,
    /// How many threads work [default: RAYON_NUM_THREADS, else one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long)]
    pub json: bool,
}

/// What `changes` takes.
#[derive(Debug, Args)]
pub struct Compare {
    /// The earlier and the later revision: each a date (the last revision up to it), tag, branch or commit, or `draft` for the working tree
    #[arg(value_name = "DATE|REV", num_args = 0..=2)]
    pub revisions: Vec<String>,
    /// The living document, as `build` takes it
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub source: String,
    /// Read this configuration instead of the document's own bindery.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// Print a section of Markdown for release notes
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// What `demo` takes.
#[derive(Debug, Args)]
pub struct Demo {
    /// How editions are made
    #[command(flatten)]
    pub making: Making,
    /// Where finished ones are kept
    #[command(flatten)]
    pub caching: Caching,
}

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

/// How editions are made, and what is said meanwhile.
#[derive(Debug, Args)]
pub struct Making {
    /// The formats to write [default: pdf,epub]
    #[arg(long, value_name = "pdf,epub", value_delimiter = ',', value_parser = format)]
    pub formats: Vec<Format>,
    /// The folder to write to [default: output; for demo: output/demo]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The PDF's paper, such as a4, a5 or us-letter [default: a4]
    #[arg(long, value_name = "NAME", value_parser = paper)]
    pub paper: Option<String>,
    /// Mirror the PDF's margins for printing on both sides
    #[arg(long)]
    pub two_sided: bool,
    /// What the PDF conforms to: one level of PDF/A, `ua-1`, or `none` [default: a-2a,ua-1]
    #[arg(long, value_name = "a-2a,ua-1", value_parser = standards)]
    pub pdf_standards: Option<Standards>,
    /// Attach the book's sources to the PDF, which is then PDF/A-3a
    #[arg(long)]
    pub attach_sources: bool,
    /// Put right UTF-8 that was once read as Windows-1252 (`Ã©` for `é`)
    #[arg(long)]
    pub repair_encoding: bool,
    /// The most pixels of an image that are kept; larger ones are reduced [default: 4000000]
    #[arg(long, value_name = "N", value_parser = pixels)]
    pub max_image_pixels: Option<u32>,
    /// Fetch remote images into the cache; `any` allows addresses of this machine and its network, too
    #[arg(long, value_name = "public|any", num_args = 0..=1, require_equals = true,
          default_missing_value = "public", value_parser = reach)]
    pub fetch_images: Option<Reach>,
    /// Where the PDF prints the addresses of links: none, footnote or list [default: none]
    #[arg(long, value_name = "WHERE", value_parser = link_urls)]
    pub link_urls: Option<LinkUrls>,
    /// Let Graphviz's `dot`, where it is installed, draw graphs
    #[arg(long)]
    pub allow_programs: bool,
    /// Run the document's mdBook preprocessors that Bindery does not know, as programs: only for documents that you trust
    #[arg(long)]
    pub allow_preprocessors: bool,
    /// How long each of them may run [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub preprocessor_time: Option<u64>,
    /// A font file, or a folder of fonts, for characters that Bindery's own fonts lack; may be repeated
    #[arg(long, value_name = "PATH")]
    pub fonts: Vec<PathBuf>,
    /// Never use fonts of this machine: show the code point of what no other font has
    #[arg(long)]
    pub no_installed_fonts: bool,
    /// Write each edition's folder as a bag (BagIt 1.0)
    #[arg(long)]
    pub bagit: bool,
    /// How many threads work [default: RAYON_NUM_THREADS, else one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Fail (exit code 1) when there is any warning
    #[arg(long)]
    pub strict: bool,
    /// Show where the time went: a table of stages by edition, and what was made anew
    #[arg(long)]
    pub timings: bool,
    /// Write a trace in Chrome's format, for chrome://tracing or Perfetto
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long)]
    pub json: bool,
    /// Say nothing unless something fails
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show notes too, and every diagnostic
    #[arg(long, short)]
    pub verbose: bool,
}

fn said(check: Check) -> Result<(), String> {
    check.map_err(|(message, hint)| format!("{message}; {hint}"))
}

fn date(text: &str) -> Result<String, String> {
    said(check_date(text)).map(|()| text.to_owned())
}

fn paper(text: &str) -> Result<String, String> {
    said(check_paper(text)).map(|()| text.to_owned())
}

/// A list of standards, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standards(pub Vec<Standard>);

fn standards(text: &str) -> Result<Standards, String> {
    let names = text.split(',').map(str::trim).filter(|name| *name != "none");
    let known: Result<Vec<Standard>, _> = names.map(standard_of).collect();
    let checked = known.and_then(|known| check_standards(&known, false).map(|()| known));
    checked.map(Standards).map_err(|(message, hint)| format!("{message}; {hint}"))
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_name(text).ok_or_else(|| "use `pdf`, `epub` or `pdf,epub`".to_owned())
}

fn pixels(text: &str) -> Result<u32, String> {
    let number = text.parse().map_err(|_| "use a whole number of pixels".to_owned())?;
    said(check_max_pixels(number)).map(|()| number)
}

fn reach(text: &str) -> Result<Reach, String> {
    Reach::from_name(text).ok_or_else(|| "use `public` or `any`".to_owned())
}

fn link_urls(text: &str) -> Result<LinkUrls, String> {
    LinkUrls::from_name(text).ok_or_else(|| "use `none`, `footnote` or `list`".to_owned())
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

impl Making {
    /// What the flags set.
    pub fn layer(&self) -> Layer {
        Layer {
            output: self.output.clone(),
            formats: (!self.formats.is_empty()).then(|| self.formats.clone()),
            paper: self.paper.clone(),
            standards: self.pdf_standards.clone().map(|standards| standards.0),
            attach_sources: self.attach_sources.then_some(true),
            two_sided: self.two_sided.then_some(true),
            repair_encoding: self.repair_encoding.then_some(true),
            max_image_pixels: self.max_image_pixels,
            link_urls: self.link_urls,
            allow_programs: self.allow_programs.then_some(true),
            allow_preprocessors: self.allow_preprocessors.then_some(true),
            preprocessor_seconds: self.preprocessor_time,
            fonts: self.fonts.iter().cloned().map(FontSource::Disk).collect(),
            installed_fonts: self.no_installed_fonts.then_some(false),
            bagit: self.bagit.then_some(true),
            ..Layer::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_become_a_layer() {
        let line = "bindery build book --every month --at v1 --at 2021 --formats epub --paper a5 --latest";
        let arguments = Arguments::try_parse_from(line.split(' ')).expect("valid");
        let Command::Build(build) = arguments.command else { panic!("another command") };
        let layer = build.selection.layer().over(build.making.layer());
        assert_eq!(build.selection.sources, ["book"]);
        assert_eq!(layer.editions.every, Some(Period::Month));
        assert_eq!(layer.editions.at.as_deref(), Some(&["v1".to_owned(), "2021".to_owned()][..]));
        assert_eq!(layer.editions.latest, Some(true));
        assert_eq!(layer.formats.as_deref(), Some(&[Format::Epub][..]));
        assert_eq!(layer.paper.as_deref(), Some("a5"));
    }

    #[test]
    fn several_documents_are_built_and_one_is_listed() {
        let sources = |line: &str| {
            let arguments = Arguments::try_parse_from(line.split(' ')).map_err(|error| error.to_string())?;
            let selection = match arguments.command {
                Command::Build(build) => build.selection,
                Command::Check(Checking { selection, .. }) | Command::Editions(List { selection, .. }) => {
                    selection
                }
                Command::Changes(_)
                | Command::Demo(_)
                | Command::Verify(_)
                | Command::Cache(_)
                | Command::Schema { .. }
                | Command::Explain { .. } => panic!("another command"),
            };
            Ok::<_, String>(selection.sources)
        };
        for line in ["bindery build", "bindery editions"] {
            assert_eq!(sources(line), Ok(vec![".".to_owned()]));
        }
        for line in ["bindery build a --at v1 b", "bindery check a b"] {
            assert_eq!(sources(line), Ok(vec!["a".to_owned(), "b".to_owned()]));
        }
        assert_eq!(sources("bindery editions a"), Ok(vec!["a".to_owned()]));
        assert!(sources("bindery editions a b").expect_err("one").contains("unexpected argument 'b'"));
    }

    #[test]
    fn wrong_values_are_refused_with_a_hint() {
        for (line, hint) in [
            ("build --paper a99", "us-letter"),
            ("build --since tomorrow", "2021-01-15"),
            ("build --formats docx", "epub"),
            ("build --pdf-standards a-2a,a-2b", "one level"),
            ("build --pdf-standards a-1a", "`a-2a`"),
            ("build --every week", "quarter"),
            ("build --jobs 0", "1"),
            ("build --max-image-pixels 7", "4000000"),
            ("build --fetch-images=all", "any"),
            ("build --draft --latest", "cannot be used with"),
        ] {
            let error = Arguments::try_parse_from(format!("bindery {line}").split(' ')).expect_err(line);
            assert!(error.to_string().contains(hint), "{line}: {error}");
            assert_eq!(error.exit_code(), 2);
        }
    }
}
