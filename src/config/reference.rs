//! Every key of the configuration, and what it is for: `bindery init` and the
//! documentation are made from this list.

use self::Preset::{Otherwise, Value};

/// A table of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name; empty for what stands above all tables.
    pub name: &'static str,
    /// Whether there may be several: `[[name]]`.
    pub repeated: bool,
    /// What its keys are about: a sentence in Markdown.
    pub explanation: &'static str,
}

/// What holds where nothing is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// A value, as TOML.
    Value(&'static str),
    /// Whatever these words say; and a value to show, as TOML.
    Otherwise(&'static str, &'static str),
}

impl Preset {
    /// A value that the key takes, as TOML: the default where it is one.
    pub fn example(self) -> &'static str {
        match self {
            Self::Value(value) | Self::Otherwise(_, value) => value,
        }
    }
}

/// A key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name of its table: that of one of [`TABLES`].
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What its value may be: a few words of Markdown.
    pub form: &'static str,
    /// What holds where it is not set.
    pub default: Preset,
    /// The flag that sets the same.
    pub flag: Option<&'static str>,
    /// Whether it counts only in a file that the user names with `--config`.
    pub trusted_only: bool,
    /// What it is for: a sentence in Markdown, on one line.
    pub explanation: &'static str,
}

/// The tables, in the order in which they are shown.
pub const TABLES: &[Table] = &[
    table("", "The document, and what is made of it."),
    table(
        "editions",
        "Which revisions become editions. The choices add up; without any there is an edition for every year, and one of the latest revision.",
    ),
    table("pdf", "How the PDF is made."),
    table("epub", "How the EPUB is made."),
    table("images", "What becomes of images."),
    table(
        "preprocessors",
        "mdBook's preprocessors that Bindery does not know, as programs. Only in a file that `--config` names.",
    ),
    Table {
        repeated: true,
        ..table(
            "edition",
            "A dated snapshot, where names of files don't hold dates; one such table for each.",
        )
    },
    Table {
        repeated: true,
        ..table("identifier", "What somebody has given an edition or the document; one such table for each.")
    },
];

const fn table(name: &'static str, explanation: &'static str) -> Table {
    Table { name, repeated: false, explanation }
}

/// A key that any configuration may hold, and that no flag sets.
const fn key(
    table: &'static str,
    name: &'static str,
    form: &'static str,
    default: Preset,
    explanation: &'static str,
) -> Key {
    Key { table, name, form, default, flag: None, trusted_only: false, explanation }
}

impl Key {
    const fn flag(self, flag: &'static str) -> Self {
        Self { flag: Some(flag), ..self }
    }

    const fn trusted(self) -> Self {
        Self { trusted_only: true, ..self }
    }

    /// The key with its table, as `--set` takes it.
    pub fn path(&self) -> String {
        if self.table.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.table, self.name) }
    }
}

const TRUTH: &str = "`true` or `false`";
const TEXT: &str = "text";
const DATE: &str = "a date: `2021`, `2021-01` or `2021-01-15`";

