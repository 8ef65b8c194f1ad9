//! The EPUB 3.3, assembled by epub-builder and put right by `finish`.
//!
//! A content document a chapter, with a name that stays the same in every
//! edition; cover, title page, navigation document and NCX; one style sheet.

mod accessibility;
mod finish;
mod front;
mod inputs;
mod links;
mod memory;
mod names;
mod nav;
mod package;
mod plan;
mod recount;
mod semantics;
mod svg;
mod xhtml;
mod xml;

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ZipLibrary};
use rayon::prelude::*;

use self::finish::Content;
use self::inputs::Inputs;
pub use self::memory::Memory;
use self::nav::Navigation;
use self::plan::Plan;
use crate::cover::Jacket;
use crate::device::Device;
use crate::diag::{Code, Diagnostic, Result, Warned};
use crate::document::ledger::Written;
use crate::document::{Book, Role};
use crate::edition::Imprint;
use crate::highlight::Highlights;
use crate::theme::Theme;

const XHTML: &str = "application/xhtml+xml";

/// The name of the cover's image, without its extension.
const COVER: &str = "cover.";

/// A finished EPUB.
#[derive(Debug, Clone, Default)]
pub struct Epub {
    /// The file.
    pub bytes: Vec<u8>,
    /// What its content documents hold, chapter by chapter.
    pub written: Vec<Written>,
    /// How many of them were written anew, not found in the [`Memory`].
    pub rendered: usize,
}

/// A file of the publication.
struct Resource {
    /// Its path from the package document.
    path: String,
    mime: &'static str,
    properties: Option<&'static str>,
    /// Whether it is read in its turn.
    spine: bool,
    content: Content,
}

impl Resource {
    fn new(path: impl Into<String>, mime: &'static str, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), mime, properties: None, spine: false, content: Content::Bytes(bytes) }
    }

    fn page(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { spine: true, ..Self::new(path, XHTML, bytes) }
    }

    /// Its identifier in the package document, an XML name.
    fn id(&self) -> String {
        self.path.replace('/', "-")
    }
}

/// What an EPUB depends on beside its book.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// The theme, for the style sheet.
    pub theme: &'a Theme,
    /// What stands in front.
    pub cover: &'a Jacket,
    /// The family of devices that it is for, if it is not for any.
    pub device: Option<&'a Device>,
}

/// Assembles a book by itself, with a drawn cover; see [`write_with`].
///
/// # Errors
/// When the container can't be made.
pub fn write(book: &Book, imprint: &Imprint, highlights: &Highlights) -> Result<Warned<Epub>> {
    let cover = Jacket::new(book, imprint, book.fonts.clone(), None);
    let form = Form { theme: &Theme::default(), cover: &cover, device: None };
    write_with(book, imprint, highlights, &form, &Memory::default())
}

