//! How pages look, as far as data says it: colours, sizes, fonts, margins. The
//! built-in themes are three of these; a user's `theme.toml` changes one.

use serde::Serialize;

use crate::typeface::LARGE_FAMILY;

/// What the theme in Typst reads below `look` of `/style.json`, and what the
/// shape of a page follows from. Colours are `#rrggbb`, or a share of black ink
/// such as `60%`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// The families of text, in front of Bindery's own.
    pub text_fonts: Vec<String>,
    /// The families of code, in front of Bindery's own.
    pub code_fonts: Vec<String>,
    /// Width of a character of the code font, in em.
    pub code_advance: f64,
    /// Size of the text, in points.
    pub text_size: f64,
    /// The same on small papers.
    pub small_text_size: f64,
    /// Size of code blocks, in points.
    pub code_size: f64,
    /// The same on small papers.
    pub small_code_size: f64,
    /// Sizes of a chapter's title and of the headings below it, in points.
    pub headings: [f64; 4],
    /// Width of the text below which headings become smaller, in points.
    pub heading_measure: f64,
    /// How much larger what stands on the title page is than usual.
    pub display: f64,
    /// Size of running heads and feet, in points.
    pub furniture: f64,
    /// The least size of notes, captions and other small text, in em.
    pub least: f64,
    /// Space between lines, in em.
    pub leading: f64,
    /// Space between paragraphs, in em.
    pub spacing: f64,
    /// Whether lines are justified, and words hyphenated.
    pub justify: bool,
    /// What is emphasised: `italic` or `bold`.
    pub emphasis: String,
    /// Weight of headings: `regular` or `bold`.
    pub heading_weight: String,
    /// Colour of the text.
    pub ink: String,
    /// Colour of headings.
    pub accent: String,
    /// Colour of links.
    pub link: String,
    /// Colour of what speaks more quietly.
    pub grey: String,
    /// Colour of thin lines.
    pub hairline: String,
    /// The ground behind code; none where the paper shows.
    pub ground: Option<String>,
    /// The ground behind marked words; none underlines them.
    pub mark: Option<String>,
    /// Whether alerts have colours of their own.
    pub alerts: bool,
    /// Whether keywords of code are bold.
    pub bold_keywords: bool,
    /// Colours of code.
    pub tokens: Tokens,
    /// Inner, outer, upper and lower margin on A4, in millimetres. On other
    /// papers they are the same share.
    pub margins: [f64; 4],
    /// Inner and outer margin on small papers, as if they were of A4.
    pub small_margins: [f64; 2],
}

// No value is not a number: what is set is checked.
impl Eq for Look {}

/// Colours of code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tokens {
    /// Keywords.
    pub keyword: String,
    /// Strings.
    pub string: String,
    /// Comments.
    pub comment: String,
    /// Numbers and other constants.
    pub number: String,
    /// Functions.
    pub function: String,
    /// Types.
    pub r#type: String,
    /// Attributes, macros and the like.
    pub meta: String,
    /// Lines that came in.
    pub inserted: String,
    /// Lines that went.
    pub deleted: String,
}

impl Default for Look {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            text_fonts: Vec::new(),
            code_fonts: Vec::new(),
            code_advance: 0.6,
            text_size: 10.5,
            small_text_size: 9.5,
            code_size: 7.8,
            small_code_size: 6.8,
            headings: [23.0, 14.0, 11.5, 10.5],
            heading_measure: 0.0,
            display: 1.0,
            furniture: 8.5,
            least: 0.0,
            leading: 0.45,
            spacing: 1.05,
            justify: true,
            emphasis: own("italic"),
            heading_weight: own("regular"),
            ink: own("#1d1d1f"),
            accent: own("#1f4e79"),
            link: own("#1f4e79"),
            grey: own("#5f6368"),
            hairline: own("#c9ccd1"),
            ground: Some(own("#f5f6f7")),
            mark: Some(own("#fdf1b8")),
            alerts: true,
            bold_keywords: false,
            tokens: Tokens {
                keyword: own("#8f2a62"),
                string: own("#2e6431"),
                comment: own("#62666c"),
                number: own("#8a4b08"),
                function: own("#1f4e8c"),
                r#type: own("#0f5f66"),
                meta: own("#6a4a9c"),
                inserted: own("#22613a"),
                deleted: own("#a02828"),
            },
            margins: [32.0, 38.0, 30.0, 34.0],
            small_margins: [20.0, 22.0],
        }
    }
}

impl Tokens {
    fn all(colour: &str) -> Self {
        let own = || colour.to_owned();
        Self {
            keyword: own(),
            string: own(),
            comment: own(),
            number: own(),
            function: own(),
            r#type: own(),
            meta: own(),
            inserted: own(),
            deleted: own(),
        }
    }
}

impl Look {
    /// For print shops: black ink alone, and nothing in a screen's colours.
    pub fn plain() -> Self {
        let black = || "100%".to_owned();
        Self {
            ink: black(),
            accent: black(),
            link: black(),
            grey: black(),
            hairline: black(),
            ground: None,
            mark: None,
            alerts: false,
            bold_keywords: true,
            tokens: Tokens::all("100%"),
            ..Self::default()
        }
    }

    /// Large type, as associations of blind and partially sighted people advise:
    /// 16 pt in a clear face, ragged, without italics, in strong contrast, on
    /// margins that leave room for some sixty letters.
    pub fn large() -> Self {
        let own = str::to_owned;
        Self {
            text_fonts: vec![own(LARGE_FAMILY)],
            text_size: 16.0,
            small_text_size: 16.0,
            code_size: 12.0,
            small_code_size: 11.0,
            headings: [27.0, 21.0, 18.5, 16.5],
            heading_measure: 340.0,
            display: 1.35,
            furniture: 13.0,
            least: 0.94,
            leading: 0.6,
            spacing: 1.25,
            justify: false,
            emphasis: own("bold"),
            heading_weight: own("bold"),
            ink: own("#000000"),
            accent: own("#0b2f55"),
            link: own("#0b2f55"),
            grey: own("#333333"),
            hairline: own("#8a8d92"),
            tokens: Tokens {
                keyword: own("#7a1550"),
                string: own("#17491c"),
                comment: own("#3f4247"),
                number: own("#633200"),
                function: own("#12386e"),
                r#type: own("#0a454b"),
                meta: own("#4c2f7d"),
                inserted: own("#17491c"),
                deleted: own("#861414"),
            },
            margins: [21.0, 21.0, 24.0, 27.0],
            small_margins: [18.0, 18.0],
            ..Self::default()
        }
    }
}
