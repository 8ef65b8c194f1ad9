//! Links: every one leads to a chapter, to an address, or becomes its words.

use url::Url;

use super::TransformOptions;
use super::site::{Found, Lost, Resolved, Site};
use crate::diag::{Code, Diagnostic, Severity};
use crate::document::text::plain_text;
use crate::document::walk::{VisitMut, walk_chapter_mut, walk_inline_mut};
use crate::document::{Book, Inline, InlineKind, Item, Link, LinkTarget, Unlinked};
use crate::paths;
use crate::source::FileTree;
use crate::span::Span;
use crate::tally::Rule;

/// The schemes that a book's links may have.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "ftp", "tel"];

/// Resolves all links of a book.
pub(super) fn apply(
    book: &mut Book,
    tree: &dyn FileTree,
    options: &TransformOptions,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for item in &mut book.items {
        if let Item::Unlinked(entry) = item {
            listed(entry, diagnostics);
        }
    }
    let site = Site::new(book, tree);
    let repository = book.metadata.repository.as_deref().zip(options.commit.as_deref());
    let repository = repository.map(|(address, commit)| (address.to_owned(), commit.to_owned()));
    let addressed = book.metadata.repository.is_some();
    for chapter in book.chapters_mut() {
        let key = chapter.key.clone();
        let repository = repository.as_ref();
        let mut pass = Links { site: &site, key: &key, repository, diagnostics, addressed, inside: false };
        walk_chapter_mut(&mut pass, chapter);
    }
}

/// An entry of SUMMARY.md that leads to an address: the contents of both
/// formats hold it as a link, so it must be one that a book may have.
fn listed(entry: &mut Unlinked, diagnostics: &mut Vec<Diagnostic>) {
    let Some(written) = entry.url.take() else { return };
    let scheme = written.split(':').next().unwrap_or("").to_ascii_lowercase();
    let result = if SCHEMES.contains(&scheme.as_str()) {
        external(&written)
    } else {
        Err(invalid(
            &format!("a link can't have the scheme `{scheme}:`"),
            "only web, mail and telephone addresses lead out of a book",
        ))
    };
    match result {
        Ok(LinkTarget::External(url)) => entry.url = Some(url),
        Ok(LinkTarget::Internal { .. } | LinkTarget::Unresolved(_)) => {}
        Err(refusal) => diagnostics.push(refusal.at(entry.span)),
    }
}

struct Links<'a> {
    site: &'a Site<'a>,
    /// The chapter.
    key: &'a str,
    /// The repository's address and the commit.
    repository: Option<&'a (String, String)>,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// Whether the repository has an address, though maybe no commit.
    addressed: bool,
    /// Whether a link is open: a link in a link is no link.
    inside: bool,
}

impl VisitMut for Links<'_> {
    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        if !inlines.iter().any(|inline| matches!(inline.kind, InlineKind::Link(_))) {
            for inline in inlines {
                walk_inline_mut(self, inline);
            }
            return;
        }
        let mut out = Vec::with_capacity(inlines.len());
        for mut inline in std::mem::take(inlines) {
            let span = inline.span;
            if let InlineKind::Link(link) = inline.kind {
                self.link(link, span, &mut out);
            } else {
                walk_inline_mut(self, &mut inline);
                append(vec![inline], &mut out);
            }
        }
        *inlines = out;
    }
}

/// Why a link is none, with what to say.
type Refusal = Box<Diagnostic>;

