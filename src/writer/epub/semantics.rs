//! What a chapter is, in the words of EPUB's Structural Semantics Vocabulary
//! 1.1 (`epub:type`) and of DPUB-ARIA 1.1 (`role`), which assistive technology
//! hears. The two say the same wherever both have a word.

use crate::document::outline::chapter_title;
use crate::document::{AlertKind, Chapter, Role};

/// What a chapter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Semantics {
    /// The division of the book that it is in.
    pub(super) matter: &'static str,
    /// Its `epub:type`.
    pub(super) kind: &'static str,
    /// The ARIA role, where there is one of the same meaning.
    pub(super) role: Option<&'static str>,
}

const fn of(matter: &'static str, kind: &'static str, role: Option<&'static str>) -> Semantics {
    Semantics { matter, kind, role }
}

/// Chapters whose title says what they are. Those that stand in front of or
/// behind the numbered ones belong to the front and back matter.
const TITLED: [(&str, Semantics); 9] = [
    ("foreword", of("frontmatter", "foreword", Some("doc-foreword"))),
    ("preface", of("frontmatter", "preface", Some("doc-preface"))),
    ("acknowledgments", of("frontmatter", "acknowledgments", Some("doc-acknowledgments"))),
    ("acknowledgements", of("frontmatter", "acknowledgments", Some("doc-acknowledgments"))),
    ("introduction", of("bodymatter", "introduction", Some("doc-introduction"))),
    ("conclusion", of("bodymatter", "conclusion", Some("doc-conclusion"))),
    ("afterword", of("backmatter", "afterword", Some("doc-afterword"))),
    ("appendix", of("backmatter", "appendix", Some("doc-appendix"))),
    ("glossary", of("backmatter", "glossary", Some("doc-glossary"))),
];

impl Semantics {
    /// What a chapter is: by its role in the edition, else by its title.
    pub(super) fn of(chapter: &Chapter) -> Self {
        match chapter.role {
            Role::Text => Self::titled(chapter),
            Role::Imprint => of("frontmatter", "imprint", None),
            Role::Changes => of("backmatter", "revision-history", None),
            Role::Colophon => of("backmatter", "colophon", Some("doc-colophon")),
        }
    }

    fn titled(chapter: &Chapter) -> Self {
        const CHAPTER: Semantics = of("bodymatter", "chapter", Some("doc-chapter"));
        if chapter.depth > 0 {
            return CHAPTER;
        }
        let title = chapter_title(chapter).trim().to_lowercase();
        // Appendices have letters and titles of their own.
        let appendix =
            title.strip_prefix("appendix").is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        let found = TITLED.iter().find(|(word, _)| title == *word || (appendix && *word == "appendix"));
        let Some((_, semantics)) = found else { return CHAPTER };
        let matter = if chapter.number.is_some() { CHAPTER.matter } else { semantics.matter };
        Self { matter, ..*semantics }
    }
}

/// The element of an alert, its `epub:type` and its role.
pub(super) fn alert(kind: AlertKind) -> (&'static str, Option<&'static str>, &'static str) {
    match kind {
        // HTML gives an `aside` no role that warns.
        AlertKind::Warning | AlertKind::Caution | AlertKind::Danger => {
            ("section", Some("notice"), "doc-notice")
        }
        AlertKind::Tip => ("aside", Some("tip"), "doc-tip"),
        AlertKind::Note
        | AlertKind::Important
        | AlertKind::Abstract
        | AlertKind::Info
        | AlertKind::Success
        | AlertKind::Question
        | AlertKind::Failure
        | AlertKind::Bug
        | AlertKind::Example
        | AlertKind::Quote => ("aside", None, "note"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{FileId, Span};

    fn chapter(role: Role, title: &str, number: Option<u32>, depth: usize) -> Chapter {
        Chapter {
            key: "a.md".to_owned(),
            title: title.to_owned(),
            number: number.map(|n| vec![n]),
            depth,
            role,
            language: None,
            blocks: Vec::new(),
            footnotes: Vec::new(),
            span: Span::new(FileId(0), 0..0),
        }
    }

    #[test]
    fn chapters_are_what_their_role_or_title_says() {
        let said = |role, title: &str, number, depth| {
            let Semantics { matter, kind, role } = Semantics::of(&chapter(role, title, number, depth));
            format!("{matter} {kind} {}", role.unwrap_or("-"))
        };
        for (title, number, depth, expected) in [
            ("Scales", Some(1), 0, "bodymatter chapter doc-chapter"),
            ("Preface", None, 0, "frontmatter preface doc-preface"),
            ("Preface to what follows", None, 0, "bodymatter chapter doc-chapter"),
            ("Introduction", Some(1), 0, "bodymatter introduction doc-introduction"),
            ("Introduction", None, 1, "bodymatter chapter doc-chapter"),
            ("Appendix B: Tools", None, 0, "backmatter appendix doc-appendix"),
            ("Appendix", Some(9), 0, "bodymatter appendix doc-appendix"),
            ("Appendixes", None, 0, "bodymatter chapter doc-chapter"),
        ] {
            assert_eq!(said(Role::Text, title, number, depth), expected, "{title}");
        }
        assert_eq!(said(Role::Imprint, "Glossary", None, 0), "frontmatter imprint -");
        assert_eq!(said(Role::Changes, "What changed", None, 0), "backmatter revision-history -");
        assert_eq!(said(Role::Colophon, "Colophon", None, 0), "backmatter colophon doc-colophon");
    }
}
