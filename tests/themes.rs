//! Themes and what one begins with: `bindery init`, a theme of one's own, and
//! what editions tell of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at what it is about"
)]

mod common;
#[allow(dead_code, reason = "other tests need the rest")]
#[path = "common/pdf.rs"]
mod reading;

use std::io::{Cursor, Read};
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use self::common::run::{bindery, done, files, names};
use self::common::{Repo, write};

/// A repository with a book of one chapter.
fn lamps() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"Lamps\"\nauthors = [\"A. Keeper\"]\n");
    repo.write("src/SUMMARY.md", "# Summary\n\n- [Oil](oil.md)\n");
    let text = "# Oil\n\nFill it *slowly*, with [care](https://example.org/care).\n\n---\n\n```rust\nfn fill() {}\n```\n";
    repo.write("src/oil.md", text).commit("a", "2024-05-01T10:00:00Z");
    repo
}

fn build(repo: &Repo, folder: &Path, more: &[&str]) -> common::run::Run {
    let source = repo.source();
    let base = ["build", source.as_str(), "--latest", "--previous", "none", "--no-installed-fonts"];
    bindery(folder, &[&base, more].concat())
}

fn record(folder: &Path) -> Value {
    let path = folder.join("output/lamps/2024-05-01/edition.json");
    serde_json::from_slice(&std::fs::read(path).expect("reads")).expect("JSON")
}

fn bytes(folder: &Path, extension: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("output/lamps/2024-05-01/lamps-2024-05-01.{extension}")))
        .expect("reads")
}

fn sheet(folder: &Path) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes(folder, "epub"))).expect("an archive");
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let name = names.iter().find(|name| name.ends_with("/stylesheet.css")).expect("a style sheet");
    let mut text = String::new();
    archive.by_name(name).expect("there").read_to_string(&mut text).expect("UTF-8");
    text
}

fn text_of(folder: &Path) -> String {
    reading::text(&reading::open(&bytes(folder, "pdf")))
}

#[test]
fn a_configuration_to_begin_with_is_written_once() {
    let repo = lamps();
    let folder = repo.path();
    let told = done(&folder, &["init"]).out;
    assert_eq!(
        told,
        "Found the book: book.toml\nFound the title: Lamps\nWritten: ./bindery.toml. Every setting is in it as a comment, with its default.\n"
    );
    let text = std::fs::read_to_string(folder.join("bindery.toml")).expect("reads");
    assert!(text.contains("\n#title = \"Lamps\"\n") && text.contains("\n#slug = \"lamps\"\n"), "{text}");
    done(&folder, &["editions"]);
    let again = bindery(&folder, &["init", "."]);
    assert_eq!(again.code, 2, "{}", again.err);
    assert!(again.err.contains("./bindery.toml is there already"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(folder.join("bindery.toml")).expect("reads"), text);
}

/// What `init` writes where there is no document: `BINDERY_BLESS=1` writes the
/// expected file anew.
#[test]
fn what_is_written_is_as_expected() {
    let folder = TempDir::new().expect("a folder");
    assert!(done(folder.path(), &["init"]).out.starts_with("Found no document here yet.\n"));
    let text = std::fs::read_to_string(folder.path().join("bindery.toml")).expect("reads");
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/themes/bindery.toml");
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(&expected, &text).expect("writable");
    }
    assert_eq!(text, std::fs::read_to_string(expected).expect("reads"));
    let missing = bindery(folder.path(), &["init", "gone"]);
    assert!(missing.code == 2 && missing.err.contains("there is no folder gone"), "{}", missing.err);
}

#[test]
fn a_new_theme_is_the_usual_one_until_it_is_changed() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    let told = done(folder.path(), &["init", "--theme", "mine"]).out;
    assert!(
        told.contains("Written: mine/theme.typ\n") && told.ends_with("`bindery build --theme mine`.\n"),
        "{told}"
    );
    for name in
        ["README.md", "theme.toml", "theme.typ", "epub.css", "reference/base.typ", "reference/base.css"]
    {
        assert!(names(&folder.path().join("mine")).iter().any(|it| it == name), "{name}");
    }
    let again = bindery(folder.path(), &["init", "--theme", "mine"]);
    assert!(again.code == 2 && again.err.contains("nothing was written"), "{}", again.err);
    assert_eq!(build(&repo, folder.path(), &[]).code, 0);
    let (usual, css) = (text_of(folder.path()), sheet(folder.path()));
    assert_eq!(build(&repo, folder.path(), &["--theme", "mine"]).code, 0);
    // But for the colophon's command, which names the theme.
    let but = |text: &str| text.replace("--theme THEME", "").split([' ', '\n', '\\']).collect::<String>();
    assert_eq!(but(&text_of(folder.path())), but(&usual));
    assert!(sheet(folder.path()).contains(&css));
}

