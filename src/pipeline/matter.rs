//! What is said about an edition: gathered, and bound into its book.

use super::Work;
use crate::diag::Result;
use crate::document::Book;
use crate::edition::changes::{Digest, compare};
use crate::edition::conformance::Standard;
use crate::edition::identifiers::Identifiers;
use crate::edition::identity::uuid;
use crate::edition::matter::{self, Production};
use crate::edition::{About, Imprint, Previous};
use crate::output::Format;
use crate::writer::pdf;

/// What the next edition needs of one that is made.
pub struct Past {
    pub(super) edition: Previous,
    digest: Digest,
    /// The SHA-256 of its `edition.json`, where that is at hand.
    pub(super) record: Option<String>,
}

impl Work<'_> {
    /// Binds what is said about the edition before the fonts are chosen, which
    /// draw that too; gives the edition's imprint.
    pub(super) fn front_and_changes(&mut self, book: &mut Book) -> Imprint {
        let uuid = uuid(self.slug, self.plan.book.as_deref(), &self.edition.revision);
        let imprint = Imprint {
            slug: self.slug.to_owned(),
            edition: self.edition.clone(),
            uuid,
            identifiers: Identifiers::of(self.edition, &self.plan.config.identifiers),
            repository: book.metadata.repository.clone(),
            previous: self.previous.map(|past| past.edition.clone()),
            about: About::default(),
        };
        let digest = Digest::of(book);
        let changes = self.previous.map(|past| compare(&past.digest, &digest));
        let chapter = matter::imprint(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        let chapter = matter::changes(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        self.changes = changes;
        self.past = Some(self.past(digest));
        imprint
    }

    /// What an edition that follows this one needs of it.
    fn past(&self, digest: Digest) -> Past {
        let uuid = uuid(self.slug, self.plan.book.as_deref(), &self.edition.revision);
        Past { edition: Previous { edition: self.edition.clone(), uuid }, digest, record: None }
    }

    /// Reads an edition that is not built in this run, for the one that
    /// follows it.
    pub(super) fn look_back(mut self) -> Result<Past> {
        let (book, _) = self.read(&mut Vec::new())?;
        let past = self.past(Digest::of(&book));
        Ok(Past { record: self.earlier_record(&past.edition), ..past })
    }

    /// Binds the colophon, which says what the PDF conforms to.
    pub(super) fn colophon(&self, book: &mut Book, imprint: &Imprint, pdf: Option<Vec<Standard>>) {
        let settings = self.settings(book.metadata.repository.as_deref());
        let production = Production {
            bindery: env!("CARGO_PKG_VERSION").to_owned(),
            typst: pdf::TYPST.to_owned(),
            pdf,
            epub: self.plan.config.formats.contains(&Format::Epub),
            fonts: Vec::new(),
            command: self.rebuild_command(&settings, imprint).unwrap_or_default(),
        };
        let chapter = matter::colophon(book, &production);
        matter::bind(book, chapter);
    }
}
