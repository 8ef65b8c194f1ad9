//! What the main file reads: the book's contents, the edition, the page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::fonts::{EMOJI, Face, Fonts};
use super::geometry::Geometry;
use super::markup::label;
use super::pieces::{Piece, pieces, push_string};
use crate::cover::{Jacket, Page};
use crate::document::direction::{Direction, of_book};
use crate::document::outline::{OutlineEntry, OutlineTarget, chapter_title, outline};
use crate::document::text::shortened;
use crate::document::{Book, Chapter, Item, Language, Metadata, Original, Role, number_text};
use crate::edition::Imprint;
use crate::media::{Media, MediaKind};
use crate::paths;

/// Where a chapter's virtual file is: made from its own path, so the same in
/// every edition, and another one for each path. Typst refuses backslashes and
/// makes nothing of the parts `.`, `..` and the empty one.
pub fn chapter_path(key: &str) -> String {
    let mut path = String::from("/chapters");
    for part in key.split('/') {
        path.push('/');
        match part {
            "" => path.push('%'),
            "." | ".." => path.push_str(&part.replace('.', "%2E")),
            part => path.push_str(&part.replace('%', "%25").replace('\\', "%5C")),
        }
    }
    path.push_str(".typ");
    path
}

/// Where an image's virtual file is: made from its content, so that the same
/// image is the same file in every edition, whatever it is called.
pub fn media_path(media: &Media) -> String {
    let hex = paths::hex(&Sha256::digest(&media.bytes)[..16]);
    format!("/media/{hex}.{}", media.kind.extension())
}

/// Text as the theme's `runs` takes it: each run its family, empty for the
/// usual one, and its text.
fn runs(fonts: &Fonts, text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for piece in pieces(fonts, text, Face::Text) {
        let (family, text) = match piece {
            Piece::Text(text) => (String::new(), text),
            Piece::Other { family, text, wide: _ } => (family, text),
            Piece::Emoji(text) => (EMOJI.to_owned(), text),
            // The theme makes a place to break of it.
            Piece::Break => (String::new(), "\u{200B}".to_owned()),
            Piece::Line => (String::new(), " ".to_owned()),
            Piece::Missing(c) => (String::new(), format!("U+{:04X}", u32::from(c))),
        };
        match out.last_mut() {
            Some((last, run)) if *last == family => run.push_str(&text),
            Some(_) | None => out.push((family, text)),
        }
    }
    out
}

/// The same of a title that is no longer than so many characters.
fn brief(fonts: &Fonts, text: &str, most: usize) -> Vec<(String, String)> {
    runs(fonts, shortened(text, most).as_deref().unwrap_or(text))
}

/// The longest title in the contents, in characters: it stands there whole
/// where its chapter begins.
const LISTED: usize = 300;
/// The longest title of a chapter in running heads, in characters.
const HEAD: usize = 120;
/// The longest title in the outline, in characters: PDF/A has a limit of
/// 32,767 bytes for strings (ISO 19005-2, 6.1.13).
const BOOKMARK: usize = 1000;

/// A title as the outline shows it.
pub fn bookmark(title: &str) -> Cow<'_, str> {
    shortened(title, BOOKMARK).map_or(Cow::Borrowed(title), Cow::Owned)
}

/// A title for running heads as a Typst expression.
pub fn runs_literal(fonts: &Fonts, text: &str) -> String {
    literal(brief(fonts, text, HEAD))
}

/// The book's title for running heads as a Typst expression.
pub fn running_literal(book: &Book, fonts: &Fonts) -> String {
    literal(brief(fonts, &book.metadata.title, RUNNING))
}

fn literal(runs: Vec<(String, String)>) -> String {
    let mut out = String::from("(");
    for (family, run) in runs {
        out.push('(');
        push_string(&mut out, &family);
        out.push(',');
        push_string(&mut out, &run);
        out.push_str("),");
    }
    out.push(')');
    out
}

/// Where a chapter and its headings stand in the outline: depths from 0.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The chapter's depth.
    pub chapter: usize,
    /// The depth of each heading by its identifier; what is not in here is
    /// not in the outline.
    pub headings: BTreeMap<String, usize>,
}

/// The places of all chapters, in their order.
pub fn places(book: &Book) -> Vec<Places> {
    let mut places: Vec<Places> = Vec::new();
    for entry in outline(book) {
        match entry.target {
            OutlineTarget::Part => {}
            OutlineTarget::Chapter { key: _ } => {
                places.push(Places { chapter: entry.depth, headings: BTreeMap::new() });
            }
            OutlineTarget::Heading { chapter: _, id } => {
                if let Some(last) = places.last_mut() {
                    last.headings.insert(id, entry.depth);
                }
            }
        }
    }
    places
}

