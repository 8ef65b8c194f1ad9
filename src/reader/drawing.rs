//! Drawings inside the text: HTML's `svg` elements, as XML again.
//!
//! HTML's tokenizer folds names to lower case and lets tags be left open; a
//! drawing as a file of its own needs the names of SVG and all end tags. What
//! may stay in it is decided later, where files are looked at, too.

use super::builder::Builder;
use super::counter::Counter;
use super::frame::{Frame, Kind, join};
use super::html::{HtmlToken, Piece, attribute};
use super::tags::Start;
use crate::diag::{Code, Diagnostic};
use crate::document::{Image, ImageSource, InlineKind};
use crate::span::Span;
use crate::tally::Rule;

/// Names of SVG's elements that are not in lower case (HTML, "any other start
/// tag" in foreign content).
const ELEMENTS: [&str; 37] = [
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "foreignObject",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
];

/// Names of SVG's attributes that are not in lower case (HTML, "adjust SVG
/// attributes").
const ATTRIBUTES: [&str; 58] = [
    "attributeName",
    "attributeType",
    "baseFrequency",
    "baseProfile",
    "calcMode",
    "clipPathUnits",
    "diffuseConstant",
    "edgeMode",
    "filterUnits",
    "glyphRef",
    "gradientTransform",
    "gradientUnits",
    "kernelMatrix",
    "kernelUnitLength",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "numOctaves",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "viewBox",
    "viewTarget",
    "xChannelSelector",
    "yChannelSelector",
    "zoomAndPan",
];

/// A drawing that is being read.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    xml: String,
    /// The elements that are open.
    open: Vec<String>,
    /// What `aria-label`, `title` and `desc` say, the first of each.
    label: String,
    title: String,
    desc: String,
    id: Option<String>,
    hidden: bool,
    /// What the ledger was told of as read.
    read: Counter,
}

impl Drawing {
    fn start(&mut self, name: &str, attributes: &[(String, String)], closed: bool) {
        if self.xml.is_empty() {
            let style = attribute(attributes, "style").unwrap_or("").replace(' ', "");
            self.hidden = style.contains("display:none") || attribute(attributes, "hidden").is_some();
            self.label = attribute(attributes, "aria-label").unwrap_or("").to_owned();
            self.id = attribute(attributes, "id").filter(|id| !id.is_empty()).map(str::to_owned);
        }
        let name = element(name);
        self.xml.push('<');
        self.xml.push_str(&name);
        for (key, value) in attributes {
            let Some(key) = attribute_name(key) else { continue };
            self.xml.push(' ');
            self.xml.push_str(key);
            self.xml.push_str("=\"");
            escape(value, &mut self.xml);
            self.xml.push('"');
        }
        self.xml.push_str(if closed { "/>" } else { ">" });
        if !closed {
            self.open.push(name);
        }
    }

    fn end(&mut self, name: &str) {
        let name = element(name);
        if self.open.contains(&name) {
            while let Some(open) = self.open.pop() {
                self.xml.push_str(&format!("</{open}>"));
                if open == name {
                    break;
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        match self.open.as_slice() {
            [_, inner] if inner == "title" => self.title.push_str(text),
            [_, inner] if inner == "desc" => self.desc.push_str(text),
            _ => {}
        }
        escape(text, &mut self.xml);
    }

    /// Takes what Markdown found between two tags, if it is text.
    pub(super) fn inline(&mut self, kind: &InlineKind) -> bool {
        match kind {
            InlineKind::Text(text) | InlineKind::Code(text) => {
                self.read.text(text);
                self.text(text);
            }
            InlineKind::SoftBreak | InlineKind::HardBreak => self.text("\n"),
            InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::Math(_)
            | InlineKind::Image(_)
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => return false,
        }
        true
    }

    fn alt(&self) -> String {
        let all = [&self.label, &self.title, &self.desc];
        let words = all.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        words.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The drawing as an address that holds it.
    fn address(mut self) -> String {
        while let Some(open) = self.open.pop() {
            self.xml.push_str(&format!("</{open}>"));
        }
        format!("data:image/svg+xml,{}", self.xml.replace('%', "%25"))
    }
}

/// An element's name as SVG writes it. Other vocabularies draw nothing.
fn element(name: &str) -> String {
    let name = name.strip_prefix("svg:").unwrap_or(name);
    match ELEMENTS.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => (*known).to_owned(),
        None => name.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect(),
    }
}

/// An attribute's name as SVG writes it; none for what XML would refuse.
fn attribute_name(name: &str) -> Option<&str> {
    if let Some(known) = ATTRIBUTES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return Some(known);
    }
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    let prefix = name.split_once(':').map(|(prefix, _)| prefix);
    let known = prefix.is_none_or(|p| p == "xlink" || p == "xml" || name == "xmlns:xlink");
    (fits && known).then_some(name)
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push(' '),
            c => out.push(c),
        }
    }
}

impl Builder<'_> {
    /// Opens a drawing.
    pub(super) fn drawing_start(&mut self, start: &Start, closed: bool) {
        let mut drawing = Drawing::default();
        drawing.start(start.name, start.attributes, closed);
        self.open(Kind::Drawing(Box::new(drawing)), start.span, Some(start.tag()));
        if closed {
            self.close();
        }
    }

    /// Gives a token to the drawing that is open; gives it back if none is.
    pub(super) fn in_drawing(&mut self, piece: Piece, span: Span) -> Option<Piece> {
        let Some(Frame { kind: Kind::Drawing(drawing), span: whole, .. }) = self.top() else {
            return Some(piece);
        };
        *whole = join(*whole, span);
        drawing.read.html(&piece);
        match &piece.token {
            HtmlToken::Text(text) => drawing.text(text),
            HtmlToken::Comment => {
                if let Some(data) = piece.raw.strip_prefix("<![CDATA[") {
                    drawing.text(data.strip_suffix("]]>").unwrap_or(data));
                }
            }
            HtmlToken::Start { name, attributes, self_closing } => {
                drawing.start(name, attributes, *self_closing)
            }
            HtmlToken::End { name } => drawing.end(name),
        }
        if drawing.open.is_empty() {
            self.close();
        }
        None
    }

    /// A drawing is an image whose address holds its bytes.
    pub(super) fn assemble_drawing(&mut self, mut drawing: Drawing, span: Span) {
        let read = std::mem::take(&mut drawing.read).finish();
        if drawing.hidden {
            let said = Diagnostic::new(Code::HtmlDropped, "a hidden `<svg>` is left out").at(span);
            let said = said.hint("its parts can't be used elsewhere");
            return self.lose(said.losing_alternative(&read.alternative), &read.text);
        }
        let rule = Diagnostic::rule(Rule::Drawing).at(span).losing_alternative(&read.alternative);
        self.lose(rule.adding_alternative(&drawing.alt()), &read.text);
        if let Some(id) = &drawing.id {
            self.push_inline(InlineKind::Anchor(id.clone()), span);
        }
        let image = Image {
            decorative: false,
            alt: drawing.alt(),
            title: String::new(),
            width: None,
            height: None,
            source: ImageSource::Unresolved(drawing.address()),
        };
        self.push_inline(InlineKind::Image(image), span);
    }
}
