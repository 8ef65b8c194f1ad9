//! What stands with an image: its caption, and the text in its place.

use crate::document::{BlockKind, Image, Inline, InlineKind, Link};
use crate::paths;
use crate::span::Span;

/// A paragraph of nothing but an image is a figure. A linked one keeps its
/// link on its caption; without a caption it stays a paragraph.
pub(super) fn figure(inlines: &mut [Inline], span: Span) -> Option<BlockKind> {
    let blank = |inline: &Inline| matches!(&inline.kind, InlineKind::Text(text) if text.trim().is_empty());
    let mut content = inlines.iter_mut().filter(|inline| !blank(inline));
    let only = content.next()?;
    if content.next().is_some() {
        return None;
    }
    match &mut only.kind {
        InlineKind::Image(image) => {
            let caption = title(image, span);
            Some(BlockKind::Figure { image: image.clone(), caption })
        }
        InlineKind::Link(link) => {
            let [Inline { kind: InlineKind::Image(image), .. }] = link.content.as_slice() else {
                return None;
            };
            let content = title(image, span);
            if content.is_empty() {
                return None;
            }
            let image = image.clone();
            let link = Link { target: link.target.clone(), title: String::new(), content };
            Some(BlockKind::Figure { image, caption: vec![Inline { kind: InlineKind::Link(link), span }] })
        }
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::Styled { .. }
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Math(_)
        | InlineKind::Anchor(_) => None,
    }
}

/// An image's title as a caption.
pub(super) fn title(image: &Image, span: Span) -> Vec<Inline> {
    let title = image.title.trim();
    if title.is_empty() {
        Vec::new()
    } else {
        vec![Inline { kind: InlineKind::Text(title.to_owned()), span }]
    }
}

/// A text for an image without one: its title, or its file's name.
pub(super) fn alternative(image: &Image, written: &str) -> String {
    let title = image.title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let path = written.split(['#', '?']).next().unwrap_or("");
    let path = paths::percent_decode(path);
    let stem = if written.starts_with("data:") { "" } else { paths::stem(path.trim_end_matches('/')) };
    if stem.trim().is_empty() { "Image".to_owned() } else { paths::humanise(stem) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ImageSource;

    #[test]
    fn an_alternative_text_is_made_from_title_or_name() {
        let image = |title: &str| Image {
            decorative: false,
            source: ImageSource::Unresolved(String::new()),
            alt: String::new(),
            title: title.to_owned(),
            width: None,
            height: None,
        };
        assert_eq!(alternative(&image("A map"), "x.png"), "A map");
        assert_eq!(alternative(&image(""), "img/memory-map%202.png?raw"), "Memory map 2");
        assert_eq!(alternative(&image(""), ""), "Image");
    }
}
