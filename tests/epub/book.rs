//! A book made by hand that holds every construct, and what is nasty.

use std::sync::Arc;

use bindery::document::{
    AlertKind, Alignment, Block, BlockKind, Book, Chapter, CodeBlock, Definition, Footnote, Heading, Image,
    ImageSource, Inline, InlineKind, Item, Length, Link, LinkTarget, List, ListItem, Metadata, Role, Style,
    Table, TableCell, TableRow, Unlinked,
};
use bindery::edition::identifiers::Identifiers;
use bindery::edition::{About, Edition, Imprint};
use bindery::media::{Media, MediaBag, MediaKind};
use bindery::source::{EditionDate, Revision, RevisionId};
use bindery::span::{FileId, Span};

pub const SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

pub fn block(kind: BlockKind) -> Block {
    Block { kind, span: SPAN }
}

pub fn inline(kind: InlineKind) -> Inline {
    Inline { kind, span: SPAN }
}

pub fn text(text: &str) -> Inline {
    inline(InlineKind::Text(text.to_owned()))
}

pub fn code(text: &str) -> Inline {
    inline(InlineKind::Code(text.to_owned()))
}

pub fn styled(style: Style, content: Vec<Inline>) -> Inline {
    inline(InlineKind::Styled { style, content })
}

pub fn paragraph(content: Vec<Inline>) -> Block {
    block(BlockKind::Paragraph(content))
}

pub fn words(words: &str) -> Block {
    paragraph(vec![text(words)])
}

pub fn plain(words: &str) -> Block {
    block(BlockKind::Plain(vec![text(words)]))
}

pub fn heading(level: u8, id: &str, title: &str) -> Block {
    block(BlockKind::Heading(Heading { level, id: id.to_owned(), content: vec![text(title)] }))
}

pub fn code_block(language: &str, code: &str) -> Block {
    let language = (!language.is_empty()).then(|| language.to_owned());
    let info = language.clone().unwrap_or_default();
    block(BlockKind::Code(CodeBlock { info, language, text: code.to_owned(), hidden: String::new() }))
}

pub fn link(target: LinkTarget, content: Vec<Inline>) -> Inline {
    inline(InlineKind::Link(Link { target, title: String::new(), content }))
}

pub fn external(url: &str, words: &str) -> Inline {
    link(LinkTarget::External(url.to_owned()), vec![text(words)])
}

pub fn internal(chapter: &str, fragment: Option<&str>, words: &str) -> Inline {
    let target = LinkTarget::Internal { chapter: chapter.to_owned(), fragment: fragment.map(str::to_owned) };
    link(target, vec![text(words)])
}

pub fn image(source: ImageSource, alt: &str) -> Image {
    Image { decorative: false, source, alt: alt.to_owned(), title: String::new(), width: None, height: None }
}

pub fn list(start: Option<u64>, items: Vec<(Option<bool>, Vec<Block>)>) -> Block {
    let items = items.into_iter().map(|(task, blocks)| ListItem { task, blocks, span: SPAN }).collect();
    block(BlockKind::List(List { start, tight: true, items }))
}

pub fn row(cells: &[&str]) -> TableRow {
    cells.iter().map(|c| cell(vec![plain(c)])).collect()
}

pub fn cell(blocks: Vec<Block>) -> TableCell {
    TableCell { blocks, colspan: 1, rowspan: 1, header: false }
}

pub fn table(head: &[&str], rows: &[&[&str]]) -> Block {
    block(BlockKind::Table(Table {
        alignments: vec![Alignment::None; head.len()],
        head: if head.is_empty() { Vec::new() } else { vec![row(head)] },
        body: rows.iter().map(|r| row(r)).collect(),
        caption: Vec::new(),
    }))
}

pub fn note_reference(footnote: usize, occurrence: usize) -> Inline {
    inline(InlineKind::FootnoteReference { footnote, occurrence })
}

pub fn chapter(key: &str, title: &str, number: &[u32], blocks: Vec<Block>) -> Chapter {
    Chapter {
        key: key.to_owned(),
        title: title.to_owned(),
        number: (!number.is_empty()).then(|| number.to_vec()),
        depth: number.len().saturating_sub(1),
        role: Role::Text,
        language: None,
        blocks,
        footnotes: Vec::new(),
        span: SPAN,
    }
}

pub fn footnote(label: &str, references: usize, blocks: Vec<Block>) -> Footnote {
    Footnote { label: label.to_owned(), blocks, references, span: SPAN }
}

