//! The yearly tables of enforcement of a county, in a store whose tallies are those of ten million acts.

use std::process::ExitCode;
use std::time::Instant;

use app::Organ;
use calendar::Day;
use packs::tables::{Of, YearTable, read_all};
use packs::{Files, Rules};
use store::tally::{self, Contribution};

use super::acts::{Folder, platform};
use super::{BenchArgs, Row};
use crate::data;
use crate::output::{self, WRONG_INPUT};
use crate::platform::{failed, store_fault};

/// Twenty counties of so many organs, on so many days of a year.
const COUNTIES: usize = 20;
const ORGANS: usize = 50;
const DAYS: i32 = 250;

/// Figures of which an organ has acts on one day.
const FIGURES_A_DAY: usize = 4;

const ACTS: i64 = 10_000_000;
const YEAR: i32 = 2025;
const MOST_MILLIS: f64 = 100.0;
const ROUNDS: u32 = 20;

pub fn run(rules: &Rules, _: &BenchArgs, files: &Files) -> Result<Vec<Row>, ExitCode> {
    let (forms, found) = read_all(&data::sources(files, "tables"), rules);
    if !found.is_empty() {
        return Err(output::fail(&found, WRONG_INPUT));
    }
    let folder = Folder::new("tables");
    let platform = platform(rules, &folder.0, None)?;
    let from = Day::from_ymd(YEAR, 1, 1).unwrap_or(Day::MIN);
    let organs: Vec<Organ> = (0..COUNTIES * ORGANS).map(organ).collect();
    platform.enter_organs(organs.clone(), from).map_err(|fault| failed(&fault))?;
    fill(&platform, &forms, &organs, from)?;
    let as_of = Day::from_ymd(YEAR + 1, 1, 20).unwrap_or(from);
    let all = || {
        let one = |form: &YearTable| platform.year_table(form, "county", YEAR, as_of);
        forms.iter().map(one).collect::<Result<Vec<_>, _>>().map_err(|fault| failed(&fault))
    };
    let filled = all()?;
    let rows: usize = filled.iter().map(|own| own.rows.len()).sum();
    eprintln!("年度统计表：{}张，{rows}行", filled.len());
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        std::hint::black_box(all()?);
        best = best.min(began.elapsed().as_secs_f64() * 1000.0);
    }
    let name = "一个县的四张年度执法统计表，一千万项行为的统计数";
    Ok(vec![Row {
        name,
        value: best,
        unit: "毫秒",
        limit: MOST_MILLIS,
        limit_is: "上限",
        ratio: best / MOST_MILLIS,
    }])
}

fn organ(at: usize) -> Organ {
    Organ {
        id: format!("o{at}"),
        name: format!("测试机关{at}"),
        short: format!("测{at}"),
        kind: "department".to_owned(),
        // The first county is that of the bench's government.
        division: if at < ORGANS { "350526".to_owned() } else { format!("{}", 350_600 + at / ORGANS) },
        credit_code: None,
        parent: None,
    }
}

/// On each day each organ has acts of a few figures, in turn.
fn fill(platform: &app::Platform, forms: &[YearTable], organs: &[Organ], from: Day) -> Result<(), ExitCode> {
    let figures: Vec<String> = forms
        .iter()
        .flat_map(|form| &form.columns)
        .filter_map(|column| match &column.of {
            Of::Figures(ids) => Some(ids.clone()),
            Of::Columns(_) => None,
        })
        .flatten()
        .collect();
    let rows = i64::try_from(organs.len() * FIGURES_A_DAY).unwrap_or(1) * i64::from(DAYS);
    let each = ACTS / rows;
    for (at, organ) in organs.iter().enumerate() {
        let of_day = |day: i32| {
            let first = at + usize::try_from(day).unwrap_or_default() * FIGURES_A_DAY;
            let own = figures.iter().cycle().skip(first % figures.len()).take(FIGURES_A_DAY);
            own.map(move |figure| (from.plus_days(day).number(), figure.clone())).collect::<Vec<_>>()
        };
        let added: Vec<Contribution> = (0..DAYS)
            .flat_map(of_day)
            .map(|(on, figure)| Contribution {
                figure,
                legal_day: on,
                case: format!("c{at}"),
                number: 1,
                organ: organ.id.clone(),
                division: organ.division.clone(),
                recorded_day: on,
                n: each,
                total: each * 100_000,
            })
            .collect();
        let written =
            platform.store().write(move |tx| added.iter().try_for_each(|one| tally::contribute(tx, one)));
        match written {
            Ok(Ok(())) => {}
            Ok(Err(fault)) | Err(fault) => return Err(store_fault(&fault)),
        }
    }
    Ok(())
}
