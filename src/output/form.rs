//! The form of `edition.json`: indented, but what is nested more deeply than
//! the entries of a list stands on one line. The ledger of a book of 170
//! chapters then has 170 lines and not 5,000.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// Lists and objects deeper than this stand on one line.
const INDENTED: usize = 3;

/// The bytes of a value, with a newline at the end.
///
/// # Errors
/// When serde refuses it.
pub fn to_json(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Form::default()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Default)]
struct Form {
    depth: usize,
    filled: bool,
}

impl Form {
    /// What stands between brackets and entries, or between entries.
    fn between<W: ?Sized + io::Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        match (self.depth > INDENTED, first) {
            (true, true) => Ok(()),
            (true, false) => writer.write_all(b" "),
            (false, _) => self.line(writer, self.depth),
        }
    }

    fn line<W: ?Sized + io::Write>(&self, writer: &mut W, depth: usize) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn begin<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let indented = self.depth <= INDENTED && self.filled;
        self.depth = self.depth.saturating_sub(1);
        if indented {
            self.line(writer, self.depth)?;
        }
        self.filled = true;
        writer.write_all(bracket)
    }
}

impl Formatter for Form {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.between(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.between(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_of_lists_are_lines_where_they_are_deep() {
        let value = serde_json::json!({
            "empty": [], "list": [{"a": [1, 2]}], "object": {"list": [{"a": 1, "b": {}}, {"a": 2}]},
        });
        let text = String::from_utf8(to_json(&value).expect("serialises")).expect("UTF-8");
        let want = "{\n  \"empty\": [],\n  \"list\": [\n    {\n      \"a\": [1, 2]\n    }\n  ],\n  \
                    \"object\": {\n    \"list\": [\n      {\"a\": 1, \"b\": {}},\n      {\"a\": 2}\n    ]\n  }\n}\n";
        assert_eq!(text, want);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("reads"), value);
    }
}
