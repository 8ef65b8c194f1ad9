//! The parser's events → the tree.

use pulldown_latex::event::{
    ColorChange, ColorTarget, Content, DelimiterSize, DelimiterType, Dimension, DimensionUnit,
    EnvironmentFlow, Event, Font, Grouping, ScriptPosition, ScriptType, StateChange, Style, Visual,
};

use super::alphabet::{in_font, negated};
use super::words::{Word, name, words};
use super::{Events, parse};
use crate::document::{MathClass, MathNode, MathStyle, Operator};

/// Behind a sign that is as wide as what it stands above or below.
const WIDE: char = '\u{FDD3}';
/// Deepest nesting of the tree. TeX's own sizes end at the third level.
const DEEPEST: usize = 32;

/// What `expand` writes for commands that the parser does not know: a
/// character over their argument that no author can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `\boxed`
    Boxed,
    /// `\phantom`
    Phantom,
    /// `\cancel`
    Cancelled,
}

impl Mark {
    const ALL: [Self; 3] = [Self::Boxed, Self::Phantom, Self::Cancelled];

    pub(super) fn character(self) -> char {
        match self {
            Self::Boxed => '\u{FDD0}',
            Self::Phantom => '\u{FDD1}',
            Self::Cancelled => '\u{FDD2}',
        }
    }

    fn of(node: &MathNode) -> Option<MathStyle> {
        let MathNode::Identifier { text, .. } = node else { return None };
        let mark = Self::ALL.into_iter().find(|mark| text.chars().eq([mark.character()]))?;
        Some(match mark {
            Self::Boxed => MathStyle::Boxed(0, 0, 0),
            Self::Phantom => MathStyle::Phantom,
            Self::Cancelled => MathStyle::Cancelled,
        })
    }
}

type Built = Result<MathNode, String>;

/// Builds the tree of an equation.
pub(super) fn build(events: Events, display: bool) -> Built {
    let mut builder = Builder { events: events.into_iter().peekable() };
    let state = State { font: None, display, depth: 0 };
    let tree = builder.group(state)?;
    Ok(if matches!(tree, MathNode::Row(_)) { tree } else { MathNode::Row(vec![tree]) })
}

/// What holds for a part.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub font: Option<Font>,
    /// Whether limits stand above and below.
    pub display: bool,
    pub depth: usize,
}

impl State {
    /// The state inside a part.
    pub(super) fn inner(self) -> Result<Self, String> {
        if self.depth >= DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    /// The state inside a fraction or script.
    fn small(self) -> Result<Self, String> {
        Ok(Self { display: false, ..self.inner()? })
    }
}

pub(super) struct Builder<'a> {
    pub events: std::iter::Peekable<std::vec::IntoIter<Event<'a>>>,
}

impl<'a> Builder<'a> {
    /// Everything up to the end of a group, which is taken.
    fn group(&mut self, state: State) -> Built {
        let nodes = self.run(state)?;
        if matches!(self.events.peek(), Some(Event::End)) {
            self.events.next();
        }
        Ok(row(nodes))
    }

    /// Everything up to the end of a group or cell, which is left.
    pub(super) fn run(&mut self, mut state: State) -> Result<Vec<MathNode>, String> {
        let mut nodes = Vec::new();
        while let Some(event) = self.events.peek() {
            match event {
                Event::End | Event::EnvironmentFlow(_) => break,
                Event::StateChange(StateChange::Font(font)) => {
                    state.font = *font;
                    self.events.next();
                }
                Event::StateChange(StateChange::Style(style)) => {
                    let style = *style;
                    self.events.next();
                    let rest = self.run(State { display: style == Style::Display, ..state.inner()? })?;
                    nodes.push(styled(math_style(style), row(rest)));
                }
                Event::StateChange(StateChange::Color(color)) => {
                    let style = color_style(color);
                    self.events.next();
                    let rest = self.run(state.inner()?)?;
                    nodes.push(styled(style, row(rest)));
                }
                Event::Content(_)
                | Event::Begin(_)
                | Event::Visual(_)
                | Event::Script { .. }
                | Event::Space { .. } => {
                    if let Some(node) = self.element(state)? {
                        push(&mut nodes, node, state);
                    }
                }
            }
        }
        Ok(nodes)
    }

