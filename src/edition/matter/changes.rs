//! What has changed since the edition before.

use super::build::Page;
use crate::document::{Book, Chapter, Inline, Role};
use crate::edition::Imprint;
use crate::edition::changes::{Change, Changed, Changes, grouped};

/// Edits of fewer words than this have no row of their own.
const SMALL: usize = 10;

/// The chapter on what has changed; the first edition says that it is the first.
pub fn changes(book: &mut Book, imprint: &Imprint, changes: Option<&Changes>) -> Chapter {
    let mut page = Page::new(&mut book.files, Role::Changes, super::CHANGES, super::CHANGES_TITLE);
    match (changes, &imprint.previous) {
        (Some(changes), Some(previous)) => {
            let date = previous.edition.revision.date.in_words();
            let summary = format!("Since the edition of {date}: {}.", changes.summary());
            page.paragraph(vec![page.text(unbroken(&summary))]);
            sections(&mut page, changes);
        }
        (None, _) | (_, None) => {
            let text = match (imprint.edition.revision.is_draft(), imprint.is_first) {
                (true, _) => "This is a draft, and no edition is compared with it.",
                (false, true) => "This is the first edition, so there is nothing to compare it with.",
                (false, false) => {
                    "This edition names none before it, so there is nothing that it is compared with."
                }
            };
            page.paragraph(vec![page.text(text)]);
        }
    }
    page.finish()
}

fn sections(page: &mut Page, changes: &Changes) {
    let of = |belongs: fn(&Changed) -> bool| changes.list.iter().filter(|c| belongs(c)).collect::<Vec<_>>();
    let list =
        |page: &mut Page, id, title, entries: Vec<&Changed>, entry: fn(&Page, &Changed) -> Vec<Inline>| {
            if !entries.is_empty() {
                page.heading(id, title);
                let lines = entries.iter().map(|changed| entry(page, changed)).collect();
                page.list(lines);
            }
        };
    list(page, "added", "Added", of(|c| c.change == Change::Added), |page, c| {
        vec![link(page, c), page.text(format!(", {}", words(c.words)))]
    });
    list(page, "removed", "Removed", of(|c| c.change == Change::Removed), |page, c| {
        let title = page.text(format!("{} (", c.title));
        vec![title, page.code(&c.key), page.text(format!("), {}", words(c.words)))]
    });
    let moved = of(|c| c.has_moved() || c.former_title.is_some());
    list(page, "moved", "Moved or renamed", moved, |page, c| {
        vec![link(page, c), page.text(format!(", {}", c.way().unwrap_or_default()))]
    });
    let rewritten = of(|c| c.change == Change::Rewritten);
    if !rewritten.is_empty() {
        page.heading("rewritten", "Rewritten");
        table(page, &rewritten);
    }
    let edited = of(|c| c.change == Change::Edited);
    if !edited.is_empty() {
        page.heading("edited", "Edited");
        edits(page, edited);
    }
}

/// The larger edits as a table, the others in a sentence each for those of few
/// words and those of none.
fn edits(page: &mut Page, edited: Vec<&Changed>) {
    let changed = |c: &Changed| c.added + c.removed;
    let (large, small): (Vec<_>, Vec<_>) = edited.into_iter().partition(|c| changed(c) >= SMALL);
    let (few, none): (Vec<_>, Vec<_>) = small.into_iter().partition(|c| changed(c) > 0);
    if !large.is_empty() {
        table(page, &large);
    }
    for (chapters, one, more) in [
        (few, "fewer than ten words changed", "fewer than ten words changed each"),
        (
            none,
            "links, images or markup changed, and no words",
            "links, images or markup changed, and no words",
        ),
    ] {
        let start = match chapters.len() {
            0 => continue,
            1 => format!("In one chapter {one}: "),
            count => format!("In {} chapters {more}: ", grouped(count)),
        };
        let mut content = vec![page.text(start)];
        for (at, chapter) in chapters.iter().enumerate() {
            if at > 0 {
                // Titles have commas.
                content.push(page.text("; "));
            }
            content.push(link(page, chapter));
        }
        content.push(page.text("."));
        page.paragraph(content);
    }
}

fn table(page: &mut Page, chapters: &[&Changed]) {
    let row = |c: &&Changed| {
        let number = |text: String| vec![page.text(text)];
        let new = if c.added == 0 { "–".to_owned() } else { format!("{}\u{a0}%", c.percent_new) };
        vec![vec![link(page, c)], number(grouped(c.added)), number(grouped(c.removed)), number(new)]
    };
    let rows = chapters.iter().map(row).collect();
    page.table(&["Chapter", "Words added", "Removed", "New"], rows);
}

fn link(page: &Page, chapter: &Changed) -> Inline {
    page.chapter_link(&chapter.key, &chapter.title)
}

fn words(count: usize) -> String {
    format!("{}\u{a0}word{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A line in which no number stands apart from its sign.
fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}
