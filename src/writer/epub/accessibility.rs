//! What readers with disabilities can expect of a book: the discovery metadata
//! of EPUB Accessibility 1.1 (section 2) in the words of the Schema.org
//! Accessibility Properties for Discoverability Vocabulary.
//!
//! Only what is true of every page, and what a program can see, is said. No
//! `dcterms:conformsTo` and no `a11y:certifiedBy`: conformance to WCAG needs a
//! person, who reads whether an alternative text says what the image shows.
//! The summary says so too.

use super::package::{line, meta};
use super::plan::{Plan, Shown};
use super::xml::Xml;

/// Writes the metadata; `mathml` if a content document holds equations.
pub(super) fn metadata(xml: &mut Xml, plan: &Plan, mathml: bool) {
    let shown = &plan.shown;
    let images = shown.images > 0;
    // Without the cover, which says what the title page says.
    meta(xml, "schema:accessMode", None, "textual");
    if images {
        meta(xml, "schema:accessMode", None, "visual");
        meta(xml, "schema:accessModeSufficient", None, "textual,visual");
    }
    if shown.unnamed == 0 && shown.diagrams == 0 {
        meta(xml, "schema:accessModeSufficient", None, "textual");
    }
    let mut features = vec!["tableOfContents", "readingOrder", "structuralNavigation", "ARIA"];
    features.extend(["displayTransformability", "unlocked"]);
    if images && shown.unnamed == 0 {
        features.push("alternativeText");
    }
    if mathml {
        features.push("MathML");
    }
    for feature in features {
        meta(xml, "schema:accessibilityFeature", None, feature);
    }
    meta(xml, "schema:accessibilityHazard", None, if shown.moves { "unknown" } else { "none" });
    let mut attributes = vec![("property", "schema:accessibilitySummary")];
    attributes.extend(plan.own_language().map(|language| ("xml:lang", language)));
    line(xml, "meta", &attributes, &summary(shown, mathml));
}

/// The same for people.
fn summary(shown: &Shown, mathml: bool) -> String {
    let mut sentences = vec![
        "Text that adapts to the reader's settings, with a table of contents and headings in their order.",
    ];
    if shown.notes {
        sentences.push("Notes stand at the end of their chapter, with links to them and back.");
    }
    sentences.push(match (shown.images > 0, shown.unnamed) {
        (false, _) => "The text has no images.",
        (true, 0) if shown.diagrams == 0 => "All images have an alternative text, as the authors wrote it.",
        (true, 0) => {
            "All images have an alternative text, as the authors wrote it; that of a drawn diagram is the words \
             in it."
        }
        (true, _) => "Some images have no alternative text but their file's name.",
    });
    if shown.moves {
        sentences.push("Some images may move; whether they flash is not known.");
    }
    if mathml {
        sentences.push("Equations are MathML, with their TeX source as alternative text.");
    }
    sentences.push(
        "Made by a program from the authors' Markdown. No person has evaluated the book, so no conformance to \
         WCAG is claimed.",
    );
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_true_of_the_book() {
        let said = |shown: Shown, mathml| summary(&shown, mathml);
        let none = said(Shown::default(), false);
        assert!(none.contains("no images") && !none.contains("MathML") && none.contains("no conformance"));
        assert!(!none.contains("Notes"));
        assert!(said(Shown { notes: true, ..Shown::default() }, false).contains("Notes"));
        let images = |unnamed, diagrams| Shown { images: 3, unnamed, diagrams, ..Shown::default() };
        assert!(said(images(0, 0), true).contains("as the authors wrote it. Equations are MathML"));
        assert!(said(images(0, 1), false).contains("drawn diagram"));
        assert!(said(images(1, 1), false).contains("no alternative text but"));
        assert!(said(Shown { moves: true, ..images(0, 0) }, false).contains("may move"));
    }
}
