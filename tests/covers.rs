//! Covers, as editions have them: the PDF's first page, the EPUB's image, and
//! the pictures beside both.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "content operators that are of no interest")]

mod common;
#[path = "common/pdf.rs"]
#[allow(dead_code, reason = "shared with the tests of the PDF writer")]
mod reading;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};
use serde_json::Value;

use self::common::Repo;
use self::common::run::{Run, bindery, done, files};

/// A portrait: 6 × 9 pixels of one colour, a PNG.
fn image() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(60, 90, image::Rgb([180, 40, 30]));
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("encodes");
    bytes.into_inner()
}

fn guide() -> Repo {
    let repo = Repo::new();
    repo.write("docs/book.toml", "[book]\ntitle = \"A Guide\"\nauthors = [\"Ada\"]\n")
        .write("docs/src/SUMMARY.md", "- [One](one.md)\n- [Two](two.md)\n")
        .write("docs/src/one.md", "# One\n\nFirst words lead to [the others](two.md).\n")
        .write("docs/src/two.md", "# Two\n\nOther words.\n")
        .write("docs/art/tower.png", image())
        .commit("Begin", "2021-05-01T12:00:00Z");
    repo.write("docs/src/one.md", "# One\n\nNext words.\n").commit("Change", "2022-05-01T12:00:00Z");
    repo
}

/// The last edition, built with some flags.
struct Built {
    folder: PathBuf,
    record: Value,
    pdf: Vec<u8>,
    run: Run,
}

fn build(repo: &Repo, flags: &[&str]) -> Built {
    let root = repo.beside("");
    let out = format!("out{}", flags.concat().replace('/', "-"));
    let run = bindery(&root, &[&["build", "book", "--latest", "--output", &out], flags].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let folder = root.join(out).join("a-guide/2022-05-01");
    let record = std::fs::read(folder.join("edition.json")).expect("a record");
    let pdf = std::fs::read(folder.join("a-guide-2022-05-01.pdf")).expect("a PDF");
    Built { record: serde_json::from_slice(&record).expect("JSON"), folder, pdf, run }
}

fn pages(record: &Value) -> u64 {
    let formats = record["formats"].as_array().expect("a list");
    formats.iter().find(|it| it["format"] == "pdf").expect("a PDF")["pages"].as_u64().expect("a number")
}

/// The first structure element of a document: its type and alternative text.
fn first_element(pdf: &Pdf) -> (String, Option<String>) {
    fn first<'a>(node: &Dict<'a>) -> Option<Dict<'a>> {
        match node.get::<Array>("K") {
            Some(kids) => kids.iter::<Object>().find_map(|kid| match kid {
                Object::Dict(kid) => Some(kid),
                _ => None,
            }),
            None => node.get::<Dict>("K"),
        }
    }
    let root = reading::catalogue(pdf).get::<Dict>("StructTreeRoot").expect("is tagged");
    let element = first(&first(&root).expect("a document")).expect("an element");
    let alternative = element.get::<PdfString>("Alt").map(|text| decoded(text.as_bytes()));
    (element.get::<Name>("S").expect("a type").as_str().to_owned(), alternative)
}

/// A text string (ISO 32000-1, 7.9.2.2).
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The labels of pages as they are shown: prefix and, if there is one, the
/// letter (ISO 32000-1, 12.4.2), for the first few.
fn labels(pdf: &Pdf) -> Vec<String> {
    let labels = reading::catalogue(pdf).get::<Dict>("PageLabels").expect("labels");
    let all = labels.get::<Array>("Nums").expect("a flat tree");
    let shown = |label: Dict| {
        let prefix = label.get::<PdfString>("P").map(|text| decoded(text.as_bytes())).unwrap_or_default();
        let number = label.get::<u32>("St").unwrap_or(1);
        match label.get::<Name>("S").map(|style| style.as_str().to_owned()).as_deref() {
            Some("a") => {
                format!("{prefix}{}", char::from(b'a' + u8::try_from(number - 1).expect("a letter")))
            }
            Some("D") => format!("{prefix}{number}"),
            _ => prefix,
        }
    };
    all.iter::<Object>()
        .filter_map(|it| match it {
            Object::Dict(label) => Some(shown(label)),
            _ => None,
        })
        .collect()
}

/// A file of the EPUB in a folder.
fn in_epub(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let file = std::fs::File::open(folder.join("a-guide-2022-05-01.epub")).expect("an EPUB");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name(&format!("OEBPS/{path}")).ok()?.read_to_end(&mut bytes).expect("reads");
    Some(bytes)
}

fn size(bytes: &[u8]) -> (u32, u32) {
    let image = image::load_from_memory(bytes).expect("an image");
    (image.width(), image.height())
}

#[test]
fn the_first_page_is_a_figure_that_says_what_it_is_and_is_not_counted() {
    let repo = guide();
    let (with, without) = (build(&repo, &[]), build(&repo, &["--cover", "none"]));
    assert_eq!(pages(&with.record), pages(&without.record) + 1);
    let (pdf, bare) = (reading::open(&with.pdf), reading::open(&without.pdf));
    let alternative = "Cover: A Guide. Edition of 1 May 2022".to_owned();
    assert_eq!(first_element(&pdf), ("Figure".to_owned(), Some(alternative)));
    assert_ne!(first_element(&bare).0, "Figure");
    assert_eq!(labels(&pdf).first().map(String::as_str), Some("Cover"));
    // All that follows has the numbers that it has without a cover.
    let (text, rest) = (reading::pages(&pdf), reading::pages(&bare));
    assert_eq!(text[0], "", "its text is drawn");
    // The colophon names the setting, and comes last.
    let last = rest.len() - 1;
    assert_eq!(text[1..last], rest[..last - 1]);
    let conformance = &with.record["formats"][0]["conformance"];
    assert_eq!(*conformance, serde_json::json!(["a-2a", "ua-1"]), "{}", with.run.err);
    let media = pdf.pages()[0].media_box();
    assert!((media.width() - 595.28).abs() < 0.1 && (media.height() - 841.89).abs() < 0.1);
}

