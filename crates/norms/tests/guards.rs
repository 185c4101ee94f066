//! Guards: three truth values, types, offsets of mistakes, and a parser that survives anything.
#![expect(clippy::panic, clippy::indexing_slicing, reason = "steps of tests fail loudly")]

mod common;

use calendar::{Count, Limit};
use common::{act, calendar, day, field, procedure};
use norms::guard::{GuardFault, Scene, compile};
use norms::{Act, ActId, Field, FieldType, Record, Records, Value};
use proptest::prelude::*;

/// An act `a` with a field of every type that guards may ask for.
fn acts() -> Vec<Act> {
    let mut one = act("a");
    one.fields = vec![
        field("x", FieldType::YesNo, false),
        field("y", FieldType::YesNo, false),
        field("on", FieldType::Date, false),
        field("count", FieldType::Number, false),
        field("fine", FieldType::Money, false),
        field("pick", FieldType::Choice, false),
        table("table", false),
        table("persons", true),
    ];
    vec![one, act("b")]
}

/// A table of a choice, a number, an amount and a text.
fn table(id: &str, personal: bool) -> Field {
    let columns = [
        field("pick", FieldType::Choice, false),
        field("points", FieldType::Number, false),
        field("paid", FieldType::Money, false),
        field("note", FieldType::Words, false),
    ];
    let mut columns = columns.to_vec();
    columns[0].options = vec![("a".to_owned(), "甲".to_owned()), ("b".to_owned(), "乙".to_owned())];
    Field { columns, personal, ..field(id, FieldType::Rows, false) }
}

/// The record of `a` with these rows in both tables.
fn rows(rows: &[&str]) -> Vec<Option<Value>> {
    let list = Value::List(rows.iter().map(|row| (*row).to_owned()).collect());
    [vec![None; 6], vec![Some(list.clone()), Some(list)]].concat()
}

fn truth(text: &str, values: Vec<Option<Value>>) -> Option<bool> {
    let guard = compile(text, &acts(), &[]).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    let mut records = Records::default();
    records.put(ActId(0), Some((day("2024-03-01"), Record::new(values))));
    let calendar = calendar();
    guard.truth(&Scene { calendar: &calendar, records: &records, parameters: &[], day: day("2024-03-01") })
}

fn fault(text: &str) -> GuardFault {
    compile(text, &acts(), &[]).err().unwrap_or_else(|| panic!("{text} is not wrong"))
}

fn flags(x: Option<bool>, y: Option<bool>) -> Vec<Option<Value>> {
    vec![x.map(Value::Flag), y.map(Value::Flag)]
}

const VALUES: [Option<bool>; 3] = [Some(true), Some(false), None];

#[test]
fn and_or_not_are_those_of_kleene() {
    let order = |value: Option<bool>| match value {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    };
    for x in VALUES {
        assert_eq!(truth("!record.a.x", flags(x, None)), x.map(|x| !x));
        for y in VALUES {
            let both = truth("record.a.x && record.a.y", flags(x, y));
            let either = truth("record.a.x || record.a.y", flags(x, y));
            assert_eq!(order(both), order(x).min(order(y)), "{x:?} {y:?}");
            assert_eq!(order(either), order(x).max(order(y)), "{x:?} {y:?}");
            assert_eq!(
                truth("!(record.a.x && record.a.y)", flags(x, y)),
                truth("!record.a.x || !record.a.y", flags(x, y))
            );
            assert_eq!(truth("record.a.x == record.a.y", flags(x, y)), x.zip(y).map(|(x, y)| x == y));
        }
    }
}

