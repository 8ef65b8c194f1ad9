//! Bindery binds a living document into dated, archival editions.

#![forbid(unsafe_code)]

pub mod diag;
pub mod document;
pub mod edition;
pub mod highlight;
pub mod media;
mod paths;
pub mod reader;
pub mod source;
pub mod span;
pub mod transform;
pub mod writer;
