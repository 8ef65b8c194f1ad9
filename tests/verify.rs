//! Filed editions: that they are as they were made, that whatever is changed
//! is found by name, and that they can be made again to the byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use self::common::run::{bindery, done, files, names, run};
use self::common::{Repo, git_in, write};

/// A repository with a book of three years.
fn tide_tables() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"Tide Tables\"\nauthors = [\"A. Gauge\"]\n");
    repo.write("src/SUMMARY.md", "# Summary\n\n- [High water](high.md)\n");
    repo.write("src/high.md", "# High water\n\nTwice a day, more or less.\n")
        .commit("a", "2021-05-01T10:00:00Z");
    repo.write("src/SUMMARY.md", "# Summary\n\n- [High water](high.md)\n- [Low water](low.md)\n");
    repo.write("src/low.md", "# Low water\n\nSix hours later.\n").commit("b", "2022-06-01T10:00:00Z");
    repo.write("src/low.md", "# Low water\n\nSix hours later, and a quarter.\n")
        .commit("c", "2023-07-01T10:00:00Z");
    repo
}

/// Its three editions, as EPUBs, in `DIR/output`.
fn filed(repo: &Repo) -> TempDir {
    let place = TempDir::new().expect("a folder");
    done(place.path(), &["build", &repo.source(), "--formats", "epub", "--quiet"]);
    place
}

fn record(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("reads")).expect("JSON")
}

fn edition(place: &TempDir, name: &str) -> PathBuf {
    place.path().join("output/tide-tables").join(name)
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).expect("reads");
    bytes[at] ^= 1;
    std::fs::write(path, bytes).expect("writable");
}

/// Writes `SHA256SUMS` anew, as somebody does who wants a change to pass.
fn sum_again(edition: &Path) {
    let list = run(edition, &[], "sh", &["-c", "sha256sum *.cff *.bib *.json *.png *.epub > SHA256SUMS"]);
    assert_eq!(list.code, 0, "{}", list.err);
}

/// What lies beside the formats and the record of an edition.
const BESIDE: [&str; 6] =
    ["CITATION.cff", "card.png", "citation.bib", "citation.json", "cover-small.png", "cover.png"];

// Checking

#[test]
fn whole_editions_pass_with_us_and_with_coreutils() {
    let place = filed(&tide_tables());
    let verified = done(place.path(), &["verify"]);
    let lines: Vec<&str> = verified.out.lines().skip(2).take(3).collect();
    for (line, (name, link)) in
        lines.iter().zip([("2021-05-01", "first"), ("2022-06-01", "holds"), ("2023-07-01", "holds")])
    {
        assert!(line.starts_with(name) && line.contains(link) && line.contains("as it was made"), "{line}");
    }
    let last = edition(&place, "2023-07-01");
    let sum = run(&last, &[], "sha256sum", &["edition.json"]).out;
    assert!(verified.out.contains(sum.split(' ').next().expect("a sum")), "{}", verified.out);
    assert_eq!(run(&last, &[], "sha256sum", &["--strict", "-c", "SHA256SUMS"]).code, 0);
    let list = std::fs::read_to_string(last.join("SHA256SUMS")).expect("reads");
    let listed: Vec<&str> = list.lines().map(|line| &line[66..]).collect();
    assert_eq!(listed, [&BESIDE[..], &["edition.json", "tide-tables-2023-07-01.epub"]].concat());
    // A part of it passes, too.
    assert!(done(&last, &["verify", "."]).out.contains("not here"));
    done(place.path(), &["verify", "output/tide-tables"]);
}

/// Changes one thing in the edition of 2022 and looks for what is said.
fn changed(change: impl Fn(&Path), said: &[&str]) {
    let place = filed(&tide_tables());
    change(&edition(&place, "2022-06-01"));
    let run = bindery(place.path(), &["verify"]);
    assert_eq!(run.code, 1, "{}", run.out);
    for text in said {
        assert!(run.out.contains(text), "{text:?} is not in\n{}", run.out);
    }
    let again = bindery(place.path(), &["verify", "--json"]);
    let value: Value = serde_json::from_str(&again.out).expect("JSON");
    assert_eq!((again.code, &value["ok"]), (1, &json!(false)));
}

#[test]
fn a_changed_byte_is_named_with_its_file() {
    changed(
        |edition| flip(&edition.join("tide-tables-2022-06-01.epub"), 5000),
        &[
            "2022-06-01/tide-tables-2022-06-01.epub: has the SHA-256",
            "not that in SHA256SUMS and edition.json",
        ],
    );
    changed(
        |edition| std::fs::write(edition.join("tide-tables-2022-06-01.epub"), "short").expect("writable"),
        &["tide-tables-2022-06-01.epub: has 5 bytes, and not the number in edition.json"],
    );
}

