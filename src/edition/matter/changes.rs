//! What has changed since the edition before.

use super::build::Page;
use crate::document::{Book, Chapter, Role};
use crate::edition::Imprint;
use crate::edition::changes::Changes;

/// The chapter on what has changed; without an edition before, it says that
/// this is the first.
pub fn changes(book: &mut Book, imprint: &Imprint, changes: Option<&Changes>) -> Chapter {
    let mut page = Page::new(&mut book.files, Role::Changes, super::CHANGES, super::CHANGES_TITLE);
    let text = match (changes, &imprint.previous) {
        (Some(changes), Some(previous)) => {
            format!(
                "Since the edition of {}: {}.",
                previous.edition.revision.date.in_words(),
                changes.summary()
            )
        }
        (None, _) | (_, None) => "This is the first edition.".to_owned(),
    };
    page.paragraph(vec![page.text(text)]);
    page.finish()
}