/// `/style.json`: what all chapters are set with. `alone`: Typst lays out the
/// book as a whole, without Bindery.
pub fn style(geometry: &Geometry, metadata: &Metadata, alone: bool) -> Value {
    let mut style = serde_json::to_value(geometry).unwrap_or_default();
    let language = Language::parse(&metadata.language);
    style["lang"] = json!(language.as_ref().map_or("en", Language::primary));
    style["region"] = json!(language.as_ref().and_then(Language::region));
    style["rtl"] = json!(of_book(metadata) == Direction::Rtl);
    style["alone"] = json!(alone);
    style
}

/// `/book.json`
pub fn book(book: &Book, fonts: &Fonts) -> Value {
    let runs = |text: &str| runs(fonts, text);
    let mut parts = 0;
    let is_part = |item: &&Item| matches!(item, Item::Part(_));
    let is_chapter = |item: &Item| matches!(item, Item::Chapter(_));
    let items: Vec<Value> = book
        .items
        .iter()
        .enumerate()
        .map(|(i, item)| match item {
            Item::Part(title) => {
                parts += 1;
                let rest = book.items.get(i + 1..).unwrap_or_default();
                let bookmarked = rest.iter().take_while(|item| !is_part(item)).any(is_chapter);
                json!({ "kind": "part", "title": runs(title), "plain": title, "bookmarked": bookmarked, "label": format!("bindery:part:{parts}") })
            }
            Item::Separator => json!({ "kind": "separator" }),
            Item::Unlinked(entry) => json!({
                "kind": "unlinked", "title": brief(fonts, &entry.title, LISTED), "url": entry.url, "depth": entry.depth,
                "number": entry.number.as_deref().map(number_text),
            }),
            Item::Chapter(chapter) => json!({
                "kind": "chapter", "title": brief(fonts, &chapter_title(chapter), LISTED), "file": chapter_path(&chapter.key),
                "label": label(&chapter.key, None), "number": chapter.number_text(), "depth": chapter.depth, "imprint": chapter.role == Role::Imprint,
            }),
        })
        .collect();
    let items =
        if book.chapters().count() <= FEW_CHAPTERS { with_headings(book, fonts, items) } else { items };
    let m = &book.metadata;
    let numbers: serde_json::Map<String, Value> = book
        .chapters()
        .filter_map(|chapter| Some((label(&chapter.key, None), json!(opening_number(chapter)?))))
        .collect();
    json!({
        "numbers": numbers, "title": runs(&m.title), "running": brief(fonts, &m.title, RUNNING), "title_size": m.title.chars().count(), "plain_title": if m.title.trim().is_empty() { "Untitled" } else { &m.title }, "subtitle": m.subtitle.as_deref().map(runs),
        "plain_authors": m.authors, "description": m.description,
        "rtl": of_book(m) == Direction::Rtl, "items": items,
    })
}

/// The number above a chapter's title.
pub fn opening_number(chapter: &Chapter) -> Option<String> {
    Some(chapter.number_text()?.trim_end_matches('.').to_owned())
}

/// The longest title that stands in a running head beside the chapter's, in
/// characters.
const RUNNING: usize = 70;

/// In a book of so few chapters, the contents list their headings too.
const FEW_CHAPTERS: usize = 2;

/// The items, each chapter followed by its uppermost headings.
fn with_headings(book: &Book, fonts: &Fonts, items: Vec<Value>) -> Vec<Value> {
    let outline = outline(book);
    let mut out = Vec::new();
    for item in items {
        let chapter = (item["kind"] == "chapter").then(|| item["label"].clone());
        let depth = item["depth"].as_u64().unwrap_or(0) + 1;
        out.push(item);
        let Some(chapter) = chapter else { continue };
        let own = |entry: &&OutlineEntry| match &entry.target {
            OutlineTarget::Heading { chapter: key, .. } => chapter == label(key, None),
            OutlineTarget::Part | OutlineTarget::Chapter { .. } => false,
        };
        let top = outline.iter().filter(own).map(|entry| entry.depth).min();
        for entry in outline.iter().filter(own).filter(|entry| Some(entry.depth) == top) {
            if let OutlineTarget::Heading { chapter: key, id } = &entry.target {
                out.push(json!({
                    "kind": "heading", "title": brief(fonts, &entry.title, LISTED), "label": label(key, Some(id)), "number": null,
                    "depth": depth,
                }));
            }
        }
    }
    out
}

