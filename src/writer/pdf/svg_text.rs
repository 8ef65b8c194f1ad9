//! Text in SVG images: what the usual fonts lack is marked with its family.
//!
//! usvg looks for one further font for a whole line and gives up where that
//! shapes another number of glyphs, as emoji and Arabic do. A `tspan` with a
//! family of its own spares it the search.

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::{EMOJI, Face, Fonts};
use super::pieces::{Piece, pieces};

/// The image with its text marked; none if there is nothing to mark, or the
/// image can't be read.
pub fn mark(svg: &[u8], fonts: &Fonts) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(svg).ok()?;
    if text.is_ascii() && !text.contains("&#") {
        return None;
    }
    let mut reader = Reader::from_str(text);
    let mut writer = Writer::new(Vec::new());
    let (mut depth, mut changed) = (0_usize, false);
    // The events of a `text` element: how it is marked depends on all of them.
    let mut element: Vec<Event> = Vec::new();
    loop {
        let event = reader.read_event().ok()?;
        match &event {
            Event::Start(tag) if depth > 0 || tag.local_name().as_ref() == b"text" => depth += 1,
            Event::End(_) if depth > 0 => depth -= 1,
            Event::Eof => break,
            Event::Start(_)
            | Event::End(_)
            | Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
        let ends = matches!(event, Event::End(_));
        if depth > 0 || !element.is_empty() {
            element.push(event);
            if depth == 0 && ends {
                changed |= write_element(&mut writer, std::mem::take(&mut element), fonts)?;
            }
        } else {
            writer.write_event(event).ok()?;
        }
    }
    (changed && element.is_empty()).then(|| writer.into_inner())
}

/// Writes a `text` element; whether any words of it were marked.
fn write_element(writer: &mut Writer<Vec<u8>>, events: Vec<Event>, fonts: &Fonts) -> Option<bool> {
    let mut parts: Vec<Result<Event, Vec<Run>>> = Vec::new();
    // Where each letter has a place of its own, none may be put in.
    let placed = events.iter().any(|event| matches!(event, Event::Start(tag) if has_lists(tag)));
    for event in events {
        let words = match &event {
            Event::Text(words) if !placed => Some(words.decode().ok()?.into_owned()),
            Event::GeneralRef(reference) if !placed => {
                reference.resolve_char_ref().ok()?.filter(|c| !c.is_ascii()).map(String::from)
            }
            Event::Text(_)
            | Event::GeneralRef(_)
            | Event::Start(_)
            | Event::End(_)
            | Event::Empty(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::Eof => None,
        };
        parts.push(words.map_or(Ok(event), |words| Err(runs(&words, fonts))));
    }
    let all = || parts.iter().filter_map(|part| part.as_ref().err()).flatten();
    // A family that joins its characters must have the whole line.
    let joined = all().find(|run| run.joins).and_then(|run| run.family.clone());
    let alone = joined.filter(|family| all().all(|run| fonts.has_all(family, &run.text)));
    let mut marked = false;
    for part in parts {
        match part {
            Ok(event) => writer.write_event(event).ok()?,
            Err(runs) => {
                for run in runs {
                    marked |= run.write(writer, alone.as_deref())?;
                }
            }
        }
    }
    Some(marked)
}

/// Whether an element places letters one by one.
fn has_lists(tag: &BytesStart) -> bool {
    tag.attributes().flatten().any(|attribute| {
        matches!(attribute.key.as_ref(), b"x" | b"y" | b"dx" | b"dy" | b"rotate")
            && attribute.value.trim_ascii().iter().any(|b| b.is_ascii_whitespace() || *b == b',')
    })
}

/// Words of one family.
struct Run {
    /// None for the text font's.
    family: Option<String>,
    text: String,
    /// Several of its characters may become one glyph. usvg loses its way
    /// where that happens beside a font that has a glyph for each.
    joins: bool,
}

impl Run {
    /// Writes it, all in the family that the whole line has, if it has one;
    /// whether it was marked.
    fn write(mut self, writer: &mut Writer<Vec<u8>>, alone: Option<&str>) -> Option<bool> {
        let family = match alone {
            Some(alone) => Some(alone),
            None if self.joins && self.family.as_deref() == Some(EMOJI) => {
                // Of a sequence the first part is drawn: a person, a flag's letter.
                self.text = self.text.graphemes(true).filter_map(|it| it.chars().next()).collect();
                Some(EMOJI)
            }
            // Left to usvg.
            None if self.joins => None,
            None => self.family.as_deref(),
        };
        match family {
            Some(family) => span(writer, family, &self.text)?,
            None => writer.write_event(Event::Text(BytesText::new(&self.text))).ok()?,
        }
        Some(family.is_some())
    }
}

fn span(writer: &mut Writer<Vec<u8>>, family: &str, text: &str) -> Option<()> {
    let style = format!("font-family: '{}'", family.replace(['\'', '\\', ';'], ""));
    let span = writer.create_element("tspan").with_attribute(("style", style.as_str()));
    span.write_text_content(BytesText::new(text)).ok().map(|_| ())
}

fn runs(words: &str, fonts: &Fonts) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    for piece in pieces(fonts, words, Face::Text) {
        let (family, text) = match piece {
            // For usvg the text font is alone.
            Piece::Text(text) => {
                for cluster in text.graphemes(true) {
                    let usual = cluster.is_ascii() || fonts.has("Libertinus Serif", cluster);
                    let family = if usual { None } else { fonts.fallback(cluster).map(str::to_owned) };
                    push(&mut out, family, cluster);
                }
                continue;
            }
            Piece::Other { family, text, wide: _ } => (Some(family), text),
            Piece::Emoji(text) => (Some(EMOJI.to_owned()), text),
            Piece::Break => continue,
            Piece::Line => (None, " ".to_owned()),
            // usvg draws a box.
            Piece::Missing(c) => (None, c.to_string()),
        };
        push(&mut out, family, &text);
    }
    out
}

