//! The cover and title pages.

use super::plan::Plan;
use super::xhtml::{head, title_text};
use super::xml::Attributes;
use crate::cover;

/// The book's title, else its name.
pub(super) fn title<'a>(plan: &'a Plan) -> &'a str {
    let title = &plan.book.metadata.title;
    if title.trim().is_empty() { &plan.imprint.slug } else { title }
}

/// What the cover shows, for those who can't see it.
pub(super) fn cover_text(plan: &Plan) -> String {
    format!("{}. {}", plan.book.metadata.title, edition_line(plan))
}

/// The page that shows the cover image.
pub(super) fn cover(plan: &Plan, image: &str) -> Vec<u8> {
    let mut xml = head(&plan.language, plan.direction, "Cover", "stylesheet.css");
    xml.start("body", &[("epub:type", "cover"), ("class", "cover")]);
    xml.newline();
    xml.empty("img", &[("src", image), ("alt", &cover_text(plan)), ("role", "doc-cover")]);
    xml.newline();
    xml.finish()
}

/// The title page. The imprint, which comes next, says where the book comes
/// from.
pub(super) fn title_page(plan: &Plan) -> Vec<u8> {
    let metadata = &plan.book.metadata;
    let mut xml = head(&plan.language, plan.direction, &metadata.title, "stylesheet.css");
    xml.start("body", &[("epub:type", "frontmatter")]);
    xml.newline();
    let attributes = [("epub:type", "titlepage"), ("class", "titlepage"), ("aria-labelledby", "title")];
    xml.start("section", &attributes);
    xml.newline();
    xml.start("h1", &[("id", "title"), ("epub:type", "title")]);
    title_text(&mut xml, &metadata.title);
    xml.end();
    xml.newline();
    let mut line = |attributes: Attributes, language: Option<&'static str>, text: &str| {
        if !text.is_empty() {
            xml.in_language(language);
            xml.element("p", attributes, text);
            xml.newline();
        }
    };
    let subtitle = [("class", "subtitle"), ("epub:type", "subtitle"), ("role", "doc-subtitle")];
    line(&subtitle, None, metadata.subtitle.as_deref().unwrap_or_default());
    line(&[("class", "authors")], None, &enumeration(&metadata.authors));
    let own = plan.own_language();
    line(&[("class", "edition")], own, &edition_line(plan));
    if plan.imprint.edition.revision.is_draft() {
        line(&[("class", "draft")], own, "Not an edition: made from files that may still change.");
    }
    line(&[("class", "snapshot")], own, "A snapshot of a living document.");
    xml.finish()
}

/// The address of the living document.
pub(super) fn repository<'a>(plan: &'a Plan) -> Option<&'a str> {
    plan.imprint.repository.as_deref().or(plan.book.metadata.repository.as_deref())
}

/// "Edition of 8 February 2025", "Draft after 8 February 2025".
pub(super) fn edition_line(plan: &Plan) -> String {
    cover::edition_line(plan.imprint)
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