#[test]
fn editions_record_what_a_theme_holds_and_are_made_again_with_it() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    let theme = folder.path().join("house");
    write(&theme, "theme.toml", "bindery = \"0.1\"\n[colours]\naccent = \"#5b2a86\"\n");
    write(&theme, "theme.typ", "#import \"/base.typ\": *\n#let rule = align(center)[\\* \\* \\*]\n");
    write(&theme, "epub.css", "@import \"base.css\";\nh1 { color: #5b2a86; }\n");
    let run = build(&repo, folder.path(), &["--theme", "house"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(text_of(folder.path()).contains("* * *"));
    assert!(
        sheet(folder.path()).ends_with("h1 { color: #5b2a86; }\n")
            && sheet(folder.path()).contains("blockquote")
    );
    let record = record(folder.path());
    let hash = record["settings"]["theme"].as_str().expect("recorded");
    assert!(hash.starts_with("sha256:") && hash.len() == 71, "{hash}");
    assert!(!record.to_string().contains("house"), "a path of the machine: {record}");
    assert!(record["rebuild"].as_str().expect("a command").contains("--theme THEME --no-config"));
    let (source, before) = (repo.source(), files(&folder.path().join("output")));
    let verify = |more: &[&str]| {
        bindery(folder.path(), &[&["verify", "--rebuild", "--source", &source], more].concat())
    };
    let with = verify(&["--theme", "house"]);
    assert!(with.code == 0 && with.out.contains("same bytes"), "{}{}", with.out, with.err);
    let without = verify(&[]);
    assert!(without.code == 1 && without.out.contains("made with a theme of its own"), "{}", without.out);
    // Elsewhere, by another name, it is the same one.
    std::fs::rename(&theme, folder.path().join("moved")).expect("moves");
    assert_eq!(verify(&["--theme", "moved"]).code, 0);
    write(&folder.path().join("moved"), "epub.css", "@import \"base.css\";\n");
    let other = verify(&["--theme", "moved"]);
    assert!(other.code == 1 && other.out.contains("the theme in moved is another one"), "{}", other.out);
    assert!(files(&folder.path().join("output")) == before);
}

#[test]
fn a_record_that_names_a_folder_is_not_believed() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    assert_eq!(build(&repo, folder.path(), &["--formats", "epub"]).code, 0);
    write(&folder.path().join("evil"), "epub.css", "h1 { color: #5b2a86; }\n");
    let path = folder.path().join("output/lamps/2024-05-01/edition.json");
    let mut record = record(folder.path());
    record["settings"]["theme"] = folder.path().join("evil").to_string_lossy().into_owned().into();
    std::fs::write(&path, record.to_string()).expect("writable");
    let run = bindery(folder.path(), &["verify", "--rebuild", "--source", &repo.source()]);
    assert!(
        run.code == 1 && run.out.contains("made with a theme of its own, and none is given"),
        "{}",
        run.out
    );
}

#[test]
fn finished_editions_are_found_by_what_a_theme_holds() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    write(&folder.path().join("house"), "epub.css", "@import \"base.css\";\nh1 { color: #5b2a86; }\n");
    let found = || {
        let run = build(
            &repo,
            folder.path(),
            &["--theme", "house", "--cache", "kept", "--json", "--formats", "epub"],
        );
        let report: Value = serde_json::from_str(&run.out).expect("JSON");
        report["editions"][0]["anew"]["rendered"].as_u64() == Some(0)
    };
    assert!(!found() && found());
    write(&folder.path().join("house"), "epub.css", "@import \"base.css\";\nh1 { color: #862a5b; }\n");
    assert!(!found(), "another theme, and the same edition");
    assert!(sheet(folder.path()).ends_with("#862a5b; }\n"));
}

#[test]
fn a_document_brings_no_theme_and_a_user_does() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    write(&repo.path(), "house/epub.css", "h1 { color: #5b2a86; }\n");
    write(&repo.path(), "bindery.toml", "theme = \"house\"\n");
    let refused = build(&repo, folder.path(), &[]);
    assert!(
        refused.code == 2 && refused.err.contains("a document can't bring its own theme"),
        "{}",
        refused.err
    );
    write(&repo.path(), "bindery.toml", "theme = \"plain\"\n");
    assert_eq!(build(&repo, folder.path(), &[]).code, 0);
    assert_eq!(record(folder.path())["settings"]["theme"], "plain");
    // On paper nobody can follow a link.
    let words: String = text_of(folder.path()).split_whitespace().collect();
    assert!(words.contains("https://example.org/care"), "{words}");
    let house = repo.path().join("house");
    write(folder.path(), "own.toml", format!("theme = {:?}\n", house.to_string_lossy()));
    assert_eq!(build(&repo, folder.path(), &["--config", "own.toml", "--formats", "epub"]).code, 0);
    assert_eq!(sheet(folder.path()), "h1 { color: #5b2a86; }\n");
}

