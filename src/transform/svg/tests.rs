//! Tests of cleaning drawings.

use super::attributes::pixels;
use super::*;

/// Pictures inside are what their bytes are called.
fn embedded(bytes: &[u8]) -> Result<Media, String> {
    match bytes {
        b"bad" => Err("the file is empty".to_owned()),
        _ => Ok(Media {
            bytes: std::sync::Arc::from(bytes),
            kind: crate::media::MediaKind::Png,
            width: 1,
            height: 1,
        }),
    }
}

fn run(text: &str) -> Result<(String, u32, u32, Vec<String>), String> {
    let c = clean(text.as_bytes(), &embedded)?;
    Ok((String::from_utf8(c.bytes).expect("text"), c.width, c.height, c.removed))
}

#[test]
fn what_could_run_or_reach_out_is_taken_away() {
    let (text, width, height, removed) =
        run("<?xml version=\"1.0\"?><!DOCTYPE svg><svg width=\"1in\" viewBox=\"0 0 2 1\" onload=\"x()\">\
         <script>alert(1)</script><a xlink:href=\"https://x.org\"><rect fill=\"url(#g)\"/></a>\
         <image href=\"http://x.org/a.png\"/><style>@import 'x';</style>\
         <text style=\"fill: url( 'http://x' )\">a &amp; b</text></svg>")
        .expect("well-formed");
    assert_eq!((width, height), (96, 48));
    assert_eq!(
        removed,
        ["event handlers", "`script`", "addresses outside of the file", "styles that fetch something"]
    );
    assert_eq!(
        text,
        "<svg width=\"1in\" viewBox=\"0 0 2 1\" xmlns=\"http://www.w3.org/2000/svg\" \
         xmlns:xlink=\"http://www.w3.org/1999/xlink\"><a><rect fill=\"none\"/></a><image/><style></style>\
         <text>a &amp; b</text></svg>"
    );
}

#[test]
fn what_is_no_drawing_says_why() {
    assert!(run("<svg width=\"1\" height=\"1\"><g></svg>").is_err());
    assert!(run("<svg width=\"1\" height=\"1\"><g>").is_err());
    assert!(run("<svg/>").unwrap_err().contains("viewBox"));
    assert!(run("<svg width=\"1\" height=\"1\">&evil;</svg>").unwrap_err().contains("entity"));
    assert!(run("<svg width=\"1\" height=\"1\"><x:y/></svg>").unwrap_err().contains("prefix"));
    assert!(run(&format!("<svg width=\"1\" height=\"1\">{}", "<g>".repeat(500))).is_err());
}

#[test]
fn identifiers_are_valid_and_unique_and_references_follow() {
    let (text, ..) = run("<svg width=\"9\" height=\"9\"><g id=\"1:a\"/><g id=\"b\"/><g id=\"b\"/>\
         <use href=\"#1:a\"/><path d=\"M0 0h1\" fill=\"url(#1:a) red\"/></svg>")
    .expect("well-formed");
    assert!(text.contains("<g id=\"_1_a\"/><g id=\"b\"/><g/><use href=\"#_1_a\"/>"), "{text}");
    assert!(text.contains("fill=\"url(#_1_a) red\""), "{text}");
}

#[test]
fn a_drawing_that_never_ends_is_refused() {
    let inner = "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>\
                 <pattern id=\"p\" width=\"1\" height=\"1\"><rect fill=\"url(#p)\" width=\"5\" height=\"5\"/></pattern>\
                 <rect fill=\"url(#p)\" width=\"5\" height=\"5\"/>";
    let levels: String = (1..10)
        .map(|i| format!("<g id=\"l{i}\">{}</g>", format!("<use href=\"#l{}\"/>", i - 1).repeat(10)))
        .collect();
    let bomb = format!("<g id=\"l0\"><rect width=\"1\" height=\"1\"/></g>{levels}");
    assert!(run(&format!("<svg width=\"9\" height=\"9\">{bomb}</svg>")).unwrap_err().contains("drawn"));
    assert!(run(&format!("<svg width=\"9\" height=\"9\">{inner}</svg>")).unwrap_err().contains("drawn"));
}

#[test]
fn lengths_have_units() {
    assert_eq!(pixels("2em"), Some(32.0));
    assert_eq!(pixels("10mm").map(f64::round), Some(38.0));
    assert_eq!(pixels("1e2"), Some(100.0));
    assert_eq!(pixels("100%").or(pixels("auto")), None);
}

#[test]
fn pictures_inside_are_checked_and_stored_as_what_they_are() {
    let (text, _, _, removed) =
        run("<svg width=\"9\" height=\"9\"><image href=\"data:image/webp;base64,TWFu\"/>\
         <image xlink:href=\"data:,bad\"/><feImage href=\"data:,Man\"/></svg>")
        .expect("well-formed");
    assert!(text.contains("<image href=\"data:image/png;base64,TWFu\"/><image/><feImage/>"), "{text}");
    assert_eq!(
        removed,
        ["a picture that can't be shown (the file is empty)", "addresses outside of the file"]
    );
}

