//! Commits, tags and names.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::Kind;

use super::{git_object, git_read};
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::source::date::clamp_timestamp;
use crate::source::listing::printable;
use crate::source::{EditionDate, Revision, RevisionId, nearest};

/// How many tag objects may lead to one another before a commit is reached.
const MAX_TAG_CHAIN: usize = 16;

/// What is needed of a commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parent: Option<ObjectId>,
    pub seconds: i64,
}

impl Commit {
    /// Reads a commit. Its moment is the committer date; where that is
    /// malformed, 1970-01-01, as Git has it.
    pub fn read(repo: &gix::Repository, id: ObjectId) -> Result<Self> {
        let failed = |why: &dyn std::fmt::Display| git_object(repo, format!("can't read commit {id}"), why);
        let object = repo.find_commit(id).map_err(|e| failed(&e))?;
        Self::parse(id, &object.data).ok_or_else(|| failed(&"it is malformed"))
    }

    /// Reads the header of a commit. The parser of `gix` refuses the whole
    /// commit for a malformed date; old histories have some.
    fn parse(id: ObjectId, data: &[u8]) -> Option<Self> {
        let mut header = data.split(|&b| b == b'\n').take_while(|line| !line.is_empty()).peekable();
        let hash = |line: &[u8], key: &[u8]| ObjectId::from_hex(line.strip_prefix(key)?).ok();
        let tree = hash(header.next()?, b"tree ")?;
        let parent = match header.next_if(|line| line.starts_with(b"parent ")) {
            Some(line) => Some(hash(line, b"parent ")?),
            None => None,
        };
        let committer = header.find_map(|line| line.strip_prefix(b"committer "))?;
        let time = committer.rsplit(|&b| b == b'>').next()?;
        let seconds = time.to_str().ok().and_then(|time| time.split_whitespace().next()?.parse().ok());
        Some(Self { id, tree, parent, seconds: clamp_timestamp(seconds.unwrap_or(0)) })
    }

    /// The commit as a revision.
    pub fn revision(&self, tags: &Tags) -> Revision {
        Revision {
            id: RevisionId::Commit {
                commit: self.id.to_string(),
                tree: self.tree.to_string(),
                tags: tags.of.get(&self.id).cloned().unwrap_or_default(),
            },
            date: EditionDate::from_timestamp(self.seconds),
            timestamp: self.seconds,
        }
    }
}

/// The first-parent history of the head.
pub(super) struct History {
    /// Oldest first; never empty.
    pub commits: Vec<Commit>,
    /// Whether it goes on before the first commit, outside a shallow clone.
    pub shallow: bool,
}

impl History {
    pub fn read(repo: &gix::Repository) -> Result<Self> {
        let Some(head) = head(repo)? else { return Err(Box::new(unborn(repo))) };
        let boundary: BTreeSet<ObjectId> = repo
            .shallow_commits()
            .map_err(|e| git_read("can't read the list of shallow commits", &e))?
            .map(|list| list.iter().copied().collect())
            .unwrap_or_default();
        let mut commits = Vec::new();
        let mut shallow = false;
        let mut next = Some(head);
        while let Some(id) = next {
            let commit = Commit::read(repo, id)?;
            shallow = commit.parent.is_some() && boundary.contains(&id);
            next = commit.parent.filter(|_| !shallow);
            commits.push(commit);
        }
        commits.reverse();
        Ok(Self { commits, shallow })
    }
}

/// The commit that `HEAD` leads to; none in an empty repository.
pub(super) fn head(repo: &gix::Repository) -> Result<Option<ObjectId>> {
    let failed = |e| git_read("can't read HEAD", &e);
    let head = repo.head().map_err(failed)?;
    head.id()
        .map(|id| peel(repo, id.detach()).map_err(|why| git_object(repo, "can't read HEAD", &why)))
        .transpose()
}