#[test]
fn what_is_wrong_in_a_theme_is_said_with_its_place() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    let said = |files: &[(&str, &str)]| {
        let _ = std::fs::remove_dir_all(folder.path().join("house"));
        for (name, text) in files {
            write(&folder.path().join("house"), name, text);
        }
        let run = build(&repo, folder.path(), &["--theme", "house", "--formats", "pdf"]);
        (run.code, run.err)
    };
    for (files, code, words) in [
        (
            &[("theme.toml", "[sizes]\ntext = \"big\"\n")][..],
            2,
            "house/theme.toml:2:8: `text` can't have this value",
        ),
        (
            &[("theme.typ", "#import \"/base.typ\": *\n#let rule = {\n")],
            2,
            "house/theme.typ:2:13: unclosed delimiter",
        ),
        (
            &[("theme.typ", "#import \"/base.typ\": *\n\n#let rule = nothing\n")],
            2,
            "house/theme.typ:3:13: unknown variable: nothing",
        ),
        (
            &[("theme.typ", "#import \"/base.typ\": sheet, template\n")],
            2,
            "house/theme.typ has no `title-page`, which Bindery calls",
        ),
        (
            &[("theme.typ", "#import \"/base.typ\": *\n#let x = read(\"/etc/passwd\")\n")],
            2,
            "house/theme.typ:2:15: file not found",
        ),
        (
            &[("theme.toml", "bindery = \"9.0\"\n"), ("theme.typ", "#let e = 1\n")],
            2,
            "the theme was made for Bindery 9.0",
        ),
        (
            &[(
                "theme.typ",
                "#import \"/base.typ\": *\n#let hd(..it) = panic(\"no\")\n#let rule = none\n#let code(whole, body) = body.nothing\n",
            )],
            1,
            "the theme does this at theme.typ:4:31",
        ),
        (
            &[("theme.typ", "#import \"/base.typ\": *\n#let title-page(book, edition) = panic(\"no\")\n")],
            1,
            "the theme does this at theme.typ:2:34",
        ),
        (&[("notes.txt", "")], 2, "house holds nothing of a theme"),
    ] {
        let (found, err) = said(files);
        assert!(found == code && err.contains(words), "{files:?} gave {found}:\n{err}");
    }
    assert!(build(&repo, folder.path(), &["--theme", "gone"]).err.contains("can't read the theme gone"));
}

#[test]
fn a_theme_may_name_fonts_that_are_given() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let font = fonts.join("AtkinsonHyperlegibleNext-Regular.ttf").to_string_lossy().into_owned();
    let typ = "#import \"/base.typ\"\n#import \"/base.typ\": *\n\
               #let sheet(body) = base.sheet({ set text(font: (\"Atkinson Hyperlegible Next\", ..text-fonts)); body })\n";
    write(&folder.path().join("house"), "theme.typ", typ);
    let run = build(&repo, folder.path(), &["--theme", "house", "--fonts", &font]);
    assert_eq!((run.code, run.err.contains("warning")), (0, false), "{}", run.err);
    let record = record(folder.path());
    assert_eq!(record["fonts"][0]["file"], "AtkinsonHyperlegibleNext-Regular.ttf", "{record}");
    assert!(build(&repo, folder.path(), &["--theme", "large", "--strict"]).code == 0);
    let missing = build(&repo, folder.path(), &["--theme", "house"]);
    assert!(missing.code == 0 && missing.err.contains("give its font with `--fonts`"), "{}", missing.err);
}

#[test]
fn the_example_of_the_documentation_works() {
    let (repo, folder) = (lamps(), TempDir::new().expect("a folder"));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/themes.md");
    let page = std::fs::read_to_string(page).expect("reads");
    for (name, kind) in [("theme.toml", "toml"), ("theme.typ", "typst"), ("epub.css", "css")] {
        let (_, rest) = page.split_once(&format!("```{kind}\n")).expect("a block");
        write(&folder.path().join("house"), name, rest.split("```").next().expect("an end"));
    }
    let toml = folder.path().join("house/theme.toml");
    let text = std::fs::read_to_string(&toml).expect("reads");
    // A font that is here.
    std::fs::write(&toml, text.replace("Source Serif 4", "Atkinson Hyperlegible Next")).expect("writable");
    let run = build(&repo, folder.path(), &["--theme", "house", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let words = text_of(folder.path());
    assert!(words.contains("* * *") && words.contains("Atkinson Hyperlegible Next for text"), "{words}");
}
