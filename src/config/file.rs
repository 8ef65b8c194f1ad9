//! Configuration files → [`Layer`]: each key and value is looked at, and what
//! is wrong is said with its line, all of it at once.

use std::fmt::Display;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{
    Check, Layer, Snapshot, check_date, check_inner_path, check_language, check_max_pixels, check_paper,
    check_repository, check_slug, period_of,
};
use crate::diag::{Code, Diagnostic, Located};
use crate::edition::Period;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::span::{Files, Span};
use crate::writer::pdf::LinkUrls;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user named it: it may say where to write.
    User,
    /// It came with the document: it must stay inside the working folder.
    Document,
}

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
];
const EDITIONS: &[&str] = &["every", "tags", "at", "since", "until", "latest"];
const PDF: &[&str] = &["paper", "two-sided", "link-urls", "fonts", "installed-fonts"];
const EPUB: &[&str] = &[];
const IMAGES: &[&str] = &["max-pixels"];
const SNAPSHOT: &[&str] = &["date", "path"];
const PREPROCESSORS: &[&str] = &["allow", "time-limit"];

type Table<'i> = DeTable<'i>;
type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// Reads a `bindery.toml`. `path` is how messages call it.
///
/// # Errors
/// Everything that is wrong in it, in the order of the file.
pub fn bindery_toml(path: &str, text: &str, trust: Trust) -> Result<Layer, Vec<Located>> {
    let mut file = File::new(path, text, trust);
    let layer = match DeTable::parse(text) {
        Ok(table) => file.layer(table.get_ref()),
        Err(error) => {
            file.syntax(&error);
            Layer::default()
        }
    };
    file.finish(layer)
}

/// Reads `[output.bindery]` of a `book.toml`. A file that is no TOML sets
/// nothing here: the reader has something to say about it.
///
/// # Errors
/// Everything that is wrong in that table, in the order of the file.
pub fn book_toml(path: &str, text: &str) -> Result<Layer, Vec<Located>> {
    let mut file = File::new(path, text, Trust::Document);
    let (table, _) = DeTable::parse_recoverable(text);
    let ours = table.get_ref().get("output").and_then(|v| v.get_ref().get("bindery"));
    let layer = match ours {
        Some(value) => file.table(value, "output.bindery").map(|t| file.layer(t)).unwrap_or_default(),
        None => Layer::default(),
    };
    file.finish(layer)
}

/// The known name nearest to an unknown one, if any is near.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let (score, best) = known
        .iter()
        .map(|k| (strsim::jaro_winkler(&name.to_lowercase().replace('_', "-"), k), *k))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score > 0.75).then_some(best)
}

struct File<'t> {
    path: &'t str,
    text: &'t str,
    trust: Trust,
    problems: Vec<(usize, Located)>,
}

impl<'t> File<'t> {
    fn new(path: &'t str, text: &'t str, trust: Trust) -> Self {
        Self { path, text, trust, problems: Vec::new() }
    }

    fn finish(mut self, layer: Layer) -> Result<Layer, Vec<Located>> {
        if self.problems.is_empty() {
            return Ok(layer);
        }
        self.problems.sort_by_key(|(at, _)| *at);
        Err(self.problems.into_iter().map(|(_, problem)| problem).collect())
    }

    fn problem(
        &mut self,
        code: Code,
        at: std::ops::Range<usize>,
        message: impl Display,
        hint: impl Into<String>,
    ) {
        let mut files = Files::default();
        let id = files.add(self.path, self.text);
        let diagnostic = Diagnostic::new(code, message.to_string())
            .at(Span::new(id, at.clone()))
            .hint(hint)
            .locate(&files);
        self.problems.push((at.start, diagnostic));
    }

    fn syntax(&mut self, error: &toml::de::Error) {
        let at = error.span().unwrap_or(0..0);
        let message = error.message().lines().next().unwrap_or("invalid").to_owned();
        self.problem(
            Code::ConfigInvalid,
            at,
            format!("not valid TOML: {message}"),
            "mend the line; strings need quotes, and lists need brackets",
        );
    }

