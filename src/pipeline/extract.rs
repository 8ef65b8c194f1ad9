//! Extracts: chapters of the document bound alone (`only`), as a document of
//! its own.
//!
//! Chapters are meant by their paths: a title or a number is looked up once,
//! in the newest of the chosen editions that has it, so that all editions of a
//! run are of the same chapters. An edition that lacks one of them is none.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::{Failure, Plan};
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::document::only::{self, Unfound};
use crate::document::{Book, Metadata};
use crate::edition::identity::{slugify, uuid};
use crate::edition::{Edition, Extract};
use crate::reader;
use crate::source::Revision;

/// How many editions a hint names.
const NAMED: usize = 5;

impl Plan {
    /// Finds the chapters that alone are bound, and leaves out the editions
    /// that lack one of them. All chapters are bound where none is named.
    ///
    /// # Errors
    /// When no edition has a chapter of a name, or several chapters have it.
    pub(super) fn bind_only(
        &mut self,
        chosen: Vec<Edition>,
        said: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Edition>, Failure> {
        if self.config.only.is_empty() {
            return Ok(chosen);
        }
        // Somebody has given them to the whole.
        self.config.identifiers.clear();
        // What can't be read stays: making it will fail too, and say why.
        let read = |edition: Edition| {
            let contents = self.contents(&edition.revision).ok().flatten();
            (edition, contents)
        };
        let all: Vec<(Edition, Option<Vec<only::Entry>>)> = chosen.into_iter().map(read).collect();
        if all.iter().all(|(_, contents)| contents.is_none()) {
            return Ok(all.into_iter().map(|(edition, _)| edition).collect());
        }
        let mut keys = BTreeSet::new();
        for name in &self.config.only {
            let known = all.iter().rev().filter_map(|(edition, c)| Some((edition, c.as_deref()?)));
            keys.insert(key_of(name, known)?);
        }
        self.config.only = keys.into_iter().collect();
        let mut kept = Vec::new();
        for (edition, contents) in all {
            let contents = contents.unwrap_or_default();
            match self.lacking(&contents).filter(|_| !contents.is_empty()) {
                Some(key) => said.push(without(&edition, key, &contents)),
                None => kept.push(edition),
            }
        }
        Ok(kept)
    }

    /// The contents of a revision's book; none if it holds no book.
    ///
    /// # Errors
    /// When they can't be read.
    pub(super) fn contents(&self, revision: &Revision) -> Result<Option<Vec<only::Entry>>> {
        reader::listing(self.document.tree(revision)?.as_ref(), &self.read_options())
    }

    /// The first of the chapters that are to be bound which a book lacks.
    fn lacking(&self, contents: &[only::Entry]) -> Option<&String> {
        self.config.only.iter().find(|key| !contents.iter().any(|entry| entry.key == **key))
    }

    /// The first of the chapters that are to be bound which a revision lacks.
    pub(super) fn lacks(&self, revision: &Revision) -> Option<&String> {
        if self.config.only.is_empty() {
            return None;
        }
        self.lacking(&self.contents(revision).ok()??)
    }

    /// A name of the whole document, with what tells its extract apart.
    pub(super) fn slug_of(&self, whole: &str) -> String {
        match suffix(&self.config.only) {
            Some(suffix) => format!("{whole}-{suffix}"),
            None => whole.to_owned(),
        }
    }

    /// The name of the whole document, of one that [`slug_of`](Self::slug_of) gave.
    pub(super) fn whole_slug<'s>(&self, slug: &'s str) -> &'s str {
        let suffix = suffix(&self.config.only);
        suffix.and_then(|suffix| slug.strip_suffix(&suffix)?.strip_suffix('-')).unwrap_or(slug)
    }

    /// The UUID of an edition of the whole document, or of these chapters.
    pub(super) fn uuid_of(&self, slug: &str, only: &[String], edition: &Edition) -> uuid::Uuid {
        uuid(slug, self.book.as_deref(), only, &edition.revision)
    }

    /// Cuts a book that was just read down to what is to be bound, and names
    /// it; none if all of it is.
    ///
    /// # Errors
    /// When it lacks a chapter.
    pub(super) fn cut(
        &self,
        slug: &str,
        edition: &Edition,
        book: &mut Book,
        said: &mut Vec<Diagnostic>,
    ) -> Result<Option<Extract>> {
        if self.config.only.is_empty() {
            return Ok(None);
        }
        let contents = only::contents(book);
        let mut keys = BTreeSet::new();
        for name in &self.config.only {
            keys.insert(only::find(&contents, name).map_err(|_| failing(edition, name, &contents))?);
        }
        let keys: Vec<String> = keys.into_iter().collect();
        let titles = only::cut(book, &keys, said).map_err(|key| failing(edition, &key, &contents))?;
        let whole = rename(&mut book.metadata, &titles);
        let uuid = self.uuid_of(self.whole_slug(slug), &[], edition);
        Ok(Some(Extract { title: whole, uuid, chapters: titles, keys }))
    }
}

