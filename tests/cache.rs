//! The cache of finished editions: that what is found there is what would be
//! built, that nothing is found that would be built otherwise, and that
//! whatever happens to the cache, the editions are right.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

use self::common::run::{Run, bindery, done, files, names};
use self::common::{Repo, write};

/// Three years of a small book, with something to say about it.
fn tides() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"Tides\"\nauthors = [\"Ida Brandt\"]\n");
    repo.write("src/SUMMARY.md", "# Summary\n\n- [High](high.md)\n- [Low](low.md)\n");
    repo.write(
        "src/low.md",
        "# Low water\n\nTwice a day, and [never](never.md) again.\n\n```rust\nlet x = 1;\n```\n",
    );
    repo.write("src/high.md", "# High water\n\nTwice a day.\n").commit("one", "2020-05-01T10:00:00Z");
    repo.write("src/high.md", "# High water\n\nTwice a day, more or less.\n")
        .commit("two", "2021-05-01T10:00:00Z");
    repo.write("src/high.md", "# High water\n\nThrice a day.\n").commit("three", "2022-05-01T10:00:00Z");
    repo
}

/// A folder to work in, with a cache in it.
struct Place {
    folder: TempDir,
    source: String,
}

impl Place {
    fn new(source: &str) -> Self {
        Self { folder: TempDir::new().expect("a folder"), source: source.to_owned() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn editions(&self) -> PathBuf {
        self.path().join("cache/editions")
    }

    /// Builds with the cache.
    fn run(&self, arguments: &[&str]) -> Run {
        let build = ["build", &self.source, "--cache", "cache", "--json"];
        bindery(self.path(), &[&build[..], arguments].concat())
    }

    /// The same where it has to succeed.
    fn build(&self, arguments: &[&str]) -> Value {
        let run = self.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        serde_json::from_str(&run.out).expect("JSON")
    }

    /// How many editions of the next run are built, and not found.
    fn built(&self, arguments: &[&str]) -> usize {
        built(&self.build(arguments))
    }

    /// The folders of the entries.
    fn entries(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.editions()).expect("a folder");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.retain(|path| path.is_dir());
        paths.sort();
        paths
    }

    fn forget_output(&self) {
        std::fs::remove_dir_all(self.path().join("output")).expect("removed");
    }
}

/// How many editions of a run were built: of the others nothing was made anew.
fn built(report: &Value) -> usize {
    let anew = |edition: &&Value| {
        let counts = edition["anew"].as_object().expect("an object");
        assert!(!counts.is_empty());
        counts.values().any(|count| count != 0)
    };
    report["editions"].as_array().expect("a list").iter().filter(anew).count()
}

/// A report without what differs from run to run.
fn timeless(mut report: Value) -> Value {
    for edition in report["editions"].as_array_mut().expect("a list") {
        let edition = edition.as_object_mut().expect("an object");
        edition.remove("timings").expect("is there");
        edition.remove("anew").expect("is there");
    }
    report
}

#[test]
fn what_is_found_is_what_was_built() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let flags = ["--verbose", "--bagit"];
    let first = place.run(&flags);
    assert_eq!(first.code, 0, "{}", first.err);
    let report = |run: &Run| serde_json::from_str::<Value>(&run.out).expect("JSON");
    assert_eq!(built(&report(&first)), 3);
    let made = files(&place.path().join("output"));
    let times = || -> Vec<SystemTime> {
        let output = place.path().join("output");
        let time = |(name, _): &(String, Vec<u8>)| {
            std::fs::metadata(output.join(name)).and_then(|found| found.modified()).expect("a time")
        };
        made.iter().map(time).collect()
    };
    let before = times();

