//! Editions × formats: the order in which things happen.
//!
//! Editions are built oldest first, so that each takes over from its neighbour
//! what both have in common. While one becomes files, the next is read and laid
//! out beside it: that is the part of an edition which keeps few cores busy.
//! Whatever goes wrong, panics included, ends in the report of its edition and
//! leaves the others alone. Several documents are built side by side in the
//! same pool.

mod before;
mod cached;
mod changes;
mod covers;
mod devices;
mod extract;
mod keep;
mod make;
mod matter;
mod mdbook;
mod memory;
mod plan;
mod provenance;
mod put;
pub mod rebuild;
mod report;
pub mod roadmap;
mod run;
mod several;

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::changes::{Compared, Side, changes};
use self::matter::Past;
pub use self::memory::Memory;
pub use self::plan::{Failure, Plan, Request};
pub use self::report::{Anew, EditionReport, Event, Progress, Report, Silent, Stage, Timings};
use self::run::Link;
pub use self::run::{run, run_with, slug};
pub use self::several::{Task, run_all};
use crate::cache::Key;
use crate::cover::Jacket;
use crate::diag::{Code, Diagnostic, Located, Result};
use crate::document::text::shortened;
use crate::document::{Book, Metadata, Original};
use crate::edition::changes::Changes;
use crate::edition::conformance::Standard;
use crate::edition::{Edition, Extract, Imprint};
use crate::fetch::Fetcher;
use crate::fonts;
use crate::output::Format;
use crate::programs::{self, Runner};
use crate::reader::{self, Programs};
use crate::source::{FileTree, Recorded};
use crate::span::Files;
use crate::trace;
use crate::transform::{self, Images, TransformOptions};
use crate::writer::pdf;

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Both writers' markup, so that everything is said but what Typst alone
    /// finds out on its pages.
    Markup,
    /// Finished bytes, which are thrown away.
    Bytes,
    /// Files.
    Files,
}

/// Builds what a plan says. Call it inside a rayon pool whose threads have
/// stacks of some 64 MiB: nested blocks go deep.
pub fn build(plan: &Plan, progress: &dyn Progress) -> Report {
    run(plan, Goal::Files, progress)
}

/// One edition being built.
struct Work<'a> {
    plan: &'a Plan,
    goal: Goal,
    edition: &'a Edition,
    slug: &'a str,
    progress: &'a dyn Progress,
    timings: Timings,
    anew: Anew,
    /// What the run remembers.
    memory: &'a Memory,
    /// The edition before, where there is one.
    previous: Option<Arc<Past>>,
    /// What the next edition needs of this one.
    past: Option<Arc<Past>>,
    /// What changed since the edition before, once it is known.
    changes: Option<Changes>,
    /// The command that makes the edition again, once it is known.
    command: Option<Vec<String>>,
    /// What the book says of itself, before anything was laid over it.
    own: Own,
    /// What it is kept in the cache by, without its link to the edition
    /// before; none if it is not kept.
    identity: Option<Key>,
}

/// What a book says of itself, as far as an edition's settings depend on it.
#[derive(Default)]
struct Own {
    /// Whether the name of the source stands for the title.
    title_is_name: bool,
    /// The web address of its repository.
    repository: Option<String>,
    /// What it is an extract of, if it is one.
    extract: Option<Extract>,
}

/// A finished file.
struct Made {
    format: Format,
    bytes: Vec<u8>,
    pages: Option<usize>,
    /// What a PDF conforms to.
    conformance: Option<Vec<Standard>>,
}

impl<'a> Work<'a> {
    /// An edition of which nothing is done yet, without one before.
    fn new(
        plan: &'a Plan,
        goal: Goal,
        edition: &'a Edition,
        slug: &'a str,
        progress: &'a dyn Progress,
        memory: &'a Memory,
    ) -> Self {
        Self {
            plan,
            goal,
            edition,
            slug,
            progress,
            timings: Timings::default(),
            anew: Anew::default(),
            memory,
            previous: None,
            past: None,
            changes: None,
            command: None,
            own: Own::default(),
            identity: None,
        }
    }

    /// The report of an edition of which nothing is made yet.
    fn report(&self) -> EditionReport {
        EditionReport {
            edition: self.edition.clone(),
            folder: self.plan.config.output.join(self.slug).join(&self.edition.name),
            manifest: None,
            counts: None,
            ledger: None,
            diagnostics: Vec::new(),
            timings: self.timings,
            anew: self.anew,
            found: false,
        }
    }

    fn stage(&self, stage: Stage, chapters: usize) {
        self.progress.event(Event::Stage { edition: self.edition, stage, chapters });
    }

