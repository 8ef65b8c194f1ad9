//! `bindery changes`, and what editions say about what changed: histories with
//! fixed dates, compared as people do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use bindery::edition::changes::{Change, Changes, Digest, compare};
use bindery::reader::{self, ReadOptions};
use bindery::source::{OpenOptions, open};
use bindery::transform::{self, TransformOptions};

use self::common::run::bindery;
use self::common::{Repo, write};

const LAMP: &str = "The lamp is lit at dusk and put out at dawn, and whoever lights it writes the hour into the \
                    book that hangs beside the stairs.\n";
const FOG: &str = "In fog the bell is rung three times each minute, by hand if need be, until a ship answers or \
                   the fog has gone.\n";

/// Two years of a document: in the second a chapter is new, one is gone, one
/// has moved, one has another title, one is edited and one only wrapped anew.
fn history() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"The Light\"\n")
        .write(
            "src/SUMMARY.md",
            "# Summary\n\n- [Lamp](lamp.md)\n- [Fog](fog.md)\n- [Stores](stores.md)\n- [Boats](boats.md)\n- [Names](names.md)\n",
        )
        .write("src/lamp.md", format!("# Lamp\n\n{LAMP}"))
        .write("src/fog.md", format!("# Fog\n\n{FOG}"))
        .write("src/stores.md", "# Stores\n\nOil and wicks are counted on the first of each month.\n")
        .write("src/boats.md", "# Boats\n\nThe boat is kept dry.\n")
        .write("src/names.md", "# Names\n\nA list, and nothing more.\n");
    repo.commit("one", "2021-12-24T12:00:00Z");
    repo.tag("v1");
    repo.remove("src/boats.md")
        .remove("src/fog.md")
        .write(
            "src/SUMMARY.md",
            "# Summary\n\n- [Lamp](lamp.md)\n- [Ice](ice.md)\n- [Stores](stores.md)\n- [Fog](weather/fog.md)\n- [A list](names.md)\n",
        )
        .write("src/lamp.md", format!("Lamp\n====\n\n{}", LAMP.replace(", ", ",\n")))
        .write("src/weather/fog.md", format!("# Fog\n\n{FOG}"))
        .write("src/ice.md", "# Ice\n\nIce is broken before it bears.\n")
        .write("src/stores.md", "# Stores\n\nOil and wicks are counted on the last of each month.\n");
    repo.commit("two", "2022-12-02T12:00:00Z");
    repo
}

