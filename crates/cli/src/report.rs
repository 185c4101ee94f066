//! `yifa report`: the annual report on law-based government, and the yearly tables of enforcement, from the figures.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::FilledTable;
use base::Diagnostic;
use calendar::Day;
use clap::{Args, Subcommand, ValueEnum};

use packs::tables::YearTable;
use serde_json::{Value, json};

use crate::output::{self, Format, MACHINE};
use crate::platform::{failed, open_to_read};
use crate::{Common, data};

#[derive(Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: ReportCommand,
}

#[derive(Subcommand)]
enum ReportCommand {
    /// 生成一个机关一年的法治政府建设年度报告
    Build(BuildArgs),
    /// 年度行政执法统计表：许可、处罚、强制、其他；每个机关一行
    Table(TableArgs),
}

#[derive(Args)]
struct TableArgs {
    /// 哪一张表：permits、penalties、compulsion、others；不写的，全部
    #[arg(value_name = "表")]
    table: Option<String>,
    /// 机关的标识；政府的，连同本行政区域内各机关
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 统计年度
    #[arg(long, value_name = "年度")]
    year: i32,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 写成 XLSX，写到这个文件；不写的，显示在屏幕上
    #[arg(long, value_name = "文件")]
    xlsx: Option<PathBuf>,
}

#[derive(Args)]
struct BuildArgs {
    /// 机关的标识
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 报告年度
    #[arg(long, value_name = "年度")]
    year: i32,
    /// 写成什么：md、json
    #[arg(long, value_enum, default_value = "md", value_name = "格式")]
    to: To,
    /// 只算到这一天为止已经登记的，默认为今天
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 写到哪个文件，默认为标准输出
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    Md,
    Json,
}

pub fn run(common: &Common, args: &ReportArgs) -> ExitCode {
    let done = match &args.command {
        ReportCommand::Build(args) => build(common, args),
        ReportCommand::Table(args) => table(common, args),
    };
    done.unwrap_or_else(|status| status)
}

/// The forms of a year, or the one that is asked for.
fn forms(common: &Common, args: &TableArgs) -> Result<Vec<YearTable>, ExitCode> {
    let files =
        crate::check::files(common, None).map_err(|fault| output::fail(&[fault], output::WRONG_INPUT))?;
    let rules = packs::load(&files).map_err(|found| output::fail(&found, output::WRONG_INPUT))?;
    let (mut forms, found) = packs::tables::read_all(&data::sources(&files, "tables"), &rules);
    if found.iter().any(Diagnostic::is_error) {
        return Err(output::fail(&found, output::WRONG_INPUT));
    }
    forms.retain(|form| form.covers(args.year));
    if let Some(id) = &args.table {
        let ids: Vec<String> = forms.iter().map(|form| form.id.clone()).collect();
        forms.retain(|form| form.id == *id);
        if forms.is_empty() {
            let message = format!("{}年没有名为“{id}”的表", args.year);
            return Err(crate::platform::wrong(message, &format!("可用：{}", ids.join("、"))));
        }
    }
    Ok(forms)
}

fn table(common: &Common, args: &TableArgs) -> Result<ExitCode, ExitCode> {
    let forms = forms(common, args)?;
    let platform = open_to_read(common)?;
    let as_of = match &args.as_of {
        Some(text) => Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))?,
        None => platform.today(),
    };
    let filled = forms
        .iter()
        .map(|form| platform.year_table(form, &args.organ, args.year, as_of).map_err(|fault| failed(&fault)))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(path) = &args.xlsx {
        let pages: Vec<sheets::Page> = filled.iter().map(page).collect();
        let bytes = sheets::write_book(&pages).map_err(|found| output::fail(&[found], MACHINE))?;
        write(path, &bytes)?;
    }
    match (common.format, &args.xlsx) {
        (Format::Json, _) => {
            output::json(json!({ "tables": filled.iter().map(table_json).collect::<Vec<_>>() }))
        }
        (Format::Text, Some(_)) => {}
        (Format::Text, None) => filled.iter().for_each(say_table),
    }
    let wrong: Vec<Diagnostic> = filled
        .iter()
        .flat_map(|own| own.unbalanced.iter().map(move |text| (own, text)))
        .map(|(own, text)| {
            let message = format!("表“{}”不平衡：{text}", own.form.name);
            Diagnostic::error("table_unbalanced", message).help("核对这个机关的案件：种类或者程序填得不对。")
        })
        .collect();
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { output::fail(&wrong, output::FALLS_SHORT) })
}

