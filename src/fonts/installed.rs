//! The fonts of the machine, looked at only when a book has a character that
//! no other font draws.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use fontdb::{Database, FaceInfo, ID, Style};

use crate::document::fonts::{FontFile, Origin};

/// So many of a machine's fonts go into one book at most.
const MOST: usize = 64;

/// The fonts of the machine, or of folders that stand for it in tests.
#[derive(Debug, Default)]
pub struct Installed {
    faces: OnceLock<Faces>,
    asked: AtomicUsize,
}

#[derive(Debug)]
struct Faces {
    database: Database,
}

impl Installed {
    /// Installed fonts that were looked at already.
    #[cfg(test)]
    fn of(database: Database) -> Self {
        Self { faces: Faces { database }.into(), asked: AtomicUsize::new(0) }
    }

    /// How often a book has needed them so far, whether they had what it lacks
    /// or not: such a book depends on this machine.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Fonts for as many of some characters as there are, each with its
    /// family and the characters that it is for. The order in which the
    /// machine lists its fonts plays no part.
    pub(super) fn find(
        &self,
        wanted: &BTreeSet<char>,
        language: &str,
    ) -> Vec<(FontFile, String, BTreeSet<char>)> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let database = &self
            .faces
            .get_or_init(|| {
                let mut database = Database::new();
                database.load_system_fonts();
                Faces { database }
            })
            .database;
        let mut faces: Vec<&FaceInfo> = database.faces().filter(|face| face.style == Style::Normal).collect();
        faces.sort_by_cached_key(|face| rank(face, language));
        let mut open = wanted.clone();
        let mut found = Vec::new();
        for face in faces {
            if open.is_empty() || found.len() >= MOST {
                break;
            }
            let had = had(database, face.id, &open);
            if had.is_empty() {
                continue;
            }
            if let Some(font) = load(database, face) {
                open.retain(|c| !had.contains(c));
                found.push((font, family(face).to_owned(), had));
            }
        }
        found
    }
}

fn had(database: &Database, id: ID, wanted: &BTreeSet<char>) -> BTreeSet<char> {
    let had = database.with_face_data(id, |data, index| match ttf_parser::Face::parse(data, index) {
        Ok(face) => {
            let has = |c: &&char| face.glyph_index(**c).is_some_and(|glyph| glyph.0 != 0);
            wanted.iter().filter(has).copied().collect()
        }
        Err(_) => BTreeSet::new(),
    });
    had.unwrap_or_default()
}

fn load(database: &Database, face: &FaceInfo) -> Option<FontFile> {
    let (source, index) = database.face_source(face.id)?;
    let file = match source {
        fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => {
            path.file_name()?.to_string_lossy().into_owned()
        }
        fontdb::Source::Binary(_) => face.post_script_name.clone(),
    };
    let bytes = database.with_face_data(face.id, |data, _| data.into())?;
    Some(FontFile { file, index, bytes, origin: Origin::Installed })
}

fn family(face: &FaceInfo) -> &str {
    face.families.first().map_or("", |(family, _)| family)
}

/// What comes first: regular weight, a font that goes with the text, the
/// forms of the book's language; then the name, so that the order is always
/// the same.
type Rank = (u16, u8, u8, String, String, u32);

fn rank(face: &FaceInfo, language: &str) -> Rank {
    let family = family(face);
    let kind = match family {
        // Fonts that have a box with its number for every character.
        f if f.contains("Last Resort")
            || f.contains("LastResort")
            || f.contains("Unifont")
            || f.contains("Blank") =>
        {
            4
        }
        f if f.starts_with("Noto Serif") || f.starts_with("Noto Naskh") => 0,
        f if f.starts_with("Noto Color Emoji") => 0,
        f if f.starts_with("Noto Sans") || f.starts_with("Noto ") => 1,
        f if f.contains("Mono") => 3,
        _ => 2,
    };
    let wanted = han(language);
    let has = |suffix: &str| family.ends_with(suffix) || family.contains(&format!("{suffix} "));
    let form = if has(wanted) {
        0
    } else if [" SC", " JP", " TC", " KR", " HK"].into_iter().any(has) {
        1
    } else {
        0
    };
    let file = match &face.source {
        fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => path.display().to_string(),
        fontdb::Source::Binary(_) => String::new(),
    };
    (face.weight.0.abs_diff(400), kind, form, family.to_owned(), file, face.index)
}

/// How families of Chinese, Japanese and Korean fonts end for a language.
fn han(language: &str) -> &'static str {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or_default();
    match primary {
        "ja" => " JP",
        "ko" => " KR",
        "zh" if parts.clone().any(|p| p == "HK") => " HK",
        "zh" if parts.any(|p| matches!(p, "TW" | "MO" | "Hant")) => " TC",
        _ => " SC",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(files: &[&str]) -> Database {
        let mut database = Database::new();
        for file in files {
            database.load_font_file(format!("{}/fonts/{file}", env!("CARGO_MANIFEST_DIR"))).expect("a font");
        }
        database
    }

    #[test]
    fn what_is_found_does_not_depend_on_the_order_of_the_fonts() {
        let files = [
            "DejaVuSansMono.ttf",
            "LibertinusSerif-Italic.otf",
            "DejaVuSans.ttf",
            "LibertinusSerif-Regular.otf",
        ];
        let mut backwards = files;
        backwards.reverse();
        let wanted = BTreeSet::from(['⇶', '⠿', '中']);
        let names = |files: &[&str]| -> Vec<(String, String, String)> {
            Installed::of(database(files))
                .find(&wanted, "en")
                .into_iter()
                .map(|(font, family, had)| (font.file, family, had.into_iter().collect()))
                .collect()
        };
        let found = names(&files);
        assert_eq!(found, names(&backwards));
        assert_eq!(found, [("DejaVuSans.ttf".to_owned(), "DejaVu Sans".to_owned(), "⇶⠿".to_owned())]);
    }

    #[test]
    fn han_has_the_forms_of_the_language() {
        for (language, suffix) in
            [("ja", " JP"), ("ko-KR", " KR"), ("zh-TW", " TC"), ("zh-Hant-HK", " HK"), ("en", " SC")]
        {
            assert_eq!(han(language), suffix);
        }
    }
}
