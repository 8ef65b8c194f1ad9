//! Themes: how pages look.
//!
//! A theme is data ([`Look`]), Typst code and a style sheet. The built-in ones
//! share the code and differ in the data; a folder of the user's may replace
//! any of it.

pub mod functions;
mod look;
pub mod settings;
pub mod start;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

pub use self::look::{Look, Tokens};
use crate::diag::{Code, Diagnostic, Result};
use crate::document::fonts::{FontFile, Origin};
use crate::paths;
use crate::typeface;

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

    /// What it looks like; a folder of the user's begins with the usual look.
    fn look(&self) -> Look {
        match self {
            Self::Default | Self::Folder(_) => Look::default(),
            Self::Plain => Look::plain(),
            Self::Large => Look::large(),
        }
    }

    /// The style sheet of its EPUBs.
    fn css(&self) -> String {
        match self {
            Self::Default | Self::Folder(_) => CSS.to_owned(),
            Self::Plain => format!("{CSS}\n{CSS_PLAIN}"),
            Self::Large => format!("{CSS}\n{CSS_LARGE}"),
        }
    }
}

/// The Typst code of every theme.
pub const TYPST: &str = include_str!("../templates/theme.typ");
const CSS: &str = include_str!("../templates/epub.css");
const CSS_PLAIN: &str = include_str!("../templates/epub-plain.css");
const CSS_LARGE: &str = include_str!("../templates/epub-large.css");

/// The files of a theme that a user may replace.
pub const FILES: &[&str] = &["theme.toml", "theme.typ", "epub.css", "index.html", "announcement.md"];
/// What a user's style sheet takes the built-in one in with.
pub const CSS_IMPORT: &str = "@import \"base.css\";";

/// No file of a theme is larger than this.
const LARGEST: u64 = 1 << 20;

/// What the hash of a user's theme begins with, where it stands for a name.
const HASH: &str = "sha256:";

/// A theme, with what its folder replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// Which one it is.
    pub name: ThemeName,
    /// How it looks.
    pub look: Look,
    /// The built-in one that it is, or builds upon.
    base: ThemeName,
    /// The version of Bindery that it says it was made for.
    made_for: Option<String>,
    files: BTreeMap<&'static str, Arc<str>>,
}

impl Theme {
    /// Loads a theme: a built-in one as it is, a folder from the disk.
    ///
    /// # Errors
    /// When the folder, or a file in it, can't be read or says what it can't.
    pub fn load(name: &ThemeName) -> Result<Self> {
        let ThemeName::Folder(folder) = name else {
            return Ok(Self { name: name.clone(), look: name.look(), base: name.clone(), ..Self::default() });
        };
        let files = read(folder)?;
        let mut theme = Self { name: name.clone(), files, ..Self::default() };
        theme.set().map_err(|settings::Fault { place: (line, column), message, hint }| {
            let path = folder.join("theme.toml");
            invalid(format!("{}:{line}:{column}: {message}", path.display())).hint(hint)
        })?;
        theme.check_css(folder)?;
        Ok(theme)
    }

    /// Takes what `theme.toml` says.
    fn set(&mut self) -> std::result::Result<(), settings::Fault> {
        let text = self.files.get("theme.toml").map_or("", |text| &**text);
        let settings::Head { bindery, base } = settings::head(text)?;
        self.made_for = bindery;
        self.base = match base.as_deref().map(ThemeName::from_name) {
            None => ThemeName::Default,
            Some(ThemeName::Folder(_)) => {
                let message = "`base` is none of the built-in themes".to_owned();
                let hint = "use `default`, `plain` or `large`".to_owned();
                let at = text.find("base").unwrap_or(0);
                return Err(settings::Fault { place: settings::place(text, at), message, hint });
            }
            Some(base) => base,
        };
        self.look = self.base.look();
        settings::apply(text, &mut self.look)
    }

    /// Whether the style sheet needs nothing but itself: an EPUB brings all along.
    fn check_css(&self, folder: &Path) -> Result<()> {
        let Some(css) = self.file("epub.css") else { return Ok(()) };
        let own = without_comments(&css.replacen(CSS_IMPORT, "", 1)).to_ascii_lowercase();
        let mut addresses = own.match_indices("url(").map(|(at, found)| {
            own.get(at + found.len()..).unwrap_or_default().trim_start_matches(['"', '\'', ' '])
        });
        if !own.contains("@import") && addresses.all(|address| address.starts_with("data:")) {
            return Ok(());
        }
        let path = folder.join("epub.css");
        let message = format!("{} takes in other files, which an EPUB doesn't have", path.display());
        let hint = format!(
            "take out what it imports and its addresses; only `{CSS_IMPORT}` stands for the built-in style sheet"
        );
        Err(Box::new(invalid(message).hint(hint)))
    }

