//! The files of one edition against the lists beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::find::Place;
use super::{EditionCheck, Fault, Link, Problem, Record};
use crate::output::manifest::sha256;
use crate::output::sums::{self, SUMS};
use crate::output::{MANIFEST, bag, listed};
use crate::paths;

/// How many folders of an edition may lie in one another.
const DEEPEST: usize = 32;

/// Looks at one edition, all but its link to the one before.
pub(super) fn check(place: &Place) -> EditionCheck {
    let mut look = Look::new(&place.folder);
    look.collect(&place.folder, "", 0);
    let prefix = if place.bag { format!("{}/", bag::DATA) } else { String::new() };
    let record = look.record(&format!("{prefix}{MANIFEST}"), &prefix);
    let sums = format!("{prefix}{SUMS}");
    look.list(&sums, &prefix, sums::parse);
    let mut lists = vec![(sums.clone(), prefix.clone(), vec![sums.clone()])];
    if place.bag {
        look.list(bag::PAYLOAD, "", bag::parse);
        look.list(bag::TAGS, "", bag::parse);
        look.declaration();
        look.info(&prefix);
        lists.push((bag::PAYLOAD.to_owned(), prefix.clone(), Vec::new()));
    }
    look.compare();
    for (list, prefix, but) in &lists {
        look.unlisted(list, prefix, but);
    }
    look.surplus(place.bag);
    let name = place.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let identified = record.as_ref().map(|(record, _)| record);
    look.problems.sort();
    EditionCheck {
        folder: place.folder.display().to_string(),
        name: identified.map(|r| r.name.clone()).or(name).unwrap_or_else(|| ".".to_owned()),
        identifier: identified.map(|r| r.identifier.clone()),
        bag: place.bag,
        files: look.files.len(),
        bytes: look.files.values().map(|file| file.size).sum(),
        record_sha256: record.as_ref().map(|(_, sum)| sum.clone()),
        link: Link::Unknown,
        problems: look.problems,
        record: record.map(|(record, _)| Box::new(record)),
        payload: place.payload(),
    }
}

/// An edition while it is looked at. Paths are those in its folder.
struct Look<'a> {
    folder: &'a Path,
    files: BTreeMap<String, Found>,
    /// What lists say of a file.
    claims: BTreeMap<String, Vec<Claim>>,
    problems: Vec<Problem>,
}

struct Found {
    size: u64,
}

struct Claim {
    list: String,
    size: Option<u64>,
    sha256: String,
}

impl<'a> Look<'a> {
    fn new(folder: &'a Path) -> Self {
        Self { folder, files: BTreeMap::new(), claims: BTreeMap::new(), problems: Vec::new() }
    }

    fn problem(&mut self, kind: Fault, file: &str, message: impl Into<String>) {
        self.problems.push(Problem::of(kind, file, message));
    }

