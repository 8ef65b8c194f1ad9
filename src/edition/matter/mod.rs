//! What an edition says about itself, as chapters of the tree, so that both
//! formats say the same: an imprint in front of the contents, behind the text
//! what has changed, and a colophon.

mod build;
mod changes;
mod colophon;
mod imprint;

pub use self::changes::changes;
pub use self::colophon::{Production, colophon};
pub use self::imprint::imprint;
use crate::document::{Book, Chapter, Item, Role};

/// The key of the chapter on what has changed. Keys of our own begin with a
/// slash, which no path in a tree does.
const CHANGES: &str = "/changes";
/// Its title.
const CHANGES_TITLE: &str = "What changed";

/// Puts a chapter about the edition into the book, at the place that its role
/// has, and opens its account. One of the same role that is there is replaced.
pub fn bind(book: &mut Book, chapter: Chapter) {
    let role = |item: &Item| match item {
        Item::Chapter(chapter) => Some(chapter.role),
        Item::Part(_) | Item::Separator | Item::Unlinked(_) => None,
    };
    book.ledger.own(&chapter);
    if let Some(place) = book.items.iter_mut().find(|item| role(item) == Some(chapter.role)) {
        *place = Item::Chapter(chapter);
        return;
    }
    let has_back = book.items.iter().any(|item| role(item) > Some(Role::Imprint));
    match chapter.role {
        Role::Imprint => return book.items.insert(0, Item::Chapter(chapter)),
        // The contents set apart what the document's authors did not write.
        Role::Changes | Role::Colophon if !has_back => book.items.push(Item::Separator),
        Role::Text | Role::Changes | Role::Colophon => {}
    }
    let later = book.items.iter().position(|item| role(item) > Some(chapter.role));
    book.items.insert(later.unwrap_or(book.items.len()), Item::Chapter(chapter));
}
