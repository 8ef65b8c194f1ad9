//! Chapters read apart from one another, in parallel, and those remembered
//! that were read before: in another edition, or under another path.
//!
//! A chapter is known by the bytes of its file and all settings that have a
//! say. What else it was made from (included files, whether they are there)
//! is noted while it is read, and compared before it is used again. Its path
//! counts only where something in it depends on the path: a directive, or the
//! title of a chapter without heading.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::Reader;
use super::chapter::first_heading;
use super::traced::{Answers, Asked, Traced};
use crate::diag::{Diagnostic, Result};
use crate::document::ledger::Account;
use crate::document::{Chapter, moved};
use crate::recent::{Hash, Recent, hash};
use crate::span::{FileId, Files};

/// The chapters of a run as they were parsed, each distinct one once.
#[derive(Debug, Default)]
pub struct Parsed(Recent<Piece>);

/// A chapter that was read. Its file is the first of all.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The path, where that makes a difference.
    path: Option<String>,
    /// What was asked of the tree besides the chapter's own file.
    asked: Vec<Asked>,
    /// See [`Book::prints`](crate::document::Book::prints).
    print: Option<Hash>,
    /// The text of its file.
    text: Arc<str>,
    chapter: Chapter,
    account: Account,
    diagnostics: Vec<Diagnostic>,
}

/// A chapter that can't be read.
pub(super) struct Unread {
    error: Box<Diagnostic>,
    /// The text of its file, if it has one.
    text: Option<Arc<str>>,
    /// What was said before.
    diagnostics: Vec<Diagnostic>,
}

pub(super) type Outcome = std::result::Result<Arc<Piece>, Unread>;

