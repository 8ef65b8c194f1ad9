//! Books that ask for preprocessors: what is carried out, what is named, and
//! what programs may and may not do. `BINDERY_BLESS=1` rewrites the
//! expectation, to be read before it is committed.

// Clippy knows `#[test]` functions only, not what they call.
#![allow(clippy::expect_used, clippy::panic)]

mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use bindery::diag::Diagnostic;
use bindery::document::{Book, dump};
use bindery::reader::{self, Programs, ReadOptions};
use bindery::source::MemoryTree;
use bindery::transform::{self, TransformOptions};

use self::common::run::files;

fn make(tree: &MemoryTree, programs: Option<&dyn Programs>) -> (Book, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let options = ReadOptions { fallback_title: "book".to_owned(), ..ReadOptions::default() };
    let book = reader::read_with(tree, &options, programs).expect("holds a book").take(&mut diagnostics);
    let book = transform::apply(book, tree, &TransformOptions::default()).take(&mut diagnostics);
    (book, diagnostics)
}

/// Each diagnostic on a line, with its place and hints.
fn report(book: &Book, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let located = diagnostic.locate(&book.files);
        let place =
            located.place.map(|p| format!("{}:{}:{}: ", p.path, p.line, p.column)).unwrap_or_default();
        writeln!(out, "{place}{diagnostic}").expect("writes");
        for hint in located.hints {
            writeln!(out, "  = {hint}").expect("writes");
        }
    }
    out
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/preprocessors")
}

#[test]
fn a_book_with_all_that_are_carried_out() {
    let (book, diagnostics) = make(&MemoryTree::new(files(&folder().join("book"))), None);
    let shown = format!("{}\n{}", dump::book(&book), report(&book, &diagnostics));
    let golden = folder().join("book.golden");
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(&golden, &shown).expect("writable");
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(shown, expected);
}

fn book_with(toml: &str, chapter: &str) -> (Book, Vec<Diagnostic>) {
    make(
        &MemoryTree::new([
            ("book.toml", toml),
            ("src/SUMMARY.md", "- [A](a.md)\n"),
            ("src/a.md", chapter),
            ("src/b.txt", "included\n"),
        ]),
        None,
    )
}

#[test]
fn a_book_that_asks_for_none_keeps_its_text() {
    let chapter = "# A\n\n```admonish note\nx\n```\n\n:rocket: {{footnote: x}} {{name}}\n\n<bindery-alert kind=\"note\">\n\ny\n";
    let (book, _) = book_with("", chapter);
    let shown = dump::book(&book);
    assert!(shown.contains("code admonish"), "{shown}");
    assert!(shown.contains(":rocket: {{footnote: x}} {{name}}"), "{shown}");
    // The reader's own tags are taken from what it made, never from an author.
    assert!(!shown.contains("alert"), "{shown}");
    let (book, _) = book_with("[preprocessor.admonish]\n", chapter);
    assert_eq!(dump::book(&book).matches("alert").count(), 1);
}

#[test]
fn links_can_be_switched_off() {
    let (book, _) = book_with("[build]\nuse-default-preprocessors = false\n", "# A\n\n{{#include b.txt}}\n");
    assert!(dump::book(&book).contains("{{#include b.txt}}"));
    let toml = "[build]\nuse-default-preprocessors = false\n[preprocessor.links]\n";
    let (book, _) = book_with(toml, "# A\n\n{{#include b.txt}}\n");
    assert!(dump::book(&book).contains("paragraph \"included\""));
}

#[test]
fn another_program_under_a_known_name_is_not_what_is_known() {
    let toml =
        "[preprocessor.toc]\ncommand = \"python3 toc.py\"\n[preprocessor.emoji]\nrenderers = [\"latex\"]\n";
    let (book, diagnostics) = book_with(toml, "# A\n\n<!-- toc -->\n\n:rocket:\n\n## B\n");
    assert!(dump::book(&book).contains(":rocket:"));
    assert!(!dump::book(&book).contains("list"));
    let said: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["warning[preprocessor-unknown]: the preprocessor `toc` is not run"]);
}

#[cfg(unix)]
mod programs {
    use std::time::Duration;

    use bindery::config::Layer;
    use bindery::pipeline::{Plan, Request, Silent, build};
    use bindery::programs::Runner;

    use super::*;

