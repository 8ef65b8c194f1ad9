//! Small PDFs in, and each object read back by [`Opened`], which shares no
//! code with what is tested.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;
use proptest::prelude::*;

use super::compact;

/// A PDF with these values as objects 1, 2, 3 …, as Typst's exporter writes
/// it; the first is the catalogue. `None` leaves a free number.
fn pdf(values: &[Option<&[u8]>]) -> Vec<u8> {
    let trailer = format!("<</Size {}/Root 1 0 R/ID[(a)(b)]>>", values.len() + 1);
    with_trailer(values, &trailer)
}

fn with_trailer(values: &[Option<&[u8]>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\x80\x80\x80\x80\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", values.len() + 1);
    for (number, value) in (1..).zip(values) {
        match value {
            None => table.push_str("0000000000 00000 f\r\n"),
            Some(value) => {
                table.push_str(&format!("{:010} 00000 n\r\n", out.len()));
                out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
                out.extend_from_slice(value);
                out.extend_from_slice(b"\nendobj\n\n");
            }
        }
    }
    let start = out.len();
    out.extend_from_slice(format!("{table}trailer\n{trailer}\nstartxref\n{start}\n%%EOF").as_bytes());
    out
}

/// So many objects that the file gets smaller, after some of one's own.
fn padded<'a>(values: &[&'a [u8]]) -> Vec<Option<&'a [u8]>> {
    let filling: &[u8] = b"<</Type/StructElem/S/Span/P 1 0 R/K[0 1 2]>>";
    values.iter().copied().chain(std::iter::repeat_n(filling, 600)).map(Some).collect()
}

