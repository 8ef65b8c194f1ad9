//! What one edition takes over from another: a book that was read and
//! transformed with a memory is the same as one without, whatever changed in
//! between, and only what changed is made anew.

// Clippy knows `#[test]` functions only, not what they call.
#![allow(clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use bindery::document::{Book, dump};
use bindery::reader::{self, Fingerprints, Parsed, ReadOptions};
use bindery::source::MemoryTree;
use bindery::transform::{self, Images, Made, TransformOptions, Transformed};
use common::run;
use proptest::prelude::*;

/// What editions hand on.
#[derive(Default)]
struct Memory {
    parsed: Parsed,
    chapters: Arc<Transformed>,
    images: Arc<Images>,
    fingerprints: Fingerprints,
}

type Tree = BTreeMap<String, String>;

/// A book, and how much of it was made anew.
struct Bound {
    /// Everything there is to it, as text.
    all: String,
    /// The same without hints, which may name files that the book doesn't have.
    book: String,
    parsed: usize,
    made: Made,
}

fn bind(files: &Tree, options: &ReadOptions, memory: &Memory) -> Bound {
    let tree = MemoryTree::new(files.iter());
    let read = match reader::read_anew(&tree, options, None, &memory.parsed) {
        Ok(read) => read,
        Err(error) => {
            let all = error.to_string();
            return Bound { book: all.clone(), all, parsed: 0, made: Made::default() };
        }
    };
    let before = everything(&read.book.value, &read.book.diagnostics);
    let mut diagnostics = read.book.diagnostics;
    let options = TransformOptions {
        images: Arc::clone(&memory.images),
        chapters: Arc::clone(&memory.chapters),
        ..TransformOptions::default()
    };
    let (book, made) = transform::apply_anew(read.book.value, &tree, &options);
    let book = book.take(&mut diagnostics);
    let all = before + &everything(&book, &diagnostics);
    diagnostics.iter_mut().for_each(|said| said.hints.clear());
    Bound { all, book: everything(&book, &diagnostics), parsed: read.parsed, made }
}

/// A book with all places, what was said, the ledger and the files.
fn everything(book: &Book, said: &[bindery::diag::Diagnostic]) -> String {
    let media: Vec<_> = book.media.iter().map(|(path, media)| (path, media.bytes.len())).collect();
    let rest = (&book.metadata, &book.items, media, &book.files, &book.ledger, said);
    format!("{}\n{rest:#?}", dump::book(book))
}

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn small() -> Tree {
    tree(&[
        ("book.toml", "[book]\ntitle = \"T\"\n"),
        ("src/SUMMARY.md", "[P](p.md)\n\n- [A](a.md)\n- [B](b.md)\n  - [C](deep/c.md)\n- [E](e.md)\n"),
        ("src/p.md", "no heading, and [a](a.md#two)\n"),
        ("src/a.md", "# A\n\n## Two\n\nsee [c](deep/c.md) $x$ [^n]\n\n- one\n- two\n\n[^n]: note\n"),
        (
            "src/b.md",
            "# B\n\n```rust\n{{#include code.rs}}\n```\n\n![picture](i.svg)\n\nterm\n: definition\n",
        ),
        (
            "src/deep/c.md",
            "# C\n\n```dot\ndigraph { a -> b }\n```\n\n| a | b |\n|---|---|\n| c | [d](../b.md) |\n",
        ),
        ("src/e.md", ""),
        ("src/code.rs", "fn one() {}\n"),
        ("src/i.svg", "<svg width=\"4\" height=\"2\"><rect/></svg>"),
    ])
}

/// Parsed, transformed and decoded of an edition that follows on the small
/// one, after which the books are found to be the same.
fn after(change: impl Fn(&mut Tree)) -> (usize, usize, usize) {
    after_with(change, &ReadOptions::default())
}

fn after_with(change: impl Fn(&mut Tree), options: &ReadOptions) -> (usize, usize, usize) {
    let memory = Memory::default();
    let first = bind(&small(), &ReadOptions::default(), &memory);
    assert_eq!((first.parsed, first.made), (5, Made { chapters: 5, images: 1 }));
    let mut changed = small();
    change(&mut changed);
    let warm = bind(&changed, options, &memory);
    let cold = bind(&changed, options, &Memory::default());
    assert_eq!(warm.all, cold.all);
    (warm.parsed, warm.made.chapters, warm.made.images)
}

fn edit(tree: &mut Tree, path: &str, from: &str, to: &str) {
    let text = tree.get_mut(path).expect("a file");
    assert!(text.contains(from), "{text}");
    *text = text.replace(from, to);
}

fn rename(tree: &mut Tree, from: &str, to: &str) {
    let text = tree.remove(&format!("src/{from}")).expect("a file");
    tree.insert(format!("src/{to}"), text);
    edit(tree, "src/SUMMARY.md", from, to);
}

