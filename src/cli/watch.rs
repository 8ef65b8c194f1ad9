//! `bindery watch`: the draft, again and again.
//!
//! What wakes it may be wrong or more than one; what counts is how the files
//! look then ([`Seen`]). What a run remembers of chapters, images and pages
//! serves the next one.

mod ending;
mod events;
mod told;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use self::ending::Ending;
use self::events::Events;
use self::told::Told;
use super::args::Making;
use super::terminal::{Terminal, err};
use super::{fetching, open_options, refused, request_of};
use crate::config::{Layer, line};
use crate::diag::Code;
use crate::fonts::FontSource;
use crate::paths::shown;
use crate::pipeline::{self, Failure, Goal, Memory, Plan, Request};
use crate::source::OpenOptions;
use crate::source::seen::{Seen, root_of_draft};
use crate::theme::ThemeName;

/// What `watch` takes.
#[derive(Debug, Args)]
#[command(mut_arg("json", |arg| arg.hide(true)), mut_arg("strict", |arg| arg.hide(true)),
          mut_arg("timings", |arg| arg.hide(true)), mut_arg("trace", |arg| arg.hide(true)),
          mut_arg("bagit", |arg| arg.hide(true)), mut_arg("no_catalogue", |arg| arg.hide(true)))]
pub struct Watching {
    /// A book's folder, a work tree, or a Markdown file
    #[arg(value_name = "SOURCE", default_value = ".")]
    pub source: String,
    /// Read this configuration instead of the document's own bindery.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Set a key of bindery.toml, such as slug=guide; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Look at the files twice a second, where a file system tells nothing of changes
    #[arg(long)]
    pub poll: bool,
    /// How editions are made
    #[command(flatten)]
    pub making: Making,
}

impl Watching {
    /// How many threads work.
    pub fn jobs(&self) -> Option<u16> {
        self.making.jobs
    }

    fn request(&self) -> Result<Request, Failure> {
        let set = line::layer(&self.set).map_err(Failure)?;
        let flags = Layer { catalogue: Some(false), ..self.making.layer() };
        let request = request_of(&self.source, self.config.clone(), flags.over(set));
        Ok(Request { open: OpenOptions { draft: true, ..open_options() }, ..request })
    }
}

/// How long nothing may happen before what has happened counts: editors write
/// a file in several steps.
const CALM: Duration = Duration::from_millis(50);
/// How long is waited for that.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many files other than Markdown may change until images are forgotten,
/// which are remembered in all their states.
const MANY: usize = 50;

/// Gives the exit code, when it can't begin; else it ends with Ctrl-C.
pub fn watch_command(watching: &Watching) -> u8 {
    let terminal = Terminal::stderr();
    let quit = |failure: &Failure| refused(failure, false, terminal);
    let request = match watching.request() {
        Ok(request) => request,
        Err(failure) => return quit(&failure),
    };
    let mut watch = Watch {
        watching,
        request,
        root: root_of_draft(Path::new(&watching.source)),
        ending: Ending::default(),
        told: Told::new(terminal, &watching.making),
        slug: None,
        memory: None,
        other: 0,
        extra: Vec::new(),
        ignored: Vec::new(),
    };
    // What is not there at all won't come.
    if let Err(failure) = Plan::open(&watch.request)
        && failure.0.iter().any(|said| said.code == Code::SourceNotFound.as_str())
    {
        return quit(&failure);
    }
    watch.ending.listen();
    watch.go_on()
}

/// A draft that is being watched.
struct Watch<'a> {
    watching: &'a Watching,
    request: Request,
    /// What its files are read from.
    root: PathBuf,
    ending: Ending,
    told: Told,
    /// That of the first draft: its files stay where they are.
    slug: Option<String>,
    memory: Option<Memory>,
    /// How many files have changed that are not Markdown.
    other: usize,
    /// Files and folders of the disk that are used beside the document's.
    extra: Vec<PathBuf>,
    /// Folders that are written to.
    ignored: Vec<PathBuf>,
}