pub fn imprint() -> Imprint {
    let revision = Revision {
        id: RevisionId::Commit {
            commit: "13b7a38f0c5d4e6b8a9c0d1e2f3a4b5c6d7e8f90".to_owned(),
            tree: "0".repeat(40),
            tags: vec!["v1.0".to_owned()],
        },
        date: EditionDate { year: 2025, month: Some(2), day: Some(8) },
        timestamp: 1_738_999_999,
    };
    Imprint {
        slug: "every-construct".to_owned(),
        edition: Edition { revision, why: Vec::new(), name: "2025-02-08".to_owned() },
        uuid: "6ba7b811-9dad-11d1-80b4-00c04fd430c8".parse().expect("a UUID"),
        repository: Some("https://example.org/every/construct".to_owned()),
        previous: None,
        is_first: false,
        about: About::default(),
        identifiers: Identifiers::default(),
    }
}

/// A book of one item list, without metadata beyond a title.
pub fn book(items: Vec<Item>) -> Book {
    let metadata = Metadata { title: "A book".to_owned(), language: "en".to_owned(), ..Metadata::default() };
    Book { metadata, items, ..Book::default() }
}

/// The whole of it.
pub fn every_construct() -> Book {
    let unlinked = |title: &str, url: Option<&str>, number: Option<Vec<u32>>| {
        Item::Unlinked(Unlinked {
            title: title.to_owned(),
            url: url.map(str::to_owned),
            number,
            depth: 0,
            span: SPAN,
        })
    };
    let deep = (0..100).fold(words("The innermost quote."), |inner, _| block(BlockKind::Quote(vec![inner])));
    let deep_list = (0..60).fold(list(Some(3), vec![(None, vec![plain("innermost item")])]), |inner, n| {
        list(None, vec![(None, vec![plain(&format!("item {n}")), inner])])
    });
    let items = vec![
        Item::Chapter(chapter("preface.md", "Preface", &[], preface())),
        Item::Separator,
        Item::Part("Part with <angles> & \"quotes\"".to_owned()),
        Item::Chapter(chapter("text.md", "Text", &[1], text_chapter())),
        Item::Chapter(Chapter { footnotes: notes(), ..chapter("notes.md", "Footnotes", &[1, 1], noted()) }),
        Item::Chapter(chapter("code/listings.md", "Listings", &[1, 2], listings())),
        Item::Chapter(chapter("code/tables.md", "Tables: wide & narrow", &[1, 2, 1], tables())),
        Item::Chapter(chapter("images.md", "Images", &[2], images())),
        Item::Part("An empty part".to_owned()),
        unlinked("A draft", None, Some(vec![3])),
        unlinked("An address", Some("https://example.org/a b"), None),
        unlinked("A broken address", Some("https>//example.org"), None),
        Item::Part("Odd ones".to_owned()),
        Item::Chapter(chapter("a b.md", "Same name (space)", &[4], vec![heading(1, "same", "Same")])),
        Item::Chapter(chapter("a-b.md", "Same name (hyphen)", &[5], vec![heading(1, "same", "Same")])),
        Item::Chapter(chapter("A-B.md", "🙋\u{200D}♀\u{FE0F} FAQ", &[6], emoji())),
        Item::Chapter(chapter("empty.md", "An empty chapter", &[7], Vec::new())),
        Item::Chapter(chapter("deep.md", "Deep", &[8], vec![heading(1, "deep", "Deep"), deep, deep_list])),
        Item::Separator,
        Item::Chapter(chapter(
            "LICENSE.md",
            "License",
            &[],
            vec![heading(1, "license", "Licence"), words("Free.")],
        )),
        Item::Part("A part at the end".to_owned()),
    ];
    Book {
        metadata: Metadata {
            title: "Every <construct> & more: a test".to_owned(),
            subtitle: Some("With what is nasty".to_owned()),
            authors: vec!["Ann Author".to_owned(), "Bob & Co.".to_owned(), "Çelik Öğuz".to_owned()],
            description: Some("A book that holds every construct.".to_owned()),
            language: "en".to_owned(),
            ..Metadata::default()
        },
        items,
        media: media(),
        ..Book::default()
    }
}

