//! The desk with many cases: server time of a page, start to the first page, resident memory.

use std::process::ExitCode;
use std::time::Instant;

use packs::Rules;

use super::acts::{Folder, fill, officer, platform};
use super::{BenchArgs, Row};
use crate::platform::failed;

const ROUNDS: u32 = 200;

pub fn run(rules: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("desk");
    let filled = platform(rules, &folder.0, None)?;
    let actor = officer(&filled)?;
    fill(&filled, args)?;
    drop(filled);
    let began = Instant::now();
    let again = reopened(rules, &folder.0)?;
    let page = || again.desk(&actor, false, None).map_err(|fault| failed(&fault));
    let first = page()?;
    let start = began.elapsed().as_secs_f64();
    let began = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(page()?);
    }
    let millis = began.elapsed().as_secs_f64() * 1000.0 / f64::from(ROUNDS);
    eprintln!("工作台：案件{}件，待办{}项，本页{}项", args.cases(), first.all, first.lines.len());
    let mut rows = vec![
        Row {
            name: "工作台取数",
            value: millis,
            unit: "毫秒",
            limit: 5.0,
            limit_is: "上限",
            ratio: millis / 5.0,
        },
        Row {
            name: "打开数据到第一页",
            value: start,
            unit: "秒",
            limit: 0.5,
            limit_is: "上限",
            ratio: start / 0.5,
        },
    ];
    if let Some(resident) = resident_mebibytes() {
        rows.push(Row {
            name: "常驻内存",
            value: resident,
            unit: "MiB",
            limit: 150.0,
            limit_is: "上限",
            ratio: resident / 150.0,
        });
    }
    Ok(rows)
}

pub fn reopened(rules: &Rules, dir: &std::path::Path) -> Result<app::Platform, ExitCode> {
    let store = store::Store::open(dir, &store::Options::default());
    let store = store.map_err(|fault| crate::platform::store_fault(&fault))?;
    let clock = std::sync::Arc::new(app::SystemClock);
    app::Platform::new(store, rules.clone(), clock, app::Ids::System).map_err(|fault| failed(&fault))
}

/// Resident memory of this process, where the system tells it.
pub fn resident_mebibytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
