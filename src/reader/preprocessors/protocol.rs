//! mdBook's protocol for preprocessors: a book as JSON, out and in.
//!
//! Version 0.5 calls the list of a book `items`, version 0.4 `sections` beside
//! a `__non_exhaustive`; each passes over the other's keys, so both are sent.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::Unlinked;
use crate::paths;
use crate::reader::chapter::Loaded;

/// The version of mdBook whose protocol this is.
const MDBOOK: &str = "0.5.4";
/// How many entries a book may come back with.
const MOST_ITEMS: usize = 20_000;

/// An entry of a book whose chapters are not parsed yet.
#[allow(clippy::large_enum_variant, reason = "almost all entries are chapters")]
pub(super) enum Entry {
    Part(String),
    Separator,
    Unlinked(Unlinked),
    Chapter(Text),
}

/// A chapter's text.
pub(super) struct Text {
    pub key: String,
    /// The file's path in the tree, for what is relative to it.
    pub path: String,
    /// The title of SUMMARY.md; may be empty.
    pub title: String,
    pub number: Option<Vec<u32>>,
    pub depth: usize,
    /// The text so far.
    pub loaded: Loaded,
}

impl Entry {
    fn depth(&self) -> usize {
        match self {
            Self::Part(_) | Self::Separator => 0,
            Self::Unlinked(entry) => entry.depth,
            Self::Chapter(text) => text.depth,
        }
    }
}

impl Text {
    /// The name that the protocol has for it: never empty.
    pub(super) fn name(&self) -> String {
        if self.title.is_empty() { paths::humanise(paths::stem(&self.path)) } else { self.title.clone() }
    }
}

/// What a program is given: `[context, book]`.
pub(super) fn request(entries: &[Entry], config: Value, root: &str, renderer: &str, index: bool) -> Value {
    let mut at = 0;
    let items = nested(entries, &mut at, 0, &mut Vec::new(), index);
    json!([
        { "root": root, "config": config, "renderer": renderer, "mdbook_version": MDBOOK },
        { "items": items, "sections": items, "__non_exhaustive": null },
    ])
}

/// The entries from `at` on that are this deep, with those below them.
fn nested(
    entries: &[Entry],
    at: &mut usize,
    depth: usize,
    parents: &mut Vec<String>,
    index: bool,
) -> Vec<Value> {
    let mut out = Vec::new();
    while let Some(entry) = entries.get(*at) {
        if entry.depth() < depth {
            break;
        }
        *at += 1;
        let (name, number, content, path) = match entry {
            Entry::Part(title) => {
                out.push(json!({ "PartTitle": title }));
                continue;
            }
            Entry::Separator => {
                out.push(json!("Separator"));
                continue;
            }
            Entry::Unlinked(entry) => (entry.title.clone(), &entry.number, "", None),
            Entry::Chapter(text) => {
                (text.name(), &text.number, text.loaded.source.text.as_str(), Some(text.key.as_str()))
            }
        };
        let before = parents.clone();
        parents.push(name.clone());
        let below = nested(entries, at, entry.depth() + 1, parents, index);
        parents.pop();
        out.push(json!({ "Chapter": {
            "name": name,
            "content": content,
            "number": number,
            "sub_items": below,
            "path": path.map(|path| if index { indexed(path) } else { path.to_owned() }),
            "source_path": path,
            "parent_names": before,
        }}));
    }
    out
}

/// The path that mdBook's `index` gives a chapter.
fn indexed(path: &str) -> String {
    if paths::stem(path).eq_ignore_ascii_case("readme") {
        paths::below(paths::parent(path), "index.md")
    } else {
        path.to_owned()
    }
}

/// A chapter as a program gives it back.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub name: String,
    pub content: String,
    pub number: Option<Vec<u32>>,
    /// Its path, and that of its file: relative to SUMMARY.md.
    pub paths: Vec<String>,
    pub depth: usize,
}

/// An entry as a program gives it back.
#[derive(Debug, Clone)]
pub(super) enum Back {
    Part(String),
    Separator,
    Chapter(Given),
}

/// Reads what a program gave back for what it was sent. The error says what
/// is wrong with it.
pub(super) fn answer(bytes: &[u8], sent: &Value) -> Result<Vec<Back>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
    let Value::Object(book) = value else { return Err("it is not an object".to_owned()) };
    let list = |key: &str| book.get(key).and_then(Value::as_array);
    let before = sent.get(1).and_then(|book| book.get("items")).and_then(Value::as_array);
    // A script may change one of the two and send the other back as it was.
    let items = match (list("items"), list("sections")) {
        (Some(items), Some(sections)) if Some(items) == before => sections,
        (Some(items), _) => items,
        (None, Some(sections)) => sections,
        (None, None) => return Err("it has neither `items` nor `sections`".to_owned()),
    };
    let mut out = Vec::new();
    flatten(items, 0, &mut out)?;
    Ok(out)
}

/// Reads the book that mdBook hands to a renderer. The error says what is wrong
/// with it.
pub(super) fn book(value: &Value) -> Result<Vec<Back>, String> {
    let list = |key: &str| value.get(key).and_then(Value::as_array);
    let items = list("items").or_else(|| list("sections")).ok_or("it has neither `items` nor `sections`")?;
    let mut out = Vec::new();
    flatten(items, 0, &mut out)?;
    Ok(out)
}