fn stream(data: &[u8]) -> Vec<u8> {
    let mut out = format!("<</Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

/// A compacted file, by number: the value's bytes, or all of a stream's object.
struct Opened {
    objects: BTreeMap<usize, Vec<u8>>,
    trailer: String,
    free: Vec<usize>,
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> &'a [u8] {
    let at = bytes.windows(mark.len()).position(|window| window == mark).expect("is there");
    &bytes[at + mark.len()..]
}

fn numeral(text: &[u8]) -> usize {
    let digits: Vec<u8> = text.iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).expect("digits").parse().expect("a number")
}

/// The dictionary and the inflated data of the stream at an offset.
fn inflated(bytes: &[u8]) -> (String, Vec<u8>) {
    let end = bytes.windows(8).position(|window| window == b"\nstream\n").expect("a stream");
    let dict = String::from_utf8(bytes[..end].to_vec()).expect("ASCII");
    let length = numeral(after(bytes, b"/Length "));
    let mut data = Vec::new();
    ZlibDecoder::new(&bytes[end + 8..end + 8 + length]).read_to_end(&mut data).expect("inflates");
    assert!(bytes[end + 8 + length..].starts_with(b"\nendstream\nendobj\n"));
    (dict, data)
}

fn opened(bytes: &[u8]) -> Opened {
    let tail = &bytes[bytes.len() - 40..];
    let start = numeral(after(tail, b"startxref\n"));
    let (trailer, packed) = inflated(&bytes[start..]);
    let size = numeral(after(trailer.as_bytes(), b"/Size "));
    let width = numeral(after(trailer.as_bytes(), b"/W[1 "));
    let mut row = vec![0_u8; 1 + width + 2];
    let mut found = Opened { objects: BTreeMap::new(), trailer, free: Vec::new() };
    assert_eq!(packed.len(), size * (row.len() + 1));
    for (number, line) in packed.chunks(row.len() + 1).enumerate() {
        assert_eq!(line[0], 2);
        row.iter_mut().zip(&line[1..]).for_each(|(byte, more)| *byte = byte.wrapping_add(*more));
        let middle = row[1..=width].iter().fold(0, |sum, &byte| sum * 256 + usize::from(byte));
        let last = usize::from(row[width + 1]) * 256 + usize::from(row[width + 2]);
        match row[0] {
            0 => found.free.push(number),
            1 => {
                assert!(bytes[middle..].starts_with(format!("{number} 0 obj\n").as_bytes()));
                found.objects.insert(number, bytes[middle..].to_vec());
            }
            2 => {
                // The value is filled in once the place of its stream is known.
                found.objects.insert(number, format!("{middle} {last}").into_bytes());
            }
            kind => panic!("a row of kind {kind}"),
        }
    }
    let streams = found.objects.clone();
    for (number, value) in &mut found.objects {
        if value.starts_with(format!("{number} 0 obj").as_bytes()) {
            continue;
        }
        let index: usize =
            String::from_utf8_lossy(value).split(' ').nth(1).expect("two").parse().expect("is one");
        let (dict, data) = inflated(&streams[&numeral(value)]);
        let first = numeral(after(dict.as_bytes(), b"/First "));
        let head: Vec<usize> = String::from_utf8_lossy(&data[..first])
            .split_ascii_whitespace()
            .map(|n| n.parse().expect("a number"))
            .collect();
        assert_eq!(head.len(), 2 * numeral(after(dict.as_bytes(), b"/N ")));
        assert_eq!(head[2 * index], *number);
        let end = head.get(2 * index + 3).map_or(data.len(), |end| first + end);
        *value = data[first + head[2 * index + 1]..end].trim_ascii().to_vec();
    }
    found
}

/// Whether each value is there, in an object stream or as it was.
fn holds(found: &Opened, values: &[Option<&[u8]>]) {
    for (number, value) in (1..).zip(values) {
        match value {
            None => assert!(found.free.contains(&number)),
            Some(value) => {
                let is = &found.objects[&number];
                let whole = [format!("{number} 0 obj\n").as_bytes(), value, b"\nendobj\n"].concat();
                let expected =
                    if value.ends_with(b"endstream") { whole.as_slice() } else { value.trim_ascii() };
                assert!(is.starts_with(expected), "{}", String::from_utf8_lossy(is));
                assert!(is.len() == expected.len() || value.ends_with(b"endstream"));
            }
        }
    }
}

#[test]
fn values_move_and_streams_stay() {
    let data = stream(b"endstream endobj\n7 0 obj (");
    let values: [&[u8]; 9] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"(a \\) >> endobj \\\\)",
        b"(nested (parentheses) \\( )",
        &data,
        b"<</A#20B<48 65>/C[<</D(%)>> -1.5 null % a comment ]\n]>>",
        b"/Name#28",
        b"-12.5",
        b"null",
        b"<< /White   [ 1 0 R ]\r\n>>",
    ];
    let mut values = padded(&values);
    values[20] = None;
    let bytes = pdf(&values);
    let smaller = compact(bytes.clone());
    assert!(smaller.len() * 4 < bytes.len());
    let found = opened(&smaller);
    holds(&found, &values);
    assert_eq!(found.free, [0, 21]);
    assert!(found.trailer.contains("/Root 1 0 R/ID [(a)(b)]"), "{}", found.trailer);
    assert!(smaller.starts_with(b"%PDF-1.7\n%\x80\x80\x80\x80\n4 0 obj\n<<"));
}

#[test]
fn a_stream_holds_no_more_than_readers_like() {
    let long = format!("({})", "x".repeat(30_000));
    let mut values = padded(&[]);
    values.splice(300..300, std::iter::repeat_n(Some(long.as_bytes()), 5));
    let smaller = compact(pdf(&values));
    let counts: Vec<usize> = String::from_utf8_lossy(&smaller)
        .match_indices("/ObjStm/N ")
        .map(|(at, mark)| numeral(String::from_utf8_lossy(&smaller)[at + mark.len()..].as_bytes()))
        .collect();
    assert_eq!(counts, [200, 102, 2, 200, 101]);
    holds(&opened(&smaller), &values);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let bytes = pdf(&padded(&[b"<</Type/Catalog>>"]));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| compact(bytes.clone()))
    };
    assert_eq!(on(1), on(4));
}

