//! A chapter as an XHTML content document (EPUB 3.3, section 6.1).

mod code;
mod direction;
mod inline;
mod math;
mod notes;
mod table;

use std::collections::{BTreeSet, HashSet};

use super::names;
use super::plan::Plan;
use super::recount::recount;
use super::xml::{Attributes, Whose, Xml};
use crate::diag::{Code, Diagnostic};
use crate::document::direction::{Direction, of_book};
use crate::document::ledger::{Written, take};
use crate::document::outline::chapter_title;
use crate::document::{
    AlertKind, Alignment, Block, BlockKind, Chapter, Definition, Heading, Image, Inline, InlineKind, List,
};
use crate::span::Span;

/// Blocks deeper than this are set without further indent: a phone has no room
/// for them, and some reading systems' parsers stop at 256 elements.
const DEEPEST: usize = 24;

/// A content document and what there is to say about it.
pub(super) struct Page {
    /// The document.
    pub(super) bytes: Vec<u8>,
    /// What could not be carried over as it was meant.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What the document holds.
    pub(super) written: Written,
    /// Whether it holds MathML.
    pub(super) mathml: bool,
}

/// Writes a chapter.
pub(super) fn chapter(plan: &Plan, chapter: &Chapter) -> Page {
    let mut writer = ChapterWriter {
        plan,
        chapter,
        xml: head(plan, &chapter_title(chapter), "../stylesheet.css"),
        ids: HashSet::new(),
        references: notes::references(chapter),
        depth: 0,
        styles: 0,
        direction: of_book(&plan.book.metadata),
        in_link: false,
        in_head: false,
        marker: None,
        diagnostics: Vec::new(),
        said: HashSet::new(),
        mathml: false,
    };
    writer.document();
    let ChapterWriter { mut xml, mut diagnostics, mathml, .. } = writer;
    let marks = xml.marks();
    let bytes = xml.finish();
    let entries = take(&mut diagnostics, 0);
    let written =
        Written { chapter: chapter.key.clone(), tally: recount(&bytes, &marks), pages: None, entries };
    Page { bytes, diagnostics, written, mathml }
}

/// A document up to where its body begins.
pub(super) fn head(plan: &Plan, title: &str, stylesheet: &str) -> Xml {
    let mut xml = Xml::xhtml();
    let language = plan.language.as_str();
    let mut attributes = vec![
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language),
        ("xml:lang", language),
    ];
    if plan.rtl {
        attributes.push(("dir", "rtl"));
    }
    xml.start("html", &attributes);
    xml.newline();
    xml.start("head", &[]);
    xml.newline();
    xml.empty("meta", &[("charset", "utf-8")]);
    xml.newline();
    xml.element("title", &[], title);
    xml.newline();
    xml.empty("link", &[("rel", "stylesheet"), ("type", "text/css"), ("href", stylesheet)]);
    xml.newline();
    xml.end();
    xml.newline();
    xml
}

/// The bytes of a title's beginning that must stay on one line: an emoji or
/// other symbol, and the word it belongs to.
pub(super) fn unbroken(title: &str) -> usize {
    let Some(space) = title.find(' ') else { return 0 };
    let (symbol, rest) = title.split_at(space);
    let is_symbol = !symbol.is_empty() && symbol.chars().all(|c| !c.is_alphanumeric() && c >= '\u{200D}');
    let word = rest.trim_start_matches(' ');
    let word = word.find(' ').map_or(word, |end| word.get(..end).unwrap_or(word));
    if is_symbol && !word.is_empty() && word.chars().count() <= 18 {
        rest.find(word).map_or(0, |at| space + at + word.len())
    } else {
        0
    }
}

/// Writes a title that begins with an emoji so that it doesn't stand alone.
pub(super) fn title_text(xml: &mut Xml, title: &str) {
    let (together, rest) = title.split_at(unbroken(title));
    if !together.is_empty() {
        xml.element("span", &[("class", "together")], together);
    }
    xml.text(rest);
}

/// What stands before the first words of a list's item.
enum Marker {
    /// A task and whether it is done.
    Task(bool),
    /// A bullet or number, where the list itself has no room.
    Text(String),
}

struct ChapterWriter<'a> {
    plan: &'a Plan<'a>,
    chapter: &'a Chapter,
    xml: Xml,
    /// The identifiers written so far; a second one of a name is left out.
    ids: HashSet<String>,
    /// The references to footnotes that the chapter has.
    references: BTreeSet<(usize, usize)>,
    depth: usize,
    styles: usize,
    direction: Direction,
    in_link: bool,
    in_head: bool,
    marker: Option<Marker>,
    diagnostics: Vec<Diagnostic>,
    /// What is said once in a chapter at most.
    said: HashSet<Code>,
    /// Whether an equation was written.
    mathml: bool,
}

