//! The standards that a PDF conforms to: a hostile book reaches PDF/A-2a and
//! PDF/UA-1, one that can't is made at a lower level, and says so everywhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "content operators that are of no interest")]

#[path = "common/pdf.rs"]
#[allow(dead_code, reason = "shared with the tests of the PDF writer")]
mod reading;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use serde_json::Value;
use tempfile::TempDir;

/// Builds a book of files in a folder of its own.
fn build(files: &[(&str, &str)], flags: &[&str]) -> (TempDir, Output) {
    let place = TempDir::new().expect("a folder");
    for (path, text) in files {
        let path = place.path().join("book").join(path);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .current_dir(place.path())
        .args(["build", "book", "--draft", "--output", "out"])
        .args(flags)
        .output()
        .expect("runs");
    (place, output)
}

/// The folder of the one edition.
fn folder(place: &Path) -> PathBuf {
    let one = |folder: &Path| {
        let mut entries = std::fs::read_dir(folder).expect("there").map(|e| e.expect("an entry").path());
        entries.find(|path| path.is_dir()).expect("a folder")
    };
    one(&one(&place.join("out")))
}

/// The name of the file of a format.
fn formats<'a>(record: &'a Value, name: &str) -> &'a str {
    let formats = record["formats"].as_array().expect("a list");
    let format = formats.iter().find(|f| f["format"] == name).expect("is made");
    format["file"].as_str().expect("a name")
}

/// The record of the one edition in a folder, and its PDF.
fn made(place: &Path) -> (Value, Vec<u8>) {
    let folder = folder(place);
    let record: Value =
        serde_json::from_slice(&std::fs::read(folder.join("edition.json")).expect("there")).expect("JSON");
    let bytes = std::fs::read(folder.join(formats(&record, "pdf"))).expect("there");
    (record, bytes)
}

