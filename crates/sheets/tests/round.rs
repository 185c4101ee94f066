//! What is written is read again; what people and strangers hand in is told apart.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use std::io::Write as _;

use calendar::Day;
use norms::{Field, FieldType};
use registers::Register;
use sheets::{Line, Sheet, SheetRow, open, read, write};

fn field(id: &str, name: &str, kind: FieldType, required: bool) -> Field {
    Field {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        required,
        personal: false,
        public: false,
        help: None,
        options: vec![("a".to_owned(), "甲类".to_owned()), ("b".to_owned(), "乙类".to_owned())],
        columns: Vec::new(),
        register: None,
        max: None,
    }
}

fn register() -> Register {
    Register {
        id: "t".to_owned(),
        name: "试验/名册".to_owned(),
        system: String::new(),
        systems: Vec::new(),
        measures: Vec::new(),
        key: vec![0],
        fields: vec![
            field("number", "编号", FieldType::Words, true),
            field("held_on", "日期", FieldType::Date, false),
            field("kind", "类别", FieldType::Choice, false),
        ],
        kept_by: Vec::new(),
        shelf: None,
        public: false,
        secret: false,
        basis: None,
        help: None,
        changed_by: None,
        figures: Vec::new(),
        guards: Vec::new(),
        place: base::Place::default(),
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn a_written_sheet_is_read_again() {
    let rows = [
        SheetRow {
            from: day("2024-01-01"),
            until: None,
            texts: vec!["0012".to_owned(), "2024-02-29".to_owned(), "甲类".to_owned()],
        },
        SheetRow {
            from: day("2024-03-01"),
            until: Some(day("2024-12-31")),
            texts: vec!["0013".to_owned(), String::new(), String::new()],
        },
    ];
    let bytes = write(&register(), &rows).unwrap();
    let sheet = open(&bytes).unwrap();
    assert_eq!(sheet.name, "试验名册");
    let (again, faults) = read(&register(), &sheet);
    assert_eq!(faults, []);
    assert_eq!(again.len(), 2);
    assert_eq!(again[0].line, 2);
    assert_eq!(again[0].form["number"], ["0012"], "leading zeros stay");
    assert_eq!(again[0].form["held_on"], ["2024-02-29"]);
    assert_eq!((again[1].from, again[1].until), (day("2024-03-01"), Some(day("2024-12-31"))));
    let empty = open(&write(&register(), &[]).unwrap()).unwrap();
    assert_eq!(read(&register(), &empty), (Vec::new(), Vec::new()));
}

fn lines(texts: &[&[&str]]) -> Sheet {
    let lines = texts.iter().enumerate().map(|(at, cells)| Line {
        number: at + 1,
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    });
    Sheet { name: "x".to_owned(), lines: lines.collect() }
}

#[test]
fn days_are_read_as_people_write_them() {
    let sheet = lines(&[
        &["某县名册"],
        &["起始日期*", "编号*"],
        &["2024/9/7", "1"],
        &["2024年9月7日", "2"],
        &["2024.09.07", "3"],
    ]);
    let (rows, faults) = read(&register(), &sheet);
    assert_eq!(faults, []);
    assert!(rows.iter().all(|row| row.from == day("2024-09-07")), "{rows:?}");
    assert_eq!(rows[0].line, 3);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_cell() {
    let sheet = lines(&[
        &["起始日期", "终止日期", "遍号", "日期", "日期"],
        &["2024-13-01", "", "1"],
        &["2024-01-01", "明年", "2"],
    ]);
    let (_, found) = read(&register(), &sheet);
    let told: Vec<String> = found.iter().map(|one| one.message.clone()).collect();
    for part in [
        "表头C1",
        "“日期”有两列",
        "表头缺“编号”",
        "A2：起始日期“2024-13-01”不是日期",
        "B3：终止日期“明年”不是日期",
    ] {
        assert!(told.iter().any(|one| one.contains(part)), "{part}: {told:#?}");
    }
    assert!(found[0].help.as_deref().unwrap().contains("编号"), "{found:?}");
}

#[test]
fn what_is_no_sheet_is_refused() {
    for bytes in [b"".as_slice(), b"PK\x03\x04", b"name,number\n1,2\n", &[0; 100]] {
        assert_eq!(open(bytes).unwrap_err().code, "not_xlsx");
    }
}

#[test]
fn a_file_that_swells_is_not_unpacked() {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    packed.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..210 {
        packed.write_all(&zeros).unwrap();
    }
    let bytes = packed.finish().unwrap().into_inner();
    assert!(bytes.len() < sheets::LARGEST, "the file itself is small");
    assert_eq!(open(&bytes).unwrap_err().code, "too_large");
}

#[test]
fn two_cells_in_opposite_corners_do_not_take_all_memory() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "名称").unwrap();
    sheet.write(1_048_575, 16_383, "远处").unwrap();
    let found = sheets::open(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(found.message, "第1048576行第16384列还有内容，最多读100000行200列");
    // Cells that are only formatted are no contents.
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "名称").unwrap();
    sheet.write_blank(1_048_575, 16_383, &rust_xlsxwriter::Format::new().set_bold()).unwrap();
    let sheet = sheets::open(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(sheet.lines.len(), 1);
}
