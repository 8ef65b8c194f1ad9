//! A hash of all that a book is made from: `book.toml`, SUMMARY.md, the
//! chapters, what they include and show, and whether their links lead anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::locate::{self, Contents};
use super::{ReadOptions, encoding};
use crate::diag::Result;
use crate::paths;
use crate::source::FileTree;
use crate::span::Files;

/// How much of a file the book depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// A link leads there: whether it is there shows in the book.
    Presence,
    /// Its content is in the book: a chapter, an image, an included file.
    Content,
}

/// See [`super::fingerprint`].
pub(super) fn of(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    let Some(found) = found else { return Ok(None) };
    // A slip in a path's case is forgiven by the reader, so it is here.
    let cases: BTreeMap<String, &String> = tree.paths().iter().map(|p| (p.to_lowercase(), p)).collect();
    let there = |path: String| match cases.get(&path.to_lowercase()) {
        Some(other) if !tree.contains(&path) => (*other).clone(),
        Some(_) | None => path,
    };
    let root = found.source.as_str();
    let mut hash = Sha256::new();
    if let Some((path, _)) = &found.toml {
        content(&mut hash, tree, path)?;
    }
    let chapters: Vec<String> = match &found.contents {
        Contents::Files(all) => all.clone(),
        Contents::Summary(path) => {
            let text = encoding::decode(&content(&mut hash, tree, path)?).text;
            named(&text, path, root).map(there).filter(|target| is_text(target)).collect()
        }
    };
    let mut todo: BTreeSet<(Use, String)> = chapters.iter().map(|c| (Use::Content, c.clone())).collect();
    let mut done = BTreeSet::new();
    while let Some(next) = todo.pop_first() {
        if !done.insert(next.clone()) {
            continue;
        }
        let (how, path) = next;
        if how == Use::Presence || !tree.contains(&path) {
            hash.update(format!("{path}\0{}\0{}\0", tree.contains(&path), tree.is_folder(&path)));
            continue;
        }
        let bytes = content(&mut hash, tree, &path)?;
        let is_chapter = chapters.contains(&path);
        let text = encoding::decode(&bytes).text;
        if is_chapter || text.contains("{{#") {
            let mut found = BTreeSet::new();
            pointed(&text, &path, root, is_chapter, &mut found);
            todo.extend(found.into_iter().map(|(how, path)| (how, there(path))));
        }
    }
    Ok(Some(hash.finalize().into()))
}

/// See [`super::fingerprint_with_programs`].
pub(super) fn with_programs(tree: &dyn FileTree, options: &ReadOptions) -> Result<Option<[u8; 32]>> {
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    if !found.is_some_and(|found| found.settings.preprocessors.need_programs()) {
        return of(tree, options);
    }
    let mut hash = Sha256::new();
    for path in tree.paths() {
        content(&mut hash, tree, path)?;
    }
    Ok(Some(hash.finalize().into()))
}

fn is_text(path: &str) -> bool {
    matches!(paths::extension(path).as_str(), "md" | "markdown" | "txt")
}

fn is_image(path: &str) -> bool {
    matches!(
        paths::extension(path).as_str(),
        "png" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "svg" | "avif" | "bmp" | "ico" | "tif" | "tiff"
    )
}

/// Path, length and bytes, so that no two trees are told by the same stream.
fn content(hash: &mut Sha256, tree: &dyn FileTree, path: &str) -> Result<Arc<[u8]>> {
    let bytes = tree.read(path)?.unwrap_or_else(|| Arc::from([]));
    let length = |n: usize| u64::try_from(n).unwrap_or(u64::MAX).to_be_bytes();
    hash.update(length(path.len()));
    hash.update(path);
    hash.update(length(bytes.len()));
    hash.update(&bytes);
    Ok(bytes)
}

