use proptest::prelude::*;

use super::*;
use crate::document::Metadata;
use crate::edition::identifiers::Identifiers;
use crate::edition::{About, Edition};
use crate::source::{EditionDate, Revision, RevisionId};

fn book(title: &str) -> Book {
    let metadata = Metadata { title: title.to_owned(), language: "en".to_owned(), ..Metadata::default() };
    Book { metadata, ..Book::default() }
}

fn imprint(slug: &str, number: u128) -> Imprint {
    let id = RevisionId::Commit {
        commit: "13b7a38ffffffffffffffffffffffffffffffff0".to_owned(),
        tree: String::new(),
        tags: Vec::new(),
    };
    let date = EditionDate { year: 2025, month: Some(2), day: Some(8) };
    let revision = Revision { id, date, timestamp: 1_738_972_800 };
    Imprint {
        slug: slug.to_owned(),
        edition: Edition { revision, why: Vec::new(), name: "2025-02-08".to_owned() },
        uuid: uuid::Uuid::from_u128(number),
        identifiers: Identifiers::default(),
        repository: None,
        previous: None,
        is_first: false,
        about: About::default(),
    }
}

fn jacket(title: &str) -> Jacket {
    Jacket::new(&book(title), &imprint("guide", 7), Vec::new(), None)
}

fn read(bytes: &[u8]) -> image::RgbImage {
    image::load_from_memory_with_format(bytes, image::ImageFormat::Png).expect("a PNG").into_rgb8()
}

/// A picture of a size: one half red, one half blue.
fn picture(width: u32, height: u32) -> Arc<Picture> {
    let image = image::RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 { [200, 20, 20] } else { [20, 20, 200] })
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("encodes");
    let media = Media { bytes: bytes.into_inner().into(), kind: MediaKind::Png, width, height };
    Memory::default().picture(&media).expect("a picture")
}

#[test]
fn a_document_has_one_ground_and_each_edition_its_pattern() {
    let of = |slug: &str, number| Jacket::new(&book("Guide"), &imprint(slug, number), Vec::new(), None);
    let pages = [of("guide", 1), of("guide", 2), of("other", 1)].map(|it| it.page(600.0, 960.0));
    assert_eq!(pages[0].grounds, pages[1].grounds);
    assert_ne!(pages[0].image, pages[1].image);
    assert_ne!(pages[0].image, pages[2].image);
    let grounds: std::collections::BTreeSet<_> =
        (0..60).map(|n| of(&format!("book-{n}"), 1).page(60.0, 96.0).grounds).collect();
    assert_eq!(grounds.len(), PALETTES.len());
    let patterns: std::collections::BTreeSet<_> =
        (0..60).map(|n| of("guide", n).page(60.0, 96.0).image).collect();
    assert_eq!(patterns.len(), 60);
}

#[test]
fn a_page_is_a_drawing_without_text_that_says_what_it_shows() {
    let page = jacket("A < B & \"C\"").page(595.28, 841.89);
    let svg = std::str::from_utf8(&page.image).expect("UTF-8");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"595.28\" height=\"841.89\""));
    assert!(!svg.contains("<text") && !svg.contains("font") && svg.matches('&').count() == 0);
    assert_eq!(page.alternative, "Cover: A < B & \"C\". Edition of 8 February 2025");
    assert_eq!(page.kind, MediaKind::Svg);
}

#[test]
fn a_plain_cover_is_of_black_ink_alone() {
    let pictures = jacket("Guide").plain().pictures().expect("pictures");
    let grey = |pixel: &image::Rgb<u8>| pixel[0] == pixel[1] && pixel[1] == pixel[2];
    assert!(read(&pictures.cover).pixels().all(grey));
    assert_eq!(read(&pictures.cover).get_pixel(0, 0).0, [255; 3]);
}

#[test]
fn a_draft_says_so() {
    let mut imprint = imprint("guide", 1);
    imprint.edition.revision.id = RevisionId::Draft;
    assert_eq!(edition_line(&imprint), "Draft after 8 February 2025");
    imprint.edition.revision.timestamp = 0;
    assert_eq!(edition_line(&imprint), "Draft");
}

