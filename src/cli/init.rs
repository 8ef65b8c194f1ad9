//! `bindery init`: a configuration or a theme to begin with.

use std::path::{Path, PathBuf};

use clap::Args;

use super::terminal::{Terminal, out};
use super::{open_options, refused};
use crate::config::check_repository;
use crate::config::starter::{Found, bindery_toml};
use crate::diag::{Code, Diagnostic};
use crate::edition::identity::slugify;
use crate::pipeline::{Failure, Plan, Request};
use crate::reader;
use crate::theme::start;

/// What `init` takes.
#[derive(Debug, Args)]
pub struct Beginning {
    /// The document's folder, where the bindery.toml is written
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Write the files of a theme to this folder instead, to be changed
    #[arg(long, value_name = "DIR", conflicts_with = "folder")]
    pub theme: Option<PathBuf>,
}

const CONFIG: &str = "bindery.toml";

/// Writes what is asked for, and gives the exit code.
pub fn init_command(beginning: &Beginning) -> u8 {
    let told = match &beginning.theme {
        Some(folder) => theme(folder),
        None => configuration(&beginning.folder),
    };
    match told {
        Ok(told) => out(&told),
        Err(diagnostic) => refused(&Failure::from(Box::new(diagnostic)), false, Terminal::stderr()),
    }
}

fn configuration(folder: &Path) -> Result<String, Diagnostic> {
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(Diagnostic::new(Code::SourceNotFound, message).hint("name the document's folder"));
    }
    // First, so that nothing is read for nothing.
    refuse(folder, &[CONFIG])?;
    let (found, told) = look(folder);
    let path = write(folder, CONFIG, &bindery_toml(&found))?;
    Ok(format!("{told}Written: {}. Every setting is in it as a comment, with its default.\n", path.display()))
}

/// What there is to find in a document's folder, and what to tell of it.
fn look(folder: &Path) -> (Found, String) {
    let source = folder.to_string_lossy().into_owned();
    let request = Request { source, open: open_options(), ..Request::default() };
    let read = || {
        let plan = Plan::open(&request).ok()?;
        let revision = plan.document.revisions().ok()?.pop()?;
        let tree = plan.document.tree(&revision).ok()?;
        let options = plan.read_options();
        let title = reader::title(tree.as_ref(), &options).ok().filter(|title| !title.is_empty());
        let book = reader::book_table(tree.as_ref(), &options).ok().flatten().map(|(path, ..)| path);
        let address = plan.document.address().map(|it| it.strip_suffix(".git").unwrap_or(it).to_owned());
        Some((title, book, address.filter(|it| check_repository(it).is_ok())))
    };
    let Some((title, book, repository)) = read() else {
        return (Found::default(), "Found no document here yet.\n".to_owned());
    };
    let mut told = String::new();
    for (what, found) in [("book", &book), ("title", &title), ("repository", &repository)] {
        if let Some(found) = found {
            told.push_str(&format!("Found the {what}: {}\n", crate::paths::shown(found)));
        }
    }
    let slug = title.as_deref().map(slugify);
    (Found { title, slug, repository }, told)
}

fn theme(folder: &Path) -> Result<String, Diagnostic> {
    let files = start::files();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    refuse(folder, &names)?;
    let mut told = String::new();
    for (name, text) in &files {
        told.push_str(&format!("Written: {}\n", write(folder, name, text)?.display()));
    }
    told.push_str(&format!(
        "README.md says what each is for; take out what you don't change.\nUse it with `bindery build --theme {}`.\n",
        folder.display()
    ));
    Ok(told)
}

/// Nothing that is there is written over.
fn refuse(folder: &Path, names: &[&str]) -> Result<(), Diagnostic> {
    let there = names.iter().map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_ok());
    let Some(path) = there else { return Ok(()) };
    let message = format!("{} is there already", path.display());
    let hint = "move it away first, or name another folder; nothing was written";
    Err(Diagnostic::new(Code::ConfigInvalid, message).hint(hint))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Diagnostic> {
    let path = folder.join(name);
    let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(&path, text)).map_err(|error| {
        let message = format!("can't write {}: {error}", path.display());
        Diagnostic::new(Code::OutputWrite, message).hint("check that the folder can be written to")
    })?;
    Ok(path)
}
