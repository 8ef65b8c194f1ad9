//! The tree as indented text, for tests to compare and people to read.

use std::fmt::Write;

use super::{
    Alignment, Block, BlockKind, Book, Chapter, Image, ImageSource, Inline, InlineKind, Item, LinkTarget,
    Style, number_text,
};

/// The whole book, without spans.
pub fn book(book: &Book) -> String {
    let mut out = String::new();
    for item in &book.items {
        match item {
            Item::Part(title) => line(&mut out, 0, format_args!("part {title:?}")),
            Item::Separator => line(&mut out, 0, format_args!("separator")),
            Item::Unlinked(entry) => {
                let number = entry.number.as_deref().map(number_text).unwrap_or_default();
                let url = entry.url.as_deref().unwrap_or("draft");
                line(&mut out, entry.depth, format_args!("unlinked {number} {:?} {url}", entry.title));
            }
            Item::Chapter(c) => chapter_into(&mut out, c),
        }
    }
    out
}

/// One chapter, without spans.
pub fn chapter(chapter: &Chapter) -> String {
    let mut out = String::new();
    chapter_into(&mut out, chapter);
    out
}

fn line(out: &mut String, depth: usize, text: std::fmt::Arguments) {
    // Writing to a String can't fail.
    let _ = writeln!(out, "{:width$}{text}", "", width = depth * 2);
}

fn chapter_into(out: &mut String, c: &Chapter) {
    let number = c.number_text().unwrap_or_default();
    line(out, c.depth, format_args!("chapter {} {number} {:?}", c.key, c.title));
    blocks(out, c.depth + 1, &c.blocks);
    for (i, note) in c.footnotes.iter().enumerate() {
        line(out, c.depth + 1, format_args!("footnote {i} [^{}] {} references", note.label, note.references));
        blocks(out, c.depth + 2, &note.blocks);
    }
}

/// Blocks at an indentation.
pub fn blocks(out: &mut String, depth: usize, list: &[Block]) {
    for block in list {
        block_into(out, depth, block);
    }
}

fn block_into(out: &mut String, depth: usize, block: &Block) {
    match &block.kind {
        BlockKind::Paragraph(i) => line(out, depth, format_args!("paragraph {}", inlines(i))),
        BlockKind::Plain(i) => line(out, depth, format_args!("plain {}", inlines(i))),
        BlockKind::Heading(h) => {
            line(out, depth, format_args!("heading {} #{} {}", h.level, h.id, inlines(&h.content)));
        }
        BlockKind::Code(c) => {
            let hidden = match c.hidden.lines().count() {
                0 => String::new(),
                count => format!(" {count} hidden"),
            };
            line(out, depth, format_args!("code {}{hidden}", c.language.as_deref().unwrap_or("-")));
            for l in c.text.lines() {
                line(out, depth + 1, format_args!("|{l}"));
            }
        }
        BlockKind::Quote(b) => {
            line(out, depth, format_args!("quote"));
            blocks(out, depth + 1, b);
        }
        BlockKind::Alert { kind, id, title, blocks: b } => {
            let id = id.as_ref().map_or(String::new(), |id| format!(" #{id}"));
            let title = title.as_ref().map_or(String::new(), |title| format!(" title {}", inlines(title)));
            line(out, depth, format_args!("alert {}{id}{title}", kind.title()));
            blocks(out, depth + 1, b);
        }
        BlockKind::List(l) => {
            let tight = if l.tight { "tight" } else { "loose" };
            match l.start {
                Some(n) => line(out, depth, format_args!("list {tight} from {n}")),
                None => line(out, depth, format_args!("list {tight}")),
            }
            for item in &l.items {
                match item.task {
                    Some(true) => line(out, depth + 1, format_args!("item [x]")),
                    Some(false) => line(out, depth + 1, format_args!("item [ ]")),
                    None => line(out, depth + 1, format_args!("item")),
                }
                blocks(out, depth + 2, &item.blocks);
            }
        }
        BlockKind::DefinitionList(list) => {
            line(out, depth, format_args!("definitions"));
            for d in list {
                line(out, depth + 1, format_args!("term {}", inlines(&d.term)));
                for b in &d.definitions {
                    line(out, depth + 2, format_args!("definition"));
                    blocks(out, depth + 3, b);
                }
            }
        }
        BlockKind::Table(t) => {
            let columns: Vec<_> = t.alignments.iter().map(|a| alignment(*a)).collect();
            line(out, depth, format_args!("table {}", columns.join(" ")));
            for (name, rows) in [("head", &t.head), ("row", &t.body)] {
                for row in rows {
                    line(out, depth + 1, format_args!("{name}"));
                    for cell in row {
                        let span = if (cell.colspan, cell.rowspan) == (1, 1) {
                            String::new()
                        } else {
                            format!(" {}x{}", cell.colspan, cell.rowspan)
                        };
                        line(
                            out,
                            depth + 2,
                            format_args!("cell{span}{}", if cell.header { " header" } else { "" }),
                        );
                        blocks(out, depth + 3, &cell.blocks);
                    }
                }
            }
        }
        BlockKind::Rule => line(out, depth, format_args!("rule")),
        BlockKind::Math(m) => line(out, depth, format_args!("{}", super::math::dump(m))),
        BlockKind::Figure { image: i, caption } => {
            line(out, depth, format_args!("figure {} caption {}", image(i), inlines(caption)));
        }
        BlockKind::Details { summary, blocks: b } => {
            line(out, depth, format_args!("details {}", inlines(summary)));
            blocks(out, depth + 1, b);
        }
        BlockKind::Container { id, align, language, blocks: b } => {
            let id = id.as_deref().unwrap_or("");
            let language = language.map(|l| format!(" {l}")).unwrap_or_default();
            line(out, depth, format_args!("container #{id} {}{language}", align.map_or("-", alignment)));
            blocks(out, depth + 1, b);
        }
    }
}

