//! What is known of an edition beside its book, as `edition.json` holds it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edition::Imprint;

/// Who contributed since the edition before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContributorsRecord {
    /// The names, by the number of commits.
    pub names: Vec<String>,
    /// How many more there are.
    #[serde(default)]
    pub others: usize,
}

/// What an extract is taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExtractRecord {
    /// The title of the whole.
    pub title: String,
    /// The URN of the edition of the whole.
    pub identifier: String,
    /// The paths below the source folder of the chapters that were named;
    /// those below them in the contents are bound with them.
    pub chapters: Vec<String>,
}

/// A licence of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LicenceRecord {
    /// Its SPDX identifier, where it is known, or the expression that the
    /// configuration gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spdx: Option<String>,
    /// The file in the revision; none for what the configuration gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// Software Heritage identifiers, computed from the commit. That they are
/// here does not say that the archive holds what they name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwhidRecord {
    /// Of the revision.
    pub revision: String,
    /// Of its root tree.
    pub directory: String,
}

impl ContributorsRecord {
    /// The record of an edition; none where nobody is known.
    pub fn of(imprint: &Imprint) -> Option<Self> {
        let about = &imprint.about;
        let record = Self { names: about.contributors.clone(), others: about.more_contributors };
        (!record.names.is_empty()).then_some(record)
    }
}

impl ExtractRecord {
    /// The record of an extract.
    pub fn of(imprint: &Imprint) -> Option<Self> {
        let extract = imprint.about.extract.as_ref()?;
        let (title, identifier) = (extract.title.clone(), extract.uuid.urn().to_string());
        Some(Self { title, identifier, chapters: extract.keys.clone() })
    }
}

impl LicenceRecord {
    /// The records of an edition: what is configured, then the files.
    pub fn all(imprint: &Imprint) -> Vec<Self> {
        let about = &imprint.about;
        let configured = about.licence.iter().map(|spdx| Self { spdx: Some(spdx.clone()), file: None });
        let files = about.licences.iter().map(|l| Self { spdx: l.spdx.clone(), file: Some(l.path.clone()) });
        configured.chain(files).collect()
    }
}

impl SwhidRecord {
    /// The record of an edition made from a commit.
    pub fn of(imprint: &Imprint) -> Option<Self> {
        imprint.swhids().map(|ids| Self { revision: ids.revision, directory: ids.directory })
    }
}
