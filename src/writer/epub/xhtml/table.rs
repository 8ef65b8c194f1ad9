//! Tables: the grid completed, and columns fitted to a phone.

use super::ChapterWriter;
use super::blocks::alignment;
use super::inline::break_point;
use crate::document::grid::{GridRow, Place, columns, grid};
use crate::document::text::{is_blank, plain_text};
use crate::document::walk::{Visit, walk_block, walk_blocks, walk_inline};
use crate::document::{Alignment, Block, BlockKind, Inline, InlineKind, Table, TableCell};
use crate::span::Span;

/// How many characters of text fit beside each other on a phone held upright,
/// for the sizes that tables are set in, with their classes.
const SIZES: [(usize, &str); 3] = [(37, "table"), (43, "table small"), (48, "table tiny")];

/// The class of tables whose rows are cards.
const STACKED: &str = "table stacked";

/// How many characters the padding of five columns costs.
const PADDING: usize = 8;

/// A column has room for at least so many characters, if at all possible
/// without a smaller size.
const COMFORTABLE: usize = 16;

/// A column narrower than this, in characters, is no column.
const NARROWEST: usize = 9;

impl ChapterWriter<'_> {
    pub(super) fn table(&mut self, table: &Table, span: Span) {
        let columns = columns(table);
        let head = if table.head.iter().flatten().all(|cell| is_blank(&cell.blocks)) {
            Vec::new()
        } else {
            grid(&table.head, columns)
        };
        let body = grid(&table.body, columns);
        if head.is_empty() && body.is_empty() {
            if !table.caption.is_empty() {
                self.paragraph(&table.caption);
            }
            return;
        }
        let fit = Fit::new(&head, &body, columns);
        self.nested(span, "div", &[("class", fit.class)], |w| {
            w.table_role(&fit, "table");
            w.within("table", &[], |w| {
                if !table.caption.is_empty() {
                    w.xml.start("caption", &[]);
                    w.inlines(&table.caption);
                    w.xml.end();
                    w.xml.newline();
                }
                if !head.is_empty() {
                    w.table_role(&fit, "rowgroup");
                    w.within("thead", &[], |w| w.rows(&head, table, &fit, true));
                }
                if !body.is_empty() {
                    w.table_role(&fit, "rowgroup");
                    w.within("tbody", &[], |w| w.rows(&body, table, &fit, false));
                }
            });
        });
    }

    /// Says what a part of a table is where the style sheet shows it as
    /// something else: browsers then no longer take it for a table.
    fn table_role(&mut self, fit: &Fit, role: &'static str) {
        if fit.class == STACKED {
            self.xml.with([("role", role)]);
        }
    }

    fn rows(&mut self, rows: &[GridRow], table: &Table, fit: &Fit, head: bool) {
        for row in rows {
            self.table_role(fit, "row");
            self.within("tr", &[], |w| {
                for place in &row.places {
                    w.cell(place, table, fit, head);
                }
                if row.missing > 0 {
                    let missing = row.missing.to_string();
                    let attributes = [("colspan", missing.as_str())];
                    w.xml.empty("td", if row.missing > 1 { &attributes } else { &[] });
                }
            });
        }
    }

    fn cell(&mut self, place: &Place, table: &Table, fit: &Fit, head: bool) {
        // An empty header cell would be announced as a header without a name.
        let header = (head || place.cell.header) && has_name(place.cell);
        let (columns, rows) = (place.columns.to_string(), place.rows.to_string());
        let own = table.alignments.get(place.column).copied().unwrap_or(Alignment::None);
        let breaks = fit.class(place.column).filter(|_| place.columns == 1);
        let classes: Vec<_> = alignment(own).into_iter().chain(breaks.as_deref()).collect();
        let class = classes.join(" ");
        let mut attributes = Vec::new();
        if header {
            attributes.push(("scope", if head { "col" } else { "row" }));
        }
        for (name, value, write) in [
            ("class", &class, !class.is_empty()),
            ("colspan", &columns, place.columns > 1),
            ("rowspan", &rows, place.rows > 1),
        ] {
            if write {
                attributes.push((name, value));
            }
        }
        if let Some(label) = fit.label(place.column).filter(|_| !head && !is_blank(&place.cell.blocks)) {
            attributes.push(("data-label", label));
        }
        let role = if header { if head { "columnheader" } else { "rowheader" } } else { "cell" };
        self.table_role(fit, role);
        let direction = self.direction;
        self.turn_holder(&place.cell.blocks);
        self.xml.start(if header { "th" } else { "td" }, &attributes);
        let outer = self.in_head;
        self.in_head |= header;
        self.blocks(&place.cell.blocks, true);
        self.in_head = outer;
        self.direction = direction;
        self.xml.end();
    }
}

