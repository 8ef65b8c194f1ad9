//! What `tests/documentation.rs` makes pages with, and reads them with.

pub mod command_line;
pub mod configuration;
pub mod markdown;
pub mod shell;

/// Text for a cell of a table: what Markdown would take for more than text is
/// escaped, but for code.
pub fn cell(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in text.chars() {
        match c {
            '`' => code = !code,
            '|' => out.push('\\'),
            '[' | ']' | '<' | '*' if !code => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}
