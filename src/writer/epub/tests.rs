//! Holds the style sheet to what readers need: contrast, sizes of their own.

use std::collections::BTreeMap;

use crate::theme::Theme;

/// A declaration, with the selector and the `@media` it stands under.
struct Declaration {
    scheme: Scheme,
    selector: String,
    property: String,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
}

/// The declarations of the style sheet, one for each selector of a list.
fn declarations() -> Vec<Declaration> {
    let mut text = Theme::default().css();
    while let Some(start) = text.find("/*") {
        let end = text[start..].find("*/").expect("comments end") + start + 2;
        text.replace_range(start..end, "");
    }
    let (mut scheme, mut out) = (Scheme::Light, Vec::new());
    for rule in text.split_inclusive('}') {
        let (mut selectors, body) = match rule.split_once('{') {
            Some((selectors, body)) => (selectors.trim(), body),
            None => {
                scheme = Scheme::Light;
                continue;
            }
        };
        let mut body = body.trim_end_matches('}');
        if let Some(media) = selectors.strip_prefix("@media") {
            assert_eq!(media.trim(), "(prefers-color-scheme: dark)");
            scheme = Scheme::Dark;
            let (first, rest) = body.split_once('{').expect("a rule in it");
            (selectors, body) = (first.trim(), rest);
        }
        for declaration in body.split(';').filter(|d| !d.trim().is_empty()) {
            let (property, value) = declaration.split_once(':').expect("a property and its value");
            for selector in selectors.split(',') {
                let (selector, property) = (selector.trim().to_owned(), property.trim().to_owned());
                out.push(Declaration { scheme, selector, property, value: value.trim().to_owned() });
            }
        }
    }
    out
}

type Rgb = [f64; 3];

/// A colour with its opacity; none for words such as `inherit`.
fn colour(value: &str) -> Option<(Rgb, f64)> {
    if let Some(hex) = value.strip_prefix('#') {
        assert_eq!(hex.len(), 6, "{value}");
        let part = |i: usize| f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("a number"));
        return Some(([part(0), part(2), part(4)], 1.0));
    }
    let parts = value.strip_prefix("rgba(")?.strip_suffix(')').expect("an end");
    let parts: Vec<f64> = parts.split(',').map(|p| p.trim().parse().expect("a number")).collect();
    Some(([parts[0], parts[1], parts[2]], parts[3]))
}

fn over((top, opacity): (Rgb, f64), ground: Rgb) -> Rgb {
    [0, 1, 2].map(|i| top[i] * opacity + ground[i] * (1.0 - opacity))
}

/// The contrast of two colours (WCAG 2.2, "contrast ratio").
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |colour: Rgb| {
        let [r, g, b] = colour.map(|part| {
            let part = part / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Ink and ground of the pages that reading systems show, by scheme: those of
/// browsers, a soft one, and sepia.
fn pages(scheme: Scheme) -> &'static [(&'static str, &'static str)] {
    match scheme {
        Scheme::Light => &[("#000000", "#ffffff"), ("#333333", "#fafafa"), ("#4f321c", "#f8f1e3")],
        Scheme::Dark => &[("#ffffff", "#000000"), ("#d0d0d0", "#121212"), ("#e0e0e0", "#222222")],
    }
}

fn opaque(value: &str) -> Rgb {
    colour(value).expect("a colour").0
}

/// What a scheme sets for a selector, the dark one over the light one.
fn values(scheme: Scheme) -> BTreeMap<(String, String), String> {
    let all = declarations();
    let counts = all.iter().filter(|d| d.scheme == Scheme::Light || scheme == Scheme::Dark);
    counts.map(|d| ((d.selector.clone(), d.property.clone()), d.value.clone())).collect()
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast(opaque("#777777"), [255.0; 3]) - 4.48).abs() < 0.01);
}

