//! Preprocessors that work on the tree: emoji shortcodes, and Obsidian's
//! callouts.

use super::admonish::kind_of;
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind, Link, LinkTarget};

/// Puts emoji in the place of GitHub's shortcodes: not in code, not in
/// addresses; unknown ones stay as they are written.
pub(super) fn shortcodes(chapter: &mut Chapter) {
    walk_chapter_mut(&mut Shortcodes, chapter);
}

struct Shortcodes;

impl VisitMut for Shortcodes {
    fn inline(&mut self, inline: &mut Inline) {
        match &mut inline.kind {
            InlineKind::Text(text) => *text = with_emoji(text),
            // An address that is its own text.
            InlineKind::Link(Link { target: LinkTarget::Unresolved(address), content, .. })
                if matches!(content.as_slice(), [Inline { kind: InlineKind::Text(text), .. }]
                    if text == address || address.strip_prefix("mailto:") == Some(text)) => {}
            InlineKind::Image(image) => image.alt = with_emoji(&image.alt),
            InlineKind::Code(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => walk_inline_mut(self, inline),
        }
    }
}

fn with_emoji(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || "_+-".contains(c)));
        let code = end.and_then(|end| after.get(..end)).unwrap_or("");
        let behind = after.get(code.len()..).unwrap_or("");
        // `http://host:80:x` holds no shortcode.
        let in_address = out.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains("//"));
        match (emojis::get_by_shortcode(code), behind.strip_prefix(':')) {
            (Some(emoji), Some(left)) if !code.is_empty() && !in_address => {
                out.push_str(emoji.as_str());
                rest = left;
            }
            (_, _) => {
                out.push(':');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
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
    use super::with_emoji;

    #[test]
    fn shortcodes_become_emoji_and_other_colons_stay() {
        for (text, expected) in [
            (":rocket: go", "🚀 go"),
            ("a:+1::tada:b", "a👍🎉b"),
            ("12:30:45 :nosuch: :x", "12:30:45 :nosuch: :x"),
            ("http://a:rocket:b :rocket:", "http://a:rocket:b 🚀"),
            ("::rocket::", ":🚀:"),
        ] {
            assert_eq!(with_emoji(text), expected);
        }
    }
}
