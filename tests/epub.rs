//! The EPUB of a book made by hand: what arrives, and whether it holds together.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "epub/book.rs"]
mod book;
#[path = "epub/devices.rs"]
mod devices;
#[path = "epub/edition.rs"]
mod edition;
#[path = "epub/memory.rs"]
mod memory;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use bindery::document::outline::{OutlineTarget, outline};
use bindery::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use bindery::document::{Block, BlockKind, Book, Inline, InlineKind, Item, Style};
use bindery::highlight::Highlights;
use bindery::writer::epub::write;
use book::*;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::{CompressionMethod, ZipArchive};

fn bytes(book: &Book) -> Vec<u8> {
    write(book, &imprint(), &Highlights::of(book)).expect("an EPUB").value.bytes
}

fn files(epub: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(epub)).expect("an archive");
    let mut files = BTreeMap::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).expect("an entry");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("readable");
        assert!(files.insert(file.name().to_owned(), bytes).is_none(), "{} is there twice", file.name());
    }
    files
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    let bytes = files.get(path).unwrap_or_else(|| panic!("{path} is not among {:?}", files.keys()));
    String::from_utf8(bytes.clone()).expect("UTF-8")
}

/// Calls back for each element and each text; panics where XML isn't well-formed.
fn parse(
    xml: &str,
    mut element: impl FnMut(&str, BTreeMap<String, String>),
    mut text: impl FnMut(&str),
) -> usize {
    let mut reader = Reader::from_str(xml);
    let (mut depth, mut deepest) = (0_usize, 0);
    let attributes = |tag: &BytesStart| {
        let pair = |a: quick_xml::events::attributes::Attribute| {
            let key = String::from_utf8(a.key.as_ref().to_vec()).expect("UTF-8");
            (key, a.unescape_value().expect("a value").into_owned())
        };
        tag.attributes().map(|a| pair(a.expect("an attribute"))).collect()
    };
    let name = |tag: &BytesStart| String::from_utf8(tag.name().as_ref().to_vec()).expect("UTF-8");
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) => {
                depth += 1;
                deepest = deepest.max(depth);
                element(&name(&tag), attributes(&tag));
            }
            Event::Empty(tag) => element(&name(&tag), attributes(&tag)),
            Event::End(_) => depth -= 1,
            Event::Text(t) => text(&t.decode().expect("UTF-8")),
            Event::GeneralRef(r) => text(match &*r.decode().expect("UTF-8") {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                other => panic!("{other:?}"),
            }),
            Event::Eof => break,
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    assert_eq!(depth, 0, "elements are closed");
    deepest
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text of a document's body without white space.
fn body_text(xml: &str) -> String {
    let mut out = String::new();
    parse(
        &xml[xml.find("<body").expect("a body")..xml.find("</html>").expect("an end")],
        |_, _| {},
        |t| out.push_str(t),
    );
    without_space(&out)
}

fn resolve(from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            ".." => drop(parts.pop().expect("inside the container")),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = every_construct();
    let first = bytes(&book);
    assert!(first == bytes(&book), "a second run differs");
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert!(first == alone.install(|| bytes(&book)), "one thread differs");
    // For looking at, and for other programs to check.
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/every-construct.epub");
    std::fs::write(path, first).expect("writable");
}

#[test]
fn the_container_begins_with_its_type_and_is_sorted() {
    let epub = bytes(&every_construct());
    assert_eq!(&epub[30..58], b"mimetypeapplication/epub+zip", "no extra field, not compressed");
    let mut archive = ZipArchive::new(Cursor::new(epub)).expect("an archive");
    let mut names = Vec::new();
    for i in 0..archive.len() {
        let file = archive.by_index(i).expect("an entry");
        assert_eq!(file.last_modified(), Some(zip::DateTime::default()), "{}", file.name());
        assert_eq!(
            file.name() == "mimetype" || file.name().ends_with(".png"),
            file.compression() == CompressionMethod::Stored
        );
        names.push(file.name().to_owned());
    }
    assert_eq!(names[..3], ["mimetype", "META-INF/container.xml", "OEBPS/content.opf"]);
    assert!(names[3..].is_sorted());
}

