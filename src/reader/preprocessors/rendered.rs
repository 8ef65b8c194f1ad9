//! A book as mdBook hands it to its renderers: mdBook's own preprocessors and
//! those that the book asks for have run on it.
//!
//! The author's files are read all the same, for the places that diagnostics
//! name: what mdBook made of a chapter is held against what would be made of
//! it here.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Step;
use super::known::{Own, Role};
use super::protocol::{Back, Entry, Given, Text, book, by_path};
use super::run::RENDERER;
use crate::diag::{Diagnostic, Result};
use crate::document::{Item, Preprocessed};
use crate::reader::contents::Planned;
use crate::reader::source_map::Expanded;
use crate::reader::{Reader, encoding, front_matter, mojibake};
use crate::span::FileId;

/// A book as mdBook hands it to a renderer.
#[derive(Debug, Clone)]
pub struct Rendered {
    version: String,
    entries: Vec<Back>,
}

impl Rendered {
    /// Reads the `book` of a renderer's context, whose version of mdBook is
    /// `version`.
    ///
    /// # Errors
    /// What is wrong with it: `it has neither …`.
    pub fn parse(version: &str, value: &Value) -> std::result::Result<Self, String> {
        Ok(Self { version: version.to_owned(), entries: book(value)? })
    }

    /// The version of mdBook that it comes from.
    pub fn version(&self) -> &str {
        &self.version
    }
}

/// What is made of a chapter's file here, and what there is to say of that.
struct Ours {
    /// With mdBook's directives carried out.
    linked: (Expanded, Vec<Diagnostic>),
    /// With all preprocessors that need no program.
    whole: (Expanded, Vec<Diagnostic>),
}

impl Reader<'_> {
    /// The chapters that mdBook gave, at their places in the author's files.
    pub(in crate::reader) fn rendered(&mut self, rendered: &Rendered, planned: Vec<Planned>) -> Vec<Item> {
        let mut entries: Vec<Entry> = planned.into_iter().map(|entry| self.entry(entry)).collect();
        let mut ours: BTreeMap<String, Ours> = BTreeMap::new();
        for entry in &mut entries {
            if let Entry::Chapter(text) = entry {
                match self.ours(text) {
                    Ok(made) => {
                        text.loaded.source = made.linked.0.clone();
                        ours.insert(text.key.clone(), made);
                    }
                    Err(error) => self.diagnostics.push(*error),
                }
            }
        }
        let given = self.given(rendered, &entries);
        let mut entries = self.replaced(entries, given);
        for entry in &mut entries {
            if let Entry::Chapter(text) = entry {
                let made = ours.remove(&text.key);
                self.settle(text, made);
            }
        }
        self.preprocessed.extend(self.steps_of_mdbook());
        entries.into_iter().map(|entry| self.item(entry)).collect()
    }

    /// What is made of a chapter's file here.
    fn ours(&self, text: &Text) -> Result<Ours> {
        let found = self.found;
        let preprocessors = &found.settings.preprocessors;
        let place = self.place(&text.path);
        let mut linked = (text.loaded.source.clone(), Vec::new());
        let mut whole = linked.clone();
        for step in preprocessors.steps() {
            if matches!(step.role, Role::Own(Own::Links)) {
                linked.0 = preprocessors.step(step, linked.0, place, true, &mut linked.1)?;
            }
            whole.0 = preprocessors.step(step, whole.0, place, true, &mut whole.1)?;
        }
        Ok(Ours { linked, whole })
    }

    /// What mdBook gave, as files are read, and under the titles that the
    /// author's SUMMARY.md has for it.
    fn given(&self, rendered: &Rendered, entries: &[Entry]) -> Vec<Back> {
        let places = by_path(entries, true);
        let mut given = rendered.entries.clone();
        for back in &mut given {
            let Back::Chapter(chapter) = back else { continue };
            let mut text = encoding::decode(chapter.content.as_bytes()).text;
            if self.repair {
                let garbled = mojibake::find(&text, true);
                text = Expanded::repaired(&text, FileId(0), &garbled).text;
            }
            // What there is to say of it is said of the author's file.
            let _ = front_matter::take(&mut text);
            chapter.content = text;
            let known = match chapter.paths.iter().find_map(|path| places.get(path)) {
                Some(place) => entries.get(*place).and_then(name_of),
                None => {
                    entries.iter().filter_map(name_of).find(|name| straight(name) == straight(&chapter.name))
                }
            };
            // Quotes and dashes of titles are set later in mdBook.
            if let Some(known) = known.filter(|known| straight(known) == straight(&chapter.name)) {
                chapter.name = known;
            }
            if entries.iter().any(|entry| is_address(entry, chapter)) {
                (chapter.paths, chapter.content) = (Vec::new(), String::new());
            }
        }
        given
    }

    /// The text of a chapter, with what mdBook's preprocessors have left, and
    /// what there is to say of it.
    fn settle(&mut self, text: &mut Text, ours: Option<Ours>) {
        let is = |made: &Expanded| made.text == text.loaded.source.text;
        match ours {
            Some(Ours { whole: (source, said), .. }) if is(&source) => {
                text.loaded.source = source;
                self.diagnostics.extend(said);
                return;
            }
            Some(Ours { linked: (source, said), .. }) if is(&source) => self.diagnostics.extend(said),
            Some(_) | None => {}
        }
        let found = self.found;
        for step in found.settings.preprocessors.steps().iter().filter(|step| step.is_left()) {
            self.step(step, text);
        }
    }

    /// The preprocessors that mdBook was asked to run, but its own two.
    fn steps_of_mdbook(&self) -> Vec<Preprocessed> {
        let steps = self.found.settings.preprocessors.steps().iter();
        let run =
            steps.filter(|step| !["links", "index"].contains(&step.name.as_str()) && !step.is_elsewhere());
        run.map(|Step { name, command, .. }| Preprocessed { name: name.clone(), command: command.clone() })
            .collect()
    }
}

