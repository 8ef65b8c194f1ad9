//! Standard output and error: whether they are terminals, how wide, whether
//! in colour; and writing to them without dying of a closed pipe.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

/// How to print to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Whether a person is looking.
    pub interactive: bool,
    /// Whether in colour.
    pub colour: bool,
    /// The width of a line in columns.
    pub width: usize,
}

impl Terminal {
    /// What standard error is. `NO_COLOR` (no-color.org), if set and not
    /// empty, and `TERM=dumb` turn colours off.
    pub fn stderr() -> Self {
        let interactive = stderr().is_terminal();
        let set = |name| std::env::var_os(name).filter(|v| !v.is_empty());
        let dumb = set("TERM").is_some_and(|t| t == "dumb");
        let width = if interactive { width() } else { 100 };
        Self { interactive, colour: interactive && !dumb && set("NO_COLOR").is_none(), width }
    }
}

/// The terminal's width in columns, at least 40.
fn width() -> usize {
    terminal_size::terminal_size_of(stderr()).map_or(100, |(width, _)| usize::from(width.0).max(40))
}

/// Writes to standard output and gives the exit code: 0, or 1 where what was
/// asked for can't be written. Whether anybody still reads it is not ours to
/// complain about, so a closed pipe is no error.
#[must_use]
pub fn out(text: &str) -> u8 {
    let mut stdout = stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => 0,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => 0,
        Err(error) => {
            err(&format!("error: standard output can't be written: {error}\n"));
            1
        }
    }
}

/// Writes to standard error, if anybody reads it.
pub fn err(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}
