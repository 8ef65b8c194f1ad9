//! Dated snapshots: folders or files, each a whole revision, told apart by the
//! dates in their names or by a list in the configuration.

use std::path::{Component, Path, PathBuf};

use super::address::name_of;
use super::date::date_in_name;
use super::files::{DiskTree, entries, unreadable};
use super::{EditionDate, FileTree, LivingDocument, Revision, RevisionId, nearest};
use crate::diag::{Code, Diagnostic, Result};

/// Extensions of files that are read as Markdown.
const MARKDOWN: [&str; 3] = ["md", "markdown", "txt"];

/// A living document made of dated snapshots.
pub struct DatedDocument {
    name: String,
    snapshots: Vec<Snapshot>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Snapshot {
    date: EditionDate,
    /// The path as it is named, with `/`.
    path: String,
    place: PathBuf,
}

/// What a folder's entries are, by their names.
pub(super) struct Entries {
    /// Whether any is dated.
    pub dated: bool,
    /// Whether there are Markdown files or folders without a date.
    pub others: bool,
}

impl DatedDocument {
    /// The dated folders and Markdown files of a folder, or a single Markdown
    /// file with a date in its name. Other entries are noted.
    ///
    /// # Errors
    /// When the path can't be read, nothing in it is dated, or a snapshot is a
    /// link that leads out of the folder.
    pub fn open(path: &Path) -> Result<Self> {
        let root = std::fs::canonicalize(path).map_err(|e| unreadable(path, e))?;
        let mut document =
            Self { name: name_of(&root.to_string_lossy()), snapshots: Vec::new(), diagnostics: Vec::new() };
        if root.is_file() {
            let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            document.name = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            document.snapshots.extend(date_of(&name, &root).map(|date| Snapshot {
                date,
                path: name,
                place: root.clone(),
            }));
        } else {
            for (name, place) in entries(&root)? {
                match date_of(&name, &place) {
                    Some(date) => {
                        let place = within(&root, &name, &place)?;
                        document.snapshots.push(Snapshot { date, path: name, place });
                    }
                    None => {
                        let message = format!("`{name}` is left out: its name holds no date");
                        let hint = "a snapshot is a folder or a Markdown file with a name such as \
                                    `2021-01-15` or `notes-2021-03.md`";
                        document.diagnostics.push(Diagnostic::new(Code::SnapshotUndated, message).hint(hint));
                    }
                }
            }
        }
        document.sorted(path)
    }

    /// Snapshots from an explicit list of dates and paths, as the
    /// configuration has it. Paths are relative to `base`. With `confined`, a
    /// path that leads out of `base` is an error: for a configuration that
    /// came with the document and is not the user's own.
    ///
    /// # Errors
    /// When the list is empty, or a path is not there.
    pub fn from_list(
        name: &str,
        base: &Path,
        list: impl IntoIterator<Item = (EditionDate, String)>,
        confined: bool,
    ) -> Result<Self> {
        let root = std::fs::canonicalize(base).map_err(|e| unreadable(base, e))?;
        let mut snapshots = Vec::new();
        for (date, path) in list {
            let joined = root.join(&path);
            let place = if confined {
                within(&root, &path, &joined)?
            } else {
                std::fs::canonicalize(&joined).map_err(|e| unreadable(&joined, e))?
            };
            snapshots.push(Snapshot { date, path: plain(&path), place });
        }
        Self { name: name.to_owned(), snapshots, diagnostics: Vec::new() }.sorted(base)
    }

    fn sorted(mut self, path: &Path) -> Result<Self> {
        self.snapshots.sort_by(|a, b| {
            let key = |s: &Snapshot| (s.date.first_second(), s.date);
            key(a).cmp(&key(b)).then_with(|| a.path.cmp(&b.path))
        });
        if self.snapshots.is_empty() {
            let message = format!("`{}` has no dated snapshots", path.display());
            let hint = "name each folder or file after its date: `2021-01-15` or `notes-2021-03.md`";
            return Err(Box::new(Diagnostic::new(Code::NoRevisions, message).hint(hint)));
        }
        Ok(self)
    }
}

impl Snapshot {
    fn revision(&self) -> Revision {
        Revision {
            id: RevisionId::Snapshot { path: self.path.clone() },
            date: self.date,
            timestamp: self.date.first_second(),
        }
    }
}

impl LivingDocument for DatedDocument {
    fn name(&self) -> &str {
        &self.name
    }

    fn revisions(&self) -> Result<Vec<Revision>> {
        Ok(self.snapshots.iter().map(Snapshot::revision).collect())
    }

    fn resolve(&self, name: &str) -> Result<Revision> {
        let wanted = name.trim_end_matches('/');
        if let Some(found) = self.snapshots.iter().find(|s| s.path == wanted) {
            return Ok(found.revision());
        }
        let message = format!("there is no snapshot `{name}`");
        let error = Diagnostic::new(Code::RevisionUnknown, message);
        Err(Box::new(match nearest(wanted, self.snapshots.iter().map(|s| s.path.as_str())) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("give a date such as 2021-06, or the name of a snapshot's folder or file"),
        }))
    }

    fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    fn tree(&self, revision: &Revision) -> Result<Box<dyn FileTree>> {
        let wanted = match &revision.id {
            RevisionId::Snapshot { path } => Some(path),
            RevisionId::Commit { .. } | RevisionId::Draft => None,
        };
        let Some(found) = self.snapshots.iter().find(|s| Some(&s.path) == wanted && s.date == revision.date)
        else {
            return Err(Box::new(Diagnostic::new(Code::Internal, "a revision of another document")));
        };
        let tree =
            if found.place.is_file() { DiskTree::file(&found.place)? } else { DiskTree::open(&found.place)? };
        Ok(Box::new(tree))
    }
}

/// Looks at the names in a folder.
///
/// # Errors
/// When the folder can't be read.
pub(super) fn look(folder: &Path) -> Result<Entries> {
    let mut seen = Entries { dated: false, others: false };
    for (name, place) in entries(folder)? {
        if date_of(&name, &place).is_some() {
            seen.dated = true;
        } else if place.is_dir() || is_markdown(&place) {
            seen.others = true;
        }
    }
    Ok(seen)
}

/// The date of a snapshot; none if the entry is none.
pub(super) fn date_of(name: &str, place: &Path) -> Option<EditionDate> {
    if place.is_dir() {
        date_in_name(name)
    } else if is_markdown(place) {
        date_in_name(&Path::new(name).file_stem()?.to_string_lossy())
    } else {
        None
    }
}

/// Whether a file is read as Markdown, by its extension.
pub(super) fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|e| MARKDOWN.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// The place of a path with its links followed, if that is inside `root`.
fn within(root: &Path, name: &str, place: &Path) -> Result<PathBuf> {
    let found = std::fs::canonicalize(place).map_err(|e| unreadable(place, e))?;
    if found.starts_with(root) {
        return Ok(found);
    }
    let message = format!("the snapshot `{name}` is outside its folder");
    let hint = "put the snapshot itself into the folder, not a link or a path that leads out of it";
    Err(Box::new(Diagnostic::new(Code::SymlinkOutside, message).hint(hint)))
}

/// A path with `/`, without `.` segments, so that one snapshot has one name.
fn plain(path: &str) -> String {
    let parts = Path::new(path).components().filter(|c| !matches!(c, Component::CurDir | Component::RootDir));
    let joined = parts.map(|c| c.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
    if Path::new(path).is_absolute() { format!("/{joined}") } else { joined }
}