fn conformance(record: &Value) -> Vec<&str> {
    let formats = record["formats"].as_array().expect("a list");
    let pdf = formats.iter().find(|f| f["format"] == "pdf").expect("a PDF");
    let names = pdf["conformance"].as_array().expect("a list").iter();
    names.map(|name| name.as_str().expect("a string")).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The attached files, by name, and their bytes.
fn attachments(pdf: &Pdf) -> Vec<(String, Vec<u8>)> {
    let files = reading::catalogue(pdf).get::<Array>("AF").expect("files are attached");
    let mut out: Vec<(String, Vec<u8>)> = files
        .iter::<Dict>()
        .map(|file| {
            assert_eq!(file.get::<Name>("AFRelationship").expect("has one").as_str(), "Source");
            let name = file.get::<PdfString>("F").expect("has a name");
            let stream = file.get::<Dict>("EF").expect("is embedded").get::<Stream>("F").expect("has bytes");
            (String::from_utf8_lossy(name.as_bytes()).into_owned(), stream.decoded().expect("reads").to_vec())
        })
        .collect();
    out.sort();
    out
}

/// The languages of the document and of its structure elements.
fn languages(pdf: &Pdf) -> BTreeSet<String> {
    fn walk(node: &Dict, out: &mut BTreeSet<String>) {
        let tag = node.get::<PdfString>("Lang");
        out.extend(tag.map(|tag| String::from_utf8_lossy(tag.as_bytes()).into_owned()));
        if let Some(kids) = node.get::<Array>("K") {
            kids.iter::<Object>().for_each(|kid| {
                if let Object::Dict(kid) = kid {
                    walk(&kid, out);
                }
            });
        } else if let Some(kid) = node.get::<Dict>("K") {
            walk(&kid, out);
        }
    }
    let mut out = BTreeSet::new();
    // Words inside of a paragraph say it in the page itself.
    for page in pdf.pages().iter() {
        let content = String::from_utf8_lossy(page.page_stream().expect("has content")).into_owned();
        let tags = content.split("/Lang").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('('));
        out.extend(tags.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    let catalogue = reading::catalogue(pdf);
    walk(&catalogue.get::<Dict>("StructTreeRoot").expect("is tagged"), &mut out);
    out.extend(
        catalogue.get::<PdfString>("Lang").map(|t| String::from_utf8_lossy(t.as_bytes()).into_owned()),
    );
    out
}

const SUMMARY: (&str, &str) = ("src/SUMMARY.md", "- [One](one.md)\n- [Two](two.md)\n");
const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><path d=\"M0 0h9v9z\"/></svg>";

/// A drawing of clips in clips, deeper than PDF/A allows.
fn deep_drawing() -> String {
    let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"99\" height=\"99\"><defs>");
    for i in 0..40 {
        write!(out, "<clipPath id=\"c{i}\"><circle cx=\"50\" cy=\"50\" r=\"{}\"/></clipPath>", 50 - i)
            .unwrap();
    }
    out.push_str("</defs>");
    for i in 0..40 {
        write!(out, "<g clip-path=\"url(#c{i})\"><rect width=\"99\" height=\"99\" fill=\"#{i:02}8899\"/>")
            .unwrap();
    }
    out + &"</g>".repeat(40) + "</svg>"
}

fn hostile() -> String {
    let mut rows = String::new();
    for i in 0..90 {
        writeln!(rows, "| row {i} | what is said of it |").unwrap();
    }
    format!(
        "# One\n\n#\n\n#### Four below one\n\n![](a.svg)\n\nA line ![](a.svg), <img src=\"a.svg\" alt=\"\">, \
         [![](a.svg)](https://example.org/).\n\n\
         | [Head](https://example.org/) | `code` and [two](two.md) |\n|---|---|\n{rows}\n\
         | Noted[^1] | x |\n|---|---|\n{rows}\n\
         |   |   |\n|---|---|\n| no | head |\n\n\
         <table><tr><th>Left</th><td>a</td></tr><tr><th>Below</th><td>b</td></tr></table>\n\n\
         Private \u{E000} \u{F8FF} \u{F0001} `\u{E0B0}`, none \u{378}, control \u{1}, bad \u{FFFD}.\n\n\
         ```text\n\u{E0B0} in code\n```\n\n\
         [](https://example.org/empty), [ ](two.md) and <a href=\"https://example.org\"></a>.\n\n\
         🙋‍♀️ 👩🏽‍🚀 שלום עולם مرحبا بالعالم\n\n$E = mc^2$\n\n$$ \\int_0^1 x\\,dx $$\n\n\
         A note[^a] and again[^a].\n\n[^a]: With a [link](two.md) and a note[^1].\n[^1]: The first.\n\n\
         > > > > > > > > > > deep\n\n\
         <u>~~both~~</u> ~~<u>both</u>~~ <mark>~~x~~</mark> ~~[link](two.md)~~\n\n\
         - [ ] open\n- [x] done\n\n1. a\n   - b\n     1. c\n\nTerm\n: What it is\n\n\
         ![Not there](missing.png)\n\n![Far](https://example.org/x.png)\n\n###### Six\n"
    )
}

#[test]
fn a_hostile_book_reaches_both_standards() {
    let one = hostile();
    let two = "<h6>No title</h6>\n\n```\n```\n\n$$ \\text{🙋 \u{E000}} $$\n";
    for flags in [&["--link-urls", "footnote"][..], &["--two-sided", "--link-urls", "list"]] {
        let files = [SUMMARY, ("src/one.md", &one), ("src/two.md", two), ("src/a.svg", DRAWING)];
        let (place, output) = build(&files, flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (record, pdf) = made(place.path());
        assert_eq!(conformance(&record), ["a-2a", "ua-1"], "{record:#}");
        assert!(holds(&pdf, "<pdfaid:conformance>A<"), "its metadata says so");
        assert!(!record.to_string().contains("pdf-standard-unmet"));
    }
}

/// What has no words of its own but is led to, or leads away.
#[test]
fn notes_and_anchors_without_words_are_kept_in_both_formats() {
    let rows = "| a | y |\n".repeat(90);
    let one = format!(
        "# One\n\n| [^n] | |\n|--|--|\n| | y |\n\n| *<a id=\"q\"></a>* | |\n|--|--|\n{rows}\n\
         | head <a id=\"r\"></a> | |\n|--|--|\n{rows}\n| <a id=\"s\"></a> |\n|--|\n\n[q](#q) [r](#r) [s](#s)\n\n\
         [^n]: The first note.\n"
    );
    let two = "# [^1]\n\n## <a id=\"u\"></a> <a id=\"v\"></a>\n\n## <img src=\"a.svg\" alt=\"\">\n\n[u](#u) [v](#v)\n\n\
               [^1]: The second note.\n";
    let files = [SUMMARY, ("src/one.md", &one), ("src/two.md", two), ("src/a.svg", DRAWING)];
    let (place, output) = build(&files, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (record, pdf) = made(place.path());
    assert_eq!(conformance(&record), ["a-2a", "ua-1"], "{record:#}");
    let said: Vec<&str> = record["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|d| d["severity"] != "note")
        .map(|d| d["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(said, ["heading-empty", "heading-empty", "image-without-alt"]);
    let text = reading::text(&reading::open(&pdf));
    assert!(text.contains("The first note.") && text.contains("The second note."), "{text}");
    let epub = formats(&record, "epub");
    let bytes = std::fs::read(folder(place.path()).join(epub)).expect("there");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut all = String::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).expect("an entry");
        if file.name().ends_with(".xhtml") {
            std::io::Read::read_to_string(&mut file, &mut all).expect("UTF-8");
        }
    }
    for id in ["q", "r", "s", "u", "v"] {
        assert!(all.contains(&format!("id=\"{id}\"")), "{id}: {all}");
    }
    assert_eq!(all.matches("doc-noteref").count(), 2, "{all}");
}

#[test]
fn a_title_as_long_as_a_chapter_stays_on_its_page() {
    let title = "unending ".repeat(4000);
    let files = [("one.md", &*format!("# {title}\n\n{}", "Some text.\n\n".repeat(200)))];
    let (place, output) = build(&files, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("warning[title-shortened]"), "{said}");
    let (record, pdf) = made(place.path());
    assert_eq!(conformance(&record), ["a-2a", "ua-1"], "{record:#}");
    let pages = reading::open(&pdf);
    let set = reading::text(&pages).matches("unending").count();
    // Whole where the chapter begins, and cut in heads, contents and titles.
    let pages = pages.pages().len();
    assert!((4000..4000 + 20 * pages + 200).contains(&set), "{set} on {pages} pages");
    let title = record["title"].as_str().expect("a title");
    assert!(title.ends_with('…') && title.chars().count() <= 500, "{title}");
}

/// A name that Typst takes for no path of its own.
#[cfg(unix)]
#[test]
fn a_backslash_in_a_files_name_costs_nothing() {
    let files = [("README.md", "# One\n\nx\n"), ("back\\slash.md", "# Two\n\nIt is there.\n")];
    let (place, output) = build(&files, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (record, pdf) = made(place.path());
    assert_eq!(conformance(&record), ["a-2a", "ua-1"], "{record:#}");
    assert!(reading::text(&reading::open(&pdf)).contains("It is there."));
}

#[test]
fn a_book_that_can_not_conform_is_made_at_the_level_that_holds_and_says_so() {
    let drawing = deep_drawing();
    let files = [
        SUMMARY,
        ("src/one.md", "# One\n\n![Clips](deep.svg)\n"),
        ("src/two.md", "# Two\n"),
        ("src/deep.svg", drawing.as_str()),
    ];
    let (place, output) = build(&files, &[]);
    assert!(output.status.success(), "a warning fails nothing");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("pdf-standard-unmet") && said.contains("one.md:1:1"), "{said}");
    let (record, pdf) = made(place.path());
    assert_eq!(conformance(&record), ["ua-1"]);
    assert!(!holds(&pdf, "pdfaid:"), "it claims no PDF/A");
    let text = reading::text(&reading::open(&pdf));
    assert!(!text.contains("PDF/A-2a"), "nor does the colophon: {text}");
    let (_place, output) = build(&files, &["--strict"]);
    assert_eq!(output.status.code(), Some(1), "--strict fails on it");
}

#[test]
fn no_standards_are_a_choice() {
    let files = [SUMMARY, ("src/one.md", "# One\n"), ("src/two.md", "# Two\n")];
    let (place, _) = build(&files, &["--pdf-standards", "none"]);
    let (record, pdf) = made(place.path());
    assert!(conformance(&record).is_empty());
    assert!(!holds(&pdf, "pdfaid:") && !record.to_string().contains("pdf-standard-unmet"));
    let (_place, output) = build(&files, &["--pdf-standards", "a-2u", "--attach-sources"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("PDF/A-2u forbids attached files") && said.contains("a-3a"), "{said}");
}

#[test]
fn sources_are_attached_byte_for_byte() {
    // A byte order mark and Windows' line ends stay as they are.
    let one = "\u{FEFF}# One\r\n\r\n{{#include part.txt}}\r\n";
    let files = [
        ("book.toml", "[book]\ntitle = \"Attached\"\n"),
        SUMMARY,
        ("src/one.md", one),
        ("src/part.txt", "Included.\n"),
        ("src/two.md", "# Two\n"),
        ("src/other.md", "# Not in the book\n"),
    ];
    let (place, output) = build(&files, &["--attach-sources"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (record, pdf) = made(place.path());
    assert_eq!(conformance(&record), ["a-3a", "ua-1"]);
    let attached = attachments(&reading::open(&pdf));
    let names: Vec<&str> = attached.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["book.toml", "src/SUMMARY.md", "src/one.md", "src/part.txt", "src/two.md"]);
    for (name, bytes) in &attached {
        assert_eq!(bytes, &std::fs::read(place.path().join("book").join(name)).expect("there"), "{name}");
    }
}

#[test]
fn a_language_reaches_tags_and_elements() {
    let files = [
        ("book.toml", "[book]\ntitle = \"Sprachen\"\nlanguage = \"de\"\n"),
        SUMMARY,
        ("src/one.md", "---\nlang: pt-br\n---\n# Um\n\n<i lang=\"fr\">mot</i>\n"),
        (
            "src/two.md",
            "# Zwei\n\n<div lang=\"la\">\n\nVerbum.\n\n</div>\n\n<ul xml:lang=\"it\"><li>uno</li></ul>\n",
        ),
    ];
    let (place, output) = build(&files, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (_, pdf) = made(place.path());
    let languages = languages(&reading::open(&pdf));
    for tag in ["de", "pt-BR", "fr", "la", "it", "en"] {
        assert!(languages.contains(tag), "{tag} is not in {languages:?}");
    }
}