    /// Files → finished tree, with what is said about the edition.
    fn prepare(
        &mut self,
        fetcher: Option<&mut Fetcher>,
        said: &mut Vec<Diagnostic>,
    ) -> Result<(Book, Imprint, Jacket)> {
        let plan = self.plan;
        let (mut book, tree) = self.read(fetcher, said)?;
        let imprint = self.front_and_changes(&mut book, tree.as_ref(), said);
        if plan.config.formats.contains(&Format::Pdf) {
            let given = fonts::given(&plan.config.fonts, tree.as_ref()).take(said);
            let installed = plan.config.installed_fonts.then_some(&self.memory.installed);
            let asked = self.memory.installed.asked();
            let chosen = fonts::choose(&book, pdf::drawn, &given, installed).take(said);
            book.fonts = fonts::themed(&plan.config.pdf.theme, &given, chosen);
            if self.memory.installed.asked() != asked {
                // Tomorrow the machine may have others.
                self.identity = None;
            }
        }
        let cover = self.cover(&book, &imprint, tree.as_ref(), said);
        Ok((book, imprint, cover))
    }

    /// Files → finished tree.
    fn read(
        &mut self,
        fetcher: Option<&mut Fetcher>,
        said: &mut Vec<Diagnostic>,
    ) -> Result<(Book, Box<dyn FileTree>)> {
        let plan = self.plan;
        self.stage(Stage::Read, 0);
        let (tree, time) = timed("read", self.edition, || plan.document.tree(&self.edition.revision));
        let tree = tree?;
        said.extend_from_slice(tree.diagnostics());
        let runner = plan.config.preprocessors.map(|time| Runner::new(tree.as_ref(), time));
        let programs = runner.as_ref().map(|runner| runner as &dyn Programs);
        let recorded = Recorded::new(tree.as_ref());
        let known = &self.memory.parsed;
        // An edition that is only compared with is none of mdBook's.
        let rendered = plan.rendered.as_ref().filter(|_| plan.editions.contains(self.edition));
        let read = || match rendered {
            Some(rendered) => reader::read_rendered(&recorded, &plan.read_options(), rendered, known),
            None => reader::read_anew(&recorded, &plan.read_options(), programs, known),
        };
        let (read, more) = timed("read", self.edition, read);
        let read = read?;
        self.anew.parsed = read.parsed;
        let mut book = read.book.take(said);
        self.timings.read = time + more;
        self.own = Own {
            title_is_name: book.metadata.title_is_name,
            repository: book.metadata.repository.as_deref().and_then(public),
            extract: None,
        };
        name(plan, &mut book.metadata, said);
        self.own.extract = plan.cut(self.slug, self.edition, &mut book, said)?;
        shorten(&mut book.metadata, said);
        if plan.config.pdf.attach_sources && plan.config.formats.contains(&Format::Pdf) {
            let left = |path: &str| book.left_out.iter().any(|entry| entry.path == path);
            let files = recorded.files()?.into_iter().filter(|(path, _)| !left(path));
            book.sources = files.map(|(path, bytes)| Original { path, bytes }).collect();
        }
        self.stage(Stage::Transform, book.chapters().count());
        let remote = fetcher.map(|fetcher| {
            let wanted = transform::remote_images(&book);
            if !wanted.is_empty() {
                // Tomorrow others may be there.
                self.identity = None;
            }
            fetcher.fetch(&wanted)
        });
        let options = TransformOptions {
            remote: remote.unwrap_or_default(),
            chapters: Arc::clone(&self.memory.transformed),
            ..transform_options(plan, self.edition, &self.memory.images)
        };
        let apply = || transform::apply_anew(book, tree.as_ref(), &options);
        let ((book, made), time) = timed("transform", self.edition, apply);
        self.timings.transform = time;
        (self.anew.transformed, self.anew.decoded) = (made.chapters, made.images);
        Ok((book.take(said), tree))
    }
}

/// How the book of a revision is transformed, without remote images.
fn transform_options(plan: &Plan, edition: &Edition, images: &Arc<Images>) -> TransformOptions {
    TransformOptions {
        commit: edition.revision.commit().map(str::to_owned),
        images: Arc::clone(images),
        chapters: Arc::default(),
        remote: BTreeMap::new(),
        dot: plan.config.allow_programs.then_some(programs::dot),
    }
}

/// What a book is called, by whom it is and in which language, as the edition
/// has it.
fn name(plan: &Plan, metadata: &mut Metadata, said: &mut Vec<Diagnostic>) {
    overlay(plan, metadata);
    shorten(metadata, said);
}

