//! What a shell gets of the command line: completions and manual pages. Both
//! are made from the arguments themselves, and hold no date.

use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::Arguments;
use super::refused;
use super::terminal::{Terminal, err, out};
use crate::diag::{Code, Diagnostic};
use crate::output::place::place;
use crate::paths::shown;
use crate::pipeline::Failure;

/// What `completions` takes.
#[derive(Debug, Args)]
pub struct Completing {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// What `man` takes.
#[derive(Debug, Args)]
pub struct Documenting {
    /// Write the page of each command to this folder, instead of that of bindery to standard output
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// Gives the exit code.
pub fn completions_command(completing: &Completing) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(completing.shell, &mut Arguments::command(), NAME, &mut script);
    out(&String::from_utf8_lossy(&script))
}

/// Gives the exit code.
pub fn man_command(documenting: &Documenting) -> u8 {
    let all = match pages() {
        Ok(all) => all,
        Err(error) => {
            let problem = Diagnostic::new(Code::Internal, format!("can't make the manual pages: {error}"));
            return refused(&Failure::from(Box::new(problem)), false, Terminal::stderr());
        }
    };
    let Some(folder) = &documenting.folder else {
        return out(&all.into_iter().next().map(|(_, text)| text).unwrap_or_default());
    };
    for (name, text) in all {
        if let Err(error) = place(folder, &name, text.as_bytes()) {
            return refused(&Failure::from(error), false, Terminal::stderr());
        }
    }
    err(&format!("Written to {}\n", shown(&folder.to_string_lossy())));
    0
}

const NAME: &str = "bindery";

/// All pages by the names of their files, that of the program first.
fn pages() -> std::io::Result<Vec<(String, String)>> {
    fn collect(command: &Command, into: &mut Vec<(String, String)>) -> std::io::Result<()> {
        let name = command.get_display_name().unwrap_or(command.get_name());
        into.push((format!("{name}.1"), page(command)?));
        let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
        inner.into_iter().try_for_each(|inner| collect(inner, into))
    }
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut all = Vec::new();
    collect(&command, &mut all)?;
    Ok(all)
}

/// The page of a command.
fn page(command: &Command) -> std::io::Result<String> {
    let help = command.get_after_help().map(StyledStr::to_string).unwrap_or_default();
    let is_program = command.get_name() == NAME;
    let manual = Man::new(command.clone())
        .source(concat!("bindery ", env!("CARGO_PKG_VERSION")))
        .manual("Bindery manual");
    let mut page = Vec::new();
    manual.render_title(&mut page)?;
    manual.render_name_section(&mut page)?;
    manual.render_synopsis_section(&mut page)?;
    manual.render_description_section(&mut page)?;
    manual.render_options_section(&mut page)?;
    if command.get_subcommands().any(|inner| !inner.is_hide_set()) {
        manual.render_subcommands_section(&mut page)?;
    }
    let mut more = Roff::new();
    let codes = after(&mut more, &help);
    exit_codes(&mut more, codes.as_deref().unwrap_or(USUAL_CODES));
    if is_program {
        for (title, terms) in SECTIONS {
            more.control("SH", [*title]);
            terms.iter().for_each(|(name, text)| term(&mut more, name, text));
        }
    }
    more.control("SH", ["SEE ALSO"]);
    more.text([if is_program {
        roman("The pages of the commands, such as bindery-build(1); bindery explain for each diagnostic.")
    } else {
        roman("bindery(1)")
    }]);
    more.to_writer(&mut page)?;
    Ok(ascii(&String::from_utf8_lossy(&page)))
}

/// The same in ASCII, which every formatter of manual pages reads.
fn ascii(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(&format!("\\[u{:04X}]", u32::from(c)));
        }
    }
    out
}

