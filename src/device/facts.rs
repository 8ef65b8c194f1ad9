//! What is known of each family, and from where.
//!
//! Every limit names its source; what no source could be found for is not in
//! here. `docs/src/e-readers.md` shows the same for readers; a test holds that
//! each source is named there.

use super::Profile;
use crate::media::MediaKind;

/// Where something is said.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// A short name, as hints have it.
    pub name: &'static str,
    /// Its title and, where it has one, its section or date.
    pub title: &'static str,
    /// Its address.
    pub address: &'static str,
}

/// A value and where it is from.
#[derive(Debug, Clone, Copy)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Who says so.
    pub source: &'static Source,
}

/// What becomes of drawings (SVG).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawings {
    /// They are shown, text and all.
    Shown,
    /// Their text is not shown, so pictures stand for them.
    Pictures,
}

/// What becomes of equations (MathML).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MathMl {
    /// They are set.
    Set,
    /// They are set, but not in every file.
    Partly,
    /// They can't be relied on, so pictures stand for them.
    Pictures,
}

/// A limit of the whole file.
#[derive(Debug, Clone, Copy)]
pub struct FileLimit {
    /// In bytes.
    pub bytes: u64,
    /// Who has the limit, in words that follow "the … that".
    pub who: &'static str,
    /// Whether there is another way for larger files.
    pub another_way: bool,
    /// Who says so.
    pub source: &'static Source,
}

/// What is known of a family.
#[derive(Debug)]
pub struct Facts {
    /// The formats of images, besides drawings.
    pub formats: Sourced<&'static [MediaKind]>,
    /// Whether images that move are refused.
    pub still: Option<&'static Source>,
    /// Whether transparent parts are refused or filled anyhow.
    pub opaque: Option<&'static Source>,
    /// The most bytes of an image.
    pub image_bytes: Option<Sourced<u64>>,
    /// The most pixels of an image.
    pub image_pixels: Option<Sourced<u64>>,
    /// Drawings.
    pub drawings: Sourced<Drawings>,
    /// Equations.
    pub mathml: Sourced<MathMl>,
    /// How many levels of the contents are shown.
    pub levels: Option<Sourced<usize>>,
    /// The limits of the whole file, the lowest first.
    pub file: &'static [FileLimit],
    /// The most bytes of a content document.
    pub document_bytes: Option<Sourced<u64>>,
    /// Who says that emoji are lacking, if they are.
    pub emoji: Option<&'static Source>,
    /// Whether rules for dark themes may stand in the style sheet.
    pub dark_scheme: bool,
}

macro_rules! sources {
    ($($const:ident = $name:literal, $title:literal, $address:literal;)+) => {
        $(static $const: Source = Source { name: $name, title: $title, address: $address };)+

        /// All sources.
        #[cfg(test)]
        pub static SOURCES: &[&Source] = &[$(&$const,)+];
    };
}

sources! {
    KDP_IMAGES = "KDP Image Guidelines", "Kindle Direct Publishing: Image Guidelines, Reflowable",
        "kdp.amazon.com/help/topic/G75V4YX5X8GRGXWV";
    KPG_SVG = "Kindle Publishing Guidelines", "Kindle Publishing Guidelines 2019: Use Supported SVG Tags and Elements",
        "kdp.amazon.com/help/topic/G75V4YX5X8GRGXWV";
    KPG_SIZE = "Kindle Publishing Guidelines", "Kindle Publishing Guidelines 2014.1, section 3.6: Image Guidelines",
        "authoradventures.blogspot.com/2014/05/kindle-image-file-size-increase.html";
    KPG_NCX = "Kindle Publishing Guidelines", "Kindle Publishing Guidelines 2019.2, section 5.2: NCX Guidelines",
        "kdp.amazon.com/help/topic/GY3AD8C6C6GAG42N";
    KINDLE_MATH = "KindleGen's log", "KindleGen: “Rejected unknown tag: <math>”",
        "github.com/wikimedia/ws-export/issues/27";
    KINDLE_EMOJI = "seen on devices", "Emojis don’t show up in Kindle (2026)",
        "github.com/domenic/worm-scraper/issues/80";
    KINDLE_MAIL = "Amazon’s help", "Using Your Send to Kindle Email Address",
        "www.amazon.co.uk/gp/help/customer/display.html?nodeId=201974220";
    KINDLE_WEB = "seen at Send to Kindle", "Send to Kindle on the web takes 200 MB",
        "github.com/hendricius/the-sourdough-framework/issues/225";
    KOBO = "Kobo EPUB Guidelines", "Kobo EPUB Guidelines (August 2025)",
        "github.com/kobolabs/epub-spec";
    KOBO_SIGNS = "seen on devices", "A symbol that doesn’t appear on Rakuten Kobo eReaders",
        "github.com/domenic/worm-scraper/pull/39";
    KOREADER_IMAGES = "CREngine’s history", "CREngine: support for WebP images (2022.08)",
        "github.com/koreader/crengine/pull/487";
    KOREADER_SVG = "KOReader’s history", "KOReader: better SVG support, text included (2022.09)",
        "github.com/koreader/koreader-base/pull/1514";
    KOREADER_MATH = "KOReader’s history", "KOReader: support for MathML (2021.04)",
        "github.com/koreader/koreader/pull/7465";
    KOREADER_EMOJI = "KOReader’s issues", "KOReader: an emoji font does not act as a fallback for emoji (2025)",
        "github.com/koreader/koreader/issues/14535";
    APPLE_GUIDE = "Apple Books Asset Guide", "Apple Books Asset Guide 5.3: EPUB 3.3 is supported",
        "help.apple.com/itc/booksassetguide/en.lproj/static.html";
    APPLE_SIZE = "Apple’s “Prepare your book”", "Apple Books Partner Support: Prepare your book",
        "itunespartner.apple.com/books/support/9-prepare-book";
}

