//! What a run will do: the living document, its configuration and its editions.

use std::path::{Path, PathBuf};

use super::cached;
use crate::cache::Cache;
use crate::config::file::{Trust, bindery_toml, book_toml};
use crate::config::{Config, Layer, check_standards};
use crate::demo::Demo;
use crate::device::Profile;
use crate::diag::{Code, Diagnostic, Located, Result, Severity};
use crate::edition::{Edition, Selection, drop_unchanged, select};
use crate::fetch::FetchOptions;
use crate::output::Format;
use crate::reader::{self, Fingerprints, ReadOptions, Rendered};
use crate::source::dated::DatedDocument;
use crate::source::{EditionDate, FileTree, LivingDocument, OpenOptions, open};
use crate::span::Files;
use crate::theme::Theme;
use crate::writer::pdf;

/// What the user asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A path or an address.
    pub source: String,
    /// A configuration in place of the document's own `bindery.toml`.
    pub config: Option<PathBuf>,
    /// Whether nothing counts but the revision and the flags: no
    /// configuration, no remote's address, no tags that a revision has today.
    pub bare: bool,
    /// What flags set; lies over every configuration.
    pub flags: Layer,
    /// What holds where neither flags nor configuration say anything.
    pub defaults: Layer,
    /// How the source is opened.
    pub open: OpenOptions,
    /// Where finished editions are kept and found again; none builds them all.
    pub cache: Option<Cache>,
}

/// What a run will do.
pub struct Plan {
    /// The living document.
    pub document: Box<dyn LivingDocument>,
    /// What is set.
    pub config: Config,
    /// The book's folder or file inside the document's tree, where it is set.
    pub book: Option<String>,
    /// The edition before the first one: its book is read and compared, but it
    /// is not built.
    pub before: Option<Edition>,
    /// Whether the first of [`Self::editions`] is known to be the document's first.
    pub from_first: bool,
    /// The editions, oldest first.
    pub editions: Vec<Edition>,
    /// Whether nothing counts but the revisions and what is set by hand.
    pub bare: bool,
    /// The families of e-readers that a check speaks of, beside what an EPUB
    /// is made for; none for that one alone.
    pub profiles: Vec<Profile>,
    /// How remote images are fetched; none unless the user asks for it.
    pub fetch: Option<FetchOptions>,
    /// Where the Typst projects of editions are kept; nowhere unless the user
    /// asks for it.
    pub keep_typst: Option<PathBuf>,
    /// Where finished editions are kept and found again; none builds them all.
    pub cache: Option<Cache>,
    /// What mdBook gives in place of the chapters' files, where it runs Bindery.
    pub rendered: Option<Rendered>,
    /// What there is to say so far.
    pub diagnostics: Vec<Located>,
    /// What looking at some revisions found out for the next ones.
    pub fingerprints: Fingerprints,
}

/// Why a run can't begin: diagnostics, at least one an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub Vec<Located>);

impl Failure {
    /// Whether the arguments or the configuration are at fault, rather than
    /// the document.
    pub fn is_usage(&self) -> bool {
        let usage = [Code::ConfigInvalid, Code::ConfigUnknownKey, Code::SourceNotFound].map(Code::as_str);
        self.0.iter().any(|d| usage.contains(&d.code.as_str()))
    }
}

impl From<Box<Diagnostic>> for Failure {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self(vec![diagnostic.locate(&Files::default())])
    }
}

impl Plan {
    /// Opens the source, reads the configuration and chooses the editions.
    ///
    /// # Errors
    /// When any of it can't be done, or nothing is left to build.
    pub fn new(request: &Request) -> Result<Self, Failure> {
        Self { cache: request.cache.clone(), ..Self::open(request)? }.choose()
    }

    /// The same without choosing editions: a plan that has none.
    ///
    /// # Errors
    /// When the source can't be opened or the configuration not be read.
    pub fn open(request: &Request) -> Result<Self, Failure> {
        let folder = Path::new(&request.source);
        let folder = folder.is_dir().then_some(folder);
        let given = match &request.config {
            _ if request.bare => Some(Layer::default()),
            Some(path) => Some(given_config(path)?),
            None => None,
        };
        // A list of snapshots says what the source is, so it is looked for
        // before the source is opened.
        let listed = match (&given, folder) {
            (Some(_), _) => None,
            (None, Some(folder)) => on_disk(folder, BINDERY_TOML)?
                .map(|(path, text)| bindery_toml(&path, &text, Trust::Document))
                .transpose()
                .map_err(Failure)?,
            (None, None) => None,
        };
        let (list, confined) = match (&request.flags.snapshots, &given, &listed) {
            (Some(list), _, _) => (Some(list), true),
            (None, Some(layer), _) => (layer.snapshots.as_ref(), false),
            (None, None, Some(layer)) => (layer.snapshots.as_ref(), true),
            (None, None, None) => (None, false),
        };
        let (document, subfolder): (Box<dyn LivingDocument>, _) = match (list, folder) {
            (Some(list), Some(folder)) if !request.open.draft => {
                let list = list.iter().filter_map(|s| Some((EditionDate::parse(&s.date)?, s.path.clone())));
                let name = std::fs::canonicalize(folder)
                    .ok()
                    .and_then(|f| Some(f.file_name()?.to_string_lossy().into_owned()))
                    .unwrap_or_else(|| request.source.clone());
                (Box::new(DatedDocument::from_list(&name, folder, list, confined)?), None)
            }
            _ => {
                let opened = open(&request.source, &request.open)?;
                (opened.document, opened.subfolder)
            }
        };
        let own = match request.bare {
            true => Layer::default(),
            false => own_config(document.as_ref(), folder, subfolder.as_deref(), given.as_ref())?,
        };
        let lower = given.unwrap_or_default().over(own).over(request.defaults.clone());
        Self::of(document, subfolder, request.flags.clone().over(lower), request.bare)
    }

