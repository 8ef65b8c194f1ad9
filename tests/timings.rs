//! Where a run's time goes: `--timings`, `--trace`; and `--keep-typst`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "content operators that are of no interest")]

mod common;
#[allow(dead_code, reason = "only the text is needed")]
#[path = "common/pdf.rs"]
mod pdf;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;

use self::common::Repo;
use self::common::run::{bindery, done, files, names};

/// Two editions, of chapters whose names are no good for files everywhere.
fn guide() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"A Guide\"\n")
        .write("src/SUMMARY.md", "- [One](one.md)\n- [Two](<deep/../odd %2e%2e/zwei ä.md>)\n")
        .write("src/one.md", "# One\n\nFirst words, and an emoji: 🙂\n\n```rust\nfn main() {}\n```\n")
        .write("src/odd ../zwei ä.md", "# Two\n\nA table.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
        .commit("Begin", "2021-05-01T12:00:00Z");
    repo.write("src/one.md", "# One\n\nOther words, and an emoji: 🙂\n")
        .commit("Change", "2022-05-01T12:00:00Z");
    repo
}

const EDITIONS: [&str; 2] = ["2021-05-01", "2022-05-01"];

#[test]
fn timings_are_a_row_an_edition_and_a_sum() {
    let repo = guide();
    let root = repo.beside("");
    let run = done(&root, &["build", "book", "--timings", "--quiet"]);
    let lines: Vec<&str> = run.err.lines().collect();
    let row = |from: usize, name: &str| -> Vec<&str> {
        let line = lines.iter().skip(from).find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("no {name}: {}", run.err)).split_whitespace().collect()
    };
    let head = lines.iter().position(|line| line.starts_with("Seconds")).expect("a table of stages");
    assert_eq!(
        lines[head].split("  ").map(str::trim).filter(|it| !it.is_empty()).collect::<Vec<_>>(),
        ["Seconds", "read", "transform", "highlight", "lay out", "export", "EPUB", "cover", "place", "total"]
    );
    let number = |cell: &str| cell.parse::<f64>().unwrap_or(0.0);
    let rows = EDITIONS.map(|name| row(head, name));
    let sum = row(head, "sum");
    for column in 1..10 {
        let parts: f64 = rows.iter().map(|row| number(row[column])).sum();
        assert!((parts - number(sum[column])).abs() < 0.0021, "{}", run.err);
    }
    assert!(number(sum[4]) > 0.0 && number(sum[9]) >= number(sum[4]), "{}", run.err);
    let anew = lines.iter().position(|line| line.starts_with("Made anew")).expect("a table of counters");
    assert_eq!(row(anew, EDITIONS[0]).len(), 7);
    assert!(run.err.contains("\nThe run: "), "{}", run.err);
    if cfg!(target_os = "linux") {
        assert!(run.err.contains(" s CPU time, ") && run.err.contains("memory at its peak"), "{}", run.err);
    }
    // Nothing of it is written.
    let plain = done(&root, &["build", "book", "--quiet", "--output", "plain"]);
    assert_eq!(plain.err, "");
    assert!(files(&root.join("output")) == files(&root.join("plain")));
}

/// The events of a trace that have a duration, by thread; each thread's nest.
fn events(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("a trace");
    let all: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    let mut threads: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    let whole: Vec<Value> = all.iter().filter(|event| event["ph"] == "X").cloned().collect();
    for event in &whole {
        let (start, long) = (event["ts"].as_f64().expect("µs"), event["dur"].as_f64().expect("µs"));
        assert!(long >= 0.0 && event["pid"] == 1, "{event}");
        threads.entry(event["tid"].as_u64().expect("a thread")).or_default().push((start, start + long));
    }
    for (thread, mut scopes) in threads {
        scopes.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mut open: Vec<f64> = Vec::new();
        for (start, end) in scopes {
            // What ends where the next begins has rounding errors.
            while open.last().is_some_and(|last| *last <= start + 0.01) {
                open.pop();
            }
            assert!(open.last().is_none_or(|last| end <= last + 0.01), "thread {thread}: {start} to {end}");
            open.push(end);
        }
        assert!(all.iter().any(|event| event["ph"] == "M" && event["tid"] == thread));
    }
    assert_eq!(whole.len(), all.iter().filter(|event| event["ph"] != "M").count());
    whole
}

#[test]
fn a_trace_has_the_stages_of_each_edition_and_what_typst_does() {
    let repo = guide();
    let root = repo.beside("");
    done(&root, &["build", "book", "--trace", "traces/t.json"]);
    let events = events(&root.join("traces/t.json"));
    for edition in EDITIONS {
        let stages: Vec<&str> = events
            .iter()
            .filter(|event| event["cat"] == "bindery" && event["args"]["edition"] == edition)
            .map(|event| event["name"].as_str().expect("a name"))
            .collect();
        for stage in ["edition", "read", "transform", "highlight", "lay out", "export", "EPUB", "place"] {
            assert!(stages.contains(&stage), "{edition} has no {stage}: {stages:?}");
        }
    }
    let of_typst: Vec<&Value> = events.iter().filter(|event| event["cat"] == "typst").collect();
    assert!(of_typst.iter().any(|event| event["name"] == "layout document"), "{of_typst:?}");
    assert!(of_typst.iter().all(|event| event["dur"].as_f64().expect("µs") >= bindery::trace::SHORTEST));
    // What is written does not depend on it.
    done(&root, &["build", "book", "--output", "plain"]);
    assert!(files(&root.join("output")) == files(&root.join("plain")));
}

