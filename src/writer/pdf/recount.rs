//! Counts what the PDF holds of each chapter, twice: in the Typst markup that
//! was made, by reading its syntax again, and on the pages that Typst laid
//! out, glyph by glyph.
//!
//! What the book says stands in markup as string literals of their own
//! (`#"text"`). Strings among a function's arguments are the writer's: labels,
//! addresses, titles for the outline. So are those in `own[…]`, while
//! `alternative[…]` holds what stands for an image. A glyph knows the literal
//! that it comes from and its place in there, so that text which Typst drops,
//! covers twice or sets on no page is found.

use std::collections::HashMap;

use typst::layout::{Frame, FrameItem};
use typst::syntax::ast::{self, AstNode};
use typst::syntax::{Source, Span, SyntaxKind, SyntaxNode};
use typst_layout::PagedDocument;

use crate::tally::{Amount, Tally};

/// Functions of the theme and of Typst whose content goes on in the line.
const INLINE: [&str; 33] = [
    "u",
    "w",
    "rtl",
    "ltr",
    "emph",
    "strong",
    "strike",
    "super",
    "sub",
    "kbd",
    "underline",
    "mark",
    "text",
    "c",
    "lnk",
    "ref-to",
    "e",
    "box",
    "own",
    "alternative",
    "cm",
    "kw",
    "st",
    "nu",
    "fu",
    "ty",
    "me",
    "ins",
    "del",
    "frame-inline",
    "smallcaps",
    "highlight",
    "link",
];
/// Those among them that are inlines of the book.
const STYLES: [&str; 12] =
    ["emph", "strong", "strike", "super", "sub", "kbd", "underline", "mark", "text", "c", "lnk", "ref-to"];
/// Functions that set a block of the book.
const BLOCKS: [&str; 17] = [
    "par",
    "lead-in",
    "hd",
    "chapter",
    "code",
    "quote-block",
    "alert",
    "list",
    "enum",
    "tasks",
    "terms",
    "tab",
    "tab-caption",
    "fig",
    "details",
    "frame-box",
    "rule",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Book,
    Image,
    Writer,
}

/// What a chapter's markup holds.
pub fn of_markup(source: &Source) -> Tally {
    recount(source, &HashMap::new())
}

/// What the pages of a chapter hold of it, where Typst did not set all of its
/// text.
pub fn of_pages(document: &PagedDocument, source: &Source) -> Option<Tally> {
    let mut literals = Literals::default();
    literals.collect(source.root());
    let mut seen = Vec::new();
    for page in document.pages() {
        look(&page.frame, &literals, &mut seen);
    }
    // A header that a table repeats on its next page is seen again.
    seen.sort_unstable();
    seen.dedup();
    let mut set: HashMap<Span, String> = HashMap::new();
    let mut seen = seen.as_slice();
    for (index, literal) in literals.list.iter().enumerate() {
        let own = seen.iter().take_while(|s| s.literal == index).count();
        let (here, rest) = seen.split_at(own);
        seen = rest;
        let pieces = here.iter().filter_map(|s| literal.text.get(s.start..s.end));
        let have: String = pieces.flat_map(str::chars).filter(|c| !is_ignorable(*c)).collect();
        let want: String = literal.text.chars().filter(|c| !is_ignorable(*c)).collect();
        if Amount::of(&want).characters != Amount::of(&have).characters {
            // What can't be seen can't be missed.
            let unseen = literal.text.chars().filter(|c| is_ignorable(*c));
            set.insert(literal.span, have.chars().chain(unseen).collect());
        }
    }
    (!set.is_empty()).then(|| recount(source, &set))
}

/// Whether a character has no shape of its own, so that it may be without a
/// glyph (Unicode's `Default_Ignorable_Code_Point`).
fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// A piece of a literal that is on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    literal: usize,
    start: usize,
    end: usize,
}

struct Literal {
    span: Span,
    text: String,
}

#[derive(Default)]
struct Literals {
    list: Vec<Literal>,
    by_span: HashMap<Span, usize>,
}

impl Literals {
    fn collect(&mut self, node: &SyntaxNode) {
        if node.kind() == SyntaxKind::Markup {
            for text in node.children().filter_map(literal) {
                self.by_span.insert(text.1, self.list.len());
                self.list.push(Literal { span: text.1, text: text.0 });
            }
        }
        for child in node.children() {
            self.collect(child);
        }
    }
}

