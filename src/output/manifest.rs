//! `edition.json`: what an edition was made from, what was made, and what
//! there is to say about it. It holds no time of day and no path of the
//! machine, so that the same commit gives the same bytes everywhere.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Format;
use super::about::{ContributorsRecord, ExtractRecord, LicenceRecord, SwhidRecord};
use super::form::to_json;
use super::ledger::LedgerRecord;
use super::settings::Settings;
use crate::diag::Located;
use crate::document::fonts::{FontFile, Origin};
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Inline, InlineKind, Preprocessed, text};
use crate::edition::Imprint;
use crate::edition::changes::Changes;
use crate::edition::conformance::Standard;
use crate::edition::identifiers::Identifiers;
use crate::media::Fetched;
use crate::paths;
use crate::source::RevisionId;

/// The version of the form of `edition.json`; a new one where a key changes
/// its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// The record of an edition. Fields are written in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// See [`SCHEMA`].
    pub schema: u32,
    /// The book's title.
    pub title: String,
    /// The book's subtitle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The document's name in folder and file names.
    pub slug: String,
    /// The edition's name in folder and file names.
    pub name: String,
    /// The date of the revision, as exactly as it is known.
    pub date: String,
    /// What it is an extract of; none for an edition of the whole document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<ExtractRecord>,
    /// Whether it was made from the working tree as it was.
    pub draft: bool,
    /// A URN that is the same for the same document and revision.
    pub identifier: String,
    /// The identifiers that the configuration gives it.
    #[serde(default, skip_serializing_if = "Identifiers::is_empty")]
    pub identifiers: Identifiers,
    /// The book's language, a BCP 47 tag.
    pub language: String,
    /// The book's authors.
    pub authors: Vec<String>,
    /// Who contributed since the edition before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributors: Option<ContributorsRecord>,
    /// The licences; whether all of them count or one may choose, nothing says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<LicenceRecord>,
    /// The web address of the repository, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What it was made from.
    pub revision: RevisionRecord,
    /// Its Software Heritage identifiers, for a commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swhid: Option<SwhidRecord>,
    /// The revision's moment, ISO 8601 in UTC.
    pub timestamp: String,
    /// What its bytes depend on beside the revision, as far as it is set:
    /// keys and values as `--set` takes them.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
    /// The command that makes it again; none for a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebuild: Option<String>,
    /// The edition before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousRecord>,
    /// Whether the edition is known to be the document's first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// The files.
    pub formats: Vec<FormatRecord>,
    /// Further files beside `edition.json`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRecord>,
    /// The programs that changed the text before it was read. With any, the
    /// revision alone does not give the same edition again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preprocessed: Vec<Preprocessed>,
    /// The version of mdBook that ran Bindery and gave it the text of the
    /// chapters: `mdbook build` makes the edition again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mdbook: Option<String>,
    /// How much of what is in it.
    pub counts: Counts,
    /// What changed since the edition before; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// What was read against what is written.
    #[serde(default)]
    pub ledger: LedgerRecord,
    /// The remote images that are in it, by their address.
    #[serde(rename = "fetched-images", default, skip_serializing_if = "Vec::is_empty")]
    pub fetched_images: Vec<FetchedRecord>,
    /// The fonts of the PDF that are not part of Bindery.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fonts: Vec<FontRecord>,
    /// What there is to say, in the order of the book.
    pub diagnostics: Vec<Located>,
    /// What made it.
    pub generator: Generator,
}

/// What an edition was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevisionRecord {
    /// The commit's full hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The hash of its root tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// The tags that name it, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// For a dated snapshot: its path inside the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FormatRecord {
    /// Its format.
    pub format: Format,
    /// Its name, beside `edition.json`.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// How many pages it has, where it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<usize>,
    /// What a PDF conforms to, by the standards' short names (`a-2a`, `ua-1`);
    /// an empty list where it conforms to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformance: Option<Vec<Standard>>,
}

