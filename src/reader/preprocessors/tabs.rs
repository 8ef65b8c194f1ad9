//! mdbook-tabs: `{{#tabs}}`, `{{#tab name="…"}}` … `{{#endtab}}`,
//! `{{#endtabs}}`. On a page, all tabs stand below one another, each under its
//! name.

use super::super::markdown::Dialect;
use super::super::source_map::Expanded;
use super::edit::{self, Edit};
use crate::diag::{Code, Diagnostic};

/// The tag of a disclosure that is no HTML of the author's.
pub(super) const DETAILS: &str = "bindery-details";
/// The tag of the title of a disclosure or an admonition.
pub(super) const TITLE: &str = "bindery-title";

/// A directive of the text.
struct Directive<'t> {
    start: usize,
    end: usize,
    name: &'t str,
    arguments: &'t str,
}

/// Turns the directives into tags.
pub(super) fn apply(source: Expanded, dialect: Dialect, diagnostics: &mut Vec<Diagnostic>) -> Expanded {
    if !source.text.contains("tab") {
        return source;
    }
    let code = edit::Code::of(&source.text, dialect);
    let mut edits = Vec::new();
    // The tab that is open: its place in `edits`, and the directive's.
    let mut open: Option<(usize, Directive)> = None;
    let say = |directive: &Directive, message: &str, hint: &str| {
        Diagnostic::new(Code::PreprocessorInput, message)
            .at(source.map.span(directive.start..directive.end))
            .hint(hint)
    };
    for directive in directives(&source.text).filter(|d| !code.contains(d.start)) {
        let prefix = edit::prefix(&source.text, directive.start);
        let line = |text: String| format!("\n{prefix}\n{prefix}{text}\n{prefix}\n{prefix}");
        let range = directive.start..directive.end;
        match (directive.name, open.is_some()) {
            ("tab", false) => {
                let name = name(directive.arguments).replace('<', "&lt;");
                let title = format!("<{TITLE}>\n{prefix}\n{prefix}{name}\n{prefix}\n{prefix}</{TITLE}>");
                edits.push(Edit { range, text: line(format!("<{DETAILS}>\n{prefix}\n{prefix}{title}")) });
                open = Some((edits.len() - 1, directive));
            }
            ("endtab", true) => {
                edits.push(Edit { range, text: line(format!("</{DETAILS}>")) });
                open = None;
            }
            ("tabs" | "endtabs", false) => edits.push(Edit { range, text: String::new() }),
            ("tab", true) => diagnostics.push(say(
                &directive,
                "a tab inside a tab is shown as it is written",
                "write `{{#endtab}}` before it",
            )),
            ("endtab", false) => diagnostics.push(say(
                &directive,
                "`{{#endtab}}` closes nothing and is shown as it is written",
                "write `{{#tab name=\"…\"}}` before it, or take it away",
            )),
            (_, _) => diagnostics.push(say(
                &directive,
                "tabs inside a tab are shown as they are written",
                "write `{{#endtab}}` before it",
            )),
        }
    }
    if let Some((at, directive)) = open {
        edits.remove(at);
        diagnostics.push(say(
            &directive,
            "this tab is not closed and is shown as it is written",
            "write `{{#endtab}}` where it ends",
        ));
    }
    edit::apply(source, &edits)
}

fn directives(text: &str) -> impl Iterator<Item = Directive<'_>> {
    let starts = text.match_indices("{{#");
    starts.filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let close = rest.find("}}")?;
        let body = rest.get("{{#".len()..close)?;
        let escaped = text.get(..start).is_some_and(|t| t.ends_with('\\'));
        if escaped || body.contains('\n') {
            return None;
        }
        let body = body.trim();
        let (name, arguments) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
        matches!(name, "tabs" | "endtabs" | "tab" | "endtab").then_some(Directive {
            start,
            end: start + close + 2,
            name,
            arguments,
        })
    })
}

/// The value of `name="…"`.
fn name(arguments: &str) -> &str {
    let value = arguments.trim().strip_prefix("name").unwrap_or(arguments).trim_start();
    value.strip_prefix('=').unwrap_or(value).trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::super::super::source_map::SourceMap;
    use super::*;
    use crate::span::FileId;

    fn run(text: &str) -> (Vec<String>, Vec<String>) {
        let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
        let mut diagnostics = Vec::new();
        let out = apply(source, Dialect::default(), &mut diagnostics).text;
        let lines = out.lines().map(str::trim_end).filter(|l| !l.is_empty()).map(str::to_owned).collect();
        (lines, diagnostics.iter().map(|d| d.message.clone()).collect())
    }

    #[test]
    fn tabs_stand_below_one_another() {
        let (lines, said) = run(
            "{{#tabs global=\"os\" }}\n{{#tab name=\"A & b\" }}\n**x**\n{{#endtab }}\n{{#endtabs }}\n`{{#tab name=\"c\"}}`",
        );
        assert_eq!(said, Vec::<String>::new());
        assert_eq!(
            lines,
            [
                "<bindery-details>",
                "<bindery-title>",
                "A & b",
                "</bindery-title>",
                "**x**",
                "</bindery-details>",
                "`{{#tab name=\"c\"}}`"
            ]
        );
    }

    #[test]
    fn what_does_not_fit_stays() {
        let (lines, said) = run("{{#endtab}}\n\n{{#tab name=\"a\"}}\n\n{{#tab name=\"b\"}} {{#tabs}}");
        assert_eq!(lines, ["{{#endtab}}", "{{#tab name=\"a\"}}", "{{#tab name=\"b\"}} {{#tabs}}"]);
        assert_eq!(said.len(), 4);
    }
}
