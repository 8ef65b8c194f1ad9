//! The files of one edition against the lists beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{DirEntry, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::find::Place;
use super::problems::Problems;
use super::{EditionCheck, Fault, Link, Problem, Record};
use crate::output::manifest::sha256;
use crate::output::sums::{self, SUMS};
use crate::output::{MANIFEST, bag, listed};
use crate::paths;

/// How many folders of an edition may lie in one another.
const DEEPEST: usize = 32;

/// What to do about a list that is gone or of no use.
pub(super) const RESTORE: &str = "take it from another copy of the edition, or build the edition again";

/// Looks at one edition, all but its link to the one before.
pub(super) fn check(place: &Place) -> EditionCheck {
    let mut look = Look::new(place);
    look.collect(&place.folder, "", 0);
    let record = look.record();
    look.list(Role::Sums, sums::parse);
    if place.bag {
        look.list(Role::Payload, bag::parse);
        look.list(Role::Tags, bag::parse);
        look.declaration();
        look.info();
    }
    look.compare();
    look.unlisted();
    let name = place.folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let identified = record.as_ref().map(|(record, _)| record);
    let (problems, more_problems) = look.problems.finish();
    EditionCheck {
        folder: place.folder.display().to_string(),
        name: identified.map(|r| r.name.clone()).or(name).unwrap_or_else(|| ".".to_owned()),
        identifier: identified.map(|r| r.identifier.clone()),
        bag: place.bag,
        files: look.files.len(),
        bytes: look.files.values().sum(),
        record_sha256: record.as_ref().map(|(_, sum)| sum.clone()),
        link: Link::Unknown,
        problems,
        more_problems,
        record: record.map(|(record, _)| Box::new(record)),
        payload: place.payload(),
    }
}

/// An edition while it is looked at. Paths are those in its folder.
pub(super) struct Look<'a> {
    folder: &'a Path,
    bag: bool,
    /// What the paths of the edition's own files begin with: those of the
    /// payload, where it is a bag.
    pub(super) prefix: String,
    /// All plain files and their sizes.
    pub(super) files: BTreeMap<String, u64>,
    /// The lists that could be read.
    lists: Vec<List>,
    /// What lists say of a file.
    claims: BTreeMap<String, Vec<Claim>>,
    pub(super) problems: Problems,
    /// What has a problem of its own already, without being a plain file.
    named: BTreeSet<String>,
}

/// A list of files that has to name all of them, or all of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// `edition.json`.
    Record,
    /// `SHA256SUMS`.
    Sums,
    /// A bag's `manifest-sha256.txt`.
    Payload,
    /// A bag's `tagmanifest-sha256.txt`.
    Tags,
}

struct List {
    role: Role,
    path: String,
    /// How many files it names.
    names: usize,
}

struct Claim {
    /// Which of the lists it is from.
    list: usize,
    size: Option<u64>,
    sha256: String,
}

impl<'a> Look<'a> {
    fn new(place: &'a Place) -> Self {
        Self {
            folder: &place.folder,
            bag: place.bag,
            prefix: if place.bag { format!("{}/", bag::DATA) } else { String::new() },
            files: BTreeMap::new(),
            lists: Vec::new(),
            claims: BTreeMap::new(),
            problems: Problems::default(),
            named: BTreeSet::new(),
        }
    }

    pub(super) fn problem(&mut self, kind: Fault, file: &str, message: impl Into<String>) {
        self.problems.push(Problem::of(kind, file, message));
    }

    /// The same of what no list can be held against any more.
    fn set_aside(&mut self, kind: Fault, file: &str, message: impl Into<String>) {
        self.named.insert(file.to_owned());
        self.problem(kind, file, message);
    }

    fn path(&self, role: Role) -> String {
        match role {
            Role::Record => format!("{}{MANIFEST}", self.prefix),
            Role::Sums => format!("{}{SUMS}", self.prefix),
            Role::Payload => bag::PAYLOAD.to_owned(),
            Role::Tags => bag::TAGS.to_owned(),
        }
    }

