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

#[cfg(test)]
mod tests {
    use typst::layout::Frame;

    use super::super::fonts::Fonts;
    use super::super::world::BookWorld;
    use super::*;

    /// Each glyph of a page: where it begins and how far it is from its own
    /// width, in thousandths of an em.
    fn glyphs(frame: &Frame, out: &mut Vec<(f64, f64)>) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => glyphs(&group.frame, out),
                FrameItem::Text(item) => {
                    let mut at = 0.0;
                    for glyph in &item.glyphs {
                        let own = item.font.x_advance(glyph.id).expect("a width");
                        out.push((at, (glyph.x_advance - own).get() * 1000.0));
                        at += glyph.x_advance.get() * 1000.0;
                    }
                }
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    #[test]
    fn letters_keep_their_places_to_half_a_step() {
        let mut world = BookWorld::new(Fonts::of(&[])).expect("a world");
        let text = "#set page(width: 200pt, height: 90pt)\n#set text(font: \"Libertinus Serif\", lang: \"en\")\n\
                    #set par(justify: true, justification-limits: (tracking: (min: -0.01em, max: 0.02em)))\n\
                    AVAST: the lamp is lit at dusk and put out at dawn, and whoever stands the watch writes down \
                    what passes: the hour, the wind, the state of the glass, and every ship that is seen.";
        world.add_source("/main.typ", text.to_owned()).expect("a path");
        let document: PagedDocument = typst::compile(&world).output.expect("compiles");
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (old, new) in document.pages().iter().zip(settle(&document).pages()) {
            glyphs(&old.frame, &mut before);
            glyphs(&new.frame, &mut after);
        }
        let odd = |shift: f64| (shift / STEP - (shift / STEP).round()).abs() > 1e-6;
        assert!(before.iter().any(|(_, shift)| odd(*shift)), "nothing was spaced");
        assert_eq!(before.len(), after.len());
        for ((old, _), (new, shift)) in before.iter().zip(&after) {
            assert!((old - new).abs() <= STEP / 2.0 + 1e-6, "{old} became {new}");
            assert!(!odd(*shift), "{shift}");
        }
    }
}
