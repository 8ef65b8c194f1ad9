//! Readers: the files of a revision → a [`Book`].
//!
//! A book is an mdBook (`book.toml`, `SUMMARY.md`) or a folder of Markdown
//! files, found in the tree by the private module `locate`. Its chapters go through
//! `encoding` (bytes → text), `include` (mdBook's directives) and `markdown`
//! (events → tree, with `html` for the tags). What can't be read as it was
//! meant is a diagnostic and stays in the text; links and images are as
//! written until [`transform`](crate::transform) has run.

mod assemble;
mod attributes;
mod book_toml;
mod builder;
mod counter;
mod definitions;
mod directive;
mod drawing;
mod elements;
mod encoding;
mod fingerprint;
mod flat;
mod frame;
mod front_matter;
mod hidden;
mod html;
mod include;
mod language;
mod locate;
mod markdown;
mod math;
mod mojibake;
mod plain;
mod preprocessors;
mod replaced;
mod select;
mod source_map;
mod summary;
mod tags;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::locate::{Contents, Found};
use self::math::MathSyntax;
use self::preprocessors::Place;
pub use self::preprocessors::{Programs, Trouble};
use self::source_map::{Expanded, SourceMap};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};
use crate::document::ledger::Ledger;
use crate::document::text::plain_text;
use crate::document::{
    Block, BlockKind, Book, Chapter, Heading, Inline, InlineKind, Item, Metadata, Preprocessed, Unlinked,
};
use crate::paths;
use crate::source::FileTree;
use crate::span::{Files, Span};

/// What a reader is told besides the files.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The book's folder or file inside the tree; found by itself when none.
    pub path: Option<String>,
    /// The title when the book itself has none.
    pub fallback_title: String,
    /// Whether UTF-8 that was once read as Windows-1252 is put right.
    pub repair_encoding: bool,
    /// Whether dollar signs and the like enclose equations; as the book asks
    /// for when none.
    pub math: Option<bool>,
}

/// Reads the book of a revision. Diagnostics are in the order of the book.
///
/// # Errors
/// When there is no book at all, or none of its chapters can be read.
pub fn read(tree: &dyn FileTree, options: &ReadOptions) -> Result<Warned<Book>> {
    read_with(tree, options, None)
}

/// The same, with the programs of preprocessors run where there are any that
/// Bindery does not carry out itself.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    tree: &dyn FileTree,
    options: &ReadOptions,
    programs: Option<&dyn Programs>,
) -> Result<Warned<Book>> {
    let mut diagnostics = Vec::new();
    let mut files = Files::default();
    let Some(found) = locate::locate(tree, options, &mut files, &mut diagnostics)? else {
        return Err(no_book(options));
    };
    found.settings.preprocessors.say(programs.is_some(), &mut diagnostics);
    let mut reader = Reader {
        tree,
        found: &found,
        repair: options.repair_encoding,
        math: match options.math {
            Some(true) => MathSyntax::All,
            Some(false) => MathSyntax::Off,
            None => found.settings.dialect.math,
        },
        files,
        diagnostics,
        taken: BTreeMap::new(),
        ledger: Ledger::default(),
        programs,
        preprocessed: Vec::new(),
    };
    let items = match &found.contents {
        Contents::Summary(path) => reader.summary(path)?,
        Contents::Files(all) => reader.plain(all)?,
    };
    let Reader { files, diagnostics, ledger, preprocessed, .. } = reader;
    let mut book =
        Book { metadata: Metadata::default(), items, files, ledger, preprocessed, ..Book::default() };
    book.metadata = metadata(found, options, &book);
    if book.chapters().next().is_none() {
        if let Some(error) = diagnostics.into_iter().find(|d| d.severity == Severity::Error) {
            return Err(Box::new(error));
        }
        let problem = Diagnostic::new(Code::BookNotFound, "none of the chapters in SUMMARY.md is there")
            .hint("check `src` in book.toml and the paths in SUMMARY.md");
        return Err(Box::new(problem));
    }
    Ok(Warned { value: book, diagnostics })
}

/// A hash of everything that the book of a revision is made from, so that two
/// revisions with the same book are known without reading either; none if
/// the revision holds no book. It covers `book.toml`, all files below the
/// source folder, and whatever outside of it a chapter points to.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    fingerprint::of(tree, options)
}

/// The same where the programs of preprocessors are run, which may look at any
/// file: if the book asks for one, all files of the revision count.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint_with_programs(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    fingerprint::with_programs(tree, options)
}