#[test]
fn missing_and_surplus_files_are_named() {
    changed(
        |edition| std::fs::remove_file(edition.join("tide-tables-2022-06-01.epub")).expect("there"),
        &["tide-tables-2022-06-01.epub: is missing, but listed in SHA256SUMS and edition.json"],
    );
    changed(|edition| write(edition, "notes.txt", "mine"), &["2022-06-01/notes.txt: is in no list"]);
    changed(
        |edition| std::fs::remove_file(edition.join("edition.json")).expect("there"),
        &["2022-06-01/edition.json: is missing", "the link to the edition 2022-06-01 is broken"],
    );
    changed(
        |edition| std::fs::remove_file(edition.join("SHA256SUMS")).expect("there"),
        &["2022-06-01/SHA256SUMS: is missing"],
    );
}

#[test]
fn a_changed_hash_is_named() {
    let alter = |edition: &Path, file: &str, last: bool| {
        let text = std::fs::read_to_string(edition.join(file)).expect("reads");
        let key = if file == "edition.json" { "\"sha256\": \"" } else { "" };
        let at = if last { text.rfind(key) } else { text.find(key) };
        flip(&edition.join(file), at.expect("the key") + key.len());
    };
    changed(
        |edition| alter(edition, "edition.json", true),
        &[
            "2022-06-01/edition.json: has the SHA-256",
            "2022-06-01/card.png: has the SHA-256",
            "and not that in edition.json",
        ],
    );
    changed(
        |edition| alter(edition, "edition.json", false),
        &["2022-06-01/edition.json: the link to the edition 2021-05-01 is broken: it holds"],
    );
    changed(|edition| alter(edition, "SHA256SUMS", false), &["2022-06-01/"]);
}

#[test]
fn a_changed_record_breaks_the_link_that_follows() {
    let change = |edition: &Path| {
        let path = edition.join("edition.json");
        let text = std::fs::read_to_string(&path).expect("reads");
        std::fs::write(&path, text.replace("A. Gauge", "B. Gauge")).expect("writable");
        sum_again(edition);
    };
    changed(change, &["2023-07-01/edition.json: the link to the edition 2022-06-01 is broken: it holds"]);
    let place = filed(&tide_tables());
    change(&edition(&place, "2022-06-01"));
    assert_eq!(
        bindery(place.path(), &["verify", "output/tide-tables/2022-06-01"]).code,
        0,
        "by itself it passes"
    );
}

#[test]
fn a_missing_edition_breaks_the_chain_but_for_the_first() {
    changed(
        |edition| std::fs::remove_dir_all(edition).expect("there"),
        &["2023-07-01/edition.json: the link to the edition 2022-06-01 is broken: that edition (urn:uuid:"],
    );
    let place = filed(&tide_tables());
    std::fs::remove_dir_all(edition(&place, "2021-05-01")).expect("there");
    assert!(done(place.path(), &["verify"]).out.contains("not here"));
}