    /// A book with a program as its preprocessor `p`, and what comes of it.
    fn run_with(
        toml: &str,
        script: &str,
        chapters: &[(&str, &str)],
        time: Duration,
    ) -> (Book, Vec<Diagnostic>) {
        let names: String = chapters.iter().map(|(path, _)| format!("- [{path}]({path})\n")).collect();
        let mut files: Vec<(String, String)> =
            chapters.iter().map(|(path, text)| (format!("src/{path}"), (*text).to_owned())).collect();
        files.push(("book.toml".to_owned(), format!("[preprocessor.p]\ncommand = \"./p.sh\"\n{toml}")));
        files.push(("src/SUMMARY.md".to_owned(), names));
        files.push(("src/b.txt".to_owned(), "included\n".to_owned()));
        files.push(("p.sh".to_owned(), format!("#!/bin/sh\n{script}\n")));
        let tree = MemoryTree::new(files);
        make(&tree, Some(&Runner::new(&tree, time)))
    }

    fn run(script: &str) -> (Book, String) {
        let chapters = [("a.md", "# A\n\none\n\n[x](gone.md) {{#include b.txt}}\n")];
        let (book, diagnostics) = run_with("", script, &chapters, Duration::from_secs(20));
        let said = report(&book, &diagnostics);
        (book, said)
    }

    /// A script that answers `supports` and gives the book back, changed by
    /// `sed`: it sees one line, `[context,book]`, whose context is cut off.
    fn changing(supports: u8, sed: &str) -> String {
        format!(
            "[ \"$1\" = supports ] && {{ [ \"$2\" = bindery ] && exit {supports}; exit 9; }}\n\
             sed -e 's/.*}},{{\"items\"/{{\"items\"/' -e 's/.*}},{{\"__non/{{\"__non/' -e 's/\\]$//' -e '{sed}'"
        )
    }

    const FAILED: &str = "book.toml:1:1: warning[preprocessor-failed]: the preprocessor `p` ";

    #[test]
    fn a_program_changes_the_text_and_places_stay() {
        let (book, said) = run(&changing(0, "s/one/ONE/g"));
        let shown = dump::book(&book);
        assert!(shown.contains("paragraph \"ONE\""), "{shown}\n{said}");
        // The default `links` has run before it.
        assert!(shown.contains("included"), "{shown}");
        assert!(said.contains("src/a.md:5:1: warning[link-missing-file]"), "{said}");
        assert!(said.contains("note[preprocessor-ran]"), "{said}");
        assert_eq!(book.preprocessed.len(), 1);
        assert_eq!(
            (book.preprocessed[0].name.as_str(), book.preprocessed[0].command.as_str()),
            ("p", "./p.sh")
        );
    }

    #[test]
    fn chapters_may_be_renamed_added_and_nested() {
        let book = r#"{"sections":[{"PartTitle":"P"},{"Chapter":{"name":"New name","content":"new\n\n[y](gone.md)\n","number":[1],"path":"a.md","source_path":"a.md","parent_names":[],"sub_items":[{"Chapter":{"name":"Made: up","content":"text [z](gone.md)","number":null,"path":null,"source_path":null,"parent_names":["New name"],"sub_items":[]}},{"Chapter":{"name":"Draft","content":"","number":null,"path":null,"source_path":null,"parent_names":[],"sub_items":[]}},{"Chapter":{"name":"Up","content":"up","number":null,"path":"../../up.md","source_path":null,"parent_names":[],"sub_items":[]}}]}},"Separator"],"__non_exhaustive":null}"#;
        let script = format!("[ \"$1\" = supports ] && exit 0\ncat >/dev/null\ncat <<'E'\n{book}\nE");
        let (book, said) = run(&script);
        let shown: Vec<String> = dump::book(&book)
            .lines()
            .filter(|l| !l.trim_start().starts_with("paragraph"))
            .map(str::to_owned)
            .collect();
        assert_eq!(
            shown,
            [
                "part \"P\"",
                "chapter a.md 1. \"New name\"",
                "  heading 1 #new-name \"New name\"",
                "  chapter preprocessed/made--up.md  \"Made: up\"",
                "    heading 1 #made-up \"Made: up\"",
                "  unlinked  \"Draft\" draft",
                "  chapter preprocessed/up.md  \"Up\"",
                "    heading 1 #up \"Up\"",
                "separator"
            ]
        );
        assert!(said.contains("src/preprocessed/made--up.md:1:6: warning[link-missing-file]"), "{said}");
        assert!(said.contains("src/a.md:"), "{said}");
    }

