//! Preprocessors as programs, where the user allows them: the whole book goes
//! out and comes back, in the order that the book asks for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::known::{self, Role};
use super::protocol::{Back, Entry, Given, Text, answer, by_path, keeps_name, request};
use super::{Step, merge};
use crate::diag::{Code, Diagnostic};
use crate::document::{Chapter, Item, Preprocessed, Unlinked};
use crate::paths;
use crate::reader::chapter::Loaded;
use crate::reader::contents::{Planned, unlinked};
use crate::reader::source_map::{Expanded, SourceMap};
use crate::reader::{Reader, plain, summary};
use crate::span::{FileId, Span};

/// The renderer that programs are told.
pub(super) const RENDERER: &str = "bindery";

/// Runs the programs of preprocessors, each in a folder with the files of the
/// revision. The reader itself starts no program.
pub trait Programs: Send + Sync {
    /// The absolute path of a folder of the revision, as programs see it.
    ///
    /// # Errors
    /// When the files can't be laid out.
    fn folder(&self, folder: &str) -> Result<String, Trouble>;

    /// Runs a command line in a folder of the revision, with arguments behind
    /// its own and with `input` on its standard input. Gives whether it
    /// succeeded, and its standard output.
    ///
    /// # Errors
    /// When it can't be started, takes too long or prints too much.
    fn run(
        &self,
        command: &str,
        arguments: &[&str],
        folder: &str,
        input: &[u8],
    ) -> Result<(bool, Vec<u8>, String), Trouble>;
}

/// Why a program gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// One line that goes on from the program's name: `took longer than 60 s`.
    pub what: String,
    /// The last that it said on its standard error.
    pub said: String,
}

