//! Covers: what an edition shows before its first page, and catalogues show of
//! it.

use crate::paths;

/// Where a cover comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cover {
    /// It is drawn: title, date, and a pattern that derives from the revision.
    #[default]
    Drawn,
    /// There is none: an EPUB and a catalogue still show a drawn one.
    None,
    /// An image of the document: its path in the source, with `/`.
    Image(String),
}

impl Cover {
    /// The cover of a name (`drawn`, `none`) or path.
    ///
    /// # Errors
    /// When the path leads out of the source: what is wrong, and a hint.
    pub fn from_name(name: &str) -> Result<Self, (String, String)> {
        match name {
            "drawn" => Ok(Self::Drawn),
            "none" => Ok(Self::None),
            path if paths::is_inside(path) => Ok(Self::Image(path.to_owned())),
            path => Err((
                format!("`{path}` is no cover"),
                "use `drawn`, `none`, or the path of an image from the root of the source".to_owned(),
            )),
        }
    }

    /// Its name or path.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Drawn => "drawn",
            Self::None => "none",
            Self::Image(path) => path,
        }
    }
}
