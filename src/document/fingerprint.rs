//! What a part of the tree comes to, as a number: equal parts have equal
//! fingerprints, whatever the files they were read from are numbered.
//!
//! It follows serde's own path through a value, so that a field that is added
//! to the tree is in the fingerprint without anybody thinking of it.

use std::fmt;

use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use sha2::{Digest, Sha256};

use crate::span::FileId;

/// The fingerprint of a value and the files that its spans point into, in the
/// order in which they first come up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// SHA-256; files count in it by their place in `files`.
    pub hash: [u8; 32],
    /// The files.
    pub files: Vec<FileId>,
}

/// The fingerprint of a value; none if the value can't be serialised.
pub fn fingerprint(value: &impl Serialize) -> Option<Fingerprint> {
    let mut writer = Writer::default();
    value.serialize(&mut writer).ok()?;
    Some(Fingerprint { hash: Sha256::digest(&writer.bytes).into(), files: writer.files })
}

/// A value as bytes. Lengths and the ends of sequences are written too, so
/// that no two values of one type have the same bytes.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    files: Vec<FileId>,
}

impl Writer {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn counted(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.put(&bytes.len().to_le_bytes())?;
        self.put(bytes)
    }

    /// Another element follows.
    fn more<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.put(&[1])?;
        value.serialize(self)
    }
}

/// A value would not be serialised.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value can't be serialised")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! numbers {
    ($($name:ident: $type:ty),+) => {
        $(fn $name(self, value: $type) -> Result<(), Refused> { self.put(&value.to_le_bytes()) })+
    };
}

impl ser::Serializer for &mut Writer {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        self.put(&[u8::from(value)])
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.serialize_u32(u32::from(value))
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        self.counted(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Refused> {
        self.counted(value)
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.put(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.more(value)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Result<(), Refused> {
        self.serialize_u32(variant)
    }

    /// A file counts by its place among those of the value.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        let from = self.bytes.len();
        value.serialize(&mut *self)?;
        if name == "FileId" {
            let number = self.bytes.split_off(from).try_into().map_err(|_| Refused)?;
            let file = FileId(u32::from_le_bytes(number));
            let place = self.files.iter().position(|known| *known == file).unwrap_or_else(|| {
                self.files.push(file);
                self.files.len() - 1
            });
            self.put(&place.to_le_bytes())?;
        }
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.put(&variant.to_le_bytes())?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Refused> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Refused> {
        self.put(&variant.to_le_bytes())?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Refused> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self, Refused> {
        self.serialize_tuple_variant(name, index, variant, length)
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.more(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Refused> {
        self.put(&[0])
    }
}

macro_rules! sequences {
    ($($sequence:ident: $element:ident),+) => {
        $(impl $sequence for &mut Writer {
            type Ok = ();
            type Error = Refused;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.more(value)
            }

            fn end(self) -> Result<(), Refused> {
                self.put(&[0])
            }
        })+
    };
}

sequences! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field
}

macro_rules! structs {
    ($($name:ident),+) => {
        $(impl $name for &mut Writer {
            type Ok = ();
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.more(value)
            }

            fn skip_field(&mut self, _: &'static str) -> Result<(), Refused> {
                self.put(&[0])
            }

            fn end(self) -> Result<(), Refused> {
                Ok(())
            }
        })+
    };
}

structs! { SerializeStruct, SerializeStructVariant }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, BlockKind, CodeBlock, Inline, InlineKind};
    use crate::span::Span;

    fn block(files: [u32; 2], start: u32, text: &str) -> Block {
        let at = |file| Span { file: FileId(file), start, end: start + 1 };
        let [outer, inner] = files;
        let content = vec![Inline { kind: InlineKind::Text(text.to_owned()), span: at(inner) }];
        Block { kind: BlockKind::Paragraph(content), span: at(outer) }
    }

    fn hash(value: &impl Serialize) -> [u8; 32] {
        fingerprint(value).expect("a tree").hash
    }

    #[test]
    fn files_count_by_their_place_and_all_else_by_itself() {
        let one = block([3, 7], 5, "a");
        assert_eq!(hash(&one), hash(&block([7, 3], 5, "a")), "other numbers");
        assert_eq!(fingerprint(&one).expect("a tree").files, [FileId(7), FileId(3)]);
        assert_ne!(hash(&one), hash(&block([3, 3], 5, "a")), "one file instead of two");
        assert_ne!(hash(&one), hash(&block([3, 7], 6, "a")), "another place");
        assert_ne!(hash(&one), hash(&block([3, 7], 5, "b")), "another text");
    }

    #[test]
    fn what_is_next_to_each_other_is_told_apart() {
        assert_ne!(hash(&["ab", "c"].as_slice()), hash(&["a", "bc"].as_slice()));
        assert_ne!(hash(&vec![vec![1_u8], vec![]]), hash(&vec![vec![], vec![1_u8]]));
        assert_ne!(hash(&(Some(0_u8), None::<u8>)), hash(&(None::<u8>, Some(0_u8))));
        let code = |text: &str, hidden: &str| CodeBlock {
            info: String::new(),
            language: None,
            text: text.to_owned(),
            hidden: hidden.to_owned(),
        };
        assert_ne!(hash(&code("a", "")), hash(&code("a", "a")), "a field that may be left out");
    }
}
