//! The PDF writer on trees made by hand: what arrives in the text, the tags
//! and the outline of the file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at what it is about"
)]

#[path = "common/pdf.rs"]
mod reading;
#[path = "common/tree.rs"]
mod tree;

use bindery::diag::Code;
use bindery::document::*;
use bindery::edition::identifiers::Identifiers;
use bindery::edition::{About, Edition, Imprint};
use bindery::highlight::Highlights;
use bindery::source::{EditionDate, Revision, RevisionId};
use bindery::writer::pdf::{LinkUrls, PdfOptions, write};
use tree::{b, i, span, t};

fn p(text: &str) -> Block {
    b(BlockKind::Paragraph(t(text)))
}

fn h(level: u8, id: &str, text: &str) -> Block {
    b(BlockKind::Heading(Heading { level, id: id.to_owned(), content: t(text) }))
}

fn code(language: &str, text: &str) -> Block {
    b(BlockKind::Code(CodeBlock {
        info: language.to_owned(),
        language: Some(language.to_owned()),
        text: text.to_owned(),
        hidden: String::new(),
    }))
}

fn styled(style: Style, text: &str) -> Inline {
    i(InlineKind::Styled { style, content: t(text) })
}

fn link(target: LinkTarget, text: &str) -> Inline {
    i(InlineKind::Link(Link { target, title: String::new(), content: t(text) }))
}

fn item(task: Option<bool>, blocks: Vec<Block>) -> ListItem {
    ListItem { task, blocks, span: span() }
}

fn list(start: Option<u64>, tight: bool, items: Vec<ListItem>) -> Block {
    b(BlockKind::List(List { start, tight, items }))
}

fn cell(text: &str) -> TableCell {
    TableCell { blocks: vec![b(BlockKind::Plain(t(text)))], colspan: 1, rowspan: 1, header: false }
}

fn table(head: &[&str], body: &[&[&str]]) -> Block {
    b(BlockKind::Table(Table {
        alignments: vec![Alignment::None; head.len()],
        head: vec![head.iter().map(|c| cell(c)).collect()],
        body: body.iter().map(|row| row.iter().map(|c| cell(c)).collect()).collect(),
        caption: Vec::new(),
    }))
}

fn chapter(key: &str, title: &str, number: &[u32], blocks: Vec<Block>) -> Chapter {
    Chapter {
        key: key.to_owned(),
        title: title.to_owned(),
        number: Some(number.to_vec()),
        depth: number.len() - 1,
        role: Role::Text,
        language: None,
        blocks,
        footnotes: Vec::new(),
        span: span(),
    }
}

fn imprint() -> Imprint {
    let date = EditionDate { year: 2025, month: Some(2), day: Some(8) };
    let id = RevisionId::Commit {
        commit: "13b7a38f00000000000000000000000000000000".into(),
        tree: "aa".into(),
        tags: vec![],
    };
    Imprint {
        slug: "handbook".to_owned(),
        edition: Edition {
            revision: Revision { id, date, timestamp: 1_739_000_000 },
            why: vec![],
            name: date.to_string(),
        },
        uuid: uuid::Uuid::nil(),
        repository: Some("https://example.org/light/handbook".to_owned()),
        previous: None,
        is_first: false,
        about: About::default(),
        identifiers: Identifiers::default(),
    }
}

const PROSE: &str = "The lamp is lit at dusk and put out at dawn, and whoever stands the watch writes down what \
    passes: the hour, the wind, the state of the glass, and every ship whose name could be read. Nothing is left \
    out because it seemed small. A page that has been written is never torn out; what was wrong is struck through \
    and stays legible, so that a later keeper can see both what was thought and what was known.";

