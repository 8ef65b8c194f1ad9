//! The shape of `src/`: who may use whom, and what no file may hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A source file: its module (`writer::pdf::code`) and its text without tests.
struct File {
    path: String,
    module: String,
    text: String,
    lines: usize,
}

fn sources() -> Vec<File> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|e| e == "rs") {
                into.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(path).expect("UTF-8");
            let module = name.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
            File {
                path: format!("src/{name}"),
                module,
                lines: text.lines().count(),
                text: without_tests(&text),
            }
        })
        .filter(|file| !file.module.ends_with("::tests"))
        .collect()
}

/// The text up to the tests, which by custom come last.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or("").to_owned()
}

/// Line comments and doc comments out.
fn code(text: &str) -> String {
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules of this crate that a file names, as `crate::a::b`, `self` and
/// `super` resolved, with one entry for each name of a braced list.
fn used(file: &File) -> BTreeSet<String> {
    let text = code(&file.text);
    let mut found = BTreeSet::new();
    for (start, _) in text.match_indices("crate::") {
        let rest = &text[start + "crate::".len()..];
        if start > 0 && text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        expand("", rest, &mut found);
    }
    for (start, _) in text.match_indices("super::") {
        let mut base: Vec<&str> = file.module.split("::").collect();
        let mut rest = &text[start..];
        if text[..start].ends_with("super::") {
            continue;
        }
        while let Some(next) = rest.strip_prefix("super::") {
            base.pop();
            rest = next;
        }
        let prefix = base.join("::");
        expand(&prefix, rest, &mut found);
    }
    found
}

/// Adds the paths that begin at `rest`: a path, or a braced list of them.
fn expand(prefix: &str, rest: &str, found: &mut BTreeSet<String>) {
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
    let path = rest[..end].trim_end_matches(':');
    let joined = if prefix.is_empty() {
        path.to_owned()
    } else if path.is_empty() {
        prefix.to_owned()
    } else {
        format!("{prefix}::{path}")
    };
    if rest[end..].starts_with('{') {
        let (mut depth, mut start) = (0, end + 1);
        for (i, c) in rest.char_indices().skip_while(|(i, _)| *i < end) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if (c == ',' && depth == 1) || depth == 0 {
                let part = rest[start..i].trim();
                if !part.is_empty() {
                    expand(&joined, part, found);
                }
                start = i + 1;
            }
            if depth == 0 {
                break;
            }
        }
    } else if !joined.is_empty() {
        found.insert(joined);
    }
}

fn is_in(module: &str, parent: &str) -> bool {
    module == parent || module.strip_prefix(parent).is_some_and(|rest| rest.starts_with("::"))
}

/// What lies on which floor. A module may use its own floor and lower ones.
const FLOORS: &[&[&str]] = &[
    &["span", "paths", "recent", "tally", "trace", "typeface"],
    &["diag"],
    &["document", "media"],
    // The traits of sources and the editions made from them.
    &["source", "edition", "highlight", "fetch", "cover", "theme", "device"],
    &["reader", "transform", "writer", "output", "demo", "catalogue", "fonts"],
    &["programs", "cache"],
    &["config"],
    &["pipeline"],
    &["cli"],
    &["main", "lib", "bin"],
];

fn floor(module: &str) -> usize {
    let top = module.split("::").next().unwrap_or("");
    FLOORS
        .iter()
        .position(|floor| floor.contains(&top))
        .unwrap_or_else(|| panic!("`{top}` has no floor; give it one"))
}

