//! The elements that are open while a chapter is read.

use super::drawing::Drawing;
use super::replaced::Embedded;
use crate::document::walk::{VisitMut, walk_inline_mut};
use crate::document::{
    AlertKind, Alignment, Block, BlockKind, CodeBlock, Definition, Heading, Image, Inline, InlineKind,
    Language, Link, List, ListItem, Style, Table, TableCell,
};
use crate::span::Span;

/// What an open element will become.
#[derive(Debug)]
pub(super) enum Kind {
    /// The chapter.
    Root,
    /// Nothing of its own: its content goes to its parent, as blocks of their
    /// own or in line.
    Flat { block: bool },
    /// A paragraph.
    Paragraph,
    /// A heading.
    Heading { level: u8, id: String },
    /// A quote or an alert.
    Quote(Option<AlertKind>),
    /// A list.
    List { start: Option<u64>, loose: bool, items: Vec<ListItem> },
    /// An item of a list.
    Item { task: Option<bool> },
    /// A footnote's definition.
    Footnote { label: String },
    /// A definition list.
    Definitions(Vec<Definition>),
    /// A term of it.
    Term,
    /// A definition of it.
    Definition,
    /// A table; `in_head` while its header rows come.
    Table { table: Table, in_head: bool },
    /// A row of a table.
    Row { head: bool, align: Option<Alignment>, cells: Vec<TableCell> },
    /// A cell of a row.
    Cell { colspan: u16, rowspan: u16, header: bool, align: Option<Alignment> },
    /// A caption of a table or figure.
    Caption,
    /// A Markdown code block.
    Code { info: String, language: Option<String>, text: String },
    /// HTML's `pre`.
    Pre { language: Option<String> },
    /// Emphasis and the like.
    Styled(Style),
    /// HTML's `code`.
    InlineCode,
    /// A link.
    Link(Link),
    /// A Markdown image: its content is the alternative text.
    Image(Image),
    /// A `div` and the like.
    Container { id: Option<String>, align: Option<Alignment> },
    /// An admonition.
    Alert { kind: AlertKind, id: Option<String>, title: Option<Vec<Inline>> },
    /// The place of a list of the chapter's headings.
    Contents,
    /// A disclosure.
    Details { summary: Vec<Inline> },
    /// Its summary.
    Summary,
    /// HTML's `figure`.
    Figure { caption: Vec<Inline> },
    /// A film, a frame: shown as a link to its address.
    Embedded(Embedded),
    /// HTML's `svg`.
    Drawing(Box<Drawing>),
    /// Something that is never carried over.
    Dropped,
}

impl Kind {
    /// Whether it makes the tree deeper.
    pub(super) fn nests(&self) -> bool {
        match self {
            Self::Quote(_)
            | Self::Alert { .. }
            | Self::List { .. }
            | Self::Item { .. }
            | Self::Definitions(_)
            | Self::Definition
            | Self::Table { .. }
            | Self::Row { .. }
            | Self::Cell { .. }
            | Self::Styled(_)
            | Self::Link(_)
            | Self::Container { .. }
            | Self::Details { .. }
            | Self::Figure { .. } => true,
            Self::Root
            | Self::Flat { .. }
            | Self::Paragraph
            | Self::Heading { .. }
            | Self::Footnote { .. }
            | Self::Term
            | Self::Caption
            | Self::Code { .. }
            | Self::Pre { .. }
            | Self::InlineCode
            | Self::Image(_)
            | Self::Summary
            | Self::Contents
            | Self::Embedded(_)
            | Self::Drawing(_)
            | Self::Dropped => false,
        }
    }

    /// Whether its content goes on in the line it stands in.
    pub(super) fn is_inline(&self) -> bool {
        matches!(
            self,
            Self::Styled(_)
                | Self::Link(_)
                | Self::Image(_)
                | Self::InlineCode
                | Self::Drawing(_)
                | Self::Flat { block: false }
        )
    }

    /// Whether loose inline content in it is no paragraph of its own.
    fn is_plain(&self) -> bool {
        matches!(self, Self::Item { .. } | Self::Cell { .. } | Self::Definition | Self::Figure { .. })
    }
}

