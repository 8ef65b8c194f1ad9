//! A hash of all that a book is made from: `book.toml`, SUMMARY.md, the
//! chapters, what they include and show, and whether their links lead anywhere.
//! A file that only a hint would name is none of it.
//!
//! What a file points to is found once for each distinct content, and where
//! that leads once for each distinct list of files, as long as consecutive
//! revisions have both.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::locate::{self, Contents};
use super::{ReadOptions, encoding};
use crate::diag::Result;
use crate::document::only::Entry;
use crate::paths;
use crate::recent::{Hash, Recent, hash};
use crate::source::FileTree;
use crate::span::Files;

/// What fingerprints of earlier revisions found out.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// What a file points to, by its content, path, and what it is.
    pointers: Recent<Vec<Pointer>>,
    /// Where that leads, by the same and the files that there are.
    leads: Recent<Leads>,
}

/// How much of a file the book depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// A link leads there: whether it is there shows in the book.
    Presence,
    /// Its content is in the book: a chapter, an image, an included file.
    Content,
}

/// What a file points to.
#[derive(Debug)]
struct Pointer {
    how: Use,
    path: String,
    /// The path in lower case.
    lower: String,
}

/// Where what a file points to leads.
#[derive(Debug)]
struct Leads {
    /// A hash of what is there.
    presence: Hash,
    /// The files whose content counts.
    content: Vec<String>,
}

/// What a file is in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Summary,
    Chapter,
    /// Included or shown.
    Other,
}

/// The files that there are.
struct Names<'t> {
    tree: &'t dyn FileTree,
    /// By their lower case; a slip in a path's case is forgiven by the reader,
    /// so it is here.
    lower: HashMap<String, &'t str>,
    folders: HashSet<&'t str>,
    hash: Hash,
}

impl<'t> Names<'t> {
    fn of(tree: &'t dyn FileTree) -> Self {
        let mut folders = HashSet::from([""]);
        for path in tree.paths() {
            let mut folder = paths::parent(path);
            while folders.insert(folder) {
                folder = paths::parent(folder);
            }
        }
        let lower = tree.paths().iter().map(|path| (path.to_lowercase(), path.as_str())).collect();
        let hash = hash(tree.paths().iter().map(String::as_bytes));
        Self { tree, lower, folders, hash }
    }

    /// The path as the tree spells it.
    fn there<'p>(&self, path: &'p str, lower: &str) -> &'p str
    where
        't: 'p,
    {
        match self.lower.get(lower) {
            Some(&other) if !self.tree.contains(path) => other,
            Some(_) | None => path,
        }
    }
}

/// See [`super::fingerprint`].
pub(super) fn of(tree: &dyn FileTree, options: &ReadOptions, known: &Fingerprints) -> Result<Option<Hash>> {
    known.pointers.begin(2);
    known.leads.begin(2);
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    let Some(found) = found else { return Ok(None) };
    let names = Names::of(tree);
    let root = found.source.as_str();
    let mut hash = Sha256::new();
    if let Some((path, _)) = &found.toml {
        content(&mut hash, tree, path)?;
    }
    let chapters: BTreeSet<String> = match &found.contents {
        Contents::Files(all) => all.iter().cloned().collect(),
        Contents::Summary(path) => {
            let digest = content(&mut hash, tree, path)?;
            let pointers = known.pointers(tree, path, root, Part::Summary, &digest)?;
            let all = pointers.iter().map(|p| names.there(&p.path, &p.lower).to_owned());
            all.filter(|target| is_text(target)).collect()
        }
    };
    follow(hash, &names, known, root, &chapters).map(Some)
}

/// See [`super::fingerprint_only`].
pub(super) fn of_some(
    tree: &dyn FileTree,
    options: &ReadOptions,
    known: &Fingerprints,
    bound: &[&Entry],
) -> Result<Option<Hash>> {
    known.pointers.begin(2);
    known.leads.begin(2);
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    let Some(found) = found else { return Ok(None) };
    let mut hash = Sha256::new();
    if let Some((path, _)) = &found.toml {
        content(&mut hash, tree, path)?;
    }
    // What SUMMARY.md says of the others is no part of it.
    let said = |entry: &&Entry| (entry.key.clone(), entry.title.clone(), entry.number.clone(), entry.depth);
    hash.update(format!("{:?}\0", bound.iter().map(said).collect::<Vec<_>>()));
    let chapters = bound.iter().map(|entry| entry.path.clone()).collect();
    follow(hash, &Names::of(tree), known, found.source.as_str(), &chapters).map(Some)
}