fn preface() -> Vec<Block> {
    vec![
        heading(1, "preface", "Preface"),
        words(
            "This chapter has no number. A living document keeps changing, and whoever quotes it quotes \
             something that will be gone next month; an edition holds it still, with a date and a name, so \
             that others can find the same words again.",
        ),
        words(
            "The second paragraph follows the first at a distance that is easy to see, without an indent, \
             and it is long enough to run over a good many lines on a telephone, where the measure is short.",
        ),
    ]
}

fn text_chapter() -> Vec<Block> {
    let alert =
        |kind, says: &str| block(BlockKind::Alert { kind, id: None, title: None, blocks: vec![words(says)] });
    vec![
        heading(1, "text", "Text, in all its styles"),
        paragraph(vec![
            text("Plain, "),
            styled(Style::Emphasis, vec![text("emphasis")]),
            text(", "),
            styled(Style::Strong, vec![text("strong "), styled(Style::Emphasis, vec![text("and both")])]),
            text(", "),
            styled(Style::Strikethrough, vec![text("struck")]),
            text(", E=mc"),
            styled(Style::Superscript, vec![text("2")]),
            text(", H"),
            styled(Style::Subscript, vec![text("2")]),
            text("O, "),
            styled(Style::Keyboard, vec![text("Ctrl")]),
            text("+"),
            styled(Style::Keyboard, vec![text("C")]),
            text(", "),
            styled(Style::Underline, vec![text("underlined")]),
            text(", "),
            styled(Style::Mark, vec![text("marked")]),
            text(", "),
            styled(Style::Small, vec![text("small")]),
            text(", "),
            code("fn main()"),
            inline(InlineKind::SoftBreak),
            text("and a control character: \u{8}."),
            inline(InlineKind::HardBreak),
            text("After a hard break. "),
            code("std::collections::hash_map::OccupiedEntry::insert_entry"),
            text(" is long, as is https://example.org/a/rather/long/path/that/does/not/fit.html."),
        ]),
        heading(2, "1-links", "Links"),
        paragraph(vec![
            text("To "),
            internal("code/listings.md", None, "a chapter"),
            text(", "),
            internal("text.md", Some("1-links"), "this heading"),
            text(", "),
            internal("a b.md", Some("same"), "a heading elsewhere"),
            text(", "),
            internal("text.md", Some("ä %\"<>'"), "an odd anchor"),
            inline(InlineKind::Anchor("ä %\"<>'".to_owned())),
            text(", "),
            internal("gone.md", None, "nowhere"),
            text(", "),
            internal("text.md", Some("gone"), "a missing anchor"),
            text(", "),
            external("https://example.org/a b?c=[d]|e#f g", "an untidy address"),
            text(", "),
            external("https>//example.org", "a broken one"),
            text(", "),
            external("javascript:alert(1)", "a wicked one"),
            text(", "),
            link(
                LinkTarget::External("https://example.org/outer".to_owned()),
                vec![text("outer "), external("https://example.org/inner", "inner")],
            ),
            text(", "),
            link(LinkTarget::External("https://example.org/empty".to_owned()), Vec::new()),
            text(", "),
            link(LinkTarget::Unresolved("x.md".to_owned()), vec![text("unresolved")]),
            text("."),
        ]),
        heading(2, "blocks", "Quotes and alerts"),
        block(BlockKind::Quote(vec![
            words("A quote of two paragraphs, the first of which is long enough for a second line."),
            block(BlockKind::Quote(vec![words("A quote in a quote.")])),
        ])),
        alert(AlertKind::Note, "Worth knowing."),
        alert(AlertKind::Tip, "Worth doing."),
        alert(AlertKind::Important, "Worth remembering."),
        alert(AlertKind::Warning, "Worth avoiding."),
        alert(AlertKind::Caution, "Worth fearing."),
        heading(3, "lists", "Lists"),
        list(
            None,
            vec![
                (None, vec![plain("one")]),
                (
                    None,
                    vec![
                        plain("two"),
                        list(
                            Some(7),
                            vec![
                                (None, vec![plain("seven")]),
                                (None, vec![plain("eight, which is long enough to need a second line")]),
                            ],
                        ),
                    ],
                ),
                (None, vec![words("three"), words("with a second paragraph")]),
                (None, Vec::new()),
            ],
        ),
        list(
            None,
            vec![
                (Some(true), vec![plain("done")]),
                (Some(false), vec![words("to do, and long enough to need a second line on a telephone")]),
                (Some(false), vec![code_block("", "code first\n")]),
                (Some(true), Vec::new()),
            ],
        ),
        block(BlockKind::DefinitionList(vec![
            Definition {
                term: vec![text("edition")],
                definitions: vec![vec![words("the dated publication")], vec![plain("a second meaning")]],
                span: SPAN,
            },
            Definition { term: vec![text("undefined")], definitions: Vec::new(), span: SPAN },
        ])),
        block(BlockKind::Rule),
        block(BlockKind::Details {
            summary: vec![text("A summary")],
            blocks: vec![words("What it hides."), heading(2, "hidden", "A heading inside")],
        }),
        block(BlockKind::Container {
            language: None,
            id: Some("here".to_owned()),
            align: Some(Alignment::Center),
            blocks: vec![words("Centred."), plain("Plain one"), plain("Plain two")],
        }),
        paragraph(vec![internal("text.md", Some("here"), "To the container"), text(".")]),
        heading(2, "same", "Same"),
        heading(2, "same", "Same, and with the same identifier"),
    ]
}