    // Everything is in its place, and stays untouched.
    let second = place.run(&flags);
    assert_eq!(built(&report(&second)), 0);
    assert_eq!(timeless(report(&second)), timeless(report(&first)));
    assert_eq!(files(&place.path().join("output")), made);
    assert_eq!(times(), before);
    // Warnings are said again, with their lines.
    let said = |run: &Run| {
        let lines = run.err.lines().filter(|line| !line.contains("Built") && !line.contains("Found"));
        let lines = lines.map(|line| if line.starts_with("20") { &line[..10] } else { line });
        lines.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    assert!(first.err.contains("[never](never.md)"), "{}", first.err);
    assert_eq!(said(&second), said(&first));
    assert_eq!(place.run(&["--bagit", "--strict"]).code, 1);

    // Something is in the wrong place, or gone.
    let pdf = made.iter().map(|(name, _)| name).find(|name| name.ends_with(".pdf")).expect("a PDF");
    write(&place.path().join("output"), pdf, "scribbled over");
    assert_eq!(place.built(&flags), 0);
    assert_eq!(files(&place.path().join("output")), made);
    place.forget_output();
    assert_eq!(place.built(&flags), 0);
    assert_eq!(files(&place.path().join("output")), made);

    // The chain holds, and so does what is built again without the cache.
    let source = ["verify", "output", "--rebuild", "--source", &place.source];
    done(place.path(), &source);
    place.forget_output();
    done(place.path(), &["build", &place.source, "--bagit", "--no-cache"]);
    assert_eq!(files(&place.path().join("output")), made);
}

#[test]
fn a_new_commit_is_one_edition_to_build() {
    let repo = tides();
    let place = Place::new(&repo.source());
    assert_eq!(place.built(&[]), 3);
    repo.write("src/high.md", "# High water\n\nFour times a day.\n").commit("four", "2023-05-01T10:00:00Z");
    assert_eq!(place.built(&[]), 1);
    let found = files(&place.path().join("output"));
    place.forget_output();
    done(place.path(), &["build", &place.source, "--no-cache"]);
    assert_eq!(files(&place.path().join("output")), found);
}

#[test]
fn a_run_of_another_choice_finds_what_it_shares() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let epub = ["--formats", "epub"];
    place.build(&epub);
    // The same edition before, with the same record in the output folder.
    assert_eq!(place.built(&[&epub[..], &["--since", "2022"]].concat()), 0);
    // Without that record the link of the chain is another.
    place.forget_output();
    assert_eq!(place.built(&[&epub[..], &["--since", "2022"]].concat()), 1);
    assert_eq!(place.built(&[&epub[..], &["--since", "2022"]].concat()), 0);
}

#[test]
fn everything_that_an_edition_depends_on_makes_another_of_it() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let base = ["--formats", "epub", "--at", "2022"];
    assert_eq!((place.built(&base), place.built(&base)), (1, 0));
    let font = place.path().join("fonts/a.ttf");
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    std::fs::create_dir(place.path().join("fonts")).expect("a folder");
    std::fs::copy(fonts.join("JetBrainsMonoNL-Regular.ttf"), &font).expect("copied");
    for change in [
        &["--paper", "a5"][..],
        &["--two-sided"],
        &["--link-urls", "footnote"],
        &["--pdf-standards", "none"],
        &["--attach-sources"],
        &["--repair-encoding"],
        &["--max-image-pixels", "20000"],
        &["--no-installed-fonts"],
        &["--bagit"],
        &["--fonts", "fonts"],
        &["--no-config"],
        &["--previous", "2020"],
        &["--previous", "2021"],
        &["--previous", "none"],
        &["--fetch-images"],
        &["--set", "title=Ebb"],
        &["--set", "subtitle=Ebb"],
        &["--set", "slug=ebb"],
        &["--set", "language=de"],
        &["--set", "authors=[\"A\", \"B\"]"],
        &["--set", "authors=[\"A, B\"]"],
        &["--set", "repository=https://example.org/ebb"],
        &["--set", "publish=https://example.org/"],
        &["--set", "license=MIT"],
        &["--set", "contributors=0"],
        &["--set", "math=true"],
        &["--set", "book=src"],
        &["--set", "edition-name=first"],
        &["--set", "revision-tags=[\"v1\"]"],
        &["--set", "identifier=[{isbn = \"9780306406157\", edition = \"2022-05-01\"}]"],
    ] {
        let arguments = [&base[..], change].concat();
        assert_eq!(place.built(&arguments), 1, "{change:?}");
        assert_eq!(place.built(&arguments), 0, "{change:?}");
    }
    assert_eq!(place.built(&["--formats", "pdf,epub", "--at", "2022"]), 1);
    assert_eq!(place.built(&["--formats", "epub", "--at", "2021"]), 1, "another revision");
    // The same path, another font.
    std::fs::copy(fonts.join("JetBrainsMonoNL-Bold.ttf"), &font).expect("copied");
    assert_eq!(place.built(&[&base[..], &["--fonts", "fonts"]].concat()), 1);
    // What is asked for in other words is the same.
    assert_eq!(place.built(&base), 0);
    assert_eq!(place.built(&["--formats", "epub", "--latest"]), 0);
    assert_eq!(place.built(&[&base[..], &["--output", "elsewhere", "--jobs", "1"]].concat()), 0);
    repo.tag("v2");
    assert_eq!(place.built(&base), 1, "a tag");
    repo.git(&["remote", "add", "origin", "https://example.org/tides.git"]);
    assert_eq!(place.built(&base), 1, "an address");
    repo.write("bindery.toml", "subtitle = \"Ebb\"\n");
    assert_eq!(place.built(&base), 1, "a configuration");
}

