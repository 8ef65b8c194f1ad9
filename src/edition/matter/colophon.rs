//! The colophon: how an edition was made, how to make it again, and how to
//! cite it.

use super::build::Page;
use crate::document::fonts::Origin;
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Chapter, Inline, InlineKind, Role};
use crate::edition::Imprint;
use crate::edition::citation::Citation;
use crate::edition::conformance::Standard;
use crate::edition::identifiers::doi_address;
use crate::source::RevisionId;

/// How an edition was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Production {
    /// Bindery's version.
    pub bindery: String,
    /// Typst's version.
    pub typst: String,
    /// What the PDF conforms to; none if there is no PDF.
    pub pdf: Option<Vec<Standard>>,
    /// Whether there is an EPUB.
    pub epub: bool,
    /// The families of the PDF's fonts, sorted.
    pub fonts: Vec<String>,
    /// The families that a theme sets text and code in, in front of the usual
    /// ones.
    pub lead: [Option<String>; 2],
    /// The command that makes the edition again, a part of it for each flag.
    pub command: Vec<String>,
}

/// The colophon of an edition.
pub fn colophon(book: &mut Book, imprint: &Imprint, production: &Production) -> Chapter {
    let mut page = Page::new(&mut book.files, Role::Colophon, "/colophon", "Colophon");
    let mut entries = vec![("Made by", made_by(&page, production))];
    if let Some(extract) = &imprint.about.extract {
        entries.push(("Extract of", super::imprint::whole(&page, extract)));
    }
    if production.pdf.is_some() {
        entries.push(("Typefaces", typefaces(&page, book, production)));
    }
    entries.push(("PDF", production.pdf.iter().map(|s| vec![page.text(conformance(s))]).collect()));
    entries.push(("EPUB", if production.epub { vec![vec![page.text("EPUB 3.3")]] } else { Vec::new() }));
    page.definitions(entries);
    cite_as(&mut page, book, imprint);
    archive(&mut page, imprint);
    again(&mut page, book, imprint, production);
    page.finish()
}

fn made_by(page: &Page, production: &Production) -> Vec<Vec<Inline>> {
    let Production { bindery, typst, .. } = production;
    let bindery = format!("Bindery {bindery}");
    let text = match production.pdf {
        Some(_) => format!("{bindery}, the PDF with Typst {typst}"),
        None => bindery,
    };
    vec![vec![page.text(text)]]
}

/// The typefaces of the PDF and what they are for; those that only some
/// characters need come last, together.
fn typefaces(page: &Page, book: &Book, production: &Production) -> Vec<Vec<Inline>> {
    let mut uses = Uses::default();
    book.text().for_each(|chapter| walk_chapter(&mut uses, chapter));
    let [text, code] = production.lead.each_ref().map(Option::as_deref);
    let known = [
        (text.unwrap_or("Libertinus Serif"), "text", true),
        (code.unwrap_or("JetBrains Mono NL"), "code", true),
        ("Libertinus Math", "equations", uses.equations),
        ("Twemoji Mozilla", "emoji", uses.emoji),
    ];
    let of = |family: &str, what: &str| vec![page.text(format!("{family} for {what}"))];
    let mut lines: Vec<_> =
        known.iter().filter(|(_, _, used)| *used).map(|(family, what, _)| of(family, what)).collect();
    let is_other = |family: &&String| !known.iter().any(|(known, _, _)| known == family);
    let usual = [text.and(Some("Libertinus Serif")), code.and(Some("JetBrains Mono NL"))];
    let others = production.fonts.iter().filter(is_other).map(String::as_str);
    let others: Vec<&str> = usual.into_iter().flatten().chain(others).collect();
    if !others.is_empty() {
        lines.push(of(&others.join(", "), "what those lack"));
    }
    lines
}

/// What readers of the PDF can rely on, and what they can't.
fn conformance(standards: &[Standard]) -> String {
    if standards.is_empty() {
        return "conforms to no standard of archiving or accessibility".to_owned();
    }
    let titles = standards.iter().map(|standard| format!("{} ({})", standard.title(), iso(*standard)));
    let titles = titles.collect::<Vec<_>>().join(" and ");
    match lacking(standards).join(" nor to ") {
        lacks if lacks.is_empty() => titles,
        lacks => format!("{titles}; does not conform to {lacks}"),
    }
}

/// The number of a standard.
fn iso(standard: Standard) -> &'static str {
    match standard {
        Standard::A2a | Standard::A2u | Standard::A2b => "ISO 19005-2",
        Standard::A3a | Standard::A3u | Standard::A3b => "ISO 19005-3",
        Standard::Ua1 => "ISO 14289-1",
    }
}

/// What editions usually conform to and this one does not.
fn lacking(standards: &[Standard]) -> Vec<&'static str> {
    let archival = [Standard::A2a, Standard::A3a];
    let weaker = [Standard::A2u, Standard::A2b, Standard::A3u, Standard::A3b];
    let has = |some: &[Standard]| standards.iter().any(|standard| some.contains(standard));
    let mut lacks = Vec::new();
    if has(&weaker) {
        lacks.push("level A of PDF/A");
    } else if !has(&archival) {
        lacks.push("PDF/A");
    }
    if !has(&[Standard::Ua1]) {
        lacks.push("PDF/UA-1");
    }
    lacks
}

