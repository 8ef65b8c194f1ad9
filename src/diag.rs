//! Diagnostics: what Bindery has to say about the author's files.
//!
//! A diagnostic names its place in the author's Markdown, has a stable code,
//! and a hint what to do. Warnings travel with the value they are about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::span::{Files, Span};
use crate::tally::{Amount, Entry, Flow, Rule};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is missing from the edition.
    Note,
    /// Something of the source could not be carried over as it was meant.
    Warning,
    /// The edition or the run failed.
    Error,
}

impl Severity {
    /// The word as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $severity:ident;)+) => {
        /// The stable codes of all diagnostics.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it is printed and stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How bad it is, unless the place says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }

            /// What it means, in a sentence or two.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    // The living document
    /// The source is neither a Git repository, a folder of dated snapshots, a folder with a book, nor a Markdown file.
    SourceNotFound = "source-not-found", Error;
    /// Git could not open or read the repository.
    GitRead = "git-read", Error;
    /// The `git` program could not clone the address into the cache folder.
    GitClone = "git-clone", Error;
    /// The clone is shallow and its history ends before the first edition asked for; fetch the full history.
    GitShallow = "git-shallow", Error;
    /// A date, tag or revision that this document does not have.
    RevisionUnknown = "revision-unknown", Error;
    /// A submodule's files are not part of the repository; it is skipped.
    SubmoduleSkipped = "submodule-skipped", Warning;
    /// A symbolic link leads out of the tree, in a circle or to nothing. It is an error where the book uses it, and a warning elsewhere.
    SymlinkOutside = "symlink-outside", Error;
    /// An entry in a folder of dated snapshots whose name holds no date; it makes no edition.
    SnapshotUndated = "snapshot-undated", Note;
    /// A file or folder could not be read.
    FileRead = "file-read", Error;
    /// Nothing to build: no revision is in the dates asked for.
    NoRevisions = "no-revisions", Error;
    /// The book of this revision is the same as the previous edition's, so it makes no edition of its own.
    EditionUnchanged = "edition-unchanged", Note;
    /// A revision of the period holds no book yet, so it makes no edition.
    EditionWithoutBook = "edition-without-book", Note;
    /// A revision lacks a chapter that alone is to be bound (`--only`), so it makes no edition.
    EditionWithoutChapter = "edition-without-chapter", Note;
    /// The first edition of the run names no edition before it, though the history goes back further; `--previous` names one.
    EditionAlone = "edition-alone", Note;

    // Configuration
    /// The file is not valid TOML, or a value has the wrong type.
    ConfigInvalid = "config-invalid", Error;
    /// A key that Bindery does not know.
    ConfigUnknownKey = "config-unknown-key", Error;
    /// `book.toml` is not valid TOML; what could not be read is taken as not set.
    BookTomlInvalid = "book-toml-invalid", Warning;
    /// A key of `book.toml` that mdBook has dropped, or a value of the wrong type; it is ignored.
    BookTomlKey = "book-toml-key", Warning;

    // The book
    /// There is neither a SUMMARY.md nor any Markdown file.
    BookNotFound = "book-not-found", Error;
    /// A chapter that SUMMARY.md names does not exist.
    ChapterMissing = "chapter-missing", Warning;
    /// A chapter is listed in SUMMARY.md a second time; the first place counts.
    ChapterRepeated = "chapter-repeated", Warning;
    /// A chapter in SUMMARY.md without a file yet: a draft, named in the contents only.
    ChapterDraft = "chapter-draft", Note;
    /// An entry of SUMMARY.md leads to an address instead of a chapter; it stands in the contents as a link.
    SummaryUrl = "summary-url", Warning;
    /// Something in SUMMARY.md that is not an entry, a part title or a separator.
    SummaryInvalid = "summary-invalid", Warning;
    /// A title or subtitle of the book that no title page has room for; its beginning is set, and `…`.
    TitleShortened = "title-shortened", Warning;
    /// The image that `cover` names is not in the source, or can't be shown; the drawn cover stands for it.
    CoverInvalid = "cover-invalid", Warning;
    /// A chapter without any heading; it takes its title from SUMMARY.md.
    ChapterWithoutHeading = "chapter-without-heading", Note;
    /// Bytes that are not UTF-8; each is replaced by U+FFFD.
    EncodingInvalid = "encoding-invalid", Warning;
    /// Text that was UTF-8, was read as Windows-1252 and saved again, so that `é` became `Ã©`. With `--repair-encoding` it is put right, and this is a note.
    Mojibake = "mojibake", Warning;
    /// Front matter at the head of a file is data for other programs and no text; a title in it becomes the chapter's if it has no heading of level 1.
    FrontMatter = "front-matter", Note;

