//! Sheets → a book: front matter, page numbers, heads and feet, the ends of
//! links.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use typst::ecow::EcoVec;
use typst::layout::{Abs, Frame, PageElem, Point};
use typst::model::Document as _;
use typst::text::{Font, Lang, LocalName, Region};
use typst::utils::hash128;
use typst_layout::{Page, PagedDocument};

use super::data::{self, Places, runs_literal};
use super::fonts::Fonts;
use super::geometry::Geometry;
use super::links::Ends;
use super::messages::{failure, said};
use super::pieces::push_string;
use super::sheet::{Laid, Sheet};
use super::strips::{self, Furniture};
use super::world::BookWorld;
use super::{Memory, PdfOptions, drawing, plain, svg_text};
use crate::cover::Jacket;
use crate::diag::Result;
use crate::document::direction::{Direction, of_book};
use crate::document::outline::chapter_title;
use crate::document::{Book, Chapter, Item, Language, Role};
use crate::edition::Imprint;
use crate::media::MediaKind;

/// What sheets are laid out with, and bound to a book.
pub struct Binder<'a> {
    pub chapters: Vec<&'a Chapter>,
    pub fonts: Arc<Fonts>,
    pub geometry: Geometry,
    pub places: Vec<Places>,
    pub book: &'a Book,
    pub imprint: &'a Imprint,
    pub world: BookWorld,
    /// What stands in front of the pages, if anything does.
    pub cover: Option<&'a Jacket>,
    memory: &'a Memory,
    /// What all sheets depend on: the page.
    style: u128,
    /// The families of the book's own fonts, as markup names them, what they are,
    /// and whether the theme names them.
    families: Vec<(String, u128, bool)>,
    /// Whether the book runs from right to left.
    rtl: bool,
}

/// What stands in the book at a place: pages, and of which kind they are.
struct Slot<'a> {
    laid: Arc<Laid>,
    kind: Kind<'a>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    /// No head, no foot.
    Title,
    /// A foot.
    Bare,
    /// A foot, and a head from the second page on: its running title. A number
    /// in its opening.
    Chapter { running: &'a str, number: Option<&'a str> },
}

impl<'a> Binder<'a> {
    /// The binder of a book.
    ///
    /// # Errors
    /// Never, unless Typst refuses the path of a file of our own.
    pub fn new(
        book: &'a Book,
        imprint: &'a Imprint,
        options: &PdfOptions,
        memory: &'a Memory,
    ) -> Result<Self> {
        let (geometry, fonts) = (Geometry::new(options), Fonts::with_look(&book.fonts, &options.theme.look));
        let rtl = of_book(&book.metadata) == Direction::Rtl;
        let style = data::style(&geometry, &book.metadata, false).to_string();
        let family = |font: &Font| {
            let mut name = String::new();
            push_string(&mut name, &font.info().family);
            (name, hash128(font.data()), options.theme.names(&font.info().family))
        };
        let families = fonts.own().map(family).collect();
        let mut world = BookWorld::themed(Arc::clone(&fonts), &options.theme)?;
        world.add_file("/style.json", style.as_bytes().into())?;
        for (_, media) in book.media.iter() {
            let bytes = drawing::bytes(media, &fonts);
            let marked = (media.kind == MediaKind::Svg).then(|| svg_text::mark(&bytes, &fonts)).flatten();
            world.add_file(&data::media_path(media), marked.map_or(bytes, Arc::from))?;
        }
        let (chapters, places) = (book.chapters().collect(), data::places(book));
        Ok(Self {
            chapters,
            fonts,
            geometry,
            places,
            book,
            imprint,
            memory,
            world,
            cover: None,
            style: hash128(&(style, options.theme.file("theme.typ"))),
            families,
            rtl,
        })
    }

    /// Lays out a chapter, by its index.
    ///
    /// # Errors
    /// When Typst refuses its path.
    pub fn chapter(&self, index: usize, text: String) -> Result<Arc<Laid>> {
        let path = self.chapters.get(index).map_or_else(String::new, |it| data::chapter_path(&it.key));
        let context = self.context(&text);
        self.memory.sheets.lay_out(&self.world, context, &Sheet { path, text, data: Vec::new() }, true)
    }

