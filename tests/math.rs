//! Equations from Markdown to both formats.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    dead_code,
    reason = "a test fails by panicking"
)]

#[path = "common/pdf.rs"]
mod reading;

use std::io::{Cursor, Read};

use bindery::diag::{Code, Diagnostic};
use bindery::document::Book;
use bindery::edition::identifiers::Identifiers;
use bindery::edition::{About, Edition, Imprint};
use bindery::highlight::Highlights;
use bindery::output::manifest::Counts;
use bindery::reader::{self, ReadOptions};
use bindery::source::{EditionDate, MemoryTree, Revision, RevisionId};
use bindery::transform::{self, TransformOptions};
use bindery::writer::{epub, pdf};

fn imprint() -> Imprint {
    let revision = Revision {
        id: RevisionId::Draft,
        date: EditionDate { year: 2024, month: Some(5), day: Some(1) },
        timestamp: 1_714_521_600,
    };
    Imprint {
        slug: "book".to_owned(),
        edition: Edition { revision, why: Vec::new(), name: "2024-05-01".to_owned() },
        uuid: uuid::Uuid::nil(),
        repository: None,
        previous: None,
        is_first: false,
        about: About::default(),
        identifiers: Identifiers::default(),
    }
}

/// A book of two chapters, of which the first is given.
fn book(chapter: &str) -> (Book, Vec<Diagnostic>) {
    let tree = MemoryTree::new([
        ("book.toml", "[book]\ntitle = \"Book\"\n[output.html]\nmathjax-support = true\n"),
        ("src/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n"),
        ("src/a.md", chapter),
        ("src/b.md", "# B\n\nWithout any.\n"),
    ]);
    let mut said = Vec::new();
    let book = reader::read(&tree, &ReadOptions::default()).expect("a book").take(&mut said);
    let book = transform::apply(book, &tree, &TransformOptions::default()).take(&mut said);
    (book, said)
}

fn typeset(book: &Book) -> (String, Vec<Diagnostic>) {
    let pdf =
        pdf::write(book, &imprint(), &Highlights::of(book), &pdf::PdfOptions::default()).expect("a PDF");
    (reading::text(&reading::open(&pdf.value.bytes)), pdf.diagnostics)
}

fn entry(book: &Book, name: &str) -> String {
    let bytes = epub::write(book, &imprint(), &Highlights::of(book)).expect("an EPUB").value;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("an entry").read_to_string(&mut text).expect("UTF-8");
    text
}

#[test]
fn equations_arrive_in_both_formats_and_are_counted() {
    let (book, said) = book("# A\n\nIn line $a_1 = \\frac{x}{2}$.\n\n$$\\sum_{k=1}^n k \\tag{7}$$\n");
    assert_eq!(said, []);
    assert_eq!(Counts::of(&book).equations, 2);
    let (text, said) = typeset(&book);
    assert_eq!(said, []);
    for sign in ["𝑎", "∑", "(7)"] {
        assert!(text.contains(sign), "{sign} in {text}");
    }
    let xhtml = entry(&book, "OEBPS/text/a.xhtml");
    assert!(
        xhtml.contains(
            "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\"a_1 = \\frac{x}{2}\"><mrow><msub>\
             <mi>a</mi><mn>1</mn></msub><mo>=</mo><mfrac><mi>x</mi><mn>2</mn></mfrac></mrow></math>"
        ),
        "{xhtml}"
    );
    assert!(xhtml.contains("<munderover><mo movablelimits=\"false\">∑</mo>"), "{xhtml}");
    assert!(xhtml.contains("<span class=\"tag\">(7)</span>"), "{xhtml}");
    let package = entry(&book, "OEBPS/content.opf");
    let holds = |file: &str| {
        let item = package.lines().find(|l| l.contains(&format!("href=\"text/{file}\""))).expect("an item");
        item.contains("properties=\"mathml\"")
    };
    assert!(holds("a.xhtml") && !holds("b.xhtml"), "{package}");
}

#[test]
fn an_equation_that_cannot_be_converted_is_shown_as_it_is_written() {
    let (book, said) = book("# A\n\nAn $\\unheard{x}$ one.\n\n$$\n\\frac{1\n$$\n");
    assert_eq!(said.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::MathInvalid; 2]);
    let (text, _) = typeset(&book);
    assert!(text.contains("\\unheard{x}") && text.contains("\\frac{1"), "{text}");
    let xhtml = entry(&book, "OEBPS/text/a.xhtml");
    assert!(xhtml.contains("<code>\\unheard{x}</code>") && !xhtml.contains("<math"), "{xhtml}");
    assert!(!entry(&book, "OEBPS/content.opf").contains("mathml"));
}

#[test]
fn no_equation_runs_code_or_makes_typst_fail() {
    // Some are nested too deeply to be converted, the others as deeply as can be.
    let nested = |open: &str, close: &str| {
        let times = |n| format!("$${}x{}$$\n\n", open.repeat(n), close.repeat(n));
        [6, 10, 14, 15, 30, 31].map(times).concat()
    };
    let mut chapter = String::from("# A\n\n");
    for (open, close) in [
        (r"\frac{1}{", "}"),
        (r"\sqrt{", "}"),
        (r"x^{", "}"),
        (r"\left( ", r"\right)"),
        (r"\begin{pmatrix}", r"\end{pmatrix}"),
        (r"\boxed{", "}"),
        (r"\hat{", "}"),
        (r"\overset{a}{", "}"),
        (r"\textcolor{red}{", "}"),
    ] {
        chapter.push_str(&nested(open, close));
    }
    chapter.push_str(
        r#"$\text{#panic("x") \$y\$ ] ) " # \#read("/etc/passwd")}$, $\text{#panic() } }$, $#$, $"]#$, $\operatorname{"}$, "#,
    );
    chapter.push_str("$()$, $x_{}^{}$, ${}$, $\\left. \\right.$, $\\frac{}{}$, $\\sqrt{}$, $_a^b$, $é + 中 + 🙋 + \u{301}$\n");
    chapter.push_str("\n$$\\begin{matrix}\\end{matrix} \\begin{cases}\\end{cases} \\begin{array}{c|c}\\hline\\hline\\end{array}$$\n");
    let (book, _) = book(&chapter);
    let (text, said) = typeset(&book);
    assert!(said.iter().all(|d| d.code == Code::GlyphMissing), "{said:?}");
    assert!(said.iter().any(|d| d.message.contains("U+4E2D")), "{said:?}");
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("#panic(") && text.contains("#read("), "{text}");
    entry(&book, "OEBPS/text/a.xhtml");
}
