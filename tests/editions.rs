//! Which revisions of a Git history become editions, and what they are called.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use bindery::diag::{Code, Diagnostic, Result};
use bindery::edition::{Edition, Period, Selection, drop_unchanged, select};
use bindery::source::git::GitDocument;
use bindery::source::{EditionDate, LivingDocument};

use self::common::{Repo, git_in};

fn chosen(repo: &Repo, selection: &Selection) -> Result<Vec<Edition>> {
    select(&GitDocument::open(&repo.path())?, selection).map(|chosen| chosen.value)
}

/// One line for each edition: name, first line of the file, reasons.
fn shown(repo: &Repo, selection: &Selection) -> String {
    let document = GitDocument::open(&repo.path()).expect("a repository");
    let editions = select(&document, selection).expect("editions").value;
    let line = |edition: &Edition| {
        let tree = document.tree(&edition.revision).expect("a tree");
        let text = tree.read("README.md").expect("can be read").expect("is there");
        format!("{} {} ({})\n", edition.name, String::from_utf8_lossy(&text), edition.why.join(", "))
    };
    editions.iter().map(line).collect()
}

fn every(period: Period) -> Selection {
    Selection { every: Some(period), ..Selection::default() }
}

fn at(names: &[&str]) -> Selection {
    Selection { at: names.iter().map(|&name| name.to_owned()).collect(), ..Selection::default() }
}

fn date(text: &str) -> Option<EditionDate> {
    Some(EditionDate::parse(text).expect("a date"))
}

fn error(result: Result<Vec<Edition>>) -> (Code, String, String) {
    let error: Diagnostic = *result.expect_err("an error");
    (error.code, error.message, error.hints.join("\n"))
}

/// Revisions of 2019, 2020 and 2022, but none of 2021.
fn with_a_gap() -> Repo {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2019-05-01T10:00:00Z");
    repo.write("README.md", "b").commit("b", "2020-02-01T10:00:00Z");
    repo.write("README.md", "c").commit("c", "2020-05-31T23:59:59Z");
    repo.write("README.md", "d").commit("d", "2020-11-30T10:00:00Z");
    repo.write("README.md", "e").commit("e", "2022-03-04T10:00:00Z");
    repo
}

#[test]
fn the_default_is_every_year_and_the_latest() {
    let repo = with_a_gap();
    assert_eq!(
        shown(&repo, &Selection::default()),
        "2019-05-01 a (last revision of 2019)\n\
         2020-11-30 d (last revision of 2020)\n\
         2022-03-04 e (last revision of 2022, latest revision)\n"
    );
    let latest = Selection { latest: true, ..Selection::default() };
    assert_eq!(shown(&repo, &latest), "2022-03-04 e (latest revision)\n");
}

#[test]
fn quarters_and_months_have_editions_too() {
    let repo = with_a_gap();
    assert_eq!(
        shown(&repo, &every(Period::Quarter)),
        "2019-05-01 a (last revision of 2019-Q2)\n\
         2020-02-01 b (last revision of 2020-Q1)\n\
         2020-05-31 c (last revision of 2020-Q2)\n\
         2020-11-30 d (last revision of 2020-Q4)\n\
         2022-03-04 e (last revision of 2022-Q1)\n"
    );
    let months = Selection { until: date("2020-05"), ..every(Period::Month) };
    assert_eq!(
        shown(&repo, &months),
        "2019-05-01 a (last revision of 2019-05)\n\
         2020-02-01 b (last revision of 2020-02)\n\
         2020-05-31 c (last revision of 2020-05)\n"
    );
}

#[test]
fn bounds_include_their_ends_and_cut_periods() {
    let repo = with_a_gap();
    let bounded = |since, until| Selection { since, until, ..Selection::default() };
    assert_eq!(
        shown(&repo, &bounded(date("2020-05-31"), date("2020-05-31"))),
        "2020-05-31 c (last revision of 2020 up to 2020-05-31, latest revision up to 2020-05-31)\n"
    );
    assert_eq!(
        shown(&repo, &bounded(date("2020"), None)),
        "2020-11-30 d (last revision of 2020)\n2022-03-04 e (last revision of 2022, latest revision)\n"
    );
    assert_eq!(
        shown(&repo, &bounded(None, date("2020"))),
        "2019-05-01 a (last revision of 2019)\n\
         2020-11-30 d (last revision of 2020, latest revision up to 2020)\n"
    );
    let (code, message, hints) = error(chosen(&repo, &bounded(date("2021"), date("2021"))));
    assert_eq!(code, Code::NoRevisions);
    assert_eq!(message, "there is no revision since 2021 until 2021");
    assert_eq!(hints, "the revisions are of 2019-05-01 to 2022-03-04");
}

