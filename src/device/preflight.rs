//! What won't work on a family of devices, said at its place in the author's
//! file before anybody opens the book there.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{FileLimit, MathMl, Source};
use super::picture::{self, Reason};
use super::{Profile, emoji};
use crate::diag::{Code, Diagnostic, Severity};
use crate::document::outline::{OutlineTarget, outline};
use crate::document::walk::{Visit, walk_block, walk_chapter, walk_inline};
use crate::document::{Block, BlockKind, Book, Chapter, Image, ImageSource, Inline, InlineKind};
use crate::media::MediaKind;
use crate::span::Span;
use crate::typeface;

/// What there is to say of a book for a family, in the order of the book, but
/// for what shows only when the file is made ([`file_size`]).
pub fn preflight(book: &Book, profile: Profile) -> Vec<Diagnostic> {
    let mut looking = Looking {
        book,
        profile,
        key: String::new(),
        seen: BTreeSet::new(),
        equations: None,
        headings: BTreeMap::new(),
        said: Vec::new(),
    };
    for chapter in book.chapters() {
        looking.key.clone_from(&chapter.key);
        walk_chapter(&mut looking, chapter);
        looking.equations();
    }
    looking.navigation();
    looking.said
}

/// What there is to say of the size of a finished EPUB: of the highest limit
/// that it exceeds.
pub fn file_size(profile: Profile, bytes: usize) -> Option<Diagnostic> {
    let bytes = bytes as u64;
    let limit = profile.facts().file.iter().rev().find(|limit| bytes > limit.bytes)?;
    let FileLimit { bytes: most, who, another_way, source } = limit;
    let message = format!("the EPUB has {}, more than the {} that {who}", size(bytes), size(*most));
    let said = if *another_way {
        let hint = "send it from the web page or copy it by USB, or reduce its images (`--max-image-pixels`)";
        Diagnostic { severity: Severity::Note, ..Diagnostic::new(Code::DeviceSize, message) }
            .hint(from(hint, source))
    } else {
        let hint = "reduce its images (`--max-image-pixels`), or bind chapters by themselves (`--only`)";
        Diagnostic::new(Code::DeviceSize, message).hint(from(hint, source))
    };
    Some(said)
}

/// What there is to say of the size of a chapter's document.
pub fn document_size(profile: Profile, chapter: &Chapter, bytes: usize) -> Option<Diagnostic> {
    let limit = profile.facts().document_bytes.as_ref().filter(|limit| bytes as u64 > limit.value)?;
    let message = format!(
        "the chapter's document has {}, more than the {} that {} advises at most",
        size(bytes as u64),
        size(limit.value),
        profile.called()
    );
    let hint = from("divide the chapter: devices are slow with so long a one", limit.source);
    Some(Diagnostic::new(Code::DeviceSize, message).at(start(chapter)).hint(hint))
}

/// A hint with its source.
fn from(hint: &str, source: &Source) -> String {
    format!("{hint} ({})", source.name)
}

/// A size as people say it, rounded up.
fn size(bytes: u64) -> String {
    if bytes < 10_000_000 {
        let tenths = bytes.div_ceil(100_000);
        return match tenths % 10 {
            0 => format!("{} MB", tenths / 10),
            rest => format!("{}.{rest} MB", tenths / 10),
        };
    }
    format!("{} MB", bytes.div_ceil(1_000_000))
}

struct Looking<'a> {
    book: &'a Book,
    profile: Profile,
    /// The chapter.
    key: String,
    /// The images and emoji that were looked at: each is spoken of once.
    seen: BTreeSet<String>,
    /// How many equations the chapter has, and the first one's place.
    equations: Option<(usize, Span)>,
    /// The places of headings, by their identifiers.
    headings: BTreeMap<String, Span>,
    said: Vec<Diagnostic>,
}