fn book() -> Book {
    let long = "let report = observatory.read(Instrument::Barometer).await?.normalised().with_units(Units::Hectopascal).rounded(2).into_report(&mut log, \"evening\");";
    let mut first = chapter("watch.md", "The watch", &[1], vec![
        h(1, "the-watch", "The watch 🌊"),
        p(PROSE),
        b(BlockKind::Paragraph(vec![
            i(InlineKind::Text("See ".into())),
            link(LinkTarget::Internal { chapter: "log.md".into(), fragment: Some("entries".into()) }, "the entries"),
            i(InlineKind::Text(", ".into())),
            link(LinkTarget::External("https://example.org/a/very/long/address/that/goes/on?with=query&and=more".into()), "https://example.org/a/very/long/address/that/goes/on?with=query&and=more"),
            i(InlineKind::Text(", ".into())),
            styled(Style::Emphasis, "emphasis"),
            i(InlineKind::Text(", ".into())),
            styled(Style::Strong, "strong words"),
            i(InlineKind::Text(", ".into())),
            i(InlineKind::Code("std::sync::Arc<Mutex<HashMap<String, Instant>>>".into())),
            i(InlineKind::Text(", H".into())),
            styled(Style::Subscript, "2"),
            i(InlineKind::Text("O, x".into())),
            styled(Style::Superscript, "2"),
            i(InlineKind::Text(", ".into())),
            styled(Style::Keyboard, "Ctrl"),
            i(InlineKind::Text(" + ".into())),
            styled(Style::Keyboard, "C"),
            i(InlineKind::Text(", ".into())),
            styled(Style::Strikethrough, "struck"),
            i(InlineKind::Text(", a family 👨‍👩‍👧‍👦, a flag 🇮🇸, 🙋‍♀️ and ♀, // no comment, \\ and ~, #let x = 1, $a$, `@ref` <label>".into())),
            i(InlineKind::FootnoteReference { footnote: 0, occurrence: 0 }),
            i(InlineKind::Text(" and again".into())),
            i(InlineKind::FootnoteReference { footnote: 0, occurrence: 1 }),
            i(InlineKind::Text(".".into())),
        ])),
        h(2, "code", "Code that is long"),
        p("Lines that don't fit go on below:"),
        code("rust", &format!("/// Reads the glass.\npub async fn evening(log: &mut Log) -> Result<Report, Error> {{\n    {long}\n    // ┌──────┐  boxes join\n    // │ lamp │──▶ horizon\n    // └──────┘\n    Ok(report)\n}}\n")),
        h(3, "lists", "Lists"),
        list(None, true, vec![
            item(None, vec![b(BlockKind::Plain(t("first")))]),
            item(None, vec![b(BlockKind::Plain(t("second, with"))), list(None, true, vec![
                item(None, vec![b(BlockKind::Plain(t("inner one")))]),
                item(None, vec![b(BlockKind::Plain(t("inner two")))]),
            ])]),
        ]),
        list(Some(7), false, vec![item(None, vec![p(PROSE)]), item(None, vec![p("eight"), code("text", "code in a list\n")])]),
        list(None, true, vec![
            item(Some(true), vec![b(BlockKind::Plain(t("trim the wick")))]),
            item(Some(false), vec![b(BlockKind::Plain(t("wind the clock")))]),
        ]),
        b(BlockKind::Quote(vec![p(PROSE), p("— A keeper")])),
        b(BlockKind::Alert { kind: AlertKind::Note, id: None, title: None, blocks: vec![p("A note on the weather.")] }),
        b(BlockKind::Alert { kind: AlertKind::Warning, id: None, title: None, blocks: vec![p(PROSE)] }),
        b(BlockKind::Rule),
        h(4, "deep", "A fourth level"),
        b(BlockKind::DefinitionList(vec![
            Definition { term: t("glass"), definitions: vec![vec![p("The barometer.")], vec![p("Also: a telescope.")]], span: span() },
        ])),
        b(BlockKind::Details { summary: t("More of it"), blocks: vec![p(PROSE)] }),
    ]);
    first.footnotes.push(Footnote {
        label: "a".into(),
        blocks: vec![p("A note at the foot of its page.")],
        references: 2,
        span: span(),
    });
    first.footnotes.push(Footnote {
        label: "b".into(),
        blocks: vec![p("A note without a place.")],
        references: 0,
        span: span(),
    });
    let second = chapter(
        "log.md",
        "The log",
        &[1, 1],
        vec![
            h(1, "the-log", "The log"),
            h(2, "entries", "Entries <with> brackets & more"),
            table(
                &["Hour", "Wind", "Remarks"],
                &[
                    &[
                        "06:00",
                        "NW 4",
                        "Clear. Two cutters outward bound, the Margarethe and one whose name was not legible in the swell.",
                    ],
                    &["12:00", "W 6", "Rain"],
                ],
            ),
            table(&["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"], &[&["international"; 12]]),
            b(BlockKind::Figure {
                image: Image {
                    decorative: false,
                    source: ImageSource::Remote("https://example.org/cat.gif".into()),
                    alt: "A cat".into(),
                    title: String::new(),
                    width: None,
                    height: None,
                },
                caption: vec![],
            }),
            p("中 has no font here."),
        ],
    );
    Book {
        metadata: Metadata {
            title: "The Lighthouse Handbook".into(),
            subtitle: Some("For keepers, and those who relieve them".into()),
            authors: vec!["Ada Keeper".into(), "Tom Wick".into()],
            language: "en".into(),
            ..Metadata::default()
        },
        items: vec![
            Item::Chapter(first),
            Item::Part("Records".into()),
            Item::Chapter(second),
            Item::Unlinked(Unlinked {
                title: "Not written".into(),
                url: None,
                number: Some(vec![2]),
                depth: 0,
                span: span(),
            }),
        ],
        ..Book::default()
    }
}

