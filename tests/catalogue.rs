//! The catalogue of an output folder: its files as text, for a shelf of
//! made-up records in `tests/catalogue/shelf`. `BINDERY_BLESS=1` rewrites
//! `tests/catalogue/golden`; read what has changed before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use self::common::run::{bindery, done, files, names, run};
use self::common::{Repo, write};

const MADE: [&str; 5] = ["atom.xml", "editions.json", "index.html", "opds.json", "opds.xml"];

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue").join(name)
}

/// A copy of the shelf, in a folder `output`.
fn shelf() -> TempDir {
    let place = TempDir::new().expect("a folder");
    for (name, bytes) in files(&data("shelf")) {
        write(&place.path().join("output"), &name, bytes);
    }
    place
}

fn text(place: &TempDir, name: &str) -> String {
    fs::read_to_string(place.path().join("output").join(name)).expect("there")
}

fn json(place: &TempDir, name: &str) -> Value {
    serde_json::from_str(&text(place, name)).expect("JSON")
}

/// Without what changes with each version, and without the page's style.
fn comparable(name: &str, text: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let text = text.replace(&format!("Bindery {version}"), "Bindery VERSION");
    let text = text.replace(&format!("\"version\": \"{version}\""), "\"version\": \"VERSION\"");
    let text = text.replace(&format!("version=\"{version}\""), "version=\"VERSION\"");
    match text.split_once("<style>").zip(text.split_once("</style>")) {
        Some(((before, _), (_, after))) if name == "index.html" => format!("{before}<style></style>{after}"),
        _ => text,
    }
}

