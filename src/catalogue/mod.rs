//! What tells people of editions.

pub mod announcement;
