//! Tests of looking at images.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn run(bytes: &[u8]) -> Result<(MediaKind, u32, u32), String> {
    check(bytes).map(|c| (c.media.kind, c.media.width, c.media.height))
}

fn check(bytes: &[u8]) -> Outcome {
    Images::new(10_000).check(&Arc::from(bytes), &mut 0)
}

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.into().write_to(&mut out, format).expect("encodes");
    out.into_inner()
}

fn red(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([200, 30, 30]))
}

/// The pixels of what is stored.
fn stored(checked: &Checked) -> RgbaImage {
    image::load_from_memory(&checked.media.bytes).expect("decodes").into_rgba8()
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.notes.iter().map(|(code, _)| code.as_str()).collect()
}

fn near(a: [u8; 4], b: [u8; 4], by: u8) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= by)
}

#[test]
fn images_are_told_by_their_content() {
    assert_eq!(run(&file(red(3, 2), ImageFormat::Png)), Ok((MediaKind::Png, 3, 2)));
    assert_eq!(run(&file(red(3, 2), ImageFormat::Gif)), Ok((MediaKind::Gif, 3, 2)));
    let jpeg = file(red(8, 8), ImageFormat::Jpeg);
    assert_eq!(run(&jpeg), Ok((MediaKind::Jpeg, 8, 8)));
    assert_eq!(run(&jpeg[..jpeg.len() - 2]), Err("the file is cut off".to_owned()));
    assert_eq!(run(b"<svg viewBox='0 0 4 2'/>"), Ok((MediaKind::Svg, 4, 2)));
}

#[test]
fn what_both_formats_show_is_stored_as_it_is() {
    for (image, format) in [
        (DynamicImage::from(red(9, 9)), ImageFormat::Png),
        (DynamicImage::from(red(9, 9)).into_luma_alpha8().into(), ImageFormat::Png),
        (DynamicImage::from(red(9, 9)).into_rgb16().into(), ImageFormat::Png),
        (DynamicImage::from(red(9, 9)), ImageFormat::Jpeg),
        (DynamicImage::from(red(9, 9)).into_luma8().into(), ImageFormat::Jpeg),
        (DynamicImage::from(red(9, 9)), ImageFormat::Gif),
    ] {
        let bytes = file(image, format);
        let checked = check(&bytes).expect("is shown");
        assert_eq!(*checked.media.bytes, *bytes, "{format:?}");
        assert!(checked.notes.is_empty());
    }
}

#[test]
fn what_cannot_be_shown_says_why() {
    let whole = file(red(30, 30), ImageFormat::Png);
    assert!(run(&whole[..whole.len() / 2]).is_err(), "cut off");
    assert_eq!(run(b"").unwrap_err(), "the file is empty");
    assert_eq!(
        run(b"hello").unwrap_err(),
        "the file is neither PNG, JPEG, GIF, WebP, AVIF, BMP, ICO nor SVG"
    );
    assert_eq!(run(b"II*\0....").unwrap_err(), "the file is TIFF, which is not supported");
    assert_eq!(run(b" <!DOCTYPE html><p>").unwrap_err(), "the file is a web page, which is not supported");
    assert!(run(b"version https://git-lfs.github.com/spec/v1\n").unwrap_err().contains("Git LFS"));
    for format in [ImageFormat::Gif, ImageFormat::WebP] {
        let whole = file(red(40, 40), format);
        assert!(run(&whole[..whole.len() / 2]).is_err(), "{format:?}");
    }
}

#[test]
fn bombs_are_refused_by_what_their_head_claims() {
    let mut png = file(red(1, 1), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0x27, 0x11, 0, 0, 0x27, 0x11]);
    // Its checksum is wrong now, which may be said first.
    assert!(run(&png).is_err());
    let mut gif = file(red(1, 1), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xFF; 4]);
    assert_eq!(run(&gif).unwrap_err(), "65535 by 65535 pixels are too many");
    let mut jpeg = file(red(8, 8), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|m| m == [0xFF, 0xC0]).expect("a frame");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x7F; 4]);
    assert_eq!(run(&jpeg).unwrap_err(), "32639 by 32639 pixels are too many");
    assert!(run(b"<svg width='1e7' height='1e7'/>").unwrap_err().contains("too many"));
}

#[test]
fn webp_is_converted_and_keeps_its_transparency() {
    let image =
        RgbaImage::from_fn(20, 20, |x, _| if x < 10 { Rgba([10, 200, 60, 255]) } else { Rgba([0; 4]) });
    let checked = check(&file(image, ImageFormat::WebP)).expect("is shown");
    assert_eq!((checked.media.kind, codes(&checked)), (MediaKind::Png, vec!["image-converted"]));
    let pixels = stored(&checked);
    assert_eq!(pixels.get_pixel(3, 3).0, [10, 200, 60, 255]);
    assert_eq!(pixels.get_pixel(15, 3).0[3], 0);
}

