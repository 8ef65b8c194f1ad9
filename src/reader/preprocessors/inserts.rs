//! Preprocessors that put a text in the place of braces: footnotes, variables
//! and templates.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::{Table, Value};

use super::super::markdown::Dialect;
use super::super::source_map::{Expanded, SourceMap};
use super::super::{encoding, include};
use super::Place;
use super::edit::{self, Edit};
use crate::diag::{Code, Diagnostic, Result};
use crate::paths;
use crate::span::FileId;

/// How deep templates may nest.
const MAX_DEPTH: usize = 10;
/// How long a footnote may be, in bytes.
const MAX_NOTE: usize = 64 << 10;
/// How much templates or variables may put into a chapter, in bytes.
const MAX_LENGTH: usize = 16 << 20;

/// mdbook-footnote: `{{footnote: text}}` becomes a reference and a footnote.
pub(super) fn footnotes(source: Expanded, dialect: Dialect, diagnostics: &mut Vec<Diagnostic>) -> Expanded {
    const OPEN: &str = "{{footnote:";
    if !source.text.contains(OPEN) {
        return source;
    }
    let code = edit::Code::of(&source.text, dialect);
    let (mut references, mut notes) = (Vec::new(), Vec::new());
    let mut number = 0;
    let taken: BTreeSet<&str> =
        source.text.split("[^").skip(1).filter_map(|rest| rest.get(..rest.find(']')?)).collect();
    for (start, _) in source.text.match_indices(OPEN).filter(|(at, _)| !code.contains(*at)) {
        let rest = source.text.get(start + OPEN.len()..).unwrap_or("");
        let near = rest.get(..rest.floor_char_boundary(MAX_NOTE)).unwrap_or("");
        let near = near.split("\n\n").next().unwrap_or("");
        let end = near.find("}}");
        let Some(end) = end else {
            let span = source.map.span(start..start + OPEN.len());
            let said = Diagnostic::new(Code::PreprocessorInput, "this footnote does not end").at(span);
            diagnostics.push(said.hint("write `}}` behind its text; it is shown as it is written"));
            continue;
        };
        let words: Vec<&str> = rest.get(..end).unwrap_or("").split_whitespace().collect();
        let label = loop {
            number += 1;
            if !taken.contains(number.to_string().as_str()) {
                break number;
            }
        };
        let range = start..start + OPEN.len() + end + "}}".len();
        references.push(Edit { range: range.clone(), text: format!("[^{label}]") });
        notes.push(Edit { range, text: format!("[^{label}]: {}\n\n", words.join(" ")) });
    }
    if references.is_empty() {
        return source;
    }
    // An indented first line would belong to the footnote before it.
    if source.text.trim_start_matches(['\n', '\r']).starts_with([' ', '\t']) {
        notes.push(Edit { range: 0..0, text: "<!-- -->\n\n".to_owned() });
    }
    // Before the text, since what is behind it may be part of an open block.
    let length: usize = notes.iter().map(|note| note.text.len()).sum();
    let source = edit::prepend(source, &notes);
    for reference in &mut references {
        reference.range = reference.range.start + length..reference.range.end + length;
    }
    edit::apply(source, &references)
}

/// mdbook-variables: `{{name}}`, in code too, from the book's configuration
/// and never from the environment.
pub(super) fn variables(
    source: Expanded,
    options: &Table,
    dialect: Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    if !source.text.contains("{{") {
        return source;
    }
    let code = edit::Code::of(&source.text, dialect);
    let known = options.get("variables");
    let warn = options.get("warn_missing").and_then(Value::as_bool).unwrap_or(true);
    let mut edits = Vec::new();
    let mut length = 0;
    for (range, name) in braced(&source.text) {
        let value = name.split('.').try_fold(known, |at, part| Some(at?.get(part)));
        match value.flatten().and_then(shown) {
            Some(text) if length + text.len() <= MAX_LENGTH => {
                length += text.len();
                edits.push(Edit { range, text });
            }
            Some(_) => {
                let said =
                    Diagnostic::new(Code::PreprocessorInput, "the variables of this chapter are too much");
                let hint = "from here on they are shown as they are written; make their values shorter";
                diagnostics.push(said.at(source.map.span(range)).hint(hint));
                break;
            }
            None if warn && !code.contains(range.start) => {
                let message = format!("there is no variable `{name}`");
                let span = source.map.span(range);
                let hint = "set it in `[preprocessor.variables.variables]` of book.toml; it is shown as it is written";
                diagnostics.push(Diagnostic::new(Code::PreprocessorInput, message).at(span).hint(hint));
            }
            None => {}
        }
    }
    edit::apply(source, &edits)
}

