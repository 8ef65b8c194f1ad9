//! What one may do with a document: its licence files, and the SPDX names of
//! the licences in them.
//!
//! A licence is named only where phrases of its text are there that no other
//! licence has; any other file is listed without a name. Whether several
//! files mean "and" or "or" no file tells, so nothing is said of it.

use super::Licence;
use crate::paths;
use crate::source::FileTree;

/// Larger files are no licences.
const LARGEST: usize = 200_000;

/// Files that are listed at most.
const MOST: usize = 20;

/// Beginnings of names of licence files, in lower case.
const NAMES: [&str; 4] = ["license", "licence", "copying", "unlicense"];

/// Extensions of texts; what has another one is a program or data. A short
/// name of a licence (`LICENSE.MIT`) counts as none.
const TEXTS: [&str; 9] = ["", "md", "markdown", "txt", "text", "rst", "adoc", "org", "html"];

/// The licence files of a revision: those in the root and in the book's
/// folder, and the folder `LICENSES` of the REUSE specification in either.
/// Files that can't be read are left out: they are nothing that a book is
/// made from.
pub fn find(tree: &dyn FileTree, folder: Option<&str>) -> Vec<Licence> {
    let folder = folder.unwrap_or("").trim_matches('/');
    let mut found = Vec::new();
    for path in tree.paths() {
        let parent = paths::parent(path);
        let here = |place: &str| parent == place || parent == paths::below(place, "LICENSES");
        if !here("") && !here(folder) {
            continue;
        }
        let reuse = paths::file_name(parent) == "LICENSES";
        if !reuse && !is_licence(paths::file_name(path)) {
            continue;
        }
        let Ok(Some(bytes)) = tree.read(path) else { continue };
        if bytes.len() > LARGEST {
            continue;
        }
        // The files of REUSE are called after their licences.
        let named = reuse.then(|| paths::stem(path)).filter(|name| is_identifier(name));
        let names = match named {
            Some(name) => vec![name.to_owned()],
            None => recognise(&String::from_utf8_lossy(&bytes)).into_iter().map(str::to_owned).collect(),
        };
        if names.is_empty() {
            found.push(Licence { path: path.clone(), spdx: None });
        }
        let licence = |spdx| Licence { path: path.clone(), spdx: Some(spdx) };
        found.extend(names.into_iter().map(licence));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

/// Whether a file of this name says what one may do.
fn is_licence(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some(rest) = NAMES.iter().find_map(|begin| name.strip_prefix(begin)) else { return false };
    let extension = rest.rsplit_once('.').map_or("", |(_, extension)| extension);
    let short = ["mit", "apache", "bsd", "isc", "mpl", "gpl", "lgpl", "agpl", "cc0", "cc", "zlib", "lesser"];
    let fits = TEXTS.contains(&extension) || short.iter().any(|name| extension.starts_with(name));
    // `LICENSE-APACHE-2.0` has no extension.
    let version = extension.bytes().all(|b| b.is_ascii_digit());
    (rest.is_empty() || rest.starts_with(['.', '-', '_'])) && (fits || version)
}

/// The SPDX identifiers of the licences whose text this is, sorted. For the
/// licences of GNU the text alone does not tell whether later versions count,
/// so they have the names that tell nothing of it.
pub fn recognise(text: &str) -> Vec<&'static str> {
    let words = words(text);
    let has = |phrase: &str| words.contains(phrase);
    // Titles count at the beginning only: licences name one another.
    let start: String = words.chars().take(300).collect();
    let titled = |phrase: &str| start.contains(phrase);
    let mut found: Vec<&'static str> = TITLES
        .iter()
        .filter(|(title, body, _)| titled(title) && has(body))
        .map(|(_, _, name)| *name)
        .collect();
    found.extend(UNIQUE.iter().filter(|(phrase, _)| has(phrase)).map(|(_, name)| *name));
    if has(
        "permission is hereby granted free of charge to any person obtaining a copy of this software and associated documentation files",
    ) && has(
        "the above copyright notice and this permission notice shall be included in all copies or substantial portions",
    ) && !has("except as contained in this notice the name")
        && !has("shall be used for good not evil")
    {
        found.push("MIT");
    }
    found.extend(bsd(&has));
    found.extend(isc(&has));
    if has("apache license version 2 0 january 2004") && !has("llvm exceptions") {
        found.push("Apache-2.0");
    }
    if has("mozilla public license version 2 0") && has("1 1 contributor") {
        found.push("MPL-2.0");
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Title, a phrase of the text, name.
const TITLES: [(&str, &str, &str); 14] = [
    ("gnu general public license version 3 29 june 2007", "terms and conditions", "GPL-3.0"),
    ("gnu general public license version 2 june 1991", "terms and conditions", "GPL-2.0"),
    ("gnu lesser general public license version 3 29 june 2007", "combined works", "LGPL-3.0"),
    ("gnu lesser general public license version 2 1 february 1999", "terms and conditions", "LGPL-2.1"),
    ("gnu affero general public license version 3 19 november 2007", "terms and conditions", "AGPL-3.0"),
    ("gnu free documentation license version 1 3 3 november 2008", "verbatim copying", "GFDL-1.3"),
    ("attribution 4 0 international", "by exercising the licensed rights", "CC-BY-4.0"),
    ("attribution sharealike 4 0 international", "by exercising the licensed rights", "CC-BY-SA-4.0"),
    ("attribution noncommercial 4 0 international", "by exercising the licensed rights", "CC-BY-NC-4.0"),
    ("attribution noderivatives 4 0 international", "by exercising the licensed rights", "CC-BY-ND-4.0"),
    ("noncommercial sharealike 4 0 international", "by exercising the licensed rights", "CC-BY-NC-SA-4.0"),
    ("noncommercial noderivatives 4 0 international", "by exercising the licensed rights", "CC-BY-NC-ND-4.0"),
    ("cc0 1 0 universal", "statement of purpose", "CC0-1.0"),
    ("attribution sharealike 3 0 unported", "by exercising any rights to the work", "CC-BY-SA-3.0"),
];

/// Phrases that are in one licence only.
const UNIQUE: [(&str, &str); 4] = [
    ("this is free and unencumbered software released into the public domain", "Unlicense"),
    ("boost software license version 1 0 august 17th 2003", "BSL-1.0"),
    ("sil open font license version 1 1 26 february 2007", "OFL-1.1"),
    (
        "altered source versions must be plainly marked as such and must not be misrepresented as being the original software",
        "Zlib",
    ),
];

fn bsd(has: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    let granted = has(
        "redistribution and use in source and binary forms with or without modification are permitted provided that the following conditions are met",
    );
    // Licences that add conditions of their own to those of the BSD.
    let other = has("all advertising materials")
        || has("the end user documentation included with the redistribution")
        || has("no express or implied licenses to any party s patent rights")
        || has("nuclear facility");
    if !granted || other || !has("redistributions in binary form must reproduce") {
        return None;
    }
    let third = has(
        "to endorse or promote products derived from this software without specific prior written permission",
    );
    Some(if third { "BSD-3-Clause" } else { "BSD-2-Clause" })
}

fn isc(has: &dyn Fn(&str) -> bool) -> Option<&'static str> {
    let granted = [" and or ", " and "].iter().find_map(|and| {
        let grant = format!("permission to use copy modify{and}distribute this software for any purpose with or without fee is hereby granted");
        has(&grant).then_some(grant)
    })?;
    if has(&format!(
        "{granted} provided that the above copyright notice and this permission notice appear in all copies"
    )) {
        return Some("ISC");
    }
    (!has(&format!("{granted} provided"))).then_some("0BSD")
}

/// Words in lower case with one space between, without signs.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// Whether a word has the form of an SPDX licence identifier.
fn is_identifier(word: &str) -> bool {
    let plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    };
    plain(word) && !matches!(word, "AND" | "OR" | "WITH")
}

/// Whether a text has the form of an SPDX licence expression (SPDX 2.3,
/// annex D): identifiers, `WITH`, `AND`, `OR` and parentheses. Whether the
/// names are on SPDX's list is not looked up.
pub fn is_expression(text: &str) -> bool {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut wants_licence = true;
    let mut after_with = false;
    let mut after_exception = false;
    let mut depth = 0usize;
    for token in spaced.split_whitespace() {
        match (token, wants_licence) {
            ("(", true) if !after_with => depth += 1,
            // An exception is one of a licence, not of an expression.
            (")", false) if depth > 0 => (depth, after_exception) = (depth - 1, true),
            ("AND" | "OR", false) => (wants_licence, after_exception) = (true, false),
            ("WITH", false) if !after_exception => (wants_licence, after_with) = (true, true),
            (word, true) if is_identifier(word.strip_suffix('+').filter(|_| !after_with).unwrap_or(word)) => {
                (wants_licence, after_exception, after_with) = (false, after_with, false);
            }
            (_, _) => return false,
        }
    }
    !wants_licence && depth == 0
}

/// The identifiers of an expression that only offers a choice; none for any
/// other.
pub fn choices(expression: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = expression.split(" OR ").map(str::trim).collect();
    words.iter().all(|word| is_identifier(word)).then_some(words)
}

#[cfg(test)]
mod tests;
