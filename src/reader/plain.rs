//! A folder of Markdown files without a SUMMARY.md: their natural order.

use std::cmp::Ordering;

use crate::paths;

/// An entry of the contents made from a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file.
    File { path: String, depth: usize },
    /// A folder without an index file of its own.
    Folder { name: String, depth: usize },
}

/// Files in natural order below `root`: in each folder its README or index
/// first, numbers by their value, files and folders by name, what is about
/// the repository rather than its text (licences, change logs) last.
pub(super) fn order(files: &[String], root: &str) -> Vec<Entry> {
    let mut sorted: Vec<(&str, &String)> =
        files.iter().filter_map(|path| paths::strip(root, path).map(|below| (below, path))).collect();
    sorted.sort_by(|(a, _), (b, _)| compare_paths(a, b));
    let mut out = Vec::new();
    // The folders around the last file, each with whether it has an index.
    let mut open: Vec<(&str, bool)> = Vec::new();
    for (below, path) in sorted {
        let folders: Vec<&str> = paths::parent(below).split('/').filter(|p| !p.is_empty()).collect();
        let same = open.iter().zip(&folders).take_while(|((name, _), folder)| name == *folder).count();
        open.truncate(same);
        let index = is_index(paths::file_name(below));
        for (i, folder) in folders.iter().enumerate().skip(same) {
            let own_index = index && i + 1 == folders.len();
            if !own_index {
                out.push(Entry::Folder { name: (*folder).to_owned(), depth: i });
            }
            open.push((folder, own_index));
        }
        // A folder's index stands for the folder, one level above its files.
        let depth = if index { folders.len().saturating_sub(1) } else { folders.len() };
        out.push(Entry::File { path: path.clone(), depth });
    }
    out
}

fn compare_paths(a: &str, b: &str) -> Ordering {
    let mut left = a.split('/').peekable();
    let mut right = b.split('/').peekable();
    loop {
        match (left.next(), right.next()) {
            (Some(x), Some(y)) => {
                let rank = |name: &str, last: bool| rank(name, last);
                let ranks = rank(x, left.peek().is_none()).cmp(&rank(y, right.peek().is_none()));
                let order = ranks.then_with(|| natural(x, y)).then_with(|| x.cmp(y));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
        }
    }
}

fn rank(name: &str, is_file: bool) -> u8 {
    let stem = paths::stem(name).to_lowercase();
    let about = [
        "license",
        "licence",
        "copying",
        "notice",
        "changelog",
        "changes",
        "history",
        "code_of_conduct",
        "contributing",
        "security",
    ];
    if is_file && is_index(name) {
        0
    } else if is_file && about.iter().any(|word| stem == *word || stem.starts_with(&format!("{word}-"))) {
        2
    } else {
        1
    }
}

fn is_index(name: &str) -> bool {
    matches!(paths::stem(name).to_lowercase().as_str(), "readme" | "index")
}

/// Compares names with runs of digits by their value.
fn natural(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let (mut a, mut b) = (a.as_str(), b.as_str());
    loop {
        let (left, right) = (digits(a), digits(b));
        if !left.is_empty() && !right.is_empty() {
            let value = |text: &str| text.trim_start_matches('0').to_owned();
            let (x, y) = (value(left), value(right));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[left.len()..], &b[right.len()..]);
            continue;
        }
        match (a.chars().next(), b.chars().next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]),
            (x, y) => return x.cmp(&y),
        }
    }
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_a_person_would_give_them() {
        let files = [
            "10-end.md",
            "2-middle.md",
            "CHANGELOG.md",
            "README.md",
            "b/README.md",
            "b/x.md",
            "c/y.md",
            "a.md",
            "LICENSE-MIT.md",
        ];
        let files: Vec<String> = files.map(str::to_owned).to_vec();
        let shown: Vec<String> = order(&files, "")
            .into_iter()
            .map(|entry| match entry {
                Entry::File { path, depth } => format!("{depth} {path}"),
                Entry::Folder { name, depth } => format!("{depth} {name}/"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "0 README.md",
                "0 2-middle.md",
                "0 10-end.md",
                "0 a.md",
                "0 b/README.md",
                "1 b/x.md",
                "0 c/",
                "1 c/y.md",
                "0 CHANGELOG.md",
                "0 LICENSE-MIT.md"
            ]
        );
    }
}
