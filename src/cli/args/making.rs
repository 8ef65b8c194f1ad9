//! How editions are made.

use std::path::PathBuf;

use clap::Args;

use super::said;
use crate::config::{Layer, check_max_pixels, check_paper, check_standards, standard_of};
use crate::cover::Cover;
use crate::device::Profile;
use crate::edition::conformance::Standard;
use crate::fetch::Reach;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::theme::ThemeName;
use crate::writer::pdf::LinkUrls;

/// How editions are made, and what is said meanwhile.
#[derive(Debug, Args)]
pub struct Making {
    /// The formats to write [default: pdf,epub]
    #[arg(long, value_name = "pdf,epub", value_delimiter = ',', value_parser = format)]
    pub formats: Vec<Format>,
    /// The folder to write to [default: output; for demo: output/demo]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The PDF's paper, such as a4, a5, us-letter or 6-inch (an e-reader's screen) [default: a4]
    #[arg(long, value_name = "NAME", value_parser = paper)]
    pub paper: Option<String>,
    /// Mirror the PDF's margins for printing on both sides
    #[arg(long)]
    pub two_sided: bool,
    /// What the PDF conforms to: one level of PDF/A, `ua-1`, or `none` [default: a-2a,ua-1]
    #[arg(long, value_name = "a-2a,ua-1", value_parser = standards)]
    pub pdf_standards: Option<Standards>,
    /// Attach the book's sources to the PDF, which is then PDF/A-3a
    #[arg(long)]
    pub attach_sources: bool,
    /// Put right UTF-8 that was once read as Windows-1252 (`Ã©` for `é`)
    #[arg(long)]
    pub repair_encoding: bool,
    /// The most pixels of an image that are kept; larger ones are reduced [default: 4000000]
    #[arg(long, value_name = "N", value_parser = pixels)]
    pub max_image_pixels: Option<u32>,
    /// Fetch remote images into the cache; `any` allows addresses of this machine and its network, too
    #[arg(long, value_name = "public|any", num_args = 0..=1, require_equals = true,
          default_missing_value = "public", value_parser = reach)]
    pub fetch_images: Option<Reach>,
    /// Where the PDF prints the addresses of links: none, footnote or list [default: none]
    #[arg(long, value_name = "WHERE", value_parser = link_urls)]
    pub link_urls: Option<LinkUrls>,
    /// Let Graphviz's `dot`, where it is installed, draw graphs
    #[arg(long)]
    pub allow_programs: bool,
    /// Run the document's mdBook preprocessors that Bindery does not know, as programs: only for documents that you trust
    #[arg(long)]
    pub allow_preprocessors: bool,
    /// How long each of them may run [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub preprocessor_time: Option<u64>,
    /// A font file, or a folder of fonts, for characters that Bindery's own fonts lack; may be repeated
    #[arg(long, value_name = "PATH")]
    pub fonts: Vec<PathBuf>,
    /// Never use fonts of this machine: show the code point of what no other font has
    #[arg(long)]
    pub no_installed_fonts: bool,
    /// Write each edition's folder as a bag (BagIt 1.0)
    #[arg(long)]
    pub bagit: bool,
    /// The cover: drawn, none, or the path of an image in the source [default: drawn]
    #[arg(long, value_name = "drawn|none|PATH", value_parser = cover)]
    pub cover: Option<Cover>,
    /// How pages look: default, plain, large, or a folder that `bindery init --theme` made
    #[arg(long, value_name = "NAME|DIR", value_parser = theme)]
    pub theme: Option<ThemeName>,
    /// Make the EPUB for a family of e-readers
    #[arg(long, value_name = "kindle|kobo|koreader|apple", value_parser = family)]
    pub profile: Option<Family>,
    /// Bind this chapter alone, by its path from the book's source folder; may be repeated
    #[arg(long, value_name = "CHAPTER")]
    pub only: Vec<String>,
    /// Leave the catalogue of the output folder as it is
    #[arg(long)]
    pub no_catalogue: bool,
    /// How many threads work [default: RAYON_NUM_THREADS, else one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Fail (exit code 1) when there is any warning
    #[arg(long)]
    pub strict: bool,
    /// Show where the time went: a table of stages by edition, and what was made anew
    #[arg(long)]
    pub timings: bool,
    /// Write a trace in Chrome's format, for chrome://tracing or Perfetto
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long)]
    pub json: bool,
    /// Say nothing unless something fails
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show notes too, and every diagnostic
    #[arg(long, short)]
    pub verbose: bool,
}

