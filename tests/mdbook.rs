//! Bindery as a renderer of the real mdBook. `tests/tools/mdbook.sh` builds it
//! into `target/tools`; it is also looked for in the folders of `BENCH_TOOLS`
//! and `PATH`. Without it, what needs it says that it is skipped, except in CI.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use self::common::Repo;
use self::common::run::{Run, done, files};

const BACKEND: &str = env!("CARGO_BIN_EXE_mdbook-bindery");

/// The folder with mdBook.
fn mdbook() -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin");
    let named = std::env::var_os("BENCH_TOOLS").unwrap_or_default();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders =
        std::iter::once(tools).chain(std::env::split_paths(&named)).chain(std::env::split_paths(&path));
    let found = folders.find(|folder| folder.join("mdbook").is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "tests/tools/mdbook.sh has not been run");
        println!("skipped: there is no mdbook; tests/tools/mdbook.sh builds it");
    }
    found
}

/// Runs mdBook on the book in a folder, with our program where it looks for it.
fn build(mdbook: &Path, folder: &Path, environment: &[(&str, &str)]) -> Run {
    let ours = Path::new(BACKEND).parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::iter::once(ours).chain(std::env::split_paths(&path)).collect();
    let output = Command::new(mdbook.join("mdbook"))
        .arg("build")
        .env_clear()
        .env("PATH", std::env::join_paths(folders).expect("a path"))
        .env("HOME", folder)
        .envs(environment.iter().copied())
        .current_dir(folder)
        .output()
        .expect("mdbook starts");
    Run {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs our program on an input.
fn render(input: &[u8], arguments: &[&str]) -> Run {
    let mut command = Command::new(BACKEND);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    // It need not read all of it.
    let _ = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("it ends");
    Run {
        code: output.status.code().expect("an exit code, not a signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

const TOML: &str =
    "[book]\ntitle = \"Buoys\"\nauthors = [\"Ada Lind\"]\nlanguage = \"en\"\n\n[output.html]\n";
const OURS: &str = "\n[output.bindery]\npdf.paper = \"a5\"\n";
const SHOUT: &str = "\n[preprocessor.shout]\ncommand = \"./shout.sh\"\n";

/// `[[words]]` become strong, the way a preprocessor does it: the book is one
/// line, `[context,book]`, whose context is cut off.
const SCRIPT: &str = "#!/bin/sh\n[ \"$1\" = supports ] && exit 0\n\
    sed -e 's/.*},{\"items\"/{\"items\"/' -e 's/\\]$//' -e 's/\\[\\[\\([a-z ]*\\)\\]\\]/**\\1!**/g'\n";

/// A book with what mdBook itself does to text, and a preprocessor.
fn book() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", format!("{TOML}{OURS}{SHOUT}"));
    repo.write("shout.sh", SCRIPT);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(repo.path().join("shout.sh"), mode).expect("ours");
    }
    repo.write(".gitignore", "book\nout\n");
    repo.write(
        "src/SUMMARY.md",
        "# Summary\n\n[Before you go](before.md)\n\n# Marks\n\n- [It's a buoy](buoys.md)\n  - [Colours](marks/README.md)\n\
         - [Lights]()\n\n---\n\n[Afterwards](after.md)\n",
    );
    repo.write(
        "src/before.md",
        "---\ntitle: Before\n---\n\nTake a [[chart]]; see [colours](marks/README.md).\n",
    );
    repo.write(
        "src/buoys.md",
        "# It is a buoy\n\nIt is [[made fast]].\n\n```rust\n{{#include light.rs}}\n```\n\n\\{{#include light.rs}} stays.\n\n![A dot](dot.svg)\n",
    );
    repo.write("src/light.rs", "fn light() {\n    flash(3);\n}\n");
    repo.write(
        "src/dot.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><circle r=\"4\"/></svg>",
    );
    repo.write("src/marks/README.md", "# Colours\n\n{{#include ../words.md}}\n\n- red\n- \"green\"\n");
    repo.write("src/words.md", "Red to [[port]], [nowhere](gone.md).\n");
    repo.write("src/after.md", "# Afterwards\r\n\r\nGo home.\r\n");
    repo.commit("a", "2024-05-01T10:00:00Z");
    repo
}

/// The parts of the only EPUB below a folder.
fn epub(folder: &Path) -> BTreeMap<String, String> {
    let found: Vec<(String, Vec<u8>)> =
        files(folder).into_iter().filter(|(name, _)| name.ends_with(".epub")).collect();
    assert_eq!(found.len(), 1, "{:?}", found.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(found[0].1.clone())).expect("an archive");
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("reads");
            (file.name().to_owned(), String::from_utf8_lossy(&bytes).into_owned())
        })
        // It tells how the edition was made.
        .filter(|(name, _)| !name.contains("colophon"))
        .collect()
}

fn record(folder: &Path) -> Value {
    let all = files(folder);
    let (_, json) = all.iter().find(|(name, _)| name.ends_with("edition.json")).expect("a record");
    serde_json::from_slice(json).expect("JSON")
}

#[test]
#[cfg(unix)]
fn mdbook_build_gives_the_chapters_of_bindery_build() {
    let Some(mdbook) = mdbook() else { return };
    let repo = book();
    let folder = repo.path();
    let run = build(&mdbook, &folder, &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("warning[link-missing-file]") && run.err.contains("src/marks/README.md:3:1"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("so this is a draft"), "{}", run.err);
    done(&folder, &["build", "--latest", "--allow-preprocessors", "--output", "out", "--quiet"]);
    let (theirs, own) = (folder.join("book/bindery"), folder.join("out"));
    let (from_mdbook, from_files) = (epub(&theirs), epub(&own));
    assert_eq!(from_mdbook.keys().collect::<Vec<_>>(), from_files.keys().collect::<Vec<_>>());
    for (name, text) in &from_files {
        assert_eq!(&from_mdbook[name], text, "{name}");
    }
    let all: String = from_mdbook.values().map(String::as_str).collect();
    for words in
        ["made fast!</strong>", "flash", "{{#include light.rs}} stays", "port!</strong>", "It’s a buoy"]
    {
        assert!(all.contains(words), "{words}");
    }
    let (record, other) = (record(&theirs), record(&own));
    assert_eq!(record["mdbook"], json!("0.5.2"));
    assert_eq!(record["preprocessed"], json!([{ "name": "shout", "command": "./shout.sh" }]));
    assert_eq!(record["rebuild"], Value::Null);
    for key in ["name", "date", "identifier", "revision", "counts", "slug"] {
        assert_eq!(record[key], other[key], "{key}");
    }
    assert_eq!(other["mdbook"], Value::Null);
    let verified = done(&folder, &["verify", "--rebuild", "book/bindery", "--source", "."]);
    assert!(
        verified.out.contains("mdbook build") || verified.err.contains("mdbook build"),
        "{}",
        verified.out
    );
}

#[test]
#[cfg(unix)]
fn the_web_pages_are_those_without_us() {
    let Some(mdbook) = mdbook() else { return };
    let repo = book();
    let folder = repo.path();
    assert_eq!(build(&mdbook, &folder, &[]).code, 0);
    let with = files(&folder.join("book/html"));
    std::fs::remove_dir_all(folder.join("book")).expect("it is there");
    // Another output beside it, so that mdBook gives each its folder.
    repo.write("book.toml", format!("{TOML}\n[output.markdown]\n{SHOUT}"));
    let run = build(&mdbook, &folder, &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    let without = files(&folder.join("book/html"));
    assert!(with.len() > 10);
    assert!(with == without, "mdBook's pages have changed");
}

#[test]
#[cfg(unix)]
fn a_book_in_a_folder_of_a_repository_is_that_book() {
    let Some(mdbook) = mdbook() else { return };
    let repo = Repo::new();
    // Another book is the one that this repository is about.
    repo.write("bindery.toml", "book = \"other\"\nformats = [\"epub\"]\n");
    for (folder, title) in [("other", "Other"), ("docs/guide", "Guide")] {
        repo.write(
            &format!("{folder}/book.toml"),
            format!("[book]\ntitle = \"{title}\"\n[output.bindery]\n"),
        );
        repo.write(&format!("{folder}/src/SUMMARY.md"), "- [One](one.md)\n");
        repo.write(&format!("{folder}/src/one.md"), format!("# One\n\nOf the {title}.\n"));
    }
    repo.commit("a", "2024-05-01T10:00:00Z");
    let run = build(&mdbook, &repo.path().join("docs/guide"), &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    // One output alone has no folder of its own.
    let all: String = epub(&repo.path().join("docs/guide/book/guide/2024-05-01")).into_values().collect();
    assert!(all.contains("Of the Guide.") && !all.contains("Of the Other."));
    // What else is in the repository makes no draft of it.
    repo.write("other/src/one.md", "# One\n\nAnother.\n");
    let run = build(&mdbook, &repo.path().join("docs/guide"), &[]);
    assert!(run.code == 0 && !run.err.contains("so this is a draft"), "{}", run.err);
}

#[test]
#[cfg(unix)]
fn what_is_not_committed_makes_a_draft_and_errors_fail_the_build() {
    let Some(mdbook) = mdbook() else { return };
    let repo = book();
    let folder = repo.path();
    repo.write("src/after.md", "# Afterwards\n\nStay.\n");
    let run = build(
        &mdbook,
        &folder,
        &[("MDBOOK_BOOK__TITLE", "Beacons"), ("MDBOOK_OUTPUT__BINDERY__FORMATS", "[\"epub\"]")],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("note: `src/after.md` is not as in the last commit, so this is a draft"),
        "{}",
        run.err
    );
    let record = record(&folder.join("book/bindery/beacons/draft"));
    assert_eq!((&record["draft"], &record["title"]), (&json!(true), &json!("Beacons")));
    assert_eq!(record["formats"].as_array().map(Vec::len), Some(1));
    // A program that changes the text may depend on any file, an unknown one too.
    repo.write("src/after.md", "# Afterwards\r\n\r\nGo home.\r\n")
        .write("shout.sh", format!("{SCRIPT}# more\n"));
    let run = build(&mdbook, &folder, &[("MDBOOK_OUTPUT__BINDERY__FORMATS", "[\"epub\"]")]);
    assert!(run.err.contains("`shout.sh` is not as in the last commit"), "{}", run.err);
    repo.write("shout.sh", SCRIPT).write("book.toml", format!("{TOML}{OURS}paper = \"a5\"\n{SHOUT}"));
    let run = build(&mdbook, &folder, &[]);
    assert_ne!(run.code, 0, "an unknown key");
    assert!(run.err.contains("config-unknown-key") && run.err.contains("book.toml:10:"), "{}", run.err);
}

/// A context as mdBook 0.5 writes it, or 0.4 with its other name for the list.
fn context(folder: &Path, version: &str, list: &str, items: Value) -> Vec<u8> {
    let context = json!({
        "version": version, "root": folder, "destination": folder.join("dest"),
        "book": { list: items, "__non_exhaustive": null },
        "config": { "book": { "title": "T" }, "output": { "bindery": { "command": "x", "optional": true } } },
    });
    context.to_string().into_bytes()
}

fn chapter(name: &str, path: Option<&str>, content: &str, below: Value) -> Value {
    json!({ "Chapter": {
        "name": name, "content": content, "number": [7], "sub_items": below, "path": path, "source_path": path,
        "parent_names": [],
    } })
}

#[test]
fn contexts_of_both_versions_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("book");
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write(
        "book.toml",
        "[book]\ntitle = \"T\"\n[output.bindery]\ncommand = \"x\"\noptional = true\nformats = [\"epub\"]\n[preprocessor.admonish]\n[preprocessor.emoji]\n",
    );
    write("src/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n");
    write("src/a.md", "# A\n\n{{#include x}}\n\n[gone](gone.md)\n");
    write("src/b.md", "# B\n");
    let items = json!([
        { "PartTitle": "Part" },
        // The last line stayed, and its place is known.
        chapter("A", Some("a.md"), "# A\n\nincluded :rocket:\n\n```admonish note\nx\n```\n\n[gone](gone.md)\n", json!([
            chapter("New", Some("made/new.md"), "# New\n\nmade by a program\n", json!([])),
        ])),
        "Separator",
        chapter("Draft", None, "", json!([])),
    ]);
    for (version, list, warning) in [
        ("0.5.2", "items", false),
        ("0.4.52", "sections", false),
        ("0.6.0", "items", true),
        ("junk", "items", true),
    ] {
        let run = render(&context(&root, version, list, items.clone()), &[]);
        assert_eq!(run.code, 0, "{version}: {}", run.err);
        assert_eq!(run.err.contains("is not known to mdbook-bindery"), warning, "{}", run.err);
        assert!(run.err.contains("src/a.md:5:1"), "{}", run.err);
        let parts = epub(&root.join("dest/t/draft"));
        let all: String = parts.values().map(String::as_str).collect();
        for words in
            ["included :rocket:", "made by a program", "<span class=\"number\">7.</span> A", "Part", "Draft"]
        {
            assert!(all.contains(words), "{version}: {words}");
        }
        assert!(!all.contains("admonish note") && !all.contains("{{#include"), "{version}");
        assert!(!parts.keys().any(|name| name.ends_with("/b.xhtml")), "mdBook gave no such chapter");
        std::fs::remove_dir_all(root.join("dest")).expect("written");
    }
}

#[test]
fn what_is_no_context_is_refused_in_words() {
    for (input, words) in [
        (&b""[..], "it is not JSON"),
        (b"\xff\xfe{", "it is not JSON"),
        (b"[1, 2]", "it is not an object"),
        (b"{\"version\": \"0.5.2\"}", "it has no `root`"),
    ] {
        let run = render(input, &[]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(words) && run.err.contains("mdbook build"), "{}", run.err);
    }
    let deep = format!("{{\"version\":\"0.5\",\"book\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(render(deep.as_bytes(), &[]).code, 2);
    for (arguments, code, words) in [
        (&["--version"][..], 0, env!("CARGO_PKG_VERSION")),
        (&["--help"], 0, "[output.bindery]"),
        (&["supports", "html"], 1, "not a preprocessor"),
        (&["--paper", "a5"], 2, "takes no argument `--paper`"),
    ] {
        let run = render(b"", arguments);
        assert_eq!(run.code, code, "{arguments:?}");
        assert!(format!("{}{}", run.out, run.err).contains(words), "{}{}", run.out, run.err);
    }
}
