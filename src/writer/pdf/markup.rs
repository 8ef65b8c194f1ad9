//! Blocks → Typst.
//!
//! A chapter becomes one Typst file: calls of the theme's functions, whose
//! arguments are content blocks and string literals. Text enters as string
//! literals only ([`Markup::string`]), so that no document can run Typst code.

use std::collections::BTreeSet;

use super::addresses::{Addresses, LinkUrls};
use super::code;
use super::data::Places;
use super::fonts::{Face, Fonts};
use super::geometry::Geometry;
use super::pieces::{Lack, invisible, push_string};
use super::table;
use crate::diag::{Code, Diagnostic};
use crate::document::direction::{self, Direction};
use crate::document::outline::chapter_title;
use crate::document::text::{block_text, plain_text};
use crate::document::{
    Alignment, Block, BlockKind, Chapter, CodeBlock, Heading, Image, ImageSource, Inline, Length, List,
};
use crate::highlight::Highlights;
use crate::media::MediaBag;
use crate::span::Span;
use crate::tally::{Entry, Rule};

/// What chapters are written with; the same for all of a book.
pub struct Context<'a> {
    /// Highlighted code.
    pub highlights: &'a Highlights,
    /// The direction of the book.
    pub direction: Direction,
    /// The language of the book.
    pub language: &'a str,
    /// The fonts of the binary and of the book.
    pub fonts: &'a Fonts,
    /// Images.
    pub media: &'a MediaBag,
    /// The page.
    pub geometry: &'a Geometry,
    /// All labels that exist, so that no link can dangle.
    pub labels: &'a BTreeSet<String>,
    /// Where addresses of links are printed.
    pub link_urls: LinkUrls,
}

/// A chapter as Typst.
#[derive(Debug, Default)]
pub struct Typeset {
    /// The text of the virtual file.
    pub text: String,
    /// Where the blocks of the chapter begin in it: byte offset and the place
    /// in the author's file, in rising order.
    pub marks: Vec<(usize, Span)>,
    /// What could not be set as meant.
    pub diagnostics: Vec<Diagnostic>,
    /// What was left out and put in, for the ledger.
    pub entries: Vec<(&'static str, Entry)>,
}

/// Writes one chapter.
pub struct Markup<'a> {
    pub(super) cx: &'a Context<'a>,
    pub(super) chapter: &'a Chapter,
    pub(super) out: Typeset,
    /// Text not yet written, so that neighbours become one string.
    pub(super) pending: String,
    /// Which footnotes have their label.
    pub(super) noted: Vec<bool>,
    /// Which footnotes stand at the chapter's end, without a label.
    pub(super) loose: BTreeSet<usize>,
    /// How many footnotes are open.
    pub(super) note_depth: usize,
    /// Where the chapter and its headings stand in the outline.
    places: &'a Places,
    /// The level of the heading before, for one that is not in the outline.
    level: usize,
    /// How far blocks are indented here, in points.
    pub(super) indent: f64,
    /// Words may break anywhere: in a table that has no room for them.
    pub(super) cramped: bool,
    /// The addresses of its links that are printed.
    pub(super) addresses: Addresses,
    /// Inside a link, where another link can't be.
    pub(super) in_link: bool,
    /// In a paragraph that announces the block after it.
    leads: bool,
    /// In an item of a list.
    pub(super) in_item: bool,
    /// The direction of the text here.
    pub(super) direction: Direction,
    /// Where the writer is, for diagnostics.
    pub(super) here: Span,
}

/// The label of a chapter, or of an identifier in it.
pub fn label(key: &str, id: Option<&str>) -> String {
    match id {
        Some(id) => format!("{key}#{id}"),
        None => key.to_owned(),
    }
}

