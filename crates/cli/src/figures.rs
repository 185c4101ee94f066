//! `yifa figures`: figures and the records behind them.

use std::process::ExitCode;

use app::{FigureAsked, FigureLine, FigureRecord, Platform, Table, Viewer};
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, Format};
use crate::platform::{failed, open_to_read};

#[derive(Args)]
pub struct FiguresArgs {
    /// 指标标识，默认全部
    #[arg(value_name = "指标")]
    id: Option<String>,
    /// 机关的标识，默认全部
    #[arg(long, value_name = "机关", default_value = "", hide_default_value = true)]
    organ: String,
    /// 区划代码的开头，默认全部
    #[arg(long, value_name = "区划", default_value = "", hide_default_value = true)]
    division: String,
    /// 起，默认为本年1月1日
    #[arg(long, value_name = "日期")]
    from: Option<String>,
    /// 止，默认为今天
    #[arg(long, value_name = "日期")]
    to: Option<String>,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 列出背后的记录
    #[arg(long)]
    records: bool,
    /// 以哪个账号查看，看不到的案件不写明；不写则以数据的管理者
    #[arg(long = "as", value_name = "账号", requires = "records")]
    account: Option<String>,
    /// 把背后的记录写成表格：csv 或者 tsv
    #[arg(long, value_name = "表格", requires_all = ["id", "records"])]
    table: Option<String>,
}

pub fn run(common: &Common, args: &FiguresArgs) -> ExitCode {
    ask(common, args).unwrap_or_else(|status| status)
}

fn ask(common: &Common, args: &FiguresArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let today = platform.today();
    let january = Day::from_ymd(today.year(), 1, 1).unwrap_or(today);
    let asked = FigureAsked {
        organ: args.organ.clone(),
        division: args.division.clone(),
        from: day(args.from.as_deref(), january)?,
        to: day(args.to.as_deref(), today)?,
        as_of: day(args.as_of.as_deref(), today)?,
    };
    let actor = args.account.as_deref().map(|account| platform.actor_of(account));
    let actor = actor.transpose().map_err(|fault| failed(&fault))?;
    let viewer = actor.as_ref().map_or(Viewer::Keeper, Viewer::Account);
    let lines = platform.figures(args.id.as_deref(), &asked).map_err(|fault| failed(&fault))?;
    if let Some(table) = crate::case::table(args.table.as_deref())? {
        return write_table(&platform, viewer, &lines, &asked, table);
    }
    let mut values = Vec::new();
    for line in &lines {
        let records = if args.records { records(&platform, viewer, line, &asked)? } else { Vec::new() };
        match common.format {
            Format::Json => values.push(figure_json(line, args.records.then_some(&records))),
            Format::Text => print(line, &records),
        }
    }
    if common.format == Format::Json {
        let from_to = (asked.from.to_string(), asked.to.to_string());
        output::json(json!({ "figures": values, "from": from_to.0, "to": from_to.1,
            "as_of": asked.as_of.to_string(), "organ": asked.organ }));
    }
    Ok(ExitCode::SUCCESS)
}

fn day(text: Option<&str>, default: Day) -> Result<Day, ExitCode> {
    let Some(text) = text else { return Ok(default) };
    Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))
}

/// All records behind a figure; of a share, those of its two sides.
fn records(
    platform: &Platform,
    viewer: Viewer<'_>,
    line: &FigureLine,
    asked: &FigureAsked,
) -> Result<Vec<(String, FigureRecord)>, ExitCode> {
    let ids = match &line.parts {
        Some((part, whole)) => vec![part.clone(), whole.clone()],
        None => vec![line.id.clone()],
    };
    let mut all = Vec::new();
    for id in ids {
        let mut after = None;
        loop {
            let page = platform.figure_records(viewer, &id, asked, after.as_deref());
            let (rows, next) = page.map_err(|fault| failed(&fault))?;
            all.extend(rows.into_iter().map(|row| (id.clone(), row)));
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(all)
}

/// The records of one figure, or of a share's whole, page by page.
fn write_table(
    platform: &Platform,
    viewer: Viewer<'_>,
    lines: &[FigureLine],
    asked: &FigureAsked,
    table: Table,
) -> Result<ExitCode, ExitCode> {
    output::say(format!("{}{}", table.start(), table.line(&FigureRecord::HEAD)).trim_end());
    for line in lines {
        let counted = line.parts.as_ref().map_or(line.id.as_str(), |(_, whole)| whole.as_str());
        let mut after = None;
        loop {
            let page = platform.figure_records(viewer, counted, asked, after.as_deref());
            let (rows, next) = page.map_err(|fault| failed(&fault))?;
            for row in rows {
                output::say(table.line(&row.cells()).trim_end_matches(['\r', '\n']));
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn figure_json(line: &FigureLine, records: Option<&Vec<(String, FigureRecord)>>) -> Value {
    let listed = records.map(|rows| {
        let one = |(figure, row): &(String, FigureRecord)| {
            let seen = row.seen.as_ref();
            json!({ "figure": figure, "case": seen.map(|seen| &seen.case),
                "case_number": seen.map(|seen| &seen.case_number), "organ": row.organ, "event": row.number,
                "key": row.entry.as_ref().map(|entry| &entry.key),
                "on": row.on.to_string(), "recorded_on": row.recorded_on.to_string(),
                "n": row.n, "total": row.total })
        };
        rows.iter().map(one).collect::<Vec<_>>()
    });
    json!({
        "id": line.id, "name": line.name, "unit": line.unit, (if line.is_of_register { "register" } else { "procedure" }): line.procedure_id,
        "value": line.value.map(|value| value.text()),
        "numerator": line.value.map(|value| value.numerator),
        "denominator": line.value.map(|value| value.denominator),
        "records": listed.map_or_else(|| json!(line.records), |rows| json!(rows)),
        "basis": line.basis, "weakness": line.weakness,
    })
}

fn print(line: &FigureLine, records: &[(String, FigureRecord)]) {
    output::say(&format!("{}：{}　（{}）", line.name, line.shown(), line.id));
    for (_, row) in records {
        let sign = if row.n < 0 { "　冲减" } else { "" };
        if row.number == 0 {
            let key = row.entry.as_ref().map_or("（不公开的条目）", |entry| entry.key.as_str());
            output::say(&format!("  {}　{}　{key}", row.on, row.organ));
            continue;
        }
        let (case, title) =
            row.seen.as_ref().map_or((row.organ.as_str(), "（其他机关的案件）"), |seen| {
                (seen.case_number.as_str(), seen.title.as_str())
            });
        output::say(&format!("  {}　{case}　第{}号事项　{title}{sign}", row.on, row.number));
    }
}