#[test]
fn a_history_that_is_cut_has_other_contributors() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let flags = ["--formats", "epub", "--latest", "--previous", "none", "--set", "slug=t"];
    let address = format!("file://{}", repo.source());
    for (depth, name) in [("9", "whole/book"), ("2", "cut/book")] {
        std::fs::create_dir(place.path().join(name).parent().expect("a parent")).expect("a folder");
        let to = place.path().join(name).to_string_lossy().into_owned();
        let clone = ["clone", "--quiet", "--depth", depth, address.as_str(), to.as_str()];
        common::git_in(place.path(), place.path(), "2000-01-01T00:00:00Z", &clone);
    }
    let built = |folder: &str| {
        let build = ["build", folder, "--cache", "cache", "--json"];
        built(
            &serde_json::from_str(&bindery(place.path(), &[&build[..], &flags].concat()).out).expect("JSON"),
        )
    };
    assert_eq!((built("whole/book"), built("whole/book")), (1, 0));
    assert_eq!((built("cut/book"), built("cut/book")), (1, 0));
}

#[test]
fn snapshots_are_known_by_their_files() {
    let place = Place::new("notes");
    write(place.path(), "notes/2021-01-01/a.md", "# A\n\nOne.\n");
    write(place.path(), "notes/2022-01-01/a.md", "# A\n\nTwo.\n");
    write(place.path(), "notes/2023-01-01/a.md", "# A\n\nThree.\n");
    let epub = ["--formats", "epub"];
    assert_eq!((place.built(&epub), place.built(&epub)), (3, 0));
    // This one, and the next, which says what has changed.
    write(place.path(), "notes/2022-01-01/a.md", "# A\n\nTwo and more.\n");
    let report = place.build(&epub);
    assert_eq!(built(&report), 2);
    write(place.path(), "notes/2023-01-01/unused.txt", "b");
    assert_eq!(place.built(&epub), 1);
    let found = files(&place.path().join("output"));
    place.forget_output();
    done(place.path(), &["build", "notes", "--formats", "epub", "--no-cache"]);
    assert_eq!(files(&place.path().join("output")), found);
}

