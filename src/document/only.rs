//! Extracts: a book cut down to some of its chapters. Whatever follows the
//! reader sees a book that has no others; what it needs to know of those that
//! are left out is in [`Book::left_out`].

use std::collections::{BTreeMap, BTreeSet};

use super::outline::chapter_title;
use super::{Book, Chapter, Item};
use crate::diag::Diagnostic;
use crate::paths;

/// A chapter of a book's contents, by all that it can be asked for with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The chapter's [`key`](Chapter::key).
    pub key: String,
    /// Its path from the root of the document's tree.
    pub path: String,
    /// Its title in the contents.
    pub title: String,
    /// Its number, if it has one.
    pub number: Option<Vec<u32>>,
    /// Nesting, from 0.
    pub depth: usize,
}

/// Why a name means no chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfound {
    /// None is called that; the key of the one that was probably meant.
    Nothing(Option<String>),
    /// Several are: their keys.
    Several(Vec<String>),
}

/// The key of the chapter that a name means: its path below the book's source
/// folder or from the root of the tree, with or without `.md`, else its title
/// in any case (and without emoji, if need be), else its number.
///
/// # Errors
/// When no chapter is called that, or several are.
pub fn find(contents: &[Entry], wanted: &str) -> Result<String, Unfound> {
    let wanted = wanted.trim();
    let path = paths::join("", wanted).unwrap_or_default();
    let is_path = |own: &str| own == path || own.strip_suffix(".md") == Some(path.as_str());
    let number = |entry: &Entry| entry.number.as_deref().map(super::number_text).unwrap_or_default();
    let asked = format!("{}.", wanted.trim_end_matches('.'));
    let ways: [&dyn Fn(&Entry) -> bool; 5] = [
        &|entry| is_path(&entry.key),
        &|entry| is_path(&entry.path),
        &|entry| folded(&entry.title) == folded(wanted),
        &|entry| !letters(wanted).is_empty() && letters(&entry.title) == letters(wanted),
        &|entry| number(entry) == asked,
    ];
    for is_meant in ways {
        let meant: Vec<&Entry> = contents.iter().filter(|entry| is_meant(entry)).collect();
        match meant.as_slice() {
            [] => {}
            [one] => return Ok(one.key.clone()),
            several => return Err(Unfound::Several(several.iter().map(|entry| entry.key.clone()).collect())),
        }
    }
    Err(Unfound::Nothing(near(contents, wanted)))
}

/// The key of the chapter whose path or title is most like a name.
fn near(contents: &[Entry], wanted: &str) -> Option<String> {
    let by_path = paths::nearest(wanted, contents.iter().map(|entry| entry.key.as_str()));
    by_path.map(str::to_owned).or_else(|| {
        let title = paths::nearest(wanted, contents.iter().map(|entry| entry.title.as_str()))?;
        contents.iter().find(|entry| entry.title == title).map(|entry| entry.key.clone())
    })
}

/// A title without regard to case and white space.
fn folded(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The letters and digits of a title: many begin with a pictograph.
fn letters(title: &str) -> String {
    folded(&title.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect::<String>())
}

/// Of the chapters of the contents those that are bound: the ones of these
/// keys, each with all below it.
pub fn bound<'e>(contents: &'e [Entry], keys: &[String]) -> Vec<&'e Entry> {
    let mut root = None;
    let is_bound = |entry: &&Entry| {
        if root.is_some_and(|depth| entry.depth > depth) {
            return true;
        }
        root = keys.contains(&entry.key).then_some(entry.depth);
        root.is_some()
    };
    contents.iter().filter(is_bound).collect()
}

/// The contents of a book.
pub fn contents(book: &Book) -> Vec<Entry> {
    book.text().map(|chapter| entry(book, chapter)).collect()
}

fn entry(book: &Book, chapter: &Chapter) -> Entry {
    let path = book.files.get(chapter.span.file).map_or(&chapter.key, |file| &file.path);
    Entry {
        key: chapter.key.clone(),
        path: path.clone(),
        title: chapter_title(chapter),
        number: chapter.number.clone(),
        depth: chapter.depth,
    }
}