#[test]
fn a_two_sided_book_keeps_its_right_pages() {
    let repo = guide();
    let with = build(&repo, &["--two-sided", "--paper", "a5"]);
    let without = build(&repo, &["--two-sided", "--paper", "a5", "--cover", "none"]);
    assert_eq!(pages(&with.record), pages(&without.record) + 2);
    let (pdf, bare) = (reading::open(&with.pdf), reading::open(&without.pdf));
    assert_eq!(labels(&pdf)[..2], ["Cover", "Verso"]);
    let (text, rest) = (reading::pages(&pdf), reading::pages(&bare));
    assert_eq!((text[0].as_str(), text[1].trim()), ("", ""));
    assert_eq!(text[2..4], rest[..2]);
    assert!((pdf.pages()[0].media_box().width() - 419.53).abs() < 0.1);
}

#[test]
fn the_pictures_are_files_of_the_edition() {
    let repo = guide();
    let built = build(&repo, &[]);
    let listed: Vec<&str> =
        built.record["files"].as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
    for (name, want) in
        [("cover.png", (600, 960)), ("cover-small.png", (200, 320)), ("card.png", (1200, 630))]
    {
        assert!(listed.contains(&name), "{listed:?}");
        assert_eq!(size(&std::fs::read(built.folder.join(name)).expect("a picture")), want, "{name}");
    }
    let root = repo.beside("");
    done(&root, &["verify", "out", "--rebuild", "--source", "book"]);
    let again = bindery(&root, &["build", "book", "--latest", "--output", "again", "--bagit"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let bag = root.join("again/a-guide/2022-05-01");
    let same = |name: &str| {
        std::fs::read(bag.join("data").join(name)).ok() == std::fs::read(built.folder.join(name)).ok()
    };
    assert!(same("cover.png") && same("card.png"));
    done(&root, &["verify", "again"]);
    let card = bag.join("data/card.png");
    let mut bytes = std::fs::read(&card).expect("reads");
    bytes[100] ^= 1;
    std::fs::write(&card, bytes).expect("writes");
    let run = bindery(&root, &["verify", "again"]);
    assert!(run.code == 1 && run.out.contains("card.png"), "{}", run.out);
}

#[test]
fn the_cache_has_the_pictures_too() {
    let repo = guide();
    let root = repo.beside("");
    let build = |out: &str| {
        done(&root, &["build", "book", "--latest", "--cache", "cache", "--output", out]);
        files(&root.join(out))
    };
    let built = build("one");
    assert!(built.iter().any(|(name, _)| name.ends_with("/cover-small.png")));
    assert_eq!(built, build("two"));
}

#[test]
fn chapters_are_not_laid_out_again_for_another_cover() {
    let repo = guide();
    let root = repo.beside("");
    let run = done(&root, &["build", "book", "--output", "both", "--json"]);
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let editions = report["editions"].as_array().expect("a list");
    let counts: Vec<u64> =
        editions.iter().map(|it| it["anew"]["laid-out"].as_u64().expect("a number")).collect();
    // Imprint, changes and colophon, and the one chapter that is another.
    assert!(counts.len() == 2 && counts[1] == 4, "{counts:?}");
}

#[test]
fn an_image_of_the_document_is_the_cover() {
    let repo = guide();
    // Below the book's folder, which is no part of the path.
    for path in ["art/tower.png", "docs/art/tower.png"] {
        let built = build(&repo, &["--cover", path]);
        let shown = in_epub(&built.folder, "cover.png").expect("a cover");
        assert_eq!(size(&shown), (60, 90), "as it is");
        assert_eq!(size(&std::fs::read(built.folder.join("cover.png")).expect("reads")), (600, 900));
        assert_eq!(built.record["settings"]["cover"], path);
        assert_eq!(first_element(&reading::open(&built.pdf)).0, "Figure");
        assert_eq!(built.record["formats"][0]["conformance"], serde_json::json!(["a-2a", "ua-1"]));
        assert_eq!(built.record["diagnostics"], serde_json::json!([]));
    }
}

#[test]
fn what_is_no_image_is_said_and_the_drawing_stands_in() {
    let repo = guide();
    let built = build(&repo, &["--cover", "docs/src/one.md"]);
    assert!(built.run.err.contains("warning[cover-invalid]: the cover `docs/src/one.md` can't be shown"));
    let drawn = build(&repo, &[]);
    let picture = |built: &Built| std::fs::read(built.folder.join("cover.png")).expect("reads");
    assert_eq!(picture(&built), picture(&drawn));
}

#[test]
fn without_a_cover_an_epub_has_a_drawn_one() {
    let repo = guide();
    let built = build(&repo, &["--cover", "none"]);
    assert_eq!(size(&in_epub(&built.folder, "cover.png").expect("a cover")), (1600, 2560));
    assert!(built.folder.join("cover-small.png").exists());
    let package =
        String::from_utf8(in_epub(&built.folder, "content.opf").expect("a package")).expect("UTF-8");
    assert!(
        package.contains("href=\"cover.png\" media-type=\"image/png\" properties=\"cover-image\""),
        "{package}"
    );
}
