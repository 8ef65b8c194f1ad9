//! The binary as people run it: exit codes, messages, what is written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use self::common::run::{bindery, bindery_with, files, names};
use self::common::{Repo, git_in, write};

/// A folder with one small book, `guide`.
fn guide() -> TempDir {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "guide/book.toml", "[book]\ntitle = \"A Guide\"\n");
    write(root.path(), "guide/src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n");
    write(root.path(), "guide/src/one.md", "# One\n\nThe first chapter leads to [the second](two.md).\n");
    write(root.path(), "guide/src/two.md", "# Two\n\nThe second chapter.\n");
    root
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

// What is written

#[test]
fn a_book_becomes_its_files_and_a_closing_table() {
    let root = guide();
    let run = bindery(root.path(), &["build", "guide", "--output", "an output"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        names(&root.path().join("an output")),
        [
            "a-guide/draft/SHA256SUMS",
            "a-guide/draft/a-guide-draft.epub",
            "a-guide/draft/a-guide-draft.pdf",
            "a-guide/draft/card.png",
            "a-guide/draft/cover-small.png",
            "a-guide/draft/cover.png",
            "a-guide/draft/edition.json"
        ]
    );
    assert!(run.out.is_empty(), "{}", run.out);
    assert!(run.err.contains("Building draft …\nBuilt draft, "), "{}", run.err);
    let lines: Vec<&str> = run.err.lines().collect();
    let header = lines
        .iter()
        .position(|l| l.starts_with("Edition  Revision  Chapters  Words  Pages"))
        .expect("a table");
    assert!(lines[header + 2].starts_with("draft    –                2     "), "{}", run.err);
}

#[test]
fn the_record_matches_the_files() {
    let root = guide();
    assert_eq!(bindery(root.path(), &["build", "guide"]).code, 0);
    let folder = root.path().join("output/a-guide/draft");
    let record = json(&std::fs::read_to_string(folder.join("edition.json")).expect("reads"));
    assert_eq!(record["title"], "A Guide");
    assert_eq!(record["draft"], true);
    assert_eq!(record["counts"]["chapters"], 2);
    assert_eq!(record["counts"]["links"], 1);
    assert_eq!(record["diagnostics"], serde_json::json!([]));
    for file in record["formats"].as_array().expect("a list") {
        let bytes = std::fs::read(folder.join(file["file"].as_str().expect("a name"))).expect("reads");
        assert_eq!(file["size"], bytes.len());
        assert_eq!(file["sha256"], bindery::output::manifest::sha256(&bytes));
    }
    assert!(!record.to_string().contains(&*root.path().to_string_lossy()), "a path of the machine: {record}");
}

#[test]
fn one_format_takes_the_other_of_an_earlier_run_away() {
    let root = guide();
    assert_eq!(bindery(root.path(), &["build", "guide", "--formats", "pdf"]).code, 0);
    assert_eq!(bindery(root.path(), &["build", "guide", "--formats", "epub"]).code, 0);
    let folder = root.path().join("output/a-guide/draft");
    assert_eq!(
        names(&folder),
        ["SHA256SUMS", "a-guide-draft.epub", "card.png", "cover-small.png", "cover.png", "edition.json"]
    );
    let record = json(&std::fs::read_to_string(folder.join("edition.json")).expect("reads"));
    assert_eq!(record["formats"].as_array().map(Vec::len), Some(1));
}

#[test]
fn editions_of_a_repository_are_built_from_its_commits() {
    let repo = Repo::new();
    repo.write("src/SUMMARY.md", "- [Guide](guide.md)\n").write("src/guide.md", "# Guide\n\nFirst words.\n");
    repo.commit("Begin", "2021-05-01T12:00:00Z");
    repo.write("notes.txt", "Beside the book.").commit("Add a note", "2022-05-01T12:00:00Z");
    let last =
        repo.write("src/guide.md", "# Guide\n\nLast words.\n").commit("Change", "2023-05-01T12:00:00Z");
    let root = repo.beside("");
    let run = bindery(&root, &["build", "book", "--formats", "epub", "--output", "out"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("makes no new edition"), "{}", run.err);
    let written = names(&root.join("out"));
    let editions: Vec<&str> =
        written.iter().filter(|n| n.ends_with("edition.json")).map(String::as_str).collect();
    assert_eq!(editions.len(), 2, "{written:?}");
    let record = json(&std::fs::read_to_string(root.join("out").join(editions[1])).expect("reads"));
    assert_eq!(record["revision"]["commit"], last);
    assert_eq!(record["timestamp"], "2023-05-01T12:00:00Z");
}

#[test]
fn the_same_bytes_from_two_runs_one_thread_or_two_and_another_clone() {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"A Guide\"\n")
        .write("src/SUMMARY.md", "- [One](one.md)\n- [Two](two.md)\n")
        .write("src/one.md", "# One\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
        .write("src/two.md", "# Two\n\nA note.[^1] And [gone](gone.md). 👩‍🔧\n\n[^1]: Here.\n")
        .commit("Begin", "2021-05-01T12:00:00Z");
    repo.write("src/two.md", "# Two\n\nOther words.\n").commit("Change", "2022-05-01T12:00:00Z");
    let root = repo.beside("");
    git_in(&root, &root, "2000-01-01T00:00:00Z", &["clone", "--quiet", "--bare", "book", "elsewhere.git"]);
    let mut all = Vec::new();
    for (i, (source, threads)) in
        [("book", "2"), ("book", "2"), ("book", "1"), ("elsewhere.git", "2")].iter().enumerate()
    {
        let out = format!("out{i}");
        let run =
            bindery_with(&root, &[("RAYON_NUM_THREADS", threads)], &["build", source, "--output", &out]);
        assert_eq!(run.code, 0, "{}", run.err);
        all.push(files(&root.join(out)));
    }
    assert_eq!(all[0].len(), 20);
    for other in &all[1..] {
        for (one, two) in all[0].iter().zip(other) {
            assert_eq!(one.0, two.0);
            assert!(one.1 == two.1, "{} differs", one.0);
        }
    }
}

#[test]
fn the_demo_builds_without_a_warning() {
    let root = TempDir::new().expect("a folder");
    let run = bindery(root.path(), &["demo", "--strict", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let report = json(&run.out);
    assert_eq!(report["ok"], true);
    let editions = report["editions"].as_array().expect("a list");
    let dates: Vec<&str> = editions.iter().filter_map(|e| e["name"].as_str()).collect();
    assert_eq!(dates, ["2022-06-01", "2023-09-23", "2024-12-21"]);
    for edition in editions {
        for file in edition["formats"].as_array().expect("a list") {
            let path = root.path().join(file["path"].as_str().expect("a path"));
            assert_eq!(std::fs::metadata(&path).expect("is there").len(), file["size"]);
        }
    }
}

// Bad input, each with its message

#[test]
fn what_was_asked_for_and_cannot_be_printed_is_a_failure() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let root = guide();
    let status = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .args(["editions", "guide", "--json"])
        .current_dir(root.path())
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status()
        .expect("bindery starts");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn no_such_source() {
    let root = TempDir::new().expect("a folder");
    let run = bindery(root.path(), &["build", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[source-not-found]"), "{}", run.err);
    assert!(run.err.contains("nowhere"), "{}", run.err);
}

#[test]
fn neither_a_summary_nor_any_markdown() {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "book/notes.bin", "x");
    let run = bindery(root.path(), &["build", "book"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[source-not-found]") && run.err.contains("SUMMARY.md"), "{}", run.err);

    let repo = Repo::new();
    repo.write("notes.bin", "x").commit("Begin", "2021-05-01T12:00:00Z");
    let run = bindery(&repo.beside(""), &["build", "book"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[book-not-found]") && run.err.contains("SUMMARY.md"), "{}", run.err);
}

#[test]
fn broken_toml() {
    let root = guide();
    write(root.path(), "guide/bindery.toml", "slug = \"guide\"\ntitle = A Guide\n");
    let run = bindery(root.path(), &["build", "guide"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("error[config-invalid]: not valid TOML"), "{}", run.err);
    assert!(run.err.contains("guide/bindery.toml:2:"), "{}", run.err);
    assert!(run.err.contains("title = A Guide"), "the line is shown: {}", run.err);

    // The book's own file is its author's: what can be read is read.
    let root = guide();
    write(root.path(), "guide/book.toml", "[book]\ntitle = A Guide\n");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning[book-toml-invalid]"), "{}", run.err);
}

#[test]
fn an_unknown_key_suggests_the_nearest() {
    for (file, text, place) in [
        ("guide/bindery.toml", "formts = [\"pdf\"]\n", "guide/bindery.toml:1:1"),
        (
            "guide/book.toml",
            "[book]\ntitle = \"A Guide\"\n[output.bindery]\nformts = [\"pdf\"]\n",
            "guide/book.toml:4:1",
        ),
    ] {
        let root = guide();
        write(root.path(), file, text);
        let run = bindery(root.path(), &["build", "guide"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("error[config-unknown-key]: unknown key `formts`"), "{}", run.err);
        assert!(run.err.contains("did you mean `formats`?") && run.err.contains(place), "{}", run.err);
    }
}

#[test]
fn invalid_utf_8_in_one_chapter_is_built_and_named() {
    let root = guide();
    write(root.path(), "guide/src/two.md", b"# Two\n\nCaf\xe9 au lait.\n");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning[encoding-invalid]"), "{}", run.err);
    assert!(run.err.contains("src/two.md:3:4"), "{}", run.err);
    assert!(root.path().join("output/a-guide/draft/a-guide-draft.epub").exists());
}

#[test]
fn a_missing_chapter_is_named_and_the_rest_is_built() {
    let root = guide();
    std::fs::remove_file(root.path().join("guide/src/two.md")).expect("removed");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("warning[chapter-missing]"), "{}", run.err);
    assert!(run.err.contains("src/SUMMARY.md:4:"), "{}", run.err);
    assert!(run.err.contains("1 chapter-missing"), "the summary counts it: {}", run.err);
}

#[test]
fn a_date_before_the_first_revision() {
    let repo = Repo::new();
    repo.write("guide.md", "# Guide\n").commit("Begin", "2021-05-01T12:00:00Z");
    let run = bindery(&repo.beside(""), &["build", "book", "--at", "2019-12-31"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[") && run.err.contains("2021-05-01"), "it names the first: {}", run.err);
    let run = bindery(&repo.beside(""), &["build", "book", "--until", "2019"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[no-revisions]"), "{}", run.err);
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let root = guide();
    // Permissions stop no one who runs as root; a file in the way does.
    write(root.path(), "taken", "a file");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub", "--output", "taken"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[output-write]") && run.err.contains("--output DIR"), "{}", run.err);
    assert_eq!(std::fs::read(root.path().join("taken")).expect("reads"), b"a file");
}

#[test]
fn one_bad_edition_leaves_the_others_alone() {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "notes/2021-01-15.md", "# Notes\n\nFirst.\n");
    write(root.path(), "notes/2021-03.md", "# Notes\n\nSecond.\n");
    // A file where the first edition's folder would be.
    write(root.path(), "output/notes/2021-01-15", "in the way");
    let run = bindery(root.path(), &["build", "notes", "--formats", "epub"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("error[output-write]"), "{}", run.err);
    assert!(root.path().join("output/notes/2021-03/notes-2021-03.epub").exists(), "{}", run.err);
}

#[test]
fn wrong_usage() {
    let root = guide();
    for arguments in [
        &["bild"][..],
        &["build", "--paper", "a99"],
        &["build", "--every", "week"],
        &["build", "--quiet", "--verbose"],
        &["build", "guide", "--config", "no-such.toml"],
        &["explain", "link-missing"],
    ] {
        let run = bindery(root.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(!run.err.is_empty() && run.out.is_empty(), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_utf_8_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .arg("build")
        .arg(std::ffi::OsStr::from_bytes(b"caf\xe9"))
        .output()
        .expect("bindery starts");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

// What is said

#[test]
fn strict_fails_on_a_warning_but_builds() {
    let root = guide();
    write(root.path(), "guide/src/two.md", "# Two\n\n[gone](gone.md)\n");
    let build = ["build", "guide", "--formats", "epub"];
    assert_eq!(bindery(root.path(), &build).code, 0);
    let run = bindery(root.path(), &[&build[..], &["--strict"]].concat());
    assert_eq!(run.code, 1);
    assert!(run.err.contains("--strict"), "{}", run.err);
    assert!(root.path().join("output/a-guide/draft/edition.json").exists());
}

#[test]
fn a_diagnostic_shows_the_line_and_is_said_once_for_all_editions() {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "notes/2021-01-15.md", "# Notes\n\nSee [the other](gone.md) page.\n");
    write(root.path(), "notes/2021-03.md", "# Notes\n\nMore.\n\nSee [the other](gone.md) page.\n");
    let run = bindery(root.path(), &["build", "notes", "--formats", "epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.err.matches("warning[link-missing-file]").count(), 2, "another file each: {}", run.err);
    assert!(run.err.contains("See [the other](gone.md) page."), "{}", run.err);
    assert!(run.err.contains("━"), "underlined: {}", run.err);
    assert!(!run.err.contains('\u{1b}'), "no colours in a log: {}", run.err);
}

#[test]
fn quiet_says_nothing_unless_something_fails() {
    let root = guide();
    write(root.path(), "guide/src/two.md", "# Two\n\n[gone](gone.md)\n");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub", "--quiet"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let run = bindery(root.path(), &["build", "nowhere", "--quiet"]);
    assert_eq!(run.code, 2);
    assert!(!run.err.is_empty());
}

#[test]
fn json_is_one_document_whatever_happens() {
    let root = guide();
    write(root.path(), "guide/src/two.md", "# Two\n\n[gone](gone.md)\n");
    let run = bindery(root.path(), &["build", "guide", "--formats", "epub", "--json"]);
    let report = json(&run.out);
    assert_eq!((run.code, &report["ok"]), (0, &serde_json::json!(true)));
    let edition = &report["editions"][0];
    assert_eq!(edition["diagnostics"][0]["code"], "link-missing-file");
    assert_eq!(edition["diagnostics"][0]["line"], 3);
    assert!(edition["timings"]["total"].as_f64().is_some_and(|t| t > 0.0));
    let path: PathBuf = root.path().join(edition["formats"][0]["path"].as_str().expect("a path"));
    assert!(path.exists());

    let run = bindery(root.path(), &["build", "nowhere", "--json"]);
    assert_eq!(run.code, 2);
    assert_eq!(json(&run.out)["diagnostics"][0]["code"], "source-not-found");

    let run = bindery(root.path(), &["editions", "guide", "--json"]);
    assert_eq!(json(&run.out)["editions"][0]["name"], "draft");
}

#[test]
fn editions_are_listed_with_their_reasons() {
    let repo = Repo::new();
    repo.write("guide.md", "# Guide\n\nOne.\n").commit("Begin", "2021-05-01T12:00:00Z");
    repo.tag("v1");
    repo.write("guide.md", "# Guide\n\nTwo.\n").commit("Change", "2022-05-01T12:00:00Z");
    let run = bindery(&repo.beside(""), &["editions", "book", "--tags", "v*", "--latest"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("Edition     Revision  Why"), "{}", run.out);
    assert!(lines[2].starts_with("2021-05-01  ") && lines[2].contains("v1"), "{}", run.out);
    assert!(lines[3].starts_with("2022-05-01  ") && lines[3].contains("latest"), "{}", run.out);
}

#[test]
fn configuration_lies_in_layers() {
    let root = guide();
    write(
        root.path(),
        "guide/book.toml",
        "[book]\ntitle = \"A Guide\"\n[output.bindery]\nslug = \"lowest\"\nsubtitle = \"From the book\"\nformats = [\"pdf\"]\n",
    );
    write(root.path(), "guide/bindery.toml", "slug = \"middle\"\nlanguage = \"de\"\nformats = [\"epub\"]\n");
    assert_eq!(bindery(root.path(), &["build", "guide"]).code, 0);
    let record =
        std::fs::read_to_string(root.path().join("output/middle/draft/edition.json")).expect("written");
    let record = json(&record);
    assert_eq!((&record["language"], &record["subtitle"]), (&"de".into(), &"From the book".into()));
    assert_eq!(record["formats"][0]["format"], "epub");

    write(root.path(), "mine.toml", "slug = \"mine\"\nformats = [\"epub\"]\n");
    assert_eq!(bindery(root.path(), &["build", "guide", "--config", "mine.toml"]).code, 0);
    assert!(root.path().join("output/mine/draft/mine-draft.epub").exists());
}

#[test]
fn configuration_is_found_beside_the_book_on_disk_or_in_the_latest_revision() {
    let repo = Repo::new();
    repo.write("docs/book.toml", "[book]\ntitle = \"A Guide\"\n")
        .write("docs/src/SUMMARY.md", "- [One](one.md)\n")
        .write("docs/src/one.md", "# One\n\nWords.\n")
        .commit("Begin", "2021-05-01T12:00:00Z");
    repo.write("docs/bindery.toml", "slug = \"committed\"\nformats = [\"epub\"]\n")
        .commit("Configure", "2021-06-01T12:00:00Z");
    let root = repo.beside("");
    git_in(&root, &root, "2000-01-01T00:00:00Z", &["clone", "--quiet", "--bare", "book", "bare.git"]);
    repo.write("docs/bindery.toml", "slug = \"on-disk\"\nformats = [\"epub\"]\n");
    for (source, slug) in [("bare.git", "committed"), ("book", "on-disk"), ("book/docs", "on-disk")] {
        let run = bindery(&root, &["build", source, "--latest", "--output", "out"]);
        assert_eq!(run.code, 0, "{source}: {}", run.err);
        let file = format!("{slug}/2021-06-01/{slug}-2021-06-01.epub");
        assert_eq!(
            names(&root.join("out")).into_iter().find(|n| n.ends_with(".epub")),
            Some(file),
            "{source}"
        );
        std::fs::remove_dir_all(root.join("out")).expect("removed");
    }
}

#[test]
fn a_list_of_snapshots_makes_editions() {
    let root = TempDir::new().expect("a folder");
    write(root.path(), "pages/old.txt", "# Page\n\nOld words.\n");
    write(root.path(), "pages/new.txt", "# Page\n\nNew words.\n");
    let list = "[[edition]]\ndate = \"2021-01\"\npath = \"old.txt\"\n[[edition]]\ndate = 2021-03-05\npath = \"new.txt\"\n";
    write(root.path(), "pages/bindery.toml", format!("title = \"Page\"\n{list}"));
    let run = bindery(root.path(), &["build", "pages", "--formats", "epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let written = names(&root.path().join("output"));
    assert!(written.contains(&"page/2021-01/page-2021-01.epub".to_owned()), "{written:?}");
    assert!(written.contains(&"page/2021-03-05/page-2021-03-05.epub".to_owned()), "{written:?}");
}

#[test]
fn codes_are_explained() {
    let root = TempDir::new().expect("a folder");
    let run = bindery(root.path(), &["explain", "link-missing-file"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("link-missing-file (warning)\n\n"), "{}", run.out);
    assert!(run.out.contains("\n\nFor example:\n\nwarning[link-missing-file]: "), "{}", run.out);
    let all = bindery(root.path(), &["explain"]);
    assert_eq!(all.out.lines().count(), bindery::diag::Code::ALL.len());
}

#[test]
fn a_closed_pipe_is_no_panic() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .arg("explain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bindery starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_chapter_that_can_not_be_read_is_an_error_and_the_others_are_bound() {
    let repo = Repo::new();
    repo.write("src/SUMMARY.md", "- [One](one.md)\n- [Out](out.md)\n- [Two](two.md)\n");
    repo.write("src/one.md", "# One\n\n{{#include out.md}}\n").write("src/two.md", "# Two\n");
    repo.link("src/out.md", "/etc/hostname").commit("a link that leads out", "2020-01-01T00:00:00Z");
    let run = bindery(&repo.path(), &["build", ".", "--formats", "epub", "--output", "out"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("error[symlink-outside]: the chapter `src/out.md` can't be read"),
        "{}",
        run.err
    );
    let made = files(&repo.path().join("out"));
    assert!(made.iter().any(|(path, _)| path.ends_with(".epub")), "{}", run.err);
}
