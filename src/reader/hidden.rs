//! Lines of a code block that mdBook hides: Rust's `# `, and in other
//! languages those with the prefix that the book or the block names.

use std::collections::BTreeMap;

/// Which lines of a block are hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// None.
    Nothing,
    /// `# ` and `#` alone; `##` stands for `#`.
    Rust,
    /// Those that begin with this, behind white space.
    Prefix(String),
}

/// The rule for a block's info string. `prefixes` are the book's, by language:
/// `[output.html.code.hidelines]`.
pub(super) fn rule(info: &str, prefixes: &BTreeMap<String, String>) -> Rule {
    let mut words = info.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("");
    // A block that is only called `ignore` may be anything, though rustdoc
    // takes it for Rust; mdBook shows all of its lines.
    if matches!(first.trim_end_matches('=').to_ascii_lowercase().as_str(), "rust" | "rs") {
        return Rule::Rust;
    }
    let own = words.find_map(|word| word.strip_prefix("hidelines="));
    match own.or_else(|| prefixes.get(first).map(String::as_str)).filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => Rule::Prefix(prefix.to_owned()),
        None => Rule::Nothing,
    }
}

/// What is shown of a code block, and the lines that are not, each with its
/// line end.
pub(super) fn split(text: String, rule: &Rule) -> (String, String) {
    if *rule == Rule::Nothing || (*rule == Rule::Rust && !text.contains('#')) {
        return (text, String::new());
    }
    let (mut shown, mut hidden) = (String::with_capacity(text.len()), String::new());
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches([' ', '\t']);
        match rule {
            Rule::Nothing => shown.push_str(line),
            Rule::Prefix(prefix) if inner.starts_with(prefix.as_str()) => hidden.push_str(line),
            Rule::Prefix(_) => shown.push_str(line),
            Rule::Rust => match inner.strip_prefix('#') {
                Some(rest) if rest.trim_end_matches('\n').is_empty() || rest.starts_with(' ') => {
                    hidden.push_str(line);
                }
                Some(rest) if rest.starts_with('#') => {
                    shown.push_str(line.get(..line.len() - inner.len()).unwrap_or(""));
                    shown.push_str(rest);
                }
                Some(_) | None => shown.push_str(line),
            },
        }
    }
    (shown, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_in_the_info_string_or_in_the_book() {
        let book = BTreeMap::from([("python".to_owned(), "~".to_owned())]);
        assert_eq!(rule("rust,ignore", &book), Rule::Rust);
        assert_eq!(rule("python", &book), Rule::Prefix("~".to_owned()));
        assert_eq!(rule("python,hidelines=!!!", &book), Rule::Prefix("!!!".to_owned()));
        assert_eq!(rule("sh,hidelines=", &book), Rule::Nothing);
        assert_eq!(rule("ignore", &book), Rule::Nothing);
        assert_eq!(rule("", &book), Rule::Nothing);
    }

    #[test]
    fn hidden_lines_are_those_of_mdbook() {
        let text = "# use a;\n#\n#[b]\n    # c\n  ##d\n#![e]\n## f\n#";
        let (shown, hidden) = split(text.to_owned(), &Rule::Rust);
        assert_eq!(shown, "#[b]\n  #d\n#![e]\n# f\n");
        assert_eq!(hidden, "# use a;\n#\n    # c\n#");
        let (shown, hidden) = split("~a\n  ~b\nc~\n".to_owned(), &Rule::Prefix("~".to_owned()));
        assert_eq!((shown.as_str(), hidden.as_str()), ("c~\n", "~a\n  ~b\n"));
    }
}
