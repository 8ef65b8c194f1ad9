//! The chain: each `edition.json` holds the SHA-256 of the one before it.

use std::collections::{BTreeMap, BTreeSet};

use super::{EditionCheck, Fault, Link, Problem};
use crate::output::MANIFEST;

/// The record of an edition whose folder is a bag.
const IN_BAG: &str = "data/edition.json";

/// The editions by their identifiers: which they are, in the order of the list.
type Copies = BTreeMap<String, Vec<usize>>;

/// Looks at the link of each edition to the one before, and at editions that
/// are there more than once. `editions` are sorted: the first broken link is
/// that of the first edition that has one.
pub(super) fn walk(editions: &mut [EditionCheck]) {
    let mut copies = Copies::new();
    for (at, edition) in editions.iter().enumerate() {
        if let Some(identifier) = &edition.identifier {
            copies.entry(identifier.clone()).or_default().push(at);
        }
    }
    link(editions, &copies);
    for (at, problem) in twice(editions, &copies) {
        editions.get_mut(at).into_iter().for_each(|edition| edition.problems.push(problem.clone()));
    }
}

/// The record of an edition, by its path in its folder.
fn file(edition: &EditionCheck) -> &'static str {
    if edition.bag { IN_BAG } else { MANIFEST }
}

fn link(editions: &mut [EditionCheck], copies: &Copies) {
    let mut sums: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (identifier, all) in copies {
        let all = all.iter().filter_map(|at| editions.get(*at)?.record_sha256.clone());
        sums.insert(identifier, all.collect());
    }
    let mut slugs: BTreeSet<String> = BTreeSet::new();
    for edition in editions {
        let Some(record) = &edition.record else { continue };
        let has_earlier = !slugs.insert(record.slug.clone());
        let Some(previous) = &record.previous else {
            edition.link = Link::First;
            continue;
        };
        let Some(held) = &previous.sha256 else {
            edition.link = Link::Open;
            continue;
        };
        let (link, message) = match sums.get(previous.identifier.as_str()) {
            Some(found) if found.contains(&held.to_ascii_lowercase()) => (Link::Holds, None),
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
        let file = file(edition);
        edition.problems.extend(message.map(|message| {
            Problem::of(Fault::Link, file, message)
                .hint("one of the two was changed or replaced after this one was made; compare both with other copies")
        }));
    }
}

/// Records with the identifier of another and other bytes. Copies of the same
/// bytes are welcome.
fn twice(editions: &[EditionCheck], copies: &Copies) -> Vec<(usize, Problem)> {
    // What later editions hold of those before them.
    let mut held: BTreeMap<&str, BTreeMap<String, &str>> = BTreeMap::new();
    for record in editions.iter().filter_map(|edition| edition.record.as_deref()) {
        if let Some(previous) = &record.previous
            && let Some(sum) = &previous.sha256
        {
            let of_one = held.entry(&previous.identifier).or_default();
            of_one.entry(sum.to_ascii_lowercase()).or_insert(&record.name);
        }
    }
    let mut found = Vec::new();
    for (identifier, all) in copies.iter().filter(|(_, all)| all.len() > 1) {
        let all: Vec<_> = all.iter().filter_map(|at| Some((*at, editions.get(*at)?))).collect();
        // All drafts of a document are one publication, and no link of the chain.
        if all.iter().all(|(_, edition)| edition.record.as_ref().is_some_and(|record| record.draft)) {
            continue;
        }
        let follower = |edition: &EditionCheck| {
            held.get(identifier.as_str())?.get(edition.record_sha256.as_ref()?).copied()
        };
        // The one that the chain points to is held against the others.
        let true_one = all.iter().find(|(_, edition)| follower(edition).is_some()).or(all.first());
        let Some((_, true_one)) = true_one else { continue };
        for (at, edition) in &all {
            if edition.record_sha256 == true_one.record_sha256 {
                continue;
            }
            let sum = |edition: &EditionCheck| edition.record_sha256.clone().unwrap_or_default();
            let which = match (follower(true_one), follower(edition)) {
                (Some(one), Some(other)) => {
                    format!("the edition {one} follows that one, and the edition {other} follows this one")
                }
                (Some(name), None) => format!("the edition {name} follows that one"),
                (None, _) => "no edition here follows either".to_owned(),
            };
            let message = format!(
                "has the SHA-256 {}, and that of the same identifier in {} has {}; {which}",
                sum(edition),
                true_one.folder,
                sum(true_one)
            );
            let hint =
                "only one of the two is the edition; compare both with other copies, and take the other away";
            found.push((*at, Problem::of(Fault::Twice, file(edition), message).hint(hint)));
        }
    }
    found
}
