//! What identifies an edition: the document's slug and the edition's UUID.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::source::{Revision, RevisionId};

/// The namespace of all edition UUIDs: the version 5 UUID of the name
/// `bindery-edition` in the OID namespace of RFC 9562. It is part of every
/// identifier ever given, and must never change.
pub const NAMESPACE: Uuid = Uuid::from_u128(0xa75d_6a66_ccda_5637_9e84_18b9_498b_6145);

/// The longest slug, in characters, before a hash is added.
const LONGEST: usize = 64;

/// Names that Windows gives to devices, whatever their extension.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The UUID (version 5, RFC 9562) of an edition: the same for the same
/// revision of the same document, whoever builds it and wherever.
///
/// - For a commit it is made from the commit's hash and the book's folder, so
///   that two clones agree, whatever they are called.
/// - For a dated snapshot, from the slug, the date and the path.
/// - For a draft, from the slug: all drafts of a document are one publication.
///
/// An extract is a document of its own: the keys of the chapters that alone
/// are bound (`only`) are part of what it is made from.
pub fn uuid(slug: &str, subfolder: Option<&str>, only: &[String], revision: &Revision) -> Uuid {
    let folder = subfolder.unwrap_or("").trim_matches('/');
    // No part can hold a zero byte, so that no two lists of parts join to one name.
    let mut name = match &revision.id {
        RevisionId::Commit { commit, .. } => format!("commit\0{commit}\0{folder}"),
        RevisionId::Snapshot { path } => format!("snapshot\0{slug}\0{}\0{path}", revision.date),
        RevisionId::Draft => format!("draft\0{slug}\0{folder}"),
    };
    if !only.is_empty() {
        name.push_str("\0only");
        only.iter().for_each(|key| name.extend(["\0", key]));
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The UUID (version 5, RFC 9562) of a document: of the series that its
/// editions are. It is made from the slug, which all editions of a run share
/// whatever their own titles and addresses say; to rename a document and keep
/// its series, set `slug`.
pub fn series_uuid(slug: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("series\0{slug}").as_bytes())
}

/// The document's name in folder and file names: lower-case ASCII letters,
/// digits and single hyphens, never empty, and no name that Windows reserves.
///
/// Letters outside ASCII are not transcribed, which no rule does well for all
/// languages. A title that has any gets a short hash of itself at the end, so
/// that two titles that differ in them differ in their slugs; so do titles
/// past 64 characters.
pub fn slugify(title: &str) -> String {
    let title = title.trim();
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if c != '\'' && c != '’' && !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let lossy = title.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()) || slug.len() > LONGEST;
    slug.truncate(LONGEST);
    let mut slug = slug.trim_end_matches('-').to_owned();
    if slug.is_empty() {
        slug.push_str("book");
    }
    if lossy {
        slug.push('-');
        for byte in Sha256::digest(title.as_bytes()).iter().take(4) {
            // Writing to a string can't fail.
            let _ = write!(slug, "{byte:02x}");
        }
    }
    let device = |slug: &str| {
        RESERVED.contains(&slug)
            || (slug.len() == 4
                && (slug.starts_with("com") || slug.starts_with("lpt"))
                && slug.ends_with(|c: char| c.is_ascii_digit()))
    };
    if device(&slug) {
        slug.push_str("-book");
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::EditionDate;

    fn commit(hash: &str) -> Revision {
        let id =
            RevisionId::Commit { commit: hash.to_owned(), tree: String::new(), tags: vec!["v1".to_owned()] };
        Revision { id, date: EditionDate::from_timestamp(0), timestamp: 0 }
    }

    fn snapshot(date: &str, path: &str) -> Revision {
        let date = EditionDate::parse(date).expect("is a date");
        Revision { id: RevisionId::Snapshot { path: path.to_owned() }, date, timestamp: date.first_second() }
    }

    #[test]
    fn the_namespace_is_as_documented() {
        assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_OID, b"bindery-edition"));
    }

    #[test]
    fn a_series_is_the_same_for_all_editions_and_none_of_them() {
        let series = series_uuid("book");
        assert_eq!(series, Uuid::new_v5(&NAMESPACE, b"series\0book"));
        assert_eq!(series.get_version_num(), 5);
        assert_ne!(series, series_uuid("other"));
        let draft = Revision { id: RevisionId::Draft, ..commit("0") };
        assert_ne!(series, uuid("book", None, &[], &draft));
    }

    #[test]
    fn uuids_are_those_of_the_revision() {
        let hash = "0123456789abcdef0123456789abcdef01234567";
        let one = uuid("book", Some("docs"), &[], &commit(hash));
        assert_eq!(one.to_string(), "660605b2-7158-5a65-8358-65cdfb369e41");
        assert_eq!(one, uuid("other-clone", Some("docs/"), &[], &commit(hash)), "the slug is not in it");
        let draft = Revision { id: RevisionId::Draft, ..commit(hash) };
        let only = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let mut all = vec![
            one,
            uuid("book", None, &[], &commit(hash)),
            uuid("book", Some("docs"), &[], &commit("1123456789abcdef0123456789abcdef01234567")),
            uuid("book", None, &[], &snapshot("2021-01", "a.md")),
            uuid("book", None, &[], &snapshot("2021-01-01", "a.md")),
            uuid("book", None, &[], &snapshot("2021-01", "b.md")),
            uuid("tome", None, &[], &snapshot("2021-01", "a.md")),
            uuid("book", None, &[], &draft),
            uuid("tome", None, &[], &draft),
            uuid("book", None, &only(&["a.md"]), &commit(hash)),
            uuid("book", None, &only(&["a.md", "b.md"]), &commit(hash)),
            uuid("book", None, &only(&["a.md"]), &draft),
        ];
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 12);
        assert!(all.iter().all(|id| id.get_version_num() == 5));
    }

    #[test]
    fn slugs_are_safe_names() {
        for (title, slug) in [
            ("The Async Book", "the-async-book"),
            ("  C++ & Rust: <a> \"b\" / c\\d  ", "c-rust-a-b-c-d"),
            ("Don’t Panic — it's 42%", "dont-panic-its-42"),
            ("../../etc/passwd", "etc-passwd"),
            ("", "book"),
            ("!!!", "book"),
            ("CON", "con-book"),
            ("Com1", "com1-book"),
            ("common", "common"),
        ] {
            assert_eq!(slugify(title), slug, "{title}");
        }
    }

    #[test]
    fn titles_that_differ_in_letters_differ_in_slugs() {
        let german = slugify("Überblick");
        let chinese = slugify("异步编程");
        let other = slugify("异步编成");
        assert!(german.starts_with("berblick-") && german.len() == 17, "{german}");
        assert!(chinese.starts_with("book-") && chinese != other, "{chinese} {other}");
        let long = slugify(&"ab ".repeat(100));
        assert!(long.len() <= LONGEST + 9 && long != slugify(&"ab ".repeat(101)), "{long}");
        for slug in [german, chinese, other, long] {
            assert!(slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{slug}");
        }
    }
}
