//! Whole books, compared with the trees that they become: each chapter as it
//! is read and when it is finished, and the diagnostics on the way. The
//! expectations are beside the book, in `tests/books/NAME.golden`;
//! `BINDERY_BLESS=1` rewrites them, to be read before they are committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use bindery::document::{Book, dump};
use bindery::reader::{self, ReadOptions};
use bindery::source::MemoryTree;
use bindery::transform::{self, TransformOptions};

use self::common::run::files;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books")
}

/// The chapters' dumps as files of a folder.
fn chapters(stage: &str, book: &Book, into: &mut BTreeMap<String, String>) {
    for chapter in book.chapters() {
        let name = format!("{stage}/{}.txt", chapter.key.trim_end_matches(".md").replace('/', "-"));
        assert!(into.insert(name, dump::chapter(chapter)).is_none(), "two files of one name");
    }
}

/// What a book becomes, as files.
fn made(root: &Path) -> BTreeMap<String, String> {
    let tree = MemoryTree::new(files(root));
    let mut out = BTreeMap::new();
    let mut diagnostics = Vec::new();
    let options = ReadOptions { fallback_title: "Book".to_owned(), ..ReadOptions::default() };
    let book = reader::read(&tree, &options).expect("holds a book").take(&mut diagnostics);
    chapters("read", &book, &mut out);
    let options = TransformOptions { commit: Some("c0ffee".to_owned()), ..TransformOptions::default() };
    let book = transform::apply(book, &tree, &options).take(&mut diagnostics);
    chapters("finished", &book, &mut out);

    let contents = dump::book(&book);
    let entries = contents.lines().filter(|line| {
        let word = line.trim_start().split(' ').next().unwrap_or("");
        ["part", "separator", "unlinked", "chapter"].contains(&word)
    });
    out.insert("contents.txt".to_owned(), entries.map(|line| format!("{line}\n")).collect());

    diagnostics.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
    let mut said = String::new();
    for diagnostic in diagnostics {
        let located = diagnostic.locate(&book.files);
        let place = located.place.map_or(String::new(), |p| format!("{}:{}:{}: ", p.path, p.line, p.column));
        writeln!(said, "{place}{diagnostic}").expect("writes");
        for hint in located.hints {
            writeln!(said, "  = {hint}").expect("writes");
        }
    }
    out.insert("diagnostics.txt".to_owned(), said);
    out
}

#[test]
fn books_become_the_trees_that_are_expected() {
    for name in ["dialect"] {
        let golden = folder().join(format!("{name}.golden"));
        let made = made(&folder().join(name));
        if std::env::var_os("BINDERY_BLESS").is_some() {
            let _ = std::fs::remove_dir_all(&golden);
            for (file, text) in &made {
                let path = golden.join(file);
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                std::fs::write(path, text).expect("writable");
            }
        }
        let expected = if golden.is_dir() { files(&golden).into_iter().collect() } else { BTreeMap::new() };
        let mut wrong = Vec::new();
        for file in made.keys().chain(expected.keys()).collect::<BTreeSet<_>>() {
            let is = made.get(file).map_or("", String::as_str);
            let wanted = expected.get(file).map_or("".into(), |bytes| String::from_utf8_lossy(bytes));
            if is != wanted {
                wrong.push(format!("{name}/{file}:\n--- expected\n{wanted}--- is\n{is}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What is wrong on purpose stands in one chapter: everywhere else nothing is
/// worth a warning.
#[test]
fn only_the_slips_are_warned_about() {
    let made = made(&folder().join("dialect"));
    let said = made.get("diagnostics.txt").expect("is made");
    let elsewhere: Vec<&str> =
        said.lines().filter(|l| l.contains(": warning[") && !l.starts_with("src/slips.md:")).collect();
    assert!(elsewhere.is_empty(), "{}", elsewhere.join("\n"));
    assert!(said.matches("src/slips.md:").count() > 10, "{said}");
}
