//! Chapters without any of their form, for when it was too much for Typst or a
//! standard.

use super::data::{bookmark, runs_literal};
use super::fonts::{Face, Fonts};
use super::markup::label;
use super::pieces::{invisible, push_string, set};
use crate::diag::{Code, Diagnostic};
use crate::document::ids::identifiers;
use crate::document::ledger;
use crate::document::outline::chapter_title;
use crate::document::text::chapter_text;
use crate::document::{Chapter, count};
use crate::tally::{Entry, Rule};

/// What becomes of a chapter's text that is set as plain text.
pub fn entries(chapter: &Chapter, fonts: &Fonts) -> Vec<(&'static str, Entry)> {
    let whole = count::chapter(chapter);
    let text = format!("{} {}", chapter_title(chapter), chapter_text(chapter));
    let (lost, put) = invisible(fonts, &text, Face::Text);
    let mut said = vec![
        Diagnostic::new(Code::TypesetFailed, "")
            .losing(&whole.text)
            .losing_alternative(&whole.alternative)
            .adding(&text),
        Diagnostic::rule(Rule::Invisible).losing(&lost).adding(&put),
    ];
    ledger::take(&mut said, 0)
}

/// A chapter as Typst, whose depth in the outline is this.
pub fn text(fonts: &Fonts, chapter: &Chapter, depth: usize) -> String {
    let mut out = format!("#import \"/theme.typ\": *\n#show: sheet\n#chapter({}, ", depth + 1);
    push_string(&mut out, &label(&chapter.key, None));
    out.push_str(", ");
    let title = chapter_title(chapter);
    push_string(&mut out, &bookmark(&title));
    out.push_str(&format!(", {}, false)[", runs_literal(fonts, &title)));
    set(&mut out, fonts, &title, Face::Text, false);
    out.push_str("][\n");
    // Other chapters may link to what is lost here: a missing label is an error.
    for id in identifiers(chapter) {
        out.push_str("#anchor(");
        push_string(&mut out, &label(&chapter.key, Some(&id)));
        out.push_str(")\n");
    }
    for line in chapter_text(chapter).lines().filter(|line| !line.trim().is_empty()) {
        out.push_str("#par[");
        set(&mut out, fonts, line, Face::Text, false);
        out.push_str("]\n");
    }
    out.push_str("]\n");
    out
}