#[test]
fn drafts_failures_and_what_programs_make_are_never_kept() {
    let repo = tides();
    let place = Place::new(&repo.source());
    for flags in [&["--draft"][..], &["--latest", "--allow-programs"], &["--latest", "--allow-preprocessors"]]
    {
        assert_eq!((place.built(flags), place.built(flags)), (1, 1), "{flags:?}");
        assert!(!place.editions().exists(), "{flags:?}");
    }
    #[cfg(unix)]
    {
        repo.link("src/low.md.new", "/etc/hostname");
        std::fs::rename(repo.path().join("src/low.md.new"), repo.path().join("src/low.md")).expect("renamed");
        repo.commit("a link that leads out", "2023-05-01T10:00:00Z");
        let run = place.run(&["--latest"]);
        assert_eq!(run.code, 1);
        assert!(!place.editions().exists());
    }
}

#[test]
fn a_damaged_entry_is_built_again_and_right() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let flags = ["--formats", "epub", "--latest", "--previous", "none", "--verbose"];
    assert_eq!(place.built(&flags), 1);
    let right = files(&place.path().join("output"));
    let entry = place.entries().pop().expect("an entry");
    let kept = files(&entry);
    assert!(kept.len() > 5, "{:?}", names(&entry));
    type Spoil = fn(&[u8]) -> Vec<u8>;
    let spoil: [(&str, Spoil); 6] = [
        ("its first byte", |bytes| flipped(bytes, 0)),
        ("a byte in the middle", |bytes| flipped(bytes, bytes.len() / 2)),
        ("its last byte", |bytes| flipped(bytes, bytes.len() - 1)),
        ("its end", |bytes| bytes[..bytes.len() - 1].to_vec()),
        ("all of it", |_| Vec::new()),
        ("something behind it", |bytes| [bytes, b" "].concat()),
    ];
    for (name, bytes) in &kept {
        for (what, how) in &spoil {
            std::fs::write(entry.join(name), how(bytes)).expect("writable");
            place.forget_output();
            assert_eq!(place.built(&flags), 1, "{name}: {what}");
            assert_eq!(files(&place.path().join("output")), right, "{name}: {what}");
            // It was put right, too.
            assert_eq!(files(&entry), kept, "{name}: {what}");
        }
        std::fs::remove_file(entry.join(name)).expect("removed");
        std::fs::create_dir(entry.join(name)).expect("a folder");
        place.forget_output();
        assert_eq!(place.built(&flags), 1, "{name}: a folder");
        assert_eq!(files(&place.path().join("output")), right, "{name}: a folder");
    }
    // What is known of a revision in a line may be damaged too.
    for (name, bytes) in files(&place.path().join("cache/known")) {
        write(&place.path().join("cache/known"), &name, flipped(&bytes, bytes.len() - 1));
    }
    assert_eq!(place.built(&flags), 0);
    assert_eq!(files(&place.path().join("output")), right);
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

#[test]
fn whatever_is_in_the_place_of_the_cache_the_editions_are_right() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let flags = ["--formats", "epub", "--verbose"];
    place.build(&flags);
    let right = files(&place.path().join("output"));
    let entries = place.entries();
    let check = |what: &str, anew: usize| {
        place.forget_output();
        assert_eq!(place.built(&flags), anew, "{what}");
        assert_eq!(files(&place.path().join("output")), right, "{what}");
    };
    // An entry under the name of another.
    std::fs::remove_dir_all(&entries[0]).expect("removed");
    std::fs::rename(&entries[1], &entries[0]).expect("renamed");
    check("an entry under another's name", 2);
    check("mended", 0);
    std::fs::remove_dir_all(&entries[2]).expect("removed");
    std::fs::write(&entries[2], "no folder").expect("written");
    check("a file", 1);
    #[cfg(unix)]
    {
        // A link is taken away, what it leads to is not.
        let outside = place.path().join("outside");
        std::fs::rename(&entries[2], &outside).expect("renamed");
        std::os::unix::fs::symlink(&outside, &entries[2]).expect("a link");
        check("a link", 1);
        assert!(outside.join("record").is_file() && !entries[2].is_symlink());
        let record = entries[1].join("record");
        std::fs::rename(&record, place.path().join("record")).expect("renamed");
        std::os::unix::fs::symlink(place.path().join("record"), &record).expect("a link");
        check("a link to a record", 1);
        assert!(place.path().join("record").is_file());
    }
    write(&place.editions(), "hello.txt", "somebody's");
    write(&place.editions(), "0000/record", "somebody's");
    check("somebody's files", 0);
    std::fs::remove_dir_all(place.editions()).expect("removed");
    std::fs::write(place.editions(), "no folder").expect("written");
    check("a file for all editions", 3);
    std::fs::remove_dir_all(place.path().join("cache")).expect("removed");
    std::fs::write(place.path().join("cache"), "no folder").expect("written");
    place.forget_output();
    let run = place.run(&flags);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("note: the cache: "), "{}", run.err);
    assert_eq!(files(&place.path().join("output")), right);
}

