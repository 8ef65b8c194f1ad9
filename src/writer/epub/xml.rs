//! Well-formed XML, whatever the document says.

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Attributes, in the order in which they are written.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Whose text stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The book's: all that is not marked.
    Book,
    /// An image's alternative text.
    Image,
    /// The writer's own: numbers, signs, titles that it makes.
    Writer,
}

/// A place whose text is not the book's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The bytes of the document.
    pub(super) range: std::ops::Range<usize>,
    /// Whose it is.
    pub(super) whose: Whose,
}

/// XML under construction. Elements are closed in the order in which they
/// were opened, and characters that XML 1.0 or HTML forbids become U+FFFD.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
    /// What is not the book's text, in rising order.
    marks: Vec<Mark>,
    /// Attributes that the next element gets besides its own.
    next: Vec<(&'static str, &'static str)>,
}

impl Xml {
    /// An XML document, so far its declaration.
    pub(super) fn new() -> Self {
        let (writer, open) = (Writer::new(Vec::new()), Vec::new());
        let mut xml = Self { writer, open, marks: Vec::new(), next: Vec::new() };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml.newline();
        xml
    }

    /// An XHTML document, so far its declaration and document type.
    pub(super) fn xhtml() -> Self {
        let mut xml = Self::new();
        xml.event(Event::DocType(BytesText::from_escaped("html")));
        xml.newline();
        xml
    }

    /// Opens an element.
    pub(super) fn start(&mut self, name: &'static str, attributes: Attributes) {
        let mut tag = tag(name, attributes);
        for attribute in self.next.drain(..) {
            tag.push_attribute(attribute);
        }
        self.event(Event::Start(tag));
        self.open.push(name);
    }

    /// Gives the next element that is opened further attributes.
    pub(super) fn with(&mut self, attributes: impl IntoIterator<Item = (&'static str, &'static str)>) {
        self.next.extend(attributes);
    }

    /// Gives the next element that is opened a language of its own, if any.
    pub(super) fn in_language(&mut self, language: Option<&'static str>) {
        if let Some(language) = language {
            self.with([("lang", language), ("xml:lang", language)]);
        }
    }

    /// Closes the element that was opened last.
    pub(super) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.event(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes) {
        let tag = tag(name, attributes);
        self.event(Event::Empty(tag));
    }

    /// An element that holds text.
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes, text: &str) {
        self.start(name, attributes);
        self.text(text);
        self.end();
    }

    /// Text.
    pub(super) fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.event(Event::Text(BytesText::from_escaped(quick_xml::escape::partial_escape(allowed(
                text,
            )))));
        }
    }

    /// Text that is not the book's.
    pub(super) fn other(&mut self, whose: Whose, text: &str) {
        let from = self.len();
        self.text(text);
        self.mark(from, whose);
    }

    /// An element that holds text of the writer's own.
    pub(super) fn own(&mut self, name: &'static str, attributes: Attributes, text: &str) {
        self.start(name, attributes);
        self.other(Whose::Writer, text);
        self.end();
    }

    /// How many bytes are written.
    pub(super) fn len(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// Says whose everything from `from` on is. Marks don't overlap.
    pub(super) fn mark(&mut self, from: usize, whose: Whose) {
        let range = from..self.len();
        if !range.is_empty() {
            self.marks.push(Mark { range, whose });
        }
    }

    /// What was marked.
    pub(super) fn marks(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.marks)
    }

    /// A line's end, where white space has no meaning.
    pub(super) fn newline(&mut self) {
        self.event(Event::Text(BytesText::from_escaped("\n")));
    }

    /// Closes what is still open and gives the document.
    pub(super) fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.end();
        }
        self.newline();
        self.writer.into_inner()
    }

    fn event(&mut self, event: Event<'_>) {
        // Writing to a Vec can't fail.
        let _ = self.writer.write_event(event);
    }
}

fn tag<'a>(name: &'static str, attributes: Attributes<'a>) -> BytesStart<'a> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        tag.push_attribute((*key, &*allowed(value)));
    }
    tag
}

/// The text with line ends as LF and without characters that XML 1.0 forbids.
pub(super) fn allowed(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| forbidden(c) || c == '\r') {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n");
    Cow::Owned(text.replace('\r', "\n").replace(forbidden, "\u{FFFD}"))
}

/// Whether XML 1.0 forbids a character (production 2, `Char`), or HTML does:
/// further controls and what is no character in Unicode.
pub(super) fn forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}')
        || matches!(c, '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped_and_elements_closed() {
        let mut xml = Xml::new();
        xml.start("a", &[("b", "\"<&'>")]);
        xml.text("1 < 2 && \"x\" \u{8}\u{FFFF}\r\n\rz");
        xml.empty("c", &[]);
        let text = String::from_utf8(xml.finish()).expect("UTF-8");
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <a b=\"&quot;&lt;&amp;&apos;&gt;\">1 &lt; 2 &amp;&amp; \"x\" \u{FFFD}\u{FFFD}\n\nz<c/></a>\n"
        );
    }
}
