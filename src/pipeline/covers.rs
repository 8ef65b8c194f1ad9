//! An edition's cover, and the pictures of it beside its files.

use super::make::Bound;
use super::{Goal, Work, guarded};
use crate::cover::{self, Cover, Jacket, Pictures};
use crate::diag::{Code, Diagnostic};
use crate::document::Book;
use crate::edition::Imprint;
use crate::fonts;
use crate::output::{CARD, COVER, COVER_SMALL};
use crate::source::FileTree;
use crate::theme::ThemeName;
use crate::trace;
use crate::transform;
use crate::writer::pdf;

impl Work<'_> {
    /// The cover of the edition: the document's image if one is set and can be
    /// shown, else drawn. No font of the machine is in it, so that it is the
    /// same everywhere.
    pub(super) fn cover(
        &self,
        book: &Book,
        imprint: &Imprint,
        tree: &dyn FileTree,
        said: &mut Vec<Diagnostic>,
    ) -> Jacket {
        let config = &self.plan.config;
        // What there is to say of these fonts is said where the pages' are chosen.
        let given = fonts::given(&config.fonts, tree).value;
        let fonts = fonts::choose_for_text(&cover::text(book), pdf::drawn, &given);
        let picture = match &config.cover {
            Cover::Drawn | Cover::None => None,
            Cover::Image(path) => {
                let file = book.text().next().and_then(|chapter| book.files.get(chapter.span.file));
                let file = file.map(|file| file.path.as_str());
                let media = transform::cover(path, file, tree, &self.memory.images).take(said);
                let picture = media
                    .as_ref()
                    .map(|media| guarded("reading the cover", || Ok(self.memory.covers.picture(media))));
                let found = picture.and_then(|picture| {
                    picture.unwrap_or_else(|error| {
                        said.push(*error);
                        None
                    })
                });
                if found.is_none() && media.is_some() {
                    let message = format!("the cover `{path}` can't be shown; the drawn cover stands for it");
                    let hint = "save it again as PNG or JPEG";
                    said.push(Diagnostic::new(Code::CoverInvalid, message).hint(hint));
                }
                found
            }
        };
        let jacket = Jacket::new(book, imprint, fonts, picture);
        if config.theme == ThemeName::Plain { jacket.plain() } else { jacket }
    }
}

impl Bound<'_> {
    /// The cover of the PDF, if it has one.
    pub(super) fn first_page(&self) -> Option<&Jacket> {
        (self.work.plan.config.cover != Cover::None).then_some(&self.cover)
    }

    /// Draws the pictures, unless they are drawn or not wanted.
    pub(super) fn draw(&self) -> Option<Pictures> {
        if self.pictures.is_some() || self.work.goal == Goal::Markup {
            return None;
        }
        let _scope = trace::scope("cover", &self.work.edition.name);
        guarded("drawing the cover", || Ok(self.cover.pictures())).unwrap_or_default()
    }

    /// The pictures as files.
    pub(super) fn cover_files(&mut self) -> Vec<(String, Vec<u8>)> {
        let Some(Pictures { cover, small, card }) = self.pictures.take() else { return Vec::new() };
        [(COVER, cover), (COVER_SMALL, small), (CARD, card)]
            .map(|(name, bytes)| (name.to_owned(), bytes))
            .into()
    }
}
