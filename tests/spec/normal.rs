//! A normal form of HTML, so that two ways to write the same compare as equal.
//!
//! Both sides go through it, so it forgives exactly what the tree does not
//! keep: comments and declarations, attributes but those that the tree has,
//! elements without meaning of their own (`div`, `span`, `my-element`), elements that are
//! left out with all they hold (`script`), and white space that HTML
//! collapses. Other tags that HTML does not have are text, as in the tree. Loose text between blocks becomes a paragraph, as in the tree.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

enum Node {
    Text(String),
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
}

/// HTML in its normal form, one block a line.
pub fn normal(html: &str) -> String {
    let sink = Sink::default();
    let tokenizer = Tokenizer::new(sink, Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut open = tokenizer.sink.open.into_inner();
    while open.len() > 1 {
        close(&mut open);
    }
    let mut root = open.pop().map(children).unwrap_or_default();
    tidy(&mut root, "");
    let mut out = String::new();
    write(&root, false, &mut out);
    out.lines().map(str::trim_end).filter(|l| !l.is_empty()).map(|l| format!("{l}\n")).collect()
}

fn element(name: &str, attributes: Vec<(String, String)>, children: Vec<Node>) -> Node {
    Node::Element { name: name.to_owned(), attributes, children }
}

fn children(node: Node) -> Vec<Node> {
    match node {
        Node::Element { children, .. } => children,
        Node::Text(_) => Vec::new(),
    }
}

fn name_of(node: &Node) -> &str {
    match node {
        Node::Element { name, .. } => name,
        Node::Text(_) => "",
    }
}

/// Builds nodes out of tokens; the first of `open` is the root.
struct Sink {
    open: RefCell<Vec<Node>>,
}

impl Default for Sink {
    fn default() -> Self {
        Self { open: RefCell::new(vec![element("", Vec::new(), Vec::new())]) }
    }
}

fn push(open: &mut [Node], node: Node) {
    if let Some(Node::Element { children, .. }) = open.last_mut() {
        match (children.last_mut(), node) {
            (Some(Node::Text(text)), Node::Text(more)) => text.push_str(&more),
            (_, node) => children.push(node),
        }
    }
}

fn close(open: &mut Vec<Node>) {
    if open.len() > 1
        && let Some(node) = open.pop()
    {
        push(open, node);
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut open = self.open.borrow_mut();
        match token {
            Token::TagToken(Tag { kind: TagKind::StartTag, name, attrs, self_closing, .. }) => {
                let name = canonical(&name).to_owned();
                if name.contains('-') {
                    return TokenSinkResult::Continue;
                }
                if !is_known(&name) {
                    let value = |v: &str| if v.is_empty() { String::new() } else { format!("=\"{v}\"") };
                    let attributes = attrs.iter().map(|a| format!(" {}{}", &*a.name.local, value(&a.value)));
                    let slash = if self_closing { "/" } else { "" };
                    let raw = format!("<{name}{}{slash}>", attributes.collect::<String>());
                    push(&mut open, Node::Text(raw));
                    return TokenSinkResult::Continue;
                }
                if is_block(&name) {
                    while open.last().is_some_and(|top| name_of(top) == "p") {
                        close(&mut open);
                    }
                }
                if matches!(&*name, "li" | "td" | "th" | "tr" | "dt" | "dd")
                    && open.last().is_some_and(|top| name_of(top) == name)
                {
                    close(&mut open);
                }
                let attributes = attrs.iter().filter_map(|a| kept(&name, &a.name.local, &a.value)).collect();
                open.push(element(&name, attributes, Vec::new()));
                let void = ["br", "hr", "img", "input", "wbr", "meta", "link"].contains(&&*name);
                if void || self_closing {
                    close(&mut open);
                } else if name == "script" {
                    return TokenSinkResult::RawData(ScriptData);
                } else if name == "style" {
                    return TokenSinkResult::RawData(Rawtext);
                } else if name == "textarea" || name == "title" {
                    return TokenSinkResult::RawData(Rcdata);
                }
            }
            Token::TagToken(Tag { kind: TagKind::EndTag, name, .. }) => {
                let name = canonical(&name);
                if open.iter().skip(1).any(|node| name_of(node) == name) {
                    while open.last().is_some_and(|top| name_of(top) != name) {
                        close(&mut open);
                    }
                    close(&mut open);
                } else if !is_known(name) && !name.contains('-') {
                    push(&mut open, Node::Text(format!("</{name}>")));
                }
            }
            Token::CharacterTokens(text) => push(&mut open, Node::Text(text.to_string())),
            Token::NullCharacterToken => push(&mut open, Node::Text("\u{FFFD}".to_owned())),
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// Two names of the same thing.
fn canonical(name: &str) -> &str {
    match name {
        "i" => "em",
        "b" => "strong",
        "s" | "strike" => "del",
        "ins" => "u",
        other => other,
    }
}

/// An attribute, if the tree keeps it.
fn kept(element: &str, name: &str, value: &str) -> Option<(String, String)> {
    let value = match (element, name) {
        // Percent-encoding is the writers' matter.
        ("a", "href") | ("img", "src") => decode(value),
        ("img", "alt") | ("a" | "img", "title") => value.split_whitespace().collect::<Vec<_>>().join(" "),
        ("code", "class") => value.strip_prefix("language-")?.to_owned(),
        ("ol", "start") | ("td" | "th", "align") | ("input", "type" | "checked") => value.to_owned(),
        _ => return None,
    };
    let empty = value.is_empty() && matches!(name, "title" | "alt");
    (!empty).then(|| (name.to_owned(), value))
}

fn decode(url: &str) -> String {
    let mut out = Vec::new();
    let mut rest = url.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        let byte = (first == b'%' && more.len() >= 2)
            .then(|| u8::from_str_radix(std::str::from_utf8(&more[..2]).ok()?, 16).ok())
            .flatten();
        out.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "template" | "svg" | "math" | "textarea" | "select" | "title" | "datalist"
    )
}

/// Whether HTML has such an element; a tag that it does not have is text.
fn is_known(name: &str) -> bool {
    is_block(name)
        || is_dropped(name)
        || matches!(
            name,
            "a" | "abbr"
                | "br"
                | "code"
                | "del"
                | "em"
                | "font"
                | "iframe"
                | "img"
                | "input"
                | "kbd"
                | "mark"
                | "small"
                | "span"
                | "strong"
                | "sub"
                | "sup"
                | "u"
        )
}

fn is_flat_block(name: &str) -> bool {
    matches!(
        name,
        "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "aside" | "address" | "center"
    )
}

fn is_block(name: &str) -> bool {
    is_flat_block(name)
        || matches!(
            name,
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "ul"
                | "ol"
                | "li"
                | "dl"
                | "dt"
                | "dd"
                | "blockquote"
                | "pre"
                | "hr"
                | "table"
                | "thead"
                | "tbody"
                | "tr"
                | "td"
                | "th"
                | "details"
                | "summary"
                | "figure"
                | "figcaption"
        )
}

/// Brings the children of an element into their normal form.
fn tidy(nodes: &mut Vec<Node>, parent: &str) {
    if parent == "pre" {
        let mut text = String::new();
        gather(nodes, &mut text);
        let class = nodes.iter().find_map(|n| match n {
            Node::Element { name, attributes, .. } if name == "code" => Some(attributes.clone()),
            Node::Element { .. } | Node::Text(_) => None,
        });
        let text = text.strip_prefix('\n').filter(|_| class.is_none()).unwrap_or(&text).trim_end().to_owned();
        *nodes = vec![element("code", class.unwrap_or_default(), vec![Node::Text(text)])];
        return;
    }
    let mut out: Vec<Node> = Vec::new();
    for node in std::mem::take(nodes) {
        match node {
            Node::Text(text) => merge(&mut out, &collapse(&as_tags(&text))),
            Node::Element { name, .. } if is_dropped(&name) => {}
            Node::Element { name, mut children, attributes } => {
                if name == "code" {
                    let mut text = String::new();
                    gather(&children, &mut text);
                    out.push(element("code", Vec::new(), vec![Node::Text(text)]));
                    continue;
                }
                tidy(&mut children, &name);
                let bare_anchor = name == "a" && !attributes.iter().any(|(n, _)| n == "href");
                if is_flat_block(&name) {
                    if !children.is_empty() {
                        out.append(&mut children);
                    }
                } else if matches!(&*name, "span" | "font" | "abbr" | "thead" | "tbody") || bare_anchor {
                    for child in children {
                        match child {
                            Node::Text(text) => merge(&mut out, &text),
                            other => out.push(other),
                        }
                    }
                } else if !(name == "p" && children.is_empty()) {
                    out.push(element(&name, attributes, children));
                }
            }
        }
    }
    let inline_context = !(parent.is_empty() || is_block(parent));
    *nodes = if inline_context { out } else { lines(out, parent) };
}

/// Loose inline nodes between blocks, trimmed; paragraphs where the tree has them.
fn lines(nodes: Vec<Node>, parent: &str) -> Vec<Node> {
    let bare = !(parent.is_empty() || is_flat_block(parent) || matches!(parent, "blockquote" | "details"));
    let mut out = Vec::new();
    let mut line: Vec<Node> = Vec::new();
    let end = |line: &mut Vec<Node>, out: &mut Vec<Node>| {
        let mut line = std::mem::take(line);
        trim(&mut line);
        if line.is_empty() {
        } else if bare {
            out.append(&mut line);
        } else {
            out.push(element("p", Vec::new(), line));
        }
    };
    for node in nodes {
        if is_block(name_of(&node)) {
            end(&mut line, &mut out);
            out.push(node);
        } else {
            line.push(node);
        }
    }
    end(&mut line, &mut out);
    out
}

fn trim(line: &mut Vec<Node>) {
    let blank = |node: &Node| matches!(node, Node::Text(text) if text.trim_ascii().is_empty());
    let start = line.iter().take_while(|n| blank(n)).count();
    line.drain(..start);
    while line.last().is_some_and(blank) {
        line.pop();
    }
    trim_ends(line, true, true);
}

/// At a line's start and end HTML collapses white space to nothing, also
/// inside of inline elements.
fn trim_ends(line: &mut Vec<Node>, first: bool, last: bool) {
    for i in 0..line.len() {
        let is_break = |node: Option<&Node>, end: bool| node.map_or(end, |n| name_of(n) == "br");
        let first = is_break(i.checked_sub(1).map(|i| &line[i]), first);
        let last = is_break(line.get(i + 1), last);
        let space = |c: char| c.is_ascii_whitespace();
        match &mut line[i] {
            Node::Text(text) => {
                if first {
                    *text = text.trim_start_matches(space).to_owned();
                }
                if last {
                    *text = text.trim_end_matches(space).to_owned();
                }
            }
            Node::Element { name, children, .. } if name != "code" && !is_block(name) => {
                trim_ends(children, first, last);
            }
            Node::Element { .. } => {}
        }
    }
    line.retain(|node| !matches!(node, Node::Text(text) if text.is_empty()));
}

fn merge(out: &mut Vec<Node>, more: &str) {
    match out.last_mut() {
        Some(Node::Text(text)) => {
            let joined = collapse(&format!("{text}{more}"));
            *text = joined;
        }
        _ => out.push(Node::Text(more.to_owned())),
    }
}

/// Tags that are text, as the tokenizer would write them: in lower case,
/// without space before their end.
fn as_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else { break };
        let tag = &rest[start..start + length];
        out.push_str(&rest[..start]);
        out.push_str(&if tag.contains('"') { tag.to_owned() } else { tag.to_lowercase() });
        out.truncate(out.trim_end().len());
        out.push('>');
        rest = &rest[start + length + 1..];
    }
    out + rest
}

fn collapse(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_whitespace() { ' ' } else { c };
        if !(c == ' ' && out.ends_with(' ')) {
            out.push(c);
        }
    }
    out
}

fn gather(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element { children, .. } => gather(children, out),
        }
    }
}

fn write(nodes: &[Node], verbatim: bool, out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) if verbatim => out.push_str(&text.replace('\n', "␤")),
            Node::Text(text) => out.push_str(&text.replace('<', "&lt;")),
            Node::Element { name, attributes, children } => {
                let block = is_block(name);
                if block && !out.ends_with('\n') {
                    out.push('\n');
                }
                let mut attributes = attributes.clone();
                attributes.sort();
                let attributes: String = attributes.iter().map(|(n, v)| format!(" {n}={v:?}")).collect();
                out.push_str(&format!("<{name}{attributes}>"));
                write(children, verbatim || name == "code", out);
                out.push_str(&format!("</{name}>"));
                if block {
                    out.push('\n');
                }
            }
        }
    }
}
