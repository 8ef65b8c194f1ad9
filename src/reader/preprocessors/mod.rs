//! The preprocessors that a book asks for: which of them are carried out
//! here, in which order, and what is said of the others.
//!
//! Those that rewrite text work on the expanded Markdown with a map that still
//! leads to the author's file (`edit`); callouts and the list of headings work
//! on the tree.

mod admonish;
mod edit;
mod emoji;
mod inserts;
mod known;
mod merge;
mod order;
mod protocol;
mod rendered;
mod run;
mod tabs;
mod toc;

use std::collections::BTreeMap;

use toml::{Table, Value};

pub use self::rendered::Rendered;
pub use self::run::{Programs, Trouble};

use self::known::{Own, Role};
use super::include;
use super::markdown::Dialect;
use super::source_map::Expanded;
use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::document::{Block, Chapter, count};
use crate::source::FileTree;
use crate::span::Span;
use crate::tally::{Rule, exchanged};

/// The preprocessors of a book, in the order in which they run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Preprocessors {
    steps: Vec<Step>,
    /// What is wrong with their tables.
    problems: Vec<Diagnostic>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub name: String,
    role: Role,
    /// The command line that mdBook would run.
    pub command: String,
    /// Whether the book names the renderers that it runs for.
    bound: bool,
    /// Where `book.toml` asks for it; none for mdBook's own two.
    span: Option<Span>,
    options: Table,
}

impl Default for Preprocessors {
    fn default() -> Self {
        Self::new(&Table::new(), |_| None)
    }
}

/// Where a chapter's text comes from.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The path in the tree that its includes are relative to.
    pub path: &'a str,
    pub tree: &'a dyn FileTree,
    /// Whether mojibake is put right.
    pub repair: bool,
    pub dialect: Dialect,
}

impl Preprocessors {
    /// Reads `[preprocessor.*]` and `build.use-default-preprocessors` of a
    /// `book.toml`. `place` gives the place of a preprocessor's table.
    pub(super) fn new(toml: &Table, place: impl Fn(&str) -> Option<Span>) -> Self {
        let mut problems = Vec::new();
        let build = toml.get("build").and_then(Value::as_table);
        let defaults =
            build.and_then(|b| b.get("use-default-preprocessors")).and_then(Value::as_bool).unwrap_or(true);
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        if defaults {
            tables.extend(["links", "index"].map(|name| (name.to_owned(), Table::new())));
        }
        for (name, value) in toml.get("preprocessor").and_then(Value::as_table).into_iter().flatten() {
            match value.as_table() {
                Some(table) => _ = tables.insert(name.clone(), table.clone()),
                None => {
                    let message = format!("`preprocessor.{name}` should be a table; it is ignored");
                    let problem = Diagnostic::new(Code::BookTomlKey, message);
                    problems.push(Diagnostic { span: place(name), ..problem });
                }
            }
        }
        let names = order::ordered(&tables, &place, &mut problems);
        let steps = names
            .into_iter()
            .filter_map(|name| {
                let options = tables.remove(&name)?;
                let span = place(&name);
                Step::new(name, options, span, defaults)
            })
            .collect();
        Self { steps, problems }
    }

    /// Whether the book asks for one of this name.
    #[cfg(test)]
    pub(super) fn asks(&self, name: &str) -> bool {
        self.steps.iter().any(|step| step.name == name)
    }

    /// In the order in which they run.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// All of them that changes what becomes of a chapter; where their tables
    /// stand does not.
    pub(super) fn identity(&self) -> String {
        let steps = self.steps.iter().map(|Step { name, role, command, bound: _, span: _, options }| {
            format!("{:?}", (name, role, command, options))
        });
        steps.collect()
    }

    /// Whether any would have to be run as a program.
    pub(super) fn need_programs(&self) -> bool {
        self.steps.iter().any(Step::is_program)
    }

    /// Says which are not carried out; programs are left to be run if `run`.
    pub(super) fn say(&self, run: bool, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.extend(self.problems.iter().cloned());
        diagnostics.extend(self.steps.iter().filter_map(|step| step.say(run)));
    }

