//! CommonMark and its extensions → blocks: pulldown-cmark's events, each with
//! its place, given to the builder. The options are mdBook's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{
    BlockQuoteKind, BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag,
};

use super::builder::Builder;
use super::counter::Counter;
use super::definitions::{Broken, Definitions};
use super::frame::Kind;
use super::html::{Piece, Scanner};
use super::language::language;
use super::math::{self, MathSyntax};
use super::source_map::Expanded;
use crate::diag::{Code, Diagnostic};
use crate::document::{
    AlertKind, Alignment, Block, BlockKind, Footnote, Image, ImageSource, InlineKind, Link, LinkTarget,
    Style, Table,
};
use crate::span::Span;
use crate::tally::{Rule, Tally};

/// What a book may switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Curly quotes, dashes and ellipses.
    pub smart_punctuation: bool,
    /// Definition lists.
    pub definition_lists: bool,
    /// GitHub's alerts.
    pub alerts: bool,
    /// What encloses equations.
    pub math: MathSyntax,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { smart_punctuation: true, definition_lists: true, alerts: true, math: MathSyntax::Off }
    }
}

impl Dialect {
    pub(super) fn options(self) -> Options {
        let mut options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES;
        options.set(Options::ENABLE_SMART_PUNCTUATION, self.smart_punctuation);
        options.set(Options::ENABLE_DEFINITION_LIST, self.definition_lists);
        options.set(Options::ENABLE_GFM, self.alerts);
        options
    }
}

/// Parses a chapter: its blocks, its footnotes in the order of their
/// definitions, and what the parser's events carried.
pub(super) fn parse(
    source: &Expanded,
    dialect: Dialect,
    hidelines: &BTreeMap<String, String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Block>, Vec<Footnote>, Tally) {
    let (source, equations) = math::protect(source, dialect);
    let source = source.as_ref();
    let text = source.text.as_str();
    let broken = RefCell::new(Vec::new());
    let callback = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        let label = link.reference.to_string();
        broken.borrow_mut().push(Broken { range: link.span, kind: link.link_type, label });
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, dialect.options(), Some(callback));
    let mut definitions = Definitions::new(parser.reference_definitions());
    let builder = Builder::new(&source.map, hidelines, source.map.span(0..text.len()));
    let mut reader = Reader { builder, text, scanner: None, counter: Counter::default() };
    for (event, range) in parser.into_offset_iter() {
        definitions.event(&event, &range);
        reader.counter.event(&event);
        reader.event(event, range);
    }
    let (mut blocks, mut footnotes, found) = reader.builder.finish();
    let mut tally = reader.counter.finish();
    equations.restore(&mut blocks, &mut footnotes);
    equations.recount(&mut tally);
    let first = diagnostics.len();
    diagnostics.extend(found);
    diagnostics.extend(definitions.diagnostics(text, &source.map, &broken.into_inner()));
    diagnostics[first..].sort_by_key(|d| d.span.map(|s| s.start));
    (blocks, footnotes, tally)
}

struct Reader<'a> {
    builder: Builder<'a>,
    text: &'a str,
    /// Cuts the HTML block that is open.
    scanner: Option<Scanner>,
    counter: Counter,
}

