//! What Typst sees: virtual files, the fonts in the binary and the book's,
//! and nothing else of the machine. There is no clock and no way to a real file.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU64;
use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, Span, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

use super::fonts::Fonts;
use crate::diag::{Code, Diagnostic, Result};
use crate::theme::{TYPST, Theme};

/// One library for all editions: Typst keys its memory by it.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    // Header cells of rows are not yet part of what Typst calls stable.
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The theme that all other files import.
const THEME: &str = "/theme.typ";

/// The virtual files of one edition.
pub struct BookWorld {
    main: FileId,
    fonts: Arc<Fonts>,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
    /// The theme's code, where it is the user's.
    theme: Option<Source>,
}

/// The id of a virtual path, which begins with `/`. Typst keeps ids for the
/// whole process and has 65,535 of them: hence no edition-specific paths.
pub fn id(path: &str) -> Result<FileId> {
    let path = VirtualPath::new(path)
        .map_err(|e| Diagnostic::new(Code::TypesetFailed, format!("{path} is no path for Typst: {e:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl BookWorld {
    /// A world of the theme; whoever lays something out brings a main file.
    ///
    /// # Errors
    /// Never, unless Typst refuses the two constant paths.
    pub fn new(fonts: Arc<Fonts>) -> Result<Self> {
        let mut world = Self {
            main: id("/main.typ")?,
            fonts,
            sources: HashMap::new(),
            files: HashMap::new(),
            theme: None,
        };
        world.add_source(THEME, TYPST.to_owned())?;
        Ok(world)
    }

    /// A world of a theme that may be the user's: the built-in code is then
    /// beside it.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn themed(fonts: Arc<Fonts>, theme: &Theme) -> Result<Self> {
        let mut world = Self::new(fonts)?;
        if let Some(own) = theme.file("theme.typ") {
            world.add_source("/base.typ", TYPST.to_owned())?;
            let id = world.add_source(THEME, own.to_owned())?;
            world.theme = world.sources.get(&id).cloned();
        }
        Ok(world)
    }

    /// The theme's code, where it is the user's.
    pub fn theme(&self) -> Option<&Source> {
        self.theme.as_ref()
    }

    /// Adds or replaces a Typst file.
    ///
    /// # Errors
    /// When Typst refuses the path.
    pub fn add_source(&mut self, path: &str, text: String) -> Result<FileId> {
        let id = id(path)?;
        self.sources.insert(id, Source::new(id, text));
        Ok(id)
    }

    /// Parses a Typst file.
    ///
    /// # Errors
    /// When Typst refuses the path.
    pub fn parse(path: &str, text: String) -> Result<Source> {
        Ok(Source::new(id(path)?, text))
    }

    /// All its files, by their paths without the first `/`.
    pub fn files(&self) -> BTreeMap<String, Bytes> {
        let sources =
            self.sources.iter().map(|(id, source)| (id, Bytes::from_string(source.text().to_owned())));
        let files = self.files.iter().map(|(id, bytes)| (id, bytes.clone()));
        sources.chain(files).map(|(id, bytes)| (id.vpath().get_without_slash().to_owned(), bytes)).collect()
    }

    /// Adds a data file or an image.
    ///
    /// # Errors
    /// When Typst refuses the path.
    pub fn add_file(&mut self, path: &str, bytes: Arc<[u8]>) -> Result<()> {
        self.files.insert(id(path)?, Bytes::new(SharedBytes(bytes)));
        Ok(())
    }
}

/// The virtual file that a span of Typst's is in, by the span's number.
pub fn file_of(span: NonZeroU64) -> Option<String> {
    Some(Span::from_raw(span).id()?.vpath().get_with_slash().to_owned())
}

/// Bytes that are shared with the media bag instead of copied.
pub struct SharedBytes(pub Arc<[u8]>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl World for BookWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match self.files.get(&id) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.source(id).map(|source| Bytes::from_string(source.text().to_owned())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.list.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_with_slash().into())
}