/// Adds chapters, and whatever they lead to.
fn follow(
    mut hash: Sha256,
    names: &Names,
    known: &Fingerprints,
    root: &str,
    chapters: &BTreeSet<String>,
) -> Result<Hash> {
    let tree = names.tree;
    let mut todo = chapters.clone();
    let mut done = BTreeSet::new();
    while let Some(path) = todo.pop_first() {
        if !done.insert(path.clone()) {
            continue;
        }
        if !tree.contains(&path) {
            let folder = names.folders.contains(path.as_str());
            hash.update(format!("{path}\0{folder}\0"));
            continue;
        }
        let digest = content(&mut hash, tree, &path)?;
        let part = if chapters.contains(&path) { Part::Chapter } else { Part::Other };
        let leads = known.leads(names, &path, root, part, &digest)?;
        hash.update(leads.presence);
        todo.extend(leads.content.iter().cloned());
    }
    Ok(hash.finalize().into())
}

/// See [`super::fingerprint_with_programs`].
pub(super) fn with_programs(
    tree: &dyn FileTree,
    options: &ReadOptions,
    known: &Fingerprints,
) -> Result<Option<Hash>> {
    let found = locate::locate(tree, options, &mut Files::default(), &mut Vec::new())?;
    if !found.is_some_and(|found| found.settings.preprocessors.need_programs()) {
        return of(tree, options, known);
    }
    let mut hash = Sha256::new();
    for path in tree.paths() {
        content(&mut hash, tree, path)?;
    }
    Ok(Some(hash.finalize().into()))
}

impl Fingerprints {
    /// What a file points to.
    fn pointers(
        &self,
        tree: &dyn FileTree,
        path: &str,
        root: &str,
        part: Part,
        digest: &Hash,
    ) -> Result<Arc<Vec<Pointer>>> {
        let key = hash([&digest[..], path.as_bytes(), root.as_bytes(), &[part as u8]]);
        if let Some(pointers) = self.pointers.get(&key) {
            return Ok(pointers);
        }
        let bytes = tree.read(path)?.unwrap_or_else(|| Arc::from([]));
        let text = encoding::decode(&bytes).text;
        let mut found = BTreeSet::new();
        match part {
            Part::Summary => found.extend(named(&text, path, root).map(|target| (Use::Content, target))),
            Part::Chapter => pointed(&text, path, root, true, &mut found),
            Part::Other if text.contains("{{#") => pointed(&text, path, root, false, &mut found),
            Part::Other => {}
        }
        let pointer = |(how, path): (Use, String)| Pointer { how, lower: path.to_lowercase(), path };
        let pointers = Arc::new(found.into_iter().map(pointer).collect());
        self.pointers.put(key, Arc::clone(&pointers));
        Ok(pointers)
    }

    /// Where what a file points to leads.
    fn leads(&self, names: &Names, path: &str, root: &str, part: Part, digest: &Hash) -> Result<Arc<Leads>> {
        let key = hash([&digest[..], path.as_bytes(), root.as_bytes(), &[part as u8], &names.hash]);
        if let Some(leads) = self.leads.get(&key) {
            return Ok(leads);
        }
        let pointers = self.pointers(names.tree, path, root, part, digest)?;
        let mut presence = Sha256::new();
        let mut content = Vec::new();
        for pointer in pointers.iter() {
            let there = names.there(&pointer.path, &pointer.lower);
            if pointer.how == Use::Content {
                content.push(there.to_owned());
                continue;
            }
            if there != pointer.path {
                presence.update(format!("{there}\0"));
            }
            presence.update([u8::from(names.tree.contains(there)), u8::from(names.folders.contains(there))]);
        }
        let leads = Arc::new(Leads { presence: presence.finalize().into(), content });
        self.leads.put(key, Arc::clone(&leads));
        Ok(leads)
    }
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

/// Path, its length and the hash of the bytes, so that no two trees are told
/// by the same stream.
fn content(hash: &mut Sha256, tree: &dyn FileTree, path: &str) -> Result<Hash> {
    let digest = tree.digest(path)?.unwrap_or_else(|| Sha256::digest(b"").into());
    hash.update(u64::try_from(path.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(path);
    hash.update(digest);
    Ok(digest)
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

    thread_local! {
        static KNOWN: Fingerprints = Fingerprints::default();
    }

    fn hash(files: &[(&str, &str)]) -> Option<[u8; 32]> {
        let tree = MemoryTree::new(files.iter().copied());
        let cold = of(&tree, &ReadOptions::default(), &Fingerprints::default()).expect("readable");
        // What was found out of other trees makes no difference.
        let warm = KNOWN.with(|known| of(&tree, &ReadOptions::default(), known).expect("readable"));
        assert_eq!(cold, warm);
        cold
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