    /// The same for the built-in document.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn demo(flags: Layer) -> Result<Self, Failure> {
        let document: Box<dyn LivingDocument> = Box::new(Demo);
        let own = own_config(document.as_ref(), None, None, None)?;
        let output = Layer { output: Some(PathBuf::from("output/demo")), ..Layer::default() };
        Self::of(document, None, flags.over(output).over(own), false)?.choose()
    }

    fn of(
        document: Box<dyn LivingDocument>,
        subfolder: Option<String>,
        layer: Layer,
        bare: bool,
    ) -> Result<Self, Failure> {
        let mut config = layer.finish();
        config.pdf.theme = Theme::load(&config.theme)?;
        if config.formats.contains(&Format::Pdf) {
            pdf::check_theme(&config.pdf)?;
        }
        if let Err((message, hint)) = check_standards(&config.pdf.standards, config.pdf.attach_sources) {
            return Err(Box::new(Diagnostic::new(Code::ConfigInvalid, message).hint(hint)).into());
        }
        let book = config.book.clone().or(subfolder);
        Ok(Self {
            document,
            config,
            book,
            before: None,
            from_first: false,
            editions: Vec::new(),
            bare,
            profiles: Vec::new(),
            fetch: None,
            keep_typst: None,
            cache: None,
            rendered: None,
            diagnostics: Vec::new(),
            fingerprints: Fingerprints::default(),
        })
    }

    pub(super) fn choose(self) -> Result<Self, Failure> {
        let mut plan = self;
        let mut said = Vec::new();
        let chosen = select(plan.document.as_ref(), &selection(&plan.config))?.take(&mut said);
        let chosen = plan.bind_only(chosen, &mut said)?;
        let alone = chosen.len() == 1;
        plan.editions = drop_unchanged(chosen, |edition| match alone {
            // There is none that it could repeat.
            true => Ok(plan.holds_book(edition)?.then_some([0; 32])),
            false => plan.fingerprint(edition),
        })
        .take(&mut said);
        if !plan.editions.is_empty() {
            plan.look_before(&mut said)?;
        }
        plan.diagnostics = said.iter().map(|d| d.locate(&Files::default())).collect();
        if plan.editions.is_empty() || said.iter().any(|d| d.severity == Severity::Error) {
            return Err(Failure(plan.diagnostics));
        }
        Ok(plan)
    }

    /// A hash of all that an edition's book is made from; none without a book.
    pub(super) fn fingerprint(&self, edition: &Edition) -> Result<Option<[u8; 32]>> {
        cached::fingerprint(self, &edition.revision, || self.fingerprint_anew(edition))
    }

    fn holds_book(&self, edition: &Edition) -> Result<bool> {
        reader::holds_book(self.document.tree(&edition.revision)?.as_ref(), &self.read_options())
    }

    fn fingerprint_anew(&self, edition: &Edition) -> Result<Option<[u8; 32]>> {
        let (tree, options) = (self.document.tree(&edition.revision)?, self.read_options());
        // A program may look at any file.
        let only = &self.config.only;
        match self.config.preprocessors {
            None if !only.is_empty() => {
                reader::fingerprint_only(tree.as_ref(), &options, &self.fingerprints, only)
            }
            Some(_) => reader::fingerprint_with_programs(tree.as_ref(), &options, &self.fingerprints),
            None => reader::fingerprint_anew(tree.as_ref(), &options, &self.fingerprints),
        }
    }

    /// What the reader is told.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            path: self.book.clone(),
            fallback_title: self.document.name().to_owned(),
            repair_encoding: self.config.repair_encoding,
            math: self.config.math,
        }
    }
}

const BINDERY_TOML: &str = "bindery.toml";
const BOOK_TOML: &str = "book.toml";

