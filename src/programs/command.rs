//! A preprocessor's command line, as a program to run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program of a command line, with further arguments, in a folder, with
/// few environment variables; and its name as the line has it.
///
/// # Errors
/// Why there is none, on one line.
pub(super) fn command(
    line: &str,
    arguments: &[&str],
    folder: &Path,
    temporary: &Path,
) -> Result<(String, Command), &'static str> {
    let words = words(line).ok_or("its command has an open quote")?;
    let (program, own) = words.split_first().ok_or("it has no command")?;
    let mut command = Command::new(located(program, folder));
    command.args(own).args(arguments).current_dir(folder).env_clear();
    for name in ["PATH", "HOME", "SystemRoot", "PATHEXT"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command.env("LC_ALL", "C.UTF-8").env("TMPDIR", temporary);
    Ok((program.clone(), command))
}

/// A program that is given by a path is looked for in the folder, as mdBook
/// does; a mere name is looked for in `PATH`.
fn located(program: &str, folder: &Path) -> PathBuf {
    if program.contains(['/', '\\']) { folder.join(program) } else { PathBuf::from(program) }
}

/// The words of a command line, with a shell's quotes and backslashes and
/// nothing else of it. None where a quote stays open.
fn words(line: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => out.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_split_as_a_shell_does() {
        let split = |line| words(line).map(|words| words.join("|"));
        assert_eq!(split(" a  'b c' \"d \\\"e\" f\\ g '' ").as_deref(), Some("a|b c|d \"e|f g|"));
        assert_eq!(split(""), Some(String::new()));
        assert_eq!(split("a 'b"), None);
    }
}
