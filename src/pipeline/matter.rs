//! What is said about an edition: gathered, and bound into its book.

use super::Work;
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
    edition: Previous,
    digest: Digest,
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
            previous: self.previous.as_ref().map(|past| past.edition.clone()),
            about: About::default(),
        };
        let digest = Digest::of(book);
        let changes = self.previous.as_ref().map(|past| compare(&past.digest, &digest));
        let chapter = matter::imprint(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        let chapter = matter::changes(book, &imprint, changes.as_ref());
        matter::bind(book, chapter);
        self.changes = changes;
        *self.previous = Some(Past { edition: Previous { edition: self.edition.clone(), uuid }, digest });
        imprint
    }

    /// Binds the colophon, which says what the PDF conforms to.
    pub(super) fn colophon(&self, book: &mut Book, pdf: Option<Vec<Standard>>) {
        let production = Production {
            bindery: env!("CARGO_PKG_VERSION").to_owned(),
            typst: pdf::TYPST.to_owned(),
            pdf,
            epub: self.plan.config.formats.contains(&Format::Epub),
            fonts: Vec::new(),
            command: String::new(),
        };
        let chapter = matter::colophon(book, &production);
        matter::bind(book, chapter);
    }
}
