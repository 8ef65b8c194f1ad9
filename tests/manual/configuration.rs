//! The configuration reference, made from the list of keys.

use std::fmt::Write;

use bindery::config::reference::{Key, Preset, TABLES, Table, keys_of};

use super::cell;

const INTRODUCTION: &str = "\
# Configuration

In `bindery.toml` beside the book or at the root of the source, or below `[output.bindery]` in `book.toml`; `--config \
FILE` takes another file in the place of `bindery.toml`. Later ones win: defaults, `book.toml`, `bindery.toml`, flags. \
A key that is unknown or has a value of the wrong form is an error that names the line. `bindery init` writes a file \
that has all keys, commented out.

`--set KEY=VALUE` sets any of them, with the dots of TOML; a word needs no quotes:

```sh
bindery build --set slug=guide --set pdf.paper=a5 --set 'authors=[\"A\", \"B\"]'
```

Paths of `pdf.fonts` are those in the source there, too. `--no-config` reads no configuration at all.

A key with ¹ counts only in a file that `--config` names: a configuration that comes with the document can't allow \
programs, nor write outside the folder that Bindery runs in.
";

const HEAD: &str = "| key, flag | what it is for | value, and what holds without it |\n| --- | --- | --- |\n";

const END: &str = "
## Flags only

`--fetch-images`, `--previous`, `--no-config`, `--draft`, `--cache`, `--no-cache`, `--cache-size`, `--jobs`, \
`--timings`, `--trace`, `--keep-typst`, `--strict`, `--json`, `--quiet` and `--verbose` are said on the [command \
line](command-line.md) alone. None of them changes what an edition is but the first four.
";

pub fn page() -> String {
    let mut page =
        "<!-- Made by tests/documentation.rs from src/config/reference.rs; do not edit. -->\n\n".to_owned();
    page.push_str(INTRODUCTION);
    for table in TABLES {
        section(&mut page, table);
    }
    page.push_str(END);
    page
}

fn section(page: &mut String, table: &Table) {
    let heading = match (table.name, table.repeated) {
        ("", _) => "At the top".to_owned(),
        (name, false) => format!("`[{name}]`"),
        (name, true) => format!("`[[{name}]]`"),
    };
    let heading = if table.name.is_empty() {
        format!("## {heading}")
    } else {
        let id = if table.repeated { format!("each-{}", table.name) } else { format!("in-{}", table.name) };
        format!("## {heading} {{#{id}}}")
    };
    write!(page, "\n{heading}\n\n{}\n\n{HEAD}", table.explanation).expect("writes");
    for key in keys_of(table.name) {
        row(page, key);
    }
    write!(page, "\n```toml\n{}```\n", example(table)).expect("writes");
}

fn row(page: &mut String, key: &Key) {
    let mark = if key.trusted_only { " ¹" } else { "" };
    let flag = key.flag.map_or_else(String::new, |flag| format!("<br>`{flag}`"));
    let default = match key.default {
        Preset::Value("[]") => "none".to_owned(),
        Preset::Value(value) => format!("`{value}`"),
        Preset::Otherwise(words, _) => cell(words),
    };
    let (name, form, explanation) = (key.name, cell(key.form), cell(key.explanation));
    writeln!(page, "| `{name}`{mark}{flag} | {explanation} | {form}<br>*without it:* {default} |")
        .expect("writes");
}

/// The keys of a table with the values that the list has for them.
fn example(table: &Table) -> String {
    let mut text = match (table.name, table.repeated) {
        ("", _) => String::new(),
        (name, false) => format!("[{name}]\n"),
        (name, true) => format!("[[{name}]]\n"),
    };
    // What can't stand together: an ISSN is no edition's.
    for key in keys_of(table.name).filter(|key| key.name != "issn") {
        writeln!(text, "{} = {}", key.name, key.default.example()).expect("writes");
    }
    text
}
