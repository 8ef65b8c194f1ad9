//! Footnotes → Typst: at the foot of the page, or at the chapter's end where
//! nothing on a page refers to them.

use super::markup::{Markup, label};
use super::pieces::push_string;
use crate::diag::Code;

/// How many footnotes may be set inside one another; Typst refuses a few more.
const MAX_NOTE_DEPTH: usize = 6;

impl Markup<'_> {
    pub(super) fn footnote(&mut self, index: usize) {
        let chapter = self.chapter;
        let Some(note) = chapter.footnotes.get(index) else {
            self.warn(Code::Internal, format!("there is no footnote {index}"), "please report this");
            return;
        };
        let mut name = String::new();
        push_string(&mut name, &label(&chapter.key, Some(&format!("bindery:note:{index}"))));
        if self.loose.contains(&index) {
            self.raw("#super[");
            self.own(&note.label);
            self.raw("]");
            return;
        }
        if self.noted.get(index).copied().unwrap_or(true) {
            self.raw(&format!("#footnote(label({name}))"));
            return;
        }
        if self.note_depth >= MAX_NOTE_DEPTH {
            self.warn(
                Code::NestingDepth,
                format!("footnotes refer to footnotes more than {MAX_NOTE_DEPTH} deep"),
                "the PDF sets the deeper ones at the end of the chapter",
            );
            self.raw("#super[");
            self.own(&note.label);
            self.raw("]");
            return;
        }
        if let Some(noted) = self.noted.get_mut(index) {
            *noted = true;
        }
        self.note_depth += 1;
        let (here, in_link) = (self.here, std::mem::replace(&mut self.in_link, false));
        self.raw("#footnote[#h(0.3em)");
        self.lead(&note.blocks);
        self.raw(&format!("]#label({name})"));
        self.note_depth -= 1;
        (self.here, self.in_link) = (here, in_link);
    }

    pub(super) fn loose_notes(&mut self) {
        let chapter = self.chapter;
        if self.noted.iter().all(|noted| *noted) {
            return;
        }
        self.raw("#loose-notes(");
        for (index, note) in chapter.footnotes.iter().enumerate() {
            // One of these may have set another at the foot of the page.
            if self.noted.get(index).copied().unwrap_or(true) {
                continue;
            }
            // Such a note may refer to itself.
            if let Some(noted) = self.noted.get_mut(index) {
                *noted = true;
            }
            self.loose.insert(index);
            self.raw("[");
            if note.references > 0 {
                self.raw("#super[");
                self.own(&note.label);
                self.raw("] ");
            }
            self.lead(&note.blocks);
            self.raw("],");
        }
        self.raw(")\n");
    }
}
