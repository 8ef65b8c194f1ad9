//! What changed between two revisions, without making editions of them.

use std::sync::Arc;

use super::plan::{Failure, Plan, Request};
use super::{guarded, located, name, transform_options};
use crate::diag::{Code, Diagnostic, Located, Result, Severity};
use crate::document::Book;
use crate::edition::changes::{Changes, Digest, compare};
use crate::edition::{Edition, Selection, select};
use crate::programs::Runner;
use crate::reader::{self, Programs};
use crate::source::OpenOptions;
use crate::span::Files;
use crate::transform::{self, Images};

/// Two revisions compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The earlier one.
    pub before: Side,
    /// The later one.
    pub after: Side,
    /// What changed from one to the other.
    pub changes: Changes,
}

/// A revision that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The edition that it makes.
    pub edition: Edition,
    /// The book's title.
    pub title: String,
}

/// How the working tree as it is is asked for.
const DRAFT: &str = "draft";

/// Compares two revisions of a living document, each named by a date, a tag, a
/// branch or a commit, as for an edition, or `draft` for the working tree.
/// Without the second it is the latest one; without both they are the last two
/// editions that the configuration asks for.
///
/// Call it inside a rayon pool whose threads have stacks of some 64 MiB.
///
/// # Errors
/// When the source can't be opened, a revision is not known, or its book can't
/// be read.
pub fn changes(request: &Request, names: &[String]) -> Result<Compared, Failure> {
    let [before, after] = match names {
        [before, after, ..] => [before, after].map(|name| Wanted::Named(name)),
        [before] => [Wanted::Named(before), Wanted::Latest],
        [] => {
            let plan = Plan::new(request)?;
            let [.., before, after] = plan.editions.as_slice() else { return Err(too_few(&plan)) };
            return compared(&plan, before, &plan, after);
        }
    };
    let draft = Request { open: OpenOptions { draft: true, ..request.open.clone() }, ..request.clone() };
    let is_draft = |wanted: Wanted| matches!(wanted, Wanted::Named(DRAFT));
    let open = |wanted| Plan::open(if is_draft(wanted) { &draft } else { request });
    let (one, other) = match (is_draft(before), is_draft(after)) {
        (one, other) if one == other => (open(before)?, None),
        (_, _) => (open(before)?, Some(open(after)?)),
    };
    let other = other.as_ref().unwrap_or(&one);
    compared(&one, &before.choose(&one)?, other, &after.choose(other)?)
}

/// What is asked for on one side.
#[derive(Clone, Copy)]
enum Wanted<'n> {
    Named(&'n str),
    Latest,
}

impl Wanted<'_> {
    fn choose(self, plan: &Plan) -> Result<Edition, Failure> {
        let selection = match self {
            Self::Named(DRAFT) | Self::Latest => Selection { latest: true, ..Selection::default() },
            Self::Named(name) => Selection { at: vec![name.to_owned()], ..Selection::default() },
        };
        let mut chosen = select(plan.document.as_ref(), &selection)?.value;
        // A working tree has itself whatever is asked for, and comes last.
        chosen.pop().ok_or_else(|| too_few(plan))
    }
}

fn too_few(plan: &Plan) -> Failure {
    let message = match plan.editions.as_slice() {
        [] => "there is no edition to compare".to_owned(),
        [only, ..] => format!("there is one edition only, {}, and none to compare it with", only.name),
    };
    let hint = "name two revisions, such as `bindery changes 2021 2022`; `bindery editions --every month` lists \
                what there is";
    Failure::from(Box::new(Diagnostic::new(Code::NoRevisions, message).hint(hint)))
}

fn compared(one: &Plan, before: &Edition, other: &Plan, after: &Edition) -> Result<Compared, Failure> {
    let images = Arc::new(Images::new(one.config.max_image_pixels));
    let digested = |plan: &Plan, edition: &Edition| -> Result<(Side, Digest), Failure> {
        let book = book(plan, edition, &images)?;
        let side = Side { edition: edition.clone(), title: book.metadata.title.clone() };
        Ok((side, Digest::of(&book)))
    };
    // The books side by side would take twice the memory and little less time:
    // reading one works in parallel already.
    let (before, old) = digested(one, before)?;
    let (after, new) = digested(other, after)?;
    Ok(Compared { before, after, changes: compare(&old, &new) })
}

/// The book of a revision as its edition has it, but for what is said about
/// the edition. What there is to say of it is the build's to say.
fn book(plan: &Plan, edition: &Edition, images: &Arc<Images>) -> Result<Book, Failure> {
    let mut said = Vec::new();
    let result = guarded("reading the book", || {
        let tree = plan.document.tree(&edition.revision)?;
        let runner = plan.config.preprocessors.map(|time| Runner::new(tree.as_ref(), time));
        let programs = runner.as_ref().map(|runner| runner as &dyn Programs);
        let mut book = reader::read_with(tree.as_ref(), &plan.read_options(), programs)?.take(&mut said);
        name(plan, &mut book.metadata, &mut said);
        plan.cut("", edition, &mut book, &mut said)?;
        let options = transform_options(plan, edition, images);
        Ok(transform::apply(book, tree.as_ref(), &options).take(&mut said))
    });
    let errors = |files: &Files, mut said: Vec<Diagnostic>| -> Vec<Located> {
        said.retain(|diagnostic| diagnostic.severity == Severity::Error);
        located(said, files)
    };
    match result {
        Ok(book) => match errors(&book.files, said) {
            errors if errors.is_empty() => Ok(book),
            errors => Err(Failure(errors)),
        },
        Err(error) => {
            said.push(*error);
            Err(Failure(errors(&Files::default(), said)))
        }
    }
}
