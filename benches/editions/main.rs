//! What editions cost, against each other, against Typst's own program and
//! against other ways to the same two formats. `docs/src/performance.md` says what
//! each row means, and holds what this printed last.
//!
//! ```text
//! cargo bench --bench editions                              all of it: some ten minutes
//! cargo bench --bench editions -- --rounds 1 --no-growth    the table alone, once
//! cargo bench --bench editions -- --only six,one            these jobs alone
//! cargo bench --bench editions -- --write                   and writes docs/src/performance.md
//! ```
//!
//! Each round runs every job once, in turn, as whole processes; ratios are
//! made within a round, and medians of them over all rounds. What it compares
//! with is found in the folders of `BENCH_TOOLS` and `PATH`
//! (`benches/comparators FOLDER` installs it); what is not there is skipped.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a program for developers"
)]

mod growth;
mod jobs;
mod measure;
mod plot;
mod sources;
mod table;
mod tools;

use std::path::{Path, PathBuf};

use self::jobs::{Jobs, Place};
use self::sources::Sources;
use self::table::Results;
use self::tools::Tools;

/// What is asked for.
struct Asked {
    source: String,
    rounds: usize,
    dear_rounds: usize,
    only: Vec<String>,
    growth: bool,
    write: bool,
    /// Where clones and outputs go, and stay; else into a temporary folder.
    scratch: Option<PathBuf>,
}

impl Asked {
    fn new() -> Self {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/wg-async.bundle");
        let mut asked = Self {
            source: shared.to_string_lossy().into_owned(),
            rounds: 5,
            dear_rounds: 3,
            only: Vec::new(),
            growth: true,
            write: false,
            scratch: None,
        };
        // Cargo adds `--bench`.
        let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} wants a value"));
            let number = |text: String| text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"));
            match argument.as_str() {
                "--source" => asked.source = value(),
                "--rounds" => asked.rounds = number(value()),
                "--dear-rounds" => asked.dear_rounds = number(value()),
                "--only" => asked.only = value().split(';').map(|name| name.trim().to_owned()).collect(),
                "--no-growth" => asked.growth = false,
                "--write" => asked.write = true,
                "--scratch" => asked.scratch = Some(value().into()),
                other => panic!("unknown argument `{other}`"),
            }
        }
        asked
    }
}

fn main() {
    let asked = Asked::new();
    assert!(
        Path::new(&asked.source).exists(),
        "{} is not there; name a repository with an mdBook in `src` by `--source PATH`",
        asked.source
    );
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let scratch = asked.scratch.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(scratch).expect("a folder");
    let tools = Tools::find();
    let sources = Sources::new(&asked.source, scratch);
    let place = Place { tools: &tools, sources: &sources, scratch };
    let mut jobs = jobs::all(&place);
    let results = measure(&mut jobs, &asked, scratch);
    let curves = match asked.growth {
        true => vec![growth::copies(&place, asked.dear_rounds), growth::editions(&place, asked.dear_rounds)],
        false => Vec::new(),
    };
    let sizes = (sources::pdf_size(&results), tools::size(&scratch.join("typst.pdf")));
    let text = report(&asked, &tools, &jobs, &results, &curves, sizes);
    println!("{text}");
    if asked.write {
        write(&text, &curves);
    }
}

/// Runs every job in each round. A job that fails is skipped from then on.
fn measure(jobs: &mut Jobs, asked: &Asked, scratch: &Path) -> Results {
    let mut results = Results::new();
    let wanted = |name: &str| asked.only.is_empty() || asked.only.iter().any(|only| only == name);
    for round in 0..asked.rounds {
        let mut failed = Vec::new();
        for job in jobs.list.iter().filter(|job| wanted(job.name)) {
            if job.dear && round >= asked.dear_rounds {
                continue;
            }
            (job.prepare)();
            match measure::run((job.commands)(), scratch) {
                Ok(sample) => {
                    eprintln!(
                        "{}/{} {}: {:.2} s CPU, {:.2} s wall, {:.0} MiB",
                        round + 1,
                        asked.rounds,
                        job.name,
                        sample.cpu,
                        sample.wall,
                        sample.peak
                    );
                    results.entry(job.name).or_default().push(sample);
                }
                Err(error) => failed.push((job.name, error)),
            }
        }
        for (name, error) in failed {
            eprintln!("{name} failed: {error}");
            jobs.skipped.push(format!("{name} failed: {error}"));
            jobs.list.retain(|job| job.name != name);
            results.remove(name);
        }
    }
    results
}

/// Everything that was measured, as Markdown.
fn report(
    asked: &Asked,
    tools: &Tools,
    jobs: &Jobs,
    results: &Results,
    curves: &[growth::Curve],
    sizes: (f64, f64),
) -> String {
    let name =
        Path::new(&asked.source).file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut text = format!(
        "Bindery {} with Typst {}; {name}; medians of {} rounds ({} of what takes long).\n\nMachine: {}.\n\nCompared with {}.\n\n{}\n{}\n{}",
        env!("CARGO_PKG_VERSION"),
        bindery::writer::pdf::typst_version(),
        asked.rounds,
        asked.rounds.min(asked.dear_rounds),
        tools::machine(),
        tools.versions(),
        table::ratios(results, asked.rounds, sizes),
        table::stages(results),
        table::anew(results),
    );
    for skipped in &jobs.skipped {
        text.push_str(&format!("\nNot measured: {skipped}.\n"));
    }
    for curve in curves {
        text.push_str(&format!("\n{}:\n\n{}", curve.title, table::growth(curve)));
    }
    text
}

const BEGIN: &str = "<!-- begin: what the benchmark writes -->\n";
const END: &str = "<!-- end: what the benchmark writes -->";

/// Puts the report and the curves into the documentation.
fn write(text: &str, curves: &[growth::Curve]) {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src");
    let file = docs.join("performance.md");
    let old = std::fs::read_to_string(&file).expect("docs/src/performance.md");
    let (before, rest) = old.split_once(BEGIN).expect("the mark where it begins");
    let (_, after) = rest.split_once(END).expect("the mark where it ends");
    std::fs::write(&file, format!("{before}{BEGIN}\n{text}\n{END}{after}")).expect("written");
    if !curves.is_empty() {
        std::fs::write(docs.join("growth.svg"), plot::svg(curves)).expect("written");
    }
}
