//! The sample of scripts in `tests/characters`, through both writers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "content operators that are of no interest")]

#[path = "common/pdf.rs"]
#[allow(dead_code, reason = "shared with the tests of the PDF writer")]
mod pdf;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the sample, or a copy of it with other settings; gives the folder.
fn build(source: &Path, into: &Path, arguments: &[&str]) -> PathBuf {
    let output = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .args(["build", "--draft", "--quiet", "--no-installed-fonts", "--no-catalogue", "--output"])
        .arg(into)
        .args(arguments)
        .arg(source)
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let book = std::fs::read_dir(into).expect("a folder").next().expect("a book").expect("an entry").path();
    book.join("draft")
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/characters")
}

fn file(folder: &Path, extension: &str) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let path = entries
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_some_and(|e| e == extension))
        .expect("the file is there");
    std::fs::read(path).expect("can be read")
}

/// A file of an EPUB.
fn part(epub: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(epub)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("UTF-8");
    text
}

#[test]
fn every_script_is_drawn_and_can_be_copied() {
    let into = tempfile::tempdir().expect("a folder");
    let folder = build(&sample(), into.path(), &[]);
    let text = pdf::text(&pdf::open(&file(&folder, "pdf")));
    let letters: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    for words in
        ["kʷaʔɬ", "გამარჯობა", "這份文件每個月", "カタカナ", "안녕하세요", "ภาษาไทย", "ሰላም", "𝔸", "U+13000"]
    {
        assert!(letters.contains(words), "{words}");
    }
    // Nothing but what is meant to be missing is said to be.
    let manifest: serde_json::Value = serde_json::from_slice(&file(&folder, "json")).expect("JSON");
    let missing: Vec<&str> = manifest["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|d| {
            d["code"] == "glyph-missing" && d["path"].as_str().is_some_and(|path| path.ends_with("signs.md"))
        })
        .map(|d| d["message"].as_str().expect("a message"))
        .collect();
    assert!(missing.iter().all(|m| !m.contains("Arabic") && !m.contains("Hangul")), "{missing:#?}");
    assert_eq!(missing.len(), 10, "{missing:#?}");
    assert!(manifest["fonts"].is_null(), "no font but the binary's");
}

#[test]
fn the_epub_says_direction_and_language_where_they_differ() {
    let into = tempfile::tempdir().expect("a folder");
    let epub = file(&build(&sample(), into.path(), &["--formats", "epub"]), "epub");
    let chapter = part(&epub, "OEBPS/text/direction.xhtml");
    for expected in [
        "<p dir=\"rtl\" lang=\"he\" xml:lang=\"he\">פסקה",
        "<code dir=\"ltr\">cargo</code> הוא",
        "<p dir=\"rtl\" lang=\"fa\" xml:lang=\"fa\">",
        "<p>An English paragraph that mentions",
        "<ul dir=\"rtl\">",
        "<li dir=\"ltr\">third item",
        "<blockquote dir=\"rtl\">",
    ] {
        assert!(chapter.contains(expected), "{expected}");
    }
    let traps = part(&epub, "OEBPS/text/invisible.xhtml");
    assert!(traps.contains("<span class=\"trap\">U+202E</span>") && !traps.contains('\u{202E}'));
    assert!(traps.contains("\u{2067}עולם.\u{2069}</p>"), "what is left open is closed");
}

#[test]
fn a_book_from_right_to_left_is_so_altogether() {
    let copy = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(copy.path().join("src")).expect("made");
    std::fs::write(copy.path().join("book.toml"), "[book]\ntitle = \"ספר\"\nlanguage = \"he\"\n")
        .expect("written");
    std::fs::write(copy.path().join("src/SUMMARY.md"), "- [פרק](a.md)\n").expect("written");
    std::fs::write(copy.path().join("src/a.md"), "# פרק\n\nRust היא שפה.\n\nEnglish only.\n")
        .expect("written");
    let into = tempfile::tempdir().expect("a folder");
    let folder = build(copy.path(), into.path(), &[]);
    let epub = file(&folder, "epub");
    assert!(part(&epub, "OEBPS/content.opf").contains("page-progression-direction=\"rtl\""));
    let chapter = part(&epub, "OEBPS/text/a.xhtml");
    assert!(chapter.contains("lang=\"he\" xml:lang=\"he\" dir=\"rtl\">"), "{chapter}");
    assert!(chapter.contains("<p>Rust היא שפה.</p>") && chapter.contains("<p dir=\"ltr\">English only.</p>"));
    assert!(pdf::text(&pdf::open(&file(&folder, "pdf"))).contains("Rust"));
}

#[test]
fn a_font_that_is_given_comes_before_the_packed_ones_and_is_recorded() {
    let into = tempfile::tempdir().expect("a folder");
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts/DejaVuSans.ttf");
    let given = into.path().join("given.ttf");
    std::fs::copy(font, &given).expect("copied");
    let out = into.path().join("out");
    let folder = build(&sample(), &out, &["--formats", "pdf", "--fonts", given.to_str().expect("UTF-8")]);
    let manifest: serde_json::Value = serde_json::from_slice(&file(&folder, "json")).expect("JSON");
    assert_eq!(manifest["fonts"][0]["file"], "given.ttf");
    assert_eq!(manifest["fonts"][0]["installed"], false);
    assert_eq!(manifest["fonts"][0]["sha256"].as_str().map(str::len), Some(64));
}
