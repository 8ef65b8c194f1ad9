//! Identifiers of headings, as mdBook 0.5 makes them, unique in each chapter.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic};
use crate::document::text::plain_text;
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind};
use crate::span::Span;

/// Gives every heading and every term of a definition list an identifier, and
/// renames those asked for twice.
/// Explicit ones keep theirs before any is made from a heading's text.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    let mut pass = Ids { used: Used::default(), diagnostics, explicit: true, inserted: false };
    walk_chapter_mut(&mut pass, chapter);
    pass.explicit = false;
    walk_chapter_mut(&mut pass, chapter);
    // A title that is not the author's must not take the id of a heading
    // that is.
    pass.inserted = true;
    walk_chapter_mut(&mut pass, chapter);
}

/// mdBook's `id_from_content`: lower case, white space to hyphens, nothing
/// but letters, digits, `_` and `-`; `section` if nothing is left.
pub(crate) fn id_from_content(content: &str) -> String {
    let kept = content.trim().to_lowercase();
    let kept: String = kept
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect();
    if kept.is_empty() { "section".to_owned() } else { kept }
}

/// The identifiers taken so far.
#[derive(Default)]
struct Used {
    ids: BTreeSet<String>,
    /// Where to go on counting, so that a thousand equal headings take a
    /// thousand steps and not a million.
    next: BTreeMap<String, u32>,
}

impl Used {
    /// mdBook's `unique_id`: `-1`, `-2` and so on behind a taken one.
    fn unique(&mut self, id: &str) -> String {
        if self.ids.insert(id.to_owned()) {
            return id.to_owned();
        }
        let next = self.next.entry(id.to_owned()).or_insert(1);
        loop {
            let candidate = format!("{id}-{next}");
            *next += 1;
            if self.ids.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

struct Ids<'a> {
    used: Used,
    diagnostics: &'a mut Vec<Diagnostic>,
    explicit: bool,
    inserted: bool,
}

impl Ids<'_> {
    fn take(&mut self, id: &str, span: Span) -> String {
        let unique = self.used.unique(id);
        if unique != id {
            self.diagnostics.push(
                Diagnostic::new(Code::IdDuplicate, format!("`#{id}` is taken; this is `#{unique}`"))
                    .at(span)
                    .hint("links to the first word lead to the earlier place"),
            );
        }
        unique
    }

    fn take_explicit(&mut self, id: &mut String, span: Span) {
        // White space would end the identifier in HTML.
        let clean = id.split_whitespace().collect::<Vec<_>>().join("-");
        *id = self.take(&clean, span);
    }
}

impl Ids<'_> {
    /// mdBook's terms have identifiers as its headings have.
    fn take_term(&mut self, term: &mut Vec<Inline>, span: Span) {
        if term.iter().any(|inline| matches!(inline.kind, InlineKind::Anchor(_)))
            || plain_text(term).is_empty()
        {
            return;
        }
        let id = self.used.unique(&id_from_content(&plain_text(term)));
        term.insert(0, Inline { kind: InlineKind::Anchor(id), span });
    }
}

impl VisitMut for Ids<'_> {
    fn block(&mut self, block: &mut Block) {
        let span = block.span;
        match &mut block.kind {
            BlockKind::Heading(heading) => {
                if self.explicit && !heading.id.trim().is_empty() {
                    self.take_explicit(&mut heading.id, span);
                } else if !self.explicit
                    && heading.id.trim().is_empty()
                    && (span.start != span.end || self.inserted)
                {
                    let id = id_from_content(&plain_text(&heading.content));
                    heading.id = self.take(&id, span);
                }
            }
            BlockKind::Container { id, .. } | BlockKind::Alert { id, .. } if self.explicit => {
                if id.as_ref().is_some_and(|id| id.trim().is_empty()) {
                    *id = None;
                } else if let Some(id) = id {
                    self.take_explicit(id, span);
                }
            }
            BlockKind::DefinitionList(list) if !self.explicit && !self.inserted => {
                for definition in list {
                    self.take_term(&mut definition.term, definition.span);
                }
            }
            BlockKind::Container { .. }
            | BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Figure { .. }
            | BlockKind::Details { .. } => {}
        }
        walk_block_mut(self, block);
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        if self.explicit {
            inlines.retain(|i| !matches!(&i.kind, InlineKind::Anchor(id) if id.trim().is_empty()));
        }
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Anchor(id) = &mut inline.kind {
            if self.explicit {
                self.take_explicit(id, inline.span);
            }
        } else {
            walk_inline_mut(self, inline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_mdbooks() {
        let table = [
            ("How it's done: `x_y`", "how-its-done-x_y"),
            ("❓How to vision", "how-to-vision"),
            ("  1. First  ", "1-first"),
            ("A -- B", "a----b"),
            ("Ünïcode", "ünïcode"),
            ("🙋‍♀️", "section"),
        ];
        for (text, id) in table {
            assert_eq!(id_from_content(text), id, "{text:?}");
        }
    }

    #[test]
    fn taken_ones_are_counted_on() {
        let mut used = Used::default();
        let all: Vec<String> = ["a", "a", "a-1", "a"].iter().map(|id| used.unique(id)).collect();
        assert_eq!(all, ["a", "a-1", "a-1-1", "a-2"]);
    }
}
