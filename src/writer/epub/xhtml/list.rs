//! Lists, of items and of definitions.

use super::{ChapterWriter, DEEPEST};
use crate::document::{Definition, List};
use crate::span::Span;
use crate::writer::epub::xml::{Attributes, Whose};

/// What stands before the first words of a list's item.
pub(super) enum Marker {
    /// A task and whether it is done.
    Task(bool),
    /// A bullet or number, where the list itself has no room.
    Text(String),
}

impl ChapterWriter<'_> {
    pub(super) fn list(&mut self, list: &List, span: Span) {
        if self.depth >= DEEPEST {
            self.too_deep(span);
            for (i, item) in (0_u64..).zip(&list.items) {
                let number = list.start.map(|start| format!("{}. ", start.saturating_add(i)));
                let text = number.unwrap_or_else(|| "• ".to_owned());
                self.marker = Some(item.task.map_or(Marker::Text(text), Marker::Task));
                self.blocks(&item.blocks, false);
            }
            return;
        }
        let start = list.start.filter(|&n| n != 1).map(|n| n.to_string());
        let attributes: Vec<_> = start.iter().map(|n| ("start", n.as_str())).collect();
        let name = if list.start.is_some() { "ol" } else { "ul" };
        self.nested(span, name, &attributes, |w| {
            for item in &list.items {
                let class: Attributes = if item.task.is_some() { &[("class", "task")] } else { &[] };
                let outer = w.direction;
                w.turn_holder(&item.blocks);
                w.xml.start("li", class);
                w.marker = item.task.map(Marker::Task);
                w.blocks(&item.blocks, true);
                w.direction = outer;
                if w.marker.is_some() {
                    w.write_marker();
                }
                w.xml.end();
                w.xml.newline();
            }
        });
    }

    pub(super) fn write_marker(&mut self) {
        match self.marker.take() {
            Some(Marker::Task(done)) => {
                let (label, sign) = if done { ("done", "☑") } else { ("to do", "☐") };
                self.own_words();
                self.xml.own(
                    "span",
                    &[("class", "box"), ("role", "img"), ("aria-label", label)],
                    &format!("{sign}\u{FE0E}"),
                );
                self.xml.text(" ");
            }
            Some(Marker::Text(text)) => self.xml.other(Whose::Writer, &text),
            None => {}
        }
    }

    pub(super) fn definitions(&mut self, definitions: &[Definition], span: Span) {
        if self.depth >= DEEPEST {
            self.too_deep(span);
            for definition in definitions {
                self.paragraph(&definition.term);
                for blocks in &definition.definitions {
                    self.blocks(blocks, false);
                }
            }
            return;
        }
        if definitions.is_empty() {
            return;
        }
        self.nested(span, "dl", &[], |w| {
            for definition in definitions {
                let outer = w.direction;
                w.turn_inlines(&definition.term);
                w.xml.start("dt", &[]);
                w.inlines(&definition.term);
                w.direction = outer;
                w.xml.end();
                w.xml.newline();
                if definition.definitions.is_empty() {
                    w.xml.empty("dd", &[]);
                    w.xml.newline();
                }
                for blocks in &definition.definitions {
                    let outer = w.direction;
                    w.turn_holder(blocks);
                    w.xml.start("dd", &[]);
                    w.blocks(blocks, true);
                    w.direction = outer;
                    w.xml.end();
                    w.xml.newline();
                }
            }
        });
    }
}
