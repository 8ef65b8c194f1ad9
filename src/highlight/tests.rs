use proptest::prelude::*;

use super::*;
use crate::document::{Chapter, Item, Role};
use crate::span::{FileId, Span};

fn code(language: &str, text: &str) -> CodeBlock {
    CodeBlock {
        info: language.to_owned(),
        language: Some(language.to_owned()),
        text: text.to_owned(),
        hidden: String::new(),
    }
}

fn book(blocks: &[CodeBlock]) -> Book {
    let span = Span::new(FileId(0), 0..0);
    let blocks = blocks.iter().map(|c| Block { kind: BlockKind::Code(c.clone()), span }).collect();
    let chapter = Chapter {
        key: "a.md".to_owned(),
        title: "A".to_owned(),
        number: None,
        depth: 0,
        role: Role::Text,
        language: None,
        blocks,
        footnotes: Vec::new(),
        span,
    };
    Book { items: vec![Item::Chapter(chapter)], ..Book::default() }
}

fn shown(language: &str, text: &str) -> String {
    let code = code(language, text);
    let lines = Highlights::of(&book(std::slice::from_ref(&code))).lines(&code);
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &Line) -> String {
    let runs: Vec<_> = line.iter().map(|r| format!("{:?}({})", r.token, r.text)).collect();
    runs.join(" ")
}

/// Lines as readable text, each with its end.
pub(super) fn listed(lines: &[Line]) -> String {
    lines.iter().map(|it| line(it) + "\n").collect()
}

/// Holds the lines that a highlighter makes of a text in `tests/highlight`
/// against what is expected. `BINDERY_BLESS=1` rewrites the expectation, to be
/// read before it is committed.
pub(super) fn holds_golden(file: &str, highlight: impl Fn(&str) -> Vec<Line>) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/highlight");
    let text = std::fs::read_to_string(folder.join(format!("{file}.txt"))).expect("is there");
    let golden = folder.join(format!("{file}.golden"));
    let shown = listed(&highlight(&text));
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(&golden, &shown).expect("can be written");
    }
    assert_eq!(shown, std::fs::read_to_string(golden).expect("is there"), "{file}");
}

/// Whether lines have the text that they were made of, and no two runs of one
/// class beside each other.
pub(super) fn keep(lines: &[Line], text: &str) -> Result<(), TestCaseError> {
    let joined: Vec<String> = lines.iter().map(|l| l.iter().map(|r| r.text.as_str()).collect()).collect();
    let expected: Vec<&str> = text.lines().collect();
    prop_assert_eq!(joined, expected);
    for line in lines {
        prop_assert!(line.windows(2).all(|w| w[0].token != w[1].token), "{:?}", line);
    }
    Ok(())
}

#[test]
fn rust_is_coloured() {
    assert_eq!(
        shown("rust", "// note\n#[test]\nfn main() -> String {\n    println!(\"{}\", 42);\n}\n"),
        "Comment(// note)\n\
         Meta(#[test])\n\
         Keyword(fn ) Function(main) Plain(() -> ) Type(String ) Plain({)\n\
         Plain(    ) Function(println!) Plain(() String(\") Constant({}) String(\") Plain(, ) Constant(42) Plain();)\n\
         Plain(})"
    );
}

#[test]
fn a_diff_shows_what_came_and_went() {
    assert_eq!(
        shown("diff", "@@ -1 +1 @@\n-old\n+new\n same\n"),
        "Meta(@@ -1 +1 @@)\nDeleted(-old)\nInserted(+new)\nPlain( same)"
    );
}

#[test]
fn common_languages_have_colours() {
    for (language, text, expected) in [
        ("toml", "[a]\nb = \"c\"\n", "String(\"c\")"),
        ("yaml", "a: true # b\n", "Comment(# b)"),
        ("json", "{\"a\": 1}\n", "Constant(1)"),
        ("python", "def f(x):\n    return x and None\n", "Function(f)"),
        (
            "c",
            "#include <stdio.h>\nint x = 1;\n",
            "Meta(#include ) String(<stdio.h>)\nKeyword(int ) Plain(x = ) Constant(1)",
        ),
        ("bash", "for x in 1 2; do echo \"$x\"; done\n", "Keyword(for"),
        ("html", "<p class=\"a\">b</p>\n", "Meta(p class) Plain(=) String(\"a\")"),
        ("ts", "const a: string = 'b';\n", "String('b')"),
    ] {
        let shown = shown(language, text);
        assert!(shown.contains(expected), "{language}: {shown}");
    }
}

#[test]
fn what_would_take_forever_is_plain() {
    let long = format!("let x = \"{}\";\n", "a".repeat(LONGEST_LINE));
    assert!(shown("rust", &long).starts_with("Plain("));
    let many = "let x = 1;\n".repeat(LONGEST_BLOCK / 10);
    assert!(shown("rust", &many).starts_with("Plain("));
}

#[test]
fn unknown_languages_and_empty_lines_are_kept() {
    assert_eq!(shown("mermaid", "a --> b\n\n  c\n"), "Plain(a --> b)\n\nPlain(  c)");
}

#[test]
fn the_next_edition_takes_over_what_it_shares() {
    let (same, old, new) =
        (code("rust", "fn a() {}\n"), code("rust", "fn b() {}\n"), code("rust", "fn c() {}\n"));
    let first = Highlights::of(&book(&[same.clone(), old.clone()]));
    let second = first.next(&book(&[same.clone(), new.clone()]));
    assert!(Arc::ptr_eq(&first.lines(&same), &second.lines(&same)));
    assert_eq!(second.lines(&new).len(), 1);
    assert_eq!((first.anew(), second.anew()), (2, 1));
    assert!(second.get("Rust", &old.text).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Colours never change the code.
    #[test]
    fn the_text_is_kept(language in "rust|c|ruby|yaml|html|md|diff|sh|js|nonsense",
                        text in "([a-z<>#*`'\"(){}/!$: \\-]|[0-9]|\n|\r\n|é|\u{1F64B}){0,60}") {
        let code = code(&language, &text);
        let lines = Highlights::of(&book(std::slice::from_ref(&code))).lines(&code);
        keep(&lines, &text)?;
    }
}
