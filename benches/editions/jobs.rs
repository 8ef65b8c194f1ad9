//! What is measured: each job is a list of processes, and what has to be
//! done, unmeasured, before each time.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::sources::{Revision, Sources, chapters};
use super::tools::{BINDERY, Tools, done};

/// A job.
pub struct Job<'a> {
    pub name: &'static str,
    /// Whether it takes so long that it is run in few rounds only.
    pub dear: bool,
    pub prepare: Box<dyn Fn() + 'a>,
    pub commands: Box<dyn Fn() -> Vec<Command> + 'a>,
}

/// The jobs that can be done, and why others can't.
#[derive(Default)]
pub struct Jobs<'a> {
    pub list: Vec<Job<'a>>,
    pub skipped: Vec<String>,
}

/// Where jobs work.
pub struct Place<'a> {
    pub tools: &'a Tools,
    pub sources: &'a Sources,
    pub scratch: &'a Path,
}

impl<'a> Place<'a> {
    fn output(&self, name: &str) -> PathBuf {
        self.scratch.join("output").join(name)
    }

    /// A build whose report is printed as JSON, without a cache on disk.
    pub fn bindery(&self, source: &Path, output: &str, flags: &[&str]) -> Command {
        let mut command = self.cached(source, output, flags, None);
        if self.tools.cache {
            command.arg("--no-cache");
        }
        command
    }

    fn cached(&self, source: &Path, output: &str, flags: &[&str], cache: Option<&Path>) -> Command {
        let mut command = Command::new(BINDERY);
        command.arg("build").arg(source).arg("--output").arg(self.output(output)).args(["--quiet", "--json"]);
        command.args(flags).env("XDG_CACHE_HOME", self.scratch.join("xdg"));
        if let Some(cache) = cache {
            command.arg("--cache").arg(cache);
        }
        command
    }

    /// A build into an empty folder.
    pub fn build(&'a self, name: &'static str, source: &'a Path, flags: &'static [&'static str]) -> Job<'a> {
        Job {
            name,
            dear: false,
            prepare: Box::new(move || empty(&self.output(name))),
            commands: Box::new(move || vec![self.bindery(source, name, flags)]),
        }
    }

    /// The project that Bindery makes of the latest edition, for Typst's own program.
    pub fn project(&self) -> PathBuf {
        let folder = self.scratch.join("project");
        if !folder.exists() {
            let mut command = self.bindery(&self.sources.document, "project", LATEST);
            done(command.arg("--keep-typst").arg(&folder));
        }
        let inner = |folder: PathBuf| {
            fs::read_dir(folder).expect("reads").next().expect("one").expect("reads").path()
        };
        inner(inner(folder))
    }

    fn typst(&self, python: &Path, source: &Path, output: &str, standards: &[&str]) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/editions/set_pages.py");
        let mut command = Command::new(python);
        command.arg(script).arg(source).arg(self.scratch.join(output)).args(standards);
        command
    }
}

const LATEST: &[&str] = &["--latest", "--previous", "none"];
const YEARLY: &[&str] = &["--every", "year", "--latest"];
const STANDARDS: &[&str] = &["a-2a", "ua-1"];

fn empty(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("removed");
    }
}

/// The jobs of the table.
pub fn all<'a>(place: &'a Place<'a>) -> Jobs<'a> {
    let document = &place.sources.document;
    let mut jobs = Jobs::default();
    jobs.list.push(place.build("one", document, LATEST));
    jobs.list.push(place.build(
        "one, 1 thread",
        document,
        &["--latest", "--previous", "none", "--jobs", "1"],
    ));
    jobs.list.push(place.build(
        "one, PDF",
        document,
        &["--latest", "--previous", "none", "--formats", "pdf"],
    ));
    jobs.list.push(place.build("six", document, YEARLY));
    jobs.list.push(place.build("six, 1 thread", document, &["--every", "year", "--latest", "--jobs", "1"]));
    for (name, commits) in [("neighbour", &place.sources.commits[..1]), ("both", &place.sources.commits[..])]
    {
        jobs.list.push(Job {
            name,
            dear: false,
            prepare: Box::new(move || empty(&place.output(name))),
            commands: Box::new(move || {
                let mut command = place.bindery(&place.sources.changed, name, &["--previous", "none"]);
                commits.iter().for_each(|commit| {
                    command.arg("--at").arg(commit);
                });
                vec![command]
            }),
        });
    }
    with_cache(place, &mut jobs);
    with_typst(place, &mut jobs);
    with_mdbook(place, &mut jobs);
    with_pandoc(place, &mut jobs);
    jobs
}

/// What the cache on disk saves.
fn with_cache<'a>(place: &'a Place<'a>, jobs: &mut Jobs<'a>) {
    if !place.tools.cache {
        jobs.skipped.push("this Bindery has no cache on disk".to_owned());
        return;
    }
    let (full, used) = (place.scratch.join("cache-full"), place.scratch.join("cache"));
    jobs.list.push(Job {
        name: "six, cached",
        dear: false,
        prepare: {
            let full = full.clone();
            Box::new(move || {
                if !full.exists() {
                    done(&mut place.cached(&place.sources.document, "six, cached", YEARLY, Some(&full)));
                }
            })
        },
        commands: {
            let full = full.clone();
            Box::new(move || vec![place.cached(&place.sources.document, "six, cached", YEARLY, Some(&full))])
        },
    });
    jobs.list.push(Job {
        name: "new commit, cached",
        dear: false,
        prepare: {
            let used = used.clone();
            Box::new(move || {
                empty(&used);
                done(Command::new("cp").arg("-r").args([&full, &used]));
            })
        },
        commands: Box::new(move || {
            vec![place.cached(&place.sources.changed, "new commit, cached", YEARLY, Some(&used))]
        }),
    });
}

