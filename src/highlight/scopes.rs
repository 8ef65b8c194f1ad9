//! From Sublime Text's scopes to classes of tokens.

use std::sync::LazyLock;

use syntect::parsing::Scope;

use super::Token;

/// Scope prefixes and what they mean; of two that fit a scope the longer one
/// counts. `Plain` undoes what surrounds it: code inside a string.
const CLASSES: &[(&str, Token)] = &[
    ("comment", Token::Comment),
    ("constant", Token::Constant),
    ("entity.name.class", Token::Type),
    ("entity.name.enum", Token::Type),
    ("entity.name.function", Token::Function),
    ("entity.name.impl", Token::Type),
    ("entity.name.interface", Token::Type),
    ("entity.name.macro", Token::Function),
    ("entity.name.struct", Token::Type),
    ("entity.name.tag", Token::Meta),
    ("entity.name.trait", Token::Type),
    ("entity.name.type", Token::Type),
    ("entity.name.union", Token::Type),
    ("entity.other.attribute-name", Token::Meta),
    ("entity.other.inherited-class", Token::Type),
    ("keyword", Token::Keyword),
    ("keyword.control.import.include", Token::Meta),
    ("keyword.operator", Token::Plain),
    ("keyword.operator.logical.python", Token::Keyword),
    ("keyword.operator.word", Token::Keyword),
    ("markup.deleted", Token::Deleted),
    ("markup.heading", Token::Keyword),
    ("markup.inserted", Token::Inserted),
    ("markup.raw", Token::String),
    ("markup.underline.link", Token::String),
    ("meta.annotation", Token::Meta),
    ("meta.attribute", Token::Meta),
    ("meta.diff.header", Token::Meta),
    ("meta.diff.range", Token::Meta),
    ("meta.interpolation", Token::Plain),
    ("meta.preprocessor", Token::Meta),
    ("meta.template.expression", Token::Plain),
    ("storage", Token::Keyword),
    ("string", Token::String),
    ("support.class", Token::Type),
    ("support.function", Token::Function),
    ("support.macro", Token::Function),
    ("support.type", Token::Type),
    ("support.type.property-name", Token::Meta),
    ("variable.annotation", Token::Meta),
    ("variable.function", Token::Function),
    ("variable.language", Token::Keyword),
];

static PREFIXES: LazyLock<Vec<(Scope, Token)>> = LazyLock::new(|| {
    let mut prefixes: Vec<_> =
        CLASSES.iter().filter_map(|&(text, token)| Some((Scope::new(text).ok()?, token))).collect();
    // Longest first, so that the first that fits is the one that counts.
    prefixes.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.len()));
    prefixes
});

/// The class of text inside these scopes, outermost first: that of the
/// innermost scope that has one.
pub(super) fn token(scopes: &[Scope]) -> Token {
    let class = |scope: &Scope| PREFIXES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.iter().rev().find_map(class).map_or(Token::Plain, |&(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scopes: &str) -> Token {
        let scopes: Vec<_> = scopes.split(' ').map(|s| Scope::new(s).expect("a scope")).collect();
        token(&scopes)
    }

    #[test]
    fn every_prefix_is_a_scope() {
        assert_eq!(PREFIXES.len(), CLASSES.len());
    }

    #[test]
    fn the_innermost_scope_and_its_longest_prefix_count() {
        assert_eq!(of("source.rust string.quoted.double punctuation.definition.string"), Token::String);
        assert_eq!(of("source.python keyword.operator.assignment"), Token::Plain);
        assert_eq!(of("source.python keyword.operator.logical.python"), Token::Keyword);
        assert_eq!(of("source.js string.template meta.interpolation variable.other"), Token::Plain);
        assert_eq!(of("source.rust"), Token::Plain);
    }
}
