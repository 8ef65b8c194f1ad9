//! Entities that a drawing defines for itself. Only text may stand in them,
//! nothing is read from elsewhere, and what they grow to is bounded.

use std::collections::BTreeMap;

/// The most bytes that one entity may stand for.
const MAX_LENGTH: usize = 64 << 10;
/// How many a drawing may define.
const MAX_COUNT: usize = 1000;

/// Entities by name.
#[derive(Debug, Default)]
pub(super) struct Entities(BTreeMap<String, String>);

impl Entities {
    /// Reads the definitions of a document type declaration. Each may use the
    /// ones before it.
    ///
    /// # Errors
    /// When they are too many or grow too large.
    pub(super) fn define(&mut self, doctype: &str) -> Result<(), String> {
        for definition in doctype.split("<!ENTITY").skip(1) {
            let Some((name, value)) = parse(definition) else { continue };
            if self.0.contains_key(name) {
                continue; // the first counts (XML 1.0, 4.2)
            }
            if self.0.len() >= MAX_COUNT {
                return Err("it defines too many entities".to_owned());
            }
            // What can't be resolved stays undefined, and is named where it is used.
            let Ok(text) = quick_xml::escape::unescape_with(value, |name| self.get(name)) else { continue };
            if text.len() > MAX_LENGTH {
                return Err("its entities grow too large".to_owned());
            }
            let text = text.into_owned();
            // Markup in an entity would escape the cleaning.
            if !value.contains('<') {
                self.0.insert(name.to_owned(), text);
            }
        }
        Ok(())
    }

    /// What an entity stands for, XML's own five included.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        quick_xml::escape::resolve_predefined_entity(name).or_else(|| self.0.get(name).map(String::as_str))
    }
}

/// Name and value of a definition; none for one of another kind: of a
/// parameter entity, or of what lies in another file.
fn parse(definition: &str) -> Option<(&str, &str)> {
    let (name, rest) = definition.trim_start().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest.get(1..)?.split(quote).next()?;
    (name != "%").then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_text_and_bounded() {
        let mut entities = Entities::default();
        let text = "svg [<!ENTITY a \"x &amp; y\"> <!ENTITY b '&a;&a;'><!ENTITY % p 'q'>\
                    <!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY m '<g/>'><!ENTITY c '&c;'>]";
        entities.define(text).expect("small");
        assert_eq!(entities.get("b"), Some("x & yx & y"));
        assert_eq!(entities.get("lt"), Some("<"));
        for name in ["p", "f", "m", "c", "%"] {
            assert_eq!(entities.get(name), None, "{name}");
        }
        let laughs: String =
            (1..20).map(|i| format!("<!ENTITY l{i} '{}'>", format!("&l{};", i - 1).repeat(10))).collect();
        assert!(Entities::default().define(&format!("svg [<!ENTITY l0 'ha'>{laughs}]")).is_err());
    }
}
