//! Equations: their source, and the tree that both writers set them from.
//!
//! The nodes are close to the elements of MathML Core, with the atom classes
//! of TeX where MathML knows operators only. Letters are those of Unicode's
//! mathematical alphabets already (ℝ, 𝐱), so that no writer has to know fonts.

use serde::{Deserialize, Serialize};

/// An equation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Math {
    /// The LaTeX between the delimiters, as it is written.
    pub source: String,
    /// Set on lines of its own.
    pub display: bool,
    /// What `\tag` puts at the end of the line, without parentheses.
    pub tag: Option<String>,
    /// The equation; none before `transform::math` has run, and where it could
    /// not be converted: writers then show the source.
    pub tree: Option<MathNode>,
}

impl Math {
    /// An equation that is not converted yet.
    pub fn new(source: impl Into<String>, display: bool) -> Self {
        Self { source: source.into(), display, tag: None, tree: None }
    }

    /// The equation on one line, as titles and bookmarks show it.
    pub fn text(&self) -> String {
        match &self.tree {
            Some(tree) => {
                let mut out = String::new();
                linear(tree, &mut out);
                out.trim().to_owned()
            }
            None => self.source.trim().to_owned(),
        }
    }
}

/// A part of an equation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MathNode {
    /// Parts side by side (`mrow`).
    Row(Vec<MathNode>),
    /// A letter or symbol without space around it (`mi`). A single letter is
    /// set in italics unless it is `upright`.
    Identifier {
        /// The letter.
        text: String,
        /// Not in italics.
        upright: bool,
    },
    /// The name of a function (`sin`), upright, with thin space around it.
    Function(String),
    /// A number (`mn`).
    Number(String),
    /// An operator, relation, delimiter or punctuation mark (`mo`).
    Operator(Operator),
    /// Words (`mtext`).
    Text(String),
    /// Horizontal space in em, which may be negative (`mspace`).
    Space(f64),
    /// A fraction (`mfrac`).
    Fraction {
        /// Above the line.
        numerator: Box<MathNode>,
        /// Below the line.
        denominator: Box<MathNode>,
        /// Whether there is a line.
        line: bool,
    },
    /// A root (`msqrt`, `mroot`).
    Root {
        /// Under the sign.
        radicand: Box<MathNode>,
        /// Its degree.
        index: Option<Box<MathNode>>,
    },
    /// Sub- and superscript (`msub`, `msup`, `msubsup`).
    Scripts {
        /// What they belong to.
        base: Box<MathNode>,
        /// Below right.
        sub: Option<Box<MathNode>>,
        /// Above right.
        sup: Option<Box<MathNode>>,
    },
    /// Something below and above (`munder`, `mover`, `munderover`).
    UnderOver {
        /// What is in the middle.
        base: Box<MathNode>,
        /// Below.
        under: Option<Box<MathNode>>,
        /// Above.
        over: Option<Box<MathNode>>,
    },
    /// An accent, line, arrow or brace as wide as its base, or a letter.
    Accent {
        /// What is marked.
        base: Box<MathNode>,
        /// The mark, a spacing character: `^`, `‾`, `→`, `⏞`.
        mark: char,
        /// Below the base rather than above.
        under: bool,
        /// As wide as the base.
        stretchy: bool,
    },
    /// Delimiters that grow with what is between them.
    Fenced {
        /// The left one, if any.
        open: Option<char>,
        /// The right one, if any.
        close: Option<char>,
        /// What is between them.
        body: Box<MathNode>,
    },
    /// A matrix, array or aligned lines (`mtable`).
    Table(MathTable),
    /// Parts set in a certain way (`mstyle`).
    Styled {
        /// How.
        style: MathStyle,
        /// What.
        body: Box<MathNode>,
    },
}

/// An operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    /// The sign: one character, or several that are one sign.
    pub text: String,
    /// What it does, which gives the space around it.
    pub class: MathClass,
    /// A fixed height in em (`\big`); none for its own.
    pub size: Option<f64>,
}

