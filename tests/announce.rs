//! Announcements: what they say of an edition, and that nothing in a record
//! becomes more than text. `BINDERY_BLESS=1` rewrites the expected ones in
//! `tests/announce`; read what changed before it is committed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Options, Parser, Tag};
use tempfile::TempDir;

use self::common::run::{bindery, done, names, run};
use self::common::{Repo, write};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/announce")
}

/// What is announced of the edition in a folder of `tests/announce`.
fn announced(output: &str, more: &[&str]) -> String {
    done(&root(), &[&["announce", "--output", output][..], more].concat()).out
}

#[test]
fn announcements_are_as_expected() {
    for (name, arguments) in [
        ("release.md", &["--github", "owner/tides@v2"][..]),
        ("post.md", &["--for", "post", "--base-url", "https://example.org/editions/"]),
    ] {
        let text = announced("output", arguments);
        assert_eq!(text, announced("output", arguments), "each time the same");
        let golden = root().join(name);
        if std::env::var_os("BINDERY_BLESS").is_some() {
            std::fs::write(&golden, &text).expect("writable");
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        assert!(text == expected, "{name} is not as expected; BINDERY_BLESS=1 writes it\n{text}");
    }
}

/// What Markdown makes of a text: its headings, and where its links lead.
fn read(text: &str) -> (Vec<String>, Vec<String>, usize) {
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map(|(_, body)| body);
    let (mut headings, mut links, mut html) = (Vec::new(), Vec::new(), 0);
    let mut heading = None::<String>;
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_MATH;
    for event in Parser::new_ext(body.unwrap_or(text), options) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(pulldown_cmark::TagEnd::Heading(_)) => headings.extend(heading.take()),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.into_string());
            }
            Event::Html(_) | Event::InlineHtml(_) | Event::InlineMath(_) | Event::DisplayMath(_) => html += 1,
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            Event::Start(_)
            | Event::End(_)
            | Event::FootnoteReference(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }
    (headings, links, html)
}

