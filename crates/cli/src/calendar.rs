//! `yifa calendar`: whether days are worked; the rest days of a year with the notice that set them.

use std::path::PathBuf;
use std::process::ExitCode;

use base::Diagnostic;
use calendar::{Calendar, Day, DayKind, Notice, YearSchedule};
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::data;
use crate::output::{self, Format, WRONG_INPUT};
use crate::tsv::{Batch, Fault, Outcome, Row, Table};

#[derive(Args)]
pub struct CalendarArgs {
    /// 年份：列出当年的放假和调休，以及依据的通知
    #[arg(value_name = "年份")]
    year: Option<String>,
    /// 日期：是不是工作日，为什么
    #[arg(long, value_name = "日期")]
    date: Option<String>,
    /// 成批判断：制表符分隔的表，列为 date；“-”为标准输入
    #[arg(long, value_name = "文件")]
    batch: Option<PathBuf>,
}

pub fn run(common: &Common, args: &CalendarArgs) -> ExitCode {
    let calendar = match data::calendar(common) {
        Ok(calendar) => calendar,
        Err(found) => return output::fail(&found, WRONG_INPUT),
    };
    match (&args.year, &args.date, &args.batch) {
        (None, None, Some(file)) => {
            Batch { file, reads: &["date"], adds: &["computed"] }.run(|table| columns(table, &calendar))
        }
        (Some(year), None, None) => match year_of(year) {
            Ok(year) => {
                say_year(common.format, &calendar, year);
                ExitCode::SUCCESS
            }
            Err(found) => output::fail(&[found], WRONG_INPUT),
        },
        (None, Some(date), None) => match Day::parse(date) {
            Ok(day) => {
                say_day(common.format, &calendar, day);
                ExitCode::SUCCESS
            }
            Err(found) => output::fail(&[*found], WRONG_INPUT),
        },
        _ => {
            let message = "年份、--date、--batch 要写一个，也只能写一个";
            let help = "例如：yifa calendar 2026，或者 yifa calendar --date 2026-10-10";
            output::fail(&[Diagnostic::error("calendar_call", message).help(help)], WRONG_INPUT)
        }
    }
}

/// The work on each row of a batch.
fn columns<'c>(
    table: &Table<'_>,
    calendar: &'c Calendar,
) -> Result<impl FnMut(&Row<'_>) -> Outcome + use<'c>, Diagnostic> {
    let date = table.need(&["date"])?.first().copied();
    let bad = |found| Outcome::bad(vec![Fault::new("date", found)]);
    Ok(move |row: &Row<'_>| match row.cell(date) {
        "" => bad(Diagnostic::error("day_format", "没有写日期").help("请写成“2024-09-27”")),
        text => match Day::parse(text) {
            Ok(day) => {
                let worked = if calendar.is_working_day(day) { "yes" } else { "no" };
                Outcome::of(vec![worked.to_owned()], !calendar.is_known(day.year()))
            }
            Err(found) => bad(*found),
        },
    })
}

fn year_of(text: &str) -> Result<i32, Diagnostic> {
    let digits = text.trim().trim_end_matches('年');
    let plain = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let year = plain.then(|| digits.parse::<i32>().ok()).flatten().filter(|year| *year > 0);
    year.ok_or_else(|| {
        let message = format!("“{text}”不是年份");
        Diagnostic::error("year_format", message).help("写四位年份，如“2026”；问某一天用 --date。")
    })
}

fn say_year(format: Format, calendar: &Calendar, year: i32) {
    let schedule = calendar.schedules().iter().find(|schedule| schedule.year == year);
    let (first, last) = (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31));
    let worked = first.zip(last).map_or(0, |(first, last)| {
        let of_first = u32::from(calendar.is_working_day(first));
        calendar.working_days(first, last) + of_first
    });
    match format {
        Format::Json => output::json(json!({
            "year": year,
            "provisional": schedule.is_none(),
            "notice": schedule.map(|schedule| notice(&schedule.notice)),
            "rest": schedule.map_or(json!([]), rest),
            "makeup": schedule.map_or(json!([]), makeup),
            "working_days": worked,
        })),
        Format::Text => match schedule {
            Some(schedule) => say_schedule(schedule, worked),
            None => output::say(&format!(
                "{year}年的放假安排尚未载入，只能按周末推算：{worked}个工作日，待定。\n通知发布后，把它写成 calendars/{year}.toml。"
            )),
        },
    }
}

fn say_schedule(schedule: &YearSchedule, worked: u32) {
    let Notice { title, number, issued_on, source } = &schedule.notice;
    let number = number.as_ref().map_or(String::new(), |number| format!("，{number}"));
    output::say(&format!("{}年放假安排，全年{worked}个工作日", schedule.year));
    output::say(&format!("依据：{title}（{}发布{number}；{source}）\n", issued_on.chinese()));
    for range in &schedule.rest {
        let days = range.to.days_since(range.from).saturating_add(1);
        let span = if range.from == range.to {
            with_weekday(range.from)
        } else {
            format!("{}至{}", with_weekday(range.from), with_weekday(range.to))
        };
        output::say(&format!("放假 {}：{span}，{days}天", range.name));
    }
    for day in &schedule.makeup {
        output::say(&format!("上班 {}：{}", day.name, with_weekday(day.on)));
    }
}

fn with_weekday(day: Day) -> String {
    format!("{}（{}）", day.chinese(), day.weekday().label())
}

fn notice(notice: &Notice) -> Value {
    json!({
        "title": notice.title,
        "number": notice.number,
        "issued_on": notice.issued_on.to_string(),
        "source": notice.source,
    })
}

fn rest(schedule: &YearSchedule) -> Value {
    let one = |range: &calendar::RestRange| {
        let days = range.to.days_since(range.from).saturating_add(1);
        json!({ "name": range.name, "from": range.from.to_string(), "to": range.to.to_string(), "days": days })
    };
    schedule.rest.iter().map(one).collect()
}

fn makeup(schedule: &YearSchedule) -> Value {
    schedule.makeup.iter().map(|day| json!({ "name": day.name, "on": day.on.to_string() })).collect()
}

fn say_day(format: Format, calendar: &Calendar, day: Day) {
    let kind = calendar.kind(day);
    let (id, what) = match kind {
        DayKind::Workday => ("workday", "工作日".to_owned()),
        DayKind::MakeupWorkday(name) => ("makeup_workday", format!("{name}调休上班日，是工作日")),
        DayKind::Weekend => ("weekend", "周末，不是工作日".to_owned()),
        DayKind::Holiday(name) => ("holiday", format!("{name}放假，不是工作日")),
    };
    let provisional = !calendar.is_known(day.year());
    let set_by = calendar.notice(day);
    if format == Format::Json {
        return output::json(json!({
            "date": day.to_string(),
            "weekday": day.weekday().label(),
            "working_day": kind.is_working_day(),
            "kind": id,
            "notice": set_by.map(notice),
            "provisional": provisional,
        }));
    }
    let remark = if provisional { "（当年放假安排尚未载入，待定）" } else { "" };
    output::say(&format!("{}：{what}{remark}", with_weekday(day)));
    if let Some(set_by) = set_by {
        output::say(&format!("依据：{}", set_by.title));
    }
}