fn set(book: &Book, options: &PdfOptions) -> bindery::diag::Warned<bindery::writer::pdf::Pdf> {
    write(book, &imprint(), &Highlights::of(book), options).expect("is set")
}

/// The words of a text, with the hyphens of broken lines taken back.
fn squeezed(text: &str) -> String {
    text.replace("\u{AD}\n", "").replace("-\n", "").chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_construct_is_set() {
    let pdf = set(&book(), &PdfOptions::default());
    if let Ok(path) = std::env::var("BINDERY_TEST_PDF") {
        std::fs::write(path, &pdf.value.bytes).expect("is written");
    }
    let mut codes: Vec<_> = pdf.diagnostics.iter().map(|d| d.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [Code::GlyphMissing, Code::TableTooWide], "{:?}", pdf.diagnostics);
    let read = reading::open(&pdf.value.bytes);
    assert_eq!(read.pages().len(), pdf.value.pages);
    let text = squeezed(&reading::text(&read));
    for expected in [
        "The Lighthouse Handbook",
        "Edition of 8 February 2025",
        "13b7a38",
        "whoever stands the watch writes down what passes",
        "a family 👨‍👩‍👧‍👦, a flag 🇮🇸, 🙋‍♀️ and ♀, // no comment, \\ and ~, #let x = 1, $a$, `@ref` <label>",
        "std::sync::Arc<Mutex<HashMap<String, Instant>>>",
        "https://example.org/a/very/long/address/that/goes/on?with=query&and=more",
        "with_units(Units::Hectopascal).rounded(2)",
        "│ lamp │──▶ horizon",
        "A note at the foot of its page.",
        "A note without a place.",
        "trim the wick",
        "Entries <with> brackets & more",
        "Two cutters outward bound",
        "U+4E2D",
        "A cat",
    ] {
        let expected: String = expected.chars().filter(|c| !c.is_whitespace() && *c != '\u{FE0F}').collect();
        assert!(text.replace('\u{FE0F}', "").contains(&expected), "{expected} is not in\n{text}");
    }
}

#[test]
fn the_outline_follows_parts_chapters_and_headings() {
    let book = book();
    let pdf = set(&book, &PdfOptions::default());
    let outline = reading::outline(&reading::open(&pdf.value.bytes));
    let lines: Vec<String> =
        outline.iter().map(|(depth, title)| format!("{}{title}", "  ".repeat(*depth))).collect();
    assert_eq!(
        lines,
        [
            "The watch",
            "  Code that is long",
            "    Lists",
            "      A fourth level",
            "Records",
            "  The log",
            "    Entries <with> brackets & more",
        ]
    );
    let expected: Vec<_> =
        bindery::document::outline::outline(&book).into_iter().map(|e| (e.depth, e.title)).collect();
    assert_eq!(outline, expected, "the EPUB's navigation is made from this");
}

#[test]
fn the_same_book_gives_the_same_bytes_on_one_thread_and_on_two() {
    let book = book();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| set(&book, &PdfOptions::default()).value.bytes)
    };
    let one = on(1);
    assert!(one == on(2), "one and two threads differ");
    assert!(one == on(1), "two runs differ");
}

