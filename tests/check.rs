//! `bindery check`: what it says, and that it writes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use tempfile::TempDir;

use self::common::run::bindery;
use self::common::{Repo, write};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A folder with one small book, `guide`, that has something to say about it.
fn guide() -> TempDir {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "guide/src/SUMMARY.md", "- [One](one.md)\n- [Two](two.md)\n");
    write(root.path(), "guide/src/one.md", "# One\n\nTo [nowhere](gone.md). <!-- hidden -->\n");
    write(root.path(), "guide/src/two.md", "# Two\n\nNo font has \u{E000}, and to [nowhere](gone.md).\n");
    root
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn it_says_what_a_build_says_and_writes_nothing() {
    let root = guide();
    for arguments in [&["check", "guide"][..], &["check", "guide", "--full"]] {
        let run = bindery(root.path(), arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.is_empty());
        assert_eq!(entries(root.path()), ["guide"]);
        assert!(run.err.contains("Checking draft …\n"), "{}", run.err);
        assert!(run.err.contains("Edition  Revision  Chapters  Words   Time\n"), "{}", run.err);
        assert!(run.err.ends_with("3 warnings: 2 link-missing-file, 1 glyph-missing\n"), "{}", run.err);
        assert!(!run.err.contains("Written to"), "{}", run.err);
    }
    let built = bindery(root.path(), &["build", "guide"]);
    assert!(built.err.contains("3 warnings: 2 link-missing-file, 1 glyph-missing\n"), "{}", built.err);
}

#[test]
fn exit_codes_are_those_of_build() {
    let root = guide();
    let strict = bindery(root.path(), &["check", "guide", "--strict", "--quiet"]);
    assert_eq!(strict.code, 1);
    assert_eq!(strict.err, "failed: there are warnings, and --strict is set\n");
    assert_eq!(bindery(root.path(), &["check", "guide", "--quiet"]).err, "");
    assert_eq!(bindery(root.path(), &["check", "gone"]).code, 2);
    assert_eq!(bindery(root.path(), &["check", "guide", "--every", "week"]).code, 2);
    write(root.path(), "empty/src/SUMMARY.md", "- [One](one.md)\n");
    assert_eq!(bindery(root.path(), &["check", "empty"]).code, 1);
}

#[test]
fn one_json_document_holds_the_ledger() {
    let root = guide();
    let run = bindery(root.path(), &["check", "guide", "--json", "--quiet"]);
    let report = json(&run.out);
    let edition = &report["editions"][0];
    assert_eq!(report["ok"], true);
    assert_eq!(edition["formats"], serde_json::json!([]));
    assert!(edition.get("folder").is_none());
    assert_eq!(edition["counts"]["chapters"], 2);
    let ledger = &edition["ledger"];
    assert_eq!(ledger["balanced"], true);
    assert_eq!(
        ledger["total"]["left-out"][0],
        serde_json::json!({"reason": "comment", "words": 3, "characters": 13})
    );
    assert_eq!(
        ledger["chapters"][1]["written"]["pdf"]["characters"],
        ledger["chapters"][1]["read"]["characters"]
    );
}

#[test]
fn verbose_shows_the_ledger_and_the_codes() {
    let root = guide();
    let err = bindery(root.path(), &["check", "guide", "--verbose"]).err;
    let lines: Vec<String> =
        err.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "Ledger, in characters Read Left out Put in PDF EPUB",
        "draft 53 13 0 40 40 balanced",
        "comment left out both 3 13 0",
        "link-missing-file warning 2 1",
        "glyph-missing warning 1 1",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line}\n{err}");
    }
}

#[test]
fn the_work_tree_is_checked_as_it_is_and_editions_where_they_are_asked_for() {
    let repo = Repo::new();
    repo.write("src/SUMMARY.md", "- [One](one.md)\n").write("src/one.md", "# One\n\nfirst\n");
    repo.commit("one", "2021-05-01T12:00:00Z");
    repo.write("src/one.md", "# One\n\nTo [nowhere](gone.md).\n");
    let source = repo.source();
    let check = |more: &[&str]| {
        let run = bindery(repo.path().as_path(), &[&["check", &source, "--json", "--quiet"], more].concat());
        let report = json(&run.out);
        let editions = report["editions"].as_array().expect("a list").clone();
        let all =
            editions.iter().map(|e| (e["draft"] == true, e["diagnostics"].as_array().map_or(0, Vec::len)));
        all.collect::<Vec<_>>()
    };
    assert_eq!(check(&[]), [(true, 1)]);
    assert_eq!(check(&["--latest"]), [(false, 0)]);
    assert_eq!(check(&["--draft"]), [(true, 1)]);
}

#[test]
fn dated_snapshots_are_checked_at_the_latest() {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "notes/2020-01-01.md", "# Old\n\ntext\n");
    write(root.path(), "notes/2021-01-01.md", "# New\n\ntext\n");
    let run = bindery(root.path(), &["check", "notes", "--json", "--quiet"]);
    let report = json(&run.out);
    let names: Vec<_> = report["editions"].as_array().expect("a list").iter().map(|e| &e["name"]).collect();
    assert_eq!(names, ["2021-01-01"]);
}
