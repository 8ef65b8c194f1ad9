//! Where the cells of a table stand, as HTML's table model forms it: a cell
//! that spans rows takes its columns away from the rows below.

use super::{Table, TableCell, TableRow};

/// How often the table is made wider for cells that spans push out.
const WIDENINGS: usize = 8;

/// Where a cell stands.
#[derive(Debug)]
pub struct Place<'a> {
    /// The cell.
    pub cell: &'a TableCell,
    /// Its first column, from 0.
    pub column: usize,
    /// How many columns it takes, at least 1.
    pub columns: usize,
    /// How many rows it takes, at least 1 and not past the last.
    pub rows: usize,
}

/// A row: its own cells, and how many columns are missing at its end.
#[derive(Debug)]
pub struct GridRow<'a> {
    /// The cells that begin in the row.
    pub places: Vec<Place<'a>>,
    /// Columns that neither these cells nor any from above take.
    pub missing: usize,
}

/// How many columns a table has. A cell can't make it wider than all cells of
/// a row or the header line beneath it say, but spans from above can.
pub fn columns(table: &Table) -> usize {
    let rows = table.head.iter().chain(&table.body);
    let cells = rows.clone().map(Vec::len).max().unwrap_or(0).max(table.alignments.len());
    let spans = |row: &TableRow| row.iter().map(|cell| usize::from(cell.colspan.max(1)).min(cells)).sum();
    let mut columns = rows.clone().map(spans).max().unwrap_or(0).max(cells);
    if rows.flatten().all(|cell| cell.rowspan <= 1) {
        return columns;
    }
    for _ in 0..WIDENINGS {
        let wide = extent(&grid(&table.head, columns)).max(extent(&grid(&table.body, columns)));
        if wide <= columns {
            break;
        }
        columns = wide;
    }
    columns
}

/// Up to which column the cells of some rows reach.
pub fn extent(rows: &[GridRow]) -> usize {
    let places = rows.iter().flat_map(|row| &row.places);
    places.map(|place| place.column + place.columns).max().unwrap_or(0)
}

/// The places of the cells of a table's head or body, with spans cut to the
/// table and short rows counted.
pub fn grid(rows: &[TableRow], columns: usize) -> Vec<GridRow<'_>> {
    // For how many rows yet a cell from above takes each column.
    let mut taken = vec![0_usize; columns];
    let mut out = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let mut places = Vec::new();
        let mut column = 0;
        for cell in row {
            column += taken.iter().skip(column).take_while(|&&n| n > 0).count();
            let wanted = usize::from(cell.colspan.max(1));
            let free = taken.iter().skip(column).take_while(|&&n| n == 0).count();
            // Columns don't suffice only where row spans push cells out; those
            // keep their place in the row.
            let width = wanted.min(free.max(1));
            let height = usize::from(cell.rowspan.max(1)).min(rows.len() - i);
            places.push(Place { cell, column, columns: width, rows: height });
            for n in taken.iter_mut().skip(column).take(width) {
                *n = height;
            }
            column += width;
        }
        let missing = taken.iter().skip(column).filter(|&&n| n == 0).count();
        out.push(GridRow { places, missing });
        for n in &mut taken {
            *n = n.saturating_sub(1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of `colspan x rowspan`.
    fn table(rows: &[&[(u16, u16)]]) -> Table {
        let cell = |&(colspan, rowspan): &(u16, u16)| TableCell {
            blocks: Vec::new(),
            colspan,
            rowspan,
            header: false,
        };
        let body = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        Table { alignments: Vec::new(), head: Vec::new(), body, caption: Vec::new() }
    }

    fn shown(rows: &[&[(u16, u16)]]) -> (usize, Vec<String>) {
        let table = table(rows);
        let columns = columns(&table);
        let rows = grid(&table.body, columns).into_iter().map(|row| {
            let places = row.places.iter().map(|p| format!("{}+{}x{}", p.column, p.columns, p.rows));
            format!("{} -{}", places.collect::<Vec<_>>().join(" "), row.missing)
        });
        (columns, rows.collect())
    }

    #[test]
    fn cells_from_above_take_their_columns() {
        let (columns, rows) = shown(&[&[(1, 1), (1, 1), (1, 2)], &[(1, 1), (1, 1)], &[(1, 1), (2, 1)]]);
        assert_eq!(columns, 3);
        assert_eq!(rows, ["0+1x1 1+1x1 2+1x2 -0", "0+1x1 1+1x1 -0", "0+1x1 1+2x1 -0"]);
    }

    #[test]
    fn short_rows_are_counted_and_spans_cut() {
        let (columns, rows) = shown(&[&[(1, 9), (1, 1), (1, 1)], &[(1, 1)]]);
        assert_eq!((columns, rows.as_slice()), (3, &["0+1x2 1+1x1 2+1x1 -0".into(), "1+1x1 -1".into()][..]));
    }

    #[test]
    fn cells_that_are_pushed_out_make_the_table_wider() {
        let (columns, rows) = shown(&[&[(1, 2), (1, 2)], &[(1, 1), (1, 1)]]);
        assert_eq!((columns, rows[1].as_str()), (4, "2+1x1 3+1x1 -0"));
    }
}
