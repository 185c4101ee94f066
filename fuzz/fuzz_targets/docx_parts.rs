//! A whole DOCX whose parts are changed: the input is body, numbering, styles and notes, parted by U+0001.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;

const PARTS: [&str; 4] = ["word/document.xml", "word/numbering.xml", "word/styles.xml", "word/footnotes.xml"];

fuzz_target!(|source: &str| {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, part) in PARTS.iter().zip(source.split('\u{1}')) {
        zip.start_file(*name, options).expect("a new part");
        let root = name.trim_start_matches("word/").trim_end_matches(".xml");
        write!(zip, "<w:{root}>{part}</w:{root}>").expect("written to memory");
    }
    let bytes = zip.finish().expect("a whole archive").into_inner();
    if let Ok(reading) = reading::read("a.docx", &bytes) {
        let length = reading.text.chars.len();
        assert!((0..=length).all(|at| reading.place(at).line >= 1));
        let size = reading.text.source().len();
        assert!(reading.text.tables.iter().flat_map(|t| t.rows.iter().flatten()).all(|c| c.end <= size));
    }
});
