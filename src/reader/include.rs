//! mdBook's directives (`{{#include …}}`), carried out before parsing as
//! mdBook does: in code blocks too, and line by line with what stands before
//! the directive. One that can't be carried out stays as it is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::directive::{self, Directive};
use super::select::{self, Selection};
use super::source_map::{Expanded, SourceMap};
use super::{encoding, mojibake};
use crate::diag::{Code, Diagnostic, Severity};
use crate::paths;
use crate::source::FileTree;
use crate::span::Span;

/// How deep includes may nest, as in mdBook.
const MAX_DEPTH: usize = 10;
/// How long a chapter may become by its includes, in bytes.
const MAX_LENGTH: usize = 16 << 20;
/// How much text may be looked through for them, in bytes.
const MAX_WORK: usize = 1 << 30;
/// How many directives a chapter and what it includes may have.
const MAX_DIRECTIVES: usize = 20_000;
/// How many missing files get a hint which one was meant.
const MAX_HINTS: usize = 50;

/// Carries out the directives in the text of the file at `path`. Those in
/// `taken` are left to somebody else.
pub(super) fn expand(
    source: Expanded,
    path: &str,
    tree: &dyn FileTree,
    repair: bool,
    taken: &[&str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let Expanded { text, map } = source;
    if !text.contains("{{") {
        return Expanded { text, map };
    }
    let mut expander = Expander {
        tree,
        repair,
        taken,
        said: diagnostics.len(),
        diagnostics,
        base: map.clone(),
        at: map.span(0..0),
        budget: MAX_LENGTH,
        work: MAX_WORK,
        directives: MAX_DIRECTIVES,
        hints: MAX_HINTS,
        read: BTreeMap::new(),
        open: vec![(path.to_owned(), String::new())],
    };
    let mut map = SourceMap::over(map);
    let text = expander.replace(&text, Some(&mut map));
    Expanded { text, map }
}

struct Expander<'a> {
    tree: &'a dyn FileTree,
    repair: bool,
    /// Names of directives that are none of ours.
    taken: &'a [&'a str],
    diagnostics: &'a mut Vec<Diagnostic>,
    /// The map of the chapter's text.
    base: SourceMap,
    /// The directive of the chapter that is being carried out.
    at: Span,
    /// How much was said before it.
    said: usize,
    budget: usize,
    work: usize,
    directives: usize,
    hints: usize,
    /// Files read so far; none for those that are not there.
    read: BTreeMap<String, Option<Arc<str>>>,
    /// The file whose directives are carried out, last, and those that
    /// include it, with what of each is included.
    open: Vec<(String, String)>,
}

