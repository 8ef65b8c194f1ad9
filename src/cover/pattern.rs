//! The pattern of a cover: tiles. What shapes there are belongs to the
//! document, how they are laid to the edition: a few tiles at random, repeated
//! by a symmetry, so that each pattern has a form that one remembers. All of it
//! derives from hashes by integers.

use super::canvas::{Canvas, Colour, Path};
use super::palette::Palette;

/// A stream of numbers that derives from a seed (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: &[u8]) -> Self {
        // The start of a SHA-256 is as good as any of it.
        Self(seed.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One of some things; none of none.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = self.next().checked_rem(of.len() as u64)?;
        of.get(usize::try_from(at).ok()?).copied()
    }

    /// Less than a number.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }
}

/// What stands on a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Blank,
    /// A quarter of a disc, as large as the tile.
    Quarter,
    /// Half of a disc, on a side.
    Half,
    Disc,
    /// What two quarters have in common.
    Leaf,
    /// Half of the tile, by a diagonal.
    Wedge,
    /// A square on its corner.
    Diamond,
    /// Quarters of rings around a corner.
    Rings,
    /// Bands around two opposite corners.
    Bands,
    /// Bars across.
    Bars,
    /// A smaller square.
    Square,
}

/// What shapes a document has.
const MOTIFS: [&[Shape]; 6] = [
    &[Shape::Quarter, Shape::Quarter, Shape::Half, Shape::Disc],
    &[Shape::Leaf, Shape::Leaf, Shape::Quarter, Shape::Blank],
    &[Shape::Wedge, Shape::Wedge, Shape::Diamond, Shape::Blank],
    &[Shape::Rings, Shape::Rings, Shape::Quarter, Shape::Disc],
    &[Shape::Bands, Shape::Bands, Shape::Bands, Shape::Disc],
    &[Shape::Bars, Shape::Wedge, Shape::Square, Shape::Bars],
];

/// How a block of tiles goes on.
#[derive(Debug, Clone, Copy)]
enum Symmetry {
    /// As it is.
    Shifted,
    /// Mirrored both ways.
    Mirrored,
    /// Turned by a quarter around a corner.
    Turned,
    /// Every second row of blocks mirrored.
    Gliding,
}

/// A tile of the block. Colours are places in the tones: 3 is the accent.
#[derive(Debug, Clone, Copy)]
struct Tile {
    shape: Shape,
    turns: usize,
    below: usize,
    above: usize,
}

/// Which colours stand well on each other: below and above, often ones twice.
const PAIRS: [(usize, usize); 9] = [(0, 1), (0, 2), (0, 2), (1, 2), (0, 3), (0, 3), (1, 0), (3, 0), (3, 2)];

/// The pattern of an edition.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    colours: [Colour; 4],
    /// Tiles of a block, and how many make a side of it.
    block: Vec<Tile>,
    side: usize,
    symmetry: Symmetry,
    /// How many tiles go into the width of a page.
    pub(super) columns: usize,
}

impl Pattern {
    /// The pattern of hashes of the document and the edition.
    pub(super) fn new(palette: &Palette, document: &[u8], edition: &[u8]) -> Self {
        let mut dice = Dice::new(edition);
        // The ground is chosen by the same hash's other end.
        let motif = document.last().and_then(|byte| MOTIFS.get(usize::from(*byte) % MOTIFS.len()));
        let motif = motif.copied().unwrap_or_default();
        let [dark, middle, light] = palette.tones;
        let accent = dice.pick(&palette.accents).unwrap_or(light);
        let side = dice.pick(&[2, 2, 3]).unwrap_or(2);
        let symmetries = [Symmetry::Shifted, Symmetry::Mirrored, Symmetry::Turned, Symmetry::Gliding];
        let symmetry = dice.pick(&symmetries).unwrap_or(Symmetry::Mirrored);
        let columns = dice.pick(&[4, 5, 5, 8]).unwrap_or(5);
        let tile = |at: usize, dice: &mut Dice| {
            // The first two make sure that there is light, and the accent.
            let (below, above) = match at {
                0 => dice.pick(&[(0, 2), (1, 2), (3, 2)]),
                1 => dice.pick(&[(0, 3), (0, 3), (3, 0)]),
                _ => dice.pick(&PAIRS),
            }
            .unwrap_or((0, 2));
            let shape = if at < 2 { motif.first().copied() } else { dice.pick(motif) };
            Tile { shape: shape.unwrap_or(Shape::Quarter), turns: dice.below(4), below, above }
        };
        let block = (0..side * side).map(|at| tile(at, &mut dice)).collect();
        Self { colours: [dark, middle, light, accent], block, side, symmetry, columns }
    }

