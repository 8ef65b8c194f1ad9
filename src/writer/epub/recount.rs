//! Counts what a content document holds, by reading its bytes again.
//!
//! Text that is the writer's own (numbers of notes, titles of alerts, ways
//! back) is told apart by the places that the writer marked while it wrote.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::xml::{Mark, Whose};
use crate::tally::Tally;

/// Counts the body of a document.
pub(super) fn recount(document: &[u8], marks: &[Mark]) -> Tally {
    let mut reader = Reader::from_reader(document);
    let mut tally = Tally::default();
    let (mut in_body, mut in_pre) = (false, 0_usize);
    let mut marks = marks.iter().peekable();
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        // Broken XML ends the count, so that the rest is missed.
        let Ok(event) = reader.read_event() else { break };
        while marks.next_if(|mark| mark.range.end <= start).is_some() {}
        let whose = marks.peek().filter(|mark| mark.range.contains(&start)).map_or(Whose::Book, |m| m.whose);
        match event {
            Event::Eof => break,
            Event::Start(tag) => {
                in_body |= tag.name().as_ref() == b"body";
                in_pre += usize::from(tag.name().as_ref() == b"pre");
                if in_body && whose != Whose::Writer {
                    element(&mut tally, &tag, in_pre > 0);
                }
            }
            Event::Empty(tag) if in_body && whose != Whose::Writer => element(&mut tally, &tag, in_pre > 0),
            Event::End(tag) => {
                in_pre = in_pre.saturating_sub(usize::from(tag.name().as_ref() == b"pre"));
                if in_body && !is_inline(tag.name().as_ref()) {
                    tally.gap();
                }
            }
            Event::Text(text) if in_body => {
                // What was written one behind another is one text, so that
                // marks begin and end inside of it.
                for (whose, part) in parts(&text, start, marks.clone()) {
                    text_of(&mut tally, whose, std::str::from_utf8(part).ok());
                }
            }
            Event::CData(text) if in_body => text_of(&mut tally, whose, text.decode().ok().as_deref()),
            Event::GeneralRef(name) if in_body => {
                let character = name.resolve_char_ref().ok().flatten().map(String::from);
                let named = name.decode().ok();
                let entity = named.as_deref().and_then(quick_xml::escape::resolve_predefined_entity);
                text_of(&mut tally, whose, character.as_deref().or(entity));
            }
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    tally
}

/// The parts of a text that starts at a byte of the document, and whose they are.
fn parts<'a, 'm>(
    text: &'a [u8],
    start: usize,
    marks: impl Iterator<Item = &'m Mark>,
) -> Vec<(Whose, &'a [u8])> {
    let mut out = Vec::new();
    let mut at = start;
    let end = start + text.len();
    let mut push = |whose, from: usize, to: usize| {
        if let Some(part) = text.get(from - start..to - start).filter(|part| !part.is_empty()) {
            out.push((whose, part));
        }
    };
    for mark in marks {
        if mark.range.start >= end {
            break;
        }
        let (from, to) = (mark.range.start.clamp(at, end), mark.range.end.clamp(at, end));
        push(Whose::Book, at, from);
        push(mark.whose, from, to);
        at = to;
    }
    push(Whose::Book, at, end);
    out
}

fn text_of(tally: &mut Tally, whose: Whose, text: Option<&str>) {
    match (whose, text) {
        (Whose::Book, Some(text)) => tally.text(text),
        (Whose::Image, Some(text)) => tally.alternative(text),
        (Whose::Writer, _) | (_, None) => {}
    }
}

fn element(tally: &mut Tally, tag: &BytesStart, in_pre: bool) {
    match tag.name().as_ref() {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"pre" | b"blockquote" | b"aside" | b"ul"
        | b"ol" | b"dl" | b"table" | b"hr" | b"figure" => tally.block(),
        b"em" | b"strong" | b"del" | b"sup" | b"sub" | b"kbd" | b"u" | b"mark" | b"small" | b"a" => {
            tally.inline();
        }
        b"code" if !in_pre => tally.inline(),
        b"br" => {
            tally.inline();
            tally.gap();
        }
        b"img" => {
            let alt = tag.try_get_attribute("alt").ok().flatten();
            let alt = alt.and_then(|alt| alt.unescape_value().ok().map(String::from));
            if is_emoji(tag) {
                // It stands for a character of the text.
                return tally.text(&alt.unwrap_or_default());
            }
            tally.inline();
            if let Some(alt) = alt {
                tally.alternative(&alt);
            }
            tally.alternative(" ");
        }
        // Alerts that warn; what else is a section has a title of its own.
        b"section" if is_alert(tag) => tally.block(),
        name if is_inline(name) => {}
        _ => tally.gap(),
    }
}

fn is_emoji(tag: &BytesStart) -> bool {
    let class = tag.try_get_attribute("class").ok().flatten();
    class.is_some_and(|class| &*class.value == b"emoji")
}

fn is_alert(tag: &BytesStart) -> bool {
    let class = tag.try_get_attribute("class").ok().flatten();
    class.is_some_and(|class| class.value.starts_with(b"alert "))
}

/// Elements that a word may go on across.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"em"
            | b"strong"
            | b"del"
            | b"sup"
            | b"sub"
            | b"kbd"
            | b"u"
            | b"mark"
            | b"small"
            | b"a"
            | b"code"
            | b"span"
            | b"wbr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_counted_as_a_reader_sees_it() {
        let document = "<?xml version=\"1.0\"?><!DOCTYPE html><html><head><title>No</title></head><body>\
            <h1>A<em>b</em> &amp; &#233;</h1><pre><code>x</code></pre>\
            <p>one<br/>two <img alt=\"a &quot;b&quot;\" src=\"x\"/>12<a>3</a>Image: gone</p>\
            <p>a<img class=\"emoji\" alt=\"✨\" src=\"y\"/>b</p></body></html>";
        let mark = |text: &str, whose| {
            let at = document.find(text).expect("is there");
            Mark { range: at..at + text.len(), whose }
        };
        let marks =
            [mark("12", Whose::Writer), mark("<a>3</a>Image: ", Whose::Writer), mark("gone", Whose::Image)];
        let tally = recount(document.as_bytes(), &marks);
        assert_eq!(
            tally.text.split_whitespace().collect::<Vec<_>>(),
            ["Ab", "&", "é", "x", "one", "two", "a✨b"]
        );
        assert_eq!(tally.alternative.trim(), "a \"b\" gone");
        assert_eq!((tally.blocks, tally.inlines), (4, 3));
    }
}
