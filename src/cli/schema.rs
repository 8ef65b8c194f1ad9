//! `bindery schema`: JSON Schemas (draft 2020-12) of what Bindery writes for
//! programs. Those in `schemas/` are printed by this; a test holds them to it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::terminal::{err, out};
use super::{USAGE, cache, changes, json, verify};
use crate::catalogue::json::Catalogue;
use crate::output::manifest::Manifest;

/// A name, and what makes the schema.
type Entry = (&'static str, fn() -> Schema);

/// All of them. A new file or report is one more line.
const SCHEMAS: &[Entry] = &[
    ("edition", of::<Manifest>),
    ("catalogue", of::<Catalogue<'static>>),
    ("build", of::<json::Printed<'static>>),
    ("editions", of::<json::Planned<'static>>),
    ("changes", of::<changes::Document<'static>>),
    ("verify", of::<verify::Report<'static>>),
    ("cache", of::<cache::Contents>),
    ("cache-clear", of::<cache::Cleared>),
];

/// The schema of what is written, rather than of what is read.
fn of<T: JsonSchema>() -> Schema {
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema
}

/// Prints a schema, or the list of names, and gives the exit code.
pub fn schema_command(name: Option<&str>) -> u8 {
    let names = || SCHEMAS.iter().map(|(name, _)| *name);
    let Some(name) = name else {
        return out(&names().map(|name| format!("{name}\n")).collect::<String>());
    };
    match SCHEMAS.iter().find(|(known, _)| *known == name) {
        Some((_, make)) => out(&json::text(&make())),
        None => {
            let known = names().collect::<Vec<_>>().join("`, `");
            err(&format!("error: there is no schema `{name}`\n  help: there are `{known}`\n"));
            USAGE
        }
    }
}