/// Writes a chapter.
pub fn chapter(cx: &Context, chapter: &Chapter, places: &Places) -> Typeset {
    let mut m = Markup {
        cx,
        chapter,
        out: Typeset::default(),
        pending: String::new(),
        noted: vec![false; chapter.footnotes.len()],
        loose: BTreeSet::new(),
        note_depth: 0,
        places,
        level: places.chapter + 1,
        indent: 0.0,
        cramped: false,
        addresses: Addresses::default(),
        in_link: false,
        leads: false,
        in_item: false,
        direction: cx.direction,
        here: chapter.span,
    };
    m.raw("#import \"/theme.typ\": *\n");
    let heading = chapter.title_heading();
    let rest = chapter.blocks.get(usize::from(heading.is_some())..).unwrap_or_default();
    let title = chapter_title(chapter);
    m.raw(&format!("#chapter({}, ", m.level));
    m.string(&label(&chapter.key, None));
    m.raw(", ");
    m.string(&title);
    m.raw(", ");
    m.raw(&super::data::runs_literal(m.cx.fonts, &title));
    m.raw(", ");
    match chapter.number_text() {
        Some(number) => m.string(number.trim_end_matches('.')),
        None => m.raw("none"),
    }
    m.raw(")[");
    if cx.link_urls == LinkUrls::Footnote {
        // A book has hundreds of them, so each chapter counts its own.
        m.raw("#counter(footnote).update(0)");
    }
    match heading {
        Some(heading) => {
            let direction = direction::of_inlines(&heading.content, cx.direction);
            m.directed(direction, "-title", &title, |m| m.inlines(&heading.content));
            if !heading.id.is_empty() {
                m.anchor(&heading.id);
            }
        }
        None => {
            let direction = direction::of_text(&title, cx.direction);
            m.directed(direction, "-title", &title, |m| m.text(&title));
        }
    }
    m.raw("][\n");
    m.blocks(rest);
    m.loose_notes();
    m.list_addresses();
    m.raw("]\n");
    m.out
}

impl<'a> Markup<'a> {
    /// Writes Typst code as it is.
    pub(super) fn raw(&mut self, code: &str) {
        self.flush();
        self.out.text.push_str(code);
    }

    /// Writes a string literal. The only way for text into Typst.
    pub(super) fn string(&mut self, text: &str) {
        self.flush();
        push_string(&mut self.out.text, text);
    }

    pub(super) fn warn(&mut self, code: Code, message: impl Into<String>, hint: &str) {
        self.out.diagnostics.push(Diagnostic::new(code, message).at(self.here).hint(hint));
    }