#[test]
fn days_are_those_of_utc() {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2021-12-31T21:00:00-02:00");
    repo.write("README.md", "b").commit("b", "2021-12-31T23:30:00-02:00");
    repo.write("README.md", "c").commit("c", "2023-01-01T00:30:00+01:00");
    assert_eq!(
        shown(&repo, &every(Period::Year)),
        "2021-12-31 a (last revision of 2021)\n2022-12-31 c (last revision of 2022)\n"
    );
    assert_eq!(shown(&repo, &at(&["2022-01-01"])), "2022-01-01 b (asked for as 2022-01-01)\n");
}

#[test]
fn only_first_parents_count() {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2020-01-01T00:00:00Z");
    repo.branch("side").write("README.md", "unmerged").commit("u", "2021-06-01T00:00:00Z");
    repo.checkout("main").write("other.md", "x").commit("x", "2021-02-01T00:00:00Z");
    repo.merge("side", "2022-01-01T00:00:00Z");
    assert_eq!(
        shown(&repo, &Selection::default()),
        "2020-01-01 a (last revision of 2020)\n\
         2021-02-01 a (last revision of 2021)\n\
         2022-01-01 unmerged (last revision of 2022, latest revision)\n"
    );
}

#[test]
fn wrong_clocks_neither_hide_the_head_nor_move_other_years() {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2020-05-01T00:00:00Z");
    repo.write("README.md", "b").commit("b", "2020-03-01T00:00:00Z");
    repo.write("README.md", "c").commit("c", "2021-07-01T12:00:00Z");
    repo.write("README.md", "d").commit("d", "2021-07-01T10:00:00Z");
    assert_eq!(
        shown(&repo, &Selection::default()),
        "2020-05-01 a (last revision of 2020)\n2021-07-01 d (last revision of 2021, latest revision)\n"
    );
    repo.write("README.md", "e").commit("e", "2020-01-01T00:00:00Z");
    assert_eq!(
        shown(&repo, &Selection::default()),
        "2020-01-01 e (latest revision)\n\
         2020-05-01 a (last revision of 2020)\n\
         2021-07-01 c (last revision of 2021)\n"
    );
}

#[test]
fn of_one_second_the_later_commit_counts() {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2020-05-01T00:00:00Z");
    repo.write("README.md", "b").commit("b", "2020-05-01T00:00:00Z");
    repo.write("README.md", "c").commit("c", "2021-05-01T00:00:00Z");
    assert!(shown(&repo, &every(Period::Year)).starts_with("2020-05-01 b "));
    assert_eq!(shown(&repo, &at(&["2020"])), "2020-05-01 b (asked for as 2020)\n");
}

#[test]
fn tags_are_found_wherever_they_point() {
    let repo = Repo::new();
    repo.write("README.md", "a").commit("a", "2020-01-01T00:00:00Z");
    repo.tag("v1.0").annotated_tag("v1.0-final", "2020-06-01T00:00:00Z");
    repo.branch("release").write("README.md", "fix").commit("fix", "2020-02-01T00:00:00Z");
    repo.annotated_tag("v1.1", "2020-02-02T00:00:00Z").git(&["tag", "v1.1-again", "v1.1"]);
    repo.checkout("main").write("README.md", "b").commit("b", "2021-01-01T00:00:00Z");
    repo.tag("nightly");
    let file = repo.git(&["rev-parse", "HEAD:README.md"]);
    repo.git(&["tag", "v9-file", &file]);
    let tags = |glob: &str| Selection { tags: Some(glob.to_owned()), ..Selection::default() };
    for packed in [false, true] {
        if packed {
            repo.git(&["gc", "--quiet"]);
        }
        assert_eq!(
            shown(&repo, &tags("v*")),
            "2020-01-01 a (tag v1.0, tag v1.0-final)\n2020-02-01 fix (tag v1.1, tag v1.1-again)\n"
        );
    }
    let both = Selection { latest: true, since: date("2020-02"), ..tags("{v1.0,v1.1}") };
    assert_eq!(shown(&repo, &both), "2020-02-01 fix (tag v1.1)\n2021-01-01 b (latest revision)\n");

    let document = GitDocument::open(&repo.path()).expect("a repository");
    let warned = select(&document, &Selection { latest: true, ..tags("w*") }).expect("the latest");
    let said: Vec<String> = warned.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "warning[revision-unknown]: the tag `v9-file` is skipped: it leads to a file, not to a commit",
            "warning[revision-unknown]: no tag matches `w*`"
        ]
    );
    let (code, message, hints) = error(chosen(&repo, &tags("w*")));
    assert_eq!((code, message.as_str()), (Code::NoRevisions, "no tag matches `w*`"));
    assert!(hints.ends_with("the tags are `nightly`, `v1.0`, `v1.0-final`, `v1.1`, `v1.1-again`"), "{hints}");
    assert_eq!(error(chosen(&repo, &tags("v["))).0, Code::RevisionUnknown);
    let revisions = document.revisions().expect("revisions");
    let bindery::source::RevisionId::Commit { tags, .. } = &revisions[0].id else { panic!("not a commit") };
    assert_eq!(tags, &["v1.0", "v1.0-final"]);
}

