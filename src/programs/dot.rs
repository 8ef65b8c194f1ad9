//! Graphviz's own `dot`, where the user allows it.

use std::process::Command;
use std::time::Duration;

use super::process::{Done, Fault, Limits, run};

const LIMITS: Limits = Limits { time: Duration::from_secs(10), output: 16 << 20 };

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
    match run(command, source.as_bytes(), LIMITS) {
        Ok(Done { success: true, output, said: _ }) => {
            Some(Ok(String::from_utf8_lossy(&output).into_owned()))
        }
        Ok(Done { success: false, output: _, said }) if said.is_empty() => {
            Some(Err("it failed without a word".to_owned()))
        }
        Ok(Done { success: false, output: _, said }) => Some(Err(said)),
        Err(Fault::NotStarted(error)) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(Fault::NotStarted(error)) => Some(Err(format!("`dot` can't be run: {error}"))),
        Err(Fault::Stopped { what, said: _ }) => Some(Err(format!("`dot` {what}"))),
    }
}
