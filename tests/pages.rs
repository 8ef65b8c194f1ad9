//! Chapters are laid out once and serve every edition that holds them: a book
//! that is set with what other editions left behind is the book that is set
//! alone, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and looks at what it is about"
)]

#[allow(dead_code, reason = "other tests need the rest")]
#[path = "common/pdf.rs"]
mod reading;
#[path = "common/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use bindery::document::*;
use bindery::edition::identifiers::Identifiers;
use bindery::edition::{About, Edition, Imprint};
use bindery::highlight::Highlights;
use bindery::source::{EditionDate, Revision, RevisionId};
use bindery::theme::{Theme, ThemeName};
use bindery::writer::pdf::{Memory, PdfOptions, export, lay_out, write};
use proptest::prelude::*;
use tree::{b, i, span, t};

/// A chapter of so many paragraphs, whose links lead to other chapters.
fn chapter(name: usize, version: usize, others: &BTreeSet<usize>) -> Chapter {
    let mut blocks = vec![b(BlockKind::Heading(Heading {
        level: 1,
        id: format!("lamp-{name}"),
        content: t(&format!("The lamp {name}")),
    }))];
    for line in 0..(name * 5 + version * 3 + 1) {
        let words =
            format!("Line {line} of version {version}: the lamp is lit at dusk, whoever is on watch. ");
        blocks.push(b(BlockKind::Paragraph(t(&words.repeat(3)))));
    }
    // Only what is there is linked to, as the transforms leave it.
    for other in others.iter().filter(|other| (*other + name).is_multiple_of(2)) {
        let target = LinkTarget::Internal { chapter: format!("{other}.md"), fragment: None };
        let content = t("another lamp");
        let link = InlineKind::Link(Link { target, title: String::new(), content });
        blocks.push(b(BlockKind::Paragraph(vec![i(link)])));
    }
    Chapter {
        key: format!("{name}.md"),
        title: format!("The lamp {name}"),
        number: None,
        depth: 0,
        role: Role::Text,
        language: None,
        blocks,
        footnotes: Vec::new(),
        span: span(),
    }
}

/// A book of chapters, each a name and a version, with their numbers.
fn book(chapters: &[(usize, usize)]) -> Book {
    let names: BTreeSet<usize> = chapters.iter().map(|(name, _)| *name).collect();
    let items = chapters.iter().enumerate().map(|(index, (name, version))| {
        let number = Some(vec![u32::try_from(index).unwrap() + 1]);
        Item::Chapter(Chapter { number, ..chapter(*name, *version, &names) })
    });
    let metadata = Metadata { title: "Lamps".to_owned(), language: "en".to_owned(), ..Metadata::default() };
    Book { metadata, items: items.collect(), ..Book::default() }
}

fn imprint(day: i8) -> Imprint {
    let date = EditionDate { year: 2024, month: Some(6), day: Some(day) };
    let id = RevisionId::Snapshot { path: format!("2024-06-{day:02}") };
    Imprint {
        slug: "lamps".to_owned(),
        edition: Edition {
            revision: Revision { id, date, timestamp: 1_717_200_000 + i64::from(day) * 86_400 },
            why: Vec::new(),
            name: date.to_string(),
        },
        uuid: uuid::Uuid::nil(),
        identifiers: Identifiers::default(),
        repository: None,
        previous: None,
        is_first: true,
        about: About::default(),
    }
}

/// Sets a book with what a memory holds; gives the file and how many chapters
/// were laid out.
fn set(book: &Book, imprint: &Imprint, options: &PdfOptions, memory: &Memory) -> (Vec<u8>, usize) {
    let pages = lay_out(book, imprint, &Highlights::default(), None, options, memory).expect("pages").value;
    let anew = memory.next();
    (export(book, imprint, options, pages, memory).expect("a PDF").value.bytes, anew)
}

fn alone(book: &Book, imprint: &Imprint, options: &PdfOptions) -> Vec<u8> {
    write(book, imprint, &Highlights::default(), options).expect("a PDF").value.bytes
}

#[test]
fn a_chapter_in_front_lays_out_that_chapter_alone() {
    let (memory, options) = (Memory::default(), PdfOptions::default());
    let (_, first) = set(&book(&[(1, 0), (3, 0), (5, 0)]), &imprint(1), &options, &memory);
    assert_eq!(first, 3);
    // Links, numbers and pages of all others change with it.
    let after = book(&[(2, 0), (1, 0), (3, 0), (5, 0)]);
    let (bytes, anew) = set(&after, &imprint(2), &options, &memory);
    assert_eq!(anew, 1);
    assert!(bytes == alone(&after, &imprint(2), &options), "other bytes than alone");
    let pages: Vec<String> = reading::pages(&reading::open(&bytes))
        .iter()
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let opening =
        |title: &str| pages.iter().position(|page| page.contains(title) && page.contains("version"));
    let listed = pages.iter().find(|page| page.contains("Contents")).expect("contents");
    for (title, number) in [("The lamp 2", "1"), ("The lamp 1", "2"), ("The lamp 5", "4")] {
        let at = opening(title).unwrap_or_else(|| panic!("{title} is nowhere"));
        assert!(pages[at].contains(&format!("{} / {}", at + 1, pages.len())), "{}", pages[at]);
        assert!(pages[at].contains(&format!("{number} {title}")), "{}", pages[at]);
        assert!(listed.contains(title) && listed.contains(&(at + 1).to_string()), "{listed}");
    }
}

