//! The entries of a book, from its SUMMARY.md or the folder's files: what each
//! leads to, and the chapters read in their order.

use std::sync::Arc;

use super::{Reader, encoding, plain, summary};
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::document::{Chapter, Item, Unlinked, only};
use crate::paths;
use crate::span::{FileId, Span};

/// An entry whose chapter is not read yet: the diagnostics of SUMMARY.md come
/// before those of its chapters.
pub(super) enum Planned {
    /// What needs no reading.
    Item(Item),
    /// A chapter to be read from `path`.
    Chapter { path: String, key: String, entry: summary::Entry },
}

impl Planned {
    /// A chapter, as it can be asked for.
    pub(super) fn listed(self) -> Option<only::Entry> {
        match self {
            Self::Item(_) => None,
            Self::Chapter { path, key, entry } => {
                let summary::Entry { title, number, depth, target: _, span: _ } = entry;
                Some(only::Entry { key, path, title, number, depth })
            }
        }
    }

    /// Whether it is a chapter to be read.
    pub(super) fn is_chapter(&self) -> bool {
        matches!(self, Self::Chapter { .. })
    }
}

impl Reader<'_> {
    /// The entries of a SUMMARY.md.
    pub(super) fn entries(&mut self, path: &str) -> Result<Vec<Planned>> {
        let bytes = self.tree.read(path)?.unwrap_or_else(|| Arc::from([]));
        let (file, source) =
            encoding::open(&bytes, path, self.repair, &mut self.files, &mut self.diagnostics);
        let smart = self.found.settings.dialect.smart_punctuation;
        let mut found = Vec::new();
        let mut lines = summary::parse(&source.text, file, smart, &mut found);
        source.map.relocate_all(&mut found);
        for line in &mut lines {
            if let summary::Line::Entry(entry) = line {
                entry.span = source.map.relocate(entry.span);
            }
        }
        let mut entries = Vec::new();
        for line in lines {
            entries.push(match line {
                summary::Line::Part(title) => Planned::Item(Item::Part(title)),
                summary::Line::Separator => Planned::Item(Item::Separator),
                summary::Line::Entry(entry) => self.resolve(entry, path, &mut found),
            });
        }
        found.sort_by_key(|d| d.span.map(|span| span.start));
        self.diagnostics.extend(found);
        Ok(entries)
    }

    /// The entries of a SUMMARY.md, read.
    pub(super) fn summary(&mut self, path: &str) -> Result<Vec<Item>> {
        let entries = self.entries(path)?;
        if let Some(rendered) = self.rendered {
            return Ok(self.rendered(rendered, entries));
        }
        if let Some(programs) = self.programs_to_run() {
            return Ok(self.with_programs(programs, entries));
        }
        let chapters = entries.iter().filter_map(|entry| match entry {
            Planned::Item(_) => None,
            Planned::Chapter { path, .. } => Some(path.as_str()),
        });
        let mut pieces = self.pieces(&chapters.collect::<Vec<_>>()).into_iter();
        let mut items = Vec::new();
        for entry in entries {
            items.push(match entry {
                Planned::Item(item) => item,
                Planned::Chapter { path, key, entry } => {
                    let Some(piece) = pieces.next() else { continue };
                    let mut chapter = match self.put(piece, &path, key) {
                        Ok(chapter) => chapter,
                        Err(error) => {
                            self.unreadable(&path, *error, Some(entry.span));
                            let Planned::Item(item) = unlinked(entry, None) else { continue };
                            items.push(item);
                            continue;
                        }
                    };
                    if !entry.title.is_empty() {
                        chapter.title = entry.title;
                    }
                    Item::Chapter(Chapter { number: entry.number, depth: entry.depth, ..chapter })
                }
            });
        }
        Ok(items)
    }

    /// What an entry of SUMMARY.md leads to.
    fn resolve(&mut self, entry: summary::Entry, summary: &str, found: &mut Vec<Diagnostic>) -> Planned {
        let span = entry.span;
        let target = match entry.target.as_deref().map(str::trim) {
            None => return unlinked(entry, None),
            Some("") => {
                let message = format!("\u{201C}{}\u{201D} is a draft without a chapter", entry.title);
                found.push(Diagnostic::new(Code::ChapterDraft, message).at(span));
                return unlinked(entry, None);
            }
            Some(target) if is_address(target) => {
                let message =
                    format!("\u{201C}{}\u{201D} leads to an address, not to a chapter", entry.title);
                found.push(
                    Diagnostic::new(Code::SummaryUrl, message)
                        .at(span)
                        .hint("it stands in the contents as a link; mdBook expects the path of a file here"),
                );
                let url = url::Url::parse(target).ok().map(String::from);
                return unlinked(entry, url);
            }
            Some(target) => target.to_owned(),
        };
        let (file, fragment) = target.split_once('#').unwrap_or((&target, ""));
        if !fragment.is_empty() {
            let message = format!("the entry leads to a heading, `#{fragment}`; the whole chapter is taken");
            found
                .push(Diagnostic::new(Code::SummaryInvalid, message).at(span).hint("take the fragment away"));
        }
        let Some(path) = self.find(file, summary) else {
            found.push(self.missing(file, summary).at(span));
            return unlinked(entry, None);
        };
        if paths::join(paths::parent(summary), &paths::percent_decode(file)).is_some_and(|p| p != path) {
            let mut note =
                Diagnostic::new(Code::ChapterMissing, format!("`{file}` is spelt `{path}` in the tree"));
            note.severity = Severity::Note;
            found.push(
                note.at(span).hint("write it the same way: most systems tell the case of letters apart"),
            );
        }
        if let Some(first) = self.taken.get(&path) {
            let message = format!("`{path}` is already the chapter \u{201C}{first}\u{201D}");
            let hint = "the first place counts; this entry stands in the contents without a chapter";
            found.push(Diagnostic::new(Code::ChapterRepeated, message).at(span).hint(hint));
            return unlinked(entry, None);
        }
        self.taken.insert(path.clone(), entry.title.clone());
        let key = self.key(&path);
        Planned::Chapter { path, key, entry }
    }

    /// The files of a folder without SUMMARY.md, read.
    pub(super) fn plain(&mut self, all: &[String]) -> Result<Vec<Item>> {
        if let Some(rendered) = self.rendered {
            let entries = self.plain_entries(all);
            return Ok(self.rendered(rendered, entries));
        }
        if let Some(programs) = self.programs_to_run() {
            let entries = self.plain_entries(all);
            return Ok(self.with_programs(programs, entries));
        }
        let entries = plain::order(all, &self.found.source);
        let chapters = entries.iter().filter_map(|entry| match entry {
            plain::Entry::File { path, .. } => Some(path.as_str()),
            plain::Entry::Folder { .. } => None,
        });
        let mut pieces = self.pieces(&chapters.collect::<Vec<_>>()).into_iter();
        let mut items = Vec::new();
        for entry in entries {
            items.push(match entry {
                plain::Entry::File { path, depth } => {
                    let key = self.key(&path);
                    let Some(piece) = pieces.next() else { continue };
                    match self.put(piece, &path, key) {
                        Ok(chapter) => Item::Chapter(Chapter { depth, ..chapter }),
                        Err(error) => {
                            self.unreadable(&path, *error, None);
                            continue;
                        }
                    }
                }
                plain::Entry::Folder { name, depth } => Item::Unlinked(Unlinked {
                    title: paths::humanise(&name),
                    url: None,
                    number: None,
                    depth,
                    span: Span::new(FileId(0), 0..0),
                }),
            });
        }
        Ok(items)
    }

    /// A chapter's key: its path below the source folder. One from elsewhere
    /// in the tree gets a folder of its own, so that keys stay unique.
    pub(super) fn key(&self, path: &str) -> String {
        paths::strip(&self.found.source, path).map_or_else(|| format!("outside/{path}"), str::to_owned)
    }

    /// The file of an entry as the tree spells it.
    fn find(&self, file: &str, summary: &str) -> Option<String> {
        let folder = paths::parent(summary);
        let decoded = paths::percent_decode(file);
        let candidates = [&decoded, file].map(|name| paths::join(folder, name));
        if let Some(path) = candidates.iter().flatten().find(|path| self.tree.contains(path)) {
            return Some(path.clone());
        }
        let wanted = candidates.into_iter().flatten().next()?.to_lowercase();
        self.tree.paths().iter().find(|path| path.to_lowercase() == wanted).cloned()
    }

    /// Says that an entry's file is not there, and which is near.
    fn missing(&self, file: &str, summary: &str) -> Diagnostic {
        let path = paths::join(paths::parent(summary), &paths::percent_decode(file));
        let shown = path.as_deref().unwrap_or(file);
        let problem = Diagnostic::new(Code::ChapterMissing, format!("the chapter `{shown}` is not there"));
        let folder = self.found.source.as_str();
        let all =
            self.tree.paths().iter().filter(|p| matches!(paths::extension(p).as_str(), "md" | "markdown"));
        let all = all.filter_map(|p| paths::strip(folder, p));
        match paths::nearest(paths::strip(folder, shown).unwrap_or(shown), all) {
            Some(near) => problem.hint(format!("there is `{near}`")),
            None => problem.hint("add the file, or write `[Title]()` for a draft"),
        }
    }

    /// Says that a chapter can't be read; the others are.
    pub(super) fn unreadable(&mut self, path: &str, error: Diagnostic, span: Option<Span>) {
        let mut error = error.hint("the book is made without this chapter");
        error.severity = Severity::Error;
        error.message = format!("the chapter `{path}` can't be read: {}", error.message);
        error.span = error.span.or(span);
        self.diagnostics.push(error);
    }
}

/// An entry without a chapter; `url` is where it leads instead.
pub(super) fn unlinked(entry: summary::Entry, url: Option<String>) -> Planned {
    let summary::Entry { title, target, number, depth, span } = entry;
    let title = if title.is_empty() { target.unwrap_or_default() } else { title };
    Planned::Item(Item::Unlinked(Unlinked { title, url, number, depth, span }))
}

/// Whether a target is an address rather than a path.
fn is_address(target: &str) -> bool {
    target.contains("://") || target.starts_with("//") || target.starts_with("mailto:")
}
