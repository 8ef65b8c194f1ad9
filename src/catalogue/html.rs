//! `index.html`: the page, from a template. Everything in it is text that the
//! template engine escapes; there are no scripts.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, escape_formatter};
use serde::Serialize;

use super::links::{Links, is_web};
use super::shelf::{Document, Edition, Shelf};
use super::words::{label, media_type};
use super::{ATOM, EDITIONS, INDEX, MARK, OPDS_1, OPDS_2, failed};
use crate::diag::Result;
use crate::edition::changes::grouped;
use crate::edition::conformance::Standard;
use crate::output::{CARD, COVER, COVER_SMALL, MANIFEST, size};

/// The built-in template.
pub(super) const TEMPLATE: &str = include_str!("../../templates/index.html");

/// What a template gets. Addresses are percent-encoded, and relative to the
/// page but for `canonical` and `card`.
#[derive(Serialize)]
struct Page<'a> {
    /// What the whole is called.
    title: String,
    /// How much there is: "3 editions, the newest of 8 February 2025".
    about: String,
    /// Where the page is published.
    canonical: Option<String>,
    /// The picture for links to the page.
    card: Option<String>,
    /// The addresses of the feeds.
    feeds: Feeds,
    documents: Vec<Shown<'a>>,
    generator: String,
}

#[derive(Serialize)]
struct Feeds {
    opds: &'static str,
    opds2: &'static str,
    atom: &'static str,
    json: &'static str,
}

/// A document.
#[derive(Serialize)]
struct Shown<'a> {
    slug: &'a str,
    title: &'a str,
    subtitle: Option<&'a str>,
    /// `A, B and C`; empty where nobody is named.
    by: String,
    language: Option<&'a str>,
    /// The edition that stands for it.
    latest: One<'a>,
    /// Drafts, the newest first.
    drafts: Vec<One<'a>>,
    /// The editions before, the newest first.
    earlier: Vec<One<'a>>,
}

/// An edition.
#[derive(Serialize)]
struct One<'a> {
    /// Its place on the page.
    anchor: &'a str,
    name: &'a str,
    title: &'a str,
    /// Its folder, where the same edition lies in another one, too.
    folder: Option<&'a str>,
    /// Its date in words, and as exactly as it is known.
    day: String,
    date: &'a str,
    draft: bool,
    first: bool,
    /// The addresses of its pictures.
    cover: Option<String>,
    cover_small: Option<String>,
    /// From 0 to 7, by its revision: the colour and the pattern of a cover
    /// that is drawn where there is no picture.
    hue: u8,
    pattern: u8,
    chapters: usize,
    words: usize,
    pages: Option<usize>,
    /// What changed in a sentence, and chapter by chapter.
    changed: String,
    kinds: Vec<KindOf>,
    downloads: Vec<Download<'a>>,
    /// Lines as `sha256sum --check` reads them.
    sums: String,
    licence: Option<String>,
    identifiers: Vec<Named>,
    /// How to cite it, and files for programs that cite.
    citation: Option<String>,
    citations: Vec<Named>,
    /// The address of the living document.
    source: Option<&'a str>,
    commit: Option<&'a str>,
    /// The address of its `edition.json`.
    record: String,
}

#[derive(Serialize)]
struct KindOf {
    title: &'static str,
    count: usize,
    chapters: Vec<LineOf>,
    more: usize,
}

#[derive(Serialize)]
struct LineOf {
    title: String,
    how: String,
}

#[derive(Serialize)]
struct Download<'a> {
    /// `EPUB` or `PDF`.
    label: &'static str,
    media_type: &'static str,
    file: &'a str,
    href: String,
    size: u64,
    sha256: &'a str,
    /// What it conforms to: `PDF/A-2a, PDF/UA-1`.
    conformance: Option<String>,
}

/// A text with what it is called, and an address for some.
#[derive(Serialize)]
struct Named {
    label: &'static str,
    text: String,
    href: Option<String>,
}

/// The bytes of the page.
///
/// # Errors
/// When the template can't be followed.
pub(super) fn write(shelf: &Shelf, links: &Links, template: Option<&str>) -> Result<Vec<u8>> {
    let wrong = |error: minijinja::Error| {
        let line = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
        let message = format!("the template index.html{line}: {error}");
        failed(message, "mend the file in the folder of the theme, or take it away for the built-in page")
    };
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    engine.set_formatter(formatted);
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    // A block's line leaves no line.
    let lines = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    engine.set_syntax(lines.map_err(wrong)?);
    engine.add_filter("size", size);
    engine.add_filter("count", grouped);
    let text = engine
        .render_named_str(INDEX, template.unwrap_or(TEMPLATE), Serde(page(shelf, links)))
        .map_err(wrong)?;
    Ok(format!("{}\n<!-- {MARK} -->\n", text.trim_end()).into_bytes())
}