/// The HTML tag that opened an element.
#[derive(Debug)]
pub(super) struct OpenTag {
    /// Its name in lower case.
    pub name: String,
    /// As it is written.
    pub raw: String,
    /// Its `title`.
    pub title: Option<String>,
}

/// An open element and its content so far.
#[derive(Debug)]
pub(super) struct Frame {
    pub kind: Kind,
    pub span: Span,
    /// None if Markdown opened it.
    pub html: Option<OpenTag>,
    /// Its language, where that is not the one around it.
    pub language: Option<Language>,
    pub blocks: Vec<Block>,
    pub inlines: Vec<Inline>,
}

impl Frame {
    pub(super) fn new(kind: Kind, span: Span, html: Option<OpenTag>) -> Self {
        Self { kind, span, html, language: None, blocks: Vec::new(), inlines: Vec::new() }
    }

    /// Whether it holds elements that hold the content.
    pub(super) fn is_scaffold(&self) -> bool {
        matches!(self.kind, Kind::List { .. } | Kind::Table { .. } | Kind::Row { .. } | Kind::Definitions(_))
    }

    /// Puts the content so far into the frame's language.
    pub(super) fn speak(&mut self) {
        let Some(language) = self.language.take() else { return };
        let span = self.span;
        if self.blocks.is_empty() {
            if !self.kind.is_inline() {
                trim(&mut self.inlines);
            }
            if !self.inlines.is_empty() {
                let content = std::mem::take(&mut self.inlines);
                let kind = InlineKind::Styled { style: Style::Language(language), content };
                self.inlines = vec![Inline { kind, span }];
            }
            return;
        }
        self.flush();
        let blocks = std::mem::take(&mut self.blocks);
        let kind = BlockKind::Container { id: None, align: None, language: Some(language), blocks };
        self.blocks = vec![Block { kind, span }];
    }

    /// Makes blocks of the inline content so far.
    pub(super) fn flush(&mut self) {
        let mut inlines = std::mem::take(&mut self.inlines);
        trim(&mut inlines);
        let (Some(first), Some(last)) = (inlines.first(), inlines.last()) else { return };
        let span = join(first.span, last.span);
        if inlines.iter().all(|i| matches!(i.kind, InlineKind::Anchor(_))) {
            // An anchor alone must not become an empty paragraph.
            self.blocks.extend(inlines.into_iter().filter_map(|inline| match inline.kind {
                InlineKind::Anchor(id) => {
                    let kind = BlockKind::Container {
                        id: Some(id),
                        align: None,
                        language: None,
                        blocks: Vec::new(),
                    };
                    Some(Block { kind, span: inline.span })
                }
                InlineKind::Text(_)
                | InlineKind::Code(_)
                | InlineKind::SoftBreak
                | InlineKind::HardBreak
                | InlineKind::Styled { .. }
                | InlineKind::Link(_)
                | InlineKind::Image(_)
                | InlineKind::FootnoteReference { .. }
                | InlineKind::Math(_) => None,
            }));
            return;
        }
        let kind =
            if self.kind.is_plain() { BlockKind::Plain(inlines) } else { BlockKind::Paragraph(inlines) };
        self.blocks.push(Block { kind, span });
    }

    /// The content as blocks.
    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }

    /// The content as inlines; blocks in it become lines.
    pub(super) fn into_inlines(mut self) -> Vec<Inline> {
        if self.blocks.is_empty() {
            trim(&mut self.inlines);
            return self.inlines;
        }
        let mut lines = Vec::new();
        let span = self.span;
        for block in self.into_blocks() {
            lines_of(block, &mut lines);
        }
        let mut out: Vec<Inline> = Vec::new();
        for line in lines {
            if !out.is_empty() {
                out.push(Inline { kind: InlineKind::HardBreak, span });
            }
            out.extend(line);
        }
        out
    }
}