#[test]
fn what_a_stranger_wrote_leads_nowhere() {
    let set = |edition: &Path, change: fn(&mut Value)| {
        let path = edition.join("edition.json");
        let mut value = record(&path);
        change(&mut value);
        std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
    };
    for name in ["../../../secret", "/etc/passwd", "a\\..\\b", "c:x", ""] {
        changed(
            |edition| {
                let path = edition.join("edition.json");
                let mut value = record(&path);
                value["formats"][0]["file"] = json!(name);
                std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
            },
            &["which is no path inside the folder"],
        );
    }
    changed(
        |edition| std::fs::write(edition.join("edition.json"), "{\"schema\": 1,").expect("writable"),
        &["edition.json: it is not valid JSON: EOF", "help: take the file from another copy"],
    );
    changed(
        |edition| set(edition, |v| v["formats"] = json!(7)),
        &["it is no record of an edition: invalid type"],
    );
    changed(
        |edition| set(edition, |v| v["schema"] = json!(99)),
        &["a form that this version of Bindery does not know"],
    );
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    changed(
        |edition| std::fs::write(edition.join("edition.json"), &deep).expect("writable"),
        &["it is not valid JSON: recursion limit"],
    );
    changed(
        |edition| write(edition, "SHA256SUMS", "not a list\n"),
        &["2022-06-01/SHA256SUMS: line 1 is no checksum"],
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    changed(
        |edition| {
            let file = edition.join("tide-tables-2022-06-01.epub");
            std::fs::rename(&file, edition.join("../../elsewhere.epub")).expect("moved");
            std::os::unix::fs::symlink("../../elsewhere.epub", &file).expect("a link");
        },
        &["tide-tables-2022-06-01.epub: is no plain file"],
    );
}

/// Writes the lists of a bag anew but for what they are to say.
fn bag_again(folder: &Path, payload: &str) {
    let script = format!(
        "{payload} > manifest-sha256.txt; sha256sum bagit.txt bag-info.txt manifest-sha256.txt > tagmanifest-sha256.txt"
    );
    let run = run(folder, &[], "sh", &["-c", &script]);
    assert_eq!(run.code, 0, "{}", run.err);
}

/// Changes the bag of 2022 and looks for what is said.
fn changed_bag(bags: &TempDir, change: impl Fn(&Path), said: &[&str]) {
    let copy = TempDir::new().expect("a folder");
    for (name, bytes) in files(&bags.path().join("output")) {
        write(copy.path(), &format!("output/{name}"), bytes);
    }
    change(&edition(&copy, "2022-06-01"));
    let run = bindery(copy.path(), &["verify"]);
    assert_eq!(run.code, 1, "{}", run.out);
    for text in said {
        assert!(run.out.contains(text), "{text:?} is not in\n{}", run.out);
    }
}

#[test]
fn an_emptied_list_vouches_for_nothing() {
    let tamper = |edition: &Path| {
        let path = edition.join("edition.json");
        let text = std::fs::read_to_string(&path).expect("reads");
        std::fs::write(&path, text.replace("A. Gauge", "B. Gauge")).expect("writable");
    };
    for list in ["", "\n"] {
        let place = filed(&tide_tables());
        let last = edition(&place, "2023-07-01");
        tamper(&last);
        write(&last, "SHA256SUMS", list);
        let run = bindery(place.path(), &["verify"]);
        assert!(run.code == 1 && run.out.contains("2023-07-01/SHA256SUMS: "), "{}", run.out);
    }
    changed(|edition| write(edition, "SHA256SUMS", ""), &["2022-06-01/SHA256SUMS: names no file\n  help: "]);
    let without = |edition: &Path, name: &str| {
        let path = edition.join("SHA256SUMS");
        let text = std::fs::read_to_string(&path).expect("reads");
        let lines: String = text.lines().filter(|l| !l.ends_with(name)).map(|l| format!("{l}\n")).collect();
        std::fs::write(path, lines).expect("writable");
    };
    for name in ["edition.json", "citation.bib"] {
        changed(|edition| without(edition, name), &[&format!("/{name}: is not listed in SHA256SUMS")]);
    }
    changed(
        |edition| {
            let path = edition.join("edition.json");
            let mut value = record(&path);
            value["files"] = json!([]);
            std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
            sum_again(edition);
        },
        &["2022-06-01/CITATION.cff: is not listed in edition.json"],
    );
}

#[test]
fn a_bag_that_is_incomplete_or_misdeclared_is_none() {
    let bags = TempDir::new().expect("a folder");
    done(bags.path(), &["build", &tide_tables().source(), "--formats", "epub", "--quiet", "--bagit"]);
    changed_bag(
        &bags,
        |bag| write(bag, "tagmanifest-sha256.txt", ""),
        &["2022-06-01/tagmanifest-sha256.txt: names no file"],
    );
    changed_bag(&bags, |bag| bag_again(bag, "true"), &["2022-06-01/manifest-sha256.txt: names no file"]);
    changed_bag(
        &bags,
        |bag| bag_again(bag, "sha256sum data/*.json"),
        &["data/SHA256SUMS: is not listed in manifest-sha256.txt", "data/CITATION.cff: is not listed in"],
    );
    changed_bag(
        &bags,
        |bag| {
            let list = "sha256sum bagit.txt bag-info.txt > tagmanifest-sha256.txt";
            assert_eq!(run(bag, &[], "sh", &["-c", list]).code, 0);
        },
        &["2022-06-01/manifest-sha256.txt: is not listed in tagmanifest-sha256.txt"],
    );
    for declared in [
        "BagIt-Version: 1.0\n",
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
        "BagIt-Version: 9.9\nTag-File-Character-Encoding: UTF-8\n",
        "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: x\n",
        "\u{feff}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
    ] {
        changed_bag(
            &bags,
            |bag| {
                write(bag, "bagit.txt", declared);
                bag_again(bag, "sha256sum data/*");
            },
            &["2022-06-01/bagit.txt: does not hold just the lines `BagIt-Version: 1.0` and `Tag-File-"],
        );
    }
}

#[test]
fn a_list_without_end_takes_no_time_and_is_no_flood() {
    let place = filed(&tide_tables());
    let middle = edition(&place, "2022-06-01");
    let path = middle.join("SHA256SUMS");
    let mut list = std::fs::read_to_string(&path).expect("reads");
    let sum = "0".repeat(64);
    list.extend((0..300_000).map(|n| format!("{sum}  zz{n:06}\n")));
    std::fs::write(&path, list).expect("writable");
    flip(&middle.join("tide-tables-2022-06-01.epub"), 5000);
    let start = std::time::Instant::now();
    let run = bindery(place.path(), &["verify"]);
    // Where each line looked through all before it, minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    assert_eq!(run.out.matches("is missing").count(), 50);
    assert!(run.out.contains("zz000049: is missing, but listed in SHA256SUMS"), "{}", run.out);
    assert!(run.out.contains("… and 299 950 more of output/tide-tables/2022-06-01\n"), "{}", run.out);
    assert!(run.out.contains("2022-06-01.epub: has the SHA-256"), "other kinds are said: {}", run.out);
    let value: Value = serde_json::from_str(&bindery(place.path(), &["verify", "--json"]).out).expect("JSON");
    let one = &value["editions"][1];
    assert_eq!(
        (one["problems"].as_array().map(Vec::len), &one["more-problems"]),
        (Some(51), &json!(299_950))
    );
}

#[cfg(unix)]
#[test]
fn nothing_that_is_read_drives_the_terminal_or_makes_lines() {
    let place = filed(&tide_tables());
    let middle = edition(&place, "2022-06-01");
    let path = middle.join("edition.json");
    let evil = "x\n2099-01-01  as it was made\u{1b}[8m\u{202e}\u{2066}\u{9b}y\r";
    let mut value = record(&path);
    value["name"] = json!(evil);
    value["identifier"] = json!(evil);
    value["previous"]["name"] = json!(evil);
    value["previous"]["sha256"] = json!(evil);
    value["formats"][0]["file"] = json!(evil);
    value["files"][0]["sha256"] = json!(evil);
    value["generator"]["version"] = json!(evil);
    std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
    write(&middle, evil, "surplus");
    let repo = tide_tables();
    for more in [&[][..], &["--rebuild", "--source", &repo.source()]] {
        let run = bindery(place.path(), &[&["verify"][..], more].concat());
        assert_eq!(run.code, 1);
        let text = format!("{}{}", run.out, run.err);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{9b}', '\r']), "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with("2099")), "{text}");
        let shown = r"x\n2099-01-01  as it was made\u{1b}[8m\u{202e}\u{2066}\u{9b}y\r";
        for said in [
            &format!("\n{shown}  "),
            &format!("2022-06-01/{shown}: "),
            &format!("the link to the edition {shown} is broken: it holds {shown}"),
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
    // Nor does a name without end fill it.
    value["name"] = json!("n".repeat(1_000_000));
    std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
    assert!(bindery(place.path(), &["verify"]).out.len() < 20_000);
}

#[test]
fn a_second_record_of_an_edition_is_not_hidden_behind_the_first() {
    let place = filed(&tide_tables());
    let copy = |to: &str| {
        for (name, bytes) in files(&edition(&place, "2022-06-01")) {
            write(&edition(&place, to), &name, bytes);
        }
        edition(&place, to)
    };
    // Copies of the same bytes are welcome.
    let forged = copy("2022-06-01-b");
    done(place.path(), &["verify"]);
    let path = forged.join("edition.json");
    let text = std::fs::read_to_string(&path).expect("reads");
    std::fs::write(&path, text.replace("A. Gauge", "B. Gauge")).expect("writable");
    sum_again(&forged);
    let run = bindery(place.path(), &["verify"]);
    assert_eq!(run.code, 1, "{}", run.out);
    let said = "error: output/tide-tables/2022-06-01-b/edition.json: has the SHA-256 ";
    let line = run.out.lines().find(|line| line.starts_with(said)).expect("it is said");
    for part in [
        "that of the same identifier in output/tide-tables/2022-06-01 has ",
        "the edition 2023-07-01 follows that one",
    ] {
        assert!(line.contains(part), "{line}");
    }
    assert_eq!(run.out.matches("error: ").count(), 1, "{}", run.out);
    // Whichever comes first.
    std::fs::rename(&forged, edition(&place, "2022-01-01")).expect("moved");
    let run = bindery(place.path(), &["verify"]);
    assert!(run.out.contains("2022-01-01/edition.json: has the SHA-256"), "{}", run.out);
    // And where nothing points to either.
    std::fs::remove_dir_all(edition(&place, "2023-07-01")).expect("there");
    let run = bindery(place.path(), &["verify"]);
    assert!(run.code == 1 && run.out.contains("no edition here follows either"), "{}", run.out);
}

#[test]
fn a_folder_without_editions_is_wrong_usage() {
    let place = TempDir::new().expect("a folder");
    for (folder, said) in [(".", "there is no edition in `.`"), ("gone", "`gone` is no folder")] {
        let run = bindery(place.path(), &["verify", folder]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert_eq!(bindery(place.path(), &["verify", "--rebuild"]).code, 2, "it needs a source");
}

// Building again

#[test]
fn another_clone_gives_the_same_bytes_and_a_changed_byte_is_found() {
    let repo = tide_tables();
    let place = TempDir::new().expect("a folder");
    done(place.path(), &["build", &repo.source(), "--quiet"]);
    let clone = repo.beside("another-name");
    let source = clone.to_string_lossy().into_owned();
    git_in(&repo.path(), &repo.path(), "2000-01-01T00:00:00Z", &["clone", "--quiet", ".", &source]);
    let again = ["verify", "--rebuild", "--source", &source];
    let run = done(place.path(), &again);
    assert_eq!(run.out.matches("same bytes").count(), 3, "{}", run.out);

    flip(&edition(&place, "2022-06-01").join("tide-tables-2022-06-01.epub"), 0);
    let text =
        std::fs::read(edition(&place, "2023-07-01").join("tide-tables-2023-07-01.pdf")).expect("reads");
    flip(&edition(&place, "2023-07-01").join("tide-tables-2023-07-01.pdf"), text.len() / 2);
    let run = bindery(place.path(), &again);
    assert_eq!(run.code, 1);
    let at = format!("2023-07-01.pdf: built again, differs from byte {} on", text.len() / 2);
    for said in ["2022-06-01.epub: built again, differs from byte 0 on, in the entry `mimetype`", &at] {
        assert!(run.out.contains(said), "{said}: {}", run.out);
    }
    assert_eq!(run.out.matches("same bytes").count(), 1, "{}", run.out);
}

#[test]
fn a_record_that_was_changed_with_its_sums_is_found_by_building_again() {
    let repo = tide_tables();
    let place = filed(&repo);
    let last = edition(&place, "2023-07-01");
    let path = last.join("edition.json");
    let text = std::fs::read_to_string(&path).expect("reads");
    std::fs::write(&path, text.replace("A. Gauge", "B. Gauge")).expect("writable");
    sum_again(&last);
    done(place.path(), &["verify"]);
    let run = bindery(place.path(), &["verify", "--rebuild", "--source", &repo.source()]);
    assert!(run.out.contains("2023-07-01/edition.json: built again, differs"), "{}", run.out);
    assert!(run.out.contains("in `authors`"), "{}", run.out);
}

#[test]
fn a_record_allows_itself_nothing() {
    let repo = tide_tables();
    let place = filed(&repo);
    let path = edition(&place, "2021-05-01").join("edition.json");
    let mut value = record(&path);
    let evil = place.path().join("evil");
    value["settings"]["output"] = json!(evil.to_string_lossy());
    value["settings"]["preprocessors.allow"] = json!(true);
    value["settings"]["x\noutput"] = json!(evil.to_string_lossy());
    value["generator"]["version"] = json!("0.0.1");
    std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
    let run = bindery(
        place.path(),
        &["verify", "output/tide-tables/2021-05-01", "--rebuild", "--source", &repo.source()],
    );
    assert_eq!(run.code, 1);
    assert!(!evil.exists());
    assert!(run.out.contains("it was made with `--allow-preprocessors`, which counts only"), "{}", run.out);
    assert!(run.out.contains("it was made by bindery 0.0.1"), "{}", run.out);
    value["revision"]["commit"] = json!("HEAD");
    std::fs::write(&path, serde_json::to_vec(&value).expect("JSON")).expect("writable");
    let run = bindery(place.path(), &["verify", "--rebuild", "--source", &repo.source()]);
    assert!(run.out.contains("can't be built again"), "{}", run.out);
}

#[test]
fn a_record_can_t_ask_for_more_than_an_edition_needs() {
    let repo = tide_tables();
    let place = filed(&repo);
    let path = edition(&place, "2021-05-01").join("edition.json");
    let whole = record(&path);
    let again = ["verify", "output/tide-tables/2021-05-01", "--rebuild", "--source", &repo.source()];
    let many = |texts: usize, long: usize| json!(vec!["x".repeat(long); texts]);
    for (key, value, said) in [
        ("title", json!("x".repeat(400_000)), "sets title to a text of 400000 characters"),
        ("authors", many(2, 300_000), "sets authors to a text of 300000 characters"),
        ("authors", many(1001, 1), "sets authors to a list of 1001 entries"),
        ("authors", many(900, 1000), "has settings of 9000"),
        ("identifiers", json!([{"doi": "x".repeat(2001)}]), "sets identifiers to a text of 2001 characters"),
    ] {
        let mut forged = whole.clone();
        forged["settings"][key] = value;
        std::fs::write(&path, serde_json::to_vec(&forged).expect("JSON")).expect("writable");
        let run = bindery(place.path(), &again);
        assert_eq!(run.code, 1, "{}", run.out);
        assert!(run.out.contains(&format!("can't be built again: edition.json {said}")), "{}", run.out);
        assert!(run.out.contains("help: no edition needs that"), "{}", run.out);
    }
    // What one may well have is built.
    let mut forged = whole;
    forged["settings"]["title"] = json!("x".repeat(2000));
    std::fs::write(&path, serde_json::to_vec(&forged).expect("JSON")).expect("writable");
    let run = bindery(place.path(), &again);
    assert!(run.out.contains("edition.json: built again, differs"), "{}", run.out);
}

#[test]
fn the_recorded_command_gives_every_byte_again_whatever_has_happened_since() {
    let repo = tide_tables();
    repo.tag("v3").git(&["remote", "add", "origin", "https://example.org/tides.git"]);
    repo.write("src/high.md", "# High water\n\nOn the same day.\n").commit("d", "2023-07-01T12:00:00Z");
    let set = "subtitle=\"It's $HOME \\\"again\\\"\"";
    let place = TempDir::new().expect("a folder");
    let flags = ["--tags", "v*", "--formats", "epub", "--set", set, "--set", "math=true", "--quiet"];
    done(place.path(), &[&["build", &repo.source(), "--every", "year"][..], &flags].concat());
    assert_eq!(names(&place.path().join("output")).len(), 4 * 9);

    // Another title, other tags, another remote, and a configuration.
    repo.git(&["tag", "--delete", "v3"]);
    repo.git(&["tag", "v4", "HEAD~1"]);
    repo.git(&["remote", "remove", "origin"]);
    repo.write("bindery.toml", "title = \"No more\"\n[pdf]\npaper = \"a5\"\n");
    repo.write("book.toml", "[book]\ntitle = \"Tides\"\n").commit("e", "2024-01-01T10:00:00Z");

    let again = TempDir::new().expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_bindery")).parent().expect("a folder").to_string_lossy();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    for (name, bytes) in files(&place.path().join("output")) {
        if name.ends_with("edition.json") {
            let value: Value = serde_json::from_slice(&bytes).expect("JSON");
            let command = value["rebuild"].as_str().expect("a command");
            assert!(command.starts_with("bindery build https://example.org/tides --at "), "{command}");
            let command = command.replacen("https://example.org/tides", &repo.source(), 1);
            let run = run(again.path(), &[("PATH", &path)], "sh", &["-c", &command]);
            assert_eq!(run.code, 0, "{command}: {}", run.err);
        }
    }
    let mut rebuilt = files(&again.path().join("output"));
    // A file of an edition lies in a folder; the catalogue's don't.
    rebuilt.retain(|(name, _)| name.contains('/'));
    assert_eq!(files(&place.path().join("output")), rebuilt);
    let run = done(place.path(), &["verify", "--rebuild", "--source", &repo.source()]);
    assert_eq!(run.out.matches("same bytes").count(), 4, "{}", run.out);
}

#[test]
fn snapshots_are_built_again_by_their_dates() {
    let place = TempDir::new().expect("a folder");
    for (name, text) in [("2021-01", "One."), ("2021-02", "Two."), ("third", "Three.")] {
        write(place.path(), &format!("notes/{name}.md"), format!("# Notes\n\n{text}\n"));
    }
    done(place.path(), &["build", "notes", "--formats", "epub", "--quiet"]);
    let run = done(place.path(), &["verify", "output", "--rebuild", "--source", "notes"]);
    assert_eq!(run.out.matches("same bytes").count(), 2, "{}", run.out);
    let list = "[[edition]]\ndate = \"2021\"\npath = \"third.md\"\n[[edition]]\ndate = \"2022\"\npath = \"2021-01.md\"\n";
    write(place.path(), "notes/bindery.toml", list);
    done(place.path(), &["build", "notes", "--formats", "epub", "--quiet", "--output", "listed"]);
    std::fs::remove_file(place.path().join("notes/bindery.toml")).expect("there");
    let run = done(place.path(), &["verify", "listed", "--rebuild", "--source", "notes"]);
    assert_eq!(run.out.matches("same bytes").count(), 2, "{}", run.out);
}

#[test]
fn neither_place_nor_time_zone_nor_locale_nor_threads_have_a_say() {
    let repo = tide_tables();
    let other = repo.beside("elsewhere/tables");
    let other = other.to_string_lossy();
    git_in(&repo.path(), &repo.path(), "2000-01-01T00:00:00Z", &["clone", "--quiet", ".", &other]);
    let build = |source: &str, environment: &[(&str, &str)]| {
        let place = TempDir::new().expect("a folder");
        let run = run(
            place.path(),
            environment,
            env!("CARGO_BIN_EXE_bindery"),
            &["build", source, "--quiet", "--no-catalogue"],
        );
        assert_eq!(run.code, 0, "{}", run.err);
        files(&place.path().join("output"))
    };
    let one = build(&repo.source(), &[("RAYON_NUM_THREADS", "1"), ("TZ", "UTC"), ("LC_ALL", "C")]);
    let environment = [
        ("RAYON_NUM_THREADS", "2"),
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "ar_EG.UTF-8"),
        ("SOURCE_DATE_EPOCH", "86400"),
    ];
    assert_eq!(one.len(), 3 * 10);
    assert!(one == build(&other, &environment), "other bytes");
}

#[test]
fn the_environment_dates_drafts_and_nothing_else() {
    let place = TempDir::new().expect("a folder");
    write(place.path(), "notes.md", "# Notes\n\nText.\n");
    let flags = ["build", "notes.md", "--formats", "epub", "--quiet"];
    let run = run(place.path(), &[("SOURCE_DATE_EPOCH", "86400")], env!("CARGO_BIN_EXE_bindery"), &flags);
    assert_eq!(run.code, 0, "{}", run.err);
    let folder = place.path().join("output/notes/draft");
    let value = record(&folder.join("edition.json"));
    assert_eq!(value["timestamp"], "1970-01-02T00:00:00Z");
    assert_eq!(value["rebuild"], Value::Null);
    let run = done(place.path(), &["verify", "--rebuild", "--source", "."]);
    assert!(run.out.contains("skipped") && run.out.contains("a draft was made from files"), "{}", run.out);
}

// The edition before

#[test]
fn a_run_that_is_cut_continues_the_chain() {
    let repo = tide_tables();
    let place = filed(&repo);
    let whole = files(&place.path().join("output"));
    let without =
        |name: &str| whole.iter().filter(|(path, _)| path.contains(name)).cloned().collect::<Vec<_>>();
    let source = repo.source();
    for flags in [
        &["--since", "2023"][..],
        &["--latest", "--previous", "2022"],
        &["--at", "2023-07", "--previous", "HEAD~1"],
    ] {
        let all = [&["build", &source, "--formats", "epub", "--quiet"], flags].concat();
        // With the others beside it, all bytes are those of the whole run.
        std::fs::remove_dir_all(edition(&place, "2023-07-01")).expect("there");
        done(place.path(), &all);
        assert!(files(&place.path().join("output")) == whole, "{flags:?}");
        // Without them, the link alone is missing.
        let alone = TempDir::new().expect("a folder");
        done(alone.path(), &all);
        let folder = alone.path().join("output");
        for (path, bytes) in files(&folder) {
            let same =
                without("2023-07-01").iter().any(|(name, of_whole)| *name == path && *of_whole == bytes);
            let chained = path.ends_with("edition.json") || path.ends_with("SHA256SUMS");
            assert_eq!(same, !chained, "{path}");
        }
        let value = record(&folder.join("tide-tables/2023-07-01/edition.json"));
        assert_eq!(value["previous"]["date"], "2022-06-01");
        assert_eq!(value["previous"]["sha256"], Value::Null);
        assert!(done(alone.path(), &["verify"]).out.contains("no hash"));
    }
}

#[test]
fn an_edition_that_no_later_one_follows_is_named() {
    let repo = tide_tables();
    let place = filed(&repo);
    let whole = done(place.path(), &["verify"]).out;
    assert!(whole.contains("The last edition.json of tide-tables has") && !whole.contains("note"), "{whole}");
    let source = repo.source();
    done(
        place.path(),
        &["build", &source, "--at", "2023", "--previous", "2021", "--formats", "epub", "--quiet"],
    );
    let forked = done(place.path(), &["verify"]).out;
    assert!(forked.contains("note: no later edition follows 2022-06-01, whose edition.json has"), "{forked}");
}

#[test]
fn one_edition_names_none_before_it_unless_it_is_told() {
    let repo = tide_tables();
    let place = TempDir::new().expect("a folder");
    let source = repo.source();
    let latest = ["build", &source, "--latest", "--formats", "epub", "--verbose"];
    let run = done(place.path(), &latest);
    assert!(
        run.err.contains("note[edition-alone]: the edition of 2023-07-01 names none before it"),
        "{}",
        run.err
    );
    let value = record(&edition(&place, "2023-07-01").join("edition.json"));
    assert_eq!((&value["previous"], &value["first"]), (&Value::Null, &Value::Null));
    let rebuilt = |first: Value| {
        let record = record(&edition(&place, "2023-07-01").join("edition.json"));
        assert_eq!(record["first"], first);
        let command = record["rebuild"].as_str().expect("a command");
        assert_eq!(command.contains("--previous none"), first == json!(true), "{command}");
        done(place.path(), &["verify", "--rebuild", "--source", &source]);
    };
    rebuilt(Value::Null);
    for (flags, first) in [(&["--previous", "none"][..], json!(true)), (&["--previous", "2021"], Value::Null)]
    {
        let run = done(place.path(), &[&latest[..], flags].concat());
        assert!(!run.err.contains("edition-alone"), "{}", run.err);
        rebuilt(first);
    }
    for (wanted, said) in
        [("HEAD", "is the revision of the edition itself"), ("v9", "there is no revision `v9`")]
    {
        let run = bindery(place.path(), &[&latest[..], &["--previous", wanted]].concat());
        assert_eq!(run.code, 1);
        assert!(run.err.contains(said), "{}", run.err);
    }
    let later = ["build", &source, "--at", "2021", "--previous", "2022", "--formats", "epub"];
    let run = bindery(place.path(), &later);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains(
            "`--previous 2022` is of 2022-06-01, and the edition that is to follow it of 2021-05-01"
        )
    );
}

// Packages

#[test]
fn a_bag_holds_the_same_files_and_is_checked() {
    let repo = tide_tables();
    let place = filed(&repo);
    let plain = files(&place.path().join("output"));
    let bags = TempDir::new().expect("a folder");
    done(bags.path(), &["build", &repo.source(), "--formats", "epub", "--quiet", "--bagit"]);
    let all = files(&bags.path().join("output"));
    let payload: Vec<(String, Vec<u8>)> = all
        .iter()
        .filter(|(name, _)| name.contains("/data/"))
        .map(|(name, bytes)| (name.replace("/data/", "/"), bytes.clone()))
        .collect();
    assert!(payload == plain, "the edition's own files are the same");
    let folder = edition(&bags, "2022-06-01");
    assert_eq!(
        names(&folder),
        [
            "bag-info.txt",
            "bagit.txt",
            "data/CITATION.cff",
            "data/SHA256SUMS",
            "data/card.png",
            "data/citation.bib",
            "data/citation.json",
            "data/cover-small.png",
            "data/cover.png",
            "data/edition.json",
            "data/tide-tables-2022-06-01.epub",
            "manifest-sha256.txt",
            "tagmanifest-sha256.txt"
        ]
    );
    let info = std::fs::read_to_string(folder.join("bag-info.txt")).expect("reads");
    let octets: usize = payload.iter().filter(|(n, _)| n.contains("2022-06-01")).map(|(_, b)| b.len()).sum();
    let identifier =
        record(&folder.join("data/edition.json"))["identifier"].as_str().expect("one").to_owned();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        info,
        format!(
            "Bag-Software-Agent: Bindery {version}\nBagging-Date: 2022-06-01\n\
             External-Description: Tide Tables, edition 2022-06-01\nExternal-Identifier: {identifier}\n\
             Payload-Oxum: {octets}.9\n"
        )
    );
    for list in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
        assert_eq!(run(&folder, &[], "sha256sum", &["--strict", "-c", list]).code, 0, "{list}");
    }
    let run = done(bags.path(), &["verify", "--rebuild", "--source", &repo.source()]);
    assert_eq!(
        (run.out.matches("(bag)").count(), run.out.matches("same bytes").count()),
        (3, 3),
        "{}",
        run.out
    );
    for (file, said) in [
        ("bag-info.txt", "bag-info.txt: has the SHA-256"),
        ("data/SHA256SUMS", "data/SHA256SUMS: has the SHA-256"),
        ("manifest-sha256.txt", "manifest-sha256.txt: "),
    ] {
        flip(&folder.join(file), 3);
        let run = bindery(bags.path(), &["verify"]);
        assert!(run.code == 1 && run.out.contains(said), "{file}: {}", run.out);
        flip(&folder.join(file), 3);
    }
    std::fs::remove_file(folder.join("bagit.txt")).expect("there");
    let run = bindery(bags.path(), &["verify"]);
    assert!(run.code == 1 && run.out.contains("2022-06-01/bagit.txt: is missing"), "{}", run.out);
}

