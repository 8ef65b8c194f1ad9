//! What stands in strings and in regular expressions.

use super::super::cursor::{begins, goes_on};
use super::table::{Escape, Hole, Quote};

/// Regular expressions are no longer than this, in bytes.
const LONGEST_EXPRESSION: usize = 500;

/// The next part of a string, with its length in bytes.
pub(super) enum Part {
    /// Text.
    Text(usize),
    /// An escape or a placeholder.
    Escape(usize),
    /// `$name`.
    Name(usize),
    /// What opens code.
    Hole(usize),
    /// The end of the string, with its mark.
    End(usize),
}

/// The next part of a string; none at the end of the text.
pub(super) fn next(quote: &Quote, lines: bool, rest: &str) -> Option<Part> {
    let first = rest.chars().next()?;
    if quote.escape == Escape::Twice
        && rest.strip_prefix(quote.close).is_some_and(|r| r.starts_with(quote.close))
    {
        return Some(Part::Escape(2 * quote.close.len()));
    }
    if rest.starts_with(quote.close) {
        return Some(Part::End(quote.close.len()));
    }
    if first == '\n' && !lines {
        return Some(Part::End(0));
    }
    if quote.hole == Hole::Brace && (rest.starts_with("{{") || rest.starts_with("}}")) {
        return Some(Part::Escape(2));
    }
    if let Some(opening) = quote.hole.opening().filter(|opening| rest.starts_with(opening)) {
        return Some(Part::Hole(opening.len()));
    }
    if quote.hole == Hole::DollarName {
        let name = rest.strip_prefix('$').filter(|name| name.starts_with(begins));
        if let Some(name) = name {
            return Some(Part::Name(1 + name.find(|c| !goes_on(c)).unwrap_or(name.len())));
        }
    }
    if first == '\\' && quote.escape == Escape::Backslash {
        return Some(Part::Escape(escape(rest)));
    }
    if first == '%'
        && quote.format
        && let Some(length) = placeholder(rest)
    {
        return Some(Part::Escape(length));
    }
    Some(Part::Text(first.len_utf8()))
}

/// How long the escape is that a text begins with.
fn escape(rest: &str) -> usize {
    let Some(behind) = rest.get(1..) else { return rest.len() };
    let Some(kind) = behind.chars().next() else { return 1 };
    let digits =
        |most: usize| 2 + behind.bytes().skip(1).take(most).take_while(u8::is_ascii_hexdigit).count();
    let braced = behind.get(1..).is_some_and(|rest| rest.starts_with('{'));
    match kind {
        'u' | 'x' | 'N' if braced => behind.bytes().take(40).position(|b| b == b'}').map_or(2, |at| at + 2),
        'x' => digits(2),
        'u' => digits(4),
        'U' => digits(8),
        '0'..='7' => 1 + behind.bytes().take(3).take_while(|b| (b'0'..b'8').contains(b)).count(),
        '\r' if behind.starts_with("\r\n") => 3,
        c => 1 + c.len_utf8(),
    }
}

/// How long the placeholder of `printf` is that a text begins with.
fn placeholder(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let pass = |from: usize, wanted: &[u8]| {
        from + bytes.iter().skip(from).take(8).take_while(|b| wanted.contains(b)).count()
    };
    let width = pass(pass(1, b"-+#0"), b"0123456789*");
    let precision = if bytes.get(width) == Some(&b'.') { pass(width + 1, b"0123456789*") } else { width };
    let size = pass(precision, b"hljztL");
    bytes.get(size).filter(|b| b"aAbcdeEfFgGinopqsTtuUvwxX%".contains(b)).map(|_| size + 1)
}

/// How long the regular expression with its flags is that a text begins with.
pub(super) fn expression(rest: &str) -> Option<usize> {
    let (mut class, mut escaped) = (false, false);
    for (at, c) in rest.char_indices().skip(1).take(LONGEST_EXPRESSION) {
        match c {
            '\n' => return None,
            _ if escaped => {
                escaped = false;
                continue;
            }
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => {
                let flags = rest.bytes().skip(at + 1).take(8).take_while(u8::is_ascii_lowercase).count();
                return Some(at + 1 + flags);
            }
            _ => {}
        }
    }
    None
}
