//! `book.toml`, read tolerantly: whatever can't be used is a warning, and the
//! book is built without it.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::markdown::Dialect;
use super::math::MathSyntax;
use super::preprocessors::Preprocessors;
use crate::diag::{Code, Diagnostic};
use crate::document::direction::Direction;
use crate::paths;
use crate::span::{FileId, Span};

/// What a book says of itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct BookToml {
    pub title: Option<String>,
    pub subtitle: Option<String>,
    pub authors: Vec<String>,
    pub description: Option<String>,
    pub language: Option<String>,
    pub direction: Option<Direction>,
    /// The source folder, relative to the file.
    pub source: Option<String>,
    pub repository: Option<String>,
    pub redirects: BTreeMap<String, String>,
    pub site_url: Option<String>,
    pub dialect: Dialect,
    /// The prefixes of hidden lines of code, by language.
    pub hidelines: BTreeMap<String, String>,
    pub preprocessors: Preprocessors,
}

impl BookToml {
    /// What holds without a `book.toml`: Markdown as GitHub shows it.
    pub(super) fn of_no_file() -> Self {
        let dialect = Dialect { math: MathSyntax::Dollars, ..Dialect::default() };
        Self { dialect, ..Self::default() }
    }
}

/// Keys of `[book]`; those that mdBook 0.5 has dropped or that say nothing
/// about pages are ignored.
const BOOK_KEYS: [&str; 9] = [
    "title",
    "subtitle",
    "authors",
    "author",
    "description",
    "src",
    "language",
    "text-direction",
    "multilingual",
];

/// Whether a preprocessor turns LaTeX between dollar signs into equations.
fn sets_mathematics(name: &str) -> bool {
    ["katex", "mathjax", "mathpunc", "typst-math", "latex", "mathml", "math"].contains(&name)
}

/// Parses the text; a table as far as it is one, with its errors.
pub(super) fn table(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Table {
    match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("it can't be parsed").to_owned();
            let range = error.span().unwrap_or(0..0);
            diagnostics.push(
                Diagnostic::new(Code::BookTomlInvalid, format!("book.toml is not valid TOML: {message}"))
                    .at(Span::new(file, range))
                    .hint("the book is built as if it were empty"),
            );
            Table::new()
        }
    }
}