impl Reader<'_> {
    /// The chapters at some paths, in that order.
    pub(super) fn pieces(&mut self, paths: &[&str]) -> Vec<Outcome> {
        self.known.0.begin(2);
        let (settings, answers) = (self.settings(), Answers::new(self.tree));
        let key = |path: &&str| Some(key(&settings, path, &self.tree.digest(path).ok().flatten()?));
        let keys: Vec<Option<Hash>> = paths.iter().map(key).collect();
        let find = |key: &Option<Hash>, path: &str| {
            let fits = |piece: &Piece| {
                piece.path.as_deref().is_none_or(|own| own == path) && answers.agree(&piece.asked)
            };
            self.known.0.find(key.as_ref()?, fits).map(Ok)
        };
        let mut all: Vec<Option<Outcome>> =
            keys.iter().zip(paths).map(|(key, path)| find(key, path)).collect();
        // Of equal files one is read at first; the others may be the same.
        let mut begun = BTreeSet::new();
        let mut now: Vec<(usize, &str)> = Vec::new();
        for (i, (path, key)) in paths.iter().zip(&keys).enumerate() {
            if all.get(i).is_some_and(Option::is_none) && key.is_none_or(|key| begun.insert(key)) {
                now.push((i, path));
            }
        }
        let made: Vec<_> = now.par_iter().map(|(i, path)| (*i, self.piece(path, &settings))).collect();
        let mut parsed = made.len();
        for (i, (key, outcome)) in made {
            self.keep(key, &outcome);
            if let Some(place) = all.get_mut(i) {
                *place = Some(outcome);
            }
        }
        let mut out = Vec::with_capacity(all.len());
        for ((outcome, key), path) in all.into_iter().zip(&keys).zip(paths) {
            out.push(outcome.or_else(|| find(key, path)).unwrap_or_else(|| {
                let (key, outcome) = self.piece(path, &settings);
                self.keep(key, &outcome);
                parsed += 1;
                outcome
            }));
        }
        self.parsed += parsed;
        out
    }

    /// All that has a say in how chapters are read.
    fn settings(&self) -> Hash {
        let settings = &self.found.settings;
        let dialect = self.place("").dialect;
        let hidelines = format!("{:?}", settings.hidelines);
        let rest = format!("{:?}", (self.repair, dialect));
        hash([rest.as_bytes(), hidelines.as_bytes(), settings.preprocessors.identity().as_bytes()])
    }

    /// Reads a chapter by itself, and gives what to remember it by.
    fn piece(&self, path: &str, settings: &Hash) -> (Option<Hash>, Outcome) {
        let tree = Traced::new(self.tree);
        let mut reader = Reader {
            tree: &tree,
            files: Files::default(),
            found: self.found,
            known: self.known,
            repair: self.repair,
            math: self.math,
            diagnostics: Vec::new(),
            taken: Default::default(),
            ledger: Default::default(),
            programs: None,
            rendered: None,
            preprocessed: Vec::new(),
            prints: Default::default(),
            parsed: 0,
        };
        let read = reader.chapter(path, String::new());
        let Reader { files, diagnostics, ledger, .. } = reader;
        let text = files.get(FileId(0)).map(|file| Arc::clone(&file.text));
        let mut asked = tree.asked();
        let (chapter, account, text) = match (read, ledger.single(), text) {
            (Ok(chapter), Some(account), Some(text)) => (chapter, account, text),
            (Err(error), _, text) => return (None, Err(Unread { error, text, diagnostics })),
            (Ok(_), _, text) => {
                let error = Box::new(Diagnostic::new(crate::diag::Code::Internal, "it has no account"));
                return (None, Err(Unread { error, text, diagnostics }));
            }
        };
        // The file itself comes first.
        let own = match asked.first() {
            Some(Asked::File(file, Some(digest))) if file == path => Some(*digest),
            Some(Asked::File(..) | Asked::Paths(_) | Asked::Failed) | None => None,
        };
        let sure = own.is_some() && files.len() == 1 && !asked.contains(&Asked::Failed);
        if own.is_some() {
            asked.remove(0);
        }
        let free = asked.is_empty() && !text.contains("{{") && first_heading(&chapter.blocks).is_some();
        let key = own.map(|own| key(settings, path, &own)).filter(|_| sure);
        let path = (!free).then(|| path.to_owned());
        let print = key.map(|key| hash([&key[..], format!("{:?}", (&path, &asked)).as_bytes()]));
        (key, Ok(Arc::new(Piece { path, asked, print, text, chapter, account, diagnostics })))
    }

    fn keep(&self, key: Option<Hash>, outcome: &Outcome) {
        if let (Some(key), Ok(piece)) = (key, outcome) {
            self.known.0.put(key, Arc::clone(piece));
        }
    }

    /// Puts a chapter into the book.
    pub(super) fn put(&mut self, outcome: Outcome, path: &str, key: String) -> Result<Chapter> {
        let said = |mut diagnostic: Diagnostic, file: FileId| {
            if let Some(span) = &mut diagnostic.span {
                span.file = file;
            }
            diagnostic
        };
        match outcome {
            Ok(piece) => {
                let Piece { print, text, mut chapter, mut account, diagnostics, path: _, asked: _ } =
                    Arc::unwrap_or_clone(piece);
                let file = self.files.add(path, text);
                moved::to_file(&mut chapter, file);
                chapter.key.clone_from(&key);
                account.chapter.clone_from(&key);
                account.span = chapter.span;
                self.ledger.add(account);
                self.diagnostics.extend(diagnostics.into_iter().map(|d| said(d, file)));
                self.prints.extend(print.map(|print| (key, print)));
                Ok(chapter)
            }
            Err(Unread { error, text, diagnostics }) => match text {
                Some(text) => {
                    let file = self.files.add(path, text);
                    self.diagnostics.extend(diagnostics.into_iter().map(|d| said(d, file)));
                    Err(Box::new(said(*error, file)))
                }
                None => {
                    self.diagnostics.extend(diagnostics);
                    Err(error)
                }
            },
        }
    }
}

/// What a chapter is remembered by.
fn key(settings: &Hash, path: &str, digest: &Hash) -> Hash {
    // Mojibake is looked for in other ways in TOML.
    hash([&settings[..], digest, &[u8::from(path.ends_with(".toml"))]])
}
