use proptest::prelude::*;

use super::*;
use crate::document::Book;
use crate::reader::{self, ReadOptions};
use crate::source::MemoryTree;
use crate::transform::{self, TransformOptions};

/// A finished book of a summary and chapters.
fn book(files: &[(&str, &str)]) -> Book {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (format!("src/{path}"), *text)));
    let options = ReadOptions { fallback_title: "book".to_owned(), ..ReadOptions::default() };
    let book = reader::read(&tree, &options).expect("a book").value;
    transform::apply(book, &tree, &TransformOptions::default()).value
}

/// A book of one chapter.
fn one(text: &str) -> Digest {
    Digest::of(&book(&[("SUMMARY.md", "- [A](a.md)\n"), ("a.md", text)]))
}

fn between(before: &[(&str, &str)], after: &[(&str, &str)]) -> Changes {
    let (before, after) = (Digest::of(&book(before)), Digest::of(&book(after)));
    let changes = compare(&before, &after);
    consistent(&before, &after, &changes);
    changes
}

/// What holds for all books.
fn consistent(before: &Digest, after: &Digest, changes: &Changes) {
    let keys = |digest: &Digest| digest.keys().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(changes.apply(&keys(before)), keys(after), "{changes:#?}");
    let words = &changes.words;
    assert_eq!(words.before + words.added, words.after + words.removed);
    let chapters = &changes.chapters;
    assert_eq!(chapters.before + chapters.added, chapters.after + chapters.removed);
    let json = serde_json::to_string(changes).expect("serialises");
    assert_eq!(&serde_json::from_str::<Changes>(&json).expect("reads"), changes);
}

/// The list in short: what became of each chapter.
fn listed(changes: &Changes) -> Vec<String> {
    let line = |c: &Changed| {
        let way = c.way().map(|way| format!(" {way}")).unwrap_or_default();
        format!("{} {:?}{way} +{} -{}", c.key, c.change, c.added, c.removed)
    };
    changes.list.iter().map(line).collect()
}

const STORY: &str = "Barbara opens the lid of the old lamp and finds that the wick has burnt down to nothing, \
                     so she walks to the harbour to buy a new one from the chandler.";
const OTHER: &str = "Every tide brings timber and rope, and the keeper writes down each piece with its length \
                     and the name of the ship that it may have come from.";

#[test]
fn how_markdown_is_written_is_no_change() {
    let plain = one(
        "# A\n\nSome *words* stand **here**.\n\n- one\n- two\n\n1. x\n2. y\n\n```rust\nfn f() {}\n```\n\na[^n]\n\n[^n]: b\n",
    );
    let other = one(
        "A\n=\n\nSome _words_\nstand __here__.\n\n* one\n* two\n\n1) x\n1) y\n\n~~~rust\nfn f() {}   \n~~~\n\na[^1]\n\n\n[^1]: b",
    );
    assert!(compare(&plain, &other).is_empty(), "{:#?}", compare(&plain, &other));
    assert_eq!(compare(&plain, &other).summary(), "nothing changed");
}

#[test]
fn each_kind_of_text_counts_as_words() {
    let kinds = [
        ("# A\n\n## {}\n", "heading"),
        ("# A\n\n```\n{}\n```\n", "code"),
        ("# A\n\n| a |\n|---|\n| {} |\n", "table"),
        ("# A\n\n![{}](https://example.org/i.png)\n", "image alone"),
        ("# A\n\nx ![{}](https://example.org/i.png)\n", "image in a line"),
        ("# A\n\nx[^1]\n\n[^1]: {}\n", "footnote"),
        ("# A\n\nx `{}`\n", "code span"),
        ("# A\n\n> [!NOTE]\n> {}\n", "alert"),
    ];
    for (text, kind) in kinds {
        let changes =
            compare(&one(&text.replace("{}", "old words")), &one(&text.replace("{}", "new words in it")));
        assert_eq!((changes.words.added, changes.words.removed), (3, 1), "{kind}");
    }
}