impl Watch<'_> {
    fn go_on(&mut self) -> u8 {
        let mut events = Events::new(self.watching.poll);
        err(&format!("Watching {}; Ctrl-C ends it\n", shown(&self.root.to_string_lossy())));
        let plan = self.plan();
        let mut seen = self.look(&mut events);
        self.build(plan, &[]);
        let mut gone = false;
        loop {
            events.wait(CALM, PATIENCE);
            if let Some(why) = events.trouble() {
                err(&format!("note: {}, so the files are looked at twice a second\n", shown(&why)));
            }
            if !self.root.exists() {
                if !gone {
                    err(&format!("{} is gone; waiting for it\n", shown(&self.root.to_string_lossy())));
                }
                gone = true;
                events.forget();
                std::thread::sleep(PATIENCE);
                continue;
            }
            gone = false;
            let now = self.look(&mut events);
            let changed = now.since(&seen);
            if !changed.is_empty() {
                seen = now;
                let plan = self.plan();
                self.build(plan, &changed);
            }
        }
    }

    /// Looks at all files, and has events come from all their folders. What
    /// came to be before that did is seen by looking once more.
    fn look(&self, events: &mut Events) -> Seen {
        let places: Vec<PathBuf> = std::iter::once(&self.root).chain(&self.extra).cloned().collect();
        let mut seen = Seen::look(&places, &self.ignored);
        while events.watch(seen.folders()) {
            seen = Seen::look(&places, &self.ignored);
        }
        seen
    }

    /// What is to be built now. The files that count beside the document's own
    /// are those that it says.
    fn plan(&mut self) -> Result<Plan, Failure> {
        let plan = Plan::new(&self.request)?;
        let config = &plan.config;
        let fonts = config.fonts.iter().filter_map(|font| match font {
            FontSource::Disk(path) => Some(path),
            FontSource::Tree(_) => None,
        });
        let theme = match &config.theme {
            ThemeName::Folder(folder) => Some(folder),
            ThemeName::Default | ThemeName::Plain | ThemeName::Large => None,
        };
        self.extra =
            self.watching.config.iter().chain(theme).chain(fonts).map(|path| settled(path)).collect();
        self.ignored = vec![settled(&config.output)];
        self.ignored.extend(build_folder(Path::new(&self.watching.source)));
        let fetch = self.watching.making.fetch_images.map(|reach| fetching(&self.request.open, reach));
        Ok(Plan { fetch, ..plan })
    }

    /// Builds the draft, and says how that went.
    fn build(&mut self, plan: Result<Plan, Failure>, changed: &[PathBuf]) {
        let started = Instant::now();
        let paths: Vec<String> = changed
            .iter()
            .map(|path| path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned())
            .collect();
        let plan = match plan {
            Ok(plan) => plan,
            Err(Failure(said)) => return self.told.refused(&said, &paths),
        };
        self.other += changed.iter().filter(|path| path.extension().is_none_or(|end| end != "md")).count();
        let serves = |memory: &Memory| memory.serves(&plan);
        let mut memory = self.memory.take().filter(serves).unwrap_or_else(|| Memory::new(&plan));
        if self.other > MANY {
            self.other = 0;
            memory.forget_images();
        }
        let slug = match &plan.config.slug {
            Some(slug) => slug.clone(),
            None => self.slug.get_or_insert_with(|| pipeline::slug(&plan)).clone(),
        };
        let report = pipeline::run_with(&plan, &slug, Goal::Files, &self.ending, &memory);
        self.memory = Some(memory);
        self.told.built(&plan, &report, started.elapsed(), &paths);
    }
}

/// A path as it is once links are followed, as far as it is there.
fn settled(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for folder in path.ancestors() {
        if let (Ok(found), Ok(rest)) = (std::fs::canonicalize(folder), path.strip_prefix(folder)) {
            return if rest.as_os_str().is_empty() { found } else { found.join(rest) };
        }
    }
    path
}

/// Where mdBook writes what it makes of the book in a folder.
fn build_folder(book: &Path) -> Option<PathBuf> {
    let toml: toml::Table = std::fs::read_to_string(book.join("book.toml")).ok()?.parse().ok()?;
    let build = toml.get("build").and_then(|build| build.get("build-dir")).and_then(toml::Value::as_str);
    let source = toml.get("book").and_then(|book| book.get("src")).and_then(toml::Value::as_str);
    let folder = settled(&book.join(build.unwrap_or("book")));
    (!settled(&book.join(source.unwrap_or("src"))).starts_with(&folder)).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_mdbook_is_passed_over_unless_the_book_is_in_it() {
        let root = tempfile::tempdir().expect("a folder");
        let book = std::fs::canonicalize(root.path()).expect("there");
        assert_eq!(build_folder(&book), None);
        for (toml, folder) in [
            ("", Some("book")),
            ("[build]\nbuild-dir = \"public/guide\"\n", Some("public/guide")),
            ("[book]\nsrc = \"book/text\"\n", None),
            ("[build]\nbuild-dir = \".\"\n", None),
            ("[build\n", None),
        ] {
            std::fs::write(book.join("book.toml"), toml).expect("written");
            assert_eq!(build_folder(&book), folder.map(|folder| book.join(folder)), "{toml}");
        }
    }

    #[test]
    fn a_path_is_settled_as_far_as_it_is_there() {
        let root = tempfile::tempdir().expect("a folder");
        let here = std::fs::canonicalize(root.path()).expect("there");
        assert_eq!(settled(&root.path().join("a/b")), here.join("a/b"));
        assert_eq!(settled(root.path()), here);
    }
}
