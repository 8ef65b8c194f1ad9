//! Equations as MathML (presentation markup, as far as MathML Core goes).
//!
//! Reading systems that know MathML 3 but not Core get its attributes for
//! columns and boxes too; those that know Core take them from the style sheet.

use super::ChapterWriter;
use crate::device::Device;
use crate::device::equations::Equation;
use crate::document::{
    CodeBlock, Math, MathAlign, MathClass, MathNode, MathStyle, MathTable, MathTableKind, Operator,
};
use crate::span::Span;
use crate::writer::epub::xml::{Whose, Xml};

/// The namespace of MathML.
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
/// The line of a small screen, in em.
const LINE: f64 = 20.0;
/// Relations that would grow with what is beside them.
const UPRIGHT: &str = "∣∥∤∦|‖↑↓↕⇑⇓⇕";

impl ChapterWriter<'_> {
    /// An equation on lines of its own.
    pub(super) fn display_math(&mut self, math: &Math, span: Span) {
        if math.tree.is_none() {
            let text = format!("{}\n", math.source.trim_end());
            self.code(&CodeBlock { info: String::new(), language: None, hidden: String::new(), text }, span);
            return;
        }
        let from = self.xml.len();
        self.xml.start("div", &[("class", "equation")]);
        if !self.drawn_math(math, span) {
            self.broken_math(math, span);
        }
        self.xml.end();
        self.xml.newline();
        self.xml.mark(from, Whose::Writer);
    }

    /// Browsers don't break equations, and a page can't be scrolled sideways:
    /// what is longer than a line of a telephone is written as one equation
    /// for each part that may begin a line, and parts that are still too long
    /// are set smaller where the line is short.
    fn broken_math(&mut self, math: &Math, span: Span) {
        let parts = math.tree.as_ref().map(|tree| tree.parts(true)).unwrap_or_default();
        let width = |nodes: &[MathNode]| nodes.iter().map(MathNode::width).sum::<f64>();
        let whole = math.tree.as_ref().map_or(0.0, MathNode::width);
        let widest = parts.iter().map(|part| width(part)).fold(0.0, f64::max);
        let broken = whole > LINE && parts.len() > 1;
        let needs = if broken { widest } else { whole };
        let size = format!("font-size: min(1em, calc(100cqw / {}))", needs.ceil());
        if needs > LINE {
            self.xml.start("div", &[("style", &size)]);
        }
        if broken {
            self.parts(math, &parts, span);
        } else {
            self.math(math, span);
        }
        if needs > LINE {
            self.xml.end();
        }
    }

    fn parts(&mut self, math: &Math, parts: &[&[MathNode]], span: Span) {
        self.check_characters(&math.source, span);
        self.mathml = true;
        let source = math.source.split_whitespace().collect::<Vec<_>>().join(" ");
        for (i, part) in parts.iter().enumerate() {
            let mut attributes = vec![("xmlns", MATHML), ("displaystyle", "true")];
            if i == 0 {
                attributes.push(("alttext", &source));
            } else {
                self.xml.newline();
            }
            within(&mut self.xml, "math", &attributes, |xml| {
                within(xml, "mrow", &[], |xml| {
                    if i > 0 {
                        // What the part goes on from, so that its sign is
                        // spaced as between two operands.
                        xml.empty("mrow", &[]);
                    }
                    row(xml, part);
                });
            });
        }
        self.tag(math);
    }

    /// An equation for devices that don't set any: a picture, or how it is
    /// written where there is none. Says whether it did that.
    fn drawn_math(&mut self, math: &Math, span: Span) -> bool {
        if !self.inputs.device().is_some_and(Device::draws_equations) {
            return false;
        }
        self.check_characters(&math.source, span);
        let source = math.source.split_whitespace().collect::<Vec<_>>().join(" ");
        match self.inputs.equation(math) {
            Some((path, Equation { width, height, depth, png: _ })) => {
                let src = format!("../{path}");
                let place = if math.display { 0.0 } else { -depth };
                let style =
                    format!("width: {width:.3}em; height: {height:.3}em; vertical-align: {place:.3}em");
                self.xml
                    .empty("img", &[("class", "math"), ("src", &src), ("alt", &source), ("style", &style)]);
            }
            None => {
                self.xml.element("code", &[], &source);
                self.tag(math);
            }
        }
        true
    }

    fn tag(&mut self, math: &Math) {
        if let Some(tag) = &math.tag {
            self.xml.element("span", &[("class", "tag")], tag);
        }
    }

    /// An equation in a line, or the content of one on lines of its own.
    pub(super) fn math(&mut self, math: &Math, span: Span) {
        self.check_characters(&math.source, span);
        let source = math.source.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(tree) = &math.tree else {
            self.xml.element("code", &[], &source);
            return;
        };
        let from = self.xml.len();
        if self.drawn_math(math, span) {
            return self.xml.mark(from, Whose::Writer);
        }
        self.mathml = true;
        let mut attributes = vec![("xmlns", MATHML), ("alttext", source.as_str())];
        match (math.display, &math.tag) {
            (true, None) => attributes.insert(1, ("display", "block")),
            // The tag stands beside it.
            (true, Some(_)) => attributes.insert(1, ("displaystyle", "true")),
            (false, _) => {}
        }
        self.xml.start("math", &attributes);
        one(&mut self.xml, tree);
        self.xml.end();
        self.tag(math);
        self.xml.mark(from, Whose::Writer);
    }
}

