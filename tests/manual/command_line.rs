//! The reference of the command line, made from what clap knows.

use std::fmt::Write;

use clap::{Arg, Command};

use super::cell;

const INTRODUCTION: &str = "\
# Command line

```text
bindery COMMAND [FLAGS] [ARGUMENTS]
```

`bindery help COMMAND` shows the same in a terminal. Most flags have a key in the [configuration](configuration.md); \
the flag wins. Exit codes are the same everywhere: 0 all went well, 1 something failed, 2 wrong usage or \
configuration.
";

pub fn page() -> String {
    let mut command = bindery::cli::command();
    command.build();
    let mut page =
        "<!-- Made by tests/documentation.rs from the command line itself; do not edit. -->\n\n".to_owned();
    page.push_str(INTRODUCTION);
    page.push_str("\n| command | what it does |\n| --- | --- |\n");
    let shown = |sub: &&Command| !sub.is_hide_set() && sub.get_name() != "help";
    for sub in command.get_subcommands().filter(shown) {
        let name = sub.get_name();
        writeln!(page, "| [`{name}`](#bindery-{name}) | {} |", about(sub)).expect("writes");
    }
    let build = command.find_subcommand("build").expect("there is one").clone();
    for sub in command.get_subcommands().filter(shown) {
        section(&mut page, sub, &build);
        for inner in sub.get_subcommands().filter(shown) {
            section(&mut page, inner, &build);
        }
    }
    page
}

fn about(command: &Command) -> String {
    command.get_about().map_or_else(String::new, |about| cell(&about.to_string()))
}

fn section(page: &mut String, command: &Command, build: &Command) {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let level = if name.split(' ').count() > 2 { "###" } else { "##" };
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    write!(
        page,
        "\n{level} bindery {}\n\n{}.\n\n```text\n{usage}\n```\n",
        &name["bindery ".len()..],
        about(command)
    )
    .expect("writes");
    let all: Vec<&Arg> =
        command.get_arguments().filter(|arg| !arg.is_hide_set()).filter(|arg| known(arg)).collect();
    // What `build` takes is said there once.
    let (shared, own): (Vec<&Arg>, Vec<&Arg>) = all.into_iter().partition(|arg| {
        command.get_name() != build.get_name()
            && !arg.is_positional()
            && build
                .get_arguments()
                .any(|other| other.get_long() == arg.get_long() && help(other) == help(arg))
    });
    let few = shared.len() <= 3;
    let own = own.into_iter().chain(shared.iter().copied().filter(|_| few));
    let mut rows = String::new();
    for arg in own {
        row(&mut rows, arg);
    }
    if !rows.is_empty() {
        write!(page, "\n| argument | what it does |\n| --- | --- |\n{rows}").expect("writes");
    }
    if !few {
        let names: Vec<String> =
            shared.iter().filter_map(|arg| arg.get_long()).map(|long| format!("`--{long}`")).collect();
        writeln!(page, "\nAs for [`build`](#bindery-build): {}.", names.join(", ")).expect("writes");
    }
    if let Some(after) = command.get_after_help() {
        write!(page, "\n```text\n{after}\n```\n").expect("writes");
    }
}

/// Whether an argument is one of ours.
fn known(arg: &Arg) -> bool {
    !["help", "version"].contains(&arg.get_id().as_str())
}

fn help(arg: &Arg) -> String {
    arg.get_help().map_or_else(String::new, ToString::to_string)
}

fn row(page: &mut String, arg: &Arg) {
    let values: Vec<String> =
        arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    let takes = arg.get_action().takes_values().then(|| values.join(" ")).filter(|names| !names.is_empty());
    let name = match (arg.get_long(), arg.get_short(), takes) {
        (Some(long), None, Some(values)) if arg.is_require_equals_set() => format!("`--{long}[={values}]`"),
        (Some(long), None, Some(values)) => format!("`--{long} {values}`"),
        (Some(long), None, None) => format!("`--{long}`"),
        (Some(long), Some(short), None) => format!("`-{short}`, `--{long}`"),
        (Some(long), Some(short), Some(values)) => format!("`-{short}`, `--{long} {values}`"),
        (None, _, Some(values)) => format!("`{values}`"),
        (None, _, None) => format!("`{}`", arg.get_id().as_str().to_uppercase()),
    };
    let help = help(arg);
    let (words, default) = match help.rsplit_once(" [default: ") {
        Some((words, default)) => (words.to_owned(), default.strip_suffix(']').map(str::to_owned)),
        None => (help, None),
    };
    let given = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    let given = Some(given.collect::<Vec<_>>().join(" "))
        .filter(|value| !value.is_empty() && !arg.is_hide_default_value_set());
    let flag = !arg.get_action().takes_values();
    let default = default
        .map(|words| cell(&words))
        .or(given.filter(|_| !flag).map(|value| format!("`{value}`")))
        .map_or_else(String::new, |words| format!(" Without it: {words}."));
    let stop = if words.ends_with(['.', ':']) { "" } else { "." };
    writeln!(page, "| {} | {}{stop}{default} |", cell(&name), cell(&words)).expect("writes");
}
