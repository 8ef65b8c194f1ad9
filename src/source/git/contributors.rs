//! Who contributed between two commits.
//!
//! A person is known by an e-mail address, after `.mailmap`, and called by
//! the name that `.mailmap` gives, else by the one that most of their commits
//! bear. Addresses serve to tell persons
//! apart and never leave this file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use gix::ObjectId;
use gix::actor::SignatureRef;
use gix::bstr::{BStr, ByteSlice};
use gix_mailmap::Snapshot;

use super::{git_object, git_read};
use crate::diag::Result;
use crate::source::Contributor;

/// The longest name that is taken, in characters.
const LONGEST: usize = 100;

/// What is needed of a commit to count it.
pub(super) struct Work {
    parents: Vec<ObjectId>,
    /// The object that the book's folder is in it; none where it has none.
    folder: Option<ObjectId>,
    /// The author, then those whom `Co-authored-by` names: name and address.
    people: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A commit, and the folder whose changes count.
type Key = (ObjectId, Option<String>);

/// Commits that were looked at: consecutive editions share all but a few.
#[derive(Default)]
pub(super) struct Works(Mutex<HashMap<Key, Arc<Work>>>);

/// A repository, and the folder whose changes count.
pub(super) struct Counter<'a> {
    pub repo: &'a gix::Repository,
    pub works: &'a Works,
    pub folder: Option<&'a str>,
}

impl Counter<'_> {
    /// Those who made the commits that lead to `until` and not to `since`,
    /// the most industrious first; and whether a shallow clone lacks some of
    /// these commits.
    pub fn count(&self, since: Option<ObjectId>, until: ObjectId) -> Result<(Vec<Contributor>, bool)> {
        let shallow: BTreeSet<ObjectId> = self
            .repo
            .shallow_commits()
            .map_err(|e| git_read("can't read the list of shallow commits", &e))?
            .map(|list| list.iter().copied().collect())
            .unwrap_or_default();
        let before = match since {
            Some(since) => self.ancestors(since, &BTreeMap::new(), &shallow)?,
            None => BTreeMap::new(),
        };
        let mailmap = self.mailmap(until)?;
        let mut persons = Persons::default();
        let counted = self.ancestors(until, &before, &shallow)?;
        for work in counted.values() {
            if work.parents.len() > 1 || !self.touches(work, &shallow)? {
                continue;
            }
            let people = work.people.iter().filter_map(|(name, mail)| person(&mailmap, name, mail));
            // Who is named twice in a commit made it once.
            people.collect::<BTreeSet<Person>>().into_iter().for_each(|who| persons.add(who));
        }
        let cut = shallow.iter().any(|id| counted.contains_key(id));
        Ok((persons.finish(), cut))
    }

    /// A commit and all that lead to it, without those of `known`.
    fn ancestors(
        &self,
        start: ObjectId,
        known: &BTreeMap<ObjectId, Arc<Work>>,
        shallow: &BTreeSet<ObjectId>,
    ) -> Result<BTreeMap<ObjectId, Arc<Work>>> {
        let mut found = BTreeMap::new();
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            if known.contains_key(&id) || found.contains_key(&id) {
                continue;
            }
            let work = self.work(id)?;
            if !shallow.contains(&id) {
                open.extend(&work.parents);
            }
            found.insert(id, work);
        }
        Ok(found)
    }

    /// Whether a commit with one parent or none changes the book's folder.
    fn touches(&self, work: &Work, shallow: &BTreeSet<ObjectId>) -> Result<bool> {
        if self.folder.is_none() {
            return Ok(true);
        }
        match work.parents.first() {
            // Outside a shallow clone; all of it counts as new.
            Some(parent) if !shallow.is_empty() && self.repo.find_header(*parent).is_err() => {
                Ok(work.folder.is_some())
            }
            Some(parent) => Ok(self.work(*parent)?.folder != work.folder),
            None => Ok(work.folder.is_some()),
        }
    }

    fn work(&self, id: ObjectId) -> Result<Arc<Work>> {
        let key = (id, self.folder.map(str::to_owned));
        if let Some(work) = self.works.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(work));
        }
        let failed =
            |why: &dyn std::fmt::Display| git_object(self.repo, format!("can't read commit {id}"), why);
        let object = self.repo.find_commit(id).map_err(|e| failed(&e))?;
        let (tree, mut work) = parse(&object.data).ok_or_else(|| failed(&"it is malformed"))?;
        if let Some(folder) = self.folder {
            let tree = self.repo.find_tree(tree).map_err(|e| failed(&e))?;
            let entry = tree.lookup_entry(folder.split('/')).map_err(|e| failed(&e))?;
            work.folder = entry.map(|entry| entry.object_id());
        }
        let work = Arc::new(work);
        self.works.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&work));
        Ok(work)
    }

    /// The `.mailmap` of a commit; an empty one where there is none.
    fn mailmap(&self, commit: ObjectId) -> Result<Snapshot> {
        let tree = super::history::Commit::read(self.repo, commit)?.tree;
        let failed = |why: &dyn std::fmt::Display| git_object(self.repo, "can't read `.mailmap`", why);
        let tree = self.repo.find_tree(tree).map_err(|e| failed(&e))?;
        let entry = tree.lookup_entry([".mailmap"]).map_err(|e| failed(&e))?;
        let Some(entry) = entry.filter(|entry| entry.mode().is_blob()) else {
            return Ok(Snapshot::default());
        };
        let blob = self.repo.find_blob(entry.object_id()).map_err(|e| failed(&e))?;
        Ok(Snapshot::from_bytes(&blob.data))
    }
}

