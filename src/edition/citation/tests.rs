use super::*;
use crate::edition::swhid::Swhids;

/// A book whose words have all that the formats take for their own signs.
fn awkward() -> Citation {
    Citation {
        key: "guide-2021-01".to_owned(),
        title: "Fish & \"Chips\": 100% {of} it_".to_owned(),
        subtitle: Some("C:\\ #1 ~ ^ \u{85}".to_owned()),
        authors: vec!["Ada Lovelace".to_owned(), "Jürgen & Co: Inc. {x}".to_owned()],
        date: EditionDate { year: 2021, month: Some(1), day: None },
        version: "2021-01".to_owned(),
        language: "de-AT".to_owned(),
        urn: "urn:uuid:00000000-0000-0000-0000-000000000000".to_owned(),
        doi: Some("10.1000/1_2".to_owned()),
        isbn: Some("978-3-16-148410-0".to_owned()),
        address: None,
        repository: Some("https://example.org/a_b%20{c}".to_owned()),
        commit: Some("c".repeat(40)),
        swhids: Some(Swhids {
            revision: format!("swh:1:rev:{};origin=https://example.org", "c".repeat(40)),
            directory: format!("swh:1:dir:{}", "d".repeat(40)),
        }),
        licences: vec!["MIT".to_owned(), "Apache-2.0".to_owned()],
    }
}

#[test]
fn cff_quotes_every_text() {
    let text = cff(&awkward());
    let want = r#"cff-version: 1.2.0
message: "To cite this edition, use what stands here."
title: "Fish & \"Chips\": 100% {of} it_: C:\\ #1 ~ ^ \u0085"
version: "2021-01"
doi: "10.1000/1_2"
url: "https://example.org/a_b%20{c}"
repository-code: "https://example.org/a_b%20{c}"
commit: "cccccccccccccccccccccccccccccccccccccccc"
license:
  - "MIT"
  - "Apache-2.0"
authors:
  - name: "Ada Lovelace"
  - name: "Jürgen & Co: Inc. {x}"
identifiers:
  - type: other
    value: "urn:uuid:00000000-0000-0000-0000-000000000000"
    description: "The URN of this edition"
  - type: swh
    value: "swh:1:rev:cccccccccccccccccccccccccccccccccccccccc"
    description: "The revision, as computed from the commit"
  - type: swh
    value: "swh:1:dir:dddddddddddddddddddddddddddddddddddddddd"
    description: "The tree of the revision, as computed"
preferred-citation:
  type: book
"#;
    assert!(text.starts_with(want), "{text}");
    let end = "  edition: \"2021-01\"\n  year: 2021\n  month: 1\n  isbn: \"978-3-16-148410-0\"\n  languages:\n    - \"de\"\n";
    assert!(text.ends_with(end), "{text}");
    assert!(!text.contains("date-released"), "the day is not known");
    let other = Citation { licences: vec!["LicenseRef-own".to_owned()], ..awkward() };
    assert!(!cff(&other).contains("license"), "the format has no such licence");
}

#[test]
fn cff_takes_not_every_doi_for_one() {
    let text = cff(&Citation { doi: Some("10.1000/<x>".to_owned()), ..awkward() });
    assert!(!text.contains("doi: "), "{text}");
    assert!(text.contains("  - type: url\n    value: \"https://doi.org/10.1000/%3Cx%3E\"\n"), "{text}");
}

#[test]
fn bibtex_escapes_what_tex_takes_for_commands() {
    let want = r"@book{guide-2021-01,
  author    = {{Ada Lovelace} and {Jürgen \& Co: Inc. \textbraceleft{}x\textbraceright{}}},
  title     = {{Fish \& ''Chips'': 100\% \textbraceleft{}of\textbraceright{} it\_}},
  subtitle  = {{C:\textbackslash{} \#1 \textasciitilde{} \textasciicircum{}  }},
  edition   = {January 2021},
  date      = {2021-01},
  year      = {2021},
  month     = jan,
  doi       = {10.1000/1_2},
  isbn      = {978-3-16-148410-0},
  url       = {https://example.org/a_b%20%7Bc%7D},
  note      = {urn:uuid:00000000-0000-0000-0000-000000000000, commit cccccccccccccccccccccccccccccccccccccccc},
}
";
    assert_eq!(bibtex(&awkward()), want.replace("''", "\""));
    let plain = Citation { isbn: None, ..awkward() };
    let text = bibtex(&plain);
    assert!(text.starts_with("@misc{"), "no publisher is known");
    assert!(text.contains("  version   = {2021-01},\n") && !text.contains("edition "), "{text}");
}

#[test]
fn csl_says_as_much_of_the_date_as_is_known() {
    let value = csl(&awkward());
    assert_eq!(value[0]["issued"], serde_json::json!({ "date-parts": [[2021, 1]] }));
    assert_eq!(value[0]["author"][0], serde_json::json!({ "literal": "Ada Lovelace" }));
    assert_eq!(value[0]["title-short"], "Fish & \"Chips\": 100% {of} it_");
    assert_eq!(value[0]["edition"], "Edition of January 2021", "no number");
    assert_eq!(value[0]["DOI"], "10.1000/1_2");
    let year = Citation { date: EditionDate { year: 2021, month: None, day: None }, doi: None, ..awkward() };
    let value = csl(&year);
    assert_eq!(value[0]["issued"], serde_json::json!({ "date-parts": [[2021]] }));
    assert!(value[0].get("DOI").is_none());
}

#[test]
fn contributors_stand_for_authors() {
    assert_eq!(contributors_of("wg-async"), "The wg-async contributors");
    assert_eq!(contributors_of("The Guide"), "The Guide contributors");
    assert_eq!(contributors_of("A Guide"), "The Guide contributors");
}
