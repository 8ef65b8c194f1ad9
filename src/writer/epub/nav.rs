//! The navigation document (EPUB 3.3, section 7) and the NCX that older
//! reading systems want, both from the book's outline.
//!
//! There is no page list: the EPUB is made from the tree, which does not know
//! where the PDF breaks its pages.

use super::plan::Plan;
use super::semantics::Semantics;
use super::xhtml::{head, title_text};
use super::xml::Xml;
use super::{links, names};
use crate::document::outline::{OutlineEntry, OutlineTarget, outline};
use crate::document::{Item, Role, Unlinked, number_text};

/// Where an entry leads, from the package document.
struct Entry {
    outline: OutlineEntry,
    href: String,
    /// Its language, if that is not the book's.
    language: Option<String>,
}

/// Makes contents of no more than so many levels: headings that lie deeper are
/// left out, chapters move up.
fn shallow(entries: &mut Vec<Entry>, levels: usize) {
    let heading = |entry: &Entry| matches!(entry.outline.target, OutlineTarget::Heading { .. });
    entries.retain(|entry| entry.outline.depth < levels || !heading(entry));
    for entry in entries {
        entry.outline.depth = entry.outline.depth.min(levels.saturating_sub(1));
    }
}

/// What both navigations are made from.
pub(super) struct Navigation(Vec<Entry>);

impl Navigation {
    /// The navigation of a book.
    pub(super) fn new(plan: &Plan) -> Self {
        let mut entries = Vec::new();
        let mut next = String::new();
        // From the end, since a part leads to the chapter behind it.
        for outline in outline(plan.book).into_iter().rev() {
            let file = |key: &str| plan.chapter(key).map_or(String::new(), |c| format!("text/{}", c.file));
            let href = match &outline.target {
                OutlineTarget::Part => next.clone(),
                OutlineTarget::Chapter { key } => file(key),
                OutlineTarget::Heading { chapter, id } if id.is_empty() => file(chapter),
                OutlineTarget::Heading { chapter, id } => format!("{}#{}", file(chapter), names::id(id)),
            };
            next.clone_from(&href);
            let language = match &outline.target {
                OutlineTarget::Part => None,
                OutlineTarget::Chapter { key } | OutlineTarget::Heading { chapter: key, .. } => {
                    plan.chapter(key).map(|c| c.language.clone()).filter(|own| *own != plan.language)
                }
            };
            entries.push(Entry { outline, href, language });
        }
        entries.reverse();
        if let Some(levels) = plan.device.and_then(|device| device.profile.facts().levels.as_ref()) {
            shallow(&mut entries, levels.value);
        }
        Self(entries)
    }

    /// The navigation document.
    pub(super) fn xhtml(&self, plan: &Plan) -> Vec<u8> {
        let mut xml = head(&plan.language, plan.direction, "Contents", "stylesheet.css");
        xml.start("body", &[("epub:type", "frontmatter")]);
        xml.newline();
        let attributes =
            [("epub:type", "toc"), ("role", "doc-toc"), ("id", "toc"), ("aria-labelledby", "toc-title")];
        xml.start("nav", &attributes);
        xml.newline();
        xml.in_language(plan.own_language());
        xml.element("h1", &[("id", "toc-title")], "Contents");
        xml.newline();
        self.list(&mut xml);
        xml.end();
        xml.newline();
        landmarks(&mut xml, plan);
        absent(&mut xml, plan);
        xml.finish()
    }

