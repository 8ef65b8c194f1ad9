//! A hash of all that a book is made from.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::locate::{self, Contents};
use super::{ReadOptions, encoding};
use crate::diag::Result;
use crate::paths;
use crate::source::FileTree;
use crate::span::Files;

/// Paths outside of the book.
type Outside = BTreeSet<String>;

/// See [`super::fingerprint`].
pub(super) fn of(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    let Some(found) = found else { return Ok(None) };
    let mut hash = Sha256::new();
    if let Some((path, _)) = &found.toml {
        file(&mut hash, tree, path)?;
    }
    let mut outside = Outside::new();
    let single = match &found.contents {
        // One file of a tree: the rest belongs to other books.
        Contents::Files(all) if options.path.as_deref().is_some_and(|p| all.iter().any(|a| a == p)) => {
            Some(all)
        }
        Contents::Files(_) | Contents::Summary(_) => None,
    };
    for path in tree.paths() {
        if !inside(&found.source, path) || single.is_some_and(|all| !all.contains(path)) {
            continue;
        }
        let bytes = file(&mut hash, tree, path)?;
        if is_text(path) {
            let text = encoding::decode(&bytes).text;
            // Below one file of a tree, every path it names is outside.
            let source = if single.is_some() { path.as_str() } else { &found.source };
            pointed(&text, path, source, &mut outside);
        }
    }
    follow(&mut hash, tree, &found.source, outside)?;
    Ok(Some(hash.finalize().into()))
}

fn inside(source: &str, path: &str) -> bool {
    paths::strip(source, path).is_some()
}

fn is_text(path: &str) -> bool {
    matches!(paths::extension(path).as_str(), "md" | "markdown" | "txt")
}

/// Path, length and bytes, so that no two trees are told by the same stream.
fn file(hash: &mut Sha256, tree: &dyn FileTree, path: &str) -> Result<Arc<[u8]>> {
    let bytes = tree.read(path)?.unwrap_or_else(|| Arc::from([]));
    let length = |n: usize| u64::try_from(n).unwrap_or(u64::MAX).to_be_bytes();
    hash.update(length(path.len()));
    hash.update(path);
    hash.update(length(bytes.len()));
    hash.update(&bytes);
    Ok(bytes)
}

/// Hashes what chapters point to outside of the book, and what that points to.
fn follow(hash: &mut Sha256, tree: &dyn FileTree, source: &str, mut todo: Outside) -> Result<()> {
    let mut done = Outside::new();
    while let Some(path) = todo.pop_first() {
        if !done.insert(path.clone()) {
            continue;
        }
        if tree.contains(&path) {
            let bytes = file(hash, tree, &path)?;
            let text = encoding::decode(&bytes).text;
            if text.contains("{{#") {
                pointed(&text, &path, source, &mut todo);
            }
        } else {
            // Whether a link leads anywhere shows in the book.
            hash.update(format!("{path}\0{}\0", tree.is_folder(&path)));
        }
    }
    Ok(())
}

/// Everything in a text that looks like a path and leaves the folder. Too
/// much does no harm; too little would miss a change.
fn pointed(text: &str, path: &str, source: &str, out: &mut Outside) {
    let folder = paths::parent(path);
    let ends = |c: char| c.is_whitespace() || "()<>[]{}\"'`#?|,".contains(c);
    for word in text.split(ends).filter(|word| word.contains("..") || source == path) {
        let (word, _) = word.split_once(':').unwrap_or((word, ""));
        let decoded = paths::percent_decode(word);
        if !decoded.is_empty()
            && let Some(target) = paths::join(folder, &decoded)
            && !inside(source, &target)
            && (target.contains(['.', '/']) && target != path)
        {
            out.insert(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn hash(files: &[(&str, &str)]) -> Option<[u8; 32]> {
        of(&MemoryTree::new(files.iter().copied()), &ReadOptions::default()).expect("readable")
    }

    #[test]
    fn only_what_the_book_is_made_from_counts() {
        let book =
            [("book.toml", ""), ("src/SUMMARY.md", "- [a](a.md)"), ("src/a.md", "{{#include ../code.rs:x}}")];
        let with = |more: &[(&str, &str)]| hash(&[&book, more].concat());
        let base = with(&[("code.rs", "fn"), ("other.rs", "1")]);
        assert_eq!(base, with(&[("code.rs", "fn"), ("other.rs", "2")]), "not part of the book");
        assert_ne!(base, with(&[("code.rs", "fn x"), ("other.rs", "1")]), "an included file");
        assert_ne!(base, with(&[("other.rs", "1")]), "an included file that went");
        assert_ne!(
            base,
            with(&[("code.rs", "fn"), ("other.rs", "1"), ("src/b.png", "")]),
            "a new file in the source"
        );
        assert_eq!(hash(&[("main.rs", "")]), None);
    }
}
