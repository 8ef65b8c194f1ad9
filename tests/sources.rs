//! Opening sources, and reading their files.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use bindery::diag::{Code, Diagnostic};
use bindery::edition::{Edition, Selection, select};
use bindery::source::{FileTree, LivingDocument, OpenOptions, Opened, open};

use self::common::{Repo, git_in, write};

fn open_at(path: &Path) -> Opened {
    open(&path.to_string_lossy(), &OpenOptions::default()).expect("a source")
}

fn open_error(path: &Path) -> Diagnostic {
    *open(&path.to_string_lossy(), &OpenOptions::default()).expect_err("no source")
}

fn editions(document: &dyn LivingDocument) -> Vec<Edition> {
    select(document, &Selection::default()).expect("editions").value
}

fn latest_tree(document: &dyn LivingDocument) -> Box<dyn FileTree> {
    let revisions = document.revisions().expect("revisions");
    document.tree(revisions.last().expect("a revision")).expect("a tree")
}

fn text(tree: &dyn FileTree, path: &str) -> Option<String> {
    tree.read(path).expect("can be read").map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn said(tree: &dyn FileTree) -> Vec<String> {
    tree.diagnostics().iter().map(ToString::to_string).collect()
}

fn book() -> Repo {
    let repo = Repo::new();
    repo.write("README.md", "one").write("docs/SUMMARY.md", "# S").write("docs/ä b.md", "old");
    repo.commit("one", "2020-01-01T00:00:00Z");
    repo.write("docs/ä b.md", "new").commit("two", "2021-01-01T00:00:00Z");
    repo
}

#[test]
fn the_files_of_each_revision_are_read_without_touching_the_work_tree() {
    let repo = book();
    repo.write("docs/ä b.md", "not committed").write("untracked.md", "x");
    for packed in [false, true] {
        if packed {
            repo.git(&["gc", "--quiet", "--prune=now"]);
        }
        let before = repo.everything();
        let document = open_at(&repo.path()).document;
        let revisions = document.revisions().expect("revisions");
        let trees: Vec<_> = revisions.iter().map(|r| document.tree(r).expect("a tree")).collect();
        assert_eq!(trees[1].paths(), ["README.md", "docs/SUMMARY.md", "docs/ä b.md"]);
        assert_eq!(text(&*trees[0], "docs/ä b.md").as_deref(), Some("old"));
        assert_eq!(text(&*trees[1], "docs/ä b.md").as_deref(), Some("new"));
        assert_eq!(text(&*trees[1], "untracked.md"), None);
        assert_eq!(text(&*trees[1], "docs"), None);
        assert!(trees[1].is_folder("docs") && !trees[1].is_folder("doc"));
        let (one, two) = (trees[0].read("README.md"), trees[1].read("README.md"));
        let (one, two) = (one.expect("one").expect("one"), two.expect("two").expect("two"));
        assert!(std::sync::Arc::ptr_eq(&one, &two), "what did not change is shared");
        assert!(repo.everything() == before, "nothing was written");
    }
}

#[test]
fn a_repository_is_opened_from_wherever_it_is_named() {
    let repo = book();
    let bare = repo.beside("bare.git");
    git_in(
        &repo.path(),
        &repo.beside(""),
        "2000-01-01T00:00:00Z",
        &["clone", "--quiet", "--bare", ".", "../bare.git"],
    );
    let work = repo.beside("second");
    repo.git(&["worktree", "add", "--quiet", "--detach", "../second"]);
    for (path, name, subfolder) in [
        (repo.path(), "book", None),
        (repo.path().join(".git"), "book", None),
        (repo.path().join("docs"), "book", Some("docs")),
        (repo.path().join("README.md"), "book", Some("README.md")),
        // A clone is called after what it was cloned from.
        (bare, "book", None),
        (work, "second", None),
    ] {
        let opened = open_at(&path);
        assert_eq!(
            (opened.document.name(), opened.subfolder.as_deref()),
            (name, subfolder),
            "{}",
            path.display()
        );
        let names: Vec<String> = editions(&*opened.document).into_iter().map(|e| e.name).collect();
        assert_eq!(names, ["2020-01-01", "2021-01-01"], "{}", path.display());
    }
    assert_eq!(open_at(&repo.path()).document.address(), None);
    repo.git(&["remote", "add", "upstream", "https://me:pw@example.org/o/book.git"]);
    assert_eq!(open_at(&repo.path()).document.address(), Some("https://example.org/o/book"));
    repo.git(&["remote", "add", "origin", "git@example.org:me/fork.git"]);
    assert_eq!(open_at(&repo.path()).document.address(), Some("https://example.org/me/fork"));
    repo.git(&["remote", "set-url", "origin", "../elsewhere"]);
    assert_eq!(open_at(&repo.path()).document.address(), None);
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_tree_only() {
    let repo = Repo::new();
    repo.write("shared/pic.png", "png").write("docs/one.md", "one").link("docs/img", "../shared");
    repo.link("docs/two.md", "one.md").link("docs/out.md", "../../secret.md").link("docs/abs", "/etc");
    repo.link("docs/loop", "../docs/loop").link("docs/up", "..");
    std::fs::write(repo.beside("secret.md"), "secret").expect("a file");
    repo.commit("links", "2020-01-01T00:00:00Z");
    let git = open_at(&repo.path()).document;
    let draft = OpenOptions { draft: true, ..OpenOptions::default() };
    let draft = open(&repo.source(), &draft).expect("a draft").document;
    for document in [git, draft] {
        let tree = latest_tree(&*document);
        assert_eq!(text(&*tree, "docs/img/pic.png").as_deref(), Some("png"));
        assert_eq!(text(&*tree, "docs/two.md").as_deref(), Some("one"));
        assert_eq!(
            said(&*tree),
            [
                "warning[symlink-outside]: the symbolic link `docs/abs` leads out of the tree, to `/etc`",
                "warning[symlink-outside]: the symbolic link `docs/loop` leads in a circle, to `../docs/loop`",
                "warning[symlink-outside]: the symbolic link `docs/out.md` leads out of the tree, to `../../secret.md`",
                "warning[symlink-outside]: the symbolic link `docs/up` leads in a circle, to `..`",
            ]
        );
        for path in ["docs/out.md", "docs/abs/passwd", "docs/loop", "docs/up/docs/one.md"] {
            let error = tree.read(path).expect_err(path);
            assert_eq!(error.to_string().split(':').next(), Some("error[symlink-outside]"), "{path}");
            assert!(tree.contains(path), "{path}");
        }
    }
}

#[test]
fn submodules_are_named_and_skipped() {
    let repo = book();
    let head = repo.head();
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},docs/theme")]);
    repo.git(&["commit", "--quiet", "--message", "submodule"]);
    let tree = latest_tree(&*open_at(&repo.path()).document);
    assert_eq!(said(&*tree), ["warning[submodule-skipped]: the submodule `docs/theme` is skipped"]);
    assert!(!tree.contains("docs/theme"));
}

#[test]
fn an_empty_repository_says_what_to_do() {
    let repo = Repo::new();
    let document = open_at(&repo.path()).document;
    let error = select(&*document, &Selection::default()).expect_err("no revisions");
    assert_eq!(error.to_string(), "error[no-revisions]: the repository has no commit yet at its head");
    assert!(error.hints[0].contains("--draft"), "{error:?}");
    repo.write("a.md", "a").commit("a", "2020-01-01T00:00:00Z");
    repo.git(&["symbolic-ref", "HEAD", "refs/heads/gone"]);
    let error = open_at(&repo.path()).document.revisions().expect_err("no revisions");
    assert!(error.hints[0].contains("git symbolic-ref HEAD refs/heads/main"), "{error:?}");
}

#[test]
fn odd_committer_dates_are_moved_into_the_calendar() {
    let repo = book();
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    for (date, shown) in [("99999999999999", "9999-12-30"), ("", "1970-01-01"), ("yesterday", "1970-01-01")] {
        let commit = format!(
            "tree {tree}\nauthor A <a@example.org> 0 +0000\ncommitter A <a@example.org> {date} +0000\n\nx\n"
        );
        write(&repo.path(), "commit", commit);
        let hash = repo.git(&["hash-object", "-t", "commit", "--literally", "-w", "commit"]);
        repo.git(&["update-ref", "HEAD", &hash]);
        let revisions = open_at(&repo.path()).document.revisions().expect("revisions");
        assert_eq!(revisions.last().expect("one").date.to_string(), shown, "{date}");
    }
}

#[test]
fn replaced_objects_are_not_looked_at() {
    let repo = book();
    let old = repo.git(&["rev-parse", "HEAD~1:docs/ä b.md"]);
    let new = repo.git(&["rev-parse", "HEAD:docs/ä b.md"]);
    repo.git(&["replace", &new, &old]);
    assert_eq!(text(&*latest_tree(&*open_at(&repo.path()).document), "docs/ä b.md").as_deref(), Some("new"));
}

#[test]
fn corrupt_repositories_are_errors() {
    let repo = book();
    let blob = repo.git(&["rev-parse", "HEAD:README.md"]);
    let object = |hash: &str| format!(".git/objects/{}/{}", &hash[..2], &hash[2..]);
    let original = std::fs::read(repo.path().join(object(&blob))).expect("a loose object");
    let read = || {
        let document = open_at(&repo.path()).document;
        *latest_tree(&*document).read("README.md").expect_err("can't be read")
    };
    let place = repo.path().join(object(&blob));
    std::fs::remove_file(&place).expect("is there");
    let error = read();
    assert_eq!(error.code, Code::GitRead);
    assert!(error.message.starts_with(&format!("can't read `README.md` ({blob}): ")), "{error}");
    assert!(error.hints[0].contains("git fsck"), "{error:?}");
    repo.git(&["config", "extensions.partialClone", "origin"]);
    assert!(read().hints[0].contains("partial clone"));
    repo.git(&["config", "--unset", "extensions.partialClone"]);
    for broken in [&b"garbage"[..], &[], &original[..original.len() / 2]] {
        std::fs::write(&place, broken).expect("a file");
        assert_eq!(read().code, Code::GitRead);
    }
    std::fs::write(&place, &original).expect("a file");
    std::fs::remove_file(repo.path().join(object(&repo.git(&["rev-parse", "HEAD~1"])))).expect("is there");
    let error = open_at(&repo.path()).document.revisions().expect_err("a parent is missing");
    assert_eq!(error.code, Code::GitRead);
    std::fs::write(repo.path().join(".git/HEAD"), "nonsense").expect("a file");
    let error = open_at(&repo.path()).document.revisions().expect_err("no head");
    assert_eq!(error.code, Code::GitRead);
    std::fs::remove_dir_all(repo.path().join(".git/objects")).expect("is there");
    let error = open_error(&repo.path());
    assert_eq!(error.code, Code::GitRead);
    assert!(error.message.contains(".git` is not a repository: "), "{error}");
}

/// Whatever byte of a pack or its index is wrong: a result or an error.
#[test]
fn corrupt_packs_are_errors() {
    let repo = book();
    repo.git(&["gc", "--quiet", "--prune=now"]);
    let packs = repo.path().join(".git/objects/pack");
    for entry in std::fs::read_dir(&packs).expect("packs").flatten() {
        let path = entry.path();
        let original = std::fs::read(&path).expect("a file");
        let mut permissions = std::fs::metadata(&path).expect("a file").permissions();
        #[allow(clippy::permissions_set_readonly_false, reason = "a temporary file")]
        permissions.set_readonly(false);
        std::fs::set_permissions(&path, permissions).expect("a file");
        let step = (original.len() / 150).max(1);
        let cut = std::iter::once(original[..original.len() / 2].to_vec());
        let flipped = (0..original.len()).step_by(step).map(|at| {
            let mut bytes = original.clone();
            bytes[at] ^= 0xff;
            bytes
        });
        for broken in cut.chain(flipped) {
            // A new file, for packs may be mapped into memory.
            std::fs::remove_file(&path).expect("is there");
            std::fs::write(&path, broken).expect("a file");
            let Ok(opened) = open(&repo.source(), &OpenOptions::default()) else { continue };
            let Ok(revisions) = opened.document.revisions() else { continue };
            for revision in revisions {
                let Ok(tree) = opened.document.tree(&revision) else { continue };
                for name in tree.paths() {
                    if let Err(error) = tree.read(name) {
                        assert_eq!(error.code, Code::GitRead, "{error}");
                    }
                }
            }
        }
        std::fs::write(&path, original).expect("a file");
    }
}

#[test]
fn addresses_are_cloned_once_and_then_fetched() {
    let repo = book();
    repo.tag("v1");
    let cache = repo.beside("cache");
    let options = OpenOptions { cache: Some(cache.clone()), ..OpenOptions::default() };
    let url = format!("file://{}", repo.source());
    let names = || {
        let opened = open(&url, &options).expect("a clone");
        assert_eq!((opened.document.name(), opened.document.address()), ("book", None));
        editions(&*opened.document).into_iter().map(|e| e.name).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["2020-01-01", "2021-01-01"]);
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.write("README.md", "three").commit("three", "2022-01-01T00:00:00Z");
    repo.tag("v2").git(&["tag", "--delete", "v1"]);
    assert_eq!(names(), ["2020-01-01", "2022-01-01"], "also where history was rewritten");
    let tags = open(&url, &options).expect("a clone").document.tagged().expect("tags").value;
    assert_eq!(tags.iter().map(|t| t.tag.as_str()).collect::<Vec<_>>(), ["v2"]);
    repo.branch("next").write("README.md", "four").commit("four", "2023-01-01T00:00:00Z");
    assert_eq!(names(), ["2020-01-01", "2022-01-01", "2023-01-01"], "the head is followed");
    let folders: Vec<_> =
        std::fs::read_dir(&cache).expect("a cache").flatten().map(|e| e.file_name()).collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    assert!(folders[0].to_string_lossy().starts_with("book-"), "{folders:?}");

    let bundle = repo.beside("old.bundle");
    repo.git(&["bundle", "create", "--quiet", &bundle.to_string_lossy(), "HEAD", "main", "next"]);
    for _ in 0..2 {
        let opened = open(&bundle.to_string_lossy(), &options).expect("a clone");
        assert_eq!(
            (opened.document.name(), opened.document.revisions().expect("revisions").len()),
            ("old", 3)
        );
    }
    let error = open("file:///nowhere/at/all", &options).expect_err("no clone");
    assert_eq!(error.message, "can't clone `file:///nowhere/at/all`");
    assert!(error.hints[0].starts_with("git says: fatal: "), "{error:?}");
    let error = open("ext::sh -c touch% evil", &options).expect_err("is refused");
    assert_eq!(error.code, Code::GitClone);
    assert!(
        !std::fs::read_dir(&cache)
            .expect("a cache")
            .flatten()
            .any(|e| e.file_name().to_string_lossy().starts_with(".clone"))
    );
}

#[test]
fn dated_folders_and_files_are_snapshots() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("vision");
    write(&root, "2021-01-15/README.md", "day");
    write(&root, "2021-01-15/img/a.png", "png");
    write(&root, "vision-2021-03.txt", "march");
    write(&root, "2021-03-vision.md", "march too");
    write(&root, "2020.markdown", "year");
    write(&root, "2021-13.md", "no date");
    write(&root, "2021-05.pdf", "no Markdown");
    write(&root, "notes.md", "undated");
    write(&root, ".2019.md", "hidden");
    let opened = open_at(&root);
    let document = &opened.document;
    assert_eq!(document.name(), "vision");
    let chosen = select(&**document, &Selection::default()).expect("editions");
    let shown: Vec<String> = chosen
        .value
        .iter()
        .map(|e| {
            let tree = document.tree(&e.revision).expect("a tree");
            format!("{} {} {} {}", e.name, e.revision.date, e.why.join(", "), tree.paths().join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2020 2020 snapshot of 2020 2020.markdown",
            "2021-01-15 2021-01-15 snapshot of 2021-01-15 README.md img/a.png",
            "2021-03-vision 2021-03 snapshot of 2021-03 2021-03-vision.md",
            "2021-03-vision-2 2021-03 snapshot of 2021-03 vision-2021-03.txt",
        ]
    );
    let notes: Vec<String> = chosen.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["2021-05.pdf", "2021-13.md", "notes.md"]
            .map(|name| format!("note[snapshot-undated]: `{name}` is left out: its name holds no date"))
    );
    let pick = |selection: Selection| -> Vec<String> {
        select(&**document, &selection).expect("editions").value.into_iter().map(|e| e.name).collect()
    };
    let every = Selection { every: Some(bindery::edition::Period::Year), ..Selection::default() };
    assert_eq!(pick(every), ["2020", "2021-03"]);
    let date = |text: &str| bindery::source::EditionDate::parse(text);
    assert_eq!(pick(Selection { until: date("2021-01"), ..Selection::default() }), ["2020", "2021-01-15"]);
    assert_eq!(
        pick(Selection { since: date("2020-06-01"), until: date("2021-01"), ..Selection::default() }),
        ["2020", "2021-01-15"]
    );
    assert_eq!(
        pick(Selection { at: vec!["2021-02".into(), "vision-2021-03.txt".into()], ..Selection::default() }),
        ["2021-01-15", "2021-03"]
    );
    let error = document.resolve("vision-2021-3.txt").expect_err("is not there");
    assert_eq!(error.hints, ["did you mean `vision-2021-03.txt`?"]);
}

