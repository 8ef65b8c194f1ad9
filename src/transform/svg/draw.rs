//! Whether a drawing can be drawn: references may run in a circle, or
//! multiply beyond all bounds, and filters may take for ever. The PDF would
//! be refused as a whole, or never be finished. So may masks and groups that
//! are drawn apart, each on a canvas of its own, and endless outlines and texts.

use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{self, Group, Node};

/// The most shapes that are drawn, each use of a shape counted.
const MAX_SHAPES: usize = 200_000;
/// The most pixels of all pictures, each use of a picture counted.
const MAX_PIXELS: f32 = 100_000_000.0;
/// The most work of filters, in pixels that one simple step changes. A shadow
/// behind a drawing of 1000 by 600 takes some two million.
const MAX_FILTERED: f32 = 40_000_000.0;

/// The most pixels of all canvases that groups are drawn on apart from the rest
/// (masks, clips, opacity, blending), each use counted. Some 60 million take a
/// second.
const MAX_LAYERED: f32 = 120_000_000.0;
/// The most segments of all outlines, and the most letters of all texts.
const MAX_DETAILS: usize = 150_000;
/// A letter is an outline of so many segments.
const LETTER: usize = 10;

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
    let canvas = tree.size().width() * tree.size().height();
    // Counted along a list, not by recursion: groups nest deeply.
    let mut open: Vec<&Group> = vec![tree.root()];
    let (mut shapes, mut pixels, mut filtered) = (0, 0.0, 0.0);
    let (mut layered, mut details) = (0.0, 0);
    while let Some(group) = open.pop() {
        for node in group.children() {
            shapes += 1;
            match node {
                Node::Group(group) => {
                    filtered += group.filters().iter().map(|f| work(f, group, canvas)).sum::<f32>();
                    if group.should_isolate() {
                        let layer = group.abs_layer_bounding_box();
                        layered += (layer.width() * layer.height()).min(canvas);
                    }
                    open.push(group);
                    open.extend(apart(group));
                }
                Node::Image(image) => pixels += image.size().width() * image.size().height(),
                Node::Path(path) => details += path.data().len(),
                Node::Text(text) => {
                    let letters = text.chunks().iter().map(|chunk| chunk.text().len());
                    details += LETTER * letters.sum::<usize>();
                }
            }
        }
        if details > MAX_DETAILS {
            return Err("it can't be drawn: its outlines and texts are too long".to_owned());
        }
        if layered > MAX_LAYERED {
            return Err("it can't be drawn: its masks and transparent groups take too long".to_owned());
        }
        if shapes > MAX_SHAPES || pixels > MAX_PIXELS {
            return Err("it can't be drawn: its parts are used too many times".to_owned());
        }
        if filtered > MAX_FILTERED {
            return Err("it can't be drawn: its filters take too long".to_owned());
        }
    }
    Ok(())
}

/// What a group is cut out with, which is drawn for each use.
fn apart(group: &Group) -> Vec<&Group> {
    let (mut mask, mut clip) = (group.mask(), group.clip_path());
    let mut all = Vec::new();
    while let Some(it) = mask {
        all.push(it.root());
        mask = it.mask();
    }
    while let Some(it) = clip {
        all.push(it.root());
        clip = it.clip_path();
    }
    all
}

/// What a filter costs, in pixels that one simple step changes.
fn work(filter: &Filter, group: &Group, canvas: f32) -> f32 {
    let scale = group.abs_transform();
    let region =
        filter.rect().width() * filter.rect().height() * (scale.sx * scale.sy - scale.kx * scale.ky).abs();
    let steps = filter.primitives().iter().map(|primitive| match primitive.kind() {
        Kind::Turbulence(turbulence) => 4.0 * turbulence.num_octaves() as f32,
        Kind::Morphology(morphology) => morphology.radius_x().get() * morphology.radius_y().get(),
        Kind::ConvolveMatrix(convolve) => (convolve.matrix().columns() * convolve.matrix().rows()) as f32,
        Kind::Blend(_)
        | Kind::ColorMatrix(_)
        | Kind::ComponentTransfer(_)
        | Kind::Composite(_)
        | Kind::DiffuseLighting(_)
        | Kind::DisplacementMap(_)
        | Kind::DropShadow(_)
        | Kind::Flood(_)
        | Kind::GaussianBlur(_)
        | Kind::Image(_)
        | Kind::Merge(_)
        | Kind::Offset(_)
        | Kind::SpecularLighting(_)
        | Kind::Tile(_) => 1.0,
    });
    // What lies outside of the drawing is not computed.
    region.min(canvas) * steps.map(|step: f32| step.max(1.0)).sum::<f32>()
}
