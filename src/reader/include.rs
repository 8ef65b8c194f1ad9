//! mdBook's directives (`{{#include …}}`), carried out before parsing as
//! mdBook does, and the map from the expanded text back to the author's file.

use std::ops::Range;

use super::encoding;
use crate::diag::{Code, Diagnostic, Result};
use crate::paths;
use crate::source::FileTree;
use crate::span::{FileId, Span};

/// How deep includes may nest, as in mdBook.
const MAX_DEPTH: usize = 10;
/// How long a chapter may become by its includes, in bytes.
const MAX_LENGTH: usize = 16 << 20;

/// Where each part of the expanded text comes from.
#[derive(Debug, Clone)]
pub(super) struct SourceMap {
    file: FileId,
    /// Starts in the expanded text, ascending, each with its origin.
    parts: Vec<(usize, Origin)>,
}

#[derive(Debug, Clone)]
enum Origin {
    /// The author's text, from this offset on.
    Text(usize),
    /// Included text: it stands at its directive.
    Directive(Range<usize>),
}

impl SourceMap {
    /// The map of a text without directives.
    pub(super) fn identity(file: FileId) -> Self {
        Self { file, parts: vec![(0, Origin::Text(0))] }
    }

    /// The place in the author's file of a range of the expanded text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = self.place(range.start).start;
        // The end belongs to the last byte, which may be of another part.
        let end = if range.end > range.start {
            let last = self.place(range.end - 1);
            if last.end == last.start { last.end + 1 } else { last.end }
        } else {
            start
        };
        Span::new(self.file, start..end.max(start))
    }

    /// The map of the expanded text after some of its ranges, ascending, were
    /// replaced by texts of these lengths, which stand where the ranges did.
    pub(super) fn replacing(&self, replaced: &[(Range<usize>, usize)]) -> Self {
        let mut parts = Vec::new();
        // Where the text that stays goes on, before and after.
        let (mut old, mut new) = (0, 0);
        for (range, length) in replaced {
            self.copy(old..range.start, new, &mut parts);
            new += range.start - old;
            parts.push((new, Origin::Directive(self.span(range.clone()).range())));
            (old, new) = (range.end, new + length);
        }
        self.copy(old..usize::MAX, new, &mut parts);
        Self { file: self.file, parts }
    }

    /// The parts of a range, for a text in which it begins at `new`.
    fn copy(&self, range: Range<usize>, new: usize, parts: &mut Vec<(usize, Origin)>) {
        let first = self.parts.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        for (start, origin) in self.parts.iter().skip(first).take_while(|(start, _)| *start < range.end) {
            let from = (*start).max(range.start);
            let origin = match origin {
                Origin::Text(offset) => Origin::Text(offset + (from - start)),
                Origin::Directive(range) => Origin::Directive(range.clone()),
            };
            parts.push((new + (from - range.start), origin));
        }
    }

    fn place(&self, offset: usize) -> Range<usize> {
        let at = self.parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        match self.parts.get(at) {
            Some((start, Origin::Text(origin))) => {
                let place = origin + (offset - start);
                place..place
            }
            Some((_, Origin::Directive(range))) => range.clone(),
            None => offset..offset,
        }
    }
}

/// A chapter's text with its directives carried out.
#[derive(Debug, Clone)]
pub(super) struct Expanded {
    pub text: String,
    pub map: SourceMap,
}

/// Carries out the directives in the text of the file at `path`. A directive
/// that can't be carried out stays as it is written, with a diagnostic.
///
/// # Errors
/// When an included file is there but can't be read.
pub(super) fn expand(
    text: &str,
    file: FileId,
    path: &str,
    tree: &dyn FileTree,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Expanded> {
    if !text.contains("{{#") {
        return Ok(Expanded { text: text.to_owned(), map: SourceMap::identity(file) });
    }
    let mut out = String::with_capacity(text.len());
    let mut parts = vec![(0, Origin::Text(0))];
    let mut budget = MAX_LENGTH;
    let mut at = 0;
    while let Some(found) = find(text, at) {
        out.push_str(&text[at..found.start]);
        at = found.end;
        let span = Span::new(file, found.range());
        let source = &text[found.range()];
        if found.escaped {
            parts.push((out.len(), Origin::Text(found.start + 1)));
            out.push_str(&source[1..]);
            continue;
        }
        let replacement = match carry_out(&found, path, tree, 0, &mut budget)? {
            Ok(replacement) => replacement,
            Err(why) => {
                diagnostics.push(why.at(span));
                out.push_str(source);
                continue;
            }
        };
        if found.name == "title" {
            let note = "the page title is used by mdBook's web pages only; it is left out";
            let mut note = Diagnostic::new(Code::DirectiveUnsupported, note).at(span);
            note.severity = crate::diag::Severity::Note;
            diagnostics.push(note);
        }
        let prefix = out.rsplit('\n').next().unwrap_or("").to_owned();
        parts.push((out.len(), Origin::Directive(found.range())));
        out.push_str(&prefixed(&replacement, &prefix));
        parts.push((out.len(), Origin::Text(at)));
    }
    out.push_str(&text[at..]);
    Ok(Expanded { text: out, map: SourceMap { file, parts } })
}

/// Included lines after the first get what stands before the directive on its
/// line, so that an include inside a list or quote stays inside.
fn prefixed(replacement: &str, prefix: &str) -> String {
    let lines: Vec<&str> = replacement.lines().collect();
    lines.join(&format!("\n{prefix}"))
}

struct Directive<'a> {
    start: usize,
    end: usize,
    escaped: bool,
    name: &'a str,
    arguments: &'a str,
}