/// The lines of text in a block, without its structure.
fn lines_of(block: Block, lines: &mut Vec<Vec<Inline>>) {
    let span = block.span;
    let mut all = |blocks: Vec<Block>| blocks.into_iter().for_each(|b| lines_of(b, lines));
    match block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Plain(inlines) => lines.push(inlines),
        BlockKind::Heading(Heading { content, id, level: _ }) => {
            let anchor = (!id.is_empty()).then_some(Inline { kind: InlineKind::Anchor(id), span });
            lines.push(anchor.into_iter().chain(content).collect());
        }
        BlockKind::Code(CodeBlock { text, .. }) => {
            lines.extend(text.lines().map(|l| vec![Inline { kind: InlineKind::Code(l.to_owned()), span }]));
        }
        BlockKind::Quote(blocks) => all(blocks),
        BlockKind::Alert { id, title, blocks, kind: _ } => {
            let anchor = id.map(|id| Inline { kind: InlineKind::Anchor(id), span });
            lines.push(anchor.into_iter().chain(title.unwrap_or_default()).collect());
            blocks.into_iter().for_each(|b| lines_of(b, lines));
        }
        BlockKind::List(List { items, .. }) => items.into_iter().for_each(|i| all(i.blocks)),
        BlockKind::DefinitionList(list) => {
            for definition in list {
                lines.push(definition.term);
                for blocks in definition.definitions {
                    blocks.into_iter().for_each(|b| lines_of(b, lines));
                }
            }
        }
        BlockKind::Table(table) => {
            let cells = table.head.into_iter().chain(table.body).flatten();
            cells.for_each(|cell| all(cell.blocks));
            lines.push(table.caption);
        }
        BlockKind::Rule => {}
        BlockKind::Math(math) => lines.push(vec![Inline { kind: InlineKind::Math(math), span }]),
        BlockKind::Figure { image, caption } => {
            lines.push(vec![Inline { kind: InlineKind::Image(image), span }]);
            lines.push(caption);
        }
        BlockKind::Details { summary, blocks } => {
            lines.push(summary);
            blocks.into_iter().for_each(|b| lines_of(b, lines));
        }
        BlockKind::Container { id, blocks, align: _, language: _ } => {
            if let Some(id) = id {
                lines.push(vec![Inline { kind: InlineKind::Anchor(id), span }]);
            }
            blocks.into_iter().for_each(|b| lines_of(b, lines));
        }
    }
}

/// The span from the start of one to the end of another.
pub(super) fn join(a: Span, b: Span) -> Span {
    Span { file: a.file, start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// Takes white space from both ends.
pub(super) fn trim(inlines: &mut Vec<Inline>) {
    let blank = |i: &Inline| match &i.kind {
        InlineKind::SoftBreak | InlineKind::HardBreak => true,
        InlineKind::Text(text) => text.trim_matches(is_space).is_empty(),
        InlineKind::Code(_)
        | InlineKind::Styled { .. }
        | InlineKind::Link(_)
        | InlineKind::Image(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Math(_)
        | InlineKind::Anchor(_) => false,
    };
    let start = inlines.iter().take_while(|i| blank(i)).count();
    inlines.drain(..start);
    while inlines.last().is_some_and(blank) {
        inlines.pop();
    }
    if let Some(Inline { kind: InlineKind::Text(text), .. }) = inlines.first_mut() {
        *text = text.trim_start_matches(is_space).to_owned();
    }
    if let Some(Inline { kind: InlineKind::Text(text), .. }) = inlines.last_mut() {
        text.truncate(text.trim_end_matches(is_space).len());
    }
}

/// White space that HTML collapses; a no-break space is none.
pub(super) fn is_space(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Wraps every line of text in some blocks, for an inline element that was
/// opened around blocks.
pub(super) struct Wrap<F>(pub F);

impl<F: FnMut(Vec<Inline>) -> InlineKind> VisitMut for Wrap<F> {
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        if let (Some(first), Some(last)) = (inlines.first(), inlines.last()) {
            let span = join(first.span, last.span);
            let kind = (self.0)(std::mem::take(inlines));
            *inlines = vec![Inline { kind, span }];
        }
    }
}

/// Turns text into code, for HTML's `code` with other elements inside.
pub(super) struct IntoCode;

impl VisitMut for IntoCode {
    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Text(text) = &mut inline.kind {
            inline.kind = InlineKind::Code(std::mem::take(text));
        } else {
            walk_inline_mut(self, inline);
        }
    }
}
