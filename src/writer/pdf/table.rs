//! Tables: columns by content, smaller type when they are wide, and a turned
//! page when even that is not enough.

use unicode_width::UnicodeWidthChar;

use super::addresses::LinkUrls;
use super::fonts::{Face, Fonts};
use super::markup::{Markup, label};
use crate::diag::Code;
use crate::document::grid::{self, GridRow};
use crate::document::ids::has_identifiers;
use crate::document::text::is_blank;
use crate::document::walk::{Visit, walk_block, walk_blocks, walk_inline};
use crate::document::{Alignment, Block, BlockKind, Inline, InlineKind, Style, Table, TableRow};

/// Type sizes to try, in points.
const SIZES: [f64; 4] = [9.5, 9.0, 8.2, 7.4];
/// Size of code spans, in em of the text.
const CODE_SIZE: f64 = 0.86;
/// How much wider bold words are, which is not looked at closely.
const BOLD: f64 = 1.06;
/// A run without a place to break counts up to this, in em: it is divided.
const LONGEST: f64 = 14.0;
/// Space beside the content of a cell, in points.
const GUTTER: f64 = 10.0;

/// What is no longer than this, in em, is not divided if it can be helped.
const SHORT: f64 = 5.0;
/// Room that a column needs at least beside the gutter, in points.
const NARROWEST: f64 = 8.0;

/// Tables of up to so many rows stay on one page, as far as one holds them.
const WHOLE_ROWS: usize = 10;
/// Height of a line in a table, in em of its type.
const LINE: f64 = 1.25;

/// What a column needs, in em.
#[derive(Debug, Clone, Copy, Default)]
struct Need {
    /// Its longest unbreakable piece.
    least: f64,
    /// Its longest line.
    most: f64,
    /// All its lines, one behind another.
    total: f64,
    /// How many lines it would have, were none too long; not in em.
    lines: f64,
}

impl Need {
    /// About how many lines it takes where a line has room for so many em.
    fn lines(&self, room: f64) -> f64 {
        self.total / room + self.lines
    }
}

/// Writes a table.
pub fn write<'a>(m: &mut Markup<'a>, table: &'a Table) {
    let columns = grid::columns(table);
    if columns == 0 {
        return;
    }
    let (head, body) = (grid::grid(&table.head, columns), grid::grid(&table.body, columns));
    let overfull = grid::extent(&head).max(grid::extent(&body)) > columns;
    if overfull || columns as f64 * (GUTTER + NARROWEST) > m.cx.geometry.turned_measure() {
        return loose(m, table, columns);
    }
    let fonts = m.cx.fonts;
    let needs = needs(fonts, &head, &body, columns);
    let measure = m.cx.geometry.measure();
    let scale = m.cx.geometry.text_size / 10.5;
    let fit = |needs: &[Need], width: f64, size: f64| -> bool {
        needs.iter().map(|n| n.least * size + GUTTER).sum::<f64>() <= width
    };
    // Rather smaller than with short phrases divided.
    let whole: Vec<Need> =
        needs.iter().map(|n| if n.most <= SHORT { Need { least: n.most, ..*n } } else { *n }).collect();
    let smallest = SIZES.iter().copied().fold(f64::INFINITY, f64::min) * scale;
    let needs = if fit(&whole, measure, smallest) { whole } else { needs };
    let fits = |width: f64, size: f64| fit(&needs, width, size);
    let size = SIZES.iter().map(|s| s * scale).find(|size| fits(measure, *size));
    let turned = size.is_none();
    let width = if turned { m.cx.geometry.turned_measure() } else { measure };
    // Large type gives way before words break.
    let usual = SIZES.iter().copied().filter(|_| scale > 1.0);
    let mut sizes = SIZES.iter().map(|s| s * scale).chain(usual);
    let size = size.or_else(|| sizes.find(|size| fits(width, *size))).unwrap_or(smallest);
    if turned {
        let how =
            if fits(width, size) { "it is set on a turned page" } else { "its cells break inside words" };
        m.warn(
            Code::TableTooWide,
            format!("a table of {columns} columns is too wide for the page; {how}"),
            "fewer columns, or shorter words in them, would let it stand upright",
        );
        m.raw("#turned[");
    }
    caption(m, table);
    let outer = m.cramped;
    m.cramped = outer || !fits(width, size);
    m.raw(&format!("#tab(({}), (", widths(&needs, width, size)));
    for column in 0..columns {
        m.raw(match table.alignments.get(column).copied().unwrap_or_default() {
            Alignment::None => "start,",
            Alignment::Left => "left,",
            Alignment::Center => "center,",
            Alignment::Right => "right,",
        });
    }
    m.raw("), (");
    let headless = table.head.iter().flatten().all(|cell| is_blank(&cell.blocks));
    // A head can't be broken and stands on each page.
    let room = m.cx.geometry.text_height() / (size * LINE);
    let tall =
        |rows: &[TableRow]| rows.iter().map(|row| lines(fonts, row, columns, width, size)).sum::<f64>();
    let head_fits = tall(&table.head) <= room / 4.0;
    if !headless && head_fits {
        for head in &head {
            m.raw("(");
            row(m, head, true);
            m.raw("),");
        }
    }
    // A note would stand below each page that the head is on, and a link can't
    // lead to several.
    let repeat = !table.head.iter().flatten().any(|cell| {
        let printed = m.cx.link_urls == LinkUrls::Footnote && holds(&cell.blocks, is_link);
        printed || holds(&cell.blocks, is_note) || has_identifiers(&cell.blocks)
    });
    let whole = table.body.len() <= WHOLE_ROWS && tall(&table.head) + tall(&table.body) <= room / 2.0;
    m.raw(&format!("), size: {size:.2}, whole: {whole}, repeat: {repeat}, "));
    if !headless && !head_fits {
        for head in &head {
            row(m, head, true);
        }
    }
    for body in &body {
        row(m, body, false);
    }
    m.raw(")");
    m.cramped = outer;
    if turned {
        m.raw("]");
    }
}

