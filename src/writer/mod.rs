//! Writers: tree, imprint and options in, bytes out, and nothing else.

pub mod epub;
pub mod pdf;
