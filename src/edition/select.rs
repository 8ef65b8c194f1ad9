//! Which revisions become editions.
