//! The document tree: what a reader makes of one revision, and what
//! transforms change and writers write. It knows no parser and no format.

mod block;
pub mod count;
pub mod direction;
pub mod dump;
pub mod fingerprint;
pub mod fonts;
pub mod grid;
pub mod ids;
mod inline;
pub mod language;
pub mod ledger;
mod math;
pub mod moved;
pub mod only;
pub mod outline;
pub mod text;
pub mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::block::{
    AlertKind, Alignment, Block, BlockKind, CodeBlock, Definition, Heading, List, ListItem, Table, TableCell,
    TableRow,
};
pub use self::inline::{Image, ImageSource, Inline, InlineKind, Length, Link, LinkTarget, Style};
pub use self::language::Language;
pub use self::math::{Math, MathAlign, MathClass, MathNode, MathStyle, MathTable, MathTableKind, Operator};
use crate::media::MediaBag;
use crate::span::{Files, Span};

/// One revision's content: metadata and ordered chapters.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Title, authors, language.
    pub metadata: Metadata,
    /// Chapters, parts and separators in reading order.
    pub items: Vec<Item>,
    /// Images by path.
    pub media: MediaBag,
    /// The files that it was made from, as they are in the revision; none
    /// unless they are asked for.
    pub sources: Vec<Original>,
    /// Fonts for what the ones of every PDF lack.
    pub fonts: Vec<fonts::FontFile>,
    /// The files that spans point into.
    pub files: Files,
    /// What was read and what has become of it, chapter by chapter.
    pub ledger: ledger::Ledger,
    /// The programs that changed its text before it was read.
    pub preprocessed: Vec<Preprocessed>,
    /// The version of mdBook that gave the text of its chapters; none where
    /// that was read from the files.
    pub mdbook: Option<String>,
    /// By the keys of chapters, a hash of all that a chapter was read from: of
    /// the same one comes the same chapter, but for its title, number, depth,
    /// key and file. Chapters that a program made have none.
    pub prints: BTreeMap<String, [u8; 32]>,
    /// Of an extract, the chapters of the document that it does not hold, in
    /// reading order.
    pub left_out: Vec<only::Entry>,
    /// Of an extract, the key of the first chapter of the whole document.
    pub front: Option<String>,
}

/// A program that changed a book's text: what it did can't be found out from
/// the revision alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Preprocessed {
    /// The name of the preprocessor in `book.toml`.
    pub name: String,
    /// The command line.
    pub command: String,
}

/// A file that a book was made from, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Its path inside the source, with `/`.
    pub path: String,
    /// What is in it.
    pub bytes: Arc<[u8]>,
}

/// What the book says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title; never empty in a finished book.
    pub title: String,
    /// Whether the book has no title, and the name of its source stands for it.
    pub title_is_name: bool,
    /// A subtitle.
    pub subtitle: Option<String>,
    /// Authors in the book's order.
    pub authors: Vec<String>,
    /// A description.
    pub description: Option<String>,
    /// A BCP 47 language tag, `en` by default.
    pub language: String,
    /// The direction of the whole book, where it says one.
    pub direction: Option<direction::Direction>,
    /// The web address of the repository, without a trailing slash.
    pub repository: Option<String>,
    /// Old addresses of chapters (`/old.html` → `/new.html`), from
    /// `[output.html.redirect]`.
    pub redirects: BTreeMap<String, String>,
    /// `[output.html] site-url`: the folder of the web site that the book is
    /// in (`/guide/`), or its whole address.
    pub site_url: Option<String>,
}

/// An entry of the book's contents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Item {
    /// A part title: what follows belongs to it up to the next one.
    Part(String),
    /// A separator.
    Separator,
    /// A chapter.
    Chapter(Chapter),
    /// An entry without a chapter: a draft, or an address.
    Unlinked(Unlinked),
}

/// What a chapter is in the edition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The document's own: all that a reader makes.
    #[default]
    Text,
    /// What this edition is, in front of the contents.
    Imprint,
    /// What has changed since the edition before.
    Changes,
    /// How the edition was made, at its end.
    Colophon,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// Names the chapter in links and file names; unique in the book and the
    /// same in every revision: its path inside the book's source folder, with
    /// `/` and extension (`vision/roadmap.md`).
    pub key: String,
    /// The title in SUMMARY.md, as plain text; serves the contents.
    pub title: String,
    /// mdBook's number (`[1, 2]` is "1.2."); none for prefix and suffix chapters.
    pub number: Option<Vec<u32>>,
    /// Nesting, from 0.
    pub depth: usize,
    /// Whether it is the document's own or says something about the edition.
    #[serde(default)]
    pub role: Role,
    /// Its language, a BCP 47 tag, where that is not the book's.
    #[serde(default)]
    pub language: Option<String>,
    /// The content. The first block is a level 1 heading in a finished book.
    pub blocks: Vec<Block>,
    /// The footnotes that [`InlineKind::FootnoteReference`] points into,
    /// in the order of their first reference; unused ones last.
    pub footnotes: Vec<Footnote>,
    /// Where it stands: the whole file.
    pub span: Span,
}

/// An entry of the contents without a chapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unlinked {
    /// The title in SUMMARY.md.
    pub title: String,
    /// An address that it leads to.
    pub url: Option<String>,
    /// mdBook's number.
    pub number: Option<Vec<u32>>,
    /// Nesting, from 0.
    pub depth: usize,
    /// Where it stands in SUMMARY.md.
    pub span: Span,
}

/// A footnote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Footnote {
    /// The label as written.
    pub label: String,
    /// The content.
    pub blocks: Vec<Block>,
    /// How many references lead to it.
    pub references: usize,
    /// Where it stands.
    pub span: Span,
}

impl Book {
    /// The document's own chapters in reading order, without those about the edition.
    pub fn text(&self) -> impl Iterator<Item = &Chapter> {
        self.chapters().filter(|chapter| chapter.role == Role::Text)
    }

    /// The chapters in reading order.
    pub fn chapters(&self) -> impl Iterator<Item = &Chapter> {
        self.items.iter().filter_map(|item| match item {
            Item::Chapter(chapter) => Some(chapter),
            Item::Part(_) | Item::Separator | Item::Unlinked(_) => None,
        })
    }

    /// The chapters in reading order, to change.
    pub fn chapters_mut(&mut self) -> impl Iterator<Item = &mut Chapter> {
        self.items.iter_mut().filter_map(|item| match item {
            Item::Chapter(chapter) => Some(chapter),
            Item::Part(_) | Item::Separator | Item::Unlinked(_) => None,
        })
    }
}

impl Chapter {
    /// The number as it is printed (`1.2.`), if there is one.
    pub fn number_text(&self) -> Option<String> {
        self.number.as_deref().map(number_text)
    }
}

/// mdBook's form of a section number: `1.2.`.
pub fn number_text(number: &[u32]) -> String {
    number.iter().map(|n| format!("{n}.")).collect()
}