#[test]
fn only_what_changed_is_made_anew() {
    assert_eq!(after(|_| ()), (0, 0, 0), "nothing changed");
    assert_eq!(after(|t| edit(t, "src/a.md", "one", "1")), (1, 1, 0), "one chapter");
    assert_eq!(after(|t| edit(t, "src/code.rs", "one", "two")), (1, 1, 0), "what one includes");
    assert_eq!(after(|t| edit(t, "src/i.svg", "4", "8")), (0, 0, 1), "an image");
    assert_eq!(after(|t| _ = t.remove("src/code.rs")), (1, 1, 0), "what one included is gone");
    assert_eq!(after(|t| edit(t, "book.toml", "\"T\"", "\"U\"")), (0, 0, 0), "the title");
    assert_eq!(after(|t| edit(t, "src/SUMMARY.md", "[P]", "[Q]")), (0, 1, 0), "the title of a chapter");
    let math = "[output.html]\nmathjax-support = true\n";
    assert_eq!(after(|t| t.get_mut("book.toml").expect("there").push_str(math)).0, 5, "a setting");
}

#[test]
fn a_chapter_is_known_by_its_content_and_not_by_its_path() {
    assert_eq!(after(|t| rename(t, "a.md", "z/moved.md")), (0, 0, 0), "a chapter alone");
    assert_eq!(after(|t| rename(t, "p.md", "q.md")), (1, 1, 0), "one whose title may be its name");
    assert_eq!(after(|t| rename(t, "b.md", "z/b.md")), (1, 1, 0), "one that includes a file");
    // New entries before it move its file to another place among all.
    let before = |t: &mut Tree| {
        t.insert("src/n.md".to_owned(), "# N\n\nnew\n".to_owned());
        edit(t, "src/SUMMARY.md", "- [A]", "- [N](n.md)\n- [A]");
    };
    assert_eq!(after(before), (1, 1, 0), "a new chapter before others");
    let twice = |t: &mut Tree| {
        t.insert("src/n.md".to_owned(), t.get("src/a.md").expect("there").clone());
        edit(t, "src/SUMMARY.md", "- [E]", "- [N](n.md)\n- [E]");
    };
    assert_eq!(after(twice).0, 0, "a copy of a chapter");
}

#[test]
fn equal_chapters_of_one_book_are_read_once() {
    let mut files = tree(&[("src/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n- [C](c.md)\n- [D](d.md)\n")]);
    for name in ["a", "b", "c", "d"] {
        files.insert(format!("src/{name}.md"), "# Same\n\ntext\n".to_owned());
    }
    let bound = bind(&files, &ReadOptions::default(), &Memory::default());
    // Their titles in the contents differ, and count where none is found.
    assert_eq!((bound.parsed, bound.made.chapters), (1, 4));
}

#[test]
fn a_file_that_is_included_no_more_is_not_asked_for() {
    let memory = Memory::default();
    let book = |inner: &str, code: &str| {
        tree(&[
            ("src/SUMMARY.md", "- [A](a.md)\n"),
            ("src/a.md", "# A\n\n{{#include b.md}}\n"),
            ("src/b.md", inner),
            ("src/c.md", code),
        ])
    };
    let options = ReadOptions::default();
    for (inner, code, parsed) in [
        ("{{#include c.md}}", "one", 1),
        ("plain", "one", 1),
        ("plain", "two", 0),
        ("{{#include c.md}}", "two", 1),
        // Last seen two editions before.
        ("plain", "one", 0),
        ("{{#include d.md}}", "one", 1),
    ] {
        let files = book(inner, code);
        let warm = bind(&files, &options, &memory);
        assert_eq!(warm.all, bind(&files, &options, &Memory::default()).all);
        assert_eq!(warm.parsed, parsed, "{inner} {code}");
    }
}

#[test]
fn what_a_run_counts_is_what_it_made() {
    let repo = common::Repo::new();
    let commit = |files: &Tree, date: &str| {
        files.iter().for_each(|(path, text)| _ = repo.write(path, text));
        repo.commit("m", date);
    };
    let mut files = small();
    commit(&files, "2021-03-01T00:00:00Z");
    edit(&mut files, "src/a.md", "one", "1");
    commit(&files, "2022-03-01T00:00:00Z");
    edit(&mut files, "src/code.rs", "one", "two");
    commit(&files, "2023-03-01T00:00:00Z");
    let folder = tempfile::TempDir::new().expect("a folder");
    let mut seen = Vec::new();
    for jobs in ["1", "4"] {
        let output = folder.path().join(jobs);
        let output = output.to_str().expect("UTF-8");
        let args =
            ["build", &repo.source(), "--formats", "epub", "--output", output, "--jobs", jobs, "--json"];
        let done = run::bindery(folder.path(), &args);
        let report: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
        let editions = report["editions"].as_array().expect("editions");
        let of =
            |key: &str| editions.iter().map(|e| e["anew"][key].as_u64().unwrap_or(99)).collect::<Vec<_>>();
        assert_eq!(of("parsed"), [5, 1, 1]);
        assert_eq!(of("transformed"), [5, 1, 1]);
        assert_eq!(of("decoded"), [1, 0, 0]);
        let files = run::files(std::path::Path::new(output));
        seen.push(files.into_iter().filter(|(name, _)| name.ends_with(".epub")).collect::<Vec<_>>());
        assert_eq!(seen.last().map(Vec::len), Some(3));
    }
    assert!(seen[0] == seen[1], "1 thread and 4");
}