    pub(super) fn blocks(&mut self, blocks: &'a [Block]) {
        for (index, block) in blocks.iter().enumerate() {
            self.flush();
            self.here = block.span;
            self.out.marks.push((self.out.text.len(), block.span));
            let leads = match &block.kind {
                BlockKind::Paragraph(inlines) => introduces(inlines, blocks.get(index + 1)),
                BlockKind::Plain(_)
                | BlockKind::Heading(_)
                | BlockKind::Code(_)
                | BlockKind::Quote(_)
                | BlockKind::Alert { .. }
                | BlockKind::List(_)
                | BlockKind::DefinitionList(_)
                | BlockKind::Table(_)
                | BlockKind::Rule
                | BlockKind::Figure { .. }
                | BlockKind::Math(_)
                | BlockKind::Details { .. }
                | BlockKind::Container { .. } => false,
            };
            self.leads = leads;
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

    /// Writes something in a direction, if that is another than the present
    /// one. `kind` says which of the theme's functions is meant, `words` in
    /// which language it is.
    pub(super) fn directed(
        &mut self,
        direction: Option<Direction>,
        kind: &str,
        words: &str,
        write: impl FnOnce(&mut Self),
    ) {
        let Some(direction) = direction.filter(|direction| *direction != self.direction) else {
            return write(self);
        };
        let language = direction::language(words, self.cx.language).unwrap_or(match direction {
            Direction::Ltr => "en",
            Direction::Rtl => "ar",
        });
        self.raw(&format!("#{}{kind}(\"{language}\")[", direction.as_str()));
        let outer = std::mem::replace(&mut self.direction, direction);
        write(self);
        self.direction = outer;
        self.raw("]");
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
                if let Some(id) = id {
                    self.anchor(id);
                }
                self.raw(&format!("#alert({:?}, ", kind.title()));
                match title.as_deref() {
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
            BlockKind::List(list) => self.list(list),
            BlockKind::DefinitionList(definitions) => {
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
            BlockKind::Container { id, align, blocks } => {
                if let Some(id) = id {
                    self.anchor(id);
                }
                let side = match align.unwrap_or_default() {
                    Alignment::None => None,
                    Alignment::Left => Some("left"),
                    Alignment::Center => Some("center"),
                    Alignment::Right => Some("right"),
                };
                match side {
                    Some(side) => {
                        self.raw(&format!("#align({side})["));
                        self.blocks(blocks);
                        self.raw("]");
                    }
                    None => self.blocks(blocks),
                }
            }
        }
    }

    /// Blocks indented by so many em of the text.
    fn indented(&mut self, em: f64, blocks: &'a [Block]) {
        let by = em * self.cx.geometry.text_size;
        self.indent += by;
        self.blocks(blocks);
        self.indent -= by;
    }

    /// `#name[…]`
    pub(super) fn call(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.raw(&format!("#{name}["));
        body(self);
        self.raw("]");
    }

    pub(super) fn anchor(&mut self, id: &str) {
        self.raw("#anchor(");
        let label = label(&self.chapter.key, Some(id));
        self.string(&label);
        self.raw(")");
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
        self.string(&plain_text(&heading.content));
        self.raw(")[");
        self.inlines(&heading.content);
        self.raw("]");
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

    /// Tells the ledger of characters in a text that are not set, or set as others.
    pub(super) fn invisible(&mut self, text: &str, face: Face) {
        let (lost, put) = invisible(self.cx.fonts, text, face);
        let rule = Diagnostic::rule(Rule::Invisible).at(self.here).losing(&lost).adding(&put);
        if !rule.entries.is_empty() {
            self.out.diagnostics.push(rule);
        }
    }

    /// Text of the writer's own, which the ledger doesn't count.
    pub(super) fn own(&mut self, text: &str) {
        self.raw("#own[");
        self.text(text);
        self.raw("]");
    }

    /// Says what can't be drawn.
    pub(super) fn lacks(&mut self, lack: &Lack) {
        let (code, message, hint) = super::lacks::say(lack);
        self.warn(code, message, &hint);
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

    fn figure(&mut self, image: &'a Image, caption: &'a [Inline]) {
        self.check_drawing(image);
        match self.picture(image, true) {
            Some(picture) => {
                self.raw(&format!("#fig({picture}, "));
                if caption.is_empty() {
                    self.raw("none");
                } else {
                    self.raw("[");
                    self.inlines(caption);
                    self.raw("]");
                }
                self.raw(")");
            }
            None => {
                self.stand_in("frame-box", image);
                if !caption.is_empty() {
                    self.call("par", |m| m.inlines(caption));
                }
            }
        }
    }

    /// What stands for an image without bytes.
    pub(super) fn stand_in(&mut self, function: &str, image: &Image) {
        let alt = if image.alt.is_empty() { "without description" } else { &image.alt };
        let whose = if image.alt.is_empty() { "own" } else { "alternative" };
        self.raw(&format!("#{function}([#{whose}["));
        self.text(alt);
        self.raw("]], ");
        match &image.source {
            ImageSource::Remote(url) if !self.in_link => {
                self.raw("(");
                self.string(url);
                self.raw(", [");
                self.own(url);
                self.raw("])");
            }
            ImageSource::Remote(_)
            | ImageSource::Media(_)
            | ImageSource::Missing(_)
            | ImageSource::Unresolved(_) => self.raw("none"),
        }
        self.raw(")");
    }

    /// The call that draws an image at the size its pixels, the author and
    /// the page allow; none if there are no bytes.
    pub(super) fn picture(&self, image: &Image, block: bool) -> Option<String> {
        let ImageSource::Media(path) = &image.source else { return None };
        let media = self.cx.media.get(path)?;
        let g = self.cx.geometry;
        let (natural_width, natural_height) =
            (f64::from(media.width.max(1)) * 0.75, f64::from(media.height.max(1)) * 0.75);
        let points = |length: Length, whole: f64| match length {
            Length::Pixels(px) => px * 0.75,
            Length::Percent(share) => whole * share / 100.0,
        };
        let width = image.width.map(|l| points(l, g.measure()));
        let height = image.height.map(|l| points(l, g.text_height()));
        let ratio = natural_height / natural_width;
        let mut width = match (width, height) {
            (Some(width), _) => width,
            (None, Some(height)) => height / ratio,
            (None, None) => natural_width,
        };
        // What a diagram says is in its text, which should stay readable.
        let share = if path.starts_with(crate::media::DIAGRAMS) {
            0.9
        } else if block {
            0.55
        } else {
            0.5
        };
        let highest = g.text_height() * share;
        width = width.min(g.measure()).min(highest / ratio).max(1.0);
        let mut call = String::from("image(");
        push_string(&mut call, &super::data::media_path(media));
        call.push_str(", alt: ");
        push_string(&mut call, if image.alt.trim().is_empty() { "image" } else { &image.alt });
        call.push_str(&format!(", width: {width:.2}pt)"));
        Some(call)
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

    fn loose_notes(&mut self) {
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