impl Directive<'_> {
    fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The next `{{#name arguments}}` on one line.
fn find(text: &str, mut from: usize) -> Option<Directive<'_>> {
    loop {
        let open = from + text.get(from..)?.find("{{#")?;
        let inside = open + "{{#".len();
        let close = text[inside..].find(['}', '\n']).map(|i| inside + i);
        match close {
            Some(close) if text[close..].starts_with("}}") => {
                let body = text[inside..close].trim();
                let (name, arguments) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
                let escaped = text[..open].ends_with('\\') && open > from;
                let start = if escaped { open - 1 } else { open };
                return Some(Directive { start, end: close + 2, escaped, name, arguments: arguments.trim() });
            }
            // Whatever opens before this ends here too.
            Some(close) => from = close,
            None => return None,
        }
    }
}

type Carried = std::result::Result<String, Diagnostic>;

fn carry_out(
    directive: &Directive,
    path: &str,
    tree: &dyn FileTree,
    depth: usize,
    budget: &mut usize,
) -> Result<Carried> {
    let unsupported = |message: String| Diagnostic::new(Code::DirectiveUnsupported, message);
    let first = directive.arguments.split_whitespace().next().unwrap_or("");
    match directive.name {
        "title" => return Ok(Ok(String::new())),
        "include" | "rustdoc_include" | "playground" | "playpen" => {}
        name => {
            let message = format!("the directive `{name}` is not known and shown as it is written");
            return Ok(Err(unsupported(message)
                .hint("if it is text and no directive, write a backslash before its first brace")));
        }
    }
    let plays = directive.name.starts_with("play");
    let (file, selection) = match first.split_once(':') {
        Some((file, selection)) if !plays => (file, selection),
        Some(_) | None => (first, ""),
    };
    let Some(target) = paths::join(paths::parent(path), file).filter(|_| !file.is_empty()) else {
        return Ok(Err(unsupported(format!("`{file}` leads out of the repository"))));
    };
    let read = match tree.read(&target) {
        Ok(read) => read,
        // The chapter around it can still be read.
        Err(error) => return Ok(Err(unsupported(error.message))),
    };
    let Some(bytes) = read else {
        let mut problem = unsupported(format!("the file to include, `{target}`, is not there"));
        if let Some(near) = paths::nearest(&target, tree.paths().iter().map(String::as_str)) {
            problem = problem.hint(format!("there is `{near}`"));
        }
        return Ok(Err(problem));
    };
    let text = encoding::decode(&bytes).text;
    let Some(selected) = select(&text, selection) else {
        return Ok(Err(unsupported(format!("`{target}` has no anchor `{selection}`"))));
    };
    if depth >= MAX_DEPTH || selected.len() > *budget {
        return Ok(Err(unsupported(format!("including `{target}` never ends or is too much"))
            .hint("look for a file that includes itself")));
    }
    *budget -= selected.len();
    if plays {
        let words: Vec<&str> =
            std::iter::once("rust").chain(directive.arguments.split_whitespace().skip(1)).collect();
        return Ok(Ok(format!("```{}\n{}\n```", words.join(","), selected.trim_end_matches('\n'))));
    }
    nested(&selected, &target, tree, depth + 1, budget)
}