    /// A language that is no BCP 47 tag; the text is taken to be in the language around it.
    LanguageInvalid = "language-invalid", Warning;

    // Links
    /// The link leads to a file that this revision does not have, though another may; its words are kept as text.
    LinkMissingFile = "link-missing-file", Warning;
    /// The link leads to a heading or anchor that its chapter does not have; it leads to the chapter's start instead.
    LinkMissingAnchor = "link-missing-anchor", Warning;
    /// The link's address is malformed; its words are kept as text.
    LinkInvalid = "link-invalid", Warning;
    /// The link leads to a file of the repository that is no chapter, and the repository's address is not known; its words are kept as text.
    LinkOutsideBook = "link-outside-book", Warning;
    /// A link reference without a definition, shown as it is written.
    LinkUndefined = "link-undefined", Warning;
    /// A link definition that no link uses.
    LinkDefinitionUnused = "link-definition-unused", Note;
    /// A link definition whose label has another address already; the first one counts.
    LinkDefinitionDuplicate = "link-definition-duplicate", Warning;
    /// `[output.html.redirect]` leads a link in a circle; its words are kept as text.
    RedirectLoop = "redirect-loop", Warning;
    /// Two headings or anchors of a chapter ask for the same identifier; the later one is given another.
    IdDuplicate = "id-duplicate", Note;

    // Images
    /// The image's file is not there; its alternative text is shown.
    ImageMissing = "image-missing", Warning;
    /// A remote image is not fetched; a box with its alternative text and address stands for it.
    ImageRemote = "image-remote", Warning;
    /// The image can't be decoded or has an unknown format; its alternative text is shown.
    ImageInvalid = "image-invalid", Warning;
    /// A remote image that was to be fetched did not come; a box with its alternative text and address stands for it.
    ImageFetchFailed = "image-fetch-failed", Warning;
    /// An image whose format the e-book does not hold is stored in another one.
    ImageConverted = "image-converted", Note;
    /// An image of more pixels than a page or a screen shows is stored with fewer.
    ImageReduced = "image-reduced", Note;
    /// An image moves; a page shows its first picture.
    ImageAnimated = "image-animated", Note;
    /// An image brings a colour profile that a page can't hold, for it is damaged, of no device or for other pixels; the image is stored without it.
    ImageProfile = "image-profile", Note;
    /// What could run, or fetch something from elsewhere, is taken out of a drawing.
    ImageCleaned = "image-cleaned", Note;
    /// The image's file is named for another format than it has; it is shown by its content.
    ImageMislabelled = "image-mislabelled", Note;
    /// The image has no alternative text; one is made from its title or its file name.
    ImageWithoutAlt = "image-without-alt", Warning;
    /// An image whose alternative text is empty on purpose (`alt=""` in HTML): it adorns the page and is not read out.
    ImageDecorative = "image-decorative", Note;

    // Diagrams
    /// A diagram that can't be drawn: its source is wrong, too large, or of a kind that is not known; it stays code.
    DiagramFailed = "diagram-failed", Warning;
    /// A diagram in a language that is not drawn; it stays code.
    DiagramUnsupported = "diagram-unsupported", Warning;
    /// A diagram so large that its text can hardly be read once it fits a page.
    DiagramTooLarge = "diagram-too-large", Warning;

    // Markup
    /// An HTML tag that Bindery does not know; its content is kept.
    HtmlUnknownTag = "html-unknown-tag", Warning;
    /// An HTML element that is never carried over (a script, a style, a form).
    HtmlDropped = "html-dropped", Warning;
    /// An attribute of an HTML element that pages can't follow; the element's content is kept.
    HtmlAttribute = "html-attribute", Note;
    /// An element that browsers hide too (`hidden`, `display: none`); it is left out.
    HtmlHidden = "html-hidden", Note;
    /// A disclosure (`details`); on pages its content is always shown.
    DetailsOpened = "details-opened", Note;
    /// HTML that does not fit together: an end tag without a start, or an element that is never closed.
    HtmlUnbalanced = "html-unbalanced", Note;
    /// A footnote reference without a definition, shown as it is written.
    FootnoteUndefined = "footnote-undefined", Warning;
    /// A footnote that nothing refers to; it is set at the end of its chapter.
    FootnoteUnused = "footnote-unused", Warning;
    /// A footnote defined twice in a chapter; the first counts, the other is set at the end of the chapter.
    FootnoteDuplicate = "footnote-duplicate", Warning;
    /// Blocks nested so deeply that a page has no room for them; the inner ones are set without further indent.
    NestingDepth = "nesting-depth", Warning;
    /// A heading without text; it is left out.
    HeadingEmpty = "heading-empty", Warning;
    /// A heading level was skipped; it is renumbered in the edition.
    HeadingSkipped = "heading-skipped", Note;
    /// An mdBook directive (`{{#…}}`) that could not be carried out; it stays as it is written.
    DirectiveUnsupported = "directive-unsupported", Warning;
    /// A directive asks for lines or an anchor that its file does not have, or has in part only.
    IncludeRange = "include-range", Warning;
    /// A preprocessor that the book asks for and that is not run: Bindery does not carry it out itself, or it serves web pages only.
    PreprocessorUnknown = "preprocessor-unknown", Warning;
    /// Something that is written or set for a preprocessor and can't be carried out; it stays as it is written.
    PreprocessorInput = "preprocessor-input", Warning;
    /// A preprocessor's program failed, took too long or gave something that is no book; the edition is made without it.
    PreprocessorFailed = "preprocessor-failed", Warning;
    /// A preprocessor's program was run; what it did can't be repeated from the revision alone.
    PreprocessorRan = "preprocessor-ran", Note;

