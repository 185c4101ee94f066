//! Files made to cost much: each is read or refused in a time and a memory that the file's size bounds.
#![allow(clippy::unwrap_used, reason = "a test stops where its input is broken")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use lopdf::{Document, Object, Stream, dictionary};
use reading::{Unreadable, read};

/// What any of these files may take; the tests run unoptimised and beside others.
const PATIENCE: Duration = Duration::from_secs(180);

fn within(name: &str, bytes: &[u8]) -> Result<String, Unreadable> {
    let begin = Instant::now();
    let read = read(name, bytes).map(|r| r.text.source().to_owned());
    assert!(begin.elapsed() < PATIENCE, "{name} took {:?}", begin.elapsed());
    read
}

fn docx(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn body(body: &str) -> Vec<u8> {
    docx(&[("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>"))])
}

const WORDS: &str = "<w:p><w:r><w:t>办结12件。</w:t></w:r></w:p>";

#[test]
fn a_package_that_unpacks_to_too_much() {
    let blanks = " ".repeat(130 * 1024 * 1024);
    assert_eq!(within("a.docx", &body(&blanks)), Err(Unreadable::TooMuch));
}

#[test]
fn entities_that_multiply() {
    let mut head = String::from("<!DOCTYPE a [<!ENTITY a0 \"一\">");
    for n in 1..20 {
        write!(head, "<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)).unwrap();
    }
    let part =
        format!("{head}]><w:document><w:body><w:p><w:r><w:t>&a19;</w:t></w:r></w:p></w:body></w:document>");
    assert_eq!(within("a.docx", &docx(&[("word/document.xml", &part)])), Err(Unreadable::Entities));
}

#[test]
fn elements_within_elements() {
    for (open, close) in [
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:p><w:r><w:txbxContent>", "</w:txbxContent></w:r></w:p>"),
        ("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:ins>", "</w:ins>"),
        ("<mc:AlternateContent><mc:Choice>", "</mc:Choice></mc:AlternateContent>"),
    ] {
        let bytes = body(&format!("{}{WORDS}{}", open.repeat(30_000), close.repeat(30_000)));
        assert_eq!(within("a.docx", &bytes).unwrap().trim(), "办结12件。", "{open}");
    }
    let html = format!("{}办结12件。", "<table><tr><td><div>".repeat(30_000));
    assert_eq!(within("a.html", html.as_bytes()).unwrap().trim(), "办结12件。");
}

#[test]
fn hidden_elements_that_never_end() {
    let html = "<div style='display:none'><sup>1<span style='display:none'>甲".repeat(30_000);
    assert!(within("a.html", html.as_bytes()).is_ok());
}

#[test]
fn lists_and_styles_that_name_one_another() {
    let mut numbering = String::from("<w:numbering>");
    let mut styles = String::from("<w:styles>");
    let mut words = String::new();
    for n in 0..5000 {
        write!(
            numbering,
            "<w:abstractNum w:abstractNumId=\"{n}\"><w:numStyleLink w:val=\"s{n}\"/></w:abstractNum>"
        )
        .unwrap();
        write!(numbering, "<w:num w:numId=\"{n}\"><w:abstractNumId w:val=\"{n}\"/></w:num>").unwrap();
        let next = (n + 1) % 5000;
        write!(styles, "<w:style w:styleId=\"s{n}\"><w:basedOn w:val=\"s{next}\"/></w:style>").unwrap();
        write!(words, "<w:p><w:pPr><w:pStyle w:val=\"s{n}\"/><w:numPr><w:numId w:val=\"{n}\"/></w:numPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>").unwrap();
    }
    let document = format!("<w:document><w:body>{words}</w:body></w:document>");
    let bytes = docx(&[
        ("word/document.xml", &document),
        ("word/numbering.xml", &format!("{numbering}</w:numbering>")),
        ("word/styles.xml", &format!("{styles}</w:styles>")),
    ]);
    assert_eq!(within("a.docx", &bytes).unwrap().lines().count(), 5000);
}

#[test]
fn few_bytes_do_not_make_many() {
    let level = format!(
        "<w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"upperLetter\"/><w:lvlText w:val=\"{}\"/></w:lvl>",
        "%1甲".repeat(50_000)
    );
    let numbering = format!(
        "<w:numbering><w:abstractNum w:abstractNumId=\"0\">{level}</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    );
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style></w:styles>";
    let cells = "<w:tc><w:gridSpan w:val=\"60\"/></w:tc>".repeat(200_000);
    let document = format!(
        "<w:document><w:body>{}<w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>",
        "<w:p/>".repeat(400_000)
    );
    let bytes = docx(&[
        ("word/document.xml", &document),
        ("word/numbering.xml", &numbering),
        ("word/styles.xml", styles),
    ]);
    assert!(within("a.docx", &bytes).unwrap().len() < 64 * 1024 * 1024);
    let html = format!(
        "<table><tr><td colspan=100 rowspan=100>甲{}",
        "<tr><td colspan=100 rowspan=100>".repeat(50_000)
    );
    assert!(within("a.html", html.as_bytes()).unwrap().len() < 8 * 1024 * 1024);
    let lines =
        b"BT /F1 1 Tf 50 90000 Td ".iter().copied().chain(b"<4E00> Tj 0 -2 Td ".repeat(2000)).collect();
    assert_eq!(within("a.pdf", &pdf(1500, lines, SAME, true)), Err(Unreadable::TooMuch));
}

#[test]
fn spans_wider_than_any_table() {
    let cell = "<w:tc><w:tcPr><w:gridSpan w:val=\"99999999\"/></w:tcPr><w:p/></w:tc>".repeat(1000);
    let bytes = body(&format!(
        "{WORDS}<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"99999999\"/></w:trPr>{cell}</w:tr></w:tbl>"
    ));
    assert!(within("a.docx", &bytes).unwrap().len() < 100_000);
    let html =
        format!("甲{}", "<table><tr><td colspan=99999 rowspan=99999>1<td rowspan=9999999>2<tr>".repeat(1000));
    assert!(within("a.html", html.as_bytes()).unwrap().len() < 1_000_000);
}

/// A PDF whose pages share one content and one font.
fn pdf(pages: usize, content: Vec<u8>, map: &[u8], packed: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let map = document.add_object(Stream::new(dictionary! {}, map.to_vec()));
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "Encoding" => "Identity-H", "ToUnicode" => map,
    });
    let mut stream = Stream::new(dictionary! {}, content);
    if packed {
        stream.compress().unwrap();
    }
    let content = document.add_object(stream);
    let form = document.new_object_id();
    let kids: Vec<Object> = (0..pages)
        .map(|_| {
            Object::from(document.add_object(dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "Resources" => dictionary! {
                    "Font" => dictionary! { "F1" => font }, "XObject" => dictionary! { "X" => form },
                },
            }))
        })
        .collect();
    let calls = Stream::new(dictionary! { "Subtype" => "Form" }, b"/X Do ".repeat(100));
    document.objects.insert(form, Object::Stream(calls));
    let count = i64::try_from(pages).unwrap();
    let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(tree, Object::Dictionary(node));
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalogue);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// All codes are the characters of the same number.
const SAME: &[u8] = b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange";
const LINE: &[u8] = b"BT /F1 12 Tf 50 700 Td <4E004E8C4E094E2D56FD4E004E8C4E09> Tj ET\n";