#[test]
fn products_are_exact_and_of_money_and_numbers_alone() {
    let with = |count: i64, fen: i64| {
        vec![None, None, None, Some(Value::Number(count * norms::PARTS)), Some(Value::Money(fen))]
    };
    // Three hundredths a day of a fine of 5,000 yuan, four days: 600 yuan.
    let daily = "record.a.fine * 0.03 * record.a.count <= 600 yuan";
    assert_eq!(truth(daily, with(4, 500_000)), Some(true));
    assert_eq!(truth(daily, with(5, 500_000)), Some(false));
    assert_eq!(truth("1 + 2 * 3 == 7", Vec::new()), Some(true));
    assert_eq!(truth("(1 + 2) * 3 == 9", Vec::new()), Some(true));
    assert_eq!(truth("record.a.fine * 2 > 0 yuan", Vec::new()), None);
    assert_eq!(truth("record.a.fine * record.a.count > 0 yuan", with(900_000_000, i64::MAX)), None);
    assert_eq!(fault("record.a.fine * record.a.fine > 0 yuan").message, "金额和金额不能相乘");
    assert_eq!(fault("record.a.on * 2 > record.a.on").message, "日期和数不能相乘");
}

#[test]
fn amounts_are_read_as_files_write_them() {
    assert_eq!(norms::guard::money("10_000 yuan"), Some(1_000_000));
    assert_eq!(norms::guard::money("0.05 yuan"), Some(5));
    for wrong in ["10_000", "yuan", "-5 yuan", "5 yuans", "1e3 yuan", "99999999999999999999 yuan", "5  yuan"]
    {
        assert_eq!(norms::guard::money(wrong), None, "{wrong}");
    }
}

#[test]
fn has_and_done_are_never_unknown() {
    assert_eq!(truth("has(record.a.x)", flags(None, None)), Some(false));
    assert_eq!(truth("has(record.a.x)", flags(Some(false), None)), Some(true));
    assert_eq!(truth("done.a && !done.b", flags(None, None)), Some(true));
    assert_eq!(truth("on.b >= on.a", flags(None, None)), None);
    assert_eq!(truth("on.a == date(\"2024-03-01\")", flags(None, None)), Some(true));
}

#[test]
fn mistakes_are_told_with_their_offset() {
    let cases = [
        ("record.a.x = true", 11),
        ("record.a.x && record.a.z", 14),
        ("done.a && done.c", 10),
        ("record.a.pick == \"d\"", 17),
        ("record.a.fine > 3", 14),
        ("record.a.count > 3 yuan", 15),
        ("record.a.x && record.a.count", 14),
        ("record.a.table == record.a.table", 0),
        ("record.a.table.points == 3", 0),
        ("total(record.a.table) == 3", 0),
        ("total(record.a.table.pionts) == 3", 6),
        ("total(record.a.table.note) == 3", 6),
        ("total(record.a.count.points) == 3", 6),
        ("total(record.a.table.paid) == 3", 27),
        ("lines(record.a.table.points) == 3", 0),
        ("lines(record.a.table, \"pick\") == 3", 0),
        ("lines(record.a.table, \"pick\", \"c\") == 3", 30),
        ("lines(record.a.table, \"points\", \"3\") == 3", 22),
        ("lines(record.a.table, pick, \"a\") == 3", 22),
        ("lines(record.a.table)", 0),
        ("record.a.x && (record.a.y", 25),
        ("\"open", 0),
        ("within(record.a.on, 3, record.a.on)", 20),
        ("has(done.a)", 0),
        ("now()", 0),
        ("record.a.on > date(\"2024-02-30\")", 14),
        ("", 0),
    ];
    for (text, offset) in cases {
        let found = fault(text);
        assert_eq!(found.offset, offset, "{text}: {}", found.message);
        assert!(!found.message.is_empty());
    }
}

#[test]
fn mistakes_over_tables_say_what_there_is() {
    let cases = [
        (
            "total(record.a.table.pionts) == 3",
            "没有名为“pionts”的栏（“table”）",
            Some("是不是想写“points”？"),
        ),
        (
            "total(record.a.table.note) == 3",
            "“table”的“note”是一行文字，不能相加",
            Some("能相加的栏：points、paid"),
        ),
        ("total(record.a.count.points) == 3", "“count”是数，不是表格，没有行和栏", None),
        ("total(record.a.table.paid) == 3", "金额不能同数比较", None),
        (
            "lines(record.a.table, \"points\", \"3\") == 3",
            "“table”的“points”是数，只能按单选的栏数行数",
            None,
        ),
        ("lines(record.a.table, \"pick\", \"c\") == 3", "没有名为“c”的“pick”的选项", None),
    ];
    for (text, message, help) in cases {
        let found = fault(text);
        assert_eq!(found.message, message, "{text}");
        if help.is_some() {
            assert_eq!(found.help.as_deref(), help, "{text}");
        }
    }
}

