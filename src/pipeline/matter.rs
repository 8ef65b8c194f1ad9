//! What is said about an edition: gathered, and bound into its book.

use std::sync::Arc;

use super::Work;
use crate::diag::{Code, Diagnostic, Result};
use crate::document::{Book, only};
use crate::edition::changes::{Digest, compare};
use crate::edition::citation::{self, Citation};
use crate::edition::conformance::Standard;
use crate::edition::identifiers::Identifiers;
use crate::edition::matter::{self, Production};
use crate::edition::{About, Imprint, Previous, licence};
use crate::fonts;
use crate::output::Format;
use crate::paths;
use crate::source::FileTree;
use crate::writer::pdf;

/// What the next edition needs of one that is made.
pub struct Past {
    pub(super) edition: Previous,
    /// What its book is compared by; none where the book was not read yet.
    pub(super) digest: Option<Digest>,
}

impl Work<'_> {
    /// Binds what is said about the edition before the fonts are chosen, which
    /// draw that too; gives the edition's imprint.
    pub(super) fn front_and_changes(
        &mut self,
        book: &mut Book,
        tree: &dyn FileTree,
        said: &mut Vec<Diagnostic>,
    ) -> Imprint {
        let past = self.past_of(Some(Digest::of(book)));
        let previous = self.previous.clone();
        let imprint = Imprint {
            slug: self.slug.to_owned(),
            edition: self.edition.clone(),
            uuid: past.edition.uuid,
            identifiers: Identifiers::of(self.edition, &self.plan.config.identifiers),
            repository: book.metadata.repository.clone(),
            previous: previous.as_ref().map(|past| past.edition.clone()),
            is_first: self.is_first(),
            about: self.about(book, tree, said),
        };
        let digests = previous.as_ref().and_then(|before| before.digest.as_ref()).zip(past.digest.as_ref());
        let changes = digests.map(|(before, this)| compare(before, this));
        let chapter = matter::imprint(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        let chapter = matter::changes(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        self.changes = changes;
        self.past = Some(Arc::new(past));
        imprint
    }

    /// Whether the edition is known to be the document's first.
    pub(super) fn is_first(&self) -> bool {
        self.previous.is_none() && self.plan.from_first && self.plan.editions.first() == Some(self.edition)
    }

    /// What an edition that follows this one needs of it.
    pub(super) fn past_of(&self, digest: Option<Digest>) -> Past {
        let only = &self.plan.config.only;
        let uuid = self.plan.uuid_of(self.plan.whole_slug(self.slug), only, self.edition);
        Past { edition: Previous { edition: self.edition.clone(), uuid }, digest }
    }

    /// What the source tells of the edition beside the book.
    fn about(&self, read: &Book, tree: &dyn FileTree, said: &mut Vec<Diagnostic>) -> About {
        let config = &self.plan.config;
        let book = self.plan.book.as_deref();
        // Of one chapter its file tells who worked on it.
        let chapter = match only::contents(read).as_slice() {
            [one] if self.own.extract.is_some() => Some(one.path.clone()),
            _ => None,
        };
        let counted = chapter.as_deref().or(book);
        let since = self.previous.as_ref().map(|past| &past.edition.edition.revision);
        let mut contributors = match config.contributors {
            0 => Vec::new(),
            _ => match self.plan.document.contributors(since, &self.edition.revision, counted) {
                Ok(found) => found.take(said),
                Err(error) => {
                    said.push(*error);
                    Vec::new()
                }
            },
        };
        let more_contributors = contributors.len().saturating_sub(config.contributors);
        contributors.truncate(config.contributors);
        // The book may be a file.
        let folder = book.map(|book| if tree.contains(book) { paths::parent(book) } else { book });
        About {
            contributors: contributors.into_iter().map(|person| person.name).collect(),
            more_contributors,
            licences: licence::find(tree, folder),
            licence: config.licence.clone(),
            publish: config.publish.clone(),
            extract: self.own.extract.clone(),
        }
    }

    /// The first families that the theme sets text and code in and the book has.
    fn lead(&self, book: &Book) -> [Option<String>; 2] {
        let look = &self.plan.config.pdf.theme.look;
        let there = fonts::families(&book.fonts);
        let first = |names: &[String]| names.iter().find(|name| there.contains(name)).cloned();
        [first(&look.text_fonts), first(&look.code_fonts)]
    }

    /// Binds the colophon, which says what the PDF conforms to.
    pub(super) fn colophon(&self, book: &mut Book, imprint: &Imprint, pdf: Option<Vec<Standard>>) {
        let production = Production {
            bindery: env!("CARGO_PKG_VERSION").to_owned(),
            typst: pdf::typst_version().to_owned(),
            pdf,
            epub: self.plan.config.formats.contains(&Format::Epub),
            fonts: fonts::families(&book.fonts),
            lead: self.lead(book),
            command: self.command.clone().unwrap_or_default(),
        };
        let chapter = matter::colophon(book, imprint, &production);
        matter::bind(book, chapter);
    }
}

/// The citations of an edition as files: their names and bytes. A draft has
/// none.
///
/// # Errors
/// When serde refuses one, which it has no reason to.
pub(super) fn citations(book: &Book, imprint: &Imprint) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let Some(citation) = Citation::of(&book.metadata, imprint) else { return Ok(Vec::new()) };
    let mut json = serde_json::to_vec_pretty(&citation::csl(&citation)).map_err(|error| {
        Box::new(Diagnostic::new(Code::Internal, format!("the citation can't be serialised: {error}")))
    })?;
    json.push(b'\n');
    Ok(vec![
        ("CITATION.cff", citation::cff(&citation).into_bytes()),
        ("citation.bib", citation::bibtex(&citation).into_bytes()),
        ("citation.json", json),
    ])
}
