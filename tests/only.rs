//! Extracts: chapters bound by themselves, as documents of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use self::common::Repo;
use self::common::run::{bindery, done};

const SUMMARY: &str = "\
[Welcome](README.md)

# Sea

- [Tides](sea/tides.md)
  - [Springs](sea/springs.md)
    - [Moon](sea/moon.md)
  - [Neaps](sea/neaps.md)
- [Later]()

# Land

- [Harbours](land/harbours.md)
- [Faq](land/faq.md)
- [FAQ](sea/faq.md)
";

/// Links of every kind, to every chapter.
const LINKS: &str = "
[w](/README.md) [t](../sea/tides.md#tides) [s](../sea/springs.html) [m](../sea/moon.md#nowhere) [n](../sea/neaps.md#note)
[h](../land/harbours.md?x#deep) [f](../land/faq.md) [g](../sea/faq.md) [own](#own) [ref] [home](../index.html)
[print](/print.html) ![p](../p.png) [picture](../p.png) text[^note] <a href=\"../sea/neaps.md\">html</a> []( ../sea/neaps.md)

[ref]: ../sea/neaps.md#note

[^note]: See [the harbours](../land/harbours.md).
";

/// The smallest PNG that there is.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdac\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

const CHAPTERS: [(&str, &str); 8] = [
    ("README.md", "Welcome"),
    ("sea/tides.md", "Tides"),
    ("sea/springs.md", "Springs"),
    ("sea/moon.md", "Moon"),
    ("sea/neaps.md", "Neaps"),
    ("land/harbours.md", "Harbours"),
    ("land/faq.md", "Faq"),
    ("sea/faq.md", "FAQ"),
];

/// A book of three years: in the first, Neaps are not there yet; in the third,
/// only the harbours change.
fn pilot() -> Repo {
    let repo = Repo::new();
    repo.write(
        "book.toml",
        "[book]\ntitle = \"Pilot\"\nauthors = [\"A. Gauge\"]\n[output.html]\n\
         git-repository-url = \"https://example.org/pilot\"\n",
    );
    repo.write("src/p.png", PNG).write("src/SUMMARY.md", SUMMARY.replace("  - [Neaps](sea/neaps.md)\n", ""));
    for (path, title) in CHAPTERS.into_iter().filter(|(path, _)| *path != "sea/neaps.md") {
        repo.write(&format!("src/{path}"), format!("# {title}\n\n## Own\n\nWords of {title}.\n{LINKS}"));
    }
    repo.commit("a", "2021-05-01T10:00:00Z");
    repo.write("src/SUMMARY.md", SUMMARY);
    repo.write("src/sea/neaps.md", format!("# Neaps\n\n<a id=\"note\"></a>Half as high.\n\n## Own\n{LINKS}"));
    repo.write("src/sea/moon.md", format!("# Moon\n\n## Own\n\nOther words.\n{LINKS}"));
    repo.commit("b", "2022-05-01T10:00:00Z");
    repo.write("src/land/harbours.md", "# Harbours\n\n## Deep\n\nMany more.\n");
    repo.commit("c", "2023-05-01T10:00:00Z");
    repo
}

fn record(place: &Path, slug: &str, name: &str) -> Value {
    let path = place.join(format!("output/{slug}/{name}/edition.json"));
    serde_json::from_slice(&std::fs::read(path).expect("a record")).expect("JSON")
}

/// The documents of an EPUB by their paths.
fn documents(place: &Path, slug: &str, name: &str) -> BTreeMap<String, String> {
    let path = place.join(format!("output/{slug}/{name}/{slug}-{name}.epub"));
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).expect("an EPUB")).expect("an archive");
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
    let mut found = BTreeMap::new();
    for name in names.into_iter().filter(|name| name.ends_with("xhtml") || name.ends_with("opf")) {
        let mut text = String::new();
        zip.by_name(&name).expect("a file").read_to_string(&mut text).expect("UTF-8");
        // Where long words may break.
        found.insert(name, text.replace("<wbr/>", ""));
    }
    found
}

/// The values of an attribute.
fn values<'t>(text: &'t str, attribute: &str) -> Vec<&'t str> {
    let start = format!(" {attribute}=\"");
    text.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Links that lead to no document or to no place in it.
