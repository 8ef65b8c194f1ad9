//! The imprint: what this edition is, where it comes from, and where the
//! living document goes on. Its parts are those that standards bodies put in
//! front of their documents: status and date, this version, the one before
//! and the latest, authors, licence.

use super::build::Page;
use crate::document::{Book, Chapter, Inline, Metadata, Role};
use crate::edition::changes::Changes;
use crate::edition::identifiers::{Labelled, Series, doi_address};
use crate::edition::{Extract, Imprint, Licence, Previous};
use crate::source::RevisionId;

/// Values of a term: each a line.
type Lines = Vec<Vec<Inline>>;

/// The imprint of an edition.
pub fn imprint(book: &mut Book, imprint: &Imprint, changes: Option<&Changes>) -> Chapter {
    let is_draft = imprint.edition.revision.is_draft();
    let title = if is_draft { "About this draft" } else { "About this edition" };
    let mut page = Page::new(&mut book.files, Role::Imprint, "/about-this-edition", title);
    let notice = notice(&page, book, imprint);
    page.paragraph(notice);
    let m = &book.metadata;
    let entries = vec![
        ("Title", titles(&page, m)),
        ("Extract of", imprint.about.extract.as_ref().map(|of| whole(&page, of)).unwrap_or_default()),
        ("Status", vec![vec![page.text(status(imprint))]]),
        (if is_draft { "This draft" } else { "This edition" }, this(&page, imprint)),
        (
            "Previous edition",
            imprint.previous.as_ref().map(|p| before(&page, imprint, p)).unwrap_or_default(),
        ),
        ("Latest", latest(&page, imprint)),
        (if m.authors.len() == 1 { "Author" } else { "Authors" }, authors(&page, m)),
        ("Contributors", contributors(&page, imprint)),
        ("Licence", licence(&page, imprint)),
        ("Source", source(&page, imprint)),
        ("Changes", what_changed(&page, changes)),
        ("All editions", series(&page, imprint)),
    ];
    page.definitions(entries);
    page.finish()
}

/// The identifiers that somebody has given the edition.
fn assigned(page: &Page, imprint: &Imprint) -> Vec<Vec<Inline>> {
    let line = |id: Labelled| match &id.address {
        Some(address) => vec![page.text(format!("{} ", id.label)), page.link(address, &id.text)],
        // A URN says itself what it is.
        None if id.text.starts_with("urn:") => vec![page.code(&id.text)],
        None => vec![page.text(format!("{} {}", id.label, id.text))],
    };
    imprint.identifiers.labelled().into_iter().map(line).collect()
}

/// The identifiers of the document as the series of its editions.
fn series(page: &Page, imprint: &Imprint) -> Lines {
    let Series { issn, doi, urn } = &imprint.identifiers.series;
    let mut lines = Lines::new();
    lines.extend(issn.iter().map(|issn| vec![page.text(format!("ISSN {issn}"))]));
    lines.extend(doi.iter().map(|doi| vec![page.text("DOI "), page.link(&doi_address(doi), doi)]));
    lines.extend(urn.iter().map(|urn| vec![page.code(urn)]));
    lines
}

/// What it is, in a sentence or two.
fn notice(page: &Page, book: &Book, imprint: &Imprint) -> Vec<Inline> {
    let revision = &imprint.edition.revision;
    let mut out = vec![match (&revision.id, revision.timestamp) {
        (RevisionId::Draft, 0) => page.text(
            "This is a draft: it shows files as they were on disk, may hold what was never committed, and is \
             not an edition. Please don’t cite it.",
        ),
        (RevisionId::Draft, _) => page.text(format!(
            "This is a draft: it shows the working tree as it was after the commit of {}, may hold what was \
             never committed, and is not an edition. Please don’t cite it.",
            revision.date.in_words()
        )),
        (RevisionId::Commit { .. } | RevisionId::Snapshot { .. }, _) => page.text(format!(
            "This is a snapshot of a living document, as it stood {} {}. The document may have changed since.",
            if revision.date.day.is_some() { "on" } else { "in" },
            revision.date.in_words(),
        )),
    }];
    if let Some(extract) = &imprint.about.extract {
        let inner = book.text().count() > extract.chapters.len();
        let what = match (extract.chapters.as_slice(), inner) {
            ([one], false) => format!("one chapter, “{one}”"),
            ([one], true) => format!("one chapter, “{one}”, with all that is below it in the contents"),
            (several, false) => format!("{} chapters", several.len()),
            (several, true) => {
                format!("{} chapters, with all that is below them in the contents", several.len())
            }
        };
        let (title, end) = (&extract.title, if inner { ", and" } else { " and" });
        out.push(page.text(format!(" It is an extract of “{title}”: it holds {what}{end} nothing else.")));
    }
    if let Some(repository) = &imprint.repository {
        let whole = !revision.is_draft() && imprint.about.extract.is_none();
        let it = if whole { "It" } else { "The document" };
        out.push(page.text(format!(" {it} lives at ")));
        out.push(page.link(repository, bare(repository)));
        out.push(page.text("."));
    }
    out
}

