//! Editions that mdBook asks for: one of the book as it has prepared it.

use std::path::Path;

use super::plan::{Failure, Plan, Request};
use crate::config::Editions;
use crate::diag::{Code, Result};
use crate::paths;
use crate::reader::{self, Fingerprints, Rendered};
use crate::source::seen::root_of_draft;
use crate::source::{FileTree, OpenOptions, RevisionId};

impl Plan {
    /// A plan of the one edition that mdBook has given the text of: that of the
    /// head's commit, if the files of the book are those of the commit, else a
    /// draft. The other tells why it is a draft, where there is a commit.
    /// `request.source` is the folder of the book.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_mdbook(request: &Request, rendered: Rendered) -> Result<(Self, Option<String>), Failure> {
        let book = inside(Path::new(&request.source));
        let open = |draft| {
            let open = OpenOptions { draft, ..request.open.clone() };
            let plan = Self::open(&Request { open, ..request.clone() })?;
            // Whatever book the configuration of a repository names.
            Ok(Self { book: book.clone(), ..plan })
        };
        let draft: Self = open(true)?;
        // Whatever is wrong with the repository, the book is there.
        let compared = open(false).and_then(|latest| Ok((latest.difference(&draft)?, latest)));
        let (mut plan, why) = match compared {
            Ok((Difference::None, latest)) => (latest, None),
            Ok((Difference::NoCommit, _)) => (draft, None),
            Ok((Difference::Files(why), _)) => (draft, Some(why)),
            Err(Failure(said)) => (draft, said.first().map(|d| d.message.clone())),
        };
        // What the configuration chooses is for `bindery build`.
        plan.config.editions = Editions { latest: Some(true), ..Editions::default() };
        plan.rendered = Some(rendered);
        let mut plan = plan.choose()?;
        // Nobody can name the edition before it.
        plan.diagnostics.retain(|said| said.code != Code::EditionAlone.as_str());
        Ok((plan, why))
    }

    /// How the files of the book on disk differ from those of the head.
    fn difference(&self, draft: &Self) -> Result<Difference> {
        let (head, disk) = (self.document.revisions()?.pop(), draft.document.revisions()?.pop());
        let (Some(head), Some(disk)) = (head, disk) else { return Ok(Difference::NoCommit) };
        match &head.id {
            RevisionId::Commit { .. } => {}
            RevisionId::Snapshot { .. } | RevisionId::Draft => return Ok(Difference::NoCommit),
        }
        let (then, now) = (self.document.tree(&head)?, draft.document.tree(&disk)?);
        let (then, now) = (then.as_ref(), now.as_ref());
        let known = Fingerprints::default();
        let of = |tree, plan: &Self| reader::fingerprint_anew(tree, &plan.read_options(), &known);
        let same = of(then, self)? == of(now, draft)?;
        // A preprocessor may have looked at any file.
        Ok(match changed(then, now, draft.book.as_deref())? {
            Some(path) if !same || self.asks_for_programs(then)? => {
                Difference::Files(format!("`{path}` is not as in the last commit"))
            }
            Some(_) | None if same => Difference::None,
            Some(_) | None => {
                Difference::Files("the book has files that are not in the last commit".to_owned())
            }
        })
    }

    /// Whether the book asks for preprocessors that only a program can be.
    fn asks_for_programs(&self, tree: &dyn FileTree) -> Result<bool> {
        reader::asks_for_programs(tree, &self.read_options())
    }
}

/// The folder of a book inside the work tree that it lies in; none for the
/// whole of it.
fn inside(book: &Path) -> Option<String> {
    let book = std::fs::canonicalize(book).ok()?;
    let below = book.strip_prefix(root_of_draft(&book)).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).filter(|path| !path.is_empty())
}

/// How the files of a book differ from those of a commit.
enum Difference {
    /// Not at all.
    None,
    /// There is no commit.
    NoCommit,
    /// They do, as a line says.
    Files(String),
}

/// The first file below the book's folder that the commit has, and the disk
/// not or otherwise.
fn changed(then: &dyn FileTree, now: &dyn FileTree, book: Option<&str>) -> Result<Option<String>> {
    let folder = match book {
        Some(book) if then.contains(book) => paths::parent(book),
        Some(book) => book,
        None => "",
    };
    // Hidden files are not looked at on disk.
    let hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
    let below = then.paths().iter().filter(|path| paths::strip(folder, path).is_some() && !hidden(path));
    for path in below {
        // A link that leads nowhere is a fault of either.
        let (before, after) = (then.digest(path).ok().flatten(), now.digest(path).ok().flatten());
        if before != after {
            return Ok(Some(path.clone()));
        }
    }
    Ok(None)
}
