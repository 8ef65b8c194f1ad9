use proptest::prelude::*;

use super::super::tests::{holds_golden, keep, listed};
use super::*;

const NAMES: &[(&str, &str)] = &[
    ("bash", shell::NAME),
    ("c", "C"),
    ("cpp", "C++"),
    ("cs", "C#"),
    ("go", "Go"),
    ("java", "Java"),
    ("js", "JavaScript"),
    ("kotlin", "Kotlin"),
    ("python", "Python"),
    ("swift", "Swift"),
    ("ts", "TypeScript"),
];

fn highlighted(name: &str, text: &str) -> Vec<Line> {
    highlight(name, text).expect("is of the family")
}

fn shown(name: &str, text: &str) -> String {
    listed(&highlighted(name, text))
}

#[test]
fn everything_has_its_colour() {
    for (file, name) in NAMES {
        holds_golden(file, |text| highlighted(name, text));
    }
}

#[test]
fn every_table_has_a_grammar_of_its_name() {
    let names = languages::LANGUAGES.iter().map(|language| language.name).chain([shell::NAME]);
    for name in names {
        assert!(super::super::language::by_name(name).is_some(), "{name}");
    }
    assert!(highlight("YAML", "a: b").is_none());
}

#[test]
fn what_is_unfinished_derails_nothing_behind_it() {
    for (name, text, expected) in [
        ("C", "char *a = \"no end\nint b;\n", "Keyword(int ) Plain(b;)"),
        ("C++", "R\"(no end\nint b;\n", "Keyword(int ) Plain(b;)"),
        ("C#", "$\"{a\nint b;\n", "Keyword(int ) Plain(b;)"),
        ("C#", "[Fact\nint b;\n", "Keyword(int ) Plain(b;)"),
        ("JavaScript", "`no end\nlet b\n", "Keyword(let ) Plain(b)"),
        ("JavaScript", "a = /no end\nlet b\n", "Keyword(let ) Plain(b)"),
        ("JavaScript", "<p>don't</p>\nlet b\n", "Keyword(let ) Plain(b)"),
        ("Kotlin", "\"${a\nval b\n", "Keyword(val ) Plain(b)"),
        ("Python", "'''no end\ndef b()\n", "Keyword(def ) Function(b) Plain(())"),
        ("Python", "f'{a\ndef b()\n", "Keyword(def ) Function(b) Plain(())"),
        (shell::NAME, "echo 'no end\nls -l\n", "Function(ls ) Plain(-l)"),
        (shell::NAME, "echo \"no end\nls -l\n", "Function(ls ) Plain(-l)"),
        (shell::NAME, "cat <<EOF\nls -l\n", "Function(ls ) Plain(-l)"),
        (shell::NAME, "echo ${a\nls -l\n", "Function(ls ) Plain(-l)"),
    ] {
        let shown = shown(name, text);
        assert_eq!(shown.lines().last(), Some(expected), "{name}: {text}");
    }
}

#[test]
fn the_time_is_linear() {
    // Each of these took minutes if every start were followed to the end.
    let parts = [
        "/*",
        "\"",
        "\"\"\"",
        "'''\n",
        "`",
        "R\"(",
        "R\"a(",
        "${",
        "\"${",
        "`${",
        "$\"{",
        "f'{",
        "\\(",
        "=/",
        "=/[",
        "a<",
        "<a",
        "[[",
        "[A\n",
        "@",
        "#",
        "#a ",
        "$(",
        "$((",
        "((",
        "<<A\n",
        "<<A ",
        "'",
        "\\",
        "a ",
        "/**/",
        "\"\"\"a\"\"\"\n",
    ];
    for (_, name) in NAMES {
        for part in parts {
            let text = part.repeat(50_000 / part.len());
            assert_eq!(highlighted(name, &text).len(), text.lines().count(), "{name}: {part}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        for (_, name) in NAMES {
            keep(&highlighted(name, &text), &text)?;
        }
    }

    #[test]
    fn anything_like_code_is_kept(
        text in "(\"\"\"|'''|\\$\\{|\\$\\(|\\$@\"|R\"a\\(|\\)a\"|<<A|\nA\n|/\\*|\\*/|//|#include <|\\[\\[|@a|%5d|case |in |function |def |class |[\"'`\\\\\\[\\](){}<>.,:;/*$@&|=+#-]|[a-zA-Z0-9_]|é|\u{1F64B}| |\n|\r\n|\r){0,40}"
    ) {
        for (_, name) in NAMES {
            keep(&highlighted(name, &text), &text)?;
        }
    }
}
