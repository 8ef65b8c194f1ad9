//! Addresses of links, for readers on paper: as footnotes, or numbered in a
//! list at the end of the chapter.

use super::fonts::Face;
use super::markup::{Markup, label};
use super::pieces::{push_string, set};
use crate::document::Inline;
use crate::document::text::plain_text;

/// Where the addresses of links that lead out of the book are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkUrls {
    /// Nowhere; links can be followed on a screen only.
    #[default]
    None,
    /// In a footnote at the link.
    Footnote,
    /// In a numbered list at the end of the chapter.
    List,
}

impl LinkUrls {
    /// The value of a name in configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "none" => Some(Self::None),
            "footnote" => Some(Self::Footnote),
            "list" => Some(Self::List),
            _ => None,
        }
    }

    /// Its name in configurations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Footnote => "footnote",
            Self::List => "list",
        }
    }
}

/// The addresses of a chapter that are printed, each once.
#[derive(Debug, Default)]
pub struct Addresses(Vec<String>);

impl Addresses {
    /// The place of an address from 0, and whether it is new.
    fn place(&mut self, url: &str) -> (usize, bool) {
        match self.0.iter().position(|known| known == url) {
            Some(index) => (index, false),
            None => {
                self.0.push(url.to_owned());
                (self.0.len() - 1, true)
            }
        }
    }
}

/// An address as people write it down.
fn shown(url: &str) -> &str {
    url.strip_prefix("mailto:").or(url.strip_prefix("tel:")).unwrap_or(url)
}

/// Whether the words of a link are its address already.
fn says_itself(url: &str, words: &str) -> bool {
    let bare = |text: &str| {
        let text = shown(text.trim());
        let text = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
        text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/').to_lowercase()
    };
    bare(url) == bare(words)
}

impl Markup<'_> {
    /// Prints the address of a link behind its words.
    pub(super) fn print_address(&mut self, url: &str, content: &[Inline]) {
        if self.cx.link_urls == LinkUrls::None || says_itself(url, &plain_text(content)) {
            return;
        }
        if self.cx.link_urls == LinkUrls::Footnote && self.note_depth > 0 {
            // A note below a note would only send the reader on.
            self.raw(" (");
            self.address(url);
            self.raw(")");
            return;
        }
        let (index, new) = self.addresses.place(url);
        let name = self.address_label(index);
        match self.cx.link_urls {
            LinkUrls::None => {}
            LinkUrls::Footnote if new => {
                self.raw("#footnote[#h(0.3em)");
                self.address(url);
                self.raw(&format!("]#label({name})"));
            }
            LinkUrls::Footnote => self.raw(&format!("#footnote(label({name}))")),
            LinkUrls::List => self.raw(&format!("#url-mark({name}, \"{}\")", index + 1)),
        }
    }

    /// The list of addresses at the end of a chapter.
    pub(super) fn list_addresses(&mut self) {
        if self.cx.link_urls != LinkUrls::List || self.addresses.0.is_empty() {
            return;
        }
        self.raw("#url-list(");
        for (index, url) in std::mem::take(&mut self.addresses.0).iter().enumerate() {
            let name = self.address_label(index);
            self.raw(&format!("[#anchor({name})"));
            self.address(url);
            self.raw("],");
        }
        self.raw(")\n");
    }

    /// The label of an address, as a string literal.
    fn address_label(&self, index: usize) -> String {
        let mut name = String::new();
        push_string(&mut name, &label(&self.chapter.key, Some(&format!("bindery:url:{index}"))));
        name
    }

    /// An address as a link, which breaks where addresses may. It is no text of
    /// the book.
    fn address(&mut self, url: &str) {
        self.raw("#own[#url(");
        self.string(url);
        self.raw(")[");
        for lack in set(&mut self.out.text, self.cx.fonts, shown(url), Face::Text, false) {
            self.lacks(&lack);
        }
        self.raw("]]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_the_address_are_known() {
        assert!(says_itself("https://www.example.org/", "example.org"));
        assert!(says_itself("mailto:a@example.org", "a@example.org"));
        assert!(says_itself("https://example.org/a", "https://example.org/a"));
        assert!(!says_itself("https://example.org/a", "example.org"));
    }

    #[test]
    fn an_address_is_numbered_once() {
        let mut addresses = Addresses::default();
        assert_eq!(["a", "b", "a"].map(|url| addresses.place(url)), [(0, true), (1, true), (0, false)]);
    }
}
