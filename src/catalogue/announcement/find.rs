//! The edition that is meant, among those of an output folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::catalogue::record as catalogue;
use crate::diag::{Code, Diagnostic, Result};
use crate::output::manifest::{Manifest, SCHEMA};
use crate::output::verify::Record;
use crate::output::{MANIFEST, bag, listed};
use crate::paths::shown;

/// An edition of the disk.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Its folder; that of the bag, where it is one.
    pub folder: PathBuf,
    /// Whether that is a bag.
    pub bag: bool,
    /// What `edition.json` says.
    pub manifest: Manifest,
    /// The same, as far as it takes to make it again.
    pub record: Record,
}

impl Filed {
    /// The folder of the edition's own files.
    pub fn payload(&self) -> PathBuf {
        if self.bag { self.folder.join(bag::DATA) } else { self.folder.clone() }
    }

    fn is_called(&self, name: &str) -> bool {
        self.manifest.name == name || format!("{}/{}", self.manifest.slug, self.manifest.name) == name
    }
}

/// How deep below an output folder editions are: `SLUG/NAME`.
const DEEPEST: usize = 2;
/// How many editions a hint names.
const NAMED: usize = 8;

/// The edition that is meant: a folder of the disk, or a name in the output
/// folder (`2025-02-08`, `guide/2025-02-08`, or `guide` for its newest);
/// without any the newest one of the only document. Extracts count only where
/// they are named, or where there is nothing else.
///
/// # Errors
/// When there is none, or several could be meant.
pub fn find(output: &Path, wanted: Option<&str>) -> Result<Filed> {
    if let Some(folder) = wanted.map(Path::new).filter(|folder| folder.is_dir())
        && let Some(found) = at(folder)
    {
        return found.map_err(|why| unreadable(folder, &why));
    }
    let mut all = Vec::new();
    below(output, DEEPEST, &mut all);
    all.retain(|one| !one.manifest.draft);
    all.sort_by(|a, b| key(a).cmp(&key(b)));
    if all.is_empty() {
        let message = format!("there is no edition in `{}`", output.display());
        let hint = "`bindery build` makes some; `--output DIR` names the folder that they are in";
        return Err(Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint)));
    }
    let Some(name) = wanted else { return newest(all, None) };
    let name = name.trim_end_matches('/');
    let (mut named, rest): (Vec<Filed>, Vec<Filed>) = all.into_iter().partition(|one| one.is_called(name));
    if named.len() > 1 && named.iter().any(|one| one.manifest.extract.is_none()) {
        named.retain(|one| one.manifest.extract.is_none());
    }
    match named.len() {
        0 if rest.iter().any(|one| one.manifest.slug == name) => newest(rest, Some(name)),
        0 => Err(several(&format!("there is no edition `{}`", shown(name)), &rest)),
        1 => named.pop().ok_or_else(|| several("there is none", &rest)),
        _ => Err(several(&format!("`{}` may be any of several editions", shown(name)), &named)),
    }
}

/// The newest edition of a document, or of the only one.
fn newest(mut all: Vec<Filed>, slug: Option<&str>) -> Result<Filed> {
    if let Some(slug) = slug {
        all.retain(|one| one.manifest.slug == slug);
    } else if all.iter().any(|one| one.manifest.extract.is_none()) {
        all.retain(|one| one.manifest.extract.is_none());
    }
    let documents: BTreeSet<&str> = all.iter().map(|one| one.manifest.slug.as_str()).collect();
    if documents.len() > 1 {
        return Err(several("there are editions of several documents", &all));
    }
    all.pop().ok_or_else(|| several("there is none", &[]))
}

fn key(filed: &Filed) -> (&str, &str, &Path) {
    (&filed.manifest.slug, &filed.manifest.timestamp, &filed.folder)
}

fn several(message: &str, all: &[Filed]) -> Box<Diagnostic> {
    let names = all.iter().rev().take(NAMED);
    let names = names.map(|one| format!("`{}/{}`", shown(&one.manifest.slug), shown(&one.manifest.name)));
    let names = names.collect::<Vec<_>>().join(", ");
    let more = if all.len() > NAMED { ", …" } else { "" };
    let problem = Diagnostic::new(Code::SourceNotFound, message);
    Box::new(problem.hint(format!("name one of {names}{more}, or the folder of an edition")))
}

fn unreadable(folder: &Path, why: &str) -> Box<Diagnostic> {
    let message = format!("can't read the edition in `{}`: {}", folder.display(), shown(why));
    let hint = "take its edition.json from another copy, or build the edition again";
    Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint))
}

/// The edition in a folder, if it is one's.
fn at(folder: &Path) -> Option<std::result::Result<Filed, String>> {
    let data = folder.join(bag::DATA);
    let (place, is_bag) = [(folder.join(MANIFEST), false), (data.join(MANIFEST), true)]
        .into_iter()
        .find(|(place, _)| place.is_file())?;
    let read = || {
        let bytes = listed::read(&place).map_err(|error| error.to_string())?;
        let value: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| format!("it is not valid JSON: {error}"))?;
        let schema = value.get("schema").and_then(serde_json::Value::as_u64);
        if schema.is_some_and(|schema| schema > u64::from(SCHEMA)) {
            return Err("it has a form that this version of Bindery does not know".to_owned());
        }
        // What a catalogue would not list is not announced.
        catalogue::Record::parse(&bytes).map_err(|(why, _)| why)?;
        let manifest = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
        let record = serde_json::from_value(value).map_err(|error| error.to_string())?;
        Ok(Filed { folder: folder.to_owned(), bag: is_bag, manifest, record })
    };
    Some(read())
}

/// The editions in a folder and below it. What can't be read is passed over,
/// and links are not followed.
fn below(folder: &Path, deepest: usize, found: &mut Vec<Filed>) {
    if let Some(edition) = at(folder) {
        found.extend(edition.ok());
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut inner: Vec<PathBuf> = folders.map(|entry| entry.path()).collect();
    inner.sort();
    for folder in inner.into_iter().filter(|_| deepest > 0) {
        below(&folder, deepest - 1, found);
    }
}
