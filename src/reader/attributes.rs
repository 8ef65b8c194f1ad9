//! Attributes of HTML elements: what pages follow, and what they can't.

use super::builder::Builder;
use super::tags::{Start, length};
use crate::diag::{Code, Diagnostic, Severity};
use crate::document::Length;

impl Start<'_> {
    /// The declarations of the element's `style`, names in lower case.
    pub(super) fn declarations(&self) -> impl Iterator<Item = (String, String)> {
        let all = self.get("style").unwrap_or("").split(';').filter_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            let value = value.trim().trim_end_matches("!important").trim();
            Some((name.trim().to_lowercase(), value.to_lowercase()))
        });
        all.collect::<Vec<_>>().into_iter()
    }

    /// A size: of the `style`, which browsers prefer, else the attribute.
    pub(super) fn size(&self, name: &str) -> Option<Length> {
        let style = self.declarations().filter(|(n, _)| n == name).last();
        let style = style.and_then(|(_, value)| css_length(&value));
        style.or_else(|| self.get(name).and_then(length))
    }

    /// Whether browsers don't show the element.
    pub(super) fn is_hidden(&self) -> bool {
        self.get("hidden").is_some() || self.declarations().any(|(n, v)| n == "display" && v == "none")
    }
}

/// A length of CSS in pixels or per cent; letters' sizes by the usual 16 px.
fn css_length(text: &str) -> Option<Length> {
    const UNITS: [(&str, f64); 8] = [
        ("rem", 16.0),
        ("em", 16.0),
        ("ch", 8.0),
        ("pt", 4.0 / 3.0),
        ("pc", 16.0),
        ("mm", 96.0 / 25.4),
        ("cm", 96.0 / 2.54),
        ("in", 96.0),
    ];
    if let Some(number) = text.strip_suffix("vw") {
        return length(&format!("{number}%"));
    }
    let Some((number, pixels)) = UNITS.iter().find_map(|(unit, px)| Some((text.strip_suffix(unit)?, px)))
    else {
        // A bare number is no length in CSS, but browsers' authors mean pixels.
        return length(text);
    };
    let number: f64 = number.trim().parse().ok()?;
    length(&(number * pixels).to_string())
}

impl Builder<'_> {
    /// Names the attributes that change what a browser shows and that pages
    /// can't follow. Classes, data and whatever is for programs say nothing
    /// to a reader.
    pub(super) fn check_attributes(&mut self, start: &Start) {
        let numbering = numbering(start);
        if !numbering.is_empty() {
            let message = format!("{} of `<{}>` can't be followed", list(&numbering), start.name);
            let mut diagnostic = Diagnostic::new(Code::HtmlAttribute, message);
            diagnostic.severity = Severity::Warning;
            let hint = "the items are numbered one by one in Arabic numerals; write other numbers as text";
            self.diagnose(diagnostic.at(start.span).hint(hint));
        }
        let mut names = Vec::new();
        for (name, value) in start.attributes {
            let handler = name.len() > 2 && name.starts_with("on");
            let design = matches!(name.as_str(), "bgcolor" | "color" | "face" | "background")
                || (name == "size" && start.name == "font");
            let tip = name == "title" && !value.trim().is_empty() && !shows_title(start.name);
            if handler || design || tip {
                names.push(format!("`{name}`"));
            }
        }
        let style: Vec<String> = start
            .declarations()
            .filter(|(name, value)| !(follows(start.name, name) || name == "display" && value == "none"))
            .map(|(name, _)| name.chars().take(30).collect())
            .collect();
        if !style.is_empty() {
            names.push(format!("`style` ({})", style.join(", ")));
        }
        if !names.is_empty() {
            let message = format!("{} of `<{}>` can't be followed", list(&names), start.name);
            let hint = "pages have their own design and run nothing; what a reader needs belongs in the text";
            self.diagnose(Diagnostic::new(Code::HtmlAttribute, message).at(start.span).hint(hint));
        }
    }
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

/// Attributes that number a list in another way.
fn numbering(start: &Start) -> Vec<String> {
    let mut out = Vec::new();
    match start.name {
        "ol" => {
            if start.get("reversed").is_some() {
                out.push("`reversed`".to_owned());
            }
            if let Some(other) = start.get("type").filter(|t| !matches!(*t, "1" | "")) {
                out.push(format!("`type={other}`"));
            }
            if let Some(first) = start.get("start").filter(|n| n.parse::<u64>().is_err()) {
                out.push(format!("`start={first}`"));
            }
        }
        "li" => out.extend(start.get("value").map(|n| format!("`value={n}`"))),
        _ => {}
    }
    out
}

/// Elements whose title is shown.
fn shows_title(name: &str) -> bool {
    matches!(
        name,
        "a" | "img"
            | "abbr"
            | "acronym"
            | "iframe"
            | "video"
            | "audio"
            | "object"
            | "embed"
            | "link"
            | "style"
    )
}

/// Whether a declaration of a style is followed, or belongs to what is
/// followed.
fn follows(element: &str, declaration: &str) -> bool {
    match declaration {
        "width" | "height" => matches!(element, "img"),
        "max-width" => matches!(element, "img"),
        "text-align" => !matches!(element, "span" | "a" | "img"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_css_are_pixels_or_per_cent() {
        for (text, expected) in [
            ("50%", Some(Length::Percent(50.0))),
            ("40vw", Some(Length::Percent(40.0))),
            ("10px", Some(Length::Pixels(10.0))),
            ("10", Some(Length::Pixels(10.0))),
            ("2em", Some(Length::Pixels(32.0))),
            ("1in", Some(Length::Pixels(96.0))),
            ("auto", None),
            ("calc(1px + 2px)", None),
            ("-1em", None),
        ] {
            assert_eq!(css_length(text), expected, "{text}");
        }
    }
}
