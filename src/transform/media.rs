//! Images: found, looked at, given an alternative text, and set as a figure
//! where they stand alone.

use super::image;
use super::site::{Found, Resolved, Site};
use crate::diag::{Code, Diagnostic, Severity};
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Book, Image, ImageSource, Inline, InlineKind, Link};
use crate::media::MediaBag;
use crate::paths;
use crate::source::FileTree;
use crate::span::Span;

/// Resolves all images of a book and fills its bag.
pub(super) fn apply(book: &mut Book, tree: &dyn FileTree, diagnostics: &mut Vec<Diagnostic>) {
    let site = Site::new(book, tree);
    let mut media = std::mem::take(&mut book.media);
    for chapter in book.chapters_mut() {
        let key = chapter.key.clone();
        let mut pass = Images { site: &site, key: &key, media: &mut media, diagnostics };
        walk_chapter_mut(&mut pass, chapter);
    }
    book.media = media;
}

struct Images<'a> {
    site: &'a Site<'a>,
    /// The chapter.
    key: &'a str,
    media: &'a mut MediaBag,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl VisitMut for Images<'_> {
    fn block(&mut self, block: &mut Block) {
        let span = block.span;
        match &mut block.kind {
            BlockKind::Figure { image, caption } => {
                self.image(image, span);
                if caption.is_empty() {
                    *caption = title(image, span);
                }
            }
            BlockKind::Paragraph(_) => {
                walk_block_mut(self, block);
                if let BlockKind::Paragraph(inlines) = &mut block.kind
                    && let Some(figure) = figure(inlines, span)
                {
                    block.kind = figure;
                }
                return;
            }
            BlockKind::Plain(_)
            | BlockKind::Heading(_)
            | BlockKind::Code(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Math(_)
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => {}
        }
        walk_block_mut(self, block);
    }

    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Image(image) = &mut inline.kind {
            self.image(image, inline.span);
        } else {
            walk_inline_mut(self, inline);
        }
    }
}

impl Images<'_> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn image(&mut self, image: &mut Image, span: Span) {
        let ImageSource::Unresolved(written) = &image.source else { return };
        let written = written.trim().to_owned();
        image.source = self.source(&written, span);
        if image.alt.trim().is_empty() {
            image.alt = alternative(image, &written);
            let message =
                format!("the image has no alternative text; \u{201C}{}\u{201D} stands for it", image.alt);
            let hint = "say what it shows, between the brackets: `![text](file)`";
            self.say(Diagnostic::new(Code::ImageWithoutAlt, message).at(span).hint(hint));
        }
    }

    fn source(&mut self, written: &str, span: Span) -> ImageSource {
        let lower = written.to_ascii_lowercase();
        if lower.starts_with("data:") {
            let message = "an image inside the text itself can't be shown";
            self.say(
                Diagnostic::new(Code::ImageInvalid, message).at(span).hint("save it as a file of its own"),
            );
            return ImageSource::Missing("data:".to_owned());
        }
        if lower.contains("://") || lower.starts_with("//") {
            let message = "a remote image is not fetched; a box with its address stands for it";
            self.say(
                Diagnostic::new(Code::ImageRemote, message).at(span).hint("keep a copy in the repository"),
            );
            let address =
                written.strip_prefix("//").map_or(written.to_owned(), |rest| format!("https://{rest}"));
            return match super::links::external(&address) {
                Ok(crate::document::LinkTarget::External(address)) => ImageSource::Remote(address),
                Ok(
                    crate::document::LinkTarget::Internal { .. } | crate::document::LinkTarget::Unresolved(_),
                )
                | Err(_) => ImageSource::Missing(address),
            };
        }
        let path = written.split(['#', '?']).next().unwrap_or("");
        let path = match self.site.resolve(self.key, path) {
            Ok(Resolved { found: Found::File(file), spelt }) => {
                if spelt.is_some() {
                    let message = format!("`{path}` is spelt `{file}` in the tree");
                    let mut note = Diagnostic::new(Code::ImageMissing, message).at(span);
                    note.severity = Severity::Note;
                    self.say(note.hint("write it the same way: most systems tell the case of letters apart"));
                }
                file
            }
            Ok(Resolved { found: Found::Chapter(_) | Found::Folder(_), .. }) | Err(_) => {
                self.say(self.missing(path).at(span));
                return ImageSource::Missing(written.to_owned());
            }
        };
        self.load(path, written, span)
    }

    /// Puts the image at a path of the tree into the bag.
    fn load(&mut self, path: String, written: &str, span: Span) -> ImageSource {
        if self.media.get(&path).is_some() {
            return ImageSource::Media(path);
        }
        let checked = match self.site.tree.read(&path) {
            Ok(Some(bytes)) => image::check(&bytes),
            Ok(None) => Err("the file is not there".to_owned()),
            Err(error) => Err(error.message),
        };
        match checked {
            Ok(checked) => {
                if !checked.removed.is_empty() {
                    let message =
                        format!("the drawing holds {}, which is left out", checked.removed.join(", "));
                    let mut note = Diagnostic::new(Code::ImageInvalid, message).at(span);
                    note.severity = Severity::Note;
                    self.say(note.hint("a page can't run or fetch anything"));
                }
                self.media.insert(path.clone(), checked.media);
                ImageSource::Media(path)
            }
            Err(why) => {
                let message = format!("the image `{path}` can't be shown: {why}");
                let hint = "save it again as PNG, JPEG, GIF, WebP or SVG";
                self.say(Diagnostic::new(Code::ImageInvalid, message).at(span).hint(hint));
                ImageSource::Missing(written.to_owned())
            }
        }
    }

    fn missing(&self, path: &str) -> Diagnostic {
        if path.is_empty() {
            return Diagnostic::new(Code::ImageMissing, "the image has no address")
                .hint("write the path of its file");
        }
        let problem = Diagnostic::new(Code::ImageMissing, format!("the image `{path}` is not there"));
        let folder = paths::parent(self.site.path(self.key));
        let wanted = paths::join(folder, &paths::percent_decode(path)).unwrap_or_else(|| path.to_owned());
        let images = ["png", "jpg", "jpeg", "gif", "webp", "svg"];
        let all = self.site.tree.paths().iter().map(String::as_str);
        let all = all.filter(|p| images.contains(&paths::extension(p).as_str()));
        match paths::nearest(&wanted, all) {
            Some(near) => problem.hint(format!("there is `{near}`")),
            None => problem.hint("its alternative text is shown"),
        }
    }
}

/// A text for an image without one: its title, or its file's name.
fn alternative(image: &Image, written: &str) -> String {
    let title = image.title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let path = written.split(['#', '?']).next().unwrap_or("");
    let path = paths::percent_decode(path);
    let stem = if written.starts_with("data:") { "" } else { paths::stem(path.trim_end_matches('/')) };
    if stem.trim().is_empty() { "Image".to_owned() } else { paths::humanise(stem) }
}

/// An image's title as a caption.
fn title(image: &Image, span: Span) -> Vec<Inline> {
    let title = image.title.trim();
    if title.is_empty() {
        Vec::new()
    } else {
        vec![Inline { kind: InlineKind::Text(title.to_owned()), span }]
    }
}

/// A paragraph of nothing but an image is a figure. A linked one keeps its
/// link on its caption; without a caption it stays a paragraph.
fn figure(inlines: &mut [Inline], span: Span) -> Option<BlockKind> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alternative_text_is_made_from_title_or_name() {
        let image = |title: &str| Image {
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
