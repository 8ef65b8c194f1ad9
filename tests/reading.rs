//! Documents read and transformed, compared with what they became: the tree,
//! and each diagnostic with its place. `BINDERY_BLESS=1` rewrites the
//! expectations in `tests/reading`, to be read before they are committed.

// Clippy knows `#[test]` functions only, not what they call.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use bindery::diag::Diagnostic;
use bindery::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use bindery::document::{Block, BlockKind, Book, ImageSource, Inline, InlineKind, LinkTarget, dump};
use bindery::reader::{self, ReadOptions};
use bindery::source::{FileTree, MemoryTree};
use bindery::transform::{self, TransformOptions};
use proptest::prelude::*;

const SUMMARY: &str = "- [The chapter](a.md)\n- [Other](deep/other.md)\n- [Folder](folder/README.md)\n";
const OTHER: &str = "# Other\n\n## Second part\n\ntext\n";
const BOOK_TOML: &str = r##"[book]
title = "Book"
[output.html]
git-repository-url = "https://example.org/r"
site-url = "https://example.org/guide/"
[output.html.redirect]
"/old.html" = "/deep/other.html"
"older.html" = "old.html"
"/parts.html" = "deep/other.html"
"/parts.html#two" = "deep/other.html#second-part"
"/away.html" = "https://example.org/elsewhere"
"/ring.html" = "/ring2.html"
"/ring2.html" = "ring.html"
[output.html.code.hidelines]
python = "~"
"##;
const LINES: &str =
    "use a;\n// ANCHOR: body\nfn b() {}\n// ANCHOR_END: body\n#[c]\n// ANCHOR: open\nfn d() {}\n";
const SVG: &str = "<svg width=\"4\" height=\"2\" onload=\"x()\"><rect/></svg>";

fn options() -> ReadOptions {
    ReadOptions { fallback_title: "my-book".to_owned(), ..ReadOptions::default() }
}

fn make(tree: &dyn FileTree) -> (Book, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let book = reader::read(tree, &options()).expect("holds a book").take(&mut diagnostics);
    let commit = Some("c0ffee".to_owned());
    let book = transform::apply(book, tree, &TransformOptions { commit, ..TransformOptions::default() })
        .take(&mut diagnostics);
    (book, diagnostics)
}

