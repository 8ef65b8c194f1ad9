//! Inlines: text, styles, links and images.

use unicode_segmentation::UnicodeSegmentation;

use super::ChapterWriter;
use crate::diag::{Code, Diagnostic};
use crate::document::text::{is_trap, plain_text};
use crate::document::{Image, ImageSource, Inline, InlineKind, Length, Link, LinkTarget, Style};
use crate::span::Span;
use crate::writer::epub::inputs::Picture;
use crate::writer::epub::xml::Whose;
use crate::writer::epub::{links, names, xml};

/// Styles nested deeper than this look no different.
const DEEPEST_STYLE: usize = 40;

impl ChapterWriter<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) => {
                self.check_characters(text, inline.span);
                self.breakable(text);
            }
            InlineKind::Code(text) => {
                self.check_characters(text, inline.span);
                self.ltr_in_rtl();
                self.xml.start("code", &[]);
                for part in text.split_inclusive(is_trap) {
                    self.breakable(part.trim_end_matches(is_trap));
                    self.trap(part);
                }
                self.xml.end();
            }
            InlineKind::SoftBreak => self.xml.newline(),
            InlineKind::HardBreak => self.xml.empty("br", &[]),
            InlineKind::Styled { content, style: _ } if self.styles >= DEEPEST_STYLE => self.inlines(content),
            InlineKind::Styled { style, content } => {
                self.styles += 1;
                match style {
                    Style::Language(tag) => {
                        let tag = tag.as_str();
                        self.xml.start(style.element(), &[("lang", tag), ("xml:lang", tag)]);
                    }
                    Style::Emphasis
                    | Style::Strong
                    | Style::Strikethrough
                    | Style::Superscript
                    | Style::Subscript
                    | Style::Keyboard
                    | Style::Underline
                    | Style::Mark
                    | Style::Small => self.xml.start(style.element(), &[]),
                }
                self.inlines(content);
                self.xml.end();
                self.styles -= 1;
            }
            InlineKind::Link(link) => self.link(link, inline.span),
            InlineKind::Image(image) => self.image(image, inline.span),
            InlineKind::FootnoteReference { footnote, occurrence } => {
                self.reference(*footnote, *occurrence, inline.span);
            }
            InlineKind::Anchor(id) => {
                if let Some(id) = self.take_id(id) {
                    self.xml.empty("span", &[("id", &id)]);
                }
            }
            InlineKind::Math(math) => self.math(math, inline.span),
        }
    }

    /// Text that may break inside long words without spaces, such as paths
    /// and addresses, where one would break them by hand.
    fn breakable(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = break_point(rest) {
            let (before, after) = rest.split_at(at);
            self.words(before);
            self.xml.empty("wbr", &[]);
            rest = after;
        }
        self.words(rest);
    }

    /// Text, with pictures of the emoji that the devices lack.
    pub(super) fn words(&mut self, text: &str) {
        if !self.inputs.has_emoji() || text.is_ascii() {
            return self.xml.text(text);
        }
        let mut from = 0;
        for (at, cluster) in text.grapheme_indices(true) {
            if let Some(path) = self.inputs.emoji(cluster) {
                self.xml.text(text.get(from..at).unwrap_or_default());
                let src = format!("../{path}");
                self.xml.empty("img", &[("class", "emoji"), ("src", &src), ("alt", cluster)]);
                from = at + cluster.len();
            }
        }
        self.xml.text(text.get(from..).unwrap_or_default());
    }

    pub(super) fn check_characters(&mut self, text: &str, span: Span) {
        if let Some((said, all, instead)) = forbidden(text, span) {
            self.diagnostics.push(said.losing(&all).adding(&instead));
        }
    }

    fn link(&mut self, link: &Link, span: Span) {
        let href = match &link.target {
            // A link has no room for another.
            _ if self.in_link => None,
            LinkTarget::Unresolved(_) => None,
            LinkTarget::External(url) => self.external(url, span),
            LinkTarget::Internal { chapter, fragment } => self.internal(chapter, fragment.as_deref(), span),
        };
        let Some(href) = href else { return self.inlines(&link.content) };
        let mut attributes = vec![("href", href.as_str())];
        if !link.title.is_empty() {
            attributes.push(("title", &link.title));
        }
        self.xml.start("a", &attributes);
        self.in_link = true;
        if link.content.is_empty() || (plain_text(&link.content).is_empty() && !has_image(&link.content)) {
            // A link without words can't be seen or spoken.
            let from = self.xml.len();
            self.breakable(&href);
            self.xml.mark(from, Whose::Writer);
        }
        self.inlines(&link.content);
        self.in_link = false;
        self.xml.end();
    }

    fn external(&mut self, url: &str, span: Span) -> Option<String> {
        let href = links::external(url);
        if href.is_none() {
            self.diagnostics.push(
                Diagnostic::new(Code::LinkInvalid, format!("`{url}` is no address that an EPUB can link to"))
                    .at(span)
                    .hint("write the full address, as in `https://example.org/`"),
            );
        }
        href
    }

    fn internal(&mut self, key: &str, fragment: Option<&str>, span: Span) -> Option<String> {
        let Some(target) = self.inputs.target(key) else {
            let message = format!("the book has no chapter `{key}`");
            self.diagnostics.push(Diagnostic::new(Code::LinkMissingFile, message).at(span));
            return None;
        };
        let here = self.chapter.key == key;
        let fragment = match fragment {
            Some(id) if target.ids.contains(id) => Some(names::id(id)),
            Some(id) => {
                let message = format!("`{key}` has no heading or anchor `{id}`");
                self.diagnostics.push(Diagnostic::new(Code::LinkMissingAnchor, message).at(span));
                None
            }
            None => None,
        };
        Some(match fragment {
            Some(id) if here => format!("#{id}"),
            Some(id) => format!("{}#{id}", target.file),
            None => target.file.to_owned(),
        })
    }

    pub(super) fn image(&mut self, image: &Image, span: Span) {
        if let Some((said, all, instead)) = forbidden(&image.alt, span) {
            self.diagnostics.push(said.losing_alternative(&all).adding_alternative(&instead));
        }
        match &image.source {
            ImageSource::Media(path) => match self.inputs.picture(path) {
                Some(picture) if picture.path.is_some() => self.img(image, picture),
                Some(_) => {
                    let message = format!("the image `{path}` can't be put into an EPUB");
                    self.diagnostics.push(
                        Diagnostic::new(Code::ImageInvalid, message)
                            .at(span)
                            .hint("save it as plain SVG, well-formed and without entities of its own"),
                    );
                    self.image_box(image, None);
                }
                None => {
                    let message = format!("the image `{path}` is not there");
                    self.diagnostics.push(Diagnostic::new(Code::ImageMissing, message).at(span));
                    self.image_box(image, None);
                }
            },
            ImageSource::Remote(url) => self.image_box(image, Some(url)),
            ImageSource::Missing(_) | ImageSource::Unresolved(_) => self.image_box(image, None),
        }
    }

    fn img(&mut self, image: &Image, picture: &Picture) {
        let src = format!("../{}", picture.path.unwrap_or_default());
        let mut attributes = vec![("src", src.as_str()), ("alt", image.alt.as_str())];
        if !image.title.is_empty() {
            attributes.push(("title", &image.title));
        } else if image.alt.trim().is_empty() {
            // Decoration, which nobody needs to hear of.
            attributes.push(("role", "presentation"));
        }
        let (width, style) = size(image, picture);
        if let Some(width) = &width {
            attributes.push(("width", width));
        }
        if let Some(style) = &style {
            attributes.push(("style", style));
        }
        self.xml.empty("img", &attributes);
    }

    /// What stands for an image that isn't in the book.
    fn image_box(&mut self, image: &Image, url: Option<&str>) {
        self.xml.start("span", &[("class", "no-image")]);
        let alt = if image.alt.is_empty() { image.title.as_str() } else { image.alt.as_str() };
        self.xml.other(Whose::Writer, if alt.is_empty() { "Image" } else { "Image: " });
        self.xml.other(if image.alt.is_empty() { Whose::Writer } else { Whose::Image }, alt);
        if let Some(url) = url {
            let from = self.xml.len();
            self.xml.empty("br", &[]);
            match links::external(url).filter(|_| !self.in_link) {
                Some(href) => {
                    self.xml.start("a", &[("href", &href)]);
                    self.breakable(url);
                    self.xml.end();
                }
                None => self.breakable(url),
            }
            self.xml.mark(from, Whose::Writer);
        }
        self.xml.end();
    }
}