    /// The same without saying where it is.
    #[must_use]
    pub fn unnamed(self) -> Self {
        Self { name: ThemeName::Default, ..self }
    }

    /// What stands in the place of a file of ours, if anything does.
    pub fn file(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|text| &**text)
    }

    /// The style sheet of EPUBs.
    pub fn css(&self) -> String {
        match self.file("epub.css") {
            Some(own) => take_in(own, &self.base.css()),
            None => self.base.css(),
        }
    }

    /// The theme as an edition records it: its name, or the hash of what a
    /// user's holds; none for the usual one.
    pub fn record(&self) -> Option<String> {
        match &self.name {
            ThemeName::Default => None,
            ThemeName::Plain | ThemeName::Large => Some(self.name.as_str().into_owned()),
            ThemeName::Folder(_) => Some(self.hash()),
        }
    }

    /// Whether somebody's record means a theme of a user's; `Some` holds what
    /// it has to be by [`record`](Self::record).
    pub fn recorded(name: &ThemeName) -> Option<&str> {
        match name {
            ThemeName::Folder(path) => path.to_str(),
            ThemeName::Default | ThemeName::Plain | ThemeName::Large => None,
        }
    }

    /// `sha256:` and the SHA-256 of the names and contents of its files.
    fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for (name, text) in &self.files {
            hasher.update(format!("{name} {}\n", text.len()));
            hasher.update(text.as_bytes());
        }
        format!("{HASH}{}", paths::hex(&hasher.finalize()))
    }

    /// The fonts that it brings along.
    pub fn fonts(&self) -> Vec<FontFile> {
        let wanted = self.look.text_fonts.iter().any(|family| family == typeface::LARGE_FAMILY);
        let large = typeface::LARGE.iter().filter(|_| wanted);
        large
            .map(|(file, bytes)| FontFile {
                file: (*file).to_owned(),
                index: 0,
                bytes: Arc::from(*bytes),
                origin: Origin::Bundled,
            })
            .collect()
    }

    /// Whether it names a family.
    pub fn names(&self, family: &str) -> bool {
        let code = self.file("theme.typ").unwrap_or_default().to_lowercase();
        let listed = self.look.text_fonts.iter().chain(&self.look.code_fonts);
        listed.into_iter().any(|name| name.eq_ignore_ascii_case(family))
            || code.contains(&format!("\"{}\"", family.to_lowercase()))
    }

    /// What to do about a function that it lacks, or calls in the wrong way.
    pub fn advice(&self) -> String {
        let this = env!("CARGO_PKG_VERSION");
        match self.made_for.as_deref() {
            Some(version) if !is_same_release(version, this) => {
                format!(
                    "the theme was made for Bindery {version}, and this is {this}: compare it with what `bindery init --theme DIR` writes now"
                )
            }
            Some(_) | None => {
                "`#import \"/base.typ\": *` in theme.typ brings in all that the theme doesn't define itself"
                    .to_owned()
            }
        }
    }
}

/// Whether two versions have the same interface of themes: a zero in front
/// makes the second number count.
fn is_same_release(a: &str, b: &str) -> bool {
    let counts = |version: &str| {
        let mut parts = version.split('.');
        let first = parts.next().unwrap_or_default().to_owned();
        let second = if first == "0" { parts.next().map(str::to_owned) } else { None };
        (first, second)
    };
    counts(a) == counts(b)
}

fn invalid(message: String) -> Diagnostic {
    Diagnostic::new(Code::ConfigInvalid, message)
}

