//! `CITATION.cff` (Citation File Format 1.2.0).
//!
//! The format is made for software and data, and a book is neither: the file
//! says no type, and prefers the citation of a book.

use std::fmt::Write;

use super::Citation;
use crate::edition::identifiers::doi_address;
use crate::edition::swhid::Swhids;

/// Licences of SPDX that the format's own list has, as far as Bindery knows
/// them: any other would make the file invalid.
const LISTED: [&str; 31] = [
    "0BSD",
    "AGPL-3.0",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "GFDL-1.3",
    "GPL-2.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1",
    "LGPL-3.0",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
    "Unlicense",
    "Zlib",
];

/// The bytes of `CITATION.cff`.
pub fn cff(citation: &Citation) -> String {
    let mut out =
        String::from("cff-version: 1.2.0\nmessage: \"To cite this edition, use what stands here.\"\n");
    common(&mut out, "", citation);
    out.push_str("preferred-citation:\n  type: book\n");
    common(&mut out, "  ", citation);
    let line = |out: &mut String, key: &str, value: &str| {
        let _ = writeln!(out, "  {key}: {}", quoted(value));
    };
    line(&mut out, "edition", &citation.version);
    // Years before 1000 would be no dates of YAML; the format wants numbers.
    let _ = writeln!(out, "  year: {}", citation.date.year);
    if let Some(month) = citation.date.month {
        let _ = writeln!(out, "  month: {month}");
    }
    if let Some(isbn) = &citation.isbn {
        line(&mut out, "isbn", isbn);
    }
    if let Some(language) = language(&citation.language) {
        let _ = writeln!(out, "  languages:\n    - {language}");
    }
    out
}

/// What stands both at the top and in the preferred citation.
fn common(out: &mut String, indent: &str, citation: &Citation) {
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{indent}{key}: {}", quoted(value));
    };
    let title = match &citation.subtitle {
        Some(subtitle) => format!("{}: {subtitle}", citation.title),
        None => citation.title.clone(),
    };
    line("title", &title);
    line("version", &citation.version);
    if citation.date.day.is_some() {
        line("date-released", &citation.date.to_string());
    }
    if let Some(doi) = citation.doi.as_deref().filter(|doi| is_plain(doi)) {
        line("doi", doi);
    }
    if let Some(url) = citation.url() {
        line("url", url);
    }
    if let Some(repository) = &citation.repository {
        line("repository-code", repository);
    }
    if let Some(commit) = &citation.commit {
        line("commit", commit);
    }
    let listed = citation.licences.iter().all(|licence| LISTED.contains(&licence.as_str()));
    match citation.licences.as_slice() {
        [licence] if listed => line("license", licence),
        [_, _, ..] if listed => {
            let _ = writeln!(out, "{indent}license:");
            for licence in &citation.licences {
                let _ = writeln!(out, "{indent}  - {}", quoted(licence));
            }
        }
        _ => {}
    }
    let _ = writeln!(out, "{indent}authors:");
    for author in &citation.authors {
        let _ = writeln!(out, "{indent}  - name: {}", quoted(author));
    }
    let _ = writeln!(out, "{indent}identifiers:");
    let mut identifier = |kind: &str, value: &str, what: &str| {
        let _ = writeln!(out, "{indent}  - type: {kind}");
        let _ = writeln!(out, "{indent}    value: {}", quoted(value));
        let _ = writeln!(out, "{indent}    description: {}", quoted(what));
    };
    identifier("other", &citation.urn, "The URN of this edition");
    if let Some(doi) = citation.doi.as_deref().filter(|doi| !is_plain(doi)) {
        identifier("url", &doi_address(doi), "The DOI of this edition");
    }
    if let Some(swhids) = &citation.swhids {
        identifier("swh", Swhids::core(&swhids.revision), "The revision, as computed from the commit");
        identifier("swh", Swhids::core(&swhids.directory), "The tree of the revision, as computed");
    }
}

/// Whether the format takes a DOI as one: not those with `<` and the like,
/// which are as valid.
fn is_plain(doi: &str) -> bool {
    doi.chars().all(|c| c.is_ascii_alphanumeric() || ":/_;-.()[]\\".contains(c))
}

/// The two or three letters of a language (ISO 639).
fn language(tag: &str) -> Option<String> {
    let first = tag.split('-').next()?.to_ascii_lowercase();
    (matches!(first.len(), 2 | 3) && first.bytes().all(|b| b.is_ascii_lowercase())).then(|| quoted(&first))
}

/// A double-quoted scalar of YAML 1.2. Whatever YAML takes for no printable
/// character, or for the end of a line, is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control()
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}') =>
            {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
