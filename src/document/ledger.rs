//! The ledger: what was read against what is written, chapter by chapter.
//!
//! A reader counts what its parser gives it, independently of the tree that
//! it builds of it. From there on everything that changes the text must say
//! so: a [`Diagnostic`] carries the amount it accounts for
//! ([`losing`](Diagnostic::losing), [`adding`](Diagnostic::adding)), and a
//! rule that nobody needs to hear of sends one that only the ledger sees
//! ([`Diagnostic::rule`]). After each stage the tree is counted, or what a
//! writer wrote is; a difference that no entry accounts for is a [`Fault`] of
//! that stage, and afterwards counts as known, so that the next stage is not
//! blamed for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic};
use crate::document::{Book, Chapter, Role, count};
use crate::span::{FileId, Span};
use crate::tally::{Amount, Balance, Count, Entry, Flow, Rule, Tally, missing_words};

/// The name of the stage that makes the tree.
pub const READER: &str = "reader";

/// The name of the stage that sets pages.
pub const PAGES: &str = "layout";

/// How many words of a difference are named.
const NAMED: usize = 8;

/// The accounts of a book, in the order of its chapters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(Vec<Account>);

/// The account of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The chapter's key.
    pub chapter: String,
    /// Whether the chapter is the document's own.
    pub role: Role,
    /// The whole file.
    pub span: Span,
    /// What the parser gave.
    pub read: Count,
    /// What was left out and put in, by who did it and why.
    pub entries: BTreeMap<Key, Count>,
    /// What each format holds.
    pub written: BTreeMap<&'static str, Count>,
    /// What nothing accounts for.
    pub faults: Vec<Fault>,
    /// What the tree holds by now.
    tree: Tally,
}

/// What entries are added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The format that alone is concerned; none for what both formats share.
    pub format: Option<&'static str>,
    /// Which way it went.
    pub flow: Flow,
    /// A diagnostic's code or a rule.
    pub reason: &'static str,
}

/// A difference that nothing accounts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The reader, the transform or the writer that made it.
    pub stage: &'static str,
    /// The format, if a writer made it.
    pub format: Option<&'static str>,
    /// Characters of text: more than zero are missing, fewer are too many.
    pub characters: i64,
    /// Characters of alternative texts, likewise.
    pub alternative: i64,
    /// The first words that differ: `-word` is missing, `+word` too much.
    pub words: Vec<String>,
}

/// What a writer wrote of a chapter.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The chapter's key.
    pub chapter: String,
    /// What was written, counted there and not on the way to it.
    pub tally: Tally,
    /// What is to be seen of it on pages, if that is not the same.
    pub pages: Option<Tally>,
    /// What the writer left out and put in.
    pub entries: Vec<(&'static str, Entry)>,
}

/// Takes the entries out of the diagnostics from an index on, and those
/// diagnostics away that only the ledger was to see.
pub fn take(diagnostics: &mut Vec<Diagnostic>, from: usize) -> Vec<(&'static str, Entry)> {
    entries(diagnostics, from).into_iter().map(|(_, reason, entry)| (reason, entry)).collect()
}

fn entries(diagnostics: &mut Vec<Diagnostic>, from: usize) -> Vec<(Option<FileId>, &'static str, Entry)> {
    let mut taken = Vec::new();
    for diagnostic in diagnostics.iter_mut().skip(from) {
        let (file, reason) = (diagnostic.span.map(|span| span.file), diagnostic.reason());
        taken.extend(std::mem::take(&mut diagnostic.entries).into_iter().map(|entry| (file, reason, entry)));
    }
    diagnostics.retain(|d| d.rule.is_none());
    taken
}

impl Ledger {
    /// The accounts, in the order of the book.
    pub fn accounts(&self) -> &[Account] {
        &self.0
    }

    /// Opens the account of a chapter that was just read: what its parser
    /// gave, and the diagnostics from an index on.
    pub fn open(&mut self, chapter: &Chapter, read: Tally, diagnostics: &mut Vec<Diagnostic>, from: usize) {
        let mut account = Account::new(chapter, read);
        account.settle(READER, take(diagnostics, from), count::chapter(chapter));
        self.0.push(account);
    }

    /// Closes the accounts of chapters that are not bound.
    pub fn drop_accounts(&mut self, chapters: &BTreeSet<&str>) {
        self.0.retain(|account| !chapters.contains(account.chapter.as_str()));
    }

    /// Takes an account over that was opened elsewhere.
    pub fn add(&mut self, account: Account) {
        self.0.push(account);
    }

    /// The accounts, to go on with chapter by chapter.
    pub fn accounts_mut(&mut self) -> &mut [Account] {
        &mut self.0
    }

    /// The only account, of a ledger that has one.
    pub fn single(mut self) -> Option<Account> {
        self.0.pop().filter(|_| self.0.is_empty())
    }

