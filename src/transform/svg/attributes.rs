//! Attributes of drawings: which may stay, names that fit, and the size.

use std::collections::BTreeSet;

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// An identifier as XML allows it, without colons (Namespaces in XML, NCName).
pub(super) fn name_of(id: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name: String = id.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') { name } else { format!("_{name}") }
}

/// Makes references to identifiers follow their new names.
pub(super) fn rename_references(key: &str, value: &mut String) {
    if local(key) == "href" {
        if let Some(id) = value.trim().strip_prefix('#') {
            *value = format!("#{}", name_of(id));
        }
        return;
    }
    let mut out = String::new();
    let mut rest = value.as_str();
    while let Some((before, id, after)) = rest.split_once("url(#").and_then(|(before, tail)| {
        let (id, after) = tail.split_once(')')?;
        Some((before, id, after))
    }) {
        out.push_str(&format!("{before}url(#{})", name_of(id.trim())));
        rest = after;
    }
    if !out.is_empty() {
        out.push_str(rest);
        *value = out;
    }
}

/// The file with `none` in place of paints, clips and masks that are not in it,
/// which browsers take for none and EPUB refuses.
pub(super) fn without_loose_ends(bytes: Vec<u8>, ids: &BTreeSet<String>) -> Vec<u8> {
    const OPEN: &str = "url(#";
    let Ok(text) = std::str::from_utf8(&bytes) else { return bytes };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once(OPEN) {
        out.push_str(before);
        match tail.split_once(')') {
            Some((id, after)) if !ids.contains(id.trim()) => {
                out.push_str("none");
                rest = after;
            }
            Some(_) | None => {
                out.push_str(OPEN);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out.into_bytes()
}

/// Why an attribute is taken out.
pub(super) fn unwanted(key: &str, value: &str) -> Option<&'static str> {
    let name = local(key).to_lowercase();
    if key.starts_with("xmlns") {
        return None;
    }
    if name.starts_with("on") {
        return Some("event handlers");
    }
    if matches!(name.as_str(), "href" | "src" | "base") && !(key == "xml:base" && value.is_empty()) {
        return (!value.trim().starts_with('#')).then_some("addresses outside of the file");
    }
    // An escape could hide a word, and only words for people need any.
    let escaped = value.contains('\\') && !name.starts_with("aria-") && !name.starts_with("data-");
    (escaped || reaches_out(value)).then_some("addresses outside of the file")
}

/// Whether a style or attribute names something outside of the file.
fn reaches_out(value: &str) -> bool {
    let lower: String = value.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    lower.contains("javascript:")
        || lower.contains("expression(")
        || lower.split("url(").skip(1).any(|rest| {
            let rest = rest.trim_start_matches(['"', '\'']);
            !rest.starts_with('#')
        })
}

/// Whether an address holds what it leads to.
pub(super) fn is_data(address: &str) -> bool {
    address.trim().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// The size in CSS pixels, from `width` and `height`, else from `viewBox`.
pub(super) fn size(attributes: &[(String, String)]) -> Result<(u32, u32), String> {
    let get = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let view: Vec<f64> = get("viewBox")
        .unwrap_or("")
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.parse().ok())
        .collect();
    let view = match view.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    };
    let width = get("width").and_then(pixels);
    let height = get("height").and_then(pixels);
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (None, None, Some(view)) => view,
        (_, _, None) => return Err("it has neither width and height nor a viewBox".to_owned()),
    };
    let whole = |n: f64| {
        let n = n.ceil();
        // Checked to be in range; `as` is exact for whole numbers there.
        if n.is_finite() && (1.0..=4e9).contains(&n) {
            Ok(n as u32)
        } else {
            Err("its size is absurd".to_owned())
        }
    };
    Ok((whole(width)?, whole(height)?))
}

/// A CSS length in pixels; none for one that depends on the page.
pub(super) fn pixels(text: &str) -> Option<f64> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".+-eE".contains(c))).unwrap_or(text.len());
    // The `e` of `em` is no exponent.
    let end = if text[end..].starts_with('m') && text[..end].ends_with('e') { end - 1 } else { end };
    let value: f64 = text.get(..end)?.parse().ok()?;
    let factor = match text[end..].trim() {
        "" | "px" => 1.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "em" | "rem" => 16.0,
        "ex" => 8.0,
        _ => return None,
    };
    (value > 0.0).then_some(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_refers_to_nothing_becomes_none() {
        let ids = BTreeSet::from(["a".to_owned()]);
        let svg = "<rect fill=\"url(#a)\" style=\"stroke:url(#b);clip-path:url(#c\"/>";
        let shown = without_loose_ends(svg.as_bytes().to_vec(), &ids);
        let wanted = "<rect fill=\"url(#a)\" style=\"stroke:none;clip-path:url(#c\"/>";
        assert_eq!(String::from_utf8(shown).expect("UTF-8"), wanted);
    }
}
