//! A whole PDF whose content stream, character map and widths are changed: they are parted by the byte 1.
#![no_main]

use libfuzzer_sys::fuzz_target;

fn stream(number: usize, data: &[u8], out: &mut Vec<u8>) {
    out.extend(format!("{number} 0 obj\n<< /Length {} >>\nstream\n", data.len()).bytes());
    out.extend(data);
    out.extend(b"\nendstream\nendobj\n");
}

/// The table of places, so that the file is whole.
fn finish(out: &mut Vec<u8>) {
    let mut places = [None; 12];
    for (number, place) in places.iter_mut().enumerate().skip(1) {
        let head = format!("\n{number} 0 obj");
        *place = out.windows(head.len()).position(|w| w == head.as_bytes()).map(|at| at + 1);
    }
    let table = out.len();
    out.extend(b"xref\n0 12\n0000000000 65535 f \n");
    for place in places.iter().skip(1) {
        let kind = if place.is_some() { 'n' } else { 'f' };
        out.extend(format!("{:010} 00000 {kind} \n", place.unwrap_or(0)).bytes());
    }
    out.extend(format!("trailer\n<< /Root 1 0 R /Size 12 >>\nstartxref\n{table}\n%%EOF\n").bytes());
}

fuzz_target!(|source: &[u8]| {
    let mut parts = source.split(|byte| *byte == 1);
    let mut next = || parts.next().unwrap_or(&[]);
    let (content, map, widths) = (next(), next(), next());
    let mut out = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 7 0 R /MediaBox [0 0 595 842] /Resources << /Font \
        << /F1 4 0 R /F2 9 0 R /F3 10 0 R >> /XObject << /X 11 0 R >> >> >>\nendobj\n\
        4 0 obj\n<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 8 0 R /DescendantFonts [5 0 R] >>\nendobj\n\
        9 0 obj\n<< /Type /Font /Subtype /TrueType /Encoding /WinAnsiEncoding /FirstChar 32 /Widths [250 300] >>\nendobj\n\
        10 0 obj\n<< /Type /Font /Subtype /Type0 /Encoding /GBK-EUC-H /DescendantFonts [5 0 R] >>\nendobj\n\
        11 0 obj\n<< /Type /XObject /Subtype /Form /Matrix [1 0 0 1 9 9] /Length 5 >>\nstream\n/X Do\nendstream\nendobj\n"
        .to_vec();
    out.extend(b"5 0 obj\n<< /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [");
    out.extend(widths.iter().filter(|b| b"0123456789 []-.".contains(b)));
    out.extend(b"] >>\nendobj\n");
    stream(7, content, &mut out);
    stream(8, map, &mut out);
    finish(&mut out);
    if let Ok(reading) = reading::read("a.pdf", &out) {
        let length = reading.text.chars.len();
        assert!((0..=length).all(|at| reading.place(at).line >= 1));
    }
});
