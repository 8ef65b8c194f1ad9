//! Content documents that editions share are written once, and what depends
//! on something that changed is written again: whatever is remembered, the
//! bytes and what is said are those of the book alone.

use bindery::cover::Jacket;
use bindery::diag::{Code, Diagnostic, Warned};
use bindery::document::{Block, BlockKind, Book, Chapter, Heading};
use bindery::highlight::Highlights;
use bindery::span::{FileId, Span};
use bindery::theme::Theme;
use bindery::writer::epub::{Epub, Form, Memory, write, write_with};

use super::book::{self, *};

/// A book with what a memory holds of others.
fn with_memory(book: &Book, highlights: &Highlights, memory: &Memory) -> Warned<Epub> {
    let cover = Jacket::new(book, &imprint(), Vec::new(), None);
    let form = Form { theme: &Theme::default(), cover: &cover, device: None };
    write_with(book, &imprint(), highlights, &form, memory).expect("an EPUB")
}

/// How many content documents were written anew, and what was said.
fn edition(book: &Book, memory: &Memory) -> (usize, Vec<Diagnostic>) {
    let highlights = Highlights::of(book);
    let with = with_memory(book, &highlights, memory);
    let alone = write(book, &imprint(), &highlights).expect("an EPUB");
    assert!(with.value.bytes == alone.value.bytes, "the memory changes nothing");
    assert_eq!(with.diagnostics, alone.diagnostics);
    let counts = |epub: &Epub| {
        epub.written
            .iter()
            .map(|w| (w.chapter.clone(), w.tally.clone(), w.entries.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(&with.value), counts(&alone.value));
    (with.value.rendered, with.diagnostics)
}

fn rendered(book: &Book, memory: &Memory) -> usize {
    edition(book, memory).0
}

fn chapter<'a>(book: &'a mut Book, key: &str) -> &'a mut Chapter {
    book.chapters_mut().find(|chapter| chapter.key == key).expect("is there")
}

/// Three chapters: the first links to a heading of the second.
fn three() -> Book {
    book::book(vec![
        bindery::document::Item::Chapter(book::chapter(
            "a.md",
            "A",
            &[1],
            vec![heading(1, "a", "A"), paragraph(vec![internal("b.md", Some("part"), "there")])],
        )),
        bindery::document::Item::Chapter(book::chapter(
            "b.md",
            "B",
            &[2],
            vec![heading(1, "b", "B"), heading(2, "part", "Part"), code_block("rust", "fn a() {}\n")],
        )),
        bindery::document::Item::Chapter(book::chapter(
            "c.md",
            "C",
            &[3],
            vec![heading(1, "c", "C"), words("a\u{8}b")],
        )),
    ])
}

#[test]
fn each_distinct_chapter_is_written_once() {
    let (memory, mut book) = (Memory::default(), every_construct());
    let chapters = book.chapters().count();
    assert_eq!(rendered(&book, &memory), chapters);
    assert_eq!(rendered(&book, &memory), 0);
    let keys: Vec<_> = book.chapters().map(|chapter| chapter.key.clone()).collect();
    for key in keys {
        chapter(&mut book, &key).blocks.push(words("One more."));
        assert_eq!(rendered(&book, &memory), 1, "{key}");
    }
}

#[test]
fn what_a_page_depends_on_writes_it_again() {
    let memory = Memory::default();
    assert_eq!(rendered(&three(), &memory), 3);
    let changed = |change: &dyn Fn(&mut Book), expected: usize, what: &str| {
        let mut book = three();
        change(&mut book);
        assert_eq!(rendered(&book, &memory), expected, "{what}");
        assert_eq!(rendered(&three(), &memory), 0, "{what}: and back");
    };
    changed(&|book| chapter(book, "b.md").title = "New".to_owned(), 1, "a title");
    changed(&|book| chapter(book, "b.md").number = Some(vec![9]), 1, "a number");
    changed(&|book| chapter(book, "b.md").language = Some("de".to_owned()), 1, "a language");
    changed(&|book| book.metadata.title = "New".to_owned(), 0, "the book's title");
    changed(&|book| book.metadata.language = "ar".to_owned(), 3, "the book's language");
    let heading =
        BlockKind::Heading(Heading { level: 2, id: "other".to_owned(), content: vec![text("Part")] });
    let gone = |book: &mut Book| {
        if let Some(block) = chapter(book, "b.md").blocks.get_mut(1) {
            block.kind = heading.clone();
        }
    };
    changed(&gone, 2, "a heading that another chapter links to");
    let mut book = three();
    gone(&mut book);
    let said = edition(&book, &memory).1;
    assert!(said.iter().any(|d| d.code == Code::LinkMissingAnchor), "{said:?}");
    // The same tree with its code set plain is another page.
    let plain = with_memory(&three(), &Highlights::default(), &memory).value;
    assert_eq!(plain.rendered, 1);
}

#[test]
fn what_is_said_keeps_to_its_file() {
    let memory = Memory::default();
    let in_file = |file: u32, start: u32| {
        let mut book = three();
        let span = Span { file: FileId(file), start, end: start + 1 };
        let moved = chapter(&mut book, "c.md");
        moved.span = span;
        for Block { span: at, kind } in &mut moved.blocks {
            *at = span;
            if let BlockKind::Paragraph(content) | BlockKind::Heading(Heading { content, .. }) = kind {
                content.iter_mut().for_each(|inline| inline.span = span);
            }
        }
        book
    };
    let place = |said: Vec<Diagnostic>| {
        said.into_iter().find(|d| d.code == Code::CharacterForbidden).and_then(|d| d.span).expect("a place")
    };
    let at = |file: u32, start: u32| Span { file: FileId(file), start, end: start + 1 };
    let (rendered, said) = edition(&in_file(0, 4), &memory);
    assert_eq!((rendered, place(said)), (3, at(0, 4)));
    let (rendered, said) = edition(&in_file(7, 4), &memory);
    assert_eq!((rendered, place(said)), (0, at(7, 4)), "another number of the file");
    let (rendered, said) = edition(&in_file(7, 5), &memory);
    assert_eq!((rendered, place(said)), (1, at(7, 5)), "another place in it");
}

#[test]
fn what_no_edition_needs_any_more_is_forgotten() {
    let memory = Memory::default();
    assert_eq!(rendered(&three(), &memory), 3);
    let other = every_construct();
    rendered(&other, &memory);
    assert_eq!(rendered(&three(), &memory), 0, "kept for one edition more");
    rendered(&other, &memory);
    rendered(&other, &memory);
    assert_eq!(rendered(&three(), &memory), 3);
}
