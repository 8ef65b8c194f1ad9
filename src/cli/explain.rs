//! What a diagnostic's code means, with the documentation's example of it.

use super::USAGE;
use super::terminal::{err, out};
use crate::config::file::nearest;
use crate::diag::Code;
use crate::paths::shown;

/// The page of all codes; a test keeps it true.
const PAGE: &str = include_str!("../../docs/src/diagnostics.md");

/// Explains a code, or lists all of them, and gives the exit code.
pub(super) fn explain(code: Option<&str>) -> u8 {
    let Some(name) = code else {
        let lines = Code::ALL
            .iter()
            .map(|c| format!("{:7}  {:22}  {}\n", c.severity().as_str(), c.as_str(), c.explanation()));
        return out(&lines.collect::<String>());
    };
    if let Some(code) = Code::ALL.iter().find(|c| c.as_str() == name) {
        let (name, severity) = (code.as_str(), code.severity().as_str());
        // In the page, which is a chapter, directives are kept from being carried out.
        let example = example(name).unwrap_or_default().replace("\\{{#", "{{#");
        let example = if example.is_empty() { example } else { format!("\nFor example:\n\n{example}") };
        return out(&format!("{name} ({severity})\n\n{}\n{example}", code.explanation()));
    }
    let names: Vec<&str> = Code::ALL.iter().map(|c| c.as_str()).collect();
    let hint = match nearest(name, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`bindery explain` lists them all".to_owned(),
    };
    err(&format!("error: there is no code `{}`\nhelp: {hint}\n", shown(name)));
    USAGE
}

/// The example in a code's section of the page, lines with their ends; none
/// if it has none.
fn example(name: &str) -> Option<&'static str> {
    let (_, section) = PAGE.split_once(&format!("\n## `{name}`\n"))?;
    let section = section.split("\n## ").next()?;
    let (_, text) = section.split_once("```text\n")?;
    text.split("```").next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_their_own_section_alone() {
        let text = example("link-missing-file").expect("has an example");
        assert!(text.starts_with("warning[link-missing-file]: ") && text.ends_with('\n'), "{text}");
        assert!(!text.contains("##"), "{text}");
        assert_eq!(example("no-such-code"), None);
    }
}
