//! `bindery watch`, as a writer has it: files are saved in all the ways that
//! editors save them, and the PDF follows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;
#[allow(dead_code, clippy::wildcard_enum_match_arm, reason = "each test program uses its own part of this")]
#[path = "common/pdf.rs"]
mod pdf;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use self::common::run::{done, names};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A book that is watched.
struct Watched {
    folder: TempDir,
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(arguments: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let at = |name: &str| folder.path().join("book").join(name);
        std::fs::create_dir_all(at("src/parts")).expect("made");
        std::fs::write(at("book.toml"), "[book]\ntitle = \"Buoys\"\n").expect("written");
        std::fs::write(at("src/SUMMARY.md"), "- [One](one.md)\n- [Two](parts/two.md)\n").expect("written");
        std::fs::write(at("src/one.md"), "# One\n\nThe first words.\n").expect("written");
        std::fs::write(at("src/parts/two.md"), "# Two\n\nMore words.\n").expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_bindery"))
            .args(["watch", "book", "--output", "book/output"])
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (sender, lines) = channel();
        let said = BufReader::new(child.stderr.take().expect("piped"));
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                println!("{line}");
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let watched = Self { folder, child, lines };
        watched.wait("Built in");
        watched.wait("Written to");
        watched
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join("book").join(name)
    }

    /// Saves as editors do: beside, then in its place.
    fn save(&self, name: &str, text: &str) {
        let beside = self.at(&format!("{name}.tmp"));
        std::fs::write(&beside, text).expect("written");
        std::fs::rename(beside, self.at(name)).expect("renamed");
    }