#[test]
fn what_no_font_has_is_left_out_and_what_some_font_has_is_drawn() {
    let letters = Letters::new(&[], false);
    assert_eq!(letters.drawable("  Über  🚀 größe ").as_deref(), Some("Über 🚀 größe"));
    assert_eq!(letters.drawable("异步"), None, "letters that are missing are not left out");
    assert_eq!(letters.drawable("Guide \u{1FAE9}\u{1F8FF}").as_deref(), Some("Guide"));
    assert_eq!(letters.drawable(" \n "), None);
    let fonts = crate::fonts::bundled(&["DroidSansFallback", "NotoNaskhArabic-Regular"]);
    let more = Letters::new(&fonts, false);
    assert_eq!(more.drawable("异步 Async").as_deref(), Some("异步 Async"));
    assert!(more.drawable("دليل").is_some());
    // Letters that join are narrower than the same ones alone.
    let apart: f64 = "دليل".chars().map(|c| more.width(&c.to_string(), letters::Style::Regular)).sum();
    assert!(more.width("دليل", letters::Style::Regular) < apart);
    let with = Jacket::new(&book("异步"), &imprint("guide", 7), fonts, None);
    let without = jacket("异步");
    assert!(with.page(600.0, 960.0).image.len() > without.page(600.0, 960.0).image.len());
}

#[test]
fn a_cover_from_right_to_left_begins_at_the_right() {
    let mut book = book("Guide");
    book.metadata.language = "ar".to_owned();
    let jacket = Jacket::new(&book, &imprint("guide", 7), Vec::new(), None);
    let card = read(&jacket.pictures().expect("pictures").card);
    let ground = |x: u32| (0..630).filter(|y| card.get_pixel(x, *y) == card.get_pixel(1190, 3)).count();
    assert!(ground(1190) == 630 && ground(10) < 400, "{} {}", ground(10), ground(1190));
}

#[test]
fn pictures_have_their_sizes_and_drawings_a_palette() {
    let pictures = jacket("Guide").pictures().expect("pictures");
    let sizes = [&pictures.cover, &pictures.small, &pictures.card].map(|bytes| read(bytes).dimensions());
    assert_eq!(sizes, [(600, 960), (200, 320), (1200, 630)]);
    for bytes in [&pictures.cover, &pictures.small, &pictures.card] {
        assert_eq!(bytes[25], 3, "a palette (PNG, 11.2.1)");
        assert!(bytes.len() < 60_000, "{}", bytes.len());
    }
    let epub = jacket("Guide").epub().expect("a cover");
    assert_eq!((epub.width, epub.height, epub.kind), (1600, 2560, MediaKind::Png));
}

#[test]
fn colours_come_through_the_palette() {
    let canvas = jacket("Guide").draw(|design| design.page(600.0, 960.0, 0.0));
    let drawn = canvas.to_pixels().expect("pixels");
    let shown = read(&png::png(&drawn).expect("a PNG"));
    for (x, y) in [(0, 0), (3, 950), (300, 600), (599, 700)] {
        let pixel = drawn.pixel(x, y).expect("a pixel");
        assert_eq!(shown.get_pixel(x, y).0, [pixel.red(), pixel.green(), pixel.blue()], "{x} {y}");
    }
    let worst = drawn.pixels().iter().zip(shown.pixels()).map(|(a, b)| {
        let apart = [a.red().abs_diff(b[0]), a.green().abs_diff(b[1]), a.blue().abs_diff(b[2])];
        apart.into_iter().max().unwrap_or(0)
    });
    let worst = worst.max().expect("pixels");
    assert!(worst < 40, "{worst}");
}

