//! `yifa report double-publication`: decisions in the columns of the national standard of double publication.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{DoublePublication, ExportRow, Timeliness};
use calendar::Day;
use clap::Args;
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, MACHINE, WRONG_INPUT};
use crate::platform::{failed, open_to_read};
use crate::report::write;

#[derive(Args)]
pub struct DoubleArgs {
    /// 报送什么：penalties（行政处罚）、licences（行政许可）
    #[arg(value_name = "表式")]
    export: String,
    /// 机关的标识；政府的，连同本行政区域内各机关
    #[arg(long, value_name = "机关")]
    organ: String,
    /// 决定日期从哪天起
    #[arg(long, value_name = "日期")]
    from: String,
    /// 决定日期到哪天止
    #[arg(long, value_name = "日期")]
    to: String,
    /// 写成 XLSX，写到这个文件
    #[arg(long, value_name = "文件")]
    xlsx: Option<PathBuf>,
    /// 写成 CSV，写到这个文件
    #[arg(long, value_name = "文件")]
    csv: Option<PathBuf>,
}

pub fn run(common: &Common, args: &DoubleArgs) -> Result<ExitCode, ExitCode> {
    let days: Vec<_> = [&args.from, &args.to].into_iter().map(|text| Day::parse(text)).collect();
    let faults: Vec<_> =
        days.iter().filter_map(|day| day.as_ref().err().map(|fault| (**fault).clone())).collect();
    if !faults.is_empty() {
        return Err(output::fail(&faults, WRONG_INPUT));
    }
    let days: Vec<Day> = days.into_iter().flatten().collect();
    let [from, to] = days.as_slice() else { return Err(ExitCode::from(WRONG_INPUT)) };
    let platform = open_to_read(common)?;
    let made = platform
        .double_publication(&args.export, &args.organ, (*from, *to))
        .map_err(|fault| failed(&fault))?;
    if let Some(path) = &args.xlsx {
        let bytes = sheets::write_book(&[made.sheet()]).map_err(|found| output::fail(&[found], MACHINE))?;
        write(path, &bytes)?;
        output::say(&format!("已写到{}。", path.display()));
    }
    if let Some(path) = &args.csv {
        write(path, made.csv().as_bytes())?;
        output::say(&format!("已写到{}。", path.display()));
    }
    match common.format {
        Format::Json => output::json(as_json(&made)),
        Format::Text => say(&made),
    }
    let short = made.rows.iter().any(|row| !row.missing.is_empty());
    Ok(ExitCode::from(if short { FALLS_SHORT } else { 0 }))
}

fn say(made: &DoublePublication) {
    let mark = if made.export.unverified { "（未核实）" } else { "" };
    output::say(&format!("{}：{}", made.export.name, made.scope));
    output::say(&format!("{}至{}作出的决定，{}件", made.from.chinese(), made.to.chinese(), made.rows.len()));
    output::say(&format!("依据：{}{mark}", made.export.basis));
    output::say(&format!("{}内公示的及时率：{}", made.export.within, made.timely_text()));
    for row in &made.rows {
        let lacks = made.lacks(row);
        let lacks = if lacks.is_empty() { String::new() } else { format!("；缺：{}", lacks.join("、")) };
        output::say(&format!("  {}　{}　{}{lacks}", row.decided_on, row.number, row.timeliness.name()));
    }
    for (why, count) in &made.left_out {
        output::say(&format!("不报送{count}件：{why}"));
    }
    for (name, because, cited) in &made.excluded {
        output::say(&format!("从不报送：{name}，{because}（{cited}）"));
    }
}

fn as_json(made: &DoublePublication) -> Value {
    let columns = &made.export.columns;
    let row = |row: &ExportRow| {
        let cells = columns.iter().zip(&row.cells).map(|(column, text)| (column.code.clone(), json!(text)));
        let lacks = row.missing.iter().filter_map(|at| columns.get(*at)).map(|column| column.code.as_str());
        json!({
            "case": row.case, "number": row.number, "decided_on": row.decided_on.to_string(),
            "due_on": row.due_on.map(|day| day.to_string()),
            "published_on": row.published_on.map(|day| day.to_string()),
            "timeliness": row.timeliness.name(), "columns": Value::Object(cells.collect()),
            "missing": lacks.collect::<Vec<_>>(),
        })
    };
    json!({
        "export": made.export.id, "name": made.export.name, "scope": made.scope,
        "from": made.from.to_string(), "to": made.to.to_string(),
        "timely": made.count(Timeliness::Timely), "late": made.count(Timeliness::Late),
        "waiting": made.count(Timeliness::Waiting), "unknown": made.count(Timeliness::Unknown),
        "timely_rate": made.timely_text(),
        "rows": made.rows.iter().map(row).collect::<Vec<_>>(),
        "left_out": made.left_out.iter().map(|(why, count)| json!({ "why": why, "count": count })).collect::<Vec<_>>(),
        "excluded": made.excluded.iter().map(|(name, why, cited)| json!({ "procedure": name, "why": why, "basis": cited })).collect::<Vec<_>>(),
    })
}
