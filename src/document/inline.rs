//! Inlines of the document tree (CommonMark's word), each with its span.

use serde::{Deserialize, Serialize};

use super::language::Language;
use super::math::Math;
use crate::span::Span;

/// An inline with its place in the author's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inline {
    /// What it is.
    pub kind: InlineKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of inline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InlineKind {
    /// Text.
    Text(String),
    /// A code span.
    Code(String),
    /// A line's end that is a space.
    SoftBreak,
    /// A line's end that stays one.
    HardBreak,
    /// Inlines set in a certain way.
    Styled {
        /// How.
        style: Style,
        /// The content.
        content: Vec<Inline>,
    },
    /// A link.
    Link(Link),
    /// An image in a line.
    Image(Image),
    /// A reference to a footnote of the chapter.
    FootnoteReference {
        /// Index into [`Chapter::footnotes`](super::Chapter::footnotes).
        footnote: usize,
        /// The how-manieth reference to it this is, from 0.
        occurrence: usize,
    },
    /// A place that links may lead to, without content.
    Anchor(String),
    /// An equation in a line.
    Math(Math),
}

/// How inlines are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Style {
    /// `em`
    Emphasis,
    /// `strong`
    Strong,
    /// `del`
    Strikethrough,
    /// `sup`
    Superscript,
    /// `sub`
    Subscript,
    /// `kbd`
    Keyboard,
    /// `u`, `ins`
    Underline,
    /// `mark`
    Mark,
    /// `small`
    Small,
    /// In another language than the text around it (`span lang`).
    Language(Language),
}

impl Style {
    /// The HTML element of the style.
    pub fn element(self) -> &'static str {
        match self {
            Self::Emphasis => "em",
            Self::Strong => "strong",
            Self::Strikethrough => "del",
            Self::Superscript => "sup",
            Self::Subscript => "sub",
            Self::Keyboard => "kbd",
            Self::Underline => "u",
            Self::Mark => "mark",
            Self::Small => "small",
            Self::Language(_) => "span",
        }
    }
}

/// A link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads.
    pub target: LinkTarget,
    /// The title; empty for none.
    pub title: String,
    /// The text.
    pub content: Vec<Inline>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LinkTarget {
    /// As written, before `transform::links` has run. Writers don't meet it:
    /// they write the link's words alone.
    Unresolved(String),
    /// An absolute URL with a scheme.
    External(String),
    /// A chapter of this book.
    Internal {
        /// The chapter's [`key`](super::Chapter::key).
        chapter: String,
        /// An identifier in it, which exists; none leads to its start.
        fragment: Option<String>,
    },
}

/// An image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Where its bytes are.
    pub source: ImageSource,
    /// The alternative text.
    pub alt: String,
    /// It only adorns the page, says its author (`alt=""` in HTML): readers'
    /// programs pass over it. Its alternative text is empty then.
    #[serde(default)]
    pub decorative: bool,
    /// The title; empty for none.
    pub title: String,
    /// Width that the author asks for.
    pub width: Option<Length>,
    /// Height that the author asks for.
    pub height: Option<Length>,
}

/// Where an image's bytes are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ImageSource {
    /// As written, before `transform::media` has run. Writers don't meet it:
    /// they write the alternative text.
    Unresolved(String),
    /// In the book's [`MediaBag`](crate::media::MediaBag), under this path.
    Media(String),
    /// At an address that is not fetched.
    Remote(String),
    /// Nowhere; the path as written.
    Missing(String),
}

/// A length as HTML gives it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Length {
    /// CSS pixels, 1/96 inch.
    Pixels(f64),
    /// Per cent of the measure.
    Percent(f64),
}
