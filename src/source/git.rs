//! Git repositories, read with `gix` from the object database alone: no
//! checkout, no index, no work tree, and no program is run.
//!
//! The repository is opened isolated: neither environment variables nor the
//! user's or system's configuration have a say, so that one commit gives the
//! same edition everywhere. Replacement objects (`refs/replace`) are not
//! looked at, for they would put other content behind the same hash.

mod contributors;
mod history;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use gix::ThreadSafeRepository;

use self::contributors::{Counter, Works};
use self::history::{History, Tags};
use self::tree::{GitTree, Shared};
use super::address::{name_of, web_address};
use super::clone::is_address;
use super::listing::printable;
use super::{Contributor, FileTree, LivingDocument, Revision, RevisionId, Tagged};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};

/// A living document in a Git repository.
pub struct GitDocument {
    repository: ThreadSafeRepository,
    name: String,
    address: Option<String>,
    history: OnceLock<History>,
    tags: OnceLock<Tags>,
    shared: Arc<Shared>,
    works: Works,
}

/// Where a repository is, seen from a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The Git directory: `…/.git`, or a bare repository.
    pub git: PathBuf,
    /// The work tree's folder; for a bare repository the repository itself.
    pub root: PathBuf,
}

/// Finds the repository that a path is, or lies in. The path has to be
/// absolute and free of links.
///
/// # Errors
/// When the path has a `.git` of its own that is no repository.
pub(super) fn find(path: &Path) -> Result<Option<Place>> {
    if path.is_dir() && gix::discover::is_git(path).is_ok() {
        let is_inside = path.file_name().is_some_and(|name| name == ".git");
        let root = if is_inside { path.parent().unwrap_or(path) } else { path };
        return Ok(Some(Place { git: path.to_owned(), root: root.to_owned() }));
    }
    for folder in path.ancestors() {
        let git = folder.join(".git");
        match gix::discover::is_git(&git) {
            Ok(_) => return Ok(Some(Place { git, root: folder.to_owned() })),
            Err(error) if folder == path && git.exists() => {
                return Err(git_read(format!("`{}` is not a repository", git.display()), &error));
            }
            Err(_) => {}
        }
    }
    Ok(None)
}

impl GitDocument {
    /// Opens a repository: a work tree's folder, its `.git`, or a bare one.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |why: &dyn std::fmt::Display| git_read(format!("can't open `{}`", path.display()), why);
        let path = std::fs::canonicalize(path).map_err(|error| failed(&error))?;
        match find(&path)? {
            Some(place) => Self::open_place(&place),
            None => Err(failed(&"there is no Git repository")),
        }
    }

    /// Opens a repository that was found.
    pub(super) fn open_place(place: &Place) -> Result<Self> {
        // Trust is about programs and paths that a repository's configuration
        // can name. None of them is ever used here, so that who owns the
        // files need not matter.
        let options = gix::open::Options::isolated()
            .with(gix::sec::Trust::Full)
            .open_path_as_is(true)
            .config_overrides(["core.useReplaceRefs=false", "gitoxide.objects.allocLimit=1g"]);
        let repository = gix::ThreadSafeRepository::open_opts(&place.git, options)
            .map_err(|e| git_read(format!("can't open `{}`", place.git.display()), &e))?;
        let address = remote_address(&repository.to_thread_local());
        // A clone's folder may be called anything; what it was cloned from is
        // the same for all clones, unless it is a path from where they are.
        let whole = |address: &&str| is_address(address) || Path::new(address).is_absolute();
        let origin = address.as_deref().filter(whole);
        Ok(Self {
            name: name_of(origin.unwrap_or(&place.root.to_string_lossy())),
            address: address.as_deref().and_then(web_address),
            repository,
            history: OnceLock::new(),
            tags: OnceLock::new(),
            shared: Arc::default(),
            works: Works::default(),
        })
    }

    /// The same document under another name.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = name;
        self
    }

    /// The committer date of the head in seconds; none without a commit.
    ///
    /// # Errors
    /// When the repository can't be read.
    pub fn head_timestamp(&self) -> Result<Option<i64>> {
        let repo = self.repository.to_thread_local();
        history::head(&repo)?.map(|id| Ok(history::Commit::read(&repo, id)?.seconds)).transpose()
    }

    /// Whether the head has a file or folder of this path.
    ///
    /// # Errors
    /// When the repository can't be read.
    pub(super) fn head_has(&self, path: &str) -> Result<bool> {
        let repo = self.repository.to_thread_local();
        let Some(head) = history::head(&repo)? else { return Ok(false) };
        let tree = history::Commit::read(&repo, head)?.tree;
        let failed = |e| git_read(format!("can't read the tree of commit {head}"), &e);
        let tree = repo.find_tree(tree).map_err(failed)?;
        Ok(tree.lookup_entry(path.split('/')).map_err(failed)?.is_some())
    }

    fn history(&self) -> Result<&History> {
        if let Some(history) = self.history.get() {
            return Ok(history);
        }
        let history = History::read(&self.repository.to_thread_local())?;
        Ok(self.history.get_or_init(|| history))
    }

    fn tags(&self) -> Result<&Tags> {
        if let Some(tags) = self.tags.get() {
            return Ok(tags);
        }
        let tags = Tags::read(&self.repository.to_thread_local())?;
        Ok(self.tags.get_or_init(|| tags))
    }
}

