//! Finding mdBook's directives in a text, as mdBook finds them.

use std::ops::Range;

/// Those that mdBook knows.
pub(super) const NAMES: [&str; 5] = ["include", "rustdoc_include", "playground", "playpen", "title"];

/// A directive in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    /// From its braces, or the backslash before them, to its braces.
    pub range: Range<usize>,
    /// With a backslash before it: it is text.
    pub escaped: bool,
    /// What it is called.
    pub name: &'a str,
    /// The rest, trimmed.
    pub arguments: &'a str,
}

impl Directive<'_> {
    /// Whether it shows a file as a code block of its own.
    pub(super) fn plays(&self) -> bool {
        matches!(self.name, "playground" | "playpen")
    }
}

/// The directives of a text, in order and apart: `{{#name arguments}}`, where
/// arguments are needed and may go over lines, and `\{{#…}}`, which goes to
/// the last pair of braces of its line.
pub(super) fn all(text: &str) -> impl Iterator<Item = Directive<'_>> {
    let mut from = 0;
    // No braces close between these places; looking once is enough.
    let (mut unclosed, mut barren) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let open = from + text.get(from..)?.find("{{")?;
            let escaped = open > from && text.as_bytes().get(open - 1) == Some(&b'\\');
            if escaped && open >= barren && text.get(open..)?.starts_with("{{#") {
                let line = text.get(open..)?.lines().next().unwrap_or("");
                if let Some(close) = line.rfind("}}") {
                    from = open + close + 2;
                    let range = open - 1..from;
                    return Some(Directive { range, escaped: true, name: "", arguments: "" });
                }
                barren = open + line.len();
            }
            from = open + 2;
            let Some((name, rest)) = name(text, open) else { continue };
            if open < unclosed {
                continue;
            }
            let close = rest + text.get(rest..)?.find('}')?;
            if close == rest || !text.get(close..)?.starts_with("}}") {
                // Whatever opens before this brace ends at it too.
                unclosed = close;
                continue;
            }
            from = close + 2;
            let arguments = text.get(rest..close)?.trim();
            return Some(Directive { range: open..from, escaped: false, name, arguments });
        }
    })
}

/// The name of a directive that opens at an offset, and where its arguments
/// begin.
fn name(text: &str, open: usize) -> Option<(&str, usize)> {
    let inside = text.get(open + 2..)?;
    let hash = inside.trim_start().strip_prefix('#')?;
    let end = hash.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))?;
    let (name, rest) = hash.split_at(end);
    (end > 0 && rest.starts_with(char::is_whitespace)).then_some((name, text.len() - rest.trim_start().len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        all(text)
            .map(|d| {
                let mark = if d.escaped { "escaped " } else { "" };
                format!("{mark}{}|{}|{}", d.name, d.arguments, &text[d.range])
            })
            .collect()
    }

    #[test]
    fn directives_are_found_as_mdbook_finds_them() {
        assert_eq!(
            shown("a {{#include x.rs:1 }} {{ #title A\nB}}"),
            ["include|x.rs:1|{{#include x.rs:1 }}", "title|A\nB|{{ #title A\nB}}"]
        );
        assert_eq!(
            shown("\\{{#include a}} and {{#include b}}\n{{#include c}}"),
            ["escaped ||\\{{#include a}} and {{#include b}}", "include|c|{{#include c}}"]
        );
        for none in
            ["{{#include}}", "{{#include x} }", "{{include x}}", "{{# x}}", "{{#a-b c}}", "{#include x}"]
        {
            assert_eq!(shown(none), Vec::<String>::new(), "{none}");
        }
        assert_eq!(shown("{{#a } {{#include x}}"), ["include|x|{{#include x}}"]);
    }

    #[test]
    fn floods_are_looked_through_once() {
        for flood in ["{{#", "\\{{#", "{{#a ", "{{#a } "] {
            assert_eq!(all(&flood.repeat(200_000)).count(), 0);
        }
        assert_eq!(all(&format!("{}}}}}", "{{#a ".repeat(200_000))).count(), 1);
    }
}