fn title(own: &FilledTable) -> Vec<String> {
    let unverified = if own.form.unverified { "（未核实）" } else { "" };
    vec![
        format!("表{} {}年{}", own.form.number, own.year, own.form.name),
        format!("{}，截至{}登记的", own.scope, own.as_of.chinese()),
        format!("依据：{}{unverified}", own.form.basis),
    ]
}

fn page(own: &FilledTable) -> sheets::Page {
    let cell = |(column, value): (&packs::tables::Column, &i64)| {
        if column.is_money() { sheets::Cell::Decimal(*value, 6) } else { sheets::Cell::Number(*value) }
    };
    let row = |name: &str, values: &[i64]| {
        let cells = own.form.columns.iter().zip(values).map(cell);
        std::iter::once(sheets::Cell::from(name)).chain(cells).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = own.rows.iter().map(|one| row(&one.organ.1, &one.values)).collect();
    rows.push(row("合计", &own.total));
    let heading = |column: &packs::tables::Column| format!("{}（{}）", column.name, column.unit);
    sheets::Page {
        name: own.form.name.clone(),
        above: title(own),
        headings: std::iter::once("单位名称".to_owned())
            .chain(own.form.columns.iter().map(heading))
            .collect(),
        rows,
        below: own.form.rules.clone(),
    }
}

fn table_json(own: &FilledTable) -> Value {
    let values = |values: &[i64]| {
        let shown = |(column, value): (&packs::tables::Column, &i64)| {
            (column.id.clone(), json!(app::table_value(column, *value)))
        };
        Value::Object(own.form.columns.iter().zip(values).map(shown).collect())
    };
    let row = |one: &app::TableRow| json!({ "organ": one.organ.0, "name": one.organ.1, "values": values(&one.values) });
    json!({
        "table": own.form.id, "name": own.form.name, "number": own.form.number, "year": own.year,
        "as_of": own.as_of.to_string(), "scope": own.scope, "rows": own.rows.iter().map(row).collect::<Vec<_>>(),
        "total": values(&own.total), "unbalanced": own.unbalanced,
    })
}

fn say_table(own: &FilledTable) {
    title(own).iter().for_each(|line| output::say(line));
    for row in own.rows.iter().map(|one| (one.organ.1.as_str(), &one.values)).chain([("合计", &own.total)])
    {
        let cells = own.form.columns.iter().zip(row.1).filter(|(_, value)| **value != 0);
        let cells = cells.map(|(column, value)| {
            format!("{}{}{}", column.name, app::table_value(column, *value), column.unit)
        });
        let cells: Vec<String> = cells.collect();
        let told = if cells.is_empty() { "没有".to_owned() } else { cells.join("，") };
        output::say(&format!("  {}：{told}", row.0));
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExitCode> {
    std::fs::write(path, bytes).map_err(|fault| {
        let one = Diagnostic::error("unwritable", format!("写不了{}：{fault}", path.display()));
        output::fail(&[one.help("核对路径和权限。")], MACHINE)
    })?;
    output::say(&format!("已写到{}。", path.display()));
    Ok(())
}

fn build(common: &Common, args: &BuildArgs) -> Result<ExitCode, ExitCode> {
    let platform = open_to_read(common)?;
    let as_of = match &args.as_of {
        Some(text) => Day::parse(text).map_err(|fault| output::fail(&[*fault], output::WRONG_INPUT))?,
        None => platform.today(),
    };
    let files =
        crate::check::files(common, None).map_err(|fault| output::fail(&[fault], output::WRONG_INPUT))?;
    let (plans, found) = packs::plans::read(&data::sources(&files, "plans"));
    let plans = plans.ok_or_else(|| output::fail(&found, output::WRONG_INPUT))?;
    let report = platform.report(&plans, &args.organ, args.year, as_of).map_err(|fault| failed(&fault))?;
    let text = match args.to {
        To::Md => report.to_markdown(),
        To::Json => {
            let mut value = report.to_json();
            if let Some(object) = value.as_object_mut() {
                object.insert("format_version".to_owned(), output::FORMAT_VERSION.into());
            }
            serde_json::to_string_pretty(&value).unwrap_or_default()
        }
    };
    match &args.out {
        None => output::say(text.trim_end()),
        Some(path) => {
            write(path, text.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
