//! Diagrams: code blocks that describe a drawing become figures of it.
//!
//! Mermaid and Graphviz's DOT are drawn, once for each distinct source in a
//! process. What can't be drawn stays code, and a diagnostic says why.

mod dot;
mod finish;
mod mermaid;
mod words;

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic};
use crate::document::walk::{VisitMut, walk_block_mut, walk_chapter_mut};
use crate::document::{Block, BlockKind, Chapter, CodeBlock, Image, ImageSource};
use crate::media::{DIAGRAMS, Media, MediaBag, MediaKind};
use crate::paths;
use crate::span::{Files, Span};
use crate::tally::Rule;
use crate::transform::GraphProgram;

/// The longest source of a diagram, in bytes. A page has no room for what
/// longer ones describe.
const MAX_SOURCE: usize = 24 << 10;
/// How many diagrams are remembered.
const MAX_REMEMBERED: usize = 5_000;
/// The measure of an A4 page, in CSS pixels.
const PAGE_WIDTH: f64 = 529.0;
/// The height that a figure may take on an A4 page, in CSS pixels.
const PAGE_HEIGHT: f64 = 790.0;
/// The smallest text that can be read in print, in points.
const SMALLEST: f64 = 6.0;

/// Languages of diagrams that are not drawn.
const NOT_DRAWN: &[&str] = &[
    "actdiag",
    "blockdiag",
    "bob",
    "bpmn",
    "bytefield",
    "c4plantuml",
    "d2",
    "dbml",
    "ditaa",
    "erd",
    "excalidraw",
    "nomnoml",
    "nwdiag",
    "packetdiag",
    "pikchr",
    "plantuml",
    "puml",
    "rackdiag",
    "seqdiag",
    "structurizr",
    "svgbob",
    "symbolator",
    "umlet",
    "vega",
    "vega-lite",
    "vegalite",
    "wavedrom",
    "wireviz",
];

/// What a diagram is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Language {
    Mermaid,
    Dot,
}

impl Language {
    fn of(name: &str) -> Option<Self> {
        match name {
            "mermaid" => Some(Self::Mermaid),
            "dot" | "graphviz" | "gv" => Some(Self::Dot),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Mermaid => "Mermaid",
            Self::Dot => "Graphviz",
        }
    }
}

/// Why a diagram is not drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    /// In a few words.
    message: String,
    /// What to do.
    hint: String,
    /// The line of the source that it is about, from 0.
    line: usize,
}

impl Refusal {
    fn new(message: impl Into<String>) -> Self {
        let hint = "mend it, or give the block another language so that it stays code";
        Self { message: message.into(), hint: hint.to_owned(), line: 0 }
    }

    fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }
}

/// A diagram that was drawn.
#[derive(Debug, Clone)]
struct Drawn {
    media: Media,
    alt: String,
    /// The size of its smallest text, in CSS pixels.
    smallest: f64,
}

type Outcome = Result<Drawn, Refusal>;
/// Only looked up by key, never iterated, so its order shows nowhere.
static SEEN: LazyLock<Mutex<HashMap<[u8; 32], Outcome>>> = LazyLock::new(Mutex::default);

/// Draws the diagrams of a chapter, and puts them into a bag.
pub(super) fn apply(
    chapter: &mut Chapter,
    files: &Files,
    program: Option<GraphProgram>,
    media: &mut MediaBag,
    diagnostics: &mut Vec<Diagnostic>,
) {
    walk_chapter_mut(&mut Diagrams { files, media, program, diagnostics }, chapter);
}

struct Diagrams<'a> {
    files: &'a Files,
    media: &'a mut MediaBag,
    /// Graphviz's own, where it may be run.
    program: Option<GraphProgram>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl VisitMut for Diagrams<'_> {
    fn block(&mut self, block: &mut Block) {
        let BlockKind::Code(code) = &block.kind else {
            walk_block_mut(self, block);
            return;
        };
        if let Some(figure) = self.figure(code, block.span) {
            block.kind = figure;
        }
    }
}

