//! Fonts that the configuration or the command line names.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Warned};
use crate::document::fonts::{FontFile, Origin};
use crate::source::FileTree;

/// A font file, or a folder of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontSource {
    /// In the document's tree, from its root: read at the revision, so that
    /// the edition depends on nothing but the commit.
    Tree(String),
    /// On the user's disk, as the user says.
    Disk(PathBuf),
}

/// Larger files are no fonts.
const LARGEST: u64 = 128 << 20;
/// A folder has at most so many fonts that are looked at.
const MOST: usize = 256;

/// The fonts of all sources, files of a folder by name. What is no font is a
/// diagnostic.
pub fn given(sources: &[FontSource], tree: &dyn FileTree) -> Warned<Vec<FontFile>> {
    let mut out: Warned<Vec<FontFile>> = Warned::default();
    for source in sources {
        let before = out.value.len();
        let (shown, found) = match source {
            FontSource::Tree(path) => (path.clone(), in_tree(path, tree, &mut out)),
            FontSource::Disk(path) => (path.display().to_string(), on_disk(path, &mut out)),
        };
        if !found {
            say(
                &mut out,
                format!("there is no font `{shown}`"),
                "name a font file, or a folder of font files",
            );
        } else if out.value.len() == before && out.diagnostics.is_empty() {
            say(
                &mut out,
                format!("`{shown}` holds no font"),
                "fonts are files that end in .otf, .ttf, .otc or .ttc",
            );
        }
    }
    out
}

fn say(out: &mut Warned<Vec<FontFile>>, message: String, hint: &str) {
    out.diagnostics.push(Diagnostic::new(Code::FontInvalid, message).hint(hint));
}

fn is_font(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|e| matches!(e.as_str(), "otf" | "ttf" | "otc" | "ttc"))
}

fn in_tree(path: &str, tree: &dyn FileTree, out: &mut Warned<Vec<FontFile>>) -> bool {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let inside = |file: &&String| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let mut files: Vec<&String> = match tree.paths().iter().find(|file| *file == path) {
        Some(file) => vec![file],
        None => tree.paths().iter().filter(inside).filter(|file| is_font(file)).collect(),
    };
    let found = !files.is_empty() || tree.paths().iter().any(|file| inside(&file));
    files.sort();
    for file in files.into_iter().take(MOST) {
        match tree.read(file) {
            Ok(Some(bytes)) => add(file, &bytes, out),
            Ok(None) => {}
            Err(error) => out.diagnostics.push(*error),
        }
    }
    found
}

fn on_disk(path: &Path, out: &mut Warned<Vec<FontFile>>) -> bool {
    if path.is_file() {
        read(path, out);
        return true;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return false };
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|p| is_font(&p.to_string_lossy())).collect();
    files.sort();
    for file in files.into_iter().take(MOST) {
        read(&file, out);
    }
    true
}

fn read(path: &Path, out: &mut Warned<Vec<FontFile>>) {
    let shown = path.display().to_string();
    if std::fs::metadata(path).is_ok_and(|file| file.len() > LARGEST) {
        return say(out, format!("`{shown}` is too large to be a font"), "leave it out");
    }
    match std::fs::read(path) {
        Ok(bytes) => add(&shown, &bytes, out),
        Err(error) => say(out, format!("can't read the font `{shown}`: {error}"), "check the path"),
    }
}

/// All faces of a file.
fn add(path: &str, bytes: &[u8], out: &mut Warned<Vec<FontFile>>) {
    let faces = ttf_parser::fonts_in_collection(bytes).unwrap_or(1).min(64);
    let bytes: std::sync::Arc<[u8]> = bytes.into();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let mut any = false;
    for index in 0..faces {
        if ttf_parser::Face::parse(&bytes, index).is_ok() {
            any = true;
            out.value.push(FontFile {
                file: name.to_owned(),
                index,
                bytes: bytes.clone(),
                origin: Origin::Given,
            });
        }
    }
    if !any {
        say(out, format!("`{path}` is no font that can be read"), "use OpenType or TrueType, not a web font");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn fonts_of_the_tree_are_found_by_name_and_what_is_none_is_said() {
        let font = include_bytes!("../../fonts/JetBrainsMonoNL-Regular.ttf").as_slice();
        let tree = MemoryTree::new([
            ("fonts/b.ttf", font),
            ("fonts/a.otf", b"no font".as_slice()),
            ("fonts/README.md", b"".as_slice()),
            ("src/x.md", b"".as_slice()),
        ]);
        let sources = ["fonts", "./fonts/b.ttf", "gone", "src"].map(|p| FontSource::Tree(p.to_owned()));
        let found = given(&sources, &tree);
        let names: Vec<_> = found.value.iter().map(|font| font.file.as_str()).collect();
        assert_eq!(names, ["b.ttf", "b.ttf"]);
        let said: Vec<_> = found.diagnostics.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(said, ["`fonts/a.otf` is no font that can be read", "there is no font `gone`"]);
    }
}
