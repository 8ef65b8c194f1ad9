//! The files of a commit, read from the object database.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use gix::bstr::{BStr, ByteSlice};
use gix::objs::tree::EntryKind;
use gix::{ObjectId, ThreadSafeRepository};
use sha2::{Digest, Sha256};

use super::{git_object, git_read};
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::source::FileTree;
use crate::source::files::{LARGEST_FILE, too_large};
use crate::source::listing::{Listing, MAX_DEPTH, MAX_FILES, Node, printable};

/// How many bytes of files are kept at hand though nobody has them in use.
const MOST_BYTES: usize = 16 << 20;
/// The longest file that is kept at hand.
const LONGEST: usize = 1 << 20;
/// How many files' hashes are remembered.
const MOST_DIGESTS: usize = 500_000;
/// How many files the remembered listings may have together.
const MOST_LISTED: usize = 50_000;

/// What consecutive editions share of a repository: an object is read once,
/// however many revisions have it.
#[derive(Default)]
pub(super) struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    /// The bytes that are in use somewhere.
    used: HashMap<ObjectId, Weak<[u8]>>,
    /// Those read last, in their order.
    last: VecDeque<Arc<[u8]>>,
    /// How many bytes `last` has.
    bytes: usize,
    /// The SHA-256 of files.
    digests: HashMap<ObjectId, [u8; 32]>,
    /// The listings of trees, in the order in which they were made.
    listings: VecDeque<(ObjectId, Arc<Listing<ObjectId>>)>,
    /// How many files `listings` have.
    listed: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, id: ObjectId) -> Option<Arc<[u8]>> {
        self.state().used.get(&id)?.upgrade()
    }

    fn insert(&self, id: ObjectId, bytes: &Arc<[u8]>) {
        let mut state = self.state();
        if state.used.len() == state.used.capacity() {
            state.used.retain(|_, bytes| bytes.strong_count() > 0);
        }
        state.used.insert(id, Arc::downgrade(bytes));
        if bytes.len() > LONGEST {
            return;
        }
        state.last.push_back(Arc::clone(bytes));
        state.bytes += bytes.len();
        while state.bytes > MOST_BYTES
            && let Some(first) = state.last.pop_front()
        {
            state.bytes -= first.len();
        }
    }

    fn digest(&self, id: ObjectId) -> Option<[u8; 32]> {
        self.state().digests.get(&id).copied()
    }

    fn insert_digest(&self, id: ObjectId, digest: [u8; 32]) {
        let mut state = self.state();
        if state.digests.len() >= MOST_DIGESTS {
            state.digests.clear();
        }
        state.digests.insert(id, digest);
    }

    fn listing(&self, tree: ObjectId) -> Option<Arc<Listing<ObjectId>>> {
        let state = self.state();
        let found = state.listings.iter().find(|(id, _)| *id == tree);
        found.map(|(_, listing)| Arc::clone(listing))
    }

    fn insert_listing(&self, tree: ObjectId, listing: &Arc<Listing<ObjectId>>) {
        let mut state = self.state();
        state.listed += listing.paths.len();
        state.listings.push_back((tree, Arc::clone(listing)));
        while state.listed > MOST_LISTED
            && let Some((_, first)) = state.listings.pop_front()
        {
            state.listed -= first.paths.len();
        }
    }
}

/// The tree of a commit.
pub(super) struct GitTree {
    repository: ThreadSafeRepository,
    listing: Arc<Listing<ObjectId>>,
    shared: Arc<Shared>,
}

impl GitTree {
    /// Lists a tree and all trees in it, and follows its links.
    pub fn open(
        repository: &ThreadSafeRepository,
        repo: &gix::Repository,
        root: ObjectId,
        shared: Arc<Shared>,
    ) -> Result<Self> {
        let listing = match shared.listing(root) {
            Some(listing) => listing,
            None => {
                let mut walk = Walk { repo, nodes: BTreeMap::new(), diagnostics: Vec::new(), trees: 0 };
                walk.tree(root, "", 0)?;
                let mut listing = Listing::new(&walk.nodes)?;
                listing.diagnostics.extend(walk.diagnostics);
                let listing = Arc::new(listing);
                shared.insert_listing(root, &listing);
                listing
            }
        };
        Ok(Self { repository: repository.clone(), listing, shared })
    }

    /// The bytes of an object that a path leads to.
    fn bytes(&self, id: ObjectId, path: &str) -> Result<Arc<[u8]>> {
        if let Some(bytes) = self.shared.get(id) {
            return Ok(bytes);
        }
        let repo = self.repository.to_thread_local();
        if repo.find_header(id).is_ok_and(|header| header.size() > LARGEST_FILE) {
            return Err(Box::new(too_large(path)));
        }
        let blob = repo
            .find_blob(id)
            .map_err(|e| git_object(&repo, format!("can't read `{}` ({id})", printable(path)), &e))?;
        let bytes: Arc<[u8]> = Arc::from(blob.data.as_slice());
        self.shared.insert(id, &bytes);
        Ok(bytes)
    }
}

impl FileTree for GitTree {
    fn paths(&self) -> &[String] {
        &self.listing.paths
    }

    fn read(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        self.listing.find(path)?.map(|id| self.bytes(*id, path)).transpose()
    }

    fn digest(&self, path: &str) -> Result<Option<[u8; 32]>> {
        let Some(&id) = self.listing.find(path)? else { return Ok(None) };
        if let Some(digest) = self.shared.digest(id) {
            return Ok(Some(digest));
        }
        let digest = Sha256::digest(&self.bytes(id, path)?).into();
        self.shared.insert_digest(id, digest);
        Ok(Some(digest))
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