#[test]
fn an_image_of_the_document_stands_in_the_place_of_the_drawing() {
    let jacket = Jacket::new(&book("Guide"), &imprint("guide", 7), Vec::new(), Some(picture(400, 500)));
    let pictures = jacket.pictures().expect("pictures");
    let cover = read(&pictures.cover);
    assert_eq!(cover.dimensions(), (600, 750));
    assert_eq!((cover.get_pixel(10, 10).0, cover.get_pixel(590, 700).0), ([200, 20, 20], [20, 20, 200]));
    assert_eq!(read(&pictures.small).dimensions(), (200, 250));
    let card = read(&pictures.card);
    assert_eq!(card.dimensions(), (1200, 630));
    assert_eq!(card.get_pixel(1195, 300).0, [20, 20, 200], "at its end");
    assert_eq!(
        format!(
            "#{:02x}{:02x}{:02x}",
            card.get_pixel(2, 2)[0],
            card.get_pixel(2, 2)[1],
            card.get_pixel(2, 2)[2]
        ),
        jacket.palette.ground.hex()
    );
    let page = jacket.page(595.0, 842.0);
    assert_eq!((page.kind, page.grounds), (MediaKind::Png, ["#6e146e", "#6e146e"].map(str::to_owned)));
    let wide = jacket.page(842.0, 595.0).grounds;
    assert_eq!(wide, ["#c81414", "#1414c8"].map(str::to_owned), "of its edges");
    assert_eq!(jacket.epub().map(|it| it.width), Some(400), "as it is");
}

#[test]
fn an_image_of_any_shape_makes_pictures() {
    for (width, height) in [(1, 1), (1, 900), (900, 1), (3000, 20)] {
        let jacket =
            Jacket::new(&book("Guide"), &imprint("guide", 7), Vec::new(), Some(picture(width, height)));
        let pictures = jacket.pictures().expect("pictures");
        let (_, high) = read(&pictures.cover).dimensions();
        assert!((300..=1200).contains(&high), "{width} {height}: {high}");
        assert_eq!(read(&pictures.card).dimensions(), (1200, 630));
    }
}

#[test]
fn the_text_of_a_drawing_becomes_paths() {
    let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="90"><rect width="60" height="90" fill="#123456"/><text x="5" y="40" font-size="20" fill="#fff">Hi</text></svg>"##;
    let media = Media { bytes: svg.as_slice().into(), kind: MediaKind::Svg, width: 60, height: 90 };
    let picture = Memory::default().picture(&media).expect("a picture");
    let jacket = Jacket::new(&book("Guide"), &imprint("guide", 7), Vec::new(), Some(picture));
    let page = jacket.page(595.0, 842.0);
    let shown = String::from_utf8_lossy(&page.image).into_owned();
    assert!(!shown.contains("<text") && shown.matches("<path").count() >= 2, "{shown}");
    assert_eq!((page.kind, page.grounds[1].as_str()), (MediaKind::Svg, "#123456"));
    let epub = jacket.epub().expect("a cover");
    assert_eq!((epub.kind, epub.width, epub.height), (MediaKind::Png, 1600, 2400));
    let white = read(&epub.bytes).pixels().filter(|pixel| pixel.0 == [255; 3]).count();
    assert!(white > 1000, "its letters are drawn: {white}");
    let damaged = Media { bytes: b"<svg".as_slice().into(), ..media };
    assert!(Memory::default().picture(&damaged).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_title_makes_a_drawing_of_the_size_asked_for(
        title in "\\PC{0,200}",
        subtitle in proptest::option::of("\\PC{0,80}"),
        authors in proptest::collection::vec("\\PC{0,30}", 0..12),
        rtl in any::<bool>(),
        number in any::<u128>(),
        (width, height) in (40.0..700.0_f64, 40.0..1000.0_f64),
    ) {
        let mut book = book(&title);
        (book.metadata.subtitle, book.metadata.authors) = (subtitle, authors);
        book.metadata.language = if rtl { "he" } else { "en" }.to_owned();
        let make = || Jacket::new(&book, &imprint("guide", number), Vec::new(), None);
        let (one, two) = (make().page(width, height), make().page(width, height));
        prop_assert_eq!(&one, &two);
        let options = resvg::usvg::Options::default();
        let tree = resvg::usvg::Tree::from_data(&one.image, &options).expect("an SVG");
        prop_assert!((f64::from(tree.size().width()) - width).abs() < 0.01);
        prop_assert!((f64::from(tree.size().height()) - height).abs() < 0.01);
        let pictures = make().pictures().expect("pictures");
        prop_assert_eq!(&pictures, &make().pictures().expect("pictures"));
        prop_assert_eq!(read(&pictures.small).dimensions(), (200, 320));
        prop_assert_eq!(read(&pictures.card).dimensions(), (1200, 630));
    }
}
