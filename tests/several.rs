//! Several documents in one run: side by side, and none in the way of another.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use serde_json::{Value, json};
use tempfile::TempDir;

use self::common::run::{bindery, done, files, names};
use self::common::write;

/// A folder with books: each has a folder, a title and a configuration.
fn books(books: &[(&str, &str, &str)]) -> TempDir {
    let root = TempDir::new().expect("a folder");
    for (folder, title, config) in books {
        let book = root.path().join(folder);
        write(&book, "book.toml", format!("[book]\ntitle = \"{title}\"\n"));
        write(&book, "bindery.toml", config);
        write(&book, "src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n- [Two](two.md)\n");
        write(&book, "src/one.md", format!("# One\n\nThe first chapter of {title}.\n"));
        write(&book, "src/two.md", "# Two\n\nLeads to [nothing](gone.md).\n");
    }
    root
}

fn three() -> TempDir {
    books(&[
        ("a", "Anchors", ""),
        ("b", "Buoys", "subtitle = \"A List\"\n[pdf]\npaper = \"a5\"\n"),
        ("c", "Charts", "slug = \"maps\"\nformats = [\"epub\"]\n"),
    ])
}

#[test]
fn each_is_built_as_it_would_be_by_itself() {
    let root = three();
    for source in ["a", "b", "c"] {
        done(root.path(), &["build", source, "--output", "one"]);
    }
    let alone = files(&root.path().join("one"));
    assert_eq!(alone.len(), 7 + 7 + 6, "{:?}", names(&root.path().join("one")));
    for (threads, output) in [("1", "single"), ("2", "two"), ("7", "many")] {
        let run = done(root.path(), &["build", "a", "b", "c", "--output", output, "--jobs", threads]);
        assert!(files(&root.path().join(output)) == alone, "with {threads} threads:\n{}", run.err);
    }
}

#[test]
fn what_is_said_names_the_document() {
    let root = three();
    let run = done(root.path(), &["build", "a", "b", "c", "--timings"]);
    for (slug, source) in [("anchors", "a"), ("buoys", "b"), ("maps", "c")] {
        // The same is said of the same line of each, and stands together.
        let from = run.err.find(&format!("In {slug}/draft:\nwarning[link-missing-file]: `gone.md`"));
        let said = &run.err[from.unwrap_or_else(|| panic!("{source}: {}", run.err))..];
        let next = said.find("Built ").expect("a last line");
        assert!(said[next..].starts_with(&format!("Built {slug}/draft")), "{said}");
        assert_eq!(said[..next].matches("warning[").count(), 1, "{said}");
        assert!(run.err.contains(&format!("\n{slug}: 1 warning: 1 link-missing-file\n")), "{}", run.err);
        assert!(run.err.contains(&format!("\nWritten to output/{slug}\n")), "{}", run.err);
        // A row in the closing table, and one in each table of times.
        let rows = run.err.lines().filter(|line| line.starts_with(&format!("{slug}/draft "))).count();
        assert_eq!(rows, 3, "{}", run.err);
    }
    assert!(!run.err.contains("Building"), "what is said stands together:\n{}", run.err);
    let quiet = done(root.path(), &["build", "a", "b", "--quiet"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
}

#[test]
fn one_that_fails_leaves_the_others_alone() {
    let root = three();
    write(root.path(), "b/bindery.toml", "papers = \"a5\"\n");
    std::fs::remove_file(root.path().join("c/src/one.md")).expect("removed");
    std::fs::remove_file(root.path().join("c/src/SUMMARY.md")).expect("removed");
    write(root.path(), "c/src/SUMMARY.md", "# Summary\n\n- [Two](two.md)\n");
    let run = bindery(root.path(), &["build", "nowhere", "a", "b", "c"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("In nowhere:\nerror[source-not-found]"), "{}", run.err);
    assert!(run.err.contains("In b:\nerror[config-unknown-key]: unknown key `papers`"), "{}", run.err);
    assert!(run.err.contains("\nnowhere: could not begin\n"), "{}", run.err);
    let written = names(&root.path().join("output"));
    assert!(written.contains(&"anchors/draft/anchors-draft.pdf".to_owned()), "{written:?}");
    assert!(written.contains(&"maps/draft/maps-draft.epub".to_owned()), "{written:?}");
    // Where nothing at all could begin, the usage is wrong.
    assert_eq!(bindery(root.path(), &["build", "nowhere", "b"]).code, 2);
    assert_eq!(bindery(root.path(), &["build", "a", "c", "--strict"]).code, 1);
}

#[test]
fn two_of_one_name_are_refused_before_anything_is_built() {
    let root = books(&[("a", "Buoys", ""), ("b", "Anchors", ""), ("c", "Buoys!", "")]);
    let run = bindery(root.path(), &["build", "a", "b", "./c"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("`a` and `./c` would both be written to `output/buoys`"), "{}", run.err);
    assert!(!root.path().join("output").exists(), "nothing is built");
    assert_eq!(bindery(root.path(), &["build", "a", "./a/"]).code, 2);
    // What writes nothing has nothing to quarrel about, and is told by its source.
    let run = done(root.path(), &["check", "a", "c"]);
    assert!(run.err.contains("Checked a/draft in") && run.err.contains("Checked c/draft in"), "{}", run.err);
    // To folders of their own they may go.
    write(root.path(), "c/bindery.toml", "output = \"elsewhere\"\n");
    done(root.path(), &["build", "a", "c"]);
    assert!(root.path().join("elsewhere/buoys/draft/edition.json").exists());
    // But what is kept beside them may not.
    let run = bindery(root.path(), &["build", "a", "c", "--keep-typst", "kept"]);
    assert!(run.code == 2 && run.err.contains("written to `kept/buoys`"), "{}", run.err);
}

#[test]
fn flags_about_one_document_are_refused() {
    let root = three();
    for flag in ["--previous=2021", "--set=slug=x", "--set=title=X", "--set=edition-name=x", "--set=book=src"]
    {
        let run = bindery(root.path(), &["build", "a", "b", flag]);
        assert_eq!(run.code, 2, "{flag}: {}", run.err);
        assert!(run.err.contains("is about one document, and 2 are asked for"), "{flag}: {}", run.err);
    }
    let run = bindery(root.path(), &["build", "a", "b", "--set", "papers=a5"]);
    assert_eq!((run.code, run.err.matches("unknown key `papers`").count()), (2, 1), "{}", run.err);
    done(root.path(), &["build", "a", "b", "--set", "pdf.paper=a5", "--set", "authors=[\"A\"]"]);
}

#[test]
fn programs_get_a_list() {
    let root = three();
    let json = |arguments: &[&str]| -> Value {
        let run = bindery(root.path(), arguments);
        serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {}", run.out))
    };
    let all = json(&["build", "c", "nowhere", "a", "--json"]);
    assert_eq!((&all["schema"], &all["ok"]), (&json!(1), &json!(false)));
    let documents = all["documents"].as_array().expect("a list");
    let of = |key: &str| documents.iter().map(|document| document[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("source"), ["c", "nowhere", "a"], "in the order in which they are given");
    assert_eq!(of("slug"), [json!("maps"), Value::Null, json!("anchors")]);
    assert_eq!(of("ok"), [true, false, true]);
    assert_eq!(documents[1]["diagnostics"][0]["code"], "source-not-found");
    let one = json(&["build", "a", "--json"]);
    assert_eq!((&one["documents"], &one["source"]), (&Value::Null, &Value::Null));
    assert_eq!(one["editions"][0]["formats"], documents[2]["editions"][0]["formats"]);
}
