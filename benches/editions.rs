//! How long editions take, by stage: the latest alone in a fresh process
//! (cold), and all yearly ones in another (each but the first finds Typst's
//! caches warm from its neighbour).
//!
//! ```text
//! cargo bench --bench editions                    wg-async from ../shared, else the demo
//! cargo bench --bench editions -- PATH [ROUNDS]   another document; `demo` is the built-in one
//! ```
//!
//! Each round runs both, so that ratios compare what ran under the same load;
//! medians over all rounds are printed, and the peak of memory (VmHWM).

#![allow(missing_docs, clippy::expect_used, clippy::panic, reason = "a program for developers")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bindery::config::{Editions, Layer};
use bindery::edition::Period;
use bindery::pipeline::{Failure, Plan, Request, Silent, Timings, build};
use bindery::source::OpenOptions;

const CHILD: &str = "BINDERY_BENCH_CHILD";
const STAGES: [&str; 8] =
    ["read", "transform", "highlight", "lay out", "export", "EPUB", "place", "whole edition"];

/// Seconds by stage of one edition.
type Row = [f64; STAGES.len()];

/// What a child process measured.
struct Measured {
    editions: Vec<(String, Row)>,
    peak_mib: f64,
}

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if std::env::var_os(CHILD).is_some() {
        child(&arguments);
        return;
    }
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/wg-async.bundle");
    let otherwise = if shared.exists() { shared.to_string_lossy().into_owned() } else { "demo".to_owned() };
    let source = arguments.first().cloned().unwrap_or(otherwise);
    let rounds: usize = arguments.get(1).and_then(|n| n.parse().ok()).unwrap_or(5).max(1);
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let run = |which: &str| measure(&source, which, scratch.path());
    let rounds: Vec<(Measured, Measured)> = (0..rounds).map(|_| (run("one"), run("all"))).collect();
    report(&source, &rounds);
}

/// Builds in this process and prints what the parent reads: a line an
/// edition, then the peak.
fn child(arguments: &[String]) {
    let [source, which, scratch] = arguments else { panic!("a child wants SOURCE WHICH SCRATCH") };
    let scratch = Path::new(scratch);
    let editions = match which.as_str() {
        "one" => Editions { latest: Some(true), ..Editions::default() },
        _ => Editions { every: Some(Period::Year), ..Editions::default() },
    };
    let output = tempfile::tempdir_in(scratch).expect("a temporary folder");
    let flags = Layer { editions, output: Some(output.path().to_owned()), ..Layer::default() };
    let plan = if source == "demo" {
        Plan::demo(flags)
    } else {
        let open = OpenOptions { cache: Some(scratch.join("cache")), ..OpenOptions::default() };
        Plan::new(&Request { source: source.clone(), flags, open, ..Request::default() })
    };
    let plan = plan.unwrap_or_else(|Failure(said)| panic!("{said:?}"));
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build().expect("threads start");
    let report = pool.install(|| build(&plan, &Silent));
    for edition in &report.editions {
        assert!(!edition.failed(), "{} failed: {:?}", edition.edition.name, edition.diagnostics);
        let row: Vec<String> = row(&edition.timings).iter().map(f64::to_string).collect();
        println!("{} {}", edition.edition.name, row.join(" "));
    }
    println!("{}", peak_kib());
}

fn row(t: &Timings) -> Row {
    [t.read, t.transform, t.highlight, t.lay_out, t.export, t.epub, t.place, t.total]
        .map(|d: Duration| d.as_secs_f64())
}

/// The most memory this process ever had resident, in KiB; 0 where /proc
/// does not say.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Runs a child, whose caches are cold.
fn measure(source: &str, which: &str, scratch: &Path) -> Measured {
    let program = std::env::current_exe().expect("this program");
    let output =
        Command::new(program).env(CHILD, "1").args([source, which]).arg(scratch).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines: Vec<&str> = text.lines().collect();
    let peak: f64 = lines.pop().and_then(|l| l.parse().ok()).expect("the peak");
    let edition = |line: &&str| {
        let mut parts = line.split(' ');
        let name = parts.next().unwrap_or("").to_owned();
        let numbers: Vec<f64> = parts.filter_map(|p| p.parse().ok()).collect();
        (name, numbers.try_into().expect("a number a stage"))
    };
    Measured { editions: lines.iter().map(edition).collect(), peak_mib: peak / 1024.0 }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    match (numbers.len(), numbers.len() / 2) {
        (0, _) => f64::NAN,
        (n, half) if n % 2 == 0 => (numbers[half - 1] + numbers[half]) / 2.0,
        (_, half) => numbers[half],
    }
}

fn report(source: &str, rounds: &[(Measured, Measured)]) {
    let last = |m: &Measured, stage: usize| m.editions.last().map_or(f64::NAN, |(_, row)| row[stage]);
    let sum = |m: &Measured, stage: usize| m.editions.iter().map(|(_, row)| row[stage]).sum::<f64>();
    let over = |f: &dyn Fn(&(Measured, Measured)) -> f64| median(rounds.iter().map(f).collect());
    let editions = rounds.first().map_or(0, |(_, all)| all.editions.len());
    println!("{source}: {editions} yearly editions, medians of {} rounds, in seconds", rounds.len());
    println!("(the PDF and the EPUB are made at the same time, so the parts can be more than the whole)\n");
    println!(
        "{:<14} {:>12} {:>12} {:>12} {:>14}",
        "stage", "latest, cold", "all yearly", "latest, warm", "warm to cold"
    );
    for (stage, name) in STAGES.iter().enumerate() {
        println!(
            "{name:<14} {:>12.3} {:>12.3} {:>12.3} {:>14.2}",
            over(&|(one, _)| last(one, stage)),
            over(&|(_, all)| sum(all, stage)),
            over(&|(_, all)| last(all, stage)),
            over(&|(one, all)| last(all, stage) / last(one, stage)),
        );
    }
    let whole = STAGES.len() - 1;
    println!("\nall yearly to latest alone: {:.2}", over(&|(one, all)| sum(all, whole) / sum(one, whole)));
    println!(
        "peak memory: {:.0} MiB alone, {:.0} MiB all",
        over(&|(one, _)| one.peak_mib),
        over(&|(_, all)| all.peak_mib)
    );
    if let Some((_, all)) = rounds.first() {
        println!("\nwhole edition, by edition:");
        for (i, (name, _)) in all.editions.iter().enumerate() {
            let time = over(&|(_, all)| all.editions.get(i).map_or(f64::NAN, |(_, row)| row[whole]));
            println!("{name:<24} {time:>8.3}");
        }
    }
}
