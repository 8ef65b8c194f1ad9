use std::collections::BTreeMap;

use super::*;
use crate::document::dump;
use crate::reader::markdown;
use crate::reader::source_map::SourceMap;
use crate::span::FileId;

fn read(text: &str, math: MathSyntax) -> String {
    let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
    let dialect = Dialect { math, smart_punctuation: false, ..Dialect::default() };
    let (blocks, ..) = markdown::parse(&source, dialect, &BTreeMap::new(), &mut Vec::new());
    let mut out = String::new();
    dump::blocks(&mut out, 0, &blocks);
    out.replace("source ", "").trim_end().to_owned()
}

fn dollars(text: &str) -> String {
    read(text, MathSyntax::Dollars)
}

#[test]
fn prices_and_names_are_text() {
    for text in ["$5 and $6", "a $ b $ c", "it is 5$ or $ 6", "$PATH:$HOME", "$$ and", "$$$x$$$", "x $"] {
        assert_eq!(dollars(text), format!("paragraph {text:?}"));
    }
    assert_eq!(dollars("\\$x$ y"), "paragraph \"$x$ y\"");
    assert_eq!(
        dollars("`$x$` and [a]($x$)"),
        "paragraph code(\"$x$\") \" and \" link(unresolved $x$, \"a\")"
    );
    assert_eq!(dollars("    $x$"), "code -\n  |$x$");
    assert_eq!(read("$x$ \\\\(y\\\\)", MathSyntax::Off), "paragraph \"$x$ \\\\(y\\\\)\"");
    assert_eq!(dollars("\\\\(y\\\\)"), "paragraph \"\\\\(y\\\\)\"");
}

#[test]
fn what_is_inside_belongs_to_the_equation() {
    assert_eq!(dollars("a $x_1*y*z_2$ b"), "paragraph \"a \" math(\"x_1*y*z_2\") \" b\"");
    assert_eq!(dollars("the $n$th of $`a_b`$"), "paragraph \"the \" math(\"n\") \"th of \" math(\"a_b\")");
    assert_eq!(dollars("**$a$** *$b$*"), "paragraph strong(math(\"a\")) \" \" em(math(\"b\"))");
    assert_eq!(dollars("$a \\$ b$"), "paragraph math(\"a \\\\$ b\")");
    assert_eq!(dollars("$a<b>c$ | [x][$d$]"), "paragraph math(\"a<b>c\") \" | [x][\" math(\"d\") \"]\"");
    assert_eq!(dollars("| a |\n| - |\n| $x$ |").matches("math(").count(), 1);
}

#[test]
fn display_equations_become_blocks_whatever_markdown_makes_of_their_lines() {
    assert_eq!(dollars("$$\na\n= b\n- c\n===\n$$"), "display(\"a\\n= b\\n- c\\n===\")");
    assert_eq!(dollars("text $$x$$ more"), "paragraph \"text\"\ndisplay(\"x\")\nparagraph \"more\"");
    assert_eq!(dollars("> $$\n> a\n> b\n> $$"), "quote\n  display(\"a\\nb\")");
    assert_eq!(dollars("- $$x$$\n- y").lines().nth(2), Some("    display(\"x\")"));
    assert_eq!(dollars("$$\na\n\nb\n$$"), "paragraph \"$$\" soft \"a\"\nparagraph \"b\" soft \"$$\"");
    assert_eq!(dollars("```math\nx^2\n```"), "display(\"x^2\")");
    assert_eq!(read("```math\nx^2\n```", MathSyntax::Off), "code math\n  |x^2");
}

#[test]
fn mdbooks_delimiters_and_its_doubled_backslashes() {
    let all = |text| read(text, MathSyntax::All);
    assert_eq!(all("a \\\\( x_1 * y_2 \\\\) b"), "paragraph \"a \" math(\"x_1 * y_2\") \" b\"");
    assert_eq!(
        all("\\\\[\na \\\\\\\\\nb\\_1 \\\\{ \\\\alpha\n\\\\]"),
        "display(\"a \\\\\\\\\\nb_1 \\\\{ \\\\alpha\")"
    );
    assert_eq!(
        all("\\\\[\n\\begin{matrix}a \\\\ b\\\\c\\end{matrix}\n\\\\]"),
        "display(\"\\\\begin{matrix}a \\\\\\\\ b\\\\\\\\c\\\\end{matrix}\")"
    );
    assert_eq!(all("`\\\\(x\\\\)`"), "paragraph code(\"\\\\\\\\(x\\\\\\\\)\")");
    assert_eq!(all("\\\\( open"), "paragraph \"\\\\( open\"");
    assert_eq!(all("<div>\n$x$ <code>$y$</code>\n</div>").matches("math(").count(), 1);
}

#[test]
fn places_lead_back_to_the_equation_and_to_what_follows() {
    let text = "a $x_1$ b [c][nothing] $y$";
    let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
    let dialect = Dialect { math: MathSyntax::Dollars, ..Dialect::default() };
    let (protected, equations) = protect(&source, dialect);
    let spans: Vec<_> = equations.list.iter().map(|(_, span)| &text[span.range()]).collect();
    assert_eq!(spans, ["$x_1$", "$y$"]);
    let at = protected.text.find("[c]").expect("there");
    assert_eq!(&text[protected.map.span(at..at + 3).range()], "[c]");
}

#[test]
fn many_openers_take_no_time() {
    for piece in ["\\\\[ ", "\\\\( ", "$$ ", "$x ", "$", "$a$"] {
        read(&piece.repeat(100_000 / piece.len()), MathSyntax::All);
    }
}
