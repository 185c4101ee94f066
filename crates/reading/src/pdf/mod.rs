//! PDF with a text layer: characters with their places become lines, columns and tables; page numbers, running heads and
//! feet are left out, hard line breaks mended, notes put after the text. (文字层)

mod cmap;
mod flow;
mod font;
mod gb1;
mod grid;
mod layout;
mod margins;
mod matrix;
mod notes;
mod path;
mod rows;
mod syntax;
mod walk;
mod words;

use lopdf::xref::XrefRecovery;
use lopdf::{DecompressError, Document, LoadOptions};

use crate::Unreadable;
use crate::builder::Builder;
use layout::Line;
use walk::Walker;

/// More than this is not unpacked: from all object streams together, as long as each may have the least of them; and
/// from all pages together.
const LARGEST_OBJECTS: usize = 192 * 1024 * 1024;
const LEAST_OBJECTS: usize = 512 * 1024;
const LARGEST_PAGES: usize = 512 * 1024 * 1024;
/// How many bytes the drawing of pages may take for each character that may be read.
const UNPACKED: usize = 256;

/// More characters and lines than these have no report, and pages that share their content could have any number.
const MOST_CHARACTERS: usize = 50_000_000;
const MOST_LINES: usize = 2_000_000;

/// A page of a picture and fewer characters than this is a picture with a page number.
const FEW: usize = 12;

/// A line with its page and its number on the page, both from 1.
struct Placed {
    page: usize,
    number: usize,
    line: Line,
}

/// Reads a document.
pub fn read(bytes: &[u8], most: usize) -> Result<Builder, Unreadable> {
    let options = LoadOptions::with_max_decompressed_size(bound(bytes));
    let document = Document::load_mem_with_options(bytes, options).map_err(|e| failure(&e))?;
    if document.is_encrypted() {
        return Err(Unreadable::EncryptedPdf);
    }
    if document.xref_recovery == Some(XrefRecovery::Reconstructed) && !has_end(bytes) {
        return Err(Unreadable::BrokenPdf);
    }
    let budget = most.saturating_mul(UNPACKED).min(LARGEST_PAGES);
    let mut walker = Walker::new(&document, budget);
    let mut left = most.min(MOST_CHARACTERS);
    let over = if most < MOST_CHARACTERS { Unreadable::TooLong } else { Unreadable::TooMuch };
    let (mut pages, mut mapped, mut unmapped) = (0, 0, 0);
    let (mut lines, mut pictures) = (Vec::new(), Vec::new());
    for page in document.page_iter() {
        pages += 1;
        let sheet = walker.page(page)?;
        unmapped += sheet.unmapped;
        if sheet.pictures > 0 && sheet.spots.iter().filter(|s| is_named(s.c)).count() < FEW {
            pictures.push(pages);
        }
        mapped += sheet.spots.iter().filter(|s| is_named(s.c)).count();
        left = left.checked_sub(sheet.spots.len()).ok_or(over)?;
        for (number, line) in (1..).zip(layout::lines(sheet)) {
            lines.push(Placed { page: pages, number, line });
        }
        if lines.len() > MOST_LINES {
            return Err(Unreadable::TooMuch);
        }
    }
    if pages == 0 {
        return Err(Unreadable::BrokenPdf);
    }
    if unmapped > mapped {
        return Err(Unreadable::NoMapping);
    }
    let words = lines.iter().flat_map(|l| l.line.text.chars()).filter(|c| c.is_alphanumeric()).count();
    if words < 8 {
        return Err(Unreadable::NoTextLayer);
    }
    let (lines, notes) = notes::part(margins::without(lines));
    let mut builder = flow::assemble(&rows::whole(lines), &notes);
    builder.pictures = pictures;
    if builder.text().trim().is_empty() { Err(Unreadable::NoTextLayer) } else { Ok(builder) }
}

/// What one object stream may unpack to: all are unpacked when the file is opened, so the more the file has, the less.
fn bound(bytes: &[u8]) -> usize {
    // The name of their kind, `ObjStm`, may be written with escapes.
    let streams =
        bytes.windows(3).filter(|w| matches!(w, [b'/', b'O', b'b' | b'#'] | [b'/', b'#', _])).count();
    (LARGEST_OBJECTS / streams.max(3)).max(LEAST_OBJECTS)
}

/// Whether the file has its end: what was cut off would be missing without a word.
fn has_end(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(4096)..).unwrap_or(bytes);
    tail.windows(9).any(|w| w == b"startxref")
}

/// Whether it is a character that a reader would know.
const fn is_named(c: char) -> bool {
    !matches!(c, '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | ' ')
}

fn failure(error: &lopdf::Error) -> Unreadable {
    match error {
        lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => Unreadable::TooMuch,
        lopdf::Error::Decryption(_)
        | lopdf::Error::InvalidPassword
        | lopdf::Error::UnsupportedSecurityHandler(_) => Unreadable::EncryptedPdf,
        _ => Unreadable::BrokenPdf,
    }
}
