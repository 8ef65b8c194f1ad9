//! Images: found, looked at, given an alternative text, and set as a figure
//! where they stand alone.

mod figure;
mod wanted;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use self::figure::{alternative, figure, title};
pub use self::wanted::remote_images;
use self::wanted::{address_of, is_data, is_remote, path_of, prepare};
use super::image::Checked;
use super::site::{Found, Resolved, Site};
use super::{TransformOptions, data_uri};
use crate::diag::{Code, Diagnostic, Severity};
use crate::document::count;
use crate::document::text::plain_text;
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Book, Image, ImageSource, Inline, InlineKind, LinkTarget};
use crate::media::MediaBag;
use crate::paths;
use crate::source::FileTree;
use crate::span::Span;
use crate::tally::Rule;

/// Resolves all images of a book and fills its bag. Gives how many were not
/// looked at before.
pub(super) fn apply(
    book: &mut Book,
    tree: &dyn FileTree,
    options: &TransformOptions,
    diagnostics: &mut Vec<Diagnostic>,
) -> usize {
    let site = Site::new(book, tree);
    let mut media = std::mem::take(&mut book.media);
    let mut made = prepare(book, &site, options);
    for chapter in book.chapters_mut() {
        let key = chapter.key.clone();
        let (media, made) = (&mut media, &mut made);
        let mut pass = Images { site: &site, key: &key, media, options, needed: false, made, diagnostics };
        walk_chapter_mut(&mut pass, chapter);
    }
    book.media = media;
    made
}

struct Images<'a> {
    site: &'a Site<'a>,
    /// The chapter.
    key: &'a str,
    media: &'a mut MediaBag,
    options: &'a TransformOptions,
    /// Whether images say where a link leads or what a heading is called.
    needed: bool,
    /// How many images were not looked at before.
    made: &'a mut usize,
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
                    self.captioned(caption, span);
                }
            }
            BlockKind::Paragraph(_) => {
                walk_block_mut(self, block);
                if let BlockKind::Paragraph(inlines) = &mut block.kind
                    && let Some(figure) = figure(inlines, span)
                {
                    if let BlockKind::Figure { caption, .. } = &figure {
                        self.captioned(caption, span);
                    }
                    block.kind = figure;
                }
                return;
            }
            BlockKind::Heading(heading) => {
                self.needed = plain_text(&heading.content).is_empty();
                walk_block_mut(self, block);
                self.needed = false;
                return;
            }
            BlockKind::Plain(_)
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
            let outer = self.needed;
            self.needed |= matches!(inline.kind, InlineKind::Link(_));
            walk_inline_mut(self, inline);
            self.needed = outer;
        }
    }
}