    /// Opens the account of a chapter that nobody wrote: what it says of the
    /// edition is put in.
    pub fn own(&mut self, chapter: &Chapter) {
        let mut account = Account::new(chapter, Tally::default());
        let tree = count::chapter(chapter);
        let mut rule = vec![Diagnostic::rule(Rule::Edition).adding(&tree.text.to_string())];
        account.settle(READER, take(&mut rule, 0), tree);
        self.0.retain(|account| account.chapter != chapter.key);
        self.0.push(account);
    }

    /// Holds a transform to account: what the book holds now, and what the
    /// diagnostics from an index on say. Entries belong to the chapter in
    /// whose file their diagnostic is.
    pub fn after(
        &mut self,
        stage: &'static str,
        book: &Book,
        diagnostics: &mut Vec<Diagnostic>,
        from: usize,
    ) {
        let mut by_file: BTreeMap<Option<FileId>, Vec<(&'static str, Entry)>> = BTreeMap::new();
        for (file, reason, entry) in entries(diagnostics, from) {
            by_file.entry(file).or_default().push((reason, entry));
        }
        let mut chapters: BTreeMap<&str, &Chapter> = book.chapters().map(|c| (c.key.as_str(), c)).collect();
        for account in &mut self.0 {
            let entries = by_file.remove(&Some(account.span.file)).unwrap_or_default();
            let after = chapters.remove(account.chapter.as_str()).map(count::chapter).unwrap_or_default();
            account.settle(stage, entries, after);
        }
    }

    /// Holds a writer to account.
    pub fn wrote(&mut self, format: &'static str, written: Vec<Written>) {
        let mut written: BTreeMap<String, Written> =
            written.into_iter().map(|w| (w.chapter.clone(), w)).collect();
        for account in &mut self.0 {
            account.wrote(format, written.remove(&account.chapter).unwrap_or_default());
        }
    }

    /// Whether nothing is unaccounted for.
    pub fn balanced(&self) -> bool {
        self.0.iter().all(|account| account.faults.is_empty())
    }

    /// What there is to say: each fault.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let faults = self.0.iter().flat_map(|account| account.faults.iter().map(move |f| (account, f)));
        faults.map(|(account, fault)| fault.diagnostic(account)).collect()
    }
}

impl Account {
    fn new(chapter: &Chapter, read: Tally) -> Self {
        Self {
            chapter: chapter.key.clone(),
            role: chapter.role,
            span: chapter.span,
            read: read.count(),
            entries: BTreeMap::new(),
            written: BTreeMap::new(),
            faults: Vec::new(),
            tree: read,
        }
    }

    /// Whether nothing is unaccounted for.
    pub fn balanced(&self) -> bool {
        self.faults.is_empty()
    }

    /// What the chapter holds after the last transform.
    pub fn tree(&self) -> Count {
        self.tree.count()
    }

    /// Holds a pass over this chapter alone to account, as
    /// [`Ledger::after`] does one over all.
    pub fn after(
        &mut self,
        stage: &'static str,
        chapter: &Chapter,
        diagnostics: &mut Vec<Diagnostic>,
        from: usize,
    ) {
        let all = entries(diagnostics, from).into_iter();
        let own = all.filter(|(file, _, _)| *file == Some(self.span.file));
        let own = own.map(|(_, reason, entry)| (reason, entry)).collect();
        self.settle(stage, own, count::chapter(chapter));
    }

    /// Whoever changed the tree to `after` left out and put in `entries`.
    fn settle(&mut self, stage: &'static str, entries: Vec<(&'static str, Entry)>, after: Tally) {
        if entries.is_empty() && same(&self.tree, &after) {
            return;
        }
        self.faults.extend(difference(stage, None, &self.tree, &entries, &after));
        self.note(None, entries);
        self.tree = after;
    }

    fn wrote(&mut self, format: &'static str, written: Written) {
        let Written { chapter: _, tally, pages, entries } = written;
        self.faults.extend(difference(format, Some(format), &self.tree, &entries, &tally));
        if let Some(pages) = &pages {
            self.faults.extend(difference(PAGES, Some(format), &tally, &[], pages));
        }
        self.note(Some(format), entries);
        self.written.insert(format, pages.unwrap_or(tally).count());
    }

    fn note(&mut self, format: Option<&'static str>, entries: Vec<(&'static str, Entry)>) {
        for (reason, entry) in entries {
            let sum = self.entries.entry(Key { format, flow: entry.flow, reason }).or_default();
            sum.text += entry.text;
            sum.alternative += entry.alternative;
        }
    }
}

fn same(a: &Tally, b: &Tally) -> bool {
    a.text == b.text && a.alternative == b.alternative
}

