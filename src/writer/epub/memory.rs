//! What a run remembers of content documents, so that each distinct one is
//! written and compressed once.
//!
//! A page is found by the fingerprint of its [`Inputs`], in which files have
//! no numbers: a chapter that stays as it is may have another one in the next
//! edition, so what is remembered names files by their place in the chapter.

use std::sync::Arc;

use super::finish::{Packed, pack};
use super::inputs::Inputs;
use super::xhtml::{self, Page};
use crate::diag::Diagnostic;
use crate::document::fingerprint::{Fingerprint, fingerprint};
use crate::recent::Recent;
use crate::span::FileId;

/// Remembers content documents from one edition to the next. It may be used
/// from any thread, and is never locked while anything is written.
#[derive(Debug, Default)]
pub struct Memory(Recent<Remembered>);

/// A page without what differs from edition to edition.
#[derive(Debug)]
struct Remembered {
    /// Its diagnostics name files by their places.
    page: Page,
    packed: Arc<Packed>,
}

/// A content document, written now or before.
pub(super) struct Document {
    pub(super) page: Page,
    pub(super) packed: Arc<Packed>,
    /// Whether it was written now.
    pub(super) anew: bool,
}

impl Memory {
    /// Begins another book.
    pub(super) fn begin(&self) {
        self.0.begin(2);
    }

    /// The content document of a chapter.
    pub(super) fn document(&self, inputs: &Inputs) -> Document {
        let Some(Fingerprint { hash, files }) = fingerprint(inputs) else { return anew(inputs) };
        let known = self.0.get(&hash);
        if let Some(page) = known.as_ref().and_then(|known| renamed(&known.page, |file| at(&files, file))) {
            let packed = known.map(|known| Arc::clone(&known.packed)).unwrap_or_default();
            return Document { page, packed, anew: false };
        }
        let document = anew(inputs);
        if let Some(page) = renamed(&document.page, |file| place(&files, file)) {
            self.0.put(hash, Arc::new(Remembered { page, packed: Arc::clone(&document.packed) }));
        }
        document
    }
}

fn anew(inputs: &Inputs) -> Document {
    let page = xhtml::chapter(inputs);
    let packed = Arc::new(pack(&page.bytes));
    Document { page, packed, anew: true }
}

/// A page with other files in its diagnostics; none if one of them has none.
/// Its bytes, which are packed besides, stay behind.
fn renamed(page: &Page, file: impl Fn(FileId) -> Option<FileId>) -> Option<Page> {
    let rename = |diagnostic: &Diagnostic| {
        let mut diagnostic = diagnostic.clone();
        if let Some(span) = &mut diagnostic.span {
            span.file = file(span.file)?;
        }
        Some(diagnostic)
    };
    let diagnostics = page.diagnostics.iter().map(rename).collect::<Option<_>>()?;
    Some(Page { bytes: Vec::new(), diagnostics, written: page.written.clone(), mathml: page.mathml })
}

/// The file of a place.
fn at(files: &[FileId], place: FileId) -> Option<FileId> {
    files.get(usize::try_from(place.0).ok()?).copied()
}

/// The place of a file.
fn place(files: &[FileId], file: FileId) -> Option<FileId> {
    let place = files.iter().position(|known| *known == file)?;
    Some(FileId(u32::try_from(place).ok()?))
}