#[test]
fn arrows_point_down_only() {
    let mut wrong = Vec::new();
    for file in sources() {
        for used in used(&file) {
            let top = used.split("::").next().unwrap_or("");
            // Names that `crate::` reaches without being modules are re-exports of none.
            if !FLOORS.iter().any(|f| f.contains(&top)) {
                wrong.push(format!("{} uses crate::{used}, which has no floor", file.path));
            } else if floor(&file.module) < floor(&used) {
                wrong.push(format!("{} uses crate::{used}, which lies above it", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_may_never_meet() {
    // (who, what it may not use)
    let rules: &[(&str, &[&str])] = &[
        ("fetch", &["source", "document"]),
        ("cache", &["source", "edition", "reader", "transform", "writer"]),
        ("reader", &["writer", "output", "source::git", "source::dated", "source::open", "edition"]),
        (
            "transform",
            &["writer", "output", "reader", "source::git", "source::dated", "source::open", "edition"],
        ),
        ("writer", &["reader", "transform", "source::git", "source::dated", "source::open", "output"]),
        ("writer::pdf", &["writer::epub"]),
        ("writer::epub", &["writer::pdf"]),
        ("source", &["edition", "highlight", "document", "media"]),
        ("document", &["source", "edition"]),
        ("cover", &["source", "highlight", "fetch", "theme", "device"]),
        ("edition", &["cover"]),
        ("output", &["reader", "transform", "writer", "catalogue"]),
        ("catalogue", &["reader", "transform", "writer", "document", "media"]),
    ];
    let mut wrong = Vec::new();
    for file in sources() {
        for (who, never) in rules.iter().filter(|(who, _)| is_in(&file.module, who)) {
            for used in used(&file) {
                if never.iter().any(|n| is_in(&used, n)) {
                    wrong.push(format!("{}: {who} may not use crate::{used}", file.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_crate_has_its_place() {
    // (crate, where it may be named)
    let rules: &[(&str, &[&str])] = &[
        ("pulldown_cmark", &["reader"]),
        ("typst", &["writer::pdf"]),
        ("typst_pdf", &["writer::pdf"]),
        ("typst_layout", &["writer::pdf"]),
        ("typst_timing", &["trace"]),
        ("comemo", &["writer::pdf"]),
        ("epub_builder", &["writer::epub"]),
        ("gix", &["source"]),
        ("merman", &["transform::diagrams"]),
        ("syntect", &["highlight"]),
        ("two_face", &["highlight"]),
        ("clap", &["cli"]),
        ("notify", &["cli::watch"]),
        ("indicatif", &["cli"]),
        ("annotate_snippets", &["cli"]),
        ("fontdb", &["fonts", "transform::diagrams", "cover"]),
        ("flate2", &["fonts", "transform"]),
        ("tempfile", &["output", "source", "fetch", "programs", "cache"]),
        ("ureq", &["fetch"]),
        ("re_rav1d", &["transform"]),
        ("avif_parse", &["transform"]),
        ("hyper", &["catalogue::serve"]),
        ("hyper_util", &["catalogue::serve"]),
        ("tokio", &["catalogue::serve", "cli::watch"]),
    ];
    let mut wrong = Vec::new();
    for file in sources() {
        let text = code(&file.text);
        for (name, places) in rules {
            let named = text
                .match_indices(&format!("{name}::"))
                .any(|(i, _)| !text[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if named && !places.iter().any(|p| is_in(&file.module, p)) {
                wrong.push(format!("{} names {name}, which belongs to {}", file.path, places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_panics_on_purpose_and_nothing_prints_but_the_command_line() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (i, line) in file.text.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            for never in [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("] {
                if line.contains(never) {
                    wrong.push(format!("{}:{}: {never}", file.path, i + 1));
                }
            }
            for never in ["println!(", "eprintln!(", "print!(", "eprint!(", "dbg!("] {
                if line.contains(never) && !is_in(&file.module, "cli") {
                    wrong.push(format!("{}:{}: {never}", file.path, i + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_parts_ask_neither_clock_nor_environment_nor_file_system() {
    // The PDF writer measures how long it takes; the time goes to the report, never into a file.
    let pure = [
        "document",
        "reader",
        "transform",
        "writer",
        "highlight",
        "edition",
        "media",
        "span",
        "diag",
        "cover",
    ];
    let never = ["SystemTime", "std::env::var", "std::fs", "Timestamp::now", "Zoned::now", "Uuid::new_v4"];
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|f| pure.iter().any(|p| is_in(&f.module, p))) {
        for name in never.iter().filter(|n| code(&file.text).contains(**n)) {
            wrong.push(format!("{}: {name}", file.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_has_two_jobs() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|f| f.lines > 500)
        .map(|f| format!("{}: {} lines", f.path, f.lines))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_test_itself_sees_what_it_looks_for() {
    let file = |module: &str, text: &str| File {
        path: String::new(),
        module: module.to_owned(),
        text: text.to_owned(),
        lines: 0,
    };
    let text = "use crate::diag::{Code, Result};\nuse crate::{span::Span, source};\nuse super::nav;\n\
                // crate::writer::pdf in a comment\nlet x = crate::edition::Edition::new();\n";
    let found = used(&file("writer::epub::package", text));
    let want =
        ["diag::Code", "diag::Result", "edition::Edition::new", "source", "span::Span", "writer::epub::nav"];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), want);
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests { x.unwrap() }"), "a\n");
}
