//! Which keys a file may hold, table by table, and what each is for.

use super::{File, Key, Table, Trust, Value};
use crate::config::{
    Layer, Snapshot, check_inner_path, check_language, check_licence, check_paper, check_publish,
    check_repository, check_sha256, check_slug,
};
use crate::diag::Code;
use crate::edition::identifiers::{Assigned, check_doi, check_edition, check_isbn, check_issn, check_urn};

const TOP: &[&str] = &[
    "title",
    "subtitle",
    "authors",
    "language",
    "slug",
    "book",
    "output",
    "formats",
    "repository",
    "repair-encoding",
    "allow-programs",
    "math",
    "editions",
    "pdf",
    "epub",
    "edition",
    "images",
    "preprocessors",
    "bagit",
    "identifier",
    "contributors",
    "license",
    "publish",
    "cover",
    "theme",
    "only",
    "catalogue",
];
const EDITIONS: &[&str] = &["every", "tags", "at", "since", "until", "latest"];
const PDF: &[&str] =
    &["paper", "two-sided", "link-urls", "fonts", "installed-fonts", "standards", "attach-sources"];
const EPUB: &[&str] = &["profile"];
const IMAGES: &[&str] = &["max-pixels"];
const IDENTIFIER: &[&str] = &["edition", "isbn", "doi", "urn", "issn"];
const SNAPSHOT: &[&str] = &["date", "path"];
const PREPROCESSORS: &[&str] = &["allow", "time-limit"];

/// The keys of each table, by its name; those above all tables first.
#[cfg(test)]
pub(in crate::config) const KNOWN: &[(&str, &[&str])] = &[
    ("", TOP),
    ("editions", EDITIONS),
    ("pdf", PDF),
    ("epub", EPUB),
    ("images", IMAGES),
    ("preprocessors", PREPROCESSORS),
    ("edition", SNAPSHOT),
    ("identifier", IDENTIFIER),
];

