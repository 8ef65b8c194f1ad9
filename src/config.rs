//! What the user may set, from four places, the later ones over the earlier:
//! defaults, `[output.bindery]` of `book.toml`, `bindery.toml`, and the
//! command line. Each place is a [`Layer`]; together they make a [`Config`],
//! which is valid once it exists.

pub mod file;
pub mod line;
mod record;

use std::path::PathBuf;
use std::time::Duration;

use crate::edition::Period;
use crate::edition::conformance::Standard;
use crate::edition::identifiers::Assigned;
use crate::edition::licence::is_expression;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::output::sums::is_sha256;
use crate::programs::TIME_LIMIT;
use crate::source::EditionDate;
use crate::transform::DEFAULT_MAX_PIXELS;
use crate::writer::pdf::{LinkUrls, PdfOptions, is_paper};

/// What one place sets; what it leaves open is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// Title in place of the book's own.
    pub title: Option<String>,
    /// Subtitle.
    pub subtitle: Option<String>,
    /// Authors in place of the book's own.
    pub authors: Option<Vec<String>>,
    /// Language, a BCP 47 tag.
    pub language: Option<String>,
    /// The name in folder and file names.
    pub slug: Option<String>,
    /// The book's folder or file inside the repository, with `/`.
    pub book: Option<String>,
    /// The folder to write to.
    pub output: Option<PathBuf>,
    /// The formats to write.
    pub formats: Option<Vec<Format>>,
    /// The web address of the repository.
    pub repository: Option<String>,
    /// Whether UTF-8 that was once read as Windows-1252 is put right.
    pub repair_encoding: Option<bool>,
    /// Whether dollar signs and the like enclose equations.
    pub math: Option<bool>,
    /// Which revisions become editions.
    pub editions: Editions,
    /// The paper of the PDF.
    pub paper: Option<String>,
    /// Mirrored margins in the PDF.
    pub two_sided: Option<bool>,
    /// Where the PDF prints the addresses of links.
    pub link_urls: Option<LinkUrls>,
    /// What the PDF is to conform to.
    pub standards: Option<Vec<Standard>>,
    /// Whether the PDF holds the sources of the book.
    pub attach_sources: Option<bool>,
    /// Whether programs of the machine may be run.
    pub allow_programs: Option<bool>,
    /// Fonts for what Bindery's own lack, those of all layers together.
    pub fonts: Vec<FontSource>,
    /// Whether fonts of the machine may draw what no other font has.
    pub installed_fonts: Option<bool>,
    /// A list of dated snapshots.
    pub snapshots: Option<Vec<Snapshot>>,
    /// Identifiers that somebody has given editions.
    pub identifiers: Option<Vec<Assigned>>,
    /// The most pixels of an image that are kept.
    pub max_image_pixels: Option<u32>,
    /// Whether preprocessors may be run as programs. The user alone sets it.
    pub allow_preprocessors: Option<bool>,
    /// How long one of them may run, in seconds. The user alone sets it.
    pub preprocessor_seconds: Option<u64>,
    /// Whether the folder of an edition is a bag (BagIt).
    pub bagit: Option<bool>,
    /// How many contributors are named.
    pub contributors: Option<usize>,
    /// The document's licence, an SPDX expression.
    pub licence: Option<String>,
    /// Where editions are published, an address.
    pub publish: Option<String>,
    /// What tells a single edition apart from those of another run.
    pub exact: Exact,
}

/// What a run that builds one edition again has to be told of the run that
/// built it first. Only the command line sets any of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exact {
    /// The edition before the first one: a date, a revision or `none`.
    pub previous: Option<String>,
    /// What the edition before it is called.
    pub previous_name: Option<String>,
    /// The SHA-256 of the `edition.json` before it.
    pub previous_sha256: Option<String>,
    /// What the edition is called.
    pub edition_name: Option<String>,
    /// The tags that name its revision.
    pub revision_tags: Option<Vec<String>>,
}

impl Exact {
    fn over(self, below: Self) -> Self {
        Self {
            previous: self.previous.or(below.previous),
            previous_name: self.previous_name.or(below.previous_name),
            previous_sha256: self.previous_sha256.or(below.previous_sha256),
            edition_name: self.edition_name.or(below.edition_name),
            revision_tags: self.revision_tags.or(below.revision_tags),
        }
    }
}

/// Which revisions become editions, as the user says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Editions {
    /// The last revision of each period.
    pub every: Option<Period>,
    /// Tags of this pattern.
    pub tags: Option<String>,
    /// Dates or revisions.
    pub at: Option<Vec<String>>,
    /// No edition before this date.
    pub since: Option<String>,
    /// No edition after this date.
    pub until: Option<String>,
    /// The latest revision.
    pub latest: Option<bool>,
}

