//! mdbook-admonish: code blocks ` ```admonish warning "Title" ` whose content
//! is Markdown.
//!
//! The fences become tags of our own, which the reader takes from text that a
//! preprocessor made and from nowhere else; what is between them stays where
//! it is, so that links, footnotes and places work as in the rest of the
//! chapter.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Parser};
use toml::{Table, Value};

use super::super::markdown::Dialect;
use super::super::source_map::Expanded;
use super::edit::{self, Edit, Fenced};
use crate::diag::{Code, Diagnostic};
use crate::document::AlertKind;
use crate::transform::id_from_content;

/// The tag of an admonition.
pub(super) const ALERT: &str = "bindery-alert";
/// How deep admonitions may stand in one another.
const MAX_DEPTH: usize = 8;

/// The kind of a directive, by any of its names, and the word for it where
/// that is not the kind's own.
pub(super) fn kind_of(directive: &str) -> Option<(AlertKind, Option<&'static str>)> {
    Some(match directive {
        "note" => (AlertKind::Note, None),
        "abstract" => (AlertKind::Abstract, None),
        "summary" => (AlertKind::Abstract, Some("Summary")),
        "tldr" => (AlertKind::Abstract, Some("TL;DR")),
        "info" => (AlertKind::Info, None),
        "todo" => (AlertKind::Info, Some("Todo")),
        "tip" => (AlertKind::Tip, None),
        "hint" => (AlertKind::Tip, Some("Hint")),
        "important" => (AlertKind::Important, None),
        "success" => (AlertKind::Success, None),
        "check" => (AlertKind::Success, Some("Check")),
        "done" => (AlertKind::Success, Some("Done")),
        "question" => (AlertKind::Question, None),
        "help" => (AlertKind::Question, Some("Help")),
        "faq" => (AlertKind::Question, Some("FAQ")),
        "warning" => (AlertKind::Warning, None),
        "caution" => (AlertKind::Caution, None),
        "attention" => (AlertKind::Warning, Some("Attention")),
        "failure" => (AlertKind::Failure, None),
        "fail" => (AlertKind::Failure, Some("Fail")),
        "missing" => (AlertKind::Failure, Some("Missing")),
        "danger" => (AlertKind::Danger, None),
        "error" => (AlertKind::Danger, Some("Error")),
        "bug" => (AlertKind::Bug, None),
        "example" => (AlertKind::Example, None),
        "quote" => (AlertKind::Quote, None),
        "cite" => (AlertKind::Quote, Some("Cite")),
        _ => return None,
    })
}

