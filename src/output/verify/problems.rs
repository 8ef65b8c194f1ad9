//! What is wrong with an edition, and how much of it is said.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// What is wrong with an edition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Problem {
    /// What kind of thing is wrong.
    pub kind: Fault,
    /// The file, by its path in the edition's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Kinds of things that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A list or the record can't be read, or makes no sense.
    Unreadable,
    /// A file that a list names is not there.
    Missing,
    /// A file has another size or other bytes than a list says.
    Changed,
    /// A file is in no list, or not in one that has to list it.
    Unlisted,
    /// A list names a file outside the edition's folder.
    Outside,
    /// A link of the chain is broken.
    Link,
    /// Another `edition.json` with the same identifier has other bytes.
    Twice,
    /// A file that was built again differs, or could not be built.
    Rebuilt,
}

impl Problem {
    /// A problem with a file.
    pub fn of(kind: Fault, file: &str, message: impl Into<String>) -> Self {
        Self { kind, file: Some(file.to_owned()), message: message.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// How many problems of a kind are kept: a list of an edition may have any
/// number of lines.
const MOST: usize = 50;

/// Problems as they are found, of each kind no more than [`MOST`].
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    counts: BTreeMap<Fault, usize>,
}

impl Problems {
    /// Keeps a problem, or only counts it.
    pub fn push(&mut self, problem: Problem) {
        let count = self.counts.entry(problem.kind).or_default();
        *count += 1;
        if *count <= MOST {
            self.list.push(problem);
        }
    }

    /// Those that were kept, sorted, and the number of the others.
    pub fn finish(mut self) -> (Vec<Problem>, usize) {
        self.list.sort();
        let all: usize = self.counts.values().sum();
        let more = all - self.list.len();
        (self.list, more)
    }
}