fn unborn(repo: &gix::Repository) -> Diagnostic {
    let error = Diagnostic::new(Code::NoRevisions, "the repository has no commit yet at its head");
    let branches = names(repo, "refs/heads/");
    match branches.first() {
        None => error.hint("commit the book first, or build the files as they are with `--draft`"),
        Some(first) => error.hint(format!(
            "`git symbolic-ref HEAD refs/heads/{first}` makes `{first}` the branch that is read"
        )),
    }
}

/// Follows tag objects to a commit; the error says what is there instead.
fn peel(repo: &gix::Repository, mut id: ObjectId) -> Result<ObjectId, String> {
    for _ in 0..MAX_TAG_CHAIN {
        let object = repo.find_object(id).map_err(|e| e.to_string())?;
        match object.kind {
            Kind::Commit => return Ok(id),
            Kind::Tag => id = object.try_to_tag_ref().map_err(|e| e.to_string())?.target(),
            Kind::Tree => return Err("it leads to a folder, not to a commit".to_owned()),
            Kind::Blob => return Err("it leads to a file, not to a commit".to_owned()),
        }
    }
    Err("too many tags lead to one another".to_owned())
}

/// The tags of a repository.
pub(super) struct Tags {
    /// Name and commit, sorted by name.
    pub names: Vec<(String, ObjectId)>,
    /// The names of the tags of each commit, sorted.
    pub of: BTreeMap<ObjectId, Vec<String>>,
    /// Tags that don't lead to a commit that is here.
    pub diagnostics: Vec<Diagnostic>,
}

impl Tags {
    pub fn read(repo: &gix::Repository) -> Result<Self> {
        let failed = |e| git_read("can't read the tags", &e);
        let refs = repo.references().map_err(failed)?;
        let mut tags = Self { names: Vec::new(), of: BTreeMap::new(), diagnostics: Vec::new() };
        for reference in refs.tags().map_err(failed)? {
            let mut reference = reference.map_err(|e| git_read("can't read a tag", &e))?;
            let full = reference.name().as_bstr().to_str_lossy().into_owned();
            let name = full.strip_prefix("refs/tags/").unwrap_or(&full).to_owned();
            let target = reference.follow_to_object().map_err(|e| e.to_string());
            match target.and_then(|id| peel(repo, id.detach())) {
                Ok(commit) => tags.names.push((name, commit)),
                Err(why) => {
                    let message = printable(&format!("the tag `{name}` is skipped: {why}"));
                    let said = Diagnostic::new(Code::RevisionUnknown, message)
                        .hint(format!("`git show {}` shows what it is", printable(&name)));
                    tags.diagnostics.push(Diagnostic { severity: Severity::Warning, ..said });
                }
            }
        }
        tags.names.sort_unstable();
        for (name, commit) in &tags.names {
            tags.of.entry(*commit).or_default().push(name.clone());
        }
        Ok(tags)
    }
}

/// The names below a prefix, sorted; what can't be read is left out, for this
/// serves hints.
fn names(repo: &gix::Repository, prefix: &str) -> Vec<String> {
    let Ok(refs) = repo.references() else { return Vec::new() };
    let Ok(all) = refs.all() else { return Vec::new() };
    let mut names: Vec<String> = all
        .flatten()
        .filter_map(|r| Some(r.name().as_bstr().to_str().ok()?.strip_prefix(prefix)?.to_owned()))
        .collect();
    names.sort_unstable();
    names
}

/// The commit of a name, in Git's own notation (gitrevisions).
pub(super) fn resolve(repo: &gix::Repository, name: &str) -> Result<Commit> {
    let found = repo
        .rev_parse_single(name)
        .map_err(|e| e.probable_cause().to_string())
        .and_then(|id| peel(repo, id.detach()));
    match found {
        Ok(id) => Commit::read(repo, id),
        Err(why) => {
            let shown = printable(name);
            let mut error = Diagnostic::new(
                Code::RevisionUnknown,
                printable(&format!("there is no revision `{shown}`: {}", lower_first(&why))),
            );
            let known = [names(repo, "refs/tags/"), names(repo, "refs/heads/")].concat();
            error = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("give a tag, a branch, a commit's hash, or a date such as 2021-06"),
            };
            Err(Box::new(error))
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
