//! What is needed of an `edition.json`, whichever version has written it.

use serde::Deserialize;

use crate::output::manifest::{FontRecord, Generator, PreviousRecord, RevisionRecord, SCHEMA};
use crate::output::settings::Settings;

/// An `edition.json` that was read back.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// The version of its form.
    pub schema: u32,
    /// The document's name in folder and file names.
    pub slug: String,
    /// The edition's name in folder and file names.
    pub name: String,
    /// Whether it is a draft.
    #[serde(default)]
    pub draft: bool,
    /// Its URN.
    pub identifier: String,
    /// What it was made from.
    pub revision: RevisionRecord,
    /// The date of the revision.
    pub date: String,
    /// The revision's moment.
    pub timestamp: String,
    /// What it was made with.
    #[serde(default)]
    pub settings: Settings,
    /// The edition before it.
    #[serde(default)]
    pub previous: Option<PreviousRecord>,
    /// Whether it is known to be the first.
    #[serde(default)]
    pub first: bool,
    /// Its files in each format.
    #[serde(default)]
    pub formats: Vec<Listed>,
    /// Its further files.
    #[serde(default)]
    pub files: Vec<Listed>,
    /// The programs that changed its text.
    #[serde(default)]
    pub preprocessed: Vec<serde::de::IgnoredAny>,
    /// The version of mdBook that gave its text.
    #[serde(default)]
    pub mdbook: Option<String>,
    /// The remote images that are in it.
    #[serde(default)]
    pub fetched_images: Vec<serde::de::IgnoredAny>,
    /// The fonts that are not part of Bindery.
    #[serde(default)]
    pub fonts: Vec<FontRecord>,
    /// What made it.
    pub generator: Generator,
}

/// A file of a list.
#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    /// Its name.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

impl Record {
    /// Reads an `edition.json`.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, (String, &'static str)> {
        let restore = "take the file from another copy of the edition, or build the edition again";
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|e| (format!("it is not valid JSON: {e}"), restore))?;
        let schema = value.get("schema").and_then(serde_json::Value::as_u64);
        if schema.is_some_and(|schema| schema > u64::from(SCHEMA)) {
            let newer = "use the version of Bindery that has written it, or a later one";
            return Err(("it has a form that this version of Bindery does not know".to_owned(), newer));
        }
        serde_json::from_value(value).map_err(|e| (format!("it is no record of an edition: {e}"), restore))
    }

    /// All files that it lists.
    pub(super) fn listed(&self) -> impl Iterator<Item = &Listed> {
        self.formats.iter().chain(&self.files)
    }
}
