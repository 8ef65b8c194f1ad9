//! The ledger: that it balances on whatever is read, that it names what was
//! left out or put in, and that it notices when something is not said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bindery::diag::{Code, Diagnostic, Severity};
use bindery::document::{Block, BlockKind, Book, Inline, InlineKind};
use bindery::edition::identifiers::Identifiers;
use bindery::edition::{About, Edition, Imprint};
use bindery::highlight::Highlights;
use bindery::output::ledger::{EntryRecord, LedgerRecord};
use bindery::pipeline::{Goal, Plan, Request, Silent, run};
use bindery::reader::{self, ReadOptions};
use bindery::source::{EditionDate, MemoryTree, OpenOptions, Revision, RevisionId};
use bindery::transform::{self, TransformOptions};
use bindery::writer::pdf::PdfOptions;
use bindery::writer::{epub, pdf};
use proptest::prelude::*;

fn read(chapter: &str) -> Book {
    let tree = MemoryTree::new([
        ("src/SUMMARY.md", "- [The title](a.md)\n- [Other](b.md)\n"),
        ("src/a.md", chapter),
        ("src/b.md", "# Other\n\ntext\n"),
        ("src/i.svg", "<svg width=\"4\" height=\"2\"><rect/></svg>"),
        ("code.rs", "fn included() {}\n"),
    ]);
    let options = ReadOptions { fallback_title: "book".to_owned(), ..ReadOptions::default() };
    let book = reader::read(&tree, &options).expect("a book").value;
    transform::apply(book, &tree, &TransformOptions::default()).value
}

fn imprint() -> Imprint {
    let date = EditionDate { year: 2024, month: Some(1), day: Some(2) };
    Imprint {
        slug: "book".to_owned(),
        edition: Edition {
            revision: Revision { id: RevisionId::Draft, date, timestamp: 0 },
            why: Vec::new(),
            name: "draft".to_owned(),
        },
        uuid: uuid::Uuid::nil(),
        repository: None,
        previous: None,
        is_first: false,
        about: About::default(),
        identifiers: Identifiers::default(),
    }
}

/// Both writers' markup, and with `pages` the finished files, in the ledger.
fn written(book: &mut Book, pages: bool) -> Vec<Diagnostic> {
    let mut ledger = std::mem::take(&mut book.ledger);
    let plain = Highlights::default();
    let (pdf, epub) = if pages {
        let pdf = pdf::write(book, &imprint(), &plain, &PdfOptions::default()).expect("a PDF").value;
        (pdf.written, epub::write(book, &imprint(), &plain).expect("an EPUB").value.written)
    } else {
        let pdf = pdf::check(book, &plain, &PdfOptions::default()).expect("markup").value;
        (pdf, epub::check(book, &imprint(), &plain).value)
    };
    ledger.wrote("pdf", pdf);
    ledger.wrote("epub", epub);
    let faults = ledger.diagnostics();
    book.ledger = ledger;
    faults
}

/// The ledger of a chapter as lines: what was read, and each entry.
fn entries(book: &Book) -> Vec<String> {
    let record = LedgerRecord::of(&book.ledger);
    let chapter = &record.chapters[0].account;
    let line = |sign: &str, e: &EntryRecord| {
        let format = e.format.as_ref().map(|f| format!(" {f}")).unwrap_or_default();
        let alternative = if e.alternative > 0 { format!("/{}", e.alternative) } else { String::new() };
        format!("{sign}{}{format} {}{alternative}", e.reason, e.characters)
    };
    let left_out = chapter.left_out.iter().map(|e| line("-", e));
    left_out.chain(chapter.put_in.iter().map(|e| line("+", e))).collect()
}