    #[test]
    fn what_fails_is_named_and_left_out() {
        for (script, expected) in [
            (
                "[ \"$1\" = supports ] && exit 0\necho 'no such thing' >&2\nexit 2",
                "failed\n  = it says: no such thing\n",
            ),
            (
                "[ \"$1\" = supports ] && exit 0\necho garbage",
                "gave something that is no book: it is not JSON",
            ),
            (
                "[ \"$1\" = supports ] && exit 0\necho '{\"items\":[7]}'",
                "gave something that is no book: one of its items",
            ),
            ("[ \"$1\" = supports ] && exit 0\nkill -SEGV $$", "failed"),
        ] {
            let (book, said) = run(script);
            assert!(said.contains(&format!("{FAILED}{expected}")), "{said}");
            assert!(dump::book(&book).contains("paragraph \"one\""));
            assert_eq!(book.preprocessed, []);
        }
    }

    #[test]
    fn one_that_takes_too_long_is_left_out() {
        let script = "[ \"$1\" = supports ] && exit 0\nsleep 30";
        let (book, diagnostics) = run_with("", script, &[("a.md", "# A\n")], Duration::from_millis(500));
        assert!(report(&book, &diagnostics).contains(&format!("{FAILED}took longer than 0.5 s")));
    }

    #[test]
    fn one_that_refuses_is_not_run_unless_the_book_binds_it() {
        let (book, said) = run(&changing(1, "s/one/ONE/g"));
        assert!(said.contains("the preprocessor `p` refuses the renderer `bindery`"), "{said}");
        assert_eq!((book.preprocessed.len(), dump::book(&book).contains("ONE")), (0, false));
        let (toml, chapters) = ("renderers = [\"html\"]\n", [("a.md", "# A\n\none\n")]);
        let script = changing(1, "s/one/ONE/g");
        let (book, _) = run_with(toml, &script, &chapters, Duration::from_secs(20));
        assert_eq!((book.preprocessed.len(), dump::book(&book).contains("ONE")), (1, true));
    }

    #[test]
    fn an_edition_says_what_it_was_made_with_and_only_the_user_can_allow_it() {
        let work = tempfile::tempdir().expect("a folder");
        let put = |path: &str, text: &str| {
            let path = work.path().join(path);
            std::fs::create_dir_all(path.parent().expect("has one")).expect("makes");
            std::fs::write(path, text).expect("writes");
        };
        put("in/book.toml", "[book]\ntitle = \"T\"\n[preprocessor.p]\ncommand = \"./p.sh\"\n");
        put("in/src/SUMMARY.md", "- [A](a.md)\n");
        put("in/src/a.md", "# A\n\none\n");
        let book = r#"{"items":[{"Chapter":{"name":"A","content":"A two\n","path":"a.md"}}]}"#;
        put("in/p.sh", &format!("#!/bin/sh\ncat >/dev/null\nprintf '%s' '{book}'\ntouch touched\n"));
        let plan = |allow: Option<bool>| {
            let flags = Layer {
                allow_preprocessors: allow,
                output: Some(work.path().join("out")),
                formats: Some(vec![bindery::output::Format::Epub]),
                ..Layer::default()
            };
            let open = bindery::source::OpenOptions { draft: true, timestamp: Some(0), ..Default::default() };
            let source = work.path().join("in").to_string_lossy().into_owned();
            Plan::new(&Request { source, flags, open, ..Request::default() })
        };
        let manifest = |allow| {
            let plan = plan(allow).map_err(|failure| format!("{failure:?}")).expect("a plan");
            let report = build(&plan, &Silent);
            report.editions.first().and_then(|edition| edition.manifest.clone()).expect("an edition")
        };
        let without = manifest(None);
        assert_eq!((without.preprocessed.len(), without.counts.words), (0, 2));
        let with = manifest(Some(true));
        let commands: Vec<&str> = with.preprocessed.iter().map(|p| p.command.as_str()).collect();
        assert_eq!((commands, with.counts.words), (vec!["./p.sh"], 3), "{:?}", with.diagnostics);
        assert!(with.diagnostics.iter().any(|d| d.code == "preprocessor-ran"));
        // It ran on a copy.
        assert!(!work.path().join("in/touched").exists());
        put("in/bindery.toml", "[preprocessors]\nallow = true\n");
        let failure = plan(None).err().expect("is refused");
        assert_eq!(failure.0[0].message, "a document can't allow programs to be run");
    }
}
