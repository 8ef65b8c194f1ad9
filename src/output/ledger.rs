//! The ledger as `edition.json` holds it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::Role;
use crate::document::ledger::{Account, Fault, Key, Ledger};
use crate::tally::{Count, Flow};

/// What was read against what is written: the whole, and each chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LedgerRecord {
    /// Whether everything is accounted for.
    pub balanced: bool,
    /// The sum of the document's own chapters, without what is said about the edition.
    pub total: AccountRecord,
    /// The chapters, in the order of the book.
    pub chapters: Vec<ChapterRecord>,
}

/// The account of a chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ChapterRecord {
    /// Its path inside the book's source folder.
    pub chapter: String,
    /// Whether everything is accounted for.
    pub balanced: bool,
    /// What was read and written.
    #[serde(flatten)]
    pub account: AccountRecord,
    /// What nothing accounts for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unexplained: Vec<FaultRecord>,
}

/// What was read, left out, put in and written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AccountRecord {
    /// What the parser gave.
    pub read: CountRecord,
    /// What is not written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<EntryRecord>,
    /// What was not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put_in: Vec<EntryRecord>,
    /// What each format holds.
    pub written: BTreeMap<String, CountRecord>,
}

/// How much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountRecord {
    /// Events of the parser.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub events: usize,
    /// Blocks begun.
    pub blocks: usize,
    /// Inlines begun.
    pub inlines: usize,
    /// Words.
    pub words: usize,
    /// Characters other than white space.
    pub characters: usize,
    /// Such characters of images' alternative texts, which are not among the others.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub alternative: usize,
}

/// What was left out or put in for a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryRecord {
    /// A diagnostic's code or a rule.
    pub reason: String,
    /// The format, if it is not both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Words.
    pub words: usize,
    /// Characters other than white space.
    pub characters: usize,
    /// Such characters of images' alternative texts, which are not among the others.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub alternative: usize,
}

/// What nothing accounts for: a fault in Bindery.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaultRecord {
    /// Who made it.
    pub stage: String,
    /// Characters: more than zero are missing, fewer are too many.
    pub characters: i64,
    /// Characters of alternative texts, likewise.
    pub alternative: i64,
    /// The first words that differ.
    pub words: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl LedgerRecord {
    /// The record of a book's ledger.
    pub fn of(ledger: &Ledger) -> Self {
        let mut read = Count::default();
        let mut entries: BTreeMap<Key, Count> = BTreeMap::new();
        let mut written: BTreeMap<&'static str, Count> = BTreeMap::new();
        for account in ledger.accounts().iter().filter(|account| account.role == Role::Text) {
            read += account.read;
            account.entries.iter().for_each(|(key, count)| *entries.entry(*key).or_default() += *count);
            account.written.iter().for_each(|(key, count)| *written.entry(key).or_default() += *count);
        }
        Self {
            balanced: ledger.balanced(),
            total: AccountRecord::of(read, &entries, &written),
            chapters: ledger.accounts().iter().map(ChapterRecord::of).collect(),
        }
    }
}

impl ChapterRecord {
    fn of(account: &Account) -> Self {
        Self {
            chapter: account.chapter.clone(),
            balanced: account.balanced(),
            account: AccountRecord::of(account.read, &account.entries, &account.written),
            unexplained: account.faults.iter().map(FaultRecord::of).collect(),
        }
    }
}

impl AccountRecord {
    fn of(read: Count, entries: &BTreeMap<Key, Count>, written: &BTreeMap<&'static str, Count>) -> Self {
        let flow = |flow: Flow| {
            let entries = entries.iter().filter(|(key, _)| key.flow == flow);
            entries.map(|(key, count)| EntryRecord::of(*key, *count)).collect()
        };
        Self {
            read: CountRecord::of(read),
            left_out: flow(Flow::LeftOut),
            put_in: flow(Flow::PutIn),
            written: written.iter().map(|(f, count)| ((*f).to_owned(), CountRecord::of(*count))).collect(),
        }
    }
}

impl CountRecord {
    fn of(count: Count) -> Self {
        Self {
            events: count.events,
            blocks: count.blocks,
            inlines: count.inlines,
            words: count.text.words,
            characters: count.text.characters,
            alternative: count.alternative.characters,
        }
    }
}

impl EntryRecord {
    fn of(key: Key, count: Count) -> Self {
        Self {
            reason: key.reason.to_owned(),
            format: key.format.map(str::to_owned),
            words: count.text.words,
            characters: count.text.characters,
            alternative: count.alternative.characters,
        }
    }
}

impl FaultRecord {
    fn of(fault: &Fault) -> Self {
        Self {
            stage: fault.stage.to_owned(),
            characters: fault.characters,
            alternative: fault.alternative,
            words: fault.words.clone(),
        }
    }
}
