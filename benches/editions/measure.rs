//! Runs whole processes and measures them.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What the processes of one job took together.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// Seconds by the clock on the wall.
    pub wall: f64,
    /// Seconds of the processor, in user and kernel mode, with all children.
    pub cpu: f64,
    /// The most memory that one of them had resident, in MiB.
    pub peak: f64,
    /// What the last one printed on standard output.
    pub out: String,
}

/// Which part of a sample is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Cpu,
    Wall,
    Peak,
}

impl Sample {
    pub fn of(&self, which: Of) -> f64 {
        match which {
            Of::Cpu => self.cpu,
            Of::Wall => self.wall,
            Of::Peak => self.peak,
        }
    }
}

/// Runs processes one after the other.
///
/// # Errors
/// The last lines of the first one that fails.
pub fn run(commands: Vec<Command>, scratch: &Path) -> Result<Sample, String> {
    let mut sum = Sample::default();
    for command in commands {
        let one = run_one(command, scratch)?;
        sum = Sample {
            wall: sum.wall + one.wall,
            cpu: sum.cpu + one.cpu,
            peak: sum.peak.max(one.peak),
            out: one.out,
        };
    }
    Ok(sum)
}

/// GNU time, which alone tells a child's peak of memory without unsafe code.
const TIME: &str = "/usr/bin/time";

fn run_one(command: Command, scratch: &Path) -> Result<Sample, String> {
    let peak = scratch.join("peak");
    let mut timed = Command::new(TIME);
    timed.args(["-f", "%M", "-o"]).arg(&peak).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(name, value),
            None => timed.env_remove(name),
        };
    }
    let mut command = if Path::new(TIME).exists() { timed } else { command };
    let (before, started) = (cpu_of_children(), Instant::now());
    let output = command.output().map_err(|error| format!("can't start {command:?}: {error}"))?;
    let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu_of_children() - before);
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let last: Vec<&str> = text.lines().rev().take(3).collect();
        return Err(format!("{:?}: {}", command.get_args().last(), last.join(" / ")));
    }
    let kib: f64 = std::fs::read_to_string(&peak)
        .ok()
        .and_then(|text| text.lines().last()?.trim().parse().ok())
        .unwrap_or(f64::NAN);
    Ok(Sample { wall, cpu, peak: kib / 1024.0, out: String::from_utf8_lossy(&output.stdout).into_owned() })
}

/// What all children that have ended took of the processor, in seconds: two
/// fields of `/proc/self/stat`, in ticks of 1/100 s.
fn cpu_of_children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: Vec<f64> =
        numbers.split_whitespace().skip(13).take(2).filter_map(|n| n.parse().ok()).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() / 100.0 } else { f64::NAN }
}

pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().filter(|n| n.is_finite()).collect();
    numbers.sort_by(f64::total_cmp);
    match (numbers.len(), numbers.len() / 2) {
        (0, _) => f64::NAN,
        (n, half) if n % 2 == 0 => f64::midpoint(numbers[half - 1], numbers[half]),
        (_, half) => numbers[half],
    }
}