/// A value as it is written into the text.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
            Some(value.to_string())
        }
        Value::Array(_) | Value::Table(_) => None,
    }
}

/// Each `{{ name }}` and its name.
fn braced(text: &str) -> Vec<(Range<usize>, String)> {
    let mut out: Vec<(Range<usize>, String)> = Vec::new();
    for (start, _) in text.match_indices("{{") {
        let Some(rest) = text.get(start + 2..) else { continue };
        let Some(end) = rest.find(['}', '{', '\n']) else { break };
        let name = rest.get(..end).unwrap_or("").trim();
        let fits = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
        let closed = rest.get(end..).is_some_and(|r| r.starts_with("}}"));
        if fits && closed && !text.get(..start).is_some_and(|t| t.ends_with('\\')) {
            out.push((start..start + 2 + end + 2, name.to_owned()));
        }
    }
    out
}

/// mdbook-template: `{{#template file key=value …}}` puts in a file in which
/// `[[#key]]` or `[[#key default]]` stands for the value.
///
/// # Errors
/// When a file that a template includes is there but can't be read.
pub(super) fn templates(
    source: Expanded,
    place: Place,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Expanded> {
    let mut edits = Vec::new();
    let mut budget = MAX_LENGTH;
    for (range, body) in directives(&source.text) {
        let span = source.map.span(range.clone());
        match render(body, place, 0, &mut budget)? {
            Ok(text) => {
                let prefix = edit::prefix(&source.text, range.start);
                let lines: Vec<&str> = text.lines().collect();
                edits.push(Edit { range, text: lines.join(&format!("\n{prefix}")) });
            }
            Err(said) => diagnostics.push(said.at(span)),
        }
    }
    Ok(edit::apply(source, &edits))
}

/// Each `{{#template …}}` and what stands in it.
fn directives(text: &str) -> Vec<(Range<usize>, &str)> {
    const OPEN: &str = "{{#template";
    let mut out: Vec<(Range<usize>, &str)> = Vec::new();
    for (start, _) in text.match_indices(OPEN) {
        let Some(rest) = text.get(start + OPEN.len()..) else { continue };
        let Some(end) = rest.find("}}") else { break };
        let body = rest.get(..end).unwrap_or("");
        if body.starts_with(char::is_whitespace) && !text.get(..start).is_some_and(|t| t.ends_with('\\')) {
            out.push((start..start + OPEN.len() + end + 2, body.trim()));
        }
    }
    out
}

type Rendered = std::result::Result<String, Diagnostic>;

fn render(body: &str, place: Place, depth: usize, budget: &mut usize) -> Result<Rendered> {
    let refuse = |message: String| Diagnostic::new(Code::PreprocessorInput, message);
    let mut words = body.split_whitespace();
    let file = words.next().unwrap_or("");
    let mut arguments: BTreeMap<&str, String> = BTreeMap::new();
    let mut last = None;
    for word in words {
        match (word.split_once('='), last) {
            (Some((key, value)), _) => {
                arguments.insert(key, value.to_owned());
                last = Some(key);
            }
            // A value goes on up to the next key.
            (None, Some(key)) => {
                let value = arguments.entry(key).or_default();
                value.push(' ');
                value.push_str(word);
            }
            (None, None) => {}
        }
    }
    let Some(target) = paths::join(paths::parent(place.path), file).filter(|_| !file.is_empty()) else {
        return Ok(Err(refuse(format!("`{file}` leads out of the repository"))
            .hint("name a file of the repository; the directive is shown as it is written")));
    };
    let Some(bytes) = place.tree.read(&target)? else {
        let said = refuse(format!("the template `{target}` is not there"));
        let near = paths::nearest(&target, place.tree.paths().iter().map(String::as_str));
        let hint = near.map_or("add the file".to_owned(), |near| format!("there is `{near}`"));
        return Ok(Err(said.hint(hint)));
    };
    let text = encoding::decode(&bytes).text;
    if depth >= MAX_DEPTH || text.len() > *budget {
        return Ok(Err(refuse(format!("the template `{target}` never ends or is too much"))
            .hint("look for a template that uses itself")));
    }
    *budget -= text.len();
    let inner = Place { path: &target, ..place };
    let filled = match fill(&text, &arguments) {
        Ok(filled) => filled,
        Err(Unfilled::TooLong) => {
            return Ok(Err(refuse(format!("the template `{target}` never ends or is too much"))
                .hint("make its values shorter")));
        }
        Err(Unfilled::Missing(key)) => {
            return Ok(Err(refuse(format!("the template `{target}` wants a value for `{key}`"))
                .hint(format!("write `{key}=…` in the directive, or a default in the template"))));
        }
    };
    let mut out = String::new();
    let mut at = 0;
    for (range, body) in directives(&filled) {
        match render(body, inner, depth + 1, budget)? {
            Ok(text) => {
                out.push_str(filled.get(at..range.start).unwrap_or(""));
                out.push_str(&text);
                at = range.end;
            }
            Err(said) => return Ok(Err(said)),
        }
    }
    out.push_str(filled.get(at..).unwrap_or(""));
    let mut said = Vec::new();
    let made = Expanded { text: out, map: SourceMap::identity(FileId(0)) };
    let expanded = include::expand(made, &target, place.tree, place.repair, &[], &mut said);
    Ok(match said.into_iter().next() {
        Some(first) => Err(first),
        None => Ok(expanded.text),
    })
}

/// Why a template can't be filled.
enum Unfilled {
    /// This key has neither value nor default.
    Missing(String),
    TooLong,
}

/// A template with its arguments.
fn fill(text: &str, arguments: &BTreeMap<&str, String>) -> std::result::Result<String, Unfilled> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[#") {
        out.push_str(before);
        let Some((inside, left)) = after.split_once("]]").filter(|(inside, _)| !inside.contains('\n')) else {
            out.push_str("[[#");
            rest = after;
            continue;
        };
        let inside = inside.trim();
        let (key, default) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        match (arguments.get(key), default.trim()) {
            (Some(value), _) => out.push_str(value),
            (None, "") => return Err(Unfilled::Missing(key.to_owned())),
            (None, default) => out.push_str(default),
        }
        rest = left;
        if out.len() > MAX_LENGTH {
            return Err(Unfilled::TooLong);
        }
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::super::source_map::SourceMap;
    use super::*;
    use crate::source::MemoryTree;
    use crate::span::FileId;

    fn source(text: &str) -> Expanded {
        Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) }
    }

    fn messages(diagnostics: &[Diagnostic]) -> Vec<&str> {
        diagnostics.iter().map(|d| d.message.as_str()).collect()
    }

    #[test]
    fn braces_become_footnotes_but_not_in_code() {
        let mut said = Vec::new();
        let text = "a{{footnote: one\n*two*}} [^1] `{{footnote: x}}`\n\n{{footnote: open";
        let out = footnotes(source(text), Dialect::default(), &mut said);
        assert_eq!(out.text, "[^2]: one *two*\n\na[^2] [^1] `{{footnote: x}}`\n\n{{footnote: open");
        assert_eq!(messages(&said), ["this footnote does not end"]);
        assert_eq!(text[out.map.span(0..4).range()], text[1..24]);
        let indented = footnotes(source("    code\n\nb{{footnote:n}}"), Dialect::default(), &mut said);
        assert_eq!(indented.text, "[^1]: n\n\n<!-- -->\n\n    code\n\nb[^1]");
    }

    #[test]
    fn variables_stand_in_code_too() {
        let options = "variables = { name = \"N\", n = 3, t = { u = \"deep\" } }".parse().expect("TOML");
        let mut said = Vec::new();
        let text = "{{name}} {{ n }} `{{t.u}}` {{gone}} `{{gone}}` \\{{name}} {{name}x {{t}}";
        let out = variables(source(text), &options, Dialect::default(), &mut said);
        assert_eq!(out.text, "N 3 `deep` {{gone}} `{{gone}}` \\{{name}} {{name}x {{t}}");
        assert_eq!(messages(&said), ["there is no variable `gone`", "there is no variable `t`"]);
    }

    #[test]
    fn templates_are_filled_and_nest() {
        let tree = MemoryTree::new([
            ("src/t/a.md", "[[#who]] and [[#what a thing]]\n{{#template b.md x=[[#who]]}}"),
            ("src/t/b.md", "<[[#x]]>"),
            ("src/loop.md", "{{#template loop.md}}"),
        ]);
        let place = Place { path: "src/c.md", tree: &tree, repair: false, dialect: Dialect::default() };
        let run = |text: &str| {
            let mut said = Vec::new();
            let out = templates(source(text), place, &mut said).expect("readable").text;
            (out, said.into_iter().map(|d| d.message).collect::<Vec<_>>())
        };
        assert_eq!(run("- {{#template t/a.md who=A b\n  what=c}}").0, "- A b and c\n  <A b>");
        assert_eq!(run("{{#template t/a.md}}").1, ["the template `src/t/a.md` wants a value for `who`"]);
        assert_eq!(run("{{#template gone.md}}").1, ["the template `src/gone.md` is not there"]);
        assert_eq!(run("{{#template ../../x.md}}").1, ["`../../x.md` leads out of the repository"]);
        assert_eq!(run("{{#template loop.md}}").1, ["the template `src/loop.md` never ends or is too much"]);
    }
}
