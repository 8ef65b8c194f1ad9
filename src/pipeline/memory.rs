//! What a run remembers from one edition to the next, so that each distinct
//! thing is made once: keyed by content, never by path or revision.
//!
//! Editions overlap, so everything in here is shared: each part locks itself,
//! and never while it works.

use std::sync::Arc;

use super::Plan;
use super::cached::DiskFonts;
use crate::fonts::Installed;
use crate::transform::Images;

/// What a run remembers.
pub(super) struct Memory {
    /// The images looked at so far.
    pub(super) images: Arc<Images>,
    /// The fonts of the machine, looked at once if at all.
    pub(super) installed: Installed,
    /// The fonts that are named on disk, for the identity of editions.
    pub(super) disk_fonts: DiskFonts,
}

impl Memory {
    /// Nothing yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            images: Arc::new(Images::new(plan.config.max_image_pixels)),
            installed: Installed::default(),
            disk_fonts: DiskFonts::default(),
        }
    }
}
