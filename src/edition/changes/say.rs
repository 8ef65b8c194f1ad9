//! Changes in words: a line, and a section of Markdown.

use std::fmt::Write as _;

use super::{Change, Changed, Changes, Move};
use crate::paths::shown;

/// How much a part is of a whole, in whole per cent: rounded, but 0 only for
/// none and 100 only for all of it.
pub fn percent(part: usize, whole: usize) -> usize {
    match (part, whole) {
        (0, _) | (_, 0) => 0,
        (part, whole) if part >= whole => 100,
        (part, whole) => {
            let rounded = (part as u128 * 200 + whole as u128) / (whole as u128 * 2);
            usize::try_from(rounded).unwrap_or(100).clamp(1, 99)
        }
    }
}

/// A number in English: `14,200`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 word", "1,200 words".
pub(super) fn amount(number: usize, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Whether a chapter is listed in a section.
type Belongs = fn(&Changed) -> bool;

impl Changes {
    /// A line for announcements: "12 chapters added, 3 removed, 20 edited;
    /// 14,200 words added, 3,100 removed (13 % new)".
    pub fn summary(&self) -> String {
        if self.is_empty() {
            return "nothing changed".to_owned();
        }
        let (chapters, words) = (&self.chapters, &self.words);
        let counts = [
            (chapters.added, "added"),
            (chapters.removed, "removed"),
            (chapters.moved, "moved"),
            (chapters.renamed, "renamed"),
            (chapters.rewritten, "rewritten"),
            (chapters.edited, "edited"),
        ];
        let of_chapters = enumerated(&counts, "chapter");
        let mut of_words = enumerated(&[(words.added, "added"), (words.removed, "removed")], "word");
        match (of_words.is_empty(), words.added) {
            (true, _) => of_words.push_str("no words changed"),
            (false, 0) => {}
            (false, _) => {
                let _ = write!(of_words, " ({} % new)", words.percent_new);
            }
        }
        format!("{of_chapters}; {of_words}")
    }

    /// A section for release notes: the summary, and lists with links to the
    /// chapters by their paths inside the book's source folder.
    pub fn markdown(&self, heading: &str) -> String {
        let mut out = format!("## {}\n\n{}.\n", escaped(heading), capitalised(&self.summary()));
        let sections: [(&str, Belongs); 5] = [
            ("Added", |c| c.change == Change::Added),
            ("Removed", |c| c.change == Change::Removed),
            ("Moved or renamed", |c| c.has_moved() || c.former_title.is_some()),
            ("Rewritten", |c| c.change == Change::Rewritten),
            ("Edited", |c| c.change == Change::Edited),
        ];
        for (title, belongs) in sections {
            let entries: Vec<&Changed> = self.list.iter().filter(|c| belongs(c)).collect();
            if entries.is_empty() {
                continue;
            }
            let _ = write!(out, "\n### {title}\n\n");
            for entry in entries {
                let more = match (title, entry.change) {
                    ("Moved or renamed", _) => entry.way().unwrap_or_default(),
                    (_, Change::Added) => amount(entry.words, "word"),
                    (_, Change::Removed) => {
                        let words = amount(entry.words, "word");
                        let _ = writeln!(out, "- {} ({}): {words}", escaped(&entry.title), code(&entry.key));
                        continue;
                    }
                    (_, Change::Rewritten | Change::Edited | Change::Kept) => entry.counts(),
                };
                let _ = writeln!(
                    out,
                    "- [{}]({}): {}",
                    escaped(&entry.title),
                    destination(&entry.key),
                    escaped(&more)
                );
            }
        }
        out
    }
}

impl Changed {
    /// How its place and title changed: "formerly “Old” at `old.md`"; none if
    /// neither did, or only with what contains it.
    pub fn way(&self) -> Option<String> {
        let mut ways = Vec::new();
        if let Some(title) = &self.former_title {
            ways.push(format!("formerly “{title}”"));
        }
        for way in &self.moved {
            match way {
                Move::Path => ways.extend(self.former_key.as_ref().map(|key| format!("formerly at {key}"))),
                Move::Parent | Move::Part => ways.push(match (&self.former_place, &self.place) {
                    (Some(from), Some(to)) => format!("from “{from}” to “{to}”"),
                    (Some(from), None) => format!("from “{from}” to the top of the contents"),
                    (None, Some(to)) => format!("from the top of the contents to “{to}”"),
                    (None, None) => "elsewhere in the contents".to_owned(),
                }),
                Move::Order => ways.push("elsewhere in the order of chapters".to_owned()),
                Move::WithParent => {}
            }
        }
        (!ways.is_empty()).then(|| ways.join(", "))
    }

    /// "30 words added, 10 removed (10 % new)".
    pub fn counts(&self) -> String {
        let counts = enumerated(&[(self.added, "added"), (self.removed, "removed")], "word");
        match (counts.is_empty(), self.added) {
            (true, _) => "no words changed".to_owned(),
            (false, 0) => counts,
            (false, _) => format!("{counts} ({} % new)", self.percent_new),
        }
    }
}

/// "12 chapters added, 3 removed", without those that are none.
fn enumerated(counts: &[(usize, &str)], what: &str) -> String {
    let mut out = String::new();
    for (number, how) in counts.iter().filter(|(number, _)| *number > 0) {
        if out.is_empty() {
            let _ = write!(out, "{} {how}", amount(*number, what));
        } else {
            let _ = write!(out, ", {} {how}", grouped(*number));
        }
    }
    out
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Text in Markdown as it is: one line, signs with a meaning escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in shown(&text.split_whitespace().collect::<Vec<_>>().join(" ")).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '~' | '!' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A path as code in Markdown, between more backticks than it has in a row.
fn code(path: &str) -> String {
    let path = shown(path);
    let longest = path.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{path}{space}{fence}")
}

/// A path as the destination of a link.
fn destination(path: &str) -> String {
    crate::paths::percent_encode(path)
}