/// The classes of TeX's atoms (The TeXbook, chapter 17) that are operators in
/// MathML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MathClass {
    /// `∑`, `∫`
    Large,
    /// `+` between two operands.
    Binary,
    /// `−` before an operand.
    Unary,
    /// `=`, `→`
    Relation,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `|` between two delimiters that grow: it grows with them.
    Middle,
    /// `,`
    Punctuation,
}

/// A matrix, array or aligned lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MathTable {
    /// What it is, which gives the space between its cells.
    pub kind: MathTableKind,
    /// The alignment of each column.
    pub columns: Vec<MathAlign>,
    /// The cells; rows may be shorter than `columns`.
    pub rows: Vec<Vec<MathNode>>,
    /// Rows, from 0, above which there is a line; the number of rows for one
    /// at the foot.
    pub rules: Vec<usize>,
    /// Columns, from 0, left of which there is a line.
    pub bars: Vec<usize>,
}

/// The kinds of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MathTableKind {
    /// `matrix`, `array`
    Matrix,
    /// `smallmatrix`, `substack`
    Small,
    /// `cases`
    Cases,
    /// `align`, `gather`: lines of display mathematics, columns in pairs.
    Lines,
}

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MathAlign {
    /// Left.
    Left,
    /// Centred.
    Center,
    /// Right.
    Right,
}

/// How a part is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MathStyle {
    /// As in a display.
    Display,
    /// As in a line of text.
    Text,
    /// As a script.
    Script,
    /// As a script of a script.
    ScriptScript,
    /// In a colour: red, green, blue.
    Color(u8, u8, u8),
    /// On a ground of a colour.
    Background(u8, u8, u8),
    /// In a box of this colour.
    Boxed(u8, u8, u8),
    /// Not shown, but with its room.
    Phantom,
    /// Struck through.
    Cancelled,
    /// Words in bold.
    Bold,
    /// Words in italics.
    Italic,
    /// Words in the font of code.
    Monospace,
}

impl MathNode {
    /// The parts that a long line may be broken into: each begins with a
    /// relation or an operator, or behind a wide space, or where `commas` is
    /// set behind punctuation. One if it can't be.
    pub fn parts(&self, commas: bool) -> Vec<&[MathNode]> {
        let Self::Row(nodes) = self else { return vec![std::slice::from_ref(self)] };
        let sign = |node: &Self| matches!(node, Self::Operator(op) if matches!(op.class, MathClass::Relation | MathClass::Binary));
        let wide = |node: &Self| {
            let comma = |op: &Operator| commas && op.class == MathClass::Punctuation;
            matches!(node, Self::Space(width) if *width >= 1.0)
                || matches!(node, Self::Operator(op) if comma(op))
        };
        let space = |node: &Self| matches!(node, Self::Space(_));
        let mut out = Vec::new();
        let mut start = 0;
        for (i, pair) in nodes.windows(2).enumerate() {
            if let [before, here] = pair
                && (sign(here) || wide(before))
                && !(space(here) || i + 1 == start)
            {
                out.extend(nodes.get(start..=i));
                start = i + 1;
            }
        }
        out.extend(nodes.get(start..));
        out
    }

    /// About how wide the equation is, in em; rather more than less.
    pub fn width(&self) -> f64 {
        let letters = |text: &str| text.chars().count() as f64;
        let larger = |a: &Option<Box<Self>>, b: &Option<Box<Self>>| {
            let width = |node: &Option<Box<Self>>| node.as_ref().map_or(0.0, |node| node.width());
            width(a).max(width(b))
        };
        match self {
            Self::Row(nodes) => nodes.iter().map(Self::width).sum(),
            Self::Identifier { text, .. } => 0.62 * letters(text),
            Self::Function(text) => 0.3 + 0.55 * letters(text),
            Self::Number(text) | Self::Text(text) => 0.55 * letters(text),
            Self::Operator(op) => match op.class {
                MathClass::Relation => 1.6,
                MathClass::Binary => 1.4,
                MathClass::Large => 1.5,
                MathClass::Unary => 0.9,
                MathClass::Open | MathClass::Close | MathClass::Middle | MathClass::Punctuation => 0.55,
            },
            Self::Space(width) => *width,
            Self::Fraction { numerator, denominator, line: _ } => {
                0.3 + numerator.width().max(denominator.width())
            }
            Self::Root { radicand, index: _ } => 1.0 + radicand.width(),
            Self::Scripts { base, sub, sup } => base.width() + 0.75 * larger(sub, sup),
            Self::UnderOver { base, under, over } => base.width().max(0.75 * larger(under, over)),
            Self::Accent { base, .. } => base.width(),
            Self::Fenced { open: _, close: _, body } => 1.2 + body.width(),
            Self::Table(table) => {
                let column =
                    |i| table.rows.iter().filter_map(|row| row.get(i)).map(Self::width).fold(0.0, f64::max);
                (0..table.columns.len()).map(|i| column(i) + 1.0).sum()
            }
            Self::Styled { style: _, body } => body.width(),
        }
    }
}