    /// The next element; none where the events end.
    fn element(&mut self, state: State) -> Result<Option<MathNode>, String> {
        let Some(event) = self.events.next() else { return Ok(None) };
        Ok(Some(match event {
            Event::Content(content) => self.content(content, state)?,
            Event::Begin(grouping) => self.grouping(grouping, state.inner()?)?,
            Event::Visual(visual) => self.visual(visual, state.inner()?)?,
            Event::Script { ty, position } => self.script(ty, position, state.inner()?)?,
            Event::Space { width, .. } => MathNode::Space(width.map_or(0.0, em)),
            // No element; the parser gives none where one is due.
            Event::End | Event::StateChange(_) | Event::EnvironmentFlow(_) => MathNode::Row(Vec::new()),
        }))
    }

    fn due(&mut self, state: State) -> Built {
        Ok(self.element(state)?.unwrap_or_else(|| MathNode::Row(Vec::new())))
    }

    fn grouping(&mut self, grouping: Grouping, state: State) -> Built {
        if grouping == Grouping::Normal {
            return self.group(state);
        }
        let Grouping::LeftRight(open, close) = grouping else {
            return self.environment(grouping, state);
        };
        let body = self.group(state)?;
        if open.is_none() && close.is_none() {
            return Ok(body);
        }
        Ok(MathNode::Fenced { open, close, body: Box::new(body) })
    }

    fn visual(&mut self, visual: Visual, state: State) -> Built {
        Ok(match visual {
            Visual::SquareRoot => MathNode::Root { radicand: Box::new(self.due(state)?), index: None },
            Visual::Root => {
                let radicand = Box::new(self.due(state)?);
                let index = self.due(state.small()?)?;
                MathNode::Root { radicand, index: Some(Box::new(index)) }
            }
            Visual::Fraction(thickness) => {
                let state = state.small()?;
                MathNode::Fraction {
                    numerator: Box::new(self.due(state)?),
                    denominator: Box::new(self.due(state)?),
                    line: thickness.is_none_or(|t| t.value > 0.0),
                }
            }
            Visual::Negation => negate(self.due(state)?),
        })
    }

    fn script(&mut self, ty: ScriptType, position: ScriptPosition, state: State) -> Built {
        let base = self.due(state)?;
        let small = state.small()?;
        let (sub, sup) = match ty {
            ScriptType::Subscript => (Some(self.due(small)?), None),
            ScriptType::Superscript => (None, Some(self.due(small)?)),
            ScriptType::SubSuperscript => {
                let sub = self.due(small)?;
                (Some(sub), Some(self.due(small)?))
            }
        };
        let stacked = match position {
            ScriptPosition::Right => false,
            ScriptPosition::AboveBelow => true,
            ScriptPosition::Movable => state.display,
        };
        let (sub, sup) = (sub.map(Box::new), sup.map(Box::new));
        if !stacked {
            return Ok(MathNode::Scripts { base: Box::new(base), sub, sup });
        }
        Ok(match (sub, sup) {
            (None, Some(over)) => stack(base, *over, false),
            (Some(under), None) => stack(base, *under, true),
            (under, over) => MathNode::UnderOver { base: Box::new(base), under, over },
        })
    }

    fn content(&mut self, content: Content, state: State) -> Built {
        let operator = |text: String, class| MathNode::Operator(Operator { text, class, size: None });
        Ok(match content {
            Content::Text(text) => self.text(text, state)?,
            Content::Number(number) => {
                let digit = |c| state.font.map_or(c, |font| in_font(font, c));
                MathNode::Number(number.chars().map(digit).collect())
            }
            Content::Function(text) => MathNode::Function(name(text)),
            Content::Ordinary { content, stretchy: false } => identifier(content, state.font),
            // Only ever above or below something; `stack` takes it.
            Content::Ordinary { content, stretchy: true } => {
                MathNode::Identifier { text: format!("{content}{WIDE}"), upright: true }
            }
            Content::LargeOp { content, small: false } => operator(content.into(), MathClass::Large),
            Content::LargeOp { content, small: true } => {
                styled(MathStyle::Text, operator(content.into(), MathClass::Large))
            }
            // A slash is no operator in TeX.
            Content::BinaryOp { content: '/', .. } => identifier('/', None),
            Content::BinaryOp { content, small: _ } => operator(content.into(), MathClass::Binary),
            Content::Relation { content, small: _ } => {
                let mut buffer = [0; 8];
                let text = String::from_utf8_lossy(content.encode_utf8_to_buf(&mut buffer)).into_owned();
                operator(text, MathClass::Relation)
            }
            Content::Delimiter { content, size, ty } => {
                let class = match (ty, size) {
                    (DelimiterType::Open, _) => MathClass::Open,
                    (DelimiterType::Close, _) => MathClass::Close,
                    (DelimiterType::Fence, _) => MathClass::Middle,
                };
                let size = size.map(|size| match size {
                    DelimiterSize::Big => 1.2,
                    DelimiterSize::BIG => 1.8,
                    DelimiterSize::Bigg => 2.4,
                    DelimiterSize::BIGG => 3.0,
                });
                MathNode::Operator(Operator { text: content.into(), class, size })
            }
            Content::Punctuation(c) => operator(c.into(), MathClass::Punctuation),
        })
    }

