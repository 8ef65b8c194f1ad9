//! The command line: arguments in, exit code out, and the only place that
//! prints.

mod announce;
mod args;
pub mod backend;
mod cache;
mod catalogue;
mod changes;
mod diagnostics;
mod explain;
mod init;
mod json;
mod ledger;
mod make;
mod progress;
mod schema;
mod serve;
mod shell;
mod table;
mod terminal;
mod timings;
mod verify;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::{CommandFactory, Parser};

use self::args::{Arguments, Build, Checking, Command, Family, List, Making, Selection};
use self::cache::Caching;
use self::diagnostics::{Shower, render};
use self::make::Asked;
use self::progress::{Speaker, Voice};
use self::table::{Align, Table, count, size, time};
use self::terminal::{Terminal, err, out};
use self::timings::Row;
use crate::config::{Layer, line};
use crate::device::Profile;
use crate::diag::{Code, Diagnostic, Located, Severity};
use crate::fetch::{FetchOptions, Reach};
use crate::output::Format;
use crate::paths::shown;
use crate::pipeline::{EditionReport, Failure, Goal, Plan, Request};
use crate::source::OpenOptions;
use crate::source::clone::default_cache;
use crate::span::Files;

/// The stack of each thread that builds. Blocks nest, and both our own walks
/// and Typst's layout follow them down.
const STACK: usize = 64 << 20;

const FAILED: u8 = 1;
const USAGE: u8 = 2;

/// The command line as clap knows it: what the documentation is made from, and
/// checked against.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs a command line and gives its exit code: 0 all built, 1 something
/// failed, 2 wrong usage or configuration.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    LazyLock::force(&timings::STARTED);
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version come this way too; a closed pipe is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    let code = match arguments.command {
        Command::Build(build) => run(build.making.jobs, || build_command(&build)),
        Command::Check(checking) => run(checking.making.jobs, || check_command(&checking)),
        Command::Demo(demo) => run(demo.making.jobs, || demo_command(&demo.making, &demo.caching)),
        Command::Editions(list) => run(None, || editions_command(&list)),
        Command::Verify(verifying) => run(verifying.jobs, || verify::verify_command(&verifying)),
        Command::Watch(watching) => run(watching.jobs(), || watch::watch_command(&watching)),
        Command::Catalogue(cataloguing) => catalogue::catalogue_command(&cataloguing),
        Command::Serve(serving) => serve::serve_command(&serving),
        Command::Announce(announcing) => run(None, || announce::announce_command(&announcing)),
        Command::Init(beginning) => init::init_command(&beginning),
        Command::Completions(completing) => shell::completions_command(&completing),
        Command::Man(documenting) => shell::man_command(&documenting),
        Command::Cache(caches) => cache::cache_command(&caches),
        Command::Schema { name } => schema::schema_command(name.as_deref()),
        Command::Changes(compare) => run(None, || changes::changes(&compare)),
        Command::Explain { code } => explain::explain(code.as_deref()),
    };
    ExitCode::from(code)
}

/// Runs the work in a pool of its own, whose threads have deep stacks.
fn run(jobs: Option<u16>, work: impl FnOnce() -> u8 + Send) -> u8 {
    // Zero threads means what RAYON_NUM_THREADS says, else one a core.
    let threads = jobs.map_or(0, usize::from);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(error) => {
            let diagnostic = Diagnostic::new(Code::Internal, format!("can't start threads: {error}"));
            let hint = "use fewer with `--jobs N`";
            err(&format!(
                "{}\n",
                render(&diagnostic.hint(hint).locate(&Files::default()), Terminal::stderr())
            ));
            FAILED
        }
    }
}

/// What is asked for of a source; the lines of `--set` lie below the flags of
/// the same name.
fn request(source: &str, selection: &Selection, flags: Layer) -> Result<Request, Failure> {
    let set = line::layer(&selection.set).map_err(Failure)?;
    let request = request_of(source, selection.config.clone(), flags.over(set));
    Ok(Request {
        bare: selection.no_config,
        open: OpenOptions { draft: selection.draft, ..request.open },
        ..request
    })
}

/// The same of a source as a whole.
fn request_of(source: &str, config: Option<PathBuf>, flags: Layer) -> Request {
    Request { source: source.to_owned(), config, flags, open: open_options(), ..Request::default() }
}

/// How sources are opened in this environment.
fn open_options() -> OpenOptions {
    let variable = |name| std::env::var_os(name);
    OpenOptions {
        draft: false,
        work_tree: false,
        cache: default_cache(variable("XDG_CACHE_HOME").as_deref(), variable("HOME").as_deref()),
        timestamp: variable("SOURCE_DATE_EPOCH").and_then(|t| t.to_str()?.parse().ok()),
    }
}

fn build_command(Build { selection, making, keep_typst, caching }: &Build) -> u8 {
    let plan = |source: &str| {
        let request = request(source, selection, making.layer().over(selection.layer()))?;
        let plan = planned(&caching.over(request), making)?;
        // What is found in the cache was given to Typst long ago.
        let cache = plan.cache.filter(|_| keep_typst.is_none());
        Ok(Plan { keep_typst: keep_typst.clone(), cache, ..plan })
    };
    make::make(make::asked(selection, plan), Goal::Files, making)
}