/// Writes a value as text in HTML. Slashes stay, which the engine's own way of
/// escaping would turn into references: the page is read by people, too.
fn formatted(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => out.write_str(&quick_xml::escape::escape(text)).map_err(minijinja::Error::from),
        None => escape_formatter(out, state, value),
    }
}

fn page<'a>(shelf: &'a Shelf, links: &Links) -> Page<'a> {
    let newest = shelf.editions();
    let card = newest.iter().find(|e| e.record.has(CARD)).map(|e| links.to(&e.path(CARD)));
    Page {
        title: shelf.title(),
        about: super::opds1::about(shelf),
        canonical: links.base().map(str::to_owned),
        card: card.filter(|_| links.base().is_some()),
        feeds: Feeds { opds: OPDS_1, opds2: OPDS_2, atom: ATOM, json: EDITIONS },
        documents: shelf.documents.iter().filter_map(shown).collect(),
        generator: format!("Bindery {}", env!("CARGO_PKG_VERSION")),
    }
}

fn shown(document: &Document) -> Option<Shown<'_>> {
    let latest = document.latest()?;
    let others = |drafts: bool| {
        let other = |e: &&Edition| !std::ptr::eq(*e, latest) && e.record.draft == drafts;
        document.editions.iter().filter(other).map(one).collect()
    };
    Some(Shown {
        slug: &document.slug,
        title: document.title(),
        subtitle: latest.record.subtitle.as_deref(),
        by: latest.by(),
        language: latest.record.language(),
        latest: one(latest),
        drafts: others(true),
        earlier: others(false),
    })
}

fn one(edition: &Edition) -> One<'_> {
    let record = &edition.record;
    // The page lies where its links begin.
    let links = Links::new(None);
    let to = |name: &str| links.to(&edition.path(name));
    let picture = |name: &str| record.has(name).then(|| to(name));
    let look = uuid::Uuid::parse_str(edition.id.trim_start_matches("urn:uuid:")).unwrap_or_default();
    let [first, second, ..] = look.into_bytes();
    One {
        anchor: &edition.anchor,
        name: &record.name,
        title: &record.title,
        folder: edition.twin.then_some(edition.folder.as_str()),
        day: edition.day(),
        date: &record.date,
        draft: record.draft,
        first: record.first,
        cover: picture(COVER),
        cover_small: picture(COVER_SMALL),
        hue: first % 8,
        pattern: second % 8,
        chapters: record.counts.chapters,
        words: record.counts.words,
        pages: edition.pages(),
        changed: edition.changed(),
        kinds: kinds(edition),
        downloads: downloads(edition),
        sums: sums(edition),
        licence: edition.licence(),
        identifiers: identifiers(edition),
        citation: (!record.draft).then(|| edition.citation()),
        citations: [
            ("CITATION.cff", "Citation File Format"),
            ("citation.bib", "BibTeX"),
            ("citation.json", "CSL JSON"),
        ]
        .into_iter()
        .filter(|(name, _)| record.has(name))
        .map(|(name, label)| Named { label, text: name.to_owned(), href: Some(to(name)) })
        .collect(),
        source: record.source.as_deref().filter(|address| is_web(address)),
        commit: record.revision.commit.as_deref().and_then(|commit| commit.get(..7)),
        record: to(MANIFEST),
    }
}

fn kinds(edition: &Edition) -> Vec<KindOf> {
    let line = |line: super::words::Line| LineOf { title: line.title, how: line.how };
    let of = |kind: super::words::Kind| KindOf {
        title: kind.title,
        count: kind.count,
        chapters: kind.chapters.into_iter().map(line).collect(),
        more: kind.more,
    };
    edition.kinds().into_iter().map(of).collect()
}

fn downloads(edition: &Edition) -> Vec<Download<'_>> {
    let links = Links::new(None);
    let of = edition.downloads().map(|file| Download {
        label: label(file.format),
        media_type: media_type(file.format),
        file: &file.file,
        href: links.to(&edition.path(&file.file)),
        size: file.size,
        sha256: &file.sha256,
        conformance: file.conformance.as_deref().filter(|all| !all.is_empty()).map(Standard::titles),
    });
    of.collect()
}

fn sums(edition: &Edition) -> String {
    let lines =
        edition.downloads().map(|file| format!("{}  {}", file.sha256.to_ascii_lowercase(), file.file));
    lines.collect::<Vec<_>>().join("\n")
}

fn identifiers(edition: &Edition) -> Vec<Named> {
    let record = &edition.record;
    let own = Named { label: "Identifier", text: record.identifier.clone(), href: None };
    let given = record.identifiers.labelled().into_iter().map(|identifier| Named {
        label: identifier.label,
        text: identifier.text,
        href: identifier.address,
    });
    given.chain([own]).collect()
}
