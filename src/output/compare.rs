//! Two files that should have the same bytes: where they first differ.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

/// Where two files differ, for people; none if they have the same bytes. Files
/// are read piece by piece.
///
/// # Errors
/// When one can't be read.
pub fn difference(filed: &Path, built: &Path) -> io::Result<Option<String>> {
    let (size, new) = (filed.metadata()?.len(), built.metadata()?.len());
    let Some(at) = first(File::open(filed)?, File::open(built)?)? else { return Ok(None) };
    let mut said = format!("differs from byte {at} on");
    if size != new {
        said.push_str(&format!(", and has {size} bytes in place of {new}"));
    }
    let extension = filed.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let inside = match extension {
        "epub" => entry(filed, built),
        "json" => key(filed, built).map(|key| format!("in `{key}`")),
        _ => None,
    };
    if let Some(inside) = inside {
        said.push_str(&format!(", {inside}"));
    }
    Ok(Some(said))
}

/// The first byte that differs, from 0; the end of the shorter one counts.
fn first(one: impl Read, other: impl Read) -> io::Result<Option<u64>> {
    let (mut one, mut other) = (BufReader::new(one).bytes(), BufReader::new(other).bytes());
    let mut at = 0;
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) => return Ok(None),
            (a, b) if a == b => at += 1,
            (_, _) => return Ok(Some(at)),
        }
    }
}

/// The first entry of two archives that differs.
fn entry(filed: &Path, built: &Path) -> Option<String> {
    let open = |path: &Path| ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok();
    let Some(mut filed) = open(filed) else { return Some("and is no archive".to_owned()) };
    let mut built = open(built)?;
    let names = |archive: &ZipArchive<_>| archive.file_names().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (names(&filed), names(&built));
    if let Some(name) = new.iter().find(|name| !old.contains(name)) {
        return Some(format!("without the entry `{name}`"));
    }
    if let Some(name) = old.iter().find(|name| !new.contains(name)) {
        return Some(format!("with the entry `{}`, which is new", name.escape_debug()));
    }
    for name in &new {
        let Ok(one) = filed.by_name(name) else { return Some(format!("in the entry `{name}`")) };
        let other = built.by_name(name).ok()?;
        match first(one, other) {
            Ok(None) => {}
            Ok(Some(at)) => return Some(format!("in the entry `{name}` from byte {at} on")),
            Err(error) => return Some(format!("in the entry `{name}`: {error}")),
        }
    }
    Some("in the archive's own records".to_owned())
}

/// The first key of two JSON objects that differs.
fn key(filed: &Path, built: &Path) -> Option<String> {
    let read = |path: &Path| {
        let bytes = super::listed::read(path).ok()?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).ok()
    };
    let (filed, built) = (read(filed)?, read(built)?);
    let differs = built.iter().find(|(key, value)| filed.get(*key) != Some(value));
    let key = differs.map(|(key, _)| key).or_else(|| filed.keys().find(|key| !built.contains_key(*key)))?;
    Some(key.escape_debug().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(one: &[u8], other: &[u8]) -> Option<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name, bytes| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("written");
            path
        };
        difference(&place("a.pdf", one), &place("b.pdf", other)).expect("reads")
    }

    #[test]
    fn the_first_byte_that_differs_is_named() {
        assert_eq!(differ(b"abc", b"abc"), None);
        assert_eq!(differ(b"abc", b"abd").as_deref(), Some("differs from byte 2 on"));
        let said = differ(b"abc", b"abcd");
        assert_eq!(said.as_deref(), Some("differs from byte 3 on, and has 3 bytes in place of 4"));
    }
}