fn alignment(a: Alignment) -> &'static str {
    match a {
        Alignment::None => "none",
        Alignment::Left => "left",
        Alignment::Center => "center",
        Alignment::Right => "right",
    }
}

fn image(i: &Image) -> String {
    let source = match &i.source {
        ImageSource::Unresolved(p) => format!("unresolved {p}"),
        ImageSource::Media(p) => format!("media {p}"),
        ImageSource::Remote(p) => format!("remote {p}"),
        ImageSource::Missing(p) => format!("missing {p}"),
    };
    format!("image({source}, {:?})", i.alt)
}

/// Inlines on one line.
pub fn inlines(list: &[Inline]) -> String {
    let parts: Vec<String> = list.iter().map(inline).collect();
    parts.join(" ")
}

fn inline(i: &Inline) -> String {
    match &i.kind {
        InlineKind::Text(t) => format!("{t:?}"),
        InlineKind::Code(t) => format!("code({t:?})"),
        InlineKind::SoftBreak => "soft".to_owned(),
        InlineKind::HardBreak => "hard".to_owned(),
        InlineKind::Styled { style: Style::Language(tag), content } => format!("{tag}({})", inlines(content)),
        InlineKind::Styled { style, content } => format!("{}({})", style.element(), inlines(content)),
        InlineKind::Link(link) => {
            let target = match &link.target {
                LinkTarget::Unresolved(t) => format!("unresolved {t}"),
                LinkTarget::External(t) => format!("external {t}"),
                LinkTarget::Internal { chapter, fragment: None } => format!("internal {chapter}"),
                LinkTarget::Internal { chapter, fragment: Some(f) } => format!("internal {chapter}#{f}"),
            };
            format!("link({target}, {})", inlines(&link.content))
        }
        InlineKind::Image(i) => image(i),
        InlineKind::FootnoteReference { footnote, occurrence } => format!("note({footnote}.{occurrence})"),
        InlineKind::Anchor(id) => format!("anchor({id})"),
        InlineKind::Math(m) => super::math::dump(m),
    }
}
