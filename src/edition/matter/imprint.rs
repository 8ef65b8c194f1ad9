//! The imprint: what this edition is, where it comes from, and where the
//! living document goes on.

use super::build::Page;
use crate::document::{Book, Chapter, Inline, Role};
use crate::edition::Imprint;
use crate::edition::changes::Changes;
use crate::edition::identifiers::Labelled;
use crate::source::RevisionId;

/// The imprint of an edition.
pub fn imprint(book: &mut Book, imprint: &Imprint, changes: Option<&Changes>) -> Chapter {
    let mut page = Page::new(&mut book.files, Role::Imprint, "about-this-edition", "About this edition");
    let revision = &imprint.edition.revision;
    let line = |inline: Inline| vec![vec![inline]];
    let one = |text: Option<String>| text.map(|t| line(page.text(t))).unwrap_or_default();
    let date = (!revision.is_draft()).then(|| revision.date.in_words());
    let previous = imprint.previous.as_ref().map(|p| p.edition.revision.date.in_words());
    let (commit, tree) = match &revision.id {
        RevisionId::Commit { commit, tree, tags: _ } => (Some(commit), Some(tree)),
        RevisionId::Snapshot { .. } | RevisionId::Draft => (None, None),
    };
    let code = |text: Option<&String>| text.map(|t| line(page.code(t))).unwrap_or_default();
    let mut this = vec![vec![page.code(imprint.uuid.urn().to_string())]];
    this.splice(0..0, assigned(&page, imprint));
    let entries = vec![
        ("Date", one(date)),
        ("This edition", this),
        ("Previous edition", one(previous)),
        ("Source", imprint.repository.as_deref().map(|url| line(page.link(url, url))).unwrap_or_default()),
        ("Revision", code(commit)),
        ("Tree", code(tree)),
        ("Changes", one(changes.map(Changes::summary))),
    ];
    page.definitions(entries);
    page.finish()
}

/// The identifiers that somebody has given the edition, and those of the series.
fn assigned(page: &Page, imprint: &Imprint) -> Vec<Vec<Inline>> {
    let line = |id: Labelled| match &id.address {
        Some(address) => vec![page.text(format!("{} ", id.label)), page.link(address, &id.text)],
        None => vec![page.text(format!("{} {}", id.label, id.text))],
    };
    let mut lines: Vec<_> = imprint.identifiers.labelled().into_iter().map(line).collect();
    if let Some(issn) = &imprint.identifiers.series.issn {
        lines.push(vec![page.text(format!("ISSN {issn}"))]);
    }
    lines
}
