//! What an edition's EPUB has for a family of e-readers, and what there is to
//! say of it.

use super::{Plan, guarded};
use crate::device::{self, Device, Profile, equations};
use crate::diag::Diagnostic;
use crate::document::Book;
use crate::output::Format;
use crate::writer::pdf;

/// What the EPUB of a book is made with. Equations that can't be drawn are
/// shown as they are written, which needs no word: so are all others that a
/// family doesn't set, but for their form.
pub(super) fn device(book: &Book, profile: Profile) -> Device {
    let mut device = Device::new(profile);
    if device.draws_equations() {
        let draw = || pdf::equations::draw(book, &equations::of(book));
        device.equations = guarded("drawing equations", draw).unwrap_or_default();
    }
    device
}

/// What there is to say of a book for the families that the plan names.
pub(super) fn preflight(plan: &Plan, book: &Book) -> Vec<Diagnostic> {
    if !plan.config.formats.contains(&Format::Epub) {
        return Vec::new();
    }
    let asked = plan.config.profile.as_slice();
    let profiles = if plan.profiles.is_empty() { asked } else { plan.profiles.as_slice() };
    profiles.iter().flat_map(|profile| device::preflight(book, *profile)).collect()
}
