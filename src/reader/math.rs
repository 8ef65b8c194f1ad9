//! Equations in Markdown, found before it is parsed: `$…$`, `$$…$$`, and
//! mdBook's `\\(…\\)`, `\\[…\\]`.
//!
//! What is inside them is LaTeX, which CommonMark would take for emphasis,
//! escapes or lists. So the text is parsed once to learn where delimiters can
//! stand (not in code, tags or addresses), each equation is replaced by a
//! placeholder that Markdown leaves alone, and the finished tree gets the
//! equations back. The rules for `$` are Pandoc's (`tex_math_dollars`).

mod restore;
mod scan;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use super::markdown::Dialect;
use super::source_map::{Expanded, SourceMap};
use crate::document::Math;
use crate::span::Span;

/// What encloses equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum MathSyntax {
    /// Nothing: a dollar sign is a dollar sign.
    #[default]
    Off,
    /// Dollar signs, as on GitHub.
    Dollars,
    /// Dollar signs, `\\(…\\)` and `\\[…\\]`, as in mdBook.
    All,
}

/// A chapter's equations, while placeholders stand for them.
#[derive(Debug, Default)]
pub(super) struct Equations {
    list: Vec<(Math, Span)>,
    /// Which of them came back into the tree; the others are in something
    /// that is left out.
    restored: RefCell<BTreeSet<usize>>,
    /// Whether code blocks of the language `math` are equations.
    fences: bool,
}

/// Longest equation that is looked for, in bytes; it bounds the search.
const LONGEST: usize = 1 << 16;
/// Begin and end of a placeholder, and the first of its 16 digits: characters
/// that Unicode keeps free for programs (chapter 23.7).
const OPEN: char = '\u{FDE0}';
const CLOSE: char = '\u{FDE1}';
const DIGIT: u32 = 0xFDD0;

/// Replaces the equations of a chapter by placeholders.
pub(super) fn protect<'a>(source: &'a Expanded, dialect: Dialect) -> (Cow<'a, Expanded>, Equations) {
    let mut equations = Equations { fences: dialect.math != MathSyntax::Off, ..Equations::default() };
    let text = source.text.as_str();
    let may = match dialect.math {
        MathSyntax::Off => false,
        MathSyntax::Dollars => text.contains('$'),
        MathSyntax::All => text.contains('$') || text.contains("\\\\(") || text.contains("\\\\["),
    };
    if !may || text.contains(|c| ('\u{FDD0}'..='\u{FDEF}').contains(&c)) {
        return (Cow::Borrowed(source), equations);
    }
    let found = scan::scan(text, dialect);
    if found.is_empty() {
        return (Cow::Borrowed(source), equations);
    }
    let mut out = String::with_capacity(text.len());
    let mut replaced: Vec<(Range<usize>, usize)> = Vec::new();
    let mut at = 0;
    for (index, equation) in found.into_iter().enumerate() {
        let range = equation.range;
        out.push_str(text.get(at..range.start).unwrap_or_default());
        let before = out.len();
        push_placeholder(&mut out, index);
        replaced.push((range.clone(), out.len() - before));
        equations.list.push((equation.math, source.map.span(range.clone())));
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    let map = SourceMap::replacing(&source.map, &replaced);
    (Cow::Owned(Expanded { text: out, map }), equations)
}

/// The dollar signs are there for the rules of emphasis, which ask whether
/// punctuation is beside an asterisk.
fn push_placeholder(out: &mut String, index: usize) {
    out.push('$');
    out.push(OPEN);
    for digit in format!("{index:x}").chars().filter_map(|c| c.to_digit(16)) {
        out.extend(char::from_u32(DIGIT + digit));
    }
    out.push(CLOSE);
    out.push('$');
}
