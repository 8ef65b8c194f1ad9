//! Which chapters kept their order.

/// For each of a list of different numbers, whether it is part of one longest
/// run of numbers that rise, not necessarily side by side: the chapters that
/// need not move for the others to be in order.
pub(super) fn rising(numbers: &[usize]) -> Vec<bool> {
    // The places of the numbers that end the best runs of each length.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; numbers.len()];
    let number = |place: usize| numbers.get(place).copied().unwrap_or(usize::MAX);
    for (place, &this) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| number(end) < this);
        if let Some(slot) = before.get_mut(place) {
            *slot = length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied());
        }
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut stays = vec![false; numbers.len()];
    let mut at = ends.last().copied();
    while let Some(place) = at {
        if let Some(stay) = stays.get_mut(place) {
            *stay = true;
        }
        at = before.get(place).copied().flatten();
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_are_left_out() {
        let left_out = |numbers: &[usize]| -> Vec<usize> {
            let stays = rising(numbers);
            numbers.iter().zip(stays).filter(|(_, stays)| !stays).map(|(n, _)| *n).collect()
        };
        assert_eq!(left_out(&[]), [0; 0]);
        assert_eq!(left_out(&[0, 1, 5, 9]), [0; 0]);
        assert_eq!(left_out(&[4, 0, 1, 2, 3]), [4]);
        assert_eq!(left_out(&[3, 4, 0, 1, 2]), [3, 4]);
        assert_eq!(left_out(&[0, 3, 2, 1, 4]).len(), 2);
    }
}
