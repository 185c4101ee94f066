//! Benchmarks and lists in the form of sheets: what departments publish is read, what is wrong is told cell by cell.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod common;

use common::{codes, day, facts};
use discretion::import::import;
use discretion::{
    Book, Edition, File, Level, List, Outcome, Query, Source, TableDecision, read, write::write,
};
use rust_xlsxwriter::{Format, Workbook};

fn edition() -> Edition {
    Edition {
        organ: "示例县林业局".to_owned(),
        document: "示例〔2024〕3号".to_owned(),
        version: String::new(),
        from: day("2024-01-01"),
        until: None,
        example: true,
        unverified: false,
    }
}

/// A workbook: sheets by name, rows of cells; an empty cell under a filled one in the first columns is merged with it.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (line, row) in (0_u32..).zip(*rows) {
            for (column, cell) in (0_u16..).zip(*row) {
                if !cell.is_empty() {
                    sheet.write_string(line, column, *cell).unwrap();
                }
            }
        }
        merge(sheet, rows);
    }
    book.save_to_buffer().unwrap()
}

/// Merges the cells of an act that reach over several steps, as published tables do.
fn merge(sheet: &mut rust_xlsxwriter::Worksheet, rows: &[&[&str]]) {
    let format = Format::new();
    for column in 0..2_u16 {
        let at = usize::from(column);
        let mut start = None;
        for line in 2..=rows.len() {
            let is_empty = rows.get(line).is_some_and(|row| row.get(at).is_some_and(|cell| cell.is_empty()));
            match (start, is_empty) {
                (None, true) => start = Some(line - 1),
                (Some(first), false) => {
                    let text = rows[first][at];
                    let (first, last) = (u32::try_from(first).unwrap(), u32::try_from(line - 1).unwrap());
                    sheet.merge_range(first, column, last, column, text, &format).unwrap();
                    start = None;
                }
                _ => {}
            }
        }
    }
}

fn imported(sheets: &[(&str, &[&[&str]])]) -> (File, Vec<base::Diagnostic>) {
    let sheets = sheets::open_all(&workbook(sheets)).unwrap();
    import("t.xlsx", &sheets, &edition())
}

const HEADING: &[&str] =
    &["序号", "违法行为", "违反条款", "处罚依据", "裁量阶次", "适用条件", "具体标准", "备注"];

const GOOD: &[&[&str]] = &[
    &["示例县林业行政处罚裁量权基准（示例）"],
    HEADING,
    &[
        "1",
        "示例：滥伐林木",
        "条款一",
        "条款二",
        "较轻",
        "材积不足2立方米且株数不足50株的",
        "其他：补种树木，处林木价值2倍罚款",
        "",
    ],
    &["", "", "", "", "一般", "材积2立方米以上不足5立方米；株数不足100株", "处林木价值3倍罚款", ""],
    &["", "", "", "", "", "材积不足2立方米；株数50株以上不足100株", "", ""],
    &["", "", "", "", "严重", "材积5立方米以上或者株数100株以上", "处林木价值4倍以上5倍以下罚款", ""],
    &[
        "2",
        "示例：违规用火",
        "条款三",
        "条款四",
        "不予处罚",
        "初次违法，及时改正",
        "不予处罚",
        "不会发生：没有造成火情；过火面积1平方米以上",
    ],
    &["", "", "", "", "从轻", "非初次违法；及时改正", "警告", ""],
    &["", "", "", "", "从重", "未及时改正", "处500元以上3000元以下罚款", "注：示例"],
];

#[test]
fn a_published_table_is_read_with_its_merged_cells() {
    let (file, found) = imported(&[("基准", GOOD)]);
    let errors: Vec<_> = found.iter().filter(|one| one.severity != base::Severity::Note).collect();
    assert_eq!(errors, Vec::<&base::Diagnostic>::new());
    assert_eq!(codes(&found), ["inferred"], "only the questions of the second table");
    assert_eq!(file.tables.len(), 2);
    let timber = &file.tables[0];
    assert_eq!(
        (timber.act.as_str(), timber.violates[0].as_str(), timber.basis[0].as_str()),
        ("示例：滥伐林木", "条款一", "条款二")
    );
    let levels: Vec<_> = timber.steps.iter().map(|step| (step.level, step.when.len())).collect();
    assert_eq!(
        levels,
        [(Level::Light, 1), (Level::Normal, 2), (Level::Heavy, 2)],
        "a line without a step adds to it"
    );
    let fire = &file.tables[1];
    let names: Vec<&str> = fire.fields.iter().map(|field| field.name.as_str()).collect();
    let own = ["初次违法", "及时改正", "没有造成火情", "过火面积"];
    assert_eq!(names, own, "“非初次” and “未及时” are no fields of their own");
    assert_eq!(fire.note, "注：示例");
    let outcome = |text: &str| TableDecision::of(timber, &facts(text)).unwrap().outcome;
    assert_eq!(outcome("材积=1.999立方米 株数=49株"), Outcome::Step(0));
    assert_eq!(outcome("材积=1.999立方米 株数=50株"), Outcome::Step(1));
    assert_eq!(outcome("材积=5立方米 株数=0株"), Outcome::Step(2));
}