#[test]
fn snapshots_can_be_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "book/old/a.md", "a");
    write(folder.path(), "book/new.md", "b");
    write(folder.path(), "secret.md", "s");
    let base = folder.path().join("book");
    let list = |paths: &[(&str, &str)], confined| {
        let list = paths.iter().map(|(date, path)| {
            (bindery::source::EditionDate::parse(date).expect("a date"), (*path).to_owned())
        });
        bindery::source::dated::DatedDocument::from_list("book", &base, list.collect::<Vec<_>>(), confined)
    };
    let document = list(&[("2022", "./new.md"), ("2021-01", "old/")], true).expect("a document");
    let shown: Vec<String> = editions(&document)
        .iter()
        .map(|e| format!("{} {}", e.name, document.tree(&e.revision).expect("a tree").paths().join(" ")))
        .collect();
    assert_eq!(shown, ["2021-01 a.md", "2022 new.md"]);
    assert_eq!(list(&[("2021", "../secret.md")], true).err().expect("is outside").code, Code::SymlinkOutside);
    assert!(list(&[("2021", "../secret.md")], false).is_ok());
    assert_eq!(list(&[("2021", "gone.md")], true).err().expect("is not there").code, Code::FileRead);
    assert_eq!(list(&[], true).err().expect("is empty").code, Code::NoRevisions);
}