#[test]
fn each_reason_is_in_the_ledger() {
    for (chapter, want) in [
        ("# T\n\nPlain *text*, `code`, and a [link](b.md).\n", &[][..]),
        ("# T\n\na <!-- not\nshown --> b\n", &["-comment 15"]),
        ("# T\n\na Vec<Item> b\n", &["+html-unknown-tag 6"]),
        ("# T\n\n<script>let x = \"<p>\";</script>\n\nb\n", &["-html-dropped 11"]),
        ("# T\n\n<svg><text>x</text></svg>\n", &["-drawing 1", "+image-without-alt 0/5"]),
        ("# T\n\n<script>let x;\n", &["+tag-as-text 8"]),
        ("# T\n\n<q>said</q>\n", &["+quotation-mark 2"]),
        ("# T\n\n<video src=\"https://example.org/v\">no</video>\n", &["+html-shown 27"]),
        ("no heading\n", &["+title-from-summary 8"]),
        ("# T\n\n![](i.svg)\n", &["+image-without-alt 0/1"]),
        ("# T\n\n![alt](i.svg \"A title\")\n", &["+caption-from-title 6"]),
        ("# T\n\n![alt](gone.svg)\n", &[]),
        ("# T\n\n![an alt](https://example.org/i.png) in a line\n", &[]),
        ("# T\n\n[](b.md) [](https://example.org/)\n", &["+link-text 25"]),
        ("# T\n\nsoft\u{AD}hyphen, ❤\u{FE0E}\n", &["-invisible pdf 2"]),
        (
            "# T\n\na\u{1}b ![\u{2}](i.svg)\n",
            &["-character-forbidden epub 1/1", "+character-forbidden epub 1/1"],
        ),
        ("# T\n\n[^gone] and [^1]\n\n[^1]: A note.\n\n[^2]: Unused.\n", &[]),
        ("# T\n\n- [x] done\n- [ ] to do\n\n1. one\n\n> [!NOTE]\n> said\n", &[]),
        // A head of nothing that is seen.
        ("# T\n\n| \u{200B} | |\n|---|---|\n| a | b |\n", &["-invisible pdf 1"]),
        ("# T\n\n| <br> | |\n|---|---|\n| a | b |\n", &[]),
        ("# T\n\n| [^n] | <a id=\"q\"></a> |\n|---|---|\n\n[l](#q)\n\n[^n]: A note.\n", &[]),
        ("# T\n\n## *[^n]* <a id=\"q\"></a>\n\n[l](#q)\n\n[^n]: A note.\n", &[]),
        ("# T\n\n| a | b |\n|---|---|\n| 1 | 中 |\n\n```rust\nlet 中;\n```\n", &[]),
        ("# T\n\n```rust\n# fn x() {}\nlet y;\n##z\n```\n", &["-hidden-line 9"]),
        ("# T\n\n<code>a--b</code>\n", &["-code-as-typed 1", "+code-as-typed 2"]),
        ("# T\n\nAs $x^2$ says.\n", &["-equation-set 3"]),
        ("# T\n\n{{#include ../code.rs}}\n\n\\{{#include x}}\n", &[]),
        ("# T\n\n<pre>a <img src=\"i.svg\" alt=\"pic\"> b</pre>\n", &["-alt-as-text 0/3", "+alt-as-text 3"]),
    ] {
        let mut book = read(chapter);
        let faults = written(&mut book, true);
        assert_eq!(faults, [], "{chapter}");
        assert_eq!(entries(&book), want, "{chapter}");
    }
}

#[test]
fn what_is_read_is_counted_and_so_is_what_is_written() {
    let mut book = read("# Title\n\nTwo *words*.\n\n- a `b`\n\n![an alt](i.svg)\n");
    assert_eq!(written(&mut book, true), []);
    let record = LedgerRecord::of(&book.ledger);
    let chapter = &record.chapters[0];
    assert!(record.balanced && chapter.balanced);
    let read = chapter.account.read;
    assert_eq!((read.blocks, read.inlines, read.words, read.characters, read.alternative), (4, 3, 5, 16, 5));
    assert!(read.events > 20, "{read:?}");
    for format in ["pdf", "epub"] {
        let w = chapter.account.written[format];
        assert_eq!((w.inlines, w.words, w.characters, w.alternative), (3, 5, 16, 5), "{format}");
        assert_eq!(w.blocks, 4, "{format}");
    }
    assert_eq!(record.total.read.characters, 16 + 9);
}