    /// The same in the first colours of another palette.
    pub(super) fn recolour(&mut self, palette: &Palette) {
        let ([dark, middle, light], [accent, ..]) = (palette.tones, palette.accents);
        self.colours = [dark, middle, light, accent];
    }

    /// The tile of a place, and whether it is mirrored across and down.
    fn at(&self, column: usize, row: usize) -> Option<(Tile, bool, bool)> {
        let side = self.side;
        let (mut i, mut j) = (column % side, row % side);
        let (right, lower) = ((column / side) % 2 == 1, (row / side) % 2 == 1);
        let (mut across, mut down, mut turns) = (false, false, 0);
        match self.symmetry {
            Symmetry::Shifted => {}
            Symmetry::Mirrored => (across, down) = (right, lower),
            Symmetry::Gliding => across = lower,
            Symmetry::Turned => {
                turns = match (right, lower) {
                    (false, false) => 0,
                    (true, false) => 1,
                    (true, true) => 2,
                    (false, true) => 3,
                }
            }
        }
        // Where in the block the tile comes from that stands here.
        for _ in 0..turns {
            (i, j) = (j, side - 1 - i);
        }
        if across {
            i = side - 1 - i;
        }
        if down {
            j = side - 1 - j;
        }
        let tile = *self.block.get(j * side + i)?;
        Some((Tile { turns: tile.turns + turns, ..tile }, across, down))
    }

    /// Lays tiles of a size into a field. One path for each colour, and grounds
    /// that reach below their neighbours by `overlap`: where two of one colour
    /// meet, no seam shows.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        (left, top): (f64, f64),
        (columns, rows): (usize, usize),
        unit: f64,
        overlap: f64,
    ) {
        let (right, bottom) = (left + columns as f64 * unit, top + rows as f64 * unit);
        let mut below: [Path; 4] = Default::default();
        let mut above: [Path; 4] = Default::default();
        for row in 0..rows {
            for column in 0..columns {
                let Some((tile, across, down)) = self.at(column, row) else { continue };
                let (x, y) = (left + column as f64 * unit, top + row as f64 * unit);
                if let Some(path) = below.get_mut(tile.below) {
                    let (x, y) = ((x - overlap).max(left), (y - overlap).max(top));
                    let (w, h) =
                        ((right - x).min(unit + 2.0 * overlap), (bottom - y).min(unit + 2.0 * overlap));
                    path.rectangle(x, y, w, h);
                }
                if let Some(path) = above.get_mut(tile.above) {
                    let mut pen = Pen { path, x, y, unit, turns: tile.turns % 4, across, down };
                    pen.shape(tile.shape);
                }
            }
        }
        // The most common ground is below all of them, so that none but these
        // colours shows between two.
        let [dark, ..] = self.colours;
        let mut whole = Path::default();
        whole.rectangle(left, top, right - left, bottom - top);
        canvas.fill(whole, dark);
        let [_, middle, light, accent] = below;
        for (path, colour) in [middle, light, accent].into_iter().zip(self.colours.into_iter().skip(1)) {
            canvas.fill(path, colour);
        }
        for (path, colour) in above.into_iter().zip(self.colours) {
            canvas.fill(path, colour);
        }
    }
}

/// How far the handles of a curve lie from its ends that is a quarter of a
/// circle, in radii.
const ROUND: f64 = 0.552_284_75;