fn status(imprint: &Imprint) -> String {
    let revision = &imprint.edition.revision;
    match (revision.is_draft(), revision.timestamp) {
        (true, 0) => "Draft".to_owned(),
        (true, _) => format!("Draft after {}", revision.date.in_words()),
        (false, _) => format!("Edition of {}", revision.date.in_words()),
    }
}

fn titles(page: &Page, metadata: &Metadata) -> Lines {
    let subtitle = metadata.subtitle.iter().map(|subtitle| vec![page.text(subtitle)]);
    std::iter::once(vec![page.text(&metadata.title)]).chain(subtitle).collect()
}

/// The whole that an extract is taken from, and its edition's identifier.
pub(super) fn whole(page: &Page, extract: &Extract) -> Lines {
    vec![vec![page.text(&extract.title)], vec![page.code(extract.uuid.urn().to_string())]]
}

/// The identifiers of this edition, the most lasting one last.
fn this(page: &Page, imprint: &Imprint) -> Lines {
    let mut lines = Lines::new();
    if let Some(address) = imprint.address() {
        lines.push(vec![page.link(&address, bare(&address))]);
    }
    lines.extend(assigned(page, imprint));
    lines.push(vec![page.code(imprint.uuid.urn().to_string())]);
    lines
}

fn before(page: &Page, imprint: &Imprint, previous: &Previous) -> Lines {
    let mut lines = vec![vec![page.text(previous.edition.revision.date.in_words())]];
    if let Some(address) = imprint.address_of(&previous.edition) {
        lines.push(vec![page.link(&address, bare(&address))]);
    }
    lines.push(vec![page.code(previous.uuid.urn().to_string())]);
    lines
}

/// Where later editions are, and the document itself.
fn latest(page: &Page, imprint: &Imprint) -> Lines {
    let latest = imprint.latest().map(|address| vec![page.link(&address, bare(&address))]);
    latest.into_iter().collect()
}

fn authors(page: &Page, metadata: &Metadata) -> Lines {
    match metadata.authors.as_slice() {
        [] => Lines::new(),
        authors => vec![vec![page.text(authors.join(", "))]],
    }
}

/// Those of the time since the edition before; without one, of all time.
fn contributors(page: &Page, imprint: &Imprint) -> Lines {
    let about = &imprint.about;
    let names = about.contributors.join(", ");
    let text = match (about.contributors.is_empty(), about.more_contributors) {
        (true, _) => return Lines::new(),
        (false, 0) => names,
        (false, 1) => format!("{names} and one other"),
        (false, more) => format!("{names} and {more} others"),
    };
    let mut lines = vec![vec![page.text(text)]];
    if let Some(previous) = &imprint.previous {
        let date = previous.edition.revision.date.in_words();
        lines.push(vec![page.text(format!("in the period since {date}"))]);
    }
    lines
}

/// The licence as it is configured, else the files that hold it.
fn licence(page: &Page, imprint: &Imprint) -> Lines {
    let about = &imprint.about;
    if let Some(expression) = &about.licence {
        return vec![vec![page.text(expression)]];
    }
    let line = |licence: &Licence| match &licence.spdx {
        Some(name) => vec![page.text(format!("{name} (")), page.code(&licence.path), page.text(")")],
        None => vec![page.text("as "), page.code(&licence.path), page.text(" in the source says")],
    };
    about.licences.iter().map(line).collect()
}

/// What it was made from.
fn source(page: &Page, imprint: &Imprint) -> Lines {
    let mut lines = Lines::new();
    if let Some(repository) = &imprint.repository {
        lines.push(vec![page.link(repository, bare(repository))]);
    }
    match &imprint.edition.revision.id {
        RevisionId::Commit { commit, tree, tags } => {
            lines.push(vec![page.text("revision "), page.code(commit)]);
            lines.push(vec![page.text("tree "), page.code(tree)]);
            if !tags.is_empty() {
                lines.push(vec![
                    page.text(if tags.len() == 1 { "tag " } else { "tags " }),
                    page.code(tags.join(", ")),
                ]);
            }
        }
        RevisionId::Snapshot { path } => {
            lines.push(vec![page.text("the dated snapshot "), page.code(path)]);
        }
        RevisionId::Draft => lines.push(vec![page.text("files on disk, as they were")]),
    }
    lines
}

fn what_changed(page: &Page, changes: Option<&Changes>) -> Lines {
    let Some(changes) = changes else { return Lines::new() };
    let summary = changes.summary();
    let end = if summary.ends_with('.') { " See " } else { ". See " };
    vec![vec![
        page.text(format!("{summary}{end}")),
        page.chapter_link(super::CHANGES, super::CHANGES_TITLE),
        page.text("."),
    ]]
}

/// An address without what every one has.
pub(super) fn bare(address: &str) -> &str {
    let address = address.strip_prefix("https://").unwrap_or(address);
    address.trim_end_matches('/')
}
