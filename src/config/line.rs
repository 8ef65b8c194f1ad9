//! `--set KEY=VALUE` → [`Layer`]: a line of `bindery.toml` on the command line.

use super::Layer;
use super::file::{Trust, bindery_toml};
use crate::diag::{Code, Diagnostic, Located};
use crate::output::settings::{Setting, is_word};
use crate::span::Files;

/// What messages call such a line.
const PATH: &str = "--set";

/// Reads lines, the later ones over the earlier. A value is TOML; a plain word
/// that begins with a letter may go without quotes.
///
/// # Errors
/// Everything that is wrong in them.
pub fn layer(lines: &[String]) -> Result<Layer, Vec<Located>> {
    let mut all = Layer::default();
    let mut problems = Vec::new();
    for line in lines {
        match one(line) {
            Ok(layer) => all = layer.over(all),
            Err(more) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn one(line: &str) -> Result<Layer, Vec<Located>> {
    let key = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let Some((name, value)) = line.split_once('=').filter(|(name, _)| name.trim().chars().all(key)) else {
        let diagnostic = Diagnostic::new(Code::ConfigInvalid, format!("`{line}` sets nothing"))
            .hint("write `--set KEY=VALUE`, such as `--set slug=guide` or `--set 'authors=[\"A\", \"B\"]'`");
        return Err(vec![diagnostic.locate(&Files::default())]);
    };
    let (name, value) = (name.trim(), value.trim());
    let value = if is_word(value) { Setting::from(value).to_toml() } else { value.to_owned() };
    bindery_toml(PATH, &format!("{name} = {value}"), Trust::Line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::FontSource;

    fn read(lines: &[&str]) -> Result<Layer, Vec<String>> {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let said = |p: &Located| format!("{} {}", p.code, p.message);
        layer(&lines).map_err(|problems| problems.iter().map(said).collect())
    }

    #[test]
    fn words_go_without_quotes_and_later_lines_win() {
        let layer = read(&[
            "slug=guide",
            "pdf.paper=a5",
            "slug = 'field-guide'",
            "authors=[\"A, B\", \"C\"]",
            "math=true",
            "images.max-pixels=20000",
            "pdf.fonts=[\"fonts/a.ttf\"]",
            "revision-tags=[\"v1\"]",
            "allow-programs=true",
        ])
        .expect("valid");
        assert_eq!(layer.slug.as_deref(), Some("field-guide"));
        assert_eq!(layer.paper.as_deref(), Some("a5"));
        assert_eq!(layer.authors.as_deref(), Some(&["A, B".to_owned(), "C".to_owned()][..]));
        assert_eq!((layer.math, layer.max_image_pixels), (Some(true), Some(20_000)));
        assert_eq!(layer.fonts, [FontSource::Tree("fonts/a.ttf".to_owned())]);
        assert_eq!(layer.exact.revision_tags.as_deref(), Some(&["v1".to_owned()][..]));
    }

    #[test]
    fn what_is_wrong_is_said_of_every_line() {
        let problems =
            read(&["slug=2021", "papers=a5", "title", "title=A Guide", "[pdf]=1"]).expect_err("wrong");
        assert_eq!(
            problems,
            [
                "config-invalid `slug` is a number",
                "config-unknown-key unknown key `papers`",
                "config-invalid `title` sets nothing",
                "config-invalid not valid TOML: string values must be quoted, expected literal string",
                "config-invalid `[pdf]=1` sets nothing",
            ]
        );
    }
}