impl Links<'_> {
    fn link(&mut self, mut link: Link, span: Span, out: &mut Vec<Inline>) {
        let outer = std::mem::replace(&mut self.inside, true);
        self.inlines(&mut link.content);
        self.inside = outer;
        let target = match &link.target {
            LinkTarget::Unresolved(written) => self.resolve(written.trim(), span),
            LinkTarget::External(_) | LinkTarget::Internal { .. } => Ok(link.target.clone()),
        };
        let silent = plain_text(&link.content).is_empty() && !link.content.iter().any(is_image);
        if silent {
            let text = match &target {
                Ok(LinkTarget::Internal { chapter, .. }) => self.site.title(chapter).to_owned(),
                Ok(LinkTarget::External(_) | LinkTarget::Unresolved(_)) | Err(_) => {
                    written(&link.target).to_owned()
                }
            };
            if !text.is_empty() {
                self.diagnostics.push(Diagnostic::rule(Rule::LinkText).at(span).adding(&text));
                link.content.push(Inline { kind: InlineKind::Text(text), span });
            }
        }
        match target {
            Ok(target) if !outer => {
                out.push(Inline { kind: InlineKind::Link(Link { target, ..link }), span });
            }
            Ok(_) => {
                self.diagnostics.push(
                    Diagnostic::new(Code::HtmlUnbalanced, "a link inside a link")
                        .at(span)
                        .hint("the inner one keeps its words only"),
                );
                append(link.content, out);
            }
            Err(refusal) => {
                self.diagnostics.push(refusal.at(span));
                append(link.content, out);
            }
        }
    }

    fn resolve(&mut self, written: &str, span: Span) -> Result<LinkTarget, Refusal> {
        if written.is_empty() {
            return Err(invalid("the link has no address", "write the address between the parentheses"));
        }
        if let Some(rest) = written.strip_prefix("//") {
            return external(&format!("https://{rest}"));
        }
        if let Some((scheme, _)) = written.split_once(':')
            && is_scheme(scheme)
        {
            if let Some((Resolved { found: Found::Chapter(key), .. }, fragment)) = self.site.own(written)
                && self.site.is_bound(&key)
            {
                return Ok(self.internal(key, fragment.as_deref(), span));
            }
            return if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
                external(written)
            } else {
                Err(invalid(
                    &format!("a link can't have the scheme `{scheme}:`"),
                    "only web, mail and telephone addresses lead out of a book",
                ))
            };
        }
        if let Some(meant) = misspelt(written) {
            return Err(invalid(&format!("`{written}` is no address"), &format!("did you mean `{meant}`?")));
        }
        let (path, fragment) = match written.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment).filter(|f| !f.is_empty())),
            None => (written, None),
        };
        let path = path.split('?').next().unwrap_or("");
        if path.is_empty() {
            return Ok(self.internal(self.key.to_owned(), fragment, span));
        }
        match self.site.resolve(self.key, path, fragment) {
            Ok(Resolved { found, spelt, fragment: redirected }) => {
                let fragment = redirected.as_deref().or(fragment);
                if let Some(spelt) = spelt {
                    let mut note = Diagnostic::new(
                        Code::LinkMissingFile,
                        format!("`{path}` is spelt `{spelt}` in the tree"),
                    );
                    note.severity = Severity::Note;
                    self.diagnostics.push(
                        note.at(span)
                            .hint("write it the same way: most systems tell the case of letters apart"),
                    );
                }
                match found {
                    Found::Chapter(key) if !self.site.is_bound(&key) => self.unbound(&key, fragment),
                    Found::Chapter(key) => Ok(self.internal(key, fragment, span)),
                    Found::File(file) => {
                        let target = self.outside(&file, "blob", fragment)?;
                        self.unlisted(&file, span);
                        Ok(target)
                    }
                    Found::Folder(folder) => self.outside(&folder, "tree", None),
                    Found::Address(url) => external(&url),
                }
            }
            Err(Lost::Outside) => {
                let message = format!("`{path}` leads out of the repository");
                Err(Box::new(Diagnostic::new(Code::LinkOutsideBook, message).hint("write its full address")))
            }
            Err(Lost::Missing(file)) => Err(self.missing(path, &file)),
            Err(Lost::Circle(steps)) => {
                let steps: Vec<String> = steps.iter().map(|step| format!("`{step}`")).collect();
                let message = format!("`{path}` is redirected in a circle: {}", steps.join(" → "));
                Err(Box::new(
                    Diagnostic::new(Code::RedirectLoop, message)
                        .hint("mend `[output.html.redirect]` in book.toml"),
                ))
            }
        }
    }

    fn internal(&mut self, chapter: String, fragment: Option<&str>, span: Span) -> LinkTarget {
        let Some(wanted) = fragment else { return LinkTarget::Internal { chapter, fragment: None } };
        let fragment = self.site.id(&chapter, wanted);
        if fragment.is_none() {
            let message = format!("`{chapter}` has no heading or anchor `#{wanted}`");
            let mut problem = Diagnostic::new(Code::LinkMissingAnchor, message).at(span);
            if let Some(near) = crate::paths::nearest(&paths::percent_decode(wanted), self.site.ids(&chapter))
            {
                problem = problem.hint(format!("did you mean `#{near}`?"));
            }
            self.diagnostics.push(problem.hint("the link leads to the start of the chapter"));
        }
        LinkTarget::Internal { chapter, fragment }
    }

    /// A file or folder of the repository that is no part of the book.
    fn outside(&self, path: &str, view: &str, fragment: Option<&str>) -> Result<LinkTarget, Refusal> {
        let Some((address, commit)) = self.repository else {
            let message = format!("`{path}` is no part of the book");
            let problem = Diagnostic::new(Code::LinkOutsideBook, message);
            return Err(Box::new(if self.is_unlisted(path) {
                problem.hint("name it in SUMMARY.md to make it a chapter")
            } else if self.addressed {
                problem
                    .hint("in an edition of a commit the link leads to the repository; a draft has no commit")
            } else {
                problem.hint(
                    "set `git-repository-url` in book.toml, so that the link can lead to the repository",
                )
            }));
        };
        let between = if address.contains("gitlab") { "/-/" } else { "/" };
        let mut url = format!("{address}{between}{view}/{commit}/{}", paths::percent_encode(path));
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        external(url.trim_end_matches('/'))
    }

    /// A chapter of the document that an extract leaves out: the repository
    /// has it, where that has an address.
    fn unbound(&self, key: &str, fragment: Option<&str>) -> Result<LinkTarget, Refusal> {
        let path = self.site.path(key);
        self.outside(path, "blob", fragment).map_err(|_| {
            let message = format!("`{path}` is a chapter that is not bound here");
            let mut note = Diagnostic::new(Code::LinkOutsideBook, message);
            note.severity = Severity::Note;
            let hint = "the link's words are kept as text; where `repository` is set, an edition of a commit \
                        leads there";
            Box::new(note.hint(hint))
        })
    }

    /// Whether a file could be a chapter and is none.
    fn is_unlisted(&self, path: &str) -> bool {
        let markdown = matches!(paths::extension(path).as_str(), "md" | "markdown");
        markdown && paths::strip(&self.site.source, path).is_some()
    }

    fn unlisted(&mut self, path: &str, span: Span) {
        if self.is_unlisted(path) {
            let message = format!("`{path}` is no chapter; the link leads to the repository");
            let mut note = Diagnostic::new(Code::LinkOutsideBook, message);
            note.severity = Severity::Note;
            self.diagnostics.push(note.at(span).hint("name it in SUMMARY.md to make it a chapter"));
        }
    }

    fn missing(&self, path: &str, file: &str) -> Refusal {
        let problem = Diagnostic::new(Code::LinkMissingFile, format!("`{path}` is not in this revision"));
        let shown = paths::strip(&self.site.source, file).unwrap_or(file);
        let wanted = if matches!(paths::extension(file).as_str(), "html" | "") {
            format!("{}.md", shown.trim_end_matches(".html"))
        } else {
            shown.to_owned()
        };
        let all = self.site.tree.paths().iter().filter_map(|p| paths::strip(&self.site.source, p));
        let same: Vec<&str> = all.filter(|p| paths::extension(p) == paths::extension(&wanted)).collect();
        Box::new(match paths::nearest(&wanted, same.into_iter()) {
            Some(near) => problem.hint(format!("there is `{near}`")),
            None => problem.hint("the link's words are kept as text"),
        })
    }
}

