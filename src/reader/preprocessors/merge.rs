//! Finding the author's lines in a text that a program gave back, so that
//! places still lead to them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::source_map::{Expanded, SourceMap};

/// The new text with a map that leads, through the old one's, to the author's
/// file: lines that stayed to themselves, others to what they replaced.
pub(super) fn merged(old: &Expanded, new: String) -> Expanded {
    let before = lines(&old.text);
    let after = lines(&new);
    let pairs = paired(&before, &after);
    let mut map = SourceMap::over(old.map.clone());
    let mut next_old = 0;
    for (i, line) in after.iter().enumerate() {
        if let Some(from) = pairs.get(i).copied().flatten().and_then(|at| before.get(at)) {
            map.text(line.0.start, from.0.start);
            next_old = from.0.end;
            continue;
        }
        let end = pairs.iter().skip(i).flatten().next().and_then(|at| before.get(*at));
        let end = end.map_or(old.text.len(), |line| line.0.start);
        map.make(line.0.start, next_old..end.max(next_old));
    }
    if after.is_empty() {
        map.make(0, 0..old.text.len());
    }
    Expanded { text: new, map }
}

type Line<'t> = (Range<usize>, &'t str);

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            (start..at, line.trim_end_matches(['\n', '\r']))
        })
        .collect()
}

/// For each new line the old one that it is, in rising order: those at both
/// ends, those that occur once in each text, and their neighbours.
fn paired(before: &[Line], after: &[Line]) -> Vec<Option<usize>> {
    let same = |(a, b): &(&Line, &Line)| a.1 == b.1;
    let head = before.iter().zip(after).take_while(same).count();
    let most = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(most).take_while(same).count();
    let mut pairs = vec![None; after.len()];
    for (i, pair) in pairs.iter_mut().enumerate() {
        if i < head {
            *pair = Some(i);
        } else if i >= after.len() - tail {
            *pair = Some(before.len() - (after.len() - i));
        }
    }
    let (old_range, new_range) = (head..before.len() - tail, head..after.len() - tail);
    for (old, new) in rising(&once(before, &old_range), &once(after, &new_range)) {
        if let Some(pair) = pairs.get_mut(new) {
            *pair = Some(old);
        }
    }
    spread(before, after, &mut pairs);
    pairs
}

/// The lines that occur once in a range, and where.
fn once<'t>(all: &[Line<'t>], range: &Range<usize>) -> BTreeMap<&'t str, usize> {
    let mut seen: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (i, (_, line)) in all.iter().enumerate().take(range.end).skip(range.start) {
        seen.entry(line).and_modify(|at| *at = None).or_insert(Some(i));
    }
    seen.into_iter().filter_map(|(line, at)| Some((line, at?))).collect()
}

/// The longest run of common lines that rises in both texts.
fn rising(old: &BTreeMap<&str, usize>, new: &BTreeMap<&str, usize>) -> Vec<(usize, usize)> {
    let mut common: Vec<(usize, usize)> =
        new.iter().filter_map(|(line, at)| Some((*at, *old.get(line)?))).collect();
    common.sort_unstable();
    // The last pair of the best run of each length, and each pair's forerunner.
    let mut best: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::new();
    for (i, (_, old)) in common.iter().enumerate() {
        let length = best.partition_point(|j| common.get(*j).is_some_and(|(_, other)| other < old));
        before.push(length.checked_sub(1).and_then(|l| best.get(l).copied()));
        match best.get_mut(length) {
            Some(place) => *place = i,
            None => best.push(i),
        }
    }
    let mut out = Vec::new();
    let mut at = best.last().copied();
    while let Some((new, old)) = at.and_then(|i| common.get(i)) {
        out.push((*old, *new));
        at = at.and_then(|i| before.get(i).copied().flatten());
    }
    out.reverse();
    out
}

/// Takes in equal lines next to paired ones.
fn spread(before: &[Line], after: &[Line], pairs: &mut [Option<usize>]) {
    let equal = |old: usize, new: usize| match (before.get(old), after.get(new)) {
        (Some(a), Some(b)) => a.1 == b.1,
        (_, _) => false,
    };
    let mut taken = None;
    for new in 0..pairs.len() {
        match (pairs.get(new).copied().flatten(), taken) {
            (Some(old), _) => taken = Some(old),
            (None, Some(last)) => {
                let limit = pairs.iter().skip(new).flatten().next().copied().unwrap_or(before.len());
                if last + 1 < limit && equal(last + 1, new) {
                    if let Some(pair) = pairs.get_mut(new) {
                        *pair = Some(last + 1);
                    }
                    taken = Some(last + 1);
                }
            }
            (None, None) => {}
        }
    }
    let mut taken: Option<usize> = None;
    for new in (0..pairs.len()).rev() {
        match (pairs.get(new).copied().flatten(), taken) {
            (Some(old), _) => taken = Some(old),
            (None, Some(next)) => {
                let limit = pairs.iter().take(new).rev().flatten().next().copied();
                let Some(old) = next.checked_sub(1) else { continue };
                if limit.is_none_or(|limit| old > limit) && equal(old, new) {
                    if let Some(pair) = pairs.get_mut(new) {
                        *pair = Some(old);
                    }
                    taken = Some(old);
                }
            }
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::source_map::SourceMap;
    use super::*;
    use crate::span::FileId;

    /// Each new line with the author's text that it leads to.
    fn run(old: &str, new: &str) -> Vec<(String, String)> {
        let source = Expanded { text: old.to_owned(), map: SourceMap::identity(FileId(0)) };
        let out = merged(&source, new.to_owned());
        lines(new)
            .into_iter()
            .map(|(range, line)| {
                let end = range.end - usize::from(new[range.clone()].ends_with('\n'));
                (line.to_owned(), old[out.map.span(range.start..end).range()].to_owned())
            })
            .collect()
    }

    #[test]
    fn lines_that_stayed_lead_to_themselves() {
        let shown =
            run("# A\n\none\n\ntwo\nthree\n\nfour\n", "new\n# A\n\none\n\nTWO\n2\nthree\n\nfour\nend\n");
        for (line, place) in &shown {
            let expected = match line.as_str() {
                "TWO" | "2" => "two\n",
                "new" | "end" => "",
                line => line,
            };
            assert_eq!(place, expected, "{line}");
        }
    }

    #[test]
    fn any_two_texts_can_be_paired() {
        for (old, new) in
            [("", "a\n"), ("a\n", ""), ("a\na\na\n", "a\nb\na\n"), ("a\nb\nc", "c\nb\na"), ("x", "x\n")]
        {
            run(old, new);
        }
        assert_eq!(run("a\nb\nc\n", "c\nb\nb\n").len(), 3);
    }
}
