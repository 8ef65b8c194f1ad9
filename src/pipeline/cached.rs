//! Finished editions, kept in the cache and found again.
//!
//! An edition is found by its *identity*, the hash of everything that its
//! bytes depend on but the edition before's `edition.json`, and by the hash of
//! that file, which it names: that one may still be in the making when the
//! rest is known. What depends on more than can be hashed (programs, fonts of
//! the machine, the web, the files of a working tree) has no identity, is
//! built each time and never kept.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::{EditionReport, Goal, Link, Plan, Timings, Work};
use crate::cache::{Entry, Key, Labels, Parts};
use crate::config::{Config, Editions, Exact};
use crate::diag::{Located, Place, Result, Severity};
use crate::edition::identifiers::Identifiers;
use crate::fonts::{FontSource, given};
use crate::output::MANIFEST;
use crate::output::manifest::Manifest;
use crate::output::place::place_edition;
use crate::paths;
use crate::source::{FileTree, MemoryTree, Revision, RevisionId};
use crate::span::Files;
use crate::theme::ThemeName;
use crate::trace;
use crate::writer::pdf::PdfOptions;

/// The report of an edition, as the cache keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    manifest: Manifest,
    said: Vec<Said>,
}

/// A diagnostic with the lines that are shown of its place, which
/// `edition.json` leaves out.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    code: String,
    severity: Severity,
    message: String,
    place: Option<Shown>,
    hints: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Shown {
    path: String,
    line: usize,
    column: usize,
    width: usize,
    cut: usize,
    text: String,
}

impl Kept {
    fn of(manifest: &Manifest) -> Self {
        Self { manifest: manifest.clone(), said: manifest.diagnostics.iter().map(Said::of).collect() }
    }

    fn manifest(self) -> Manifest {
        let diagnostics = self.said.into_iter().map(Said::located).collect();
        Manifest { diagnostics, ..self.manifest }
    }
}

impl Said {
    fn of(said: &Located) -> Self {
        let Located { code, severity, message, place, hints } = said.clone();
        let place = place.map(|Place { path, line, column, width, cut, text }| Shown {
            path,
            line,
            column,
            width,
            cut,
            text,
        });
        Self { code, severity, message, place, hints }
    }

    fn located(self) -> Located {
        let Self { code, severity, message, place, hints } = self;
        let place = place.map(|Shown { path, line, column, width, cut, text }| Place {
            path,
            line,
            column,
            width,
            cut,
            text,
        });
        Located { code, severity, message, place, hints }
    }
}