    /// Waits for a line with these words; what comes before it is given too.
    fn wait(&self, words: &str) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("no line with `{words}` after {before:#?}"));
            before.push(line);
            if before.last().is_some_and(|line| line.contains(words)) {
                return before;
            }
        }
    }

    /// The words on the pages.
    fn words(&self) -> String {
        let file = self.at("output/buoys/draft/buoys-draft.pdf");
        let pdf = pdf::open(&std::fs::read(file).expect("a PDF"));
        pdf::text(&pdf).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn nothing_is_said(&self) {
        let line = self.lines.recv_timeout(Duration::from_millis(1500));
        assert!(line.is_err(), "{line:?}");
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_pdf_follows_the_files() {
    let watched = Watched::start(&[]);
    assert!(watched.words().contains("The first words."));
    // In place.
    std::fs::write(watched.at("src/one.md"), "# One\n\nThe second words.\n").expect("written");
    let line = watched.wait("Rebuilt in").pop().expect("a line");
    assert!(line.contains(" pages") && line.ends_with(": src/one.md"), "{line}");
    assert!(watched.words().contains("The second words."));
    // By rename, with a diagnostic that is said once.
    watched.save("src/one.md", "# One\n\nThe third words, [gone](gone.md).\n");
    let said = watched.wait("Rebuilt in").join("\n");
    assert!(said.contains("warning[link-missing-file]") && said.contains("1 warning: src/one.md"), "{said}");
    watched.save("src/parts/two.md", "# Two\n\nOther words.\n");
    let said = watched.wait("Rebuilt in").join("\n");
    assert!(!said.contains("link-missing-file") && said.contains("1 warning: src/parts/two.md"), "{said}");
    let words = watched.words();
    assert!(words.contains("The third words") && words.contains("Other words."), "{words}");
    // A folder goes and comes back.
    std::fs::rename(watched.at("src/parts"), watched.at("away")).expect("moved");
    watched.wait("Rebuilt in");
    assert!(!watched.words().contains("Other words."));
    std::fs::rename(watched.at("away"), watched.at("src/parts")).expect("moved");
    watched.wait("Rebuilt in");
    watched.save("src/parts/two.md", "# Two\n\nWords of the folder.\n");
    watched.wait(": src/parts/two.md");
    assert!(watched.words().contains("Words of the folder."));
    // It is what `build` makes of the same files.
    let name = "buoys/draft/buoys-draft";
    done(watched.folder.path(), &["build", "book", "--draft", "--quiet", "--output", "other"]);
    for format in ["pdf", "epub"] {
        let file = |folder: &Path| std::fs::read(folder.join(format!("{name}.{format}"))).expect("a file");
        let (watched, built) = (file(&watched.at("output")), file(&watched.folder.path().join("other")));
        assert!(watched == built, "the {format} differs");
    }
    // What is none of the book's.
    for name in ["src/one.md~", "src/.one.md.swp", "src/4913", "output/own.txt", "book/index.html"] {
        std::fs::create_dir_all(watched.at(name).parent().expect("a parent")).expect("made");
        std::fs::write(watched.at(name), "x").expect("written");
    }
    watched.nothing_is_said();
    assert!(names(&watched.at("output")).iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_broken_book_is_waited_for() {
    let watched = Watched::start(&["--formats", "pdf"]);
    assert!(names(&watched.at("output")).iter().all(|name| !name.ends_with(".epub")));
    watched.save("book.toml", "[book\ntitle = \"Buoys\n");
    let said = watched.wait("book.toml").join("\n");
    assert!(said.contains("book-toml-invalid"), "{said}");
    watched.wait("Rebuilt in");
    watched.save("bindery.toml", "[pdf]\npapre = \"a5\"\n");
    let said = watched.wait("Not built after bindery.toml; waiting for a change").join("\n");
    assert!(said.contains("config-unknown-key"), "{said}");
    watched.save("book.toml", "[book]\ntitle = \"Buoys\"\nsubtitle = \"and beacons\"\n");
    watched.wait("Not built after book.toml");
    watched.save("bindery.toml", "[pdf]\npaper = \"a5\"\n");
    watched.wait("Rebuilt in");
    assert!(watched.words().contains("and beacons"), "{}", watched.words());
    // The chapters go, and come back.
    let one = std::fs::read_to_string(watched.at("src/one.md")).expect("reads");
    std::fs::rename(watched.at("src"), watched.at(".hidden")).expect("moved");
    watched.wait("waiting for a change");
    std::fs::rename(watched.at(".hidden"), watched.at("src")).expect("moved");
    watched.wait("Rebuilt in");
    watched.save("src/one.md", &one.replace("first", "last"));
    watched.wait(": src/one.md");
    assert!(watched.words().contains("The last words."));
}

#[test]
fn the_whole_book_may_go_and_come_back() {
    let watched = Watched::start(&["--formats", "epub"]);
    let (book, away) = (watched.at(""), watched.folder.path().join("away"));
    std::fs::rename(&book, &away).expect("moved");
    watched.wait("is gone; waiting for it");
    std::fs::rename(&away, &book).expect("moved");
    watched.save("src/one.md", "# One\n\nBack again.\n");
    watched.wait("src/one.md");
}

#[test]
fn files_are_looked_at_where_nothing_is_told() {
    let watched = Watched::start(&["--poll", "--formats", "pdf"]);
    watched.save("src/one.md", "# One\n\nThe words of a poll.\n");
    watched.wait(": src/one.md");
    assert!(watched.words().contains("The words of a poll."));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    for signal in ["-INT", "-TERM"] {
        let mut watched = Watched::start(&["--formats", "epub"]);
        let id = watched.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
        watched.wait("Stopped");
        assert_eq!(watched.child.wait().expect("it ends").code(), Some(0));
        let parts = names(watched.folder.path());
        assert!(!parts.iter().any(|name| name.ends_with(".part")), "{parts:?}");
    }
}

#[test]
fn what_is_not_there_is_not_waited_for() {
    let folder = TempDir::new().expect("a folder");
    let run = |source: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bindery"));
        command.args(["watch", source]).current_dir(folder.path()).output().expect("it starts")
    };
    for source in ["none", "https://example.org/a.git"] {
        let output = run(source);
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
