//! What an edition says of itself: contributors, licence, imprint, colophon,
//! citations.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::io::Read;
use std::path::{Path, PathBuf};

use bindery::source::{LivingDocument, OpenOptions, open};

use self::common::run::{bindery, done};
use self::common::{Repo, git_in};

fn document(repo: &Repo) -> Box<dyn LivingDocument> {
    open(&repo.source(), &OpenOptions::default()).expect("a source").document
}

/// Commits what is there in somebody's name.
fn commit_by(repo: &Repo, author: &str, message: &str) -> String {
    repo.git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--allow-empty", "--author", author, "--message", message]);
    repo.head()
}

fn names(
    document: &dyn LivingDocument,
    since: Option<&str>,
    until: &str,
    folder: Option<&str>,
) -> Vec<String> {
    let revision = |name: &str| document.resolve(name).expect("a revision");
    let since = since.map(revision);
    let found = document.contributors(since.as_ref(), &revision(until), folder).expect("contributors");
    assert_eq!(found.diagnostics, []);
    found.value.into_iter().map(|person| format!("{} {}", person.name, person.commits)).collect()
}

/// The text of a page of an EPUB, a line for each element.
fn page(epub: &Path, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(epub).expect("an EPUB")).expect("an archive");
    let path = zip.file_names().find(|file| file.contains(name)).expect("the page").to_owned();
    let mut text = String::new();
    zip.by_name(&path).expect("the page").read_to_string(&mut text).expect("UTF-8");
    let body = text.split_once("<h1").expect("a heading").1;
    let body = body.split_once('>').expect("a heading").1;
    let mut out = String::new();
    for (i, part) in body.split('<').enumerate() {
        let (tag, rest) = if i == 0 { ("", part) } else { part.split_once('>').unwrap_or(("", "")) };
        if ["/h1", "/h2", "/p", "/dt", "/dd", "/li", "/pre"].contains(&tag) {
            out.push('\n');
        }
        out.push_str(rest.trim_matches('\n'));
    }
    let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// The book of three tests: two tags, three people, two licences.
fn guide(repo: &Repo) {
    repo.write(
        "bindery.toml",
        "publish = \"https://example.org/editions\"\nformats = [\"epub\"]\ncontributors = 1\n",
    )
    .write(
        "book.toml",
        "[book]\ntitle = \"A Guide\"\n[output.html]\ngit-repository-url = \"https://example.org/guide\"\n",
    )
    .write("LICENSE", include_str!("../LICENSE-MIT"))
    .write("COPYING", "Ask me.")
    .write("src/SUMMARY.md", "- [One](one.md)\n")
    .write("src/one.md", "# One\n\nWords.\n");
    commit_by(repo, "Ada <ada@example.org>", "one");
    repo.tag("v1").write("src/one.md", "# One\n\nMore words.\n");
    commit_by(repo, "Bo <bo@example.org>", "two\n\nCo-authored-by: Cy <cy@example.org>");
    repo.tag("v2");
}

#[test]
fn contributors_are_those_of_the_period() {
    let repo = Repo::new();
    repo.write("book/a.md", "1").write(
        ".mailmap",
        "Ada Lovelace <ada@example.org>\nAda Lovelace <ada@example.org> <old@example.org>\n",
    );
    let first = commit_by(&repo, "ada <old@example.org>", "first");
    repo.branch("side").write("other/b.md", "1");
    commit_by(&repo, "Bo <bo@example.org>", "on a side branch");
    repo.checkout("main").write("book/a.md", "2");
    commit_by(
        &repo,
        "Cy <cy@example.org>",
        "two of us\n\nCo-authored-by: A L <ADA@example.org>\nCo-Authored-By: Di <di@example.org>",
    );
    repo.merge("side", "2000-01-01T00:00:00Z");
    repo.write("book/a.md", "3");
    commit_by(&repo, "dependabot[bot] <1+dependabot[bot]@example.org>", "bump");
    repo.write("book/a.md", "4");
    commit_by(&repo, "bo <bo@example.org>", "again");
    repo.write("book/a.md", "5");
    commit_by(&repo, "Bo <bo@example.org>", "and again");
    let document = document(&repo);
    let document = document.as_ref();
    assert_eq!(names(document, None, "main", None), ["Bo 3", "Ada Lovelace 2", "Cy 1", "Di 1"]);
    assert_eq!(names(document, Some(&first), "main", None), ["Bo 3", "Ada Lovelace 1", "Cy 1", "Di 1"]);
    assert_eq!(
        names(document, Some(&first), "main", Some("book/")),
        ["Bo 2", "Ada Lovelace 1", "Cy 1", "Di 1"]
    );
    assert_eq!(names(document, None, "main", Some("other")), ["Bo 1"]);
    assert_eq!(names(document, None, &first, None), ["Ada Lovelace 1"]);
    assert_eq!(names(document, Some("main"), "main", None), <[String; 0]>::default());
}