/// Reads what Bindery uses.
pub(super) fn read(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> BookToml {
    let first = diagnostics.len();
    let table = table(text, file, diagnostics);
    let mut reader = Reader { text, file, diagnostics };
    let mut out = BookToml::default();
    let empty = Table::new();
    let book = reader.sub_table(&table, "book", "book").unwrap_or(&empty);
    out.title = reader.string(book, "book", "title").filter(|t| !t.is_empty());
    out.subtitle = reader.string(book, "book", "subtitle").filter(|t| !t.is_empty());
    out.description = reader.string(book, "book", "description").filter(|t| !t.is_empty());
    out.language = reader.string(book, "book", "language").filter(|t| !t.is_empty());
    out.source = reader.string(book, "book", "src");
    out.direction = reader.direction(book);
    out.authors = reader.strings(book, "authors");
    out.authors.extend(reader.strings(book, "author"));
    reader.check_book_keys(book);
    if let Some(output) = reader.sub_table(&table, "output", "output")
        && let Some(html) = reader.sub_table(output, "html", "output.html")
    {
        reader.html(html, &mut out);
    }
    if let Some(preprocessors) = reader.sub_table(&table, "preprocessor", "preprocessor")
        && preprocessors.keys().any(|name| sets_mathematics(name))
    {
        out.dialect.math = MathSyntax::All;
    }
    out.preprocessors = Preprocessors::new(&table, |name| {
        table.get("preprocessor")?.get(name).map(|_| reader.place("preprocessor", name))
    });
    diagnostics[first..].sort_by_key(|d| d.span.map(|span| span.start));
    out
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// The place of a key: the `toml` crate's tables have none, so it is
    /// looked for in the text.
    fn place(&self, section: &str, key: &str) -> Span {
        let mut inside = section.is_empty();
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            let trimmed = line.trim();
            let indent = line.len() - line.trim_start().len();
            if let Some(name) = trimmed.strip_prefix('[') {
                let name = name.split(']').next().unwrap_or("").trim();
                inside = name == section;
                if name.strip_prefix(section).is_some_and(|rest| rest.strip_prefix('.') == Some(key)) {
                    return Span::new(self.file, offset + indent..offset + indent + trimmed.len());
                }
            } else if inside {
                let name = trimmed.split('=').next().unwrap_or("").trim().trim_matches(['"', '\'']);
                if name == key || name.split('.').next() == Some(key) {
                    return Span::new(self.file, offset + indent..offset + indent + trimmed.len());
                }
            }
            offset += line.len();
        }
        Span::new(self.file, 0..0)
    }

    fn wrong_type(&mut self, section: &str, key: &str, wanted: &str) {
        let diagnostic =
            Diagnostic::new(Code::BookTomlKey, format!("`{key}` should be {wanted}; it is ignored"));
        self.diagnostics.push(diagnostic.at(self.place(section, key)));
    }

    fn sub_table<'t>(&mut self, table: &'t Table, key: &str, section: &str) -> Option<&'t Table> {
        let value = table.get(key)?;
        if value.as_table().is_none() {
            let parent = section.rsplit_once('.').map_or("", |(parent, _)| parent);
            self.wrong_type(parent, key, "a table");
        }
        value.as_table()
    }

    fn string(&mut self, table: &Table, section: &str, key: &str) -> Option<String> {
        match table.get(key)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_)
            | Value::Table(_) => {
                self.wrong_type(section, key, "text in quotes");
                None
            }
        }
    }

    /// `text-direction`: `ltr` or `rtl`.
    fn direction(&mut self, book: &Table) -> Option<Direction> {
        match self.string(book, "book", "text-direction")?.as_str() {
            "ltr" => Some(Direction::Ltr),
            "rtl" => Some(Direction::Rtl),
            _ => {
                self.wrong_type("book", "text-direction", "`ltr` or `rtl`");
                None
            }
        }
    }

    fn boolean(&mut self, table: &Table, section: &str, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        if value.as_bool().is_none() {
            self.wrong_type(section, key, "true or false");
        }
        value.as_bool()
    }

    /// A list of texts, or one text.
    fn strings(&mut self, book: &Table, key: &str) -> Vec<String> {
        let all: &[Value] = match book.get(key) {
            None => return Vec::new(),
            Some(Value::Array(all)) => all,
            Some(one) => std::slice::from_ref(one),
        };
        let texts: Vec<String> = all.iter().filter_map(|v| v.as_str().map(|s| s.trim().to_owned())).collect();
        if texts.len() < all.len() {
            self.wrong_type("book", key, "a list of texts in quotes");
        }
        texts.into_iter().filter(|t| !t.is_empty()).collect()
    }

    fn check_book_keys(&mut self, book: &Table) {
        for key in book.keys() {
            if key == "multilingual" {
                let message = "mdBook has dropped the key `multilingual`; it is ignored";
                let diagnostic = Diagnostic::new(Code::BookTomlKey, message).at(self.place("book", key));
                self.diagnostics.push(diagnostic.hint("take the line away: mdBook 0.5 refuses it"));
            } else if !BOOK_KEYS.contains(&key.as_str()) {
                let message = format!("`[book]` has no key `{key}`; it is ignored");
                let mut diagnostic = Diagnostic::new(Code::BookTomlKey, message).at(self.place("book", key));
                if let Some(near) = paths::nearest(key, BOOK_KEYS.into_iter()) {
                    diagnostic = diagnostic.hint(format!("did you mean `{near}`?"));
                }
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn html(&mut self, html: &Table, out: &mut BookToml) {
        let section = "output.html";
        out.repository = self
            .string(html, section, "git-repository-url")
            .map(|url| url.trim_end_matches('/').trim_end_matches(".git").to_owned())
            .filter(|url| !url.is_empty());
        out.site_url = self.string(html, section, "site-url").filter(|url| !url.is_empty());
        // `curly-quotes` is the older name.
        let smart = self.boolean(html, section, "smart-punctuation");
        let curly = self.boolean(html, section, "curly-quotes");
        out.dialect.smart_punctuation = smart.or(curly).unwrap_or(true);
        out.dialect.definition_lists = self.boolean(html, section, "definition-lists").unwrap_or(true);
        out.dialect.alerts = self.boolean(html, section, "admonitions").unwrap_or(true);
        let code = self.sub_table(html, "code", "output.html.code");
        if let Some(prefixes) =
            code.and_then(|code| self.sub_table(code, "hidelines", "output.html.code.hidelines"))
        {
            for (language, prefix) in prefixes {
                match prefix.as_str() {
                    Some(prefix) => {
                        out.hidelines.insert(language.clone(), prefix.to_owned());
                    }
                    None => self.wrong_type("output.html.code.hidelines", language, "text in quotes"),
                }
            }
        }
        if self.boolean(html, section, "mathjax-support") == Some(true) {
            out.dialect.math = MathSyntax::All;
        }
        if let Some(redirects) = self.sub_table(html, "redirect", "output.html.redirect") {
            for (from, to) in redirects {
                match to.as_str() {
                    Some(to) => {
                        out.redirects.insert(from.clone(), to.to_owned());
                    }
                    None => self.wrong_type("output.html.redirect", from, "text in quotes"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Files;

    fn run(text: &str) -> (BookToml, Vec<String>) {
        let mut files = Files::default();
        let file = files.add("book.toml", text);
        let mut diagnostics = Vec::new();
        let book = read(text, file, &mut diagnostics);
        let shown = diagnostics
            .iter()
            .map(|d| {
                let place = d.locate(&files).place.expect("has a place");
                format!("{}:{} {} [{}]", place.line, place.column, d.message, d.hints.join("; "))
            })
            .collect();
        (book, shown)
    }

    #[test]
    fn everything_used_is_read() {
        let (book, diagnostics) = run("[book]\ntitle = \"T\"\nauthors = [\"A\", \"B\"]\nlanguage = \"de\"\n\
             src = \"text\"\n[output.html]\ngit-repository-url = \"https://x.org/y/\"\n\
             smart-punctuation = false\ndefault-theme = \"navy\"\n[output.html.redirect]\n\
             \"/a.html\" = \"/b.html\"\n[preprocessor.links]\n");
        assert_eq!(diagnostics, Vec::<String>::new());
        assert_eq!((book.title.as_deref(), book.authors.len()), (Some("T"), 2));
        assert_eq!(book.repository.as_deref(), Some("https://x.org/y"));
        assert!(!book.dialect.smart_punctuation);
        assert_eq!(book.redirects.get("/a.html").map(String::as_str), Some("/b.html"));
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_place() {
        let (book, diagnostics) =
            run("[book]\ntitel = \"T\"\nauthor = \"A\"\nlanguage = 3\nmultilingual = false\n\
             [preprocessor.odd]\n[preprocessor.mermaid]\n[preprocessor.toc]\ncommand = \"x\"\n");
        assert!(book.preprocessors.asks("odd") && book.preprocessors.asks("links"));
        assert_eq!(book.authors, ["A"]);
        assert_eq!(
            diagnostics,
            [
                "2:1 `[book]` has no key `titel`; it is ignored [did you mean `title`?]",
                "4:1 `language` should be text in quotes; it is ignored []",
                "5:1 mdBook has dropped the key `multilingual`; it is ignored [take the line away: mdBook 0.5 refuses it]",
            ]
        );
    }

    #[test]
    fn broken_toml_is_a_warning_with_its_place() {
        let (book, diagnostics) = run("[book]\ntitle = \"T\n");
        assert_eq!(book, BookToml::default());
        assert_eq!(diagnostics.len(), 1);
        assert!(diagnostics[0].starts_with("2:"), "{diagnostics:?}");
    }
}
