//! Which way blocks run, and in which language: `dir` and `lang` where they
//! differ from what is around.

use super::ChapterWriter;
use crate::diag::Diagnostic;
use crate::document::direction::{Direction, language, of_blocks, of_inlines, of_text};
use crate::document::text::{is_trap, plain_text};
use crate::document::{Block, BlockKind, Inline};
use crate::tally::Rule;

impl ChapterWriter<'_> {
    /// Gives the element of a block its direction, and its language if it
    /// holds words itself.
    pub(super) fn turn(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Paragraph(content) | BlockKind::Plain(content) => self.turn_inlines(content),
            BlockKind::Heading(heading) => self.turn_inlines(&heading.content),
            BlockKind::List(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Details { .. } => {
                // Where blocks are too deep they have no element of their own.
                if self.depth < super::DEEPEST {
                    let book = self.book_direction();
                    self.set(of_blocks(std::slice::from_ref(block), book));
                }
            }
            BlockKind::Code(_)
            | BlockKind::Math(_)
            | BlockKind::Rule
            | BlockKind::Figure { .. }
            | BlockKind::Container { .. } => {}
        }
    }

    /// The same for an element around words.
    pub(super) fn turn_inlines(&mut self, content: &[Inline]) {
        let text = plain_text(content);
        if !text.is_ascii() || self.direction == Direction::Rtl {
            self.set(of_inlines(content, self.book_direction()));
            self.say_language(&text);
        }
    }

    /// The same for a line of text.
    pub(super) fn turn_text(&mut self, text: &str) {
        self.set(of_text(text, self.book_direction()));
        self.say_language(text);
    }

    /// The same for an element, such as a cell, that holds words without a
    /// paragraph.
    pub(super) fn turn_holder(&mut self, blocks: &[Block]) {
        if let Some(Block { kind: BlockKind::Plain(content), span: _ }) = blocks.first() {
            self.turn_inlines(content);
        }
    }

    /// Code runs from left to right, whatever is around it.
    pub(super) fn ltr_in_rtl(&mut self) {
        if self.direction == Direction::Rtl {
            self.xml.with([("dir", "ltr")]);
        }
    }

    /// The code point of the character that ends a part of code, if it is one
    /// that hides something.
    pub(super) fn trap(&mut self, part: &str) {
        if let Some(c) = part.chars().next_back().filter(|c| is_trap(*c)) {
            self.xml.own("span", &[("class", "trap")], &format!("U+{:04X}", u32::from(c)));
            self.diagnostics.push(Diagnostic::rule(Rule::Invisible).losing(c.encode_utf8(&mut [0; 4])));
        }
    }

    fn book_direction(&self) -> Direction {
        self.base
    }

    fn set(&mut self, direction: Option<Direction>) {
        if let Some(direction) = direction.filter(|direction| *direction != self.direction) {
            self.xml.with([("dir", direction.as_str())]);
            self.direction = direction;
        }
    }

    fn say_language(&mut self, text: &str) {
        if let Some(language) = language(text, self.language) {
            self.xml.with([("lang", language), ("xml:lang", language)]);
        }
    }
}
