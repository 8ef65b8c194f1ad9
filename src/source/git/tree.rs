//! The files of a commit, read from the object database.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gix::bstr::{BStr, ByteSlice};
use gix::objs::tree::EntryKind;
use gix::{ObjectId, ThreadSafeRepository};

use super::{git_object, git_read};
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::source::FileTree;
use crate::source::listing::{Listing, MAX_DEPTH, MAX_FILES, Node, printable};

/// The bytes that are in use somewhere, so that consecutive editions share
/// what did not change between them.
#[derive(Default)]
pub(super) struct SharedBlobs(Mutex<HashMap<ObjectId, Weak<[u8]>>>);

impl SharedBlobs {
    fn get(&self, id: ObjectId) -> Option<Arc<[u8]>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id)?.upgrade()
    }

    fn insert(&self, id: ObjectId, bytes: &Arc<[u8]>) {
        let mut blobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if blobs.len() == blobs.capacity() {
            blobs.retain(|_, bytes| bytes.strong_count() > 0);
        }
        blobs.insert(id, Arc::downgrade(bytes));
    }
}

/// The tree of a commit.
pub(super) struct GitTree {
    repository: ThreadSafeRepository,
    listing: Listing<ObjectId>,
    blobs: Arc<SharedBlobs>,
}

impl GitTree {
    /// Lists a tree and all trees in it, and follows its links.
    pub fn open(
        repository: &ThreadSafeRepository,
        repo: &gix::Repository,
        root: ObjectId,
        blobs: Arc<SharedBlobs>,
    ) -> Result<Self> {
        let mut walk = Walk { repo, nodes: BTreeMap::new(), diagnostics: Vec::new(), trees: 0 };
        walk.tree(root, "", 0)?;
        let mut listing = Listing::new(&walk.nodes)?;
        listing.diagnostics.extend(walk.diagnostics);
        Ok(Self { repository: repository.clone(), listing, blobs })
    }
}

impl FileTree for GitTree {
    fn paths(&self) -> &[String] {
        &self.listing.paths
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        let Some(&id) = self.listing.find(path)? else { return Ok(None) };
        if let Some(bytes) = self.blobs.get(id) {
            return Ok(Some(bytes));
        }
        let repo = self.repository.to_thread_local();
        let blob = repo
            .find_blob(id)
            .map_err(|e| git_object(&repo, format!("can't read `{}` ({id})", printable(path)), &e))?;
        let bytes: Arc<[u8]> = Arc::from(blob.data.as_slice());
        self.blobs.insert(id, &bytes);
        Ok(Some(bytes))
    }

    fn contains(&self, path: &str) -> bool {
        self.listing.contains(path)
    }

    fn diagnostics(&self) -> &[Diagnostic] {
        &self.listing.diagnostics
    }
}

struct Walk<'a> {
    repo: &'a gix::Repository,
    nodes: BTreeMap<String, Node<ObjectId>>,
    diagnostics: Vec<Diagnostic>,
    trees: usize,
}

impl Walk<'_> {
    fn tree(&mut self, id: ObjectId, prefix: &str, depth: usize) -> Result<()> {
        self.trees += 1;
        if depth > MAX_DEPTH || self.nodes.len() + self.trees > MAX_FILES {
            let why = "there are too many files, or folders inside one another";
            return Err(git_read(format!("can't read the folder `{}`", printable(prefix)), why));
        }
        let shown = if prefix.is_empty() { "/" } else { prefix };
        let failed =
            |e| git_object(self.repo, format!("can't read the folder `{}` ({id})", printable(shown)), &e);
        let tree = self.repo.find_tree(id).map_err(failed)?;
        let mut names = BTreeSet::new();
        for entry in tree.decode().map_err(failed)?.entries {
            let Some(name) = self.name(entry.filename, prefix, &mut names) else { continue };
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let id = entry.oid.to_owned();
            match entry.mode.kind() {
                EntryKind::Tree => self.tree(id, &path, depth + 1)?,
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    self.nodes.insert(path, Node::File(id));
                }
                EntryKind::Link => {
                    let target = self.repo.find_blob(id).map_err(|e| {
                        git_object(self.repo, format!("can't read the link `{}`", printable(&path)), &e)
                    })?;
                    self.nodes.insert(path, Node::Link(target.data.to_str_lossy().into_owned()));
                }
                EntryKind::Commit => {
                    self.nodes.insert(path, Node::Submodule);
                }
            }
        }
        Ok(())
    }

    /// The name of an entry. Bytes that are not UTF-8 are replaced; names that
    /// no file system would take, and that only a forged tree can have, are
    /// skipped. Both are said.
    fn name(&mut self, raw: &BStr, prefix: &str, taken: &mut BTreeSet<String>) -> Option<String> {
        let mut name = raw.to_str_lossy().into_owned();
        let shown = printable(&format!("{prefix}/{name}"));
        let shown = shown.trim_start_matches('/');
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            let message = format!("`{shown}` is skipped: no file can have this name");
            let said = Diagnostic::new(Code::GitRead, message)
                .hint("the repository was not made by Git; `git fsck` says more");
            self.diagnostics.push(Diagnostic { severity: Severity::Warning, ..said });
            return None;
        }
        if raw.to_str().is_err() {
            while taken.contains(&name) {
                name.push(char::REPLACEMENT_CHARACTER);
            }
            let message = format!("the name of `{shown}` is not UTF-8");
            let hint = "links can't lead to it; give the file a name in UTF-8";
            self.diagnostics.push(Diagnostic::new(Code::EncodingInvalid, message).hint(hint));
        }
        taken.insert(name.clone());
        Some(name)
    }
}