#[test]
fn what_was_imported_is_written_and_read_again() {
    let (file, _) = imported(&[("基准", GOOD)]);
    let text = write(&edition(), &file);
    let (again, found) = read(&Source::new("again.toml", text.clone()));
    assert_eq!(found, [], "{text}");
    for (one, other) in file.tables.iter().zip(&again.tables) {
        assert_eq!(one.fields, other.fields, "{text}");
        for (a, b) in one.steps.iter().zip(&other.steps) {
            let sets = |step: &discretion::Step| -> Vec<Vec<_>> {
                step.when
                    .iter()
                    .map(|all| all.iter().map(|one| (one.field, one.set.clone())).collect())
                    .collect()
            };
            assert_eq!((sets(a), &a.penalties, a.level), (sets(b), &b.penalties, b.level), "{text}");
        }
    }
}

#[test]
fn every_error_of_every_sheet_is_told_with_its_cell() {
    let rows: &[&[&str]] = &[
        HEADING,
        &["1", "", "", "", "较轻", "次数1次", "警告", ""],
        &["2", "示例：甲", "", "", "较轻", "次数不满1次；次数2次以上", "警告", ""],
        &["", "", "", "", "中档", "次数3次", "罚款很多", ""],
        &["", "", "", "", "", "次数4次", "500元罚款", ""],
        &["", "", "", "", "严重", "", "从重处理", "不会发生："],
        &["3", "示例：乙", "", "条款", "一般", "其他情形", "5万元以上1万元以下罚款", ""],
    ];
    let bad: &[&[&str]] = &[&["违法行为", "裁量阶次", "裁量阶次", "颜色"], &["示例：丙", "一般", "", ""]];
    let (file, found) = imported(&[("一", rows), ("二", bad), ("说明", &[&["只是说明"]])]);
    assert!(file.tables.is_empty(), "{:?}", file.tables);
    let told: Vec<(&str, &str)> =
        found.iter().map(|one| (one.code, one.message.split('：').next().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("no_act", "B2"),
            ("never_true", "F3"),
            ("bad_fine", "G4"),
            ("unknown_level", "E4"),
            ("no_level", "E5"),
            ("no_condition", "F6"),
            ("unknown_penalty", "G6"),
            ("no_condition", "H6"),
            ("no_basis", "D3"),
            ("turned_range", "G7"),
            ("heading_twice", "C1"),
            ("unknown_heading", "D1"),
            ("missing_heading", "第1行"),
            ("missing_heading", "第1行"),
            ("missing_heading", "第1行"),
        ]
    );
    assert!(found.iter().all(|one| one.help.is_some() && one.place.is_some()));
}

#[test]
fn a_file_without_a_heading_is_told() {
    let (_, found) = imported(&[("一", &[&["甲", "乙"]])]);
    assert_eq!(codes(&found), ["no_heading"]);
}

#[test]
fn gaps_and_overlaps_are_found_when_a_sheet_comes_in() {
    let rows: &[&[&str]] = &[
        HEADING,
        &["1", "示例：甲", "", "条款", "较轻", "货值金额5万元以下", "警告", ""],
        &["", "", "", "", "一般", "货值金额5万元以上10万元以下", "500元罚款", ""],
        &["", "", "", "", "严重", "货值金额10万零1元以上", "1000元罚款", ""],
    ];
    let (_, found) = imported(&[("一", rows)]);
    let told: Vec<_> = found.iter().map(|one| (one.code, one.message.as_str())).collect();
    assert_eq!(
        told,
        [("bad_range", "F4：读不懂“货值金额10万零1元以上”里的数")],
        "no number is read by halves"
    );
    let rows: Vec<&[&str]> = rows[..3].iter().copied().chain([LAST]).collect();
    let (file, found) = imported(&[("一", &rows)]);
    assert_eq!(file.tables.len(), 1, "the table holds until it is mended");
    let messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "“示例：甲”有空档：货值金额：100000.01至100000.99元，不落在任何阶次",
            "“示例：甲”有重叠：货值金额：50000元，同时落在“较轻”和“一般”",
        ]
    );
}

const LAST: &[&str] = &["", "", "", "", "严重", "货值金额100001元以上", "1000元罚款", ""];

#[test]
fn fields_that_come_from_prose_are_kept_apart() {
    let rows: &[&[&str]] = &[
        HEADING,
        &["1", "示例：甲", "", "条款", "较轻", "造成污染；场所：学校", "警告", ""],
        &["", "", "", "", "较重", "造成污染扩大；场所：学校、医院", "500元罚款", ""],
    ];
    let (file, _) = imported(&[("一", rows)]);
    let fields: Vec<&str> = file.tables[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["造成污染", "场所", "造成污染扩大"]);
    assert_eq!(file.tables[0].fields[1].domain.high, 1, "the second option came later");
    let not: &[&[&str]] = &[rows[0], rows[1], &["", "", "", "", "较重", "场所不是学校", "500元罚款", ""]];
    assert_eq!(codes(&imported(&[("一", not)]).1), ["not_declared", "inferred"]);
}