#[test]
fn an_output_that_can_not_be_written_is_said_as_ever() {
    let repo = tides();
    let place = Place::new(&repo.source());
    place.build(&["--formats", "epub"]);
    place.forget_output();
    write(place.path(), "output/tides/2021-05-01", "in the way");
    let run = place.run(&["--formats", "epub"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("error[output-write]"), "{}", run.err);
    assert!(place.path().join("output/tides/2020-05-01/edition.json").is_file());
}

#[test]
fn the_oldest_goes_first_when_there_is_no_room() {
    let repo = tides();
    let place = Place::new(&repo.source());
    place.build(&["--formats", "epub"]);
    let size = |path: &PathBuf| files(path).iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
    let entries = place.entries();
    let all: u64 = entries.iter().map(size).sum();
    for (age, entry) in [1, 3, 2].into_iter().zip(&entries) {
        let record = std::fs::File::options().append(true).open(entry.join("record")).expect("opens");
        record.set_modified(SystemTime::now() - Duration::from_secs(age * 3600)).expect("set");
    }
    // Another edition of about the same size, in a place for three and a half.
    let limit = (all * 7 / 6).to_string();
    let other = ["--formats", "epub", "--at", "2020", "--set", "title=Ebb", "--cache-size", &limit];
    assert_eq!(place.built(&other), 1);
    let left = place.entries();
    assert_eq!(left.len(), 3);
    assert!(left.contains(&entries[0]) && !left.contains(&entries[1]) && left.contains(&entries[2]));
    // What has no room at all is not kept, and takes no other's.
    let none = ["--formats", "epub", "--at", "2020", "--set", "title=Flow", "--cache-size", "10kB"];
    assert_eq!((place.built(&none), place.built(&none)), (1, 1));
    assert_eq!(place.entries(), left);
}

#[test]
fn two_runs_at_the_same_time_do_not_disturb_each_other() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let start = |output: &str| {
        Command::new(env!("CARGO_BIN_EXE_bindery"))
            .args([
                "build",
                &place.source,
                "--cache",
                "cache",
                "--formats",
                "epub",
                "--quiet",
                "--no-catalogue",
                "--output",
                output,
            ])
            .current_dir(place.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("starts")
    };
    for round in 0..3 {
        let mut runs: Vec<_> = ["a", "b", "c"].into_iter().map(start).collect();
        for run in &mut runs {
            assert!(run.wait().expect("ends").success(), "round {round}");
        }
        let a = files(&place.path().join("a"));
        assert_eq!(a, files(&place.path().join("b")), "round {round}");
        assert_eq!(a, files(&place.path().join("c")), "round {round}");
        assert_eq!(place.built(&["--formats", "epub"]), 0, "round {round}");
        assert_eq!(a, files(&place.path().join("output")), "round {round}");
        std::fs::remove_dir_all(place.path().join("cache")).expect("removed");
        place.forget_output();
    }
}

#[test]
fn without_the_cache_nothing_is_left() {
    let repo = tides();
    let folder = TempDir::new().expect("a folder");
    let source = repo.source();
    done(folder.path(), &["build", &source, "--formats", "epub", "--no-cache"]);
    done(folder.path(), &["check", &source, "--latest"]);
    done(folder.path(), &["editions", &source]);
    done(folder.path(), &["cache"]);
    done(folder.path(), &["cache", "clear", "--all"]);
    done(folder.path(), &["verify", "output", "--rebuild", "--source", &source]);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).expect("reads").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["output"]);
}

