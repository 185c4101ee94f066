//! A document as DOCX with the grid, the faces and the page numbers of the standard. The words of the package are written here and
//! not by docx-rs, which has neither a grid of characters in its styles nor one version of `zip` with the readers.

mod body;
mod parts;

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::Document;

/// The document as the bytes of a DOCX.
#[must_use]
pub fn to_docx(document: &Document) -> Vec<u8> {
    let (body, links) = body::body(document);
    let relations = parts::relations(&links);
    let files: [(&str, String); 10] = [
        ("[Content_Types].xml", parts::TYPES.to_owned()),
        ("_rels/.rels", parts::ROOT.to_owned()),
        ("docProps/core.xml", parts::core(document)),
        ("word/document.xml", body),
        ("word/_rels/document.xml.rels", relations),
        ("word/styles.xml", parts::styles()),
        ("word/settings.xml", parts::SETTINGS.to_owned()),
        ("word/fontTable.xml", parts::fonts()),
        ("word/footer1.xml", parts::footer(false)),
        ("word/footer2.xml", parts::footer(true)),
    ];
    packed(&files).unwrap_or_default()
}

fn packed(files: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in files {
        zip.start_file(*name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
