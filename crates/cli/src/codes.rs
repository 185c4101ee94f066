//! `yifa codes`: whether codes and numbers are well formed, and what is wrong with those that are not.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{Clock as _, SystemClock};
use base::{Diagnostic, closest};
use clap::Args;
use codes::{Checked, Fault as CodeFault, Kind};
use serde_json::{Value, json};

use crate::Common;
use crate::output::{self, FALLS_SHORT, Format, WRONG_INPUT};
use crate::tsv::{Batch, Fault, Outcome, Row, Table};

#[derive(Args)]
pub struct CodesArgs {
    /// 种类：uscc、resident_id、elicence_id、docnumber、division、courtnumber
    #[arg(value_name = "种类", requires = "value")]
    kind: Option<String>,
    /// 要核对的代码或者文号
    #[arg(value_name = "代码")]
    value: Option<String>,
    /// 成批核对：制表符分隔的表，列为 kind value；“-”为标准输入
    #[arg(long, value_name = "文件", conflicts_with = "kind")]
    batch: Option<PathBuf>,
}

pub fn run(common: &Common, args: &CodesArgs) -> ExitCode {
    if let Some(file) = &args.batch {
        return Batch { file, reads: &["kind", "value"], adds: &["computed", "reason"] }.run(columns);
    }
    let (Some(kind), Some(value)) = (&args.kind, &args.value) else {
        let message = "要写种类和代码，或者用 --batch 指定一张表";
        let help = "例如：yifa codes uscc 代码";
        return output::fail(&[Diagnostic::error("codes_call", message).help(help)], WRONG_INPUT);
    };
    match kind_of(kind) {
        Ok(kind) => answer(common.format, value, &codes::check_on(kind, value, today())),
        Err(found) => output::fail(&[found], WRONG_INPUT),
    }
}

/// Nobody who is born after today has a number.
fn today() -> codes::resident::Day {
    app::record::code_day(SystemClock.today())
}

fn kind_of(text: &str) -> Result<Kind, Diagnostic> {
    Kind::from_id(text).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.id()).collect();
        let message = if text.is_empty() {
            "没有写种类".to_owned()
        } else {
            format!("没有名为“{text}”的种类")
        };
        let near = closest(text, known.iter().copied());
        let all = || format!("可用：{}", known.join("、"));
        let help = near.map_or_else(all, |near| format!("是不是想写“{near}”？"));
        Diagnostic::error("unknown_kind", message).help(help)
    })
}

/// The work on each row of a batch.
fn columns(table: &Table<'_>) -> Result<impl FnMut(&Row<'_>) -> Outcome + use<>, Diagnostic> {
    table.need(&["kind", "value"])?;
    let (kind, value) = (table.column("kind"), table.column("value"));
    let today = today();
    Ok(move |row: &Row<'_>| match kind_of(row.cell(kind)) {
        Ok(kind) => {
            let checked = codes::check_on(kind, row.cell(value), today);
            let valid = if checked.is_valid() { "yes" } else { "no" };
            Outcome::of(vec![valid.to_owned(), checked.reason()], false)
        }
        Err(found) => {
            let cells = vec![String::new(), found.message.clone()];
            Outcome { cells, ..Outcome::bad(vec![Fault::new("kind", found)]) }
        }
    })
}

fn answer(format: Format, value: &str, checked: &Checked) -> ExitCode {
    match format {
        Format::Json => output::json(json!({
            "kind": checked.kind.id(),
            "value": value,
            "valid": checked.is_valid(),
            "canonical": checked.canonical,
            "faults": checked.faults.iter().map(fault).collect::<Vec<_>>(),
        })),
        Format::Text => {
            let label = checked.kind.label();
            match &checked.canonical {
                Some(canonical) => output::say(&format!("{label} {canonical}：写法正确（不等于确已核发）")),
                None => output::say(&format!("{label} {value}：不正确")),
            }
            for one in &checked.faults {
                output::say(&format!("- {one}"));
            }
        }
    }
    if checked.is_valid() { ExitCode::SUCCESS } else { ExitCode::from(FALLS_SHORT) }
}

fn fault(fault: &CodeFault) -> Value {
    json!({
        "code": fault.code,
        "severity": fault.severity.id(),
        "position": fault.position,
        "message": fault.message,
        "likely": fault.likely,
    })
}
