//! The arguments, as clap reads them, and what they set.

mod making;
mod selection;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

pub use self::making::{Family, Making};
use self::making::{any_family, reach};
pub use self::selection::Selection;
use super::announce::Announcing;
use super::cache::{Caches, Caching};
use super::catalogue::Cataloguing;
use super::init::Beginning;
use super::serve::Serving;
use super::shell::{Completing, Documenting};
use super::watch::Watching;
use crate::config::Check;
use crate::fetch::Reach;

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
    /// Rebuild the draft whenever a file of the document changes
    Watch(Watching),
    /// Make the catalogue of an output folder anew: a page, OPDS and Atom feeds
    Catalogue(Cataloguing),
    /// Serve an output folder, so that readers on the network can subscribe to its catalogue
    Serve(Serving),
    /// Write an announcement of an edition: what changed, downloads, how to cite it
    Announce(Announcing),
    /// Write a commented bindery.toml, or a theme to change
    Init(Beginning),
    /// Show what is kept of earlier runs, or clear it
    Cache(Caches),
    /// Print the JSON Schema of a file or report, or list their names
    Schema {
        /// Its name, such as `edition`
        name: Option<String>,
    },
    /// Print a script that completes commands and flags in a shell
    Completions(Completing),
    /// Write the manual pages
    Man(Documenting),
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
#[command(mut_arg("profile", |arg| arg.value_name("kindle|kobo|koreader|apple|all").value_parser(any_family)
    .help("Say what won't work on a family of e-readers, or on all of them")))]
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
    /// For --rebuild: the folder of the theme that the editions were made with
    #[arg(long, value_name = "DIR", requires = "rebuild")]
    pub theme: Option<PathBuf>,
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

pub(super) fn said(check: Check) -> Result<(), String> {
    check.map_err(|(message, hint)| format!("{message}; {hint}"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::edition::Period;
    use crate::output::Format;

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
                | Command::Watch(_)
                | Command::Catalogue(_)
                | Command::Serve(_)
                | Command::Announce(_)
                | Command::Init(_)
                | Command::Completions(_)
                | Command::Man(_)
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
            ("build --profile nook", "`koreader`"),
            ("build --profile all", "`apple`"),
            ("check --profile nook", "`all`"),
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
