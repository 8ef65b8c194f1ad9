//! Identifiers that somebody has to give: ISBN, DOI, URN and ISSN, as they are
//! configured, edition by edition. The UUID, which nobody has to give, is in
//! [`identity`](super::identity).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Edition;
use crate::source::EditionDate;

/// The identifiers of an edition, each in the form that it is written in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Identifiers {
    /// ISBN (ISO 2108), of 13 or 10 digits, hyphens as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isbn: Option<String>,
    /// DOI (ISO 26324): `10.1000/182`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// URN (RFC 8141).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urn: Option<String>,
    /// Those of the document that it is an edition of.
    #[serde(default, skip_serializing_if = "Series::is_empty")]
    pub series: Series,
}

/// The identifiers of a document as the series of its editions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Series {
    /// ISSN (ISO 3297): `2049-3630`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issn: Option<String>,
    /// DOI (ISO 26324).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// URN (RFC 8141).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urn: Option<String>,
}

impl Series {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Identifiers as they are configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned {
    /// The edition that they are of: its name, a tag of its revision, or the
    /// first seven digits or more of its commit; none for the document as a whole.
    pub edition: Option<String>,
    /// Of an edition only.
    pub isbn: Option<String>,
    /// Of either.
    pub doi: Option<String>,
    /// Of either.
    pub urn: Option<String>,
    /// Of the document as a whole only.
    pub issn: Option<String>,
}

impl Assigned {
    /// Whether it is of this edition. Drafts have no identifiers of their own.
    fn is_of(&self, edition: &Edition) -> bool {
        use crate::source::RevisionId;
        let Some(wanted) = self.edition.as_deref() else { return false };
        match &edition.revision.id {
            RevisionId::Commit { commit, tags, tree: _ } => {
                edition.name == wanted
                    || tags.iter().any(|tag| tag == wanted)
                    || (wanted.len() >= 7 && commit.starts_with(wanted))
            }
            RevisionId::Snapshot { .. } => edition.name == wanted,
            RevisionId::Draft => false,
        }
    }
}

/// An identifier in the forms that outputs need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// What it is, for people: `ISBN`.
    pub label: &'static str,
    /// It, for people: `978-3-16-148410-0`.
    pub text: String,
    /// It as a URI: `urn:isbn:9783161484100`, `doi:10.1000/182`.
    pub uri: String,
    /// Where it leads on the web, if it does.
    pub address: Option<String>,
    /// The code of its kind in ONIX's list 5, product identifier types.
    pub onix: &'static str,
}