    /// The same without any of its form.
    ///
    /// # Errors
    /// When Typst refuses its path.
    pub fn plain(&self, index: usize) -> Result<Arc<Laid>> {
        let chapter = self.chapters.get(index).zip(self.places.get(index));
        let text = chapter
            .map_or_else(String::new, |(chapter, places)| plain::text(&self.fonts, chapter, places.chapter));
        self.chapter(index, text)
    }

    /// What a chapter depends on beside its text: the page, and those of the
    /// book's own fonts that it names. A drawing may take any of them. Other
    /// images have names made from what they are.
    fn context(&self, text: &str) -> u128 {
        let drawn = text.contains(".svg\"");
        let used = self
            .families
            .iter()
            .filter(|(family, _, named)| drawn || *named || text.contains(family.as_str()));
        hash128(&(self.style, used.collect::<Vec<_>>()))
    }

    /// What everything else depends on.
    fn whole(&self) -> u128 {
        hash128(&(self.style, &self.families))
    }

    /// Binds chapters that were laid out, in their order.
    ///
    /// # Errors
    /// When Typst refuses the front matter.
    pub fn bind(&self, chapters: &[Arc<Laid>]) -> Result<PagedDocument> {
        let own = |chapter: &&Chapter| {
            (runs_literal(&self.fonts, &chapter_title(chapter)), data::opening_number(chapter))
        };
        let own: Vec<(String, Option<String>)> = self.chapters.iter().map(own).collect();
        let data = data::book(self.book, &self.fonts);
        let bytes = data.to_string().into_bytes();
        let (mut front, mut rest) = (vec![Slot { laid: self.title(&bytes)?, kind: Kind::Title }], Vec::new());
        let mut chapter = chapters.iter().zip(&own);
        for (item, value) in self.items(&data) {
            match item {
                Item::Chapter(it) => {
                    let Some((laid, (running, number))) = chapter.next() else { continue };
                    let place = if it.role == Role::Imprint { &mut front } else { &mut rest };
                    let kind = Kind::Chapter { running, number: number.as_deref() };
                    place.push(Slot { laid: Arc::clone(laid), kind });
                }
                Item::Part(_) => {
                    let file = vec![("/part.json", value.to_string().into_bytes())];
                    let laid = self.sheet("/part.typ", "#part-page(json(\"/part.json\"))", file)?;
                    rest.push(Slot { laid, kind: Kind::Bare });
                }
                Item::Separator | Item::Unlinked(_) => {}
            }
        }
        let contents = self.contents(&bytes, &data, &front, &rest)?;
        front.push(Slot { laid: contents, kind: Kind::Bare });
        front.append(&mut rest);
        self.put_together(&front)
    }

