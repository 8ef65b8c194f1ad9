//! Characters that order others (UAX #9's explicit formatting) and separators
//! of lines: what they do must end where their paragraph does, since titles
//! and table cells are set beside other text.

use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Book, Chapter, Inline, InlineKind, Item};
use crate::tally::Rule;

/// Balances what embeds or isolates a direction, leaves out what overrides
/// it, and makes line ends of line and paragraph separators, in a chapter.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    clean(&mut chapter.title);
    walk_chapter_mut(&mut Characters { diagnostics, open: Open::default(), depth: 0 }, chapter);
}

/// The same in what a book has besides its chapters.
pub(super) fn outside(book: &mut Book) {
    let m = &mut book.metadata;
    for text in
        [&mut m.title].into_iter().chain(&mut m.subtitle).chain(&mut m.authors).chain(&mut m.description)
    {
        clean(text);
    }
    for item in &mut book.items {
        match item {
            Item::Part(title) => clean(title),
            Item::Separator | Item::Chapter(_) => {}
            Item::Unlinked(entry) => clean(&mut entry.title),
        }
    }
}

/// Text that is a line of its own.
fn clean(text: &mut String) {
    if text.contains(is_special) {
        let mut open = Open::default();
        let kept: String =
            text.chars().filter(|c| open.keeps(*c)).map(|c| if is_line_end(c) { ' ' } else { c }).collect();
        *text = kept + &open.close();
    }
}

fn is_special(c: char) -> bool {
    is_line_end(c) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// What is open: true for isolates, false for embeddings.
#[derive(Default)]
struct Open(Vec<bool>);

impl Open {
    /// Whether a character stays: overrides and what closes nothing don't.
    fn keeps(&mut self, c: char) -> bool {
        match c {
            '\u{202A}' | '\u{202B}' => self.0.push(false),
            '\u{2066}'..='\u{2068}' => self.0.push(true),
            '\u{202D}' | '\u{202E}' => return false,
            // It closes no embedding from outside of the isolate it is in.
            '\u{202C}' if self.0.last() == Some(&false) => {
                self.0.pop();
            }
            '\u{2069}' => {
                let Some(at) = self.0.iter().rposition(|isolate| *isolate) else { return false };
                self.0.truncate(at);
            }
            '\u{202C}' => return false,
            _ => {}
        }
        true
    }

    /// What closes all that is open.
    fn close(&mut self) -> String {
        self.0.drain(..).rev().map(|isolate| if isolate { '\u{2069}' } else { '\u{202C}' }).collect()
    }
}

struct Characters<'a> {
    diagnostics: &'a mut Vec<Diagnostic>,
    open: Open,
    depth: usize,
}

impl VisitMut for Characters<'_> {
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        self.depth += 1;
        let mut i = 0;
        while let Some(inline) = inlines.get_mut(i) {
            let new = self.one(inline);
            let count = new.len();
            if count > 0 {
                inlines.splice(i..=i, new);
            }
            i += count.max(1);
        }
        self.depth -= 1;
        if self.depth == 0
            && let closing = self.open.close()
            && !closing.is_empty()
            && let Some(span) = inlines.last().map(|inline| inline.span)
        {
            self.diagnostics.push(Diagnostic::rule(Rule::Invisible).at(span).adding(&closing));
            inlines.push(Inline { kind: InlineKind::Text(closing), span });
        }
    }
}

impl Characters<'_> {
    /// What stands for an inline; nothing if it stays.
    fn one(&mut self, inline: &mut Inline) -> Vec<Inline> {
        let span = inline.span;
        let InlineKind::Text(text) = &mut inline.kind else {
            walk_inline_mut(self, inline);
            return Vec::new();
        };
        if !text.contains(is_special) {
            return Vec::new();
        }
        for c in ['\u{202D}', '\u{202E}'].into_iter().filter(|c| text.contains(*c)) {
            let message = format!(
                "the character U+{:04X} forces the direction of what follows; it is left out",
                u32::from(c)
            );
            self.diagnostics.push(Diagnostic::new(Code::BidiControl, message).at(span).hint(
                "remove it: text finds its direction by its letters, and the isolates U+2066 to U+2069 help where it doesn't",
            ));
        }
        let (kept, lost): (String, String) = text.chars().partition(|c| self.open.keeps(*c));
        if !lost.is_empty() {
            self.diagnostics.push(Diagnostic::rule(Rule::Invisible).at(span).losing(&lost));
        }
        let mut out = Vec::new();
        for (i, part) in kept.split(is_line_end).enumerate() {
            if i > 0 {
                out.push(Inline { kind: InlineKind::HardBreak, span });
            }
            out.push(Inline { kind: InlineKind::Text(part.to_owned()), span });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{FileId, Span};

    fn cleaned(text: &str) -> String {
        let mut text = text.to_owned();
        clean(&mut text);
        text.escape_unicode_only()
    }

    trait Escape {
        fn escape_unicode_only(&self) -> String;
    }

    impl Escape for String {
        fn escape_unicode_only(&self) -> String {
            self.chars()
                .map(|c| if is_special(c) { format!("<{:X}>", u32::from(c)) } else { c.to_string() })
                .collect()
        }
    }

    #[test]
    fn what_is_open_is_closed_and_what_closes_nothing_goes() {
        assert_eq!(cleaned("a\u{2067}b"), "a<2067>b<2069>");
        assert_eq!(cleaned("a\u{2067}b\u{2069}c\u{2069}d\u{202C}"), "a<2067>b<2069>cd");
        assert_eq!(cleaned("a\u{202B}b\u{2066}c\u{202C}d"), "a<202B>b<2066>cd<2069><202C>");
        // An isolate's end ends the embeddings inside it.
        assert_eq!(cleaned("\u{2066}a\u{202B}b\u{2069}c"), "<2066>a<202B>b<2069>c");
        assert_eq!(cleaned("abc\u{202E}def\u{202C}"), "abcdef");
        assert_eq!(cleaned("a\u{2028}b\u{2029}c"), "a b c");
    }

    #[test]
    fn a_paragraph_ends_what_it_began_and_separators_are_line_ends() {
        let span = Span::new(FileId(0), 0..1);
        let inline = |kind| Inline { kind, span };
        let mut inlines = vec![
            inline(InlineKind::Text("a\u{2067}b\u{2028}c\u{202E}".to_owned())),
            inline(InlineKind::Code("\u{202E}".to_owned())),
        ];
        let mut diagnostics = Vec::new();
        Characters { diagnostics: &mut diagnostics, open: Open::default(), depth: 0 }.inlines(&mut inlines);
        let shown: Vec<String> = inlines
            .iter()
            .map(|inline| match &inline.kind {
                InlineKind::Text(text) => text.escape_unicode_only(),
                InlineKind::HardBreak => "break".to_owned(),
                InlineKind::Code(text) => format!("Code({text:?})"),
                InlineKind::SoftBreak
                | InlineKind::Styled { .. }
                | InlineKind::Link(_)
                | InlineKind::Math(_)
                | InlineKind::Image(_)
                | InlineKind::FootnoteReference { .. }
                | InlineKind::Anchor(_) => "other".to_owned(),
            })
            .collect();
        assert_eq!(shown, ["a<2067>b", "break", "c", "Code(\"\\u{202e}\")", "<2069>"]);
        let said: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.rule.is_none()).collect();
        assert_eq!(said.len(), 1);
        assert!(said[0].message.contains("U+202E forces"));
    }
}
