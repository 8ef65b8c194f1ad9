//! Whether a drawing can be drawn: references may run in a circle, or
//! multiply beyond all bounds. The PDF would be refused as a whole, or never
//! be finished.

use resvg::usvg::{self, Group, Node};

/// The most shapes that are drawn, each use of a shape counted.
const MAX_SHAPES: usize = 200_000;
/// The most pixels of all pictures, each use of a picture counted.
const MAX_PIXELS: f32 = 100_000_000.0;

/// Draws it as far as to know what there is to draw.
///
/// # Errors
/// Why it can't be shown.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let image_href_resolver = usvg::ImageHrefResolver {
        resolve_data: usvg::ImageHrefResolver::default_data_resolver(),
        resolve_string: Box::new(|_, _| None),
    };
    let options = usvg::Options { image_href_resolver, ..usvg::Options::default() };
    let tree =
        usvg::Tree::from_data(bytes, &options).map_err(|error| format!("it can't be drawn: {error}"))?;
    // Counted along a list, not by recursion: groups nest deeply.
    let mut open: Vec<&Group> = vec![tree.root()];
    let (mut shapes, mut pixels) = (0, 0.0);
    while let Some(group) = open.pop() {
        for node in group.children() {
            shapes += 1;
            match node {
                Node::Group(group) => open.push(group),
                Node::Image(image) => pixels += image.size().width() * image.size().height(),
                Node::Path(_) | Node::Text(_) => {}
            }
        }
        if shapes > MAX_SHAPES || pixels > MAX_PIXELS {
            return Err("it can't be drawn: its parts are used too many times".to_owned());
        }
    }
    Ok(())
}