/// What a text points to. Directives include content; elsewhere only images
/// are content, and only chapters can have links.
fn pointed(text: &str, path: &str, root: &str, is_chapter: bool, todo: &mut BTreeSet<(Use, String)>) {
    let mut rest = text;
    while let Some(start) = rest.find("{{#") {
        let (before, directive) = rest.split_at(start);
        let end = directive.find("}}").map_or(directive.len(), |at| at + 2);
        let (directive, after) = directive.split_at(end);
        todo.extend(named(directive, path, root).map(|target| (Use::Content, target)));
        if is_chapter {
            linked(before, path, root, todo);
        }
        rest = after;
    }
    if is_chapter {
        linked(rest, path, root, todo);
    }
}

fn linked(text: &str, path: &str, root: &str, todo: &mut BTreeSet<(Use, String)>) {
    todo.extend(
        named(text, path, root)
            .map(|target| (if is_image(&target) { Use::Content } else { Use::Presence }, target)),
    );
}

/// Everything in a text that looks like a path: from the folder of `path`, or
/// with a leading `/` from the book's root. Too much does no harm; too little
/// would miss a change.
fn named<'a>(text: &'a str, path: &'a str, root: &'a str) -> impl Iterator<Item = String> + 'a {
    let folder = paths::parent(path);
    let ends = |c: char| c.is_whitespace() || "()<>[]{}\"'`#?|,".contains(c);
    // `<a path with spaces.md>` besides single words.
    let bracketed = text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(inner, _)| inner)
        .filter(|inner| inner.contains(' ') && !inner.contains('\n'));
    text.split(ends).chain(bracketed).filter_map(move |word| {
        let (word, _) = word.split_once(':').unwrap_or((word, ""));
        let decoded = paths::percent_decode(word);
        let target = match decoded.strip_prefix('/') {
            Some(absolute) => paths::join(root, absolute)?,
            None => paths::join(folder, &decoded)?,
        };
        (!decoded.is_empty() && target.contains(['.', '/']) && target != path).then_some(target)
    })
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
        let book = [
            ("book.toml", ""),
            ("src/SUMMARY.md", "- [a](a.md)\n- [b](<b c.md>)"),
            ("src/a.md", "{{#include ../code.rs:x}} ![](i.png) [there](other.rs)"),
        ];
        let with = |more: &[(&str, &str)]| hash(&[&book, more].concat());
        let base = with(&[("code.rs", "fn"), ("other.rs", "1"), ("src/i.png", "1")]);
        let same = with(&[("code.rs", "fn"), ("other.rs", "2"), ("src/i.png", "1"), ("src/new.md", "")]);
        assert_eq!(base, same, "what is not part of the book");
        assert_ne!(
            base,
            with(&[("code.rs", "fn x"), ("other.rs", "1"), ("src/i.png", "1")]),
            "an included file"
        );
        assert_ne!(base, with(&[("other.rs", "1"), ("src/i.png", "1")]), "an included file that went");
        assert_ne!(base, with(&[("code.rs", "fn"), ("other.rs", "1"), ("src/i.png", "2")]), "an image");
        let linked = with(&[("code.rs", "fn"), ("other.rs", "1"), ("src/i.png", "1"), ("src/other.rs", "")]);
        assert_ne!(base, linked, "where a link leads");
        let spaced = with(&[("code.rs", "fn"), ("other.rs", "1"), ("src/i.png", "1"), ("src/B c.md", "")]);
        assert_ne!(base, spaced, "a chapter with a space, and a slip in its case");
        assert_eq!(hash(&[("main.rs", "")]), None);
    }

    #[test]
    fn of_loose_files_only_markdown_counts() {
        let base = hash(&[("a.md", "A"), ("Makefile", "1")]);
        assert_eq!(base, hash(&[("a.md", "A"), ("Makefile", "2"), ("x.txt~", "")]));
        assert_ne!(base, hash(&[("a.md", "B"), ("Makefile", "1")]));
        assert_ne!(base, hash(&[("a.md", "A"), ("b.md", ""), ("Makefile", "1")]));
    }
}