// That it can fail

/// The first paragraph's text, to change behind the ledger's back.
fn first_text(book: &mut Book) -> &mut String {
    let chapter = book.chapters_mut().next().expect("a chapter");
    let Some(Block { kind: BlockKind::Paragraph(inlines), .. }) = chapter.blocks.get_mut(1) else {
        panic!("no paragraph")
    };
    let Some(Inline { kind: InlineKind::Text(text), .. }) = inlines.first_mut() else { panic!("no text") };
    text
}

#[test]
fn a_word_that_is_lost_unsaid_is_named_with_chapter_and_format() {
    let mut book = read("# T\n\nall of these words\n");
    *first_text(&mut book) = "all of words".to_owned();
    let faults = written(&mut book, true);
    let said: Vec<_> = faults.iter().map(|f| (f.code, f.severity, f.message.as_str())).collect();
    let fault = |format: &str| {
        format!("the ledger of `a.md` does not balance after {format}: 5 characters of the text missing")
    };
    let (pdf, epub) = (fault("pdf"), fault("epub"));
    let unbalanced = (Code::LedgerUnbalanced, Severity::Warning);
    assert_eq!(said, [(unbalanced.0, unbalanced.1, &*pdf), (unbalanced.0, unbalanced.1, &*epub)]);
    assert!(faults.iter().all(|f| f.hints.iter().any(|h| h.ends_with("where it differs: -these"))));
    let record = LedgerRecord::of(&book.ledger);
    assert!(!record.balanced && !record.chapters[0].balanced && record.chapters[1].balanced);
    assert_eq!(record.chapters[0].unexplained.len(), 2);
}

#[test]
fn a_character_in_the_place_of_another_is_noticed() {
    let mut book = read("# T\n\nall of these words\n");
    *first_text(&mut book) = "all of those words".to_owned();
    let faults = written(&mut book, false);
    assert_eq!(faults.len(), 2);
    let said = &faults[0];
    assert!(said.message.ends_with("other characters came out than went in"), "{}", said.message);
    assert!(said.hints[0].ends_with("-these +those"), "{}", said.hints[0]);
}

#[test]
fn an_image_that_is_lost_is_noticed_by_its_alternative_text() {
    let mut book = read("# T\n\ntext\n\n![a lighthouse](i.svg)\n");
    book.chapters_mut().next().expect("a chapter").blocks.pop();
    let faults = written(&mut book, false);
    assert_eq!(faults.len(), 2);
    assert!(
        faults[0].message.ends_with("11 characters of alternative texts missing"),
        "{}",
        faults[0].message
    );
}

#[test]
fn a_format_that_holds_nothing_of_a_chapter_is_noticed() {
    let book = read("# T\n\nall of these words\n");
    let mut ledger = book.ledger.clone();
    let mut written = epub::check(&book, &imprint(), &Highlights::default()).value;
    written.remove(1);
    ledger.wrote("epub", written);
    let faults = ledger.diagnostics();
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(fault.message.contains("`b.md` does not balance after epub: 9 characters"), "{}", fault.message);
}

// Whatever is read

