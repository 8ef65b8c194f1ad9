//! Each diagnostic code provoked: `tests/diagnostics/CODE` holds a small book
//! and the report that is expected of it (see its README). `BINDERY_BLESS=1`
//! rewrites the reports, and `docs/src/diagnostics.md` with them; read what
//! changed before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use bindery::diag::{Code, Severity};
use tempfile::TempDir;

/// Codes that no document can be made to provoke, with the reason. What can
/// be provoked has to be.
const UNPROVOKED: &[(Code, &str)] = &[
    (
        Code::TypesetFailed,
        "the tree is kept within what Typst can set; tests/pdf.rs gives it one that is not",
    ),
    (Code::TypesetWarning, "whatever Typst is known to warn about is seen to before"),
    (Code::EpubFailed, "assembling an EPUB in memory fails only by a fault of our own"),
    (Code::FontInstalled, "whether the machine has a font that no other one has is not for a test to say"),
    (Code::LedgerUnbalanced, "it is a fault of our own; tests/ledger.rs doctors trees and outputs"),
];

const INTRODUCTION: &str = "\
<!-- Made by tests/diagnostics.rs from src/diag.rs and tests/diagnostics; do not edit. -->

# Diagnostics

Whatever of a document can't be carried over as it was meant is said, with its place in the author's file, and what to \
do about it in the line after `help`. An *error* fails the edition or the run. A *warning* names something that \
readers will miss or see changed; `--strict` makes warnings failures. A *note* is good to know, nothing is missing; \
`--verbose` shows notes. Each code has its usual severity here; now and then a place says otherwise.

All of them are in `edition.json` too. `bindery explain CODE` prints a section of this page.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// The folders, by name.
fn folders() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root()).expect("the folder is there").map(|e| e.expect("an entry"));
    let folders = entries.filter(|e| e.path().is_dir());
    folders.map(|e| e.file_name().to_string_lossy().into_owned()).collect()
}

fn blessing() -> bool {
    std::env::var_os("BINDERY_BLESS").is_some()
}

#[test]
fn every_code_has_a_folder_and_every_folder_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|c| c.as_str().to_owned()).collect();
    let excused: BTreeSet<String> = UNPROVOKED.iter().map(|(c, _)| c.as_str().to_owned()).collect();
    let folders = folders();
    let missing: Vec<&String> =
        codes.iter().filter(|c| !folders.contains(*c) && !excused.contains(*c)).collect();
    assert!(missing.is_empty(), "without a folder in tests/diagnostics: {missing:?}");
    let unknown: Vec<&String> = folders.iter().filter(|f| !codes.contains(*f)).collect();
    assert!(unknown.is_empty(), "folders of no code: {unknown:?}");
    let both: Vec<&String> = excused.intersection(&folders).collect();
    assert!(both.is_empty(), "excused, and yet provoked: {both:?}");
    assert!(UNPROVOKED.iter().all(|(_, reason)| !reason.is_empty()));
}

#[test]
fn reports_are_as_expected() {
    let wrong = Mutex::new(Vec::new());
    let queue = Mutex::new(folders().into_iter());
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(code) = queue.lock().expect("not poisoned").next() else { break };
                    if let Some(problem) = difference(&code) {
                        wrong.lock().expect("not poisoned").push(problem);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("not poisoned");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `docs/src/diagnostics.md` says of each code what it means, and shows the
/// example of its folder. In a run that blesses, the other test may be writing
/// the reports at this moment: they are made again here.
#[test]
fn the_documentation_holds_every_code_and_its_example() {
    let mut page = format!("{INTRODUCTION}\n| code | severity | meaning |\n| --- | --- | --- |\n");
    for code in Code::ALL {
        let (name, severity) = (code.as_str(), code.severity().as_str());
        writeln!(page, "| [`{name}`](#{name}) | {severity} | {} |", code.explanation()).expect("writes");
    }
    for code in Code::ALL {
        let (name, severity) = (code.as_str(), code.severity().as_str());
        writeln!(page, "\n## `{name}`\n\n*{severity}* · {}", code.explanation()).expect("writes");
        let folder = root().join(name);
        if !folder.is_dir() {
            continue;
        }
        let report = if blessing() {
            report(&folder)
        } else {
            std::fs::read_to_string(folder.join("expected.txt")).unwrap_or_default()
        };
        let example = report.split("\n\n").find(|one| one.contains(&format!("[{name}]: "))).unwrap_or("");
        let helps = example.contains(" help: ");
        assert!(helps || code.severity() == Severity::Note, "{name}: the example has no hint:\n{report}");
        // The page is a chapter: a directive in it would be carried out, and
        // U+FFFD stands for something unreadable there.
        let example = example.trim_end().replace("{{#", "\\{{#").replace('\u{FFFD}', "□");
        writeln!(page, "\n```text\n{example}\n```").expect("writes");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/diagnostics.md");
    if blessing() {
        std::fs::write(&path, &page).expect("writable");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/src/diagnostics.md is not up to date; tests/diagnostics/README.md says how"
    );
}

/// What is wrong with the report of a folder, if anything is.
fn difference(code: &str) -> Option<String> {
    let folder = root().join(code);
    let report = report(&folder);
    let golden = folder.join("expected.txt");
    if !report.contains(&format!("[{code}]: ")) {
        return Some(format!("{code}: the report does not have the code\n{report}"));
    }
    if blessing() {
        std::fs::write(&golden, &report).expect("writable");
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    (expected != report).then(|| format!("{code}:\n--- expected\n{expected}--- is\n{report}"))
}

/// The diagnostics that are printed for a folder's book.
fn report(folder: &Path) -> String {
    let place = TempDir::new().expect("a folder");
    copy(folder, place.path());
    let script = folder.join("run.sh");
    let script = if script.exists() {
        std::fs::read_to_string(script).expect("UTF-8")
    } else {
        let input = if folder.join("book").is_dir() { "book" } else { "input" };
        format!("bindery build {input} --verbose\n")
    };
    let binary = Path::new(env!("CARGO_BIN_EXE_bindery"));
    let mut path = binary.parent().expect("a folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-uc", &script])
        .env_clear()
        .env("PATH", path)
        .env("HOME", place.path())
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "An Author")
        .env("GIT_AUTHOR_EMAIL", "author@example.org")
        .env("GIT_AUTHOR_DATE", "2000-01-01T00:00:00Z")
        .env("GIT_COMMITTER_NAME", "A Committer")
        .env("GIT_COMMITTER_EMAIL", "committer@example.org")
        .current_dir(place.path())
        .output()
        .expect("sh starts");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    let temporary = place.path().canonicalize().expect("is there");
    let said =
        said.replace(&*temporary.to_string_lossy(), "…").replace(&*place.path().to_string_lossy(), "…");
    diagnostics(&said)
}

/// The diagnostics out of all that is printed: each begins with its severity
/// and code, and ends with an empty line.
fn diagnostics(said: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in said.lines() {
        inside |= ["note[", "warning[", "error["].iter().any(|start| line.starts_with(start));
        if inside {
            writeln!(out, "{}", line.trim_end()).expect("writes");
        }
        inside &= !line.is_empty();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Copies what a folder holds, but for what the runner itself reads.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        let target = to.join(name);
        if path.is_dir() {
            std::fs::create_dir(&target).expect("a folder");
            copy(&path, &target);
        } else if name != "expected.txt" && name != "run.sh" {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}
