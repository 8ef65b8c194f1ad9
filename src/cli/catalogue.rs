//! `bindery catalogue`: what lists the editions of an output folder.

use std::path::{Path, PathBuf};

use clap::Args;

use super::diagnostics::{Shower, render};
use super::terminal::{Terminal, err, out};
use super::{FAILED, USAGE};
use crate::catalogue::{self, INDEX, Options};
use crate::config::check_publish;
use crate::diag::{Diagnostic, Result, Severity};
use crate::paths::shown;
use crate::span::Files;
use crate::theme::{Theme, ThemeName};

/// What `catalogue` takes.
#[derive(Debug, Args)]
pub struct Cataloguing {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
    /// The address that the folder is published at [default: what the editions were built with (`publish`)]
    #[arg(long, value_name = "URL", value_parser = address)]
    pub base_url: Option<String>,
    /// A theme whose index.html stands for the built-in page: a folder that `bindery init --theme` made
    #[arg(long, value_name = "NAME|DIR")]
    pub theme: Option<String>,
}

/// An address that editions can lie below.
fn address(text: &str) -> Result<String, String> {
    super::args::said(check_publish(text))?;
    // As it is written in links.
    url::Url::parse(text).map(String::from).map_err(|error| error.to_string())
}

/// Makes a catalogue, and gives the exit code.
pub fn catalogue_command(cataloguing: &Cataloguing) -> u8 {
    let name = cataloguing.theme.as_deref().map(ThemeName::from_name).unwrap_or_default();
    let theme = match Theme::load(&name) {
        Ok(theme) => theme,
        Err(error) => {
            say(&error);
            return USAGE;
        }
    };
    let options =
        Options { base: cataloguing.base_url.clone(), template: theme.file(INDEX).map(str::to_owned) };
    let terminal = Terminal::stderr();
    match make(&cataloguing.folder, &options, terminal) {
        Ok((said, line)) => {
            err(&said);
            out(&line)
        }
        Err(error) => {
            say(&error);
            FAILED
        }
    }
}

/// Makes the catalogue of a folder: what there is to say of it, and where it
/// is.
///
/// # Errors
/// When it can't be made.
pub(super) fn make(folder: &Path, options: &Options, terminal: Terminal) -> Result<(String, String)> {
    let made = catalogue::make(folder, options)?;
    let files = Files::default();
    let said: Vec<_> = made.diagnostics.iter().map(|diagnostic| diagnostic.locate(&files)).collect();
    let said = Shower::new(terminal, Severity::Note, true).show(&said);
    Ok((said, format!("Catalogue: {}\n", shown(&folder.join(INDEX).to_string_lossy()))))
}

fn say(error: &Diagnostic) {
    err(&format!("{}\n", render(&error.locate(&Files::default()), Terminal::stderr())));
}