    /// Changes the text of a chapter as those do that need no program.
    ///
    /// # Errors
    /// When an included file is there but can't be read.
    pub(super) fn rewrite(
        &self,
        mut source: Expanded,
        place: Place,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Expanded> {
        for step in &self.steps {
            source = self.step(step, source, place, false, diagnostics)?;
        }
        Ok(source)
    }

    /// Carries out one of them on the text of a chapter.
    ///
    /// # Errors
    /// When an included file is there but can't be read.
    fn step(
        &self,
        step: &Step,
        source: Expanded,
        place: Place,
        run: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Expanded> {
        Ok(match step.role {
            Role::Own(Own::Links) => self.links(source, place, diagnostics),
            Role::Own(Own::Admonish) => admonish::apply(source, &step.options, place.dialect, diagnostics),
            Role::Own(Own::Footnote) => inserts::footnotes(source, place.dialect, diagnostics),
            Role::Own(Own::Tabs) => tabs::apply(source, place.dialect, diagnostics),
            Role::Own(Own::Template) => inserts::templates(source, place, diagnostics)?,
            Role::Own(Own::Variables) => {
                inserts::variables(source, &step.options, place.dialect, diagnostics)
            }
            Role::Own(Own::Toc) => toc::mark(source, &step.options, place.dialect),
            Role::Own(Own::Emoji) => emoji::shortcodes(source, place.dialect),
            // Callouts are made on the tree.
            Role::Own(Own::Callouts) | Role::Elsewhere | Role::Web => source,
            Role::Named { traces, .. } => {
                if !run {
                    known::traces(&source, &step.name, traces, place.dialect, diagnostics);
                }
                source
            }
        })
    }

    /// mdBook's own directives.
    fn links(&self, source: Expanded, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Expanded {
        // A directive that another preprocessor takes is not unknown.
        let taken: Vec<&str> =
            self.steps.iter().flat_map(|step| step.role.directives().iter().copied()).collect();
        include::expand(source, place.path, place.tree, place.repair, &taken, diagnostics)
    }

    /// Changes the tree of a chapter that has been read.
    pub(super) fn finish(&self, chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
        let changes = |step: &Step| matches!(step.role, Role::Own(Own::Callouts | Own::Toc));
        if !self.steps.iter().any(changes) {
            return;
        }
        let before = count::chapter(chapter).text;
        self.change(chapter, diagnostics);
        let after = count::chapter(chapter).text;
        let rule = Diagnostic::rule(Rule::Preprocessor).at(chapter.span);
        let (lost, added) = exchanged(before.chars(), after.chars());
        diagnostics.push(rule.losing(&lost).adding(&added));
    }

    fn change(&self, chapter: &mut Chapter, diagnostics: &mut Vec<Diagnostic>) {
        let mut contents = None;
        for step in &self.steps {
            match step.role {
                Role::Own(Own::Callouts) => emoji::callouts(chapter),
                // Last, so that the list shows what the headings show.
                Role::Own(Own::Toc) => contents = Some(&step.options),
                Role::Own(
                    Own::Links
                    | Own::Admonish
                    | Own::Emoji
                    | Own::Footnote
                    | Own::Tabs
                    | Own::Template
                    | Own::Variables,
                )
                | Role::Elsewhere
                | Role::Web
                | Role::Named { .. } => {}
            }
        }
        if let Some(options) = contents {
            toc::fill(chapter, options, diagnostics);
        }
    }
}

/// What HTML there is in a text that was made by one of these; none for the
/// author's own.
pub(super) fn made_kind(name: &str, attributes: &[(String, String)]) -> Option<super::frame::Kind> {
    use super::frame::Kind;
    let get = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    match name {
        admonish::ALERT => Some(Kind::Alert {
            kind: admonish::kind_of(get("kind").unwrap_or(""))?.0,
            id: get("id").filter(|id| !id.is_empty()).map(str::to_owned),
            title: get("untitled").map(|_| Vec::<crate::document::Inline>::new()),
        }),
        tabs::DETAILS => Some(Kind::Details { summary: Vec::new() }),
        tabs::TITLE => Some(Kind::Summary),
        toc::CONTENTS => Some(Kind::Contents),
        _ => None,
    }
}

/// A block that stands for what is put in once the chapter is read.
fn is_marker(block: &Block) -> bool {
    use crate::document::BlockKind;
    matches!(&block.kind, BlockKind::Container { id: None, align: None, language: None, blocks } if blocks.is_empty())
}

impl Step {
    /// None where the book binds it to other renderers. Bindery's pages show
    /// what mdBook's web pages show, so what is for `html` is for it too.
    fn new(name: String, options: Table, span: Option<Span>, defaults: bool) -> Option<Self> {
        let renderers = options.get("renderers").and_then(Value::as_array);
        let default = defaults && matches!(name.as_str(), "links" | "index");
        let wanted =
            |all: &Vec<Value>| all.iter().any(|v| matches!(v.as_str(), Some("html" | run::RENDERER)));
        if !default && renderers.is_some_and(|all| !wanted(all)) {
            return None;
        }
        let own = format!("mdbook-{name}");
        let command = options.get("command").and_then(Value::as_str).unwrap_or(&own).to_owned();
        let role = if known::is_usual(&command, &own) { known::role(&name) } else { known::UNKNOWN };
        Some(Self { name, role, command, bound: renderers.is_some(), span, options })
    }

    /// Whether it is carried out by running a program.
    pub(super) fn is_program(&self) -> bool {
        matches!(self.role, Role::Named { .. })
    }

    /// What there is to say of one that is not carried out.
    fn say(&self, run: bool) -> Option<Diagnostic> {
        let name = &self.name;
        let said = match self.role {
            Role::Own(_) | Role::Elsewhere => None,
            Role::Web => {
                let message = format!("the preprocessor `{name}` serves web pages only and is not run");
                let mut said = Diagnostic::new(Code::PreprocessorUnknown, message);
                said.severity = Severity::Note;
                Some(said.hint("nothing of it is missing from an edition"))
            }
            Role::Named { .. } if run => None,
            Role::Named { stays, .. } => {
                let message = format!("the preprocessor `{name}` is not run");
                let unknown = "what it would change is shown as it is written";
                let hint = if stays.is_empty() { unknown } else { stays };
                Some(
                    Diagnostic::new(Code::PreprocessorUnknown, message)
                        .hint(hint)
                        .hint("if you trust the document, `--allow-preprocessors` runs it"),
                )
            }
        };
        said.map(|said| Diagnostic { span: self.span, ..said })
    }
}
