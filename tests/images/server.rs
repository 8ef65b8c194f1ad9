//! A web server on loopback that answers well and badly.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a path is answered with.
#[derive(Clone)]
pub enum Answer {
    /// 200 and these bytes.
    Body(Vec<u8>),
    /// 302 to there.
    Redirect(String),
    /// Bytes without end, without saying how many.
    Endless,
    /// Half an answer, and then nothing for two seconds.
    Slow,
}

/// The server; other paths than the given ones are answered with 404. Its
/// threads end with the test's process.
pub struct Server {
    at: SocketAddr,
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Server {
    pub fn start(answers: Vec<(&str, Answer)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("an address");
        let answers: BTreeMap<String, Answer> =
            answers.into_iter().map(|(path, answer)| (path.to_owned(), answer)).collect();
        let answers = Arc::new(answers);
        let asked: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
        let counts = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, counts) = (Arc::clone(&answers), Arc::clone(&counts));
                std::thread::spawn(move || serve(stream, &answers, &counts));
            }
        });
        Self { at, asked }
    }

    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().expect("whole").get(path).copied().unwrap_or(0)
    }
}

fn serve(mut stream: TcpStream, answers: &BTreeMap<String, Answer>, counts: &Mutex<BTreeMap<String, usize>>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines().map_while(Result::ok);
    let path = lines.next().and_then(|l| l.split(' ').nth(1).map(str::to_owned)).unwrap_or_default();
    while lines.next().is_some_and(|line| !line.is_empty()) {}
    *counts.lock().expect("whole").entry(path.clone()).or_default() += 1;
    let head = |status: &str, more: &str| format!("HTTP/1.1 {status}\r\nConnection: close\r\n{more}\r\n");
    // The client may hang up at any time.
    let _ = match answers.get(&path) {
        Some(Answer::Body(bytes)) => stream
            .write_all(head("200 OK", &format!("Content-Length: {}\r\n", bytes.len())).as_bytes())
            .and_then(|()| stream.write_all(bytes)),
        Some(Answer::Redirect(to)) => stream
            .write_all(head("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n")).as_bytes()),
        Some(Answer::Endless) => stream.write_all(head("200 OK", "").as_bytes()).and_then(|()| {
            // Bounded all the same, should nobody hang up.
            (0..1000).try_for_each(|_| stream.write_all(&[7; 1000]))
        }),
        Some(Answer::Slow) => stream
            .write_all(head("200 OK", "Content-Length: 100\r\n").as_bytes())
            .and_then(|()| stream.write_all(b"half"))
            .map(|()| std::thread::sleep(Duration::from_secs(2))),
        None => stream.write_all(head("404 Not Found", "Content-Length: 0\r\n").as_bytes()),
    };
}