/// All keys, by table, in the order in which they are shown.
pub const KEYS: &[Key] = &[
    key("", "title", TEXT, Otherwise("from `book.toml`, else a lone file's or README's heading, else the name of the repository or folder", "\"The Guide\""),
        "The title, in place of the book's own."),
    key("", "subtitle", TEXT, Otherwise("none", "\"A living document\""),
        "The subtitle, on the title page and in the EPUB."),
    key("", "authors", "a list of names", Otherwise("from `book.toml`", "[\"Jane Doe\"]"),
        "The authors, in place of the book's own."),
    key("", "language", "a BCP 47 tag such as `en`, `de` or `pt-BR`", Otherwise("from `book.toml`, else `en`", "\"en\""),
        "The language: hyphens, quotation marks and voices follow it."),
    key("", "slug", "`a`–`z`, digits and hyphens", Otherwise("made from the title of the latest revision", "\"the-guide\""),
        "The name in folder and file names. Set it before the first edition is published: a new title then changes no address."),
    key("", "book", "a path inside the source", Otherwise("the root's or the uppermost `book.toml`, else `SUMMARY.md`, else all Markdown files", "\"docs\""),
        "The book's folder (the one with `book.toml`, where there is one), or its only file."),
    key("", "output", "a folder below the one that Bindery runs in; `--output` may lead anywhere", Value("\"output\""),
        "The folder to write to.").flag("--output"),
    key("", "formats", "a list of `\"pdf\"` and `\"epub\"`", Value("[\"pdf\", \"epub\"]"),
        "The formats to write.").flag("--formats"),
    key("", "only", "a list of paths of chapters, from the book's source folder", Value("[]"),
        "Bind these chapters alone; all of them when the list is empty.").flag("--only"),
    key("", "repository", "a web address", Otherwise("from `book.toml`, else the remote", "\"https://example.org/guide\""),
        "The repository, which links to files outside the book lead to."),
    key("", "publish", "a web address", Otherwise("none", "\"https://example.org/editions/\""),
        "Where the editions are published: each below `SLUG/NAME/`. They name their own address then."),
    key("", "license", "an SPDX expression such as `MIT OR Apache-2.0`", Otherwise("what the licence files of the revision say", "\"CC-BY-4.0\""),
        "The document's licence."),
    key("", "contributors", "a number from 0 to 1000", Value("10"),
        "How many contributors of the period the imprint names."),
    key("", "theme", "`default`, `plain` or `large`; `--theme` takes a folder of your own, too", Value("\"default\""),
        "How pages look: `plain` is for print shops, `large` has large type.").flag("--theme"),
    key("", "cover", "`drawn`, `none`, or the path of an image in the source", Value("\"drawn\""),
        "The cover: drawn from title, date and revision, an image of yours, or none.").flag("--cover"),
    key("", "catalogue", TRUTH, Value("true"),
        "Whether the catalogue of the output folder (a page, OPDS and Atom feeds) is made anew after a build.").flag("--no-catalogue"),
    key("", "bagit", TRUTH, Value("false"),
        "Write each edition's folder as a bag (BagIt 1.0, RFC 8493).").flag("--bagit"),
    key("", "math", TRUTH, Otherwise("as the book asks", "true"),
        "Whether dollar signs and mdBook's brackets enclose equations: `true` reads them in any book, `false` in none."),
    key("", "repair-encoding", TRUTH, Value("false"),
        "Put right UTF-8 that was once read as Windows-1252 (`Ã©` for `é`), wherever that is certain; otherwise it is named.").flag("--repair-encoding"),
    key("", "allow-programs", TRUTH, Value("false"),
        "Let Graphviz's `dot`, where it is installed, draw graphs.").flag("--allow-programs").trusted(),
    key("editions", "every", "`year`, `quarter` or `month`", Otherwise("`year`, where nothing else is chosen", "\"year\""),
        "An edition for the last revision of each period.").flag("--every"),
    key("editions", "latest", TRUTH, Otherwise("`true`, where nothing else is chosen", "true"),
        "An edition of the latest revision.").flag("--latest"),
    key("editions", "tags", "a pattern of tags", Otherwise("none", "\"v*\""),
        "An edition for each tag of this pattern.").flag("--tags"),
    key("editions", "at", "a list of dates, tags, branches or commits", Otherwise("none", "[\"2024-06-30\", \"v1.0\"]"),
        "An edition of each of these; a date stands for the last revision up to it.").flag("--at"),
    key("editions", "since", DATE, Otherwise("the first revision", "\"2020\""),
        "No edition before this date.").flag("--since"),
    key("editions", "until", DATE, Otherwise("the latest revision", "\"2030\""),
        "No edition after this date.").flag("--until"),
    key("pdf", "paper", "Typst's name of a paper: `a4`, `a5`, `us-letter` and so on", Value("\"a4\""),
        "The paper.").flag("--paper"),
    key("pdf", "two-sided", TRUTH, Value("false"),
        "Mirror the margins of left and right pages, for printing on both sides.").flag("--two-sided"),
    key("pdf", "link-urls", "`none`, `footnote` or `list`", Otherwise("`none`; `footnote` in the theme `plain`", "\"footnote\""),
        "Print the addresses of links: below the page, or at the end of the chapter.").flag("--link-urls"),
    key("pdf", "standards", "a list of at most one level of PDF/A (`a-2a`, `a-2u`, `a-2b`, `a-3a`, `a-3u`, `a-3b`) and `ua-1`", Value("[\"a-2a\", \"ua-1\"]"),
        "What the PDF conforms to; `[]` for a plain tagged PDF.").flag("--pdf-standards"),
    key("pdf", "attach-sources", TRUTH, Value("false"),
        "Put the files that the book was read from inside the PDF, which is then PDF/A-3a.").flag("--attach-sources"),
    key("pdf", "fonts", "a list of font files and folders in the source; `--fonts` takes them from the disk", Value("[]"),
        "Fonts for what Bindery's own lack, and for themes.").flag("--fonts"),
    key("pdf", "installed-fonts", TRUTH, Value("true"),
        "Whether fonts of the machine may draw what no other font has. The edition is then the same only on machines with that font.").flag("--no-installed-fonts"),
    key("epub", "profile", "`kindle`, `kobo`, `koreader` or `apple`", Otherwise("for any", "\"kobo\""),
        "The family of e-readers that the EPUB is made for.").flag("--profile"),
    key("images", "max-pixels", "a number from 10000 to 100000000", Value("4000000"),
        "The most pixels of an image that are kept; larger ones are reduced. The default is 300 dpi on the measure of A4.").flag("--max-image-pixels"),
    key("preprocessors", "allow", TRUTH, Value("false"),
        "Run them: only for documents that you trust.").flag("--allow-preprocessors").trusted(),
    key("preprocessors", "time-limit", "seconds, from 1 to 86400", Value("60"),
        "How long each of them may run.").flag("--preprocessor-time").trusted(),
    key("edition", "date", DATE, Otherwise("needed", "2021-01-15"),
        "Its date."),
    key("edition", "path", "a path inside the source", Otherwise("needed", "\"2021-01-15\""),
        "Its file or folder."),
    key("identifier", "edition", "an edition's name, a tag of it, or the beginning of its commit's hash", Otherwise("the document as a whole", "\"2025-02-08\""),
        "The edition that it is given to. Without this key it is the document's: such a table may hold `issn`, and no `isbn`."),
    key("identifier", "isbn", "an ISBN", Otherwise("none", "\"978-3-16-148410-0\""),
        "The edition's ISBN."),
    key("identifier", "doi", "a DOI", Otherwise("none", "\"10.1000/182\""),
        "A DOI."),
    key("identifier", "urn", "a URN", Otherwise("none", "\"urn:example:guide\""),
        "Any other URN."),
    key("identifier", "issn", "an ISSN", Otherwise("none", "\"2049-3630\""),
        "The document's ISSN, in a table without `edition`."),
];

