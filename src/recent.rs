//! What is remembered from one edition to the next, by a hash of everything
//! that it depends on. What none of the last editions had use for is
//! forgotten, so that memory does not grow with their number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// The hash of some parts, each with its length, so that no two lists of parts
/// are told by the same stream.
pub(crate) fn hash<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Values by hash, a SHA-256 unless another is named. The lock is never held
/// while anything is made.
#[derive(Debug)]
pub(crate) struct Recent<V, K = Hash>(Mutex<State<V, K>>);

#[derive(Debug)]
struct State<V, K> {
    /// How many editions have begun.
    edition: u64,
    /// Only looked up by key, and forgotten from, so its order shows nowhere.
    entries: HashMap<K, Vec<Entry<V>>>,
}

#[derive(Debug)]
struct Entry<V> {
    /// The edition that used it last.
    used: u64,
    value: Arc<V>,
}

impl<V, K> Default for Recent<V, K> {
    fn default() -> Self {
        Self(Mutex::new(State { edition: 0, entries: HashMap::new() }))
    }
}

impl<V, K: Eq + std::hash::Hash> Recent<V, K> {
    fn state(&self) -> MutexGuard<'_, State<V, K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another edition begins: what none of the last `kept` used is forgotten.
    pub(crate) fn begin(&self, kept: u64) {
        let forgotten: Vec<Entry<V>> = {
            let mut state = self.state();
            state.edition += 1;
            let edition = state.edition;
            let mut forgotten = Vec::new();
            state.entries.retain(|_, entries| {
                forgotten.extend(entries.extract_if(.., |entry| entry.used + kept < edition));
                !entries.is_empty()
            });
            forgotten
        };
        // Trees are dropped once the lock is free.
        drop(forgotten);
    }

    /// The value of a hash that a condition holds for.
    pub(crate) fn find(&self, hash: &K, holds: impl Fn(&V) -> bool) -> Option<Arc<V>> {
        let entries =
            self.state().entries.get(hash)?.iter().map(|e| Arc::clone(&e.value)).collect::<Vec<_>>();
        let found = entries.into_iter().find(|value| holds(value))?;
        let mut state = self.state();
        let edition = state.edition;
        let mut entries = state.entries.get_mut(hash).into_iter().flatten();
        if let Some(entry) = entries.find(|entry| Arc::ptr_eq(&entry.value, &found)) {
            entry.used = edition;
        }
        Some(found)
    }

    /// The value of a hash.
    pub(crate) fn get(&self, hash: &K) -> Option<Arc<V>> {
        self.find(hash, |_| true)
    }

    /// Remembers a value. There may be several of a hash, told apart by what
    /// [`find`](Self::find) asks of them.
    pub(crate) fn put(&self, hash: K, value: Arc<V>) {
        let mut state = self.state();
        let used = state.edition;
        state.entries.entry(hash).or_default().push(Entry { used, value });
    }

    /// How many values are remembered.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.state().entries.values().map(Vec::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        let of = |parts: &[&str]| hash(parts.iter().map(|part| part.as_bytes()));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    }

    #[test]
    fn what_an_edition_had_no_use_for_is_forgotten_when_the_next_begins() {
        let recent = Recent::default();
        recent.begin(1);
        recent.put([1; 32], Arc::new('a'));
        recent.put([2; 32], Arc::new('b'));
        recent.put([2; 32], Arc::new('c'));
        for edition in 2..6 {
            recent.begin(1);
            assert!(recent.get(&[1; 32]).is_some(), "used by each");
            assert_eq!(recent.len(), if edition < 3 { 3 } else { 1 }, "in edition {edition}");
        }
        assert_eq!(recent.get(&[2; 32]), None);
        assert_eq!(recent.find(&[1; 32], |value| *value == 'x'), None);
        assert_eq!(recent.find(&[1; 32], |value| *value == 'a').as_deref(), Some(&'a'));
    }
}