/// What stands between the outer lines of a page is text, even where all pages are the same.
fn nine_lines() -> Vec<u8> {
    let line = |y: u8| LINE.iter().map(move |b| if *b == b'7' { b'0' + y } else { *b });
    (1..10).flat_map(line).collect()
}

#[test]
fn ten_thousand_pages() {
    let text = within("a.pdf", &pdf(10_000, nine_lines(), SAME, false)).unwrap();
    assert!(text.starts_with("一二三中国一二三"), "{}", text.chars().take(40).collect::<String>());
}

#[test]
fn content_that_unpacks_to_too_much() {
    let bytes = pdf(1, b" ".repeat(70 * 1024 * 1024), SAME, true);
    assert_eq!(within("a.pdf", &bytes), Err(Unreadable::TooMuch));
    let shared = pdf(300, b" ".repeat(4 * 1024 * 1024), SAME, true);
    assert_eq!(within("a.pdf", &shared), Err(Unreadable::TooMuch));
}

/// A PDF with object streams, each of which holds one long string.
fn object_streams(count: u32, size: usize) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = vec![(0_u8, 0_usize)];
    let mut add = |out: &mut Vec<u8>, body: &[u8]| {
        places.push((1, out.len()));
        out.extend(format!("{} 0 obj\n", places.len() - 1).bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    };
    add(&mut out, b"<< /Type /Catalog /Pages 2 0 R >>");
    add(&mut out, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
    add(&mut out, b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>");
    let words = "BT /F1 12 Tf 50 700 Td (Report of the year) Tj ET";
    add(&mut out, format!("<< /Length {} >>\nstream\n{words}\nendstream", words.len()).as_bytes());
    add(&mut out, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    let mut packed = Stream::new(dictionary! {}, format!("99 0 ({})", "a".repeat(size)).into_bytes());
    packed.compress().unwrap();
    for _ in 0..count {
        let head = format!("/N 1 /First 5 /Length {} /Filter /FlateDecode", packed.content.len());
        let body =
            [format!("<< /Type /ObjStm {head} >>\nstream\n").as_bytes(), &packed.content, b"\nendstream"]
                .concat();
        add(&mut out, &body);
    }
    let containers = places.len();
    let mut rows: Vec<u8> = Vec::new();
    let held = (6..containers).map(|number| (2, number));
    for (kind, place) in places.iter().copied().chain(held) {
        rows.push(kind);
        rows.extend(u32::try_from(place).unwrap().to_be_bytes());
        rows.extend([0, 0]);
    }
    let start = out.len();
    let size = rows.len() / 7;
    out.extend(
        format!(
            "{size} 0 obj\n<< /Type /XRef /Size {size} /W [1 4 2] /Root 1 0 R /Length {} >>\nstream\n",
            rows.len()
        )
        .bytes(),
    );
    out.extend(rows);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}

#[test]
fn object_streams_that_unpack_to_too_much() {
    assert_eq!(within("a.pdf", &object_streams(3, 1000)).unwrap().trim(), "Report of the year");
    assert_eq!(within("a.pdf", &object_streams(60, 15_000_000)), Err(Unreadable::TooMuch));
}

#[test]
fn forms_that_call_themselves() {
    let content = [LINE, b"/X Do"].concat();
    assert_eq!(within("a.pdf", &pdf(1, content, SAME, false)), Err(Unreadable::TooMuch));
}

#[test]
fn pages_of_many_characters_and_lines() {
    let one_line =
        [b"BT /F1 12 Tf 50 700 Td ".to_vec(), b"<4E004E8C> Tj ".repeat(100_000), b"ET".to_vec()].concat();
    assert!(within("a.pdf", &pdf(1, one_line, SAME, false)).is_ok());
    let mut lines = b"BT /F1 1 Tf 50 90000 Td ".to_vec();
    for n in 0..40_000 {
        lines.extend(
            format!("<4E004E8C> Tj {} 0 Td <4E004E8C> Tj {} -1.5 Td ", 200 + n % 7, -200 - n % 7).bytes(),
        );
    }
    assert!(within("a.pdf", &pdf(1, lines, SAME, false)).is_ok());
    let mut rules = nine_lines();
    for n in 0..30_000 {
        rules.extend(
            format!("{} {} 0.5 {} re f 0 {} 900 0.5 re f ", n % 997, n % 89, 40 + n % 800, n % 883).bytes(),
        );
    }
    assert!(within("a.pdf", &pdf(20, rules, SAME, true)).is_ok());
}

#[test]
fn words_of_a_stream_that_never_end() {
    for junk in ["(", "<", "[", "<<", "((((", "q ", "BI ID ", "/X ", "1 ", "% "] {
        let content = [nine_lines().as_slice(), junk.repeat(200_000).as_bytes()].concat();
        assert!(within("a.pdf", &pdf(2, content, SAME, true)).is_ok(), "{junk}");
    }
}
