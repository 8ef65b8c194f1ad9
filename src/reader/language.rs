//! The language that an info string names.

/// Words that rustdoc and mdBook give a Rust block; alone they mean Rust.
const RUST_WORDS: [&str; 9] = [
    "ignore",
    "should_panic",
    "no_run",
    "compile_fail",
    "editable",
    "noplayground",
    "noplaypen",
    "mdbook-runnable",
    "test_harness",
];

/// The language of a fenced code block as a lower-case token, from the first
/// word of its info string: `rust,ignore`, `rust=`, `rust {.x}`, `{.rust}`.
pub(super) fn language(info: &str) -> Option<String> {
    let info = info.trim();
    let first = if let Some(class) = info.strip_prefix('{') {
        class.trim_start().trim_start_matches('.').split([' ', '}', ',', '\t']).next()
    } else {
        info.split([',', ' ', '\t', '{', ':', ';']).next()
    };
    let word = first.unwrap_or("").trim_end_matches('=').trim_start_matches('.').to_lowercase();
    if RUST_WORDS.contains(&word.as_str()) || is_edition(&word) {
        return Some("rust".to_owned());
    }
    match word.as_str() {
        "" | "notrust" => None,
        "rs" => Some("rust".to_owned()),
        _ => Some(word),
    }
}

fn is_edition(word: &str) -> bool {
    word.strip_prefix("edition")
        .is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn languages_are_found_in_what_authors_write() {
        let table = [
            ("rust", Some("rust")),
            ("rust,ignore", Some("rust")),
            ("rust=", Some("rust")),
            ("rust {.numberLines}", Some("rust")),
            ("{.python .x}", Some("python")),
            (" rs ", Some("rust")),
            ("should_panic", Some("rust")),
            ("edition2021,no_run", Some("rust")),
            ("C++", Some("c++")),
            ("notrust", None),
            ("", None),
            ("console", Some("console")),
            ("js {1,2}", Some("js")),
        ];
        for (info, expected) in table {
            assert_eq!(language(info).as_deref(), expected, "{info:?}");
        }
    }
}