/// What may happen to a book between two editions.
#[derive(Debug, Clone)]
enum Step {
    /// A piece of text at the end of a file.
    Append(usize, usize),
    /// A file begins anew.
    Replace(usize, usize),
    Remove(usize),
    /// A file under another's name, which may be there.
    Move(usize, usize),
    Swap(usize, usize),
    Repair(bool),
    Math(bool),
    Nothing,
}

const NAMES: [&str; 9] = [
    "src/a.md",
    "src/b.md",
    "src/deep/c.md",
    "src/deep/d.md",
    "src/e.md",
    "src/code.rs",
    "src/deep/code.rs",
    "src/i.svg",
    "src/SUMMARY.md",
];

const PIECES: [&str; 18] = [
    "# Title\n",
    "## Part {#part}\n\ntext\n",
    "\n{{#include code.rs}}\n",
    "\n{{#include ../code.rs:2:}}\n",
    "\n{{#include gone.rs}}\n",
    "\n{{#include b.md}}\n",
    "\n- one\n- [ ] two\n\n  > deep\n",
    "\nterm\n: definition[^1]\n\n[^1]: a note\n",
    "\n$$ \\frac{a}{b} $$ and \\\\( x \\\\)\n",
    "\n```mermaid\nflowchart LR\n  a --> b\n```\n",
    "\n![p](i.svg) [l](deep/c.md#part) [gone](gone.md)\n",
    "\n| a |\n|---|\n| <b>b |\n",
    "\nÃ¼ and \u{202E}turned\n",
    "\n<div>\n\n### Skipped\n",
    "\n- [A](a.md)\n- [B](b.md)\n",
    "\n- [C](deep/c.md)\n    - [D](deep/d.md)\n- [E](e.md)\n",
    "---\ntitle: Front\n---\n",
    "",
];

fn step() -> impl Strategy<Value = Step> {
    let (file, piece) = (0..NAMES.len(), 0..PIECES.len());
    prop_oneof![
        4 => (file.clone(), piece.clone()).prop_map(|(f, p)| Step::Append(f, p)),
        2 => (file.clone(), piece).prop_map(|(f, p)| Step::Replace(f, p)),
        1 => file.clone().prop_map(Step::Remove),
        2 => (file.clone(), file.clone()).prop_map(|(a, b)| Step::Move(a, b)),
        1 => (file.clone(), file).prop_map(|(a, b)| Step::Swap(a, b)),
        1 => any::<bool>().prop_map(Step::Repair),
        1 => any::<bool>().prop_map(Step::Math),
        1 => Just(Step::Nothing),
    ]
}

fn take(step: &Step, tree: &mut Tree, options: &mut ReadOptions) {
    match *step {
        Step::Append(file, piece) => tree.entry(NAMES[file].to_owned()).or_default().push_str(PIECES[piece]),
        Step::Replace(file, piece) => _ = tree.insert(NAMES[file].to_owned(), PIECES[piece].to_owned()),
        Step::Remove(file) => _ = tree.remove(NAMES[file]),
        Step::Move(from, to) => {
            if let Some(text) = tree.remove(NAMES[from]) {
                tree.insert(NAMES[to].to_owned(), text);
            }
        }
        Step::Swap(a, b) => {
            let (one, other) = (tree.remove(NAMES[a]), tree.remove(NAMES[b]));
            tree.extend(one.map(|text| (NAMES[b].to_owned(), text)));
            tree.extend(other.map(|text| (NAMES[a].to_owned(), text)));
        }
        Step::Repair(repair) => options.repair_encoding = repair,
        Step::Math(math) => options.math = Some(math),
        Step::Nothing => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_warm_memory_changes_nothing(history in prop::collection::vec(prop::collection::vec(step(), 1..4), 1..8)) {
        let memory = Memory::default();
        let (mut files, mut options) = (small(), ReadOptions::default());
        let mut before = None;
        for steps in &history {
            steps.iter().for_each(|step| take(step, &mut files, &mut options));
            let warm = bind(&files, &options, &memory);
            let cold = bind(&files, &options, &Memory::default());
            prop_assert_eq!(&warm.all, &cold.all);
            prop_assert!(warm.parsed <= cold.parsed && warm.made.chapters <= cold.made.chapters);
            let tree = MemoryTree::new(files.iter());
            let known = reader::fingerprint_anew(&tree, &options, &memory.fingerprints).expect("readable");
            prop_assert_eq!(known, reader::fingerprint(&tree, &options).expect("readable"));
            // Equal fingerprints are of equal books.
            let now = (known, options.repair_encoding, options.math);
            if let Some((then, book)) = &before && *then == now {
                prop_assert_eq!(book, &warm.book);
            }
            before = Some((now, warm.book));
        }
    }
}