    /// The table of contents as nested lists. A part is a `span`, which may
    /// only stand before a list; it always has one.
    fn list(&self, xml: &mut Xml) {
        let mut open = 0;
        let quiet = self.hides_sections();
        xml.start("ol", &[]);
        if self.0.is_empty() {
            xml.start("li", &[]);
            xml.element("a", &[("href", "title.xhtml")], "Title page");
        }
        for (i, entry) in self.0.iter().enumerate() {
            let depth = entry.outline.depth;
            if i > 0 && depth > open {
                xml.newline();
                xml.start("ol", &[]);
            } else if i > 0 {
                xml.end();
                for _ in depth..open {
                    xml.end();
                    xml.end();
                }
            }
            open = depth;
            xml.newline();
            let attributes = [("class", class(&entry.outline.target)), ("hidden", "hidden")];
            let quiet = quiet && matches!(entry.outline.target, OutlineTarget::Heading { .. });
            xml.start("li", attributes.get(..if quiet { 2 } else { 1 }).unwrap_or_default());
            let part = entry.outline.target == OutlineTarget::Part;
            if part {
                xml.start("span", &[]);
            } else {
                let mut attributes = vec![("href", entry.href.as_str())];
                if let Some(language) = &entry.language {
                    attributes.extend([("lang", language.as_str()), ("xml:lang", language)]);
                }
                xml.start("a", &attributes);
            }
            if let Some(number) = &entry.outline.number {
                xml.element("span", &[("class", "number")], number);
                xml.text(" ");
            }
            title_text(xml, &entry.outline.title);
            xml.end();
        }
        if !self.0.is_empty() {
            for _ in 0..open {
                xml.end();
                xml.end();
            }
        }
        xml.end();
        xml.end();
        xml.newline();
    }

    /// Whether the contents, read as a page, leave out the headings inside
    /// chapters: those of a big book would take dozens of pages. Reading
    /// systems' own lists show what is hidden (EPUB 3.3, section 7.4.3).
    fn hides_sections(&self) -> bool {
        let chapter = |e: &&Entry| matches!(e.outline.target, OutlineTarget::Chapter { .. });
        self.0.len() > 60 && self.0.iter().filter(chapter).count() >= 8
    }

    /// The NCX (OPF 2.0.1, section 2.4.1), in the same order.
    pub(super) fn ncx(&self, plan: &Plan) -> Vec<u8> {
        let mut xml = Xml::new();
        let uid = format!("urn:uuid:{}", plan.imprint.uuid);
        let depth = self.0.iter().map(|e| e.outline.depth + 1).max().unwrap_or(1).to_string();
        xml.start(
            "ncx",
            &[
                ("xmlns", "http://www.daisy.org/z3986/2005/ncx/"),
                ("version", "2005-1"),
                ("xml:lang", &plan.language),
            ],
        );
        xml.newline();
        xml.start("head", &[]);
        for (name, content) in [
            ("dtb:uid", uid.as_str()),
            ("dtb:depth", &depth),
            ("dtb:totalPageCount", "0"),
            ("dtb:maxPageNumber", "0"),
        ] {
            xml.newline();
            xml.empty("meta", &[("name", name), ("content", content)]);
        }
        xml.newline();
        xml.end();
        xml.newline();
        xml.start("docTitle", &[]);
        xml.element("text", &[], &plan.book.metadata.title);
        xml.end();
        xml.newline();
        xml.start("navMap", &[]);
        self.points(&mut xml);
        xml.finish()
    }

    fn points(&self, xml: &mut Xml) {
        if self.0.is_empty() {
            point(xml, 1, 1, "Title page", "title.xhtml");
            return;
        }
        let mut open = 0;
        let mut order = 0;
        let mut last = "";
        for (i, entry) in self.0.iter().enumerate() {
            if i > 0 && entry.outline.depth <= open {
                for _ in entry.outline.depth..=open {
                    xml.end();
                }
            }
            open = entry.outline.depth;
            // A part and its first chapter lead to one place, which has one
            // place in the order.
            if entry.href != last {
                order += 1;
            }
            last = &entry.href;
            point(xml, i + 1, order, &entry.outline.label(), &entry.href);
        }
        for _ in 0..=open {
            xml.end();
        }
        xml.newline();
    }
}

/// Opens a `navPoint`.
fn point(xml: &mut Xml, id: usize, order: usize, label: &str, href: &str) {
    xml.newline();
    xml.start("navPoint", &[("id", &format!("point-{id}")), ("playOrder", &order.to_string())]);
    xml.start("navLabel", &[]);
    xml.element("text", &[], label);
    xml.end();
    xml.empty("content", &[("src", href)]);
}

