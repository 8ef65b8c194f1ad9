//! A trace of a run in Chrome's trace event format (JSON array), for
//! `chrome://tracing` and Perfetto: the stages of each edition, and what
//! Typst does inside them.
//!
//! Typst's own timer records everything, for the whole process; without
//! [`enable`] a scope costs one read of a flag. A book of 170 chapters gives
//! half a million events, most of them a few microseconds long, and viewers
//! give up on that. So what Typst spends less than [`SHORTEST`] on is left
//! out; stages are all kept. Nothing here touches what is written of a book.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use typst_timing::TimingScope;

/// The shortest of Typst's scopes that is kept, in microseconds.
pub const SHORTEST: f64 = 100.0;

/// The editions that scopes were opened for. Scopes know them by number.
static EDITIONS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The number of the first edition. Typst keeps the number of a file in the
/// upper sixteen bits of its spans' numbers, and 1 for no place at all: the
/// numbers in between are free.
const FIRST: u64 = 2;
/// The first number that is a span of Typst's.
const SPANS: u64 = 1 << 48;

/// Records scopes from now on.
pub fn enable() {
    typst_timing::enable();
}

/// A stage of an edition, from now until the value is dropped.
#[must_use = "the stage ends where this is dropped"]
pub fn scope(stage: &'static str, edition: &str) -> Option<TimingScope> {
    if !typst_timing::is_enabled() {
        return None;
    }
    let mut editions = EDITIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let at = editions.iter().position(|known| known == edition).unwrap_or_else(|| {
        editions.push(edition.to_owned());
        editions.len() - 1
    });
    drop(editions);
    TimingScope::with_span(stage, NonZeroU64::new(FIRST + at as u64))
}

/// Writes what was recorded, one event a line, and forgets it. `file` names
/// the file of a span of Typst's.
///
/// # Errors
/// When `to` can't be written to.
pub fn write(to: impl Write, file: impl Fn(NonZeroU64) -> Option<String>) -> io::Result<()> {
    typst_timing::disable();
    let editions = std::mem::take(&mut *EDITIONS.lock().unwrap_or_else(PoisonError::into_inner));
    let mut events = Events::new(to);
    // The place goes through as text; what kind it is, the line says.
    let named = |number: NonZeroU64| {
        let edition = number.get().checked_sub(FIRST).filter(|_| number.get() < SPANS);
        match edition.and_then(|at| editions.get(usize::try_from(at).ok()?)) {
            Some(edition) => (edition.clone(), Kind::Stage as u32),
            None => (file(number).unwrap_or_default(), Kind::Typst as u32),
        }
    };
    typst_timing::export_json(&mut events, named).map_err(io::Error::other)?;
    events.finish()
}

/// Whose scope it is.
#[derive(Clone, Copy)]
enum Kind {
    Typst,
    Stage,
}

/// An event as Typst's timer writes it.
#[derive(Deserialize)]
struct Recorded {
    name: String,
    ph: String,
    /// Microseconds.
    ts: f64,
    tid: u64,
    args: Option<Place>,
}

#[derive(Deserialize)]
struct Place {
    file: String,
    line: u32,
}

impl Place {
    fn is_stage(&self) -> bool {
        self.line == Kind::Stage as u32
    }
}

/// An event as it is written: a whole scope, or the name of a thread.
#[derive(Serialize)]
struct Event<'a> {
    name: &'a str,
    cat: &'a str,
    ph: &'a str,
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    pid: u32,
    tid: u64,
    args: BTreeMap<&'a str, &'a str>,
}

/// Takes the events of Typst's timer as they are serialised, pairs beginnings
/// with ends, and writes those that are kept: a run's events are never held
/// as text.
struct Events<W: Write> {
    to: W,
    /// The object that is being taken in.
    object: Vec<u8>,
    depth: usize,
    text: bool,
    escaped: bool,
    /// What each thread is in.
    open: BTreeMap<u64, Vec<Recorded>>,
    /// Whether anything has been written.
    begun: bool,
}

impl<W: Write> Events<W> {
    fn new(to: W) -> Self {
        let (depth, text, escaped, begun) = (0, false, false, false);
        Self { to, object: Vec::new(), depth, text, escaped, open: BTreeMap::new(), begun }
    }

