//! Footnotes: references in the text, and the notes at the chapter's end.

use std::collections::BTreeSet;

use super::ChapterWriter;
use crate::diag::{Code, Diagnostic};
use crate::document::walk::{Visit, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Chapter, Footnote, Inline, InlineKind};
use crate::span::Span;
use crate::writer::epub::names::{footnote_id, reference_id};
use crate::writer::epub::xml::Whose;

/// The references of a chapter: footnote and occurrence.
pub(super) fn references(chapter: &Chapter) -> BTreeSet<(usize, usize)> {
    struct References(BTreeSet<(usize, usize)>);
    impl Visit for References {
        fn inline(&mut self, inline: &Inline) {
            if let InlineKind::FootnoteReference { footnote, occurrence } = inline.kind {
                self.0.insert((footnote, occurrence));
            }
            walk_inline(self, inline);
        }
    }
    let mut references = References(BTreeSet::new());
    walk_chapter(&mut references, chapter);
    references.0
}

impl ChapterWriter<'_> {
    pub(super) fn reference(&mut self, footnote: usize, occurrence: usize, span: Span) {
        let number = (footnote + 1).to_string();
        if self.chapter.footnotes.len() <= footnote {
            let message = format!("there is no footnote {number}");
            self.diagnostics.push(Diagnostic::new(Code::FootnoteUndefined, message).at(span));
            return self.xml.own("sup", &[], &number);
        }
        let id = reference_id(footnote, occurrence);
        let mut attributes = Vec::new();
        if self.ids.insert(id.clone()) {
            attributes.push(("id", id.as_str()));
        }
        if self.in_link {
            // A link has no room for another.
            return self.xml.own("sup", &attributes, &number);
        }
        let href = format!("#{}", footnote_id(footnote));
        attributes.extend([
            ("class", "noteref"),
            ("epub:type", "noteref"),
            ("role", "doc-noteref"),
            ("href", href.as_str()),
        ]);
        self.xml.own("a", &attributes, &number);
    }

    pub(super) fn notes(&mut self) {
        let chapter = self.chapter;
        if chapter.footnotes.is_empty() {
            return;
        }
        self.within(
            "section",
            &[("class", "notes"), ("epub:type", "endnotes"), ("role", "doc-endnotes")],
            |w| {
                for (i, note) in chapter.footnotes.iter().enumerate() {
                    w.note(i, note);
                }
            },
        );
    }

    fn note(&mut self, index: usize, note: &Footnote) {
        let id = footnote_id(index);
        let number = format!("{}.", index + 1);
        let back: Vec<_> = self
            .references
            .range((index, 0)..=(index, usize::MAX))
            .map(|&(_, occurrence)| occurrence)
            .collect();
        // Reading systems hide a footnote until its reference is touched. One
        // without any reference must be seen where it stands.
        let attributes: &[_] = if back.is_empty() {
            &[("class", "footnote"), ("id", &id)]
        } else {
            &[("class", "footnote"), ("id", &id), ("epub:type", "footnote"), ("role", "doc-footnote")]
        };
        let name = if back.is_empty() { "div" } else { "aside" };
        self.within(name, attributes, |w| {
            let from = w.xml.len();
            w.xml.element("p", &[("class", "note-number")], &number);
            w.xml.mark(from, Whose::Writer);
            w.xml.newline();
            // The way back stands behind the last words.
            match note.blocks.split_last() {
                Some((
                    Block { kind: BlockKind::Paragraph(content) | BlockKind::Plain(content), span: _ },
                    before,
                )) => {
                    w.blocks(before, false);
                    let outer = w.direction;
                    w.turn_inlines(content);
                    w.xml.start("p", &[]);
                    w.inlines(content);
                    w.back_links(index, &back);
                    w.xml.end();
                    w.direction = outer;
                }
                Some(_) | None => {
                    w.blocks(&note.blocks, false);
                    w.xml.start("p", &[]);
                    w.back_links(index, &back);
                    w.xml.end();
                }
            }
            w.xml.newline();
        });
    }

    fn back_links(&mut self, index: usize, occurrences: &[usize]) {
        for occurrence in occurrences {
            let href = format!("#{}", reference_id(index, *occurrence));
            let label = if occurrences.len() == 1 {
                format!("Back to reference {}", index + 1)
            } else {
                format!("Back to reference {}, place {}", index + 1, occurrence + 1)
            };
            let from = self.xml.len();
            self.xml.text("\u{A0}");
            let attributes = [
                ("class", "back"),
                ("href", href.as_str()),
                ("role", "doc-backlink"),
                ("aria-label", label.as_str()),
            ];
            self.own_words();
            self.xml.element("a", &attributes, "↩\u{FE0E}");
            self.xml.mark(from, Whose::Writer);
        }
    }
}
