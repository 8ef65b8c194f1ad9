//! Listings of file trees, with their symbolic links followed.
//!
//! Git trees and folders are both first listed as they are, then links are
//! followed here, inside the listing and nowhere else, so that no link can
//! reach a file outside.
//!
//! A link that can't be followed stays in the listing, so that it is not lost:
//! it is a warning in [`Listing::diagnostics`], since a book that does not use
//! it can be made without it, and an error when it, or something below it, is
//! asked for.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;

use crate::diag::{Code, Diagnostic, Result, Severity};

/// How many files a listing may have, links followed. Far above any document,
/// and low enough that a tree made to explode is an error and not a crash.
pub(super) const MAX_FILES: usize = 500_000;

/// How deep folders may nest.
pub(super) const MAX_DEPTH: usize = 200;

/// How many links may be followed to reach one file (Linux has the same).
const MAX_LINKS: usize = 40;

/// What stands in a tree under a path. Folders are known by what is in them.
#[derive(Debug, Clone)]
pub(super) enum Node<K> {
    /// A file, and what it is read by.
    File(K),
    /// A symbolic link, and its target as it is written.
    Link(String),
    /// A submodule.
    Submodule,
}

/// The files of a tree by their paths.
#[derive(Debug)]
pub(super) struct Listing<K> {
    /// The paths of all files and of all links that can't be followed, sorted.
    pub paths: Vec<String>,
    /// What there is to say about the tree.
    pub diagnostics: Vec<Diagnostic>,
    files: BTreeMap<String, K>,
    bad: BTreeMap<String, Diagnostic>,
}

impl<K: Clone> Listing<K> {
    /// Follows the links of a tree.
    ///
    /// # Errors
    /// When there are far too many files.
    pub fn new(nodes: &BTreeMap<String, Node<K>>) -> Result<Self> {
        let mut links =
            Links { nodes, seen: 0, files: BTreeMap::new(), bad: BTreeMap::new(), said: Vec::new() };
        links.expand("", "", &mut Vec::new())?;
        let mut diagnostics = links.said;
        for (path, node) in nodes {
            if matches!(node, Node::Submodule) {
                let message = format!("the submodule `{}` is skipped", printable(path));
                diagnostics.push(
                    Diagnostic::new(Code::SubmoduleSkipped, message)
                        .hint("its files are in another repository; copy what the book needs into this one"),
                );
            }
        }
        let mut paths: Vec<String> = links.files.keys().chain(links.bad.keys()).cloned().collect();
        paths.sort_unstable();
        Ok(Self { paths, diagnostics, files: links.files, bad: links.bad })
    }

    /// What a file is read by; none if there is no such file.
    ///
    /// # Errors
    /// When the path is, or leads through, a link that can't be followed.
    pub fn find(&self, path: &str) -> Result<Option<&K>> {
        if let Some(key) = self.files.get(path) {
            return Ok(Some(key));
        }
        self.bad_above(path).map_or(Ok(None), |bad| Err(Box::new(bad.clone())))
    }

    /// Whether [`Self::find`] has an answer other than none: below a link that
    /// can't be followed there may be anything, and asking for it is an error.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.bad_above(path).is_some()
    }

    fn bad_above(&self, path: &str) -> Option<&Diagnostic> {
        if self.bad.is_empty() {
            return None;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| path.get(..end)).find_map(|prefix| self.bad.get(prefix))
    }
}

/// Why a link can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Outside,
    Circle,
    Missing,
    Submodule,
}

/// Where a link leads.
enum Target {
    File(String),
    Folder(String),
}

struct Links<'a, K> {
    nodes: &'a BTreeMap<String, Node<K>>,
    seen: usize,
    files: BTreeMap<String, K>,
    bad: BTreeMap<String, Diagnostic>,
    said: Vec<Diagnostic>,
}

impl<'a, K: Clone> Links<'a, K> {
    /// Adds everything below the real folder `real` as if it stood at
    /// `shown`. `chain` holds the links that were followed to get here: a
    /// folder that contains one of them would contain itself.
    fn expand(&mut self, shown: &str, real: &str, chain: &mut Vec<String>) -> Result<()> {
        let nodes = self.nodes;
        for (path, node) in below(nodes, real) {
            self.seen += 1;
            if self.seen > MAX_FILES {
                let message = format!("the tree has more than {MAX_FILES} files");
                return Err(Box::new(
                    Diagnostic::new(Code::FileRead, message).hint("give the book's own folder as the source"),
                ));
            }
            let shown = match (shown, real) {
                ("", "") => path.clone(),
                ("", real) => path.get(real.len() + 1..).unwrap_or(path).to_owned(),
                (shown, "") => format!("{shown}/{path}"),
                (shown, real) => format!("{shown}{}", path.get(real.len()..).unwrap_or(path)),
            };
            match node {
                Node::File(key) => {
                    self.files.insert(shown, key.clone());
                }
                Node::Submodule => {}
                Node::Link(target) => self.follow(shown, path, target, chain)?,
            }
        }
        Ok(())
    }

