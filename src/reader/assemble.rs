//! What a closed element becomes, and where in its parent it goes. Content
//! whose parent can't hold it (a cell outside of a row) goes on as blocks.

use super::builder::Builder;
use super::frame::{Frame, IntoCode, Kind, Wrap, join};
use super::hidden;
use super::tags::is_never_shown;
use crate::diag::{Code, Diagnostic};
use crate::document::count;
use crate::document::text::plain_text;
use crate::document::walk::VisitMut;
use crate::document::{
    Alignment, Block, BlockKind, CodeBlock, Definition, Footnote, Heading, Inline, InlineKind, Link, List,
    ListItem, Table, TableCell,
};
use crate::span::Span;
use crate::tally::Rule;

impl Builder<'_> {
    /// Puts a closed element where it belongs.
    pub(super) fn assemble(&mut self, frame: Frame) {
        let span = frame.span;
        let mut frame = frame;
        match std::mem::replace(&mut frame.kind, Kind::Root) {
            Kind::Root => self.append_blocks(frame.into_blocks()),
            Kind::Flat { block: false } if frame.blocks.is_empty() => self.assemble_flat(frame),
            Kind::Flat { .. } => self.append_blocks(frame.into_blocks()),
            Kind::Paragraph => self.assemble_paragraph(frame),
            Kind::Heading { level, id } => {
                let content = frame.into_inlines();
                self.push_block(BlockKind::Heading(Heading { level, id, content }), span);
            }
            Kind::Quote(None) => self.push_block(BlockKind::Quote(frame.into_blocks()), span),
            Kind::Quote(Some(kind)) => {
                let blocks = frame.into_blocks();
                self.push_block(BlockKind::Alert { kind, id: None, title: None, blocks }, span);
            }
            Kind::Alert { kind, id, title } => {
                let blocks = frame.into_blocks();
                self.push_block(BlockKind::Alert { kind, id, title, blocks }, span);
            }
            // An empty container stands for the list until the chapter is read.
            Kind::Contents => {
                self.push_block(
                    BlockKind::Container { id: None, align: None, language: None, blocks: Vec::new() },
                    span,
                );
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
            Kind::Row { head, align: _, cells } => self.assemble_row(frame, head, cells),
            Kind::Cell { colspan, rowspan, header, align } => {
                frame.kind = Kind::Cell { colspan, rowspan, header, align };
                let blocks = aligned(frame.into_blocks(), align, span);
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
                let rule = hidden::rule(&info, self.hidelines);
                let (text, hidden) = self.shown_lines(text, &rule, span);
                self.push_block(BlockKind::Code(CodeBlock { info, language, text, hidden }), span);
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
                self.push_block(BlockKind::Container { id, align, language: None, blocks }, span);
            }
            Kind::Details { summary } => {
                let blocks = frame.into_blocks();
                self.push_block(BlockKind::Details { summary, blocks }, span);
            }
            Kind::Summary => {
                let inlines = frame.into_inlines();
                match self.parent() {
                    Some(Kind::Details { summary }) if summary.is_empty() => *summary = inlines,
                    Some(Kind::Alert { title, .. }) => *title = Some(inlines),
                    Some(_) | None => self.push_paragraph(inlines, span),
                }
            }
            Kind::Figure { caption } => {
                frame.kind = Kind::Figure { caption: Vec::new() };
                self.assemble_figure(frame, caption);
            }
            Kind::Embedded(embedded) => self.assemble_embedded(frame, embedded),
            Kind::Drawing(drawing) => self.assemble_drawing(*drawing, frame.span),
            Kind::Dropped => self.drop_element(frame),
        }
    }

    /// What is shown of a code block, and what is hidden.
    fn shown_lines(&mut self, text: String, rule: &hidden::Rule, span: Span) -> (String, String) {
        let length = text.len();
        let (text, hidden) = hidden::split(text, rule);
        // Besides the hidden lines, the first sign of each `##`.
        let signs = length - text.len() - hidden.len();
        if length > text.len() {
            let lost = format!("{hidden}{}", "#".repeat(signs));
            self.lose(Diagnostic::rule(Rule::HiddenLine).at(span), &lost);
        }
        (text, hidden)
    }

    /// A script, a style and the like, with all they hold.
    fn drop_element(&mut self, frame: Frame) {
        let lost = count::parts(&frame.blocks, &frame.inlines);
        let (text, alternative) = (lost.text.as_str(), lost.alternative.as_str());
        let inner = self.frames.last().is_some_and(|parent| matches!(parent.kind, Kind::Dropped));
        let Some(tag) = frame.html.filter(|_| !inner) else {
            let rule = Diagnostic::rule(Rule::TagAsText).at(frame.span);
            self.lose(rule.losing_alternative(alternative), text);
            return;
        };
        let Dropped::Left = dropped_as(&tag.name) else {
            let message = format!("`<{}>` is hidden and left out, as in a browser", tag.name);
            let note = Diagnostic::new(Code::HtmlHidden, message).at(frame.span);
            let note = note.hint("take `hidden` or `display: none` away to show it");
            return self.lose(note.losing_alternative(alternative), text);
        };
        let hint = "a page can't run or style anything by itself";
        let message = format!("`<{}>` and what it holds are left out", tag.name);
        let said = Diagnostic::new(Code::HtmlDropped, message).at(frame.span).hint(hint);
        self.lose(said.losing_alternative(alternative), text);
    }

    pub(super) fn push_paragraph(&mut self, inlines: Vec<Inline>, span: Span) {
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
            align_columns(&mut table);
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
        let alternative = count::parts(&[], &frame.inlines).alternative;
        let rule = Diagnostic::rule(Rule::AltAsText).at(span);
        self.diagnose(rule.losing_alternative(&alternative).adding(&alternative));
        // HTML ignores one line end right behind `<pre>`.
        let text = text.strip_prefix('\n').unwrap_or(&text).trim_end();
        self.append_blocks(blocks);
        if !text.is_empty() {
            // mdBook looks for hidden lines in these too.
            let rule = hidden::rule(language.as_deref().unwrap_or(""), self.hidelines);
            let (text, hidden) = self.shown_lines(format!("{text}\n"), &rule, span);
            let block = CodeBlock { info: String::new(), language, text, hidden };
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
}

/// Why an element is left out.
enum Dropped {
    /// It never is on a page.
    Left,
    /// Browsers hide it too.
    Hidden,
}

fn dropped_as(name: &str) -> Dropped {
    if is_never_shown(name) || name == "svg" { Dropped::Left } else { Dropped::Hidden }
}

/// Blocks that are aligned in a way of their own.
fn aligned(blocks: Vec<Block>, align: Option<Alignment>, span: Span) -> Vec<Block> {
    if align.is_none() || blocks.is_empty() {
        return blocks;
    }
    vec![Block { kind: BlockKind::Container { id: None, align, language: None, blocks }, span }]
}

/// Cells that are all aligned alike make an aligned column.
fn align_columns(table: &mut Table) {
    let mut cells = table.head.iter().chain(&table.body).flatten();
    if cells.any(|cell| (cell.colspan, cell.rowspan) != (1, 1)) {
        return;
    }
    for (i, column) in table.alignments.iter_mut().enumerate() {
        let own = |cell: &TableCell| match cell.blocks.as_slice() {
            [Block { kind: BlockKind::Container { id: None, align: Some(align), .. }, .. }] => Some(*align),
            _ => None,
        };
        let mut all = table.body.iter().filter_map(|row| row.get(i)).map(own);
        let Some(Some(first)) = all.next() else { continue };
        if !all.all(|align| align == Some(first)) {
            continue;
        }
        *column = first;
        for cell in table.head.iter_mut().chain(&mut table.body).filter_map(|row| row.get_mut(i)) {
            if own(cell) == Some(first)
                && let Some(Block { kind: BlockKind::Container { blocks, .. }, .. }) = cell.blocks.pop()
            {
                cell.blocks = blocks;
            }
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
            InlineKind::Math(math) => out.push_str(&math.source),
            InlineKind::FootnoteReference { .. } | InlineKind::Anchor(_) => {}
        }
    }
}
