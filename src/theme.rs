//! Themes: how pages look.

use std::path::PathBuf;

/// Which theme is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// The usual one.
    #[default]
    Default,
    /// For print shops: black alone, and nothing that only a screen shows.
    Plain,
    /// With large type.
    Large,
    /// A folder of the user's own, on the disk. It runs code in the
    /// typesetter, so a document can't name it.
    Folder(PathBuf),
}

impl ThemeName {
    /// The theme of a name, or of a path.
    pub fn from_name(name: &str) -> Self {
        match name {
            "default" => Self::Default,
            "plain" => Self::Plain,
            "large" => Self::Large,
            path => Self::Folder(PathBuf::from(path)),
        }
    }

    /// Its name, or the path.
    pub fn as_str(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Default => "default".into(),
            Self::Plain => "plain".into(),
            Self::Large => "large".into(),
            Self::Folder(path) => path.to_string_lossy(),
        }
    }
}
