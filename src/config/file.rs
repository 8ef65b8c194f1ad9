//! Configuration files → [`Layer`]: each key and value is looked at, and what
//! is wrong is said with its line, all of it at once.

mod keys;
mod values;

#[cfg(test)]
pub(super) use self::keys::KNOWN;

use std::fmt::Display;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Layer;
use crate::diag::{Code, Diagnostic, Located};
use crate::span::{Files, Span};

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The user named it: it may say where to write.
    User,
    /// It came with the document: it must stay inside the working folder.
    Document,
    /// The user set it on the command line: it may do what the user may, but
    /// paths of fonts are those of the document.
    Line,
}

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
        Some(value) => {
            let table = file.table(value, "output.bindery");
            // These say how mdBook runs a renderer.
            let own = |(key, _): &(&Key, &Value)| !["command", "optional"].contains(&key.get_ref().as_ref());
            let table = table.map(|t| t.iter().filter(own).map(|(k, v)| (k.clone(), v.clone())).collect());
            table.map(|table| file.layer(&table)).unwrap_or_default()
        }
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

/// A file while it is read, and what is wrong in it.
struct File<'t> {
    path: &'t str,
    text: &'t str,
    trust: Trust,
    /// With their places in the file.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Snapshot;
    use crate::edition::Period;
    use crate::edition::conformance::Standard;
    use crate::fonts::FontSource;
    use crate::output::Format;
    use crate::writer::pdf::LinkUrls;

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
            standards = ["ua-1", "a-3u"]
            attach-sources = true
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
        assert_eq!(layer.standards, Some(vec![Standard::Ua1, Standard::A3u]));
        assert_eq!(layer.attach_sources, Some(true));
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
                "5:9 config-invalid unknown paper `A 4` (use a name such as `a4`, `a5`, `b5`, `us-letter` or `us-legal`, in lower case, or `6-inch` for e-readers)",
            ]
        );
    }

    #[test]
    fn identifiers_are_checked_at_their_lines() {
        let text = "[[identifier]]\nissn = \"2049-3630\"\n[[identifier]]\nedition = 2025-02-08\n\
                    isbn = \"978-3-16-148410-0\"\ndoi = \"10.1000/182\"\nurn = \"urn:example:a\"\n";
        let found = bindery_toml("b.toml", text, Trust::Document).expect("valid").identifiers.expect("some");
        assert_eq!((found.len(), found[0].issn.as_deref()), (2, Some("2049-3630")));
        assert_eq!(found[1].edition.as_deref(), Some("2025-02-08"));
        assert_eq!(found[1].doi.as_deref(), Some("10.1000/182"));
        let wrong = problems(
            "[[identifier]]\nisbn = \"978-3-16-148410-1\"\n[[identifier]]\nedition = \"2025-02-30\"\n\
             issn = \"2049-3630\"\ndoi = \"182\"\nurn = 3\nark = \"\"\n",
        );
        let places: Vec<String> =
            wrong.iter().map(|w| w.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            places,
            [
                "2:1 config-invalid",
                "2:8 config-invalid",
                "4:11 config-invalid",
                "5:1 config-invalid",
                "6:7 config-invalid",
                "7:7 config-invalid",
                "8:1 config-unknown-key"
            ],
            "{wrong:#?}"
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
