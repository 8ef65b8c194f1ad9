//! Just enough of Markdown: blocks of code, and links.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced block of code.
pub struct Fence {
    /// Its line in the page, from 1.
    pub line: usize,
    /// The first word of its info string.
    pub info: String,
    pub text: String,
}

pub fn fences(page: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut inside = false;
    for (event, range) in Parser::new(page).into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event {
            let line = page[..range.start].lines().count() + 1;
            let info = info.split([' ', ',']).next().unwrap_or_default().to_owned();
            found.push(Fence { line, info, text: String::new() });
            inside = true;
        } else if event == Event::End(TagEnd::CodeBlock) {
            inside = false;
        } else if let (Event::Text(text), true) = (event, inside) {
            found.last_mut().expect("begun").text.push_str(&text);
        }
    }
    found
}

/// Where links and images lead.
pub fn links(page: &str) -> Vec<String> {
    let leads = |event| {
        let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event else {
            return None;
        };
        Some(dest_url.into_string())
    };
    Parser::new(page).filter_map(leads).collect()
}