    /// An equation that can't be converted; it is shown as it is written.
    MathInvalid = "math-invalid", Warning;

    // Writing
    /// A character that no font at hand can draw; its code point is shown instead.
    GlyphMissing = "glyph-missing", Warning;
    /// A character is drawn with a font of this machine, since no other font has it; the PDF depends on that font.
    FontInstalled = "font-installed", Note;
    /// A font that the configuration names is not there or can't be read; the edition is made without it.
    FontInvalid = "font-invalid", Warning;
    /// A character that changes the order in which others are shown: in code, where it can hide what the code does, its code point is shown instead; in text, one that forces a direction is left out.
    BidiControl = "bidi-control", Warning;
    /// A control character that XML does not allow; in the EPUB U+FFFD stands for it.
    CharacterForbidden = "character-forbidden", Warning;
    /// A table is too wide for the page even at its smallest size.
    TableTooWide = "table-too-wide", Warning;
    /// Typst refused something that Bindery gave it.
    TypesetFailed = "typeset-failed", Error;
    /// The PDF can't conform to a standard that was asked for; it is made at the highest level that holds, which `edition.json` and the colophon name.
    PdfStandardUnmet = "pdf-standard-unmet", Warning;
    /// Typst had something to say about the pages.
    TypesetWarning = "typeset-warning", Warning;
    /// An image that a family of e-readers (`--profile`) does not show as it is: for its format, its size, or because it moves. The EPUB holds it in a form that is shown. Limits are those of Amazon's, Kobo's and Apple's guidelines for publishers.
    DeviceImage = "device-image", Note;
    /// A drawing with text in it, which a family of e-readers does not show (Kindle Publishing Guidelines). The EPUB holds a picture of it.
    DeviceSvgText = "device-svg-text", Note;
    /// Equations that a family of e-readers does not set from MathML, or not in every file (KindleGen's log; Kobo EPUB Guidelines).
    DeviceMathml = "device-mathml", Note;
    /// Contents nested more deeply than a family of e-readers shows them (Kindle Publishing Guidelines; Kobo EPUB Guidelines). Headings are left out of the contents, chapters move up in them.
    DeviceNavigation = "device-navigation", Note;
    /// The EPUB, or a chapter's document in it, is larger than a family of e-readers or the way to it takes (Amazon's help; Kobo EPUB Guidelines; Apple's "Prepare your book").
    DeviceSize = "device-size", Warning;
    /// An emoji that a family of e-readers has no font for, and of which there is no picture; it stays a character.
    DeviceEmoji = "device-emoji", Note;
    /// The EPUB could not be assembled.
    EpubFailed = "epub-failed", Error;
    /// An output file or folder could not be written.
    OutputWrite = "output-write", Error;
    /// An `edition.json` below the output folder that can't be read, or that names what does not lie beside it; the catalogue is made without that edition.
    CatalogueRecord = "catalogue-record", Warning;
    /// The catalogue of the output folder could not be made; the editions are as they were written.
    CatalogueFailed = "catalogue-failed", Error;
    /// The output folder can't be served: it can't be read, or the address is taken or not this machine's.
    ServeFailed = "serve-failed", Error;
    /// Text was read and is not written, or the other way round, and nothing says why: a fault in Bindery.
    LedgerUnbalanced = "ledger-unbalanced", Warning;
    /// A fault in Bindery itself, caught so that other editions go on.
    Internal = "internal", Error;
}

