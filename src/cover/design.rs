//! What stands where: the title over a pattern, the date below. One drawing
//! for pages of any size, a plainer one for thumbnails, and one across for
//! cards.

use super::canvas::{Canvas, Colour};
use super::letters::{Letters, Style};
use super::palette::Palette;
use super::pattern::Pattern;
use super::words::{Lines, Room, fit};

/// What a cover says; none of what no font can draw.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    pub(super) title: Option<String>,
    pub(super) subtitle: Option<String>,
    pub(super) authors: Option<String>,
    /// `Edition of 8 February 2025`.
    pub(super) edition: String,
    /// `8 February 2025`.
    pub(super) date: String,
    /// The short revision.
    pub(super) revision: String,
}

/// Everything that a drawing is made from.
pub(super) struct Design<'a> {
    pub(super) words: &'a Words,
    pub(super) letters: &'a Letters<'a>,
    pub(super) palette: Palette,
    pub(super) pattern: &'a Pattern,
    /// Whether text begins at the right.
    pub(super) rtl: bool,
}

/// Where lines stand: from `x` on, so far, and from `y` on.
#[derive(Debug, Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    measure: f64,
}

/// The height of a line of the title, and of other lines, in type sizes.
const TIGHT: f64 = 1.06;
const LOOSE: f64 = 1.25;
/// The height of capitals.
const CAPITAL: f64 = 0.66;