impl Expander<'_> {
    /// Carries out the directives of a text: of the chapter if there is a map
    /// to note the places in, else of an included file.
    fn replace(&mut self, text: &str, mut map: Option<&mut SourceMap>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for found in directive::all(text) {
            out.push_str(text.get(at..found.range.start).unwrap_or(""));
            at = found.range.end;
            if map.is_some() {
                self.at = self.base.span(found.range.clone());
                self.said = self.diagnostics.len();
            }
            let source = text.get(found.range.clone()).unwrap_or("");
            if found.escaped {
                if let Some(map) = map.as_deref_mut() {
                    map.text(out.len(), found.range.start + 1);
                }
                out.push_str(source.get(1..).unwrap_or(""));
                continue;
            }
            let place = (self.open.len() > 1).then_some((text, found.range.start));
            let prefix = out.rsplit('\n').next().unwrap_or("").to_owned();
            match self.carry_out(&found, place, &prefix) {
                Some(replacement) => {
                    if let Some(map) = map.as_deref_mut() {
                        map.instead(out.len(), found.range.clone());
                    }
                    out.push_str(&replacement);
                    if let Some(map) = map.as_deref_mut() {
                        map.text(out.len(), at);
                    }
                }
                None => out.push_str(source),
            }
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }

    /// Says something of a directive; `place` is its text and offset in an
    /// included file.
    fn say(&mut self, place: Place, mut diagnostic: Diagnostic) {
        if let (Some((text, offset)), Some((path, _))) = (place, self.open.last()) {
            let line = line_of(text, offset);
            diagnostic.message = format!("in `{path}`, line {line}: {}", diagnostic.message);
        }
        let diagnostic = diagnostic.at(self.at);
        if !self.diagnostics.get(self.said..).unwrap_or_default().contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// What stands for a directive; none if it stays as it is written.
    fn carry_out(&mut self, found: &Directive, place: Place, prefix: &str) -> Option<String> {
        self.directives = self.directives.checked_sub(1)?;
        if self.directives == 0 {
            let message =
                format!("more than {MAX_DIRECTIVES} directives in one chapter; the rest is not carried out");
            self.say(place, Diagnostic::new(Code::DirectiveUnsupported, message));
            return None;
        }
        if found.name == "title" {
            let message = "the page title is used by mdBook's web pages only; it is left out";
            let mut note = Diagnostic::new(Code::DirectiveUnsupported, message);
            note.severity = Severity::Note;
            self.say(place, note.hint("the chapter's first heading is its title"));
            return Some(String::new());
        }
        if !matches!(found.name, "include" | "rustdoc_include" | "playground" | "playpen") {
            if !self.taken.contains(&found.name) {
                self.say(place, unknown(found.name));
            }
            return None;
        }
        let (file, selection) = match found.arguments.split_whitespace().next().unwrap_or("").split_once(':')
        {
            Some((file, selection)) if !found.plays() => (file, selection),
            Some(_) | None => (found.arguments.split_whitespace().next().unwrap_or(""), ""),
        };
        let (target, text) = match self.text(file) {
            Ok(read) => read,
            Err(problem) => {
                self.say(place, problem);
                return None;
            }
        };
        if let Err(problem) = self.may_open(&target, selection, text.len()) {
            self.say(place, problem);
            return None;
        }
        let selection_kind = Selection::parse(selection);
        let selected = match select::take(&text, &target, &selection_kind, found.name == "rustdoc_include") {
            Ok(selected) => selected,
            Err(problem) => {
                self.say(place, *problem);
                return None;
            }
        };
        if let Some(problem) = selected.problem {
            self.say(place, *problem);
        }
        let text = if found.plays() { fenced(found, &selected.text) } else { selected.text };
        self.open.push((target.clone(), selection.to_owned()));
        let text = if text.contains("{{") { self.replace(&text, None) } else { text };
        self.open.pop();
        let lines = text.lines().count();
        let length = text.len() + prefix.len().saturating_mul(lines) + 64;
        match self.budget.checked_sub(length) {
            Some(left) => self.budget = left,
            None => {
                self.say(place, too_much(&target));
                return None;
            }
        }
        // Lines after the first get what stands before the directive on its
        // line, so that an include inside a list or quote stays inside.
        let lines: Vec<&str> = text.lines().collect();
        Some(lines.join(&format!("\n{prefix}")))
    }

    /// Whether a file may be included here: not in itself, not too deep.
    fn may_open(&mut self, target: &str, selection: &str, length: usize) -> Result<(), Diagnostic> {
        let chain = |from: usize| {
            let files = self.open.get(from..).unwrap_or_default().iter().map(|(path, _)| path.as_str());
            files.chain([target]).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" → ")
        };
        // A file may include another part of itself.
        let again = self.open.iter().position(|(path, part)| path == target && part == selection);
        if let Some(from) = again {
            let message = format!("the includes go in a circle: {}", chain(from));
            return Err(Diagnostic::new(Code::DirectiveUnsupported, message)
                .hint("include a part of the file by an anchor, or take the directive away"));
        }
        if self.open.len() > MAX_DEPTH {
            let message = format!("includes are nested more than {MAX_DEPTH} deep: {}", chain(0));
            return Err(Diagnostic::new(Code::DirectiveUnsupported, message)
                .hint("include the inner files from the chapter itself"));
        }
        match self.work.checked_sub(length) {
            Some(left) if self.budget > 0 => self.work = left,
            Some(_) | None => return Err(too_much(target)),
        }
        Ok(())
    }

    /// The path in the tree and the text of a file that a directive names.
    fn text(&mut self, file: &str) -> Result<(String, Arc<str>), Diagnostic> {
        let unsupported = |message: String| Diagnostic::new(Code::DirectiveUnsupported, message);
        let from = self.open.last().map_or("", |(path, _)| paths::parent(path));
        let absolute = file.starts_with(['/', '\\']);
        let Some(target) = paths::join(from, file).filter(|_| !file.is_empty() && !absolute) else {
            return Err(unsupported(format!("`{file}` leads out of the repository"))
                .hint("write the path from the folder of this file"));
        };
        let known = self.read.get(&target).cloned();
        if let Some(Some(text)) = known {
            return Ok((target, text));
        }
        // An unreadable file leaves the chapter around it readable.
        let read = match known {
            Some(_) => None,
            None => self.tree.read(&target).map_err(|error| unsupported(error.message))?,
        };
        let Some(bytes) = read else {
            self.read.insert(target.clone(), None);
            let problem = unsupported(format!("the file to include, `{target}`, is not there"));
            let all = if self.hints > 0 { self.tree.paths() } else { &[] };
            self.hints = self.hints.saturating_sub(1);
            return Err(match paths::nearest(&target, all.iter().map(String::as_str)) {
                Some(near) => problem.hint(format!("there is `{near}`")),
                None => problem.hint("the directive stays as it is written"),
            });
        };
        let text: Arc<str> = self.decode(&bytes, &target).into();
        self.read.insert(target.clone(), Some(text.clone()));
        Ok((target, text))
    }

    /// The text of an included file; what is wrong with it is said at the
    /// directive.
    fn decode(&mut self, bytes: &[u8], path: &str) -> String {
        let decoded = encoding::decode(bytes);
        let markdown = matches!(paths::extension(path).as_str(), "md" | "markdown");
        let garbled = mojibake::find(&decoded.text, markdown);
        let mut said: Vec<(usize, Diagnostic)> = decoded.diagnostics();
        let here = self.at;
        let first = mojibake::diagnostics(&decoded.text, &garbled, self.repair, |_| here).into_iter().next();
        said.extend(garbled.first().map(|g| g.range.start).zip(first));
        for (offset, mut diagnostic) in said {
            let line = line_of(&decoded.text, offset);
            diagnostic.message = format!("in `{path}`, line {line}: {}", diagnostic.message);
            self.diagnostics.push(diagnostic.at(self.at));
        }
        if self.repair {
            Expanded::repaired(&decoded.text, self.at.file, &garbled).text
        } else {
            decoded.text
        }
    }
}

