//! A memory that forgets what two editions in a row didn't use.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by what they were made from. Only looked up, never listed, so that
/// its order shows nowhere; never locked while a value is made.
pub struct Rounds<K, V> {
    /// Each with the round that it was last used in.
    known: Mutex<HashMap<K, (usize, V)>>,
    round: AtomicUsize,
}

impl<K, V> Default for Rounds<K, V> {
    fn default() -> Self {
        Self { known: Mutex::default(), round: AtomicUsize::default() }
    }
}

impl<K: Hash + Eq, V: Clone> Rounds<K, V> {
    /// What is known.
    pub fn get(&self, key: &K) -> Option<V> {
        let round = self.round.load(Ordering::Relaxed);
        let mut known = self.lock();
        let (used, value) = known.get_mut(key)?;
        *used = round;
        Some(value.clone())
    }

    /// Remembers a value.
    pub fn put(&self, key: K, value: V) {
        let round = self.round.load(Ordering::Relaxed);
        self.lock().insert(key, (round, value));
    }

    /// Ends a round: what was not used in it is forgotten.
    pub fn next(&self) {
        let round = self.round.fetch_add(1, Ordering::Relaxed);
        self.lock().retain(|_, (used, _)| *used >= round);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (usize, V)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_round_does_not_use_is_forgotten_when_it_ends() {
        let rounds = Rounds::default();
        rounds.put("a", 1);
        rounds.put("b", 2);
        rounds.next();
        assert_eq!((rounds.get(&"a"), rounds.get(&"c")), (Some(1), None));
        rounds.next();
        assert_eq!((rounds.get(&"a"), rounds.get(&"b")), (Some(1), None));
    }
}