impl<'a> Reader<'a> {
    /// The programs, if they are allowed and the book asks for any.
    pub(in crate::reader) fn programs_to_run(&self) -> Option<&'a dyn Programs> {
        self.programs.filter(|_| self.found.settings.preprocessors.need_programs())
    }

    /// The entries of a book without SUMMARY.md.
    pub(in crate::reader) fn plain_entries(&self, all: &[String]) -> Vec<Planned> {
        let span = Span::new(FileId(0), 0..0);
        plain::order(all, &self.found.source)
            .into_iter()
            .map(|entry| match entry {
                plain::Entry::File { path, depth } => {
                    let key = self.key(&path);
                    let target = Some(path.clone());
                    let entry = summary::Entry { title: String::new(), target, number: None, depth, span };
                    Planned::Chapter { path, key, entry }
                }
                plain::Entry::Folder { name, depth } => {
                    let title = paths::humanise(&name);
                    unlinked(summary::Entry { title, target: None, number: None, depth, span }, None)
                }
            })
            .collect()
    }

    /// Reads the chapters of some entries, with programs run on their text.
    pub(in crate::reader) fn with_programs(
        &mut self,
        programs: &dyn Programs,
        planned: Vec<Planned>,
    ) -> Vec<Item> {
        let mut entries: Vec<Entry> = planned.into_iter().map(|entry| self.entry(entry)).collect();
        let found = self.found;
        for step in found.settings.preprocessors.steps() {
            if step.is_program() {
                entries = self.program(programs, step, entries);
                continue;
            }
            for entry in &mut entries {
                if let Entry::Chapter(text) = entry {
                    self.step(step, text);
                }
            }
        }
        entries.into_iter().map(|entry| self.item(entry)).collect()
    }

    /// An entry with its chapter's text.
    pub(super) fn entry(&mut self, planned: Planned) -> Entry {
        match planned {
            Planned::Item(Item::Part(title)) => Entry::Part(title),
            Planned::Item(Item::Separator) => Entry::Separator,
            Planned::Item(Item::Unlinked(entry)) => Entry::Unlinked(entry),
            // No chapter has been read yet.
            Planned::Item(Item::Chapter(chapter)) => Entry::Part(chapter.title),
            Planned::Chapter { path, key, entry } => match self.load(&path) {
                Ok(loaded) => {
                    let summary::Entry { title, number, depth, .. } = entry;
                    Entry::Chapter(Text { key, path, title, number, depth, loaded })
                }
                Err(error) => {
                    self.unreadable(&path, *error, Some(entry.span));
                    let summary::Entry { title, number, depth, span, .. } = entry;
                    Entry::Unlinked(Unlinked { title, url: None, number, depth, span })
                }
            },
        }
    }

    /// Carries out a preprocessor of ours.
    pub(super) fn step(&mut self, step: &Step, text: &mut Text) {
        let found = self.found;
        let path = text.path.clone();
        let place = self.place(&path);
        let source = text.loaded.source.clone();
        match found.settings.preprocessors.step(step, source, place, true, &mut self.diagnostics) {
            Ok(source) => text.loaded.source = source,
            Err(error) => self.diagnostics.push(*error),
        }
    }

    /// Runs one program on the book; what it fails at is left out, and the
    /// places that are known to be for it are named.
    fn program(&mut self, programs: &dyn Programs, step: &Step, entries: Vec<Entry>) -> Vec<Entry> {
        let name = &step.name;
        let said = match self.attempt(programs, step, &entries) {
            Ok(back) => {
                let message = format!("the preprocessor `{name}` was run as the program `{}`", step.command);
                let said = Diagnostic::new(Code::PreprocessorRan, message);
                let said = said.hint("the same revision gives the same edition only with the same program");
                self.diagnostics.push(Diagnostic { span: step.span, ..said });
                self.preprocessed.push(Preprocessed { name: name.clone(), command: step.command.clone() });
                return self.replaced(entries, back);
            }
            Err(said) => said,
        };
        self.diagnostics.push(Diagnostic { span: step.span, ..said });
        if let Role::Named { traces, .. } = step.role {
            let dialect = self.found.settings.dialect;
            for entry in &entries {
                if let Entry::Chapter(text) = entry {
                    known::traces(&text.loaded.source, name, traces, dialect, &mut self.diagnostics);
                }
            }
        }
        entries
    }

    /// Asks a program whether it is for this renderer, and sends it the book.
    fn attempt(
        &self,
        programs: &dyn Programs,
        step: &Step,
        entries: &[Entry],
    ) -> Result<Vec<Back>, Diagnostic> {
        let name = &step.name;
        let failed = |trouble: Trouble| {
            let message = format!("the preprocessor `{name}` {}", trouble.what);
            let mut said = Diagnostic::new(Code::PreprocessorFailed, message);
            if !trouble.said.is_empty() {
                said = said.hint(format!("it says: {}", trouble.said));
            }
            said.hint("the edition is made without it; mend it, or take it out of book.toml")
        };
        let root = self.found.toml.as_ref().map_or("", |(path, _)| paths::parent(path));
        if !step.bound {
            let (supports, _, _) =
                programs.run(&step.command, &["supports", RENDERER], root, b"").map_err(failed)?;
            if !supports {
                let message = format!("the preprocessor `{name}` refuses the renderer `{RENDERER}`");
                let said = Diagnostic::new(Code::PreprocessorUnknown, message);
                return Err(said.hint("to run it all the same, write `renderers = [\"html\"]` in its table"));
            }
        }
        self.exchange(programs, step, root, entries).map_err(failed)
    }

    /// Sends the book to a program and reads what comes back.
    fn exchange(
        &self,
        programs: &dyn Programs,
        step: &Step,
        root: &str,
        entries: &[Entry],
    ) -> Result<Vec<Back>, Trouble> {
        let sent = request(entries, self.config(), &programs.folder(root)?, RENDERER, self.indexes(step));
        let input = sent.to_string().into_bytes();
        let (succeeded, output, said) = programs.run(&step.command, &[], root, &input)?;
        if !succeeded {
            return Err(Trouble { what: "failed".to_owned(), said });
        }
        answer(&output, &sent)
            .map_err(|why| Trouble { what: format!("gave something that is no book: {why}"), said })
    }

    /// Whether mdBook's `index` runs before a step.
    fn indexes(&self, step: &Step) -> bool {
        let steps = self.found.settings.preprocessors.steps();
        steps.iter().take_while(|other| other.name != step.name).any(|other| other.name == "index")
    }

    /// `book.toml` as a program sees it.
    fn config(&self) -> Value {
        let Some((_, file)) = &self.found.toml else { return Value::Object(serde_json::Map::new()) };
        let text = self.files.get(*file).map_or("", |file| &file.text);
        let table = text.parse::<toml::Table>().unwrap_or_default();
        serde_json::to_value(table).unwrap_or_default()
    }

    /// The entries that a program gave back, those that it kept at their
    /// places in the author's files.
    pub(super) fn replaced(&mut self, entries: Vec<Entry>, back: Vec<Back>) -> Vec<Entry> {
        let known = by_path(&entries, true);
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut old: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
        back.into_iter()
            .map(|entry| match entry {
                Back::Part(title) => Entry::Part(title),
                Back::Separator => Entry::Separator,
                Back::Chapter(given) => {
                    let place = given.paths.iter().find_map(|path| known.get(path));
                    match place.and_then(|i| old.get_mut(*i)).and_then(Option::take) {
                        Some(Entry::Chapter(text)) => {
                            used.insert(text.key.clone());
                            Entry::Chapter(kept(text, given))
                        }
                        Some(_) | None if given.paths.is_empty() && given.content.trim().is_empty() => {
                            let Given { name, number, depth, .. } = given;
                            let same = |e: &&mut Option<Entry>| matches!(e, Some(Entry::Unlinked(u)) if u.title == name);
                            match old.iter_mut().find(same).and_then(Option::take) {
                                Some(Entry::Unlinked(entry)) => Entry::Unlinked(Unlinked { number, depth, ..entry }),
                                Some(_) | None => {
                                    let span = Span::new(FileId(0), 0..0);
                                    Entry::Unlinked(Unlinked { title: name, url: None, number, depth, span })
                                }
                            }
                        }
                        Some(_) | None => Entry::Chapter(self.fresh(given, &mut used)),
                    }
                }
            })
            .collect()
    }

    /// A chapter that the program made: its text is a file of its own.
    fn fresh(&mut self, given: Given, used: &mut BTreeSet<String>) -> Text {
        let named = given.paths.iter().find_map(|path| paths::join("", path)).filter(|p| !p.is_empty());
        let stem = named.unwrap_or_else(|| {
            let name: String =
                given.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).take(60).collect();
            format!("preprocessed/{}.md", name.trim_matches('-').to_lowercase())
        });
        let mut key = stem.clone();
        let mut count = 1;
        while self.taken.contains_key(&paths::below(&self.found.source, &key)) || !used.insert(key.clone()) {
            count += 1;
            key = format!("{}-{count}.md", stem.trim_end_matches(".md"));
        }
        let path = paths::below(&self.found.source, &key);
        let file = self.files.add(path.clone(), given.content.clone());
        let span = Span::new(file, 0..given.content.len());
        let source = Expanded { text: given.content, map: SourceMap::identity(file) };
        let loaded = Loaded { source, front: None, span };
        Text { key, path, title: given.name, number: given.number, depth: given.depth, loaded }
    }

    /// Parses an entry's chapter.
    pub(super) fn item(&mut self, entry: Entry) -> Item {
        match entry {
            Entry::Part(title) => Item::Part(title),
            Entry::Separator => Item::Separator,
            Entry::Unlinked(entry) => Item::Unlinked(entry),
            Entry::Chapter(Text { key, path, title, number, depth, loaded }) => {
                let first = self.diagnostics.len();
                let chapter = self.parsed(key, &path, loaded, first);
                let title = if title.is_empty() { chapter.title.clone() } else { title };
                Item::Chapter(Chapter { title, number, depth, ..chapter })
            }
        }
    }
}

/// A chapter that a program gave back, with its places.
fn kept(text: Text, given: Given) -> Text {
    let title = if keeps_name(&text, &given.name) { text.title.clone() } else { given.name };
    let Loaded { source, front, span } = text.loaded;
    let source = if source.text == given.content { source } else { merge::merged(&source, given.content) };
    let loaded = Loaded { source, front, span };
    Text { title, number: given.number, depth: given.depth, loaded, ..text }
}