impl Work<'_> {
    /// The identity of the edition; none if it can't be kept. To be asked
    /// before anything of the edition is read.
    pub(super) fn identify(&self) -> Option<Key> {
        let plan = self.plan;
        let config = &plan.config;
        plan.cache.as_ref()?;
        if self.goal != Goal::Files || config.preprocessors.is_some() || config.allow_programs {
            return None;
        }
        let mut parts = Parts::new("edition");
        parts.add("document", plan.document.name());
        parts.add_some("address", plan.document.address().filter(|_| !plan.bare));
        parts.add_all("boundary", &plan.document.boundary().ok()?);
        parts.add_some("book", plan.book.as_deref());
        parts.add("slug", self.slug);
        parts.add("config", settings(config));
        parts.add_some("theme", config.pdf.theme.record());
        parts.add("identifiers", format!("{:?}", Identifiers::of(self.edition, &config.identifiers)));
        parts.add("fonts", self.memory.disk_fonts.get_or_init(|| disk_fonts(&config.fonts)));
        parts.add("fetch", format!("{:?}", plan.fetch.as_ref().map(|fetch| fetch.reach)));
        parts.add("bare", plan.bare.to_string());
        parts.add("first", self.is_first().to_string());
        parts.add("name", &self.edition.name);
        revision(&mut parts, plan, &self.edition.revision)?;
        if let Some(before) = self.previous.as_ref().map(|past| &past.edition.edition) {
            parts.add("previous", &before.name);
            revision(&mut parts, plan, &before.revision)?;
        }
        Some(parts.finish())
    }

    /// Whether an edition of this identity was ever kept: whether it is worth
    /// waiting for the record of the one before.
    pub(super) fn may_be_found(&self, identity: Option<&Key>) -> bool {
        let cache = self.plan.cache.as_ref();
        cache.zip(identity).is_some_and(|(cache, identity)| cache.recall(identity).is_some())
    }

    /// What is known of an edition that is not built in this run before its
    /// book is read.
    pub(super) fn earlier(&self) -> Link {
        let past = self.past_of(None);
        let record = self.earlier_record(&past.edition);
        Link { past: Some(Arc::new(past)), record }
    }

    /// The edition out of the cache: its files are in their places, and there
    /// are its report and what the next one needs. None if it has to be built.
    /// `before` is
    /// the edition before, which has to be finished.
    pub(super) fn find(&self, identity: Option<&Key>, before: &Link) -> Option<(EditionReport, Link)> {
        let started = Instant::now();
        let cache = self.plan.cache.as_ref()?;
        let _scope = trace::scope("find", &self.edition.name);
        let entry: Entry<Kept> = cache.find(&key(identity?, before.record.as_deref()))?;
        let mut report = self.report();
        let there = entry.files.iter().all(|file| file.is_at(&report.folder.join(&file.path)));
        // What is there already stays untouched.
        let files = if there { None } else { Some(cache.read(&entry)?) };
        cache.touch(&entry);
        let record = entry.files.iter().find(|file| paths::file_name(&file.path) == MANIFEST)?;
        let link = Link { past: Some(Arc::new(self.past_of(None))), record: Some(record.sha256.clone()) };
        let manifest = entry.report.manifest();
        report = EditionReport {
            counts: Some(manifest.counts),
            ledger: Some(manifest.ledger.clone()),
            diagnostics: manifest.diagnostics.clone(),
            manifest: Some(manifest),
            found: true,
            ..report
        };
        if let Some(Err(error)) = files.map(|files| place_edition(&report.folder, &files)) {
            report.diagnostics.push(error.locate(&Files::default()));
            report.manifest = None;
        }
        let total = started.elapsed();
        report.timings = Timings { place: total, total, ..report.timings };
        Some((report, link))
    }

    /// Keeps an edition whose files are in their places, unless anything of it
    /// failed or its source has changed meanwhile.
    pub(super) fn keep(&self, manifest: &Manifest, files: &[(String, Vec<u8>)], before: Option<&str>) {
        let (Some(cache), Some(identity)) = (&self.plan.cache, &self.identity) else { return };
        let failed = manifest.diagnostics.iter().any(|said| said.severity == Severity::Error);
        if failed || !manifest.preprocessed.is_empty() || self.identify().as_ref() != Some(identity) {
            return;
        }
        let kept = Kept::of(manifest);
        // What would come back as something else is not worth keeping.
        let back = serde_json::to_vec(&kept).and_then(|json| serde_json::from_slice::<Kept>(&json));
        if back.is_ok_and(|back| back.manifest() == *manifest) {
            let labels = Labels { document: self.slug.to_owned(), edition: self.edition.name.clone() };
            cache.keep(&key(identity, before), labels, files, &kept);
            cache.remember(identity, b"kept");
        }
    }
}

/// The key of an entry: the identity, and the link of the chain.
fn key(identity: &Key, before: Option<&str>) -> Key {
    let mut parts = Parts::new("entry").with("identity", identity.as_str());
    parts.add_some("chain", before);
    parts.finish()
}

/// Everything that is set and that an edition may depend on. A setting that is
/// new is part of it until it is taken out here.
fn settings(config: &Config) -> String {
    let relevant = Config {
        output: std::path::PathBuf::new(),
        // Which editions are made, and how they and those before them are
        // called, is in what they are.
        editions: Editions::default(),
        exact: Exact::default(),
        snapshots: config.snapshots.as_ref().map(|_| Vec::new()),
        // Those of the edition are in its identity.
        identifiers: Vec::new(),
        // It is none of theirs.
        catalogue: false,
        // What it holds is what counts, not where.
        theme: ThemeName::Default,
        pdf: PdfOptions { theme: config.pdf.theme.clone().unnamed(), ..config.pdf.clone() },
        ..config.clone()
    };
    format!("{relevant:?}")
}

