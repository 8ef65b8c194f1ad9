//! `SHA256SUMS`: the checksums of an edition's files, as `sha256sum` of GNU
//! coreutils writes and checks them.

use std::collections::BTreeMap;

/// Name of the list in the folder of an edition.
pub const SUMS: &str = "SHA256SUMS";

/// The list of file names and SHA-256 sums (lower-case hexadecimal), sorted by
/// name.
pub fn format(sums: &BTreeMap<String, String>) -> String {
    sums.iter().map(|(name, sum)| line(name, sum)).collect()
}

/// A line. Names with a backslash or an end of line are escaped, and the line
/// then begins with a backslash.
fn line(name: &str, sum: &str) -> String {
    if name.contains(['\\', '\n', '\r']) {
        let name = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        return format!("\\{sum}  {name}\n");
    }
    format!("{sum}  {name}\n")
}

/// Reads a list.
///
/// # Errors
/// The number of the first line that is none, from 1, or of the first that
/// names a file for the second time.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut sums = BTreeMap::new();
    for (at, line) in text.split_terminator('\n').enumerate() {
        let read = entry(line).ok_or(at + 1)?;
        if sums.insert(read.0, read.1).is_some() {
            return Err(at + 1);
        }
    }
    Ok(sums)
}

/// The name and the sum of a line.
fn entry(line: &str) -> Option<(String, String)> {
    let (line, escaped) = line.strip_prefix('\\').map_or((line, false), |rest| (rest, true));
    let (sum, rest) = line.split_once(' ')?;
    // The second character says whether the file was read as text or not.
    let name = rest.strip_prefix(' ').or_else(|| rest.strip_prefix('*'))?;
    let name = if escaped { unescaped(name)? } else { name.to_owned() };
    (is_sha256(sum) && !name.is_empty()).then(|| (name, sum.to_ascii_lowercase()))
}

fn unescaped(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            c => c,
        });
    }
    Some(out)
}

/// Whether text is a SHA-256 sum in hexadecimal.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_read_back() {
        let (a, b) = ("0".repeat(64), "f".repeat(64));
        let sums: BTreeMap<String, String> =
            [("b.pdf", &b), ("a b.epub", &a), ("x\\y\nz", &a)].map(|(n, s)| (n.to_owned(), s.clone())).into();
        let text = format(&sums);
        assert_eq!(text, format!("{a}  a b.epub\n{b}  b.pdf\n\\{a}  x\\\\y\\nz\n"));
        assert_eq!(parse(&text), Ok(sums));
        assert_eq!(parse(&format!("{} *a\n", "A".repeat(64))).map(|s| s.len()), Ok(1));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        let a = "0".repeat(64);
        for bad in ["", "x  y", &a, &format!("{a} y"), &format!("{a}  "), &format!("\\{a}  \\q")] {
            assert_eq!(parse(&format!("{a}  a\n{bad}\n")), Err(2), "{bad}");
        }
        assert_eq!(parse(&format!("{a}  a\n{a}  a\n")), Err(2));
    }
}
