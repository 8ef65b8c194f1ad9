//! Images in whole editions: formats, fetching, and what is said about them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "images/server.rs"]
mod server;

use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bindery::fetch::{FetchOptions, Fetcher, Reach};
use image::{ImageFormat, Rgb, RgbImage};
use tempfile::TempDir;

use self::server::{Answer, Server};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images").join(name)).expect("a sample")
}

fn file(image: RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

fn png() -> Vec<u8> {
    file(RgbImage::from_pixel(20, 10, Rgb([200, 30, 30])), ImageFormat::Png)
}

/// A book of one chapter with some files.
fn book(chapter: &str, files: &[(&str, &[u8])]) -> TempDir {
    let root = TempDir::new().expect("a folder");
    let put = |path: &str, bytes: &[u8]| {
        let path = root.path().join("book").join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("writes");
    };
    put("book.toml", b"[book]\ntitle = \"Pictures\"\n");
    put("src/SUMMARY.md", b"# Summary\n\n- [One](one.md)\n");
    put("src/one.md", chapter.as_bytes());
    for (path, bytes) in files {
        put(&format!("src/{path}"), bytes);
    }
    root
}

struct Built {
    record: serde_json::Value,
    epub: Vec<(String, Vec<u8>)>,
    pdf: Vec<u8>,
    err: String,
}

/// Builds the book in a folder, with nothing of the environment but a cache.
fn build(root: &Path, args: &[&str]) -> Built {
    let output = Command::new(env!("CARGO_BIN_EXE_bindery"))
        .args(["build", "book", "--verbose"])
        .args(args)
        .current_dir(root)
        .env_clear()
        .env("XDG_CACHE_HOME", root.join("cache"))
        .output()
        .expect("runs");
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{err}");
    let folder = root.join("output/pictures/draft");
    let read = |name: &str| std::fs::read(folder.join(name)).expect("was written");
    let record = serde_json::from_slice(&read("edition.json")).expect("JSON");
    let mut archive = zip::ZipArchive::new(Cursor::new(read("pictures-draft.epub"))).expect("an archive");
    let epub = (0..archive.len())
        .map(|i| {
            let mut entry = archive.by_index(i).expect("an entry");
            let mut bytes = Vec::new();
            std::io::copy(&mut entry, &mut bytes).expect("reads");
            (entry.name().to_owned(), bytes)
        })
        .collect();
    Built { record, epub, pdf: read("pictures-draft.pdf"), err }
}

impl Built {
    /// Names of the images in the EPUB.
    fn images(&self) -> Vec<&str> {
        let names = self.epub.iter().filter_map(|(name, _)| name.split("/images/").nth(1));
        names.filter(|name| !name.starts_with("cover")).collect()
    }

    fn codes(&self) -> Vec<&str> {
        let all = self.record["diagnostics"].as_array().expect("a list");
        all.iter().map(|d| d["code"].as_str().expect("a code")).collect()
    }

    fn chapter(&self) -> String {
        let found = self.epub.iter().find(|(name, _)| name.ends_with("one.xhtml")).expect("the chapter");
        String::from_utf8(found.1.clone()).expect("UTF-8")
    }
}

#[test]
fn the_epub_holds_core_types_that_every_reader_knows() {
    let names = ["420-8-full.avif", "alpha.avif", "lossy.webp", "cmyk.jpg", "sixteen.png", "moves.png"];
    let chapter: String = names.iter().map(|name| format!("![{name}]({name})\n\n")).collect();
    let samples: Vec<_> = names.iter().map(|name| (*name, sample(name))).collect();
    let mut files: Vec<(&str, &[u8])> = samples.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let wrong = png();
    files.push(("wrong.jpg", &wrong));
    let root = book(&format!("# One\n\n{chapter}![wrong](wrong.jpg)\n"), &files);
    let built = build(root.path(), &[]);
    assert_eq!(built.images().len(), 7, "{:?}", built.images());
    for (name, bytes) in built.epub.iter().filter(|(name, _)| name.contains("/images/")) {
        let kind = image::guess_format(bytes).expect("an image");
        assert!(matches!(kind, ImageFormat::Png | ImageFormat::Jpeg), "{name} is {kind:?}");
        let extension = if kind == ImageFormat::Png { ".png" } else { ".jpg" };
        assert!(name.ends_with(extension), "{name}");
    }
    assert_eq!(
        built.codes(),
        ["image-converted", "image-converted", "image-converted", "image-animated", "image-mislabelled"]
    );
    assert!(built.err.contains("the image `src/wrong.jpg` is PNG by its content"), "{}", built.err);
}

#[test]
fn both_formats_show_the_same_text_for_what_is_broken() {
    let jpeg = file(RgbImage::from_pixel(60, 60, Rgb([9, 99, 9])), ImageFormat::Jpeg);
    let whole = png();
    let chapter = "# One\n\n![a torn photograph](a.jpg)\n\n![half a drawing](b.png)\n";
    let root = book(chapter, &[("a.jpg", &jpeg[..jpeg.len() / 2]), ("b.png", &whole[..whole.len() - 20])]);
    let built = build(root.path(), &[]);
    assert_eq!(built.codes(), ["image-invalid", "image-invalid"]);
    assert!(built.images().is_empty());
    let text = built.chapter();
    assert!(text.contains("a torn photograph") && text.contains("half a drawing"), "{text}");
    assert!(!built.pdf.is_empty());
}

#[test]
fn a_large_image_is_stored_once_and_small() {
    let mut state = 1_u32;
    let large = RgbImage::from_fn(3000, 2000, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 27) as u8;
        Rgb([(x / 13) as u8 + grain, (y / 9) as u8 + grain, grain])
    });
    let large = file(large, ImageFormat::Png);
    let root = book("# One\n\n![a](a.png)\n\n![b](b.png)\n", &[("a.png", &large), ("b.png", &large)]);
    let built = build(root.path(), &["--max-image-pixels", "60000"]);
    assert_eq!(built.codes(), ["image-reduced", "image-reduced"]);
    let (_, stored) = built
        .epub
        .iter()
        .find(|(name, _)| name.contains("/images/") && !name.contains("cover"))
        .expect("stored");
    assert_eq!(built.images().len(), 1, "the same picture under two names: {:?}", built.images());
    let small = image::load_from_memory(stored).expect("decodes");
    assert_eq!((small.width(), small.height()), (300, 200));
    assert!(built.chapter().contains("width=\"3000\""), "its natural size stays");
    assert!(built.pdf.len() < large.len() / 20, "{} of {}", built.pdf.len(), large.len());
    let again = build(root.path(), &["--max-image-pixels", "60000", "--jobs", "1"]);
    assert_eq!((built.pdf, built.epub), (again.pdf, again.epub), "the same bytes");
}

