//! What every part of the EPUB has to know before any of it is written: file
//! names, the identifiers that links may lead to, and the images in use.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::{names, svg};
use crate::device::{Device, emoji, picture};
use crate::diag::{Code, Diagnostic};
use crate::document::direction::{Direction, of_book};
use crate::document::ids::identifiers;
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Chapter, Image, ImageSource, Inline, InlineKind, Language};
use crate::edition::Imprint;
use crate::highlight::Highlights;
use crate::media::{DIAGRAMS, Media, MediaKind};
use crate::paths;

/// A chapter's document.
pub(super) struct ChapterFile {
    /// Its name inside the folder of chapters.
    pub(super) file: String,
    /// Its language, a well-formed tag.
    pub(super) language: String,
    /// The identifiers that it has, as in the tree.
    pub(super) ids: BTreeSet<String>,
}

/// An image's file.
pub(super) struct ImageFile<'a> {
    /// Its path from the package document.
    pub(super) path: String,
    pub(super) mime: &'static str,
    pub(super) bytes: Cow<'a, [u8]>,
}

/// The plan of an EPUB.
pub(super) struct Plan<'a> {
    pub(super) book: &'a Book,
    pub(super) imprint: &'a Imprint,
    pub(super) highlights: &'a Highlights,
    /// The family of devices that it is for, if for one.
    pub(super) device: Option<&'a Device>,
    /// A well-formed language tag (BCP 47).
    pub(super) language: String,
    /// The direction of the book.
    pub(super) direction: Direction,
    chapters: HashMap<&'a str, ChapterFile>,
    /// The images in use and fit for a book, by their path in the tree.
    pub(super) images: BTreeMap<String, ImageFile<'a>>,
    /// The emoji that are pictures.
    pub(super) emoji: BTreeMap<String, ImageFile<'a>>,
    /// What there is besides words.
    pub(super) shown: Shown,
}

/// What there is besides words. Images that are only decoration don't count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// How many there are.
    pub(super) images: usize,
    /// How many have no alternative text but their file's name.
    pub(super) unnamed: usize,
    /// How many are diagrams whose alternative text is made from their words.
    pub(super) diagrams: usize,
    /// Whether one may move.
    pub(super) moves: bool,
    /// Whether there are footnotes.
    pub(super) notes: bool,
}

impl<'a> Plan<'a> {
    /// Looks through a book.
    pub(super) fn new(
        book: &'a Book,
        imprint: &'a Imprint,
        highlights: &'a Highlights,
        device: Option<&'a Device>,
    ) -> Self {
        let mut chapters = HashMap::new();
        let mut files = HashSet::new();
        let mut images = Images::default();
        let language =
            Language::parse(&book.metadata.language).map_or_else(|| "en".to_owned(), |tag| tag.to_string());
        for chapter in book.chapters() {
            let stem = names::stem(&chapter.key, "md");
            // Keys are unique in a book, so their names are; a reader's
            // mistake must not put two files of one name into the container.
            let candidates = (1..).map(|n| if n == 1 { stem.clone() } else { format!("{stem}_{n}") });
            let name =
                candidates.take(files.len() + 1).find(|name| !files.contains(name)).unwrap_or(stem.clone());
            files.insert(name.clone());
            walk_chapter(&mut images, chapter);
            chapters.entry(chapter.key.as_str()).or_insert(ChapterFile {
                file: format!("{name}.xhtml"),
                language: chapter_language(chapter, &language),
                ids: identifiers(chapter),
            });
        }
        let paths: BTreeSet<&String> = images.paths.iter().collect();
        let used: BTreeMap<_, _> = paths
            .into_par_iter()
            .filter_map(|path| Some((path.clone(), image_file(path, book.media.get(path)?, device)?)))
            .collect();
        let emoji = device.map(|device| emoji_files(book, device)).unwrap_or_default();
        // Emoji and equations that are pictures have an alternative text, too.
        images.shown.images += emoji.len() + device.map_or(0, |device| device.equations.len());
        let still = |file: &ImageFile| file.mime == MediaKind::Png.mime();
        let mut moving = used.iter().filter(|(_, file)| !still(file));
        let moves = moving.any(|(path, _)| book.media.get(path).is_some_and(may_move));
        Self {
            book,
            imprint,
            highlights,
            device,
            emoji,
            language,
            direction: of_book(&book.metadata),
            chapters,
            images: used,
            shown: Shown { moves, notes: book.chapters().any(|c| !c.footnotes.is_empty()), ..images.shown },
        }
    }

    /// The document of a chapter.
    pub(super) fn chapter(&self, key: &str) -> Option<&ChapterFile> {
        self.chapters.get(key)
    }

    /// The path of a chapter's document from the package document.
    pub(super) fn path(&self, chapter: &Chapter) -> String {
        self.chapter(&chapter.key).map_or_else(String::new, |file| format!("text/{}", file.file))
    }

