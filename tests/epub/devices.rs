//! EPUBs for families of e-readers: what stands there instead of what they
//! don't show, and that nothing of the text is lost by it.

use bindery::cover::Jacket;
use bindery::device::equations::of;
use bindery::device::{Device, Profile};
use bindery::document::{BlockKind, Book, InlineKind, Item, Math, MathNode};
use bindery::highlight::Highlights;
use bindery::tally::Tally;
use bindery::theme::Theme;
use bindery::writer::epub::{Epub, Form, Memory, write, write_with};
use bindery::writer::pdf::equations;

use super::book::*;
use super::{files, text as file};

fn made(book: &Book, memory: &Memory, device: Option<&Device>) -> Epub {
    let cover = Jacket::new(book, &imprint(), Vec::new(), None);
    let form = Form { theme: &Theme::default(), cover: &cover, device };
    write_with(book, &imprint(), &Highlights::of(book), &form, memory).expect("an EPUB").value
}

fn of_one(blocks: Vec<bindery::document::Block>) -> Book {
    book(vec![Item::Chapter(chapter("a.md", "✨ A", &[1], blocks))])
}

fn equation(display: bool) -> Math {
    let letter = |text: &str| MathNode::Identifier { text: text.to_owned(), upright: false };
    let tree = MathNode::Fraction {
        numerator: Box::new(letter("y")),
        denominator: Box::new(letter("x")),
        line: true,
    };
    Math { tree: Some(tree), ..Math::new("\\frac{y}{x}", display) }
}

fn shiny() -> Book {
    of_one(vec![
        heading(1, "a", "✨ A"),
        words("Ask 🙋‍♀️, in 🇩🇪, at 👩🏾‍💻."),
        table(&["Who 🚀", "What"], &[&["you", "1️⃣"]]),
        paragraph(vec![code("let 🚀 = 1;")]),
        code_block("rust", "// 🚀\nlet a = \"✨\";\n"),
    ])
}

/// What a chapter's document counts, blocks and inlines aside: pictures are
/// elements, where characters are none.
fn text_of(epub: &Epub) -> Vec<(String, String)> {
    let words = |tally: &Tally| tally.text.split_whitespace().collect::<Vec<_>>().join(" ");
    epub.written.iter().map(|w| (words(&w.tally), w.tally.alternative.clone())).collect()
}

#[test]
fn emoji_are_pictures_in_the_text_and_characters_in_the_contents() {
    let book = shiny();
    let (plain, device) = (made(&book, &Memory::default(), None), Device::new(Profile::Koreader));
    let kept = made(&book, &Memory::default(), Some(&Device::new(Profile::Apple)));
    let drawn = made(&book, &Memory::default(), Some(&device));
    assert!(plain.bytes == kept.bytes, "Apple Books has all of them");
    assert_eq!(text_of(&plain), text_of(&drawn), "each picture counts as its character");
    let all = files(&drawn.bytes);
    let page = file(&all, "OEBPS/text/a.xhtml");
    let picture = |name: &str, emoji: &str| {
        format!("<img class=\"emoji\" src=\"../images/emoji-{name}.png\" alt=\"{emoji}\"/>")
    };
    for (name, emoji, times) in [
        ("2728", "✨", 2),
        ("1f64b-200d-2640-fe0f", "🙋‍♀️", 1),
        ("1f1e9-1f1ea", "🇩🇪", 1),
        ("1f469-1f3fe-200d-1f4bb", "👩🏾‍💻", 1),
        ("1f680", "🚀", 3),
        ("31-fe0f-20e3", "1️⃣", 1),
    ] {
        assert_eq!(page.matches(&picture(name, emoji)).count(), times, "{emoji}\n{page}");
        assert!(all.contains_key(&format!("OEBPS/images/emoji-{name}.png")), "{emoji}");
    }
    assert!(page.contains("<title>✨ A</title>"));
    assert!(file(&all, "OEBPS/nav.xhtml").contains("✨") && !file(&all, "OEBPS/nav.xhtml").contains("<img"));
    assert!(file(&all, "OEBPS/toc.ncx").contains("✨ A"));
    assert!(file(&all, "OEBPS/stylesheet.css").contains("img.emoji"));
    assert!(file(&all, "OEBPS/content.opf").contains("emoji-1f680.png"));
    assert!(!files(&plain.bytes).keys().any(|path| path.contains("emoji")));
}

