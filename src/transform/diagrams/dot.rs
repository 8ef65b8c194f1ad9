//! Graphviz's graphs: parsed here, placed in layers as `dot` does, drawn with
//! the fonts of the book.

mod draw;
mod layout;
mod lex;
mod parse;
mod shape;

use super::Refusal;

/// Draws a graph: SVG for [`super::finish`].
///
/// # Errors
/// What is wrong with the source, or what it needs that is not there.
pub fn draw(source: &str) -> Result<String, Refusal> {
    let graph = parse::parse(source)?;
    let placed = layout::place(&graph)?;
    Ok(draw::svg(&graph, &placed))
}
