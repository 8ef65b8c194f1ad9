//! Counts what the parser's events and the HTML tokens carry, for the ledger,
//! and knows nothing of the tree that is built of them.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::html::{HtmlToken, Piece, attribute};
use super::tags::style_of;
use crate::tally::Tally;

#[derive(Debug, Default)]
pub(super) struct Counter {
    tally: Tally,
    /// How many Markdown images are open: their text is an alternative text.
    images: usize,
}

impl Counter {
    pub(super) fn finish(self) -> Tally {
        self.tally
    }

    /// Counts an event. What HTML carries is counted token by token.
    pub(super) fn event(&mut self, event: &Event) {
        self.tally.events += 1;
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(*end),
            Event::Text(text) => self.text(text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.tally.inline();
                self.text(text);
            }
            Event::Html(_) | Event::InlineHtml(_) | Event::TaskListMarker(_) => {}
            Event::FootnoteReference(_) => self.tally.inline(),
            Event::SoftBreak => self.tally.gap(),
            Event::HardBreak => {
                self.tally.inline();
                self.tally.gap();
            }
            Event::Rule => self.tally.block(),
        }
    }

    /// Counts text.
    pub(super) fn text(&mut self, text: &str) {
        if self.images > 0 {
            self.tally.alternative(text);
        } else {
            self.tally.text(text);
        }
    }

    fn start(&mut self, tag: &Tag) {
        match tag {
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::List(_)
            | Tag::DefinitionList
            | Tag::Table(_)
            | Tag::MetadataBlock(_) => self.tally.block(),
            Tag::HtmlBlock
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell => self.tally.gap(),
            Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. } => self.tally.inline(),
            Tag::Image { .. } => {
                self.tally.inline();
                self.images += 1;
            }
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::MetadataBlock(_) => self.tally.gap(),
            TagEnd::Image => {
                self.images = self.images.saturating_sub(1);
                self.tally.alternative(" ");
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link => {}
        }
    }

    /// Counts a token. Comments count too: that they are left out is a rule.
    pub(super) fn html(&mut self, piece: &Piece) {
        match &piece.token {
            HtmlToken::Text(text) => self.text(text),
            HtmlToken::Comment => self.text(&piece.raw),
            HtmlToken::End { name } => {
                if is_block(name) {
                    self.tally.gap();
                }
            }
            HtmlToken::Start { name, attributes, self_closing: _ } => match name.as_str() {
                "img" => {
                    self.tally.inline();
                    self.tally.alternative(attribute(attributes, "alt").unwrap_or(""));
                    self.tally.alternative(" ");
                }
                "br" => {
                    self.tally.inline();
                    self.tally.gap();
                }
                "a" | "code" | "samp" | "tt" => self.tally.inline(),
                "li" | "dt" | "dd" | "tr" | "td" | "th" | "summary" | "caption" | "figcaption" => {
                    self.tally.gap()
                }
                name if style_of(name).is_some() => self.tally.inline(),
                name if is_block(name) => self.tally.block(),
                _ => {}
            },
        }
    }
}

/// The HTML elements that become blocks.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "center"
            | "blockquote"
            | "pre"
            | "ul"
            | "ol"
            | "dl"
            | "table"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "figure"
            | "details"
    )
}