#[test]
fn tags_say_what_is_what() {
    let pdf = set(&book(), &PdfOptions::default());
    let roles = reading::roles(&reading::open(&pdf.value.bytes));
    for (role, least) in [
        ("H1", 3),
        ("H2", 2),
        ("P", 10),
        ("L", 5),
        ("LI", 9),
        ("Table", 2),
        ("TH", 15),
        ("Link", 3),
        ("Note", 1),
        ("BlockQuote", 1),
    ] {
        assert!(roles.get(role).copied().unwrap_or(0) >= least, "{role}: {roles:?}");
    }
}

#[test]
fn other_papers_set_the_same_book() {
    for paper in ["a5", "us-letter", "a6"] {
        let pdf =
            set(&book(), &PdfOptions { paper: paper.to_owned(), two_sided: true, ..PdfOptions::default() });
        let read = reading::open(&pdf.value.bytes);
        let expected = bindery::writer::pdf::is_paper(paper);
        assert!(expected && read.pages().len() >= 6, "{paper}");
    }
    assert!(!bindery::writer::pdf::is_paper("a99"));
}

#[test]
fn a_chapter_that_typst_refuses_is_set_as_plain_text_and_named() {
    let mut deep = p("the innermost words");
    for _ in 0..80 {
        deep = b(BlockKind::Quote(vec![deep]));
    }
    let mut book = book();
    let blocks = vec![h(1, "deep", "Deep"), h(2, "below", "Below"), deep];
    book.items.push(Item::Chapter(chapter("deep.md", "Deep", &[3], blocks)));
    let target = LinkTarget::Internal { chapter: "deep.md".into(), fragment: Some("below".into()) };
    let linking = vec![h(1, "to", "To"), b(BlockKind::Paragraph(vec![link(target, "into the deep")]))];
    book.items.push(Item::Chapter(chapter("to.md", "To", &[4], linking)));
    let pdf = set(&book, &PdfOptions::default());
    let named = pdf.diagnostics.iter().filter(|d| d.code == Code::TypesetFailed).count();
    assert_eq!(named, 1, "only the deep chapter: {:?}", pdf.diagnostics);
    assert!(pdf.diagnostics.iter().any(|d| d.code == Code::TypesetFailed), "{:?}", pdf.diagnostics);
    let text = squeezed(&reading::text(&reading::open(&pdf.value.bytes)));
    assert!(text.contains("theinnermostwords") && text.contains("Twocuttersoutwardbound"));
}

/// A book of one chapter.
fn small(blocks: Vec<Block>, footnotes: Vec<Footnote>) -> Book {
    let first = Chapter { footnotes, ..chapter("one.md", "One", &[1], blocks) };
    Book { items: vec![Item::Chapter(first)], ..Book::default() }
}

#[test]
fn a_word_longer_than_a_page_is_broken() {
    let pages = |letters: usize| {
        let set = set(&small(vec![p(&"x".repeat(letters))], Vec::new()), &PdfOptions::default());
        set.value.pages
    };
    assert!(pages(20_000) > pages(10) + 2, "{}", pages(20_000));
}