fn paper(text: &str) -> Result<String, String> {
    said(check_paper(text)).map(|()| text.to_owned())
}

/// A list of standards, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standards(pub Vec<Standard>);

fn standards(text: &str) -> Result<Standards, String> {
    let names = text.split(',').map(str::trim).filter(|name| *name != "none");
    let known: Result<Vec<Standard>, _> = names.map(standard_of).collect();
    let checked = known.and_then(|known| check_standards(&known, false).map(|()| known));
    checked.map(Standards).map_err(|(message, hint)| format!("{message}; {hint}"))
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_name(text).ok_or_else(|| "use `pdf`, `epub` or `pdf,epub`".to_owned())
}

fn cover(text: &str) -> Result<Cover, String> {
    Cover::from_name(text).map_err(|(message, hint)| format!("{message}; {hint}"))
}

fn theme(text: &str) -> Result<ThemeName, String> {
    Ok(ThemeName::from_name(text))
}

/// Which families of e-readers are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// One, that an EPUB is made for.
    One(Profile),
    /// All of them, which only a check speaks of.
    All,
}

fn family(text: &str) -> Result<Family, String> {
    let hint = || "use `kindle`, `kobo`, `koreader` or `apple`".to_owned();
    Profile::from_name(text).map(Family::One).ok_or_else(hint)
}

/// The same, or all of them.
pub(super) fn any_family(text: &str) -> Result<Family, String> {
    if text == "all" { Ok(Family::All) } else { family(text).map_err(|hint| format!("{hint}, or `all`")) }
}

fn pixels(text: &str) -> Result<u32, String> {
    let number = text.parse().map_err(|_| "use a whole number of pixels".to_owned())?;
    said(check_max_pixels(number)).map(|()| number)
}

/// Reads how far fetching may reach.
pub(super) fn reach(text: &str) -> Result<Reach, String> {
    Reach::from_name(text).ok_or_else(|| "use `public` or `any`".to_owned())
}

fn link_urls(text: &str) -> Result<LinkUrls, String> {
    LinkUrls::from_name(text).ok_or_else(|| "use `none`, `footnote` or `list`".to_owned())
}

impl Making {
    /// What the flags set.
    pub fn layer(&self) -> Layer {
        Layer {
            output: self.output.clone(),
            formats: (!self.formats.is_empty()).then(|| self.formats.clone()),
            paper: self.paper.clone(),
            standards: self.pdf_standards.clone().map(|standards| standards.0),
            attach_sources: self.attach_sources.then_some(true),
            two_sided: self.two_sided.then_some(true),
            repair_encoding: self.repair_encoding.then_some(true),
            max_image_pixels: self.max_image_pixels,
            link_urls: self.link_urls,
            allow_programs: self.allow_programs.then_some(true),
            allow_preprocessors: self.allow_preprocessors.then_some(true),
            preprocessor_seconds: self.preprocessor_time,
            fonts: self.fonts.iter().cloned().map(FontSource::Disk).collect(),
            installed_fonts: self.no_installed_fonts.then_some(false),
            bagit: self.bagit.then_some(true),
            cover: self.cover.clone(),
            theme: self.theme.clone(),
            profile: match self.profile {
                Some(Family::One(profile)) => Some(profile),
                Some(Family::All) | None => None,
            },
            only: (!self.only.is_empty()).then(|| self.only.clone()),
            catalogue: self.no_catalogue.then_some(false),
            ..Layer::default()
        }
    }
}