/// Something to say, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One line, lower case, without a full stop.
    pub message: String,
    /// Where, if it is in a file of the book.
    pub span: Option<Span>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// What of the text it accounts for, until the ledger takes it.
    pub entries: Vec<Entry>,
    /// For one that nobody is to read, since it tells the ledger what a rule
    /// has left out or put in: the rule.
    pub rule: Option<Rule>,
}

impl Diagnostic {
    /// A diagnostic of a code's usual severity, without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            span: None,
            hints: Vec::new(),
            entries: Vec::new(),
            rule: None,
        }
    }

    /// Tells the ledger, and nobody else, what a rule has left out or put in.
    /// The ledger takes these away after each stage.
    pub fn rule(rule: Rule) -> Self {
        Self { rule: Some(rule), ..Self::new(Code::LedgerUnbalanced, rule.as_str()) }
    }

    /// The same, for text that was read and is not written because of it.
    #[must_use]
    pub fn losing(self, text: &str) -> Self {
        self.entry(Flow::LeftOut, Amount::of(text), Amount::default())
    }

    /// The same, for text that is written and was not read because of it.
    #[must_use]
    pub fn adding(self, text: &str) -> Self {
        self.entry(Flow::PutIn, Amount::of(text), Amount::default())
    }

    /// [`losing`](Self::losing) for an image's alternative text.
    #[must_use]
    pub fn losing_alternative(self, text: &str) -> Self {
        self.entry(Flow::LeftOut, Amount::default(), Amount::of(text))
    }

    /// [`adding`](Self::adding) for an image's alternative text.
    #[must_use]
    pub fn adding_alternative(self, text: &str) -> Self {
        self.entry(Flow::PutIn, Amount::default(), Amount::of(text))
    }

    fn entry(mut self, flow: Flow, text: Amount, alternative: Amount) -> Self {
        if !(text.is_zero() && alternative.is_zero()) {
            self.entries.push(Entry { flow, text, alternative });
        }
        self
    }

    /// The reason that the ledger gives for its entries.
    pub fn reason(&self) -> &'static str {
        self.rule.map_or(self.code.as_str(), Rule::as_str)
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// The same, with a hint added.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The diagnostic with its place spelt out, once the files it is about
    /// are no longer at hand.
    pub fn locate(&self, files: &Files) -> Located {
        let place = self.span.and_then(|span| {
            let file = files.get(span.file)?;
            let at = file.line_column(span.range().start);
            let line = file.text.lines().nth(at.line - 1).unwrap_or("");
            let (cut, line) = around(line, at.column - 1);
            let first = file.slice(span).lines().next().unwrap_or("");
            Some(Place {
                path: file.path.clone(),
                line: at.line,
                column: at.column,
                width: first.chars().count().max(1),
                cut,
                text: line.to_owned(),
            })
        });
        Located {
            code: self.code.as_str().to_owned(),
            severity: self.severity,
            message: self.message.clone(),
            place,
            hints: self.hints.clone(),
        }
    }
}

/// How much of a line is kept on both sides of a place, in bytes: thousands of
/// diagnostics may be about one line.
const AROUND: usize = 500;

/// A line, or the part of a long one around a column; and how many characters
/// stand before that part.
fn around(line: &str, column: usize) -> (usize, &str) {
    if line.len() <= 2 * AROUND {
        return (0, line);
    }
    let at = line.char_indices().nth(column).map_or(line.len(), |(i, _)| i);
    let start = line.floor_char_boundary(at.saturating_sub(AROUND));
    let end = line.floor_char_boundary(at + AROUND);
    (line[..start].chars().count(), &line[start..end])
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.as_str(), self.code.as_str(), self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// A result whose error is one diagnostic.
pub type Result<T, E = Box<Diagnostic>> = std::result::Result<T, E>;

/// A diagnostic as it is printed and stored: with path, line and column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Located {
    /// See [`Code::as_str`].
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub message: String,
    /// Where.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// A place in a file, with its line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Path from the root of the file tree.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
    /// How many scalar values of the line it covers, at least 1.
    #[serde(skip, default)]
    pub width: usize,
    /// How many scalar values of the line stand before `text`.
    #[serde(skip, default)]
    pub cut: usize,
    /// The line itself, or the part of a long one around the place.
    #[serde(skip, default)]
    pub text: String,
}

/// A value and what there is to say about it.
#[derive(Debug, Clone, Default)]
pub struct Warned<T> {
    /// The value.
    pub value: T,
    /// In the order in which they were found.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Warned<T> {
    /// Takes the value and appends the diagnostics to a list.
    pub fn take(self, into: &mut Vec<Diagnostic>) -> T {
        into.extend(self.diagnostics);
        self.value
    }
}

#[cfg(test)]
mod tests;