#[test]
fn drafts_are_read_from_disk() {
    let repo = book();
    repo.write("docs/ä b.md", "draft").write(".hidden/a.md", "x").write("target/a.md", "kept");
    repo.write("build/CACHEDIR.TAG", "x").write("build/b.md", "x").write("node_modules/c.md", "x");
    let options = OpenOptions { draft: true, ..OpenOptions::default() };
    let opened = open(&repo.path().join("docs").to_string_lossy(), &options).expect("a draft");
    assert_eq!(opened.subfolder.as_deref(), Some("docs"));
    let tree = latest_tree(&*opened.document);
    assert_eq!(tree.paths(), ["README.md", "docs/SUMMARY.md", "docs/ä b.md", "target/a.md"]);
    assert_eq!(text(&*tree, "docs/ä b.md").as_deref(), Some("draft"));
    let edition = editions(&*opened.document).remove(0);
    assert_eq!(
        (edition.name.as_str(), edition.revision.date.to_string()),
        ("draft", "2021-01-01".to_owned())
    );
    assert!(edition.revision.is_draft());
    let options = OpenOptions { timestamp: Some(86_400), ..options };
    let opened = open(&repo.source(), &options).expect("a draft");
    assert_eq!(opened.document.revisions().expect("one")[0].date.to_string(), "1970-01-02");
    let error = opened.document.resolve("v1").expect_err("is a draft");
    assert_eq!(error.code, Code::RevisionUnknown);
}