impl Identifiers {
    /// Those of an edition among all that are configured; later ones win.
    pub fn of(edition: &Edition, assigned: &[Assigned]) -> Self {
        let mut found = Self::default();
        let set = |to: &mut Option<String>, from: &Option<String>| {
            if from.is_some() {
                to.clone_from(from);
            }
        };
        for entry in assigned {
            if entry.edition.is_none() {
                set(&mut found.series.issn, &entry.issn);
                set(&mut found.series.doi, &entry.doi);
                set(&mut found.series.urn, &entry.urn);
            } else if entry.is_of(edition) {
                set(&mut found.isbn, &entry.isbn);
                set(&mut found.doi, &entry.doi);
                set(&mut found.urn, &entry.urn);
            }
        }
        found
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Those of the edition itself.
    pub fn labelled(&self) -> Vec<Labelled> {
        let isbn = self.isbn.as_ref().map(|isbn| {
            let digits: String = isbn.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            let onix = if digits.len() == 13 { "15" } else { "02" };
            Labelled {
                label: "ISBN",
                text: isbn.clone(),
                uri: format!("urn:isbn:{digits}"),
                address: None,
                onix,
            }
        });
        let doi = self.doi.as_ref().map(|doi| Labelled {
            label: "DOI",
            text: doi.clone(),
            uri: format!("doi:{doi}"),
            address: Some(doi_address(doi)),
            onix: "06",
        });
        let urn = self.urn.as_ref().map(|urn| Labelled {
            label: "URN",
            text: urn.clone(),
            uri: urn.clone(),
            address: None,
            onix: "22",
        });
        [isbn, doi, urn].into_iter().flatten().collect()
    }
}

/// What is wrong with a value, and a hint; nothing if it is right.
type Check = Result<(), (String, String)>;

fn refuse(message: String, hint: &str) -> Check {
    Err((message, hint.to_owned()))
}

/// An ISBN of 13 digits (978 or 979) or of 10, hyphens or not, whose check
/// digit is right (ISO 2108).
///
/// # Errors
/// When it is not.
pub fn check_isbn(isbn: &str) -> Check {
    let digits: Vec<char> = isbn.chars().filter(|c| *c != '-').collect();
    let hint = "write the 13 digits (or the 10 of an old one) with or without hyphens, as they were assigned";
    let form = !isbn.starts_with('-') && !isbn.ends_with('-') && !isbn.contains("--");
    let sum = match (form, digits.len()) {
        (true, 13) if isbn.starts_with("978") || isbn.starts_with("979") => {
            weighted(&digits, false, |at| if at % 2 == 0 { 1 } else { 3 }).map(|sum| (sum % 10, 10))
        }
        (true, 10) => weighted(&digits, true, |at| 10 - at).map(|sum| (sum % 11, 11)),
        (_, _) => None,
    };
    match sum {
        Some((0, _)) => Ok(()),
        Some(_) => refuse(format!("`{isbn}` is no ISBN: its check digit is wrong"), hint),
        None => refuse(format!("`{isbn}` is no ISBN"), hint),
    }
}

/// An ISSN: two groups of four digits, the last of which checks the others
/// (ISO 3297).
///
/// # Errors
/// When it is not.
pub fn check_issn(issn: &str) -> Check {
    let hint = "write it as `2049-3630`";
    let digits: Vec<char> = issn.chars().filter(|c| *c != '-').collect();
    let form = issn.len() == 9 && issn.find('-') == Some(4) && digits.len() == 8;
    match form.then(|| weighted(&digits, true, |at| 8 - at)).flatten() {
        Some(sum) if sum % 11 == 0 => Ok(()),
        Some(_) => refuse(format!("`{issn}` is no ISSN: its check digit is wrong"), hint),
        None => refuse(format!("`{issn}` is no ISSN"), hint),
    }
}

/// The sum of digits by weights; none if one is no digit. The last may be an
/// `X`, which is ten, where that is allowed.
fn weighted(digits: &[char], ten: bool, weight: impl Fn(usize) -> usize) -> Option<usize> {
    let last = digits.len().checked_sub(1)?;
    let value = |at: usize, c: char| match c {
        'X' if ten && at == last => Some(10),
        c => c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()),
    };
    digits.iter().enumerate().map(|(at, c)| Some(value(at, *c)? * weight(at))).sum()
}

/// A DOI: `10.`, the registrant's number, a slash and a suffix without spaces
/// (ISO 26324, section 4).
///
/// # Errors
/// When it is not.
pub fn check_doi(doi: &str) -> Check {
    let fits = doi.split_once('/').is_some_and(|(prefix, suffix)| {
        let mut parts = prefix.split('.');
        let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let directory = parts.next() == Some("10");
        let registrant: Vec<&str> = parts.collect();
        directory
            && registrant.first().is_some_and(|first| first.len() >= 4)
            && registrant.into_iter().all(number)
            && !suffix.is_empty()
            && suffix.chars().all(|c| !c.is_whitespace() && !c.is_control())
    });
    if fits {
        return Ok(());
    }
    refuse(format!("`{doi}` is no DOI"), "write it as `10.1000/182`, without `https://doi.org/` or `doi:`")
}

