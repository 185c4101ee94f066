//! `yifa report table`: the yearly tables of enforcement, from the figures.

use std::path::PathBuf;
use std::process::ExitCode;

use app::FilledTable;
use base::Diagnostic;
use calendar::Day;
use clap::Args;
use packs::tables::YearTable;
use serde_json::{Value, json};

use crate::output::{self, Format, MACHINE};
use crate::platform::{failed, open_to_read, wrong};
use crate::report::write;
use crate::{Common, data};

#[derive(Args)]
pub struct TableArgs {
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
            return Err(wrong(message, &format!("可用：{}", ids.join("、"))));
        }
    }
    Ok(forms)
}

pub fn run(common: &Common, args: &TableArgs) -> Result<ExitCode, ExitCode> {
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
        let pages: Vec<sheets::Page> = filled.iter().map(|own| own.sheet(None)).collect();
        let bytes = sheets::write_book(&pages).map_err(|found| output::fail(&[found], MACHINE))?;
        write(path, &bytes)?;
        output::say(&format!("已写到{}。", path.display()));
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
    own.title().iter().for_each(|line| output::say(line));
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