fn planned(request: &Request, making: &Making) -> Result<Plan, Failure> {
    let plan = Plan::new(request)?;
    Ok(Plan { fetch: making.fetch_images.map(|reach| fetching(&request.open, reach)), ..plan })
}

/// How remote images are fetched.
fn fetching(open: &OpenOptions, reach: Reach) -> FetchOptions {
    FetchOptions {
        reach,
        // Beside the clones.
        cache: open.cache.as_ref().map(|clones| clones.with_file_name("images")),
        ..FetchOptions::default()
    }
}

fn demo_command(making: &Making, caching: &Caching) -> u8 {
    let plan = Plan::demo(making.layer()).map(|plan| Plan { cache: caching.open(), ..plan });
    make::make(Ok(vec![Asked::new("demo", plan)]), Goal::Files, making)
}

fn check_command(Checking { selection, making, full }: &Checking) -> u8 {
    let mut layer = making.layer().over(selection.layer());
    let open = selection.is_open();
    if open {
        // For a source without a work tree.
        layer.editions.latest = Some(true);
        layer.exact.previous.get_or_insert_with(|| "none".to_owned());
    }
    let goal = if *full { Goal::Bytes } else { Goal::Markup };
    let plan = |source: &str| {
        let mut request = request(source, selection, layer.clone())?;
        request.open.work_tree = open;
        let profiles = if making.profile == Some(Family::All) { Profile::ALL } else { &[] };
        Ok(Plan { profiles: profiles.to_vec(), ..planned(&request, making)? })
    };
    make::make(make::asked(selection, plan), goal, making)
}

/// Says what there is to say about the run itself. That a revision makes no
/// edition is a note, but one that is always said.
fn announce(speaker: &Speaker, diagnostics: &[Located]) {
    let mut text = speaker.shower().show(diagnostics);
    if !speaker.is_quiet() {
        let silent = [
            Code::EditionUnchanged,
            Code::EditionWithoutBook,
            Code::EditionWithoutChapter,
            Code::EditionAlone,
        ]
        .map(Code::as_str);
        for note in diagnostics.iter().filter(|d| silent.contains(&d.code.as_str())) {
            let line = format!("note: {}\n", shown(&note.message));
            if !text.contains(&note.message) {
                text.push_str(&line);
            }
        }
    }
    speaker.say_of_document(&text);
}

fn refused(failure: &Failure, json: bool, terminal: Terminal) -> u8 {
    let mut shower = Shower::new(terminal, Severity::Note, true);
    err(&shower.show(&failure.0));
    if json {
        // It has failed already.
        let _ = out(&json::text(&json::failure(failure)));
    }
    if failure.is_usage() { USAGE } else { FAILED }
}

/// The closing table.
fn results(rows: &[Row], goal: Goal) -> String {
    let left = ["Edition", "Revision"].map(|name| (name, Align::Left));
    let right = ["Chapters", "Words", "Pages", "PDF", "EPUB", "Time"].map(|name| (name, Align::Right));
    let made = |name: &str| goal == Goal::Files || !["Pages", "PDF", "EPUB"].contains(&name);
    let columns: Vec<_> = left.into_iter().chain(right).filter(|(name, _)| made(name)).collect();
    let mut table = Table::new(&columns);
    for (name, edition) in rows {
        table.row(result(name, edition, goal));
    }
    table.render()
}

fn result(name: &str, report: &EditionReport, goal: Goal) -> Vec<String> {
    let manifest = report.manifest.as_ref();
    let none = || "–".to_owned();
    let bytes = |format: Format| {
        let file = manifest.and_then(|m| m.formats.iter().find(|f| f.format == format));
        file.map_or_else(none, |f| size(f.size))
    };
    let mut cells = vec![
        name.to_owned(),
        report.edition.revision.short().map_or_else(none, str::to_owned),
        report.counts.map_or_else(none, |counts| count(counts.chapters)),
        report.counts.map_or_else(none, |counts| count(counts.words)),
    ];
    if goal == Goal::Files {
        cells.push(report.pages().map_or_else(none, count));
        cells.extend([bytes(Format::Pdf), bytes(Format::Epub)]);
    }
    cells.push(if report.failed() { "failed".to_owned() } else { time(report.timings.total) });
    cells
}

fn editions_command(list: &List) -> u8 {
    let terminal = Terminal::stderr();
    // There is one.
    let source = list.selection.sources.first().map_or(".", String::as_str);
    let request = request(source, &list.selection, list.selection.layer());
    let plan = match request.and_then(|request| Plan::new(&request)) {
        Ok(plan) => plan,
        Err(failure) => return refused(&failure, list.json, terminal),
    };
    if list.json {
        return out(&json::plan(&plan));
    }
    let mut table = Table::new(&[("Edition", Align::Left), ("Revision", Align::Left), ("Why", Align::Left)]);
    for edition in &plan.editions {
        let revision = edition.revision.short().unwrap_or("–").to_owned();
        table.row(vec![edition.name.clone(), revision, edition.why.join("; ")]);
    }
    let written = out(&table.render());
    announce(&Speaker::new(terminal, Voice::Usual), &plan.diagnostics);
    written
}