impl File<'_> {
    pub(super) fn layer(&mut self, table: &Table) -> Layer {
        let mut layer = Layer::default();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "title" => layer.title = self.words(value, name),
                "subtitle" => layer.subtitle = self.words(value, name),
                "authors" => layer.authors = self.strings(value, name),
                "language" => layer.language = self.checked(value, name, check_language),
                "slug" => layer.slug = self.checked(value, name, check_slug),
                "book" => layer.book = self.checked(value, name, check_inner_path),
                "output" => layer.output = self.output(value, name),
                "formats" => layer.formats = self.formats(value, name),
                "repository" => layer.repository = self.checked(value, name, check_repository),
                "repair-encoding" => layer.repair_encoding = self.boolean(value, name),
                "allow-programs" => layer.allow_programs = self.programs(value, name),
                "math" => layer.math = self.boolean(value, name),
                "editions" => self.editions(value, &mut layer),
                "pdf" => self.pdf(value, &mut layer),
                "epub" => self.epub(value, &mut layer),
                "images" => self.images(value, &mut layer),
                "edition" => layer.snapshots = self.snapshots(value, name),
                "preprocessors" => self.preprocessors(key, value, &mut layer),
                "contributors" => layer.contributors = self.count(value, name),
                "license" => layer.licence = self.checked(value, name, check_licence),
                "publish" => layer.publish = self.checked(value, name, check_publish),
                "identifier" => layer.identifiers = self.identifiers(value, name),
                "bagit" => layer.bagit = self.boolean(value, name),
                "cover" => layer.cover = self.cover(value, name),
                "theme" => layer.theme = self.theme(value, name),
                "only" => layer.only = self.strings(value, name),
                "catalogue" => layer.catalogue = self.boolean(value, name),
                _ if self.trust == Trust::Line && self.exact(name, value, &mut layer) => {}
                _ => self.unknown(key, "", TOP),
            }
        }
        layer
    }

    /// What only the command line says, of one edition; whether this is any of it.
    fn exact(&mut self, name: &str, value: &Value, layer: &mut Layer) -> bool {
        let exact = &mut layer.exact;
        match name {
            "previous" => exact.previous = self.words(value, name),
            "previous-name" => exact.previous_name = self.checked(value, name, check_slug),
            "previous-sha256" => exact.previous_sha256 = self.checked(value, name, check_sha256),
            "edition-name" => exact.edition_name = self.checked(value, name, check_slug),
            "revision-tags" => exact.revision_tags = self.strings(value, name),
            _ => return false,
        }
        true
    }

    fn editions(&mut self, value: &Value, layer: &mut Layer) {
        let editions = &mut layer.editions;
        for (key, value) in self.table(value, "editions").into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "every" => editions.every = self.period(value, name),
                "tags" => editions.tags = self.words(value, name),
                "at" => editions.at = self.strings(value, name),
                "since" => editions.since = self.date(value, name),
                "until" => editions.until = self.date(value, name),
                "latest" => editions.latest = self.boolean(value, name),
                _ => self.unknown(key, "editions", EDITIONS),
            }
        }
    }

    /// Programs are the user's to allow, never the document's.
    fn preprocessors(&mut self, key: &Key, value: &Value, layer: &mut Layer) {
        if self.trust == Trust::Document {
            let message = "a document can't allow programs to be run";
            let hint = "take the table out; whoever trusts the document gives `--allow-preprocessors`";
            return self.problem(Code::ConfigInvalid, key.span(), message, hint);
        }
        for (key, value) in self.table(value, "preprocessors").into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "allow" => layer.allow_preprocessors = self.boolean(value, name),
                "time-limit" => {
                    let seconds = value.get_ref().as_integer().and_then(|n| n.as_str().parse::<u64>().ok());
                    layer.preprocessor_seconds = seconds.filter(|n| (1..=86_400).contains(n));
                    if layer.preprocessor_seconds.is_none() {
                        self.wrong_type(value, name, "a number of seconds from 1 to 86400");
                    }
                }
                _ => self.unknown(key, "preprocessors", PREPROCESSORS),
            }
        }
    }

    fn pdf(&mut self, value: &Value, layer: &mut Layer) {
        for (key, value) in self.table(value, "pdf").into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "paper" => layer.paper = self.checked(value, name, check_paper),
                "two-sided" => layer.two_sided = self.boolean(value, name),
                "link-urls" => layer.link_urls = self.link_urls(value, name),
                "fonts" => layer.fonts = self.fonts(value, name),
                "standards" => layer.standards = self.standards(value, name),
                "attach-sources" => layer.attach_sources = self.boolean(value, name),
                "installed-fonts" => layer.installed_fonts = self.boolean(value, name),
                _ => self.unknown(key, "pdf", PDF),
            }
        }
    }

    fn epub(&mut self, value: &Value, layer: &mut Layer) {
        for (key, value) in self.table(value, "epub").into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "profile" => layer.profile = self.profile(value, name),
                _ => self.unknown(key, "epub", EPUB),
            }
        }
    }

    fn images(&mut self, value: &Value, layer: &mut Layer) {
        for (key, value) in self.table(value, "images").into_iter().flatten() {
            let name = key.get_ref().as_ref();
            match name {
                "max-pixels" => layer.max_image_pixels = self.pixels(value, name),
                _ => self.unknown(key, "images", IMAGES),
            }
        }
    }

    fn identifiers(&mut self, value: &Value, name: &str) -> Option<Vec<Assigned>> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, name, "a list of tables: `[[identifier]]`");
            return None;
        };
        Some(list.iter().filter_map(|entry| self.identifier(entry)).collect())
    }

    /// What somebody has given an edition, or without one the whole document.
    fn identifier(&mut self, entry: &Value) -> Option<Assigned> {
        let mut assigned = Assigned::default();
        let mut places = [None, None];
        for (key, value) in self.table(entry, "[identifier]")? {
            let name = key.get_ref().as_ref();
            match name {
                "edition" => {
                    assigned.edition = match value.get_ref().as_datetime() {
                        Some(_) => self.date(value, name),
                        None => self.checked(value, name, check_edition),
                    };
                }
                "isbn" => {
                    places[0] = Some(key.span());
                    assigned.isbn = self.checked(value, name, check_isbn);
                }
                "doi" => assigned.doi = self.checked(value, name, check_doi),
                "urn" => assigned.urn = self.checked(value, name, check_urn),
                "issn" => {
                    places[1] = Some(key.span());
                    assigned.issn = self.checked(value, name, check_issn);
                }
                _ => self.unknown(key, "[identifier]", IDENTIFIER),
            }
        }
        let has_edition = entry.get_ref().get("edition").is_some();
        let misplaced = match (has_edition, places) {
            (false, [Some(at), _]) => Some((at, "an ISBN is of one edition", "name it with `edition`")),
            (true, [_, Some(at)]) => {
                let hint = "write it below an `[[identifier]]` without `edition`";
                Some((at, "an ISSN is of all editions", hint))
            }
            (false, [None, _]) | (true, [_, None]) => None,
        };
        if let Some((at, message, hint)) = misplaced {
            self.problem(Code::ConfigInvalid, at, message, hint);
        }
        if !IDENTIFIER[1..].iter().any(|kind| entry.get_ref().get(*kind).is_some()) {
            let hint = "give it `isbn`, `doi` or `urn`, or take it out";
            self.problem(Code::ConfigInvalid, entry.span(), "an identifier that holds none", hint);
        }
        Some(assigned)
    }

    fn snapshots(&mut self, value: &Value, name: &str) -> Option<Vec<Snapshot>> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, name, "a list of tables: `[[edition]]`");
            return None;
        };
        let snapshots = list.iter().filter_map(|entry| self.snapshot(entry)).collect();
        Some(snapshots)
    }

    fn snapshot(&mut self, entry: &Value) -> Option<Snapshot> {
        let before = self.problems.len();
        let (mut date, mut path) = (None, None);
        for (key, value) in self.table(entry, "[edition]")? {
            let name = key.get_ref().as_ref();
            match name {
                "date" => date = self.date(value, name),
                "path" => path = self.checked(value, name, check_inner_path),
                _ => self.unknown(key, "[edition]", SNAPSHOT),
            }
        }
        if let (Some(date), Some(path)) = (date, path) {
            return Some(Snapshot { date, path });
        }
        if self.problems.len() == before {
            let hint = "write `date = \"2021-01-15\"` and `path = \"2021-01-15\"` below `[[edition]]`";
            self.problem(Code::ConfigInvalid, entry.span(), "an edition needs both a date and a path", hint);
        }
        None
    }
}
