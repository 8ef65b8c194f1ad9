//! What changed from one edition to the next, found in the document trees.
//!
//! - Chapters are recognised by their paths and by likeness (`pair.rs`).
//! - Words are those of [`document::text`](crate::document::text::words):
//!   headings, code, tables, footnotes, captions, the source of equations and
//!   the alternative texts of images count; a word is changed if any of its
//!   characters is, punctuation that touches it included. As few words as can
//!   be are counted as added and removed (`count.rs`); words that went from
//!   one chapter to another count in both.
//! - How Markdown is wrapped and marked up is nothing that readers meet, and no
//!   change. Emphasis, the kind of a block, a link's address or an image that
//!   changed are a change without words (`form.rs`).
//!
//! ```json
//! {
//!   "chapters": {"before": 160, "after": 170, "added": 12, "removed": 2, "moved": 5,
//!                "renamed": 1, "rewritten": 1, "edited": 20, "unchanged": 137},
//!   "words": {"before": 99000, "after": 110100, "added": 14200, "removed": 3100, "percent-new": 13},
//!   "list": [
//!     {"key": "new.md", "title": "New", "change": "added", "position": 3,
//!      "words": 500, "added": 500, "removed": 0, "percent-new": 100},
//!     {"key": "b/a.md", "title": "A", "change": "edited", "moved": ["path"], "former-key": "a.md",
//!      "words": 300, "added": 30, "removed": 10, "percent-new": 10},
//!     {"key": "old.md", "title": "Old", "change": "removed",
//!      "words": 200, "added": 0, "removed": 200, "percent-new": 0}
//!   ]
//! }
//! ```
//!
//! The list has the chapters that changed in the order of the book, then those
//! that were removed in the order that they had.

mod count;
mod digest;
mod form;
mod order;
mod pair;
mod say;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::digest::Digest;
use self::digest::{ChapterDigest, Parent};
pub use self::say::{grouped, percent};

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Changes {
    /// How many chapters.
    pub chapters: Chapters,
    /// How many words, of the whole book.
    pub words: Words,
    /// The chapters that changed in the order of the book, then those that
    /// were removed in the order that they had.
    pub list: Vec<Changed>,
}

/// How many chapters changed and in which way. One that moved and was edited
/// counts as both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Chapters {
    /// Before.
    pub before: usize,
    /// After.
    pub after: usize,
    /// New ones.
    pub added: usize,
    /// Those that are there no more.
    pub removed: usize,
    /// Those at another path or another place in the contents.
    pub moved: usize,
    /// Those of another title.
    pub renamed: usize,
    /// Those of which more than half is new, and more than half of what they
    /// were is gone.
    pub rewritten: usize,
    /// Those with other changes of their content.
    pub edited: usize,
    /// Those in which nothing changed.
    pub unchanged: usize,
}

/// How many words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Words {
    /// Before.
    pub before: usize,
    /// After: those before, and those added, without those removed.
    pub after: usize,
    /// Added.
    pub added: usize,
    /// Removed.
    pub removed: usize,
    /// How much of the text is new, in per cent: see [`percent`].
    pub percent_new: usize,
}

/// A chapter that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Changed {
    /// Its key; of one that was removed, the key that it had.
    pub key: String,
    /// Its title in the contents.
    pub title: String,
    /// What became of its content.
    pub change: Change,
    /// The ways in which it moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Move>,
    /// The key that it had, if it had another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_key: Option<String>,
    /// The title that it had, if it had another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_title: Option<String>,
    /// The title of what it was below, a chapter or a part, if it moved from
    /// there; none for the top of the contents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_place: Option<String>,
    /// The title of what it is below now, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its place among all chapters, from 1, for one that is new or that comes
    /// earlier or later than before among those that stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// Its words; of one that was removed, those that it had.
    pub words: usize,
    /// Words added.
    pub added: usize,
    /// Words removed.
    pub removed: usize,
    /// How much of its text is new, in per cent: see [`percent`].
    pub percent_new: usize,
}

/// What became of a chapter's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is new.
    Added,
    /// It is there no more.
    Removed,
    /// More than half of its words are new, and more than half of those that
    /// it had are gone.
    Rewritten,
    /// Other changes; maybe of no word.
    Edited,
    /// It is as it was; only its place or title changed.
    Kept,
}

