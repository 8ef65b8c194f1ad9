//! Puts right what epub-builder assembled.
//!
//! Why: epub-builder 0.8 gives a book with one author and one language two
//! elements of one id, can't refine metadata or say what a manifest item
//! contains, writes an NCX without its identifier, nests navigation in lists
//! that EPUB 3.3 doesn't allow, and takes a random identifier and the present
//! time where it isn't given any. It compresses everything, too, which is most
//! of the work and has to be done once for what editions share. So it is given
//! names without content, all files but the container's own are put in here,
//! and the entries of the archive are brought into one order with one time.
//! When upstream can do this, this file can go.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The folder of all files but the container's own.
const ROOT: &str = "OEBPS/";

/// A file as it is in the container: an archive of this one file alone, out of
/// which it is copied as it is.
#[derive(Debug, Default)]
pub(super) struct Packed(Vec<u8>);

/// Compresses a file. An empty archive, which can't be read, stands for one
/// that can't be.
pub(super) fn pack(bytes: &[u8]) -> Packed {
    pack_as(CompressionMethod::Deflated, bytes).unwrap_or_default()
}

fn pack_as(method: CompressionMethod, bytes: &[u8]) -> Result<Packed, ZipError> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
    out.start_file("file", options)?;
    out.write_all(bytes)?;
    Ok(Packed(out.finish()?.into_inner()))
}

/// What a file of the container is made from.
pub(super) enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// What was packed before.
    Packed(Arc<Packed>),
}

/// Rewrites an archive with the files of the publication (paths are from the
/// package document) in place of the empty ones that the builder was given.
/// The same files give the same bytes.
pub(super) fn finish(assembled: Vec<u8>, content: Vec<(String, Content)>) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipArchive::new(Cursor::new(assembled))?;
    let mut files: BTreeMap<_, _> =
        content.into_iter().map(|(path, content)| (format!("{ROOT}{path}"), content)).collect();
    for i in 0..archive.len() {
        let mut file = archive.by_index(i)?;
        if !file.name().starts_with(ROOT) {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            files.insert(file.name().to_owned(), Content::Bytes(bytes));
        }
    }
    // It asks one reading system to use the book's own fonts; there are none.
    files.remove("META-INF/com.apple.ibooks.display-options.xml");
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    // The container's own files first, so that reading systems find them
    // without the archive's directory (OCF 3.3, section 4.3).
    for first in ["mimetype", "META-INF/container.xml", "OEBPS/content.opf"] {
        if let Some(content) = files.remove(first) {
            add(&mut out, first, content)?;
        }
    }
    for (path, content) in files {
        add(&mut out, &path, content)?;
    }
    Ok(out.finish()?.into_inner())
}

fn add(out: &mut ZipWriter<Cursor<Vec<u8>>>, path: &str, content: Content) -> Result<(), ZipError> {
    let packed = match content {
        Content::Packed(packed) => packed,
        Content::Bytes(bytes) => {
            let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
            // The media type must not be compressed; images are already.
            let stored = path == "mimetype" || ["png", "jpg", "gif", "webp"].contains(&extension);
            let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            Arc::new(pack_as(method, &bytes)?)
        }
    };
    let mut archive = ZipArchive::new(Cursor::new(packed.0.as_slice()))?;
    out.raw_copy_file_rename(archive.by_index_raw(0)?, path)
}
