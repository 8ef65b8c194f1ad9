//! What the heads of requests and answers say: paths, ranges, tags of
//! entities, media types.

use crate::catalogue::{ATOM, OPDS_1, atom, opds1, opds2};
use crate::paths::{extension, file_name};

/// The path of a file that a request names, from the root of the site; none
/// where it can name none of ours. Percent-encoded bytes are decoded once; a
/// segment is never a way up, hidden, or anything that a file system might
/// read as more than a name.
pub(super) fn path(target: &str) -> Option<String> {
    let path = target.strip_prefix('/')?;
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let hex = |b: u8| char::from(b).to_digit(16);
                let (high, low) = (hex(rest.next()?)?, hex(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    let plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && !segment.contains(|c: char| c.is_control() || matches!(c, '\\' | ':'))
    };
    (path.is_empty() || path.split('/').all(plain)).then_some(path)
}

/// The bytes that a request wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of them.
    Whole,
    /// From one to another, both counted from 0 and included.
    Part(u64, u64),
    /// Some that are not there.
    Nothing,
}

/// Reads `Range` (RFC 9110, 14.2) for a file of so many bytes. Several ranges,
/// other units and what is no range at all are passed over, as they may be.
pub(super) fn range(value: Option<&str>, size: u64) -> Wanted {
    let Some(set) = value.and_then(|v| v.trim().strip_prefix("bytes=")) else { return Wanted::Whole };
    let Some((first, last)) = set.trim().split_once('-') else { return Wanted::Whole };
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // More than there can be is as good as the most there can be.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first, number(first), last, number(last)) {
        ("", _, _, Some(0)) => Wanted::Nothing,
        ("", _, _, Some(_)) if size == 0 => Wanted::Nothing,
        ("", _, _, Some(length)) => Wanted::Part(size.saturating_sub(length), size - 1),
        (_, Some(from), "", _) if from < size => Wanted::Part(from, size - 1),
        (_, Some(from), _, Some(to)) if from <= to && from < size => Wanted::Part(from, to.min(size - 1)),
        (_, Some(from), _, Some(to)) if from > to => Wanted::Whole,
        (_, Some(_), "", _) | (_, Some(_), _, Some(_)) => Wanted::Nothing,
        _ => Wanted::Whole,
    }
}

/// Whether `If-None-Match` (RFC 9110, 13.1.2) names a tag.
pub(super) fn names(value: &str, tag: &str) -> bool {
    value.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// The media type of a file by its name.
pub(super) fn media_type(path: &str) -> &'static str {
    match path {
        OPDS_1 => return opds1::TYPE,
        ATOM => return atom::TYPE,
        super::super::OPDS_2 => return opds2::TYPE,
        _ => {}
    }
    match (file_name(path), extension(path).as_str()) {
        ("SHA256SUMS", _) | (_, "txt" | "log") => "text/plain; charset=utf-8",
        (_, "html" | "htm") => "text/html; charset=utf-8",
        (_, "epub") => "application/epub+zip",
        (_, "pdf") => "application/pdf",
        (_, "json") => "application/json",
        (_, "xml") => "application/xml",
        (_, "md") => "text/markdown; charset=utf-8",
        (_, "css") => "text/css; charset=utf-8",
        (_, "js" | "mjs") => "text/javascript; charset=utf-8",
        (_, "png") => "image/png",
        (_, "jpg" | "jpeg") => "image/jpeg",
        (_, "gif") => "image/gif",
        (_, "webp") => "image/webp",
        (_, "avif") => "image/avif",
        (_, "svg") => "image/svg+xml",
        (_, "ico") => "image/vnd.microsoft.icon",
        (_, "woff2") => "font/woff2",
        (_, "cff" | "yml" | "yaml") => "application/yaml",
        (_, "bib") => "application/x-bibtex; charset=utf-8",
        (_, "zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_files_below_the_root_alone() {
        assert_eq!(path("/a/b%20c.pdf").as_deref(), Some("a/b c.pdf"));
        assert_eq!(path("/%C3%BC.pdf").as_deref(), Some("ü.pdf"));
        assert_eq!(path("/").as_deref(), Some(""));
        for target in [
            "",
            "a",
            "*",
            "//",
            "/a//b",
            "/a/",
            "/.",
            "/..",
            "/../a",
            "/a/../../b",
            "/%2e%2e/a",
            "/%2E./a",
            "/.git/config",
            "/a/.hidden",
            "/%2ehidden",
            "/a%5c..%5cb",
            "/a\\b",
            "/c:/a",
            "/a%00",
            "/a%0a",
            "/a%7f",
            "/%",
            "/%2",
            "/%zz",
            "/%ff",
            "/..%2f..%2fetc/passwd",
            "/%2fetc/passwd",
        ] {
            assert_eq!(path(target), None, "{target}");
        }
        // Decoded once, and then it is a name.
        assert_eq!(path("/%252e%252e").as_deref(), Some("%2e%2e"));
    }

    #[test]
    fn ranges_are_single_and_of_bytes() {
        use Wanted::{Nothing, Part, Whole};
        for (value, wanted) in [
            ("bytes=0-0", Part(0, 0)),
            ("bytes=2-", Part(2, 9)),
            ("bytes=2-99", Part(2, 9)),
            ("bytes=-3", Part(7, 9)),
            ("bytes=-99", Part(0, 9)),
            ("bytes=9-99999999999999999999999", Part(9, 9)),
            ("bytes=10-", Nothing),
            ("bytes=10-12", Nothing),
            ("bytes=-0", Nothing),
            ("bytes=99999999999999999999999-", Nothing),
            ("bytes=3-2", Whole),
            ("bytes=0-1,3-4", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("items=0-1", Whole),
        ] {
            assert_eq!(range(Some(value), 10), wanted, "{value}");
        }
        assert_eq!((range(None, 10), range(Some("bytes=0-"), 0)), (Whole, Nothing));
        assert_eq!(range(Some("bytes=-1"), 0), Nothing);
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\""));
        assert!(!names("\"a\"", "\"b\"") && !names("", "\"b\""));
    }

    #[test]
    fn types_are_those_of_the_specifications() {
        assert_eq!(media_type("opds.xml"), "application/atom+xml;profile=opds-catalog;kind=acquisition");
        assert_eq!(media_type("a/opds.xml"), "application/xml");
        assert_eq!(media_type("a/b.EPUB"), "application/epub+zip");
        assert_eq!(media_type("opds.json"), "application/opds+json");
        assert_eq!(media_type("a/SHA256SUMS"), "text/plain; charset=utf-8");
        assert_eq!(media_type("a/x"), "application/octet-stream");
    }
}
