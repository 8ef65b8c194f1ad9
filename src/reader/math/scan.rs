//! Where equations are.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{LONGEST, MathSyntax};
use crate::document::Math;
use crate::reader::markdown::Dialect;

/// An equation and where it stands, delimiters included.
pub(super) struct Found {
    pub range: Range<usize>,
    pub math: Math,
}

/// A stretch of text in which a delimiter can stand.
struct Spot {
    range: Range<usize>,
    /// The paragraph, heading or cell it belongs to.
    leaf: usize,
    /// A cell or heading, which ends with its line.
    narrow: bool,
}

/// The kinds of delimiter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Dollar,
    Dollars,
    Parenthesis,
    Bracket,
}

/// Finds the equations of a text, in their order.
pub(super) fn scan(text: &str, dialect: Dialect) -> Vec<Found> {
    let places = places(text, dialect);
    let mut scanner = Scanner { text, places, failed: [0; 4] };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = text.get(at..).and_then(|rest| rest.find(['$', '\\'])) {
        let open = at + step;
        at = open + 1;
        if let Some(kind) = scanner.opener(open, dialect.math) {
            if let Some(equation) = scanner.close(open, kind) {
                at = equation.range.end;
                found.push(equation);
            } else if kind == Kind::Dollars {
                at = open + 2;
            }
        } else if text.get(open..).is_some_and(|rest| rest.starts_with("$$$")) {
            at = open + run(text, open);
        } else if text.get(open..).is_some_and(|rest| rest.starts_with('\\')) {
            // What is escaped can't open anything.
            at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
    }
    found
}

/// How many dollar signs follow each other.
fn run(text: &str, at: usize) -> usize {
    text.bytes().skip(at).take_while(|b| *b == b'$').count()
}

#[derive(Default)]
struct Places {
    spots: Vec<Spot>,
    /// Code blocks, which no equation goes over.
    barriers: Vec<Range<usize>>,
}

impl Places {
    fn spot(&self, offset: usize) -> Option<&Spot> {
        let at = self.spots.partition_point(|spot| spot.range.end <= offset);
        self.spots.get(at).filter(|spot| spot.range.contains(&offset))
    }

    fn barrier(&self, range: &Range<usize>) -> bool {
        let at = self.barriers.partition_point(|b| b.end <= range.start);
        self.barriers.get(at).is_some_and(|b| b.start < range.end)
    }
}

/// Parses the text to learn where delimiters can stand.
fn places(text: &str, dialect: Dialect) -> Places {
    let mut places = Places::default();
    let (mut leaf, mut code, mut narrow, mut hidden) = (0, false, false, Hidden::default());
    for (event, range) in Parser::new_ext(text, dialect.options()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::MetadataBlock(_)) => {
                code = true;
                places.barriers.push(range);
            }
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => code = false,
            Event::Start(Tag::TableCell | Tag::Heading { .. }) => (leaf, narrow) = (leaf + 1, true),
            Event::End(TagEnd::TableCell | TagEnd::Heading(_)) => (leaf, narrow) = (leaf + 1, false),
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::Link { .. }
                | Tag::Image { .. },
            )
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Superscript
                | TagEnd::Subscript
                | TagEnd::Link
                | TagEnd::Image,
            )
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
            Event::Start(_) | Event::End(_) => {
                leaf += 1;
                hidden = Hidden::default();
            }
            Event::Rule => leaf += 1,
            Event::Text(_) if !code && hidden.0.is_none() => {
                places.spots.push(Spot { range, leaf, narrow });
            }
            Event::Text(_) => {}
            Event::InlineHtml(html) => {
                hidden.cut(&html);
            }
            Event::Html(html) => {
                for part in hidden.cut(&html) {
                    let range = range.start + part.start..range.start + part.end;
                    places.spots.push(Spot { range, leaf, narrow });
                }
            }
        }
    }
    places
}