#[test]
fn what_an_earlier_run_left_goes_and_what_is_someone_elses_stays() {
    let repo = tide_tables();
    let place = TempDir::new().expect("a folder");
    let folder = edition(&place, "2023-07-01");
    let build = |flags: &[&str]| {
        done(place.path(), &[&["build", &repo.source(), "--latest", "--quiet"], flags].concat());
        names(&folder)
    };
    build(&[]);
    write(&folder, "notes.txt", "mine");
    let mut plain =
        [&BESIDE[..], &["SHA256SUMS", "edition.json", "notes.txt", "tide-tables-2023-07-01.epub"]].concat();
    plain.sort_unstable();
    assert_eq!(build(&["--formats", "epub"]), plain, "the PDF is gone");
    let bag = build(&["--formats", "epub", "--bagit"]);
    assert_eq!(bag.iter().filter(|name| !name.contains('/')).count(), 5, "{bag:?}");
    assert!(bag.contains(&"notes.txt".to_owned()));
    assert_eq!(build(&["--formats", "epub"]), plain, "the bag is gone");
    let run = bindery(place.path(), &["verify"]);
    assert!(run.out.contains("notes.txt: is in no list"), "{}", run.out);
    std::fs::remove_file(folder.join("notes.txt")).expect("there");
    done(place.path(), &["verify"]);
}