#[test]
fn the_manifest_lists_exactly_the_files() {
    let files = files(&bytes(&every_construct()));
    let package = text(&files, "OEBPS/content.opf");
    let (mut listed, mut ids, mut spine) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    parse(
        &package,
        |name, attributes| match name {
            "item" => {
                assert!(ids.insert(attributes["id"].clone()), "{} is there twice", attributes["id"]);
                listed.insert(format!("OEBPS/{}", attributes["href"]));
            }
            "itemref" => spine.push(attributes["idref"].clone()),
            _ => {}
        },
        |_| {},
    );
    let there: BTreeSet<_> =
        files.keys().filter(|f| f.starts_with("OEBPS/") && !f.ends_with(".opf")).cloned().collect();
    assert_eq!(listed, there);
    assert!(spine.iter().all(|id| ids.contains(id)));
    assert_eq!(
        spine[..5],
        ["cover.xhtml", "title.xhtml", "nav.xhtml", "text-preface.xhtml", "text-text.xhtml"]
    );
    assert_eq!(spine.len(), 3 + every_construct().chapters().count());
    assert!(!there.iter().any(|f| f.contains("unused") || f.contains("broken")), "{there:?}");
}

#[test]
fn nothing_leads_nowhere() {
    let files = files(&bytes(&every_construct()));
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for path in files.keys().filter(|f| f.ends_with(".xhtml") || f.ends_with(".ncx") || f.ends_with(".opf")) {
        let ids = ids.entry(path.clone()).or_default();
        parse(
            &text(&files, path),
            |name, attributes| {
                if let Some(id) = attributes.get("id") {
                    assert!(ids.insert(id.clone()), "{path} has {id} twice");
                    assert!(!id.contains(char::is_whitespace) && !id.is_empty());
                }
                for key in ["href", "src"] {
                    if let Some(to) = attributes.get(key) {
                        links.push((path.clone(), format!("{name} {key}"), to.clone()));
                    }
                }
                assert!(!attributes.keys().any(|a| a.starts_with("on")) && name != "script");
            },
            |_| {},
        );
    }
    let mut inside = 0;
    for (path, what, to) in links {
        if to.starts_with("https://") {
            continue;
        }
        inside += 1;
        let (file, fragment) = to.split_once('#').map_or((to.as_str(), None), |(f, id)| (f, Some(id)));
        let target = if file.is_empty() { path.clone() } else { resolve(&path, file) };
        assert!(files.contains_key(&target), "{path}: {what} {to}");
        if let Some(fragment) = fragment {
            assert!(ids[&target].contains(fragment), "{path}: {what} {to}");
        }
    }
    assert!(inside > 60, "{inside}");
}

/// The texts of a chapter in the order of the tree.
struct Texts(Vec<String>);

impl Visit for Texts {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Code(code) = &block.kind {
            self.0.push(code.text.clone());
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        if let InlineKind::Text(text) | InlineKind::Code(text) = &inline.kind {
            self.0.push(text.clone());
        }
        walk_inline(self, inline);
    }
}

#[test]
fn every_word_of_the_tree_arrives_in_its_order() {
    let book = every_construct();
    let files = files(&bytes(&book));
    let package = text(&files, "OEBPS/content.opf");
    let mut documents = Vec::new();
    parse(
        &package,
        |name, a| {
            if name == "itemref" && a["idref"].starts_with("text-") {
                documents.push(a["idref"].replacen("text-", "OEBPS/text/", 1));
            }
        },
        |_| {},
    );
    let mut count = 0;
    for (chapter, document) in book.chapters().zip(&documents) {
        let body = body_text(&text(&files, document));
        let mut rest = body.as_str();
        let mut texts = Texts(Vec::new());
        walk_chapter(&mut texts, chapter);
        for words in texts.0 {
            let words = without_space(&words).replace(['\u{8}', '\u{1B}'], "\u{FFFD}");
            let at = rest.find(&words).unwrap_or_else(|| panic!("{document}: {words:?} not in {rest:?}"));
            rest = &rest[at + words.len()..];
            count += 1;
        }
    }
    assert!(count > 150);
    assert_eq!(documents.len(), book.chapters().count());
    let contents = body_text(&text(&files, "OEBPS/nav.xhtml"));
    for item in &book.items {
        let title = match item {
            Item::Part(title) => title,
            Item::Chapter(chapter) => &chapter.title,
            Item::Unlinked(entry) => &entry.title,
            Item::Separator => continue,
        };
        assert!(contents.contains(&without_space(title)), "{title}");
    }
}