/// The tree of a commit, and what is needed of it. The parser of `gix`
/// refuses a whole commit for a malformed date, which doesn't matter here.
fn parse(data: &[u8]) -> Option<(ObjectId, Work)> {
    let (header, message) = data.split_once_str("\n\n").unwrap_or((data, b""));
    let mut lines = header.split(|&b| b == b'\n');
    let tree = ObjectId::from_hex(lines.next()?.strip_prefix(b"tree ")?).ok()?;
    let mut work = Work { parents: Vec::new(), folder: None, people: Vec::new() };
    for line in lines {
        if let Some(parent) = line.strip_prefix(b"parent ") {
            work.parents.push(ObjectId::from_hex(parent).ok()?);
        } else if let Some(author) = line.strip_prefix(b"author ") {
            work.people.extend(name_and_address(author));
        }
    }
    work.people.extend(co_authors(message));
    Some((tree, work))
}

/// Whom the trailers of a message name as co-authors: those of its last
/// paragraph, as `git interpret-trailers` has it.
fn co_authors(message: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    const KEY: &[u8] = b"co-authored-by:";
    let lines = message.lines().collect::<Vec<_>>();
    let blank = |line: &&[u8]| line.trim().is_empty();
    let last = lines.iter().copied().rev().skip_while(blank).take_while(|line| !blank(line));
    let mut found: Vec<_> = last
        .filter_map(|line| {
            let (key, rest) = line.split_at_checked(KEY.len())?;
            key.eq_ignore_ascii_case(KEY).then(|| name_and_address(rest))?
        })
        .collect();
    found.reverse();
    found
}

/// Name and address of `Name <address> …`.
fn name_and_address(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (name, rest) = text.split_once_str("<")?;
    let (address, _) = rest.split_once_str(">")?;
    Some((name.trim().to_vec(), address.trim().to_vec()))
}

/// Somebody whom a commit names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Person {
    /// What they are known by: the address, or the name where many share it.
    known_by: String,
    name: String,
    /// Whether `.mailmap` gives the name.
    mapped: bool,
}

/// The person of a name and an address; none for programs and for those who
/// have no name.
fn person(mailmap: &Snapshot, name: &[u8], mail: &[u8]) -> Option<Person> {
    let known = mailmap.try_resolve_ref(SignatureRef { name: name.into(), email: mail.into(), time: "" });
    let mapped_name = known.as_ref().and_then(|known| known.name);
    let mapped_mail = known.as_ref().and_then(|known| known.email);
    let name = readable(mapped_name.unwrap_or(BStr::new(name)));
    let mail = mapped_mail.unwrap_or(BStr::new(mail)).to_str_lossy().to_lowercase();
    if name.is_empty() || name.to_ascii_lowercase().ends_with("[bot]") || mail.contains("[bot]@") {
        return None;
    }
    // Addresses that many share say nothing of who it is.
    let shared = mail.is_empty() || mail.starts_with("noreply@") || mail.starts_with("no-reply@");
    let known_by = if shared { format!("\0{name}") } else { mail };
    Some(Person { known_by, name, mapped: mapped_name.is_some() })
}