    /// The items of the book with what the main file reads of each.
    fn items<'v>(&self, data: &'v Value) -> impl Iterator<Item = (&Item, &'v Value)> {
        // Headings, which the contents of a short book list too, are no items.
        let values = data["items"].as_array().into_iter().flatten().filter(|v| v["kind"] != "heading");
        self.book.items.iter().zip(values)
    }

    fn sheet(&self, path: &str, call: &str, data: Vec<(&'static str, Vec<u8>)>) -> Result<Arc<Laid>> {
        let sheet = Sheet::call(path, call, data);
        let laid = self.memory.sheets.lay_out(&self.world, self.whole(), &sheet, false)?;
        match &laid.output {
            Ok(_) => Ok(laid),
            Err(errors) => Err(failure(errors.iter().map(|error| said(self.world.theme(), error)).collect())),
        }
    }

    fn title(&self, book: &[u8]) -> Result<Arc<Laid>> {
        let (list, bytes) = data::sources(&self.book.sources);
        let edition = data::edition(self.book, &self.fonts, self.imprint);
        self.sheet(
            "/title.typ",
            "#let book = json(\"/book.json\")\n\
             #set document(title: book.plain_title, author: book.plain_authors, description: book.description)\n\
             #title-page(book, json(\"/edition.json\"))\n\
             #attach-sources()",
            vec![
                ("/book.json", book.to_vec()),
                ("/edition.json", edition.to_string().into_bytes()),
                ("/sources.json", list.to_string().into_bytes()),
                ("/sources.bin", bytes),
            ],
        )
    }

    /// The cover, and what is left free behind it in a two-sided book, so that
    /// the title stays on a right page. They are not counted.
    fn cover(&self) -> Result<Vec<Page>> {
        let Some(cover) = self.cover else { return Ok(Vec::new()) };
        let (data, path, image) = data::cover(cover, &self.geometry);
        let call = format!("#cover-page(json(\"/cover.json\"), read(\"{path}\", encoding: none))");
        let data = data.to_string().into_bytes();
        let laid = self.sheet("/cover.typ", &call, vec![("/cover.json", data), (path, image.to_vec())])?;
        let pages = laid.output.as_ref().map(|it| it.pages().to_vec()).unwrap_or_default();
        // See the theme's `cover-labels`.
        let numbered = pages.into_iter().zip(data::COVER_NUMBERS);
        Ok(numbered.map(|(page, number)| Page { number, ..page }).collect())
    }

    /// The contents, which take up pages themselves and move what they list.
    fn contents(&self, book: &[u8], data: &Value, front: &[Slot], rest: &[Slot]) -> Result<Arc<Laid>> {
        let call = "#let book = json(\"/book.json\")\n\
                    #contents(book.items, rtl: book.rtl, numbers: json(\"/numbers.json\"))";
        let labels: Vec<&str> = data["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| value["label"].as_str())
            .collect();
        // As many as in the edition before, most likely.
        let mut pages = self.memory.contents_pages.load(Ordering::Relaxed);
        let mut rounds = 0;
        loop {
            let mut ends = Ends::default();
            let mut first = 0;
            for slot in front {
                first = slot.add_to(&mut ends, first);
            }
            first += pages;
            for slot in rest {
                first = slot.add_to(&mut ends, first);
            }
            let number = |label: &&str| Some(((*label).to_owned(), json!(ends.page(label)?.to_string())));
            let numbers: serde_json::Map<String, Value> = labels.iter().filter_map(number).collect();
            let numbers = Value::Object(numbers).to_string().into_bytes();
            let files = vec![("/book.json", book.to_vec()), ("/numbers.json", numbers)];
            let laid = self.sheet("/contents.typ", call, files)?;
            // Numbers have a column of their own, so that others take the same
            // number of pages; should they not, nothing goes on for ever.
            let needed = laid.pages();
            rounds += 1;
            if needed == pages || rounds > MOST_ROUNDS {
                self.memory.contents_pages.store(needed, Ordering::Relaxed);
                return Ok(laid);
            }
            pages = needed;
        }
    }

    fn put_together(&self, slots: &[Slot]) -> Result<PagedDocument> {
        let rtl = self.rtl;
        let (mut ends, mut total) = (Ends::default(), 0);
        for slot in slots {
            total = slot.add_to(&mut ends, total);
        }
        let strips = self.strips(slots, total)?;
        let page_name = self.page_name();
        let (mut pages, mut info) = (EcoVec::with_capacity(total), None);
        let room = rtl.then(|| Abs::pt(self.geometry.measure()));
        for (slot, (opening, heads)) in slots.iter().zip(&strips.slots) {
            let Ok(document) = &slot.laid.output else { continue };
            info.get_or_insert_with(|| document.info().clone());
            for (index, page) in document.pages().iter().enumerate() {
                let number = pages.len() + 1;
                let mut page = Page { number: number as u64, ..page.clone() };
                if slot.laid.linking.contains(&index) {
                    ends.resolve(&mut page.frame, page_name);
                }
                // A sheet takes its first page for a right one.
                let shift = self.geometry.margins(rtl, number).0 - self.geometry.margins(rtl, index + 1).0;
                if shift != 0.0 {
                    page.frame.translate(Point::with_x(Abs::pt(shift)));
                }
                if let Some(opening) = opening.as_ref().filter(|_| index == 0) {
                    strips::number(&mut page.frame, opening, room);
                }
                let turned = (page.frame.width().to_pt() - self.geometry.width).abs() > 0.5;
                let head = heads.as_ref().filter(|_| self.geometry.heads && index > 0 && !turned);
                let titled = matches!(slot.kind, Kind::Title);
                let furniture = Furniture {
                    head: head
                        .map(|[recto, verso]| if self.geometry.is_verso(number) { verso } else { recto }),
                    mark: Some(&strips.mark).filter(|_| !titled),
                    number: strips
                        .numbers
                        .get(number - 1)
                        .filter(|_| !titled)
                        .map(|it| [it, &strips.of_total]),
                };
                furniture.put(&mut page.frame, &self.geometry, rtl, number);
                pages.push(page);
            }
        }
        let pages = self.cover()?.into_iter().chain(pages).collect();
        Ok(PagedDocument::new(pages, info.unwrap_or_default()))
    }

    /// Heads, feet and numbers.
    fn strips(&self, slots: &[Slot], total: usize) -> Result<BookStrips> {
        let title = data::running_literal(self.book, &self.fonts);
        let mut calls = vec![call("foot-strip", &data::foot(self.imprint))];
        // Apart, so that a page more has only a number more laid out.
        calls.push(call("foot-strip", &format!(" / {total}")));
        calls.extend((1..=total).map(|number| call("foot-strip", &number.to_string())));
        for slot in slots {
            calls.extend(slot.number().map(|number| call("number-strip", number)));
            if let Some(running) = slot.running() {
                let head = |verso: bool| format!("head-strip({title}, {running}, {verso})");
                calls.extend([head(false), head(self.geometry.two_sided)]);
            }
        }
        let mut strips = self.memory.strips.lay_out(&self.world, self.whole(), &calls)?.into_iter();
        let mark = strips.next().unwrap_or_default();
        let of_total = strips.next().unwrap_or_default();
        let numbers: Vec<Frame> = strips.by_ref().take(total).collect();
        let slots = slots.iter().map(|slot| {
            let number = slot.number().and_then(|_| strips.next());
            let heads = slot.running().and_then(|_| Some([strips.next()?, strips.next()?]));
            (number, heads)
        });
        Ok(BookStrips { mark, of_total, numbers, slots: slots.collect() })
    }

    /// The word for a page in the book's language.
    fn page_name(&self) -> &'static str {
        let language = Language::parse(&self.book.metadata.language);
        let lang = language.as_ref().and_then(|it| Lang::from_str(it.primary()).ok());
        let region = language.as_ref().and_then(|it| Region::from_str(it.region()?).ok());
        PageElem::local_name(lang.unwrap_or(Lang::ENGLISH), region)
    }
}