    /// The emoji of a chapter that are pictures, and their paths from the
    /// package document.
    pub(super) fn emoji_of(&self, chapter: &Chapter) -> BTreeMap<String, &str> {
        if self.emoji.is_empty() {
            return BTreeMap::new();
        }
        let path = |emoji: String| {
            let path = self.emoji.get(&emoji)?.path.as_str();
            Some((emoji, path))
        };
        emoji::of_chapter(chapter).into_iter().filter_map(path).collect()
    }

    /// The language of the writer's own words, where the book has another.
    pub(super) fn own_language(&self) -> Option<&'static str> {
        (primary(&self.language) != "en").then_some("en")
    }

    /// The chapters to write: of two with one key the first.
    pub(super) fn written(&self) -> Vec<&'a Chapter> {
        let mut seen = HashSet::new();
        self.book.chapters().filter(|chapter| seen.insert(chapter.key.as_str())).collect()
    }

    /// What there is to say about the book as a whole.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let language = &self.book.metadata.language;
        if !language.is_empty() && Language::parse(language).is_none() {
            let message = format!("`{language}` is no language tag, so the EPUB says `{}`", self.language);
            out.push(
                Diagnostic::new(Code::BookTomlKey, message)
                    .hint("set `language` to a tag such as `en`, `pt-BR` or `zh-Hant`"),
            );
        }
        let mut seen = HashSet::new();
        for chapter in self.book.chapters() {
            if !seen.insert(chapter.key.as_str()) {
                let message = format!("the chapter `{}` is there twice; the first one counts", chapter.key);
                out.push(Diagnostic::new(Code::ChapterRepeated, message).at(chapter.span));
            }
        }
        out
    }
}

/// The file of an image: as it is, or as a family of devices shows it; none if
/// it is not fit for an EPUB.
fn image_file<'a>(path: &str, media: &'a Media, device: Option<&Device>) -> Option<ImageFile<'a>> {
    let fitted = device.and_then(|device| picture::fit(device.profile, media));
    let kind = fitted.as_ref().unwrap_or(media).kind;
    let bytes = match (fitted, media.kind) {
        (Some(fitted), _) => Cow::Owned(fitted.bytes.to_vec()),
        (None, MediaKind::Svg) => Cow::Owned(svg::clean(&media.bytes)?),
        (None, MediaKind::Png | MediaKind::Jpeg | MediaKind::Gif | MediaKind::WebP) => {
            Cow::Borrowed(&*media.bytes)
        }
    };
    let extension = kind.extension();
    let path = format!("images/{}.{extension}", names::stem(path, extension));
    Some(ImageFile { path, mime: kind.mime(), bytes })
}

/// The pictures of all emoji of a book that a family of devices lacks.
fn emoji_files<'a>(book: &Book, device: &Device) -> BTreeMap<String, ImageFile<'a>> {
    let facts = device.profile.facts();
    if facts.emoji.is_none() {
        return BTreeMap::new();
    }
    let all: BTreeSet<String> = book.chapters().flat_map(emoji::of_chapter).collect();
    let file = |emoji: String| {
        let bytes = Cow::Owned(emoji::png(&emoji, facts.opaque.is_some())?);
        let path = format!("images/{}", emoji::file_name(&emoji));
        Some((emoji, ImageFile { path, mime: MediaKind::Png.mime(), bytes }))
    };
    all.into_par_iter().filter_map(file).collect()
}

/// A chapter's language: its own if it has one, unless the book's says more.
fn chapter_language(chapter: &Chapter, book: &str) -> String {
    let own = chapter.language.as_deref().and_then(Language::parse).map(|tag| tag.to_string());
    own.filter(|own| own != primary(book)).unwrap_or_else(|| book.to_owned())
}

/// The language of a tag, without script and region.
pub(super) fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Whether an image may move: an animation, or a drawing that has one in it.
fn may_move(media: &Media) -> bool {
    let animated = |needle: &[u8]| media.bytes.windows(needle.len()).any(|part| part == needle);
    media.moves()
        || (media.kind == MediaKind::Svg
            && [&b"<animate"[..], b"<set", b"@keyframes"].iter().any(|needle| animated(needle)))
}

#[derive(Default)]
struct Images {
    paths: Vec<String>,
    shown: Shown,
}

impl Images {
    fn add(&mut self, image: &Image) {
        if let ImageSource::Media(path) = &image.source {
            self.paths.push(path.clone());
            let alt = image.alt.trim();
            if !alt.is_empty() {
                self.shown.images += 1;
                self.shown.unnamed +=
                    usize::from(alt == "Image" || alt == paths::humanise(paths::stem(path)));
                self.shown.diagrams += usize::from(path.starts_with(DIAGRAMS));
            }
        }
    }
}

impl Visit for Images {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Figure { image, caption: _ } = &block.kind {
            self.add(image);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Image(image) = &inline.kind {
            self.add(image);
        }
        walk_inline(self, inline);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_may_move() {
        let media =
            |text: &str| Media { bytes: text.as_bytes().into(), kind: MediaKind::Svg, width: 1, height: 1 };
        assert!(may_move(&media("<svg><animateTransform/></svg>")));
        assert!(!may_move(&media("<svg><g/></svg>")));
    }
}