impl Looking<'_> {
    fn image(&mut self, image: &Image, span: Span) {
        let ImageSource::Media(path) = &image.source else { return };
        let Some(media) = self.book.media.get(path).filter(|_| self.seen.insert(path.clone())) else {
            return;
        };
        let Some(reason) = picture::reason(self.profile, media) else { return };
        let family = self.profile.called();
        let named = if path.starts_with(crate::media::DIAGRAMS) {
            "the diagram".to_owned()
        } else {
            format!("the image `{path}`")
        };
        let (code, message, hint, source) = match reason {
            Reason::Format(kind, source) => {
                let message =
                    format!("{named} is {}, which {family} doesn't read; it is converted", name(kind));
                (
                    Code::DeviceImage,
                    message,
                    "save it as PNG or JPEG to decide yourself what it looks like",
                    source,
                )
            }
            Reason::Drawing(false, source) => {
                let message = format!(
                    "{named} is a drawing, which {family} shows in part only; a picture of it is stored"
                );
                (Code::DeviceImage, message, "nothing need be done; look at it on the device", source)
            }
            Reason::Drawing(true, source) => {
                let message = format!(
                    "{named} has text in a drawing, which {family} doesn't show; a picture of it is stored"
                );
                let lacking = media.text().chars().any(|c| !typeface::covers(c));
                let hint = if lacking {
                    "save it as PNG yourself: no font that Bindery draws with has all of its characters"
                } else {
                    "nothing need be done, but its text keeps its size whatever size the reader chooses"
                };
                (Code::DeviceSvgText, message, hint, source)
            }
            Reason::Moves(source) => {
                let message =
                    format!("{named} moves, which {family} doesn't show; its first picture is stored");
                (Code::DeviceImage, message, "choose a still image that shows the same", source)
            }
            Reason::Bytes(bytes, most, source) => {
                let message = format!(
                    "{named} has {}, more than the {} that {family} takes; it is stored smaller",
                    size(bytes),
                    size(most)
                );
                (Code::DeviceImage, message, "save it with fewer pixels, or as JPEG", source)
            }
            Reason::Pixels(pixels, most, source) => {
                let millions = |pixels: u64| format!("{}.{}", pixels / 1_000_000, pixels / 100_000 % 10);
                let message = format!(
                    "{named} has {} million pixels, more than the {} million that {family} takes; fewer are stored",
                    millions(pixels),
                    millions(most)
                );
                (
                    Code::DeviceImage,
                    message,
                    "lower `--max-image-pixels`, or save it with fewer pixels",
                    source,
                )
            }
        };
        self.said.push(Diagnostic::new(code, message).at(span).hint(from(hint, source)));
    }

    fn text(&mut self, text: &str, span: Span) {
        let Some(source) = self.profile.facts().emoji else { return };
        for emoji in emoji::of(text).filter(|emoji| !emoji::is_drawn(emoji)) {
            if !self.seen.insert(emoji.to_owned()) {
                continue;
            }
            let message =
                format!("{} has no emoji, and there is no picture of {emoji}", self.profile.called());
            let hint = from("choose an emoji of Unicode 15 or older", source);
            self.said.push(Diagnostic::new(Code::DeviceEmoji, message).at(span).hint(hint));
        }
    }

    fn equation(&mut self, span: Span) {
        self.equations = Some(self.equations.map_or((1, span), |(count, first)| (count + 1, first)));
    }

    /// Speaks of a chapter's equations.
    fn equations(&mut self) {
        let Some((count, span)) = self.equations.take() else { return };
        let (fact, family) = (&self.profile.facts().mathml, self.profile.called());
        let equations = if count == 1 { "1 equation".to_owned() } else { format!("{count} equations") };
        let (message, hint) = match fact.value {
            MathMl::Set => return,
            MathMl::Partly => (
                format!("{family} sets the chapter's {equations} only in a file named `.kepub.epub`"),
                "give the file that name when you copy it to the device",
            ),
            MathMl::Pictures => (
                format!("{family} doesn't set MathML: the chapter's {equations} are stored as pictures"),
                "nothing need be done, but their parts can’t be searched or selected",
            ),
        };
        self.said.push(Diagnostic::new(Code::DeviceMathml, message).at(span).hint(from(hint, fact.source)));
    }

    /// Speaks of what lies too deep in the contents: headings are left out of
    /// them, chapters move up.
    fn navigation(&mut self) {
        let Some(levels) = &self.profile.facts().levels else { return };
        let deep: Vec<_> = outline(self.book).into_iter().filter(|it| it.depth >= levels.value).collect();
        let Some(first) = deep.first() else { return };
        let span = match &first.target {
            OutlineTarget::Part => None,
            OutlineTarget::Chapter { key } => self.chapter(key).map(start),
            OutlineTarget::Heading { chapter, id } => {
                let found = self.headings.get(&place(chapter, id)).copied();
                found.or_else(|| self.chapter(chapter).map(start))
            }
        };
        let headings = deep.iter().filter(|it| matches!(it.target, OutlineTarget::Heading { .. })).count();
        let counted = |count, what| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{count} {what}s")),
        };
        let done = [
            counted(headings, "heading").map(|them| format!("{them} left out of the contents")),
            counted(deep.len() - headings, "chapter").map(|them| format!("{them} moved up")),
        ];
        let done = done.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let message = format!(
            "“{}” lies deeper than the {} levels of contents that {} shows: {done}",
            first.title,
            levels.value,
            self.profile.called(),
        );
        let hint = from("nest less deeply what readers are to find in the contents", levels.source);
        let said = Diagnostic::new(Code::DeviceNavigation, message).hint(hint);
        self.said.push(match span {
            Some(span) => said.at(span),
            None => said,
        });
    }

    fn chapter(&self, key: &str) -> Option<&Chapter> {
        self.book.chapters().find(|chapter| chapter.key == key)
    }
}