fn noted() -> Vec<Block> {
    vec![
        heading(1, "footnotes", "Footnotes"),
        paragraph(vec![
            text("A word"),
            note_reference(0, 0),
            text(" and another"),
            note_reference(1, 0),
            text(", and the first again"),
            note_reference(0, 1),
            text(", and in a link: "),
            link(
                LinkTarget::External("https://example.org/".to_owned()),
                vec![text("linked"), note_reference(1, 1)],
            ),
            text(", and one that is not there"),
            note_reference(9, 0),
            text("."),
        ]),
    ]
}

fn notes() -> Vec<Footnote> {
    vec![
        footnote(
            "a",
            2,
            vec![words("The first note, which is long enough for a second line in small type.")],
        ),
        footnote("b", 2, vec![words("The second note."), code_block("rust", "let x = 1;\n")]),
        footnote("c", 0, vec![words("Nothing refers to this note.")]),
    ]
}

fn listings() -> Vec<Block> {
    let rust = "/// Says hello; this comment is long enough to be broken on a telephone, twice or even more often.\n\
                #[derive(Debug)]\n\
                pub struct Greeter<'a> { name: &'a str }\n\
                \n\
                impl Greeter<'_> {\n    \
                    pub fn greet(&self) -> String {\n        \
                        format!(\"Hello, {}! This string literal is long enough to be broken as well.\", self.name) // why\n    \
                    }\n\
                }\n";
    vec![
        heading(1, "listings", "Listings"),
        words("Some code, with lines of up to 140 characters."),
        code_block("rust", rust),
        code_block("diff", "@@ -1,2 +1,2 @@\n-old <line>\n+new & line\n same\n"),
        code_block("toml", "[package]\nname = \"bindery\" # a name\nversion = 1\n"),
        code_block("console", "$ cargo run -- demo\n\n\n  indented\tand\u{1B}[0m tabbed\n"),
        code_block("", &format!("{}\n", "0123456789".repeat(30))),
        code_block("rust=\"x y", ""),
        code_block("", "┌──────┬──────┐\n│ box  │ draw │\n└──────┴──────┘\n"),
    ]
}

fn tables() -> Vec<Block> {
    let mut spanned = vec![row(&["a", "b", "c", "d"]), row(&["e", "f"]), row(&["g", "h", "i", "j", "k"])];
    spanned[0][0].rowspan = 5;
    spanned[0][1].colspan = 2;
    spanned[1][0].header = true;
    spanned[2][0].colspan = 60_000;
    let wide: Vec<String> = (1..=12).map(|n| format!("Column {n}")).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    vec![
        heading(1, "tables", "Tables"),
        block(BlockKind::Table(Table {
            alignments: vec![Alignment::Left, Alignment::Center, Alignment::Right],
            head: vec![row(&["Name", "Kind", "Amount"])],
            body: vec![row(&["apple", "fruit", "1,024"]), row(&["leek", "vegetable"]), row(&["salt"])],
            caption: vec![text("What there is")],
        })),
        table(
            &["Function", "What it does, in a few words that take some room"],
            &[
                &["tokio::task::spawn_blocking", "Runs a closure on a thread where blocking is acceptable."],
                &["a_very_long_identifier_without_any_break_opportunity_at_all", "Short."],
            ],
        ),
        table(&wide, &[&wide, &["internationalisation"; 12]]),
        table(&["", ""], &[&["no", "head"]]),
        table(&["only", "head"], &[]),
        table(&[], &[]),
        block(BlockKind::Table(Table {
            alignments: vec![Alignment::None; 4],
            head: vec![vec![cell(vec![
                heading(2, "in-head", "Heading in a header"),
                words("and a paragraph"),
            ])]],
            body: spanned,
            caption: Vec::new(),
        })),
        table(
            &["Feature", "Rust", "Go", "Kotlin", "Swift", "C#"],
            &[
                &["async functions", "yes, since 1.39", "not needed", "suspend", "yes", "yes"],
                &["structured concurrency", "no", "no", "yes", "yes", "partly"],
                &["cancellation", "by dropping", "by context", "cooperative", "cooperative", "by token"],
            ],
        ),
    ]
}

