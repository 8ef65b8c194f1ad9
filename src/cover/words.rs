//! Lines: text broken so that it fits, as large as may be, and in lines of
//! about one length.

use unicode_segmentation::UnicodeSegmentation;

use super::letters::{Letters, Style};

/// Text in lines, of a size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    pub(super) lines: Vec<String>,
    /// The type size.
    pub(super) size: f64,
}

/// What a text may take up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room<'s> {
    /// The length of a line.
    pub(super) measure: f64,
    /// Sizes to try, the largest first, and how many lines each may take.
    pub(super) sizes: &'s [(f64, usize)],
}

/// A part of a text that no line breaks.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    /// In em.
    width: f64,
    /// The width of the space before it: none where it joins the word before.
    space: f64,
}

/// Breaks text into lines of the largest size at which it fits; at the smallest
/// one whatever is too much is cut off.
pub(super) fn fit(letters: &Letters, text: &str, style: Style, room: Room) -> Lines {
    let words = words(letters, text, style);
    for (index, &(size, most)) in room.sizes.iter().enumerate() {
        let measure = room.measure / size;
        let long = words.iter().any(|word| word.width > measure);
        // From the middle on, long words are parted rather than all made smaller.
        if long && index < room.sizes.len() / 2 {
            continue;
        }
        let parts = if long { Some(all_parted(letters, &words, style, measure)) } else { None };
        let words = parts.as_deref().unwrap_or(&words);
        let count = greedy(words, measure).len();
        if count > most {
            continue;
        }
        let lines = balanced(words, measure, count);
        let smaller = index + 1 < room.sizes.len() / 2;
        if !(smaller && is_lonely(letters, &lines, style)) {
            return Lines { lines, size };
        }
    }
    let (size, most) = room.sizes.last().copied().unwrap_or((1.0, 1));
    let measure = room.measure / size;
    let words = all_parted(letters, &words, style, measure);
    let mut lines = greedy(&words, measure);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && letters.width(&format!("{last}…"), style) > measure {
                let end = last.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                last.truncate(end);
                last.truncate(last.trim_end().len());
            }
            last.push('…');
        }
    }
    Lines { lines, size }
}

/// As many words in each line as it takes.
fn greedy(words: &[Word], measure: f64) -> Vec<String> {
    let mut lines: Vec<(String, f64)> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some((line, width)) if *width + word.space + word.width <= measure => {
                if word.space > 0.0 {
                    line.push(' ');
                }
                line.push_str(&word.text);
                *width += word.space + word.width;
            }
            Some(_) | None => lines.push((word.text.clone(), word.width)),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// The same number of lines at the shortest measure that gives it.
fn balanced(words: &[Word], measure: f64, count: usize) -> Vec<String> {
    let (mut low, mut high) = (words.iter().map(|word| word.width).fold(0.0, f64::max), measure);
    for _ in 0..12 {
        let middle = (low + high) / 2.0;
        if greedy(words, middle).len() <= count {
            high = middle;
        } else {
            low = middle;
        }
    }
    greedy(words, high)
}

/// Whether the last line is a scrap below a longer one.
fn is_lonely(letters: &Letters, lines: &[String], style: Style) -> bool {
    let widths = lines.iter().map(|line| letters.width(line, style));
    match lines {
        [_, .., last] => letters.width(last, style) < 0.3 * widths.fold(0.0, f64::max),
        [] | [_] => false,
    }
}

/// Words of which none is longer than a line.
fn all_parted(letters: &Letters, words: &[Word], style: Style, measure: f64) -> Vec<Word> {
    words.iter().flat_map(|word| parted(letters, word, style, measure)).collect()
}

/// A word that is longer than a line, in parts that are not.
fn parted(letters: &Letters, word: &Word, style: Style, measure: f64) -> Vec<Word> {
    if word.width <= measure {
        return vec![word.clone()];
    }
    let mut parts: Vec<Word> = Vec::new();
    for cluster in word.text.graphemes(true) {
        let width = letters.width(cluster, style);
        match parts.last_mut() {
            Some(part) if part.width + width <= measure => {
                part.text.push_str(cluster);
                part.width += width;
            }
            Some(_) => parts.push(Word { text: cluster.to_owned(), width, space: 0.0 }),
            None => parts.push(Word { text: cluster.to_owned(), width, space: word.space }),
        }
    }
    parts
}

/// The words of a text: at spaces, behind hyphens and strokes, and between
/// characters of scripts that have no spaces.
fn words(letters: &Letters, text: &str, style: Style) -> Vec<Word> {
    let between = letters.width(" ", style);
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let mut space = between;
        let mut part = String::new();
        let mut clusters = word.graphemes(true).peekable();
        while let Some(cluster) = clusters.next() {
            part.push_str(cluster);
            let next = clusters.peek().copied();
            if next.is_none_or(|next| may_part(cluster, next, part.len() > cluster.len())) {
                let width = letters.width(&part, style);
                out.push(Word { text: std::mem::take(&mut part), width, space });
                space = 0.0;
            }
        }
    }
    out
}

/// Whether a line may end between two grapheme clusters. `longer`: more stands
/// before the first one.
fn may_part(before: &str, after: &str, longer: bool) -> bool {
    let (Some(a), Some(b)) = (before.chars().next(), after.chars().next()) else { return false };
    let opens = |c| "「『（【《〈〔［｛“‘(".contains(c);
    let closes = |c| "」』）】》〉〕］｝”’)、。，．：；！？・ー々…".contains(c);
    if is_wide(a) || is_wide(b) {
        return !opens(a) && !closes(b);
    }
    longer && matches!(a, '-' | '‐' | '–' | '—' | '/' | '_') && b.is_alphanumeric()
}

/// Whether a character is of a script whose lines may end at any place.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, measure: f64, sizes: &[(f64, usize)]) -> Lines {
        fit(&Letters::new(&[], false), text, Style::Regular, Room { measure, sizes })
    }

    #[test]
    fn the_largest_size_that_fits_is_taken_and_lines_are_of_one_length() {
        let fitted = lines("one two three four", 100.0, &[(60.0, 2), (20.0, 2), (10.0, 2)]);
        assert_eq!(fitted, Lines { lines: vec!["one two".to_owned(), "three four".to_owned()], size: 20.0 });
        assert_eq!(lines("one", 100.0, &[(20.0, 2)]).lines, ["one"]);
        assert_eq!(lines("", 100.0, &[(20.0, 2)]).lines, [""; 0]);
    }

    #[test]
    fn what_does_not_fit_is_parted_and_cut_off() {
        let fitted = lines(&"abcdefgh".repeat(20), 100.0, &[(20.0, 2)]);
        assert_eq!(fitted.lines.len(), 2);
        assert!(fitted.lines[1].ends_with('…'), "{fitted:?}");
        let letters = Letters::new(&[], false);
        assert!(fitted.lines.iter().all(|line| letters.width(line, Style::Regular) <= 5.001), "{fitted:?}");
    }

    #[test]
    fn lines_end_behind_hyphens_and_between_characters_without_spaces() {
        let parts = |text: &str| {
            words(&Letters::new(&[], false), text, Style::Regular)
                .into_iter()
                .map(|w| w.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(parts("wg-async and/or -x 3-4"), ["wg-", "async", "and/", "or", "-x", "3-", "4"]);
        assert_eq!(parts("「中文」。abc"), ["「中", "文」。", "abc"]);
    }
}
