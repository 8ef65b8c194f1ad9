//! Addresses in a catalogue: relative to its folder, or below the address that
//! the folder is published at.

use crate::paths::percent_encode;

/// What links begin with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// An address with `/` at its end.
    base: Option<String>,
}

impl Links {
    /// Links below an address; relative ones without any.
    pub fn new(base: Option<String>) -> Self {
        Self { base: base.map(|base| format!("{}/", base.trim_end_matches('/'))) }
    }

    /// The address that the folder is published at.
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The address of a file by its path from the folder.
    pub fn to(&self, path: &str) -> String {
        format!("{}{}", self.base.as_deref().unwrap_or_default(), percent_encode(path))
    }

    /// The address of a place of the page.
    pub fn to_anchor(&self, anchor: &str) -> String {
        format!("{}#{anchor}", self.to(super::INDEX))
    }
}

/// Whether an address is one that a link may lead to: of the web, without
/// credentials.
pub(super) fn is_web(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_until_the_address_is_known() {
        let relative = Links::new(None);
        assert_eq!(relative.to("a b/ü:1.pdf"), "a%20b/%C3%BC%3A1.pdf");
        for base in ["https://example.org/e", "https://example.org/e/"] {
            let absolute = Links::new(Some(base.to_owned()));
            assert_eq!(absolute.to("a/1.pdf"), "https://example.org/e/a/1.pdf");
            assert_eq!(absolute.to_anchor("a"), "https://example.org/e/index.html#a");
        }
    }

    #[test]
    fn links_lead_to_the_web_alone() {
        assert!(is_web("https://example.org/a"));
        for address in
            ["javascript:alert(1)", "data:text/html,x", "https://me:secret@example.org/", "a/b", ""]
        {
            assert!(!is_web(address), "{address}");
        }
    }
}
