//! Readers: the files of a revision → a [`Book`].
//!
//! A book is an mdBook (`book.toml`, `SUMMARY.md`) or a folder of Markdown
//! files, found in the tree by the private module `locate`. `contents` goes through
//! its entries, and `chapter` takes each chapter through `encoding` (bytes →
//! text), `include` (mdBook's directives) and `markdown` (events → tree, with
//! `html` for the tags). What can't be read as it was
//! meant is a diagnostic and stays in the text; links and images are as
//! written until [`transform`](crate::transform) has run.

mod assemble;
mod attributes;
mod book_toml;
mod builder;
mod chapter;
mod contents;
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
mod pieces;
mod plain;
mod preprocessors;
mod replaced;
mod select;
mod source_map;
mod summary;
mod tags;
mod traced;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::fingerprint::Fingerprints;
use self::locate::{Contents, Found};
use self::math::MathSyntax;
pub use self::pieces::Parsed;
pub use self::preprocessors::{Programs, Rendered, Trouble};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};
use crate::document::ledger::Ledger;
use crate::document::{Book, Metadata, Preprocessed, only};
use crate::paths;
use crate::source::FileTree;
use crate::span::Files;

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
    Ok(read_anew(tree, options, programs, &Parsed::default())?.book)
}

/// A book that was read.
#[derive(Debug)]
pub struct Reading {
    /// The book.
    pub book: Warned<Book>,
    /// How many of its chapters were parsed; the others were remembered.
    pub parsed: usize,
}

/// The same, as far as chapters are not remembered from earlier books: a
/// chapter is parsed again only if something is new that it was made from. The
/// book is the same as without that memory.
///
/// # Errors
/// As [`read`].
pub fn read_anew(
    tree: &dyn FileTree,
    options: &ReadOptions,
    programs: Option<&dyn Programs>,
    known: &Parsed,
) -> Result<Reading> {
    read_from(tree, options, Origin::Files(programs), known)
}

/// The same book as mdBook has prepared it: its chapters are those that mdBook
/// gives, and all else is from the files.
///
/// # Errors
/// As [`read`].
pub fn read_rendered(
    tree: &dyn FileTree,
    options: &ReadOptions,
    rendered: &Rendered,
    known: &Parsed,
) -> Result<Reading> {
    read_from(tree, options, Origin::Mdbook(rendered), known)
}