fn show(book: &Book, diagnostics: &[Diagnostic]) -> String {
    let mut out = dump::book(book);
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

/// A book around one chapter, with something for its links to lead to. It asks
/// for mathematics if the chapter is about equations.
fn around(chapter: &str) -> MemoryTree {
    let math = chapter.starts_with("# Equations");
    MemoryTree::new([
        ("book.toml", if math { "[output.html]\nmathjax-support = true\n" } else { BOOK_TOML }),
        ("code/lines.rs", LINES),
        ("code/nested.md", "Nested: {{#include main.rs:2}}, {{#include gone.rs}}, {{#include nested.md}}.\n"),
        ("code/main.rs", "// ANCHOR: a\nfn main() {}\n// ANCHOR_END: a\n"),
        ("src/SUMMARY.md", SUMMARY),
        ("src/a.md", chapter),
        ("src/deep/other.md", OTHER),
        ("src/folder/README.md", "# Folder\n"),
        ("src/img/draw.svg", SVG),
        ("src/img/broken.png", "\u{89}PNG"),
        ("src/sp ace.md", "# Space\n"),
        ("src/unlisted.md", "# Unlisted\n"),
    ])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading")
}

#[test]
fn chapters_become_the_trees_that_are_expected() {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    names.sort();
    assert!(names.len() > 10, "the documents are there");
    let mut wrong = Vec::new();
    for path in names {
        let text = std::fs::read_to_string(&path).expect("readable");
        let (book, diagnostics) = make(&around(&text));
        let shown = show(&book, &diagnostics);
        // What is around the chapter is the same in all.
        let shown = shown.replace(&dump_around(), "");
        wrong.extend(difference(&path.with_extension("golden"), &shown));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How a result differs from what is expected, or from nothing when the
/// expectation is to be written.
fn difference(golden: &Path, shown: &str) -> Option<String> {
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(golden, shown).expect("writable");
    }
    let expected = std::fs::read_to_string(golden).unwrap_or_default();
    let differs = expected != shown;
    differs.then(|| format!("{}:\n--- expected\n{expected}\n--- is\n{shown}", golden.display()))
}

fn dump_around() -> String {
    let (book, _) = make(&around("# A\n"));
    let all: Vec<String> = book.chapters().skip(1).map(dump::chapter).collect();
    all.concat()
}

#[test]
fn a_summary_with_everything_wrong_is_still_a_book() {
    let tree = MemoryTree::new([
        ("book.toml", "[book\ntitle = 3"),
        (
            "src/SUMMARY.md",
            "# Summary\n\n[Preface](pre.md)\n\n# Part *one*\n\n- [A: `b` <c> 🦀](a.md)\n  - [Gone](gone.md)\n    - [Below](b%20b.md)\n\
             - [Again](a.md)\n- [Site](https://example.org/x)\n- [Draft]()\n- words\n\n---\n\n- [Case](CASE.md#x)\n- [Out](../README.md)\n\
             - [Far](../../../x.md)\n\nstray\n\n[End](end.md)\n",
        ),
        ("src/pre.md", ""),
        ("src/a.md", "no heading"),
        ("src/b b.md", "# B"),
        ("src/case.md", "# C"),
        ("src/end.md", "# C"),
        ("src/gonne.md", "# not listed"),
        ("README.md", "# R"),
    ]);
    let (book, diagnostics) = make(&tree);
    assert_eq!(book.metadata.title, "My book");
    let wrong = difference(&folder().join("summary.golden"), &show(&book, &diagnostics));
    assert_eq!(wrong, None);
}

#[test]
fn plain_folders_are_books_and_empty_ones_are_not() {
    let tree = MemoryTree::new([
        ("10-ten.md", "# Ten\n"),
        ("2-two.md", "two, see [ten](10-ten.md)\n"),
        ("guide/README.md", "# Guide\n"),
        ("guide/x.md", "# X\n"),
        ("notes.txt", "not Markdown here"),
        (".github/y.md", "# hidden\n"),
    ]);
    let (book, _) = make(&tree);
    let titles: Vec<(usize, &str)> = book.chapters().map(|c| (c.depth, c.title.as_str())).collect();
    assert_eq!(titles, [(0, "2 two"), (0, "Ten"), (0, "Guide"), (1, "X")]);

    let single = MemoryTree::new([("vision-2021-01.txt", "# Vision\n\ntext\n")]);
    let (book, _) = make(&single);
    assert_eq!((book.chapters().count(), book.metadata.title.as_str()), (1, "Vision"));

    let none =
        reader::read(&MemoryTree::new([("main.rs", "fn main() {}")]), &options()).expect_err("no book");
    assert_eq!(none.code.as_str(), "book-not-found");
    assert!(!none.hints.is_empty());
    assert_eq!(reader::fingerprint(&MemoryTree::new([("main.rs", "")]), &options()).expect("readable"), None);
}

#[test]
fn a_book_in_a_subfolder_is_found_and_a_path_chooses_another() {
    let tree = MemoryTree::new([
        ("docs/book.toml", "[book]\ntitle = \"D\"\nsrc = \"text\"\n"),
        ("docs/text/SUMMARY.md", "- [a](a.md)"),
        ("docs/text/a.md", "# A\n"),
        ("zoo/book.toml", "[book]\ntitle = \"Z\"\n"),
        ("zoo/src/SUMMARY.md", "- [z](z.md)"),
        ("zoo/src/z.md", "# Z\n"),
    ]);
    let (book, diagnostics) = make(&tree);
    assert_eq!((book.metadata.title.as_str(), diagnostics.len()), ("D", 1));
    assert!(diagnostics[0].message.contains("zoo/book.toml"));
    let options = ReadOptions { path: Some("zoo".to_owned()), ..ReadOptions::default() };
    let book = reader::read(&tree, &options).expect("a book").value;
    assert_eq!(book.metadata.title, "Z");
    let (path, _, table) = reader::book_table(&tree, &options).expect("readable").expect("there");
    assert_eq!((path.as_str(), table.len()), ("zoo/book.toml", 1));
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_counted() {
    let chapter: &[u8] = b"\xEF\xBB\xBF# T\r\n\r\nok \xFF and \xC3( end\r\n";
    let tree = MemoryTree::new([("src/SUMMARY.md", b"- [a](a.md)" as &[u8]), ("src/a.md", chapter)]);
    let (book, diagnostics) = make(&tree);
    assert_eq!(
        show(&book, &diagnostics),
        "chapter a.md 1. \"a\"\n  heading 1 #t \"T\"\n  paragraph \"ok \u{FFFD} and \u{FFFD}( end\"\n\
         src/a.md:3:4: warning[encoding-invalid]: 2 places are not valid text and shown as \u{FFFD}; this is the first on this line\n  \
         = save the file as UTF-8\n"
    );
}

/// Reads one file as a book of its own, with repair or without.
fn alone(name: &str, bytes: &[u8], repair_encoding: bool) -> (Book, Vec<Diagnostic>) {
    let tree = MemoryTree::new([(name, bytes)]);
    let mut diagnostics = Vec::new();
    let options = ReadOptions { repair_encoding, ..options() };
    let book = reader::read(&tree, &options).expect("holds a book").take(&mut diagnostics);
    (transform::apply(book, &tree, &TransformOptions::default()).take(&mut diagnostics), diagnostics)
}

#[test]
fn mojibake_is_repaired_when_asked_for_and_places_stay_the_authors() {
    let text = std::fs::read(folder().join("mojibake.md")).expect("readable");
    let (book, diagnostics) = alone("a.md", &text, true);
    let wrong = difference(&folder().join("mojibake-repaired.golden"), &show(&book, &diagnostics));
    assert_eq!(wrong, None);
}

/// The document that was found like this: all its lines come back, and what
/// is said of it afterwards is said at its own columns.
#[test]
fn a_garbled_document_of_the_corpora_comes_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let read = |name: &str| std::fs::read(folder.join(name)).ok();
    let (Some(garbled), Some(sound)) = (read("vision-2021-03.txt"), read("vision-2021-01.txt")) else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "the corpora are not there");
        println!("skipped: the corpora are not there");
        return;
    };
    let (book, diagnostics) = alone("vision-2021-03.txt", &garbled, false);
    assert!(dump::book(&book).contains("ðŸ”® The vision"));
    assert!(diagnostics.iter().any(|d| d.code.as_str() == "mojibake"));
    let (book, diagnostics) = alone("vision-2021-03.txt", &garbled, true);
    let shown = dump::book(&book);
    assert!(shown.contains("🔮 The vision") && shown.contains("🚧 Under construction! Help needed! 🚧"));
    assert!(!shown.contains(['ð', 'â', 'Ã', '\u{FFFD}']), "{shown}");
    assert!(diagnostics.iter().all(|d| d.code.as_str() != "mojibake" || d.severity.as_str() == "note"));
    let (_, diagnostics) = alone("vision-2021-01.txt", &sound, true);
    assert!(diagnostics.iter().all(|d| d.code.as_str() != "mojibake"));
}