/// Typst's own program.
fn with_typst<'a>(place: &'a Place<'a>, jobs: &mut Jobs<'a>) {
    let Some(python) = &place.tools.python else {
        jobs.skipped.push("no Python with `typst` of the same series: nothing is compared with Typst's own program, nor with Pandoc".to_owned());
        return;
    };
    for (name, output, standards) in
        [("typst", "typst.pdf", STANDARDS), ("typst, no standard", "typst-plain.pdf", &[])]
    {
        jobs.list.push(Job {
            name,
            dear: false,
            prepare: Box::new(|| {
                place.project();
            }),
            commands: Box::new(move || vec![place.typst(python, &place.project(), output, standards)]),
        });
    }
    // What Typst's highlighter takes of the same code: set with it and without.
    for (name, highlighted) in [("code, highlighted", true), ("code, plain", false)] {
        let file = place.scratch.join(name.replace(", ", "-")).join("main.typ");
        jobs.list.push(Job {
            name,
            dear: false,
            prepare: {
                let file = file.clone();
                Box::new(move || code_alone(&place.sources.document, &file, highlighted))
            },
            commands: Box::new(move || vec![place.typst(python, &file, "code.pdf", &[])]),
        });
    }
}

/// A Typst file with all code of the latest revision, each block once, in its
/// language or in none.
fn code_alone(document: &Path, file: &Path, highlighted: bool) {
    let mut blocks: BTreeSet<(String, String)> = BTreeSet::new();
    for chapter in chapters(document) {
        let text = fs::read_to_string(document.join(chapter)).expect("a chapter");
        for fenced in text.split("\n```").skip(1).step_by(2) {
            let (info, code) = fenced.split_once('\n').unwrap_or((fenced, ""));
            let language: String = info.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
            blocks.insert((language, code.to_owned()));
        }
    }
    let folder = file.parent().expect("a folder");
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("code.json"), serde_json::to_string(&blocks).expect("JSON")).expect("written");
    let language = if highlighted { "if language == \"\" { none } else { language }" } else { "none" };
    let main = format!(
        "#for (language, code) in json(\"code.json\") {{ raw(code, block: true, lang: {language}) }}\n"
    );
    fs::write(file, main).expect("written");
}

fn patched<'a>(place: &'a Place<'a>) -> impl Fn(&Revision) -> PathBuf + 'a {
    let path =
        place.tools.mdbook_typst_pdf.as_ref().map_or_else(String::new, |p| p.to_string_lossy().into_owned());
    move |revision| place.sources.patched(revision, &path, place.scratch)
}

/// What mdBook has for the two formats.
fn with_mdbook<'a>(place: &'a Place<'a>, jobs: &mut Jobs<'a>) {
    let all = &place.sources.yearly[..];
    let last = &all[all.len().saturating_sub(1)..];
    let mut job = |name, revisions: &'a [Revision], command: fn(&Place, &Path) -> Command| {
        jobs.list.push(Job {
            name,
            dear: false,
            prepare: Box::new(move || {
                let patched = patched(place);
                revisions.iter().for_each(|revision| empty(&patched(revision).join("book")));
            }),
            commands: Box::new(move || {
                revisions.iter().map(|it| command(place, &patched(place)(it))).collect()
            }),
        });
    };
    match (&place.tools.mdbook, &place.tools.mdbook_typst_pdf) {
        (Some(_), Some(_)) => {
            let command = |place: &Place, folder: &Path| {
                let mut command = Command::new(place.tools.mdbook.as_ref().expect("there"));
                command.arg("build").arg(folder);
                command
            };
            job("mdbook-typst-pdf, one", last, command);
            job("mdbook-typst-pdf, six", all, command);
        }
        (_, _) => jobs.skipped.push("no mdbook-typst-pdf, or no mdbook to run it".to_owned()),
    }
    if place.tools.mdbook_epub.is_some() {
        let command = |place: &Place, folder: &Path| {
            let mut command = Command::new(place.tools.mdbook_epub.as_ref().expect("there"));
            command.arg("-s").arg(folder);
            command
        };
        job("mdbook-epub, one", last, command);
        job("mdbook-epub, six", all, command);
    } else {
        jobs.skipped.push("no mdbook-epub".to_owned());
    }
}

/// Pandoc with Typst, both formats of each revision.
fn with_pandoc<'a>(place: &'a Place<'a>, jobs: &mut Jobs<'a>) {
    let (Some(python), Some(pandoc)) = (&place.tools.python, &place.tools.pandoc) else {
        jobs.skipped.push("no Pandoc, or no `typst` for it".to_owned());
        return;
    };
    let all = &place.sources.yearly[..];
    let commands = move || {
        let of_revision = |revision: &Revision| {
            let folder = patched(place)(revision);
            let command = |arguments: &[&str]| {
                let mut command = Command::new(pandoc);
                command.current_dir(&folder).args([
                    "-f",
                    "gfm",
                    "--toc",
                    "-M",
                    "title=A book",
                    "--file-scope",
                ]);
                command.args(arguments).args(chapters(&folder));
                command
            };
            let epub = command(&["-t", "epub3", "--resource-path=.:src", "-o", "book.epub"]);
            let typst = command(&["-s", "-t", "typst", "-o", "book.typ"]);
            [epub, typst, place.typst(python, &folder.join("book.typ"), "pandoc.pdf", &[])]
        };
        all.iter().flat_map(of_revision).collect()
    };
    let prepare = move || all.iter().for_each(|revision| drop(patched(place)(revision)));
    jobs.list.push(Job {
        name: "pandoc, six",
        dear: true,
        prepare: Box::new(prepare),
        commands: Box::new(commands),
    });
}
