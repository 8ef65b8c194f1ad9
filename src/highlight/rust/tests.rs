use proptest::prelude::*;

use super::super::tests::{holds_golden, keep, listed};
use super::*;

fn shown(text: &str) -> String {
    listed(&highlight(text))
}

#[test]
fn everything_has_its_colour() {
    holds_golden("rust", highlight);
}

#[test]
fn what_is_unfinished_derails_nothing_behind_it() {
    for (text, expected) in [
        (
            "let a = \"no end\nfn b() {}\n",
            "Keyword(let ) Plain(a = ) String(\"no end)\nKeyword(fn ) Function(b) Plain(() {})\n",
        ),
        (
            "#[derive(\nstruct A { a: [u8; 1] }\n",
            "Plain(#[) Function(derive) Plain(()\nKeyword(struct ) Type(A ) Plain({ a: [) Type(u8) Plain(; ) Constant(1) Plain(] })\n",
        ),
        ("it's 'a, 'b' and '\n", "Plain(it) Keyword('s 'a) Plain(, ) String('b' ) Plain(and ')\n"),
        ("/* a\nb", "Comment(/* a)\nComment(b)\n"),
        ("x?; ...; a.b()\n", "Plain(x?; ...; a.) Function(b) Plain(())\n"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn the_time_is_linear() {
    // Each of these took minutes if every start were followed to the end.
    for part in ["#[", "\\\"\n", "/*", "r#\"", "'", "b'\\", "{", "\"{", "\"\\", "r###", "#!["] {
        let text = part.repeat(200_000 / part.len());
        assert_eq!(highlight(&text).len(), text.lines().count(), "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        keep(&highlight(&text), &text)?;
    }

    #[test]
    fn anything_like_rust_is_kept(
        text in "(fn |r#|br\"|b'|c\"|'a|\"|\\\\|[#!\\[\\](){}<>.,:;/*$&|=+-]|println!|macro_rules! |union |[a-zA-Z0-9_]|é|\u{1F64B}| |\n|\r\n|\r){0,40}"
    ) {
        keep(&highlight(&text), &text)?;
    }
}