#[test]
fn entities_of_a_drawing_are_its_text() {
    let (text, ..) =
        run("<!DOCTYPE svg [<!ENTITY ns 'http://www.w3.org/2000/svg'><!ENTITY who \"&lt;you&gt;\">]>\
         <svg xmlns=\"&ns;\" width=\"9\" height=\"9\"><text>&who; &#65;</text></svg>")
        .expect("well-formed");
    assert!(
        text.contains("xmlns=\"http://www.w3.org/2000/svg\"") && text.contains("<text>&lt;you&gt; A</text>"),
        "{text}"
    );
    let file = "<!DOCTYPE svg [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><svg width=\"9\" height=\"9\"><text>&f;</text></svg>";
    assert_eq!(run(file).unwrap_err(), "it uses the entity `&f;`");
}

#[test]
fn a_style_sheet_hides_no_word_behind_comments_and_references() {
    for sheet in ["@imp<!-- -->ort 'x';a{}", "@imp&#111;rt 'x';a{}", "<![CDATA[@imp]]>ort 'x';a{}"] {
        let (text, _, _, removed) =
            run(&format!("<svg width=\"9\" height=\"9\"><style>{sheet}</style></svg>")).expect("well-formed");
        assert!(text.contains("<style>a{}</style>"), "{text}");
        assert_eq!(removed, ["styles that fetch something"]);
    }
    assert!(
        run("<svg width=\"9\" height=\"9\"><rect fill=\"\\75rl(http://x)\"/></svg>")
            .expect("well")
            .0
            .contains("<rect/>")
    );
}

#[test]
fn drawings_are_told_from_other_markup() {
    for yes in [
        "<svg/>",
        "\u{feff} <?xml version='1.0'?>\n<!-- <html> --><!DOCTYPE svg [<!ENTITY a '>'>]><svg:svg width='1'>",
        "<\0s\0v\0g\0>\0",
    ] {
        assert!(is_svg(yes.as_bytes()), "{yes}");
    }
    for no in ["", "<html><svg/></html>", "<!DOCTYPE html><html><svg>", "svg", "<!-- <svg>", "<svgx/>"] {
        assert!(!is_svg(no.as_bytes()), "{no}");
    }
}

#[test]
fn too_many_elements_and_too_much_text_are_refused() {
    let many = "<g/>".repeat(MAX_ELEMENTS + 1);
    assert!(run(&format!("<svg width=\"9\" height=\"9\">{many}</svg>")).unwrap_err().contains("large"));
    let long = "a".repeat(MAX_TEXT + 1);
    assert!(
        run(&format!("<svg width=\"9\" height=\"9\"><text>{long}</text></svg>"))
            .unwrap_err()
            .contains("large")
    );
}

#[test]
fn filters_that_take_for_ever_are_refused() {
    let filtered = |size: &str, step: &str| {
        run(&format!(
            "<svg {size}><filter id=\"f\">{step}</filter><rect width=\"90%\" height=\"90%\" filter=\"url(#f)\"/></svg>"
        ))
    };
    let shadow = "<feGaussianBlur stdDeviation=\"4\"/><feOffset dx=\"2\"/><feMerge><feMergeNode/></feMerge>";
    assert!(filtered("width=\"1000\" height=\"600\"", shadow).is_ok());
    for step in ["<feTurbulence numOctaves=\"1000000\"/>", "<feMorphology radius=\"900\"/>"] {
        assert!(filtered("width=\"200\" height=\"100\"", step).unwrap_err().contains("filters"), "{step}");
    }
    assert!(filtered("width=\"20000\" height=\"5000\"", shadow).unwrap_err().contains("filters"));
}

#[test]
fn what_is_drawn_apart_or_without_end_is_refused() {
    let svg = |inner: &str| run(&format!("<svg width=\"3000\" height=\"2000\">{inner}</svg>"));
    let mask = "<mask id=\"m\"><rect width=\"3000\" height=\"2000\" fill=\"#fff\"/></mask>";
    let masked = "<g mask=\"url(#m)\"><rect width=\"3000\" height=\"2000\"/></g>";
    let clear = "<g opacity=\".9\"><rect width=\"3000\" height=\"2000\"/></g>";
    assert!(svg(&format!("{mask}{masked}{clear}")).is_ok());
    for many in [masked.repeat(60), clear.repeat(60)] {
        assert!(svg(&format!("{mask}{many}")).expect_err("too much").contains("transparent groups"));
    }
    let path =
        |segments: usize| format!("<path stroke=\"#000\" d=\"M0 0{}\"/>", "L9 9L0 9".repeat(segments / 2));
    assert!(svg(&path(10_000)).is_ok());
    assert!(svg(&path(200_000)).expect_err("too much").contains("outlines"));
}
