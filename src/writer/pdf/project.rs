//! What Typst is given, as a project that its own program sets.

use serde_json::Value;

use super::bind::Binder;
use super::data;
use super::fonts::Fonts;
use super::markup::Typeset;
use crate::diag::Result;
use crate::edition::Imprint;
use crate::edition::conformance::Standard;

/// The book as a whole, for Typst alone.
const MAIN: &str = include_str!("../../../templates/main.typ");

/// Name of the file that says what the project is and how it is set.
const README: &str = "README.txt";

/// The files of a project, sorted by path: the book as a whole, the fonts below
/// `fonts/`, and one that says how to set it.
///
/// # Errors
/// When Typst refuses a path.
pub(super) fn files(
    binder: Binder,
    typeset: Vec<Typeset>,
    standards: &[Standard],
) -> Result<Vec<(String, Vec<u8>)>> {
    let Binder { book, imprint, chapters, geometry, mut world, fonts, cover, .. } = binder;
    world.add_source("/main.typ", MAIN.to_owned())?;
    for (chapter, typeset) in chapters.iter().zip(typeset) {
        world.add_source(&data::chapter_path(&chapter.key), typeset.text)?;
    }
    let (list, bytes) = data::sources(&book.sources);
    world.add_file("/sources.bin", bytes.into())?;
    for (path, value) in [
        ("/sources.json", list),
        ("/style.json", data::style(&geometry, &book.metadata, true)),
        ("/book.json", data::book(book, &fonts)),
        ("/edition.json", data::edition(book, &fonts, imprint)),
    ] {
        world.add_file(path, value.to_string().into_bytes().into())?;
    }
    let cover = cover.map(|cover| data::cover(cover, &geometry));
    let mut has_cover = Value::Null;
    if let Some((data, path, image)) = cover {
        world.add_file(path, image)?;
        has_cover = data;
    }
    world.add_file("/cover.json", has_cover.to_string().into_bytes().into())?;
    let own = world.files().into_iter().map(|(path, bytes)| (path, bytes.to_vec()));
    let mut files: Vec<(String, Vec<u8>)> = own.chain(font_files(&fonts)).collect();
    files.push((README.to_owned(), readme(imprint, standards).into_bytes()));
    files.sort();
    Ok(files)
}

/// Each font file once. Typst's program takes fonts in the order of their
/// files' names, and where several could be meant the first one counts: so
/// names begin with a number.
fn font_files(fonts: &Fonts) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for font in &fonts.list {
        let bytes = font.data();
        if files.iter().any(|(_, known)| known.as_slice() == bytes.as_slice()) {
            // Another face of a collection.
            continue;
        }
        let extension = match bytes.get(..4) {
            Some(b"OTTO") => "otf",
            Some(b"ttcf") => "ttc",
            Some(_) | None => "ttf",
        };
        let family = &font.info().family;
        let name: String = family.chars().filter(char::is_ascii_alphanumeric).take(60).collect();
        files.push((format!("fonts/{:02}-{name}.{extension}", files.len() + 1), bytes.to_vec()));
    }
    files
}

fn readme(imprint: &Imprint, standards: &[Standard]) -> String {
    let standards = match standards {
        [] => String::new(),
        list => {
            let names: Vec<&str> = list.iter().map(|standard| standard.as_str()).collect();
            format!(" --pdf-standard {}", names.join(","))
        }
    };
    format!(
        "A Typst project: {} {}\n\
         Bindery {} made it from the document's Markdown; it sets the pages of that edition.\n\
         Typst {} sets them again, in this folder:\n\n    \
         typst compile --root . --font-path fonts --ignore-system-fonts --ignore-embedded-fonts \
         --features a11y-extras{standards} main.typ book.pdf\n\n\
         The PDF is another one in what Bindery adds to the pages: its identifier, times and program's name.\n",
        imprint.slug,
        imprint.edition.name,
        env!("CARGO_PKG_VERSION"),
        super::typst_version(),
    )
}