    fn unknown(&mut self, key: &Key, table: &str, known: &[&str]) {
        let name = key.get_ref().as_ref();
        let place = if table.is_empty() { String::new() } else { format!(" in `[{table}]`") };
        let hint = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "this table has no keys yet; take it out".to_owned(),
            None => format!("known here: {}", known.join(", ")),
        };
        self.problem(Code::ConfigUnknownKey, key.span(), format!("unknown key `{name}`{place}"), hint);
    }

    fn layer(&mut self, table: &Table) -> Layer {
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
                "epub" => self.epub(value),
                "images" => self.images(value, &mut layer),
                "edition" => layer.snapshots = self.snapshots(value, name),
                "preprocessors" => self.preprocessors(key, value, &mut layer),
                _ => self.unknown(key, "", TOP),
            }
        }
        layer
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
                "installed-fonts" => layer.installed_fonts = self.boolean(value, name),
                _ => self.unknown(key, "pdf", PDF),
            }
        }
    }

    /// Font files and folders: of the document's tree where the document says
    /// so, of the disk where the user does.
    fn fonts(&mut self, value: &Value, name: &str) -> Vec<FontSource> {
        let paths = self.strings(value, name).unwrap_or_default();
        let mut fonts = Vec::new();
        for path in paths {
            match (self.trust, check_inner_path(&path)) {
                (Trust::User, _) => fonts.push(FontSource::Disk(path.into())),
                (Trust::Document, Ok(())) => fonts.push(FontSource::Tree(path)),
                (Trust::Document, Err((message, hint))) => {
                    self.problem(Code::ConfigInvalid, value.span(), message, hint);
                }
            }
        }
        fonts
    }

    fn epub(&mut self, value: &Value) {
        for (key, _) in self.table(value, "epub").into_iter().flatten() {
            self.unknown(key, "epub", EPUB);
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

    // Values of one type each.

    fn wrong_type(&mut self, value: &Value, name: &str, wanted: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a truth value",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(
            Code::ConfigInvalid,
            value.span(),
            format!("`{name}` is {found}"),
            format!("it must be {wanted}"),
        );
    }

    fn table<'v, 'i>(&mut self, value: &'v Value<'i>, name: &str) -> Option<&'v Table<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, name, "a table");
        }
        table
    }

    fn words(&mut self, value: &Value, name: &str) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, name, "a string");
            return None;
        };
        if text.trim().is_empty() {
            let hint = "write something, or take the key out";
            self.problem(Code::ConfigInvalid, value.span(), format!("`{name}` is empty"), hint);
            return None;
        }
        Some(text.trim().to_owned())
    }

    fn checked(&mut self, value: &Value, name: &str, check: fn(&str) -> Check) -> Option<String> {
        let text = self.words(value, name)?;
        match check(&text) {
            Ok(()) => Some(text),
            Err((message, hint)) => {
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    fn strings(&mut self, value: &Value, name: &str) -> Option<Vec<String>> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, name, "a list of strings");
            return None;
        };
        let strings = list.iter().filter_map(|entry| self.words(entry, name)).collect();
        Some(strings)
    }

    fn boolean(&mut self, value: &Value, name: &str) -> Option<bool> {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(value, name, "`true` or `false`");
        }
        truth
    }

    /// How many pixels of an image are kept.
    fn pixels(&mut self, value: &Value, name: &str) -> Option<u32> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, name, "a whole number");
            return None;
        };
        let pixels = u32::from_str_radix(number.as_str(), number.radix()).unwrap_or(0);
        match check_max_pixels(pixels) {
            Ok(()) => Some(pixels),
            Err((_, hint)) => {
                let message = format!("`{name}` is no sensible limit");
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    /// A date as a string or as TOML's own local date.
    fn date(&mut self, value: &Value, name: &str) -> Option<String> {
        match value.get_ref().as_datetime() {
            Some(date) if date.time.is_none() && date.offset.is_none() => Some(date.to_string()),
            Some(_) | None => self.checked(value, name, check_date),
        }
    }

    fn period(&mut self, value: &Value, name: &str) -> Option<Period> {
        let text = self.words(value, name)?;
        let period = period_of(&text);
        if period.is_none() {
            let hint = "use `year`, `quarter` or `month`";
            self.problem(Code::ConfigInvalid, value.span(), format!("unknown period `{text}`"), hint);
        }
        period
    }

    /// Only the user says what runs on their machine.
    fn programs(&mut self, value: &Value, name: &str) -> Option<bool> {
        let allowed = self.boolean(value, name)?;
        if allowed && self.trust == Trust::Document {
            let hint = "take it out; use `--allow-programs`, or a file of your own with `--config`";
            let message = "a document can't allow programs to run";
            self.problem(Code::ConfigInvalid, value.span(), message, hint);
            return None;
        }
        Some(allowed)
    }

    fn link_urls(&mut self, value: &Value, name: &str) -> Option<LinkUrls> {
        let text = self.words(value, name)?;
        let place = LinkUrls::from_name(&text);
        if place.is_none() {
            let hint = "use `none`, `footnote` or `list`";
            self.problem(Code::ConfigInvalid, value.span(), format!("`{name}` is `{text}`"), hint);
        }
        place
    }

    fn formats(&mut self, value: &Value, name: &str) -> Option<Vec<Format>> {
        let names = self.strings(value, name)?;
        let known: Vec<Format> = names.iter().filter_map(|n| Format::from_name(n)).collect();
        if known.len() == names.len() && !known.is_empty() {
            return Some(known);
        }
        let hint = "use `[\"pdf\", \"epub\"]` or one of them";
        self.problem(Code::ConfigInvalid, value.span(), "unknown format, or none at all", hint);
        None
    }

    fn output(&mut self, value: &Value, name: &str) -> Option<std::path::PathBuf> {
        let path = match self.trust {
            Trust::User => self.words(value, name),
            Trust::Document => self.checked(value, name, check_inner_path),
        };
        path.map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Problems as `line:column code message (hint)`.
    fn problems(text: &str) -> Vec<String> {
        let found = bindery_toml("bindery.toml", text, Trust::Document).expect_err("it is wrong");
        found
            .iter()
            .map(|p| {
                let at = p.place.as_ref().map(|p| format!("{}:{}", p.line, p.column)).unwrap_or_default();
                format!("{at} {} {} ({})", p.code, p.message, p.hints.join("; "))
            })
            .collect()
    }

    #[test]
    fn every_key_is_read() {
        let layer = bindery_toml(
            "bindery.toml",
            r#"
            title = "T"
            subtitle = "S"
            authors = ["A", "B"]
            language = "pt-BR"
            slug = "t"
            book = "docs/book"
            output = "out"
            formats = ["epub"]
            repository = "https://example.org/t"
            repair-encoding = true
            [editions]
            every = "quarter"
            tags = "v*"
            at = ["2021-06-01", "abc1234"]
            since = 2020-01-01
            until = "2022"
            latest = true
            [pdf]
            paper = "a5"
            two-sided = true
            link-urls = "footnote"
            fonts = ["fonts", "more/a.ttf"]
            installed-fonts = false
            [epub]
            [images]
            max-pixels = 1_000_000
            [[edition]]
            date = "2021-01"
            path = "2021-01.md"
            "#,
            Trust::Document,
        )
        .expect("valid");
        assert_eq!(layer.repair_encoding, Some(true));
        assert_eq!(layer.authors.as_deref(), Some(&["A".to_owned(), "B".to_owned()][..]));
        assert_eq!(layer.formats.as_deref(), Some(&[Format::Epub][..]));
        assert_eq!(layer.editions.every, Some(Period::Quarter));
        assert_eq!(layer.editions.since.as_deref(), Some("2020-01-01"));
        assert_eq!(layer.editions.latest, Some(true));
        assert_eq!((layer.paper.as_deref(), layer.two_sided), (Some("a5"), Some(true)));
        assert_eq!(layer.max_image_pixels, Some(1_000_000));
        assert_eq!(layer.link_urls, Some(LinkUrls::Footnote));
        let fonts = ["fonts", "more/a.ttf"].map(|path| FontSource::Tree(path.to_owned()));
        assert_eq!((layer.fonts.as_slice(), layer.installed_fonts), (fonts.as_slice(), Some(false)));
        let snapshot = Snapshot { date: "2021-01".to_owned(), path: "2021-01.md".to_owned() };
        assert_eq!(layer.snapshots, Some(vec![snapshot]));
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        assert_eq!(
            problems("titel = \"T\"\n[pdf]\ntwo_sided = true\npapre = \"a4\"\n[editions]\nzzz = 1\n"),
            [
                "1:1 config-unknown-key unknown key `titel` (did you mean `title`?)",
                "3:1 config-unknown-key unknown key `two_sided` in `[pdf]` (did you mean `two-sided`?)",
                "4:1 config-unknown-key unknown key `papre` in `[pdf]` (did you mean `paper`?)",
                "6:1 config-unknown-key unknown key `zzz` in `[editions]` (known here: every, tags, at, since, until, latest)",
            ]
        );
    }

    #[test]
    fn wrong_types_and_values_are_named_with_their_place() {
        assert_eq!(
            problems("title = 3\nlanguage = \"en_GB\"\noutput = \"../up\"\n[pdf]\npaper = \"A 4\"\n"),
            [
                "1:9 config-invalid `title` is a number (it must be a string)",
                "2:12 config-invalid `en_GB` is not a language tag (use a BCP 47 tag such as `en`, `de` or `pt-BR`)",
                "3:10 config-invalid `../up` is not a path inside the source (write it relative to the source, with `/` and without `..`)",
                "5:9 config-invalid unknown paper `A 4` (use a name such as `a4`, `a5`, `b5`, `us-letter` or `us-legal`, in lower case)",
            ]
        );
    }

    #[test]
    fn a_limit_of_pixels_is_sensible() {
        for bad in ["0", "9999", "-1", "1.5", "'many'", "99999999999"] {
            let found = problems(&format!("[images]\nmax-pixels = {bad}\n"));
            assert!(found.len() == 1 && found[0].starts_with("2:14 config-invalid"), "{bad}: {found:?}");
        }
        assert!(problems("[images]\nfetch = true\n")[0].contains("config-unknown-key"), "the user's alone");
    }

    #[test]
    fn the_user_may_write_anywhere_and_the_document_may_not() {
        for text in ["output = \"/srv/editions\"\n", "allow-programs = true\n"] {
            assert!(bindery_toml("b.toml", text, Trust::User).is_ok());
            assert!(bindery_toml("b.toml", text, Trust::Document).is_err());
        }
    }

    #[test]
    fn broken_toml_is_shown_at_its_line() {
        let found = problems("title = \"T\"\nslug = \n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("2:"), "{found:?}");
        assert!(found[0].contains("config-invalid not valid TOML"), "{found:?}");
    }

    #[test]
    fn only_our_table_of_book_toml_is_ours() {
        let text = "[book]\nmultilingual = false\n[output.bindery]\nslug = \"x\"\n[output.html]\nodd = 1\n";
        assert_eq!(book_toml("book.toml", text).expect("valid").slug.as_deref(), Some("x"));
        assert!(book_toml("book.toml", "[output.bindery]\nsulg = \"x\"\n").is_err());
        assert_eq!(book_toml("book.toml", "[book\nbroken"), Ok(Layer::default()));
    }
}
