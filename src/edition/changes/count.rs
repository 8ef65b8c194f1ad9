//! How many words of one text are in another, in the same order.

use std::collections::HashMap;

/// The most comparisons of words, one text's length times the other's, that
/// are made for two chapters once what they begin and end with is set aside:
/// two chapters of 92,000 words with nothing in common at either end.
const MOST: usize = 1 << 33;

/// The length of the longest common subsequence of two texts: the words that
/// are kept when one becomes the other with as few words added and removed as
/// can be. Where the texts are too long for that ([`MOST`]), the words that
/// both have, in any order; a limit of size and not of time, so that the same
/// texts always give the same number.
pub(super) fn kept(a: &[u64], b: &[u64]) -> usize {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(..a.len() - end).unwrap_or_default(), b.get(..b.len() - end).unwrap_or_default());
    let middle = if a.len().saturating_mul(b.len()) <= MOST { subsequence(a, b) } else { shared(a, b) };
    start + middle + end
}

/// The words that both have, each as often as both have it.
fn shared(a: &[u64], b: &[u64]) -> usize {
    let mut left: HashMap<u64, usize> = HashMap::new();
    for word in a {
        *left.entry(*word).or_default() += 1;
    }
    let take = |word: &&u64| match left.get_mut(word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        Some(_) | None => false,
    };
    b.iter().filter(take).count()
}

/// The longest common subsequence by rows of bits (Hyyrö, "Bit-parallel LCS-length
/// computation revisited", 2004): a bit for each word of `a`, a step for each
/// word of `b`, in which only those parts of the row are touched where that
/// word stands in `a` or a carry runs through.
fn subsequence(a: &[u64], b: &[u64]) -> usize {
    // For each word of `a`, the parts of a row where it stands, with its bits.
    let mut places: HashMap<u64, Vec<(usize, u64)>> = HashMap::new();
    for (at, word) in a.iter().enumerate() {
        let parts = places.entry(*word).or_default();
        let (part, bit) = (at / 64, 1 << (at % 64));
        match parts.last_mut() {
            Some((last, bits)) if *last == part => *bits |= bit,
            Some(_) | None => parts.push((part, bit)),
        }
    }
    let mut row = vec![u64::MAX; a.len().div_ceil(64)];
    for word in b {
        let Some(parts) = places.get(word) else { continue };
        let mut parts = parts.iter().copied().peekable();
        let mut carry = false;
        let mut at = 0;
        while let Some(next) = if carry { Some(at) } else { parts.peek().map(|(part, _)| *part) } {
            let Some(bits) = row.get_mut(next) else { break };
            let here = parts.next_if(|(part, _)| *part == next).map_or(0, |(_, bits)| bits);
            let (sum, first) = bits.overflowing_add(*bits & here);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *bits = sum | (*bits & !here);
            carry = first || second;
            at = next + 1;
        }
    }
    // What is behind the last word stays set: no bit of any word is there.
    row.iter().map(|bits| bits.count_zeros() as usize).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By the book, in quadratic space.
    fn slow(a: &[u64], b: &[u64]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                table[i + 1][j + 1] =
                    if x == y { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_fast_way_gives_what_the_slow_one_gives(
            a in proptest::collection::vec(0u64..6, 0..300),
            b in proptest::collection::vec(0u64..6, 0..300),
        ) {
            prop_assert_eq!(kept(&a, &b), slow(&a, &b));
            prop_assert_eq!(subsequence(&a, &b), slow(&a, &b));
            prop_assert!(shared(&a, &b) >= slow(&a, &b));
        }
    }

    #[test]
    fn texts_too_long_are_compared_as_bags_of_words() {
        let (a, b): (Vec<u64>, Vec<u64>) = ((0..100_000).collect(), (0..100_000).rev().collect());
        assert_eq!(kept(&a, &b), 100_000);
        assert_eq!(kept(&a[..1000], &b[99_000..]), 1);
        assert_eq!(shared(&[1, 1, 2], &[2, 1, 3, 1, 1]), 3);
    }
}