/// Where a DOI leads on the web.
pub fn doi_address(doi: &str) -> String {
    format!("https://doi.org/{}", crate::paths::percent_encode(doi))
}

/// A URN: `urn:`, a namespace and a string in it, with components after `?+`,
/// `?=` and `#` (RFC 8141, section 2).
///
/// # Errors
/// When it is not.
pub fn check_urn(urn: &str) -> Check {
    let fits = urn.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"))
        && urn.get(4..).and_then(|rest| rest.split_once(':')).is_some_and(|(space, rest)| {
            let inner = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
            (2..=32).contains(&space.len())
                && space.bytes().all(inner)
                && edge(space.as_bytes().first())
                && edge(space.as_bytes().last())
                && !space.eq_ignore_ascii_case("urn")
                && specific(rest)
        });
    if fits {
        return Ok(());
    }
    refuse(format!("`{urn}` is no URN"), "write it as `urn:nbn:de:101:1-201102033592`")
}

/// What follows the namespace: at least one character, all of those that RFC
/// 3986 allows in paths, with `%` before two hexadecimal digits only.
fn specific(text: &str) -> bool {
    let (text, fragment) = text.split_once('#').map_or((text, ""), |(text, fragment)| (text, fragment));
    let allowed = |text: &str| {
        let bytes = text.as_bytes();
        bytes.iter().enumerate().all(|(at, b)| match b {
            b'%' => (1..=2).all(|next| bytes.get(at + next).is_some_and(u8::is_ascii_hexdigit)),
            b => b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(b),
        })
    };
    let name = text.split('?').next().unwrap_or_default();
    let components = text.get(name.len()..).unwrap_or_default();
    let marked = components.is_empty()
        || ["?+", "?="].iter().any(|mark| components.strip_prefix(mark).is_some_and(|rest| !rest.is_empty()));
    !name.is_empty() && !name.starts_with('/') && allowed(text) && allowed(fragment) && marked
}