#[test]
fn revisions_are_asked_for_by_date_or_name() {
    let repo = with_a_gap();
    repo.git(&["branch", "stable", "HEAD~2"]);
    repo.git(&["tag", "first", "HEAD~4"]);
    let hash = repo.git(&["rev-parse", "HEAD~3"]);
    assert_eq!(
        shown(&repo, &at(&["2021", "2020-05", "first", "stable", &hash, &hash[..9], "HEAD~3", "2030-01-01"])),
        format!(
            "2019-05-01 a (asked for as first)\n\
             2020-02-01 b (asked for as {hash}, asked for as {}, asked for as HEAD~3)\n\
             2020-05-31 c (asked for as 2020-05, asked for as stable)\n\
             2020-11-30 d (asked for as 2021)\n\
             2022-03-04 e (asked for as 2030-01-01)\n",
            &hash[..9]
        )
    );
    let bounded = Selection { since: date("2022"), ..at(&["2019"]) };
    assert_eq!(shown(&repo, &bounded), "2019-05-01 a (asked for as 2019)\n", "bounds don't hold for `at`");
}

#[test]
fn unknown_revisions_are_errors_with_hints() {
    let repo = with_a_gap();
    repo.tag("version-1");
    let (code, message, hints) = error(chosen(&repo, &at(&["2018-12"])));
    assert_eq!(code, Code::RevisionUnknown);
    assert_eq!(message, "there is no revision at or before 2018-12: the first is of 2019-05-01");
    assert_eq!(hints, "ask for 2019-05-01 or later");
    let (code, message, hints) = error(chosen(&repo, &at(&["verson-1"])));
    assert_eq!(code, Code::RevisionUnknown);
    assert!(message.starts_with("there is no revision `verson-1`: "), "{message}");
    assert_eq!(hints, "did you mean `version-1`?");
    for name in
        ["", "-x", "2021-13", "0000000000000000000000000000000000000000", "HEAD~99", "HEAD:README.md", "a\nb"]
    {
        let (code, message, hints) = error(chosen(&repo, &at(&[name])));
        assert_eq!(code, Code::RevisionUnknown, "{name}: {message}");
        assert!(!hints.is_empty() && !message.contains('\n'), "{name}: {message}");
    }
}

#[test]
fn editions_of_one_day_are_told_apart() {
    let repo = Repo::new();
    let first = repo.write("README.md", "a").commit("a", "2020-05-01T08:00:00Z");
    let second = repo.write("README.md", "b").commit("b", "2020-05-01T09:00:00Z");
    repo.write("README.md", "c").commit("c", "2020-05-02T09:00:00Z");
    let names: Vec<String> = chosen(&repo, &at(&["HEAD~2", "HEAD~1", "HEAD"]))
        .expect("editions")
        .into_iter()
        .map(|e| e.name)
        .collect();
    assert_eq!(
        names,
        [format!("2020-05-01-{}", &first[..7]), format!("2020-05-01-{}", &second[..7]), "2020-05-02".into()]
    );
}

