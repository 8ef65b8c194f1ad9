//! Families of e-readers: what an EPUB for one of them does without, and what
//! won't work there.
//!
//! [`facts`] holds what is known of a family, each with its source; everything
//! else follows from that. [`preflight`] says to the author what won't work;
//! [`picture`] and [`emoji`] make what the EPUB has instead.

pub mod emoji;
pub mod equations;
pub mod facts;
pub mod picture;
mod preflight;

use self::equations::Equations;
pub use self::preflight::{document_size, file_size, preflight};

/// What an EPUB for a family is made with.
#[derive(Debug, Clone)]
pub struct Device {
    /// The family.
    pub profile: Profile,
    /// Pictures of the book's equations, where the family needs them.
    pub equations: Equations,
}

impl Device {
    /// A family, without pictures of equations: they are shown as they are
    /// written.
    pub fn new(profile: Profile) -> Self {
        Self { profile, equations: Equations::new() }
    }

    /// Whether the family needs pictures of equations.
    pub fn draws_equations(&self) -> bool {
        self.profile.facts().mathml.value == facts::MathMl::Pictures
    }
}

/// A family of devices and programs that read EPUBs in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Amazon's Kindles, which get EPUBs by way of Send to Kindle.
    Kindle,
    /// Rakuten's Kobos.
    Kobo,
    /// KOReader, on whatever device.
    Koreader,
    /// Apple Books.
    Apple,
}

impl Profile {
    /// All of them, in the order in which they are listed.
    pub const ALL: &'static [Self] = &[Self::Kindle, Self::Kobo, Self::Koreader, Self::Apple];

    /// The name, as `--profile` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kindle => "kindle",
            Self::Kobo => "kobo",
            Self::Koreader => "koreader",
            Self::Apple => "apple",
        }
    }

    /// The family as a sentence names it.
    pub fn called(self) -> &'static str {
        match self {
            Self::Kindle => "Kindle",
            Self::Kobo => "Kobo",
            Self::Koreader => "KOReader",
            Self::Apple => "Apple Books",
        }
    }

    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.as_str() == name)
    }

    /// The style sheet of the family's EPUBs, made from the usual one. What
    /// follows the usual rules is for what only such an EPUB holds.
    pub fn style_sheet(self, usual: &str) -> String {
        let facts = self.facts();
        let mut sheet = if facts.dark_scheme { usual.to_owned() } else { without_dark_scheme(usual) };
        if facts.emoji.is_some() {
            sheet.push_str(EMOJI_RULES);
        }
        if facts.mathml.value == facts::MathMl::Pictures {
            sheet.push_str(EQUATION_RULES);
        }
        sheet
    }
}

/// Emoji as pictures: as high as the letters around them, in code two columns
/// wide.
const EMOJI_RULES: &str = "
/* Emoji as pictures */
img.emoji { width: 1em; height: 1em; max-width: none; vertical-align: -0.12em; margin: 0 0.06em; background-color: transparent; }
pre img.emoji { width: 1.2em; height: 1.2em; margin: 0; vertical-align: -0.25em; }
";

/// Equations as pictures.
const EQUATION_RULES: &str = "
/* Equations as pictures */
img.math { max-height: none; background-color: transparent; }
";

/// A style sheet without what stands under `@media (prefers-color-scheme`.
fn without_dark_scheme(sheet: &str) -> String {
    let mut out = String::new();
    let mut rest = sheet;
    while let Some(at) = rest.find("@media (prefers-color-scheme") {
        let (before, block) = rest.split_at(at);
        out.push_str(before);
        let mut depth = 0_usize;
        let end = block.char_indices().find_map(|(i, c)| match c {
            '{' => {
                depth += 1;
                None
            }
            '}' => {
                depth = depth.saturating_sub(1);
                (depth == 0).then_some(i + 1)
            }
            _ => None,
        });
        rest = end.and_then(|end| block.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for profile in Profile::ALL {
            assert_eq!(Profile::from_name(profile.as_str()), Some(*profile));
        }
        assert_eq!(Profile::from_name("nook"), None);
    }

    #[test]
    fn a_block_of_a_colour_scheme_is_taken_out_whole() {
        let sheet = "a { b: c; }\n@media (prefers-color-scheme: dark) {\n  p { d: e; }\n  q { f: g; }\n}\nr { s: t; }\n";
        assert_eq!(without_dark_scheme(sheet), "a { b: c; }\n\nr { s: t; }\n");
        assert_eq!(without_dark_scheme("x { y: z; }"), "x { y: z; }");
        assert_eq!(without_dark_scheme("@media (prefers-color-scheme: dark) { p {"), "");
    }

    #[test]
    fn only_families_that_lack_emoji_have_rules_for_their_pictures() {
        assert!(Profile::Kindle.style_sheet("").contains("img.emoji"));
        assert_eq!(Profile::Apple.style_sheet("p {}"), "p {}");
    }
}
