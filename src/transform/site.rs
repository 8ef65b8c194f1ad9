//! The book as links see it: its chapters and files, by every name that
//! mdBook lets a link use for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Book;
use crate::document::ids::identifiers;
use crate::paths;
use crate::source::FileTree;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A chapter, by its key.
    Chapter(String),
    /// A file of the tree that is no chapter.
    File(String),
    /// A folder of the tree without a chapter of its own.
    Folder(String),
}

/// Where a path led, and how it had to be read for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub found: Found,
    /// The path as the tree spells it, where the author's differs in case.
    pub spelt: Option<String>,
}

/// Names of all that links can lead to.
pub(super) struct Site<'a> {
    pub tree: &'a dyn FileTree,
    /// The book's source folder.
    pub source: String,
    /// Keys of chapters by their path in the tree.
    chapters: BTreeMap<String, String>,
    /// Paths of chapters by their key.
    paths: BTreeMap<String, String>,
    /// Titles by key.
    titles: BTreeMap<String, String>,
    /// Identifiers by key.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// Paths of the tree by their lower case, made when first needed.
    lower: std::cell::OnceCell<BTreeMap<String, String>>,
    redirects: BTreeMap<String, String>,
}

impl<'a> Site<'a> {
    pub(super) fn new(book: &Book, tree: &'a dyn FileTree) -> Self {
        let mut site = Self {
            tree,
            source: String::new(),
            chapters: BTreeMap::new(),
            paths: BTreeMap::new(),
            titles: BTreeMap::new(),
            ids: BTreeMap::new(),
            lower: std::cell::OnceCell::new(),
            redirects: BTreeMap::new(),
        };
        let mut source = None;
        for chapter in book.chapters() {
            let key = &chapter.key;
            let path = book.files.get(chapter.span.file).map_or(key.as_str(), |file| file.path.as_str());
            if source.is_none() && path == key {
                source = Some(String::new());
            } else if source.is_none() {
                source = path.strip_suffix(key.as_str()).and_then(|p| p.strip_suffix('/')).map(str::to_owned);
            }
            site.chapters.entry(path.to_owned()).or_insert_with(|| key.clone());
            site.paths.insert(key.clone(), path.to_owned());
            site.titles.insert(key.clone(), chapter.title.clone());
            site.ids.insert(key.clone(), identifiers(chapter));
        }
        site.source = source.unwrap_or_default();
        for (from, to) in &book.metadata.redirects {
            let from = paths::join("", &paths::percent_decode(from)).unwrap_or_default();
            site.redirects.insert(from, to.clone());
        }
        site
    }

    /// The path of a chapter in the tree.
    pub(super) fn path<'s>(&'s self, key: &'s str) -> &'s str {
        self.paths.get(key).map_or(key, String::as_str)
    }

    /// The title of a chapter.
    pub(super) fn title(&self, key: &str) -> &str {
        self.titles.get(key).map_or("", String::as_str)
    }

    /// The identifiers of a chapter.
    pub(super) fn ids(&self, key: &str) -> impl Iterator<Item = &str> {
        self.ids.get(key).into_iter().flatten().map(String::as_str)
    }

    /// The identifier that a fragment names: as it is, decoded, or whatever
    /// the case of its letters.
    pub(super) fn id(&self, key: &str, fragment: &str) -> Option<String> {
        let ids = self.ids.get(key)?;
        let decoded = paths::percent_decode(fragment);
        let exact = [fragment, decoded.as_str()].into_iter().find(|f| ids.contains(*f));
        if let Some(exact) = exact {
            return Some(exact.to_owned());
        }
        let lower = decoded.to_lowercase();
        ids.iter().find(|id| id.to_lowercase() == lower).cloned()
    }