#[test]
fn unchanged_books_and_missing_books_make_no_edition() {
    let repo = Repo::new();
    repo.write("LICENSE", "-").commit("nothing yet", "2019-01-01T00:00:00Z");
    repo.write("README.md", "a").commit("a", "2020-01-01T08:00:00Z");
    repo.write("LICENSE", "x").commit("x", "2020-01-01T09:00:00Z");
    repo.write("LICENSE", "y").commit("y", "2021-01-01T00:00:00Z");
    repo.write("README.md", "b").commit("b", "2022-01-01T00:00:00Z");
    let document = GitDocument::open(&repo.path()).expect("a repository");
    let hash = |edition: &Edition| {
        let text = document.tree(&edition.revision)?.read("README.md")?;
        Ok(text.map(|text| [text[0]; 32]))
    };
    let names = ["HEAD~4", "HEAD~3", "HEAD~2", "HEAD~1", "HEAD"];
    let editions = chosen(&repo, &at(&names)).expect("editions");
    let short: Vec<String> =
        editions.iter().map(|e| e.revision.short().expect("a commit").to_owned()).collect();
    assert_eq!(editions[1].name, format!("2020-01-01-{}", short[1]));
    let kept = drop_unchanged(editions, hash);
    let names: Vec<&str> = kept.value.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["2020-01-01", "2022-01-01"], "no suffix for a twin that is gone");
    let said: Vec<String> = kept.diagnostics.iter().map(ToString::to_string).collect();
    let same = "is the same as in the edition of 2020-01-01; it makes no new edition";
    assert_eq!(
        said,
        [
            format!(
                "note[edition-without-book]: there is no book at 2019-01-01 ({}); it makes no edition",
                short[0]
            ),
            format!("note[edition-unchanged]: the book at 2020-01-01 ({}) {same}", short[2]),
            format!("note[edition-unchanged]: the book at 2021-01-01 ({}) {same}", short[3]),
        ]
    );
    let none = drop_unchanged(chosen(&repo, &at(&["2019"])).expect("editions"), hash);
    assert!(none.value.is_empty());
    let last = none.diagnostics.last().expect("an error");
    assert_eq!(last.to_string(), "error[book-not-found]: the chosen revision holds no book");
}

#[test]
fn an_edition_that_cannot_be_compared_stays() {
    let repo = with_a_gap();
    let editions = chosen(&repo, &Selection::default()).expect("editions");
    let kept = drop_unchanged(editions, |edition| match edition.revision.date.year {
        2020 => Err(Box::new(Diagnostic::new(Code::GitRead, "no such object"))),
        _ => Ok(Some([1; 32])),
    });
    assert_eq!(kept.value.len(), 3);
    let said: Vec<String> = kept.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("warning[git-read]: can't tell whether the book at 2020-11-30 ("),
        "{said:?}"
    );
}

#[test]
fn shallow_clones_give_what_they_have_and_no_more() {
    let repo = with_a_gap();
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.source());
    let clone_text = clone.to_string_lossy().into_owned();
    git_in(
        &repo.path(),
        &repo.beside(""),
        "2000-01-01T00:00:00Z",
        &["clone", "--quiet", "--depth=2", &url, &clone_text],
    );
    let document = GitDocument::open(&clone).expect("a repository");
    assert_eq!(document.truncated(), Ok(true));
    assert_eq!(document.revisions().expect("revisions").len(), 2);
    let names = |selection: Selection| -> Result<Vec<String>> {
        Ok(select(&document, &selection)?.value.into_iter().map(|e| e.name).collect())
    };
    let refused = |selection: Selection| {
        let error = names(selection).expect_err("is refused");
        assert_eq!(error.code, Code::GitShallow, "{error}");
        assert!(error.hints[0].contains("git fetch --unshallow"), "{error:?}");
        error.message
    };
    assert_eq!(
        refused(Selection::default()),
        "the history in this clone begins on 2020-11-30, and editions from before that are asked for"
    );
    refused(Selection { since: date("2019"), ..Selection::default() });
    refused(Selection { tags: Some("*".to_owned()), ..Selection::default() });
    refused(Selection { since: date("2020"), until: date("2020-06"), ..Selection::default() });
    refused(Selection { latest: true, until: date("2020-06"), ..Selection::default() });
    assert_eq!(
        refused(at(&["2020-06"])),
        "the history in this clone begins on 2020-11-30, and 2020-06 is before that"
    );
    assert_eq!(names(Selection { latest: true, ..Selection::default() }), Ok(vec!["2022-03-04".to_owned()]));
    assert_eq!(names(at(&["2021"])), Ok(vec!["2020-11-30".to_owned()]));
    let since = Selection { since: date("2020"), ..Selection::default() };
    assert_eq!(names(since), Ok(vec!["2020-11-30".to_owned(), "2022-03-04".to_owned()]));
    let error = names(at(&["HEAD~2"])).expect_err("is not here");
    assert_eq!(error.code, Code::RevisionUnknown);
    assert!(error.hints.iter().any(|hint| hint.contains("--unshallow")), "{error:?}");
    let whole = GitDocument::open(&repo.path()).expect("a repository");
    assert_eq!(whole.truncated(), Ok(false));
}
