//! `--timings` and `--trace`: where a run's time went, for people and as a file.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::table::{Align, Table, count, size};
use crate::diag::{Code, Diagnostic, Result};
use crate::output::place::place;
use crate::pipeline::{EditionReport, Timings};
use crate::trace;
use crate::writer::pdf;

/// When the program began, as near as it can be told without the system's help.
pub static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// An edition as it is called in a table, and how it went.
pub type Row<'a> = (String, &'a EditionReport);

/// The tables of a run: a row an edition, and what the process took.
pub fn tables(rows: &[Row]) -> String {
    let process = Process::of(
        &std::fs::read_to_string("/proc/self/stat").unwrap_or_default(),
        &std::fs::read_to_string("/proc/self/status").unwrap_or_default(),
    );
    let whole = process.line(STARTED.elapsed());
    format!(
        "{}Stages run beside each other and editions overlap, so sums exceed the run's wall time;\na thread that waits in a stage works on others meanwhile.\n\n{}{whole}\n",
        stages(rows),
        anew(rows)
    )
}

/// A table of which each row is an edition, with their sum below.
fn table<const N: usize, T: Copy>(
    name: &str,
    rows: &[Row],
    columns: [&str; N],
    row: impl Fn(&EditionReport) -> [T; N],
    sum: impl Fn(T, T) -> T,
    cell: impl Fn(T) -> String,
) -> String {
    let head = columns.map(|column| (column, Align::Right));
    let mut table = Table::new(&[[(name, Align::Left)].as_slice(), head.as_slice()].concat());
    let mut all: Option<[T; N]> = None;
    let cells = |name: &str, row: [T; N]| {
        std::iter::once(name.to_owned()).chain(row.into_iter().map(&cell)).collect()
    };
    for (name, edition) in rows {
        let row = row(edition);
        table.row(cells(name, row));
        all = Some(match all {
            None => row,
            Some(mut all) => {
                all.iter_mut().zip(row).for_each(|(all, one)| *all = sum(*all, one));
                all
            }
        });
    }
    if let Some(all) = all {
        table.row(cells("sum", all));
    }
    table.render()
}

fn stages(rows: &[Row]) -> String {
    let columns = ["read", "transform", "highlight", "lay out", "export", "EPUB", "cover", "place", "total"];
    let row = |edition: &EditionReport| by_stage(&edition.timings);
    table("Seconds", rows, columns, row, |a, b| a + b, seconds)
}

/// The stages in the order in which they are shown.
fn by_stage(timings: &Timings) -> [Duration; 9] {
    let Timings { read, transform, highlight, lay_out, export, epub, cover, place, total } = *timings;
    [read, transform, highlight, lay_out, export, epub, cover, place, total]
}

fn seconds(time: Duration) -> String {
    if time.is_zero() { "–".to_owned() } else { format!("{:.3}", time.as_secs_f64()) }
}

fn anew(rows: &[Row]) -> String {
    let columns = ["parsed", "transformed", "highlighted", "decoded", "laid out", "rendered"];
    let row = |edition: &EditionReport| {
        let anew = edition.anew;
        [anew.parsed, anew.transformed, anew.highlighted, anew.decoded, anew.laid_out, anew.rendered]
    };
    table("Made anew", rows, columns, row, |a, b| a + b, count)
}

/// What the system says of this process; nothing where there is no `/proc`.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    /// Of all threads, in user and kernel mode.
    cpu: Option<Duration>,
    /// The most memory that was ever resident, in bytes.
    peak: Option<u64>,
}

impl Process {
    /// From `/proc/self/stat` and `/proc/self/status`, as proc(5) has them.
    fn of(stat: &str, status: &str) -> Self {
        // The program's name comes second, in parentheses, and may hold anything.
        let numbers = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut times = numbers.split_whitespace().skip(11).map(str::parse::<u64>);
        let cpu = match (times.next(), times.next()) {
            // A tick is 1/100 s on all that Linux runs on today.
            (Some(Ok(user)), Some(Ok(system))) => Some(Duration::from_millis((user + system) * 10)),
            (Some(_) | None, Some(_) | None) => None,
        };
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        Self { cpu, peak: peak.map(|kib| kib * 1024) }
    }

    fn line(&self, wall: Duration) -> String {
        let mut line = format!("The run: {:.2} s wall time", wall.as_secs_f64());
        if let Some(cpu) = self.cpu {
            line.push_str(&format!(", {:.2} s CPU time", cpu.as_secs_f64()));
        }
        if let Some(peak) = self.peak {
            line.push_str(&format!(", {} of memory at its peak", size(peak)));
        }
        line.push('\n');
        line
    }
}

/// Writes the trace of what ran since [`trace::enable`].
///
/// # Errors
/// When the file can't be written.
pub fn write_trace(file: &Path) -> Result<()> {
    let mut bytes = Vec::new();
    trace::write(&mut bytes, pdf::file_of).map_err(|error| {
        Box::new(Diagnostic::new(Code::Internal, format!("the trace can't be written: {error}")))
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| PathBuf::from("."), Path::to_owned);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    place(&folder, &name, &bytes).map_err(|mut error| {
        error.hints = vec!["choose another file with `--trace FILE`".to_owned()];
        error
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_told_from_proc() {
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 90 0 0 0 123 45 0 0 20 0 3 0 17 1 2";
        let status = "Name:\ta\nVmPeak:\t  9 kB\nVmHWM:\t  2000 kB\nThreads:\t3\n";
        let process = Process::of(stat, status);
        assert_eq!(process, Process { cpu: Some(Duration::from_millis(1680)), peak: Some(2_048_000) });
        assert_eq!(
            process.line(Duration::from_millis(990)),
            "The run: 0.99 s wall time, 1.68 s CPU time, 2.0 MB of memory at its peak\n"
        );
        let none = Process::of("", "");
        assert_eq!(none, Process { cpu: None, peak: None });
        assert_eq!(none.line(Duration::from_millis(990)), "The run: 0.99 s wall time\n");
    }
}