#[test]
fn contents_that_shrink_by_a_page_number_their_chapters_anew() {
    let (memory, options) =
        (Memory::default(), PdfOptions { paper: "a6".to_owned(), ..PdfOptions::default() });
    let many: Vec<(usize, usize)> = (0..80).map(|name| (name, 0)).collect();
    // One line each, so that it is quick.
    let short = |chapters: &[(usize, usize)]| {
        let mut book = book(chapters);
        for item in &mut book.items {
            if let Item::Chapter(chapter) = item {
                chapter.blocks.truncate(2);
            }
        }
        book
    };
    let long = set(&short(&many), &imprint(1), &options, &memory).0;
    let contents =
        reading::pages(&reading::open(&long)).iter().filter(|page| page.contains("lamp 7")).count();
    assert!(contents > 1, "the contents have one page");
    let few = short(&many[..5]);
    let (bytes, _) = set(&few, &imprint(2), &options, &memory);
    assert!(bytes == alone(&few, &imprint(2), &options), "other bytes than alone");
}

#[test]
fn a_theme_of_the_users_own_sets_each_chapter_once() {
    let folder = tempfile::TempDir::new().unwrap();
    let typ = "#import \"/base.typ\"\n#import \"/base.typ\": *\n\
               #let sheet(body) = base.sheet({ set text(tracking: 0.05em); body })\n\
               #let foot-strip(it) = base.foot-strip(upper(it))\n";
    std::fs::write(folder.path().join("theme.typ"), typ).unwrap();
    std::fs::write(folder.path().join("theme.toml"), "[sizes]\ntext = 12\n").unwrap();
    let theme = Theme::load(&ThemeName::Folder(folder.path().to_owned())).unwrap();
    let options = PdfOptions { theme, ..PdfOptions::default() };
    let memory = Memory::default();
    let (first, second) = (book(&[(1, 0), (2, 0), (3, 0)]), book(&[(1, 0), (2, 1), (3, 0)]));
    assert_eq!(set(&first, &imprint(1), &options, &memory).1, 3);
    let (bytes, anew) = set(&second, &imprint(2), &options, &memory);
    assert_eq!(anew, 1);
    assert!(bytes == alone(&second, &imprint(2), &options), "other bytes than alone");
    let text = reading::text(&reading::open(&bytes));
    assert!(text.contains("EDITION 2024-06-02"), "{text}");
    assert!(
        !reading::text(&reading::open(&alone(&second, &imprint(2), &PdfOptions::default())))
            .contains("EDITION")
    );
}

#[test]
fn a_head_that_has_no_room_is_cut() {
    let mut long = book(&[(5, 3)]);
    "A Complete and Unabridged Account of All Lamps of the Northern Coasts"
        .clone_into(&mut long.metadata.title);
    for (paper, cut) in [("a4", false), ("a6", true)] {
        let options = PdfOptions { paper: paper.to_owned(), ..PdfOptions::default() };
        let bytes = alone(&long, &imprint(1), &options);
        let page = reading::pages(&reading::open(&bytes)).pop().unwrap();
        let head = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(head.contains("A Complete and") && head.contains("The lamp 5"), "{head}");
        assert_eq!(head.contains('…'), cut, "{head}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_other_editions_left_behind_changes_nothing(
        editions in proptest::collection::vec(
            proptest::collection::btree_map(0_usize..5, 0_usize..2, 1..5), 1..4),
        order in any::<bool>(),
        two_sided in any::<bool>(),
        large in any::<bool>(),
    ) {
        let theme = Theme::load(if large { &ThemeName::Large } else { &ThemeName::Default }).unwrap();
        let options = PdfOptions { two_sided, theme, paper: "a6".to_owned(), ..PdfOptions::default() };
        let memory = Memory::default();
        let mut before: BTreeSet<String> = BTreeSet::new();
        for (day, chapters) in editions.iter().enumerate() {
            let mut chapters: Vec<(usize, usize)> = chapters.iter().map(|(n, v)| (*n, *v)).collect();
            if order {
                chapters.reverse();
            }
            let (book, imprint) = (book(&chapters), imprint(i8::try_from(day).unwrap() + 1));
            let book = Book { fonts: options.theme.fonts(), ..book };
            let (bytes, anew) = set(&book, &imprint, &options, &memory);
            // A chapter is laid out again if it is another, wherever it stands.
            let now: BTreeSet<String> =
                book.chapters().map(|it| format!("{:?}", Chapter { number: None, ..it.clone() })).collect();
            prop_assert_eq!(anew, now.difference(&before).count());
            prop_assert!(bytes == alone(&book, &imprint, &options), "other bytes than alone");
            before = now;
        }
    }
}