/// Carries out the directives inside an included text.
fn nested(text: &str, path: &str, tree: &dyn FileTree, depth: usize, budget: &mut usize) -> Result<Carried> {
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = find(text, at) {
        out.push_str(&text[at..found.start]);
        at = found.end;
        if found.escaped {
            out.push_str(&text[found.start + 1..found.end]);
            continue;
        }
        match carry_out(&found, path, tree, depth, budget)? {
            Ok(replacement) => {
                let prefix = out.rsplit('\n').next().unwrap_or("").to_owned();
                out.push_str(&prefixed(&replacement, &prefix));
            }
            Err(why) => return Ok(Err(why)),
        }
    }
    out.push_str(&text[at..]);
    Ok(Ok(out))
}

/// The lines that a selection asks for: `5`, `5:`, `:10`, `5:10`, an anchor,
/// or nothing for all but the anchors' own lines of an anchor.
fn select(text: &str, selection: &str) -> Option<String> {
    let (start, end) = match selection.split_once(':') {
        Some((start, end)) => (start, Some(end.split(':').next().unwrap_or(""))),
        None => (selection, None),
    };
    let from = match (start, start.parse::<usize>()) {
        ("", _) => 0,
        (_, Ok(line)) => line.saturating_sub(1),
        (name, Err(_)) => return anchored(text, name),
    };
    let to = match end.map(str::parse::<usize>) {
        Some(Ok(line)) => line,
        Some(Err(_)) => usize::MAX,
        None if start.is_empty() => usize::MAX,
        None => from + 1,
    };
    let lines: Vec<&str> = text.lines().take(to).skip(from).collect();
    Some(lines.join("\n"))
}

/// The lines between `ANCHOR: name` and `ANCHOR_END: name`.
fn anchored(text: &str, name: &str) -> Option<String> {
    let names = |line: &str, mark: &str| {
        let rest = line.split_once(mark)?.1.trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    let mut lines = text.lines();
    lines.find(|line| names(line, "ANCHOR:").as_deref() == Some(name))?;
    let mut kept = Vec::new();
    for line in lines {
        match (names(line, "ANCHOR_END:"), names(line, "ANCHOR:")) {
            (Some(end), _) if end == name => break,
            (Some(_), _) | (_, Some(_)) => {}
            (None, None) => kept.push(line),
        }
    }
    Some(kept.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn run(text: &str) -> (String, Vec<String>, SourceMap) {
        let code = "a\n// ANCHOR: x\nb\n// ANCHOR_END: x\nc\n";
        let tree = MemoryTree::new([
            ("src/in/code.rs", code),
            ("src/loop.md", "{{#include loop.md}}"),
            ("src/two.md", "1\n{{#include in/code.rs:1}}\n"),
        ]);
        let mut diagnostics = Vec::new();
        let expanded = expand(text, FileId(0), "src/a.md", &tree, &mut diagnostics).expect("readable");
        (expanded.text, diagnostics.iter().map(ToString::to_string).collect(), expanded.map)
    }

    #[test]
    fn lines_and_anchors_are_included_with_the_prefix_of_their_line() {
        assert_eq!(run("x {{#include in/code.rs:1}} y").0, "x a y");
        assert_eq!(run("{{#include in/code.rs:x}}").0, "b");
        assert_eq!(run("> {{#include in/code.rs:3:}}").0, "> b\n> // ANCHOR_END: x\n> c");
        assert_eq!(run("{{#rustdoc_include in/code.rs:5:5}}").0, "c");
        assert_eq!(run("{{#include two.md}}").0, "1\na");
        assert_eq!(run("{{#playground in/code.rs editable}}").0.lines().next(), Some("```rust,editable"));
        assert_eq!(run("{{#title x}}z").0, "z");
    }

    #[test]
    fn what_cannot_be_included_stays_as_written() {
        for text in [
            "{{#include gone.rs}}",
            "{{#include ../../x}}",
            "{{#include in/code.rs:y}}",
            "{{#include loop.md}}",
            "{{#other x}}",
        ] {
            let (out, diagnostics, _) = run(text);
            assert_eq!(out, text);
            assert_eq!(diagnostics.len(), 1, "{text}");
        }
        assert_eq!(run("\\{{#include gone.rs}} {{# not\nclosed").0, "{{#include gone.rs}} {{# not\nclosed");
    }

    #[test]
    fn places_lead_back_to_the_authors_text() {
        let text = "12 {{#include in/code.rs}} 34";
        let (out, _, map) = run(text);
        let place = |needle: &str| {
            let at = out.find(needle).expect("there");
            let span = map.span(at..at + needle.len());
            text[span.range()].to_owned()
        };
        assert_eq!(place("12"), "12");
        assert_eq!(place("34"), "34");
        assert_eq!(place("c"), "{{#include in/code.rs}}");
    }
}