#[test]
fn a_changed_link_is_an_edit_without_words() {
    let changes =
        compare(&one("# A\n\n[x](https://example.org/a)\n"), &one("# A\n\n[x](https://example.org/b)\n"));
    assert_eq!(changes.summary(), "1 chapter edited; no words changed");
    assert_eq!(listed(&changes), ["a.md Edited +0 -0"]);
    // Links to the repository lead to the revision of each edition.
    let at = |commit: &str| one(&format!("# A\n\n[x](https://example.org/blob/{}/a)\n", commit.repeat(40)));
    assert!(compare(&at("a"), &at("b")).is_empty());
}

#[test]
fn a_chapter_at_its_path_is_edited_or_rewritten() {
    let long = format!("# A\n\n{STORY}\n\n{OTHER}\n");
    let more = format!("# A\n\n{STORY} Indeed.\n\n{OTHER}\n");
    let changes = compare(&one(&long), &one(&more));
    assert_eq!(listed(&changes), ["a.md Edited +1 -0"]);
    let changes = compare(&one(&format!("# A\n\n{STORY}\n")), &one(&format!("# A\n\n{OTHER}\n")));
    assert_eq!(changes.chapters.rewritten, 1, "{changes:#?}");
    // One that only grew is edited, however much.
    let changes = compare(&one("# A\n\nTo do.\n"), &one(&format!("# A\n\nTo do.\n\n{STORY}\n")));
    assert_eq!((changes.chapters.edited, changes.words.removed), (1, 0));
}

#[test]
fn chapters_are_recognised_by_likeness() {
    let (a, b) = (format!("# A\n\n{STORY}\n"), format!("# B\n\n{OTHER}\n"));
    let summary = "- [A](a.md)\n- [B](b.md)\n";
    let before = [("SUMMARY.md", summary), ("a.md", a.as_str()), ("b.md", b.as_str())];
    // Another path.
    let changes =
        between(&before, &[("SUMMARY.md", "- [A](new/x.md)\n- [B](b.md)\n"), ("new/x.md", &a), ("b.md", &b)]);
    assert_eq!(listed(&changes), ["new/x.md Kept formerly at a.md +0 -0"]);
    assert_eq!(changes.summary(), "1 chapter moved; no words changed");
    // Another path and title, and an edit; the other one goes.
    let edited = a.replace("old lamp", "lamp");
    let changes = between(&before, &[("SUMMARY.md", "- [Lamps](x.md)\n"), ("x.md", &edited)]);
    assert_eq!(listed(&changes), ["x.md Edited formerly “A”, formerly at a.md +0 -1", "b.md Removed +0 -29"]);
    // Two that changed places.
    let changes = between(&before, &[("SUMMARY.md", summary), ("a.md", &b), ("b.md", &a)]);
    assert_eq!(changes.chapters.moved, 2, "{changes:#?}");
    assert_eq!((changes.words.added, changes.words.removed), (0, 0));
    // Something new where one was that went elsewhere.
    let c =
        "# C\n\nNobody who has sailed around the cape in winter asks why the bell is rung twice at noon.\n";
    let after = [
        ("SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n- [A](old.md)\n"),
        ("a.md", c),
        ("b.md", &b),
        ("old.md", &a),
    ];
    let changes = between(&before, &after);
    assert_eq!(
        listed(&changes),
        ["a.md Added +19 -0", "old.md Kept formerly at a.md, elsewhere in the order of chapters +0 -0"]
    );
    // A part that went elsewhere does not make the rest new.
    let (long, rest) = (format!("{a}\n{OTHER}\n"), format!("# A\n\n{OTHER}\n"));
    let changes = between(
        &[("SUMMARY.md", "- [A](a.md)\n"), ("a.md", &long)],
        &[("SUMMARY.md", "- [A](a.md)\n- [Other](x.md)\n"), ("a.md", &rest), ("x.md", &a)],
    );
    assert_eq!((changes.chapters.added, changes.chapters.edited), (1, 1), "{changes:#?}");
}