#[test]
fn a_shelf_is_listed_as_expected() {
    let place = shelf();
    let run = done(place.path(), &["catalogue"]);
    assert_eq!(run.out, "Catalogue: output/index.html\n");
    let mut wrong = Vec::new();
    for name in MADE {
        let made = comparable(name, &text(&place, name));
        let golden = data("golden").join(name);
        if std::env::var_os("BINDERY_BLESS").is_some() {
            fs::create_dir_all(data("golden")).expect("a folder");
            fs::write(&golden, &made).expect("writable");
        }
        if fs::read_to_string(&golden).unwrap_or_default() != made {
            wrong.push(format!("--- {name} is now\n{made}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_can_not_be_listed_is_named_and_the_others_stay() {
    let place = shelf();
    let run = done(place.path(), &["catalogue"]);
    let said = run.err.replace(&*place.path().to_string_lossy(), "…");
    for part in [
        "output/broken/cut-off/edition.json is not listed: it is not valid JSON",
        "output/broken/newer/edition.json is not listed: it has a form that this version",
        "output/broken/outside/edition.json is not listed: its file `../../secret.epub`",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(said.matches("[catalogue-record]").count(), 3, "{said}");
    let listed = json(&place, "editions.json");
    let editions = |at: usize| listed["documents"][at]["editions"].as_array().map(Vec::len);
    assert_eq!((editions(0), editions(1)), (Some(2), Some(3)));
    assert_eq!(listed["documents"][1]["latest"], "urn:uuid:22222222-2222-5222-8222-222222222222");
}

#[test]
fn the_same_records_give_the_same_bytes_and_nothing_else_is_written() {
    let place = shelf();
    let before = names(&place.path().join("output"));
    done(place.path(), &["catalogue"]);
    let once = files(&place.path().join("output"));
    let mut want: Vec<String> = MADE.into_iter().map(str::to_owned).chain(before).collect();
    want.sort();
    assert_eq!(once.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), want);
    done(place.path(), &["catalogue", "output"]);
    assert!(files(&place.path().join("output")) == once);
}

#[test]
fn links_are_those_of_the_address_that_is_given_or_recorded() {
    let place = shelf();
    let first = |place: &TempDir| {
        let feed = text(place, "atom.xml");
        let from = feed.find("rel=\"enclosure\"").expect("a download");
        let href = feed[from..].split("href=\"").nth(1).expect("an address");
        href.split('"').next().expect("its end").to_owned()
    };
    // The drafts come first; it was not published, but lies beside those that were.
    done(place.path(), &["catalogue"]);
    assert_eq!(
        first(&place),
        "https://example.org/editions/the-ferry-timetable/draft/the-ferry-timetable-draft.epub"
    );
    done(place.path(), &["catalogue", "--base-url", "http://other.example/x"]);
    assert_eq!(
        first(&place),
        "http://other.example/x/the-ferry-timetable/draft/the-ferry-timetable-draft.epub"
    );
    // Where records do not agree, nothing is known.
    let record = "kobo/nets/2022/edition.json";
    for folder in ["kobo/nets/2022", "nets/2022"] {
        let path = format!("{folder}/edition.json");
        let changed = text(&place, &path).replace("https://example.org/editions/", "https://example.net/");
        write(&place.path().join("output"), &path, changed);
    }
    assert!(text(&place, record).contains("example.net"));
    done(place.path(), &["catalogue"]);
    assert_eq!(first(&place), "the-ferry-timetable/draft/the-ferry-timetable-draft.epub");
    let refused = bindery(place.path(), &["catalogue", "--base-url", "example.org"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
}

#[test]
fn files_of_another_hand_are_left_alone() {
    let place = shelf();
    write(&place.path().join("output"), "index.html", "<p>My own page, about Bindery</p>");
    let run = bindery(place.path(), &["catalogue"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("[catalogue-failed]") && run.err.contains("--no-catalogue"), "{}", run.err);
    assert_eq!(text(&place, "index.html"), "<p>My own page, about Bindery</p>");
    assert!(!place.path().join("output/opds.xml").exists());
    for (folder, why) in [("output/nets/2022", "is the folder of an edition"), ("nowhere", "can't read")] {
        let run = bindery(place.path(), &["catalogue", folder]);
        assert!(run.code == 1 && run.err.contains(why), "{}", run.err);
    }
    fs::create_dir(place.path().join("empty")).expect("a folder");
    let run = bindery(place.path(), &["catalogue", "empty"]);
    assert!(run.code == 1 && run.err.contains("there is no edition below"), "{}", run.err);
    assert!(names(&place.path().join("empty")).is_empty());
}

#[test]
fn a_theme_has_a_page_of_its_own() {
    let place = shelf();
    let page = "<title>{{ title }}</title>{% for d in documents %}<i>{{ d.title }}</i>{{ d.latest.words|count }}{% endfor %}\n";
    write(place.path(), "theme/index.html", page);
    done(place.path(), &["catalogue", "--theme", "theme"]);
    let made = text(&place, "index.html");
    assert!(made.contains("<i>&lt;b&gt;網"), "{made}");
    assert!(made.contains("3,900"), "{made}");
    // It is known as ours, though the template says nothing of that.
    done(place.path(), &["catalogue"]);
    write(place.path(), "theme/index.html", "\n{{ nobody }}\n");
    let run = bindery(place.path(), &["catalogue", "--theme", "theme"]);
    assert!(run.code == 1 && run.err.contains("index.html, line 2"), "{}", run.err);
}

#[test]
fn a_build_leaves_the_catalogue_of_the_whole_folder() {
    let repo = Repo::new();
    repo.write("src/SUMMARY.md", "- [One](one.md)\n").write("src/one.md", "# One\n\nText.\n");
    repo.write("book.toml", "[book]\ntitle = \"Buoys\"\n").commit("a", "2021-05-01T10:00:00Z");
    repo.write("src/one.md", "# One\n\nMore text.\n").commit("b", "2022-05-01T10:00:00Z");
    let place = TempDir::new().expect("a folder");
    let source = repo.source();
    let build = |more: &[&str]| {
        let line = [&["build", &source, "--formats", "epub", "--no-cache"], more].concat();
        run(place.path(), &[], env!("CARGO_BIN_EXE_bindery"), &line)
    };
    let run = build(&[]);
    assert!(run.code == 0 && run.err.ends_with("Catalogue: output/index.html\n"), "{}", run.err);
    let built = files(&place.path().join("output"));
    assert!(text(&place, "index.html").contains("Since 1 May 2021: 1 chapter edited; 2 words added"));
    done(place.path(), &["catalogue"]);
    assert!(files(&place.path().join("output")) == built);
    let run = done(place.path(), &["verify"]);
    assert!(!run.out.contains("problem"), "{}", run.out);

    // Not asked for, it stays as it is.
    fs::remove_file(place.path().join("output/atom.xml")).expect("removed");
    let run = build(&["--no-catalogue"]);
    assert!(!run.err.contains("Catalogue"), "{}", run.err);
    assert!(!place.path().join("output/atom.xml").exists());
    // A failure leaves the editions.
    write(&place.path().join("output"), "index.html", "mine");
    let run = build(&["--quiet"]);
    assert!(run.code == 1 && run.err.contains("[catalogue-failed]"), "{}", run.err);
    assert_eq!(text(&place, "index.html"), "mine");
    assert!(place.path().join("output/buoys/2022-05-01/edition.json").exists());
}
