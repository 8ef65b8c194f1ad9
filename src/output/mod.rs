//! Output: finished bytes → files, whole or not at all, and the record of an
//! edition that lies beside them.

pub mod about;
pub mod bag;
pub mod compare;
pub mod form;
pub mod ledger;
pub mod listed;
pub mod manifest;
pub mod place;
pub mod project;
pub mod settings;
pub mod sums;
pub mod verify;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A format that editions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PDF.
    Pdf,
    /// EPUB 3.3.
    Epub,
}

impl Format {
    /// All formats, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[Self::Pdf, Self::Epub];

    /// The name, which is also the file name's extension.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Epub => "epub",
        }
    }

    /// The format of a name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.as_str().eq_ignore_ascii_case(name.trim()))
    }
}

/// Name of the record in the folder of an edition.
pub const MANIFEST: &str = "edition.json";

/// Names of the files for citing an edition.
pub const CITATIONS: [&str; 3] = ["CITATION.cff", "citation.bib", "citation.json"];

/// Name of the picture of an edition's cover, as wide as a catalogue shows it
/// beside what it says of the edition.
pub const COVER: &str = "cover.png";

/// Name of the same as a thumbnail, for lists.
pub const COVER_SMALL: &str = "cover-small.png";

/// Name of the picture that social networks show beside a link to an edition.
pub const CARD: &str = "card.png";

/// The file name of an edition in a format: `SLUG-NAME.pdf`.
pub fn file_name(slug: &str, name: &str, format: Format) -> String {
    format!("{slug}-{name}.{}", format.as_str())
}

/// A size: `812 B`, `9.5 kB`, `1.4 MB`, `120 MB` (powers of 1000).
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "a rounded size needs no more digits")]
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).unwrap_or(&"");
    if value < 9.95 { format!("{value:.1} {name}") } else { format!("{value:.0} {name}") }
}
