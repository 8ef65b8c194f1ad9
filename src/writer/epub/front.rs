//! The cover and title pages.

use super::plan::Plan;
use super::xhtml::{head, title_text};
use super::{links, xml::Xml};
use crate::source::RevisionId;

/// What the cover shows, for those who can't see it.
pub(super) fn cover_text(plan: &Plan) -> String {
    format!("{}. {}", plan.book.metadata.title, edition_line(plan))
}

/// The page that shows the cover image.
pub(super) fn cover(plan: &Plan, image: &str) -> Vec<u8> {
    let mut xml = head(plan, "Cover", "stylesheet.css");
    xml.start("body", &[("epub:type", "cover"), ("class", "cover")]);
    xml.newline();
    xml.empty("img", &[("src", image), ("alt", &cover_text(plan)), ("role", "doc-cover")]);
    xml.newline();
    xml.finish()
}

/// The title page.
pub(super) fn title_page(plan: &Plan) -> Vec<u8> {
    let metadata = &plan.book.metadata;
    let mut xml = head(plan, &metadata.title, "stylesheet.css");
    xml.start("body", &[("epub:type", "frontmatter")]);
    xml.newline();
    xml.start("section", &[("epub:type", "titlepage"), ("class", "titlepage")]);
    xml.newline();
    xml.start("h1", &[]);
    title_text(&mut xml, &metadata.title);
    xml.end();
    xml.newline();
    let mut line = |class: &str, text: &str| {
        if !text.is_empty() {
            xml.element("p", &[("class", class)], text);
            xml.newline();
        }
    };
    line("subtitle", metadata.subtitle.as_deref().unwrap_or_default());
    line("authors", &enumeration(&metadata.authors));
    line("edition", &edition_line(plan));
    if plan.imprint.edition.revision.is_draft() {
        line("draft", "Not an edition: made from files that may still change.");
    }
    source(&mut xml, plan);
    xml.finish()
}

/// Where the book comes from.
fn source(xml: &mut Xml, plan: &Plan) {
    xml.start("p", &[("class", "snapshot")]);
    let repository = repository(plan);
    let href = repository.and_then(|url| Some((url, links::external(url)?)));
    xml.text("A snapshot of a living document");
    if let Some((url, href)) = href {
        xml.text(", which goes on at ");
        xml.element("a", &[("href", &href)], url);
    }
    xml.text(".");
    xml.end();
    xml.newline();
    xml.start("p", &[("class", "revision")]);
    match &plan.imprint.edition.revision.id {
        RevisionId::Commit { commit, tags, tree: _ } => {
            xml.text("Revision ");
            xml.element("code", &[], plan.imprint.edition.revision.short().unwrap_or(commit));
            if !tags.is_empty() {
                xml.text(&format!(" ({})", tags.join(", ")));
            }
        }
        RevisionId::Snapshot { path } => {
            xml.text("From ");
            xml.element("code", &[], path);
        }
        RevisionId::Draft => xml.text("From a working tree"),
    }
    xml.end();
    xml.newline();
}

/// The address of the living document.
pub(super) fn repository<'a>(plan: &'a Plan) -> Option<&'a str> {
    plan.imprint.repository.as_deref().or(plan.book.metadata.repository.as_deref())
}

/// "Edition of 8 February 2025", "Draft after 8 February 2025".
pub(super) fn edition_line(plan: &Plan) -> String {
    let revision = &plan.imprint.edition.revision;
    match (revision.is_draft(), revision.timestamp) {
        // Files in no repository have no date that could be trusted.
        (true, 0) => "Draft".to_owned(),
        (true, _) => format!("Draft after {}", revision.date.in_words()),
        (false, _) => format!("Edition of {}", revision.date.in_words()),
    }
}

/// "A, B and C".
fn enumeration(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_listed() {
        let list = |names: &[&str]| enumeration(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["A"]), "A");
        assert_eq!(list(&["A", "B", "C"]), "A, B and C");
    }
}
