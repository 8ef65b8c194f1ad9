//! Which chapter of a book was which one of its earlier state.
//!
//! 1. A chapter at the path of one that is at least half like it is that one.
//! 2. Of the others, those most like each other are paired first, wherever
//!    they stand; two that are at the same path only if neither is at least
//!    twice as much like a third. So a chapter that moved is found, and what
//!    was put in its old place counts as new.
//! 3. What is left over at one path is one chapter, written anew.
//!
//! Likeness is how many runs of three words two chapters share, twice that by
//! the runs of both (the Sørensen–Dice coefficient): words that every text has
//! make nothing alike.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::digest::{ChapterDigest, Digest, hash};

/// Likeness is counted in parts of this.
const WHOLE: u32 = 10_000;

/// Chapters this much alike are the same.
const ALIKE: u32 = WHOLE / 2;

/// The same for chapters of one title.
const ALIKE_BY_TITLE: u32 = WHOLE / 4;

/// Chapters of fewer words are too short to be told by their words alone.
const SHORT: usize = 12;

/// Runs of words that more chapters have say nothing about a single one: they
/// come from a template. It also keeps the work in bounds.
const COMMON: usize = 32;

/// As many chapters are looked at closely for each chapter.
const CANDIDATES: usize = 8;

/// For each chapter of `after` its place in `before`.
pub(super) fn pair(before: &Digest, after: &Digest) -> Vec<Option<usize>> {
    let mut pairs = Pairs {
        before: &before.chapters,
        after: &after.chapters,
        before_of: vec![None; after.chapters.len()],
        taken: BTreeSet::new(),
        keys: by_key(&before.chapters),
    };
    pairs.by_key(ALIKE);
    pairs.by_likeness();
    pairs.by_key(0);
    pairs.before_of
}

fn by_key(chapters: &[ChapterDigest]) -> BTreeMap<&str, usize> {
    chapters.iter().enumerate().map(|(at, chapter)| (chapter.key.as_str(), at)).collect()
}

struct Pairs<'d> {
    before: &'d [ChapterDigest],
    after: &'d [ChapterDigest],
    before_of: Vec<Option<usize>>,
    /// The chapters of `before` that are taken.
    taken: BTreeSet<usize>,
    /// Their places by key.
    keys: BTreeMap<&'d str, usize>,
}

/// Two chapters that may be one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Most alike first, then those of one title, of one file name, and in the
    /// order of the books.
    rank: (Reverse<u32>, Reverse<bool>, Reverse<bool>),
    before: usize,
    after: usize,
}

impl<'d> Pairs<'d> {
    fn is_open(&self, after: usize) -> bool {
        self.before_of.get(after).is_some_and(Option::is_none)
    }

    fn take(&mut self, before: usize, after: usize) {
        if let Some(slot) = self.before_of.get_mut(after)
            && slot.is_none()
            && self.taken.insert(before)
        {
            *slot = Some(before);
        }
    }

    /// Pairs chapters at the same path that are at least so much alike.
    fn by_key(&mut self, least: u32) {
        for (at, chapter) in self.after.iter().enumerate() {
            if self.is_open(at)
                && let Some(&old) = self.keys.get(chapter.key.as_str())
                && let Some(former) = self.before.get(old)
                && (least == 0
                    || former.words == chapter.words
                    || likeness(&runs(former), &runs(chapter)) >= least)
            {
                self.take(old, at);
            }
        }
    }

    /// Pairs what is left, the most alike first.
    fn by_likeness(&mut self) {
        let old = Side::new(self.before, |at| !self.taken.contains(&at));
        let new = Side::new(self.after, |at| self.is_open(at));
        let index = Index::new(&old);
        let mut found = Vec::new();
        for (at, chapter, theirs) in new.all() {
            let at_its_path = old.likeness(&chapter.key, theirs);
            for before in index.near(chapter, theirs) {
                let Some((former, runs)) = old.get(before) else { continue };
                let alike = likeness(runs, theirs);
                let kept = at_its_path.max(new.likeness(&former.key, runs));
                if former.key != chapter.key
                    && same(former, chapter, alike)
                    && alike >= kept.saturating_mul(2)
                {
                    let title = former.title == chapter.title;
                    let name = former.file_name() == chapter.file_name();
                    let rank = (Reverse(alike), Reverse(title), Reverse(name));
                    found.push(Candidate { rank, before, after: at });
                }
            }
        }
        found.sort();
        for candidate in found {
            self.take(candidate.before, candidate.after);
        }
    }
}

