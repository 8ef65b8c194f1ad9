//! The package document (EPUB 3.3, section 5).

use super::Resource;
use super::front::{edition_line, repository};
use super::plan::Plan;
use super::xml::{Attributes, Xml};
use crate::source::RevisionId;

/// Writes the package document for these files, whose order is the spine's.
pub(super) fn document(plan: &Plan, resources: &[Resource]) -> Vec<u8> {
    let mut xml = Xml::new();
    if plan.rtl {
        xml.with([("dir", "rtl")]);
    }
    xml.start(
        "package",
        &[
            ("xmlns", "http://www.idpf.org/2007/opf"),
            ("version", "3.0"),
            ("unique-identifier", "pub-id"),
            ("xml:lang", &plan.language),
            ("prefix", "schema: http://schema.org/"),
        ],
    );
    xml.newline();
    xml.start("metadata", &[("xmlns:dc", "http://purl.org/dc/elements/1.1/")]);
    xml.newline();
    identity(&mut xml, plan);
    accessibility(&mut xml, plan);
    xml.end();
    xml.newline();
    xml.start("manifest", &[]);
    xml.newline();
    for resource in resources {
        let id = resource.id();
        let mut attributes =
            vec![("id", id.as_str()), ("href", resource.path.as_str()), ("media-type", resource.mime)];
        if let Some(properties) = resource.properties {
            attributes.push(("properties", properties));
        }
        xml.empty("item", &attributes);
        xml.newline();
    }
    xml.end();
    xml.newline();
    let mut attributes = vec![("toc", "toc.ncx")];
    if plan.rtl {
        attributes.push(("page-progression-direction", "rtl"));
    }
    xml.start("spine", &attributes);
    xml.newline();
    for resource in resources.iter().filter(|r| r.spine) {
        xml.empty("itemref", &[("idref", &resource.id())]);
        xml.newline();
    }
    xml.end();
    xml.newline();
    xml.finish()
}

/// What the book is, who wrote it, and from what it is made.
fn identity(xml: &mut Xml, plan: &Plan) {
    let metadata = &plan.book.metadata;
    let edition = &plan.imprint.edition;
    line(xml, "dc:identifier", &[("id", "pub-id")], &format!("urn:uuid:{}", plan.imprint.uuid));
    assigned(xml, plan);
    let title = if metadata.title.trim().is_empty() { &plan.imprint.slug } else { &metadata.title };
    line(xml, "dc:title", &[("id", "title")], title);
    meta(xml, "title-type", Some("#title"), "main");
    if let Some(subtitle) = metadata.subtitle.as_deref().filter(|s| !s.trim().is_empty()) {
        line(xml, "dc:title", &[("id", "subtitle")], subtitle);
        meta(xml, "title-type", Some("#subtitle"), "subtitle");
    }
    line(xml, "dc:language", &[], &plan.language);
    let authors = metadata.authors.iter().filter(|author| !author.trim().is_empty());
    for (i, author) in (1..).zip(authors) {
        let id = format!("author-{i}");
        line(xml, "dc:creator", &[("id", &id)], author);
        let refines = format!("#{id}");
        let attributes = [("refines", refines.as_str()), ("property", "role"), ("scheme", "marc:relators")];
        line(xml, "meta", &attributes, "aut");
    }
    if let Some(description) = metadata.description.as_deref().filter(|d| !d.trim().is_empty()) {
        line(xml, "dc:description", &[], description);
    }
    let revision = match &edition.revision.id {
        RevisionId::Commit { commit, .. } => Some(format!("revision {commit}")),
        RevisionId::Snapshot { path } => Some(path.clone()),
        RevisionId::Draft => None,
    };
    let source: Vec<_> = repository(plan).map(str::to_owned).into_iter().chain(revision).collect();
    if !source.is_empty() {
        line(xml, "dc:source", &[], &source.join(", "));
    }
    line(xml, "dc:date", &[], &edition.revision.date.to_string());
    meta(xml, "dcterms:modified", None, &modified(edition.revision.timestamp));
    meta(xml, "dcterms:alternative", None, &format!("{title}. {}", edition_line(plan)));
    xml.empty("meta", &[("name", "cover"), ("content", "cover.png")]);
    xml.newline();
}

/// The identifiers that somebody has given the edition, with their kinds in
/// ONIX's list 5 (EPUB 3.3, appendix D.3.8).
fn assigned(xml: &mut Xml, plan: &Plan) {
    for id in plan.imprint.identifiers.labelled() {
        let name = id.label.to_ascii_lowercase();
        line(xml, "dc:identifier", &[("id", &name)], &id.uri);
        let refines = format!("#{name}");
        let attributes =
            [("refines", refines.as_str()), ("property", "identifier-type"), ("scheme", "onix:codelist5")];
        line(xml, "meta", &attributes, id.onix);
    }
}

/// What readers with disabilities can expect (EPUB Accessibility 1.1). No
/// conformance is claimed, since nobody has evaluated the book.
fn accessibility(xml: &mut Xml, plan: &Plan) {
    let images = !plan.images.is_empty();
    meta(xml, "schema:accessMode", None, "textual");
    if images {
        meta(xml, "schema:accessMode", None, "visual");
    }
    if !images || plan.images_described {
        meta(xml, "schema:accessModeSufficient", None, "textual");
    }
    let mut features =
        vec!["tableOfContents", "readingOrder", "structuralNavigation", "displayTransformability"];
    if images && plan.images_described {
        features.push("alternativeText");
    }
    for feature in features {
        meta(xml, "schema:accessibilityFeature", None, feature);
    }
    meta(xml, "schema:accessibilityHazard", None, if plan.images_move { "unknown" } else { "none" });
    let images = match (images, plan.images_described) {
        (false, _) => "The text has no images.",
        (true, true) => "All images have an alternative text, as the authors wrote it.",
        (true, false) => "Some images have no alternative text.",
    };
    let summary = format!(
        "Text that adapts to the reader's settings, with a table of contents, headings in their order, and \
         links between references and notes. {images} Made by a program from the authors' Markdown; not \
         evaluated by a person."
    );
    meta(xml, "schema:accessibilitySummary", None, &summary);
}

fn meta(xml: &mut Xml, property: &str, refines: Option<&str>, text: &str) {
    let mut attributes: Vec<_> = refines.map(|r| ("refines", r)).into_iter().collect();
    attributes.push(("property", property));
    line(xml, "meta", &attributes, text);
}

fn line(xml: &mut Xml, name: &'static str, attributes: Attributes, text: &str) {
    xml.element(name, attributes, text);
    xml.newline();
}

/// A moment as `CCYY-MM-DDThh:mm:ssZ`, the only form that EPUB allows.
fn modified(timestamp: i64) -> String {
    let time = jiff::Timestamp::from_second(timestamp).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_utc() {
        assert_eq!(modified(1_738_999_999), "2025-02-08T07:33:19Z");
        assert_eq!(modified(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
