//! Which grammar an info string's language means.

use std::sync::LazyLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

use crate::document::CodeBlock;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What people write, and a name or extension that the grammars know.
const ALIASES: &[(&str, &str)] = &[
    ("asm", "Assembly (x86_64)"),
    ("c++", "cpp"),
    ("csharp", "cs"),
    ("docker", "Dockerfile"),
    ("elisp", "lisp"),
    ("golang", "go"),
    ("haskell", "hs"),
    ("javascript", "js"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsx", "js"),
    ("kotlin", "kt"),
    ("markdown", "md"),
    ("objective-c", "m"),
    ("patch", "diff"),
    ("protobuf", "proto"),
    ("py3", "py"),
    ("python", "py"),
    ("python3", "py"),
    ("rust", "rs"),
    ("shell", "sh"),
    ("typescript", "ts"),
    ("yml", "yaml"),
    ("zsh", "sh"),
];

/// Words that say that the block is text, a terminal's output or a session
/// with one; a grammar would colour prompts and output at random.
const TEXT: &[&str] = &[
    "ascii",
    "console",
    "none",
    "output",
    "plain",
    "plaintext",
    "session",
    "shell-session",
    "term",
    "terminal",
    "text",
    "txt",
];

/// All grammars, read once.
pub(super) fn syntaxes() -> &'static SyntaxSet {
    &SYNTAXES
}

/// The name of Rust, which needs none of the grammars.
pub(super) const RUST: &str = "Rust";

/// The name of a block's language; none if it isn't known, or is plain text.
pub(super) fn name(code: &CodeBlock) -> Option<&'static str> {
    match code.language.as_deref()? {
        "rust" | "rs" => Some(RUST),
        language if TEXT.contains(&language) => None,
        language => syntax(language).map(|syntax| syntax.name.as_str()),
    }
}

/// The grammar of a language.
fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let known = ALIASES.binary_search_by_key(&language, |(alias, _)| alias).ok().and_then(|i| ALIASES.get(i));
    let syntax = SYNTAXES.find_syntax_by_token(known.map_or(language, |(_, name)| name))?;
    (syntax.name != SYNTAXES.find_syntax_plain_text().name).then_some(syntax)
}

/// The grammar of a name that [`name`] gave.
pub(super) fn by_name(name: &str) -> Option<&'static SyntaxReference> {
    SYNTAXES.find_syntax_by_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(language: &str) -> Option<&'static str> {
        super::name(&CodeBlock {
            info: language.to_owned(),
            language: Some(language.to_owned()),
            text: String::new(),
            hidden: String::new(),
        })
    }

    #[test]
    fn every_alias_leads_to_a_grammar() {
        assert!(ALIASES.is_sorted());
        for (alias, _) in ALIASES {
            assert!(name(alias).is_some(), "{alias}");
        }
    }

    #[test]
    fn common_languages_are_known() {
        for (language, expected) in [
            ("rust", "Rust"),
            ("rs", "Rust"),
            ("c", "C"),
            ("cpp", "C++"),
            ("c++", "C++"),
            ("csharp", "C#"),
            ("js", "JavaScript"),
            ("ts", "TypeScript"),
            ("py", "Python"),
            ("bash", "Bourne Again Shell (bash)"),
            ("sh", "Bourne Again Shell (bash)"),
            ("yaml", "YAML"),
            ("toml", "TOML"),
            ("json", "JSON"),
            ("diff", "Diff"),
            ("go", "Go"),
            ("java", "Java"),
            ("html", "HTML"),
            ("css", "CSS"),
            ("sql", "SQL"),
            ("dockerfile", "Dockerfile"),
            ("make", "Makefile"),
            ("md", "Markdown"),
            ("xml", "XML"),
        ] {
            assert_eq!(name(language), Some(expected), "{language}");
        }
    }

    #[test]
    fn text_and_the_unknown_are_plain() {
        for language in ["text", "txt", "console", "plain", "", "no-such-language", "mermaid"] {
            assert_eq!(name(language), None, "{language}");
        }
    }
}
