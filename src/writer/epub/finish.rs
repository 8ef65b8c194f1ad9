//! Puts right what epub-builder assembled.
//!
//! Why: epub-builder 0.8 gives a book with one author and one language two
//! elements of one id, can't refine metadata or say what a manifest item
//! contains, writes an NCX without its identifier, nests navigation in lists
//! that EPUB 3.3 doesn't allow, and takes a random identifier and the present
//! time where it isn't given any. So the package document, the navigation
//! document and the NCX it made are replaced by our own, and the entries of
//! the archive are brought into one order with one time. When upstream can do
//! this, this file can go.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The folder of all files but the container's own.
const ROOT: &str = "OEBPS/";

/// Rewrites an archive with some of its files replaced (paths are from the
/// package document). The same files give the same bytes.
pub(super) fn finish(assembled: Vec<u8>, replaced: Vec<(&str, Vec<u8>)>) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(assembled))?;
    let mut files = BTreeMap::new();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.insert(file.name().to_owned(), bytes);
    }
    // It asks one reading system to use the book's own fonts; there are none.
    files.remove("META-INF/com.apple.ibooks.display-options.xml");
    for (path, bytes) in replaced {
        files.insert(format!("{ROOT}{path}"), bytes);
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    // The container's own files first, so that reading systems find them
    // without the archive's directory (OCF 3.3, section 4.3).
    for first in ["mimetype", "META-INF/container.xml", "OEBPS/content.opf"] {
        if let Some(bytes) = files.remove(first) {
            add(&mut out, first, &bytes)?;
        }
    }
    for (path, bytes) in files {
        add(&mut out, &path, &bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

fn add(out: &mut ZipWriter<Cursor<Vec<u8>>>, path: &str, bytes: &[u8]) -> Result<(), ZipError> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    // The media type must not be compressed; images are already.
    let stored = path == "mimetype" || ["png", "jpg", "gif", "webp"].contains(&extension);
    let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options =
        SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
    out.start_file(path, options)?;
    out.write_all(bytes)?;
    Ok(())
}
