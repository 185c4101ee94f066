//! Each format and each broken file, made here byte by byte.
#![allow(clippy::unwrap_used, reason = "a test stops where its input is broken")]

use std::io::{Cursor, Write};

use lopdf::{Document, Object, Stream, dictionary};
use reading::{Format, Parts, Reading, Unreadable, read, read_within};

const LINE: &str = "2024年受理案件120件，办结118件。";

fn text(reading: &Reading) -> String {
    reading.text.source().trim_end().to_owned()
}

#[test]
fn encodings() {
    let gb = encoding_rs::GB18030.encode(LINE).0.into_owned();
    let mut little = vec![0xff, 0xfe];
    let mut big = vec![0xfe, 0xff];
    for unit in LINE.encode_utf16() {
        little.extend(unit.to_le_bytes());
        big.extend(unit.to_be_bytes());
    }
    let bare: Vec<u8> = little[2..].to_vec();
    let mut marked = vec![0xef, 0xbb, 0xbf];
    marked.extend(LINE.as_bytes());
    for bytes in [LINE.as_bytes().to_vec(), gb, little, big, bare, marked] {
        let reading = read("a.txt", &bytes).unwrap();
        assert_eq!(text(&reading), LINE);
        assert_eq!(reading.format, Format::Plain);
    }
    let (line, column) = {
        let place = read("a.txt", format!("标题\n{LINE}").as_bytes()).unwrap().place(8);
        (place.line, place.column)
    };
    assert_eq!((line, column), (2, 6));
}

/// The words of the links with where they lead.
fn links(reading: &Reading) -> Vec<(String, String)> {
    let words = |link: &audit::Link| reading.text.original(link.start, link.end).to_owned();
    reading.links.iter().map(|link| (words(link), link.target.clone())).collect()
}

#[test]
fn where_links_lead_is_kept_beside_the_text() {
    let source =
        "共 12 件。受理 [66 件](/figures/a?b=1&c=2 \"记录\")，见![图](x.png)和[此处](<https://例.cn/>)。";
    let reading = read("a.md", source.as_bytes()).unwrap();
    let expected = [("66 件", "/figures/a?b=1&c=2"), ("此处", "https://例.cn/")];
    assert_eq!(links(&reading), expected.map(|(words, to)| (words.to_owned(), to.to_owned())));
    let page = "<html><body><p>受理<a class=x HREF='/figures/a?b=1&amp;c=2'><b>66</b>件</a>，\
        <a name=here>不予受理</a><a href=/figures/c>4件</a></p><table><tr><td>审结</td><td><a href=\"/figures/d\">5件\
        </a></td></tr><tr><td>维持</td><td>2件</td></tr></table><a href=\"/e\">没有完</body></html>";
    let reading = read("a.html", page.as_bytes()).unwrap();
    let expected =
        [("66件", "/figures/a?b=1&c=2"), ("4件", "/figures/c"), ("5件", "/figures/d"), ("没有完", "/e")];
    assert_eq!(links(&reading), expected.map(|(words, to)| (words.to_owned(), to.to_owned())));
    assert!(read("a.txt", source.as_bytes()).unwrap().links.is_empty());
}

#[test]
fn markdown_links_are_read_as_their_words() {
    let source =
        "# 报告\n\n受理[66件](/figures/a?b=1)，不予受理[4件](/figures/c)。\n见[一]和![图](x.png)[未完](";
    let reading = read("a.md", source.as_bytes()).unwrap();
    assert_eq!(text(&reading), "# 报告\n\n受理66件，不予受理4件。\n见[一]和![图](x.png)[未完](");
    let place = |word: &str| {
        let text = reading.text.source();
        let at = text.find(word).unwrap();
        let place = reading.place(text[..at].chars().count());
        let line: Vec<char> = source.lines().nth(place.line - 1).unwrap().chars().collect();
        line[place.column - 1..].iter().take(word.chars().count()).collect::<String>()
    };
    for word in ["受理", "66件", "不予受理", "4件", "。", "见[一]", "未完"] {
        assert_eq!(place(word), word);
    }
    let plain = "受理[66件](/figures/a)。";
    assert_eq!(text(&read("a.txt", plain.as_bytes()).unwrap()), plain);
}

#[test]
fn html_with_a_table_and_its_places() {
    let page = "<!DOCTYPE html>\n<html><head><title>甲</title><script>var a='<p>';</script></head>\n<body><p>受理&nbsp;5件&ldquo;甲&rdquo;</p>\n\
                <p>第二段</p><table><tr><th>单位</th><th>件数</th></tr><tr><td>甲</td><td>3</td></tr><tr><td>合计</td><td>3</td></tr></table></body></html>";
    let reading = read("a.html", page.as_bytes()).unwrap();
    assert!(text(&reading).starts_with("受理5件“甲”\n第二段\n单位\t件数"), "{}", text(&reading));
    assert_eq!(reading.text.tables.len(), 1);
    assert_eq!(reading.text.tables[0].rows.len(), 3);
    let at = text(&reading).chars().position(|c| c == '第').unwrap();
    assert_eq!(reading.place(at).line, 4);
}

