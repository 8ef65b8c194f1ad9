//! The tree as HTML, in the manner of the CommonMark specification. For tests
//! only: editions are written by the writers.

use bindery::document::{
    Alignment, Block, BlockKind, Chapter, Image, ImageSource, Inline, InlineKind, LinkTarget, Table, TableRow,
};

/// A chapter as HTML; its footnotes are not.
pub fn chapter(chapter: &Chapter) -> String {
    let mut out = String::new();
    blocks(&mut out, &chapter.blocks);
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn wrap(out: &mut String, name: &str, content: impl FnOnce(&mut String)) {
    out.push_str(&format!("<{name}>"));
    content(out);
    let end = name.split(' ').next().unwrap_or(name);
    out.push_str(&format!("</{end}>\n"));
}

fn blocks(out: &mut String, list: &[Block]) {
    for one in list {
        block(out, one);
    }
}

fn block(out: &mut String, block: &Block) {
    match &block.kind {
        BlockKind::Paragraph(content) => wrap(out, "p", |out| inlines(out, content)),
        // A line's end, so that it does not grow together with its neighbours.
        BlockKind::Plain(content) => {
            inlines(out, content);
            out.push('\n');
        }
        BlockKind::Heading(heading) => {
            wrap(out, &format!("h{}", heading.level), |out| inlines(out, &heading.content));
        }
        BlockKind::Code(code) => {
            // The specification takes the info string's first word as it is.
            let word = code.info.split_whitespace().next().or(code.language.as_deref());
            let class = word.map_or(String::new(), |w| format!(" class=\"language-{}\"", escape(w)));
            out.push_str(&format!("<pre><code{class}>{}</code></pre>\n", escape(&code.text)));
        }
        BlockKind::Math(math) => out.push_str(&format!("<p>$${}$$</p>\n", escape(&math.source))),
        BlockKind::Quote(b) | BlockKind::Alert { blocks: b, kind: _, id: _, title: _ } => {
            wrap(out, "blockquote", |out| blocks(out, b));
        }
        BlockKind::List(list) => {
            let name = match list.start {
                None => "ul".to_owned(),
                Some(1) => "ol".to_owned(),
                Some(n) => format!("ol start=\"{n}\""),
            };
            wrap(out, &name, |out| {
                for item in &list.items {
                    wrap(out, "li", |out| {
                        if let Some(done) = item.task {
                            let checked = if done { " checked=\"\"" } else { "" };
                            out.push_str(&format!("<input{checked} disabled=\"\" type=\"checkbox\"> "));
                        }
                        blocks(out, &item.blocks);
                    });
                }
            });
        }
        BlockKind::DefinitionList(list) => wrap(out, "dl", |out| {
            for definition in list {
                wrap(out, "dt", |out| inlines(out, &definition.term));
                for content in &definition.definitions {
                    wrap(out, "dd", |out| blocks(out, content));
                }
            }
        }),
        BlockKind::Table(t) => table(out, t),
        BlockKind::Rule => out.push_str("<hr />\n"),
        BlockKind::Figure { image: i, caption } => wrap(out, "figure", |out| {
            image(out, i);
            wrap(out, "figcaption", |out| inlines(out, caption));
        }),
        BlockKind::Details { summary, blocks: b } => wrap(out, "details", |out| {
            wrap(out, "summary", |out| inlines(out, summary));
            blocks(out, b);
        }),
        BlockKind::Container { blocks: b, id: _, align: _, language: _ } => {
            wrap(out, "div", |out| blocks(out, b))
        }
    }
}

fn table(out: &mut String, table: &Table) {
    wrap(out, "table", |out| {
        wrap(out, "thead", |out| table.head.iter().for_each(|r| row(out, table, r, "th")));
        if !table.body.is_empty() {
            wrap(out, "tbody", |out| table.body.iter().for_each(|r| row(out, table, r, "td")));
        }
    });
}

/// A row; short ones are filled up, as writers do.
fn row(out: &mut String, table: &Table, row: &TableRow, name: &str) {
    wrap(out, "tr", |out| {
        let mut cells = row.iter();
        for alignment in &table.alignments {
            let align = match alignment {
                Alignment::None => "",
                Alignment::Left => " align=\"left\"",
                Alignment::Center => " align=\"center\"",
                Alignment::Right => " align=\"right\"",
            };
            wrap(out, &format!("{name}{align}"), |out| {
                if let Some(cell) = cells.next() {
                    blocks(out, &cell.blocks);
                }
            });
        }
    });
}

fn inlines(out: &mut String, list: &[Inline]) {
    for one in list {
        inline(out, one);
    }
}

fn inline(out: &mut String, inline: &Inline) {
    match &inline.kind {
        InlineKind::Text(text) => out.push_str(&escape(text)),
        InlineKind::Code(text) => out.push_str(&format!("<code>{}</code>", escape(text))),
        InlineKind::Math(math) => out.push_str(&format!("${}$", escape(&math.source))),
        InlineKind::SoftBreak => out.push('\n'),
        InlineKind::HardBreak => out.push_str("<br />"),
        InlineKind::Styled { style, content } => {
            out.push_str(&format!("<{}>", style.element()));
            inlines(out, content);
            out.push_str(&format!("</{}>", style.element()));
        }
        InlineKind::Link(link) => {
            let target = match &link.target {
                LinkTarget::Unresolved(target) | LinkTarget::External(target) => target,
                LinkTarget::Internal { chapter, fragment: _ } => chapter,
            };
            let title = if link.title.is_empty() {
                String::new()
            } else {
                format!(" title=\"{}\"", escape(&link.title))
            };
            out.push_str(&format!("<a href=\"{}\"{title}>", escape(target)));
            inlines(out, &link.content);
            out.push_str("</a>");
        }
        InlineKind::Image(i) => image(out, i),
        InlineKind::FootnoteReference { footnote, occurrence: _ } => {
            out.push_str(&format!("<sup>{}</sup>", footnote + 1));
        }
        InlineKind::Anchor(_) => {}
    }
}

fn image(out: &mut String, image: &Image) {
    let (ImageSource::Unresolved(source)
    | ImageSource::Media(source)
    | ImageSource::Remote(source)
    | ImageSource::Missing(source)) = &image.source;
    let title =
        if image.title.is_empty() { String::new() } else { format!(" title=\"{}\"", escape(&image.title)) };
    out.push_str(&format!("<img src=\"{}\" alt=\"{}\"{title} />", escape(source), escape(&image.alt)));
}