/// What is set goes before what the book says of itself.
fn overlay(plan: &Plan, metadata: &mut Metadata) {
    let config = &plan.config;
    let replace = |to: &mut String, by: &Option<String>| {
        if let Some(by) = by {
            to.clone_from(by);
        }
    };
    replace(&mut metadata.title, &config.title);
    replace(&mut metadata.language, &config.language);
    if config.subtitle.is_some() {
        metadata.subtitle.clone_from(&config.subtitle);
    }
    if let Some(authors) = &config.authors {
        metadata.authors.clone_from(authors);
    }
    let address = config.repository.clone().or(metadata.repository.take());
    let remote = plan.document.address().filter(|_| !plan.bare);
    let address = address.or_else(|| remote.map(str::to_owned));
    metadata.repository = address.as_deref().and_then(public);
}

/// The longest title or subtitle, in characters: a title page has room for it.
const LONGEST_TITLE: usize = 500;

/// Shortens what is too long for title pages, covers and what reading systems
/// show of a book.
fn shorten(metadata: &mut Metadata, said: &mut Vec<Diagnostic>) {
    let titles = [("title", Some(&mut metadata.title)), ("subtitle", metadata.subtitle.as_mut())];
    for (name, title) in titles {
        let Some(title) = title else { continue };
        let Some(short) = shortened(title, LONGEST_TITLE) else { continue };
        let length = title.chars().count();
        *title = short;
        let message = format!(
            "the book's {name} has {length} characters; the first {LONGEST_TITLE} of them stand for it"
        );
        let hint = format!("set a shorter `{name}` in bindery.toml, or below `[book]` in book.toml");
        said.push(Diagnostic::new(Code::TitleShortened, message).hint(hint));
    }
}

/// Diagnostics in the order of the book, those without a place first, each
/// once: both writers may say the same.
fn located(mut said: Vec<Diagnostic>, files: &Files) -> Vec<Located> {
    said.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
    let mut seen = BTreeSet::new();
    said.iter().filter(|d| seen.insert(*d)).map(|d| d.locate(files)).collect()
}

/// An address that may be printed: of the web, without credentials, query or
/// a slash at the end.
fn public(address: &str) -> Option<String> {
    let mut url = url::Url::parse(address).ok().filter(|u| matches!(u.scheme(), "https" | "http"))?;
    url.host_str()?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let text = url.as_str().trim_end_matches('/');
    Some(text.strip_suffix(".git").unwrap_or(text).to_owned())
}

/// Does a stage of an edition, and says how long it took.
fn timed<T>(stage: &'static str, edition: &Edition, work: impl FnOnce() -> T) -> (T, Duration) {
    let _scope = trace::scope(stage, &edition.name);
    let started = Instant::now();
    let value = work();
    (value, started.elapsed())
}

/// Turns a panic, ours or Typst's, into a diagnostic.
fn guarded<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Box::new(fault(what, panic.as_ref()))))
}

fn fault(what: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    let line = text.lines().next().unwrap_or("");
    Diagnostic::new(Code::Internal, format!("{what} panicked: {line}"))
        .hint("this is a fault in Bindery; please report it with the document that shows it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_panic_becomes_a_diagnostic() {
        let error = guarded::<()>("writing the PDF", || panic!("layer {}\nmore", 7)).expect_err("panicked");
        assert_eq!(
            (error.code, error.message.as_str()),
            (Code::Internal, "writing the PDF panicked: layer 7")
        );
    }

    #[test]
    fn diagnostics_are_sorted_by_place_and_said_once() {
        let mut files = Files::default();
        let (a, b) = (files.add("a.md", "one two"), files.add("b.md", "one two"));
        let at = |file, start: usize| {
            Diagnostic::new(Code::GlyphMissing, "no glyph").at(Span::new(file, start..start + 1))
        };
        let said = vec![at(b, 0), at(a, 4), at(a, 0), at(a, 4), Diagnostic::new(Code::EpubFailed, "no")];
        let places: Vec<String> = located(said, &files)
            .iter()
            .map(|d| d.place.as_ref().map_or("-".to_owned(), |p| format!("{}:{}", p.path, p.column)))
            .collect();
        assert_eq!(places, ["-", "a.md:1", "a.md:5", "b.md:1"]);
    }

    #[test]
    fn only_public_addresses_are_printed() {
        assert_eq!(
            public("https://me:secret@example.org/a.git/?q#f").as_deref(),
            Some("https://example.org/a")
        );
        assert_eq!(public("file:///home/me/book"), None);
        assert_eq!(public("/home/me/book"), None);
    }
}