/// The book's `book.toml`: its path, its text, and the table, empty if it is
/// not valid TOML. None if the book has no such file.
///
/// # Errors
/// When the file can't be read.
pub fn book_table(
    tree: &dyn FileTree,
    options: &ReadOptions,
) -> Result<Option<(String, Arc<str>, toml::Table)>> {
    let Some(path) = locate::toml_path(tree, options) else { return Ok(None) };
    let Some(bytes) = tree.read(&path)? else { return Ok(None) };
    let text = encoding::decode(&bytes).text;
    // What is wrong with it is said when the book is read.
    let table = book_toml::table(&text, crate::span::FileId(0), &mut Vec::new());
    Ok(Some((path, text.into(), table)))
}

fn no_book(options: &ReadOptions) -> Box<Diagnostic> {
    let place = options.path.as_deref().map_or(String::new(), |path| format!(" at `{path}`"));
    let message = format!("there is no book{place}: no book.toml, no SUMMARY.md, no Markdown file");
    let hint = "a book is an mdBook or a folder of `.md` files; if it is in a subfolder, name its path";
    Box::new(Diagnostic::new(Code::BookNotFound, message).hint(hint))
}

fn metadata(found: Found, options: &ReadOptions, book: &Book) -> Metadata {
    let settings = found.settings;
    let first = || book.chapters().next().map(|chapter| chapter.title.clone());
    // A lone file, or a README before the others, says what the whole is called.
    let leading = match &found.contents {
        Contents::Files(all) => {
            let stem = all.first().map(|path| paths::stem(path).to_lowercase());
            let leads =
                all.len() == 1 || stem.is_some_and(|stem| matches!(stem.as_str(), "readme" | "index"));
            leads.then(first).flatten()
        }
        Contents::Summary(_) => None,
    };
    let fallback = Some(options.fallback_title.trim()).filter(|t| !t.is_empty()).map(paths::humanise);
    Metadata {
        title: settings
            .title
            .or(leading)
            .or(fallback)
            .or_else(first)
            .unwrap_or_else(|| "Untitled".to_owned()),
        subtitle: settings.subtitle,
        authors: settings.authors,
        description: settings.description,
        language: settings.language.unwrap_or_else(|| "en".to_owned()),
        direction: settings.direction,
        repository: settings.repository,
        redirects: settings.redirects,
        site_url: settings.site_url,
    }
}

struct Reader<'a> {
    tree: &'a dyn FileTree,
    found: &'a Found,
    /// Whether mojibake is put right.
    repair: bool,
    math: MathSyntax,
    files: Files,
    diagnostics: Vec<Diagnostic>,
    /// The chapters so far, by path.
    taken: BTreeMap<String, String>,
    ledger: Ledger,
    programs: Option<&'a dyn Programs>,
    /// The programs that have been run.
    preprocessed: Vec<Preprocessed>,
}

