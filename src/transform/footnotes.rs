//! Footnotes: in the order in which they are first referred to, each
//! reference counted.

use std::collections::BTreeSet;

use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_inline_mut};
use crate::document::{Chapter, Footnote, Inline, InlineKind};

/// Orders a chapter's footnotes. References in a footnote count when the
/// footnote itself is reached; what nothing refers to comes last.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    if chapter.footnotes.is_empty() {
        return;
    }
    let count = chapter.footnotes.len();
    let mut pass = Order { order: Vec::new(), place: vec![None; count], references: vec![0; count] };
    pass.blocks(&mut chapter.blocks);
    let mut reached = 0;
    let mut unused = 0;
    loop {
        if let Some(&next) = pass.order.get(reached) {
            reached += 1;
            if let Some(note) = chapter.footnotes.get_mut(next) {
                pass.blocks(&mut note.blocks);
            }
        } else if unused < count {
            pass.place_of(unused);
            unused += 1;
        } else {
            break;
        }
    }
    let mut old: Vec<Option<Footnote>> =
        std::mem::take(&mut chapter.footnotes).into_iter().map(Some).collect();
    let labels: Vec<(String, crate::span::Span)> =
        old.iter().flatten().map(|note| (note.label.clone(), note.span)).collect();
    for &index in &pass.order {
        if let Some(mut note) = old.get_mut(index).and_then(Option::take) {
            note.references = pass.references.get(index).copied().unwrap_or(0);
            chapter.footnotes.push(note);
        }
    }
    let mut seen = BTreeSet::new();
    for (index, (label, span)) in labels.into_iter().enumerate() {
        let unused = pass.references.get(index).is_none_or(|n| *n == 0);
        if !seen.insert(label.to_lowercase()) {
            diagnostics.push(
                Diagnostic::new(
                    Code::FootnoteDuplicate,
                    format!("the footnote `[^{label}]` is defined twice"),
                )
                .at(span)
                .hint("the first one counts; give this one another label"),
            );
        } else if unused {
            diagnostics.push(
                Diagnostic::new(Code::FootnoteUnused, format!("nothing refers to the footnote `[^{label}]`"))
                    .at(span)
                    .hint(format!(
                        "it is set at the end of the chapter; write `[^{label}]` where it belongs"
                    )),
            );
        }
    }
}

struct Order {
    /// Old indices in their new order.
    order: Vec<usize>,
    /// The new index of each old one.
    place: Vec<Option<usize>>,
    references: Vec<usize>,
}

impl Order {
    fn place_of(&mut self, old: usize) -> Option<usize> {
        let place = self.place.get_mut(old)?;
        Some(*place.get_or_insert_with(|| {
            self.order.push(old);
            self.order.len() - 1
        }))
    }
}

impl VisitMut for Order {
    fn inline(&mut self, inline: &mut Inline) {
        let InlineKind::FootnoteReference { footnote, occurrence } = &mut inline.kind else {
            walk_inline_mut(self, inline);
            return;
        };
        let old = *footnote;
        if let Some(place) = self.place_of(old) {
            *footnote = place;
        }
        if let Some(count) = self.references.get_mut(old) {
            *occurrence = *count;
            *count += 1;
        }
    }
}
