//! A theme to begin with: what `bindery init --theme` writes.

use super::functions::FUNCTIONS;
use super::look::Look;
use super::settings::{SETTINGS, TABLES};
use super::{CSS, TYPST};

/// The pages and texts that a theme may replace as a whole: name and built-in
/// text. Each says in a comment what it is given.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("index.html", include_str!("../../templates/index.html")),
    ("announcement.md", include_str!("../../templates/announcement.md")),
];

const TYP: &str = include_str!("../../templates/start/theme.typ");
const SHEET: &str = include_str!("../../templates/start/epub.css");
const README: &str = include_str!("../../templates/start/README.md");

/// The files of a new theme: paths from its folder, and text.
pub fn files() -> Vec<(&'static str, String)> {
    let mut files = vec![
        ("README.md", README.replace("{version}", env!("CARGO_PKG_VERSION"))),
        ("theme.toml", settings()),
        ("theme.typ", TYP.replace("{functions}\n", &functions())),
        ("epub.css", SHEET.to_owned()),
    ];
    files.extend(TEMPLATES.iter().map(|(name, text)| (*name, (*text).to_owned())));
    files.push(("reference/base.typ", TYPST.to_owned()));
    files.push(("reference/base.css", CSS.to_owned()));
    files
}

/// The list of functions as comments.
fn functions() -> String {
    let mut out = String::new();
    for (group, list) in FUNCTIONS {
        out.push_str(&format!("// {group}\n"));
        for function in *list {
            out.push_str(&format!("//   {}\n//     {}\n", function.call, function.what));
        }
    }
    out
}

/// `theme.toml` with all settings as comments, each with its usual value.
fn settings() -> String {
    let version: Vec<&str> = env!("CARGO_PKG_VERSION").split('.').take(2).collect();
    let mut out = format!(
        "# How the PDF looks. Each line that begins with `#` and no space is a setting with\n\
         # its usual value; take the `#` out to change it. The EPUB's looks are in epub.css.\n\n\
         # The version of Bindery that the theme was made for.\nbindery = \"{}\"\n\
         # The built-in theme that all else builds upon: `default`, `plain` or `large`. Other\n\
         # values are then usual than those below.\n#base = \"default\"\n",
        version.join(".")
    );
    let usual = Look::default();
    for (table, about) in TABLES {
        out.push_str(&format!("\n# {about}\n[{table}]\n"));
        for setting in SETTINGS.iter().filter(|setting| setting.table == *table) {
            out.push_str(&format!(
                "\n# {}\n#{} = {}\n",
                setting.explanation,
                setting.name,
                setting.shown(&usual)
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{Theme, ThemeName};

    #[test]
    fn a_new_theme_changes_nothing_yet() {
        let folder = tempfile::TempDir::new().expect("a folder");
        for (path, text) in files().iter().filter(|(path, _)| !path.contains('/')) {
            std::fs::write(folder.path().join(path), text).expect("a file");
        }
        let theme = Theme::load(&ThemeName::Folder(folder.path().to_owned())).expect("a theme");
        assert_eq!(theme.look, Look::default());
        assert!(
            theme.css().contains(CSS)
                && theme.file("theme.typ").is_some_and(|t| t.contains("//   hd(rank, "))
        );
    }

    #[test]
    fn settings_with_their_comments_opened_are_the_usual_ones() {
        let text = settings();
        let open: Vec<&str> =
            text.lines().map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l)).collect();
        let mut look = Look::large();
        assert!(crate::theme::settings::apply(&open.join("\n"), &mut look).is_ok());
        assert_eq!(look, Look::default());
    }
}
