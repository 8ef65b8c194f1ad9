//! The `RenderContext` that mdBook hands to its renderers, as far as it
//! matters here.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::Layer;
use crate::config::file::{Trust, bindery_toml};
use crate::diag::{Code, Diagnostic};
use crate::pipeline::Failure;
use crate::reader::Rendered;

/// What mdBook hands over.
#[derive(Debug)]
pub struct Context {
    /// The folder of the book, where its `book.toml` is.
    pub root: String,
    /// Where to write to.
    pub destination: PathBuf,
    /// The chapters.
    pub rendered: Rendered,
    /// `book.toml`, with what the environment says over it.
    config: Value,
}

impl Context {
    /// Reads a context. The error says what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it is not JSON: {error}"))?;
        let Value::Object(mut context) = value else { return Err("it is not an object".to_owned()) };
        let text = |key: &str| match context.get(key).and_then(Value::as_str) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            Some(_) | None => Err(format!("it has no `{key}`")),
        };
        let (version, root, destination) = (text("version")?, text("root")?, text("destination")?);
        let book = context.get("book").ok_or("it has no `book`")?;
        let rendered = Rendered::parse(&version, book).map_err(|why| format!("its book is none: {why}"))?;
        if !Path::new(&root).is_dir() {
            return Err(format!("its root, `{root}`, is no folder"));
        }
        let destination = Path::new(&root).join(destination);
        let config = context.remove("config").unwrap_or_default();
        Ok(Self { root, destination, rendered, config })
    }

    /// What mdBook's environment says otherwise than `book.toml`
    /// (`MDBOOK_OUTPUT__BINDERY__PAPER=a5`), as flags.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn flags(&self) -> Result<Layer, Failure> {
        let file = std::fs::read_to_string(Path::new(&self.root).join("book.toml")).unwrap_or_default();
        let file = file.strip_prefix('\u{feff}').unwrap_or(&file);
        let file: toml::Table = file.parse().unwrap_or_default();
        let file = serde_json::to_value(file).unwrap_or_default();
        let ours = otherwise(&file, &self.config, &["output", "bindery"]);
        let ours: Map<String, Value> =
            ours.into_iter().filter(|(key, _)| !["command", "optional"].contains(&key.as_str())).collect();
        let text = match ours.is_empty() {
            true => String::new(),
            false => toml::to_string(&without_dates(Value::Object(ours))).map_err(|error| {
                let message = format!("the environment sets what is no TOML: {error}");
                Box::new(
                    Diagnostic::new(Code::ConfigInvalid, message).hint("look for MDBOOK_OUTPUT__BINDERY…"),
                )
            })?,
        };
        let layer =
            bindery_toml("the environment's output.bindery", &text, Trust::Document).map_err(Failure)?;
        let book = otherwise(&file, &self.config, &["book"]);
        let word = |key: &str| book.get(key).and_then(Value::as_str).map(str::to_owned);
        let authors = |list: &Vec<Value>| list.iter().filter_map(|v| Some(v.as_str()?.to_owned())).collect();
        Ok(Layer {
            title: layer.title.clone().or(word("title")),
            language: layer
                .language
                .clone()
                .or(word("language").filter(|it| it != "en" || has(&file, "book", "language"))),
            authors: layer.authors.clone().or(book
                .get("authors")
                .and_then(Value::as_array)
                .filter(|all| !all.is_empty())
                .map(authors)),
            ..layer
        })
    }
}

/// Whether a table of a file has a key: mdBook fills in what it has not.
fn has(file: &Value, table: &str, key: &str) -> bool {
    file.get(table).is_some_and(|table| table.get(key).is_some())
}

/// The keys of a table that a context has otherwise than the file.
fn otherwise(file: &Value, context: &Value, path: &[&str]) -> Map<String, Value> {
    let table = |from: &Value| path.iter().try_fold(from.clone(), |table, key| table.get(key).cloned());
    let (file, context) = (table(file).unwrap_or_default(), table(context).unwrap_or_default());
    let keys = context.as_object().cloned().unwrap_or_default();
    keys.into_iter().filter(|(key, value)| !value.is_null() && file.get(key) != Some(value)).collect()
}

/// A value whose dates are text: the crate `toml` has an object for them.
fn without_dates(value: Value) -> Value {
    match value {
        Value::Object(object) => match object.get("$__toml_private_datetime") {
            Some(date) => date.clone(),
            None => {
                Value::Object(object.into_iter().map(|(key, value)| (key, without_dates(value))).collect())
            }
        },
        Value::Array(all) => Value::Array(all.into_iter().map(without_dates).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(root: &Path, config: &Value) -> Context {
        let text = serde_json::json!({
            "version": "0.5.2", "root": root, "destination": "book/bindery",
            "book": { "items": [] }, "config": config,
        });
        Context::parse(text.to_string().as_bytes()).expect("valid")
    }

    #[test]
    fn only_what_the_environment_changes_is_a_flag() {
        let root = tempfile::tempdir().expect("a folder");
        let toml = "[book]\ntitle = \"A\"\n[output.bindery]\noptional = true\ncommand = \"x\"\npdf.paper = \"a5\"\n[output.bindery.editions]\nsince = 2021-01-01\n";
        std::fs::write(root.path().join("book.toml"), toml).expect("written");
        let table: toml::Table = toml.parse().expect("valid");
        let mut config = serde_json::to_value(table).expect("JSON");
        // What mdBook fills in.
        config["book"]["language"] = "en".into();
        config["book"]["authors"] = serde_json::json!([]);
        let same = context(root.path(), &config);
        assert_eq!(same.flags(), Ok(Layer::default()));
        assert_eq!(same.destination, root.path().join("book/bindery"));
        config["book"]["title"] = "B".into();
        config["output"]["bindery"]["formats"] = serde_json::json!(["pdf"]);
        let flags = context(root.path(), &config).flags().expect("valid");
        assert_eq!(flags.title.as_deref(), Some("B"));
        assert_eq!(flags.formats.map(|all| all.len()), Some(1));
        assert_eq!(flags.paper, None);
        config["output"]["bindery"]["odd"] = true.into();
        assert!(context(root.path(), &config).flags().is_err());
    }

    #[test]
    fn what_is_no_context_is_refused() {
        let here = std::env::temp_dir();
        let with = |book: &str| {
            format!("{{\"version\":\"0.5.2\",\"root\":{here:?},\"destination\":\"x\",\"book\":{book}}}")
        };
        for (text, why) in [
            ("", "it is not JSON"),
            ("\u{0}\u{1}", "it is not JSON"),
            ("[{}, {}]", "it is not an object"),
            ("{}", "it has no `version`"),
            ("{\"version\":\"0.5.2\",\"root\":\"/\",\"destination\":\"\"}", "it has no `destination`"),
            (&with("{}"), "it has neither"),
            (&with("{\"items\":[{\"Chapter\":{\"name\":3}}]}"), "no `name`"),
            (&with("{\"sections\":[]}").replace(&format!("{here:?}"), "\"/none\""), "is no folder"),
        ] {
            let error = Context::parse(text.as_bytes()).expect_err(text);
            assert!(error.contains(why), "{error}");
        }
        assert!(Context::parse(with("{\"sections\":[]}").as_bytes()).is_ok());
    }
}
