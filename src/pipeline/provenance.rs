//! How an edition is made again: its settings, the command, and the link to
//! the edition before.

use std::collections::{BTreeMap, BTreeSet};

use super::Work;
use super::before::NONE;
use crate::edition::identifiers::Identifiers;
use crate::edition::{Edition, Imprint, Previous, name_editions};
use crate::fetch::Reach;
use crate::output::listed::record_of;
use crate::output::manifest::PreviousRecord;
use crate::output::settings::{Setting, Settings, shell_quoted, table};
use crate::source::{EditionDate, Revision, RevisionId};
use crate::theme::ThemeName;

/// The key of what `--fetch-images` sets, which no configuration does.
pub(super) const FETCH_IMAGES: &str = "fetch-images";

impl Work<'_> {
    /// Everything that the edition's bytes depend on beside the revision and
    /// the edition before, as far as it differs from what a run without any
    /// configuration takes. `repository` is the web address that the edition
    /// names.
    pub(super) fn settings(&self, repository: Option<&str>) -> Settings {
        let plan = self.plan;
        let mut settings = plan.config.settings();
        // Made from the title of the latest revision, which may be another
        // one tomorrow.
        settings.set("slug", plan.whole_slug(self.slug));
        settings.set_some("book", plan.book.as_deref());
        if self.own.title_is_name && plan.config.title.is_none() {
            settings.set("title", self.title_by_name().as_str());
        }
        if repository != self.own.repository.as_deref() {
            settings.set_some("repository", repository);
        }
        if let Some(fetch) = &plan.fetch {
            settings.set(
                FETCH_IMAGES,
                match fetch.reach {
                    Reach::Public => "public",
                    Reach::Any => "any",
                },
            );
        }
        if let RevisionId::Commit { tags, .. } = &self.edition.revision.id {
            settings.set_some("revision-tags", (!tags.is_empty()).then(|| tags.clone()));
        }
        let natural = self.natural_names();
        let differs = |edition: &Edition| !natural.contains(&edition.name);
        settings.set_some("edition-name", differs(self.edition).then_some(self.edition.name.as_str()));
        let previous = self.previous.as_ref().map(|past| &past.edition.edition);
        let named = previous.filter(|edition| differs(edition));
        settings.set_some("previous-name", named.map(|edition| edition.name.as_str()));
        settings.set_some("edition", self.snapshots().map(Setting::Tables));
        settings.set_some("identifier", self.identifiers().map(Setting::Tables));
        settings
    }

    /// What this edition and the one before are called in a run of this one.
    fn natural_names(&self) -> BTreeSet<String> {
        let previous = self.previous.as_ref().map(|past| past.edition.edition.clone());
        let mut editions: Vec<Edition> = previous.into_iter().chain([self.edition.clone()]).collect();
        name_editions(&mut editions);
        editions.into_iter().map(|edition| edition.name).collect()
    }

    fn title_by_name(&self) -> String {
        crate::paths::humanise(self.plan.document.name())
    }

    /// Of a list of dated snapshots, those that this edition is made from.
    fn snapshots(&self) -> Option<Vec<BTreeMap<String, String>>> {
        self.plan.config.snapshots.as_ref()?;
        let previous = self.previous.as_ref().map(|past| &past.edition.edition.revision);
        let of = |revision: &Revision| match &revision.id {
            RevisionId::Snapshot { path } => {
                Some(table([("date", revision.date.to_string().as_str()), ("path", path)]))
            }
            RevisionId::Commit { .. } | RevisionId::Draft => None,
        };
        let wanted = previous.into_iter().chain([&self.edition.revision]);
        Some(wanted.filter_map(of).collect())
    }

    /// Of all configured identifiers, those of this edition and of its document.
    fn identifiers(&self) -> Option<Vec<BTreeMap<String, String>>> {
        let Identifiers { isbn, doi, urn, series } =
            Identifiers::of(self.edition, &self.plan.config.identifiers);
        let edition = [("isbn", &isbn), ("doi", &doi), ("urn", &urn)];
        let series = [("issn", &series.issn), ("doi", &series.doi), ("urn", &series.urn)];
        let given = |pairs: [(&'static str, &Option<String>); 3]| {
            table(pairs.iter().filter_map(|(key, text)| Some((*key, text.as_deref()?))))
        };
        let (mut edition, series) = (given(edition), given(series));
        if !edition.is_empty() {
            edition.insert("edition".to_owned(), self.edition.name.clone());
        }
        let tables: Vec<_> = [series, edition].into_iter().filter(|table| !table.is_empty()).collect();
        (!tables.is_empty()).then_some(tables)
    }

    /// The command that makes the edition's files again, whatever the
    /// configuration is by then, a part of it for each flag; none for a draft,
    /// or where mdBook gave the text.
    pub(super) fn rebuild_command(&self, settings: &Settings, imprint: &Imprint) -> Option<Vec<String>> {
        if self.plan.rendered.is_some() {
            return None;
        }
        let at = argument(&self.edition.revision)?;
        let source = match (&self.edition.revision.id, imprint.repository.as_deref()) {
            (RevisionId::Commit { .. }, Some(address)) => address,
            (RevisionId::Commit { .. } | RevisionId::Snapshot { .. } | RevisionId::Draft, _) => "SOURCE",
        };
        let mut parts = vec![format!("bindery build {}", shell_quoted(source))];
        let mut add = |flag: &str, value: &str| parts.push(format!("{flag} {}", shell_quoted(value)));
        add("--at", &at);
        if let Some(before) = self.previous.as_ref().and_then(|past| argument(&past.edition.edition.revision))
        {
            add("--previous", &before);
        } else if imprint.is_first {
            add("--previous", NONE);
        }
        for font in self.plan.config.disk_fonts() {
            add("--fonts", &font);
        }
        if matches!(self.plan.config.theme, ThemeName::Folder(_)) {
            add("--theme", "THEME");
        }
        parts.push("--no-config".to_owned());
        for (key, value) in settings.iter() {
            if key == FETCH_IMAGES {
                parts.push(match value == &Setting::from("any") {
                    true => format!("--{FETCH_IMAGES}=any"),
                    false => format!("--{FETCH_IMAGES}"),
                });
                continue;
            }
            if key == "theme" && matches!(self.plan.config.theme, ThemeName::Folder(_)) {
                continue;
            }
            parts.push(format!("--set {}", shell_quoted(&format!("{key}={}", value.to_argument()))));
        }
        Some(parts)
    }

    /// The same command, with the link of the chain: it changes `edition.json`
    /// and nothing else, so that it is not in the pages.
    pub(super) fn with_chain(mut command: Vec<String>, sum: Option<&str>) -> String {
        let link = sum.map(|sum| format!("--set {}", shell_quoted(&format!("previous-sha256=\"{sum}\""))));
        command.extend(link);
        command.join(" ")
    }

    /// The edition before, as `edition.json` names it; `sum` is the SHA-256 of
    /// its own.
    pub(super) fn previous_record(&self, sum: Option<String>) -> Option<PreviousRecord> {
        let past = self.previous.as_ref()?;
        let Previous { edition, uuid } = &past.edition;
        let (commit, snapshot) = match &edition.revision.id {
            RevisionId::Commit { commit, .. } => (Some(commit.clone()), None),
            RevisionId::Snapshot { path } => (None, Some(path.clone())),
            RevisionId::Draft => (None, None),
        };
        Some(PreviousRecord {
            name: edition.name.clone(),
            date: edition.revision.date.to_string(),
            identifier: uuid.urn().to_string(),
            commit,
            snapshot,
            sha256: sum,
        })
    }

    /// The SHA-256 of the `edition.json` of an edition that is not built in
    /// this run: the one that is said by hand, else that of the edition of the
    /// same identifier in the output folder.
    pub(super) fn earlier_record(&self, previous: &Previous) -> Option<String> {
        let config = &self.plan.config;
        if let Some(sum) = &config.exact.previous_sha256 {
            return Some(sum.to_ascii_lowercase());
        }
        // A run without configuration takes nothing that happens to be there.
        if self.plan.bare {
            return None;
        }
        let folder = config.output.join(self.slug);
        record_of(&folder, &previous.edition.name, &previous.uuid.urn().to_string())
    }
}

/// A revision as `--at` and `--previous` take it; none for a draft.
fn argument(revision: &Revision) -> Option<String> {
    match &revision.id {
        RevisionId::Commit { commit, .. } => Some(commit.clone()),
        RevisionId::Snapshot { path } => Some(match EditionDate::parse(path) {
            Some(_) => revision.date.to_string(),
            None => path.clone(),
        }),
        RevisionId::Draft => None,
    }
}
