//! Diagnostics for people: like rustc's, each once in a run, and no flood.

use std::collections::{BTreeMap, BTreeSet};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use super::terminal::Terminal;
use crate::diag::{Located, Place, Severity};
use crate::paths::shown;

/// How many of a code are shown in full.
const SHOWN_PER_CODE: usize = 20;

/// Shows what is new and counts the rest. Two diagnostics are the same when
/// they say the same about the same line of the same file, in whatever
/// edition and wherever the line has moved to.
#[derive(Debug)]
pub struct Shower {
    terminal: Terminal,
    least: Severity,
    limit: usize,
    seen: BTreeSet<(String, String, String, String)>,
    codes: BTreeMap<(Severity, String), Tally>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    distinct: usize,
    shown: usize,
}

impl Shower {
    /// Shows what is at least as bad as `least`; all of it when `verbose`.
    pub fn new(terminal: Terminal, least: Severity, verbose: bool) -> Self {
        let limit = if verbose { usize::MAX } else { SHOWN_PER_CODE };
        Self { terminal, least, limit, seen: BTreeSet::new(), codes: BTreeMap::new() }
    }

    /// Counts diagnostics and gives the text of those that are to be shown.
    pub fn show(&mut self, diagnostics: &[Located]) -> String {
        let mut out = String::new();
        for diagnostic in diagnostics {
            let (path, line) = match &diagnostic.place {
                Some(place) => (place.path.clone(), place.text.clone()),
                None => Default::default(),
            };
            if !self.seen.insert((diagnostic.code.clone(), path, line, diagnostic.message.clone())) {
                continue;
            }
            let tally = self.codes.entry((diagnostic.severity, diagnostic.code.clone())).or_default();
            tally.distinct += 1;
            if diagnostic.severity >= self.least && tally.shown < self.limit {
                tally.shown += 1;
                out.push_str(&render(diagnostic, self.terminal));
                out.push_str("\n\n");
            }
        }
        out
    }

    /// What was left out, then the counts by code, worst first; empty when
    /// there is nothing to say.
    pub fn summary(&self) -> String {
        let mut out = String::new();
        for ((severity, code), tally) in self.codes.iter().rev() {
            let more = tally.distinct - tally.shown;
            if *severity >= self.least && more > 0 {
                out.push_str(&format!("… and {more} more {code}; see edition.json\n"));
            }
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let mut codes: Vec<(usize, &str)> = self
                .codes
                .iter()
                .filter(|((s, _), _)| *s == severity)
                .map(|((_, code), tally)| (tally.distinct, code.as_str()))
                .collect();
            codes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
            let total: usize = codes.iter().map(|(n, _)| n).sum();
            if total > 0 {
                let list: Vec<String> = codes.iter().map(|(n, code)| format!("{n} {code}")).collect();
                let plural = if total == 1 { "" } else { "s" };
                let how = if severity < self.least { " (shown with --verbose)" } else { "" };
                out.push_str(&format!("{total} {}{plural}: {}{how}\n", severity.as_str(), list.join(", ")));
            }
        }
        out
    }
}

/// One diagnostic as text, without a line's end behind it.
pub fn render(diagnostic: &Located, terminal: Terminal) -> String {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let title = level.primary_title(shown(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut group = match &diagnostic.place {
        Some(place) => title.element(snippet(place)),
        None => Group::with_title(title),
    };
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.message(shown(hint)));
    }
    let renderer = if terminal.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Unicode).term_width(terminal.width);
    renderer.render(&[group])
}

fn snippet(place: &Place) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    // Columns are characters, the renderer wants bytes of the line.
    let byte = |column: usize| place.text.char_indices().nth(column).map_or(place.text.len(), |(i, _)| i);
    let column = place.column.saturating_sub(1).saturating_sub(place.cut);
    let start = byte(column);
    let end = byte(column.saturating_add(place.width)).max(start);
    Snippet::source(place.text.as_str())
        .line_start(place.line)
        .path(shown(&place.path))
        .annotation(AnnotationKind::Primary.span(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Terminal = Terminal { interactive: false, colour: false, width: 100 };

    fn located(code: &str, line: usize, text: &str, column: usize, width: usize) -> Located {
        let place = Place { path: "src/a.md".to_owned(), line, column, width, cut: 0, text: text.to_owned() };
        Located {
            code: code.to_owned(),
            severity: Severity::Warning,
            message: "no such file `gone.md`".to_owned(),
            place: Some(place),
            hints: vec!["mend the link".to_owned()],
        }
    }

    #[test]
    fn a_diagnostic_looks_like_rustcs() {
        let text = render(&located("link-missing-file", 12, "see ü [x](gone.md) here", 7, 12), PLAIN);
        assert_eq!(
            text,
            [
                "warning[link-missing-file]: no such file `gone.md`",
                "   ╭▸ src/a.md:12:7",
                "   │",
                "12 │ see ü [x](gone.md) here",
                "   │       ━━━━━━━━━━━━",
                "   │",
                "   ╰ help: mend the link",
            ]
            .join("\n")
        );
    }

    #[test]
    fn a_terminal_is_not_driven_by_the_document() {
        let text = render(&located("c", 1, "a\u{1b}[31mred [x](gone.md)", 12, 12), PLAIN);
        assert!(!text.contains('\u{1b}'), "{text}");
        let mut all = located("c", 1, "[x](gone.md)", 1, 12);
        all.message = "no \u{1b}[31mred\u{202e}\nerror: x".to_owned();
        all.hints = vec!["mend \u{1b}[8m\nit".to_owned()];
        all.place.as_mut().expect("a place").path = "a\u{1b}[31mRED\n.md".to_owned();
        let text = render(&all, PLAIN);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        for said in [
            r"warning[c]: no \u{1b}[31mred\u{202e}\nerror: x",
            r"╭▸ a\u{1b}[31mRED\n.md:1:1",
            r"help: mend \u{1b}[8m\nit",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn a_line_is_shown_once_even_after_it_has_moved() {
        let mut shower = Shower::new(PLAIN, Severity::Warning, false);
        assert!(!shower.show(&[located("c", 1, "a", 1, 1)]).is_empty());
        assert!(shower.show(&[located("c", 7, "a", 1, 1)]).is_empty());
        assert!(!shower.show(&[located("c", 7, "b", 1, 1)]).is_empty());
        assert_eq!(shower.summary(), "2 warnings: 2 c\n");
    }

    #[test]
    fn a_flood_is_cut_and_notes_are_counted() {
        let mut shower = Shower::new(PLAIN, Severity::Warning, false);
        let mut list: Vec<Located> = (0..25).map(|i| located("many", i + 1, &format!("{i}"), 1, 1)).collect();
        list.push(located("few", 1, "x", 1, 1));
        list.push(Located { severity: Severity::Note, ..located("quiet", 1, "x", 1, 1) });
        let text = shower.show(&list);
        assert_eq!(text.matches("warning[many]").count(), 20);
        assert!(!text.contains("quiet"));
        assert_eq!(
            shower.summary(),
            "… and 5 more many; see edition.json\n\
             26 warnings: 25 many, 1 few\n\
             1 note: 1 quiet (shown with --verbose)\n"
        );
    }
}