    /// Paths in the tree that a relative or absolute path of a chapter may
    /// mean, best first; empty if it leaves the tree.
    fn readings(&self, chapter: &str, path: &str) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(absolute) = path.strip_prefix('/') {
            out.extend(paths::join(&self.source, absolute));
            // `site-url` puts the book below a folder of its web site.
            let below = absolute.trim_start_matches('/').split_once('/').map(|(_, rest)| rest);
            out.extend(below.and_then(|rest| paths::join(&self.source, rest)));
        } else {
            out.extend(paths::join(paths::parent(self.path(chapter)), path));
        }
        out
    }

    /// What a path in a chapter leads to. `Err` holds the first reading of
    /// the path in the tree, none if it leaves the tree.
    pub(super) fn resolve(&self, chapter: &str, path: &str) -> Result<Resolved, Option<String>> {
        let decoded = paths::percent_decode(path);
        let mut readings = self.readings(chapter, &decoded);
        if decoded != path {
            readings.extend(self.readings(chapter, path));
        }
        for reading in &readings {
            if let Some(found) = self.look_up(reading, 0) {
                return Ok(Resolved { found, spelt: None });
            }
        }
        for reading in &readings {
            if let Some(spelt) = self.lower().get(&reading.to_lowercase())
                && let Some(found) = self.look_up(spelt, 0)
            {
                return Ok(Resolved { found, spelt: Some(spelt.clone()) });
            }
        }
        Err(readings.into_iter().next())
    }

    fn lower(&self) -> &BTreeMap<String, String> {
        self.lower.get_or_init(|| {
            let mut lower = BTreeMap::new();
            for path in self.tree.paths() {
                lower.entry(path.to_lowercase()).or_insert_with(|| path.clone());
                if let Some(stem) = path.strip_suffix(".md") {
                    lower.entry(format!("{stem}.html").to_lowercase()).or_insert_with(|| path.clone());
                }
                let mut folder = paths::parent(path);
                while !folder.is_empty() {
                    lower.entry(folder.to_lowercase()).or_insert_with(|| folder.to_owned());
                    folder = paths::parent(folder);
                }
            }
            lower
        })
    }

    /// What is at a path of the tree.
    fn look_up(&self, path: &str, redirected: usize) -> Option<Found> {
        let chapter = |path: &str| self.chapters.get(path).cloned().map(Found::Chapter);
        if let Some(found) = chapter(path) {
            return Some(found);
        }
        let folder = paths::parent(path);
        let mut names = Vec::new();
        match path.strip_suffix(".html") {
            Some(stem) => {
                names.push(format!("{stem}.md"));
                names.push(format!("{stem}.markdown"));
            }
            None => {
                names.push(paths::below(path, "README.md"));
                names.push(paths::below(path, "index.md"));
                if !path.is_empty() {
                    names.push(format!("{path}.md"));
                }
            }
        }
        // mdBook makes `index.html` of README.md.
        match paths::file_name(path) {
            "index.html" | "index.md" | "README.html" | "README.md" => {
                names.push(paths::below(folder, "README.md"));
                names.push(paths::below(folder, "index.md"));
            }
            _ => {}
        }
        let named = names.iter().find_map(|name| chapter(name));
        named.or_else(|| self.redirect(path, redirected)).or_else(|| self.other(path, &names))
    }

    fn redirect(&self, path: &str, redirected: usize) -> Option<Found> {
        if redirected >= 5 {
            return None;
        }
        let below = paths::strip(&self.source, path)?;
        let html = below.strip_suffix(".md").map(|stem| format!("{stem}.html"));
        let to = self.redirects.get(below).or_else(|| self.redirects.get(&html?))?;
        let to = to.split(['#', '?']).next().unwrap_or("");
        let from = if to.starts_with('/') { self.source.as_str() } else { paths::parent(path) };
        self.look_up(&paths::join(from, &paths::percent_decode(to))?, redirected + 1)
    }

    /// A file or folder that is no chapter.
    fn other(&self, path: &str, names: &[String]) -> Option<Found> {
        let file =
            std::iter::once(path).chain(names.iter().map(String::as_str).filter(|_| path.ends_with(".html")));
        if let Some(file) = file.into_iter().find(|p| self.tree.contains(p)) {
            return Some(Found::File(file.to_owned()));
        }
        self.tree.is_folder(path).then(|| Found::Folder(path.to_owned()))
    }
}