fn images() -> Vec<Block> {
    let media = |path: &str, alt: &str| image(ImageSource::Media(path.to_owned()), alt);
    let figure = |image, caption: Vec<Inline>| block(BlockKind::Figure { image, caption });
    vec![
        heading(1, "images", "Images"),
        figure(media("img/square.png", "A blue square"), vec![text("A square, from its title.")]),
        figure(
            Image { width: Some(Length::Percent(50.0)), ..media("img/Wide Picture.svg", "A drawing") },
            Vec::new(),
        ),
        figure(
            Image { height: Some(Length::Pixels(20.0)), ..media("img/square.png", "A small square") },
            Vec::new(),
        ),
        paragraph(vec![
            text("In a line: "),
            inline(InlineKind::Image(Image {
                width: Some(Length::Pixels(16.0)),
                ..media("img/square.png", "a dot")
            })),
            text(" and a broken drawing: "),
            inline(InlineKind::Image(media("img/broken.svg", "broken drawing"))),
            text("; one that is not in the bag: "),
            inline(InlineKind::Image(media("img/gone.png", "gone"))),
            text("; missing: "),
            inline(InlineKind::Image(image(ImageSource::Missing("x.png".to_owned()), "a missing image"))),
            text("; in a link: "),
            link(
                LinkTarget::External("https://example.org/ci".to_owned()),
                vec![inline(InlineKind::Image(image(
                    ImageSource::Remote("https://example.org/badge.svg?x=<y>".to_owned()),
                    "build status",
                )))],
            ),
            text("."),
        ]),
        figure(
            image(
                ImageSource::Remote("https://example.org/a/long/path/to/a/remote/picture.png".to_owned()),
                "A remote picture",
            ),
            vec![text("Its caption.")],
        ),
    ]
}

fn emoji() -> Vec<Block> {
    vec![
        heading(1, "faq", "🙋\u{200D}♀\u{FE0F} Frequently asked questions about \u{1F9D1}\u{200D}\u{1F4BB}"),
        words("Emoji in text: 👍🏽, 🇪🇺, 1\u{FE0F}\u{20E3}."),
        heading(2, "sparkles", "✨ Shiny future"),
        heading(2, "日本", "日本語の見出し"),
        words("日本語の文章。"),
    ]
}

fn media() -> MediaBag {
    let mut bag = MediaBag::default();
    let mut png = Vec::new();
    let pixels = vec![0x1F_u8; 40 * 40 * 3];
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    image::ImageEncoder::write_image(encoder, &pixels, 40, 40, image::ExtendedColorType::Rgb8)
        .expect("encodes");
    let svg = |text: &str| Media {
        bytes: Arc::from(text.as_bytes()),
        kind: MediaKind::Svg,
        width: 800,
        height: 200,
    };
    let png = Media { bytes: Arc::from(png), kind: MediaKind::Png, width: 40, height: 40 };
    bag.insert("img/unused.png".to_owned(), png.clone());
    bag.insert("img/square.png".to_owned(), png);
    bag.insert(
        "img/Wide Picture.svg".to_owned(),
        svg("<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \
             \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:sodipodi=\"http://sodipodi.sourceforge.net/x\" \
             width=\"800\" height=\"200\" viewBox=\"0 0 800 200\" onload=\"alert(1)\" sodipodi:docname=\"x\">\
             <sodipodi:namedview id=\"base\"/><script>alert(1)</script>\
             <rect width=\"800\" height=\"200\" fill=\"#9cc4ee\"/>\
             <text x=\"40\" y=\"120\" font-size=\"60\">A drawing</text></svg>"),
    );
    bag.insert("img/broken.svg".to_owned(), svg("<svg><g></svg>"));
    bag
}
