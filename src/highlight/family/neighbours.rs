//! What the neighbours of a name say of it.

use super::lexer::Kind;
use super::{Reader, table};

/// How many tokens are looked at for the bracket that closes another.
const LONGEST_ARGUMENTS: usize = 24;

impl Reader<'_> {
    /// Whether a word that is a keyword in some places is one here.
    pub(super) fn soft(&self, i: usize) -> bool {
        let next = self.following(i);
        match self.kind(Some(next)) {
            Some(Kind::Word | Kind::Text | Kind::Number | Kind::Note) => true,
            Some(Kind::Sign) => match self.text(Some(next)) {
                "{" | "*" => true,
                "(" | "[" => next > i + 1,
                _ => false,
            },
            Some(Kind::Space | Kind::Comment | Kind::Escape) | None => false,
        }
    }

    /// Whether a name's `(` follows, perhaps behind what stands in `<` and `>`.
    pub(super) fn is_called(&self, i: usize) -> bool {
        match self.text(Some(i + 1)) {
            "(" => true,
            "<" if self.language.comment == "//" => {
                let mut depth = 0_usize;
                for at in i + 1..i + LONGEST_ARGUMENTS {
                    match self.text(Some(at)) {
                        "<" => depth += 1,
                        ">" => depth -= 1,
                        ";" | "(" | ")" | "{" | "}" | "=" | "&&" | "|" | "+" | "" => return false,
                        _ => {}
                    }
                    if depth == 0 {
                        return self.text(Some(at + 1)) == "(";
                    }
                }
                false
            }
            _ => false,
        }
    }

    /// Whether this is the name behind a type: `Type name`.
    pub(super) fn is_named(&self, i: usize) -> bool {
        let next = self.following(i);
        let next_is_name = self.kind(Some(next)) == Some(Kind::Word);
        let before = self.text(self.before);
        let adjacent = self.before.is_some_and(|at| self.kind(Some(at + 1)) == Some(Kind::Space));
        match self.kind(self.before) {
            Some(Kind::Word) if matches!(before, "namespace" | "using") => self.text(Some(next)) != "=",
            Some(Kind::Word) => {
                let language = self.language;
                is_primitive(before) || !language.keywords.contains(before) && !language.soft.contains(before)
            }
            // `<R> List<R> map()`
            Some(Kind::Sign) if next_is_name || self.text(Some(i + 1)) == "<" => false,
            Some(Kind::Sign) => adjacent && matches!(before, ">" | "]" | "?" | "*"),
            Some(Kind::Space | Kind::Comment | Kind::Number | Kind::Text | Kind::Escape | Kind::Note)
            | None => false,
        }
    }

    /// Whether a tag's `<` or `</` stands directly before.
    pub(super) fn is_tag_name(&self) -> bool {
        let Some(at) = self.before else { return false };
        match self.text(Some(at)) {
            "<" => self.behind_tag(at),
            "/" => self.text(self.behind) == "<",
            _ => false,
        }
    }

    /// Whether the `<` at a place begins a tag, now that it is the last token.
    fn behind_tag(&self, at: usize) -> bool {
        let touches = !self.lexemes.get(at).is_some_and(|l| self.calls(l.range.start));
        let before = self.text(self.behind);
        touches && matches!(before, "" | "(" | "," | "=" | ">" | "{" | "}" | ":" | "?" | "&" | "|" | "return")
    }

    /// Whether a script gives this name a function: `= () =>`, `= function`.
    pub(super) fn is_given_function(&self, i: usize) -> bool {
        let sign = self.following(i);
        if self.text(Some(sign)) != "=" || !matches!(self.text(self.before), "const" | "let" | "var") {
            return false;
        }
        let mut at = self.following(sign);
        if self.text(Some(at)) == "async" {
            at = self.following(at);
        }
        if self.text(Some(at)) == "(" {
            let mut depth = 0_usize;
            let end = (at..at + LONGEST_ARGUMENTS).find(|at| {
                match self.text(Some(*at)) {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            let Some(end) = end else { return false };
            at = end;
        } else if self.kind(Some(at)) != Some(Kind::Word) {
            return false;
        }
        let arrow = self.following(at);
        self.text(Some(at)) == "function"
            || self.text(Some(arrow)) == "=" && self.text(Some(arrow + 1)) == ">"
    }
}

/// Whether a keyword is a type.
fn is_primitive(word: &str) -> bool {
    table::Words(
        "bool byte char decimal double dynamic float int long object short string void uint ulong var",
    )
    .contains(word)
}
