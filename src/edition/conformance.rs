//! Standards of ISO that a PDF may conform to.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A standard, and the level of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Standard {
    /// PDF/A-2a (ISO 19005-2): archival, with structure and Unicode.
    #[serde(rename = "a-2a")]
    A2a,
    /// PDF/A-2u: archival, with Unicode.
    #[serde(rename = "a-2u")]
    A2u,
    /// PDF/A-2b: archival, as far as the look goes.
    #[serde(rename = "a-2b")]
    A2b,
    /// PDF/A-3a (ISO 19005-3): like 2a, with files of any kind attached.
    #[serde(rename = "a-3a")]
    A3a,
    /// PDF/A-3u.
    #[serde(rename = "a-3u")]
    A3u,
    /// PDF/A-3b.
    #[serde(rename = "a-3b")]
    A3b,
    /// PDF/UA-1 (ISO 14289-1): accessible.
    #[serde(rename = "ua-1")]
    Ua1,
}

impl Standard {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::A2a, Self::A2u, Self::A2b, Self::A3a, Self::A3u, Self::A3b, Self::Ua1];

    /// What a PDF conforms to if nothing else is asked for.
    pub const DEFAULT: [Self; 2] = [Self::A2a, Self::Ua1];

    /// The name in configurations and in `edition.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A2a => "a-2a",
            Self::A2u => "a-2u",
            Self::A2b => "a-2b",
            Self::A3a => "a-3a",
            Self::A3u => "a-3u",
            Self::A3b => "a-3b",
            Self::Ua1 => "ua-1",
        }
    }

    /// The standard of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standard| standard.as_str() == name)
    }

    /// Those that apply where files are attached to the PDF, which PDF/A-2 forbids.
    pub const WITH_SOURCES: [Self; 2] = [Self::A3a, Self::Ua1];

    /// The part of PDF/A and its level, from the strictest (0) to the least.
    fn archival(self) -> Option<(u8, u8)> {
        match self {
            Self::A2a => Some((2, 0)),
            Self::A2u => Some((2, 1)),
            Self::A2b => Some((2, 2)),
            Self::A3a => Some((3, 0)),
            Self::A3u => Some((3, 1)),
            Self::A3b => Some((3, 2)),
            Self::Ua1 => None,
        }
    }

    /// Whether it is a level of PDF/A-2, which allows no attached files.
    fn forbids_attachments(self) -> bool {
        self.archival().is_some_and(|(part, _)| part == 2)
    }

    /// What is tried for a PDF, one after another, until one holds: what is
    /// asked for; the lower levels of the same PDF/A beside PDF/UA-1; all
    /// levels of it without; PDF/UA-1 alone; none. Structure and text for
    /// readers' programs are thus kept as long as an archival level that
    /// includes them is, and an archival level rather than none.
    pub fn ladder(asked: &[Self]) -> Vec<Vec<Self>> {
        let accessible = asked.contains(&Self::Ua1);
        let highest = asked.iter().find_map(|standard| standard.archival());
        let lower: Vec<Self> = Self::ALL
            .into_iter()
            .filter(|s| s.archival().zip(highest).is_some_and(|(s, h)| s.0 == h.0 && s.1 >= h.1))
            .collect();
        let mut steps = vec![asked.to_vec()];
        if accessible {
            steps.extend(lower.iter().map(|level| vec![*level, Self::Ua1]));
        }
        steps.extend(lower.iter().map(|level| vec![*level]));
        if accessible {
            steps.push(vec![Self::Ua1]);
        }
        steps.push(Vec::new());
        let mut seen = BTreeSet::new();
        steps.retain(|step| seen.insert(step.iter().copied().collect::<BTreeSet<_>>()));
        steps
    }

    /// What is wrong with standards that are asked for together, and a hint;
    /// none if nothing is. `attached`: with files attached.
    pub fn conflict(asked: &[Self], attached: bool) -> Option<(String, &'static str)> {
        let levels: Vec<Self> = asked.iter().copied().filter(|s| s.archival().is_some()).collect();
        if let [first, second, ..] = levels.as_slice() {
            let message = format!("a PDF can't be both {} and {}", first.title(), second.title());
            return Some((message, "name one level of PDF/A; each includes those below it"));
        }
        let old = levels.first().filter(|level| attached && level.forbids_attachments())?;
        let message = format!("{} forbids attached files", old.title());
        Some((message, "ask for `a-3a` instead, or for no standards, or attach no sources"))
    }

    /// Standards as people name them: `PDF/A-2a and PDF/UA-1`, `none`.
    pub fn titles(standards: &[Self]) -> String {
        let names: Vec<&str> = standards.iter().map(|standard| standard.title()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" and ") }
    }

    /// The name for people: `PDF/A-2a`.
    pub fn title(self) -> &'static str {
        match self {
            Self::A2a => "PDF/A-2a",
            Self::A2u => "PDF/A-2u",
            Self::A2b => "PDF/A-2b",
            Self::A3a => "PDF/A-3a",
            Self::A3u => "PDF/A-3u",
            Self::A3b => "PDF/A-3b",
            Self::Ua1 => "PDF/UA-1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(step: &[Standard]) -> String {
        step.iter().map(|s| s.as_str()).collect::<Vec<_>>().join("+")
    }

    #[test]
    fn the_ladder_goes_down_to_none_and_never_up() {
        let ladder = |asked: &[Standard]| -> Vec<String> {
            Standard::ladder(asked).iter().map(|step| names(step)).collect()
        };
        assert_eq!(
            ladder(&Standard::DEFAULT),
            ["a-2a+ua-1", "a-2u+ua-1", "a-2b+ua-1", "a-2a", "a-2u", "a-2b", "ua-1", ""]
        );
        assert_eq!(
            ladder(&[Standard::Ua1, Standard::A3u]),
            ["ua-1+a-3u", "a-3b+ua-1", "a-3u", "a-3b", "ua-1", ""]
        );
        assert_eq!(ladder(&[Standard::A2b]), ["a-2b", ""]);
        assert_eq!(ladder(&[Standard::Ua1]), ["ua-1", ""]);
        assert_eq!(ladder(&[]), [""]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        assert_eq!(Standard::conflict(&Standard::DEFAULT, false), None);
        assert_eq!(Standard::conflict(&Standard::WITH_SOURCES, true), None);
        assert_eq!(Standard::conflict(&[Standard::Ua1], true), None);
        assert!(Standard::conflict(&Standard::DEFAULT, true).is_some_and(|(_, hint)| hint.contains("a-3a")));
        let two = Standard::conflict(&[Standard::A2a, Standard::A2b], false);
        assert!(two.is_some_and(|(message, _)| message == "a PDF can't be both PDF/A-2a and PDF/A-2b"));
    }
}
