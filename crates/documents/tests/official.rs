//! A document in three forms: the numbers of the standard, and that each form reads back to the same text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::{Cursor, Read as _};

use documents::{
    Annex, Block, Column, Document, Faces, Head, Inline, Row, Signed, Table, Target, to_docx, to_html, to_pdf,
};

fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned())
}

/// A short document with everything that a document may have.
fn whole() -> Document {
    let link = |words: &str, id: &str| Inline::Link(words.to_owned(), Target::Anchor(id.to_owned()));
    let row = |id: &str, name: &str, value: &str| Row {
        anchor: Some(format!("figure-{id}")),
        cells: vec![
            vec![text(name)],
            vec![Inline::Link(
                value.to_owned(),
                Target::Url(format!("https://example.org/figures/{id}?a=1&b=2")),
            )],
        ],
    };
    let column =
        |title: &str, width, is_number| Column { title: title.to_owned(), under: None, width, is_number };
    Document {
        head: Some(Head {
            mark: "德化县人民政府文件".to_owned(), number: "德政〔2025〕3号".to_owned()
        }),
        title: vec!["德化县人民政府关于2024年度".to_owned(), "法治政府建设情况的报告".to_owned()],
        addressee: Some("泉州市人民政府".to_owned()),
        blocks: vec![
            Block::Heading(1, "一、举措与成效".to_owned()),
            Block::Heading(2, "（一）行政复议".to_owned()),
            Block::Paragraph(vec![
                text("全年收到行政复议申请"),
                link("69件", "figure-received"),
                text("，受理"),
                link("67件", "figure-accepted"),
                text("；<标记>与“引号”照原样。"),
            ]),
            Block::Table(headed()),
            Block::Heading(3, "1.案件质量".to_owned()),
            Block::Paragraph(vec![text("按期审结率100%。"), Inline::Strong("重点".to_owned())]),
        ],
        signed: Some(Signed { by: "德化县人民政府".to_owned(), on: "2025年2月18日".to_owned() }),
        note: Some("此件公开发布".to_owned()),
        annexes: vec![Annex {
            title: "指标及其办理记录".to_owned(),
            blocks: vec![Block::Table(Table {
                columns: vec![column("指标", 700, false), column("数值", 300, true)],
                rows: vec![row("received", "收到申请", "69件"), row("accepted", "受理", "67件")],
            })],
        }],
    }
}

/// A table whose middle columns share a heading.
fn headed() -> Table {
    let column = |title: &str, under: Option<&str>| Column {
        title: title.to_owned(),
        under: under.map(str::to_owned),
        width: 200,
        is_number: title != "项目",
    };
    let group = Some("法人或者其他组织");
    let cells = ["新收申请", "51", "52", "53", "54"].map(|words| vec![text(words)]);
    Table {
        columns: vec![
            column("项目", None),
            column("自然人", None),
            column("商业企业", group),
            column("科研机构", group),
            column("总计", None),
        ],
        rows: vec![Row { anchor: None, cells: cells.to_vec() }],
    }
}

#[test]
fn a_heading_reaches_over_its_columns_and_others_reach_down() {
    let page = to_html(&whole());
    assert!(
        page.contains("<th scope=\"colgroup\" class=\"c\" colspan=\"2\">法人或者其他组织</th>"),
        "{page}"
    );
    assert!(page.contains("<th scope=\"col\" class=\"n\" rowspan=\"2\">总计</th>"), "{page}");
    let body = part(&to_docx(&whole()), "word/document.xml");
    assert!(body.contains("<w:gridSpan w:val=\"2\"/></w:tcPr>"), "{body}");
    // Three cells reach down, and go on below.
    assert_eq!(body.matches("<w:vMerge w:val=\"restart\"/>").count(), 3);
    assert_eq!(body.matches("<w:vMerge/>").count(), 3);
    // Each row of the table fills its five columns.
    let table = body.split("<w:tbl>").nth(1).and_then(|rest| rest.split("</w:tbl>").next()).unwrap();
    for row in table.split("<w:tr>").skip(1) {
        assert_eq!(row.matches("<w:tc>").count() + row.matches("<w:gridSpan").count(), 5, "{row}");
    }
}

const SAYS: [&str; 12] = [
    "德化县人民政府文件",
    "德政〔2025〕3号",
    "泉州市人民政府：",
    "一、举措与成效",
    "（一）行政复议",
    "全年收到行政复议申请69件，受理67件；<标记>与“引号”照原样。",
    "1.案件质量",
    "按期审结率100%。重点",
    "2025年2月18日",
    "（此件公开发布）",
    "附件：指标及其办理记录",
    "收到申请",
];

fn read_back(name: &str, bytes: &[u8]) -> String {
    let reading = reading::read(name, bytes).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    let whole = reading.text.chars.text(0, reading.text.chars.len());
    whole.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Words as the readers have them.
fn folded(words: &str) -> String {
    read_back("a.txt", words.as_bytes())
}

fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut made = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut made).unwrap();
    made
}