impl Images<'_> {
    fn say(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Tells the ledger of a caption that was a title.
    fn captioned(&mut self, caption: &[Inline], span: Span) {
        let rule = Diagnostic::rule(Rule::CaptionFromTitle).at(span);
        self.say(rule.adding(&count::parts(&[], caption).text));
    }

    fn image(&mut self, image: &mut Image, span: Span) {
        let ImageSource::Unresolved(written) = &image.source else { return };
        let written = written.trim().to_owned();
        image.source = self.source(&written, span);
        image.decorative &= !self.needed && matches!(image.source, ImageSource::Media(_));
        if image.decorative {
            let message =
                "the image is decorative, says its empty alternative text: readers' programs pass over it";
            let hint = "if it shows something, say what: `alt=\"…\"`";
            self.say(Diagnostic::new(Code::ImageDecorative, message).at(span).hint(hint));
        } else if image.alt.trim().is_empty() {
            image.alt = alternative(image, &written);
            let message =
                format!("the image has no alternative text; \u{201C}{}\u{201D} stands for it", image.alt);
            let hint = if is_data(&written) && written.contains("svg+xml") {
                "say what it shows: `<title>` inside the drawing, or `![text](file)`"
            } else {
                "say what it shows, between the brackets: `![text](file)`"
            };
            let said = Diagnostic::new(Code::ImageWithoutAlt, message).at(span).hint(hint);
            self.say(said.adding_alternative(&image.alt));
        }
    }

    fn source(&mut self, written: &str, span: Span) -> ImageSource {
        if is_data(written) {
            return self.inside(written, span);
        }
        if is_remote(written) {
            return self.remote(&address_of(written), span);
        }
        let path = path_of(written);
        let path = match self.site.resolve(self.key, path, None) {
            Ok(Resolved { found: Found::File(file), spelt, .. }) => {
                if spelt.is_some() {
                    let message = format!("`{path}` is spelt `{file}` in the tree");
                    let mut note = Diagnostic::new(Code::ImageMissing, message).at(span);
                    note.severity = Severity::Note;
                    self.say(note.hint("write it the same way: most systems tell the case of letters apart"));
                }
                file
            }
            Ok(Resolved { found: Found::Chapter(_) | Found::Folder(_) | Found::Address(_), .. }) | Err(_) => {
                self.say(self.missing(path).at(span));
                return ImageSource::Missing(written.to_owned());
            }
        };
        self.load(path, written, span)
    }

    /// An image whose bytes are its address.
    fn inside(&mut self, written: &str, span: Span) -> ImageSource {
        let bytes = data_uri::decode(written);
        let checked = bytes.and_then(|bytes| self.options.images.check(&bytes.into(), self.made));
        self.put(checked, None, "in the text itself", span)
            .unwrap_or(ImageSource::Missing("data:".to_owned()))
    }

    /// An image of the web: where it was fetched it is like any other.
    fn remote(&mut self, address: &str, span: Span) -> ImageSource {
        let boxed = match super::links::external(address) {
            Ok(LinkTarget::External(address)) => ImageSource::Remote(address),
            Ok(LinkTarget::Internal { .. } | LinkTarget::Unresolved(_)) | Err(_) => {
                ImageSource::Missing(address.to_owned())
            }
        };
        match self.options.remote.get(address) {
            None => {
                let message = "a remote image is not fetched; a box with its address stands for it";
                let hint = "keep a copy in the repository, or allow it with `--fetch-images`";
                self.say(Diagnostic::new(Code::ImageRemote, message).at(span).hint(hint));
                boxed
            }
            Some(Err(why)) => {
                let message = format!("the image `{address}` was not fetched: {why}");
                let hint = "keep a copy in the repository; a box with its address stands for it";
                self.say(Diagnostic::new(Code::ImageFetchFailed, message).at(span).hint(hint));
                boxed
            }
            Some(Ok(image)) => {
                let checked = self.options.images.check(&image.bytes, self.made);
                let put = self.put(checked, None, &format!("`{address}`"), span);
                if put.is_some() {
                    self.media.insert_fetched(address.to_owned(), image.record.clone());
                }
                put.unwrap_or(boxed)
            }
        }
    }

    /// Puts the image at a path of the tree into the bag.
    fn load(&mut self, path: String, written: &str, span: Span) -> ImageSource {
        if self.media.get(&path).is_some() {
            return ImageSource::Media(path);
        }
        let known = self.site.tree.digest(&path).ok().flatten();
        let checked = match known.and_then(|digest| self.options.images.known(&digest)) {
            Some(checked) => checked,
            None => match self.site.tree.read(&path) {
                Ok(Some(bytes)) => self.options.images.check(&bytes, self.made),
                Ok(None) => Err("the file is not there".to_owned()),
                Err(error) => Err(error.message),
            },
        };
        let named = format!("`{path}`");
        self.put(checked, Some(path), &named, span)
            .unwrap_or_else(|| ImageSource::Missing(written.to_owned()))
    }

    /// Puts an image into the bag, under its path or a name made from its
    /// content, and says what there is to say about it.
    fn put(
        &mut self,
        checked: Result<Checked, String>,
        path: Option<String>,
        named: &str,
        span: Span,
    ) -> Option<ImageSource> {
        let Checked { media, notes, extension } = match checked {
            Ok(checked) => checked,
            Err(why) => {
                let message = format!("the image {named} can't be shown: {why}");
                let hint = if path.is_some() {
                    "save it again as PNG, JPEG, GIF, WebP, AVIF or SVG"
                } else {
                    "keep it as a file of its own in the repository"
                };
                self.say(Diagnostic::new(Code::ImageInvalid, message).at(span).hint(hint));
                return None;
            }
        };
        for (code, words) in notes {
            self.say(Diagnostic::new(code, format!("the image {named} {words}")).at(span).hint(advice(code)));
        }
        if let Some(path) = &path
            && !is_named(path, extension)
        {
            let message = format!("the image {named} is {} by its content", extension.to_uppercase());
            let hint = format!("name it `.{extension}`: other programs go by the name");
            self.say(Diagnostic::new(Code::ImageMislabelled, message).at(span).hint(hint));
        }
        // The same picture under another name is stored once.
        let same = self.media.iter().find(|(_, other)| Arc::ptr_eq(&other.bytes, &media.bytes));
        if let Some((path, _)) = same {
            return Some(ImageSource::Media(path.to_owned()));
        }
        let path = path.unwrap_or_else(|| {
            let hex = paths::hex(&Sha256::digest(&media.bytes)[..8]);
            format!("inline/{hex}.{}", media.kind.extension())
        });
        self.media.insert(path.clone(), media);
        Some(ImageSource::Media(path))
    }

    fn missing(&self, path: &str) -> Diagnostic {
        if path.is_empty() {
            return Diagnostic::new(Code::ImageMissing, "the image has no address")
                .hint("write the path of its file");
        }
        let problem = Diagnostic::new(Code::ImageMissing, format!("the image `{path}` is not there"));
        let folder = paths::parent(self.site.path(self.key));
        let wanted = paths::join(folder, &paths::percent_decode(path)).unwrap_or_else(|| path.to_owned());
        let images = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico", "svg", "svgz"];
        let all = self.site.tree.paths().iter().map(String::as_str);
        let all = all.filter(|p| images.contains(&paths::extension(p).as_str()));
        match paths::nearest(&wanted, all) {
            Some(near) => problem.hint(format!("there is `{near}`")),
            None => problem.hint("its alternative text is shown"),
        }
    }
}

/// What to do about what was done to an image.
pub(super) fn advice(code: Code) -> &'static str {
    if code == Code::ImageCleaned {
        "a page can't run or fetch anything"
    } else if code == Code::ImageReduced {
        "set `[images] max-pixels` or `--max-image-pixels` to keep more"
    } else if code == Code::ImageProfile {
        "convert the image to sRGB if its colours are off"
    } else if code == Code::ImageAnimated {
        "show a still picture, or say in the text what moves"
    } else {
        "nothing is to be done, unless it should look better"
    }
}

/// Whether a path ends as its content asks for.
fn is_named(path: &str, extension: &str) -> bool {
    let named = paths::extension(path);
    let same: &[&str] = match extension {
        "jpg" => &["jpg", "jpeg", "jpe", "jfif"],
        "png" => &["png", "apng"],
        "svg" => &["svg", "xml"],
        "svgz" => &["svgz", "svg"],
        "bmp" => &["bmp", "dib"],
        "ico" => &["ico", "cur"],
        other => return named == other,
    };
    same.contains(&named.as_str())
}
