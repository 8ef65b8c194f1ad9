//! Themes: how pages look.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};

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

/// The files of a theme that a user may replace.
pub const FILES: &[&str] = &["theme.typ", "epub.css", "index.html", "announcement.md"];

/// A theme, with what its folder replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// Which one it is.
    pub name: ThemeName,
    files: BTreeMap<&'static str, Arc<str>>,
}

impl Theme {
    /// Loads a theme: a built-in one as it is, a folder from the disk.
    ///
    /// # Errors
    /// When the folder, or a file in it, can't be read.
    pub fn load(name: &ThemeName) -> Result<Self> {
        let mut files = BTreeMap::new();
        if let ThemeName::Folder(folder) = name {
            let failed = |path: &std::path::Path, error: &std::io::Error| {
                let message = format!("can't read the theme {}: {error}", path.display());
                Diagnostic::new(Code::ConfigInvalid, message)
                    .hint("use `default`, `plain`, `large`, or a folder that `bindery init --theme DIR` made")
            };
            std::fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
            for file in FILES {
                let path = folder.join(file);
                match std::fs::read_to_string(&path) {
                    Ok(text) => _ = files.insert(*file, Arc::from(text)),
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    Err(error) => return Err(Box::new(failed(&path, &error))),
                }
            }
        }
        Ok(Self { name: name.clone(), files })
    }

    /// What stands in the place of a file of ours, if anything does.
    pub fn file(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|text| &**text)
    }
}
