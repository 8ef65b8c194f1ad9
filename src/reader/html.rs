//! HTML in Markdown → the tree: html5ever's tokens, with places in the
//! author's file, given to the builder.

use std::cell::RefCell;
use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A token with its source.
pub(super) struct Piece {
    pub token: HtmlToken,
    /// As it is written.
    pub raw: String,
    /// Where, in the expanded text.
    pub range: Range<usize>,
}

/// What the reader needs of a token.
pub(super) enum HtmlToken {
    Start {
        name: String,
        attributes: Vec<(String, String)>,
        self_closing: bool,
    },
    End {
        name: String,
    },
    Text(String),
    /// A comment, a declaration or a processing instruction.
    Comment,
}

/// Collects the tokens that a piece of input completes.
#[derive(Default)]
struct Sink(RefCell<Vec<HtmlToken>>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut tokens = self.0.borrow_mut();
        match token {
            Token::TagToken(Tag { kind: TagKind::StartTag, name, attrs, self_closing, .. }) => {
                let attributes =
                    attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                tokens.push(HtmlToken::Start { name: name.to_string(), attributes, self_closing });
                return match &*name {
                    "script" => TokenSinkResult::RawData(ScriptData),
                    "style" | "iframe" | "noembed" | "noframes" | "xmp" => TokenSinkResult::RawData(Rawtext),
                    "textarea" | "title" => TokenSinkResult::RawData(Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::TagToken(Tag { kind: TagKind::EndTag, name, .. }) => {
                tokens.push(HtmlToken::End { name: name.to_string() });
            }
            Token::CharacterTokens(new) => match tokens.last_mut() {
                Some(HtmlToken::Text(text)) => text.push_str(&new),
                Some(_) | None => tokens.push(HtmlToken::Text(new.to_string())),
            },
            Token::CommentToken(_) | Token::DoctypeToken(_) => tokens.push(HtmlToken::Comment),
            Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// Cuts HTML into tokens, across the lines of an HTML block.
pub(super) struct Scanner {
    tokenizer: Tokenizer<Sink>,
    queue: BufferQueue,
    raw: String,
    range: Range<usize>,
}

impl Scanner {
    pub(super) fn new() -> Self {
        let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        Self {
            tokenizer: Tokenizer::new(Sink::default(), options),
            queue: BufferQueue::default(),
            raw: String::new(),
            range: 0..0,
        }
    }

    /// The tokens that more input completes. `offset` is where it stands.
    pub(super) fn feed(&mut self, text: &str, offset: usize) -> Vec<Piece> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < text.len() {
            // Tags begin and end only here, so a token's place is known by
            // the piece that completes it: html5ever itself gives no offsets.
            let rest = &text[at..];
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let length = rest[first..].find('<').map_or(rest.len(), |i| i + first);
            let length = rest[..length].find('>').map_or(length, |i| i + 1);
            let piece = &rest[..length];
            if self.raw.is_empty() {
                self.range.start = offset + at;
            }
            self.raw.push_str(piece);
            self.range.end = offset + at + length;
            self.queue.push_back(StrTendril::from_slice(piece));
            let _ = self.tokenizer.feed(&self.queue);
            self.collect(&mut out);
            at += length;
        }
        out
    }

    /// The rest: a tag that is never closed by `>` is text.
    pub(super) fn finish(mut self) -> Vec<Piece> {
        let mut out = Vec::new();
        self.tokenizer.end();
        self.collect(&mut out);
        if !self.raw.is_empty() {
            let token = if self.raw.starts_with("<!--") {
                HtmlToken::Comment
            } else {
                HtmlToken::Text(self.raw.clone())
            };
            out.push(Piece { token, raw: self.raw, range: self.range });
        }
        out
    }

    fn collect(&mut self, out: &mut Vec<Piece>) {
        let tokens = std::mem::take(&mut *self.tokenizer.sink.0.borrow_mut());
        if tokens.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        for token in tokens {
            out.push(Piece { token, raw: raw.clone(), range: self.range.clone() });
        }
    }
}

/// The value of an attribute, if it is there.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(parts: &[&str]) -> Vec<String> {
        let mut scanner = Scanner::new();
        let mut pieces = Vec::new();
        let mut offset = 0;
        for part in parts {
            pieces.extend(scanner.feed(part, offset));
            offset += part.len();
        }
        pieces.extend(scanner.finish());
        pieces
            .iter()
            .map(|p| {
                let what = match &p.token {
                    HtmlToken::Start { name, attributes, self_closing } => {
                        format!("start {name} {attributes:?}{}", if *self_closing { " /" } else { "" })
                    }
                    HtmlToken::End { name } => format!("end {name}"),
                    HtmlToken::Text(text) => format!("text {text:?}"),
                    HtmlToken::Comment => "comment".to_owned(),
                };
                format!("{}..{} {what}", p.range.start, p.range.end)
            })
            .collect()
    }

    #[test]
    fn tokens_have_places_across_pieces() {
        assert_eq!(
            scan(&["<a title=\"x>\n", "y\" width=200>a &amp; b</a>"]),
            [
                "0..26 start a [(\"title\", \"x>\\ny\"), (\"width\", \"200\")]",
                "26..35 text \"a & b\"",
                "35..39 end a"
            ]
        );
        assert_eq!(scan(&["<!-- x > <b> -->"]), ["0..16 comment"]);
    }

    #[test]
    fn what_is_never_closed_is_text() {
        assert_eq!(scan(&["<div class=\"x\n", "text"]), ["0..18 text \"<div class=\\\"x\\ntext\""]);
        assert_eq!(scan(&["a < b &am"]), ["0..2 text \"a \"", "2..9 text \"< b \"", "2..9 text \"&am\""]);
    }

    #[test]
    fn scripts_hold_no_tags() {
        assert_eq!(
            scan(&["<script>if (a<b) \"<p>\"</script>"]),
            [
                "0..8 start script []",
                "8..13 text \"if (a\"",
                "13..18 text \"<b) \\\"\"",
                "18..21 text \"<p>\"",
                "21..22 text \"\\\"\"",
                "22..31 end script"
            ]
        );
    }
}