#[test]
fn no_nesting_and_no_flood_of_signs_brings_the_reader_down() {
    let n = 10_000;
    let floods = [
        format!("{}deep\n", ">".repeat(n)),
        format!("{}deep\n", "- ".repeat(n)),
        format!("{}deep\n", "<div>".repeat(n)),
        format!("a {}deep\n", "<b>".repeat(n)),
        format!("a {}deep\n", "<table><tr><td>".repeat(n)),
        format!("{}deep{}\n", "*a ".repeat(n), " a*".repeat(n)),
        format!("{}deep\n", "![".repeat(n)),
        format!("{}deep\n", "[".repeat(100_000)),
        format!("{}deep\n", "*".repeat(100_000)),
        format!("{}deep\n", "<".repeat(100_000)),
        format!("{}deep\n", "{{#".repeat(100_000)),
        format!("{}deep\n", "[^".repeat(50_000)),
        format!("{}deep\n", "<details>\n\n".repeat(2_000)),
        format!("{}deep\n", "# h\n\n".repeat(5_000)),
        format!("{}deep\n", "{{#include ../code/nested.md}} ".repeat(20_000)),
        format!("{}deep\n", "{{#a {{#include x ".repeat(50_000)),
        format!("{}deep\n", "\\{{#".repeat(100_000)),
        format!("{}deep\n", "Ã¢â‚¬".repeat(50_000)),
        format!("{}deep\n", "[a]: b\n".repeat(20_000)),
        format!("{}deep\n", "[a][b] [c] ".repeat(20_000)),
        format!("{}deep\n", "\u{FFFD}\0\n".repeat(50_000)),
        format!("---\na: b\n---\n{}deep\n", "<abbr title=x>y".repeat(5_000)),
        format!("{}deep\n", "<ruby>a<rt>".repeat(5_000)),
    ];
    for flood in floods {
        let (book, _) = make(&around(&flood));
        let shown = dump::book(&book);
        assert!(shown.contains("deep"), "{}", &flood[..20]);
        check_invariants(&book);
    }
}