/// A name as it can be printed: in one line, without control characters, and
/// without the domain where it is an e-mail address.
fn readable(name: &BStr) -> String {
    let text = match name.to_str() {
        Ok(text) => text.to_owned(),
        // Commits from before UTF-8 are mostly in Latin-1.
        Err(_) => name.iter().copied().map(char::from).collect(),
    };
    // Among them those that turn the direction of what follows.
    let invisible = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    let text: String = text.chars().filter(|c| !invisible(*c)).collect();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'));
    let words = words.map(|word| match word.split_once(['@', '\u{FF20}']) {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => local,
        Some(_) | None => word,
    });
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    name.chars().take(LONGEST).collect()
}

/// Persons by what they are known by, with their names: whether `.mailmap`
/// gives one, and how often each stands in a commit.
#[derive(Default)]
struct Persons(BTreeMap<String, BTreeMap<String, (bool, usize)>>);

impl Persons {
    fn add(&mut self, person: Person) {
        let names = self.0.entry(person.known_by).or_default();
        let (mapped, count) = names.entry(person.name).or_default();
        *mapped |= person.mapped;
        *count += 1;
    }

    /// The persons by number of commits, then by name. Two of the same name
    /// are taken for one.
    fn finish(self) -> Vec<Contributor> {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for names in self.0.into_values() {
            let commits: usize = names.values().map(|(_, count)| count).sum();
            let usual = names.into_iter().min_by_key(|(_, weight)| Reverse(*weight));
            if let Some((name, _)) = usual {
                *by_name.entry(name).or_default() += commits;
            }
        }
        let persons = by_name.into_iter().map(|(name, commits)| Contributor { name, commits });
        let mut persons: Vec<Contributor> = persons.collect();
        persons.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.name.cmp(&b.name)));
        persons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, mail: &str) -> (Vec<u8>, Vec<u8>) {
        (name.into(), mail.into())
    }

    #[test]
    fn co_authors_stand_in_the_last_paragraph() {
        let message = b"Subject\n\nCo-authored-by: No One <n@example.org>\n\nSigned-off-by: X <x@example.org>\r\n\
            Co-authored-by: Ada <ada@example.org>\r\nCO-AUTHORED-BY: Bo B. <bo@example.org>\nco-authored-by: nobody\n\n";
        assert_eq!(co_authors(message), [pair("Ada", "ada@example.org"), pair("Bo B.", "bo@example.org")]);
        assert!(co_authors(b"Co-authored").is_empty());
    }

    #[test]
    fn names_hold_no_addresses() {
        for (raw, name) in [
            ("  Ada   Lovelace ", "Ada Lovelace"),
            ("ada@example.org", "ada"),
            ("Ada (ada@example.org)", "Ada (ada"),
            ("Ada\u{1b}[31m\nX", "Ada [31m X"),
            ("@handle", "@handle"),
            ("ada@localhost", "ada"),
            ("ada＠example.org", "ada"),
            ("\u{202E}Ada\u{200B}", "Ada"),
        ] {
            assert_eq!(readable(raw.into()), name);
        }
        assert_eq!(readable(b"J\xfcrgen".as_bstr()), "Jürgen");
    }

    #[test]
    fn persons_are_known_by_address_and_called_by_their_usual_name() {
        let mailmap = Snapshot::from_bytes(b"Ada Lovelace <ada@example.org> <old@example.org>\n");
        let mut persons = Persons::default();
        for (name, mail) in [
            ("ada", "ada@example.org"),
            ("Ada Lovelace", "ADA@example.org"),
            ("someone", "old@example.org"),
            ("Bo", "bo@example.org"),
            ("Bo", "bo@example.net"),
            ("Bo", "noreply@example.org"),
            ("Cy", "noreply@example.org"),
            ("renovate[bot]", "1+renovate[bot]@example.org"),
            ("", "empty@example.org"),
        ] {
            if let Some(person) = person(&mailmap, name.as_bytes(), mail.as_bytes()) {
                persons.add(person);
            }
        }
        let found: Vec<_> = persons.finish().into_iter().map(|p| (p.name, p.commits)).collect();
        assert_eq!(found, [("Ada Lovelace".to_owned(), 3), ("Bo".to_owned(), 3), ("Cy".to_owned(), 1)]);
    }
}