/// Draws in the unit square of a tile.
struct Pen<'p> {
    path: &'p mut Path,
    x: f64,
    y: f64,
    unit: f64,
    turns: usize,
    across: bool,
    down: bool,
}

impl Pen<'_> {
    fn at(&self, (mut u, mut v): (f64, f64)) -> (f64, f64) {
        for _ in 0..self.turns {
            (u, v) = (1.0 - v, u);
        }
        if self.across {
            u = 1.0 - u;
        }
        if self.down {
            v = 1.0 - v;
        }
        (self.x + u * self.unit, self.y + v * self.unit)
    }

    fn move_to(&mut self, to: (f64, f64)) {
        let (x, y) = self.at(to);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, to: (f64, f64)) {
        let (x, y) = self.at(to);
        self.path.line_to(x, y);
    }

    /// A quarter of a circle from one place to another; `middle` is the corner
    /// of the square around it.
    fn arc(&mut self, from: (f64, f64), middle: (f64, f64), to: (f64, f64)) {
        let handle =
            |end: (f64, f64)| (end.0 + (middle.0 - end.0) * ROUND, end.1 + (middle.1 - end.1) * ROUND);
        let ((a, b), (c, d), (x, y)) = (self.at(handle(from)), self.at(handle(to)), self.at(to));
        self.path.cubic_to(a, b, c, d, x, y);
    }

    fn polygon(&mut self, corners: &[(f64, f64)]) {
        if let Some((first, rest)) = corners.split_first() {
            self.move_to(*first);
            rest.iter().for_each(|corner| self.line_to(*corner));
            self.path.close();
        }
    }

    /// A quarter of a ring around the first corner, or the one opposite.
    fn ring(&mut self, inner: f64, outer: f64, opposite: bool) {
        let at = |(u, v): (f64, f64)| if opposite { (1.0 - u, 1.0 - v) } else { (u, v) };
        self.move_to(at((outer, 0.0)));
        self.arc(at((outer, 0.0)), at((outer, outer)), at((0.0, outer)));
        self.line_to(at((0.0, inner)));
        if inner > 0.0 {
            self.arc(at((0.0, inner)), at((inner, inner)), at((inner, 0.0)));
        }
        self.path.close();
    }

    fn shape(&mut self, shape: Shape) {
        match shape {
            Shape::Blank => {}
            Shape::Quarter => self.ring(0.0, 1.0, false),
            Shape::Half => {
                self.move_to((0.0, 0.0));
                self.arc((0.0, 0.0), (0.0, 0.5), (0.5, 0.5));
                self.arc((0.5, 0.5), (1.0, 0.5), (1.0, 0.0));
                self.path.close();
            }
            Shape::Disc => {
                let (low, high) = (0.14, 0.86);
                self.move_to((0.5, low));
                self.arc((0.5, low), (high, low), (high, 0.5));
                self.arc((high, 0.5), (high, high), (0.5, high));
                self.arc((0.5, high), (low, high), (low, 0.5));
                self.arc((low, 0.5), (low, low), (0.5, low));
                self.path.close();
            }
            Shape::Leaf => {
                self.move_to((0.0, 0.0));
                self.arc((0.0, 0.0), (1.0, 0.0), (1.0, 1.0));
                self.arc((1.0, 1.0), (0.0, 1.0), (0.0, 0.0));
                self.path.close();
            }
            Shape::Wedge => self.polygon(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]),
            Shape::Diamond => self.polygon(&[(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]),
            Shape::Rings => {
                for (inner, outer) in [(0.0, 0.2), (0.4, 0.6), (0.8, 1.0)] {
                    self.ring(inner, outer, false);
                }
            }
            Shape::Bands => {
                for opposite in [false, true] {
                    self.ring(0.3, 0.7, opposite);
                }
            }
            Shape::Bars => {
                for bar in [0.0, 0.4, 0.8] {
                    self.polygon(&[(0.0, bar), (1.0, bar), (1.0, bar + 0.2), (0.0, bar + 0.2)]);
                }
            }
            Shape::Square => {
                self.polygon(&[(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]);
            }
        }
    }
}
