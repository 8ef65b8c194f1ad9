//! Which fonts a book needs beside those that every PDF is set in: those that
//! the configuration names, those packed in the binary, and, for what all of
//! these lack, those installed on the machine.

mod bundled;
mod characters;
mod given;
mod installed;

use std::collections::BTreeSet;

use self::bundled::BUNDLED;
pub use self::given::{FontSource, given};
pub use self::installed::Installed;
use crate::diag::{Code, Diagnostic, Warned};
use crate::document::Book;
use crate::document::fonts::FontFile;
use crate::theme::Theme;

/// How well the fonts that every PDF is set in draw a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// The text font has it, or nothing need be drawn.
    Well,
    /// A fallback has it, or the emoji font.
    Somehow,
    /// No font has it.
    Not,
}

/// The fonts that a book needs, in the order in which they are taken. It
/// depends on nothing but the book and the fonts, so that the same book has
/// the same fonts. `installed` is asked last, if at all: looking at a
/// machine's fonts takes time.
pub fn choose(
    book: &Book,
    drawn: impl Fn(char) -> Drawn,
    given: &[FontFile],
    installed: Option<&Installed>,
) -> Warned<Vec<FontFile>> {
    choose_for(&characters::of(book), &book.metadata.language, drawn, given, installed)
}

/// The same for a text, without fonts of the machine.
pub fn choose_for_text(text: &str, drawn: impl Fn(char) -> Drawn, given: &[FontFile]) -> Vec<FontFile> {
    choose_for(&text.chars().collect(), "", drawn, given, None).value
}

fn choose_for(
    characters: &BTreeSet<char>,
    language: &str,
    drawn: impl Fn(char) -> Drawn,
    given: &[FontFile],
    installed: Option<&Installed>,
) -> Warned<Vec<FontFile>> {
    let mut lacking: Vec<(char, Drawn)> = characters
        .iter()
        .copied()
        .map(|c| (c, drawn(c)))
        .filter(|(_, drawn)| *drawn != Drawn::Well)
        .collect();
    let mut fonts = Vec::new();
    let mut diagnostics = Vec::new();
    if lacking.is_empty() {
        return Warned { value: fonts, diagnostics };
    }
    for font in given {
        let had = covered(font, lacking.iter().map(|(c, _)| *c));
        if !had.is_empty() {
            lacking.retain(|(c, _)| !had.contains(c));
            fonts.push(font.clone());
        }
    }
    let mut found = BTreeSet::new();
    for bundled in &BUNDLED {
        let wanted = |(c, drawn): &&(char, Drawn)| {
            bundled.is_for(*c) && (bundled.letters || (*drawn == Drawn::Not && !found.contains(c)))
        };
        if lacking.iter().any(|it| wanted(&it)) {
            let font = bundled.font();
            let had = covered(&font, lacking.iter().filter(wanted).map(|(c, _)| *c));
            if !had.is_empty() {
                found.extend(had);
                fonts.push(font);
            }
        }
    }
    let rest: BTreeSet<char> = lacking
        .iter()
        .filter(|(c, drawn)| *drawn == Drawn::Not && !found.contains(c))
        .map(|(c, _)| *c)
        .collect();
    if let Some(installed) = installed.filter(|_| !rest.is_empty()) {
        for (font, family, characters) in installed.find(&rest, language) {
            diagnostics.push(note(&family, &characters));
            fonts.push(font);
        }
    }
    Warned { value: fonts, diagnostics }
}

/// The fonts of a theme, those that it brings along and those given ones that
/// it names, in front of others.
pub fn themed(theme: &Theme, given: &[FontFile], others: Vec<FontFile>) -> Vec<FontFile> {
    let named = |font: &&FontFile| families(std::slice::from_ref(font)).iter().any(|it| theme.names(it));
    let mut fonts: Vec<FontFile> =
        theme.fonts().into_iter().chain(given.iter().filter(named).cloned()).collect();
    let more: Vec<FontFile> = others.into_iter().filter(|font| !fonts.contains(font)).collect();
    fonts.extend(more);
    fonts
}

/// Packed fonts by their names, for tests; all of them without any.
#[cfg(test)]
pub(crate) fn bundled(names: &[&str]) -> Vec<FontFile> {
    let named =
        |font: &FontFile| names.is_empty() || names.iter().any(|name| font.file == format!("{name}.ttf"));
    BUNDLED.iter().map(bundled::Bundled::font).filter(named).collect()
}

/// Which of some characters a font has.
fn covered(font: &FontFile, characters: impl Iterator<Item = char>) -> BTreeSet<char> {
    match ttf_parser::Face::parse(&font.bytes, font.index) {
        Ok(face) => characters.filter(|c| face.glyph_index(*c).is_some_and(|glyph| glyph.0 != 0)).collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// The families of fonts, sorted, each once.
pub fn families(fonts: &[FontFile]) -> Vec<String> {
    let of = |font: &FontFile| {
        let face = ttf_parser::Face::parse(&font.bytes, font.index).ok()?;
        // The typographic family, else the one that holds four styles at most.
        let named = |id| face.names().into_iter().filter(|n| n.name_id == id).find_map(|n| n.to_string());
        named(ttf_parser::name_id::TYPOGRAPHIC_FAMILY).or_else(|| named(ttf_parser::name_id::FAMILY))
    };
    fonts.iter().filter_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

fn note(family: &str, characters: &BTreeSet<char>) -> Diagnostic {
    let few: Vec<String> = characters.iter().take(4).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    let more = if characters.len() > few.len() { ", …" } else { "" };
    let count = characters.len();
    let s = if count == 1 { "" } else { "s" };
    let message = format!(
        "{count} character{s} ({}{more}) drawn with {family}, a font of this machine",
        few.join(", ")
    );
    Diagnostic::new(Code::FontInstalled, message).hint(
        "the PDF differs on a machine without this font; to keep it the same, put the font into the \
         repository and name it in `fonts` below `[pdf]` of bindery.toml",
    )
}
