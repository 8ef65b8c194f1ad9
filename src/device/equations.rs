//! Equations as pictures, for families that don't set MathML. The PDF's writer
//! draws them; here is what they are found by and how they stand in a line.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Inline, InlineKind, Math};
use crate::paths;

/// A picture of an equation. Lengths are in em of the text around it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Equation {
    /// The file, a PNG.
    #[serde(skip)]
    pub png: Arc<[u8]>,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// How far it goes below the line of writing.
    pub depth: f64,
}

/// Pictures of equations, by their [`key`]s.
pub type Equations = BTreeMap<String, Equation>;

/// What an equation is found by: all that its picture depends on. None for one
/// that is shown as it is written.
pub fn key(math: &Math) -> Option<String> {
    math.tree.as_ref()?;
    let json = serde_json::to_vec(&(&math.tree, math.display, &math.tag)).ok()?;
    Some(paths::hex(&Sha256::digest(json)[..10]))
}

/// The equations of a book, each once, by their keys.
pub fn of(book: &Book) -> BTreeMap<String, Math> {
    let mut found = Found(BTreeMap::new());
    for chapter in book.chapters() {
        walk_chapter(&mut found, chapter);
    }
    found.0
}

struct Found(BTreeMap<String, Math>);

impl Found {
    fn math(&mut self, math: &Math) {
        if let Some(key) = key(math) {
            self.0.entry(key).or_insert_with(|| math.clone());
        }
    }
}

impl Visit for Found {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Math(math) = &block.kind {
            self.math(math);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Math(math) = &inline.kind {
            self.math(math);
        }
        walk_inline(self, inline);
    }
}