#[test]
fn large_images_are_reduced_and_keep_their_natural_size() {
    let image =
        RgbImage::from_fn(400, 200, |x, _| if x < 200 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) });
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let checked = check(&file(image.clone(), format)).expect("is shown");
        assert_eq!((checked.media.width, checked.media.height), (400, 200));
        let pixels = stored(&checked);
        assert_eq!(pixels.dimensions(), (141, 70));
        assert!(near(pixels.get_pixel(30, 30).0, [220, 20, 20, 255], 12), "{format:?}");
        assert!(near(pixels.get_pixel(110, 30).0, [20, 20, 220, 255], 12), "{format:?}");
        assert_eq!(codes(&checked), ["image-reduced"]);
    }
}

#[test]
fn the_same_image_gives_the_same_bytes_and_is_decoded_once() {
    let images = Images::new(10_000);
    let bytes: Arc<[u8]> = file(red(300, 300), ImageFormat::WebP).into();
    let mut made = 0;
    let first = images.check(&bytes, &mut made).expect("is shown");
    let again = images.check(&bytes, &mut made).expect("is shown");
    assert_eq!(made, 1);
    assert!(Arc::ptr_eq(&first.media.bytes, &again.media.bytes), "looked at once");
    assert_eq!(check(&bytes).expect("is shown").media, first.media);
}

/// A JPEG with an EXIF block that says how it is turned.
fn turned(image: RgbImage, orientation: u8) -> Vec<u8> {
    let plain = file(image, ImageFormat::Jpeg);
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(tiff.len() + 2).expect("short").to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, &tiff, &plain[2..]].concat()
}

#[test]
fn images_that_say_so_are_turned() {
    // Red on the left; turned by 90 degrees clockwise it is on top.
    let image =
        RgbImage::from_fn(64, 32, |x, _| if x < 32 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) });
    let checked = check(&turned(image.clone(), 6)).expect("is shown");
    assert_eq!((checked.media.width, checked.media.height), (32, 64));
    let pixels = stored(&checked);
    assert!(near(pixels.get_pixel(16, 8).0, [220, 20, 20, 255], 30));
    assert!(near(pixels.get_pixel(16, 56).0, [20, 20, 220, 255], 30));
    let plain = turned(image, 1);
    assert_eq!(*check(&plain).expect("is shown").media.bytes, *plain, "nothing to turn");
}

fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images").join(name);
    std::fs::read(path).expect("the sample is there")
}