/// Adds inlines; neighbouring texts become one.
fn append(inlines: Vec<Inline>, out: &mut Vec<Inline>) {
    for inline in inlines {
        if let (InlineKind::Text(new), Some(Inline { kind: InlineKind::Text(text), span })) =
            (&inline.kind, out.last_mut())
        {
            text.push_str(new);
            span.end = span.end.max(inline.span.end);
        } else {
            out.push(inline);
        }
    }
}

fn is_image(inline: &Inline) -> bool {
    match &inline.kind {
        InlineKind::Image(_) => true,
        InlineKind::Styled { content, .. } => content.iter().any(is_image),
        InlineKind::Text(_)
        | InlineKind::Code(_)
        | InlineKind::SoftBreak
        | InlineKind::HardBreak
        | InlineKind::Link(_)
        | InlineKind::FootnoteReference { .. }
        | InlineKind::Math(_)
        | InlineKind::Anchor(_) => false,
    }
}

fn written(target: &LinkTarget) -> &str {
    match target {
        LinkTarget::Unresolved(text) | LinkTarget::External(text) => {
            text.strip_prefix("mailto:").unwrap_or(text)
        }
        LinkTarget::Internal { chapter, .. } => chapter,
    }
}

fn invalid(message: &str, hint: &str) -> Refusal {
    Box::new(Diagnostic::new(Code::LinkInvalid, message).hint(hint))
}

/// Whether text before a colon is the scheme of a URL (RFC 3986, 3.1).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
}

