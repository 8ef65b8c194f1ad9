use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> String {
    let line = |line: &Line| {
        let runs: Vec<_> = line.iter().map(|run| format!("{:?}({})", run.token, run.text)).collect();
        runs.join(" ") + "\n"
    };
    highlight(text).iter().map(line).collect()
}

/// `BINDERY_BLESS=1` rewrites the expectation, to be read before it is committed.
#[test]
fn everything_has_its_colour() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/highlight");
    let text = std::fs::read_to_string(folder.join("rust.txt")).expect("is there");
    let golden = folder.join("rust.golden");
    if std::env::var_os("BINDERY_BLESS").is_some() {
        std::fs::write(&golden, shown(&text)).expect("can be written");
    }
    assert_eq!(shown(&text), std::fs::read_to_string(golden).expect("is there"));
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

fn checked(text: &str) -> Result<(), TestCaseError> {
    let lines = highlight(text);
    let joined: Vec<String> = lines.iter().map(|l| l.iter().map(|r| r.text.as_str()).collect()).collect();
    let expected: Vec<&str> = text.lines().collect();
    prop_assert_eq!(joined, expected);
    for line in &lines {
        prop_assert!(line.windows(2).all(|w| w[0].token != w[1].token), "{:?}", line);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_kept(text in any::<String>()) {
        checked(&text)?;
    }

    #[test]
    fn anything_like_rust_is_kept(
        text in "(fn |r#|br\"|b'|c\"|'a|\"|\\\\|[#!\\[\\](){}<>.,:;/*$&|=+-]|println!|macro_rules! |union |[a-zA-Z0-9_]|é|\u{1F64B}| |\n|\r\n|\r){0,40}"
    ) {
        checked(&text)?;
    }
}
