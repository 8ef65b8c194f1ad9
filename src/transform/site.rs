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
    /// An address that a redirect leads to.
    Address(String),
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lost {
    /// It leaves the tree.
    Outside,
    /// The tree has no such path.
    Missing(String),
    /// Redirects lead in a circle, through these paths.
    Circle(Vec<String>),
}

/// Redirects followed so far.
#[derive(Debug, Default)]
struct Trail {
    steps: Vec<String>,
    circle: bool,
}

/// Where a path led, and how it had to be read for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub found: Found,
    /// The path as the tree spells it, where the author's differs in case.
    pub spelt: Option<String>,
    /// The fragment that a redirect names.
    pub fragment: Option<String>,
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
    /// The folder of the web site that the book is in, without slashes at its ends.
    base: String,
    /// The book's own addresses, each ending in a slash.
    sites: Vec<String>,
    /// The first chapter's key.
    first: Option<String>,
    /// Keys of chapters of the document that are not bound.
    unbound: BTreeSet<String>,
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
            base: String::new(),
            sites: Vec::new(),
            first: book.front.clone().or_else(|| Some(book.chapters().next()?.key.clone())),
            unbound: book.left_out.iter().map(|entry| entry.key.clone()).collect(),
        };
        (site.base, site.sites) = addresses(book);
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
        for entry in &book.left_out {
            site.chapters.entry(entry.path.clone()).or_insert_with(|| entry.key.clone());
            site.paths.insert(entry.key.clone(), entry.path.clone());
        }
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

    /// Whether a chapter of the document is bound.
    pub(super) fn is_bound(&self, key: &str) -> bool {
        !self.unbound.contains(key)
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
            // `site-url` puts the book below a folder of its web site.
            let below = paths::strip(&self.base, absolute).filter(|_| !self.base.is_empty());
            out.extend(below.and_then(|rest| paths::join(&self.source, rest)));
            out.extend(paths::join(&self.source, absolute));
            let below = absolute.trim_start_matches('/').split_once('/').map(|(_, rest)| rest);
            out.extend(below.and_then(|rest| paths::join(&self.source, rest)));
        } else {
            out.extend(paths::join(paths::parent(self.path(chapter)), path));
        }
        out
    }

    /// What a path in a chapter leads to; `fragment` is what followed it.
    ///
    /// # Errors
    /// Where it got lost.
    pub(super) fn resolve(
        &self,
        chapter: &str,
        path: &str,
        fragment: Option<&str>,
    ) -> Result<Resolved, Lost> {
        let decoded = paths::percent_decode(path);
        let mut readings = self.readings(chapter, &decoded);
        if decoded != path {
            readings.extend(self.readings(chapter, path));
        }
        let mut trail = Trail::default();
        for reading in &readings {
            if let Some(resolved) = self.look_up(reading, fragment, &mut trail) {
                return Ok(resolved);
            }
        }
        for reading in &readings {
            if let Some(spelt) = self.lower().get(&reading.to_lowercase())
                && let Some(resolved) = self.look_up(spelt, fragment, &mut trail)
            {
                return Ok(Resolved { spelt: Some(spelt.clone()), ..resolved });
            }
        }
        match readings.into_iter().next() {
            _ if trail.circle => Err(Lost::Circle(trail.steps)),
            Some(first) => Err(Lost::Missing(first)),
            None => Err(Lost::Outside),
        }
    }

    /// What an address on the book's own web site leads to, if that is a page
    /// of the book. The site's root is the living document, not this edition.
    pub(super) fn own(&self, address: &str) -> Option<(Resolved, Option<String>)> {
        let (page, fragment) = match address.split_once('#') {
            Some((page, fragment)) => (page, Some(fragment).filter(|f| !f.is_empty())),
            None => (address, None),
        };
        let page = page.split('?').next().unwrap_or("");
        let below = self.sites.iter().find_map(|site| {
            let start = page.get(..site.len())?;
            start.eq_ignore_ascii_case(site).then(|| page.get(site.len()..))?
        })?;
        let path = paths::join(&self.source, &paths::percent_decode(below))?;
        if below.is_empty() || !below.ends_with(".html") {
            return None;
        }
        let resolved = self.look_up(&path, fragment, &mut Trail::default())?;
        let fragment = resolved.fragment.clone().or(fragment.map(str::to_owned));
        matches!(resolved.found, Found::Chapter(_)).then_some((resolved, fragment))
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
    fn look_up(&self, path: &str, fragment: Option<&str>, trail: &mut Trail) -> Option<Resolved> {
        let plain = |found| Some(Resolved { found, spelt: None, fragment: None });
        let chapter = |path: &str| self.chapters.get(path).cloned().map(Found::Chapter);
        if let Some(found) = chapter(path) {
            return plain(found);
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
        if let Some(found) = names.iter().find_map(|name| chapter(name)) {
            return plain(found);
        }
        if let Some(resolved) = self.redirect(path, fragment, trail) {
            return Some(resolved);
        }
        let found = self.front(path).or_else(|| self.other(path, &names));
        found.and_then(plain)
    }

    /// Pages that mdBook makes of the whole book: they are its first chapter.
    fn front(&self, path: &str) -> Option<Found> {
        let below = if path == self.source { "" } else { paths::strip(&self.source, path)? };
        let first = self.first.clone().filter(|_| !self.tree.contains(path))?;
        matches!(below, "" | "index.html" | "print.html").then_some(Found::Chapter(first))
    }

    /// Follows `[output.html.redirect]`; its keys may have fragments.
    fn redirect(&self, path: &str, fragment: Option<&str>, trail: &mut Trail) -> Option<Resolved> {
        let below = paths::strip(&self.source, path)?;
        let html = below.strip_suffix(".md").map(|stem| format!("{stem}.html"));
        let pages = [Some(below.to_owned()), html];
        let exact =
            pages.iter().flatten().find_map(|page| self.redirects.get(&format!("{page}#{}", fragment?)));
        let to = exact.or_else(|| pages.iter().flatten().find_map(|page| self.redirects.get(page)))?;
        if trail.steps.iter().any(|step| step == path) {
            trail.circle = true;
        }
        trail.steps.push(path.to_owned());
        if trail.circle {
            return None;
        }
        if to.contains("://") {
            let found = Found::Address(to.clone());
            return Some(Resolved { found, spelt: None, fragment: None });
        }
        let (page, named) = match to.split_once('#') {
            Some((page, named)) => (page, Some(named).filter(|n| !n.is_empty())),
            None => (to.as_str(), None),
        };
        // A fragment that a redirect is for does not go on with it.
        let wanted = named.or(fragment.filter(|_| exact.is_none()));
        let page = page.split('?').next().unwrap_or("");
        let from = if page.starts_with('/') { self.source.as_str() } else { paths::parent(path) };
        let page = paths::percent_decode(page);
        let page = page.strip_prefix('/').unwrap_or(&page);
        let next = if page.is_empty() { Some(path.to_owned()) } else { paths::join(from, page) };
        let resolved = self.look_up(&next?, wanted, trail)?;
        let fragment = resolved.fragment.or(named.map(str::to_owned));
        Some(Resolved { fragment, ..resolved })
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

/// The folder of the book on its web site, and the site's addresses: from
/// `site-url`, and by the custom of those who publish repositories' pages.
fn addresses(book: &Book) -> (String, Vec<String>) {
    let mut sites = Vec::new();
    let given = book.metadata.site_url.as_deref().unwrap_or("");
    let base = match url::Url::parse(given) {
        Ok(url) if url.has_host() => {
            sites.push(format!("{}/", given.trim_end_matches('/')));
            url.path().trim_matches('/').to_owned()
        }
        Ok(_) | Err(_) => given.trim_matches('/').to_owned(),
    };
    let repository = book.metadata.repository.as_deref().and_then(|r| r.strip_prefix("https://"));
    let parts: Vec<&str> = repository.map(|r| r.split('/').collect()).unwrap_or_default();
    if let [host, owner, name] = parts.as_slice()
        && let Some(host) = host.strip_suffix(".com").filter(|h| matches!(*h, "github" | "gitlab"))
    {
        sites.push(format!("https://{owner}.{host}.io/{name}/"));
    }
    (base, sites)
}