/// The edition that identifiers are of: where it looks like a date, one that
/// there is.
///
/// # Errors
/// When there can be no such edition.
pub fn check_edition(edition: &str) -> Check {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = edition.split('-').peekable();
    let mut date = parts.next().unwrap_or_default().to_owned();
    if !digits(&date, 4) {
        return Ok(());
    }
    // What follows the date in a name tells editions of one date apart.
    for _ in 0..2 {
        let Some(part) = parts.next_if(|part| digits(part, 2)) else { break };
        date = format!("{date}-{part}");
    }
    let rest: Vec<&str> = parts.collect();
    let unpadded = date.len() < 10 && rest.len() > 1 && digits(rest[0], 1);
    if EditionDate::parse(&date).is_some() && !unpadded {
        return Ok(());
    }
    refuse(
        format!("there is no edition `{edition}`: the date does not exist"),
        "write the edition's name as `bindery editions` lists it, such as `2025-02-08`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Revision, RevisionId};

    #[test]
    fn check_digits_are_checked() {
        for isbn in ["978-3-16-148410-0", "9783161484100", "979-10-90636-07-1", "0-8044-2957-X", "0306406152"]
        {
            assert_eq!(check_isbn(isbn), Ok(()), "{isbn}");
        }
        for isbn in [
            "978-3-16-148410-1",
            "977-3-16-148410-0",
            "978-3-16-14841",
            "0-8044-2957-1",
            "X306406152",
            "",
            "-9783161484100",
            "97831614841٠٠",
            "978--3161484100",
        ] {
            assert!(check_isbn(isbn).is_err(), "{isbn}");
        }
        for issn in ["2049-3630", "0317-8471", "1050-124X"] {
            assert_eq!(check_issn(issn), Ok(()), "{issn}");
        }
        for issn in ["2049-3631", "20493630", "2049-363", "X049-3630", "-20493630"] {
            assert!(check_issn(issn).is_err(), "{issn}");
        }
    }

    #[test]
    fn dois_and_urns_have_their_form() {
        for doi in ["10.1000/182", "10.5281/zenodo.1234567", "10.1000.10/a(b)c/d", "10.12345/ä"] {
            assert_eq!(check_doi(doi), Ok(()), "{doi}");
        }
        for doi in
            ["", "10.1000", "10.1000/", "10.10/1", "11.1000/1", "https://doi.org/10.1000/182", "10.1000/a b"]
        {
            assert!(check_doi(doi).is_err(), "{doi}");
        }
        for urn in [
            "urn:nbn:de:101:1-201102033592",
            "URN:ISBN:978-3-16-148410-0",
            "urn:example:a%20b/c?=d=e#f",
            "urn:example:foo?+CCResolve:cc=uk",
        ] {
            assert_eq!(check_urn(urn), Ok(()), "{urn}");
        }
        for urn in [
            "urn:x:a",
            "urn:urn:a",
            "urn:-ab:a",
            "urn:ab:",
            "urn:ab",
            "uri:ab:c",
            "urn:ab:c d",
            "urn:ab:%2",
            "urn:ab:ü",
            "urn:ab:c?d",
            "urn:ab:/c",
            "ürn:ab:c",
        ] {
            assert!(check_urn(urn).is_err(), "{urn}");
        }
    }

    #[test]
    fn a_date_that_does_not_exist_has_no_edition() {
        for edition in [
            "2025",
            "2025-02",
            "2025-02-08",
            "2025-02-08-abc1234",
            "2025-02-vision",
            "v1.0",
            "2025-02-08-2",
            "2025-02-2",
            "abc1234",
        ] {
            assert_eq!(check_edition(edition), Ok(()), "{edition}");
        }
        for edition in ["2025-02-30", "2025-13", "2025-13-01", "2025-02-30-abc1234", "2025-1-1"] {
            assert!(check_edition(edition).is_err(), "{edition}");
        }
    }

    #[test]
    fn each_edition_has_its_own_and_those_of_the_series() {
        let edition = |name: &str, id: RevisionId| {
            let date = EditionDate { year: 2025, month: Some(2), day: Some(8) };
            Edition { revision: Revision { id, date, timestamp: 0 }, why: Vec::new(), name: name.to_owned() }
        };
        let commit = RevisionId::Commit {
            commit: "abcdef0123".to_owned(),
            tree: String::new(),
            tags: vec!["v1".to_owned()],
        };
        let of = |edition: Option<&str>, isbn: &str| Assigned {
            edition: edition.map(str::to_owned),
            isbn: Some(isbn.to_owned()),
            ..Assigned::default()
        };
        let series = Assigned { issn: Some("2049-3630".to_owned()), ..Assigned::default() };
        for (wanted, found) in [
            ("2025-02-08", true),
            ("v1", true),
            ("abcdef0", true),
            ("abc", false),
            ("2025-02", false),
            ("2024-02-08", false),
        ] {
            let all = [series.clone(), of(Some(wanted), "0306406152")];
            let ids = Identifiers::of(&edition("2025-02-08", commit.clone()), &all);
            assert_eq!(ids.isbn.is_some(), found, "{wanted}");
            assert_eq!(ids.series.issn.as_deref(), Some("2049-3630"));
            let draft = Identifiers::of(&edition("draft", RevisionId::Draft), &all);
            assert_eq!((draft.isbn, draft.series.is_empty()), (None, false));
        }
        let ids = Identifiers {
            isbn: Some("978-3-16-148410-0".to_owned()),
            doi: Some("10.1000/a<b".to_owned()),
            ..Identifiers::default()
        };
        let uris: Vec<String> = ids.labelled().into_iter().map(|l| l.uri).collect();
        assert_eq!(uris, ["urn:isbn:9783161484100", "doi:10.1000/a<b"]);
        assert_eq!(ids.labelled()[1].address.as_deref(), Some("https://doi.org/10.1000/a%3Cb"));
    }
}