/// How often the contents are set again, at most.
const MOST_ROUNDS: usize = 4;

/// The heads, feet and numbers of a book.
struct BookStrips {
    /// The mark of the edition.
    mark: Frame,
    /// What stands behind each number: how many pages there are.
    of_total: Frame,
    /// The numbers of all pages.
    numbers: Vec<Frame>,
    /// Each slot's number, and its head on right and on left pages.
    slots: Vec<(Option<Frame>, Option<[Frame; 2]>)>,
}

/// A call of the theme with a text.
fn call(function: &str, text: &str) -> String {
    let mut call = format!("{function}(");
    push_string(&mut call, text);
    call.push(')');
    call
}

impl<'a> Slot<'a> {
    /// Adds the targets of a slot whose first page is this one, from 0; gives
    /// the first page behind it.
    fn add_to<'s>(&'s self, ends: &mut Ends<'s>, first: usize) -> usize {
        ends.add(&self.laid.targets, first);
        first + self.laid.pages()
    }

    /// Its running title, where it has pages for one.
    fn running(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Chapter { running, .. } => Some(running).filter(|_| self.laid.pages() > 1),
            Kind::Title | Kind::Bare => None,
        }
    }

    /// The number in its opening.
    fn number(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Chapter { number, .. } => number,
            Kind::Title | Kind::Bare => None,
        }
    }
}
