//! One discretion decision over two thousand tables, beside a linear scan of the same.

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use ::discretion::{Book, Fact, Facts, ItemDecision, Outcome, Query, STATUTES, Source, TableDecision, read};
use base::Diagnostic;
use calendar::Day;
use packs::Rules;

use super::lists::waited_for_processor;
use super::{BenchArgs, Row};
use crate::output::{self, MACHINE};

const TABLES: u32 = 2_000;
const ROUNDS: u32 = 40_000;
/// The most that one decision may take, in microseconds.
const MICROS: f64 = 20.0;

pub fn run(_: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let broken = |message: &str| output::fail(&[Diagnostic::error("bench", message)], MACHINE);
    let book = made().ok_or_else(|| broken("造不出测试用的基准"))?;
    let day = Day::from_ymd(2024, 5, 1).ok_or_else(|| broken("日期不对"))?;
    let asked: Vec<(String, Facts)> = (0..TABLES).map(|at| (act(at * 1_009 % TABLES), facts(at))).collect();
    let timed = |rounds: u32, ask: &dyn Fn(&str, &Facts) -> Option<usize>| {
        let (mut steps, began, waited) = (0_usize, Instant::now(), waited_for_processor());
        for (act, facts) in asked.iter().cycle().zip(0..rounds).map(|(one, _)| one) {
            steps += black_box(ask(black_box(act), black_box(facts))).unwrap_or(usize::MAX / 1_000_000);
        }
        let seconds = began.elapsed().as_secs_f64() - (waited_for_processor() - waited);
        (seconds * 1e6 / f64::from(rounds), steps)
    };
    let by_index = |act: &str, facts: &Facts| indexed(&book, day, act, facts);
    let by_scan = |act: &str, facts: &Facts| scanned(&book, day, act, facts);
    let (micros, steps) = timed(ROUNDS, &by_index);
    let (same, scanned_steps) = timed(ROUNDS / 10, &by_scan);
    let (_, again) = timed(ROUNDS / 10, &by_index);
    if scanned_steps != again || steps == 0 {
        return Err(broken("按索引和逐张查找的结果不同"));
    }
    let row = |name, value: f64, limit: f64, limit_is| Row {
        name,
        value,
        unit: "微秒",
        limit,
        limit_is,
        ratio: value / limit,
    };
    Ok(vec![
        row("裁量判断一次：2000张基准、6000条清单，阶次和条目逐条说明", micros, MICROS, "上限"),
        row("裁量判断一次：按索引", micros, same, "逐张查找同样的基准和清单"),
    ])
}

/// The step that the facts lead to; what applies of the lists is worked out too.
fn indexed(book: &Book, day: Day, act: &str, facts: &Facts) -> Option<usize> {
    let made = book.decide(&Query { act, on: day, organ: None }, facts).ok()?;
    match made.table.as_ref()?.outcome {
        Outcome::Step(at) => Some(at + made.items.len()),
        _ => None,
    }
}

fn scanned(book: &Book, day: Day, act: &str, facts: &Facts) -> Option<usize> {
    let own = book.tables().iter().find(|table| table.act == act && table.edition.holds_on(day))?;
    let table = TableDecision::of(own, facts).ok()?;
    let is_own = |own: &Option<String>| own.as_deref().is_none_or(|own| own == act);
    let items = book.items().iter().filter(|item| is_own(&item.act) && item.edition.holds_on(day));
    let items: Vec<ItemDecision<'_>> = items.filter_map(|item| ItemDecision::of(item, facts).ok()).collect();
    match black_box(table).outcome {
        Outcome::Step(at) => Some(at + black_box(items).len()),
        _ => None,
    }
}

fn act(at: u32) -> String {
    format!("测试：第{at}种违法行为，经营场所不符合规定")
}

/// Facts of each step in turn; two of the general list's are known.
fn facts(at: u32) -> Facts {
    let places = ["学校", "医院", "其他"];
    let place = places.iter().cycle().nth(usize::try_from(at % 3).unwrap_or_default()).copied();
    [
        ("货值金额", format!("{}元", at * 37 % 20_000)),
        ("违法次数", format!("{}次", at % 5)),
        ("经营场所", place.unwrap_or_default().to_owned()),
        ("初次违法", if at.is_multiple_of(2) { "是" } else { "否" }.to_owned()),
        ("及时改正", "是".to_owned()),
        ("危害后果", "轻微".to_owned()),
    ]
    .map(|(name, text)| (name.to_owned(), Fact::parse(&text)))
    .into()
}

/// Tables of five steps over four fields, three items of the lists for each.
fn made() -> Option<Book> {
    let mut text = String::from(
        "[edition]\norgan = \"测试局\"\ndocument = \"测试\"\nfrom = 2024-01-01\nexample = true\n[fields]\n\
         \"货值金额\" = { type = \"amount\", unit = \"元\" }\n\"违法次数\" = { type = \"amount\", unit = \"次\" }\n\
         \"经营场所\" = { type = \"kind\", options = [\"学校\", \"医院\", \"其他\"] }\n\"初次违法\" = { type = \"yes_no\" }\n",
    );
    for at in 0..TABLES {
        table(&mut text, at);
    }
    let (mut file, found) = read(&Source::new("made", text));
    for (name, text) in STATUTES {
        file.items.extend(read(&Source::new(name, text)).0.items);
    }
    let (book, twice) = Book::new(file.tables, file.items);
    let errors = found.iter().chain(&twice).any(|one| one.severity != base::Severity::Note);
    (!errors).then_some(book)
}

fn table(text: &mut String, at: u32) {
    let act = act(at);
    let _ = writeln!(text, "[[table]]\nid = \"t{at}\"\nact = \"{act}\"\nbasis = [\"测试条款{at}\"]");
    let steps = [
        ("不予处罚", "货值金额不满1000元；初次违法；违法次数1次以下", "不予处罚"),
        (
            "减轻",
            "货值金额不满1000元；违法次数2次以上或者货值金额不满1000元；违法次数1次以下；不是“初次违法”",
            "1000元罚款",
        ),
        ("从轻", "货值金额1000元以上不满5000元；经营场所：其他", "2000元以上5000元以下罚款"),
        (
            "一般",
            "货值金额1000元以上不满5000元；经营场所：学校、医院或者货值金额5000元以上不满1万元",
            "5000元以上2万元以下罚款",
        ),
        ("从重", "货值金额1万元以上", "货值金额2倍以上5倍以下罚款，可以责令停产停业"),
    ];
    for (name, when, penalty) in steps {
        let when: Vec<String> = when.split("或者").map(|one| format!("{one:?}")).collect();
        let when = when.join(", ");
        let _ = writeln!(text, "[[table.step]]\nname = \"{name}\"\nwhen = [{when}]\npenalty = \"{penalty}\"");
    }
    for (list, when) in [
        ("none", "货值金额100元以下；初次违法"),
        ("lighter", "货值金额不满500元；违法次数1次以下"),
        ("no_compulsion", "货值金额不满200元；经营场所：其他"),
    ] {
        let _ = writeln!(
            text,
            "[[item]]\nid = \"i{at}{list}\"\nact = \"{act}\"\ntitle = \"测试\"\nlists = [\"{list}\"]\n\
             basis = [\"测试条款{at}\"]\nwhen = \"{when}\""
        );
    }
}