const MB: u64 = 1_000_000;

impl Profile {
    /// What is known of the family.
    pub fn facts(self) -> &'static Facts {
        match self {
            Self::Kindle => &KINDLE_FACTS,
            Self::Kobo => &KOBO_FACTS,
            Self::Koreader => &KOREADER_FACTS,
            Self::Apple => &APPLE_FACTS,
        }
    }
}

static KINDLE_FACTS: Facts = Facts {
    formats: Sourced { value: &[MediaKind::Jpeg, MediaKind::Png, MediaKind::Gif], source: &KDP_IMAGES },
    still: Some(&KDP_IMAGES),
    opaque: Some(&KDP_IMAGES),
    image_bytes: Some(Sourced { value: 5 * MB, source: &KPG_SIZE }),
    image_pixels: None,
    drawings: Sourced { value: Drawings::Pictures, source: &KPG_SVG },
    mathml: Sourced { value: MathMl::Pictures, source: &KINDLE_MATH },
    levels: Some(Sourced { value: 2, source: &KPG_NCX }),
    file: &[
        FileLimit {
            bytes: 50 * MB,
            who: "Send to Kindle takes by e-mail",
            another_way: true,
            source: &KINDLE_MAIL,
        },
        FileLimit { bytes: 200 * MB, who: "Send to Kindle takes", another_way: false, source: &KINDLE_WEB },
    ],
    document_bytes: None,
    emoji: Some(&KINDLE_EMOJI),
    dark_scheme: false,
};

static KOBO_FACTS: Facts = Facts {
    formats: Sourced {
        value: &[MediaKind::Jpeg, MediaKind::Png, MediaKind::Gif, MediaKind::WebP],
        source: &KOBO,
    },
    still: None,
    opaque: Some(&KOBO),
    image_bytes: None,
    image_pixels: None,
    drawings: Sourced { value: Drawings::Shown, source: &KOBO },
    mathml: Sourced { value: MathMl::Partly, source: &KOBO },
    levels: Some(Sourced { value: 3, source: &KOBO }),
    file: &[FileLimit { bytes: 1000 * MB, who: "Kobo advises at most", another_way: false, source: &KOBO }],
    document_bytes: Some(Sourced { value: 10 * MB, source: &KOBO }),
    emoji: Some(&KOBO_SIGNS),
    dark_scheme: true,
};

static KOREADER_FACTS: Facts = Facts {
    formats: Sourced {
        value: &[MediaKind::Jpeg, MediaKind::Png, MediaKind::Gif, MediaKind::WebP],
        source: &KOREADER_IMAGES,
    },
    still: None,
    opaque: None,
    image_bytes: None,
    image_pixels: None,
    drawings: Sourced { value: Drawings::Shown, source: &KOREADER_SVG },
    mathml: Sourced { value: MathMl::Set, source: &KOREADER_MATH },
    levels: None,
    file: &[],
    document_bytes: None,
    emoji: Some(&KOREADER_EMOJI),
    dark_scheme: true,
};

static APPLE_FACTS: Facts = Facts {
    formats: Sourced {
        value: &[MediaKind::Jpeg, MediaKind::Png, MediaKind::Gif, MediaKind::WebP],
        source: &APPLE_GUIDE,
    },
    still: None,
    opaque: None,
    image_bytes: None,
    image_pixels: Some(Sourced { value: 4_000_000, source: &APPLE_SIZE }),
    drawings: Sourced { value: Drawings::Shown, source: &APPLE_GUIDE },
    mathml: Sourced { value: MathMl::Set, source: &APPLE_GUIDE },
    levels: None,
    file: &[FileLimit {
        bytes: 2000 * MB,
        who: "Apple Books takes",
        another_way: false,
        source: &APPLE_SIZE,
    }],
    document_bytes: None,
    emoji: None,
    dark_scheme: true,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_named_on_the_page_about_e_readers() {
        let page = include_str!("../../docs/src/e-readers.md");
        for source in SOURCES {
            assert!(page.contains(source.address), "{}", source.address);
            assert!(!source.name.is_empty() && !source.title.is_empty());
        }
    }

    #[test]
    fn limits_rise() {
        for profile in Profile::ALL {
            let facts = profile.facts();
            assert!(facts.file.is_sorted_by_key(|limit| limit.bytes), "{}", profile.as_str());
            assert!(!facts.formats.value.contains(&MediaKind::Svg), "drawings are a fact of their own");
        }
    }
}
