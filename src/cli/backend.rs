//! `mdbook-bindery`: editions of what mdBook has prepared. mdBook runs it for
//! `[output.bindery]` of a `book.toml`, with a `RenderContext` on its standard
//! input.

mod context;

use std::ffi::OsString;
use std::io::{IsTerminal, Read, stdin};
use std::process::ExitCode;
use std::sync::LazyLock;

use clap::Parser;

use self::context::Context;
use super::args::{Arguments, Command, Making};
use super::make::{Asked, make};
use super::terminal::{err, out};
use super::{FAILED, USAGE, open_options, run, timings};
use crate::config::Layer;
use crate::paths::shown;
use crate::pipeline::{Goal, Plan, Request};

const HELP: &str = "\
mdbook-bindery binds a book that mdBook has prepared: a typeset PDF and an EPUB 3.

mdBook runs it. In book.toml:

  [output.html]
  [output.bindery]

and then `mdbook build` writes book/html and book/bindery. The keys of [output.bindery]
are those of bindery.toml. `bindery build` needs no mdBook, and makes editions of any
revision.
";

/// The longest context that is read, in bytes.
const LONGEST: u64 = 1 << 30;

/// The versions of mdBook whose contexts are known.
const KNOWN: [&str; 2] = ["0.4", "0.5"];

/// Runs the renderer and gives its exit code, which fails `mdbook build` where
/// it is not 0: 1 something failed, 2 wrong usage, context or configuration.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    LazyLock::force(&timings::STARTED);
    let arguments: Vec<String> =
        arguments.into_iter().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    ExitCode::from(match arguments.first().map(String::as_str) {
        None => render(),
        Some("--help" | "-h" | "help") => out(HELP),
        Some("--version" | "-V") => out(&format!("mdbook-bindery {}\n", env!("CARGO_PKG_VERSION"))),
        Some("supports") => {
            err("error: mdbook-bindery is a renderer, not a preprocessor\n  \
                 help: write `[output.bindery]` in book.toml, and take `[preprocessor.bindery]` out\n");
            FAILED
        }
        Some(other) => {
            let other = shown(other);
            err(&format!(
                "error: mdbook-bindery takes no argument `{other}`: mdBook gives it the book on its standard input\n  \
                 help: settings belong below `[output.bindery]` in book.toml; `mdbook-bindery --help` tells more\n"
            ));
            USAGE
        }
    })
}

fn render() -> u8 {
    let mut stdin = stdin().lock();
    if stdin.is_terminal() {
        err(&format!("error: there is no book on the standard input\n\n{HELP}"));
        return USAGE;
    }
    let mut bytes = Vec::new();
    let read = stdin.by_ref().take(LONGEST).read_to_end(&mut bytes);
    let context = match read {
        Ok(length) if u64::try_from(length).is_ok_and(|length| length >= LONGEST) => {
            Err("it is longer than 1 GiB".to_owned())
        }
        Ok(_) => Context::parse(&bytes),
        Err(error) => Err(format!("it can't be read: {error}")),
    };
    drop(bytes);
    match context {
        Ok(context) => run(None, || bind(context)),
        Err(why) => {
            err(&format!(
                "error: the standard input holds no book of mdBook: {}\n  \
                 help: `mdbook build` runs mdbook-bindery; by yourself use `bindery build`\n",
                shown(&why)
            ));
            USAGE
        }
    }
}

/// Binds what mdBook has prepared.
fn bind(context: Context) -> u8 {
    let Some(making) = usual() else { return FAILED };
    let version = context.rendered.version();
    let is_known =
        KNOWN.iter().any(|known| version.strip_prefix(known).is_some_and(|rest| rest.starts_with('.')));
    if !is_known {
        err(&format!(
            "warning: mdBook {} is not known to mdbook-bindery {}, which knows {}; it may say things that are \
             misunderstood\n",
            shown(version),
            env!("CARGO_PKG_VERSION"),
            KNOWN.join(" and ")
        ));
    }
    let flags = match context.flags() {
        Ok(flags) => Layer { output: Some(context.destination.clone()), ..flags },
        Err(failure) => return super::refused(&failure, false, super::Terminal::stderr()),
    };
    let request = Request {
        source: context.root.clone(),
        flags,
        // mdBook's folder is no shelf unless the book says so.
        defaults: Layer { catalogue: Some(false), ..Layer::default() },
        open: open_options(),
        ..Request::default()
    };
    let plan = Plan::of_mdbook(&request, context.rendered).map(|(plan, why)| {
        if let Some(why) = why {
            err(&format!("note: {}, so this is a draft\n", shown(&why)));
        }
        plan
    });
    make(Ok(vec![Asked::new(&context.root, plan)]), Goal::Files, &making)
}

/// How `bindery build` makes editions where no flag says more.
fn usual() -> Option<Making> {
    let Command::Demo(demo) = Arguments::try_parse_from(["bindery", "demo"]).ok()?.command else {
        return None;
    };
    Some(demo.making)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_set_by_flags_that_are_not_given() {
        assert_eq!(usual().expect("there is a `demo`").layer(), Layer::default());
    }
}