/// Adds a revision and all its files; none for a working tree.
fn revision(parts: &mut Parts, plan: &Plan, revision: &Revision) -> Option<()> {
    parts.add("date", revision.date.to_string());
    parts.add("timestamp", revision.timestamp.to_string());
    match &revision.id {
        RevisionId::Commit { commit, tree, tags } => {
            parts.add("commit", commit);
            parts.add("tree", tree);
            parts.add_all("tags", tags);
        }
        RevisionId::Snapshot { path } => {
            parts.add("snapshot", path);
            parts.add("files", content(plan.document.tree(revision).ok()?.as_ref()).ok()?);
        }
        RevisionId::Draft => return None,
    }
    Some(())
}

/// A hash of all paths and files of a tree, and of what there is to say of it.
fn content(tree: &dyn FileTree) -> Result<Key> {
    let mut parts = Parts::new("files");
    for path in tree.paths() {
        parts.add(path, tree.read(path)?.unwrap_or_else(|| [].into()));
    }
    parts.add("said", format!("{:?}", tree.diagnostics()));
    Ok(parts.finish())
}

/// What [`Memory`](super::Memory) holds of the fonts that are named on disk.
pub(super) type DiskFonts = OnceLock<Key>;

/// A hash of all faces of the fonts on disk, and of what there is to say of them.
fn disk_fonts(fonts: &[FontSource]) -> Key {
    let on_disk = |font: &&FontSource| matches!(font, FontSource::Disk(_));
    let fonts: Vec<FontSource> = fonts.iter().filter(on_disk).cloned().collect();
    let empty: [(&str, &[u8]); 0] = [];
    let found = given(&fonts, &MemoryTree::new(empty));
    let mut parts = Parts::new("fonts");
    for font in &found.value {
        parts.add(&font.file, font.index.to_string());
        parts.add("bytes", &font.bytes);
    }
    parts.add("said", format!("{:?}", found.diagnostics));
    parts.finish()
}

/// What tells the files of a revision apart from those of any other, for what
/// depends on nothing but them and how they are read.
fn files_of(plan: &Plan, kind: &str, revision: &Revision) -> Option<Parts> {
    let parts = Parts::new(kind).with("read", format!("{:?}", plan.read_options()));
    match &revision.id {
        RevisionId::Commit { tree, .. } => Some(parts.with("tree", tree)),
        RevisionId::Snapshot { .. } => {
            Some(parts.with("files", content(plan.document.tree(revision).ok()?.as_ref()).ok()?))
        }
        RevisionId::Draft => None,
    }
}

/// The fingerprint of a revision's book, from the cache or `anew`.
///
/// # Errors
/// As `anew`.
pub(super) fn fingerprint(
    plan: &Plan,
    revision: &Revision,
    anew: impl FnOnce() -> Result<Option<[u8; 32]>>,
) -> Result<Option<[u8; 32]>> {
    let Some(cache) = &plan.cache else { return anew() };
    let programs = plan.config.preprocessors.is_some().to_string();
    let only = plan.config.only.join("\0");
    let key = files_of(plan, "fingerprint", revision)
        .map(|parts| parts.with("programs", programs).with("only", only).finish());
    match key.as_ref().and_then(|key| cache.recall(key)) {
        Some(known) if known.is_empty() => return Ok(None),
        Some(known) => {
            if let Ok(hash) = <[u8; 32]>::try_from(known.as_slice()) {
                return Ok(Some(hash));
            }
        }
        None => {}
    }
    let found = anew()?;
    if let Some(key) = key {
        cache.remember(&key, found.as_ref().map_or(&[][..], |hash| hash.as_slice()));
    }
    Ok(found)
}

/// The title of a revision's book, from the cache or `anew`.
pub(super) fn title(
    plan: &Plan,
    revision: &Revision,
    anew: impl FnOnce() -> Option<String>,
) -> Option<String> {
    let key =
        plan.cache.as_ref().zip(files_of(plan, "title", revision)).map(|(c, parts)| (c, parts.finish()));
    let known = key.as_ref().and_then(|(cache, key)| cache.recall(key));
    if let Some(known) = known.and_then(|known| String::from_utf8(known).ok()) {
        return Some(known);
    }
    let found = anew()?;
    if let Some((cache, key)) = key {
        cache.remember(&key, found.as_bytes());
    }
    Some(found)
}