impl Step {
    /// Whether the book keeps it from what mdBook gives to this renderer.
    fn is_elsewhere(&self) -> bool {
        let renderers = self.options.get("renderers").and_then(toml::Value::as_array);
        renderers.is_some_and(|all| !all.iter().any(|name| name.as_str() == Some(RENDERER)))
    }

    /// Whether it is still to be carried out on what mdBook gave: mdBook did
    /// not run it, or it leaves its marks to renderers other than `html`, as
    /// mdbook-admonish does with its blocks. Where that has made something of
    /// them, there are none left.
    fn is_left(&self) -> bool {
        match self.role {
            Role::Own(Own::Admonish) => true,
            Role::Own(_) => self.is_elsewhere(),
            Role::Elsewhere | Role::Web | Role::Named { .. } => false,
        }
    }
}

/// Whether a chapter is what mdBook takes an address in SUMMARY.md for: a file
/// that is missing, which it makes with nothing but a heading.
fn is_address(entry: &Entry, chapter: &Given) -> bool {
    let Entry::Unlinked(entry) = entry else { return false };
    let text = chapter.content.trim();
    entry.url.is_some()
        && entry.title == chapter.name
        && chapter.paths.iter().any(|path| path.contains(":/"))
        && text.starts_with("# ")
        && !text.contains('\n')
}

/// What an entry is called in the protocol.
fn name_of(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Chapter(text) => Some(text.name()),
        Entry::Unlinked(entry) => Some(entry.title.clone()),
        Entry::Part(_) | Entry::Separator => None,
    }
}

/// A title without typographic quotes, dashes and ellipses.
fn straight(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        match c {
            '‘' | '’' => out.push('\''),
            '“' | '”' => out.push('"'),
            '–' => out.push_str("--"),
            '—' => out.push_str("---"),
            '…' => out.push_str("..."),
            c => out.push(c),
        }
    }
    out
}