/// Writes a tree on one line, with `^`, `_` and `/`.
fn linear(node: &MathNode, out: &mut String) {
    match node {
        MathNode::Row(nodes) => nodes.iter().for_each(|n| linear(n, out)),
        MathNode::Identifier { text, upright: _ } | MathNode::Number(text) | MathNode::Text(text) => {
            out.push_str(text);
        }
        MathNode::Function(name) => {
            if out.ends_with(char::is_alphanumeric) {
                out.push(' ');
            }
            out.push_str(name);
            out.push(' ');
        }
        MathNode::Operator(op) => match op.class {
            MathClass::Relation | MathClass::Binary => {
                out.push(' ');
                out.push_str(&op.text);
                out.push(' ');
            }
            MathClass::Punctuation => {
                out.push_str(&op.text);
                out.push(' ');
            }
            MathClass::Large | MathClass::Unary | MathClass::Open | MathClass::Close | MathClass::Middle => {
                out.push_str(&op.text)
            }
        },
        MathNode::Space(width) if *width >= 0.25 => out.push(' '),
        MathNode::Space(_) => {}
        MathNode::Fraction { numerator, denominator, line: _ } => {
            grouped("", numerator, out);
            grouped("/", denominator, out);
        }
        MathNode::Root { radicand, index } => {
            if let Some(index) = index {
                grouped("", index, out);
            }
            grouped("√", radicand, out);
        }
        MathNode::Scripts { base, sub, sup } | MathNode::UnderOver { base, under: sub, over: sup } => {
            linear(base, out);
            for (sign, script) in [("_", sub), ("^", sup)] {
                if let Some(script) = script {
                    grouped(sign, script, out);
                }
            }
        }
        MathNode::Accent { base, mark: _, under: _, stretchy: _ } => linear(base, out),
        MathNode::Fenced { open, close, body } => {
            out.extend(open);
            linear(body, out);
            out.extend(close);
        }
        MathNode::Table(table) => {
            for (i, row) in table.rows.iter().enumerate() {
                out.push_str(if i > 0 { "; " } else { "" });
                for (j, cell) in row.iter().enumerate() {
                    out.push_str(if j > 0 { " " } else { "" });
                    linear(cell, out);
                }
            }
        }
        MathNode::Styled { style: MathStyle::Phantom, body: _ } => out.push(' '),
        MathNode::Styled { style: _, body } => linear(body, out),
    }
}

/// A part behind a sign, in parentheses if it is longer than a character.
fn grouped(sign: &str, node: &MathNode, out: &mut String) {
    let mut inner = String::new();
    linear(node, &mut inner);
    let inner = inner.trim();
    out.push_str(sign);
    if inner.chars().all(char::is_alphanumeric) || inner.chars().count() == 1 {
        out.push_str(inner);
    } else {
        out.push('(');
        out.push_str(inner);
        out.push(')');
    }
}

/// An equation for tests to compare: its kind and its tree, or its source.
pub(super) fn dump(math: &Math) -> String {
    let kind = if math.display { "display" } else { "math" };
    let mut out = String::new();
    match &math.tree {
        Some(tree) => node(tree, &mut out),
        None => out.push_str(&format!("source {:?}", math.source)),
    }
    if let Some(tag) = &math.tag {
        out.push_str(&format!(" tag {tag:?}"));
    }
    format!("{kind}({out})")
}

