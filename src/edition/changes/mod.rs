//! What changed from one edition to the next, found in the document trees: a
//! paragraph that was only wrapped anew is no change.

use serde::{Deserialize, Serialize};

use crate::document::outline::chapter_title;
use crate::document::text::chapter_text;
use crate::document::{Book, Chapter};

/// What a comparison needs of a book, without the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    chapters: Vec<ChapterDigest>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ChapterDigest {
    key: String,
    title: String,
    words: Vec<String>,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Changes {
    /// Keys of chapters that were not there before.
    pub added: Vec<String>,
    /// Keys of chapters that are there no more.
    pub removed: Vec<String>,
}

impl Digest {
    /// The digest of a finished book.
    pub fn of(book: &Book) -> Self {
        Self { chapters: book.text().map(ChapterDigest::of).collect() }
    }
}

impl ChapterDigest {
    fn of(chapter: &Chapter) -> Self {
        let words = chapter_text(chapter).split_whitespace().map(str::to_owned).collect();
        Self { key: chapter.key.clone(), title: chapter_title(chapter), words }
    }
}

/// Compares a book with an earlier state of it.
pub fn compare(before: &Digest, after: &Digest) -> Changes {
    let not_in = |a: &Digest, b: &Digest| {
        let keys = a.chapters.iter().filter(|c| !b.chapters.iter().any(|d| d.key == c.key));
        keys.map(|c| c.key.clone()).collect()
    };
    Changes { added: not_in(after, before), removed: not_in(before, after) }
}

impl Changes {
    /// A line for announcements.
    pub fn summary(&self) -> String {
        format!("{} chapters added, {} removed", self.added.len(), self.removed.len())
    }
}