/// `/sources.json`, and the bytes that it points into: `/sources.bin`.
pub fn sources(files: &[Original]) -> (Value, Vec<u8>) {
    let mut bytes = Vec::new();
    let list = files.iter().map(|file| {
        let start = bytes.len();
        bytes.extend_from_slice(&file.bytes);
        let media_type = match paths::extension(&file.path).as_str() {
            "md" | "markdown" => "text/markdown",
            "toml" => "application/toml",
            _ if std::str::from_utf8(&file.bytes).is_ok_and(|text| !text.contains('\0')) => "text/plain",
            _ => "application/octet-stream",
        };
        json!({
            "path": file.path, "start": start, "end": bytes.len(), "type": media_type,
            "description": format!("Source of this document: {}", file.path),
        })
    });
    (Value::Array(list.collect()), bytes)
}

/// What the foot of each page says of the edition.
pub fn foot(imprint: &Imprint) -> String {
    let revision = &imprint.edition.revision;
    let mut foot = match (revision.is_draft(), revision.timestamp) {
        (true, 0) => "Draft".to_owned(),
        (true, _) => format!("Draft after {}", revision.date),
        (false, _) => format!("Edition {}", revision.date),
    };
    if let Some(short) = revision.short() {
        let _ = write!(foot, " · {short}");
    }
    foot
}

/// `/cover.json`, and the file of the cover's image: its path, and bytes.
pub fn cover(cover: &Jacket, geometry: &Geometry) -> (Value, &'static str, Arc<[u8]>) {
    let Page { image, kind, grounds, sides, alternative } = cover.page(geometry.width, geometry.height);
    let path = match kind {
        MediaKind::Svg => "/cover.svg",
        MediaKind::Png => "/cover.png",
        MediaKind::Jpeg => "/cover.jpg",
        MediaKind::Gif => "/cover.gif",
        MediaKind::WebP => "/cover.webp",
    };
    let format = kind.extension();
    (
        json!({ "file": path, "format": format, "grounds": grounds, "sides": sides, "alt": alternative }),
        path,
        image,
    )
}

/// The numbers of the cover's page and of the one behind it, of which the
/// theme's `cover-labels` make the words `Cover` and `Verso`.
pub const COVER_NUMBERS: [u64; 2] = [18, 15];

/// `/edition.json`
pub fn edition(book: &Book, fonts: &Fonts, imprint: &Imprint) -> Value {
    let revision = &imprint.edition.revision;
    let date = revision.date.in_words();
    let (heading, notice) = if revision.is_draft() && revision.timestamp == 0 {
        // Files in no repository have no date that could be trusted.
        ("Draft".to_owned(), "Files as they were, not an edition.")
    } else if revision.is_draft() {
        (format!("Draft after {date}"), "The working tree as it was, not an edition.")
    } else {
        (format!("Edition of {date}"), "A snapshot of a living document, which may have changed since.")
    };
    json!({
        "authors": book.metadata.authors.iter().map(|a| runs(fonts, a)).collect::<Vec<_>>(),
        "heading": heading, "notice": notice, "foot": foot(imprint),
        "repository": imprint.repository, "revision": revision.commit(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fonts::FONTS;
    use super::*;

    #[test]
    fn each_chapter_has_a_path_of_its_own_that_typst_takes() {
        use typst::syntax::VirtualPath;
        assert_eq!(chapter_path("a b/é (1).md"), "/chapters/a b/é (1).md.typ");
        let keys = [
            "back\\slash.md",
            "back/slash.md",
            "back%5Cslash.md",
            "back%255Cslash.md",
            "a//b",
            "a/b",
            "a/./b",
            "a/../b",
            "b",
            "../b",
            "./b",
            "a/%/b",
            "a/%2E/b",
            "",
            ".",
            "..",
            "/",
            "\\",
            "C:\\x",
            "c:x",
            "a\u{0}b",
            "a\nb",
            "a b",
            "a:b",
            "con",
            "x.",
            "@p/q:1.0.0/x",
            "~",
            "?*|<>\"",
            "\u{202E}",
            "\u{FEFF}",
            "%",
        ];
        let mut seen = std::collections::BTreeSet::new();
        for key in keys {
            let path = chapter_path(key);
            let taken = VirtualPath::new(&path).unwrap_or_else(|why| panic!("{key:?}: {why:?}"));
            assert_eq!(taken.get_with_slash(), path, "{key:?}");
            assert!(seen.insert(path.clone()), "{key:?} is {path} too");
        }
    }

    #[test]
    fn titles_become_runs_of_text_and_emoji() {
        let run = |family: &str, text: &str| (family.to_owned(), text.to_owned());
        assert_eq!(runs(&FONTS, "🔮 The vision"), [run(EMOJI, "🔮"), run("", " The vision")]);
        assert_eq!(runs(&FONTS, "plain"), [run("", "plain")]);
        let literal = "((\"\",\"a \\\"b\\\" \"),(\"Twemoji Mozilla\",\"😱\"),)";
        assert_eq!(runs_literal(&FONTS, "a \"b\" 😱"), literal);
    }
}