/// The HTML element that is open and whose content is no text to read, such
/// as `code`.
#[derive(Default)]
struct Hidden(Option<String>);

impl Hidden {
    /// The parts of some HTML that are text to read.
    fn cut(&mut self, html: &str) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < html.len() {
            let open = html.get(at..).and_then(|rest| rest.find('<')).map_or(html.len(), |i| at + i);
            if self.0.is_none() && open > at {
                parts.push(at..open);
            }
            let rest = html.get(open..).unwrap_or_default();
            let end = rest.find('>').map_or(html.len(), |i| open + i + 1);
            self.tag(html.get(open..end).unwrap_or_default());
            at = end.max(open + 1);
        }
        parts
    }

    fn tag(&mut self, tag: &str) {
        let inner = tag.trim_start_matches('<');
        let (end, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let name: String =
            inner.chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_lowercase();
        let hides = ["code", "pre", "script", "style", "textarea", "kbd", "samp", "math", "svg"];
        if end && self.0.as_ref() == Some(&name) {
            self.0 = None;
        } else if !end && self.0.is_none() && hides.contains(&name.as_str()) && !tag.ends_with("/>") {
            self.0 = Some(name);
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    places: Places,
    /// Up to where no closing delimiter of a kind was found, so that many
    /// openers don't search the same text.
    failed: [usize; 4],
}

impl Scanner<'_> {
    /// What opens here.
    fn opener(&self, at: usize, syntax: MathSyntax) -> Option<Kind> {
        let rest = self.text.get(at..)?;
        if rest.starts_with('$') {
            let before = self.text.as_bytes().get(at.wrapping_sub(1));
            if before == Some(&b'$') || self.places.spot(at).is_none() {
                return None;
            }
            return match run(self.text, at) {
                1 => rest.chars().nth(1).is_some_and(|c| !c.is_whitespace()).then_some(Kind::Dollar),
                2 => Some(Kind::Dollars),
                _ => None,
            };
        }
        let kind = match rest.get(..3)? {
            "\\\\(" => Kind::Parenthesis,
            "\\\\[" => Kind::Bracket,
            _ => return None,
        };
        // Of the two backslashes the second one is what Markdown leaves.
        (syntax == MathSyntax::All && self.places.spot(at + 1).is_some()).then_some(kind)
    }

    /// The equation that opens here, if it is closed.
    fn close(&mut self, open: usize, kind: Kind) -> Option<Found> {
        let index = kind as usize;
        let failed = *self.failed.get(index)?;
        if open < failed {
            return None;
        }
        let length = match kind {
            Kind::Dollar => 1,
            Kind::Dollars => 2,
            Kind::Parenthesis | Kind::Bracket => 3,
        };
        let start = open + length;
        match self.closer(open, start, kind) {
            Ok(end) => {
                let inner = self.text.get(start..end)?;
                let math = equation(inner, self.line_prefix(open), kind)?;
                Some(Found { range: open..end + length, math })
            }
            Err(stop) => {
                if let Some(failed) = self.failed.get_mut(index).filter(|_| kind != Kind::Dollar) {
                    *failed = stop;
                }
                None
            }
        }
    }

    /// Where the closing delimiter begins, or where the search ended.
    fn closer(&self, open: usize, start: usize, kind: Kind) -> Result<usize, usize> {
        let here = self.places.spot(if kind as usize >= 2 { open + 1 } else { open }).ok_or(start)?;
        let same = here.narrow || matches!(kind, Kind::Dollar | Kind::Parenthesis);
        let limit = self.text.floor_char_boundary(self.text.len().min(start + LONGEST));
        let mut line_blank = false;
        let mut escaped = false;
        for (i, c) in self.text.get(start..limit).unwrap_or_default().char_indices() {
            let at = start + i;
            match c {
                '\n' if line_blank => return Err(at),
                '\n' => line_blank = true,
                c if c.is_whitespace() || c == '>' => {}
                _ => line_blank = false,
            }
            let fits = |spot: Option<&Spot>| spot.is_some_and(|spot| !same || spot.leaf == here.leaf);
            match (kind, c) {
                (Kind::Dollar, '$') if !escaped => {
                    return if fits(self.places.spot(at)) && self.dollar_closes(at) {
                        Ok(at)
                    } else {
                        Err(at)
                    };
                }
                (Kind::Dollars, '$') if !escaped && run(self.text, at) >= 2 => {
                    let clear = !self.places.barrier(&(open..at));
                    return if fits(self.places.spot(at)) && clear { Ok(at) } else { Err(at) };
                }
                (Kind::Parenthesis | Kind::Bracket, '\\') if !escaped => {
                    let wanted = if kind == Kind::Bracket { "\\\\]" } else { "\\\\)" };
                    if self.text.get(at..).is_some_and(|rest| rest.starts_with(wanted)) {
                        let clear = !self.places.barrier(&(open..at));
                        return if fits(self.places.spot(at + 1)) && clear { Ok(at) } else { Err(at) };
                    }
                }
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        Err(limit)
    }

    /// Not behind a space, and not in front of a digit; nor of a name, as in
    /// `$PATH:$HOME`.
    fn dollar_closes(&self, at: usize) -> bool {
        let before = self.text.get(..at).and_then(|t| t.chars().next_back());
        let after = self.text.get(at + 1..).and_then(|t| t.chars().next());
        before.is_some_and(|c| !c.is_whitespace())
            && !after.is_some_and(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || "$_{(".contains(c))
    }

    /// The marks of block quotes in front of an opener's line.
    fn line_prefix(&self, open: usize) -> usize {
        let line = self.text.get(..open).and_then(|t| t.rsplit('\n').next()).unwrap_or_default();
        line.chars().take_while(|c| c.is_whitespace() || *c == '>').filter(|c| *c == '>').count()
    }
}

/// The equation between two delimiters; none if there is nothing.
fn equation(inner: &str, quotes: usize, kind: Kind) -> Option<Math> {
    let mut lines = inner.split('\n');
    let mut source = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let mut line = line.trim_start();
        for _ in 0..quotes {
            line = line.strip_prefix('>').map_or(line, str::trim_start);
        }
        source.push('\n');
        source.push_str(line);
    }
    let mut source = source.trim();
    if kind == Kind::Dollar {
        // GitHub's $`…`$.
        source = source.strip_prefix('`').and_then(|s| s.strip_suffix('`')).unwrap_or(source);
    }
    if source.trim().is_empty() {
        return None;
    }
    let display = matches!(kind, Kind::Dollars | Kind::Bracket);
    let source = match kind {
        Kind::Dollar | Kind::Dollars => source.to_owned(),
        Kind::Parenthesis | Kind::Bracket => unescape(source),
    };
    Some(Math::new(source, display))
}

/// In mdBook the text between `\\(` and `\\)` reaches MathJax through
/// CommonMark, so authors double a backslash where CommonMark would take one
/// away. What can only be meant so is brought back; anything else stays.
fn unescape(source: &str) -> String {
    // A line's end is four backslashes, or there are no lines at all: then
    // every two are meant as one.
    let doubled =
        source.contains("\\\\\\\\") || !["begin{", "substack"].iter().any(|lines| source.contains(lines));
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut chars = from.chars().skip(1);
        let (first, second) = (chars.next(), chars.next());
        let taken = if from.starts_with("\\\\\\\\") {
            out.push_str("\\\\");
            4
        } else if first == Some('\\') && (doubled || second.is_some_and(|c| "{},;:!|%#$_>".contains(c))) {
            out.push('\\');
            2
        } else if let Some(c @ ('_' | '*')) = first {
            out.push(c);
            2
        } else {
            let taken = 1 + first.map_or(0, char::len_utf8);
            out.push_str(from.get(..taken).unwrap_or_default());
            taken
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
