//! Blocks → Typst.

use super::data::bookmark;
use super::fonts::Face;
use super::markup::{Markup, label};
use super::{code, table};
use crate::document::direction::{self, Direction};
use crate::document::text::{block_text, plain_text};
use crate::document::{AlertKind, Alignment, Block, BlockKind, CodeBlock, Definition, Heading, Inline, List};

impl<'a> Markup<'a> {
    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        for (index, block) in blocks.iter().enumerate() {
            self.flush();
            self.here = block.span;
            self.out.marks.push((self.out.text.len(), block.span));
            self.leads = matches!(&block.kind,
                BlockKind::Paragraph(inlines) if introduces(inlines, blocks.get(index + 1)));
            self.turn(block);
            self.raw("\n");
        }
    }

    /// Writes a block in its direction.
    fn turn(&mut self, block: &'a Block) {
        let direction = direction::of_blocks(std::slice::from_ref(block), self.cx.direction);
        if direction.is_none_or(|direction| direction == self.direction) {
            return self.block(block);
        }
        let words = block_text(block);
        // The words of a list's item stay beside its marker.
        let beside = self.in_item && matches!(block.kind, BlockKind::Plain(_));
        if beside {
            let side = match self.direction {
                Direction::Ltr => "left",
                Direction::Rtl => "right",
            };
            self.raw(&format!("#align({side})["));
        }
        self.directed(direction, "", &words, |m| m.block(block));
        if beside {
            self.raw("]");
        }
    }

    fn block(&mut self, block: &'a Block) {
        match &block.kind {
            BlockKind::Paragraph(inlines) => {
                let function = if self.leads { "lead-in" } else { "par" };
                self.call(function, |m| m.inlines(inlines));
            }
            BlockKind::Plain(inlines) => self.inlines(inlines),
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::Code(code) => self.code(code),
            BlockKind::Quote(blocks) => self.call("quote-block", |m| m.indented(2.0, blocks)),
            BlockKind::Alert { kind, id, title, blocks } => {
                self.alert(*kind, id.as_deref(), title.as_deref(), blocks);
            }
            BlockKind::List(list) => self.list(list),
            BlockKind::DefinitionList(definitions) => self.definitions(definitions),
            BlockKind::Table(table) => table::write(self, table),
            BlockKind::Rule => self.raw("#rule"),
            BlockKind::Math(math) => self.display_math(math),
            BlockKind::Figure { image, caption } => self.figure(image, caption),
            BlockKind::Details { summary, blocks } => {
                self.raw("#details(");
                if summary.is_empty() {
                    self.raw("none");
                } else {
                    self.raw("[");
                    self.inlines(summary);
                    self.raw("]");
                }
                self.raw(")[");
                self.indented(1.2, blocks);
                self.raw("]");
            }
            BlockKind::Container { id, align, language, blocks } => {
                if let Some(id) = id {
                    self.anchor(id);
                }
                let side = match align.unwrap_or_default() {
                    Alignment::None => None,
                    Alignment::Left => Some("left"),
                    Alignment::Center => Some("center"),
                    Alignment::Right => Some("right"),
                };
                self.spoken(*language, |m| match side {
                    Some(side) => {
                        m.raw(&format!("#align({side})["));
                        m.blocks(blocks);
                        m.raw("]");
                    }
                    None => m.blocks(blocks),
                });
            }
        }
    }

    /// A callout, with the title its author gave it or its kind's own.
    fn alert(&mut self, kind: AlertKind, id: Option<&str>, title: Option<&'a [Inline]>, blocks: &'a [Block]) {
        if let Some(id) = id {
            self.anchor(id);
        }
        self.raw(&format!("#alert({:?}, ", kind.title()));
        match title {
            None => self.raw("auto"),
            Some([]) => self.raw("none"),
            Some(title) => {
                self.raw("[");
                self.inlines(title);
                self.raw("]");
            }
        }
        self.raw(")[");
        self.indented(1.4, blocks);
        self.raw("]");
    }

    fn definitions(&mut self, definitions: &'a [Definition]) {
        self.raw("#terms(tight: false");
        for definition in definitions {
            self.raw(", terms.item[");
            self.inlines(&definition.term);
            self.raw("][");
            let by = 1.6 * self.cx.geometry.text_size;
            self.indent += by;
            for blocks in &definition.definitions {
                self.lead(blocks);
                self.raw("#parbreak()");
            }
            self.indent -= by;
            self.raw("]");
        }
        self.raw(")");
    }

    /// Blocks indented by so many em of the text.
    pub(super) fn indented(&mut self, em: f64, blocks: &'a [Block]) {
        let by = em * self.cx.geometry.text_size;
        self.indent += by;
        self.blocks(blocks);
        self.indent -= by;
    }

    fn heading(&mut self, heading: &'a Heading) {
        let rank = heading.level.clamp(2, 6);
        let place = self.places.headings.get(&heading.id);
        // Levels must not be skipped, so one outside the outline is taken as
        // one below the last that is in it.
        let level = place.map_or(self.level + 1, |depth| depth + 1);
        if place.is_some() {
            self.level = level;
        }
        self.raw(&format!("#hd({rank}, {level}, {}, ", place.is_some()));
        let label = label(&self.chapter.key, Some(&heading.id));
        self.string(&label);
        self.raw(", ");
        self.string(&bookmark(&plain_text(&heading.content)));
        self.raw(")[");
        self.inlines(&heading.content);
        self.raw("]");
    }

    fn list(&mut self, list: &'a List) {
        let tight = list.tight;
        let outer = self.indent == 0.0;
        if outer {
            self.raw("#outer-list[");
        }
        if list.items.iter().any(|item| item.task.is_some()) {
            let states: String = list
                .items
                .iter()
                .map(|item| match item.task {
                    Some(true) => "true,",
                    Some(false) => "false,",
                    None => "none,",
                })
                .collect();
            self.raw(&format!("#tasks(({states}), tight: {tight}"));
        } else if let Some(start) = list.start {
            self.raw(&format!("#enum(start: {start}, tight: {tight}"));
        } else {
            self.raw(&format!("#list(tight: {tight}"));
        }
        // Bullet or number, and the space around it.
        let last = list.start.unwrap_or(0).saturating_add(list.items.len() as u64);
        let em = if list.start.is_some() { 1.1 + 0.5 * last.to_string().len() as f64 } else { 1.5 };
        let in_item = std::mem::replace(&mut self.in_item, true);
        for item in &list.items {
            self.raw(",[");
            self.indented(em, &item.blocks);
            self.raw("]");
        }
        self.in_item = in_item;
        self.raw(if outer { ")]" } else { ")" });
    }

    pub(super) fn code(&mut self, block: &CodeBlock) {
        self.flush();
        let lines = self.cx.highlights.lines(block);
        let missing = code::write(&mut self.out.text, self.cx.fonts, &lines, self.cx.geometry, self.indent);
        self.invisible(&block.text, Face::Mono);
        for lack in missing {
            self.lacks(&lack);
        }
    }

    /// Blocks whose first paragraph stands beside what is before it: the
    /// number of a note, the term of a definition.
    pub(super) fn lead(&mut self, blocks: &'a [Block]) {
        match blocks.split_first() {
            Some((Block { kind: BlockKind::Paragraph(inlines), .. }, rest)) => {
                let direction = direction::of_inlines(inlines, self.cx.direction);
                let words = if direction.is_some_and(|d| d != self.direction) {
                    plain_text(inlines)
                } else {
                    String::new()
                };
                self.directed(direction, "", &words, |m| m.inlines(inlines));
                self.raw("\n");
                self.blocks(rest);
            }
            Some(_) | None => self.blocks(blocks),
        }
    }
}

/// Whether a paragraph announces what comes next, as one that ends in a colon
/// does before code or a list, so that no page may end between them.
fn introduces(inlines: &[Inline], next: Option<&Block>) -> bool {
    let followed = next.is_some_and(|next| match &next.kind {
        BlockKind::Code(_)
        | BlockKind::List(_)
        | BlockKind::Quote(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Math(_)
        | BlockKind::Figure { .. } => true,
        BlockKind::Paragraph(_)
        | BlockKind::Plain(_)
        | BlockKind::Heading(_)
        | BlockKind::Alert { .. }
        | BlockKind::Rule
        | BlockKind::Details { .. }
        | BlockKind::Container { .. } => false,
    });
    followed && plain_text(inlines).trim_end().ends_with([':', '：'])
}
