//! Which chapters kept their order.

/// For each of a list of different numbers, whether it is part of the heaviest
/// run of numbers that rise, not necessarily side by side: the chapters that
/// need not move for the others to be in order. Those with `true` weigh more
/// than all others together.
pub(super) fn rising(numbers: &[(usize, bool)]) -> Vec<bool> {
    let weight = |heavy: bool| if heavy { numbers.len() + 1 } else { 1 };
    let size = numbers.iter().map(|(number, _)| number + 1).max().unwrap_or(0);
    let mut best = Best(vec![None; size + 1]);
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    let mut heaviest: Option<(usize, usize)> = None;
    for (place, &(number, heavy)) in numbers.iter().enumerate() {
        let below = best.below(number);
        let run = (below.map_or(0, |(weight, _)| weight) + weight(heavy), place);
        before.push(below.map(|(_, place)| place));
        best.add(number, run);
        heaviest = heavier(heaviest, Some(run));
    }
    let mut stays = vec![false; numbers.len()];
    let mut at = heaviest.map(|(_, place)| place);
    while let Some(place) = at {
        if let Some(stay) = stays.get_mut(place) {
            *stay = true;
        }
        at = before.get(place).copied().flatten();
    }
    stays
}

/// The heavier of two runs; of equal ones the first.
fn heavier(a: Option<(usize, usize)>, b: Option<(usize, usize)>) -> Option<(usize, usize)> {
    match (a, b) {
        (Some(a), Some(b)) if b.0 > a.0 => Some(b),
        (a, b) => a.or(b),
    }
}

/// For each number the heaviest run that ends with it, by weight and the place
/// of its last number: a binary indexed tree (Fenwick 1994) of maxima.
struct Best(Vec<Option<(usize, usize)>>);

impl Best {
    /// The heaviest run that ends below a number.
    fn below(&self, number: usize) -> Option<(usize, usize)> {
        let mut found = None;
        let mut at = number;
        while at > 0 {
            found = heavier(found, self.0.get(at).copied().flatten());
            at &= at - 1;
        }
        found
    }

    fn add(&mut self, number: usize, run: (usize, usize)) {
        let mut at = number + 1;
        while let Some(slot) = self.0.get_mut(at) {
            *slot = heavier(*slot, Some(run));
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(numbers: &[(usize, bool)]) -> Vec<usize> {
        let stays = rising(numbers);
        numbers.iter().zip(stays).filter(|(_, stays)| !stays).map(|((n, _), _)| *n).collect()
    }

    #[test]
    fn the_fewest_are_left_out() {
        let light =
            |numbers: &[usize]| left_out(&numbers.iter().map(|number| (*number, false)).collect::<Vec<_>>());
        assert_eq!(light(&[]), [0; 0]);
        assert_eq!(light(&[0, 1, 5, 9]), [0; 0]);
        assert_eq!(light(&[4, 0, 1, 2, 3]), [4]);
        assert_eq!(light(&[3, 4, 0, 1, 2]), [3, 4]);
        assert_eq!(light(&[0, 3, 2, 1, 4]).len(), 2);
    }

    #[test]
    fn but_rather_many_light_ones_than_a_heavy_one() {
        assert_eq!(left_out(&[(1, true), (0, false)]), [0]);
        assert_eq!(left_out(&[(1, false), (0, true)]), [1]);
        assert_eq!(left_out(&[(1, false), (2, false), (3, false), (0, true)]), [1, 2, 3]);
    }
}
