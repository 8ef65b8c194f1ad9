//! The catalogue of an output folder: a page for people, OPDS feeds for
//! e-readers, an Atom feed for news and a JSON file for programs.
//!
//! It is made from the `edition.json` files below the folder and from nothing
//! else, so that it can be made anew at any time: no clock, and no file of an
//! edition is opened. Several documents in one folder make a shelf.
//!
//! ```text
//! edition.json … ─ record ─▶ Shelf ─┬─ html  ─▶ index.html
//!                                   ├─ opds1 ─▶ opds.xml    OPDS 1.2
//!                                   ├─ opds2 ─▶ opds.json   OPDS 2.0
//!                                   ├─ atom  ─▶ atom.xml    RFC 4287
//!                                   └─ json  ─▶ editions.json
//! ```
//!
//! Records are data from outside: a name in one can't lead out of its folder,
//! and what would break a feed, or the direction of a page's text, is taken out.

pub mod announcement;
mod atom;
mod html;
pub mod json;
mod links;
mod opds1;
mod opds2;
mod record;
pub mod serve;
mod shelf;
mod words;
mod xml;

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use self::links::Links;
pub use self::shelf::{Document, Edition, Shelf};
use crate::diag::{Code, Diagnostic, Result, Warned};
use crate::output::place::place;
use crate::output::verify::{is_edition, listed_editions};

/// The page.
pub const INDEX: &str = "index.html";
/// The feed of OPDS 1.2.
pub const OPDS_1: &str = "opds.xml";
/// The feed of OPDS 2.0.
pub const OPDS_2: &str = "opds.json";
/// The feed of news.
pub const ATOM: &str = "atom.xml";
/// All editions for programs.
pub const EDITIONS: &str = "editions.json";

/// What the page says at its end, whatever its template.
const MARK: &str = "Made by `bindery catalogue`";

/// How a catalogue is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The address that the output folder is published at; what the records
    /// say when none.
    pub base: Option<String>,
    /// A template in place of the built-in page's, from a theme.
    pub template: Option<String>,
}

/// Reads the editions below a folder.
///
/// # Errors
/// When the folder can't be read, or is an edition's own.
pub fn read(folder: &Path) -> Result<Warned<Shelf>> {
    if is_edition(folder) {
        let message = format!("{} is the folder of an edition", folder.display());
        return Err(failed(message, "name the folder that it lies in; an edition's own folder is closed"));
    }
    let (places, unread) = listed_editions(folder).map_err(|error| {
        failed(format!("can't read {}: {error}", folder.display()), "name a folder of editions")
    })?;
    let mut read = shelf::read(folder, places);
    read.diagnostics.extend(unread.into_iter().map(|(inner, error)| {
        let message = format!("can't read {}: {error}", inner.display());
        Diagnostic::new(Code::CatalogueRecord, message)
            .hint("editions in it are not listed; let it be read, or move it away")
    }));
    Ok(read)
}

/// Makes the catalogue of a folder anew. Files of its names that are not a
/// catalogue's are left alone.
///
/// # Errors
/// When there are no editions, when a file of another hand is in the way, when
/// the template is wrong, or when a file can't be written.
pub fn make(folder: &Path, options: &Options) -> Result<Warned<Shelf>> {
    let read = read(folder)?;
    if read.value.documents.is_empty() {
        let message = format!("there is no edition below {}", folder.display());
        return Err(failed(message, "build one with `bindery build`, or name another folder"));
    }
    let files = files(&read.value, options)?;
    for (name, _) in &files {
        if is_foreign(&folder.join(name), name) {
            let message = format!("{} is no file of a catalogue", folder.join(name).display());
            let hint = "move it away, write editions to a folder of their own (`--output DIR`), or go without a catalogue (`--no-catalogue`)";
            return Err(failed(message, hint));
        }
    }
    for (name, bytes) in &files {
        place(folder, name, bytes)?;
    }
    Ok(read)
}

/// The files of a catalogue, by their names.
///
/// # Errors
/// When the template is wrong.
pub fn files(shelf: &Shelf, options: &Options) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let base = options.base.clone().or_else(|| shelf.published());
    let links = Links::new(base);
    Ok(vec![
        (EDITIONS, json::write(shelf, &links)?),
        (OPDS_1, opds1::write(shelf, &links)),
        (OPDS_2, opds2::write(shelf, &links)?),
        (ATOM, atom::write(shelf, &links)),
        // Last, for it links to the others.
        (INDEX, html::write(shelf, &links, options.template.as_deref())?),
    ])
}

/// One of those files, with links that hold wherever the folder is served.
///
/// # Errors
/// When the template is wrong.
pub fn file(shelf: &Shelf, name: &str) -> Result<Option<Vec<u8>>> {
    let links = Links::new(None);
    Ok(Some(match name {
        EDITIONS => json::write(shelf, &links)?,
        OPDS_1 => opds1::write(shelf, &links),
        OPDS_2 => opds2::write(shelf, &links)?,
        ATOM => atom::write(shelf, &links),
        INDEX => html::write(shelf, &links, None)?,
        _ => return Ok(None),
    }))
}

/// Whether something is there that no catalogue has written.
fn is_foreign(path: &Path, name: &str) -> bool {
    // Feeds name what generated them.
    let mark = match name {
        INDEX => MARK,
        EDITIONS => "\"bindery\"",
        _ => "Bindery",
    };
    match ends(path) {
        Ok(bytes) => !String::from_utf8_lossy(&bytes).contains(mark),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// The beginning and the end of a file, one of which has the mark: a page of
/// thousands of editions is not read for it.
fn ends(path: &Path) -> std::io::Result<Vec<u8>> {
    const END: u64 = 1 << 16;
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut file = std::fs::File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(END).read_to_end(&mut bytes)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END).max(END.min(length))))?;
    file.take(END).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn failed(message: String, hint: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::CatalogueFailed, message).hint(hint))
}

/// What JSON can't be written of; it has no reason to.
fn unwritable(error: &serde_json::Error) -> Box<Diagnostic> {
    let message = format!("the catalogue can't be written as JSON: {error}");
    failed(message, "this is a fault in Bindery; please report it")
}
