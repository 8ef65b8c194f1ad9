//! Letter spacing on a grid. Typst justifies a line by giving each glyph the
//! same tiny share, say 0.0018652 em; a PDF then holds a number of eight digits
//! behind each letter, which is a fifth of the file of a book. Here the shares
//! of a line are gathered until they make a step that a number of one digit
//! names. No glyph moves by more than half a step: 0.03 pt in a text of 10.5 pt,
//! less than a dot of a printer with 600 of them to the inch.

use typst::layout::{Em, Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::{Page, PagedDocument};

/// A step, in thousandths of an em, the unit of adjustments in a PDF (ISO
/// 32000-1, 9.4.3).
const STEP: f64 = 5.0;

/// Puts the letter spacing of all pages onto the grid.
pub fn settle(document: &PagedDocument) -> PagedDocument {
    use typst::model::Document as _;
    let settled = document.pages().iter().map(|page| {
        let mut page = Page::clone(page);
        frame(&mut page.frame);
        page
    });
    PagedDocument::new(settled.collect(), document.info().clone())
}

fn frame(of: &mut Frame) {
    of.retain(|item| {
        match item {
            FrameItem::Group(group) => frame(&mut group.frame),
            FrameItem::Text(item) => text(item),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
        true
    });
}

fn text(item: &mut TextItem) {
    // What the glyphs are still to move by, in thousandths of an em.
    let mut rest = 0.0;
    let font = item.font.clone();
    for glyph in &mut item.glyphs {
        let Some(own) = font.x_advance(glyph.id) else { continue };
        let wanted = (glyph.x_advance - own).get() * 1000.0 + rest;
        let set = (wanted / STEP).round() * STEP;
        rest = wanted - set;
        glyph.x_advance = Em::new(own.get() + set / 1000.0);
    }
}
