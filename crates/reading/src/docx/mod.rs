//! DOCX: paragraphs with their automatic numbers, tables, text boxes, footnotes and endnotes. What was deleted, what is
//! hidden, heads and feet are not read. A place is the number of the paragraph and the character in it.

mod body;
mod frame;
mod numbering;
mod package;

use crate::Unreadable;
use crate::builder::Builder;
use body::Body;
use numbering::Numbering;
use package::{Package, events};

/// Reads a document, up to so many characters.
pub fn read(bytes: &[u8], most: usize) -> Result<Builder, Unreadable> {
    let mut package = Package::open(bytes)?;
    let main = package.main()?;
    let folder = main.rfind('/').and_then(|at| main.get(..=at)).unwrap_or("").to_owned();
    let document = package.part(&main)?.ok_or(Unreadable::BrokenDocx)?;
    let mut beside = |name: &str| package.part(&format!("{folder}{name}"));
    let numbering = beside("numbering.xml")?.unwrap_or_default();
    let styles = beside("styles.xml")?.unwrap_or_default();
    let notes = [beside("footnotes.xml")?, beside("endnotes.xml")?];
    let numbering = Numbering::read(&numbering, &styles)?;

    let mut body = run(&document, &notes, numbering.clone(), true, most)?;
    if body.is_within_contents() {
        // A table of contents that never ends would swallow the report.
        body = run(&document, &notes, numbering, false, most)?;
    }
    let builder = body.finish();
    if builder.text().trim().is_empty() { Err(Unreadable::Empty) } else { Ok(builder) }
}

fn run(
    document: &str,
    notes: &[Option<String>],
    numbering: Numbering,
    without_contents: bool,
    most: usize,
) -> Result<Body, Unreadable> {
    let mut body = Body::new(numbering, without_contents);
    events(document, |event| {
        body.visit(event);
        if body.is_over(most) { Err(Unreadable::TooLong) } else { Ok(()) }
    })?;
    body.end_part();
    for notes in notes.iter().flatten() {
        events(notes, |event| {
            body.visit(event);
            if body.is_over(most) { Err(Unreadable::TooLong) } else { Ok(()) }
        })?;
        body.end_part();
    }
    Ok(body)
}