    fn byte(&mut self, byte: u8) -> io::Result<()> {
        if self.depth > 0 || byte == b'{' {
            self.object.push(byte);
        }
        match (self.text, byte) {
            (true, _) if self.escaped => self.escaped = false,
            (true, b'\\') => self.escaped = true,
            (_, b'"') => self.text = !self.text,
            (false, b'{') => self.depth += 1,
            (false, b'}') => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    let event = serde_json::from_slice(&self.object)?;
                    self.object.clear();
                    self.event(event)?;
                }
            }
            (true | false, _) => {}
        }
        Ok(())
    }

    fn event(&mut self, event: Recorded) -> io::Result<()> {
        let known = self.open.contains_key(&event.tid);
        let open = self.open.entry(event.tid).or_default();
        if event.ph == "B" {
            let thread = event.tid;
            open.push(event);
            return if known { Ok(()) } else { self.thread(thread) };
        }
        // Scopes of a thread nest.
        let Some(begun) = open.pop() else { return Ok(()) };
        let stage = begun.args.as_ref().is_some_and(Place::is_stage);
        let long = event.ts - begun.ts;
        if !stage && long < SHORTEST {
            return Ok(());
        }
        let place = begun.args.as_ref().filter(|place| !place.file.is_empty());
        let key = if stage { "edition" } else { "file" };
        self.line(&Event {
            name: &begun.name,
            cat: if stage { "bindery" } else { "typst" },
            ph: "X",
            ts: begun.ts,
            dur: Some(long),
            pid: 1,
            tid: begun.tid,
            args: place.map(|place| (key, place.file.as_str())).into_iter().collect(),
        })
    }

    /// The name of a thread, which viewers show beside it.
    fn thread(&mut self, tid: u64) -> io::Result<()> {
        let (name, args) = (format!("thread {tid}"), BTreeMap::new());
        let event = Event { name: "thread_name", cat: "", ph: "M", ts: 0.0, dur: None, pid: 1, tid, args };
        self.line(&Event { args: [("name", name.as_str())].into(), ..event })
    }

    fn line(&mut self, event: &Event) -> io::Result<()> {
        self.to.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        serde_json::to_writer(&mut self.to, event)?;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.to.write_all(if self.begun { b"\n]\n" } else { b"[\n]\n" })?;
        self.to.flush()
    }
}

impl<W: Write> Write for Events<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.byte(*byte)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written of what Typst's timer would write.
    fn written(recorded: &str) -> String {
        let mut out = Vec::new();
        let mut events = Events::new(&mut out);
        // In pieces, as a serialiser writes.
        recorded.as_bytes().chunks(3).for_each(|piece| events.write_all(piece).expect("valid"));
        events.finish().expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    fn event(name: &str, kind: &str, ts: f64, tid: u64, args: &str) -> String {
        format!(
            r#"{{"name":"{name}","cat":"typst","ph":"{kind}","ts":{ts},"pid":1,"tid":{tid},"args":{args}}}"#
        )
    }

    #[test]
    fn stages_are_kept_and_what_is_short_of_typst_s_is_not() {
        let (stage, file) = (r#"{"file":"2021 }\"{","line":1}"#, r#"{"file":"/a.typ","line":0}"#);
        let events = [
            event("export", "B", 0.0, 1, stage),
            event("eval", "B", 10.0, 2, file),
            event("layout", "B", 20.0, 1, file),
            event("shape", "B", 30.0, 1, "null"),
            event("shape", "E", 40.0, 1, "null"),
            event("eval", "E", 50.0, 2, file),
            event("layout", "E", 220.5, 1, file),
            event("export", "E", 221.0, 1, stage),
            event("place", "B", 221.0, 1, stage),
            event("place", "E", 222.0, 1, stage),
        ];
        let text = written(&format!("[{}]", events.join(",")));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "[",
                r#"{"name":"thread_name","cat":"","ph":"M","ts":0.0,"pid":1,"tid":1,"args":{"name":"thread 1"}},"#,
                r#"{"name":"thread_name","cat":"","ph":"M","ts":0.0,"pid":1,"tid":2,"args":{"name":"thread 2"}},"#,
                r#"{"name":"layout","cat":"typst","ph":"X","ts":20.0,"dur":200.5,"pid":1,"tid":1,"args":{"file":"/a.typ"}},"#,
                r#"{"name":"export","cat":"bindery","ph":"X","ts":0.0,"dur":221.0,"pid":1,"tid":1,"args":{"edition":"2021 }\"{"}},"#,
                r#"{"name":"place","cat":"bindery","ph":"X","ts":221.0,"dur":1.0,"pid":1,"tid":1,"args":{"edition":"2021 }\"{"}}"#,
                "]",
            ]
        );
    }

    #[test]
    fn nothing_recorded_is_an_empty_list() {
        assert_eq!(written("[]"), "[\n]\n");
        assert_eq!(written(""), "[\n]\n");
    }
}
