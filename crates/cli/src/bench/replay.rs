//! Replaying a journal of cases that were driven through many acts, beside the time that it may take.

use std::process::ExitCode;

use packs::{Files, Rules};

use super::acts::Folder;
use super::desk::reopened;
use super::filling::{Mix, pattern};
use super::verify::{Spent, beside_sm3};
use super::{BenchArgs, Row};
use crate::platform::{failed, store_fault};

/// A million events are replayed in at most so many seconds.
const MOST_SECONDS: f64 = 10.0;

/// The cases are those of the demonstration, played through the engine once and written again under other names: playing a
/// million events would take the better part of an hour.
pub fn run(rules: &Rules, args: &BenchArgs, files: &Files) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("replay");
    let pattern = pattern(rules, files)?;
    let cases = pattern.cases_of(usize::try_from(args.events).unwrap_or(usize::MAX));
    let (_, making) = pattern.fill(rules, &folder.0, Mix { cases, lives: 100 })?;
    drop(pattern);
    let platform = reopened(rules, &folder.0)?;
    let (mut rows, reading) = beside_sm3(&platform)?;
    let began = Spent::now();
    let (cases, faults) = platform.replay().map_err(|fault| failed(&fault))?;
    let Spent { clock: seconds, processor } = began.since();
    let events = platform.store().read(|reader| store::events::last_seq(reader));
    let events = events.map_err(|fault| store_fault(&fault))? as f64;
    eprintln!(
        "案件{cases}件，事项{events}条，造数用{making:.0}秒；核验日志用{reading:.2}秒，重算用{seconds:.2}秒（处理器时间{processor:.2}秒），不一致{}处",
        faults.len()
    );
    let limit = MOST_SECONDS * events / 1e6;
    rows.push(Row {
        name: "由日志重算全部案件的状态和统计数",
        value: seconds,
        unit: "秒",
        limit,
        limit_is: "上限：一百万条事项10秒",
        ratio: seconds / limit,
    });
    Ok(rows)
}
