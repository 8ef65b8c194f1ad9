//! The passes that look at one chapter alone: carried out in parallel, and
//! once in a run for each distinct chapter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{TransformOptions, characters, diagrams, footnotes, headings, ids, math, nesting};
use crate::diag::Diagnostic;
use crate::document::ledger::{Account, take};
use crate::document::{Book, Chapter, moved};
use crate::media::{Media, MediaBag};
use crate::recent::{Hash, Recent, hash};
use crate::span::Files;

/// The chapters of a run as these passes left them, each distinct one once.
#[derive(Debug, Default)]
pub struct Transformed(Recent<Alone>);

/// A chapter after these passes.
#[derive(Debug)]
struct Alone {
    chapter: Chapter,
    account: Option<Account>,
    result: Said,
}

/// What came of the passes besides the chapter.
#[derive(Debug, Clone, Default)]
struct Said {
    diagnostics: Vec<Diagnostic>,
    /// The drawings of its diagrams.
    media: Vec<(String, Media)>,
}

/// A chapter that is to be transformed.
struct Job<'b> {
    chapter: &'b mut Chapter,
    account: Option<&'b mut Account>,
    /// What it is remembered by; none if it can't be.
    key: Option<Hash>,
    /// None before it is done.
    said: Option<Said>,
}

/// A pass that looks at one chapter at a time.
type Pass = fn(&mut Chapter, &mut Vec<Diagnostic>);

/// Runs the passes over all chapters. Gives how many were not remembered.
pub(super) fn apply(book: &mut Book, options: &TransformOptions, diagnostics: &mut Vec<Diagnostic>) -> usize {
    let known = &options.chapters.0;
    known.begin(2);
    let (files, prints) = (std::mem::take(&mut book.files), std::mem::take(&mut book.prints));
    let mut media = std::mem::take(&mut book.media);
    let mut ledger = std::mem::take(&mut book.ledger);
    let accounts = ledger.accounts_mut().iter_mut().map(|account| (account.chapter.clone(), account));
    let mut accounts: BTreeMap<String, &mut Account> = accounts.collect();
    let mut jobs: Vec<Job> = book
        .chapters_mut()
        .map(|chapter| {
            let account = accounts.remove(&chapter.key);
            let key = prints.get(&chapter.key).map(|print| {
                hash([&print[..], chapter.title.as_bytes(), &[u8::from(options.dot.is_some())]])
            });
            let mut job = Job { chapter, account, key, said: None };
            job.remember(known);
            job
        })
        .collect();
    // Of equal chapters one is transformed at first; the others are the same.
    let mut begun = BTreeSet::new();
    let mut now: Vec<&mut Job> = jobs
        .iter_mut()
        .filter(|job| job.said.is_none() && job.key.is_none_or(|key| begun.insert(key)))
        .collect();
    let mut made = now.len();
    now.par_iter_mut().for_each(|job| job.run(&files, options));
    now.iter().for_each(|job| job.keep(known));
    for mut job in jobs {
        if job.said.is_none() {
            job.remember(known);
        }
        if job.said.is_none() {
            job.run(&files, options);
            made += 1;
        }
        let said = job.said.unwrap_or_default();
        diagnostics.extend(said.diagnostics);
        for (path, drawing) in said.media {
            if media.get(&path).is_none() {
                media.insert(path, drawing);
            }
        }
    }
    (book.files, book.prints, book.media, book.ledger) = (files, prints, media, ledger);
    made
}

impl Job<'_> {
    /// Takes the chapter over as an equal one became, if there was one.
    fn remember(&mut self, known: &Recent<Alone>) {
        let fits = |alone: &Alone| alone.account.is_some() == self.account.is_some();
        let Some(alone) = self.key.and_then(|key| known.find(&key, fits)) else { return };
        let file = self.chapter.span.file;
        let new = alone.chapter.clone();
        *self.chapter = Chapter {
            key: std::mem::take(&mut self.chapter.key),
            number: self.chapter.number.take(),
            depth: self.chapter.depth,
            ..new
        };
        let mut said = alone.result.clone();
        if alone.chapter.span.file != file {
            moved::to_file(self.chapter, file);
            for span in said.diagnostics.iter_mut().filter_map(|d| d.span.as_mut()) {
                span.file = file;
            }
        }
        if let (Some(account), Some(new)) = (&mut self.account, &alone.account) {
            let mut new = new.clone();
            (new.chapter, new.span) = (std::mem::take(&mut account.chapter), account.span);
            **account = new;
        }
        self.said = Some(said);
    }

    fn keep(&self, known: &Recent<Alone>) {
        if let (Some(key), Some(said)) = (self.key, &self.said) {
            let (chapter, account) = (self.chapter.clone(), self.account.as_deref().cloned());
            known.put(key, Arc::new(Alone { chapter, account, result: said.clone() }));
        }
    }

    fn run(&mut self, files: &Files, options: &TransformOptions) {
        let passes: [(&'static str, Pass); 6] = [
            ("nesting", nesting::apply),
            ("math", math::apply),
            ("headings", headings::apply),
            ("ids", ids::apply),
            ("footnotes", footnotes::apply),
            ("characters", characters::apply),
        ];
        let mut diagnostics = Vec::new();
        for (name, pass) in passes {
            self.audited(name, &mut diagnostics, pass);
        }
        let mut bag = MediaBag::default();
        self.audited("diagrams", &mut diagnostics, |chapter, said| {
            diagrams::apply(chapter, files, options.dot, &mut bag, said);
        });
        let media = bag.iter().map(|(path, drawing)| (path.to_owned(), drawing.clone())).collect();
        self.said = Some(Said { diagnostics, media });
    }

    /// Runs a pass, and has the ledger hold it to account.
    fn audited(
        &mut self,
        name: &'static str,
        diagnostics: &mut Vec<Diagnostic>,
        pass: impl FnOnce(&mut Chapter, &mut Vec<Diagnostic>),
    ) {
        let from = diagnostics.len();
        pass(self.chapter, diagnostics);
        match &mut self.account {
            Some(account) => account.after(name, self.chapter, diagnostics, from),
            None => drop(take(diagnostics, from)),
        }
    }
}