impl Reader<'_> {
    fn summary(&mut self, path: &str) -> Result<Vec<Item>> {
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
        if let Some(programs) = self.programs_to_run() {
            return Ok(self.with_programs(programs, entries));
        }
        let mut items = Vec::new();
        for entry in entries {
            items.push(match entry {
                Planned::Item(item) => item,
                Planned::Chapter { path, key, entry } => {
                    let mut chapter = match self.chapter(&path, key) {
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
            note.severity = crate::diag::Severity::Note;
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

    /// A chapter's key: its path below the source folder. One from elsewhere
    /// in the tree gets a folder of its own, so that keys stay unique.
    fn key(&self, path: &str) -> String {
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

    fn plain(&mut self, all: &[String]) -> Result<Vec<Item>> {
        if let Some(programs) = self.programs_to_run() {
            let entries = self.plain_entries(all);
            return Ok(self.with_programs(programs, entries));
        }
        let mut items = Vec::new();
        for entry in plain::order(all, &self.found.source) {
            items.push(match entry {
                plain::Entry::File { path, depth } => {
                    let key = self.key(&path);
                    match self.chapter(&path, key) {
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
                    span: Span::new(crate::span::FileId(0), 0..0),
                }),
            });
        }
        Ok(items)
    }

    /// Says that a chapter can't be read; the others are.
    fn unreadable(&mut self, path: &str, error: Diagnostic, span: Option<Span>) {
        let mut error = error.hint("the book is made without this chapter");
        error.severity = Severity::Error;
        error.message = format!("the chapter `{path}` can't be read: {}", error.message);
        error.span = error.span.or(span);
        self.diagnostics.push(error);
    }

    /// Reads a chapter. Its title is that of its first heading, else made
    /// from its file's name.
    fn chapter(&mut self, path: &str, key: String) -> Result<Chapter> {
        let first = self.diagnostics.len();
        let mut loaded = self.load(path)?;
        let found = self.found;
        let place = self.place(path);
        loaded.source = found.settings.preprocessors.rewrite(loaded.source, place, &mut self.diagnostics)?;
        Ok(self.parsed(key, path, loaded, first))
    }

    /// Where the text of a chapter's file comes from.
    fn place<'p>(&self, path: &'p str) -> Place<'p>
    where
        Self: 'p,
    {
        let dialect = markdown::Dialect { math: self.math, ..self.found.settings.dialect };
        Place { path, tree: self.tree, repair: self.repair, dialect }
    }

    /// A chapter's file.
    fn load(&mut self, path: &str) -> Result<Loaded> {
        let bytes = self.tree.read(path)?.unwrap_or_else(|| Arc::from([]));
        let (file, mut source) =
            encoding::open(&bytes, path, self.repair, &mut self.files, &mut self.diagnostics);
        let front = front_matter::take(&mut source.text).map(|front| (front, source.map.clone()));
        let length = self.files.get(file).map_or(0, |file| file.text.len());
        Ok(Loaded { source, front, span: Span::new(file, 0..length) })
    }

    /// A chapter from its expanded text. Its diagnostics begin at `first`.
    fn parsed(&mut self, key: String, path: &str, loaded: Loaded, first: usize) -> Chapter {
        let Loaded { source, front, span } = loaded;
        let settings = &self.found.settings;
        let dialect = markdown::Dialect { math: self.math, ..settings.dialect };
        let (mut blocks, footnotes, read) =
            markdown::parse(&source, dialect, &settings.hidelines, &mut self.diagnostics);
        if let Some((front, map)) = front {
            let title = front.title.as_ref().filter(|_| !has_title(&blocks));
            let mut note = front_matter::note(&front, title.is_some());
            if let Some((title, range)) = title {
                blocks.insert(0, heading(title.clone(), map.span(range.clone())));
                note = note.adding(title);
            }
            self.diagnostics.push(note.at(map.span(front.range.clone())));
        }
        let title = String::new();
        let mut chapter = Chapter { key, title, number: None, depth: 0, blocks, footnotes, span };
        settings.preprocessors.finish(&mut chapter, &mut self.diagnostics);
        self.diagnostics[first..].sort_by_key(|d| d.span.map(|span| span.start));
        chapter.title = first_heading(&chapter.blocks).unwrap_or_else(|| paths::humanise(paths::stem(path)));
        self.ledger.open(&chapter, read, &mut self.diagnostics, first);
        chapter
    }
}

/// A chapter's text before it is parsed.
struct Loaded {
    source: Expanded,
    /// What stood before the text, and where it came from.
    front: Option<(front_matter::FrontMatter, SourceMap)>,
    /// The whole file.
    span: Span,
}

/// An entry whose chapter is not read yet: the diagnostics of SUMMARY.md come
/// before those of its chapters.
enum Planned {
    Item(Item),
    Chapter { path: String, key: String, entry: summary::Entry },
}

fn unlinked(entry: summary::Entry, url: Option<String>) -> Planned {
    let summary::Entry { title, target, number, depth, span } = entry;
    let title = if title.is_empty() { target.unwrap_or_default() } else { title };
    Planned::Item(Item::Unlinked(Unlinked { title, url, number, depth, span }))
}

/// Whether a target is an address rather than a path.
fn is_address(target: &str) -> bool {
    target.contains("://") || target.starts_with("//") || target.starts_with("mailto:")
}

/// A chapter's title from its front matter.
fn heading(title: String, span: Span) -> Block {
    let content = vec![Inline { kind: InlineKind::Text(title), span }];
    Block { kind: BlockKind::Heading(Heading { level: 1, id: String::new(), content }), span }
}

/// Whether there is a heading of level 1 outside of lists and quotes.
fn has_title(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match &block.kind {
        BlockKind::Heading(heading) => heading.level == 1,
        BlockKind::Container { blocks, .. } => has_title(blocks),
        BlockKind::Paragraph(_)
        | BlockKind::Plain(_)
        | BlockKind::Code(_)
        | BlockKind::Math(_)
        | BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Rule
        | BlockKind::Figure { .. }
        | BlockKind::Details { .. } => false,
    })
}

fn first_heading(blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Heading(heading) => Some(plain_text(&heading.content)).filter(|title| !title.is_empty()),
        BlockKind::Container { blocks, .. } => first_heading(blocks),
        BlockKind::Paragraph(_)
        | BlockKind::Plain(_)
        | BlockKind::Code(_)
        | BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Rule
        | BlockKind::Math(_)
        | BlockKind::Figure { .. }
        | BlockKind::Details { .. } => None,
    })
}
