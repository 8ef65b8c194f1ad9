//! From a text that was changed before parsing back to the author's file.

use std::ops::Range;

use super::mojibake::Garbled;
use crate::diag::Diagnostic;
use crate::span::{FileId, Span};

/// Where each part of a changed text comes from.
#[derive(Debug, Clone)]
pub(super) struct SourceMap {
    file: FileId,
    /// Starts in the changed text, ascending, each with its origin.
    parts: Vec<(usize, Origin)>,
    /// The map of the text that was changed, if that was none of the author's.
    under: Option<Box<SourceMap>>,
}

#[derive(Debug, Clone)]
enum Origin {
    /// Unchanged text, from this offset on.
    Text(usize),
    /// Text that stands for this range.
    Instead(Range<usize>),
    /// The same, made by a preprocessor of ours.
    Made(Range<usize>),
}

impl SourceMap {
    /// The map of an unchanged text.
    pub(super) fn identity(file: FileId) -> Self {
        Self { file, parts: vec![(0, Origin::Text(0))], under: None }
    }

    /// The map of a text that is about to be changed once more.
    pub(super) fn over(under: Self) -> Self {
        Self { under: Some(Box::new(under.clone())), ..Self::identity(under.file) }
    }

    /// The map of a text in which some ranges, ascending, are replaced by texts
    /// of these lengths, which stand where the ranges did.
    pub(super) fn replacing(under: &Self, replaced: &[(Range<usize>, usize)]) -> Self {
        let mut map = Self::over(under.clone());
        // How much longer the new text is so far, and how much shorter.
        let (mut added, mut taken) = (0, 0);
        for (range, length) in replaced {
            let at = range.start + added - taken;
            map.instead(at, range.clone());
            map.text(at + length, range.end);
            added += length;
            taken += range.len();
        }
        map
    }

    /// From `at` of the changed text on, it is the text as it is from `offset` on.
    pub(super) fn text(&mut self, at: usize, offset: usize) {
        self.parts.push((at, Origin::Text(offset)));
    }

    /// From `at` of the changed text on, something stands for `range`.
    pub(super) fn instead(&mut self, at: usize, range: Range<usize>) {
        self.parts.push((at, Origin::Instead(range)));
    }

    /// The same, of text that a preprocessor of ours made.
    pub(super) fn make(&mut self, at: usize, range: Range<usize>) {
        self.parts.push((at, Origin::Made(range)));
    }

    /// Whether a preprocessor of ours made the text at an offset.
    pub(super) fn is_made(&self, offset: usize) -> bool {
        let at = self.parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        match (self.parts.get(at), &self.under) {
            (Some((_, Origin::Made(_))), _) => true,
            (Some((start, Origin::Text(origin))), Some(under)) => under.is_made(origin + (offset - start)),
            (Some((_, Origin::Text(_) | Origin::Instead(_))) | None, _) => false,
        }
    }

    /// The place in the author's file of a range of the changed text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = self.place(range.start).start;
        // The end belongs to the last byte, which may be of another part.
        let end = if range.end > range.start {
            let last = self.place(range.end - 1);
            // What was put in between two characters stands for none.
            let one = last.end == last.start && !self.is_made(range.end - 1);
            if one { last.end + 1 } else { last.end }
        } else {
            start
        };
        let range = start..end.max(start);
        match &self.under {
            Some(under) => under.span(range),
            None => Span::new(self.file, range),
        }
    }

    /// A span of the changed text as one of the author's file.
    pub(super) fn relocate(&self, span: Span) -> Span {
        if span.file == self.file { self.span(span.range()) } else { span }
    }

    /// The same for diagnostics.
    pub(super) fn relocate_all(&self, diagnostics: &mut [Diagnostic]) {
        for diagnostic in diagnostics {
            diagnostic.span = diagnostic.span.map(|span| self.relocate(span));
        }
    }

    fn place(&self, offset: usize) -> Range<usize> {
        let at = self.parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        match self.parts.get(at) {
            Some((start, Origin::Text(origin))) => {
                let place = origin + (offset - start);
                place..place
            }
            Some((_, Origin::Instead(range) | Origin::Made(range))) => range.clone(),
            None => offset..offset,
        }
    }
}

/// A text that is ready to be parsed, and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Expanded {
    /// The text.
    pub text: String,
    /// Where it comes from.
    pub map: SourceMap,
}

impl Expanded {
    /// A text with what was garbled put right.
    pub(super) fn repaired(text: &str, file: FileId, garbled: &[Garbled]) -> Self {
        let mut map = SourceMap::identity(file);
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for piece in garbled.iter().filter(|piece| !piece.doubtful) {
            out.push_str(text.get(at..piece.range.start).unwrap_or(""));
            map.instead(out.len(), piece.range.clone());
            out.push_str(&piece.meant);
            at = piece.range.end;
            map.text(out.len(), at);
        }
        out.push_str(text.get(at..).unwrap_or(""));
        Self { text: out, map }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_through_two_changes() {
        let text = "a Ã© b Ã© c";
        let garbled = super::super::mojibake::find(text, false);
        let Expanded { text: repaired, map } = Expanded::repaired(text, FileId(0), &garbled);
        assert_eq!(repaired, "a é b é c");
        let mut outer = SourceMap::over(map);
        // " b " becomes "<>".
        outer.instead(4, 4..7);
        outer.text(6, 7);
        let changed = "a é<>é c";
        let place = |needle: &str| {
            let at = changed.rfind(needle).expect("there");
            text.get(outer.span(at..at + needle.len()).range()).expect("in the text")
        };
        assert_eq!((place("<"), place("é"), place("c")), (" b ", "Ã©", "c"));
    }
}
