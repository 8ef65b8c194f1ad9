//! Syntax highlighting, once for both writers.
//!
//! Code is cut into lines of runs, each of a [`Token`] class. Writers give the
//! classes their colours; nothing here knows of colours. Rust and the languages
//! that are much like C, Python or a shell have readers of their own. The
//! grammars of others are Sublime Text's, read by syntect, which takes long
//! over the first block of each. Each distinct block is read once, on all
//! cores, and the next edition takes over what it has in common with the
//! previous one.

mod case;
mod cursor;
mod family;
mod language;
mod lines;
mod rust;
mod scopes;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference};
use syntect::util::LinesWithEndings;

use crate::document::walk::{Visit, walk_block, walk_chapter};
use crate::document::{Block, BlockKind, Book, CodeBlock};

/// Lines longer than this make a block plain: grammars backtrack, and such a
/// line is data rather than code. In bytes.
const LONGEST_LINE: usize = 2_000;

/// Blocks longer than this are plain. In bytes.
const LONGEST_BLOCK: usize = 100_000;

/// What a run of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Token {
    /// Anything else.
    Plain,
    /// A comment.
    Comment,
    /// A keyword or storage word.
    Keyword,
    /// A string or character.
    String,
    /// A number or another constant.
    Constant,
    /// The name of a function or macro where it is declared or called.
    Function,
    /// The name of a type.
    Type,
    /// An attribute, decorator, preprocessor line or markup tag.
    Meta,
    /// In a diff: a line put in.
    Inserted,
    /// In a diff: a line taken out.
    Deleted,
}

/// A run of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its class.
    pub token: Token,
    /// Its text, without line ends.
    pub text: String,
}

/// A line of code as runs; empty for an empty line.
pub type Line = Vec<Run>;

/// The highlighted code of a book, by language and text.
#[derive(Debug, Clone, Default)]
pub struct Highlights {
    blocks: HashMap<&'static str, HashMap<String, Arc<Vec<Line>>>>,
    anew: usize,
}

impl Highlights {
    /// Highlights every distinct code block of a book, in parallel.
    pub fn of(book: &Book) -> Self {
        Self::default().next(book)
    }

    /// The highlights of another revision of the book: blocks that both have
    /// are taken over, the rest is highlighted in parallel, and what the other
    /// revision doesn't have is forgotten.
    #[must_use]
    pub fn next(&self, book: &Book) -> Self {
        let mut blocks = CodeBlocks::default();
        for chapter in book.chapters() {
            walk_chapter(&mut blocks, chapter);
        }
        let lines: Vec<_> = blocks
            .0
            .into_par_iter()
            .map(|(language, text)| {
                let known = self.get(language, &text).map(Arc::clone);
                let anew = known.is_none();
                let lines = known.unwrap_or_else(|| Arc::new(highlight(language, &text)));
                (language, text, lines, anew)
            })
            .collect();
        let mut next = Self::default();
        for (language, text, lines, anew) in lines {
            next.blocks.entry(language).or_default().insert(text, lines);
            next.anew += usize::from(anew);
        }
        next
    }

    /// How many blocks were not taken over from the other revision.
    pub fn anew(&self) -> usize {
        self.anew
    }

    /// The lines of a block; plain ones if its language is not known.
    pub fn lines(&self, code: &CodeBlock) -> Arc<Vec<Line>> {
        language::name(code)
            .and_then(|language| self.get(language, &code.text))
            .map_or_else(|| Arc::new(plain(&code.text)), Arc::clone)
    }

    fn get(&self, language: &str, text: &str) -> Option<&Arc<Vec<Line>>> {
        self.blocks.get(language)?.get(text)
    }
}

/// The distinct blocks worth highlighting, by the name of their grammar.
#[derive(Default)]
struct CodeBlocks(BTreeSet<(&'static str, String)>);

impl Visit for CodeBlocks {
    fn block(&mut self, block: &Block) {
        if let BlockKind::Code(code) = &block.kind {
            let short =
                code.text.len() <= LONGEST_BLOCK && code.text.lines().all(|l| l.len() <= LONGEST_LINE);
            if let (true, Some(language)) = (short, language::name(code)) {
                self.0.insert((language, code.text.clone()));
            }
        }
        walk_block(self, block);
    }
}

fn highlight(language: &str, text: &str) -> Vec<Line> {
    if language == language::RUST {
        return rust::highlight(text);
    }
    if let Some(lines) = family::highlight(language, text) {
        return lines;
    }
    let Some(syntax) = language::by_name(language) else { return plain(text) };
    // A fault of a grammar costs the colours of one block, not the edition.
    match catch_unwind(AssertUnwindSafe(|| parse(syntax, text))) {
        Ok(Some(lines)) => lines,
        Ok(None) | Err(_) => plain(text),
    }
}

fn parse(syntax: &SyntaxReference, text: &str) -> Option<Vec<Line>> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in LinesWithEndings::from(text) {
        let operations = state.parse_line(line, language::syntaxes()).ok()?;
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let mut left = content.len();
        let mut runs = Line::new();
        for (region, operation) in ScopeRegionIterator::new(&operations, line) {
            stack.apply(operation).ok()?;
            let region = region.get(..region.len().min(left))?;
            left -= region.len();
            push(&mut runs, scopes::token(stack.as_slice()), region);
        }
        lines.push(runs);
    }
    Some(lines)
}

/// Adds to the last run if it is of the same class. White space has no class
/// of its own, so it never parts two runs.
fn push(runs: &mut Line, token: Token, text: &str) {
    if text.is_empty() {
        return;
    }
    let blank = text.trim_ascii().is_empty();
    match runs.last_mut() {
        Some(last) if blank || last.token == token => last.text.push_str(text),
        Some(_) | None => {
            let token = if blank { Token::Plain } else { token };
            runs.push(Run { token, text: text.to_owned() });
        }
    }
}

fn plain(text: &str) -> Vec<Line> {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                Line::new()
            } else {
                vec![Run { token: Token::Plain, text: line.to_owned() }]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