/// A further file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileRecord {
    /// Its name, beside `edition.json`.
    pub file: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// The edition before another, and the link of the chain that leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreviousRecord {
    /// Its name in folder and file names.
    pub name: String,
    /// The date of its revision, as exactly as it is known.
    pub date: String,
    /// Its URN.
    pub identifier: String,
    /// The commit's full hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// For a dated snapshot: its path inside the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The SHA-256 of its `edition.json`, in lower-case hexadecimal: who
    /// changes that file breaks this link. None where that file was not at
    /// hand when this edition was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A remote image that is in an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchedRecord {
    /// Its address.
    pub url: String,
    /// What came, and when.
    #[serde(flatten)]
    pub fetched: Fetched,
}

/// A font of an edition that is not part of Bindery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FontRecord {
    /// The name of its file, without the folder.
    pub file: String,
    /// Which face of the file, in collections; from 0.
    pub index: u32,
    /// The SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Whether it was found on the machine, rather than named by the
    /// configuration: the edition depends on that machine.
    pub installed: bool,
}

impl FontRecord {
    /// The records of a book's fonts, without those in the binary.
    fn all(book: &Book) -> Vec<Self> {
        let record = |font: &FontFile| Self {
            file: font.file.clone(),
            index: font.index,
            sha256: sha256(&font.bytes),
            installed: font.origin == Origin::Installed,
        };
        book.fonts.iter().filter(|font| font.origin != Origin::Bundled).map(record).collect()
    }
}

/// How much of what a book holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// Chapters.
    pub chapters: usize,
    /// Words, code included.
    pub words: usize,
    /// Headings.
    pub headings: usize,
    /// Code blocks.
    pub code_blocks: usize,
    /// Images, in the text or alone.
    pub images: usize,
    /// Footnotes.
    pub footnotes: usize,
    /// Tables.
    pub tables: usize,
    /// Links that lead somewhere.
    pub links: usize,
    /// Equations, in the text or alone.
    #[serde(default)]
    pub equations: usize,
}

/// What made an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Generator {
    /// Always `bindery`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Counts {
    /// Counts a book.
    pub fn of(book: &Book) -> Self {
        let mut counts = Self::default();
        for chapter in book.text() {
            counts.chapters += 1;
            counts.words += text::count_words(chapter);
            counts.footnotes += chapter.footnotes.len();
            walk_chapter(&mut counts, chapter);
        }
        counts
    }
}

impl Visit for Counts {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Heading(_) => self.headings += 1,
            BlockKind::Code(_) => self.code_blocks += 1,
            BlockKind::Table(_) => self.tables += 1,
            BlockKind::Figure { .. } => self.images += 1,
            BlockKind::Math(_) => self.equations += 1,
            BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => {}
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Link(_) => self.links += 1,
            InlineKind::Image(_) => self.images += 1,
            InlineKind::Math(_) => self.equations += 1,
            InlineKind::Text(_)
            | InlineKind::Code(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::Styled { .. }
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => {}
        }
        walk_inline(self, inline);
    }
}

impl FormatRecord {
    /// The record of a file's bytes.
    pub fn new(format: Format, file: String, bytes: &[u8], pages: Option<usize>) -> Self {
        Self { format, file, size: bytes.len() as u64, sha256: sha256(bytes), pages, conformance: None }
    }
}

