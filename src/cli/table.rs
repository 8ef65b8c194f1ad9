//! Tables for people: columns aligned by what characters take up on a
//! terminal, and numbers in a form that can be read at a glance.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

pub use crate::output::size;
use crate::paths::shown;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A table of text.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a header.
    pub fn new(columns: &[(&str, Align)]) -> Self {
        Self {
            columns: columns.iter().map(|(_, align)| *align).collect(),
            rows: vec![columns.iter().map(|(name, _)| (*name).to_owned()).collect()],
        }
    }

    /// Adds a row. Cells may hold text from outside.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|cell| shown(cell).into_owned()).collect());
    }

    /// The table as lines, two spaces between columns, with a rule below the
    /// header, and nothing behind the last character of a line.
    pub fn render(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|i| self.rows.iter().filter_map(|r| r.get(i)).map(|c| c.width()).max().unwrap_or(0))
            .collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| self.line(row, &widths)).collect();
        let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
        lines.insert(1, rule);
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .zip(&self.columns)
            .map(|((cell, width), align)| {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                match align {
                    Align::Left => format!("{cell}{pad}"),
                    Align::Right => format!("{pad}{cell}"),
                }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    }
}

/// A count with thin groups: `1 234 567`.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 4 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// A time: `0.8 s`, `12 s`, `3 min 5 s`.
pub fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 99.5 {
        format!("{seconds:.0} s")
    } else {
        let whole = duration.as_secs();
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_characters_take_up() {
        let mut table =
            Table::new(&[("Edition", Align::Left), ("Words", Align::Right), ("Why", Align::Left)]);
        table.row(vec!["2021".into(), "1 200".into(), "latest".into()]);
        table.row(vec!["灯台の本".into(), "9".into(), String::new()]);
        assert_eq!(
            table.render(),
            "Edition   Words  Why\n\
             ───────────────────────\n\
             2021      1 200  latest\n\
             灯台の本      9\n"
        );
    }

    #[test]
    fn a_cell_can_t_be_a_line_of_its_own() {
        let mut table = Table::new(&[("Edition", Align::Left), ("Words", Align::Right)]);
        table.row(vec!["2021\n2022  9\u{1b}[8m".into(), "7".into()]);
        let text = table.render();
        assert_eq!(text.lines().nth(2), Some(r"2021\n2022  9\u{1b}[8m      7"));
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            [999, 1000, 9_949, 9_960, 999_600].map(size),
            ["999 B", "1.0 kB", "9.9 kB", "10 kB", "1.0 MB"]
        );
        assert_eq!(size(120_400_000), "120 MB");
        assert_eq!([7, 9999, 12345, 1_234_567].map(count), ["7", "9999", "12 345", "1 234 567"]);
        let ms = Duration::from_millis;
        assert_eq!([ms(840), ms(12_400), ms(185_000)].map(time), ["0.8 s", "12 s", "3 min 5 s"]);
    }
}
