//! The languages that documents show most beside Rust, without grammars of
//! regular expressions: compiling those cost up to 300 ms for the first block
//! of each.
//!
//! They are much alike. A table says of each what its words, comments and
//! strings are; the names are told by their neighbours and, where that is the
//! custom, by their case. Shells have a reader of their own.

mod body;
mod languages;
mod lexer;
mod neighbours;
mod shell;
mod strings;
mod table;

use self::lexer::{Kind, Lexeme, lexemes};
use self::table::{Language, Note};
use super::case::{Case, case};
use super::cursor::{begins, goes_on};
use super::lines::Lines;
use super::{Line, Token};

/// Colours code in a language that has this name among the grammars; none if
/// it isn't one of the family.
pub(super) fn highlight(language: &str, text: &str) -> Option<Vec<Line>> {
    if language == shell::NAME {
        return Some(shell::highlight(text));
    }
    let language = languages::LANGUAGES.iter().find(|known| known.name == language)?;
    let lexemes = lexemes(language, text);
    let mut lines = Lines::new(text);
    let mut reader = Reader { language, text, lexemes: &lexemes, attribute: 0, before: None, behind: None };
    for (i, lexeme) in lexemes.iter().enumerate() {
        lines.add(reader.token(i, lexeme), lexeme.range.clone());
    }
    Some(lines.finish())
}

/// Reads tokens in their order.
struct Reader<'a> {
    language: &'static Language,
    text: &'a str,
    lexemes: &'a [Lexeme],
    /// How many brackets of an attribute are open.
    attribute: usize,
    /// The token before, and the one before that; neither space nor comment.
    before: Option<usize>,
    behind: Option<usize>,
}

impl<'a> Reader<'a> {
    fn text(&self, at: Option<usize>) -> &'a str {
        let lexeme = at.and_then(|at| self.lexemes.get(at));
        lexeme.and_then(|lexeme| self.text.get(lexeme.range.clone())).unwrap_or_default()
    }

    fn kind(&self, at: Option<usize>) -> Option<Kind> {
        Some(self.lexemes.get(at?)?.kind)
    }

    /// What follows, without white space.
    fn following(&self, i: usize) -> usize {
        let space = self.kind(Some(i + 1)) == Some(Kind::Space);
        if space { i + 2 } else { i + 1 }
    }

    fn token(&mut self, i: usize, lexeme: &Lexeme) -> Token {
        let closes = self.attribute > 0;
        let token = match lexeme.kind {
            Kind::Space => {
                if self.attribute > 0 && self.text(Some(i)).contains('\n') {
                    self.attribute = 0;
                }
                return Token::Plain;
            }
            Kind::Comment => return Token::Comment,
            Kind::Number | Kind::Escape => Token::Constant,
            Kind::Text => Token::String,
            Kind::Note => Token::Meta,
            Kind::Sign => self.sign(i),
            Kind::Word if self.attribute > 0 => Token::Meta,
            Kind::Word => self.word(i),
        };
        // What stands behind an attribute doesn't see it.
        if self.attribute == 0 && !closes {
            (self.behind, self.before) = (self.before, Some(i));
        }
        if lexeme.directive && token == Token::Plain { Token::Meta } else { token }
    }

    fn sign(&mut self, i: usize) -> Token {
        let sign = self.text(Some(i));
        if self.attribute > 0 {
            match sign {
                "[" => self.attribute += 1,
                "]" => self.attribute -= 1,
                _ => {}
            }
            return Token::Meta;
        }
        let has = |note| self.language.notes.contains(&note);
        let next = self.text(Some(i + 1));
        let attribute = sign == "["
            && (has(Note::Brackets) && next == "["
                || has(Note::Bracket) && next.starts_with(begins) && self.begins_line(i));
        if attribute {
            self.attribute = 1;
            return Token::Meta;
        }
        if self.language.script && self.is_tag(i) { Token::Meta } else { Token::Plain }
    }

    /// Whether a statement may begin here, and a line does.
    fn begins_line(&self, i: usize) -> bool {
        let first = i.checked_sub(1).is_none_or(|space| {
            self.kind(Some(space)) == Some(Kind::Space)
                && (space == 0 || self.text(Some(space)).contains('\n'))
        });
        first && matches!(self.text(self.before), "" | ";" | "{" | "}" | "]")
    }

    /// Whether the `<` of a tag stands here, or the `/` behind it, or what
    /// ends it.
    fn is_tag(&self, i: usize) -> bool {
        let next = self.text(Some(i + 1));
        match self.text(Some(i)) {
            "<" if next == "/" => self.text(Some(i + 2)).starts_with(begins) || self.text(Some(i + 2)) == ">",
            "<" => {
                let before = self.text(self.before);
                let value = matches!(
                    before,
                    "" | "(" | "," | "=" | ">" | "{" | "}" | ":" | "?" | "&" | "|" | "return"
                );
                value
                    && next.starts_with(begins)
                    && !self.lexemes.get(i).is_some_and(|l| self.calls(l.range.start))
            }
            "/" => self.text(self.before) == "<" && self.before.is_some_and(|b| b + 1 == i) || next == ">",
            _ => false,
        }
    }

    /// Whether a name stands directly before.
    fn calls(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|before| before.ends_with(goes_on))
    }

    fn word(&self, i: usize) -> Token {
        let language = self.language;
        let (word, before) = (self.text(Some(i)), self.text(self.before));
        let member = before == "." && self.text(self.behind) != ".";
        let called = self.is_called(i);
        if !member || matches!(word, "class" | "self") && !called {
            // Kotlin declares functions of another's type: `fun String.shout()`.
            if language.functions.contains(before) && self.text(Some(i + 1)) != "." {
                return if language.keywords.contains(word) { Token::Keyword } else { Token::Function };
            }
            if language.keywords.contains(word) || language.soft.contains(word) && self.soft(i) {
                return Token::Keyword;
            }
            if language.constants.contains(word) {
                return Token::Constant;
            }
            if language.types.contains(word) || language.comment == "//" && is_c_type(word) {
                return Token::Type;
            }
        }
        if language.script && self.is_tag_name() {
            return if starts_small(word) { Token::Meta } else { Token::Type };
        }
        if language.script && self.is_given_function(i) {
            return Token::Function;
        }
        if language.declares.contains(before) && self.kind(self.before) == Some(Kind::Word) {
            return Token::Type;
        }
        let capital = match case(word.trim_start_matches(['_', '$', '#'])) {
            Case::Small => None,
            Case::Camel => Some(language.capital),
            Case::Capitals => Some(language.capitals),
        };
        match capital {
            _ if called && capital.is_none() => Token::Function,
            None => Token::Plain,
            Some(_) if called => language.called,
            Some(Token::Type) if language.names_follow_types && (self.is_named(i) || member) => Token::Plain,
            Some(token) => token,
        }
    }
}

/// Whether a name is a type of C's and C++'s libraries by its ending.
fn is_c_type(word: &str) -> bool {
    word.len() > 2 && word.ends_with("_t")
}

fn starts_small(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests;