#[test]
fn equations_are_pictures_on_kindles_or_as_they_are_written() {
    let inline_math = inline(InlineKind::Math(equation(false)));
    let book = of_one(vec![
        heading(1, "a", "A"),
        paragraph(vec![text("As "), inline_math, text(" is.")]),
        block(BlockKind::Math(equation(true))),
    ]);
    let plain = made(&book, &Memory::default(), None);
    let mut device = Device::new(Profile::Kindle);
    let page = |device: &Device| {
        let epub = made(&book, &Memory::default(), Some(device));
        assert_eq!(text_of(&epub), text_of(&plain));
        (file(&files(&epub.bytes), "OEBPS/text/a.xhtml"), files(&epub.bytes))
    };
    let (written, _) = page(&device);
    assert!(written.contains("As <code>\\frac{y}{x}</code> is.") && !written.contains("<math"), "{written}");
    device.equations = equations::draw(&book, &of(&book)).expect("drawn");
    assert_eq!(device.equations.len(), 2, "the same in a line and in a display look different");
    for drawn in device.equations.values() {
        assert!(drawn.width > 0.3 && drawn.width < 2.0 && drawn.height > 0.8, "{drawn:?}");
        assert!(drawn.png.starts_with(b"\x89PNG"));
    }
    assert!(device.equations.values().any(|drawn| drawn.depth > 0.1), "a fraction goes below the line");
    let (drawn, all) = page(&device);
    assert_eq!(drawn.matches("<img class=\"math\" src=\"../images/equation-").count(), 2, "{drawn}");
    assert!(drawn.contains("alt=\"\\frac{y}{x}\"") && drawn.contains("vertical-align: -"), "{drawn}");
    assert_eq!(all.keys().filter(|path| path.contains("/equation-")).count(), 2);
    assert!(!file(&all, "OEBPS/content.opf").contains("MathML"));
    let kobo = made(&book, &Memory::default(), Some(&Device::new(Profile::Kobo)));
    assert!(file(&files(&kobo.bytes), "OEBPS/text/a.xhtml").contains("<math"));
}

#[test]
fn contents_have_the_levels_that_are_shown() {
    let headed = |key: &str, title: &str, number: &[u32]| {
        let blocks = vec![heading(1, "t", title), heading(2, "s", "Section"), heading(3, "u", "Below")];
        Item::Chapter(chapter(key, title, number, blocks))
    };
    let book = book(vec![
        Item::Part("Part".to_owned()),
        headed("a.md", "Outer", &[1]),
        headed("b.md", "Inner", &[1, 1]),
        headed("c.md", "Innermost", &[1, 1, 1]),
    ]);
    let nav = |profile| {
        let device = Device::new(profile);
        file(&files(&made(&book, &Memory::default(), Some(&device)).bytes), "OEBPS/nav.xhtml")
    };
    let toc = |profile| {
        let nav = nav(profile);
        let (_, toc) = nav.split_once("<nav ").expect("a navigation");
        toc.split("</nav>").next().unwrap_or_default().to_owned()
    };
    let kindle = toc(Profile::Kindle);
    for title in ["Part", "Outer", "Inner", "Innermost"] {
        assert!(kindle.contains(title), "{title}\n{kindle}");
    }
    assert!(!kindle.contains("Section") && kindle.matches("<ol").count() == 2, "{kindle}");
    assert!(toc(Profile::Kobo).contains("Section") && !toc(Profile::Kobo).contains("Below"));
    assert!(toc(Profile::Koreader).contains("Below"));
}

#[test]
fn what_is_remembered_of_one_family_is_not_taken_for_another() {
    let (book, memory) = (shiny(), Memory::default());
    let device = Device::new(Profile::Koreader);
    let alone = [None, Some(&device)].map(|device| made(&book, &Memory::default(), device).bytes);
    let shared = [None, Some(&device)].map(|device| made(&book, &memory, device));
    assert!(shared.iter().all(|epub| epub.rendered == 1));
    assert!(shared.iter().zip(&alone).all(|(epub, alone)| epub.bytes == *alone));
    let again = made(&book, &memory, Some(&device));
    assert!(again.rendered == 0 && again.bytes == alone[1]);
    let usual = write(&book, &imprint(), &Highlights::of(&book)).expect("an EPUB").value;
    assert!(usual.bytes == alone[0]);
}