#[test]
fn nothing_in_a_record_becomes_more_than_text() {
    for kind in ["release", "post"] {
        let text = announced("hostile", &["--for", kind, "--base-url", "https://example.org/e"]);
        let (headings, links, html) = read(&text);
        assert_eq!(html, 0, "{text}");
        let parts = ["What changed", "Downloads", "Checksums", "How to cite it", "Source"];
        let own = headings.iter().rev().take(parts.len()).rev().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(own, parts, "{text}");
        assert_eq!(headings.len(), parts.len() + usize::from(kind == "release"), "{headings:?}");
        for link in &links {
            let known = ["https://example.org/e/", "https://doi.org/"];
            let own = link.starts_with("https://evil.example/%29%3Cb%3E/")
                || link.starts_with("https://evil.example/)");
            assert!(own || known.iter().any(|start| link.starts_with(start)), "{link}\n{text}");
        }
        // What generators of web pages read before Markdown does.
        for sign in ["{{", "}}", "{%", "%}"] {
            assert!(!text.contains(sign), "{sign}\n{text}");
        }
        assert!(!text.contains("javascript:"), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
        if kind == "post" {
            let head = text.split("\n---\n").next().expect("front matter");
            assert_eq!(head.lines().count(), 4, "{head}");
        }
    }
}

#[test]
fn links_lead_from_where_the_announcement_is() {
    let place = TempDir::new().expect("a folder");
    let record = std::fs::read_to_string(root().join("output/tides/2025-02-08/edition.json")).expect("reads");
    write(place.path(), "output/tides/2025-02-08/edition.json", &record);
    write(place.path(), "bag/tides/2025-02-08/data/edition.json", &record);
    let first = |text: &str| read(text).1.into_iter().find(|link| link.ends_with(".pdf")).expect("a PDF");
    assert_eq!(first(&done(place.path(), &["announce"]).out), "tides-2025-02-08.pdf");
    let to = |to: &str, file: &str| {
        let said = done(place.path(), &["announce", "2025-02-08", "--to", to]);
        assert_eq!(said.out, "");
        assert!(said.err.contains(file), "{}", said.err);
        first(&std::fs::read_to_string(place.path().join(file)).expect("written"))
    };
    assert_eq!(to("notes.md", "notes.md"), "output/tides/2025-02-08/tides-2025-02-08.pdf");
    assert_eq!(to("posts/", "posts/announcement.md"), "../output/tides/2025-02-08/tides-2025-02-08.pdf");
    let bag = done(place.path(), &["announce", "--output", "bag", "tides"]).out;
    assert_eq!(first(&bag), "data/tides-2025-02-08.pdf");
    let folder = done(place.path(), &["announce", "output/tides/2025-02-08"]).out;
    assert_eq!(folder, done(place.path(), &["announce", "tides/2025-02-08"]).out);
}

#[test]
fn the_edition_has_to_be_one() {
    let place = TempDir::new().expect("a folder");
    let record = std::fs::read_to_string(root().join("output/tides/2025-02-08/edition.json")).expect("reads");
    let refused = |arguments: &[&str], why: &str| {
        let said = bindery(place.path(), &[&["announce"][..], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(why), "{arguments:?}: {}", said.err);
    };
    refused(&[], "there is no edition in `output`");
    write(place.path(), "output/tides/2025-02-08/edition.json", &record);
    refused(&["2024"], "there is no edition `2024`");
    refused(&["2024"], "`tides/2025-02-08`");
    let other = record.replace("\"slug\": \"tides\"", "\"slug\": \"winds\"");
    write(place.path(), "output/winds/2025-02-08/edition.json", other);
    refused(&[], "there are editions of several documents");
    refused(&["2025-02-08"], "may be any of several editions");
    assert!(done(place.path(), &["announce", "winds"]).out.contains("tides-2025-02-08.pdf"));
    let draft = record.replace("\"draft\": false", "\"draft\": true");
    write(place.path(), "output/winds/draft/edition.json", draft);
    refused(&["output/winds/draft"], "is a draft");
    write(place.path(), "output/winds/2026/edition.json", "{}");
    refused(&["output/winds/2026"], "can't read the edition");
    refused(&["winds", "--github", "owner"], "OWNER/REPO");
    refused(&["winds", "--base-url", "file:///x"], "https://example.org/editions");
    refused(&["winds", "--source", "."], "--roadmap");
    refused(&["winds", "--theme", "nowhere"], "can't read the theme");
    write(place.path(), "theme/announcement.md", "{{ titel }}");
    refused(&["winds", "--theme", "theme"], "the template announcement.md fails in line 1");
    write(place.path(), "theme/announcement.md", "{{ title }}: {{ downloads|length }}");
    assert_eq!(done(place.path(), &["announce", "winds", "--theme", "theme"]).out, "Tides \\& Times: 2\n");
}

/// A book of two years with a roadmap, which its first year has not.
fn guide() -> Repo {
    let repo = Repo::new();
    repo.write("book.toml", "[book]\ntitle = \"Guide\"\n").write("src/SUMMARY.md", "- [One](one.md)\n");
    repo.write("src/one.md", "# One\n\nWords.\n").commit("a", "2021-05-01T10:00:00Z");
    repo.write("src/SUMMARY.md", "- [One](one.md)\n- [Roadmap](roadmap.md)\n");
    repo.write("src/roadmap.md", "# Roadmap\n\nFirst [one](one.md).\n").commit("b", "2022-05-01T10:00:00Z");
    repo.write("src/roadmap.md", "# Roadmap\n\nThen more.\n").commit("c", "2023-05-01T10:00:00Z");
    repo
}

#[test]
fn a_roadmap_is_bound_beside_its_edition() {
    let repo = guide();
    let place = TempDir::new().expect("a folder");
    let source = repo.source();
    done(place.path(), &["build", &source, "--formats", "epub", "--set", "license=MIT"]);
    for (name, changed, link) in [
        ("2022-05-01", "This edition names none before it", "first|no hash"),
        ("2023-05-01", "Since the edition of 1 May 2022", "holds"),
    ] {
        let told = done(
            place.path(),
            &["announce", name, "--roadmap", "Roadmap", "--source", &source, "--to", "notes.md"],
        );
        assert!(told.err.contains("output/guide-roadmap"), "{}", told.err);
        let notes = std::fs::read_to_string(place.path().join("notes.md")).expect("written");
        let links = read(&notes).1;
        for file in ["pdf", "epub"] {
            let wanted = format!("output/guide-roadmap/{name}/guide-roadmap-{name}.{file}");
            assert!(links.contains(&wanted), "{links:?}");
            assert!(place.path().join(&wanted).is_file());
            assert!(notes.contains(&format!("  guide-roadmap-{name}.{file}\n")), "{notes}");
        }
        // The extract has the settings of its edition, and can be announced itself.
        let own = done(place.path(), &["announce", &format!("guide-roadmap/{name}")]).out;
        assert!(own.contains("An extract of *Guide*") && own.contains(changed), "{own}");
        assert!(own.contains("Licence: MIT"), "{own}");
        let verified = done(place.path(), &["verify", "--rebuild", "--source", &source]).out;
        assert!(!verified.contains("differs"), "{verified}");
        let line = verified.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!(line, 2, "{verified}");
        assert!(link.split('|').any(|link| verified.contains(link)), "{verified}");
    }
    // Extracts are no editions of the whole: the newest of that one is meant.
    assert!(done(place.path(), &["announce"]).out.starts_with("## Guide, edition of 1 May 2023\n"));
    let before = names(&place.path().join("output"));
    let refused = |arguments: &[&str], code: i32, why: &str| {
        let said = bindery(place.path(), &[&["announce", "--roadmap"][..], arguments].concat());
        assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.err);
        assert!(said.err.contains(why), "{}", said.err);
    };
    refused(&["roadmpa.md", "--source", &source], 2, "`roadmap.md`");
    refused(&["roadmap.md", "2021-05-01", "--source", &source], 2, "no edition has a chapter `roadmap.md`");
    let other = Repo::new();
    other
        .write("src/SUMMARY.md", "- [Roadmap](roadmap.md)\n")
        .write("src/roadmap.md", "# Roadmap\n\nAnother.\n");
    other.commit("x", "2023-05-01T10:00:00Z");
    refused(&["roadmap.md", "--source", &other.source()], 1, "does not have the revision");
    assert_eq!(names(&place.path().join("output")), before);
}

#[test]
fn shells_and_readers_of_manuals_take_what_is_made_for_them() {
    let place = TempDir::new().expect("a folder");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = done(place.path(), &["completions", shell]).out;
        assert!(script.contains("bindery") && script.contains("announce"), "{shell}");
        write(place.path(), shell, script);
    }
    let line = "source ./bash && complete -p bindery && COMP_WORDS=(bindery ann) COMP_CWORD=1 \
                && _bindery bindery ann bindery && echo \"${COMPREPLY[@]}\"";
    let completed = run(place.path(), &[], "bash", &["-c", line]);
    assert_eq!((completed.code, completed.out.lines().last()), (0, Some("announce")), "{}", completed.err);
    let page = done(place.path(), &["man"]).out;
    assert_eq!(page, done(place.path(), &["man"]).out);
    done(place.path(), &["man", "pages"]);
    let pages = names(&place.path().join("pages"));
    assert!(pages.len() > 15 && pages.contains(&"bindery-build.1".to_owned()), "{pages:?}");
    assert_eq!(std::fs::read_to_string(place.path().join("pages/bindery.1")).expect("reads"), page);
    let here = run(place.path(), &[], "sh", &["-c", "command -v groff"]).code == 0;
    if !here {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "groff is not installed");
        println!("skipped: groff is not installed");
        return;
    }
    for name in pages {
        let said = run(&place.path().join("pages"), &[], "groff", &["-man", "-ww", "-Tutf8", "-z", &name]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{name}");
    }
}
