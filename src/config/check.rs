//! What values may be, for configuration files and the command line alike.

use crate::edition::Period;
use crate::edition::conformance::Standard;
use crate::edition::licence::is_expression;
use crate::output::sums::is_sha256;
use crate::source::EditionDate;
use crate::writer::pdf::is_paper;

/// What is wrong with a value, for both files and the command line; none if
/// nothing is. `Err` holds the message and a hint.
pub type Check = Result<(), (String, String)>;

fn refuse(message: String, hint: impl Into<String>) -> Check {
    Err((message, hint.into()))
}

/// A paper that Typst knows, or the screen of a reader.
///
/// # Errors
/// When it is not.
pub fn check_paper(name: &str) -> Check {
    if is_paper(name) {
        return Ok(());
    }
    refuse(
        format!("unknown paper `{name}`"),
        "use a name such as `a4`, `a5`, `b5`, `us-letter` or `us-legal`, in lower case, or `6-inch` for e-readers",
    )
}

/// Standards of a PDF that go together, and with attached files if there are any.
///
/// # Errors
/// When they don't.
pub fn check_standards(standards: &[Standard], attached: bool) -> Check {
    Standard::conflict(standards, attached).map_or(Ok(()), |(message, hint)| refuse(message, hint))
}

/// The standard of a name.
///
/// # Errors
/// When there is none.
pub fn standard_of(name: &str) -> Result<Standard, (String, String)> {
    Standard::from_name(name).ok_or_else(|| {
        let names: Vec<String> = Standard::ALL.iter().map(|s| format!("`{}`", s.as_str())).collect();
        (format!("unknown standard `{name}`"), format!("use {}", names.join(", ")))
    })
}

/// A date as exactly as it is known: `2021`, `2021-01`, `2021-01-15`.
///
/// # Errors
/// When it is not.
pub fn check_date(date: &str) -> Check {
    if EditionDate::parse(date).is_some() {
        return Ok(());
    }
    refuse(format!("`{date}` is not a date"), "write it as `2021-01-15`, `2021-01` or `2021`")
}

/// How many pixels of an image are kept.
///
/// # Errors
/// When they are too few to see anything, or more than are decoded.
pub fn check_max_pixels(pixels: u32) -> Check {
    if (10_000..=100_000_000).contains(&pixels) {
        return Ok(());
    }
    refuse(
        format!("{pixels} pixels are no sensible limit"),
        "use a number from 10000 to 100000000; the default is 4000000",
    )
}

/// The period of a name: `year`, `quarter`, `month`.
pub fn period_of(name: &str) -> Option<Period> {
    match name {
        "year" => Some(Period::Year),
        "quarter" => Some(Period::Quarter),
        "month" => Some(Period::Month),
        _ => None,
    }
}

/// A BCP 47 language tag, by its form (RFC 5646, section 2.1).
///
/// # Errors
/// When it is not.
pub fn check_language(tag: &str) -> Check {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    let fits = (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
    if fits {
        return Ok(());
    }
    refuse(format!("`{tag}` is not a language tag"), "use a BCP 47 tag such as `en`, `de` or `pt-BR`")
}

/// A name for folders and files: `[a-z0-9-]`, not at either end a hyphen.
///
/// # Errors
/// When it is not.
pub fn check_slug(slug: &str) -> Check {
    let fits = !slug.is_empty()
        && slug.len() <= 100
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !slug.starts_with('-')
        && !slug.ends_with('-');
    if fits {
        return Ok(());
    }
    refuse(
        format!("`{slug}` can't name folders and files"),
        "use lower-case letters, digits and hyphens, such as `field-guide`",
    )
}

/// An SPDX licence expression, by its form.
///
/// # Errors
/// When it is not.
pub fn check_licence(expression: &str) -> Check {
    if is_expression(expression) {
        return Ok(());
    }
    refuse(
        format!("`{expression}` is not an SPDX licence expression"),
        "write identifiers with `AND`, `OR` and `WITH` between them, such as `MIT OR Apache-2.0`",
    )
}

/// Where editions are published: a web address without credentials, query
/// and fragment.
///
/// # Errors
/// When it is not.
pub fn check_publish(address: &str) -> Check {
    let whole = |u: url::Url| u.query().is_none() && u.fragment().is_none();
    if check_repository(address).is_ok() && url::Url::parse(address).is_ok_and(whole) {
        return Ok(());
    }
    refuse(
        format!("`{}` is no address that editions can lie below", without_secrets(address)),
        "write the whole web address of a folder, such as `https://example.org/editions/`",
    )
}

/// A web address without credentials.
///
/// # Errors
/// When it is not.
pub fn check_repository(address: &str) -> Check {
    let fits = url::Url::parse(address).is_ok_and(|u| {
        matches!(u.scheme(), "https" | "http")
            && u.host_str().is_some()
            && u.username().is_empty()
            && u.password().is_none()
    });
    if fits {
        return Ok(());
    }
    refuse(
        format!("`{}` is not the web address of a repository", without_secrets(address)),
        "use an `https://` address without user name and password",
    )
}

/// An address as a message may show it, which logs keep: without what stands
/// in front of its host.
fn without_secrets(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (None, Some((_, host))) => format!("…@{host}"),
        (_, None) => address.to_owned(),
    }
}

/// A path that stays inside the folder that it is relative to.
///
/// # Errors
/// When it does not.
pub fn check_inner_path(path: &str) -> Check {
    let inside = !path.is_empty()
        && !path.starts_with('/')
        && !path.contains('\\')
        && !path.contains('\0')
        && path.split('/').all(|part| part != ".." && !part.contains(':'));
    if inside {
        return Ok(());
    }
    refuse(
        format!("`{path}` is not a path inside the source"),
        "write it relative to the source, with `/` and without `..`",
    )
}

/// The SHA-256 of a file.
///
/// # Errors
/// When it is none.
pub fn check_sha256(text: &str) -> Check {
    if is_sha256(text) {
        return Ok(());
    }
    refuse(format!("`{text}` is no SHA-256"), "write 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked() {
        for good in ["2021", "2021-02", "2024-02-29"] {
            assert_eq!(check_date(good), Ok(()), "{good}");
        }
        for bad in ["", "21", "2021-13", "2023-02-29", "2021-1-1", "yesterday", "2021-01-01-01"] {
            assert!(check_date(bad).is_err(), "{bad}");
        }
        for (good, bad) in [("en", "english language"), ("pt-BR", "e"), ("zh-Hant-TW", "en_GB")] {
            assert_eq!(check_language(good), Ok(()));
            assert!(check_language(bad).is_err(), "{bad}");
        }
        for bad in ["", "-a", "a-", "Field Guide", "../up", "ä"] {
            assert!(check_slug(bad).is_err(), "{bad}");
        }
        for bad in ["git@host:a/b", "https://me:secret@example.org/a", "file:///a", "example.org/a"] {
            assert!(check_repository(bad).is_err(), "{bad}");
        }
        for bad in ["", "/etc", "../up", "a/../../b", "c:/x", "a\\b"] {
            assert!(check_inner_path(bad).is_err(), "{bad}");
        }
        assert_eq!(check_inner_path("docs/book"), Ok(()));
        let Err((message, _)) = check_repository("https://me:secret@example.org/a") else {
            panic!("accepted")
        };
        assert_eq!(message, "`https://…@example.org/a` is not the web address of a repository");
        assert!(
            check_publish("me:secret@example.org").is_err_and(|(message, _)| !message.contains("secret"))
        );
    }
}