fn push(out: &mut Vec<Run>, family: Option<String>, text: &str) {
    let simple = |c: char| {
        use Script::{Common, Han, Hangul, Hebrew, Hiragana, Katakana};
        c.is_whitespace() || matches!(c.script(), Common | Han | Hangul | Hebrew | Hiragana | Katakana)
    };
    let joins =
        family.is_some() && text.graphemes(true).any(|it| it.chars().count() > 1 || !it.chars().all(simple));
    match out.last_mut() {
        Some(last) if last.family == family => {
            last.text.push_str(text);
            last.joins |= joins;
        }
        Some(_) | None => out.push(Run { family, text: text.to_owned(), joins }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fonts::FONTS;
    use super::*;

    fn marked(svg: &str) -> String {
        let bytes =
            mark(svg.as_bytes(), &FONTS).map_or("unchanged".into(), |b| String::from_utf8(b).expect("UTF-8"));
        bytes.replace(" style=\"font-family: &apos;", " '").replace("&apos;\"", "'")
    }

    #[test]
    fn emoji_and_signs_are_marked_and_nothing_else_changes() {
        assert_eq!(
            marked("<svg><title>😀</title><text x=\"1\">a ✓ &lt;b&gt; &#x1F600;</text></svg>"),
            "<svg><title>😀</title><text x=\"1\">a <tspan 'DejaVu Sans'>✓</tspan> &lt;b&gt; \
             <tspan 'Twemoji Mozilla'>😀</tspan></text></svg>"
        );
        assert_eq!(marked("<svg><text>ä &amp; Ω</text></svg>"), "unchanged");
        assert_eq!(marked("<svg><text>plain</text></svg>"), "unchanged");
        assert_eq!(marked("<svg><text x=\"1 2\">⠿</text></svg>"), "unchanged");
        assert_eq!(marked("<svg><text>⠿"), "unchanged");
    }

    #[test]
    fn of_a_sequence_beside_words_the_first_part_is_drawn() {
        let one = "<svg><text>a <tspan 'Twemoji Mozilla'>🙋</tspan></text></svg>";
        assert_eq!(marked("<svg><text>a 🙋‍♀️</text></svg>"), one);
        let alone = "<svg><text><tspan 'Twemoji Mozilla'>🙋‍♀️</tspan></text></svg>";
        assert_eq!(marked("<svg><text>🙋‍♀️</text></svg>"), alone);
    }
}
