//! What a source is: the first of these that fits.
//!
//! 1. An address (`https://…`, `ssh://…`, `file://…`, `git@host:path`) or the
//!    file of a Git bundle is cloned into the cache.
//! 2. A folder that is a Git repository is one.
//! 3. A folder whose entries are named after dates holds dated snapshots,
//!    unless it is a book itself (`book.toml`, `SUMMARY.md`,
//!    `src/SUMMARY.md`). Inside a repository, where a few dated notes may lie
//!    among other chapters, all folders and Markdown files have to be dated.
//!    A Markdown file with a date in its name is one snapshot.
//! 4. A file or folder inside a repository is a part of that repository, if
//!    the head has it.
//! 5. Any other folder with Markdown in it, and any other Markdown file, is a
//!    draft. With `draft` set, 2 to 4 are drafts too; with `work_tree` set, those
//!    are that lie in a work tree.

use std::path::{Path, PathBuf};

use super::address::name_of;
use super::clone::{self, is_address};
use super::dated::{DatedDocument, date_of, is_markdown, look};
use super::files::{DiskTree, entries};
use super::git::{GitDocument, Place, find};
use super::listing::printable;
use super::working::WorkingDocument;
use super::{FileTree, LivingDocument, nearest};
use crate::diag::{Code, Diagnostic, Result};

/// How a source is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Read the files as they are on disk, as one draft.
    pub draft: bool,
    /// Read a work tree, or a file in one, as it is on disk, as one draft; any
    /// other source as usual.
    pub work_tree: bool,
    /// Where clones are kept; see [`clone::default_cache`]. Without it,
    /// addresses can't be opened.
    pub cache: Option<PathBuf>,
    /// The moment of a draft in seconds since 1970-01-01T00:00:00Z, from
    /// `SOURCE_DATE_EPOCH`.
    pub timestamp: Option<i64>,
}

/// A source that was opened.
pub struct Opened {
    /// The living document.
    pub document: Box<dyn LivingDocument>,
    /// The book's folder or file inside the document's tree, where the source
    /// named a part of a repository.
    pub subfolder: Option<String>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("document", &self.document.name())
            .field("subfolder", &self.subfolder)
            .finish()
    }
}

impl Opened {
    fn whole(document: impl LivingDocument + 'static) -> Self {
        Self { document: Box::new(document), subfolder: None }
    }
}

/// Opens a source: a path or an address.
///
/// # Errors
/// When it is nothing that editions can be made from, or can't be read.
pub fn open(source: &str, options: &OpenOptions) -> Result<Opened> {
    let path = Path::new(source);
    let bundle = path.extension().is_some_and(|e| e == "bundle") && path.is_file();
    if bundle || (is_address(source) && !path.exists()) {
        return open_clone(source, options);
    }
    let Ok(path) = std::fs::canonicalize(path) else { return Err(Box::new(missing(source))) };
    if path.is_file() { open_file(source, &path, options) } else { open_folder(source, &path, options) }
}

fn open_clone(source: &str, options: &OpenOptions) -> Result<Opened> {
    if options.draft {
        let message = format!("`{}` can't be read as a draft: it has no files on disk", printable(source));
        let hint = "leave `--draft` out, or clone it and give the folder";
        return Err(Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint)));
    }
    let Some(cache) = &options.cache else {
        let message = "there is no folder for clones";
        let hint = "set the environment variable XDG_CACHE_HOME or HOME";
        return Err(Box::new(Diagnostic::new(Code::GitClone, message).hint(hint)));
    };
    let clone = clone::clone(source, cache)?;
    Ok(Opened::whole(GitDocument::open(&clone)?.named(name_of(source))))
}

fn open_file(source: &str, path: &Path, options: &OpenOptions) -> Result<Opened> {
    if !is_markdown(path) {
        let message = format!("`{}` is not a Markdown file", printable(source));
        let hint = "give a .md, .markdown or .txt file, a folder, a repository or a .bundle file";
        return Err(Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint)));
    }
    if options.draft {
        return Ok(Opened::whole(WorkingDocument::open(path, moment(path, options)?)?));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if date_of(&name, path).is_some() {
        return Ok(Opened::whole(DatedDocument::open(path)?));
    }
    match if options.work_tree { None } else { tracked(path)? } {
        Some(opened) => Ok(opened),
        None => Ok(Opened::whole(WorkingDocument::open(path, moment(path, options)?)?)),
    }
}

