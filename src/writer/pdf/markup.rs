//! A chapter → Typst: the writer, and what all its parts write with.
//!
//! A chapter becomes one Typst file: calls of the theme's functions, whose
//! arguments are content blocks and string literals. Text enters as string
//! literals only ([`Markup::string`]), so that no document can run Typst code.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::addresses::{Addresses, LinkUrls};
use super::data::{Places, bookmark, runs_literal};
use super::fonts::{Face, Fonts};
use super::geometry::Geometry;
use super::lacks::say;
use super::pieces::{Lack, invisible, push_string};
use crate::diag::{Code, Diagnostic};
use crate::document::direction::{self, Direction};
use crate::document::outline::chapter_title;
use crate::document::{Chapter, Language, Math, Role};
use crate::highlight::Highlights;
use crate::media::MediaBag;
use crate::paths;
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
    pub(super) places: &'a Places,
    /// The level of the heading before, for one that is not in the outline.
    pub(super) level: usize,
    /// How far blocks are indented here, in points.
    pub(super) indent: f64,
    /// Words may break anywhere: in a table that has no room for them.
    pub(super) cramped: bool,
    /// The addresses of its links that are printed.
    pub(super) addresses: Addresses,
    /// Inside a link, where another link can't be.
    pub(super) in_link: bool,
    /// In the alternative text of an image that can't be shown.
    pub(super) in_alternative: bool,
    /// In a paragraph that announces the block after it.
    pub(super) leads: bool,
    /// In an item of a list.
    pub(super) in_item: bool,
    /// The direction of the text here.
    pub(super) direction: Direction,
    /// Inside of text that is struck out.
    pub(super) struck: bool,
    /// How many cells of table heads hold links.
    pub(super) heads: usize,
    /// The language of the text here.
    pub(super) language: &'a str,
    /// Where the writer is, for diagnostics.
    pub(super) here: Span,
}

/// The longest label, in bytes: links take them as addresses, which Typst wants
/// shorter than 8,000 bytes.
const LONGEST_LABEL: usize = 4_000;

/// The label of a chapter, or of an identifier in it.
pub fn label(key: &str, id: Option<&str>) -> String {
    // A path may hold the sign that parts it from an identifier.
    let key = key.replace('%', "%25").replace('#', "%23");
    let label = match id {
        Some(id) => format!("{key}#{id}"),
        None => key,
    };
    if label.len() <= LONGEST_LABEL { label } else { paths::hex(&Sha256::digest(label)) }
}

/// A language as the theme takes it: the language and the region or none.
fn language_literal(language: Language) -> String {
    match language.region() {
        Some(region) => format!("(\"{}\", \"{region}\")", language.primary()),
        None => format!("(\"{}\", none)", language.primary()),
    }
}

/// Writes a chapter.
pub fn chapter<'a>(cx: &'a Context<'a>, chapter: &'a Chapter, places: &'a Places) -> Typeset {
    let mut m = Markup::new(cx, chapter, places);
    m.raw("#import \"/theme.typ\": *\n#show: sheet\n");
    let heading = chapter.title_heading();
    let rest = chapter.blocks.get(usize::from(heading.is_some())..).unwrap_or_default();
    let title = chapter_title(chapter);
    m.raw(&format!("#chapter({}, ", m.level));
    m.string(&label(&chapter.key, None));
    m.raw(", ");
    m.string(&bookmark(&title));
    m.raw(", ");
    m.raw(&runs_literal(m.cx.fonts, &title));
    m.raw(", ");
    // Its number changes with chapters before it, so it is put in when the
    // book is bound.
    m.raw(if chapter.number_text().is_some() { "true" } else { "false" });
    if let Some(language) = chapter.language.as_deref().and_then(Language::parse) {
        m.raw(&format!(", language: {}", language_literal(language)));
    }
    match chapter.role {
        Role::Imprint => m.raw(", role: \"imprint\""),
        Role::Colophon => m.raw(", role: \"colophon\""),
        Role::Text | Role::Changes => {}
    }
    m.raw(")[");
    if cx.link_urls == LinkUrls::Footnote || !chapter.footnotes.is_empty() {
        // Each chapter counts its own.
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

/// Writes an equation by itself. The chapter stands for one that it is in.
pub fn equation<'a>(cx: &'a Context<'a>, chapter: &'a Chapter, places: &'a Places, math: &Math) -> String {
    let mut m = Markup::new(cx, chapter, places);
    if math.display {
        m.display_math(math);
    } else {
        m.inline_math(math);
    }
    m.flush();
    m.out.text
}

impl<'a> Markup<'a> {
    /// A writer of a chapter that has written nothing yet.
    fn new(cx: &'a Context<'a>, chapter: &'a Chapter, places: &'a Places) -> Self {
        Self {
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
            in_alternative: false,
            leads: false,
            in_item: false,
            direction: cx.direction,
            struck: false,
            heads: 0,
            language: chapter.language.as_deref().unwrap_or(cx.language),
            here: chapter.span,
        }
    }

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
        let language = direction::language(words, self.language).unwrap_or(match direction {
            Direction::Ltr => "en",
            Direction::Rtl => "ar",
        });
        self.raw(&format!("#{}{kind}(\"{language}\")[", direction.as_str()));
        let outer = std::mem::replace(&mut self.direction, direction);
        write(self);
        self.direction = outer;
        self.raw("]");
    }

    /// Writes something in a language, if that is not the present one.
    pub(super) fn spoken(&mut self, language: Option<Language>, write: impl FnOnce(&mut Self)) {
        let Some(language) = language else { return write(self) };
        self.raw(&format!("#spoken({})[", language_literal(language)));
        write(self);
        self.raw("]");
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

    /// Tells the ledger of characters in a text that are not set, or set as others.
    pub(super) fn invisible(&mut self, text: &str, face: Face) {
        let (lost, put) = invisible(self.cx.fonts, text, face);
        let rule = Diagnostic::rule(Rule::Invisible).at(self.here);
        let rule = if self.in_alternative {
            rule.losing_alternative(&lost).adding_alternative(&put)
        } else {
            rule.losing(&lost).adding(&put)
        };
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
        let (code, message, hint) = say(lack);
        self.warn(code, message, &hint);
    }
}