impl Diagrams<'_> {
    fn figure(&mut self, code: &CodeBlock, span: Span) -> Option<BlockKind> {
        let name = code.language.as_deref()?;
        let Some(language) = Language::of(name) else {
            if NOT_DRAWN.contains(&name) {
                let message = format!("a diagram in the language `{name}` is not drawn; it stays code");
                let hint = "draw it yourself and keep the SVG in the repository, or write it for Mermaid or Graphviz";
                self.diagnostics.push(Diagnostic::new(Code::DiagramUnsupported, message).at(span).hint(hint));
            }
            return None;
        };
        let program = self.program.filter(|_| language == Language::Dot);
        let key = key(language, program.is_some(), &code.text);
        match draw(language, program, &code.text, key) {
            Ok(drawn) => {
                let rule = Diagnostic::rule(Rule::DiagramDrawn).at(span);
                self.diagnostics.push(rule.losing(&code.text).adding_alternative(&drawn.alt));
                Some(self.shown(&drawn, &key, span))
            }
            Err(refusal) => {
                let message = format!("the {} diagram can't be drawn: {}", language.name(), refusal.message);
                let at = self.line(span, refusal.line);
                self.diagnostics
                    .push(Diagnostic::new(Code::DiagramFailed, message).at(at).hint(refusal.hint));
                None
            }
        }
    }

    /// The figure of a drawing, which goes into the bag.
    fn shown(&mut self, drawn: &Drawn, key: &[u8; 32], span: Span) -> BlockKind {
        let (width, height) = (f64::from(drawn.media.width), f64::from(drawn.media.height));
        let scale = (PAGE_WIDTH / width).min(PAGE_HEIGHT / height).min(1.0);
        let points = drawn.smallest * scale * 0.75;
        if points < SMALLEST {
            let message = format!(
                "the diagram is too large for a page: its smallest text is about {points:.1} pt there"
            );
            let hint = "split it, shorten its labels, or let it run the other way (`LR` or `TB`)";
            self.diagnostics.push(Diagnostic::new(Code::DiagramTooLarge, message).at(span).hint(hint));
        }
        let hex = paths::hex(&key[..16]);
        let path = format!("{DIAGRAMS}{hex}.svg");
        if self.media.get(&path).is_none() {
            self.media.insert(path.clone(), drawn.media.clone());
        }
        let image = Image {
            decorative: false,
            source: ImageSource::Media(path),
            alt: drawn.alt.clone(),
            title: String::new(),
            width: None,
            height: None,
        };
        BlockKind::Figure { image, caption: Vec::new() }
    }

    /// The place of a line of the code inside a fenced block.
    fn line(&self, span: Span, line: usize) -> Span {
        let Some(file) = self.files.get(span.file) else { return span };
        let mut start = span.range().start;
        for (i, text) in file.slice(span).split_inclusive('\n').enumerate() {
            if i == line + 1 {
                let content = text.trim();
                if line == 0 || content.is_empty() {
                    break;
                }
                let indent = text.len() - text.trim_start().len();
                return Span::new(span.file, start + indent..start + indent + content.len());
            }
            start += text.len();
        }
        span
    }
}

fn key(language: Language, program: bool, source: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(language.name());
    hash.update([u8::from(program)]);
    hash.update(source);
    hash.finalize().into()
}

fn draw(language: Language, program: Option<GraphProgram>, source: &str, key: [u8; 32]) -> Outcome {
    if let Some(outcome) = SEEN.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return outcome.clone();
    }
    // Not under the lock: two threads may do the same work, none waits.
    let drawing = AssertUnwindSafe(|| drawn(language, program, source));
    let outcome = catch_unwind(drawing).unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.len() < MAX_REMEMBERED {
        seen.insert(key, outcome.clone());
    }
    outcome
}

fn drawn(language: Language, program: Option<GraphProgram>, source: &str) -> Outcome {
    if source.trim().is_empty() {
        return Err(Refusal::new("it is empty"));
    }
    if source.len() > MAX_SOURCE {
        let message = format!("its source is longer than {} KiB", MAX_SOURCE >> 10);
        return Err(Refusal::new(message).hint("split it into smaller diagrams"));
    }
    let drawing = match language {
        Language::Mermaid => mermaid::draw(source)?,
        Language::Dot => match program.and_then(|run| run(source)) {
            Some(drawing) => drawing.map_err(|why| Refusal::new(lowered(&why)))?,
            None => dot::draw(source)?,
        },
    };
    let finished = finish::finish(&drawing).map_err(Refusal::new)?;
    let alt = match language {
        Language::Mermaid => words::mermaid(source, &finished.labels),
        Language::Dot => words::dot(&finished.labels),
    };
    let bytes: Arc<[u8]> = finished.bytes.into();
    let media = Media { bytes, kind: MediaKind::Svg, width: finished.width, height: finished.height };
    Ok(Drawn { media, alt, smallest: finished.smallest })
}

/// A crate that gives up in the midst of a drawing.
fn panicked(panic: &(dyn Any + Send)) -> Refusal {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    Refusal::new(format!("what draws it gave up: {}", text.lines().next().unwrap_or("")))
}

/// A message of another crate in our form: one line, lower case, no full stop.
fn lowered(message: &str) -> String {
    let line = message.lines().next().unwrap_or("").trim().trim_end_matches('.');
    let mut chars = line.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), chars.as_str())
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;