/// A part as exactly one element.
fn one(xml: &mut Xml, node: &MathNode) {
    match node {
        MathNode::Row(nodes) => within(xml, "mrow", &[], |xml| row(xml, nodes)),
        MathNode::Identifier { text, upright } => {
            let mut chars = text.chars();
            // A single letter is set in italics, but not those that have an
            // alphabet in their code point.
            let letter = |c: char| c.is_alphabetic() && !('\u{2100}'..).contains(&c);
            let normal = *upright && chars.next().is_some_and(letter) && chars.next().is_none();
            let attributes: &[(&str, &str)] = if normal { &[("mathvariant", "normal")] } else { &[] };
            xml.element("mi", attributes, text);
        }
        MathNode::Function(name) => {
            let attributes: &[(&str, &str)] =
                if name.chars().count() == 1 { &[("mathvariant", "normal")] } else { &[] };
            xml.element("mi", attributes, name);
        }
        MathNode::Number(text) => xml.element("mn", &[], text),
        MathNode::Text(text) => xml.element("mtext", &[], &spaced(text)),
        MathNode::Operator(op) => operator(xml, op, false),
        MathNode::Space(width) if *width < 0.0 => {
            xml.empty("mspace", &[("style", &format!("margin-left: {width:.4}em"))]);
        }
        MathNode::Space(width) => xml.empty("mspace", &[("width", &format!("{width:.4}em"))]),
        MathNode::Fraction { numerator, denominator, line } => {
            let attributes: &[(&str, &str)] = if *line { &[] } else { &[("linethickness", "0")] };
            within(xml, "mfrac", attributes, |xml| {
                one(xml, numerator);
                one(xml, denominator);
            });
        }
        MathNode::Root { radicand, index: None } => within(xml, "msqrt", &[], |xml| one(xml, radicand)),
        MathNode::Root { radicand, index: Some(index) } => within(xml, "mroot", &[], |xml| {
            one(xml, radicand);
            one(xml, index);
        }),
        MathNode::Scripts { base, sub, sup } => {
            attached(xml, ["msub", "msup", "msubsup"], base, [sub.as_deref(), sup.as_deref()]);
        }
        MathNode::UnderOver { base, under, over } => {
            attached(xml, ["munder", "mover", "munderover"], base, [under.as_deref(), over.as_deref()]);
        }
        MathNode::Accent { base, mark, under, stretchy } => accent(xml, base, *mark, *under, *stretchy),
        MathNode::Fenced { open, close, body } => fenced(xml, *open, *close, body),
        MathNode::Table(table) => table_element(xml, table),
        MathNode::Styled { style, body } => styled(xml, *style, body),
    }
}

fn within(xml: &mut Xml, name: &'static str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Xml)) {
    xml.start(name, attributes);
    content(xml);
    xml.end();
}

/// Parts side by side, with TeX's thin space around names of functions.
fn row(xml: &mut Xml, nodes: &[MathNode]) {
    let thin = |xml: &mut Xml| xml.empty("mspace", &[("width", "0.1667em")]);
    for (i, node) in nodes.iter().enumerate() {
        let function = is_function(node);
        let before = i.checked_sub(1).and_then(|i| nodes.get(i));
        if function && before.is_some_and(|n| operand(n, MathClass::Close)) {
            thin(xml);
        }
        one(xml, node);
        if let Some(next) = nodes.get(i + 1).filter(|_| function) {
            if operand(next, MathClass::Open) || matches!(next, MathNode::Fenced { .. }) || is_function(next)
            {
                xml.element("mo", &[], "\u{2061}");
            }
            let open = matches!(next, MathNode::Fenced { .. })
                || matches!(next, MathNode::Operator(op) if op.class == MathClass::Open);
            if !open && (operand(next, MathClass::Open) || is_function(next)) {
                thin(xml);
            }
        }
    }
}