#[test]
fn two_years_are_compared_on_a_terminal() {
    let repo = history();
    let run = bindery(&repo.path(), &["changes", "2021", "2022"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    let want = "From 2021-12-24 (REV) to 2022-12-02 (REV): 1 chapter added, 1 removed, 1 moved, 1 renamed, 1 edited; \
                8 words added, 7 removed (10 % new)\n\n\
                Change   Chapter                      Added  Removed    New\n\
                ───────────────────────────────────────────────────────────\n\
                added    ice.md                           7        0  100 %\n\
                edited   stores.md                        1        1    8 %\n\
                moved    weather/fog.md (was fog.md)      0        0      –\n\
                renamed  names.md                         0        0      –\n\
                removed  boats.md                         0        6      –\n\
                \u{20}        Words of the whole book          8        7   10 %\n";
    let head = repo.head();
    let first = repo.git(&["rev-parse", "v1"]);
    let shown = run.out.replace(&first[..7], "REV").replace(&head[..7], "REV");
    assert_eq!(shown, want);
}

#[test]
fn whatever_names_a_revision_names_it_here() {
    let repo = history();
    let of = |arguments: &[&str]| {
        let run = bindery(&repo.path(), &[&["changes"], arguments].concat());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        run.out
    };
    let usual = of(&["2021", "2022"]);
    let head = repo.head();
    for names in [&["v1", "main"][..], &["v1", &head[..8]], &["2021-12-31", "2022-12-02"], &["v1"], &[]] {
        assert_eq!(of(names), usual, "{names:?}");
    }
    let elsewhere = repo.beside("elsewhere");
    std::fs::create_dir(&elsewhere).expect("a folder");
    let run = bindery(&elsewhere, &["changes", "v1", "main", "--source", &repo.path().to_string_lossy()]);
    assert_eq!(run.out, usual);
    // Backwards, what was added was removed.
    assert!(of(&["2022", "2021"]).contains("7 words added, 8 removed"), "{}", of(&["2022", "2021"]));
    assert!(of(&["v1", "v1"]).ends_with(": nothing changed\n"));
}

#[test]
fn a_draft_is_the_working_tree() {
    let repo = history();
    repo.write("src/ice.md", "# Ice\n\nIce is broken before it bears anything.\n");
    let run = bindery(&repo.path(), &["changes", "2022", "draft"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(" to draft: 1 chapter edited; 2 words added, 1 removed"), "{}", run.out);
    assert!(bindery(&repo.path(), &["changes", "draft", "draft"]).out.contains("nothing changed"));
}

#[test]
fn json_has_the_documented_form() {
    let repo = history();
    let run = bindery(&repo.path(), &["changes", "v1", "main", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((json["schema"].as_u64(), json["ok"].as_bool()), (Some(1), Some(true)));
    assert_eq!((&json["from"]["name"], &json["to"]["title"]), (&"2021-12-24".into(), &"The Light".into()));
    assert_eq!(json["to"]["commit"], repo.head());
    assert!(json["summary"].as_str().is_some_and(|s| s.starts_with("1 chapter added")));
    assert_eq!(
        json["changes"]["chapters"],
        serde_json::json!({"before": 5, "after": 5, "added": 1, "removed": 1, "moved": 1, "renamed": 1,
                           "rewritten": 0, "edited": 1, "unchanged": 1})
    );
    assert_eq!(
        json["changes"]["list"][2],
        serde_json::json!({"key": "weather/fog.md", "title": "Fog", "change": "kept", "moved": ["path", "order"],
                           "former-key": "fog.md", "position": 4,
                           "words": 25, "added": 0, "removed": 0, "percent-new": 0})
    );
    let changes: Changes = serde_json::from_value(json["changes"].clone()).expect("reads back");
    let old = ["lamp.md", "fog.md", "stores.md", "boats.md", "names.md"].map(str::to_owned);
    assert_eq!(changes.apply(&old), ["lamp.md", "ice.md", "stores.md", "weather/fog.md", "names.md"]);
}

#[test]
fn markdown_is_a_section_of_release_notes() {
    let repo = history();
    let run = bindery(&repo.path(), &["changes", "2021", "2022", "--markdown"]);
    let want = "## Changes since 24 December 2021\n\n\
        1 chapter added, 1 removed, 1 moved, 1 renamed, 1 edited; 8 words added, 7 removed (10 % new).\n\n\
        ### Added\n\n- [Ice](ice.md): 7 words\n\n\
        ### Removed\n\n- Boats (`boats.md`): 6 words\n\n\
        ### Moved or renamed\n\n\
        - [Fog](weather/fog.md): formerly at fog.md, elsewhere in the order of chapters\n\
        - [A list](names.md): formerly “Names”\n\n\
        ### Edited\n\n- [Stores](stores.md): 1 word added, 1 removed (8 % new)\n";
    assert_eq!((run.code, run.out.as_str()), (0, want), "{}", run.err);
}

#[test]
fn what_is_unknown_is_refused_as_by_build() {
    let repo = history();
    for (names, code, said) in [
        (&["v2", "main"][..], 1, "revision-unknown"),
        (&["2020", "2021"], 1, "there is no revision at or before 2020"),
        (&["a", "b", "c"], 2, "unexpected value"),
        (&["v1", "main", "--json", "--markdown"], 2, "cannot be used with"),
    ] {
        let run = bindery(&repo.path(), &[&["changes"], names].concat());
        assert_eq!(run.code, code, "{names:?}: {}", run.err);
        assert!(run.err.contains(said) && run.out.is_empty(), "{names:?}: {}{}", run.err, run.out);
    }
    let build = bindery(&repo.path(), &["build", "--at", "v2"]).err;
    assert_eq!(bindery(&repo.path(), &["changes", "v2"]).err, build);
    let run = bindery(&repo.path(), &["changes", "v2", "--json"]);
    assert!(run.code == 1 && run.out.contains("\"ok\": false"), "{}", run.out);
    // One edition is none to compare.
    let alone = Repo::new();
    alone.write("README.md", "# A\n\nText.\n").commit("one", "2021-01-01T00:00:00Z");
    let run = bindery(&alone.path(), &["changes"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("there is one edition only, 2021-01-01") && run.err.contains("bindery editions"),
        "{}",
        run.err
    );
}

#[test]
fn dated_snapshots_are_compared_by_their_dates() {
    let root = tempfile::TempDir::new().expect("a folder");
    write(root.path(), "notes/2021-01.md", "# Notes\n\nOne thing.\n");
    write(root.path(), "notes/2022-01.md", "# Notes\n\nOne thing and another.\n");
    for names in [&["2021-01", "2022-01"][..], &[]] {
        let run = bindery(root.path(), &[&["changes", "--source", "notes"], names].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.starts_with("From 2021-01 to 2022-01: "), "{}", run.out);
        assert!(run.out.contains("words added"), "{}", run.out);
    }
}

/// The text of a file of an EPUB, by a part of its path.
fn entry(epub: &Path, wanted: &str) -> String {
    use std::io::Read as _;
    let file = std::fs::File::open(epub).expect("an EPUB");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    let name = archive.file_names().find(|name| name.contains(wanted)).expect("an entry").to_owned();
    let mut text = String::new();
    archive.by_name(&name).expect("is there").read_to_string(&mut text).expect("UTF-8");
    text
}

#[test]
fn editions_say_what_changed_and_the_first_says_that_it_is_the_first() {
    let repo = history();
    let out = repo.beside("out");
    let run = bindery(
        &repo.path(),
        &["build", "--formats", "epub", "--every", "year", "--output", &out.to_string_lossy()],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let folder = |name: &str| out.join("the-light").join(name);
    let chapter = |name: &str| {
        let text = entry(&folder(name).join(format!("the-light-{name}.epub")), "text/changes-");
        text.split("<section").nth(1).unwrap_or_default().to_owned()
    };
    assert!(chapter("2021-12-24").contains("This is the first edition"), "{}", chapter("2021-12-24"));
    let later = chapter("2022-12-02");
    for part in [
        "Since the edition of 24 December 2021: 1 chapter added, 1 removed, 1 moved, 1 renamed, 1 edited; \
         8 words added, 7 removed (10\u{a0}% new).",
        "Ice</a>, 7\u{a0}words",
        "Boats (<code>boats.md</code>), 6\u{a0}words",
        "Fog</a>, formerly at fog.md, elsewhere in the order of chapters",
        "A list</a>, formerly “Names”",
        "In one chapter fewer than ten words changed: ",
    ] {
        assert!(later.contains(part), "{part}: {later}");
    }
    assert!(!later.contains("Lamp"), "wrapped anew is no change: {later}");
    let record = |name: &str| -> serde_json::Value {
        let text = std::fs::read_to_string(folder(name).join("edition.json")).expect("a record");
        serde_json::from_str(&text).expect("JSON")
    };
    assert!(record("2021-12-24").get("changes").is_none());
    let changes: Changes = serde_json::from_value(record("2022-12-02")["changes"].clone()).expect("changes");
    assert_eq!((changes.words.added, changes.chapters.added), (8, 1));
}

#[test]
fn identifiers_are_those_of_their_editions() {
    let repo = history();
    let config = "[[identifier]]\nissn = \"2049-3630\"\n\n[[identifier]]\nedition = \"2021-12-24\"\n\
                  isbn = \"978-3-16-148410-0\"\ndoi = \"10.1000/182\"\nurn = \"urn:example:light\"\n";
    repo.write("bindery.toml", config);
    let out = repo.beside("out");
    let run = bindery(
        &repo.path(),
        &["build", "--formats", "epub", "--every", "year", "--output", &out.to_string_lossy()],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let read = |name: &str, file: &str| {
        entry(&out.join("the-light").join(name).join(format!("the-light-{name}.epub")), file)
    };
    let package = read("2021-12-24", ".opf");
    for part in [
        "unique-identifier=\"pub-id\"",
        "<dc:identifier id=\"isbn\">urn:isbn:9783161484100</dc:identifier>",
        "<meta refines=\"#isbn\" property=\"identifier-type\" scheme=\"onix:codelist5\">15</meta>",
        "<dc:identifier id=\"doi\">doi:10.1000/182</dc:identifier>",
        "<dc:identifier id=\"urn\">urn:example:light</dc:identifier>",
    ] {
        assert!(package.contains(part), "{part}: {package}");
    }
    assert!(!read("2022-12-02", ".opf").contains("urn:isbn:"));
    let imprint = read("2021-12-24", "text/about-this-edition-").replace("<wbr/>", "");
    for part in ["ISBN 978-3-16-148410-0", "href=\"https://doi.org/10.1000/182\"", "ISSN 2049-3630"] {
        assert!(imprint.contains(part), "{part}: {imprint}");
    }
    let text = std::fs::read_to_string(out.join("the-light/2021-12-24/edition.json")).expect("a record");
    let record: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        record["identifiers"],
        serde_json::json!({"isbn": "978-3-16-148410-0", "doi": "10.1000/182", "urn": "urn:example:light",
                           "series": {"issn": "2049-3630"}})
    );
    repo.write("bindery.toml", config.replace("8410-0", "8410-9"));
    let run = bindery(&repo.path(), &["build", "--formats", "epub"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("bindery.toml:6:8") && run.err.contains("its check digit is wrong"),
        "{}",
        run.err
    );
}

/// The book of the corpora of 100,000 words at each of these commits; none
/// without it.
fn corpus(commits: [&str; 2]) -> Option<[Digest; 2]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/wg-async.bundle");
    if !path.exists() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", path.display());
        eprintln!("skipped: {} is missing", path.display());
        return None;
    }
    let cache = tempfile::tempdir().expect("a folder");
    let options = OpenOptions { cache: Some(cache.path().to_owned()), ..OpenOptions::default() };
    let opened = open(&path.to_string_lossy(), &options).expect("a document");
    Some(commits.map(|commit| {
        let revision = opened.document.resolve(commit).expect("a revision");
        let tree = opened.document.tree(&revision).expect("a tree");
        let options = ReadOptions { fallback_title: "book".to_owned(), ..ReadOptions::default() };
        let book = reader::read(tree.as_ref(), &options).expect("a book").value;
        Digest::of(&transform::apply(book, tree.as_ref(), &TransformOptions::default()).value)
    }))
}

#[test]
fn a_book_of_100_000_words_is_compared_in_no_time() {
    let Some([before, after]) = corpus(["f7a466e", "6edaa9b"]) else { return };
    let started = Instant::now();
    let changes = compare(&before, &after);
    println!("compared in {:?}", started.elapsed());
    // The goal is a tenth of a second; ten times that is for slow machines.
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(compare(&before, &before).is_empty());
    assert_eq!((changes.chapters.added, changes.chapters.removed, changes.chapters.moved), (3, 0, 1));
    let keys = |digest: &Digest| digest.keys().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(changes.apply(&keys(&before)), keys(&after));
    let stacks = changes.list.iter().find(|c| c.key == "design_docs/async_stack_traces.md").expect("listed");
    assert_eq!(stacks.change, Change::Added);
    // Everything is new, or everything is gone.
    let nothing = Digest::default();
    assert_eq!(compare(&nothing, &after).words.percent_new, 100);
    assert_eq!(compare(&before, &nothing).words.removed, before.words());
}
