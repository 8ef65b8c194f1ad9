//! Announcements of an edition: release notes and posts, in Markdown, made
//! from its `edition.json` alone.
//!
//! The text is a template's ([`TEMPLATE`], or the theme's `announcement.md`);
//! what it is given is [`Data`]. Whatever comes from a record is text from
//! outside: it is escaped unless a filter has made Markdown of it.

pub mod address;
mod cite;
mod data;
pub mod find;
mod markdown;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

pub use self::data::{Data, Kind, Roadmap};
use crate::diag::{Code, Diagnostic, Result};
use crate::theme::Theme;

/// Name of the template, in a theme's folder too, and of what is written to a folder.
pub const NAME: &str = "announcement.md";

/// The template.
pub const TEMPLATE: &str = include_str!("../../templates/announcement.md");

/// The announcement: Markdown, the same for the same data and template.
///
/// # Errors
/// When the theme's template is none, or asks for what there is not.
pub fn announcement(data: &Data, theme: &Theme) -> Result<String> {
    let own = theme.file(NAME);
    let rendered = environment(own.unwrap_or(TEMPLATE))
        .and_then(|environment| environment.get_template(NAME)?.render(Value::from(Serde(data))));
    let text = rendered.map_err(|error| fault(&error, own.is_some()))?;
    Ok(tidied(&text))
}

fn environment(template: &str) -> std::result::Result<Environment<'_>, Error> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build()?);
    // A name that is misspelt is a fault, and no empty text.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(|out, _, value| {
        let text = match value.as_str() {
            _ if value.is_none() => String::new(),
            Some(text) if value.is_safe() => text.to_owned(),
            Some(text) => markdown::text(text),
            None => markdown::text(&value.to_string()),
        };
        out.write_str(&text).map_err(Error::from)
    });
    environment.add_filter("code", |text: &str| Value::from_safe_string(markdown::code(text)));
    environment.add_filter("address", |text: &str| Value::from_safe_string(markdown::destination(text)));
    environment.add_filter("fence", |text: &str| Value::from_safe_string(markdown::fence(text)));
    environment.add_filter("quoted", |text: &str| Value::from_safe_string(markdown::quoted(text)));
    environment.add_template(NAME, template)?;
    Ok(environment)
}

/// What is wrong with a template; with ours it is our own fault.
fn fault(error: &Error, users: bool) -> Box<Diagnostic> {
    let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    let why = match (error.detail(), error.kind()) {
        (Some(detail), _) => detail.to_owned(),
        (None, ErrorKind::UndefinedError) => "it asks for something that there is not".to_owned(),
        (None, kind) => kind.to_string(),
    };
    let why = crate::paths::shown(&why).into_owned();
    let message = format!("the template {NAME} fails{line}: {why}");
    Box::new(match users {
        true => Diagnostic::new(Code::ConfigInvalid, message)
            .hint("mend the file in the theme's folder, or take it away for the one that Bindery brings"),
        false => Diagnostic::new(Code::Internal, message),
    })
}

/// No space at the ends of lines, no more than one empty line in a row, and one
/// line end at the end: templates need not care. What is between fences stays.
fn tidied(text: &str) -> String {
    let mut out = String::new();
    let (mut empty, mut fence) = (true, None::<&str>);
    for line in text.lines() {
        let marks = line.trim_start_matches('`');
        let ticks = line.get(..line.len() - marks.len()).unwrap_or_default();
        match fence {
            Some(open) if ticks == open && marks.trim().is_empty() => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(_) | None => {}
        }
        let line = if fence.is_some() { line } else { line.trim_end() };
        if !(line.is_empty() && empty && fence.is_none()) {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests;
