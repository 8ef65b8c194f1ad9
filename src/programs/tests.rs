use std::time::Instant;

use super::*;
use crate::source::MemoryTree;

fn tree(script: &str) -> MemoryTree {
    MemoryTree::new([("docs/p.sh", format!("#!/bin/sh\n{script}\n")), ("docs/src/a.md", "# A\n".to_owned())])
}

fn run(script: &str, limits: Limits, input: &[u8]) -> Result<(bool, Vec<u8>, String), Trouble> {
    let tree = tree(script);
    let runner = Runner { tree: &tree, limits, checkout: OnceLock::new() };
    runner.run("./p.sh --own 'two words'", &["supports"], "docs", input)
}

const LIMITS: Limits = Limits { time: Duration::from_secs(20), output: 1 << 20 };

#[test]
fn it_runs_in_the_books_folder_with_few_variables() {
    let script = "cat; cat src/a.md; echo \"$# $2 $3\"; env | cut -d= -f1 | sort | tr '\\n' ' '; exit 0";
    let (succeeded, output, _) = run(script, LIMITS, b"in ").expect("runs");
    let output = String::from_utf8(output).expect("UTF-8");
    assert!(succeeded);
    assert!(output.starts_with("in # A\n3 two words supports\n"), "{output}");
    let names: Vec<&str> = output.lines().last().unwrap_or("").split_whitespace().collect();
    let usual = ["HOME", "LC_ALL", "OLDPWD", "PATH", "PWD", "SHLVL", "TMPDIR", "_"];
    assert!(names.iter().all(|name| usual.contains(name)), "{names:?}");
}

#[test]
fn a_failure_is_told_with_its_last_words() {
    let (succeeded, _, said) =
        run("echo one >&2; echo 'two \u{1b}[31m' >&2; exit 3", LIMITS, b"").expect("runs");
    assert!(!succeeded);
    assert_eq!(said, "one; two \u{fffd}[31m");
}

#[test]
fn one_that_takes_too_long_is_ended_with_all_it_started() {
    let started = Instant::now();
    let limits = Limits { time: Duration::from_millis(400), ..LIMITS };
    let trouble = run("sleep 30 & sleep 30", limits, b"").expect_err("ends");
    assert_eq!(trouble.what, "took longer than 0.4 s");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn one_that_leaves_a_child_behind_does_not_hold_up() {
    let started = Instant::now();
    let (succeeded, output, _) = run("sleep 30 & echo x", LIMITS, b"").expect("runs");
    assert_eq!((succeeded, output.as_slice()), (true, b"x\n".as_slice()));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn one_that_prints_without_end_is_ended() {
    let trouble = run("while :; do echo 0123456789012345678901234567890123456789; done", LIMITS, b"");
    assert_eq!(trouble.expect_err("ends").what, "printed more than 1 MiB");
}

#[test]
fn input_that_nobody_reads_does_no_harm() {
    let (succeeded, output, _) = run("echo y", LIMITS, &vec![b'x'; 1 << 20]).expect("runs");
    assert_eq!((succeeded, output.as_slice()), (true, b"y\n".as_slice()));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let tree = tree("");
    let runner = Runner { tree: &tree, limits: LIMITS, checkout: OnceLock::new() };
    for command in ["mdbook-surely-not-there", "./gone.sh", "", "'open"] {
        let trouble = runner.run(command, &[], "docs", b"").expect_err(command);
        assert!(trouble.what.starts_with("does not start"), "{trouble:?}");
    }
}