/// Turns the fences of admonitions into tags, outer ones first.
pub(super) fn apply(
    source: Expanded,
    options: &Table,
    dialect: Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded {
    let settings = Settings::of(options);
    let mut ids = BTreeMap::new();
    let mut source = source;
    for depth in 0..MAX_DEPTH {
        if !source.text.contains("admonish") {
            break;
        }
        let code = edit::Code::of(&source.text, dialect);
        let mut edits = Vec::new();
        for block in &code.fenced {
            let Some(arguments) = arguments(&block.info) else { continue };
            let span = source.map.span(line_of(&source.text, block));
            match tags(&source.text, block, arguments, &settings, dialect, &mut ids) {
                Ok(pair) => edits.extend(pair),
                Err((message, hint)) if depth == 0 || !source.map.is_made(block.range.start) => {
                    let said = Diagnostic::new(Code::PreprocessorInput, message).at(span);
                    if !diagnostics.contains(&said.clone().hint(&hint)) {
                        diagnostics.push(said.hint(hint));
                    }
                }
                Err(_) => {}
            }
        }
        if edits.is_empty() {
            break;
        }
        edits.sort_by_key(|edit| edit.range.start);
        source = edit::apply(source, &edits);
    }
    source
}

/// The range of a block's first line.
fn line_of(text: &str, block: &Fenced) -> std::ops::Range<usize> {
    let line = text.get(block.range.clone()).and_then(|t| t.lines().next()).map_or(0, str::len);
    block.range.start..block.range.start + line
}

/// What stands behind `admonish` in an info string.
fn arguments(info: &str) -> Option<&str> {
    let rest = info.trim().strip_prefix("admonish")?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

type Refused = (String, String);

/// The two edits that turn a block's fences into tags.
fn tags(
    text: &str,
    block: &Fenced,
    arguments: &str,
    settings: &Settings,
    dialect: Dialect,
    ids: &mut BTreeMap<String, usize>,
) -> Result<[Edit; 2], Refused> {
    let asked = Asked::parse(arguments, settings)?;
    let whole = text.get(block.range.clone()).unwrap_or("");
    let opening = whole.lines().next().unwrap_or("");
    let inside = (whole.len().min(opening.len() + 1), closing(whole, opening));
    let prefix = edit::prefix(text, block.range.start);
    let body = whole.get(inside.0..inside.1.max(inside.0)).unwrap_or("");
    let body: Vec<&str> = body.lines().map(|line| unprefixed(line, &prefix)).collect();
    if !closes(&body.join("\n"), dialect) {
        return Err((
            "something in this admonition does not end inside of it".to_owned(),
            "close its code block or comment; the admonition is shown as code".to_owned(),
        ));
    }
    let (start, end) = asked.html(ids, settings);
    let end = end.join(&format!("\n{prefix}"));
    let start: String = start.iter().map(|line| format!("{line}\n{prefix}")).collect();
    let first = block.range.start;
    let line_start = text.get(..first).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let fresh = text.get(line_start..first).unwrap_or("").trim().is_empty();
    // A tag on the line after a paragraph's would be part of that paragraph.
    let gap = if fresh && line_start > 0 { format!("\n{prefix}") } else { String::new() };
    Ok([
        Edit { range: first..first + opening.len(), text: format!("{gap}{start}") },
        Edit {
            range: first + inside.1.max(opening.len())..block.range.end,
            text: format!(
                "\n{prefix}\n{prefix}{end}\n{prefix}{}",
                if whole.ends_with('\n') { "\n" } else { "" }
            ),
        },
    ])
}

/// Where the closing fence's line begins; the block's end if it has none.
fn closing(whole: &str, opening: &str) -> usize {
    let mark = opening.chars().next().unwrap_or('`');
    let length = opening.chars().take_while(|c| *c == mark).count();
    let trimmed = whole.trim_end_matches(['\n', '\r']);
    let start = trimmed.rfind('\n').unwrap_or(trimmed.len());
    let last = trimmed.get(start..).unwrap_or("").trim_start_matches(['\n', ' ', '>', '\t']).trim_end();
    if start > 0 && last.len() >= length && last.chars().all(|c| c == mark) { start } else { trimmed.len() }
}

fn unprefixed<'t>(line: &'t str, prefix: &str) -> &'t str {
    let common = line.bytes().zip(prefix.bytes()).take_while(|(a, b)| a == b).count();
    line.get(common..).unwrap_or(line)
}

/// Whether a tag behind the body is one, and not part of a code block or a
/// comment that the body leaves open.
fn closes(body: &str, dialect: Dialect) -> bool {
    let tag = format!("</{ALERT}>");
    let text = format!("{body}\n\n{tag}\n");
    let end = Parser::new_ext(&text, dialect.options()).into_offset_iter().last();
    let mut depth = 0_usize;
    let mut found = false;
    for event in Parser::new_ext(&text, dialect.options()) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Html(html) => found = depth == 1 && html.trim() == tag,
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => found = false,
        }
    }
    found && end.is_some_and(|(_, range)| text.get(range.clone()).is_some_and(|t| t.trim() == tag))
}

/// What the book sets for all of its admonitions.
#[derive(Default)]
struct Settings {
    title: Option<String>,
    collapsible: bool,
    id_prefix: String,
    /// Directives of the book's own, by each of their names, with their title.
    custom: BTreeMap<String, String>,
}

impl Settings {
    fn of(options: &Table) -> Self {
        let default = options.get("default").and_then(Value::as_table);
        let get = |key: &str| default.and_then(|d| d.get(key));
        let mut custom = BTreeMap::new();
        let mut add = |name: &str, table: &Table| {
            let title =
                table.get("title").and_then(Value::as_str).map_or_else(|| titled(name), str::to_owned);
            let aliases = table.get("aliases").and_then(Value::as_array).into_iter().flatten();
            for name in aliases.filter_map(Value::as_str).chain([name]) {
                custom.insert(name.to_owned(), title.clone());
            }
        };
        // Version 2 has a list, version 3 tables.
        for table in options.get("custom").and_then(Value::as_array).into_iter().flatten() {
            if let Some((name, table)) =
                table.as_table().and_then(|t| Some((t.get("directive")?.as_str()?, t)))
            {
                add(name, table);
            }
        }
        let tables = options.get("directive").and_then(|d| d.get("custom")).and_then(Value::as_table);
        for (name, table) in tables.into_iter().flatten() {
            table.as_table().into_iter().for_each(|table| add(name, table));
        }
        Self {
            title: get("title").and_then(Value::as_str).map(str::to_owned),
            collapsible: get("collapsible").and_then(Value::as_bool).unwrap_or(false),
            id_prefix: get("css_id_prefix").and_then(Value::as_str).unwrap_or("admonition-").to_owned(),
            custom,
        }
    }
}

