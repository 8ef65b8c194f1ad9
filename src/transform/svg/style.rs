//! Style sheets inside a drawing: rules stay, what fetches goes.

/// A style sheet without `@import`, fonts of its own and addresses, and
/// whether anything was taken out. Escapes in names could hide these words,
/// so a sheet with backslashes outside of strings loses them.
pub(super) fn clean(css: &str) -> (String, bool) {
    let css = without_comments(css);
    let mut out = String::with_capacity(css.len());
    let mut rest = css.as_str();
    let mut changed = false;
    while let Some(c) = rest.chars().next() {
        let lower: String = rest.chars().take(10).collect::<String>().to_ascii_lowercase();
        let length = if lower.starts_with("@import")
            || lower.starts_with("@charset")
            || lower.starts_with("@namespac")
        {
            statement(rest)
        } else if lower.starts_with("@font-face") {
            rest.find('}').map_or(rest.len(), |end| end + 1)
        } else if lower.starts_with("url(") {
            match address(rest) {
                (length, true) => {
                    out.push_str(rest.get(..length).unwrap_or_default());
                    rest = rest.get(length..).unwrap_or_default();
                    continue;
                }
                (length, false) => {
                    out.push_str("none");
                    length
                }
            }
        } else if ["javascript", "expression"].iter().any(|word| lower.starts_with(word)) {
            10
        } else if matches!(c, '"' | '\'') {
            let length = string(rest, c);
            out.push_str(rest.get(..length).unwrap_or_default());
            rest = rest.get(length..).unwrap_or_default();
            continue;
        } else if c == '\\' {
            1
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        };
        // What matters to no drawing is not worth a word.
        changed |= !lower.starts_with("@charset");
        rest = rest.get(length..).unwrap_or_default();
    }
    (out, changed)
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        // Apart, so that two halves don't make a word.
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// The length of a statement up to its semicolon, strings passed over.
fn statement(css: &str) -> usize {
    let mut at = 0;
    while let Some(c) = css.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            ';' => return at + 1,
            '{' | '}' => return at,
            '"' | '\'' => at += string(css.get(at..).unwrap_or_default(), c),
            // An address without quotes may hold semicolons.
            '(' => at += css.get(at..).and_then(|rest| rest.find([')', '"', '\''])).unwrap_or(css.len()),
            c => at += c.len_utf8(),
        }
    }
    css.len()
}

/// The length of a string, its quotes included.
fn string(css: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in css.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    css.len()
}

/// The length of `url(…)`, and whether it stays inside the drawing.
fn address(css: &str) -> (usize, bool) {
    let inner = css.get(4..).unwrap_or_default();
    let start = inner.trim_start();
    let quote = start.chars().next().filter(|c| matches!(c, '"' | '\''));
    let skipped = 4 + inner.len() - start.len();
    let length = match quote {
        Some(quote) => {
            let end = skipped + string(start, quote);
            css.get(end..).and_then(|rest| rest.find(')')).map_or(css.len(), |i| end + i + 1)
        }
        None => css.find(')').map_or(css.len(), |end| end + 1),
    };
    let value = start.trim_start_matches(['"', '\'']);
    (length, value.starts_with('#') && css.get(..length).is_some_and(|url| !url.contains('\\')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stay_and_what_fetches_goes() {
        assert_eq!(clean(".a{fill:url(#g);stroke:red}").0, ".a{fill:url(#g);stroke:red}");
        assert!(!clean(".a{fill:url( '#g' )}").1);
        for (css, want) in [
            ("@import url(http://x/a;b.css);.a{fill:red}", ".a{fill:red}"),
            ("@import 'a;b.css' print; .a{fill:red}", " .a{fill:red}"),
            ("@font-face{font-family:x;src:url(data:x)}.a{}", ".a{}"),
            (".a{fill:url(\"http://x/)\");stroke:red}", ".a{fill:none;stroke:red}"),
            (".a{background:u/**/rl(http://x)}", ".a{background:u rl(http://x)}"),
            (".a{fill:\\75rl(http://x)}", ".a{fill:75rl(http://x)}"),
            ("@\\69mport 'x';", "@69mport 'x';"),
            ("@IMPORT 'never ends", ""),
        ] {
            assert_eq!(clean(css).0, want, "{css}");
        }
        assert_eq!(clean("text{content:'url(x) @import'}").0, "text{content:'url(x) @import'}");
    }
}
