//! Builds the tree from starts and ends, with a stack instead of recursion, so
//! that no nesting in the author's file can overflow ours.

use std::collections::BTreeMap;

use super::frame::{Frame, IntoCode, Kind, OpenTag, Wrap, join};
use super::include::SourceMap;
use crate::diag::{Code, Diagnostic};
use crate::document::text::plain_text;
use crate::document::walk::{VisitMut, walk_inline_mut};
use crate::document::{
    Alignment, Block, BlockKind, CodeBlock, Definition, Footnote, Heading, Inline, InlineKind, Link,
    LinkTarget, List, ListItem, Table, TableCell,
};
use crate::span::Span;

/// How many elements may be open before further ones are set without
/// structure of their own. Walking, cloning and dropping a tree recurse.
const MAX_OPEN: usize = 100;

/// The tree under construction.
pub(super) struct Builder<'a> {
    /// Open elements, outermost first; the root is never closed.
    pub(super) frames: Vec<Frame>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) map: &'a SourceMap,
    footnotes: Vec<Footnote>,
    /// Labels of footnote references, by the number they have meanwhile.
    labels: Vec<String>,
    deep: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(map: &'a SourceMap, span: Span) -> Self {
        Self {
            frames: vec![Frame::new(Kind::Root, span, None)],
            diagnostics: Vec::new(),
            map,
            footnotes: Vec::new(),
            labels: Vec::new(),
            deep: false,
        }
    }

    /// Notes something.
    pub(super) fn diagnose(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Opens an element.
    pub(super) fn open(&mut self, kind: Kind, span: Span, html: Option<OpenTag>) {
        let kind = if self.frames.len() >= MAX_OPEN && kind.nests() {
            if !self.deep {
                self.deep = true;
                self.diagnose(
                    Diagnostic::new(
                        Code::NestingDepth,
                        format!("more than {MAX_OPEN} elements inside one another"),
                    )
                    .at(span)
                    .hint("the inner ones are set without structure of their own"),
                );
            }
            Kind::Flat { block: !kind.is_inline() }
        } else {
            kind
        };
        self.frames.push(Frame::new(kind, span, html));
    }

    /// Closes what Markdown opened last, and HTML left open in it.
    pub(super) fn close_markdown(&mut self) {
        while self.frames.last().is_some_and(|frame| frame.html.is_some()) {
            self.close_implied();
        }
        self.close();
    }

    /// Closes the last HTML element because what surrounds it ends.
    pub(super) fn close_implied(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        if let Some(tag) = &frame.html {
            let (name, raw, span) = (tag.name.clone(), tag.raw.clone(), frame.span);
            let mut what = "";
            if matches!(frame.kind, Kind::Dropped) {
                // Without an end tag it was hardly meant as an element.
                frame.kind = Kind::Flat { block: false };
                frame.inlines.insert(0, Inline { kind: InlineKind::Text(raw), span });
                what = " and is shown as text";
            }
            if !has_optional_end(&name) {
                let hint = format!(
                    "write `</{name}>` where it ends; if no element is meant, set the tag in backticks"
                );
                let message = format!("`<{name}>` is not closed{what}");
                self.diagnose(Diagnostic::new(Code::HtmlUnbalanced, message).at(span).hint(hint));
            }
        }
        self.close();
    }

    /// Closes the last element. The root stays.
    pub(super) fn close(&mut self) {
        if self.frames.len() > 1
            && let Some(frame) = self.frames.pop()
        {
            self.assemble(frame);
        }
    }

    /// The innermost open element.
    pub(super) fn top(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// Adds an inline; neighbouring texts become one.
    pub(super) fn push_inline(&mut self, kind: InlineKind, span: Span) {
        let Some(frame) = self.frames.last_mut() else { return };
        if let (InlineKind::Text(new), Some(Inline { kind: InlineKind::Text(text), span: old })) =
            (&kind, frame.inlines.last_mut())
        {
            text.push_str(new);
            *old = join(*old, span);
        } else {
            frame.inlines.push(Inline { kind, span });
        }
    }

    /// Adds text; in a code block as it is.
    pub(super) fn push_text(&mut self, new: &str, span: Span) {
        if let Some(Frame { kind: Kind::Code { text, .. }, .. }) = self.frames.last_mut() {
            text.push_str(new);
        } else if !new.is_empty() {
            self.push_inline(InlineKind::Text(new.to_owned()), span);
        }
    }

    /// Adds a block behind what came before.
    pub(super) fn push_block(&mut self, kind: BlockKind, span: Span) {
        if let Some(frame) = self.frames.last_mut() {
            frame.flush();
            frame.blocks.push(Block { kind, span });
        }
    }

    fn append_blocks(&mut self, mut blocks: Vec<Block>) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.flush();
        if frame.blocks.is_empty() {
            std::mem::swap(&mut frame.blocks, &mut blocks);
        } else {
            frame.blocks.append(&mut blocks);
        }
    }

    fn append_inlines(&mut self, inlines: Vec<Inline>) {
        for inline in inlines {
            self.push_inline(inline.kind, inline.span);
        }
    }

    /// Adds a reference to a footnote that is known by its label yet.
    pub(super) fn push_footnote_reference(&mut self, label: &str, span: Span) {
        self.labels.push(label.to_owned());
        let footnote = self.labels.len() - 1;
        self.push_inline(InlineKind::FootnoteReference { footnote, occurrence: 0 }, span);
    }

    /// Marks the innermost item as a task.
    pub(super) fn mark_task(&mut self, done: bool) -> bool {
        for frame in self.frames.iter_mut().rev() {
            if let Kind::Item { task } = &mut frame.kind {
                *task = Some(done);
                return true;
            }
        }
        false
    }

    fn parent(&mut self) -> Option<&mut Kind> {
        self.frames.last_mut().map(|frame| &mut frame.kind)
    }

    /// Puts a closed element where it belongs.
    fn assemble(&mut self, frame: Frame) {
        let span = frame.span;
        let mut frame = frame;
        match std::mem::replace(&mut frame.kind, Kind::Root) {
            Kind::Root => self.append_blocks(frame.into_blocks()),
            Kind::Flat { block: false } if frame.blocks.is_empty() => self.append_inlines(frame.inlines),
            Kind::Flat { .. } => self.append_blocks(frame.into_blocks()),
            Kind::Paragraph => self.assemble_paragraph(frame),
            Kind::Heading { level, id } => {
                let content = frame.into_inlines();
                self.push_block(BlockKind::Heading(Heading { level, id, content }), span);
            }
            Kind::Quote(None) => self.push_block(BlockKind::Quote(frame.into_blocks()), span),
            Kind::Quote(Some(kind)) => {
                self.push_block(BlockKind::Alert { kind, blocks: frame.into_blocks() }, span);
            }
            Kind::List { start, loose, items } => self.assemble_list(frame, start, loose, items),
            Kind::Item { task } => {
                frame.kind = Kind::Item { task };
                self.assemble_item(frame, task);
            }
            Kind::Footnote { label } => {
                let blocks = frame.into_blocks();
                self.footnotes.push(Footnote { label, blocks, references: 0, span });
            }
            Kind::Definitions(list) => {
                let stray = frame.into_blocks();
                if !list.is_empty() {
                    self.push_block(BlockKind::DefinitionList(list), span);
                }
                self.append_blocks(stray);
            }
            Kind::Term => self.assemble_term(frame),
            Kind::Definition => {
                frame.kind = Kind::Definition;
                self.assemble_definition(frame);
            }
            Kind::Table { table, in_head: _ } => self.assemble_table(frame, table),
            Kind::Row { head, cells } => self.assemble_row(frame, head, cells),
            Kind::Cell { colspan, rowspan, header } => {
                frame.kind = Kind::Cell { colspan, rowspan, header };
                let blocks = frame.into_blocks();
                match self.parent() {
                    Some(Kind::Row { cells, .. }) => {
                        cells.push(TableCell { blocks, colspan, rowspan, header });
                    }
                    Some(_) | None => self.append_blocks(blocks),
                }
            }
            Kind::Caption => self.assemble_caption(frame),
            Kind::Code { info, language, mut text } => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                self.push_block(BlockKind::Code(CodeBlock { info, language, text }), span);
            }
            Kind::Pre { language } => self.assemble_pre(frame, language),
            Kind::Styled(style) => {
                self.assemble_wrapper(frame, |content| InlineKind::Styled { style, content })
            }
            Kind::InlineCode => self.assemble_inline_code(frame),
            Kind::Link(Link { target, title, content: _ }) => self.assemble_wrapper(frame, |content| {
                InlineKind::Link(Link { target: target.clone(), title: title.clone(), content })
            }),
            Kind::Image(mut image) => {
                image.alt = plain_text(&frame.into_inlines());
                self.push_inline(InlineKind::Image(image), span);
            }
            Kind::Container { id: None, align: None } => self.append_blocks(frame.into_blocks()),
            Kind::Container { id, align } => {
                let blocks = frame.into_blocks();
                self.push_block(BlockKind::Container { id, align, blocks }, span);
            }
            Kind::Details { summary } => {
                let blocks = frame.into_blocks();
                self.push_block(BlockKind::Details { summary, blocks }, span);
            }
            Kind::Summary => {
                let inlines = frame.into_inlines();
                match self.parent() {
                    Some(Kind::Details { summary }) if summary.is_empty() => *summary = inlines,
                    Some(_) | None => self.push_paragraph(inlines, span),
                }
            }
            Kind::Figure { caption } => {
                frame.kind = Kind::Figure { caption: Vec::new() };
                self.assemble_figure(frame, caption);
            }
            Kind::Embedded { name, address } => self.assemble_embedded(frame, &name, address),
            Kind::Dropped => self.drop_element(frame),
        }
    }

    /// A script, a style and the like, with all they hold.
    fn drop_element(&mut self, frame: Frame) {
        let Some(tag) = frame.html else { return };
        if self.frames.last().is_some_and(|parent| matches!(parent.kind, Kind::Dropped)) {
            return;
        }
        let hint = match tag.name.as_str() {
            "svg" => "save the drawing as a file of its own and show it as an image",
            _ => "a page can't run or style anything by itself",
        };
        let message = format!("`<{}>` and what it holds are left out", tag.name);
        self.diagnose(Diagnostic::new(Code::HtmlDropped, message).at(frame.span).hint(hint));
    }

    fn push_paragraph(&mut self, inlines: Vec<Inline>, span: Span) {
        if !inlines.is_empty() {
            self.push_block(BlockKind::Paragraph(inlines), span);
        }
    }

    fn assemble_paragraph(&mut self, mut frame: Frame) {
        frame.kind = Kind::Paragraph;
        let span = frame.span;
        let whole = frame.blocks.is_empty();
        let mut blocks = frame.into_blocks();
        if let ([block], true) = (blocks.as_mut_slice(), whole) {
            block.span = span;
        }
        if let [.., list, item] = self.frames.as_mut_slice()
            && let (Kind::List { loose, .. }, Kind::Item { .. }) = (&mut list.kind, &item.kind)
        {
            *loose = true;
        }
        self.append_blocks(blocks);
    }

    fn assemble_list(&mut self, frame: Frame, start: Option<u64>, loose: bool, mut items: Vec<ListItem>) {
        let span = frame.span;
        let stray = frame.into_blocks();
        if !stray.is_empty() {
            items.push(ListItem { task: None, blocks: stray, span });
        }
        if !items.is_empty() {
            self.push_block(BlockKind::List(List { start, tight: !loose, items }), span);
        }
    }

    fn assemble_item(&mut self, frame: Frame, task: Option<bool>) {
        let span = frame.span;
        let blocks = frame.into_blocks();
        match self.parent() {
            Some(Kind::List { items, .. }) => items.push(ListItem { task, blocks, span }),
            Some(_) | None => self.append_blocks(blocks),
        }
    }

    fn assemble_term(&mut self, frame: Frame) {
        let span = frame.span;
        let term = frame.into_inlines();
        match self.parent() {
            Some(Kind::Definitions(list)) => list.push(Definition { term, definitions: Vec::new(), span }),
            Some(_) | None => self.push_paragraph(term, span),
        }
    }

    fn assemble_definition(&mut self, frame: Frame) {
        let span = frame.span;
        let blocks = frame.into_blocks();
        match self.parent() {
            Some(Kind::Definitions(list)) => {
                if list.is_empty() {
                    list.push(Definition { term: Vec::new(), definitions: Vec::new(), span });
                }
                if let Some(last) = list.last_mut() {
                    last.definitions.push(blocks);
                    last.span = join(last.span, span);
                }
            }
            Some(_) | None => self.append_blocks(blocks),
        }
    }

    fn assemble_row(&mut self, frame: Frame, head: bool, cells: Vec<TableCell>) {
        let stray = frame.into_blocks();
        let all_headers = !cells.is_empty() && cells.iter().all(|cell| cell.header);
        match self.parent() {
            Some(Kind::Table { table, in_head }) => {
                // Without `thead`, leading rows of `th` alone are the header.
                let leads = all_headers && table.body.is_empty();
                if cells.is_empty() {
                } else if head || *in_head || leads {
                    table.head.push(cells);
                } else {
                    table.body.push(cells);
                }
            }
            Some(_) | None => {
                let blocks = cells.into_iter().flat_map(|cell| cell.blocks).collect();
                self.append_blocks(blocks);
            }
        }
        self.append_blocks(stray);
    }

    fn assemble_table(&mut self, frame: Frame, mut table: Table) {
        let span = frame.span;
        let stray = frame.into_blocks();
        self.append_blocks(stray);
        for rows in [&mut table.head, &mut table.body] {
            let count = rows.len();
            for (i, row) in rows.iter_mut().enumerate() {
                let left = u16::try_from(count - i).unwrap_or(u16::MAX);
                for cell in row {
                    cell.rowspan = cell.rowspan.min(left);
                }
            }
        }
        let rows = table.head.iter().chain(&table.body);
        let width =
            rows.map(|row| row.iter().map(|c| usize::from(c.colspan)).sum::<usize>()).max().unwrap_or(0);
        if table.alignments.len() < width {
            table.alignments.resize(width, Alignment::None);
        }
        if width > 0 {
            self.push_block(BlockKind::Table(table), span);
        } else {
            self.push_paragraph(table.caption, span);
        }
    }

    fn assemble_caption(&mut self, frame: Frame) {
        let span = frame.span;
        let inlines = frame.into_inlines();
        match self.parent() {
            Some(Kind::Figure { caption } | Kind::Table { table: Table { caption, .. }, .. })
                if caption.is_empty() =>
            {
                *caption = inlines;
            }
            Some(_) | None => self.push_paragraph(inlines, span),
        }
    }

    fn assemble_pre(&mut self, mut frame: Frame, language: Option<String>) {
        let span = frame.span;
        let blocks = std::mem::take(&mut frame.blocks);
        let mut text = String::new();
        verbatim(&frame.inlines, &mut text);
        // HTML ignores one line end right behind `<pre>`.
        let text = text.strip_prefix('\n').unwrap_or(&text).trim_end();
        self.append_blocks(blocks);
        if !text.is_empty() {
            let block = CodeBlock { info: String::new(), language, text: format!("{text}\n") };
            self.push_block(BlockKind::Code(block), span);
        }
    }

    /// An inline element; around blocks it goes into each of their lines.
    fn assemble_wrapper(&mut self, frame: Frame, make: impl Fn(Vec<Inline>) -> InlineKind) {
        let span = frame.span;
        if frame.blocks.is_empty() {
            let kind = make(frame.inlines);
            self.push_inline(kind, span);
            return;
        }
        let mut blocks = frame.into_blocks();
        Wrap(make).blocks(&mut blocks);
        self.append_blocks(blocks);
    }

    fn assemble_inline_code(&mut self, frame: Frame) {
        let span = frame.span;
        if frame.blocks.is_empty() {
            let mut inlines = frame.inlines;
            if let [Inline { kind: InlineKind::Text(text), .. }] = inlines.as_mut_slice() {
                let kind = InlineKind::Code(std::mem::take(text));
                self.push_inline(kind, span);
            } else {
                IntoCode.inlines(&mut inlines);
                self.append_inlines(inlines);
            }
        } else {
            let mut blocks = frame.into_blocks();
            IntoCode.blocks(&mut blocks);
            self.append_blocks(blocks);
        }
    }

    fn assemble_figure(&mut self, frame: Frame, caption: Vec<Inline>) {
        let span = frame.span;
        let mut blocks = frame.into_blocks();
        if let [Block { kind: BlockKind::Plain(inlines) | BlockKind::Paragraph(inlines), .. }] =
            blocks.as_mut_slice()
            && let [Inline { kind: InlineKind::Image(image), .. }] = inlines.as_slice()
        {
            let image = image.clone();
            self.push_block(BlockKind::Figure { image, caption }, span);
            return;
        }
        self.append_blocks(blocks);
        self.push_paragraph(caption, span);
    }

    fn assemble_embedded(&mut self, frame: Frame, name: &str, address: Option<String>) {
        let span = frame.span;
        let blocks = frame.into_blocks();
        if let Some(address) = address {
            let text = InlineKind::Text(address.clone());
            let content = vec![Inline { kind: text, span }];
            let link = Link { target: LinkTarget::Unresolved(address), title: String::new(), content };
            self.push_paragraph(vec![Inline { kind: InlineKind::Link(link), span }], span);
        }
        let diagnostic = Diagnostic::new(Code::HtmlDropped, format!("`<{name}>` can't be shown on a page"));
        self.diagnose(diagnostic.at(span).hint("its address is shown as a link"));
        self.append_blocks(blocks);
    }

    /// Closes everything and gives the chapter's blocks and footnotes, with
    /// each reference leading to its footnote.
    pub(super) fn finish(mut self) -> (Vec<Block>, Vec<Footnote>, Vec<Diagnostic>) {
        while self.frames.len() > 1 {
            self.close_implied();
        }
        let mut blocks = self.frames.pop().map(Frame::into_blocks).unwrap_or_default();
        let mut by_label = BTreeMap::new();
        for (i, note) in self.footnotes.iter().enumerate() {
            by_label.entry(fold(&note.label)).or_insert(i);
        }
        let mut references = References { labels: &self.labels, by_label: &by_label };
        references.blocks(&mut blocks);
        for note in &mut self.footnotes {
            references.blocks(&mut note.blocks);
        }
        (blocks, self.footnotes, self.diagnostics)
    }
}

