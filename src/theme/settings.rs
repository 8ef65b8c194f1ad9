//! What a `theme.toml` may set, in one list: it is read, explained and written
//! from there.

use toml::de::{DeTable, DeValue};

use super::look::Look;

/// A setting of `theme.toml`.
pub struct Setting {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is for: a sentence.
    pub explanation: &'static str,
    place: Place,
}

/// Where a value is in a [`Look`], which says what it may be.
#[derive(Clone, Copy)]
enum Place {
    Colour(fn(&mut Look) -> &mut String),
    Ground(fn(&mut Look) -> &mut Option<String>),
    Size(fn(&mut Look) -> &mut f64, f64, f64),
    Truth(fn(&mut Look) -> &mut bool),
    Fonts(fn(&mut Look) -> &mut Vec<String>),
    Word(fn(&mut Look) -> &mut String, [&'static str; 2]),
}

const fn setting(
    table: &'static str,
    name: &'static str,
    place: Place,
    explanation: &'static str,
) -> Setting {
    Setting { table, name, explanation, place }
}

/// The tables, in their order, and what their settings are about.
pub const TABLES: &[(&str, &str)] = &[
    (
        "fonts",
        "Families, each in front of Bindery's own. Fonts that are not Bindery's are given with `--fonts`.",
    ),
    ("sizes", "In points, unless it says otherwise. Headings are those of text in its usual size."),
    ("text", "How text is set."),
    ("colours", "Each `\"#rrggbb\"`, or a share of black ink such as `\"60%\"`. Grounds may be `\"none\"`."),
    ("code", "Colours of code."),
    ("page", "Margins on A4, in millimetres; on other papers they are the same share."),
];

use Place::{Colour, Fonts, Ground, Size, Truth, Word};

/// All settings, by table.
pub const SETTINGS: &[Setting] = &[
    setting("fonts", "text", Fonts(|l| &mut l.text_fonts), "Text and headings."),
    setting("fonts", "code", Fonts(|l| &mut l.code_fonts), "Code."),
    setting(
        "fonts",
        "code-advance",
        Size(|l| &mut l.code_advance, 0.3, 1.2),
        "How wide a character of the code font is, in em.",
    ),
    setting("sizes", "text", Size(|l| &mut l.text_size, 6.0, 36.0), "Text."),
    setting(
        "sizes",
        "text-on-small-papers",
        Size(|l| &mut l.small_text_size, 6.0, 36.0),
        "Text on papers narrower than 159 mm, such as A5.",
    ),
    setting("sizes", "code", Size(|l| &mut l.code_size, 5.0, 36.0), "Code blocks."),
    setting(
        "sizes",
        "code-on-small-papers",
        Size(|l| &mut l.small_code_size, 5.0, 36.0),
        "Code blocks on such papers.",
    ),
    setting("sizes", "chapter", Size(|l| &mut l.headings[0], 6.0, 72.0), "Titles of chapters."),
    setting("sizes", "heading-2", Size(|l| &mut l.headings[1], 6.0, 72.0), "Headings of the second rank."),
    setting("sizes", "heading-3", Size(|l| &mut l.headings[2], 6.0, 72.0), "Headings of the third rank."),
    setting("sizes", "heading-4", Size(|l| &mut l.headings[3], 6.0, 72.0), "Headings of lower ranks."),
    setting(
        "sizes",
        "heading-measure",
        Size(|l| &mut l.heading_measure, 0.0, 2000.0),
        "Where the text is narrower than this, headings become smaller.",
    ),
    setting(
        "sizes",
        "title-page",
        Size(|l| &mut l.display, 0.5, 3.0),
        "How much larger the title page is than usual: a factor.",
    ),
    setting("sizes", "furniture", Size(|l| &mut l.furniture, 5.0, 24.0), "Running heads and feet."),
    setting(
        "sizes",
        "least",
        Size(|l| &mut l.least, 0.0, 1.0),
        "The least size of notes and captions, in em.",
    ),
    setting(
        "text",
        "leading",
        Size(|l| &mut l.leading, 0.1, 3.0),
        "Space between lines, in em: letters take up 0.9 em themselves.",
    ),
    setting("text", "spacing", Size(|l| &mut l.spacing, 0.1, 5.0), "Space between paragraphs, in em."),
    setting("text", "justify", Truth(|l| &mut l.justify), "Justify lines and hyphenate words."),
    setting(
        "text",
        "emphasis",
        Word(|l| &mut l.emphasis, ["italic", "bold"]),
        "What is emphasised: `italic` or `bold`.",
    ),
    setting(
        "text",
        "headings",
        Word(|l| &mut l.heading_weight, ["regular", "bold"]),
        "Weight of headings: `regular` or `bold`.",
    ),
    setting("colours", "ink", Colour(|l| &mut l.ink), "Text."),
    setting("colours", "accent", Colour(|l| &mut l.accent), "Headings."),
    setting("colours", "link", Colour(|l| &mut l.link), "Links."),
    setting(
        "colours",
        "grey",
        Colour(|l| &mut l.grey),
        "Running heads, captions, and what else speaks more quietly.",
    ),
    setting("colours", "hairline", Colour(|l| &mut l.hairline), "Thin lines."),
    setting("colours", "ground", Ground(|l| &mut l.ground), "The ground behind code."),
    setting(
        "colours",
        "mark",
        Ground(|l| &mut l.mark),
        "The ground behind marked words; `\"none\"` underlines them.",
    ),
    setting(
        "colours",
        "alerts",
        Truth(|l| &mut l.alerts),
        "Whether notes and warnings have colours of their own.",
    ),
    setting("code", "bold-keywords", Truth(|l| &mut l.bold_keywords), "Set keywords in bold."),
    setting("code", "keyword", Colour(|l| &mut l.tokens.keyword), "Keywords."),
    setting("code", "string", Colour(|l| &mut l.tokens.string), "Strings."),
    setting("code", "comment", Colour(|l| &mut l.tokens.comment), "Comments."),
    setting("code", "number", Colour(|l| &mut l.tokens.number), "Numbers and other constants."),
    setting("code", "function", Colour(|l| &mut l.tokens.function), "Functions."),
    setting("code", "type", Colour(|l| &mut l.tokens.r#type), "Types."),
    setting("code", "meta", Colour(|l| &mut l.tokens.meta), "Attributes, macros and the like."),
    setting("code", "inserted", Colour(|l| &mut l.tokens.inserted), "Lines of a comparison that came in."),
    setting("code", "deleted", Colour(|l| &mut l.tokens.deleted), "Lines of a comparison that went."),
    setting("page", "inside", Size(|l| &mut l.margins[0], 0.0, 90.0), "The inner margin, or the left one."),
    setting("page", "outside", Size(|l| &mut l.margins[1], 0.0, 90.0), "The outer margin, or the right one."),
    setting("page", "top", Size(|l| &mut l.margins[2], 0.0, 120.0), "The upper margin."),
    setting("page", "bottom", Size(|l| &mut l.margins[3], 0.0, 120.0), "The lower margin."),
    setting(
        "page",
        "inside-on-small-papers",
        Size(|l| &mut l.small_margins[0], 0.0, 90.0),
        "The inner margin on small papers, as if they were A4.",
    ),
    setting(
        "page",
        "outside-on-small-papers",
        Size(|l| &mut l.small_margins[1], 0.0, 90.0),
        "The outer margin there.",
    ),
];

impl Setting {
    /// Its value in a look, as TOML.
    pub fn shown(&self, look: &Look) -> String {
        let look = &mut look.clone();
        let text = |text: &str| format!("\"{text}\"");
        match self.place {
            Colour(of) | Word(of, _) => text(of(look)),
            Ground(of) => text(of(look).as_deref().unwrap_or("none")),
            Size(of, ..) => of(look).to_string(),
            Truth(of) => of(look).to_string(),
            Fonts(of) => format!("{:?}", of(look)),
        }
    }

    /// Takes a value; `Err` says what it has to be.
    fn take(&self, look: &mut Look, value: &DeValue) -> Result<(), String> {
        let number = |value: &DeValue| match value {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
            DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        let colour = "a colour such as \"#1f4e79\", or a share of black ink such as \"60%\"";
        match self.place {
            Colour(of) => *of(look) = value.as_str().filter(|c| is_colour(c)).ok_or(colour)?.to_owned(),
            Ground(of) if value.as_str() == Some("none") => *of(look) = None,
            Ground(of) => {
                let text = value.as_str().filter(|c| is_colour(c));
                *of(look) = Some(text.ok_or_else(|| format!("{colour}, or \"none\""))?.to_owned());
            }
            Size(of, least, most) => {
                let fits = number(value).filter(|n| (least..=most).contains(n));
                *of(look) = fits.ok_or_else(|| format!("a number from {least} to {most}"))?;
            }
            Truth(of) => *of(look) = value.as_bool().ok_or("true or false")?,
            Word(of, words) => {
                let word = value.as_str().filter(|word| words.contains(word));
                *of(look) = word.ok_or_else(|| format!("\"{}\" or \"{}\"", words[0], words[1]))?.to_owned();
            }
            Fonts(of) => {
                let list = value.as_array().ok_or("a list of names of families")?;
                let names: Option<Vec<String>> =
                    list.iter().map(|name| name.get_ref().as_str().map(str::to_owned)).collect();
                *of(look) = names.ok_or("a list of names of families")?;
            }
        }
        Ok(())
    }
}

/// `#rrggbb`, or a percentage.
fn is_colour(text: &str) -> bool {
    match (text.strip_prefix('#'), text.strip_suffix('%')) {
        (Some(hex), _) => hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        (None, Some(share)) => share.parse::<u8>().is_ok_and(|share| share <= 100),
        (None, None) => false,
    }
}

/// What is wrong in a `theme.toml`: its line and column, from 1, what it is,
/// and what helps.
pub struct Fault {
    /// The place.
    pub place: (usize, usize),
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub hint: String,
}

/// What stands above all tables.
#[derive(Default)]
pub struct Head {
    /// The version of Bindery that the theme was made for.
    pub bindery: Option<String>,
    /// The built-in theme that it builds upon.
    pub base: Option<String>,
}

/// Reads what stands above all tables.
///
/// # Errors
/// When the file is no TOML, or something of that is wrong.
pub fn head(text: &str) -> Result<Head, Fault> {
    let mut head = Head::default();
    for (key, value) in parse(text)?.get_ref() {
        let place = match key.get_ref().as_ref() {
            "bindery" => &mut head.bindery,
            "base" => &mut head.base,
            name if TABLES.iter().any(|(table, _)| *table == name) => continue,
            name => return Err(unknown(text, key.span().start, name, "")),
        };
        let Some(word) = value.get_ref().as_str() else {
            return Err(fault(text, value.span().start, "this must be a string", "put it in quotes"));
        };
        *place = Some(word.to_owned());
    }
    Ok(head)
}

/// Changes a look as a `theme.toml` says.
///
/// # Errors
/// At the first key that is unknown or has a value that it can't have.
pub fn apply(text: &str, look: &mut Look) -> Result<(), Fault> {
    for (table, _) in TABLES {
        let parsed = parse(text)?;
        let Some(value) = parsed.get_ref().get(*table) else { continue };
        let Some(keys) = value.get_ref().as_table() else {
            let hint = format!("write `[{table}]` on a line of its own, and its settings below");
            return Err(fault(text, value.span().start, format!("`{table}` is a table"), hint));
        };
        for (key, value) in keys {
            let name = key.get_ref().as_ref();
            let setting = SETTINGS.iter().find(|s| s.table == *table && s.name == name);
            let setting = setting.ok_or_else(|| unknown(text, key.span().start, name, table))?;
            setting.take(look, value.get_ref()).map_err(|wanted| {
                let message = format!("`{name}` can't have this value");
                fault(text, value.span().start, message, format!("it must be {wanted}"))
            })?;
        }
    }
    Ok(())
}

fn parse(text: &str) -> Result<toml::Spanned<DeTable<'_>>, Fault> {
    DeTable::parse(text).map_err(|error| {
        let message = error.message().lines().next().unwrap_or("invalid").to_owned();
        let at = error.span().map_or(0, |span| span.start);
        fault(text, at, format!("not valid TOML: {message}"), "mend the line")
    })
}

fn unknown(text: &str, at: usize, name: &str, table: &str) -> Fault {
    let known = SETTINGS.iter().filter(|s| s.table == table).map(|s| s.name);
    let known: Vec<&str> = match table {
        "" => ["bindery", "base"].into_iter().chain(TABLES.iter().map(|(name, _)| *name)).collect(),
        _ => known.collect(),
    };
    fault(text, at, format!("unknown key `{name}`"), format!("known here: {}", known.join(", ")))
}

fn fault(text: &str, at: usize, message: impl Into<String>, hint: impl Into<String>) -> Fault {
    Fault { place: place(text, at), message: message.into(), hint: hint.into() }
}

/// Line and column of a byte, from 1.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_each_setting_sets_it() {
        for look in [Look::default(), Look::plain(), Look::large()] {
            let mut text = String::new();
            for (table, _) in TABLES {
                text.push_str(&format!("[{table}]\n"));
                for setting in SETTINGS.iter().filter(|s| s.table == *table) {
                    text.push_str(&format!("{} = {}\n", setting.name, setting.shown(&look)));
                }
            }
            let mut read = Look::default();
            assert!(apply(&text, &mut read).is_ok_and(|()| true), "{text}");
            assert_eq!(read, look);
        }
        assert!(SETTINGS.iter().all(|s| TABLES.iter().any(|(table, _)| *table == s.table)));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |text: &str| {
            let found = head(text).and_then(|_| apply(text, &mut Look::default()));
            let fault = found.err().unwrap_or_else(|| panic!("{text}"));
            format!("{}:{} {} ({})", fault.place.0, fault.place.1, fault.message, fault.hint)
        };
        assert_eq!(
            wrong("[colours]\nink = \"blue\"\n"),
            "2:7 `ink` can't have this value (it must be a colour such as \"#1f4e79\", or a share of black ink such as \"60%\")"
        );
        assert_eq!(
            wrong("\n[sizes]\ntext = 400\n"),
            "3:8 `text` can't have this value (it must be a number from 6 to 36)"
        );
        assert!(
            wrong("[colors]\n").starts_with("1:2 unknown key `colors` (known here: bindery, base, fonts")
        );
        assert!(
            wrong("[text]\njustified = true\n")
                .starts_with("2:1 unknown key `justified` (known here: leading")
        );
        assert!(wrong("base = 3\n").starts_with("1:8 "));
        assert!(wrong("base = \n").starts_with("1:"));
    }
}