/// Assembles a book, with the content documents that other editions had, for
/// any device or for a family of them.
///
/// The bytes depend on nothing but what is given, and not on the memory.
/// Diagnostics are in the order of the book.
///
/// # Errors
/// When the container can't be made.
pub fn write_with(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    form: &Form,
    memory: &Memory,
) -> Result<Warned<Epub>> {
    let device = form.device;
    let plan = Plan::new(book, imprint, highlights, device);
    let mut diagnostics = plan.diagnostics();
    let navigation = Navigation::new(&plan);
    memory.begin();
    let (cover, pages) = rayon::join(
        || form.cover.epub(),
        || {
            let chapters = plan.written().into_par_iter();
            let pages = chapters.map(|c| (c.role, plan.path(c), memory.document(&Inputs::new(&plan, c))));
            pages.collect::<Vec<_>>()
        },
    );
    let cover =
        cover.ok_or_else(|| Box::new(Diagnostic::new(Code::EpubFailed, "the cover can't be drawn")))?;
    let image = format!("{COVER}{}", cover.kind.extension());
    let mut resources = vec![
        Resource::page("cover.xhtml", front::cover(&plan, &image)),
        Resource::page("title.xhtml", front::title_page(&plan)),
        Resource { properties: Some("nav"), ..Resource::page("nav.xhtml", navigation.xhtml(&plan)) },
    ];
    let mut written = Vec::new();
    let mut rendered = 0;
    for (role, path, document) in pages {
        let page = document.page;
        diagnostics.extend(page.diagnostics);
        written.push(page.written);
        rendered += usize::from(document.anew);
        let properties = page.mathml.then_some("mathml");
        let content = Content::Packed(document.packed);
        let page = Resource { properties, content, ..Resource::page(path, Vec::new()) };
        // The contents come behind the imprint.
        let place = if role == Role::Imprint { resources.len() - 1 } else { resources.len() };
        resources.insert(place, page);
    }
    let cover = Resource::new(image, cover.kind.mime(), cover.bytes.to_vec());
    resources.push(Resource { properties: Some("cover-image"), ..cover });
    for image in plan.images.values().chain(plan.emoji.values()) {
        resources.push(Resource::new(&image.path, image.mime, image.bytes.to_vec()));
    }
    for (key, equation) in device.iter().flat_map(|device| &device.equations) {
        resources.push(Resource::new(inputs::equation_path(key), "image/png", equation.png.to_vec()));
    }
    let css = form.theme.css();
    let style_sheet = match device {
        Some(device) => device.profile.style_sheet(&css),
        None => css,
    };
    resources.push(Resource::new("stylesheet.css", "text/css", style_sheet.into_bytes()));
    resources.push(Resource::new("toc.ncx", "application/x-dtbncx+xml", navigation.ncx(&plan)));
    let package = package::document(&plan, &resources);
    let assembled = assemble(&plan, &resources).map_err(|error| failed(&error))?;
    let mut content: Vec<_> = resources.into_iter().map(|r| (r.path, r.content)).collect();
    content.push(("content.opf".to_owned(), Content::Bytes(package)));
    let bytes = finish::finish(assembled, content).map_err(|error| failed(&error))?;
    Ok(Warned { value: Epub { bytes, written, rendered }, diagnostics })
}

/// The documents of a book for any device; see [`check_for`].
pub fn check(book: &Book, imprint: &Imprint, highlights: &Highlights) -> Warned<Vec<Written>> {
    check_for(book, imprint, highlights, None)
}

/// Writes a book's content documents and assembles nothing of them: what there
/// is to say, and what the EPUB would hold.
pub fn check_for(
    book: &Book,
    imprint: &Imprint,
    highlights: &Highlights,
    device: Option<&Device>,
) -> Warned<Vec<Written>> {
    let plan = Plan::new(book, imprint, highlights, device);
    let mut diagnostics = plan.diagnostics();
    let pages: Vec<_> =
        plan.written().into_par_iter().map(|c| xhtml::chapter(&Inputs::new(&plan, c))).collect();
    let mut value = Vec::new();
    for page in pages {
        diagnostics.extend(page.diagnostics);
        value.push(page.written);
    }
    Warned { value, diagnostics }
}

/// The container as epub-builder makes it, of files that are still empty.
fn assemble(plan: &Plan, resources: &[Resource]) -> epub_builder::Result<Vec<u8>> {
    let mut builder = EpubBuilder::new(ZipLibrary::new()?)?;
    builder.epub_version(EpubVersion::V33);
    builder.set_uuid(plan.imprint.uuid);
    builder.set_title(&plan.book.metadata.title);
    builder.stylesheet(&[][..])?;
    for resource in resources {
        let empty: &[u8] = &[];
        match resource.path.as_str() {
            // Made by the builder itself.
            "nav.xhtml" | "toc.ncx" | "stylesheet.css" => {}
            path if resource.spine => {
                builder.add_content(EpubContent::new(path, empty))?;
            }
            path if path.starts_with(COVER) => {
                builder.add_cover_image(path, empty, resource.mime)?;
            }
            path => {
                builder.add_resource(path, empty, resource.mime)?;
            }
        }
    }
    let mut out = Vec::new();
    builder.generate(&mut out)?;
    Ok(out)
}

fn failed(error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::EpubFailed, format!("the EPUB can't be assembled: {error}")))
}

#[cfg(test)]
mod tests;