/// A dated snapshot of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its date: `2021`, `2021-01` or `2021-01-15`.
    pub date: String,
    /// Its file or folder, relative to the source, with `/`.
    pub path: String,
}

/// Everything that is set, with defaults for what is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Title in place of the book's own.
    pub title: Option<String>,
    /// Subtitle.
    pub subtitle: Option<String>,
    /// Authors in place of the book's own.
    pub authors: Option<Vec<String>>,
    /// Language, a BCP 47 tag.
    pub language: Option<String>,
    /// The name in folder and file names; made from the title when none.
    pub slug: Option<String>,
    /// The book's folder or file inside the repository; found when none.
    pub book: Option<String>,
    /// The folder to write to.
    pub output: PathBuf,
    /// The formats to write, sorted.
    pub formats: Vec<Format>,
    /// The web address of the repository.
    pub repository: Option<String>,
    /// Whether UTF-8 that was once read as Windows-1252 is put right.
    pub repair_encoding: bool,
    /// Whether dollar signs and the like enclose equations; as the book asks
    /// for when none.
    pub math: Option<bool>,
    /// Which revisions become editions.
    pub editions: Editions,
    /// How the PDF is made.
    pub pdf: PdfOptions,
    /// Whether programs of the machine may be run.
    pub allow_programs: bool,
    /// Fonts for what Bindery's own lack, in the order in which they are taken.
    pub fonts: Vec<FontSource>,
    /// Whether fonts of the machine may draw what no other font has.
    pub installed_fonts: bool,
    /// A list of dated snapshots, where there is one.
    pub snapshots: Option<Vec<Snapshot>>,
    /// Identifiers that somebody has given editions.
    pub identifiers: Vec<Assigned>,
    /// The most pixels of an image that are kept.
    pub max_image_pixels: u32,
    /// How long each preprocessor may run as a program; none where they may
    /// not run at all.
    pub preprocessors: Option<Duration>,
    /// Whether the folder of an edition is a bag (BagIt).
    pub bagit: bool,
    /// What tells a single edition apart from those of another run.
    pub exact: Exact,
    /// How many contributors are named.
    pub contributors: usize,
    /// The document's licence, an SPDX expression; from its files when none.
    pub licence: Option<String>,
    /// Where editions are published: an address with `/` at its end.
    pub publish: Option<String>,
}

/// How many contributors are named if nothing else is said.
const CONTRIBUTORS: usize = 10;

impl Editions {
    /// Whether anything says which revisions are wanted (bounds do not).
    fn chooses(&self) -> bool {
        self.every.is_some() || self.tags.is_some() || self.at.is_some() || self.latest.is_some()
    }

    /// This over another. What is chosen replaces the other's choice as a
    /// whole, so that `--latest` alone means the latest alone.
    fn over(self, below: Self) -> Self {
        let (since, until) =
            (self.since.clone().or(below.since.clone()), self.until.clone().or(below.until.clone()));
        let choice = if self.chooses() { self } else { below };
        Self { since, until, ..choice }
    }
}

impl Layer {
    /// This layer over another.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            title: self.title.or(below.title),
            subtitle: self.subtitle.or(below.subtitle),
            authors: self.authors.or(below.authors),
            language: self.language.or(below.language),
            slug: self.slug.or(below.slug),
            book: self.book.or(below.book),
            output: self.output.or(below.output),
            formats: self.formats.or(below.formats),
            repository: self.repository.or(below.repository),
            repair_encoding: self.repair_encoding.or(below.repair_encoding),
            math: self.math.or(below.math),
            editions: self.editions.over(below.editions),
            paper: self.paper.or(below.paper),
            two_sided: self.two_sided.or(below.two_sided),
            link_urls: self.link_urls.or(below.link_urls),
            standards: self.standards.or(below.standards),
            attach_sources: self.attach_sources.or(below.attach_sources),
            allow_programs: self.allow_programs.or(below.allow_programs),
            fonts: self.fonts.into_iter().chain(below.fonts).collect(),
            installed_fonts: self.installed_fonts.or(below.installed_fonts),
            snapshots: self.snapshots.or(below.snapshots),
            identifiers: self.identifiers.or(below.identifiers),
            max_image_pixels: self.max_image_pixels.or(below.max_image_pixels),
            allow_preprocessors: self.allow_preprocessors.or(below.allow_preprocessors),
            preprocessor_seconds: self.preprocessor_seconds.or(below.preprocessor_seconds),
            bagit: self.bagit.or(below.bagit),
            exact: self.exact.over(below.exact),
            contributors: self.contributors.or(below.contributors),
            licence: self.licence.or(below.licence),
            publish: self.publish.or(below.publish),
        }
    }

    /// The layer with defaults for what it leaves open.
    pub fn finish(self) -> Config {
        let defaults = PdfOptions::default();
        let attach_sources = self.attach_sources.unwrap_or(defaults.attach_sources);
        let standards = if attach_sources { Standard::WITH_SOURCES.to_vec() } else { defaults.standards };
        let mut formats = self.formats.unwrap_or_else(|| Format::ALL.to_vec());
        formats.sort_unstable();
        formats.dedup();
        Config {
            title: self.title,
            subtitle: self.subtitle,
            authors: self.authors,
            language: self.language,
            slug: self.slug,
            book: self.book,
            output: self.output.unwrap_or_else(|| PathBuf::from("output")),
            formats,
            repository: self.repository,
            repair_encoding: self.repair_encoding.unwrap_or(false),
            math: self.math,
            editions: self.editions,
            pdf: PdfOptions {
                paper: self.paper.unwrap_or(defaults.paper),
                two_sided: self.two_sided.unwrap_or(defaults.two_sided),
                link_urls: self.link_urls.unwrap_or(defaults.link_urls),
                standards: self.standards.unwrap_or(standards),
                attach_sources,
            },
            allow_programs: self.allow_programs.unwrap_or(false),
            fonts: self.fonts,
            installed_fonts: self.installed_fonts.unwrap_or(true),
            snapshots: self.snapshots,
            identifiers: self.identifiers.unwrap_or_default(),
            max_image_pixels: self.max_image_pixels.unwrap_or(DEFAULT_MAX_PIXELS),
            preprocessors: self
                .allow_preprocessors
                .unwrap_or(false)
                .then(|| self.preprocessor_seconds.map_or(TIME_LIMIT, Duration::from_secs)),
            bagit: self.bagit.unwrap_or(false),
            exact: self.exact,
            contributors: self.contributors.unwrap_or(CONTRIBUTORS),
            licence: self.licence,
            publish: self.publish.map(|address| format!("{}/", address.trim_end_matches('/'))),
        }
    }
}

