//! Environments: matrices, cases and aligned lines.

use pulldown_latex::event::{
    ArrayColumn, ColumnAlignment, EnvironmentFlow, Event, Grouping, StateChange, Style,
};

use super::build::{Builder, State, math_style, row, styled};
use crate::document::{MathAlign, MathNode, MathTable, MathTableKind};

/// The columns of an environment.
enum Columns {
    /// As many as there are, aligned alike.
    All(MathAlign),
    /// Right and left in turn.
    Pairs,
    /// As the author says; and where there are lines between them.
    Given(Vec<MathAlign>, Vec<usize>),
}

impl Builder<'_> {
    /// An environment whose begin is taken.
    pub(super) fn environment(&mut self, grouping: Grouping, state: State) -> Result<MathNode, String> {
        let (kind, columns) = match &grouping {
            Grouping::Matrix { alignment } => (MathTableKind::Matrix, Columns::All(align(*alignment))),
            Grouping::SubArray { alignment } => (MathTableKind::Small, Columns::All(align(*alignment))),
            Grouping::Cases { .. } => (MathTableKind::Cases, Columns::All(MathAlign::Left)),
            Grouping::Array(columns) => (MathTableKind::Matrix, given(columns)),
            Grouping::Align { .. }
            | Grouping::Aligned
            | Grouping::Alignat { .. }
            | Grouping::Alignedat { .. }
            | Grouping::Split => (MathTableKind::Lines, Columns::Pairs),
            Grouping::Gather { .. } | Grouping::Gathered | Grouping::Multline | Grouping::Equation { .. } => {
                (MathTableKind::Lines, Columns::All(MathAlign::Center))
            }
            Grouping::Normal | Grouping::LeftRight(..) => {
                (MathTableKind::Matrix, Columns::All(MathAlign::Center))
            }
        };
        let table = self.table(kind, columns, state)?;
        Ok(if let Grouping::Cases { left } = grouping {
            fenced(left.then_some('{'), (!left).then_some('}'), table)
        } else {
            single(table)
        })
    }

    fn table(
        &mut self,
        mut kind: MathTableKind,
        columns: Columns,
        state: State,
    ) -> Result<MathTable, String> {
        // `dcases` and `smallmatrix` are told by a style at their begin.
        let mut style = None;
        if let Some(Event::StateChange(StateChange::Style(first))) =
            self.events.next_if(|event| matches!(event, Event::StateChange(StateChange::Style(_))))
        {
            if first == Style::Text {
                kind = MathTableKind::Small;
            } else {
                style = Some(math_style(first));
            }
        }
        let display = kind == MathTableKind::Lines || style == Some(crate::document::MathStyle::Display);
        let state = State { font: None, display, ..state };
        let (mut rows, mut line, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let starts = |e: &Event| matches!(e, Event::EnvironmentFlow(EnvironmentFlow::StartLines { .. }));
            if self.events.next_if(starts).is_some() {
                rules.push(0);
            }
            let mut nodes = self.run(state)?;
            if matches!(columns, Columns::Pairs) && line.len() % 2 == 1 {
                // TeX's empty operand: `&= b` is spaced as `a = b`.
                nodes.insert(0, MathNode::Row(Vec::new()));
            }
            let cell = row(nodes);
            line.push(match style {
                Some(style) => styled(style, cell),
                None => cell,
            });
            match self.flow() {
                Some(EnvironmentFlow::Alignment) => {}
                Some(EnvironmentFlow::NewLine { spacing: _, horizontal_lines }) => {
                    rows.push(std::mem::take(&mut line));
                    if !horizontal_lines.is_empty() {
                        rules.push(rows.len());
                    }
                }
                Some(EnvironmentFlow::StartLines { .. }) => {}
                None => {
                    self.events.next();
                    break;
                }
            }
        }
        // Behind the last `\\` there is no line.
        if !line.iter().all(is_empty) {
            rows.push(line);
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let (columns, bars) = match columns {
            Columns::All(align) => (vec![align; width], Vec::new()),
            Columns::Pairs => {
                let pairs = [MathAlign::Right, MathAlign::Left];
                (pairs.into_iter().cycle().take(width).collect(), Vec::new())
            }
            Columns::Given(mut columns, bars) => {
                columns.resize(width.max(columns.len()), MathAlign::Center);
                (columns, bars)
            }
        };
        rules.retain(|rule| *rule <= rows.len());
        rules.dedup();
        Ok(MathTable { kind, columns, rows, rules, bars })
    }
}

fn is_empty(cell: &MathNode) -> bool {
    match cell {
        MathNode::Row(nodes) => nodes.iter().all(is_empty),
        MathNode::Styled { body, .. } => is_empty(body),
        MathNode::Identifier { .. }
        | MathNode::Function(_)
        | MathNode::Number(_)
        | MathNode::Operator(_)
        | MathNode::Text(_)
        | MathNode::Space(_)
        | MathNode::Fraction { .. }
        | MathNode::Root { .. }
        | MathNode::Scripts { .. }
        | MathNode::UnderOver { .. }
        | MathNode::Accent { .. }
        | MathNode::Fenced { .. }
        | MathNode::Table(_) => false,
    }
}

/// A table of one cell is that cell.
fn single(mut table: MathTable) -> MathNode {
    if table.kind == MathTableKind::Lines
        && let [cells] = table.rows.as_mut_slice()
        && let [_] = cells.as_slice()
        && let Some(cell) = cells.pop()
    {
        return cell;
    }
    MathNode::Table(table)
}

fn fenced(open: Option<char>, close: Option<char>, table: MathTable) -> MathNode {
    MathNode::Fenced { open, close, body: Box::new(MathNode::Table(table)) }
}

fn align(alignment: ColumnAlignment) -> MathAlign {
    match alignment {
        ColumnAlignment::Left => MathAlign::Left,
        ColumnAlignment::Center => MathAlign::Center,
        ColumnAlignment::Right => MathAlign::Right,
    }
}

fn given(list: &[ArrayColumn]) -> Columns {
    let (mut columns, mut bars) = (Vec::new(), Vec::new());
    for column in list {
        match column {
            ArrayColumn::Column(alignment) => columns.push(align(*alignment)),
            ArrayColumn::Separator(_) => bars.push(columns.len()),
        }
    }
    bars.dedup();
    Columns::Given(columns, bars)
}
