//! Programs of the machine, which run only where the user allows it.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may run.
const LONGEST: Duration = Duration::from_secs(10);
/// How much it may write, in bytes.
const LARGEST: u64 = 16 << 20;

/// Draws a graph with Graphviz's `dot`: DOT in, SVG out. None where the
/// program is not installed.
///
/// # Errors
/// What the program says, or that it took too long.
pub fn dot(source: &str) -> Option<Result<String, String>> {
    let font = ["-Gfontname=Libertinus Serif", "-Nfontname=Libertinus Serif", "-Efontname=Libertinus Serif"];
    let mut command = Command::new("dot");
    command.arg("-Tsvg").args(font).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // Graphviz then opens no file that a graph names.
    command.env("SERVER_NAME", "bindery");
    run(command, source)
}

fn run(mut command: Command, input: &str) -> Option<Result<String, String>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => return Some(Err(format!("`{name}` can't be run: {error}"))),
    };
    let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (done, output, errors) = std::thread::scope(|scope| {
        let input = scope.spawn(move || stdin.take().map(|mut pipe| pipe.write_all(input.as_bytes())));
        let output = scope.spawn(move || stdout.map(all).unwrap_or_default());
        let errors = scope.spawn(move || stderr.map(all).unwrap_or_default());
        let done = wait(&mut child);
        // The program may not read all; what it says then counts.
        let _ = input.join();
        (done, output.join().unwrap_or_default(), errors.join().unwrap_or_default())
    });
    Some(match done {
        None => Err(format!("`{name}` took longer than {} seconds", LONGEST.as_secs())),
        Some(false) => Err(errors.lines().next().unwrap_or("it failed without a word").to_owned()),
        Some(true) if output.len() as u64 >= LARGEST => Err(format!("`{name}` wrote too much")),
        Some(true) => Ok(output),
    })
}

fn all(pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // What was read before an error counts.
    let _ = pipe.take(LARGEST).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether the program succeeded; none if it had to be stopped.
fn wait(child: &mut Child) -> Option<bool> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if started.elapsed() < LONGEST => std::thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => {
                // It may have ended meanwhile.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str) -> Option<Result<String, String>> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, input)
    }

    #[test]
    fn a_program_gets_its_input_and_gives_its_output() {
        assert_eq!(shell("tr a-z A-Z", "svg"), Some(Ok("SVG".to_owned())));
        assert_eq!(shell("echo wrong >&2; exit 3", "x"), Some(Err("wrong".to_owned())));
        assert_eq!(run(Command::new("no-such-program-here"), "x"), None);
    }
}
