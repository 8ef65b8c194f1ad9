//! Families of e-readers: what an EPUB for one of them does without, and what
//! won't work there.

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

    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|profile| profile.as_str() == name)
    }
}