/// Footnote labels are compared as CommonMark compares link labels.
fn fold(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Leads references from their labels to their footnotes.
struct References<'a> {
    labels: &'a [String],
    by_label: &'a BTreeMap<String, usize>,
}

impl VisitMut for References<'_> {
    fn inline(&mut self, inline: &mut Inline) {
        let InlineKind::FootnoteReference { footnote, .. } = &mut inline.kind else {
            walk_inline_mut(self, inline);
            return;
        };
        let label = self.labels.get(*footnote).map_or("", String::as_str);
        match self.by_label.get(&fold(label)) {
            Some(index) => *footnote = *index,
            None => inline.kind = InlineKind::Text(format!("[^{label}]")),
        }
    }
}

/// The text of inlines with their line ends.
fn verbatim(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => out.push_str(text),
            InlineKind::SoftBreak | InlineKind::HardBreak => out.push('\n'),
            InlineKind::Styled { content, style: _ } => verbatim(content, out),
            InlineKind::Link(link) => verbatim(&link.content, out),
            InlineKind::Image(image) => out.push_str(&image.alt),
            InlineKind::FootnoteReference { .. } | InlineKind::Anchor(_) => {}
        }
    }
}

/// Elements whose end tag HTML lets authors leave out.
fn has_optional_end(name: &str) -> bool {
    [
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "option", "rt", "rp",
        "body", "html",
    ]
    .contains(&name)
}
