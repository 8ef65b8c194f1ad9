//! What editions are called in folder and file names.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::slugify;
use super::{Edition, unchanged::date_of};
use crate::source::RevisionId;

/// Names editions by their dates. Where several have one date, all of them get
/// something after it: the short revision for commits, for snapshots what is
/// left of the file's name without the date, else a number. Drafts are called
/// `draft`. No two names are the same.
pub fn name_editions(editions: &mut [Edition]) {
    let mut of_date: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, edition) in editions.iter().enumerate() {
        of_date.entry(date_of(edition)).or_default().push(index);
    }
    let mut taken = BTreeSet::new();
    for (date, indices) in of_date {
        let suffixes = if indices.len() > 1 { suffixes(editions, &indices) } else { vec![String::new()] };
        for (index, suffix) in indices.into_iter().zip(suffixes) {
            let wanted = if suffix.is_empty() { date.clone() } else { format!("{date}-{suffix}") };
            let mut name = wanted.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{wanted}-{number}");
                number += 1;
            }
            if let Some(edition) = editions.get_mut(index) {
                edition.name = name;
            }
        }
    }
}

/// What tells the editions of one date apart.
fn suffixes(editions: &[Edition], indices: &[usize]) -> Vec<String> {
    let all = indices.iter().filter_map(|&index| editions.get(index));
    let suffix = |(place, edition): (usize, &Edition)| {
        let word = match &edition.revision.id {
            RevisionId::Commit { .. } => edition.revision.short().unwrap_or_default().to_owned(),
            RevisionId::Snapshot { path } => rest(path, &date_of(edition)),
            RevisionId::Draft => String::new(),
        };
        if word.is_empty() { (place + 1).to_string() } else { word }
    };
    all.enumerate().map(suffix).collect()
}

/// A snapshot's name without its extension and date.
fn rest(path: &str, date: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let left = stem.replace(date, " ");
    if left.chars().any(char::is_alphanumeric) { slugify(&left) } else { String::new() }
}