    /// All files below a folder.
    fn collect(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                return self.set_aside(Fault::Unreadable, prefix, format!("can't be read: {error}"));
            }
        };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.metadata() {
                Ok(metadata) if metadata.is_file() => {
                    self.files.insert(path, metadata.len());
                }
                Ok(metadata) if metadata.is_dir() && depth < DEEPEST => {
                    self.collect(&entry.path(), &format!("{path}/"), depth + 1);
                }
                Ok(_) => self.set_aside(Fault::Unlisted, &path, "is no plain file"),
                Err(error) => self.set_aside(Fault::Unreadable, &path, format!("can't be read: {error}")),
            }
        }
    }

    /// The bytes of a list or record; what is wrong is said.
    pub(super) fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        if !self.files.contains_key(path) {
            self.named.insert(path.to_owned());
            self.problems.push(Problem::of(Fault::Missing, path, "is missing").hint(RESTORE));
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

    fn record(&mut self) -> Option<(Record, String)> {
        let path = self.path(Role::Record);
        let bytes = self.read(&path)?;
        match Record::parse(&bytes) {
            Ok(record) => {
                let named =
                    record.listed().map(|file| (file.file.as_str(), Some(file.size), file.sha256.as_str()));
                self.claim(Role::Record, path, named);
                Some((record, sha256(&bytes)))
            }
            Err((message, hint)) => {
                self.problems.push(Problem::of(Fault::Unreadable, &path, message).hint(hint));
                None
            }
        }
    }

    fn list(&mut self, role: Role, parse: fn(&str) -> Result<BTreeMap<String, String>, usize>) {
        let path = self.path(role);
        let Some(bytes) = self.read(&path) else { return };
        match parse(&String::from_utf8_lossy(&bytes)) {
            Ok(sums) => {
                self.claim(role, path, sums.iter().map(|(name, sum)| (name.as_str(), None, sum.as_str())));
            }
            Err(line) => {
                let message = format!("line {line} is no checksum and name, or names a file twice");
                self.problem(Fault::Unreadable, &path, message);
            }
        }
    }

    /// Takes down what a list says of files, by their names.
    fn claim<'n>(
        &mut self,
        role: Role,
        path: String,
        named: impl Iterator<Item = (&'n str, Option<u64>, &'n str)>,
    ) {
        let prefix = match role {
            Role::Record | Role::Sums => self.prefix.clone(),
            Role::Payload | Role::Tags => String::new(),
        };
        let mut names = 0;
        for (name, size, sha256) in named {
            names += 1;
            if !paths::is_inside(name) {
                let message = format!("names `{}`, which is no path inside the folder", name.escape_debug());
                self.problem(Fault::Outside, &path, message);
                continue;
            }
            let claim = Claim { list: self.lists.len(), size, sha256: sha256.to_ascii_lowercase() };
            self.claims.entry(format!("{prefix}{name}")).or_default().push(claim);
        }
        // An edition has one file at least that each list has to name.
        if names == 0 {
            self.problems.push(Problem::of(Fault::Unreadable, &path, "names no file").hint(RESTORE));
        }
        self.lists.push(List { role, path, names });
    }

    /// Every file that is listed against what is listed.
    fn compare(&mut self) {
        let claims = std::mem::take(&mut self.claims);
        for (path, claims) in &claims {
            let Some(size) = self.files.get(path).copied() else {
                if !self.named.contains(path) {
                    let message = format!("is missing, but listed in {}", self.those(claims));
                    self.problem(Fault::Missing, path, message);
                }
                continue;
            };
            let wrong = self.those(claims.iter().filter(|c| c.size.is_some_and(|s| s != size)));
            if !wrong.is_empty() {
                let message = format!("has {size} bytes, and not the number in {wrong}");
                self.problem(Fault::Changed, path, message);
            }
            match sum_of(&self.folder.join(path)) {
                Ok(sum) => {
                    let wrong = self.those(claims.iter().filter(|c| c.sha256 != sum));
                    if !wrong.is_empty() {
                        let message = format!("has the SHA-256 {sum}, and not that in {wrong}");
                        self.problem(Fault::Changed, path, message);
                    }
                }
                Err(error) => self.problem(Fault::Unreadable, path, format!("can't be read: {error}")),
            }
        }
        self.claims = claims;
    }

    /// The lists that claims are from; empty for none.
    fn those<'c>(&self, claims: impl IntoIterator<Item = &'c Claim>) -> String {
        let lists = claims.into_iter().filter_map(|claim| self.lists.get(claim.list));
        let names: BTreeSet<&str> = lists.map(|list| list.path.as_str()).collect();
        names.into_iter().collect::<Vec<_>>().join(" and ")
    }

    /// Whether a list of that role has to name a file.
    fn has_to_name(&self, role: Role, path: &str) -> bool {
        let own = path.strip_prefix(&self.prefix);
        match role {
            Role::Record => own.is_some_and(|name| ![MANIFEST, SUMS].contains(&name)),
            Role::Sums => own.is_some_and(|name| name != SUMS),
            Role::Payload => own.is_some(),
            Role::Tags => own.is_none() && path != bag::TAGS,
        }
    }

    /// Files that a list ought to name and does not, and those that none does.
    fn unlisted(&mut self) {
        let mut known = vec![self.path(Role::Record), self.path(Role::Sums)];
        if self.bag {
            known.extend([bag::DECLARATION, bag::INFO, bag::PAYLOAD, bag::TAGS].map(str::to_owned));
        }
        // A list that is missing, can't be read or names nothing was named already.
        let lists: Vec<(usize, &List)> = self.lists.iter().enumerate().filter(|(_, l)| l.names > 0).collect();
        let mut found = Vec::new();
        for path in self.files.keys() {
            let claims = self.claims.get(path);
            if claims.is_none() && !known.contains(path) {
                let hint = "it is none of the edition's files; take it away, or file it elsewhere";
                found.push(Problem::of(Fault::Unlisted, path, "is in no list").hint(hint));
                continue;
            }
            let names = |at: usize| claims.is_some_and(|claims| claims.iter().any(|claim| claim.list == at));
            let lacking = lists.iter().filter(|(at, list)| self.has_to_name(list.role, path) && !names(*at));
            let lacking: BTreeSet<&str> = lacking.map(|(_, list)| list.path.as_str()).collect();
            if !lacking.is_empty() {
                let lists = lacking.into_iter().collect::<Vec<_>>().join(" and ");
                found.push(Problem::of(Fault::Unlisted, path, format!("is not listed in {lists}")));
            }
        }
        found.into_iter().for_each(|problem| self.problems.push(problem));
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
