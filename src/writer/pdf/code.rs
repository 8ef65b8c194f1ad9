//! Code blocks: lines that are too long are broken here, not by Typst, so
//! that the break is visible, indented, and never past the page's edge.

use std::fmt::Write;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::fonts::{Face, Fonts};
use super::geometry::Geometry;
use super::pieces::{Lack, set};
use crate::highlight::{Line, Token};

/// How much deeper than its own indent a broken line goes on, in columns.
const HANG: usize = 4;
/// Columns between tab stops.
const TAB: usize = 4;

/// A grapheme cluster of code with its class and width in columns.
struct Cell<'a> {
    token: Token,
    text: &'a str,
    width: usize,
}

/// Writes a code block that is indented by so many points; gives the
/// characters that no font has.
pub fn write(out: &mut String, fonts: &Fonts, lines: &[Line], geometry: &Geometry, indent: f64) -> Vec<Lack> {
    let columns = geometry.code_columns(indent);
    let mut body = String::new();
    let (mut missing, mut rows) = (Vec::new(), 0);
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            body.push_str("\\ \n");
        }
        let mut cells = cells(line);
        // Blanks at the end would only make lines that hold nothing.
        while cells.last().is_some_and(|c| c.text.trim().is_empty()) {
            cells.pop();
        }
        let (ranges, indent) = split(&cells, columns);
        rows += ranges.len().max(1);
        for (j, range) in ranges.into_iter().enumerate() {
            if j > 0 {
                // Writing to a String can't fail.
                let _ = write!(body, "#wr({indent})");
            }
            runs(&mut body, fonts, cells.get(range).unwrap_or_default(), &mut missing);
        }
        if cells.is_empty() {
            body.push_str("#\" \"");
        }
    }
    let _ = write!(out, "#code({})[{body}]", rows <= geometry.code_whole);
    missing
}

fn cells(line: &Line) -> Vec<Cell<'_>> {
    let mut column = 0;
    let mut cells = Vec::new();
    for run in line {
        for text in run.text.graphemes(true) {
            let width = if text == "\t" { TAB - column % TAB } else { text.width() };
            column += width;
            cells.push(Cell { token: run.token, text, width });
        }
    }
    cells
}

/// Where a line breaks: ranges of cells, and the indent of all but the first.
fn split(cells: &[Cell], columns: usize) -> (Vec<std::ops::Range<usize>>, usize) {
    let blank = |cell: &Cell| cell.text == " " || cell.text == "\t";
    let own: usize = cells.iter().take_while(|c| blank(c)).map(|c| c.width).sum();
    let indent = (own + HANG).min(columns / 2);
    let mut ranges = Vec::new();
    let (mut start, mut room) = (0, columns);
    while start < cells.len() {
        let (mut used, mut end, mut best) = (0, start, None);
        for (i, cell) in cells.iter().enumerate().skip(start) {
            if used + cell.width > room && i > start {
                break;
            }
            used += cell.width;
            end = i + 1;
            let rank = break_rank(cell.text, cells.get(i + 1).map(|c| c.text));
            // A better break counts only where it leaves no stub.
            if rank > 0 && used * 10 > room * (8 - usize::from(rank)) {
                match best {
                    Some((old, _)) if old > rank => {}
                    Some(_) | None => best = Some((rank, end)),
                }
            }
        }
        if end < cells.len() {
            end = best.map_or(end, |(_, at)| at);
        }
        ranges.push(start..end);
        start = end;
        room = columns - indent;
    }
    (ranges, indent)
}

/// How good a line's break behind a cluster is: 3 behind a space, 2 between
/// the parts of expressions and paths, 1 inside names, 0 elsewhere.
fn break_rank(here: &str, next: Option<&str>) -> u8 {
    let word = |s: &str| s.chars().all(char::is_alphanumeric);
    let Some(next) = next else { return 0 };
    match here {
        " " | "\t" if next != " " => 3,
        "," | ";" | "(" | "[" | "{" | "/" | "\\" | "?" | "&" | "=" | "|" => 2,
        ")" | "]" | "}" if next == "." => 2,
        _ if word(here) && next == "." => 2,
        ":" | ">" if word(next) => 2,
        "_" | "-" | "." | "<" | "+" | "@" if word(next) => 1,
        _ => 0,
    }
}

fn runs(out: &mut String, fonts: &Fonts, cells: &[Cell], missing: &mut Vec<Lack>) {
    for group in cells.chunk_by(|a, b| a.token == b.token) {
        let Some(first) = group.first() else { continue };
        let function = match first.token {
            Token::Plain => None,
            Token::Comment => Some("cm"),
            Token::Keyword => Some("kw"),
            Token::String => Some("st"),
            Token::Constant => Some("nu"),
            Token::Function => Some("fu"),
            Token::Type => Some("ty"),
            Token::Meta => Some("me"),
            Token::Inserted => Some("ins"),
            Token::Deleted => Some("del"),
        };
        let text: String = group
            .iter()
            .map(|c| if c.text == "\t" { " ".repeat(c.width) } else { c.text.to_owned() })
            .collect();
        if let Some(function) = function {
            let _ = write!(out, "#{function}[");
        }
        missing.extend(set(out, fonts, &text, Face::Mono, true));
        if function.is_some() {
            out.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::highlight::Run;

    fn broken(text: &str, columns: usize) -> Vec<String> {
        let line = vec![Run { token: Token::Plain, text: text.to_owned() }];
        let cells = cells(&line);
        let (ranges, indent) = split(&cells, columns);
        ranges
            .into_iter()
            .enumerate()
            .map(|(i, r)| {
                let text: String = cells[r].iter().map(|c| c.text).collect();
                if i > 0 { format!("{}{text}", "~".repeat(indent)) } else { text }
            })
            .collect()
    }

    #[test]
    fn short_lines_stay_and_long_ones_break_at_spaces() {
        assert_eq!(broken("let x = 1;", 20), ["let x = 1;"]);
        assert_eq!(broken("  call(alpha, beta, gamma)", 20), ["  call(alpha, beta, ", "~~~~~~gamma)"]);
    }

    #[test]
    fn paths_break_at_their_separators_and_the_rest_anywhere() {
        assert_eq!(broken("https://example.org/one/two", 20), ["https://example.org/", "~~~~one/two"]);
        let lines = broken(&"x".repeat(50), 20);
        assert_eq!(lines[0].len(), 20);
        assert!(lines.iter().all(|l| l.len() <= 20), "{lines:?}");
    }

    #[test]
    fn nothing_is_lost_and_nothing_too_wide() {
        let text = "┌────┐ 日本語 α/β/γ  // a comment, long enough to go over the edge twice or so";
        for columns in 20..60 {
            let lines = broken(text, columns);
            let joined: String = lines.iter().map(|l| l.trim_start_matches('~')).collect();
            assert_eq!(joined, text);
            assert!(lines.iter().all(|l| l.width() <= columns), "{columns}: {lines:?}");
        }
    }
}
