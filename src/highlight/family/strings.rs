//! The strings of the family's languages.

use super::table::{Escape, Hole, Quote};

/// A string on one line in which `\` escapes.
const PLAIN: Quote = Quote {
    prefixes: &[""],
    open: "\"",
    close: "\"",
    escape: Escape::Backslash,
    lines: false,
    hole: Hole::None,
    format: false,
    document: false,
};
const SINGLE: Quote = Quote { open: "'", close: "'", ..PLAIN };
const TRIPLE: Quote = Quote { open: "\"\"\"", close: "\"\"\"", lines: true, ..PLAIN };
const TRIPLE_SINGLE: Quote = Quote { open: "'''", close: "'''", lines: true, ..PLAIN };
const BACKQUOTE: Quote = Quote { open: "`", close: "`", escape: Escape::None, lines: true, ..PLAIN };

const WIDE: &[&str] = &["", "L", "u8", "u", "U"];
pub(super) const C: &[Quote] =
    &[Quote { prefixes: WIDE, format: true, ..PLAIN }, Quote { prefixes: WIDE, ..SINGLE }];
pub(super) const CPP: &[Quote] = &[
    Quote { prefixes: &["R", "LR", "u8R", "uR", "UR"], lines: true, escape: Escape::Delimiter, ..PLAIN },
    Quote { prefixes: WIDE, format: true, ..PLAIN },
    Quote { prefixes: WIDE, ..SINGLE },
];
pub(super) const C_SHARP: &[Quote] = &[
    Quote { prefixes: &["$"], hole: Hole::Brace, escape: Escape::None, ..TRIPLE },
    Quote { escape: Escape::None, ..TRIPLE },
    Quote { prefixes: &["$@", "@$"], lines: true, escape: Escape::Twice, hole: Hole::Brace, ..PLAIN },
    Quote { prefixes: &["@"], lines: true, escape: Escape::Twice, ..PLAIN },
    Quote { prefixes: &["$"], hole: Hole::Brace, ..PLAIN },
    PLAIN,
    SINGLE,
];
pub(super) const JAVA: &[Quote] = &[TRIPLE, Quote { format: true, ..PLAIN }, SINGLE];
pub(super) const JAVASCRIPT: &[Quote] =
    &[PLAIN, SINGLE, Quote { escape: Escape::Backslash, hole: Hole::Dollar, ..BACKQUOTE }];
pub(super) const GO: &[Quote] = &[Quote { format: true, ..PLAIN }, SINGLE, BACKQUOTE];
pub(super) const KOTLIN: &[Quote] = &[
    Quote { escape: Escape::None, hole: Hole::DollarName, ..TRIPLE },
    Quote { hole: Hole::DollarName, ..PLAIN },
    SINGLE,
];
pub(super) const SWIFT: &[Quote] = &[
    Quote { open: "#\"", close: "\"#", escape: Escape::None, ..PLAIN },
    Quote { hole: Hole::Backslash, ..TRIPLE },
    Quote { hole: Hole::Backslash, ..PLAIN },
];

const BYTES: &[&str] = &["", "b", "B", "u", "U"];
const RAW: &[&str] = &["r", "R", "rb", "br", "Rb", "bR", "rB", "Br", "RB", "BR"];
const FORMAT: &[&str] = &["f", "F", "rf", "fr", "Rf", "fR", "rF", "Fr", "RF", "FR"];
pub(super) const PYTHON: &[Quote] = &[
    Quote { prefixes: BYTES, document: true, format: true, ..TRIPLE },
    Quote { prefixes: BYTES, document: true, format: true, ..TRIPLE_SINGLE },
    Quote { prefixes: RAW, document: true, escape: Escape::None, ..TRIPLE },
    Quote { prefixes: RAW, document: true, escape: Escape::None, ..TRIPLE_SINGLE },
    Quote { prefixes: FORMAT, hole: Hole::Brace, ..TRIPLE },
    Quote { prefixes: FORMAT, hole: Hole::Brace, ..TRIPLE_SINGLE },
    Quote { prefixes: BYTES, format: true, ..PLAIN },
    Quote { prefixes: BYTES, format: true, ..SINGLE },
    Quote { prefixes: RAW, escape: Escape::None, ..PLAIN },
    Quote { prefixes: RAW, escape: Escape::None, ..SINGLE },
    Quote { prefixes: FORMAT, hole: Hole::Brace, ..PLAIN },
    Quote { prefixes: FORMAT, hole: Hole::Brace, ..SINGLE },
];