#[test]
fn rows_are_added_up_and_counted() {
    let given = rows(&["a｜5｜1,000.50｜", "乙｜2.5｜｜x", "甲｜｜0.5"]);
    let holds = |text: &str| truth(text, given.clone());
    assert_eq!(holds("total(record.a.table.points) == 7.5"), Some(true));
    assert_eq!(holds("total(record.a.table.paid) == 1_001 yuan"), Some(true));
    assert_eq!(holds("lines(record.a.table) == 3"), Some(true));
    assert_eq!(
        holds("lines(record.a.table, \"pick\", \"a\") == 2"),
        Some(true),
        "by its id and by its label"
    );
    assert_eq!(holds("lines(record.a.table, \"pick\", \"b\") == 1"), Some(true));
    assert_eq!(holds("100 - total(record.a.table.points) == 92.5"), Some(true));
    assert_eq!(holds("lines(record.a.persons) == 3"), Some(true));
}

#[test]
fn without_rows_there_are_none_and_of_an_act_that_is_not_done_nothing_is_known() {
    assert_eq!(truth("lines(record.a.table) == 0", Vec::new()), Some(true));
    assert_eq!(truth("total(record.a.table.points) == 0", Vec::new()), Some(true));
    assert_eq!(truth("lines(record.a.persons) == 0", Vec::new()), None, "it may have been erased");
    assert_eq!(truth("total(record.a.persons.points) == 0", Vec::new()), None);
    let mut late = acts();
    late[1].fields = vec![table("table", false)];
    let guard = compile("lines(record.b.table) == 0", &late, &[]).unwrap();
    assert_eq!(guard.mentions(), common::set(&procedure(late), "b"));
    let (calendar, records) = (calendar(), Records::default());
    let scene = Scene { calendar: &calendar, records: &records, parameters: &[], day: day("2024-03-01") };
    assert_eq!(guard.truth(&scene), None);
}

#[test]
fn an_unreadable_cell_makes_the_sum_unknown_and_not_the_number() {
    for cell in ["三", "-5", "5分", "1.23456", "1.+5", "99999999999999999999"] {
        let given = rows(&["a｜5｜1｜", &format!("a｜{cell}｜1｜")]);
        assert_eq!(truth("total(record.a.table.points) >= 0", given.clone()), None, "{cell}");
        assert_eq!(truth("total(record.a.table.paid) == 2 yuan", given.clone()), Some(true));
        assert_eq!(truth("lines(record.a.table) == 2", given), Some(true));
    }
    let most = (i64::MAX / norms::PARTS).to_string();
    let given = rows(&[&format!("a｜{most}"), &format!("a｜{most}")]);
    assert_eq!(truth("total(record.a.table.points) > 0", given), None, "what does not fit is unknown");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}record.a.x{}", "(".repeat(depth), ")".repeat(depth));
    assert!(compile(&nested(40), &acts(), &[]).is_ok());
    assert!(compile(&nested(100_000), &acts(), &[]).is_err());
    assert!(compile(&"!".repeat(100_000), &acts(), &[]).is_err());
    assert!(compile(&"[".repeat(100_000), &acts(), &[]).is_err());
}