/// A string literal: what it says, and its place.
fn literal(node: &SyntaxNode) -> Option<(String, Span)> {
    Some((ast::Str::from_untyped(node)?.get().to_string(), node.span()))
}

fn look(frame: &Frame, literals: &Literals, seen: &mut Vec<Seen>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => look(&group.frame, literals, seen),
            FrameItem::Text(item) => {
                let mut runs: Vec<(usize, Vec<(usize, &str)>)> = Vec::new();
                // Most glyphs of an item come from one literal.
                let mut known = (Span::detached(), None);
                for glyph in &item.glyphs {
                    let (span, start) = (glyph.span.0, usize::from(glyph.span.1));
                    if known.0 != span || known.1.is_none() {
                        known = (span, literals.by_span.get(&span).copied());
                    }
                    let Some(index) = known.1 else { continue };
                    let Some(text) = item.text.get(glyph.range()) else { continue };
                    let Some(literal) = literals.list.get(index) else { continue };
                    // Typst itself embeds what stands beside a box.
                    let text = if literal.text.contains(embeds) { text } else { text.trim_matches(embeds) };
                    match runs.last_mut() {
                        Some((last, glyphs)) if *last == index => glyphs.push((start, text)),
                        Some(_) | None => runs.push((index, vec![(start, text)])),
                    }
                }
                for (index, glyphs) in runs {
                    let Some(literal) = literals.list.get(index) else { continue };
                    let shift = shift(&literal.text, &glyphs);
                    for (start, text) in glyphs {
                        let start = start.saturating_sub(shift);
                        let end = start + text.len();
                        if literal.text.get(start..end) == Some(text) {
                            seen.push(Seen { literal: index, start, end });
                        }
                    }
                }
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// Whether a character embeds or isolates a direction (UAX #9).
fn embeds(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// How many bytes what has no place of its own can take before a text.
const LONGEST_SHIFT: usize = 64;

/// How much too far on the places of glyphs in a literal are: Typst counts what
/// has no place of its own before it, a line end or a box, to text that runs
/// the other way. All glyphs of a run say the same, but a hyphen that Typst put
/// in, which is at a place of other text.
fn shift(literal: &str, glyphs: &[(usize, &str)]) -> usize {
    let fits = |shift: &usize| {
        let here = |(start, text): &&(usize, &str)| {
            start.checked_sub(*shift).is_some_and(|at| literal.get(at..at + text.len()) == Some(*text))
        };
        let matching = glyphs.iter().filter(here).count();
        matching == glyphs.len() || (matching > 1 && matching + 1 == glyphs.len())
    };
    (0..=LONGEST_SHIFT).find(fits).unwrap_or(0)
}

/// Counts a chapter's markup; `set` holds what there is on the pages of
/// literals that are not there as a whole.
fn recount(source: &Source, set: &HashMap<Span, String>) -> Tally {
    let mut count = Recount { tally: Tally::default(), set };
    count.node(source.root(), Whose::Book, false);
    count.tally
}

struct Recount<'a> {
    tally: Tally,
    set: &'a HashMap<Span, String>,
}

impl Recount<'_> {
    /// `inline`: content goes on in the line.
    #[allow(clippy::wildcard_enum_match_arm, reason = "Typst has some 130 kinds of nodes")]
    fn node(&mut self, node: &SyntaxNode, whose: Whose, inline: bool) {
        match node.kind() {
            SyntaxKind::FuncCall => self.call(node, whose),
            SyntaxKind::Linebreak | SyntaxKind::Space | SyntaxKind::Parbreak => self.tally.gap(),
            SyntaxKind::ContentBlock if !inline => {
                self.tally.gap();
                self.children(node, whose, false);
                self.tally.gap();
            }
            SyntaxKind::Ident if node.leaf_text() == "rule" => self.tally.block(),
            SyntaxKind::Markup => {
                for child in node.children() {
                    match literal(child) {
                        Some((text, span)) => self.text(self.set.get(&span).unwrap_or(&text), whose),
                        None => self.node(child, whose, false),
                    }
                }
            }
            kind => self.children(node, whose, inline && kind != SyntaxKind::Array),
        }
    }

    fn children(&mut self, node: &SyntaxNode, whose: Whose, inline: bool) {
        node.children().for_each(|child| self.node(child, whose, inline));
    }

    fn text(&mut self, text: &str, whose: Whose) {
        match whose {
            Whose::Book => self.tally.text(text),
            Whose::Image => self.tally.alternative(text),
            Whose::Writer => {}
        }
    }

    fn call(&mut self, node: &SyntaxNode, whose: Whose) {
        let callee = node.children().next();
        let name =
            callee.and_then(|c| c.children().last().or(Some(c))).map_or("", |c| c.leaf_text().as_str());
        match name {
            "image" => {
                self.tally.inline();
                self.tally.alternative(&named_string(node, "alt").unwrap_or_default());
                self.tally.alternative(" ");
            }
            // A box with a code point stands for the character.
            "miss" => {
                let code = node.children().last().and_then(|a| a.children().find_map(literal));
                let character = code.and_then(|(hex, _)| char::from_u32(u32::from_str_radix(&hex, 16).ok()?));
                self.text(&character.map(String::from).unwrap_or_default(), whose);
            }
            "own" => self.children(node, Whose::Writer, true),
            "alternative" => {
                self.children(node, Whose::Image, true);
                self.tally.alternative(" ");
            }
            "linebreak" => {
                self.tally.inline();
                self.tally.gap();
            }
            name => {
                if BLOCKS.contains(&name) {
                    self.tally.block();
                } else if STYLES.contains(&name) {
                    self.tally.inline();
                }
                self.children(node, whose, INLINE.contains(&name));
            }
        }
    }
}

/// The string that a call has as an argument of a name.
fn named_string(call: &SyntaxNode, name: &str) -> Option<String> {
    let arguments = call.children().find(|child| child.kind() == SyntaxKind::Args)?;
    let named = arguments.children().find(|child| {
        child.kind() == SyntaxKind::Named && child.children().next().is_some_and(|n| n.leaf_text() == name)
    })?;
    named.children().find_map(literal).map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::super::fonts::Fonts;
    use super::super::world::BookWorld;
    use super::*;

    #[test]
    fn literals_in_markup_are_text_and_arguments_are_not() {
        let source = Source::detached(
            "#chapter(1, \"label\", \"Title\", none)[#\"Ti\"#e[#\"tle\"]][\n\
             #par[#\"one \"#strong[#\"t\"]#\"wo\"#z#miss(\"4E2D\")#own[#\"7\"] #lnk(\"https://x\")[#\"li\\\"nk\"]]\n\
             #fig(image(\"/a.png\", alt: \"An alt\", width: 3pt), [#\"caption\"])\n\
             #frame-box([#alternative[#\"gone\"]], none)#rule\n]",
        );
        let tally = of_markup(&source);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&tally.text), ["Title", "one", "two中", "li\"nk", "caption"]);
        assert_eq!(words(&tally.alternative), ["An", "alt", "gone"]);
        assert_eq!((tally.blocks, tally.inlines), (5, 3));
    }

    #[test]
    fn text_that_typst_does_not_set_is_missed_and_text_set_twice_counts_once() {
        let mut world = BookWorld::new(Fonts::of(&[])).expect("a world");
        let main = "#set page(width: 200pt, height: 90pt)\n#set text(font: \"Libertinus Serif\")\n#include \"/chapters/a.typ\"";
        world.add_source("/main.typ", main.to_owned()).expect("a path");
        let rows = "[#\"row of the table\"],".repeat(8);
        let text = format!(
            "#let e(it) = text(font: \"Twemoji Mozilla\", it)\n#let drop(body) = none\n#set par(justify: true)\n\
             #par[#\"Hyphenation disestablishes representative characteristics, effectively. \"#e[#\"🙋‍♀️\"]]\n\
             #table(table.header[#\"repeated\"], {rows})\n#drop[#\"lost words\"]\n",
        );
        let source = BookWorld::parse("/chapters/a.typ", text.clone()).expect("a path");
        world.add_source("/chapters/a.typ", text).expect("a path");
        let document: PagedDocument = typst::compile(&world).output.expect("compiles");
        assert!(document.pages().len() > 2, "the header is repeated");
        let pages = of_pages(&document, &source).expect("something is missing");
        let markup = of_markup(&source);
        assert!(markup.text.contains("lost words"));
        assert_eq!(crate::tally::missing_words(&markup.text, &pages.text), ["lost", "words"]);
        assert_eq!(crate::tally::missing_words(&pages.text, &markup.text), Vec::<&str>::new());
    }
}