fn docx(body: &str, notes: Option<&str>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let head = r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>"#;
    zip.start_file("word/document.xml", options).unwrap();
    write!(zip, "{head}{body}</w:body></w:document>").unwrap();
    if let Some(notes) = notes {
        zip.start_file("word/footnotes.xml", options).unwrap();
        write!(zip, r#"<w:footnotes xmlns:w="w">{notes}</w:footnotes>"#).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn paragraph(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

#[test]
fn docx_with_a_table_and_a_footnote() {
    let cell = |words: &str| format!("<w:tc>{}</w:tc>", paragraph(words));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let table = format!("<w:tbl>{}{}{}</w:tbl>", row("单位", "件数"), row("甲", "3"), row("合计", "4"));
    let split = "<w:p><w:r><w:t>办结1</w:t></w:r><w:r><w:t>18件&amp;</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>";
    let body = format!("{}{split}{table}{}", paragraph("标题"), paragraph("末段"));
    let reading = read("a.docx", &docx(&body, Some(&paragraph("脚注5件")))).unwrap();
    assert_eq!(reading.format, Format::Docx);
    let lines: Vec<String> = text(&reading).lines().map(|l| l.trim_end().to_owned()).collect();
    assert_eq!(lines, ["标题", "办结118件&", "单位\t件数", "甲\t3", "合计\t4", "末段", "脚注5件"]);
    assert_eq!(reading.text.tables.len(), 1);
    let place = reading.place(6);
    assert_eq!((place.line, place.column), (2, 4));
}

/// A PDF of pages of lines, with a composite font whose codes are those of UTF-16 and a map back to Unicode.
fn pdf(pages: &[Vec<&str>]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let mut units: Vec<u16> = pages.iter().flatten().flat_map(|l| l.encode_utf16()).collect();
    units.sort_unstable();
    units.dedup();
    let rows: Vec<String> = units
        .chunks(100)
        .map(|chunk| {
            let pairs: String = chunk.iter().map(|u| format!("<{u:04X}> <{u:04X}>\n")).collect();
            format!("{} beginbfchar\n{pairs}endbfchar\n", chunk.len())
        })
        .collect();
    let map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n\
        1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n",
        rows.concat()
    );
    let to_unicode = document.add_object(Stream::new(dictionary! {}, map.as_bytes().to_vec()));
    let descendant = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Song",
        "CIDSystemInfo" => dictionary! { "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"), "Supplement" => 0 },
    });
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Song", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![descendant.into()], "ToUnicode" => to_unicode,
    });
    let mut kids = Vec::new();
    for lines in pages {
        let mut content = String::from("BT /F1 12 Tf 50 800 Td\n");
        for line in lines {
            let hex: String = line.encode_utf16().map(|u| format!("{u:04X}")).collect();
            content.push_str(&format!("<{hex}> Tj 0 -20 Td\n"));
        }
        content.push_str("ET");
        let stream = document.add_object(Stream::new(dictionary! {}, content.into_bytes()));
        let page = document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => stream,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        });
        kids.push(Object::from(page));
    }
    let count = i64::try_from(kids.len()).unwrap();
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }),
    );
    let catalogue = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalogue);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn pdf_with_hard_breaks_page_numbers_and_radicals() {
    let page = |body: Vec<&'static str>, number: &'static str| {
        let mut lines = vec!["某县年度报告"];
        lines.extend(body);
        lines.push(number);
        lines
    };
    let bytes = pdf(&[
        page(
            vec![
                "一、主要做法",
                "全县共排查矛盾纠纷一千八百二十五件，其中⼈⺠调解组织成功调",
                "解一千八百件。",
            ],
            "- 1 -",
        ),
        page(vec!["二、存在问题", "执法力量不足。"], "- 2 -"),
        page(vec!["三、下步打算", "继续推进工作。"], "- 3 -"),
    ]);
    let reading = read("a.pdf", &bytes).unwrap();
    assert_eq!(reading.format, Format::Pdf);
    let got = text(&reading);
    assert!(got.contains("其中人民调解组织成功调解一千八百件。"), "{got}");
    assert!(!got.contains("年度报告") && !got.contains("- 2 -"), "{got}");
    let at = got.chars().collect::<Vec<_>>().windows(2).position(|w| w == ['执', '法']).unwrap();
    assert_eq!(reading.place(at).page, Some(2));
}

