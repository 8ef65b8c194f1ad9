//! `schemas/`: that they are what `bindery schema` prints, and that what is
//! written is as they say. `BINDERY_BLESS=1` rewrites them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use self::common::Repo;

fn bindery(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bindery"));
    command.env("XDG_CACHE_HOME", folder.join("cache")).args(arguments).current_dir(folder);
    let output = command.output();
    String::from_utf8(output.expect("bindery starts").stdout).expect("UTF-8")
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON")
}

#[test]
fn the_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let mut known = vec!["README.md".to_owned()];
    for name in bindery(&folder, &["schema"]).lines() {
        let printed = bindery(&folder, &["schema", name]);
        let path = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("BINDERY_BLESS").is_some() {
            std::fs::write(&path, &printed).expect("writable");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == printed, "{} is not current; BINDERY_BLESS=1 writes it", path.display());
        known.push(format!("{name}.schema.json"));
    }
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name), "{name} is the schema of nothing");
    }
}

#[test]
fn what_is_written_is_as_the_schemas_say() {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"Buoys\"\n");
    repo.write("src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
    repo.write("src/one.md", "# One\n\n[gone](gone.md) ![](none.png)\n").commit("a", "2021-05-01T10:00:00Z");
    repo.tag("v1")
        .write("src/one.md", "# One\n\nMore.<!-- not said -->\n")
        .commit("b", "2022-05-01T10:00:00Z");
    let place = TempDir::new().expect("a folder");
    let source = repo.source();
    let checked = |name: &str, text: &str| {
        let value: Value = serde_json::from_str(text).expect("JSON");
        let schema = schema(name);
        let problems = problems(&schema, &schema, &value, "");
        assert!(problems.is_empty(), "{name}: {}\n{text}", problems.join("\n"));
        value
    };
    checked("build", &bindery(place.path(), &["build", &source, "--json", "--set", "authors=[\"A\"]"]));
    checked("build", &bindery(place.path(), &["build", &source, "--json", "--at", "v7"]));
    let both = bindery(place.path(), &["check", &source, "nowhere", "--json"]);
    assert_eq!(checked("build", &both)["documents"].as_array().map(Vec::len), Some(2));
    checked("editions", &bindery(place.path(), &["editions", &source, "--json"]));
    checked("catalogue", &std::fs::read_to_string(place.path().join("output/editions.json")).expect("reads"));
    let last = place.path().join("output/buoys/2022-05-01/edition.json");
    let record = std::fs::read_to_string(&last).expect("reads");
    checked(
        "edition",
        &std::fs::read_to_string(place.path().join("output/buoys/2021-05-01/edition.json")).expect("reads"),
    );
    let mut value = checked("edition", &record);
    std::fs::write(&last, record.replace("Buoys", "Booys")).expect("writable");
    let rebuild = ["verify", "--json", "--rebuild", "--source", &source];
    assert_eq!(checked("verify", &bindery(place.path(), &rebuild))["ok"], json!(false));

    let cache = checked("cache", &bindery(place.path(), &["cache", "--json"]));
    assert_eq!(cache["editions"].as_array().expect("a list").len(), 2, "{cache}");
    checked("cache-clear", &bindery(place.path(), &["cache", "clear", "--json"]));

    // The schema says no, too.
    value["unheard-of"] = json!(1);
    value["draft"] = json!("no");
    value["formats"][0]["format"] = json!("docx");
    value.as_object_mut().expect("an object").remove("slug");
    let schema = schema("edition");
    let found = problems(&schema, &schema, &value, "").join("\n");
    for said in ["/unheard-of: unknown", "/draft: not of type", "/formats/0/format: ", "/slug: missing"] {
        assert!(found.contains(said), "{said}: {found}");
    }
}

/// What is wrong with a value by a schema, as far as our schemas go: types,
/// properties, items, enumerations, choices and references. Properties that a
/// schema does not name are wrong, though JSON Schema would let them pass.
fn problems(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Some(parts) = schema.as_object() else {
        return if schema == &json!(false) { vec![format!("{at}: not allowed")] } else { found };
    };
    for (key, rule) in parts {
        match key.as_str() {
            "$ref" => {
                let path = rule.as_str().and_then(|r| r.strip_prefix('#')).expect("an own reference");
                found.extend(shape(root, root.pointer(path).expect("it leads somewhere"), value, at));
            }
            "type" => {
                let types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !types.iter().any(|t| is_of(value, t.as_str().expect("a name"))) {
                    found.push(format!("{at}: not of type {rule}"));
                }
            }
            "enum" if !rule.as_array().expect("a list").contains(value) => {
                found.push(format!("{at}: not in {rule}"))
            }
            "const" if rule != value => found.push(format!("{at}: not {rule}")),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(problems(root, rule, item, &format!("{at}/{i}")));
                }
            }
            "anyOf" | "oneOf" => {
                let choices = rule.as_array().expect("a list");
                if !choices.iter().any(|choice| problems(root, choice, value, at).is_empty()) {
                    found.push(format!("{at}: none of the choices: {value}"));
                }
            }
            "required" => {
                let object = value.as_object().cloned().unwrap_or_default();
                let names = rule.as_array().expect("a list").iter().filter_map(Value::as_str);
                found.extend(
                    names
                        .filter(|n| value.is_object() && !object.contains_key(*n))
                        .map(|n| format!("{at}/{n}: missing")),
                );
            }
            "enum"
            | "const"
            | "properties"
            | "additionalProperties"
            | "description"
            | "title"
            | "$schema"
            | "$defs"
            | "format"
            | "minimum"
            | "maximum"
            | "default" => {}
            other => panic!("this test does not know `{other}`"),
        }
    }
    found.extend(members(root, parts, value, at));
    found
}

/// The members of an object. A schema that does not speak of members allows
/// any: another part of it may.
fn members(root: &Value, parts: &Map<String, Value>, value: &Value, at: &str) -> Vec<String> {
    let named = parts.get("properties").and_then(Value::as_object);
    let others = parts.get("additionalProperties");
    let mut found = Vec::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        match (named.and_then(|n| n.get(name)), others) {
            (Some(rule), _) | (None, Some(rule)) => found.extend(problems(root, rule, member, &at)),
            (None, None) if named.is_some() && !also(root, parts, name) => {
                found.push(format!("{at}: unknown"))
            }
            (None, None) => {}
        }
    }
    found
}

/// Whether another part of a schema names a member.
fn also(root: &Value, parts: &Map<String, Value>, name: &str) -> bool {
    let named = |schema: &Value| schema.pointer("/properties").is_some_and(|p| p.get(name).is_some());
    let follow = |schema: &Value| match schema.get("$ref").and_then(Value::as_str) {
        Some(path) => root.pointer(path.trim_start_matches('#')).is_some_and(named),
        None => named(schema),
    };
    let lists = ["anyOf", "oneOf", "allOf"].iter().filter_map(|key| parts.get(*key)?.as_array());
    lists.flatten().any(follow) || parts.get("$ref").is_some_and(|r| follow(&json!({"$ref": r})))
}

/// The same as [`problems`] for what a reference leads to beside members of
/// its own.
fn shape(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    problems(root, schema, value, at)
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => panic!("no such type: {kind}"),
    }
}
