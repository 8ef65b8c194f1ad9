//! As much of PDF's syntax as finds where a value ends (ISO 32000-1, 7.2 and
//! 7.3). Works on bytes from anywhere: no panic, no recursion.

use super::read::Entries;

/// The deepest nesting of arrays and dictionaries that is followed.
const DEEPEST: usize = 256;

/// A place in bytes.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

/// What closes an open array or dictionary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Dict,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What is left.
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Past these very bytes.
    pub(super) fn eat(&mut self, expected: &[u8]) -> Option<()> {
        self.rest().strip_prefix(expected)?;
        self.at += expected.len();
        Some(())
    }

    /// Past a word that ends here.
    pub(super) fn word(&mut self, expected: &[u8]) -> Option<()> {
        self.eat(expected)?;
        self.peek().is_none_or(|byte| !regular(byte)).then_some(())
    }

    /// Past so many bytes, which it returns.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.rest().get(..count)?;
        self.at += count;
        Some(taken)
    }

    /// Past white space and comments.
    pub(super) fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                byte if white(byte) => self.at += 1,
                b'%' => self.skip(|byte| !matches!(byte, b'\n' | b'\r')),
                _ => break,
            }
        }
    }

    /// A decimal number without sign.
    pub(super) fn number(&mut self) -> Option<usize> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_digit());
        std::str::from_utf8(self.bytes.get(start..self.at)?).ok()?.parse().ok()
    }

    /// A name without its slash, as it is written.
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        self.eat(b"/")?;
        let start = self.at;
        self.skip(regular);
        self.bytes.get(start..self.at)
    }

    /// A value that is no reference: its bytes, without space around them.
    pub(super) fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let mut open: Vec<Open> = Vec::new();
        loop {
            match (self.peek()?, self.bytes.get(self.at + 1)) {
                (b'<', Some(b'<')) => {
                    self.at += 2;
                    open.push(Open::Dict);
                }
                (b'[', _) => {
                    self.at += 1;
                    open.push(Open::Array);
                }
                (b'>', Some(b'>')) if open.pop() == Some(Open::Dict) => self.at += 2,
                (b']', _) if open.pop() == Some(Open::Array) => self.at += 1,
                (b'<', _) => self.hexadecimal()?,
                (b'(', _) => self.literal()?,
                (b'/', _) => drop(self.name()?),
                (byte, _) if regular(byte) => self.skip(regular),
                _ => return None,
            }
            if open.is_empty() {
                return self.bytes.get(start..self.at);
            }
            if open.len() > DEEPEST {
                return None;
            }
            self.space();
        }
    }

    /// A value or a reference, as an entry of a dictionary has it.
    fn entry(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let value = self.value()?;
        let mut ahead = *self;
        ahead.space();
        let generation = ahead.number();
        ahead.space();
        if generation.is_none() || ahead.word(b"R").is_none() {
            return Some(value);
        }
        self.at = ahead.at;
        value.iter().all(u8::is_ascii_digit).then_some(self.bytes.get(start..self.at)?)
    }

    fn literal(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn hexadecimal(&mut self) -> Option<()> {
        self.at += 1;
        self.skip(|byte| byte.is_ascii_hexdigit() || white(byte));
        self.eat(b">")
    }

    fn skip(&mut self, which: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().position(|&byte| !which(byte)).unwrap_or(rest.len());
    }
}

/// The entries of a dictionary, keys as they are written, without slash.
/// `None` for anything else, and for keys that are written with `#`: two such
/// can be one.
pub(super) fn entries(dict: &[u8]) -> Option<Entries<'_>> {
    let mut cursor = Cursor::new(dict);
    cursor.eat(b"<<")?;
    let mut entries = Vec::new();
    loop {
        cursor.space();
        if cursor.eat(b">>").is_some() {
            return cursor.at_end().then_some(entries);
        }
        let key = cursor.name()?;
        cursor.space();
        let value = cursor.entry()?;
        if key.contains(&b'#') || entries.iter().any(|&(other, _)| other == key) {
            return None;
        }
        entries.push((key, value));
    }
}

/// Table 1 of ISO 32000-1.
fn white(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

/// Neither white space nor a delimiter (table 2).
fn regular(byte: u8) -> bool {
    !white(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
