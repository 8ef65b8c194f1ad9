//! Blocks of the document tree (CommonMark's word), each with its span.

use serde::{Deserialize, Serialize};

use super::inline::{Image, Inline};
use super::language::Language;
use super::math::Math;
use crate::span::Span;

/// A block with its place in the author's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands.
    pub span: Span,
}

impl Block {
    /// The headings that stand outside of lists, quotes and the like: the block
    /// itself, or those in a container without meaning of its own.
    pub fn headings(&self) -> Vec<&Heading> {
        match &self.kind {
            BlockKind::Heading(heading) => vec![heading],
            BlockKind::Container { blocks, .. } => blocks.iter().flat_map(Self::headings).collect(),
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Code(_)
            | BlockKind::Math(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Figure { .. }
            | BlockKind::Details { .. } => Vec::new(),
        }
    }
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// Inline content that is no paragraph of its own: an item of a tight
    /// list, a table cell.
    Plain(Vec<Inline>),
    /// A heading.
    Heading(Heading),
    /// Code, verbatim.
    Code(CodeBlock),
    /// A block quote.
    Quote(Vec<Block>),
    /// A GitHub alert, or an admonition.
    Alert {
        /// Which one.
        kind: AlertKind,
        /// An identifier that links may lead to.
        id: Option<String>,
        /// A title in place of [`AlertKind::title`]; an empty one for none.
        title: Option<Vec<Inline>>,
        /// What it says.
        blocks: Vec<Block>,
    },
    /// A bullet, ordered or task list.
    List(List),
    /// Terms and their definitions.
    DefinitionList(Vec<Definition>),
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
    /// An equation on lines of its own.
    Math(Math),
    /// An image that stands alone, with its caption.
    Figure {
        /// The image.
        image: Image,
        /// The caption; empty for none.
        caption: Vec<Inline>,
    },
    /// A disclosure (`details`): shown opened, its summary as a run-in heading.
    Details {
        /// The `summary`; may be empty.
        summary: Vec<Inline>,
        /// The content.
        blocks: Vec<Block>,
    },
    /// A container without meaning of its own (`div`, an aligned `p`).
    Container {
        /// An identifier that links may lead to.
        id: Option<String>,
        /// How its lines are aligned.
        align: Option<Alignment>,
        /// Its language, where that is not the one around it.
        #[serde(default)]
        language: Option<Language>,
        /// The content.
        blocks: Vec<Block>,
    },
}

/// A heading inside a chapter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6; the reader gives the author's level, `transform::headings`
    /// renumbers without gaps, with 1 for the chapter's title only.
    pub level: u8,
    /// The identifier, unique in the chapter once `transform::ids` has run.
    /// The reader gives the explicit one (`{#id}`) or an empty string.
    pub id: String,
    /// The text.
    pub content: Vec<Inline>,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// The info string as written, empty for none or for indented code.
    pub info: String,
    /// The language as a lower-case token (`rust`, `c++`), if the info string names one.
    pub language: Option<String>,
    /// The code, without the fence, ending in a newline unless empty.
    pub text: String,
    /// The lines that mdBook hides (`# ` in Rust), as they are written, each
    /// with its line end; they are not part of `text`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hidden: String,
}

/// GitHub's five alerts, and the further kinds of Material's admonitions
/// (mdbook-admonish).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AlertKind {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!WARNING]`
    Warning,
    /// `[!CAUTION]`
    Caution,
    /// A summary.
    Abstract,
    /// Information, or something to do.
    Info,
    /// Something that is done.
    Success,
    /// A question.
    Question,
    /// Something that failed or is missing.
    Failure,
    /// A danger, or an error.
    Danger,
    /// A known fault.
    Bug,
    /// An example.
    Example,
    /// Somebody's words.
    Quote,
}

impl AlertKind {
    /// The word shown as the alert's title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Important => "Important",
            Self::Warning => "Warning",
            Self::Caution => "Caution",
            Self::Abstract => "Abstract",
            Self::Info => "Info",
            Self::Success => "Success",
            Self::Question => "Question",
            Self::Failure => "Failure",
            Self::Danger => "Danger",
            Self::Bug => "Bug",
            Self::Example => "Example",
            Self::Quote => "Quote",
        }
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// The first number of an ordered list.
    pub start: Option<u64>,
    /// A tight list has no space between its items.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListItem {
    /// For a task: whether it is done.
    pub task: Option<bool>,
    /// The content.
    pub blocks: Vec<Block>,
    /// Where it stands.
    pub span: Span,
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// The term.
    pub term: Vec<Inline>,
    /// Its definitions.
    pub definitions: Vec<Vec<Block>>,
    /// Where it stands.
    pub span: Span,
}

/// A table. Rows may be shorter than the widest one; writers fill up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// A column's alignment, one for each column.
    pub alignments: Vec<Alignment>,
    /// The header rows; may be empty.
    pub head: Vec<TableRow>,
    /// The other rows.
    pub body: Vec<TableRow>,
    /// A caption; empty for none.
    pub caption: Vec<Inline>,
}

/// A row of a table.
pub type TableRow = Vec<TableCell>;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableCell {
    /// The content.
    pub blocks: Vec<Block>,
    /// Columns it spans, at least 1.
    pub colspan: u16,
    /// Rows it spans, at least 1.
    pub rowspan: u16,
    /// A header cell (`th`) in the body.
    pub header: bool,
}

/// How lines are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Alignment {
    /// As the context says.
    #[default]
    None,
    /// Left.
    Left,
    /// Centred.
    Center,
    /// Right.
    Right,
}