#[test]
fn what_cannot_be_read_says_why() {
    let refused = |name: &str, bytes: &[u8]| read(name, bytes).map(|r| text(&r)).unwrap_err();
    assert_eq!(refused("a.txt", b" \n"), Unreadable::Empty);
    assert_eq!(refused("a.txt", b"\xef\xbb\xbf\n"), Unreadable::Empty);
    assert_eq!(refused("a.html", b"<html><body></body></html>"), Unreadable::Empty);
    assert_eq!(refused("a.docx", b"PK\x03\x04 broken"), Unreadable::BrokenDocx);
    assert_eq!(refused("a.docx", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), Unreadable::EncryptedDocx);
    assert_eq!(refused("a.doc", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), Unreadable::OldWord);
    assert_eq!(refused("a.docx", &docx("", None)), Unreadable::Empty);
    assert_eq!(refused("a.pdf", b"%PDF-1.5\n1 0 obj\n<<"), Unreadable::BrokenPdf);
    assert_eq!(refused("a.pdf", &pdf(&[vec![""]])), Unreadable::NoTextLayer);
    assert_eq!(refused("a.txt", &[0x81, 0x30, 0xff, 0xfe, 0xff, 0xff, 0x80]), Unreadable::Encoding);
    for fault in [Unreadable::NoTextLayer, Unreadable::EncryptedPdf, Unreadable::OldWord] {
        assert!(fault.to_string().chars().any(|c| c == '请'), "the message says what to do");
    }
}

#[test]
fn a_reading_is_made_again_from_its_parts() {
    let page = "<html><body><p>受理5件</p><table><tr><th>单位</th><th>件数</th></tr><tr><td>甲</td><td>3</td></tr></table><p>末段</p></body></html>";
    let document =
        docx("<w:p><w:r><w:t>标题</w:t></w:r></w:p><w:p><w:r><w:t>受理5件</w:t></w:r></w:p>", None);
    let link = "办结[5件](/figures/x)，\n受理[8件](/figures/y)。".as_bytes();
    for (name, bytes) in
        [("a.html", page.as_bytes()), ("a.docx", &document), ("a.txt", LINE.as_bytes()), ("a.md", link)]
    {
        let first = read(name, bytes).unwrap();
        let again = first.parts().reading(first.format);
        assert_eq!(first.parts(), again.parts(), "{name}");
        assert_eq!(first.text.tables.len(), again.text.tables.len(), "{name}");
        for index in 0..=first.text.chars.len() {
            assert_eq!(first.place(index), again.place(index), "{name} {index}");
        }
    }
    let broken =
        Parts { text: "甲乙".to_owned(), tables: vec![vec![vec![(1, 2), (9, 5)]]], ..Parts::default() };
    assert!(broken.reading(Format::Html).text.tables.is_empty());
}

#[test]
fn a_stranger_s_file_is_read_up_to_a_bound() {
    let long = "<w:p><w:r><w:t>受理五件。</w:t></w:r></w:p>".repeat(1000);
    let document = docx(&long, None);
    let page = format!("<html><body>{}</body></html>", "<p>受理五件。</p>".repeat(1000));
    for (name, bytes) in [("a.docx", &document[..]), ("a.html", page.as_bytes()), ("a.txt", long.as_bytes())]
    {
        assert_eq!(read_within(name, bytes, 4000).unwrap_err(), Unreadable::TooLong, "{name}");
        assert!(read_within(name, bytes, 100_000).is_ok(), "{name}");
    }
}

#[test]
fn a_number_skipped_after_automatic_ones_is_found() {
    let numbered = |words: &str| {
        let list = "<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>";
        format!("<w:p>{list}<w:r><w:t>{words}</w:t></w:r></w:p>")
    };
    let sentence = paragraph("全年受理案件120件，办结118件。");
    let body = [
        numbered("主要举措"),
        sentence.clone(),
        numbered("存在问题"),
        sentence.clone(),
        paragraph("四、下步打算"),
        sentence,
    ];
    let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
        <w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"%1、\"/></w:lvl></w:abstractNum>\
        <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";
    let mut zip = zip::ZipWriter::new_append(Cursor::new(docx(&body.concat(), None))).unwrap();
    zip.start_file("word/numbering.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(numbering.as_bytes()).unwrap();
    let reading = read("a.docx", &zip.finish().unwrap().into_inner()).unwrap();
    assert!(text(&reading).starts_with("一、主要举措\n"), "{}", text(&reading));
    let rules = audit_report::load(&audit_report::BUILT_IN).unwrap();
    let report = audit::audit(&reading.text, &rules, &audit::Options::default(), &audit::Beside::default());
    let found = report.findings.iter().find(|f| f.rule == "numbering").unwrap();
    assert_eq!(reading.place(found.start).line, 5);
}
