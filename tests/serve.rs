//! `bindery serve` over real sockets: what can be had, and what can't.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use self::common::run::{bindery, files};
use self::common::write;

/// A server of a folder, until it is dropped.
struct Served {
    child: Child,
    address: String,
    place: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as it came.
struct Answer {
    status: u16,
    head: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status =
            lines.next().expect("a line").split(' ').nth(1).expect("a status").parse().expect("a number");
        let field =
            |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Self { status, head: lines.filter_map(field).collect(), body: bytes[end + 4..].to_vec() }
    }

    fn get(&self, name: &str) -> &str {
        self.head.get(name).map_or("", String::as_str)
    }
}

impl Served {
    /// The shelf of the catalogue's tests, with a book in one folder.
    fn new() -> Self {
        let place = TempDir::new().expect("a folder");
        let shelf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogue/shelf");
        for (name, bytes) in files(&shelf) {
            write(&place.path().join("output"), &name, bytes);
        }
        write(place.path(), "secret.txt", "secret");
        write(place.path(), "output/.hidden/key", "secret");
        write(place.path(), "output/nets/2022/nets-2022.epub", "0123456789");
        write(place.path(), "output/nets/2022/notes.md", "# Notes\n");
        write(place.path(), "output/empty.bin", "");
        #[cfg(unix)]
        std::os::unix::fs::symlink("../secret.txt", place.path().join("output/link.txt")).expect("a link");
        let mut child = Command::new(env!("CARGO_BIN_EXE_bindery"))
            .args(["serve", "output", "--listen", "127.0.0.1:0"])
            .current_dir(place.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("http://")));
        let line = line.expect("an address").expect("UTF-8");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { child, address, place }
    }

    /// What comes back for these bytes, until the server closes.
    fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        self.send(bytes, false)
    }

    /// The same; the client may say that it sends no more.
    fn send(&self, bytes: &[u8], no_more: bool) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        // It may have said no before all of it is written.
        let _ = stream.write_all(bytes);
        if no_more {
            let _ = stream.shutdown(std::net::Shutdown::Write);
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    fn ask(&self, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{fields}\r\n");
        Answer::read(&self.raw(request.as_bytes()))
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }
}

const BOOK: &str = "/nets/2022/nets-2022.epub";

#[test]
fn files_come_with_their_type_their_length_and_their_tag() {
    let served = Served::new();
    let book = served.get(BOOK);
    assert_eq!((book.status, book.body.as_slice()), (200, &b"0123456789"[..]));
    assert_eq!(book.get("content-type"), "application/epub+zip");
    assert_eq!(book.get("content-length"), "10");
    assert_eq!(book.get("x-content-type-options"), "nosniff");
    assert_eq!(book.get("access-control-allow-origin"), "*");
    assert_eq!(book.get("accept-ranges"), "bytes");
    // The SHA-256 of "0123456789".
    let tag = "\"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882\"";
    assert_eq!(book.get("etag"), tag);

    let head = served.ask("HEAD", BOOK, &[]);
    assert_eq!((head.status, head.body.len(), head.get("content-length")), (200, 0, "10"));
    assert_eq!(head.get("etag"), tag);
    let known = served.ask("GET", BOOK, &[("If-None-Match", &format!("\"x\", W/{tag}"))]);
    assert_eq!((known.status, known.body.len(), known.get("etag")), (304, 0, tag));
    assert_eq!(served.ask("GET", BOOK, &[("If-None-Match", "\"x\"")]).status, 200);

    assert_eq!(served.get("/nets/2022/notes.md").get("content-type"), "text/markdown; charset=utf-8");
    let empty = served.get("/empty.bin");
    assert_eq!((empty.status, empty.get("content-length")), (200, "0"));
    // A file that is replaced has another tag.
    write(served.place.path(), "output/nets/2022/nets-2022.epub", "01234567890");
    assert_ne!(served.get(BOOK).get("etag"), tag);
}

#[test]
fn parts_are_given() {
    let served = Served::new();
    let part = |fields: &[(&str, &str)]| served.ask("GET", BOOK, fields);
    let answer = part(&[("Range", "bytes=2-4")]);
    assert_eq!((answer.status, answer.body.as_slice()), (206, &b"234"[..]));
    assert_eq!((answer.get("content-range"), answer.get("content-length")), ("bytes 2-4/10", "3"));
    assert_eq!(part(&[("Range", "bytes=-2")]).body, b"89");
    assert_eq!(part(&[("Range", "bytes=7-")]).body, b"789");
    let beyond = part(&[("Range", "bytes=10-")]);
    assert_eq!((beyond.status, beyond.get("content-range")), (416, "bytes */10"));
    assert_eq!(part(&[("Range", "bytes=0-1,4-5")]).body.len(), 10);
    assert_eq!(served.ask("GET", "/empty.bin", &[("Range", "bytes=0-")]).status, 416);

    let tag = served.get(BOOK).get("etag").to_owned();
    assert_eq!(part(&[("Range", "bytes=0-0"), ("If-Range", &tag)]).status, 206);
    for other in ["\"x\"", "Sat, 01 Jan 2022 00:00:00 GMT"] {
        assert_eq!(part(&[("Range", "bytes=0-0"), ("If-Range", other)]).status, 200);
    }
    let head = served.ask("HEAD", BOOK, &[("Range", "bytes=0-0")]);
    assert_eq!((head.status, head.get("content-length")), (200, "10"));
    // The feeds too, though they lie in memory.
    let answer = served.ask("GET", "/opds.json", &[("Range", "bytes=0-0")]);
    assert_eq!((answer.status, answer.body.as_slice()), (206, &b"{"[..]));
}