#[test]
fn stubs_are_not_taken_for_each_other() {
    let stub = |title: &str| format!("# {title}\n\nThis is still to be written.\n");
    let (a, b) = (stub("Ropes"), stub("Sails"));
    let changes = between(
        &[("SUMMARY.md", "- [Ropes](ropes.md)\n"), ("ropes.md", &a)],
        &[("SUMMARY.md", "- [Sails](sails.md)\n"), ("sails.md", &b)],
    );
    assert_eq!((changes.chapters.added, changes.chapters.removed), (1, 1));
    let changes = between(
        &[("SUMMARY.md", "- [Ropes](ropes.md)\n"), ("ropes.md", &a)],
        &[("SUMMARY.md", "- [Ropes](rig/ropes.md)\n"), ("rig/ropes.md", &a)],
    );
    assert_eq!(listed(&changes), ["rig/ropes.md Kept formerly at ropes.md +0 -0"]);
}

#[test]
fn places_in_the_contents_are_compared() {
    let files = ["a", "b", "c", "d", "e"].map(|n| (format!("{n}.md"), format!("# {n}\n\n{n} {n} {n}\n")));
    let with = |summary: &'static str| -> Vec<(&str, &str)> {
        std::iter::once(("SUMMARY.md", summary))
            .chain(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
            .collect()
    };
    let before = with(
        "# Summary\n\n# One\n\n- [a](a.md)\n  - [b](b.md)\n- [c](c.md)\n\n# Two\n\n- [d](d.md)\n- [e](e.md)\n",
    );
    let to = |after| listed(&between(&before, &with(after)));
    let none: [&str; 0] = [];
    assert_eq!(
        to(
            "# Summary\n\n# Uno\n\n- [a](a.md)\n  - [b](b.md)\n- [c](c.md)\n\n# Two\n\n- [d](d.md)\n- [e](e.md)\n"
        ),
        none
    );
    assert_eq!(
        to(
            "# Summary\n\n# One\n\n- [a](a.md)\n- [b](b.md)\n- [c](c.md)\n\n# Two\n\n- [d](d.md)\n- [e](e.md)\n"
        ),
        ["b.md Kept from “a” to “One” +0 -0"]
    );
    assert_eq!(
        to(
            "# Summary\n\n# One\n\n- [a](a.md)\n  - [b](b.md)\n\n# Two\n\n- [c](c.md)\n- [d](d.md)\n- [e](e.md)\n"
        ),
        ["c.md Kept from “One” to “Two” +0 -0"]
    );
    assert_eq!(
        to(
            "# Summary\n\n# One\n\n- [a](a.md)\n  - [b](b.md)\n- [c](c.md)\n\n# Two\n\n- [e](e.md)\n- [d](d.md)\n"
        ),
        ["d.md Kept elsewhere in the order of chapters +0 -0"]
    );
    // What is below a chapter goes with it.
    let moved = "# Summary\n\n# One\n\n- [c](c.md)\n\n# Two\n\n- [d](d.md)\n- [e](e.md)\n- [a](a.md)\n  - [b](b.md)\n";
    assert_eq!(to(moved), ["a.md Kept from “One” to “Two” +0 -0", "b.md Kept +0 -0"]);
    let changes = between(&before, &with(moved));
    assert_eq!((changes.chapters.moved, changes.chapters.unchanged), (1, 4));
}

#[test]
fn summaries_are_english() {
    let of = |chapters: Chapters, added, removed, percent_new| {
        let words = Words { added, removed, percent_new, ..Words::default() };
        let list = vec![Changed::added(&ChapterDigest::default())];
        Changes { chapters, words, list }.summary()
    };
    let chapters = Chapters { added: 12, removed: 3, moved: 5, edited: 20, ..Chapters::default() };
    assert_eq!(
        of(chapters, 14_200, 3_100, 13),
        "12 chapters added, 3 removed, 5 moved, 20 edited; 14,200 words added, 3,100 removed (13 % new)"
    );
    let chapters = Chapters { removed: 1, ..Chapters::default() };
    assert_eq!(of(chapters, 0, 1, 0), "1 chapter removed; 1 word removed");
    let chapters = Chapters { renamed: 2, rewritten: 1, ..Chapters::default() };
    assert_eq!(of(chapters, 1, 0, 1), "2 chapters renamed, 1 rewritten; 1 word added (1 % new)");
}

