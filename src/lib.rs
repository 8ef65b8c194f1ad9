//! Bindery binds a living document in Git into dated, archival editions: for
//! each one a typeset PDF and an EPUB 3, byte for byte the same from the same
//! commit.
//!
//! ```text
//! living document ─ source ─▶ revisions ─ edition ─▶ editions, and for each
//!   files ─ reader ─▶ Book ─ transform ─▶ Book ─┬─ writer::pdf ──┬─ output ─▶ files
//!                                               └─ writer::epub ─┘
//! ```
//!
//! [`pipeline`] holds the order in which things happen: a
//! [`Plan`](pipeline::Plan) says what will be built, and
//! [`build`](pipeline::build) builds it. The library prints nothing; [`cli`]
//! does.

#![forbid(unsafe_code)]

pub mod cache;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod cover;
pub mod demo;
pub mod device;
pub mod diag;
pub mod document;
pub mod edition;
pub mod fetch;
pub mod fonts;
pub mod highlight;
pub mod media;
pub mod output;
mod paths;
pub mod pipeline;
pub mod programs;
pub mod reader;
mod recent;
pub mod source;
pub mod span;
pub mod tally;
pub mod theme;
pub mod trace;
pub mod transform;
mod typeface;
pub mod writer;
