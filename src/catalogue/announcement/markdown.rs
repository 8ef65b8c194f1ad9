//! Text from outside in Markdown: it stays what it is, on its line, and can't
//! begin anything, neither for Markdown nor for the generators of web pages
//! that read a post before Markdown does.

use crate::paths::shown;

/// Text as it is: one line, every sign with a meaning escaped.
pub(super) fn text(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = shown(&line);
    let mut out = String::new();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut rest = line.as_ref();
    for (at, c) in line.char_indices() {
        // What would begin a list, a definition or an underline.
        let begins = (at == 0 && matches!(c, '-' | '+' | '=' | ':'))
            || (digits > 0 && at == digits && matches!(c, '.' | ')') && ends_word(rest));
        // What GitHub takes for an address.
        let leads = rest.starts_with("://") || (c == '.' && out.to_ascii_lowercase().ends_with("www"));
        let commands = c == '%' && out.ends_with("\\{");
        if begins || leads || commands || "\\`*_[]<>&#|~!${}^".contains(c) {
            out.push('\\');
        }
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Whether what begins here has one sign, and then white space or nothing.
fn ends_word(rest: &str) -> bool {
    rest.chars().nth(1).is_none_or(char::is_whitespace)
}

/// Text as a code span, between more backticks than it has in a row.
pub(super) fn code(span: &str) -> String {
    let line = span.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = shown(&line);
    // Nothing is escaped in code, not for generators of web pages either.
    if line.is_empty() || SIGNS.iter().any(|sign| line.contains(sign)) {
        return text(span);
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{line}{space}{fence}")
}

/// What Jekyll, Hugo and Zola take for commands of theirs, wherever it stands.
const SIGNS: [&str; 6] = ["{{", "}}", "{%", "%}", "{#", "#}"];

/// Lines of code between fences; where they have what generators of web pages
/// take for a command, a space comes between its signs.
pub(super) fn fence(lines: &str) -> String {
    let mut body = String::new();
    for line in lines.lines() {
        body.push_str(&shown(line));
        body.push('\n');
    }
    let body = spaced(body);
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{body}{fence}")
}

/// Text without such commands: a space comes between their signs.
fn spaced(mut text: String) -> String {
    // Of three braces, two are still there after the first round.
    while SIGNS.iter().any(|sign| text.contains(sign)) {
        for sign in SIGNS {
            let (first, last) = sign.split_at(1);
            text = text.replace(sign, &format!("{first} {last}"));
        }
    }
    text
}

/// An address as the destination of a link: whatever could end it is
/// percent-encoded.
pub(super) fn destination(address: &str) -> String {
    let mut out = String::new();
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:?#@$&+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    if out.is_empty() { "#".to_owned() } else { out }
}

/// Text as a string between quotes, which YAML, TOML and JSON all read.
pub(super) fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // What is left has no control characters.
    let line = spaced(shown(&line).into_owned());
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_begins_nothing() {
        for (from, to) in [
            ("Plain, 2025-02-08 (new).", "Plain, 2025-02-08 (new)."),
            ("# a\n<b> [c](d) `e`", r"\# a \<b\> \[c\](d) \`e\`"),
            ("- x", r"\- x"),
            ("12. x", r"12\. x"),
            ("2.4 MB", "2.4 MB"),
            ("1) x 2. y", r"1\) x 2. y"),
            ("https://evil.example", r"https\://evil.example"),
            ("WWW.evil.example", r"WWW\.evil.example"),
            ("{{ site.x }} {% raw %} 16 %", r"\{\{ site.x \}\} \{\% raw %\} 16 %"),
            ("&lt; a|b ~c~ !d $e$ ^f^", r"\&lt; a\|b \~c\~ \!d \$e\$ \^f\^"),
            ("---", r"\---"),
            ("", ""),
        ] {
            assert_eq!(text(from), to, "{from}");
        }
        assert_eq!(text("a\u{202e}b"), r"a\\u\{202e\}b");
    }

    #[test]
    fn code_stays_between_its_fences() {
        assert_eq!(code("a b"), "`a b`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code("{{x}}"), r"\{\{x\}\}");
        assert_eq!(fence("a\n```\nb"), "````\na\n```\nb\n````");
        assert_eq!(fence("{{{%x%}}}"), "```\n{ { { %x% } } }\n```");
    }

    #[test]
    fn addresses_end_where_they_end() {
        assert_eq!(destination("https://e.org/a b)<\"\\\n"), "https://e.org/a%20b%29%3C%22%5C%0A");
        assert_eq!(destination(""), "#");
        assert_eq!(quoted("a \"b\"\n\\ ü\u{7f}{{"), r#""a \"b\" \\ ü\\u{7f}{ {""#);
    }
}