/// The files of a folder that a theme may have.
fn read(folder: &Path) -> Result<BTreeMap<&'static str, Arc<str>>> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        invalid(format!("can't read the theme {}: {error}", path.display()))
            .hint("use `default`, `plain`, `large`, or a folder that `bindery init --theme DIR` made")
    };
    std::fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let mut files = BTreeMap::new();
    for file in FILES {
        let path = folder.join(file);
        if std::fs::metadata(&path).is_ok_and(|it| it.len() > LARGEST) {
            return Err(Box::new(failed(&path, &"it is too large")));
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => _ = files.insert(*file, Arc::from(text.strip_prefix('\u{feff}').unwrap_or(&text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Box::new(failed(&path, &error))),
        }
    }
    if files.is_empty() {
        let names: Vec<String> = FILES.iter().map(|name| format!("`{name}`")).collect();
        let message = format!("{} holds nothing of a theme", folder.display());
        let hint = format!(
            "it has at least one of {}; `bindery init --theme DIR` writes them all",
            names.join(", ")
        );
        return Err(Box::new(invalid(message).hint(hint)));
    }
    Ok(files)
}

/// A style sheet with the built-in one in the place of its import, unless that
/// stands in a comment.
fn take_in(own: &str, base: &str) -> String {
    let mut done = 0;
    while let Some(rest) = own.get(done..) {
        let code = rest.find("/*").unwrap_or(rest.len());
        if let Some(at) = rest.get(..code).and_then(|code| code.find(CSS_IMPORT)) {
            let (before, behind) = own.split_at(done + at);
            return format!("{before}{base}{}", behind.get(CSS_IMPORT.len()..).unwrap_or_default());
        }
        match rest.get(code..).and_then(|comment| comment.find("*/")) {
            Some(end) => done += code + end + 2,
            None => break,
        }
    }
    own.to_owned()
}

/// A style sheet without its comments.
fn without_comments(css: &str) -> String {
    let mut out = String::new();
    let mut rest = css;
    while let Some((before, behind)) = rest.split_once("/*") {
        out.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        folder
    }

    fn load(folder: &tempfile::TempDir) -> Result<Theme> {
        Theme::load(&ThemeName::Folder(folder.path().to_owned()))
    }

    #[test]
    fn a_folder_replaces_what_it_has_and_is_known_by_its_content() {
        let css = "/* no @import here */\n@import \"base.css\";\np { margin: 0 }\n";
        let one =
            folder(&[("theme.toml", "base = \"large\"\n[colours]\nink = \"#112233\"\n"), ("epub.css", css)]);
        let theme = load(&one).expect("a theme");
        assert_eq!((theme.look.ink.as_str(), theme.look.text_size), ("#112233", 16.0));
        let sheet = theme.css();
        assert!(
            sheet.contains(CSS_LARGE)
                && sheet.ends_with("p { margin: 0 }\n")
                && theme.file("theme.typ").is_none()
        );
        let other = folder(&[
            ("theme.toml", "base = \"large\"\n[colours]\nink = \"#112233\"\n"),
            ("epub.css", css),
            ("notes.md", ""),
        ]);
        assert_eq!(load(&other).expect("a theme").record(), theme.record());
        let third = folder(&[("theme.toml", "base = \"large\"\n"), ("epub.css", css)]);
        assert_ne!(load(&third).expect("a theme").record(), theme.record());
        assert!(theme.record().is_some_and(|hash| hash.len() == 71 && hash.starts_with("sha256:")));
        assert_eq!(Theme::load(&ThemeName::Plain).expect("built in").record().as_deref(), Some("plain"));
    }

    #[test]
    fn what_is_no_theme_is_refused() {
        let message = |files: &[(&str, &str)]| load(&folder(files)).expect_err("refused").message;
        assert!(message(&[("notes.md", "")]).ends_with("holds nothing of a theme"));
        assert!(
            message(&[("theme.toml", "\n[colours]\nink = 3\n")])
                .ends_with("theme.toml:3:7: `ink` can't have this value")
        );
        assert!(
            message(&[("theme.toml", "base = \"loud\"\n")])
                .ends_with("theme.toml:1:1: `base` is none of the built-in themes")
        );
        for css in ["@import 'https://example.org/a.css';", "p { background: URL( 'a.png' ) }"] {
            assert!(
                message(&[("epub.css", css)]).ends_with("takes in other files, which an EPUB doesn't have")
            );
        }
        assert!(load(&folder(&[("epub.css", "p { background: url(\"data:,\") }")])).is_ok());
    }

    #[test]
    fn a_theme_of_another_release_is_told() {
        assert!(is_same_release("0.1", "0.1.7") && is_same_release("1.2", "1.9"));
        assert!(!is_same_release("0.1", "0.2.0") && !is_same_release("1", "2.0.0"));
    }
}
