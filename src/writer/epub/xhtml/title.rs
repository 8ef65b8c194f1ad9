//! Titles: those that begin with an emoji keep it beside its word.

use super::ChapterWriter;
use crate::writer::epub::xml::Xml;

/// The bytes of a title's beginning that must stay on one line: an emoji or
/// other symbol, and the word it belongs to.
pub(super) fn unbroken(title: &str) -> usize {
    let Some(space) = title.find(' ') else { return 0 };
    let (symbol, rest) = title.split_at(space);
    let is_symbol = !symbol.is_empty() && symbol.chars().all(|c| !c.is_alphanumeric() && c >= '\u{200D}');
    let word = rest.trim_start_matches(' ');
    let word = word.find(' ').map_or(word, |end| word.get(..end).unwrap_or(word));
    if is_symbol && !word.is_empty() && word.chars().count() <= 18 {
        rest.find(word).map_or(0, |at| space + at + word.len())
    } else {
        0
    }
}

/// Writes a title that begins with an emoji so that it doesn't stand alone.
pub(in crate::writer::epub) fn title_text(xml: &mut Xml, title: &str) {
    let (together, rest) = title.split_at(unbroken(title));
    if !together.is_empty() {
        xml.element("span", &[("class", "together")], together);
    }
    xml.text(rest);
}

impl ChapterWriter<'_> {
    /// The same on a page, where an emoji may be a picture.
    pub(super) fn title_words(&mut self, title: &str) {
        let (together, rest) = title.split_at(unbroken(title));
        if !together.is_empty() {
            self.xml.start("span", &[("class", "together")]);
            self.words(together);
            self.xml.end();
        }
        self.words(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_keeps_its_word() {
        let part = |title: &'static str| title.split_at(unbroken(title)).0;
        assert_eq!(part("🙋\u{200D}♀\u{FE0F} Frequently asked"), "🙋\u{200D}♀\u{FE0F} Frequently");
        assert_eq!(part("✨ Shiny"), "✨ Shiny");
        assert_eq!(part("A word"), "");
        assert_eq!(part("日本 word"), "");
        assert_eq!(part("🙋"), "");
        assert_eq!(part("🙋 "), "");
        assert_eq!(part("- dash"), "");
        assert_eq!(part(""), "");
    }
}
