//! Paper, margins and type sizes. All lengths are in points (1/72 inch).

use std::str::FromStr;

use serde::Serialize;
use typst::layout::Paper;

use super::PdfOptions;
use crate::theme::Look;

/// Space between the ground's edge and the code, in points.
const CODE_INSET: f64 = 8.0;

/// Points in a millimetre.
const MM: f64 = 72.0 / 25.4;

/// The paper that is the screen of a reader of six inches, 90 by 122 mm.
pub const SIX_INCH: &str = "6-inch";

/// How many lines of code are a third of so many points.
fn third(height: f64, code_size: f64) -> usize {
    ((height / (code_size * 1.4) / 3.0).floor() as usize).max(4)
}

/// The shape of a page; constant for a run, whatever the edition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Geometry {
    /// Width of the paper.
    pub width: f64,
    /// Height of the paper.
    pub height: f64,
    /// Inner margin: left, or towards the spine.
    pub inside: f64,
    /// Outer margin.
    pub outside: f64,
    /// Margin above the text.
    pub top: f64,
    /// Margin below the text.
    pub bottom: f64,
    /// Size of the text.
    pub text_size: f64,
    /// Size of code blocks.
    pub code_size: f64,
    /// How far code blocks reach into the outer margin.
    pub code_hang: f64,
    /// How many lines of code are a third of a page: up to that a block stays whole.
    pub code_whole: usize,
    /// Whether left and right pages mirror each other.
    pub two_sided: bool,
    /// The theme's data.
    pub look: Look,
    /// Whether pages have running heads.
    pub heads: bool,
    /// Size of what stands in the foot.
    pub foot_size: f64,
    /// The room below a chapter's title, in parts of the usual one.
    pub opening: f64,
}

impl Geometry {
    /// The page of the options. The margins of A4 are those of the brief and
    /// shrink with the paper; a paper that nobody knows is taken as A4.
    pub fn new(options: &PdfOptions) -> Self {
        if options.paper == SIX_INCH {
            return Self::six_inch(options);
        }
        let paper = Paper::from_str(&options.paper).unwrap_or(Paper::A4);
        let (width, height) = (paper.width().to_pt(), paper.height().to_pt());
        // The share of A4's width or height, but never less than a printer needs.
        let across = |share: f64| (width * share / 210.0).max(9.0 * MM);
        let down = |share: f64| (height * share / 297.0).max(10.0 * MM);
        let small = width < 450.0;
        let look = options.theme.look.clone();
        let [inner, outer, upper, lower] = look.margins;
        let [small_inner, small_outer] = look.small_margins;
        let (inside, outside) =
            if small { (across(small_inner), across(small_outer)) } else { (across(inner), across(outer)) };
        let measure = width - inside - outside;
        let code_size = if small { look.small_code_size } else { look.code_size };
        let code_hang = (measure * 0.06).min(outside - 7.0 * MM).max(0.0);
        let (top, bottom) = (down(upper), down(lower));
        Self {
            width,
            height,
            inside,
            outside,
            top,
            bottom,
            text_size: if small { look.small_text_size } else { look.text_size },
            code_size,
            code_hang,
            code_whole: third(height - top - bottom, code_size),
            two_sided: options.two_sided,
            heads: true,
            foot_size: look.furniture,
            opening: 1.0,
            look,
        }
    }

    /// The screen of a reader of six inches: nothing is printed, so margins
    /// are only what keeps letters off the frame, and no line of it is spent
    /// on running heads. Letters are as large as those of a paperback.
    fn six_inch(options: &PdfOptions) -> Self {
        let (look, usual) = (options.theme.look.clone(), Look::default());
        let (height, top, bottom) = (122.0 * MM, 6.0 * MM, 9.0 * MM);
        let code_size = 6.6 * look.small_code_size / usual.small_code_size;
        Self {
            width: 90.0 * MM,
            height,
            inside: 5.5 * MM,
            outside: 5.5 * MM,
            top,
            bottom,
            text_size: 9.2 * look.small_text_size / usual.small_text_size,
            code_size,
            code_hang: 0.0,
            code_whole: third(height - top - bottom, code_size),
            two_sided: options.two_sided,
            heads: false,
            foot_size: 6.8 * look.furniture / usual.furniture,
            opening: 0.5,
            look,
        }
    }

    /// How many columns of code fit a line that is indented by so many points.
    pub fn code_columns(&self, indent: f64) -> usize {
        let inner = self.measure() + self.code_hang - indent - 2.0 * CODE_INSET;
        ((inner / (self.code_size * self.look.code_advance)).floor().max(0.0) as usize).max(16)
    }

    /// Whether a page, from 1, is a left one, whose margins mirror those of
    /// right ones.
    pub fn is_verso(&self, number: usize) -> bool {
        self.two_sided && number.is_multiple_of(2)
    }

    /// The left and the right margin of a page, from 1, in a book that may run
    /// from right to left.
    pub fn margins(&self, rtl: bool, number: usize) -> (f64, f64) {
        if rtl != self.is_verso(number) { (self.outside, self.inside) } else { (self.inside, self.outside) }
    }

    /// Width of the text.
    pub fn measure(&self) -> f64 {
        self.width - self.inside - self.outside
    }

    /// Width of the text on a turned page.
    pub fn turned_measure(&self) -> f64 {
        self.height - self.inside - self.outside
    }

    /// Height of the text.
    pub fn text_height(&self) -> f64 {
        self.height - self.top - self.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_has_the_measure_of_the_brief_and_84_columns_of_code() {
        let a4 = Geometry::new(&PdfOptions::default());
        assert!((a4.measure() / 72.0 * 25.4 - 140.0).abs() < 0.1, "{}", a4.measure());
        assert!(a4.code_columns(0.0) >= 84, "{}", a4.code_columns(0.0));
        assert!(a4.code_hang < a4.outside);
    }

    #[test]
    fn large_type_has_room_for_words_and_code() {
        use crate::theme::{Theme, ThemeName};
        let theme = Theme::load(&ThemeName::Large).expect("built in");
        for (paper, letters, columns) in [("a4", 55.0, 60), ("us-letter", 55.0, 60), ("a5", 38.0, 45)] {
            let paper = paper.to_owned();
            let g = Geometry::new(&PdfOptions { paper, theme: theme.clone(), ..PdfOptions::default() });
            assert!(g.text_size >= 16.0);
            // A letter is about half an em wide.
            assert!(g.measure() / (g.text_size * 0.5) >= letters, "{}", g.measure());
            assert!(g.code_columns(0.0) >= columns, "{}", g.code_columns(0.0));
        }
    }

    #[test]
    fn the_screen_of_a_reader_is_used_to_its_edges() {
        let screen = Geometry::new(&PdfOptions { paper: SIX_INCH.to_owned(), ..PdfOptions::default() });
        assert!((screen.width / MM - 90.0).abs() < 0.01 && (screen.height / MM - 122.0).abs() < 0.01);
        assert!(screen.measure() > 0.85 * screen.width && !screen.heads);
        assert!(screen.code_columns(0.0) >= 50, "{}", screen.code_columns(0.0));
        assert!(Geometry::new(&PdfOptions::default()).heads);
    }

    #[test]
    fn small_papers_keep_a_usable_measure() {
        for paper in ["a5", "a6", "us-letter", "us-trade", "jis-b5"] {
            let g = Geometry::new(&PdfOptions {
                paper: paper.to_owned(),
                two_sided: true,
                ..PdfOptions::default()
            });
            assert!(g.measure() > g.width * 0.5, "{paper}");
            assert!(g.text_height() > g.height * 0.6, "{paper}");
        }
    }
}
