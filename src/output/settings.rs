//! What an edition was made with: everything that its bytes depend on beside
//! the revision, as far as it differs from the defaults.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings by their keys, sorted: those of `bindery.toml` with dots between
/// the names of tables, as `--set KEY=VALUE` takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Settings(BTreeMap<String, Setting>);

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Setting {
    /// A truth value.
    Truth(bool),
    /// A number.
    Number(u64),
    /// Text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A list of tables of texts: dated snapshots, identifiers.
    Tables(Vec<BTreeMap<String, String>>),
}

impl From<bool> for Setting {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<u64> for Setting {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Setting {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<String>> for Setting {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

impl Settings {
    /// Whether nothing differs from the defaults.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes a setting down.
    pub fn set(&mut self, key: &str, value: impl Into<Setting>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Writes a setting down where there is a value.
    pub fn set_some(&mut self, key: &str, value: Option<impl Into<Setting>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.0.get(key)
    }

    /// The settings in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Setting {
    /// The value as TOML.
    pub fn to_toml(&self) -> String {
        let list = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            format!("[{}]", texts.join(", "))
        };
        match self {
            Self::Truth(truth) => truth.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => quoted(text),
            Self::List(texts) => list(texts),
            Self::Tables(tables) => {
                let one = |table: &BTreeMap<String, String>| {
                    let pairs = table.iter().map(|(key, text)| format!("{key} = {}", quoted(text)));
                    format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
                };
                format!("[{}]", tables.iter().map(one).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value as it is written behind `--set KEY=`: a plain word without
    /// quotes where nothing else could be meant.
    pub fn to_argument(&self) -> String {
        match self {
            Self::Text(text) if is_word(text) => text.clone(),
            Self::Truth(_) | Self::Number(_) | Self::Text(_) | Self::List(_) | Self::Tables(_) => {
                self.to_toml()
            }
        }
    }
}

/// A table of texts.
pub fn table<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect()
}

/// Whether text stands for itself behind `--set KEY=`: it begins with a
/// letter, has nothing that TOML or a shell reads, and is no TOML itself.
pub fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+".contains(c))
        && !["true", "false", "inf", "nan"].contains(&text)
}

/// Text as a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// An argument as a POSIX shell takes it: between single quotes unless nothing
/// in it means anything to a shell.
pub fn shell_quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+=,%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_toml_and_words_stand_for_themselves() {
        let text = |text: &str| Setting::from(text);
        assert_eq!(text("a \"b\" \\ \n\u{7f}").to_toml(), "\"a \\\"b\\\" \\\\ \\n\\u007F\"");
        assert_eq!(text("field-guide").to_argument(), "field-guide");
        assert_eq!(text("https://example.org/a").to_argument(), "https://example.org/a");
        for word in ["2021", "true", "a b", "", "nan", "-x", "a'b", "é"] {
            assert_eq!(text(word).to_argument(), text(word).to_toml(), "{word}");
        }
        assert_eq!(Setting::List(vec!["A".to_owned(), "B".to_owned()]).to_argument(), "[\"A\", \"B\"]");
        let list = vec![table([("date", "2021"), ("path", "a.md")])];
        assert_eq!(Setting::Tables(list).to_toml(), "[{date = \"2021\", path = \"a.md\"}]");
    }

    #[test]
    fn arguments_are_quoted_for_a_shell() {
        assert_eq!(shell_quoted("slug=a-b"), "slug=a-b");
        assert_eq!(shell_quoted("title=\"It's\""), r#"'title="It'\''s"'"#);
        assert_eq!(shell_quoted(""), "''");
        assert_eq!(shell_quoted("$(rm)"), "'$(rm)'");
    }

    #[test]
    fn settings_read_back() {
        let mut settings = Settings::default();
        settings.set("slug", "a");
        settings.set("formats", vec!["pdf".to_owned()]);
        settings.set("images.max-pixels", 10_000);
        settings.set("math", false);
        let text = serde_json::to_string(&settings).expect("serialises");
        assert_eq!(text, r#"{"formats":["pdf"],"images.max-pixels":10000,"math":false,"slug":"a"}"#);
        assert_eq!(serde_json::from_str::<Settings>(&text).expect("reads"), settings);
    }
}