/// The citation; none for a draft.
fn cite_as(page: &mut Page, book: &Book, imprint: &Imprint) {
    let Some(citation) = Citation::of(&book.metadata, imprint) else { return };
    page.heading("cite-as", "Cite as");
    let mut line =
        vec![page.text(format!("{}. ", ended(&citation.authors.join(", ")))), page.emphasis(&citation.title)];
    let subtitle = citation.subtitle.as_deref().map(|subtitle| format!(": {subtitle}")).unwrap_or_default();
    line.push(page.text(format!("{subtitle}. Edition of {}. ", citation.date.in_words())));
    if let Some(isbn) = &citation.isbn {
        line.push(page.text(format!("ISBN {isbn}. ")));
    }
    if let Some(doi) = &citation.doi {
        let address = doi_address(doi);
        line.extend([page.link(&address, &address), page.text(". ")]);
    }
    if let Some(url) = citation.url() {
        line.extend([page.link(url, url), page.text(". ")]);
    }
    if let Some(short) = imprint.edition.revision.short() {
        line.push(page.text(format!("Revision {short}. ")));
    }
    line.extend([page.code(&citation.urn), page.text(".")]);
    page.paragraph(line);
    let files = vec![
        page.text("The same for programs lies beside this edition: "),
        page.code("CITATION.cff"),
        page.text(", "),
        page.code("citation.bib"),
        page.text(" and "),
        page.code("citation.json"),
        page.text("."),
    ];
    page.paragraph(files);
}

/// The end of a sentence brings its own full stop.
fn ended(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}

fn archive(page: &mut Page, imprint: &Imprint) {
    let Some(swhids) = imprint.swhids() else { return };
    page.heading("software-heritage", "Software Heritage identifiers");
    page.definitions(vec![
        ("Revision", vec![vec![page.code(swhids.revision)]]),
        ("Tree", vec![vec![page.code(swhids.directory)]]),
    ]);
    let text = "They are computed from the commit, and name it whether or not the archive holds it.";
    page.paragraph(vec![page.text(text)]);
}

/// How to make it again, what that depends on, and how to verify it.
fn again(page: &mut Page, book: &Book, imprint: &Imprint, production: &Production) {
    page.heading("again", "Making it again");
    if !production.command.is_empty() {
        page.paragraph(vec![page.text("This command makes this edition again:")]);
        // As a shell reads it, so that it can be copied from a page.
        page.code_block(&production.command.join(" \\\n  "));
        if production.command.first().is_some_and(|first| first.ends_with(" SOURCE")) {
            let text = match &imprint.edition.revision.id {
                RevisionId::Snapshot { path: _ } => "SOURCE stands for the folder of the dated snapshots.",
                RevisionId::Commit { .. } | RevisionId::Draft => {
                    "SOURCE stands for a clone of the repository, whose address was not known."
                }
            };
            page.paragraph(vec![page.text(text)]);
        }
    }
    let text = match &imprint.edition.revision.id {
        RevisionId::Commit { .. } => {
            "The same revision, settings and version of Bindery give the same PDF, EPUB and citations, byte for byte"
        }
        RevisionId::Snapshot { path: _ } => {
            "The same snapshot, settings and version of Bindery give the same PDF, EPUB and citations, byte for \
             byte; no commit vouches for the snapshot"
        }
        RevisionId::Draft => {
            "The same files, settings and version of Bindery give the same draft; but nothing has recorded these files"
        }
    };
    let depends = depends(page, book);
    let end = if depends.is_empty() { "." } else { ", with this beside them:" };
    page.paragraph(vec![page.text(format!("{text}{end}"))]);
    if !depends.is_empty() {
        page.list(depends);
    }
    let holds = match book.mdbook {
        // There is no command.
        Some(_) => " holds the checksums of the files and how they were made; ",
        None => {
            " holds the checksums of the files and how they were made, and the same command with the link to the \
             edition before, which stands in that file alone; "
        }
    };
    page.paragraph(vec![
        page.code("edition.json"),
        page.text(holds),
        page.code("bindery verify"),
        page.text(" checks them."),
    ]);
}

/// What the source alone doesn't give.
fn depends(page: &Page, book: &Book) -> Vec<Vec<Inline>> {
    let mut entries = Vec::new();
    if let Some(version) = &book.mdbook {
        entries.push(vec![
            page.text(format!("mdBook {version}, which gave Bindery the text: ")),
            page.code("mdbook build"),
            page.text(" does so again"),
        ]);
    }
    let run = if book.mdbook.is_some() { ", which mdBook was to run as " } else { ", run as " };
    for program in &book.preprocessed {
        entries.push(vec![
            page.text("the preprocessor "),
            page.code(&program.name),
            page.text(run),
            page.code(&program.command),
        ]);
    }
    let fetched: Vec<&str> = book.media.fetched().map(|(_, fetched)| fetched.date.as_str()).collect();
    if let (Some(first), Some(last)) = (fetched.iter().min(), fetched.iter().max()) {
        let images =
            if fetched.len() == 1 { "one image".to_owned() } else { format!("{} images", fetched.len()) };
        let when = if first == last { format!("on {first}") } else { format!("from {first} to {last}") };
        entries.push(vec![page.text(format!("{images} fetched from the web {when}"))]);
    }
    for (origin, what) in [
        (Origin::Given, "a font that the configuration names: "),
        (Origin::Installed, "a font of the machine that made it: "),
    ] {
        for font in book.fonts.iter().filter(|font| font.origin == origin) {
            entries.push(vec![page.text(what), page.code(&font.file)]);
        }
    }
    entries
}

/// What is in a book that asks for a typeface of its own.
#[derive(Default)]
struct Uses {
    equations: bool,
    emoji: bool,
}

impl Visit for Uses {
    fn block(&mut self, block: &Block) {
        self.equations |= matches!(block.kind, BlockKind::Math(_));
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Math(_) => self.equations = true,
            InlineKind::Text(text) | InlineKind::Code(text) => {
                self.emoji |= text.chars().any(|c| matches!(u32::from(c), 0x1F300..=0x1FAFF | 0xFE0F));
            }
            InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::Image(_)
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => {}
        }
        walk_inline(self, inline);
    }
}
