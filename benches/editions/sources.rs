//! The documents that are built: clones of one repository, and books made of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::tools::{BINDERY, done};

/// A revision that an edition is made from.
pub struct Revision {
    pub name: String,
    pub commit: String,
}

/// The repositories of a run, all in one scratch folder.
pub struct Sources {
    /// The document.
    pub document: PathBuf,
    /// The same with one commit more, which edits one chapter.
    pub changed: PathBuf,
    /// The document's last commit, and the one on top of it.
    pub commits: [String; 2],
    /// Its yearly revisions and the latest, oldest first.
    pub yearly: Vec<Revision>,
}

impl Sources {
    pub fn new(source: &str, scratch: &Path) -> Self {
        // The folder's name is the document's.
        let name =
            Path::new(source).file_stem().map_or_else(|| "book".into(), |n| n.to_string_lossy().into_owned());
        let document = clone(source, &scratch.join("document").join(&name));
        let changed = clone(source, &scratch.join("changed").join(&name));
        let before = git(&changed, &["rev-parse", "HEAD"]);
        let chapters = chapters(&changed);
        edit(&changed, &chapters[chapters.len() / 2], "A sentence that was not there before.");
        let after = commit(&changed, "Change one chapter", "2025-03-01T12:00:00Z");
        let yearly = editions(&document, &["--every", "year", "--latest"]);
        Self { document, changed, commits: [before, after], yearly }
    }

    /// A work tree of a revision as the other tools can take it: with a
    /// `book.toml` that asks for none of mdBook's preprocessors, and without
    /// remote images. None of this is measured.
    pub fn patched(&self, revision: &Revision, typst_pdf: &str, scratch: &Path) -> PathBuf {
        let folder = scratch.join("patched").join(&revision.name);
        if folder.exists() {
            return folder;
        }
        clone(&self.document.to_string_lossy(), &folder);
        git(&folder, &["checkout", "--quiet", &revision.commit]);
        let toml = format!(
            "[book]\ntitle = \"A book\"\nlanguage = \"en\"\nsrc = \"src\"\n\n\
             [output.typst-pdf]\ncommand = '{typst_pdf}'\npdf = true\n"
        );
        fs::write(folder.join("book.toml"), toml).expect("written");
        for path in git(&folder, &["ls-files", "src/*.md"]).lines() {
            let path = folder.join(path);
            if let Ok(text) = fs::read_to_string(&path) {
                fs::write(&path, without_traps(&without_remote_images(&text))).expect("written");
            }
        }
        folder
    }

    /// A repository whose book holds so many copies of the latest revision's.
    pub fn copies(&self, copies: usize, scratch: &Path) -> PathBuf {
        let folder = scratch.join("copies").join(copies.to_string());
        if folder.exists() {
            return folder;
        }
        let mut summary = "# Summary\n\n".to_owned();
        for copy in 1..=copies {
            copy_tree(&self.document.join("src"), &folder.join(format!("src/copy{copy}")));
            summary.push_str(&moved_summary(&self.document, &format!("copy{copy}")));
        }
        fs::write(folder.join("src/SUMMARY.md"), summary).expect("written");
        fs::write(folder.join("book.toml"), "[book]\ntitle = \"Copies\"\n").expect("written");
        git(&folder, &["init", "--quiet"]);
        commit(&folder, "Begin", "2025-03-01T12:00:00Z");
        folder
    }

    /// The document with a history that has at least so many monthly
    /// editions: its own, and one edited chapter in each month after them.
    pub fn monthly(&self, editions_wanted: usize, scratch: &Path) -> (PathBuf, Vec<Revision>, usize) {
        let folder = clone(&self.document.to_string_lossy(), &scratch.join("monthly/book"));
        let all = ["--every", "month"];
        let own = editions(&folder, &all).len();
        let chapters = chapters(&folder);
        for more in 0..editions_wanted.saturating_sub(own) {
            edit(
                &folder,
                &chapters[more * 7 % chapters.len()],
                &format!("Sentence {more} that was not there before."),
            );
            let date = format!("{}-{:02}-15T12:00:00Z", 2026 + more / 12, more % 12 + 1);
            commit(&folder, "Change one chapter", &date);
        }
        let revisions = editions(&folder, &all);
        (folder, revisions, own)
    }
}

