//! `bindery changes`: what changed between two revisions.

use schemars::JsonSchema;
use serde::Serialize;

use super::args::Compare;
use super::json;
use super::table::{Align, Table, count};
use super::terminal::{Terminal, out};
use super::{refused, request_of};
use crate::config::Layer;
use crate::edition::changes::{Change, Changed, Changes};
use crate::paths::shown;
use crate::pipeline::{self, Compared, Side};

/// Carries out the command and gives its exit code.
pub fn changes(compare: &Compare) -> u8 {
    let request = request_of(&compare.source, compare.config.clone(), Layer::default());
    match pipeline::changes(&request, &compare.revisions) {
        Ok(compared) if compare.json => out(&json(&compared)),
        Ok(compared) if compare.markdown => out(&markdown(&compared)),
        Ok(compared) => out(&table(&compared)),
        Err(failure) => refused(&failure, compare.json, Terminal::stderr()),
    }
}

/// What changed, and between what.
#[derive(Serialize, JsonSchema)]
pub struct Document<'c> {
    schema: u32,
    ok: bool,
    from: Named<'c>,
    to: Named<'c>,
    summary: String,
    changes: &'c Changes,
}

/// A revision that is compared.
#[derive(Serialize, JsonSchema)]
struct Named<'c> {
    name: &'c str,
    title: &'c str,
    date: String,
    draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'c str>,
}

impl<'c> From<&'c Side> for Named<'c> {
    fn from(side: &'c Side) -> Self {
        let revision = &side.edition.revision;
        Self {
            name: &side.edition.name,
            title: &side.title,
            date: revision.date.to_string(),
            draft: revision.is_draft(),
            commit: revision.commit(),
        }
    }
}

fn json(compared: &Compared) -> String {
    let Compared { before, after, changes } = compared;
    json::text(&Document {
        schema: json::SCHEMA,
        ok: true,
        from: before.into(),
        to: after.into(),
        summary: changes.summary(),
        changes,
    })
}

fn markdown(compared: &Compared) -> String {
    let Side { edition, .. } = &compared.before;
    let since = match edition.revision.is_draft() {
        true => "Changes since the draft".to_owned(),
        false => format!("Changes since {}", edition.revision.date.in_words()),
    };
    compared.changes.markdown(&since)
}

/// `2021-12-31 (abc1234)`.
fn named(side: &Side) -> String {
    let name = &side.edition.name;
    side.edition.revision.short().map_or_else(|| name.clone(), |short| format!("{name} ({short})"))
}

fn table(compared: &Compared) -> String {
    let Compared { before, after, changes } = compared;
    let head = format!("From {} to {}: {}\n", shown(&named(before)), shown(&named(after)), changes.summary());
    let listed: Vec<&Changed> = changes.list.iter().filter(|c| !what(c).is_empty()).collect();
    if listed.is_empty() {
        return head;
    }
    let mut table = Table::new(&[
        ("Change", Align::Left),
        ("Chapter", Align::Left),
        ("Added", Align::Right),
        ("Removed", Align::Right),
        ("New", Align::Right),
    ]);
    for changed in listed {
        let chapter = match &changed.former_key {
            Some(former) => format!("{} (was {former})", changed.key),
            None => changed.key.clone(),
        };
        let new = if changed.added == 0 { "–".to_owned() } else { format!("{} %", changed.percent_new) };
        table.row(vec![what(changed), chapter, count(changed.added), count(changed.removed), new]);
    }
    let totals = &changes.words;
    let new = if totals.added == 0 { "–".to_owned() } else { format!("{} %", totals.percent_new) };
    table.row(vec![
        String::new(),
        "Words of the whole book".to_owned(),
        count(totals.added),
        count(totals.removed),
        new,
    ]);
    format!("{head}\n{}", table.render())
}

/// "moved, edited".
fn what(changed: &Changed) -> String {
    let content = match changed.change {
        Change::Added => Some("added"),
        Change::Removed => Some("removed"),
        Change::Rewritten => Some("rewritten"),
        Change::Edited => Some("edited"),
        Change::Kept => None,
    };
    let moved = changed.has_moved().then_some("moved");
    let renamed = changed.former_title.is_some().then_some("renamed");
    [moved, renamed, content].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