fn node(n: &MathNode, out: &mut String) {
    match n {
        MathNode::Row(nodes) => call("", &nodes.iter().collect::<Vec<_>>(), out),
        MathNode::Identifier { text, upright: false } => out.push_str(text),
        MathNode::Identifier { text, upright: true } => out.push_str(&format!("up:{text}")),
        MathNode::Function(name) => out.push_str(&format!("fn:{name}")),
        MathNode::Number(text) => out.push_str(text),
        MathNode::Operator(op) => {
            let class = match op.class {
                MathClass::Large => "large",
                MathClass::Binary => "bin",
                MathClass::Unary => "un",
                MathClass::Relation => "rel",
                MathClass::Open => "open",
                MathClass::Close => "close",
                MathClass::Middle => "mid",
                MathClass::Punctuation => "punct",
            };
            out.push_str(&format!("{class}:{}", op.text));
            if let Some(size) = op.size {
                out.push_str(&format!("@{size}"));
            }
        }
        MathNode::Text(text) => out.push_str(&format!("{text:?}")),
        MathNode::Space(width) => out.push_str(&format!("sp:{width:.2}")),
        MathNode::Fraction { numerator, denominator, line } => {
            call(if *line { "frac" } else { "stack" }, &[numerator, denominator], out);
        }
        MathNode::Root { radicand, index: None } => call("sqrt", &[radicand], out),
        MathNode::Root { radicand, index: Some(index) } => call("root", &[radicand, index], out),
        MathNode::Scripts { base, sub, sup } => attached(["sub", "sup", "subsup"], base, sub, sup, out),
        MathNode::UnderOver { base, under, over } => {
            attached(["under", "over", "underover"], base, under, over, out);
        }
        MathNode::Accent { base, mark, under, stretchy } => {
            let place = if *under { "below" } else { "above" };
            call(&format!("{place}{mark}{}", if *stretchy { "+" } else { "" }), &[base], out);
        }
        MathNode::Fenced { open, close, body } => {
            let delimiter = |c: &Option<char>| c.map_or_else(|| ".".to_owned(), String::from);
            call(&format!("fence{}{}", delimiter(open), delimiter(close)), &[body], out);
        }
        MathNode::Table(table) => dump_table(table, out),
        MathNode::Styled { style, body } => call(&format!("{style:?}").replace(", ", "-"), &[body], out),
    }
}

fn attached(
    names: [&str; 3],
    base: &MathNode,
    below: &Option<Box<MathNode>>,
    above: &Option<Box<MathNode>>,
    out: &mut String,
) {
    let [sub, sup, both] = names;
    let name = match (below, above) {
        (Some(_), None) => sub,
        (None, Some(_)) => sup,
        (Some(_), Some(_)) | (None, None) => both,
    };
    let mut parts = vec![base];
    parts.extend([below, above].into_iter().flatten().map(|part| &**part));
    call(name, &parts, out);
}

fn dump_table(table: &MathTable, out: &mut String) {
    let columns: String = table
        .columns
        .iter()
        .map(|align| match align {
            MathAlign::Left => 'l',
            MathAlign::Center => 'c',
            MathAlign::Right => 'r',
        })
        .collect();
    out.push_str(&format!("{:?}:{columns}[", table.kind));
    for (i, row) in table.rows.iter().enumerate() {
        out.push_str(if i > 0 { " / " } else { "" });
        for (j, cell) in row.iter().enumerate() {
            out.push_str(if j > 0 { " & " } else { "" });
            node(cell, out);
        }
    }
    out.push(']');
    if !table.rules.is_empty() || !table.bars.is_empty() {
        out.push_str(&format!("rules{:?}bars{:?}", table.rules, table.bars));
    }
}

fn call(name: &str, parts: &[&MathNode], out: &mut String) {
    out.push_str(name);
    out.push('(');
    for (i, part) in parts.iter().enumerate() {
        out.push_str(if i > 0 { " " } else { "" });
        node(part, out);
    }
    out.push(')');
}
