//! What each HTML element becomes.

use super::builder::Builder;
use super::frame::{Frame, Kind, is_space, join};
use super::front_matter::not_a_language;
use super::html::{HtmlToken, Piece};
use super::preprocessors::made_kind;
use super::tags::{
    Start, class_language, is_known, is_never_shown, is_transparent, is_void, looks_generic, style_of,
};
use crate::diag::{Code, Diagnostic};
use crate::document::{Alignment, BlockKind, InlineKind, Language, Link, LinkTarget, Table};
use crate::span::Span;
use crate::tally::Rule;

impl Builder<'_> {
    /// Takes a token. `before` is the character in front of it.
    pub(super) fn html(&mut self, piece: Piece, before: Option<char>) {
        let made = self.map.is_made(piece.range.start);
        let span = self.map.span(piece.range.clone());
        let Some(piece) = self.in_drawing(piece, span) else { return };
        match piece.token {
            HtmlToken::Text(text) => self.html_text(&text, span),
            HtmlToken::Comment => self.html_comment(&piece.raw, span),
            HtmlToken::End { name } => self.html_end(&name, &piece.raw, span),
            HtmlToken::Start { name, attributes, self_closing } => {
                let start = Start { name: &name, attributes: &attributes, raw: &piece.raw, span };
                if let Some(kind) = made.then(|| made_kind(&name, &attributes)).flatten() {
                    self.open(kind, span, Some(start.tag()));
                } else if self.in_dropped() {
                    if name == self.top_name() {
                        self.open(Kind::Dropped, span, Some(start.tag()));
                    } else {
                        self.tag_as_text(&piece.raw, span);
                        // Its text counts once: in the tag.
                        let alt = start.get("alt").filter(|_| name == "img").unwrap_or("");
                        self.diagnose(Diagnostic::rule(Rule::TagAsText).at(span).losing_alternative(alt));
                    }
                } else if looks_generic(&start, before) {
                    self.unknown(&piece.raw, span);
                } else if name == "svg" {
                    self.drawing_start(&start, self_closing);
                } else {
                    let open = self.frames.len();
                    self.html_start(&start);
                    if self_closing && self.frames.len() > open {
                        self.close();
                    }
                }
            }
        }
    }

    fn top_name(&self) -> &str {
        self.frames.last().and_then(|f| f.html.as_ref()).map_or("", |tag| tag.name.as_str())
    }

    fn in_dropped(&self) -> bool {
        self.frames.last().is_some_and(|frame| matches!(frame.kind, Kind::Dropped))
    }

    /// A tag that stands as text in something that is left out.
    fn tag_as_text(&mut self, raw: &str, span: Span) {
        self.push_text(raw, span);
        self.add(Diagnostic::rule(Rule::TagAsText).at(span), raw);
    }

    fn html_comment(&mut self, raw: &str, span: Span) {
        let comment = Diagnostic::rule(Rule::Comment).at(span);
        if self.in_dropped() {
            self.push_text(raw, span);
        } else if let Some(data) = raw.strip_prefix("<![CDATA[") {
            let text = data.strip_suffix("]]>").unwrap_or(data);
            self.push_text(text, span);
            let end = data.get(text.len()..).unwrap_or("");
            self.lose(comment, &format!("<![CDATA[{end}"));
        } else if raw.starts_with("<!") {
            self.lose(comment, raw);
        } else {
            let name = raw.split_whitespace().next().unwrap_or("<?");
            self.dropped(name, span, "a processing instruction is left out");
            self.lose(comment, raw);
        }
    }

    /// Text between tags: white space collapses except in `pre`.
    fn html_text(&mut self, text: &str, span: Span) {
        let verbatim = self
            .frames
            .iter()
            .rev()
            .take_while(|f| f.html.is_some())
            .any(|f| matches!(f.kind, Kind::Pre { .. }));
        if verbatim || self.in_dropped() {
            self.push_text(text, span);
            return;
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 && self.frames.last().is_some_and(|f| !f.inlines.is_empty()) {
                self.push_inline(InlineKind::SoftBreak, span);
            }
            let words: Vec<&str> = line.split(is_space).filter(|w| !w.is_empty()).collect();
            let mut out = words.join(" ");
            if line.starts_with(is_space) && i == 0 {
                out.insert(0, ' ');
            }
            if line.ends_with(is_space) && !words.is_empty() {
                out.push(' ');
            }
            self.push_text(&out, span);
        }
    }

    fn html_end(&mut self, name: &str, raw: &str, span: Span) {
        let reach = self.frames.iter().rev().take_while(|frame| frame.html.is_some());
        let found = reach.enumerate().find(|(_, f)| f.html.as_ref().is_some_and(|tag| tag.name == name));
        let found = found.map(|(above, _)| above);
        if self.in_dropped() {
            match found {
                Some(0) => self.close(),
                Some(_) | None => self.tag_as_text(raw, span),
            }
            return;
        }
        if let Some(above) = found {
            for _ in 0..above {
                self.close_implied();
            }
            if name == "q" {
                self.quotation_mark("”", span);
            }
            if let Some(frame) = self.top() {
                frame.span = join(frame.span, span);
            }
            self.close();
        } else if matches!(name, "thead" | "tbody" | "tfoot") {
            self.set_in_head(false);
        } else if is_known(name) {
            self.diagnose(
                Diagnostic::new(Code::HtmlUnbalanced, format!("`</{name}>` closes nothing"))
                    .at(span)
                    .hint("take the end tag away"),
            );
        } else if name.contains('-') {
            // The start tag was named already.
        } else {
            self.unknown(raw, span);
        }
    }

    /// A tag that is most likely text: `Vec<T>` outside of backticks.
    fn unknown(&mut self, raw: &str, span: Span) {
        self.push_text(raw, span);
        let shown: String = raw.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        self.add(
            Diagnostic::new(
                Code::HtmlUnknownTag,
                format!("`{shown}` is no HTML element; the tag is shown as text"),
            )
            .at(span)
            .hint("if it is code, set it in backticks; if it is text, write `&lt;` for `<`"),
            raw,
        );
    }

    /// A mark of HTML's `q`, which browsers draw.
    fn quotation_mark(&mut self, mark: &str, span: Span) {
        self.put(Rule::QuotationMark, mark, span);
    }

    pub(super) fn dropped(&mut self, what: &str, span: Span, hint: &str) {
        let message = format!("`{what}` is not carried over");
        self.diagnose(Diagnostic::new(Code::HtmlDropped, message).at(span).hint(hint));
    }

    fn html_start(&mut self, start: &Start) {
        let span = start.span;
        self.close_optional(start.name);
        if start.is_hidden() && !is_void(start.name) {
            return self.open(Kind::Dropped, span, Some(start.tag()));
        }
        self.check_attributes(start);
        if !is_void(start.name) {
            self.language = self.language_of(start);
        }
        self.element(start);
        // It is that of what was opened, if anything was.
        self.language = None;
    }

    /// The language that a tag says its element is in.
    fn language_of(&mut self, start: &Start) -> Option<Language> {
        let tag = start.get("lang").or(start.get("xml:lang")).map(str::trim).filter(|tag| !tag.is_empty())?;
        let language = Language::parse(tag);
        if language.is_none() {
            self.diagnose(not_a_language(tag).at(start.span));
        }
        language
    }

    fn element(&mut self, start: &Start) {
        let span = start.span;
        if let Some(style) = style_of(start.name) {
            self.anchor(start);
            return self.open(Kind::Styled(style), span, Some(start.tag()));
        }
        match start.name {
            "br" => self.push_inline(InlineKind::HardBreak, span),
            "wbr" | "col" | "colgroup" | "param" | "track" | "area" => {}
            "hr" => self.push_block(BlockKind::Rule, span),
            "img" => self.image(start),
            "a" => self.link(start),
            "input" => self.input(start),
            "meta" | "link" | "base" => {
                self.dropped(&format!("<{}>", start.name), span, "it has no place in a book")
            }
            "source" => self.source(start),
            "code" | "samp" | "tt" => self.code(start),
            "thead" => self.set_in_head(true),
            "tbody" | "tfoot" => self.set_in_head(false),
            name if is_never_shown(name) => {
                self.open(Kind::Dropped, span, Some(start.tag()));
            }
            "iframe" | "video" | "audio" | "embed" | "object" => self.embedded(start),
            "q" => {
                self.anchor(start);
                self.open(Kind::Flat { block: false }, span, Some(start.tag()));
                self.quotation_mark("“", span);
            }
            "form" | "button" | "fieldset" | "label" | "legend" | "option" | "optgroup" | "output"
            | "meter" | "progress" => {
                if matches!(start.name, "form" | "button") {
                    let hint = "a page has no forms; its words are kept";
                    self.dropped(&format!("<{}>", start.name), span, hint);
                }
                self.anchor(start);
                let block = matches!(start.name, "form" | "fieldset");
                self.open(Kind::Flat { block }, span, Some(start.tag()));
            }
            name if is_transparent(name) => {
                self.anchor(start);
                self.open(Kind::Flat { block: false }, span, Some(start.tag()));
            }
            name => self.block_start(name, start),
        }
    }

    fn block_start(&mut self, name: &str, start: &Start) {
        let span = start.span;
        let kind = match name {
            "p" | "div" | "center" | "section" | "article" | "main" | "header" | "footer" | "nav"
            | "aside" | "address" | "hgroup" | "dialog" | "body" | "html" | "head" | "search" => {
                let align = if name == "center" { Some(Alignment::Center) } else { start.align() };
                Kind::Container { id: start.id(), align }
            }
            "blockquote" => Kind::Quote(None),
            "pre" | "listing" | "xmp" | "plaintext" => Kind::Pre { language: class_language(start) },
            "ul" | "menu" | "dir" => Kind::List { start: None, loose: false, items: Vec::new() },
            "ol" => {
                let first = start.get("start").and_then(|n| n.parse().ok()).unwrap_or(1);
                Kind::List { start: Some(first), loose: false, items: Vec::new() }
            }
            "li" => Kind::Item { task: None },
            "dl" => Kind::Definitions(Vec::new()),
            "dt" => Kind::Term,
            "dd" => Kind::Definition,
            "table" => {
                let table =
                    Table { alignments: Vec::new(), head: Vec::new(), body: Vec::new(), caption: Vec::new() };
                Kind::Table { table, in_head: false }
            }
            "tr" => Kind::Row { head: false, align: start.align(), cells: Vec::new() },
            "td" | "th" => Kind::Cell {
                colspan: start.span_of("colspan"),
                rowspan: start.span_of("rowspan"),
                header: name == "th",
                align: start.align().or(self.row_align()),
            },
            "caption" | "figcaption" => Kind::Caption,
            "figure" => Kind::Figure { caption: Vec::new() },
            "details" => {
                let message = "a page shows what `<details>` holds from the start";
                let note = Diagnostic::new(Code::DetailsOpened, message).at(span);
                self.diagnose(note.hint("its summary stands above it"));
                Kind::Details { summary: Vec::new() }
            }
            "summary" => Kind::Summary,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes().get(1).map_or(1, |digit| digit - b'0');
                return self.open(
                    Kind::Heading { level, id: start.id().unwrap_or_default() },
                    span,
                    Some(start.tag()),
                );
            }
            name if name.contains('-') => {
                let message = format!("`<{name}>` is no HTML element");
                let diagnostic = Diagnostic::new(Code::HtmlUnknownTag, message);
                return self.diagnose(diagnostic.at(span).hint("its content is kept"));
            }
            _ => return self.unknown(start.raw, span),
        };
        let holds_id = matches!(kind, Kind::Container { .. });
        // Where an element holds nothing but others, its place is before it.
        let before = matches!(name, "ul" | "ol" | "menu" | "dir" | "dl" | "table" | "tr");
        if before {
            self.anchor(start);
        }
        self.open(kind, span, Some(start.tag()));
        if !holds_id && !before {
            self.anchor(start);
        }
    }

    /// Closes the elements whose end tag may be left out before this one.
    fn close_optional(&mut self, name: &str) {
        let (closes, until): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table"]),
            "option" => (&["option"], &["select"]),
            "rt" | "rp" | "rb" => (&["rt", "rp", "rb"], &["ruby"]),
            "p" | "div" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre" | "hr" | "h1" | "h2" | "h3"
            | "h4" | "h5" | "h6" | "details" | "figure" => {
                (&["p"], &["div", "td", "th", "li", "blockquote", "details"])
            }
            _ => return,
        };
        let reach = self.frames.iter().rev().map_while(|f| f.html.as_ref());
        let mut above = None;
        for (i, tag) in reach.enumerate() {
            if closes.contains(&tag.name.as_str()) {
                above = Some(i);
                break;
            }
            if until.contains(&tag.name.as_str()) {
                break;
            }
        }
        for _ in 0..above.map_or(0, |i| i + 1) {
            self.close_implied();
        }
    }

    fn set_in_head(&mut self, value: bool) {
        for frame in self.frames.iter_mut().rev() {
            if let Kind::Table { in_head, .. } = &mut frame.kind {
                *in_head = value;
                return;
            }
        }
    }

    /// How the cells of the open row are aligned.
    fn row_align(&self) -> Option<Alignment> {
        match self.frames.last().map(|frame| &frame.kind) {
            Some(Kind::Row { align, .. }) => *align,
            Some(_) | None => None,
        }
    }

    /// An element's `id` as a place that links may lead to.
    pub(super) fn anchor(&mut self, start: &Start) {
        if let Some(id) = start.id() {
            self.push_inline(InlineKind::Anchor(id), start.span);
        }
    }

    fn link(&mut self, start: &Start) {
        if let Some(id) = start.id().or(start.get("name").filter(|n| !n.is_empty()).map(str::to_owned)) {
            self.push_inline(InlineKind::Anchor(id), start.span);
        }
        let kind = match start.get("href") {
            Some(address) => Kind::Link(Link {
                target: LinkTarget::Unresolved(address.to_owned()),
                title: start.get("title").unwrap_or("").to_owned(),
                content: Vec::new(),
            }),
            None => Kind::Flat { block: false },
        };
        self.open(kind, start.span, Some(start.tag()));
    }

    /// In `pre` it names the language, elsewhere it is a code span.
    fn code(&mut self, start: &Start) {
        self.anchor(start);
        let kind = if let Some(Frame { kind: Kind::Pre { language }, .. }) = self.top() {
            *language = class_language(start).or(language.take());
            Kind::Flat { block: false }
        } else {
            Kind::InlineCode
        };
        self.open(kind, start.span, Some(start.tag()));
    }
}