fn open_folder(source: &str, path: &Path, options: &OpenOptions) -> Result<Opened> {
    let place = find(path)?;
    let work_tree = |place: &Place| place.git != place.root && place.git != path;
    if options.draft || (options.work_tree && place.as_ref().is_some_and(work_tree)) {
        return open_draft(path, place, options);
    }
    if let Some(place) = &place
        && (place.root == path || place.git == path)
    {
        return Ok(Opened::whole(GitDocument::open_place(place)?));
    }
    if !is_book(path) {
        let seen = look(path)?;
        if seen.dated && (place.is_none() || !seen.others) {
            return Ok(Opened::whole(DatedDocument::open(path)?));
        }
    }
    if let Some(opened) = tracked(path)? {
        return Ok(opened);
    }
    if is_book(path) || DiskTree::open(path)?.paths().iter().any(|p| is_markdown(Path::new(p))) {
        return Ok(Opened::whole(WorkingDocument::open(path, moment(path, options)?)?));
    }
    let message = format!("`{}` is no living document", printable(source));
    let mut error = Diagnostic::new(Code::SourceNotFound, message)
        .hint("looked for: a Git repository here or above; folders or files named after dates (`2021-01-15`, `notes-2021-03.md`); book.toml, SUMMARY.md or any Markdown file");
    if let Some(place) = place {
        error = error.hint(format!(
            "it lies in the repository `{}`, whose latest commit does not have it",
            printable(&place.root.to_string_lossy())
        ));
    }
    Err(Box::new(error))
}

/// The working tree: the whole of it where a part of a repository is named,
/// so that links to other parts of the repository still lead somewhere.
fn open_draft(path: &Path, place: Option<Place>, options: &OpenOptions) -> Result<Opened> {
    let timestamp = moment(path, options)?;
    let Some(place) = place else {
        return Ok(Opened::whole(WorkingDocument::open(path, timestamp)?));
    };
    if place.git == place.root {
        let message = format!("`{}` can't be read as a draft: it is a bare repository", path.display());
        let hint = "leave `--draft` out, or give a work tree";
        return Err(Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint)));
    }
    let git = GitDocument::open_place(&place)?;
    let document = WorkingDocument::open(&place.root, timestamp)?;
    let document = document.named(git.name()).at_address(git.address());
    let subfolder = if path == place.git { None } else { relative(&place.root, path) };
    Ok(Opened { document: Box::new(document), subfolder })
}

/// A part of a repository, if its head has it.
fn tracked(path: &Path) -> Result<Option<Opened>> {
    let Some(place) = find(path)? else { return Ok(None) };
    let Some(subfolder) = relative(&place.root, path) else { return Ok(None) };
    let document = GitDocument::open_place(&place)?;
    if !document.head_has(&subfolder)? {
        return Ok(None);
    }
    Ok(Some(Opened { document: Box::new(document), subfolder: Some(subfolder) }))
}

/// A path below a root, with `/`; none for the root itself.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|c| c.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).filter(|path| !path.is_empty())
}

/// The moment of a draft.
fn moment(path: &Path, options: &OpenOptions) -> Result<i64> {
    if let Some(timestamp) = options.timestamp {
        return Ok(timestamp);
    }
    match find(path)? {
        Some(place) => Ok(GitDocument::open_place(&place)?.head_timestamp()?.unwrap_or(0)),
        None => Ok(0),
    }
}

fn is_book(path: &Path) -> bool {
    ["book.toml", "SUMMARY.md", "src/SUMMARY.md"].iter().any(|name| path.join(name).is_file())
}

/// The error for a path that is not there, with the nearest one that is.
fn missing(source: &str) -> Diagnostic {
    let error = Diagnostic::new(Code::SourceNotFound, format!("there is no `{}`", printable(source)));
    let path = Path::new(source);
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = entries(parent).unwrap_or_default();
    match nearest(&name, beside.iter().map(|(name, _)| name.as_str())) {
        Some(near) => {
            let near = if source.contains('/') { parent.join(near) } else { PathBuf::from(near) };
            error.hint(format!("did you mean `{}`?", near.display()))
        }
        None => error.hint("give a folder, a Markdown file, a Git repository or its address"),
    }
}
