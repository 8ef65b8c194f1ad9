//! Where in a tree of files the book is.

use super::book_toml::{self, BookToml};
use super::{ReadOptions, encoding};
use crate::diag::{Code, Diagnostic, Result};
use crate::paths;
use crate::source::FileTree;
use crate::span::{FileId, Files};

/// A book that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The path of its `book.toml`.
    pub toml: Option<(String, FileId)>,
    /// What it says.
    pub settings: BookToml,
    /// The folder that its chapters' keys are relative to.
    pub source: String,
    /// What its contents are.
    pub contents: Contents,
}

/// Where the order of chapters comes from.
#[derive(Debug)]
pub(super) enum Contents {
    /// The path of a SUMMARY.md.
    Summary(String),
    /// Markdown files below the source folder, in natural order.
    Files(Vec<String>),
}

/// Finds the book: at the path of the options if they have one, else by the
/// root's `book.toml`, the shallowest one below, a `SUMMARY.md`, or the
/// Markdown files. None when there is nothing of all that.
pub(super) fn locate(
    tree: &dyn FileTree,
    options: &ReadOptions,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Found>> {
    let given = options.path.as_deref().map(|p| paths::join("", p).unwrap_or_default());
    let root = match given {
        Some(path) if tree.contains(&path) => return file(tree, &path, options, files, diagnostics),
        Some(path) if tree.is_folder(&path) => path,
        Some(_) => return Ok(None),
        None => String::new(),
    };
    if let Some(toml) = find_toml(tree, &root, diagnostics) {
        return by_toml(tree, toml, options.repair_encoding, files, diagnostics);
    }
    for summary in ["src/SUMMARY.md", "SUMMARY.md"] {
        let path = paths::below(&root, summary);
        if let Some(path) = existing(tree, &path) {
            return Ok(Some(by_summary(path)));
        }
    }
    Ok(by_files(tree, &root, BookToml::of_no_file(), None))
}

/// The path of the `book.toml` that [`locate`] would use.
pub(super) fn toml_path(tree: &dyn FileTree, options: &ReadOptions) -> Option<String> {
    let given = options.path.as_deref().map(|p| paths::join("", p).unwrap_or_default());
    match given {
        Some(path) if tree.contains(&path) => (paths::file_name(&path) == "book.toml").then_some(path),
        Some(path) => find_toml(tree, &path, &mut Vec::new()),
        None => find_toml(tree, "", &mut Vec::new()),
    }
}

/// A file that the options name: a `book.toml`, a SUMMARY.md or a chapter.
fn file(
    tree: &dyn FileTree,
    path: &str,
    options: &ReadOptions,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Found>> {
    match paths::file_name(path) {
        "book.toml" => by_toml(tree, path.to_owned(), options.repair_encoding, files, diagnostics),
        "SUMMARY.md" => Ok(Some(by_summary(path.to_owned()))),
        _ => Ok(Some(Found {
            toml: None,
            settings: BookToml::of_no_file(),
            source: paths::parent(path).to_owned(),
            contents: Contents::Files(vec![path.to_owned()]),
        })),
    }
}

fn find_toml(tree: &dyn FileTree, root: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let direct = paths::below(root, "book.toml");
    if tree.contains(&direct) {
        return Some(direct);
    }
    let mut all: Vec<(usize, &String)> = tree
        .paths()
        .iter()
        .filter(|path| paths::file_name(path) == "book.toml")
        .filter_map(|path| paths::strip(root, path).map(|below| (below, path)))
        .filter(|(below, _)| !is_ignored(below))
        .map(|(below, path)| (below.matches('/').count(), path))
        .collect();
    all.sort();
    let (_, first) = all.first()?;
    if all.len() > 1 {
        let others: Vec<String> = all.iter().skip(1).take(5).map(|(_, path)| format!("`{path}`")).collect();
        let mut note = Diagnostic::new(
            Code::BookTomlKey,
            format!("there is more than one book; `{first}` is read, not {}", others.join(", ")),
        )
        .hint("name the folder of the book that is meant");
        note.severity = crate::diag::Severity::Note;
        diagnostics.push(note);
    }
    Some((*first).clone())
}

fn by_toml(
    tree: &dyn FileTree,
    toml: String,
    repair: bool,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Found>> {
    let bytes = tree.read(&toml)?.unwrap_or_else(|| std::sync::Arc::from([]));
    let (file, source) = encoding::open(&bytes, &toml, repair, files, diagnostics);
    let first = diagnostics.len();
    let settings = book_toml::read(&source.text, file, diagnostics);
    source.map.relocate_all(diagnostics.get_mut(first..).unwrap_or_default());
    let root = paths::parent(&toml).to_owned();
    let source = paths::join(&root, settings.source.as_deref().unwrap_or("src"));
    let toml = Some((toml, file));
    let mut candidates: Vec<String> = source.iter().cloned().collect();
    candidates.push(paths::below(&root, "src"));
    candidates.push(root.clone());
    for folder in &candidates {
        if let Some(path) = existing(tree, &paths::below(folder, "SUMMARY.md")) {
            let source = folder.clone();
            return Ok(Some(Found { toml, settings, source, contents: Contents::Summary(path) }));
        }
    }
    let folder = candidates.into_iter().find(|folder| tree.is_folder(folder)).unwrap_or(root);
    let found = by_files(tree, &folder, settings, toml);
    if found.is_some() {
        diagnostics.push(
            Diagnostic::new(Code::SummaryInvalid, "the book has no SUMMARY.md")
                .hint("all Markdown files of its source folder are taken in natural order"),
        );
    }
    Ok(found)
}

fn by_summary(path: String) -> Found {
    Found {
        toml: None,
        settings: BookToml::of_no_file(),
        source: paths::parent(&path).to_owned(),
        contents: Contents::Summary(path),
    }
}

/// A path as the tree spells it, ignoring case if need be.
fn existing(tree: &dyn FileTree, path: &str) -> Option<String> {
    if tree.contains(path) {
        return Some(path.to_owned());
    }
    let folder = paths::parent(path);
    let name = paths::file_name(path);
    tree.paths()
        .iter()
        .find(|p| paths::parent(p) == folder && paths::file_name(p).eq_ignore_ascii_case(name))
        .cloned()
}

fn by_files(
    tree: &dyn FileTree,
    root: &str,
    settings: BookToml,
    toml: Option<(String, FileId)>,
) -> Option<Found> {
    let below: Vec<&String> = tree
        .paths()
        .iter()
        .filter(|path| paths::strip(root, path).is_some_and(|below| !is_ignored(below)))
        .collect();
    let of = |extensions: &[&str]| -> Vec<String> {
        let wanted = below.iter().filter(|path| extensions.contains(&paths::extension(path).as_str()));
        wanted.map(|path| (*path).clone()).collect()
    };
    let mut chosen = of(&["md", "markdown"]);
    if chosen.is_empty() {
        chosen = of(&["txt"]);
    }
    if chosen.is_empty() {
        return None;
    }
    Some(Found { toml, settings, source: root.to_owned(), contents: Contents::Files(chosen) })
}

/// Hidden folders and files, and what tools put beside a document.
fn is_ignored(below: &str) -> bool {
    let mut parts = below.split('/').peekable();
    while let Some(part) = parts.next() {
        let folder = parts.peek().is_some();
        if part.starts_with('.') || (folder && matches!(part, "node_modules" | "target")) {
            return true;
        }
    }
    false
}