fn is_function(node: &MathNode) -> bool {
    if let MathNode::Scripts { base, .. } | MathNode::UnderOver { base, .. } = node {
        return is_function(base);
    }
    matches!(node, MathNode::Function(_))
}

/// Whether a part is an operand, or a delimiter of the class beside one.
fn operand(node: &MathNode, delimiter: MathClass) -> bool {
    if let MathNode::Scripts { base, .. } | MathNode::UnderOver { base, .. } = node {
        return operand(base, delimiter);
    }
    match node {
        MathNode::Operator(op) => op.class == delimiter,
        MathNode::Space(_) | MathNode::Function(_) => false,
        MathNode::Row(_)
        | MathNode::Identifier { .. }
        | MathNode::Number(_)
        | MathNode::Text(_)
        | MathNode::Fraction { .. }
        | MathNode::Root { .. }
        | MathNode::Scripts { .. }
        | MathNode::UnderOver { .. }
        | MathNode::Accent { .. }
        | MathNode::Fenced { .. }
        | MathNode::Table(_)
        | MathNode::Styled { .. } => true,
    }
}

/// White space at the ends of an element is lost, so it is made to stay.
fn spaced(text: &str) -> String {
    let inner = text.trim_matches(' ');
    let start = if text.starts_with(' ') { "\u{A0}" } else { "" };
    let end = if text.ends_with(' ') && !inner.is_empty() { "\u{A0}" } else { "" };
    format!("{start}{inner}{end}")
}

fn operator(xml: &mut Xml, op: &Operator, stretchy: bool) {
    let mut attributes = Vec::new();
    match op.class {
        MathClass::Large => attributes.push(("movablelimits", "false")),
        MathClass::Unary => attributes.push(("form", "prefix")),
        MathClass::Open => attributes.push(("form", "prefix")),
        MathClass::Close => attributes.push(("form", "postfix")),
        MathClass::Punctuation => attributes.extend([("lspace", "0"), ("rspace", "0.1667em")]),
        MathClass::Binary | MathClass::Relation | MathClass::Middle => {}
    }
    let size = op.size.map(|size| format!("{size}em"));
    if let Some(size) = &size {
        attributes.extend([
            ("stretchy", "true"),
            ("symmetric", "true"),
            ("minsize", size),
            ("maxsize", size),
        ]);
    } else if matches!(op.class, MathClass::Open | MathClass::Close | MathClass::Middle)
        || UPRIGHT.contains(&op.text)
    {
        attributes.push(("stretchy", "false"));
    } else if stretchy {
        attributes.push(("stretchy", "true"));
    }
    xml.element("mo", &attributes, &op.text);
}