/// What writers rely on.
fn check_invariants(book: &Book) {
    struct Check {
        ids: BTreeSet<String>,
        keys: BTreeSet<String>,
        headings: Vec<u8>,
    }
    impl Check {
        fn id(&mut self, id: &str) {
            assert!(!id.is_empty());
            assert!(self.ids.insert(id.to_owned()), "`{id}` twice");
        }
    }
    impl Visit for Check {
        fn block(&mut self, block: &Block) {
            if let BlockKind::Heading(heading) = &block.kind {
                self.id(&heading.id);
                let last = self.headings.last().copied().unwrap_or(0);
                assert!(heading.level <= last + 1, "a level is skipped");
                assert_eq!(heading.level == 1, self.headings.is_empty(), "one title");
                self.headings.push(heading.level);
            } else if let BlockKind::Container { id: Some(id), .. } = &block.kind {
                self.id(id);
            } else if let BlockKind::Figure { image, .. } = &block.kind {
                assert!(!matches!(image.source, ImageSource::Unresolved(_)));
                assert!(!image.alt.is_empty());
            }
            walk_block(self, block);
        }
        fn inline(&mut self, inline: &Inline) {
            match &inline.kind {
                InlineKind::Anchor(id) => self.id(id),
                InlineKind::Image(image) => assert!(!matches!(image.source, ImageSource::Unresolved(_))),
                InlineKind::Link(link) => match &link.target {
                    LinkTarget::Unresolved(target) => panic!("`{target}` is not resolved"),
                    LinkTarget::Internal { chapter, .. } => assert!(self.keys.contains(chapter)),
                    LinkTarget::External(url) => assert!(url.contains(':')),
                },
                InlineKind::Text(_)
                | InlineKind::Code(_)
                | InlineKind::SoftBreak
                | InlineKind::HardBreak
                | InlineKind::Styled { .. }
                | InlineKind::Math(_)
                | InlineKind::FootnoteReference { .. } => {}
            }
            walk_inline(self, inline);
        }
    }
    let keys: BTreeSet<String> = book.chapters().map(|c| c.key.clone()).collect();
    for chapter in book.chapters() {
        let mut check = Check { ids: BTreeSet::new(), keys: keys.clone(), headings: Vec::new() };
        walk_chapter(&mut check, chapter);
        assert!(matches!(&chapter.blocks[0].kind, BlockKind::Heading(h) if h.level == 1), "a title first");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_text_is_read(text in "(\\PC|[\\[\\]()<>*_`#>~^:|!\\n -]|<(b|p|td|ul|T|a href=x|div id=x|script)>|</(b|p|td)>|\\[\\^1\\]|\\[\\^1\\]: |\\[a\\]\\(a.md#b\\)|\n\n){0,60}") {
        let (book, _) = make(&around(&text));
        check_invariants(&book);
        dump::book(&book);
    }

    #[test]
    fn words_of_plain_text_arrive(words in proptest::collection::vec("[a-z0-9]{1,8}", 1..40), breaks in proptest::collection::vec(0u8..6, 40)) {
        let mut text = String::new();
        for (word, kind) in words.iter().zip(&breaks) {
            let between = match kind { 0 => "\n\n", 1 => "\n", 2 => " <b> ", 3 => " [ ", 4 => " </p> ", _ => " " };
            text.push_str(&format!("w{word}{between}"));
        }
        let (book, _) = make(&around(&text));
        let shown = dump::book(&book);
        for word in &words {
            prop_assert!(shown.contains(&format!("w{word}")), "{word} of {text:?} is lost:\n{shown}");
        }
    }
}