/// What is between two counts and not in the entries.
fn difference(
    stage: &'static str,
    format: Option<&'static str>,
    before: &Tally,
    entries: &[(&'static str, Entry)],
    after: &Tally,
) -> Option<Fault> {
    if entries.is_empty() && same(before, after) {
        return None;
    }
    let open = |before: &str, after: &str, of: fn(&Entry) -> Amount| {
        let mut balance = Balance::default();
        balance.credit(Amount::of(before));
        for (_, entry) in entries {
            match entry.flow {
                Flow::LeftOut => balance.debit(of(entry)),
                Flow::PutIn => balance.credit(of(entry)),
            }
        }
        balance.debit(Amount::of(after));
        balance
    };
    let text = open(&before.text, &after.text, |e| e.text);
    let alternative = open(&before.alternative, &after.alternative, |e| e.alternative);
    if text.is_zero() && alternative.is_zero() {
        return None;
    }
    let mut words = Vec::new();
    for (balance, before, after) in
        [(text, &before.text, &after.text), (alternative, &before.alternative, &after.alternative)]
    {
        if !balance.is_zero() {
            let named = |sign: &str, words: Vec<&str>| -> Vec<String> {
                words
                    .into_iter()
                    .take(NAMED)
                    .map(|w| sign.chars().chain(w.chars().take(40)).collect())
                    .collect()
            };
            words.extend(named("-", missing_words(before, after)));
            words.extend(named("+", missing_words(after, before)));
        }
    }
    let (characters, alternative) = (text.characters, alternative.characters);
    Some(Fault { stage, format, characters, alternative, words })
}

impl Fault {
    /// The fault as it is said.
    fn diagnostic(&self, account: &Account) -> Diagnostic {
        let what = match (self.characters, self.alternative) {
            (0, 0) => "other characters came out than went in".to_owned(),
            (n, 0) => amount(n, "of the text"),
            (0, n) => amount(n, "of alternative texts"),
            (n, m) => format!("{}, {}", amount(n, "of the text"), amount(m, "of alternative texts")),
        };
        let message =
            format!("the ledger of `{}` does not balance after {}: {what}", account.chapter, self.stage);
        let start = Span { end: account.span.start, ..account.span };
        let hint = match self.words.as_slice() {
            [] => "this is a fault in Bindery; please report it with the chapter".to_owned(),
            words => {
                format!("this is a fault in Bindery; please report it; where it differs: {}", words.join(" "))
            }
        };
        Diagnostic::new(Code::LedgerUnbalanced, message).at(start).hint(hint)
    }
}

fn amount(n: i64, of: &str) -> String {
    let characters = n.unsigned_abs();
    let plural = if characters == 1 { "" } else { "s" };
    let how = if n > 0 { "missing" } else { "too many" };
    format!("{characters} character{plural} {of} {how}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str) -> Tally {
        Tally { text: text.to_owned(), ..Tally::default() }
    }

    fn account(text: &str) -> Account {
        Account {
            chapter: "a.md".to_owned(),
            role: Role::Text,
            span: Span::new(FileId(0), 0..10),
            read: tally(text).count(),
            entries: BTreeMap::new(),
            written: BTreeMap::new(),
            faults: Vec::new(),
            tree: tally(text),
        }
    }

    fn saying(diagnostics: Vec<Diagnostic>) -> Vec<(&'static str, Entry)> {
        let mut diagnostics = diagnostics;
        take(&mut diagnostics, 0)
    }

    #[test]
    fn a_loss_that_is_said_balances_and_one_that_is_not_is_named() {
        let mut account = account("the whole text");
        let said = Diagnostic::new(Code::HtmlDropped, "dropped").losing("whole");
        account.settle("links", saying(vec![said]), tally("text the"));
        assert!(account.balanced());
        account.settle("media", Vec::new(), tally("the"));
        let ledger = Ledger(vec![account]);
        assert!(!ledger.balanced());
        let said = ledger.diagnostics();
        let [fault] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!(
            fault.message,
            "the ledger of `a.md` does not balance after media: 4 characters of the text missing"
        );
        assert!(fault.hints.iter().all(|h| h.ends_with("where it differs: -text")), "{:?}", fault.hints);
    }

    #[test]
    fn a_fault_is_charged_to_the_stage_that_made_it_and_to_no_later_one() {
        let mut account = account("one two");
        account.settle("headings", Vec::new(), tally("one"));
        account.wrote("epub", Written { tally: tally("one"), ..Written::default() });
        account.wrote("pdf", Written { tally: tally("one three"), ..Written::default() });
        let stages: Vec<_> = account.faults.iter().map(|f| (f.stage, f.characters)).collect();
        assert_eq!(stages, [("headings", 3), ("pdf", -5)]);
    }

    #[test]
    fn a_format_that_was_not_written_has_lost_everything() {
        let mut ledger = Ledger(vec![account("one two")]);
        ledger.wrote("pdf", Vec::new());
        assert_eq!(ledger.accounts()[0].faults[0].characters, 6);
    }

    #[test]
    fn what_only_the_ledger_sees_is_taken_away() {
        let mut said = vec![
            Diagnostic::new(Code::HtmlDropped, "dropped").losing("a"),
            Diagnostic::rule(crate::tally::Rule::Comment).losing("bc"),
        ];
        let entries = take(&mut said, 0);
        assert_eq!(
            entries.iter().map(|(r, e)| (*r, e.text.characters)).collect::<Vec<_>>(),
            [("html-dropped", 1), ("comment", 2)]
        );
        assert_eq!(said.len(), 1);
        assert!(said[0].entries.is_empty());
    }
}
