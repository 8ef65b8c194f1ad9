//! Equations → Typst's mathematics.
//!
//! Every part is a call of a function of Typst's `math` with string literals
//! at its ends; nothing is written in the syntax of Typst's math mode, so no
//! equation can run code. Where TeX's space differs from Typst's own, the
//! class of the atom is given.

use unicode_segmentation::UnicodeSegmentation;

use super::fonts::FONTS;
use super::markup::Markup;
use crate::document::{
    CodeBlock, Math, MathAlign, MathClass, MathNode, MathStyle, MathTable, MathTableKind, Operator,
};

impl Markup<'_> {
    /// An equation in a line.
    pub(super) fn inline_math(&mut self, math: &Math) {
        let Some(tree) = &math.tree else {
            self.raw("#c[");
            self.code_span(&one_line(&math.source));
            self.raw("]");
            return;
        };
        self.raw("#own[#eq(");
        self.string(&alternative(math));
        self.raw(", [");
        if math.display {
            self.raw("#math.display[");
        }
        self.math(tree);
        if math.display {
            self.raw("]");
        }
        self.raw("])");
        if let Some(tag) = &math.tag {
            self.text(&format!("\u{A0}{tag}"));
        }
        self.raw("]");
    }

    /// An equation on lines of its own.
    pub(super) fn display_math(&mut self, math: &Math) {
        let Some(tree) = &math.tree else {
            let text = format!("{}\n", math.source.trim_end());
            self.code(&CodeBlock { info: String::new(), language: None, hidden: String::new(), text });
            return;
        };
        self.raw("#own[#deq(");
        self.string(&alternative(math));
        match &math.tag {
            Some(tag) => {
                self.raw(", [");
                self.text(tag);
                self.raw("], (");
            }
            None => self.raw(", none, ("),
        }
        for part in tree.parts(false) {
            self.raw("[");
            self.row(part);
            self.raw("],");
        }
        self.raw("), [");
        self.math(tree);
        self.raw("])]");
    }

    fn row(&mut self, nodes: &[MathNode]) {
        if nodes.is_empty() {
            // An operand without width.
            self.raw("#\"\"");
        }
        for node in nodes {
            self.math(node);
        }
    }

    /// `function[…]`, or with something before the content: `class("large", […])`.
    fn wrapped(&mut self, before: &str, node: &MathNode, after: &str) {
        self.raw(before);
        self.raw("[");
        self.math(node);
        self.raw("]");
        self.raw(after);
    }

    /// A part, as Typst markup that begins with `#`.
    fn math(&mut self, node: &MathNode) {
        match node {
            MathNode::Row(nodes) => self.row(nodes),
            MathNode::Identifier { text, upright } => self.identifier(text, *upright),
            MathNode::Function(name) => {
                self.raw("#math.op(");
                self.literal(name);
                self.raw(")");
            }
            MathNode::Number(text) => {
                self.raw("#");
                self.literal(text);
            }
            MathNode::Text(text) => {
                self.raw("#text(font: text-fonts)[");
                self.words(text);
                self.raw("]");
            }
            MathNode::Operator(op) => self.operator(op, op.class),
            MathNode::Space(width) => self.raw(&format!("#h({width:.4}em)")),
            MathNode::Fraction { numerator, denominator, line: true } => {
                self.wrapped("#math.frac(", numerator, ", ");
                self.wrapped("", denominator, ")");
            }
            MathNode::Fraction { numerator, denominator, line: false } => {
                self.wrapped("#math.mat(delim: none, row-gap: 0.25em, (", numerator, ",), (");
                self.wrapped("", denominator, ",))");
            }
            MathNode::Root { radicand, index: None } => self.wrapped("#math.sqrt(", radicand, ")"),
            MathNode::Root { radicand, index: Some(index) } => {
                self.wrapped("#math.root(", index, ", ");
                self.wrapped("", radicand, ")");
            }
            MathNode::Scripts { base, sub, sup } => {
                self.wrapped("#math.attach(math.scripts(", base, ")");
                self.attached([("br", sub.as_deref()), ("tr", sup.as_deref())]);
            }
            MathNode::UnderOver { base, under, over } => {
                if matches!(&**base, MathNode::Operator(op) if op.class == MathClass::Relation) {
                    // An arrow as wide as what is above it.
                    let stretch = "#math.attach(math.limits(math.stretch(size: 100% + 0.8em, ";
                    self.wrapped(stretch, base, "))");
                } else {
                    self.wrapped("#math.attach(math.limits(", base, ")");
                }
                self.attached([("b", under.as_deref()), ("t", over.as_deref())]);
            }
            MathNode::Accent { base, mark, under, stretchy } => self.accent(base, *mark, *under, *stretchy),
            MathNode::Fenced { open, close, body } => self.fenced(*open, *close, body),
            MathNode::Table(table) => self.matrix(table),
            MathNode::Styled { style, body } => self.styled(*style, body),
        }
    }

    fn attached(&mut self, scripts: [(&str, Option<&MathNode>); 2]) {
        for (place, script) in scripts {
            if let Some(script) = script {
                self.wrapped(&format!(", {place}: "), script, "");
            }
        }
        self.raw(")");
    }

    /// A string literal, or what stands for characters that no font has.
    fn literal(&mut self, text: &str) {
        if text.chars().all(|c| FONTS.covers_math(c)) {
            self.string(text);
        } else {
            self.raw("[");
            self.words(text);
            self.raw("]");
        }
    }

    fn words(&mut self, text: &str) {
        self.unbroken(text);
    }

    /// One sign, which Typst draws as a glyph of its own.
    fn symbol(&mut self, text: &str) {
        let one = text.graphemes(true).count() == 1;
        if one && text.chars().all(|c| FONTS.covers_math(c)) {
            self.raw("symbol(");
            self.string(text);
            self.raw(")");
        } else {
            self.literal(text);
        }
    }

    fn identifier(&mut self, text: &str, upright: bool) {
        let mut chars = text.chars();
        let letter = chars.next().filter(|_| chars.as_str().is_empty());
        match letter {
            Some(c) if c.is_alphabetic() => {
                self.raw(if upright { "#math.upright(" } else { "#(" });
                self.symbol(text);
                self.raw(")");
            }
            Some(_) => {
                self.raw("#math.class(\"normal\", ");
                self.symbol(text);
                self.raw(")");
            }
            None => {
                self.raw("#");
                self.literal(text);
            }
        }
    }

    fn operator(&mut self, op: &Operator, class: MathClass) {
        let class = match class {
            MathClass::Large => None,
            MathClass::Binary => Some("binary"),
            MathClass::Unary => Some("normal"),
            MathClass::Relation => Some("relation"),
            MathClass::Open => Some("opening"),
            MathClass::Close => Some("closing"),
            MathClass::Middle => Some("fence"),
            MathClass::Punctuation => Some("punctuation"),
        };
        match class {
            Some(class) => self.raw(&format!("#math.class(\"{class}\", ")),
            None => self.raw("#("),
        }
        if let Some(size) = op.size {
            self.raw(&format!("math.lr(size: {size:.2}em, "));
        }
        self.symbol(&op.text);
        self.raw(if op.size.is_some() { "))" } else { ")" });
    }

    fn accent(&mut self, base: &MathNode, mark: char, under: bool, stretchy: bool) {
        let function = match mark {
            '‾' if stretchy => Some("overline"),
            '_' => Some("underline"),
            '⏞' => Some("overbrace"),
            '⏟' => Some("underbrace"),
            '⎴' => Some("overbracket"),
            '⎵' => Some("underbracket"),
            '⏜' => Some("overparen"),
            '⏝' => Some("underparen"),
            '⏠' => Some("overshell"),
            '⏡' => Some("undershell"),
            _ => None,
        };
        if let Some(function) = function {
            self.wrapped(&format!("#math.{function}("), base, ")");
        } else if under || mark == '⇒' {
            let place = if under { "b" } else { "t" };
            self.wrapped("#math.attach(math.limits(", base, &format!("), {place}: math.stretch("));
            self.symbol(&mark.to_string());
            self.raw("))");
        } else {
            let mark = match mark {
                '‾' => "¯".to_owned(),
                '˚' => "\u{30A}".to_owned(),
                mark => mark.to_string(),
            };
            self.wrapped("#math.accent(", base, ", ");
            self.string(&mark);
            self.raw(if stretchy { ")" } else { ", size: 0%)" });
        }
    }

    fn fenced(&mut self, open: Option<char>, close: Option<char>, body: &MathNode) {
        self.raw("#math.lr([");
        self.delimiter(open, "opening");
        let nodes = if let MathNode::Row(nodes) = body { nodes } else { std::slice::from_ref(body) };
        for node in nodes {
            if let MathNode::Operator(op) = node
                && op.class == MathClass::Middle
            {
                self.raw("#math.mid(");
                self.symbol(&op.text);
                self.raw(")");
            } else {
                self.math(node);
            }
        }
        self.delimiter(close, "closing");
        self.raw("])");
    }

    fn delimiter(&mut self, delimiter: Option<char>, class: &str) {
        match delimiter {
            Some(c) => {
                self.raw(&format!("#math.class(\"{class}\", "));
                self.symbol(&c.to_string());
                self.raw(")");
            }
            // So that a delimiter of the content isn't taken for the fence's.
            None => self.raw("#\"\""),
        }
    }

    fn matrix(&mut self, table: &MathTable) {
        let (column_gap, row_gap) = match table.kind {
            MathTableKind::Matrix => ("1em", "0.5em"),
            MathTableKind::Small => ("0.4em", "0.15em"),
            MathTableKind::Cases => ("1em", "0.5em"),
            MathTableKind::Lines => ("0em", "0.7em"),
        };
        if table.rows.is_empty() || table.columns.is_empty() {
            // Typst draws no lines without cells.
            self.raw("#\"\"");
            return;
        }
        let small = table.kind == MathTableKind::Small;
        self.raw(if small { "#math.script(math.mat(" } else { "#math.mat(" });
        self.raw(&format!("delim: none, column-gap: {column_gap}, row-gap: {row_gap}"));
        if !table.rules.is_empty() || !table.bars.is_empty() {
            let list = |places: &[usize]| places.iter().map(|n| format!("{n},")).collect::<String>();
            let (rules, bars) = (list(&table.rules), list(&table.bars));
            self.raw(&format!(", augment: (hline: ({rules}), vline: ({bars}), stroke: 0.5pt)"));
        }
        for row in &table.rows {
            self.raw(", (");
            for (i, align) in table.columns.iter().enumerate() {
                let empty = MathNode::Row(Vec::new());
                self.cell(table.kind, i, *align, row.get(i).unwrap_or(&empty));
            }
            self.raw(")");
        }
        self.raw(if small { "))" } else { ")" });
    }

    fn cell(&mut self, kind: MathTableKind, column: usize, align: MathAlign, cell: &MathNode) {
        self.raw("[");
        if align == MathAlign::Left {
            self.raw("#ap");
        }
        let lines = kind == MathTableKind::Lines;
        if lines && column > 0 && align == MathAlign::Right {
            // Between two pairs of columns.
            self.raw("#h(2em)");
        }
        self.wrapped(if lines { "#math.display(" } else { "#(" }, cell, ")");
        if align == MathAlign::Right {
            self.raw("#ap");
        }
        self.raw("],");
    }

    fn styled(&mut self, style: MathStyle, body: &MathNode) {
        if let (MathStyle::Monospace, MathNode::Text(text)) = (style, body) {
            self.raw("#text(font: mono-fonts, size: 0.86em)[");
            self.unbroken(text);
            self.raw("]");
            return;
        }
        let colour = |r, g, b| format!("rgb({r}, {g}, {b})");
        match style {
            MathStyle::Display => self.wrapped("#math.display(", body, ")"),
            MathStyle::Text => self.wrapped("#math.inline(", body, ")"),
            MathStyle::Script => self.wrapped("#math.script(", body, ")"),
            MathStyle::ScriptScript => self.wrapped("#math.sscript(", body, ")"),
            MathStyle::Color(r, g, b) => {
                self.wrapped(&format!("#text(fill: {}, ", colour(r, g, b)), body, ")");
            }
            MathStyle::Background(r, g, b) => {
                self.wrapped(&format!("#mbox(none, {}, ", colour(r, g, b)), body, ")");
            }
            MathStyle::Boxed(r, g, b) => {
                self.wrapped(&format!("#mbox({}, none, ", colour(r, g, b)), body, ")");
            }
            MathStyle::Phantom => self.wrapped("#hide(", body, ")"),
            MathStyle::Cancelled => self.wrapped("#math.cancel(", body, ")"),
            MathStyle::Bold => self.wrapped("#text(weight: 600, ", body, ")"),
            MathStyle::Italic => self.wrapped("#text(style: \"italic\", ", body, ")"),
            MathStyle::Monospace => self.wrapped("#", body, ""),
        }
    }
}

/// What a screen reader says: the source, which people who use one can read.
fn alternative(math: &Math) -> String {
    one_line(&math.source)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
