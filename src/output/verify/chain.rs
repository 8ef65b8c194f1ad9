//! The chain: each `edition.json` holds the SHA-256 of the one before it.

use std::collections::BTreeMap;

use super::{EditionCheck, Fault, Link, Problem};
use crate::output::MANIFEST;

/// Looks at the link of each edition to the one before. `editions` are sorted:
/// the first broken link is that of the first edition that has one.
pub(super) fn walk(editions: &mut [EditionCheck]) {
    let mut sums: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut slugs: Vec<String> = Vec::new();
    for edition in editions.iter() {
        if let (Some(identifier), Some(sum)) = (&edition.identifier, &edition.record_sha256) {
            sums.entry(identifier.clone()).or_default().push(sum.clone());
        }
    }
    for edition in editions {
        let Some(record) = &edition.record else { continue };
        let has_earlier = slugs.contains(&record.slug);
        slugs.push(record.slug.clone());
        let Some(previous) = &record.previous else {
            edition.link = Link::First;
            continue;
        };
        let Some(held) = &previous.sha256 else {
            edition.link = Link::Open;
            continue;
        };
        let (link, message) = match sums.get(&previous.identifier) {
            Some(found) if found.iter().any(|sum| sum.eq_ignore_ascii_case(held)) => (Link::Holds, None),
            Some(found) => {
                let is = found.first().map_or("", String::as_str);
                let message = format!(
                    "the link to the edition {} is broken: it holds {held}, and that edition's {MANIFEST} has {is}",
                    previous.name
                );
                (Link::Broken, Some(message))
            }
            // The first of a folder may well follow one that is filed elsewhere.
            None if !has_earlier => (Link::Away, None),
            None => {
                let message = format!(
                    "the link to the edition {} is broken: that edition ({}) is not here, though earlier ones are",
                    previous.name, previous.identifier
                );
                (Link::Broken, Some(message))
            }
        };
        edition.link = link;
        edition.problems.extend(message.map(|message| {
            Problem::of(Fault::Link, MANIFEST, message)
                .hint("one of the two was changed or replaced after this one was made; compare both with other copies")
        }));
    }
}
