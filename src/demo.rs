//! The built-in living document: three dated revisions of a small handbook
//! that shows every construct Bindery sets.

use crate::diag::{Code, Diagnostic, Result};
use crate::source::{EditionDate, FileTree, LivingDocument, MemoryTree, Revision, RevisionId};

macro_rules! files {
    ($($path:literal,)+) => {
        &[$(($path, include_bytes!(concat!("../demo/", $path)) as &[u8]),)+]
    };
}

/// The files, by their path in the folder `demo`: the first part is the date.
const FILES: &[(&str, &[u8])] = files![
    "2022-06-01/book.toml",
    "2022-06-01/src/SUMMARY.md",
    "2022-06-01/src/fog.md",
    "2022-06-01/src/preface.md",
    "2022-06-01/src/tower.md",
    "2022-06-01/src/watch.md",
    "2023-09-23/book.toml",
    "2023-09-23/src/SUMMARY.md",
    "2023-09-23/src/glossary.md",
    "2023-09-23/src/images/lens.svg",
    "2023-09-23/src/preface.md",
    "2023-09-23/src/tower/README.md",
    "2023-09-23/src/tower/floors.md",
    "2023-09-23/src/tower/lamp.md",
    "2023-09-23/src/watch/controller.md",
    "2023-09-23/src/watch/fog.md",
    "2023-09-23/src/watch/night.md",
    "2024-12-21/book.toml",
    "2024-12-21/src/SUMMARY.md",
    "2024-12-21/src/asking.md",
    "2024-12-21/src/glossary.md",
    "2024-12-21/src/images/lens.svg",
    "2024-12-21/src/images/tide.png",
    "2024-12-21/src/images/tower.svg",
    "2024-12-21/src/preface.md",
    "2024-12-21/src/sea/README.md",
    "2024-12-21/src/sea/signals.md",
    "2024-12-21/src/sea/tides.md",
    "2024-12-21/src/tower/README.md",
    "2024-12-21/src/tower/floors.md",
    "2024-12-21/src/tower/lamp.md",
    "2024-12-21/src/watch/controller.md",
    "2024-12-21/src/watch/failures.md",
    "2024-12-21/src/watch/fog.md",
    "2024-12-21/src/watch/night.md",
    "2024-12-21/src/watch/settings.md",
];

/// The built-in living document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Demo;

fn dates() -> Vec<&'static str> {
    let mut dates: Vec<_> = FILES.iter().filter_map(|(path, _)| Some(path.split_once('/')?.0)).collect();
    dates.dedup();
    dates
}

fn revision(path: &str) -> Option<Revision> {
    let date = EditionDate::parse(path)?;
    let id = RevisionId::Snapshot { path: path.to_owned() };
    Some(Revision { id, date, timestamp: date.first_second() })
}

impl LivingDocument for Demo {
    fn name(&self) -> &str {
        "demo"
    }

    fn revisions(&self) -> Result<Vec<Revision>> {
        Ok(dates().into_iter().filter_map(revision).collect())
    }

    fn resolve(&self, name: &str) -> Result<Revision> {
        dates().into_iter().find(|d| *d == name).and_then(revision).ok_or_else(|| {
            let diagnostic =
                Diagnostic::new(Code::RevisionUnknown, format!("no revision `{name}` in the demo"));
            Box::new(diagnostic.hint(format!("there are {}", dates().join(", "))))
        })
    }

    fn tree(&self, revision: &Revision) -> Result<Box<dyn FileTree>> {
        let date = revision.date.to_string();
        let files = FILES.iter().filter_map(|(path, bytes)| {
            let (folder, rest) = path.split_once('/')?;
            (folder == date).then_some((rest, bytes))
        });
        Ok(Box::new(MemoryTree::new(files)))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn listed(folder: &Path, prefix: &str, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("reads") {
            let entry = entry.expect("reads");
            let path = format!("{prefix}{}", entry.file_name().to_str().expect("UTF-8"));
            if entry.path().is_dir() {
                listed(&entry.path(), &format!("{path}/"), into);
            } else {
                into.push(path);
            }
        }
    }

    #[test]
    fn the_list_is_the_folder() {
        let mut there = Vec::new();
        listed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"), "", &mut there);
        there.sort();
        let here: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(here, there);
    }

    #[test]
    fn three_revisions_oldest_first_each_with_its_summary() {
        let revisions = Demo.revisions().expect("reads");
        let dates: Vec<String> = revisions.iter().map(|r| r.date.to_string()).collect();
        assert_eq!(dates, ["2022-06-01", "2023-09-23", "2024-12-21"]);
        for revision in &revisions {
            assert!(Demo.tree(revision).expect("reads").contains("src/SUMMARY.md"));
        }
        assert!(Demo.resolve("1999").is_err());
    }
}