#[test]
fn drawings_in_the_text_become_images() {
    let chapter = "# One\n\nA mark <svg viewbox=\"0 0 8 8\" aria-label=\"a dot\"><circle r=4 cx=4 cy=4></svg> here.\n\n\
                   <svg width=\"90\" height=\"20\" onload=\"x()\">\n<title>Two words</title>\n\
                   <text x=\"2\" y=\"12\">drawn &amp; \u{13000}</text>\n<script>alert(1)</script>\n</svg>\n\n\
                   ![inside](data:image/png;base64,";
    let chapter = format!("{chapter}{})\n", base64(&png()));
    let built = build(book(&chapter, &[]).path(), &["--no-installed-fonts"]);
    let text = built.chapter();
    for alt in ["alt=\"a dot\"", "alt=\"Two words\"", "alt=\"inside\""] {
        assert!(text.contains(alt), "{alt}: {text}");
    }
    assert!(!text.contains("data:") && !text.contains("<svg"));
    let svg = built.epub.iter().find(|(_, b)| b.windows(5).any(|w| w == b"drawn")).expect("the drawing");
    let svg = String::from_utf8_lossy(&svg.1).into_owned();
    assert!(!svg.contains("script") && !svg.contains("onload"), "{svg}");
    assert_eq!(built.codes(), ["image-cleaned", "glyph-missing"]);
    assert!(built.err.contains("U+13000"), "{}", built.err);
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0, |n, b| (n << 8) | usize::from(*b)) << (8 * (3 - group.len()));
        for i in 0..4 {
            out.push(if i <= group.len() { char::from(DIGITS[(bits >> (18 - 6 * i)) & 63]) } else { '=' });
        }
    }
    out
}

// Fetching

fn options() -> FetchOptions {
    FetchOptions {
        reach: Reach::Any,
        max_bytes: 10_000,
        connect_timeout: Duration::from_millis(500),
        timeout: Duration::from_millis(900),
        ..FetchOptions::default()
    }
}

