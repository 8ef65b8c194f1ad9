//! All examples of the CommonMark and GFM specifications: the tree says what
//! the specification's HTML says, but for the reasoned list in
//! `tests/spec/exceptions.txt`, and each becomes a chapter of a PDF and an EPUB.
//!
//! The specifications are data from a package, fetched by
//! `tests/tools/spec.py` into `target/spec`; without them these tests say that
//! they are skipped, except in CI.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "spec/examples.rs"]
mod examples;
#[path = "spec/normal.rs"]
mod normal;
#[path = "spec/render.rs"]
mod render;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use bindery::reader::{self, ReadOptions};
use bindery::source::MemoryTree;

use self::examples::{Example, examples};
use self::normal::normal;

const NAMES: [&str; 2] = ["commonmark", "gfm"];

/// What goes beyond CommonMark and can be switched off.
const PLAIN: &str =
    "[output.html]\nsmart-punctuation = false\ndefinition-lists = false\nadmonitions = false\n";

/// The tree of an example as HTML, before any transform.
fn read(markdown: &str) -> String {
    let tree = MemoryTree::new([
        ("book.toml", PLAIN),
        ("src/SUMMARY.md", "- [Example](example.md)\n"),
        ("src/example.md", markdown),
    ]);
    let options = ReadOptions { fallback_title: "Examples".to_owned(), ..ReadOptions::default() };
    let book = reader::read(&tree, &options).expect("holds a book").value;
    book.chapters().map(render::chapter).collect()
}

/// The listed exceptions of a specification: numbers, and reasons.
fn exceptions(name: &str) -> BTreeMap<usize, String> {
    let text = include_str!("spec/exceptions.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts = lines.map(|line| line.splitn(3, ' ').collect::<Vec<_>>());
    parts
        .filter(|parts| parts[0] == name)
        .map(|parts| {
            assert!(parts.len() == 3, "specification, number and reason: {parts:?}");
            (parts[1].parse().expect("a number"), parts[2].to_owned())
        })
        .collect()
}

#[test]
fn trees_agree_with_the_specifications() {
    let mut wrong = Vec::new();
    for name in NAMES {
        let Some(examples) = examples(name) else { continue };
        assert!(examples.len() >= 649, "{name} has only {} examples", examples.len());
        let mut listed = exceptions(name);
        let count = listed.len();
        for Example { number, section, markdown, html } in &examples {
            let (expected, is) = (normal(html), normal(&read(markdown)));
            match listed.remove(number) {
                None if expected != is => wrong.push(format!(
                    "{name} {number} ({section}) disagrees:\n{markdown}--- expected\n{expected}--- is\n{is}"
                )),
                Some(reason) if expected == is => {
                    wrong.push(format!("{name} {number} agrees now; take it off the list: {reason}"));
                }
                None | Some(_) => {}
            }
        }
        wrong.extend(listed.keys().map(|number| format!("{name} has no example {number}")));
        println!("{name}: {} examples, {count} of them listed as exceptions", examples.len());
    }
    assert!(wrong.is_empty(), "{} wrong\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn normal_forms_tell_apart_what_differs() {
    for (one, other) in [
        ("<p>a</p>", "<p>a b</p>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>"),
        ("<p><em>a</em></p>", "<p><strong>a</strong></p>"),
        ("<pre><code>a  b</code></pre>", "<pre><code>a b</code></pre>"),
        ("<a href=\"x\">a</a>", "<a href=\"y\">a</a>"),
        ("<p>a\u{a0}b</p>", "<p>a b</p>"),
        ("<ol start=\"2\"><li>a</li></ol>", "<ol><li>a</li></ol>"),
        ("<p>&lt;b&gt;</p>", "<p><b></b></p>"),
    ] {
        assert_ne!(normal(one), normal(other));
    }
    for (one, other) in [
        ("<p>a\n  b</p>\n", "<p>a b</p>"),
        ("<img alt='x' src='a%20b'/>", "<p><img src=\"a b\" alt=\"x\"></p>"),
        ("<div><!-- no --><p>a</p></div>", "<p>a</p>"),
        ("<p>&quot;&amp;</p>", "<p>\"&amp;</p>"),
    ] {
        assert_eq!(normal(one), normal(other));
    }
}

/// A book with a chapter for each example, bound in both formats. `.ci/run`
/// has the graders look at what this leaves in `target/spec`.
#[test]
fn each_example_is_a_chapter_of_both_formats() {
    for name in NAMES {
        let Some(examples) = examples(name) else { continue };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/spec");
        let (book, out) = (folder.join(format!("{name}-book")), folder.join(format!("{name}-editions")));
        for old in [&book, &out] {
            let _ = std::fs::remove_dir_all(old);
        }
        std::fs::create_dir_all(book.join("src")).expect("a folder");
        let title = format!("[book]\ntitle = \"Examples of {name}\"\n");
        std::fs::write(book.join("book.toml"), title).expect("a file");
        let mut summary = String::new();
        let mut section = "";
        for example in &examples {
            if section != example.section {
                section = &example.section;
                summary.push_str(&format!("\n# {section}\n\n"));
            }
            let file = format!("{:03}.md", example.number);
            summary.push_str(&format!("- [Example {}]({file})\n", example.number));
            std::fs::write(book.join("src").join(file), &example.markdown).expect("a file");
        }
        std::fs::write(book.join("src/SUMMARY.md"), summary).expect("a file");
        let output = Command::new(env!("CARGO_BIN_EXE_bindery"))
            .args(["build", "--json", "--quiet", "--no-cache", "--output"])
            .args([&out, &book])
            .output()
            .expect("bindery starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let edition = &report["editions"][0];
        assert_eq!(edition["formats"].as_array().map(Vec::len), Some(2), "both formats: {said}");
        for diagnostic in edition["diagnostics"].as_array().expect("a list") {
            let (code, severity) = (&diagnostic["code"], &diagnostic["severity"]);
            assert!(severity != "error", "{diagnostic}");
            assert!(code != "internal" && code != "typeset-warning", "{diagnostic}");
            // Nothing may be lost without a word about it.
            assert!(code != "ledger-unbalanced", "{diagnostic}");
        }
    }
}
