//! Builds the tree from starts and ends, with a stack instead of recursion, so
//! that no nesting in the author's file can overflow ours.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Frame, Kind, OpenTag, join};
use super::source_map::SourceMap;
use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_inline_mut};
use crate::document::{Block, BlockKind, Footnote, Inline, InlineKind, Language, Style};
use crate::span::Span;
use crate::tally::Rule;

/// How many elements may be open before further ones are set without
/// structure of their own. Walking, cloning and dropping a tree recurse.
const MAX_OPEN: usize = 100;

/// The tree under construction.
pub(super) struct Builder<'a> {
    /// Open elements, outermost first; the root is never closed.
    pub(super) frames: Vec<Frame>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) map: &'a SourceMap,
    pub(super) footnotes: Vec<Footnote>,
    /// Labels of footnote references, by the number they have meanwhile.
    labels: Vec<String>,
    /// The language of the HTML element that is opened next.
    pub(super) language: Option<Language>,
    /// The prefixes of hidden lines, by language.
    pub(super) hidelines: &'a BTreeMap<String, String>,
    /// Titles of abbreviations that were spelt out already.
    pub(super) spelt_out: BTreeSet<String>,
    deep: bool,
}

impl<'a> Builder<'a> {
    pub(super) fn new(map: &'a SourceMap, hidelines: &'a BTreeMap<String, String>, span: Span) -> Self {
        Self {
            language: None,
            frames: vec![Frame::new(Kind::Root, span, None)],
            diagnostics: Vec::new(),
            map,
            footnotes: Vec::new(),
            labels: Vec::new(),
            hidelines,
            spelt_out: BTreeSet::new(),
            deep: false,
        }
    }

    /// Notes something.
    pub(super) fn diagnose(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Says that text which was read is left out because of a diagnostic or rule.
    pub(super) fn lose(&mut self, said: Diagnostic, text: &str) {
        let said = if self.in_image() { said.losing_alternative(text) } else { said.losing(text) };
        self.diagnose(said);
    }

    /// Says that text which was not read is put in because of a diagnostic or rule.
    pub(super) fn add(&mut self, said: Diagnostic, text: &str) {
        let said = if self.in_image() { said.adding_alternative(text) } else { said.adding(text) };
        self.diagnose(said);
    }

    /// Puts text in that was not read, because of a rule.
    pub(super) fn put(&mut self, rule: Rule, text: &str, span: Span) {
        self.push_text(text, span);
        self.add(Diagnostic::rule(rule).at(span), text);
    }

    /// Whether what is read now becomes the alternative text of an image.
    fn in_image(&self) -> bool {
        self.frames.iter().any(|frame| matches!(frame.kind, Kind::Image(_)))
    }

    /// Opens an element.
    pub(super) fn open(&mut self, kind: Kind, span: Span, html: Option<OpenTag>) {
        if matches!(self.top(), Some(Frame { kind: Kind::Drawing(_), .. })) {
            // Markdown goes on in a drawing, behind an empty line.
            self.close_implied();
        }
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
        let mut frame = Frame::new(kind, span, html);
        // Lists and tables hold no text themselves.
        let outer = self.frames.last().filter(|outer| outer.is_scaffold());
        frame.language = self.language.take().or(outer.and_then(|outer| outer.language));
        self.frames.push(frame);
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
                frame.inlines.insert(0, Inline { kind: InlineKind::Text(raw.clone()), span });
                what = " and is shown as text";
            }
            let is_drawing = matches!(frame.kind, Kind::Drawing(_));
            if !what.is_empty() {
                self.add(Diagnostic::rule(Rule::TagAsText).at(span), &raw);
            }
            if is_drawing {
                let message = format!("`<{name}>` is not closed; what came so far is shown");
                let hint = format!("write `</{name}>` where it ends, and no empty line inside it");
                self.diagnose(Diagnostic::new(Code::HtmlUnbalanced, message).at(span).hint(hint));
            } else if !has_optional_end(&name) {
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
            && let Some(mut frame) = self.frames.pop()
        {
            if !frame.is_scaffold() {
                frame.speak();
            }
            self.assemble(frame);
        }
    }

    /// The innermost open element.
    pub(super) fn top(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// Adds an inline; neighbouring texts become one.
    pub(super) fn push_inline(&mut self, kind: InlineKind, span: Span) {
        if let Some(Frame { kind: Kind::Drawing(drawing), .. }) = self.frames.last_mut() {
            if drawing.inline(&kind) {
                return;
            }
            self.close_implied();
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if let (InlineKind::Text(new), Some(Inline { kind: InlineKind::Text(text), span: old })) =
            (&kind, frame.inlines.last_mut())
        {
            text.push_str(new);
            *old = join(*old, span);
        } else if matches!(kind, InlineKind::SoftBreak)
            && matches!(frame.inlines.last(), Some(Inline { kind: InlineKind::HardBreak, .. }))
        {
            // The line's end behind a `<br>` would indent the new line.
        } else {
            frame.inlines.push(Inline { kind, span });
        }
    }

    /// Whether text is code by the tags around it.
    pub(super) fn in_code(&self) -> bool {
        let is_code =
            |kind: &Kind| matches!(kind, Kind::InlineCode | Kind::Pre { .. } | Kind::Styled(Style::Keyboard));
        self.frames.iter().any(|frame| is_code(&frame.kind))
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
        if matches!(self.top(), Some(Frame { kind: Kind::Drawing(_), .. })) {
            self.close_implied();
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.flush();
            frame.blocks.push(Block { kind, span });
        }
    }

    pub(super) fn append_blocks(&mut self, mut blocks: Vec<Block>) {
        let Some(frame) = self.frames.last_mut() else { return };
        frame.flush();
        if frame.blocks.is_empty() {
            std::mem::swap(&mut frame.blocks, &mut blocks);
        } else {
            frame.blocks.append(&mut blocks);
        }
    }

    pub(super) fn append_inlines(&mut self, inlines: Vec<Inline>) {
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

    pub(super) fn parent(&mut self) -> Option<&mut Kind> {
        self.frames.last_mut().map(|frame| &mut frame.kind)
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
        let mut references = References { labels: &self.labels, by_label: &by_label, shown: Vec::new() };
        references.blocks(&mut blocks);
        for note in &mut self.footnotes {
            references.blocks(&mut note.blocks);
        }
        self.diagnostics.extend(references.shown);
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
    /// For the ledger: labels that became text.
    shown: Vec<Diagnostic>,
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
            None => {
                let text = format!("[^{label}]");
                self.shown.push(Diagnostic::rule(Rule::LabelAsText).at(inline.span).adding(&text));
                inline.kind = InlineKind::Text(text);
            }
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