/// What there is to say about characters that XML forbids in a text, which
/// they are, and what stands for them.
fn forbidden(text: &str, span: Span) -> Option<(Diagnostic, String, String)> {
    let all: String = text.chars().filter(|&c| xml::forbidden(c)).collect();
    let first = all.chars().next()?;
    let message = format!("an EPUB can't hold the character U+{:04X}", u32::from(first));
    let said = Diagnostic::new(Code::CharacterForbidden, message).at(span).hint("remove it");
    let instead = "\u{FFFD}".repeat(all.chars().count());
    Some((said, all, instead))
}

/// The width attribute or the style of an image. Heights follow from widths,
/// so that an image that is scaled down keeps its shape.
fn size(image: &Image, picture: &Picture) -> (Option<String>, Option<String>) {
    let ratio = f64::from(picture.width.max(1)) / f64::from(picture.height.max(1));
    let pixels = |width: f64| (Some(format!("{:.0}", width.clamp(1.0, 10_000.0))), None);
    match (image.width, image.height) {
        (Some(Length::Pixels(width)), _) => pixels(width),
        (Some(Length::Percent(width)), _) => (None, Some(format!("width: {}%", width.clamp(1.0, 100.0)))),
        (None, Some(Length::Pixels(height))) => pixels(height * ratio),
        (None, Some(Length::Percent(_)) | None) if picture.width > 0 => pixels(f64::from(picture.width)),
        (None, Some(Length::Percent(_)) | None) => (None, None),
    }
}

fn has_image(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match &inline.kind {
        InlineKind::Image(_) => true,
        InlineKind::Styled { content, style: _ } => has_image(content),
        InlineKind::Link(link) => has_image(&link.content),
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Math(_)
        | InlineKind::Anchor(_) => false,
    })
}

/// The first place behind a separator inside a word of more than 16 characters.
pub(super) fn break_point(text: &str) -> Option<usize> {
    const SEPARATORS: &[char] = &['/', '_', '.', ':', '-', '&', '?', '=', ',', ')', '>'];
    let mut offset = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let long = word.chars().count() > 16;
        let at = word.char_indices().skip(2).find_map(|(i, c)| {
            let end = i + c.len_utf8();
            let next = word.get(end..).and_then(|rest| rest.chars().next());
            (SEPARATORS.contains(&c) && next.is_some_and(char::is_alphanumeric)).then_some(end)
        });
        if let (true, Some(at)) = (long, at) {
            return Some(offset + at);
        }
        offset += word.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_break_behind_separators() {
        assert_eq!(break_point("a/b c"), None);
        assert_eq!(break_point("see https://example.org/a"), Some("see https://".len()));
        assert_eq!(break_point("example.org/some/where"), Some("example.".len()));
    }
}