/// Where the text of chapters comes from.
#[derive(Clone, Copy)]
enum Origin<'a> {
    /// The files, with programs of preprocessors run where they are allowed.
    Files(Option<&'a dyn Programs>),
    /// mdBook, which has run all preprocessors.
    Mdbook(&'a Rendered),
}

fn read_from(
    tree: &dyn FileTree,
    options: &ReadOptions,
    origin: Origin<'_>,
    known: &Parsed,
) -> Result<Reading> {
    let mut diagnostics = Vec::new();
    let mut files = Files::default();
    let Some(found) = locate::locate(tree, options, &mut files, &mut diagnostics)? else {
        return Err(no_book(options));
    };
    let (programs, rendered) = match origin {
        Origin::Files(programs) => {
            found.settings.preprocessors.say(programs.is_some(), &mut diagnostics);
            (programs, None)
        }
        Origin::Mdbook(rendered) => (None, Some(rendered)),
    };
    let new = Reader::new(tree, &found, options, known);
    let mut reader = Reader { programs, rendered, files, diagnostics, ..new };
    let items = match &found.contents {
        Contents::Summary(path) => reader.summary(path)?,
        Contents::Files(all) => reader.plain(all)?,
    };
    let Reader { files, diagnostics, ledger, preprocessed, prints, parsed, .. } = reader;
    let mdbook = rendered.map(|rendered| rendered.version().to_owned());
    let mut book = Book { items, files, ledger, preprocessed, mdbook, prints, ..Book::default() };
    book.metadata = metadata(found, options, &book);
    if book.chapters().next().is_none() {
        if let Some(error) = diagnostics.into_iter().find(|d| d.severity == Severity::Error) {
            return Err(Box::new(error));
        }
        let problem = Diagnostic::new(Code::BookNotFound, "none of the chapters in SUMMARY.md is there")
            .hint("check `src` in book.toml and the paths in SUMMARY.md");
        return Err(Box::new(problem));
    }
    Ok(Reading { book: Warned { value: book, diagnostics }, parsed })
}

/// The title that the book of a revision would have.
///
/// # Errors
/// As [`read`].
pub fn title(tree: &dyn FileTree, options: &ReadOptions) -> Result<String> {
    let (mut files, known) = (Files::default(), Parsed::default());
    if let Some(found) = locate::locate(tree, options, &mut files, &mut Vec::new())?
        && let Some(title) = found.settings.title.clone()
    {
        let mut reader = Reader::new(tree, &found, options, &known);
        // Without a chapter there is no book, so no title either.
        let any = match &found.contents {
            Contents::Summary(path) => reader.entries(path)?.iter().any(|entry| entry.is_chapter()),
            Contents::Files(all) => !all.is_empty(),
        };
        if any {
            return Ok(title);
        }
    }
    Ok(read(tree, options)?.value.metadata.title)
}

/// The chapters of the book of a revision, as its contents list them; none if
/// it holds no book.
///
/// # Errors
/// As [`read`].
pub fn listing(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<Vec<only::Entry>>> {
    let (mut files, known) = (Files::default(), Parsed::default());
    let Some(found) = locate::locate(tree, options, &mut files, &mut Vec::new())? else { return Ok(None) };
    let Contents::Summary(path) = &found.contents else {
        // Their titles are in their files.
        return Ok(Some(only::contents(&read(tree, options)?.value)));
    };
    let entries = Reader::new(tree, &found, options, &known).entries(path)?;
    Ok(Some(entries.into_iter().filter_map(contents::Planned::listed).collect()))
}

/// Whether a revision holds a book.
///
/// # Errors
/// When a file can't be read.
pub fn holds_book(tree: &dyn FileTree, options: &ReadOptions) -> Result<bool> {
    Ok(locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?.is_some())
}

/// Whether the book of a revision asks for preprocessors that Bindery does not
/// carry out itself.
///
/// # Errors
/// When a file can't be read.
pub fn asks_for_programs(tree: &dyn FileTree, options: &ReadOptions) -> Result<bool> {
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    Ok(found.is_some_and(|found| found.settings.preprocessors.need_programs()))
}

/// A hash of everything that the book of a revision is made from, so that two
/// revisions with the same book are known without reading either; none if
/// the revision holds no book. It covers `book.toml`, all files below the
/// source folder, and whatever outside of it a chapter points to.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    fingerprint::of(tree, options, &Fingerprints::default())
}

/// The same, with what was found out for earlier revisions at hand.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint_anew(
    tree: &dyn FileTree,
    options: &ReadOptions,
    known: &Fingerprints,
) -> Result<Option<[u8; 32]>> {
    fingerprint::of(tree, options, known)
}

/// The same of an extract: what the chapters of these keys and those below
/// them are made from, and `book.toml`.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint_only(
    tree: &dyn FileTree,
    options: &ReadOptions,
    known: &Fingerprints,
    keys: &[String],
) -> Result<Option<[u8; 32]>> {
    let Some(listing) = listing(tree, options)? else { return Ok(None) };
    fingerprint::of_some(tree, options, known, &only::bound(&listing, keys))
}

/// The same where the programs of preprocessors are run, which may look at any
/// file: if the book asks for one, all files of the revision count.
///
/// # Errors
/// When a file can't be read.
pub fn fingerprint_with_programs(
    tree: &dyn FileTree,
    options: &ReadOptions,
    known: &Fingerprints,
) -> Result<Option<[u8; 32]>> {
    fingerprint::with_programs(tree, options, known)
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

/// The book's metadata, with a title from wherever there is one.
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
    let own = settings.title.or(leading);
    Metadata {
        title_is_name: own.is_none() && fallback.is_some(),
        title: own.or(fallback).or_else(first).unwrap_or_else(|| "Untitled".to_owned()),
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

/// A book while it is read.
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
    /// What mdBook gives in place of the chapters' files.
    rendered: Option<&'a Rendered>,
    /// The programs that have been run.
    preprocessed: Vec<Preprocessed>,
    /// Chapters of earlier books.
    known: &'a Parsed,
    /// See [`Book::prints`].
    prints: BTreeMap<String, [u8; 32]>,
    /// How many chapters were parsed.
    parsed: usize,
}

impl<'a> Reader<'a> {
    /// Nothing is read yet.
    fn new(tree: &'a dyn FileTree, found: &'a Found, options: &ReadOptions, known: &'a Parsed) -> Self {
        Self {
            tree,
            found,
            repair: options.repair_encoding,
            math: match options.math {
                Some(true) => MathSyntax::All,
                Some(false) => MathSyntax::Off,
                None => found.settings.dialect.math,
            },
            files: Files::default(),
            diagnostics: Vec::new(),
            taken: BTreeMap::new(),
            ledger: Ledger::default(),
            programs: None,
            rendered: None,
            preprocessed: Vec::new(),
            known,
            prints: BTreeMap::new(),
            parsed: 0,
        }
    }
}
