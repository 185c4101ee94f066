//! A joint plan of a county's year, and its check, beside what was promised.

use std::process::ExitCode;

use ::joint::made::{Size, county};
use packs::Rules;

use super::verify::Spent;
use super::{BenchArgs, Row};
use crate::output::{self, WRONG_INPUT};

const SIZE: Size = Size { departments: 20, enterprises: 30_000, checks: 60_000, inspectors: 40, seed: 1 };

/// A plan takes at most so many seconds …
const MOST_SECONDS: f64 = 30.0;

/// … and is at most so many ten-thousandths above the bound.
const MOST_ABOVE: f64 = 500.0;

pub fn run(_: &Rules, _: &BenchArgs) -> Result<Vec<Row>, ExitCode> {
    let problem = county(&SIZE);
    let began = Spent::now();
    let plan = ::joint::plan(problem).map_err(|found| output::fail(&found, WRONG_INPUT))?;
    let planning = began.since();
    let began = Spent::now();
    let found = ::joint::check(&plan);
    let checking = began.since();
    if !found.is_empty() {
        return Err(output::fail(&found, output::FALLS_SHORT));
    }
    let totals = plan.totals();
    let row = |name, value: f64, unit, limit: f64, limit_is| Row {
        name,
        value,
        unit,
        limit,
        limit_is,
        ratio: value / limit,
    };
    let name = "二十个部门、三万个企业、六万项次检查合并排期";
    let cost = f64::from(totals.visits) + f64::from(totals.unplaced);
    Ok(vec![
        row(name, planning.clock, "秒", MOST_SECONDS, "上限"),
        row(name, planning.processor, "秒", MOST_SECONDS, "上限，按处理器时间，机器忙时只有它可比"),
        row("核验这份计划", checking.processor, "秒", MOST_SECONDS, "上限，按处理器时间"),
        row("高出下界，万分之", f64::from(totals.above()), "", MOST_ABOVE, "上限"),
        row("检查次数加没有排上的项次", cost, "", f64::from(totals.bound), "下界"),
        row("检查次数", f64::from(totals.visits), "", f64::from(totals.separate), "各部门分别去的下界"),
    ])
}