#[test]
fn the_navigation_and_the_ncx_are_the_outline() {
    let book = every_construct();
    let files = files(&bytes(&book));
    let expected: Vec<_> = outline(&book).iter().map(|e| without_space(&e.label())).collect();
    let nav = text(&files, "OEBPS/nav.xhtml");
    let toc = &nav[nav.find("<ol>").expect("a list")..nav.find("</nav>").expect("an end")];
    let labels: Vec<_> = toc
        .split("<li ")
        .skip(1)
        .map(|entry| {
            let entry = entry
                .split_once('>')
                .expect("a tag")
                .1
                .replace("<ol>", "")
                .replace("</ol>", "")
                .replace("</li>", "");
            let mut label = String::new();
            parse(&entry, |_, _| {}, |t| label.push_str(t));
            without_space(&label)
        })
        .collect();
    assert_eq!(labels, expected);
    let (mut depths, mut depth) = (Vec::new(), 0_usize);
    for tag in toc.split('<') {
        match tag.split(['>', ' ']).next() {
            Some("ol") => depth += 1,
            Some("/ol") => depth -= 1,
            Some("li") => depths.push(depth - 1),
            _ => {}
        }
    }
    assert_eq!(depths, outline(&book).iter().map(|e| e.depth).collect::<Vec<_>>());
    let ncx = text(&files, "OEBPS/toc.ncx");
    let points: Vec<_> = ncx.split("<navPoint ").skip(1).collect();
    assert_eq!(points.len(), expected.len());
    for (point, label) in points.iter().zip(&expected) {
        let text = &point[point.find("<text>").expect("a label") + 6..point.find("</text>").expect("an end")];
        let mut shown = String::new();
        parse(&format!("<t>{text}</t>"), |_, _| {}, |t| shown.push_str(t));
        assert_eq!(&without_space(&shown), label);
    }
    assert!(outline(&book).iter().any(|e| matches!(e.target, OutlineTarget::Part)));
}

#[test]
fn what_cannot_be_carried_over_is_said() {
    let book = every_construct();
    let epub = write(&book, &imprint(), &Highlights::of(&book)).expect("an EPUB");
    let said: Vec<_> = epub.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "warning[character-forbidden]: an EPUB can't hold the character U+0008",
            "warning[link-missing-file]: the book has no chapter `gone.md`",
            "warning[link-missing-anchor]: `text.md` has no heading or anchor `gone`",
            "warning[link-invalid]: `https>//example.org` is no address that an EPUB can link to",
            "warning[link-invalid]: `javascript:alert(1)` is no address that an EPUB can link to",
            "warning[footnote-undefined]: there is no footnote 10",
            "warning[character-forbidden]: an EPUB can't hold the character U+001B",
            "warning[image-invalid]: the image `img/broken.svg` can't be put into an EPUB",
            "warning[image-missing]: the image `img/gone.png` is not there",
            "warning[nesting-depth]: blocks are nested more than 24 deep",
        ]
    );
    assert!(epub.diagnostics.iter().all(|d| d.span.is_some()));
}

/// What is inside the chapter's `section`, of a book of one chapter.
fn section(blocks: Vec<Block>) -> String {
    let files = files(&bytes(&book(vec![Item::Chapter(chapter("a.md", "A", &[1], blocks))])));
    let page = text(&files, "OEBPS/text/a.xhtml");
    let start = page.find("<section").expect("a section");
    page[start..page.rfind("</section>").expect("an end")].split_once('\n').expect("a line").1.to_owned()
}

