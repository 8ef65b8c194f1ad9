//! Chapters that no author wrote.

use crate::document::{
    Alignment, Block, BlockKind, Chapter, CodeBlock, Definition, Heading, Inline, InlineKind, Link,
    LinkTarget, List, ListItem, Role, Style, Table, TableCell, TableRow,
};
use crate::span::{Files, Span};

/// A chapter about the edition while it is written.
pub(super) struct Page {
    chapter: Chapter,
}

impl Page {
    /// A chapter of a title. `name` is its key: one that begins with a slash,
    /// as no path in a document's tree does.
    pub(super) fn new(files: &mut Files, role: Role, name: &str, title: &str) -> Self {
        let span = Span::new(files.add(name, ""), 0..0);
        let heading = Heading { level: 1, id: String::new(), content: Vec::new() };
        let chapter = Chapter {
            key: name.to_owned(),
            title: title.to_owned(),
            number: None,
            depth: 0,
            role,
            // English words, whatever the book's language is.
            language: Some("en".to_owned()),
            blocks: Vec::new(),
            footnotes: Vec::new(),
            span,
        };
        let mut page = Self { chapter };
        let content = vec![page.text(title)];
        page.push(BlockKind::Heading(Heading { content, ..heading }));
        page
    }

    fn inline(&self, kind: InlineKind) -> Inline {
        Inline { kind, span: self.chapter.span }
    }

    /// Text as it is.
    pub(super) fn text(&self, text: impl Into<String>) -> Inline {
        self.inline(InlineKind::Text(text.into()))
    }

    /// A code span.
    pub(super) fn code(&self, text: impl Into<String>) -> Inline {
        self.inline(InlineKind::Code(text.into()))
    }

    /// Emphasised text.
    pub(super) fn emphasis(&self, text: impl Into<String>) -> Inline {
        self.inline(InlineKind::Styled { style: Style::Emphasis, content: vec![self.text(text)] })
    }

    /// A link to an address.
    pub(super) fn link(&self, url: &str, text: impl Into<String>) -> Inline {
        self.to(LinkTarget::External(url.to_owned()), text)
    }

    /// A link to a chapter of the book.
    pub(super) fn chapter_link(&self, key: &str, text: impl Into<String>) -> Inline {
        self.to(LinkTarget::Internal { chapter: key.to_owned(), fragment: None }, text)
    }

    fn to(&self, target: LinkTarget, text: impl Into<String>) -> Inline {
        self.inline(InlineKind::Link(Link { target, title: String::new(), content: vec![self.text(text)] }))
    }

    /// Adds a block.
    pub(super) fn push(&mut self, kind: BlockKind) {
        let span = self.chapter.span;
        self.chapter.blocks.push(Block { kind, span });
    }

    /// Adds a heading of level 2.
    pub(super) fn heading(&mut self, id: &str, title: &str) {
        let content = vec![self.text(title)];
        self.push(BlockKind::Heading(Heading { level: 2, id: id.to_owned(), content }));
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(&mut self, content: Vec<Inline>) {
        self.push(BlockKind::Paragraph(content));
    }

    /// Adds code, without a language.
    pub(super) fn code_block(&mut self, text: &str) {
        let text = format!("{}\n", text.trim_end());
        let (info, hidden) = (String::new(), String::new());
        self.push(BlockKind::Code(CodeBlock { info, language: None, text, hidden }));
    }

    /// Adds a list, each entry a line.
    pub(super) fn list(&mut self, entries: Vec<Vec<Inline>>) {
        let span = self.chapter.span;
        let items = entries.into_iter().map(|content| ListItem {
            task: None,
            blocks: vec![Block { kind: BlockKind::Plain(content), span }],
            span,
        });
        self.push(BlockKind::List(List { start: None, tight: true, items: items.collect() }));
    }

    /// Adds a list of names and what they stand for; each value is a line.
    pub(super) fn definitions(&mut self, entries: Vec<(&str, Vec<Vec<Inline>>)>) {
        let span = self.chapter.span;
        let entries = entries.into_iter().filter(|(_, values)| !values.is_empty()).map(|(term, values)| {
            let blocks = |content| vec![Block { kind: BlockKind::Plain(content), span }];
            Definition {
                term: vec![self.text(term)],
                definitions: values.into_iter().map(blocks).collect(),
                span,
            }
        });
        let entries = entries.collect();
        self.push(BlockKind::DefinitionList(entries));
    }

    /// Adds a table: a column of text, then columns of numbers.
    pub(super) fn table(&mut self, head: &[&str], rows: Vec<Vec<Vec<Inline>>>) {
        let span = self.chapter.span;
        let row = |cells: Vec<Vec<Inline>>, header: bool| -> TableRow {
            let cell = |content| TableCell {
                blocks: vec![Block { kind: BlockKind::Plain(content), span }],
                colspan: 1,
                rowspan: 1,
                header,
            };
            cells.into_iter().map(cell).collect()
        };
        let alignments =
            (0..head.len()).map(|at| if at == 0 { Alignment::Left } else { Alignment::Right }).collect();
        let head = vec![row(head.iter().map(|name| vec![self.text(*name)]).collect(), true)];
        let body = rows.into_iter().map(|cells| row(cells, false)).collect();
        self.push(BlockKind::Table(Table { alignments, head, body, caption: Vec::new() }));
    }

    /// The finished chapter.
    pub(super) fn finish(self) -> Chapter {
        self.chapter
    }
}
