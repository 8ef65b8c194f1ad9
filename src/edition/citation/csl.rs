//! `citation.json`: CSL-JSON, schema of CSL 1.0.2.

use serde_json::{Map, Value, json};

use super::Citation;

/// The value of `citation.json`: a list of one item.
pub fn csl(citation: &Citation) -> Value {
    let date = &citation.date;
    let mut parts = vec![json!(date.year)];
    // What is not known is left out, not made up.
    parts.extend(date.month.map(|month| json!(month)));
    parts.extend(date.day.map(|day| json!(day)));
    let title = match &citation.subtitle {
        Some(subtitle) => format!("{}: {subtitle}", citation.title),
        None => citation.title.clone(),
    };
    let authors: Vec<Value> = citation.authors.iter().map(|name| json!({ "literal": name })).collect();
    let mut item = Map::new();
    let mut set = |key: &str, value: Value| {
        if !value.is_null() {
            item.insert(key.to_owned(), value);
        }
    };
    set("id", json!(citation.key));
    set("type", json!("book"));
    set("title", json!(title));
    set("title-short", json!(citation.subtitle.is_some().then_some(&citation.title)));
    set("author", json!(authors));
    set("issued", json!({ "date-parts": [parts] }));
    // In words: of digits and hyphens styles make ordinals ("2023rd–11th eds.").
    set("edition", json!(format!("Edition of {}", date.in_words())));
    set("language", json!(citation.language));
    set("DOI", json!(citation.doi));
    set("ISBN", json!(citation.isbn));
    set("URL", json!(citation.url()));
    let note = match &citation.commit {
        Some(commit) => format!("{}, commit {commit}", citation.urn),
        None => citation.urn.clone(),
    };
    set("note", json!(note));
    Value::Array(vec![Value::Object(item)])
}