/// What tells an extract of these chapters from the whole in names of folders
/// and files: their paths, since file names are often alike.
fn suffix(only: &[String]) -> Option<String> {
    let path = |key: &String| {
        let path = key.rsplit_once('.').map_or(key.as_str(), |(path, _)| path);
        let folder = ["/README", "/index"].iter().find_map(|index| path.strip_suffix(index));
        folder.unwrap_or(path).to_owned()
    };
    (!only.is_empty()).then(|| slugify(&only.iter().map(path).collect::<Vec<_>>().join(" ")))
}

/// An extract is called after its chapters, and its subtitle names the whole.
/// Gives the title of the whole.
fn rename(metadata: &mut Metadata, chapters: &[String]) -> String {
    let english = metadata.language.split('-').next().is_some_and(|language| language == "en");
    let title = match (chapters, english) {
        ([first @ .., last], true) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (all, _) => all.join(", "),
    };
    let whole = std::mem::replace(&mut metadata.title, title);
    // Other languages have other words for it, or none.
    metadata.subtitle = Some(if english { format!("From {whole}") } else { whole.clone() });
    whole
}

/// The key of the chapter that a name means in the newest edition that has it.
fn key_of<'a>(
    name: &str,
    known: impl Iterator<Item = (&'a Edition, &'a [only::Entry])>,
) -> Result<String, Failure> {
    // What is near, with the editions that have it, the newest first.
    let mut near: BTreeMap<String, usize> = BTreeMap::new();
    let mut hints: Vec<(String, String)> = Vec::new();
    for (edition, contents) in known {
        let found = only::find(contents, name);
        match found {
            Ok(key) => return Ok(key),
            Err(Unfound::Several(keys)) => {
                let keys = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                let message = format!("`{name}` may be any of several chapters: {keys}");
                let problem = Diagnostic::new(Code::ConfigInvalid, message);
                return Err(Box::new(problem.hint("name one of them by its path")).into());
            }
            Err(Unfound::Nothing(Some(key))) if !near.contains_key(&key) => {
                near.insert(key.clone(), hints.len());
                hints.push((key, described(edition)));
            }
            Err(Unfound::Nothing(_)) => {}
        }
    }
    let mut problem = Diagnostic::new(Code::ConfigInvalid, format!("no edition has a chapter `{name}`"));
    for (key, edition) in hints.into_iter().take(NAMED) {
        problem = problem.hint(format!("in the edition of {edition} there is `{key}`"));
    }
    let hint = "name a chapter by its path below the book's source folder, its title or its number";
    Err(Box::new(problem.hint(hint)).into())
}

/// That an edition lacks a chapter.
fn without(edition: &Edition, key: &str, contents: &[only::Entry]) -> Diagnostic {
    let this = described(edition);
    let note = Diagnostic::new(
        Code::EditionWithoutChapter,
        format!("there is no chapter `{key}` at {this}; it makes no edition"),
    );
    match only::find(contents, key) {
        Err(Unfound::Nothing(Some(near))) => note.hint(format!("there is `{near}`")),
        Ok(_) | Err(Unfound::Nothing(None) | Unfound::Several(_)) => note,
    }
}

/// The same where the edition is wanted nevertheless.
fn failing(edition: &Edition, key: &str, contents: &[only::Entry]) -> Box<Diagnostic> {
    Box::new(Diagnostic { severity: Severity::Error, ..without(edition, key, contents) })
}

/// An edition's revision for people: `2021-11-02 (abc1234)`.
fn described(edition: &Edition) -> String {
    match (edition.revision.is_draft(), edition.revision.short()) {
        (true, _) => "the draft".to_owned(),
        (false, Some(short)) => format!("{} ({short})", edition.revision.date),
        (false, None) => edition.revision.date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extracts_are_called_after_the_paths_of_their_chapters() {
        let of = |keys: &[&str]| suffix(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["roadmap.md"]).as_deref(), Some("roadmap"));
        assert_eq!(of(&["vision/how_to/README.md"]).as_deref(), Some("vision-how-to"));
        assert_eq!(of(&["a.md", "b/c.md", "d/index.md"]).as_deref(), Some("a-b-c-d"));
        let long = of(&[&format!("{}.md", "x/".repeat(200))]).expect("a name");
        assert!(long.len() < 80, "{long}");
    }

    #[test]
    fn titles_name_the_chapters_and_subtitles_the_whole() {
        let named = |language: &str, chapters: &[&str]| {
            let mut metadata = Metadata {
                title: "Whole".to_owned(),
                language: language.to_owned(),
                subtitle: Some("Old".to_owned()),
                ..Metadata::default()
            };
            let chapters: Vec<String> = chapters.iter().map(|title| (*title).to_owned()).collect();
            assert_eq!(rename(&mut metadata, &chapters), "Whole");
            (metadata.title, metadata.subtitle.unwrap_or_default())
        };
        let both = |title: &str, subtitle: &str| (title.to_owned(), subtitle.to_owned());
        assert_eq!(named("en-GB", &["A"]), both("A", "From Whole"));
        assert_eq!(named("en", &["A", "B", "C"]), both("A, B and C", "From Whole"));
        assert_eq!(named("de", &["A", "B"]), both("A, B", "Whole"));
    }
}