#[test]
fn a_chapter_is_plain_xhtml() {
    let blocks = vec![
        heading(1, "a", "✨ Shiny & new"),
        paragraph(vec![
            book::text("See "),
            internal("a.md", Some("2nd"), "below"),
            book::text(" or "),
            styled(Style::Emphasis, vec![external("https://example.org/a b", "there")]),
            book::text("."),
        ]),
        heading(2, "2nd", "Second"),
        list(Some(3), vec![(None, vec![plain("three")]), (Some(true), vec![words("done")])]),
        code_block("rust", "fn main() {\n    x\n\n}\n"),
        table(&["A", ""], &[&["1", "2"], &["3"]]),
    ];
    assert_eq!(
        section(blocks),
        "<h1 id=\"a\"><span class=\"number\">1.</span> <span class=\"together\">✨ Shiny</span> &amp; new</h1>\n\
         <p>See <a href=\"#_.2nd\">below</a> or <em><a href=\"https://example.org/a%20b\">there</a></em>.</p>\n\
         <h2 id=\"_.2nd\">Second</h2>\n\
         <ol start=\"3\">\n<li>three</li>\n\
         <li class=\"task\"><p><span class=\"box\" role=\"img\" aria-label=\"done\">☑\u{FE0E}</span> done</p>\n</li>\n</ol>\n\
         <pre><code class=\"language-rust\"><span class=\"line\"><span class=\"k\">fn </span>\
         <span class=\"f\">main</span>() {</span>\n<span class=\"line i4\">    x</span>\n\n<span class=\"line\">}</span>\n\
         </code></pre>\n\
         <div class=\"table\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">A</th><td></td></tr>\n</thead>\n\
         <tbody>\n<tr>\n<td>1</td><td>2</td></tr>\n<tr>\n<td>3</td><td/></tr>\n</tbody>\n</table>\n</div>\n"
    );
}

#[test]
fn the_package_says_what_the_book_is() {
    let package = text(&files(&bytes(&every_construct())), "OEBPS/content.opf");
    for line in [
        "<dc:identifier id=\"pub-id\">urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8</dc:identifier>",
        "<dc:title id=\"title\">Every &lt;construct&gt; &amp; more: a test</dc:title>",
        "<meta refines=\"#subtitle\" property=\"title-type\">subtitle</meta>",
        "<dc:creator id=\"author-2\">Bob &amp; Co.</dc:creator>",
        "<meta refines=\"#author-2\" property=\"role\" scheme=\"marc:relators\">aut</meta>",
        "<dc:date>2025-02-08</dc:date>",
        "<meta property=\"dcterms:modified\">2025-02-08T07:33:19Z</meta>",
        "<dc:source>https://example.org/every/construct, revision 13b7a38f0c5d4e6b8a9c0d1e2f3a4b5c6d7e8f90</dc:source>",
        "<meta property=\"schema:accessibilityHazard\">none</meta>",
    ] {
        assert!(package.lines().any(|l| l == line), "{line} is not in {package}");
    }
}

#[test]
fn a_chapters_file_keeps_its_name_when_others_come_and_go() {
    let book = every_construct();
    let all: BTreeSet<_> = files(&bytes(&book)).into_keys().collect();
    for gone in 0..book.items.len() {
        let mut items = book.items.clone();
        items.remove(gone);
        let fewer = files(&bytes(&Book { items, media: book.media.clone(), ..book.clone() }));
        assert!(fewer.keys().all(|name| all.contains(name)), "without item {gone}: {:?}", fewer.keys());
    }
}

#[test]
fn a_book_without_anything_is_still_a_book() {
    let files = files(&bytes(&book(Vec::new())));
    assert!(text(&files, "OEBPS/nav.xhtml").contains("<a href=\"title.xhtml\">Title page</a>"));
}

#[test]
fn deep_nesting_stays_within_what_parsers_read() {
    let quotes = |depth| (0..depth).fold(words("innermost"), |inner, _| block(BlockKind::Quote(vec![inner])));
    let emphasis = (0..1_000).fold(book::text("stressed"), |inner, _| styled(Style::Emphasis, vec![inner]));
    let blocks = vec![heading(1, "a", "A"), quotes(1_000), paragraph(vec![emphasis])];
    let shown = format!("<section>{}</section>", section(blocks));
    let deepest = parse(&shown, |_, _| {}, |_| {});
    assert!((20..150).contains(&deepest), "{deepest}");
    assert!(shown.contains("innermost") && shown.contains("stressed"));
}
