//! Running heads and feet. They are laid out by the theme, each once, and put
//! onto the finished pages: a page that asked Typst for its number would be
//! laid out again whenever a page before it comes or goes.

use std::sync::Arc;

use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::{Content, NativeElement, Value};
use typst::introspection::{Location, MetadataElem, Tag, TagFlags};
use typst::layout::{Abs, Frame, FrameItem, GroupItem, Point};
use typst::pdf::{ArtifactElem, ArtifactKind};
use typst::utils::hash128;

use super::geometry::Geometry;
use super::messages::{failure, said};
use super::sheet::{self, Sheet};
use super::world::BookWorld;
use crate::diag::{Code, Diagnostic, Result};
use crate::recent::Recent;

/// Strips that were laid out, by what they were made from.
#[derive(Default)]
pub struct Strips(Recent<Frame, u128>);

impl Strips {
    /// The strips of some calls of the theme. `context` is what all sheets of a
    /// book depend on.
    ///
    /// # Errors
    /// When Typst refuses one.
    pub fn lay_out(&self, world: &BookWorld, context: u128, calls: &[String]) -> Result<Vec<Frame>> {
        let key = |call: &String| hash128(&(context, call));
        let mut missing: Vec<&String> =
            calls.iter().filter(|call| self.0.get(&key(call)).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let text: String = missing.iter().map(|call| format!("#{call}\n")).collect();
            let laid = sheet::lay_out(world, &Sheet::call("/strips.typ", &text, Vec::new()), false)?;
            let said = |errors: EcoVec<SourceDiagnostic>| {
                failure(errors.iter().map(|error| said(world.theme(), error)).collect())
            };
            let document = laid.output.map_err(said)?;
            if document.pages().len() != missing.len() {
                return Err(refused("a head or foot takes more than a line"));
            }
            for (call, page) in missing.iter().zip(document.pages()) {
                let mut frame = page.frame.clone();
                // A strip stands on many pages, and these mark what stands once.
                untag(&mut frame);
                self.0.put(key(call), Arc::new(frame));
            }
        }
        let strips = calls.iter().map(|call| self.0.get(&key(call)));
        strips
            .map(|strip| strip.as_deref().cloned().ok_or_else(|| refused("a head or foot is missing")))
            .collect()
    }

    /// Begins the next edition.
    pub fn next(&self) {
        self.0.begin(1);
    }
}

fn refused(why: &(impl std::fmt::Debug + ?Sized)) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::TypesetFailed, format!("Typst refused the heads and feet: {why:?}")))
}

fn untag(frame: &mut Frame) {
    frame.retain(|item| match item {
        FrameItem::Tag(_) => false,
        FrameItem::Group(group) => {
            untag(&mut group.frame);
            true
        }
        FrameItem::Text(_) | FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) => true,
    });
}

/// What the theme leaves where a chapter's number is to stand.
const NUMBER: &str = "bindery:number";

/// Puts the number of a chapter where its sheet has room for it. `room` is the
/// width of the text if it runs from right to left.
pub fn number(frame: &mut Frame, strip: &Frame, room: Option<Abs>) {
    let Some(place) = frame.items().position(|(_, item)| leads_to_number(item)) else { return };
    let at = match frame.items().nth(place) {
        Some((at, FrameItem::Tag(_))) => *at,
        Some(_) | None => {
            let mut layer = 0;
            frame.retain(|item| {
                if let (FrameItem::Group(group), true) = (item, layer == place) {
                    number(&mut group.frame, strip, room);
                }
                layer += 1;
                true
            });
            return;
        }
    };
    let shift = room.map_or(Abs::zero(), |room| room - strip.width());
    let group = FrameItem::Group(GroupItem::new(strip.clone()));
    frame.insert(place, at + Point::with_x(shift), group);
}

fn leads_to_number(item: &FrameItem) -> bool {
    match item {
        FrameItem::Group(group) => group.frame.items().any(|(_, item)| leads_to_number(item)),
        FrameItem::Tag(Tag::Start(element, _)) => element
            .to_packed::<MetadataElem>()
            .is_some_and(|data| matches!(&data.value, Value::Str(text) if text.as_str() == NUMBER)),
        FrameItem::Tag(Tag::End(..))
        | FrameItem::Text(_)
        | FrameItem::Shape(..)
        | FrameItem::Image(..)
        | FrameItem::Link(..) => false,
    }
}

/// How far the mark and the number stand apart at least, in points.
const APART: f64 = 8.0;

/// What stands on a page beside its text.
#[derive(Default)]
pub struct Furniture<'a> {
    /// The running head.
    pub head: Option<&'a Frame>,
    /// The mark of the edition.
    pub mark: Option<&'a Frame>,
    /// The number, and how many there are.
    pub number: Option<[&'a Frame; 2]>,
}

impl<'a> Furniture<'a> {
    /// Puts it onto a page: `number` from 1.
    pub fn put(&self, frame: &mut Frame, geometry: &Geometry, rtl: bool, number: usize) {
        let verso = geometry.is_verso(number);
        let (left, right) = geometry.margins(rtl, number);
        let (left, right) = (Abs::pt(left), frame.width() - Abs::pt(right));
        if let Some(head) = self.head {
            let items = artifact(ArtifactKind::Header, number, [(Point::with_x(left), head)]);
            frame.prepend_multiple(items);
        }
        // The foot's area ends where the page ends.
        let y = |strip: &Frame| frame.height() - strip.height();
        // Strips side by side, from the left edge or up to the right one.
        let set = |strips: &[&'a Frame], at_right: bool| {
            let width: Abs = strips.iter().map(|strip| strip.width()).sum();
            let mut x = if at_right { right - width } else { left };
            let mut placed = Vec::new();
            for strip in strips {
                placed.push((Point::new(x, y(strip)), *strip));
                x += strip.width();
            }
            placed
        };
        let swapped = verso != rtl;
        // Where there is no room for both, the mark stays away: it is in the
        // imprint.
        let numbers: Abs = self.number.iter().flatten().map(|strip| strip.width()).sum();
        let fits = |mark: &&Frame| mark.width() + numbers + Abs::pt(APART) <= right - left;
        let mark = self.mark.filter(fits).map_or(Vec::new(), |it| set(&[it], swapped));
        let number_strips = self.number.map_or(Vec::new(), |it| set(&it, !swapped));
        let (first, second) = if verso { (number_strips, mark) } else { (mark, number_strips) };
        let foot: Vec<_> = first.into_iter().chain(second).collect();
        if !foot.is_empty() {
            frame.push_multiple(artifact(ArtifactKind::Footer, number, foot));
        }
    }
}

/// Frames as what repeats on each page and is no content (ISO 32000-1,
/// 14.8.2.2).
fn artifact<'a>(
    kind: ArtifactKind,
    number: usize,
    frames: impl IntoIterator<Item = (Point, &'a Frame)>,
) -> Vec<(Point, FrameItem)> {
    let mut element = ArtifactElem::new(Content::empty()).with_kind(kind).pack();
    let location = Location::new(hash128(&("bindery:furniture", kind, number)));
    element.set_location(location);
    let flags = TagFlags { introspectable: false, tagged: true };
    let mut items = vec![(Point::zero(), FrameItem::Tag(Tag::Start(element, flags)))];
    for (at, frame) in frames {
        items.push((at, FrameItem::Group(GroupItem::new(frame.clone()))));
    }
    items.push((Point::zero(), FrameItem::Tag(Tag::End(location, 0, flags))));
    items
}
