//! `citation.bib`: an entry that both BibTeX and biblatex read, in UTF-8.

use std::fmt::Write;

use super::Citation;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The bytes of `citation.bib`. With an ISBN the edition is a `@book`, else
/// `@misc`, which needs no publisher.
pub fn bibtex(citation: &Citation) -> String {
    let kind = if citation.isbn.is_some() { "book" } else { "misc" };
    let mut out = format!("@{kind}{{{},\n", citation.key);
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(out, "  {name:<9} = {value},");
    };
    // Double braces: one name each, and capitals that stay.
    let authors: Vec<String> = citation.authors.iter().map(|a| format!("{{{}}}", escaped(a))).collect();
    field("author", &format!("{{{}}}", authors.join(" and ")));
    field("title", &format!("{{{{{}}}}}", escaped(&citation.title)));
    if let Some(subtitle) = &citation.subtitle {
        field("subtitle", &format!("{{{{{}}}}}", escaped(subtitle)));
    }
    // biblatex has a place for the one in `@book`, for the other in `@misc`.
    match citation.isbn {
        Some(_) => field("edition", &format!("{{{}}}", citation.date.in_words())),
        None => field("version", &format!("{{{}}}", escaped(&citation.version))),
    }
    field("date", &format!("{{{}}}", citation.date));
    field("year", &format!("{{{:04}}}", citation.date.year));
    let month = citation.date.month.and_then(|month| usize::try_from(month).ok()?.checked_sub(1));
    if let Some(month) = month.and_then(|month| MONTHS.get(month)) {
        field("month", month);
    }
    let plain = [("doi", &citation.doi), ("isbn", &citation.isbn)];
    for (name, value) in plain {
        if let Some(value) = value {
            let value = if name == "doi" { address(value) } else { escaped(value) };
            field(name, &format!("{{{value}}}"));
        }
    }
    if let Some(url) = citation.url() {
        field("url", &format!("{{{}}}", address(url)));
    }
    let note = match &citation.commit {
        Some(commit) => format!("{}, commit {commit}", citation.urn),
        None => citation.urn.clone(),
    };
    field("note", &format!("{{{}}}", escaped(&note)));
    out.push_str("}\n");
    out
}

/// Text with what TeX takes for commands as commands that print it. Braces
/// too: BibTeX counts them even behind a backslash.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '&' | '%' | '$' | '#' | '_' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An address as it is, but for what would end the field.
fn address(url: &str) -> String {
    let mut out = String::new();
    for c in url.chars() {
        match c {
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            '\\' => out.push_str("%5C"),
            c if c.is_control() || c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}