proptest! {
    #[test]
    fn the_parser_survives_any_text(text in ".{0,60}") {
        let _ = compile(&text, &acts(), &[]);
    }

    #[test]
    fn the_parser_survives_any_words(words in prop::collection::vec(prop::sample::select(vec![
        "record", ".", "a", "x", "&&", "||", "!", "(", ")", "[", "]", ",", "==", "<", "in", "has", "within", "date", "total", "lines", "table", "points", "\"pick\"",
        "\"p\"", "3", "days", "yuan", "working", "+", "-", "true", "done", "on", "$", "9999999999999999", "0.00001",
    ]), 0..20)) {
        if let Err(fault) = compile(&words.join(" "), &acts(), &[]) {
            prop_assert!(fault.offset <= words.join(" ").len());
        }
    }

    #[test]
    fn within_counts_as_the_calendar_does(start in 0i32..2000, length in 1u32..90, after in 0i32..200, unit in 0usize..3) {
        let unit = ["days", "working days", "months"][unit];
        let from = day("2021-01-01").plus_days(start);
        let asked = from.plus_days(after);
        let limit = Limit::parse(&format!("{length} {unit}")).unwrap();
        let count = Count { from, limit, pauses: &[], extensions: &[], rolls: true };
        let last = calendar().last_day(&count).last_day.unwrap();
        let text = format!("within(record.a.on, {length} {unit}, date(\"{asked}\"))");
        let found = truth(&text, vec![None, None, Some(Value::Day(from))]);
        prop_assert_eq!(found, Some(asked <= last));
    }

    /// Against a plain model: rows as tuples, read back from their texts.
    #[test]
    fn tables_come_to_what_a_plain_model_says(
        model in prop::collection::vec((prop::option::of(0usize..2), prop::option::of(0i64..100_000_000), prop::option::of(0i64..10_000_000), any::<bool>()), 0..12),
        short in any::<bool>(),
    ) {
        let decimals = |parts: i64, of: i64, width: usize| format!("{}.{:0width$}", parts / of, parts % of);
        let row = |(pick, points, fen, by_label): &(Option<usize>, Option<i64>, Option<i64>, bool)| {
            let pick = pick.map_or("", |at| if *by_label { ["甲", "乙"][at] } else { ["a", "b"][at] });
            let points = points.map_or(String::new(), |parts| decimals(parts, norms::PARTS, 4));
            let fen = fen.map_or(String::new(), |fen| decimals(fen, 100, 2));
            let row = [pick, &points, &fen, "说明"].join("｜");
            if short { row.trim_end_matches("说明").trim_end_matches('｜').to_owned() } else { row }
        };
        let texts: Vec<String> = model.iter().map(row).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let given = rows(&texts);
        let points: i64 = model.iter().filter_map(|(_, points, ..)| *points).sum();
        let fen: i64 = model.iter().filter_map(|(_, _, fen, _)| *fen).sum();
        let picked = model.iter().filter(|(pick, ..)| *pick == Some(1)).count();
        let holds = |text: String| truth(&text, given.clone());
        prop_assert_eq!(holds(format!("total(record.a.table.points) == {}", decimals(points, norms::PARTS, 4))), Some(true));
        prop_assert_eq!(holds(format!("total(record.a.table.paid) == {} yuan", decimals(fen, 100, 2))), Some(true));
        prop_assert_eq!(holds(format!("lines(record.a.table) == {}", model.len())), Some(true));
        prop_assert_eq!(holds(format!("lines(record.a.table, \"pick\", \"b\") == {picked}")), Some(true));
        prop_assert_eq!(holds(format!("lines(record.a.table) < {}", model.len())), Some(false));
    }

    #[test]
    fn numbers_and_amounts_are_compared_as_such(left in -1_000_000i64..1_000_000, right in 0i64..1_000_000) {
        let number = Some(Value::Number(left * norms::PARTS));
        let values = vec![None, None, None, number, Some(Value::Money(left * 100))];
        prop_assert_eq!(truth(&format!("record.a.count < {right}"), values.clone()), Some(left < right));
        prop_assert_eq!(truth(&format!("record.a.fine >= {right} yuan"), values), Some(left >= right));
    }
}

#[test]
fn a_guard_speaks_of_the_acts_that_it_names() {
    let made = procedure(acts());
    let guard = compile("record.a.x && done.b", &made.acts, &[]).unwrap();
    assert_eq!(guard.mentions(), common::set(&made, "a b"));
}
