//! Software Heritage identifiers (SWHID, ISO/IEC 18670): computed from the
//! hashes of Git, without asking whether the archive holds what they name.

use crate::source::{Revision, RevisionId};

/// The identifiers of a revision and of its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swhids {
    /// `swh:1:rev:…`, with the origin where it is known.
    pub revision: String,
    /// `swh:1:dir:…`, with origin and revision where the origin is known.
    pub directory: String,
}

impl Swhids {
    /// The identifiers of a commit; none for anything else, and none for
    /// repositories with SHA-256, which version 1 of the identifiers has no
    /// place for. `origin` is the address of the repository.
    pub fn of(revision: &Revision, origin: Option<&str>) -> Option<Self> {
        let RevisionId::Commit { commit, tree, tags: _ } = &revision.id else { return None };
        let is_sha1 = |hash: &str| hash.len() == 40 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_sha1(commit) || !is_sha1(tree) {
            return None;
        }
        let revision = format!("swh:1:rev:{commit}");
        let directory = format!("swh:1:dir:{tree}");
        Some(match origin.map(escaped) {
            Some(origin) => Self {
                directory: format!("{directory};origin={origin};anchor={revision}"),
                revision: format!("{revision};origin={origin}"),
            },
            None => Self { revision, directory },
        })
    }

    /// An identifier without its qualifiers.
    pub fn core(identifier: &str) -> &str {
        identifier.split_once(';').map_or(identifier, |(core, _)| core)
    }
}

/// An address as a qualifier's value: `;` would end it, and `%` escapes.
fn escaped(origin: &str) -> String {
    origin.replace('%', "%25").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::EditionDate;

    #[test]
    fn identifiers_carry_their_context() {
        let id = RevisionId::Commit { commit: "a".repeat(40), tree: "b".repeat(40), tags: Vec::new() };
        let revision = Revision { id, date: EditionDate::from_timestamp(0), timestamp: 0 };
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let bare = Swhids::of(&revision, None).expect("a commit");
        assert_eq!((bare.revision, bare.directory), (format!("swh:1:rev:{a}"), format!("swh:1:dir:{b}")));
        let full = Swhids::of(&revision, Some("https://example.org/o;r%20x")).expect("a commit");
        let origin = "https://example.org/o%3Br%2520x";
        assert_eq!(full.revision, format!("swh:1:rev:{a};origin={origin}"));
        assert_eq!(full.directory, format!("swh:1:dir:{b};origin={origin};anchor=swh:1:rev:{a}"));
        assert_eq!(Swhids::core(&full.directory), format!("swh:1:dir:{b}"));
    }

    #[test]
    fn what_is_no_commit_of_sha_1_has_none() {
        let date = EditionDate::from_timestamp(0);
        let long = RevisionId::Commit { commit: "a".repeat(64), tree: "b".repeat(64), tags: Vec::new() };
        for id in [RevisionId::Draft, RevisionId::Snapshot { path: "a".to_owned() }, long] {
            assert_eq!(Swhids::of(&Revision { id, date, timestamp: 0 }, None), None);
        }
    }
}
