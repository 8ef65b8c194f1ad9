//! What was measured, as tables in Markdown.

use std::collections::BTreeMap;

use serde_json::Value;

use super::growth::Curve;
use super::measure::{Of, Sample, median};

/// The samples of each job, a round each.
pub type Results = BTreeMap<&'static str, Vec<Sample>>;

/// What is asked of a ratio.
#[derive(Clone, Copy)]
enum Asked {
    Most(f64),
    Least(f64),
    Nothing,
}

impl Asked {
    fn text(self) -> String {
        match self {
            Self::Most(n) => format!("≤ {n}"),
            Self::Least(n) => format!("≥ {n}"),
            Self::Nothing => String::new(),
        }
    }

    fn mark(self, ratio: f64) -> &'static str {
        match self {
            Self::Most(n) if ratio > n => " ✗",
            Self::Least(n) if ratio < n => " ✗",
            Self::Most(_) | Self::Least(_) | Self::Nothing => "",
        }
    }
}

/// What a sum of jobs takes: names, each with a sign.
type Sum = &'static [(&'static str, f64)];

/// A row: its name, what is compared, the one sum and the other.
type Row = (&'static str, Of, Sum, Sum, Asked);

const ONE: Sum = &[("one", 1.0)];
const SIX: Sum = &[("six", 1.0)];
const SECOND: Sum = &[("both", 1.0), ("neighbour", -1.0)];
const NEIGHBOUR: Sum = &[("neighbour", 1.0)];
const MDBOOK_SIX: Sum = &[("mdbook-typst-pdf, six", 1.0), ("mdbook-epub, six", 1.0)];
const MDBOOK_ONE: Sum = &[("mdbook-typst-pdf, one", 1.0), ("mdbook-epub, one", 1.0)];

const ROWS: &[Row] = &[
    (
        "one cold edition, both formats ÷ `typst compile` of its Typst text",
        Of::Cpu,
        ONE,
        &[("typst", 1.0)],
        Asked::Most(1.15),
    ),
    ("the same", Of::Wall, ONE, &[("typst", 1.0)], Asked::Nothing),
    ("the same, without a standard for Typst", Of::Cpu, ONE, &[("typst, no standard", 1.0)], Asked::Nothing),
    ("its PDF alone ÷ `typst compile`", Of::Cpu, &[("one, PDF", 1.0)], &[("typst", 1.0)], Asked::Nothing),
    ("six yearly editions ÷ the latest alone", Of::Cpu, SIX, ONE, Asked::Most(2.2)),
    ("the same", Of::Wall, SIX, ONE, Asked::Most(1.8)),
    (
        "an edition with one chapter changed, after its neighbour ÷ that one, cold",
        Of::Cpu,
        SECOND,
        NEIGHBOUR,
        Asked::Most(0.25),
    ),
    ("the same", Of::Wall, SECOND, NEIGHBOUR, Asked::Nothing),
    (
        "Typst's highlighting of the same code ÷ `typst compile` of the book",
        Of::Cpu,
        &[("code, highlighted", 1.0), ("code, plain", -1.0)],
        &[("typst", 1.0)],
        Asked::Nothing,
    ),
    (
        "six again, nothing changed, from the cache ÷ six",
        Of::Cpu,
        &[("six, cached", 1.0)],
        SIX,
        Asked::Most(0.02),
    ),
    ("the same", Of::Wall, &[("six, cached", 1.0)], SIX, Asked::Most(0.02)),
    (
        "six after one new commit, from the cache ÷ six",
        Of::Cpu,
        &[("new commit, cached", 1.0)],
        SIX,
        Asked::Nothing,
    ),
    ("the same ÷ one cold edition", Of::Cpu, &[("new commit, cached", 1.0)], ONE, Asked::Nothing),
    (
        "Pandoc with Typst, both formats of six revisions ÷ six editions",
        Of::Wall,
        &[("pandoc, six", 1.0)],
        SIX,
        Asked::Least(8.0),
    ),
    ("the same", Of::Cpu, &[("pandoc, six", 1.0)], SIX, Asked::Least(8.0)),
    (
        "six editions ÷ mdbook-typst-pdf and mdbook-epub of six revisions",
        Of::Wall,
        SIX,
        MDBOOK_SIX,
        Asked::Most(0.5),
    ),
    ("the same", Of::Cpu, SIX, MDBOOK_SIX, Asked::Most(0.5)),
    ("one cold edition ÷ mdbook-typst-pdf and mdbook-epub", Of::Wall, ONE, MDBOOK_ONE, Asked::Most(1.0)),
    ("the same", Of::Cpu, ONE, MDBOOK_ONE, Asked::Most(1.0)),
    ("peak memory of six editions ÷ that of one", Of::Peak, SIX, ONE, Asked::Most(1.3)),
    (
        "peak memory of one edition ÷ that of `typst compile`",
        Of::Peak,
        ONE,
        &[("typst", 1.0)],
        Asked::Nothing,
    ),
    ("one edition on one thread ÷ on all", Of::Wall, &[("one, 1 thread", 1.0)], ONE, Asked::Nothing),
    ("six editions on one thread ÷ on all", Of::Wall, &[("six, 1 thread", 1.0)], SIX, Asked::Nothing),
];

/// The sum of a round; where a job has fewer rounds, its median stands in.
fn sum(results: &Results, sum: Sum, of: Of, round: usize) -> f64 {
    let one = |(name, sign): &(&str, f64)| {
        let samples = results.get(name).map_or(&[][..], Vec::as_slice);
        let value = samples.get(round).map(|sample| sample.of(of));
        sign * value.unwrap_or_else(|| median(samples.iter().map(|sample| sample.of(of))))
    };
    sum.iter().map(one).sum()
}

/// The table of ratios. `sizes` are those of the PDF: Bindery's and Typst's.
pub fn ratios(results: &Results, rounds: usize, sizes: (f64, f64)) -> String {
    let mut out =
        "| what | measured | | | ratio | asked |\n| --- | --- | ---: | ---: | ---: | ---: |\n".to_owned();
    for (name, of, a, b, asked) in ROWS {
        let over = |f: &dyn Fn(usize) -> f64| median((0..rounds).map(f));
        let (one, other) = (over(&|i| sum(results, a, *of, i)), over(&|i| sum(results, b, *of, i)));
        let ratio = over(&|i| sum(results, a, *of, i) / sum(results, b, *of, i));
        let (measured, unit, digits) = match of {
            Of::Cpu => ("CPU", "s", 2),
            Of::Wall => ("wall", "s", 2),
            Of::Peak => ("memory", "MiB", 0),
        };
        if ratio.is_finite() {
            out.push_str(&format!(
                "| {name} | {measured} | {one:.digits$} {unit} | {other:.digits$} {unit} | {ratio:.3}{} | {} |\n",
                asked.mark(ratio),
                asked.text()
            ));
        } else {
            out.push_str(&format!("| {name} | {measured} | | | not measured | {} |\n", asked.text()));
        }
    }
    let (ours, typst) = sizes;
    let asked = Asked::Most(0.5);
    if ours.is_finite() && typst.is_finite() {
        let ratio = ours / typst;
        let (ours, typst) = (ours / 1e6, typst / 1e6);
        out.push_str(&format!(
            "| the PDF ÷ what Typst writes by itself | size | {ours:.2} MB | {typst:.2} MB | {ratio:.3}{} | {} |\n",
            asked.mark(ratio),
            asked.text()
        ));
    }
    out
}

const STAGES: [(&str, &str); 8] = [
    ("read", "read"),
    ("transform", "transform"),
    ("highlight", "highlight"),
    ("lay-out", "lay out"),
    ("export", "export"),
    ("epub", "EPUB"),
    ("place", "place"),
    ("total", "total"),
];
const JOBS: [(&str, &str); 5] = [
    ("one, 1 thread", "one, 1 thread"),
    ("one", "one"),
    ("six, 1 thread", "six, 1 thread"),
    ("six", "six"),
    ("both", "neighbours"),
];

/// Seconds by stage, summed over the editions of a job; of the neighbours the
/// second alone.
pub fn stages(results: &Results) -> String {
    let mut out = format!(
        "| seconds | {} |\n| --- |{}\n",
        STAGES.map(|(_, name)| name).join(" | "),
        " ---: |".repeat(STAGES.len())
    );
    for (job, name) in JOBS {
        let Some(samples) = results.get(job) else { continue };
        let of = |stage: &str| {
            median(samples.iter().map(|sample| {
                let report: Value = serde_json::from_str(&sample.out).unwrap_or_default();
                let editions = report["editions"].as_array().map_or(&[][..], Vec::as_slice);
                let skipped = if job == "both" { 1 } else { 0 };
                editions.iter().skip(skipped).filter_map(|it| it["timings"][stage].as_f64()).sum()
            }))
        };
        let cells: Vec<String> = STAGES.iter().map(|(key, _)| format!("{:.3}", of(key))).collect();
        out.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
    }
    out
}

const COUNTERS: [(&str, &str); 6] = [
    ("parsed", "parsed"),
    ("transformed", "transformed"),
    ("highlighted", "highlighted"),
    ("decoded", "decoded"),
    ("laid-out", "laid out"),
    ("rendered", "rendered"),
];

/// What each of the six editions made anew, and the second of the neighbours.
pub fn anew(results: &Results) -> String {
    let mut out = format!(
        "| made anew | {} |\n| --- |{}\n",
        COUNTERS.map(|(_, name)| name).join(" | "),
        " ---: |".repeat(COUNTERS.len())
    );
    for (job, skipped) in [("six", 0), ("both", 1)] {
        let Some(sample) = results.get(job).and_then(|samples| samples.first()) else { continue };
        let report: Value = serde_json::from_str(&sample.out).unwrap_or_default();
        let editions = report["editions"].as_array().map_or(&[][..], Vec::as_slice);
        for edition in editions.iter().skip(skipped) {
            let cells = COUNTERS.map(|(key, _)| edition["anew"][key].to_string());
            let name = edition["name"].as_str().unwrap_or("");
            let name = if job == "both" { format!("{name}, after its neighbour") } else { name.to_owned() };
            out.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
        }
    }
    out
}

/// A curve as a table.
pub fn growth(curve: &Curve) -> String {
    let mut out = format!("| {} | CPU | wall | peak memory |\n| ---: | ---: | ---: | ---: |\n", curve.of);
    for point in &curve.points {
        out.push_str(&format!(
            "| {} | {:.2} s | {:.2} s | {:.0} MiB |\n",
            point.x, point.cpu, point.wall, point.peak
        ));
    }
    if !curve.note.is_empty() {
        out.push_str(&format!("\n{}.\n", curve.note));
    }
    out
}
