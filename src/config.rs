//! What the user may set, from four places, the later ones over the earlier:
//! defaults, `[output.bindery]` of `book.toml`, `bindery.toml`, and the
//! command line. Each place is a [`Layer`]; together they make a [`Config`],
//! which is valid once it exists.

mod check;
pub mod file;
pub mod line;
mod record;
pub mod reference;
pub mod starter;

use std::path::PathBuf;
use std::time::Duration;

pub use self::check::*;
use crate::cover::Cover;
use crate::device::Profile;
use crate::edition::Period;
use crate::edition::conformance::Standard;
use crate::edition::identifiers::Assigned;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::programs::TIME_LIMIT;
use crate::theme::ThemeName;
use crate::transform::DEFAULT_MAX_PIXELS;
use crate::writer::pdf::{LinkUrls, PdfOptions};

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
    /// Where the cover comes from.
    pub cover: Option<Cover>,
    /// How pages look.
    pub theme: Option<ThemeName>,
    /// The family of devices that the EPUB is for.
    pub profile: Option<Profile>,
    /// The chapters that are bound, by their paths; all of them when none.
    pub only: Option<Vec<String>>,
    /// Whether the catalogue of the output is made anew after a build.
    pub catalogue: Option<bool>,
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
    /// Where the cover comes from.
    pub cover: Cover,
    /// How pages look.
    pub theme: ThemeName,
    /// The family of devices that the EPUB is for; for any when none.
    pub profile: Option<Profile>,
    /// The chapters that are bound, by their paths; all of them when empty.
    pub only: Vec<String>,
    /// Whether the catalogue of the output is made anew after a build.
    pub catalogue: bool,
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
            cover: self.cover.or(below.cover),
            theme: self.theme.or(below.theme),
            profile: self.profile.or(below.profile),
            only: self.only.or(below.only),
            catalogue: self.catalogue.or(below.catalogue),
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
                link_urls: self.link_urls.unwrap_or(link_urls(self.theme.as_ref())),
                standards: self.standards.unwrap_or(standards),
                attach_sources,
                // Whoever plans a run loads it.
                theme: defaults.theme,
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
            cover: self.cover.unwrap_or_default(),
            theme: self.theme.unwrap_or_default(),
            profile: self.profile,
            only: self.only.unwrap_or_default(),
            catalogue: self.catalogue.unwrap_or(true),
            publish: self.publish.map(|address| {
                // As it is written in links.
                let address = url::Url::parse(&address).map_or(address, String::from);
                format!("{}/", address.trim_end_matches('/'))
            }),
        }
    }
}

/// Where addresses of links are printed if nothing else is said: on paper alone
/// nobody can follow a link.
fn link_urls(theme: Option<&ThemeName>) -> LinkUrls {
    match theme {
        Some(ThemeName::Plain) => LinkUrls::Footnote,
        Some(ThemeName::Default | ThemeName::Large | ThemeName::Folder(_)) | None => LinkUrls::None,
    }
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
}