/// Whether a cell has something to be announced by: more than anchors.
fn has_name(cell: &TableCell) -> bool {
    struct Named(bool);
    impl Visit for Named {
        fn block(&mut self, block: &Block) {
            match &block.kind {
                BlockKind::Code(_) | BlockKind::Rule | BlockKind::Math(_) | BlockKind::Figure { .. } => {
                    self.0 = true;
                }
                BlockKind::Plain(_)
                | BlockKind::Paragraph(_)
                | BlockKind::Heading(_)
                | BlockKind::Quote(_)
                | BlockKind::Alert { .. }
                | BlockKind::List(_)
                | BlockKind::DefinitionList(_)
                | BlockKind::Table(_)
                | BlockKind::Details { .. }
                | BlockKind::Container { .. } => walk_block(self, block),
            }
        }

        fn inline(&mut self, inline: &Inline) {
            match &inline.kind {
                InlineKind::Text(text) => self.0 |= !text.trim().is_empty(),
                InlineKind::Code(_)
                | InlineKind::Image(_)
                | InlineKind::Math(_)
                | InlineKind::FootnoteReference { .. } => self.0 = true,
                InlineKind::SoftBreak | InlineKind::HardBreak | InlineKind::Anchor(_) => {}
                InlineKind::Styled { .. } | InlineKind::Link(_) => walk_inline(self, inline),
            }
        }
    }
    let mut named = Named(false);
    walk_blocks(&mut named, &cell.blocks);
    named.0
}

/// How a table fits a phone: its size, and the columns whose words have to
/// break anywhere, which are as few as possible.
struct Fit {
    class: &'static str,
    /// Words longer than this break; in characters.
    longest: usize,
    /// The longest word of each column, in characters.
    words: Vec<usize>,
    /// The header of each column, if rows are to be cards.
    labels: Vec<String>,
}

impl Fit {
    fn new(head: &[GridRow], body: &[GridRow], columns: usize) -> Self {
        let mut words = vec![1; columns];
        let mut spans = false;
        for place in head.iter().chain(body).flat_map(|row| &row.places) {
            spans |= place.columns > 1 || place.rows > 1;
            if let (1, Some(word)) = (place.columns, words.get_mut(place.column)) {
                *word = longest_word(&place.cell.blocks).max(*word);
            }
        }
        let mut fit = Self { class: "table", longest: 1, words, labels: Vec::new() };
        for (room, class) in SIZES {
            fit.class = class;
            fit.longest = fit.longest_that_fits(room.saturating_sub((columns * PADDING).div_ceil(5)));
            if fit.longest >= COMFORTABLE || !(0..columns).any(|c| fit.breaks(c)) {
                return fit;
            }
        }
        if let ([head], true, false) = (head, fit.longest < NARROWEST, spans) {
            fit.class = STACKED;
            fit.labels = head.places.iter().map(|place| words_of(&place.cell.blocks)).collect();
        }
        fit
    }

    /// The length at which words have to break for all columns to fit.
    fn longest_that_fits(&self, room: usize) -> usize {
        let total = |cap: usize| self.words.iter().map(|&w| w.min(cap)).sum::<usize>();
        (1..=room).rev().find(|&cap| total(cap) <= room).unwrap_or(1)
    }

    fn breaks(&self, column: usize) -> bool {
        self.words.get(column).is_some_and(|&word| word > self.longest)
    }

    /// The classes of a cell whose words may break: the column keeps room for
    /// as many characters as all of them have.
    fn class(&self, column: usize) -> Option<String> {
        let width = self.longest.min(24) / 2 * 2;
        self.breaks(column)
            .then(|| if width < 6 { "anywhere".to_owned() } else { format!("anywhere w{width}") })
    }

    fn label(&self, column: usize) -> Option<&String> {
        self.labels.get(column).filter(|label| !label.is_empty())
    }
}

/// The words of a header cell.
fn words_of(blocks: &[Block]) -> String {
    let words = blocks.iter().filter_map(|block| match &block.kind {
        BlockKind::Plain(content) | BlockKind::Paragraph(content) => Some(plain_text(content)),
        BlockKind::Heading(heading) => Some(plain_text(&heading.content)),
        BlockKind::Code(_)
        | BlockKind::Rule
        | BlockKind::Math(_)
        | BlockKind::Quote(_)
        | BlockKind::Alert { .. }
        | BlockKind::List(_)
        | BlockKind::DefinitionList(_)
        | BlockKind::Table(_)
        | BlockKind::Figure { .. }
        | BlockKind::Details { .. }
        | BlockKind::Container { .. } => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The longest run of characters that a browser wouldn't break, in characters.
fn longest_word(blocks: &[Block]) -> usize {
    struct Longest(usize);
    impl Longest {
        fn text(&mut self, text: &str) {
            let mut rest = text;
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(break_point(rest).unwrap_or(rest.len()));
                let words = piece.split(|c: char| c.is_whitespace() || "-?".contains(c));
                self.0 = words.map(|w| w.chars().count()).max().unwrap_or(0).max(self.0);
                rest = after;
            }
        }
    }
    impl Visit for Longest {
        fn block(&mut self, block: &Block) {
            match &block.kind {
                BlockKind::Plain(content) | BlockKind::Paragraph(content) => self.inlines_text(content),
                BlockKind::Heading(heading) => self.inlines_text(&heading.content),
                // Code wraps anywhere by itself.
                BlockKind::Code(_) | BlockKind::Rule | BlockKind::Math(_) => {}
                BlockKind::Quote(_)
                | BlockKind::Alert { .. }
                | BlockKind::List(_)
                | BlockKind::DefinitionList(_)
                | BlockKind::Table(_)
                | BlockKind::Figure { .. }
                | BlockKind::Details { .. }
                | BlockKind::Container { .. } => walk_block(self, block),
            }
        }
    }
    impl Longest {
        fn inlines_text(&mut self, inlines: &[Inline]) {
            self.text(&plain_text(inlines));
        }
    }
    let mut longest = Longest(0);
    walk_blocks(&mut longest, blocks);
    longest.0
}
