//! File names and identifiers inside the EPUB.
//!
//! A name depends on the chapter's key alone, never on the other chapters, so
//! that it stays the same in every edition. Two keys never share a name.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Longest name made of a path's own words, in bytes.
const LONGEST: usize = 80;

/// The name of a file, without extension, for a path. A path of plain words
/// keeps them (`vision/roadmap.md` is `vision.roadmap`); any other loses what
/// can't be in a name everywhere, and gets a hash instead.
pub(super) fn stem(path: &str, extension: &str) -> String {
    let bare = path.strip_suffix(extension).and_then(|p| p.strip_suffix('.')).unwrap_or_default();
    if faithful(bare) {
        return bare.replace('/', ".");
    }
    let without_extension = if bare.is_empty() { path } else { bare };
    let words = without_extension.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let mut name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    name.truncate(LONGEST);
    if !name.is_empty() {
        name.push('-');
    }
    for byte in Sha256::digest(path.as_bytes()).iter().take(6) {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// Whether a path can be a name as it is: lower case, since some file systems
/// know no other, and not like a name with a hash.
fn faithful(path: &str) -> bool {
    let word = |s: &str| {
        !s.is_empty()
            && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    let last = path.rsplit(['-', '/']).next().unwrap_or_default();
    let hash = last.len() == 12 && last.bytes().all(|b| b.is_ascii_hexdigit());
    path.len() <= LONGEST && path.split('/').all(word) && !hash
}

/// An identifier of the document tree, which may be any string, as an XML name
/// of ASCII letters that needs no escaping in an address. What is such a name
/// already stays as it is; anything else is spelt in a way that no such name
/// is spelt, so that two identifiers never meet.
pub(super) fn id(id: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && id.chars().all(|c| safe(c) || c == '.')
        && !id.starts_with("_.")
        && !id.starts_with(OWN);
    if name {
        return id.to_owned();
    }
    let mut out = String::from("_.");
    for c in id.chars() {
        if safe(c) {
            out.push(c);
        } else {
            let _ = write!(out, ".{:x}.", u32::from(c));
        }
    }
    out
}

/// What our own identifiers begin with, and those of the document don't.
const OWN: &str = "_-";

/// The identifier of a chapter's title, if it has none of its own.
pub(super) const TITLE_ID: &str = "_-title";

/// The identifier of a footnote.
pub(super) fn footnote_id(footnote: usize) -> String {
    format!("{OWN}note{}", footnote + 1)
}

/// The identifier of a reference to a footnote.
pub(super) fn reference_id(footnote: usize, occurrence: usize) -> String {
    format!("{OWN}ref{}-{}", footnote + 1, occurrence + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_paths_keep_their_words() {
        assert_eq!(stem("vision/roadmap.md", "md"), "vision.roadmap");
        assert_eq!(stem("a-b_c.md", "md"), "a-b_c");
    }

    #[test]
    fn paths_that_look_alike_differ() {
        let paths = [
            "a b.md",
            "a-b.md",
            "a/b.md",
            "A-B.md",
            "a--b.md",
            "a.b.md",
            "a-b.markdown",
            "a-b",
            "ü.md",
            "u\u{308}.md",
            "日本.md",
            ".md",
            "a-b-0123456789ab.md",
            "",
            "../a-b.md",
            "con\u{0}.md",
        ];
        let names: HashSet<_> = paths.iter().map(|p| stem(p, "md")).collect();
        assert_eq!(names.len(), paths.len(), "{names:?}");
        for name in names {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b))
            );
            assert!(!name.starts_with('.') && !name.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn identifiers_stay_or_are_spelt() {
        assert_eq!(id("how-it-works"), "how-it-works");
        assert_eq!(id("v1.2_x"), "v1.2_x");
        assert_eq!(id("1-intro"), "_.1-intro");
        assert_eq!(id("über uns"), "_..fc.ber.20.uns");
        assert_eq!(id("_-note1"), "_._-note1");
        assert_eq!(id(""), "_.");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn identifiers_never_meet(a in "[a1_.% -]{0,6}|\\PC{0,4}", b in "[a1_.% -]{0,6}|\\PC{0,4}") {
            prop_assert_eq!(a == b, id(&a) == id(&b), "{} {}", id(&a), id(&b));
            prop_assert!(id(&a).starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
        }
    }
}