    /// Words, and the mathematics among them.
    fn text(&mut self, text: &str, state: State) -> Built {
        let inner = state.inner()?;
        let mut nodes = Vec::new();
        for word in words(text) {
            nodes.push(match word {
                Word::Text(text) => {
                    let text = MathNode::Text(text);
                    match state.font {
                        Some(Font::Bold) => styled(MathStyle::Bold, text),
                        Some(Font::Italic) => styled(MathStyle::Italic, text),
                        Some(Font::Monospace) => styled(MathStyle::Monospace, text),
                        _ => text,
                    }
                }
                // Anything in it that holds words with mathematics again
                // would have to be in a text of its own.
                Word::Math(math) if inner.depth < DEEPEST / 2 && !math.contains("\\text") => {
                    parse(math, false)?
                }
                Word::Math(math) => MathNode::Text(math.to_owned()),
            });
        }
        Ok(row(nodes))
    }

    /// Whether the next event begins a new cell or line, which is taken.
    pub(super) fn flow(&mut self) -> Option<EnvironmentFlow> {
        match self.events.next_if(|event| matches!(event, Event::EnvironmentFlow(_))) {
            Some(Event::EnvironmentFlow(flow)) => Some(flow),
            _ => None,
        }
    }
}

/// Several nodes as one; tells signs from operators.
pub(super) fn row(mut nodes: Vec<MathNode>) -> MathNode {
    unary(&mut nodes);
    match <[MathNode; 1]>::try_from(nodes) {
        Ok([node]) => node,
        Err(nodes) => MathNode::Row(nodes),
    }
}

/// TeX's rule 5: an operator without an operand on a side is none.
fn unary(nodes: &mut [MathNode]) {
    let mut operand = false;
    for i in 0..nodes.len() {
        let next = nodes.get(i + 1..).unwrap_or_default();
        let next = next.iter().find(|node| !matches!(node, MathNode::Space(_))).map(class);
        let Some(node) = nodes.get_mut(i) else { return };
        if matches!(node, MathNode::Space(_)) {
            continue;
        }
        if let MathNode::Operator(op) = node
            && op.class == MathClass::Binary
        {
            let right = next.is_some_and(|class| {
                !matches!(class, Some(MathClass::Relation | MathClass::Close | MathClass::Punctuation))
            });
            if !operand || !right {
                op.class = MathClass::Unary;
            }
        }
        operand = match class(node) {
            None | Some(MathClass::Close | MathClass::Middle) => true,
            Some(
                MathClass::Binary
                | MathClass::Relation
                | MathClass::Open
                | MathClass::Large
                | MathClass::Punctuation,
            ) => false,
            Some(MathClass::Unary) => operand,
        };
    }
}

/// The class of an operator, its scripts apart.
fn class(node: &MathNode) -> Option<MathClass> {
    match node {
        MathNode::Operator(op) => Some(op.class),
        MathNode::Function(_) => Some(MathClass::Large),
        MathNode::Scripts { base, .. } | MathNode::UnderOver { base, .. } => class(base),
        MathNode::Row(_)
        | MathNode::Identifier { .. }
        | MathNode::Number(_)
        | MathNode::Text(_)
        | MathNode::Space(_)
        | MathNode::Fraction { .. }
        | MathNode::Root { .. }
        | MathNode::Accent { .. }
        | MathNode::Fenced { .. }
        | MathNode::Table(_)
        | MathNode::Styled { .. } => None,
    }
}

/// Adds a node; letters of an upright word become one.
fn push(nodes: &mut Vec<MathNode>, node: MathNode, state: State) {
    if state.font == Some(Font::UpRight)
        && let MathNode::Identifier { text: new, upright: true } = &node
        && let Some(MathNode::Identifier { text, upright: true }) = nodes.last_mut()
        && new.chars().chain(text.chars()).all(char::is_alphabetic)
    {
        text.push_str(new);
        return;
    }
    nodes.push(node);
}

