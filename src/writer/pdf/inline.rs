//! Inlines → Typst.

use unicode_segmentation::UnicodeSegmentation;

use super::fonts::Face;
use super::markup::{Markup, label};
use super::pieces::{push_string, set};
use crate::document::walk::{Visit, walk_inline, walk_inlines};
use crate::document::{Inline, InlineKind, Link, LinkTarget, Style};

/// Names in code up to this length, in characters, are not broken at hyphens.
const WHOLE_NAME: usize = 22;
impl<'a> Markup<'a> {
    pub(super) fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
        self.flush();
    }

    fn inline(&mut self, inline: &'a Inline) {
        match &inline.kind {
            InlineKind::Text(text) => self.pending.push_str(text),
            InlineKind::SoftBreak => self.pending.push(' '),
            InlineKind::HardBreak => self.raw("#linebreak()"),
            InlineKind::Code(text) => {
                self.raw("#c[");
                self.code_span(text);
                self.raw("]");
            }
            InlineKind::Styled { style: Style::Language(tag), content } => {
                self.spoken(Some(*tag), |m| m.inlines(content));
            }
            InlineKind::Styled { style: Style::Underline, content } if self.struck || strikes(content) => {
                // PDF knows one line for a text.
                self.call("under", |m| m.inlines(content));
            }
            InlineKind::Styled { style: Style::Strikethrough, content } => {
                let outer = std::mem::replace(&mut self.struck, true);
                self.call("strike", |m| m.inlines(content));
                self.struck = outer;
            }
            InlineKind::Styled { style, content } => {
                self.call(style_function(*style), |m| m.inlines(content));
            }
            InlineKind::Link(link) => self.link(link),
            InlineKind::Image(image) => {
                self.check_drawing(image);
                match self.picture(image, false) {
                    Some(picture) => self.raw(&format!("#box({picture})")),
                    None => self.stand_in("frame-inline", image),
                }
            }
            InlineKind::FootnoteReference { footnote, occurrence: _ } => self.footnote(*footnote),
            InlineKind::Anchor(id) => self.anchor(id),
            InlineKind::Math(math) => self.inline_math(math),
        }
    }

    /// A code span. A short name with a hyphen stays whole: at a line's end
    /// nobody could tell whether the hyphen is part of it.
    pub(super) fn code_span(&mut self, text: &str) {
        for word in text.split_inclusive(' ') {
            let name = word.trim_end_matches(' ');
            if !self.cramped && name.contains('-') && name.chars().count() <= WHOLE_NAME {
                self.raw("#box[");
                self.set(name, Face::Mono);
                self.raw("]");
                self.set(word.get(name.len()..).unwrap_or_default(), Face::Mono);
            } else {
                self.set(word, Face::Mono);
            }
        }
    }

    fn link(&mut self, link: &'a Link) {
        let target = match &link.target {
            LinkTarget::External(url) if !self.in_link => {
                let mut call = String::from("#lnk(");
                push_string(&mut call, url);
                Some(call)
            }
            LinkTarget::Internal { chapter, fragment } if !self.in_link => {
                let name = label(chapter, fragment.as_deref());
                // A label that isn't there would be a fatal error in Typst.
                let name = if self.cx.labels.contains(&name) { name } else { chapter.clone() };
                self.cx.labels.contains(&name).then(|| {
                    let mut call = String::from("#ref-to(");
                    push_string(&mut call, &name);
                    call
                })
            }
            LinkTarget::External(_) | LinkTarget::Internal { .. } | LinkTarget::Unresolved(_) => None,
        };
        match target {
            Some(call) => {
                self.raw(&call);
                self.raw(")[");
                self.in_link = true;
                self.inlines(&link.content);
                self.in_link = false;
                self.raw("]");
                if let LinkTarget::External(url) = &link.target {
                    self.print_address(url, &link.content);
                }
            }
            None => self.inlines(&link.content),
        }
    }

    /// Takes text in; it is written with its neighbours.
    pub(super) fn text(&mut self, text: &str) {
        self.pending.push_str(text);
        self.flush();
    }

    /// Writes the text that waits.
    pub(super) fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = std::mem::take(&mut self.pending);
            self.set(&text, Face::Text);
        }
    }

    /// Text in which no line ends.
    pub(super) fn unbroken(&mut self, text: &str) {
        self.flush();
        for lack in set(&mut self.out.text, self.cx.fonts, text, Face::Text, true) {
            self.lacks(&lack);
        }
    }

    fn set(&mut self, text: &str, face: Face) {
        let mut missing = Vec::new();
        if self.cramped {
            for grapheme in text.graphemes(true) {
                missing.extend(set(&mut self.out.text, self.cx.fonts, grapheme, face, false));
                self.out.text.push_str("#z");
            }
        } else {
            missing = set(&mut self.out.text, self.cx.fonts, text, face, false);
        }
        self.invisible(text, face);
        for lack in missing {
            self.lacks(&lack);
        }
    }
}

/// The function that sets text in a style.
fn style_function(style: Style) -> &'static str {
    match style {
        Style::Emphasis => "emph",
        Style::Strong => "strong",
        Style::Strikethrough => "strike",
        Style::Superscript => "super",
        Style::Subscript => "sub",
        Style::Keyboard => "kbd",
        Style::Underline => "underline",
        Style::Mark => "mark",
        Style::Small => "text(size: 0.86em)",
        Style::Language(_) => "own",
    }
}

/// Whether anything in it is struck out.
fn strikes(inlines: &[Inline]) -> bool {
    struct Strikes(bool);
    impl Visit for Strikes {
        fn inline(&mut self, inline: &Inline) {
            self.0 |= matches!(inline.kind, InlineKind::Styled { style: Style::Strikethrough, .. });
            walk_inline(self, inline);
        }
    }
    let mut strikes = Strikes(false);
    walk_inlines(&mut strikes, inlines);
    strikes.0
}
