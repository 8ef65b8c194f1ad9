//! What holds for the chosen editions of any history, wrong clocks included.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use bindery::diag::{Code, Diagnostic, Result};
use bindery::edition::{Edition, Period, Selection, select};
use bindery::source::{EditionDate, FileTree, LivingDocument, MemoryTree, Revision, RevisionId};
use proptest::prelude::*;

/// A history of nothing but moments; the number of a commit is its hash.
struct Moments(Vec<i64>);

impl LivingDocument for Moments {
    fn name(&self) -> &str {
        "moments"
    }

    fn revisions(&self) -> Result<Vec<Revision>> {
        Ok((0..self.0.len()).map(|place| self.revision(place)).collect())
    }

    fn resolve(&self, name: &str) -> Result<Revision> {
        match name.parse::<usize>() {
            Ok(place) if place < self.0.len() => Ok(self.revision(place)),
            Ok(_) | Err(_) => Err(Box::new(Diagnostic::new(Code::RevisionUnknown, "no such moment"))),
        }
    }

    fn tree(&self, _: &Revision) -> Result<Box<dyn FileTree>> {
        Ok(Box::new(MemoryTree::default()))
    }
}

impl Moments {
    fn revision(&self, place: usize) -> Revision {
        let timestamp = self.0[place];
        let commit = format!("{place:040x}");
        Revision {
            id: RevisionId::Commit { commit, tree: String::new(), tags: Vec::new() },
            date: EditionDate::from_timestamp(timestamp),
            timestamp,
        }
    }
}

fn place(edition: &Edition) -> usize {
    usize::from_str_radix(edition.revision.commit().expect("a commit"), 16).expect("a number")
}

fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![Just(Period::Year), Just(Period::Quarter), Just(Period::Month)]
}

/// Moments of three years, a few of them equal; and of one day.
fn moments() -> impl Strategy<Value = Vec<i64>> {
    let years = prop::collection::vec(1_577_836_800..1_672_531_200_i64, 1..40);
    let days = prop::collection::vec((18_262..18_300_i64).prop_map(|day| day * 86_400), 1..40);
    prop_oneof![years, days]
}

/// The last of each period, found the slow way.
fn last_of_each(moments: &[i64], period: Period, until: Option<EditionDate>) -> BTreeMap<String, usize> {
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.retain(|&place| until.is_none_or(|until| moments[place] <= until.last_second()));
    order.sort_by_key(|&place| (moments[place], place));
    order.into_iter().map(|place| (period.of(EditionDate::from_timestamp(moments[place])), place)).collect()
}

fn check_order(editions: &[Edition]) {
    let order: Vec<_> = editions.iter().map(|e| (e.revision.timestamp, place(e))).collect();
    assert!(order.is_sorted() && order.windows(2).all(|pair| pair[0] != pair[1]), "{order:?}");
    let names: BTreeSet<&str> = editions.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names.len(), editions.len(), "names are distinct");
    for edition in editions {
        let date = edition.revision.date.to_string();
        let alone = editions.iter().filter(|e| e.revision.date == edition.revision.date).count() == 1;
        assert_eq!(edition.name == date, alone, "{}", edition.name);
        assert!(!edition.why.is_empty() && edition.name.starts_with(&date));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn each_period_has_its_last_revision(moments in moments(), period in periods()) {
        let head = moments.len() - 1;
        let mut expected = last_of_each(&moments, period, None);
        let running = expected.keys().next_back().expect("a period").clone();
        if period.of(EditionDate::from_timestamp(moments[head])) == running {
            expected.insert(running, head);
        }
        let selection = Selection { every: Some(period), ..Selection::default() };
        let editions = select(&Moments(moments.clone()), &selection).expect("editions").value;
        check_order(&editions);
        let places: BTreeSet<usize> = editions.iter().map(place).collect();
        prop_assert_eq!(&places, &expected.into_values().collect());

        let selection = Selection { latest: true, ..selection };
        let editions = select(&Moments(moments), &selection).expect("editions").value;
        check_order(&editions);
        let with_head: BTreeSet<usize> = editions.iter().map(place).collect();
        prop_assert_eq!(with_head, places.into_iter().chain([head]).collect());
    }

    #[test]
    fn histories_in_order_have_the_maximum_of_each_period(mut moments in moments(), period in periods()) {
        moments.sort_unstable();
        let expected: BTreeSet<usize> = last_of_each(&moments, period, None).into_values().collect();
        let selection = Selection { every: Some(period), latest: true, ..Selection::default() };
        let editions = select(&Moments(moments), &selection).expect("editions").value;
        let places: BTreeSet<usize> = editions.iter().map(place).collect();
        prop_assert_eq!(places, expected, "the latest is one of them");
    }

    #[test]
    fn an_end_makes_the_document_end_there(moments in moments(), period in periods(), day in 0..1100_i64) {
        let until = EditionDate::from_timestamp(1_577_836_800 + day * 86_400);
        let selection = Selection { every: Some(period), until: Some(until), latest: true, ..Selection::default() };
        let expected: BTreeSet<usize> = last_of_each(&moments, period, Some(until)).into_values().collect();
        match select(&Moments(moments.clone()), &selection) {
            Ok(chosen) => {
                check_order(&chosen.value);
                prop_assert_eq!(chosen.value.iter().map(place).collect::<BTreeSet<_>>(), expected);
                let at = Selection { at: vec![until.to_string()], ..Selection::default() };
                let at = select(&Moments(moments), &at).expect("one").value;
                prop_assert_eq!(at.len(), 1);
                prop_assert_eq!(place(&at[0]), place(chosen.value.last().expect("one")));
            }
            Err(error) => {
                prop_assert_eq!(error.code, Code::NoRevisions);
                prop_assert!(expected.is_empty());
            }
        }
    }

    #[test]
    fn what_is_asked_for_twice_is_one_edition(moments in moments(), asked in prop::collection::vec(0..40_usize, 1..20)) {
        let asked: Vec<usize> = asked.into_iter().map(|place| place % moments.len()).collect();
        let at = asked.iter().map(ToString::to_string).collect();
        let editions = select(&Moments(moments), &Selection { at, ..Selection::default() }).expect("editions").value;
        check_order(&editions);
        let places: BTreeSet<usize> = editions.iter().map(place).collect();
        prop_assert_eq!(places, asked.into_iter().collect());
    }
}
