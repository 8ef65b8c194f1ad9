//! All that a chapter's content document depends on.
//!
//! The document is written from this and nothing else, and its fingerprint is
//! that of this: what is not in here can't be written, and what is can't
//! change without the document being written again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::plan::{Plan, primary};
use crate::device::Device;
use crate::device::equations::{Equation, key};
use crate::document::direction::{Direction, of_book};
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{
    Block, BlockKind, Chapter, CodeBlock, Image, ImageSource, Inline, InlineKind, LinkTarget, Math, Metadata,
};
use crate::highlight::{Highlights, Line};

/// All that a content document depends on.
#[derive(Serialize)]
pub(super) struct Inputs<'a> {
    /// What is to be written.
    pub(super) chapter: &'a Chapter,
    /// Its language, a well-formed tag, and the direction of what is written in it.
    pub(super) language: &'a str,
    pub(super) direction: Direction,
    /// The chapters of this book that it links to, by their keys.
    targets: BTreeMap<String, Target<'a>>,
    /// The images in it that this book has, by their paths in the tree.
    pictures: BTreeMap<String, Picture<'a>>,
    /// The lines of its code, by language and text.
    code: BTreeMap<Option<String>, BTreeMap<String, Lines>>,
    /// What a family of devices has instead, if the EPUB is for one.
    device: Option<Instead<'a>>,
}

/// What a family of devices has instead of what it doesn't show.
#[derive(Serialize)]
struct Instead<'a> {
    /// The family.
    profile: &'static str,
    #[serde(skip)]
    device: &'a Device,
    /// The emoji of the chapter that are pictures, and their paths from the
    /// package document.
    emoji: BTreeMap<String, &'a str>,
    /// The equations of the chapter that are pictures, by their keys.
    equations: BTreeMap<String, &'a Equation>,
}

/// A chapter that is linked to.
#[derive(Serialize)]
pub(super) struct Target<'a> {
    /// The name of its document.
    pub(super) file: &'a str,
    /// The identifiers it has, of those that are linked to.
    pub(super) ids: BTreeSet<&'a str>,
}

/// An image of the book.
#[derive(Serialize)]
pub(super) struct Picture<'a> {
    /// Its path from the package document; none if it is not fit for an EPUB.
    pub(super) path: Option<&'a str>,
    /// Its size in pixels.
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Lines of code.
struct Lines(Arc<Vec<Line>>);

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

impl<'a> Inputs<'a> {
    /// What a chapter of a book depends on.
    pub(super) fn new(plan: &'a Plan<'a>, chapter: &'a Chapter) -> Self {
        let language = plan.chapter(&chapter.key).map_or(plan.language.as_str(), |file| &file.language);
        // The book's direction, unless the chapter's language is another.
        let direction = if primary(language) == primary(&plan.language) {
            of_book(&plan.book.metadata)
        } else {
            of_book(&Metadata { language: language.to_owned(), ..Metadata::default() })
        };
        let mut gathering = Gathering {
            plan,
            inputs: Self {
                chapter,
                language,
                direction,
                targets: BTreeMap::new(),
                pictures: BTreeMap::new(),
                code: BTreeMap::new(),
                device: plan.device.map(|device| Instead {
                    profile: device.profile.as_str(),
                    device,
                    emoji: plan.emoji_of(chapter),
                    equations: BTreeMap::new(),
                }),
            },
        };
        walk_chapter(&mut gathering, chapter);
        gathering.inputs
    }

    /// A chapter of this book; none if it has no such chapter.
    pub(super) fn target(&self, key: &str) -> Option<&Target<'a>> {
        self.targets.get(key)
    }

    /// An image of this book; none if it has no such image.
    pub(super) fn picture(&self, path: &str) -> Option<&Picture<'a>> {
        self.pictures.get(path)
    }

    /// The family of devices that the EPUB is for, if it is for one.
    pub(super) fn device(&self) -> Option<&Device> {
        self.device.as_ref().map(|instead| instead.device)
    }

    /// The path of an emoji's picture from the package document, if it has one.
    pub(super) fn emoji(&self, cluster: &str) -> Option<&str> {
        self.device.as_ref()?.emoji.get(cluster).copied()
    }

    /// Whether the chapter has emoji that are pictures.
    pub(super) fn has_emoji(&self) -> bool {
        self.device.as_ref().is_some_and(|instead| !instead.emoji.is_empty())
    }

    /// An equation's picture, and the path of its file from the package document.
    pub(super) fn equation(&self, math: &Math) -> Option<(String, &Equation)> {
        let key = key(math)?;
        let equation = self.device.as_ref()?.equations.get(&key)?;
        Some((equation_path(&key), equation))
    }

    /// The lines of a block of code of the chapter; plain ones for what is only
    /// shown as code, such as an equation that can't be converted.
    pub(super) fn lines(&self, code: &CodeBlock) -> Arc<Vec<Line>> {
        let lines = self.code.get(&code.language).and_then(|blocks| blocks.get(&code.text));
        lines.map_or_else(|| Highlights::default().lines(code), |lines| Arc::clone(&lines.0))
    }
}

/// Gathers what a chapter refers to.
struct Gathering<'a> {
    plan: &'a Plan<'a>,
    inputs: Inputs<'a>,
}

impl Gathering<'_> {
    fn image(&mut self, image: &Image) {
        if let ImageSource::Media(path) = &image.source
            && let Some(media) = self.plan.book.media.get(path)
        {
            let file = self.plan.images.get(path).map(|file| file.path.as_str());
            let picture = Picture { path: file, width: media.width, height: media.height };
            self.inputs.pictures.insert(path.clone(), picture);
        }
    }
}

impl Gathering<'_> {
    fn math(&mut self, math: &Math) {
        if let (Some(instead), Some(device)) = (&mut self.inputs.device, self.plan.device)
            && let Some(key) = key(math)
            && let Some(equation) = device.equations.get(&key)
        {
            instead.equations.insert(key, equation);
        }
    }
}

/// The path of an equation's picture from the package document.
pub(super) fn equation_path(key: &str) -> String {
    format!("images/equation-{key}.png")
}

impl Visit for Gathering<'_> {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Math(math) = &block.kind {
            self.math(math);
        }
        if let BlockKind::Figure { image, caption: _ } = &block.kind {
            self.image(image);
        }
        if let BlockKind::Code(code) = &block.kind {
            let lines = Lines(self.plan.highlights.lines(code));
            self.inputs.code.entry(code.language.clone()).or_default().insert(code.text.clone(), lines);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Image(image) = &inline.kind {
            self.image(image);
        }
        if let InlineKind::Math(math) = &inline.kind {
            self.math(math);
        }
        if let InlineKind::Link(link) = &inline.kind
            && let LinkTarget::Internal { chapter, fragment } = &link.target
            && let Some(file) = self.plan.chapter(chapter)
        {
            let target = Target { file: &file.file, ids: BTreeSet::new() };
            let target = self.inputs.targets.entry(chapter.clone()).or_insert(target);
            target.ids.extend(fragment.as_deref().and_then(|id| file.ids.get(id)).map(String::as_str));
        }
        walk_inline(self, inline);
    }
}
