//! Editions that would only repeat the one before.

use super::{Edition, name_editions};
use crate::diag::{Code, Diagnostic, Result, Severity, Warned};

/// Leaves out editions whose book is the same as in the edition before, or
/// that have no book at all, and says so; what is left is named anew. Asked
/// for or not makes no difference.
///
/// `fingerprint` gives a hash of all that a revision's book is made from, or
/// none if it holds no book. Where it fails, the edition stays: making it will
/// fail too, or show that it can be made.
///
/// If no revision holds a book, the last diagnostic is the error
/// `book-not-found`, and no edition is left.
pub fn drop_unchanged(
    editions: Vec<Edition>,
    mut fingerprint: impl FnMut(&Edition) -> Result<Option<[u8; 32]>>,
) -> Warned<Vec<Edition>> {
    let mut kept: Vec<Edition> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut before: Option<([u8; 32], String)> = None;
    let count = editions.len();
    for edition in editions {
        let this = described(&edition);
        match fingerprint(&edition) {
            Ok(Some(hash)) => {
                if let Some((same, earlier)) = &before
                    && *same == hash
                {
                    let message = format!(
                        "the book at {this} is the same as in the edition of {earlier}; it makes no new edition"
                    );
                    diagnostics.push(Diagnostic::new(Code::EditionUnchanged, message));
                    continue;
                }
                before = Some((hash, date_of(&edition)));
                kept.push(edition);
            }
            Ok(None) => {
                let message = format!("there is no book at {this}; it makes no edition");
                diagnostics.push(Diagnostic::new(Code::EditionWithoutBook, message));
            }
            Err(error) => {
                let message = format!("can't tell whether the book at {this} has changed: {}", error.message);
                diagnostics.push(Diagnostic { message, severity: Severity::Warning, ..*error });
                before = None;
                kept.push(edition);
            }
        }
    }
    if kept.is_empty() && count > 0 {
        let message = match count {
            1 => "the chosen revision holds no book".to_owned(),
            count => format!("none of the {count} chosen revisions holds a book"),
        };
        let hint = "a book is a SUMMARY.md with its chapters, or Markdown files; name its folder if it is \
                    not found by itself";
        diagnostics.push(Diagnostic::new(Code::BookNotFound, message).hint(hint));
    }
    name_editions(&mut kept);
    Warned { value: kept, diagnostics }
}

/// The date of an edition, or `draft`.
pub(super) fn date_of(edition: &Edition) -> String {
    if edition.revision.is_draft() { "draft".to_owned() } else { edition.revision.date.to_string() }
}

/// An edition's revision for people: `2021-11-02 (abc1234)`.
fn described(edition: &Edition) -> String {
    match edition.revision.short() {
        Some(short) => format!("{} ({short})", edition.revision.date),
        None => date_of(edition),
    }
}