#[test]
fn a_cell_longer_than_a_page_goes_on_over_the_page() {
    let many = vec![p(PROSE); 60];
    let tall = |head: bool| {
        let cell = TableCell { blocks: many.clone(), colspan: 1, rowspan: 1, header: false };
        let (head, body) = if head { (vec![vec![cell]], Vec::new()) } else { (Vec::new(), vec![vec![cell]]) };
        b(BlockKind::Table(Table { alignments: vec![Alignment::None], head, body, caption: Vec::new() }))
    };
    let pages = |block: Block| set(&small(vec![block], Vec::new()), &PdfOptions::default()).value.pages;
    let short = pages(p("short"));
    assert!(pages(tall(false)) > short + 2);
    assert!(pages(tall(true)) > short + 2);
}

#[test]
fn cells_beside_and_pushed_out_by_row_spans_are_all_set() {
    let cell = |text: &str, colspan, rowspan| TableCell {
        blocks: vec![b(BlockKind::Plain(vec![i(InlineKind::Text(text.into()))]))],
        colspan,
        rowspan,
        header: false,
    };
    let body = vec![
        vec![cell("alpha", 1, 1), cell("beta", 1, 1), cell("gamma", 1, 2)],
        vec![cell("delta", 1, 1), cell("epsilon", 1, 1)],
        vec![cell("zeta", 1, 2), cell("eta", 2, 2)],
        vec![cell("theta", 1, 1), cell("iota", 1, 1)],
    ];
    let table = Table { alignments: Vec::new(), head: Vec::new(), body, caption: Vec::new() };
    let set = set(&small(vec![b(BlockKind::Table(table))], Vec::new()), &PdfOptions::default());
    assert_eq!(set.diagnostics, []);
    let text = squeezed(&reading::text(&reading::open(&set.value.bytes)));
    for word in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota"] {
        assert!(text.contains(word), "{word} is lost: {text}");
    }
}

#[test]
fn a_long_chain_of_footnotes_is_set_whole() {
    let reference = |footnote| i(InlineKind::FootnoteReference { footnote, occurrence: 0 });
    let notes = (0..100)
        .map(|n| Footnote {
            label: format!("label{n}"),
            blocks: vec![b(BlockKind::Paragraph(vec![
                i(InlineKind::Text(format!("note{n}end"))),
                reference((n + 1) % 100),
            ]))],
            references: 1,
            span: span(),
        })
        .collect();
    let set = set(&small(vec![b(BlockKind::Paragraph(vec![reference(0)]))], notes), &PdfOptions::default());
    let codes: Vec<_> = set.diagnostics.iter().map(|d| d.code).collect();
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == Code::NestingDepth), "{codes:?}");
    let text = squeezed(&reading::text(&reading::open(&set.value.bytes)));
    for n in 0..100 {
        assert_eq!(text.matches(&format!("note{n}end")).count(), 1, "{n}");
    }
}

#[test]
fn what_typst_refuses_without_a_place_takes_no_other_chapter_down() {
    let mut deep = p("a word far inside");
    for _ in 0..60 {
        deep = b(BlockKind::Quote(vec![deep]));
    }
    let good = |key: &str| chapter(key, key, &[1], vec![p("good"), styled_paragraph()]);
    let items = vec![good("a.md"), good("b.md"), chapter("c.md", "C", &[3], vec![deep]), good("d.md")];
    let book = Book { items: items.into_iter().map(Item::Chapter).collect(), ..Book::default() };
    let set = set(&book, &PdfOptions::default());
    let codes: Vec<_> = set.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::TypesetFailed]);
    let text = squeezed(&reading::text(&reading::open(&set.value.bytes)));
    assert!(text.contains("awordfarinside"));
    assert_eq!(text.matches("strongwords").count(), 3);
}

fn styled_paragraph() -> Block {
    b(BlockKind::Paragraph(vec![styled(Style::Strong, "strong words")]))
}

