//! A chapter as an XHTML content document (EPUB 3.3, section 6.1).

mod blocks;
mod code;
mod direction;
mod inline;
mod list;
mod math;
mod notes;
mod table;
mod title;

use std::collections::{BTreeSet, HashSet};

use self::list::Marker;
pub(super) use self::title::title_text;
use super::inputs::Inputs;
use super::names;
use super::plan::primary;
use super::recount::recount;
use super::semantics::Semantics;
use super::xml::{Attributes, Xml};
use crate::device::document_size;
use crate::diag::{Code, Diagnostic};
use crate::document::Chapter;
use crate::document::direction::Direction;
use crate::document::ledger::{Written, take};
use crate::document::outline::chapter_title;
use crate::span::Span;

/// Blocks deeper than this are set without further indent: a phone has no room
/// for them, and some reading systems' parsers stop at 256 elements.
const DEEPEST: usize = 24;

/// A content document and what there is to say about it.
#[derive(Debug, Clone)]
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

/// Writes a chapter. What it depends on is all in its inputs, by which a page
/// is found again.
pub(super) fn chapter(inputs: &Inputs) -> Page {
    let (chapter, language, base) = (inputs.chapter, inputs.language, inputs.direction);
    let mut writer = ChapterWriter {
        inputs,
        chapter,
        language,
        base,
        xml: head(language, base, &chapter_title(chapter), "../stylesheet.css"),
        ids: HashSet::new(),
        references: notes::references(chapter),
        depth: 0,
        styles: 0,
        direction: base,
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
    let large = inputs.device().and_then(|device| document_size(device.profile, chapter, bytes.len()));
    diagnostics.extend(large);
    let entries = take(&mut diagnostics, 0);
    let written =
        Written { chapter: chapter.key.clone(), tally: recount(&bytes, &marks), pages: None, entries };
    Page { bytes, diagnostics, written, mathml }
}

/// A document in a language up to where its body begins.
pub(super) fn head(language: &str, direction: Direction, title: &str, stylesheet: &str) -> Xml {
    let mut xml = Xml::xhtml();
    let mut attributes = vec![
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language),
        ("xml:lang", language),
    ];
    if direction == Direction::Rtl {
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

/// A chapter while it is written.
struct ChapterWriter<'a> {
    inputs: &'a Inputs<'a>,
    chapter: &'a Chapter,
    /// The chapter's language, and the direction of what is written in it.
    language: &'a str,
    base: Direction,
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
    /// The body, and in it the chapter with its title.
    fn document(&mut self) {
        let chapter = self.chapter;
        let title = chapter.title_heading();
        let own_id = title.map(|h| names::id(&h.id)).filter(|_| title.is_some_and(|h| !h.id.is_empty()));
        let title_id = own_id.unwrap_or_else(|| names::TITLE_ID.to_owned());
        let Semantics { matter, kind, role } = Semantics::of(chapter);
        self.xml.start("body", &[("epub:type", matter)]);
        self.xml.newline();
        let mut attributes = vec![("epub:type", kind), ("aria-labelledby", title_id.as_str())];
        attributes.extend(role.map(|role| ("role", role)));
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
                None => w.title_words(&chapter_title(chapter)),
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

    /// Says of the next element that its words are the writer's own: English,
    /// whatever the chapter is written in.
    fn own_words(&mut self) {
        self.xml.in_language((primary(self.language) != "en").then_some("en"));
    }

    /// An element on lines of its own.
    fn within(&mut self, name: &'static str, attributes: Attributes, content: impl FnOnce(&mut Self)) {
        self.xml.start(name, attributes);
        self.xml.newline();
        content(self);
        self.xml.end();
        self.xml.newline();
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

    /// Says that blocks lose their indent.
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

    /// Says what is said once in a chapter.
    fn say_once(&mut self, diagnostic: Diagnostic) {
        if self.said.insert(diagnostic.code) {
            self.diagnostics.push(diagnostic);
        }
    }
}
