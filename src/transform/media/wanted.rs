//! Which images a book wants, and addresses as they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Image, ImageSource, Inline, InlineKind};
use crate::transform::TransformOptions;
use crate::transform::site::{Found, Resolved, Site};

/// Looks at all images at once, so that the pass over the chapters, which goes
/// one by one, finds them looked at. Each content is looked at once, and not
/// read if it is known; gives how many were not.
pub(super) fn prepare(book: &Book, site: &Site, options: &TransformOptions) -> usize {
    let mut wanted = Wanted::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut files: BTreeMap<[u8; 32], Arc<[u8]>> = BTreeMap::new();
    for chapter in book.chapters() {
        walk_chapter(&mut wanted, chapter);
        for written in wanted.0.drain(..) {
            if is_remote(&written) {
                if let Some(Ok(image)) = options.remote.get(&address_of(&written)) {
                    files.insert(Sha256::digest(&image.bytes).into(), Arc::clone(&image.bytes));
                }
            } else if !is_data(&written)
                && let Ok(Resolved { found: Found::File(file), .. }) =
                    site.resolve(&chapter.key, path_of(&written), None)
                && seen.insert(file.clone())
                && let Ok(Some(digest)) = site.tree.digest(&file)
                && options.images.known(&digest).is_none()
                && let Ok(Some(bytes)) = site.tree.read(&file)
            {
                files.insert(digest, bytes);
            }
        }
    }
    let look = |(_, bytes): (&[u8; 32], &Arc<[u8]>)| {
        let mut made = 0;
        // What there is to say is said where the image stands.
        let _ = options.images.check(bytes, &mut made);
        made
    };
    files.par_iter().map(look).sum()
}

/// The remote images of a book, as absolute addresses, each once.
pub fn remote_images(book: &Book) -> Vec<String> {
    let mut wanted = Wanted::default();
    for chapter in book.chapters() {
        walk_chapter(&mut wanted, chapter);
    }
    let mut addresses: Vec<_> =
        wanted.0.iter().filter(|written| is_remote(written)).map(|written| address_of(written)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// Collects the addresses of images as they are written.
#[derive(Default)]
struct Wanted(Vec<String>);

impl Wanted {
    fn add(&mut self, image: &Image) {
        if let ImageSource::Unresolved(written) = &image.source {
            self.0.push(written.trim().to_owned());
        }
    }
}

impl Visit for Wanted {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Figure { image, caption: _ } = &block.kind {
            self.add(image);
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Image(image) = &inline.kind {
            self.add(image);
        }
        walk_inline(self, inline);
    }
}

/// Whether an address holds the image itself.
pub(super) fn is_data(written: &str) -> bool {
    written.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// Whether an image lies outside of the tree.
pub(super) fn is_remote(written: &str) -> bool {
    !is_data(written) && (written.contains("://") || written.starts_with("//"))
}

/// A remote image's address: one without a scheme is taken to be `https`.
pub(super) fn address_of(written: &str) -> String {
    written.strip_prefix("//").map_or(written.to_owned(), |rest| format!("https://{rest}"))
}

/// The path in an address.
pub(super) fn path_of(written: &str) -> &str {
    written.split(['#', '?']).next().unwrap_or("")
}
