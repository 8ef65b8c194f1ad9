//! `bindery announce`: the text that goes with an edition.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::{Terminal, err, out};
use super::{catalogue, open_options, refused};
use crate::catalogue::announcement::address::Place;
use crate::catalogue::announcement::find::{Filed, find};
use crate::catalogue::announcement::{Data, Kind, NAME, Roadmap, announcement};
use crate::catalogue::{INDEX, Options};
use crate::diag::{Code, Diagnostic, Result};
use crate::output::place::place;
use crate::output::settings::Setting;
use crate::output::verify::is_edition;
use crate::paths::shown;
use crate::pipeline::Failure;
use crate::pipeline::rebuild::Means;
use crate::pipeline::roadmap::roadmap;
use crate::theme::{Theme, ThemeName};

const EXAMPLES: &str = "\
Examples:
  bindery announce                          release notes of the newest edition
  bindery announce guide/2025-02-08 --for post --base-url https://example.org/editions
  bindery announce --github owner/guide@v2 --to notes.md
  bindery announce --roadmap roadmap.md --source ~/src/guide

Exit codes: 0 written; 1 something failed; 2 wrong usage, or no such edition.";

/// What `announce` takes.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Announcing {
    /// The edition: its folder, or its name in the output folder, such as 2025-02-08 or guide/2025-02-08 [default: the newest]
    #[arg(value_name = "EDITION")]
    pub edition: Option<String>,
    /// The folder of editions
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// What it is for: the notes of a release, or a post with front matter
    #[arg(long = "for", value_name = "release|post", default_value = "release", value_parser = kind)]
    pub kind: Kind,
    /// Where it is written: a file, or announcement.md in a folder [default: standard output]
    #[arg(long, value_name = "FILE|DIR")]
    pub to: Option<PathBuf>,
    /// The address below which the output folder is published [default: `publish` of the edition, else relative links]
    #[arg(long, value_name = "URL", value_parser = base, conflicts_with = "github")]
    pub base_url: Option<Place>,
    /// Link to the files of a GitHub release: of a tag, or the latest
    #[arg(long, value_name = "OWNER/REPO[@TAG]", value_parser = github)]
    pub github: Option<Place>,
    /// A folder that `bindery init --theme` made, whose announcement.md is the template
    #[arg(long, value_name = "DIR")]
    pub theme: Option<PathBuf>,
    /// Also bind this chapter of the edition by itself, and link to it
    #[arg(long, value_name = "CHAPTER")]
    pub roadmap: Option<String>,
    /// For --roadmap: the living document, in any clone [default: .]
    #[arg(long, value_name = "SOURCE", requires = "roadmap")]
    pub source: Option<String>,
}

fn kind(text: &str) -> std::result::Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| "use `release` or `post`".to_owned())
}

fn base(text: &str) -> std::result::Result<Place, String> {
    Place::below(text).ok_or_else(|| "use an address such as `https://example.org/editions`".to_owned())
}

fn github(text: &str) -> std::result::Result<Place, String> {
    Place::github(text).ok_or_else(|| "use `OWNER/REPO` or `OWNER/REPO@TAG`".to_owned())
}

/// Gives the exit code.
pub fn announce_command(announcing: &Announcing) -> u8 {
    match announced(announcing) {
        Ok(code) => code,
        Err(failure) => refused(&failure, false, Terminal::stderr()),
    }
}

fn announced(announcing: &Announcing) -> std::result::Result<u8, Failure> {
    let theme = announcing.theme.clone().map(ThemeName::Folder).unwrap_or_default();
    let theme = Theme::load(&theme)?;
    let mut filed = find(&announcing.output, announcing.edition.as_deref())?;
    filed.folder = absolute(&filed.folder)?;
    if filed.manifest.draft {
        let message = format!("`{}` is a draft, and nothing to announce", shown(&filed.manifest.name));
        let hint = "build an edition of a commit or a snapshot";
        return Err(Box::new(Diagnostic::new(Code::SourceNotFound, message).hint(hint)).into());
    }
    let to = announcing.to.as_deref().map(target);
    let folder = to.as_ref().map_or_else(|| filed.folder.clone(), |(folder, _)| folder.clone());
    let place_of_files = address(announcing, &filed, &folder)?;
    let chapter = match &announcing.roadmap {
        Some(chapter) => Some(Roadmap::of(&bound(announcing, &filed, chapter, &theme)?, &place_of_files)),
        None => None,
    };
    let text = announcement(&Data::of(&filed, announcing.kind, &place_of_files, chapter), &theme)?;
    let Some((folder, name)) = to else { return Ok(out(&text)) };
    if is_edition(&folder) {
        let message =
            format!("`{}` is the folder of an edition, which is filed", shown(&folder.to_string_lossy()));
        let hint = "write the announcement somewhere else: no list of the edition's files would name it";
        return Err(Box::new(Diagnostic::new(Code::OutputWrite, message).hint(hint)).into());
    }
    place(&folder, &name, text.as_bytes())?;
    err(&format!("Written to {}\n", shown(&folder.join(name).to_string_lossy())));
    Ok(0)
}

/// The folder and the name of the file that is written.
fn target(to: &Path) -> (PathBuf, String) {
    let is_folder = to.is_dir() || to.to_string_lossy().ends_with('/');
    match (to.file_name(), to.parent()) {
        (Some(name), Some(parent)) if !is_folder => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            (parent.to_owned(), name.to_string_lossy().into_owned())
        }
        (_, _) => (to.to_owned(), NAME.to_owned()),
    }
}

/// Where readers find the files.
fn address(announcing: &Announcing, filed: &Filed, folder: &Path) -> Result<Place> {
    let published = match filed.manifest.settings.get("publish") {
        Some(Setting::Text(address)) => Place::below(address),
        Some(Setting::Truth(_) | Setting::Number(_) | Setting::List(_) | Setting::Tables(_)) | None => None,
    };
    let given = announcing.base_url.clone().or_else(|| announcing.github.clone()).or(published);
    given.map_or_else(|| Ok(Place::Beside(absolute(folder)?)), Ok)
}

/// A folder from the root of the disk, so that ways between two can be told.
fn absolute(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).map_err(|error| {
        let message = format!("can't tell where `{}` is: {error}", folder.display());
        Box::new(Diagnostic::new(Code::FileRead, message).hint("give its whole path"))
    })
}

/// The chapter that goes with the announcement, bound beside the edition. A
/// catalogue that is there lists it, too.
fn bound(
    announcing: &Announcing,
    filed: &Filed,
    chapter: &str,
    theme: &Theme,
) -> std::result::Result<Filed, Failure> {
    let means = Means {
        source: announcing.source.clone().unwrap_or_else(|| ".".to_owned()),
        open: open_options(),
        ..Means::default()
    };
    // The edition may have been named by its folder.
    let output = filed.folder.parent().and_then(Path::parent).unwrap_or(&announcing.output);
    let edition = roadmap(&filed.record, chapter, &means, output, filed.bag)?;
    err(&format!("Written to {}\n", shown(&edition.folder.to_string_lossy())));
    if output.join(INDEX).is_file() {
        let options = Options { base: None, template: theme.file(INDEX).map(str::to_owned) };
        let (said, line) = catalogue::make(output, &options, Terminal::stderr())?;
        err(&format!("{said}{line}"));
    }
    let folder = edition.folder.to_string_lossy().into_owned();
    Ok(find(output, Some(&folder))?)
}