impl<'a> Reader<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        let span = self.builder.map.span(range.clone());
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(end) => self.end(end.into()),
            Event::Text(text) => {
                self.undefined_footnote(&text, &range);
                // Between the tags of HTML's `code`, `--` stays two hyphens.
                match self.text.get(range) {
                    Some(written) if is_smart(written) && self.builder.in_code() => {
                        self.builder.lose(Diagnostic::rule(Rule::CodeAsTyped).at(span), &text);
                        self.builder.put(Rule::CodeAsTyped, written, span);
                    }
                    Some(_) | None => self.builder.push_text(&text, span),
                }
            }
            Event::Code(code) => self.builder.push_inline(InlineKind::Code(code.into_string()), span),
            // Not switched on: `math` finds equations itself. Kept as text if ever.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.builder.push_text(&text, span),
            Event::Html(html) => {
                let mut scanner = self.scanner.take().unwrap_or_else(Scanner::new);
                for piece in scanner.feed(&html, range.start) {
                    self.piece(piece);
                }
                self.scanner = Some(scanner);
            }
            Event::InlineHtml(html) => {
                let mut scanner = Scanner::new();
                let mut pieces = scanner.feed(&html, range.start);
                pieces.extend(scanner.finish());
                for piece in pieces {
                    self.piece(piece);
                }
            }
            Event::FootnoteReference(label) => self.builder.push_footnote_reference(&label, span),
            Event::SoftBreak => self.builder.push_inline(InlineKind::SoftBreak, span),
            Event::HardBreak => self.builder.push_inline(InlineKind::HardBreak, span),
            Event::Rule => self.builder.push_block(BlockKind::Rule, span),
            Event::TaskListMarker(done) => {
                self.builder.mark_task(done);
            }
        }
    }

    fn piece(&mut self, piece: Piece) {
        self.counter.html(&piece);
        let before = self.before(piece.range.start);
        self.builder.html(piece, before);
    }

    fn before(&self, offset: usize) -> Option<char> {
        self.text.get(..offset)?.chars().next_back()
    }

    fn start(&mut self, tag: Tag<'a>, span: Span) {
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, id, classes: _, attrs: _ } => Kind::Heading {
                level: heading_level(level),
                id: id.map_or_else(String::new, CowStr::into_string),
            },
            Tag::BlockQuote(kind) => Kind::Quote(kind.map(alert_kind)),
            Tag::CodeBlock(CodeBlockKind::Indented) => {
                Kind::Code { info: String::new(), language: None, text: String::new() }
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Kind::Code { language: language(&info), info: info.into_string(), text: String::new() }
            }
            Tag::HtmlBlock => {
                self.scanner = Some(Scanner::new());
                return;
            }
            Tag::List(start) => Kind::List { start, loose: false, items: Vec::new() },
            Tag::Item => Kind::Item { task: None },
            Tag::FootnoteDefinition(label) => Kind::Footnote { label: label.into_string() },
            Tag::DefinitionList => Kind::Definitions(Vec::new()),
            Tag::DefinitionListTitle => Kind::Term,
            Tag::DefinitionListDefinition => Kind::Definition,
            Tag::Table(alignments) => Kind::Table {
                table: Table {
                    alignments: alignments.into_iter().map(alignment).collect(),
                    head: Vec::new(),
                    body: Vec::new(),
                    caption: Vec::new(),
                },
                in_head: false,
            },
            Tag::TableHead => Kind::Row { head: true, align: None, cells: Vec::new() },
            Tag::TableRow => Kind::Row { head: false, align: None, cells: Vec::new() },
            Tag::TableCell => Kind::Cell { colspan: 1, rowspan: 1, header: false, align: None },
            Tag::Emphasis => Kind::Styled(Style::Emphasis),
            Tag::Strong => Kind::Styled(Style::Strong),
            Tag::Strikethrough => Kind::Styled(Style::Strikethrough),
            Tag::Superscript => Kind::Styled(Style::Superscript),
            Tag::Subscript => Kind::Styled(Style::Subscript),
            Tag::Link { link_type, dest_url, title, id: _ } => {
                let address = match link_type {
                    LinkType::Email if !dest_url.starts_with("mailto:") => format!("mailto:{dest_url}"),
                    LinkType::Email
                    | LinkType::Inline
                    | LinkType::Reference
                    | LinkType::ReferenceUnknown
                    | LinkType::Collapsed
                    | LinkType::CollapsedUnknown
                    | LinkType::Shortcut
                    | LinkType::ShortcutUnknown
                    | LinkType::Autolink
                    | LinkType::WikiLink { .. } => dest_url.into_string(),
                };
                let target = LinkTarget::Unresolved(address);
                Kind::Link(Link { target, title: title.into_string(), content: Vec::new() })
            }
            Tag::Image { link_type: _, dest_url, title, id: _ } => Kind::Image(Image {
                decorative: false,
                source: ImageSource::Unresolved(dest_url.into_string()),
                alt: String::new(),
                title: title.into_string(),
                width: None,
                height: None,
            }),
            // Not switched on; its text is kept as code if ever.
            Tag::MetadataBlock(_) => Kind::Code { info: String::new(), language: None, text: String::new() },
        };
        self.builder.open(kind, span, None);
    }

    fn end(&mut self, end: EndKind) {
        match end {
            EndKind::HtmlBlock => {
                if let Some(scanner) = self.scanner.take() {
                    for piece in scanner.finish() {
                        self.piece(piece);
                    }
                }
            }
            EndKind::Element => self.builder.close_markdown(),
        }
    }

    /// A reference to a footnote that is not defined comes as text.
    fn undefined_footnote(&mut self, text: &str, range: &Range<usize>) {
        if !text.starts_with('^') {
            return;
        }
        let opened = self.text.get(..range.start).is_some_and(|b| b.ends_with('[') && !b.ends_with("\\["));
        let rest = self.text.get(range.start + 1..).unwrap_or("");
        let Some(end) = rest.find([']', '[', '\n']) else { return };
        if opened && end > 0 && rest[end..].starts_with(']') && !rest[end..].starts_with("](") {
            let label = &rest[..end];
            let span = self.builder.map.span(range.start - 1..range.start + 1 + end + 1);
            self.builder.diagnose(
                Diagnostic::new(Code::FootnoteUndefined, format!("no footnote is defined as `[^{label}]`"))
                    .at(span)
                    .hint(format!("add a line `[^{label}]: text`; the reference is shown as it is written")),
            );
        }
    }
}

/// What an end event closes: an HTML block has no element of its own.
enum EndKind {
    HtmlBlock,
    Element,
}

impl From<pulldown_cmark::TagEnd> for EndKind {
    fn from(end: pulldown_cmark::TagEnd) -> Self {
        use pulldown_cmark::TagEnd;
        match end {
            TagEnd::HtmlBlock => Self::HtmlBlock,
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::MetadataBlock(_) => Self::Element,
        }
    }
}

/// Whether smart punctuation replaces all of this.
fn is_smart(written: &str) -> bool {
    matches!(written, "\"" | "'" | "--" | "---" | "...")
}

fn heading_level(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn alert_kind(kind: BlockQuoteKind) -> AlertKind {
    match kind {
        BlockQuoteKind::Note => AlertKind::Note,
        BlockQuoteKind::Tip => AlertKind::Tip,
        BlockQuoteKind::Important => AlertKind::Important,
        BlockQuoteKind::Warning => AlertKind::Warning,
        BlockQuoteKind::Caution => AlertKind::Caution,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}
