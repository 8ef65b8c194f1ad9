//! Elements that hold their content in the line and add signs of their own.

use super::builder::Builder;
use super::frame::Frame;
use crate::diag::Diagnostic;
use crate::document::{Inline, InlineKind, count};
use crate::tally::Rule;

impl Builder<'_> {
    /// Puts the content of an element such as `span` into its parent's line.
    pub(super) fn assemble_flat(&mut self, frame: Frame) {
        let span = frame.span;
        let name = frame.html.as_ref().map_or("", |tag| tag.name.as_str());
        match name {
            // Parentheses for browsers without ruby; those around `rt` are ours.
            "rp" => {
                let rule = Diagnostic::rule(Rule::HtmlShown).at(span);
                self.lose(rule, &count::parts(&[], &frame.inlines).text);
            }
            // The reading of a ruby stands behind its base, on the line.
            "rt" if !frame.inlines.is_empty() => {
                self.put(Rule::HtmlShown, "(", span);
                self.append_inlines(frame.inlines);
                self.put(Rule::HtmlShown, ")", span);
            }
            // Spelt out once in a chapter: a page has no tool tips.
            "abbr" | "acronym" => {
                let title = frame.html.and_then(|tag| tag.title);
                self.append_inlines(frame.inlines);
                if let Some(title) = title
                    && self.spelt_out.insert(title.clone())
                {
                    self.put(Rule::HtmlShown, &format!(" ({title})"), span);
                }
            }
            "picture" => {
                if !frame.inlines.iter().any(is_image) {
                    self.dropped("<picture>", span, "it holds no `img`");
                }
                self.append_inlines(frame.inlines);
            }
            _ => self.append_inlines(frame.inlines),
        }
    }
}

fn is_image(inline: &Inline) -> bool {
    matches!(inline.kind, InlineKind::Image(_))
}
