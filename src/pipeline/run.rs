//! The order of a run. Editions are read and laid out one after the other, so
//! that each takes over from its neighbour; each becomes files beside that, since
//! export keeps but one core busy.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::make::Bound;
use super::matter::Past;
use super::memory::Memory;
use super::{EditionReport, Event, Goal, Made, Plan, Progress, Report, Work, cached, guarded, located};
use crate::cache::Key;
use crate::diag::Result;
use crate::edition::Edition;
use crate::edition::changes::Digest;
use crate::edition::identity::slugify;
use crate::fetch::Fetcher;
use crate::reader;
use crate::span::Files;
use crate::trace;

/// The same as far as a goal; only [`Goal::Files`] writes any.
pub fn run(plan: &Plan, goal: Goal, progress: &dyn Progress) -> Report {
    run_as(plan, &slug(plan), goal, progress)
}

/// The same of a document whose slug is known.
pub(super) fn run_as(plan: &Plan, slug: &str, goal: Goal, progress: &dyn Progress) -> Report {
    run_with(plan, slug, goal, progress, &Memory::new(plan))
}

/// The same, going on from what earlier runs of the document remember.
pub fn run_with(plan: &Plan, slug: &str, goal: Goal, progress: &dyn Progress, memory: &Memory) -> Report {
    progress.event(Event::Planned { editions: plan.editions.len() });
    let fetcher = plan.fetch.clone().map(Fetcher::new);
    let mut run = Run { plan, goal, slug, progress, memory, fetcher };
    let mut line = Line { progress, before: Link::default(), failed: false, open: 0, reports: Vec::new() };
    if let Some(edition) = &plan.before {
        line.before = run.work(edition, None).earlier();
    }
    let ready = Ready::default();
    rayon::scope(|scope| {
        // What follows from the edition that was begun last.
        let mut last: Option<Arc<Past>> = None;
        for edition in &plan.editions {
            line.wait(&mut run, &ready, rayon::current_num_threads().min(AT_ONCE) - 1);
            progress.event(Event::Started { edition });
            let previous = |line: &Line| if line.open > 0 { last.clone() } else { line.before.past.clone() };
            let mut identity = run.work(edition, previous(&line)).identify();
            if line.open > 0 && run.work(edition, None).may_be_found(identity.as_ref()) {
                // It names the record of the one before.
                line.wait(&mut run, &ready, 0);
                identity = run.work(edition, previous(&line)).identify();
            }
            let previous = previous(&line);
            if line.open == 0 {
                let found = run.work(edition, previous.clone()).find(identity.as_ref(), &line.before);
                if let Some((report, link)) = found {
                    let link = report.manifest.is_some().then_some(link);
                    line.done(report, link);
                    continue;
                }
            }
            match run.begin(edition, previous, identity) {
                Ok(mut bound) => {
                    last = bound.past();
                    let (place, ready) = (line.begin(), &ready);
                    scope.spawn(move |_| {
                        let made = bound.make();
                        ready.put(place, bound, made);
                    });
                }
                Err(report) => {
                    line.wait(&mut run, &ready, 0);
                    line.done(*report, None);
                }
            }
        }
        line.wait(&mut run, &ready, 0);
    });
    Report { slug: slug.to_owned(), editions: line.reports, diagnostics: plan.diagnostics.clone() }
}

/// How many editions become files at the same time, at most: each holds its
/// pages until then.
const AT_ONCE: usize = 4;

/// How long a thread rests that has nothing to do but to wait.
const REST: Duration = Duration::from_millis(1);

/// Editions that are made and not in their places, by the order in which they
/// were begun.
#[derive(Default)]
struct Ready<'a>(Mutex<BTreeMap<usize, Finished<'a>>>);

/// An edition and its files.
type Finished<'a> = (Box<Bound<'a>>, Vec<Made>);

impl<'a> Ready<'a> {
    fn put(&self, place: usize, bound: Box<Bound<'a>>, made: Vec<Made>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, (bound, made));
    }

    fn take(&self, place: usize) -> Option<Finished<'a>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&place)
    }
}

/// The editions of a run in their order. Files are put into their places one
/// edition after the other, since each names the record of the one before.
struct Line<'a> {
    progress: &'a dyn Progress,
    /// The last edition that came to something.
    before: Link,
    /// Whether the last edition came to nothing.
    failed: bool,
    /// How many are begun and not done.
    open: usize,
    /// Those that are done.
    reports: Vec<EditionReport>,
}

impl Line<'_> {
    /// Another edition is begun; gives its place.
    fn begin(&mut self) -> usize {
        self.open += 1;
        self.reports.len() + self.open - 1
    }

    /// An edition is done. None follows it if it came to nothing.
    fn done(&mut self, report: EditionReport, link: Option<Link>) {
        self.failed = link.is_none();
        if let Some(link) = link {
            self.before = link;
        }
        self.progress.event(Event::Finished { report: &report });
        self.reports.push(report);
    }

    /// Puts what is made into its place, until no more than so many are open.
    fn wait<'a>(&mut self, run: &mut Run<'a>, ready: &Ready<'a>, most: usize) {
        while self.open > 0 {
            match ready.take(self.reports.len()) {
                Some((bound, made)) => {
                    self.open -= 1;
                    self.place(run, bound, made);
                }
                None if self.open <= most => return,
                // Whoever waits works: on what it waits for, or on another part.
                None => match rayon::yield_now() {
                    Some(rayon::Yield::Executed) => {}
                    Some(rayon::Yield::Idle) | None => std::thread::sleep(REST),
                },
            }
        }
    }

    fn place<'a>(&mut self, run: &mut Run<'a>, mut bound: Box<Bound<'a>>, mut made: Vec<Made>) {
        if self.failed && bound.work.previous.is_some() {
            // What came to nothing precedes nothing: it follows another one.
            match run.begin(bound.work.edition, self.before.past.clone(), None) {
                Ok(again) => bound = again,
                Err(report) => return self.done(*report, None),
            }
            made = bound.make();
        }
        let (report, link) = bound.finish(made, self.before.record.clone());
        self.done(report, link);
    }
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
            Ok((book, imprint, cover)) => {
                let mut bound = work.bind(book, imprint, cover, said, &self.memory.highlights());
                self.memory.remember(&bound.highlights);
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
///
/// That of an extract ends in the paths of its chapters.
pub fn slug(plan: &Plan) -> String {
    plan.slug_of(&whole_slug(plan))
}

fn whole_slug(plan: &Plan) -> String {
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