/// The editions that Bindery would build.
fn editions(folder: &Path, flags: &[&str]) -> Vec<Revision> {
    let text = done(Command::new(BINDERY).args(["editions", "--json"]).arg(folder).args(flags));
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let list = json["editions"].as_array().expect("editions");
    let text = |edition: &Value, key: &str| edition[key].as_str().expect("text").to_owned();
    list.iter().map(|it| Revision { name: text(it, "name"), commit: text(it, "commit") }).collect()
}

fn clone(source: &str, to: &Path) -> PathBuf {
    done(Command::new("git").args(["clone", "--quiet", source]).arg(to));
    to.to_owned()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    done(Command::new("git").arg("-C").arg(folder).args(arguments))
}

fn commit(folder: &Path, message: &str, date: &str) -> String {
    git(folder, &["add", "--all"]);
    let names = ["-c", "user.name=A Writer", "-c", "user.email=writer@example.org"];
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(names).args(["commit", "--quiet", "--message", message]);
    done(command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date));
    git(folder, &["rev-parse", "HEAD"])
}

/// Adds a paragraph to a chapter.
fn edit(folder: &Path, chapter: &str, sentence: &str) {
    let path = folder.join(chapter);
    let text = fs::read_to_string(&path).expect("a chapter");
    fs::write(&path, format!("{}\n\n{sentence}\n", text.trim_end())).expect("written");
}

/// The chapters of `SUMMARY.md` in their order, as paths in the repository.
pub fn chapters(folder: &Path) -> Vec<String> {
    let summary = fs::read_to_string(folder.join("src/SUMMARY.md")).expect("a mdBook in src");
    let mut found: Vec<String> = Vec::new();
    for part in summary.split("](").skip(1) {
        let target = part.split([')', '#']).next().unwrap_or("").trim_start_matches("./");
        let path = format!("src/{target}");
        if target.ends_with(".md") && folder.join(&path).is_file() && !found.contains(&path) {
            found.push(path);
        }
    }
    found
}

/// `SUMMARY.md` without its title, each target below a folder.
fn moved_summary(folder: &Path, below: &str) -> String {
    let summary = fs::read_to_string(folder.join("src/SUMMARY.md")).expect("a mdBook in src");
    let lines = summary.lines().filter(|line| !line.starts_with("# "));
    let moved = lines.map(|line| match line.split_once("](") {
        Some((before, target)) if !target.starts_with("http") => {
            format!("{before}]({below}/{}\n", target.trim_start_matches("./"))
        }
        Some(_) | None => format!("{line}\n"),
    });
    moved.collect::<String>() + "\n"
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let place = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_tree(&path, &place);
        } else {
            fs::copy(&path, &place).expect("copied");
        }
    }
}

/// Markdown without what mdbook-typst-pdf makes broken Typst of: a number sign
/// before a bracket, a bracket too many, a parenthesis left open in an address.
fn without_traps(text: &str) -> String {
    let opens = |line: &str| line.matches('(').count() > line.matches(')').count();
    text.lines()
        .filter(|line| !(line.starts_with('[') && line.contains("]: ") && opens(line)))
        .map(|line| line.replace("C#", "C sharp").replace(")])", "))") + "\n")
        .collect()
}

/// Markdown in which the text of each remote image stands for it: the other
/// tools would fetch it, or fail.
fn without_remote_images(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = ["![", "<img"].into_iter().filter_map(|mark| rest.find(mark)).min() {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = if rest.starts_with("<img") {
            rest.find('>')
        } else {
            rest.find("](").and_then(|m| Some(m + rest[m..].find(')')?))
        };
        let Some(end) = end else { break };
        let image = &rest[..=end];
        match image.split_once("](") {
            _ if !(image.contains("](http") || image.contains("src=\"http")) => out.push_str(image),
            Some((text, _)) => out.push_str(text.trim_start_matches("![")),
            None => {}
        }
        rest = &rest[end + 1..];
    }
    out + rest
}

/// The size in bytes of the PDF of the latest edition alone, as its report has it.
pub fn pdf_size(results: &super::table::Results) -> f64 {
    let sample = results.get("one").and_then(|samples| samples.first());
    let report: Value = sample.and_then(|it| serde_json::from_str(&it.out).ok()).unwrap_or_default();
    let formats = report["editions"][0]["formats"].as_array().cloned().unwrap_or_default();
    formats.iter().find(|it| it["format"] == "pdf").and_then(|it| it["size"].as_f64()).unwrap_or(f64::NAN)
}
