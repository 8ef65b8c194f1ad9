//! The preprocessors that are known by name: what Bindery does of them.

use super::super::include::Expanded;
use super::super::markdown::Dialect;
use super::edit::Code as InCode;
use crate::diag::{Code, Diagnostic};

/// What becomes of a preprocessor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The reader carries it out.
    Own(Own),
    /// It is carried out by what reads Markdown anyway, or by a transform.
    Elsewhere,
    /// It changes nothing but mdBook's web pages.
    Web,
    /// It is not carried out. `stays`: what that means for the page.
    Named { stays: &'static str, traces: &'static [Trace] },
}

/// Those that the reader carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    /// mdBook's directives.
    Links,
    /// Admonitions as code blocks (mdbook-admonish).
    Admonish,
    /// Obsidian's callouts: `> [!type] Title`.
    Callouts,
    /// `:shortcode:`.
    Emoji,
    /// `{{footnote: text}}` (mdbook-footnote).
    Footnote,
    /// `{{#tabs}}` (mdbook-tabs).
    Tabs,
    /// `{{#template file key=value}}` (mdbook-template).
    Template,
    /// A list of the chapter's headings (mdbook-toc).
    Toc,
    /// `{{name}}` (mdbook-variables).
    Variables,
}

/// How the place is known where an unknown preprocessor would do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trace {
    /// A code block whose info string begins with this word.
    Fence(&'static str),
    /// These characters, outside of code.
    Text(&'static str),
}

/// One that nothing is known of.
pub(super) const UNKNOWN: Role = Role::Named { stays: "", traces: &[] };

/// How many places of one preprocessor are named in a chapter.
const MOST_TRACES: usize = 20;

impl Role {
    /// The names of the directives that it takes.
    pub(super) fn directives(self) -> &'static [&'static str] {
        match self {
            Self::Own(Own::Tabs) => &["tabs", "endtabs", "tab", "endtab"],
            Self::Own(Own::Template) => &["template"],
            Self::Own(
                Own::Links
                | Own::Admonish
                | Own::Callouts
                | Own::Emoji
                | Own::Footnote
                | Own::Toc
                | Own::Variables,
            )
            | Self::Elsewhere
            | Self::Web
            | Self::Named { .. } => &[],
        }
    }
}

/// What becomes of the preprocessor of a name.
pub(super) fn role(name: &str) -> Role {
    use Trace::{Fence, Text};
    match name {
        "links" => Role::Own(Own::Links),
        "admonish" => Role::Own(Own::Admonish),
        "callouts" | "callout" | "obsidian-callouts" => Role::Own(Own::Callouts),
        "emojicodes" | "emojicode" | "emoji" | "emojis" => Role::Own(Own::Emoji),
        "footnote" => Role::Own(Own::Footnote),
        "tabs" => Role::Own(Own::Tabs),
        "template" => Role::Own(Own::Template),
        "toc" => Role::Own(Own::Toc),
        "variables" => Role::Own(Own::Variables),
        // `README.md` is a folder's index, diagrams and mathematics are drawn,
        // and GitHub's alerts are Markdown.
        "index" | "mermaid" | "graphviz" | "katex" | "alerts" | "github-alerts" | "gh-alerts" => {
            Role::Elsewhere
        }
        "pagetoc" | "last-changed" | "linkcheck" | "linkcheck2" | "open-on-gh" | "open-git-repo"
        | "external-links" | "theme" | "catppuccin" | "sitemap" | "sitemap-generator" | "sitemap-gen"
        | "rss" | "rss-feed" | "robots" | "opengraph" | "social" | "analytics" | "reading-time"
        | "code-copy" | "copy-code" | "fold" | "lightbox" | "image-zoom" | "scroll-to-top" | "sidebar" => {
            Role::Web
        }
        "cmdrun" => Role::Named {
            stays: "what its commands would print is missing",
            traces: &[Text("<!-- cmdrun"), Text("<!--cmdrun")],
        },
        "chapter-path" => Role::Named { stays: "`{{#path_for …}}` is shown as it is written", traces: &[] },
        "numeq" => Role::Named {
            stays: "the number of an equation is shown as it is written",
            traces: &[Text("{{numeq}}"), Text("{{eqref:"), Text("{{numeq}{")],
        },
        "bib" => Role::Named { stays: "a citation is shown as it is written", traces: &[Text("@@")] },
        "pikchr" => Role::Named { stays: "a drawing is shown as it is written", traces: &[Fence("pikchr")] },
        "svgbob" | "svgbob2" => Role::Named {
            stays: "a drawing is shown as it is written",
            traces: &[Fence("bob"), Fence("svgbob")],
        },
        "d2" => Role::Named { stays: "a drawing is shown as it is written", traces: &[Fence("d2")] },
        "kroki" | "kroki-preprocessor" => {
            Role::Named { stays: "a drawing is shown as it is written", traces: &[Text("<kroki")] }
        }
        "plantuml" | "puml" | "ditaa" => {
            Role::Named { stays: "a drawing is shown as it is written", traces: &[] }
        }
        "hints" | "hint" => {
            Role::Named { stays: "a hint behind a word is shown as it is written", traces: &[Text("](~")] }
        }
        "quiz" => Role::Named { stays: "`{{#quiz …}}` is shown as it is written", traces: &[] },
        _ => UNKNOWN,
    }
}

/// Whether a command line is that of the preprocessor of this name, rather
/// than another program under the same name.
pub(super) fn is_usual(command: &str, own: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or("");
    let program = program.rsplit(['/', '\\']).next().unwrap_or("");
    program.strip_suffix(".exe").unwrap_or(program) == own
}

/// Names the places at which a preprocessor that is not run would do something.
pub(super) fn traces(
    source: &Expanded,
    name: &str,
    traces: &[Trace],
    dialect: Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let words = traces.iter().map(|trace| match trace {
        Trace::Fence(word) | Trace::Text(word) => *word,
    });
    if !words.clone().any(|word| source.text.contains(word)) {
        return;
    }
    let code = InCode::of(&source.text, dialect);
    let mut places = Vec::new();
    for trace in traces {
        match trace {
            Trace::Fence(word) => {
                let first =
                    |info: &str| info.split(|c: char| c.is_whitespace() || c == ',').next() == Some(*word);
                let blocks = code.fenced.iter().filter(|block| first(&block.info));
                places.extend(blocks.map(|block| {
                    let line = source.text.get(block.range.clone()).and_then(|t| t.lines().next());
                    block.range.start..block.range.start + line.map_or(1, str::len)
                }));
            }
            Trace::Text(word) => {
                let found = source.text.match_indices(word).filter(|(at, _)| !code.contains(*at));
                places.extend(found.map(|(at, word)| at..at + word.len()));
            }
        }
    }
    places.sort_by_key(|range| range.start);
    for range in places.into_iter().take(MOST_TRACES) {
        let message = format!("this is for the preprocessor `{name}`, which is not run");
        let said = Diagnostic::new(Code::PreprocessorUnknown, message).at(source.map.span(range));
        diagnostics
            .push(said.hint("write it as Markdown, or allow the program with `--allow-preprocessors`"));
    }
}
