//! Links within the book. A sheet doesn't know where others stand: the theme
//! writes an address of ours in the place of a destination, and here each gets
//! its end and its description.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use typst::foundations::Content;
use typst::introspection::{Introspector, Location, Tag};
use typst::layout::{Frame, FrameItem, Point};
use typst::model::{Destination, LinkMarker, Refable};
use typst_layout::PagedDocument;

/// What such an address begins with; see the theme's `to`.
const SCHEME: &str = "bindery-label:";

/// Where a link can lead.
#[derive(Debug, Clone)]
pub struct Target {
    /// The label.
    pub label: String,
    /// Typst's name of the place.
    location: Location,
    /// The page of its sheet, from 0.
    page: usize,
    /// What it is called, if it is a heading.
    title: Option<String>,
}

/// All that has a label on the pages of a sheet.
pub fn targets(document: &PagedDocument) -> Vec<Target> {
    let introspector = document.introspector();
    let labelled = introspector.query_labelled();
    let target = |element: &Content| {
        let location = element.location()?;
        Some(Target {
            label: element.label()?.resolve().as_str().to_owned(),
            location,
            page: introspector.page(location)?.get() - 1,
            title: element.with::<dyn Refable>().map(|it| it.supplement().plain_text().to_string()),
        })
    };
    labelled.iter().filter_map(target).collect()
}

/// The pages, from 0, that hold links within the book.
pub fn pages(document: &PagedDocument) -> Vec<usize> {
    let pages = document.pages().iter().enumerate();
    pages.filter(|(_, page)| is_linking(&page.frame)).map(|(index, _)| index).collect()
}

/// Whether a frame holds a link within the book, or the mark of one, which can
/// stand in another frame.
fn is_linking(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => is_linking(&group.frame),
        FrameItem::Link(destination, _) => label_of(destination).is_some(),
        FrameItem::Tag(Tag::Start(element, _)) => marked(element).is_some(),
        FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Tag(Tag::End(..)) => {
            false
        }
    })
}

/// The label that the mark of a link names.
fn marked(element: &Content) -> Option<&str> {
    element.to_packed::<LinkMarker>()?.alt.as_deref()?.strip_prefix(SCHEME)
}

fn label_of(destination: &Destination) -> Option<&str> {
    match destination {
        Destination::Url(url) => url.strip_prefix(SCHEME),
        Destination::Position(_) | Destination::Location(_) => None,
    }
}

/// Where the links of a book end.
#[derive(Default)]
pub struct Ends<'a> {
    /// By label: the place, the page in the book, from 0, and the title.
    ends: HashMap<&'a str, (Location, usize, Option<&'a str>)>,
}

impl<'a> Ends<'a> {
    /// Adds the targets of a sheet whose first page is this one, from 0.
    pub fn add(&mut self, targets: &'a [Target], first: usize) {
        for target in targets {
            let end = (target.location, first + target.page, target.title.as_deref());
            self.ends.entry(&target.label).or_insert(end);
        }
    }

    /// The page of a label, from 1.
    pub fn page(&self, label: &str) -> Option<usize> {
        self.ends.get(label).map(|(_, page, _)| page + 1)
    }

    /// Gives the links of a page their ends. `page_name` is the word for a page.
    pub fn resolve(&self, frame: &mut Frame, page_name: &str) {
        frame.retain(|item| {
            match item {
                FrameItem::Group(group) if is_linking(&group.frame) => {
                    self.resolve(&mut group.frame, page_name);
                }
                FrameItem::Link(destination, _) => {
                    if let Some(label) = label_of(destination) {
                        *destination = self.destination(label);
                    }
                }
                FrameItem::Tag(Tag::Start(element, _)) => self.describe(element, page_name),
                FrameItem::Group(_)
                | FrameItem::Text(_)
                | FrameItem::Shape(..)
                | FrameItem::Image(..)
                | FrameItem::Tag(Tag::End(..)) => {}
            }
            true
        });
    }

    fn destination(&self, label: &str) -> Destination {
        match self.ends.get(label) {
            Some((location, ..)) => Destination::Location(*location),
            // No label is written that doesn't exist; if it were, the link
            // would lead to the beginning.
            None => Destination::Position(typst::introspection::PagedPosition {
                page: NonZeroUsize::MIN,
                point: Point::zero(),
            }),
        }
    }

    /// Says what a link leads to, as Typst does.
    fn describe(&self, element: &mut Content, page_name: &str) {
        let Some(label) = marked(element) else { return };
        let alt = match self.ends.get(label) {
            Some((_, page, Some(title))) => format!("{title}, {page_name} {}", page + 1),
            Some((_, page, None)) => format!("{page_name} {}", page + 1),
            None => format!("{page_name} 1"),
        };
        if let Some(marker) = element.to_packed_mut::<LinkMarker>() {
            marker.alt = Some(alt.into());
        }
    }
}