/// What is wrong with a value, for both files and the command line; none if
/// nothing is. `Err` holds the message and a hint.
pub type Check = Result<(), (String, String)>;

fn refuse(message: String, hint: impl Into<String>) -> Check {
    Err((message, hint.into()))
}

/// A paper that Typst knows.
///
/// # Errors
/// When it is not.
pub fn check_paper(name: &str) -> Check {
    if is_paper(name) {
        return Ok(());
    }
    refuse(
        format!("unknown paper `{name}`"),
        "use a name such as `a4`, `a5`, `b5`, `us-letter` or `us-legal`, in lower case",
    )
}

/// Standards of a PDF that go together, and with attached files if there are any.
///
/// # Errors
/// When they don't.
pub fn check_standards(standards: &[Standard], attached: bool) -> Check {
    Standard::conflict(standards, attached).map_or(Ok(()), |(message, hint)| refuse(message, hint))
}

/// The standard of a name.
///
/// # Errors
/// When there is none.
pub fn standard_of(name: &str) -> Result<Standard, (String, String)> {
    Standard::from_name(name).ok_or_else(|| {
        let names: Vec<String> = Standard::ALL.iter().map(|s| format!("`{}`", s.as_str())).collect();
        (format!("unknown standard `{name}`"), format!("use {}", names.join(", ")))
    })
}

/// A date as exactly as it is known: `2021`, `2021-01`, `2021-01-15`.
///
/// # Errors
/// When it is not.
pub fn check_date(date: &str) -> Check {
    if EditionDate::parse(date).is_some() {
        return Ok(());
    }
    refuse(format!("`{date}` is not a date"), "write it as `2021-01-15`, `2021-01` or `2021`")
}

/// How many pixels of an image are kept.
///
/// # Errors
/// When they are too few to see anything, or more than are decoded.
pub fn check_max_pixels(pixels: u32) -> Check {
    if (10_000..=100_000_000).contains(&pixels) {
        return Ok(());
    }
    refuse(
        format!("{pixels} pixels are no sensible limit"),
        "use a number from 10000 to 100000000; the default is 4000000",
    )
}

/// The period of a name: `year`, `quarter`, `month`.
pub fn period_of(name: &str) -> Option<Period> {
    match name {
        "year" => Some(Period::Year),
        "quarter" => Some(Period::Quarter),
        "month" => Some(Period::Month),
        _ => None,
    }
}