impl FileRecord {
    /// The record of a file's bytes.
    pub fn new(file: String, bytes: &[u8]) -> Self {
        Self { file, size: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

/// The SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    paths::hex(&Sha256::digest(bytes))
}

impl Manifest {
    /// The record of an edition; `diagnostics` are in the order of the book.
    pub fn new(
        book: &Book,
        imprint: &Imprint,
        formats: Vec<FormatRecord>,
        ledger: LedgerRecord,
        diagnostics: Vec<Located>,
    ) -> Self {
        let revision = &imprint.edition.revision;
        let record = match &revision.id {
            RevisionId::Commit { commit, tree, tags } => RevisionRecord {
                commit: Some(commit.clone()),
                tree: Some(tree.clone()),
                tags: tags.clone(),
                snapshot: None,
            },
            RevisionId::Snapshot { path } => {
                RevisionRecord { snapshot: Some(path.clone()), ..RevisionRecord::default() }
            }
            RevisionId::Draft => RevisionRecord::default(),
        };
        Self {
            schema: SCHEMA,
            title: book.metadata.title.clone(),
            subtitle: book.metadata.subtitle.clone(),
            slug: imprint.slug.clone(),
            name: imprint.edition.name.clone(),
            date: revision.date.to_string(),
            extract: ExtractRecord::of(imprint),
            draft: revision.is_draft(),
            identifier: imprint.uuid.urn().to_string(),
            identifiers: imprint.identifiers.clone(),
            language: book.metadata.language.clone(),
            authors: book.metadata.authors.clone(),
            contributors: ContributorsRecord::of(imprint),
            licences: LicenceRecord::all(imprint),
            source: imprint.repository.clone(),
            revision: record,
            swhid: SwhidRecord::of(imprint),
            timestamp: iso_8601(revision.timestamp),
            settings: Settings::default(),
            rebuild: None,
            previous: None,
            first: imprint.is_first,
            formats,
            files: Vec::new(),
            preprocessed: book.preprocessed.clone(),
            mdbook: book.mdbook.clone(),
            counts: Counts::of(book),
            changes: None,
            ledger,
            fetched_images: book
                .media
                .fetched()
                .map(|(url, fetched)| FetchedRecord { url: url.to_owned(), fetched: fetched.clone() })
                .collect(),
            fonts: FontRecord::all(book),
            diagnostics,
            generator: Generator {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
        }
    }

    /// The bytes of `edition.json`.
    ///
    /// # Errors
    /// When serde refuses it, which it has no reason to.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        to_json(self)
    }
}

/// A moment as `2021-12-31T23:59:59Z`; moments out of jiff's range are
/// clamped to its ends.
fn iso_8601(timestamp: i64) -> String {
    let earliest = jiff::Timestamp::MIN.as_second();
    let latest = jiff::Timestamp::MAX.as_second();
    jiff::Timestamp::from_second(timestamp.clamp(earliest, latest)).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{About, Edition};
    use crate::source::{EditionDate, Revision};

    #[test]
    fn a_manifest_reads_back_and_keeps_its_order() {
        let revision = Revision {
            id: RevisionId::Commit {
                commit: "13b7a38ffffffffffffffffffffffffffffffff0".to_owned(),
                tree: "0000000000000000000000000000000000000001".to_owned(),
                tags: vec!["v1".to_owned()],
            },
            date: EditionDate { year: 2025, month: Some(2), day: Some(8) },
            timestamp: 1_738_972_800,
        };
        let imprint = Imprint {
            slug: "guide".to_owned(),
            edition: Edition { revision, why: vec!["latest".to_owned()], name: "2025-02-08".to_owned() },
            uuid: uuid::Uuid::nil(),
            repository: Some("https://example.org/guide".to_owned()),
            previous: None,
            is_first: false,
            about: About::default(),
            identifiers: Identifiers::default(),
        };
        let formats =
            vec![FormatRecord::new(Format::Pdf, "guide-2025-02-08.pdf".to_owned(), b"abc", Some(3))];
        let manifest =
            Manifest::new(&Book::default(), &imprint, formats, LedgerRecord::default(), Vec::new());
        let bytes = manifest.to_json().expect("serialises");
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        assert!(text.starts_with("{\n  \"schema\": 1,\n  \"title\": \"\",\n  \"slug\": \"guide\""), "{text}");
        assert!(text.ends_with("}\n"));
        assert!(text.contains("\"timestamp\": \"2025-02-08T00:00:00Z\""), "{text}");
        assert!(text.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "{text}");
        assert_eq!(serde_json::from_slice::<Manifest>(&bytes).expect("reads"), manifest);
    }

    #[test]
    fn a_moment_out_of_range_is_clamped() {
        assert_eq!(iso_8601(0), "1970-01-01T00:00:00Z");
        assert!(iso_8601(i64::MAX).starts_with("9999-12-"));
        assert!(iso_8601(i64::MIN).starts_with("-009999-"));
    }
}