impl LivingDocument for GitDocument {
    fn name(&self) -> &str {
        &self.name
    }

    fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    fn revisions(&self) -> Result<Vec<Revision>> {
        let tags = self.tags()?;
        Ok(self.history()?.commits.iter().map(|commit| commit.revision(tags)).collect())
    }

    fn resolve(&self, name: &str) -> Result<Revision> {
        let repo = self.repository.to_thread_local();
        let commit = history::resolve(&repo, name).map_err(|mut error| {
            if error.code == Code::RevisionUnknown && repo.is_shallow().unwrap_or(false) {
                error.hints.push(UNSHALLOW.to_owned());
            }
            error
        })?;
        Ok(commit.revision(self.tags()?))
    }

    fn tagged(&self) -> Result<Warned<Vec<Tagged>>> {
        let tags = self.tags()?;
        let repo = self.repository.to_thread_local();
        let mut tagged = Vec::new();
        for (name, id) in &tags.names {
            let revision = history::Commit::read(&repo, *id)?.revision(tags);
            tagged.push(Tagged { tag: name.clone(), revision });
        }
        Ok(Warned { value: tagged, diagnostics: tags.diagnostics.clone() })
    }

    fn truncated(&self) -> Result<bool> {
        Ok(self.history()?.shallow)
    }

    fn boundary(&self) -> Result<Vec<String>> {
        let repo = self.repository.to_thread_local();
        let shallow =
            repo.shallow_commits().map_err(|e| git_read("can't read the list of shallow commits", &e))?;
        let mut commits: Vec<String> =
            shallow.map(|list| list.iter().map(ToString::to_string).collect()).unwrap_or_default();
        commits.sort_unstable();
        Ok(commits)
    }

    fn contributors(
        &self,
        since: Option<&Revision>,
        until: &Revision,
        folder: Option<&str>,
    ) -> Result<Warned<Vec<Contributor>>> {
        let (Some(until), since) = (until.commit(), since.and_then(Revision::commit)) else {
            return Ok(Warned::default());
        };
        let repo = self.repository.to_thread_local();
        let folder = folder.map(|f| f.trim_matches('/')).filter(|f| !f.is_empty());
        let counter = Counter { repo: &repo, works: &self.works, folder };
        let (value, cut) = counter.count(since.map(commit_id).transpose()?, commit_id(until)?)?;
        let mut diagnostics = Vec::new();
        if cut {
            let message = "the history in this clone is not whole, so contributors may be missing";
            let said = Diagnostic::new(Code::GitShallow, message).hint(UNSHALLOW);
            diagnostics.push(Diagnostic { severity: Severity::Warning, ..said });
        }
        Ok(Warned { value, diagnostics })
    }

    fn tree(&self, revision: &Revision) -> Result<Box<dyn FileTree>> {
        match &revision.id {
            RevisionId::Commit { commit, .. } => {
                let repo = self.repository.to_thread_local();
                let id = commit_id(commit)?;
                let commit = history::Commit::read(&repo, id)?;
                Ok(Box::new(GitTree::open(&self.repository, &repo, commit.tree, Arc::clone(&self.shared))?))
            }
            RevisionId::Snapshot { .. } | RevisionId::Draft => {
                Err(Box::new(Diagnostic::new(Code::Internal, "a Git repository has commits only")))
            }
        }
    }
}

/// The identifier of a commit from its hash.
fn commit_id(commit: &str) -> Result<gix::ObjectId> {
    gix::ObjectId::from_hex(commit.as_bytes())
        .map_err(|e| git_read(format!("`{}` is not a commit", printable(commit)), &e))
}

/// What to do about a shallow clone.
pub(crate) const UNSHALLOW: &str =
    "this clone is shallow; `git fetch --unshallow --tags` fetches the whole history";

/// The error for a repository that can't be read.
fn git_read(what: impl std::fmt::Display, why: &(impl std::fmt::Display + ?Sized)) -> Box<Diagnostic> {
    let message = printable(&format!("{what}: {why}"));
    let hint =
        "`git fsck` tells whether the repository is whole; a fresh clone mends most of what can be wrong";
    Box::new(Diagnostic::new(Code::GitRead, message).hint(hint))
}

/// The error for an object that should be there.
fn git_object(
    repo: &gix::Repository,
    what: impl std::fmt::Display,
    why: &(impl std::fmt::Display + ?Sized),
) -> Box<Diagnostic> {
    let mut error = git_read(what, why);
    let config = repo.config_snapshot();
    let partial = config.string("extensions.partialClone").is_some()
        || repo
            .remote_names()
            .iter()
            .any(|name| config.plumbing().raw_value_by("remote", Some(name.as_ref()), "promisor").is_ok());
    if partial {
        error.hints = vec![
            "this is a partial clone, and Bindery fetches nothing; clone it again without `--filter`"
                .to_owned(),
        ];
    }
    error
}

/// The address of `origin`, or of the only remote, as it is configured.
fn remote_address(repo: &gix::Repository) -> Option<String> {
    let names = repo.remote_names();
    let name = names.iter().find(|name| name.as_slice() == b"origin").or_else(|| match names.len() {
        1 => names.iter().next(),
        _ => None,
    })?;
    let config = repo.config_snapshot();
    let url = config.plumbing().raw_value_by("remote", Some(name.as_ref()), "url").ok()?;
    Some(url.to_string())
}
