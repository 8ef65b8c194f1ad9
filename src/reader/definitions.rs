//! Link definitions (`[label]: address`): which are used, which are never,
//! which are given twice, and which one a misspelt reference meant.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, RefDefs, Tag};

use super::source_map::SourceMap;
use crate::diag::{Code, Diagnostic};

/// How alike a label and a misspelt one are, from 0 to 1.
const ALIKE: f64 = 0.6;
/// The same where brackets may be just brackets: `[label]` alone.
const ALIKE_ALONE: f64 = 0.8;

/// A reference that led nowhere.
pub(super) struct Broken {
    pub range: Range<usize>,
    pub kind: LinkType,
    pub label: String,
}

struct Definition {
    label: String,
    address: String,
    range: Range<usize>,
}

/// The definitions of a chapter, and what its references make of them.
pub(super) struct Definitions {
    /// By label as it is compared.
    all: BTreeMap<String, Definition>,
    used: BTreeSet<String>,
    /// Ranges of the text that hold no definition, ascending and apart.
    taken: Vec<Range<usize>>,
}

impl Definitions {
    pub(super) fn new(definitions: &RefDefs) -> Self {
        let all = definitions.iter().map(|(label, definition)| {
            let address = definition.dest.to_string();
            let range = definition.span.clone();
            (fold(label), Definition { label: label.to_owned(), address, range })
        });
        Self { all: all.collect(), used: BTreeSet::new(), taken: Vec::new() }
    }

    /// Takes note of an event: what it uses, and where it stands.
    pub(super) fn event(&mut self, event: &Event, range: &Range<usize>) {
        match event {
            Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) => {
                if matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut) {
                    self.used.insert(fold(id));
                }
            }
            Event::Start(
                Tag::BlockQuote(_)
                | Tag::List(_)
                | Tag::Item
                | Tag::FootnoteDefinition(_)
                | Tag::DefinitionList
                | Tag::DefinitionListDefinition,
            )
            | Event::End(_) => return,
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock
                | Tag::DefinitionListTitle
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell
                | Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::MetadataBlock(_),
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
        match self.taken.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => self.taken.push(range.clone()),
        }
    }

    /// What there is to say about a chapter's definitions and the references
    /// that found none.
    pub(super) fn diagnostics(&self, text: &str, map: &SourceMap, broken: &[Broken]) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut meant = BTreeSet::new();
        for reference in broken {
            if reference.label.starts_with('^') {
                continue;
            }
            let (alone, alike) = match reference.kind {
                LinkType::Reference | LinkType::Collapsed => (false, ALIKE),
                LinkType::Shortcut => (true, ALIKE_ALONE),
                LinkType::Inline
                | LinkType::ReferenceUnknown
                | LinkType::CollapsedUnknown
                | LinkType::ShortcutUnknown
                | LinkType::Autolink
                | LinkType::Email
                | LinkType::WikiLink { .. } => continue,
            };
            let near = self.nearest(&reference.label, alike, alone);
            if alone && near.is_none() {
                continue;
            }
            let label = &reference.label;
            let problem = Diagnostic::new(Code::LinkUndefined, format!("no link is defined as `[{label}]`"))
                .at(map.span(reference.range.clone()));
            out.push(match near {
                Some((key, near)) => {
                    meant.insert(key.to_owned());
                    problem.hint(format!(
                        "did you mean `[{}]`, which is `{}`? the text is shown as it is written",
                        near.label, near.address
                    ))
                }
                None => problem
                    .hint(format!("add a line `[{label}]: address`; the text is shown as it is written")),
            });
        }
        for (key, definition) in &self.all {
            if !self.used.contains(key) && !meant.contains(key) && !is_comment(definition) {
                out.push(unused(definition).at(map.span(definition.range.clone())));
            }
        }
        out.extend(self.repeated(text, map));
        out
    }

    /// The definition most like a label. One that is used by others is hardly
    /// meant where brackets may be just brackets.
    fn nearest(&self, label: &str, alike: f64, unused: bool) -> Option<(&str, &Definition)> {
        let wanted = fold(label);
        if wanted.len() > 200 || (unused && wanted.chars().count() < 4) {
            return None;
        }
        let mut best: Option<(f64, &str, &Definition)> = None;
        let candidates = self.all.iter().filter(|(key, _)| key.len() <= 200);
        for (key, definition) in candidates.filter(|(key, _)| !unused || !self.used.contains(*key)).take(1000)
        {
            let score = strsim::normalized_damerau_levenshtein(&wanted, key);
            if score >= alike && best.is_none_or(|(highest, ..)| score > highest) {
                best = Some((score, key, definition));
            }
        }
        best.map(|(_, key, definition)| (key, definition))
    }

    /// Later definitions of a label, which CommonMark ignores.
    fn repeated(&self, text: &str, map: &SourceMap) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut line_at = 0;
        for line in text.split_inclusive('\n') {
            let start = line_at;
            line_at += line.len();
            let Some((at, label, address)) = definition(line) else { continue };
            let at = start + at;
            let before = self.taken.partition_point(|range| range.start <= at);
            let taken = before.checked_sub(1).and_then(|i| self.taken.get(i)).is_some_and(|r| r.end > at);
            let Some(first) = self.all.get(&fold(label)).filter(|_| !taken) else { continue };
            if first.range.contains(&at) || first.address == address || is_comment(first) {
                continue;
            }
            let message =
                format!("`[{label}]` is defined already, as `{}`; this one has no effect", first.address);
            let end = start + line.trim_end().len();
            out.push(
                Diagnostic::new(Code::LinkDefinitionDuplicate, message)
                    .at(map.span(at..end.max(at + 1)))
                    .hint("take one of the two away, or give one another label"),
            );
        }
        out
    }
}

fn unused(definition: &Definition) -> Diagnostic {
    let label = &definition.label;
    Diagnostic::new(Code::LinkDefinitionUnused, format!("no link uses the definition of `[{label}]`"))
        .hint(format!("write `[text][{label}]` where it should be a link, or take the line away"))
}

/// `[//]: # (words)`: a definition that is meant as a comment.
fn is_comment(definition: &Definition) -> bool {
    definition.label.chars().all(|c| !c.is_alphanumeric()) || matches!(definition.address.as_str(), "" | "#")
}

/// The offset, label and address of what may be a definition on a line,
/// behind the marks of quotes and lists.
fn definition(line: &str) -> Option<(usize, &str, &str)> {
    let at = line.find('[')?;
    let (before, rest) = line.split_at(at);
    if !before.chars().all(|c| " \t>-+*.)".contains(c) || c.is_ascii_digit()) {
        return None;
    }
    let (label, address) = rest.strip_prefix('[')?.split_once("]:")?;
    let address = address.split_whitespace().next()?.trim_start_matches('<').trim_end_matches('>');
    (!label.is_empty() && !label.starts_with('^') && !label.contains(['[', ']']))
        .then_some((at, label, address))
}

/// Labels as CommonMark compares them.
fn fold(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
