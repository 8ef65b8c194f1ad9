//! What a run remembers from one edition to the next, so that each distinct
//! thing is made once: keyed by content, never by path or revision.
//!
//! Editions overlap, so everything in here is shared: each part locks itself,
//! and never while it works.

use std::sync::{Arc, Mutex, PoisonError};

use super::Plan;
use super::cached::DiskFonts;
use crate::cover;
use crate::fonts::Installed;
use crate::highlight::Highlights;
use crate::reader::Parsed;
use crate::transform::{Images, Transformed};
use crate::writer::{epub, pdf};

/// What a run remembers; another run of the same document may go on from it.
pub struct Memory {
    /// The chapters parsed so far, as far as editions may need them.
    pub(super) parsed: Parsed,
    /// The same transformed, but for links and images.
    pub(super) transformed: Arc<Transformed>,
    /// The images looked at so far.
    pub(super) images: Arc<Images>,
    /// The images that are covers.
    pub(super) covers: cover::Memory,
    /// The fonts of the machine, looked at once if at all.
    pub(super) installed: Installed,
    /// The pages of chapters.
    pub(super) pdf: pdf::Memory,
    /// The EPUB's content documents.
    pub(super) epub: epub::Memory,
    /// The fonts that are named on disk, for the identity of editions.
    pub(super) disk_fonts: DiskFonts,
    /// The highlighted code of the last edition; most of it stays as it is.
    highlights: Mutex<Arc<Highlights>>,
    /// The most pixels of an image that [`Self::images`] keeps.
    max_pixels: u32,
}

impl Memory {
    /// Nothing yet.
    pub fn new(plan: &Plan) -> Self {
        Self {
            parsed: Parsed::default(),
            transformed: Arc::default(),
            images: Arc::new(Images::new(plan.config.max_image_pixels)),
            covers: cover::Memory::default(),
            installed: Installed::default(),
            pdf: pdf::Memory::default(),
            epub: epub::Memory::default(),
            disk_fonts: DiskFonts::default(),
            highlights: Mutex::default(),
            max_pixels: plan.config.max_image_pixels,
        }
    }

    /// Whether a run of a plan may go on from it.
    pub fn serves(&self, plan: &Plan) -> bool {
        self.max_pixels == plan.config.max_image_pixels
    }

    /// Forgets the images looked at so far: each stays with all that it was.
    pub fn forget_images(&mut self) {
        self.images = Arc::new(Images::new(self.max_pixels));
    }

    /// The highlighted code of the last edition.
    pub(super) fn highlights(&self) -> Arc<Highlights> {
        Arc::clone(&self.highlights.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Remembers the highlighted code of an edition for the next.
    pub(super) fn remember(&self, highlights: &Arc<Highlights>) {
        *self.highlights.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(highlights);
    }
}
