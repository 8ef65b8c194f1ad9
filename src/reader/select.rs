//! The part of a file that a directive asks for, as mdBook understands it.

use crate::diag::{Code, Diagnostic};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// Lines from one to another, both counted from 1 and included; none is
    /// the file's own end.
    Lines(Option<usize>, Option<usize>),
    /// The lines between the marks of an anchor.
    Anchor(String),
}

/// What a file gave.
#[derive(Debug)]
pub(super) struct Selected {
    /// The lines.
    pub text: String,
    /// What is wrong with them.
    pub problem: Option<Box<Diagnostic>>,
}

impl Selection {
    /// Reads `5`, `5:`, `:10`, `5:10`, a name, or nothing for the whole file.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = text.splitn(3, ':');
        let start = parts.next().unwrap_or("");
        let end = parts.next().map(str::parse::<usize>);
        // Line 0 is line 1.
        let from = start.parse::<usize>().ok().map(|n| n.max(1));
        match (start, from, end) {
            ("", _, Some(Ok(end))) => Self::Lines(None, Some(end)),
            ("", _, Some(Err(_)) | None) => Self::Lines(None, None),
            (_, Some(from), Some(Ok(end))) => Self::Lines(Some(from), Some(end)),
            (_, Some(from), Some(Err(_))) => Self::Lines(Some(from), None),
            (_, Some(from), None) => Self::Lines(Some(from), Some(from)),
            (name, None, _) => Self::Anchor(name.to_owned()),
        }
    }
}

/// Takes what is asked for from the text of the file `name`. With `rest`, the
/// other lines come too, hidden with `# `.
///
/// # Errors
/// When that is nothing at all, though something is asked for.
pub(super) fn take(
    text: &str,
    name: &str,
    selection: &Selection,
    rest: bool,
) -> Result<Selected, Box<Diagnostic>> {
    match selection {
        Selection::Lines(None, None) => Ok(Selected { text: text.to_owned(), problem: None }),
        Selection::Lines(from, to) => lines(text, name, *from, *to, rest),
        Selection::Anchor(anchor) => anchored(text, name, anchor, rest),
    }
}

fn problem(message: String, hint: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::IncludeRange, message).hint(hint))
}

fn lines(
    text: &str,
    name: &str,
    from: Option<usize>,
    to: Option<usize>,
    rest: bool,
) -> Result<Selected, Box<Diagnostic>> {
    let count = text.lines().count();
    let (first, last) = (from.unwrap_or(1), to.unwrap_or(count));
    let range = match (from, to) {
        (Some(from), Some(to)) if from == to => format!("line {from}"),
        (_, Some(_)) => format!("lines {first} to {last}"),
        (_, None) => format!("the lines from {first} on"),
    };
    if last < first && to.is_some() {
        let message = format!("{range} of `{name}` are none: the range ends before it begins");
        return Err(problem(message, "write the lower line first"));
    }
    let has = if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
    if first > count {
        let message = format!("{range} of `{name}` can't be included: it has {has}");
        return Err(problem(message, "name lines that it has, or mark them by an anchor"));
    }
    let mut out = String::with_capacity(text.len());
    for (line, number) in text.lines().zip(1..) {
        if (first..=last).contains(&number) {
            out.push_str(line);
        } else if rest {
            out.push_str("# ");
            out.push_str(line);
        } else {
            continue;
        }
        out.push('\n');
    }
    out.pop();
    let short = (last > count).then(|| {
        let message = format!("{range} of `{name}` are included as far as it goes: it has {has}");
        problem(message, "name lines that it has, or mark them by an anchor")
    });
    Ok(Selected { text: out, problem: short })
}

/// The lines between `ANCHOR: name` and `ANCHOR_END: name`; the lines with
/// such marks are none of them.
fn anchored(text: &str, name: &str, anchor: &str, rest: bool) -> Result<Selected, Box<Diagnostic>> {
    let mut out = String::with_capacity(text.len());
    let (mut found, mut inside) = (false, false);
    for line in text.lines() {
        let (start, end) = (mark(line, "ANCHOR:"), mark(line, "ANCHOR_END:"));
        if !inside && start == Some(anchor) && (rest || !found) {
            (found, inside) = (true, true);
        } else if inside && end == Some(anchor) {
            inside = false;
        }
        if start.is_some() || end.is_some() {
            continue;
        }
        if inside {
            out.push_str(line);
        } else if rest {
            out.push_str("# ");
            out.push_str(line);
        } else {
            continue;
        }
        out.push('\n');
    }
    out.pop();
    if !found {
        let marks = text.lines().filter_map(|line| mark(line, "ANCHOR:"));
        let missing = Diagnostic::new(Code::IncludeRange, format!("`{name}` has no anchor `{anchor}`"));
        return Err(Box::new(match crate::paths::nearest(anchor, marks) {
            Some(near) => missing.hint(format!("did you mean `{near}`?")),
            None => missing.hint(format!("mark the lines by `ANCHOR: {anchor}` and `ANCHOR_END: {anchor}`")),
        }));
    }
    let open = inside.then(|| {
        let message =
            format!("the anchor `{anchor}` of `{name}` never ends; the rest of the file is included");
        problem(message, &format!("write `ANCHOR_END: {anchor}` behind its last line"))
    });
    Ok(Selected { text: out, problem: open })
}

/// The name behind a mark on a line.
fn mark<'t>(line: &'t str, mark: &str) -> Option<&'t str> {
    let rest = line.split_once(mark)?.1.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    rest.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "1\n// ANCHOR: a\n2\n// ANCHOR: b\n3\n// ANCHOR_END: a\n4\n";

    fn run(selection: &str, rest: bool) -> String {
        match take(TEXT, "f.rs", &Selection::parse(selection), rest) {
            Ok(Selected { text, problem: None }) => text.replace('\n', "/"),
            Ok(Selected { text, problem: Some(problem) }) => {
                format!("{} ({})", text.replace('\n', "/"), problem.message)
            }
            Err(problem) => problem.message,
        }
    }

    #[test]
    fn ranges_and_anchors_are_those_of_mdbook() {
        assert_eq!(run("3", false), "2");
        assert_eq!(run("5:", false), "3/// ANCHOR_END: a/4");
        assert_eq!(run("0:1", false), "1");
        assert_eq!(run(":1", false), run("1:1", false));
        assert_eq!(run("a", false), "2/3");
        assert_eq!(run("3:3", true), "# 1/# // ANCHOR: a/2/# // ANCHOR: b/# 3/# // ANCHOR_END: a/# 4");
        assert_eq!(run("a", true), "# 1/2/3/# 4");
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert_eq!(run("9", false), "line 9 of `f.rs` can't be included: it has 7 lines");
        assert_eq!(
            run("7:99", false),
            "4 (lines 7 to 99 of `f.rs` are included as far as it goes: it has 7 lines)"
        );
        assert_eq!(run("4:2", false), "lines 4 to 2 of `f.rs` are none: the range ends before it begins");
        assert_eq!(run("c", false), "`f.rs` has no anchor `c`");
        assert_eq!(
            run("b", false),
            "3/4 (the anchor `b` of `f.rs` never ends; the rest of the file is included)"
        );
    }
}