/// Pieces that make trouble beside and inside one another.
const PIECES: &[&str] = &[
    "word",
    " ",
    "\n",
    "\n\n",
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "- [ ] ",
    "# ",
    "## {#id}",
    "| a | b |\n|---|---|\n| c |\n",
    "[^1]",
    "\n\n[^1]: note\n",
    "[text](b.md)",
    "[",
    "](",
    ")",
    "![alt *x*](i.svg \"t\")",
    "![",
    "<b>",
    "</b>",
    "<p align=center>",
    "</p>",
    "<div id=x>",
    "</div>",
    "<br>",
    "<img src=i.svg alt='an alt'>",
    "<script>",
    "</script>",
    "<!-- c -->",
    "<!--",
    "-->",
    "<details>",
    "<summary>",
    "</details>",
    "<table>",
    "<tr>",
    "<td>",
    "<th>",
    "</table>",
    "<ul>",
    "<li>",
    "</ul>",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<q>",
    "</q>",
    "<Foo>",
    "Vec<T>",
    "<kbd>",
    "</kbd>",
    "<dl><dt>",
    "<dd>",
    "</dl>",
    "<figure>",
    "<figcaption>",
    "</figure>",
    "<iframe src=x>",
    "<a href=b.md>",
    "</a>",
    "<svg>",
    "</svg>",
    "<textarea>",
    "<![CDATA[ x ]]>",
    "<?pi?>",
    "<!X>",
    "&amp;",
    "&nbsp;",
    "\\*",
    "...",
    "\"q\"",
    "🙋‍♀️",
    "♀",
    "中",
    "\u{AD}",
    "\u{FE0F}",
    "\u{200B}",
    "\u{1}",
    "\u{FFFE}",
    "\u{301}",
    "ﷺ",
    "\u{202E}",
    "\u{E000}",
    "a\u{308}",
    "~~",
    "---\n",
    "term\n: definition\n",
    "> [!TIP]\n> x\n",
    "<input type=checkbox>",
    "<form>",
    "<button>",
    "<h2>",
    "</h2>",
    "<center>",
    "<caption>",
    "<title>",
    "<math>",
    "supercalifragilistic/expialidocious_and_more",
    "\r\n",
    "\t",
    "\u{2028}",
    "ffi fl",
    "https://example.org/x",
];

fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{1,12}",
    ];
    proptest::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

/// A stack like that of the program's threads.
fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(64 << 20)
        .build()
        .expect("threads")
        .install(work)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(3), ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn whatever_is_read_balances_in_both_writers_markup(text in document()) {
        let faults = deep(|| written(&mut read(&text), false));
        prop_assert!(faults.is_empty(), "{faults:#?}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(5), ..ProptestConfig::with_cases(100) })]

    #[test]
    fn whatever_is_read_is_on_the_pages(text in document()) {
        let faults = deep(|| written(&mut read(&text), true));
        prop_assert!(faults.is_empty(), "{faults:#?}\n{text}");
    }
}

// Real documents

fn corpora() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    let found = [found, PathBuf::from("/work/shared/corpora")].into_iter().find(|p| p.is_dir());
    if found.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "the corpora are missing");
        eprintln!("skipped: there is no ../shared/corpora");
    }
    found
}

/// Checks a source's editions; gives what was left out and put in, by reason.
fn balanced(source: &Path, cache: &Path) -> BTreeMap<String, usize> {
    let request = Request {
        source: source.to_string_lossy().into_owned(),
        open: OpenOptions { cache: Some(cache.to_owned()), ..OpenOptions::default() },
        ..Request::default()
    };
    let plan = Plan::new(&request).unwrap_or_else(|failure| panic!("{failure:?}"));
    let report = deep(|| run(&plan, Goal::Markup, &Silent));
    assert!(!report.editions.is_empty());
    let mut reasons = BTreeMap::new();
    for edition in &report.editions {
        let ledger = edition.ledger.as_ref().expect("a ledger");
        let wrong: Vec<_> = ledger.chapters.iter().filter(|c| !c.balanced).collect();
        assert!(wrong.is_empty() && ledger.balanced, "{}: {wrong:#?}", edition.edition.name);
        assert!(ledger.total.read.characters > 1000, "{}", edition.edition.name);
        for entry in ledger.total.left_out.iter().chain(&ledger.total.put_in) {
            *reasons.entry(entry.reason.clone()).or_default() += entry.characters + entry.alternative;
        }
    }
    reasons
}

#[test]
fn real_documents_lose_nothing_unsaid() {
    let Some(corpora) = corpora() else { return };
    let cache = tempfile::TempDir::new().expect("a folder");
    for name in ["wg-async.bundle", "embedded-book.bundle", "vision-2021-01.txt", "vision-2021-03.txt"] {
        println!("{name}: {:?}", balanced(&corpora.join(name), cache.path()));
    }
}