#[test]
fn text_has_contrast_on_its_ground_in_light_and_dark() {
    for scheme in [Scheme::Light, Scheme::Dark] {
        let values = values(scheme);
        let ground = |selector: &str| {
            let own = values.get(&(selector.to_owned(), "background-color".to_owned()));
            own.and_then(|own| colour(own)).filter(|(_, opacity)| *opacity == 1.0).map(|(ground, _)| ground)
        };
        let mut tokens = 0;
        for ((selector, property), value) in &values {
            match (property.as_str(), colour(value)) {
                // What has an ink has a ground too, or is a token on that of code.
                ("color", Some((ink, opacity))) => {
                    let token = selector.strip_prefix('.').is_some_and(|s| s.len() <= 3);
                    tokens += usize::from(token);
                    let on = ground(if token { "pre" } else { selector });
                    let on = on.unwrap_or_else(|| panic!("{selector} has a colour; on which ground?"));
                    let ratio = contrast(over((ink, opacity), on), on);
                    assert!(ratio >= 4.5, "{scheme:?} {selector}: {ratio:.2}");
                }
                ("color", None) => assert!(value == "inherit" || value == "currentcolor", "{selector}"),
                // What lies over the page's own ground leaves the page's ink readable.
                ("background-color", Some(_)) if ground(selector).is_some() => {
                    assert!(values.contains_key(&(selector.clone(), "color".to_owned())), "{selector}");
                }
                ("background-color", Some(tint)) => {
                    for (ink, page) in pages(scheme) {
                        let ratio = contrast(opaque(ink), over(tint, opaque(page)));
                        assert!(ratio >= 4.5, "{scheme:?} {selector} on {page}: {ratio:.2}");
                    }
                }
                ("opacity", _) => {
                    let opacity: f64 = value.parse().expect("a number");
                    for (ink, page) in pages(scheme) {
                        let page = opaque(page);
                        let ratio = contrast(over((opaque(ink), opacity), page), page);
                        assert!(ratio >= 4.5, "{scheme:?} {selector} on {page:?}: {ratio:.2}");
                    }
                }
                // The colours of alerts' edges can be told from the page.
                ("border-left-color" | "border-left" | "border-right", _) if selector.contains(".alert") => {
                    for (edge, _) in value.split(' ').filter_map(|v| v.starts_with('#').then(|| colour(v))?) {
                        for (_, page) in pages(scheme) {
                            let ratio = contrast(edge, opaque(page));
                            assert!(ratio >= 3.0, "{scheme:?} {selector} on {page}: {ratio:.2}");
                        }
                    }
                }
                _ => {}
            }
        }
        assert_eq!(tokens, 9, "the classes of `xhtml/code.rs`");
    }
}

#[test]
fn every_colour_of_code_has_a_dark_one() {
    let all = declarations();
    for light in all.iter().filter(|d| d.scheme == Scheme::Light && d.property.ends_with("color")) {
        if colour(&light.value).is_some_and(|(_, opacity)| opacity == 1.0)
            && !light.selector.contains("alert")
        {
            let mut dark = all.iter().filter(|d| d.scheme == Scheme::Dark);
            assert!(
                dark.any(|d| (&d.selector, &d.property) == (&light.selector, &light.property)),
                "{} {}",
                light.selector,
                light.property
            );
        }
    }
}

#[test]
fn sizes_are_the_readers() {
    let all = declarations();
    assert!(all.len() > 200, "{}", all.len());
    for Declaration { selector, property, value, .. } in &all {
        let fixed = ["px", "pt", "pc", "cm", "mm", "in"].iter().any(|unit| {
            value.match_indices(unit).any(|(at, _)| {
                let before = value[..at].ends_with(|c: char| c.is_ascii_digit());
                before && !value[at + unit.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
            })
        });
        // A rule of one pixel holds no text.
        assert!(!fixed || property.starts_with("border"), "{selector} {property}: {value}");
        // A fixed height of lines or boxes cuts text that is made larger.
        if property == "line-height" {
            assert!(value.parse::<f64>().is_ok(), "{selector} {property}: {value}");
        }
        assert!(property != "height" || value == "auto" || value == "0", "{selector} {property}: {value}");
        assert!(!value.contains("!important"), "{selector} {property} overrides the reader");
    }
}

#[test]
fn links_are_underlined_and_the_focused_one_is_seen() {
    let all = declarations();
    let says = |selector: &str, property: &str, value: &str| {
        all.iter().any(|d| d.selector == selector && d.property == property && d.value.starts_with(value))
    };
    assert!(says("a", "text-decoration", "underline"));
    assert!(says("a:focus-visible", "outline", "0.15em solid"));
    // Where links aren't underlined, all of them are links: numbers of notes
    // and lists of contents.
    let plain = all.iter().filter(|d| d.property == "text-decoration" && d.value == "none");
    assert_eq!(plain.map(|d| d.selector.as_str()).collect::<Vec<_>>(), ["a.noteref", "a.back", "nav a"]);
}