#[test]
fn what_a_path_is_depends_on_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(root, "dated/2021-01.md", "a");
    write(root, "book/2021-01.md", "a");
    write(root, "book/book.toml", "");
    write(root, "plain/a.md", "a");
    write(root, "picture/a.png", "a");
    write(root, "one.md", "a");
    write(root, "one-2021.md", "a");
    write(root, "notes.pdf", "a");
    let kind = |path: &str| -> Vec<String> {
        editions(&*open_at(&root.join(path)).document).into_iter().map(|e| e.name).collect()
    };
    assert_eq!(kind("dated"), ["2021-01"]);
    assert_eq!(kind("book"), ["draft"]);
    assert_eq!(kind("plain"), ["draft"]);
    assert_eq!(kind("one.md"), ["draft"]);
    assert_eq!(kind("one-2021.md"), ["2021"]);
    let error = open_error(&root.join("picture"));
    assert_eq!(error.code, Code::SourceNotFound);
    assert!(error.message.ends_with("picture` is no living document"), "{error}");
    assert!(error.hints[0].contains("a Git repository") && error.hints[0].contains("SUMMARY.md"));
    assert!(open_error(&root.join("notes.pdf")).message.ends_with("notes.pdf` is not a Markdown file"));
    let error = open_error(&root.join("boook"));
    assert!(error.message.ends_with("boook`") && error.hints[0].contains("book`?"), "{error:?}");

    let repo = book();
    repo.write("archive/2020-01.md", "a").write("archive/2021-01.md", "a");
    repo.write("posts/2020-01.md", "a").write("posts/intro.md", "a");
    repo.commit("both", "2022-01-01T00:00:00Z");
    repo.write("new/a.md", "a").write("junk/a.png", "a");
    let kind = |path: &str| {
        let opened = open_at(&repo.path().join(path));
        let names: Vec<String> = editions(&*opened.document).into_iter().map(|e| e.name).collect();
        (names.join(" "), opened.subfolder)
    };
    assert_eq!(kind("archive"), ("2020-01 2021-01".to_owned(), None));
    assert_eq!(kind("posts"), ("2020-01-01 2021-01-01 2022-01-01".to_owned(), Some("posts".to_owned())));
    assert_eq!(kind("new"), ("draft".to_owned(), None), "the head does not have it");
    assert!(open_error(&repo.path().join("junk")).hints[1].contains("latest commit does not have it"));
}

