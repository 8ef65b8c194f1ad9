//! What an EPUB says of itself: its edition's chapters, the package's
//! metadata, and the semantics of its markup.

use bindery::document::{AlertKind, Alignment, BlockKind, Book, Chapter, ImageSource, Item, Role, Table};
use bindery::edition::{About, Edition, Imprint, Licence, Previous};
use bindery::highlight::Highlights;
use bindery::source::{EditionDate, Revision, RevisionId};
use bindery::writer::epub::write;

use super::book::{self, *};
use super::{files, parse, section, text};

/// A book in a language, with the chapters that an edition has about itself.
fn edition(language: &str) -> Book {
    let about = |role, key: &str, title: &str| {
        let blocks = vec![heading(1, "", title), words("In English.")];
        let chapter = chapter(key, title, &[], blocks);
        Item::Chapter(Chapter { role, language: Some("en".to_owned()), ..chapter })
    };
    let text = |key: &str, title: &str, number: &[u32]| {
        Item::Chapter(chapter(key, title, number, vec![heading(1, "a", title), words("Wörter.")]))
    };
    let mut book = book::book(vec![
        about(Role::Imprint, "about", "About this edition"),
        text("preface.md", "Preface", &[]),
        Item::Part("Part One".to_owned()),
        text("one.md", "Einführung", &[1]),
        text("appendix.md", "Appendix: Maße", &[]),
        Item::Separator,
        about(Role::Changes, "changes", "What changed"),
        about(Role::Colophon, "colophon", "Colophon"),
    ]);
    book.metadata.language = language.to_owned();
    book
}

fn written(book: &Book, imprint: &Imprint) -> std::collections::BTreeMap<String, Vec<u8>> {
    files(&write(book, imprint, &Highlights::of(book)).expect("an EPUB").value.bytes)
}

/// The lines of a text that hold a word, in their order.
fn lines<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.contains(word)).collect()
}

fn hrefs(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut found = Vec::new();
    parse(
        xml,
        |name, attributes| {
            if name == element {
                found.extend(attributes.get(attribute).cloned());
            }
        },
        |_| {},
    );
    found
}