fn flatten(items: &[Value], depth: usize, out: &mut Vec<Back>) -> Result<(), String> {
    for item in items {
        if out.len() >= MOST_ITEMS {
            return Err(format!("it has more than {MOST_ITEMS} chapters"));
        }
        match item {
            Value::String(word) if word == "Separator" => out.push(Back::Separator),
            Value::Object(object) => match (object.get("Chapter"), object.get("PartTitle")) {
                (Some(Value::Object(chapter)), _) => {
                    out.push(Back::Chapter(given(chapter, depth)?));
                    if let Some(below) = chapter.get("sub_items").and_then(Value::as_array) {
                        flatten(below, depth + 1, out)?;
                    }
                }
                (_, Some(Value::String(title))) => out.push(Back::Part(title.clone())),
                (_, _) => return Err("one of its items is neither a chapter nor a part".to_owned()),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err("one of its items is neither a chapter nor a part".to_owned());
            }
        }
    }
    Ok(())
}

fn given(chapter: &Map<String, Value>, depth: usize) -> Result<Given, String> {
    let text = |key: &str| chapter.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |value: &Value| {
        let all = value.as_array()?.iter();
        all.map(|n| n.as_u64().and_then(|n| u32::try_from(n).ok())).collect::<Option<Vec<u32>>>()
    };
    Ok(Given {
        name: text("name").ok_or("a chapter has no `name`")?,
        content: text("content").ok_or("a chapter has no `content`")?,
        number: chapter.get("number").and_then(number).filter(|n| !n.is_empty()),
        paths: [text("source_path"), text("path")]
            .into_iter()
            .flatten()
            .map(|p| p.replace('\\', "/"))
            .collect(),
        depth,
    })
}

/// The chapters that were sent, by each of the paths they went under.
pub(super) fn by_path(entries: &[Entry], index: bool) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        if let Entry::Chapter(text) = entry {
            if index {
                out.entry(indexed(&text.key)).or_insert(i);
            }
            out.insert(text.key.clone(), i);
        }
    }
    out
}

/// Whether a chapter's name is the one it was sent with.
pub(super) fn keeps_name(text: &Text, name: &str) -> bool {
    text.name() == name
}

#[cfg(test)]
mod tests {
    use super::super::super::source_map::{Expanded, SourceMap};
    use super::*;
    use crate::span::{FileId, Span};

    fn chapter(key: &str, depth: usize) -> Entry {
        let file = FileId(0);
        let source = Expanded { text: format!("text of {key}"), map: SourceMap::identity(file) };
        Entry::Chapter(Text {
            key: key.to_owned(),
            path: format!("src/{key}"),
            title: String::new(),
            number: Some(vec![1]),
            depth,
            loaded: Loaded { source, front: None, span: Span::new(file, 0..1) },
        })
    }

    #[test]
    fn a_book_goes_out_nested_and_comes_back_flat() {
        let entries = [
            Entry::Part("P".to_owned()),
            chapter("a.md", 0),
            chapter("b/README.md", 1),
            chapter("c.md", 2),
            Entry::Separator,
            chapter("d.md", 0),
        ];
        let sent = request(&entries, json!({}), "/root", "bindery", true);
        let below = &sent[1]["items"][1]["Chapter"]["sub_items"][0]["Chapter"];
        assert_eq!((&below["path"], &below["source_path"]), (&json!("b/index.md"), &json!("b/README.md")));
        assert_eq!(below["sub_items"][0]["Chapter"]["parent_names"], json!(["A", "README"]));
        let back = answer(sent[1].to_string().as_bytes(), &sent).expect("valid");
        let shown: Vec<String> = back
            .iter()
            .map(|entry| match entry {
                Back::Part(title) => title.clone(),
                Back::Separator => "-".to_owned(),
                Back::Chapter(c) => format!("{}{} {:?}", " ".repeat(c.depth), c.content, c.number),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "P",
                "text of a.md Some([1])",
                " text of b/README.md Some([1])",
                "  text of c.md Some([1])",
                "-",
                "text of d.md Some([1])"
            ]
        );
    }

    #[test]
    fn whichever_list_was_changed_counts() {
        let sent = request(&[chapter("a.md", 0)], json!({}), "/", "bindery", true);
        let old = json!([{ "Chapter": { "name": "N", "content": "new" } }]);
        for book in [
            json!({ "items": sent[1]["items"], "sections": old }),
            json!({ "items": old, "sections": sent[1]["items"] }),
            json!({ "sections": old, "__non_exhaustive": null }),
            json!({ "items": old }),
        ] {
            let back = answer(book.to_string().as_bytes(), &sent).expect("valid");
            assert!(matches!(back.as_slice(), [Back::Chapter(c)] if c.content == "new"), "{book}");
        }
    }

    #[test]
    fn what_is_no_book_is_refused() {
        for (text, why) in [
            ("", "it is not JSON"),
            ("[]", "it is not an object"),
            ("{}", "it has neither"),
            (r#"{"items":[3]}"#, "neither a chapter"),
            (r#"{"items":[{"Chapter":{"name":"x"}}]}"#, "no `content`"),
        ] {
            let error = answer(text.as_bytes(), &Value::Null).expect_err(text);
            assert!(error.contains(why), "{error}");
        }
    }
}
