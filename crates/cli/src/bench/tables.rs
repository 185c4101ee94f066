//! The yearly tables of enforcement of a county and of a province, in a store whose tallies are those of ten million acts.

use std::process::ExitCode;
use std::time::Instant;

use app::{Organ, Platform};
use calendar::Day;
use packs::tables::{Of, YearTable, read_all};
use packs::{Files, Rules};
use store::tally::{self, Contribution};
use store::testing::Database;

use super::Row;
use super::acts::{Folder, platform, platform_at};
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
pub const YEAR: i32 = 2025;
const MOST_MILLIS: f64 = 100.0;
const ROUNDS: u32 = 20;

/// The government over all the counties.
pub const PROVINCE: &str = "province";

pub fn run(rules: &Rules, files: &Files, database: Option<&str>) -> Result<Vec<Row>, ExitCode> {
    let (forms, found) = read_all(&data::sources(files, "tables"), rules);
    if !found.is_empty() {
        return Err(output::fail(&found, WRONG_INPUT));
    }
    let figures: Vec<String> = forms
        .iter()
        .flat_map(|form| &form.columns)
        .filter_map(|column| match &column.of {
            Of::Figures(ids) => Some(ids.clone()),
            Of::Columns(_) => None,
        })
        .flatten()
        .collect();
    let filled = Filled::new(rules, "tables", database, &figures)?;
    let of = |name, organ: &str| tables(&filled.platform, &forms, name, organ);
    Ok(vec![
        of("一个县的四张年度执法统计表，一千万项行为的统计数", "county")?,
        of("全省的四张年度执法统计表，一千万项行为的统计数", PROVINCE)?,
    ])
}

/// The tables of an organ and its area: the best of several rounds.
fn tables(
    platform: &Platform,
    forms: &[YearTable],
    name: &'static str,
    organ: &str,
) -> Result<Row, ExitCode> {
    let as_of = as_of();
    let all = || {
        let one = |form: &YearTable| platform.year_table(form, organ, YEAR, as_of);
        forms.iter().map(one).collect::<Result<Vec<_>, _>>().map_err(|fault| failed(&fault))
    };
    let rows: usize = all()?.iter().map(|own| own.rows.len()).sum();
    eprintln!("年度统计表：{}张，{rows}行", forms.len());
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        std::hint::black_box(all()?);
        best = best.min(began.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(Row {
        name,
        value: best,
        unit: "毫秒",
        limit: MOST_MILLIS,
        limit_is: "上限",
        ratio: best / MOST_MILLIS,
    })
}

/// When the year is asked about: some weeks after its end.
pub fn as_of() -> Day {
    Day::from_ymd(YEAR + 1, 1, 20).unwrap_or(Day::MAX)
}

/// A store with the tallies of ten million acts, which goes away.
pub struct Filled {
    pub platform: Platform,
    // Goes away with it.
    _folder: Folder,
    _database: Option<Database>,
}

impl Filled {
    /// Fills it with acts of these figures, in the given database or in a folder.
    pub fn new(
        rules: &Rules,
        name: &str,
        database: Option<&str>,
        figures: &[String],
    ) -> Result<Self, ExitCode> {
        let fault = |fault: store::StoreError| store_fault(&fault);
        let folder = Folder::new(name);
        let database = database.map(|given| Database::at(given, name)).transpose().map_err(fault)?;
        let platform = match &database {
            None => platform(rules, &folder.0, None)?,
            Some(database) => platform_at(rules, &database.place(&folder.0).map_err(fault)?, None)?,
        };
        let from = Day::from_ymd(YEAR, 1, 1).unwrap_or(Day::MIN);
        let organs: Vec<Organ> = (0..COUNTIES * ORGANS).map(organ).collect();
        let province = Organ {
            id: PROVINCE.to_owned(),
            name: "测试省人民政府".to_owned(),
            short: "测省政".to_owned(),
            kind: "government".to_owned(),
            division: "350000".to_owned(),
            credit_code: None,
            parent: None,
        };
        let all = organs.iter().cloned().chain([province]).collect();
        platform.enter_organs(all, from).map_err(|fault| failed(&fault))?;
        let began = Instant::now();
        fill(&platform, figures, &organs, from)?;
        eprintln!("写入{}个指标的统计数，用时{:.1}秒", figures.len(), began.elapsed().as_secs_f64());
        Ok(Self { platform, _folder: folder, _database: database })
    }
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
fn fill(platform: &Platform, figures: &[String], organs: &[Organ], from: Day) -> Result<(), ExitCode> {
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
