//! Front matter at the head of a file: data for other programs, between lines
//! of `---` (YAML) or `+++` (TOML). It is not text.

use std::ops::Range;

use crate::diag::{Code, Diagnostic};

/// How long front matter may be, in bytes; a rule further down closes none.
const LONGEST: usize = 16 << 10;

/// The front matter of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FrontMatter {
    /// Where it stands, with its marks.
    pub range: Range<usize>,
    /// Its title and where that stands.
    pub title: Option<(String, Range<usize>)>,
    /// Its language and where that stands.
    pub language: Option<(String, Range<usize>)>,
    /// Its other keys.
    pub keys: Vec<String>,
}

/// Takes front matter out of a text: spaces stand in its place, so that all
/// offsets stay.
pub(super) fn take(text: &mut String) -> Option<FrontMatter> {
    let found = find(text)?;
    let blank: String = text
        .get(found.range.clone())?
        .chars()
        .map(|c| if c == '\n' { "\n".to_owned() } else { " ".repeat(c.len_utf8()) })
        .collect();
    text.replace_range(found.range.clone(), &blank);
    Some(found)
}

fn find(text: &str) -> Option<FrontMatter> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let (closers, sign): (&[&str], char) = match first.trim_end() {
        "---" => (&["---", "..."], ':'),
        "+++" => (&["+++"], '='),
        _ => return None,
    };
    let mut at = first.len();
    let mut found = FrontMatter { range: 0..0, title: None, language: None, keys: Vec::new() };
    for line in lines {
        let end = at + line.len();
        let trimmed = line.trim_end();
        if closers.contains(&trimmed) {
            found.range = 0..at + trimmed.len();
            return (found.title.is_some() || found.language.is_some() || !found.keys.is_empty())
                .then_some(found);
        }
        if end > LONGEST {
            return None;
        }
        if let Some((key, value)) = key_value(trimmed, sign) {
            let value_at = end - line.len() + (trimmed.len() - value.trim_start().len());
            match key {
                "title" if !unquoted(value).is_empty() => {
                    found.title = Some((unquoted(value), value_at..at + trimmed.len()));
                }
                "lang" | "language" if !unquoted(value).is_empty() => {
                    found.language = Some((unquoted(value), value_at..at + trimmed.len()));
                }
                key => found.keys.push(key.to_owned()),
            }
        } else if !is_continued(trimmed, sign) {
            return None;
        }
        at = end;
    }
    None
}

/// A key at the margin and its value.
fn key_value(line: &str, sign: char) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(sign)?;
    let trimmed = key.trim_end();
    let named = trimmed.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && trimmed.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    // `note:this` is no YAML.
    let apart = sign == '=' || value.is_empty() || value.starts_with([' ', '\t']);
    (named && apart).then_some((trimmed, value))
}

/// Lines that belong to the key before them, and comments.
fn is_continued(line: &str, sign: char) -> bool {
    line.is_empty()
        || line.starts_with([' ', '\t', '#'])
        || line.starts_with("- ")
        || (sign == '=' && line.starts_with(['[', ']', '"']))
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    inner.unwrap_or(value).trim().to_owned()
}

/// What there is to say about a language that is none.
pub(super) fn not_a_language(tag: &str) -> Diagnostic {
    let shown: String = tag.chars().take(40).collect();
    Diagnostic::new(Code::LanguageInvalid, format!("`{shown}` is no language tag"))
        .hint("write a BCP 47 tag such as `en`, `pt-BR` or `zh-Hant`; it is ignored")
}

/// What there is to say about front matter. `used`: its title became the
/// chapter's.
pub(super) fn note(found: &FrontMatter, used: bool) -> Diagnostic {
    let message = match &found.title {
        Some((title, _)) if used => {
            format!("the front matter is no text; the chapter takes its title from it, “{title}”")
        }
        Some(_) | None => "the front matter is no text and left out".to_owned(),
    };
    let mut left: Vec<&str> = found.keys.iter().map(String::as_str).collect();
    if found.title.is_some() && !used {
        left.insert(0, "title");
    }
    let note = Diagnostic::new(Code::FrontMatter, message);
    if left.is_empty() {
        return note.hint("nothing of it is lost");
    }
    let left: Vec<String> = left.into_iter().map(|key| format!("`{key}`")).collect();
    note.hint(format!("left out: {}; what readers should see belongs below it", left.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_known_by_its_keys() {
        let mut text = "---\ntitle: \"A — B\"\ndate: 2020-01-01\ntags:\n  - x\n---\n# H\n".to_owned();
        let length = text.len();
        let found = take(&mut text).expect("front matter");
        assert_eq!(found.title.as_ref().map(|t| t.0.as_str()), Some("A — B"));
        assert_eq!(found.keys, ["date", "tags"]);
        assert_eq!((text.len(), text.trim()), (length, "# H"));
        assert_eq!(text.lines().count(), 7);
        let toml = find("+++\ntitle = 'T'\n+++\n").expect("front matter");
        assert_eq!(toml.title.map(|t| t.0).as_deref(), Some("T"));
    }

    #[test]
    fn rules_are_no_front_matter() {
        for text in [
            "---\ntext\n---\n",
            "---\n---\n",
            "---\n\nmore\n\n---\n",
            "---\na: b\n",
            "--- \n> a: b\n---\n",
            "a\n---\n",
        ] {
            assert_eq!(find(text), None, "{text:?}");
        }
    }
}
