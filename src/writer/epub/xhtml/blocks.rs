//! Blocks, each as its element.

use super::ChapterWriter;
use super::title::unbroken;
use crate::document::{AlertKind, Alignment, Block, BlockKind, Heading, Image, Inline, InlineKind};
use crate::span::Span;
use crate::writer::epub::semantics;
use crate::writer::epub::xml::{Attributes, Whose};

impl ChapterWriter<'_> {
    /// Blocks; `tight` where words may stand without a paragraph around them.
    pub(super) fn blocks(&mut self, blocks: &[Block], tight: bool) {
        let mut after_plain = false;
        for block in blocks {
            let outer = self.direction;
            let plain = matches!(block.kind, BlockKind::Plain(_)) && tight && !after_plain;
            if !plain {
                self.turn(block);
            }
            self.block(block, tight && !after_plain);
            self.direction = outer;
            after_plain = matches!(block.kind, BlockKind::Plain(_));
        }
    }

    fn block(&mut self, block: &Block, tight: bool) {
        let words = matches!(block.kind, BlockKind::Paragraph(_) | BlockKind::Plain(_));
        if self.marker.is_some() && !words {
            self.paragraph(&[]);
        }
        match &block.kind {
            BlockKind::Plain(content) if tight => {
                self.write_marker();
                self.inlines(content);
            }
            BlockKind::Paragraph(content) | BlockKind::Plain(content) => self.paragraph(content),
            BlockKind::Heading(heading) => self.heading(heading),
            BlockKind::Code(code) => self.code(code, block.span),
            BlockKind::Quote(blocks) => self.container("blockquote", &[], blocks, block.span),
            BlockKind::Alert { kind, id, title, blocks } => {
                let class = format!("alert {}", kind.title().to_ascii_lowercase());
                let id = id.as_deref().and_then(|id| self.take_id(id));
                let (element, epub_type, role) = semantics::alert(*kind);
                let mut attributes = vec![("class", class.as_str()), ("role", role)];
                attributes.extend(epub_type.map(|epub_type| ("epub:type", epub_type)));
                if let Some(id) = &id {
                    attributes.insert(0, ("id", id));
                }
                // What its author gave no title says what it is all the same.
                if title.as_ref().is_some_and(Vec::is_empty) {
                    attributes.push(("aria-label", kind.title()));
                }
                self.nested(block.span, element, &attributes, |w| w.alert(*kind, title.as_deref(), blocks));
            }
            BlockKind::List(list) => self.list(list, block.span),
            BlockKind::DefinitionList(definitions) => self.definitions(definitions, block.span),
            BlockKind::Table(table) => self.table(table, block.span),
            BlockKind::Rule => {
                self.xml.empty("hr", &[]);
                self.xml.newline();
            }
            BlockKind::Math(math) => self.display_math(math, block.span),
            BlockKind::Figure { image, caption } => self.figure(image, caption, block.span),
            BlockKind::Details { summary, blocks } => {
                // Not `details`: older reading systems show it closed for ever.
                self.nested(block.span, "div", &[("class", "details")], |w| {
                    if !summary.is_empty() {
                        let outer = w.direction;
                        w.turn_inlines(summary);
                        w.xml.start("p", &[("class", "summary")]);
                        w.inlines(summary);
                        w.direction = outer;
                        w.xml.end();
                        w.xml.newline();
                    }
                    w.blocks(blocks, false);
                });
            }
            BlockKind::Container { id, align, language, blocks } => {
                let id = id.as_deref().and_then(|id| self.take_id(id));
                let mut attributes = Vec::new();
                if let Some(id) = &id {
                    attributes.push(("id", id.as_str()));
                }
                if let Some(class) = align.and_then(alignment) {
                    attributes.push(("class", class));
                }
                let tag = language.map(|tag| tag.to_string());
                if let Some(tag) = &tag {
                    attributes.extend([("lang", tag.as_str()), ("xml:lang", tag.as_str())]);
                }
                self.container("div", &attributes, blocks, block.span);
            }
        }
    }

    fn alert(&mut self, kind: AlertKind, title: Option<&[Inline]>, blocks: &[Block]) {
        match title {
            None => {
                let from = self.xml.len();
                self.own_words();
                self.xml.element("p", &[("class", "alert-title")], kind.title());
                self.xml.mark(from, Whose::Writer);
                self.xml.newline();
            }
            Some([]) => {}
            Some(title) => {
                self.xml.start("p", &[("class", "alert-title")]);
                self.inlines(title);
                self.xml.end();
                self.xml.newline();
            }
        }
        self.blocks(blocks, false);
    }

    pub(super) fn paragraph(&mut self, content: &[Inline]) {
        self.xml.start("p", &[]);
        self.write_marker();
        self.inlines(content);
        self.xml.end();
        self.xml.newline();
    }

    fn heading(&mut self, heading: &Heading) {
        // A header cell may hold any flow content but headings.
        let name = match (self.in_head, heading.level) {
            (true, _) => "p",
            (false, 0 | 1) => "h1",
            (false, 2) => "h2",
            (false, 3) => "h3",
            (false, 4) => "h4",
            (false, 5) => "h5",
            (false, _) => "h6",
        };
        match self.take_id(&heading.id) {
            Some(id) => self.xml.start(name, &[("id", &id)]),
            None => self.xml.start(name, &[]),
        }
        self.title(&heading.content);
        self.xml.end();
        self.xml.newline();
    }

    pub(super) fn title(&mut self, content: &[Inline]) {
        match content.split_first() {
            Some((Inline { kind: InlineKind::Text(text), span }, rest)) if unbroken(text) > 0 => {
                self.check_characters(text, *span);
                self.title_words(text);
                self.inlines(rest);
            }
            Some(_) | None => self.inlines(content),
        }
    }

    fn figure(&mut self, image: &Image, caption: &[Inline], span: Span) {
        self.within("figure", &[], |w| {
            w.image(image, span);
            w.xml.newline();
            if !caption.is_empty() {
                let outer = w.direction;
                w.turn_inlines(caption);
                w.xml.start("figcaption", &[]);
                w.inlines(caption);
                w.direction = outer;
                w.xml.end();
                w.xml.newline();
            }
        });
    }

    fn container(&mut self, name: &'static str, attributes: Attributes, blocks: &[Block], span: Span) {
        self.nested(span, name, attributes, |w| w.blocks(blocks, false));
    }
}

/// The class of a side.
pub(super) fn alignment(alignment: Alignment) -> Option<&'static str> {
    match alignment {
        Alignment::None => None,
        Alignment::Left => Some("left"),
        Alignment::Center => Some("center"),
        Alignment::Right => Some("right"),
    }
}
