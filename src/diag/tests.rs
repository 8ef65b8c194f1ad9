//! The codes of diagnostics, and their places.

use super::*;

#[test]
fn codes_are_distinct_and_explained() {
    let mut names: Vec<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.explanation().ends_with('.'), "{}", code.as_str());
    }
}

#[test]
fn a_located_diagnostic_shows_its_line() {
    let mut files = Files::default();
    let id = files.add("src/a.md", "one\nsee [x](gone.md) here\n");
    let d = Diagnostic::new(Code::LinkMissingFile, "no such file").at(Span::new(id, 8..20));
    let place = d.locate(&files).place.expect("has a place");
    assert_eq!((place.path.as_str(), place.line, place.column, place.width), ("src/a.md", 2, 5, 12));
    assert_eq!((place.cut, place.text.as_str()), (0, "see [x](gone.md) here"));
}

#[test]
fn of_a_long_line_only_the_place_is_kept() {
    let mut files = Files::default();
    let line = format!("{}[x](gone.md){}", "ü".repeat(9_000), "y".repeat(9_000));
    let id = files.add("a.md", line);
    let d = Diagnostic::new(Code::LinkMissingFile, "no such file").at(Span::new(id, 18_000..18_012));
    let place = d.locate(&files).place.expect("has a place");
    assert_eq!((place.column, place.cut, place.text.chars().count()), (9_001, 8_750, 750));
    assert!(place.text.trim_start_matches('ü').starts_with("[x](gone.md)y"));
}