/// The chapters of one book that have no partner yet, with their runs of words.
struct Side<'d> {
    chapters: &'d [ChapterDigest],
    runs: BTreeMap<usize, Vec<u64>>,
    keys: BTreeMap<&'d str, usize>,
}

impl<'d> Side<'d> {
    fn new(chapters: &'d [ChapterDigest], is_open: impl Fn(usize) -> bool) -> Self {
        let open = chapters.iter().enumerate().filter(|(at, _)| is_open(*at));
        let runs = open.map(|(at, chapter)| (at, runs(chapter))).collect();
        Self { chapters, runs, keys: by_key(chapters) }
    }

    fn get(&self, at: usize) -> Option<(&'d ChapterDigest, &[u64])> {
        Some((self.chapters.get(at)?, self.runs.get(&at)?))
    }

    fn all(&self) -> impl Iterator<Item = (usize, &'d ChapterDigest, &[u64])> {
        self.runs.keys().filter_map(|&at| self.get(at).map(|(chapter, runs)| (at, chapter, runs)))
    }

    /// How much the chapter at this path is like these runs; not at all if
    /// there is none.
    fn likeness(&self, key: &str, other: &[u64]) -> u32 {
        self.keys.get(key).and_then(|at| self.get(*at)).map_or(0, |(_, runs)| likeness(runs, other))
    }
}

/// Where to look for a chapter.
struct Index<'d> {
    runs: BTreeMap<u64, Vec<usize>>,
    titles: BTreeMap<&'d str, Vec<usize>>,
}

impl<'d> Index<'d> {
    fn new(side: &Side<'d>) -> Self {
        let mut index = Self { runs: BTreeMap::new(), titles: BTreeMap::new() };
        for (at, chapter, runs) in side.all() {
            for run in runs {
                index.runs.entry(*run).or_default().push(at);
            }
            index.titles.entry(&chapter.title).or_default().push(at);
        }
        index
    }

    /// The chapters that may be this one: those that share the most runs of
    /// words that few have, and those of its title.
    fn near(&self, chapter: &ChapterDigest, runs: &[u64]) -> BTreeSet<usize> {
        let mut shares: BTreeMap<usize, usize> = BTreeMap::new();
        let rare = runs.iter().filter_map(|run| self.runs.get(run)).filter(|all| all.len() <= COMMON);
        for at in rare.flatten() {
            *shares.entry(*at).or_default() += 1;
        }
        let mut most: Vec<_> = shares.into_iter().map(|(at, share)| (Reverse(share), at)).collect();
        most.sort_unstable();
        let titled = self.titles.get(chapter.title.as_str()).into_iter().flatten().take(CANDIDATES);
        most.into_iter().take(CANDIDATES).map(|(_, at)| at).chain(titled.copied()).collect()
    }
}

/// Whether two chapters at different paths are one.
fn same(former: &ChapterDigest, chapter: &ChapterDigest, alike: u32) -> bool {
    if former.title == chapter.title {
        return alike >= ALIKE_BY_TITLE;
    }
    alike >= ALIKE && former.words.len().min(chapter.words.len()) >= SHORT
}

/// The runs of three words of a chapter, each once, sorted; of a shorter
/// chapter the whole.
fn runs(chapter: &ChapterDigest) -> Vec<u64> {
    let words = chapter.words.as_slice();
    let mut runs: Vec<u64> = match words.len() {
        0 => Vec::new(),
        1 | 2 => vec![hash(words)],
        _ => words.windows(3).map(hash).collect(),
    };
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// How alike two chapters are, in parts of [`WHOLE`].
fn likeness(a: &[u64], b: &[u64]) -> u32 {
    let (mut i, mut j, mut both) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let all = (a.len() + b.len()).max(1);
    u32::try_from(2 * both * WHOLE as usize / all).unwrap_or(WHOLE)
}
