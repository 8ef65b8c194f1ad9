//! HTML elements that stand for something from elsewhere: images, films,
//! frames, and what forms ask for.

use super::builder::Builder;
use super::frame::{Frame, Kind};
use super::tags::Start;
use crate::diag::{Code, Diagnostic};
use crate::document::text::plain_text;
use crate::document::{Image, ImageSource, Inline, InlineKind, Link, LinkTarget, count};
use crate::paths;
use crate::span::Span;
use crate::tally::Rule;

/// A film, a sound, a frame or another file in the page.
#[derive(Debug, Default)]
pub(super) struct Embedded {
    /// The element's name.
    pub name: String,
    /// Where it is.
    pub address: Option<String>,
    /// What it is called; empty for nothing.
    pub title: String,
    /// An image that stands for it.
    pub poster: Option<String>,
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first address of a `srcset`.
fn first_of(srcset: &str) -> Option<String> {
    srcset.split([' ', ',', '\n']).find(|part| !part.is_empty()).map(str::to_owned)
}

impl Builder<'_> {
    pub(super) fn image(&mut self, start: &Start) {
        let text = |name: &str| words(start.get(name).unwrap_or(""));
        self.anchor(start);
        let source = start.get("src").filter(|s| !s.is_empty()).map(str::to_owned);
        let source = source.or_else(|| first_of(start.get("srcset")?)).unwrap_or_default();
        let image = Image {
            source: ImageSource::Unresolved(source),
            alt: text("alt"),
            decorative: start.get("alt").is_some_and(|alt| alt.trim().is_empty()) && text("title").is_empty(),
            title: text("title"),
            width: start.size("width"),
            height: start.size("height"),
        };
        self.push_inline(InlineKind::Image(image), start.span);
    }

    /// A box that can't be ticked any more, but shows whether it was.
    pub(super) fn input(&mut self, start: &Start) {
        let done = start.get("checked").is_some();
        let value = words(start.get("value").unwrap_or(""));
        let kind = start.get("type").unwrap_or("text").to_lowercase();
        match kind.as_str() {
            "checkbox" => {
                if !(self.begins_item() && self.mark_task(done)) {
                    self.put(Rule::HtmlShown, if done { "\u{2611}" } else { "\u{2610}" }, start.span);
                }
            }
            "radio" => self.put(Rule::HtmlShown, if done { "\u{25C9}" } else { "\u{25CB}" }, start.span),
            "hidden" => {}
            _ => {
                self.dropped(&format!("<input type={kind}>"), start.span, "a page has no forms");
                self.put(Rule::HtmlShown, &value, start.span);
            }
        }
    }

    /// Whether nothing of the innermost item has come yet.
    fn begins_item(&self) -> bool {
        for frame in self.frames.iter().rev() {
            let empty = frame.blocks.is_empty()
                && frame.inlines.iter().all(|i| match &i.kind {
                    InlineKind::Text(text) => text.trim().is_empty(),
                    InlineKind::SoftBreak | InlineKind::Anchor(_) => true,
                    InlineKind::Code(_)
                    | InlineKind::Math(_)
                    | InlineKind::HardBreak
                    | InlineKind::Styled { .. }
                    | InlineKind::Link(_)
                    | InlineKind::Image(_)
                    | InlineKind::FootnoteReference { .. } => false,
                });
            if !empty {
                return false;
            }
            if matches!(frame.kind, Kind::Item { .. }) {
                return true;
            }
        }
        false
    }

    pub(super) fn embedded(&mut self, start: &Start) {
        let address = start.get("src").or(start.get("data")).filter(|a| !a.is_empty()).map(str::to_owned);
        let title = start.get("title").or(start.get("aria-label")).unwrap_or("");
        let poster = start.get("poster").filter(|p| !p.is_empty()).map(str::to_owned);
        let embedded = Embedded { name: start.name.to_owned(), address, title: words(title), poster };
        self.anchor(start);
        self.open(Kind::Embedded(embedded), start.span, Some(start.tag()));
        if start.name == "embed" {
            self.close();
        }
    }

    /// Of several sources the first counts; those of a `picture` give way to
    /// its `img`.
    pub(super) fn source(&mut self, start: &Start) {
        let new = start.get("src").filter(|s| !s.is_empty()).map(str::to_owned);
        for frame in self.frames.iter_mut().rev() {
            if frame.html.as_ref().is_some_and(|tag| tag.name == "picture") {
                return;
            }
            if let Kind::Embedded(Embedded { address, .. }) = &mut frame.kind {
                if address.is_none() {
                    *address = new;
                }
                return;
            }
        }
        self.dropped("<source>", start.span, "it belongs into a `video`, an `audio` or a `picture`");
    }

    pub(super) fn assemble_embedded(&mut self, frame: Frame, embedded: Embedded) {
        let span = frame.span;
        let Embedded { name, address, title, poster } = embedded;
        let drawn = matches!(name.as_str(), "object" | "embed");
        if let Some(address) = address.as_deref().filter(|a| drawn && is_image(a)) {
            let inlines = frame.into_inlines();
            let alt = Some(plain_text(&inlines)).filter(|alt| !alt.is_empty()).unwrap_or(title);
            let lost = count::parts(&[], &inlines);
            let rule = Diagnostic::rule(Rule::HtmlShown).at(span).adding_alternative(&alt);
            self.lose(rule.losing_alternative(&lost.alternative), &lost.text);
            let source = ImageSource::Unresolved(address.to_owned());
            let image =
                Image { source, alt, decorative: false, title: String::new(), width: None, height: None };
            return self.push_inline(InlineKind::Image(image), span);
        }
        let label = match name.as_str() {
            "video" => "Video",
            "audio" => "Audio",
            "iframe" => "Embedded page",
            _ => "Embedded file",
        };
        let blocks = frame.into_blocks();
        let hint = match &address {
            Some(_) => "a link to it stands in its place",
            None => "it has no address; write it in the attribute `src`",
        };
        let diagnostic = Diagnostic::new(Code::HtmlDropped, format!("`<{name}>` can't be shown on a page"));
        self.diagnose(diagnostic.at(span).hint(hint));
        if let Some(poster) = poster {
            let alt = if title.is_empty() { format!("A picture of the {name}") } else { title.clone() };
            self.diagnose(Diagnostic::rule(Rule::HtmlShown).at(span).adding_alternative(&alt));
            let source = ImageSource::Unresolved(poster);
            let image =
                Image { source, alt, decorative: false, title: String::new(), width: None, height: None };
            self.push_paragraph(vec![Inline { kind: InlineKind::Image(image), span }], span);
        }
        if let Some(address) = address {
            let link = link_to(address, span);
            let between = if title.is_empty() { String::new() } else { format!("{title}, ") };
            let label = format!("{label}: {between}");
            self.add(
                Diagnostic::rule(Rule::HtmlShown).at(span),
                &format!("{label}{}", plain_text(std::slice::from_ref(&link))),
            );
            let label = InlineKind::Text(label);
            self.push_paragraph(vec![Inline { kind: label, span }, link], span);
        }
        self.append_blocks(blocks);
    }
}

/// A link that shows its address.
fn link_to(address: String, span: Span) -> Inline {
    let content = vec![Inline { kind: InlineKind::Text(address.clone()), span }];
    let link = Link { target: LinkTarget::Unresolved(address), title: String::new(), content };
    Inline { kind: InlineKind::Link(link), span }
}

fn is_image(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or("");
    matches!(paths::extension(path).as_str(), "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "avif")
}