#[test]
fn the_cache_is_shown_and_cleared() {
    let repo = tides();
    let place = Place::new(&repo.source());
    let flags = ["--formats", "epub"];
    place.build(&flags);
    place.build(&["--formats", "epub", "--latest", "--set", "slug=ebb"]);
    write(place.path(), "cache/images/contents/mine.txt", "mine");
    write(place.path(), "cache/git/mine/HEAD", "mine");
    write(place.path(), &format!("cache/git/book-{}/HEAD", "0".repeat(16)), "a clone");
    write(place.path(), &format!("cache/images/contents/{}", "0".repeat(64)), "an image");
    write(&place.editions(), "mine.txt", "mine");
    let cache = |arguments: &[&str]| {
        done(place.path(), &[&["cache"][..], arguments, &["--cache", "cache"]].concat()).out
    };
    let shown: Value = serde_json::from_str(&cache(&["--json"])).expect("JSON");
    let labels: Vec<String> = shown["editions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|e| {
            format!("{} {}", e["document"].as_str().unwrap_or("?"), e["edition"].as_str().unwrap_or("?"))
        })
        .collect();
    assert_eq!(labels, ["ebb 2022-05-01", "tides 2020-05-01", "tides 2021-05-01", "tides 2022-05-01"]);
    let size: u64 = place.entries().iter().flat_map(|e| files(e)).map(|(_, bytes)| bytes.len() as u64).sum();
    assert_eq!(shown["size"], size);
    assert_eq!((&shown["clones"]["size"], &shown["images"]["number"]), (&7.into(), &1.into()));
    let text = cache(&[]);
    assert!(
        text.contains("tides     2021-05-01") && text.contains("cache: ") && text.contains("4 editions"),
        "{text}"
    );

    assert!(cache(&["clear", "ebb"]).contains("1 edition;"));
    assert_eq!(place.built(&flags), 0);
    assert_eq!(place.entries().len(), 3);
    let none = cache(&["clear", "no-such"]);
    assert!(none.contains("No edition of `no-such`") && none.contains("tides"), "{none}");
    assert!(cache(&["clear"]).contains("3 editions;"));
    let left = names(&place.path().join("cache"));
    let clone = format!("git/book-{}/HEAD", "0".repeat(16));
    assert!(left.contains(&clone) && left.contains(&"editions/mine.txt".to_owned()), "{left:?}");
    assert!(!left.iter().any(|name| name.starts_with("known/")), "{left:?}");
    cache(&["clear", "--all"]);
    let left = names(&place.path().join("cache"));
    let mine = ["editions/CACHEDIR.TAG", "editions/mine.txt", "git/mine/HEAD", "images/contents/mine.txt"];
    assert_eq!(left, mine);
    assert_eq!(place.built(&flags), 3);
}

#[test]
fn the_usual_place_is_the_users_cache() {
    let folder = TempDir::new().expect("a folder");
    let run = |environment: &[(&str, &str)]| {
        let demo = ["demo", "--formats", "epub", "--json"];
        let run = common::run::run(folder.path(), environment, env!("CARGO_BIN_EXE_bindery"), &demo);
        built(&serde_json::from_str(&run.out).expect("JSON"))
    };
    assert_eq!((run(&[]), run(&[])), (3, 0));
    assert!(folder.path().join(".cache/bindery/editions").is_dir());
    let elsewhere = folder.path().join("xdg").to_string_lossy().into_owned();
    assert_eq!(run(&[("XDG_CACHE_HOME", &elsewhere)]), 3);
    assert!(folder.path().join("xdg/bindery/editions").is_dir());
    // Nowhere to keep anything: everything is built.
    assert_eq!(run(&[("HOME", "")]), 3);
}