/// The file of the test above, with something of it changed.
fn changed(from: &str, to: &str) -> bool {
    let catalogue = "<</Type/Catalog/Pages 2 0 R>>".as_bytes();
    let data = stream(b"0 0 m");
    let bytes = pdf(&padded(&[catalogue, &data]));
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("is there");
    // What stands where stays the same, or every change would be found by that.
    assert_eq!(from.len(), to.len());
    let mut other = bytes.clone();
    other[at..at + to.len()].copy_from_slice(to.as_bytes());
    compact(other.clone()) != other
}

#[test]
fn what_the_exporter_does_not_write_is_left_alone() {
    assert!(changed("/Catalog", "/Patalog"), "or the others show nothing");
    for (from, to) in [
        ("%PDF-1.7", "%PDF-1.4"),
        ("2 0 obj", "3 0 obj"),
        ("2 0 obj", "2 1 obj"),
        ("/Length 5", "/Length 4"),
        ("/Length 5", "/Length 7"),
        ("/Length 5", "/L#67th 5"),
        ("endstream", "endstrean"),
        ("endobj", "endabj"),
        ("Pages 2 0 R>>", "Pages 2 0 R> "),
        ("65535 f", "65535 n"),
        ("00000 n", "00001 n"),
        ("/ID[(a)", "/Ie[(a)"),
        ("/Root 1 ", "/Root 0 "),
        ("/Root", "/Prev"),
        ("/Size 603", "/Size 602"),
        ("%%EOF", "%%EOG"),
        ("startxref", "startxreg"),
    ] {
        assert!(!changed(from, to), "{from} → {to}");
    }
    let values = padded(&[b"<</Type/Catalog>>"]);
    for trailer in [
        "<</Size 602/Root 1 0 R/Encrypt 2 0 R>>",
        "<</Size 602/Root 1 0 R/Prev 9>>",
        "<</Size 602/Root 1 0 R/XRefStm 9>>",
        "<</Root 1 0 R>>",
        "<</Size 602>>",
        "<</Size 602/Root 1 0 R>",
    ] {
        let bytes = with_trailer(&values, trailer);
        assert_eq!(compact(bytes.clone()), bytes, "{trailer}");
    }
    assert_ne!(compact(pdf(&values)), pdf(&values));
}

#[test]
fn a_file_that_would_grow_is_left_alone() {
    let bytes = pdf(&[Some(b"<</Type/Catalog>>")]);
    assert_eq!(compact(bytes.clone()), bytes);
}

/// Any value of a PDF.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(|n| n.to_string()),
        Just("true".to_owned()),
        Just("(a\\)\\\\ (b) endobj)".to_owned()),
        "[(]([a-z% ]|\\\\[()\\\\])*[)]",
        "<[0-9a-f ]{0,8}>",
        "/[A-Za-z#]{1,8}",
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5)
                .prop_map(|items| format!("[{} 7 0 R]", items.join(" "))),
            prop::collection::vec(inner, 0..5).prop_map(|items| {
                let entries: Vec<String> = items.iter().map(|item| format!("/K {item}")).collect();
                format!("<<{}>>", entries.join("\n"))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_object_keeps_its_value(
        values in prop::collection::vec(value(), 1..20),
        data in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let data = stream(&data);
        let own: Vec<&[u8]> = values.iter().map(String::as_bytes).chain([data.as_slice()]).collect();
        let values = padded(&own);
        let bytes = pdf(&values);
        let smaller = compact(bytes.clone());
        prop_assert!(smaller.len() < bytes.len() / 2);
        holds(&opened(&smaller), &values);
    }

    #[test]
    fn any_bytes_do_no_harm(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let data = stream(b"0 0 m");
        let mut bytes = pdf(&padded(&[b"<</Type/Catalog>>", &data, b"[(a) <</B(\\))>>]"]));
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        let out = compact(bytes.clone());
        if out != bytes {
            opened(&out);
        }
    }
}
