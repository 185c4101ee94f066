//! Replaying a journal of cases that were driven through many acts, beside the time that it may take.

use std::process::ExitCode;
use std::time::Instant;

use app::{Clock as _, SystemClock};
use base::Diagnostic;
use packs::Rules;
use store::{Options, Store};

use super::acts::Folder;
use super::verify::{Spent, beside_sm3};
use super::{BenchArgs, Row};
use crate::output::{self, WRONG_INPUT};
use crate::platform::{failed, store_fault};

/// A million events are replayed in at most so many seconds.
const MOST_SECONDS: f64 = 10.0;

/// About how many events a year of the demonstration has: what is asked for is made in whole years.
const EVENTS_A_YEAR: u32 = 9_000;

pub fn run(rules: &Rules, args: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let folder = Folder::new("replay");
    let store = Store::open(&folder.0, &Options::default()).map_err(|fault| store_fault(&fault))?;
    let options = ::demo::Options {
        seed: "replay".to_owned(),
        today: SystemClock.today(),
        times: args.events.div_ceil(EVENTS_A_YEAR),
        volume: ::demo::Volume::Reduced,
    };
    let began = Instant::now();
    let made = ::demo::build(store, rules.clone(), &packs::Files::built_in(), &options);
    let made =
        made.map_err(|fault| output::fail(&[Diagnostic::error("replay", fault.to_string())], WRONG_INPUT))?;
    let making = began.elapsed().as_secs_f64();
    let (mut rows, reading) = beside_sm3(&made.platform)?;
    let began = Spent::now();
    let (cases, faults) = made.platform.replay().map_err(|fault| failed(&fault))?;
    let Spent { clock: seconds, processor } = began.since();
    let events = made.platform.store().read(|reader| store::events::last_seq(reader));
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