/// Where a chapter begins.
fn start(chapter: &Chapter) -> Span {
    chapter.blocks.first().map_or(chapter.span, |block| block.span)
}

/// What a heading is found by.
fn place(chapter: &str, id: &str) -> String {
    format!("{chapter}#{id}")
}

fn name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Png => "PNG",
        MediaKind::Jpeg => "JPEG",
        MediaKind::Gif => "GIF",
        MediaKind::WebP => "WebP",
        MediaKind::Svg => "SVG",
    }
}

impl Visit for Looking<'_> {
    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Figure { image, caption: _ } => self.image(image, block.span),
            BlockKind::Code(code) => self.text(&code.text, block.span),
            BlockKind::Math(math) if math.tree.is_some() => self.equation(block.span),
            BlockKind::Heading(heading) => {
                self.headings.entry(place(&self.key, &heading.id)).or_insert(block.span);
            }
            BlockKind::Math(_)
            | BlockKind::Paragraph(_)
            | BlockKind::Plain(_)
            | BlockKind::Quote(_)
            | BlockKind::Alert { .. }
            | BlockKind::List(_)
            | BlockKind::DefinitionList(_)
            | BlockKind::Table(_)
            | BlockKind::Rule
            | BlockKind::Details { .. }
            | BlockKind::Container { .. } => {}
        }
        walk_block(self, block);
    }

    fn inline(&mut self, inline: &Inline) {
        match &inline.kind {
            InlineKind::Text(text) | InlineKind::Code(text) => self.text(text, inline.span),
            InlineKind::Image(image) => self.image(image, inline.span),
            InlineKind::Math(math) if math.tree.is_some() => self.equation(inline.span),
            InlineKind::Math(_)
            | InlineKind::Styled { .. }
            | InlineKind::Link(_)
            | InlineKind::SoftBreak
            | InlineKind::HardBreak
            | InlineKind::FootnoteReference { .. }
            | InlineKind::Anchor(_) => {}
        }
        walk_inline(self, inline);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_megabytes() {
        assert_eq!([size(5_000_000), size(5_010_000), size(52_300_000)], ["5 MB", "5.1 MB", "53 MB"]);
    }

    #[test]
    fn the_highest_limit_that_is_exceeded_counts() {
        assert_eq!(file_size(Profile::Kindle, 50_000_000), None);
        let mail = file_size(Profile::Kindle, 60_000_000).expect("is said");
        assert_eq!(mail.severity, Severity::Note);
        assert!(mail.message.contains("60 MB, more than the 50 MB that Send to Kindle takes by e-mail"));
        let web = file_size(Profile::Kindle, 250_000_000).expect("is said");
        assert_eq!(web.severity, Severity::Warning);
        assert!(web.message.contains("200 MB"));
        assert!(file_size(Profile::Apple, 2_000_000_001).is_some());
        assert_eq!(file_size(Profile::Koreader, 2_000_000_001), None);
    }
}
