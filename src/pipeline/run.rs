//! The order of a run: while one edition becomes files, the next is read and
//! laid out beside it.

use std::sync::Arc;
use std::time::Instant;

use super::make::Bound;
use super::matter::Past;
use super::memory::Memory;
use super::{EditionReport, Event, Goal, Plan, Progress, Report, Work, cached, guarded, located};
use crate::cache::Key;
use crate::diag::Result;
use crate::edition::Edition;
use crate::edition::changes::Digest;
use crate::edition::identity::slugify;
use crate::fetch::Fetcher;
use crate::highlight::Highlights;
use crate::reader;
use crate::span::Files;
use crate::trace;

/// The same as far as a goal; only [`Goal::Files`] writes any.
pub fn run(plan: &Plan, goal: Goal, progress: &dyn Progress) -> Report {
    run_as(plan, &slug(plan), goal, progress)
}

/// The same of a document whose slug is known.
pub(super) fn run_as(plan: &Plan, slug: &str, goal: Goal, progress: &dyn Progress) -> Report {
    progress.event(Event::Planned { editions: plan.editions.len() });
    let memory = Memory::new(plan);
    let mut run = Run {
        plan,
        goal,
        slug,
        progress,
        memory: &memory,
        fetcher: plan.fetch.clone().map(Fetcher::new),
        highlights: Arc::default(),
    };
    let mut editions = Vec::new();
    // The last edition that was made, and the one that is not finished yet.
    let (mut before, mut open) = (Link::default(), None::<Bound>);
    if let Some(edition) = &plan.before {
        before = run.work(edition, None).earlier();
    }
    for edition in &plan.editions {
        progress.event(Event::Started { edition });
        let mut previous = open.as_ref().and_then(Bound::past).or_else(|| before.past.clone());
        let mut identity = run.work(edition, previous.clone()).identify();
        if open.is_some() && run.work(edition, None).may_be_found(identity.as_ref()) {
            // It names the record of the one before.
            editions.extend(run.finish(open.take(), &mut before));
            previous = before.past.clone();
            identity = run.work(edition, previous.clone()).identify();
        }
        let found = || run.work(edition, previous.clone()).find(identity.as_ref(), &before);
        if let Some((report, link)) = open.is_none().then(found).flatten() {
            progress.event(Event::Finished { report: &report });
            before = if report.manifest.is_some() { link } else { before };
            editions.push(report);
            continue;
        }
        let record = before.record.clone();
        let unfinished = open.take();
        let finish = || unfinished.map(|bound| bound.finish(record));
        let begin = || run.begin(edition, previous, identity);
        let (finished, mut begun) = match rayon::current_num_threads() {
            // One thread would begin the next in the midst of the other.
            1 => (finish(), begin()),
            _ => rayon::join(finish, begin),
        };
        if let Some((report, link)) = finished {
            match link {
                Some(link) => before = link,
                // What came to nothing precedes nothing.
                None => begun = run.begin(edition, before.past.clone(), None),
            }
            progress.event(Event::Finished { report: &report });
            editions.push(report);
        }
        match begun {
            Ok(bound) => open = Some(*bound),
            Err(report) => {
                progress.event(Event::Finished { report: &report });
                editions.push(*report);
            }
        }
    }
    editions.extend(run.finish(open, &mut before));
    Report { slug: slug.to_owned(), editions, diagnostics: plan.diagnostics.clone() }
}

/// A run that is going on.
struct Run<'a> {
    plan: &'a Plan,
    goal: Goal,
    slug: &'a str,
    progress: &'a dyn Progress,
    memory: &'a Memory,
    /// Fetches remote images, each once in a run.
    fetcher: Option<Fetcher>,
    /// Those of the edition before; most code stays as it is.
    highlights: Arc<Highlights>,
}

/// What the next edition needs of one that was made.
#[derive(Default)]
pub(super) struct Link {
    pub(super) past: Option<Arc<Past>>,
    /// The SHA-256 of its `edition.json`, where that is at hand.
    pub(super) record: Option<String>,
}

impl<'a> Run<'a> {
    fn work(&self, edition: &'a Edition, previous: Option<Arc<Past>>) -> Work<'a> {
        let new = Work::new(self.plan, self.goal, edition, self.slug, self.progress, self.memory);
        Work { previous, ..new }
    }

    /// Begins an edition: everything up to its pages. The other is the report
    /// of one that came to nothing.
    fn begin(
        &mut self,
        edition: &'a Edition,
        previous: Option<Arc<Past>>,
        identity: Option<Key>,
    ) -> std::result::Result<Box<Bound<'a>>, Box<EditionReport>> {
        let started = Instant::now();
        let _scope = trace::scope("edition", &edition.name);
        let mut said = Vec::new();
        let previous = self.with_book(previous).unwrap_or_else(|error| {
            said.push(*error);
            None
        });
        let mut work = self.work(edition, previous);
        work.identity = identity.filter(|_| said.is_empty());
        match guarded("reading the book", || work.prepare(self.fetcher.as_mut(), &mut said)) {
            Ok((book, imprint)) => {
                let mut bound = work.bind(book, imprint, said, &self.highlights);
                self.highlights = Arc::clone(&bound.highlights);
                bound.work.timings.total = started.elapsed();
                Ok(Box::new(bound))
            }
            Err(error) => {
                said.push(*error);
                let mut report = work.report();
                report.diagnostics = located(said, &Files::default());
                report.timings.total = started.elapsed();
                Err(Box::new(report))
            }
        }
    }

    /// Finishes an edition that was begun, if there is one.
    fn finish(&self, open: Option<Bound>, before: &mut Link) -> Option<EditionReport> {
        let (report, link) = open?.finish(before.record.clone());
        if let Some(link) = link {
            *before = link;
        }
        self.progress.event(Event::Finished { report: &report });
        Some(report)
    }

    /// An edition before, with what its book is compared by: read now, if that
    /// edition is not built in this run.
    fn with_book(&mut self, past: Option<Arc<Past>>) -> Result<Option<Arc<Past>>> {
        let Some(past) = past else { return Ok(None) };
        if past.digest.is_some() {
            return Ok(Some(past));
        }
        let edition = past.edition.edition.clone();
        let (plan, goal, slug) = (self.plan, self.goal, self.slug);
        let mut work = Work::new(plan, goal, &edition, slug, self.progress, self.memory);
        let read = || work.read(self.fetcher.as_mut(), &mut Vec::new());
        let (book, _) = guarded("reading the edition before", read)?;
        Ok(Some(Arc::new(work.past_of(Some(Digest::of(&book))))))
    }
}

/// The slug that is set, else one made from the title of the latest revision,
/// so that all editions of a document share it whatever else is chosen, and
/// even when its title changes. A revision that holds no book is passed over.
pub fn slug(plan: &Plan) -> String {
    if let Some(slug) = &plan.config.slug {
        return slug.clone();
    }
    if let Some(title) = &plan.config.title {
        return slugify(title);
    }
    let latest = plan.document.revisions().unwrap_or_default().pop();
    let chosen = plan.editions.last().map(|edition| edition.revision.clone());
    let title = latest.into_iter().chain(chosen).find_map(|revision| {
        cached::title(plan, &revision, || {
            let title = || reader::title(plan.document.tree(&revision)?.as_ref(), &plan.read_options());
            guarded("reading the title", title).ok()
        })
    });
    slugify(&title.filter(|t| !t.is_empty()).unwrap_or_else(|| plan.document.name().to_owned()))
}
