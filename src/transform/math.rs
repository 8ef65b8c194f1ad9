//! Equations: LaTeX → the tree of [`MathNode`].
//!
//! `expand` carries out the author's macros and brings what the parser does
//! not know into a form that it does; pulldown-latex parses; `build` makes the
//! tree from its events. What can't be converted keeps its source.

mod alphabet;
mod build;
mod expand;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod words;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::event::Event;
use pulldown_latex::{Parser, Storage};

use self::expand::Macros;
use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Block, BlockKind, Chapter, Inline, InlineKind, Math, MathNode};
use crate::span::Span;
use crate::tally::Rule;

/// Longest equation, in bytes, as written and after its macros.
const LONGEST: usize = 16 << 10;
/// Most events of an equation.
const MOST_EVENTS: usize = 10_000;
/// The parser calls itself for arguments of arguments; equations with more
/// commands than this are parsed on a stack of their own.
const COMMANDS: usize = 40;
/// That stack, in bytes: enough for an equation of [`LONGEST`] commands.
const STACK: usize = 256 << 20;

/// Converts the equations of a chapter. Macros hold from where they are
/// defined to the chapter's end, as in MathJax.
pub(super) fn apply(chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
    walk_chapter_mut(&mut Convert { macros: Macros::default(), diagnostics }, chapter);
}

struct Convert<'a> {
    macros: Macros,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl VisitMut for Convert<'_> {
    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        for block in blocks.iter_mut() {
            self.block(block);
        }
        // Definitions alone are nothing to show.
        blocks.retain(|block| {
            !matches!(&block.kind, BlockKind::Math(math) if is_nothing(math))
                && !matches!(&block.kind, BlockKind::Paragraph(inlines) if inlines.is_empty())
        });
    }

    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Math(math) = &mut block.kind {
            self.equation(math, block.span);
        }
        walk_block_mut(self, block);
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        for inline in inlines.iter_mut() {
            self.inline(inline);
        }
        inlines.retain(|inline| !matches!(&inline.kind, InlineKind::Math(math) if is_nothing(math)));
    }

    fn inline(&mut self, inline: &mut Inline) {
        if let InlineKind::Math(math) = &mut inline.kind {
            self.equation(math, inline.span);
        }
        walk_inline_mut(self, inline);
    }
}

impl Convert<'_> {
    fn equation(&mut self, math: &mut Math, span: Span) {
        match convert(&math.source, math.display, &mut self.macros) {
            Ok((tree, tag)) => {
                (math.tree, math.tag) = (Some(tree), tag);
                self.diagnostics.push(Diagnostic::rule(Rule::EquationSet).at(span).losing(&math.source));
            }
            Err(why) => self.diagnostics.push(
                Diagnostic::new(Code::MathInvalid, format!("the equation can't be converted: {why}"))
                    .at(span)
                    .hint("it is shown as it is written; write it with commands of LaTeX and amsmath"),
            ),
        }
    }
}

fn is_nothing(math: &Math) -> bool {
    math.tag.is_none() && matches!(&math.tree, Some(MathNode::Row(nodes)) if nodes.is_empty())
}

/// Converts one equation; also gives its tag.
fn convert(source: &str, display: bool, macros: &mut Macros) -> Result<(MathNode, Option<String>), String> {
    if source.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let expanded = expand::expand(source, macros)?;
    if expanded.latex.len() > LONGEST {
        return Err(format!("with its macros it is longer than {LONGEST} bytes"));
    }
    let latex = expanded.latex.as_str();
    let tree = if latex.matches('\\').count() > COMMANDS {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            let work = thread.spawn_scoped(scope, || parse(latex, display));
            match work.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(tree)) => tree,
                Ok(Err(_)) | Err(_) => Err("there is no memory for it".to_owned()),
            }
        })
    } else {
        parse(latex, display)
    };
    Ok((tree?, expanded.tag))
}

/// Parses LaTeX that has no macros.
fn parse(latex: &str, display: bool) -> Result<MathNode, String> {
    // The parser has assertions about what it was given.
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let storage = Storage::new();
        let mut events = Vec::new();
        for event in Parser::new(latex, &storage) {
            match event {
                Ok(event) => events.push(event),
                Err(error) => return Err(reason(&error, latex)),
            }
            if events.len() > MOST_EVENTS {
                return Err("it has too many parts".to_owned());
            }
        }
        build::build(events, display)
    }));
    parsed.unwrap_or_else(|_| Err("the parser can't cope with it".to_owned()))
}

/// What the parser says, in a few words; it does not say which command it
/// does not know.
fn reason(error: &dyn Error, latex: &str) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let text = text.lines().next().unwrap_or_default().replace("unkown", "unknown").replace("{{}}", "{}");
    if text.starts_with("unknown primitive") {
        return match commands(latex).into_iter().find(|name| !is_known(name)) {
            Some(name) => format!("the command `\\{name}` is not known"),
            None => "a command is not known".to_owned(),
        };
    }
    if text.starts_with("unknown mathematical environment") {
        return "an environment is not known".to_owned();
    }
    text
}

/// Whether the parser knows a command, whatever else it says about it alone.
fn is_known(name: &str) -> bool {
    let storage = Storage::new();
    let latex = format!("\\{name}");
    let first = Parser::new(&latex, &storage).next();
    !matches!(first, Some(Err(error)) if error.to_string().contains("unknown primitive"))
}

/// The names of commands, in their order.
fn commands(latex: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = latex;
    while let Some((_, from)) = rest.split_once('\\') {
        let end = from.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(from.len());
        let end = if end == 0 { from.chars().next().map_or(0, char::len_utf8) } else { end };
        let (name, after) = from.split_at(end);
        if !names.contains(&name) {
            names.push(name);
        }
        rest = after;
    }
    names
}

/// The events of an equation, as `build` takes them.
type Events<'a> = Vec<Event<'a>>;