/// Cuts a book that was just read down to the chapters of these keys and those
/// below them. They keep their numbers; each that is named begins at the top of
/// the contents. Parts stay where the chapters are of several. What was said of
/// the others is taken away. Gives the titles of those that are named.
///
/// # Errors
/// The first key that the book does not have.
pub fn cut(book: &mut Book, keys: &[String], said: &mut Vec<Diagnostic>) -> Result<Vec<String>, String> {
    let has = |key: &String| book.chapters().any(|chapter| chapter.key == *key);
    if let Some(missing) = keys.iter().find(|key| !has(key)) {
        return Err(missing.clone());
    }
    let first = book.chapters().next().map(|chapter| chapter.key.clone());
    book.front = first;
    let mut titles = Vec::new();
    // What is kept, with the part that it is in.
    let mut kept: Vec<(Option<String>, Item)> = Vec::new();
    let mut part = None;
    let mut root: Option<usize> = None;
    let (mut left_files, mut left_entries) = (BTreeSet::new(), BTreeSet::new());
    for item in std::mem::take(&mut book.items) {
        match item {
            Item::Part(title) => (part, root) = (Some(title), None),
            Item::Separator => root = None,
            Item::Unlinked(mut entry) => match root.filter(|depth| entry.depth > *depth) {
                Some(depth) => {
                    entry.depth -= depth;
                    kept.push((part.clone(), Item::Unlinked(entry)));
                }
                None => {
                    root = None;
                    left_entries.insert(entry.span);
                }
            },
            Item::Chapter(mut chapter) => {
                if root.is_none_or(|depth| chapter.depth <= depth) {
                    root = keys.contains(&chapter.key).then_some(chapter.depth);
                    titles.extend(root.map(|_| chapter_title(&chapter)));
                }
                match root {
                    Some(depth) => {
                        chapter.depth -= depth;
                        kept.push((part.clone(), Item::Chapter(chapter)));
                    }
                    None => {
                        left_files.insert(chapter.span.file);
                        book.left_out.push(entry(book, &chapter));
                    }
                }
            }
        }
    }
    let parts: BTreeSet<&Option<String>> = kept.iter().map(|(part, _)| part).collect();
    let several = parts.len() > 1;
    let mut last = None;
    for (part, item) in kept {
        if several && part != last {
            book.items.extend(part.clone().map(Item::Part));
            last = part;
        }
        book.items.push(item);
    }
    let left: BTreeSet<&str> = book.left_out.iter().map(|entry| entry.key.as_str()).collect();
    book.ledger.drop_accounts(&left);
    let prints = std::mem::take(&mut book.prints).into_iter();
    book.prints = prints.filter(|(key, _)| !left.contains(key.as_str())).collect::<BTreeMap<_, _>>();
    said.retain(|one| {
        one.span.is_none_or(|span| !left_files.contains(&span.file) && !left_entries.contains(&span))
    });
    Ok(titles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::document::Unlinked;
    use crate::span::{Files, Span};

    fn entries(list: &[(&str, &str, &[u32], usize)]) -> Vec<Entry> {
        let entry = |(key, title, number, depth): &(&str, &str, &[u32], usize)| Entry {
            key: (*key).to_owned(),
            path: format!("src/{key}"),
            title: (*title).to_owned(),
            number: (!number.is_empty()).then(|| number.to_vec()),
            depth: *depth,
        };
        list.iter().map(entry).collect()
    }

    #[test]
    fn chapters_are_found_by_path_title_and_number() {
        let all = entries(&[
            ("README.md", "Welcome", &[], 0),
            ("vision/roadmap.md", "📅 Road  map", &[1], 0),
            ("vision/how.md", "How", &[1, 2], 1),
            ("a/faq.md", "FAQ", &[2], 0),
            ("b/faq.md", "Faq", &[3], 0),
        ]);
        for wanted in [
            "vision/roadmap.md",
            "./vision/roadmap.md",
            "vision/roadmap",
            "src/vision/roadmap.md",
            " road MAP ",
            "📅 Road map",
            "1",
            "1.",
        ] {
            assert_eq!(find(&all, wanted).as_deref(), Ok("vision/roadmap.md"), "{wanted}");
        }
        assert_eq!(find(&all, "1.2").as_deref(), Ok("vision/how.md"));
        let both = vec!["a/faq.md".to_owned(), "b/faq.md".to_owned()];
        assert_eq!(find(&all, "faq"), Err(Unfound::Several(both)));
        let near = |key: &str| Err(Unfound::Nothing(Some(key.to_owned())));
        assert_eq!(find(&all, "roadmap.md"), near("vision/roadmap.md"));
        assert_eq!(find(&all, "Welcom"), near("README.md"));
        for nothing in ["zzz", "", "..", "9", "roadmap.md/"] {
            assert!(matches!(find(&all, nothing), Err(Unfound::Nothing(_))), "{nothing}");
        }
        let keys: Vec<&str> =
            bound(&all, &["vision/roadmap.md".to_owned()]).iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["vision/roadmap.md", "vision/how.md"]);
    }

    fn book(list: &[&str]) -> Book {
        let mut book = Book { files: Files::default(), ..Book::default() };
        for line in list {
            let depth = line.len() - line.trim_start().len();
            let name = line.trim();
            let span = Span::new(book.files.add(format!("{name}.md"), ""), 0..0);
            book.items.push(match name.strip_prefix('#') {
                Some("") => Item::Separator,
                Some(part) => Item::Part(part.to_owned()),
                None if name.starts_with('?') => {
                    Item::Unlinked(Unlinked { title: name.to_owned(), url: None, number: None, depth, span })
                }
                None => Item::Chapter(Chapter {
                    key: format!("{name}.md"),
                    title: name.to_owned(),
                    number: None,
                    depth,
                    role: super::super::Role::Text,
                    language: None,
                    blocks: Vec::new(),
                    footnotes: Vec::new(),
                    span,
                }),
            });
        }
        book
    }

    fn kept(book: &Book) -> Vec<String> {
        let line = |item: &Item| match item {
            Item::Part(title) => format!("#{title}"),
            Item::Separator => "#".to_owned(),
            Item::Unlinked(entry) => format!("{}{}", " ".repeat(entry.depth), entry.title),
            Item::Chapter(chapter) => format!("{}{}", " ".repeat(chapter.depth), chapter.title),
        };
        book.items.iter().map(line).collect()
    }

    #[test]
    fn a_chapter_stays_with_what_is_below_it() {
        let whole = ["intro", "#One", "a", " b", "  c", "  ?draft", "  d", " e", "#", "end", "?later"];
        let cut_to = |keys: &[&str]| {
            let mut book = book(&whole);
            let keys: Vec<String> = keys.iter().map(|key| format!("{key}.md")).collect();
            let note = |file| Diagnostic::new(Code::ChapterWithoutHeading, "x").at(Span::new(file, 0..0));
            let mut said: Vec<Diagnostic> = book.chapters().map(|c| note(c.span.file)).collect();
            let titles = cut(&mut book, &keys, &mut said).expect("they are there");
            assert_eq!(said.len(), book.chapters().count());
            assert_eq!(book.left_out.len() + said.len(), 7);
            assert_eq!(book.front.as_deref(), Some("intro.md"));
            (titles.join(" "), kept(&book))
        };
        assert_eq!(
            cut_to(&["b"]),
            ("b".to_owned(), ["b", " c", " ?draft", " d"].map(str::to_owned).to_vec())
        );
        assert_eq!(cut_to(&["e", "c"]), ("c e".to_owned(), ["c", "e"].map(str::to_owned).to_vec()));
        assert_eq!(
            cut_to(&["c", "b", "intro"]),
            ("intro b".to_owned(), ["intro", "#One", "b", " c", " ?draft", " d"].map(str::to_owned).to_vec())
        );
        let mut book = book(&whole);
        assert_eq!(cut(&mut book, &["f.md".to_owned()], &mut Vec::new()), Err("f.md".to_owned()));
        assert_eq!(book.items.len(), whole.len(), "it is as it was");
    }
}