/// A way in which a chapter moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Its file has another path.
    Path,
    /// It is below another chapter.
    Parent,
    /// It is in another part of the book.
    Part,
    /// It comes earlier or later.
    Order,
    /// What contains it moved, and it with that.
    WithParent,
}

/// Compares a book with an earlier state of it.
pub fn compare(before: &Digest, after: &Digest) -> Changes {
    let before_of = pair::pair(before, after);
    let taken: BTreeSet<usize> = before_of.iter().copied().flatten().collect();
    let comparison = Comparison { before, after, stays: vec![true; before_of.len()], before_of };
    let comparison = Comparison { stays: comparison.in_order(), ..comparison };
    let mut list: Vec<Changed> = (0..after.chapters.len()).filter_map(|at| comparison.changed(at)).collect();
    let gone = before.chapters.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    list.extend(gone.map(|(_, chapter)| Changed::removed(chapter)));
    Changes { chapters: Chapters::of(&list, before, after), words: Words::of(&list, before, after), list }
}

struct Comparison<'d> {
    before: &'d Digest,
    after: &'d Digest,
    /// For each chapter of `after` its place in `before`.
    before_of: Vec<Option<usize>>,
    /// Whether it is in order with the others that are.
    stays: Vec<bool>,
}

impl Comparison<'_> {
    /// Which chapters are in order with the others that are: as many as can be
    /// of those that have not moved in other ways.
    fn in_order(&self) -> Vec<bool> {
        let all = self.before_of.iter().zip(&self.after.chapters);
        let kept: Vec<(usize, bool)> = all
            .filter_map(|(old, chapter)| {
                let former = self.before.chapters.get((*old)?)?;
                Some(((*old)?, self.moves(former, chapter, true).is_empty()))
            })
            .collect();
        let mut stays = order::rising(&kept).into_iter();
        self.before_of.iter().map(|old| old.is_some() && stays.next() == Some(true)).collect()
    }

    /// What became of the chapter of `after` at this place; none if nothing.
    fn changed(&self, at: usize) -> Option<Changed> {
        let chapter = self.after.chapters.get(at)?;
        let Some(former) = self.before_of.get(at).copied().flatten() else {
            return Some(Changed { position: Some(at + 1), ..Changed::added(chapter) });
        };
        let former = self.before.chapters.get(former)?;
        let stays = self.stays.get(at).copied().unwrap_or(true);
        let mut changed = Changed::edited(former, chapter);
        changed.moved = self.moves(former, chapter, stays);
        changed.position = (!stays).then_some(at + 1);
        if changed.moved.iter().any(|way| matches!(way, Move::Parent | Move::Part)) {
            let place = |way: Move, of: &ChapterDigest| match way {
                Move::Part => of.part.clone(),
                Move::Path | Move::Parent | Move::Order | Move::WithParent => of.place().map(str::to_owned),
            };
            let way = changed.moved.iter().copied().find(|way| *way == Move::Part).unwrap_or(Move::Parent);
            (changed.former_place, changed.place) = (place(way, former), place(way, chapter));
        }
        let same = changed.change == Change::Kept
            && changed.moved.is_empty()
            && changed.former_title.is_none()
            && changed.position.is_none();
        (!same).then_some(changed)
    }

    fn moves(&self, former: &ChapterDigest, chapter: &ChapterDigest, stays: bool) -> Vec<Move> {
        let mut moves = Vec::new();
        if former.key != chapter.key {
            moves.push(Move::Path);
        }
        // A part of another title is the same part, unless both were there and are.
        let parts = [&former.part, &chapter.part].map(|part| part.as_deref().unwrap_or_default());
        let both = |part: &str| {
            part.is_empty() || (self.before.parts.contains(part) && self.after.parts.contains(part))
        };
        if !self.same_parent(former.parent.as_ref(), chapter.parent.as_ref()) {
            moves.push(Move::Parent);
        } else if chapter.parent.is_none() && parts[0] != parts[1] && parts.into_iter().all(both) {
            moves.push(Move::Part);
        } else if !stays {
            let parent = chapter.parent.as_ref().and_then(|parent| parent.chapter);
            let along = parent.and_then(|at| self.stays.get(at)) == Some(&false);
            moves.push(if along { Move::WithParent } else { Move::Order });
        }
        moves
    }

    fn same_parent(&self, former: Option<&Parent>, parent: Option<&Parent>) -> bool {
        match (former, parent) {
            (None, None) => true,
            (Some(former), Some(parent)) => match (former.chapter, parent.chapter) {
                (Some(former), Some(at)) => self.before_of.get(at).copied().flatten() == Some(former),
                // A draft that became a chapter, or the other way round.
                (_, _) => former.title == parent.title,
            },
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

impl Changed {
    fn new(chapter: &ChapterDigest, change: Change, added: usize, removed: usize) -> Self {
        let words = chapter.words.len();
        Self {
            key: chapter.key.clone(),
            title: chapter.title.clone(),
            change,
            moved: Vec::new(),
            former_key: None,
            former_title: None,
            former_place: None,
            place: None,
            position: None,
            words,
            added,
            removed,
            percent_new: percent(added, words),
        }
    }

    fn added(chapter: &ChapterDigest) -> Self {
        Self::new(chapter, Change::Added, chapter.words.len(), 0)
    }

    fn removed(chapter: &ChapterDigest) -> Self {
        Self { percent_new: 0, ..Self::new(chapter, Change::Removed, 0, chapter.words.len()) }
    }

    fn edited(former: &ChapterDigest, chapter: &ChapterDigest) -> Self {
        let kept = count::kept(&former.words, &chapter.words);
        let (added, removed) = (chapter.words.len() - kept, former.words.len() - kept);
        let change = if 2 * added > chapter.words.len() && 2 * removed > former.words.len() {
            Change::Rewritten
        } else if added > 0 || removed > 0 || former.form != chapter.form {
            Change::Edited
        } else {
            Change::Kept
        };
        let other = |old: &String, new: &String| (old != new).then(|| old.clone());
        Self {
            former_key: other(&former.key, &chapter.key),
            former_title: other(&former.title, &chapter.title),
            ..Self::new(chapter, change, added, removed)
        }
    }

    /// Whether it stands elsewhere of itself, and not only with what contains it.
    pub fn has_moved(&self) -> bool {
        self.moved.iter().any(|way| *way != Move::WithParent)
    }
}

impl Chapters {
    fn of(list: &[Changed], before: &Digest, after: &Digest) -> Self {
        let count = |is: fn(&&Changed) -> bool| list.iter().filter(is).count();
        let listed = count(|c| c.change != Change::Removed);
        let along = count(|c| c.change == Change::Kept && !c.has_moved() && c.former_title.is_none());
        Self {
            before: before.chapters.len(),
            after: after.chapters.len(),
            added: count(|c| c.change == Change::Added),
            removed: count(|c| c.change == Change::Removed),
            moved: count(|c| c.has_moved()),
            renamed: count(|c| c.former_title.is_some()),
            rewritten: count(|c| c.change == Change::Rewritten),
            edited: count(|c| c.change == Change::Edited),
            unchanged: after.chapters.len() - listed + along,
        }
    }
}

impl Words {
    fn of(list: &[Changed], before: &Digest, after: &Digest) -> Self {
        let (added, removed) = (list.iter().map(|c| c.added).sum(), list.iter().map(|c| c.removed).sum());
        let words = after.words();
        Self { before: before.words(), after: words, added, removed, percent_new: percent(added, words) }
    }
}

impl Changes {
    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The chapters of the changed book, by their keys in reading order, made
    /// from those of the book before by what is listed.
    pub fn apply(&self, before: &[String]) -> Vec<String> {
        let mut removed = BTreeSet::new();
        let mut keys: BTreeMap<&str, &Changed> = BTreeMap::new();
        for changed in &self.list {
            match changed.change {
                Change::Added => {}
                Change::Removed => {
                    removed.insert(changed.key.as_str());
                }
                Change::Rewritten | Change::Edited | Change::Kept => {
                    keys.insert(changed.former_key.as_deref().unwrap_or(&changed.key), changed);
                }
            }
        }
        let mut after: Vec<String> = Vec::new();
        for key in before.iter().map(String::as_str).filter(|key| !removed.contains(key)) {
            match keys.get(key) {
                Some(changed) if changed.position.is_some() => {}
                Some(changed) => after.push(changed.key.clone()),
                None => after.push(key.to_owned()),
            }
        }
        for changed in &self.list {
            if let Some(position) = changed.position {
                after.insert(position.saturating_sub(1).min(after.len()), changed.key.clone());
            }
        }
        after
    }
}