#[test]
fn a_trace_is_written_of_what_fails_too() {
    let repo = guide();
    let root = repo.beside("");
    fs::write(root.join("output"), "in the way").unwrap();
    let run = bindery(&root, &["build", "book", "--trace", "t.json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(events(&root.join("t.json")).iter().any(|event| event["name"] == "export"));
    let run = bindery(&root, &["demo", "--output", "demo", "--formats", "epub", "--trace", "output/t.json"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[output-write]") && run.err.contains("--trace FILE"), "{}", run.err);
    let run = done(&root, &["check", "book", "--trace", "c.json", "--timings"]);
    assert!(run.err.contains("Made anew"), "{}", run.err);
    assert!(events(&root.join("c.json")).iter().any(|event| event["name"] == "read"));
}

/// What Typst's own program sees of a folder, its fonts in the order of their names.
struct Project {
    root: PathBuf,
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Project {
    fn new(root: &Path) -> Self {
        let fonts = names(&root.join("fonts"));
        let read = |name: &String| fs::read(root.join("fonts").join(name)).expect("a font");
        let fonts: Vec<Font> = fonts.iter().flat_map(|name| Font::iter(Bytes::new(read(name)))).collect();
        let features = [Feature::A11yExtras].into_iter().collect();
        let library = LazyHash::new(Library::builder().with_features(features).build());
        Self { root: root.to_owned(), library, book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    fn read(&self, id: FileId) -> FileResult<Vec<u8>> {
        let path = self.root.join(id.vpath().get_without_slash());
        fs::read(&path).map_err(|_| FileError::NotFound(path))
    }
}

impl World for Project {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }
    fn main(&self) -> FileId {
        RootedPath::new(VirtualRoot::Project, VirtualPath::new("/main.typ").expect("a path")).intern()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        Ok(Source::new(id, String::from_utf8(self.read(id)?).expect("UTF-8")))
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.read(id).map(Bytes::new)
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[test]
fn a_kept_project_is_all_that_typst_needs() {
    let repo = guide();
    let root = repo.beside("");
    done(&root, &["build", "book", "--keep-typst", "kept"]);
    for edition in EDITIONS {
        let folder = root.join("kept/a-guide").join(edition);
        let kept = names(&folder);
        for file in ["README.txt", "SHA256SUMS", "book.json", "chapters/one.md.typ", "main.typ", "theme.typ"]
        {
            assert!(kept.iter().any(|name| name == file), "no {file}: {kept:?}");
        }
        assert!(kept.iter().any(|name| name.starts_with("fonts/01-LibertinusSerif")), "{kept:?}");
        let readme = fs::read_to_string(folder.join("README.txt")).expect("reads");
        assert!(
            readme.contains("typst compile") && readme.contains("--pdf-standard a-2a,ua-1 main.typ"),
            "{readme}"
        );
        let pages = typst::compile::<PagedDocument>(&Project::new(&folder)).output.expect("Typst sets it");
        let record = fs::read(root.join("output/a-guide").join(edition).join("edition.json")).expect("reads");
        let record: Value = serde_json::from_slice(&record).expect("JSON");
        let pdf =
            record["formats"].as_array().unwrap().iter().find(|it| it["format"] == "pdf").unwrap().clone();
        assert_eq!(pdf["pages"], pages.pages().len(), "{edition}");
        let options = typst_pdf::PdfOptions::default();
        let set = typst_pdf::pdf(&pages, &options).expect("a PDF");
        let name = pdf["file"].as_str().unwrap();
        let ours = fs::read(root.join("output/a-guide").join(edition).join(name)).expect("reads");
        // Where a line of the foot is in two pieces, one file has two lines.
        let words = |bytes: &[u8]| -> Vec<String> {
            text(bytes).iter().map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(words(&set), words(&ours), "{edition}");
    }
}

/// The text of a PDF, page by page.
fn text(bytes: &[u8]) -> Vec<String> {
    pdf::pages(&pdf::open(bytes))
}

#[test]
fn a_kept_project_is_the_same_again_and_spares_what_is_not_its_own() {
    let repo = guide();
    let root = repo.beside("");
    let build = ["build", "book", "--latest", "--previous", "none", "--quiet", "--keep-typst", "kept"];
    done(&root, &build);
    let first = files(&root.join("kept"));
    done(&root, &build);
    assert!(first == files(&root.join("kept")));
    assert!(
        names(&root).iter().all(|name| ["book/", "kept/a-guide/2022-05-01/", "output/"]
            .iter()
            .any(|it| name.starts_with(it)))
    );
    let mine = root.join("kept/a-guide/2022-05-01/chapters/notes.txt");
    fs::write(&mine, "mine").unwrap();
    let run = bindery(&root, &build);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[output-write]") && run.err.contains("chapters/notes.txt"), "{}", run.err);
    assert_eq!(fs::read_to_string(&mine).expect("still there"), "mine");
    // The edition itself is there all the same.
    assert!(names(&root.join("output")).iter().any(|name| name.ends_with(".pdf")));
}
