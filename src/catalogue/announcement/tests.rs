//! Templates of users; what our own says is in `tests/announce.rs`.

use std::path::Path;

use super::address::Place;
use super::find::find;
use super::*;
use crate::theme::ThemeName;

fn data() -> Data {
    let output = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/announce/output");
    let filed = find(&output, None).expect("an edition");
    Data::of(&filed, Kind::Release, &Place::Beside(filed.folder.clone()), None)
}

fn with(template: &str) -> Result<String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(NAME), template).expect("written");
    let theme = Theme::load(&ThemeName::Folder(folder.path().to_owned())).expect("a theme");
    announcement(&data(), &theme)
}

#[test]
fn a_template_prints_what_it_likes_and_it_stays_text() {
    let text = with(
        "{{ title }} \n\n\n\n{{ source.commit[:7]|code }}\n{% for d in downloads %}<{{ d.url|address }}>\n{% endfor %}\n\n",
    );
    assert_eq!(
        text.as_deref().ok(),
        Some("Tides \\& Times\n\n`0123456`\n<tides-2025-02-08.pdf>\n<tides-2025-02-08.epub>\n"),
        "{text:?}"
    );
}

#[test]
fn what_is_wrong_with_a_template_is_said_with_its_line() {
    for (template, why) in [
        ("a\n{{ titel }}", "in line 2: "),
        ("{% if %}", "in line 1: unexpected"),
        ("{{ title|shout }}", "in line 1: filter shout is unknown"),
    ] {
        let error = with(template).expect_err("wrong");
        assert_eq!(error.code, Code::ConfigInvalid);
        assert!(error.message.contains(why), "{}", error.message);
    }
}

#[test]
fn lines_between_fences_stay_as_they_are() {
    assert_eq!(tidied("\n\na  \n\n\n```\nb  \n\n\n```\n\n\nc\n\n"), "a\n\n```\nb  \n\n\n```\n\nc\n");
}
