//! The annual report, and the pages that tell all figures, in a store whose tallies are those of ten million acts of
//! every figure of the procedures.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Instant;

use app::Platform;
use calendar::Day;
use figures::Measure;
use packs::{Files, Rules};
use web::Edge;

use super::Row;
use super::tables::{Filled, PROVINCE, YEAR, as_of};
use super::web::{Connection, served};
use crate::data;
use crate::output::{self, WRONG_INPUT};
use crate::platform::failed;

const MOST_MILLIS: f64 = 1000.0;
const ROUNDS: u32 = 10;

/// What a page may take, as the other pages, and how often each is asked for.
const PAGE_MILLIS: f64 = 10.0;
const PAGE_ROUNDS: usize = 41;

pub fn run(rules: &Rules, files: &Files, database: Option<&str>) -> Result<Vec<Row>, ExitCode> {
    let (plans, found) = packs::plans::read(&data::sources(files, "plans"));
    let plans = plans.ok_or_else(|| output::fail(&found, WRONG_INPUT))?;
    // The cases behind the figures of tasks are read one by one, and here there are none.
    let packs = rules.packs.iter().filter(|pack| pack.file.tasks.is_none());
    let own = packs.flat_map(|pack| &pack.file.figures);
    let counted = own.filter(|figure| !matches!(figure.measure, Measure::Share { .. }));
    let ids: BTreeSet<String> = counted.map(|figure| figure.id.clone()).collect();
    let filled = Filled::new(rules, "report", database, &ids.into_iter().collect::<Vec<_>>())?;
    let platform = &filled.platform;
    let report = |name, organ: &str, as_of: Day| -> Result<Row, ExitCode> {
        let mut best = f64::MAX;
        for round in 0..=ROUNDS {
            let began = Instant::now();
            let made = platform.report(&plans, None, organ, YEAR, as_of).map_err(|fault| failed(&fault))?;
            let text = made.to_markdown();
            if round == 0 {
                eprintln!("{name}：{}个指标，{}字节", made.figures.len(), text.len());
                continue;
            }
            best = best.min(began.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(row(name, best, MOST_MILLIS))
    };
    let summer = Day::from_ymd(YEAR, 6, 30).unwrap_or(Day::MIN);
    let mut rows = vec![
        report("年度报告：全省，一千万项行为的统计数", PROVINCE, as_of())?,
        report("年度报告：其中一个县", "county", as_of())?,
        report("年度报告：全省，按当年6月30日已登记的", PROVINCE, summer)?,
    ];
    rows.extend(pages(platform)?);
    Ok(rows)
}

fn row(name: &'static str, value: f64, limit: f64) -> Row {
    Row { name, value, unit: "毫秒", limit, limit_is: "上限", ratio: value / limit }
}

/// The pages by the clock, over one connection: the first time and the median of the others.
fn pages(platform: &Platform) -> Result<Vec<Row>, ExitCode> {
    // Pages that are kept would be answered without counting.
    let site = served(platform, &Edge { kept_bytes: 0, ..Edge::default() })?;
    let timed = |path: &str| -> std::io::Result<(f64, f64)> {
        let mut connection = Connection::open(site)?;
        let mut took = Vec::with_capacity(PAGE_ROUNDS);
        for _ in 0..PAGE_ROUNDS {
            let began = Instant::now();
            connection.get(path, None)?;
            took.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        let first = took.remove(0);
        took.sort_by(f64::total_cmp);
        Ok((first, took.get(took.len() / 2).copied().unwrap_or_default()))
    };
    let mut rows = Vec::new();
    // The picture is kept for a minute: /plan comes first, so that its first time is without it.
    for (path, first, median) in [
        ("/plan", "网页：方案全貌，第一次", "网页：方案全貌，此后的中位数"),
        ("/wall", "网页：大屏，第一次", "网页：大屏，此后的中位数"),
        ("/figures", "网页：统计数据，第一次", "网页：统计数据，此后的中位数"),
    ] {
        match timed(&format!("{path}?year={YEAR}")) {
            Ok(took) => {
                rows.push(row(first, took.0, PAGE_MILLIS));
                rows.push(row(median, took.1, PAGE_MILLIS));
            }
            // Without the built-in plan there is no picture of it; the other rows hold.
            Err(fault) => eprintln!("没有测：{fault}"),
        }
    }
    Ok(rows)
}
