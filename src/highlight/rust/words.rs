//! Words of Rust, and the shapes of names and of what stands in strings.

/// Keywords, strict and reserved (the Rust Reference, "Keywords"), but for
/// `true` and `false`, and those that are names as well.
pub(super) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match",
    "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct",
    "super", "trait", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// What a macro's pattern says of a fragment (the Rust Reference, "Macros by
/// example").
pub(super) const FRAGMENTS: &[&str] = &[
    "block",
    "expr",
    "expr_2021",
    "ident",
    "item",
    "lifetime",
    "literal",
    "meta",
    "pat",
    "pat_param",
    "path",
    "stmt",
    "tt",
    "ty",
    "vis",
];

/// The types without a declaration.
pub(super) const PRIMITIVE_TYPES: &[&str] = &[
    "bool", "char", "f128", "f16", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128",
    "u16", "u32", "u64", "u8", "usize",
];

/// The macros whose first string is a format (`std::fmt`), and those of the
/// crates `log`, `tracing` and `anyhow`.
pub(super) const FORMATS: &[&str] = &[
    "anyhow",
    "assert",
    "bail",
    "debug",
    "debug_assert",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "format",
    "format_args",
    "info",
    "panic",
    "print",
    "println",
    "todo",
    "trace",
    "unimplemented",
    "unreachable",
    "warn",
    "write",
    "writeln",
];

/// How long the escape is that a text begins with, if it does.
pub(super) fn escape(text: &str) -> Option<usize> {
    let behind = text.strip_prefix('\\')?;
    let kind = behind.chars().next()?;
    Some(match kind {
        'x' => 2 + behind.chars().skip(1).take(2).take_while(char::is_ascii_hexdigit).count(),
        'u' => {
            let digits = behind.get(1..).and_then(|rest| rest.strip_prefix('{'));
            let length = digits.and_then(|rest| rest.bytes().take(9).position(|b| b == b'}'));
            length.map_or(2, |length| length + 4)
        }
        // The line's end is no part of what is seen.
        '\n' | '\r' => 1,
        c => 1 + c.len_utf8(),
    })
}

/// How long the placeholder of a format is that a text begins with, if it
/// does: `{}`, `{name:>8}`, and the doubled braces.
pub(super) fn placeholder(text: &str) -> Option<usize> {
    if text.starts_with("{{") || text.starts_with("}}") {
        return Some(2);
    }
    let behind = text.strip_prefix('{')?;
    let length = behind.bytes().take(64).position(|b| b == b'}')?;
    let inside = behind.get(..length)?;
    let (name, options) = inside.split_once(':').unwrap_or((inside, ""));
    let named = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    (named && !options.contains(['{', '"', '\n', '\\'])).then_some(length + 2)
}
