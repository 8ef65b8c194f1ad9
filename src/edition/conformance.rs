//! Standards of ISO that a PDF may conform to.

use serde::{Deserialize, Serialize};

/// A standard, and the level of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standard {
    /// PDF/A-2a (ISO 19005-2): archival, with structure and Unicode.
    #[serde(rename = "a-2a")]
    A2a,
    /// PDF/A-2u: archival, with Unicode.
    #[serde(rename = "a-2u")]
    A2u,
    /// PDF/A-2b: archival, as far as the look goes.
    #[serde(rename = "a-2b")]
    A2b,
    /// PDF/A-3a (ISO 19005-3): like 2a, with files of any kind attached.
    #[serde(rename = "a-3a")]
    A3a,
    /// PDF/A-3u.
    #[serde(rename = "a-3u")]
    A3u,
    /// PDF/A-3b.
    #[serde(rename = "a-3b")]
    A3b,
    /// PDF/UA-1 (ISO 14289-1): accessible.
    #[serde(rename = "ua-1")]
    Ua1,
}

impl Standard {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::A2a, Self::A2u, Self::A2b, Self::A3a, Self::A3u, Self::A3b, Self::Ua1];

    /// What a PDF conforms to if nothing else is asked for.
    pub const DEFAULT: [Self; 2] = [Self::A2a, Self::Ua1];

    /// The name in configurations and in `edition.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A2a => "a-2a",
            Self::A2u => "a-2u",
            Self::A2b => "a-2b",
            Self::A3a => "a-3a",
            Self::A3u => "a-3u",
            Self::A3b => "a-3b",
            Self::Ua1 => "ua-1",
        }
    }

    /// The standard of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standard| standard.as_str() == name)
    }

    /// The name for people: `PDF/A-2a`.
    pub fn title(self) -> &'static str {
        match self {
            Self::A2a => "PDF/A-2a",
            Self::A2u => "PDF/A-2u",
            Self::A2b => "PDF/A-2b",
            Self::A3a => "PDF/A-3a",
            Self::A3u => "PDF/A-3u",
            Self::A3b => "PDF/A-3b",
            Self::Ua1 => "PDF/UA-1",
        }
    }
}
