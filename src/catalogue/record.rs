//! What a catalogue needs of an `edition.json`, whichever version has written
//! it. Nothing of it is trusted.

use serde::Deserialize;
use serde_json::Value;

use crate::edition::changes::Changes;
use crate::edition::identifiers::Identifiers;
use crate::output::about::{ContributorsRecord, LicenceRecord};
use crate::output::manifest::{Counts, FileRecord, FormatRecord, PreviousRecord, RevisionRecord, SCHEMA};
use crate::output::settings::Settings;
use crate::output::sums::is_sha256;
use crate::paths;

/// An `edition.json` that was read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Record {
    pub title: String,
    #[serde(default)]
    pub subtitle: Option<String>,
    pub slug: String,
    pub name: String,
    pub date: String,
    #[serde(default)]
    pub draft: bool,
    pub identifier: String,
    #[serde(default)]
    pub identifiers: Identifiers,
    #[serde(default)]
    pub language: String,
    #[serde(default)]
    pub authors: Vec<String>,
    #[serde(default)]
    pub contributors: Option<ContributorsRecord>,
    #[serde(default)]
    pub licences: Vec<LicenceRecord>,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub revision: RevisionRecord,
    pub timestamp: String,
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    pub previous: Option<PreviousRecord>,
    #[serde(default)]
    pub first: bool,
    pub formats: Vec<FormatRecord>,
    #[serde(default)]
    pub files: Vec<FileRecord>,
    #[serde(default)]
    pub counts: Counts,
    #[serde(default)]
    pub changes: Option<Changes>,
}

/// What is wrong with a record, and what to do.
pub(super) type Wrong = (String, &'static str);

const RESTORE: &str =
    "take the file from another copy of the edition, build the edition again, or remove its folder";

impl Record {
    /// Reads an `edition.json`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Wrong> {
        let mut value: Value =
            serde_json::from_slice(bytes).map_err(|e| (format!("it is not valid JSON: {e}"), RESTORE))?;
        let schema = value.get("schema").and_then(Value::as_u64);
        if schema.is_some_and(|schema| schema > u64::from(SCHEMA)) {
            let newer = "use the version of Bindery that has written it, or a later one";
            return Err(("it has a form that this version of Bindery does not know".to_owned(), newer));
        }
        clean(&mut value);
        let record: Self = serde_json::from_value(value)
            .map_err(|e| (format!("it is no record of an edition: {e}"), RESTORE))?;
        record.check().map_err(|wrong| (wrong, RESTORE))?;
        Ok(record)
    }

    fn check(&self) -> Result<(), String> {
        if self.slug.trim().is_empty() || self.name.trim().is_empty() {
            return Err("it does not name its document and edition".to_owned());
        }
        let one = |name: &str| !name.starts_with('.') && !name.contains(['/', '\\']);
        if !one(&self.slug) || !one(&self.name) {
            return Err("the name of its document or edition is none of a folder".to_owned());
        }
        let moment = self.timestamp.parse::<jiff::Timestamp>();
        if moment.is_err() || self.timestamp.starts_with(['-', '+']) || !self.timestamp.ends_with('Z') {
            return Err(format!("its time `{}` is none", self.timestamp));
        }
        let files = self.files.iter().map(|f| (&f.file, &f.sha256));
        for (name, sum) in self.formats.iter().map(|f| (&f.file, &f.sha256)).chain(files) {
            let plain = paths::is_inside(name) && !name.contains('/') && !name.starts_with('.');
            if !plain || name.contains(|c: char| c.is_control() || is_turning(c)) {
                return Err(format!("its file `{name}` is no name of a file beside it"));
            }
            if !is_sha256(sum) {
                return Err(format!("the checksum of its file `{name}` is none"));
            }
        }
        Ok(())
    }

    /// Whether a further file of this name lies beside it.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.file == name)
    }

    /// The language, where it has the form of one.
    pub fn language(&self) -> Option<&str> {
        let tag = self.language.as_str();
        let part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let primary = tag.split('-').next().unwrap_or_default();
        let fits = (2..=8).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        (fits && tag.split('-').all(part)).then_some(tag)
    }
}

/// Takes out of all texts what XML can't hold, what would end a line, and what
/// would turn the direction of the text around it. Names of files stay: they
/// are looked at, and refused.
fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            let harmful = |c: char| c.is_control() || is_turning(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
            if text.contains(harmful) {
                *text = text.chars().filter(|c| !is_turning(*c)).map(allowed).collect();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(members) => {
            members.iter_mut().filter(|(key, _)| *key != "file").for_each(|(_, value)| clean(value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Embeddings, overrides and isolates (Unicode Standard Annex 9).
pub(super) fn is_turning(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn allowed(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => '\u{FFFD}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(change: impl FnOnce(&mut Value)) -> Result<Record, Wrong> {
        let sum = "0".repeat(64);
        let mut value = serde_json::json!({
            "schema": 1, "title": "A", "slug": "a", "name": "2021", "date": "2021", "identifier": "urn:a:b",
            "timestamp": "2021-12-31T00:00:00Z", "later": {"more": [1]},
            "formats": [{"format": "pdf", "file": "a.pdf", "size": 1, "sha256": sum}],
        });
        change(&mut value);
        Record::parse(&serde_json::to_vec(&value).expect("serialises"))
    }

    #[test]
    fn little_is_needed_and_unknown_keys_are_passed_over() {
        let record = record(|_| {}).expect("reads");
        assert_eq!((record.title.as_str(), record.language(), record.draft), ("A", None, false));
    }

    #[test]
    fn what_can_not_be_listed_is_refused() {
        let wrong = |change: fn(&mut Value)| record(change).expect_err("refused").0;
        for path in ["../a.pdf", "a/b.pdf", "/a.pdf", "..", "", ".hidden", "a\\b", "C:a", "a\nb"] {
            let said = record(|v| v["formats"][0]["file"] = path.into()).expect_err(path).0;
            assert!(said.contains("no name of a file"), "{path}: {said}");
        }
        assert!(wrong(|v| v["schema"] = 2.into()).contains("does not know"));
        assert!(wrong(|v| v["formats"][0]["sha256"] = "abc".into()).contains("checksum"));
        assert!(wrong(|v| v["timestamp"] = "-000001-01-01T00:00:00Z".into()).contains("time"));
        assert!(wrong(|v| v["slug"] = " ".into()).contains("name its document"));
        assert!(wrong(|v| v["title"] = Value::Null).contains("no record"));
        assert!(wrong(|v| *v = Value::Null).contains("no record"));
        assert!(Record::parse(b"{").expect_err("cut off").0.contains("JSON"));
    }

    #[test]
    fn texts_can_break_neither_a_feed_nor_a_page() {
        let record = record(|v| v["title"] = "a\u{1b}b\nc\u{202e}d\u{ffff}".into()).expect("reads");
        assert_eq!(record.title, "a\u{fffd}b cd\u{fffd}");
    }
}