fn attached(xml: &mut Xml, names: [&'static str; 3], base: &MathNode, scripts: [Option<&MathNode>; 2]) {
    let [below, above, both] = names;
    let name = match scripts {
        [Some(_), None] => below,
        [None, Some(_)] => above,
        [Some(_), Some(_)] => both,
        [None, None] => "mrow",
    };
    within(xml, name, &[], |xml| {
        // An arrow is as wide as what is above it.
        if let MathNode::Operator(op) = base
            && op.class == MathClass::Relation
            && below == "munder"
        {
            operator(xml, op, true);
        } else {
            one(xml, base);
        }
        scripts.into_iter().flatten().for_each(|script| one(xml, script));
    });
}

fn accent(xml: &mut Xml, base: &MathNode, mark: char, under: bool, stretchy: bool) {
    let mark = if mark == '‾' && !stretchy { '¯' } else { mark };
    let (name, attribute) = if under { ("munder", "accentunder") } else { ("mover", "accent") };
    within(xml, name, &[(attribute, "true")], |xml| {
        one(xml, base);
        let grows = if stretchy { "true" } else { "false" };
        xml.element("mo", &[("stretchy", grows)], &mark.to_string());
    });
}

fn fenced(xml: &mut Xml, open: Option<char>, close: Option<char>, body: &MathNode) {
    let fence = |xml: &mut Xml, c: Option<char>, form: &str| {
        if let Some(c) = c {
            let attributes = [("form", form), ("fence", "true"), ("stretchy", "true"), ("symmetric", "true")];
            xml.element("mo", &attributes, &c.to_string());
        }
    };
    within(xml, "mrow", &[], |xml| {
        fence(xml, open, "prefix");
        let mut rest = if let MathNode::Row(nodes) = body { nodes } else { std::slice::from_ref(body) };
        // A bar between the fences grows with them.
        while let Some(at) = rest.iter().position(is_middle) {
            row(xml, rest.get(..at).unwrap_or_default());
            if let Some(MathNode::Operator(op)) = rest.get(at) {
                let attributes =
                    [("form", "infix"), ("fence", "true"), ("stretchy", "true"), ("symmetric", "true")];
                xml.element("mo", &attributes, &op.text);
            }
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        row(xml, rest);
        fence(xml, close, "postfix");
    });
}

fn is_middle(node: &MathNode) -> bool {
    matches!(node, MathNode::Operator(op) if op.class == MathClass::Middle)
}

fn table_element(xml: &mut Xml, table: &MathTable) {
    let class = match table.kind {
        MathTableKind::Matrix => "matrix",
        MathTableKind::Small => "small",
        MathTableKind::Cases => "cases",
        MathTableKind::Lines => "lines",
    };
    let name = |align: &MathAlign| match align {
        MathAlign::Left => "left",
        MathAlign::Center => "center",
        MathAlign::Right => "right",
    };
    let columns = table.columns.iter().map(name).collect::<Vec<_>>().join(" ");
    let mut attributes = vec![("class", class), ("columnalign", columns.as_str())];
    match table.kind {
        MathTableKind::Lines => attributes.push(("displaystyle", "true")),
        MathTableKind::Matrix | MathTableKind::Cases | MathTableKind::Small => {}
    }
    let small = table.kind == MathTableKind::Small;
    if small {
        xml.start("mstyle", &[("scriptlevel", "1")]);
    }
    within(xml, "mtable", &attributes, |xml| {
        for (i, cells) in table.rows.iter().enumerate() {
            within(xml, "mtr", &[], |xml| {
                for (j, align) in table.columns.iter().enumerate() {
                    let mut class = name(align).to_owned();
                    let lines = [
                        (table.rules.contains(&i), " top"),
                        (table.rules.contains(&(i + 1)) && i + 1 == table.rows.len(), " foot"),
                        (table.bars.contains(&j), " bar"),
                        (table.bars.contains(&(j + 1)) && j + 1 == table.columns.len(), " end"),
                        (table.kind == MathTableKind::Lines && j > 0 && *align == MathAlign::Right, " next"),
                    ];
                    class.extend(lines.iter().filter(|(there, _)| *there).map(|(_, name)| *name));
                    within(xml, "mtd", &[("class", &class)], |xml| match cells.get(j) {
                        Some(MathNode::Row(nodes)) => row(xml, nodes),
                        Some(cell) => one(xml, cell),
                        None => {}
                    });
                }
            });
        }
    });
    if small {
        xml.end();
    }
}

fn styled(xml: &mut Xml, style: MathStyle, body: &MathNode) {
    let hex = |r: u8, g: u8, b: u8| format!("#{r:02x}{g:02x}{b:02x}");
    let level = |xml: &mut Xml, display, level| {
        within(xml, "mstyle", &[("displaystyle", display), ("scriptlevel", level)], |xml| one(xml, body));
    };
    match style {
        MathStyle::Display => level(xml, "true", "0"),
        MathStyle::Text => level(xml, "false", "0"),
        MathStyle::Script => level(xml, "false", "1"),
        MathStyle::ScriptScript => level(xml, "false", "2"),
        MathStyle::Color(r, g, b) => {
            within(xml, "mstyle", &[("mathcolor", &hex(r, g, b))], |xml| one(xml, body));
        }
        MathStyle::Background(r, g, b) => {
            within(xml, "mstyle", &[("mathbackground", &hex(r, g, b))], |xml| one(xml, body));
        }
        MathStyle::Boxed(r, g, b) => {
            let border = format!("border-color: {}", hex(r, g, b));
            let mut attributes = vec![("notation", "box"), ("class", "boxed")];
            if (r, g, b) != (0, 0, 0) {
                attributes.push(("style", &border));
            }
            within(xml, "menclose", &attributes, |xml| one(xml, body));
        }
        MathStyle::Phantom => within(xml, "mphantom", &[], |xml| one(xml, body)),
        MathStyle::Cancelled => {
            let attributes = [("notation", "updiagonalstrike"), ("class", "cancelled")];
            within(xml, "menclose", &attributes, |xml| one(xml, body));
        }
        MathStyle::Bold => within(xml, "mstyle", &[("class", "bold")], |xml| one(xml, body)),
        MathStyle::Italic => within(xml, "mstyle", &[("class", "italic")], |xml| one(xml, body)),
        MathStyle::Monospace => within(xml, "mstyle", &[("class", "mono")], |xml| one(xml, body)),
    }
}