fn class(target: &OutlineTarget) -> &'static str {
    match target {
        OutlineTarget::Part => "part",
        OutlineTarget::Chapter { .. } => "chapter",
        OutlineTarget::Heading { .. } => "section",
    }
}

/// The places that readers look for, in the order of the spine.
fn landmarks(xml: &mut Xml, plan: &Plan) {
    let mut places = vec![("cover", "cover.xhtml".to_owned(), "Cover")];
    places.push(("titlepage", "title.xhtml".to_owned(), "Title page"));
    let chapters: Vec<_> = plan.written().into_iter().map(|c| (c, Semantics::of(c))).collect();
    let own = |role: Role, title: &'static str| {
        let of_role = chapters.iter().filter(|(chapter, _)| chapter.role == role);
        of_role.map(|(chapter, semantics)| (semantics.kind, plan.path(chapter), title)).collect::<Vec<_>>()
    };
    places.extend(own(Role::Imprint, "About this edition"));
    places.push(("toc", "nav.xhtml".to_owned(), "Contents"));
    let text = || chapters.iter().filter(|(chapter, _)| chapter.role == Role::Text);
    // Behind the preface, if there is more than that.
    let start = text().find(|(_, semantics)| semantics.matter == "bodymatter").or_else(|| text().next());
    places.extend(start.map(|(chapter, _)| ("bodymatter", plan.path(chapter), "Start of the text")));
    places.extend(own(Role::Changes, "What changed"));
    places.extend(own(Role::Colophon, "Colophon"));
    xml.in_language(plan.own_language());
    xml.start("nav", &[("epub:type", "landmarks"), ("aria-label", "Landmarks"), ("hidden", "hidden")]);
    xml.newline();
    xml.start("ol", &[]);
    for (kind, href, title) in places {
        xml.newline();
        xml.start("li", &[]);
        xml.element("a", &[("epub:type", kind), ("href", &href)], title);
        xml.end();
    }
    xml.newline();
    xml.end();
    xml.newline();
    xml.end();
    xml.newline();
}

/// The entries of the contents that lead nowhere in the book: drafts, parts
/// without a chapter, and addresses. Navigation has no room for them.
fn absent(xml: &mut Xml, plan: &Plan) {
    let (mut drafts, mut addresses) = (Vec::new(), Vec::new());
    let mut part: Option<&String> = None;
    for item in &plan.book.items {
        match item {
            Item::Part(title) => drafts.extend(part.replace(title).map(|t| (t.clone(), None))),
            Item::Chapter(_) => part = None,
            Item::Separator => {}
            Item::Unlinked(entry) => match &entry.url {
                Some(url) => addresses.push((label(entry), Some(url.as_str()))),
                None => drafts.push((label(entry), None)),
            },
        }
    }
    drafts.extend(part.map(|title| (title.clone(), None)));
    for (title, entries) in [("Not yet written", drafts), ("Elsewhere", addresses)] {
        if entries.is_empty() {
            continue;
        }
        xml.start("section", &[("class", "absent")]);
        xml.newline();
        xml.in_language(plan.own_language());
        xml.element("h2", &[], title);
        xml.newline();
        xml.start("ul", &[]);
        for (label, url) in entries {
            xml.newline();
            xml.start("li", &[]);
            match url.map(|url| (url, links::external(url))) {
                Some((_, Some(href))) => xml.element("a", &[("href", &href)], &label),
                Some((url, None)) => xml.text(&format!("{label} ({url})")),
                None => xml.text(&label),
            }
            xml.end();
        }
        xml.newline();
        xml.end();
        xml.newline();
        xml.end();
        xml.newline();
    }
}

fn label(entry: &Unlinked) -> String {
    match entry.number.as_deref().map(number_text) {
        Some(number) => format!("{number} {}", entry.title),
        None => entry.title.clone(),
    }
}
