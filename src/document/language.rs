//! Language tags (BCP 47): their form, and the parts of them that matter here.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest tag; RFC 5646, section 4.4.1, finds that 35 hold any in use.
const LONGEST: usize = 35;

/// A well-formed language tag in its usual form (`pt-BR`, `zh-Hant`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    /// Filled up with zeros.
    bytes: [u8; LONGEST],
}

impl Language {
    /// A tag as somebody wrote it, if it is well-formed (RFC 5646, without the
    /// irregular ones); `en_US`, which is not, is forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        let tag = normal(text)?;
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..tag.len())?.copy_from_slice(tag.as_bytes());
        Some(Self { bytes })
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|b| *b == 0).unwrap_or(LONGEST);
        // Only ASCII was put in.
        self.bytes.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The language without script, region and variants (ISO 639).
    pub fn primary(&self) -> &str {
        self.as_str().split('-').next().unwrap_or_default()
    }

    /// The region (ISO 3166-1, two letters), if the tag names one.
    pub fn region(&self) -> Option<&str> {
        self.as_str().split('-').skip(1).find(|s| s.len() == 2)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no language tag")))
    }
}

fn normal(text: &str) -> Option<String> {
    let text = text.trim().replace('_', "-");
    let mut subtags = text.split('-');
    let primary = subtags.next()?;
    let alphabetic = |s: &str| s.bytes().all(|b| b.is_ascii_alphabetic());
    if !((2..=3).contains(&primary.len()) && alphabetic(primary)) {
        return None;
    }
    let mut out = primary.to_ascii_lowercase();
    // Script, region and variants in this order, each but variants once.
    let mut stage = 0;
    for subtag in subtags {
        let next = match subtag.len() {
            4 if alphabetic(subtag) => 1,
            2 if alphabetic(subtag) => 2,
            3 if subtag.bytes().all(|b| b.is_ascii_digit()) => 2,
            4 if subtag.starts_with(|c: char| c.is_ascii_digit()) => 3,
            5..=8 => 3,
            _ => return None,
        };
        if !subtag.bytes().all(|b| b.is_ascii_alphanumeric()) || next < stage || (next == stage && next < 3) {
            return None;
        }
        stage = next;
        out.push('-');
        match next {
            1 => out.extend(
                subtag
                    .char_indices()
                    .map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }),
            ),
            2 => out.push_str(&subtag.to_ascii_uppercase()),
            _ => out.push_str(&subtag.to_ascii_lowercase()),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_checked() {
        for (text, expected) in [
            ("en", Some("en")),
            ("EN_us", Some("en-US")),
            ("zh-hant-TW", Some("zh-Hant-TW")),
            ("de-1996", Some("de-1996")),
            ("es-419", Some("es-419")),
            ("english", None),
            ("e", None),
            ("", None),
            ("en-", None),
            ("en-US-US", None),
            ("en-US-Latn", None),
            ("en\"", None),
            ("de-variant1-variant2-variant3-variant4", None),
        ] {
            assert_eq!(Language::parse(text).map(|l| l.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_tag_has_a_language_and_perhaps_a_region() {
        let parts = |text: &str| {
            let tag = Language::parse(text).expect("well-formed");
            (tag.primary().to_owned(), tag.region().map(str::to_owned))
        };
        assert_eq!(parts("pt-br"), ("pt".to_owned(), Some("BR".to_owned())));
        assert_eq!(parts("zh-Hant-TW"), ("zh".to_owned(), Some("TW".to_owned())));
        assert_eq!(parts("es-419"), ("es".to_owned(), None));
    }
}