    fn follow(&mut self, shown: String, path: &str, target: &str, chain: &mut Vec<String>) -> Result<()> {
        match self.resolve(path) {
            Ok(Target::File(found)) => {
                if let Some(Node::File(key)) = self.nodes.get(&found) {
                    self.files.insert(shown, key.clone());
                }
            }
            Ok(Target::Folder(found)) => {
                chain.push(path.to_owned());
                if chain.len() > MAX_LINKS || chain.iter().any(|link| inside(link, &found)) {
                    self.fault(shown, path, target, Fault::Circle);
                } else {
                    self.expand(&shown, &found, chain)?;
                }
                chain.pop();
            }
            Err(fault) => self.fault(shown, path, target, fault),
        }
        Ok(())
    }

    /// Follows a path to a file or folder that is no link, as a file system
    /// does it: segment by segment, `..` from where a link has led.
    fn resolve(&self, path: &str) -> Result<Target, Fault> {
        let mut rest: VecDeque<&str> = path.split('/').collect();
        let mut real: Vec<&str> = Vec::new();
        let mut links = 0;
        while let Some(segment) = rest.pop_front() {
            match segment {
                "" | "." => continue,
                ".." => {
                    real.pop().ok_or(Fault::Outside)?;
                    continue;
                }
                name => real.push(name),
            }
            match self.nodes.get(&real.join("/")) {
                Some(Node::Link(target)) => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(Fault::Circle);
                    }
                    if target.starts_with('/') {
                        return Err(Fault::Outside);
                    }
                    real.pop();
                    for segment in target.split('/').rev() {
                        rest.push_front(segment);
                    }
                }
                Some(Node::Submodule) => return Err(Fault::Submodule),
                Some(Node::File(_)) if rest.is_empty() => return Ok(Target::File(real.join("/"))),
                Some(Node::File(_)) => return Err(Fault::Missing),
                None if self.is_folder(&real.join("/")) => {}
                None => return Err(Fault::Missing),
            }
        }
        Ok(Target::Folder(real.join("/")))
    }

    fn is_folder(&self, path: &str) -> bool {
        below(self.nodes, path).next().is_some()
    }

    fn fault(&mut self, shown: String, path: &str, target: &str, fault: Fault) {
        let (link, target) = (printable(&shown), printable(target));
        let (message, hint) = match fault {
            Fault::Outside => (
                format!("the symbolic link `{link}` leads out of the tree, to `{target}`"),
                "put a copy of what it leads to into the tree, or let it lead to a path inside",
            ),
            Fault::Circle => (
                format!("the symbolic link `{link}` leads in a circle, to `{target}`"),
                "let it lead to a file, or to a folder that does not contain the link",
            ),
            Fault::Missing => (
                format!("the symbolic link `{link}` leads to `{target}`, which is not there"),
                "correct the link's target, or remove the link",
            ),
            Fault::Submodule => (
                format!("the symbolic link `{link}` leads into a submodule, to `{target}`"),
                "put a copy of what it leads to into this repository",
            ),
        };
        let said = Diagnostic::new(Code::SymlinkOutside, message).hint(hint);
        // A link inside a folder that is seen through another link was
        // already spoken of where it really stands.
        if shown == path || fault == Fault::Circle {
            self.said.push(Diagnostic { severity: Severity::Warning, ..said.clone() });
        }
        self.bad.insert(shown, said);
    }
}

/// Everything below a folder; the root is the empty path.
fn below<'a, K>(
    nodes: &'a BTreeMap<String, Node<K>>,
    folder: &str,
) -> impl Iterator<Item = (&'a String, &'a Node<K>)> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let from = Bound::Included(prefix.clone());
    nodes.range((from, Bound::Unbounded)).take_while(move |(path, _)| path.starts_with(&prefix))
}