#[test]
fn real_histories_give_their_years() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora");
    if !corpora.is_dir() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{} is missing", corpora.display());
        eprintln!("skipped: {} is missing", corpora.display());
        return;
    }
    let cache = tempfile::tempdir().expect("a folder");
    let options = OpenOptions { cache: Some(cache.path().to_owned()), ..OpenOptions::default() };
    for (bundle, first, last) in [("wg-async.bundle", 2020, 2025), ("embedded-book.bundle", 2018, 2026)] {
        let opened = open(&corpora.join(bundle).to_string_lossy(), &options).expect("a clone");
        let editions = editions(&*opened.document);
        let years: Vec<i16> = editions.iter().map(|e| e.revision.date.year).collect();
        assert_eq!(years, (first..=last).collect::<Vec<i16>>(), "{bundle}");
        for edition in editions {
            let tree = opened.document.tree(&edition.revision).expect("a tree");
            assert!(tree.contains("src/SUMMARY.md") && said(&*tree).is_empty(), "{bundle} {}", edition.name);
            for path in tree.paths() {
                assert!(tree.read(path).expect("can be read").is_some(), "{bundle} {path}");
            }
        }
    }
    let vision = tempfile::tempdir().expect("a folder");
    for name in ["vision-2021-01.txt", "vision-2021-03.txt"] {
        std::fs::copy(corpora.join(name), vision.path().join(name)).expect("a copy");
    }
    let opened = open_at(vision.path());
    let names: Vec<String> = editions(&*opened.document).into_iter().map(|e| e.name).collect();
    assert_eq!(names, ["2021-01", "2021-03"]);
}
