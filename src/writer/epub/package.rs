//! The package document (EPUB 3.3, section 5).

use super::Resource;
use super::front::{edition_line, repository};
use super::plan::Plan;
use super::xml::{Attributes, Xml};
use super::{accessibility, front};
use crate::document::direction::Direction;
use crate::edition::Edition;
use crate::edition::identity::series_uuid;
use crate::source::RevisionId;

/// Writes the package document for these files, whose order is the spine's.
pub(super) fn document(plan: &Plan, resources: &[Resource]) -> Vec<u8> {
    let mut xml = Xml::new();
    if plan.direction == Direction::Rtl {
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
    people(&mut xml, plan);
    provenance(&mut xml, plan);
    series(&mut xml, plan);
    let mathml = resources.iter().any(|r| r.properties == Some("mathml"));
    accessibility::metadata(&mut xml, plan, mathml);
    // For reading systems that know EPUB 2 only.
    if let Some(cover) = resources.iter().find(|r| r.properties == Some("cover-image")) {
        xml.empty("meta", &[("name", "cover"), ("content", &cover.id())]);
        xml.newline();
    }
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
    if plan.direction == Direction::Rtl {
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

/// What the book is.
fn identity(xml: &mut Xml, plan: &Plan) {
    let metadata = &plan.book.metadata;
    line(xml, "dc:identifier", &[("id", "pub-id")], &format!("urn:uuid:{}", plan.imprint.uuid));
    assigned(xml, plan);
    let title = front::title(plan);
    line(xml, "dc:title", &[("id", "title")], title);
    meta(xml, "title-type", Some("#title"), "main");
    if let Some(subtitle) = metadata.subtitle.as_deref().filter(|s| !s.trim().is_empty()) {
        line(xml, "dc:title", &[("id", "subtitle")], subtitle);
        meta(xml, "title-type", Some("#subtitle"), "subtitle");
    }
    meta(xml, "dcterms:alternative", None, &format!("{title}. {}", edition_line(plan)));
    line(xml, "dc:language", &[], &plan.language);
    if let Some(description) = metadata.description.as_deref().filter(|d| !d.trim().is_empty()) {
        line(xml, "dc:description", &[], description);
    }
}

/// Who made it: the authors that it names, else those who contributed.
fn people(xml: &mut Xml, plan: &Plan) {
    let named = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| !name.trim().is_empty()).cloned().collect()
    };
    let authors = named(&plan.book.metadata.authors);
    let (people, element, prefix, role) = if authors.is_empty() {
        (named(&plan.imprint.about.contributors), "dc:contributor", "contributor", "ctb")
    } else {
        (authors, "dc:creator", "author", "aut")
    };
    for (i, name) in (1..).zip(people) {
        let id = format!("{prefix}-{i}");
        line(xml, element, &[("id", &id)], &name);
        let refines = format!("#{id}");
        let attributes = [("refines", refines.as_str()), ("property", "role"), ("scheme", "marc:relators")];
        line(xml, "meta", &attributes, role);
    }
}

/// What it is made from and when, what one may do with it, and the edition
/// that it takes the place of.
fn provenance(xml: &mut Xml, plan: &Plan) {
    let revision = &plan.imprint.edition.revision;
    let source = match &revision.id {
        RevisionId::Commit { commit, .. } => Some(format!("revision {commit}")),
        RevisionId::Snapshot { path } => Some(path.clone()),
        RevisionId::Draft => None,
    };
    let source: Vec<_> = repository(plan).map(str::to_owned).into_iter().chain(source).collect();
    if !source.is_empty() {
        line(xml, "dc:source", &[], &source.join(", "));
    }
    let about = &plan.imprint.about;
    let mut licences: Vec<_> = match &about.licence {
        Some(expression) => vec![expression.as_str()],
        None => about.licences.iter().filter_map(|licence| licence.spdx.as_deref()).collect(),
    };
    licences.dedup();
    for licence in licences {
        line(xml, "dc:rights", &[], licence);
    }
    line(xml, "dc:date", &[], &revision.date.to_string());
    meta(xml, "dcterms:modified", None, &modified(revision.timestamp));
    if let Some(whole) = &plan.imprint.about.extract {
        meta(xml, "dcterms:isPartOf", None, &format!("urn:uuid:{}", whole.uuid));
    }
    if let Some(previous) = &plan.imprint.previous {
        meta(xml, "dcterms:replaces", None, &format!("urn:uuid:{}", previous.uuid));
    }
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

/// The document, of which each edition is a member (EPUB 3.3, section 5.5.4
/// and appendix D.3). A draft is no edition.
fn series(xml: &mut Xml, plan: &Plan) {
    let edition = &plan.imprint.edition;
    if edition.revision.is_draft() {
        return;
    }
    let attributes = [("id", "series"), ("property", "belongs-to-collection")];
    line(xml, "meta", &attributes, front::title(plan));
    let refines = Some("#series");
    meta(xml, "collection-type", refines, "series");
    meta(xml, "dcterms:identifier", refines, &format!("urn:uuid:{}", series_uuid(&plan.imprint.slug)));
    meta(xml, "group-position", refines, &position(edition));
}

/// The place in the series, as numbers with points between them. It is made
/// from the date, since which editions there are is for each run to choose:
/// year, then month and day as one number, so that software which takes it for
/// a decimal fraction sorts alike. Where editions share a date, the seconds of
/// the day follow.
fn position(edition: &Edition) -> String {
    let date = edition.revision.date;
    let mut position = date.year.to_string();
    if let Some(month) = date.month {
        position.push_str(&format!(".{month:02}{:02}", date.day.unwrap_or(0)));
    }
    if edition.name != date.to_string() {
        position.push_str(&format!(".{}", edition.revision.timestamp.rem_euclid(86_400)));
    }
    position
}

pub(super) fn meta(xml: &mut Xml, property: &str, refines: Option<&str>, text: &str) {
    let mut attributes: Vec<_> = refines.map(|r| ("refines", r)).into_iter().collect();
    attributes.push(("property", property));
    line(xml, "meta", &attributes, text);
}

pub(super) fn line(xml: &mut Xml, name: &'static str, attributes: Attributes, text: &str) {
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
    use crate::source::{EditionDate, Revision};

    #[test]
    fn editions_are_placed_by_their_dates() {
        let place = |name: &str, date: EditionDate, timestamp| {
            let revision = Revision { id: RevisionId::Draft, date, timestamp };
            position(&Edition { revision, why: Vec::new(), name: name.to_owned() })
        };
        let date = |year, month, day| EditionDate { year, month, day };
        assert_eq!(place("2025-02-08", date(2025, Some(2), Some(8)), 0), "2025.0208");
        assert_eq!(place("2025-02", date(2025, Some(2), None), 0), "2025.0200");
        assert_eq!(place("2025", date(2025, None, None), 0), "2025");
        let shared = date(2025, Some(2), Some(8));
        assert_eq!(place("2025-02-08-13b7a38", shared, 1_738_999_999), "2025.0208.27199");
    }

    #[test]
    fn moments_are_utc() {
        assert_eq!(modified(1_738_999_999), "2025-02-08T07:33:19Z");
        assert_eq!(modified(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