#[test]
fn what_goes_wrong_is_named_and_nothing_waits_for_ever() {
    let server = Server::start(vec![
        ("/ok.png", Answer::Body(png())),
        ("/moved.png", Answer::Redirect("/ok.png".to_owned())),
        ("/loop.png", Answer::Redirect("/loop.png".to_owned())),
        ("/large.png", Answer::Body(vec![0; 20_000])),
        ("/endless.png", Answer::Endless),
        ("/slow.png", Answer::Slow),
        ("/file.png", Answer::Redirect("file:///etc/passwd".to_owned())),
    ]);
    let mut addresses: Vec<String> = ["ok", "moved", "gone", "loop", "large", "endless", "slow", "file"]
        .iter()
        .map(|name| server.address(&format!("/{name}.png")))
        .collect();
    addresses.push("http://127.0.0.1:1/refused.png".to_owned());
    let mut fetcher = Fetcher::new(options());
    let found = fetcher.fetch(&addresses);
    let said = |i: usize| match &found[&addresses[i]] {
        Ok(image) => format!("{} bytes", image.bytes.len()),
        Err(why) => why.clone(),
    };
    assert_eq!(said(0), format!("{} bytes", png().len()));
    assert_eq!(said(1), said(0));
    assert_eq!(said(2), "the server answers 404");
    assert_eq!(said(3), "it leads from place to place");
    assert_eq!(said(4), "it has more than 1 MB");
    assert_eq!(said(5), "it has more than 1 MB");
    assert_eq!(said(6), "it takes too long");
    assert!(found[&addresses[7]].is_err(), "{}", said(7));
    assert_eq!(said(8), "its server does not answer");
    let before = server.asked("/ok.png");
    assert!(fetcher.fetch(&addresses[..1]).values().all(Result::is_ok));
    assert_eq!(server.asked("/ok.png"), before, "once in a run");
}

#[test]
fn addresses_of_this_machine_are_asked_for_only_if_the_user_says_so() {
    let server = Server::start(vec![("/a.png", Answer::Body(png()))]);
    let port = server.address("").rsplit(':').next().expect("a port").to_owned();
    let mut fetcher = Fetcher::new(FetchOptions { reach: Reach::Public, ..options() });
    let addresses = [
        server.address("/a.png"),
        format!("http://localhost:{port}/a.png"),
        format!("http://2130706433:{port}/a.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/a.png"),
    ];
    for (address, outcome) in fetcher.fetch(&addresses) {
        assert!(outcome.is_err(), "{address}");
    }
    assert_eq!(server.asked("/a.png"), 0);
    assert!(fetcher.fetch(&addresses[..1]).values().all(|o| o.as_ref().is_err_and(|w| w.contains("public"))));
}

#[test]
fn fetched_images_are_recorded_kept_and_checked_like_any_other() {
    let drawing = b"<svg width='9' height='9' xmlns='http://www.w3.org/2000/svg'><script>x()</script><rect width='9' height='9'/></svg>";
    let server = Server::start(vec![
        ("/a.png", Answer::Body(png())),
        ("/evil.svg", Answer::Body(drawing.to_vec())),
        ("/page.png", Answer::Body(b"<!DOCTYPE html><p>Sign in".to_vec())),
    ]);
    let chapter = format!(
        "# One\n\n![a]({})\n\n![drawing]({})\n\n![page]({})\n\n![gone]({})\n",
        server.address("/a.png"),
        server.address("/evil.svg"),
        server.address("/page.png"),
        server.address("/gone.png"),
    );
    let root = book(&chapter, &[]);

    let unasked = build(root.path(), &[]);
    assert_eq!(unasked.codes(), ["image-remote"; 4]);
    assert_eq!(server.asked("/a.png"), 0, "never unasked");
    assert!(unasked.record.get("fetched-images").is_none());

    let built = build(root.path(), &["--fetch-images=any"]);
    assert_eq!(built.codes(), ["image-cleaned", "image-invalid", "image-fetch-failed"]);
    assert_eq!(built.images().len(), 2, "{:?}", built.images());
    assert!(built.epub.iter().all(|(_, bytes)| !bytes.windows(3).any(|w| w == b"x()")), "no script");
    assert!(built.err.contains("was not fetched: the server answers 404"), "{}", built.err);
    let records = built.record["fetched-images"].as_array().expect("a list");
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["url"], server.address("/a.png"));
    assert_eq!(records[0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(records[0]["date"].as_str().map(str::len), Some(10));

    // From the cache: the server need not be asked, nor be there.
    let asked = server.asked("/a.png");
    let again = build(root.path(), &["--fetch-images=any"]);
    assert_eq!(server.asked("/a.png"), asked);
    assert_eq!((again.record, again.epub, again.pdf), (built.record, built.epub, built.pdf));
}