#[test]
fn spine_contents_ncx_and_landmarks_agree() {
    let files = written(&edition("en"), &imprint());
    let package = text(&files, "OEBPS/content.opf");
    let items = hrefs(&package, "item", "id").into_iter().zip(hrefs(&package, "item", "href"));
    let items: std::collections::BTreeMap<_, _> = items.collect();
    let spine: Vec<_> = hrefs(&package, "itemref", "idref").iter().map(|id| items[id].clone()).collect();
    let name = |stem: &str| {
        let found = items.values().find(|href| href.starts_with(&format!("text/{stem}")));
        found.unwrap_or_else(|| panic!("no {stem}")).clone()
    };
    let (about, changes, colophon) = (name("about"), name("changes"), name("colophon"));
    let text_chapters = ["text/preface.xhtml", "text/one.xhtml", "text/appendix.xhtml"];
    let mut expected = vec!["cover.xhtml", "title.xhtml", about.as_str(), "nav.xhtml"];
    expected.extend(text_chapters);
    expected.extend([changes.as_str(), &colophon]);
    assert_eq!(spine, expected, "cover, title page, imprint, contents, text, changes, colophon");

    let nav = text(&files, "OEBPS/nav.xhtml");
    let (contents, rest) = nav.split_once("</nav>").expect("contents");
    let contents = format!("<n>{}</n>", &contents[contents.find("<ol>").expect("a list")..]);
    let mut in_order = vec![about.as_str()];
    in_order.extend(text_chapters);
    in_order.extend([changes.as_str(), &colophon]);
    assert_eq!(hrefs(&contents, "a", "href"), in_order);
    assert!(contents.contains("<li class=\"part\"><span>Part One</span>\n<ol>"), "{contents}");
    let ncx = text(&files, "OEBPS/toc.ncx");
    let mut points = hrefs(&ncx, "content", "src");
    points.dedup();
    assert_eq!(points, in_order, "the part leads to its first chapter");

    let landmarks = format!("<n>{}</n>", rest.split_once("</nav>").expect("landmarks").0.trim());
    let landmarks = format!("{}</nav></n>", landmarks.trim_end_matches("</n>"));
    let kinds = hrefs(&landmarks, "a", "epub:type");
    assert_eq!(kinds, ["cover", "titlepage", "imprint", "toc", "bodymatter", "revision-history", "colophon"]);
    let places = hrefs(&landmarks, "a", "href");
    let first = "text/one.xhtml";
    assert_eq!(places, ["cover.xhtml", "title.xhtml", &about, "nav.xhtml", first, &changes, &colophon]);
    // What the landmarks and the pages call themselves is the same.
    let bodies: Vec<_> = spine
        .iter()
        .map(|path| hrefs(&text(&files, &format!("OEBPS/{path}")), "body", "epub:type").join(""))
        .collect();
    assert_eq!(
        bodies,
        [
            "cover",
            "frontmatter",
            "frontmatter",
            "frontmatter",
            "frontmatter",
            "bodymatter",
            "backmatter",
            "backmatter",
            "backmatter"
        ]
    );
    let sections: Vec<String> = spine
        .iter()
        .flat_map(|path| {
            let page = text(&files, &format!("OEBPS/{path}"));
            lines(&page, "<section").into_iter().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        sections.join("\n"),
        "<section epub:type=\"titlepage\" class=\"titlepage\" aria-labelledby=\"title\">\n\
         <section epub:type=\"imprint\" aria-labelledby=\"_-title\">\n\
         <section epub:type=\"preface\" aria-labelledby=\"a\" role=\"doc-preface\">\n\
         <section epub:type=\"chapter\" aria-labelledby=\"a\" role=\"doc-chapter\">\n\
         <section epub:type=\"appendix\" aria-labelledby=\"a\" role=\"doc-appendix\">\n\
         <section epub:type=\"revision-history\" aria-labelledby=\"_-title\">\n\
         <section epub:type=\"colophon\" aria-labelledby=\"_-title\" role=\"doc-colophon\">"
    );
}

#[test]
fn each_document_says_its_language_and_direction() {
    let html = |language: &str| {
        let files = written(&edition(language), &imprint());
        let of = |path: &str| lines(&text(&files, path), "<html").concat();
        let about = files.keys().find(|path| path.starts_with("OEBPS/text/about")).expect("is there").clone();
        let tail = |line: String| line.split_once("ops\" ").expect("attributes").1.to_owned();
        (tail(of(&about)), tail(of("OEBPS/text/one.xhtml")), text(&files, "OEBPS/nav.xhtml"))
    };
    let english = "lang=\"en\" xml:lang=\"en\">";
    let (about, one, nav) = html("de");
    assert_eq!((about.as_str(), one.as_str()), (english, "lang=\"de\" xml:lang=\"de\">"));
    assert!(nav.contains("<h1 id=\"toc-title\" lang=\"en\" xml:lang=\"en\">Contents</h1>"), "{nav}");
    assert!(nav.contains("xhtml\" lang=\"en\" xml:lang=\"en\">Colophon</a>"), "{nav}");
    let (about, one, _) = html("he");
    assert_eq!((about.as_str(), one.as_str()), (english, "lang=\"he\" xml:lang=\"he\" dir=\"rtl\">"));
    // The book's tag says more than a chapter's.
    let (about, one, nav) = html("en-GB");
    assert_eq!((about.as_str(), &about), ("lang=\"en-GB\" xml:lang=\"en-GB\">", &one));
    assert!(!nav.contains("\"en\""), "{nav}");
}

#[test]
fn the_title_page_says_once_what_the_imprint_says_in_full() {
    let files = written(&edition("en"), &imprint());
    let page = text(&files, "OEBPS/title.xhtml");
    assert_eq!(
        lines(&page, "<p "),
        [
            "<p class=\"edition\">Edition of 8 February 2025</p>",
            "<p class=\"snapshot\">A snapshot of a living document.</p>",
        ]
    );
    let files = written(&every_construct(), &imprint());
    let page = text(&files, "OEBPS/title.xhtml");
    let subtitle =
        "<p class=\"subtitle\" epub:type=\"subtitle\" role=\"doc-subtitle\">With what is nasty</p>";
    assert!(page.contains(subtitle), "{page}");
}

/// The imprint of an edition about which everything is known.
fn known() -> Imprint {
    let before = Revision {
        id: RevisionId::Draft,
        date: EditionDate { year: 2024, month: Some(3), day: Some(1) },
        timestamp: 0,
    };
    let previous = Previous {
        edition: Edition { revision: before, why: Vec::new(), name: "2024-03-01".to_owned() },
        uuid: "6ba7b812-9dad-11d1-80b4-00c04fd430c8".parse().expect("a UUID"),
    };
    let licence =
        |path: &str, spdx: Option<&str>| Licence { path: path.to_owned(), spdx: spdx.map(str::to_owned) };
    Imprint {
        previous: Some(previous),
        is_first: false,
        about: About {
            contributors: vec!["Cleo <C>".to_owned(), "Dan".to_owned()],
            licences: vec![licence("LICENSE-MIT", Some("MIT")), licence("COPYING", None)],
            ..About::default()
        },
        ..imprint()
    }
}

#[test]
fn the_edition_is_a_member_of_its_document() {
    let package = text(&written(&edition("en"), &known()), "OEBPS/content.opf");
    let from = package.find("<dc:identifier").expect("metadata");
    let to = package.find("<meta property=\"schema:").expect("accessibility");
    assert_eq!(
        package[from..to].trim(),
        "<dc:identifier id=\"pub-id\">urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8</dc:identifier>\n\
         <dc:title id=\"title\">A book</dc:title>\n\
         <meta refines=\"#title\" property=\"title-type\">main</meta>\n\
         <meta property=\"dcterms:alternative\">A book. Edition of 8 February 2025</meta>\n\
         <dc:language>en</dc:language>\n\
         <dc:contributor id=\"contributor-1\">Cleo &lt;C&gt;</dc:contributor>\n\
         <meta refines=\"#contributor-1\" property=\"role\" scheme=\"marc:relators\">ctb</meta>\n\
         <dc:contributor id=\"contributor-2\">Dan</dc:contributor>\n\
         <meta refines=\"#contributor-2\" property=\"role\" scheme=\"marc:relators\">ctb</meta>\n\
         <dc:source>https://example.org/every/construct, revision 13b7a38f0c5d4e6b8a9c0d1e2f3a4b5c6d7e8f90</dc:source>\n\
         <dc:rights>MIT</dc:rights>\n\
         <dc:date>2025-02-08</dc:date>\n\
         <meta property=\"dcterms:modified\">2025-02-08T07:33:19Z</meta>\n\
         <meta property=\"dcterms:replaces\">urn:uuid:6ba7b812-9dad-11d1-80b4-00c04fd430c8</meta>\n\
         <meta id=\"series\" property=\"belongs-to-collection\">A book</meta>\n\
         <meta refines=\"#series\" property=\"collection-type\">series</meta>\n\
         <meta refines=\"#series\" property=\"dcterms:identifier\">urn:uuid:2efc9b20-f964-50ae-aaa0-6cb03bb893f4</meta>\n\
         <meta refines=\"#series\" property=\"group-position\">2025.0208</meta>"
    );
    // Authors that the book names go before contributors.
    let package = text(&written(&every_construct(), &known()), "OEBPS/content.opf");
    assert!(package.contains("dc:creator") && !package.contains("dc:contributor"), "{package}");
    // A draft is no edition, so no member of the series.
    let mut draft = imprint();
    draft.edition.revision.id = RevisionId::Draft;
    let package = text(&written(&edition("en"), &draft), "OEBPS/content.opf");
    assert!(!package.contains("series") && !package.contains("group-position"), "{package}");
}

#[test]
fn accessibility_is_said_as_far_as_it_is_known() {
    let said = |book: &Book| {
        let package = text(&written(book, &imprint()), "OEBPS/content.opf");
        assert!(!package.contains("conformsTo") && !package.contains("certifiedBy"), "{package}");
        let lines = lines(&package, "schema:access");
        let short = |line: &str| {
            let line = line.replace("<meta property=\"schema:", "").replace("</meta>", "");
            line.replace("\">", " ").replace("accessibility", "")
        };
        lines.into_iter().map(short).collect::<Vec<_>>()
    };
    let with_images = said(&every_construct());
    assert_eq!(
        with_images,
        [
            "accessMode textual",
            "accessMode visual",
            "accessModeSufficient textual,visual",
            "accessModeSufficient textual",
            "Feature tableOfContents",
            "Feature readingOrder",
            "Feature structuralNavigation",
            "Feature ARIA",
            "Feature displayTransformability",
            "Feature unlocked",
            "Feature alternativeText",
            "Hazard none",
            "Summary Text that adapts to the reader's settings, with a table of contents and headings in their \
             order. Notes stand at the end of their chapter, with links to them and back. All images have an \
             alternative text, as the authors wrote it. Made by a program from the authors' Markdown. No person \
             has evaluated the book, so no conformance to WCAG is claimed.",
        ]
    );
    let plain = said(&edition("de"));
    assert_eq!(plain[..3], ["accessMode textual", "accessModeSufficient textual", "Feature tableOfContents"]);
    assert!(!plain.iter().any(|line| line.contains("alternativeText") || line.contains("MathML")));
    assert!(plain.last().is_some_and(|line| line.starts_with("Summary\" xml:lang=\"en Text")), "{plain:?}");
    // A file's name is no alternative text.
    let figure = image(ImageSource::Media("img/square.png".to_owned()), "Square");
    let blocks = vec![block(BlockKind::Figure { image: figure, caption: Vec::new() })];
    let media = every_construct().media;
    let unnamed = Book { media, ..book::book(vec![Item::Chapter(chapter("a.md", "A", &[1], blocks))]) };
    let unnamed = said(&unnamed);
    assert_eq!(
        unnamed[1..4],
        ["accessMode visual", "accessModeSufficient textual,visual", "Feature tableOfContents"]
    );
    assert!(!unnamed.contains(&"Feature alternativeText".to_owned()), "{unnamed:?}");
}

#[test]
fn alerts_and_images_say_what_they_are() {
    let alert = |kind, words: &str| {
        block(BlockKind::Alert { kind, id: None, title: None, blocks: vec![book::words(words)] })
    };
    let media = |alt: &str| image(ImageSource::Media("img/square.png".to_owned()), alt);
    let blocks = vec![
        heading(1, "a", "A"),
        alert(AlertKind::Note, "n"),
        alert(AlertKind::Tip, "t"),
        alert(AlertKind::Danger, "d"),
        block(BlockKind::Figure { image: media("A square"), caption: Vec::new() }),
        block(BlockKind::Figure { image: media(""), caption: Vec::new() }),
    ];
    let mut book = book::book(vec![Item::Chapter(chapter("a.md", "A", &[1], blocks))]);
    book.media = every_construct().media;
    let page = text(&written(&book, &imprint()), "OEBPS/text/a.xhtml");
    let found: Vec<_> =
        page.lines().filter(|line| line.contains("\"alert ") || line.contains("<img")).collect();
    assert_eq!(
        found,
        [
            "<aside class=\"alert note\" role=\"note\">",
            "<aside class=\"alert tip\" role=\"doc-tip\" epub:type=\"tip\">",
            "<section class=\"alert danger\" role=\"doc-notice\" epub:type=\"notice\">",
            "<img src=\"../images/img.square.png\" alt=\"A square\" width=\"40\"/>",
            "<img src=\"../images/img.square.png\" alt=\"\" role=\"presentation\" width=\"40\"/>",
        ]
    );
}

#[test]
fn tables_have_headers_where_the_tree_has_them() {
    let mut body = vec![row(&["leek", "2"]), row(&["salt", "1"])];
    body[0][0].header = true;
    let full = block(BlockKind::Table(Table {
        alignments: vec![Alignment::None, Alignment::Right],
        head: vec![row(&["Name", "Amount"])],
        body,
        caption: vec![book::text("What there is")],
    }));
    let table_of = |block| {
        let section = section(vec![heading(1, "a", "A"), block]);
        let from = section.find("<div class=\"table").expect("a table");
        section[from..].trim().to_owned()
    };
    assert_eq!(
        table_of(full),
        "<div class=\"table\">\n<table>\n<caption>What there is</caption>\n<thead>\n<tr>\n\
         <th scope=\"col\">Name</th><th scope=\"col\" class=\"right\">Amount</th></tr>\n</thead>\n<tbody>\n<tr>\n\
         <th scope=\"row\">leek</th><td class=\"right\">2</td></tr>\n<tr>\n\
         <td>salt</td><td class=\"right\">1</td></tr>\n</tbody>\n</table>\n</div>"
    );
    let bare = table_of(table(&["", ""], &[&["no", "head"]]));
    assert!(!bare.contains("<th") && bare.contains("<tbody>\n<tr>\n<td>no</td><td>head</td></tr>"), "{bare}");
    // Shown as cards, a table is still one for those who hear it.
    let wide: Vec<&str> = ["internationalisation"; 12].to_vec();
    let cards = table_of(table(&wide, &[&wide]));
    for part in [
        "<table role=\"table\">",
        "<thead role=\"rowgroup\">",
        "<tr role=\"row\">",
        " role=\"columnheader\">",
        " role=\"cell\">",
    ] {
        assert!(cards.contains(part), "{part} is not in {cards}");
    }
}