    /// All files below a folder.
    fn collect(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(Fault::Unreadable, prefix, format!("can't be read: {error}")),
        };
        for entry in entries.flatten() {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.metadata() {
                Ok(metadata) if metadata.is_file() => {
                    self.files.insert(path, Found { size: metadata.len() });
                }
                Ok(metadata) if metadata.is_dir() && depth < DEEPEST => {
                    self.collect(&entry.path(), &format!("{path}/"), depth + 1);
                }
                Ok(_) => self.problem(Fault::Unlisted, &path, "is no plain file"),
                Err(error) => self.problem(Fault::Unreadable, &path, format!("can't be read: {error}")),
            }
        }
    }

    /// The bytes of a list or record; what is wrong is said.
    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        if !self.files.contains_key(path) {
            let hint = "take it from another copy of the edition, or build the edition again";
            self.problems.push(Problem::of(Fault::Missing, path, "is missing").hint(hint));
            return None;
        }
        match listed::read(&self.folder.join(path)) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.problem(Fault::Unreadable, path, format!("can't be read: {error}"));
                None
            }
        }
    }

    fn record(&mut self, path: &str, prefix: &str) -> Option<(Record, String)> {
        let bytes = self.read(path)?;
        match Record::parse(&bytes) {
            Ok(record) => {
                for listed in record.listed() {
                    self.claim(path, prefix, &listed.file, Some(listed.size), &listed.sha256);
                }
                Some((record, sha256(&bytes)))
            }
            Err((message, hint)) => {
                self.problems.push(Problem::of(Fault::Unreadable, path, message).hint(hint));
                None
            }
        }
    }

    fn list(&mut self, path: &str, prefix: &str, parse: fn(&str) -> Result<BTreeMap<String, String>, usize>) {
        let Some(bytes) = self.read(path) else { return };
        match parse(&String::from_utf8_lossy(&bytes)) {
            Ok(sums) => {
                for (name, sum) in sums {
                    self.claim(path, prefix, &name, None, &sum);
                }
            }
            Err(line) => {
                let message = format!("line {line} is no checksum and name, or names a file twice");
                self.problem(Fault::Unreadable, path, message);
            }
        }
    }

    fn claim(&mut self, list: &str, prefix: &str, name: &str, size: Option<u64>, sha256: &str) {
        if !paths::is_inside(name) {
            let message = format!("names `{}`, which is no path inside the folder", name.escape_debug());
            return self.problem(Fault::Outside, list, message);
        }
        let claim = Claim { list: list.to_owned(), size, sha256: sha256.to_ascii_lowercase() };
        self.claims.entry(format!("{prefix}{name}")).or_default().push(claim);
    }

    /// Every file that is listed against what is listed.
    fn compare(&mut self) {
        for (path, claims) in std::mem::take(&mut self.claims) {
            let lists = |claims: &[&Claim]| {
                let names: BTreeSet<&str> = claims.iter().map(|claim| claim.list.as_str()).collect();
                names.into_iter().collect::<Vec<_>>().join(" and ")
            };
            let Some(found) = self.files.get(&path) else {
                if !self.problems.iter().any(|p| p.file.as_deref() == Some(&path)) {
                    let all: Vec<&Claim> = claims.iter().collect();
                    self.problem(Fault::Missing, &path, format!("is missing, but listed in {}", lists(&all)));
                }
                self.claims.insert(path, claims);
                continue;
            };
            let size = found.size;
            let wrong: Vec<&Claim> = claims.iter().filter(|c| c.size.is_some_and(|s| s != size)).collect();
            if !wrong.is_empty() {
                let message = format!("has {size} bytes, and not the number in {}", lists(&wrong));
                self.problem(Fault::Changed, &path, message);
            }
            match sum_of(&self.folder.join(&path)) {
                Ok(sum) => {
                    let wrong: Vec<&Claim> = claims.iter().filter(|c| c.sha256 != sum).collect();
                    if !wrong.is_empty() {
                        let message = format!("has the SHA-256 {sum}, and not that in {}", lists(&wrong));
                        self.problem(Fault::Changed, &path, message);
                    }
                }
                Err(error) => self.problem(Fault::Unreadable, &path, format!("can't be read: {error}")),
            }
            self.claims.insert(path, claims);
        }
    }

    /// Files that a list ought to have and has not, though another has them.
    fn unlisted(&mut self, list: &str, prefix: &str, but: &[String]) {
        // A list that is missing or can't be read was named already.
        let lists = |claims: &Vec<Claim>| claims.iter().any(|claim| claim.list == list);
        if !self.claims.values().any(lists) {
            return;
        }
        let missing: Vec<String> = self
            .files
            .keys()
            .filter(|path| path.starts_with(prefix) && !but.contains(path))
            .filter(|path| self.claims.get(*path).is_some_and(|claims| !lists(claims)))
            .cloned()
            .collect();
        for path in missing {
            self.problem(Fault::Unlisted, &path, format!("is not listed in {list}"));
        }
    }

    /// Files that no list has.
    fn surplus(&mut self, is_bag: bool) {
        let known = |path: &&String| {
            let lists = [SUMS, MANIFEST]
                .map(|name| if is_bag { format!("{}/{name}", bag::DATA) } else { name.to_owned() });
            let tags = [bag::DECLARATION, bag::INFO, bag::PAYLOAD, bag::TAGS];
            lists.contains(path) || (is_bag && tags.contains(&path.as_str()))
        };
        let surplus: Vec<String> = self
            .files
            .keys()
            .filter(|path| !self.claims.contains_key(*path) && !known(path))
            .cloned()
            .collect();
        for path in surplus {
            let hint = "it is none of the edition's files; take it away, or file it elsewhere";
            self.problems.push(Problem::of(Fault::Unlisted, &path, "is in no list").hint(hint));
        }
    }

    /// A bag's declaration (RFC 8493, section 2.1.1).
    fn declaration(&mut self) {
        let Some(bytes) = self.read(bag::DECLARATION) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let version = text.lines().next().and_then(|line| line.strip_prefix("BagIt-Version: "));
        if version.is_none_or(|version| !["1.0", "0.97"].contains(&version.trim())) {
            self.problem(Fault::Unreadable, bag::DECLARATION, "declares no version of BagIt that is known");
        }
    }

    /// What a bag says of its payload's size (section 2.2.2).
    fn info(&mut self, prefix: &str) {
        let Some(bytes) = self.read(bag::INFO) else { return };
        let text = String::from_utf8_lossy(&bytes);
        let Some(oxum) = text.lines().find_map(|line| line.strip_prefix("Payload-Oxum: ")) else { return };
        let payload = self.files.iter().filter(|(path, _)| path.starts_with(prefix));
        let (octets, streams) = payload.fold((0, 0), |(octets, n), (_, file)| (octets + file.size, n + 1));
        if oxum.trim() != format!("{octets}.{streams}") {
            let message = format!("says Payload-Oxum {}, and it is {octets}.{streams}", oxum.trim());
            self.problem(Fault::Changed, bag::INFO, message);
        }
    }
}

/// The SHA-256 of a file, read piece by piece.
fn sum_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(paths::hex(&digest.finalize()));
        }
        digest.update(piece.get(..read).unwrap_or_default());
    }
}