/// What `--help` says last: examples as they are, other paragraphs as text.
/// Gives the line of exit codes, which has a section of its own.
fn after(page: &mut Roff, help: &str) -> Option<String> {
    let mut codes = None;
    for paragraph in help.split("\n\n") {
        let paragraph = paragraph.trim_matches('\n');
        if let Some(listed) = paragraph.strip_prefix("Exit codes:") {
            codes = Some(listed.trim().trim_end_matches('.').to_owned());
        } else if let Some(examples) = paragraph.strip_prefix("Examples:") {
            page.control("SH", ["EXAMPLES"]);
            page.control("nf", []);
            examples.trim_matches('\n').lines().for_each(|line| {
                page.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            });
            page.control("fi", []);
        } else if !paragraph.trim().is_empty() {
            page.control("SH", ["NOTES"]);
            paragraph.lines().for_each(|line| {
                page.text([roman(line)]);
            });
        }
    }
    codes
}

const USUAL_CODES: &str = "0 done; 1 something failed; 2 wrong usage or configuration";

/// Exit codes from a line such as `0 all built; 1 something failed`.
fn exit_codes(page: &mut Roff, line: &str) {
    page.control("SH", ["EXIT STATUS"]);
    for one in line.split("; ") {
        let (code, meaning) = one.trim().split_once(' ').unwrap_or((one, ""));
        term(page, code, meaning);
    }
}

fn term(page: &mut Roff, name: &str, text: &str) {
    page.control("TP", []);
    page.text([bold(name)]);
    page.text([roman(text)]);
}

/// Names and what there is to say of them.
type Terms = &'static [(&'static str, &'static str)];

const SECTIONS: &[(&str, Terms)] = &[
    (
        "FILES",
        &[
            (
                "bindery.toml",
                "The configuration of a document, in its root or in the book’s folder; bindery init writes a commented one.",
            ),
            ("book.toml", "mdBook’s configuration; the table [output.bindery] holds the same keys."),
            (
                "output/SLUG/NAME",
                "An edition: the PDF, the EPUB, edition.json with all that is known of them, SHA256SUMS, and how to cite it.",
            ),
            (
                "~/.cache/bindery",
                "Finished editions, clones of addresses and fetched images; bindery cache shows and clears it.",
            ),
        ],
    ),
    (
        "ENVIRONMENT",
        &[
            ("XDG_CACHE_HOME", "The folder in which the cache is, instead of ~/.cache."),
            ("SOURCE_DATE_EPOCH", "The moment of drafts that no commit precedes, in seconds since 1970."),
            ("RAYON_NUM_THREADS", "How many threads work, where --jobs says nothing."),
            ("NO_COLOR", "Turns colours off, if set and not empty; so does TERM=dumb."),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page() {
        let all = pages().expect("rendered");
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.first(), Some(&"bindery.1"));
        for command in Arguments::command().get_subcommands() {
            let name = format!("bindery-{}.1", command.get_name());
            assert!(names.contains(&name.as_str()), "{name}");
        }
        assert!(names.contains(&"bindery-cache-clear.1"), "{names:?}");
        for (name, text) in &all {
            for section in ["NAME", "SYNOPSIS", "OPTIONS", "\"EXIT STATUS\"", "\"SEE ALSO\""] {
                assert!(text.contains(&format!(".SH {section}\n")), "{name}: {section}\n{text}");
            }
            assert!(text.is_ascii(), "{name}");
            assert!(text.contains(&format!("bindery {}", env!("CARGO_PKG_VERSION"))), "{name}");
        }
        let first = all.first().map(|(_, text)| text.as_str()).unwrap_or_default();
        for part in [".SH FILES", ".SH ENVIRONMENT", ".SH EXAMPLES", "XDG_CACHE_HOME", "bindery\\-build(1)"] {
            assert!(first.contains(part), "{part}\n{first}");
        }
    }

    #[test]
    fn the_last_words_of_a_command_become_sections() {
        let mut page = Roff::new();
        let help = "Examples:\n  bindery x   y\n\nWithout it\nnothing is.\n\nExit codes: 0 all is well; 1 it is not.";
        let codes = after(&mut page, help);
        assert_eq!(codes.as_deref(), Some("0 all is well; 1 it is not"));
        exit_codes(&mut page, &codes.unwrap_or_default());
        let text = page.to_roff();
        for part in
            [".nf\nbindery x   y\n.fi", ".SH NOTES\nWithout it\nnothing is.", ".TP\n\\fB1\\fR\nit is not\n"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