fn identifier(c: char, font: Option<Font>) -> MathNode {
    // The micro sign is no letter.
    let c = if c == 'µ' { 'μ' } else { c };
    let capital = c.is_uppercase() && !c.is_ascii();
    let (c, upright) = match font {
        Some(Font::UpRight) => (c, true),
        None => (c, capital || !c.is_alphabetic()),
        Some(Font::BoldSymbol) if capital => (in_font(Font::Bold, c), true),
        Some(font) => (in_font(font, c), true),
    };
    MathNode::Identifier { text: c.into(), upright }
}

pub(super) fn styled(style: MathStyle, body: MathNode) -> MathNode {
    MathNode::Styled { style, body: Box::new(body) }
}

pub(super) fn math_style(style: Style) -> MathStyle {
    match style {
        Style::Display => MathStyle::Display,
        Style::Text => MathStyle::Text,
        Style::Script => MathStyle::Script,
        Style::ScriptScript => MathStyle::ScriptScript,
    }
}

fn color_style(change: &ColorChange) -> MathStyle {
    let (r, g, b) = change.color;
    match change.target {
        ColorTarget::Text => MathStyle::Color(r, g, b),
        ColorTarget::Background => MathStyle::Background(r, g, b),
        ColorTarget::Border => MathStyle::Boxed(r, g, b),
    }
}

fn negate(node: MathNode) -> MathNode {
    let struck = |text: &str| {
        let mut chars = text.chars();
        let c = chars.next()?;
        chars.next().is_none().then(|| negated(c).map_or_else(|| format!("{c}\u{338}"), String::from))
    };
    if let MathNode::Operator(op) = &node
        && let Some(text) = struck(&op.text)
    {
        return MathNode::Operator(Operator { text, ..op.clone() });
    }
    if let MathNode::Identifier { text, upright } = &node
        && let Some(text) = struck(text)
    {
        return MathNode::Identifier { text, upright: *upright };
    }
    styled(MathStyle::Cancelled, node)
}

/// Something above or below: an accent, one of our marks, or any other.
fn stack(base: MathNode, script: MathNode, under: bool) -> MathNode {
    if let Some(style) = Mark::of(&script) {
        return styled(style, base);
    }
    if let MathNode::Identifier { text, .. } = &script
        && let Some((mark, stretchy)) = accent(text, under)
    {
        let letters = matches!(&base, MathNode::Identifier { text, .. } if text.chars().count() == 1);
        let stretchy = stretchy || (mark == '‾' && !letters);
        return MathNode::Accent { base: Box::new(base), mark, under, stretchy };
    }
    let script = Some(Box::new(script));
    let (under, over) = if under { (script, None) } else { (None, script) };
    MathNode::UnderOver { base: Box::new(base), under, over }
}

/// Whether a sign above or below something is an accent, and a wide one.
fn accent(text: &str, under: bool) -> Option<(char, bool)> {
    let mut chars = text.chars();
    if text.ends_with(WIDE) {
        return chars.next().map(|mark| (mark, true));
    }
    let mark = chars.next().filter(|_| chars.as_str().is_empty())?;
    match mark {
        '´' | '˘' | 'ˇ' | '˙' | '¨' | '`' | '^' | '~' | '˚' | '→' | '‾' if !under => {
            Some((mark, false))
        }
        _ => None,
    }
}

/// A length in em, for text of 10 points where it is absolute.
pub(super) fn em(length: Dimension) -> f64 {
    let value = f64::from(length.value);
    let value = match length.unit {
        DimensionUnit::Em => value,
        DimensionUnit::Mu => value / 18.0,
        DimensionUnit::Ex => value * 0.43,
        DimensionUnit::Pt | DimensionUnit::Bp => value / 10.0,
        DimensionUnit::Pc | DimensionUnit::Cc => value * 1.2,
        DimensionUnit::In => value * 7.2,
        DimensionUnit::Mm => value * 0.283,
        DimensionUnit::Cm => value * 2.83,
        DimensionUnit::Dd => value * 0.107,
        DimensionUnit::Sp => value / 655_360.0,
    };
    if value.is_finite() { value.clamp(-10.0, 20.0) } else { 0.0 }
}
