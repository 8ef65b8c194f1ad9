//! What a comparison keeps of a book: some eight bytes a word.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::form::form;
use crate::document::outline::chapter_title;
use crate::document::text::{chapter_text, words};
use crate::document::{Book, Chapter, Item, Role};

/// What a comparison needs of a book, without the book. Hashes in it are good
/// for one run of the program and are never written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    /// The document's own chapters in reading order.
    pub(super) chapters: Vec<ChapterDigest>,
    /// The titles of all parts.
    pub(super) parts: BTreeSet<String>,
}

/// One chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ChapterDigest {
    pub key: String,
    pub title: String,
    /// The part that it is in.
    pub part: Option<String>,
    /// The entry of the contents that it is below.
    pub parent: Option<Parent>,
    /// Its words in their order, each as a hash.
    pub words: Vec<u64>,
    /// A hash of all that readers meet in it, words or not.
    pub form: u64,
}

/// An entry of the contents that others are below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    /// The chapter, by its place in the digest; none for a draft or an address.
    pub chapter: Option<usize>,
    pub title: String,
}

impl Digest {
    /// The digest of a finished book. Chapters about the edition are not in it.
    pub fn of(book: &Book) -> Self {
        let mut digest = Self::default();
        let mut part = None;
        // The entries that are open, with their depths.
        let mut open: Vec<(usize, Parent)> = Vec::new();
        for item in &book.items {
            match item {
                Item::Part(title) => {
                    digest.parts.insert(title.clone());
                    part = Some(title.clone());
                    open.clear();
                }
                Item::Separator => {}
                Item::Unlinked(entry) => {
                    open.retain(|(depth, _)| *depth < entry.depth);
                    open.push((entry.depth, Parent { chapter: None, title: entry.title.clone() }));
                }
                Item::Chapter(chapter) if chapter.role != Role::Text => {}
                Item::Chapter(chapter) => {
                    open.retain(|(depth, _)| *depth < chapter.depth);
                    let parent = open.last().map(|(_, parent)| parent.clone());
                    let digested = ChapterDigest::of(chapter, book, part.clone(), parent);
                    let chapter_at = Some(digest.chapters.len());
                    open.push((chapter.depth, Parent { chapter: chapter_at, title: digested.title.clone() }));
                    digest.chapters.push(digested);
                }
            }
        }
        digest
    }

    /// The keys of its chapters in reading order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.chapters.iter().map(|chapter| chapter.key.as_str())
    }

    /// How many words it has.
    pub fn words(&self) -> usize {
        self.chapters.iter().map(|chapter| chapter.words.len()).sum()
    }
}

impl ChapterDigest {
    fn of(chapter: &Chapter, book: &Book, part: Option<String>, parent: Option<Parent>) -> Self {
        Self {
            key: chapter.key.clone(),
            title: chapter_title(chapter),
            part,
            parent,
            words: words(&chapter_text(chapter)).map(hash).collect(),
            form: form(chapter, &book.media),
        }
    }

    /// The name of its file.
    pub fn file_name(&self) -> &str {
        self.key.rsplit('/').next().unwrap_or(&self.key)
    }

    /// What contains it, for people: the entry above it, else its part.
    pub fn place(&self) -> Option<&str> {
        self.parent.as_ref().map(|parent| parent.title.as_str()).or(self.part.as_deref())
    }
}

/// A hash that is the same wherever it is made in one run.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
