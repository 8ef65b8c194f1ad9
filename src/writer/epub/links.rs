//! Addresses outside the book.

use std::fmt::Write;

use url::Url;

/// The schemes that a book may link to. Others run code, name files of the
/// reader's own machine, or mean nothing to a reading system.
const SCHEMES: &[&str] = &[
    "http", "https", "mailto", "ftp", "ftps", "sftp", "tel", "sms", "geo", "irc", "ircs", "xmpp", "news",
    "doi",
];

/// An address as a valid URL (WHATWG) and URI (RFC 3986) at once, since EPUB
/// asks for the first and many reading systems for the second; none if it is
/// malformed or of a scheme that a book doesn't link to.
pub(super) fn external(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let scheme = url.scheme();
    if !SCHEMES.contains(&scheme) || address.chars().any(char::is_control) {
        return None;
    }
    let needs_host = ["http", "https", "ftp", "ftps", "sftp", "irc", "ircs"].contains(&scheme);
    if needs_host && url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    // Brackets belong to the host (IPv6) and to nothing else.
    let text = url.as_str();
    let host_end = url.host_str().and_then(|host| Some(text.find(host)? + host.len())).unwrap_or(0);
    let (front, rest) = text.split_at_checked(host_end)?;
    Some(format!("{front}{}", uri_characters(rest)))
}

/// Percent-encodes what RFC 3986 allows nowhere behind the host.
fn uri_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fragment = false;
    for (i, c) in text.char_indices() {
        let encoded = c == '%' && {
            let digits = text.get(i + 1..i + 3).unwrap_or_default();
            digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let second_fragment = c == '#' && std::mem::replace(&mut fragment, true);
        let plain = c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=".contains(c);
        if encoded || (plain && !second_fragment) {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_valid_or_are_refused() {
        for (address, expected) in [
            ("https://example.org", Some("https://example.org/")),
            ("https://example.org/a b?c=d|e#f g", Some("https://example.org/a%20b?c=d%7Ce#f%20g")),
            ("https://example.org/a[1]#x[y]#z", Some("https://example.org/a%5B1%5D#x%5By%5D%23z")),
            ("https://example.org/100%", Some("https://example.org/100%25")),
            ("https://example.org/%7Bü%7D", Some("https://example.org/%7B%C3%BC%7D")),
            ("http://[::1]/x", Some("http://[::1]/x")),
            ("mailto:a@example.org", Some("mailto:a@example.org")),
            ("HTTPS://Example.org/A", Some("https://example.org/A")),
            ("https>//example.org", None),
            ("https://", None),
            ("https://exa mple.org/", None),
            ("javascript:alert(1)", None),
            ("java\nscript:alert(1)", None),
            ("data:text/html,x", None),
            ("file:///etc/passwd", None),
            ("chapter.md", None),
            ("", None),
        ] {
            assert_eq!(external(address).as_deref(), expected, "{address}");
        }
    }
}