#[test]
fn shares_are_none_or_all_only_if_they_are() {
    assert_eq!(
        [
            percent(0, 9),
            percent(1, 1000),
            percent(1, 3),
            percent(2, 3),
            percent(999, 1000),
            percent(9, 9),
            percent(0, 0)
        ],
        [0, 1, 33, 67, 99, 100, 0]
    );
    assert_eq!([grouped(7), grouped(1234), grouped(1_234_567)], ["7", "1,234", "1,234,567"]);
}

#[test]
fn markdown_holds_nothing_but_its_own_markup() {
    let files = |title: &str| {
        [
            ("SUMMARY.md".to_owned(), format!("- [{title}](<a b.md>)\n")),
            ("a b.md".to_owned(), "# x\n\ny\n".to_owned()),
        ]
    };
    let (old, new) = (files("Old"), files("New \\[x\\] \\<b\\>"));
    let of = |files: &[(String, String); 2]| {
        Digest::of(&book(&files.each_ref().map(|(path, text)| (path.as_str(), text.as_str()))))
    };
    let changes = compare(&of(&old), &of(&new));
    assert_eq!(
        changes.markdown("Changes since 2021"),
        "## Changes since 2021\n\n1 chapter renamed; no words changed.\n\n### Moved or renamed\n\n\
         - [New \\[x\\] \\<b\\>](a%20b.md): formerly “Old”\n"
    );
}

#[test]
fn what_could_drive_a_terminal_is_written_out() {
    let of = |key: &str, title: &str| {
        let changed = |change| Changed {
            key: key.to_owned(),
            title: title.to_owned(),
            change,
            moved: Vec::new(),
            former_key: None,
            former_title: None,
            former_place: None,
            place: None,
            position: None,
            words: 1,
            added: 0,
            removed: 0,
            percent_new: 0,
        };
        let list = vec![changed(Change::Added), changed(Change::Removed)];
        Changes { list, ..Changes::default() }.markdown("Changes")
    };
    let text = of("a\u{1b}`\n.md", "T\u{1b}[31m\u{202e}\nx");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    assert!(text.contains("- [T\\\\u{1b}\\[31m\\\\u{202e} x](a%1B%60%0A.md)"), "{text}");
    assert!(text.contains("(`` a\\u{1b}`\\n.md ``): "), "{text}");
}

/// A random book as a digest: chapters of few words, so that many are alike.
fn books() -> impl Strategy<Value = Digest> {
    let chapter = (0usize..12, 0usize..5, proptest::collection::vec(0u64..8, 0..40), 0usize..4);
    proptest::collection::vec(chapter, 0..12).prop_map(|chapters| {
        let mut digest = Digest::default();
        let mut keys = BTreeSet::new();
        for (key, title, words, up) in chapters {
            if !keys.insert(key) {
                continue;
            }
            let at = digest.chapters.len();
            let parent = at.checked_sub(up).filter(|parent| *parent < at);
            let parent =
                parent.map(|at| Parent { chapter: Some(at), title: digest.chapters[at].title.clone() });
            digest.chapters.push(ChapterDigest {
                key: format!("{key}.md"),
                title: format!("Title {title}"),
                part: (key % 3 > 0).then(|| format!("Part {}", key % 3)),
                parent,
                form: words.iter().sum(),
                words,
            });
        }
        digest.parts = digest.chapters.iter().filter_map(|chapter| chapter.part.clone()).collect();
        digest
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_book_compared_with_itself_has_not_changed(book in books()) {
        let changes = compare(&book, &book);
        prop_assert!(changes.is_empty(), "{changes:#?}");
        prop_assert_eq!(changes.chapters.unchanged, book.chapters.len());
    }

    #[test]
    fn what_is_listed_makes_one_book_of_the_other(before in books(), after in books()) {
        let changes = compare(&before, &after);
        consistent(&before, &after, &changes);
        prop_assert_eq!(&changes, &compare(&before, &after));
    }
}
