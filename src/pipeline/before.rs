//! The edition before the first one of a run, and what editions are called.
//!
//! Inside a run each edition's previous one is the one before it. The first
//! one's is:
//!
//! - what `--previous` names, or none where it says so;
//! - else, where `--since` cuts the run, the edition that the same choice
//!   without `--since` would give before it;
//! - else none, with a note where the history goes back further.

use super::plan::{Failure, Plan, selection};
use crate::diag::{Code, Diagnostic, Result};
use crate::edition::{Edition, Selection, drop_unchanged, name_editions, revision_at, select};
use crate::source::RevisionId;

/// What `--previous` says where there is no edition before.
pub(super) const NONE: &str = "none";

impl Plan {
    /// Finds the edition before the first one, and names all of them.
    pub(super) fn look_before(&mut self, said: &mut Vec<Diagnostic>) -> Result<(), Failure> {
        let before = match (self.editions.first(), self.config.exact.previous.as_deref()) {
            (None, _) | (Some(_), Some(NONE)) => None,
            (Some(first), Some(wanted)) => Some(self.named(first, wanted)?),
            (Some(first), None) => self.uncut(first),
        };
        let note = self.alone()?;
        self.from_first = before.is_none() && self.reaches_the_first()?;
        if let (None, Some(note)) = (&before, note) {
            said.push(note);
        }
        let had = usize::from(before.is_some());
        let mut all: Vec<Edition> = before.into_iter().chain(std::mem::take(&mut self.editions)).collect();
        name_editions(&mut all);
        self.editions = all.split_off(had);
        self.before = all.pop();
        self.rename()
    }

    /// What is said of one edition by hand goes before what is found out.
    fn rename(&mut self) -> Result<(), Failure> {
        let exact = &self.config.exact;
        if (exact.edition_name.is_some() || exact.revision_tags.is_some()) && self.editions.len() > 1 {
            let message = "`edition-name` and `revision-tags` are of one edition, and several are chosen";
            let hint = "choose one, such as `--at 2024-06-30`";
            return Err(Box::new(Diagnostic::new(Code::ConfigInvalid, message).hint(hint)).into());
        }
        for edition in &mut self.editions {
            if let Some(name) = &exact.edition_name {
                edition.name.clone_from(name);
            }
            if let RevisionId::Commit { tags, .. } = &mut edition.revision.id
                && (self.bare || exact.revision_tags.is_some())
            {
                *tags = exact.revision_tags.clone().unwrap_or_default();
            }
        }
        if let (Some(before), Some(name)) = (&mut self.before, &exact.previous_name) {
            before.name.clone_from(name);
        }
        Ok(())
    }

    /// The edition that `--previous` names.
    fn named(&self, first: &Edition, wanted: &str) -> Result<Edition> {
        let revision = revision_at(self.document.as_ref(), wanted)?;
        if revision.id == first.revision.id && revision.date == first.revision.date {
            let message = format!("`--previous {wanted}` is the revision of the edition itself");
            let hint = "name an earlier revision or date, or `none`";
            return Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)));
        }
        if revision.timestamp > first.revision.timestamp {
            let message = format!(
                "`--previous {wanted}` is of {}, and the edition that is to follow it of {}",
                revision.date, first.revision.date
            );
            let hint = "name an earlier revision or date, or `none`";
            return Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)));
        }
        if let Some(key) = self.lacks(&revision) {
            let message = format!("`--previous {wanted}` has no chapter `{key}`");
            let hint = "name an earlier revision that has it, or `none`";
            return Err(Box::new(Diagnostic::new(Code::RevisionUnknown, message).hint(hint)));
        }
        Ok(Edition { revision, why: vec![format!("named as {wanted}")], name: String::new() })
    }

    /// The edition that the same choice without `--since` gives before the
    /// first one.
    fn uncut(&self, first: &Edition) -> Option<Edition> {
        let cut = selection(&self.config);
        cut.since?;
        // A shallow clone may hold no more than what was chosen.
        let all = select(self.document.as_ref(), &Selection { since: None, ..cut }).ok()?.value;
        let earlier = all.into_iter().take_while(|edition| edition.revision.id != first.revision.id);
        let earlier = earlier.filter(|edition| edition.revision.timestamp <= first.revision.timestamp);
        let earlier = earlier.filter(|edition| self.lacks(&edition.revision).is_none());
        drop_unchanged(earlier.collect(), |edition| self.fingerprint(edition)).value.pop()
    }

    /// Whether single revisions are chosen, and no series of them.
    fn is_single(&self) -> bool {
        let chosen = selection(&self.config);
        chosen.every.is_none() && chosen.tags.is_none() && (chosen.latest || !chosen.at.is_empty())
    }

    /// Whether nothing can precede a first edition that names none before it:
    /// somebody says so, or a whole series is chosen from a whole history.
    fn reaches_the_first(&self) -> Result<bool> {
        if self.config.exact.previous.is_some() {
            return Ok(true);
        }
        let drafts = self.editions.iter().any(|edition| edition.revision.is_draft());
        Ok(!drafts && !self.is_single() && !self.document.truncated()?)
    }

    /// The note on a first edition that names none before it, though there was
    /// something to make one of.
    fn alone(&self) -> Result<Option<Diagnostic>> {
        let single = self.is_single() && selection(&self.config).since.is_none();
        let single = single && self.config.exact.previous.is_none();
        let first = self.editions.first().filter(|first| single && !first.revision.is_draft());
        let Some(first) = first else { return Ok(None) };
        let revisions = self.document.revisions()?;
        let earlier = revisions.iter().filter(|r| r.timestamp < first.revision.timestamp).count();
        let message = match (earlier, self.document.truncated()?) {
            (0, false) => return Ok(None),
            (_, true) => format!("the edition of {} names none before it", first.revision.date),
            (_, false) => format!(
                "the edition of {} names none before it, though there are earlier revisions",
                first.revision.date
            ),
        };
        let hint = "`--previous 2023-12-31` (a date, tag or commit) names the edition before it; \
                    `--previous none` says that there is none";
        Ok(Some(Diagnostic::new(Code::EditionAlone, message).hint(hint)))
    }
}