#[test]
fn a_shallow_clone_says_that_contributors_may_be_missing() {
    let repo = Repo::new();
    guide(&repo);
    let clone = repo.beside("shallow");
    let from = format!("file://{}", repo.source());
    let home = repo.beside("home");
    git_in(&repo.path(), &home, "", &["clone", "--quiet", "--depth", "1", &from, &clone.to_string_lossy()]);
    let opened = open(&clone.to_string_lossy(), &OpenOptions::default()).expect("a source").document;
    let head = opened.resolve("HEAD").expect("a revision");
    let found = opened.contributors(None, &head, Some("src")).expect("contributors");
    let names: Vec<_> = found.value.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["Bo", "Cy"]);
    let said: Vec<_> = found.diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(said, ["the history in this clone is not whole, so contributors may be missing"]);
}

#[test]
fn an_edition_says_what_it_is() {
    let repo = Repo::new();
    guide(&repo);
    let out = repo.beside("out");
    done(&repo.path(), &["build", ".", "--tags", "v*", "--output", &out.to_string_lossy()]);
    let folders: Vec<PathBuf> = {
        let mut all: Vec<_> = std::fs::read_dir(out.join("a-guide"))
            .expect("editions")
            .map(|e| e.expect("an edition").path())
            .collect();
        all.sort();
        all
    };
    let record = |folder: &Path| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.join("edition.json")).expect("a record")).expect("JSON")
    };
    // Both are of one day, so that their names end in the commits'.
    let (first, second) = match folders.as_slice() {
        [a, b] if record(a)["revision"]["tags"][0] == "v1" => (a, b),
        [a, b] => (b, a),
        other => panic!("{other:?}"),
    };
    let (before, now) = (record(first), record(second));
    assert_eq!(now["contributors"], serde_json::json!({ "names": ["Bo"], "others": 1 }));
    assert_eq!(
        now["licences"],
        serde_json::json!([{ "file": "COPYING" }, { "spdx": "MIT", "file": "LICENSE" }])
    );
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let (commit, tree) = (text(&now["revision"]["commit"]), text(&now["revision"]["tree"]));
    assert_eq!(now["swhid"]["revision"], format!("swh:1:rev:{commit};origin=https://example.org/guide"));
    let epub = |folder: &Path, record: &serde_json::Value| folder.join(text(&record["formats"][0]["file"]));
    let name = text(&now["name"]);
    let urn = text(&now["identifier"]);
    let imprint = page(&epub(second, &now), "about-this-edition");
    let (start, rest) = imprint.split_once("\nChanges\n").expect("the changes");
    let want = format!(
        "About this edition\n\
         This is a snapshot of a living document, as it stood on 1 January 2000. The document may have changed \
         since. It lives at example.org/guide.\n\
         Title\nA Guide\nStatus\nEdition of 1 January 2000\n\
         This edition\nexample.org/editions/a-guide/{name}\n{urn}\n\
         Previous edition\n1 January 2000\nexample.org/editions/a-guide/{}\n{}\n\
         Latest\nexample.org/editions/a-guide\n\
         Contributors\nBo and one other\nin the period since 1 January 2000\n\
         Licence\nas COPYING in the source says\nMIT (LICENSE)\n\
         Source\nexample.org/guide\nrevision {commit}\ntree {tree}\ntag v2",
        text(&before["name"]),
        text(&before["identifier"]),
    );
    assert_eq!(start, want);
    assert!(rest.ends_with("See What changed."), "{rest}");
    let short = &commit[..7];
    let cited = format!(
        "Cite as\nThe Guide contributors. A Guide. Edition of 1 January 2000. \
         https://example.org/editions/a-guide/{name}/. Revision {short}. {urn}."
    );
    let colophon = page(&epub(second, &now), "colophon");
    assert!(colophon.contains(&cited), "{colophon}");
    // As a shell reads it, each flag on a line, whose ends are not seen here.
    let command = format!("bindery build https://example.org/guide \\  --at {commit} \\  --previous ");
    assert!(colophon.contains(&command), "{colophon}");
    let directory =
        format!("Tree\nswh:1:dir:{tree};origin=https://example.org/guide;anchor=swh:1:rev:{commit}\n");
    assert!(colophon.contains(&directory), "{colophon}");
    for file in ["CITATION.cff", "citation.bib", "citation.json"] {
        let text = std::fs::read_to_string(second.join(file)).expect("a citation");
        assert!(text.contains("The Guide contributors") && text.contains(&commit), "{text}");
    }
    for path in [first, second] {
        let record = std::fs::read_to_string(path.join("edition.json")).expect("a record");
        assert!(!record.contains("@example.org"), "no e-mail address: {record}");
    }
}

