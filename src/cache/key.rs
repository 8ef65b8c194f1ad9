//! Keys: the SHA-256 of everything that what is kept depends on.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::paths;

/// This very build of Bindery: a hash of its sources, templates, fonts and the
/// versions of all crates (`build.rs`). The version alone would not do while
/// Bindery is worked on.
pub const BUILD: &str = env!("BINDERY_BUILD");

/// A key, in lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for Key {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key is made of: values by name, in the order in which they are
/// given. Names and values stand behind their lengths, so that no two lists of
/// parts give the same bytes.
#[derive(Debug, Clone)]
pub struct Parts(Sha256);

impl Parts {
    /// The parts of a kind of thing, as this build makes it.
    pub fn new(kind: &str) -> Self {
        Self::of_build(BUILD, kind)
    }

    fn of_build(build: &str, kind: &str) -> Self {
        Self(Sha256::new()).with("build", build).with("kind", kind)
    }

    /// Adds a value.
    pub fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        for bytes in [name.as_bytes(), value.as_ref()] {
            self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            self.0.update(bytes);
        }
    }

    /// The same.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.add(name, value);
        self
    }

    /// Adds a value that may be missing, which is another thing than an empty one.
    pub fn add_some(&mut self, name: &str, value: Option<impl AsRef<[u8]>>) {
        match value {
            Some(value) => self.add(name, value),
            None => self.add("none", name),
        }
    }

    /// Adds values behind their number.
    pub fn add_all<T: AsRef<[u8]>>(&mut self, name: &str, values: &[T]) {
        self.add(name, values.len().to_string());
        values.iter().for_each(|value| self.add("", value));
    }

    /// The key.
    pub fn finish(self) -> Key {
        Key(paths::hex(&self.0.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_lists_of_parts_have_one_key() {
        let new = || Parts::of_build("b", "k");
        let mut lists = vec![
            new(),
            Parts::of_build("b2", "k"),
            Parts::of_build("b", "k2"),
            Parts::of_build("bk", ""),
            new().with("a", ""),
            new().with("", "a"),
            new().with("a", "b"),
            new().with("ab", ""),
            new().with("a", "").with("b", ""),
            new().with("a", "b").with("", ""),
        ];
        let with = |add: fn(&mut Parts)| {
            let mut parts = new();
            add(&mut parts);
            parts
        };
        lists.push(with(|p| p.add_some("a", None::<&str>)));
        lists.push(with(|p| p.add_all::<&str>("a", &[])));
        lists.push(with(|p| p.add_all("a", &["b", "c"])));
        lists.push(with(|p| p.add_all("a", &["bc"])));
        lists.push(with(|p| p.add_all("a", &["b", "", "c"])));
        let count = lists.len();
        let keys: std::collections::BTreeSet<Key> = lists.into_iter().map(Parts::finish).collect();
        assert_eq!(keys.len(), count);
        assert!(keys.iter().all(|key| key.as_str().len() == 64));
        assert_eq!(new().with("a", "b").finish(), with(|p| p.add_some("a", Some("b"))).finish());
    }
}