/// What one admonition asks for.
struct Asked {
    kind: &'static str,
    title: Option<String>,
    /// The kind's word where there is no title.
    word: String,
    id: Option<String>,
    collapsible: bool,
}

impl Asked {
    fn parse(arguments: &str, settings: &Settings) -> Result<Self, Refused> {
        let end = arguments.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(arguments.len());
        let (first, rest) = arguments.split_at(end);
        // The directive may be left out, and may carry classes.
        let (directive, rest) = if first.contains('=') { ("", arguments) } else { (first, rest.trim()) };
        let directive = directive.split('.').next().unwrap_or("");
        let mut asked = Self {
            kind: "note",
            title: settings.title.clone(),
            word: String::new(),
            id: None,
            collapsible: settings.collapsible,
        };
        match (kind_of(directive), settings.custom.get(directive)) {
            (_, Some(title)) => asked.word.clone_from(title),
            (Some((kind, word)), None) => {
                asked.kind = kind.title();
                asked.word = word.map_or(String::new(), str::to_owned);
            }
            (None, None) if directive.is_empty() => {}
            (None, None) => {
                return Err((
                    format!("there is no admonition `{directive}`"),
                    "use one of mdbook-admonish's, such as `note`, `tip`, `warning` or `danger`; it is shown as code"
                        .to_owned(),
                ));
            }
        }
        if let Some(title) = rest.strip_prefix('"') {
            asked.title = Some(title.strip_suffix('"').unwrap_or(title).to_owned());
            return Ok(asked);
        }
        for (key, value) in pairs(rest)? {
            match key.as_str() {
                "title" => asked.title = Some(value),
                "id" => asked.id = Some(value),
                "collapsible" => asked.collapsible = value == "true",
                // How it looks is the edition's business.
                "class" => {}
                _ => {
                    return Err((
                        format!("an admonition has no option `{key}`"),
                        "use `title`, `id`, `class` or `collapsible`; it is shown as code".to_owned(),
                    ));
                }
            }
        }
        Ok(asked)
    }

    /// The lines that open it, and those that close it.
    fn html(&self, ids: &mut BTreeMap<String, usize>, settings: &Settings) -> (Vec<String>, Vec<String>) {
        let word = if self.word.is_empty() { self.kind } else { &self.word };
        let shown = self.title.as_deref().unwrap_or(word);
        let id = self.id.clone().unwrap_or_else(|| {
            let slug = if shown.is_empty() { "default".to_owned() } else { id_from_content(shown) };
            let id = format!("{}{slug}", settings.id_prefix);
            let count = ids.entry(id.clone()).or_insert(0);
            *count += 1;
            if *count > 1 { format!("{id}-{}", *count - 1) } else { id }
        });
        let id = edit::attribute(&id);
        let own = self.title.is_none() && self.word.is_empty() && !self.collapsible;
        let title = (!own && !shown.is_empty()).then(|| {
            let title = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            let tag = super::tabs::TITLE;
            [format!("<{tag}>"), String::new(), title, String::new(), format!("</{tag}>"), String::new()]
        });
        let mut lines = Vec::new();
        let end = if self.collapsible {
            lines.push(format!("<div id=\"{id}\">"));
            lines.push(format!("<{}>", super::tabs::DETAILS));
            vec![format!("</{}>", super::tabs::DETAILS), "</div>".to_owned()]
        } else {
            let untitled = if shown.is_empty() { " untitled" } else { "" };
            lines.push(format!("<{ALERT} kind=\"{}\" id=\"{id}\"{untitled}>", self.kind.to_lowercase()));
            vec![format!("</{ALERT}>")]
        };
        lines.push(String::new());
        lines.extend(title.into_iter().flatten());
        (lines, end)
    }
}