#[test]
fn a_draft_is_not_to_be_cited() {
    let repo = Repo::new();
    guide(&repo);
    repo.write("src/one.md", "# One\n\nUnfinished.\n");
    let out = repo.beside("out");
    done(&repo.path(), &["build", ".", "--draft", "--output", &out.to_string_lossy()]);
    let folder = out.join("a-guide/draft");
    let epub = folder.join("a-guide-draft.epub");
    let imprint = page(&epub, "about-this-edition");
    assert!(imprint.starts_with("About this draft\nThis is a draft: it shows the working tree"), "{imprint}");
    assert!(imprint.contains("\nStatus\nDraft after 1 January 2000\n"), "{imprint}");
    assert!(!page(&epub, "colophon").contains("Cite"), "nothing to cite");
    assert!(!folder.join("CITATION.cff").exists());
}

#[test]
fn a_book_without_a_title_is_called_after_where_it_was_cloned_from() {
    let repo = Repo::new();
    repo.write("src/SUMMARY.md", "- [One](one.md)\n").write("src/one.md", "# One\n\nWords.\n");
    repo.commit("one", "2020-01-01T00:00:00Z");
    let bytes = ["here", "there"].map(|name| {
        let clone = repo.beside(name);
        let clone = clone.to_string_lossy();
        git_in(&repo.path(), &repo.beside("home"), "", &["clone", "--quiet", &repo.source(), &clone]);
        let out = repo.beside("out").join(name);
        let arguments = ["build", &clone, "--formats", "epub", "--output", &out.to_string_lossy()];
        done(&repo.path(), &arguments);
        let file = |name: &str| std::fs::read(out.join("book/2020-01-01").join(name)).expect("a file");
        [file("edition.json"), file("book-2020-01-01.epub"), file("CITATION.cff")]
    });
    assert!(bytes[0] == bytes[1], "the folder's name is in it");
}

#[test]
fn settings_about_the_edition_are_checked() {
    for (line, said) in [
        ("license = \"MIT/Apache-2.0\"", "`MIT/Apache-2.0` is not an SPDX licence expression"),
        ("publish = \"editions/\"", "`editions/` is no address that editions can lie below"),
        ("publish = \"https://example.org/?a\"", "`https://example.org/?a` is no address"),
        ("contributors = -1", "`contributors` is a number"),
        ("contributors = \"all\"", "`contributors` is a string"),
    ] {
        let repo = Repo::new();
        guide(&repo);
        repo.write("bindery.toml", line);
        let run = bindery(&repo.path(), &["build", "."]);
        assert!(run.code != 0 && run.err.contains(said), "{line}: {}", run.err);
    }
    let repo = Repo::new();
    guide(&repo);
    repo.write("bindery.toml", "license = \"MIT OR Apache-2.0\"\ncontributors = 0\nformats = [\"epub\"]\n");
    let out = repo.beside("out");
    done(&repo.path(), &["build", ".", "--at", "v2", "--output", &out.to_string_lossy()]);
    let folder = out.join("a-guide/2000-01-01");
    let imprint = page(&folder.join("a-guide-2000-01-01.epub"), "about-this-edition");
    assert!(imprint.contains("\nLicence\nMIT OR Apache-2.0\nSource\n"), "{imprint}");
    assert!(!imprint.contains("Contributors"), "{imprint}");
    let cff = std::fs::read_to_string(folder.join("CITATION.cff")).expect("a citation");
    assert!(cff.contains("license:\n  - \"MIT\"\n  - \"Apache-2.0\"\n"), "{cff}");
}
