//! The cover image: the title over layers, as a PNG, since many reading
//! systems show no SVG as a cover.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use sha2::{Digest, Sha256};

use super::front::edition_line;
use super::plan::Plan;
use super::xml::Xml;

const WIDTH: u32 = 1000;
const HEIGHT: u32 = 1600;
const MARGIN: u32 = 90;

/// The font of the cover, the same as the PDF's. SIL Open Font License.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(include_bytes!("../../../fonts/LibertinusSerif-Regular.otf").to_vec());
    Arc::new(fonts)
});

/// Grounds dark enough for white text (7:1 and more).
const GROUNDS: [&str; 8] =
    ["#1f4e79", "#234f45", "#5a2a3c", "#3d3566", "#5b3a1e", "#2b4a5e", "#49472a", "#3c3c44"];

/// Draws the cover. None if it can't be drawn, which no title should bring about.
pub(super) fn png(plan: &Plan) -> Option<Vec<u8>> {
    let options = usvg::Options {
        font_family: "Libertinus Serif".to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_data(&svg(plan), &options).ok()?;
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT)?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    // The ground is opaque, so premultiplied colours are the colours.
    let mut rgb = Vec::with_capacity(pixmap.data().len() / 4 * 3);
    for pixel in pixmap.data().chunks_exact(4) {
        rgb.extend_from_slice(pixel.get(..3)?);
    }
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    image::ImageEncoder::write_image(encoder, &rgb, WIDTH, HEIGHT, image::ExtendedColorType::Rgb8).ok()?;
    Some(bytes)
}

fn svg(plan: &Plan) -> Vec<u8> {
    let metadata = &plan.book.metadata;
    let mut xml = Xml::new();
    let (width, height) = (WIDTH.to_string(), HEIGHT.to_string());
    xml.start(
        "svg",
        &[("xmlns", "http://www.w3.org/2000/svg"), ("width", width.as_str()), ("height", height.as_str())],
    );
    // One ground for all editions of a document, other layers for each.
    let document = Sha256::digest(plan.imprint.slug.as_bytes());
    let ground = document.first().and_then(|b| GROUNDS.get(usize::from(*b) % GROUNDS.len()));
    xml.empty(
        "rect",
        &[("width", &width), ("height", &height), ("fill", ground.copied().unwrap_or("#1f4e79"))],
    );
    layers(&mut xml, &Sha256::digest(plan.imprint.uuid.as_bytes()));
    // Letters that the font doesn't have would leave holes in the title.
    if [&metadata.title].iter().all(|text| text.chars().all(|c| !c.is_alphanumeric() || drawable(c))) {
        let mut y = MARGIN + 40;
        y = text(&mut xml, &metadata.title, y, &[128, 112, 96, 84, 72, 60, 50, 40], 5, "1");
        if let Some(subtitle) = metadata.subtitle.as_deref() {
            y = text(&mut xml, subtitle, y + 44, &[48, 42, 36], 3, "0.85");
        }
        let authors = metadata.authors.join(", ");
        text(&mut xml, &authors, y + 40, &[42, 36, 30], 3, "0.85");
        text(&mut xml, &edition_line(plan), HEIGHT - MARGIN - 40, &[42], 1, "0.95");
    }
    xml.finish()
}

/// Layers of the lower half, one above the other, as editions are.
fn layers(xml: &mut Xml, seed: &[u8]) {
    const LAYER: u32 = 34;
    for (i, byte) in (0_u32..).zip(seed.iter().take(16)) {
        let y = HEIGHT - MARGIN - 120 - (i + 1) * LAYER;
        let left = MARGIN + u32::from(byte & 15) * 14;
        let right = WIDTH - MARGIN - u32::from(byte >> 4) * 22;
        // Older layers are fainter.
        let opacity = format!("0.{:02}", 38 - i * 2);
        xml.empty(
            "rect",
            &[
                ("x", &left.to_string()),
                ("y", &y.to_string()),
                ("width", &right.saturating_sub(left).to_string()),
                ("height", &(LAYER - 10).to_string()),
                ("fill", "#fff"),
                ("fill-opacity", &opacity),
            ],
        );
    }
}

/// Text in the largest size in which it takes few lines; gives the next
/// free height.
fn text(xml: &mut Xml, text: &str, top: u32, sizes: &[u32], most: usize, opacity: &str) -> u32 {
    let text: String = text.chars().map(|c| if drawable(c) { c } else { ' ' }).collect();
    let mut fits = sizes.iter().map(|&size| (size, lines(&text, size)));
    let few = fits.clone().find(|(size, lines)| lines.len() <= most && lines.iter().all(|l| fit(l, *size)));
    let Some((size, mut lines)) = few.or_else(|| fits.next_back()) else { return top };
    if lines.len() > most {
        // The title page has the whole.
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            last.push_str(" …");
        }
    }
    let mut y = top;
    for line in &lines {
        y += size * 23 / 20;
        let (x, y, size) = (MARGIN.to_string(), y.to_string(), size.to_string());
        xml.element(
            "text",
            &[("x", &x), ("y", &y), ("font-size", &size), ("fill", "#fff"), ("fill-opacity", opacity)],
            line,
        );
    }
    y
}

fn lines(text: &str, size: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if fit(&format!("{line} {word}"), size) => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Whether a line is as short as the cover, by a rough table of widths.
fn fit(line: &str, size: u32) -> bool {
    let thousandths = |c: char| match c {
        'i' | 'j' | 'l' | 't' | 'f' | 'I' | '.' | ',' | ':' | ';' | '\'' | '!' | '|' | ' ' | '(' | ')' => 330,
        'm' | 'w' | 'M' | 'W' | '@' | '—' => 950,
        c if c.is_uppercase() => 740,
        _ => 540,
    };
    let width: u32 = line.chars().map(thousandths).sum();
    width * size / 1000 <= WIDTH - 2 * MARGIN
}

/// Whether Libertinus has a letter; generously, by alphabet.
fn drawable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A1}'..='\u{17F}' | '\u{370}'..='\u{3FF}' | '\u{400}'..='\u{45F}'
        | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201E}' | '\u{2026}')
}