/// Four fields: red and green above blue and white; the sample's name says
/// how it is coded.
#[test]
fn samples_of_all_kinds_have_their_colours() {
    let fields = [[210, 40, 30, 255], [40, 180, 60, 255], [30, 60, 200, 255], [240, 240, 240, 255]];
    for name in [
        "420-8-limited.avif",
        "420-8-full.avif",
        "422-8-full.avif",
        "444-8-full.avif",
        "444-10-full-709.avif",
        "420-12-limited-2020.avif",
        "identity.avif",
        "odd-420.avif",
        "lossy.webp",
        "cmyk.jpg",
        "interlaced.png",
        "sixteen.png",
        "grey-alpha.png",
        "profile.png",
    ] {
        let checked = check(&sample(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let pixels = stored(&checked);
        let (w, h) = pixels.dimensions();
        for (i, want) in fields.iter().enumerate() {
            let (x, y) = (w / 4 + (i as u32 % 2) * w / 2, h / 4 + (i as u32 / 2) * h / 2);
            let found = pixels.get_pixel(x, y).0;
            let grey = |c: [u8; 4]| {
                let luma = (u32::from(c[0]) * 299 + u32::from(c[1]) * 587 + u32::from(c[2]) * 114) / 1000;
                [luma as u8, luma as u8, luma as u8, 255]
            };
            let want = if name.starts_with("grey") { grey(*want) } else { *want };
            assert!(near(found, want, 14), "{name}, field {i}: {found:?} for {want:?}");
        }
    }
}

#[test]
fn avif_has_transparency_turns_and_grey() {
    let checked = check(&sample("alpha.avif")).expect("is shown");
    assert_eq!(checked.media.kind, MediaKind::Png);
    let pixels = stored(&checked);
    assert!(near(pixels.get_pixel(8, 8).0, [210, 40, 30, 255], 14), "{:?}", pixels.get_pixel(8, 8));
    assert!(pixels.get_pixel(24, 8).0[3] < 8);
    let turned = check(&sample("turned.avif")).expect("is shown");
    assert_eq!((turned.media.width, turned.media.height), (16, 32), "stored as 32 by 16");
    let grey = check(&sample("grey.avif")).expect("is shown");
    let found = stored(&grey).get_pixel(8, 8).0;
    assert!(near(found, [90, 90, 90, 255], 6), "{found:?}");
    let whole = sample("420-8-full.avif");
    for length in (0..whole.len()).step_by(7) {
        assert!(run(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn damaged_images_are_shown_or_refused() {
    let samples = ["420-8-full.avif", "alpha.avif", "lossy.webp", "cmyk.jpg", "interlaced.png"];
    for name in samples {
        let whole = sample(name);
        for at in (0..whole.len()).step_by(5) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            // Nothing of what is found out leaves the check but a message.
            if let Err(why) = run(&bytes) {
                assert!(!why.is_empty() && !why.contains('\n'), "{name} at {at}: {why}");
            }
        }
    }
}

#[test]
fn what_moves_is_told() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for shade in [0, 255] {
            let frame = RgbaImage::from_pixel(6, 6, Rgba([shade, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).expect("encodes");
        }
    }
    let checked = check(&bytes).expect("is shown");
    assert_eq!((checked.media.kind, codes(&checked)), (MediaKind::Gif, vec!["image-animated"]));
    assert!(checked.media.moves());
    for name in ["moves.png", "moves.webp"] {
        let checked = check(&sample(name)).expect("is shown");
        assert_eq!(codes(&checked).first(), Some(&"image-animated"), "{name}");
        let first = stored(&checked).get_pixel(4, 4).0;
        assert!(near(first, [210, 40, 30, 255], 14), "{name}: {first:?}");
    }
}

#[test]
fn pictures_inside_drawings_are_checked_too() {
    let png = super::super::data_uri::encode("image/gif", &file(red(300, 300), ImageFormat::Png));
    let svg = format!("<svg width=\"9\" height=\"9\"><image width=\"9\" height=\"9\" href=\"{png}\"/></svg>");
    let checked = check(svg.as_bytes()).expect("is shown");
    assert!(checked.media.bytes.len() < svg.len(), "reduced");
    assert!(String::from_utf8_lossy(&checked.media.bytes).contains("href=\"data:image/png;base64,"));
    let uses = "<use href=\"#i\"/>".repeat(12_000);
    let bomb = svg.replace("<image ", &format!("{uses}<image id=\"i\" "));
    assert!(check(bomb.as_bytes()).unwrap_err().contains("too many times"));
}

/// A red picture with a colour profile.
#[allow(clippy::wildcard_enum_match_arm, reason = "what is none of the others is GIF here")]
fn profiled(format: ImageFormat, profile: &[u8]) -> Vec<u8> {
    use image::ImageEncoder;
    use image::codecs::{gif, jpeg, png, webp};
    fn write(mut encoder: impl ImageEncoder, profile: &[u8]) {
        encoder.set_icc_profile(profile.to_vec()).expect("takes profiles");
        DynamicImage::from(red(9, 9)).write_with_encoder(encoder).expect("encodes");
    }
    let mut out = Vec::new();
    match format {
        ImageFormat::Png => write(png::PngEncoder::new(&mut out), profile),
        ImageFormat::Jpeg => write(jpeg::JpegEncoder::new(&mut out), profile),
        ImageFormat::WebP => write(webp::WebPEncoder::new_lossless(&mut out), profile),
        _ => {
            let frame = image::Frame::new(DynamicImage::from(red(9, 9)).into_rgba8());
            gif::GifEncoder::new(&mut out).encode_frame(frame).expect("encodes");
            let end = out.windows(2).position(|at| at == [0x21, 0xF9]).expect("a picture");
            let mut block = b"\x21\xFF\x0bICCRGBG1012".to_vec();
            for part in profile.chunks(255) {
                block.push(u8::try_from(part.len()).expect("short"));
                block.extend_from_slice(part);
            }
            block.push(0);
            out.splice(end..end, block);
        }
    }
    out
}

/// The colour profile of what is stored.
fn profile_of(checked: &Checked) -> Option<Vec<u8>> {
    use image::ImageDecoder;
    let reader = image::ImageReader::new(Cursor::new(&*checked.media.bytes)).with_guessed_format();
    reader.expect("is known").into_decoder().expect("decodes").icc_profile().expect("is read")
}

#[test]
fn colour_profiles_that_no_page_may_hold_are_left_out() {
    use super::profile::tests::profile;
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    for format in formats {
        let good = profile(4, b"mntr", b"RGB ");
        let file = profiled(format, &good);
        let kept = check(&file).expect("is shown");
        assert_eq!(profile_of(&kept), Some(good), "{format:?}");
        assert!(!codes(&kept).contains(&"image-profile"));
        assert_eq!(*kept.media.bytes == *file, format != ImageFormat::WebP);
        for bad in [
            profile(2, b"abst", b"RGB "),
            profile(2, b"mntr", b"Lab "),
            profile(2, b"mntr", b"GRAY"),
            profile(5, b"mntr", b"RGB "),
            vec![7; 60_000],
        ] {
            let file = profiled(format, &bad);
            let bare = check(&file).expect("is shown");
            assert_eq!(profile_of(&bare), None, "{format:?}");
            assert!(codes(&bare).contains(&"image-profile"), "{format:?}");
            assert_eq!(codes(&bare).contains(&"image-converted"), format == ImageFormat::WebP);
            assert_eq!(stored(&bare), stored(&kept), "{format:?}: its pixels are the same");
        }
    }
}