/// What an address that was mistyped was to be: `https>//x`, `http//x`, `www.x`.
fn misspelt(written: &str) -> Option<String> {
    let lower = written.to_ascii_lowercase();
    for scheme in ["https", "http", "ftp"] {
        if let Some(rest) = lower.strip_prefix(scheme)
            && let Some(at) = rest.find("//")
            && at <= 2
        {
            let host = written.get(scheme.len() + at..)?.trim_start_matches('/');
            return Some(format!("{scheme}://{host}"));
        }
    }
    let host = lower.split(['/', '#', '?']).next().unwrap_or("");
    (host.starts_with("www.") && host.matches('.').count() > 1).then(|| format!("https://{written}"))
}

/// An address in a form that is valid everywhere: parsed by the URL standard,
/// and what RFC 3986 does not allow percent-encoded.
pub(super) fn external(written: &str) -> Result<LinkTarget, Refusal> {
    let url = Url::parse(written).map_err(|error| {
        invalid(
            &format!("`{written}` is no address: {error}"),
            "write the full address, such as `https://example.org/`",
        )
    })?;
    if let Some(reason) = unusable(&url) {
        return Err(invalid(
            &format!("`{written}` is no address: {reason}"),
            "write the full address, such as `https://example.org/`",
        ));
    }
    let text = url.as_str();
    let path_at = url[..url::Position::BeforePath].len();
    let mut out = String::with_capacity(text.len());
    let mut fragment = false;
    for (at, c) in text.char_indices() {
        let tail = text.as_bytes().get(at + 1..at + 3).unwrap_or_default();
        let allowed = match c {
            '%' => tail.len() == 2 && tail.iter().all(u8::is_ascii_hexdigit),
            '#' => !std::mem::replace(&mut fragment, true),
            '[' | ']' => at < path_at,
            c => c.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=".contains(c),
        };
        if allowed {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    Ok(LinkTarget::External(out))
}

/// Why an address leads nowhere though it parses: the URL standard takes hosts
/// that the domain name system can't hold (RFC 1035, 2.3.4), and schemes
/// without anything behind them.
fn unusable(url: &Url) -> Option<&'static str> {
    if url.cannot_be_a_base() && url.path().trim().is_empty() {
        return Some("nothing follows its scheme");
    }
    let name = url.domain()?;
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.split('.').any(str::is_empty) {
        return Some("a part of its host's name is empty");
    }
    (name.len() > 253 || name.split('.').any(|part| part.len() > 63)).then_some("its host's name is too long")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_valid_ones() {
        let run = |text: &str| external(text).map_err(|d| d.code);
        assert_eq!(
            run("https://a.org/x y|z"),
            Ok(LinkTarget::External("https://a.org/x%20y%7Cz".to_owned()))
        );
        assert_eq!(run("https://a.org/100%"), Ok(LinkTarget::External("https://a.org/100%25".to_owned())));
        assert_eq!(run("mailto:a@b.org"), Ok(LinkTarget::External("mailto:a@b.org".to_owned())));
        assert_eq!(run("https://a.org./"), Ok(LinkTarget::External("https://a.org./".to_owned())));
        let long = format!("https://{}.org/", "a".repeat(64));
        for bad in
            ["https://", "https://../", "https://a..org/", "https://.a.org/", "mailto:", "tel: ", &long]
        {
            assert_eq!(run(bad), Err(Code::LinkInvalid), "{bad}");
        }
    }

    #[test]
    fn entries_of_the_contents_lead_only_where_links_may() {
        let run = |url: &str| {
            let span = Span::new(crate::span::FileId(0), 0..0);
            let (title, url) = ("x".to_owned(), Some(url.to_owned()));
            let mut entry = Unlinked { title, url, number: None, depth: 0, span };
            let mut said = Vec::new();
            listed(&mut entry, &mut said);
            (entry.url, said.len())
        };
        assert_eq!(run("https://a.org/x y"), (Some("https://a.org/x%20y".to_owned()), 0));
        for bad in ["javascript://%0aalert(1)", "file:///etc/passwd", "mailto:", "https://../"] {
            assert_eq!(run(bad), (None, 1), "{bad}");
        }
    }

    #[test]
    fn slips_in_addresses_are_known() {
        assert_eq!(misspelt("https>//a.org/b").as_deref(), Some("https://a.org/b"));
        assert_eq!(misspelt("http//a.org").as_deref(), Some("http://a.org"));
        assert_eq!(misspelt("www.a.org/x").as_deref(), Some("https://www.a.org/x"));
        assert_eq!(misspelt("https.md").or(misspelt("ftp/readme.md")).or(misspelt("www.md")), None);
    }
}