/// The keys of a table, in their order.
pub fn keys_of(table: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.table == table)
}

#[cfg(test)]
mod tests {
    use super::super::file::{KNOWN, Trust, bindery_toml};
    use super::*;

    #[test]
    fn the_list_has_the_keys_that_are_read_and_no_others() {
        for (table, names) in KNOWN {
            let is_key = |name: &&&str| !table.is_empty() || TABLES.iter().all(|it| it.name != **name);
            let mut read: Vec<&str> = names.iter().filter(is_key).copied().collect();
            let mut listed: Vec<&str> = keys_of(table).map(|key| key.name).collect();
            read.sort_unstable();
            listed.sort_unstable();
            assert_eq!(listed, read, "in `[{table}]`");
        }
        for table in TABLES {
            assert!(KNOWN.iter().any(|(name, _)| *name == table.name), "`[{}]` is not read", table.name);
        }
        assert!(KEYS.iter().all(|key| TABLES.iter().any(|table| table.name == key.table)));
    }

    #[test]
    fn what_is_shown_of_a_key_is_taken() {
        for key in KEYS {
            let table = TABLES.iter().find(|table| table.name == key.table).expect("listed");
            // A table of these says nothing without its others.
            let more = match (key.table, key.name) {
                ("edition", "date") => "path = \"a\"",
                ("edition", "path") => "date = 2021",
                ("identifier", "edition") => "doi = \"10.1000/182\"",
                ("identifier", "isbn") => "edition = \"v1\"",
                _ => "",
            };
            let more = more.replace("= 2021", "= \"2021\"");
            let header = match (table.name, table.repeated) {
                ("", _) => String::new(),
                (name, true) => format!("[[{name}]]\n"),
                (name, false) => format!("[{name}]\n"),
            };
            let text = format!("{header}{} = {}\n{more}\n", key.name, key.default.example());
            let read = bindery_toml("bindery.toml", &text, Trust::User);
            assert!(read.is_ok(), "{text}{read:?}");
            let one_line = |words: &str| !words.contains('\n') && words.trim() == words && !words.is_empty();
            assert!(
                one_line(key.form) && one_line(key.explanation) && key.explanation.ends_with('.'),
                "{key:?}"
            );
        }
    }
}
