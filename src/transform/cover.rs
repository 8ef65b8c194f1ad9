//! The document's own image as a cover.

use super::image::{Checked, Images};
use super::media::advice;
use crate::diag::{Code, Diagnostic, Warned};
use crate::media::Media;
use crate::paths;
use crate::source::FileTree;

/// What images are called that can be a cover.
const IMAGES: [&str; 10] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "bmp", "ico", "svg", "svgz"];

/// The image of a path in a tree: from its root, else from a folder around
/// `file`, one of the book's, the uppermost one that has it. None if it is not
/// there or can't be shown, which is said.
pub fn cover(path: &str, file: Option<&str>, tree: &dyn FileTree, images: &Images) -> Warned<Option<Media>> {
    let file = file.unwrap_or_default();
    let folders = file.match_indices('/').filter_map(|(end, _)| paths::join(file.get(..end)?, path));
    let place = std::iter::once(path.to_owned()).chain(folders).find(|path| tree.contains(path));
    let failed = |message: String, hint: String| {
        let said = Diagnostic::new(Code::CoverInvalid, format!("{message}; the drawn cover stands for it"))
            .hint(hint);
        Warned { value: None, diagnostics: vec![said] }
    };
    let Some(place) = place else {
        let all = tree.paths().iter().map(String::as_str);
        let near = paths::nearest(path, all.filter(|path| IMAGES.contains(&paths::extension(path).as_str())));
        let hint = match near {
            Some(near) => format!("there is `{near}`"),
            None => {
                "name the path of an image from the root of the source, or from the book's folder".to_owned()
            }
        };
        return failed(format!("the cover `{path}` is not there"), hint);
    };
    let known = tree.digest(&place).ok().flatten();
    let checked = match known.and_then(|digest| images.known(&digest)) {
        Some(checked) => checked,
        None => match tree.read(&place) {
            Ok(Some(bytes)) => images.check(&bytes, &mut 0),
            Ok(None) => Err("the file is not there".to_owned()),
            Err(error) => Err(error.message),
        },
    };
    match checked {
        Ok(Checked { media, notes, .. }) => {
            let said = notes.into_iter().map(|(code, words)| {
                Diagnostic::new(code, format!("the cover `{place}` {words}")).hint(advice(code))
            });
            Warned { value: Some(media), diagnostics: said.collect() }
        }
        Err(why) => failed(
            format!("the cover `{place}` can't be shown: {why}"),
            "save it again as PNG, JPEG, GIF, WebP, AVIF or SVG".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    const SVG: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" width="6" height="9"/>"#;

    fn found(path: &str, file: Option<&str>, files: &[(&str, &[u8])]) -> Result<u32, Vec<String>> {
        let tree = MemoryTree::new(files.iter().copied());
        let Warned { value, diagnostics } = cover(path, file, &tree, &Images::default());
        let said = || diagnostics.iter().flat_map(|d| std::iter::once(&d.message).chain(&d.hints)).cloned();
        assert!(diagnostics.iter().all(|d| d.code == Code::CoverInvalid));
        value.map(|media| media.width).ok_or_else(|| said().collect())
    }

    #[test]
    fn it_is_looked_for_from_the_root_and_then_from_the_books_folder() {
        let wide = br#"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="9"/>"#.as_slice();
        let both = [("docs/c.svg", wide), ("c.svg", SVG)];
        assert_eq!(found("c.svg", Some("docs/src/one.md"), &both), Ok(6));
        assert_eq!(found("c.svg", Some("docs/src/one.md"), &both[..1]), Ok(20));
        assert_eq!(found("docs/c.svg", None, &both[..1]), Ok(20));
    }

    #[test]
    fn what_is_not_there_or_no_image_is_said() {
        let files: [(&str, &[u8]); 2] = [("docs/heron.svg", SVG), ("notes.png", b"no image")];
        let said = found("heron.svg", None, &files).expect_err("is not there");
        assert_eq!(
            said,
            [
                "the cover `heron.svg` is not there; the drawn cover stands for it",
                "there is `docs/heron.svg`"
            ]
        );
        let said = found("notes.png", None, &files).expect_err("is no image");
        assert!(said[0].starts_with("the cover `notes.png` can't be shown: the file is neither"), "{said:?}");
    }
}
