//! Runs programs with nothing of the user's environment, and reads what they leave.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::path::Path;
use std::process::Command;

/// What a program that ended has left.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs a program in a folder, which is also its home.
pub fn run(folder: &Path, environment: &[(&str, &str)], program: &str, arguments: &[&str]) -> Run {
    let output = Command::new(program)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .envs(environment.iter().copied())
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it starts");
    Run {
        code: output.status.code().expect("an exit code, not a signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs `bindery` in a folder.
pub fn bindery(folder: &Path, arguments: &[&str]) -> Run {
    bindery_with(folder, &[], arguments)
}

/// The same in an environment.
pub fn bindery_with(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Run {
    // What a test builds is built, not found, and has no catalogue beside it,
    // unless it asks for that.
    let builds = arguments.first().is_some_and(|first| ["build", "demo"].contains(first));
    let says = |words: &[&str]| arguments.iter().any(|argument| words.contains(argument));
    let mut more = Vec::new();
    if builds && !says(&["--cache", "--no-cache"]) {
        more.push("--no-cache");
    }
    if builds && !says(&["--no-catalogue"]) {
        more.push("--no-catalogue");
    }
    run(folder, environment, env!("CARGO_BIN_EXE_bindery"), &[arguments, &more].concat())
}

/// The same where it has to succeed.
pub fn done(folder: &Path, arguments: &[&str]) -> Run {
    let run = bindery(folder, arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.out, run.err);
    run
}

/// All files below a folder, by their path, with their bytes.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn collect(root: &Path, folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(root, &path, into);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                into.push((name, std::fs::read(&path).expect("reads")));
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

/// Their paths alone.
pub fn names(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}
