//! What Bindery calls of a theme's Typst code. A theme has to have all of it;
//! one that imports the built-in code does.

/// A function or value of a theme.
pub struct Function {
    /// How it is called: its name, and what it is given.
    pub call: &'static str,
    /// What it is for.
    pub what: &'static str,
}

impl Function {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.call.split('(').next().unwrap_or(self.call)
    }
}

const fn f(call: &'static str, what: &'static str) -> Function {
    Function { call, what }
}

/// Everything, by what it is about.
pub const FUNCTIONS: &[(&str, &[Function])] = &[
    (
        "Pages",
        &[
            f(
                "sheet(body)",
                "what a file that is laid out by itself is set in: paper, margins, text, paragraphs",
            ),
            f("template(body)", "the same for a book as a whole"),
            f("title-page(book, edition)", "the title page"),
            f(
                "contents(items, rtl: false, numbers: none)",
                "the contents; `numbers` has the page of each label",
            ),
            f("part-page(item)", "the page of a part"),
            f(
                "chapter(level, id, title, running, numbered, language: none, role: none, body, content)",
                "a chapter: its opening with the title `body`, and `content`; its `role` is `none`, \"imprint\", \"changes\" or \"colophon\"",
            ),
            f("head-strip(book-title, running, verso)", "a running head, as a page of its own"),
            f(
                "foot-strip(it)",
                "the edition's mark, a page's number, or how many pages there are, as a page of its own",
            ),
            f("number-strip(it)", "a chapter's number, as a page of its own"),
            f("imprint-marks(book, edition)", "what heads and feet ask for, in a book as a whole"),
            f("attach-sources()", "attaches the sources"),
        ],
    ),
    (
        "Blocks",
        &[
            f(
                "hd(rank, level, bookmarked, id, title, body)",
                "a heading: of rank 2 to 4 on the page, of a level in the outline",
            ),
            f("lead-in(body)", "a paragraph that announces the block after it"),
            f("code(whole, body)", "a code block; `whole` keeps it on one page"),
            f("quote-block(body)", "a quotation"),
            f(
                "alert(kind, title, body)",
                "a note, a warning and so on; `title` is `auto` for the kind's word",
            ),
            f("details(summary, body)", "details, opened"),
            f("outer-list(body)", "a list that is in no other one"),
            f("tasks(states, tight: true, ..items)", "a list of tasks"),
            f(
                "tab(columns, aligns, head, size: 9.5, whole: false, repeat: true, ..cells)",
                "a table; `size` in points",
            ),
            f("th(body, ..args)", "a cell of a table's head"),
            f("rh(body, ..args)", "the header cell of a row"),
            f("turned(body)", "a table that has a turned page of its own"),
            f("tab-caption(body)", "what a table is about"),
            f("fig(picture, caption)", "an image with its caption"),
            f("adornment(picture)", "an image that says nothing"),
            f("frame-box(alt, to)", "what stands for an image that isn't there"),
            f("rule", "a thematic break"),
            f("loose-notes(..notes)", "notes that nothing refers to, at the chapter's end"),
            f("url-list(..urls)", "addresses of links, at the chapter's end"),
            f("deq(alt, tag, parts, body)", "an equation on lines of its own"),
        ],
    ),
    (
        "Inside a line",
        &[
            f("c(body)", "a code span"),
            f("kbd(body)", "a key"),
            f("mark(body)", "marked words"),
            f("under(body)", "words that are underlined and struck out"),
            f("lnk(to, body)", "a link to an address"),
            f("ref-to(id, body)", "a link inside the book"),
            f("url(to, body)", "an address in a note or list"),
            f("url-mark(id, number)", "the number of an address that a list has"),
            f("head-links(id, body)", "links in a table's head, which may be repeated"),
            f("anchor(id)", "a place that links lead to"),
            f("frame-inline(alt, to)", "what stands for an image in a line that isn't there"),
            f("spoken(language, body)", "words in another language"),
            f("rtl(language, body)", "words that run from right to left"),
            f("ltr(language, body)", "words that run from left to right"),
            f("rtl-title(language, body)", "a title that runs from right to left"),
            f("ltr-title(language, body)", "a title that runs from left to right"),
            f("e(it)", "emoji"),
            f("u(family, it)", "text in a family that has what the usual ones lack"),
            f("w(family, it)", "the same in code, two columns wide"),
            f("miss(code)", "a character that no font has"),
            f("z", "a place where a line may break"),
            f("own(body)", "the writer's own words; gives `body`"),
            f("alternative(body)", "words that stand for an image; gives `body`"),
            f("eq(alt, body)", "an equation in a line"),
            f("mbox(stroke, fill, body)", "a box in an equation"),
            f("ap", "where cells of equations are aligned"),
        ],
    ),
    (
        "Code",
        &[
            f("kw(it)", "keywords"),
            f("st(it)", "strings"),
            f("cm(it)", "comments"),
            f("nu(it)", "numbers and other constants"),
            f("fu(it)", "functions"),
            f("ty(it)", "types"),
            f("me(it)", "attributes and macros"),
            f("ins(it)", "what came in"),
            f("del(it)", "what went"),
            f("wr(columns)", "the end of a line that goes on below, indented by so many columns"),
        ],
    ),
];

/// The names of all of them, in their order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().flat_map(|(_, list)| *list).map(Function::name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::TYPST;

    /// What the theme has for itself.
    const OWN: &[&str] = &[
        "style",
        "look",
        "pt",
        "paint",
        "ink",
        "accent",
        "link-paint",
        "grey",
        "hairline",
        "ground",
        "slant",
        "small",
        "tight",
        "emoji-font",
        "text-fonts",
        "mono-fonts",
        "sizes",
        "runs",
        "fitted",
        "dir-rtl",
        "dir-ltr",
        "sides",
        "to",
        "english",
        "math-fonts",
        "token",
        "checkbox",
        "heading-block",
        "heading-ratio",
        "is-verso",
        "matter",
        "head",
        "number-text",
        "foot-text",
        "foot",
        "strip",
        "contents-line",
        "cover-labels",
        "cover-page",
    ];

    #[test]
    fn the_list_is_what_the_built_in_theme_has() {
        let has: Vec<&str> = TYPST
            .lines()
            .filter_map(|line| line.strip_prefix("#let ")?.split(['(', ' ', '=']).next())
            .collect();
        for name in names() {
            assert!(has.contains(&name), "the theme has no `{name}`");
        }
        for name in has {
            assert!(names().any(|it| it == name) || OWN.contains(&name), "`{name}` is not in the list");
        }
    }

    #[test]
    fn each_is_given_what_it_takes() {
        for function in FUNCTIONS.iter().flat_map(|(_, list)| *list) {
            assert!(TYPST.contains(&format!("#let {}", function.call)), "{}", function.call);
        }
    }
}
