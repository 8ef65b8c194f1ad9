//! HTML's start tags: their attributes as values, and which names are known.

use super::frame::OpenTag;
use super::html::attribute;
use super::language::language;
use crate::document::{Alignment, Length, Style};
use crate::span::Span;

/// A start tag and its place.
pub(super) struct Start<'a> {
    pub name: &'a str,
    pub attributes: &'a [(String, String)],
    pub raw: &'a str,
    pub span: Span,
}

impl Start<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        attribute(self.attributes, name)
    }

    pub(super) fn id(&self) -> Option<String> {
        self.get("id").filter(|id| !id.is_empty()).map(str::to_owned)
    }

    pub(super) fn tag(&self) -> OpenTag {
        let title = self.get("title").map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
        OpenTag {
            name: self.name.to_owned(),
            raw: self.raw.to_owned(),
            title: title.filter(|t| !t.is_empty()),
        }
    }

    /// `align`, or `text-align` of a style.
    pub(super) fn align(&self) -> Option<Alignment> {
        let style = self.get("style").unwrap_or("").replace(' ', "").to_lowercase();
        let style = style.split_once("text-align:").map(|(_, rest)| rest.to_owned());
        let word = self.get("align").map(str::to_lowercase).or(style)?;
        match word.split(';').next() {
            Some("left") => Some(Alignment::Left),
            Some("center" | "middle") => Some(Alignment::Center),
            Some("right") => Some(Alignment::Right),
            Some(_) | None => None,
        }
    }

    pub(super) fn span_of(&self, name: &str) -> u16 {
        self.get(name).and_then(|n| n.parse().ok()).unwrap_or(1).clamp(1, 100)
    }
}

/// The style that an element is set in, if it is one of that kind.
pub(super) fn style_of(name: &str) -> Option<Style> {
    Some(match name {
        "em" | "i" | "cite" | "dfn" | "var" => Style::Emphasis,
        "strong" | "b" => Style::Strong,
        "del" | "s" | "strike" => Style::Strikethrough,
        "u" | "ins" => Style::Underline,
        "mark" => Style::Mark,
        "small" => Style::Small,
        "sub" => Style::Subscript,
        "sup" => Style::Superscript,
        "kbd" => Style::Keyboard,
        _ => return None,
    })
}

/// Elements that only hold their content.
pub(super) fn is_transparent(name: &str) -> bool {
    matches!(
        name,
        "span"
            | "font"
            | "big"
            | "abbr"
            | "acronym"
            | "time"
            | "bdi"
            | "bdo"
            | "ruby"
            | "rb"
            | "rt"
            | "rp"
            | "data"
            | "picture"
            | "nobr"
            | "noscript"
            | "canvas"
            | "map"
            | "slot"
            | "blink"
            | "marquee"
    )
}

/// Elements whose content is never on a page.
pub(super) fn is_never_shown(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "math" | "textarea" | "select" | "title" | "datalist")
}

/// Elements that hold nothing and have no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether an end tag of this name closes an element and is not text.
pub(super) fn is_known(name: &str) -> bool {
    const NAMES: [&str; 88] = [
        "a",
        "address",
        "area",
        "article",
        "aside",
        "audio",
        "base",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "code",
        "col",
        "colgroup",
        "datalist",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "embed",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "iframe",
        "img",
        "input",
        "label",
        "legend",
        "li",
        "link",
        "listing",
        "main",
        "math",
        "menu",
        "meta",
        "meter",
        "nav",
        "object",
        "ol",
        "optgroup",
        "option",
        "output",
        "p",
        "param",
        "plaintext",
        "pre",
        "progress",
        "q",
        "samp",
        "script",
        "search",
        "section",
        "select",
        "source",
        "style",
        "summary",
        "svg",
        "table",
        "td",
        "template",
        "textarea",
        "th",
        "title",
        "tr",
        "track",
        "tt",
        "ul",
        "video",
        "wbr",
        "xmp",
    ];
    NAMES.contains(&name) || style_of(name).is_some() || is_transparent(name)
}

/// Whether a tag is a type parameter that only looks like an element: `Vec<A>`.
pub(super) fn looks_generic(start: &Start, before: Option<char>) -> bool {
    start.attributes.is_empty()
        && start.raw.chars().nth(1).is_some_and(char::is_uppercase)
        && before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The language of `class="language-x"`.
pub(super) fn class_language(start: &Start) -> Option<String> {
    let classes = start.get("class")?.split_whitespace();
    classes
        .filter_map(|class| class.strip_prefix("language-").or(class.strip_prefix("lang-")))
        .find_map(language)
}

/// A length of HTML: `200`, `200px`, `50%`.
pub(super) fn length(text: &str) -> Option<Length> {
    let text = text.trim();
    let (number, percent) = match text.strip_suffix('%') {
        Some(number) => (number, true),
        None => (text.strip_suffix("px").unwrap_or(text), false),
    };
    let value: f64 = number.trim().parse().ok()?;
    if !(value.is_finite() && value > 0.0) {
        return None;
    }
    Some(if percent { Length::Percent(value.min(100.0)) } else { Length::Pixels(value.min(20_000.0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_pixels_or_per_cent() {
        assert_eq!(length("200"), Some(Length::Pixels(200.0)));
        assert_eq!(length(" 20px "), Some(Length::Pixels(20.0)));
        assert_eq!(length("150%"), Some(Length::Percent(100.0)));
        assert_eq!(length("-3").or(length("auto")).or(length("inf")), None);
    }
}