fn titled(name: &str) -> String {
    crate::paths::humanise(name)
}

/// `key="value" key=true`: TOML's keys and values on one line.
fn pairs(text: &str) -> Result<Vec<(String, String)>, Refused> {
    let refuse = || {
        (
            format!("`{text}` is not understood"),
            "write `title=\"…\"`, `id=\"…\"`, `class=\"…\"` or `collapsible=true`; it is shown as code"
                .to_owned(),
        )
    };
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or_else(refuse)?;
        let after = after.trim_start();
        let (value, left) = match after.chars().next() {
            Some('"') => quoted(after).ok_or_else(refuse)?,
            Some('\'') => {
                let (value, left) = after.get(1..).and_then(|t| t.split_once('\'')).ok_or_else(refuse)?;
                (value.to_owned(), left)
            }
            Some(_) | None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                (after.get(..end).unwrap_or("").to_owned(), after.get(end..).unwrap_or(""))
            }
        };
        out.push((key.trim().to_owned(), value));
        rest = left.trim_start();
    }
    Ok(out)
}

/// A string in double quotes with TOML's simple escapes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                'n' | 't' => out.push(' '),
                c @ ('"' | '\\') => out.push(c),
                _ => return None,
            },
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::super::source_map::SourceMap;
    use super::*;
    use crate::span::FileId;

    fn run(text: &str, options: &str) -> (String, Vec<String>) {
        let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
        let mut diagnostics = Vec::new();
        let options = options.parse::<Table>().expect("TOML");
        let out = apply(source, &options, Dialect::default(), &mut diagnostics);
        (out.text, diagnostics.iter().map(|d| d.message.clone()).collect())
    }

    /// The lines of the result that hold something.
    fn lines(text: &str) -> Vec<String> {
        run(text, "").0.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn fences_become_tags_and_the_body_stays() {
        assert_eq!(
            lines("a\n```admonish\nb\n```\nc"),
            ["a", "<bindery-alert kind=\"note\" id=\"admonition-note\">", "b", "</bindery-alert>", "c"]
        );
        assert_eq!(
            lines("> ~~~admonish hint\n> b\n> ~~~\n"),
            [
                "> <bindery-alert kind=\"tip\" id=\"admonition-hint\">",
                "> ",
                "> <bindery-title>",
                "> ",
                "> Hint",
                "> ",
                "> </bindery-title>",
                "> ",
                "> ",
                "> b",
                "> ",
                "> </bindery-alert>",
                "> "
            ]
        );
    }

    #[test]
    fn options_are_toml() {
        let asked = |text| Asked::parse(text, &Settings::default()).map_err(|(message, _)| message);
        let full = asked("bug title=\"A \\\"b\\\" c\" id='x' collapsible=true class=\"y\"").expect("valid");
        assert_eq!((full.kind, full.title.as_deref()), ("Bug", Some("A \"b\" c")));
        assert_eq!((full.id.as_deref(), full.collapsible), (Some("x"), true));
        let old = asked("warning.red \"Data loss\"").expect("valid");
        assert_eq!((old.kind, old.title.as_deref()), ("Warning", Some("Data loss")));
        assert_eq!(asked("title=\"\"").expect("valid").title.as_deref(), Some(""));
        assert_eq!(asked("nonsense").err().as_deref(), Some("there is no admonition `nonsense`"));
        assert!(asked("note title=\"\\j\"").is_err());
        assert!(asked("note title").is_err());
    }

    #[test]
    fn what_would_swallow_the_rest_stays_code() {
        for body in ["````", "<!-- open", "<script>"] {
            let text = format!("`````admonish note\n{body}\n`````\n\nrest\n");
            let (out, said) = run(&text, "");
            assert_eq!(out, text, "{body}");
            assert_eq!(said, ["something in this admonition does not end inside of it"]);
        }
    }

    #[test]
    fn a_book_may_have_its_own() {
        let options = "[directive.custom.expensive]\ntitle = \"Costs\"\naliases = [\"dear\"]\n[default]\ncss_id_prefix = \"x-\"";
        let (out, said) = run("```admonish dear\nb\n```\n\n```admonish expensive\nb\n```", options);
        assert_eq!(said, Vec::<String>::new());
        assert!(out.contains("id=\"x-costs\"") && out.contains("id=\"x-costs-1\""), "{out}");
    }
}
