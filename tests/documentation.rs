//! The manual in `docs` and the README: pages that are made from the code are
//! up to date (`BINDERY_BLESS=1` writes them), what they say to type is what
//! Bindery takes, and Bindery binds the manual without a warning.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
mod manual;

use std::path::{Path, PathBuf};

use bindery::config::file::{Trust, bindery_toml, book_toml};
use tempfile::TempDir;

use self::common::run::{bindery, names};
use self::manual::markdown::{Fence, fences, links};
use self::manual::shell::commands;
use self::manual::{command_line, configuration};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The README and the pages of the manual, with their paths.
fn pages() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(root().join("docs/src")).expect("the manual");
    let mut paths: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md"))
        .map(|name| format!("docs/src/{name}"))
        .collect();
    paths.push("README.md".to_owned());
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), text(&path))).collect()
}

/// Compares a page with what the code makes it, or writes it.
fn made(path: &str, page: &str) {
    let file = root().join(path);
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(&file, page).expect("writable");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let command = "BINDERY_BLESS=1 cargo test --release --test documentation";
    assert!(written == page, "{path} is not up to date; `{command}` writes it");
}

#[test]
fn the_configuration_reference_is_that_of_the_code() {
    made("docs/src/configuration.md", &configuration::page());
}

#[test]
fn the_command_line_reference_is_that_of_the_code() {
    made("docs/src/command-line.md", &command_line::page());
}

#[test]
fn commands_that_are_shown_are_commands_that_are_taken() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (path, page) in pages() {
        for Fence { line, info, text } in fences(&page) {
            for words in commands(&info, &text) {
                seen += 1;
                let taken = bindery::cli::command().try_get_matches_from(&words);
                let error = taken.err().filter(clap::Error::use_stderr);
                wrong.extend(error.map(|error| format!("{path}:{line}: {}\n{error}", words.join(" "))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 30, "only {seen} commands were found");
}

#[test]
fn a_command_that_is_none_would_be_found() {
    let parse = |line: &str| {
        let words = commands("sh", line).pop().expect("a command");
        bindery::cli::command().try_get_matches_from(words)
    };
    assert!(parse("bindery build --evry year").is_err());
    assert!(parse("FONTS=x bindery build 'a b' --latest # as it is").is_ok());
    assert!(parse("cargo run --release -- demo").is_ok());
    assert!(parse("cd output && bindery verify --rebuild").is_err());
}

#[test]
fn configurations_that_are_shown_are_valid() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (path, page) in pages() {
        for Fence { line, text, .. } in fences(&page).into_iter().filter(|f| f.info == "toml") {
            seen += 1;
            if text.contains("theme.toml") {
                continue;
            }
            // Only the user's own file may hold everything.
            let of_mdbook = ["[book]", "[output.", "[preprocessor."].iter().any(|head| text.contains(head));
            let read = if of_mdbook {
                book_toml("book.toml", &text)
            } else {
                bindery_toml("bindery.toml", &text, Trust::User)
            };
            for problem in read.err().unwrap_or_default() {
                wrong.push(format!("{path}:{line}: {} ({})", problem.message, problem.hints.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 10, "only {seen} configurations were found");
}

#[test]
fn the_readme_leads_to_files_that_are_there() {
    let page = text("README.md");
    let local: Vec<String> = links(&page).into_iter().filter(|l| !l.contains("://")).collect();
    assert!(local.len() > 10, "only {local:?}");
    for link in local {
        let path = link.split('#').next().unwrap_or_default();
        assert!(root().join(path).exists(), "README.md leads to `{link}`");
    }
    let first = fences(&page).into_iter().filter(|f| f.info == "sh").map(|f| f.text);
    let first: Vec<String> = first.take(2).collect();
    assert_eq!(first, ["cargo run --release -- demo\n", "cargo test --release\n"], "the first two commands");
}

#[test]
fn every_page_is_a_chapter() {
    let summary = links(&text("docs/src/SUMMARY.md"));
    for (path, _) in pages() {
        let Some(name) = path.strip_prefix("docs/src/").filter(|name| *name != "SUMMARY.md") else {
            continue;
        };
        assert!(summary.iter().any(|link| link == name), "{path} is not in SUMMARY.md");
    }
}

/// The manual, bound by Bindery from the files as they are: links among its
/// pages, images, anchors, included files and diagrams.
#[test]
fn bindery_binds_its_own_manual_without_a_warning() {
    let place = TempDir::new().expect("a folder");
    let docs = root().join("docs");
    let docs = docs.to_str().expect("UTF-8");
    let check = bindery(place.path(), &["check", docs, "--strict"]);
    assert_eq!(check.code, 0, "{}", check.err);
    let output: PathBuf = place.path().join("out");
    let arguments = [
        "build",
        docs,
        "--draft",
        "--strict",
        "--formats",
        "epub",
        "--output",
        output.to_str().expect("UTF-8"),
    ];
    let build = bindery(place.path(), &arguments);
    assert_eq!(build.code, 0, "{}", build.err);
    let written = names(&output);
    assert!(
        written.iter().any(|name| name == "bindery-manual/draft/bindery-manual-draft.epub"),
        "{written:?}"
    );
}
