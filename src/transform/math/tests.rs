use super::*;
use crate::document::dump;
use crate::span::FileId;

fn shown(source: &str, display: bool) -> String {
    let mut macros = Macros::default();
    match convert(source, display, &mut macros) {
        Ok((tree, tag)) => {
            let math = Math { source: source.to_owned(), display, tag, tree: Some(tree) };
            let inline = Inline { kind: InlineKind::Math(math), span: Span::new(FileId(0), 0..0) };
            dump::inlines(&[inline])
        }
        Err(why) => format!("error: {why}"),
    }
}

fn tree(source: &str) -> String {
    let shown = shown(source, false);
    shown.strip_prefix("math((").and_then(|s| s.strip_suffix("))")).unwrap_or(&shown).to_owned()
}

#[test]
fn parts_become_nodes() {
    assert_eq!(tree(r"\frac{a}{2}"), "frac(a 2)");
    assert_eq!(tree(r"\sqrt[3]{x_1^2}"), "root(subsup(x 1 2) 3)");
    assert_eq!(tree(r"\mathbb{R}\mathbf{v}\Gamma"), "up:ℝ up:𝐯 up:Γ");
    assert_eq!(tree(r"\mathrm{const}\,x"), "up:const sp:0.17 x");
    assert_eq!(tree(r"\hat x \widehat{ab}"), "above^(x) above^+((a b))");
    assert_eq!(tree(r"\left. x \middle| y \right]"), "fence.]((x mid:|@1.2 y))");
    assert_eq!(tree(r"\not= \not\in \not x"), "rel:≠ rel:∉ x̸");
    assert_eq!(tree(r"\boxed{x}\cancel{y}"), "Boxed(0-0-0)(x) Cancelled(y)");
}

#[test]
fn signs_are_told_from_operators() {
    assert_eq!(tree("-a + b = -c"), "un:− a bin:+ b rel:= un:− c");
    assert_eq!(tree("(-1)a/b"), "open:( un:− 1 close:) a up:/ b");
}

#[test]
fn limits_stand_above_and_below_in_displays_only() {
    assert_eq!(tree(r"\sum_k"), "sub(large:∑ k)");
    assert_eq!(shown(r"\sum_k", true), "display((under(large:∑ k)))");
    assert_eq!(shown(r"\frac{\sum_k}{2}", true), "display((frac(sub(large:∑ k) 2)))");
    assert_eq!(shown(r"\int_0", true), "display((sub(large:∫ 0)))");
}

#[test]
fn environments_become_tables() {
    assert_eq!(
        shown(r"\begin{align} a &= b \\ &= c \end{align}", true),
        "display((Lines:rl[a & (() rel:= b) / () & (() rel:= c)]))"
    );
    assert_eq!(tree(r"\begin{pmatrix} a & b \\ c \end{pmatrix}"), "fence()(Matrix:cc[a & b / c])");
    assert_eq!(
        tree(r"\begin{array}{l|r} \hline 1 & 2 \\ \hline \end{array}"),
        "Matrix:lr[1 & 2]rules[0, 1]bars[1]"
    );
}

#[test]
fn tags_and_primes_and_old_fractions() {
    assert_eq!(shown(r"x \tag{1}", true), "display((x) tag \"(1)\")");
    assert_eq!(shown(r"x \tag*{A}", true), "display((x) tag \"A\")");
    assert_eq!(tree("f''^2"), "sup(f (up:″ 2))");
    assert_eq!(tree(r"{n \choose k}"), "fence()(stack(n k))");
    assert_eq!(tree(r"a \over b"), "frac(a b)");
}

#[test]
fn macros_hold_from_their_definition_on() {
    let mut macros = Macros::default();
    let all = r"\newcommand{\a}[2][x]{#1_#2} \def\b#1{(#1)} \let\c=\b \DeclareMathOperator*{\d}{dd}";
    assert!(convert(all, false, &mut macros).is_ok_and(|(tree, _)| tree == MathNode::Row(Vec::new())));
    let text = |source: &str, macros: &mut Macros| {
        convert(source, false, macros)
            .map(|(tree, _)| Math { tree: Some(tree), ..Math::new("", false) }.text())
    };
    assert_eq!(text(r"\a{1} \a[y]{2}", &mut macros), Ok("x_1y_2".to_owned()));
    assert_eq!(text(r"\b{z} \d", &mut macros), Ok("(z)dd".to_owned()));
}

#[test]
fn what_cannot_be_converted_says_why() {
    for (source, why) in [
        (r"\nothing{x}", "the command `\\nothing` is not known"),
        (r"\frac{1", "a brace is not closed"),
        ("x}", "a brace is closed that was not opened"),
        (r"\begin{nowhere} x \end{nowhere}", "an environment is not known"),
        ("a & b", "alignment not allowed in current environment"),
        (r"\sideset{a}{b}\sum", "the command `\\sideset` is not known"),
        (r"\def\x{\x}\x", "the macro `\\x` never ends or is too much"),
        (r"\def\x{\x\x}\x", "the macro `\\x` never ends or is too much"),
        (r"\edef\x{y}", "the command `\\edef` is not known"),
    ] {
        assert_eq!(shown(source, true), format!("error: {why}"), "{source}");
    }
}

#[test]
fn hostile_equations_end_soon_and_harm_nothing() {
    let nested = |open: &str, close: &str, n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
    let grows = r"\def\a#1{#1#1#1#1#1#1#1#1}\a{\a{\a{\a{\a{\a{\a{x}}}}}}}";
    let wide = format!(r"\def\a#1{{{}}}\a{{{}}}", "{#1}".repeat(1_000), "y".repeat(4_000));
    let mut all = vec![grows.to_owned(), wide, "x".repeat(1 << 20), r"\frac".repeat(3_000)];
    for (open, close) in [("{", "}"), (r"\frac{1}{", "}"), (r"\left(", r"\right)"), ("x^{", "}")] {
        all.push(nested(open, close, 10_000));
        all.push(nested(open, close, 30));
        all.push(nested(open, close, 1_000));
    }
    for command in
        [r"\hat", r"\sqrt", r"\mathbf", r"\not", r"\begin{matrix}", r"\text{", "$", r"\relax", "&", r"\\"]
    {
        all.push(command.repeat(LONGEST / command.len()));
        all.push(format!("{}x", command.repeat(LONGEST / command.len() / 2)));
    }
    all.push("{}".repeat(LONGEST / 2));
    all.push(r"\begin{alignat}{99999999999}x\end{alignat} \char99999999 \kern1e99em".to_owned());
    for source in all {
        let _ = shown(&source, true);
    }
}