/// Writes what a table is about, if that is said.
fn caption<'a>(m: &mut Markup<'a>, table: &'a Table) {
    if !table.caption.is_empty() {
        m.call("tab-caption", |m| m.inlines(&table.caption));
        m.raw("\n");
    }
}

/// Writes a table that no page is wide enough for as the blocks of its cells.
fn loose<'a>(m: &mut Markup<'a>, table: &'a Table, columns: usize) {
    m.warn(
        Code::TableTooWide,
        format!("a table of {columns} columns is too wide for any page; its cells stand one below another"),
        "split it into several tables",
    );
    caption(m, table);
    for row in table.head.iter().chain(&table.body) {
        for cell in row {
            m.blocks(&cell.blocks);
            m.raw("#parbreak()\n");
        }
    }
}

fn row<'a>(m: &mut Markup<'a>, row: &GridRow<'a>, head: bool) {
    for place in &row.places {
        let function = if head { "th" } else { "rh" };
        match (head || place.cell.header, (place.columns, place.rows)) {
            (true, (1, 1)) => m.raw(&format!("{function}[")),
            (false, (1, 1)) => m.raw("["),
            (true, (c, r)) => m.raw(&format!("{function}(colspan: {c}, rowspan: {r})[")),
            (false, (c, r)) => m.raw(&format!("table.cell(colspan: {c}, rowspan: {r})[")),
        }
        let in_item = std::mem::replace(&mut m.in_item, false);
        let linked = head && holds(&place.cell.blocks, is_link);
        if linked {
            let id = label(&m.chapter.key, Some(&format!("bindery:head:{}", m.heads)));
            m.heads += 1;
            m.raw("#head-links(");
            m.string(&id);
            m.raw(")[");
        }
        m.blocks(&place.cell.blocks);
        if linked {
            m.raw("]");
        }
        m.in_item = in_item;
        m.raw("],");
    }
    for _ in 0..row.missing {
        m.raw("[],");
    }
}

/// Whether blocks hold an inline of a kind.
fn holds(blocks: &[Block], is: fn(&InlineKind) -> bool) -> bool {
    struct Holds(fn(&InlineKind) -> bool, bool);
    impl Visit for Holds {
        fn inline(&mut self, inline: &Inline) {
            self.1 |= (self.0)(&inline.kind);
            walk_inline(self, inline);
        }
    }
    let mut holds = Holds(is, false);
    walk_blocks(&mut holds, blocks);
    holds.1
}

fn is_link(kind: &InlineKind) -> bool {
    matches!(kind, InlineKind::Link(_) | InlineKind::Image(_))
}

fn is_note(kind: &InlineKind) -> bool {
    matches!(kind, InlineKind::FootnoteReference { .. })
}

/// How many lines a row has at most, were all columns of one width.
fn lines(fonts: &Fonts, row: &TableRow, columns: usize, width: f64, size: f64) -> f64 {
    row.iter()
        .map(|cell| {
            let share = f64::from(cell.colspan.max(1)) * width / columns as f64 - GUTTER;
            let room = (share / size).max(1.0);
            cell.blocks.iter().map(|block| measure_block(fonts, block, 1.0).lines(room)).sum()
        })
        .fold(1.0, f64::max)
}