#[test]
fn a_table_without_room_breaks_its_words_or_is_taken_apart() {
    let columns = |n: usize| {
        let words: Vec<String> = (0..n).map(|n| format!("value{n}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let set = set(&small(vec![table(&words, &[&words])], Vec::new()), &PdfOptions::default());
        assert!(set.diagnostics.iter().any(|d| d.code == Code::TableTooWide), "{:?}", set.diagnostics);
        reading::text(&reading::open(&set.value.bytes))
    };
    // The last letter stands on a line of its own below the others.
    assert!(columns(30).lines().all(|line| !line.contains("value")));
    let apart = columns(300);
    assert!((0..300).all(|n| apart.lines().filter(|line| *line == format!("value{n}")).count() == 2));
}

#[test]
fn a_paragraph_that_announces_code_stays_on_its_page() {
    // However far down the page it comes, from the upper part to the last line.
    let chapters = (16..36).map(|lines| {
        let filler = (0..lines).map(|n| p(&format!("filler {n}")));
        let end = [p("Announced:"), code("text", &"announced line\n".repeat(4))];
        let key = format!("{lines}.md");
        Item::Chapter(chapter(&key, &key, &[], filler.chain(end).collect()))
    });
    let book = Book { items: chapters.collect(), ..small(Vec::new(), Vec::new()) };
    let bytes = set(&book, &PdfOptions::default()).value.bytes;
    let pages = reading::pages(&reading::open(&bytes));
    let both = pages.iter().filter(|page| page.contains("Announced:"));
    let apart: Vec<_> = both.filter(|page| !page.contains("announced line")).collect();
    assert!(apart.is_empty(), "{apart:?}");
    assert!(pages.iter().filter(|page| page.contains("announced line")).count() >= 20);
}

/// A chapter with links in many places.
fn linked() -> Book {
    let to = |url: &str, words: &str| link(LinkTarget::External(url.to_owned()), words);
    let far = "https://example.org/a/long/way/to/go/that/does/not/fit/on/one/line/of/a/page/index.html?one=1&two=2#end";
    let blocks = vec![
        b(BlockKind::Paragraph(vec![
            i(InlineKind::FootnoteReference { footnote: 0, occurrence: 0 }),
            to(far, "far"),
            to("https://example.org/near", "near"),
            to(far, "far again"),
            to("https://example.org/itself", "example.org/itself"),
        ])),
        b(BlockKind::Heading(Heading {
            level: 2,
            id: "h".to_owned(),
            content: vec![to("https://example.org/heading", "linked heading")],
        })),
        p("after"),
    ];
    let note = Footnote {
        label: "n".to_owned(),
        blocks: vec![b(BlockKind::Paragraph(vec![to("https://example.org/noted", "noted")]))],
        references: 1,
        span: span(),
    };
    small(blocks, vec![note])
}

#[test]
fn addresses_of_links_are_printed_where_it_is_asked_for() {
    let said = |link_urls| {
        let set = set(&linked(), &PdfOptions { link_urls, ..PdfOptions::default() });
        assert!(set.diagnostics.is_empty(), "{:?}", set.diagnostics);
        let file = reading::open(&set.value.bytes);
        (squeezed(&reading::text(&file)), reading::roles(&file))
    };
    let count = |text: &str, what: &str| text.matches(&squeezed(what)).count();
    let (plain, none) = said(LinkUrls::None);
    assert_eq!(count(&plain, "index.html") + count(&plain, "https://example.org/n"), 0);
    for mode in [LinkUrls::Footnote, LinkUrls::List] {
        let (text, roles) = said(mode);
        let end = "index.html?one=1&two=2#end";
        assert_eq!(count(&text, end), 1, "once, though there are two links: {text}");
        for address in ["example.org/near", "example.org/heading", "example.org/noted"] {
            assert_eq!(count(&text, &format!("https://{address}")), 1, "{address} in {text}");
        }
        assert_eq!(count(&text, "https://example.org/itself"), 0, "{text}");
        let more = |role: &str| roles.get(role).unwrap_or(&0) - none.get(role).unwrap_or(&0);
        let (notes, items) = if mode == LinkUrls::Footnote { (3, 0) } else { (0, 4) };
        assert_eq!((more("Note"), more("LI")), (notes, items), "{mode:?} {roles:?}");
    }
}
