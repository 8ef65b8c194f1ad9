//! An edition's folder as a bag: BagIt 1.0 (RFC 8493). The edition's files are
//! the payload, below `data/`.

use std::collections::BTreeMap;

use super::manifest::{Manifest, sha256};

/// The folder of the payload.
pub const DATA: &str = "data";
/// The bag's declaration (RFC 8493, section 2.1.1).
pub const DECLARATION: &str = "bagit.txt";
/// What it declares, line by line.
pub const DECLARED: [&str; 2] = ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"];
/// What is said about the bag (section 2.2.2).
pub const INFO: &str = "bag-info.txt";
/// The checksums of the payload (section 2.1.3).
pub const PAYLOAD: &str = "manifest-sha256.txt";
/// The checksums of the tag files (section 2.2.1).
pub const TAGS: &str = "tagmanifest-sha256.txt";

/// The files of a bag around a payload, by their paths in the bag.
pub fn bag(manifest: &Manifest, payload: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let paths: BTreeMap<String, &[u8]> =
        payload.iter().map(|(name, bytes)| (format!("{DATA}/{name}"), bytes.as_slice())).collect();
    let listed = |files: &BTreeMap<String, &[u8]>| {
        let line = |(path, bytes): (&String, &&[u8])| format!("{}  {}\n", sha256(bytes), encoded(path));
        files.iter().map(line).collect::<String>().into_bytes()
    };
    let declaration = DECLARED.map(|line| format!("{line}\n")).concat().into_bytes();
    let octets = payload.iter().map(|(_, bytes)| bytes.len()).sum();
    let info = info(manifest, octets, payload.len()).into_bytes();
    let sums = listed(&paths);
    let tags: BTreeMap<String, &[u8]> = [(DECLARATION, &declaration), (INFO, &info), (PAYLOAD, &sums)]
        .map(|(name, bytes)| (name.to_owned(), bytes.as_slice()))
        .into();
    let tag_sums = listed(&tags);
    let tags = [(DECLARATION, declaration), (INFO, info), (PAYLOAD, sums), (TAGS, tag_sums)];
    let payload = payload.into_iter().map(|(name, bytes)| (format!("{DATA}/{name}"), bytes));
    payload.chain(tags.map(|(name, bytes)| (name.to_owned(), bytes))).collect()
}

fn info(manifest: &Manifest, octets: usize, streams: usize) -> String {
    let day = manifest.timestamp.get(..10).unwrap_or(&manifest.timestamp);
    let title = format!("{}, edition {}", manifest.title, manifest.name);
    let software = format!("Bindery {}", manifest.generator.version);
    let oxum = format!("{octets}.{streams}");
    [
        ("Bag-Software-Agent", software.as_str()),
        ("Bagging-Date", day),
        ("External-Description", &title),
        ("External-Identifier", &manifest.identifier),
        ("Payload-Oxum", &oxum),
    ]
    .map(|(label, value)| format!("{label}: {}\n", on_one_line(value)))
    .concat()
}

/// A value on one line, for an indented line would continue it.
fn on_one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A path as manifests have it (section 2.1.3).
pub fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

/// A path of a manifest, decoded.
pub fn decoded(path: &str) -> String {
    let path = path.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r").replace("%0d", "\r");
    path.replace("%25", "%")
}

/// Reads a manifest: paths and their sums.
///
/// # Errors
/// The number of the first line that is none, from 1, or of the first that
/// names a file for the second time.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut sums = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let (sum, path) = line.split_once([' ', '\t']).ok_or(at + 1)?;
        let path = decoded(path.trim_start_matches([' ', '\t']).trim_start_matches('*'));
        if !super::sums::is_sha256(sum) || path.is_empty() {
            return Err(at + 1);
        }
        if sums.insert(path, sum.to_ascii_lowercase()).is_some() {
            return Err(at + 1);
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_as_the_specification_says() {
        assert_eq!(encoded("data/50%\n\r"), "data/50%25%0A%0D");
        for path in ["data/50%\n\r", "data/%0A", "data/a b", "%250A"] {
            assert_eq!(decoded(&encoded(path)), path);
        }
    }

    #[test]
    fn manifests_are_read() {
        let a = "0".repeat(64);
        let sums = parse(&format!("{a}  data/a b\n{a} data/%250A\n")).expect("a manifest");
        assert_eq!(sums.keys().collect::<Vec<_>>(), ["data/%0A", "data/a b"]);
        assert_eq!(parse(&format!("{a}  a\nx  b\n")), Err(2));
        assert_eq!(parse(&format!("{a}  a\n{a}  a\n")), Err(2));
    }
}