impl ChapterWriter<'_> {
    fn document(&mut self) {
        let chapter = self.chapter;
        let title = chapter.title_heading();
        let own_id = title.map(|h| names::id(&h.id)).filter(|_| title.is_some_and(|h| !h.id.is_empty()));
        let title_id = own_id.unwrap_or_else(|| names::TITLE_ID.to_owned());
        self.xml.start("body", &[("epub:type", "bodymatter")]);
        self.xml.newline();
        let attributes =
            [("epub:type", "chapter"), ("role", "doc-chapter"), ("aria-labelledby", title_id.as_str())];
        self.within("section", &attributes, |w| {
            w.ids.insert(title_id.clone());
            let rest =
                if title.is_some() { chapter.blocks.get(1..) } else { Some(chapter.blocks.as_slice()) };
            let outer = w.direction;
            match title {
                Some(heading) => w.turn_inlines(&heading.content),
                None => w.turn_text(&chapter_title(chapter)),
            }
            w.xml.start("h1", &[("id", &title_id)]);
            if let Some(number) = chapter.number_text() {
                w.xml.own("span", &[("class", "number")], &number);
                w.xml.text(" ");
            }
            match title {
                Some(heading) => w.title(&heading.content),
                None => title_text(&mut w.xml, &chapter_title(chapter)),
            }
            w.direction = outer;
            w.xml.end();
            w.xml.newline();
            w.blocks(rest.unwrap_or_default(), false);
            w.notes();
        });
        self.xml.end();
        self.xml.newline();
    }

    /// An element on lines of its own.
    fn within(&mut self, name: &'static str, attributes: Attributes, content: impl FnOnce(&mut Self)) {
        self.xml.start(name, attributes);
        self.xml.newline();
        content(self);
        self.xml.end();
        self.xml.newline();
    }

    /// Blocks; `tight` where words may stand without a paragraph around them.
    fn blocks(&mut self, blocks: &[Block], tight: bool) {
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
                let mut attributes = vec![("class", class.as_str()), ("role", "note")];
                if let Some(id) = &id {
                    attributes.insert(0, ("id", id));
                }
                // What its author gave no title says what it is all the same.
                if title.as_ref().is_some_and(Vec::is_empty) {
                    attributes.push(("aria-label", kind.title()));
                }
                self.nested(block.span, "aside", &attributes, |w| w.alert(*kind, title.as_deref(), blocks));
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
            BlockKind::Container { id, align, blocks } => {
                let id = id.as_deref().and_then(|id| self.take_id(id));
                let mut attributes = Vec::new();
                if let Some(id) = &id {
                    attributes.push(("id", id.as_str()));
                }
                if let Some(class) = align.and_then(alignment) {
                    attributes.push(("class", class));
                }
                self.container("div", &attributes, blocks, block.span);
            }
        }
    }

    fn alert(&mut self, kind: AlertKind, title: Option<&[Inline]>, blocks: &[Block]) {
        match title {
            None => {
                let from = self.xml.len();
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

    fn paragraph(&mut self, content: &[Inline]) {
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

    fn title(&mut self, content: &[Inline]) {
        match content.split_first() {
            Some((Inline { kind: InlineKind::Text(text), span }, rest)) if unbroken(text) > 0 => {
                self.check_characters(text, *span);
                title_text(&mut self.xml, text);
                self.inlines(rest);
            }
            Some(_) | None => self.inlines(content),
        }
    }

    fn list(&mut self, list: &List, span: Span) {
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

    fn write_marker(&mut self) {
        match self.marker.take() {
            Some(Marker::Task(done)) => {
                let (label, sign) = if done { ("done", "☑") } else { ("to do", "☐") };
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

    fn definitions(&mut self, definitions: &[Definition], span: Span) {
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

    /// An element that indents, unless the blocks are too deep already.
    fn nested(
        &mut self,
        span: Span,
        name: &'static str,
        attributes: Attributes,
        content: impl FnOnce(&mut Self),
    ) {
        if self.depth >= DEEPEST {
            self.too_deep(span);
            content(self);
            return;
        }
        self.depth += 1;
        self.within(name, attributes, content);
        self.depth -= 1;
    }

    fn too_deep(&mut self, span: Span) {
        self.say_once(
            Diagnostic::new(Code::NestingDepth, format!("blocks are nested more than {DEEPEST} deep"))
                .at(span)
                .hint("nest less deeply"),
        );
    }

    /// An identifier as it is written; none if it is empty or taken.
    fn take_id(&mut self, id: &str) -> Option<String> {
        let id = Some(id).filter(|id| !id.is_empty()).map(names::id)?;
        self.ids.insert(id.clone()).then_some(id)
    }

    fn say_once(&mut self, diagnostic: Diagnostic) {
        if self.said.insert(diagnostic.code) {
            self.diagnostics.push(diagnostic);
        }
    }
}

fn alignment(alignment: Alignment) -> Option<&'static str> {
    match alignment {
        Alignment::None => None,
        Alignment::Left => Some("left"),
        Alignment::Center => Some("center"),
        Alignment::Right => Some("right"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_keeps_its_word() {
        let part = |title: &'static str| title.split_at(unbroken(title)).0;
        assert_eq!(part("🙋\u{200D}♀\u{FE0F} Frequently asked"), "🙋\u{200D}♀\u{FE0F} Frequently");
        assert_eq!(part("✨ Shiny"), "✨ Shiny");
        assert_eq!(part("A word"), "");
        assert_eq!(part("日本 word"), "");
        assert_eq!(part("🙋"), "");
        assert_eq!(part("🙋 "), "");
        assert_eq!(part("- dash"), "");
        assert_eq!(part(""), "");
    }
}
