//! mdbook-toc: a marker (`<!-- toc -->`) in whose place a list of links to the
//! headings behind it comes.

use toml::{Table, Value};

use super::super::markdown::Dialect;
use super::super::source_map::Expanded;
use super::edit::{self, Edit};
use super::is_marker;
use crate::diag::{Code, Diagnostic};
use crate::document::text::plain_text;
use crate::document::walk::{Visit, VisitMut, walk_block, walk_block_mut, walk_chapter, walk_inlines};
use crate::document::{
    Block, BlockKind, Chapter, Heading, Inline, InlineKind, Link, LinkTarget, List, ListItem,
};
use crate::span::Span;
use crate::transform::identify;

/// The tag that stands for the list.
pub(super) const CONTENTS: &str = "bindery-contents";
const MARKER: &str = "<!-- toc -->";
const MAX_LEVEL: i64 = 4;

/// Puts a tag in the place of the first marker; there is one list a chapter.
pub(super) fn mark(source: Expanded, options: &Table, dialect: Dialect) -> Expanded {
    let marker = options.get("marker").and_then(Value::as_str).map_or(MARKER, str::trim);
    if marker.is_empty() || !source.text.contains(marker) {
        return source;
    }
    let code = edit::Code::of(&source.text, dialect);
    let first = source.text.match_indices(marker).map(|(at, _)| at).find(|at| !code.contains(*at));
    let Some(at) = first else { return source };
    let prefix = edit::prefix(&source.text, at);
    let lines = ["", "", &format!("<{CONTENTS}>"), &format!("</{CONTENTS}>"), "", ""];
    let text = lines.join(&format!("\n{prefix}"));
    edit::apply(source, &[Edit { range: at..at + marker.len(), text }])
}

/// Puts the list in the place of the tag.
pub(super) fn fill(chapter: &mut Chapter, options: &Table, diagnostics: &mut Vec<Diagnostic>) {
    let most = options.get("max-level").and_then(Value::as_integer).unwrap_or(MAX_LEVEL);
    let mut known = chapter.clone();
    identify(&mut known);
    let mut seen = Headings { place: None, most, found: Vec::new() };
    walk_chapter(&mut seen, &known);
    let Some(span) = seen.place else { return };
    if seen.found.is_empty() {
        let message = "no heading follows this place for a list of headings";
        let said = Diagnostic::new(Code::PreprocessorInput, message).at(span);
        diagnostics.push(said.hint("it is left out; take the marker away"));
    }
    let mut items = seen.found.into_iter().peekable();
    let blocks = lists(&mut items, 0, span);
    Fill(Some(blocks)).blocks(&mut chapter.blocks);
}

/// The headings behind the place of the list.
struct Headings {
    place: Option<Span>,
    most: i64,
    found: Vec<Heading>,
}

impl Visit for Headings {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Heading(heading) = &block.kind
            && self.place.is_some()
            && i64::from(heading.level) <= self.most
            && !plain_text(&heading.content).is_empty()
        {
            self.found.push(heading.clone());
        }
        if is_marker(block) {
            self.place.get_or_insert(block.span);
        }
        walk_block(self, block);
    }
}

/// A list of the headings that are deeper than a level; none if there are none.
fn lists(
    headings: &mut std::iter::Peekable<std::vec::IntoIter<Heading>>,
    above: u8,
    span: Span,
) -> Vec<Block> {
    let mut items: Vec<ListItem> = Vec::new();
    while let Some(heading) = headings.next_if(|heading| heading.level > above) {
        let level = heading.level;
        let target = LinkTarget::Unresolved(format!("#{}", heading.id));
        let mut words = Words(Vec::new());
        walk_inlines(&mut words, &heading.content);
        let link = Link { target, title: String::new(), content: words.0 };
        let link = Inline { kind: InlineKind::Link(link), span };
        let mut blocks = vec![Block { kind: BlockKind::Plain(vec![link]), span }];
        blocks.extend(lists(headings, level, span));
        items.push(ListItem { task: None, blocks, span });
    }
    let list = List { start: None, tight: true, items };
    (!list.items.is_empty()).then_some(Block { kind: BlockKind::List(list), span }).into_iter().collect()
}

/// What of a heading can stand in a link: no link, footnote or place.
struct Words(Vec<Inline>);

impl Visit for Words {
    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::Math(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Image(_) => self.0.push(inline.clone()),
            InlineKind::Styled { style, content } => {
                let mut inner = Self(Vec::new());
                walk_inlines(&mut inner, content);
                let kind = InlineKind::Styled { style: *style, content: inner.0 };
                self.0.push(Inline { kind, span: inline.span });
            }
            InlineKind::Link(link) => walk_inlines(self, &link.content),
            InlineKind::FootnoteReference { .. } | InlineKind::Anchor(_) => {}
        }
    }
}

struct Fill(Option<Vec<Block>>);

impl VisitMut for Fill {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        if let Some(at) = blocks.iter().position(is_marker) {
            blocks.splice(at..=at, self.0.take().unwrap_or_default());
            return;
        }
        for block in blocks {
            if self.0.is_some() {
                walk_block_mut(self, block);
            }
        }
    }
}