pub(super) fn selection(config: &Config) -> Selection {
    let editions = &config.editions;
    let date = |text: &Option<String>| text.as_deref().and_then(EditionDate::parse);
    Selection {
        every: editions.every,
        tags: editions.tags.clone(),
        at: editions.at.clone().unwrap_or_default(),
        since: date(&editions.since),
        until: date(&editions.until),
        latest: editions.latest.unwrap_or(false),
    }
}

/// The configuration that `--config` names.
fn given_config(path: &Path) -> Result<Layer, Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| {
        let diagnostic = Diagnostic::new(Code::ConfigInvalid, format!("can't read {shown}: {error}"));
        Box::new(diagnostic.hint("`--config` takes the path of a TOML file"))
    })?;
    bindery_toml(&shown, &decode(&shown, text)?, Trust::User).map_err(Failure)
}

/// The document's own configuration: `[output.bindery]` of `book.toml`, over
/// it `bindery.toml` of the root, over that `bindery.toml` of the book's
/// folder. With `given` there is none but the first.
fn own_config(
    document: &dyn LivingDocument,
    folder: Option<&Path>,
    subfolder: Option<&str>,
    given: Option<&Layer>,
) -> Result<Layer, Failure> {
    let latest = document.revisions()?.pop();
    let places = Places {
        root: folder.map(|folder| root_of(folder, subfolder)),
        tree: latest.map(|revision| document.tree(&revision)).transpose()?,
    };
    let of_root = match given {
        Some(_) => Layer::default(),
        None => places.layer(BINDERY_TOML)?,
    };
    let book = given.unwrap_or(&of_root).book.clone().or(subfolder.map(str::to_owned));
    let options = ReadOptions { path: book, ..ReadOptions::default() };
    let found = places.tree.as_deref().map(|tree| reader::book_table(tree, &options)).transpose()?.flatten();
    let Some((path, _, _)) = found else { return Ok(of_root) };
    let of_book = match places.find(&path)? {
        Some((shown, text)) => book_toml(&shown, &text).map_err(Failure)?,
        None => Layer::default(),
    };
    let of_folder = match (given, path.rsplit_once('/')) {
        (None, Some((folder, _))) => places.layer(&format!("{folder}/{BINDERY_TOML}"))?,
        (Some(_), _) | (None, None) => Layer::default(),
    };
    Ok(of_folder.over(of_root).over(of_book))
}

/// Where a document's configuration is looked for: on disk where the source
/// is a folder, so that it need not be committed to be tried, else in the
/// latest revision.
struct Places {
    root: Option<PathBuf>,
    tree: Option<Box<dyn FileTree>>,
}

impl Places {
    /// A file, if there is one: how it is called, and its text.
    fn find(&self, path: &str) -> Result<Option<(String, String)>, Failure> {
        if let Some(root) = &self.root
            && let Some(found) = on_disk(root, path)?
        {
            return Ok(Some(found));
        }
        match &self.tree {
            Some(tree) => in_tree(tree.as_ref(), path),
            None => Ok(None),
        }
    }

    /// What a `bindery.toml` sets; nothing if there is none.
    fn layer(&self, path: &str) -> Result<Layer, Failure> {
        match self.find(path)? {
            Some((shown, text)) => bindery_toml(&shown, &text, Trust::Document).map_err(Failure),
            None => Ok(Layer::default()),
        }
    }
}

/// The root of the work tree that a folder is a part of.
fn root_of(folder: &Path, subfolder: Option<&str>) -> PathBuf {
    let Some(subfolder) = subfolder else { return folder.to_owned() };
    let depth = subfolder.split('/').filter(|part| !part.is_empty()).count();
    let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().nth(depth).map_or_else(|| folder.clone(), Path::to_owned)
}

/// A file on disk, if there is one: how it is called, and its text.
fn on_disk(folder: &Path, name: &str) -> Result<Option<(String, String)>, Failure> {
    let path = folder.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    let shown = path.strip_prefix(".").unwrap_or(&path).display().to_string();
    let bytes = std::fs::read(&path)
        .map_err(|e| Box::new(Diagnostic::new(Code::FileRead, format!("can't read {shown}: {e}"))))?;
    let text = decode(&shown, bytes)?;
    Ok(Some((shown, text)))
}

/// A file of a revision, if there is one: how it is called, and its text.
fn in_tree(tree: &dyn FileTree, path: &str) -> Result<Option<(String, String)>, Failure> {
    let Some(bytes) = tree.read(path)? else { return Ok(None) };
    Ok(Some((path.to_owned(), decode(path, bytes.to_vec())?)))
}

/// `book.toml` is the reader's to complain about; `bindery.toml` is ours.
fn decode(path: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned)),
        Err(error) if path.ends_with(BOOK_TOML) => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(_) => {
            let diagnostic = Diagnostic::new(Code::ConfigInvalid, format!("{path} is not UTF-8"));
            Err(Box::new(diagnostic.hint("save it as UTF-8, which TOML asks for")).into())
        }
    }
}