#[test]
fn a_docx_has_the_standards_page_grid_and_faces() {
    let docx = to_docx(&whole());
    let body = part(&docx, "word/document.xml");
    // 210 × 297 mm; 37 mm above, 28 mm at the binding; what is left makes 156 × 225 mm.
    assert!(body.contains("<w:pgSz w:w=\"11906\" w:h=\"16838\"/>"), "{body}");
    assert!(body.contains("w:top=\"2098\" w:right=\"1475\" w:bottom=\"1984\" w:left=\"1587\""), "{body}");
    assert_eq!(11906 - 1475 - 1587, 8844);
    assert_eq!(16838 - 2098 - 1984, 12756);
    // 22 lines of 28 characters: 579 twips × 22 ≤ 12756; (16 pt − 847/4096 pt) × 28 ≤ 442.2 pt.
    let grid = body.split("<w:docGrid").nth(1).unwrap();
    assert!(grid.starts_with(" w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"-8"), "{grid}");
    let space: i32 = grid.split("charSpace=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let line = (16 * 4096 + space) * 28;
    assert!((8844 * 4096 / 20 - line).abs() < 28, "{space}: a line of 28 is {line}");
    let styles = part(&docx, "word/styles.xml");
    let style = |id: &str| {
        let from = styles.find(&format!("w:styleId=\"{id}\"")).unwrap_or_else(|| panic!("no style {id}"));
        styles[from..].split("</w:style>").next().unwrap().to_owned()
    };
    for (id, face, size) in [
        ("Normal", "仿宋_GB2312", 32),
        ("Title", "方正小标宋简体", 44),
        ("Heading1", "黑体", 32),
        ("Heading2", "楷体_GB2312", 32),
        ("Heading3", "仿宋_GB2312", 32),
        ("Folio", "宋体", 28),
    ] {
        let style = style(id);
        assert!(style.contains(&format!("w:eastAsia=\"{face}\"")), "{id}: {style}");
        assert!(style.contains(&format!("<w:sz w:val=\"{size}\"/>")), "{id}: {style}");
    }
    assert!(style("Text").contains("w:firstLineChars=\"200\""));
    assert!(part(&docx, "word/settings.xml").contains("<w:evenAndOddHeaders/>"));
    let odd = part(&docx, "word/footer1.xml");
    assert!(
        odd.contains("w:jc w:val=\"right\"")
            && odd.contains("w:rightChars=\"100\"")
            && odd.matches("—").count() == 2
    );
    assert!(part(&docx, "word/footer2.xml").contains("w:jc w:val=\"left\""));
    assert!(body.contains("w:rightChars=\"400\""), "the date is set in by four characters");
    assert!(body.contains("w:anchor=\"figure-received\"") && body.contains("w:name=\"figure-received\""));
    assert!(part(&docx, "word/_rels/document.xml.rels").contains("figures/received?a=1&amp;b=2"));
}

#[test]
fn every_form_reads_back_to_the_same_text() {
    let document = whole();
    let mut forms = vec![("a.docx", to_docx(&document)), ("a.html", to_html(&document).into_bytes())];
    match Faces::find(None) {
        Ok(faces) => forms.push(("a.pdf", to_pdf(&document, &faces).unwrap().bytes)),
        Err(fault) => eprintln!("without PDF: {fault}"),
    }
    for (name, bytes) in forms {
        let read = read_back(name, &bytes);
        for words in SAYS {
            assert!(read.contains(&folded(words)), "{name} does not say {words}: {read}");
        }
        let title = document.whole_title();
        assert!(read.contains(&folded(&title)), "{name}: {read}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(to_docx(&whole()), to_docx(&whole()));
    if let Ok(faces) = Faces::find(None) {
        assert_eq!(to_pdf(&whole(), &faces).unwrap().bytes, to_pdf(&whole(), &faces).unwrap().bytes);
    }
}

#[test]
fn without_faces_the_folder_is_named() {
    let folder = std::env::temp_dir().join(format!("yifa-no-faces-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let fault = Faces::find(Some(&folder)).err().unwrap();
    assert!(fault.to_string().contains(&folder.display().to_string()), "{fault}");
    assert!(fault.to_string().contains("没有找到中文字体"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// What stands in for a face is told, in the file too.
#[test]
fn substitutes_are_told() {
    let Ok(faces) = Faces::find(None) else { return };
    let made = to_pdf(&whole(), &faces).unwrap();
    assert_eq!(made.missing, "");
    let told = faces.substitutes();
    assert_eq!(made.substitutes, told);
    for one in &told {
        assert!(one.contains("代替"), "{one}");
    }
}

/// Thirty pages in at most three seconds.
#[test]
fn thirty_pages_are_quick() {
    let Ok(faces) = Faces::find(None) else { return };
    let sentence = "全年收到行政复议申请1234件，受理1200件，审结1180件，按期审结率100%，平均审理38.5日，其中调解结案316件。";
    let blocks = (0..160).map(|_| Block::Paragraph(vec![text(&sentence.repeat(2))])).collect();
    let document = Document { blocks, ..whole() };
    let from = std::time::Instant::now();
    let made = to_pdf(&document, &faces).unwrap();
    let took = from.elapsed();
    assert!(made.pages >= 30, "{} pages", made.pages);
    eprintln!("{} pages, {} kB, {} ms", made.pages, made.bytes.len() / 1024, took.as_millis());
    assert!(took.as_millis() < 12_000, "{} ms without optimisation", took.as_millis());
}
