//! Paths inside a file tree, as text: joining, decoding, showing, and finding
//! the one that was probably meant.

use std::borrow::Cow;

/// The folder of a path; empty for the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The last part of a path without its extension.
pub fn stem(path: &str) -> &str {
    let name = file_name(path);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => name,
    }
}

/// The extension of a path in lower case, without the dot; empty for none.
pub fn extension(path: &str) -> String {
    match file_name(path).rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_lowercase(),
        Some(_) | None => String::new(),
    }
}

/// A relative path followed from a folder, with `.` and `..` resolved; none
/// if it leaves the tree. Backslashes count as separators, since authors on
/// Windows write them.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let relative = relative.replace('\\', "/");
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether a path is relative and stays inside the folder that it is relative
/// to, on any system.
pub fn is_inside(path: &str) -> bool {
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    path.split('/').all(plain)
}

/// A path below a folder; the folder may be the root.
pub fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The rest of a path below a folder; none if it is elsewhere.
pub fn strip<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

/// Percent-encoded bytes decoded once (RFC 3986, 2.1). Text that is not
/// validly encoded, or not UTF-8 once decoded, stays as it is.
pub fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |b: &u8| char::from(*b).to_digit(16);
        if let (b'%', [high, low, ..]) = (first, tail)
            && let (Some(high), Some(low)) = (hex(high), hex(low))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            rest = &tail[2..];
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A path as part of a URL: what is neither unreserved nor a slash is
/// percent-encoded.
pub fn percent_encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The candidate most like `wanted`, if one is like enough to be named in a
/// hint. Their last parts must be alike; the folders around them count less.
pub fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 300;
    if wanted.len() > LONGEST {
        return None;
    }
    let wanted = wanted.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.filter(|c| c.len() <= LONGEST) {
        let lower = candidate.to_lowercase();
        let name = strsim::normalized_damerau_levenshtein(stem(&wanted), stem(&lower));
        if name < 0.7 {
            continue;
        }
        let score = name + strsim::normalized_damerau_levenshtein(parent(&wanted), parent(&lower)) / 2.0;
        if best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A name made readable: `how_to-vision` becomes `How to vision`.
pub fn humanise(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let text = words.join(" ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => name.to_owned(),
    }
}

/// A path, or other text from outside, as people are shown it on one line:
/// what could end the line, drive a terminal, turn the order of what follows,
/// or hide is written like `\u{1b}`. What scripts need between their letters
/// (joiners, breaks, marks of direction) stays.
pub fn shown(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{180E}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
            || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
    };
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harmful(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Bytes in lower-case hexadecimal, as checksums and names made of them have it.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_resolves_dots_and_refuses_to_leave() {
        assert_eq!(join("a/b", "../c/./d.md").as_deref(), Some("a/c/d.md"));
        assert_eq!(join("", "x.md").as_deref(), Some("x.md"));
        assert_eq!(join("a", "..\\x.md").as_deref(), Some("x.md"));
        assert_eq!(join("a", "../../x.md"), None);
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!((parent("a/b.md"), file_name("a/b.md"), stem("a/b.md")), ("a", "b.md", "b"));
        assert_eq!((extension("A.MD").as_str(), extension(".git").as_str()), ("md", ""));
        assert_eq!(strip("src", "src/a.md"), Some("a.md"));
        assert_eq!(strip("src", "srcs/a.md"), None);
    }

    #[test]
    fn what_is_shown_stays_on_its_line() {
        assert_eq!(shown("a\\b ü\u{200c}\u{200f}"), "a\\b ü\u{200c}\u{200f}");
        assert_eq!(
            shown("a\n\u{1b}[31m\u{9b}\u{202e}\u{2066}\u{2028}b"),
            r"a\n\u{1b}[31m\u{9b}\u{202e}\u{2066}\u{2028}b"
        );
        let once = shown("\u{feff}\t\r").into_owned();
        assert_eq!(shown(&once), once);
    }

    #[test]
    fn percent_encoding_goes_both_ways() {
        assert_eq!(percent_decode("a%20b%zz%C3%BC"), "a b%zzü");
        assert_eq!(percent_decode("%FF"), "%FF");
        assert_eq!(percent_encode("a b/ü.md"), "a%20b/%C3%BC.md");
    }

    #[test]
    fn the_nearest_is_the_same_name_elsewhere_or_a_likely_slip() {
        let all = ["vision/roadmap.md", "welcome.md", "charter.md"];
        assert_eq!(nearest("roadmap.md", all.into_iter()), Some("vision/roadmap.md"));
        assert_eq!(nearest("welcom.md", all.into_iter()), Some("welcome.md"));
        assert_eq!(nearest("zzz.md", all.into_iter()), None);
    }

    #[test]
    fn names_become_words() {
        assert_eq!(humanise("how_to-vision"), "How to vision");
        assert_eq!(humanise("---"), "---");
    }
}