/// Whether a path is below a folder, or is it.
fn inside(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path for a message of one line: control characters are replaced.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(nodes: &[(&str, Node<u8>)]) -> Listing<u8> {
        let nodes = nodes.iter().map(|(path, node)| ((*path).to_owned(), node.clone())).collect();
        Listing::new(&nodes).expect("is small")
    }

    fn link(target: &str) -> Node<u8> {
        Node::Link(target.to_owned())
    }

    #[test]
    fn links_are_followed_inside_the_tree() {
        let tree = listing(&[
            ("a.md", link("docs/guide/one.md")),
            ("chain.md", link("./a.md")),
            ("docs/guide/one.md", Node::File(1)),
            ("docs/guide/two.md", link("../../chain.md")),
            ("guide", link("docs/guide/")),
            ("through.md", link("guide/../three.md")),
            ("docs/three.md", Node::File(3)),
        ]);
        assert_eq!(
            tree.paths.join(" "),
            "a.md chain.md docs/guide/one.md docs/guide/two.md docs/three.md guide/one.md guide/two.md through.md"
        );
        assert_eq!(tree.diagnostics, []);
        for path in ["a.md", "chain.md", "docs/guide/two.md", "guide/one.md", "guide/two.md"] {
            assert_eq!(tree.find(path), Ok(Some(&1)), "{path}");
        }
        assert_eq!(tree.find("through.md"), Ok(Some(&3)), "`..` counts from where the link leads");
        assert_eq!(tree.find("guide"), Ok(None));
        assert_eq!(tree.find("guide/none.md"), Ok(None));
    }

    #[test]
    fn links_that_lead_nowhere_are_errors_when_used() {
        let tree = listing(&[
            ("absolute", link("/etc/passwd")),
            ("circle", link("circle")),
            ("docs/out.md", link("../../secret.md")),
            ("docs/self", link("..")),
            ("empty", link("")),
            ("lost.md", link("gone.md")),
            ("m", Node::Submodule),
            ("n.md", link("m/n.md")),
            ("ok.md", Node::File(1)),
            ("past.md", link("ok.md/past.md")),
        ]);
        let said: Vec<String> = tree.diagnostics.iter().map(ToString::to_string).collect();
        let link = "warning[symlink-outside]: the symbolic link";
        assert_eq!(
            said,
            [
                &format!("{link} `absolute` leads out of the tree, to `/etc/passwd`"),
                &format!("{link} `circle` leads in a circle, to `circle`"),
                &format!("{link} `docs/out.md` leads out of the tree, to `../../secret.md`"),
                &format!("{link} `docs/self` leads in a circle, to `..`"),
                &format!("{link} `empty` leads in a circle, to ``"),
                &format!("{link} `lost.md` leads to `gone.md`, which is not there"),
                &format!("{link} `n.md` leads into a submodule, to `m/n.md`"),
                &format!("{link} `past.md` leads to `ok.md/past.md`, which is not there"),
                "warning[submodule-skipped]: the submodule `m` is skipped",
            ]
        );
        for path in ["absolute", "absolute/below.png", "docs/out.md", "docs/self/ok.md", "lost.md"] {
            let error = tree.find(path).expect_err(path);
            assert_eq!((error.code, error.severity), (Code::SymlinkOutside, Severity::Error), "{path}");
            assert!(tree.contains(path), "{path}");
        }
        assert!(!tree.contains("m/x.md") && !tree.contains("none.md") && tree.contains("ok.md"));
        assert!(tree.paths.iter().any(|p| p == "lost.md"), "it is not lost");
    }

    #[test]
    fn folders_that_contain_each_other_end() {
        let tree = listing(&[
            ("a/x", link("../b")),
            ("a/1.md", Node::File(1)),
            ("b/y", link("../a")),
            ("b/2.md", Node::File(2)),
        ]);
        assert_eq!(tree.paths.join(" "), "a/1.md a/x/2.md a/x/y b/2.md b/y/1.md b/y/x");
        assert!(tree.find("a/x/y/1.md").is_err());
        assert_eq!(tree.find("a/x/2.md"), Ok(Some(&2)));
    }

    #[test]
    fn a_tree_made_to_explode_is_an_error() {
        let mut nodes = BTreeMap::new();
        for folder in 0..12 {
            for other in 0..12 {
                nodes.insert(format!("d{folder}/to{other}"), link(&format!("../d{other}")));
            }
            nodes.insert(format!("d{folder}/file.md"), Node::File(0));
        }
        let error = Listing::new(&nodes).expect_err("is too large");
        assert_eq!(error.message, "the tree has more than 500000 files");
    }
}