fn dangling(documents: &BTreeMap<String, String>) -> Vec<String> {
    let ids: BTreeMap<&str, BTreeSet<&str>> = documents
        .iter()
        .map(|(path, text)| {
            (path.rsplit('/').next().unwrap_or(path), values(text, "id").into_iter().collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in documents.iter().filter(|(path, _)| path.ends_with("xhtml")) {
        let own = path.rsplit('/').next().unwrap_or(path);
        for href in values(text, "href").into_iter().filter(|href| !href.contains(':')) {
            let (file, fragment) = href.split_once('#').unwrap_or((href, ""));
            let file = if file.is_empty() { own } else { file.rsplit('/').next().unwrap_or(file) };
            let there = ids.get(file).is_some_and(|ids| fragment.is_empty() || ids.contains(fragment));
            if !there && !file.ends_with(".css") {
                wrong.push(format!("{path}: {href}"));
            }
        }
    }
    wrong
}

#[test]
fn an_extract_is_a_document_of_its_own() {
    let repo = pilot();
    let place = TempDir::new().expect("a folder");
    let place = place.path();
    let source = repo.source();
    let said = done(place, &["build", &source, "--every", "year", "--only", "sea/springs.md"]);
    // The third year has the same springs, though other harbours.
    assert!(said.err.contains("the book at 2023-05-01"), "{}", said.err);
    done(place, &["build", &source, "--every", "year", "--formats", "epub"]);
    let slug = "pilot-sea-springs";
    let (first, second) = (record(place, slug, "2021-05-01"), record(place, slug, "2022-05-01"));
    let whole = record(place, "pilot", "2022-05-01");
    assert_eq!(second["title"], "Springs");
    assert_eq!(second["subtitle"], "From Pilot");
    assert_eq!(second["extract"]["identifier"], whole["identifier"]);
    assert_eq!(second["extract"]["chapters"], serde_json::json!(["sea/springs.md"]));
    assert_ne!(second["identifier"], whole["identifier"]);
    assert_eq!(second["previous"]["identifier"], first["identifier"]);
    assert_eq!(second["settings"]["only"], serde_json::json!(["sea/springs.md"]));
    assert_eq!(second["settings"]["slug"], "pilot");
    assert_eq!(second["counts"]["chapters"], 2, "springs, and the moon below them");
    // What changed is what changed in the extract.
    let changed = second["changes"]["list"].as_array().expect("a list").iter();
    let changed: Vec<&str> = changed.filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(changed, ["sea/springs.md", "sea/moon.md"], "a link, and words");
    assert_eq!(second["ledger"]["balanced"], true);
    // Two, and what is said about the edition.
    assert_eq!(second["ledger"]["chapters"].as_array().map(Vec::len), Some(5));
    // Numbers are those of the whole; the levels of the contents its own.
    let documents = documents(place, slug, "2022-05-01");
    let nav = documents.values().find(|text| text.contains("doc-toc")).expect("contents");
    let text = |name: &str| documents.values().filter(|text| text.contains(name)).count();
    assert!(nav.contains("1.1. Springs") || nav.contains("1.1.") && nav.contains("Springs"), "{nav}");
    assert!(nav.contains("1.1.1.") && !nav.contains("Tides") && !nav.contains("Sea<"), "{nav}");
    let urn = whole["identifier"].as_str().expect("a URN");
    assert!(text(urn) >= 3, "imprint, colophon and package name the whole");
    assert!(text("extract of “Pilot”") >= 1);
    let commit = repo.git(&["rev-parse", "HEAD~1"]);
    assert!(text(&format!("https://example.org/pilot/blob/{commit}/src/sea/tides.md#tides")) >= 1);
    assert!(text(&format!("https://example.org/pilot/blob/{commit}/src/README.md")) >= 1);
    // It can be made again, by the record and by the printed command.
    let verified = done(place, &["verify", "output", "--rebuild", "--source", &source]).out;
    assert_eq!(verified.matches("same bytes").count(), 5, "{verified}");
    let command =
        second["rebuild"].as_str().expect("a command").replace("https://example.org/pilot", &source);
    let command = command.replacen("bindery", env!("CARGO_BIN_EXE_bindery"), 1);
    let again = TempDir::new().expect("a folder");
    let ran = common::run::run(again.path(), &[], "sh", &["-c", &format!("{command} --no-cache")]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for file in ["pilot-sea-springs-2022-05-01.pdf", "pilot-sea-springs-2022-05-01.epub"] {
        let bytes = |root: &Path| std::fs::read(root.join("output").join(slug).join("2022-05-01").join(file));
        assert_eq!(bytes(place).expect("built"), bytes(again.path()).expect("built again"), "{file}");
    }
}

#[test]
fn links_of_an_extract_never_dangle() {
    let repo = pilot();
    let place = TempDir::new().expect("a folder");
    let place = place.path();
    let source = repo.source();
    for known in [true, false] {
        if !known {
            repo.write("book.toml", "[book]\ntitle = \"Pilot\"\n").commit("d", "2024-05-01T10:00:00Z");
        }
        for (path, title) in CHAPTERS {
            let said = done(
                place,
                &["build", &source, "--latest", "--previous", "none", "--only", path, "--verbose", "--json"],
            );
            let report: Value = serde_json::from_str(&said.out).expect("JSON");
            let folder = std::fs::read_dir(place.join("output")).expect("written").next();
            let slug = folder.expect("one").expect("one").file_name().to_string_lossy().into_owned();
            let name = if known { "2023-05-01" } else { "2024-05-01" };
            let documents = documents(place, &slug, name);
            assert_eq!(dangling(&documents), <[String; 0]>::default(), "{title}");
            let manifest = record(place, &slug, name);
            // Typst refuses a PDF with a link that leads nowhere.
            assert_eq!(manifest["formats"].as_array().map(Vec::len), Some(2), "{report}");
            assert_eq!(manifest["ledger"]["balanced"], true, "{title}");
            let codes: Vec<&str> = manifest["diagnostics"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|said| said["message"].as_str().is_some_and(|m| m.contains("not bound here")))
                .filter_map(|said| said["severity"].as_str())
                .collect();
            assert_eq!(codes.is_empty(), known || ["Welcome", "Harbours"].contains(&title), "{title}");
            assert!(codes.iter().all(|severity| *severity == "note"), "{title}");
            // Nothing is said of chapters that are not bound.
            let files = manifest["diagnostics"].as_array().expect("a list").iter();
            let mut files = files.filter_map(|said| said["place"]["path"].as_str());
            assert!(files.all(|file| file == format!("src/{path}") || file.contains("sea/")), "{title}");
            std::fs::remove_dir_all(place.join("output")).expect("removed");
        }
    }
}

#[test]
fn chapters_are_named_by_path_title_or_number() {
    let repo = pilot();
    let place = TempDir::new().expect("a folder");
    let place = place.path();
    let source = repo.source();
    let check = |only: &[&str]| {
        let flags: Vec<&str> = only.iter().flat_map(|name| ["--only", name]).collect();
        bindery(place, &[&["check", &source, "--every", "year"][..], &flags].concat())
    };
    for name in ["sea/neaps.md", "src/sea/neaps.md", "sea/neaps", "neAPS", "1.2", "1.2."] {
        let said = check(&[name]);
        assert_eq!(said.code, 0, "{name}: {}", said.err);
        assert!(said.err.contains("note: there is no chapter `sea/neaps.md` at 2021-05-01"), "{}", said.err);
        assert!(!said.err.contains("\n2021"), "{}", said.err);
    }
    for (name, why) in [
        ("neaps.md", "there is `sea/neaps.md`"),
        ("Harbor", "there is `land/harbours.md`"),
        ("faq", "`land/faq.md`, `sea/faq.md`"),
        ("7", "no edition has a chapter `7`"),
        ("../etc", "no edition has a chapter"),
    ] {
        let said = check(&[name]);
        assert_eq!(said.code, 2, "{name}: {}", said.err);
        assert!(said.err.contains(why), "{name}: {}", said.err);
    }
    // Several make one document, in the order of the book, whatever theirs is.
    let build = |only: [&str; 2]| {
        let flags = ["--only", only[0], "--only", only[1], "--formats", "epub", "--latest", "--output", "o"];
        done(place, &[&["build", &source][..], &flags].concat());
        let folder = place.join("o/pilot-land-harbours-sea-neaps/2023-05-01/edition.json");
        std::fs::read_to_string(folder).expect("a record")
    };
    let text = build(["1.2", "harbours"]);
    assert_eq!(text, build(["land/harbours", "Neaps"]));
    assert!(text.contains("\"title\": \"Neaps and Harbours\""), "{text}");
    // In a file it is the same, and `changes` compares no more than is bound.
    repo.write("bindery.toml", "only = [\"sea/moon.md\"]\n");
    let changes = done(place, &["changes", "2022", "2023", "--source", &source]).out;
    assert!(changes.contains("nothing changed") || changes.contains("Nothing changed"), "{changes}");
}