/// Where in an included text a directive stands; none in the chapter itself.
type Place<'t> = Option<(&'t str, usize)>;

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().get(..offset).unwrap_or_default().iter().filter(|b| **b == b'\n').count() + 1
}

fn too_much(target: &str) -> Diagnostic {
    let message = format!("including `{target}` would be too much for one chapter");
    Diagnostic::new(Code::DirectiveUnsupported, message).hint("include less of it")
}

/// A directive that mdBook itself does not know, and leaves alone too.
fn unknown(name: &str) -> Diagnostic {
    let message = format!("the directive `{name}` is not known and shown as it is written");
    let problem = Diagnostic::new(Code::DirectiveUnsupported, message);
    match paths::nearest(name, directive::NAMES.into_iter()) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint("if it is text and no directive, write a backslash before its first brace"),
    }
}

/// A file as the Rust code block that a playground shows.
fn fenced(found: &Directive, text: &str) -> String {
    let words: Vec<&str> =
        std::iter::once("rust").chain(found.arguments.split_whitespace().skip(1)).collect();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{}\n{}\n{fence}", words.join(","), text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;
    use crate::span::FileId;

    fn run(text: &str) -> (String, Vec<String>, SourceMap) {
        let code = "a\n// ANCHOR: x\nb\n// ANCHOR_END: x\nc\n";
        let tree = MemoryTree::new([
            ("src/in/code.rs", code),
            ("src/loop.md", "{{#include loop.md}}"),
            ("src/one.md", "1 {{#include in/two.md}}"),
            ("src/in/two.md", "2 {{#include ../one.md}} {{#include gone.rs}}"),
            ("src/two.md", "1\n{{#include in/code.rs:1}}\n"),
            ("src/fence.rs", "/// ```\n"),
        ]);
        let mut diagnostics = Vec::new();
        let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
        let expanded = expand(source, "src/a.md", &tree, false, &[], &mut diagnostics);
        (expanded.text, diagnostics.iter().map(ToString::to_string).collect(), expanded.map)
    }

    #[test]
    fn lines_and_anchors_are_included_with_the_prefix_of_their_line() {
        assert_eq!(run("x {{#include in/code.rs:1}} y").0, "x a y");
        assert_eq!(run("{{ #include in/code.rs:x }}").0, "b");
        assert_eq!(run("> {{#include in/code.rs:3:}}").0, "> b\n> // ANCHOR_END: x\n> c");
        assert_eq!(run("{{#rustdoc_include in/code.rs:5:5}}").0.lines().last(), Some("c"));
        assert_eq!(run("{{#rustdoc_include in/code.rs:x}}").0, "# a\nb\n# c");
        assert_eq!(run("{{#include two.md}}").0, "1\na");
        assert_eq!(run("{{#playground in/code.rs editable}}").0.lines().next(), Some("```rust,editable"));
        assert_eq!(run("{{#playpen fence.rs}}").0, "````rust\n/// ```\n````");
        assert_eq!(run("{{#title x}}z").0, "z");
    }

    #[test]
    fn what_cannot_be_included_stays_as_written() {
        for text in [
            "{{#include gone.rs}}",
            "{{#include ../../x}}",
            "{{#include /src/two.md}}",
            "{{#include in/code.rs:y}}",
            "{{#include in/code.rs:9}}",
            "{{#include in/code.rs:3:2}}",
            "{{#include loop.md}}",
            "{{#other x}}",
        ] {
            let (out, diagnostics, _) = run(text);
            assert_eq!(out, text);
            assert_eq!(diagnostics.len(), 1, "{text} {diagnostics:?}");
        }
        assert_eq!(run("\\{{#include gone.rs}} {{# not\nclosed").0, "{{#include gone.rs}} {{# not\nclosed");
    }

    #[test]
    fn what_fails_inside_leaves_the_rest_and_names_the_chain() {
        let (out, diagnostics, _) = run("{{#include one.md}}");
        assert_eq!(out, "1 2 {{#include ../one.md}} {{#include gone.rs}}");
        assert_eq!(
            diagnostics,
            [
                "warning[directive-unsupported]: in `src/in/two.md`, line 1: the includes go in a circle: \
                 `src/one.md` → `src/in/two.md` → `src/one.md`",
                "warning[directive-unsupported]: in `src/in/two.md`, line 1: the file to include, \
                 `src/in/gone.rs`, is not there"
            ]
        );
    }

    #[test]
    fn floods_end() {
        let nested: Vec<(String, String)> = (0..12)
            .map(|i| (format!("src/{i}.md"), format!("{{{{#include {}.md}}}}", i + 1).repeat(100)))
            .collect();
        let tree = MemoryTree::new(nested);
        let source = Expanded { text: "{{#include 0.md}}".repeat(9), map: SourceMap::identity(FileId(0)) };
        let expanded = expand(source, "src/a.md", &tree, false, &[], &mut Vec::new());
        assert!(expanded.text.len() <= 2 * MAX_LENGTH);
        let long = format!("{}{{{{#include two.md}}}}\n", "x".repeat(1 << 20)).repeat(20);
        let (out, _, _) = run(&long);
        assert!(out.len() < 4 * MAX_LENGTH, "{}", out.len());
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
