//! A `bindery.toml` to begin with: every key, commented out, with its default
//! and what it is for.

use super::reference::{Key, Preset, TABLES, keys_of};
use crate::output::settings::Setting;

/// What was found of a document; none of it is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Its title.
    pub title: Option<String>,
    /// The name in folder and file names that follows from the title.
    pub slug: Option<String>,
    /// The web address of its repository.
    pub repository: Option<String>,
}

/// The longest line of a comment, in characters.
const WIDTH: usize = 96;

/// The text of the file.
pub fn bindery_toml(found: &Found) -> String {
    let mut out = comment(
        "How Bindery makes editions of this document. Each line that begins with `#` and no space is \
         a setting with its default, or with an example where the default is none; take the `#` out to \
         set it. Flags of the command line go before what stands here.",
    );
    for table in TABLES {
        out.push('\n');
        out.push_str(&comment(table.explanation));
        // What a document may not hold, and what means nothing when it is empty.
        let closed = table.repeated || keys_of(table.name).all(|key| key.trusted_only);
        match (table.name, closed, table.repeated) {
            ("", ..) => {}
            (name, true, true) => out.push_str(&format!("#[[{name}]]\n")),
            (name, true, false) => out.push_str(&format!("#[{name}]\n")),
            (name, false, _) => out.push_str(&format!("[{name}]\n")),
        }
        for key in keys_of(table.name) {
            out.push_str(&entry(key, found));
        }
    }
    out
}

fn entry(key: &Key, found: &Found) -> String {
    let own = match (key.table, key.name) {
        ("", "title") => found.title.as_deref(),
        ("", "slug") => found.slug.as_deref(),
        ("", "repository") => found.repository.as_deref(),
        _ => None,
    };
    let mut said = format!("{} Takes {}", key.explanation, key.form);
    if let Preset::Otherwise(words, _) = key.default {
        said.push_str(&format!("; default: {words}"));
    }
    said.push('.');
    if let Some(flag) = key.flag {
        said.push_str(&format!(" On the command line: `{flag}`."));
    }
    if key.trusted_only {
        said.push_str(" Only in a file that `--config` names.");
    }
    let value = own.map_or_else(|| key.default.example().to_owned(), |own| Setting::from(own).to_toml());
    // It is of the document, and the keys before it are of an edition.
    let apart = if key.path() == "identifier.issn" { "#[[identifier]]\n" } else { "" };
    format!("\n{}{apart}#{} = {value}\n", comment(&said), key.name)
}

/// Text as comments, in lines that are not too long.
fn comment(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width == 0 || width + 1 + length > WIDTH {
            out.push_str(if width == 0 { "# " } else { "\n# " });
            width = 2;
        } else {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::super::file::{Trust, bindery_toml as read};
    use super::*;
    use crate::config::Layer;

    fn opened(text: &str) -> String {
        let open =
            |line: &'_ str| line.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(line).to_owned();
        text.lines().map(|line| open(line) + "\n").collect()
    }

    #[test]
    fn it_sets_nothing_until_comments_are_opened_and_then_is_right() {
        let found = Found { title: Some("A \"Guide\"".to_owned()), ..Found::default() };
        let text = bindery_toml(&found);
        assert_eq!(read("bindery.toml", &text, Trust::Document), Ok(Layer::default()));
        let layer = read("bindery.toml", &opened(&text), Trust::User).expect("valid");
        assert_eq!(layer.title.as_deref(), Some("A \"Guide\""));
        let trusted = opened(&text).replace("allow-programs = false\n", "");
        let (own, _) = trusted.split_once("[preprocessors]").expect("a table");
        assert!(read("bindery.toml", own, Trust::Document).is_ok());
    }

    #[test]
    fn its_defaults_are_those_that_hold() {
        let text = bindery_toml(&Found::default());
        let set = read("bindery.toml", &opened(&text), Trust::User).expect("valid").finish();
        let usual = Layer::default().finish();
        assert_eq!(set.formats, usual.formats);
        assert_eq!(
            (set.output, set.contributors, set.catalogue),
            (usual.output, usual.contributors, usual.catalogue)
        );
        assert_eq!(
            (set.cover, set.theme, set.only, set.bagit),
            (usual.cover, usual.theme, usual.only, usual.bagit)
        );
        assert_eq!((set.pdf.paper, set.pdf.standards), (usual.pdf.paper, usual.pdf.standards));
        assert_eq!(
            (set.pdf.two_sided, set.pdf.attach_sources),
            (usual.pdf.two_sided, usual.pdf.attach_sources)
        );
        assert_eq!((set.max_image_pixels, set.preprocessors), (usual.max_image_pixels, usual.preprocessors));
        assert_eq!((set.fonts, set.installed_fonts), (usual.fonts, usual.installed_fonts));
        assert_eq!((set.allow_programs, set.repair_encoding), (usual.allow_programs, usual.repair_encoding));
    }

    #[test]
    fn no_line_is_too_long() {
        let long = bindery_toml(&Found::default());
        let long: Vec<&str> =
            long.lines().filter(|l| l.starts_with("# ") && l.chars().count() > WIDTH).collect();
        assert!(long.is_empty(), "{long:#?}");
    }
}
