//! One run of a program, with its limits.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// What a program may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes it may print.
    pub output: u64,
}

/// How much of the standard error is kept, in bytes.
const SAID: u64 = 64 << 10;
/// How much of it is shown, in characters.
const SHOWN: usize = 400;
/// How long the end of a pipe is waited for once the program has ended.
const GRACE: Duration = Duration::from_secs(2);

/// What a program that ended has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Done {
    /// Whether it says that it succeeded.
    pub success: bool,
    /// What it printed.
    pub output: Vec<u8>,
    /// The last that it said on its standard error, on one line.
    pub said: String,
}

/// Why a program did not end by itself.
#[derive(Debug)]
pub(super) enum Fault {
    /// It was not started.
    NotStarted(std::io::Error),
    /// It was stopped, or can't be waited for.
    Stopped {
        /// `took longer than 60 s`
        what: String,
        /// The last that it said on its standard error, on one line.
        said: String,
    },
}

/// Runs a program in a process group of its own, with pipes for its streams.
///
/// # Errors
/// When it does not start or passes a limit; it has then been killed, and
/// whatever it started.
pub(super) fn run(mut command: Command, input: &[u8], limits: Limits) -> Result<Done, Fault> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    let mut child = spawned(&mut command).map_err(Fault::NotStarted)?;
    let streams = Streams::of(&mut child, input, limits);
    let ended = streams.wait(&mut child, limits);
    end_group(&mut child);
    let said = last_words(&streams.rest(&streams.error));
    match ended {
        Ok(status) => Ok(Done { success: status.success(), output: streams.rest(&streams.output), said }),
        Err(what) => Err(Fault::Stopped { what, said }),
    }
}

/// Starts a program. Another thread that is starting one at the same time may
/// still hold this one's file open for writing; that passes.
fn spawned(command: &mut Command) -> std::io::Result<Child> {
    for _ in 0..50 {
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(Duration::from_millis(20));
            }
            result => return result,
        }
    }
    command.spawn()
}

/// What a pipe gave, and whether it gave more than it may.
type Piped = (Vec<u8>, bool);

/// The pipes of a running program, each served by a thread.
struct Streams {
    output: Receiver<Piped>,
    error: Receiver<Piped>,
    /// Tells that the output passed its limit.
    over: Receiver<()>,
}

impl Streams {
    fn of(child: &mut Child, input: &[u8], limits: Limits) -> Self {
        let (over_sender, over) = channel();
        let (output_sender, output) = channel();
        let (error_sender, error) = channel();
        if let Some(mut pipe) = child.stdin.take() {
            let input = input.to_vec();
            // A program need not read what it is given.
            std::thread::spawn(move || _ = pipe.write_all(&input));
        }
        if let Some(pipe) = child.stdout.take() {
            std::thread::spawn(move || drain(pipe, limits.output, &output_sender, Some(&over_sender)));
        }
        if let Some(pipe) = child.stderr.take() {
            std::thread::spawn(move || drain(pipe, SAID, &error_sender, None));
        }
        Self { output, error, over }
    }

    /// Waits for the end of the program, or says which limit it passed.
    fn wait(&self, child: &mut Child, limits: Limits) -> Result<ExitStatus, String> {
        let deadline = Instant::now() + limits.time;
        let mut pause = Duration::from_millis(2);
        loop {
            match child.try_wait() {
                Ok(Some(status)) if self.over.try_recv().is_err() => return Ok(status),
                Ok(Some(_)) => return Err(too_much(limits)),
                Ok(None) => {}
                Err(error) => return Err(format!("can't be waited for: {error}")),
            }
            if Instant::now() >= deadline {
                return Err(format!("took longer than {} s", limits.time.as_secs_f64()));
            }
            match self.over.recv_timeout(pause) {
                Ok(()) => return Err(too_much(limits)),
                Err(RecvTimeoutError::Timeout) => {}
                // The output has ended; the program may go on for a while.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn rest(&self, pipe: &Receiver<Piped>) -> Vec<u8> {
        pipe.recv_timeout(GRACE).map(|(bytes, _)| bytes).unwrap_or_default()
    }
}

fn too_much(limits: Limits) -> String {
    format!("printed more than {} MiB", limits.output >> 20)
}

/// Reads a pipe up to a limit. What comes behind it is read and dropped where
/// nobody is to be told, so that the program is not held up.
fn drain(mut pipe: impl Read, limit: u64, to: &Sender<Piped>, over: Option<&Sender<()>>) {
    let mut bytes = Vec::new();
    let _ = pipe.by_ref().take(limit).read_to_end(&mut bytes);
    let mut one = [0];
    let more = bytes.len() as u64 >= limit && pipe.read(&mut one).is_ok_and(|n| n > 0);
    if more {
        match over {
            Some(over) => _ = over.send(()),
            None => _ = std::io::copy(&mut pipe, &mut std::io::sink()),
        }
    }
    let _ = to.send((bytes, more));
}

/// Ends the program and whatever it started. There is no call for a whole
/// group in the standard library, but a shell has one.
fn end_group(child: &mut Child) {
    #[cfg(unix)]
    {
        let group = format!("kill -KILL -{} 2>/dev/null", child.id());
        let shell = Command::new("/bin/sh").args(["-c", &group]).stdin(Stdio::null()).status();
        drop(shell);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The last lines of the standard error, as one.
fn last_words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(4)..).unwrap_or_default().join("; ");
    let shown: Vec<char> = last.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    shown.iter().skip(shown.len().saturating_sub(SHOWN)).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { time: Duration::from_secs(10), output: 1 << 20 };

    fn shell(script: &str) -> Result<Done, Fault> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, b"svg", LIMITS)
    }

    #[test]
    fn a_program_gets_its_input_and_gives_what_it_prints_and_says() {
        let done = |success, output: &str, said: &str| Done {
            success,
            output: output.as_bytes().to_vec(),
            said: said.to_owned(),
        };
        assert_eq!(shell("tr a-z A-Z").ok(), Some(done(true, "SVG", "")));
        let failed = shell("echo half; echo wrong >&2; exit 3");
        assert_eq!(failed.ok(), Some(done(false, "half\n", "wrong")));
        let missing = run(Command::new("no-such-program-here"), b"", LIMITS);
        assert!(
            matches!(missing, Err(Fault::NotStarted(error)) if error.kind() == std::io::ErrorKind::NotFound)
        );
    }
}
