//! A chapter's file → its text → its tree, and what the chapter is called.

use std::sync::Arc;

use super::preprocessors::Place;
use super::source_map::{Expanded, SourceMap};
use super::{Reader, encoding, front_matter, markdown};
use crate::diag::Result;
use crate::document::text::plain_text;
use crate::document::{Block, BlockKind, Chapter, Heading, Inline, InlineKind, Language, Role};
use crate::paths;
use crate::span::Span;

/// A chapter's text before it is parsed.
pub(super) struct Loaded {
    /// Its text, and where each piece came from.
    pub(super) source: Expanded,
    /// What stood before the text, and where it came from.
    pub(super) front: Option<(front_matter::FrontMatter, SourceMap)>,
    /// The whole file.
    pub(super) span: Span,
}

impl Reader<'_> {
    /// Reads a chapter, remembered or not. Its title is that of its first
    /// heading, else made from its file's name.
    pub(super) fn chapter(&mut self, path: &str, key: String) -> Result<Chapter> {
        let first = self.diagnostics.len();
        let mut loaded = self.load(path)?;
        let found = self.found;
        let place = self.place(path);
        loaded.source = found.settings.preprocessors.rewrite(loaded.source, place, &mut self.diagnostics)?;
        Ok(self.parsed(key, path, loaded, first))
    }

    /// Where the text of a chapter's file comes from.
    pub(super) fn place<'p>(&self, path: &'p str) -> Place<'p>
    where
        Self: 'p,
    {
        let dialect = markdown::Dialect { math: self.math, ..self.found.settings.dialect };
        Place { path, tree: self.tree, repair: self.repair, dialect }
    }

    /// A chapter's file.
    pub(super) fn load(&mut self, path: &str) -> Result<Loaded> {
        let bytes = self.tree.read(path)?.unwrap_or_else(|| Arc::from([]));
        let (file, mut source) =
            encoding::open(&bytes, path, self.repair, &mut self.files, &mut self.diagnostics);
        let front = front_matter::take(&mut source.text).map(|front| (front, source.map.clone()));
        let length = self.files.get(file).map_or(0, |file| file.text.len());
        Ok(Loaded { source, front, span: Span::new(file, 0..length) })
    }

    /// A chapter from its expanded text. Its diagnostics begin at `first`.
    pub(super) fn parsed(&mut self, key: String, path: &str, loaded: Loaded, first: usize) -> Chapter {
        self.parsed += 1;
        let Loaded { source, front, span } = loaded;
        let settings = &self.found.settings;
        let dialect = markdown::Dialect { math: self.math, ..settings.dialect };
        let (mut blocks, footnotes, read) =
            markdown::parse(&source, dialect, &settings.hidelines, &mut self.diagnostics);
        let mut language = None;
        if let Some((front, map)) = front {
            if let Some((tag, range)) = &front.language {
                language = Language::parse(tag);
                if language.is_none() {
                    self.diagnostics.push(front_matter::not_a_language(tag).at(map.span(range.clone())));
                }
            }
            let title = front.title.as_ref().filter(|_| !has_title(&blocks));
            let mut note = front_matter::note(&front, title.is_some());
            if let Some((title, range)) = title {
                blocks.insert(0, heading(title.clone(), map.span(range.clone())));
                note = note.adding(title);
            }
            self.diagnostics.push(note.at(map.span(front.range.clone())));
        }
        let title = String::new();
        let mut chapter = Chapter {
            key,
            title,
            number: None,
            depth: 0,
            role: Role::Text,
            language: language.map(|tag| tag.to_string()),
            blocks,
            footnotes,
            span,
        };
        settings.preprocessors.finish(&mut chapter, &mut self.diagnostics);
        self.diagnostics[first..].sort_by_key(|d| d.span.map(|span| span.start));
        chapter.title = first_heading(&chapter.blocks).unwrap_or_else(|| paths::humanise(paths::stem(path)));
        self.ledger.open(&chapter, read, &mut self.diagnostics, first);
        chapter
    }
}

/// A chapter's title from its front matter.
fn heading(title: String, span: Span) -> Block {
    let content = vec![Inline { kind: InlineKind::Text(title), span }];
    Block { kind: BlockKind::Heading(Heading { level: 1, id: String::new(), content }), span }
}

/// Whether there is a heading of level 1 outside of lists and quotes.
fn has_title(blocks: &[Block]) -> bool {
    blocks.iter().flat_map(Block::headings).any(|heading| heading.level == 1)
}

/// The words of the first heading that has any, outside of lists and quotes.
pub(super) fn first_heading(blocks: &[Block]) -> Option<String> {
    let headings = blocks.iter().flat_map(Block::headings);
    headings.map(|heading| plain_text(&heading.content)).find(|title| !title.is_empty())
}