/// A BCP 47 language tag, by its form (RFC 5646, section 2.1).
///
/// # Errors
/// When it is not.
pub fn check_language(tag: &str) -> Check {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    let fits = (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if fits {
        return Ok(());
    }
    refuse(format!("`{tag}` is not a language tag"), "use a BCP 47 tag such as `en`, `de` or `pt-BR`")
}

/// A name for folders and files: `[a-z0-9-]`, not at either end a hyphen.
///
/// # Errors
/// When it is not.
pub fn check_slug(slug: &str) -> Check {
    let fits = !slug.is_empty()
        && slug.len() <= 100
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if fits {
        return Ok(());
    }
    refuse(
        format!("`{slug}` can't name folders and files"),
        "use lower-case letters, digits and hyphens, such as `field-guide`",
    )
}

/// An SPDX licence expression, by its form.
///
/// # Errors
/// When it is not.
pub fn check_licence(expression: &str) -> Check {
    if is_expression(expression) {
        return Ok(());
    }
    refuse(
        format!("`{expression}` is not an SPDX licence expression"),
        "write identifiers with `AND`, `OR` and `WITH` between them, such as `MIT OR Apache-2.0`",
    )
}

/// Where editions are published: a web address without credentials, query
/// and fragment.
///
/// # Errors
/// When it is not.
pub fn check_publish(address: &str) -> Check {
    let whole = |u: url::Url| u.query().is_none() && u.fragment().is_none();
    if check_repository(address).is_ok() && url::Url::parse(address).is_ok_and(whole) {
        return Ok(());
    }
    refuse(
        format!("`{address}` is no address that editions can lie below"),
        "write the whole web address of a folder, such as `https://example.org/editions/`",
    )
}

/// A web address without credentials.
///
/// # Errors
/// When it is not.
pub fn check_repository(address: &str) -> Check {
    let fits = url::Url::parse(address).is_ok_and(|u| {
        matches!(u.scheme(), "https" | "http")
            && u.host_str().is_some()
            && u.username().is_empty()
            && u.password().is_none()
    });
    if fits {
        return Ok(());
    }
    refuse(
        format!("`{address}` is not the web address of a repository"),
        "use an `https://` address without user name and password",
    )
}

/// A path that stays inside the folder that it is relative to.
///
/// # Errors
/// When it does not.
pub fn check_inner_path(path: &str) -> Check {
    let inside = !path.is_empty()
        && !path.starts_with('/')
        && !path.contains('\\')
        && !path.contains('\0')
        && path.split('/').all(|part| part != ".." && !part.contains(':'));
    if inside {
        return Ok(());
    }
    refuse(
        format!("`{path}` is not a path inside the source"),
        "write it relative to the source, with `/` and without `..`",
    )
}

/// The SHA-256 of a file.
///
/// # Errors
/// When it is none.
pub fn check_sha256(text: &str) -> Check {
    if is_sha256(text) {
        return Ok(());
    }
    refuse(format!("`{text}` is no SHA-256"), "write 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_replaces_the_lower_choice_as_a_whole_but_bounds_stay() {
        let file = Layer {
            editions: Editions {
                every: Some(Period::Month),
                since: Some("2020".to_owned()),
                ..Editions::default()
            },
            ..Layer::default()
        };
        let flags =
            Layer { editions: Editions { latest: Some(true), ..Editions::default() }, ..Layer::default() };
        let editions = flags.over(file).editions;
        assert_eq!((editions.every, editions.latest), (None, Some(true)));
        assert_eq!(editions.since.as_deref(), Some("2020"));
    }

    #[test]
    fn the_upper_layer_wins_and_defaults_fill_the_rest() {
        let upper = Layer { paper: Some("a5".to_owned()), ..Layer::default() };
        let lower = Layer {
            paper: Some("a4".to_owned()),
            title: Some("Kept".to_owned()),
            formats: Some(vec![Format::Epub, Format::Epub]),
            ..Layer::default()
        };
        let config = upper.over(lower).finish();
        assert_eq!(config.pdf.paper, "a5");
        assert_eq!(config.title.as_deref(), Some("Kept"));
        assert_eq!(config.formats, [Format::Epub]);
        assert_eq!(config.output, PathBuf::from("output"));
    }

    #[test]
    fn values_are_checked() {
        for good in ["2021", "2021-02", "2024-02-29"] {
            assert_eq!(check_date(good), Ok(()), "{good}");
        }
        for bad in ["", "21", "2021-13", "2023-02-29", "2021-1-1", "yesterday", "2021-01-01-01"] {
            assert!(check_date(bad).is_err(), "{bad}");
        }
        for (good, bad) in [("en", "english language"), ("pt-BR", "e"), ("zh-Hant-TW", "en_GB")] {
            assert_eq!(check_language(good), Ok(()));
            assert!(check_language(bad).is_err(), "{bad}");
        }
        for bad in ["", "-a", "a-", "Field Guide", "../up", "ä"] {
            assert!(check_slug(bad).is_err(), "{bad}");
        }
        for bad in ["git@host:a/b", "https://me:secret@example.org/a", "file:///a", "example.org/a"] {
            assert!(check_repository(bad).is_err(), "{bad}");
        }
        for bad in ["", "/etc", "../up", "a/../../b", "c:/x", "a\\b"] {
            assert!(check_inner_path(bad).is_err(), "{bad}");
        }
        assert_eq!(check_inner_path("docs/book"), Ok(()));
    }
}
