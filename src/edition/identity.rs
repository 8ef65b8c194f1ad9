//! What identifies an edition.
