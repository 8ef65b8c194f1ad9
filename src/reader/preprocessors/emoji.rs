//! Emoji shortcodes, in the text; and Obsidian's callouts, on the tree.

use super::super::include::Expanded;
use super::super::markdown::Dialect;
use super::admonish::kind_of;
use super::edit::{self, Code, Edit};
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind};

/// Puts emoji in the place of GitHub's shortcodes: not in code or tags, not in
/// addresses; unknown ones stay as they are written. In the text, since a line
/// that begins with a colon is a definition otherwise.
pub(super) fn shortcodes(source: Expanded, dialect: Dialect) -> Expanded {
    if !source.text.contains(':') {
        return source;
    }
    let code = Code::of(&source.text, dialect);
    let mut edits: Vec<Edit> = Vec::new();
    let mut at = 0;
    while let Some(start) = source.text.get(at..).and_then(|rest| rest.find(':')).map(|i| at + i) {
        at = start + 1;
        let rest = source.text.get(at..).unwrap_or("");
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c))).unwrap_or(rest.len());
        let closed = rest.get(end..).is_some_and(|r| r.starts_with(':'));
        let Some(emoji) = rest.get(..end).filter(|_| closed && end > 0).and_then(emojis::get_by_shortcode)
        else {
            continue;
        };
        if code.contains(start) || code.is_tag(start) || in_address(edit::line_before(&source.text, start)) {
            continue;
        }
        at += end + 1;
        edits.push(Edit { range: start..at, text: emoji.as_str().to_owned() });
    }
    edit::apply(source, &edits)
}

/// Whether what follows is part of an address: the word before has `//`, or
/// is a link's destination.
fn in_address(line: &str) -> bool {
    let word = line.rsplit(char::is_whitespace).next().unwrap_or("");
    let open = word.rsplit(')').next().unwrap_or("");
    word.contains("//") || open.contains("](") || (line.starts_with('[') && line.contains("]: "))
}

/// Turns quotes that begin with `[!type] Title` into alerts; with `-` or `+`
/// behind the bracket, which Obsidian folds, into disclosures.
pub(super) fn callouts(chapter: &mut Chapter) {
    walk_chapter_mut(&mut Callouts, chapter);
}

struct Callouts;

impl VisitMut for Callouts {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Quote(blocks) = &mut block.kind
            && let Some(found) = callout(blocks)
        {
            let blocks = std::mem::take(blocks);
            let Callout { kind, title, folds } = found;
            block.kind = if folds {
                let word = vec![Inline { kind: InlineKind::Text(kind.title().to_owned()), span: block.span }];
                BlockKind::Details { summary: title.unwrap_or(word), blocks }
            } else {
                BlockKind::Alert { kind, id: None, title, blocks }
            };
        }
        walk_block_mut(self, block);
    }
}

struct Callout {
    kind: crate::document::AlertKind,
    title: Option<Vec<Inline>>,
    folds: bool,
}

/// Takes the first line of a callout out of its blocks.
fn callout(blocks: &mut Vec<Block>) -> Option<Callout> {
    let Block { kind: BlockKind::Paragraph(inlines), span } = blocks.first_mut()? else { return None };
    let span = *span;
    let Inline { kind: InlineKind::Text(text), .. } = inlines.first()? else { return None };
    let (name, rest) = text.strip_prefix("[!")?.split_once(']')?;
    let (kind, word) = kind_of(&name.to_ascii_lowercase())?;
    let folds = rest.starts_with(['-', '+']);
    let rest = rest.trim_start_matches(['-', '+']).trim_start().to_owned();
    let broken = |i: &Inline| matches!(i.kind, InlineKind::SoftBreak | InlineKind::HardBreak);
    let line = inlines.iter().position(broken).unwrap_or(inlines.len());
    let mut title: Vec<Inline> = inlines.drain(..line).collect();
    inlines.drain(..inlines.len().min(1));
    if let Some(Inline { kind: InlineKind::Text(text), .. }) = title.first_mut() {
        *text = rest;
    }
    title.retain(|i| !matches!(&i.kind, InlineKind::Text(text) if text.is_empty()));
    if inlines.is_empty() {
        blocks.remove(0);
    }
    let word = word.map(|word| vec![Inline { kind: InlineKind::Text(word.to_owned()), span }]);
    let title = if title.is_empty() { word } else { Some(title) };
    Some(Callout { kind, title, folds })
}

#[cfg(test)]
mod tests {
    use super::super::super::include::SourceMap;
    use super::*;
    use crate::span::FileId;

    #[test]
    fn shortcodes_become_emoji_and_other_colons_stay() {
        for (text, expected) in [
            (":rocket: go", "🚀 go"),
            ("a:+1::tada:b", "a👍🎉b"),
            ("12:30:45 :nosuch: :x", "12:30:45 :nosuch: :x"),
            ("http://a:rocket:b :rocket:", "http://a:rocket:b 🚀"),
            ("::rocket::", ":🚀:"),
            (
                "`:rocket:` [:tada:](a:tada:b) <b title=\":tada:\">:tada:</b>",
                "`:rocket:` [🎉](a:tada:b) <b title=\":tada:\">🎉</b>",
            ),
            ("[x]: a:rocket:b", "[x]: a:rocket:b"),
        ] {
            let source = Expanded { text: text.to_owned(), map: SourceMap::identity(FileId(0)) };
            assert_eq!(shortcodes(source, Dialect::default()).text, expected);
        }
    }
}