#[test]
fn declared_fields_bind_the_conditions() {
    let fields: &[&[&str]] = &[
        &["要素", "类型", "单位", "小数位", "最小", "最大", "选项"],
        &["次数", "数量", "次", "", "1", "", ""],
        &["劝阻", "是否", "", "", "", "", "经劝阻不改、经劝阻改正"],
        &["场所", "类别", "", "", "", "", "学校、医院、其他"],
    ];
    let rows: &[&[&str]] = &[
        HEADING,
        &["1", "示例：甲", "", "条款", "不予处罚", "经劝阻改正；次数1次", "不予处罚", ""],
        &["", "", "", "", "一般", "经劝阻改正；次数2次以上", "警告", ""],
        &["", "", "", "", "", "经劝阻不改；场所：其他", "", ""],
        &["", "", "", "", "从重", "经劝阻不改；场所：学校、医院", "200元罚款", ""],
    ];
    let (file, found) = imported(&[("要素", fields), ("基准", rows)]);
    assert_eq!(found, []);
    assert_eq!(file.tables[0].fields.len(), 3);
    let wrong: &[&[&str]] = &[HEADING, &["1", "示例：甲", "", "条款", "一般", "经劝说不改", "警告", ""]];
    let (_, found) = imported(&[("要素", fields), ("基准", wrong)]);
    assert_eq!(codes(&found), ["unknown_condition"]);
    assert_eq!(found[0].help.as_deref(), Some("是不是“经劝阻不改”？"));
    let bad: &[&[&str]] = &[
        &["要素", "类型", "单位", "小数位", "最小", "最大", "选项"],
        &["次数", "数量", "", "", "", "", ""],
        &["面积", "数量", "亩", "很多", "", "", ""],
        &["长度", "数量", "米", "", "不少", "", ""],
        &["重量", "数量", "公斤", "", "3立方米", "", ""],
        &["场所", "类别", "", "", "", "", "学校"],
        &["颜色", "色彩", "", "", "", "", ""],
        &["", "是否", "", "", "", "", ""],
        &["好", "是否", "", "", "", "", ""],
        &["好", "是否", "", "", "", "", ""],
    ];
    let (_, found) = imported(&[("要素", bad)]);
    let expected = [
        "no_unit",
        "bad_decimals",
        "bad_bound",
        "wrong_unit",
        "no_options",
        "unknown_type",
        "no_field",
        "field_twice",
        "no_heading",
    ];
    assert_eq!(codes(&found), expected);
}

#[test]
fn the_four_lists_are_read_by_the_names_of_their_sheets() {
    let heading: &[&str] =
        &["序号", "违法行为", "法律依据", "适用条件", "不适用的情形", "处理", "配套监管措施"];
    let one: &[&[&str]] = &[
        heading,
        &[
            "1",
            "示例：甲",
            "条款",
            "同时具备下列条件：\n1.初次违法\n2.货值金额100元以下",
            "拒不改正",
            "可以不予处罚",
            "教育",
        ],
    ];
    let two: &[&[&str]] = &[
        heading,
        &[
            "1",
            "示例：甲",
            "条款",
            "有下列情形之一的：\n（1）主动供述\n（2）主动退赃",
            "",
            "应当从轻",
            "教育",
        ],
    ];
    let (file, found) =
        imported(&[("不予行政处罚清单", one), ("从轻行政处罚清单", two), ("免予行政强制清单", two)]);
    assert_eq!(found, []);
    let lists: Vec<_> =
        file.items.iter().map(|item| (item.lists.clone(), item.must, item.when.len())).collect();
    assert_eq!(
        lists,
        [(vec![List::None], false, 1), (vec![List::Lighter], true, 2), (vec![List::NoCompulsion], true, 2)]
    );
    let (book, _) = Book::new(file.tables, file.items);
    let made = |text: &str| {
        let facts = facts(text);
        let query = Query { act: "示例：甲", on: day("2024-05-01"), organ: None };
        let made = book.decide(&query, &facts).unwrap();
        assert!(made.table.is_none(), "the lists alone know the act");
        List::ALL.map(|list| made.applying(list).count())
    };
    assert_eq!(made("初次违法=是 货值金额=100元 拒不改正=否"), [1, 0, 0, 0]);
    let inline: &[&[&str]] = &[
        heading,
        &["1", "示例：甲", "条款", "同时具备：（一）初次违法；（二）货值金额100元以下", "", "", ""],
    ];
    let (file, found) = imported(&[("不予行政处罚清单", inline)]);
    assert_eq!(found, []);
    let names: Vec<&str> = file.items[0].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["初次违法", "货值金额"], "numbers of a list are no part of its conditions");
    assert_eq!(made("初次违法=是 货值金额=100.01元 拒不改正=否 主动退赃=是"), [0, 1, 0, 1]);
    let (_, found) = imported(&[("其他", two)]);
    assert_eq!(codes(&found), ["unknown_list"]);
}
