//! Where the files of an edition are downloaded from.

use std::path::{Component, Path, PathBuf};

use crate::output::bag::DATA;
use crate::paths;

/// Where editions are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Below an address, as they lie in the output folder: `ADDRESS/SLUG/NAME/FILE`.
    Below(String),
    /// Beside a release on GitHub: of a tag, or the latest one.
    GitHub {
        /// `OWNER/REPO`.
        repository: String,
        /// The tag.
        tag: Option<String>,
    },
    /// On this disk, seen from the folder that the announcement is written to.
    Beside(PathBuf),
}

/// A folder of an edition.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// The document's name in folder and file names.
    pub slug: &'a str,
    /// The edition's name.
    pub name: &'a str,
    /// Where it is on this disk.
    pub path: &'a Path,
    /// Whether it is a bag, which has its files in a folder of its own.
    pub bag: bool,
}

impl Place {
    /// GitHub's releases of `OWNER/REPO` or `OWNER/REPO@TAG`; none if that is
    /// no name of a repository.
    pub fn github(name: &str) -> Option<Self> {
        let (repository, tag) = match name.split_once('@') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (name, None),
        };
        let plain = |part: &str| {
            !part.is_empty()
                && !matches!(part, "." | "..")
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        let (owner, repo) = repository.split_once('/')?;
        let fits = plain(owner) && plain(repo) && tag.is_none_or(|tag| !tag.is_empty());
        fits.then(|| Self::GitHub { repository: repository.to_owned(), tag: tag.map(str::to_owned) })
    }

    /// Editions below an address of the web; none if it is no such address, or
    /// has credentials.
    pub fn below(address: &str) -> Option<Self> {
        public(address).map(|address| Self::Below(format!("{}/", address.trim_end_matches('/'))))
    }

    /// Where a file of an edition is.
    pub fn of(&self, folder: Folder, file: &str) -> String {
        let data = if folder.bag { format!("{DATA}/") } else { String::new() };
        match self {
            Self::Below(base) => {
                let part = paths::percent_encode;
                format!("{base}{}/{}/{data}{}", part(folder.slug), part(folder.name), part(file))
            }
            Self::GitHub { repository, tag } => {
                let base = format!("https://github.com/{repository}/releases");
                let file = paths::percent_encode(file);
                match tag {
                    Some(tag) => format!("{base}/download/{}/{file}", paths::percent_encode(tag)),
                    None => format!("{base}/latest/download/{file}"),
                }
            }
            Self::Beside(from) => {
                let path = relative(from, folder.path);
                paths::percent_encode(&format!("{path}{data}{file}"))
            }
        }
    }
}

/// An address of the web without credentials.
pub(super) fn public(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    let open = url.has_host() && url.username().is_empty() && url.password().is_none();
    open.then(|| url.to_string())
}

/// The way from one folder to another, with `/` at its end unless they are the
/// same; both absolute.
fn relative(from: &Path, to: &Path) -> String {
    let parts = |path: &Path| {
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => _ = parts.pop(),
                Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                    parts.push(part.as_os_str().to_string_lossy().into_owned());
                }
            }
        }
        parts
    };
    let (from, to) = (parts(from), parts(to));
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - same).map(str::to_owned);
    up.chain(to.into_iter().skip(same)).map(|part| format!("{part}/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_where_they_are_published() {
        let folder =
            Folder { slug: "guide", name: "2025", path: Path::new("/w/output/guide/2025"), bag: false };
        let of = |place: Option<Place>| place.expect("a place").of(folder, "a b.pdf");
        assert_eq!(of(Place::below("https://e.org/x")), "https://e.org/x/guide/2025/a%20b.pdf");
        let releases = "https://github.com/o/r.s/releases";
        assert_eq!(of(Place::github("o/r.s")), format!("{releases}/latest/download/a%20b.pdf"));
        assert_eq!(of(Place::github("o/r.s@v1/2")), format!("{releases}/download/v1/2/a%20b.pdf"));
        for (from, to) in [
            ("/w/output/guide/2025", "a%20b.pdf"),
            ("/w/output", "guide/2025/a%20b.pdf"),
            ("/w/./x/../post", "../output/guide/2025/a%20b.pdf"),
        ] {
            assert_eq!(of(Some(Place::Beside(PathBuf::from(from)))), to);
        }
        let bag = Folder { bag: true, ..folder };
        assert_eq!(
            Place::below("https://e.org").map(|p| p.of(bag, "a.pdf")).as_deref(),
            Some("https://e.org/guide/2025/data/a.pdf")
        );
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for bad in ["", "o", "o/", "/r", "o/r@", "o/r/s", "o/..", "o/r<x>", "https://github.com/o/r"] {
            assert_eq!(Place::github(bad), None, "{bad}");
        }
        for bad in ["", "x", "ftp://e.org", "https://me:secret@e.org/", "javascript:alert(1)"] {
            assert_eq!(Place::below(bad), None, "{bad}");
        }
    }
}