#[test]
fn nothing_else_can_be_had() {
    let served = Served::new();
    for target in [
        "/nothing",
        "/nets",
        "/nets/",
        "/nets/2022",
        "/../secret.txt",
        "/nets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/.hidden/key",
        "/%2ehidden/key",
        "/nets/./2022/notes.md",
        "/link.txt",
        "/etc/passwd",
        "//etc/passwd",
        "/%00",
        "/%",
        "/%ff",
        "/index.html/",
    ] {
        let answer = served.get(target);
        assert_eq!(answer.status, 404, "{target}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"), "{target}");
        assert_eq!(answer.get("content-type"), "text/html; charset=utf-8");
        assert_eq!(served.ask("HEAD", target, &[]).body.len(), 0);
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
        let answer = served.ask(method, BOOK, &[("Content-Length", "0")]);
        assert_eq!((answer.status, answer.get("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
    }
    let asked = served.ask(
        "OPTIONS",
        BOOK,
        &[("Origin", "http://reader.example"), ("Access-Control-Request-Method", "GET")],
    );
    assert_eq!((asked.status, asked.get("access-control-allow-origin")), (204, "*"));
    assert!(asked.get("access-control-allow-headers").contains("Range"));
    assert!(served.place.path().join("output").join(&BOOK[1..]).exists());
}

#[test]
fn garbage_ends_nothing() {
    let served = Served::new();
    let long = format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "A: b\r\n".repeat(5_000));
    for bytes in [
        &b"\x00\xff\xfe garbage\r\n\r\n"[..],
        b"GET",
        b"\r\n\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        long.as_bytes(),
        many.as_bytes(),
    ] {
        let answer = served.send(bytes, true);
        let status = answer.get(9..12).unwrap_or_default();
        let refused = status.is_empty()
            || matches!(status, b"200" | b"400" | b"404" | b"405" | b"414" | b"431" | b"505");
        assert!(
            refused,
            "{:?}: {}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)]),
            String::from_utf8_lossy(&answer)
        );
    }
    // Those who ask for one thing after another on one line, and those who say nothing.
    let silent: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(&served.address).expect("connects")).collect();
    let twice = served.raw(format!("GET {BOOK} HTTP/1.1\r\nHost: h\r\n\r\nGET {BOOK} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").as_bytes());
    assert_eq!(String::from_utf8_lossy(&twice).matches("0123456789").count(), 2);
    drop(silent);
    assert_eq!(served.get(BOOK).status, 200);
}

#[test]
fn the_catalogue_is_that_of_the_present_folder_with_links_that_hold_here() {
    let mut served = Served::new();
    let types = [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/opds.xml", "application/atom+xml;profile=opds-catalog;kind=acquisition"),
        ("/opds.json", "application/opds+json"),
        ("/atom.xml", "application/atom+xml"),
        ("/editions.json", "application/json"),
    ];
    for (target, kind) in types {
        let answer = served.get(target);
        assert_eq!((answer.status, answer.get("content-type")), (200, kind), "{target}");
        let text = String::from_utf8(answer.body).expect("UTF-8");
        assert!(text.contains("nets/2022/nets-2022.epub"), "{target}");
        // The records say that they are published there.
        assert!(!text.contains("https://example.org/editions"), "{target}");
    }
    let page = served.get("/");
    assert!(page.get("content-security-policy").starts_with("default-src 'none'"));
    let tag = served.get("/opds.xml").get("etag").to_owned();
    assert_eq!(served.ask("GET", "/opds.xml", &[("If-None-Match", &tag)]).status, 304);
    assert!(!served.place.path().join("output/opds.xml").exists(), "nothing is written");

    // An edition that is added is seen soon, and files of the folder don't stand in the feeds' way.
    let record =
        std::fs::read_to_string(served.place.path().join("output/nets/2022/edition.json")).expect("reads");
    let record = record.replace("\"2022\"", "\"2023\"").replace("44444444-4444", "55555555-5555");
    write(served.place.path(), "output/nets/2023/edition.json", record);
    write(served.place.path(), "output/opds.xml", "old");
    std::thread::sleep(Duration::from_millis(1_200));
    let feed = String::from_utf8(served.get("/opds.xml").body).expect("UTF-8");
    assert!(feed.contains("nets/2023/nets-2022.epub"), "{feed}");
    write(served.place.path(), "output/index.html", "of a theme");
    assert_eq!(served.get("/").body, b"of a theme");
    assert!(served.child.try_wait().expect("asks").is_none(), "it still runs");
}

#[test]
fn what_can_not_be_served_is_said() {
    let place = TempDir::new().expect("a folder");
    let run = bindery(place.path(), &["serve", "nowhere"]);
    assert!(run.code == 1 && run.err.contains("[serve-failed]"), "{}", run.err);
    let run = bindery(place.path(), &["serve", ".", "--listen", "8080"]);
    assert!(run.code == 2 && run.err.contains("0.0.0.0:8080"), "{}", run.err);
    write(place.path(), "edition/edition.json", "{}");
    let run = bindery(place.path(), &["serve", "edition"]);
    assert!(run.code == 1 && run.err.contains("the folder of an edition"), "{}", run.err);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = taken.local_addr().expect("an address").to_string();
    let run = bindery(place.path(), &["serve", ".", "--listen", &address]);
    assert!(run.code == 1 && run.err.contains("port 0"), "{}", run.err);
}
