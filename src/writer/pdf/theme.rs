//! Whether a user's theme has what the pages are made with.

use super::PdfOptions;
use super::data;
use super::fonts::FONTS;
use super::geometry::Geometry;
use super::messages::{place, range, said};
use super::sheet::{Sheet, lay_out};
use super::world::BookWorld;
use crate::diag::{Code, Diagnostic, Result};
use crate::document::Metadata;
use crate::theme::functions;

/// Checks the code of a theme: that Typst understands it, and that it has each
/// function that Bindery calls.
///
/// # Errors
/// What is wrong first, with its line and column in `theme.typ`.
pub fn check(options: &PdfOptions) -> Result<()> {
    let theme = &options.theme;
    if theme.file("theme.typ").is_none() {
        return Ok(());
    }
    let mut world = BookWorld::themed(std::sync::Arc::clone(&FONTS), theme)?;
    let style = data::style(&Geometry::new(options), &Metadata::default(), false);
    world.add_file("/style.json", style.to_string().into_bytes().into())?;
    let names: Vec<&str> = functions::names().collect();
    let text = format!("#import \"/theme.typ\": {}\n#show: sheet\n", names.join(", "));
    let laid = lay_out(&world, &Sheet { path: "/check.typ".to_owned(), text, data: Vec::new() }, false)?;
    let Err(errors) = &laid.output else { return Ok(()) };
    let Some(error) = errors.first() else { return Ok(()) };
    let missing = error.span.id().filter(|id| *id == laid.source.id());
    let missing = missing.and_then(|_| laid.source.text().get(range(&laid.source, error.span)?));
    let folder = theme.name.as_str();
    let shown = std::path::Path::new(folder.as_ref()).join("theme.typ").display().to_string();
    let diagnostic = match (missing.filter(|name| names.contains(name)), world.theme()) {
        (Some(name), _) => {
            Diagnostic::new(Code::ConfigInvalid, format!("{shown} has no `{name}`, which Bindery calls"))
        }
        (None, own) => {
            let at = own.and_then(|own| place(own, error));
            let at = at.map_or(String::new(), |(line, column)| format!(":{line}:{column}"));
            let said = said(None, error);
            let message = said.message.strip_prefix("Typst: ").unwrap_or(&said.message).to_owned();
            let told = Diagnostic::new(Code::ConfigInvalid, format!("{shown}{at}: {message}"));
            said.hints.into_iter().fold(told, Diagnostic::hint)
        }
    };
    Err(Box::new(diagnostic.hint(theme.advice())))
}