/// The columns' widths as Typst writes them: by their content while all fit.
/// Else columns with little content keep what they need, and the others share
/// the rest by how much they hold, none with less than its longest word.
fn widths(needs: &[Need], width: f64, size: f64) -> String {
    let room = width - GUTTER * needs.len() as f64;
    let most: f64 = needs.iter().map(|n| n.most * size).sum();
    if most <= room {
        return "auto,".repeat(needs.len());
    }
    let least: f64 = needs.iter().map(|n| n.least * size).sum();
    let mut given: Vec<f64> = needs.iter().map(|n| n.least * size * (room / least).min(1.0)).collect();
    let mut spare = room - given.iter().sum::<f64>();
    // First those that an equal share is enough for, round by round; then the
    // long ones by what they hold.
    let want = |need: &Need, given: f64| (need.most * size - given).max(0.0);
    loop {
        let open = needs.iter().zip(&given).filter(|(n, g)| want(n, **g) > 0.01).count().max(1);
        let share = spare / open as f64;
        let before = spare;
        for (need, given) in needs.iter().zip(&mut given) {
            let want = want(need, *given);
            if want > 0.01 && want <= share {
                *given += want;
                spare -= want;
            }
        }
        if spare == before {
            break;
        }
    }
    let weights: f64 = needs.iter().zip(&given).map(|(n, g)| want(n, *g).sqrt()).sum();
    if weights > 0.0 {
        for (need, given) in needs.iter().zip(&mut given) {
            *given += spare * want(need, *given).sqrt() / weights;
        }
    }
    given.iter().map(|g| format!("{:.2}pt,", (g + GUTTER).max(4.0))).collect()
}

fn needs(fonts: &Fonts, head: &[GridRow], body: &[GridRow], columns: usize) -> Vec<Need> {
    let mut needs = vec![Need { least: 1.0, most: 1.0, ..Need::default() }; columns];
    let head = head.iter().map(|row| (row, BOLD));
    for (row, weight) in head.chain(body.iter().map(|row| (row, 1.0))) {
        for place in row.places.iter().filter(|place| place.columns == 1) {
            let Some(need) = needs.get_mut(place.column) else { continue };
            for block in &place.cell.blocks {
                let n = measure_block(fonts, block, if place.cell.header { BOLD } else { weight });
                need.least = need.least.max(n.least);
                need.most = need.most.max(n.most);
            }
        }
    }
    needs
}

fn measure_block(fonts: &Fonts, block: &Block, weight: f64) -> Need {
    struct Measure<'f> {
        fonts: &'f Fonts,
        need: Need,
        line: f64,
        word: f64,
        weight: f64,
    }
    impl Measure<'_> {
        fn text(&mut self, text: &str, face: Face) {
            let scale = match face {
                Face::Text => 1.0,
                Face::Mono => CODE_SIZE,
            };
            let long = text.split_whitespace().any(|w| w.chars().count() > 18);
            for c in text.chars() {
                let wide = self.fonts.advance(face, c) * scale * self.weight;
                self.line += wide;
                self.need.total += wide;
                // Between Chinese characters a line may end.
                let breaks = c.is_whitespace() || c.width() == Some(2);
                if breaks || (long && matches!(c, '/' | ':' | '.' | '_' | '-' | '=' | '&')) {
                    self.word = 0.0;
                } else {
                    self.word += wide;
                }
                self.need.least = self.need.least.max(self.word.min(LONGEST));
                self.need.most = self.need.most.max(self.line);
            }
        }
    }
    impl Visit for Measure<'_> {
        fn block(&mut self, block: &Block) {
            (self.line, self.word) = (0.0, 0.0);
            self.need.lines += 1.0;
            if let BlockKind::Code(code) = &block.kind {
                for line in code.text.lines() {
                    (self.line, self.word) = (0.0, 0.0);
                    self.need.lines += 1.0;
                    self.text(line, Face::Mono);
                }
            }
            walk_block(self, block);
        }

        fn inline(&mut self, inline: &Inline) {
            match &inline.kind {
                InlineKind::Text(text) => self.text(text, Face::Text),
                InlineKind::Code(text) => self.text(text, Face::Mono),
                InlineKind::SoftBreak => self.text(" ", Face::Text),
                InlineKind::HardBreak => {
                    (self.line, self.word) = (0.0, 0.0);
                    self.need.lines += 1.0;
                }
                InlineKind::Image(_) => self.text("an image", Face::Text),
                InlineKind::Math(math) => self.text(&math.text(), Face::Text),
                InlineKind::Styled { style: Style::Strong, .. } => {
                    let weight = std::mem::replace(&mut self.weight, BOLD);
                    walk_inline(self, inline);
                    self.weight = weight;
                }
                InlineKind::Styled { .. } | InlineKind::Link(_) => walk_inline(self, inline),
                InlineKind::FootnoteReference { .. } | InlineKind::Anchor(_) => {}
            }
        }
    }
    let mut measure = Measure { fonts, need: Need::default(), line: 0.0, word: 0.0, weight };
    measure.block(block);
    measure.need
}