impl Design<'_> {
    /// A page of a size, with everything. Where it stays a drawing, tiles have to
    /// overlap a little: viewers show seams.
    pub(super) fn page(&self, width: f64, height: f64, overlap: f64) -> Canvas {
        let mut canvas = Canvas::new(width, height, self.palette.ground);
        let margin = width * 0.085;
        let measure = width - 2.0 * margin;
        let sizes = |sizes: &[(f64, usize)]| -> Vec<(f64, usize)> {
            sizes.iter().map(|(size, lines)| (size * width, *lines)).collect()
        };
        let titles = sizes(&[
            (0.165, 2),
            (0.14, 3),
            (0.12, 3),
            (0.104, 4),
            (0.09, 4),
            (0.078, 5),
            (0.066, 6),
            (0.056, 7),
            (0.046, 9),
            (0.038, 14),
        ]);
        let small = sizes(&[(0.05, 2), (0.043, 3), (0.036, 5)]);
        let names = sizes(&[(0.042, 2), (0.036, 3), (0.031, 4)]);
        let set = |text: &Option<String>, style, sizes: &[(f64, usize)]| {
            let text = text.as_deref()?;
            Some(fit(self.letters, text, style, Room { measure, sizes })).filter(|it| !it.lines.is_empty())
        };
        let title = set(&self.words.title, Style::Regular, &titles);
        let subtitle = set(&self.words.subtitle, Style::Italic, &small);
        let authors = set(&self.words.authors, Style::Regular, &names);
        let high = |lines: &Option<Lines>, leading: f64, gap: f64| {
            lines.as_ref().map_or(0.0, |it| it.size * leading * it.lines.len() as f64 + gap)
        };
        let foot = width * 0.13;
        let needed = margin
            + high(&title, TIGHT, width * 0.03)
            + high(&subtitle, LOOSE, width * 0.03)
            + high(&authors, LOOSE, width * 0.04)
            + width * 0.02;
        // Whole rows of tiles in what is left.
        let columns = self.pattern.columns;
        let unit = width / columns as f64;
        let field = (height - foot - needed.max(height * 0.25)).max(0.0);
        // `as` cuts the fraction off.
        let rows = (field / unit) as usize;
        let top = height - foot - rows as f64 * unit;
        self.pattern.draw(&mut canvas, (0.0, top), (columns, rows), unit, overlap);
        let mut y = margin * 0.92;
        for (lines, style, leading, gap, colour) in [
            (&title, Style::Regular, TIGHT, 0.03, self.palette.ink),
            (&subtitle, Style::Italic, LOOSE, 0.0, self.palette.ink),
        ] {
            if let Some(lines) = lines {
                self.lines(&mut canvas, lines, style, leading, Place { x: margin, y, measure }, colour);
                y += high(&Some(lines.clone()), leading, gap * width);
            }
        }
        if let Some(lines) = &authors {
            let y = top - width * 0.05 - high(&authors, LOOSE, 0.0) + lines.size * (LOOSE - CAPITAL) / 2.0;
            self.lines(
                &mut canvas,
                lines,
                Style::Regular,
                LOOSE,
                Place { x: margin, y, measure },
                self.palette.quiet(),
            );
        }
        self.foot(&mut canvas, foot, margin, width * 0.04);
        canvas
    }

    /// The line at the foot of a page: the edition, and the revision at the
    /// other end.
    fn foot(&self, canvas: &mut Canvas, foot: f64, margin: f64, size: f64) {
        let measure = canvas.width - 2.0 * margin;
        let width = self.letters.width(&self.words.edition, Style::Regular) * size;
        let size = if width > measure { size * measure / width } else { size };
        let y = canvas.height - foot / 2.0 + size * CAPITAL / 2.0;
        self.line(
            canvas,
            &self.words.edition,
            Style::Regular,
            Place { x: margin, y, measure },
            size,
            self.palette.ink,
        );
        let small = size * 0.8;
        let own = self.letters.width(&self.words.revision, Style::Regular) * small;
        if !self.words.revision.is_empty() && width + own + size <= measure {
            let x = if self.rtl { margin } else { margin + measure - own };
            let colour = self.palette.quiet();
            self.letters.set(canvas, &self.words.revision, Style::Regular, (x, y), small, colour);
        }
    }

    /// A thumbnail: the title in larger type, fewer tiles, the date.
    pub(super) fn thumbnail(&self, width: f64, height: f64) -> Canvas {
        let mut canvas = Canvas::new(width, height, self.palette.ground);
        let margin = width * 0.08;
        let measure = width - 2.0 * margin;
        let titles = [(0.2, 2), (0.175, 3), (0.15, 4), (0.13, 4), (0.11, 5), (0.095, 6), (0.08, 7)]
            .map(|(size, lines)| (size * width, lines));
        let room = Room { measure, sizes: &titles };
        let title = self.words.title.as_deref().map(|text| fit(self.letters, text, Style::Bold, room));
        let needed = title.as_ref().map_or(0.0, |it| it.size * TIGHT * it.lines.len() as f64);
        let foot = width * 0.18;
        let columns = if self.pattern.columns > 5 { self.pattern.columns / 2 } else { self.pattern.columns };
        let unit = width / columns as f64;
        let field = (height - foot - (margin + needed + width * 0.06).max(height * 0.25)).max(0.0);
        let rows = (field / unit) as usize;
        let top = height - foot - rows as f64 * unit;
        self.pattern.draw(&mut canvas, (0.0, top), (columns, rows), unit, 0.0);
        if let Some(lines) = &title {
            self.lines(
                &mut canvas,
                lines,
                Style::Bold,
                TIGHT,
                Place { x: margin, y: margin * 0.9, measure },
                self.palette.ink,
            );
        }
        let size = width * 0.088;
        let own = self.letters.width(&self.words.date, Style::Regular) * size;
        let size = if own > measure { size * measure / own } else { size };
        let y = height - foot / 2.0 + size * CAPITAL / 2.0;
        self.line(
            &mut canvas,
            &self.words.date,
            Style::Regular,
            Place { x: margin, y, measure },
            size,
            self.palette.ink,
        );
        canvas
    }

    /// A card: the pattern at one side, the words beside it.
    pub(super) fn card(&self, width: f64, height: f64) -> Canvas {
        let mut canvas = Canvas::new(width, height, self.palette.ground);
        let rows = if self.pattern.columns > 5 { 6 } else { self.pattern.columns + 1 };
        let unit = height / rows as f64;
        // `as` cuts the fraction off.
        let columns = (width * 0.42 / unit) as usize;
        let taken = columns as f64 * unit;
        let left = if self.rtl { 0.0 } else { width - taken };
        self.pattern.draw(&mut canvas, (left, 0.0), (columns, rows), unit, 0.0);
        self.beside(&mut canvas, if self.rtl { taken } else { 0.0 }, width - taken);
        canvas
    }

    /// The words of a card: in a column that begins at `left`.
    pub(super) fn beside(&self, canvas: &mut Canvas, left: f64, room: f64) {
        let height = canvas.height;
        let margin = height * 0.1;
        let (x, measure) = (left + margin, room - margin * 1.7);
        let scaled = |sizes: &[(f64, usize)]| -> Vec<(f64, usize)> {
            sizes.iter().map(|(size, lines)| (size * height, *lines)).collect()
        };
        let titles = scaled(&[
            (0.17, 2),
            (0.15, 3),
            (0.13, 3),
            (0.112, 4),
            (0.096, 5),
            (0.082, 6),
            (0.07, 7),
            (0.058, 9),
        ]);
        let mut y = margin * 0.85;
        if let Some(text) = self.words.title.as_deref() {
            let lines = fit(self.letters, text, Style::Regular, Room { measure, sizes: &titles });
            self.lines(canvas, &lines, Style::Regular, TIGHT, Place { x, y, measure }, self.palette.ink);
            y += lines.size * TIGHT * lines.lines.len() as f64 + height * 0.03;
        }
        let foot = height - margin * 1.9;
        if let Some(text) = self.words.subtitle.as_deref() {
            let sizes = scaled(&[(0.056, 2), (0.048, 3)]);
            let lines = fit(self.letters, text, Style::Italic, Room { measure, sizes: &sizes });
            if y + lines.size * LOOSE * lines.lines.len() as f64 <= foot {
                self.lines(
                    canvas,
                    &lines,
                    Style::Italic,
                    LOOSE,
                    Place { x, y, measure },
                    self.palette.quiet(),
                );
            }
        }
        let size = height * 0.056;
        let own = self.letters.width(&self.words.edition, Style::Regular) * size;
        let size = if own > measure { size * measure / own } else { size };
        self.line(
            canvas,
            &self.words.edition,
            Style::Regular,
            Place { x, y: height - margin, measure },
            size,
            self.palette.ink,
        );
    }

    /// Lines below each other; `y` is the top of the first.
    fn lines(
        &self,
        canvas: &mut Canvas,
        lines: &Lines,
        style: Style,
        leading: f64,
        place: Place,
        colour: Colour,
    ) {
        for (index, line) in lines.lines.iter().enumerate() {
            // The first begins with its capitals.
            let y = place.y + lines.size * (CAPITAL + 0.12 + leading * index as f64);
            self.line(canvas, line, style, Place { y, ..place }, lines.size, colour);
        }
    }

    /// A line, from its side; `y` is its baseline.
    fn line(&self, canvas: &mut Canvas, line: &str, style: Style, place: Place, size: f64, colour: Colour) {
        let Place { x, y, measure } = place;
        let x = if self.rtl { x + measure - self.letters.width(line, style) * size } else { x };
        self.letters.set(canvas, line, style, (x, y), size, colour);
    }
}
